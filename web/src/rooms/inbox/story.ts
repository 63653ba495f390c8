// story -- what happened to a conversation, as quiet lines between what was written: who gave it
// to whom, closed it, moved it. Pure. Events that only follow from the one beside them are left
// out.
import type { Namer } from "../../why/sentences.ts";
import { apart } from "../../why/sentences.ts";
import type { ConversationEvent } from "../../gen/shapes.ts";
import { formatWhen } from "../../words/format.ts";
import { t, wordOf } from "../../words/words.ts";

// Those that a line is made of; the others are not asked for.
export const TOLD = [
  "conversation.snoozed",
  "conversation.woken",
  "conversation.reopened",
  "conversation.closed",
  "conversation.moved",
  "conversation.updated",
  "assignment.made",
  "assignment.ended",
] as const;

const PRIORITIES = ["none", "medium", "high", "urgent"] as const;

export interface Said {
  seq: number;
  at: string;
  said: string;
}

type Told = { by: "person" | "rule" | "other"; who: string };

const named = (id: string | null | undefined, names: Namer) =>
  id === null || id === undefined ? t("common.nobody") : apart(names.of(id));

function doneBy({ actor }: ConversationEvent, names: Namer): Told {
  if (actor?.kind === "person" && actor.teammate !== null)
    return { by: "person", who: named(actor.teammate, names) };
  return { by: actor?.kind === "rule" ? "rule" : "other", who: "" };
}

function given(event: ConversationEvent, names: Namer): string {
  const by = doneBy(event, names);
  const name = named(event.teammate, names);
  if (event.how !== "by_hand" || by.by !== "person")
    return t("inbox.line_given", { name, how: wordOf("inbox", `how_${event.how ?? "by_hand"}`) });
  return event.actor?.teammate === event.teammate
    ? t("inbox.story_took", { name })
    : t("inbox.story_gave", { who: by.who, name });
}

// Closing and moving end an assignment too, and say so themselves.
function ended(event: ConversationEvent, names: Namer): string | null {
  const { reason } = event;
  if (reason === "closed" || reason === "moved") return null;
  const by = doneBy(event, names);
  const name = named(event.teammate, names);
  if (by.by === "person" && reason === "released")
    return event.actor?.teammate === event.teammate
      ? t("inbox.story_gave_back", { name })
      : t("inbox.story_took_back", { who: by.who, name });
  const why = wordOf("inbox", `ended_${reason ?? "reassigned"}`);
  return t("inbox.line_ended", { name, why });
}

function snoozed(event: ConversationEvent, names: Namer): string {
  const by = doneBy(event, names);
  const { until } = event;
  return until === null || until === undefined
    ? t("inbox.story_snoozed_contact", by)
    : t("inbox.story_snoozed", { ...by, until: formatWhen(until) });
}

// One's own doing has a name; a clock, the contact and somebody outside have none.
function awake(what: "woken" | "reopened", event: ConversationEvent, names: Namer): string {
  if (event.cause === "timer" || event.cause === "contact" || event.cause === "outside")
    return wordOf("inbox", `story_${what}_${event.cause}`);
  return t(`inbox.story_${what}`, doneBy(event, names));
}

function sentenceOf(event: ConversationEvent, names: Namer): string | null {
  switch (event.type) {
    case "assignment.made":
      return given(event, names);
    case "assignment.ended":
      return ended(event, names);
    case "conversation.snoozed":
      return snoozed(event, names);
    case "conversation.woken":
      return awake("woken", event, names);
    case "conversation.reopened":
      return awake("reopened", event, names);
    case "conversation.closed":
      return t("inbox.story_closed", doneBy(event, names));
    case "conversation.moved": {
      const team = event.team ?? null;
      return team === null
        ? t("inbox.story_moved_out", doneBy(event, names))
        : t("inbox.story_moved", { ...doneBy(event, names), team: named(team, names) });
    }
    default: {
      const name = PRIORITIES[event.priority ?? -1];
      if (name === undefined) return null;
      const priority = t(`common.priority_${name}`);
      return t("inbox.story_priority", { ...doneBy(event, names), priority });
    }
  }
}

// Whether somebody else got it in the same breath: then that says it all.
function isPassedOn(event: ConversationEvent, next: ConversationEvent | undefined): boolean {
  return (
    event.type === "assignment.ended" &&
    event.reason === "reassigned" &&
    next?.type === "assignment.made" &&
    next.at === event.at
  );
}

// events: oldest first.
export function storyOf(events: readonly ConversationEvent[], names: Namer): readonly Said[] {
  return events.flatMap((event, index) => {
    if (isPassedOn(event, events[index + 1])) return [];
    const said = sentenceOf(event, names);
    return said === null ? [] : [{ seq: event.seq, at: event.at, said }];
  });
}
