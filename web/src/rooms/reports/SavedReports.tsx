// SavedReports -- my saved reports: what each asks, when it is made, how it went each time.
import { useEffect, useState } from "react";
import { useSearchParams } from "wouter";
import { age, useAnswer, useChange } from "../../feed/cache.ts";
import { call } from "../../feed/http.ts";
import { useNames } from "../../feed/names.ts";
import { may } from "../../feed/session.ts";
import type { Report, ReportRun } from "../../gen/shapes.ts";
import { Button } from "../../parts/Button.tsx";
import { download } from "../../parts/download.ts";
import { Mark } from "../../parts/marks.tsx";
import { back, complain, tell } from "../../parts/notices.tsx";
import { Empty, Ready } from "../../parts/states.tsx";
import { When } from "../../parts/time.tsx";
import { formatList, formatNumber } from "../../words/format.ts";
import { t, wordOf } from "../../words/words.ts";
import { ReportDialog, type Was } from "./ReportDialog.tsx";
import { requestOf, scheduleWords } from "./saved.ts";
import { standardWord } from "./choices.ts";

const LOOK_MS = 2000; // how soon a run that is on its way is looked at again
const LOOKS = {
  sent: ["good", "disc"],
  waiting: ["warn", "ring"],
  sending: ["warn", "ring"],
  failed: ["bad", "cross"],
} as const;

// To whom it went, and what came of each.
function Sendings({ run }: { run: ReportRun }) {
  const names = useNames();
  if (run.sendings.length === 0) return null;
  return (
    <ul className="ek-reports-sendings">
      {run.sendings.map(({ teammate, webhook, state, why, detail, next_at }) => {
        const [tone, shape] = LOOKS[state];
        return (
          <li key={teammate ?? webhook}>
            {teammate === null ? (
              <span>{t("reports.to_hook")}</span>
            ) : (
              <bdi>{names.of(teammate)}</bdi>
            )}{" "}
            <Mark tone={tone} shape={shape}>
              {wordOf("reports", `sending_${state}`)}
            </Mark>
            {why !== null && <span dir="auto"> {wordOf("reports", `why_${why}`)}</span>}
            {detail !== null && (
              <bdi className="ek-quiet ek-small" dir="auto">
                {" "}
                {detail}
              </bdi>
            )}
            {next_at !== null && why !== null && (
              <span className="ek-quiet">
                {" "}
                {t("reports.again_at")} <When at={next_at} />
              </span>
            )}
          </li>
        );
      })}
    </ul>
  );
}

function RunRow({ run }: { run: ReportRun }) {
  const [tone, shape] = LOOKS[run.state];
  const fetchIt = () =>
    void call("get_report_run", { params: { id: run.report, run: run.id } }).then(
      ({ answer: { body } }) =>
        download(`${run.id}.json`, new Blob([body ?? ""], { type: "application/json" })),
      complain,
    );
  return (
    <tr>
      <th scope="row">
        <When at={run.due_at} />
      </th>
      <td>
        <Mark tone={tone} shape={shape}>
          {wordOf("reports", `run_${run.state}`)}
        </Mark>
      </td>
      <td data-number>{formatNumber(run.attempts)}</td>
      <td>
        {run.why !== null && <span dir="auto">{wordOf("reports", `why_${run.why}`)} </span>}
        {run.next_at !== null && run.attempts > 0 && (
          <span className="ek-quiet">
            {t("reports.again_at")} <When at={run.next_at} />
          </span>
        )}
        <Sendings run={run} />
      </td>
      <td>
        <Button look="link" onPress={fetchIt}>
          {t("reports.as_sent")}
        </Button>
      </td>
    </tr>
  );
}

// Nothing in the stream tells of runs: while one is on its way, it is asked for.
function useRunsFollowed(runs: readonly ReportRun[]): void {
  const isGoing = runs.some(
    ({ state, attempts }) => state === "sending" || (state === "waiting" && attempts === 0),
  );
  useEffect(() => {
    if (!isGoing) return undefined;
    const timer = setInterval(() => age(["list_report_runs"]), LOOK_MS);
    return () => clearInterval(timer);
  }, [isGoing]);
}

