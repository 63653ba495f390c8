// Slash -- ready answers, from the composer: "/" opens the search, typing narrows it, the arrows
// choose, Enter puts the chosen one in, Escape leaves. Each is shown as it would be sent, with its
// fields filled in; the focus stays where one writes.
import { useEffect, useId, useRef, useState, type RefObject } from "react";
import { MessageSquareQuote } from "lucide-react";
import { useAnswer } from "../../feed/cache.ts";
import type { Conversation, ReadyFound } from "../../gen/shapes.ts";
import { Button } from "../../parts/Button.tsx";
import { Badge } from "../../parts/marks.tsx";
import { t, wordOf } from "../../words/words.ts";
import { keepDraft, useDraft, type Kind } from "./drafts.ts";
import { askedAt, putIn, unfilled, type Asked } from "./slash.ts";
import "./slash.css";

const NONE: readonly ReadyFound[] = [];

function Option({
  answer,
  id,
  isActive,
  choose,
}: {
  answer: ReadyFound;
  id: string;
  isActive: boolean;
  choose: () => void;
}) {
  const at = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (isActive) at.current?.scrollIntoView({ block: "nearest" });
  }, [isActive]);
  return (
    <li
      ref={at}
      id={id}
      role="option"
      aria-selected={isActive}
      className="ek-slash-option"
      // The focus stays in the field.
      onPointerDown={(event) => event.preventDefault()}
      onClick={choose}
    >
      <span className="ek-slash-title">
        <bdi>{answer.title}</bdi>
        <Badge>{wordOf("ready", `language_${answer.language}`)}</Badge>
        {answer.missing > 0 && (
          <Badge tone="warn">{t("ready.missing", { count: answer.missing })}</Badge>
        )}
      </span>
      <span className="ek-slash-text ek-quiet ek-small" dir="auto" lang={answer.language}>
        {answer.text}
      </span>
    </li>
  );
}

function useSearch(of: Conversation, asked: Asked | null) {
  const answers = useAnswer(
    "find_ready_answers",
    {
      params: { id: of.id },
      query: asked === null || asked.words === "" ? {} : { q: asked.words },
    },
    { enabled: asked !== null, keep: true },
  );
  return { found: answers.data?.answer.data ?? NONE, isWaiting: answers.isPending };
}

// Where the caret is, what is asked for there, and which answer is chosen.
function useAsked(text: string) {
  const [caret, setCaret] = useState<number | null>(null);
  const [left, setLeft] = useState<number | null>(null); // the "/" that Escape left
  const [chosen, setChosen] = useState({ words: "", place: 0 });
  const at = caret === null ? null : askedAt(text, Math.min(caret, text.length));
  // Once that "/" is gone, another in its place is a new one.
  if (at === null && left !== null) setLeft(null);
  const asked = at === null || at.from === left ? null : at;
  const place = asked !== null && chosen.words === asked.words ? chosen.place : 0;
  return {
    asked,
    place,
    look: (box: HTMLTextAreaElement | null) =>
      setCaret(box === null || box.selectionStart !== box.selectionEnd ? null : box.selectionStart),
    leave: () => setLeft(at?.from ?? null),
    turn: (next: number) => setChosen({ words: asked?.words ?? "", place: next }),
    anew: () => setLeft(null),
  };
}

export interface Slash {
  isOpen: boolean;
  found: readonly ReadyFound[];
  isWaiting: boolean;
  place: number;
  listId: string;
  optionId: (place: number) => string;
  choose: (answer: ReadyFound) => void;
  look: () => void;
  // True: the key was for the list.
  onKeyDown: (event: React.KeyboardEvent<HTMLTextAreaElement>) => boolean;
}

