// rows -- the teammates that match, as many as there are: the first 500 shown at once, the rest
// fetched behind; kept current by the event stream, row by row.
import { useEffect, useSyncExternalStore } from "react";
import type { EventFrame, StateFrame } from "../../gen/events.ts";
import type { TeamId } from "../../gen/ids.ts";
import type { TeammatesSort } from "../../gen/operations.ts";
import type { Where, WhereLeaf } from "../../gen/shapes.ts";
import { call, Refusal, type Answer } from "../../feed/http.ts";
import { listen } from "../../feed/live.ts";
import { paramsOf } from "./query.ts";
import { rowOf, type Row } from "./row.ts";

export interface Plan {
  words: string;
  leaves: readonly WhereLeaf[];
  levels: readonly { level: "primary" | "secondary"; teams: readonly string[] }[];
  sort: string; // as the server orders them
}

export interface Found {
  rows: readonly Row[];
  total: number | null; // null: not known yet
  isWhole: boolean; // all of them are here
  isLoading: boolean; // the first page is on its way
  where: Where | null; // the same filter for a bulk edit; null: it cannot be said there
  error: Refusal | null;
  version: number;
}

const PAGE = 500;
const VALUES_MOST = 500; // of one leaf
export const SORTED_HERE_MOST = 10_000;
const GATHER_MS = 300;
const PATCH_MS = 100;
const AGAIN_MS = 1000;
const PATIENCE = 8;

const NOTHING: Found = {
  rows: [],
  total: null,
  isWhole: false,
  isLoading: true,
  where: null,
  error: null,
  version: 0,
};

// Searches are few a second: a refusal for haste is waited out.
async function patiently<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (let turn = 0; ; turn++) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof Refusal) || error.status !== 429 || turn === PATIENCE) throw error;
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
      signal.throwIfAborted();
    }
  }
}

// Teammates have no field of levels: who serves at a level is asked of the memberships.
async function idsAtLevel(
  level: "primary" | "secondary",
  teams: readonly string[],
  signal: AbortSignal,
): Promise<string[]> {
  const ids = new Set<string>();
  let cursor = "";
  for (;;) {
    const query = {
      limit: PAGE,
      level: [level],
      team: teams as readonly TeamId[],
      ...(cursor === "" ? {} : { cursor }),
    };
    const { answer } = await patiently(() => call("list_memberships", { query, signal }), signal);
    for (const { teammate } of answer.data) ids.add(teammate);
    if (answer.page.next_cursor === null) return [...ids];
    cursor = answer.page.next_cursor;
  }
}

const idLeaves = (ids: readonly string[]): WhereLeaf[] =>
  Array.from({ length: Math.ceil(ids.length / VALUES_MOST) }, (_, index) => ({
    field: "id",
    op: "in" as const,
    value: ids.slice(index * VALUES_MOST, (index + 1) * VALUES_MOST),
  }));

export async function whereOf(plan: Plan, signal: AbortSignal): Promise<Where | "nobody"> {
  const groups: (Where | WhereLeaf)[] = [...plan.leaves];
  for (const { level, teams } of plan.levels) {
    const ids = await idsAtLevel(level, teams, signal);
    if (ids.length === 0) return "nobody";
    groups.push({ any: idLeaves(ids) });
  }
  return { all: groups };
}

type Page = Answer<"list_teammates">;

// One page. Lists are asked by parameters, which may be done often; only what parameters cannot say
// goes through the search.
async function pageOf(
  plan: Plan,
  where: Where,
  cursor: string,
  signal: AbortSignal,
): Promise<Page> {
  const paging = {
    limit: PAGE,
    sort: plan.sort as TeammatesSort,
    include: ["load", "presence"] as const,
    ...(cursor === "" ? { total: true } : { cursor }),
  };
  const ask = async (): Promise<Page> => {
    if (plan.levels.length > 0) {
      const body = { where, ...(plan.words === "" ? {} : { q: plan.words }) };
      return (await call("search_teammates", { query: paging, body, signal })).answer;
    }
    const query = { ...paging, q: plan.words, ...paramsOf(plan.leaves) };
    return (await call("list_teammates", { query, signal })).answer;
  };
  return patiently(ask, signal);
}

class Rows {
  found: Found = NOTHING;
  #plan: Plan | null = null;
  #abort: AbortController | null = null;
  #old = new Set<string>();
  #told = new Map<string, { load?: number; presence?: Row["presence"] }>();
  #patching: ReturnType<typeof setTimeout> | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;
  readonly #watchers = new Set<() => void>();

  watch = (watcher: () => void): (() => void) => {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  };

  #set(change: Partial<Found>): void {
    this.found = { ...this.found, ...change, version: this.found.version + 1 };
    for (const watcher of this.#watchers) watcher();
  }

  // Shows what the plan finds. With all rows at hand another order needs no reading.
  show(plan: Plan): void {
    const before = this.#plan;
    this.#plan = plan;
    const same = before !== null && JSON.stringify({ ...before, sort: plan.sort });
    if (same === JSON.stringify(plan) && (this.found.isWhole || before?.sort === plan.sort)) return;
    void this.#load(plan);
  }

