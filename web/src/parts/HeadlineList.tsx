// HeadlineList -- what changed, in one look: each change with what it was and is, since when, and
// how sure one can be; then what may be changing. What is as ever, and what is not known yet, are
// counted and folded away. Nothing here compares people.
import type { ReactNode } from "react";
import { Link } from "wouter";
import type { Trend, Trends } from "../gen/shapes.ts";
import { Empty } from "./states.tsx";
import { TrendLine } from "./TrendLine.tsx";
import {
  factsOf,
  markOf,
  movedOf,
  oddsOf,
  partOf,
  sentenceOf,
  trendPath,
  type Part,
} from "./verdict.ts";
import { formatNumber } from "../words/format.ts";
import { t, wordOf } from "../words/words.ts";
import "./trends.css";

const OPEN_PARTS: readonly Part[] = ["changed", "open"];
const FOLDED_PARTS: readonly Part[] = ["steady", "early"];
type NameOf = (id: string) => string;

const spanOf = (trend: Trend) => wordOf("trends", `cadence_${trend.cadence}`);

// The same metric of the same team by day and by week is one matter: the loudest speaks for it.
function matters(trends: readonly Trend[]): [Trend, ...Trend[]][] {
  const found = new Map<string, [Trend, ...Trend[]]>();
  for (const trend of trends) {
    const key = `${trend.team} ${trend.metric}`;
    const same = found.get(key);
    if (same === undefined) found.set(key, [trend]);
    else same.push(trend);
  }
  return [...found.values()];
}

function Says({ trend }: { trend: Trend }) {
  const facts = factsOf(trend);
  const odds = oddsOf(trend.odds, trend.cadence);
  const moved = movedOf(trend);
  if (facts === null) return <span className="ek-trends-says">{sentenceOf(trend)}</span>;
  return (
    <span className="ek-trends-says">
      <strong className="ek-trends-levels">{t("trends.was_is", facts)}</strong>{" "}
      <span>{t("trends.since_over", facts)}</span>
      {moved !== null && <span className="ek-quiet ek-trends-odds">{moved}</span>}
      {odds !== null && <span className="ek-quiet ek-small ek-trends-odds">{odds}</span>}
    </span>
  );
}

function Line({ of: [trend, ...others] }: { of: readonly [Trend, ...Trend[]] }) {
  const under = (
    <span className="ek-quiet ek-small">
      {spanOf(trend)}
      {others.map((other) => (
        <span key={other.cadence}>
          {" · "}
          <Link href={trendPath(other)}>{spanOf(other)}</Link>
        </span>
      ))}
    </span>
  );
  return (
    <TrendLine of={trend} under={under} mark={markOf(trend)}>
      <Says trend={trend} />
    </TrendLine>
  );
}

function Lines({ of }: { of: readonly [Trend, ...Trend[]][] }) {
  return (
    <ul className="ek-trends-list">
      {of.map((matter) => (
        <Line key={`${matter[0].metric} ${matter[0].team}`} of={matter} />
      ))}
    </ul>
  );
}

// A team's name stands once, above its lines; the team with the loudest comes first.
function Grouped({ trends, nameOf }: { trends: readonly Trend[]; nameOf: NameOf | null }) {
  const all = matters(trends);
  if (nameOf === null) return <Lines of={all} />;
  const teams = [...new Set(all.map(([{ team }]) => team))];
  return teams.map((team) => (
    <section key={team} className="ek-trends-team">
      <h3>
        <Link href={`/team/${team}`}>
          <bdi>{nameOf(team)}</bdi>
        </Link>
      </h3>
      <Lines of={all.filter(([trend]) => trend.team === team)} />
    </section>
  ));
}

function Title({ part, count }: { part: Part; count: number }) {
  return (
    <>
      {t(`trends.part_${part}`)} <span className="ek-quiet">{formatNumber(count)}</span>
    </>
  );
}

function Folded({ part, count, children }: { part: Part; count: number; children: ReactNode }) {
  return (
    <details className="ek-panel ek-trends-folded">
      <summary>
        <h2>
          <Title part={part} count={count} />
        </h2>
        <span className="ek-quiet">{t(`trends.part_${part}_means`)}</span>
      </summary>
      {children}
    </details>
  );
}

export function HeadlineList({
  trends: { data, as_of },
  withTeam,
  beside,
}: {
  trends: Pick<Trends, "data" | "as_of">;
  withTeam: NameOf | null;
  beside?: ReactNode; // after what is open, before what is folded away
}) {
  if (as_of === null) return <Empty title={t("trends.looking")}>{t("trends.looking_means")}</Empty>;
  if (data.length === 0) return <Empty title={t("trends.none")}>{t("trends.none_means")}</Empty>;
  const of = (part: Part) => data.filter((trend) => partOf(trend.state) === part);
  return (
    <>
      {OPEN_PARTS.map((part) => {
        const found = of(part);
        if (found.length === 0 && part !== "changed") return null;
        return (
          <section key={part} className="ek-panel" aria-labelledby={`trends-${part}`}>
            <div>
              <h2 id={`trends-${part}`}>
                <Title part={part} count={matters(found).length} />
              </h2>
              <p className="ek-quiet ek-trends-means">
                {t(found.length === 0 ? "trends.none_changed" : `trends.part_${part}_means`)}
              </p>
            </div>
            <Grouped trends={found} nameOf={withTeam} />
          </section>
        );
      })}
      {beside}
      {FOLDED_PARTS.map((part) => {
        const found = of(part);
        if (found.length === 0) return null;
        return (
          <Folded key={part} part={part} count={matters(found).length}>
            <Grouped trends={found} nameOf={withTeam} />
          </Folded>
        );
      })}
    </>
  );
}
