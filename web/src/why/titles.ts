// titles -- what conversations are called, and when they are due. Each is asked for once, many at
// a time, and again when something happened to it while it is shown; those that the reader may
// not open keep their id.
import { useEffect, useMemo, useSyncExternalStore } from "react";
import { call } from "../feed/http.ts";
import { listen } from "../feed/live.ts";
import type { ConversationId } from "../gen/ids.ts";
import type { Conversation } from "../gen/shapes.ts";

const AT_ONCE = 100;
const GATHER_MS = 400;

export interface Fact {
  title: string | null;
  due: string | null; // its earliest open deadline
  priority: number;
}

export type Titles = ReadonlyMap<string, string>;
export type Facts = ReadonlyMap<string, Fact>;

let facts: Facts = new Map();
let titles: Titles = new Map();
let wanted = new Set<ConversationId>();
let timer: ReturnType<typeof setTimeout> | undefined;
const asked = new Set<string>();
const shown = new Map<string, number>(); // by how many lists
const watchers = new Set<() => void>();

function keep(ids: readonly ConversationId[], found: readonly Conversation[]): void {
  const next = new Map(facts);
  for (const id of ids) next.delete(id);
  for (const { id, title, due, priority } of found)
    next.set(id, { title: title === "" ? null : (title ?? null), due: due ?? null, priority });
  facts = next;
  titles = new Map([...next].flatMap(([id, { title }]) => (title === null ? [] : [[id, title]])));
  for (const watcher of watchers) watcher();
}

async function ask(ids: readonly ConversationId[]): Promise<void> {
  try {
    const query = { id: ids, limit: AT_ONCE, fields: "id,title,due,priority" };
    keep(ids, (await call("list_conversations", { query })).answer.data);
  } catch {
    // Ids stand where titles would; the next one who looks asks again.
    for (const id of ids) asked.delete(id);
  }
}

function settle(): void {
  timer = undefined;
  const ids = [...wanted];
  wanted = new Set();
  for (let from = 0; from < ids.length; from += AT_ONCE) void ask(ids.slice(from, from + AT_ONCE));
}

function want(ids: readonly ConversationId[], wait = 0): void {
  for (const id of ids) {
    if (asked.has(id)) continue;
    asked.add(id);
    wanted.add(id);
  }
  if (wanted.size > 0) timer ??= setTimeout(settle, wait);
}

function forget(ids: readonly ConversationId[]): void {
  for (const id of ids) asked.delete(id);
  want(
    ids.filter((id) => shown.has(id)),
    GATHER_MS,
  );
}

listen((message) => {
  if (message.kind === "reset") forget([...asked] as ConversationId[]);
  if (message.kind !== "event") return;
  const { type, conversation } = message.frame as { type: string; conversation?: ConversationId };
  if (conversation !== undefined && /^(conversation|message|sla)\./.test(type))
    forget([conversation]);
});

function show(ids: readonly ConversationId[]): () => void {
  for (const id of ids) shown.set(id, (shown.get(id) ?? 0) + 1);
  want(ids);
  return () => {
    for (const id of ids) {
      const rest = (shown.get(id) ?? 1) - 1;
      if (rest > 0) shown.set(id, rest);
      else shown.delete(id);
    }
  };
}

function watch(watcher: () => void): () => void {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}

function useShown(ids: readonly ConversationId[]): void {
  const key = ids.join();
  const list = useMemo(() => ids, [key]);
  useEffect(() => show(list), [list]);
}

export function useTitles(ids: readonly ConversationId[]): Titles {
  useShown(ids);
  return useSyncExternalStore(watch, () => titles);
}

export function useFacts(ids: readonly ConversationId[]): Facts {
  useShown(ids);
  return useSyncExternalStore(watch, () => facts);
}
