// useOrder -- the order of the rows. With all of them at hand they are sorted here, names as people
// sort them; until then, and above ten thousand, the server's order stands and the header says so.
// Rows do not move while the pointer or the focus is in the table: a line says how many would.
import { useMemo, useRef, useState } from "react";
import { currentManners } from "../../words/words.ts";
import type { Asked } from "./query.ts";
import { SAVED_SORTS, sortText } from "./query.ts";
import { sorted, type Row } from "./row.ts";
import { SORTED_HERE_MOST, type Found } from "./rows.ts";

export interface Order {
  rows: readonly Row[];
  isHere: boolean; // sorted in the browser
  moved: number; // rows that stand elsewhere than they should
  setHand: (isUnderHand: boolean) => void;
  show: () => void;
}

let collator: { locale: string; made: Intl.Collator } | null = null;
function collatorOf(locale: string): Intl.Collator {
  if (collator?.locale !== locale)
    collator = { locale, made: new Intl.Collator(locale, { numeric: true }) };
  return collator.made;
}

export const canSortHere = (found: Found): boolean =>
  found.isWhole && found.rows.length <= SORTED_HERE_MOST;

export const serverSort = (asked: Asked): string => {
  const column = SAVED_SORTS[asked.sort.column];
  return column === undefined ? "name" : sortText({ ...asked.sort, column });
};

export function useOrder(found: Found, asked: Asked, teamName: (id: string) => string): Order {
  const [isUnderHand, setHand] = useState(false);
  const [, show] = useState(0);
  const isHere = canSortHere(found);
  const { column, direction } = asked.sort;
  const wanted = useMemo(
    () =>
      isHere
        ? sorted(found.rows, { column, direction }, collatorOf(currentManners().locale), teamName)
        : found.rows,
    [found.rows, isHere, column, direction, teamName],
  );
  // What is held while the table is under the hand: the places, not the values.
  const held = useRef<{ key: string; places: Map<string, number> } | null>(null);
  const key = `${JSON.stringify({ ...asked, columns: 0 })} ${isHere}`;
  const isNew = held.current?.key !== key || !isUnderHand || !isHere;
  if (isNew) held.current = { key, places: new Map(wanted.map((row, index) => [row.id, index])) };
  const places = held.current?.places;
  const rows = useMemo(() => {
    if (isNew || places === undefined) return wanted;
    const last = places.size;
    return [...wanted].sort((a, b) => (places.get(a.id) ?? last) - (places.get(b.id) ?? last));
  }, [isNew, places, wanted]);
  const moved = useMemo(
    () => (rows === wanted ? 0 : rows.filter((row, index) => row !== wanted[index]).length),
    [rows, wanted],
  );
  return {
    rows,
    isHere,
    moved,
    setHand,
    show: () => {
      held.current = null;
      show((turn) => turn + 1);
    },
  };
}
