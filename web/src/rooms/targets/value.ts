// value -- what a target asks for in the units that people use: minutes, hours, days, per cent. The
// API has seconds, and shares from 0 to 1.
import type { FigureUnit } from "../../words/format.ts";

export const SPANS = ["minute", "hour", "day"] as const;
export type Span = (typeof SPANS)[number];

export const SECONDS: Record<Span, number> = { minute: 60, hour: 3600, day: 86_400 };

// The unit in which a length of time is a short number.
export function spanOf(seconds: number | null): Span {
  if (seconds === null || seconds < 3 * SECONDS.hour) return "minute";
  return seconds < 3 * SECONDS.day ? "hour" : "day";
}

const STEPS: Record<FigureUnit, number> = { seconds: 60, share: 0.005, count: 1, points: 0.1 };

// A value that is offered, as somebody would say it: to whole minutes or half per cents, and never
// harder to meet than it was.
export function roundEasier(unit: FigureUnit, comparator: string, value: number): number {
  const step = unit === "seconds" && value < 300 ? 1 : STEPS[unit];
  const steps = comparator === "at_most" ? Math.ceil(value / step) : Math.floor(value / step);
  return Number((steps * step).toFixed(3));
}
