// NothingView -- what comes to somebody next and why not, team by team: the next, n-th in turn,
// or the first test failed with its figures.
import { useNames, type Names } from "../feed/names.ts";
import type { WhyNothing, WhyNothingTeam } from "../gen/shapes.ts";
import { PresenceMark } from "../parts/marks.tsx";
import { formatWhen } from "../words/format.ts";
import { t } from "../words/words.ts";
import { loadText, Nearest, Part } from "./facts.tsx";
import { levelWord, say, testBrief, turnSentence } from "./sentences.ts";
import { TurnMark } from "./TurnDot.tsx";

function TeamLines({ row, names }: { row: WhyNothingTeam; names: Names }) {
  return (
    <li className="ek-why-team">
      <div className="ek-row">
        <strong>
          <bdi>{names.of(row.team)}</bdi>
        </strong>
        <span className="ek-quiet ek-small">
          {say(levelWord(row.level))} · {t("why.waiting_n", { n: row.waiting })}
        </span>
      </div>
      <TurnMark state={row.state}>{say(turnSentence(row, names))}</TurnMark>
      {row.waiting_not_for_you.map(({ test, count }) => (
        <p key={test} className="ek-quiet ek-small">
          {t("why.not_for_you", { n: count, test: say(testBrief(test)) })}
        </p>
      ))}
    </li>
  );
}

export function NothingView({ why }: { why: WhyNothing }) {
  const names = useNames();
  return (
    <div className="ek-why">
      <Part title={t("why.my_state")}>
        <p className="ek-row">
          <PresenceMark presence={why.presence} />
          <span>{loadText(why.load, why.limit)}</span>
          {why.limit !== null && (
            <span className="ek-quiet ek-small">
              {t("why.limit_from", {
                whose: t(`why.limit_from_${why.limit_from}`),
              })}
            </span>
          )}
        </p>
      </Part>
      <Part title={t("why.in_turn")}>
        {why.teams.length === 0 ? (
          <p>{t("why.no_teams")}</p>
        ) : (
          <ul>
            {why.teams.map((row) => (
              <TeamLines key={row.team} row={row} names={names} />
            ))}
          </ul>
        )}
      </Part>
      <Nearest change={why.nearest_change} cut={why.nearest_change_cut} names={names} />
      <p className="ek-quiet ek-small">{t("why.as_of_now", { at: formatWhen(why.at) })}</p>
    </div>
  );
}
