// Versions -- what was published before: when and by whom, its steps, and put back into the fields.
import { useAnswer } from "../../feed/cache.ts";
import type { Workflow, WorkflowVersion } from "../../gen/shapes.ts";
import { Button } from "../../parts/Button.tsx";
import { Badge } from "../../parts/marks.tsx";
import { Name } from "../../parts/Name.tsx";
import { tell } from "../../parts/notices.tsx";
import { Ready } from "../../parts/states.tsx";
import { When } from "../../parts/time.tsx";
import { t } from "../../words/words.ts";

type Put = (version: WorkflowVersion) => void;

function Version({ of, isInUse, put }: { of: WorkflowVersion; isInUse: boolean; put: Put | null }) {
  const restore = () => (put?.(of), tell(t("workflows.restored", { number: of.version })));
  return (
    <li className="ek-stack ek-flows-version">
      <div className="ek-row ek-flows-head">
        <span>
          {t("workflows.version", { number: of.version })}{" "}
          {isInUse && <Badge tone="good">{t("workflows.version_in_use")}</Badge>}
          <br />
          <span className="ek-quiet ek-small">
            <When at={of.at} />
            {" · "}
            {of.by === null ? t("workflows.a_program") : <Name id={of.by} />}
          </span>
        </span>
        {put !== null && (
          <Button look="link" onPress={restore}>
            {t("workflows.restore")}
            <span className="ek-hidden">{t("workflows.version", { number: of.version })}</span>
          </Button>
        )}
      </div>
      <details>
        <summary dir="auto">{of.title}</summary>
        <ol>
          {of.steps.map((step) => (
            <li key={step.id} dir="auto">
              {step.title}
              <span className="ek-quiet ek-small">
                {step.branches.length > 0 && " · "}
                {step.branches.map(({ label }) => label).join(" / ")}
              </span>
            </li>
          ))}
        </ol>
      </details>
    </li>
  );
}

export function Versions({ flow, put }: { flow: Workflow; put: Put | null }) {
  const versions = useAnswer("list_workflow_versions", {
    params: { id: flow.id },
    query: { limit: 50 },
  });
  return (
    <section className="ek-panel" aria-labelledby="flow-versions">
      <h2 id="flow-versions">{t("workflows.versions")}</h2>
      <Ready of={versions}>
        {({ answer: { data } }) => (
          <ul className="ek-flows-list">
            {data.map((each) => (
              <Version
                key={each.version}
                of={each}
                isInUse={each.version === flow.version}
                put={put}
              />
            ))}
          </ul>
        )}
      </Ready>
    </section>
  );
}
