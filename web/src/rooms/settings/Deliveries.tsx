// Deliveries -- what was sent to a webhook and is to be, the newest first: how it went, what was
// said and answered, and sending it again. While something waits it looks again by itself.
import { useEffect } from "react";
import { age, useAnswer } from "../../feed/cache.ts";
import { call } from "../../feed/http.ts";
import type { WebhookDelivery } from "../../gen/shapes.ts";
import { Button } from "../../parts/Button.tsx";
import { confirmed } from "../../parts/Confirm.tsx";
import { SidePanel } from "../../parts/Dialog.tsx";
import { Badge, type Tone } from "../../parts/marks.tsx";
import { Empty } from "../../parts/states.tsx";
import { When } from "../../parts/time.tsx";
import { formatLength } from "../../words/format.ts";
import { t } from "../../words/words.ts";
import { Confirmable } from "./Confirmable.tsx";
import { useAttempt } from "./useAttempt.ts";

const TONES: Record<WebhookDelivery["state"], Tone> = {
  waiting: "warn",
  delivered: "good",
  dead: "bad",
};
const AGAIN_MS = 1500;
const SOON_MS = 10_000;

// Whether something is about to happen.
function isMoving(rows: readonly WebhookDelivery[]): boolean {
  return rows.some(
    ({ state, next_at }) =>
      state === "waiting" && next_at !== null && Date.parse(next_at) - Date.now() < SOON_MS,
  );
}

function Outcome({ row }: { row: WebhookDelivery }) {
  if (row.outcome === null || row.tried_at === null)
    return <>{t("workspace.delivery_not_tried")}</>;
  return (
    <>
      {row.outcome === "answered"
        ? t("workspace.delivery_answered", { status: String(row.status ?? "") })
        : t(`workspace.delivery_${row.outcome}`)}
      {row.took_ms !== null && <> · {formatLength(row.took_ms)}</>} · <When at={row.tried_at} />
      {row.attempts > 1 && <> · {t("workspace.delivery_attempts", { n: row.attempts })}</>}
    </>
  );
}

function Row({ row }: { row: WebhookDelivery }) {
  const { attempt, isBusy } = useAttempt();
  const again = () =>
    void attempt(async () => {
      const params = { id: row.webhook, delivery: row.id };
      await confirmed(() => call("replay_webhook_delivery", { params }));
      age(["list_webhook_deliveries", "list_webhooks"]);
    });
  return (
    <li className="ek-settings-item ek-head">
      <div>
        <bdi className="ek-code">{row.type}</bdi>{" "}
        <Badge tone={TONES[row.state]}>{t(`workspace.delivery_${row.state}`)}</Badge>
        <br />
        <span className="ek-quiet">
          <Outcome row={row} />
          {row.next_at !== null && (
            <>
              {" "}
              · {t("workspace.delivery_next")} <When at={row.next_at} />
            </>
          )}
        </span>
        <details>
          <summary>{t("workspace.delivery_more")}</summary>
          <p className="ek-quiet">webhook-id</p>
          <code className="ek-settings-secret ek-code" dir="ltr">
            {row.message}
          </code>
          <p className="ek-quiet">{t("workspace.delivery_request")}</p>
          <code className="ek-settings-secret ek-code" dir="ltr">
            {row.request}
          </code>
          {row.answer !== null && (
            <>
              <p className="ek-quiet">{t("workspace.delivery_answer")}</p>
              <code className="ek-settings-secret ek-code" dir="auto">
                {row.answer}
              </code>
            </>
          )}
        </details>
      </div>
      {row.state !== "waiting" && (
        <Button
          isDisabled={isBusy}
          aria-label={`${t("workspace.delivery_again")}: ${row.type} ${row.id}`}
          onPress={again}
        >
          {t("workspace.delivery_again")}
        </Button>
      )}
    </li>
  );
}

export function Deliveries({ id, close }: { id: WebhookDelivery["webhook"]; close: () => void }) {
  const told = { params: { id }, query: { limit: 50 } };
  const list = useAnswer("list_webhook_deliveries", told, { keep: true });
  const rows = list.data?.answer.data;
  useEffect(() => {
    if (rows === undefined || !isMoving(rows)) return undefined;
    const timer = setTimeout(() => age(["list_webhook_deliveries", "list_webhooks"]), AGAIN_MS);
    return () => clearTimeout(timer);
  }, [rows, list.dataUpdatedAt]);
  return (
    <SidePanel title={t("workspace.hook_deliveries")} isOpen onClose={close}>
      <p className="ek-quiet">{t("workspace.deliveries_mean")}</p>
      <Confirmable of={list}>
        {({ answer }) =>
          answer.data.length === 0 ? (
            <Empty title={t("workspace.no_deliveries")} />
          ) : (
            <ul className="ek-stack">
              {answer.data.map((row) => (
                <Row key={row.id} row={row} />
              ))}
            </ul>
          )
        }
      </Confirmable>
    </SidePanel>
  );
}
