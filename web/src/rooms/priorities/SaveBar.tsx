// SaveBar -- saves the order being tried, at once or at a chosen time; discards it; undoes it
// afterwards. It is saved over the order it was begun on and no other: where somebody else has
// changed that meanwhile, one of both is chosen.
import { useState } from "react";
import { age } from "../../feed/cache.ts";
import { call, Refusal } from "../../feed/http.ts";
import type { WorkspaceSettingsPatch } from "../../gen/shapes.ts";
import { Button } from "../../parts/Button.tsx";
import { DateField } from "../../parts/DateField.tsx";
import { Select } from "../../parts/fields.tsx";
import { back, tell } from "../../parts/notices.tsx";
import { Fault } from "../../parts/states.tsx";
import { formatMoment } from "../../words/format.ts";
import { instantOf } from "../../words/wall.ts";
import { currentManners, t } from "../../words/words.ts";
import { Conflict, type Clash } from "./Conflict.tsx";
import { conflictsOf, type Changes } from "./draft.ts";
import { draftOf, type Begun, type Order } from "./useOrder.ts";

export const TOUCHED = [
  "get_workspace_settings",
  "list_settings_versions",
  "list_queue",
  "preview_settings",
  "get_policy",
] as const;

async function send(set: Changes, at: string | null, etag: string | null): Promise<void> {
  const body: WorkspaceSettingsPatch = {
    set: set as WorkspaceSettingsPatch["set"],
    ...(at === null ? {} : { effective_at: at }),
  };
  const { answer } = await call("update_workspace_settings", { body, ifMatch: etag ?? "*" });
  age(TOUCHED);
  if (at !== null) {
    tell(t("priorities.saved_for", { at: formatMoment(at) }));
    return;
  }
  const undo = back("undo_settings_version", { params: { n: answer.revision } }, TOUCHED);
  tell(t("priorities.saved"), undo);
}

// Saves; after a 412 reads what is there now, and tries once more when the order is untouched.
// What is in the way, or null.
async function saved(begun: Begun, set: Changes, at: string | null): Promise<Clash | null> {
  try {
    await send(set, at, begun.etag);
  } catch (error) {
    if (!(error instanceof Refusal) || error.status !== 412) throw error;
    const { answer, etag } = await call("get_workspace_settings");
    age(TOUCHED);
    const theirs = draftOf(answer);
    const parts = conflictsOf(begun.draft, begun.from, theirs);
    if (parts.length > 0) return { theirs, mine: begun.draft, etag, parts };
    await send(set, at, etag);
  }
  return null;
}

function useSave(order: Order) {
  const [clash, setClash] = useState<Clash | null>(null);
  const [error, setError] = useState<Refusal | null>(null);
  const [isBusy, setBusy] = useState(false);
  const forget = () => {
    setClash(null);
    setError(null);
  };
  const save = async (at: string | null, over: Clash | null) => {
    const { begun, changes } = order;
    if (begun === null || changes === null) return;
    setBusy(true);
    forget();
    const on = over === null ? begun : { ...begun, from: over.theirs, etag: over.etag };
    try {
      const inTheWay = await saved(on, changes, at);
      setClash(inTheWay);
      if (inTheWay === null) order.discard();
    } catch (refused) {
      setError(refused instanceof Refusal ? refused : new Refusal(0, null));
    }
    setBusy(false);
  };
  return { clash, error, isBusy, forget, save };
}

interface At {
  isLater: boolean;
  setLater: (later: boolean) => void;
  wall: string;
  setWall: (wall: string) => void;
}

function When({ isLater, setLater, wall, setWall }: At) {
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
        <DateField label={t("priorities.at_time")} hasTime value={wall} onChange={setWall} />
      )}
    </div>
  );
}

// The bar goes when nothing is left to save; who pressed in it goes on at the order.
export const ORDER_ID = "ek-order";
const goOn = () => document.getElementById(ORDER_ID)?.focus({ preventScroll: true });

function Bar({ order }: { order: Order }) {
  const [isLater, setLater] = useState(false);
  const [wall, setWall] = useState("");
  const { clash, error, isBusy, forget, save } = useSave(order);
  const at = isLater ? instantOf(wall, currentManners().zone) : null;
  const discard = () => {
    order.discard();
    goOn();
  };
  const store = async (over: Clash | null) => {
    await save(at, over);
    if (document.activeElement === document.body) goOn();
  };
  return (
    <section className="ek-priorities-save" aria-label={t("priorities.unsaved")}>
      <strong>{t("priorities.unsaved")}</strong>
      <When {...{ isLater, setLater, wall, setWall }} />
      <span className="ek-top-space" />
      <div className="ek-row">
        <Button onPress={discard}>{t("priorities.discard")}</Button>
        <Button
          look="main"
          isDisabled={isBusy || (isLater && at === null)}
          onPress={() => void store(null)}
        >
          {t("priorities.save")}
        </Button>
      </div>
      {error !== null && <Fault error={error} />}
      {clash !== null && (
        <Conflict
          clash={clash}
          onMine={() => void store(clash)}
          onTheirs={discard}
          onEdit={forget}
        />
      )}
    </section>
  );
}

export function SaveBar({ order }: { order: Order }) {
  return order.changes === null ? null : <Bar order={order} />;
}
