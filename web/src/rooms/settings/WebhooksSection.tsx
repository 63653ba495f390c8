// WebhooksSection -- webhooks, which tell other systems what happens: each with how it stands, what
// was sent, and a secret that is shown once; sources, by which other systems post conversations in;
// and whom this server may call.
import { useState } from "react";
import { age, useAnswer } from "../../feed/cache.ts";
import { call } from "../../feed/http.ts";
import { workspace } from "../../feed/sample.ts";
import type { Webhook } from "../../gen/shapes.ts";
import { Button } from "../../parts/Button.tsx";
import { confirmed } from "../../parts/Confirm.tsx";
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
import { Sources } from "./Sources.tsx";
import { useAttempt } from "./useAttempt.ts";
import { WebhookForm } from "./WebhookForm.tsx";
import { eventWords } from "./event_kinds.ts";
import "./hooks.css";

const TONES: Record<Webhook["state"], Tone> = {
  active: "good",
  disabled: "quiet",
  failed: "bad",
  gone: "bad",
};

function Facts({ hook }: { hook: Webhook }) {
  const told =
    hook.types.length === 0 ? t("workspace.hook_all") : formatList(hook.types.map(eventWords));
  return (
    <span>
      <bdi className="ek-code">{hook.url}</bdi>{" "}
      <Badge tone={TONES[hook.state]}>{t(`workspace.hook_state_${hook.state}`)}</Badge>
      <br />
      <span className="ek-quiet">
        {told} ·{" "}
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
  edit: (hook: Webhook) => void;
  shown: (secret: string | null) => void;
}

function Hook({ hook, show, edit, shown }: { hook: Webhook } & Acts) {
  const { attempt, isBusy } = useAttempt();
  const params = { id: hook.id };
  const named = (text: string) => `${text}: ${hook.url}`;
  const step = (work: () => Promise<unknown>, words: string | null) => () =>
    void attempt(async () => {
      await confirmed(work);
      age(["list_webhooks", "get_webhook", "list_webhook_deliveries"]);
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
    () => call("update_webhook", { params, body: { active: !hook.active }, ifMatch: "*" }),
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
        <Button look="link" aria-label={named(t("common.edit"))} onPress={() => edit(hook)}>
          {t("common.edit")}
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

function Hooks({ hooks }: { hooks: readonly Webhook[] }) {
  const [secret, setSecret] = useState<string | null>(null);
  const [open, setOpen] = useState<Webhook["id"] | null>(null);
  const [form, setForm] = useState<{ id: Webhook["id"] | null } | null>(null);
  const add = workspace().sample ? (
    <p>{t("workspace.hooks_in_sample")}</p>
  ) : (
    <Button look="main" onPress={() => setForm({ id: null })}>
      {t("hooks.add")}
    </Button>
  );
  return (
    <>
      {hooks.length === 0 ? (
        <Empty title={t("workspace.no_hooks")} action={add}>
          {t("workspace.no_hooks_why")}
        </Empty>
      ) : (
        <>
          <ul className="ek-stack">
            {hooks.map((hook) => (
              <Hook
                key={hook.id}
                hook={hook}
                show={setOpen}
                edit={({ id }) => setForm({ id })}
                shown={setSecret}
              />
            ))}
          </ul>
          <div>{add}</div>
        </>
      )}
      {form !== null && <WebhookForm id={form.id} close={() => setForm(null)} made={setSecret} />}
      {open !== null && <Deliveries id={open} close={() => setOpen(null)} />}
      {secret !== null && (
        <Once title={t("workspace.hook_made")} secret={secret} close={() => setSecret(null)} />
      )}
    </>
  );
}

export default function WebhooksSection() {
  const list = useAnswer("list_webhooks", { query: { limit: 500 } });
  return (
    <Confirmable of={list}>
      {({ answer }) => (
        <>
          <h3>{t("hooks.out")}</h3>
          <p className="ek-quiet">{t("workspace.hooks_mean")}</p>
          <Hooks hooks={answer.data} />
          <Sources />
          <OutboundForm />
        </>
      )}
    </Confirmable>
  );
}
