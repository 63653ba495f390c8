// rule_sets -- what rules on arrival set, in words: where they are made and beside what they did.
import { useAnswer } from "../feed/cache.ts";
import { useNames } from "../feed/names.ts";
import type { ArrivalSet } from "../gen/shapes.ts";
import { formatList } from "../words/format.ts";
import { t } from "../words/words.ts";

const PRIORITIES = ["none", "medium", "high", "urgent"] as const;

export type NameOf = (id: string) => string;

// Of whatever a rule can name: team inboxes, tags, SLA policies.
export function useRuleNames(): NameOf {
  const names = useNames();
  const { data } = useAnswer("list_sla_policies", { query: { limit: 500 } });
  const policies = data?.answer.data ?? [];
  return (id) => policies.find((policy) => policy.id === id)?.name ?? names.of(id);
}

export function priorityWord(priority: number): string {
  return t(`common.priority_${PRIORITIES[Math.min(3, Math.max(0, priority))] ?? "none"}`);
}

export function setWords(set: ArrivalSet, nameOf: NameOf): string {
  const said = [
    set.team === null || set.team === undefined
      ? ""
      : t("arrival.sets_team", { name: nameOf(set.team) }),
    set.priority === null || set.priority === undefined
      ? ""
      : t("arrival.sets_priority", { name: priorityWord(set.priority) }),
    set.sla_policy === null || set.sla_policy === undefined
      ? ""
      : t("arrival.sets_sla", { name: nameOf(set.sla_policy) }),
    (set.tags ?? []).length === 0
      ? ""
      : t("arrival.sets_tags", { names: formatList((set.tags ?? []).map(nameOf)) }),
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
