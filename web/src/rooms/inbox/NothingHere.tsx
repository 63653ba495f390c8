// NothingHere -- an empty list: why nothing comes now, what waits, and taking the next one where
// that is the way.
import { useState } from "react";
import { age, useAnswer } from "../../feed/cache.ts";
import { call } from "../../feed/http.ts";
import { useNames } from "../../feed/names.ts";
import { me } from "../../feed/session.ts";
import { Button } from "../../parts/Button.tsx";
import { complain, tell } from "../../parts/notices.tsx";
import { Empty } from "../../parts/states.tsx";
import { WhyNothing } from "../../why/Why.tsx";
import { t } from "../../words/words.ts";
import { useInbox } from "./address.ts";
import { useQueue } from "./rows.ts";
import { myTeams } from "./views.ts";

// Whether a team of mine gives out work by hand.
export function useIsManual(): boolean {
  const teams = useAnswer("list_teams", { query: { limit: 500 } }).data?.answer.data ?? [];
  const mine = new Set(myTeams());
  return teams.some((team) => mine.has(team.id) && team.method === "manual");
}

export function TakeNext() {
  const { turnTo } = useInbox();
  const [isBusy, setBusy] = useState(false);
  const take = async () => {
    setBusy(true);
    try {
      const { answer } = await call("take_next");
      age(["list_conversations", "list_queue", "get_my_load"]);
      if (answer.conversation === null) tell(t("inbox.nothing_to_take"));
      else turnTo(answer.conversation);
    } catch (error) {
      complain(error as Error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Button look="main" isDisabled={isBusy} onPress={() => void take()}>
      {t("inbox.take_next")}
    </Button>
  );
}

function Waiting() {
  const queue = useQueue(true);
  const names = useNames();
  const counts = new Map<string, number>();
  for (const row of queue.values()) counts.set(row.team, (counts.get(row.team) ?? 0) + 1);
  const mine = myTeams().filter((team) => (counts.get(team) ?? 0) > 0);
  if (mine.length === 0) return <p>{t("inbox.nothing_waits")}</p>;
  return (
    <ul className="ek-stack">
      {mine.map((team) => (
        <li key={team}>
          <bdi>{names.of(team)}</bdi>: {t("inbox.waiting", { count: counts.get(team) ?? 0 })}
        </li>
      ))}
    </ul>
  );
}

export function NothingHere({ view }: { view: string }) {
  const isManual = useIsManual();
  const isOwn = view === "mine";
  const hasTeam = me().teams.some((each) => each.level !== null);
  return (
    <Empty
      title={isOwn ? t("inbox.none_mine") : t("inbox.none_here")}
      action={
        <>
          {isOwn && hasTeam && <WhyNothing self label={t("inbox.why_nothing")} />}
          {isManual && <TakeNext />}
        </>
      }
    >
      {isOwn ? t("inbox.none_mine_text") : t("inbox.none_here_text")}
    </Empty>
  );
}

// Where a conversation would be, while none is open: what waits.
export function NoneOpen() {
  return (
    <div className="ek-inbox-none ek-quiet">
      <h2>{t("inbox.nothing_open")}</h2>
      <Waiting />
    </div>
  );
}
