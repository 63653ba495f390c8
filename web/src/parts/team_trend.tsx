// team_trend -- every metric of a team in some days as the columns of a table: the figure with its
// interval, or of too few the counts, what it rests on, and its verdict. Its parts serve the tables
// of other reports.
import type { ReactNode } from "react";
import { Link } from "wouter";
import type { Names } from "../feed/names.ts";
import type { SlaReport, SlaWeek, TeamTrendLine } from "../gen/shapes.ts";
import { formatDay, formatFigure, formatNumber, type FigureUnit } from "../words/format.ts";
import { t, wordOf } from "../words/words.ts";
import { answersTo, type FigureAsked } from "./figure.ts";
import { Receipt } from "./Receipt.tsx";
import { trendPath } from "./verdict.ts";

// The days that a report tells of, and how they are counted.
export type Days = Pick<SlaReport, "from" | "until" | "zone" | "clock">;

export interface Column<Row> {
  id: string; // its head is reports.col_ID
  isNumber?: boolean;
  cell: (row: Row, names: Names, days: Days) => ReactNode;
}

export const NOTHING = "–";
const metricWord = (metric: string) => wordOf("metric", metric.split("@")[0] ?? metric);
const share = (value: number | null) => formatFigure("share", value);

export function TeamName({ id, names }: { id: string | null; names: Names }) {
  return id === null ? NOTHING : <bdi>{names.of(id)}</bdi>;
}

interface Figure {
  value: number | null;
  low: number | null;
  high: number | null;
  numerator: number;
  denominator: number;
  state?: SlaWeek["state"];
}

// Of too few for a share: so many of so many.
export function ofCounts({ value, numerator, denominator }: Figure): string {
  if (value !== null) return share(value);
  if (denominator === 0) return NOTHING;
  return t("reports.so_many_of", {
    part: formatNumber(numerator),
    whole: formatNumber(denominator),
  });
}

export function Interval({ figure, unit }: { figure: Figure; unit: FigureUnit }) {
  const isTooFew = figure.state === "interval" && figure.value !== null;
  if (figure.low === null || figure.high === null)
    return isTooFew && <span className="ek-quiet ek-small"> ({t("common.no_interval")})</span>;
  return (
    <span className="ek-quiet ek-small">
      {" "}
      {t("reports.between", {
        low: formatFigure(unit, figure.low),
        high: formatFigure(unit, figure.high),
      })}
    </span>
  );
}

// What a share says: itself, or of too few the counts that it is made of.
export function sayOf({ value, denominator }: Figure) {
  const isCounts = value === null && denominator > 0;
  return isCounts ? (["numerator", "denominator"] as const) : (["value"] as const);
}

const askedOfDays = (row: TeamTrendLine, { from, until, zone, clock }: Days): FigureAsked => ({
  metric: row.metric,
  team: row.team,
  zone,
  clock,
  from,
  until,
});

function pathOf(row: TeamTrendLine): string {
  return trendPath({ ...row, cadence: row.cadence ?? "daily" });
}

function Verdict({ row }: { row: TeamTrendLine }) {
  if (row.verdict === null) return NOTHING;
  const word = wordOf("trends", `state_${row.verdict}`);
  if (row.since === null || row.direction === null) return <Link href={pathOf(row)}>{word}</Link>;
  return (
    <>
      <Link href={pathOf(row)}>{wordOf("trends", `is_${row.direction}`)}</Link>{" "}
      {t("trends.was_is", {
        was: formatFigure(row.unit, row.was),
        is: formatFigure(row.unit, row.is),
      })}{" "}
      <span className="ek-quiet">{formatDay(row.since)}</span>
    </>
  );
}

export const TREND: readonly Column<TeamTrendLine>[] = [
  {
    id: "metric",
    cell: (row, _names, days) => (
      <span className="ek-reports-metric">
        {metricWord(row.metric)}
        <Receipt metric={row.metric} asked={askedOfDays(row, days)} />
      </span>
    ),
  },
  { id: "team", cell: (row, names) => <TeamName id={row.team} names={names} /> },
  {
    id: "value",
    isNumber: true,
    cell: (row, _names, days) => (
      <span
        {...answersTo(askedOfDays(row, days), [
          ...(row.unit === "share" ? sayOf(row) : (["value"] as const)),
          "low",
          "high",
        ])}
      >
        <strong>{row.unit === "share" ? ofCounts(row) : formatFigure(row.unit, row.value)}</strong>
        <Interval figure={row} unit={row.unit} />
      </span>
    ),
  },
  {
    id: "n",
    isNumber: true,
    cell: (row, _names, days) => (
      <span {...answersTo(askedOfDays(row, days), ["n"])}>{formatNumber(row.n)}</span>
    ),
  },
  { id: "verdict", cell: (row) => <Verdict row={row} /> },
];
