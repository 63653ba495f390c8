// ChatForm -- a chat inbox is made, or changed: what visitors see above it, who answers, and on
// which sites it may stand.
import { useState, type FormEvent } from "react";
import { useBegun } from "../../feed/begun.ts";
import { useAnswer } from "../../feed/cache.ts";
import { call, Refusal, type Received } from "../../feed/http.ts";
import { useNames } from "../../feed/names.ts";
import type { ChatInboxId, TeamId } from "../../gen/ids.ts";
import type { ChatInbox, ChatInboxRequest } from "../../gen/shapes.ts";
import { Button } from "../../parts/Button.tsx";
import { Dialog } from "../../parts/Dialog.tsx";
import { Select, Switch, TextField } from "../../parts/fields.tsx";
import { faultOf } from "../../parts/faults.ts";
import { back, tell } from "../../parts/notices.tsx";
import { Ready } from "../../parts/states.tsx";
import { t, wordOf } from "../../words/words.ts";
import { readSites } from "./chat_sites.ts";
import { useAttempt } from "./useAttempt.ts";

export const LISTS = ["list_chat_inboxes", "get_chat_inbox"] as const;
const LANGUAGES = ["en", "ko", "ar"] as const;
const NONE = "none";

interface Draft {
  name: string;
  team: string;
  sites: string;
  greeting: Record<string, string>;
  ask_address: boolean;
  survey: boolean;
}

function draftOf(inbox: ChatInbox | null): Draft {
  return {
    name: inbox?.name ?? "",
    team: inbox?.team ?? NONE,
    sites: inbox?.sites.join("\n") ?? "",
    greeting: { ...(inbox?.greeting as Record<string, string> | null | undefined) },
    ask_address: inbox?.ask_address ?? true,
    survey: inbox?.survey ?? true,
  };
}

function bodyOf(draft: Draft): ChatInboxRequest {
  // null: not in this language.
  const said = LANGUAGES.map((each) => [each, draft.greeting[each]?.trim() || null] as const);
  return {
    name: draft.name.trim(),
    team: draft.team === NONE ? null : (draft.team as TeamId),
    sites: readSites(draft.sites),
    greeting: Object.fromEntries(said),
    ask_address: draft.ask_address,
    survey: draft.survey,
  };
}

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
        placeholder="https://www.example.org"
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

interface Props {
  close: () => void;
  saved: (inbox: ChatInbox) => void;
}

function Form({ old, close, saved }: Props & { old: Received<"get_chat_inbox"> | null }) {
  const was = old?.answer ?? null;
  const [draft, change] = useState(() => draftOf(was));
  const { ifMatch, begin } = useBegun(old?.etag ?? null);
  const { attempt, refusal, isBusy } = useAttempt();
  const set = (changes: Partial<Draft>) => change((before) => ({ ...before, ...changes }));
  const save = async () => {
    const body = bodyOf(draft);
    if (was === null) {
      const { answer } = await call("create_chat_inbox", { body });
      return saved(answer);
    }
    const params = { id: was.id };
    const told = { params, body, ifMatch };
    const { answer } = await call("update_chat_inbox", told).catch((error: unknown) => {
      // Said once; whoever saves again has read it.
      if (error instanceof Refusal && error.status === 412) begin(null);
      throw error;
    });
    const before = { params, body: bodyOf(draftOf(was)), ifMatch: "*" };
    tell(t("chat.changed", { name: answer.name }), back("update_chat_inbox", before, LISTS));
    saved(answer);
  };
  const send = (event: FormEvent) => {
    event.preventDefault();
    void attempt(save);
  };
  const isStale = refusal?.status === 412;
  return (
    <form className="ek-settings-form" onSubmit={send}>
      <Whose {...{ draft, set, refusal }} />
      <Words {...{ draft, set, refusal }} />
      {isStale && (
        <p className="ek-fault" role="alert">
          {t("chat.stale")}
        </p>
      )}
      <div className="ek-dialog-foot">
        <Button onPress={close}>{t("common.cancel")}</Button>
        <Button look="main" type="submit" isDisabled={isBusy || draft.name.trim() === ""}>
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
