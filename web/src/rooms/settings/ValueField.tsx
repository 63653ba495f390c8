// ValueField -- a setting's value to be edited, by its type as gen/settings.ts says it.
import { useAnswer } from "../../feed/cache.ts";
import { useNames } from "../../feed/names.ts";
import { DateField } from "../../parts/DateField.tsx";
import { Checkbox, NumberField, RadioGroup, Select, Switch } from "../../parts/fields.tsx";
import type { SettingName } from "../../gen/settings.ts";
import { formatLength, formatNumber } from "../../words/format.ts";
import { t, wordOf } from "../../words/words.ts";
import { DurationField } from "./DurationField.tsx";
import { LIST_FIELDS } from "./ListFields.tsx";
import { factOf } from "./scope.ts";

export interface FieldProps {
  name: SettingName;
  value: unknown;
  onChange: (value: unknown) => void;
  fault: string | undefined;
}

const NONE = "none";

// Null beside a value: "no limit", "off".
function Nullable({
  name,
  value,
  onChange,
  start,
}: Pick<FieldProps, "name" | "value" | "onChange"> & { start: unknown }) {
  if (!factOf(name).nullable) return null;
  return (
    <Checkbox isSelected={value === null} onChange={(isNull) => onChange(isNull ? null : start)}>
      {wordOf("setting", `${name}_null`)}
    </Checkbox>
  );
}

// Where a value begins when it is no longer "none".
function startOf(name: SettingName): number {
  const { default: by, range, type } = factOf(name);
  if (typeof by === "number") return by;
  const least = range?.min ?? 0;
  return type === "duration" ? Math.max(least, 1_800_000) : Math.max(least, 5);
}

function rangeWords(name: SettingName): string | undefined {
  const { range, type } = factOf(name);
  if (range === undefined) return undefined;
  const shown = type === "duration" ? formatLength : formatNumber;
  return t("settings.range", { min: shown(range.min), max: shown(range.max) });
}

function IntegerValue({ name, value, onChange, fault }: FieldProps) {
  return (
    <>
      {value !== null && (
        <NumberField
          label={t(`setting.${name}`)}
          isLabelHidden
          help={rangeWords(name)}
          value={Number(value)}
          onChange={(n) => !Number.isNaN(n) && onChange(n)}
          fault={fault}
        />
      )}
      <Nullable {...{ name, value, onChange, start: startOf(name) }} />
    </>
  );
}

function DurationValue({ name, value, onChange, fault }: FieldProps) {
  const isAuto = value === "auto";
  return (
    <>
      {value !== null && !isAuto && (
        <>
          <DurationField
            label={t(`setting.${name}`)}
            value={Number(value)}
            onChange={onChange}
            fault={fault}
          />
          <p className="ek-help">{rangeWords(name)}</p>
        </>
      )}
      <Nullable {...{ name, value, onChange, start: startOf(name) }} />
      {factOf(name).allowed?.includes("auto") === true && (
        <Checkbox isSelected={isAuto} onChange={(on) => onChange(on ? "auto" : startOf(name))}>
          {t("setting.shift_margin_ms_auto")}
        </Checkbox>
      )}
    </>
  );
}

function BooleanValue({ name, value, onChange, fault }: FieldProps) {
  return (
    <>
      <Switch isSelected={value === true} onChange={onChange} aria-label={t(`setting.${name}`)}>
        {t(value === true ? "settings.on" : "settings.off")}
      </Switch>
      {fault !== undefined && <p className="ek-fault">{fault}</p>}
    </>
  );
}

function ChoiceValue({ name, value, onChange, fault }: FieldProps) {
  return (
    <RadioGroup
      label={t(`setting.${name}`)}
      isLabelHidden
      value={String(value)}
      onChange={onChange}
      fault={fault}
      choices={(factOf(name).allowed ?? []).map((id) => ({
        id,
        label: wordOf("setting", `choice_${id}`),
      }))}
    />
  );
}

function DateValue({ name, value, onChange, fault }: FieldProps) {
  return (
    <DateField
      label={t(`setting.${name}`)}
      isLabelHidden
      value={typeof value === "string" ? value : ""}
      onChange={(date) => onChange(date === "" ? null : date)}
      fault={fault}
    />
  );
}

function TeamValue({ name, value, onChange, fault }: FieldProps) {
  const { teams } = useNames();
  return (
    <Select
      label={t(`setting.${name}`)}
      isLabelHidden
      value={typeof value === "string" ? value : NONE}
      onChange={(id) => onChange(id === NONE ? null : id)}
      fault={fault}
      choices={[
        { id: NONE, label: wordOf("setting", `${name}_null`) },
        ...teams.map((team) => ({ id: team.id, label: team.name })),
      ]}
    />
  );
}

function CalendarValue({ name, value, onChange, fault }: FieldProps) {
  const calendars = useAnswer("list_calendars", { query: { limit: 500 } }).data?.answer.data ?? [];
  return (
    <Select
      label={t(`setting.${name}`)}
      isLabelHidden
      value={typeof value === "string" ? value : value === null ? NONE : null}
      onChange={(id) => onChange(id === NONE ? null : id)}
      fault={fault}
      choices={[
        { id: NONE, label: wordOf("setting", `${name}_null`) },
        ...calendars.map(({ id, name: label }) => ({ id, label })),
      ]}
    />
  );
}

const FIELDS = {
  integer: IntegerValue,
  duration: DurationValue,
  boolean: BooleanValue,
  choice: ChoiceValue,
  date: DateValue,
  team: TeamValue,
  calendar: CalendarValue,
};

export function ValueField(props: FieldProps) {
  const { type, list } = factOf(props.name);
  if (type !== "list") {
    const Field = FIELDS[type];
    return <Field {...props} />;
  }
  const Field = LIST_FIELDS[list ?? "texts"];
  return (
    <>
      <Field {...props} />
      {props.fault !== undefined && (
        <p className="ek-fault" role="alert">
          {props.fault}
        </p>
      )}
    </>
  );
}
