// chat_draft -- a chat inbox as its form has it.
import type { TeamId } from "../../gen/ids.ts";
import type { ChatInbox, ChatInboxRequest } from "../../gen/shapes.ts";
import { readSites } from "./chat_sites.ts";

/** Those that a greeting can be written in. */
export const LANGUAGES = ["en", "ko", "ar"] as const;
export const NONE = "none"; // no team of its own

export interface Draft {
  name: string;
  team: string;
  sites: string;
  languages: readonly string[]; // the usual one first
  greeting: Record<string, string>;
  ask_address: boolean;
  survey: boolean;
}

export function draftOf(inbox: ChatInbox | null): Draft {
  return {
    name: inbox?.name ?? "",
    team: inbox?.team ?? NONE,
    sites: inbox?.sites.join("\n") ?? "",
    languages: inbox?.languages ?? LANGUAGES,
    greeting: { ...inbox?.greeting },
    ask_address: inbox?.ask_address ?? true,
    survey: inbox?.survey ?? true,
  };
}

export function bodyOf(draft: Draft): ChatInboxRequest {
  // null: not in this language.
  const said = LANGUAGES.map((each) => [each, draft.greeting[each]?.trim() || null] as const);
  return {
    name: draft.name.trim(),
    team: draft.team === NONE ? null : (draft.team as TeamId),
    sites: readSites(draft.sites),
    languages: draft.languages,
    greeting: Object.fromEntries(said),
    ask_address: draft.ask_address,
    survey: draft.survey,
  };
}

/** With that one or without it; the others keep their places. */
export function speaks(languages: readonly string[], id: string, on: boolean): readonly string[] {
  const others = languages.filter((each) => each !== id);
  return on ? [...others, id] : others;
}
