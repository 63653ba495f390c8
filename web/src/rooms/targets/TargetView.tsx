// TargetView -- one target: what is asked and why, how it stands, how likely it was when it was
// set, who knows it, how each period went, and a person beside the team where that may be.
import { useState } from "react";
import { useLocation } from "wouter";
import { useAnswer, useChange } from "../../feed/cache.ts";
import { may, me } from "../../feed/session.ts";
import type { TargetId } from "../../gen/ids.ts";
import type { TargetStatus, TargetWhole } from "../../gen/shapes.ts";
import { Button } from "../../parts/Button.tsx";
import { Dialog } from "../../parts/Dialog.tsx";
import { Mark } from "../../parts/marks.tsx";
import { Name } from "../../parts/Name.tsx";
import { complain, tell } from "../../parts/notices.tsx";
import { Measured } from "../../parts/Measured.tsx";
import { Ready } from "../../parts/states.tsx";
import { formatDay } from "../../words/format.ts";
import { t, wordOf } from "../../words/words.ts";
import { BesideView } from "./Beside.tsx";
import { GradeView } from "../../parts/GradeView.tsx";
import { History } from "./History.tsx";
import { KnownBy } from "./Known.tsx";
import { PurposeAsked } from "./PurposeAsked.tsx";
import { TargetForm } from "./TargetForm.tsx";
import {
  figureAsked,
  figureMarks,
  figureOf,
  figureName,
  stateMark,
  wantsOf,
} from "../../parts/target_said.ts";

const DAY_MS = 86_400_000;

// A period is told by its last day, not by the day behind it.
function dayBefore(date: string): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) - DAY_MS).toISOString().slice(0, 10);
}

function Period({ target, status }: { target: TargetWhole; status: TargetStatus }) {
  const { tone, shape, word } = stateMark(status.state, target.direction);
  // What somebody else's own figure is made of is theirs alone.
  const isTheirs = target.scope.teammate !== undefined && target.scope.teammate !== me().id;
  return (
    <p>
      <span className="ek-quiet">
        {t("targets.period", {
          from: formatDay(status.period.from),
          until: formatDay(dayBefore(status.period.until)),
        })}
      </span>{" "}
      <Mark tone={tone} shape={shape}>
        {word}
      </Mark>{" "}
      <strong className="ek-number" {...figureMarks(target, status.period, status)}>
        {figureOf(target.unit, status)}
      </strong>
      {status.not_yet_known > 0 && ` · ${t("targets.not_yet_known", { n: status.not_yet_known })}`}
      {status.band !== null && ` · ${wordOf("targets", `band_${status.band}`)}`}{" "}
      <Measured
        metric={status.metric}
        unit={target.unit}
        other={status.other}
        asked={isTheirs ? undefined : figureAsked(target, status.period)}
      />
    </p>
  );
}

function Standing({ target }: { target: TargetWhole }) {
  return (
    <section className="ek-panel" aria-labelledby="target-status">
      <h2 id="target-status">{t("targets.standing")}</h2>
      {target.status !== null && <Period target={target} status={target.status} />}
      {target.last !== null && <Period target={target} status={target.last} />}
      {target.why_no_status === "purpose" && target.scope.teammate !== undefined && (
        <PurposeAsked person={target.scope.teammate} />
      )}
      {target.why_no_status === "no_figure" && <p>{t("targets.no_status_no_figure")}</p>}
      <p className="ek-quiet">{t("targets.least", { n: target.minimum_n })}</p>
    </section>
  );
}

function Likely({ target }: { target: TargetWhole }) {
  if (target.grade === null) return null;
  const { override } = target;
  return (
    <section className="ek-panel" aria-labelledby="target-grade">
      <h2 id="target-grade">{t("targets.when_set")}</h2>
      <GradeView grade={target.grade} period={target.period} />
      {override !== null && (
        <div>
          <h3>{t("targets.override")}</h3>
          <p dir="auto">{override.reason}</p>
          <p>
            {t("targets.override_change_is")} <span dir="auto">{override.change}</span>{" "}
            <span className="ek-quiet">
              <Name id={override.by} />
            </span>
          </p>
        </div>
      )}
    </section>
  );
}

function EndDialog({
  target,
  etag,
  onClose,
}: {
  target: TargetWhole;
  etag: string | null;
  onClose: () => void;
}) {
  const [, go] = useLocation();
  const end = useChange("delete_target", ["list_targets", "list_goals"]);
  const send = () =>
    end.mutate(
      { params: { id: target.id }, ifMatch: etag ?? "*" },
      { onSuccess: () => (tell(t("targets.ended")), go("/targets")), onError: complain },
    );
  return (
    <Dialog
      title={t("targets.end_title")}
      isOpen
      onClose={onClose}
      foot={
        <>
          <Button onPress={onClose}>{t("common.cancel")}</Button>
          <Button look="danger" isDisabled={end.isPending} onPress={send}>
            {t("targets.end")}
          </Button>
        </>
      }
    >
      <p>{t("targets.end_means")}</p>
    </Dialog>
  );
}

function Head({ target, etag }: { target: TargetWhole; etag: string | null }) {
  const [isEnding, setEnding] = useState(false);
  const [isEditing, edit] = useState(false);
  return (
    <div className="ek-panel">
      <div className="ek-head">
        <h2>
          {figureName(target)}
          {" · "}
          <Name id={target.scope.team ?? target.scope.teammate} />
        </h2>
        {may("target_edit") && !isEditing && (
          <>
            <Button onPress={() => edit(true)}>{t("common.edit")}</Button>
            <Button onPress={() => setEnding(true)}>{t("targets.end")}</Button>
          </>
        )}
      </div>
      <p className="ek-targets-wants">{wantsOf(target)}</p>
      <p dir="auto">{target.reason}</p>
      <p className="ek-quiet">
        {t("targets.review_on", { date: formatDay(target.review_date) })}
        {" · "}
        {t("targets.owner")} <Name id={target.owner} />
        {" · "}
        {t("targets.since", { date: formatDay(target.since) })}
        {target.reward && ` · ${t("targets.has_reward")}`}
      </p>
      {isEditing && <TargetForm target={target} etag={etag} onDone={() => edit(false)} />}
      {isEnding && <EndDialog target={target} etag={etag} onClose={() => setEnding(false)} />}
    </div>
  );
}

export function TargetView({ id }: { id: TargetId }) {
  const target = useAnswer("get_target", { params: { id } });
  return (
    <Ready of={target}>
      {({ answer, etag }) => (
        <>
          <Head target={answer} etag={etag} />
          <div className="ek-columns">
            <Standing target={answer} />
            <Likely target={answer} />
            <KnownBy target={answer} />
            {answer.beside !== null && <BesideView target={answer} beside={answer.beside} />}
          </div>
          {answer.why_no_status !== "purpose" && <History target={answer} />}
        </>
      )}
    </Ready>
  );
}
