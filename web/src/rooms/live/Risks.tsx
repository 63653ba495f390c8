// Risks -- "Likely to go wrong": conversations that are late or soon will be, that wait long, that
// went from hand to hand or came back. Only what the API says of each; no score.
import { useMemo, useState } from "react";
import { useAnswer } from "../../feed/cache.ts";
import { useNames } from "../../feed/names.ts";
import type { Conversation } from "../../gen/shapes.ts";
import { Button } from "../../parts/Button.tsx";
import { Deadline } from "../../parts/Deadline.tsx";
import { Since } from "../../parts/time.tsx";
import { Loading } from "../../parts/states.tsx";
import { boundWord, say } from "../../why/sentences.ts";
import { t } from "../../words/words.ts";
import type { Board, Waiting } from "./board.ts";
import { Subject } from "./QueueList.tsx";
import type { TeamHere } from "./scope.ts";

export const SOON_MS = 1_800_000;
export const LONG_MS = 3_600_000;
const FEW = 6;
const MOST = 50; // lists that are not virtual end here
const READ = 100;
const MINUTE_MS = 60_000;

export interface Risk {
  id: string;
  title: string | null;
  teammate: string | null;
  due: string | null;
  since: string | null;
  isLate: boolean;
  isSoon: boolean;
  isLong: boolean;
  bound: Waiting["bound"];
  handovers: number;
  reopens: number;
  stranded: boolean;
}

export function riskOf(
  conversation: Conversation | undefined,
  row: Waiting | undefined,
  now: number,
): Risk {
  const due = conversation?.due ?? row?.deadline ?? null;
  const left = due === null ? Infinity : Date.parse(due) - now;
  const since = row?.waiting_since ?? conversation?.waiting_since ?? null;
  return {
    id: conversation?.id ?? row?.conversation ?? "",
    title: conversation?.title ?? null,
    teammate: conversation?.teammate ?? null,
    due,
    since,
    isLate: left < 0,
    isSoon: left >= 0 && left <= SOON_MS,
    isLong: since !== null && now - Date.parse(since) >= LONG_MS,
    bound: row?.bound ?? null,
    handovers: conversation?.counts?.handovers ?? 0,
    reopens: conversation?.counts?.reopens ?? 0,
    stranded: row?.stranded ?? false,
  };
}

// Late first and by the deadline, then due soon, then who waits longest.
export function risksOf(
  conversations: readonly Conversation[],
  rows: readonly Waiting[],
  now: number,
): Risk[] {
  const byId = new Map(conversations.map((each) => [each.id as string, each]));
  const waiting = new Map(rows.map((row) => [row.conversation as string, row]));
  const ids = new Set([...byId.keys(), ...waiting.keys()]);
  const rank = (risk: Risk) =>
    risk.isLate ? 0 : risk.isSoon ? 1 : risk.bound !== null ? 2 : risk.isLong ? 3 : 4;
  const time = (at: string | null) => (at === null ? Infinity : Date.parse(at));
  return [...ids]
    .map((id) => riskOf(byId.get(id), waiting.get(id), now))
    .filter((risk) => rank(risk) < 4 || risk.handovers >= 2 || risk.stranded)
    .sort(
      (a, b) =>
        rank(a) - rank(b) ||
        (rank(a) < 2 ? time(a.due) - time(b.due) : time(a.since) - time(b.since)),
    );
}

function Reasons({ risk }: { risk: Risk }) {
  const names = useNames();
  return (
    <span className="ek-live-facts">
      {risk.due !== null && (risk.isLate || risk.isSoon) && <Deadline due={risk.due} />}
      {risk.since !== null && risk.isLong && (
        <span>
          {t("live.waits")} <Since at={risk.since} />
        </span>
      )}
      {risk.bound !== null && <span>{say(boundWord(risk.bound))}</span>}
      {risk.handovers >= 2 && <span>{t("live.handed_over", { n: risk.handovers })}</span>}
      {risk.reopens > 0 && <span>{t("live.reopened", { n: risk.reopens })}</span>}
      {risk.stranded && <span>{t("live.stranded")}</span>}
      <span className="ek-quiet">
        {risk.teammate === null ? t("live.with_nobody") : <bdi>{names.of(risk.teammate)}</bdi>}
      </span>
    </span>
  );
}

// "and 34 more" opens the list; beyond what a list may hold, the queue and the inbox go on.
function More({
  isAll,
  showAll,
  count,
}: {
  isAll: boolean;
  showAll: (isAll: boolean) => void;
  count: number;
}) {
  const rest = count - (isAll ? MOST : FEW);
  return (
    <div className="ek-row">
      {isAll && rest > 0 && (
        <span className="ek-quiet">{t("live.more_risks_cut", { n: rest })}</span>
      )}
      <Button look="link" aria-expanded={isAll} onPress={() => showAll(!isAll)}>
        {isAll ? t("live.fewer_risks") : t("live.more_risks", { n: rest })}
      </Button>
    </div>
  );
}

export function Risks({
  board,
  teams,
  now,
}: {
  board: Board;
  teams: readonly TeamHere[];
  now: number;
}) {
  const [isAll, showAll] = useState(false);
  const team = teams.map(({ id }) => id);
  const soon = new Date(Math.ceil((now + SOON_MS) / MINUTE_MS) * MINUTE_MS).toISOString();
  const base = { team, state: "open", limit: READ } as const;
  const due = useAnswer(
    "list_conversations",
    { query: { ...base, "due.lt": soon, sort: "due" } },
    { keep: true, enabled: team.length > 0 },
  );
  const long = useAnswer(
    "list_conversations",
    { query: { ...base, "waiting_since.null": false, sort: "waiting_since" } },
    { keep: true, enabled: team.length > 0 },
  );
  const read = useMemo(
    () => [...(due.data?.answer.data ?? []), ...(long.data?.answer.data ?? [])],
    [due.data, long.data],
  );
  const risks = risksOf(read, board.rows, now);
  const isReading = due.data === undefined && long.data === undefined;
  return (
    <section className="ek-panel" aria-labelledby="live-risks">
      <h2 id="live-risks">{t("live.risks")}</h2>
      {isReading && due.error === null && <Loading />}
      {!isReading && risks.length === 0 && <p className="ek-quiet">{t("live.no_risks")}</p>}
      <ul className={`ek-live-list${isAll ? " ek-live-scroll" : ""}`}>
        {risks.slice(0, isAll ? MOST : FEW).map((risk) => (
          <li key={risk.id} className="ek-live-risk">
            <Subject id={risk.id} title={risk.title} />
            <Reasons risk={risk} />
          </li>
        ))}
      </ul>
      {risks.length > FEW && <More {...{ isAll, showAll }} count={risks.length} />}
    </section>
  );
}
