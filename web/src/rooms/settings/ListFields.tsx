// ListFields -- settings that are lists: points and limits by kind of work, ramp steps, overflow
// levels, skills, attributes, texts, hours.
import type { ReactNode } from "react";
import { ArrowDown, ArrowUp, Trash2 } from "lucide-react";
import { useAnswer } from "../../feed/cache.ts";
import { useNames } from "../../feed/names.ts";
import { CAPACITY_CLASS, CLOCK } from "../../gen/enums.ts";
import type { SettingFact, DayHours, OverflowLevel, RampStep } from "../../gen/settings.ts";
import type { OrderKey } from "../../gen/shapes.ts";
import { Button, IconButton, LinkButton } from "../../parts/Button.tsx";
import { Checkbox, NumberField, Select, TextField } from "../../parts/fields.tsx";
import { apart } from "../../words/format.ts";
import { t, wordOf } from "../../words/words.ts";
import { DurationField } from "./DurationField.tsx";
import type { FieldProps } from "./ValueField.tsx";
import { ValueText } from "./ValueText.tsx";

type Kind = NonNullable<SettingFact["list"]>;

function without<T>(rows: readonly T[], at: number): T[] {
  return rows.filter((_, index) => index !== at);
}

function replaced<T>(rows: readonly T[], at: number, row: T): T[] {
  return rows.map((each, index) => (index === at ? row : each));
}

function moved<T>(rows: readonly T[], at: number, by: number): T[] {
  const next = [...rows];
  const [row] = next.splice(at, 1);
  if (row !== undefined) next.splice(at + by, 0, row);
  return next;
}

function Row({
  label,
  remove,
  children,
}: {
  label: string;
  remove: () => void;
  children: ReactNode;
}) {
  return (
    <div className="ek-settings-item" role="group" aria-label={label}>
      {children}
      <IconButton label={`${t("common.remove")}: ${label}`} onPress={remove}>
        <Trash2 className="ek-icon" aria-hidden />
      </IconButton>
    </div>
  );
}

function Keys({ name, value }: FieldProps) {
  return (
    <>
      <ValueText name={name} value={value as readonly OrderKey[]} />
      <LinkButton href="/priorities">{t("setting.order_on_priorities")}</LinkButton>
    </>
  );
}

function Points({ value, onChange }: FieldProps) {
  const points = value as Record<string, number>;
  const set = (kind: string, n: number) => {
    const { [kind]: _before, ...rest } = points;
    onChange(n === 1 || Number.isNaN(n) ? rest : { ...rest, [kind]: n });
  };
  return (
    <div className="ek-settings-grid">
      {CAPACITY_CLASS.map((kind) => (
        <NumberField
          key={kind}
          label={wordOf("setting", `class_${kind}`)}
          value={points[kind] ?? 1}
          onChange={(n) => set(kind, n)}
        />
      ))}
    </div>
  );
}

function Limits({ value, onChange }: FieldProps) {
  const limits = value as Record<string, number | null>;
  const set = (kind: string, n: number) => {
    const { [kind]: _before, ...rest } = limits;
    onChange(Number.isNaN(n) ? rest : { ...rest, [kind]: n });
  };
  return (
    <>
      <div className="ek-settings-grid">
        {CAPACITY_CLASS.map((kind) => (
          <NumberField
            key={kind}
            label={wordOf("setting", `class_${kind}`)}
            value={limits[kind] ?? NaN}
            onChange={(n) => set(kind, n)}
          />
        ))}
      </div>
      <p className="ek-help">{t("setting.empty_is_no_limit")}</p>
    </>
  );
}

function Texts({ name, value, onChange }: FieldProps) {
  return (
    <TextField
      label={t(`setting.${name}`)}
      isLabelHidden
      help={t("setting.one_per_line")}
      lines={4}
      value={(value as readonly string[]).join("\n")}
      onChange={(text) => onChange(text === "" ? [] : text.split("\n"))}
    />
  );
}

function Steps({ value, onChange }: FieldProps) {
  const steps = value as readonly RampStep[];
  const last = steps.at(-1);
  const add = () =>
    onChange([
      ...steps,
      {
        from_day: last === undefined ? 0 : last.from_day + 7,
        limit_permille: last === undefined ? 500 : 1000,
        complexity_max: 5,
      },
    ]);
  return (
    <>
      {steps.map((step, at) => {
        const put = (part: Partial<RampStep>) =>
          onChange(replaced(steps, at, { ...step, ...part }));
        return (
          <Row
            key={at}
            label={t("setting.step_number", { number: at + 1 })}
            remove={() => onChange(without(steps, at))}
          >
            <NumberField
              label={t("setting.step_day")}
              value={step.from_day}
              onChange={(from_day) => put({ from_day })}
            />
            <NumberField
              label={t("setting.step_share")}
              formatOptions={{ style: "percent", maximumFractionDigits: 1 }}
              step={0.001}
              value={step.limit_permille / 1000}
              onChange={(share) => put({ limit_permille: Math.round(share * 1000) })}
            />
            <NumberField
              label={t("setting.step_complexity")}
              value={step.complexity_max}
              onChange={(complexity_max) => put({ complexity_max })}
            />
          </Row>
        );
      })}
      <Button onPress={add}>{t("setting.step_add")}</Button>
    </>
  );
}

