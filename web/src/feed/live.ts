// live -- whether what is shown is current, and since when it is not; and who hears events.
//
// One connection for the page: to the shared worker, or, where there is none, a stream of this
// tab's own.
import { useSyncExternalStore } from "react";
import workerUrl from "./shared_worker.ts?sharedworker&url";
import { EventStream } from "./stream.ts";
import type { FromWorker, ToWorker } from "./stream_words.ts";

// isTold: not only waiting for the first word.
interface Liveness {
  live: boolean;
  since: number;
  isTold: boolean;
}
type Hearer = (message: FromWorker) => void;

let state: Liveness = { live: false, since: Date.now(), isTold: false };
let post: ((message: ToWorker) => void) | null = null;
const hearers = new Set<Hearer>();
const watchers = new Set<() => void>();

function hear(message: FromWorker): void {
  if (message.kind === "live" || message.kind === "broken") {
    const live = message.kind === "live";
    // Tries that fail do not make the last good moment younger.
    if (live || state.live || !state.isTold) state = { live, since: message.since, isTold: true };
    for (const watcher of watchers) watcher();
  }
  for (const hearer of hearers) hearer(message);
}

// Policy of the page: a worker's address must come from a policy of our own (Trusted Types).
function trusted(url: string): string {
  const types = (
    window as unknown as {
      trustedTypes?: {
        createPolicy(name: string, rules: object): { createScriptURL(url: string): string };
      };
    }
  ).trustedTypes;
  return (
    types
      ?.createPolicy("evenkeel", { createScriptURL: (text: string) => text })
      .createScriptURL(url) ?? url
  );
}

function connect(): (message: ToWorker) => void {
  if (typeof SharedWorker === "undefined") {
    const stream = new EventStream(hear);
    return (message) => {
      if (message.kind === "join") stream.open(message.after);
      else if (message.kind === "retry") stream.retry();
      else stream.close();
    };
  }
  const { port } = new SharedWorker(trusted(workerUrl), {
    type: "module",
    name: "evenkeel-events",
  });
  port.onmessage = (event: MessageEvent<FromWorker>) => hear(event.data);
  window.addEventListener("pagehide", () => port.postMessage({ kind: "leave" } satisfies ToWorker));
  return (message) => port.postMessage(message);
}

// Joins the stream from `after`, the lowest position of what was read before. Once for a page.
export function join(after: number | null): void {
  post ??= connect();
  post({ kind: "join", after });
}

export function retryNow(): void {
  post?.({ kind: "retry" });
}

export function leave(): void {
  post?.({ kind: "leave" });
  post = null;
}

// Calls hearer with every message from now on; returns how to stop.
export function listen(hearer: Hearer): () => void {
  hearers.add(hearer);
  return () => hearers.delete(hearer);
}

export function useLiveness(): Liveness {
  return useSyncExternalStore(
    (watcher) => {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
    () => state,
  );
}
