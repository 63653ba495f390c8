// WebhooksSection -- webhooks, which tell other systems what happens: each with how it stands, what
// was sent, and a secret that is shown once; and whom this server may call.
import { useState, type FormEvent } from "react";
import { age, useAnswer } from "../../feed/cache.ts";
import { call } from "../../feed/http.ts";
import type { Webhook } from "../../gen/shapes.ts";
import { Button } from "../../parts/Button.tsx";
import { confirmed } from "../../parts/Confirm.tsx";
import { TextField } from "../../parts/fields.tsx";
import { faultOf } from "../../parts/faults.ts";
import { Badge, type Tone } from "../../parts/marks.tsx";
import { tell } from "../../parts/notices.tsx";
import { Empty } from "../../parts/states.tsx";
import { When } from "../../parts/time.tsx";
import { formatList } from "../../words/format.ts";
import { t } from "../../words/words.ts";
import { Confirmable } from "./Confirmable.tsx";
import { Deliveries } from "./Deliveries.tsx";
import { Once } from "./Once.tsx";
import { OutboundForm } from "./OutboundForm.tsx";
import { useAttempt } from "./useAttempt.ts";

const TONES: Record<Webhook["state"], Tone> = {
  active: "good",
  disabled: "quiet",
  failed: "bad",
  gone: "bad",
};

function WebhookForm({ made }: { made: (secret: string | null) => void }) {
  const [url, setUrl] = useState("");
  const [types, setTypes] = useState("");
  const { attempt, refusal, isBusy } = useAttempt();
  const send = (event: FormEvent) => {
    event.preventDefault();
    void attempt(async () => {
      const body = { url, types: types.split(/[\s,]+/).filter((type) => type !== "") };
      const { answer } = await confirmed(() => call("create_webhook", { body }));
      setUrl("");
      setTypes("");
      made(answer.secret);
    });
  };
  return (
    <form className="ek-panel" onSubmit={send}>
      <TextField
        label={t("workspace.hook_url")}
        type="url"
        placeholder="https://"
        value={url}
        onChange={setUrl}
        fault={faultOf(refusal, "/url")}
      />
      <TextField
        label={t("workspace.hook_types")}
        help={t("workspace.hook_types_help")}
        value={types}
        onChange={setTypes}
        fault={faultOf(refusal, "/types")}
      />
      <div>
        <Button type="submit" isDisabled={url === "" || isBusy}>
          {t("workspace.hook_add")}
        </Button>
      </div>
    </form>
  );
}

function Facts({ hook }: { hook: Webhook }) {
  return (
    <span>
      <bdi className="ek-code">{hook.url}</bdi>{" "}
      <Badge tone={TONES[hook.state]}>{t(`workspace.hook_state_${hook.state}`)}</Badge>
      <br />
      <span className="ek-quiet">
        {hook.types.length === 0 ? t("workspace.hook_all") : formatList(hook.types)} ·{" "}
        {hook.last_success_at === null ? (
          t("workspace.hook_never")
        ) : (
          <>
            {t("workspace.hook_last")} <When at={hook.last_success_at} />
          </>
        )}
        {hook.waiting > 0 && <> · {t("workspace.hook_waiting", { n: hook.waiting })}</>}
      </span>
      {hook.rotating_until !== null && (
        <>
          <br />
          <span className="ek-quiet">
            {t("workspace.hook_rotating")} <When at={hook.rotating_until} />
          </span>
        </>
      )}
    </span>
  );
}

interface Acts {
  show: (id: Webhook["id"]) => void;
  shown: (secret: string | null) => void;
}

function Hook({ hook, show, shown }: { hook: Webhook } & Acts) {
  const { attempt, isBusy } = useAttempt();
  const params = { id: hook.id };
  const named = (text: string) => `${text}: ${hook.url}`;
  const step = (work: () => Promise<unknown>, words: string | null) => () =>
    void attempt(async () => {
      await confirmed(work);
      age(["list_webhooks", "list_webhook_deliveries"]);
      if (words !== null) tell(words);
    });
  const test = step(() => call("test_webhook", { params }), null);
  const rotate = () =>
    void attempt(async () => {
      const { answer } = await confirmed(() => call("rotate_webhook_secret", { params }));
      age(["list_webhooks"]);
      shown(answer.secret);
    });
  const turn = step(
    () => call("update_webhook", { params, body: { active: !hook.active } }),
    t(hook.active ? "workspace.hook_is_off" : "workspace.hook_is_on"),
  );
  const end = step(() => call("delete_webhook", { params }), t("workspace.hook_ended"));
  const turnWords = t(hook.active ? "workspace.hook_turn_off" : "workspace.hook_turn_on");
  return (
    <li className="ek-settings-item ek-head">
      <Facts hook={hook} />
      <span className="ek-row">
        <Button
          isDisabled={isBusy || !hook.active}
          aria-label={named(t("workspace.hook_test"))}
          onPress={() => {
            test();
            show(hook.id);
          }}
        >
          {t("workspace.hook_test")}
        </Button>
        <Button aria-label={named(t("workspace.hook_deliveries"))} onPress={() => show(hook.id)}>
          {t("workspace.hook_deliveries")}
        </Button>
        <Button look="link" aria-label={named(t("workspace.hook_rotate"))} onPress={rotate}>
          {t("workspace.hook_rotate")}
        </Button>
        <Button look="link" aria-label={named(turnWords)} onPress={turn}>
          {turnWords}
        </Button>
        <Button look="link" aria-label={named(t("workspace.hook_end"))} onPress={end}>
          {t("workspace.hook_end")}
        </Button>
      </span>
    </li>
  );
}

export default function WebhooksSection() {
  const list = useAnswer("list_webhooks", { query: { limit: 500 } });
  const [secret, setSecret] = useState<string | null>(null);
  const [open, setOpen] = useState<Webhook["id"] | null>(null);
  return (
    <>
      <p className="ek-quiet">{t("workspace.hooks_mean")}</p>
      <Confirmable of={list}>
        {({ answer }) => (
          <>
            {answer.data.length === 0 && (
              <Empty title={t("workspace.no_hooks")}>{t("workspace.no_hooks_why")}</Empty>
            )}
            <ul className="ek-stack">
              {answer.data.map((hook) => (
                <Hook key={hook.id} hook={hook} show={setOpen} shown={setSecret} />
              ))}
            </ul>
            <WebhookForm
              made={(made) => {
                setSecret(made);
                age(["list_webhooks"]);
              }}
            />
            <OutboundForm />
          </>
        )}
      </Confirmable>
      {open !== null && <Deliveries id={open} close={() => setOpen(null)} />}
      {secret !== null && (
        <Once title={t("workspace.hook_made")} secret={secret} close={() => setSecret(null)} />
      )}
    </>
  );
}
