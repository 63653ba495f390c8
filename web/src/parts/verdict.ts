// verdict -- what was said of a series, in words: what changed, since when, by how much, over how
// many points, and how sure one can be; and where all of it stands. The facts are the server's;
// only the words are made here.
import type { TrendSeries, Verdict } from "../gen/shapes.ts";
import { formatDay, formatFigure, formatNumber, type FigureUnit } from "../words/format.ts";
import { t, wordOf } from "../words/words.ts";
import type { ChartMark } from "./Chart.tsx";
import type { Tone, Shape } from "./marks.tsx";

// first_response_time@1 is called as its metric is.
export function metricName(metric: string): string {
  return wordOf("metric", metric.split("@")[0] ?? metric);
}

export function trendPath(trend: { metric: string; team: string; cadence: string }): string {
  const asked = new URLSearchParams({ team: trend.team, cadence: trend.cadence });
  return `/trends/${trend.metric.split("@")[0] ?? ""}?${asked.toString()}`;
}

const AWAITED_MS = 1500;
/** Asks again until everything has been looked over since the server started. */
export const untilLooked = ({ as_of }: { as_of: string | null }): number | undefined =>
  as_of === null ? AWAITED_MS : undefined;

export interface Said {
  state: string;
  direction: string | null;
  since: string | null;
  moved?: string | null; // when it moved last, if later
  was: number | null;
  is: number | null;
  unit: string;
  points: number;
  odds: number | null;
}

// How the whole series stands: of its points those that are judged.
export function saidOfSeries(series: TrendSeries): Said {
  const { since } = series;
  const points = series.points.filter(
    ({ date, fed }) => fed === "fed" && (since === null || date >= since),
  );
  return { ...series, points: points.length };
}

const CHANGED = ["shift", "further_shift", "returned"];
const OPEN = ["suspected", "too_early", "recurring", "decaying"];

export function unitOf(unit: string): FigureUnit {
  return unit === "seconds" || unit === "share" || unit === "points" ? unit : "count";
}

// Which part of the page: what changed, what may be changing, what is as ever, or not known yet.
export type Part = "changed" | "open" | "steady" | "early";

export function partOf(state: string): Part {
  if (CHANGED.includes(state)) return "changed";
  if (OPEN.includes(state)) return "open";
  return state === "collecting" || state === "trial" ? "early" : "steady";
}

// "1 in 20": chances as people say them, over 30 points of the chart.
export function oddsOf(odds: number | null, cadence: string): string | null {
  if (odds === null || odds <= 0) return null;
  const whole = formatNumber(Math.max(2, Math.round(1 / odds)));
  return wordOf("trends", `odds_${cadence}`, { whole });
}

export function markOf(said: Said): { tone: Tone; shape: Shape; word: string } {
  const word =
    said.direction !== null && CHANGED.includes(said.state)
      ? wordOf("trends", `is_${said.direction}`)
      : wordOf("trends", `state_${said.state}`);
  if (said.state === "returned") return { tone: "good", shape: "disc", word };
  if (CHANGED.includes(said.state)) {
    if (said.direction === "better") return { tone: "good", shape: "up", word };
    if (said.direction === "worse") return { tone: "bad", shape: "triangle", word };
    return { tone: "accent", shape: "square", word };
  }
  if (OPEN.includes(said.state)) return { tone: "warn", shape: "ring", word };
  return { tone: "quiet", shape: "bar", word };
}

export interface Facts {
  since: string;
  was: string;
  is: string;
  n: number;
}

// "It moved again on 31 May."; null when it did not.
export function movedOf(said: Said): string | null {
  const { moved } = said;
  if (moved === null || moved === undefined) return null;
  return t("trends.moved", { date: formatDay(moved) });
}

// Of a lasting change, in words; null for everything else.
export function factsOf(said: Said): Facts | null {
  const unit = unitOf(said.unit);
  if (!CHANGED.includes(said.state) || said.since === null) return null;
  return {
    since: formatDay(said.since),
    was: formatFigure(unit, said.was),
    is: formatFigure(unit, said.is),
    n: said.points,
  };
}

export function sentenceOf(said: Said): string {
  const facts = factsOf(said);
  const { since, points: n } = said;
  if (said.state === "decaying" && since !== null)
    return t("trends.says_decaying", { since: formatDay(since), n });
  if (said.state === "one_off" && n > 1) return t("trends.says_one_off_over", { n });
  if (facts === null) return wordOf("trends", `says_${said.state}`);
  if (said.state === "returned") return t("trends.says_returned", facts);
  const words = wordOf("trends", `since_${said.direction ?? "higher"}`, { ...facts });
  const moved = movedOf(said);
  return moved === null ? words : `${words} ${moved}`;
}

const MOVES: readonly Verdict["kind"][] = ["shift", "further_shift"];

export const isMove = ({ kind }: Pick<Verdict, "kind">): boolean => MOVES.includes(kind);

// The move that the series stands on: the last one, told or not, and what is usual has not begun
// anew since.
export function standing({ verdicts }: Pick<TrendSeries, "verdicts">): Verdict | undefined {
  const last = verdicts.findLast(
    (verdict) => !verdict.crossed && (isMove(verdict) || verdict.kind === "returned"),
  );
  return last !== undefined && isMove(last) && !last.rebased ? last : undefined;
}

// Of that, what people still have to see or to find the story of.
export function openOf(series: Pick<TrendSeries, "verdicts">): Verdict | undefined {
  const last = standing(series);
  return last?.story != null && last.acknowledged.length > 0 ? undefined : last;
}

const TONES: Record<string, "good" | "bad"> = { better: "good", worse: "bad" };

// As a chart marks it.
export function drawnMark(verdict: Verdict): Omit<ChartMark, "at"> {
  const text = wordOf("trends", `state_${verdict.kind}`);
  return { kind: verdict.kind, text, tone: TONES[verdict.direction] ?? "quiet" };
}
