// SurveyView -- one survey: what it came to, the answers one may read, the low scores that are
// looked after, and how it asks.
import { useLocation, useSearchParams } from "wouter";
import { useAnswer } from "../../feed/cache.ts";
import { may } from "../../feed/session.ts";
import type { SurveyId } from "../../gen/ids.ts";
import type { Survey } from "../../gen/shapes.ts";
import { Mark } from "../../parts/marks.tsx";
import { Name } from "../../parts/Name.tsx";
import { Ready } from "../../parts/states.tsx";
import { Tabs, type TabView } from "../../parts/Tabs.tsx";
import { t, wordOf } from "../../words/words.ts";
import { Answers } from "./Answers.tsx";
import { Asked } from "./Asked.tsx";
import { Followups } from "./Followups.tsx";
import { Funnel } from "./Funnel.tsx";
import { Score } from "./Score.tsx";
import { SurveyForm } from "./SurveyForm.tsx";
import { sampledOf } from "../../parts/survey_said.ts";

function Results({ survey }: { survey: Survey }) {
  return (
    <div className="ek-columns">
      {may("figures_team") && <Score survey={survey} />}
      {may("survey_funnel") && <Funnel survey={survey} />}
    </div>
  );
}

function viewsOf(survey: Survey, etag: string | null): TabView[] {
  const form = may("survey_edit") ? (
    <SurveyForm survey={survey} etag={etag} />
  ) : (
    <Asked form={survey.form} question={survey.question} />
  );
  return [
    { id: "results", title: t("surveys.results"), view: <Results survey={survey} /> },
    ...(may("survey_answers")
      ? [{ id: "answers", title: t("surveys.answers"), view: <Answers survey={survey} /> }]
      : []),
    ...(may("followup_read")
      ? [{ id: "low", title: t("surveys.low"), view: <Followups survey={survey.id} /> }]
      : []),
    { id: "how", title: t("surveys.how"), view: form },
  ];
}

function Whole({ survey, etag }: { survey: Survey; etag: string | null }) {
  const [path] = useLocation();
  const [search, setSearch] = useSearchParams();
  const views = viewsOf(survey, etag);
  const shown = search.get("show") ?? "results";
  return (
    <>
      <div>
        <h2>
          <bdi>{survey.name}</bdi>
        </h2>
        <p className="ek-quiet">
          {wordOf("surveys", `form_${survey.form}`)}
          {" · "}
          {survey.team === null ? t("surveys.every_team") : <Name id={survey.team} />}
          {" · "}
          {sampledOf(survey)}{" "}
          <Mark tone={survey.active ? "good" : "quiet"} shape={survey.active ? "disc" : "bar"}>
            {t(survey.active ? "surveys.asks" : "surveys.rests")}
          </Mark>
        </p>
      </div>
      <Tabs
        key={path}
        label={survey.name}
        views={views}
        value={views.some(({ id }) => id === shown) ? shown : "results"}
        onChange={(show) => setSearch(new URLSearchParams({ show }), { replace: true })}
      />
    </>
  );
}

export function SurveyView({ id }: { id: SurveyId }) {
  const survey = useAnswer("get_survey", { params: { id } });
  return <Ready of={survey}>{({ answer, etag }) => <Whole survey={answer} etag={etag} />}</Ready>;
}
