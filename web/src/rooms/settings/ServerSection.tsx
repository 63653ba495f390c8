// ServerSection -- what holds for the whole workspace: its name and zone, outgoing mail, who needs
// a second factor, how long closed conversations are kept. Two people editing: the second sees both
// and chooses.
import { useEffect, useState, type FormEvent } from "react";
import { age, useAnswer } from "../../feed/cache.ts";
import { call, Refusal, type Received } from "../../feed/http.ts";
import { useMet, type Said } from "../../feed/met.ts";
import type { AuditEntry, ServerSettings, ServerSettingsPatch } from "../../gen/shapes.ts";
import { Button } from "../../parts/Button.tsx";
import { confirmed } from "../../parts/Confirm.tsx";
import { FormConflict, LastBy } from "../../parts/Conflict.tsx";
import { Checkbox, ComboBox, NumberField, RadioGroup, TextField } from "../../parts/fields.tsx";
import { faultOf } from "../../parts/faults.ts";
import { back, tell } from "../../parts/notices.tsx";
import { PasswordField } from "../../parts/PasswordField.tsx";
import { formatList, formatNumber } from "../../words/format.ts";
import { LANGUAGES } from "../../words/guest.ts";
import { t } from "../../words/words.ts";
import { zonesWith } from "../../words/zones.ts";
import { Confirmable } from "./Confirmable.tsx";
import type { SectionId } from "./sections.ts";
import { useAttempt } from "./useAttempt.ts";

const FACTORS = ["none", "leads", "all"] as const;
const YEAR = 365;

type Mailer = Partial<ServerSettings["mail"]>;
interface Changed extends Partial<Omit<ServerSettings, "mail">> {
  mail?: Mailer;
}

interface Part {
  form: ServerSettings;
  change: (part: Changed) => void;
  refusal: Refusal | null;
}

function Workspace({ form, change, refusal }: Part) {
  const put = (id: string, isIn: boolean) =>
    change({
      languages: LANGUAGES.map((each) => each.id).filter((each) =>
        each === id ? isIn : form.languages.includes(each),
      ),
    });
  return (
    <>
      <TextField
        label={t("workspace.name")}
        value={form.name}
        onChange={(name) => change({ name })}
        fault={faultOf(refusal, "/name")}
      />
      <ComboBox
        label={t("workspace.zone")}
        choices={zonesWith(form.zone)}
        value={form.zone}
        onChange={(zone) => change({ zone })}
        fault={faultOf(refusal, "/zone")}
      />
      <div role="group" aria-label={t("workspace.languages")} className="ek-stack">
        <strong>{t("workspace.languages")}</strong>
        <div className="ek-row">
          {LANGUAGES.map(({ id, name }) => (
            <Checkbox
              key={id}
              isSelected={form.languages.includes(id)}
              onChange={(isIn) => put(id, isIn)}
            >
              <bdi>{name}</bdi>
            </Checkbox>
          ))}
        </div>
        <p className="ek-fault">{faultOf(refusal, "/languages")}</p>
      </div>
    </>
  );
}

function Alarms({ form, change, refusal }: Part) {
  return (
    <NumberField
      label={t("workspace.alarms")}
      help={t("workspace.alarms_help")}
      value={form.alarm_budget}
      onChange={(n) => change({ alarm_budget: Number.isNaN(n) ? 1 : n })}
      fault={faultOf(refusal, "/alarm_budget")}
    />
  );
}

