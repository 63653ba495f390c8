// draft -- a target while it is being set: what stands in the form, and what it asks of the server.
// Values are in the API's unit all the way; only the field shows minutes or per cent.
import type { GoalId, TeamId, TeammateId } from "../../gen/ids.ts";
import type {
  MetricDefinition,
  Target,
  TargetGradeRequest,
  TargetOverride,
  TargetPatch,
  TargetRequest,
  TargetScope,
} from "../../gen/shapes.ts";
import { spanOf, type Span } from "./value.ts";

export interface Draft {
  metric: string;
  variant: string; // "": the definition's first
  scope: "team" | "teammate";
  team: string;
  teammate: string;
  statistic: Target["statistic"];
  clock: Target["clock"];
  comparator: Target["comparator"];
  span: Span;
  value: number; // NaN: not said
  upper: number;
  period: Target["period"];
  minimum: number | null; // null: as usual for the metric
  owner: string; // "": whoever sets it
  goal: string; // "": none
  reason: string;
  review: string;
  reward: boolean;
  why: string; // of an override
  change: string;
}

const REVIEW_DAYS = 90;
const DAY_MS = 86_400_000;

export function isPersonal(definition: MetricDefinition): boolean {
  return definition.person !== "none" && definition.person !== "own_view";
}

// Nobody aims at the worse.
export function comparatorsOf(definition: MetricDefinition): readonly Target["comparator"][] {
  if (definition.direction === "down") return ["at_most", "between"];
  return definition.direction === "up"
    ? ["at_least", "between"]
    : ["at_most", "at_least", "between"];
}

export function newDraft(team: string, goal: string): Draft {
  return {
    metric: "",
    variant: "",
    scope: "team",
    team,
    teammate: "",
    statistic: "value",
    clock: "office_hours",
    comparator: "at_most",
    span: "minute",
    value: NaN,
    upper: NaN,
    period: "week",
    minimum: null,
    owner: "",
    goal,
    reason: "",
    review: new Date(Date.now() + REVIEW_DAYS * DAY_MS).toISOString().slice(0, 10),
    reward: false,
    why: "",
    change: "",
  };
}

export function draftOf(target: Target): Draft {
  const { scope } = target;
  return {
    metric: target.metric.split("@")[0] ?? target.metric,
    variant: target.variant,
    scope: scope.team === undefined ? "teammate" : "team",
    team: scope.team ?? "",
    teammate: scope.teammate ?? "",
    statistic: target.statistic,
    clock: target.clock,
    comparator: target.comparator,
    span: spanOf(target.unit === "seconds" ? target.value : null),
    value: target.value,
    upper: target.upper ?? NaN,
    period: target.period,
    minimum: target.minimum_n,
    owner: target.owner ?? "",
    goal: target.goal ?? "",
    reason: target.reason,
    review: target.review_date,
    reward: target.reward,
    why: target.override?.reason ?? "",
    change: target.override?.change ?? "",
  };
}

// What the figure is counted in: a variant may have a unit of its own.
export function unitOf(definition: MetricDefinition, variant: string): Target["unit"] {
  const place = Math.max(0, definition.variants.indexOf(variant));
  return (definition.variant_units[place] ?? definition.unit) as Target["unit"];
}

// Another kind of figure of the same metric; what was asked of the other one means nothing here.
export function withVariant(draft: Draft, definition: MetricDefinition, variant: string): Draft {
  const unit = unitOf(definition, variant);
  return {
    ...draft,
    variant,
    statistic: unit === "seconds" ? draft.statistic : "value",
    ...(unit === unitOf(definition, draft.variant) ? {} : { value: NaN, upper: NaN }),
  };
}

// Another metric has its own clock and its own better direction.
export function withMetric(draft: Draft, definition: MetricDefinition): Draft {
  const allowed = comparatorsOf(definition);
  return {
    ...draft,
    metric: definition.id,
    variant: "",
    clock: definition.clock,
    statistic: definition.unit === "seconds" ? draft.statistic : "value",
    comparator: allowed.includes(draft.comparator) ? draft.comparator : (allowed[0] ?? "at_most"),
    scope: isPersonal(definition) ? draft.scope : "team",
    value: NaN,
    upper: NaN,
  };
}

function scopeOf(draft: Draft): TargetScope | null {
  if (draft.scope === "team") return draft.team === "" ? null : { team: draft.team as TeamId };
  return draft.teammate === "" ? null : { teammate: draft.teammate as TeammateId };
}

// What can be graded already; null while something is missing.
export function askedOf(draft: Draft): TargetGradeRequest | null {
  const scope = scopeOf(draft);
  const isRange = draft.comparator === "between";
  if (draft.metric === "" || scope === null || Number.isNaN(draft.value)) return null;
  if (isRange && !(draft.upper > draft.value)) return null;
  return {
    metric: draft.metric,
    ...(draft.variant === "" ? {} : { variant: draft.variant }),
    statistic: draft.statistic,
    clock: draft.clock,
    scope,
    comparator: draft.comparator,
    value: draft.value,
    ...(isRange ? { upper: draft.upper } : {}),
    period: draft.period,
    ...(draft.minimum === null ? {} : { minimum_n: draft.minimum }),
  };
}

function overrideOf(draft: Draft): TargetOverride | null {
  return draft.why.trim() === "" ? null : { reason: draft.why, change: draft.change };
}

function ownerOf(draft: Draft): { owner?: TeammateId } {
  return draft.owner === "" ? {} : { owner: draft.owner as TeammateId };
}

export function requestOf(draft: Draft, asked: TargetGradeRequest): TargetRequest {
  return {
    ...asked,
    ...ownerOf(draft),
    goal: draft.goal === "" ? null : (draft.goal as GoalId),
    reason: draft.reason,
    review_date: draft.review,
    reward: draft.reward,
    override: overrideOf(draft),
  };
}

export function patchOf(draft: Draft): TargetPatch {
  return {
    goal: draft.goal === "" ? null : (draft.goal as GoalId),
    comparator: draft.comparator,
    value: draft.value,
    ...(draft.comparator === "between" ? { upper: draft.upper } : {}),
    ...(draft.minimum === null ? {} : { minimum_n: draft.minimum }),
    ...ownerOf(draft),
    reason: draft.reason,
    review_date: draft.review,
    reward: draft.reward,
    override: overrideOf(draft),
  };
}
