// Look -- the third step of a bulk edit: every row before and after, what is left out and why, what
// it does to the queue; then it is applied to the number that will really change, or to nobody.
import { useEffect, useState } from "react";
import { useAnswer } from "../../feed/cache.ts";
import type { BulkId } from "../../gen/ids.ts";
import type { BulkEdit } from "../../gen/shapes.ts";
import { Button } from "../../parts/Button.tsx";
import { Dialog } from "../../parts/Dialog.tsx";
import { Mark } from "../../parts/marks.tsx";
import { Progress, Ready } from "../../parts/states.tsx";
import { codeWords, type Called } from "../../parts/told.ts";
import { formatList, formatNumber } from "../../words/format.ts";
import { t } from "../../words/words.ts";
import { LookRows } from "./LookRows.tsx";
import type { BulkWork } from "./useBulk.ts";

type Result = "change" | "same" | "blocked";

function Totals({
  bulk,
  shown,
  show,
}: {
  bulk: BulkEdit;
  shown: Result | null;
  show: (result: Result | null) => void;
}) {
  const { change, same, blocked } = bulk.totals;
  const tiles: [Result, string][] = [
    ["change", t("teammates.will_change", { n: change })],
    ["same", t("teammates.already_so", { n: same })],
    ["blocked", t("teammates.left_out", { n: blocked })],
  ];
  return (
    <div className="ek-teammates-totals" role="group" aria-label={t("teammates.totals")}>
      {tiles.map(([result, words]) => (
        <button
          key={result}
          type="button"
          className="ek-teammates-tile"
          data-result={result}
          aria-pressed={shown === result}
          onClick={() => show(shown === result ? null : result)}
        >
          {words}
        </button>
      ))}
    </div>
  );
}

function Blocked({ bulk }: { bulk: BulkEdit }) {
  if (bulk.blocked.length === 0) return null;
  const reasons = bulk.blocked.map(
    ({ code, count }) => `${formatNumber(count)}: ${codeWords(code)}`,
  );
  return (
    <p>
      <Mark tone="warn" shape="triangle">
        {t("teammates.why_left_out")}
      </Mark>{" "}
      {formatList(reasons)}
    </p>
  );
}

// What it does to the queue, in sentences.
function Effect({ bulk, called }: { bulk: BulkEdit; called: Called }) {
  const { effect } = bulk;
  return (
    <ul className="ek-teammates-effect" aria-label={t("teammates.effect")}>
      <li>
        {t("teammates.free_slots", {
          before: formatNumber(effect.free_slots_before),
          after: formatNumber(effect.free_slots_after),
        })}
      </li>
      <li>{t("teammates.moves", { n: effect.moves_at_once })}</li>
      {effect.over_limit_after > 0 && (
        <li>{t("teammates.over_after", { n: effect.over_limit_after })}</li>
      )}
      {effect.inboxes_without_active.length > 0 && (
        <li>
          <Mark tone="bad" shape="triangle">
            {t("teammates.deserted", {
              teams: formatList(effect.inboxes_without_active.map(called.of)),
            })}
          </Mark>
        </li>
      )}
    </ul>
  );
}

function Applying({ bulk, work }: { bulk: BulkEdit; work: BulkWork }) {
  const id = bulk.job ?? null;
  const job = useAnswer("get_job", { params: { id: id ?? "job_0" } }, { enabled: id !== null });
  const { refetch } = job;
  useEffect(() => {
    if (id === null) return undefined;
    const timer = setInterval(() => void refetch(), 300);
    return () => clearInterval(timer);
  }, [id, refetch]);
  const done = job.data?.answer.done ?? 0;
  const total = job.data?.answer.total ?? bulk.totals.change;
  return (
    <div className="ek-stack" role="status">
      <p>{t("teammates.applying", { done: formatNumber(done), all: formatNumber(total) })}</p>
      <Progress label={t("teammates.progress")} done={done} total={total} />
      <div>
        <Button onPress={work.cancel}>{t("teammates.stop")}</Button>
      </div>
    </div>
  );
}

function Foot({ bulk, etag, work }: { bulk: BulkEdit; etag: string | null; work: BulkWork }) {
  if (bulk.state !== "preview")
    return <Button onPress={work.close}>{t("common.close_dialog")}</Button>;
  const { change } = bulk.totals;
  return (
    <>
      <Button onPress={work.back}>{t("common.back")}</Button>
      {work.reasonsFile !== null && bulk.totals.blocked > 0 && (
        <Button onPress={work.reasonsFile}>{t("teammates.csv_reasons")}</Button>
      )}
      <Button
        look="main"
        isDisabled={change === 0 || work.isBusy}
        onPress={() => void work.apply(bulk, etag)}
      >
        {t("teammates.apply_to", { n: change })}
      </Button>
    </>
  );
}

// Where it stands, when it is no preview any more.
function Ended({ bulk, work }: { bulk: BulkEdit; work: BulkWork }) {
  if (bulk.state === "preview" || bulk.state === "applying") return null;
  return (
    <p className="ek-row" role="status">
      {t(`teammates.state_${bulk.state}`)}
      {bulk.state === "applied" && (
        <Button onPress={() => void work.undo(bulk)}>{t("common.undo")}</Button>
      )}
    </p>
  );
}

function LookBody({
  bulk,
  called,
  nameOf,
  work,
}: {
  bulk: BulkEdit;
  called: Called;
  nameOf: (id: string) => string;
  work: BulkWork;
}) {
  const [shown, show] = useState<Result | null>(null);
  return (
    <>
      {work.marked.size > 0 && (
        <p className="ek-banner" data-tone="warn" role="alert">
          {t("teammates.row_refused", { n: work.marked.size })}
        </p>
      )}
      <Ended bulk={bulk} work={work} />
      {bulk.state === "applying" && <Applying bulk={bulk} work={work} />}
      <Totals bulk={bulk} shown={shown} show={show} />
      <Blocked bulk={bulk} />
      {bulk.state === "preview" && <Effect bulk={bulk} called={called} />}
      <LookRows bulk={bulk} result={shown} called={called} nameOf={nameOf} marked={work.marked} />
    </>
  );
}

export function Look({
  id,
  title,
  called,
  nameOf,
  work,
}: {
  id: BulkId;
  title: string;
  called: Called;
  nameOf: (id: string) => string;
  work: BulkWork;
}) {
  const bulk = useAnswer("get_bulk_edit", { params: { id } });
  const received = bulk.data;
  return (
    <Dialog
      title={title}
      isOpen
      wide
      onClose={work.close}
      foot={
        received !== undefined && <Foot bulk={received.answer} etag={received.etag} work={work} />
      }
    >
      <Ready of={bulk}>
        {({ answer }) => <LookBody bulk={answer} called={called} nameOf={nameOf} work={work} />}
      </Ready>
    </Dialog>
  );
}
