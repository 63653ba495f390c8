// stale -- a decision was made on what is old: what changed meanwhile, and whether to do it all
// the same.
import { useSyncExternalStore } from "react";
import { cache, keyOf } from "../../feed/cache.ts";
import { call, type Refusal } from "../../feed/http.ts";
import type { Conversation } from "../../gen/shapes.ts";
import { complain } from "../../parts/notices.tsx";
import { noteSeq } from "./seen.ts";

export interface Question {
  before: Conversation;
  now: Conversation;
  again: () => Promise<Refusal | null>;
}

let question: Question | null = null;
let asked: number | null = null; // no second time without a change between
const watchers = new Set<() => void>();

function set(next: Question | null): void {
  question = next;
  for (const watcher of watchers) watcher();
}

// What a person would see of it.
export function isSame(before: Conversation, now: Conversation): boolean {
  return (
    before.state === now.state &&
    before.teammate === now.teammate &&
    before.team === now.team &&
    before.priority === now.priority &&
    before.counts?.parts === now.counts?.parts
  );
}

// Where nothing that anybody could see has changed (a clock ran out) there is nothing to ask.
export async function askAgain(
  before: Conversation,
  again: () => Promise<Refusal | null>,
): Promise<Refusal | null> {
  const params = { id: before.id };
  try {
    const received = await call("get_conversation", { params });
    cache.setQueryData(keyOf("get_conversation", { params }), received);
    noteSeq(before.id, received.seq);
    const now = received.answer;
    if (isSame(before, now) && asked !== received.seq) {
      asked = received.seq;
      return await again();
    }
    set({ before, now, again });
  } catch (error) {
    complain(error as Error);
  }
  return null;
}

export function leaveIt(): void {
  set(null);
}

export function useQuestion(): Question | null {
  return useSyncExternalStore(
    (watcher) => {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
    () => question,
  );
}
