// draft -- a guided workflow while it is written, and what of it is sent.
import type { TagId, TeamId } from "../../gen/ids.ts";
import type { Workflow, WorkflowStep, WorkflowStepRequest } from "../../gen/shapes.ts";

export const STEPS_MAX = 64;
export const BRANCHES_MAX = 8;
export const SETS_MAX = 8;

// A value without words takes the attribute off.
export interface Attribute {
  name: string;
  value: string;
}

export interface Branch {
  label: string;
  next: number | null;
  priority: number | null;
  tags: readonly TagId[];
  attributes: readonly Attribute[];
}
export interface Step {
  id: number;
  title: string;
  text: string;
  end: boolean;
  branches: readonly Branch[];
}
export interface Draft {
  title: string;
  team: TeamId | null;
  steps: readonly Step[];
}

export const NO_BRANCH: Branch = {
  label: "",
  next: null,
  priority: null,
  tags: [],
  attributes: [],
};

export function draftSteps(steps: readonly WorkflowStep[]): readonly Step[] {
  return steps.map((step) => ({
    ...step,
    text: step.text ?? "",
    branches: step.branches.map((branch) => ({
      ...branch,
      attributes: Object.entries(branch.attributes).map(([name, value]) => ({
        name,
        value: value ?? "",
      })),
    })),
  }));
}

export function draftOf(flow: Workflow | undefined): Draft {
  if (flow === undefined) return { title: "", team: null, steps: [stepOf(1)] };
  return { title: flow.title, team: flow.team, steps: draftSteps(flow.steps) };
}

export function stepOf(id: number): Step {
  return { id, title: "", text: "", end: false, branches: [] };
}

export function nextId(steps: readonly Step[]): number {
  return 1 + Math.max(0, ...steps.map(({ id }) => id));
}

// Without a step, and without the ways to it.
export function without(steps: readonly Step[], id: number): readonly Step[] {
  return steps
    .filter((step) => step.id !== id)
    .map((step) => ({
      ...step,
      branches: step.branches.map((branch) =>
        branch.next === id ? { ...branch, next: null } : branch,
      ),
    }));
}

export function stepsOf({ steps }: Draft): readonly WorkflowStepRequest[] {
  return steps.map((step) => ({
    id: step.id,
    title: step.title,
    end: step.end,
    text: step.text.trim() === "" ? null : step.text,
    branches: step.end
      ? []
      : step.branches.map((branch) => ({
          ...branch,
          attributes: Object.fromEntries(
            branch.attributes
              .map(({ name, value }) => [name.trim(), value.trim() === "" ? null : value] as const)
              .filter(([name]) => name !== ""),
          ),
        })),
  }));
}