function Mail({
  form,
  change,
  refusal,
  password,
  setPassword,
}: Part & { password: string; setPassword: (password: string) => void }) {
  const { mail } = form;
  const put = (part: Mailer) => change({ mail: part });
  return (
    <>
      <h3>{t("workspace.mail")}</h3>
      <div className="ek-columns">
        <TextField
          label={t("workspace.mail_host")}
          value={mail.host ?? ""}
          onChange={(host) => put({ host: host === "" ? null : host })}
          fault={faultOf(refusal, "/mail/host")}
        />
        <NumberField
          label={t("workspace.mail_port")}
          formatOptions={{ useGrouping: false }}
          value={mail.port ?? NaN}
          onChange={(port) => put({ port: Number.isNaN(port) ? null : port })}
          fault={faultOf(refusal, "/mail/port")}
        />
        <TextField
          label={t("workspace.mail_user")}
          autoComplete="off"
          value={mail.user ?? ""}
          onChange={(user) => put({ user: user === "" ? null : user })}
          fault={faultOf(refusal, "/mail/user")}
        />
        <PasswordField
          label={t("workspace.mail_password")}
          help={t(mail.password_set ? "workspace.password_is_set" : "workspace.password_unset")}
          isNew
          value={password}
          onChange={setPassword}
          fault={faultOf(refusal, "/mail/password")}
        />
      </div>
    </>
  );
}

function Factor({ form, change, refusal }: Part) {
  return (
    <RadioGroup
      label={t("workspace.factor")}
      help={t("workspace.factor_help")}
      value={form.second_factor}
      onChange={(id) => change({ second_factor: id as ServerSettings["second_factor"] })}
      choices={FACTORS.map((id) => ({ id, label: t(`workspace.factor_${id}`) }))}
      fault={faultOf(refusal, "/second_factor")}
    />
  );
}

function Retention({ form, change, refusal }: Part) {
  const days = form.retention_days;
  return (
    <>
      {days !== null && (
        <NumberField
          label={t("workspace.retention")}
          help={t("workspace.retention_help")}
          value={days}
          onChange={(n) => change({ retention_days: Number.isNaN(n) ? null : n })}
          fault={faultOf(refusal, "/retention_days")}
        />
      )}
      <Checkbox
        isSelected={days === null}
        onChange={(isForEver) => change({ retention_days: isForEver ? null : 2 * YEAR })}
      >
        {t("workspace.for_ever")}
      </Checkbox>
      <p className="ek-quiet">{t("workspace.retention_means")}</p>
    </>
  );
}

// Only what was changed is sent; of mail the parts, as its password is never read.
function patchOf(form: ServerSettings, from: ServerSettings, password: string) {
  const patch: Record<string, unknown> = {};
  for (const name of [
    "name",
    "zone",
    "languages",
    "second_factor",
    "retention_days",
    "alarm_budget",
  ] as const)
    if (JSON.stringify(form[name]) !== JSON.stringify(from[name])) patch[name] = form[name];
  const mail: Record<string, unknown> = password === "" ? {} : { password };
  for (const name of ["host", "port", "user"] as const)
    if (form.mail[name] !== from.mail[name]) mail[name] = form.mail[name];
  if (Object.keys(mail).length > 0) patch["mail"] = mail;
  return patch as ServerSettingsPatch;
}

function backOf(patch: ServerSettingsPatch, from: ServerSettings): ServerSettingsPatch {
  const { mail, ...rest } = patch;
  const { password: _never, ...parts } = mail ?? {};
  const pick = (names: object, of: object) =>
    Object.fromEntries(Object.keys(names).map((name) => [name, of[name as keyof typeof of]]));
  const back = pick(rest, from) as ServerSettingsPatch;
  return mail === undefined
    ? back
    : { ...back, mail: pick(parts, from.mail) as NonNullable<ServerSettingsPatch["mail"]> };
}

const put = (body: ServerSettingsPatch, ifMatch: string) =>
  confirmed(() => call("update_server_settings", { body, ifMatch }));
const LIST = ["get_server_settings"] as const;

const numberOf = (n: number | null) => (n === null ? "" : formatNumber(n));

