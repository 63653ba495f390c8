// MailboxForm -- a mailbox is connected, or changed, in three steps on one page: the address and
// its password; the servers, proposed from the address and tried at once; whose mail it is.
import { useState, type FormEvent } from "react";
import { age, useAnswer } from "../../feed/cache.ts";
import { call, type Refusal } from "../../feed/http.ts";
import { useMet, type Found } from "../../feed/met.ts";
import { useNames } from "../../feed/names.ts";
import type { TeamId } from "../../gen/ids.ts";
import type { Mailbox } from "../../gen/shapes.ts";
import { Button } from "../../parts/Button.tsx";
import { confirmed } from "../../parts/Confirm.tsx";
import { FormConflict, LastBy } from "../../parts/Conflict.tsx";
import { Checkbox, NumberField, Select, Switch, TextField } from "../../parts/fields.tsx";
import { faultOf } from "../../parts/faults.ts";
import { tell } from "../../parts/notices.tsx";
import { PasswordField } from "../../parts/PasswordField.tsx";
import { t } from "../../words/words.ts";
import { Confirmable } from "./Confirmable.tsx";
import { protection, saidOf } from "./mailbox_said.ts";
import { MailboxTrial } from "./MailboxTrial.tsx";
import {
  bodyOf,
  draftOf,
  isAddress,
  isReady,
  NEW,
  withAddress,
  type BoxDraft,
  type Protection,
  type ServerDraft,
} from "./mailbox.ts";
import { useAttempt } from "./useAttempt.ts";

interface Editing {
  draft: BoxDraft;
  set: (draft: BoxDraft) => void;
  refusal: Refusal | null;
}

function AddressStep({ draft, set, refusal }: Editing) {
  const isNew = draft.id === null;
  return (
    <fieldset className="ek-mailbox-step">
      <legend>{t("mail.step_address")}</legend>
      {isNew && (
        <TextField
          label={t("mail.address")}
          type="email"
          autoComplete="off"
          value={draft.address}
          onChange={(address) => set(withAddress(draft, address))}
          fault={faultOf(refusal, "/address")}
          autoFocus
        />
      )}
      <PasswordField
        label={t("mail.password")}
        isNew
        value={draft.imap.password}
        onChange={(password) => set({ ...draft, imap: { ...draft.imap, password } })}
        help={t(isNew ? "mail.password_help" : "mail.password_kept")}
        fault={faultOf(refusal, "/imap/password")}
      />
    </fieldset>
  );
}

function ServerFields({
  which,
  server,
  change,
  refusal,
}: {
  which: "imap" | "smtp";
  server: ServerDraft;
  change: (server: ServerDraft) => void;
  refusal: Refusal | null;
}) {
  const label = t(which === "imap" ? "mail.incoming" : "mail.outgoing");
  return (
    <div className="ek-stack" role="group" aria-label={label}>
      <h4>{label}</h4>
      <TextField
        label={t("mail.host")}
        value={server.host}
        onChange={(host) => change({ ...server, host })}
        fault={faultOf(refusal, `/${which}/host`) ?? null}
      />
      <div className="ek-mailbox-pair">
        <NumberField
          label={t("mail.port")}
          value={server.port}
          minValue={1}
          maxValue={65535}
          formatOptions={{ useGrouping: false }}
          onChange={(port) => Number.isFinite(port) && change({ ...server, port })}
          fault={faultOf(refusal, `/${which}/port`)}
        />
        <Select
          label={t("mail.protection")}
          choices={(["tls", "starttls", "none"] as const).map((id) => ({
            id,
            label: protection(id),
          }))}
          value={server.tls}
          onChange={(tls) => change({ ...server, tls: tls as Protection })}
          fault={faultOf(refusal, `/${which}/tls`)}
        />
      </div>
      <TextField
        label={t("mail.user")}
        autoComplete="off"
        value={server.user}
        onChange={(user) => change({ ...server, user })}
        fault={faultOf(refusal, `/${which}/user`)}
      />
    </div>
  );
}

function ServersStep({ draft, set, refusal }: Editing) {
  return (
    <fieldset className="ek-mailbox-step">
      <legend>{t("mail.step_servers")}</legend>
      {draft.isGuessed && <p className="ek-quiet">{t("mail.guessed")}</p>}
      <div className="ek-columns">
        <ServerFields
          which="imap"
          server={draft.imap}
          change={(imap) => set({ ...draft, imap, isGuessed: false })}
          refusal={refusal}
        />
        <div className="ek-stack">
          <ServerFields
            which="smtp"
            server={draft.smtp}
            change={(smtp) => set({ ...draft, smtp, isGuessed: false })}
            refusal={refusal}
          />
          <Checkbox
            isSelected={draft.hasOwnPassword}
            onChange={(hasOwnPassword) => set({ ...draft, hasOwnPassword })}
          >
            {t("mail.other_password")}
          </Checkbox>
          {draft.hasOwnPassword && (
            <PasswordField
              label={t("mail.password_out")}
              isNew
              value={draft.smtp.password}
              onChange={(password) => set({ ...draft, smtp: { ...draft.smtp, password } })}
              fault={faultOf(refusal, "/smtp/password")}
            />
          )}
        </div>
      </div>
      <MailboxTrial draft={draft} />
    </fieldset>
  );
}

