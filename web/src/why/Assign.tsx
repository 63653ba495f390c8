// Assign -- a lead gives a waiting conversation to somebody by hand. Beside each name stands
// what a gift by hand overrules; above a limit the server wants a reason, and so does this form.
import { useState } from "react";
import type { Refusal } from "../feed/http.ts";
import { useAnswer, useChange } from "../feed/cache.ts";
import { useNames, type Names } from "../feed/names.ts";
import type { Test } from "../gen/enums.ts";
import type { QueueRow, TeamTurn } from "../gen/shapes.ts";
import { Button } from "../parts/Button.tsx";
import { Dialog } from "../parts/Dialog.tsx";
import { ComboBox, TextField } from "../parts/fields.tsx";
import { back, tell } from "../parts/notices.tsx";
import { Fault, faultAt, Ready } from "../parts/states.tsx";
import { t } from "../words/words.ts";
import { named, say, turnSentence } from "./sentences.ts";
import { TurnMark } from "./TurnDot.tsx";

type Waiting = Pick<QueueRow, "conversation" | "team">;

const LIMITS: readonly (Test | null)[] = ["at_limit", "at_inbox_limit", "at_class_limit"];
const TOUCHED = [
  "list_queue",
  "explain_waiting",
  "explain_unblock",
  "get_team_turns",
  "get_team_live",
  "list_conversations",
] as const;

function choicesOf(turns: readonly TeamTurn[], names: Names) {
  const rank = { next: 0, in_turn: 1, blocked: 2 };
  return [...turns]
    .sort((a, b) => rank[a.state] - rank[b.state] || (a.turn ?? 0) - (b.turn ?? 0))
    .map((turn) => ({
      id: turn.teammate,
      label: names.of(turn.teammate),
      detail: <TurnMark state={turn.state}>{say(turnSentence(turn, names))}</TurnMark>,
    }));
}

function needsReason(turn: TeamTurn | undefined, refused: Refusal | null): boolean {
  return (
    (turn !== undefined && LIMITS.includes(turn.test)) ||
    refused?.kind === "reason_required" ||
    faultAt(refused, "/override_reason") !== undefined
  );
}

function isBesideAField(error: Refusal): boolean {
  return ["/teammate", "/override_reason"].some((at) => faultAt(error, at) !== undefined);
}

// Why above a limit: whoever gives it by hand says so.
export function OverLimit({
  value,
  onChange,
  error,
}: {
  value: string;
  onChange: (value: string) => void;
  error: Refusal | null;
}) {
  return (
    <TextField
      label={t("queue.reason")}
      help={t("queue.reason_help")}
      value={value}
      onChange={onChange}
      isRequired
      fault={faultAt(error, "/override_reason")}
    />
  );
}

function Foot({ canGive, onDone }: { canGive: boolean; onDone: () => void }) {
  return (
    <div className="ek-dialog-foot">
      <Button onPress={onDone}>{t("common.cancel")}</Button>
      <Button look="main" type="submit" isDisabled={!canGive}>
        {t("queue.assign")}
      </Button>
    </div>
  );
}

function Form({ row, onDone }: { row: Waiting; onDone: () => void }) {
  const names = useNames();
  const turns = useAnswer("get_team_turns", { params: { id: row.team } });
  const assign = useChange("assign_conversation", TOUCHED);
  const [chosen, choose] = useState<string | null>(null);
  const [reason, write] = useState("");
  const turn = turns.data?.answer.teammates.find((each) => each.teammate === chosen);
  const wantsReason = needsReason(turn, assign.error);
  const give = async () => {
    if (turn === undefined) return;
    const { conversation } = row;
    await assign.mutateAsync({
      params: { id: conversation },
      body: {
        teammate: turn.teammate,
        ...(wantsReason ? { override_reason: reason } : {}),
      },
    });
    onDone();
    tell(
      t("queue.assigned", { name: named(turn.teammate, names) }),
      back("release_conversation", { params: { id: conversation } }, TOUCHED),
    );
  };
  return (
    <form
      className="ek-stack"
      onSubmit={(event) => {
        event.preventDefault();
        void give().catch(() => undefined);
      }}
    >
      <Ready of={turns}>
        {({ answer }) => (
          <ComboBox
            label={t("queue.assign_to")}
            choices={choicesOf(answer.teammates, names)}
            value={chosen}
            onChange={choose}
            fault={faultAt(assign.error, "/teammate")}
          />
        )}
      </Ready>
      {wantsReason && <OverLimit value={reason} onChange={write} error={assign.error} />}
      {assign.error !== null && !isBesideAField(assign.error) && <Fault error={assign.error} />}
      <Foot
        canGive={chosen !== null && !assign.isPending && (!wantsReason || reason.trim() !== "")}
        onDone={onDone}
      />
    </form>
  );
}

export function Assign({
  row,
  title,
  onClose,
}: {
  row: Waiting | null;
  title: string;
  onClose: () => void;
}) {
  return (
    <Dialog
      title={t("queue.assign_about", { what: title })}
      isOpen={row !== null}
      onClose={onClose}
    >
      {row !== null && <Form row={row} onDone={onClose} />}
    </Dialog>
  );
}
