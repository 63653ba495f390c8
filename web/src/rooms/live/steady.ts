// steady -- rows that do not move under the hand. While the pointer or the focus is in the list the
// order stays as it was, values change in place, what has gone keeps its row, and what has come is
// counted; outside, order follows at once.
import { useCallback, useEffect, useRef, useState } from "react";
import { changesOfOrder } from "../../parts/order.ts";

export interface Steady<T> {
  shown: readonly { row: T; isGone: boolean }[];
  changes: number; // of order: moved, come and gone
  show: () => void;
  watch: {
    onPointerEnter: () => void;
    onPointerLeave: () => void;
    onFocus: () => void;
    onBlur: () => void;
  };
}

export function useSteady<T>(rows: readonly T[], idOf: (row: T) => string): Steady<T> {
  const [held, setHeld] = useState<readonly string[] | null>(null);
  const latest = useRef(rows);
  latest.current = rows;
  const last = useRef(new Map<string, T>());
  for (const row of rows) last.current.set(idOf(row), row);
  const inside = useRef({ pointer: false, focus: false });
  const freeze = () => latest.current.map(idOf);
  const settle = useCallback(() => {
    const { pointer, focus } = inside.current;
    if (pointer || focus) return setHeld((old) => old ?? freeze());
    last.current = new Map();
    setHeld(null);
  }, []);
  // A focused row that is taken out of the page loses the focus without a word.
  useEffect(() => {
    if (!inside.current.focus || document.activeElement !== document.body) return;
    inside.current.focus = false;
    settle();
  });
  const now = rows.map(idOf);
  const here = new Set(now);
  const order = held ?? now;
  return {
    shown: order.flatMap((id) => {
      const row = last.current.get(id);
      return row === undefined ? [] : [{ row, isGone: !here.has(id) }];
    }),
    changes: held === null ? 0 : changesOfOrder(held, now),
    show: () => setHeld(freeze()),
    watch: {
      onPointerEnter: () => {
        inside.current.pointer = true;
        settle();
      },
      onPointerLeave: () => {
        inside.current.pointer = false;
        settle();
      },
      onFocus: () => {
        inside.current.focus = true;
        settle();
      },
      // Focus may go on to something of the list that lies above the page: its own onFocus
      // comes right after.
      onBlur: () => {
        inside.current.focus = false;
        setTimeout(settle, 0);
      },
    },
  };
}
