// board -- what the live board shows, put together from the API's answers: the queue in the order
// used with what each conversation says of itself, each person once with what they hold in all
// chosen teams, and the sums. Where the API gives sums alone, there are no people. The folds are
// pure.
import { useMemo } from "react";
import { useQueries } from "@tanstack/react-query";
import { keyOf, useAnswer } from "../../feed/cache.ts";
import { call, type Refusal } from "../../feed/http.ts";
import type { Level } from "../../gen/enums.ts";
import type { TeamId, TeammateId } from "../../gen/ids.ts";
import type { Presence, QueueRow, TeamLive, TeamTurn, TeamTurns } from "../../gen/shapes.ts";
import { useFacts, type Facts } from "../../why/titles.ts";
import type { TeamHere } from "./scope.ts";

const PAGE = 500;
const NONE: readonly QueueRow[] = [];
const MOST_TEAMS = 60; // more are named in the address one by one

export interface Waiting extends QueueRow {
  deadline: string | null;
  priority: number;
}

export interface Post {
  team: TeamId;
  level: Level;
  open: number;
  snoozed: number;
  turn: TeamTurn | null;
}

export interface Person {
  teammate: TeammateId;
  presence: Presence["presence"];
  load: number;
  limit: number | null;
  posts: readonly Post[];
  state: Presence | null; // since when, why, until
}

export interface Board {
  error: Refusal | null;
  isReady: boolean;
  rows: readonly Waiting[];
  total: number | null; // more than rows when the queue is longer than a page
  knowsDeadlines: boolean; // some are still being read
  people: readonly Person[];
  isSumsOnly: boolean;
  open: number | null;
  snoozed: number | null;
  waiting: number;
  unassigned: number; // those, and what stands where the method has no queue
  longestMs: number | null;
  longestAt: string | null; // since when it waits, so that it can grow by the clock
  at: string | null;
}

export function waitingRows(rows: readonly QueueRow[], facts: Facts): Waiting[] {
  return rows.map((row) => {
    const fact = facts.get(row.conversation);
    return { ...row, deadline: fact?.due ?? null, priority: fact?.priority ?? 0 };
  });
}

// Each person once, with a post for each chosen team.
export function peopleOf(
  lives: readonly TeamLive[],
  turns: readonly TeamTurns[],
  states: readonly Presence[],
): Person[] {
  const found = new Map<TeammateId, Person & { posts: Post[] }>();
  const known = new Map(states.map((state) => [state.teammate, state]));
  for (const live of lives) {
    const inTurn = turns.find(({ team }) => team === live.team)?.teammates ?? [];
    for (const row of live.teammates) {
      const post: Post = {
        team: live.team,
        level: row.level,
        open: row.open,
        snoozed: row.snoozed,
        turn: inTurn.find(({ teammate }) => teammate === row.teammate) ?? null,
      };
      const person = found.get(row.teammate);
      if (person !== undefined) person.posts.push(post);
      else
        found.set(row.teammate, {
          teammate: row.teammate,
          presence: row.presence,
          load: row.load,
          limit: row.limit,
          posts: [post],
          state: known.get(row.teammate) ?? null,
        });
    }
  }
  return [...found.values()];
}

const READY = ["active", "away", "away_reassigning"];

// Who is there first, then who gets the next, then by name.
export function inOrder(people: readonly Person[], nameOf: (id: string) => string): Person[] {
  const turn = (person: Person) =>
    Math.min(
      ...person.posts.map(({ turn: each }) =>
        each?.state === "next" ? 0 : each?.state === "in_turn" ? (each.turn ?? 1) : 1e6,
      ),
    );
  return [...people].sort(
    (a, b) =>
      READY.indexOf(a.presence) - READY.indexOf(b.presence) ||
      turn(a) - turn(b) ||
      nameOf(a.teammate).localeCompare(nameOf(b.teammate)),
  );
}

export function isPaused(person: Person): boolean {
  return (person.state?.enough_until ?? null) !== null;
}

