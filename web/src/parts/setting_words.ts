// setting_words -- what the value of a setting is called, by its type as gen/settings.ts says it.
// Wherever such a value is worded, it is worded here.
import {
  SETTINGS,
  type DayHours,
  type OverflowLevel,
  type RampStep,
  type SettingFact,
  type SettingName,
} from "../gen/settings.ts";
import type { OrderKey } from "../gen/shapes.ts";
import { apart, formatLength, formatList, formatNumber, formatPermille } from "../words/format.ts";
import { t, wordOf } from "../words/words.ts";

export interface Called {
  of: (id: string | null | undefined) => string;
}

export function isSetting(name: string): name is SettingName {
  return name in SETTINGS;
}

export function keyWords({ key, reverse }: OrderKey): string {
  const name = key.startsWith("attribute:")
    ? t("setting.key_attribute", { attribute: apart(key.slice("attribute:".length)) })
    : wordOf("setting", `key_${key}`);
  return reverse ? t("setting.key_reversed", { key: name }) : name;
}

export function stepWords({ from_day, limit_permille, complexity_max }: RampStep): string {
  return t("setting.step", {
    day: formatNumber(from_day),
    share: formatPermille(limit_permille),
    complexity: formatNumber(complexity_max),
  });
}

function skillWords(skills: Readonly<Record<string, number>>): string {
  return formatList(
    Object.entries(skills).map(([name, level]) => apart(`${name} ${formatNumber(level)}`)),
  );
}

function classWords(value: Readonly<Record<string, number | null>>): string {
  return formatList(
    Object.entries(value).map(([name, number]) =>
      t("setting.pair", {
        name: wordOf("setting", `class_${name}`),
        value: number === null ? t("common.none") : formatNumber(number),
      }),
    ),
  );
}

// What a setting that is a list holds, by the kind of list.
export interface ListValues {
  keys: readonly OrderKey[];
  orders: Readonly<Record<string, readonly string[]>>;
  points: Readonly<Record<string, number | null>>;
  limits: Readonly<Record<string, number | null>>;
  skills: Readonly<Record<string, number>>;
  texts: readonly string[];
  steps: readonly RampStep[];
  levels: readonly OverflowLevel[];
  hours: DayHours;
}
type ListKind = NonNullable<SettingFact["list"]>;

const LISTS: { [K in ListKind]: (value: ListValues[K], called: Called) => string } = {
  keys: (keys) => keys.map(keyWords).join(" › "),
  orders: (orders) =>
    formatList(
      Object.entries(orders).map(([name, values]) =>
        t("setting.pair", { name: apart(name), value: values.map(apart).join(" › ") }),
      ),
    ),
  points: classWords,
  limits: classWords,
  skills: (skills) => skillWords(skills),
  texts: (texts, called) => formatList(texts.map((text) => apart(called.of(text)))),
  steps: (steps) => formatList(steps.map(stepWords)),
  levels: (levels, called) =>
    formatList(
      levels.map(({ team, after_ms }) =>
        t("setting.pair", { name: apart(called.of(team)), value: formatLength(after_ms) }),
      ),
    ),
  hours: ({ from, to }) => apart(`${from}–${to}`),
};

function listWords<K extends ListKind>(list: K, value: unknown, called: Called): string {
  return LISTS[list](value as ListValues[K], called);
}

function isEmpty(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.keys(value).length === 0;
}

// A calendar without a name of its own is a zone.
function calendarWords(value: unknown, called: Called): string {
  if (typeof value === "string") return apart(called.of(value));
  return apart(String((value as { zone?: string }).zone ?? ""));
}

export function settingWords(name: SettingName, value: unknown, called: Called): string {
  const { type, list }: SettingFact = SETTINGS[name];
  if (value === undefined) return "–";
  if (value === "inherit") return t("told.inherit");
  if (value === null) return wordOf("setting", `${name}_null`);
  if (value === "auto") return t("setting.shift_margin_ms_auto");
  if (type === "boolean") return t(value === true ? "settings.on" : "settings.off");
  if (type === "integer") return formatNumber(Number(value));
  if (type === "duration")
    return Number(value) === 0 ? formatNumber(0) : formatLength(Number(value));
  if (type === "choice") return wordOf("setting", `choice_${String(value)}`);
  if (type === "team") return apart(called.of(String(value)));
  if (type === "calendar") return calendarWords(value, called);
  if (isEmpty(value)) return t("settings.nothing_set");
  return list === undefined ? String(value) : listWords(list, value, called);
}
