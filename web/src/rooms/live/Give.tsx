// Give -- a waiting conversation to a teammate, by hand. Who is there comes first, each with load
// and limit; above a limit the reason is asked. Put back: it goes to the queue again.
import { useState } from "react";
import { useAnswer, useChange } from "../../feed/cache.ts";
import { useNames } from "../../feed/names.ts";
import type { Refusal } from "../../feed/http.ts";
import type { ConversationId, TeammateId } from "../../gen/ids.ts";
import { Button } from "../../parts/Button.tsx";
import { Dialog } from "../../parts/Dialog.tsx";
import { ComboBox, TextField } from "../../parts/fields.tsx";
import { tell } from "../../parts/notices.tsx";
import { faultAt, Fault } from "../../parts/states.tsx";
import { formatNumber } from "../../words/format.ts";
import { t, wordOf } from "../../words/words.ts";
import type { Person, Waiting } from "./board.ts";

const TOUCHED = ["list_queue", "get_team_live", "get_team_turns", "explain_unblock"] as const;

function choicesOf(people: readonly Person[], team: string, nameOf: (id: string) => string) {
  const mine = (person: Person) => person.posts.some((post) => post.team === team);
  return people
    .filter(mine)
    .concat(people.filter((person) => !mine(person)))
    .map((person) => ({
      id: person.teammate as string,
      label: nameOf(person.teammate),
      detail: t("live.choice", {
        presence: wordOf("presence", person.presence),
        load: formatNumber(person.load),
        limit: person.limit === null ? t("live.no_limit") : formatNumber(person.limit),
      }),
    }));
}

function isBesideAField(error: Refusal): boolean {
  return ["/teammate", "/override_reason"].some((at) => faultAt(error, at) !== undefined);
}

function About({ id }: { id: ConversationId }) {
  const title = useAnswer("get_conversation", { params: { id } }).data?.answer.title;
  return (
    <p>
      <bdi dir="auto">{title ?? ""}</bdi> <bdi className="ek-code ek-quiet">{id}</bdi>
    </p>
  );
}

function Reason({
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
      label={t("live.over_limit_reason")}
      help={t("live.over_limit_help")}
      value={value}
      onChange={onChange}
      isRequired
      fault={faultAt(error, "/override_reason")}
    />
  );
}

function Foot(props: { give: () => void; onClose: () => void; isReady: boolean }) {
  return (
    <>
      <Button onPress={props.onClose}>{t("common.cancel")}</Button>
      <Button look="main" onPress={props.give} isDisabled={!props.isReady}>
        {t("live.give")}
      </Button>
    </>
  );
}

export function Give({
  row,
  people,
  onClose,
}: {
  row: Waiting;
  people: readonly Person[];
  onClose: () => void;
}) {
  const names = useNames();
  const [to, setTo] = useState<string | null>(null);
  const [reason, setReason] = useState("");
  const [error, setError] = useState<Refusal | null>(null);
  const assign = useChange("assign_conversation", TOUCHED);
  const release = useChange("release_conversation", TOUCHED);
  const person = people.find(({ teammate }) => teammate === to);
  const isFull = person !== undefined && person.limit !== null && person.load >= person.limit;
  const isReady = to !== null && !assign.isPending && (!isFull || reason.trim() !== "");
  const give = async () => {
    if (to === null) return;
    const params = { id: row.conversation };
    try {
      await assign.mutateAsync({
        params,
        body: {
          teammate: to as TeammateId,
          ...(isFull ? { override_reason: reason } : {}),
        },
      });
      onClose();
      tell(t("live.given", { id: row.conversation, name: names.of(to) }), () =>
        release.mutateAsync({ params, body: {} }),
      );
    } catch (refused) {
      setError(refused as Refusal);
    }
  };
  return (
    <Dialog
      title={t("live.give_title")}
      isOpen
      onClose={onClose}
      foot={<Foot give={() => void give()} onClose={onClose} isReady={isReady} />}
    >
      <About id={row.conversation} />
      <ComboBox
        label={t("live.to_whom")}
        choices={choicesOf(people, row.team, names.of)}
        value={to}
        onChange={setTo}
        fault={faultAt(error, "/teammate")}
      />
      {isFull && <Reason value={reason} onChange={setReason} error={error} />}
      {error !== null && !isBesideAField(error) && <Fault error={error} />}
    </Dialog>
  );
}
