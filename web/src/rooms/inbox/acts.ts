// acts -- what can be done to a conversation. Each is shown at once, put back with the reason
// when it is refused, and offers Undo where the API can put it back. Each says what it was
// decided on; when the conversation has changed meanwhile, what changed is shown and the person
// decides again.
import { age, cache } from "../../feed/cache.ts";
import { call, Refusal, type OperationName, type Received, type Told } from "../../feed/http.ts";
import { me } from "../../feed/session.ts";
import type { ConversationId, TagId, TeamId, TeammateId } from "../../gen/ids.ts";
import type {
  Conversation,
  ConversationPatch,
  HandoverRequest,
  SnoozeRequest,
} from "../../gen/shapes.ts";
import { complain, tell } from "../../parts/notices.tsx";
import { formatWhen } from "../../words/format.ts";
import { t, wordOf } from "../../words/words.ts";
import { noteGiven, noteSeq, seenSeq, wasGiven } from "./seen.ts";
import { askAgain } from "./stale.ts";

const TOUCHED: OperationName[] = [
  "list_conversations",
  "get_conversation",
  "get_conversation_sla",
  "list_contact_conversations",
  "list_conversation_events",
  "list_receipts",
  "list_queue",
  "explain_waiting",
  "get_my_load",
  "explain_my_nothing",
];

type Values = Partial<Conversation>;
interface Pages {
  pages: readonly Received<"list_conversations">[];
  pageParams: unknown[];
}

// Writes into every cached copy of the conversation; returns how to put that back.
export function showAtOnce(id: ConversationId, values: Values): () => void {
  const change = (row: Conversation) => (row.id === id ? { ...row, ...values } : row);
  const before = [
    ...cache.getQueriesData<Received<"get_conversation">>({
      queryKey: ["get_conversation", { id }],
    }),
  ];
  const lists = cache
    .getQueriesData<Pages>({ queryKey: ["list_conversations"] })
    .filter(([key]) => key[3] === "pages");
  for (const [key, held] of before)
    if (held !== undefined)
      cache.setQueryData(key, { ...held, answer: { ...held.answer, ...values } });
  for (const [key, held] of lists)
    if (held !== undefined)
      cache.setQueryData(key, {
        ...held,
        pages: held.pages.map((page) => ({
          ...page,
          answer: { ...page.answer, data: page.answer.data.map(change) },
        })),
      });
  return () => {
    for (const [key, held] of [...before, ...lists]) cache.setQueryData(key, held);
  };
}

// null: done. Else what was refused; of a form it is shown there, elsewhere it has been said
// already.
export type Outcome = Refusal | null;

interface Deed<K extends OperationName> {
  name: K;
  told: Told<K>;
  shown: Values; // what it becomes, at once
  said: string;
  undo: (() => Promise<unknown>) | null;
  isForm?: boolean; // shows a refusal itself
}

async function perform<K extends OperationName>(of: Conversation, deed: Deed<K>): Promise<Outcome> {
  const putBack = showAtOnce(of.id, deed.shown);
  try {
    const guard = seenSeq(of.id);
    const told = { ...deed.told, body: { ...(deed.told.body as object), ...guard } } as Told<K>;
    const { answer } = await call(deed.name, told);
    noteSeq(of.id, (answer as { seq?: number | null } | undefined)?.seq);
    age(TOUCHED);
    tell(deed.said, deed.undo);
    return null;
  } catch (error) {
    putBack();
    wasGiven(of.id);
    age(["get_conversation", "list_conversations"]);
    const refusal = error instanceof Refusal ? error : new Refusal(0, null);
    if (refusal.kind === "stale") {
      return askAgain(of, () => perform(of, { ...deed, isForm: false }));
    }
    if (deed.isForm !== true) complain(refusal);
    return refusal;
  }
}

type Plain =
  | "assign_conversation"
  | "close_conversation"
  | "move_conversation"
  | "release_conversation"
  | "reopen_conversation"
  | "snooze_conversation"
  | "update_conversation";

async function plain<K extends Plain>(
  name: K,
  id: ConversationId,
  body?: Told<K>["body"],
): Promise<void> {
  const told: Told<Plain> = { params: { id }, ...(body === undefined ? {} : { body }) };
  const { answer } = await call<Plain>(name, told);
  noteSeq(id, "seq" in answer ? answer.seq : null);
  age(TOUCHED);
}

const titleOf = (of: Conversation) => of.title ?? of.id;

export function closeIt(of: Conversation): Promise<Outcome> {
  return perform(of, {
    name: "close_conversation",
    told: { params: { id: of.id } },
    shown: { state: "closed", snoozed_until: null },
    said: t("inbox.closed", { title: titleOf(of) }),
    undo: () => plain("reopen_conversation", of.id),
  });
}

export function reopenIt(of: Conversation): Promise<Outcome> {
  const { state, snoozed_until: until } = of;
  return perform(of, {
    name: "reopen_conversation",
    told: { params: { id: of.id } },
    shown: { state: "open", snoozed_until: null },
    said: t("inbox.reopened", { title: titleOf(of) }),
    undo: () =>
      state === "snoozed"
        ? plain("snooze_conversation", of.id, until === null ? {} : { until })
        : plain("close_conversation", of.id),
  });
}

