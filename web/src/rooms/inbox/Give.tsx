// Give -- a lead gives it to somebody, above a limit with a reason; or it moves to another team.
import { useState } from "react";
import type { Refusal } from "../../feed/http.ts";
import { leadsTeam } from "../../feed/session.ts";
import { useNames } from "../../feed/names.ts";
import type { TeamId } from "../../gen/ids.ts";
import type { Conversation } from "../../gen/shapes.ts";
import { FormDialog } from "../../parts/FormDialog.tsx";
import { Fault } from "../../parts/states.tsx";
import { OverLimit } from "../../why/Assign.tsx";
import { t } from "../../words/words.ts";
import { assignIt, moveIt, type Outcome } from "./acts.ts";
import { People, Teams, type Person } from "./People.tsx";

function useSave(onClose: () => void) {
  const [fault, setFault] = useState<Refusal | null>(null);
  const [isBusy, setBusy] = useState(false);
  const save = async (work: () => Promise<Outcome>) => {
    setBusy(true);
    const refused = await work();
    setBusy(false);
    setFault(refused);
    if (refused === null) onClose();
  };
  return { fault, isBusy, save };
}

interface Props {
  of: Conversation;
  onClose: () => void;
}

export function AssignDialog({ of, onClose }: Props) {
  const [person, setPerson] = useState<Person | null>(null);
  const [reason, setReason] = useState("");
  const { fault, isBusy, save } = useSave(onClose);
  const isOver = fault?.kind === "reason_required";
  const run = () =>
    person !== null &&
    void save(() => assignIt(of, { teammate: person.id, name: person.name, reason }));
  return (
    <FormDialog
      title={t("inbox.assign_title")}
      act={t("inbox.assign_do")}
      canAct={!isBusy && person !== null && (!isOver || reason.trim() !== "")}
      onAct={run}
      onClose={onClose}
    >
      <People
        label={t("inbox.to_person")}
        team={of.team}
        value={person?.id ?? null}
        onChange={setPerson}
        withMe
      />
      {isOver && <OverLimit value={reason} onChange={setReason} error={fault} />}
      {fault !== null && <Fault error={fault} />}
    </FormDialog>
  );
}

export function MoveDialog({ of, onClose }: Props) {
  const names = useNames();
  const [team, setTeam] = useState<string | null>(null);
  const { fault, isBusy, save } = useSave(onClose);
  const run = () =>
    team !== null &&
    void save(() =>
      moveIt(of, team as TeamId, names.of(team), leadsTeam(of.team) && leadsTeam(team)),
    );
  return (
    <FormDialog
      title={t("inbox.move_title")}
      act={t("inbox.move_do")}
      canAct={!isBusy && team !== null}
      onAct={run}
      onClose={onClose}
    >
      <p>{t("inbox.move_text")}</p>
      <Teams label={t("inbox.to_team")} value={team} onChange={setTeam} but={of.team} />
      {fault !== null && <Fault error={fault} />}
    </FormDialog>
  );
}
