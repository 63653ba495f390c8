// Funnel -- from the close to the answer: how many fitted, were drawn, asked, reached, and
// answered; why the others were left out; and the response rate, which says how much the figure is
// worth.
import { useAnswer } from "../../feed/cache.ts";
import type { Survey, SurveyFunnel, SurveyReason } from "../../gen/shapes.ts";
import { Badge } from "../../parts/marks.tsx";
import { Ready } from "../../parts/states.tsx";
import { formatNumber, formatPermille } from "../../words/format.ts";
import { t, wordOf } from "../../words/words.ts";

const STEPS = ["closed", "eligible", "drawn", "sent", "delivered", "answered"] as const;

function Step({ name, many, most }: { name: (typeof STEPS)[number]; many: number; most: number }) {
  return (
    <li className="ek-surveys-step">
      <span>{t(`surveys.step_${name}`)}</span>
      <span className="ek-surveys-bar" aria-hidden>
        <span style={{ inlineSize: `${(100 * many) / Math.max(1, most)}%` }} />
      </span>
      <strong className="ek-number">{formatNumber(many)}</strong>
    </li>
  );
}

function Reasons({ title, reasons }: { title: string; reasons: readonly SurveyReason[] }) {
  if (reasons.length === 0) return null;
  return (
    <div>
      <h3>{title}</h3>
      <ul className="ek-surveys-facts">
        {reasons.map(({ why, n }) => (
          <li key={why}>
            {wordOf("surveys", `why_${why}`)}: <span className="ek-number">{formatNumber(n)}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}

export function FunnelReasons({ leftOut }: { leftOut: readonly SurveyReason[] }) {
  return <Reasons title={t("surveys.left_out")} reasons={leftOut} />;
}

function Whole({ funnel }: { funnel: SurveyFunnel }) {
  const { permille } = funnel.response_rate;
  return (
    <>
      <ol className="ek-surveys-steps">
        {STEPS.map((name) => (
          <Step key={name} name={name} many={funnel[name]} most={funnel.closed} />
        ))}
      </ol>
      <p>
        {permille === null
          ? t("surveys.no_rate")
          : t("surveys.rate", { share: formatPermille(permille) })}{" "}
        {funnel.few_answers && <Badge tone="warn">{t("surveys.few_answers")}</Badge>}
      </p>
      <p className="ek-quiet">
        {t("surveys.open", { n: funnel.open })} · {t("surveys.late", { n: funnel.late })}
      </p>
      <FunnelReasons leftOut={funnel.left_out} />
      <Reasons title={t("surveys.not_delivered")} reasons={funnel.not_delivered} />
    </>
  );
}

export function Funnel({ survey }: { survey: Survey }) {
  const funnel = useAnswer("get_survey_funnel", { params: { id: survey.id } });
  return (
    <section className="ek-panel" aria-labelledby="survey-funnel">
      <h2 id="survey-funnel">{t("surveys.funnel")}</h2>
      <Ready of={funnel}>{({ answer }) => <Whole funnel={answer} />}</Ready>
    </section>
  );
}
