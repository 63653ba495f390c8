// Fairness -- what I was given automatically for each hour in which I could be given something,
// beside what chance would give. My own line alone; with its interval, and where there is too
// little to say, that is said.
import { useAnswer } from "../../feed/cache.ts";
import { me } from "../../feed/session.ts";
import type { TeamId } from "../../gen/ids.ts";
import type { Fairness as Answer, FairnessRow, Interval } from "../../gen/shapes.ts";
import { Name } from "../../parts/Name.tsx";
import { Ready } from "../../parts/states.tsx";
import { chosenByWord, say } from "../../why/sentences.ts";
import { formatDate, formatLength, formatNumber, formatPermille } from "../../words/format.ts";
import { t } from "../../words/words.ts";
import { Panel } from "./Panel.tsx";

const FEW = 20; // decisions: below, no figure (routing, section 16)

// Per thousand hours, shown per hour.
const perHour = (value: number) => formatNumber(Math.round(value / 10) / 100);

function Rate({ of }: { of: Interval }) {
  if (of.value === null) return <span className="ek-quiet">{t("me.too_little")}</span>;
  return (
    <>
      <strong className="ek-number">{perHour(of.value)}</strong>
      {of.low !== null && of.high !== null && (
        <span className="ek-quiet">
          {" "}
          {t("me.interval", { low: perHour(of.low), high: perHour(of.high) })}
        </span>
      )}
    </>
  );
}

function Pair({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Own({ row }: { row: FairnessRow }) {
  const chosen = Object.entries(row.chosen_by).filter(([, n]) => n > 0);
  return (
    <dl className="ek-me-pairs">
      <Pair name={t("me.given")}>
        <span className="ek-number">{formatNumber(row.assignments)}</span>{" "}
        <span className="ek-quiet">
          {t("me.in_eligible", { length: formatLength(row.eligible_ms) })}
        </span>
        {row.assignments < FEW && <p className="ek-quiet">{t("me.small_sample")}</p>}
      </Pair>
      <Pair name={t("me.given_per_hour")}>
        <Rate of={row.per_hour} />
      </Pair>
      {row.expected_permille !== null && (
        <Pair name={t("me.by_chance")}>
          <span className="ek-number">{perHour(row.expected_permille * 10)}</span>
        </Pair>
      )}
      <Pair name={t("me.closed_per_hour")}>
        <Rate of={row.closes_per_hour} />
      </Pair>
      {row.hard_permille !== null && (
        <Pair name={t("me.hard")}>{formatPermille(row.hard_permille)}</Pair>
      )}
      {row.odd_hours_permille !== null && (
        <Pair name={t("me.odd_hours")}>{formatPermille(row.odd_hours_permille)}</Pair>
      )}
      {chosen.length > 0 && (
        <Pair name={t("me.chosen_by")}>
          <ul className="ek-me-reasons">
            {chosen.map(([name, n]) => (
              <li key={name}>
                {say(chosenByWord(name))} <span className="ek-number">{formatNumber(n)}</span>
              </li>
            ))}
          </ul>
        </Pair>
      )}
    </dl>
  );
}

function Line({ answer }: { answer: Answer }) {
  const row = answer.rows.find(({ teammate }) => teammate === me().id);
  const days = t("me.from_to", {
    from: formatDate(`${answer.from}T12:00:00Z`),
    to: formatDate(`${answer.to}T12:00:00Z`),
  });
  return (
    <>
      <p className="ek-quiet ek-small">{days}</p>
      {row !== undefined ? (
        <Own row={row} />
      ) : (
        <p className="ek-quiet">
          {answer.refused === null ? t("me.no_line") : t(`me.refused_${answer.refused}`)}
        </p>
      )}
    </>
  );
}

function Team({ id }: { id: TeamId }) {
  const fairness = useAnswer("get_team_fairness", { params: { id } });
  return (
    <section className="ek-me-team">
      <h3>
        <Name id={id} />
      </h3>
      <Ready of={fairness}>{({ answer }) => <Line answer={answer} />}</Ready>
    </section>
  );
}

export function Fairness() {
  const teams = me().teams.filter(({ level }) => level !== null);
  return (
    <Panel title={t("me.fairness")} says={t("me.fairness_says")}>
      {teams.length === 0 && <p>{t("me.no_teams")}</p>}
      <div className="ek-me-teams">
        {teams.map(({ team }) => (
          <Team key={team} id={team} />
        ))}
      </div>
    </Panel>
  );
}
