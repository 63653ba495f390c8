// RuleForm -- one rule on arrival: what must hold, and what it then sets.
import { useState } from "react";
import { X } from "lucide-react";
import { useAnswer } from "../../feed/cache.ts";
import type { SlaId, TagId, TeamId } from "../../gen/ids.ts";
import type { WhereOp } from "../../gen/shapes.ts";
import { Button, IconButton } from "../../parts/Button.tsx";
import { Checkbox, Select, Switch, TextField } from "../../parts/fields.tsx";
import { FormDialog } from "../../parts/FormDialog.tsx";
import { priorityWord } from "../../parts/rule_sets.ts";
import { t, wordOf } from "../../words/words.ts";
import {
  CHANNELS,
  FIELDS,
  newKey,
  opsOf,
  type Condition,
  type Field,
  type Group,
  type RuleDraft,
} from "./rule.ts";
import { conditionWords } from "./rule_words.ts";

interface Editing {
  rule: RuleDraft;
  set: (rule: RuleDraft) => void;
}

function Value({ of, change }: { of: Condition; change: (value: string) => void }) {
  if (of.op === "null") return null;
  const choices =
    of.field === "known"
      ? (["true", "false"] as const).map((id) => ({
          id: id as string,
          label: t(id === "true" ? "arrival.yes" : "arrival.no"),
        }))
      : of.field === "channel"
        ? CHANNELS.map((id) => ({ id: id as string, label: wordOf("inbox", `channel_${id}`) }))
        : null;
  if (choices !== null)
    return (
      <Select
        label={t("arrival.value")}
        choices={choices}
        value={choices.some(({ id }) => id === of.value) ? of.value : null}
        onChange={change}
      />
    );
  return (
    <TextField
      label={t("arrival.value")}
      help={t(of.field === "language" ? "arrival.languages_help" : "arrival.value_help")}
      value={of.value}
      onChange={change}
    />
  );
}

function ConditionRow({
  of,
  change,
  remove,
}: {
  of: Condition;
  change: (next: Condition) => void;
  remove: () => void;
}) {
  const setField = (field: Field) => {
    const [op = "in"] = opsOf(field);
    const value = field === "known" ? "true" : field === "channel" ? "email" : "";
    change({ ...of, field, op, value });
  };
  return (
    <li className="ek-rule-condition">
      <Select
        label={t("arrival.field")}
        choices={FIELDS.map((id) => ({ id, label: t(`arrival.field_${id}`) }))}
        value={of.field}
        onChange={(id) => setField(id as Field)}
      />
      <Select
        label={t("arrival.op")}
        choices={opsOf(of.field).map((id) => ({ id, label: wordOf("arrival", `op_${id}`) }))}
        value={of.op}
        onChange={(id) => change({ ...of, op: id as WhereOp })}
      />
      <Value of={of} change={(value) => change({ ...of, value })} />
      <IconButton label={t("arrival.condition_off", { name: conditionWords(of) })} onPress={remove}>
        <X className="ek-icon" aria-hidden />
      </IconButton>
    </li>
  );
}

function When({ rule, set }: Editing) {
  if (rule.deep !== null) return <p className="ek-quiet">{t("arrival.deep_kept")}</p>;
  const put = (conditions: readonly Condition[]) => set({ ...rule, conditions });
  return (
    <fieldset className="ek-rule-part">
      <legend>{t("arrival.when")}</legend>
      {rule.conditions.length === 0 && <p className="ek-quiet">{t("arrival.always")}</p>}
      {rule.conditions.length > 0 && (
        <Select
          label={t("arrival.group")}
          choices={(["all", "any", "none"] as const).map((id) => ({
            id,
            label: t(`arrival.group_${id}`),
          }))}
          value={rule.group}
          onChange={(id) => set({ ...rule, group: id as Group })}
        />
      )}
      <ul className="ek-stack">
        {rule.conditions.map((each) => (
          <ConditionRow
            key={each.key}
            of={each}
            change={(next) =>
              put(rule.conditions.map((one) => (one.key === each.key ? next : one)))
            }
            remove={() => put(rule.conditions.filter((one) => one.key !== each.key))}
          />
        ))}
      </ul>
      <div>
        <Button
          onPress={() =>
            put([...rule.conditions, { key: newKey(), field: "text", op: "has", value: "" }])
          }
        >
          {t("arrival.condition_add")}
        </Button>
      </div>
    </fieldset>
  );
}

