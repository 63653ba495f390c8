// found -- contacts page by page, as they are asked for in the address.
import { useMemo } from "react";
import { useInfiniteQuery, type InfiniteData } from "@tanstack/react-query";
import { call, type Query, type Received, type Refusal } from "../../feed/http.ts";
import type { ContactView } from "../../gen/shapes.ts";

const PAGE = 100;

export type ContactsQuery = Query<"list_contacts">;

export interface Found {
  rows: readonly ContactView[];
  total: number | null; // how many match; null while it is not known
  error: Refusal | null;
  isLoading: boolean;
  more: () => void;
}

export function useContactsFound(query: ContactsQuery): Found {
  const { data, error, hasNextPage, isFetchingNextPage, fetchNextPage } = useInfiniteQuery<
    Received<"list_contacts">,
    Refusal,
    InfiniteData<Received<"list_contacts">>,
    readonly unknown[],
    string
  >({
    queryKey: ["list_contacts", {}, query, "pages"],
    queryFn: ({ pageParam, signal }) =>
      call("list_contacts", {
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
  const rows = useMemo(() => data?.pages.flatMap((page) => page.answer.data) ?? [], [data]);
  return {
    rows,
    total: data?.pages[0]?.answer.page.total ?? null,
    error: data === undefined ? error : null,
    isLoading: data === undefined && error === null,
    more: () => void (hasNextPage && !isFetchingNextPage && fetchNextPage()),
  };
}
