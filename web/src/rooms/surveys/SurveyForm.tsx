// SurveyForm -- a survey is made, or changed: what it asks, of whose conversations, of how many,
// when, in which words; and beside it the page as the customer sees it.
import { useState } from "react";
import { useLocation } from "wouter";
import { useBegun } from "../../feed/begun.ts";
import { age, useChange } from "../../feed/cache.ts";
import { call, type OperationName, type Refusal } from "../../feed/http.ts";
import { useNames } from "../../feed/names.ts";
import { CAPACITY_CLASS } from "../../gen/enums.ts";
import type { Survey } from "../../gen/shapes.ts";
import { Button } from "../../parts/Button.tsx";
import { Dialog } from "../../parts/Dialog.tsx";
import {
  Checkbox,
  NumberField,
  RadioGroup,
  Select,
  Switch,
  TextField,
} from "../../parts/fields.tsx";
import { complain, tell } from "../../parts/notices.tsx";
import { faultAt } from "../../parts/states.tsx";
import { t, wordOf } from "../../words/words.ts";
import { Asked, LANGUAGES } from "./Asked.tsx";
import { Tried } from "./Tried.tsx";
import { draftOf, EVERY, patchOf, requestOf, type Draft } from "./draft.ts";
import { FORMS, type Form } from "../../parts/survey_said.ts";

const TOUCHED: readonly OperationName[] = ["list_surveys", "get_survey", "preview_survey"];

interface Part {
  draft: Draft;
  set: (changes: Partial<Draft>) => void;
  fault: (pointer: string) => string | undefined;
}

function Whom({ draft, set, fault }: Part) {
  const names = useNames();
  const toggle = (channel: (typeof CAPACITY_CLASS)[number], isIn: boolean) =>
    set({
      channels: isIn
        ? [...draft.channels, channel]
        : draft.channels.filter((each) => each !== channel),
    });
  return (
    <>
      <Select
        label={t("common.team")}
        choices={[
          { id: EVERY, label: t("surveys.every_team") },
          ...names.teams.map(({ id, name }) => ({ id, label: name })),
        ]}
        value={draft.team}
        onChange={(team) => set({ team })}
        fault={fault("/team")}
      />
      <fieldset className="ek-field" style={{ border: 0, margin: 0, padding: 0 }}>
        <legend className="ek-label">{t("surveys.channels")}</legend>
        <div className="ek-row">
          {CAPACITY_CLASS.map((channel) => (
            <Checkbox
              key={channel}
              isSelected={draft.channels.includes(channel)}
              onChange={(isIn) => toggle(channel, isIn)}
            >
              {wordOf("surveys", `channel_${channel}`)}
            </Checkbox>
          ))}
        </div>
        <p className="ek-help">{t("surveys.channels_means")}</p>
      </fieldset>
    </>
  );
}

function HowMuch({ draft, set, fault }: Part) {
  return (
    <div className="ek-row ek-surveys-fields">
      <NumberField
        label={t("surveys.fraction")}
        formatOptions={{ style: "percent", maximumFractionDigits: 1 }}
        minValue={0}
        maxValue={1}
        step={0.001}
        value={draft.fraction / 1000}
        onChange={(share) => set({ fraction: Math.round(share * 1000) })}
        fault={fault("/fraction")}
      />
      <NumberField
        label={t("surveys.delay")}
        minValue={0}
        value={draft.delay}
        onChange={(delay) => set({ delay })}
        fault={fault("/delay_minutes")}
      />
      <NumberField
        label={t("surveys.window")}
        minValue={1}
        value={draft.window}
        onChange={(window) => set({ window })}
        fault={fault("/window_days")}
      />
    </div>
  );
}

function Words({ draft, set, fault }: Part) {
  return LANGUAGES.map((language) => (
    <TextField
      key={language}
      label={t("surveys.question_in", { language: wordOf("surveys", `language_${language}`) })}
      lines={2}
      value={draft.question[language]}
      placeholder={t("surveys.usual_words")}
      onChange={(text) => set({ question: { ...draft.question, [language]: text } })}
      fault={fault(`/question/${language}`)}
    />
  ));
}

