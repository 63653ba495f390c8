// charted -- the chart of what a target measures, by spans like its periods, with what was said of
// it. Only where there is one that the reader may see: of one person there is none.
import { useAnswer } from "../../feed/cache.ts";
import { may } from "../../feed/session.ts";
import type { TeamId } from "../../gen/ids.ts";
import type { Target, TrendSeries } from "../../gen/shapes.ts";

export function useChart(
  metric: string,
  team: TeamId | null,
  period: Target["period"],
): TrendSeries | undefined {
  const cadence = period === "week" ? ("weekly" as const) : ("monthly" as const);
  const isAsked = team !== null && may("figures_team");
  const all = useAnswer("list_trends", { query: {} }, { enabled: isAsked });
  const [id = metric] = metric.split("@");
  const isThere = all.data?.answer.data.some(
    (trend) =>
      trend.team === team && trend.cadence === cadence && trend.metric.startsWith(`${id}@`),
  );
  const query = { metric: id, team: team ?? ("" as TeamId), cadence };
  const series = useAnswer("get_trend_series", { query }, { enabled: isAsked && isThere === true });
  return series.data?.answer;
}
