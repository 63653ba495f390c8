// ChatForm -- a chat inbox is made, or changed: what visitors see above it, who answers, and on
// which sites it may stand.
import { useState, type FormEvent } from "react";
import { useAnswer } from "../../feed/cache.ts";
import { call, type Refusal, type Received } from "../../feed/http.ts";
import { useMet } from "../../feed/met.ts";
import { useNames } from "../../feed/names.ts";
import type { ChatInboxId } from "../../gen/ids.ts";
import type { ChatInbox } from "../../gen/shapes.ts";
import { Button } from "../../parts/Button.tsx";
import { FormConflict, LastBy } from "../../parts/Conflict.tsx";
import { Dialog } from "../../parts/Dialog.tsx";
import { Checkbox, Select, Switch, TextField } from "../../parts/fields.tsx";
import { faultOf } from "../../parts/faults.ts";
import { back, tell } from "../../parts/notices.tsx";
import { Ready } from "../../parts/states.tsx";
import { apart } from "../../words/format.ts";
import { LANGUAGES as SPOKEN } from "../../words/guest.ts";
import { t, wordOf } from "../../words/words.ts";
import { bodyOf, draftOf, LANGUAGES, NONE, speaks, type Draft } from "./chat_draft.ts";
import { saidOf } from "./chat_said.ts";
import { useAttempt } from "./useAttempt.ts";

export const LISTS = ["list_chat_inboxes", "get_chat_inbox"] as const;
interface Part {
  draft: Draft;
  set: (changes: Partial<Draft>) => void;
  refusal: Refusal | null;
}

function Whose({ draft, set, refusal }: Part) {
  const names = useNames();
  return (
    <>
      <TextField
        label={t("chat.name")}
        help={t("chat.name_help")}
        value={draft.name}
        onChange={(name) => set({ name })}
        isRequired
        autoFocus
        fault={faultOf(refusal, "/name")}
      />
      <Select
        label={t("chat.team")}
        help={t("chat.team_help")}
        choices={[
          { id: NONE, label: t("chat.team_default") },
          ...names.teams.map(({ id, name }) => ({ id, label: name })),
        ]}
        value={draft.team}
        onChange={(team) => set({ team })}
        fault={faultOf(refusal, "/team")}
      />
      <TextField
        label={t("chat.sites")}
        help={t("chat.sites_help")}
        lines={2}
        placeholder={apart("https://www.example.org")}
        value={draft.sites}
        onChange={(sites) => set({ sites })}
        fault={faultOf(refusal, "/sites")}
      />
    </>
  );
}

function Words({ draft, set, refusal }: Part) {
  return (
    <>
      <div role="group" aria-label={t("chat.languages")} className="ek-stack">
        <span className="ek-label">{t("chat.languages")}</span>
        <div className="ek-row">
          {SPOKEN.map(({ id, name }) => (
            <Checkbox
              key={id}
              isSelected={draft.languages.includes(id)}
              onChange={(on) => set({ languages: speaks(draft.languages, id, on) })}
            >
              <bdi>{name}</bdi>
            </Checkbox>
          ))}
        </div>
        <p className="ek-help">{t("chat.languages_help")}</p>
        <p className="ek-fault">{faultOf(refusal, "/languages")}</p>
      </div>
      <fieldset className="ek-settings-greeting">
        <legend className="ek-label">{t("chat.greeting")}</legend>
        {LANGUAGES.map((language) => (
          <TextField
            key={language}
            label={wordOf("chat", `language_${language}`)}
            value={draft.greeting[language] ?? ""}
            onChange={(text) => set({ greeting: { ...draft.greeting, [language]: text } })}
            fault={faultOf(refusal, `/greeting/${language}`)}
          />
        ))}
        <p className="ek-help">{t("chat.greeting_help")}</p>
      </fieldset>
      <Switch isSelected={draft.ask_address} onChange={(on) => set({ ask_address: on })}>
        {t("chat.ask_address")}
      </Switch>
      <Switch isSelected={draft.survey} onChange={(on) => set({ survey: on })}>
        {t("chat.survey")}
      </Switch>
    </>
  );
}

const isWhole = (draft: Draft) => draft.name.trim() !== "" && draft.languages.length > 0;

interface Props {
  close: () => void;
  saved: (inbox: ChatInbox) => void;
}

function Form({ old, close, saved }: Props & { old: Received<"get_chat_inbox"> | null }) {
  const id = old?.answer.id;
  const [draft, change] = useState(() => draftOf(old?.answer ?? null));
  const names = useNames();
  const met = useMet<ChatInbox>({
    begun: old,
    read: () => call("get_chat_inbox", id === undefined ? {} : { params: { id } }),
    says: (inbox) => saidOf(draftOf(inbox), names),
  });
  const { attempt, refusal, isBusy } = useAttempt();
  const set = (changes: Partial<Draft>) => change((before) => ({ ...before, ...changes }));
  const save = async () => {
    const body = bodyOf(draft);
    if (id === undefined) return saved((await call("create_chat_inbox", { body })).answer);
    const params = { id };
    await met.put(async (ifMatch) => {
      const { answer } = await call("update_chat_inbox", { params, body, ifMatch });
      const before = { params, body: bodyOf(draftOf(met.was)), ifMatch: "*" };
      tell(t("chat.changed", { name: answer.name }), back("update_chat_inbox", before, LISTS));
      saved(answer);
    });
  };
  const send = (event?: FormEvent) => {
    event?.preventDefault();
    void attempt(save);
  };
  const isHeld = isBusy || met.theirs !== null || !isWhole(draft);
  return (
    <form className="ek-settings-form" onSubmit={send}>
      <Whose {...{ draft, set, refusal }} />
      <Words {...{ draft, set, refusal }} />
      <FormConflict
        met={met}
        mine={saidOf(draft, names)}
        onTheirs={(inbox) => change(draftOf(inbox))}
        onMine={send}
        by={<LastBy action="chat_inbox.changed" is={({ object }) => object === id} />}
      />
      <div className="ek-dialog-foot">
        <Button onPress={close}>{t("common.cancel")}</Button>
        <Button look="main" type="submit" isDisabled={isHeld}>
          {t(id === undefined ? "chat.make" : "common.save")}
        </Button>
      </div>
    </form>
  );
}

function Changing({ id, ...rest }: Props & { id: ChatInboxId }) {
  const found = useAnswer("get_chat_inbox", { params: { id } });
  return <Ready of={found}>{(old) => <Form old={old} {...rest} />}</Ready>;
}

// id: of the one that is changed; null: a new one.
export function ChatForm({ id, ...rest }: Props & { id: ChatInboxId | null }) {
  return (
    <Dialog title={t(id === null ? "chat.add" : "chat.edit")} isOpen onClose={rest.close}>
      {id === null ? <Form old={null} {...rest} /> : <Changing id={id} {...rest} />}
    </Dialog>
  );
}
