// ChatConflict -- two people changed the same chat inbox: what differs, as it is now and as one
// wanted it; whoever comes second chooses.
import { useNames } from "../../feed/names.ts";
import { BothSides, ConflictWays } from "../../parts/Conflict.tsx";
import { LANGUAGES as SPOKEN } from "../../words/guest.ts";
import { t, wordOf } from "../../words/words.ts";
import { bodyOf, LANGUAGES, NONE, type Draft } from "./chat_draft.ts";

interface Row {
  label: string;
  said: string;
}

const yes = (is: boolean) => t(is ? "common.yes" : "common.no");
const spoken = (id: string) => SPOKEN.find((each) => each.id === id)?.name ?? id;

/** Every field in words, always in the same order. */
function rowsOf(draft: Draft, nameOf: (team: string) => string): Row[] {
  const { name, sites, greeting } = bodyOf(draft);
  const greetings = LANGUAGES.map((each) => ({
    label: `${t("chat.greeting")}: ${wordOf("chat", `language_${each}`)}`,
    said: greeting?.[each] ?? t("common.none"),
  }));
  return [
    { label: t("chat.name"), said: name },
    { label: t("chat.team"), said: nameOf(draft.team) },
    { label: t("chat.sites"), said: sites?.join("\n") || t("common.none") },
    { label: t("chat.languages"), said: draft.languages.map(spoken).join(", ") },
    ...greetings,
    { label: t("chat.ask_address"), said: yes(draft.ask_address) },
    { label: t("chat.survey"), said: yes(draft.survey) },
  ];
}

function Side({ rows }: { rows: readonly Row[] }) {
  return (
    <dl>
      {rows.map(({ label, said }) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd dir="auto" className="ek-settings-lines">
            {said}
          </dd>
        </div>
      ))}
    </dl>
  );
}

interface Props {
  theirs: Draft;
  mine: Draft;
  onTheirs: () => void;
  onMine: () => void;
}

export function ChatConflict({ theirs, mine, onTheirs, onMine }: Props) {
  const { teams } = useNames();
  const nameOf = (id: string) =>
    id === NONE
      ? t("chat.team_default")
      : (teams.find((each) => each.id === id)?.name ?? t("common.none"));
  const now = rowsOf(theirs, nameOf);
  const wanted = rowsOf(mine, nameOf);
  const differs = (_: Row, i: number) => now[i]?.said !== wanted[i]?.said;
  return (
    <div className="ek-settings-conflict ek-settings-differ" role="alert">
      <p>{t("common.conflict")}</p>
      <BothSides
        theirs={<Side rows={now.filter(differs)} />}
        mine={<Side rows={wanted.filter(differs)} />}
        by={null}
      />
      <div className="ek-row">
        <ConflictWays onTheirs={onTheirs} onMine={onMine} />
      </div>
    </div>
  );
}
