// Unblock -- "Work waits, people are free": what stands on both sides, and the smallest edits that
// would free work. Each is looked at before it is done.
import { useState } from "react";
import { useQueries } from "@tanstack/react-query";
import { keyOf } from "../../feed/cache.ts";
import { call, type Refusal } from "../../feed/http.ts";
import { useNames } from "../../feed/names.ts";
import type {
  Unblock as Unblocked,
  UnblockPerson,
  UnblockRow,
  UnblockWay,
} from "../../gen/shapes.ts";
import { Button } from "../../parts/Button.tsx";
import { Fault, Loading } from "../../parts/states.tsx";
import { say, testBrief } from "../../why/sentences.ts";
import { formatNumber } from "../../words/format.ts";
import { t } from "../../words/words.ts";
import type { Scope } from "./scope.ts";
import { TryEdits, useWayWords } from "./TryEdits.tsx";

const FEW = 5;
const MOST_TEAMS = 12;

// What the answers for several teams say together. Ways in the API's order: most freed, fewest
// touched.
export function together(answers: readonly Unblocked[]): {
  waiting: UnblockRow[];
  total: number;
  people: UnblockPerson[];
  ways: UnblockWay[];
  cut: boolean;
} {
  const people = new Map(answers.flatMap(({ people: each }) => each.map((p) => [p.teammate, p])));
  const ways = new Map(
    answers.flatMap((answer) => answer.ways.map((way) => [JSON.stringify(way.changes), way])),
  );
  return {
    waiting: answers.flatMap(({ waiting }) => waiting),
    total: answers.reduce((sum, each) => sum + each.waiting_total, 0),
    people: [...people.values()],
    ways: [...ways.values()].sort((a, b) => b.moved - a.moved || a.people - b.people),
    cut: answers.some(({ cut }) => cut),
  };
}

function useUnblock(scope: Scope) {
  const asked = scope.isWhole ? [undefined] : scope.teams.slice(0, MOST_TEAMS).map(({ id }) => id);
  const queries = useQueries({
    queries: asked.map((team) => {
      const told = team === undefined ? {} : { query: { team } };
      return {
        queryKey: keyOf("explain_unblock", told),
        queryFn: ({ signal }: { signal: AbortSignal }) =>
          call("explain_unblock", { ...told, signal }),
      };
    }),
  });
  const answers = queries.flatMap(({ data }) => (data === undefined ? [] : [data.answer]));
  const failed = queries.find(({ error, data }) => error !== null && data === undefined);
  return {
    found: answers.length === asked.length ? together(answers) : null,
    error: (failed?.error ?? null) as Refusal | null,
    retry: () => queries.forEach(({ refetch }) => void refetch()),
  };
}

// What holds the waiting work, the commonest first: each test with how many conversations meet it.
export function blockersOf(
  waiting: readonly UnblockRow[],
): [UnblockRow["blockers"][number]["test"], number][] {
  const counts = new Map<UnblockRow["blockers"][number]["test"], number>();
  for (const { blockers } of waiting)
    for (const { test } of blockers) counts.set(test, (counts.get(test) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1]);
}

function Free({ people }: { people: readonly UnblockPerson[] }) {
  const names = useNames();
  const [isAll, showAll] = useState(false);
  if (people.length === 0) return <p className="ek-quiet">{t("live.nobody_free")}</p>;
  return (
    <>
      <ul className="ek-live-list">
        {people.slice(0, isAll ? undefined : FEW).map((person) => (
          <li key={person.teammate} className="ek-live-move">
            <bdi>{names.of(person.teammate)}</bdi>
            <span>
              {person.limit === null
                ? t("live.no_limit")
                : t("live.n_free", { n: person.limit - person.load })}
            </span>
            <span className="ek-quiet">
              {person.blockers
                .map(({ test, count }) => t("live.of_n", { what: say(testBrief(test)), n: count }))
                .join(" · ")}
            </span>
          </li>
        ))}
      </ul>
      {!isAll && people.length > FEW && (
        <Button look="link" onPress={() => showAll(true)}>
          {t("common.more")}
        </Button>
      )}
    </>
  );
}

function Ways({ ways, cut }: { ways: readonly UnblockWay[]; cut: boolean }) {
  const [looked, look] = useState<UnblockWay | null>(null);
  const [isAll, showAll] = useState(false);
  const wordsOf = useWayWords();
  if (ways.length === 0) return <p className="ek-quiet">{t("live.no_way")}</p>;
  return (
    <>
      <ul className="ek-live-list">
        {ways.slice(0, isAll ? undefined : FEW).map((way) => (
          <li key={JSON.stringify(way.changes)} className="ek-live-move">
            <span className="ek-live-grow">{wordsOf(way)}</span>
            <span className="ek-quiet">{t("live.would_free", { n: way.moved })}</span>
            <Button onPress={() => look(way)} aria-label={t("live.look_at", { way: wordsOf(way) })}>
              {t("live.look")}
            </Button>
          </li>
        ))}
      </ul>
      {!isAll && ways.length > FEW && (
        <Button look="link" onPress={() => showAll(true)}>
          {t("common.more")}
        </Button>
      )}
      {cut && <p className="ek-quiet ek-small">{t("live.cut")}</p>}
      {looked !== null && <TryEdits way={looked} onClose={() => look(null)} />}
    </>
  );
}

export function Unblock({ scope }: { scope: Scope }) {
  const { found, error, retry } = useUnblock(scope);
  return (
    <section className="ek-panel" aria-labelledby="live-unblock">
      <h2 id="live-unblock">{t("live.unblock")}</h2>
      {found === null && (error === null ? <Loading /> : <Fault error={error} retry={retry} />)}
      {found !== null && found.total === 0 && <p className="ek-quiet">{t("live.nothing_held")}</p>}
      {found !== null && found.total > 0 && (
        <>
          <p>
            {t("live.held_by", { n: found.total })}{" "}
            <span className="ek-quiet">
              {blockersOf(found.waiting)
                .slice(0, 3)
                .map(([test, count]) => `${say(testBrief(test))} ${formatNumber(count)}`)
                .join(" · ")}
            </span>
          </p>
          <h3>{t("live.free_people")}</h3>
          <Free people={found.people} />
          <h3>{t("live.ways")}</h3>
          <Ways ways={found.ways} cut={found.cut} />
        </>
      )}
    </section>
  );
}
