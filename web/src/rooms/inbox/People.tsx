// People -- choosing whom to give it to: who is there, and with how much room, as far as one may
// see that.
import { useState } from "react";
import { ListBox, ListBoxItem } from "react-aria-components";
import { useAnswer } from "../../feed/cache.ts";
import { useNames } from "../../feed/names.ts";
import { me } from "../../feed/session.ts";
import type { TeammateView } from "../../gen/shapes.ts";
import { SearchField } from "../../parts/fields.tsx";
import { PresenceMark } from "../../parts/marks.tsx";
import { t } from "../../words/words.ts";
import { useQueue } from "./rows.ts";

const SHOWN = 100;
const ORDER = ["active", "away", "away_reassigning"];

function roomOf(person: TeammateView): string | null {
  if (!("load" in person) || person.load === undefined) return null;
  const limit = person.settings["limit"]?.effective;
  return typeof limit === "number"
    ? t("inbox.room", { load: person.load, limit })
    : t("inbox.room_open", { load: person.load });
}

export interface Person {
  id: TeammateView["id"];
  name: string;
}

function Option({ person, isOther }: { person: TeammateView; isOther: boolean }) {
  return (
    <ListBoxItem id={person.id} textValue={person.name} className="ek-item">
      <bdi className="ek-inbox-choice">{person.name}</bdi>
      {isOther && <span className="ek-quiet ek-small">{t("inbox.other_team")}</span>}
      {roomOf(person) !== null && <span className="ek-number">{roomOf(person)}</span>}
      <PresenceMark presence={person.presence ?? "away"} />
    </ListBoxItem>
  );
}

// team: whose members come first.
export function People({
  label,
  team,
  value,
  onChange,
  withMe,
}: {
  label: string;
  team: string | null;
  value: string | null;
  onChange: (person: Person) => void;
  withMe: boolean;
}) {
  const [typed, setTyped] = useState("");
  const q = typed.trim();
  const found = useAnswer(
    "list_teammates",
    {
      query: {
        limit: SHOWN,
        sort: "name",
        include: ["load", "presence"],
        active: true,
        ...(q === "" ? {} : { q }),
      },
    },
    { keep: true },
  ).data?.answer.data;
  const isOf = (person: TeammateView) => person.memberships.some((each) => each.team === team);
  const rank = (person: TeammateView) =>
    (isOf(person) ? 0 : 10) + ORDER.indexOf(person.presence ?? "away");
  const people = [...(found ?? [])]
    .filter((person) => withMe || person.id !== me().id)
    .sort((a, b) => rank(a) - rank(b));
  return (
    <div className="ek-stack">
      <SearchField label={t("inbox.find_person")} value={typed} onChange={setTyped} />
      <ListBox
        className="ek-list ek-inbox-choices"
        aria-label={label}
        items={people}
        selectionMode="single"
        disallowEmptySelection
        selectedKeys={value === null ? [] : [value]}
        onSelectionChange={(keys) => {
          const id = keys === "all" ? undefined : [...keys][0];
          const person = people.find((each) => each.id === id);
          if (person !== undefined) onChange(person);
        }}
        renderEmptyState={() => <p className="ek-quiet">{t("common.no_match")}</p>}
      >
        {(person) => <Option person={person} isOther={team !== null && !isOf(person)} />}
      </ListBox>
    </div>
  );
}

export function Teams({
  label,
  value,
  onChange,
  but,
}: {
  label: string;
  value: string | null;
  onChange: (team: Person["id"] | string) => void;
  but: string | null;
}) {
  const names = useNames();
  const queue = useQueue(true);
  const waiting = new Map<string, number>();
  for (const row of queue.values()) waiting.set(row.team, (waiting.get(row.team) ?? 0) + 1);
  return (
    <ListBox
      className="ek-list ek-inbox-choices"
      aria-label={label}
      items={names.teams.filter((team) => team.id !== but)}
      selectionMode="single"
      disallowEmptySelection
      selectedKeys={value === null ? [] : [value]}
      onSelectionChange={(keys) => {
        const id = keys === "all" ? undefined : [...keys][0];
        if (id !== undefined) onChange(String(id));
      }}
    >
      {(team) => (
        <ListBoxItem id={team.id} textValue={team.name} className="ek-item">
          <bdi className="ek-inbox-choice">{team.name}</bdi>
          {waiting.has(team.id) && (
            <span className="ek-quiet ek-small">
              {t("inbox.waiting", { count: waiting.get(team.id) ?? 0 })}
            </span>
          )}
        </ListBoxItem>
      )}
    </ListBox>
  );
}
