// PresenceMenu -- how I am there: presence, reason, until when; what would go before it goes.
import { useState } from "react";
import { Button as AriaButton, DialogTrigger, Dialog, Popover } from "react-aria-components";
import { ChevronDown } from "lucide-react";
import { useAnswer, useChange } from "../feed/cache.ts";
import { useNames } from "../feed/names.ts";
import { me } from "../feed/session.ts";
import { Button } from "../parts/Button.tsx";
import { RadioGroup, Select } from "../parts/fields.tsx";
import { PresenceMark } from "../parts/marks.tsx";
import { back, complain, tell } from "../parts/notices.tsx";
import { PRESENCE, type Presence } from "../gen/enums.ts";
import type { ReasonId } from "../gen/ids.ts";
import type { Presence as Now, PresenceRequest } from "../gen/shapes.ts";
import { t, wordOf } from "../words/words.ts";

const TOUCHED = ["get_presence", "get_me", "list_presence", "get_my_load"] as const;
const LENGTHS = [15, 30, 60, 120] as const; // minutes

interface Wanted {
  presence: Presence;
  reason: string; // its id, or NONE
  minutes: string; // or OPEN
}

const NONE = "none";
const OPEN = "open";

function requestOf({ presence, reason, minutes }: Wanted): PresenceRequest {
  const until = Date.now() + Number(minutes) * 60_000;
  return {
    presence,
    reason: presence === "active" || reason === NONE ? null : (reason as ReasonId),
    until: presence === "active" || minutes === OPEN ? null : new Date(until).toISOString(),
  };
}

function useSave(now: Now, close: () => void) {
  const change = useChange("put_presence", TOUCHED);
  const params = { id: me().id };
  const save = async (wanted: Wanted) => {
    const { presence, reason = null, until = null } = now;
    try {
      await change.mutateAsync({ params, body: requestOf(wanted) });
      close();
      tell(
        t("presence.changed", { presence: wordOf("presence", wanted.presence) }),
        back("put_presence", { params, body: { presence, reason, until } }, TOUCHED),
      );
    } catch (error) {
      complain(error as Error);
    }
  };
  return { save, isBusy: change.isPending };
}

type Set = (part: Partial<Wanted>) => void;

// Of an absence: why, and how long.
function Absence({ wanted, set }: { wanted: Wanted; set: Set }) {
  const reasons = useAnswer("list_presence_reasons").data?.answer;
  return (
    <>
      <Select
        label={t("presence.reason")}
        choices={[
          { id: NONE, label: t("presence.no_reason") },
          ...(reasons?.data ?? []).map(({ id, name }) => ({ id, label: name })),
        ]}
        value={wanted.reason}
        onChange={(reason) => set({ reason })}
      />
      <Select
        label={t("presence.until")}
        choices={[
          { id: OPEN, label: t("presence.until_i_say") },
          ...LENGTHS.map((n) => ({ id: String(n), label: t("presence.minutes", { n }) })),
        ]}
        value={wanted.minutes}
        onChange={(minutes) => set({ minutes })}
      />
    </>
  );
}

// What would go to others.
function WillGo() {
  const held = useAnswer("get_my_load").data?.answer;
  return held === undefined ? null : <p>{t("presence.will_go", { n: held.items.length })}</p>;
}

function Form({ now, close }: { now: Now; close: () => void }) {
  const [wanted, want] = useState<Wanted>({
    presence: now.presence,
    reason: now.reason ?? NONE,
    minutes: OPEN,
  });
  const { save, isBusy } = useSave(now, close);
  const set: Set = (part) => want((before) => ({ ...before, ...part }));
  return (
    <>
      <SetBy now={now} />
      <RadioGroup
        label={t("presence.mine")}
        choices={PRESENCE.map((each) => ({
          id: each,
          label: wordOf("presence", each),
          detail: wordOf("presence", `${each}_means`),
        }))}
        value={wanted.presence}
        onChange={(id) => set({ presence: id as Presence })}
      />
      {wanted.presence !== "active" && <Absence wanted={wanted} set={set} />}
      {wanted.presence === "away_reassigning" && <WillGo />}
      <Button look="main" onPress={() => void save(wanted)} isDisabled={isBusy}>
        {t("common.save")}
      </Button>
    </>
  );
}

// A lead may set it for them: they are told who did.
function SetBy({ now }: { now: Now }) {
  const names = useNames();
  if (now.set_by === undefined || now.set_by === null) return null;
  return (
    <p className="ek-quiet" dir="auto">
      {t("presence.set_by", { name: names.of(now.set_by) })}
    </p>
  );
}

export function PresenceMenu() {
  const now = useAnswer("get_presence", { params: { id: me().id } }).data?.answer;
  if (now === undefined) return null;
  return (
    <DialogTrigger>
      <AriaButton className="ek-button" data-look="plain">
        <PresenceMark presence={now.presence} />
        <ChevronDown className="ek-icon" aria-hidden />
      </AriaButton>
      <Popover className="ek-popover">
        <Dialog className="ek-dialog" aria-label={t("presence.mine")}>
          {({ close }) => <Form now={now} close={close} />}
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
}
