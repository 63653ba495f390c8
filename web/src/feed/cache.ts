// cache -- what was read, kept current by the event stream.
//
// useAnswer reads an operation and shows it until an event touches it; then it is read again at
// once, and only while something shows it: one reading after another, the further apart the more
// happened, in a flood twice a second. Hidden answers are read when they are next looked at.
// useChange does an operation; what it changed comes back through the stream like everybody else's
// changes, and at once for the tab that made it.
import {
  QueryClient,
  keepPreviousData,
  useMutation,
  useQuery,
  type Query,
  type UseMutationResult,
  type UseQueryResult,
} from "@tanstack/react-query";
import type { EventFrame, StateFrame } from "../gen/events.ts";
import { call, Refusal, type OperationName, type Received, type Told } from "./http.ts";
import * as live from "./live.ts";
import { patchState } from "./patch.ts";
import { concerns, touchedBy } from "./touch.ts";

const FRESH_MS = 300_000; // an answer nobody touched is read again after this long all the same
const GATHER_MS = 20; // what one commit says comes together
const PAUSE_MS = 100; // between two readings, and more after a reading for many events
const PAUSE_EACH_MS = 20;
const PAUSE_MOST_MS = 500;
const SLOW_MS = 3000; // a reading that takes longer is not waited for

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

// Of an answer that is awaited, how long until it is asked again.
const intervalOf =
  <A>(everyMs: number | ((answer: A) => number | undefined)) =>
  ({ state }: { state: { data: { answer: A } | undefined } }): number | false => {
    if (typeof everyMs === "number") return everyMs;
    return state.data === undefined ? false : (everyMs(state.data.answer) ?? false);
  };

// The seq of each answer, by its key: events up to there are in it already.
export function useAnswer<K extends OperationName>(
  name: K,
  told: Told<K> = {},
  options: {
    enabled?: boolean;
    keep?: boolean;
    everyMs?: number | ((answer: Received<K>["answer"]) => number | undefined);
  } = {},
): UseQueryResult<Received<K>, Refusal> {
  const { everyMs } = options;
  return useQuery<Received<K>, Refusal>({
    queryKey: keyOf(name, told),
    queryFn: ({ signal }) => call(name, { ...told, signal }),
    enabled: options.enabled ?? true,
    // What grows by the clock, or is too dear to be read anew at each event; not while hidden.
    ...(everyMs === undefined ? {} : { refetchInterval: intervalOf(everyMs) }),
    ...(options.keep === true ? { placeholderData: keepPreviousData } : {}),
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

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

let gathered: EventFrame[] = [];
let isReading = false;

// What is read for the first time is not begun anew when it becomes old meanwhile: it is looked at
// once more when it has come.
async function readAgain(frames: readonly EventFrame[]): Promise<void> {
  const isOld = ({ queryKey, state }: Query): boolean => {
    const name = queryKey[0] as OperationName;
    const seq = (state.data as Received<OperationName> | undefined)?.seq ?? 0;
    return frames.some(
      (frame) =>
        frame.seq > seq &&
        touchedBy(frame).includes(name) &&
        concerns({ ...frame }, name, queryKey[1] as Record<string, unknown>),
    );
  };
  const coming = new Set(
    cache
      .getQueryCache()
      .getAll()
      .filter(({ state }) => state.data === undefined && state.fetchStatus === "fetching"),
  );
  await cache.invalidateQueries({ predicate: isOld });
  if (coming.size > 0)
    await cache.invalidateQueries({ predicate: (query) => coming.has(query) && isOld(query) });
}

// The next reading begins when the one before has ended: begun earlier it would break that off,
// and on a slow line none would ever arrive.
async function settle(): Promise<void> {
  isReading = true;
  await pause(GATHER_MS);
  while (gathered.length > 0) {
    const frames = gathered;
    gathered = [];
    const rest = Math.max(PAUSE_MS, Math.min(PAUSE_MOST_MS, frames.length * PAUSE_EACH_MS));
    await Promise.all([pause(rest), Promise.race([readAgain(frames), pause(SLOW_MS)])]);
  }
  isReading = false;
}

function gather(frame: EventFrame): void {
  gathered.push(frame);
  if (!isReading) void settle();
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
