// chat -- what is only so while the contact sits at the other end of a web chat: they write, they
// have read so far; and they learn the same of us. None of it is kept as a fact.
import { useEffect, useState } from "react";
import { useAnswer } from "../../feed/cache.ts";
import { call } from "../../feed/http.ts";
import { listen } from "../../feed/live.ts";
import type { ConversationId } from "../../gen/ids.ts";
import type { Conversation } from "../../gen/shapes.ts";
import type { Line } from "./told.ts";

const isOf = (of: Conversation) => of.channels?.includes("chat") === true;
const TELL_MS = 3000; // nobody is told more often that we write

export interface Chat {
  isTyping: boolean;
  seenPart: string | null; // the last one that the contact has seen
  seenAt: string | null;
}

interface Said {
  typing_until: string | null;
  seen_part: string | null;
  seen_at: string | null;
}

// What the stream said last; null before it said anything.
function useSaid(id: ConversationId, isChat: boolean): Said | null {
  const [said, say] = useState<Said | null>(null);
  useEffect(() => {
    if (!isChat) return undefined;
    return listen((message) => {
      if (message.kind !== "state" || message.frame.type !== "state.chat") return;
      if (message.frame.conversation === id) say(message.frame);
    });
  }, [id, isChat]);
  return said;
}

// Whether it is before that moment, and no longer.
function useIsBefore(until: string | null): boolean {
  const [now, tick] = useState(Date.now);
  const at = until === null ? 0 : Date.parse(until);
  useEffect(() => {
    tick(Date.now());
    if (at <= Date.now()) return undefined;
    const timer = setTimeout(() => tick(Date.now()), at - Date.now() + 50);
    return () => clearTimeout(timer);
  }, [at]);
  return at > now;
}

export function useChat(of: Conversation): Chat | null {
  const isChat = isOf(of);
  const params = { id: of.id };
  const read = useAnswer("get_conversation_chat", { params }, { enabled: isChat }).data?.answer;
  const said = useSaid(of.id, isChat);
  const isTyping = useIsBefore(said?.typing_until ?? null);
  if (!isChat || read === undefined) return null;
  const { seen_part: seenPart, seen_at: seenAt } = said?.seen_part ? said : read;
  return { isTyping, seenPart, seenAt };
}

// The contact's last message, once it is looked at.
export function useSeeing(of: Conversation, serves: boolean, lines: readonly Line[]): void {
  const last = lines.findLast(
    ({ part }) => part?.kind === "message" && part.author.kind === "contact",
  )?.part?.id;
  const isChat = isOf(of) && serves;
  useEffect(() => {
    if (!isChat || last === undefined) return undefined;
    const look = () => {
      if (document.hidden) return;
      document.removeEventListener("visibilitychange", look);
      // That the contact does not learn of it harms nothing.
      call("tell_chat_seen", { params: { id: of.id }, body: { part: last } }).catch(
        () => undefined,
      );
    };
    document.addEventListener("visibilitychange", look);
    look();
    return () => document.removeEventListener("visibilitychange", look);
  }, [of.id, isChat, last]);
}

let told = { id: "", at: 0 };

// That one is writing an answer; a note is nobody's business.
export function tellTyping(of: Conversation): void {
  if (!isOf(of) || (told.id === of.id && Date.now() - told.at < TELL_MS)) return;
  told = { id: of.id, at: Date.now() };
  call("tell_chat_typing", { params: { id: of.id } }).catch(() => undefined);
}

// Behind which line the mark stands: the last message of ours that the contact has seen.
export function seenLine(chat: Chat | null, lines: readonly Line[]): string | null {
  if (chat === null || chat.seenPart === null) return null;
  const to = lines.findIndex(({ part }) => part?.id === chat.seenPart);
  return (
    lines
      .slice(0, to + 1)
      .findLast(({ part }) => part?.kind === "message" && part.author.kind === "teammate")?.key ??
    null
  );
}
