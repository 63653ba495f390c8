// Snooze -- let it sleep: for a while, until a local time, for so many office hours, or until the
// contact writes.
import { useState } from "react";
import type { Refusal } from "../../feed/http.ts";
import type { Conversation, SnoozeRequest } from "../../gen/shapes.ts";
import { Button } from "../../parts/Button.tsx";
import { Dialog } from "../../parts/Dialog.tsx";
import { DateField } from "../../parts/DateField.tsx";
import { RadioGroup } from "../../parts/fields.tsx";
import { Fault } from "../../parts/states.tsx";
import { currentManners, t } from "../../words/words.ts";
import { saidSnoozed, snoozeIt } from "./acts.ts";
import { nextMonday, tomorrow } from "./snooze_days.ts";

const HOUR_MS = 3_600_000;
const WAYS = ["hour", "hours", "tomorrow", "monday", "office", "contact", "wall"] as const;
type Way = (typeof WAYS)[number];

// Nine in the morning, by the person's clock.
function nineOn(dayOf: (at: number, zone: string) => string): string {
  return `${dayOf(Date.now(), currentManners().zone)}T09:00`;
}

function bodyOf(way: Way, wall: string): SnoozeRequest {
  if (way === "hour") return { until: new Date(Date.now() + HOUR_MS).toISOString() };
  if (way === "hours") return { until: new Date(Date.now() + 3 * HOUR_MS).toISOString() };
  if (way === "tomorrow") return { wall: nineOn(tomorrow) };
  if (way === "monday") return { wall: nineOn(nextMonday) };
  if (way === "office") return { working_ms: 4 * HOUR_MS };
  return way === "wall" ? { wall } : {};
}

function label(way: Way): string {
  if (way === "hour") return t("inbox.snooze_for", { count: 1 });
  if (way === "hours") return t("inbox.snooze_for", { count: 3 });
  if (way === "office") return t("inbox.snooze_office", { count: 4 });
  return t(`inbox.snooze_${way}`);
}

export function SnoozeDialog({ of, onClose }: { of: Conversation; onClose: () => void }) {
  const [way, setWay] = useState<Way>("tomorrow");
  const [wall, setWall] = useState(nineOn(tomorrow));
  const [fault, setFault] = useState<Refusal | null>(null);
  const [isBusy, setBusy] = useState(false);
  const save = async () => {
    setBusy(true);
    const body = bodyOf(way, wall);
    const said = way === "contact" ? saidSnoozed(of, null) : saidSnoozed(of, body.until ?? null);
    const refused = await snoozeIt(
      of,
      body,
      body.until !== undefined || way === "contact"
        ? said
        : t("inbox.asleep", { title: of.title ?? of.id }),
    );
    setBusy(false);
    setFault(refused);
    if (refused === null) onClose();
  };
  return (
    <Dialog title={t("inbox.snooze_title")} isOpen onClose={onClose}>
      <form
        className="ek-stack"
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <RadioGroup
          label={t("inbox.snooze_until")}
          choices={WAYS.map((id) => ({ id, label: label(id) }))}
          value={way}
          onChange={(id) => setWay(id as Way)}
        />
        {way === "wall" && (
          <DateField
            label={t("inbox.snooze_at")}
            help={t("inbox.snooze_zone")}
            hasTime
            value={wall}
            onChange={setWall}
          />
        )}
        {fault !== null && <Fault error={fault} />}
        <div className="ek-dialog-foot">
          <Button onPress={onClose}>{t("common.cancel")}</Button>
          <Button look="main" type="submit" isDisabled={isBusy}>
            {t("inbox.snooze")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
