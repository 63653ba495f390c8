// draft -- a survey while it is being made or changed: what stands in the form, and what of it is
// sent. Words that were not touched are not sent, so that the usual ones stay the usual ones.
import type { TeamId } from "../../gen/ids.ts";
import { CAPACITY_CLASS, type CapacityClass } from "../../gen/enums.ts";
import type { Survey, SurveyPatch, SurveyQuestion, SurveyRequest } from "../../gen/shapes.ts";
import { LANGUAGES, type Questions } from "./Asked.tsx";
import type { Form } from "../../parts/survey_said.ts";

export const EVERY = "every";

export interface Draft {
  name: string;
  form: Form;
  team: string; // EVERY, or an id
  channels: readonly CapacityClass[]; // none: any
  fraction: number; // per thousand
  delay: number; // minutes
  window: number; // days
  active: boolean;
  question: Questions;
}

const PLAIN: Draft = {
  name: "",
  form: "csat",
  team: EVERY,
  channels: [],
  fraction: 1000,
  delay: 60,
  window: 7,
  active: false,
  question: { en: "", ko: "", ar: "" },
};

export function draftOf(survey: Survey | undefined): Draft {
  if (survey === undefined) return PLAIN;
  return {
    name: survey.name,
    form: survey.form,
    team: survey.team ?? EVERY,
    channels: survey.channels,
    fraction: survey.fraction,
    delay: survey.delay_minutes,
    window: survey.window_days,
    active: survey.active,
    question: survey.question,
  };
}

export function teamOf(draft: Draft): TeamId | null {
  return draft.team === EVERY ? null : (draft.team as TeamId);
}

// null takes the usual words back.
function questionOf(draft: Draft, old: Questions): SurveyQuestion | null {
  const changed = LANGUAGES.filter((language) => draft.question[language] !== old[language]);
  if (changed.length === 0) return null;
  const said = (language: (typeof LANGUAGES)[number]) =>
    draft.question[language].trim() === "" ? null : draft.question[language];
  return Object.fromEntries(changed.map((language) => [language, said(language)]));
}

function inOrder(channels: readonly CapacityClass[]): readonly CapacityClass[] {
  return CAPACITY_CLASS.filter((channel) => channels.includes(channel));
}

export function requestOf(draft: Draft): SurveyRequest {
  return { ...patchOf(draft, PLAIN.question), name: draft.name.trim(), form: draft.form };
}

export function patchOf(draft: Draft, old: Questions): SurveyPatch {
  const question = questionOf(draft, old);
  return {
    name: draft.name.trim(),
    team: teamOf(draft),
    channels: inOrder(draft.channels),
    fraction: draft.fraction,
    delay_minutes: draft.delay,
    window_days: draft.window,
    active: draft.active,
    ...(question === null ? {} : { question }),
  };
}