  // What is shown stays until all of it has been read anew.
  again(): void {
    if (this.#plan !== null) void this.#load(this.#plan, this.found.isWhole);
  }

  leave(): void {
    this.#abort?.abort();
    this.#abort = null;
    this.#plan = null;
    this.found = NOTHING;
  }

  async #load(plan: Plan, isQuiet = false): Promise<void> {
    this.#abort?.abort();
    const abort = new AbortController();
    this.#abort = abort;
    if (!isQuiet) this.#set({ isLoading: true, error: null });
    try {
      const where = await whereOf(plan, abort.signal);
      if (where === "nobody")
        return this.#set({ rows: [], total: 0, isWhole: true, isLoading: false, where: null });
      await this.#pages(plan, where, isQuiet, abort.signal);
    } catch (error) {
      if (abort.signal.aborted) return;
      this.#set({
        isLoading: false,
        error: error instanceof Refusal ? error : new Refusal(0, null),
      });
    }
  }

  async #pages(plan: Plan, where: Where, isQuiet: boolean, signal: AbortSignal): Promise<void> {
    let rows: Row[] = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const page: Page = await pageOf(plan, where, cursor, signal);
      if (signal.aborted) return;
      const isFirst = cursor === "";
      rows = rows.concat(page.data.map(rowOf));
      cursor = page.page.next_cursor;
      if (isQuiet && cursor !== null) continue;
      this.#set({
        rows,
        isWhole: cursor === null,
        ...(isFirst ? { total: page.page.total, isLoading: false } : {}),
        ...(cursor === null ? { total: rows.length } : {}),
        where: plan.words === "" ? where : null,
      });
    }
  }

  // Values that a state frame says whole. After a bulk edit there is one for each of thousands of
  // people: they are taken together.
  patch(frame: StateFrame): void {
    if (!("teammate" in frame)) return;
    const values =
      frame.type === "state.load" ? { load: frame.load } : { presence: frame.presence };
    this.#told.set(frame.teammate, { ...this.#told.get(frame.teammate), ...values });
    this.#patching ??= setTimeout(() => this.#settle(), PATCH_MS);
  }

  #settle(): void {
    this.#patching = null;
    const told = this.#told;
    this.#told = new Map();
    let isChanged = false;
    const rows = this.found.rows.map((row) => {
      const { load = row.load, presence = row.presence } = told.get(row.id) ?? row;
      if (row.presence === presence && (row.isSeen || row.load === load)) return row;
      isChanged = true;
      return { ...row, presence, load: row.isSeen ? null : load };
    });
    if (isChanged) this.#set({ rows });
  }

  // These have changed: they are read again, a little later together.
  touch(ids: readonly string[]): void {
    for (const id of ids) this.#old.add(id);
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      const old = [...this.#old];
      this.#old.clear();
      if (old.length > VALUES_MOST / 2) this.again();
      else void this.refresh(old);
    }, GATHER_MS);
  }

  async refresh(ids: readonly string[]): Promise<void> {
    const plan = this.#plan;
    if (plan === null || ids.length === 0) return;
    const leaf: WhereLeaf = { field: "id", op: "in", value: ids };
    const signal = new AbortController().signal;
    try {
      const asked = { ...plan, leaves: [...plan.leaves, leaf] };
      const where = await whereOf(asked, signal);
      const page = where === "nobody" ? null : await pageOf(asked, where, "", signal);
      if (this.#plan === plan) this.#replace(ids, page?.data.map(rowOf) ?? []);
    } catch {
      // The next reading shows it.
    }
  }

  #replace(ids: readonly string[], read: readonly Row[]): void {
    const fresh = new Map(read.map((row) => [row.id, row]));
    const asked = new Set(ids);
    const kept = this.found.rows.filter((row) => !asked.has(row.id) || fresh.has(row.id));
    const rows = kept.map((row) => fresh.get(row.id) ?? row);
    const known = new Set(rows.map((row) => row.id));
    if (this.found.isWhole) rows.push(...read.filter((row) => !known.has(row.id)));
    const gone = this.found.rows.length - kept.length;
    const total = this.found.isWhole ? rows.length : (this.found.total ?? gone) - gone;
    this.#set({ rows, total });
  }
}

const rows = new Rows();

function hear(frame: EventFrame): void {
  const told = frame as unknown as { teammate?: string | null; scope?: string; id?: string };
  const group = frame.type.split(".")[0];
  if (frame.type === "settings.changed") {
    if (told.scope === "teammate" && told.id !== undefined) rows.touch([told.id]);
    else rows.again();
  } else if (group === "teammate" || group === "membership") {
    if (typeof told.teammate === "string") rows.touch([told.teammate]);
  }
}

export function useRows(plan: Plan): Found {
  const found = useSyncExternalStore(rows.watch, () => rows.found);
  const key = JSON.stringify(plan);
  useEffect(() => {
    rows.show(JSON.parse(key) as Plan);
  }, [key]);
  useEffect(() => {
    const stop = listen((message) => {
      if (message.kind === "state") rows.patch(message.frame);
      else if (message.kind === "event") hear(message.frame);
      else if (message.kind === "reset") rows.again();
    });
    return () => {
      stop();
      rows.leave();
    };
  }, []);
  return found;
}

// After a change of one's own, so that it shows at once.
export function touchRows(ids: readonly string[]): void {
  rows.touch(ids);
}

export function readRowsAgain(): void {
  rows.again();
}
