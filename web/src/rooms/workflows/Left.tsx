// Left -- where the version in use is left, step by step, and why; of nobody by name.
import { useAnswer } from "../../feed/cache.ts";
import type { Workflow } from "../../gen/shapes.ts";
import { formatNumber } from "../../words/format.ts";
import { t } from "../../words/words.ts";

export function Left({ flow }: { flow: Workflow }) {
  const report = useAnswer("get_workflow_report", { params: { id: flow.id } });
  const found = report.data?.answer;
  if (found === undefined) return null;
  return (
    <section className="ek-panel" aria-labelledby="flow-left">
      <h2 id="flow-left">{t("workflows.left")}</h2>
      <p className="ek-quiet">
        {t("workflows.left_sums", {
          version: found.version,
          started: formatNumber(found.started),
          finished: formatNumber(found.finished),
        })}
      </p>
      <div className="ek-table-frame" tabIndex={0} role="region" aria-label={t("workflows.left")}>
        <table className="ek-table" aria-label={t("workflows.left")}>
          <thead>
            <tr>
              <th scope="col">{t("workflows.step_title")}</th>
              <th scope="col">{t("workflows.reached")}</th>
              <th scope="col">{t("workflows.left_here")}</th>
              <th scope="col">{t("workflows.why")}</th>
            </tr>
          </thead>
          <tbody>
            {found.steps.map((step) => (
              <tr key={step.step}>
                <th scope="row" dir="auto">
                  {step.title}
                </th>
                <td className="ek-number">{formatNumber(step.reached)}</td>
                <td className="ek-number">{formatNumber(step.left)}</td>
                <td>
                  {step.reasons.map((reason, i) => (
                    <p key={i} dir="auto">
                      {reason}
                    </p>
                  ))}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
