// examples_test -- the worked examples of the routing spec (section 20), driven by the real
// program.
//
// Each NAME.jsonl of tests/examples is a drive file, NAME.want what must come of it, a line each:
//   given TIME CONVERSATION TEAMMATE HOW [CHOSEN_BY [TEAM]]   all assignments, in order
//   refused TIME LINE CODE                                    all refusals, in order
//   event TIME TYPE [WORD...]                                 words: among its values
//   queue [CONVERSATION...]                                   who waits, in order
//   blocked CONVERSATION TEAMMATE TEST                        their first failed test
//   load TEAMMATE LOAD LIMIT                                  LIMIT none: unlimited
//   waits_since CONVERSATION TIME
// TIME is HH:MM or MM-DDTHH:MM. "@N " before a question asks it after the first N lines of the
// file.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { root } from "../scripts/lib/root.ts";
import { answer, drive, inFolder, run, Tally, type Assignment, type Driven } from "./program.ts";

const FOLDER = join(root(), "tests", "examples");

type Ids = Record<"conversation" | "teammate" | "team", Map<string, number>>;

/** Ids are given in the order of the lines. */
function idsOf(lines: readonly string[]): Ids {
  const ids: Ids = { conversation: new Map(), teammate: new Map(), team: new Map() };
  for (const line of lines) {
    const { cmd, ref } = JSON.parse(line) as { cmd: string; ref?: string };
    const [kind, verb] = cmd.split(".") as [keyof Ids, string];
    if (verb === "create" && ref !== undefined) ids[kind].set(ref, ids[kind].size + 1);
  }
  return ids;
}

function isAt(at: string | number, want: string): boolean {
  const text = typeof at === "number" ? new Date(at).toISOString() : at;
  return want.includes("T") ? text.slice(5, 16) === want : text.slice(11, 16) === want;
}

interface State {
  readonly tally: Tally;
  readonly name: string;
  readonly data: string;
  readonly ids: Ids;
}

interface Blocker {
  readonly test: string;
  readonly teammates: number[];
}
interface QueueRow {
  readonly conversation: number;
  readonly waiting_since: number | null;
}

function queueOf(state: State): QueueRow[] {
  const queue = answer(["queue", "--json", "--limit", "500", "--data", state.data]);
  return (queue as { rows?: QueueRow[] }).rows ?? [];
}

function nameOf(state: State, kind: keyof Ids, id: unknown): string {
  for (const [name, its] of state.ids[kind]) if (its === id) return name;
  return String(id);
}

/** The values of an event's data as words. */
function wordsOf(state: State, data: Record<string, unknown>): string[] {
  return Object.entries(data).map(([key, value]) =>
    key === "conversation" || key === "teammate" || key === "team"
      ? nameOf(state, key, value)
      : String(value));
}

interface Exported {
  readonly at: number;
  readonly type: string;
  readonly data: Record<string, unknown>;
}

function hasEvent(state: State, [time = "", type = "", ...words]: readonly string[]): unknown {
  const lines = run(["export", "--events", "--data", state.data]).stdout.trimEnd().split("\n");
  const events = lines.map((line) => JSON.parse(line) as Exported).filter((e) => e.type === type);
  const found = events.some((e) => {
    const has = wordsOf(state, e.data);
    return isAt(e.at, time) && words.every((word) => has.includes(word));
  });
  return found || events.map((e) => `${new Date(e.at).toISOString()} ${wordsOf(state, e.data)}`);
}

function blockerOf(state: State, conversation: string, teammate: string): string {
  const why = answer(["explain", "conversation", conversation, "--json", "--data", state.data]);
  const blockers = (why as { blockers?: Blocker[] }).blockers;
  if (blockers === undefined) return JSON.stringify(why);
  const id = state.ids.teammate.get(teammate) ?? 0;
  return blockers.find(({ teammates }) => teammates.includes(id))?.test ?? "eligible";
}

