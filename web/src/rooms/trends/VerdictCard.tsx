// VerdictCard -- what was said of a series at one point, and what people do about it: they have
// seen it, find its story, publish that, watch the change or let what is usual begin anew.
import { useState } from "react";
import { useChange } from "../../feed/cache.ts";
import { useNames } from "../../feed/names.ts";
import { may, me } from "../../feed/session.ts";
import type { TrendSeries, Verdict } from "../../gen/shapes.ts";
import { Button } from "../../parts/Button.tsx";
import { complain, tell } from "../../parts/notices.tsx";
import { isMove, standing } from "../../parts/verdict.ts";
import { VerdictFacts } from "../../parts/VerdictFacts.tsx";
import { formatDate, formatList } from "../../words/format.ts";
import { t } from "../../words/words.ts";
import { NewLimitsDialog, WatchDialog } from "./Decide.tsx";
import { StoryForm } from "./StoryForm.tsx";

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
  if (story === null || verdict.crossed || !isMove(verdict)) return null;
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

export function VerdictCard({ verdict, series }: { verdict: Verdict; series: TrendSeries }) {
  const [isTelling, setTelling] = useState(false);
  return (
    <article className="ek-panel ek-verdict" data-crossed={verdict.crossed || undefined}>
      <VerdictFacts verdict={verdict} series={series} withStory={!isTelling} />
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
          {may("trend_edit") && standing(series)?.id === verdict.id && (
            <Decided verdict={verdict} />
          )}
          <Seen verdict={verdict} />
        </div>
      )}
    </article>
  );
}
