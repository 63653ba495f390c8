// web_snooze_test -- the days that snoozing offers are those of the calendar, where and whenever it
// is asked. Expected values are read off a calendar.
import { nextMonday, tomorrow } from "../web/src/rooms/inbox/snooze_days.ts";
import { Tally } from "./program.ts";

const tally = new Tally();

for (const [what, at, zone, day, monday] of [
  ["a Tuesday", "2026-11-24T12:00:00Z", "UTC", "2026-11-25", "2026-11-30"],
  ["a Monday: a week on", "2026-11-23T12:00:00Z", "UTC", "2026-11-24", "2026-11-30"],
  ["a Sunday: the day after", "2026-11-22T12:00:00Z", "UTC", "2026-11-23", "2026-11-23"],
  [
    "half past midnight of a day of 25 hours",
    "2026-10-24T22:30:00Z",
    "Europe/Berlin",
    "2026-10-26",
    "2026-10-26",
  ],
  [
    "before midnight of a day of 23 hours",
    "2026-03-28T22:30:00Z",
    "Europe/Berlin",
    "2026-03-29",
    "2026-03-30",
  ],
  [
    "already the next day in Seoul",
    "2026-11-22T15:30:00Z",
    "Asia/Seoul",
    "2026-11-24",
    "2026-11-30",
  ],
  ["the end of a leap February", "2028-02-28T12:00:00Z", "Asia/Riyadh", "2028-02-29", "2028-03-06"],
] as const) {
  tally.same(`tomorrow, ${what}`, tomorrow(Date.parse(at), zone), day);
  tally.same(`next Monday, ${what}`, nextMonday(Date.parse(at), zone), monday);
}

tally.end();