// What a page shows, in words. A password is never read, so that nobody can be told of it.
function saidOf(id: SectionId, of: ServerSettings): readonly Said[] {
  const { mail } = of;
  const speaks = LANGUAGES.filter((each) => of.languages.includes(each.id));
  if (id === "sign_in")
    return [{ label: t("workspace.factor"), said: t(`workspace.factor_${of.second_factor}`) }];
  if (id === "retention") {
    const days = of.retention_days;
    const said = days === null ? t("workspace.for_ever") : formatNumber(days);
    return [{ label: t("workspace.retention"), said }];
  }
  return [
    { label: t("workspace.name"), said: of.name },
    { label: t("workspace.zone"), said: of.zone },
    { label: t("workspace.languages"), said: formatList(speaks.map(({ name }) => name)) },
    { label: t("workspace.alarms"), said: formatNumber(of.alarm_budget) },
    { label: t("workspace.mail_host"), said: mail.host ?? "" },
    { label: t("workspace.mail_port"), said: numberOf(mail.port) },
    { label: t("workspace.mail_user"), said: mail.user ?? "" },
  ];
}

const isHere = (id: SectionId, { reason }: AuditEntry) => {
  const where = { second_factor: "sign_in", retention_days: "retention" }[reason ?? ""];
  return reason !== null && !reason.startsWith("outbound_") && (where ?? "workspace") === id;
};

function useServer(id: SectionId, received: Received<"get_server_settings">) {
  const [changed, setChanged] = useState<Changed>({});
  const [password, setPassword] = useState("");
  const { attempt, refusal, isBusy } = useAttempt();
  const met = useMet<ServerSettings>({
    begun: received,
    read: () => confirmed(() => call("get_server_settings")),
    says: (answer) => saidOf(id, answer),
  });
  const from = met.was ?? received.answer;
  const form = { ...from, ...changed, mail: { ...from.mail, ...changed.mail } };
  const patch = patchOf(form, from, password);
  const isChanged = Object.keys(patch).length > 0;
  // Where nothing is touched, what others do is shown as it comes.
  useEffect(() => {
    if (!isChanged && met.theirs === null) met.stand(received);
  }, [received.etag]);
  const discard = () => {
    setChanged({});
    setPassword("");
  };
  const save = async (ifMatch: string) => {
    const before = backOf(patch, from);
    met.stand(await put(patch, ifMatch));
    discard();
    age(LIST);
    const undo = { body: before, ifMatch: "*" };
    tell(t("workspace.saved"), back("update_server_settings", undo, LIST));
  };
  const part: Part = {
    form,
    refusal,
    change: ({ mail, ...more }) =>
      setChanged((had) => ({
        ...had,
        ...more,
        ...(mail === undefined ? {} : { mail: { ...had.mail, ...mail } }),
      })),
  };
  const send = () => void attempt(() => met.put(save));
  return { met, part, send, discard, password, setPassword, isChanged, isBusy };
}

function Form({ id, received }: { id: SectionId; received: Received<"get_server_settings"> }) {
  const { met, part, send, discard, isChanged, isBusy, ...rest } = useServer(id, received);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    send();
  };
  return (
    <form className="ek-settings-form" onSubmit={submit}>
      {id === "workspace" && <Workspace {...part} />}
      {id === "workspace" && <Alarms {...part} />}
      {id === "workspace" && <Mail {...part} {...rest} />}
      {id === "sign_in" && <Factor {...part} />}
      {id === "retention" && <Retention {...part} />}
      <FormConflict
        met={met}
        mine={saidOf(id, part.form)}
        onTheirs={discard}
        onMine={send}
        by={<LastBy action="server_setting.changed" is={(entry) => isHere(id, entry)} />}
      />
      <div className="ek-row">
        <Button look="main" type="submit" isDisabled={!isChanged || isBusy || met.theirs !== null}>
          {t("common.save")}
        </Button>
        {isChanged && <Button onPress={discard}>{t("settings.discard")}</Button>}
      </div>
    </form>
  );
}

export default function ServerSection({ id }: { id: SectionId }) {
  const read = useAnswer("get_server_settings");
  return <Confirmable of={read}>{(received) => <Form id={id} received={received} />}</Confirmable>;
}
