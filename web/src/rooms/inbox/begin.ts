// begin -- a mail that begins a conversation: the one draft that each person has of it, whether it
// is being written, and sending it. Held for some seconds like a reply, with Undo; what was held
// when the page closed was not sent, and is a draft still.
import { useSyncExternalStore } from "react";
import { age } from "../../feed/cache.ts";
import { call } from "../../feed/http.ts";
import { me } from "../../feed/session.ts";
import type { ContactId, MailboxId, TeamId } from "../../gen/ids.ts";
import type { Attachment, FirstMailRequest, MyMailbox, ReadyUse } from "../../gen/shapes.ts";
import { complain, tell } from "../../parts/notices.tsx";
import { t } from "../../words/words.ts";
import { addressesOf, copiesAreWell, isAddress } from "./Copies.tsx";
import { unfilled } from "./slash.ts";

export interface Whom {
  id: ContactId;
  name: string;
}
export interface First {
  to: string; // an address, unless a contact was chosen
  contact: Whom | null;
  mailbox: MailboxId | null; // null: the first there is
  team: TeamId | null;
  title: string;
  text: string;
  cc: string;
  bcc: string;
  files: readonly Attachment[];
  ready: readonly ReadyUse[];
  key: string; // of one that was sent and not answered, so that it cannot be sent twice
}

const NONE: First = {
  ...{ to: "", contact: null, mailbox: null, team: null, title: "", text: "", cc: "", bcc: "" },
  ...{ files: [], ready: [], key: "" },
};

const nameOf = () => `ek.begin.${me().id}`;
const watchers = new Set<() => void>();
let read: { raw: string | null; draft: First } = { raw: null, draft: NONE };
let isOpen = false;
let isHeld = false;
let asked: Whom | null = null; // to whom as well, while there is a draft to somebody else

function tellAll(): void {
  for (const watcher of watchers) watcher();
}

function watch(watcher: () => void): () => void {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}

window.addEventListener("storage", (event) => {
  if (event.key === nameOf()) tellAll();
});

export function draftNow(): First {
  const raw = localStorage.getItem(nameOf());
  if (read.raw === raw) return read.draft;
  let draft = NONE;
  try {
    if (raw !== null) draft = { ...NONE, ...(JSON.parse(raw) as Partial<First>) };
  } catch {
    // Not ours: as if nothing were there.
  }
  read = { raw, draft };
  return draft;
}

const isEmpty = ({ to, contact, title, text, cc, bcc, files }: First): boolean =>
  to + title + text + cc + bcc === "" && contact === null && files.length === 0;

export function keepFirst(change: Partial<First>): void {
  const next = { ...draftNow(), key: "", ...change };
  if (next.text === "") next.ready = [];
  if (isEmpty(next)) localStorage.removeItem(nameOf());
  else localStorage.setItem(nameOf(), JSON.stringify(next));
  tellAll();
}

export const useFirst = (): First => useSyncExternalStore(watch, draftNow);
export const useHasFirst = (): boolean => useSyncExternalStore(watch, () => !isEmpty(draftNow()));
export const useIsBeginning = (): boolean => useSyncExternalStore(watch, () => isOpen);
export const isWriting = (): boolean => isOpen;
export const useIsHeld = (): boolean => useSyncExternalStore(watch, () => isHeld);
export const useAsked = (): Whom | null => useSyncExternalStore(watch, () => asked);

export const nameOfWhom = ({ contact, to }: First): string => contact?.name ?? to.trim();

// To that contact. What is held is on its way and stays as it is; a draft to somebody else becomes
// theirs never, and gives way only to whoever says so.
export function beginWriting(contact: Whom | null = null): void {
  if (isHeld) {
    tell(t("mail.begin_held"));
    return;
  }
  const draft = draftNow();
  const isTheirs = contact === null || draft.contact?.id === contact.id;
  if (!isTheirs && nameOfWhom(draft) !== "") asked = contact;
  else {
    isOpen = true;
    if (!isTheirs) keepFirst({ contact, to: "" });
  }
  tellAll();
}

// The draft that is there, the other one in its place, or neither.
export function answerAsked(answer: "continue" | "anew" | "neither"): void {
  const contact = asked;
  asked = null;
  if (answer === "anew") dropFirst();
  if (answer === "neither") tellAll();
  else beginWriting(answer === "anew" ? contact : null);
}

export function endWriting(): void {
  isOpen = false;
  tellAll();
}

export function dropFirst(): void {
  localStorage.removeItem(nameOf());
  endWriting();
}

// From where, and whose it is then: a mailbox of every team leaves the team to be chosen.
export interface Way {
  box: MyMailbox;
  team: TeamId | null; // null: to be chosen
}

export function wayOf(draft: First, boxes: readonly MyMailbox[], teams: readonly TeamId[]) {
  const box = boxes.find(({ id }) => id === draft.mailbox) ?? boxes[0];
  if (box === undefined) return null;
  const chosen = teams.find((id) => id === draft.team) ?? (teams.length === 1 ? teams[0] : null);
  return { box, team: box.team ?? chosen ?? null } satisfies Way;
}

export const isFirstReady = (draft: First, way: Way | null): boolean =>
  way?.team != null &&
  (draft.contact !== null || isAddress(draft.to.trim())) &&
  draft.title.trim() !== "" &&
  draft.text.trim() !== "" &&
  copiesAreWell(draft) &&
  (draft.ready.length === 0 || unfilled(draft.text) === null);

function bodyOf(draft: First, { box, team }: Way): FirstMailRequest {
  const cc = addressesOf(draft.cc);
  const bcc = addressesOf(draft.bcc);
  return {
    ...(draft.contact === null ? { to: draft.to.trim() } : { contact: draft.contact.id }),
    ...{ mailbox: box.id, team, title: draft.title.trim(), text: draft.text },
    ...(cc.length === 0 ? {} : { cc }),
    ...(bcc.length === 0 ? {} : { bcc }),
    ...(draft.files.length === 0 ? {} : { attachments: draft.files.map(({ id }) => id) }),
    ...(draft.ready.length === 0 ? {} : { ready_answers: draft.ready }),
  };
}

async function send(body: FirstMailRequest, key: string): Promise<void> {
  try {
    await call("begin_by_mail", { body, key });
    if (draftNow().key === key) dropFirst();
    age(["list_conversations", "get_my_load"]);
    tell(t("mail.begun"));
    isHeld = false;
  } catch (error) {
    complain(error as Error);
    isHeld = false;
    beginWriting();
  }
  tellAll();
}

// Sends what the draft says after `seconds`; it stays the draft until the server has it.
export function sendFirst(way: Way, seconds: number): void {
  const draft = draftNow();
  const key = draft.key === "" ? crypto.randomUUID() : draft.key;
  keepFirst({ key });
  isHeld = true;
  endWriting();
  const body = bodyOf(draft, way);
  const undo = () => {
    clearTimeout(timer);
    isHeld = false;
    beginWriting();
    return Promise.resolve();
  };
  const withdraw = seconds === 0 ? null : tell(t("inbox.held", { count: seconds }), undo);
  const timer = setTimeout(() => {
    withdraw?.();
    void send(body, key);
  }, seconds * 1000);
}
