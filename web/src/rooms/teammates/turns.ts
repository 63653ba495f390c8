// turns -- who gets the next one in the teams that the reader leads, and why the others do not:
// read once for each team, and told to the dots of the rows on screen alone, so that no row is
// drawn again for it. Teams of hundreds are left out: their answers are long, and change with
// every conversation.
import { useEffect, useMemo, useSyncExternalStore } from "react";
import { useQueries } from "@tanstack/react-query";
import { keyOf } from "../../feed/cache.ts";
import { call } from "../../feed/http.ts";
import { me } from "../../feed/session.ts";
import type { TeamId } from "../../gen/ids.ts";
import type { TeamTurn } from "../../gen/shapes.ts";

const MOST_TEAMS = 12;
const MOST_MEMBERS = 200;

let known: ReadonlyMap<string, ReadonlyMap<string, TeamTurn>> = new Map();
const watchers = new Set<() => void>();

function put(next: typeof known): void {
  known = next;
  for (const watcher of watchers) watcher();
}

function watch(watcher: () => void): () => void {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}

export function useTurnsOf(teams: readonly { id: string; members: number }[]): void {
  const led = useMemo(() => {
    const mine = new Set<string>(me().teams.flatMap(({ team, leads }) => (leads ? [team] : [])));
    return teams
      .filter(({ id, members }) => mine.has(id) && members <= MOST_MEMBERS)
      .slice(0, MOST_TEAMS)
      .map(({ id }) => id as TeamId);
  }, [teams]);
  const answers = useQueries({
    queries: led.map((id) => ({
      queryKey: keyOf("get_team_turns", { params: { id } }),
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        call("get_team_turns", { params: { id }, signal }),
    })),
    combine: (all) => all.map(({ data }) => data?.answer),
  });
  useEffect(() => {
    put(
      new Map(
        answers.flatMap((answer) =>
          answer === undefined
            ? []
            : [
                [
                  answer.team as string,
                  new Map(answer.teammates.map((turn) => [turn.teammate as string, turn])),
                ],
              ],
        ),
      ),
    );
  }, [answers]);
}

// In each of these teams, as far as it is known.
export function useTurnsIn(
  teammate: string,
  teams: readonly string[],
): readonly { team: string; turn: TeamTurn }[] {
  const now = useSyncExternalStore(watch, () => known);
  return teams.flatMap((team) => {
    const turn = now.get(team)?.get(teammate);
    return turn === undefined ? [] : [{ team, turn }];
  });
}
