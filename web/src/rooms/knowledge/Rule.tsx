// Rule -- where customers read the help pages, and when an owner is asked to look at an article.
import { useState } from "react";
import { useAnswer, useChange } from "../../feed/cache.ts";
import { may } from "../../feed/session.ts";
import type { KnowledgeSettings } from "../../gen/shapes.ts";
import { Button } from "../../parts/Button.tsx";
import { NumberField } from "../../parts/fields.tsx";
import { complain, tell } from "../../parts/notices.tsx";
import { t } from "../../words/words.ts";

function Change({ settings, close }: { settings: KnowledgeSettings; close: () => void }) {
  const [cases, setCases] = useState(settings.cases);
  const [days, setDays] = useState(settings.days);
  const save = useChange("put_knowledge_settings", ["get_knowledge_settings"]);
  const send = () =>
    save.mutate(
      { body: { cases, days } },
      { onSuccess: () => (tell(t("knowledge.rule_saved")), close()), onError: complain },
    );
  return (
    <div className="ek-row ek-knowledge-done">
      <NumberField
        label={t("knowledge.rule_cases")}
        minValue={1}
        maxValue={100}
        value={cases}
        onChange={setCases}
      />
      <NumberField
        label={t("knowledge.rule_days")}
        minValue={1}
        maxValue={90}
        value={days}
        onChange={setDays}
      />
      <Button look="main" isDisabled={save.isPending} onPress={send}>
        {t("common.save")}
      </Button>
      <Button look="link" onPress={close}>
        {t("common.cancel")}
      </Button>
    </div>
  );
}

export function Rule() {
  const [isOpen, open] = useState(false);
  const settings = useAnswer("get_knowledge_settings").data?.answer;
  if (settings === undefined) return null;
  return (
    <section className="ek-panel" aria-labelledby="knowledge-help">
      <h2 id="knowledge-help">{t("knowledge.help_pages")}</h2>
      <p>
        <a href={settings.help_link} target="_blank" rel="noreferrer">
          <bdi dir="ltr">{settings.help_link}</bdi>{" "}
          <span className="ek-hidden">{t("knowledge.opens_new")}</span>
        </a>
      </p>
      <p className="ek-row">
        {t("knowledge.rule", { cases: settings.cases, days: settings.days })}
        {may("article_settings") && !isOpen && (
          <Button look="link" onPress={() => open(true)}>
            {t("knowledge.rule_change")}
          </Button>
        )}
      </p>
      {isOpen && <Change settings={settings} close={() => open(false)} />}
    </section>
  );
}
