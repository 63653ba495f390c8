// draft -- a guided workflow while it is written, and what of it is sent.
import type { Workflow, WorkflowStepRequest } from "../../gen/shapes.ts";

export const STEPS_MAX = 64;
export const BRANCHES_MAX = 8;

export interface Branch {
  label: string;
  next: number | null;
  priority: number | null;
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
  steps: readonly Step[];
}

export function draftOf(flow: Workflow | undefined): Draft {
  if (flow === undefined) return { title: "", steps: [stepOf(1)] };
  return {
    title: flow.title,
    steps: flow.steps.map((step) => ({ ...step, text: step.text ?? "" })),
  };
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
    branches: step.end ? [] : step.branches,
  }));
}
