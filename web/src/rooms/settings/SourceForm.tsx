// SourceForm -- a source is made, or changed: what it is called, who answers, and where in its JSON
// things stand.
import { useState, type FormEvent } from "react";
import { age, useAnswer } from "../../feed/cache.ts";
import { call, type Refusal } from "../../feed/http.ts";
import { useMet, type Found, type Said } from "../../feed/met.ts";
import { useNames, type Names } from "../../feed/names.ts";
import { CAPACITY_CLASS, type CapacityClass } from "../../gen/enums.ts";
import type { SourceId, TeamId } from "../../gen/ids.ts";
import type { Source, SourceMapping } from "../../gen/shapes.ts";
import { Button } from "../../parts/Button.tsx";
import { confirmed } from "../../parts/Confirm.tsx";
import { FormConflict, LastBy } from "../../parts/Conflict.tsx";
import { Dialog } from "../../parts/Dialog.tsx";
import { Select, TextField } from "../../parts/fields.tsx";
import { faultOf } from "../../parts/faults.ts";
import { tell } from "../../parts/notices.tsx";
import { t, wordOf } from "../../words/words.ts";
import { Confirmable } from "./Confirmable.tsx";
import { useAttempt } from "./useAttempt.ts";

const NONE = "none";
// As the server takes them when nothing is said.
const USUAL = {
  conversation: "/conversation",
  title: "/title",
  text: "/text",
  email: "/contact/email",
  name: "/contact/name",
} as const;
const MEMBERS = ["conversation", "title", "text", "email", "name"] as const;
type Places = Record<(typeof MEMBERS)[number], string>;

interface Draft {
  name: string;
  team: string;
  channel: CapacityClass;
  places: Places;
}

function draftOf(source: Source | null): Draft {
  const placed = (member: keyof Places) =>
    source === null ? USUAL[member] : (source.mapping[member] ?? "");
  return {
    name: source?.name ?? "",
    team: source?.team ?? NONE,
    channel: source?.channel ?? "api",
    places: Object.fromEntries(MEMBERS.map((each) => [each, placed(each)])) as Places,
  };
}

function mappingOf(places: Places): SourceMapping {
  const said = MEMBERS.map((each) => [each, places[each].trim() || null] as const);
  return Object.fromEntries(said) as SourceMapping;
}

function bodyOf({ name, team, places }: Draft) {
  return {
    name: name.trim(),
    team: team === NONE ? null : (team as TeamId),
    mapping: mappingOf(places),
  };
}

function saidOf({ name, team, places }: Draft, names: Names): readonly Said[] {
  return [
    { label: t("hooks.name"), said: name.trim() },
    {
      label: t("hooks.team"),
      said: team === NONE ? t("hooks.team_default") : names.of(team),
    },
    ...MEMBERS.map((each) => ({ label: t(`hooks.at_${each}`), said: places[each].trim() })),
  ];
}

interface Part {
  draft: Draft;
  set: (changes: Partial<Draft>) => void;
  refusal: Refusal | null;
}

function Whose({ draft, set, refusal, isNew }: Part & { isNew: boolean }) {
  const names = useNames();
  return (
    <>
      <TextField
        label={t("hooks.name")}
        help={t("hooks.name_help")}
        value={draft.name}
        onChange={(name) => set({ name })}
        autoFocus
        fault={faultOf(refusal, "/name")}
      />
      <div className="ek-columns">
        <Select
          label={t("hooks.team")}
          choices={[
            { id: NONE, label: t("hooks.team_default") },
            ...names.teams.map(({ id, name }) => ({ id, label: name })),
          ]}
          value={draft.team}
          onChange={(team) => set({ team })}
          fault={faultOf(refusal, "/team")}
        />
        {isNew && (
          <Select
            label={t("hooks.channel")}
            choices={CAPACITY_CLASS.map((id) => ({ id, label: wordOf("why", `class_${id}`) }))}
            value={draft.channel}
            onChange={(id) => set({ channel: id as CapacityClass })}
            fault={faultOf(refusal, "/channel")}
          />
        )}
      </div>
    </>
  );
}