export function snoozeIt(of: Conversation, body: SnoozeRequest, said: string): Promise<Outcome> {
  return perform(of, {
    name: "snooze_conversation",
    isForm: true,
    told: { params: { id: of.id }, body },
    shown: { state: "snoozed", snoozed_until: body.until ?? null },
    said,
    undo: () => plain("reopen_conversation", of.id),
  });
}

export function takeIt(of: Conversation): Promise<Outcome> {
  return perform(of, {
    name: "assign_conversation",
    told: { params: { id: of.id }, body: { teammate: me().id } },
    shown: { teammate: me().id },
    said: t("inbox.taken", { title: titleOf(of) }),
    undo: () => {
      noteGiven(of.id);
      return plain("release_conversation", of.id);
    },
  });
}

export function releaseIt(of: Conversation): Promise<Outcome> {
  const { teammate } = of;
  if (teammate === me().id) noteGiven(of.id);
  return perform(of, {
    name: "release_conversation",
    told: { params: { id: of.id } },
    shown: { teammate: null, assignment: null },
    said: t("inbox.released", { title: titleOf(of) }),
    undo: teammate === null ? null : () => plain("assign_conversation", of.id, { teammate }),
  });
}

export interface To {
  teammate: TeammateId;
  name: string;
  reason: string; // why above a limit; "" when there is none
}

export function assignIt(of: Conversation, { teammate, name, reason }: To): Promise<Outcome> {
  const before = of.teammate;
  if (before === me().id) noteGiven(of.id);
  return perform(of, {
    name: "assign_conversation",
    isForm: true,
    told: {
      params: { id: of.id },
      body: { teammate, ...(reason === "" ? {} : { override_reason: reason }) },
    },
    shown: { teammate },
    said: t("inbox.assigned", { title: titleOf(of), name }),
    undo: () =>
      before === null
        ? plain("release_conversation", of.id)
        : plain("assign_conversation", of.id, { teammate: before }),
  });
}

// canUndo: whether the person could take it back from there.
export function moveIt(
  of: Conversation,
  team: TeamId,
  name: string,
  canUndo: boolean,
): Promise<Outcome> {
  const before = of.team;
  if (of.teammate === me().id) noteGiven(of.id);
  return perform(of, {
    name: "move_conversation",
    isForm: true,
    told: { params: { id: of.id }, body: { team } },
    shown: { team, teammate: null, assignment: null },
    said: t("inbox.moved", { title: titleOf(of), name }),
    undo: canUndo ? () => plain("move_conversation", of.id, { team: before }) : null,
  });
}

export function handOver(
  of: Conversation,
  body: HandoverRequest,
  name: string,
  canUndo: boolean,
): Promise<Outcome> {
  const { teammate } = of;
  if (teammate === me().id) noteGiven(of.id);
  return perform(of, {
    name: "hand_over_conversation",
    isForm: true,
    told: { params: { id: of.id }, body },
    shown: {
      teammate: body.to.teammate ?? null,
      ...(body.to.team === undefined ? {} : { team: body.to.team }),
    },
    said: t("inbox.handed", { title: titleOf(of), name }),
    undo:
      canUndo && teammate !== null ? () => plain("assign_conversation", of.id, { teammate }) : null,
  });
}

export function editIt(
  of: Conversation,
  patch: ConversationPatch,
  back: ConversationPatch,
): Promise<Outcome> {
  const { attributes, ...rest } = patch;
  const merged = Object.fromEntries(
    Object.entries({ ...of.attributes, ...attributes }).filter(([, value]) => value !== null),
  ) as Record<string, string>;
  const shown = { ...rest, ...(attributes === undefined ? {} : { attributes: merged }) } as Values;
  return perform(of, {
    name: "update_conversation",
    told: { params: { id: of.id }, body: patch },
    shown,
    said: t("inbox.edited", { title: titleOf(of) }),
    undo: () => plain("update_conversation", of.id, back),
  });
}

export async function tagIt(
  of: Conversation,
  tag: TagId,
  name: string,
  isOn: boolean,
): Promise<void> {
  const tags = of.tags ?? [];
  const put = (on: boolean) =>
    call(on ? "add_conversation_tag" : "remove_conversation_tag", {
      params: { id: of.id, tag },
    }).then(({ answer }) => {
      noteSeq(of.id, answer.seq);
      age(TOUCHED);
    });
  const putBack = showAtOnce(of.id, {
    tags: isOn ? [...tags, tag] : tags.filter((each) => each !== tag),
  });
  try {
    await put(isOn);
    tell(t(isOn ? "inbox.tagged" : "inbox.untagged", { name }), () => put(!isOn));
  } catch (error) {
    putBack();
    complain(error as Error);
  }
}

export function saidSnoozed(of: Conversation, until: string | null): string {
  const title = titleOf(of);
  return until === null
    ? t("inbox.snoozed_until_contact", { title })
    : t("inbox.snoozed", { title, until: formatWhen(until) });
}

export const stateWord = (state: string) => wordOf("inbox", `state_${state}`);