const NO_TEAM = "none";

function TeamStep({ draft, set, refusal }: Editing) {
  const teams = useAnswer("list_teams", { query: { limit: 500 } }).data?.answer.data ?? [];
  return (
    <fieldset className="ek-mailbox-step">
      <legend>{t("mail.step_team")}</legend>
      <div className="ek-columns">
        <Select
          label={t("mail.team")}
          choices={[
            { id: NO_TEAM, label: t("mail.no_team") },
            ...teams.map(({ id, name }) => ({ id, label: name })),
          ]}
          value={draft.team ?? NO_TEAM}
          onChange={(id) => set({ ...draft, team: id === NO_TEAM ? null : (id as TeamId) })}
          fault={faultOf(refusal, "/team")}
        />
        <TextField
          label={t("mail.name")}
          value={draft.name}
          onChange={(name) => set({ ...draft, name })}
          fault={faultOf(refusal, "/name")}
        />
      </div>
      <TextField
        label={t("mail.signature")}
        help={t("mail.signature_help")}
        lines={3}
        value={draft.signature}
        onChange={(signature) => set({ ...draft, signature })}
        fault={faultOf(refusal, "/signature")}
      />
      <details>
        <summary>{t("mail.more_settings")}</summary>
        <div className="ek-stack ek-mailbox-more">
          <TextField
            label={t("mail.trusted_host")}
            help={t("mail.trusted_host_help")}
            value={draft.trusted}
            onChange={(trusted) => set({ ...draft, trusted })}
            fault={faultOf(refusal, "/trusted_host")}
          />
          <div>
            <Switch isSelected={draft.plus} onChange={(plus) => set({ ...draft, plus })}>
              {t("mail.plus")}
            </Switch>
            <p className="ek-help">{t("mail.plus_help")}</p>
          </div>
        </div>
      </details>
    </fieldset>
  );
}

const LISTS = ["list_mailboxes", "get_mailbox"] as const;

function useSave(old: Found<Mailbox> | null, draft: BoxDraft) {
  const params = { id: old?.answer.id ?? "box_0" } as const;
  const names = useNames();
  const met = useMet<Mailbox>({
    begun: old,
    read: () => confirmed(() => call("get_mailbox", { params })),
    says: (box) => saidOf(draftOf(box), names),
  });
  // Whether it is done.
  const save = async () => {
    const body = bodyOf(draft);
    const name = draft.address.trim();
    const change = (ifMatch: string) =>
      confirmed(() => call("update_mailbox", { params, body, ifMatch }));
    if (old === null)
      await confirmed(() => call("create_mailbox", { body: { ...body, address: name } }));
    else if (!(await met.put(change))) return false;
    tell(t(old === null ? "mail.connected" : "mail.changed", { name }));
    age(LISTS);
    return true;
  };
  return { met, save, mine: saidOf(draft, names) };
}

function Form({ old, close }: { old: Found<Mailbox> | null; close: () => void }) {
  const [draft, set] = useState(() => (old === null ? NEW : draftOf(old.answer)));
  const { attempt, refusal, isBusy } = useAttempt();
  const { met, save, mine } = useSave(old, draft);
  const editing = { draft, set, refusal };
  const isNew = old === null;
  const send = (event?: FormEvent) => {
    event?.preventDefault();
    void attempt(() => save().then((isDone) => isDone && close()));
  };
  const isHeld = !isReady(draft) || isBusy || met.theirs !== null;
  return (
    <form className="ek-panel ek-mailbox-form" onSubmit={send} noValidate>
      <h3>{isNew ? t("mail.connect") : <bdi>{draft.address}</bdi>}</h3>
      <AddressStep {...editing} />
      {(!isNew || isAddress(draft.address)) && (
        <>
          <ServersStep {...editing} />
          <TeamStep {...editing} />
        </>
      )}
      <FormConflict
        {...{ met, mine }}
        onTheirs={(box) => set(draftOf(box))}
        onMine={send}
        by={<LastBy action="mailbox.changed" is={({ object }) => object === draft.id} />}
      />
      <div className="ek-row">
        <Button look="main" type="submit" isDisabled={isHeld}>
          {t(isNew ? "mail.connect_it" : "mail.save")}
        </Button>
        <Button onPress={close}>{t("common.cancel")}</Button>
      </div>
    </form>
  );
}

export function NewMailbox({ close }: { close: () => void }) {
  return <Form old={null} close={close} />;
}

export function EditMailbox({ id, close }: { id: Mailbox["id"]; close: () => void }) {
  const box = useAnswer("get_mailbox", { params: { id } });
  return <Confirmable of={box}>{(old) => <Form {...{ old, close }} />}</Confirmable>;
}
