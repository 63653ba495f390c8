// StaleDialog -- somebody was faster: what has changed since, before it is done all the same.
import type { Conversation } from "../../gen/shapes.ts";
import { Button } from "../../parts/Button.tsx";
import { Dialog } from "../../parts/Dialog.tsx";
import { Name } from "../../parts/Name.tsx";
import { t, wordOf } from "../../words/words.ts";
import { stateWord } from "./acts.ts";
import { isSame, leaveIt, useQuestion } from "./stale.ts";

function Changes({ before, now }: { before: Conversation; now: Conversation }) {
  const parts = (now.counts?.parts ?? 0) - (before.counts?.parts ?? 0);
  const priority = ["none", "medium", "high", "urgent"][now.priority] ?? "none";
  return (
    <ul className="ek-stack">
      {before.state !== now.state && (
        <li>{t("inbox.now_state", { state: stateWord(now.state) })}</li>
      )}
      {before.teammate !== now.teammate && (
        <li>
          {t("inbox.now_held")}{" "}
          {now.teammate === null ? t("common.nobody") : <Name id={now.teammate} />}
        </li>
      )}
      {before.team !== now.team && (
        <li>
          {t("inbox.now_team")} {now.team === null ? t("common.none") : <Name id={now.team} />}
        </li>
      )}
      {before.priority !== now.priority && (
        <li>{t("inbox.now_priority", { priority: wordOf("common", `priority_${priority}`) })}</li>
      )}
      {parts > 0 && <li>{t("inbox.now_parts", { count: parts })}</li>}
      {isSame(before, now) && <li>{t("inbox.now_other")}</li>}
    </ul>
  );
}

export function StaleDialog() {
  const question = useQuestion();
  if (question === null) return null;
  const { before, now, again } = question;
  return (
    <Dialog
      title={t("inbox.stale_title")}
      isOpen
      onClose={leaveIt}
      foot={
        <>
          <Button onPress={leaveIt}>{t("inbox.stale_leave")}</Button>
          <Button
            look="main"
            onPress={() => {
              leaveIt();
              void again();
            }}
          >
            {t("inbox.stale_again")}
          </Button>
        </>
      }
    >
      <p>{t("inbox.stale_text")}</p>
      <Changes before={before} now={now} />
    </Dialog>
  );
}
