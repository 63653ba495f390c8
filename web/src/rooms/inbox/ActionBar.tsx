// ActionBar -- what can be done with a conversation: by button and by key. What needs to be asked
// opens a form.
import { Ellipsis } from "lucide-react";
import type { Conversation } from "../../gen/shapes.ts";
import { Button } from "../../parts/Button.tsx";
import { keysOf, shownKeys, useKeys } from "../../parts/keys.ts";
import { Menu, type MenuEntry } from "../../parts/Menu.tsx";
import { t } from "../../words/words.ts";
import { closeIt, releaseIt, reopenIt, takeIt } from "./acts.ts";
import { AssignDialog, MoveDialog } from "./Give.tsx";
import { HandoverDialog } from "./Handover.tsx";
import type { Standing } from "./rights.ts";
import { SnoozeDialog } from "./Snooze.tsx";

export type Asking = "snooze" | "handover" | "assign" | "move" | null;

const canHandOver = (of: Conversation, { holds, leads }: Standing) =>
  (holds || leads) && of.teammate !== null && of.state !== "closed";

export function useActionKeys(of: Conversation, standing: Standing, ask: (a: Asking) => void) {
  const { serves } = standing;
  useKeys([
    {
      keys: "s",
      does: t("inbox.snooze"),
      run: () => serves && of.state !== "closed" && ask("snooze"),
    },
    {
      keys: "h",
      does: t("inbox.hand_over"),
      run: () => canHandOver(of, standing) && ask("handover"),
    },
    {
      keys: "e",
      does: of.state === "closed" ? t("inbox.reopen") : t("inbox.close"),
      run: () => serves && void (of.state === "closed" ? reopenIt(of) : closeIt(of)),
    },
  ]);
}

function Key({ keys }: { keys: string }) {
  const now = keysOf({ keys });
  return now === null ? null : <kbd className="ek-wide-only">{shownKeys(now)}</kbd>;
}

function more(of: Conversation, { holds, leads }: Standing, ask: (a: Asking) => void) {
  const entries: MenuEntry[] = [];
  const add = (id: string, label: string, onAction: () => void) =>
    entries.push({ id, label, onAction });
  if (leads && !holds && of.teammate !== null) add("take", t("inbox.take"), () => void takeIt(of));
  if (leads) add("assign", t("inbox.assign"), () => ask("assign"));
  if (holds || leads) add("move", t("inbox.move"), () => ask("move"));
  if ((holds || leads) && of.teammate !== null && of.state !== "closed")
    add("release", t("inbox.release"), () => void releaseIt(of));
  return entries;
}

function Asked({ of, asking, close }: { of: Conversation; asking: Asking; close: () => void }) {
  if (asking === "snooze") return <SnoozeDialog of={of} onClose={close} />;
  if (asking === "handover") return <HandoverDialog of={of} onClose={close} />;
  if (asking === "assign") return <AssignDialog of={of} onClose={close} />;
  if (asking === "move") return <MoveDialog of={of} onClose={close} />;
  return null;
}

export function ActionBar({
  of,
  standing,
  asking,
  ask,
}: {
  of: Conversation;
  standing: Standing;
  asking: Asking;
  ask: (asking: Asking) => void;
}) {
  const { serves } = standing;
  const entries = more(of, standing, ask);
  if (!serves) return null;
  const isClosed = of.state === "closed";
  return (
    <div className="ek-inbox-actions" role="group" aria-label={t("inbox.actions")}>
      {of.teammate === null && !isClosed && (
        <Button look="main" onPress={() => void takeIt(of)}>
          {t("inbox.take")}
        </Button>
      )}
      {!isClosed && (
        <Button onPress={() => ask("snooze")}>
          {t("inbox.snooze")} <Key keys="s" />
        </Button>
      )}
      {canHandOver(of, standing) && (
        <Button onPress={() => ask("handover")}>
          {t("inbox.hand_over")} <Key keys="h" />
        </Button>
      )}
      {of.state !== "open" && (
        <Button onPress={() => void reopenIt(of)}>
          {t("inbox.reopen")} {isClosed && <Key keys="e" />}
        </Button>
      )}
      {!isClosed && (
        <Button onPress={() => void closeIt(of)}>
          {t("inbox.close")} <Key keys="e" />
        </Button>
      )}
      {entries.length > 0 && (
        <Menu
          look="plain"
          label={t("inbox.more")}
          button={<Ellipsis className="ek-icon" aria-hidden />}
          entries={entries}
        />
      )}
      <Asked of={of} asking={asking} close={() => ask(null)} />
    </div>
  );
}
