// Row -- one conversation of the list: what it is about, who waits, since when, by when, and its
// place.
import { PenLine } from "lucide-react";
import type { ContactView, Conversation, QueueRow } from "../../gen/shapes.ts";
import { Badge, PriorityMark } from "../../parts/marks.tsx";
import { Name } from "../../parts/Name.tsx";
import { Since, When } from "../../parts/time.tsx";
import { me } from "../../feed/session.ts";
import { t } from "../../words/words.ts";
import { Channel } from "./Channel.tsx";
import { Deadline } from "../../parts/Deadline.tsx";
import { nearestTarget } from "./target.ts";
import { useDraftKinds } from "./drafts.ts";
import { stateWord } from "./acts.ts";

// Waiting, asleep until, or done: at most one of them holds.
function Standing({ of }: { of: Conversation }) {
  if (of.state === "closed") return <span>{stateWord("closed")}</span>;
  if (of.state === "snoozed")
    return of.snoozed_until === null ? (
      <span>{t("inbox.till_contact")}</span>
    ) : (
      <span>
        {t("inbox.till")} <When at={of.snoozed_until} />
      </span>
    );
  if (of.waiting_since === null) return <span>{t("inbox.answered")}</span>;
  return (
    <span>
      {t("inbox.waits")} <Since at={of.waiting_since} />
    </span>
  );
}

export function Row({
  of,
  contact,
  line,
}: {
  of: Conversation;
  contact: ContactView | undefined;
  line: QueueRow | undefined;
}) {
  const target = nearestTarget(of);
  const hasDraft = useDraftKinds(of.id).length > 0;
  return (
    <div
      className="ek-inbox-row"
      data-waits={(of.state === "open" && of.waiting_since !== null) || undefined}
    >
      <div className="ek-inbox-line">
        <span className="ek-inbox-title" dir="auto">
          {of.title ?? t("inbox.untitled")}
        </span>
        <span className="ek-inbox-when ek-small">
          <Standing of={of} />
        </span>
      </div>
      <div className="ek-inbox-line ek-small ek-quiet">
        <bdi className="ek-inbox-who">{contact?.name ?? t("inbox.unknown_contact")}</bdi>
        <Channel by={of.capacity_class} />
        {of.teammate !== null && of.teammate !== me().id && <Name id={of.teammate} />}
      </div>
      <div className="ek-inbox-line ek-small">
        {line !== undefined && (
          <Badge tone="accent">{t("inbox.place", { place: line.place })}</Badge>
        )}
        <PriorityMark priority={of.priority} />
        {target !== undefined && of.state !== "closed" && <Deadline due={target} />}
        {hasDraft && (
          <span className="ek-mark">
            <PenLine className="ek-icon" aria-hidden />
            {t("inbox.draft")}
          </span>
        )}
      </div>
    </div>
  );
}
