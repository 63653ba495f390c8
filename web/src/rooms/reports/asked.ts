// asked -- which report, of which team inbox and days: as the address of the page says it, and as
// the API is asked. Days are named by their last one here, by the one behind it there.
import { may } from "../../feed/session.ts";
import type { TeamId } from "../../gen/ids.ts";
import { OPERATIONS } from "../../gen/operations.ts";
import type { CalendarDate } from "../../gen/shapes.ts";

export const STANDARD = {
  sla_attainment: "get_sla_report",
  team_trend: "get_team_trend_report",
  leaving: "get_leaving_report",
  presence_history: "get_presence_report",
  approaches: "get_approach_report",
} as const;
export type Standard = keyof typeof STANDARD;
export type Clock = "office_hours" | "calendar";

export const ALL = "all";
const DAY_MS = 86_400_000;
const PAGE = 100;

export interface Asked {
  standard: Standard;
  team: string; // ALL, or its id
  from: string; // "": as the server thinks best
  last: string;
  clock: Clock | null;
  rows: number; // of a report that has a row for each approach
}

// A row for each approach tells of customers: not everybody may.
export function standards(): readonly Standard[] {
  const all = Object.keys(STANDARD) as Standard[];
  return all.filter((name) => may(name === "approaches" ? "report_rows" : "figures_team"));
}

export const takesClock = (standard: Standard): boolean =>
  standard === "approaches" || standard === "team_trend";

export function dayBeside(date: string, by: 1 | -1): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + by * DAY_MS).toISOString().slice(0, 10);
}

// A year that is being typed is none yet.
const isTyped = (day: string): boolean => day >= "1970";

const isDay = (text: string | null): text is string =>
  text !== null && /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text));

export function readAsked(search: URLSearchParams): Asked {
  const open = standards();
  const wanted = open.find((name) => name === search.get("report"));
  const from = search.get("from");
  const last = search.get("last");
  const clock = search.get("clock");
  return {
    standard: wanted ?? open[0] ?? "sla_attainment",
    team: search.get("team") ?? ALL,
    from: isDay(from) ? from : "",
    last: isDay(last) ? last : "",
    clock: clock === "office_hours" || clock === "calendar" ? clock : null,
    rows: Math.min(10_000, Math.max(PAGE, Number(search.get("rows")) || PAGE)),
  };
}

export interface StandardQuery {
  team?: TeamId;
  from?: CalendarDate;
  until?: CalendarDate;
  clock?: Clock;
  limit?: number;
}

function common({ standard, team, from, last, clock }: Asked): StandardQuery {
  return {
    ...(team === ALL ? {} : { team: team as TeamId }),
    ...(!isTyped(from) ? {} : { from: from as CalendarDate }),
    ...(!isTyped(last) ? {} : { until: dayBeside(last, 1) as CalendarDate }),
    ...(clock === null || !takesClock(standard) ? {} : { clock }),
  };
}

export function queryOf(asked: Asked): StandardQuery {
  return asked.standard === "approaches" ? { ...common(asked), limit: asked.rows } : common(asked);
}

// The same question for a table: all of it.
export function tableAddress(asked: Asked): string {
  const [, path] = OPERATIONS[STANDARD[asked.standard]];
  const search = new URLSearchParams(common(asked) as Record<string, string>);
  return `/api/v1${path}?${search.toString()}`;
}
