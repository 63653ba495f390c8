// zone -- wall-clock times in a named zone to instants. Times are milliseconds since 1970 UTC.

export interface Wall {
  readonly year: number;
  readonly month: number; // 1-12
  readonly day: number;
  /** Seconds since midnight on the clock; 86,400 and more is the next day. */
  readonly second: number;
}

/** Says what a zone's clocks show beyond UTC, from the zone database that node carries. */
export class Zone {
  readonly #format: Intl.DateTimeFormat;

  constructor(name: string) {
    this.#format = new Intl.DateTimeFormat("en-GB", {
      timeZone: name,
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
  }

  /** UTC offset in ms at an instant: +7,200,000 for Jerusalem in winter. */
  offset(instant: number): number {
    const part = new Map(this.#format.formatToParts(instant).map((p) => [p.type, Number(p.value)]));
    const get = (name: Intl.DateTimeFormatPartTypes): number => part.get(name) ?? 0;
    const shown = Date.UTC(
      get("year"), get("month") - 1, get("day"), get("hour"), get("minute"), get("second"),
    );
    return shown - Math.floor(instant / 1000) * 1000;
  }

  /** A repeated time is its first occurrence; a skipped one the first instant after the gap. */
  instant(wall: Wall): number {
    const shown = Date.UTC(wall.year, wall.month - 1, wall.day) + wall.second * 1000;
    const day = 86_400_000;
    const before = this.offset(shown - day);
    const after = this.offset(shown + day);
    const first = shown - Math.max(before, after);
    if (first + this.offset(first) === shown) return first;
    const second = shown - Math.min(before, after);
    if (second + this.offset(second) === shown) return second;
    return this.#gapEnd(first, second);
  }

  /** The instant in (from, to] at which the offset changes; the wall time lay in the gap. */
  #gapEnd(from: number, to: number): number {
    let low = Math.min(from, to);
    let high = Math.max(from, to);
    const old = this.offset(low);
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (this.offset(middle) === old) low = middle;
      else high = middle;
    }
    return high;
  }
}
