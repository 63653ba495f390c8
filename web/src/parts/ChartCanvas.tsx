// ChartCanvas -- the canvas of a chart, by uPlot; loaded with the first one. Colours are the page's
// tokens, read anew when the theme changes. What it shows stands beside it as words and as a table,
// so it is hidden from screen readers.
import { useEffect, useRef } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { currentManners } from "../words/words.ts";
import { formatDay } from "../words/format.ts";
import type { ChartMark, ChartMarkKind, ChartSeries, Drawn } from "./Chart.tsx";

const HEIGHT = 300;
const HEIGHT_NARROW = 220;
const POINT = 3;
const NARROW = 520;

type Palette = Record<
  "text" | "quiet" | "line" | "accent" | "band" | "good" | "warn" | "bad" | "surface",
  string
>;

// light-dark() and color-mix() are resolved by the browser: asked of an element, not of the token.
function palette(of: HTMLElement): Palette {
  const probe = document.createElement("span");
  of.append(probe);
  const read = (value: string): string => {
    probe.style.color = value;
    return getComputedStyle(probe).color;
  };
  const found = {
    text: read("var(--text)"),
    quiet: read("var(--text-quiet)"),
    line: read("var(--line)"),
    accent: read("var(--accent)"),
    band: read("color-mix(in srgb, var(--accent) 14%, transparent)"),
    good: read("var(--good)"),
    warn: read("var(--warn)"),
    bad: read("var(--bad)"),
    surface: read("var(--surface-1)"),
  };
  probe.remove();
  return found;
}

function instants(dates: readonly string[]): number[] {
  return dates.map((date) => Date.parse(`${date}T00:00:00Z`) / 1000);
}

const MAYBE: readonly ChartMarkKind[] = ["suspected", "recurring", "one_off", "decaying"];

function markColour({ kind, tone = "bad" }: ChartMark, colours: Palette): string {
  if (kind === "shift" || kind === "further_shift") return colours[tone];
  if (MAYBE.includes(kind)) return colours.warn;
  return kind === "returned" ? colours.good : colours.quiet;
}

// A shift is a line through the day it began at; what is said of one point a triangle above it.
function drawMark(u: uPlot, series: ChartSeries, mark: ChartMark, colours: Palette): void {
  const date = series.dates[mark.at];
  if (date === undefined) return;
  const x = u.valToPos(Date.parse(`${date}T00:00:00Z`) / 1000, "x", true);
  const value = series.values[mark.at];
  const ratio = devicePixelRatio;
  u.ctx.save();
  u.ctx.strokeStyle = u.ctx.fillStyle = markColour(mark, colours);
  u.ctx.lineWidth = 1.5 * ratio;
  u.ctx.beginPath();
  if (["shift", "further_shift", "returned", "note"].includes(mark.kind)) {
    u.ctx.setLineDash(mark.kind === "note" ? [2 * ratio, 3 * ratio] : []);
    u.ctx.moveTo(x, u.bbox.top);
    u.ctx.lineTo(x, u.bbox.top + u.bbox.height);
    u.ctx.stroke();
  } else if (value != null) {
    const y = u.valToPos(value, "y", true) - 8 * ratio;
    u.ctx.moveTo(x, y);
    u.ctx.lineTo(x - 5 * ratio, y - 8 * ratio);
    u.ctx.lineTo(x + 5 * ratio, y - 8 * ratio);
    u.ctx.fill();
  }
  u.ctx.restore();
}

function drawPoints(u: uPlot, series: ChartSeries, colours: Palette): void {
  const size = POINT * devicePixelRatio;
  u.ctx.save();
  u.ctx.lineWidth = 1.5 * devicePixelRatio;
  u.ctx.strokeStyle = colours.accent;
  series.dates.forEach((date, at) => {
    const value = series.values[at];
    if (value == null) return;
    const x = u.valToPos(Date.parse(`${date}T00:00:00Z`) / 1000, "x", true);
    u.ctx.fillStyle = series.isHollow[at] === true ? colours.surface : colours.accent;
    u.ctx.beginPath();
    u.ctx.arc(x, u.valToPos(value, "y", true), size, 0, 2 * Math.PI);
    u.ctx.fill();
    u.ctx.stroke();
  });
  u.ctx.restore();
}

