// Waits -- what waits for me alone or as who leads: a talk that was prepared for me, what a miss
// has put on an agenda, a change that I said I would look at again, changes whose story nobody has
// found yet, low scores that my teams look after. Each leads to where it is dealt with; where
// nothing waits there is no panel, and nothing is counted of anybody.
import type { ReactNode } from "react";
import { Link } from "wouter";
import { useAnswer } from "../../feed/cache.ts";
import { leadsTeam, may, me } from "../../feed/session.ts";
import type { AgendaItem, Followup, Verdict } from "../../gen/shapes.ts";
import { Mark } from "../../parts/marks.tsx";
import { Name } from "../../parts/Name.tsx";
import { When } from "../../parts/time.tsx";
import { markOf, metricName, trendPath, untilLooked } from "../../parts/verdict.ts";
import { formatDay } from "../../words/format.ts";
import { t, wordOf } from "../../words/words.ts";
import { Panel } from "./Panel.tsx";

const SHOWN = 5; // of each kind; behind them stands the way to all
const MOST = 100;

function Line({ to, says, children }: { to: string; says: string; children: ReactNode }) {
  return (
    <li className="ek-me-item">
      <Link href={to}>{says}</Link>
      {children}
    </li>
  );
}

function AgendaLine({ item }: { item: AgendaItem }) {
  const metric = metricName((item.sheet as { metric?: string } | null)?.metric ?? "");
  const isMine = item.teammate === me().id;
  const to = item.team === null ? "/targets" : `/targets?team=${item.team}`;
  return (
    <Line to={to} says={t(isMine ? "me.waits_talk" : "me.waits_agenda", { metric })}>
      {!isMine && (
        <span className="ek-quiet">
          <Name id={item.team ?? item.teammate} />
        </span>
      )}
      <span className="ek-quiet">
        <When at={item.created_at} />
      </span>
    </Line>
  );
}

function WatchLine({ verdict }: { verdict: Verdict }) {
  const says = t("me.waits_watch", { metric: metricName(verdict.metric) });
  return (
    <Line to={trendPath(verdict)} says={says}>
      <span className="ek-quiet">
        <Name id={verdict.team} />
      </span>
      <span className="ek-quiet">{formatDay(verdict.watch?.until ?? verdict.date)}</span>
    </Line>
  );
}

function StoryLine({ verdict }: { verdict: Verdict }) {
  const said = { ...verdict, state: verdict.kind, since: verdict.start };
  const { tone, shape, word } = markOf(said);
  const says = t("me.waits_story", { metric: metricName(verdict.metric) });
  return (
    <Line to={trendPath(verdict)} says={says}>
      <Mark tone={tone} shape={shape}>
        {word}
      </Mark>
      <span className="ek-quiet">
        <Name id={verdict.team} />
      </span>
      <span className="ek-quiet">{formatDay(verdict.start)}</span>
    </Line>
  );
}

function FollowupLine({ followup }: { followup: Followup }) {
  const form = wordOf("surveys", `form_${followup.form}`);
  return (
    <Line to="/surveys" says={t("me.waits_followup", { form })}>
      <span className="ek-quiet">
        <Name id={followup.team} />
      </span>
      <span className="ek-quiet">
        <When at={followup.opened_at} />
      </span>
    </Line>
  );
}

// A person's talk is theirs; a lead reads it when the person had their day with it.
function isForMe(item: AgendaItem): boolean {
  if (item.teammate === me().id) return true;
  return may("agenda_edit") && (item.team === null || leadsTeam(item.team));
}

function useAgenda(): AgendaItem[] {
  const query = { state: "open" as const, limit: MOST };
  const items = useAnswer("list_agenda", { query }, { enabled: may("agenda_read") });
  const mine = (items.data?.answer.data ?? []).filter(isForMe);
  const talks = mine.filter(({ teammate }) => teammate === me().id);
  return [...talks, ...mine.filter((item) => !talks.includes(item))];
}

function useWatches(): Verdict[] {
  const list = useAnswer("get_watch_list", {}, { enabled: may("story_read") });
  const all = list.data?.answer.data ?? [];
  return all.filter(({ watch }) => watch !== null && watch.due && watch.owner === me().id);
}

function useStories(): Verdict[] {
  const query = { state: "open" as const };
  const list = useAnswer(
    "list_stories",
    { query },
    { enabled: may("trend_edit"), everyMs: untilLooked },
  );
  return matters(list.data?.answer.data ?? []);
}

function useFollowups(): readonly Followup[] {
  const query = { state: "open" as const, limit: MOST };
  const list = useAnswer("list_followups", { query }, { enabled: may("followup_close") });
  return list.data?.answer.data ?? [];
}

// By day and by week the same metric of a team is one matter: the newest speaks for it.
function matters(stories: readonly Verdict[]): Verdict[] {
  const isSame = (a: Verdict, b: Verdict) => a.team === b.team && a.metric === b.metric;
  return stories.filter((one, at) => stories.findIndex((each) => isSame(each, one)) === at);
}

function More({ of, to, says }: { of: readonly unknown[]; to: string; says: string }) {
  if (of.length <= SHOWN) return null;
  return (
    <li className="ek-me-item">
      <Link href={to}>{says}</Link>
    </li>
  );
}

export function Waits() {
  const agenda = useAgenda();
  const watches = useWatches();
  const stories = useStories();
  const followups = useFollowups();
  if ([agenda, watches, stories, followups].every((each) => each.length === 0)) return null;
  return (
    <Panel title={t("me.waits")} says={t("me.waits_say")}>
      <ul className="ek-me-list">
        {agenda.slice(0, SHOWN).map((item) => (
          <AgendaLine key={item.id} item={item} />
        ))}
        <More of={agenda} to="/targets" says={t("me.waits_agenda_all")} />
        {watches.slice(0, SHOWN).map((verdict) => (
          <WatchLine key={`watch ${verdict.id}`} verdict={verdict} />
        ))}
        <More of={watches} to="/trends" says={t("me.waits_watch_all")} />
        {stories.slice(0, SHOWN).map((verdict) => (
          <StoryLine key={verdict.id} verdict={verdict} />
        ))}
        <More of={stories} to="/trends/stories" says={t("me.waits_story_all")} />
        {followups.slice(0, SHOWN).map((followup) => (
          <FollowupLine key={followup.id} followup={followup} />
        ))}
        <More of={followups} to="/surveys" says={t("me.waits_followup_all")} />
      </ul>
    </Panel>
  );
}
