// TakenAway -- the conversation went to somebody else while it was open: who did it, why, and who
// has it now. What was typed is kept, and can be left there as a note for whoever has it now.
import { useEffect, useState } from "react";
import { age } from "../../feed/cache.ts";
import { call } from "../../feed/http.ts";
import { listen } from "../../feed/live.ts";
import { useNames, type Names } from "../../feed/names.ts";
import { me } from "../../feed/session.ts";
import type { ConversationId, TeammateId } from "../../gen/ids.ts";
import type { Ended } from "../../gen/enums.ts";
import type { Conversation } from "../../gen/shapes.ts";
import { Button } from "../../parts/Button.tsx";
import { Mark } from "../../parts/marks.tsx";
import { Name } from "../../parts/Name.tsx";
import { complain, tell } from "../../parts/notices.tsx";
import { t, wordOf } from "../../words/words.ts";
import { apart } from "../../why/sentences.ts";
import { draftOf, dropDraft, useDraft } from "./drafts.ts";
import { noteSeq, wasGiven } from "./seen.ts";

// Why my holding of it ended, when it was not my own doing.
export interface Taken {
  why: Ended;
  by: TeammateId | null; // null: nobody, it came about by itself
}

export function useTaken(id: ConversationId): Taken | null {
  const [taken, setTaken] = useState<Taken | null>(null);
  useEffect(() => {
    setTaken(null);
    return listen((message) => {
      if (message.kind !== "event") return;
      const { frame } = message;
      if (frame.type === "assignment.ended" && frame.conversation === id) {
        if (frame.teammate === me().id && frame.reason !== "closed" && !wasGiven(id))
          setTaken({ why: frame.reason, by: frame.actor?.teammate ?? null });
      }
      if (frame.type === "assignment.made" && frame.conversation === id) {
        if (frame.teammate === me().id) setTaken(null);
      }
    });
  }, [id]);
  return taken;
}

export function sayTaken({ why, by }: Taken, names: Names): string {
  const reason = wordOf("inbox", `ended_${why}`);
  return by === null || by === me().id
    ? t("inbox.taken_away", { why: reason })
    : t("inbox.taken_away_by", { who: apart(names.of(by)), why: reason });
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

export function TakenAway({ of, taken }: { of: Conversation; taken: Taken | null }) {
  const draft = useDraft(of.id, "message");
  const names = useNames();
  if (taken === null || of.teammate === me().id) return null;
  return (
    <div className="ek-banner" data-tone="warn" role="alert">
      <Mark tone="warn" shape="triangle">
        {sayTaken(taken, names)}
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
