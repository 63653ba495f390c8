// HeadlineList -- every metric of a team in one line each: what changed first, then what may be
// changing, then what is as ever. Nothing here compares people.
import { Link } from "wouter";
import type { Trend } from "../../gen/shapes.ts";
import { Mark } from "../../parts/marks.tsx";
import { t, wordOf } from "../../words/words.ts";
import { markOf, oddsOf, partOf, sentenceOf, type Part } from "./sentence.ts";

const PARTS: readonly Part[] = ["changed", "open", "steady", "early"];

// first_response_time@1 is called as its metric is.
export function metricName(metric: string): string {
  return wordOf("metric", metric.split("@")[0] ?? metric);
}

export function trendPath(trend: { metric: string; team: string; cadence: string }): string {
  const asked = new URLSearchParams({ team: trend.team, cadence: trend.cadence });
  return `/trends/${trend.metric.split("@")[0] ?? ""}?${asked.toString()}`;
}

function Line({ trend, withTeam }: { trend: Trend; withTeam: ((id: string) => string) | null }) {
  const { tone, shape, word } = markOf(trend);
  const odds = partOf(trend.state) === "changed" ? oddsOf(trend.odds) : null;
  return (
    <li className="ek-trends-line">
      <Link className="ek-trends-name" href={trendPath(trend)}>
        {metricName(trend.metric)}
        {withTeam !== null && (
          <span className="ek-quiet">
            {" · "}
            <bdi>{withTeam(trend.team)}</bdi>
          </span>
        )}
      </Link>
      <span className="ek-trends-mark">
        <Mark tone={tone} shape={shape}>
          {word}
        </Mark>
      </span>
      <span className="ek-trends-says">
        {sentenceOf(trend)} {odds !== null && <span className="ek-quiet">{odds}</span>}
      </span>
      <span className="ek-quiet ek-small">{wordOf("trends", `cadence_${trend.cadence}`)}</span>
    </li>
  );
}

export function HeadlineList({
  trends,
  withTeam,
}: {
  trends: readonly Trend[];
  withTeam: ((id: string) => string) | null;
}) {
  return PARTS.map((part) => {
    const of = trends.filter((trend) => partOf(trend.state) === part);
    if (of.length === 0) return null;
    return (
      <section key={part} className="ek-panel" aria-labelledby={`trends-${part}`}>
        <h2 id={`trends-${part}`}>{t(`trends.part_${part}`)}</h2>
        <p className="ek-quiet">{t(`trends.part_${part}_means`)}</p>
        <ul className="ek-trends-list">
          {of.map((trend) => (
            <Line
              key={`${trend.metric} ${trend.team} ${trend.cadence}`}
              trend={trend}
              withTeam={withTeam}
            />
          ))}
        </ul>
      </section>
    );
  });
}
