// RulesSection -- rules on arrival: one ordered list, edited as a whole, tried on the last hundred
// conversations before it is saved, and put back with one press after.
import { useState } from "react";
import { age, useAnswer } from "../../feed/cache.ts";
import { call, type Received } from "../../feed/http.ts";
import { may } from "../../feed/session.ts";
import type { ArrivalPreview, ArrivalRuleRequest, ArrivalRules } from "../../gen/shapes.ts";
import { Button } from "../../parts/Button.tsx";
import { tell } from "../../parts/notices.tsx";
import { Empty, Ready } from "../../parts/states.tsx";
import { t } from "../../words/words.ts";
import { draftOf, newRule, requestOf, type RuleDraft } from "./rule.ts";
import { RuleForm } from "./RuleForm.tsx";
import { RulesList } from "./RulesList.tsx";
import { RulesPreview } from "./RulesPreview.tsx";
import { useAttempt } from "./useAttempt.ts";
import "./rules.css";

async function put(rules: readonly ArrivalRuleRequest[], ifMatch: string) {
  const made = await call("put_arrival_rules", { body: { rules }, ifMatch });
  age(["get_arrival_rules"]);
  return made;
}

function Foot({
  isChanged,
  isBusy,
  tryIt,
  save,
  discard,
}: {
  isChanged: boolean;
  isBusy: boolean;
  tryIt: () => void;
  save: () => void;
  discard: () => void;
}) {
  return (
    <div className="ek-row">
      <Button look="main" isDisabled={!isChanged || isBusy} onPress={save}>
        {t("arrival.save")}
      </Button>
      <Button isDisabled={isBusy} onPress={tryIt}>
        {t("arrival.try")}
      </Button>
      {isChanged && (
        <Button look="link" onPress={discard}>
          {t("arrival.discard")}
        </Button>
      )}
    </div>
  );
}

interface Begun {
  answer: ArrivalRules;
  etag: string | null;
}

// What is edited stands on the version it was begun on; who saves second is told so.
function Rules({ received }: { received: Received<"get_arrival_rules"> }) {
  const [begun, begin] = useState<Begun>(received);
  const kept = begun.answer.rules;
  const [rules, set] = useState<readonly RuleDraft[]>(() => kept.map(draftOf));
  const [open, edit] = useState<RuleDraft | null>(null);
  const [preview, show] = useState<ArrivalPreview | null>(null);
  const [said, say] = useState("");
  const { attempt, refusal, isBusy } = useAttempt();
  const canEdit = may("arrival_rule_edit");
  const asked = rules.map(requestOf);
  const isChanged = JSON.stringify(asked) !== JSON.stringify(kept.map(draftOf).map(requestOf));
  const change = (next: readonly RuleDraft[]) => {
    set(next);
    show(null);
  };
  const startOn = (made: Begun) => {
    begin(made);
    set(made.answer.rules.map(draftOf));
    show(null);
  };
  const save = () =>
    void attempt(async () => {
      const before = kept.map((rule) => requestOf(draftOf(rule)));
      const made = await put(asked, begun.etag ?? "*");
      startOn(made);
      tell(t("arrival.saved"), async () => startOn(await put(before, made.etag ?? "*")));
    });
  const tryIt = () =>
    void attempt(async () => {
      const { answer } = await call("preview_arrival_rules", { body: { rules: asked } });
      show(answer);
    });
  const take = (rule: RuleDraft) => {
    const isNew = rules.every((one) => one.key !== rule.key);
    change(isNew ? [...rules, rule] : rules.map((one) => (one.key === rule.key ? rule : one)));
    edit(null);
  };
  return (
    <>
      {received.answer.version > begun.answer.version && (
        <div className="ek-panel" role="alert">
          <p>{t("common.conflict")}</p>
          <div>
            <Button onPress={() => startOn(received)}>{t("common.conflict_theirs")}</Button>
          </div>
        </div>
      )}
      {rules.length === 0 && <Empty title={t("arrival.none")}>{t("arrival.none_why")}</Empty>}
      <RulesList {...{ rules, set: change, edit, say, canEdit }} />
      <p className="ek-hidden" role="status">
        {said}
      </p>
      {refusal !== null && refusal.problem !== null && (
        <p className="ek-fault" role="alert">
          {refusal.problem.detail}
        </p>
      )}
      {canEdit && (
        <>
          <div>
            <Button onPress={() => edit(newRule(""))}>{t("arrival.add")}</Button>
          </div>
          <Foot {...{ isChanged, isBusy, tryIt, save }} discard={() => startOn(received)} />
        </>
      )}
      {preview !== null && <RulesPreview preview={preview} />}
      {open !== null && (
        <RuleForm key={open.key} from={open} done={take} close={() => edit(null)} />
      )}
    </>
  );
}

export default function RulesSection() {
  const rules = useAnswer("get_arrival_rules");
  return (
    <>
      <p className="ek-quiet">{t("arrival.means")}</p>
      <Ready of={rules}>{(received) => <Rules received={received} />}</Ready>
    </>
  );
}
