// saved -- a saved report in words: its days, and when it is made.
import type { Report, ReportRequest, ReportTarget, ReportTargetRequest } from "../../gen/shapes.ts";
import { formatList } from "../../words/format.ts";
import { currentManners, t } from "../../words/words.ts";

export const SPANS = [
  "yesterday",
  "last_week",
  "last_month",
  "last_7_days",
  "last_28_days",
] as const;

export const DAYS = [
  "monday",
  "tuesday",
  "wednesday",
  "thursday",
  "friday",
  "saturday",
  "sunday",
] as const;
export type Day = (typeof DAYS)[number];

// 2024-01-01 was a Monday.
export function dayName(day: Day, weekday: "long" | "short" = "short"): string {
  return new Intl.DateTimeFormat(currentManners().locale, { weekday, timeZone: "UTC" }).format(
    Date.UTC(2024, 0, 1 + DAYS.indexOf(day)),
  );
}

export function scheduleWords({ schedule }: Report): string {
  if (schedule === null) return t("reports.when_asked");
  return t("reports.made_on", {
    days: formatList(schedule.days.map((day) => dayName(day))),
    at: schedule.at,
    zone: schedule.zone.replaceAll("_", " "),
  });
}

function targetOf(target: ReportTarget | null): ReportTargetRequest | null {
  if (target === null) return null;
  const { kind, name, people, webhook } = target;
  if (kind === "email") return { kind, people };
  if (kind === "webhook" && webhook !== null) return { kind, webhook };
  return { kind: "file", name: name ?? "" };
}

// What one like it would be saved by.
export function requestOf(report: Report): ReportRequest {
  const { name, standard, span, format, team, clock, zone, schedule } = report;
  const target = targetOf(report.target);
  return { name, standard, span, format, team, clock, zone, schedule, target };
}
