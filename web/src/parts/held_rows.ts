// held_rows -- rows that stay where they are under somebody's hand. While the pointer or the focus
// is among them the order stands, values change in place, what has gone keeps its row, and changes
// of order are counted; when the hand is gone, or when asked for, the order is taken over.
import { useEffect, useRef, useState } from "react";
import { changesOfOrder, inHeldOrder, tailOf, type HeldRow } from "./order.ts";

export type { HeldRow };

export interface HeldRows<T> {
  rows: readonly HeldRow<T>[];
  changes: number; // of order, not shown yet: moved, come and gone
  at: number; // since when this order stands
  show: () => void;
}

interface Options {
  scope?: string; // another one (a view, a filter) starts anew
  hasTail?: boolean; // what follows behind all that was there is shown: the list was read further
}

interface State<T> {
  scope: string;
  fresh: readonly T[];
  order: readonly string[];
  rows: readonly HeldRow<T>[];
  changes: number;
  at: number;
  isExact: boolean; // the order is that of fresh
}

type IdOf<T> = (row: T) => string;

function adopted<T>(
  before: State<T> | null,
  fresh: readonly T[],
  idOf: IdOf<T>,
  scope: string,
): State<T> {
  const order = fresh.map(idOf);
  const isSame = before?.scope === scope && changesOfOrder(before.order, order) === 0;
  return {
    scope,
    fresh,
    order,
    rows: fresh.map((row) => ({ row, isGone: false })),
    changes: 0,
    at: isSame ? before.at : Date.now(),
    isExact: true,
  };
}

function followed<T>(
  before: State<T>,
  fresh: readonly T[],
  idOf: IdOf<T>,
  hasTail: boolean,
): State<T> {
  const tail = hasTail ? tailOf(before.rows, fresh, idOf) : [];
  const held = [...before.rows, ...tail.map((row) => ({ row, isGone: false }))];
  const rows = inHeldOrder(held, fresh, idOf);
  const order = rows.map(({ row }) => idOf(row));
  const changes = changesOfOrder(order, fresh.map(idOf));
  return { ...before, fresh, order, rows, changes, isExact: false };
}

export function useHeldRows<T>(
  fresh: readonly T[],
  idOf: IdOf<T>,
  isHeld: boolean,
  { scope = "", hasTail = false }: Options = {},
): HeldRows<T> {
  const state = useRef<State<T> | null>(null);
  const [, redraw] = useState(0);
  const before = state.current;
  if (before === null || before.scope !== scope || before.order.length === 0 || !isHeld) {
    if (before === null || before.scope !== scope || before.fresh !== fresh || !before.isExact)
      state.current = adopted(before, fresh, idOf, scope);
  } else if (before.fresh !== fresh) state.current = followed(before, fresh, idOf, hasTail);
  const { rows, changes, at } = state.current as State<T>;
  return {
    rows,
    changes,
    at,
    show: () => {
      state.current = adopted(null, fresh, idOf, scope);
      redraw((turn) => turn + 1);
    },
  };
}

// Whether the pointer or the focus is in what `watch` is put on; what is opened from there, and
// lies above the page, is the same hand.
export function useHand() {
  const [isHeld, hold] = useState(false);
  const inside = useRef({ pointer: false, focus: false });
  const settle = () => hold(inside.current.pointer || inside.current.focus);
  // A focused row that is taken out of the page loses the focus without a word.
  useEffect(() => {
    if (!inside.current.focus || document.activeElement !== document.body) return;
    inside.current.focus = false;
    settle();
  });
  const put = (part: Partial<typeof inside.current>) => {
    Object.assign(inside.current, part);
    settle();
  };
  return {
    isHeld,
    watch: {
      onPointerEnter: (event: React.PointerEvent) =>
        event.pointerType === "mouse" && put({ pointer: true }),
      onPointerLeave: () => put({ pointer: false }),
      onFocus: () => put({ focus: true }),
      // Focus may go on to something of the list that lies above the page: its own onFocus comes
      // right after.
      onBlur: () => {
        inside.current.focus = false;
        setTimeout(settle, 0);
      },
    },
  };
}
