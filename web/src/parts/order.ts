// order -- how far two orders of the same rows are apart. Pure.

// The length of the longest run of numbers that only rises: those that need not move.
function longestRising(places: readonly number[]): number {
  const tails: number[] = [];
  for (const place of places) {
    let low = 0;
    let high = tails.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((tails[middle] ?? Infinity) < place) low = middle + 1;
      else high = middle;
    }
    tails[low] = place;
  }
  return tails.length;
}

// How many ids came, went or changed places.
export function changesOfOrder(held: readonly string[], now: readonly string[]): number {
  const at = new Map(now.map((id, place) => [id, place]));
  const stayed = held.flatMap((id) => at.get(id) ?? []);
  const gone = held.length - stayed.length;
  const came = now.length - stayed.length;
  return gone + came + (stayed.length - longestRising(stayed));
}

export interface HeldRow<T> {
  row: T;
  isGone: boolean;
}

// The rows in the held order, with their newest values; those that left keep their last ones. What
// has not changed stays the same object.
export function inHeldOrder<T>(
  held: readonly HeldRow<T>[],
  now: readonly T[],
  idOf: (row: T) => string,
): HeldRow<T>[] {
  const newest = new Map(now.map((row) => [idOf(row), row]));
  return held.map((each) => {
    const fresh = newest.get(idOf(each.row));
    const isGone = fresh === undefined;
    const row = fresh ?? each.row;
    return each.row === row && each.isGone === isGone ? each : { row, isGone };
  });
}

// What follows in `now` behind all that is held: the list was read further.
export function tailOf<T>(
  held: readonly HeldRow<T>[],
  now: readonly T[],
  idOf: (row: T) => string,
): readonly T[] {
  const old = new Set(held.map(({ row }) => idOf(row)));
  const last = now.findLastIndex((row) => old.has(idOf(row)));
  return last < 0 ? [] : now.slice(last + 1);
}
