// shared_worker -- one stream for all tabs of a browser: a browser allows six connections to a
// host, and a person five streams.
import { EventStream } from "./stream.ts";
import type { FromWorker, ToWorker } from "./stream_words.ts";

declare const self: { onconnect: ((event: MessageEvent) => void) | null };

const tabs = new Set<MessagePort>();
let last: FromWorker | null = null;

const stream = new EventStream((message) => {
  if (message.kind !== "event" && message.kind !== "state") last = message;
  for (const tab of tabs) tab.postMessage(message);
});

function hear(tab: MessagePort, message: ToWorker): void {
  if (message.kind === "join") {
    // A tab that comes later may have read before what the others already hold: it starts anew.
    const early = stream.held !== null && message.after !== null && message.after < stream.held;
    if (early) tab.postMessage({ kind: "reset", reason: "joined" } satisfies FromWorker);
    else if (last !== null) tab.postMessage(last);
    stream.open(message.after);
  } else if (message.kind === "retry") {
    stream.retry();
  } else {
    tabs.delete(tab);
    if (tabs.size === 0) stream.close();
  }
}

self.onconnect = (event) => {
  const tab = event.ports[0];
  if (tab === undefined) return;
  tabs.add(tab);
  tab.onmessage = (heard: MessageEvent<ToWorker>) => hear(tab, heard.data);
};
