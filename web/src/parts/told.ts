// told -- what was changed, in words: the two sides of a change as the server gives them ("limit",
// 4 and 6; memberships, a level by team), field by field.
import { formatLength, formatList, formatNumber } from "../words/format.ts";
import { currentManners, t, wordOf } from "../words/words.ts";

export interface ToldField {
  name: string; // "limit", "memberships.team_9"
  before: unknown;
  after: unknown;
}

export interface Called {
  of: (id: string | null | undefined) => string;
}

type Side = Record<string, unknown>;

const sideOf = (value: unknown): Side =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Side) : {};

function flat(value: unknown): Side {
  const side: Side = {};
  for (const [name, each] of Object.entries(sideOf(value))) {
    if (name !== "memberships") side[name] = each;
    else
      for (const [team, level] of Object.entries(sideOf(each))) side[`memberships.${team}`] = level;
  }
  return side;
}

// Field by field; those that stay as they are are left out.
export function toldFields(before: unknown, after: unknown): ToldField[] {
  const from = flat(before);
  const to = flat(after);
  const names = [...new Set([...Object.keys(from), ...Object.keys(to)])];
  return names
    .map((name) => ({ name, before: from[name], after: to[name] }))
    .filter((field) => JSON.stringify(field.before) !== JSON.stringify(field.after));
}

// What a field is called: "Limit", "Overflow" for a membership of that team.
export function fieldWords(name: string, called: Called): string {
  if (name.startsWith("memberships.")) return called.of(name.slice("memberships.".length));
  return wordOf("told", name);
}

// Asking for a name is slow, and a page of ten thousand people asks often.
const languages = new Map<string, string>();

export function languageWords(code: string): string {
  const { locale } = currentManners();
  const key = `${locale} ${code}`;
  const known = languages.get(key);
  if (known !== undefined) return known;
  let words = code; // no language tag: as it was typed
  try {
    words = new Intl.DisplayNames([locale], { type: "language" }).of(code) ?? code;
  } catch {
    // Stays as it is.
  }
  languages.set(key, words);
  return words;
}

// A skill that is a language is called by its name: "lang:en" is English.
export function skillName(name: string): string {
  const code = /^lang:(.+)$/.exec(name)?.[1];
  return code === undefined ? name : languageWords(code);
}

export function skillWords(skills: Readonly<Record<string, number>>): string {
  return Object.entries(skills)
    .map(([name, level]) => `${skillName(name)} ${formatNumber(level)}`)
    .join(", ");
}

function listWords(name: string, value: readonly unknown[], called: Called): string {
  if (value.length === 0) return t("common.none");
  return formatList(
    value.map((each) => {
      if (typeof each === "object" && each !== null) {
        const { key, reverse } = each as { key?: unknown; reverse?: unknown };
        if (typeof key === "string") return reverse === true ? `${key} ↓` : key;
        return JSON.stringify(each);
      }
      if (name === "languages") return languageWords(String(each));
      if (name === "roles") return wordOf("told", `role_${String(each)}`);
      return called.of(String(each));
    }),
  );
}

function nothingWords(name: string): string {
  if (name === "limit" || name === "inbox_limit") return t("told.no_limit");
  if (name === "level" || name.startsWith("memberships.")) return t("told.no_member");
  return t("common.none");
}

function numberWords(name: string, value: number): string {
  return name.endsWith("_ms") ? formatLength(value) : formatNumber(value);
}

// What a field holds.
export function valueWords(name: string, value: unknown, called: Called): string {
  if (value === undefined) return "–";
  if (value === null) return nothingWords(name);
  if (value === "inherit") return t("told.inherit");
  if (typeof value === "boolean") return value ? t("common.yes") : t("common.no");
  if (typeof value === "number") return numberWords(name, value);
  if (Array.isArray(value)) return listWords(name, value, called);
  if (typeof value === "object") {
    const map = value as Record<string, number>;
    return Object.keys(map).length === 0 ? t("common.none") : skillWords(map);
  }
  const text = String(value);
  if (name === "level" || name.startsWith("memberships.")) return wordOf("told", `level_${text}`);
  if (/^(team|tm|cal)_\d+$/.test(text)) return called.of(text);
  return wordOf("told", `value_${text}`) === `value_${text}`
    ? text
    : wordOf("told", `value_${text}`);
}

// Why a row is left out of a bulk edit, or a line of a file refused.
export function codeWords(code: string): string {
  const words = wordOf("told", `code_${code}`);
  return words === `code_${code}` ? code : words;
}
