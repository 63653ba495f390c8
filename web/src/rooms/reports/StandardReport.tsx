// StandardReport -- a standard report of some days as a table, and the same as a file. What is
// asked stands in the address.
import { useState } from "react";
import { Download, Save } from "lucide-react";
import { useSearchParams } from "wouter";
import { useAnswer } from "../../feed/cache.ts";
import { send } from "../../feed/http.ts";
import { useNames } from "../../feed/names.ts";
import { may } from "../../feed/session.ts";
import type {
  Approach,
  ApproachReport,
  Leaving,
  LeavingReport,
  PresenceReport,
  PresenceTeamDay,
  SlaReport,
  SlaWeek,
  TeamTrendLine,
  TeamTrendReport,
} from "../../gen/shapes.ts";
import { Button } from "../../parts/Button.tsx";
import { ColumnTable } from "../../parts/ColumnTable.tsx";
import { DateField } from "../../parts/DateField.tsx";
import { download } from "../../parts/download.ts";
import { Select } from "../../parts/fields.tsx";
import { complain } from "../../parts/notices.tsx";
import { Empty, Ready } from "../../parts/states.tsx";
import { TREND } from "../../parts/team_trend.tsx";
import { When } from "../../parts/time.tsx";
import { t, wordOf } from "../../words/words.ts";
import {
  ALL,
  dayBeside,
  queryOf,
  readAsked,
  STANDARD,
  standards,
  tableAddress,
  takesClock,
  type Asked,
} from "./asked.ts";
import { APPROACHES, LEAVING, PRESENCE, SLA } from "./columns.tsx";
import { clockChoices, standardWord, teamChoices } from "./choices.ts";
import { fresh, ReportDialog } from "./ReportDialog.tsx";

type Report = ApproachReport | SlaReport | LeavingReport | PresenceReport | TeamTrendReport;
type Ask = (told: Record<string, string>) => void;

function Rows({ asked, answer }: { asked: Asked; answer: Report }) {
  const label = standardWord(asked.standard);
  const { data } = answer;
  const table = { label, days: answer };
  if (data.length === 0) return <Empty title={t("reports.none")}>{t("reports.none_means")}</Empty>;
  switch (asked.standard) {
    case "approaches":
      return <ColumnTable {...table} columns={APPROACHES} rows={data as readonly Approach[]} />;
    case "sla_attainment":
      return <ColumnTable {...table} columns={SLA} rows={data as readonly SlaWeek[]} />;
    case "leaving":
      return <ColumnTable {...table} columns={LEAVING} rows={data as readonly Leaving[]} />;
    case "presence_history":
      return (
        <ColumnTable {...table} columns={PRESENCE} rows={data as readonly PresenceTeamDay[]} />
      );
    case "team_trend":
      return <ColumnTable {...table} columns={TREND} rows={data as readonly TeamTrendLine[]} />;
  }
}

function Choices({ asked, answer, ask }: { asked: Asked; answer: Report | null; ask: Ask }) {
  const names = useNames();
  const last = asked.last || (answer === null ? "" : dayBeside(answer.until, -1));
  return (
    <div className="ek-row ek-reports-asked">
      <Select
        label={t("reports.report")}
        choices={standards().map((id) => ({ id, label: standardWord(id) }))}
        value={asked.standard}
        onChange={(report) => ask({ report })}
      />
      <Select
        label={t("common.team")}
        choices={teamChoices(names)}
        value={asked.team}
        onChange={(team) => ask({ team })}
      />
      <DateField
        label={t("reports.from")}
        value={asked.from || (answer?.from ?? "")}
        onChange={(from) => ask({ from })}
      />
      <DateField label={t("reports.last")} value={last} onChange={(day) => ask({ last: day })} />
      {takesClock(asked.standard) && (
        <Select
          label={t("reports.clock")}
          choices={clockChoices()}
          value={asked.clock ?? "own"}
          onChange={(clock) => ask({ clock: clock === "own" ? "" : clock })}
        />
      )}
    </div>
  );
}

function Acts({ asked, answer }: { asked: Asked; answer: Report | null }) {
  const [isSaving, setSaving] = useState(false);
  const out = async () => {
    try {
      const headers = { Accept: "text/csv" };
      const response = await send("GET", tableAddress(asked), { headers });
      const days = answer === null ? "" : `-${answer.from}-${dayBeside(answer.until, -1)}`;
      download(`${asked.standard}${days}.csv`, await response.blob());
    } catch (error) {
      complain(error as Error);
    }
  };
  return (
    <div className="ek-row">
      <Button onPress={() => void out()}>
        <Download className="ek-icon" aria-hidden />
        {t("reports.csv")}
      </Button>
      {may("report_edit") && (
        <Button onPress={() => setSaving(true)}>
          <Save className="ek-icon" aria-hidden />
          {t("reports.save")}
        </Button>
      )}
      {isSaving && (
        <ReportDialog
          first={fresh(asked.standard, asked.team, asked.clock)}
          was={null}
          onClose={() => setSaving(false)}
        />
      )}
    </div>
  );
}

function Foot({ answer }: { answer: Report }) {
  return (
    <p className="ek-quiet ek-small">
      {t("reports.definitions")} <bdi className="ek-code">{answer.definitions.join(", ")}</bdi>
      {" · "}
      {t("reports.zone")} <bdi>{answer.zone}</bdi>
      {answer.as_of !== null && (
        <>
          {" · "}
          {t("reports.as_of")} <When at={answer.as_of} />
        </>
      )}
    </p>
  );
}

export function StandardReport() {
  const [search, setSearch] = useSearchParams();
  const asked = readAsked(search);
  const told = { query: queryOf(asked) };
  const report = useAnswer(STANDARD[asked.standard], told);
  const ask: Ask = (part) => {
    const next = new URLSearchParams({ ...Object.fromEntries(search), ...part });
    for (const [name, value] of Object.entries(part))
      if (value === "" || value === ALL) next.delete(name);
    setSearch(next, { replace: true });
  };
  const answer: Report | null = report.data?.answer ?? null;
  return (
    <>
      <p className="ek-quiet ek-reports-means">{wordOf("reports", `means_${asked.standard}`)}</p>
      <Choices asked={asked} answer={answer} ask={ask} />
      <Acts asked={asked} answer={answer} />
      <Ready of={report}>
        {({ answer: shown }) => (
          <>
            <Rows asked={asked} answer={shown} />
            {"more" in shown && shown.more && (
              <div>
                <Button onPress={() => ask({ rows: String(asked.rows * 2) })}>
                  {t("common.more")}
                </Button>
              </div>
            )}
            <Foot answer={shown} />
          </>
        )}
      </Ready>
    </>
  );
}