// Room of those who are there; null: somebody there has no limit.
export function freeSlots(people: readonly Person[]): number | null {
  let free = 0;
  for (const person of people) {
    if (person.presence !== "active" || isPaused(person)) continue;
    if (person.limit === null) return null;
    free += Math.max(0, person.limit - person.load);
  }
  return free;
}

function sumOf(lives: readonly TeamLive[], pick: (live: TeamLive) => number | null): number | null {
  let sum = 0;
  for (const live of lives) {
    const value = pick(live);
    if (value === null) return null;
    sum += value;
  }
  return sum;
}

function longestOf(lives: readonly TeamLive[]): { ms: number; at: string } | null {
  let longest: { ms: number; at: string } | null = null;
  for (const { longest_wait_ms: ms, at } of lives) {
    if (ms !== null && (longest === null || ms > longest.ms))
      longest = { ms, at: new Date(Date.parse(at) - ms).toISOString() };
  }
  return longest;
}

function useEach(teams: readonly TeamHere[]): {
  lives: TeamLive[];
  turns: TeamTurns[];
  error: Refusal | null;
  isReady: boolean;
} {
  const shown = teams.slice(0, MOST_TEAMS);
  const lives = useQueries({
    queries: shown.map(({ id }) => ({
      queryKey: keyOf("get_team_live", { params: { id } }),
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        call("get_team_live", { params: { id }, signal }),
    })),
  });
  const turns = useQueries({
    queries: shown
      .filter(({ leads }) => leads)
      .map(({ id }) => ({
        queryKey: keyOf("get_team_turns", { params: { id } }),
        queryFn: ({ signal }: { signal: AbortSignal }) =>
          call("get_team_turns", { params: { id }, signal }),
      })),
  });
  const failed = lives.find(({ error, data }) => error !== null && data === undefined);
  return {
    lives: lives.flatMap(({ data }) => (data === undefined ? [] : [data.answer])),
    turns: turns.flatMap(({ data }) => (data === undefined ? [] : [data.answer])),
    error: (failed?.error ?? null) as Refusal | null,
    isReady: lives.every(({ data }) => data !== undefined),
  };
}

export function useBoard(teams: readonly TeamHere[], nameOf: (id: string) => string): Board {
  const team = teams.map(({ id }) => id);
  const queue = useAnswer(
    "list_queue",
    { query: { team, limit: PAGE, total: true } },
    { enabled: team.length > 0, keep: true },
  );
  const presence = useAnswer("list_presence", { query: { limit: PAGE } });
  const { lives, turns, error, isReady } = useEach(teams);
  const states = presence.data?.answer.data;
  const answer = queue.data?.answer;
  const waiting = answer?.data ?? NONE;
  const ids = useMemo(() => waiting.map((row) => row.conversation), [waiting]);
  const facts = useFacts(ids);
  return useMemo(() => {
    const people = inOrder(peopleOf(lives, turns, states ?? []), nameOf);
    const longest = longestOf(lives);
    return {
      error: queue.data === undefined ? (queue.error ?? error) : error,
      isReady: isReady && answer !== undefined,
      rows: waitingRows(waiting, facts),
      total: answer?.page.total ?? null,
      knowsDeadlines: waiting.length === 0 || waiting.some((row) => facts.has(row.conversation)),
      people,
      isSumsOnly: lives.length > 0 && people.length === 0,
      open: sumOf(lives, (live) => live.open),
      snoozed: sumOf(lives, (live) => live.snoozed),
      waiting: sumOf(lives, (live) => live.waiting) ?? 0,
      unassigned: sumOf(lives, (live) => live.unassigned) ?? 0,
      longestMs: longest?.ms ?? null,
      longestAt: longest?.at ?? null,
      at: lives[0]?.at ?? null,
    };
  }, [
    lives,
    turns,
    states,
    answer,
    waiting,
    facts,
    queue.data,
    queue.error,
    error,
    isReady,
    nameOf,
  ]);
}
