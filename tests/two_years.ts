// two_years -- two years of three teams as a manager would take them out of another program: one
// table of conversations, with weekends, busy and quiet days, two days on which all went wrong, and
// three changes that lasted. The noise is the same at each run; the last day is last Sunday.
import { DAY, dateOf, noise } from "./past.ts";

const MINUTE = 60_000;
const DAYS = 104 * 7;
/** Of a Monday to a Sunday: how many come, in shares of a usual day. */
const WEEKDAYS = [1.25, 1.1, 1.05, 1, 1, 0.35, 0.25];
const PEOPLE = ["Ada", "Ben", "Cyd", "Dea", "Eli"];

/** What changed for good: of one team, from the Monday so many weeks before the end. */
export interface Change {
  readonly team: string;
  readonly metric: string;
  readonly weeks: number;
  readonly from: number;
  readonly to: number;
}
/** Conversations of a usual day, minutes (median), and a share. */
export const CHANGES: readonly Change[] = [
  { team: "Billing", metric: "first_response_time", weeks: 9, from: 40, to: 62 },
  { team: "Shop", metric: "volume", weeks: 30, from: 30, to: 39 },
  { team: "Returns", metric: "reopen_rate", weeks: 17, from: 0.2, to: 0.09 },
];
export const TEAMS = ["Billing", "Returns", "Shop"];

/** How it is in a team on a day, when nothing odd happens. */
interface Usual {
  readonly volume: number;
  readonly first_response_time: number;
  readonly reopen_rate: number;
}
const USUAL: Record<string, Usual> = {
  Billing: { volume: 20, first_response_time: 40, reopen_rate: 0.11 },
  Returns: { volume: 34, first_response_time: 55, reopen_rate: 0.2 },
  Shop: { volume: 30, first_response_time: 25, reopen_rate: 0.11 },
};
/** Days on which three times as many came, and waited five times as long: no change. */
const ODD_DAYS = [203, 511];

/** The first day of what changed, "2026-09-21", where the table ends on that Sunday. */
export const since = (change: Change, end: number): string =>
  dateOf(end + DAY - change.weeks * 7 * DAY);

/** The Sunday before, of the wall clock. */
export function lastSunday(now: number): number {
  const day = Math.floor(now / DAY);
  return (day - (((day + 3) % 7) + 1)) * DAY;
}

function usualOn(team: string, day: number): Usual {
  const usual = { ...(USUAL[team] as Usual) };
  for (const change of CHANGES)
    if (change.team === team && day >= DAYS - change.weeks * 7)
      usual[change.metric as keyof Usual] = change.to;
  return usual;
}

const wall = (at: number): string => new Date(at).toISOString().slice(0, 16).replace("T", " ");

/** A random number about 1: the product of many small causes. */
type Dice = () => number;
function about(dice: Dice, sigma: number): number {
  let sum = 0;
  for (let i = 0; i < 12; i++) sum += dice();
  return Math.exp(sigma * (sum - 6));
}

/** Header and rows, and how many of them. end: the Sunday, 00:00 of the wall clock. */
export function twoYears(end: number, seed = 3): { csv: string; rows: number } {
  const dice = noise(seed);
  const lines = ["id,opened,first_reply,closed,team,agent,customer,reopened,topic"];
  for (let day = 0; day < DAYS; day++)
    for (const team of TEAMS) {
      const isOdd = ODD_DAYS.includes(day);
      const usual = usualOn(team, day);
      const weekday = WEEKDAYS[day % 7] as number;
      const count = Math.round(
        usual.volume * weekday * about(dice, 0.16) * (isOdd ? 3 : 1) + dice() - 0.5,
      );
      const slow = about(dice, 0.12) * (isOdd ? 5 : 1);
      for (let i = 0; i < count; i++) {
        const opened = end - (DAYS - 1 - day) * DAY + (7 * 60 + dice() * 11 * 60) * MINUTE;
        const replied = opened + usual.first_response_time * slow * about(dice, 0.7) * MINUTE;
        const closed = Math.max(replied, opened + 300 * MINUTE * about(dice, 0.5));
        const reopened = dice() < usual.reopen_rate ? 1 : 0;
        lines.push(
          [
            lines.length,
            wall(opened),
            wall(replied),
            wall(closed),
            team,
            PEOPLE[Math.floor(dice() * PEOPLE.length)] + ` ${team}`,
            `customer-${Math.floor(dice() * 30_000)}`,
            reopened,
            dice() < 0.5 ? "invoice" : "delivery",
          ].join(","),
        );
      }
    }
  return { csv: `${lines.join("\n")}\n`, rows: lines.length - 1 };
}

/** What its columns mean, as the manager writes it once. */
export const MAP = `[import]
kind = "conversations"
zone = "Europe/Berlin"
dates = ["%Y-%m-%d %H:%M"]
create = true

[fields]
started = "opened"
replied = "first_reply"
replier = "agent"
closed = "closed"
owner = "agent"
reopens = "reopened"
contact = "customer"
team = "team"
tags = "topic"

[fixed]
channel = "email"
`;
