// Parts -- what was written, in order, with what happened in between as quiet lines. The newest
// are read first, older ones when asked for; one stays where one reads when something is added.
import { useEffect, useLayoutEffect, useRef } from "react";
import type { Conversation, Part } from "../../gen/shapes.ts";
import { Button } from "../../parts/Button.tsx";
import { Fault, Loading } from "../../parts/states.tsx";
import { When } from "../../parts/time.tsx";
import { formatDate } from "../../words/format.ts";
import { t } from "../../words/words.ts";
import { seenLine, useChat, useSeeing, type Chat } from "./chat.ts";
import { useOutgoing } from "./outbox.ts";
import { Pending } from "./Pending.tsx";
import { PartView } from "./PartView.tsx";
import type { Standing } from "./rights.ts";
import { useTold, type Line } from "./told.ts";

// Stays at the end when one was there, and where one reads when older parts come in above.
function useStay(count: number, first: string | undefined) {
  const box = useRef<HTMLDivElement>(null);
  const before = useRef({ height: 0, top: 0, isAtEnd: true, first });
  // Pictures come later than the words around them.
  useEffect(() => {
    const at = box.current;
    const list = at?.querySelector("ol");
    if (at === null || list === null || list === undefined) return;
    const watch = new ResizeObserver(() => {
      if (before.current.isAtEnd) at.scrollTop = at.scrollHeight;
    });
    watch.observe(list);
    return () => watch.disconnect();
  }, []);
  useLayoutEffect(() => {
    const at = box.current;
    if (at === null) return;
    const { isAtEnd, height, top } = before.current;
    if (isAtEnd) at.scrollTop = at.scrollHeight;
    else if (before.current.first !== first) at.scrollTop = top + at.scrollHeight - height;
    before.current = { ...before.current, height: at.scrollHeight, top: at.scrollTop, first };
  }, [count, first]);
  const onScroll = () => {
    const at = box.current;
    if (at === null) return;
    const isAtEnd = at.scrollHeight - at.scrollTop - at.clientHeight < 24;
    before.current = { ...before.current, height: at.scrollHeight, top: at.scrollTop, isAtEnd };
  };
  return { box, onScroll };
}

function Day({ at, before }: { at: string; before: string | undefined }) {
  const day = formatDate(at);
  if (before !== undefined && formatDate(before) === day) return null;
  return <li className="ek-inbox-day ek-small ek-quiet">{day}</li>;
}

function Quiet({ line }: { line: Line }) {
  return (
    <li className="ek-inbox-event ek-small ek-quiet">
      <span>{line.said}</span> · <When at={line.at} />
    </li>
  );
}

function Seen({ chat }: { chat: Chat | null }) {
  return (
    <li className="ek-inbox-seen ek-small ek-quiet">
      {t("inbox.chat_seen")} {chat?.seenAt && <When at={chat.seenAt} />}
    </li>
  );
}

export function Parts({
  of,
  standing,
  onQuote,
  onForward,
}: {
  of: Conversation;
  standing: Standing;
  onQuote: (text: string) => void;
  onForward: (part: Part) => void;
}) {
  const { lines, error, isLoading, older, isReading } = useTold(of.id);
  const outgoing = useOutgoing(of.id);
  const chat = useChat(of);
  const seen = seenLine(chat, lines);
  useSeeing(of, standing.serves, lines);
  const { box, onScroll } = useStay(lines.length + outgoing.length, lines[0]?.key);
  return (
    <div
      className="ek-inbox-parts"
      ref={box}
      onScroll={onScroll}
      tabIndex={0}
      role="region"
      aria-label={t("inbox.parts")}
    >
      {isLoading && <Loading />}
      {error !== null && <Fault error={error} />}
      {older !== null && (
        <Button isDisabled={isReading} onPress={older}>
          {t("inbox.older")}
        </Button>
      )}
      <ol className="ek-inbox-part-list">
        {lines.flatMap((line, index) => [
          <Day key={`${line.key} day`} at={line.at} before={lines[index - 1]?.at} />,
          line.part === null ? (
            <Quiet key={line.key} line={line} />
          ) : (
            <PartView
              key={line.key}
              part={line.part}
              of={of}
              standing={standing}
              onQuote={onQuote}
              onForward={onForward}
            />
          ),
          line.key === seen ? <Seen key="seen" chat={chat} /> : null,
        ])}
        {outgoing.map((out) => (
          <Pending key={out.id} out={out} />
        ))}
      </ol>
      {chat !== null && (
        <p className="ek-inbox-typing ek-small ek-quiet" role="status">
          {chat.isTyping && t("inbox.chat_typing")}
        </p>
      )}
    </div>
  );
}
