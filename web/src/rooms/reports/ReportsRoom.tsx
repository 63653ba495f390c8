// ReportsRoom -- standard reports as tables and files, and those that are saved and made by
// themselves.
import { useLocation } from "wouter";
import { may } from "../../feed/session.ts";
import { Room } from "../../parts/Room.tsx";
import { Tabs } from "../../parts/Tabs.tsx";
import { t } from "../../words/words.ts";
import { standards } from "./asked.ts";
import { SavedReports } from "./SavedReports.tsx";
import { StandardReport } from "./StandardReport.tsx";
import "../../parts/reports.css";

export default function ReportsRoom() {
  const [path, go] = useLocation();
  const views = [
    ...(standards().length > 0
      ? [{ id: "standard", title: t("reports.tab_standard"), view: <StandardReport /> }]
      : []),
    ...(may("report_read")
      ? [{ id: "saved", title: t("reports.tab_saved"), view: <SavedReports /> }]
      : []),
  ];
  const wanted = path === "/reports/saved" ? "saved" : "standard";
  const value = views.some(({ id }) => id === wanted) ? wanted : (views[0]?.id ?? wanted);
  return (
    <Room title={t("places.reports")}>
      <Tabs
        label={t("places.reports")}
        views={views}
        value={value}
        onChange={(id) => go(id === "saved" ? "/reports/saved" : "/reports")}
      />
    </Room>
  );
}