function Mapping({ draft, set, refusal }: Part) {
  return (
    <fieldset className="ek-settings-greeting">
      <legend className="ek-label">{t("hooks.mapping")}</legend>
      <p className="ek-help">{t("hooks.mapping_help")}</p>
      <div className="ek-hooks-map">
        {MEMBERS.map((member) => (
          <TextField
            key={member}
            label={t(`hooks.at_${member}`)}
            placeholder={USUAL[member]}
            value={draft.places[member]}
            onChange={(place) => set({ places: { ...draft.places, [member]: place } })}
            fault={faultOf(refusal, `/mapping/${member}`)}
          />
        ))}
      </div>
    </fieldset>
  );
}

interface Props {
  close: () => void;
  made: (source: Source, secret: string | null) => void;
}

const LISTS = ["list_sources", "get_source"] as const;

function useSave(old: Found<Source> | null, draft: Draft, { close, made }: Props) {
  const params = { id: old?.answer.id ?? "src_0" } as const;
  const names = useNames();
  const met = useMet<Source>({
    begun: old,
    read: () => confirmed(() => call("get_source", { params })),
    says: (source) => saidOf(draftOf(source), names),
  });
  const put = (body: ReturnType<typeof bodyOf>, ifMatch: string) =>
    confirmed(() => call("update_source", { params, body, ifMatch }));
  const save = async () => {
    const body = bodyOf(draft);
    if (old === null) {
      const told = { body: { ...body, channel: draft.channel } };
      const { answer } = await confirmed(() => call("create_source", told));
      age(LISTS);
      return made(answer, answer.secret);
    }
    const before = bodyOf(draftOf(met.was));
    if (!(await met.put((ifMatch) => put(body, ifMatch)))) return;
    age(LISTS);
    tell(t("hooks.source_changed", { name: body.name }), async () => {
      await put(before, "*");
      age(LISTS);
    });
    close();
  };
  return { met, save, mine: saidOf(draft, names) };
}

function Form({ old, ...rest }: Props & { old: Found<Source> | null }) {
  const [draft, change] = useState(() => draftOf(old?.answer ?? null));
  const { met, save, mine } = useSave(old, draft, rest);
  const { attempt, refusal, isBusy } = useAttempt();
  const set = (changes: Partial<Draft>) => change((before) => ({ ...before, ...changes }));
  const part = { draft, set, refusal };
  const send = (event?: FormEvent) => {
    event?.preventDefault();
    void attempt(save);
  };
  const isHeld = isBusy || met.theirs !== null || draft.name.trim() === "";
  return (
    <form className="ek-settings-form" onSubmit={send}>
      <Whose {...part} isNew={old === null} />
      <Mapping {...part} />
      <FormConflict
        {...{ met, mine }}
        onTheirs={(source) => change(draftOf(source))}
        onMine={send}
        by={<LastBy action="source.updated" is={({ object }) => object === old?.answer.id} />}
      />
      <div className="ek-dialog-foot">
        <Button onPress={rest.close}>{t("common.cancel")}</Button>
        <Button look="main" type="submit" isDisabled={isHeld}>
          {t(old === null ? "hooks.source_make" : "common.save")}
        </Button>
      </div>
    </form>
  );
}

function Changing({ id, ...rest }: Props & { id: SourceId }) {
  const found = useAnswer("get_source", { params: { id } });
  return <Confirmable of={found}>{(old) => <Form old={old} {...rest} />}</Confirmable>;
}

// id: of the one that is changed; null: a new one.
export function SourceForm({ id, ...rest }: Props & { id: SourceId | null }) {
  const title = t(id === null ? "hooks.source_add" : "hooks.source_edit");
  return (
    <Dialog title={title} isOpen onClose={rest.close} wide>
      {id === null ? <Form old={null} {...rest} /> : <Changing id={id} {...rest} />}
    </Dialog>
  );
}
