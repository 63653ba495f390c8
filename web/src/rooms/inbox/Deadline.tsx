// Deadline -- the nearest promise to the contact, and how near: a shape and a word beside the
// colour.
import type { Conversation } from "../../gen/shapes.ts";
import { Mark } from "../../parts/marks.tsx";
import { useNow } from "../../parts/time.tsx";
import { formatLength, formatWhen, formatWhole } from "../../words/format.ts";
import { t } from "../../words/words.ts";

const SOON_MS = 15 * 60_000;

export interface Target {
  due: string | null;
  isPaused: boolean;
}

// The earliest that is still open, whatever it comes from; null when nothing was promised.
export function nearestTarget({ due, sla }: Conversation): Target | null {
  if (due !== null && due !== undefined) return { due, isPaused: false };
  return (sla ?? []).some(({ status }) => status === "paused")
    ? { due: null, isPaused: true }
    : null;
}

export function Deadline({ due, isPaused }: Target) {
  const now = useNow();
  if (isPaused || due === null)
    return (
      <Mark tone="quiet" shape="bar">
        {t("inbox.due_paused")}
      </Mark>
    );
  const left = Date.parse(due) - now;
  const length = formatLength(Math.abs(left));
  return (
    <time dateTime={due} title={formatWhole(due)}>
      {left < 0 ? (
        <Mark tone="bad" shape="cross">
          {t("inbox.due_late", { length })}
        </Mark>
      ) : left < SOON_MS ? (
        <Mark tone="warn" shape="triangle">
          {t("inbox.due_in", { length })}
        </Mark>
      ) : (
        <Mark tone="quiet" shape="ring">
          {t("inbox.due_by", { at: formatWhen(due) })}
        </Mark>
      )}
    </time>
  );
}