function ask(state: State, question: string): void {
  const { tally } = state;
  const [what = "", ...words] = question.split(" ");
  const [first = "", second = "", third = ""] = words;
  const label = `${state.name}: ${question}`;
  if (what === "queue") {
    const rows = queueOf(state).map((row) => nameOf(state, "conversation", row.conversation));
    tally.same(label, rows, words);
  } else if (what === "blocked") {
    tally.same(label, blockerOf(state, first, second), third);
  } else if (what === "event") {
    tally.same(label, hasEvent(state, words), true);
  } else if (what === "load") {
    const x = answer(["explain", "teammate", first, "--json", "--data", state.data]) as
      { load?: number; limit?: number | null };
    tally.same(label, [String(x.load), String(x.limit ?? "none")], [second, third]);
  } else if (what === "waits_since") {
    const row = queueOf(state).find((r) => r.conversation === state.ids.conversation.get(first));
    const at = row?.waiting_since ?? undefined;
    tally.same(label, at !== undefined && isAt(at, second), true);
  } else {
    tally.same(`${label}: a question`, what, "known");
  }
}

/** Assignments and refusals as the lines of a .want file, with as many words as are wanted. */
function outcomes(driven: Driven, wants: readonly string[][]): string[] {
  return driven.lines.map((line, i) => {
    const want = wants[i] ?? [];
    const time = isAt(line.at, want[1] ?? "") ? want[1] : String(line.at);
    return "refused" in line
      ? `refused ${time} ${line.line} ${line.refused}`
      : `given ${time} ${line.conversation} ${line.teammate} ${line.how}`;
  });
}

function checkReceipts(state: State, driven: Driven, wants: readonly string[][]): void {
  wants.forEach(([what, , conversation, , , chosenBy, team], i) => {
    if (what !== "given" || chosenBy === undefined) return;
    const made = driven.lines[i] as Assignment;
    const receipt = answer(["explain", "assignment", `seq:${made.seq}`, "--json", "--data",
      state.data]) as { chosen_by?: string };
    state.tally.same(`${state.name}: ${conversation} chosen by`, receipt.chosen_by, chosenBy);
    const label = `${state.name}: ${conversation}'s team`;
    if (team !== undefined) state.tally.same(label, made.team, team);
  });
}

function example(tally: Tally, name: string, dir: string): void {
  const file = join(FOLDER, `${name}.jsonl`);
  const lines = readFileSync(file, "utf8").trimEnd().split("\n");
  const want = readFileSync(join(FOLDER, `${name}.want`), "utf8").trimEnd().split("\n")
    .filter((line) => !line.startsWith("#"));
  const outcome = want.filter((line) => /^(given|refused) /.test(line))
    .map((line) => line.split(" "));
  const ids = idsOf(lines);
  const data = join(dir, name);
  const stored = drive(["--data", data, file]);
  const state = { tally, name, data, ids };
  const short = outcome.map((words) => words.slice(0, words[0] === "given" ? 5 : 4).join(" "));
  tally.same(`${name}: what was given`, outcomes(stored, outcome), short);
  tally.same(`${name}: promises broken`, stored.summary.promises_broken, 0);
  tally.same(`${name}: in memory the same`, drive(["--memory", file]), stored);
  tally.same(`${name}: driven again the same`, drive(["--data", data, file]), stored);
  checkReceipts(state, stored, outcome);
  for (const line of want.filter((text) => !/^(given|refused) /.test(text))) {
    const early = /^@(\d+) (.*)$/.exec(line);
    if (early === null) {
      ask(state, line);
      continue;
    }
    const [, count = "", question = ""] = early;
    const part = join(dir, `${name}-${count}`);
    writeFileSync(`${part}.jsonl`, lines.slice(0, Number(count)).join("\n"));
    drive(["--data", part, `${part}.jsonl`]);
    ask({ ...state, data: part, name: `${name} after line ${count}` }, question);
  }
}

function main(): void {
  const tally = new Tally();
  const names = readdirSync(FOLDER).filter((name) => name.endsWith(".jsonl"))
    .map((name) => name.slice(0, -".jsonl".length)).sort();
  const numbers = new Set(names.map((name) => name.slice(0, 2)));
  tally.same("all twenty examples are there", numbers.size, 20);
  for (const name of names) {
    inFolder((dir) => {
      try {
        example(tally, name, dir);
      } catch (error) {
        tally.same(`${name}: runs`, String(error), "no error");
      }
    });
  }
  tally.end();
}

main();
