// chat_said -- a chat inbox's fields in words, for when two people changed the same one.
import type { Names } from "../../feed/names.ts";
import type { Said } from "../../feed/met.ts";
import { LANGUAGES as SPOKEN } from "../../words/guest.ts";
import { t, wordOf } from "../../words/words.ts";
import { bodyOf, LANGUAGES, NONE, type Draft } from "./chat_draft.ts";

const yes = (is: boolean) => t(is ? "common.yes" : "common.no");
const spoken = (id: string) => SPOKEN.find((each) => each.id === id)?.name ?? id;

/** Every field, always in the same order. */
export function saidOf(draft: Draft, names: Names): readonly Said[] {
  const { name, sites, greeting } = bodyOf(draft);
  const greetings = LANGUAGES.map((each) => ({
    label: `${t("chat.greeting")}: ${wordOf("chat", `language_${each}`)}`,
    said: greeting?.[each] ?? "",
  }));
  const team = draft.team === NONE ? t("chat.team_default") : names.of(draft.team);
  return [
    { label: t("chat.name"), said: name },
    { label: t("chat.team"), said: team },
    { label: t("chat.sites"), said: sites?.join("\n") ?? "" },
    { label: t("chat.languages"), said: draft.languages.map(spoken).join(", ") },
    ...greetings,
    { label: t("chat.ask_address"), said: yes(draft.ask_address) },
    { label: t("chat.survey"), said: yes(draft.survey) },
  ];
}
