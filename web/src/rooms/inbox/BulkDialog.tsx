// BulkDialog -- many at once, in four steps: select (the list), look, apply, undo. Looking
// freezes the set and shows each row before and after; applying is all or nothing. Many rows take
// a while: the dialog follows, and need not stay open.
import { useState } from "react";
import { useQuery } from "@tanstack/react-query";
import { age, useAnswer } from "../../feed/cache.ts";
import { call, Refusal } from "../../feed/http.ts";
import { useNames, type Names } from "../../feed/names.ts";
import type { TagId, TeamId } from "../../gen/ids.ts";
import type { BulkChange, BulkEdit, BulkScope } from "../../gen/shapes.ts";
import { applyBulk, settledBulk } from "../../parts/bulk.ts";
import { Button } from "../../parts/Button.tsx";
import { Dialog } from "../../parts/Dialog.tsx";
import { ComboBox, RadioGroup, Select } from "../../parts/fields.tsx";
import { backOfBulk, tell } from "../../parts/notices.tsx";
import { Fault, Progress } from "../../parts/states.tsx";
import { t, wordOf } from "../../words/words.ts";
import { BulkLook } from "./BulkLook.tsx";

const DEEDS = ["close", "snooze", "assign", "move", "add_tag", "remove_tag"] as const;
type Deed = (typeof DEEDS)[number];
const HOURS = ["1", "4", "24"] as const;
const TOUCHED = ["list_conversations", "get_conversation", "list_queue", "get_my_load"] as const;

export interface Looked {
  edit: BulkEdit;
  etag: string;
}

function changeOf(deed: Deed, value: string): BulkChange {
  if (deed === "close") return { op: deed };
  if (deed === "snooze")
    return { op: deed, value: new Date(Date.now() + Number(value) * 3_600_000).toISOString() };
  if (deed === "move") return { op: deed, team: value as TeamId };
  return { op: deed, value };
}

async function look(scope: BulkScope, change: BulkChange): Promise<Looked> {
  const body = { resource: "conversations" as const, scope, changes: [change] };
  const { answer, etag } = await call("create_bulk_edit", { body });
  return { edit: answer, etag: etag ?? "*" };
}

// Until all of it is done; above some rows that goes on by itself.
async function settled(begun: BulkEdit): Promise<BulkEdit> {
  const done = await settledBulk(begun);
  age(TOUCHED);
  return done;
}

function tellDone(done: BulkEdit): void {
  if (done.state === "applied")
    tell(t("inbox.bulk_done", { count: done.totals.change }), backOfBulk(done.id, TOUCHED));
  else tell(t("inbox.bulk_ended", { state: wordOf("inbox", `bulk_state_${done.state}`) }));
}

function Value({
  deed,
  value,
  setValue,
  names,
}: {
  deed: Deed;
  value: string;
  setValue: (value: string) => void;
  names: Names;
}) {
  const tags = useAnswer("list_tags", { query: { limit: 500 } }).data?.answer.data ?? [];
  const named = (each: { id: string; name: string }) => ({ id: each.id, label: each.name });
  const common = { value: value === "" ? null : value, onChange: setValue };
  if (deed === "close") return null;
  if (deed === "snooze")
    return (
      <Select
        label={t("inbox.snooze_how_long")}
        choices={HOURS.map((id) => ({ id, label: t("inbox.hours", { count: Number(id) }) }))}
        {...common}
      />
    );
  if (deed === "move")
    return <Select label={t("common.team")} choices={names.teams.map(named)} {...common} />;
  if (deed === "assign")
    return (
      <ComboBox label={t("common.teammate")} choices={names.teammates.map(named)} {...common} />
    );
  return <Select label={t("inbox.tag")} choices={tags.map(named)} {...common} />;
}

