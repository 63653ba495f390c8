// PresenceMenu -- how I am there: presence, reason, until when; what would go before it goes.
import { useState } from "react";
import { Button as AriaButton, DialogTrigger, Dialog, Popover } from "react-aria-components";
import { ChevronDown } from "lucide-react";
import { useAnswer, useChange } from "../feed/cache.ts";
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

function Form({ now, close }: { now: Now; close: () => void }) {
  const [presence, setPresence] = useState<Presence>(now.presence);
  const [reason, setReason] = useState<string>(now.reason ?? "none");
  const [minutes, setMinutes] = useState("open");
  const reasons = useAnswer("list_presence_reasons").data?.answer;
  const held = useAnswer("get_my_load", {}, { enabled: presence === "away_reassigning" }).data
    ?.answer;
  const change = useChange("put_presence", TOUCHED);
  const id = me().id;
  const put = (wanted: PresenceRequest) => change.mutateAsync({ params: { id }, body: wanted });
  const save = async () => {
    const until =
      presence === "active" || minutes === "open"
        ? null
        : new Date(Date.now() + Number(minutes) * 60_000).toISOString();
    try {
      await put({
        presence,
        reason: presence === "active" || reason === "none" ? null : (reason as ReasonId),
        until,
      });
      close();
      const before = {
        presence: now.presence,
        reason: now.reason ?? null,
        until: now.until ?? null,
      };
      tell(
        t("presence.changed", { presence: wordOf("presence", presence) }),
        back("put_presence", { params: { id }, body: before }, TOUCHED),
      );
    } catch (error) {
      complain(error as Error);
    }
  };
  return (
    <>
      <RadioGroup
        label={t("presence.mine")}
        choices={PRESENCE.map((each) => ({
          id: each,
          label: wordOf("presence", each),
          detail: wordOf("presence", `${each}_means`),
        }))}
        value={presence}
        onChange={(id) => setPresence(id as Presence)}
      />
      {presence !== "active" && (
        <>
          <Select
            label={t("presence.reason")}
            choices={[
              {
                id: "none",
                label: t("presence.no_reason"),
              },
              ...(reasons?.data ?? []).map(({ id: each, name }) => ({
                id: each,
                label: name,
              })),
            ]}
            value={reason}
            onChange={setReason}
          />
          <Select
            label={t("presence.until")}
            choices={[
              {
                id: "open",
                label: t("presence.until_i_say"),
              },
              ...LENGTHS.map((each) => ({
                id: String(each),
                label: t("presence.minutes", {
                  n: each,
                }),
              })),
            ]}
            value={minutes}
            onChange={setMinutes}
          />
        </>
      )}
      {presence === "away_reassigning" && held !== undefined && (
        <p>{t("presence.will_go", { n: held.items.length })}</p>
      )}
      <Button look="main" onPress={() => void save()} isDisabled={change.isPending}>
        {t("common.save")}
      </Button>
    </>
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
