// drawn -- a series of the API as the chart draws it.
import type { TrendSeries } from "../../gen/shapes.ts";
import type { ChartMark, ChartSeries } from "../../parts/Chart.tsx";
import { drawnMark } from "../../parts/verdict.ts";
import { formatFigure, formatList } from "../../words/format.ts";
import { t, wordOf } from "../../words/words.ts";

function verdictMarks(series: TrendSeries): ChartMark[] {
  return series.verdicts.flatMap((verdict) => {
    if (verdict.crossed) return [];
    const at = series.points.findIndex(({ date }) => date === verdict.start);
    return at < 0 ? [] : [{ at, ...drawnMark(verdict) }];
  });
}

function restatedMark(series: TrendSeries, at: number): ChartMark[] {
  const was = series.points[at]?.restated ?? null;
  if (was === null) return [];
  const why = formatList(was.causes.map((cause) => wordOf("metric", `cause_${cause}`)));
  const value =
    was.value === null
      ? t("metric.only_count", { n: was.n })
      : formatFigure(series.unit, was.value);
  return [{ at, kind: "note", text: t("metric.restated_point", { value, why }) }];
}

// Where nothing before counts any more, and why.
function segmentMarks(series: TrendSeries): ChartMark[] {
  return series.segments.flatMap(({ begins_by: by, from, metric }) => {
    const at = series.points.findIndex(({ date }) => date === from);
    if (by === null || at < 0) return [];
    const text =
      by === "definition" ? t("metric.begins", { metric }) : wordOf("trends", `begins_by_${by}`);
    return [{ at, kind: "note" as const, text }];
  });
}

function pointMarks(series: TrendSeries): ChartMark[] {
  return series.points.flatMap(({ annotation, holiday, marks }, at) => [
    ...(holiday ? [{ at, kind: "note" as const, text: t("trends.holiday") }] : []),
    ...(annotation === null
      ? []
      : [{ at, kind: "note" as const, text: wordOf("trends", "notes") }]),
    ...restatedMark(series, at),
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
    marks: [...verdictMarks(series), ...segmentMarks(series), ...pointMarks(series)],
  };
}
