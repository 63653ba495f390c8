// Beside -- a person beside the team, kindly: the cause is looked for in the system first; a small
// team stands beside nobody, only a person beside their own past; a difference is said where one
// can be told, and that it cannot be where not. One person, never a list of people.
import { useAnswer } from "../feed/cache.ts";
import type { TeamId, TeammateId } from "../gen/ids.ts";
import type { BesideFigure, BesideRow, PersonBeside } from "../gen/shapes.ts";
import { formatDay, formatFigure, formatNumber } from "../words/format.ts";
import { t, wordOf } from "../words/words.ts";
import { checkWords } from "./checks.ts";
import { answersTo, type FigureMarks } from "./figure.ts";
import { Ready } from "./states.tsx";

// Of five durations there is a figure and no range.
function rangeOf(unit: BesideRow["unit"], { value, low, high, state }: BesideFigure) {
  if (low !== null && high !== null)
    return t("patterns.range", { low: formatFigure(unit, low), high: formatFigure(unit, high) });
  return state === "interval" && value !== null ? `(${t("common.no_interval")})` : null;
}

function Figure({
  unit,
  of,
  marks,
}: {
  unit: BesideRow["unit"];
  of: BesideFigure;
  marks: FigureMarks | undefined;
}) {
  const range = rangeOf(unit, of);
  return (
    <span {...marks}>
      <span className="ek-number">{formatFigure(unit, of.value)}</span>{" "}
      {range !== null && <span className="ek-quiet ek-small">{range}</span>}{" "}
      {of.withheld !== null && (
        <span className="ek-small">
          {t("receipt.withheld")}: {checkWords(of.withheld)}{" "}
        </span>
      )}
      <span className="ek-quiet ek-small">
        {t("patterns.rests_on", { value: formatNumber(of.n) })}
      </span>
    </span>
  );
}

function difference({ unit, difference: told, other }: BesideRow): string {
  if (other === null) return "–";
  if (told === null) return t("patterns.no_difference");
  if (unit === "seconds") {
    const times = (value: number) => formatNumber(Math.round(value * 100) / 100);
    const [value, low, high] = [times(told.value), times(told.low), times(told.high)];
    return t("patterns.times", { value, low, high });
  }
  const share = (value: number) => formatFigure("share", value);
  const [value, low, high] = [share(told.value), share(told.low), share(told.high)];
  return t("patterns.apart", { value, low, high });
}

function Row({ row, beside }: { row: BesideRow; beside: PersonBeside }) {
  const isPast = beside.state === "own_past";
  const { team, teammate, from, until } = beside;
  const { metric, variant } = row;
  const asked = { metric, variant, team, from, until };
  const id = metric.split("@")[0] ?? metric;
  const says = ["value", "low", "high", "n"] as const;
  return (
    <tr>
      <th scope="row">
        {wordOf("metric", id)}
        {variant === "leg" && (
          <span className="ek-quiet ek-small"> {wordOf("targets", `variant_${id}_leg`)}</span>
        )}
      </th>
      <td>
        <Figure unit={row.unit} of={row.own} marks={answersTo({ ...asked, teammate }, says)} />
      </td>
      <td>
        {row.other === null ? (
          "–"
        ) : (
          <Figure
            unit={row.unit}
            of={row.other}
            marks={isPast ? undefined : answersTo(asked, says)}
          />
        )}
      </td>
      {!isPast && <td>{difference(row)}</td>}
    </tr>
  );
}

function Table({ beside }: { beside: PersonBeside }) {
  const isPast = beside.state === "own_past";
  return (
    <div className="ek-beside" role="region" aria-label={t("patterns.beside")} tabIndex={0}>
      <table className="ek-table">
        <caption className="ek-hidden">{t("patterns.beside")}</caption>
        <thead>
          <tr>
            <th scope="col">{t("patterns.metric")}</th>
            <th scope="col">{t("patterns.own")}</th>
            <th scope="col">{isPast ? t("patterns.before") : t("patterns.the_team")}</th>
            {!isPast && <th scope="col">{t("patterns.difference")}</th>}
          </tr>
        </thead>
        <tbody>
          {beside.rows.map((row) => (
            <Row key={row.metric} row={row} beside={beside} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

export function BesideView({ id, team }: { id: TeammateId; team: TeamId }) {
  const beside = useAnswer("get_teammate_beside", { params: { id }, query: { team } });
  return (
    <Ready of={beside}>
      {({ answer }) => (
        <>
          <p className="ek-quiet">
            {t("patterns.days", { from: formatDay(answer.from), until: formatDay(answer.until) })}
          </p>
          <p>{wordOf("patterns", `state_${answer.state}`)}</p>
          {answer.rows.length === 0 ? (
            <p className="ek-quiet">{t("patterns.nothing_measured")}</p>
          ) : (
            answer.state !== "system_first" && <Table beside={answer} />
          )}
        </>
      )}
    </Ready>
  );
}
