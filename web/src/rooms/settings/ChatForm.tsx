// ChatForm -- a chat inbox is made, or changed: what visitors see above it, who answers, and on
// which sites it may stand.
import { useState, type FormEvent } from "react";
import { useBegun } from "../../feed/begun.ts";
import { useAnswer } from "../../feed/cache.ts";
import { call, Refusal, type Received } from "../../feed/http.ts";
import { useNames } from "../../feed/names.ts";
import type { ChatInboxId } from "../../gen/ids.ts";
import type { ChatInbox } from "../../gen/shapes.ts";
import { Button } from "../../parts/Button.tsx";
import { Dialog } from "../../parts/Dialog.tsx";
import { Checkbox, Select, Switch, TextField } from "../../parts/fields.tsx";
import { faultOf } from "../../parts/faults.ts";
import { back, tell } from "../../parts/notices.tsx";
import { Ready } from "../../parts/states.tsx";
import { apart } from "../../words/format.ts";
import { LANGUAGES as SPOKEN } from "../../words/guest.ts";
import { t, wordOf } from "../../words/words.ts";
import { bodyOf, draftOf, LANGUAGES, NONE, speaks, type Draft } from "./chat_draft.ts";
import { ChatConflict } from "./ChatConflict.tsx";
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
  const was = old?.answer ?? null;
  const [draft, change] = useState(() => draftOf(was));
  const { ifMatch, begin } = useBegun(old?.etag ?? null);
  const { attempt, refusal, isBusy } = useAttempt();
  // As somebody else left it meanwhile.
  const [theirs, meet] = useState<Received<"get_chat_inbox"> | null>(null);
  const set = (changes: Partial<Draft>) => change((before) => ({ ...before, ...changes }));
  const save = async (etag: string) => {
    const body = bodyOf(draft);
    if (was === null) return saved((await call("create_chat_inbox", { body })).answer);
    const params = { id: was.id };
    try {
      const { answer } = await call("update_chat_inbox", { params, body, ifMatch: etag });
      const before = { params, body: bodyOf(draftOf(theirs?.answer ?? was)), ifMatch: "*" };
      tell(t("chat.changed", { name: answer.name }), back("update_chat_inbox", before, LISTS));
      saved(answer);
    } catch (error) {
      if (!(error instanceof Refusal) || error.status !== 412) throw error;
      meet(await call("get_chat_inbox", { params }));
    }
  };
  const send = (event: FormEvent) => {
    event.preventDefault();
    void attempt(() => save(ifMatch));
  };
  const takeTheirs = () => {
    if (theirs === null) return;
    change(draftOf(theirs.answer));
    begin(theirs.etag);
    meet(null);
  };
  const isHeld = isBusy || theirs !== null || !isWhole(draft);
  return (
    <form className="ek-settings-form" onSubmit={send}>
      <Whose {...{ draft, set, refusal }} />
      <Words {...{ draft, set, refusal }} />
      {theirs !== null && (
        <ChatConflict
          theirs={draftOf(theirs.answer)}
          mine={draft}
          onTheirs={takeTheirs}
          onMine={() => void attempt(() => save(theirs.etag ?? "*"))}
        />
      )}
      <div className="ek-dialog-foot">
        <Button onPress={close}>{t("common.cancel")}</Button>
        <Button look="main" type="submit" isDisabled={isHeld}>
          {t(was === null ? "chat.make" : "common.save")}
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
