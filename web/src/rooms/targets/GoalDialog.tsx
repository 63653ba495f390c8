// GoalDialog -- a purpose that targets serve: made, reworded, or put away when it has none.
import { useState } from "react";
import { useAnswer, useChange } from "../../feed/cache.ts";
import { useNames } from "../../feed/names.ts";
import type { TeamId } from "../../gen/ids.ts";
import type { Goal, GoalRequest } from "../../gen/shapes.ts";
import { Button } from "../../parts/Button.tsx";
import { FormDialog } from "../../parts/FormDialog.tsx";
import { Select, TextField } from "../../parts/fields.tsx";
import { back, tell, type Back } from "../../parts/notices.tsx";
import { faultAt } from "../../parts/states.tsx";
import { t } from "../../words/words.ts";

const WHOLE = "whole";
const TOUCHED = ["list_goals", "get_goal"] as const;

type Said = Pick<GoalRequest, "title" | "purpose">;

// Each with its way back.
function useGoal(goal: Goal | null, onClose: () => void) {
  const held = useAnswer(
    "get_goal",
    { params: { id: goal?.id ?? "goal_0" } },
    { enabled: goal !== null },
  );
  const create = useChange("create_goal", TOUCHED);
  const update = useChange("update_goal", TOUCHED);
  const remove = useChange("delete_goal", TOUCHED);
  const ifMatch = held.data?.etag ?? "*";
  const done = (undo: Back) => {
    tell(t("targets.saved"), undo);
    onClose();
  };
  const make = (body: GoalRequest) =>
    create.mutate(
      { body },
      {
        onSuccess: ({ answer: { id } }) =>
          done(back("delete_goal", { params: { id }, ifMatch: "*" }, TOUCHED)),
      },
    );
  const put = ({ id, title, purpose }: Goal, body: Said) => {
    const undo = { params: { id }, body: { title, purpose }, ifMatch: "*" };
    update.mutate(
      { params: { id }, body, ifMatch },
      { onSuccess: () => done(back("update_goal", undo, TOUCHED)) },
    );
  };
  const end = ({ id, title, purpose, team }: Goal) => {
    const undo = { body: { title, purpose, team } };
    remove.mutate(
      { params: { id }, ifMatch },
      { onSuccess: () => done(back("create_goal", undo, TOUCHED)) },
    );
  };
  return { make, put, end, error: create.error ?? update.error ?? remove.error };
}

export function GoalDialog({ goal, onClose }: { goal: Goal | null; onClose: () => void }) {
  const names = useNames();
  const [title, setTitle] = useState(goal?.title ?? "");
  const [purpose, setPurpose] = useState(goal?.purpose ?? "");
  const [team, setTeam] = useState(WHOLE);
  const { make, put, end, error } = useGoal(goal, onClose);
  const body = { title: title.trim(), purpose: purpose.trim() === "" ? null : purpose };
  const save = () =>
    goal === null
      ? make({ ...body, team: team === WHOLE ? null : (team as TeamId) })
      : put(goal, body);
  return (
    <FormDialog
      title={t(goal === null ? "targets.goal_new" : "targets.goal")}
      act={t("common.save")}
      canAct={title.trim() !== ""}
      onAct={save}
      {...{ onClose, error }}
      more={
        goal !== null &&
        goal.targets === 0 && <Button onPress={() => end(goal)}>{t("common.delete")}</Button>
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
        {goal === null && (
          <Select
            label={t("targets.goal_of")}
            choices={[
              { id: WHOLE, label: t("targets.whole_workspace") },
              ...names.teams.map(({ id, name }) => ({ id, label: name })),
            ]}
            value={team}
            onChange={setTeam}
          />
        )}
      </div>
    </FormDialog>
  );
}
