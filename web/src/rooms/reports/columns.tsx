// columns -- what stands in the table of each standard report. A value that is not known is a dash,
// never a zero; one of too few is told as counts.
import type { ReactNode } from "react";
import { Link } from "wouter";
import type { Names } from "../../feed/names.ts";
import type {
  Approach,
  Leaving,
  PresenceTeamDay,
  SlaReport,
  SlaWeek,
  TeamTrendLine,
} from "../../gen/shapes.ts";
import { answersTo, type FigureAsked } from "../../parts/figure.ts";
import { Badge } from "../../parts/marks.tsx";
import { Receipt } from "../../parts/Receipt.tsx";
import { When } from "../../parts/time.tsx";
import {
  formatDay,
  formatFigure,
  formatLength,
  formatNumber,
  type FigureUnit,
} from "../../words/format.ts";
import { t, wordOf } from "../../words/words.ts";

// The days that a report tells of, and how they are counted.
export type Days = Pick<SlaReport, "from" | "until" | "zone" | "clock">;

export interface Column<Row> {
  id: string; // its head is reports.col_ID
  isNumber?: boolean;
  cell: (row: Row, names: Names, days: Days) => ReactNode;
}

const NOTHING = "–";
const metricWord = (metric: string) => wordOf("metric", metric.split("@")[0] ?? metric);
const seconds = (value: number | null) => formatFigure("seconds", value);
const count = (value: number | null) => (value === null ? NOTHING : formatNumber(value));
const length = (ms: number | null) => (ms === null ? NOTHING : formatLength(ms));
const share = (value: number | null) => formatFigure("share", value);

function TeamName({ id, names }: { id: string | null; names: Names }) {
  return id === null ? NOTHING : <bdi>{names.of(id)}</bdi>;
}

interface Figure {
  value: number | null;
  low: number | null;
  high: number | null;
  numerator: number;
  denominator: number;
}

// Of too few for a share: so many of so many.
function ofCounts({ value, numerator, denominator }: Figure): string {
  if (value !== null) return share(value);
  if (denominator === 0) return NOTHING;
  return t("reports.so_many_of", {
    part: formatNumber(numerator),
    whole: formatNumber(denominator),
  });
}

function Interval({ figure, unit }: { figure: Figure; unit: FigureUnit }) {
  if (figure.low === null || figure.high === null) return null;
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
function sayOf({ value, denominator }: Figure) {
  const isCounts = value === null && denominator > 0;
  return isCounts ? (["numerator", "denominator"] as const) : (["value"] as const);
}

const askedOfWeek = (row: SlaWeek, { zone }: Days): FigureAsked => ({
  metric: row.metric,
  team: row.team,
  zone,
  from: row.week,
  until: row.until,
});

const askedOfDays = (row: TeamTrendLine, { from, until, zone, clock }: Days): FigureAsked => ({
  metric: row.metric,
  team: row.team,
  zone,
  clock,
  from,
  until,
});

export const APPROACHES: readonly Column<Approach>[] = [
  { id: "started", cell: (row) => <When at={row.started_at} /> },
  {
    id: "conversation",
    cell: (row) => (
      <bdi className="ek-code">
        {row.conversation ?? t("reports.imported", { line: String(row.item ?? "") })}
      </bdi>
    ),
  },
  { id: "team", cell: (row, names) => <TeamName id={row.team} names={names} /> },
  {
    id: "channel",
    cell: (row) => (row.channel === null ? NOTHING : wordOf("inbox", `channel_${row.channel}`)),
  },
  { id: "topic", cell: (row) => <bdi>{row.topic ?? NOTHING}</bdi> },
  { id: "outcome", cell: (row) => wordOf("reports", `outcome_${row.outcome}`) },
  { id: "contacts", isNumber: true, cell: (row) => count(row.contacts_30d) },
  { id: "queue", isNumber: true, cell: (row) => seconds(row.queue_seconds) },
  { id: "assignment", isNumber: true, cell: (row) => seconds(row.assignment_seconds) },
  { id: "first_response", isNumber: true, cell: (row) => seconds(row.first_response_seconds) },
  { id: "handle", isNumber: true, cell: (row) => seconds(row.handle_seconds) },
  { id: "transfers", isNumber: true, cell: (row) => count(row.transfers) },
  { id: "holds", isNumber: true, cell: (row) => count(row.holds) },
];

export const SLA: readonly Column<SlaWeek>[] = [
  {
    id: "week",
    cell: (row) => (
      <>
        {formatDay(row.week)} {!row.complete && <Badge>{t("reports.not_over")}</Badge>}
      </>
    ),
  },
  { id: "team", cell: (row) => <bdi>{row.team_name}</bdi> },
  {
    id: "kept",
    isNumber: true,
    cell: (row, _names, days) => (
      <span {...answersTo(askedOfWeek(row, days), [...sayOf(row), "low", "high"])}>
        <strong>{ofCounts(row)}</strong>
        <Interval figure={row} unit="share" />
      </span>
    ),
  },
  {
    id: "deadlines",
    isNumber: true,
    cell: (row, _names, days) => (
      <span {...answersTo(askedOfWeek(row, days), ["numerator", "denominator"])}>
        {t("reports.so_many_of", {
          part: formatNumber(row.numerator),
          whole: formatNumber(row.denominator),
        })}
      </span>
    ),
  },
  {
    id: "before",
    isNumber: true,
    cell: (row) =>
      ofCounts({
        value: row.before_value,
        low: null,
        high: null,
        numerator: row.before_numerator,
        denominator: row.before_denominator,
      }),
  },
];

export const LEAVING: readonly Column<Leaving>[] = [
  { id: "team", cell: (row, names) => <TeamName id={row.team} names={names} /> },
  { id: "stage", cell: (row) => wordOf("reports", `stage_${row.stage}`) },
  { id: "topic", cell: (row) => <bdi>{row.topic ?? NOTHING}</bdi> },
  { id: "left", isNumber: true, cell: (row) => formatNumber(row.n) },
  { id: "of", isNumber: true, cell: (row) => formatNumber(row.of) },
  { id: "share", isNumber: true, cell: (row) => share(row.share) },
];

export const PRESENCE: readonly Column<PresenceTeamDay>[] = [
  { id: "day", cell: (row) => formatDay(row.day) },
  { id: "team", cell: (row, names) => <TeamName id={row.team} names={names} /> },
  { id: "people", isNumber: true, cell: (row) => formatNumber(row.people) },
  { id: "active", isNumber: true, cell: (row) => length(row.active_ms) },
  { id: "away", isNumber: true, cell: (row) => length(row.away_ms) },
];

function trendPath({ metric, team, cadence }: TeamTrendLine): string {
  const asked = new URLSearchParams({ team, cadence: cadence ?? "daily" });
  return `/trends/${metric.split("@")[0] ?? ""}?${asked.toString()}`;
}

function Verdict({ row }: { row: TeamTrendLine }) {
  if (row.verdict === null) return NOTHING;
  const word = wordOf("trends", `state_${row.verdict}`);
  if (row.since === null || row.direction === null)
    return <Link href={trendPath(row)}>{word}</Link>;
  return (
    <>
      <Link href={trendPath(row)}>{wordOf("trends", `is_${row.direction}`)}</Link>{" "}
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
