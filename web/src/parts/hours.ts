// hours -- a week of open hours, in words: days with the same hours stand together.
import type { OpenHours } from "../gen/shapes.ts";
import { formatList } from "../words/format.ts";
import { currentManners, t } from "../words/words.ts";

export const DAYS = [1, 2, 3, 4, 5, 6, 7] as const; // Monday is 1

// 2024-01-01 was a Monday.
export function dayName(day: number, weekday: "long" | "short" = "long"): string {
  return new Intl.DateTimeFormat(currentManners().locale, { weekday, timeZone: "UTC" }).format(
    Date.UTC(2024, 0, day),
  );
}

// The days as the reader's week begins: in ar-EG with Saturday, in en-US with Sunday.
export function daysInOrder(): readonly number[] {
  const locale = new Intl.Locale(currentManners().locale) as Intl.Locale & {
    getWeekInfo?: () => { firstDay: number };
    weekInfo?: { firstDay: number };
  };
  const first = (locale.getWeekInfo?.() ?? locale.weekInfo)?.firstDay ?? 1;
  return [...DAYS.filter((day) => day >= first), ...DAYS.filter((day) => day < first)];
}

export function hoursWords(week: readonly OpenHours[]): string {
  if (week.length === 0) return t("sla.never_open");
  const byHours = new Map<string, number[]>();
  for (const day of daysInOrder()) {
    const hours = week.filter((each) => each.day === day).map(({ from, to }) => `${from}–${to}`);
    if (hours.length === 0) continue;
    const key = hours.join(", ");
    byHours.set(key, [...(byHours.get(key) ?? []), day]);
  }
  return [...byHours]
    .map(
      ([hours, days]) =>
        `${formatList(days.map((day) => dayName(day, "short")))}: \u2066${hours}\u2069`,
    )
    .join("; ");
}
