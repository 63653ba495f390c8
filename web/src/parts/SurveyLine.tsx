// SurveyLine -- one survey in a line: its name, its form, whose it is, whether it asks, and whom.
import { Link } from "wouter";
import type { Survey } from "../gen/shapes.ts";
import { t, wordOf } from "../words/words.ts";
import { Mark } from "./marks.tsx";
import { Name } from "./Name.tsx";
import { sampledOf } from "./survey_said.ts";
import "./surveys.css";

export function SurveyLine({ survey }: { survey: Survey }) {
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
