// told -- what was changed, in words: the two sides of a change as the server gives them ("limit",
// 4 and 6; memberships, a level by team), field by field.
import {
  apart,
  formatDate,
  formatLength,
  formatList,
  formatNumber,
  formatPermille,
} from "../words/format.ts";
import { currentManners, t, wordOf } from "../words/words.ts";
import { isSetting, settingWords, type Called } from "./setting_words.ts";

export type { Called } from "./setting_words.ts";

export interface ToldField {
  name: string; // "limit", "memberships.team_9"
  before: unknown;
  after: unknown;
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

// What differs from row to row.
const VARIOUS = Symbol("various");

const oneOf = (values: readonly unknown[]): unknown =>
  new Set(values.map((value) => JSON.stringify(value))).size > 1 ? VARIOUS : values[0];

// The fields that several changes have changed, each once: a side that is not the same in all of
// them is various.
export function toldTogether(changes: readonly { before: unknown; after: unknown }[]): ToldField[] {
  const all = changes.flatMap(({ before, after }) => toldFields(before, after));
  return [...new Set(all.map(({ name }) => name))].map((name) => {
    const of = all.filter((field) => field.name === name);
    return {
      name,
      before: oneOf(of.map(({ before }) => before)),
      after: oneOf(of.map(({ after }) => after)),
    };
  });
}

// Of a change of several at once a field has whose it is before it: "tm_5.limit".
const WHOSE = /^(tm_\d+|team_\d+(?:\/tm_\d+)?)\.(.+)$/;

// What a field is called: "Limit", "Overflow" for a membership of that team.
export function fieldWords(name: string, called: Called): string {
  if (name.startsWith("memberships.")) return called.of(name.slice("memberships.".length));
  const [, id, field] = WHOSE.exec(name) ?? [];
  if (id === undefined || field === undefined) return wordOf("told", name);
  const whose = called.of(id.split("/").at(-1));
  return t("told.of_whose", { whose, field: fieldWords(field, called) });
}

// What was changed without its two sides: "Settings: Rank, Limit". What has no words is left out.
export function changedWords(of: string, fields: readonly string[], called: Called): string {
  const kind = `kind_${of}`;
  const known = wordOf("told", kind);
  const name = known === kind ? t("told.kind_other") : known;
  const words = fields.map((field) => [field, fieldWords(field, called)]);
  const said = words.flatMap(([field, word]) => (word === undefined || word === field ? [] : word));
  return said.length === 0 ? name : t("setting.pair", { name, value: formatList(said) });
}

// What is too long to be shown as a value: that it was changed is said.
const LONG = new Set(
  "applies_to closed columns filter levels merged outbound_networks question rules steps target"
    .concat(" text text_ar text_en text_ko took week with")
    .split(" "),
);
export const isLong = (name: string) => LONG.has(name);

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
      if (typeof each === "object" && each !== null) return sideWords(each as Side, called);
      if (name === "languages") return languageWords(String(each));
      if (name === "roles") return wordOf("told", `role_${String(each)}`);
      return apart(called.of(String(each)));
    }),
  );
}

// Of something with members of its own, each with its name.
function sideWords(side: Side, called: Called): string {
  const members = Object.entries(side).filter(([, value]) => value !== null);
  if (members.length === 0) return t("common.none");
  return formatList(
    members.map(([name, value]) =>
      t("setting.pair", { name: wordOf("told", name), value: valueWords(name, value, called) }),
    ),
  );
}

function numberWords(name: string, value: number): string {
  if (name === "pause_while_snoozed") return t(value === 0 ? "common.no" : "common.yes");
  if (name.endsWith("_permille")) return formatPermille(value);
  return name.endsWith("_ms") ? formatLength(value) : formatNumber(value);
}

function textWords(name: string, text: string, called: Called): string {
  if (name === "level" || name.startsWith("memberships.")) return wordOf("told", `level_${text}`);
  if (/^(team|tm|cal|tag)_\d+$/.test(text)) return apart(called.of(text));
  if (/^\d{4}-\d\d-\d\dT/.test(text)) return formatDate(text);
  const known = wordOf("told", `value_${text}`);
  return known === `value_${text}` ? apart(text) : known;
}

// What a field holds.
export function valueWords(full: string, value: unknown, called: Called): string {
  const name = WHOSE.exec(full)?.[2] ?? full;
  if (value === VARIOUS) return t("told.various");
  if (isSetting(name)) return settingWords(name, value, called);
  if (value === undefined) return "–";
  if (value === "inherit") return t("told.inherit");
  if (name === "level" && value === null) return t("told.no_member");
  if (name.startsWith("memberships.") && value === null) return t("told.no_member");
  if (value === null) return t("common.none");
  if (typeof value === "boolean") return value ? t("common.yes") : t("common.no");
  if (typeof value === "number") return numberWords(name, value);
  if (Array.isArray(value)) return listWords(name, value, called);
  if (typeof value === "object") return sideWords(value as Side, called);
  return textWords(name, String(value), called);
}

// Why a row is left out of a bulk edit, or a line of a file refused.
export function codeWords(code: string): string {
  const words = wordOf("told", `code_${code}`);
  return words === `code_${code}` ? code : words;
}
