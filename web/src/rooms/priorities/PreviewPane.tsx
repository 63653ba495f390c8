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
import { named } from "../../why/sentences.ts";
import { useTitles, type Titles } from "../../why/titles.ts";
import { movers, type Mover } from "./draft.ts";

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

function Line({
  mover,
  row,
  bound,
  names,
  titles,
  isTrying,
}: {
  mover: Mover;
  row: QueueRow;
  bound: string | null;
  names: Names;
  titles: Titles;
  isTrying: boolean;
}) {
  return (
    <li className="ek-priorities-row" data-id={row.conversation}>
      <span className="ek-number ek-quiet">{formatNumber(row.place)}</span>
      <span className="ek-priorities-what">
        <bdi>{titles.get(row.conversation) ?? row.conversation}</bdi>
        <span className="ek-quiet ek-small">
          <bdi>{names.of(row.team)}</bdi> · <bdi className="ek-code">{row.conversation}</bdi>
        </span>
      </span>
      {bound !== null && <Badge tone="accent">{t("priorities.raised")}</Badge>}
      {isTrying && <MoveMark mover={mover} />}
    </li>
  );
}

function useShown(preview: SettingsPreview, queue: Queue) {
  return useMemo(() => {
    const known = queue.data.length > 0 ? queue.data : preview.queue_before;
    const bounds = new Map(queue.data.map((row) => [row.conversation as string, row.bound]));
    return { moved: movers(known, preview.queue_after), bounds };
  }, [preview, queue]);
}

export function PreviewPane({
  preview,
  queue,
  isTrying,
}: {
  preview: SettingsPreview;
  queue: Queue;
  isTrying: boolean;
}) {
  const names = useNames();
  const { moved, bounds } = useShown(preview, queue);
  const { queue_after: after, effect } = preview;
  const ids = useMemo(
    () => [
      ...after.map((row) => row.conversation),
      ...effect.moves.map((move) => move.conversation),
    ],
    [after, effect],
  );
  const titles = useTitles(ids);
  const n = moved.filter(({ from, place }) => from !== place).length;
  const total = queue.page.total ?? queue.data.length;
  return (
    <div className="ek-stack">
      <p role="status">
        {isTrying
          ? t("priorities.n_move", { n, of: formatNumber(after.length) })
          : t("priorities.as_it_stands", { n: total })}
      </p>
      {isTrying && <AtOnce {...{ effect, names, titles }} />}
      {isTrying && <Warnings {...{ effect, names }} />}
      <ol className="ek-priorities-queue" tabIndex={0} aria-label={t("priorities.tried_queue")}>
        {after.map((row, index) => {
          const mover = moved[index];
          return mover === undefined ? null : (
            <Line
              key={row.conversation}
              bound={bounds.get(row.conversation) ?? null}
              {...{ mover, row, names, titles, isTrying }}
            />
          );
        })}
      </ol>
      {total > after.length && (
        <p className="ek-quiet ek-small">
          {t("priorities.first_shown", {
            shown: formatNumber(after.length),
            of: formatNumber(total),
          })}
        </p>
      )}
    </div>
  );
}
