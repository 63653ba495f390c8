// replay_test -- promise P6 across compilers: the same file driven by gcc -O2, gcc -O0 and
// clang -O2 gives the same words, the same events and the same state, to the byte; and each of
// them replays what the others wrote, from the start, from a snapshot and up to any event, to
// the same hash.
//
// The programs are those of `scripts/build.sh release`, `plain evenkeel` and `clang evenkeel`; one
// that is not there is skipped, naming it.
import { spawnSync } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { root } from "../scripts/lib/root.ts";
import { inFolder, PROGRAM, readDriven, Tally, type Driven } from "./program.ts";

const BUILDS = ["release", "plain", "clang"];

/** The lines with which the file format is introduced. */
const EXAMPLE = [
  { at: "1999-02-01T07:00:00.000Z", cmd: "team.create", ref: "bank", method: "balanced", rank: 1 },
  { at: "1999-02-01T07:00:00.000Z", cmd: "teammate.create", ref: "t1", primary: ["bank"],
    secondary: [], limit: 1 },
  { at: "1999-02-01T07:00:00.000Z", cmd: "presence.set", teammate: "t1", presence: "active" },
  { at: "1999-02-01T07:00:12.000Z", cmd: "conversation.create", ref: "c1", team: "bank",
    priority: 1, sim: { handle_ms: 141_000, patience_ms: 60_000 } },
  { at: "1999-02-01T07:20:00.000Z", cmd: "settings.change", scope: "workspace", set: { limit: 2 } },
  { at: "1999-02-01T07:21:00.000Z", cmd: "bulk.apply",
    rows: [{ cmd: "presence.set", teammate: "t1", presence: "away" }] },
];

interface Program {
  readonly name: string;
  readonly path: string;
}

/** What one program made of a file. */
interface Made {
  readonly program: Program;
  readonly data: string;
  readonly driven: Driven;
  readonly log: string;
}

function call({ path }: Program, args: readonly string[]): string {
  const done = spawnSync(path, args, { encoding: "utf8", maxBuffer: 1 << 30 });
  if (done.status === 0) return done.stdout;
  return `${path} ${args.join(" ")} ended with ${done.status}: ${done.stderr}`;
}

function drive(program: Program, file: string, data: string): Made {
  const said = call(program, ["drive", "--json", "--data", data, file]);
  const log = call(program, ["export", "--events", "--data", data]);
  return { program, data, driven: readDriven(said), log };
}

interface Head {
  readonly seq: number;
  readonly state_hash: string;
}

/** SEQ and hash by each way of asking; `to` is an event in the middle. */
function heads(program: Program, data: string, to: number): (Head | string)[] {
  const ways = [["state-hash"], ["replay", "--hash"], ["replay", "--hash", "--from-snapshot"],
    ["replay", "--hash", "--to", String(to)],
    ["replay", "--hash", "--to", String(to), "--from-snapshot"]];
  return ways.map((way) => {
    const said = call(program, [...way, "--json", "--data", data]);
    return said.startsWith("{") ? JSON.parse(said) as Head : said;
  });
}

function checkFile(tally: Tally, name: string, all: readonly Made[]): void {
  const [first] = all;
  if (first === undefined) return;
  const { summary } = first.driven;
  const whole: Head = { seq: summary.events, state_hash: summary.state_hash };
  const middle = Math.ceil(summary.events / 2);
  const half = heads(first.program, first.data, middle)[3];
  const snapshots = JSON.parse(call(first.program, ["verify", "--json", "--data", first.data])) as
    { snapshots: number };
  tally.is(`${name}: there is a snapshot`, snapshots.snapshots > 0, snapshots);
  tally.is(`${name}: half way it was another state`,
    typeof half === "object" && half.seq === middle && half.state_hash !== whole.state_hash, half);
  for (const { program, data, driven, log } of all) {
    const what = `${name} by ${program.name}`;
    tally.same(`${what}: promises broken`, driven.summary.promises_broken, 0);
    tally.is(`${what}: the same is said`,
      JSON.stringify(driven) === JSON.stringify(first.driven), driven.summary);
    tally.is(`${what}: the same events`, log === first.log);
    for (const reader of all)
      tally.same(`${what}, read by ${reader.program.name}: live = replayed = from a snapshot`,
        heads(reader.program, data, middle), [whole, whole, whole, half, half]);
  }
}

function checkPrograms(tally: Tally, programs: readonly Program[], dir: string): void {
  const week = ["sample", "--seed", "1", "--days", "7"];
  const samples = programs.map((program) => call(program, week));
  tally.is("all make the same sample", samples.every((sample) => sample === samples[0]));
  const files = {
    example: EXAMPLE.map((line) => `${JSON.stringify(line)}\n`).join(""),
    sample: samples[0] ?? "",
  };
  for (const [name, text] of Object.entries(files)) {
    const file = join(dir, `${name}.jsonl`);
    writeFileSync(file, text);
    const place = (program: Program) => join(dir, `${name}-${program.name}`);
    checkFile(tally, name, programs.map((program) => drive(program, file, place(program))));
  }
}

function main(): void {
  const tally = new Tally();
  const programs = BUILDS.map((name) => ({
    name,
    path: name === "release" ? PROGRAM : join(root(), "build", name, "evenkeel"),
  }));
  const there = programs.filter(({ path }) => existsSync(path));
  const missing = programs.filter(({ path }) => !existsSync(path));
  for (const { name, path } of missing) console.log(`skipped ${name}: ${path} is not there`);
  inFolder((dir) => {
    try {
      checkPrograms(tally, there, dir);
    } catch (error) {
      tally.same("runs to the end", String(error), "no error");
    }
  });
  const skipped = missing.length === 0 ? "" : `, ${missing.length} skipped`;
  console.log(`${tally.passed} passed, ${tally.failed} failed${skipped}`);
  process.exitCode = tally.failed === 0 ? 0 : 1;
}

main();
