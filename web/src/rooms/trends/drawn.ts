// drawn -- a series of the API as the chart draws it.
import type { TrendSeries } from "../../gen/shapes.ts";
import type { ChartMark, ChartMarkKind, ChartSeries } from "../../parts/Chart.tsx";
import { wordOf } from "../../words/words.ts";

const TONES: Record<string, "good" | "bad"> = { better: "good", worse: "bad" };

function verdictMarks(series: TrendSeries): ChartMark[] {
  return series.verdicts.flatMap((verdict) => {
    if (verdict.crossed) return [];
    const at = series.points.findIndex(({ date }) => date === verdict.start);
    if (at < 0) return [];
    const kind = verdict.kind as ChartMarkKind;
    const text = wordOf("trends", `state_${verdict.kind}`);
    return [{ at, kind, text, tone: TONES[verdict.direction] ?? ("quiet" as const) }];
  });
}

function pointMarks(series: TrendSeries): ChartMark[] {
  return series.points.flatMap(({ annotation, marks }, at) => [
    ...(annotation === null
      ? []
      : [{ at, kind: "note" as const, text: wordOf("trends", "notes") }]),
    ...marks.map((rule) => ({
      at,
      kind: "rule" as const,
      text: wordOf("trends", `rule_${rule}`),
    })),
  ]);
}

function provisional(series: TrendSeries): (number | null)[] {
  const segment = series.segments.findLast(({ kind }) => kind === "provisional");
  return series.points.map(({ date }) =>
    segment !== undefined &&
    date >= segment.from &&
    (segment.until === null || date < segment.until)
      ? segment.centre
      : null,
  );
}

export function drawnOf(series: TrendSeries): ChartSeries {
  const { points } = series;
  return {
    dates: points.map(({ date }) => date),
    values: points.map(({ value }) => value),
    centre: points.map(({ centre }) => centre),
    low: points.map(({ low }) => low),
    high: points.map(({ high }) => high),
    provisional: provisional(series),
    isHollow: points.map(({ fed }) => fed !== "fed"),
    marks: [...verdictMarks(series), ...pointMarks(series)],
  };
}
