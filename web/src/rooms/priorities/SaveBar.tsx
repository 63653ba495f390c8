// SaveBar -- saves the order being tried, at once or at a chosen time; discards it; undoes it
// afterwards. Where somebody else has changed it meanwhile both orders are shown, with who and
// when, and one is chosen.
import { useState } from "react";
import { age, useAnswer, useChange } from "../../feed/cache.ts";
import { call, type Refusal } from "../../feed/http.ts";
import { useNames } from "../../feed/names.ts";
import type { WorkspaceSettingsPatch } from "../../gen/shapes.ts";
import { Button } from "../../parts/Button.tsx";
import { Dialog } from "../../parts/Dialog.tsx";
import { Select, TextField } from "../../parts/fields.tsx";
import { tell } from "../../parts/notices.tsx";
import { Fault } from "../../parts/states.tsx";
import { formatMoment, formatWhen } from "../../words/format.ts";
import { currentManners, t } from "../../words/words.ts";
import { named, orderKeyWord, say } from "../../why/sentences.ts";
import type { Draft } from "./draft.ts";
import { directionText } from "./OrderList.tsx";
import type { Order } from "./useOrder.ts";
import { instantOf } from "./wall.ts";

export const TOUCHED = [
  "get_workspace_settings",
  "list_settings_versions",
  "list_queue",
  "preview_settings",
  "get_policy",
] as const;

export function OrderWords({ draft }: { draft: Draft }) {
  return (
    <ol className="ek-priorities-words">
      {draft.keys.map((item) => (
        <li key={item.key}>
          {say(orderKeyWord(item.key))}{" "}
          <span className="ek-quiet">{directionText(item, draft)}</span>
        </li>
      ))}
    </ol>
  );
}

function Conflict({
  order,
  onMine,
  onTheirs,
  onEdit,
}: {
  order: Order;
  onMine: () => void;
  onTheirs: () => void;
  onEdit: () => void;
}) {
  const names = useNames();
  const last = useAnswer("list_settings_versions", {
    query: { sort: ["-version"], scope: ["workspace"], limit: 1 },
  }).data?.answer.data[0];
  return (
    <Dialog
      title={t("priorities.conflict")}
      isOpen
      onClose={onEdit}
      wide
      foot={
        <>
          <Button onPress={onEdit}>{t("priorities.go_on_editing")}</Button>
          <Button onPress={onTheirs}>{t("priorities.take_theirs")}</Button>
          <Button look="main" onPress={onMine}>
            {t("priorities.take_mine")}
          </Button>
        </>
      }
    >
      {last !== undefined && (
        <p>
          {t("priorities.changed_by", {
            name: named(last.by?.teammate, names) || t("priorities.somebody"),
            at: formatWhen(last.at),
          })}
        </p>
      )}
      <div className="ek-columns">
        <section>
          <h3>{t("priorities.theirs")}</h3>
          <OrderWords draft={order.inForce} />
        </section>
        <section>
          <h3>{t("priorities.mine")}</h3>
          <OrderWords draft={order.draft} />
        </section>
      </div>
    </Dialog>
  );
}

function useSave(order: Order, etag: string | null) {
  const change = useChange("update_workspace_settings", TOUCHED);
  const save = async (at: string | null, ifMatch: string) => {
    if (order.changes === null) return;
    const body: WorkspaceSettingsPatch = {
      set: order.changes as WorkspaceSettingsPatch["set"],
      ...(at === null ? {} : { effective_at: at }),
    };
    const { answer } = await change.mutateAsync({ body, ifMatch });
    order.discard();
    if (at !== null) {
      tell(t("priorities.saved_for", { at: formatMoment(at) }));
      return;
    }
    tell(t("priorities.saved"), async () => {
      await call("undo_settings_version", { params: { n: answer.revision } });
      age(TOUCHED);
    });
  };
  return {
    change,
    save: (at: string | null) => save(at, etag ?? "*").catch(() => age(TOUCHED)),
    force: (at: string | null) => save(at, "*").catch(() => undefined),
  };
}

function When({
  isLater,
  setLater,
  wall,
  setWall,
}: {
  isLater: boolean;
  setLater: (later: boolean) => void;
  wall: string;
  setWall: (wall: string) => void;
}) {
  return (
    <div className="ek-row">
      <Select
        label={t("priorities.from")}
        choices={[
          { id: "now", label: t("priorities.from_now") },
          { id: "later", label: t("priorities.from_later") },
        ]}
        value={isLater ? "later" : "now"}
        onChange={(id) => setLater(id === "later")}
      />
      {isLater && (
        <TextField
          label={t("priorities.at_time")}
          type={"datetime-local" as never}
          value={wall}
          onChange={setWall}
        />
      )}
    </div>
  );
}

const isConflict = (error: Refusal | null) => error?.status === 412;

export function SaveBar({ order, etag }: { order: Order; etag: string | null }) {
  const [isLater, setLater] = useState(false);
  const [wall, setWall] = useState("");
  const { change, save, force } = useSave(order, etag);
  const at = isLater ? instantOf(wall, currentManners().zone) : null;
  const isReady = order.changes !== null && !change.isPending && (!isLater || at !== null);
  const theirs = () => {
    order.discard();
    change.reset();
  };
  return (
    <div className="ek-stack">
      <div className="ek-priorities-save">
        <When {...{ isLater, setLater, wall, setWall }} />
        <div className="ek-row">
          <Button isDisabled={order.changes === null} onPress={theirs}>
            {t("priorities.discard")}
          </Button>
          <Button look="main" isDisabled={!isReady} onPress={() => void save(at)}>
            {t("priorities.save")}
          </Button>
        </div>
      </div>
      {change.error !== null && !isConflict(change.error) && <Fault error={change.error} />}
      {isConflict(change.error) && (
        <Conflict
          order={order}
          onMine={() => void force(at)}
          onTheirs={theirs}
          onEdit={() => change.reset()}
        />
      )}
    </div>
  );
}
