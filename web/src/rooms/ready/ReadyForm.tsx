// ReadyForm -- a ready answer is written or changed: whose it is, its title, its text in each
// language with fields, and beside it how it will be sent.
import { useId, useState } from "react";
import { useLocation } from "wouter";
import { useBegun } from "../../feed/begun.ts";
import { age, useAnswer, useChange } from "../../feed/cache.ts";
import { call, type OperationName, type Refusal } from "../../feed/http.ts";
import { useNames } from "../../feed/names.ts";
import { leadsTeam, may, me } from "../../feed/session.ts";
import type { ReadyAnswer, ReadyVersion } from "../../gen/shapes.ts";
import { Button } from "../../parts/Button.tsx";
import { RadioGroup, Select, TextField } from "../../parts/fields.tsx";
import { Menu } from "../../parts/Menu.tsx";
import { Name } from "../../parts/Name.tsx";
import { complain, tell } from "../../parts/notices.tsx";
import { faultAt } from "../../parts/states.tsx";
import { When } from "../../parts/time.tsx";
import { pageLanguage, t, wordOf } from "../../words/words.ts";
import { Preview } from "./Preview.tsx";
import {
  draftOf,
  FIELDS,
  LANGUAGES,
  patchOf,
  requestOf,
  SCOPES,
  type Draft,
  type Language,
  type Scope,
} from "./draft.ts";

const TOUCHED: readonly OperationName[] = [
  "list_ready_answers",
  "get_ready_answer",
  "list_ready_versions",
  "find_ready_answers",
];
const EXAMPLE = "{{contact.name|customer}}";

interface Part {
  draft: Draft;
  set: (changes: Partial<Draft>) => void;
  fault: (pointer: string) => string | undefined;
}

// May it be changed by me; the server decides again.
export function mayEdit(answer: ReadyAnswer): boolean {
  if (answer.scope === "own") return answer.owner === me().id;
  if (answer.scope === "everyone") return may("ready_everyone_edit");
  return leadsTeam(answer.team) || (may("ready_team_edit") && may("ready_everyone_edit"));
}

function Whose({ draft, set, fault }: Part) {
  const { teams } = useNames();
  const scopes = SCOPES.filter(
    (scope) => scope === "own" || may(scope === "team" ? "ready_team_edit" : "ready_everyone_edit"),
  );
  if (scopes.length === 1) return null;
  return (
    <>
      <RadioGroup
        label={t("ready.scope")}
        choices={scopes.map((id) => ({
          id,
          label: t(`ready.scope_${id}`),
          detail: t(`ready.scope_${id}_means`),
        }))}
        value={draft.scope}
        onChange={(id) => set({ scope: id as Scope })}
        fault={fault("/scope")}
      />
      {draft.scope === "team" && (
        <Select
          label={t("common.team")}
          choices={teams.map(({ id, name }) => ({ id, label: name }))}
          value={draft.team}
          onChange={(team) => set({ team })}
          fault={fault("/team")}
        />
      )}
    </>
  );
}

function Text({
  language,
  draft,
  set,
  fault,
  look,
}: Part & { language: Language; look: () => void }) {
  const id = useId();
  const put = (field: string) => {
    const box = document.getElementById(id)?.querySelector("textarea");
    const text = draft.texts[language];
    const at = box?.selectionStart ?? text.length;
    const sign = `{{${field}|}}`;
    set({ texts: { ...draft.texts, [language]: text.slice(0, at) + sign + text.slice(at) } });
    // Between bar and braces: what stands there when nothing is known.
    setTimeout(() => {
      box?.focus();
      box?.setSelectionRange(at + sign.length - 2, at + sign.length - 2);
    }, 0);
  };
  return (
    <div id={id} className="ek-ready-text" onFocus={look}>
      <TextField
        label={t("ready.text_in", { language: t(`ready.language_${language}`) })}
        lines={4}
        value={draft.texts[language]}
        onChange={(text) => set({ texts: { ...draft.texts, [language]: text } })}
        fault={fault(`/texts/${language}`) ?? (language === "en" ? fault("/texts") : undefined)}
      />
      <Menu
        label={t("ready.fields")}
        look="link"
        button={t("ready.fields")}
        entries={FIELDS.map((field) => ({
          id: field,
          label: wordOf("ready", `field_${field.replace(".", "_")}`),
          onAction: () => put(field),
        }))}
      />
    </div>
  );
}

function useSave(draft: Draft, answer: ReadyAnswer | undefined, etag: string | null) {
  const [, go] = useLocation();
  const create = useChange("create_ready_answer", TOUCHED);
  const update = useChange("update_ready_answer", TOUCHED);
  const { ifMatch, begin } = useBegun(etag);
  const save = () => {
    if (answer === undefined) {
      create.mutate(
        { body: requestOf(draft) },
        { onSuccess: () => (tell(t("ready.made")), go("/ready")) },
      );
      return;
    }
    const back = () =>
      call("update_ready_answer", {
        params: { id: answer.id },
        body: patchOf(draftOf(answer, pageLanguage())),
        ifMatch: "*",
      }).then(() => (begin(null), age(TOUCHED)));
    update.mutate(
      { params: { id: answer.id }, body: patchOf(draft), ifMatch },
      {
        onSuccess: (saved) => (begin(saved.etag), tell(t("ready.saved"), back)),
        onError: ({ status }) => status === 412 && (begin(null), age(TOUCHED)),
      },
    );
  };
  const { error, isPending } = answer === undefined ? create : update;
  return { save, error, isPending, begin };
}

