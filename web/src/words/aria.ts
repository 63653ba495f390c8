// aria -- what react-aria-components itself says to a screen reader. Its Arabic has two plural
// forms of six, so that a dual is announced wrongly: ours takes its place. Its Korean and English
// are as they should be.
//
// The library takes a dictionary of the page's own by two well-known symbols, once, before it first
// speaks; a package missing from it is an error, so ours holds every one (tests/web_words_test.ts
// compares).
import type { Language } from "./words.ts";

type Told = Record<string, string | number>;
interface Formatter {
  plural(count: number, forms: Record<string, string | (() => string)>): string;
  number(value: number): string;
  select(forms: Record<string, string | (() => string)>, value: string): string;
}
export type AriaWords = Record<
  string,
  Record<string, string | ((told: Told, formatter: Formatter) => string)>
>;

const LOCALE = Symbol.for("react-aria.i18n.locale");
const STRINGS = Symbol.for("react-aria.i18n.strings");

export async function speakAria(language: Language): Promise<void> {
  if (language !== "ar") return;
  const { ARABIC } = await import("./aria_arabic.ts");
  Object.assign(window, { [LOCALE]: language, [STRINGS]: ARABIC });
}
