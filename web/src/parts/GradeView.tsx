// GradeView -- whether a target can be met, in words: how likely, how often it was met before, what
// would be met three times in four, and how likely all periods of a year are.
import type { ReactNode } from "react";
import type { TargetGrade } from "../gen/shapes.ts";
import { Mark } from "./marks.tsx";
import { formatFigure, formatNumber } from "../words/format.ts";
import { t, wordOf } from "../words/words.ts";
import { chanceOf, formatChance, gradeMark, spansOf, type Period } from "./target_said.ts";

function Seen({ grade, period }: { grade: TargetGrade; period: Period }) {
  const seen = grade.share_met;
  if (seen === null) return null;
  return (
    <li>
      {t("targets.seen", {
        met: formatNumber(seen.numerator),
        spans: spansOf(period, seen.denominator),
        low: formatFigure("share", seen.low),
        high: formatFigure("share", seen.high),
      })}
      {grade.differs && ` ${t("targets.differs")}`}
    </li>
  );
}

export function GradeMark({ grade }: { grade: TargetGrade }) {
  const { tone, shape, word } = gradeMark(grade);
  return (
    <Mark tone={tone} shape={shape}>
      {word}
    </Mark>
  );
}

export function GradeView({
  grade,
  period,
  offer,
}: {
  grade: TargetGrade;
  period: Period;
  offer?: ReactNode;
}) {
  return (
    <div className="ek-stack">
      <p className="ek-targets-grade">
        <strong>
          <GradeMark grade={grade} />
        </strong>{" "}
        {grade.p === null ? wordOf("targets", `why_${grade.why}`) : chanceOf(grade.p, period)}
      </p>
      <ul className="ek-targets-facts">
        <Seen grade={grade} period={period} />
        {grade.running.map(({ periods, p }) => (
          <li key={periods}>
            {t("targets.running", { spans: spansOf(period, periods), share: formatChance(p) })}
          </li>
        ))}
        {grade.cpk !== null && grade.cp !== null && (
          <li>
            {t("targets.capability", {
              cp: formatFigure("points", grade.cp),
              cpk: formatFigure("points", grade.cpk),
            })}
          </li>
        )}
        {grade.trial && (
          <li>{t(grade.grade === "unknown" ? "targets.trial_unknown" : "targets.trial")}</li>
        )}
      </ul>
      {offer}
    </div>
  );
}
