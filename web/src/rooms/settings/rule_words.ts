// rule_words -- rules on arrival in words: when one holds, and what it sets.
import { type NameOf, setWords } from "../../parts/rule_sets.ts";
import { formatList } from "../../words/format.ts";
import { t, wordOf } from "../../words/words.ts";
import { type Condition, type RuleDraft, requestOf, wordsOf } from "./rule.ts";

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

export function ruleSets(rule: RuleDraft, nameOf: NameOf): string {
  return setWords(requestOf(rule).set, nameOf);
}
