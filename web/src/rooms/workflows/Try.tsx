// Try -- a guided workflow gone through as it is being written: nothing is kept.
import { useState } from "react";
import { Button } from "../../parts/Button.tsx";
import { t } from "../../words/words.ts";
import type { Step } from "./draft.ts";

export function Try({ steps }: { steps: readonly Step[] }) {
  const [path, setPath] = useState<readonly number[]>([]);
  const at = path.at(-1) ?? steps[0]?.id;
  const step = steps.find(({ id }) => id === at) ?? steps[0];
  if (step === undefined) return null;
  const isOver = step.end || step.branches.length === 0;
  return (
    <section className="ek-panel" aria-labelledby="flow-try">
      <h2 id="flow-try">{t("workflows.try")}</h2>
      <div className="ek-stack" aria-live="polite">
        <h3 dir="auto">{step.title === "" ? t("workflows.untitled") : step.title}</h3>
        {step.text !== "" && <p dir="auto">{step.text}</p>}
        {step.end && <p className="ek-quiet">{t("workflows.over")}</p>}
      </div>
      <div className="ek-row">
        {!step.end &&
          step.branches.map(({ label, next }, i) => (
            <Button
              key={i}
              isDisabled={next === null}
              onPress={() => next !== null && setPath([...path, next])}
            >
              <bdi>{label === "" ? t("workflows.untitled") : label}</bdi>
            </Button>
          ))}
      </div>
      {(path.length > 0 || isOver) && (
        <div>
          <Button look="link" onPress={() => setPath([])}>
            {t("workflows.again")}
          </Button>
        </div>
      )}
    </section>
  );
}
