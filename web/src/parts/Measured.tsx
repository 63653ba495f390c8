// Measured -- what belongs beside every figure: by which version of its definition it was computed;
// around a change of that definition the same by the other version; and, where facts came late,
// what it was before and why it is another now (spec metrics, R10 and R13).
import type { FigureOther, FigureRestated } from "../gen/shapes.ts";
import { Receipt } from "./Receipt.tsx";
import type { FigureAsked } from "./figure.ts";
import { formatDate, formatDay, formatFigure, formatList, formatNumber } from "../words/format.ts";
import type { FigureUnit } from "../words/format.ts";
import { t, wordOf } from "../words/words.ts";

type Shown = Pick<FigureOther, "value" | "n" | "state">;

// Too few are said as counts.
function valueOf(unit: FigureUnit, { value, n, state }: Shown): string {
  if (state === "withheld") return t("metric.withheld");
  return value === null ? t("metric.only_count", { n }) : formatFigure(unit, value);
}

export function otherSaid(unit: FigureUnit, other: FigureOther): string {
  return t("metric.other_version", {
    date: formatDay(other.changed_on),
    until: formatDay(other.shown_until),
    other: other.metric,
    value: valueOf(unit, other),
  });
}

export function restatedSaid(unit: FigureUnit, was: FigureRestated): string {
  return t("metric.restated", {
    date: formatDate(was.changed_at),
    value: valueOf(unit, was),
    why: formatList(was.causes.map((cause) => wordOf("metric", `cause_${cause}`))),
  });
}

export function Measured({
  metric,
  unit,
  other = null,
  restated = null,
  asked,
}: {
  metric: string; // first_response_time@1
  unit: FigureUnit;
  other?: FigureOther | null;
  restated?: FigureRestated | null;
  asked?: FigureAsked | undefined; // what the figure answers: the version opens its receipt
}) {
  return (
    <>
      {asked === undefined ? (
        <bdi className="ek-code ek-quiet ek-small" data-version={metric}>
          {metric}
        </bdi>
      ) : (
        <Receipt metric={metric} asked={asked} />
      )}
      {other !== null && (
        <span className="ek-small" data-other={other.metric}>
          {otherSaid(unit, other)}
        </span>
      )}
      {restated !== null && (
        <span className="ek-small" data-restated={formatNumber(restated.n)}>
          {restatedSaid(unit, restated)}
        </span>
      )}
    </>
  );
}
