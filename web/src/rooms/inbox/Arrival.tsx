// Arrival -- which rule on arrival did what with this conversation.
import { useAnswer } from "../../feed/cache.ts";
import { useNames } from "../../feed/names.ts";
import type { ArrivalSet, Conversation } from "../../gen/shapes.ts";
import { formatList } from "../../words/format.ts";
import { t } from "../../words/words.ts";

const PRIORITIES = ["none", "medium", "high", "urgent"] as const;

function setWords(set: ArrivalSet, nameOf: (id: string) => string): string {
  const said: string[] = [];
  if (set.team !== null && set.team !== undefined)
    said.push(t("arrival.sets_team", { name: nameOf(set.team) }));
  if (set.priority !== null && set.priority !== undefined) {
    const name = t(`common.priority_${PRIORITIES[set.priority] ?? "none"}`);
    said.push(t("arrival.sets_priority", { name }));
  }
  if ((set.tags ?? []).length > 0)
    said.push(t("arrival.sets_tags", { names: formatList((set.tags ?? []).map(nameOf)) }));
  for (const [name, value] of Object.entries(set.attributes ?? {}))
    said.push(t("arrival.sets_attribute", { name, value }));
  if (set.complexity !== null && set.complexity !== undefined)
    said.push(t("arrival.sets_complexity", { n: set.complexity }));
  if (set.language === true) said.push(t("arrival.sets_language"));
  return said.length === 0 ? t("arrival.sets_nothing") : said.join(" · ");
}

export function Arrival({ of }: { of: Conversation }) {
  const names = useNames();
  const { data } = useAnswer("get_conversation_arrival", { params: { id: of.id } });
  const did = data?.answer.did ?? [];
  if (did.length === 0) return null;
  return (
    <section className="ek-stack" aria-label={t("arrival.did")}>
      <h3>{t("arrival.did")}</h3>
      <dl className="ek-inbox-facts">
        {did.map((rule, index) => (
          <div key={`${index} ${rule.name}`} className="ek-inbox-fact">
            <dt dir="auto">{rule.name}</dt>
            <dd>{setWords(rule.set, (id) => names.of(id))}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
