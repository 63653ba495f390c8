// rule -- rules on arrival while they are edited: conditions as rows where they are one group of
// plain conditions, as most are; anything deeper is kept as it is and not taken apart.
import type { RuleId, SlaId, TagId, TeamId } from "../../gen/ids.ts";
import type {
  ArrivalRule,
  ArrivalRuleRequest,
  ArrivalSet,
  Where,
  WhereLeaf,
  WhereOp,
} from "../../gen/shapes.ts";

export const FIELDS = [
  "text",
  "subject",
  "language",
  "channel",
  "from",
  "from_domain",
  "to",
  "tier",
  "known",
] as const;
export type Field = (typeof FIELDS)[number];
export type Group = "all" | "any" | "none";
export const CHANNELS = ["email", "chat", "voice", "video", "api"] as const;

export interface Condition {
  key: string;
  field: Field;
  op: WhereOp;
  value: string; // several with commas between them
}

export interface RuleDraft {
  key: string;
  id: RuleId | null;
  name: string;
  active: boolean;
  stop: boolean;
  group: Group;
  conditions: readonly Condition[];
  deep: Where | null; // conditions that cannot be shown as rows
  team: TeamId | null;
  sla: SlaId | null;
  priority: number | null;
  tags: readonly TagId[];
  notesLanguage: boolean;
  rest: Pick<ArrivalSet, "complexity" | "attributes">;
}

export function opsOf(field: Field): readonly WhereOp[] {
  if (field === "text" || field === "subject") return ["has", "lacks"];
  if (field === "known" || field === "channel") return ["in", "not"];
  return field === "language" ? ["in", "not", "null"] : ["in", "not", "prefix", "null"];
}

export const newKey = () => crypto.randomUUID();

const isLeaf = (each: Where | WhereLeaf): each is WhereLeaf => "field" in each;

function shown(value: unknown): string {
  return Array.isArray(value) ? value.map(String).join(", ") : String(value);
}

function read(when: Where | null): Pick<RuleDraft, "group" | "conditions" | "deep"> {
  if (when === null) return { group: "all", conditions: [], deep: null };
  const [group, inside] = Object.entries(when)[0] as [Group, readonly (Where | WhereLeaf)[]];
  const leaves = inside.filter(isLeaf);
  const isPlain =
    leaves.length === inside.length &&
    leaves.every(({ field }) => (FIELDS as readonly string[]).includes(field));
  if (!isPlain) return { group: "all", conditions: [], deep: when };
  const conditions = leaves.map(({ field, op, value }) => ({
    key: newKey(),
    field: field as Field,
    op,
    value: shown(value),
  }));
  return { group, conditions, deep: null };
}

export function draftOf(rule: ArrivalRule): RuleDraft {
  const { team, priority, sla_policy: sla, tags, language, ...rest } = rule.set;
  return {
    key: rule.id,
    id: rule.id,
    name: rule.name,
    active: rule.active,
    stop: rule.stop,
    ...read(rule.when),
    team: team ?? null,
    sla: sla ?? null,
    priority: priority ?? null,
    tags: tags ?? [],
    notesLanguage: language ?? false,
    rest,
  };
}

export function newRule(name: string): RuleDraft {
  return {
    key: newKey(),
    id: null,
    name,
    active: true,
    stop: false,
    group: "all",
    conditions: [{ key: newKey(), field: "text", op: "has", value: "" }],
    deep: null,
    team: null,
    sla: null,
    priority: null,
    tags: [],
    notesLanguage: false,
    rest: {},
  };
}

export const wordsOf = (value: string) =>
  value
    .split(",")
    .map((word) => word.trim())
    .filter((word) => word !== "");

function leafOf({ field, op, value }: Condition): WhereLeaf {
  if (op === "null") return { field, op, value: true };
  if (field === "known") return { field, op, value: [value !== "false"] };
  return { field, op, value: wordsOf(value) };
}

function whenOf(draft: RuleDraft): Where | null {
  if (draft.deep !== null) return draft.deep;
  const leaves = draft.conditions.map(leafOf);
  if (leaves.length === 0) return null;
  if (draft.group === "any") return { any: leaves };
  return draft.group === "none" ? { none: leaves } : { all: leaves };
}

export function requestOf(draft: RuleDraft): ArrivalRuleRequest {
  return {
    ...(draft.id === null ? {} : { id: draft.id }),
    name: draft.name,
    active: draft.active,
    stop: draft.stop,
    when: whenOf(draft),
    set: {
      ...draft.rest,
      ...(draft.team === null ? {} : { team: draft.team }),
      ...(draft.priority === null ? {} : { priority: draft.priority }),
      ...(draft.sla === null ? {} : { sla_policy: draft.sla }),
      ...(draft.tags.length === 0 ? {} : { tags: draft.tags }),
      ...(draft.notesLanguage ? { language: true } : {}),
    },
  };
}

export function moved(all: readonly RuleDraft[], key: string, to: number): readonly RuleDraft[] {
  const one = all.find((each) => each.key === key);
  if (one === undefined || to < 0 || to >= all.length) return all;
  const rest = all.filter((each) => each.key !== key);
  return [...rest.slice(0, to), one, ...rest.slice(to)];
}
