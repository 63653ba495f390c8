// Header -- title, state, priority, team, who holds it, tags, the clocks, and why it is where it
// is.
import { useState } from "react";
import { Pencil } from "lucide-react";
import { useAnswer } from "../../feed/cache.ts";
import type { TeamId } from "../../gen/ids.ts";
import type { Conversation } from "../../gen/shapes.ts";
import { Button, IconButton } from "../../parts/Button.tsx";
import { TextField } from "../../parts/fields.tsx";
import { Badge, PriorityMark } from "../../parts/marks.tsx";
import { Menu } from "../../parts/Menu.tsx";
import { Name } from "../../parts/Name.tsx";
import { When } from "../../parts/time.tsx";
import { WhyAssignedTo, WhyWaiting } from "../../why/Why.tsx";
import { t } from "../../words/words.ts";
import { editIt, stateWord } from "./acts.ts";
import { Channel } from "./Channel.tsx";
import { Clocks } from "./Clocks.tsx";
import { HEADING_ID } from "./field.ts";
import type { Standing } from "./rights.ts";

const PRIORITIES = ["none", "medium", "high", "urgent"] as const;

function Title({ of, canEdit }: { of: Conversation; canEdit: boolean }) {
  const [typed, setTyped] = useState<string | null>(null);
  const shown = of.title ?? t("inbox.untitled");
  if (typed === null)
    return (
      <>
        <h2 id={HEADING_ID} tabIndex={-1} dir="auto" className="ek-inbox-heading">
          {shown}
        </h2>
        {canEdit && (
          <IconButton label={t("inbox.title_edit")} onPress={() => setTyped(of.title ?? "")}>
            <Pencil className="ek-icon" aria-hidden />
          </IconButton>
        )}
      </>
    );
  const save = () => {
    setTyped(null);
    const title = typed.trim() === "" ? null : typed.trim();
    if (title !== (of.title ?? null)) void editIt(of, { title }, { title: of.title ?? null });
  };
  return (
    <form
      className="ek-inbox-title-form"
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      <h2 id={HEADING_ID} tabIndex={-1} className="ek-hidden">
        {shown}
      </h2>
      <TextField
        label={t("inbox.title")}
        isLabelHidden
        autoFocus
        value={typed}
        onChange={setTyped}
        onKeyDown={(event) => event.key === "Escape" && setTyped(null)}
      />
      <Button type="submit">{t("common.save")}</Button>
    </form>
  );
}

function PriorityMenu({ of }: { of: Conversation }) {
  const now = PRIORITIES[of.priority] ?? "none";
  return (
    <Menu
      look="plain"
      label={
        of.priority === 0
          ? t("inbox.no_priority")
          : t("inbox.priority_is", { priority: t(`common.priority_${now}`) })
      }
      button={of.priority === 0 ? t("inbox.no_priority") : <PriorityMark priority={of.priority} />}
      entries={PRIORITIES.map((name, priority) => ({
        id: name,
        label: t(`common.priority_${name}`),
        onAction: () => {
          if (priority !== of.priority) void editIt(of, { priority }, { priority: of.priority });
        },
      }))}
    />
  );
}

function State({ of }: { of: Conversation }) {
  if (of.state === "open") return null;
  return (
    <Badge tone={of.state === "closed" ? "good" : "warn"}>
      {stateWord(of.state)}
      {of.state === "snoozed" &&
        (of.snoozed_until === null ? (
          <> · {t("inbox.till_contact")}</>
        ) : (
          <>
            {" "}
            · <When at={of.snoozed_until} />
          </>
        ))}
    </Badge>
  );
}

// Why it is mine, theirs, or still waits.
export function WhyHere({ of, standing }: { of: Conversation; standing: Standing }) {
  const team = useAnswer(
    "get_team",
    { params: { id: of.team as TeamId } },
    { enabled: of.team !== null },
  ).data?.answer;
  const waits = of.state === "open" && of.teammate === null && team?.method === "balanced";
  if (waits) return <WhyWaiting conversation={of.id} label={t("inbox.why_waits")} />;
  if (of.teammate === null || (of.counts?.assignments ?? 0) === 0) return null;
  return (
    <WhyAssignedTo
      conversation={of.id}
      teammate={of.teammate}
      {...(standing.holds ? { label: t("inbox.why_me") } : {})}
    />
  );
}

export function Header({ of, standing }: { of: Conversation; standing: Standing }) {
  return (
    <header className="ek-inbox-header">
      <div className="ek-inbox-title-line">
        <Title of={of} canEdit={standing.serves} />
      </div>
      <div className="ek-row ek-small">
        <State of={of} />
        {standing.serves ? <PriorityMenu of={of} /> : <PriorityMark priority={of.priority} />}
        <Channel by={of.capacity_class} />
        <span>
          <span className="ek-quiet">{t("common.team")}:</span>{" "}
          {of.team === null ? t("common.none") : <Name id={of.team} />}
        </span>
        <span>
          <span className="ek-quiet">{t("inbox.holder")}:</span>{" "}
          {of.teammate === null ? t("common.nobody") : <Name id={of.teammate} />}
        </span>
      </div>
      <Clocks of={of} />
    </header>
  );
}
