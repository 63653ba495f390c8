// RulesPreview -- what rules would have done with the last hundred conversations that came in,
// beside what the rules in force do: those that differ first.
import { Link } from "react-aria-components";
import type { ArrivalOutcome, ArrivalPreview } from "../../gen/shapes.ts";
import { setWords, useRuleNames } from "../../parts/rule_sets.ts";
import { formatList } from "../../words/format.ts";
import { t } from "../../words/words.ts";

function Outcome({ label, of }: { label: string; of: ArrivalOutcome }) {
  const nameOf = useRuleNames();
  return (
    <span>
      <strong>{label}</strong> {setWords(of.set, nameOf)}
      {of.did.length > 0 && (
        <span className="ek-quiet"> ({formatList(of.did.map(({ name }) => name))})</span>
      )}
    </span>
  );
}

export function RulesPreview({ preview }: { preview: ArrivalPreview }) {
  const differing = preview.data.filter(({ differs }) => differs);
  return (
    <section className="ek-panel" aria-label={t("arrival.preview")}>
      <p role="status">
        {t("arrival.preview_sum", { count: preview.conversations, n: preview.differ })}
      </p>
      <ul className="ek-stack ek-small">
        {differing.map((row) => (
          <li key={row.conversation} className="ek-settings-item ek-rule-tried">
            <Link href={`/inbox/all/${row.conversation}`}>
              <bdi className="ek-code">{row.conversation}</bdi>
            </Link>
            <Outcome label={t("arrival.was")} of={row.was} />
            <Outcome label={t("arrival.would")} of={row.would} />
          </li>
        ))}
      </ul>
    </section>
  );
}
