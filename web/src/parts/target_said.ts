// said -- a target in words: what is asked, how it stands, how likely it is to be met. The facts
// are the server's; only the words are made here. Chances are said as numbers of periods too,
// which more people read rightly than a percentage alone.
import type { Target, TargetGrade, TargetSpan, TargetStatus } from "../gen/shapes.ts";
import { answersTo, type FigureAsked } from "./figure.ts";
import type { Shape, Tone } from "./marks.tsx";
import { metricName } from "./verdict.ts";
import { formatFigure, formatList, formatNumber } from "../words/format.ts";
import { t, wordOf } from "../words/words.ts";

export type Period = Target["period"];
export type Asked = Pick<Target, "comparator" | "value" | "upper" | "unit" | "period">;

const LIMITED = 6; // durations: of fewer no two hold the median so surely
const SMALLEST = 0.001;
const LARGEST = 0.999;
const OF_TEN = 10;

// Of a metric that has one kind of figure alone there is nothing to say.
export function variantName(metric: string, variant: string): string | null {
  const key = `variant_${metric.split("@")[0] ?? metric}_${variant}`;
  const word = wordOf("targets", key);
  return word === key ? null : word;
}

// "Resolution time (to the last close that held, nine in ten are within)"
export function figureName(target: Pick<Target, "metric" | "variant" | "statistic">): string {
  const { metric, variant, statistic } = target;
  const parts = [
    variantName(metric, variant),
    statistic === "value" ? null : wordOf("targets", `statistic_${statistic}`),
  ].filter((part) => part !== null);
  const name = metricName(metric);
  return parts.length === 0
    ? name
    : t("targets.of_statistic", { name, statistic: formatList(parts) });
}

export function eachOf(period: Period): string {
  return wordOf("targets", `each_${period}`);
}

// "12 weeks"
export function spansOf(period: Period, n: number): string {
  return wordOf("targets", `spans_${period}`, { n });
}

// "at most 30 min"
export function wantedOf(asked: Omit<Asked, "period">): string {
  return wordOf("targets", asked.comparator, {
    value: formatFigure(asked.unit, asked.value),
    upper: formatFigure(asked.unit, asked.upper),
  });
}

// "at most 30 min each week"
export function wantsOf(asked: Asked): string {
  return t("targets.wants", { wanted: wantedOf(asked), each: eachOf(asked.period) });
}

// A chance that is neither nought nor all is never shown as one of them.
export function formatChance(p: number): string {
  if (p < 1 && p > LARGEST) return t("targets.above", { share: formatFigure("share", LARGEST) });
  return p > 0 && p < SMALLEST
    ? t("targets.below", { share: formatFigure("share", SMALLEST) })
    : formatFigure("share", p);
}

export function chanceOf(p: number, period: Period): string {
  const facts = {
    met: formatNumber(Math.round(p * OF_TEN)),
    spans: spansOf(period, OF_TEN),
    share: formatChance(p),
  };
  if (p < 0.05) return t("targets.chance_hardly", facts);
  return p >= 0.95 ? t("targets.chance_nearly", facts) : t("targets.chance", facts);
}

export function gradeMark(grade: TargetGrade): { tone: Tone; shape: Shape; word: string } {
  const word = wordOf("targets", `grade_${grade.grade}`);
  if (grade.grade === "routine" || grade.grade === "attainable")
    return { tone: "good", shape: grade.grade === "routine" ? "disc" : "up", word };
  if (grade.grade === "unknown") return { tone: "quiet", shape: "bar", word };
  return { tone: "warn", shape: grade.grade === "stretch" ? "ring" : "triangle", word };
}

// What is neither better higher nor lower has no colour; a miss warns, and opens a conversation.
export function stateMark(
  state: string,
  direction: Target["direction"],
): { tone: Tone; shape: Shape; word: string } {
  const word = wordOf("targets", `state_${state}`);
  const isNeutral = direction === "neutral";
  if (state === "met") return { tone: isNeutral ? "accent" : "good", shape: "disc", word };
  if (state === "missed") return { tone: isNeutral ? "accent" : "warn", shape: "triangle", word };
  return { tone: "quiet", shape: state === "so_far" ? "ring" : "bar", word };
}

// In the order in which a sheet numbers them, from 1.
export const COMPARATORS: readonly Target["comparator"][] = ["at_least", "at_most", "between"];

// "28 min (25 min to 31 min), from 212 values"
export function figureOf(
  unit: Target["unit"],
  figure: Pick<TargetStatus, "value" | "low" | "high" | "n">,
): string {
  const { low, high, n } = figure;
  const from = t("targets.from_n", { n });
  if (figure.value === null) return from;
  const value = formatFigure(unit, figure.value);
  const isFew = unit === "seconds" && low === null && n < LIMITED;
  if (isFew) return t("targets.figure_few", { value, few: t("common.no_interval"), from });
  if (low === null || high === null) return t("targets.figure_plain", { value, from });
  const facts = { value, low: formatFigure(unit, low), high: formatFigure(unit, high), from };
  return t("targets.figure", facts);
}

// What the figure of a target in these days answers.
export function figureAsked(target: Target, { from, until }: TargetSpan): FigureAsked {
  const { metric, variant, clock, scope } = target;
  return { metric, variant, clock, team: scope.team, teammate: scope.teammate, from, until };
}

export function figureMarks(
  target: Target,
  { from, until }: TargetSpan,
  { low, high }: Pick<TargetStatus, "low" | "high">,
) {
  const { statistic } = target;
  const asked = figureAsked(target, { from, until });
  const limits = low === null || high === null ? [] : (["low", "high"] as const);
  return answersTo(asked, [statistic, ...limits, "n"]);
}
