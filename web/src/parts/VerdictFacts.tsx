// VerdictFacts -- what was said of a series at one point, to be read: since when, by how much, how
// sure one can be, what happened in the days before, where it came from, and the story that people
// found. What is done about it is done in Trends.
import { Link } from "wouter";
import { useNames } from "../feed/names.ts";
import { may } from "../feed/session.ts";
import type { TrendSeries, Verdict, Watch } from "../gen/shapes.ts";
import { formatDay, formatFigure } from "../words/format.ts";
import { t, wordOf } from "../words/words.ts";
import { period } from "./figure.ts";
import { Mark } from "./marks.tsx";
import { Measured } from "./Measured.tsx";
import { Name } from "./Name.tsx";
import { When } from "./time.tsx";
import { changedWords } from "./told.ts";
import { isMove, markOf, oddsOf, sentenceOf, unitOf, type Said } from "./verdict.ts";
import "./verdict.css";

type Story = NonNullable<Verdict["story"]>;

function saidOf(verdict: Verdict, unit: string): Said {
  return { ...verdict, state: verdict.kind, since: verdict.start, unit };
}

// "Since 4 May, by Mina. Looked at again on 1 June."
export function WatchedBy({ watch }: { watch: Watch }) {
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

type Fact = NonNullable<Verdict["suggestions"]>[number];

// What happened, in the reader's language: what people said on a day, or what was changed, which
// leads to the change log.
function Happened({ fact }: { fact: Fact }) {
  const names = useNames();
  if (fact.kind === "annotation")
    return (
      <>
        {wordOf("trends", `cause_${fact.of}`)}
        {fact.note !== null && (
          <>
            {": "}
            <bdi dir="auto">{fact.note}</bdi>
          </>
        )}
      </>
    );
  const said = changedWords(fact.of, fact.fields, names);
  return may("change_read") && fact.link !== null ? <Link href="/changes">{said}</Link> : said;
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
              <When at={fact.at} /> <Happened fact={fact} />
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

const BY = ["topic", "tier", "product_area", "channel"] as const;
const SHOWN_SHARE = 0.005;

type Share = NonNullable<Verdict["contributions"]>[number];

// "none", "other" and "mix" are lines of the server's own; what people call so reads the same.
function shareName({ by, of }: Share): string {
  if (of === "none" || of === "other" || of === "mix") return t(`trends.of_${of}`);
  return by === "channel" ? wordOf("inbox", `channel_${of}`) : of;
}

// By topic, then by customer tier and so on; where there is but one, it says nothing.
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

// Who is to be thanked, and what they said to their name being shown.
function Named({ story }: { story: Story }) {
  const names = useNames();
  if (story.credited.length === 0) return null;
  return (
    <ul aria-label={t("trends.credited")}>
      {story.credited.map(({ teammate, answer }) => (
        <li key={teammate}>
          <bdi>{names.of(teammate)}</bdi>{" "}
          <span className="ek-quiet">{t(`trends.credited_${answer}`)}</span>
        </li>
      ))}
    </ul>
  );
}

function StoryText({ story }: { story: Story }) {
  return (
    <div>
      <h4>{t("trends.story")}</h4>
      <p dir="auto">{story.cause}</p>
      {story.evidence !== null && <p dir="auto">{story.evidence}</p>}
      <p>
        {story.decision !== null && wordOf("trends", `decision_${story.decision}`)}
        {story.credit !== null && (
          <span className="ek-quiet" dir="auto">
            {" · "}
            {story.credit}
          </span>
        )}
      </p>
      <Named story={story} />
    </div>
  );
}

// What is said, how sure one can be of it, and on how much it rests.
function Says({ verdict, said }: { verdict: Verdict; said: Said }) {
  const moves = isMove(verdict);
  const odds = moves ? oddsOf(verdict.odds, verdict.cadence) : null;
  return (
    <>
      <p data-said>{sentenceOf(said)}</p>
      {verdict.crossed && <p className="ek-quiet">{t("trends.crossed")}</p>}
      {verdict.rebased && <p className="ek-quiet">{t("trends.rebased")}</p>}
      {!verdict.crossed && moves && (
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
    <p className="ek-small ek-verdict-measure">
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

export function VerdictFacts({
  verdict,
  series,
  withStory = true,
}: {
  verdict: Verdict;
  series: TrendSeries;
  withStory?: boolean; // not while it is being told
}) {
  const said = saidOf(verdict, series.unit);
  const { tone, shape, word } = markOf(said);
  return (
    <>
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
      {verdict.story !== null && withStory && <StoryText story={verdict.story} />}
    </>
  );
}
