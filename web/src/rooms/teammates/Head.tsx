// Head -- above the table: what is selected in words, and what can be done with it; or that the
// order has changed under the hand.
import { Button } from "../../parts/Button.tsx";
import { formatNumber } from "../../words/format.ts";
import { t } from "../../words/words.ts";
import { countOf, type Selection } from "./selection.ts";

// "All 312 matching this filter", "311, 1 left out", "These 4".
export function scopeWords(selection: Selection, total: number, isFiltered: boolean): string {
  const count = countOf(selection, total);
  if (selection.kind === "these") return t("teammates.scope_these", { n: count });
  if (selection.except.size > 0)
    return t("teammates.scope_except", {
      rest: formatNumber(count),
      n: selection.except.size,
    });
  return isFiltered
    ? t("teammates.scope_matching", { n: count })
    : t("teammates.scope_all", { n: count });
}

export function SelectionLine({
  selection,
  total,
  isFiltered,
  mayChange,
  change,
  clear,
}: {
  selection: Selection;
  total: number;
  isFiltered: boolean;
  mayChange: boolean;
  change: () => void;
  clear: () => void;
}) {
  const count = countOf(selection, total);
  return (
    <div className="ek-teammates-selection" data-empty={count === 0 || undefined}>
      <span role="status">{count > 0 ? scopeWords(selection, total, isFiltered) : ""}</span>
      {count > 0 ? (
        <>
          {mayChange && (
            <Button look="main" onPress={change}>
              {t("teammates.change")}
            </Button>
          )}
          <Button onPress={clear}>{t("common.clear")}</Button>
        </>
      ) : (
        <span className="ek-quiet">{t("teammates.select_hint")}</span>
      )}
    </div>
  );
}

export function Count({ total, whole }: { total: number | null; whole: number | null }) {
  return (
    <span className="ek-teammates-count ek-number" role="status">
      {total === null || whole === null
        ? ""
        : t("teammates.count_of", { shown: formatNumber(total), whole: formatNumber(whole) })}
    </span>
  );
}
