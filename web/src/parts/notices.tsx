// notices -- what was done, with Undo; what was refused, until it is put away. What can be put back
// is done at once and can be undone here, or by Ctrl/Cmd+Z outside text fields, for ten minutes. An
// undo that is an operation of the API stands in the tab's storage too, and outlives a reload.
import { useEffect, useSyncExternalStore } from "react";
import { X } from "lucide-react";
import { age } from "../feed/cache.ts";
import { call, type OperationName, type Refusal, type Told } from "../feed/http.ts";
import { me, renewMe } from "../feed/session.ts";
import type { BulkId } from "../gen/ids.ts";
import type { Me } from "../gen/shapes.ts";
import { t } from "../words/words.ts";
import { Button, IconButton } from "./Button.tsx";

// A way back that can be written down: an operation, or all that a bulk edit did.
// `here` is how the page that wrote it down does it, where it has more to show; a reload forgets
// it.
interface Steps {
  touched: readonly OperationName[];
  here?: () => Promise<unknown>;
}
export type Back = Steps & ({ name: OperationName; told: object } | { bulk: BulkId });
type Undo = Back | (() => Promise<unknown>);

interface Notice {
  id: number;
  text: string;
  tone: "done" | "bad";
  undo: Undo | null;
  until: number; // till when it can be undone
  shown: boolean;
}

const SHOWN_MS = 12_000;
const UNDO_MS = 600_000;

let notices: readonly Notice[] = [];
let last = 0;
const watchers = new Set<() => void>();
const shelf = () => `ek.undo.${me().id}`;

function shelve(): void {
  const kept = notices.filter(({ undo }) => undo !== null && typeof undo !== "function");
  if (kept.length === 0) sessionStorage.removeItem(shelf());
  else sessionStorage.setItem(shelf(), JSON.stringify(kept));
}

function set(next: readonly Notice[]): void {
  notices = next;
  shelve();
  for (const watcher of watchers) watcher();
}

function hide(id: number): void {
  set(notices.map((notice) => (notice.id === id ? { ...notice, shown: false } : notice)));
}

function withdraw(id: number): void {
  set(notices.filter((notice) => notice.id !== id));
}

function add(notice: Omit<Notice, "id" | "shown">): number {
  const id = ++last;
  set([...notices, { ...notice, id, shown: true }]);
  if (notice.tone === "bad") return id;
  setTimeout(() => hide(id), SHOWN_MS);
  setTimeout(() => withdraw(id), notice.until - Date.now());
  return id;
}

// The operation that puts it back, and what that touches.
export function back<K extends OperationName>(
  name: K,
  told: Told<K>,
  touched: readonly OperationName[] = [],
): Back {
  return { name, told, touched };
}

// Putting back a bulk edit is a bulk edit of its own: looked at, applied and waited for.
export function backOfBulk(
  bulk: BulkId,
  touched: readonly OperationName[],
  here?: () => Promise<unknown>,
): Back {
  return { bulk, touched, ...(here === undefined ? {} : { here }) };
}

// Says that something was done. With undo, it can be put back for ten minutes. What is returned
// takes the notice away, for what cannot be put back any more.
export function tell(text: string, undo: Undo | null = null): () => void {
  const id = add({ text, tone: "done", undo, until: Date.now() + UNDO_MS });
  return () => withdraw(id);
}

// What could still be undone when the page was left is said once more.
function recover(): void {
  let kept: Notice[] = [];
  try {
    kept = JSON.parse(sessionStorage.getItem(shelf()) ?? "[]") as Notice[];
  } catch {
    // Not ours: as if nothing were there.
  }
  const known = new Set(notices.map(({ text, until }) => `${until} ${text}`));
  for (const { text, undo, until } of kept)
    if (until > Date.now() && !known.has(`${until} ${text}`))
      add({ text, tone: "done", undo, until });
}

// Says that something was refused; stays until it is put away.
export function complain(error: Refusal | Error): void {
  const problem = "problem" in error ? error.problem : null;
  const faults = problem?.errors?.map((fault) => fault.detail) ?? [];
  add({
    text: [
      problem === null ? t("common.unreachable") : (problem.detail ?? problem.title),
      ...faults,
    ].join(" "),
    tone: "bad",
    undo: null,
    until: 0,
  });
}

export async function putBack(undo: Undo): Promise<void> {
  const here = typeof undo === "function" ? undo : undo.here;
  if (here !== undefined) await here();
  if (typeof undo === "function") return;
  if (here === undefined && "bulk" in undo) {
    const { settledBulk, undoBulk } = await import("./bulk.ts");
    const begun = await undoBulk(undo.bulk);
    if (begun !== null) await settledBulk(begun);
  } else if (here === undefined && "name" in undo) {
    const { confirmed } = await import("./Confirm.tsx");
    const { answer } = await confirmed(() => call(undo.name, undo.told));
    if (undo.name === "update_me") renewMe(answer as Me);
  }
  age(undo.touched);
}

async function undoIt(notice: Notice): Promise<void> {
  set(notices.filter((each) => each.id !== notice.id));
  try {
    if (notice.undo !== null) await putBack(notice.undo);
    tell(t("common.undone"));
  } catch (error) {
    complain(error as Error);
  }
}

// Puts back the last thing that can be; false if there is none.
export function undoLast(): boolean {
  const notice = notices.findLast((each) => each.undo !== null);
  if (notice !== undefined) void undoIt(notice);
  return notice !== undefined;
}

export function Notices() {
  const all = useSyncExternalStore(
    (watcher) => {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
    () => notices,
  );
  useEffect(recover, []);
  return (
    <div className="ek-notices" role="region" aria-label={t("common.notices")}>
      <div aria-live="polite">
        {all
          .filter(({ shown }) => shown)
          .map((notice) => (
            <div
              key={notice.id}
              className="ek-notice"
              data-tone={notice.tone}
              role={notice.tone === "bad" ? "alert" : undefined}
            >
              <span dir="auto">{notice.text}</span>
              {notice.undo !== null && (
                <Button look="link" onPress={() => void undoIt(notice)}>
                  {t("common.undo")}
                </Button>
              )}
              <IconButton label={t("common.dismiss")} onPress={() => hide(notice.id)}>
                <X className="ek-icon" aria-hidden />
              </IconButton>
            </div>
          ))}
      </div>
    </div>
  );
}
