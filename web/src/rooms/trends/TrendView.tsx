// TrendView -- one metric of one team over time: the chart with the band in which chance alone
// would keep it, what was said of it, and notes on what happened.
import { useMemo, useState } from "react";
import { Link, useSearchParams } from "wouter";
import { useAnswer } from "../../feed/cache.ts";
import { useNames, type Names } from "../../feed/names.ts";
import { may } from "../../feed/session.ts";
import type { TeamId } from "../../gen/ids.ts";
import type { TrendSeries, Verdict } from "../../gen/shapes.ts";
import { Chart } from "../../parts/Chart.tsx";
import { answersTo, period } from "../../parts/figure.ts";
import { Select } from "../../parts/fields.tsx";
import { Measured } from "../../parts/Measured.tsx";
import { Ready } from "../../parts/states.tsx";
import {
  metricName,
  oddsOf,
  partOf,
  saidOfSeries,
  sentenceOf,
  unitOf,
} from "../../parts/verdict.ts";
import { formatDay, formatFigure, formatNumber } from "../../words/format.ts";
import { t, wordOf } from "../../words/words.ts";
import { NoteDialog } from "./NoteDialog.tsx";
import { Notes } from "./Notes.tsx";
import { VerdictCard } from "./VerdictCard.tsx";
import { drawnOf } from "./drawn.ts";

const CADENCES = ["daily", "weekly", "monthly"] as const;
const MARKS = ["western_electric", "nelson", "nhs", "wheeler", "anhoj"] as const;
const NONE = "none";

interface Asked {
  metric: string;
  team: TeamId;
  cadence: "daily" | "weekly" | "monthly";
  marks?: "western_electric" | "nelson" | "nhs" | "wheeler" | "anhoj";
}

function isOf<T extends string>(list: readonly T[], text: string): text is T {
  return (list as readonly string[]).includes(text);
}

// What lasts, or comes again, and still stands; the rest is there, and folded away.
const LOUD: readonly string[] = ["shift", "further_shift", "returned", "recurring"];

function Verdicts({ series }: { series: TrendSeries }) {
  const newestFirst = [...series.verdicts].reverse();
  const isLoud = ({ kind, crossed }: Verdict) => LOUD.includes(kind) && !crossed;
  const others = newestFirst.filter((verdict) => !isLoud(verdict));
  return (
    <section className="ek-stack" aria-labelledby="trend-verdicts">
      <h2 id="trend-verdicts">{t("trends.verdicts")}</h2>
      {newestFirst.length === 0 && <p className="ek-quiet">{t("trends.no_verdicts")}</p>}
      {newestFirst.filter(isLoud).map((verdict) => (
        <VerdictCard key={verdict.id} verdict={verdict} series={series} />
      ))}
      {others.length > 0 && (
        <details className="ek-trends-folded">
          <summary>
            {t("trends.passed")} <span className="ek-quiet">{formatNumber(others.length)}</span>
          </summary>
          <div className="ek-stack">
            {others.map((verdict) => (
              <VerdictCard key={verdict.id} verdict={verdict} series={series} />
            ))}
          </div>
        </details>
      )}
    </section>
  );
}

function pointOf({ metric, team, zone, cadence, points }: TrendSeries, at: number) {
  return { metric, team, zone, ...period(cadence, points[at]?.date ?? "") };
}

// Of the newest point with a figure, what it is made of.
function Newest({ series }: { series: TrendSeries }) {
  const at = series.points.findLastIndex(({ value }) => value !== null);
  const asked = at < 0 ? undefined : pointOf(series, at);
  return <Measured metric={series.metric} unit={unitOf(series.unit)} asked={asked} />;
}

// The newest point by both versions, while both are shown.
function Versions({ series }: { series: TrendSeries }) {
  const { other, unit } = series;
  const last = other?.points.at(-1);
  return (
    <span className="ek-stack">
      <Newest series={series} />
      {other !== null && (
        <span className="ek-small" data-other={other.metric}>
          {last === undefined
            ? t("trends.other_soon", {
                date: formatDay(other.changed_on),
                until: formatDay(other.shown_until),
                other: other.metric,
              })
            : t("trends.other_last", {
                date: formatDay(other.changed_on),
                until: formatDay(other.shown_until),
                other: other.metric,
                day: formatDay(last.date),
                value: formatFigure(unit, last.value),
              })}
        </span>
      )}
    </span>
  );
}

