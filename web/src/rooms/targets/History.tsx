// History -- how each period went: as a chart with what was wanted then and what was said of the
// metric meanwhile, and as a table with how each was judged, of how many, and what people said it
// was like.
import { useMemo, useState } from "react";
import { Link } from "wouter";
import { useAnswer, useChange } from "../../feed/cache.ts";
import { may } from "../../feed/session.ts";
import type { TargetHistory, TargetPeriod, TargetWhole, Verdict } from "../../gen/shapes.ts";
import { Button } from "../../parts/Button.tsx";
import { Chart, type ChartMark, type ChartSeries } from "../../parts/Chart.tsx";
import { Dialog } from "../../parts/Dialog.tsx";
import { TextField } from "../../parts/fields.tsx";
import { Mark } from "../../parts/marks.tsx";
import { Name } from "../../parts/Name.tsx";
import { tell } from "../../parts/notices.tsx";
import { Ready } from "../../parts/states.tsx";
import { When } from "../../parts/time.tsx";
import { drawnMark, trendPath } from "../../parts/verdict.ts";
import { formatDay, formatFigure, formatNumber } from "../../words/format.ts";
import { t, wordOf } from "../../words/words.ts";
import { useChart } from "./charted.ts";
import {
  figureMarks,
  figureOf,
  figureName,
  spansOf,
  stateMark,
  wantedOf,
} from "../../parts/target_said.ts";

type Verdicts = readonly Verdict[];

// What was told of the metric, at the period in which it began.
function toldMarks(periods: readonly TargetPeriod[], verdicts: Verdicts): ChartMark[] {
  return verdicts.flatMap((verdict) => {
    const { start, crossed, kind } = verdict;
    const at = periods.findIndex(({ from, until }) => from <= start && start < until);
    return at < 0 || crossed || kind === "suspected" ? [] : [{ at, ...drawnMark(verdict) }];
  });
}

function missMarks(periods: readonly TargetPeriod[]): ChartMark[] {
  const text = wordOf("targets", "state_missed");
  return periods.flatMap(({ state }, at) =>
    state === "missed" ? [{ at, kind: "suspected" as const, text }] : [],
  );
}

function drawnOf(periods: readonly TargetPeriod[], verdicts: Verdicts): ChartSeries {
  const none = periods.map(() => null);
  const isRange = periods.some(({ upper }) => upper !== null);
  return {
    dates: periods.map(({ from }) => from),
    values: periods.map(({ value }) => value),
    centre: isRange ? none : periods.map(({ wanted }) => wanted),
    low: isRange ? periods.map(({ wanted }) => wanted) : none,
    high: isRange ? periods.map(({ upper }) => upper) : none,
    provisional: none,
    isHollow: periods.map(({ state }) => state === "not_enough"),
    marks: [...missMarks(periods), ...toldMarks(periods, verdicts)],
  };
}

function CommentDialog({
  target,
  period,
  onClose,
}: {
  target: TargetWhole;
  period: TargetPeriod;
  onClose: () => void;
}) {
  const [comment, setComment] = useState(period.comment ?? "");
  const say = useChange("comment_target", ["get_target_history"]);
  const save = () =>
    say.mutate(
      {
        params: { id: target.id },
        body: { period: period.from, comment: comment.trim() === "" ? null : comment },
      },
      { onSuccess: () => (tell(t("targets.saved")), onClose()) },
    );
  return (
    <Dialog
      title={t("targets.what_was_it_like", { date: formatDay(period.from) })}
      isOpen
      onClose={onClose}
      foot={
        <>
          <Button onPress={onClose}>{t("common.cancel")}</Button>
          <Button look="main" isDisabled={say.isPending} onPress={save}>
            {t("common.save")}
          </Button>
        </>
      }
    >
      <TextField
        label={t("targets.comment")}
        lines={3}
        value={comment}
        onChange={setComment}
        fault={say.error?.problem?.detail}
        autoFocus
      />
    </Dialog>
  );
}

