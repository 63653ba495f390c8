// ValueFields -- how much: at most, at least or between, in minutes, per cent or points, each week
// or each longer period.
import type { MetricDefinition, Target } from "../../gen/shapes.ts";
import { NumberField, Select } from "../../parts/fields.tsx";
import { t, wordOf } from "../../words/words.ts";
import { comparatorsOf, unitOf } from "./draft.ts";
import type { FormPart } from "./WhatFields.tsx";
import { SECONDS, SPANS, type Span } from "./value.ts";

const PERIODS: readonly Target["period"][] = ["week", "month", "quarter", "half_year"];

// Fewer say little; a count says something from the first on.
function usualOf(unit: MetricDefinition["unit"]): number {
  if (unit === "count") return 1;
  return unit === "seconds" ? 5 : 20;
}

function Amount({
  label,
  unit,
  span,
  value,
  onChange,
  fault,
}: {
  label: string;
  unit: MetricDefinition["unit"];
  span: Span;
  value: number;
  onChange: (value: number) => void;
  fault: string | undefined;
}) {
  const size = unit === "seconds" ? SECONDS[span] : 1;
  const options: Intl.NumberFormatOptions =
    unit === "share"
      ? { style: "percent", maximumFractionDigits: 1 }
      : { maximumFractionDigits: unit === "count" ? 0 : 2 };
  return (
    <NumberField
      label={label}
      value={value / size}
      onChange={(shown) => onChange(shown * size)}
      formatOptions={options}
      {...(unit === "points" ? {} : { minValue: 0 })}
      {...(unit === "share" ? { maxValue: 1, step: 0.001 } : {})}
      fault={fault}
    />
  );
}

export function ValueFields({
  draft,
  set,
  fault,
  definition,
  isOld,
}: FormPart & { isOld: boolean }) {
  if (definition === undefined) return null;
  const unit = unitOf(definition, draft.variant);
  const isRange = draft.comparator === "between";
  const around = { unit, span: draft.span };
  return (
    <div className="ek-row ek-targets-fields">
      <Select
        label={t("targets.comparator")}
        choices={comparatorsOf(definition).map((id) => ({
          id,
          label: wordOf("targets", `comparator_${id}`),
        }))}
        value={draft.comparator}
        onChange={(id) => set({ comparator: id as Target["comparator"] })}
        fault={fault("/comparator")}
      />
      <Amount
        {...around}
        label={t(isRange ? "targets.value_from" : "targets.value")}
        value={draft.value}
        onChange={(value) => set({ value })}
        fault={fault("/value")}
      />
      {isRange && (
        <Amount
          {...around}
          label={t("targets.value_to")}
          value={draft.upper}
          onChange={(upper) => set({ upper })}
          fault={fault("/upper")}
        />
      )}
      {unit === "seconds" && (
        <Select
          label={t("targets.unit")}
          choices={SPANS.map((id) => ({ id, label: wordOf("targets", `unit_${id}`) }))}
          value={draft.span}
          onChange={(id) => set({ span: id as Span })}
        />
      )}
      {!isOld && (
        <Select
          label={t("targets.each")}
          choices={PERIODS.map((id) => ({ id, label: wordOf("targets", `each_${id}`) }))}
          value={draft.period}
          onChange={(id) => set({ period: id as Target["period"] })}
        />
      )}
      <NumberField
        label={t("targets.minimum")}
        help={t("targets.minimum_means", { n: usualOf(unit) })}
        value={draft.minimum ?? NaN}
        onChange={(n) => set({ minimum: Number.isNaN(n) ? null : n })}
        minValue={1}
        fault={fault("/minimum_n")}
      />
    </div>
  );
}
