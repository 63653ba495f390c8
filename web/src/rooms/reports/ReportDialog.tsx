// ReportDialog -- what a saved report asks, when it is made, and where it goes.
import { useState } from "react";
import { useChange } from "../../feed/cache.ts";
import { useNames } from "../../feed/names.ts";
import { me } from "../../feed/session.ts";
import type { ReportRequest } from "../../gen/shapes.ts";
import type { ReportId, TeamId } from "../../gen/ids.ts";
import { FormDialog } from "../../parts/FormDialog.tsx";
import { Checkbox, ComboBox, Select, Switch, TextField } from "../../parts/fields.tsx";
import { faultOf } from "../../parts/faults.ts";
import { back, tell } from "../../parts/notices.tsx";
import { t, wordOf } from "../../words/words.ts";
import { zonesWith } from "../../words/zones.ts";
import { ALL, standards, takesClock, type Clock, type Standard } from "./asked.ts";
import { DAYS, dayName, SPANS, type Day } from "./saved.ts";
import { clockChoices, standardWord, teamChoices } from "./choices.ts";
import { Target } from "./Target.tsx";

const LIST = ["list_reports", "get_report"] as const;

export type Draft = ReportRequest;
type Refused = Parameters<typeof faultOf>[0];
type Change = (part: Partial<Draft>) => void;

export function fresh(standard: Standard, team: string, clock: Clock | null): Draft {
  return {
    name: standardWord(standard),
    standard,
    span: "last_week",
    format: "csv",
    team: team === ALL ? null : (team as TeamId),
    clock,
    schedule: null,
    target: null,
  };
}

function Question({ draft, change, error }: { draft: Draft; change: Change; error: Refused }) {
  const names = useNames();
  return (
    <>
      <TextField
        label={t("reports.name")}
        value={draft.name}
        onChange={(name) => change({ name })}
        fault={faultOf(error, "/name")}
      />
      <div className="ek-row ek-reports-asked">
        <Select
          label={t("reports.report")}
          choices={standards().map((id) => ({ id, label: standardWord(id) }))}
          value={draft.standard}
          onChange={(id) => change({ standard: id as Standard })}
        />
        <Select
          label={t("common.team")}
          choices={teamChoices(names)}
          value={draft.team ?? ALL}
          onChange={(id) => change({ team: id === ALL ? null : (id as TeamId) })}
          fault={faultOf(error, "/team")}
        />
        <Select
          label={t("reports.span")}
          choices={SPANS.map((id) => ({ id, label: wordOf("reports", `span_${id}`) }))}
          value={draft.span}
          onChange={(id) => change({ span: id as Draft["span"] })}
        />
        {takesClock(draft.standard) && (
          <Select
            label={t("reports.clock")}
            choices={clockChoices()}
            value={draft.clock ?? "own"}
            onChange={(id) => change({ clock: id === "own" ? null : (id as Clock) })}
          />
        )}
      </div>
    </>
  );
}

function Schedule({ draft, change, error }: { draft: Draft; change: Change; error: Refused }) {
  const { schedule } = draft;
  const isOn = schedule !== null && schedule !== undefined;
  const first = { days: ["monday" as const], at: "07:30", zone: me().zone };
  const toggle = (day: Day, has: boolean) => {
    if (!isOn) return;
    const days = DAYS.filter((each) => (each === day ? has : schedule.days.includes(each)));
    change({ schedule: { ...schedule, days } });
  };
  return (
    <>
      <Switch isSelected={isOn} onChange={(on) => change({ schedule: on ? first : null })}>
        {t("reports.on_schedule")}
      </Switch>
      {isOn && (
        <div className="ek-stack ek-reports-part">
          <div className="ek-row" role="group" aria-label={t("reports.days")}>
            {DAYS.map((day) => (
              <Checkbox
                key={day}
                isSelected={schedule.days.includes(day)}
                onChange={(has) => toggle(day, has)}
              >
                {dayName(day)}
              </Checkbox>
            ))}
          </div>
          {faultOf(error, "/schedule/days") !== undefined && (
            <p className="ek-fault">{faultOf(error, "/schedule/days")}</p>
          )}
          <div className="ek-row ek-reports-asked">
            <TextField
              label={t("reports.at")}
              type="time"
              value={schedule.at}
              onChange={(at) => change({ schedule: { ...schedule, at } })}
              fault={faultOf(error, "/schedule/at")}
            />
            <ComboBox
              label={t("reports.zone")}
              choices={zonesWith(schedule.zone)}
              value={schedule.zone}
              onChange={(zone) => change({ schedule: { ...schedule, zone } })}
              fault={faultOf(error, "/schedule/zone")}
            />
          </div>
        </div>
      )}
    </>
  );
}

export interface Was {
  id: ReportId;
  draft: Draft;
  etag: string;
}

function useSave(was: Was | null, onClose: () => void) {
  const create = useChange("create_report", LIST);
  const update = useChange("update_report", LIST);
  const save = (body: Draft) => {
    if (was === null) {
      create.mutate(
        { body },
        {
          onSuccess: ({ answer: { id } }) => {
            tell(t("reports.saved"), back("delete_report", { params: { id } }, LIST));
            onClose();
          },
        },
      );
      return;
    }
    const params = { id: was.id };
    const undo = back("update_report", { params, body: was.draft, ifMatch: "*" }, LIST);
    update.mutate(
      { params, body, ifMatch: was.etag },
      {
        onSuccess: () => {
          tell(t("reports.saved"), undo);
          onClose();
        },
      },
    );
  };
  return {
    save,
    isBusy: create.isPending || update.isPending,
    error: create.error ?? update.error,
  };
}

export function ReportDialog({
  first,
  was,
  onClose,
}: {
  first: Draft;
  was: Was | null; // null: a new one
  onClose: () => void;
}) {
  const [draft, setDraft] = useState(first);
  const { save, isBusy, error } = useSave(was, onClose);
  const change: Change = (part) => setDraft((old) => ({ ...old, ...part }));
  const body = { ...draft, clock: takesClock(draft.standard) ? (draft.clock ?? null) : null };
  return (
    <FormDialog
      title={t(was === null ? "reports.save" : "reports.edit")}
      act={t("common.save")}
      canAct={!isBusy}
      onAct={() => save(body)}
      {...{ onClose, error }}
    >
      <div className="ek-stack">
        <p className="ek-quiet">{t("reports.whose")}</p>
        <Question draft={draft} change={change} error={error} />
        <Schedule draft={draft} change={change} error={error} />
        <Target draft={draft} change={change} error={error} />
      </div>
    </FormDialog>
  );
}
