// words -- the language of this page: its messages, numbers, times. The server wrote lang and dir
// into the page; a change of language loads it anew.
import { i18n } from "@lingui/core";
import type { Words } from "#words/keys.ts";

export type Language = "en" | "ko" | "ar";
export type WordKey = keyof Words;
type Told<K extends WordKey> = Words[K] extends undefined ? [] : [Words[K]];

export interface Manners {
  language: Language;
  locale: string; // with the person's digits and calendar: ar-u-nu-latn-ca-gregory
  zone: string; // IANA
}

const CATALOGUES: Record<Language, () => Promise<{ default: Record<string, never> }>> = {
  en: () => import("#words/en.ts"),
  ko: () => import("#words/ko.ts"),
  ar: () => import("#words/ar.ts"),
};

let manners: Manners = { language: "en", locale: "en", zone: "UTC" };

export function pageLanguage(): Language {
  const written = document.documentElement.lang.slice(0, 2);
  return written === "ko" || written === "ar" ? written : "en";
}

export async function speak(wanted: Manners): Promise<void> {
  manners = wanted;
  const { default: messages } = await CATALOGUES[wanted.language]();
  i18n.load(wanted.language, messages);
  i18n.activate(wanted.language, [wanted.locale]);
}

export function currentManners(): Manners {
  return manners;
}

// Letters that run against the reader's language.
const AGAINST = { ltr: /[\p{Script=Arabic}\p{Script=Hebrew}]/u, rtl: /[^\P{L}\p{Script=Arabic}]/u };

// What a message is told, with names in letters of the other direction set apart (U+2068, U+2069):
// they would draw a number or a date beside them to their side. What only chooses stays as it is.
function placed(key: string, told: Record<string, unknown>): Record<string, unknown> {
  const against = AGAINST[manners.language === "ar" ? "rtl" : "ltr"];
  const turns = (value: unknown): value is string =>
    typeof value === "string" && against.test(value) && !value.includes("\u2068");
  if (!Object.values(told).some(turns)) return told;
  const message: unknown = (i18n.messages as Record<string, unknown>)[key];
  const chooses = (name: string) =>
    Array.isArray(message) &&
    message.some((part) => Array.isArray(part) && part[0] === name && part[1] === "select");
  const apart = Object.entries(told).map(([name, value]) =>
    turns(value) && !chooses(name) ? [name, `\u2068${value}\u2069`] : [name, value],
  );
  return Object.fromEntries(apart) as Record<string, unknown>;
}

// The message, in the reader's language.
export function t<K extends WordKey>(key: K, ...told: Told<K>): string {
  const given = told[0] as Record<string, unknown> | undefined;
  return i18n._(key, given && placed(key, given));
}

// For words named by the server's values: wordOf("presence", "away") is t("presence.away"). A value
// without words of its own (a newer server's) is shown as it is.
export function wordOf(room: string, value: string, told?: Record<string, unknown>): string {
  const key = `${room}.${value}`;
  return key in (i18n.messages as object) ? i18n._(key, told && placed(key, told)) : value;
}
