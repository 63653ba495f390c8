// Today -- how the day goes so far, beside what is going on now: figures as of this moment, out of
// the same answers as trends, targets and reports. A figure is of one team inbox or of all; some of
// them together are asked for one by one. Each leads to its chart.
import { Link } from "wouter";
import { useAnswer } from "../../feed/cache.ts";
import { may } from "../../feed/session.ts";
import type { TeamId } from "../../gen/ids.ts";
import type { Figure, Figures } from "../../gen/shapes.ts";
import { answersTo } from "../../parts/figure.ts";
import { Measured } from "../../parts/Measured.tsx";
import { formatFigure } from "../../words/format.ts";
import { t, wordOf } from "../../words/words.ts";
import type { Scope } from "./scope.ts";

const AGAIN_MS = 10_000;
const SHOWN = [
  { id: "volume", metric: "volume" },
  { id: "first_response_time", metric: "first_response_time" },
  { id: "sla_attainment", metric: "sla_attainment" },
  { id: "backlog", metric: "backlog" },
  { id: "oldest", metric: "backlog", variant: "oldest_unanswered" },
] as const;
type Shown = (typeof SHOWN)[number];

const variantOf = (shown: Shown) => ("variant" in shown ? { variant: shown.variant } : {});

// What there is too little of is said as counts, never as a figure.
function valueOf({ unit }: Figures, figure: Figure): string {
  if (figure.state === "counts_only") return t("live.today_few", { n: figure.n });
  return formatFigure(unit, figure.value);
}

function asideOf({ unit }: Figures, figure: Figure): string | null {
  if (figure.withheld !== null) return t("live.today_withheld");
  if (unit === "share" && figure.n > 0)
    return t("live.of", {
      part: formatFigure("count", figure.numerator),
      whole: formatFigure("count", figure.denominator),
    });
  if (unit === "seconds" && figure.open !== null && figure.open > 0 && figure.n > 0)
    return t("live.today_open", { n: figure.open });
  return null;
}

const asideSays = ({ unit }: Figures) =>
  unit === "share" ? (["numerator", "denominator"] as const) : (["open"] as const);

function pickOf({ metric, other, restated }: Figure) {
  return { metric, other, restated };
}

function DayTile({ shown, team }: { shown: Shown; team: TeamId | null }) {
  const answer = useAnswer(
    "get_figures",
    {
      query: {
        metric: shown.metric,
        by: "none",
        days: 1,
        ...variantOf(shown),
        ...(team === null ? {} : { team }),
      },
    },
    { everyMs: AGAIN_MS, keep: true },
  );
  const figures = answer.data?.answer;
  const figure = figures?.data[0];
  // Who may not see a figure has no tile of it; a server that is gone is said above.
  if (answer.error?.status === 403) return null;
  const aside = figures === undefined || figure === undefined ? null : asideOf(figures, figure);
  const asked = { metric: shown.metric, days: 1, team, ...variantOf(shown) };
  const query = team === null ? "" : `?team=${team}`;
  return (
    <li className="ek-live-tile">
      <Link className="ek-live-tile-name" href={`/trends/${shown.metric}${query}`}>
        {shown.id === "oldest" ? t("live.today_oldest") : wordOf("metric", shown.metric)}
      </Link>
      <span
        className="ek-live-figure ek-number"
        data-figure={`today-${shown.id}`}
        {...(figure && answersTo(asked, [figure.state === "counts_only" ? "n" : "value"]))}
      >
        {figures === undefined || figure === undefined
          ? t("common.loading")
          : valueOf(figures, figure)}
      </span>
      {aside !== null && (
        <span className="ek-quiet" {...(figures && answersTo(asked, asideSays(figures)))}>
          {aside}
        </span>
      )}
      {figures !== undefined && figure !== undefined && (
        <Measured unit={figures.unit} asked={asked} {...pickOf(figure)} />
      )}
    </li>
  );
}

export function Today({ scope }: { scope: Scope }) {
  const [first, ...more] = scope.teams;
  const isSome = !scope.isWhole && more.length > 0;
  if (first === undefined || !may("figures_team")) return null;
  const team = more.length === 0 ? first.id : null;
  return (
    <section className="ek-stack" aria-labelledby="live-today">
      <h2 id="live-today" className="ek-live-heading">
        {t("live.today")}
      </h2>
      {isSome ? (
        <p className="ek-quiet">{t("live.today_some")}</p>
      ) : (
        <ul className="ek-live-day">
          {SHOWN.map((shown) => (
            <DayTile key={shown.id} shown={shown} team={team} />
          ))}
        </ul>
      )}
    </section>
  );
}
