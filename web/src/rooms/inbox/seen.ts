// seen -- up to which event somebody has seen a conversation, so that a decision can say what it
// was made on; and which conversations this page itself gave away.
import { cache, keyOf } from "../../feed/cache.ts";
import type { Received } from "../../feed/http.ts";
import type { ConversationId } from "../../gen/ids.ts";

const written = new Map<string, number>();
const given = new Set<string>();

// One's own doing is seen by who did it.
export function noteSeq(conversation: string, seq: number | null | undefined): void {
  if (typeof seq === "number")
    written.set(conversation, Math.max(seq, written.get(conversation) ?? 0));
}

export function seenSeq(id: ConversationId): { based_on?: number } {
  const held = cache.getQueryData<Received<"get_conversation">>(
    keyOf("get_conversation", { params: { id } }),
  );
  const seq = Math.max(held?.seq ?? 0, written.get(id) ?? 0);
  return seq === 0 ? {} : { based_on: seq };
}

export function noteGiven(conversation: string): void {
  given.add(conversation);
}

export function wasGiven(conversation: string): boolean {
  return given.delete(conversation);
}