const KEPT = "kept";

function Sets({ rule, set }: Editing) {
  const teams = useAnswer("list_teams", { query: { limit: 500 } }).data?.answer.data ?? [];
  const tags = useAnswer("list_tags", { query: { limit: 500 } }).data?.answer.data ?? [];
  const policies =
    useAnswer("list_sla_policies", { query: { limit: 500 } }).data?.answer.data ?? [];
  const unchanged = { id: KEPT, label: t("arrival.unchanged") };
  const toggle = (id: TagId, isOn: boolean) =>
    set({ ...rule, tags: isOn ? [...rule.tags, id] : rule.tags.filter((one) => one !== id) });
  return (
    <fieldset className="ek-rule-part">
      <legend>{t("arrival.sets")}</legend>
      <div className="ek-columns">
        <Select
          label={t("arrival.team")}
          choices={[unchanged, ...teams.map(({ id, name }) => ({ id, label: name }))]}
          value={rule.team ?? KEPT}
          onChange={(id) => set({ ...rule, team: id === KEPT ? null : (id as TeamId) })}
        />
        <Select
          label={t("arrival.priority")}
          choices={[
            unchanged,
            ...[0, 1, 2, 3].map((id) => ({ id: String(id), label: priorityWord(id) })),
          ]}
          value={rule.priority === null ? KEPT : String(rule.priority)}
          onChange={(id) => set({ ...rule, priority: id === KEPT ? null : Number(id) })}
        />
        {(policies.length > 0 || rule.sla !== null) && (
          <Select
            label={t("arrival.sla")}
            help={t("arrival.sla_help")}
            choices={[unchanged, ...policies.map(({ id, name }) => ({ id, label: name }))]}
            value={rule.sla ?? KEPT}
            onChange={(id) => set({ ...rule, sla: id === KEPT ? null : (id as SlaId) })}
          />
        )}
      </div>
      {tags.length > 0 && (
        <div role="group" aria-label={t("arrival.tags")} className="ek-row">
          <span className="ek-label">{t("arrival.tags")}</span>
          {tags.map(({ id, name }) => (
            <Checkbox
              key={id}
              isSelected={rule.tags.includes(id)}
              onChange={(isOn) => toggle(id, isOn)}
            >
              <bdi>{name}</bdi>
            </Checkbox>
          ))}
        </div>
      )}
      <Checkbox
        isSelected={rule.notesLanguage}
        onChange={(notesLanguage) => set({ ...rule, notesLanguage })}
      >
        {t("arrival.sets_language")}
      </Checkbox>
      <Switch isSelected={rule.stop} onChange={(stop) => set({ ...rule, stop })}>
        {t("arrival.stop")}
      </Switch>
    </fieldset>
  );
}

export function RuleForm({
  from,
  done,
  close,
}: {
  from: RuleDraft;
  done: (rule: RuleDraft) => void;
  close: () => void;
}) {
  const [rule, set] = useState(from);
  return (
    <FormDialog
      title={t(from.id === null && from.name === "" ? "arrival.add" : "arrival.edit")}
      act={t("arrival.take")}
      canAct={rule.name.trim() !== ""}
      onAct={() => done({ ...rule, name: rule.name.trim() })}
      onClose={close}
      wide
    >
      <TextField
        label={t("arrival.name")}
        value={rule.name}
        onChange={(name) => set({ ...rule, name })}
        autoFocus
      />
      <When rule={rule} set={set} />
      <Sets rule={rule} set={set} />
    </FormDialog>
  );
}
