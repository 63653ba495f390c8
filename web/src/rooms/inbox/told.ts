// told -- what was written and what happened, newest first page by page. What was written leads:
// what happened is read as far back as the oldest of it that is shown.
import { useEffect, useMemo, useState } from "react";
import { useInfiniteQuery, type InfiniteData } from "@tanstack/react-query";
import { call, type Received, type Refusal } from "../../feed/http.ts";
import { useNames } from "../../feed/names.ts";
import type { Conversation, Part } from "../../gen/shapes.ts";
import { storyOf, TOLD } from "./story.ts";

const PAGE = 50;
const EVENTS_PAGE = 200;
const EVENTS_AHEAD = 5; // pages read without being asked for
// Whispers are nobody's event: the open conversation is looked at again now and then.
const WHISPERS_MS = 20_000;

// Nor is it an event that a mail left this server.
const DELIVERY_MS = 2000;
const SOON_MS = 15_000;

function isOnItsWay({ mail }: Part): boolean {
  if (mail === null || mail.direction === "in") return false;
  const isSoon = mail.send_at !== null && Date.parse(mail.send_at) - Date.now() < SOON_MS;
  return mail.delivery === "sending" || (mail.delivery === "waiting" && isSoon);
}

export interface Line {
  key: string;
  seq: number;
  at: string;
  part: Part | null;
  said: string; // of a quiet line
}

type Of = Conversation["id"];
type Names = "list_parts" | "list_conversation_events";

function useNewest<K extends Names>(
  name: K,
  id: Of,
  read: (cursor: string, signal: AbortSignal) => Promise<Received<K>>,
  every: number | false | ((pages: readonly Received<K>[]) => number),
) {
  return useInfiniteQuery<
    Received<K>,
    Refusal,
    InfiniteData<Received<K>>,
    readonly unknown[],
    string
  >({
    queryKey: [name, { id }, "newest"],
    queryFn: ({ pageParam, signal }) => read(pageParam, signal),
    initialPageParam: "",
    getNextPageParam: (last) => last.answer.page.next_cursor ?? undefined,
    refetchInterval:
      typeof every === "function" ? ({ state }) => every(state.data?.pages ?? []) : every,
  });
}

const from = (cursor: string) => (cursor === "" ? {} : { cursor });

function useParts(id: Of) {
  const read = (cursor: string, signal: AbortSignal) =>
    call("list_parts", {
      params: { id },
      query: { sort: "-id", limit: PAGE, ...from(cursor) },
      signal,
    });
  return useNewest("list_parts", id, read, (pages) =>
    pages.some((page) => page.answer.data.some(isOnItsWay)) ? DELIVERY_MS : WHISPERS_MS,
  );
}

// Who else got the mail that a reply answers: the newest that a person wrote to us.
export function useOthers(id: Of): readonly string[] {
  const { data } = useParts(id);
  return useMemo(() => {
    const parts = data?.pages.flatMap((page) => page.answer.data) ?? [];
    const last = parts.find(
      ({ kind, mail }) => kind === "message" && mail?.direction === "in" && !mail.automatic,
    );
    return last?.mail?.cc ?? [];
  }, [data]);
}

function useEvents(id: Of) {
  const read = (cursor: string, signal: AbortSignal) =>
    call("list_conversation_events", {
      params: { id },
      query: { sort: "-seq", limit: EVENTS_PAGE, type: TOLD, ...from(cursor) },
      signal,
    });
  return useNewest("list_conversation_events", id, read, false);
}

// Reads on until as many pages are there as were asked for; not while the stream has them read
// again, since one of the two would be given up.
function useMore(
  query: Pick<
    ReturnType<typeof useParts | typeof useEvents>,
    "hasNextPage" | "isFetching" | "isError"
  > & { data: { pages: readonly unknown[] } | undefined; fetchNextPage: () => unknown },
  asked: number,
  isWanted: boolean,
): void {
  const { data, hasNextPage, isFetching, isError, fetchNextPage } = query;
  const pages = data?.pages.length ?? 0;
  const isShort = isWanted && pages > 0 && pages < asked && hasNextPage;
  useEffect(() => {
    if (isShort && !isFetching && !isError) void fetchNextPage();
  }, [isShort, isFetching, isError, pages, fetchNextPage]);
}

export interface Told {
  lines: readonly Line[];
  error: Refusal | null; // nothing could be read
  isLoading: boolean;
  older: (() => void) | null; // null: there is no more
  isReading: boolean;
}

function merge(parts: readonly Part[], story: ReturnType<typeof storyOf>, since: number) {
  const written = parts.map((part) => ({ ...part, key: part.id, part, said: "" }));
  const happened = story
    .filter(({ seq }) => seq >= since)
    .map((line) => ({ ...line, key: `seq ${line.seq}`, part: null }));
  return [...written, ...happened]
    .map(({ key, seq, at, part, said }): Line => ({ key, seq, at, part, said }))
    .sort((a, b) => a.seq - b.seq);
}

export function useTold(id: Of): Told {
  const names = useNames();
  const written = useParts(id);
  const happened = useEvents(id);
  const parts = useMemo(
    () => (written.data?.pages.flatMap((page) => page.answer.data) ?? []).toReversed(),
    [written.data],
  );
  const events = useMemo(
    () => (happened.data?.pages.flatMap((page) => page.answer.data) ?? []).toReversed(),
    [happened.data],
  );
  // While older parts are not read, lines from before them would stand in the wrong place.
  const since = written.hasNextPage ? (parts[0]?.seq ?? Infinity) : 0;
  const lines = useMemo(
    () => (written.data === undefined ? [] : merge(parts, storyOf(events, names), since)),
    [written.data, parts, events, names, since],
  );
  const isBehind = happened.hasNextPage && (events[0]?.seq ?? 0) > since;
  const [asked, ask] = useState({ parts: 1, events: EVENTS_AHEAD });
  useMore(written, asked.parts, true);
  useMore(happened, asked.events, isBehind);
  const older = () => {
    const { length } = written.data?.pages ?? [];
    const read = happened.data?.pages.length ?? 0;
    ask(({ events: before }) => ({
      parts: written.hasNextPage ? length + 1 : length,
      events: isBehind ? Math.max(before, read + 1) : before,
    }));
  };
  return {
    lines,
    error: written.data === undefined ? written.error : null,
    isLoading: written.data === undefined && written.error === null,
    older: written.hasNextPage || isBehind ? older : null,
    isReading: written.isFetchingNextPage || happened.isFetchingNextPage,
  };
}
