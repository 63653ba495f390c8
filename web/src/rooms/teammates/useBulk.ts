// useBulk -- a bulk edit on its way through look, apply and undo. Which one it is stands in the
// address, so that a reload and a copied address come back to it.
import { useCallback, useRef, useState } from "react";
import { age } from "../../feed/cache.ts";
import { call, Refusal, type Answer } from "../../feed/http.ts";
import type { BulkId } from "../../gen/ids.ts";
import type { BulkEdit, BulkEditRequest } from "../../gen/shapes.ts";
import { applyBulk, settledBulk, TOUCHED_BY_BULK, undoBulk, undoOfBulk } from "../../parts/bulk.ts";
import { backOfBulk, complain, tell } from "../../parts/notices.tsx";
import { codeWords } from "../../parts/told.ts";
import { t } from "../../words/words.ts";
import { download, withReasons } from "./csv.ts";
import { importCsv, type Imported } from "./CsvMenu.tsx";
import { readRowsAgain } from "./rows.ts";

// How a look came about, so that it can be taken anew.
type Source =
  | { kind: "request"; body: BulkEditRequest }
  | { kind: "file"; file: Imported }
  | { kind: "undo"; of: BulkId };

export interface BulkWork {
  marked: ReadonlySet<string>; // rows that were changed under the look before
  isBusy: boolean;
  start: (body: BulkEditRequest) => Promise<void>;
  startFile: (file: Imported) => void;
  apply: (bulk: BulkEdit, etag: string | null) => Promise<void>;
  undo: (bulk: BulkEdit) => Promise<void>;
  cancel: () => void;
  back: () => void; // to the choice of changes
  close: () => void;
  reasonsFile: (() => void) | null;
}

const NOTHING: ReadonlySet<string> = new Set();

async function lookAnew(source: Source): Promise<BulkEdit | null> {
  if (source.kind === "request")
    return (await call("create_bulk_edit", { body: source.body })).answer;
  if (source.kind === "file") return (await importCsv(source.file.resource, source.file.text)).bulk;
  return (await undoOfBulk(source.of))?.answer ?? null;
}

const isOld = (error: unknown): error is Refusal =>
  error instanceof Refusal && (error.kind === "row_refused" || error.kind === "version_mismatch");

async function reasonsOf(bulk: BulkId): Promise<Map<number, string>> {
  const reasons = new Map<number, string>();
  let cursor: string | null = "";
  while (cursor !== null) {
    const next: string = cursor;
    const query = {
      limit: 500,
      result: "blocked" as const,
      ...(next === "" ? {} : { cursor: next }),
    };
    const answer: Answer<"list_bulk_rows"> = (
      await call("list_bulk_rows", { params: { id: bulk }, query })
    ).answer;
    for (const row of answer.data) reasons.set(row.row, codeWords(row.code ?? "conflict"));
    cursor = answer.page.next_cursor;
  }
  return reasons;
}

// What is said when it is done, with the way back.
function tellDone(done: BulkEdit, open: (id: BulkId | null) => void): void {
  if (done.state !== "applied") {
    tell(t(`teammates.state_${done.state}`));
    return;
  }
  const undo = async () => {
    const back = await undoBulk(done.id);
    if (back === null) return;
    if (back.state === "applying") open(back.id);
    await settledBulk(back);
    open(null);
    readRowsAgain();
  };
  tell(
    t("teammates.applied", { n: done.totals.change }),
    done.undoes === null || done.undoes === undefined
      ? backOfBulk(done.id, TOUCHED_BY_BULK, undo)
      : null,
  );
}

export function useBulk(
  open: (id: BulkId | null) => void,
  choose: () => void,
  isDone: () => void,
): BulkWork {
  const source = useRef<Source | null>(null);
  const [marked, setMarked] = useState(NOTHING);
  const [isBusy, setBusy] = useState(false);
  const anew = async (names: readonly string[]) => {
    const bulk = source.current === null ? null : await lookAnew(source.current);
    setMarked(new Set(names));
    age(TOUCHED_BY_BULK);
    if (bulk === null) open(null);
    else open(bulk.id);
  };
  const apply = async (bulk: BulkEdit, etag: string | null) => {
    setBusy(true);
    try {
      const begun = await applyBulk(bulk.id, etag ?? "*");
      if (begun.state === "applying") age(["get_bulk_edit"]);
      const done = await settledBulk(begun);
      open(null);
      setMarked(NOTHING);
      if (done.state === "applied") isDone();
      readRowsAgain();
      tellDone(done, open);
    } catch (error) {
      if (isOld(error) && source.current !== null)
        await anew((error.problem?.errors ?? []).map(({ detail }) => detail)).catch(complain);
      else complain(error as Error);
    }
    setBusy(false);
  };
  const file = source.current?.kind === "file" ? source.current.file : null;
  const forget = useCallback(() => {
    setMarked(NOTHING);
    source.current = null;
    open(null);
  }, [open]);
  return {
    marked,
    isBusy,
    start: async (body) => {
      const { answer } = await call("create_bulk_edit", { body });
      source.current = { kind: "request", body };
      setMarked(NOTHING);
      open(answer.id);
    },
    startFile: (made) => {
      source.current = { kind: "file", file: made };
      setMarked(NOTHING);
      open(made.bulk.id);
    },
    apply,
    undo: async (bulk) => {
      try {
        const made = await undoOfBulk(bulk.id);
        if (made === null) return;
        source.current = { kind: "undo", of: bulk.id };
        open(made.answer.id);
      } catch (error) {
        complain(error as Error);
      }
    },
    cancel: () => {
      const id = new URLSearchParams(location.search).get("bulk") as BulkId | null;
      if (id !== null) void call("cancel_bulk_edit", { params: { id } }).catch(complain);
    },
    back: () => {
      const isChosen = source.current?.kind === "request";
      open(null);
      setMarked(NOTHING);
      if (isChosen) choose();
    },
    close: forget,
    reasonsFile:
      file === null
        ? null
        : () =>
            void reasonsOf(file.bulk.id).then(
              (reasons) =>
                download("refused.csv", withReasons(file.text, t("teammates.reason"), reasons)),
              complain,
            ),
  };
}
