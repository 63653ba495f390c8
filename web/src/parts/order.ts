// order -- rows under somebody's hand stay where they are. Pure: what is shown while the list is
// held, and how many changes of order wait to be shown.

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

// The rows in the held order, with their newest values; those that left keep their last ones.
export function inHeldOrder<T>(
  held: readonly T[],
  now: readonly T[],
  idOf: (row: T) => string,
): HeldRow<T>[] {
  const newest = new Map(now.map((row) => [idOf(row), row]));
  return held.map((row) => {
    const fresh = newest.get(idOf(row));
    return { row: fresh ?? row, isGone: fresh === undefined };
  });
}
