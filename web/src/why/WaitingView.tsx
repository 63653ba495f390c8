// WaitingView -- why a conversation waits: its place, who could take it but for what, what opens
// next, the nearest change, and how long it may take, as a range with its sample or not at all.
import { useNames, type Names } from "../feed/names.ts";
import type { Blocker, SortValue, WhyWaiting } from "../gen/shapes.ts";
import { When } from "../parts/time.tsx";
import { PriorityMark } from "../parts/marks.tsx";
import { formatLength, formatList, formatNumber, formatWhen } from "../words/format.ts";
import { t } from "../words/words.ts";
import { FactLine, Nearest, Part } from "./facts.tsx";
import { apart, levelWord, named, orderKeyWord, say, testBrief } from "./sentences.ts";

// A value of the order as people write it; nothing there sorts last.
export function SortText({ value }: { value: SortValue }) {
  const { key, value: it } = value;
  if (it === null || it === undefined || it === "")
    return <span className="ek-quiet">{t("why.no_value")}</span>;
  if (key === "priority" && typeof it === "number")
    return it === 0 ? <>{t("common.priority_none")}</> : <PriorityMark priority={it} />;
  if (typeof it === "number") return <>{formatNumber(it)}</>;
  if (key.startsWith("attribute:")) return <bdi>{String(it)}</bdi>;
  return <When at={String(it)} />;
}

function PlacePart({ waiting, names }: { waiting: WhyWaiting; names: Names }) {
  return (
    <Part title={t("why.queue_place")}>
      <p className="ek-why-lead">
        {t("why.waits_now", {
          place: formatNumber(waiting.place),
          of: formatNumber(waiting.of),
          team: named(waiting.team, names),
          team_place: formatNumber(waiting.team_place),
          team_of: formatNumber(waiting.team_of),
        })}
      </p>
      <p>
        {waiting.waiting_since === null
          ? t("why.queued_since", { at: formatWhen(waiting.queued_at) })
          : t("why.waits_since", {
              at: formatWhen(waiting.waiting_since),
            })}{" "}
        {waiting.overtaken > 0 && t("why.overtaken", { n: waiting.overtaken })}
      </p>
      {typeof waiting.held_for === "string" && (
        <p>{t("why.held_for", { name: named(waiting.held_for, names) })}</p>
      )}
      <details className="ek-why-more">
        <summary>{t("why.values")}</summary>
        <dl className="ek-why-pairs">
          {waiting.sort.map((value) => (
            <div key={value.key}>
              <dt>{say(orderKeyWord(value.key))}</dt>
              <dd>
                <SortText value={value} />
              </dd>
            </div>
          ))}
        </dl>
      </details>
    </Part>
  );
}

function people(blocker: Blocker, names: Names): string {
  const known = blocker.teammates.map((id) => apart(names.of(id)));
  const others = blocker.others ?? 0;
  const more = others > 0 && known.length > 0 ? [t("why.and_others", { n: others })] : [];
  return [...known, ...more].join(" · ");
}

function BlockerLines({ blockers, names }: { blockers: readonly Blocker[]; names: Names }) {
  return (
    <ul>
      {blockers.map((blocker) => (
        <FactLine
          key={blocker.test}
          outcome="blocked"
          name={t("why.blocker", {
            test: say(testBrief(blocker.test)),
            n: blocker.teammates.length + (blocker.others ?? 0),
          })}
        >
          {people(blocker, names)}
        </FactLine>
      ))}
    </ul>
  );
}

function EstimatePart({ waiting }: { waiting: WhyWaiting }) {
  const { estimate, estimate_refused: refused } = waiting;
  if (estimate === null && refused === null) return null;
  return (
    <Part title={t("why.estimate")}>
      {estimate === null ? (
        <p>{t(refused === "stranded" ? "why.estimate_stranded" : "why.estimate_too_few")}</p>
      ) : (
        <p>
          {t("why.estimate_range", {
            low: formatLength(estimate.low_ms),
            high: formatLength(estimate.high_ms),
          })}{" "}
          <span className="ek-quiet">{t("why.estimate_sample", { n: estimate.sample })}</span>
        </p>
      )}
    </Part>
  );
}

export function WaitingView({ waiting }: { waiting: WhyWaiting }) {
  const names = useNames();
  const { next_level: next } = waiting;
  return (
    <div className="ek-why">
      <PlacePart {...{ waiting, names }} />
      <Part title={t("why.blockers")}>
        {waiting.stranded && <p>{t("why.stranded")}</p>}
        {waiting.blockers.length === 0 ? (
          <p>{t("why.no_blockers")}</p>
        ) : (
          <BlockerLines blockers={waiting.blockers} names={names} />
        )}
      </Part>
      <Part title={t("why.next_opens")}>
        <p>
          {next === null
            ? t("why.next_none")
            : t("why.next_level", {
                team: named(next.team, names),
                at: formatWhen(next.at),
              })}{" "}
          <span className="ek-quiet">
            {t("why.levels_open", {
              levels: formatList(waiting.levels_open.map((level) => say(levelWord(level)))),
            })}
          </span>
        </p>
      </Part>
      <Nearest change={waiting.nearest_change} cut={waiting.nearest_change_cut} names={names} />
      <EstimatePart waiting={waiting} />
      <p className="ek-quiet ek-small">{t("why.as_of_now", { at: formatWhen(waiting.at) })}</p>
    </div>
  );
}
