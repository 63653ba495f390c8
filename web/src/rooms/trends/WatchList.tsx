// WatchList -- changes for the worse that somebody watches: each comes back on its day, until it
// returned or its story says what becomes of it.
import { Link } from "wouter";
import { useAnswer } from "../../feed/cache.ts";
import { useNames } from "../../feed/names.ts";
import type { TeamId } from "../../gen/ids.ts";
import type { Verdict } from "../../gen/shapes.ts";
import { Mark } from "../../parts/marks.tsx";
import { Name } from "../../parts/Name.tsx";
import { formatDay } from "../../words/format.ts";
import { t } from "../../words/words.ts";
import { metricName, trendPath } from "./HeadlineList.tsx";
import { sentenceOf } from "./sentence.ts";

type Watched = Verdict & { watch: NonNullable<Verdict["watch"]> };

const isWatched = (verdict: Verdict): verdict is Watched => verdict.watch !== null;

// "Since 4 May, by Mina. Looked at again on 1 June."
export function WatchedBy({ watch }: { watch: Watched["watch"] }) {
  return (
    <span>
      {t(watch.due ? "trends.watch_due" : "trends.watched_until", {
        date: formatDay(watch.until),
      })}{" "}
      <span className="ek-quiet">
        <Name id={watch.owner} />
      </span>
    </span>
  );
}

function Line({ verdict }: { verdict: Watched }) {
  const names = useNames();
  return (
    <li className="ek-trends-line">
      <span className="ek-trends-what">
        <Link className="ek-trends-name" href={trendPath(verdict)}>
          {metricName(verdict.metric)}
        </Link>
        <bdi className="ek-quiet ek-small">{names.of(verdict.team)}</bdi>
      </span>
      <span className="ek-trends-mark">
        <Mark tone={verdict.watch.due ? "warn" : "quiet"} shape="ring">
          {t(verdict.watch.due ? "trends.due" : "trends.watched")}
        </Mark>
      </span>
      <span className="ek-trends-says">
        {sentenceOf({ ...verdict, state: verdict.kind, since: verdict.start })}
        <span className="ek-small ek-trends-odds">
          <WatchedBy watch={verdict.watch} />
        </span>
      </span>
    </li>
  );
}

export function WatchList({ team }: { team: string | null }) {
  const list = useAnswer("get_watch_list", {
    query: team === null ? {} : { team: team as TeamId },
  });
  const watched = (list.data?.answer.data ?? []).filter(isWatched);
  if (watched.length === 0) return null;
  return (
    <section className="ek-panel" aria-labelledby="trends-watched">
      <div>
        <h2 id="trends-watched">{t("trends.watch_list")}</h2>
        <p className="ek-quiet ek-trends-means">{t("trends.watch_list_means")}</p>
      </div>
      <ul className="ek-trends-list">
        {watched.map((verdict) => (
          <Line key={verdict.id} verdict={verdict} />
        ))}
      </ul>
    </section>
  );
}
