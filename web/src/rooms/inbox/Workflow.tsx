// Workflow -- a guided workflow beside the conversation: one is begun, each step answered, and it
// may be left with a reason. What was done stands among the parts, as notes.
import { useState } from "react";
import { useAnswer, useChange } from "../../feed/cache.ts";
import type { OperationName } from "../../feed/http.ts";
import type { Conversation, Walk } from "../../gen/shapes.ts";
import { Button } from "../../parts/Button.tsx";
import { TextField } from "../../parts/fields.tsx";
import { complain } from "../../parts/notices.tsx";
import { t } from "../../words/words.ts";

const TOUCHED: readonly OperationName[] = [
  "get_conversation_workflows",
  "list_parts",
  "get_conversation",
  "list_conversations",
];

function Leave({ of, walk, close }: { of: Conversation; walk: Walk; close: () => void }) {
  const [reason, setReason] = useState("");
  const leave = useChange("leave_workflow", TOUCHED);
  const send = () =>
    leave.mutate(
      { params: { id: of.id }, body: { walk: walk.id, reason: reason.trim() } },
      { onSuccess: close, onError: complain },
    );
  return (
    <form
      className="ek-stack"
      onSubmit={(event) => {
        event.preventDefault();
        if (reason.trim() !== "") send();
      }}
    >
      <TextField
        label={t("workflows.why_leave")}
        lines={2}
        maxLength={500}
        value={reason}
        onChange={setReason}
        autoFocus
      />
      <div className="ek-row">
        <Button type="submit" isDisabled={reason.trim() === "" || leave.isPending}>
          {t("workflows.leave")}
        </Button>
        <Button look="link" onPress={close}>
          {t("common.cancel")}
        </Button>
      </div>
    </form>
  );
}

function Step({ of, walk }: { of: Conversation; walk: Walk }) {
  const [isLeaving, setLeaving] = useState(false);
  const answer = useChange("answer_workflow", TOUCHED);
  const { step } = walk;
  const choose = (branch: number) =>
    answer.mutate(
      { params: { id: of.id }, body: { walk: walk.id, step: step.id, branch } },
      { onError: complain },
    );
  return (
    <div className="ek-stack" aria-live="polite">
      <p className="ek-quiet ek-small" dir="auto">
        {walk.title}
      </p>
      <h4 dir="auto">{step.title}</h4>
      {step.text !== null && (
        <p dir="auto" style={{ whiteSpace: "pre-wrap" }}>
          {step.text}
        </p>
      )}
      <div className="ek-row">
        {step.branches.map((branch, i) => (
          <Button key={i} isDisabled={answer.isPending} onPress={() => choose(i)}>
            <bdi>{branch.label}</bdi>
          </Button>
        ))}
      </div>
      {isLeaving ? (
        <Leave of={of} walk={walk} close={() => setLeaving(false)} />
      ) : (
        <div>
          <Button look="link" onPress={() => setLeaving(true)}>
            {t("workflows.leave")}
          </Button>
        </div>
      )}
    </div>
  );
}

export function Workflow({ of }: { of: Conversation }) {
  const beside = useAnswer("get_conversation_workflows", { params: { id: of.id } });
  const begin = useChange("begin_workflow", TOUCHED);
  const { offered, walks } = beside.data?.answer ?? { offered: [], walks: [] };
  const running = walks.find((walk) => walk.state === "running");
  const last = walks[0];
  if (running === undefined && offered.length === 0) return null;
  return (
    <section className="ek-stack" aria-label={t("workflows.title")}>
      <h3>{t("workflows.title")}</h3>
      {running !== undefined ? (
        <Step key={`${running.id} ${running.step.id}`} of={of} walk={running} />
      ) : (
        <>
          {last?.state === "finished" && (
            <p className="ek-quiet" role="status">
              <bdi>{last.title}</bdi>: <bdi>{last.step.title}</bdi>
            </p>
          )}
          <ul className="ek-stack">
            {offered.map(({ id, title }) => (
              <li key={id}>
                <Button
                  isDisabled={begin.isPending}
                  onPress={() =>
                    begin.mutate(
                      { params: { id: of.id }, body: { workflow: id } },
                      { onError: complain },
                    )
                  }
                >
                  <bdi>{title}</bdi>
                </Button>
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}
