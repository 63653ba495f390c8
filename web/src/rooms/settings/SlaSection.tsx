// SlaSection -- SLA policies, the first that applies wins; and the calendars on whose hours they
// run.
import { useState } from "react";
import { useAnswer } from "../../feed/cache.ts";
import { useNames } from "../../feed/names.ts";
import { may } from "../../feed/session.ts";
import type { Calendar, SlaPolicy, SlaTargets } from "../../gen/shapes.ts";
import { Button } from "../../parts/Button.tsx";
import { Empty, Ready } from "../../parts/states.tsx";
import { formatLength, formatList } from "../../words/format.ts";
import { t } from "../../words/words.ts";
import { CalendarForm } from "./CalendarForm.tsx";
import { hoursWords } from "../../parts/hours.ts";
import { SlaForm } from "./SlaForm.tsx";

function targetWords(targets: SlaTargets): string {
  const names = ["first_response_ms", "next_response_ms", "time_to_close_ms"] as const;
  const parts = names.flatMap((name) => {
    const ms = targets[name];
    return ms === null || ms === undefined ? [] : [`${t(`sla.${name}`)} ${formatLength(ms)}`];
  });
  return parts.length === 0 ? t("sla.no_target") : formatList(parts);
}

const byPosition = (policies: readonly SlaPolicy[]) =>
  [...policies].sort((a, b) => a.position - b.position);

function Policies({ calendars }: { calendars: readonly Calendar[] }) {
  const [open, setOpen] = useState<SlaPolicy | "new" | null>(null);
  const { of } = useNames();
  const list = useAnswer("list_sla_policies", { query: { limit: 500 } });
  const canEdit = may("sla_policy_edit");
  return (
    <Ready of={list}>
      {({ answer }) => (
        <>
          {answer.data.length === 0 && <Empty title={t("sla.none")}>{t("sla.none_why")}</Empty>}
          <ul className="ek-settings-form">
            {byPosition(answer.data).map((policy) => (
              <li key={policy.id} className="ek-panel">
                <div className="ek-head">
                  <h4>
                    <bdi>{policy.name}</bdi>
                  </h4>
                  {canEdit && (
                    <Button
                      onPress={() => setOpen(policy)}
                      aria-label={`${t("common.edit")}: ${policy.name}`}
                    >
                      {t("common.edit")}
                    </Button>
                  )}
                </div>
                <p>{targetWords(policy.targets)}</p>
                <p className="ek-quiet">
                  <bdi>
                    {(policy.applies_to.teams ?? []).length === 0
                      ? t("sla.all_teams")
                      : formatList((policy.applies_to.teams ?? []).map(of))}
                  </bdi>
                  {" · "}
                  <bdi>
                    {calendars.find(({ id }) => id === policy.calendar)?.name ??
                      t("setting.calendar_null")}
                  </bdi>
                </p>
              </li>
            ))}
          </ul>
          {canEdit && (
            <div>
              <Button onPress={() => setOpen("new")}>{t("sla.add")}</Button>
            </div>
          )}
          {open !== null && (
            <SlaForm
              policy={open === "new" ? null : open}
              calendars={calendars}
              close={() => setOpen(null)}
            />
          )}
        </>
      )}
    </Ready>
  );
}

function Calendars({ calendars }: { calendars: readonly Calendar[] }) {
  const [open, setOpen] = useState<Calendar | "new" | null>(null);
  const canEdit = may("calendar_edit");
  return (
    <>
      {calendars.length === 0 && (
        <Empty title={t("sla.no_calendars")}>{t("sla.no_calendars_why")}</Empty>
      )}
      <ul className="ek-settings-form">
        {calendars.map((calendar) => (
          <li key={calendar.id} className="ek-panel">
            <div className="ek-head">
              <h4>
                <bdi>{calendar.name}</bdi>
              </h4>
              {canEdit && (
                <Button
                  onPress={() => setOpen(calendar)}
                  aria-label={`${t("common.edit")}: ${calendar.name}`}
                >
                  {t("common.edit")}
                </Button>
              )}
            </div>
            <p>{hoursWords(calendar.week)}</p>
            <p className="ek-quiet">
              <bdi>{calendar.zone}</bdi> · {t("sla.closed_days", { n: calendar.closed.length })}
            </p>
          </li>
        ))}
      </ul>
      {canEdit && (
        <div>
          <Button onPress={() => setOpen("new")}>{t("sla.add_calendar")}</Button>
        </div>
      )}
      {open !== null && (
        <CalendarForm calendar={open === "new" ? null : open} close={() => setOpen(null)} />
      )}
    </>
  );
}

export default function SlaSection() {
  const list = useAnswer("list_calendars", { query: { limit: 500 } });
  return (
    <Ready of={list}>
      {({ answer }) => (
        <>
          <h3>{t("sla.policies")}</h3>
          <Policies calendars={answer.data} />
          <h3>{t("sla.calendars")}</h3>
          <Calendars calendars={answer.data} />
          <h3>{t("sla.hours_of")}</h3>
        </>
      )}
    </Ready>
  );
}
