// steady -- rows that stay where they are while the pointer or the focus is among them. Values
// change in place; the order is taken over when the hand is gone, or when asked for.
import { useRef, useState } from "react";
import { changesOfOrder } from "../../parts/order.ts";

interface Held<T> {
  scope: string;
  order: readonly string[];
  rows: Map<string, T>;
  at: number;
}

// What follows behind all that was there is no change of order: the list was read further.
function withTail(order: readonly string[], fresh: readonly string[]): readonly string[] {
  const old = new Set(order);
  const last = fresh.findLastIndex((id) => old.has(id));
  if (last < 0) return order;
  const tail = fresh.slice(last + 1);
  return tail.length === 0 ? order : [...order, ...tail];
}

export interface Steady<T> {
  rows: readonly T[];
  changes: number; // of order, not shown yet
  at: number; // since when this order stands
  show: () => void;
}

// scope: another one (a view, a filter) starts anew.
export function useSteady<T extends { id: string }>(
  fresh: readonly T[],
  isHeld: boolean,
  scope: string,
): Steady<T> {
  const held = useRef<Held<T> | null>(null);
  const [, redraw] = useState(0);
  const ids = fresh.map(({ id }) => id);
  const adopt = (): Held<T> => ({
    scope,
    order: ids,
    rows: new Map(fresh.map((row) => [row.id, row])),
    at: Date.now(),
  });
  const before = held.current;
  if (before === null || before.scope !== scope || before.order.length === 0) {
    held.current = adopt();
  } else if (!isHeld) {
    const isSame = changesOfOrder(before.order, ids) === 0;
    held.current = { ...adopt(), at: isSame ? before.at : Date.now() };
  } else {
    for (const row of fresh) before.rows.set(row.id, row);
    before.order = withTail(before.order, ids);
  }
  const now = held.current as Held<T>;
  return {
    rows: now.order.flatMap((id) => now.rows.get(id) ?? []),
    changes: changesOfOrder(now.order, ids),
    at: now.at,
    show: () => {
      held.current = adopt();
      redraw((n) => n + 1);
    },
  };
}