function Runs({ report }: { report: Report }) {
  const runs = useAnswer("list_report_runs", { params: { id: report.id }, query: { limit: 50 } });
  useRunsFollowed(runs.data?.answer.data ?? []);
  return (
    <Ready of={runs}>
      {({ answer: { data } }) =>
        data.length === 0 ? (
          <p className="ek-quiet">{t("reports.no_runs")}</p>
        ) : (
          <div className="ek-reports-runs">
            <table className="ek-table" aria-label={t("reports.runs_of", { name: report.name })}>
              <thead>
                <tr>
                  <th scope="col">{t("reports.col_due")}</th>
                  <th scope="col">{t("reports.col_state")}</th>
                  <th scope="col" data-number>
                    {t("reports.col_attempts")}
                  </th>
                  <th scope="col">{t("reports.col_why")}</th>
                  <th scope="col">
                    <span className="ek-hidden">{t("reports.as_sent")}</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {data.map((run) => (
                  <RunRow key={run.id} run={run} />
                ))}
              </tbody>
            </table>
          </div>
        )
      }
    </Ready>
  );
}

interface Acting {
  report: Report;
  isOpen: boolean;
  toggle: () => void;
}

function Acts({ report, isOpen, toggle }: Acting) {
  const [was, setWas] = useState<Was | null>(null);
  const run = useChange("run_report", ["list_report_runs"]);
  const remove = useChange("delete_report", ["list_reports"]);
  const params = { id: report.id };
  const edit = () =>
    void call("get_report", { params }).then(
      ({ answer, etag }) => setWas({ id: answer.id, draft: requestOf(answer), etag: etag ?? "*" }),
      complain,
    );
  const again = back("create_report", { body: requestOf(report) }, ["list_reports"]);
  const make = () =>
    run.mutate({ params }, { onError: complain, onSuccess: () => (isOpen ? undefined : toggle()) });
  // Its runs are closed first: what is gone is not asked for them.
  const drop = () => {
    if (isOpen) toggle();
    remove.mutate(
      { params },
      {
        onError: complain,
        onSuccess: () => tell(t("reports.deleted", { name: report.name }), again),
      },
    );
  };
  return (
    <div className="ek-row">
      {may("report_edit") && (
        <>
          <Button isDisabled={run.isPending} onPress={make}>
            {t("reports.run")}
          </Button>
          <Button onPress={edit}>{t("common.edit")}</Button>
          <Button onPress={drop}>{t("common.delete")}</Button>
        </>
      )}
      <Button look="link" aria-expanded={isOpen} onPress={toggle}>
        {t("reports.runs")}
      </Button>
      {was !== null && <ReportDialog first={was.draft} was={was} onClose={() => setWas(null)} />}
    </div>
  );
}

function Goes({ report: { target, format } }: { report: Report }) {
  const names = useNames();
  if (target === null) return t("reports.only_kept");
  if (target.kind === "webhook") return t("reports.to_hook");
  if (target.kind === "file") return <bdi className="ek-code">{`${target.name}.${format}`}</bdi>;
  const list = formatList(target.people.map((id) => names.of(id)));
  return (
    <>
      {t("reports.by_mail")} <bdi>{list}</bdi>
    </>
  );
}

function Saved({ report }: { report: Report }) {
  const names = useNames();
  const [search, setSearch] = useSearchParams();
  const isOpen = search.get("open") === report.id;
  const toggle = () =>
    setSearch(isOpen ? new URLSearchParams() : new URLSearchParams({ open: report.id }), {
      replace: true,
    });
  return (
    <article className="ek-panel" aria-label={report.name}>
      <div>
        <h2 className="ek-reports-name">
          <bdi>{report.name}</bdi>
        </h2>
        <p className="ek-reports-means">
          {standardWord(report.standard)}
          {" · "}
          {report.team === null ? t("reports.all_teams") : <bdi>{names.of(report.team)}</bdi>}
          {" · "}
          {wordOf("reports", `span_${report.span}`)}
        </p>
        <p className="ek-quiet ek-reports-means">
          {scheduleWords(report)}
          {report.next_at !== null && (
            <>
              {" · "}
              {t("reports.next_at")} <When at={report.next_at} />
            </>
          )}
          {" · "}
          <Goes report={report} />
        </p>
      </div>
      <Acts report={report} isOpen={isOpen} toggle={toggle} />
      {isOpen && <Runs report={report} />}
    </article>
  );
}

export function SavedReports() {
  const reports = useAnswer("list_reports", { query: { limit: 100 } });
  return (
    <Ready of={reports}>
      {({ answer: { data } }) =>
        data.length === 0 ? (
          <Empty title={t("reports.none_saved")}>{t("reports.none_saved_means")}</Empty>
        ) : (
          <>
            {data.map((report) => (
              <Saved key={report.id} report={report} />
            ))}
          </>
        )
      }
    </Ready>
  );
}
