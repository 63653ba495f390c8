// VerdictCard -- what was said of a series at one point: since when, by how much, how sure one can
// be, what happened in the days before, where it came from, and the story that people found.
import { useState } from "react";
import { useChange } from "../../feed/cache.ts";
import { useNames } from "../../feed/names.ts";
import { may, me } from "../../feed/session.ts";
import type { TrendSeries, Verdict } from "../../gen/shapes.ts";
import { Button } from "../../parts/Button.tsx";
import { Mark } from "../../parts/marks.tsx";
import { complain } from "../../parts/notices.tsx";
import { When } from "../../parts/time.tsx";
import { formatDay, formatFigure, formatList } from "../../words/format.ts";
import { t, wordOf } from "../../words/words.ts";
import { StoryForm, StoryText } from "./StoryForm.tsx";
import { markOf, oddsOf, sentenceOf, type Said } from "./sentence.ts";

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

function From({ verdict }: { verdict: Verdict }) {
  const from = verdict.contributions ?? [];
  if (from.length === 0) return null;
  return (
    <div>
      <h4>{t("trends.contributions")}</h4>
      <ul>
        {from.map(({ by, of, share }) => (
          <li key={`${by} ${of}`}>
            {t("trends.share_of", { name: of, share: formatFigure("share", share) })}
          </li>
        ))}
      </ul>
    </div>
  );
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

export function VerdictCard({ verdict, series }: { verdict: Verdict; series: TrendSeries }) {
  const [isTelling, setTelling] = useState(false);
  const said = saidOf(verdict, series.unit);
  const { tone, shape, word } = markOf(said);
  const odds = oddsOf(verdict.odds, verdict.cadence);
  return (
    <article className="ek-panel ek-trends-card" data-crossed={verdict.crossed || undefined}>
      <h3>
        <Mark tone={tone} shape={shape}>
          {word}
        </Mark>{" "}
        <span className="ek-quiet">{formatDay(verdict.date)}</span>
      </h3>
      <p>{verdict.crossed ? t("trends.crossed") : sentenceOf(said)}</p>
      {odds !== null && <p className="ek-quiet">{odds}</p>}
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
          <Seen verdict={verdict} />
        </div>
      )}
    </article>
  );
}
