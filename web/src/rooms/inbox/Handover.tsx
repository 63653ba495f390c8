// Handover -- pass it to a person or a team with what they need to know; escalate to the second
// line.
import { useState } from "react";
import { useAnswer } from "../../feed/cache.ts";
import type { Refusal } from "../../feed/http.ts";
import { useNames } from "../../feed/names.ts";
import type { TeamId, TeammateId } from "../../gen/ids.ts";
import type { Conversation, HandoverRequest } from "../../gen/shapes.ts";
import { Button } from "../../parts/Button.tsx";
import { Dialog } from "../../parts/Dialog.tsx";
import { RadioGroup, Switch, TextField } from "../../parts/fields.tsx";
import { Fault, faultAt } from "../../parts/states.tsx";
import { t } from "../../words/words.ts";
import { handOver } from "./acts.ts";
import { keepDraft, useDraft } from "./drafts.ts";
import { People, Teams, type Person } from "./People.tsx";
import { standingOf } from "./rights.ts";

type Kind = HandoverRequest["kind"];

// The team's second line is where an escalation goes unless one says otherwise.
function useSecondLine(of: Conversation): TeamId | null {
  const team = useAnswer(
    "get_team",
    { params: { id: of.team as TeamId } },
    { enabled: of.team !== null },
  );
  return team.data?.answer.second_line ?? null;
}

function useForm(of: Conversation, onClose: () => void) {
  const names = useNames();
  const second = useSecondLine(of);
  const [kind, setKind] = useState<Kind>("transfer");
  const [to, setTo] = useState<"person" | "team">("person");
  const [person, setPerson] = useState<Person | null>(null);
  const [team, setTeam] = useState<string | null>(null);
  const [isInformed, setInformed] = useState(false);
  const [fault, setFault] = useState<Refusal | null>(null);
  const [isBusy, setBusy] = useState(false);
  const [summary, setSummary] = useState("");
  const target = to === "person" ? person?.id : team;
  const name = to === "person" ? (person?.name ?? "") : names.of(team);
  const save = async () => {
    setBusy(true);
    const body: HandoverRequest = {
      to: to === "person" ? { teammate: target as TeammateId } : { team: target as TeamId },
      kind,
      summary: summary.trim(),
      keep_me_informed: isInformed,
    };
    const refused = await handOver(of, body, name, standingOf(of).leads);
    setBusy(false);
    setFault(refused);
    if (refused === null) onClose();
  };
  const choose = (next: Kind) => {
    setKind(next);
    if (next !== "escalation" || second === null) return;
    setTo("team");
    setTeam(second);
  };
  return {
    ...{ kind, choose, to, setTo, person, setPerson, team, setTeam, isInformed, setInformed },
    ...{ fault, isBusy, summary, setSummary, save },
    isReady: target !== undefined && target !== null && summary.trim() !== "",
  };
}

function KindOf({ form }: { form: ReturnType<typeof useForm> }) {
  return (
    <RadioGroup
      label={t("inbox.hand_kind")}
      choices={[
        { id: "transfer", label: t("inbox.transfer"), detail: t("inbox.transfer_means") },
        { id: "escalation", label: t("inbox.escalation"), detail: t("inbox.escalation_means") },
      ]}
      value={form.kind}
      onChange={(id) => form.choose(id as Kind)}
    />
  );
}

function Whom({ form, of }: { form: ReturnType<typeof useForm>; of: Conversation }) {
  return (
    <>
      <div className="ek-inbox-pair">
        <KindOf form={form} />
        <RadioGroup
          label={t("inbox.hand_to")}
          choices={[
            { id: "person", label: t("inbox.to_person") },
            { id: "team", label: t("inbox.to_team") },
          ]}
          value={form.to}
          onChange={(id) => form.setTo(id as "person" | "team")}
        />
      </div>
      {form.to === "person" ? (
        <People
          label={t("inbox.to_person")}
          team={of.team}
          value={form.person?.id ?? null}
          onChange={form.setPerson}
          withMe={false}
        />
      ) : (
        <Teams label={t("inbox.to_team")} value={form.team} onChange={form.setTeam} but={of.team} />
      )}
    </>
  );
}

// What was begun as an answer can go with it, as a note.
function DraftLine({ of, onUse }: { of: Conversation; onUse: (text: string) => void }) {
  const draft = useDraft(of.id, "message");
  if (draft.text === "") return null;
  return (
    <p className="ek-row ek-small">
      {t("inbox.has_draft")}
      <Button
        look="link"
        onPress={() => {
          onUse(draft.text);
          keepDraft(of.id, "message", { text: "", key: "" });
        }}
      >
        {t("inbox.draft_into_summary")}
      </Button>
    </p>
  );
}

export function HandoverDialog({ of, onClose }: { of: Conversation; onClose: () => void }) {
  const form = useForm(of, onClose);
  const { fault, summary } = form;
  return (
    <Dialog title={t("inbox.hand_over_title")} isOpen onClose={onClose}>
      <form
        className="ek-stack"
        onSubmit={(event) => {
          event.preventDefault();
          if (form.isReady && !form.isBusy) void form.save();
        }}
      >
        <Whom form={form} of={of} />
        <TextField
          label={t("inbox.summary")}
          help={t("inbox.summary_means")}
          lines={4}
          value={summary}
          onChange={form.setSummary}
          fault={faultAt(fault, "/summary")}
          isRequired
        />
        <DraftLine
          of={of}
          onUse={(text) => form.setSummary(summary === "" ? text : `${summary}\n\n${text}`)}
        />
        <Switch isSelected={form.isInformed} onChange={form.setInformed}>
          {t("inbox.keep_informed")}
        </Switch>
        {fault !== null && <Fault error={fault} />}
        <div className="ek-dialog-foot">
          <Button onPress={onClose}>{t("common.cancel")}</Button>
          <Button look="main" type="submit" isDisabled={!form.isReady || form.isBusy}>
            {t("inbox.hand_over")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
