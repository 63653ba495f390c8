// CalendarForm -- opening hours: the zone, each day's hours, and the days that are closed.
import { useState, type FormEvent } from "react";
import { Plus, Trash2 } from "lucide-react";
import { age } from "../../feed/cache.ts";
import { call } from "../../feed/http.ts";
import { me } from "../../feed/session.ts";
import type { Calendar, CalendarRequest, OpenHours } from "../../gen/shapes.ts";
import { Button, IconButton } from "../../parts/Button.tsx";
import { DateField } from "../../parts/DateField.tsx";
import { Dialog } from "../../parts/Dialog.tsx";
import { ComboBox, TextField } from "../../parts/fields.tsx";
import { faultOf } from "../../parts/faults.ts";
import { back, tell } from "../../parts/notices.tsx";
import { formatDay } from "../../words/format.ts";
import { t } from "../../words/words.ts";
import { zonesWith } from "../../words/zones.ts";
import { dayName, daysInOrder } from "../../parts/hours.ts";
import { useAttempt } from "./useAttempt.ts";

const LIST = ["list_calendars"] as const;
const WEEKDAYS = [1, 2, 3, 4, 5];

function requestOf({ name, zone, week, closed }: Calendar): CalendarRequest {
  return { name, zone, week, closed };
}

function fresh(): CalendarRequest {
  const week = WEEKDAYS.map((day) => ({ day, from: "09:00", to: "18:00" }));
  return { name: "", zone: me().zone, week, closed: [] };
}

type Change = (part: Partial<CalendarRequest>) => void;

function Hours({
  hours,
  put,
  remove,
}: {
  hours: OpenHours;
  put: (part: Partial<OpenHours>) => void;
  remove: () => void;
}) {
  const day = dayName(hours.day);
  return (
    <span className="ek-row">
      <TextField
        label={`${day}: ${t("setting.hours_from")}`}
        isLabelHidden
        type="time"
        value={hours.from}
        onChange={(from) => put({ from })}
      />
      –
      <TextField
        label={`${day}: ${t("setting.hours_to")}`}
        isLabelHidden
        type="time"
        value={hours.to === "24:00" ? "00:00" : hours.to}
        onChange={(to) => put({ to: to === "00:00" ? "24:00" : to })}
      />
      <IconButton label={`${t("common.remove")}: ${day} ${hours.from}`} onPress={remove}>
        <Trash2 className="ek-icon" aria-hidden />
      </IconButton>
    </span>
  );
}

function Week({ week, change }: { week: readonly OpenHours[]; change: Change }) {
  const put = (at: OpenHours, part: Partial<OpenHours>) =>
    change({ week: week.map((each) => (each === at ? { ...each, ...part } : each)) });
  const add = (day: number) => {
    const last = week.findLast((each) => each.day === day);
    const from = last?.to ?? "09:00";
    change({ week: [...week, { day, from, to: from < "18:00" ? "18:00" : "24:00" }] });
  };
  return (
    <div className="ek-settings-week" role="group" aria-label={t("sla.week")}>
      {daysInOrder().map((day) => {
        const hours = week.filter((each) => each.day === day);
        return [
          <span key={`${day} name`}>{dayName(day)}</span>,
          <div key={day} className="ek-row">
            {hours.length === 0 && <span className="ek-quiet">{t("sla.closed")}</span>}
            {hours.map((each, index) => (
              <Hours
                key={index}
                hours={each}
                put={(part) => put(each, part)}
                remove={() => change({ week: week.filter((other) => other !== each) })}
              />
            ))}
            <IconButton label={`${t("sla.add_hours")}: ${dayName(day)}`} onPress={() => add(day)}>
              <Plus className="ek-icon" aria-hidden />
            </IconButton>
          </div>,
        ];
      })}
    </div>
  );
}

function Closed({ closed, change }: { closed: readonly string[]; change: Change }) {
  const [day, setDay] = useState("");
  const put = (days: readonly string[]) =>
    change({ closed: days as NonNullable<CalendarRequest["closed"]> });
  return (
    <div role="group" aria-label={t("sla.holidays")} className="ek-stack">
      <strong>{t("sla.holidays")}</strong>
      <ul className="ek-row">
        {closed.map((each) => (
          <li key={each} className="ek-badge">
            <bdi>{formatDay(each)}</bdi>
            <IconButton
              label={`${t("common.remove")}: ${formatDay(each)}`}
              onPress={() => put(closed.filter((other) => other !== each))}
            >
              <Trash2 className="ek-icon" aria-hidden />
            </IconButton>
          </li>
        ))}
      </ul>
      <div className="ek-settings-add">
        <DateField label={t("sla.holiday")} value={day} onChange={setDay} />
        <Button
          isDisabled={day === "" || closed.includes(day)}
          onPress={() => put([...closed, day].sort())}
        >
          {t("common.add")}
        </Button>
      </div>
    </div>
  );
}

async function save(calendar: Calendar | null, body: CalendarRequest): Promise<void> {
  if (calendar === null) {
    const { answer } = await call("create_calendar", { body });
    const params = { id: answer.id };
    tell(t("sla.calendar_saved"), back("delete_calendar", { params, ifMatch: "*" }, LIST));
    return;
  }
  const params = { id: calendar.id };
  const { etag } = await call("get_calendar", { params });
  await call("put_calendar", { params, body, ifMatch: etag ?? "*" });
  const before = { params, body: requestOf(calendar), ifMatch: "*" };
  tell(t("sla.calendar_saved"), back("put_calendar", before, LIST));
}

async function remove(calendar: Calendar): Promise<void> {
  await call("delete_calendar", { params: { id: calendar.id }, ifMatch: "*" });
  const body = requestOf(calendar);
  tell(t("sla.calendar_removed"), back("create_calendar", { body }, LIST));
}

function WeekFault({ fault }: { fault: string | undefined }) {
  if (fault === undefined) return null;
  return (
    <p className="ek-fault" role="alert">
      {fault}
    </p>
  );
}

export function CalendarForm({
  calendar,
  close,
}: {
  calendar: Calendar | null;
  close: () => void;
}) {
  const [form, setForm] = useState(calendar === null ? fresh() : requestOf(calendar));
  const { attempt, refusal } = useAttempt();
  const change: Change = (part) => setForm((before) => ({ ...before, ...part }));
  const finish = async (step: () => Promise<void>) => {
    if (!(await attempt(step))) return;
    age(LIST);
    close();
  };
  const send = (event: FormEvent) => {
    event.preventDefault();
    void finish(() => save(calendar, form));
  };
  return (
    <Dialog
      title={t(calendar === null ? "sla.add_calendar" : "sla.edit_calendar")}
      isOpen
      onClose={close}
    >
      <form className="ek-settings-form" onSubmit={send}>
        <TextField
          label={t("sla.name")}
          value={form.name}
          onChange={(name) => change({ name })}
          fault={faultOf(refusal, "/name")}
          autoFocus
        />
        <ComboBox
          label={t("mine.zone")}
          choices={zonesWith(form.zone)}
          value={form.zone}
          onChange={(zone) => change({ zone })}
          fault={faultOf(refusal, "/zone")}
        />
        <Week week={form.week} change={change} />
        <WeekFault fault={faultOf(refusal, "/week")} />
        <Closed closed={form.closed ?? []} change={change} />
        <div className="ek-dialog-foot">
          {calendar !== null && (
            <Button onPress={() => void finish(() => remove(calendar))}>
              {t("common.delete")}
            </Button>
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
