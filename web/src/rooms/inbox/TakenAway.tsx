// TakenAway -- the conversation went to somebody else while it was open: to whom and why. What
// was typed is kept, and can be left there as a note for whoever has it now.
import { useEffect, useState } from "react";
import { age } from "../../feed/cache.ts";
import { call } from "../../feed/http.ts";
import { listen } from "../../feed/live.ts";
import { me } from "../../feed/session.ts";
import type { ConversationId } from "../../gen/ids.ts";
import type { Ended } from "../../gen/enums.ts";
import type { Conversation } from "../../gen/shapes.ts";
import { Button } from "../../parts/Button.tsx";
import { Mark } from "../../parts/marks.tsx";
import { Name } from "../../parts/Name.tsx";
import { complain, tell } from "../../parts/notices.tsx";
import { t, wordOf } from "../../words/words.ts";
import { draftOf, dropDraft, useDraft } from "./drafts.ts";
import { noteSeq, wasGiven } from "./seen.ts";

// Why my holding of it ended, when it was not my own doing.
export function useTaken(id: ConversationId): Ended | null {
  const [why, setWhy] = useState<Ended | null>(null);
  useEffect(() => {
    setWhy(null);
    return listen((message) => {
      if (message.kind !== "event") return;
      const { frame } = message;
      if (frame.type === "assignment.ended" && frame.conversation === id) {
        if (frame.teammate === me().id && frame.reason !== "closed" && !wasGiven(id))
          setWhy(frame.reason);
      }
      if (frame.type === "assignment.made" && frame.conversation === id) {
        if (frame.teammate === me().id) setWhy(null);
      }
    });
  }, [id]);
  return why;
}

async function leaveAsNote(id: ConversationId): Promise<void> {
  const { text } = draftOf(id, "message");
  try {
    const { answer } = await call("create_part", {
      params: { id },
      body: { kind: "note", text: `${t("inbox.draft_was")}\n\n${text}` },
    });
    noteSeq(id, answer.seq);
    dropDraft(id, "message");
    age(["list_parts"]);
    tell(t("inbox.draft_left"));
  } catch (error) {
    complain(error as Error);
  }
}

export function TakenAway({ of, why }: { of: Conversation; why: Ended | null }) {
  const draft = useDraft(of.id, "message");
  if (why === null || of.teammate === me().id) return null;
  return (
    <div className="ek-banner" data-tone="warn" role="alert">
      <Mark tone="warn" shape="triangle">
        {t("inbox.taken_away", { why: wordOf("inbox", `ended_${why}`) })}
      </Mark>
      <span>
        {t("inbox.now_held")}{" "}
        {of.teammate === null ? t("common.nobody") : <Name id={of.teammate} />}
      </span>
      {draft.text !== "" && (
        <>
          <span>{t("inbox.draft_kept")}</span>
          <Button onPress={() => void leaveAsNote(of.id)}>{t("inbox.draft_leave")}</Button>
        </>
      )}
    </div>
  );
}

// What was typed into a conversation that one sees no more.
export function LostDraft({ id }: { id: ConversationId }) {
  const { text } = useDraft(id, "message");
  if (text === "") return null;
  const copy = () =>
    navigator.clipboard
      .writeText(text)
      .then(() => tell(t("common.copied")))
      .catch((error: unknown) => complain(error as Error));
  return (
    <section className="ek-panel" aria-label={t("inbox.draft")}>
      <h3>{t("inbox.draft_kept")}</h3>
      <p className="ek-inbox-text" dir="auto">
        {text}
      </p>
      <div className="ek-row">
        <Button onPress={() => void copy()}>{t("common.copy")}</Button>
        <Button onPress={() => dropDraft(id, "message")}>{t("common.delete")}</Button>
      </div>
    </section>
  );
}
