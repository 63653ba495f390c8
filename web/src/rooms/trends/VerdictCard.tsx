// VerdictCard -- what was said of a series at one point: since when, by how much, how sure one can
// be, what happened in the days before, where it came from, and the story that people found.
import { useState } from "react";
import { useChange } from "../../feed/cache.ts";
import { useNames } from "../../feed/names.ts";
import { may, me } from "../../feed/session.ts";
import type { TrendSeries, Verdict } from "../../gen/shapes.ts";
import { Button } from "../../parts/Button.tsx";
import { period } from "../../parts/figure.ts";
import { Mark } from "../../parts/marks.tsx";
import { Measured } from "../../parts/Measured.tsx";
import { complain, tell } from "../../parts/notices.tsx";
import { When } from "../../parts/time.tsx";
import { formatDate, formatDay, formatFigure, formatList } from "../../words/format.ts";
import { t, wordOf } from "../../words/words.ts";
import { NewLimitsDialog, WatchDialog } from "./Decide.tsx";
import { StoryForm, StoryText } from "./StoryForm.tsx";
import { WatchedBy } from "./WatchList.tsx";
import { markOf, oddsOf, sentenceOf, unitOf, type Said } from "./sentence.ts";

function saidOf(verdict: Verdict, unit: string): Said {
  return { ...verdict, state: verdict.kind, since: verdict.start, unit };
}

