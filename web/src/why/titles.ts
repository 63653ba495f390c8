// titles -- what conversations are called. Each is asked for once, many at a time, and forgotten
// when it changes; those that the reader may not open keep their id.
import { useEffect, useMemo, useSyncExternalStore } from "react";
import { call } from "../feed/http.ts";
import { listen } from "../feed/live.ts";
import type { ConversationId } from "../gen/ids.ts";

const AT_ONCE = 100;

export type Titles = ReadonlyMap<string, string>;

let known = new Map<string, string>();
let wanted = new Set<ConversationId>();
const asked = new Set<string>();
const watchers = new Set<() => void>();

function keep(found: readonly { id: string; title?: string | null }[]): void {
  known = new Map(known);
  for (const { id, title } of found) {
    if (typeof title === "string" && title !== "") known.set(id, title);
    else known.delete(id);
  }
  for (const watcher of watchers) watcher();
}

async function ask(ids: readonly ConversationId[]): Promise<void> {
  try {
    const query = { id: ids, limit: AT_ONCE };
    keep((await call("list_conversations", { query })).answer.data);
  } catch {
    // Ids stand where titles would; the next one who looks asks again.
    for (const id of ids) asked.delete(id);
  }
}

function settle(): void {
  const ids = [...wanted];
  wanted = new Set();
  for (let from = 0; from < ids.length; from += AT_ONCE) void ask(ids.slice(from, from + AT_ONCE));
}

function want(ids: readonly ConversationId[]): void {
  for (const id of ids) {
    if (asked.has(id)) continue;
    if (wanted.size === 0) queueMicrotask(settle);
    asked.add(id);
    wanted.add(id);
  }
}

listen((message) => {
  if (message.kind === "event" && message.frame.type === "conversation.updated")
    asked.delete(message.frame.conversation);
});

export function useTitles(ids: readonly ConversationId[]): Titles {
  const key = ids.join();
  const list = useMemo(() => ids, [key]);
  useEffect(() => want(list), [list]);
  return useSyncExternalStore(
    (watcher) => {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
    () => known,
  );
}
