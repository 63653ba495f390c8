// StoriesView -- what went well, as the team tells it: published stories, found by their words,
// with the names of those who agreed, each by oneself. Leads also find what nobody has told yet,
// and what was told and not published.
import { useState } from "react";
import { Link, useSearchParams } from "wouter";
import { useAnswer, useChange } from "../../feed/cache.ts";
import { useNames } from "../../feed/names.ts";
import { may } from "../../feed/session.ts";
import type { TeamId } from "../../gen/ids.ts";
import type { SharedStory, Verdict } from "../../gen/shapes.ts";
import { Button } from "../../parts/Button.tsx";
import { SearchField, Select } from "../../parts/fields.tsx";
import { Mark } from "../../parts/marks.tsx";
import { complain } from "../../parts/notices.tsx";
import { Empty, Ready } from "../../parts/states.tsx";
import { TrendLine } from "../../parts/TrendLine.tsx";
import {
  markOf,
  metricName,
  sentenceOf,
  trendPath,
  unitOf,
  untilLooked,
} from "../../parts/verdict.ts";
import "../../parts/verdict.css";
import { formatDate, formatDay, formatFigure, formatList } from "../../words/format.ts";
import { t, wordOf } from "../../words/words.ts";

const ALL = "all";
const WORDS_MOST = 200; // as the server bounds them

type Told = Omit<SharedStory, "published_at" | "mine" | "names"> & { readonly crossed?: boolean };

// A told verdict, as a story that is not published.
function toldOf(verdict: Verdict): Told[] {
  const { story } = verdict;
  return story === null ? [] : [{ ...verdict, ...story, verdict: verdict.id }];
}

// Whether one's own name may stand here: asked once, said again at any time.
function MyName({ story }: { story: SharedStory }) {
  const name = useChange("name_in_story", ["list_shared_stories", "get_trend_series"]);
  const say = (shown: boolean) => () =>
    name.mutate({ params: { id: story.verdict }, body: { shown } }, { onError: complain });
  if (story.mine === null) return null;
  return (
    <div className="ek-row" data-mine={story.mine}>
      <span>{t(`trends.mine_${story.mine}`)}</span>
      {story.mine !== "yes" && (
        <Button isDisabled={name.isPending} onPress={say(true)}>
          {t("trends.name_show")}
        </Button>
      )}
      {story.mine !== "no" && (
        <Button isDisabled={name.isPending} onPress={say(false)}>
          {t("trends.name_hide")}
        </Button>
      )}
    </div>
  );
}

function Text({ told }: { told: Told }) {
  const names = useNames();
  const unit = unitOf(told.unit);
  const { tone, shape, word } = markOf({
    ...told,
    state: "shift",
    since: told.start,
    points: 0,
    odds: null,
  });
  return (
    <>
      <h3>
        <Link href={trendPath(told)}>{metricName(told.metric)}</Link>{" "}
        <bdi className="ek-quiet">{names.of(told.team)}</bdi>
      </h3>
      <p>
        <Mark tone={tone} shape={shape}>
          {word}
        </Mark>{" "}
        {told.was !== null && told.is !== null && (
          <strong data-said>
            {t("trends.was_is", {
              was: formatFigure(unit, told.was),
              is: formatFigure(unit, told.is),
            })}
          </strong>
        )}{" "}
        <span className="ek-quiet">{t("trends.story_since", { date: formatDay(told.start) })}</span>
      </p>
      {told.crossed && <p className="ek-quiet">{t("trends.story_crossed")}</p>}
      <p dir="auto">{told.cause}</p>
      {told.evidence !== null && (
        <p className="ek-quiet" dir="auto">
          {told.evidence}
        </p>
      )}
      {told.decision !== null && <p>{wordOf("trends", `decision_${told.decision}`)}</p>}
    </>
  );
}

function Shared({ story }: { story: SharedStory }) {
  const names = useNames();
  return (
    <li className="ek-panel ek-verdict" data-story={story.verdict}>
      <Text told={story} />
      <p className="ek-quiet ek-small">
        {story.names.length > 0 &&
          `${t("trends.thanks_to", { names: formatList(story.names.map(names.of)) })} `}
        {t("trends.published_on", { date: formatDate(story.published_at) })}
      </p>
      <MyName story={story} />
    </li>
  );
}

type Asked = { team?: TeamId; q?: string };

