// StepForm -- one step of a guided workflow: what it says, and its answers with where they lead.
import { Plus, X } from "lucide-react";
import type { WorkflowFault } from "../../gen/shapes.ts";
import { Button, IconButton } from "../../parts/Button.tsx";
import { Select, Switch, TextField } from "../../parts/fields.tsx";
import { t, wordOf } from "../../words/words.ts";
import { Sets } from "./Sets.tsx";
import { BRANCHES_MAX, NO_BRANCH, type Branch, type Step } from "./draft.ts";

const NONE = "none";

interface Props {
  step: Step;
  place: number;
  steps: readonly Step[];
  faults: readonly WorkflowFault[];
  fault: (pointer: string) => string | undefined;
  set: (step: Step) => void;
  remove: (() => void) | null;
}

function Answer({
  branch,
  at,
  steps,
  fault,
  set,
  remove,
}: {
  branch: Branch;
  at: string;
  steps: readonly Step[];
  fault: Props["fault"];
  set: (branch: Branch) => void;
  remove: () => void;
}) {
  return (
    <li className="ek-flows-answer">
      <TextField
        label={t("workflows.answer")}
        value={branch.label}
        maxLength={200}
        onChange={(label) => set({ ...branch, label })}
        fault={fault(`${at}/label`)}
      />
      <Select
        label={t("workflows.leads_to")}
        choices={[
          { id: NONE, label: t("workflows.nowhere") },
          ...steps.map((each, i) => ({
            id: String(each.id),
            label: t("workflows.step_named", { number: i + 1, title: each.title }),
          })),
        ]}
        value={branch.next === null ? NONE : String(branch.next)}
        onChange={(id) => set({ ...branch, next: id === NONE ? null : Number(id) })}
      />
      <Select
        label={t("workflows.priority")}
        choices={[
          { id: NONE, label: t("workflows.priority_same") },
          ...[0, 1, 2, 3].map((each) => ({
            id: String(each),
            label: wordOf("workflows", `priority_${each}`),
          })),
        ]}
        value={branch.priority === null ? NONE : String(branch.priority)}
        onChange={(id) => set({ ...branch, priority: id === NONE ? null : Number(id) })}
      />
      <IconButton label={t("workflows.remove_answer", { name: branch.label })} onPress={remove}>
        <X className="ek-icon" aria-hidden />
      </IconButton>
      <Sets branch={branch} set={set} />
    </li>
  );
}

export function StepForm({ step, place, steps, faults, fault, set, remove }: Props) {
  const at = `/steps/${place}`;
  const setBranches = (branches: readonly Branch[]) => set({ ...step, branches });
  const id = `flow-step-${step.id}`;
  return (
    <section className="ek-panel" aria-labelledby={id}>
      <div className="ek-row ek-flows-head">
        <h3 id={id}>{t("workflows.step", { number: place + 1 })}</h3>
        {remove !== null && (
          <Button look="link" onPress={remove}>
            {t("workflows.remove_step")}
          </Button>
        )}
      </div>
      {faults.map(({ code }) => (
        <p key={code} className="ek-fault">
          {wordOf("workflows", `fault_${code}`)}
        </p>
      ))}
      <TextField
        label={t("workflows.step_title")}
        value={step.title}
        maxLength={200}
        onChange={(title) => set({ ...step, title })}
        fault={fault(`${at}/title`)}
      />
      <TextField
        label={t("workflows.step_text")}
        lines={2}
        value={step.text}
        onChange={(text) => set({ ...step, text })}
        fault={fault(`${at}/text`)}
      />
      <Switch isSelected={step.end} onChange={(end) => set({ ...step, end })}>
        {t("workflows.ends_here")}
      </Switch>
      {!step.end && (
        <>
          <ul className="ek-stack">
            {step.branches.map((branch, i) => (
              <Answer
                key={i}
                branch={branch}
                at={`${at}/branches/${i}`}
                steps={steps}
                fault={fault}
                set={(next) => setBranches(step.branches.map((was, k) => (k === i ? next : was)))}
                remove={() => setBranches(step.branches.filter((_, k) => k !== i))}
              />
            ))}
          </ul>
          {step.branches.length < BRANCHES_MAX && (
            <div>
              <Button look="plain" onPress={() => setBranches([...step.branches, NO_BRANCH])}>
                <Plus className="ek-icon" aria-hidden />
                {t("workflows.add_answer")}
              </Button>
            </div>
          )}
        </>
      )}
    </section>
  );
}