// It says what it shows: the answer, not what is asked for by now.
function captionOf({ metric, team, cadence }: TrendSeries, names: Names): string {
  return t("trends.chart_of", {
    metric: metricName(metric),
    team: names.of(team),
    cadence: wordOf("trends", `cadence_${cadence}`),
  });
}

function Drawn({ series }: { series: TrendSeries }) {
  const names = useNames();
  const [noted, setNoted] = useState<string | null>(null);
  const drawn = useMemo(() => drawnOf(series), [series]);
  const unit = unitOf(series.unit);
  const odds = partOf(series.state) === "changed" ? oddsOf(series.odds, series.cadence) : null;
  return (
    <>
      <div className="ek-panel">
        <Chart
          caption={captionOf(series, names)}
          sentence={
            <>
              {sentenceOf(saidOfSeries(series))}{" "}
              {odds !== null && <span className="ek-quiet">{odds}</span>}
            </>
          }
          foot={<Versions series={series} />}
          series={drawn}
          format={(value) => formatFigure(unit, value)}
          marks={(at) => answersTo(pointOf(series, at), ["value"])}
          onPick={may("trend_edit") ? (at) => setNoted(series.points[at]?.date ?? null) : undefined}
        />
      </div>
      <Notes series={series} />
      <Verdicts series={series} />
      {noted !== null && <NoteDialog series={series} date={noted} onClose={() => setNoted(null)} />}
    </>
  );
}

// What the address asks for; what it does not say is the first team, by day.
function readAsked(metric: string, search: URLSearchParams, first: string | undefined): Asked {
  const cadence = search.get("cadence") ?? "";
  const marks = search.get("marks") ?? "";
  return {
    metric,
    team: (search.get("team") ?? first ?? "") as TeamId,
    cadence: isOf(CADENCES, cadence) ? cadence : "daily",
    ...(isOf(MARKS, marks) ? { marks } : {}),
  };
}

function Choices({
  asked,
  teams,
  ask,
}: {
  asked: Asked;
  teams: readonly { id: string; name: string }[];
  ask: (name: string, value: string) => void;
}) {
  return (
    <div className="ek-row ek-trends-asked">
      <Select
        label={t("common.team")}
        choices={teams.map(({ id, name }) => ({ id, label: name }))}
        value={asked.team}
        onChange={(id) => ask("team", id)}
      />
      <Select
        label={t("trends.cadence")}
        choices={CADENCES.map((id) => ({ id, label: wordOf("trends", `cadence_${id}`) }))}
        value={asked.cadence}
        onChange={(id) => ask("cadence", id)}
      />
      <Select
        label={t("trends.marks")}
        choices={[NONE, ...MARKS].map((id) => ({ id, label: wordOf("trends", `marks_${id}`) }))}
        value={asked.marks ?? NONE}
        onChange={(id) => ask("marks", id)}
      />
    </div>
  );
}

export function TrendView({ metric }: { metric: string }) {
  const names = useNames();
  const [search, setSearch] = useSearchParams();
  const asked = readAsked(metric, search, names.teams[0]?.id);
  const series = useAnswer(
    "get_trend_series",
    { query: asked },
    { enabled: asked.team.length > 0, keep: true },
  );
  const ask = (name: string, value: string) => {
    const next = { ...Object.fromEntries(search), team: asked.team, [name]: value };
    setSearch(new URLSearchParams(next), { replace: true });
  };
  return (
    <>
      <Link href={`/trends?team=${asked.team}`}>{t("trends.back")}</Link>
      <h2>{metricName(metric)}</h2>
      <p className="ek-quiet">{wordOf("metric", `${metric}_means`)}</p>
      <Choices asked={asked} teams={names.teams} ask={ask} />
      <Ready of={series}>{({ answer }) => <Drawn series={answer} />}</Ready>
    </>
  );
}
