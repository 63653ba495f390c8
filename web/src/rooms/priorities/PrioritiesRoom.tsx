// PrioritiesRoom -- the one order in which work is given out, across team inboxes. Left the keys,
// right the queue as it would stand, computed by the server with every change; below, why one
// stands before another there, and what teams have of their own; behind a tab the whole policy as
// text.
import { useState } from "react";
import { useLocation } from "wouter";
import { useAnswer } from "../../feed/cache.ts";
import { useNames } from "../../feed/names.ts";
import { may } from "../../feed/session.ts";
import type { ScopedSettings } from "../../gen/shapes.ts";
import { Mark } from "../../parts/marks.tsx";
import { Room } from "../../parts/Room.tsx";
import { Ready } from "../../parts/states.tsx";
import { Tabs } from "../../parts/Tabs.tsx";
import { formatMoment, formatNumber, formatWhen } from "../../words/format.ts";
import { t } from "../../words/words.ts";
import { named } from "../../why/sentences.ts";
import { AddKey } from "./AddKey.tsx";
import { OrderList } from "./OrderList.tsx";
import { NowQueue, TriedQueue } from "./PreviewPane.tsx";
import { ORDER_ID, SaveBar } from "./SaveBar.tsx";
import { TeamValues } from "./TeamValues.tsx";
import {
  mayEdit,
  mayTry,
  useOrder,
  usePreview,
  useQueueNow,
  type Order,
  type Preview,
  type Read,
} from "./useOrder.ts";
import { Versions } from "./Versions.tsx";
import { useOrderVersions } from "./versions.ts";
import { WhyBefore } from "./WhyBefore.tsx";
import { PolicyView } from "./PolicyView.tsx";
import "./priorities.css";

const POLICY = "/priorities/policy";

function useSpoken(): [string, (text: string) => void] {
  const [spoken, set] = useState("");
  return [spoken, set];
}

// What is dated ahead, so that nobody is surprised.
function Scheduled({ settings }: { settings: ScopedSettings }) {
  const mine = settings.scheduled.filter(({ set }) => "order_keys" in ((set ?? {}) as object));
  return mine.map((change) => (
    <Mark key={change.schedule} tone="accent" shape="ring">
      {t("priorities.scheduled", { at: formatMoment(change.effective_at) })}
    </Mark>
  ));
}

function LastVersion() {
  const names = useNames();
  const last = useOrderVersions()?.[0];
  if (last === undefined) return null;
  return (
    <span className="ek-quiet">
      {t("priorities.last_version", {
        version: formatNumber(last.version),
        name: named(last.by?.teammate, names) || t("priorities.evenkeel"),
        at: formatWhen(last.at),
      })}
    </span>
  );
}

function Editing({ order, settings }: { order: Order; settings: ScopedSettings }) {
  const [spoken, speak] = useSpoken();
  const canTry = mayTry();
  return (
    <section className="ek-panel" aria-labelledby={ORDER_ID}>
      <h2 id={ORDER_ID} tabIndex={-1}>
        {t("priorities.order")}
      </h2>
      {canTry && (
        <p className="ek-quiet ek-small">
          {t(mayEdit() ? "priorities.how_to" : "priorities.only_try")}
        </p>
      )}
      {!canTry && <p className="ek-quiet ek-small">{t("priorities.only_read")}</p>}
      <OrderList
        draft={order.draft}
        set={order.set}
        hand={{ canTry, canDrag: mayEdit(), say: speak }}
      />
      {canTry && (
        <div className="ek-row">
          <AddKey draft={order.draft} set={order.set} speak={speak} />
        </div>
      )}
      <p className="ek-quiet">{t("priorities.always_last")}</p>
      <Scheduled settings={settings} />
      <p className="ek-hidden" role="status" aria-live="polite">
        {spoken}
      </p>
    </section>
  );
}

function Tried({ order, tried }: { order: Order; tried: Preview }) {
  const queue = useQueueNow();
  const isTrying = order.changes !== null;
  return (
    <section className="ek-panel" aria-labelledby="ek-tried" aria-busy={isTrying && tried.isBehind}>
      <h2 id="ek-tried">{t(isTrying ? "priorities.with_change" : "priorities.now")}</h2>
      {isTrying ? (
        <Ready of={tried.preview}>{({ answer }) => <TriedQueue preview={answer} />}</Ready>
      ) : (
        may("queue_read") && <Ready of={queue}>{({ answer }) => <NowQueue queue={answer} />}</Ready>
      )}
      {!mayTry() && <p className="ek-quiet">{t("priorities.no_preview")}</p>}
    </section>
  );
}

// Two of the queue as it stands, or as it would.
function Pairs({ order, tried }: { order: Order; tried: Preview }) {
  const queue = useQueueNow().data?.answer;
  const preview = order.changes === null ? undefined : tried.preview.data?.answer;
  if (preview !== undefined)
    return <WhyBefore rows={preview.queue_after} keys={preview.order_after} isTrying />;
  if (queue === undefined) return null;
  return <WhyBefore rows={queue.data} keys={queue.order_keys} isTrying={false} />;
}

function OrderView({ read }: { read: Read }) {
  const order = useOrder(read);
  const tried = usePreview(order);
  return (
    <div className="ek-stack">
      <div className="ek-priorities-halves">
        <div className="ek-stack">
          <Editing order={order} settings={read.answer} />
          <Pairs order={order} tried={tried} />
        </div>
        <Tried order={order} tried={tried} />
      </div>
      <TeamValues />
      {mayEdit() && <SaveBar order={order} />}
    </div>
  );
}

export default function PrioritiesRoom() {
  const [path, go] = useLocation();
  const settings = useAnswer("get_workspace_settings");
  const view = <Ready of={settings}>{(read) => <OrderView read={read} />}</Ready>;
  return (
    <Room
      title={t("places.priorities")}
      isLive
      actions={
        <>
          <LastVersion />
          <Versions />
        </>
      }
    >
      {may("policy_read") ? (
        <Tabs
          label={t("places.priorities")}
          value={path.startsWith(POLICY) ? "policy" : "order"}
          onChange={(id) => go(id === "policy" ? POLICY : "/priorities")}
          views={[
            { id: "order", title: t("priorities.order_tab"), view },
            {
              id: "policy",
              title: t("priorities.policy_tab"),
              view: <PolicyView />,
            },
          ]}
        />
      ) : (
        view
      )}
    </Room>
  );
}