function Archive({ answer, begin }: { answer: ReadyAnswer; begin: (etag: string | null) => void }) {
  const update = useChange("update_ready_answer", TOUCHED);
  const set = (archived: boolean) =>
    call("update_ready_answer", { params: { id: answer.id }, body: { archived }, ifMatch: "*" });
  const send = () =>
    update.mutate(
      { params: { id: answer.id }, body: { archived: !answer.archived }, ifMatch: "*" },
      {
        onSuccess: (saved) => {
          begin(saved.etag);
          tell(t(answer.archived ? "ready.restored_now" : "ready.archived_now"), () =>
            set(answer.archived).then(() => (begin(null), age(TOUCHED))),
          );
        },
        onError: complain,
      },
    );
  return (
    <Button isDisabled={update.isPending} onPress={send}>
      {t(answer.archived ? "ready.restore" : "ready.archive")}
    </Button>
  );
}

function Trouble({ error }: { error: Refusal | null }) {
  if (error === null) return null;
  return (
    <p role="alert" className="ek-fault">
      {error.status === 412
        ? t("ready.conflict")
        : (error.problem?.detail ?? t("common.unreachable"))}
    </p>
  );
}

function Version({ version }: { version: ReadyVersion }) {
  return (
    <li className="ek-stack">
      <details>
        <summary>
          {t("ready.version", { number: version.version })}
          <span className="ek-quiet">
            {" · "}
            <When at={version.at} /> <Name id={version.by} />
          </span>
        </summary>
        <p>
          <strong dir="auto">{version.title}</strong>
        </p>
        {LANGUAGES.filter((language) => version.texts[language] !== null).map((language) => (
          <p key={language} className="ek-ready-filled" dir="auto" lang={language}>
            {version.texts[language]}
          </p>
        ))}
      </details>
    </li>
  );
}

function Versions({ answer }: { answer: ReadyAnswer }) {
  const versions = useAnswer("list_ready_versions", {
    params: { id: answer.id },
    query: { limit: 50 },
  });
  const earlier = versions.data?.answer.data.filter((each) => each.version < answer.version) ?? [];
  if (earlier.length === 0) return null;
  return (
    <section className="ek-panel" aria-labelledby="ready-versions">
      <h2 id="ready-versions">{t("ready.versions")}</h2>
      <ul className="ek-stack">
        {earlier.map((version) => (
          <Version key={version.version} version={version} />
        ))}
      </ul>
    </section>
  );
}

export function ReadyForm({ answer, etag = null }: { answer?: ReadyAnswer; etag?: string | null }) {
  const [draft, setDraft] = useState(() => draftOf(answer, pageLanguage()));
  const [shown, show] = useState<Language>(() => {
    const mine = pageLanguage();
    const has = (language: Language) => draft.texts[language] !== "";
    return has(mine) ? mine : (LANGUAGES.find(has) ?? mine);
  });
  const { save, error, isPending, begin } = useSave(draft, answer, etag);
  const part: Part = {
    draft,
    set: (changes) => setDraft((was) => ({ ...was, ...changes })),
    fault: (pointer) => faultAt(error, pointer),
  };
  const isEmpty =
    draft.title.trim() === "" || LANGUAGES.every((each) => draft.texts[each].trim() === "");
  return (
    <div className="ek-columns">
      <section className="ek-panel" aria-labelledby="ready-form">
        <h2 id="ready-form" dir="auto">
          {answer === undefined ? t("ready.new") : answer.title}
        </h2>
        {answer === undefined && <Whose {...part} />}
        <TextField
          label={t("ready.name")}
          value={draft.title}
          onChange={(title) => part.set({ title })}
          fault={part.fault("/title")}
        />
        {LANGUAGES.map((language) => (
          <Text key={language} language={language} look={() => show(language)} {...part} />
        ))}
        <p className="ek-help">{t("ready.text_means")}</p>
        <p className="ek-help">{t("ready.fields_means", { example: `\u2066${EXAMPLE}\u2069` })}</p>
        <Trouble error={error} />
        <div className="ek-row">
          <Button look="main" isDisabled={isEmpty || isPending} onPress={save}>
            {t("ready.save")}
          </Button>
          {answer !== undefined && <Archive answer={answer} begin={begin} />}
        </div>
      </section>
      <div className="ek-stack">
        <Preview text={draft.texts[shown]} language={shown} />
        {answer !== undefined && <Versions answer={answer} />}
      </div>
    </div>
  );
}
