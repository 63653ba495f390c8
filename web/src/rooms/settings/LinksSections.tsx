// LinksSections -- webhooks, which tell other systems what happens; and calendar feeds, which show
// shifts on a telephone. Each has a secret that is shown once.
import { useState, type FormEvent } from "react";
import { age, useAnswer } from "../../feed/cache.ts";
import { call } from "../../feed/http.ts";
import { useNames } from "../../feed/names.ts";
import type { TeamId } from "../../gen/ids.ts";
import type { CalendarFeed, Webhook } from "../../gen/shapes.ts";
import { Button } from "../../parts/Button.tsx";
import { confirmed } from "../../parts/Confirm.tsx";
import { Select, TextField } from "../../parts/fields.tsx";
import { faultOf } from "../../parts/faults.ts";
import { Badge } from "../../parts/marks.tsx";
import { Name } from "../../parts/Name.tsx";
import { tell } from "../../parts/notices.tsx";
import { Empty } from "../../parts/states.tsx";
import { When } from "../../parts/time.tsx";
import { formatList } from "../../words/format.ts";
import { t } from "../../words/words.ts";
import { Confirmable } from "./Confirmable.tsx";
import { Once } from "./Once.tsx";
import type { SectionId } from "./sections.ts";
import { useAttempt } from "./useAttempt.ts";

const OWN = "me";

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

function Hook({ hook, end }: { hook: Webhook; end: () => void }) {
  return (
    <li className="ek-settings-item ek-head">
      <span>
        <bdi className="ek-code">{hook.url}</bdi>{" "}
        <Badge tone={hook.active ? "good" : "warn"}>
          {t(hook.active ? "settings.on" : "settings.off")}
        </Badge>
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
        </span>
      </span>
      <Button look="link" aria-label={`${t("workspace.hook_end")}: ${hook.url}`} onPress={end}>
        {t("workspace.hook_end")}
      </Button>
    </li>
  );
}

function Webhooks() {
  const list = useAnswer("list_webhooks", { query: { limit: 500 } });
  const [secret, setSecret] = useState<string | null>(null);
  const { attempt } = useAttempt();
  const again = () => age(["list_webhooks"]);
  const end = (hook: Webhook) =>
    void attempt(async () => {
      await confirmed(() => call("delete_webhook", { params: { id: hook.id } }));
      again();
      tell(t("workspace.hook_ended"));
    });
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
                <Hook key={hook.id} hook={hook} end={() => end(hook)} />
              ))}
            </ul>
            <WebhookForm
              made={(made) => {
                setSecret(made);
                again();
              }}
            />
          </>
        )}
      </Confirmable>
      {secret !== null && (
        <Once title={t("workspace.hook_made")} secret={secret} close={() => setSecret(null)} />
      )}
    </>
  );
}

function Feed({ feed, revoke }: { feed: CalendarFeed; revoke: () => void }) {
  return (
    <li className="ek-settings-item ek-head">
      <span>
        {feed.team === null ? t("workspace.feed_me") : <Name id={feed.team} />}{" "}
        <span className="ek-quiet">
          <Name id={feed.teammate} /> · <When at={feed.created_at} />
        </span>
      </span>
      <Button look="link" onPress={revoke}>
        {t("workspace.revoke")}
      </Button>
    </li>
  );
}

function Feeds() {
  const list = useAnswer("list_calendar_feeds", { query: { limit: 500 } });
  const { teams } = useNames();
  const [whose, setWhose] = useState(OWN);
  const [secret, setSecret] = useState<string | null>(null);
  const { attempt } = useAttempt();
  const again = () => age(["list_calendar_feeds"]);
  const make = () =>
    void attempt(async () => {
      const body =
        whose === OWN ? { kind: "me" as const } : { kind: "team" as const, team: whose as TeamId };
      const { answer } = await confirmed(() => call("create_calendar_feed", { body }));
      setSecret(answer.url);
      again();
    });
  const revoke = (feed: CalendarFeed) =>
    void attempt(async () => {
      await confirmed(() => call("delete_calendar_feed", { params: { id: feed.id } }));
      again();
      tell(t("workspace.feed_revoked"));
    });
  return (
    <>
      <p className="ek-quiet">{t("workspace.feeds_mean")}</p>
      <Confirmable of={list}>
        {({ answer }) => (
          <ul className="ek-stack">
            {answer.data.map((feed) => (
              <Feed key={feed.id} feed={feed} revoke={() => revoke(feed)} />
            ))}
          </ul>
        )}
      </Confirmable>
      <div className="ek-row ek-panel">
        <Select
          label={t("workspace.feed_whose")}
          value={whose}
          onChange={setWhose}
          choices={[
            { id: OWN, label: t("workspace.feed_me") },
            ...teams.map(({ id, name }) => ({ id, label: name })),
          ]}
        />
        <Button onPress={make}>{t("workspace.feed_make")}</Button>
      </div>
      {secret !== null && (
        <Once title={t("workspace.feed_made")} secret={secret} close={() => setSecret(null)} />
      )}
    </>
  );
}

export default function LinksSections({ id }: { id: SectionId }) {
  return id === "webhooks" ? <Webhooks /> : <Feeds />;
}
