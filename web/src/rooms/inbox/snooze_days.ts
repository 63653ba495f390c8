// snooze_days -- the days that snoozing speaks of, as the calendar counts them: a day on which
// clocks change is not 24 hours long.
import { dayIn, daysOn } from "../../parts/figure.ts";

// The day after the one that it is at that moment in a zone: 2026-03-09.
export function tomorrow(at: number, zone: string): string {
  return daysOn(dayIn(at, zone), 1);
}

// The Monday after it; on a Monday, a week on.
export function nextMonday(at: number, zone: string): string {
  const today = dayIn(at, zone);
  const week = new Date(`${today}T00:00:00Z`).getUTCDay();
  return daysOn(today, (8 - week) % 7 || 7);
}
