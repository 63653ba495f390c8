// cache -- what was read, kept current by the event stream.
//
// useAnswer reads an operation and shows it until an event touches it; then it is read again, at
// most twice a second, and only while something shows it. Hidden answers are read when they are
// next looked at. useChange does an operation; what it changed comes back through the stream like
// everybody else's changes, and at once for the tab that made it.
import {
  QueryClient,
  keepPreviousData,
  useMutation,
  useQuery,
  type UseMutationResult,
  type UseQueryResult,
} from "@tanstack/react-query";
import type { EventFrame, StateFrame } from "../gen/events.ts";
import { call, Refusal, type OperationName, type Received, type Told } from "./http.ts";
import * as live from "./live.ts";
import { patchState } from "./patch.ts";
import { concerns, touchedBy } from "./touch.ts";

const FRESH_MS = 300_000; // an answer nobody touched is read again after this long all the same
const GATHER_MS = 400;

export const cache = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: FRESH_MS,
      gcTime: 600_000,
      refetchOnWindowFocus: false,
      retry: (count, error) =>
        count < 2 && (!(error instanceof Refusal) || error.status === 0 || error.status >= 500),
    },
    mutations: { retry: false },
  },
});

export function keyOf<K extends OperationName>(name: K, told: Told<K> = {}): readonly unknown[] {
  return [name, told.params ?? {}, told.query ?? {}, told.body ?? null];
}

// The seq of each answer, by its key: events up to there are in it already.
export function useAnswer<K extends OperationName>(
  name: K,
  told: Told<K> = {},
  options: { enabled?: boolean; keep?: boolean; everyMs?: number } = {},
): UseQueryResult<Received<K>, Refusal> {
  return useQuery<Received<K>, Refusal>({
    queryKey: keyOf(name, told),
    queryFn: ({ signal }) => call(name, { ...told, signal }),
    enabled: options.enabled ?? true,
    // What grows by the clock, or is too dear to be read anew at each event; not while hidden.
    ...(options.everyMs === undefined ? {} : { refetchInterval: options.everyMs }),
    ...(options.keep === true ? { placeholderData: keepPreviousData as never } : {}),
  });
}

export function useChange<K extends OperationName>(
  name: K,
  touched: readonly OperationName[] = [],
): UseMutationResult<Received<K>, Refusal, Told<K>> {
  return useMutation<Received<K>, Refusal, Told<K>>({
    mutationFn: (told) => call(name, told),
    onSuccess: () => age(touched),
  });
}

// Reads what depends on these operations again.
export function age(names: readonly OperationName[]): void {
  if (names.length > 0)
    void cache.invalidateQueries({
      predicate: ({ queryKey }) => names.includes(queryKey[0] as OperationName),
    });
}

let gathered: EventFrame[] = [];
let timer: ReturnType<typeof setTimeout> | null = null;

function settle(): void {
  timer = null;
  const frames = gathered;
  gathered = [];
  void cache.invalidateQueries({
    predicate: ({ queryKey, state }) => {
      const name = queryKey[0] as OperationName;
      const seq = (state.data as Received<OperationName> | undefined)?.seq ?? 0;
      return frames.some(
        (frame) =>
          frame.seq > seq &&
          touchedBy(frame).includes(name) &&
          concerns(frame as never, name, queryKey[1] as never),
      );
    },
  });
}

function gather(frame: EventFrame): void {
  gathered.push(frame);
  timer ??= setTimeout(settle, GATHER_MS);
}

function show(frame: StateFrame): void {
  for (const query of cache.getQueryCache().getAll()) {
    const held = query.state.data as Received<OperationName> | undefined;
    // Names come in pages and hold nothing that a state frame says.
    if (held?.answer === undefined || (held.seq ?? 0) > frame.seq) continue;
    const patched = patchState(query.queryKey[0] as OperationName, held.answer, frame);
    if (patched !== held.answer) cache.setQueryData(query.queryKey, { ...held, answer: patched });
  }
}

// Feeds the cache from the stream. Once for a page, when somebody is signed in.
export function follow(after: number | null, ended: () => void): void {
  live.listen((message) => {
    if (message.kind === "event") gather(message.frame);
    else if (message.kind === "state") show(message.frame);
    else if (message.kind === "reset") void cache.invalidateQueries();
    else if (message.kind === "ended") ended();
  });
  live.join(after);
}
