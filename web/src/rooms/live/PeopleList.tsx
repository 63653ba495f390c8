// PeopleList -- who is there: presence and since when, load against limit as a bar and as numbers,
// the dot that says whether they get the next, and why nothing comes. No activity, no times since
// the last act, no ranking.
import { useState } from "react";
import { SlidersHorizontal } from "lucide-react";
import { useNames } from "../../feed/names.ts";
import { useAnswer } from "../../feed/cache.ts";
import { Button, IconButton } from "../../parts/Button.tsx";
import { useHand, useHeldRows } from "../../parts/held_rows.ts";
import { Badge, PresenceMark } from "../../parts/marks.tsx";
import { Since, When } from "../../parts/time.tsx";
import { TurnDot, WhyNothing } from "../../why/Why.tsx";
import { formatNumber } from "../../words/format.ts";
import { t } from "../../words/words.ts";
import { isPaused, type Board, type Person } from "./board.ts";
import { Moved } from "./Moved.tsx";
import { PersonPanel } from "./PersonPanel.tsx";
import type { TeamHere } from "./scope.ts";
import { filterPeople, useFilter } from "./Tiles.tsx";

const SHOWN = 50;

export function LoadBar({ load, limit }: { load: number; limit: number | null }) {
  const share = limit === null ? 0 : limit === 0 ? 1 : Math.min(1, load / limit);
  const isFull = limit !== null && load >= limit;
  return (
    <span className="ek-live-load" data-full={isFull || undefined}>
      <span className="ek-live-bar" aria-hidden>
        <span style={{ inlineSize: `${Math.round(share * 100)}%` }} />
      </span>
      <span className="ek-number">
        {limit === null
          ? t("live.load_unlimited", { load: formatNumber(load) })
          : t("live.load_of", {
              load: formatNumber(load),
              limit: formatNumber(limit),
            })}
        {isFull && <Badge tone="warn">{t("live.full")}</Badge>}
      </span>
    </span>
  );
}

// Names of reasons come from the API; leads see them, and the person.
export function useReasons(): (id: string | null | undefined) => string | null {
  const reasons = useAnswer("list_presence_reasons", { query: { limit: 500 } }).data?.answer.data;
  return (id) => reasons?.find((reason) => reason.id === id)?.name ?? null;
}

function State({ person }: { person: Person }) {
  const reasonOf = useReasons();
  const { state } = person;
  const reason = reasonOf(state?.reason);
  return (
    <span className="ek-live-state">
      <PresenceMark presence={person.presence} />
      {state !== null && (
        <span className="ek-quiet">
          {reason !== null && (
            <>
              <bdi>{reason}</bdi>{" "}
            </>
          )}
          {person.presence !== "active" && <Since at={state.since} />}
          {state.until !== null && state.until !== undefined && (
            <>
              {" "}
              {t("live.till")} <When at={state.until} />
            </>
          )}
        </span>
      )}
      {isPaused(person) && (
        <Badge tone="warn">
          {t("live.paused_till")} <When at={state?.enough_until ?? ""} />
        </Badge>
      )}
    </span>
  );
}

// Who is not active gets nothing anywhere: the dot alone says so, its words are spoken.
function Turns({ person, withTeam }: { person: Person; withTeam: boolean }) {
  if (person.presence !== "active") return null;
  return (
    <span className="ek-live-turns">
      {person.posts.map(({ team }) => (
        <TurnDot key={team} team={team} teammate={person.teammate} withTeam={withTeam} />
      ))}
    </span>
  );
}

function Row({
  person,
  withTeam,
  change,
}: {
  person: Person;
  withTeam: boolean;
  change: (person: Person) => void;
}) {
  const name = useNames().of(person.teammate);
  const first = person.posts[0]?.team;
  return (
    <li className="ek-live-person" data-id={person.teammate}>
      <span className="ek-live-who">
        <span className="ek-live-name">
          <bdi>{name}</bdi>
          {person.presence !== "active" && first !== undefined && (
            <TurnDot team={first} teammate={person.teammate} isBrief />
          )}
        </span>
        <State person={person} />
        <Turns person={person} withTeam={withTeam} />
      </span>
      <LoadBar load={person.load} limit={person.limit} />
      <span className="ek-live-acts">
        <WhyNothing teammate={person.teammate} about={name} />
        <IconButton label={t("live.change_of", { name })} onPress={() => change(person)}>
          <SlidersHorizontal className="ek-icon" aria-hidden />
        </IconButton>
      </span>
    </li>
  );
}

// Nobody active: who comes next and which team could help is the API's to say; what it does not say
// is left out.
function NobodyActive({ people }: { people: readonly Person[] }) {
  if (people.length === 0 || people.some(({ presence }) => presence === "active")) return null;
  return <p className="ek-live-alert">{t("live.nobody_active")}</p>;
}

export function PeopleList({ board, teams }: { board: Board; teams: readonly TeamHere[] }) {
  const [filter] = useFilter();
  const [changed, change] = useState<Person | null>(null);
  const people = filterPeople(board.people, filter, board.rows);
  const hand = useHand();
  const held = useHeldRows(people, (person) => person.teammate, hand.isHeld);
  const [isAll, showAll] = useState(false);
  const shown = held.rows.slice(0, isAll ? undefined : SHOWN);
  return (
    <section className="ek-panel ek-live-people" aria-labelledby="live-people" {...hand.watch}>
      <div className="ek-live-head">
        <h2 id="live-people" tabIndex={-1}>
          {t("live.people")}
        </h2>
        <Moved held={held} />
      </div>
      <NobodyActive people={board.people} />
      {shown.length === 0 && <p className="ek-quiet">{t("live.no_people")}</p>}
      <ul className="ek-live-list ek-live-scroll">
        {shown.map(({ row }) => (
          <Row key={row.teammate} person={row} withTeam={teams.length > 1} change={change} />
        ))}
      </ul>
      {shown.length < held.rows.length && (
        <Button look="link" onPress={() => showAll(true)}>
          {t("common.more")}
        </Button>
      )}
      {changed !== null && (
        <PersonPanel
          person={board.people.find(({ teammate }) => teammate === changed.teammate) ?? changed}
          teams={teams}
          onClose={() => change(null)}
        />
      )}
    </section>
  );
}
