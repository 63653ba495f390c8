// WatchList -- changes for the worse that somebody watches: each comes back on its day, until it
// returned or its story says what becomes of it.
import { useAnswer } from "../../feed/cache.ts";
import { useNames } from "../../feed/names.ts";
import type { TeamId } from "../../gen/ids.ts";
import type { Verdict } from "../../gen/shapes.ts";
import { TrendLine } from "../../parts/TrendLine.tsx";
import { WatchedBy } from "../../parts/VerdictFacts.tsx";
import { sentenceOf } from "../../parts/verdict.ts";
import { t } from "../../words/words.ts";

type Watched = Verdict & { watch: NonNullable<Verdict["watch"]> };

const isWatched = (verdict: Verdict): verdict is Watched => verdict.watch !== null;

function Line({ verdict }: { verdict: Watched }) {
  const names = useNames();
  const { watch } = verdict;
  return (
    <TrendLine
      of={verdict}
      under={<bdi className="ek-quiet ek-small">{names.of(verdict.team)}</bdi>}
      mark={{
        tone: watch.due ? "warn" : "quiet",
        shape: "ring",
        word: t(watch.due ? "trends.due" : "trends.watched"),
      }}
    >
      <span className="ek-trends-says">
        {sentenceOf({ ...verdict, state: verdict.kind, since: verdict.start })}
        <span className="ek-small ek-trends-odds">
          <WatchedBy watch={watch} />
        </span>
      </span>
    </TrendLine>
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
