// rule_words -- rules on arrival in words: when one holds, and what it sets.
import type { Names } from "../../feed/names.ts";
import type { ArrivalSet } from "../../gen/shapes.ts";
import { formatList } from "../../words/format.ts";
import { t, wordOf } from "../../words/words.ts";
import { type Condition, type RuleDraft, requestOf, wordsOf } from "./rule.ts";

const PRIORITIES = ["none", "medium", "high", "urgent"] as const;

export function priorityWord(priority: number): string {
  return t(`common.priority_${PRIORITIES[Math.min(3, Math.max(0, priority))] ?? "none"}`);
}

function valueWords({ field, op, value }: Condition): string {
  if (op === "null") return "";
  if (field === "known") return t(value === "false" ? "arrival.no" : "arrival.yes");
  const words = wordsOf(value);
  if (field === "channel")
    return formatList(words.map((each) => wordOf("inbox", `channel_${each}`)));
  return words.map((word) => `\u2068${word}\u2069`).join(", ");
}

export function conditionWords(condition: Condition): string {
  const { field, op } = condition;
  return `${t(`arrival.field_${field}`)} ${wordOf("arrival", `op_${op}`)} ${valueWords(condition)}`;
}

export function whenWords(rule: RuleDraft): string {
  if (rule.deep !== null) return t("arrival.deep");
  if (rule.conditions.length === 0) return t("arrival.always");
  const group = t(`arrival.group_${rule.group}`);
  const said = rule.conditions.map(conditionWords).join(" · ");
  return rule.conditions.length === 1 && rule.group !== "none" ? said : `${group}: ${said}`;
}

export function setWords(set: ArrivalSet, names: Names): string {
  const said = [
    set.team === null || set.team === undefined
      ? ""
      : t("arrival.sets_team", { name: names.of(set.team) }),
    set.priority === null || set.priority === undefined
      ? ""
      : t("arrival.sets_priority", { name: priorityWord(set.priority) }),
    (set.tags ?? []).length === 0
      ? ""
      : t("arrival.sets_tags", { names: formatList((set.tags ?? []).map((id) => names.of(id))) }),
    ...Object.entries(set.attributes ?? {}).map(([name, value]) =>
      t("arrival.sets_attribute", { name, value }),
    ),
    set.complexity === null || set.complexity === undefined
      ? ""
      : t("arrival.sets_complexity", { n: set.complexity }),
    set.language === true ? t("arrival.sets_language") : "",
  ].filter((each) => each !== "");
  return said.length === 0 ? t("arrival.sets_nothing") : said.join(" · ");
}

export function ruleSets(rule: RuleDraft, names: Names): string {
  return setWords(requestOf(rule).set, names);
}
