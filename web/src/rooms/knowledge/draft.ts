// draft -- an article being written: what it was, what is in the fields, and what goes to the
// server.
import { me } from "../../feed/session.ts";
import type { TeammateId } from "../../gen/ids.ts";
import type { ArticlePatch, ArticleRequest, ArticleWhole } from "../../gen/shapes.ts";
import { LANGUAGES, type Language } from "./said.ts";

export interface Words {
  title: string;
  body: string;
}
export interface Draft {
  owner: string;
  isPublic: boolean;
  reviewOn: string; // "": none
  texts: Partial<Record<Language, Words>>;
}

export function draftOf(article: ArticleWhole | undefined): Draft {
  const texts: Draft["texts"] = {};
  for (const { language, title, body } of article?.texts ?? [])
    if (title !== null && body !== null) texts[language] = { title, body };
  if (article === undefined) {
    const own = LANGUAGES.find((language) => me().language.startsWith(language)) ?? "en";
    texts[own] = { title: "", body: "" };
  }
  return {
    owner: article?.owner ?? me().id,
    isPublic: article?.public ?? false,
    reviewOn: article?.review_on ?? "",
    texts,
  };
}

const given = (words: Words | undefined): words is Words =>
  words !== undefined && words.title.trim() !== "" && words.body.trim() !== "";

export const isWritten = ({ texts }: Draft) => {
  const all = LANGUAGES.flatMap((language) => texts[language] ?? []);
  return all.length > 0 && all.every(given);
};

const wordsOf = ({ title, body }: Words) => ({ title: title.trim(), body });

export function requestOf(draft: Draft): ArticleRequest {
  const texts: ArticleRequest["texts"] = {};
  for (const language of LANGUAGES) {
    const words = draft.texts[language];
    if (given(words)) texts[language] = wordsOf(words);
  }
  return {
    owner: draft.owner as TeammateId,
    public: draft.isPublic,
    review_on: draft.reviewOn === "" ? null : draft.reviewOn,
    texts,
  };
}

// What was there and is in no field any more is taken out.
export function patchOf(draft: Draft, was: Draft): ArticlePatch {
  const { texts: full, ...rest } = requestOf(draft);
  const texts: ArticlePatch["texts"] = { ...full };
  for (const language of LANGUAGES)
    if (was.texts[language] !== undefined && draft.texts[language] === undefined)
      texts[language] = null;
  return { ...rest, texts };
}

export const isSame = (a: Draft, b: Draft) =>
  JSON.stringify(requestOf(a)) === JSON.stringify(requestOf(b)) &&
  LANGUAGES.every((l) => (a.texts[l] === undefined) === (b.texts[l] === undefined));
