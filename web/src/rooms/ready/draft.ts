// draft -- a ready answer while it is written or changed, and what of it is sent.
import type { TeamId } from "../../gen/ids.ts";
import type { ReadyAnswer, ReadyPatch, ReadyRequest } from "../../gen/shapes.ts";

export const LANGUAGES = ["en", "ko", "ar"] as const;
export type Language = (typeof LANGUAGES)[number];
export const SCOPES = ["own", "team", "everyone"] as const;
export type Scope = (typeof SCOPES)[number];

export const FIELDS = [
  "contact.name",
  "contact.email",
  "contact.phone",
  "contact.tier",
  "conversation.id",
  "conversation.title",
  "team.name",
  "teammate.name",
  "workspace.name",
] as const;

export interface Draft {
  title: string;
  scope: Scope;
  team: string; // "" = none
  texts: Record<Language, string>;
}

export function draftOf(answer: ReadyAnswer | undefined, language: Language): Draft {
  if (answer === undefined)
    return { title: "", scope: "own", team: "", texts: { en: "", ko: "", ar: "", [language]: "" } };
  const { en, ko, ar } = answer.texts;
  return {
    title: answer.title,
    scope: answer.scope,
    team: answer.team ?? "",
    texts: { en: en ?? "", ko: ko ?? "", ar: ar ?? "" },
  };
}

const said = (text: string) => (text.trim() === "" ? null : text);

export function textsOf({ texts }: Draft) {
  return { en: said(texts.en), ko: said(texts.ko), ar: said(texts.ar) };
}

export function requestOf(draft: Draft): ReadyRequest {
  return {
    title: draft.title.trim(),
    texts: textsOf(draft),
    scope: draft.scope,
    ...(draft.scope === "team" && draft.team !== "" ? { team: draft.team as TeamId } : {}),
  };
}

export function patchOf(draft: Draft): ReadyPatch {
  return { title: draft.title.trim(), texts: textsOf(draft) };
}
