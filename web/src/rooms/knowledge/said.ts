// said -- what an article is called where it stands: its languages, states, and whether it is due.
import { me } from "../../feed/session.ts";
import type { OperationName } from "../../feed/http.ts";
import type { Article } from "../../gen/shapes.ts";
import { wordOf } from "../../words/words.ts";

export const LANGUAGES = ["en", "ko", "ar"] as const;
export type Language = (typeof LANGUAGES)[number];
export const DIRECTION: Record<Language, "ltr" | "rtl"> = { en: "ltr", ko: "ltr", ar: "rtl" };

export const languageName = (language: string) => wordOf("knowledge", `language_${language}`);

// Today where this person is, as dates are written: 2026-03-09.
export const today = () => new Date().toLocaleDateString("en-CA", { timeZone: me().zone });

export const isDue = ({ review_on }: Pick<Article, "review_on">) =>
  review_on !== null && review_on <= today();

export const TOUCHED: readonly OperationName[] = [
  "list_articles",
  "get_article",
  "list_article_versions",
  "list_article_reviews",
  "search_article_pages",
];
