// PreviewPane -- the queue as it would stand with the order being tried: who moves up and down,
// what goes to somebody at once, who could get no more. Without a change it is the queue as it
// stands.
import { useMemo } from "react";
import { ArrowDown, ArrowUp, Equal } from "lucide-react";
import { useNames, type Names } from "../../feed/names.ts";
import type { Effect, Queue, QueueRow, SettingsPreview } from "../../gen/shapes.ts";
import { Badge, Mark } from "../../parts/marks.tsx";
import { formatNumber } from "../../words/format.ts";
import { t } from "../../words/words.ts";
import { named, orderKeyWord, say } from "../../why/sentences.ts";
import { useTitles, type Titles } from "../../why/titles.ts";
import { movers, type Mover } from "./draft.ts";
import { MOST_ROWS, useQueueNow } from "./useOrder.ts";

function MoveMark({ mover }: { mover: Mover }) {
  const { from, place } = mover;
  if (from === place)
    return (
      <span className="ek-priorities-move ek-quiet">
        <Equal className="ek-icon" aria-hidden />
        <span className="ek-hidden">{t("priorities.stays")}</span>
      </span>
    );
  const isUp = from === null || from > place;
  const n = from === null ? 0 : Math.abs(from - place);
  const Icon = isUp ? ArrowUp : ArrowDown;
  return (
    <span className="ek-priorities-move" data-up={isUp}>
      <Icon className="ek-icon" aria-hidden />
      {from === null
        ? t("priorities.up_far")
        : isUp
          ? t("priorities.up_by", { n })
          : t("priorities.down_by", { n })}
    </span>
  );
}

// What would be given out at once: it leaves the queue.
function AtOnce({ effect, names, titles }: { effect: Effect; names: Names; titles: Titles }) {
  const others = effect.moves_others ?? 0;
  const n = effect.moves.length + others;
  if (n === 0) return <p className="ek-quiet">{t("priorities.at_once_none")}</p>;
  return (
    <div>
      <p>
        <strong>{t("priorities.at_once", { n })}</strong>
      </p>
      <ul className="ek-priorities-at-once">
        {effect.moves.map((move) => (
          <li key={move.conversation}>
            <bdi>{titles.get(move.conversation) ?? move.conversation}</bdi>{" "}
            {typeof move.to === "string" &&
              t("priorities.goes_to", { name: named(move.to, names) })}
          </li>
        ))}
      </ul>
    </div>
  );
}

function Warnings({ effect, names }: { effect: Effect; names: Names }) {
  const shut = effect.ineligible.length + (effect.ineligible_others ?? 0);
  return (
    <>
      {shut > 0 && (
        <Mark tone="warn" shape="triangle">
          {t("priorities.ineligible", { n: shut })}
        </Mark>
      )}
      {effect.deserted.map((team) => (
        <Mark key={team} tone="warn" shape="triangle">
          {t("priorities.deserted", { team: named(team, names) })}
        </Mark>
      ))}
    </>
  );
}

// What put it before the next one; a bound has a badge of its own.
function Decided({ by }: { by: string | null }) {
  if (by === null || by === "overtake_max" || by === "wait_max_ms") return null;
  return <> · {t("priorities.decides", { key: say(orderKeyWord(by)) })}</>;
}

function Line({
  mover,
  row,
  names,
  titles,
}: {
  mover: Mover | null;
  row: QueueRow;
  names: Names;
  titles: Titles;
}) {
  return (
    <li className="ek-priorities-row" data-id={row.conversation}>
      <span className="ek-number ek-quiet">{formatNumber(row.place)}</span>
      <span className="ek-priorities-what">
        <bdi>{titles.get(row.conversation) ?? row.conversation}</bdi>
        <span className="ek-quiet ek-small">
          <bdi>{names.of(row.team)}</bdi> · <bdi className="ek-code">{row.conversation}</bdi>
          <Decided by={row.decided_by} />
        </span>
      </span>
      {row.bound !== null && <Badge tone="accent">{t("priorities.raised")}</Badge>}
      {mover !== null && <MoveMark mover={mover} />}
    </li>
  );
}

function Rows({
  rows,
  moved,
  total,
}: {
  rows: readonly QueueRow[];
  moved: readonly Mover[] | null;
  total: number;
}) {
  const names = useNames();
  const titles = useTitles(useMemo(() => rows.map((row) => row.conversation), [rows]));
  return (
    <>
      <ol className="ek-priorities-queue" tabIndex={0} aria-label={t("priorities.tried_queue")}>
        {rows.map((row, index) => (
          <Line key={row.conversation} mover={moved?.[index] ?? null} {...{ row, names, titles }} />
        ))}
      </ol>
      {total > rows.length && (
        <p className="ek-quiet ek-small">
          {t("priorities.first_shown", {
            shown: formatNumber(rows.length),
            of: formatNumber(total),
          })}
        </p>
      )}
    </>
  );
}

export function NowQueue({ queue }: { queue: Queue }) {
  const total = queue.page.total ?? queue.data.length;
  return (
    <div className="ek-stack">
      <p role="status">{t("priorities.as_it_stands", { n: total })}</p>
      <Rows rows={queue.data} moved={null} total={total} />
    </div>
  );
}

export function TriedQueue({ preview }: { preview: SettingsPreview }) {
  const names = useNames();
  const { queue_before: before, queue_after: after, effect } = preview;
  const moved = useMemo(() => movers(before, after), [before, after]);
  const titles = useTitles(
    useMemo(() => effect.moves.map((move) => move.conversation), [effect.moves]),
  );
  const n = moved.filter(({ from, place }) => from !== place).length;
  const waiting = useQueueNow().data?.answer.page.total ?? 0;
  return (
    <div className="ek-stack">
      <p role="status">{t("priorities.n_move", { n, of: formatNumber(after.length) })}</p>
      <AtOnce {...{ effect, names, titles }} />
      <Warnings {...{ effect, names }} />
      <Rows rows={after} moved={moved} total={after.length < MOST_ROWS ? after.length : waiting} />
    </div>
  );
}