function Published({ asked }: { asked: Asked }) {
  const list = useAnswer("list_shared_stories", { query: asked }, { keep: true });
  return (
    <Ready of={list}>
      {({ answer: { data } }) =>
        data.length === 0 ? (
          <Empty
            title={t(asked.q === undefined ? "trends.stories_none" : "trends.stories_not_found")}
          >
            {asked.q === undefined && t("trends.stories_none_means")}
          </Empty>
        ) : (
          <ul className="ek-stack" aria-label={t("trends.stories")}>
            {data.map((story) => (
              <Shared key={story.verdict} story={story} />
            ))}
          </ul>
        )
      }
    </Ready>
  );
}

// What nobody has found yet: each leads to its chart, where the story is told.
function ToFind({ verdict }: { verdict: Verdict }) {
  const names = useNames();
  const said = { ...verdict, state: verdict.kind, since: verdict.start };
  const under = (
    <span className="ek-quiet ek-small">
      <bdi>{names.of(verdict.team)}</bdi>
      {" · "}
      {wordOf("trends", `cadence_${verdict.cadence}`)}
    </span>
  );
  return (
    <TrendLine of={verdict} under={under} mark={markOf(said)} opens={verdict.id}>
      <span className="ek-trends-says">{sentenceOf(said)}</span>
    </TrendLine>
  );
}

// Words are searched in stories; what has none is found without them.
function Open({ asked }: { asked: Asked }) {
  const { team } = asked;
  const query = { state: "open" as const, ...(team === undefined ? {} : { team }) };
  const list = useAnswer("list_stories", { query }, { keep: true, everyMs: untilLooked });
  const open = list.data?.answer.data ?? [];
  if (open.length === 0 || asked.q !== undefined) return null;
  return (
    <section className="ek-panel" aria-labelledby="stories-open">
      <div>
        <h2 id="stories-open">{t("trends.stories_open")}</h2>
        <p className="ek-quiet ek-trends-means">{t("trends.stories_open_means")}</p>
      </div>
      <ul className="ek-trends-list">
        {open.map((verdict) => (
          <ToFind key={verdict.id} verdict={verdict} />
        ))}
      </ul>
    </section>
  );
}

// What leads know beside that: told, and read by nobody else: not yet, or no more.
function Unpublished({ asked }: { asked: Asked }) {
  const list = useAnswer("list_stories", { query: { ...asked, state: "told" } }, { keep: true });
  const told = (list.data?.answer.data ?? [])
    .filter(({ story, crossed }) => story?.published_at === null || crossed)
    .flatMap(toldOf);
  if (told.length === 0) return null;
  return (
    <section className="ek-stack" aria-labelledby="stories-told">
      <h2 id="stories-told">{t("trends.stories_told")}</h2>
      <p className="ek-quiet">{t("trends.stories_told_means")}</p>
      <ul className="ek-stack">
        {told.map((one) => (
          <li
            key={one.verdict}
            className="ek-panel ek-verdict"
            data-told={one.verdict}
            data-crossed={one.crossed || undefined}
          >
            <Text told={one} />
          </li>
        ))}
      </ul>
    </section>
  );
}

export function StoriesView() {
  const names = useNames();
  const [search, setSearch] = useSearchParams();
  const [words, setWords] = useState(search.get("q") ?? "");
  const team = search.get("team") ?? ALL;
  const choose = (id: string) =>
    setSearch(id === ALL ? new URLSearchParams() : new URLSearchParams({ team: id }));
  const q = words.trim();
  const asked: Asked = {
    ...(team === ALL ? {} : { team: team as TeamId }),
    ...(q === "" ? {} : { q }),
  };
  return (
    <>
      <Link href="/trends">{t("trends.back")}</Link>
      <h2>{t("trends.stories")}</h2>
      <p className="ek-quiet">{t("trends.stories_means")}</p>
      <div className="ek-row ek-trends-asked">
        <Select
          label={t("common.team")}
          choices={[
            { id: ALL, label: t("trends.all_teams") },
            ...names.teams.map(({ id, name }) => ({ id, label: name })),
          ]}
          value={team}
          onChange={choose}
        />
        <SearchField
          label={t("trends.stories_search")}
          isLabelHidden={false}
          maxLength={WORDS_MOST}
          value={words}
          onChange={setWords}
        />
      </div>
      {may("story_read") && <Open asked={asked} />}
      <Published asked={asked} />
      {may("story_read") && <Unpublished asked={asked} />}
    </>
  );
}
