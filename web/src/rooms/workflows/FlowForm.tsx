// FlowForm -- a guided workflow is written step by step, tried beside it, and published.
import { useState } from "react";
import { useLocation } from "wouter";
import { useBegun } from "../../feed/begun.ts";
import { age, useChange } from "../../feed/cache.ts";
import type { Refusal } from "../../feed/http.ts";
import { useNames } from "../../feed/names.ts";
import type { TeamId } from "../../gen/ids.ts";
import type { Workflow } from "../../gen/shapes.ts";
import { Button } from "../../parts/Button.tsx";
import { Select, TextField } from "../../parts/fields.tsx";
import { complain, tell } from "../../parts/notices.tsx";
import { faultAt } from "../../parts/states.tsx";
import { t } from "../../words/words.ts";
import { Archive, TOUCHED } from "./Archive.tsx";
import { Left } from "./Left.tsx";
import { StepForm } from "./StepForm.tsx";
import { Try } from "./Try.tsx";
import { Versions } from "./Versions.tsx";
import {
  draftOf,
  draftSteps,
  nextId,
  STEPS_MAX,
  stepOf,
  stepsOf,
  without,
  type Draft,
} from "./draft.ts";

function useSave(draft: Draft, flow: Workflow | undefined, etag: string | null) {
  const [, go] = useLocation();
  const create = useChange("create_workflow", TOUCHED);
  const update = useChange("update_workflow", TOUCHED);
  const publish = useChange("publish_workflow", TOUCHED);
  const { ifMatch, begin } = useBegun(etag);
  const body = { title: draft.title.trim(), team: draft.team, steps: stepsOf(draft) };
  const save = (then?: (etag: string | null) => void) => {
    if (flow === undefined) {
      create.mutate(
        { body },
        { onSuccess: ({ answer }) => (tell(t("workflows.saved")), go(`/workflows/${answer.id}`)) },
      );
      return;
    }
    update.mutate(
      { params: { id: flow.id }, body, ifMatch },
      {
        onSuccess: (saved) => {
          begin(saved.etag);
          if (then === undefined) tell(t("workflows.saved"));
          else then(saved.etag);
        },
        onError: ({ status }) => status === 412 && (begin(null), age(TOUCHED)),
      },
    );
  };
  // What stands there is what is put into use.
  const use = () =>
    save((saved) => {
      if (flow === undefined) return;
      publish.mutate(
        { params: { id: flow.id }, ifMatch: saved ?? "*" },
        {
          onSuccess: (used) => (begin(used.etag), tell(t("workflows.published"))),
          onError: (error) => (
            begin(null),
            error.status === 409 ? tell(t("workflows.not_published")) : complain(error)
          ),
        },
      );
    });
  const { error } = flow === undefined ? create : update;
  return {
    ...{ save, use, error, begin },
    isPending: create.isPending || update.isPending || publish.isPending,
  };
}

function Trouble({ error }: { error: Refusal | null }) {
  if (error === null) return null;
  return (
    <p role="alert" className="ek-fault">
      {error.status === 412
        ? t("workflows.conflict")
        : (error.problem?.detail ?? t("common.unreachable"))}
    </p>
  );
}

function Steps({
  draft,
  set,
  flow,
  error,
}: {
  draft: Draft;
  set: (draft: Draft) => void;
  flow: Workflow | undefined;
  error: Refusal | null;
}) {
  return (
    <ol className="ek-stack ek-flows-steps">
      {draft.steps.map((step, i) => (
        <li key={step.id}>
          <StepForm
            step={step}
            place={i}
            steps={draft.steps}
            faults={flow?.faults.filter((each) => each.step === step.id) ?? []}
            fault={(pointer) => faultAt(error, pointer)}
            set={(next) =>
              set({
                ...draft,
                steps: draft.steps.map((was) => (was.id === step.id ? next : was)),
              })
            }
            remove={
              draft.steps.length === 1
                ? null
                : () => set({ ...draft, steps: without(draft.steps, step.id) })
            }
          />
        </li>
      ))}
    </ol>
  );
}

const EVERY = "every";

function About({
  draft,
  set,
  error,
}: {
  draft: Draft;
  set: (draft: Draft) => void;
  error: Refusal | null;
}) {
  const { teams } = useNames();
  return (
    <div className="ek-flows-about">
      <TextField
        label={t("workflows.name")}
        value={draft.title}
        maxLength={200}
        onChange={(title) => set({ ...draft, title })}
        fault={faultAt(error, "/title")}
      />
      <Select
        label={t("workflows.for_team")}
        choices={[
          { id: EVERY, label: t("workflows.every_team") },
          ...teams.map(({ id, name }) => ({ id, label: name })),
        ]}
        value={draft.team ?? EVERY}
        onChange={(id) => set({ ...draft, team: id === EVERY ? null : (id as TeamId) })}
        fault={faultAt(error, "/team")}
      />
    </div>
  );
}

type Saving = ReturnType<typeof useSave>;

function Foot({
  draft,
  flow,
  saving,
}: {
  draft: Draft;
  flow: Workflow | undefined;
  saving: Saving;
}) {
  const { save, use, isPending, begin } = saving;
  return (
    <div className="ek-row">
      <Button isDisabled={draft.title.trim() === "" || isPending} onPress={() => save()}>
        {t("common.save")}
      </Button>
      {flow !== undefined && (
        <>
          <Button look="main" isDisabled={isPending} onPress={use}>
            {t("workflows.publish")}
          </Button>
          <Archive flow={flow} begin={begin} />
        </>
      )}
    </div>
  );
}

export function FlowForm({ flow, etag = null }: { flow?: Workflow; etag?: string | null }) {
  const [draft, setDraft] = useState(() => draftOf(flow));
  const saving = useSave(draft, flow, etag);
  const { error } = saving;
  return (
    <div className="ek-columns">
      <div className="ek-stack">
        <About draft={draft} set={setDraft} error={error} />
        <Steps draft={draft} set={setDraft} flow={flow} error={error} />
        {draft.steps.length < STEPS_MAX && (
          <div>
            <Button
              onPress={() =>
                setDraft({ ...draft, steps: [...draft.steps, stepOf(nextId(draft.steps))] })
              }
            >
              {t("workflows.add_step")}
            </Button>
          </div>
        )}
        <Trouble error={error} />
        <Foot draft={draft} flow={flow} saving={saving} />
      </div>
      <div className="ek-stack">
        <Try steps={draft.steps} />
        {flow !== undefined && flow.version > 0 && (
          <>
            <Left flow={flow} />
            <Versions
              flow={flow}
              put={({ title, steps }) => setDraft({ ...draft, title, steps: draftSteps(steps) })}
            />
          </>
        )}
      </div>
    </div>
  );
}