const YEAR_S = 366 * 86_400;

// Over more than a year each date says of which year it is.
function axisDates(splits: readonly number[]): string[] {
  const isLong = (splits.at(-1) ?? 0) - (splits[0] ?? 0) >= YEAR_S;
  const format = new Intl.DateTimeFormat(currentManners().locale, {
    timeZone: "UTC",
    month: "short",
    ...(isLong ? { year: "numeric" } : { day: "numeric" }),
  });
  return splits.map((seconds) => format.format(seconds * 1000));
}

function options(drawn: Drawn, colours: Palette, width: number): uPlot.Options {
  const axis = { stroke: colours.quiet, grid: { stroke: colours.line, width: 1 } };
  return {
    width,
    height: width < NARROW ? HEIGHT_NARROW : HEIGHT,
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false } },
    scales: { x: { time: true }, y: { range: { min: { pad: 0.1 }, max: { pad: 0.15 } } } },
    axes: [
      {
        ...axis,
        ticks: { show: false },
        values: (_, splits) => axisDates(splits),
        space: 70,
      },
      {
        ...axis,
        ticks: { show: false },
        values: (_, splits) => splits.map(drawn.format),
        size: 76,
      },
    ],
    bands: [{ series: [3, 2], fill: colours.band }],
    series: [
      { value: (_, at) => (at == null ? "" : formatDay(new Date(at * 1000).toISOString())) },
      { stroke: colours.accent, width: 1.5, points: { show: false }, spanGaps: true },
      { stroke: "transparent", points: { show: false } },
      { stroke: "transparent", points: { show: false } },
      { stroke: colours.quiet, width: 1, points: { show: false } },
      { stroke: colours.text, width: 2, dash: [6, 4], points: { show: false } },
    ],
    hooks: {
      draw: [
        (u) => {
          drawPoints(u, drawn.series, colours);
          for (const mark of drawn.series.marks) drawMark(u, drawn.series, mark, colours);
        },
      ],
    },
  };
}

function columns(series: ChartSeries): uPlot.AlignedData {
  return [
    instants(series.dates),
    [...series.values],
    [...series.low],
    [...series.high],
    [...series.centre],
    [...series.provisional],
  ];
}

// What the pointer is at, in words under it.
function tip(u: uPlot, drawn: Drawn, out: HTMLElement): void {
  const at = u.cursor.idx;
  const date = at == null ? undefined : drawn.series.dates[at];
  const value = at == null ? undefined : drawn.series.values[at];
  if (at == null || date === undefined || value == null) {
    out.textContent = "";
    return;
  }
  const marks = drawn.series.marks.filter((mark) => mark.at === at).map((mark) => mark.text);
  out.textContent = [formatDay(date), drawn.format(value), ...marks].join(" · ");
}

export default function ChartCanvas(drawn: Drawn) {
  const host = useRef<HTMLDivElement>(null);
  const said = useRef<HTMLParagraphElement>(null);
  useEffect(() => {
    const into = host.current;
    const out = said.current;
    if (into === null || out === null) return undefined;
    let plot: uPlot | null = null;
    const draw = (): void => {
      plot?.destroy();
      const made = options(drawn, palette(into), into.clientWidth);
      made.hooks = { ...made.hooks, setCursor: [(u) => tip(u, drawn, out)] };
      plot = new uPlot(made, columns(drawn.series), into);
      plot.over.addEventListener("click", () => {
        const at = plot?.cursor.idx;
        if (at != null) drawn.onPick?.(at);
      });
    };
    const resized = new ResizeObserver(draw);
    const themed = new MutationObserver(draw);
    resized.observe(into);
    themed.observe(document.documentElement, { attributeFilter: ["data-theme"] });
    const dark = matchMedia("(prefers-color-scheme: dark)");
    dark.addEventListener("change", draw);
    return () => {
      resized.disconnect();
      themed.disconnect();
      dark.removeEventListener("change", draw);
      plot?.destroy();
    };
  }, [drawn]);
  return (
    <div aria-hidden>
      <div ref={host} className="ek-chart-canvas" dir="ltr" />
      <p ref={said} className="ek-quiet ek-small ek-chart-tip" />
    </div>
  );
}
