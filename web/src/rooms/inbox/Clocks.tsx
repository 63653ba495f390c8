// Clocks -- each promise to the contact: which, due when, running or paused and why, kept or
// broken.
import { useAnswer } from "../../feed/cache.ts";
import type { Conversation, SlaTarget } from "../../gen/shapes.ts";
import { Deadline } from "../../parts/Deadline.tsx";
import { Mark } from "../../parts/marks.tsx";
import { t, wordOf } from "../../words/words.ts";
import { nearestTarget } from "./target.ts";

function Clock({ target }: { target: SlaTarget }) {
  const name = wordOf("inbox", `sla_${target.target}`);
  return (
    <li className="ek-row">
      <span className="ek-quiet">{name}:</span>
      {target.status === "met" ? (
        <Mark tone="good" shape="disc">
          {t("inbox.sla_met")}
        </Mark>
      ) : target.status === "paused" ? (
        <Mark tone="quiet" shape="bar">
          {target.paused_by === null
            ? t("common.due_paused")
            : wordOf("inbox", `paused_${target.paused_by}`)}
        </Mark>
      ) : target.due === null ? (
        <Mark tone="bad" shape="cross">
          {t("inbox.sla_missed")}
        </Mark>
      ) : (
        <Deadline due={target.due} />
      )}
    </li>
  );
}

export function Clocks({ of }: { of: Conversation }) {
  const targets = useAnswer("get_conversation_sla", { params: { id: of.id } }).data?.answer.targets;
  if (targets === undefined) return null;
  // A deadline that no policy gave: a person or a program set it.
  if (targets.length === 0) {
    const target = of.state === "closed" ? undefined : nearestTarget(of);
    return target === undefined ? null : (
      <div className="ek-inbox-clocks ek-small">
        <Deadline due={target} />
      </div>
    );
  }
  return (
    <ul className="ek-inbox-clocks ek-small" aria-label={t("inbox.clocks")}>
      {targets.map((target) => (
        <Clock key={`${target.policy} ${target.target}`} target={target} />
      ))}
    </ul>
  );
}
