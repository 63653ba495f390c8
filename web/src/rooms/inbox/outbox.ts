// outbox -- a reply is held for some seconds, with Undo, and then sent. It is the page's, not the
// screen's: going elsewhere in Evenkeel does not stop it. When the page closes while something is
// held it is not sent: it stays as a draft, and says so when the conversation is opened again.
import { useSyncExternalStore } from "react";
import { age, cache } from "../../feed/cache.ts";
import { call } from "../../feed/http.ts";
import { me } from "../../feed/session.ts";
import type { AttachmentId, ConversationId } from "../../gen/ids.ts";
import type { Attachment, PartRequest, ReadyUse } from "../../gen/shapes.ts";
import { complain, tell } from "../../parts/notices.tsx";
import { t } from "../../words/words.ts";
import { noteSeq } from "./seen.ts";
import { draftOf, keepDraft, type Draft, type Kind, type SentArticle } from "./drafts.ts";

export interface Outgoing {
  id: string; // also its Idempotency-Key
  conversation: ConversationId;
  kind: Kind;
  text: string;
  files: readonly Attachment[];
  cc?: readonly string[]; // who gets it too, by e-mail
  bcc?: readonly string[];
  to?: readonly string[]; // of what is forwarded outside, and what goes beneath it
  forward?: Pick<Draft, "forwards" | "part" | "withFiles">;
  ready?: readonly ReadyUse[]; // what earlier pages held has none
  articles?: readonly SentArticle[]; // absent in what an earlier version shelved
  until: number; // when it is sent
  state: "held" | "sending";
}

interface Waiting extends Outgoing {
  timer: ReturnType<typeof setTimeout> | undefined;
  withdraw: () => void; // takes the notice with its Undo away
}

let waiting: readonly Waiting[] = [];
const watchers = new Set<() => void>();
const page = crypto.randomUUID();
const shelf = () => `ek.held.${me().id}`;

// What is held stands in the browser as well, under the page that holds it.
interface Shelved extends Outgoing {
  page: string;
}

function shelved(): Shelved[] {
  try {
    return JSON.parse(localStorage.getItem(shelf()) ?? "[]") as Shelved[];
  } catch {
    return [];
  }
}

function set(next: readonly Waiting[]): void {
  waiting = next;
  const others = shelved().filter((each) => each.page !== page);
  const own = next.map(({ timer: _timer, withdraw: _withdraw, ...rest }) => ({ ...rest, page }));
  if (others.length + own.length === 0) localStorage.removeItem(shelf());
  else localStorage.setItem(shelf(), JSON.stringify([...others, ...own]));
  for (const watcher of watchers) watcher();
}

function takeOut(id: string): Waiting | undefined {
  const found = waiting.find((each) => each.id === id);
  if (found !== undefined) {
    clearTimeout(found.timer);
    set(waiting.filter((each) => each.id !== id));
  }
  return found;
}

// Back into the field, before anything that was typed there since.
function backToDraft(out: Outgoing, returned: boolean): void {
  const since = draftOf(out.conversation, out.kind);
  keepDraft(out.conversation, out.kind, {
    text: since.text === "" ? out.text : `${out.text}\n\n${since.text}`,
    files: [...out.files, ...since.files],
    cc: since.cc === "" ? (out.cc ?? []).join(", ") : since.cc,
    bcc: since.bcc === "" ? (out.bcc ?? []).join(", ") : since.bcc,
    to: since.to === "" ? (out.to ?? []).join(", ") : since.to,
    ...(since.to === "" ? out.forward : {}),
    ready: [...(out.ready ?? []), ...since.ready],
    articles: [...(out.articles ?? []), ...since.articles],
    key: since.text === "" ? out.id : "",
    returned,
  });
}

function forwardOf({ to, forward }: Outgoing): Partial<PartRequest> {
  if (to === undefined || forward === undefined) return {};
  const { forwards, part, withFiles } = forward;
  return {
    to,
    forwards,
    ...(forwards === "part" && part !== "" ? { part } : {}),
    with_files: withFiles,
  };
}

async function send(id: string): Promise<void> {
  const out = waiting.find((each) => each.id === id);
  if (out === undefined) return;
  out.withdraw();
  set(waiting.map((each) => (each.id === id ? { ...each, state: "sending" as const } : each)));
  const body: PartRequest = {
    kind: out.kind,
    text: out.text,
    ...(out.files.length === 0 ? {} : { attachments: out.files.map((file) => file.id) }),
    ...((out.cc ?? []).length === 0 ? {} : { cc: out.cc ?? [] }),
    ...((out.bcc ?? []).length === 0 ? {} : { bcc: out.bcc ?? [] }),
    ...forwardOf(out),
    ...(out.ready === undefined || out.ready.length === 0 ? {} : { ready_answers: out.ready }),
    ...((out.articles ?? []).length === 0
      ? {}
      : { articles: (out.articles ?? []).map(({ id }) => id) }),
  };
  try {
    const { answer } = await call("create_part", {
      params: { id: out.conversation },
      body: body as PartRequest & { attachments?: readonly AttachmentId[] },
      key: id,
    });
    noteSeq(out.conversation, answer.seq);
    age(["list_conversations", "get_conversation", "get_conversation_sla"]);
    await cache.invalidateQueries({ queryKey: ["list_parts", { id: out.conversation }] });
    takeOut(id);
  } catch (error) {
    takeOut(id);
    backToDraft(out, true);
    complain(error as Error);
  }
}

// Sends after `seconds`; 0 at once. key: of a draft that came back, so that it cannot be sent
// twice.
export function hold(
  out: Omit<Outgoing, "id" | "until" | "state">,
  seconds: number,
  key = "",
): void {
  const id = key === "" ? crypto.randomUUID() : key;
  const withdraw =
    seconds === 0
      ? () => undefined
      : tell(t("inbox.held", { count: seconds }), () => Promise.resolve(undoSending(id)));
  const timer = setTimeout(() => void send(id), seconds * 1000);
  const until = Date.now() + seconds * 1000;
  set([...waiting, { ...out, id, until, state: "held", timer, withdraw }]);
}

// False: too late, it is on its way.
export function undoSending(id: string): boolean {
  if (waiting.find((each) => each.id === id)?.state !== "held") return false;
  const out = takeOut(id);
  out?.withdraw();
  if (out !== undefined) backToDraft(out, false);
  return true;
}

export function heldLast(conversation: string): Outgoing | undefined {
  return waiting.findLast((each) => each.conversation === conversation && each.state === "held");
}

// What pages that are gone were holding becomes drafts again. A page that is there holds a lock.
export async function recover(): Promise<void> {
  if (!("locks" in navigator)) return;
  const { held } = await navigator.locks.query();
  const alive = new Set(held?.map((lock) => lock.name));
  const lost = shelved().filter((each) => each.page !== page && !alive.has(`ek-${each.page}`));
  if (lost.length === 0) return;
  const gone = new Set(lost.map((each) => each.page));
  const rest = shelved().filter((each) => !gone.has(each.page));
  if (rest.length === 0) localStorage.removeItem(shelf());
  else localStorage.setItem(shelf(), JSON.stringify(rest));
  for (const out of lost) backToDraft(out, true);
}

if ("locks" in navigator)
  void navigator.locks.request(`ek-${page}`, () => new Promise<never>(() => undefined));

export function useOutgoing(conversation: string): readonly Outgoing[] {
  const all = useSyncExternalStore(
    (watcher) => {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
    () => waiting,
  );
  return all.filter((each) => each.conversation === conversation);
}
