// Patterns -- what the rules see in my own work, to me first: what is the whole team's before
// anything of mine; each pattern with what I can say of it; and how far the rest is looked at.
import { useAnswer } from "../../feed/cache.ts";
import { me } from "../../feed/session.ts";
import type { MyPatternLine, TeamPattern } from "../../gen/shapes.ts";
import { BesideView } from "../../parts/Beside.tsx";
import { Name } from "../../parts/Name.tsx";
import { Ready } from "../../parts/states.tsx";
import { formatDay } from "../../words/format.ts";
import { t, wordOf } from "../../words/words.ts";
import { Panel } from "./Panel.tsx";
import { PatternCard } from "./PatternCard.tsx";

const nameOf = (metric: string) => wordOf("metric", metric.split("@")[0] ?? metric);

export function TeamWide({ teams }: { teams: readonly TeamPattern[] }) {
  if (teams.length === 0) return null;
  return (
    <ul className="ek-me-list">
      {teams.map((each) => (
        <li key={`${each.team}${each.metric}${each.direction}`} className="ek-me-pattern">
          <h3>
            {nameOf(each.metric)} <Name id={each.team} />
          </h3>
          <p>
            {wordOf("patterns", `team_${each.direction}`, {
              since: formatDay(each.since),
              n: each.people,
            })}
          </p>
        </li>
      ))}
    </ul>
  );
}

function Line({ line }: { line: MyPatternLine }) {
  const isEarly = line.stage !== "verdicts" && line.state === "none";
  const word = isEarly ? `stage_${line.stage}` : `line_${line.state}`;
  const counted = line.metric.startsWith("csat") ? "patterns.of_answers" : "patterns.of_shifts";
  return (
    <li className="ek-me-item">
      <span>
        {nameOf(line.metric)} <Name id={line.team} />
      </span>
      <span>{wordOf("patterns", word)}</span>
      <span className="ek-quiet ek-small">{t(counted, { n: line.n })}</span>
    </li>
  );
}

export function Patterns() {
  const patterns = useAnswer("get_my_patterns");
  return (
    <Panel title={t("patterns.title")} says={t("patterns.says")}>
      <Ready of={patterns}>
        {({ answer }) => (
          <>
            {answer.as_of === null && <p>{t("patterns.not_yet")}</p>}
            <TeamWide teams={answer.teams} />
            {answer.data.length > 0 ? (
              <ul className="ek-me-list">
                {answer.data.map((each) => (
                  <PatternCard key={each.id} pattern={each} />
                ))}
              </ul>
            ) : (
              answer.as_of !== null && <p>{t("patterns.nothing")}</p>
            )}
            {answer.lines.length > 0 && (
              <ul className="ek-me-list" aria-label={t("patterns.looked_at")}>
                {answer.lines.map((each) => (
                  <Line key={`${each.team}${each.metric}`} line={each} />
                ))}
              </ul>
            )}
          </>
        )}
      </Ready>
    </Panel>
  );
}

export function OwnBeside() {
  const teams = me().teams.filter(({ level }) => level !== null);
  if (teams.length === 0) return null;
  return (
    <Panel title={t("patterns.beside")} says={t("patterns.beside_says")}>
      {teams.map(({ team }) => (
        <section key={team} className="ek-me-team">
          <h3>
            <Name id={team} />
          </h3>
          <BesideView id={me().id} team={team} />
        </section>
      ))}
    </Panel>
  );
}
