// Beside -- a person beside the team, kindly: the cause is looked for in the system first; a small
// team stands beside nobody, only a person beside their own past; a difference is said when there
// is one that can be told.
import type { TargetBesideFigure, TargetWhole } from "../../gen/shapes.ts";
import { formatFigure } from "../../words/format.ts";
import { t, wordOf } from "../../words/words.ts";
import { figureOf } from "../../parts/target_said.ts";

type Beside = NonNullable<TargetWhole["beside"]>;

function difference(unit: TargetWhole["unit"], beside: Beside): string {
  const told = beside.difference;
  if (told === null) return t("targets.no_difference");
  const by = (value: number) => formatFigure(unit === "seconds" ? "share" : unit, value);
  const key = unit === "seconds" ? "targets.difference_ratio" : "targets.difference";
  return t(key, { value: by(told.value), low: by(told.low), high: by(told.high) });
}

function Row({
  label,
  unit,
  figure,
}: {
  label: string;
  unit: TargetWhole["unit"];
  figure: TargetBesideFigure;
}) {
  return (
    <tr>
      <th scope="row">{label}</th>
      <td className="ek-number">{figureOf(unit, { ...figure, low: null, high: null })}</td>
    </tr>
  );
}

export function BesideView({ target, beside }: { target: TargetWhole; beside: Beside }) {
  const other = beside.state === "own_past" ? "targets.own_before" : "targets.the_team";
  return (
    <section className="ek-panel" aria-labelledby="target-beside">
      <h2 id="target-beside">{t("targets.beside")}</h2>
      <p>{wordOf("targets", `beside_${beside.state}`)}</p>
      {beside.state !== "system_first" && (
        <>
          <table className="ek-table" aria-labelledby="target-beside">
            <tbody>
              <Row label={t("targets.own")} unit={target.unit} figure={beside.own} />
              {beside.other !== null && (
                <Row label={t(other)} unit={target.unit} figure={beside.other} />
              )}
            </tbody>
          </table>
          {beside.other !== null && <p>{difference(target.unit, beside)}</p>}
        </>
      )}
    </section>
  );
}
