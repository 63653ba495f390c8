// BulkLook -- what a change of many would do, row by row, before it is done; the blocked rows
// with the reason.
import { useAnswer } from "../../feed/cache.ts";
import type { Names } from "../../feed/names.ts";
import type { ConversationId } from "../../gen/ids.ts";
import type { BulkEdit, BulkRow } from "../../gen/shapes.ts";
import { Mark } from "../../parts/marks.tsx";
import { Ready } from "../../parts/states.tsx";
import { formatWhen } from "../../words/format.ts";
import { t, wordOf } from "../../words/words.ts";

const SHOWN = 50;

// A value of a row as it stands in the API: a state, an id, ids, an instant.
function inWords(value: unknown, names: Names): string {
  if (value === null || value === undefined) return t("common.none");
  if (Array.isArray(value))
    return value.length === 0
      ? t("common.none")
      : value.map((each) => inWords(each, names)).join(", ");
  if (typeof value === "object")
    return Object.values(value)
      .filter((each) => each !== null)
      .map((each) => inWords(each, names))
      .join(" · ");
  const text = String(value);
  if (/^\d{4}-\d\d-\d\dT/.test(text)) return formatWhen(text);
  const state = wordOf("inbox", `state_${text}`);
  return state === `inbox.state_${text}` || state === `state_${text}` ? names.of(text) : state;
}

function Line({ row, names }: { row: BulkRow; names: Names }) {
  const title = useAnswer(
    "get_conversation",
    { params: { id: row.id as ConversationId } },
    { enabled: row.id !== null },
  ).data?.answer.title;
  return (
    <tr>
      <th scope="row" dir="auto">
        {title ?? row.id ?? ""}
      </th>
      {row.result === "blocked" ? (
        <td colSpan={2}>
          <Mark tone="bad" shape="cross">
            {t("inbox.bulk_blocked", { why: wordOf("fault", row.code ?? "") })}
          </Mark>
        </td>
      ) : (
        <>
          <td>{inWords(row.before, names)}</td>
          <td>{row.result === "same" ? t("inbox.bulk_same") : inWords(row.after, names)}</td>
        </>
      )}
    </tr>
  );
}

export function BulkLook({ edit, names }: { edit: BulkEdit; names: Names }) {
  const rows = useAnswer("list_bulk_rows", { params: { id: edit.id }, query: { limit: SHOWN } });
  const { totals, effect } = edit;
  return (
    <div className="ek-stack">
      <p>
        {t("inbox.bulk_totals", {
          count: totals.change,
          n: totals.same,
          total: totals.blocked,
        })}
      </p>
      <p className="ek-quiet">
        {t("inbox.bulk_effect", {
          before: effect.free_slots_before,
          after: effect.free_slots_after,
        })}
      </p>
      <Ready of={rows}>
        {({ answer }) => (
          <div className="ek-table-frame ek-inbox-look">
            <table className="ek-table">
              <caption className="ek-hidden">{t("inbox.bulk_look")}</caption>
              <thead>
                <tr>
                  <th scope="col">{t("inbox.conversation")}</th>
                  <th scope="col">{t("inbox.before")}</th>
                  <th scope="col">{t("inbox.after")}</th>
                </tr>
              </thead>
              <tbody>
                {answer.data.map((row) => (
                  <Line key={row.row} row={row} names={names} />
                ))}
              </tbody>
            </table>
          </div>
        )}
      </Ready>
      {edit.matched > SHOWN && (
        <p className="ek-quiet">{t("inbox.bulk_more", { count: edit.matched - SHOWN })}</p>
      )}
    </div>
  );
}
