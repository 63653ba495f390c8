// WebhookForm -- a webhook is made, or changed: where to, and which events it tells of.
import { useState, type FormEvent } from "react";
import { age, useAnswer } from "../../feed/cache.ts";
import { call } from "../../feed/http.ts";
import { useMet, type Found, type Said } from "../../feed/met.ts";
import type { WebhookId } from "../../gen/ids.ts";
import type { Webhook } from "../../gen/shapes.ts";
import { Button } from "../../parts/Button.tsx";
import { confirmed } from "../../parts/Confirm.tsx";
import { FormConflict, LastBy } from "../../parts/Conflict.tsx";
import { Dialog } from "../../parts/Dialog.tsx";
import { TextField } from "../../parts/fields.tsx";
import { faultOf } from "../../parts/faults.ts";
import { tell } from "../../parts/notices.tsx";
import { apart, formatList } from "../../words/format.ts";
import { t } from "../../words/words.ts";
import { Confirmable } from "./Confirmable.tsx";
import { EventPicker, type Picked } from "./EventPicker.tsx";
import { eventWords } from "./event_kinds.ts";
import { useAttempt } from "./useAttempt.ts";

const LISTS = ["list_webhooks", "get_webhook"] as const;

interface Props {
  close: () => void;
  made: (secret: string | null) => void;
}

interface Draft {
  url: string;
  picked: Picked;
}

const draftOf = (hook: Webhook | null): Draft => ({
  url: hook?.url ?? "",
  picked: hook === null ? [] : hook.types.length === 0 ? null : hook.types,
});
const bodyOf = ({ url, picked }: Draft) => ({ url, types: picked ?? [] });
const saidOf = ({ url, picked }: Draft): readonly Said[] => [
  { label: t("workspace.hook_url"), said: url },
  {
    label: t("hooks.events"),
    said: picked === null ? t("workspace.hook_all") : formatList(picked.map(eventWords)),
  },
];

function useSave(old: Found<Webhook> | null, draft: Draft, made: Props["made"]) {
  const params = { id: old?.answer.id ?? "hook_0" } as const;
  const met = useMet<Webhook>({
    begun: old,
    read: () => confirmed(() => call("get_webhook", { params })),
    says: (hook) => saidOf(draftOf(hook)),
  });
  const put = (body: ReturnType<typeof bodyOf>, ifMatch: string) =>
    confirmed(() => call("update_webhook", { params, body, ifMatch }));
  // Whether it is done.
  const save = async () => {
    const body = bodyOf(draft);
    if (old === null) {
      const { answer } = await confirmed(() => call("create_webhook", { body }));
      made(answer.secret);
    } else {
      const before = bodyOf(draftOf(met.was));
      if (!(await met.put((ifMatch) => put(body, ifMatch)))) return false;
      tell(t("hooks.changed"), async () => {
        await put(before, "*");
        age(LISTS);
      });
    }
    age(LISTS);
    return true;
  };
  return { met, save };
}

function Form({ old, close, made }: Props & { old: Found<Webhook> | null }) {
  const [draft, set] = useState(() => draftOf(old?.answer ?? null));
  const { url, picked } = draft;
  const { met, save } = useSave(old, draft, made);
  const { attempt, refusal, isBusy } = useAttempt();
  const send = (event?: FormEvent) => {
    event?.preventDefault();
    void attempt(() => save().then((isDone) => isDone && close()));
  };
  const isNothing = picked !== null && picked.length === 0;
  const isHeld = url === "" || isNothing || isBusy || met.theirs !== null;
  return (
    <form className="ek-settings-form" onSubmit={send}>
      <TextField
        label={t("workspace.hook_url")}
        type="url"
        placeholder={apart("https://")}
        value={url}
        onChange={(to) => set({ ...draft, url: to })}
        autoFocus
        fault={faultOf(refusal, "/url")}
      />
      <EventPicker
        picked={picked}
        set={(to) => set({ ...draft, picked: to })}
        fault={faultOf(refusal, "/types")}
      />
      {isNothing && <p className="ek-help">{t("hooks.pick_one")}</p>}
      <FormConflict
        met={met}
        mine={saidOf(draft)}
        onTheirs={(hook) => set(draftOf(hook))}
        onMine={send}
        by={<LastBy action="webhook.updated" is={({ object }) => object === old?.answer.id} />}
      />
      <div className="ek-dialog-foot">
        <Button onPress={close}>{t("common.cancel")}</Button>
        <Button look="main" type="submit" isDisabled={isHeld}>
          {t(old === null ? "workspace.hook_add" : "common.save")}
        </Button>
      </div>
    </form>
  );
}

function Changing({ id, ...rest }: Props & { id: WebhookId }) {
  const found = useAnswer("get_webhook", { params: { id } });
  return <Confirmable of={found}>{(old) => <Form old={old} {...rest} />}</Confirmable>;
}

// id: of the one that is changed; null: a new one.
export function WebhookForm({ id, ...rest }: Props & { id: WebhookId | null }) {
  const title = t(id === null ? "hooks.add" : "hooks.edit");
  return (
    <Dialog title={title} isOpen onClose={rest.close} wide>
      {id === null ? <Form old={null} {...rest} /> : <Changing id={id} {...rest} />}
    </Dialog>
  );
}