function Skills({ value, onChange }: FieldProps) {
  const skills = value as Record<string, number>;
  const known = useAnswer("list_skills", { query: { limit: 500 } }).data?.answer.data ?? [];
  const rest = known.filter(({ name }) => !(name in skills));
  return (
    <>
      {Object.entries(skills).map(([skill, level]) => (
        <Row
          key={skill}
          label={skill}
          remove={() => {
            const { [skill]: _gone, ...others } = skills;
            onChange(others);
          }}
        >
          <NumberField
            label={t("setting.skill_level", { skill: apart(skill) })}
            value={level}
            onChange={(n) => onChange({ ...skills, [skill]: n })}
          />
        </Row>
      ))}
      {rest.length > 0 && (
        <Select
          label={t("setting.skill_add")}
          choices={rest.map(({ name }) => ({ id: name, label: name }))}
          value={null}
          onChange={(skill) => onChange({ ...skills, [skill]: 1 })}
        />
      )}
      {known.length === 0 && <p className="ek-help">{t("setting.no_skills")}</p>}
    </>
  );
}

function Moves({ at, n, move }: { at: number; n: number; move: (by: number) => void }) {
  return (
    <>
      <IconButton label={t("setting.move_up")} isDisabled={at === 0} onPress={() => move(-1)}>
        <ArrowUp className="ek-icon" aria-hidden />
      </IconButton>
      <IconButton label={t("setting.move_down")} isDisabled={at === n - 1} onPress={() => move(1)}>
        <ArrowDown className="ek-icon" aria-hidden />
      </IconButton>
    </>
  );
}

function Level({
  level,
  put,
}: {
  level: OverflowLevel;
  put: (part: Partial<OverflowLevel>) => void;
}) {
  const { teams, of } = useNames();
  return (
    <>
      <Select
        label={t("common.team")}
        choices={teams.map(({ id, name }) => ({ id, label: name }))}
        value={level.team}
        onChange={(id) => put({ team: id as OverflowLevel["team"] })}
      />
      <DurationField
        label={`${t("setting.level_after")}: ${of(level.team)}`}
        isLabelHidden={false}
        value={level.after_ms}
        onChange={(after_ms) => put({ after_ms })}
      />
      <Select
        label={t("setting.level_clock")}
        choices={CLOCK.map((id) => ({ id, label: wordOf("setting", `choice_${id}`) }))}
        value={level.clock ?? "office_hours"}
        onChange={(id) => put({ clock: id as (typeof CLOCK)[number] })}
      />
      <Checkbox
        isSelected={level.respect_gate ?? true}
        onChange={(respect_gate) => put({ respect_gate })}
      >
        {t("setting.level_gate")}
      </Checkbox>
    </>
  );
}

function Levels({ value, onChange }: FieldProps) {
  const levels = value as readonly OverflowLevel[];
  const { teams, of } = useNames();
  const next = teams.find(({ id }) => !levels.some((level) => level.team === id));
  const add = () =>
    next !== undefined && onChange([...levels, { team: next.id, after_ms: 900_000 }]);
  return (
    <>
      {levels.map((level, at) => (
        <Row
          key={`${at} ${level.team}`}
          label={of(level.team)}
          remove={() => onChange(without(levels, at))}
        >
          <Level
            level={level}
            put={(part) => onChange(replaced(levels, at, { ...level, ...part }))}
          />
          <Moves at={at} n={levels.length} move={(by) => onChange(moved(levels, at, by))} />
        </Row>
      ))}
      <Button onPress={add} isDisabled={next === undefined}>
        {t("setting.level_add")}
      </Button>
    </>
  );
}

function Orders({ value, onChange }: FieldProps) {
  const orders = Object.entries(value as Record<string, readonly string[]>);
  const put = (rows: readonly (readonly [string, readonly string[]])[]) =>
    onChange(Object.fromEntries(rows));
  return (
    <>
      {orders.map(([name, values], at) => (
        <Row key={at} label={name} remove={() => put(without(orders, at))}>
          <TextField
            label={t("setting.attribute")}
            value={name}
            onChange={(next) => put(replaced(orders, at, [next, values]))}
          />
          <TextField
            label={t("setting.attribute_values")}
            help={t("setting.one_per_line")}
            lines={3}
            value={values.join("\n")}
            onChange={(text) => put(replaced(orders, at, [name, text.split("\n")]))}
          />
        </Row>
      ))}
      <Button onPress={() => put([...orders, ["", []]])}>{t("setting.attribute_add")}</Button>
    </>
  );
}

function Hours({ value, onChange }: FieldProps) {
  const hours = value as DayHours;
  return (
    <div className="ek-settings-pair">
      <TextField
        label={t("setting.hours_from")}
        type="time"
        value={hours.from}
        onChange={(from) => onChange({ ...hours, from })}
      />
      <TextField
        label={t("setting.hours_to")}
        type="time"
        value={hours.to}
        onChange={(to) => onChange({ ...hours, to })}
      />
    </div>
  );
}

export const LIST_FIELDS: Record<Kind, (props: FieldProps) => ReactNode> = {
  keys: Keys,
  orders: Orders,
  points: Points,
  limits: Limits,
  texts: Texts,
  steps: Steps,
  skills: Skills,
  levels: Levels,
  hours: Hours,
};
