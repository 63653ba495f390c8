// figure -- what a figure on the page answers, said beside it: the question as GET /figures takes
// it, and which of the answer's values stand there, in their order. Whoever reads the page by
// program finds the same numbers by asking the same; a test does so on every screen, so that one
// shown in a new place is compared without anybody thinking of it.
export interface FigureAsked {
  metric: string; // with or without its version
  team?: string | null | undefined;
  teammate?: string | null | undefined;
  survey?: string | null;
  variant?: string;
  clock?: string | null;
  zone?: string;
  by?: "day" | "week" | "month";
  from?: string;
  until?: string; // the day behind the last
  days?: number; // up to today
}

export type FigureSays =
  "value" | "low" | "high" | "n" | "numerator" | "denominator" | "median" | "p90" | "mean" | "open";

export interface FigureMarks {
  "data-figure-asked": string;
  "data-figure-says": string;
}

export function answersTo(asked: FigureAsked, says: readonly FigureSays[]): FigureMarks {
  const told = new URLSearchParams();
  for (const [name, value] of Object.entries(asked) as [string, string | number | null][])
    if (value !== null && value !== undefined) told.set(name, String(value));
  return { "data-figure-asked": told.toString(), "data-figure-says": says.join(" ") };
}

const DAY_MS = 86_400_000;
const CADENCES = { daily: "day", weekly: "week", monthly: "month" } as const;

// The day that it is at that moment in a zone; and the day so many days on.
export function dayIn(at: string | number, zone: string): string {
  return new Date(at).toLocaleDateString("en-CA", { timeZone: zone });
}

export function daysOn(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}

// One point of a series: the whole day, week or month that begins on that date.
export function period(cadence: keyof typeof CADENCES, date: string) {
  const first = new Date(`${date}T00:00:00Z`);
  const behind =
    cadence === "monthly"
      ? Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 1)
      : first.getTime() + (cadence === "weekly" ? 7 : 1) * DAY_MS;
  const until = new Date(behind).toISOString().slice(0, 10);
  return { by: CADENCES[cadence], from: date, until };
}
