// Chart -- a series over days: what it was, the band in which noise alone would keep it, and marks
// where something was said of it. A canvas says nothing to those who cannot see it: so each chart
// has a caption, one sentence that says what it shows, and the same as a table.
// Time runs from left to right in every language (spec ux, section 7).
import { lazy, Suspense, useId, useState, type ReactNode } from "react";
import { t } from "../words/words.ts";
import { formatDay } from "../words/format.ts";
import { Button } from "./Button.tsx";
import type { FigureMarks } from "./figure.ts";
import "./chart.css";

export type ChartMarkKind =
  | "one_off"
  | "recurring"
  | "suspected"
  | "decaying"
  | "shift"
  | "returned"
  | "further_shift"
  | "note"
  | "rule";

export interface ChartMark {
  at: number; // index of its point
  kind: ChartMarkKind;
  text: string;
  tone?: "good" | "bad" | "quiet"; // of a shift: for the better, for the worse, or neither
}

export interface ChartSeries {
  dates: readonly string[]; // local, YYYY-MM-DD, ascending
  values: readonly (number | null)[];
  centre: readonly (number | null)[];
  low: readonly (number | null)[];
  high: readonly (number | null)[];
  provisional: readonly (number | null)[]; // the centre of what may be a new level
  isHollow: readonly boolean[]; // drawn, and not judged
  marks: readonly ChartMark[];
}

const Canvas = lazy(() => import("./ChartCanvas.tsx"));

function marksOf(series: ChartSeries, at: number): string {
  return series.marks
    .filter((mark) => mark.at === at)
    .map((mark) => mark.text)
    .join(" · ");
}

function bandOf(series: ChartSeries, at: number, format: (value: number) => string): string {
  const low = series.low[at];
  const high = series.high[at];
  return low == null || high == null ? "–" : `${format(low)} – ${format(high)}`;
}

function Table({ series, format, onPick, marks, label }: Drawn & { label: string }) {
  const rows = series.dates.map((date, at) => ({ date, at })).reverse();
  return (
    <div className="ek-chart-table">
      <table className="ek-table" aria-label={label}>
        <thead>
          <tr>
            <th scope="col">{t("chart.day")}</th>
            <th scope="col">{t("chart.value")}</th>
            <th scope="col">{t("chart.band")}</th>
            <th scope="col">{t("chart.said")}</th>
            {onPick !== undefined && (
              <th scope="col">
                <span className="ek-hidden">{t("chart.note")}</span>
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ date, at }) => {
            const value = series.values[at];
            return (
              <tr key={date}>
                <th scope="row">{formatDay(date)}</th>
                <td className="ek-number" {...marks?.(at)}>
                  {value == null ? "–" : format(value)}
                </td>
                <td className="ek-number">{bandOf(series, at, format)}</td>
                <td>{marksOf(series, at)}</td>
                {onPick !== undefined && (
                  <td>
                    <Button look="link" onPress={() => onPick(at)}>
                      {t("chart.note")}
                    </Button>
                  </td>
                )}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

export interface Drawn {
  series: ChartSeries;
  format: (value: number) => string;
  marks?: (at: number) => FigureMarks; // what each point answers
  onPick?: ((at: number) => void) | undefined; // somebody wants to say something of a point
}

export function Chart({
  caption,
  sentence,
  foot,
  ...drawn
}: Drawn & { caption: string; sentence: ReactNode; foot?: ReactNode }) {
  const [isTable, setTable] = useState(false);
  const label = useId();
  return (
    <figure className="ek-chart" aria-labelledby={label}>
      <figcaption>
        <span id={label} className="ek-chart-caption">
          {caption}
        </span>
        <p>{sentence}</p>
      </figcaption>
      {isTable ? (
        <Table {...drawn} label={caption} />
      ) : (
        <Suspense fallback={<div className="ek-chart-canvas" />}>
          <Canvas {...drawn} />
        </Suspense>
      )}
      <div className="ek-row ek-chart-foot">
        <Button look="quiet" onPress={() => setTable(!isTable)}>
          {t(isTable ? "chart.as_chart" : "chart.as_table")}
        </Button>
        {foot}
      </div>
    </figure>
  );
}
