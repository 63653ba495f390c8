// WhatFields -- what is measured, whose it is, and by which clock. A metric that has no facts is
// shown with the reason, and cannot be chosen.
import { useNames } from "../../feed/names.ts";
import { may } from "../../feed/session.ts";
import type { MetricDefinition, Target } from "../../gen/shapes.ts";
import { ComboBox, RadioGroup, Select } from "../../parts/fields.tsx";
import { metricName } from "../../parts/verdict.ts";
import { t, wordOf } from "../../words/words.ts";
import { isPersonal, unitOf, withMetric, withVariant, type Draft } from "./draft.ts";
import { variantName } from "../../parts/target_said.ts";

export interface FormPart {
  draft: Draft;
  set: (changes: Partial<Draft>) => void;
  fault: (pointer: string) => string | undefined;
  definition: MetricDefinition | undefined;
}

const OTHERS: readonly Target["statistic"][] = ["median", "p90", "mean"];
const CLOCKS: readonly Target["clock"][] = ["office_hours", "calendar"];

// What the definition shows first has its name; the others can be asked for.
function statisticsOf({ statistic }: MetricDefinition) {
  const shown = { id: "value", label: wordOf("targets", `statistic_${statistic}`) };
  const others = OTHERS.filter((id) => id !== statistic);
  return [shown, ...others.map((id) => ({ id, label: wordOf("targets", `statistic_${id}`) }))];
}

function Scope({ draft, set, fault, definition }: FormPart) {
  const names = useNames();
  const mayPerson = definition !== undefined && isPersonal(definition) && may("target_person_edit");
  return (
    <>
      {mayPerson && (
        <RadioGroup
          label={t("targets.whose")}
          choices={[
            { id: "team", label: t("targets.of_team") },
            { id: "teammate", label: t("targets.of_person") },
          ]}
          value={draft.scope}
          onChange={(id) => set({ scope: id === "teammate" ? "teammate" : "team" })}
        />
      )}
      {draft.scope === "team" ? (
        <Select
          label={t("common.team")}
          choices={names.teams.map(({ id, name }) => ({ id, label: name }))}
          value={draft.team === "" ? null : draft.team}
          onChange={(team) => set({ team })}
          fault={fault("/scope")}
          placeholder={t("targets.choose")}
        />
      ) : (
        <ComboBox
          label={t("common.teammate")}
          choices={names.teammates.map(({ id, name }) => ({ id, label: name }))}
          value={draft.teammate === "" ? null : draft.teammate}
          onChange={(teammate) => set({ teammate })}
          fault={fault("/scope")}
        />
      )}
      {definition !== undefined && !isPersonal(definition) && (
        <p className="ek-help">{t("targets.team_only")}</p>
      )}
    </>
  );
}

// Which of the figures of a metric; most have one.
function Variant({ draft, set, fault, definition }: FormPart) {
  if (definition === undefined || definition.variants.length < 2) return null;
  return (
    <Select
      label={t("targets.variant")}
      choices={definition.variants.map((id) => ({
        id,
        label: variantName(definition.id, id) ?? id,
      }))}
      value={draft.variant === "" ? (definition.variants[0] ?? null) : draft.variant}
      onChange={(id) => set(withVariant(draft, definition, id))}
      fault={fault("/variant")}
    />
  );
}

export function WhatFields({
  metrics,
  ...part
}: FormPart & { metrics: readonly MetricDefinition[] }) {
  const { draft, set, fault, definition } = part;
  const choose = (id: string) => {
    const chosen = metrics.find((metric) => metric.id === id);
    if (chosen !== undefined) set(withMetric(draft, chosen));
  };
  const byName = [...metrics].sort((a, b) => Number(b.available) - Number(a.available));
  return (
    <>
      <Select
        label={t("targets.metric")}
        choices={byName.map(({ id, available }) => ({
          id,
          label: metricName(id),
          isDisabled: !available,
          detail: available ? undefined : wordOf("targets", `why_not_${id}`),
        }))}
        value={draft.metric === "" ? null : draft.metric}
        onChange={choose}
        help={definition === undefined ? undefined : wordOf("metric", `${definition.id}_means`)}
        fault={fault("/metric")}
        placeholder={t("targets.choose")}
      />
      <Variant {...part} />
      <Scope {...part} />
      {definition?.unit === "seconds" && unitOf(definition, draft.variant) === "seconds" && (
        <div className="ek-row ek-targets-fields">
          <Select
            label={t("targets.statistic")}
            choices={statisticsOf(definition)}
            value={draft.statistic}
            onChange={(id) => set({ statistic: id as Target["statistic"] })}
            fault={fault("/statistic")}
          />
          <Select
            label={t("targets.clock")}
            choices={CLOCKS.map((id) => ({ id, label: wordOf("targets", `clock_${id}`) }))}
            value={draft.clock}
            onChange={(id) => set({ clock: id as Target["clock"] })}
          />
        </div>
      )}
    </>
  );
}
