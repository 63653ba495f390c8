// Deadline -- until when an answer was promised, and how near that is: a shape and words beside the
// colour. isBrief: where the column says already that it is a deadline.
import { formatLength, formatWhen, formatWhole } from "../words/format.ts";
import { t } from "../words/words.ts";
import { Mark, type Shape, type Tone } from "./marks.tsx";
import { useNow } from "./time.tsx";

const SOON_MS = 15 * 60_000;

interface Props {
  due: string | null; // null: the clock stands still
  isBrief?: boolean;
}

function lookOf(left: number): [Tone, Shape] {
  if (left < 0) return ["bad", "triangle"];
  return left < SOON_MS ? ["warn", "triangle"] : ["quiet", "ring"];
}

function wordsOf(due: string, left: number): string {
  const length = formatLength(Math.abs(left));
  if (left < 0) return t("common.due_late", { length });
  return left < SOON_MS
    ? t("common.due_in", { length })
    : t("common.due_by", { at: formatWhen(due) });
}

export function Deadline({ due, isBrief = false }: Props) {
  const now = useNow();
  if (due === null)
    return (
      <Mark tone="quiet" shape="bar">
        {t("common.due_paused")}
      </Mark>
    );
  const left = Date.parse(due) - now;
  const [tone, shape] = lookOf(left);
  const words = wordsOf(due, left);
  return (
    <time dateTime={due} title={formatWhole(due)}>
      {isBrief && left >= SOON_MS ? (
        formatWhen(due)
      ) : (
        <Mark tone={tone} shape={shape}>
          {words}
        </Mark>
      )}
    </time>
  );
}
