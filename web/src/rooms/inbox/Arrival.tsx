// Arrival -- which rule on arrival did what with this conversation.
import { useAnswer } from "../../feed/cache.ts";
import type { Conversation } from "../../gen/shapes.ts";
import { setWords, useRuleNames } from "../../parts/rule_sets.ts";
import { t } from "../../words/words.ts";

export function Arrival({ of }: { of: Conversation }) {
  const nameOf = useRuleNames();
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
            <dd>{setWords(rule.set, nameOf)}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
