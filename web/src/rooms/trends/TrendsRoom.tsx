// TrendsRoom -- how it goes: every metric of a team in one line, what changed first; behind each
// line its chart, what was said of it, and the story. What is looked at stands in the address.
import { Link, useLocation, useSearchParams } from "wouter";
import { useAnswer } from "../../feed/cache.ts";
import { useNames } from "../../feed/names.ts";
import { may } from "../../feed/session.ts";
import type { TeamId } from "../../gen/ids.ts";
import type { Trends } from "../../gen/shapes.ts";
import { Room } from "../../parts/Room.tsx";
import { Select } from "../../parts/fields.tsx";
import { Ready } from "../../parts/states.tsx";
import { formatNumber } from "../../words/format.ts";
import { t } from "../../words/words.ts";
import { HeadlineList } from "../../parts/HeadlineList.tsx";
import { untilLooked } from "../../parts/verdict.ts";
import { StoriesView } from "./StoriesView.tsx";
import { TrendView } from "./TrendView.tsx";
import { WatchList } from "./WatchList.tsx";
import "../../parts/trends.css";

const ALL = "all";

// How many verdicts on so many charts may be on nothing.
function Budgeted({ of }: { of: Trends["budget"] }) {
  if (of.charts === 0) return null;
  return (
    <p className="ek-quiet ek-small">
      {t("trends.budget", {
        charts: of.charts,
        expected: formatNumber(Math.round(of.expected * 10) / 10),
        allowed: formatNumber(of.allowed),
        found: formatNumber(of.nothing_found),
      })}
    </p>
  );
}

function Headlines() {
  const names = useNames();
  const [search, setSearch] = useSearchParams();
  const team = search.get("team") ?? ALL;
  const trends = useAnswer(
    "list_trends",
    { query: team === ALL ? {} : { team: team as TeamId } },
    { everyMs: untilLooked },
  );
  const choose = (id: string) =>
    setSearch(id === ALL ? new URLSearchParams() : new URLSearchParams({ team: id }));
  return (
    <>
      <div className="ek-row">
        <Select
          label={t("common.team")}
          choices={[
            { id: ALL, label: t("trends.all_teams") },
            ...names.teams.map(({ id, name }) => ({ id, label: name })),
          ]}
          value={team}
          onChange={choose}
        />
        {may("story_shared") && <Link href="/trends/stories">{t("trends.stories")}</Link>}
      </div>
      <Ready of={trends}>
        {({ answer }) => (
          <>
            <HeadlineList
              trends={answer}
              withTeam={team === ALL ? names.of : null}
              beside={may("story_read") && <WatchList team={team === ALL ? null : team} />}
            />
            {answer.data.length > 0 && <Budgeted of={answer.budget} />}
          </>
        )}
      </Ready>
    </>
  );
}

export default function TrendsRoom() {
  const [path] = useLocation();
  const metric = /^\/trends\/([a-z_]+)$/.exec(path)?.[1];
  return (
    <Room title={t("places.trends")}>
      {path === "/trends/stories" ? (
        <StoriesView />
      ) : metric === undefined ? (
        <Headlines />
      ) : (
        <TrendView metric={metric} />
      )}
    </Room>
  );
}
