// time -- instants and lengths, with the whole of it on hover; those that grow do so by one clock.
import { useSyncExternalStore } from "react";
import { formatLength, formatWhen, formatWhole } from "../words/format.ts";

const TICK_MS = 10_000;
const watchers = new Set<() => void>();
let now = Date.now();
let ticking: ReturnType<typeof setInterval> | undefined;

function watch(watcher: () => void): () => void {
  watchers.add(watcher);
  ticking ??= setInterval(() => {
    now = Date.now();
    for (const each of watchers) each();
  }, TICK_MS);
  return () => {
    watchers.delete(watcher);
    if (watchers.size === 0) {
      clearInterval(ticking);
      ticking = undefined;
    }
  };
}

// Now, to ten seconds.
export function useNow(): number {
  return useSyncExternalStore(watch, () => now);
}

export function When({ at }: { at: string }) {
  return (
    <time dateTime={at} title={formatWhole(at)}>
      {formatWhen(at)}
    </time>
  );
}

// How long ago, or how long until.
export function Since({ at }: { at: string }) {
  const length = Math.abs(Math.max(useNow(), Date.now() - TICK_MS) - Date.parse(at));
  return (
    <time dateTime={at} title={formatWhole(at)} className="ek-number">
      {formatLength(length)}
    </time>
  );
}

export function Length({ ms }: { ms: number }) {
  return <span className="ek-number">{formatLength(ms)}</span>;
}
