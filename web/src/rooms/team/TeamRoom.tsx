// TeamRoom -- one team: what changed and what did not, its figures of the last weeks, what it is
// after and how that stands, and how its customers are asked. All of it is the team's: no person
// stands here beside another. Which team stands in the address: /team/team_1.
import type { ReactNode } from "react";
import { Link, useLocation } from "wouter";
import { useAnswer } from "../../feed/cache.ts";
import { useNames } from "../../feed/names.ts";
import { may } from "../../feed/session.ts";
import type { TeamId } from "../../gen/ids.ts";
import { ColumnTable } from "../../parts/ColumnTable.tsx";
import { daysOn } from "../../parts/figure.ts";
import { HeadlineList } from "../../parts/HeadlineList.tsx";
import { Room } from "../../parts/Room.tsx";
import { Ready } from "../../parts/states.tsx";
import { SurveyLine } from "../../parts/SurveyLine.tsx";
import { TargetLine } from "../../parts/TargetLine.tsx";
import { TREND } from "../../parts/team_trend.tsx";
import { untilLooked } from "../../parts/verdict.ts";
import { formatDay } from "../../words/format.ts";
import { t } from "../../words/words.ts";

const MOST = 500;
const FIGURES = TREND.filter(({ id }) => id !== "team");

type Of = { team: TeamId };

function Part({ id, title, children }: { id: string; title: string; children: ReactNode }) {
  return (
    <section className="ek-panel" aria-labelledby={`team-${id}`}>
      <h2 id={`team-${id}`}>{title}</h2>
      {children}
    </section>
  );
}

function Verdicts({ team }: Of) {
  const trends = useAnswer("list_trends", { query: { team } }, { everyMs: untilLooked });
  return (
    <Ready of={trends}>{({ answer }) => <HeadlineList trends={answer} withTeam={null} />}</Ready>
  );
}

function Figures({ team }: Of) {
  const report = useAnswer("get_team_trend_report", { query: { team } });
  return (
    <Part id="figures" title={t("team.figures")}>
      <Ready of={report}>
        {({ answer }) => (
          <>
            <p className="ek-quiet">
              {t("team.days", {
                from: formatDay(answer.from),
                until: formatDay(daysOn(answer.until, -1)),
              })}
            </p>
            <ColumnTable
              label={t("team.figures")}
              columns={FIGURES}
              rows={answer.data}
              days={answer}
            />
          </>
        )}
      </Ready>
    </Part>
  );
}

function Targets({ team }: Of) {
  const targets = useAnswer("list_targets", { query: { team, limit: MOST } });
  return (
    <Part id="targets" title={t("places.targets")}>
      <Ready of={targets}>
        {({ answer: { data } }) => {
          const own = data.filter(({ scope }) => scope.team === team);
          return own.length === 0 ? (
            <p className="ek-quiet">{t("team.no_targets")}</p>
          ) : (
            <ul className="ek-targets-list">
              {own.map((target) => (
                <TargetLine key={target.id} target={target} />
              ))}
            </ul>
          );
        }}
      </Ready>
    </Part>
  );
}

function Surveys({ team }: Of) {
  const surveys = useAnswer("list_surveys", { query: { limit: MOST } });
  return (
    <Part id="surveys" title={t("places.surveys")}>
      <Ready of={surveys}>
        {({ answer: { data } }) => {
          const own = data.filter((survey) => survey.team === team || survey.team === null);
          return own.length === 0 ? (
            <p className="ek-quiet">{t("team.no_surveys")}</p>
          ) : (
            <ul className="ek-surveys-list">
              {own.map((survey) => (
                <SurveyLine key={survey.id} survey={survey} />
              ))}
            </ul>
          );
        }}
      </Ready>
    </Part>
  );
}

function Choice() {
  const names = useNames();
  return (
    <ul>
      {names.teams.map(({ id, name }) => (
        <li key={id}>
          <Link href={`/team/${id}`}>
            <bdi>{name}</bdi>
          </Link>
        </li>
      ))}
    </ul>
  );
}

export default function TeamRoom() {
  const [path] = useLocation();
  const names = useNames();
  const team = /^\/team\/(team_\d+)$/.exec(path)?.[1] as TeamId | undefined;
  if (team === undefined)
    return (
      <Room title={t("places.team")}>
        <Choice />
      </Room>
    );
  return (
    <Room title={names.of(team)}>
      <Link href={`/trends?team=${team}`}>{t("places.trends")}</Link>
      <Verdicts team={team} />
      <Figures team={team} />
      {may("target_read") && <Targets team={team} />}
      {may("survey_read") && <Surveys team={team} />}
    </Room>
  );
}
