// Talks -- for who leads: who may welcome a talk, and no more than that; what somebody chose to
// show; and what is a whole team's, whose cause is looked for in the system.
import { Link } from "react-aria-components";
import { useAnswer } from "../../feed/cache.ts";
import { may } from "../../feed/session.ts";
import type { Talk } from "../../gen/shapes.ts";
import { Name } from "../../parts/Name.tsx";
import { Ready } from "../../parts/states.tsx";
import { When } from "../../parts/time.tsx";
import { wordOf, t } from "../../words/words.ts";
import { Panel } from "./Panel.tsx";
import { TeamWide } from "./Patterns.tsx";

function Row({ talk }: { talk: Talk }) {
  return (
    <li className="ek-me-item">
      <span>
        <Link href={`/teammates/${talk.teammate}`}>
          <Name id={talk.teammate} />
        </Link>{" "}
        {wordOf("patterns", `kind_${talk.kind}`)}
      </span>
      <span className="ek-quiet">
        <Name id={talk.team} />
      </span>
      <span className="ek-quiet">
        <When at={talk.at} />
      </span>
    </li>
  );
}

function List() {
  const talks = useAnswer("list_talks");
  return (
    <Panel title={t("patterns.talks")} says={t("patterns.talks_say")}>
      <Ready of={talks}>
        {({ answer }) => (
          <>
            <TeamWide teams={answer.teams} />
            {answer.data.length === 0 ? (
              <p className="ek-quiet">{t("patterns.no_talks")}</p>
            ) : (
              <ul className="ek-me-list">
                {answer.data.map((each) => (
                  <Row key={`${each.teammate}${each.team}${each.kind}`} talk={each} />
                ))}
              </ul>
            )}
          </>
        )}
      </Ready>
    </Panel>
  );
}

export function Talks() {
  return may("talk_list") ? <List /> : null;
}