function Before({ verdict }: { verdict: Verdict }) {
  return (
    <div>
      <h4>{t("trends.suggestions")}</h4>
      {(verdict.suggestions ?? []).length === 0 ? (
        <p className="ek-quiet">{t("trends.no_suggestions")}</p>
      ) : (
        <ul>
          {verdict.suggestions?.map((fact, index) => (
            <li key={index}>
              <When at={fact.at} /> <span dir="auto">{fact.text}</span>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

const BY = ["topic", "channel"] as const;
const SHOWN_SHARE = 0.005;

type Share = NonNullable<Verdict["contributions"]>[number];

// "other" and "mix" are lines of the server's own; what is called so by people reads the same.
function shareName({ of }: Share): string {
  return of === "other" || of === "mix" ? t(`trends.of_${of}`) : of;
}

// By topic, then by channel; where there is but one, it says nothing.
function From({ verdict }: { verdict: Verdict }) {
  const groups = BY.map((by) => ({
    by,
    lines: (verdict.contributions ?? []).filter(
      (line) => line.by === by && Math.abs(line.share) >= SHOWN_SHARE,
    ),
  })).filter(({ lines }) => lines.length > 1);
  return groups.map(({ by, lines }) => (
    <div key={by}>
      <h4>{t(`trends.contributions_${by}`)}</h4>
      <ul>
        {lines.map((line) => (
          <li key={line.of}>
            {t("trends.share_of", {
              name: shareName(line),
              share: formatFigure("share", line.share),
            })}
          </li>
        ))}
      </ul>
    </div>
  ));
}

function Similar({ verdict }: { verdict: Verdict }) {
  const similar = verdict.similar ?? [];
  if (similar.length === 0) return null;
  return (
    <div>
      <h4>{t("trends.similar")}</h4>
      <ul>
        {similar.map(({ verdict: id, start, cause, decision }) => (
          <li key={id}>
            {formatDay(start)}: <span dir="auto">{cause}</span>
            {decision !== null && (
              <span className="ek-quiet"> ({wordOf("trends", `decision_${decision}`)})</span>
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}

const MOVES: readonly Verdict["kind"][] = ["shift", "further_shift"];
const NO_STORY: readonly Verdict["kind"][] = ["suspected", "decaying"];

function Seen({ verdict }: { verdict: Verdict }) {
  const names = useNames();
  const acknowledge = useChange("acknowledge_verdict", ["get_trend_series", "list_trends"]);
  const by = verdict.acknowledged.map(({ teammate }) => names.of(teammate));
  const isMine = verdict.acknowledged.some(({ teammate }) => teammate === me().id);
  return (
    <div className="ek-row">
      {by.length > 0 && (
        <span className="ek-quiet">{t("trends.acknowledged", { names: formatList(by) })}</span>
      )}
      {!isMine && may("trend_edit") && (
        <Button
          onPress={() => acknowledge.mutate({ params: { id: verdict.id } }, { onError: complain })}
        >
          {t("trends.acknowledge")}
        </Button>
      )}
    </div>
  );
}

// Of the move that the series stands on: watch it, or let what is usual begin anew.
function Decided({ verdict }: { verdict: Verdict }) {
  const [asked, ask] = useState<"watch" | "limits" | null>(null);
  return (
    <>
      {verdict.direction === "worse" && (
        <Button onPress={() => ask("watch")}>{t("trends.watch")}</Button>
      )}
      <Button onPress={() => ask("limits")}>{t("trends.limits")}</Button>
      {asked === "watch" && <WatchDialog verdict={verdict} onClose={() => ask(null)} />}
      {asked === "limits" && <NewLimitsDialog verdict={verdict} onClose={() => ask(null)} />}
    </>
  );
}

// The story of a change for the better is for all who had a part in it; it can be taken back.
function Publish({ verdict }: { verdict: Verdict }) {
  const publish = useChange("publish_story", [
    "get_trend_series",
    "list_stories",
    "list_shared_stories",
  ]);
  const { story } = verdict;
  if (story === null || verdict.crossed || !MOVES.includes(verdict.kind)) return null;
  if (verdict.direction !== "better" && story.published_at === null) return null;
  const isOut = story.published_at !== null;
  const put = (published: boolean) => () =>
    publish.mutate(
      { params: { id: verdict.id }, body: { published } },
      {
        onSuccess: () => tell(t(published ? "trends.published" : "trends.unpublished")),
        onError: complain,
      },
    );
  return (
    <>
      {story.published_at !== null && (
        <span className="ek-quiet">
          {t("trends.published_on", { date: formatDate(story.published_at) })}
        </span>
      )}
      <Button isDisabled={publish.isPending} onPress={put(!isOut)}>
        {t(isOut ? "trends.unpublish" : "trends.publish")}
      </Button>
    </>
  );
}

// The last move of its chart, told or not, and what is usual has not begun anew since.
function stands(verdict: Verdict, { verdicts }: TrendSeries): boolean {
  const last = verdicts.findLast(
    ({ kind, crossed }) => !crossed && (MOVES.includes(kind) || kind === "returned"),
  );
  return last?.id === verdict.id && MOVES.includes(verdict.kind) && !verdict.rebased;
}

// What is said, how sure one can be of it, and on how much it rests.
function Says({ verdict, said }: { verdict: Verdict; said: Said }) {
  const isMove = MOVES.includes(verdict.kind);
  const odds = isMove ? oddsOf(verdict.odds, verdict.cadence) : null;
  return (
    <>
      <p data-said>{sentenceOf(said)}</p>
      {verdict.crossed && <p className="ek-quiet">{t("trends.crossed")}</p>}
      {verdict.rebased && <p className="ek-quiet">{t("trends.rebased")}</p>}
      {!verdict.crossed && isMove && (
        <p className="ek-quiet">
          {odds} {t("trends.rests_on", { n: verdict.n })}
        </p>
      )}
      {verdict.watch !== null && (
        <p>
          <WatchedBy watch={verdict.watch} />
        </p>
      )}
    </>
  );
}

// By which version of what, of which team; the version opens what the figure since then is made of.
function Measure({ verdict, series }: { verdict: Verdict; series: TrendSeries }) {
  const names = useNames();
  const id = verdict.metric.split("@")[0] ?? verdict.metric;
  const { until } = period(verdict.cadence, verdict.date);
  const asked = { metric: verdict.metric, team: verdict.team, zone: series.zone };
  return (
    <p className="ek-small ek-trends-measure">
      <Measured
        metric={verdict.metric}
        unit={unitOf(verdict.unit)}
        asked={{ ...asked, from: verdict.start, until }}
      />{" "}
      <bdi>{names.of(verdict.team)}</bdi>{" "}
      <span className="ek-quiet">{wordOf("metric", `${id}_means`)}</span>
    </p>
  );
}

export function VerdictCard({ verdict, series }: { verdict: Verdict; series: TrendSeries }) {
  const [isTelling, setTelling] = useState(false);
  const said = saidOf(verdict, series.unit);
  const { tone, shape, word } = markOf(said);
  return (
    <article className="ek-panel ek-trends-card" data-crossed={verdict.crossed || undefined}>
      <h3>
        <Mark tone={tone} shape={shape}>
          {word}
        </Mark>{" "}
        <span className="ek-quiet">{formatDay(verdict.date)}</span>
      </h3>
      <Measure verdict={verdict} series={series} />
      <Says verdict={verdict} said={said} />
      <Before verdict={verdict} />
      <From verdict={verdict} />
      <Similar verdict={verdict} />
      {verdict.story !== null && !isTelling && <StoryText story={verdict.story} />}
      {isTelling ? (
        <StoryForm verdict={verdict} onClose={() => setTelling(false)} />
      ) : (
        <div className="ek-row">
          {may("trend_edit") && !NO_STORY.includes(verdict.kind) && (
            <Button onPress={() => setTelling(true)}>
              {t(verdict.story === null ? "trends.story_find" : "common.edit")}
            </Button>
          )}
          {may("trend_edit") && <Publish verdict={verdict} />}
          {may("trend_edit") && stands(verdict, series) && <Decided verdict={verdict} />}
          <Seen verdict={verdict} />
        </div>
      )}
    </article>
  );
}
