// columns -- what stands in the table of each standard report. A value that is not known is a dash,
// never a zero; one of too few is told as counts.
import type { Approach, Leaving, PresenceTeamDay, SlaWeek } from "../../gen/shapes.ts";
import { answersTo, type FigureAsked } from "../../parts/figure.ts";
import { Badge } from "../../parts/marks.tsx";
import { Receipt } from "../../parts/Receipt.tsx";
import { When } from "../../parts/time.tsx";
import {
  Interval,
  NOTHING,
  ofCounts,
  sayOf,
  TeamName,
  type Column,
  type Days,
} from "../../parts/team_trend.tsx";
import { formatDay, formatFigure, formatLength, formatNumber } from "../../words/format.ts";
import { t, wordOf } from "../../words/words.ts";

const seconds = (value: number | null) => formatFigure("seconds", value);
const count = (value: number | null) => (value === null ? NOTHING : formatNumber(value));
const length = (ms: number | null) => (ms === null ? NOTHING : formatLength(ms));
const share = (value: number | null) => formatFigure("share", value);

const askedOfWeek = (row: SlaWeek, { zone }: Days): FigureAsked => ({
  metric: row.metric,
  team: row.team,
  zone,
  from: row.week,
  until: row.until,
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
  {
    id: "metric",
    cell: (row, _names, days) => <Receipt metric={row.metric} asked={askedOfWeek(row, days)} />,
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
