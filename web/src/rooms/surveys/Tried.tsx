// Tried -- what a survey would have asked of late, with what stands in the form: before it is
// saved.
import { useEffect, useState } from "react";
import { useAnswer } from "../../feed/cache.ts";
import type { SurveyId } from "../../gen/ids.ts";
import type { SurveyPreviewRequest } from "../../gen/shapes.ts";
import { Ready } from "../../parts/states.tsx";
import { formatDate, formatNumber } from "../../words/format.ts";
import { t } from "../../words/words.ts";
import { FunnelReasons } from "./Funnel.tsx";
import { teamOf, type Draft } from "./draft.ts";

const SETTLE_MS = 300;

export function Tried({ id, draft }: { id: SurveyId; draft: Draft }) {
  const { fraction, channels } = draft;
  const text = JSON.stringify({ fraction, channels, team: teamOf(draft) });
  const [settled, settle] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => settle(text), SETTLE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  const tried = useAnswer(
    "preview_survey",
    { params: { id }, body: JSON.parse(settled) as SurveyPreviewRequest },
    { keep: true },
  );
  return (
    <section className="ek-panel" aria-labelledby="survey-tried" aria-busy={tried.isFetching}>
      <h2 id="survey-tried">{t("surveys.tried")}</h2>
      <Ready of={tried}>
        {({ answer }) => (
          <>
            <p aria-live="polite">
              {t("surveys.tried_says", {
                since: formatDate(answer.from),
                closed: formatNumber(answer.closed),
                eligible: formatNumber(answer.eligible),
                drawn: formatNumber(answer.drawn),
              })}{" "}
              {answer.more && t("surveys.tried_more")}
            </p>
            <FunnelReasons leftOut={answer.left_out} />
          </>
        )}
      </Ready>
    </section>
  );
}
