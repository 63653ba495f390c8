// drafts -- what was typed and not sent, by person, conversation and kind. Kept by this browser,
// so that it survives reload, sign-out and upgrade.
import { useSyncExternalStore } from "react";
import type { ArticleId, PartId } from "../../gen/ids.ts";
import type { Attachment, ReadyUse } from "../../gen/shapes.ts";
import { me } from "../../feed/session.ts";

export type Kind = "message" | "note" | "whisper" | "forward";
export type Forwards = "nothing" | "part" | "conversation";
export interface SentArticle {
  id: ArticleId;
  title: string;
}
export interface Draft {
  text: string;
  files: readonly Attachment[];
  cc: string; // of a reply that goes by e-mail: addresses as they were typed
  bcc: string;
  to: string; // of what is forwarded outside: as bcc
  forwards: Forwards; // what goes beneath the words
  part: PartId | ""; // of part: which
  withFiles: boolean;
  ready: readonly ReadyUse[]; // ready answers that were put in
  articles: readonly SentArticle[]; // put into it: noted as used when it is sent
  key: string; // Idempotency-Key: the same words are sent once, whatever happens on the way
  returned: boolean; // its sending was cut off: it came back unsent
}

const NONE: Draft = {
  text: "",
  files: [],
  cc: "",
  bcc: "",
  to: "",
  forwards: "conversation",
  part: "",
  withFiles: true,
  ready: [],
  articles: [],
  key: "",
  returned: false,
};
const read = new Map<string, { raw: string | null; draft: Draft }>();
const watchers = new Set<() => void>();

function nameOf(conversation: string, kind: Kind): string {
  return `ek.draft.${me().id}.${conversation}.${kind}`;
}

function tellAll(): void {
  for (const watcher of watchers) watcher();
}

window.addEventListener("storage", (event) => {
  if (event.key?.startsWith("ek.draft.") === true) tellAll();
});

export function draftOf(conversation: string, kind: Kind): Draft {
  const name = nameOf(conversation, kind);
  const raw = localStorage.getItem(name);
  const before = read.get(name);
  if (before !== undefined && before.raw === raw) return before.draft;
  let draft = NONE;
  try {
    if (raw !== null) draft = { ...NONE, ...(JSON.parse(raw) as Partial<Draft>) };
  } catch {
    draft = { ...NONE, text: raw ?? "" };
  }
  read.set(name, { raw, draft });
  return draft;
}

export function keepDraft(conversation: string, kind: Kind, draft: Partial<Draft>): void {
  const name = nameOf(conversation, kind);
  const next = { ...draftOf(conversation, kind), ...draft };
  if (next.text === "") next.ready = [];
  if (next.text + next.cc + next.bcc + next.to + next.part === "" && next.files.length === 0)
    localStorage.removeItem(name);
  else localStorage.setItem(name, JSON.stringify(next));
  tellAll();
}

export function dropDraft(conversation: string, kind: Kind): void {
  localStorage.removeItem(nameOf(conversation, kind));
  tellAll();
}

function watch(watcher: () => void): () => void {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}

export function useDraft(conversation: string, kind: Kind): Draft {
  return useSyncExternalStore(watch, () => draftOf(conversation, kind));
}

const KINDS: readonly Kind[] = ["message", "note", "whisper"];

// The kinds in which something unsent stands at this conversation, for its row and its tabs. A note
// that nobody sees again is lost as well.
export function useDraftKinds(conversation: string): readonly Kind[] {
  const found = useSyncExternalStore(watch, () =>
    KINDS.filter((kind) => draftOf(conversation, kind).text !== "").join(" "),
  );
  return KINDS.filter((kind) => found.split(" ").includes(kind));
}
