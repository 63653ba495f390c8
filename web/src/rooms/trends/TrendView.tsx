// TrendView -- one metric of one team over time: the chart with the band in which chance alone
// would keep it, what was said of it, and notes on what happened.
import { useMemo, useState } from "react";
import { Link, useSearchParams } from "wouter";
import { useAnswer } from "../../feed/cache.ts";
import { useNames } from "../../feed/names.ts";
import type { TrendSeries } from "../../gen/shapes.ts";
import { Chart } from "../../parts/Chart.tsx";
import { Select } from "../../parts/fields.tsx";
import { Ready } from "../../parts/states.tsx";
import { formatFigure } from "../../words/format.ts";
import { t, wordOf } from "../../words/words.ts";
import { metricName } from "./HeadlineList.tsx";
import { NoteDialog } from "./NoteDialog.tsx";
import { Notes } from "./Notes.tsx";
import { VerdictCard } from "./VerdictCard.tsx";
import { sentenceOf, oddsOf, unitOf } from "./sentence.ts";
import { drawnOf } from "./drawn.ts";

const CADENCES = ["daily", "weekly", "monthly"];
const MARKS = ["none", "western_electric", "nelson", "nhs", "wheeler", "anhoj"];

function Verdicts({ series }: { series: TrendSeries }) {
  const newestFirst = [...series.verdicts].reverse();
  return (
    <section className="ek-stack" aria-labelledby="trend-verdicts">
      <h2 id="trend-verdicts">{t("trends.verdicts")}</h2>
      {newestFirst.length === 0 && <p className="ek-quiet">{t("trends.no_verdicts")}</p>}
      {newestFirst.map((verdict) => (
        <VerdictCard key={verdict.id} verdict={verdict} series={series} />
      ))}
    </section>
  );
}

function Drawn({ series, caption }: { series: TrendSeries; caption: string }) {
  const [noted, setNoted] = useState<string | null>(null);
  const drawn = useMemo(() => drawnOf(series), [series]);
  const unit = unitOf(series.unit);
  const odds = oddsOf(series.odds);
  return (
    <>
      <div className="ek-panel">
        <Chart
          caption={caption}
          sentence={
            <>
              {sentenceOf(series)} {odds !== null && <span className="ek-quiet">{odds}</span>}
            </>
          }
          series={drawn}
          format={(value) => formatFigure(unit, value)}
          onPick={(at) => setNoted(series.points[at]?.date ?? null)}
        />
      </div>
      <Notes series={series} />
      <Verdicts series={series} />
      {noted !== null && (
        <NoteDialog series={series} date={noted} onClose={() => setNoted(null)} />
      )}
    </>
  );
}

export function TrendView({ metric }: { metric: string }) {
  const names = useNames();
  const [search, setSearch] = useSearchParams();
  const team = search.get("team") ?? names.teams[0]?.id ?? "";
  const cadence = search.get("cadence") ?? "weekly";
  const marks = search.get("marks") ?? "none";
  const query = { metric, team, cadence, ...(marks === "none" ? {} : { marks }) };
  const series = useAnswer(
    "get_trend_series",
    { query: query as never },
    { enabled: team !== "", keep: true },
  );
  const ask = (name: string, value: string) =>
    setSearch(new URLSearchParams({ ...Object.fromEntries(search), team, [name]: value }), {
      replace: true,
    });
  const caption = t("trends.chart_of", {
    metric: metricName(metric),
    team: names.of(team),
    cadence: wordOf("trends", `cadence_${cadence}`),
  });
  return (
    <>
      <Link href={`/trends?team=${team}`}>{t("trends.back")}</Link>
      <h2>{metricName(metric)}</h2>
      <p className="ek-quiet">{wordOf("metric", `${metric}_means`)}</p>
      <div className="ek-row ek-trends-asked">
        <Select
          label={t("common.team")}
          choices={names.teams.map(({ id, name }) => ({ id, label: name }))}
          value={team}
          onChange={(id) => ask("team", id)}
        />
        <Select
          label={t("trends.cadence")}
          choices={CADENCES.map((id) => ({ id, label: wordOf("trends", `cadence_${id}`) }))}
          value={cadence}
          onChange={(id) => ask("cadence", id)}
        />
        <Select
          label={t("trends.marks")}
          choices={MARKS.map((id) => ({ id, label: wordOf("trends", `marks_${id}`) }))}
          value={marks}
          onChange={(id) => ask("marks", id)}
        />
      </div>
      <Ready of={series}>{({ answer }) => <Drawn series={answer} caption={caption} />}</Ready>
    </>
  );
}
