// GoalDialog -- a purpose that targets serve: made, reworded, or put away when it has none.
import { useState } from "react";
import { useAnswer, useChange } from "../../feed/cache.ts";
import { useNames } from "../../feed/names.ts";
import type { TeamId } from "../../gen/ids.ts";
import type { Goal } from "../../gen/shapes.ts";
import { Button } from "../../parts/Button.tsx";
import { Dialog } from "../../parts/Dialog.tsx";
import { Select, TextField } from "../../parts/fields.tsx";
import { tell } from "../../parts/notices.tsx";
import { faultAt } from "../../parts/states.tsx";
import { t } from "../../words/words.ts";

const WHOLE = "whole";
const TOUCHED = ["list_goals", "get_goal"] as const;

export function GoalDialog({ goal, onClose }: { goal: Goal | null; onClose: () => void }) {
  const names = useNames();
  const [title, setTitle] = useState(goal?.title ?? "");
  const [purpose, setPurpose] = useState(goal?.purpose ?? "");
  const [team, setTeam] = useState(WHOLE);
  const held = useAnswer(
    "get_goal",
    { params: { id: goal?.id ?? "goal_0" } },
    { enabled: goal !== null },
  );
  const create = useChange("create_goal", TOUCHED);
  const update = useChange("update_goal", TOUCHED);
  const remove = useChange("delete_goal", TOUCHED);
  const error = create.error ?? update.error ?? remove.error;
  const done = { onSuccess: () => (tell(t("targets.saved")), onClose()) };
  const match = held.data?.etag ?? "*";
  const body = { title: title.trim(), purpose: purpose.trim() === "" ? null : purpose };
  const save = () =>
    goal === null
      ? create.mutate({ body: { ...body, team: team === WHOLE ? null : (team as TeamId) } }, done)
      : update.mutate({ params: { id: goal.id }, body, ifMatch: match }, done);
  return (
    <Dialog
      title={t(goal === null ? "targets.goal_new" : "targets.goal")}
      isOpen
      onClose={onClose}
      foot={
        <>
          {goal !== null && goal.targets === 0 && (
            <Button
              onPress={() => remove.mutate({ params: { id: goal.id }, ifMatch: match }, done)}
            >
              {t("common.delete")}
            </Button>
          )}
          <Button onPress={onClose}>{t("common.cancel")}</Button>
          <Button look="main" isDisabled={title.trim() === ""} onPress={save}>
            {t("common.save")}
          </Button>
        </>
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
        {error !== null && (
          <p role="alert" className="ek-fault">
            {error.problem?.detail ?? t("common.unreachable")}
          </p>
        )}
      </div>
    </Dialog>
  );
}
