// Followups -- low scores that the team looks after, whoever is credited: somebody writes what was
// done, and it is closed. A better answer of the same customer closes it by itself.
import { useState } from "react";
import { Link } from "wouter";
import { useAnswer, useChange } from "../../feed/cache.ts";
import { may } from "../../feed/session.ts";
import type { SurveyId } from "../../gen/ids.ts";
import type { Followup } from "../../gen/shapes.ts";
import { Button } from "../../parts/Button.tsx";
import { Checkbox, TextField } from "../../parts/fields.tsx";
import { Mark } from "../../parts/marks.tsx";
import { Name } from "../../parts/Name.tsx";
import { tell } from "../../parts/notices.tsx";
import { Ready } from "../../parts/states.tsx";
import { When } from "../../parts/time.tsx";
import { t, wordOf } from "../../words/words.ts";
import { scoreOf } from "../../parts/survey_said.ts";

const MOST = 200;

function Close({ followup }: { followup: Followup }) {
  const [note, setNote] = useState("");
  const close = useChange("close_followup", ["list_followups"]);
  const send = () =>
    close.mutate(
      { params: { id: followup.id }, body: { note: note.trim() === "" ? null : note } },
      { onSuccess: () => tell(t("surveys.closed_now")) },
    );
  return (
    <div className="ek-row ek-surveys-fields">
      <TextField
        label={t("surveys.what_was_done")}
        value={note}
        onChange={setNote}
        fault={close.error?.problem?.detail}
      />
      <Button isDisabled={close.isPending} onPress={send}>
        {t("surveys.close")}
      </Button>
    </div>
  );
}

function State({ followup }: { followup: Followup }) {
  const isOpen = followup.state === "open";
  return (
    <Mark tone={isOpen ? "warn" : "quiet"} shape={isOpen ? "ring" : "bar"}>
      {wordOf("surveys", `followup_${followup.state}`)}
    </Mark>
  );
}

function Item({ followup }: { followup: Followup }) {
  return (
    <li className="ek-surveys-item">
      <div className="ek-row">
        <strong className="ek-number">{scoreOf(followup.form, followup.score)}</strong>
        <Link href={`/inbox/all/${followup.conversation}`}>
          <bdi className="ek-code">{followup.conversation}</bdi>
        </Link>
        <span className="ek-quiet">
          <Name id={followup.team} /> · <When at={followup.opened_at} />
        </span>
        <State followup={followup} />
      </div>
      {followup.comment !== null && <p dir="auto">{followup.comment}</p>}
      {followup.state === "closed" && (
        <p className="ek-quiet">
          {followup.note !== null && <span dir="auto">{followup.note}</span>}{" "}
          <Name id={followup.closed_by} />
        </p>
      )}
      {followup.state === "open" && may("followup_close") && <Close followup={followup} />}
    </li>
  );
}

export function Followups({ survey }: { survey: SurveyId | null }) {
  const [isAll, showAll] = useState(false);
  const list = useAnswer(
    "list_followups",
    {
      query: {
        limit: MOST,
        ...(isAll ? {} : { state: "open" as const }),
        ...(survey === null ? {} : { survey }),
      },
    },
    { keep: true },
  );
  return (
    <section className="ek-panel" aria-labelledby="survey-low">
      <h2 id="survey-low">{t("surveys.low")}</h2>
      <p className="ek-quiet">{t("surveys.low_means")}</p>
      <Checkbox isSelected={isAll} onChange={showAll}>
        {t("surveys.show_closed")}
      </Checkbox>
      <Ready of={list}>
        {({ answer: { data } }) =>
          data.length === 0 ? (
            <p>{t("surveys.no_low")}</p>
          ) : (
            <ul className="ek-surveys-list">
              {data.map((followup) => (
                <Item key={followup.id} followup={followup} />
              ))}
            </ul>
          )
        }
      </Ready>
    </section>
  );
}
