// SlaForm -- one SLA policy: its targets, for which teams, on which hours; what would be late at
// once is shown before it is saved.
import { useState, type FormEvent } from "react";
import { age, useAnswer } from "../../feed/cache.ts";
import { call, type Refusal } from "../../feed/http.ts";
import { useNames } from "../../feed/names.ts";
import type { CalendarId, TeamId } from "../../gen/ids.ts";
import type { Calendar, SlaPolicy, SlaPolicyRequest } from "../../gen/shapes.ts";
import { Button } from "../../parts/Button.tsx";
import { Dialog } from "../../parts/Dialog.tsx";
import { Checkbox, NumberField, Select, Switch, TextField } from "../../parts/fields.tsx";
import { faultOf } from "../../parts/faults.ts";
import { back, tell } from "../../parts/notices.tsx";
import { t } from "../../words/words.ts";
import { DurationField } from "./DurationField.tsx";
import { useAttempt } from "./useAttempt.ts";

const NONE = "none";
const LIST = ["list_sla_policies"] as const;
const TARGETS = ["first_response_ms", "next_response_ms", "time_to_close_ms"] as const;
const NEW: SlaPolicyRequest = {
  name: "",
  applies_to: { teams: [] },
  calendar: null,
  targets: { first_response_ms: 3_600_000, next_response_ms: null, time_to_close_ms: null },
  pause_while_snoozed: true,
  warn_at_permille: 800,
};

function requestOf(policy: SlaPolicy): SlaPolicyRequest {
  const { name, applies_to, calendar, targets, pause_while_snoozed, warn_at_permille, position } =
    policy;
  return { name, applies_to, calendar, targets, pause_while_snoozed, warn_at_permille, position };
}

type Change = (part: Partial<SlaPolicyRequest>) => void;
interface Part {
  form: SlaPolicyRequest;
  change: Change;
  refusal: Refusal | null;
}

function Targets({ form, change, refusal }: Part) {
  return (
    <>
      {TARGETS.map((name) => {
        const ms = form.targets[name] ?? null;
        const put = (value: number | null) =>
          change({ targets: { ...form.targets, [name]: value } });
        return (
          <div key={name} role="group" aria-label={t(`sla.${name}`)}>
            <Checkbox isSelected={ms !== null} onChange={(on) => put(on ? 3_600_000 : null)}>
              {t(`sla.${name}`)}
            </Checkbox>
            {ms !== null && (
              <DurationField
                label={t(`sla.${name}`)}
                value={ms}
                onChange={put}
                fault={faultOf(refusal, `/targets/${name}`)}
              />
            )}
          </div>
        );
      })}
    </>
  );
}

function Teams({ form, change }: Part) {
  const { teams } = useNames();
  const chosen = form.applies_to.teams ?? [];
  const put = (id: string, isIn: boolean) =>
    change({
      applies_to: {
        ...form.applies_to,
        teams: isIn ? [...chosen, id as TeamId] : chosen.filter((each) => each !== id),
      },
    });
  return (
    <div role="group" aria-label={t("sla.applies_to")} className="ek-stack">
      <strong>{t("sla.applies_to")}</strong>
      <div className="ek-row">
        {teams.map(({ id, name }) => (
          <Checkbox
            key={id}
            isSelected={chosen.includes(id as TeamId)}
            onChange={(isIn) => put(id, isIn)}
          >
            <bdi>{name}</bdi>
          </Checkbox>
        ))}
      </div>
      <p className="ek-help">{t("sla.no_team_is_all")}</p>
    </div>
  );
}

function Manner({ form, change, refusal, calendars }: Part & { calendars: readonly Calendar[] }) {
  return (
    <>
      <Select
        label={t("sla.on_hours")}
        value={form.calendar ?? NONE}
        onChange={(id) => change({ calendar: id === NONE ? null : (id as CalendarId) })}
        choices={[
          { id: NONE, label: t("setting.calendar_null") },
          ...calendars.map(({ id, name }) => ({ id, label: name })),
        ]}
      />
      <NumberField
        label={t("sla.warn_at")}
        formatOptions={{ style: "percent", maximumFractionDigits: 1 }}
        value={(form.warn_at_permille ?? 800) / 1000}
        onChange={(share) => change({ warn_at_permille: Math.round(share * 1000) })}
        fault={faultOf(refusal, "/warn_at_permille")}
      />
      <Switch
        isSelected={form.pause_while_snoozed ?? true}
        onChange={(pause_while_snoozed) => change({ pause_while_snoozed })}
      >
        {t("sla.pause")}
      </Switch>
    </>
  );
}

// What would be late at once, if it were saved as it stands.
function Late({ policy, form }: { policy: SlaPolicy; form: SlaPolicyRequest }) {
  const { data } = useAnswer(
    "preview_sla_policy",
    { params: { id: policy.id }, body: form },
    { keep: true },
  );
  if (data === undefined) return null;
  const { matched, late } = data.answer;
  return (
    <p role="status" className="ek-quiet">
      {t("sla.matched", { n: matched })} {t("sla.late", { n: late })}
    </p>
  );
}

async function save(policy: SlaPolicy | null, body: SlaPolicyRequest): Promise<void> {
  if (policy === null) {
    const { answer } = await call("create_sla_policy", { body });
    const id = answer.id;
    tell(t("sla.saved"), back("delete_sla_policy", { params: { id }, ifMatch: "*" }, LIST));
    return;
  }
  const params = { id: policy.id };
  const { etag } = await call("get_sla_policy", { params });
  await call("put_sla_policy", { params, body, ifMatch: etag ?? "*" });
  const before = { params, body: requestOf(policy), ifMatch: "*" };
  tell(t("sla.saved"), back("put_sla_policy", before, LIST));
}

async function remove(policy: SlaPolicy): Promise<void> {
  await call("delete_sla_policy", { params: { id: policy.id }, ifMatch: "*" });
  tell(t("sla.removed"), back("create_sla_policy", { body: requestOf(policy) }, LIST));
}

interface Props {
  policy: SlaPolicy | null;
  calendars: readonly Calendar[];
  close: () => void;
}

export function SlaForm({ policy, calendars, close }: Props) {
  const [form, setForm] = useState(policy === null ? NEW : requestOf(policy));
  const { attempt, refusal } = useAttempt();
  const change: Change = (part) => setForm((before) => ({ ...before, ...part }));
  const finish = async (step: () => Promise<void>) => {
    if (!(await attempt(step))) return;
    age(LIST);
    close();
  };
  const send = (event: FormEvent) => {
    event.preventDefault();
    void finish(() => save(policy, form));
  };
  const part = { form, change, refusal };
  return (
    <Dialog title={t(policy === null ? "sla.add" : "sla.edit")} isOpen onClose={close}>
      <form className="ek-settings-form" onSubmit={send}>
        <TextField
          label={t("sla.name")}
          value={form.name}
          onChange={(name) => change({ name })}
          fault={faultOf(refusal, "/name")}
          autoFocus
        />
        <Targets {...part} />
        <Teams {...part} />
        <Manner {...part} calendars={calendars} />
        {policy !== null && <Late policy={policy} form={form} />}
        <div className="ek-dialog-foot">
          {policy !== null && (
            <Button onPress={() => void finish(() => remove(policy))}>{t("common.delete")}</Button>
          )}
          <Button onPress={close}>{t("common.cancel")}</Button>
          <Button look="main" type="submit">
            {t("common.save")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