function Row({
  target,
  period,
  onComment,
}: {
  target: TargetWhole;
  period: TargetPeriod;
  onComment: () => void;
}) {
  const { tone, shape, word } = stateMark(period.state, target.direction);
  const wanted = { ...period, unit: target.unit, value: period.wanted };
  const act = t(period.comment === null ? "targets.comment_add" : "common.edit");
  return (
    <tr>
      <th scope="row">{formatDay(period.from)}</th>
      <td>
        <Mark tone={tone} shape={shape}>
          {word}
        </Mark>
      </td>
      <td className="ek-number" {...figureMarks(target, period, period)}>
        {figureOf(target.unit, period)}
      </td>
      <td className="ek-number">{wantedOf(wanted)}</td>
      <td>{wordOf("targets", `grade_${period.grade}`)}</td>
      <td>
        {period.comment !== null && <span dir="auto">{period.comment} </span>}
        {period.comment_by !== null && (
          <span className="ek-quiet">
            <Name id={period.comment_by} />{" "}
          </span>
        )}
        {may("target_edit") && (
          <Button
            look="link"
            aria-label={t("targets.act_on", { act, on: formatDay(period.from) })}
            onPress={onComment}
          >
            {act}
          </Button>
        )}
      </td>
    </tr>
  );
}

const COLUMNS = ["period", "state", "value", "wanted", "grade", "comment"] as const;

function Table({ target, history }: { target: TargetWhole; history: TargetHistory }) {
  const [at, comment] = useState<TargetPeriod | null>(null);
  return (
    <>
      <div className="ek-table-frame" tabIndex={0} role="region" aria-labelledby="target-history">
        <table className="ek-table" aria-labelledby="target-history">
          <thead>
            <tr>
              {COLUMNS.map((name) => (
                <th key={name} scope="col">
                  {t(`targets.column_${name}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {[...history.data].reverse().map((period) => (
              <Row
                key={period.from}
                target={target}
                period={period}
                onComment={() => comment(period)}
              />
            ))}
          </tbody>
        </table>
      </div>
      {at !== null && <CommentDialog target={target} period={at} onClose={() => comment(null)} />}
    </>
  );
}

function Changes({ history }: { history: TargetHistory }) {
  if (history.changes.length < 2) return null;
  return (
    <details>
      <summary>{t("targets.changes")}</summary>
      <ul className="ek-targets-facts">
        {[...history.changes].reverse().map(({ revision, at, by, target }) => {
          const was = target as Parameters<typeof wantedOf>[0] | null;
          return (
            <li key={revision}>
              <When at={at} /> <Name id={by} />
              {was?.value !== undefined && `: ${wantedOf(was)}`}
            </li>
          );
        })}
      </ul>
    </details>
  );
}

function Drawn({ target, history }: { target: TargetWhole; history: TargetHistory }) {
  const chart = useChart(target.metric, target.scope.team ?? null, target.period);
  const drawn = useMemo(() => drawnOf(history.data, chart?.verdicts ?? []), [history, chart]);
  const judged = history.data.filter(({ state }) => state !== "not_enough");
  const met = judged.filter(({ state }) => state === "met").length;
  if (history.data.length === 0) return <p className="ek-quiet">{t("targets.no_history")}</p>;
  return (
    <>
      <Chart
        caption={t("targets.chart", { metric: figureName(target) })}
        sentence={t("targets.met_of", {
          met: formatNumber(met),
          spans: spansOf(target.period, judged.length),
        })}
        foot={chart && <Link href={trendPath(chart)}>{t("targets.in_trends")}</Link>}
        series={drawn}
        format={(value) => formatFigure(target.unit, value)}
      />
      <Table target={target} history={history} />
    </>
  );
}

export function History({ target }: { target: TargetWhole }) {
  const history = useAnswer("get_target_history", { params: { id: target.id } });
  return (
    <section className="ek-panel" aria-labelledby="target-history">
      <h2 id="target-history">{t("targets.history")}</h2>
      <Ready of={history}>
        {({ answer }) => (
          <>
            <Drawn target={target} history={answer} />
            <Changes history={answer} />
          </>
        )}
      </Ready>
    </section>
  );
}
