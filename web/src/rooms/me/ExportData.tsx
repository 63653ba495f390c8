// ExportData -- everything held about me, as a file: asked for, made by a job, taken home. The
// job's number stands in the address, so that it survives reloading.
import { useState } from "react";
import { useQuery } from "@tanstack/react-query";
import { useSearchParams } from "wouter";
import { call, type Refusal } from "../../feed/http.ts";
import type { JobId } from "../../gen/ids.ts";
import type { Job } from "../../gen/shapes.ts";
import { Button } from "../../parts/Button.tsx";
import { Fault, Progress, Ready } from "../../parts/states.tsx";
import { t } from "../../words/words.ts";
import { Panel } from "./Panel.tsx";

const AGAIN_MS = 1000;

function isOver(job: Job | undefined): boolean {
  return job !== undefined && ["done", "failed", "cancelled"].includes(job.state);
}

function Made({ id }: { id: JobId }) {
  const job = useQuery<Job, Refusal>({
    queryKey: ["me export", id],
    queryFn: async ({ signal }) => (await call("get_job", { params: { id }, signal })).answer,
    refetchInterval: ({ state }) => (isOver(state.data) ? false : AGAIN_MS),
  });
  return (
    <Ready of={job}>
      {(now) => {
        if (now.state === "done" && now.result !== null)
          return (
            <p>
              <a href={now.result} download className="ek-button" data-look="main">
                {t("me.take_file")}
              </a>
            </p>
          );
        if (isOver(now)) return <p>{t("me.export_failed")}</p>;
        return (
          <div role="status" className="ek-stack">
            <p>{t("me.export_runs")}</p>
            <Progress label={t("me.export_runs")} done={now.done} total={now.total ?? 1} />
          </div>
        );
      }}
    </Ready>
  );
}

export function ExportData() {
  const [search, setSearch] = useSearchParams();
  const [error, setError] = useState<Refusal | null>(null);
  const [isBusy, setBusy] = useState(false);
  const job = search.get("job");
  const ask = async () => {
    setError(null);
    setBusy(true);
    try {
      const { answer } = await call("export_my_data");
      setSearch({ job: answer.id });
    } catch (refused) {
      setError(refused as Refusal);
    }
    setBusy(false);
  };
  return (
    <Panel title={t("me.data")} says={t("me.data_says")}>
      {job !== null && /^job_\d+$/.test(job) && <Made key={job} id={job as JobId} />}
      <div className="ek-row">
        <Button onPress={() => void ask()} isDisabled={isBusy}>
          {t("me.export")}
        </Button>
      </div>
      {error !== null && <Fault error={error} />}
    </Panel>
  );
}
