// names -- what ids are called: teammates, team inboxes, tags, calendars. Events and receipts hold
// ids alone.
import { useMemo } from "react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { call } from "./http.ts";
import { useAnswer } from "./cache.ts";
import { may } from "./session.ts";

export interface Names {
  // The name, or the id itself while it is not known.
  of(id: string | null | undefined): string;
  teams: readonly { id: string; name: string }[];
  hasTeams: boolean | null; // null: not known yet
  teammates: readonly { id: string; name: string }[];
}

const PAGE = 500;

function useEverybody(): readonly { id: string; name: string }[] {
  const query = useInfiniteQuery({
    queryKey: ["list_teammates", "names"],
    queryFn: async ({ pageParam, signal }) => {
      const query = {
        limit: PAGE,
        sort: "id" as const,
        fields: "id,name",
        ...(pageParam === "" ? {} : { cursor: pageParam }),
      };
      return (await call("list_teammates", { query, signal })).answer;
    },
    initialPageParam: "",
    getNextPageParam: (last) => last.page.next_cursor ?? undefined,
  });
  if (query.hasNextPage && !query.isFetchingNextPage) void query.fetchNextPage();
  return useMemo(() => query.data?.pages.flatMap((page) => page.data) ?? [], [query.data]);
}

export function useNames(): Names {
  const teammates = useEverybody();
  const teamPage = useAnswer("list_teams", { query: { limit: PAGE } }).data?.answer;
  const tagPage = useAnswer("list_tags", { query: { limit: PAGE } }).data?.answer;
  const calendarPage = useAnswer(
    "list_calendars",
    { query: { limit: PAGE } },
    { enabled: may("calendar_read") },
  ).data?.answer;
  return useMemo(() => {
    const teams = teamPage?.data ?? [];
    const known = new Map(
      [...teammates, ...teams, ...(tagPage?.data ?? []), ...(calendarPage?.data ?? [])].map(
        ({ id, name }) => [id, name],
      ),
    );
    return {
      of: (id) => (id === null || id === undefined ? "" : (known.get(id) ?? id)),
      teams,
      hasTeams: teamPage === undefined ? null : teams.length > 0,
      teammates,
    };
  }, [teammates, teamPage, tagPage, calendarPage]);
}
