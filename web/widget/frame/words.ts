// words -- the frame's catalogue, in the language that the server wrote into the page.
import { pick, type Language } from "../words/languages.ts";
import { say, type Catalogue } from "../words/say.ts";
import type { Words } from "#words/frame/keys.ts";

type Key = keyof Words;
type Told<K extends Key> = Words[K] extends undefined ? [] : [Words[K]];

const CATALOGUES: Record<Language, () => Promise<{ default: Catalogue }>> = {
  en: () => import("#words/frame/en.ts"),
  ko: () => import("#words/frame/ko.ts"),
  ar: () => import("#words/frame/ar.ts"),
};

export const language = pick([document.documentElement.lang]);
let words: Catalogue = {};

export async function speak(): Promise<void> {
  words = (await CATALOGUES[language]()).default;
}

export function t<K extends Key>(key: K, ...told: Told<K>): string {
  return say(language, words, key, told[0] as Record<string, string | number> | undefined);
}

const isToday = (at: Date) => at.toDateString() === new Date().toDateString();

export function sayTime(at: string): string {
  const when = new Date(at);
  const day = isToday(when) ? {} : ({ month: "short", day: "numeric" } as const);
  return new Intl.DateTimeFormat(language, { ...day, hour: "numeric", minute: "2-digit" }).format(
    when,
  );
}

export function sayOpening(at: string): string {
  const when = new Date(at);
  const day = isToday(when) ? {} : ({ weekday: "long", month: "short", day: "numeric" } as const);
  return new Intl.DateTimeFormat(language, { ...day, hour: "numeric", minute: "2-digit" }).format(
    when,
  );
}

/** That nobody answers in the language that the visitor reads; "" where somebody does. */
export function sayLanguages(spoken: readonly string[]): string {
  if (spoken.length === 0 || spoken.some((tag) => tag.startsWith(language))) return "";
  const names = new Intl.DisplayNames(language, { type: "language" });
  const all = spoken.map((tag) => names.of(tag) ?? tag);
  return t("talk.answers_in", { languages: new Intl.ListFormat(language).format(all) });
}

export function saySize(bytes: number): string {
  const [unit, value] =
    bytes < 1e6 ? (["kilobyte", bytes / 1e3] as const) : (["megabyte", bytes / 1e6] as const);
  const style = { style: "unit", unit, maximumFractionDigits: value < 10 ? 1 : 0 } as const;
  return new Intl.NumberFormat(language, style).format(value);
}
