// format -- numbers, instants and lengths of time as the reader writes them. Instants come as RFC
// 3339 in UTC and are shown in the person's zone.
import { currentManners } from "./words.ts";

type Kind = Intl.DateTimeFormatOptions;
const made = new Map<string, Intl.DateTimeFormat>();

function dates(kind: Kind): Intl.DateTimeFormat {
  const { locale, zone } = currentManners();
  const key = `${locale} ${zone} ${JSON.stringify(kind)}`;
  const found = made.get(key) ?? new Intl.DateTimeFormat(locale, { ...kind, timeZone: zone });
  made.set(key, found);
  return found;
}

// Set apart from the words around it, whatever its script: U+2068, U+2069.
export function apart(text: string): string {
  return `\u2068${text}\u2069`;
}

// Kept: a table writes thousands of them while it scrolls.
let numbers: { locale: string; format: Intl.NumberFormat } | null = null;

export function formatNumber(value: number): string {
  const { locale } = currentManners();
  if (numbers?.locale !== locale) numbers = { locale, format: new Intl.NumberFormat(locale) };
  return numbers.format.format(value);
}

export function formatPermille(value: number): string {
  return new Intl.NumberFormat(currentManners().locale, {
    style: "percent",
    maximumFractionDigits: 1,
  }).format(value / 1000);
}

// "1:05 PM" where the clock has twelve hours, "09:05" where it has twenty-four.
function clock(): Kind {
  const { hour12 } = dates({ hour: "numeric" }).resolvedOptions();
  return { hour: hour12 === true ? "numeric" : "2-digit", minute: "2-digit" };
}

export function formatClock(at: string): string {
  return dates(clock()).format(new Date(at));
}

export function formatMoment(at: string): string {
  return dates({ day: "numeric", month: "short", ...clock() }).format(new Date(at));
}

export function formatWhole(at: string): string {
  return dates({ dateStyle: "full", timeStyle: "long" } as Kind).format(new Date(at));
}

export function formatDate(at: string): string {
  return dates({ day: "numeric", month: "short", year: "numeric" }).format(new Date(at));
}

// A date without a time, such as 2026-03-09: the same everywhere.
export function formatDay(date: string): string {
  const { locale } = currentManners();
  const day = new Date(`${date.slice(0, 10)}T12:00:00Z`);
  return new Intl.DateTimeFormat(locale, {
    timeZone: "UTC",
    weekday: "short",
    day: "numeric",
    month: "short",
    year: "numeric",
  }).format(day);
}

export type FigureUnit = "seconds" | "share" | "count" | "points";

// A figure in the unit of its metric; one that is not known is a dash, never a zero.
export function formatFigure(unit: FigureUnit, value: number | null): string {
  if (value === null) return "–";
  const { locale } = currentManners();
  if (unit === "seconds") return formatLength(Math.round(value) * 1000);
  if (unit === "share")
    return new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 1 }).format(
      value,
    );
  // A ratio, such as how many at once, is no whole number: "1" would hide what it says.
  const isRatio = unit === "count" && Math.abs(value) < 10;
  const digits = isRatio ? 2 : unit === "points" ? 1 : 0;
  return new Intl.NumberFormat(locale, { maximumFractionDigits: digits }).format(value);
}

// The clock for today, else the day too.
export function formatWhen(at: string, now = Date.now()): string {
  const day = dates({ year: "numeric", month: "numeric", day: "numeric" });
  return day.format(new Date(at)) === day.format(now) ? formatClock(at) : formatMoment(at);
}

const UNITS: [Intl.RelativeTimeFormatUnit & ("day" | "hour" | "minute" | "second"), number][] = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
  ["second", 1000],
];

// The largest unit, and the next below it when there is some: "2 h 5 min".
export function formatLength(ms: number): string {
  const { locale } = currentManners();
  const at = Math.max(
    0,
    UNITS.findIndex(([, size]) => Math.abs(ms) >= size),
  );
  const from = Math.abs(ms) < 1000 ? UNITS.length - 1 : at;
  const parts: string[] = [];
  let rest = Math.abs(ms);
  for (const [unit, size] of UNITS.slice(from, from + 2)) {
    const value = Math.floor(rest / size);
    rest -= value * size;
    if (value > 0 || parts.length === 0)
      parts.push(
        new Intl.NumberFormat(locale, {
          style: "unit",
          unit,
          unitDisplay: "short",
        })
          .format(value)
          .replaceAll(" ", "\u00a0"), // a number and its unit stay on one line
      );
    if (unit === "minute" && from === 2 && value >= 10) break;
  }
  return parts.join(" ");
}

export function formatList(items: readonly string[]): string {
  return new Intl.ListFormat(currentManners().locale, { type: "conjunction" }).format(items);
}

export function formatBytes(bytes: number): string {
  const kilo = bytes < 1_000_000;
  const value = bytes / (kilo ? 1000 : 1_000_000);
  const unit = kilo ? "kilobyte" : "megabyte";
  return new Intl.NumberFormat(currentManners().locale, {
    style: "unit",
    unit,
    maximumFractionDigits: 1,
  }).format(value);
}
