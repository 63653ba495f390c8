// SurveysRoom -- customers are asked how it was: which surveys there are, what they came to, and
// the low scores that a team looks after. What is looked at stands in the address: /surveys,
// /surveys/new, /surveys/srv_1?show=answers.
import { Link, useLocation } from "wouter";
import { useAnswer } from "../../feed/cache.ts";
import { may } from "../../feed/session.ts";
import type { SurveyId } from "../../gen/ids.ts";
import { LinkButton } from "../../parts/Button.tsx";
import { Room } from "../../parts/Room.tsx";
import { SurveyLine } from "../../parts/SurveyLine.tsx";
import { Empty, Ready } from "../../parts/states.tsx";
import { t } from "../../words/words.ts";
import { Followups } from "./Followups.tsx";
import { SurveyForm } from "./SurveyForm.tsx";
import { SurveyView } from "./SurveyView.tsx";
import "../../parts/surveys.css";

const MOST = 500;

function Overview() {
  const surveys = useAnswer("list_surveys", { query: { limit: MOST } }, { keep: true });
  return (
    <>
      {may("survey_edit") && (
        <div className="ek-row">
          <LinkButton look="main" href="/surveys/new">
            {t("surveys.add")}
          </LinkButton>
        </div>
      )}
      <Ready of={surveys}>
        {({ answer: { data } }) =>
          data.length === 0 ? (
            <Empty title={t("surveys.none")}>{t("surveys.none_means")}</Empty>
          ) : (
            <section className="ek-panel" aria-labelledby="surveys-all">
              <h2 id="surveys-all">{t("surveys.all")}</h2>
              <ul className="ek-surveys-list">
                {data.map((survey) => (
                  <SurveyLine key={survey.id} survey={survey} />
                ))}
              </ul>
            </section>
          )
        }
      </Ready>
      {may("followup_read") && <Followups survey={null} />}
    </>
  );
}

function Place({ path }: { path: string }) {
  const id = /^\/surveys\/(srv_\d+)$/.exec(path)?.[1];
  if (id !== undefined) return <SurveyView id={id as SurveyId} />;
  return path === "/surveys/new" && may("survey_edit") ? <SurveyForm /> : <Overview />;
}

export default function SurveysRoom() {
  const [path] = useLocation();
  return (
    <Room title={t("places.surveys")}>
      {path !== "/surveys" && <Link href="/surveys">{t("surveys.back")}</Link>}
      <Place path={path} />
    </Room>
  );
}