export function useSlash(
  of: Conversation,
  kind: Kind,
  box: RefObject<HTMLTextAreaElement | null>,
): Slash {
  const draft = useDraft(of.id, kind);
  const { asked, place, look, leave, turn, anew } = useAsked(draft.text);
  const { found, isWaiting } = useSearch(of, asked);
  const listId = useId();
  const last = Math.max(0, found.length - 1);
  const at = Math.min(place, last);
  const choose = (answer: ReadyFound) => {
    if (asked === null) return;
    const { text, caret } = putIn(draft.text, asked, answer.text);
    const used = draft.ready.filter((each) => each.id !== answer.id);
    keepDraft(of.id, kind, {
      text,
      key: "",
      returned: false,
      ready: [...used, { id: answer.id, version: answer.version }],
    });
    anew();
    // Behind what was put in, once it stands there.
    setTimeout(() => {
      box.current?.focus();
      box.current?.setSelectionRange(caret, caret);
      look(null);
    }, 0);
  };
  const onKeyDown = (event: React.KeyboardEvent<HTMLTextAreaElement>) => {
    if (asked === null || event.nativeEvent.isComposing || event.keyCode === 229) return false;
    if (event.ctrlKey || event.metaKey || event.altKey) return false;
    const answer = found[at];
    if (event.key === "Escape") leave();
    else if (answer === undefined) return false;
    else if (event.key === "ArrowDown") turn(at === last ? 0 : at + 1);
    else if (event.key === "ArrowUp") turn(at === 0 ? last : at - 1);
    else if ((event.key === "Enter" && !event.shiftKey) || event.key === "Tab") choose(answer);
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  };
  return {
    isOpen: asked !== null,
    ...{ found, isWaiting, place: at, listId, choose, onKeyDown },
    optionId: (which) => `${listId}-${which}`,
    look: () => look(box.current),
  };
}

export function SlashList({ slash }: { slash: Slash }) {
  const { found, place, isOpen } = slash;
  const active = found[place];
  return (
    <>
      <p className="ek-hidden" role="status">
        {isOpen && !slash.isWaiting && t("ready.found", { count: found.length })}
      </p>
      {isOpen && (
        <div className="ek-slash">
          <ul
            id={slash.listId}
            role="listbox"
            aria-label={t("ready.search")}
            className="ek-slash-list"
            tabIndex={-1}
          >
            {found.map((answer, i) => (
              <Option
                key={answer.id}
                answer={answer}
                id={slash.optionId(i)}
                isActive={i === place}
                choose={() => slash.choose(answer)}
              />
            ))}
          </ul>
          {found.length === 0 && !slash.isWaiting && (
            <p className="ek-quiet ek-slash-none">{t("ready.nothing")}</p>
          )}
          {active !== undefined && (
            <p className="ek-slash-whole" dir="auto" lang={active.language}>
              {active.text}
            </p>
          )}
          <p className="ek-quiet ek-small ek-slash-keys ek-wide-only">{t("ready.keys")}</p>
        </div>
      )}
    </>
  );
}

// The key as a button: it writes the "/".
export function SlashButton({ of, kind, field }: { of: Conversation; kind: Kind; field: string }) {
  const draft = useDraft(of.id, kind);
  const open = () => {
    const box = document.getElementById(field) as HTMLTextAreaElement | null;
    const caret = box?.selectionStart ?? draft.text.length;
    const before = draft.text.slice(0, caret);
    const sign = before === "" || /\s$/u.test(before) ? "/" : " /";
    keepDraft(of.id, kind, { text: before + sign + draft.text.slice(caret), key: "" });
    setTimeout(() => {
      box?.focus();
      box?.setSelectionRange(caret + sign.length, caret + sign.length);
    }, 0);
  };
  return (
    <Button look="plain" onPress={open}>
      <MessageSquareQuote className="ek-icon" aria-hidden />
      <span className="ek-wide-only">{t("ready.insert")}</span>
      <span className="ek-hidden ek-narrow-only">{t("ready.insert")}</span>
      <kbd className="ek-wide-only" dir="ltr">
        /
      </kbd>
    </Button>
  );
}

// A field without a value: said before it is sent, which then waits.
export function Unfilled({ text, field }: { text: string; field: string }) {
  const gap = unfilled(text);
  const go = () => {
    const box = document.getElementById(field) as HTMLTextAreaElement | null;
    if (box === null || gap === null) return;
    box.focus();
    box.setSelectionRange(gap.from, gap.to);
  };
  return (
    <div role="alert">
      {gap !== null && (
        <p className="ek-row ek-fault">
          <span>
            {t("ready.unfilled", { field: wordOf("ready", `field_${gap.name.replace(".", "_")}`) })}
          </span>
          <Button look="link" onPress={go}>
            {t("ready.go_there")}
          </Button>
        </p>
      )}
    </div>
  );
}
