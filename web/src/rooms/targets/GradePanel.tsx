// GradePanel -- before a target is saved: how likely it is. The value that is met three times in
// four is offered, to be taken with one press; what effort alone will not meet asks for a reason
// and for what is to make it possible; a reward asks for a fair chance.
import type { UseQueryResult } from "@tanstack/react-query";
import type { Received } from "../../feed/http.ts";
import type { Refusal } from "../../feed/http.ts";
import { may } from "../../feed/session.ts";
import type { TeammateId } from "../../gen/ids.ts";
import type { TargetGraded } from "../../gen/shapes.ts";
import { Button } from "../../parts/Button.tsx";
import { Checkbox, TextField } from "../../parts/fields.tsx";
import { formatFigure } from "../../words/format.ts";
import { t, wordOf } from "../../words/words.ts";
import { GradeView } from "../../parts/GradeView.tsx";
import { PurposeAsked } from "./PurposeAsked.tsx";
import { wantedOf } from "../../parts/target_said.ts";
import type { FormPart } from "./WhatFields.tsx";
import { roundEasier, spanOf } from "./value.ts";

function Offer({ graded, draft, set }: Pick<FormPart, "draft" | "set"> & { graded: TargetGraded }) {
  const { unit } = graded;
  const { comparator } = draft;
  const offered = graded.grade.offered_value;
  if (offered === null || comparator === "between") return null;
  const value = roundEasier(unit, comparator, offered);
  const wanted = wantedOf({ comparator, value, upper: null, unit });
  const take = () => set({ value, ...(unit === "seconds" ? { span: spanOf(value) } : {}) });
  return (
    <div className="ek-row">
      <span>{t("targets.offered", { wanted })}</span>
      {value !== draft.value && <Button onPress={take}>{t("targets.take_offered")}</Button>}
    </div>
  );
}

function Reward({ graded, draft, set, fault }: FormPart & { graded: TargetGraded }) {
  if (!graded.reward)
    return (
      <p className="ek-quiet">
        {t("targets.no_reward")}{" "}
        {wordOf("targets", `no_reward_${graded.why_no_reward ?? "unknown"}`)}
      </p>
    );
  return (
    <>
      <Checkbox isSelected={draft.reward} onChange={(reward) => set({ reward })}>
        {t("targets.reward")}
      </Checkbox>
      {fault("/reward") !== undefined && <p className="ek-fault">{fault("/reward")}</p>}
    </>
  );
}

function Override({ draft, set, fault }: FormPart) {
  if (!may("target_override")) return <p>{t("targets.override_not_you")}</p>;
  return (
    <div className="ek-stack">
      <p>{t("targets.override_asked")}</p>
      <TextField
        label={t("targets.override_reason")}
        lines={2}
        value={draft.why}
        onChange={(why) => set({ why })}
        fault={fault("/override/reason")}
      />
      <TextField
        label={t("targets.override_change")}
        lines={2}
        value={draft.change}
        onChange={(change) => set({ change })}
        fault={fault("/override/change")}
      />
      <p className="ek-help">{t("targets.override_public")}</p>
    </div>
  );
}

function Graded({ graded, ...part }: FormPart & { graded: TargetGraded }) {
  const { draft, set } = part;
  return (
    <>
      <div aria-live="polite">
        <GradeView grade={graded.grade} period={draft.period} />
      </div>
      <Offer graded={graded} draft={draft} set={set} />
      {graded.answers_needed.length > 0 && (
        <p className="ek-quiet">
          {graded.answers_needed
            .map(({ points, answers }) =>
              t("targets.answers_needed", { points: formatFigure("count", points), n: answers }),
            )
            .join(" ")}
        </p>
      )}
      {graded.needs_override && <Override {...part} />}
      <Reward graded={graded} {...part} />
    </>
  );
}

export function GradePanel({
  answer,
  isAsked,
  ...part
}: FormPart & {
  answer: UseQueryResult<Received<"grade_target">, Refusal>;
  isAsked: boolean;
}) {
  const { draft } = part;
  const isForbidden = answer.error?.status === 403 && draft.scope === "teammate";
  const graded = answer.data?.answer;
  return (
    <section
      className="ek-panel ek-targets-likely"
      aria-labelledby="targets-likely"
      aria-busy={answer.isFetching}
    >
      <h2 id="targets-likely">{t("targets.likely")}</h2>
      {!isAsked && <p className="ek-quiet">{t("targets.likely_first")}</p>}
      {isAsked && isForbidden && <PurposeAsked person={draft.teammate as TeammateId} />}
      {isAsked && !isForbidden && answer.error !== null && (
        <p className="ek-quiet">{t("targets.likely_not")}</p>
      )}
      {isAsked && answer.error === null && graded === undefined && (
        <p className="ek-quiet">{t("common.loading")}</p>
      )}
      {isAsked && answer.error === null && graded !== undefined && (
        <Graded graded={graded} {...part} />
      )}
    </section>
  );
}
