// Parts -- what was written, in order, with who held it in between as quiet lines. The newest are
// read first, older ones when asked for; one stays where one reads when something is added.
import { useLayoutEffect, useMemo, useRef } from "react";
import { useInfiniteQuery, type InfiniteData } from "@tanstack/react-query";
import { useAnswer } from "../../feed/cache.ts";
import { call, type Received, type Refusal } from "../../feed/http.ts";
import { useNames } from "../../feed/names.ts";
import type { Assignment, Conversation, Part } from "../../gen/shapes.ts";
import { Button } from "../../parts/Button.tsx";
import { Fault, Loading } from "../../parts/states.tsx";
import { When } from "../../parts/time.tsx";
import { formatDate } from "../../words/format.ts";
import { t, wordOf } from "../../words/words.ts";
import { useOutgoing } from "./outbox.ts";
import { Pending } from "./Pending.tsx";
import { PartView } from "./PartView.tsx";
import type { Standing } from "./rights.ts";

const PAGE = 50;
// Whispers are nobody's event: the open conversation is looked at again now and then.
const WHISPERS_MS = 20_000;

type Received1 = Received<"list_parts">;

function useParts(id: Conversation["id"]) {
  return useInfiniteQuery<Received1, Refusal, InfiniteData<Received1>, readonly unknown[], string>({
    queryKey: ["list_parts", { id }, "newest"],
    queryFn: ({ pageParam, signal }) =>
      call("list_parts", {
        params: { id },
        query: {
          sort: "-id",
          limit: PAGE,
          ...(pageParam === "" ? {} : { cursor: pageParam }),
        },
        signal,
      }),
    initialPageParam: "",
    getNextPageParam: (last) => last.answer.page.next_cursor ?? undefined,
    refetchInterval: WHISPERS_MS,
  });
}

interface Line {
  key: string;
  at: string;
  part: Part | null;
  said: string; // of a quiet line
}

function useAssignmentLines(id: Conversation["id"]): readonly Line[] {
  const query = { conversation: id, limit: 100 };
  const held = useAnswer("list_assignments", { query }).data?.answer.data;
  const names = useNames();
  return useMemo(() => {
    const lines: Line[] = [];
    for (const each of held ?? ([] as readonly Assignment[])) {
      const name = `\u2068${names.of(each.teammate)}\u2069`;
      const how = wordOf("inbox", `how_${each.how}`);
      lines.push({
        key: `${each.id} from`,
        at: each.started_at,
        part: null,
        said: t("inbox.line_given", { name, how }),
      });
      if (each.ended !== null && each.ended_at !== null)
        lines.push({
          key: `${each.id} to`,
          at: each.ended_at,
          part: null,
          said: t("inbox.line_ended", { name, why: wordOf("inbox", `ended_${each.ended}`) }),
        });
    }
    return lines;
  }, [held, names]);
}

function merge(parts: readonly Part[], lines: readonly Line[], isWhole: boolean): readonly Line[] {
  const first = parts[0]?.at ?? "";
  const own = parts.map((part) => ({ key: part.id, at: part.at, part, said: "" }));
  // While older parts are not read, lines from before them would stand in the wrong place.
  const fitting = isWhole ? lines : lines.filter(({ at }) => at >= first);
  return [...own, ...fitting].sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
}

// Stays at the end when one was there, and where one reads when older parts come in above.
function useStay(count: number, first: string | undefined) {
  const box = useRef<HTMLDivElement>(null);
  const before = useRef({ height: 0, top: 0, isAtEnd: true, first });
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
      <span>{line.said}</span> <When at={line.at} />
    </li>
  );
}

export function Parts({
  of,
  standing,
  onQuote,
}: {
  of: Conversation;
  standing: Standing;
  onQuote: (text: string) => void;
}) {
  const found = useParts(of.id);
  const held = useAssignmentLines(of.id);
  const outgoing = useOutgoing(of.id);
  const parts = useMemo(
    () => (found.data?.pages.flatMap((page) => page.answer.data) ?? []).toReversed(),
    [found.data],
  );
  const lines = useMemo(
    () => merge(parts, held, !found.hasNextPage),
    [parts, held, found.hasNextPage],
  );
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
      {found.data === undefined && found.error === null && <Loading />}
      {found.data === undefined && found.error !== null && <Fault error={found.error} />}
      {found.hasNextPage && (
        <Button isDisabled={found.isFetchingNextPage} onPress={() => void found.fetchNextPage()}>
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
            />
          ),
        ])}
        {outgoing.map((out) => (
          <Pending key={out.id} out={out} />
        ))}
      </ol>
    </div>
  );
}
