// Template -- a ready answer in a new message: found by title and text, in the language that the
// contact writes, filled in, below what is typed by then.
import { useState } from "react";
import { useAnswer } from "../../feed/cache.ts";
import { call } from "../../feed/http.ts";
import { may, me } from "../../feed/session.ts";
import type { ContactId } from "../../gen/ids.ts";
import type { ReadyAnswer } from "../../gen/shapes.ts";
import { ComboBox } from "../../parts/fields.tsx";
import { complain } from "../../parts/notices.tsx";
import { t } from "../../words/words.ts";
import { draftNow, isWriting, keepFirst } from "./begin.ts";
import { searched } from "./slash.ts";

const SHOWN = 50; // more are found by typing

// As a reply in their latest conversation would be written: it knows, and they are not opened.
async function languageOf(contact: ContactId | null): Promise<string> {
  const own = me().language;
  if (contact === null || !may("conversation_find")) return own;
  const query = { contact, limit: 1, sort: "-started" as const };
  const { answer } = await call("list_conversations", { query });
  const id = answer.data[0]?.id;
  if (id === undefined) return own;
  const found = await call("find_ready_answers", { params: { id }, query: {} });
  return found.answer.language ?? own;
}

// In that language if it has it, else in the first that it has.
function textOf({ texts }: ReadyAnswer, tag: string): string {
  const language = tag.split("-")[0] as keyof typeof texts;
  return texts[language] ?? texts.en ?? texts.ko ?? texts.ar ?? "";
}

// What is typed, or to whom it goes, may change while the server fills it in.
async function putIn(row: ReadyAnswer): Promise<void> {
  const contact = draftNow().contact?.id ?? null;
  const text = textOf(row, await languageOf(contact));
  const { answer } = await call("preview_ready_answer", { body: { text, contact } });
  const draft = draftNow();
  if (!isWriting()) return;
  if ((draft.contact?.id ?? null) !== contact) return putIn(row);
  const { id, version } = row;
  keepFirst({
    text: draft.text === "" ? answer.text : `${draft.text}\n\n${answer.text}`,
    ready: [...draft.ready.filter((each) => each.id !== id), { id, version }],
  });
}

export function Template() {
  const [turn, setTurn] = useState(0); // the field is empty again after each choice
  const [typed, type] = useState("");
  const q = searched(typed);
  const query = { limit: SHOWN, sort: "title" as const, archived: false };
  const told = { query: q === "" ? query : { ...query, q } };
  const rows = useAnswer("list_ready_answers", told, { keep: true }).data?.answer.data ?? [];
  const choose = (id: string) => {
    const row = rows.find((each) => each.id === id);
    if (row === undefined) return;
    type("");
    setTurn(turn + 1);
    putIn(row).catch((error: unknown) => complain(error as Error));
  };
  if (rows.length === 0 && typed === "") return null;
  return (
    <ComboBox
      key={turn}
      label={t("ready.insert")}
      choices={rows.map((row) => ({ id: row.id, label: row.title }))}
      value={null}
      onChange={choose}
      onType={type}
      none={t("ready.nothing")}
    />
  );
}
