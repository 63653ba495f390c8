// MetricForm -- a metric is measured otherwise from a day on. What that means is said before it is
// kept, as the server tries it; a version stays on record, so that there is nothing to take back.
import { useEffect, useState } from "react";
import { useAnswer, useChange } from "../../feed/cache.ts";
import type { Refusal } from "../../feed/http.ts";
import type { MetricDefinition } from "../../gen/shapes.ts";
import { DateField } from "../../parts/DateField.tsx";
import { daysOn } from "../../parts/figure.ts";
import { faultOf } from "../../parts/faults.ts";
import { FormDialog } from "../../parts/FormDialog.tsx";
import { NumberField, RadioGroup, TextField } from "../../parts/fields.tsx";
import { tell } from "../../parts/notices.tsx";
import { formatDay } from "../../words/format.ts";
import { t, wordOf } from "../../words/words.ts";
import * as made from "./metric_draft.ts";
import type { Draft, Part } from "./metric_draft.ts";

const SHOWN = ["list_metrics", "list_trends", "get_trend_series", "get_figures"] as const;
const BOTH_DAYS = 28; // both versions are shown for so long, and longer where a target asks for it
const SETTLE_MS = 300;

interface Props {
  definition: MetricDefinition;
  zone: string;
  onClose: () => void;
}

interface Fields {
  definition: MetricDefinition;
  zone: string;
  draft: Draft;
  set: (changes: Partial<Draft>) => void;
  error: Refusal | null;
}

// In the reader's language: what only this form can be told has words of its own.
function faultAt({ error, definition, zone }: Fields, member: string): string | undefined {
  const fault = error?.problem?.errors?.find(({ pointer }) => pointer === `/${member}`);
  if (member === "effective_from" && (fault?.code === "out_of_range" || fault?.code === "conflict"))
    return t("definition.earliest", { date: formatDay(made.earliest(definition, zone)) });
  return faultOf(error, `/${member}`);
}

function Clock(fields: Fields) {
  const { draft, set } = fields;
  return (
    <RadioGroup
      label={t("definition.clock")}
      choices={made.CLOCKS.map((id) => ({ id, label: t(`definition.clock_${id}`) }))}
      value={draft.parts.clock}
      onChange={(id) => set({ parts: { ...draft.parts, clock: id as made.Clock } })}
      fault={faultAt(fields, "clock")}
    />
  );
}

// Emptied, a time for live chats is withdrawn; of the others each must have one.
function lengthOf(part: Part, n: number): number | null | undefined {
  if (!Number.isNaN(n)) return Math.round(n);
  return part === "chat_target_seconds" ? null : undefined;
}

function Length({ part, ...fields }: Fields & { part: Exclude<Part, "clock"> }) {
  const { draft, set } = fields;
  const { min, max } = made.BOUNDS[part];
  return (
    <NumberField
      label={t(`definition.${part}`)}
      help={t(`definition.${part}_means`)}
      minValue={min}
      maxValue={max}
      value={draft.parts[part] ?? Number.NaN}
      onChange={(n) => {
        const length = lengthOf(part, n);
        if (length !== undefined) set({ parts: { ...draft.parts, [part]: length } });
      }}
      fault={faultAt(fields, part)}
    />
  );
}

// What it was and will be, from when, and for how long both are shown.
function Means({ definition, draft, isTried }: Fields & { isTried: boolean }) {
  const now = made.newest(definition);
  const changed = made.changedParts(definition, draft);
  if (changed.length === 0)
    return (
      <p className="ek-quiet" role="status">
        {t("definition.as_it_is")}
      </p>
    );
  const metric = `${definition.id}@${now.version + 1}`;
  return (
    <section className="ek-panel" aria-labelledby="definition-means" data-tried={isTried}>
      <h3 id="definition-means">{t("definition.will_mean")}</h3>
      <ul>
        {changed.map((part) => (
          <li key={part}>
            {t("definition.becomes", {
              part: t(`definition.${part}`),
              was: made.saidOf(part, now[part]),
              is: made.saidOf(part, draft.parts[part]),
            })}
          </li>
        ))}
        {draft.from !== "" && (
          <>
            <li>{t("definition.from_on", { date: formatDay(draft.from), metric })}</li>
            <li>{t("definition.both", { until: formatDay(daysOn(draft.from, BOTH_DAYS)) })}</li>
          </>
        )}
        <li>{t("definition.charts")}</li>
        {changed.includes("clock") && <li>{t("definition.targets_keep")}</li>}
      </ul>
    </section>
  );
}

// Tried by the server once nobody has typed for a moment; nothing is kept by that.
function useTried(definition: MetricDefinition, draft: Draft) {
  const body = made.bodyOf(definition, draft);
  const text = JSON.stringify(body);
  const [settled, settle] = useState("null");
  useEffect(() => {
    const timer = setTimeout(() => settle(text), SETTLE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  const tried = useAnswer(
    "change_metric",
    { query: { dry_run: true }, body: JSON.parse(settled) as typeof body & object },
    { enabled: settled !== "null" },
  );
  const isCurrent = text === settled;
  return { body, error: isCurrent ? tried.error : null, isTried: isCurrent && tried.isSuccess };
}

export function MetricForm({ definition, zone, onClose }: Props) {
  const [draft, setDraft] = useState(() => made.draftOf(definition, zone));
  const set = (changes: Partial<Draft>) => setDraft((was) => ({ ...was, ...changes }));
  const tried = useTried(definition, draft);
  const change = useChange("change_metric", SHOWN);
  const error = change.error ?? tried.error;
  const fields = { definition, zone, draft, set, error };
  const name = wordOf("metric", definition.id);
  const save = () => {
    if (tried.body === null) return;
    change.mutate(
      { body: tried.body },
      {
        onSuccess: () => {
          tell(t("definition.changed", { name, date: formatDay(draft.from) }));
          onClose();
        },
      },
    );
  };
  return (
    <FormDialog
      title={t("definition.change_of", { name })}
      act={t("definition.change_it")}
      canAct={tried.isTried && !change.isPending}
      onAct={save}
      onClose={onClose}
      error={error !== null && (error.problem?.errors ?? []).length === 0 ? error : null}
      wide
    >
      <div className="ek-settings-form">
        <p className="ek-quiet">{wordOf("metric", `${definition.id}_means`)}</p>
        {definition.changeable.map((part) =>
          part === "clock" ? (
            <Clock key={part} {...fields} />
          ) : (
            <Length key={part} part={part} {...fields} />
          ),
        )}
        <DateField
          label={t("definition.from")}
          help={t("definition.from_means", {
            date: formatDay(made.earliest(definition, zone)),
            zone,
          })}
          value={draft.from}
          onChange={(from) => set({ from })}
          fault={faultAt(fields, "effective_from")}
        />
        <TextField
          label={t("definition.reason")}
          help={t("definition.reason_means")}
          lines={2}
          value={draft.reason}
          onChange={(reason) => set({ reason })}
          fault={faultAt(fields, "reason")}
        />
        <Means {...fields} isTried={tried.isTried} />
      </div>
    </FormDialog>
  );
}
