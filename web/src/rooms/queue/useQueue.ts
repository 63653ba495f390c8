// useQueue -- the pages of the queue, in exactly the order used.
import { useMemo } from "react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { call, type Refusal } from "../../feed/http.ts";
import type { Test } from "../../gen/enums.ts";
import type { TeamId } from "../../gen/ids.ts";
import type { Queue } from "../../gen/shapes.ts";

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
