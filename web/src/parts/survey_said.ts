// said -- a survey in words: whom it asks, when, on what scale.
import type { Survey } from "../gen/shapes.ts";
import { formatLength, formatNumber, formatPermille } from "../words/format.ts";
import { t } from "../words/words.ts";

export type Form = Survey["form"];
export const FORMS: readonly Form[] = ["nps", "csat", "ces"];

const SCALES: Record<Form, readonly [least: number, most: number]> = {
  nps: [0, 10],
  csat: [1, 5],
  ces: [1, 7],
};
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

export function scaleOf(form: Form): readonly number[] {
  const [least, most] = SCALES[form];
  return Array.from({ length: most - least + 1 }, (_, step) => least + step);
}

// "4 of 5"
export function scoreOf(form: Form, score: number): string {
  return t("surveys.score_of", {
    score: formatNumber(score),
    most: formatNumber(SCALES[form][1]),
  });
}

// "50 % of what fits, 1 h after the close, 7 days to answer"
export function sampledOf(
  survey: Pick<Survey, "fraction" | "delay_minutes" | "window_days">,
): string {
  const { fraction, delay_minutes, window_days } = survey;
  const facts = {
    share: formatPermille(fraction),
    window: formatLength(window_days * DAY_MS),
  };
  return delay_minutes === 0
    ? t("surveys.sampled_at_once", facts)
    : t("surveys.sampled", { ...facts, delay: formatLength(delay_minutes * MINUTE_MS) });
}
