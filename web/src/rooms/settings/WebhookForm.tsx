// WebhookForm -- a webhook is made, or changed: where to, and which events it tells of.
import { useState, type FormEvent } from "react";
import { age } from "../../feed/cache.ts";
import { call } from "../../feed/http.ts";
import type { Webhook } from "../../gen/shapes.ts";
import { Button } from "../../parts/Button.tsx";
import { confirmed } from "../../parts/Confirm.tsx";
import { Dialog } from "../../parts/Dialog.tsx";
import { TextField } from "../../parts/fields.tsx";
import { faultOf } from "../../parts/faults.ts";
import { tell } from "../../parts/notices.tsx";
import { apart } from "../../words/format.ts";
import { t } from "../../words/words.ts";
import { EventPicker, type Picked } from "./EventPicker.tsx";
import { useAttempt } from "./useAttempt.ts";

interface Props {
  hook: Webhook | null; // null: a new one
  close: () => void;
  made: (secret: string | null) => void;
}

export function WebhookForm({ hook, close, made }: Props) {
  const [url, setUrl] = useState(hook?.url ?? "");
  const [picked, pick] = useState<Picked>(
    hook === null ? [] : hook.types.length === 0 ? null : hook.types,
  );
  const { attempt, refusal, isBusy } = useAttempt();
  const save = async () => {
    const body = { url, types: picked ?? [] };
    if (hook === null) {
      const { answer } = await confirmed(() => call("create_webhook", { body }));
      made(answer.secret);
    } else {
      const put = (of: typeof body) =>
        confirmed(() => call("update_webhook", { params: { id: hook.id }, body: of }));
      await put(body);
      tell(t("hooks.changed"), async () => {
        await put({ url: hook.url, types: [...hook.types] });
        age(["list_webhooks"]);
      });
    }
    age(["list_webhooks"]);
  };
  const send = (event: FormEvent) => {
    event.preventDefault();
    void attempt(save).then((isDone) => isDone && close());
  };
  const isNothing = picked !== null && picked.length === 0;
  return (
    <Dialog title={t(hook === null ? "hooks.add" : "hooks.edit")} isOpen onClose={close} wide>
      <form className="ek-settings-form" onSubmit={send}>
        <TextField
          label={t("workspace.hook_url")}
          type="url"
          placeholder={apart("https://")}
          value={url}
          onChange={setUrl}
          autoFocus
          fault={faultOf(refusal, "/url")}
        />
        <EventPicker picked={picked} set={pick} fault={faultOf(refusal, "/types")} />
        {isNothing && <p className="ek-help">{t("hooks.pick_one")}</p>}
        <div className="ek-dialog-foot">
          <Button onPress={close}>{t("common.cancel")}</Button>
          <Button look="main" type="submit" isDisabled={url === "" || isNothing || isBusy}>
            {t(hook === null ? "workspace.hook_add" : "common.save")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