function Foot({
  looked,
  running,
  isBusy,
  canLook,
  toLook,
  toApply,
  back,
  close,
}: {
  looked: Looked | null;
  running: BulkEdit | null;
  isBusy: boolean;
  canLook: boolean;
  toLook: () => void;
  toApply: (looked: Looked) => void;
  back: () => void;
  close: () => void;
}) {
  if (running !== null) return <Button onPress={close}>{t("common.close_dialog")}</Button>;
  if (looked === null)
    return (
      <Button look="main" isDisabled={!canLook || isBusy} onPress={toLook}>
        {t("inbox.look")}
      </Button>
    );
  const count = looked.edit.totals.change;
  return (
    <>
      <Button onPress={back}>{t("common.back")}</Button>
      <Button look="main" isDisabled={isBusy || count === 0} onPress={() => toApply(looked)}>
        {t("inbox.apply_to", { count })}
      </Button>
    </>
  );
}

const LOOK_MS = 500;

// How far the job is; the dialog may be closed meanwhile.
function Running({ of }: { of: BulkEdit }) {
  const id = of.job ?? null;
  const { data: job } = useQuery({
    queryKey: ["get_job", { id }, "followed"],
    queryFn: async ({ signal }) =>
      id === null ? null : (await call("get_job", { params: { id }, signal })).answer,
    refetchInterval: LOOK_MS,
  });
  const label = t("inbox.bulk_applying", { count: of.totals.change });
  const total = job?.total ?? of.totals.change;
  return (
    <div className="ek-stack">
      <p role="status">{label}</p>
      <Progress label={label} done={job?.done ?? 0} total={total} />
    </div>
  );
}

interface Props {
  scope: BulkScope;
  words: string;
  onClose: () => void;
  onDone: () => void;
}

// What the dialog is doing, and what came of it.
function useSteps({ scope, onClose, onDone }: Props) {
  const [looked, setLooked] = useState<Looked | null>(null);
  const [running, setRunning] = useState<BulkEdit | null>(null);
  const [fault, setFault] = useState<Refusal | null>(null);
  const [isBusy, setBusy] = useState(false);
  const run = (work: () => Promise<void>) => {
    setBusy(true);
    setFault(null);
    work()
      .catch((error: unknown) => setFault(error instanceof Refusal ? error : new Refusal(0, null)))
      .finally(() => setBusy(false));
  };
  const toLook = (change: BulkChange) => run(async () => setLooked(await look(scope, change)));
  const toApply = (what: Looked, change: BulkChange) =>
    run(async () => {
      try {
        const begun = await applyBulk(what.edit.id, what.etag);
        if (begun.state === "applying") setRunning(begun);
        const done = await settled(begun);
        onClose();
        onDone();
        tellDone(done);
      } catch (error) {
        // A row has moved meanwhile: nothing was done; look again, with that row marked.
        if (error instanceof Refusal && error.kind === "row_refused")
          setLooked(await look(scope, change));
        throw error;
      }
    });
  return { looked, running, fault, isBusy, toLook, toApply, back: () => setLooked(null) };
}

export function BulkDialog(props: Props) {
  const names = useNames();
  const [deed, setDeed] = useState<Deed>("close");
  const [value, setValue] = useState("");
  const { looked, running, fault, isBusy, toLook, toApply, back } = useSteps(props);
  const change = () => changeOf(deed, deed.endsWith("tag") ? (value as TagId) : value);
  return (
    <Dialog
      title={looked === null ? t("inbox.bulk_select") : t("inbox.bulk_look")}
      isOpen
      wide={looked !== null}
      onClose={props.onClose}
      foot={
        <Foot
          looked={looked}
          running={running}
          isBusy={isBusy}
          canLook={deed === "close" || value !== ""}
          toLook={() => toLook(change())}
          toApply={(what) => toApply(what, change())}
          back={back}
          close={props.onClose}
        />
      }
    >
      <p>{props.words}</p>
      {fault !== null && <Fault error={fault} />}
      {running !== null ? (
        <Running of={running} />
      ) : looked === null ? (
        <>
          <RadioGroup
            label={t("inbox.what_to_do")}
            choices={DEEDS.map((id) => ({ id, label: wordOf("inbox", `bulk_${id}`) }))}
            value={deed}
            onChange={(id) => {
              setDeed(id as Deed);
              setValue("");
            }}
          />
          <Value deed={deed} value={value} setValue={setValue} names={names} />
        </>
      ) : (
        <BulkLook edit={looked.edit} names={names} />
      )}
    </Dialog>
  );
}
