// metric_draft -- another version of a metric's definition while it is filled in: what it begins
// with, what of it is other than now, and what the server is told.
import type {
  CalendarDate,
  MetricChange,
  MetricDefinition,
  MetricVersion,
} from "../../gen/shapes.ts";
import { dayIn, daysOn } from "../../parts/figure.ts";
import { t } from "../../words/words.ts";

export type Part = MetricDefinition["changeable"][number];
export type Clock = MetricVersion["clock"];
export const CLOCKS: readonly Clock[] = ["office_hours", "calendar"];

// As the server bounds them.
export const BOUNDS = {
  matures_after_days: { min: 1, max: 90 },
  target_seconds: { min: 1, max: 86_400 },
  chat_target_seconds: { min: 1, max: 86_400 },
  short_seconds: { min: 0, max: 30 },
} as const;

export interface Draft {
  parts: Pick<MetricVersion, Part>;
  from: string;
  reason: string;
}

// The first version is always there.
export function newest(definition: MetricDefinition): MetricVersion {
  return definition.versions.at(-1) as MetricVersion;
}

// Tomorrow, or the day after one that is still to begin.
export function earliest(definition: MetricDefinition, zone: string): string {
  const tomorrow = daysOn(dayIn(Date.now(), zone), 1);
  const last = newest(definition).effective_from;
  const behind = last === null ? tomorrow : daysOn(dayIn(last, zone), 1);
  return behind > tomorrow ? behind : tomorrow;
}

export function draftOf(definition: MetricDefinition, zone: string): Draft {
  const { clock, matures_after_days, target_seconds, chat_target_seconds, short_seconds } =
    newest(definition);
  return {
    parts: { clock, matures_after_days, target_seconds, chat_target_seconds, short_seconds },
    from: earliest(definition, zone),
    reason: "",
  };
}

export function changedParts(definition: MetricDefinition, { parts }: Draft): readonly Part[] {
  const now = newest(definition);
  return definition.changeable.filter((part) => parts[part] !== now[part]);
}

// null while there is nothing to ask the server about.
export function bodyOf(definition: MetricDefinition, draft: Draft): MetricChange | null {
  const changed = changedParts(definition, draft);
  if (changed.length === 0 || draft.from === "" || draft.reason.trim() === "") return null;
  return {
    metric: definition.id,
    effective_from: draft.from as CalendarDate,
    reason: draft.reason.trim(),
    ...(Object.fromEntries(changed.map((part) => [part, draft.parts[part]])) as object),
  };
}

// "office hours", "7 days", "20 seconds"
export function saidOf(part: Part, value: MetricVersion[Part]): string {
  if (part === "clock") return t(`definition.clock_${value as Clock}`);
  if (value === null) return t("definition.none_set");
  const n = value as number;
  if (part === "matures_after_days") return t("definition.in_days", { n });
  return t("definition.in_seconds", { n });
}
