// TargetLine -- one target in a line: what is asked, how it stands, how likely it was, who knows
// it.
import { Link } from "wouter";
import type { Target } from "../gen/shapes.ts";
import { Mark } from "./marks.tsx";
import { Name } from "./Name.tsx";
import { formatDay } from "../words/format.ts";
import { t, wordOf } from "../words/words.ts";
import { GradeMark } from "./GradeView.tsx";
import { figureMarks, figureOf, figureName, stateMark, wantsOf } from "./target_said.ts";
import "./targets.css";

export function Standing({ target }: { target: Target }) {
  const { status } = target;
  if (status === null)
    return (
      <span className="ek-quiet">
        {wordOf("targets", `no_status_${target.why_no_status ?? "no_figure"}`)}
      </span>
    );
  const { tone, shape, word } = stateMark(status.state, target.direction);
  return (
    <span>
      <Mark tone={tone} shape={shape}>
        {word}
      </Mark>{" "}
      <span className="ek-number" {...figureMarks(target, status.period, status)}>
        {figureOf(target.unit, status)}
      </span>
    </span>
  );
}

function Known({ target }: { target: Target }) {
  const missing = target.not_yet_acknowledged.length;
  return (
    <span className="ek-quiet ek-small">
      {missing > 0
        ? t("targets.not_yet_n", { n: missing })
        : target.acknowledged.length > 0
          ? t("targets.known_by_all")
          : ""}
    </span>
  );
}

export function TargetLine({ target }: { target: Target }) {
  const { scope } = target;
  return (
    <li className="ek-targets-line">
      <span>
        <Link className="ek-targets-name" href={`/targets/${target.id}`}>
          {figureName(target)}
          {" · "}
          <Name id={scope.team ?? scope.teammate ?? null} />
        </Link>
        <br />
        {wantsOf(target)}
      </span>
      <Standing target={target} />
      <span>{target.grade !== null && <GradeMark grade={target.grade} />}</span>
      <span className="ek-targets-end">
        <Known target={target} />
        <span className="ek-quiet ek-small">
          {t("targets.review_on", { date: formatDay(target.review_date) })}
        </span>
      </span>
    </li>
  );
}
