// TargetForm -- a target is set, or changed. Whoever does so is told first how likely it is: what
// has not been graded cannot be saved.
import { useEffect, useState } from "react";
import { useLocation, useSearchParams } from "wouter";
import { useBegun } from "../../feed/begun.ts";
import { age, useAnswer, useChange } from "../../feed/cache.ts";
import { call, type OperationName, type Refusal } from "../../feed/http.ts";
import { useNames } from "../../feed/names.ts";
import { me } from "../../feed/session.ts";
import type { MetricDefinition, Target, TargetWhole } from "../../gen/shapes.ts";
import { Button } from "../../parts/Button.tsx";
import { DateField } from "../../parts/DateField.tsx";
import { ComboBox, Select, TextField } from "../../parts/fields.tsx";
import { tell } from "../../parts/notices.tsx";
import { faultAt, Ready } from "../../parts/states.tsx";
import { t } from "../../words/words.ts";
import { GradePanel } from "./GradePanel.tsx";
import { ValueFields } from "./ValueFields.tsx";
import { WhatFields, type FormPart } from "./WhatFields.tsx";
import { askedOf, draftOf, newDraft, patchOf, requestOf, type Draft } from "./draft.ts";
import { wantsOf } from "../../parts/target_said.ts";

const NONE = "none";
const SETTLE_MS = 300;
const TOUCHED: readonly OperationName[] = [
  "list_targets",
  "get_target",
  "get_target_history",
  "list_goals",
];

export interface Old {
  target: TargetWhole;
  etag: string | null;
  onDone: () => void;
}

// The value as it stands when nobody has typed for a moment.
function useSettled<T>(value: T): T {
  const text = JSON.stringify(value);
  const [settled, settle] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => settle(text), SETTLE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return JSON.parse(settled) as T;
}

function useGrade(draft: Draft) {
  const asked = askedOf(draft);
  const settled = useSettled(asked);
  const isSettled = JSON.stringify(asked) === JSON.stringify(settled);
  const answer = useAnswer("grade_target", settled === null ? {} : { body: settled }, {
    enabled: settled !== null,
    keep: true,
  });
  const isGraded = isSettled && answer.isSuccess && !answer.isPlaceholderData;
  return { asked, answer, isGraded };
}

// The server's own words, but for what is refused most often.
function wordsOf(error: Refusal | null, pointer: string): string | undefined {
  const fault = error?.problem?.errors?.find((each) => each.pointer === pointer);
  if (fault?.code === "refused" && pointer === "/metric") return t("targets.no_data");
  if (fault?.code === "refused" && pointer === "/scope") return t("targets.team_only");
  return faultAt(error, pointer);
}

function useSave(draft: Draft, old: Old | undefined) {
  const [, go] = useLocation();
  const create = useChange("create_target", TOUCHED);
  const update = useChange("update_target", TOUCHED);
  const { ifMatch, begin } = useBegun(old?.etag ?? null);
  const made = ({ id }: Target) => {
    tell(t("targets.set_now"), () => {
      // Away from it first: what is gone is not to be read anew.
      if (location.pathname === `/targets/${id}`) go("/targets");
      return call("delete_target", { params: { id }, ifMatch: "*" }).then(() =>
        age(["list_targets", "list_goals"]),
      );
    });
    go(`/targets/${id}`);
  };
  const changed = ({ target, onDone }: Old) => {
    const body = patchOf(draftOf(target));
    tell(t("targets.saved"), () =>
      call("update_target", { params: { id: target.id }, body, ifMatch: "*" }).then(() =>
        age(TOUCHED),
      ),
    );
    onDone();
  };
  const save = () => {
    const asked = askedOf(draft);
    if (old !== undefined)
      update.mutate(
        {
          params: { id: old.target.id },
          body: patchOf(draft),
          ifMatch,
        },
        {
          onSuccess: () => changed(old),
          onError: ({ status }) => status === 412 && (begin(null), age(TOUCHED)),
        },
      );
    else if (asked !== null)
      create.mutate({ body: requestOf(draft, asked) }, { onSuccess: ({ answer }) => made(answer) });
  };
  const { error, isPending } = old === undefined ? create : update;
  return { save, error, isPending };
}