function useSave(draft: Draft, survey: Survey | undefined, etag: string | null) {
  const [, go] = useLocation();
  const create = useChange("create_survey", TOUCHED);
  const update = useChange("update_survey", TOUCHED);
  const { ifMatch, begin } = useBegun(etag);
  const putBack = (old: Survey) => () =>
    call("update_survey", {
      params: { id: old.id },
      body: patchOf(draftOf(old), draft.question),
      ifMatch: "*",
    }).then(() => (begin(null), age(TOUCHED)));
  const save = () => {
    if (survey === undefined)
      create.mutate(
        { body: requestOf(draft) },
        {
          onSuccess: ({ answer }) => (
            tell(t("surveys.made")),
            go(`/surveys/${answer.id}?show=how`)
          ),
        },
      );
    else
      update.mutate(
        {
          params: { id: survey.id },
          body: patchOf(draft, survey.question),
          ifMatch,
        },
        {
          onSuccess: (saved) => (begin(saved.etag), tell(t("surveys.saved"), putBack(survey))),
          onError: ({ status }) => status === 412 && (begin(null), age(TOUCHED)),
        },
      );
  };
  const { error, isPending } = survey === undefined ? create : update;
  return { save, error, isPending };
}

function Remove({ survey, etag }: { survey: Survey; etag: string | null }) {
  const [isAsking, ask] = useState(false);
  const [, go] = useLocation();
  // What is gone is not read again itself.
  const remove = useChange("delete_survey", ["list_surveys"]);
  const send = () =>
    remove.mutate(
      { params: { id: survey.id }, ifMatch: etag ?? "*" },
      { onSuccess: () => (tell(t("surveys.deleted")), go("/surveys")), onError: complain },
    );
  return (
    <>
      <Button onPress={() => ask(true)}>{t("common.delete")}</Button>
      <Dialog
        title={t("surveys.delete_title")}
        isOpen={isAsking}
        onClose={() => ask(false)}
        foot={
          <>
            <Button onPress={() => ask(false)}>{t("common.cancel")}</Button>
            <Button look="danger" isDisabled={remove.isPending} onPress={send}>
              {t("common.delete")}
            </Button>
          </>
        }
      >
        <p>{t("surveys.delete_means")}</p>
      </Dialog>
    </>
  );
}

function Trouble({ error }: { error: Refusal | null }) {
  if (error === null) return null;
  return (
    <p role="alert" className="ek-fault">
      {error.status === 412
        ? t("surveys.conflict")
        : (error.problem?.detail ?? t("common.unreachable"))}
    </p>
  );
}

export function SurveyForm({ survey, etag = null }: { survey?: Survey; etag?: string | null }) {
  const [draft, setDraft] = useState(() => draftOf(survey));
  const { save, error, isPending } = useSave(draft, survey, etag);
  const part: Part = {
    draft,
    set: (changes) => setDraft((was) => ({ ...was, ...changes })),
    fault: (pointer) => faultAt(error, pointer),
  };
  return (
    <div className="ek-columns">
      <section className="ek-panel" aria-labelledby="survey-form">
        <h2 id="survey-form">{t(survey === undefined ? "surveys.add" : "surveys.how")}</h2>
        <TextField
          label={t("surveys.name")}
          value={draft.name}
          onChange={(name) => part.set({ name })}
          fault={part.fault("/name")}
        />
        {survey === undefined && (
          <RadioGroup
            label={t("surveys.what")}
            choices={FORMS.map((id) => ({
              id,
              label: wordOf("surveys", `form_${id}`),
              detail: wordOf("surveys", `form_${id}_means`),
            }))}
            value={draft.form}
            onChange={(id) => part.set({ form: id as Form })}
            fault={part.fault("/form")}
          />
        )}
        <Whom {...part} />
        <HowMuch {...part} />
        <Words {...part} />
        <Switch isSelected={draft.active} onChange={(active) => part.set({ active })}>
          {t("surveys.active")}
        </Switch>
        <Trouble error={error} />
        <div className="ek-row">
          <Button look="main" isDisabled={draft.name.trim() === "" || isPending} onPress={save}>
            {t(survey === undefined ? "surveys.make" : "common.save")}
          </Button>
          {survey !== undefined && <Remove survey={survey} etag={etag} />}
        </div>
      </section>
      <div className="ek-stack">
        <Asked form={draft.form} question={draft.question} />
        {survey !== undefined && <Tried id={survey.id} draft={draft} />}
      </div>
    </div>
  );
}
