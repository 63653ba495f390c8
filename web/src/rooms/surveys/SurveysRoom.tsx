// SurveysRoom -- customers are asked how it was: which surveys there are, what they came to, and
// the low scores that a team looks after. What is looked at stands in the address: /surveys,
// /surveys/new, /surveys/srv_1?show=answers.
import { Link, useLocation } from "wouter";
import { useAnswer } from "../../feed/cache.ts";
import { may } from "../../feed/session.ts";
import type { SurveyId } from "../../gen/ids.ts";
import type { Survey } from "../../gen/shapes.ts";
import { LinkButton } from "../../parts/Button.tsx";
import { Mark } from "../../parts/marks.tsx";
import { Name } from "../../parts/Name.tsx";
import { Room } from "../../parts/Room.tsx";
import { Empty, Ready } from "../../parts/states.tsx";
import { t, wordOf } from "../../words/words.ts";
import { Followups } from "./Followups.tsx";
import { SurveyForm } from "./SurveyForm.tsx";
import { SurveyView } from "./SurveyView.tsx";
import { sampledOf } from "./said.ts";
import "./surveys.css";

const MOST = 500;

function Line({ survey }: { survey: Survey }) {
  return (
    <li className="ek-surveys-line">
      <span>
        <Link className="ek-surveys-name" href={`/surveys/${survey.id}`}>
          <bdi>{survey.name}</bdi>
        </Link>
        <br />
        <span className="ek-quiet">
          {wordOf("surveys", `form_${survey.form}`)}
          {" · "}
          {survey.team === null ? t("surveys.every_team") : <Name id={survey.team} />}
        </span>
      </span>
      <Mark tone={survey.active ? "good" : "quiet"} shape={survey.active ? "disc" : "bar"}>
        {t(survey.active ? "surveys.asks" : "surveys.rests")}
      </Mark>
      <span className="ek-quiet">{sampledOf(survey)}</span>
    </li>
  );
}

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
                  <Line key={survey.id} survey={survey} />
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
