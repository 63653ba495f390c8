// Score -- what the answers come to: the figure with its interval, and of how many; too few are
// said to be too few. Of this survey alone; what others asked in the same form stands beside it.
import { useAnswer } from "../../feed/cache.ts";
import type { Figure, Figures, Survey } from "../../gen/shapes.ts";
import { answersTo, type FigureAsked } from "../../parts/figure.ts";
import { Measured } from "../../parts/Measured.tsx";
import { Ready } from "../../parts/states.tsx";
import { formatFigure } from "../../words/format.ts";
import { t, wordOf } from "../../words/words.ts";

const DAYS = 90;
const NPS_GOOD = 50;

// Named only when the whole interval lies in it.
function bandOf(figure: Figure): string | null {
  if (figure.high !== null && figure.high < 0) return t("surveys.band_investigate");
  return figure.low !== null && figure.low >= NPS_GOOD ? t("surveys.band_good") : null;
}

function Value({
  figures,
  figure,
  asked,
}: {
  figures: Figures;
  figure: Figure;
  asked: FigureAsked;
}) {
  const { unit } = figures;
  const { value, low, high, n } = figure;
  const band = figures.metric.startsWith("nps") ? bandOf(figure) : null;
  return (
    <>
      {value !== null && figure.state !== "counts_only" && (
        <p className="ek-surveys-figure ek-number" {...answersTo(asked, ["value"])}>
          {formatFigure(unit, value)}
        </p>
      )}
      {value !== null && low !== null && high !== null && (
        <p {...answersTo(asked, ["low", "high"])}>
          {t("surveys.between", { low: formatFigure(unit, low), high: formatFigure(unit, high) })}
          {band !== null && ` · ${band}`}
        </p>
      )}
      <p className="ek-quiet" {...answersTo(asked, ["n"])}>
        {t("surveys.from_answers", { n })}
        {n < 30 && ` · ${t("surveys.few_answers")}`}
        {figure.not_yet_known > 0 && ` · ${t("surveys.not_yet", { n: figure.not_yet_known })}`}
      </p>
      <p className="ek-row">
        <Measured
          metric={figure.metric}
          unit={unit}
          other={figure.other}
          restated={figure.restated}
          asked={asked}
        />
      </p>
    </>
  );
}

// An answer is counted when its time to change has passed, so that the figure does not move.
function nothing(notYetKnown: number): string {
  return notYetKnown > 0 ? t("surveys.maturing", { n: notYetKnown }) : t("surveys.no_answers");
}

function askedOf(survey: Survey, isAlone: boolean) {
  return {
    metric: survey.form,
    days: DAYS,
    ...(isAlone ? { survey: survey.id } : {}),
    ...(survey.team === null ? {} : { team: survey.team }),
  };
}

function useFigure(survey: Survey, isAlone: boolean) {
  return useAnswer("get_figures", { query: { by: "none", ...askedOf(survey, isAlone) } });
}

// What others asked in the same form, and what was brought in: beside it, and only if there is any.
function OfForm({ survey, n }: { survey: Survey; n: number }) {
  const figures = useFigure(survey, false).data?.answer;
  const figure = figures?.data[0];
  if (figures === undefined || figure === undefined || figure.n <= n) return null;
  return (
    <div>
      <h3>{t("surveys.figure_of_form")}</h3>
      <Value figures={figures} figure={figure} asked={askedOf(survey, false)} />
    </div>
  );
}

export function Score({ survey }: { survey: Survey }) {
  const figures = useFigure(survey, true);
  const figure = figures.data?.answer.data[0];
  return (
    <section className="ek-panel" aria-labelledby="survey-score">
      <h2 id="survey-score">{wordOf("metric", survey.form)}</h2>
      <Ready of={figures}>
        {({ answer }) =>
          figure === undefined || figure.n === 0 ? (
            <p>{nothing(figure?.not_yet_known ?? 0)}</p>
          ) : (
            <Value figures={answer} figure={figure} asked={askedOf(survey, true)} />
          )
        }
      </Ready>
      <OfForm survey={survey} n={figure?.n ?? 0} />
      <p className="ek-help">
        {wordOf("metric", `${survey.form}_means`)} {t("surveys.figure_of")}
      </p>
    </section>
  );
}
