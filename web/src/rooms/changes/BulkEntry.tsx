// BulkEntry -- a bulk edit in the log: what it did to how many, row by row on demand, and back as a
// whole.
import { useState } from "react";
import { ChevronDown, Undo2, Users } from "lucide-react";
import { useAnswer } from "../../feed/cache.ts";
import { useNames } from "../../feed/names.ts";
import { may } from "../../feed/session.ts";
import type { BulkId } from "../../gen/ids.ts";
import { Button, LinkButton } from "../../parts/Button.tsx";
import { settledBulk, undoBulk } from "../../parts/bulk.ts";
import { actorWords, ChangeLine } from "../../parts/ChangeList.tsx";
import { complain, tell } from "../../parts/notices.tsx";
import { toldTogether } from "../../parts/told.ts";
import { ToldFields } from "../../parts/ToldChange.tsx";
import { When } from "../../parts/time.tsx";
import { t } from "../../words/words.ts";
import type { Entry } from "./entries.ts";

const SHOWN = 3; // fields; the rows tell all

type Bulk = Extract<Entry, { kind: "bulk" }>;

function UndoAll({ id }: { id: BulkId }) {
  const [isBusy, setBusy] = useState(false);
  const undo = async () => {
    setBusy(true);
    try {
      const begun = await undoBulk(id);
      if (begun !== null) {
        await settledBulk(begun);
        tell(t("common.undone"));
      }
    } catch (error) {
      complain(error as Error);
    }
    setBusy(false);
  };
  return (
    <Button onPress={() => void undo()} isDisabled={isBusy}>
      <Undo2 className="ek-icon" data-mirrors aria-hidden />
      {isBusy ? t("changes.undoing") : t("changes.undo_all")}
    </Button>
  );
}

export function BulkEntry({ entry }: { entry: Bulk }) {
  const [isOpen, open] = useState(false);
  const names = useNames();
  const id = entry.id as BulkId;
  const bulk = useAnswer("get_bulk_edit", { params: { id } }).data?.answer;
  const first = entry.changes[0];
  if (first === undefined) return null;
  const people = new Set(entry.changes.map(({ teammate }) => teammate)).size;
  const canUndo = bulk?.state === "applied" && bulk.undo_until !== null && may("bulk_undo");
  return (
    <li className="ek-changes-bulk">
      <div className="ek-change">
        <Users className="ek-icon" aria-hidden />
        <div className="ek-change-what">
          <span className="ek-change-target">
            {t(bulk?.undoes == null ? "changes.bulk" : "changes.bulk_undo", {
              n: bulk?.totals.change ?? people,
            })}
          </span>
          <ToldFields fields={toldTogether(entry.changes).slice(0, SHOWN)} called={names} />
          {first.note !== null && (
            <span className="ek-quiet" dir="auto">
              “{first.note}”
            </span>
          )}
          <span className="ek-small ek-quiet">
            <When at={entry.at} /> · <bdi>{actorWords(first.by, names)}</bdi>
            {bulk?.state === "undone" && <> · {t("changes.was_undone")}</>}
          </span>
        </div>
        {first.version !== null && (
          <span className="ek-quiet ek-small ek-number">
            {t("changes.version", { version: first.version })}
          </span>
        )}
        <Button look="plain" aria-expanded={isOpen} onPress={() => open(!isOpen)}>
          <ChevronDown className="ek-icon" aria-hidden />
          {t("changes.rows")}
        </Button>
        {canUndo && <UndoAll id={id} />}
      </div>
      {isOpen && (
        <>
          <ul className="ek-changes-rows">
            {entry.changes.slice(0, 50).map((change) => (
              <ChangeLine key={change.id} change={change} canUndo={may("change_undo")} />
            ))}
          </ul>
          {entry.changes.length > 50 && (
            <LinkButton href={`/teammates?bulk=${id}`}>{t("changes.all_rows")}</LinkButton>
          )}
        </>
      )}
    </li>
  );
}
