// rows -- the conversations of a view, page by page; and how many there are.
import { useMemo } from "react";
import { useInfiniteQuery, type InfiniteData } from "@tanstack/react-query";
import { useAnswer } from "../../feed/cache.ts";
import { call, type Received, type Refusal } from "../../feed/http.ts";
import type { Conversation, QueueRow } from "../../gen/shapes.ts";
import type { ListQuery } from "./address.ts";

const PAGE = 100;
const QUEUE_PAGE = 500;

export interface Rows {
  rows: readonly Conversation[];
  total: number | null; // how many match; null while it is not known
  error: Refusal | null;
  isLoading: boolean;
  more: () => void;
  retry: () => void;
}

export function useRows(query: ListQuery): Rows {
  const found = useInfiniteQuery<
    Received<"list_conversations">,
    Refusal,
    InfiniteData<Received<"list_conversations">>,
    readonly unknown[],
    string
  >({
    queryKey: ["list_conversations", {}, query, "pages"],
    queryFn: ({ pageParam, signal }) =>
      call("list_conversations", {
        query: {
          ...query,
          limit: PAGE,
          total: true,
          ...(pageParam === "" ? {} : { cursor: pageParam }),
        },
        signal,
      }),
    initialPageParam: "",
    getNextPageParam: (last) => last.answer.page.next_cursor ?? undefined,
  });
  const { data, hasNextPage, isFetchingNextPage, fetchNextPage } = found;
  const rows = useMemo(() => {
    const met = new Map<string, Conversation>();
    for (const page of data?.pages ?? []) for (const row of page.answer.data) met.set(row.id, row);
    return [...met.values()];
  }, [data]);
  return {
    rows,
    total: data?.pages[0]?.answer.page.total ?? null,
    error: data === undefined ? found.error : null,
    isLoading: data === undefined && found.error === null,
    more: () => void (hasNextPage && !isFetchingNextPage && fetchNextPage()),
    retry: () => void found.refetch(),
  };
}

export function useCount(query: ListQuery): number | null {
  const asked = { ...query, limit: 1, total: true };
  return useAnswer("list_conversations", { query: asked }).data?.answer.page.total ?? null;
}

// Where each waiting conversation stands, in exactly the order used.
export function useQueue(enabled: boolean): ReadonlyMap<string, QueueRow> {
  const queue = useAnswer("list_queue", { query: { limit: QUEUE_PAGE } }, { enabled }).data?.answer;
  return useMemo(() => new Map(queue?.data.map((row) => [row.conversation, row])), [queue]);
}
