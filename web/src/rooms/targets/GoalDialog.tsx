// GoalDialog -- a purpose that targets serve: made, reworded, or put away when it has none.
import { useState } from "react";
import { useAnswer, useChange } from "../../feed/cache.ts";
import { call } from "../../feed/http.ts";
import { useMet, type Found, type Said } from "../../feed/met.ts";
import { useNames } from "../../feed/names.ts";
import type { GoalId, TeamId } from "../../gen/ids.ts";
import type { Goal, GoalRequest } from "../../gen/shapes.ts";
import { Button } from "../../parts/Button.tsx";
import { FormConflict } from "../../parts/Conflict.tsx";
import { Dialog } from "../../parts/Dialog.tsx";
import { FormDialog } from "../../parts/FormDialog.tsx";
import { Select, TextField } from "../../parts/fields.tsx";
import { back, tell, type Back } from "../../parts/notices.tsx";
import { faultAt, Ready } from "../../parts/states.tsx";
import { t } from "../../words/words.ts";

const WHOLE = "whole";
const TOUCHED = ["list_goals", "get_goal"] as const;

type Wanted = Pick<GoalRequest, "title" | "purpose">;

const saidOf = ({ title, purpose }: Wanted): readonly Said[] => [
  { label: t("targets.goal_title"), said: title },
  { label: t("targets.goal_purpose"), said: purpose ?? "" },
];

// Each with its way back.
function useGoal(old: Found<Goal> | null, onClose: () => void) {
  const create = useChange("create_goal", TOUCHED);
  const update = useChange("update_goal", TOUCHED);
  // What is gone is not read again itself.
  const remove = useChange("delete_goal", ["list_goals"]);
  const params = { id: old?.answer.id ?? "goal_0" } as const;
  const met = useMet<Goal>({
    begun: old,
    read: () => call("get_goal", { params }),
    says: saidOf,
  });
  const done = (undo: Back) => {
    tell(t("targets.saved"), undo);
    onClose();
  };
  const make = async (body: GoalRequest) => {
    const { id } = (await create.mutateAsync({ body })).answer;
    done(back("delete_goal", { params: { id }, ifMatch: "*" }, TOUCHED));
  };
  const put = (body: Wanted, { title, purpose }: Goal) =>
    met.put(async (ifMatch) => {
      await update.mutateAsync({ params, body, ifMatch });
      const undo = { params, body: { title, purpose: purpose ?? null }, ifMatch: "*" };
      done(back("update_goal", undo, TOUCHED));
    });
  const end = ({ title, purpose, team }: Goal) =>
    met.put(async (ifMatch) => {
      await remove.mutateAsync({ params, ifMatch });
      done(back("create_goal", { body: { title, purpose, team } }, TOUCHED));
    });
  const error = create.error ?? update.error ?? remove.error;
  return { make, put, end, met, error: error?.status === 412 ? null : error };
}

interface Fields {
  old: Found<Goal> | null;
  onClose: () => void;
}

function Team({ team, set }: { team: string; set: (team: string) => void }) {
  const { teams } = useNames();
  return (
    <Select
      label={t("targets.goal_of")}
      choices={[
        { id: WHOLE, label: t("targets.whole_workspace") },
        ...teams.map(({ id, name }) => ({ id, label: name })),
      ]}
      value={team}
      onChange={set}
    />
  );
}

function Form({ old, onClose }: Fields) {
  const [title, setTitle] = useState(old?.answer.title ?? "");
  const [purpose, setPurpose] = useState(old?.answer.purpose ?? "");
  const [team, setTeam] = useState(WHOLE);
  const [isEnding, want] = useState(false);
  const { make, put, end, met, error } = useGoal(old, onClose);
  const body = { title: title.trim(), purpose: purpose.trim() === "" ? null : purpose };
  // What is refused stands below the fields.
  const run = (ends: boolean) => {
    want(ends);
    const deed =
      met.was === null
        ? make({ ...body, team: team === WHOLE ? null : (team as TeamId) })
        : ends
          ? end(met.was)
          : put(body, met.was);
    void deed.catch(() => undefined);
  };
  const gone = () => saidOf(body).map(({ label }) => ({ label, said: t("common.delete") }));
  return (
    <FormDialog
      title={t(old === null ? "targets.goal_new" : "targets.goal")}
      act={t("common.save")}
      canAct={title.trim() !== "" && met.theirs === null}
      onAct={() => run(false)}
      {...{ onClose, error }}
      more={
        met.was?.targets === 0 && (
          <Button isDisabled={met.theirs !== null} onPress={() => run(true)}>
            {t("common.delete")}
          </Button>
        )
      }
    >
      <div className="ek-stack">
        <TextField
          label={t("targets.goal_title")}
          value={title}
          onChange={setTitle}
          fault={faultAt(error, "/title")}
          autoFocus
        />
        <TextField
          label={t("targets.goal_purpose")}
          lines={2}
          value={purpose}
          onChange={setPurpose}
          fault={faultAt(error, "/purpose")}
        />
        {old === null && <Team team={team} set={setTeam} />}
        <FormConflict
          met={met}
          mine={isEnding ? gone() : saidOf(body)}
          onTheirs={(goal) => {
            setTitle(goal.title);
            setPurpose(goal.purpose ?? "");
          }}
          onMine={() => run(isEnding)}
        />
      </div>
    </FormDialog>
  );
}

function Changing({ id, onClose }: { id: GoalId; onClose: () => void }) {
  const held = useAnswer("get_goal", { params: { id } });
  if (held.data !== undefined) return <Form old={held.data} onClose={onClose} />;
  return (
    <Dialog title={t("targets.goal")} isOpen onClose={onClose}>
      <Ready of={held}>{() => null}</Ready>
    </Dialog>
  );
}

// id: of the one that is changed; null: a new one.
export function GoalDialog({ id, onClose }: { id: GoalId | null; onClose: () => void }) {
  return id === null ? <Form old={null} onClose={onClose} /> : <Changing {...{ id, onClose }} />;
}
