// QueueList -- what waits, in the order used. Each row: place, priority, what it is, until when it
// should be answered, what holds it, why; and on the spot: give it to somebody, look in.
import { useState } from "react";
import { Link } from "react-aria-components";
import { UserPlus } from "lucide-react";
import { may } from "../../feed/session.ts";
import { IconButton } from "../../parts/Button.tsx";
import { Deadline } from "../../parts/Deadline.tsx";
import { useHand, useHeldRows } from "../../parts/held_rows.ts";
import { Mark, PriorityMark } from "../../parts/marks.tsx";
import { Name } from "../../parts/Name.tsx";
import { Since, When } from "../../parts/time.tsx";
import { WhyWaiting } from "../../why/Why.tsx";
import { say, testBrief } from "../../why/sentences.ts";
import { useTitles } from "../../why/titles.ts";
import { formatNumber } from "../../words/format.ts";
import { t } from "../../words/words.ts";
import type { Board, Waiting } from "./board.ts";
import { Assign } from "../../why/Assign.tsx";
import { Moved } from "./Moved.tsx";
import { filterRows, useFilter } from "./Tiles.tsx";

const SHOWN = 50; // lists that are not virtual end here; the queue's own screen goes on

export function Subject({ id, title }: { id: string; title: string | null | undefined }) {
  return (
    <Link href={`/inbox/all/${id}`} className="ek-live-subject">
      {title !== null && title !== undefined && title !== "" && <bdi dir="auto">{title} </bdi>}
      <bdi className="ek-code ek-quiet">{id}</bdi>
    </Link>
  );
}

function Held({ row }: { row: Waiting }) {
  return (
    <span className="ek-quiet">
      {row.stranded && (
        <Mark tone="warn" shape="ring">
          {t("live.stranded")}
        </Mark>
      )}
      {!row.stranded &&
        row.main_test !== null &&
        t("live.held_up", { why: say(testBrief(row.main_test)) })}
    </span>
  );
}

interface RowProps {
  row: Waiting;
  isGone: boolean;
  title: string | null | undefined;
  withTeam: boolean;
  give: (row: Waiting) => void;
}

function Row({ row, isGone, title, withTeam, give }: RowProps) {
  const id = row.conversation;
  return (
    <li className="ek-live-row" data-gone={isGone || undefined} data-id={id}>
      <span className="ek-live-place ek-number">{formatNumber(row.place)}</span>
      <div className="ek-live-what">
        <Subject id={id} title={title} />
        <span className="ek-live-facts">
          <PriorityMark priority={row.priority} />
          {row.deadline !== null && <Deadline due={row.deadline} />}
          {row.waiting_since !== null && (
            <span className="ek-quiet">
              {t("live.waits")} <Since at={row.waiting_since} />
            </span>
          )}
          {withTeam && (
            <span className="ek-quiet">
              <Name id={row.team} />
            </span>
          )}
          {isGone ? <span>{t("live.gone")}</span> : <Held row={row} />}
        </span>
      </div>
      {!isGone && (
        <span className="ek-live-acts">
          <WhyWaiting conversation={id} about={title ?? id} />
          {may("conversation_assign") && (
            <IconButton label={t("live.give_this", { id })} onPress={() => give(row)}>
              <UserPlus className="ek-icon" aria-hidden />
            </IconButton>
          )}
        </span>
      )}
    </li>
  );
}

function Nothing({ board, isFiltered }: { board: Board; isFiltered: boolean }) {
  if (isFiltered && board.rows.length > 0)
    return <p className="ek-quiet">{t("live.none_of_filter")}</p>;
  return (
    <p className="ek-quiet">
      {t("live.nothing_waits")}
      {board.at !== null && (
        <>
          {" "}
          <When at={board.at} />
        </>
      )}
    </p>
  );
}

export function QueueList({
  board,
  now,
  withTeam,
  team,
}: {
  board: Board;
  now: number;
  withTeam: boolean;
  team: string;
}) {
  const [filter] = useFilter();
  const [given, give] = useState<Waiting | null>(null);
  const rows = filterRows(board.rows, filter, now);
  const hand = useHand();
  const held = useHeldRows(rows, (row) => row.conversation, hand.isHeld);
  const shown = held.rows.slice(0, SHOWN);
  const titles = useTitles(shown.map(({ row }) => row.conversation));
  const more = (filter === null ? (board.total ?? 0) : rows.length) - shown.length;
  return (
    <section className="ek-panel ek-live-queue" aria-labelledby="live-queue" {...hand.watch}>
      <div className="ek-live-head">
        <h2 id="live-queue" tabIndex={-1}>
          {t("live.queue")}
        </h2>
        <Moved held={held} />
      </div>
      {shown.length === 0 ? (
        <Nothing board={board} isFiltered={filter !== null} />
      ) : (
        <ol className="ek-live-list ek-live-scroll">
          {shown.map(({ row, isGone }) => (
            <Row
              key={row.conversation}
              {...{ row, isGone, withTeam, give }}
              title={titles.get(row.conversation)}
            />
          ))}
        </ol>
      )}
      {more > 0 && (
        <p>
          {t("live.and_more", { n: more })}{" "}
          <Link href={`/queue${team === "" ? "" : `?team=${team}`}`}>{t("live.whole_queue")}</Link>
        </p>
      )}
      <Assign
        row={given}
        title={titles.get(given?.conversation ?? "") ?? given?.conversation ?? ""}
        onClose={() => give(null)}
      />
    </section>
  );
}
