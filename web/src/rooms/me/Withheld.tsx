// Withheld -- figures of my own that cannot be true: told to me alone, where there are any.
import { useAnswer } from "../../feed/cache.ts";
import type { WithheldFigure } from "../../gen/shapes.ts";
import { checkWords } from "../../parts/checks.ts";
import { formatDay } from "../../words/format.ts";
import { t, wordOf } from "../../words/words.ts";
import { Panel } from "./Panel.tsx";

// Several variants of one figure fail alike, and are told once.
function lineOf({ metric, day, withheld }: WithheldFigure): string {
  const name = wordOf("metric", metric.split("@")[0] ?? metric);
  return `${name}, ${formatDay(day)}: ${checkWords(withheld)}`;
}

export function Withheld() {
  const list = useAnswer("list_my_withheld_figures", {}).data?.answer.data ?? [];
  if (list.length === 0) return null;
  return (
    <Panel title={t("me.withheld")} says={t("me.withheld_says")}>
      <ul className="ek-stack" data-withheld>
        {[...new Set(list.map(lineOf))].map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </Panel>
  );
}