function Why({ draft, set, fault }: FormPart) {
  const names = useNames();
  const goals = useAnswer("list_goals", { query: { limit: 500 } }).data?.answer.data ?? [];
  const fitting = goals.filter(
    (goal) => goal.team === null || draft.scope === "teammate" || goal.team === draft.team,
  );
  return (
    <>
      <TextField
        label={t("targets.reason")}
        help={t("targets.reason_means")}
        lines={2}
        value={draft.reason}
        onChange={(reason) => set({ reason })}
        fault={fault("/reason")}
      />
      <Select
        label={t("targets.goal")}
        choices={[
          { id: NONE, label: t("common.none") },
          ...fitting.map(({ id, title }) => ({ id, label: title })),
        ]}
        value={draft.goal === "" ? NONE : draft.goal}
        onChange={(id) => set({ goal: id === NONE ? "" : id })}
        fault={fault("/goal")}
      />
      <ComboBox
        label={t("targets.owner")}
        choices={names.teammates.map(({ id, name }) => ({ id, label: name }))}
        value={draft.owner === "" ? me().id : draft.owner}
        onChange={(owner) => set({ owner })}
        fault={fault("/owner")}
      />
      <DateField
        label={t("targets.review")}
        help={t("targets.review_means")}
        value={draft.review}
        onChange={(review) => set({ review })}
        fault={fault("/review_date")}
      />
    </>
  );
}

// Somebody else changed it meanwhile: theirs is said, mine stays in the form.
function Trouble({ error, old }: { error: Refusal | null; old: Old | undefined }) {
  if (error === null) return null;
  const faults = error.problem?.errors?.map(({ detail }) => detail) ?? [];
  return (
    <p role="alert" className="ek-fault">
      {error.status === 412 && old !== undefined
        ? t("targets.conflict", { theirs: wantsOf(old.target) })
        : [error.problem?.detail ?? t("common.unreachable"), ...faults].join(" ")}
    </p>
  );
}

function Form({ metrics, old }: { metrics: readonly MetricDefinition[]; old: Old | undefined }) {
  const [search] = useSearchParams();
  const [draft, setDraft] = useState(() =>
    old === undefined
      ? newDraft(search.get("team") ?? "", search.get("goal") ?? "")
      : draftOf(old.target),
  );
  const { asked, answer, isGraded } = useGrade(draft);
  const { save, error, isPending } = useSave(draft, old);
  const part: FormPart = {
    draft,
    set: (changes) => setDraft((was) => ({ ...was, ...changes })),
    fault: (pointer) => wordsOf(error ?? answer.error, pointer),
    definition: metrics.find(({ id }) => id === draft.metric),
  };
  const needs = answer.data?.answer.needs_override === true;
  const isWhole =
    draft.reason.trim() !== "" &&
    draft.review !== "" &&
    (!needs || (draft.why.trim() !== "" && draft.change.trim() !== ""));
  return (
    <div className="ek-columns">
      <section className="ek-panel" aria-labelledby="targets-form">
        <h2 id="targets-form">{t(old === undefined ? "targets.set" : "targets.change")}</h2>
        {old === undefined && <WhatFields metrics={metrics} {...part} />}
        <ValueFields {...part} isOld={old !== undefined} />
        <Why {...part} />
        <Trouble error={error} old={old} />
        <div className="ek-row">
          <Button look="main" isDisabled={!isGraded || !isWhole || isPending} onPress={save}>
            {t(old === undefined ? "targets.set_it" : "common.save")}
          </Button>
          {old !== undefined && <Button onPress={old.onDone}>{t("common.cancel")}</Button>}
          {!isWhole && asked !== null && (
            <span className="ek-quiet">
              {t(needs ? "targets.still_override" : "targets.still_reason")}
            </span>
          )}
        </div>
      </section>
      <GradePanel answer={answer} isAsked={asked !== null} {...part} />
    </div>
  );
}

export function TargetForm(old: Partial<Old>) {
  const metrics = useAnswer("list_metrics");
  const isOld = old.target !== undefined;
  return (
    <Ready of={metrics}>
      {({ answer }) => <Form metrics={answer.data} old={isOld ? (old as Old) : undefined} />}
    </Ready>
  );
}
