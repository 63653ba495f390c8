// PresenceTime -- how long I was there and away: today, and as sums by week and reason, as my lead
// sees them. The names of reasons come from the API.
import { useAnswer } from "../../feed/cache.ts";
import { me } from "../../feed/session.ts";
import type { PresenceDay, PresenceWeek } from "../../gen/shapes.ts";
import { Ready } from "../../parts/states.tsx";
import { formatDate, formatLength } from "../../words/format.ts";
import { currentManners, t } from "../../words/words.ts";
import { Panel } from "./Panel.tsx";

const DAY_MS = 86_400_000;
const WEEKS = 4;

// 2026-03-09. The zone is that of the answer, which may be another one than the page's.
function dayOf(at: number, zone = currentManners().zone): string {
  const parts = new Intl.DateTimeFormat("en-CA", {
    timeZone: zone,
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
  });
  return parts.format(at);
}

function Reasons({ of }: { of: Record<string, number> }) {
  const rows = Object.entries(of).filter(([, ms]) => ms > 0);
  if (rows.length === 0) return null;
  return (
    <ul className="ek-me-reasons">
      {rows.map(([name, ms]) => (
        <li key={name}>
          <bdi>{name}</bdi> <span className="ek-number">{formatLength(ms)}</span>
        </li>
      ))}
    </ul>
  );
}

function Today({ day }: { day: PresenceDay | undefined }) {
  if (day === undefined) return <p className="ek-quiet">{t("me.no_day")}</p>;
  return (
    <dl className="ek-me-pairs">
      <div>
        <dt>{t("presence.active")}</dt>
        <dd className="ek-number">{formatLength(day.active_ms)}</dd>
      </div>
      <div>
        <dt>{t("presence.away")}</dt>
        <dd>
          <span className="ek-number">{formatLength(day.away_ms)}</span>
          <Reasons of={day.by_reason} />
        </dd>
      </div>
    </dl>
  );
}

export function PresenceToday() {
  const history = useAnswer("get_presence_history", {
    params: { id: me().id },
    query: { from: dayOf(Date.now() - DAY_MS) },
  });
  const today = (zone: string) => dayOf(Date.now(), zone);
  return (
    <Panel title={t("me.presence_today")} says={t("me.presence_says")}>
      <Ready of={history}>
        {({ answer }) => <Today day={answer.days?.find(({ day }) => day === today(answer.zone))} />}
      </Ready>
    </Panel>
  );
}

function Weeks({ weeks: all }: { weeks: readonly PresenceWeek[] }) {
  const weeks = all.filter(({ active_ms, away_ms }) => active_ms + away_ms > 0); // before one came
  if (weeks.length === 0) return <p className="ek-quiet">{t("me.no_weeks")}</p>;
  return (
    <div className="ek-table-frame">
      <table className="ek-table">
        <caption className="ek-hidden">{t("me.presence_weeks")}</caption>
        <thead>
          <tr>
            <th scope="col">{t("me.week_of")}</th>
            <th scope="col">{t("presence.active")}</th>
            <th scope="col">{t("presence.away")}</th>
            <th scope="col">{t("me.by_reason")}</th>
          </tr>
        </thead>
        <tbody>
          {weeks.map((week) => (
            <tr key={week.week}>
              <th scope="row">{formatDate(`${week.week}T12:00:00Z`)}</th>
              <td className="ek-number">{formatLength(week.active_ms)}</td>
              <td className="ek-number">{formatLength(week.away_ms)}</td>
              <td>
                <Reasons of={week.by_reason} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

export function PresenceWeeks() {
  const history = useAnswer("get_presence_history", {
    params: { id: me().id },
    query: { from: dayOf(Date.now() - WEEKS * 7 * DAY_MS) },
  });
  return (
    <Panel title={t("me.presence_weeks")} says={t("me.weeks_say")}>
      <Ready of={history}>{({ answer }) => <Weeks weeks={answer.weeks} />}</Ready>
    </Panel>
  );
}
