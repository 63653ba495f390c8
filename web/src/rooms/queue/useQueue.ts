// useQueue -- the pages of the queue, in exactly the order used, and that order held still under
// the hand.
import { useMemo, useState } from "react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { call, type Refusal } from "../../feed/http.ts";
import type { Test } from "../../gen/enums.ts";
import type { TeamId } from "../../gen/ids.ts";
import type { Queue, QueueRow } from "../../gen/shapes.ts";
import { changesOfOrder, inHeldOrder, type HeldRow } from "../../parts/order.ts";

const PAGE = 500;

export interface Filters {
  team: TeamId | null;
  test: Test | null;
}

export function useQueuePages({ team, test }: Filters) {
  const query = useInfiniteQuery<Queue, Refusal, { pages: Queue[] }, readonly unknown[], string>({
    queryKey: ["list_queue", { team, test }, "pages"],
    queryFn: async ({ pageParam, signal }) => {
      const query = {
        limit: PAGE,
        total: true,
        ...(team === null ? {} : { team: [team] }),
        ...(test === null ? {} : { test: [test] }),
        ...(pageParam === "" ? {} : { cursor: pageParam }),
      };
      return (await call("list_queue", { query, signal })).answer;
    },
    initialPageParam: "",
    getNextPageParam: (last) => last.page.next_cursor ?? undefined,
  });
  const rows = useMemo(() => query.data?.pages.flatMap((page) => page.data) ?? [], [query.data]);
  return { query, rows, first: query.data?.pages[0] };
}

const idOf = (row: QueueRow) => row.conversation;

export interface Held {
  rows: readonly HeldRow<QueueRow>[];
  changes: number; // of order, not shown yet
  show: () => void;
  take: () => void; // the pointer or the focus came in
  leave: () => void;
}

// While somebody has the list under the hand its rows stay; values change in place.
export function useHeld(rows: readonly QueueRow[]): Held {
  const [held, hold] = useState<readonly QueueRow[] | null>(null);
  const shown = useMemo(
    () =>
      held === null ? rows.map((row) => ({ row, isGone: false })) : inHeldOrder(held, rows, idOf),
    [held, rows],
  );
  const changes = useMemo(
    () => (held === null ? 0 : changesOfOrder(held.map(idOf), rows.map(idOf))),
    [held, rows],
  );
  return {
    rows: shown,
    changes,
    show: () => hold(rows),
    take: () => hold((before) => before ?? rows),
    leave: () => hold(null),
  };
}
