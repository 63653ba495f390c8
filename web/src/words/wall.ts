// wall -- an instant from a local time as people write it, in the person's zone. A time that the
// clocks skip means the first instant after; one that comes twice, its first.

function offsetAt(instant: number, zone: string): number {
  const parts = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  }).formatToParts(new Date(instant));
  const of = (type: string) => Number(parts.find((part) => part.type === type)?.value);
  const local = Date.UTC(
    of("year"),
    of("month") - 1,
    of("day"),
    of("hour"),
    of("minute"),
    of("second"),
  );
  return local - Math.floor(instant / 1000) * 1000;
}

// "2026-03-09T08:15" in a zone; null for what is no time.
export function instantOf(wall: string, zone: string): string | null {
  const local = /^\d{4}-\d\d-\d\dT\d\d:\d\d$/.test(wall) ? Date.parse(`${wall}:00Z`) : NaN;
  if (Number.isNaN(local)) return null;
  const early = local - offsetAt(local - 86_400_000, zone);
  const late = local - offsetAt(local + 86_400_000, zone);
  const fits = [early, late].filter((at) => at + offsetAt(at, zone) === local);
  return new Date(fits.length > 0 ? Math.min(...fits) : Math.max(early, late)).toISOString();
}
