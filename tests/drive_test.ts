// drive_test -- `evenkeel` as a program: what a driven file says, what a cut run comes to, how
// lines that cannot be read are refused, what every command answers and with which exit code it
// ends.
import { spawn, spawnSync, type ChildProcessWithoutNullStreams } from "node:child_process";
import { createHash } from "node:crypto";
import { closeSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import {
  drive, inFolder, inFolderAsync, PROGRAM, readDriven, run, Tally, type Assignment, type Driven,
  type Refusal,
} from "./program.ts";

const DAY = "1999-02-01T";
const BANK = [
  { at: `${DAY}07:00:00.000Z`, cmd: "team.create", ref: "bank", method: "balanced", rank: 1 },
  { at: `${DAY}07:00:00.000Z`, cmd: "teammate.create", ref: "t1", primary: ["bank"], secondary: [],
    limit: 1 },
  { at: `${DAY}07:00:00.000Z`, cmd: "presence.set", teammate: "t1", presence: "active" },
  { at: `${DAY}07:00:12.000Z`, cmd: "conversation.create", ref: "c1", team: "bank", priority: 1,
    sim: { handle_ms: 141_000, patience_ms: 60_000 } },
  { at: `${DAY}07:20:00.000Z`, cmd: "settings.change", scope: "workspace", set: { limit: 2 } },
  { at: `${DAY}07:21:00.000Z`, cmd: "bulk.apply",
    rows: [{ cmd: "presence.set", teammate: "t1", presence: "away" }] },
];

function jsonl(lines: readonly object[]): string {
  return lines.map((line) => `${JSON.stringify(line)}\n`).join("");
}

/** One team and one teammate, active at 0 in whole milliseconds. */
function small(more: readonly object[], settings: object = {}): object[] {
  return [
    { at: 0, cmd: "team.create", ref: "desk" },
    { at: 0, cmd: "teammate.create", ref: "t", primary: ["desk"], ...settings },
    { at: 0, cmd: "presence.set", teammate: "t", presence: "active" },
    ...more,
  ];
}

function arrival(at: number, ref: string, sim: object = {}): object {
  return { at, cmd: "conversation.create", ref, team: "desk", sim };
}

function memory(lines: readonly object[]): Driven {
  return drive(["--memory", "-"], { input: jsonl(lines) });
}

/** "c1>t at 100", or "line 4 refused: not_found". */
function told(driven: Driven): string[] {
  return driven.lines.map((line) => "refused" in line
    ? `line ${line.line} refused: ${line.refused}`
    : `${line.conversation}>${line.teammate} at ${line.at}`);
}

// ---- what a drive says

function said(tally: Tally): void {
  const driven = memory(BANK);
  tally.same("the first lines of the spec", driven.lines, [{
    at: `${DAY}07:00:12.000Z`, conversation: "c1", teammate: "t1", team: "bank", how: "balanced",
    seq: 8,
  }]);
  const { state_hash: hash, events, ...rest } = driven.summary;
  tally.is("a state hash is 64 digits", /^[0-9a-f]{64}$/.test(hash), hash);
  tally.is("events are counted", events > 8, events);
  tally.same("the summary", rest, {
    arrived: 1, assigned: 1, closed: 1, abandoned: 0, waiting: 0,
    wait_ms: { mean: 0, p50: 0, p90: 0, max: 0 },
    teammates: { t1: { assigned: 1, closed: 1 } }, promises_broken: 0,
  });
  const empty = memory([]);
  tally.same("an empty file comes to nothing", [empty.summary.arrived, empty.lines.length],
    [0, 0]);
  const none = memory(small([]));
  tally.same("no wait without anybody given", none.summary.wait_ms,
    { mean: null, p50: null, p90: null, max: null });
  const bare = memory([
    { at: 0, cmd: "team.create" },
    { at: 0, cmd: "teammate.create", primary: [1] },
    { at: 0, cmd: "presence.set", teammate: 1, presence: "active" },
    { at: 5, cmd: "conversation.create", team: 1 },
  ]);
  tally.same("without refs, ids", bare.lines, [
    { at: 5, conversation: 1, teammate: 1, team: 1, how: "balanced", seq: 6 },
  ].map((line) => ({ ...line, seq: (bare.lines[0] as Assignment).seq })));
  tally.same("teammates without refs, by id", bare.summary.teammates,
    { 1: { assigned: 1, closed: 0 } });
}

function simulated(tally: Tally): void {
  const line = memory(small([
    arrival(10, "a", { handle_ms: 100 }), arrival(20, "b", { handle_ms: 100, patience_ms: 50 }),
    arrival(30, "c", { handle_ms: 100, patience_ms: 80 }),
    arrival(40, "d", { handle_ms: 5, patience_ms: 90 }),
  ], { limit: 1 }));
  // b leaves at 70; at 110 a is closed and c given, its patience being over at the same time but
// its
  // id higher than a's; d, whose patience ends at 130, leaves then.
  tally.same("patience and handling", told(line), ["a>t at 10", "c>t at 110"]);
  tally.same("who left and who was served", [line.summary.closed, line.summary.abandoned,
    line.summary.wait_ms], [2, 2, { mean: 40, p50: 0, p90: 80, max: 80 }]);
  const same = memory(small([
    arrival(10, "a", { handle_ms: 100 }), arrival(10, "b"),
    { at: 110, cmd: "conversation.update", conversation: "b", priority: 3 },
    { at: 110, cmd: "conversation.close", conversation: "a" },
  ], { limit: 1 }));
  tally.same("closings come before the lines of their time", told(same),
    ["a>t at 10", "b>t at 110", "line 7 refused: conflict"]);
  const again = memory(small([
    arrival(10, "a", { handle_ms: 100 }),
    { at: 60, cmd: "conversation.assign", conversation: "a", teammate: "t" },
    { at: 120, cmd: "conversation.close", conversation: "a" },
  ]));
  tally.same("handling begins anew when it is given anew", told(again), ["a>t at 10", "a>t at 60"]);
  const timed = memory(small([
    { at: 1, cmd: "settings.change", scope: "workspace", set: { auto_away_after_ms: 60_000 } },
    arrival(2, "a", { handle_ms: 59_998 }), arrival(3, "b", { handle_ms: 1 }),
  ], { limit: 1 }));
  tally.same("timers come before closings of their time", told(timed), ["a>t at 2"]);
  const half = memory(small([
    arrival(0, "a", { handle_ms: 1 }), arrival(0, "b", { handle_ms: 1 }),
  ], { limit: 1 }));
  tally.same("means are rounded half up", half.summary.wait_ms,
    { mean: 1, p50: 0, p90: 1, max: 1 });
  const mixed = memory([
    ...small([]), { at: "1970-01-01T00:00:01Z", cmd: "conversation.create", team: "desk" },
    { at: 2000, cmd: "conversation.create", team: "desk" },
  ]);
  tally.same("times in the form of their line", mixed.lines.map((l) => l.at),
    ["1970-01-01T00:00:01.000Z", 2000]);
}

function refused(tally: Tally): void {
  const driven = memory(small([
    { at: 1, cmd: "conversation.close", conversation: 99 },
    { at: 1, cmd: "teammate.create", ref: "u", primary: ["desk"], secondary: ["desk"] },
    { at: 2, cmd: "zone.set", zone: "Europe/Nowhere" },
    { at: 2, cmd: "bulk.apply", rows: [{ cmd: "presence.set", teammate: 9, presence: "away" }] },
    arrival(3, "a"),
  ]));
  tally.same("a refused line does not stop the run", told(driven), ["line 4 refused: not_found",
    "line 5 refused: both_levels", "line 6 refused: invalid_value", "line 7 refused: row_refused",
    "a>t at 3"]);
  const first = driven.lines[0] as Refusal;
  tally.same("its time is there", first.at, 1);
  tally.is("its detail is a sentence", first.detail.includes("99"), first.detail);
}

function keys(tally: Tally): void {
  const twice = { at: 5, cmd: "conversation.create", team: "desk", key: "one" };
  const other = { at: 6, cmd: "conversation.create", team: "desk", priority: 1, key: "one" };
  const lines = jsonl(small([twice, twice, other]));
  inFolder((dir) => {
    const data = join(dir, "d");
    const first = drive(["--data", data, "-"], { input: lines });
    tally.same("a line's own key is answered once", told(first),
      ["1>t at 5", "line 6 refused: key_reused"]);
    tally.same("and when driven again", drive(["--data", data, "-"], { input: lines }), first);
    const more = drive(["--data", data, "-"],
      { input: jsonl([{ at: 9, cmd: "presence.set", teammate: "t", presence: "away" }, twice]
        .map((l) => ({ ...l, at: 9 }))) });
    tally.same("refs and keys hold in the next file", told(more), ["line 2 refused: key_reused"]);
  });
}

// ---- driven again, cut, gone on

const MONTH_DAYS = "6";

function withoutClock(dir: string, file: string): { driven: Driven; log: string } {
  const driven = drive(["--data", dir, file]);
  return { driven, log: run(["export", "--events", "--data", dir]).stdout };
}

function drivenAgain(tally: Tally, dir: string, file: string): Driven {
  const data = join(dir, "whole");
  const first = withoutClock(data, file);
  const second = withoutClock(data, file);
  tally.is("a month has refusals", first.driven.lines.some((l) => "refused" in l) ||
    first.driven.lines.length > 100);
  tally.same("driven again: the same is said", second.driven, first.driven);
  tally.is("driven again: the log is the same, to the byte", second.log === first.log);
  tally.same("in memory: the same is said", drive(["--memory", file]), first.driven);
  return first.driven;
}

function waitFor(child: ChildProcessWithoutNullStreams): Promise<number | null> {
  return new Promise((resolve) => child.on("close", (code) => resolve(code)));
}

/** Drives the first lines through a pipe, waits until the log has some of them, and kills. */
async function cut(data: string, lines: readonly string[], count: number): Promise<void> {
  const child = spawn(PROGRAM, ["drive", "--json", "--data", data, "-"]);
  const ended = waitFor(child);
  child.stdin.on("error", () => undefined); // the pipe breaks, as it should
  const fed = new Promise((resolve) => child.stdout.once("data", resolve));
  child.stdin.write(lines.slice(0, count).join(""));
  await Promise.race([fed, ended]);
  child.kill("SIGKILL");
  await ended;
}

async function killed(tally: Tally, dir: string, file: string, whole: Driven): Promise<void> {
  const lines = readFileSync(file, "utf8").split(/(?<=\n)/);
  const rounds = process.env["EK_LONG"] === undefined ? 12 : 60;
  for (let round = 0; round < rounds; round++) {
    const data = join(dir, `cut-${round}`);
    const parts = 1 + (round % 3);
    for (let part = 0; part < parts; part++) {
      const share = (part + 1 + round) / (parts + rounds);
      await cut(data, lines, 60 + Math.floor((lines.length - 61) * share));
    }
    tally.same(`killed (round ${round}) and gone on: the same is said`,
      drive(["--data", data, file]), whole);
    const replay = run(["replay", "--hash", "--data", data]).stdout.trim().split(" ");
    tally.same(`killed (round ${round}): replay`, replay[1], whole.summary.state_hash);
    tally.same(`killed (round ${round}): verify`, run(["verify", "--data", data]).status, 0);
  }
}

/** Activity is not in the log, yet a run that was cut knows of it. */
async function killedAfterActivity(tally: Tally, dir: string): Promise<void> {
  const lines = small([
    { at: 1, cmd: "settings.change", scope: "workspace", set: { auto_away_after_ms: 600_000 } },
    { at: 300_000, cmd: "activity.seen", teammate: "t" }, arrival(400_000, "a"),
    { at: 500_000, cmd: "activity.seen", teammate: "t" },
    arrival(950_000, "b"), arrival(1_099_999, "c"), arrival(1_100_000, "d"),
  ]).map((line) => `${JSON.stringify(line)}\n`);
  const file = join(dir, "activity.jsonl");
  writeFileSync(file, lines.join(""));
  const whole = drive(["--memory", file]);
  tally.same("away ten minutes after the last activity", told(whole),
    ["a>t at 400000", "b>t at 950000", "c>t at 1099999"]);
  for (const count of [6, 7, 8]) {
    const data = join(dir, `activity-${count}`);
    await cut(data, lines, count);
    tally.same(`cut after ${count} lines, activity is still known`,
      drive(["--data", data, file]), whole);
  }
}

function otherFiles(tally: Tally, dir: string): void {
  const data = join(dir, "other");
  const lines = small([arrival(10, "a"), arrival(20, "b")]);
  drive(["--data", data, "-"], { input: jsonl(lines) });
  const changed = run(["drive", "--data", data, "-"],
    { input: jsonl([...lines.slice(0, 4), arrival(20, "other")]) });
  tally.same("a file that was changed is a conflict", changed.status, 4);
  const late = run(["drive", "--data", data, "-"],
    { input: jsonl([{ at: 5, cmd: "tick" }]) });
  tally.same("before the log's end", [late.status, late.stderr.includes("where the log ends")],
    [2, true]);
  const longer = drive(["--data", data, "-"], { input: jsonl([...lines, arrival(30, "c")]) });
  tally.same("a longer file goes on", told(longer), ["a>t at 10", "b>t at 20", "c>t at 30"]);
  const next = drive(["--data", data, "-"], { input: jsonl([
    { at: 40, cmd: "conversation.close", conversation: "a" }, arrival(50, "e")]) });
  tally.same("the next file knows the refs", told(next), ["e>t at 50"]);
  const taken = run(["drive", "--data", data, "-"], { input: jsonl([arrival(60, "e")]) });
  tally.same("a ref is given once",
    [taken.status, taken.stderr.includes("ref: expected a name that")], [2, true]);
}

// ---- lines that cannot be read

function unreadable(tally: Tally): void {
  const good = jsonl(small([]));
  const deep = "[".repeat(70) + "]".repeat(70);
  const rows: [string, string | Buffer, string][] = [
    ["no JSON", "{", "line 4: "],
    ["no time", '{"cmd":"tick"}', "line 4: at: expected a time"],
    ["a bad time", '{"at":"noon","cmd":"tick"}', "line 4: at: expected a time"],
    ["a fraction", '{"at":1.5,"cmd":"tick"}', "line 4: at: expected a time"],
    ["no command", '{"at":1}', "line 4: cmd: expected a command"],
    ["a mistyped command", '{"at":1,"cmd":"team.creat"}', "such as team.create"],
    ["a mistyped field", '{"at":1,"cmd":"team.create","rnak":1}', "did you mean \"rank\""],
    ["an unknown ref", '{"at":1,"cmd":"conversation.close","conversation":"x"}',
      "line 4: conversation: expected a ref that was given before, got \"x\""],
    ["an unlisted word", '{"at":1,"cmd":"presence.set","teammate":"t","presence":"gone"}',
      "line 4: presence: expected"],
    ["a number as text", '{"at":1,"cmd":"conversation.create","priority":"high"}',
      "line 4: priority: expected"],
    ["twice the same member", '{"at":1,"at":2,"cmd":"tick"}', "line 4: "],
    ["deep nesting", `{"at":1,"cmd":"tick","due":${deep}}`, "line 4: "],
    ["a NUL", Buffer.from('{"at":1,"cmd":"tick"}\0'), "line 4: "],
    ["bad UTF-8", Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), "line 4: "],
    ["a line of more than 1 MiB", `{"at":1,"cmd":"tick","key":"${"x".repeat(1 << 20)}"}`,
      "line 4: "],
    ["out of order", '{"at":5,"cmd":"tick"}\n{"at":4,"cmd":"tick"}',
      "line 5: at: expected a time not before line 4's"],
    ["a reign", '{"at":1,"cmd":"epoch.open","epoch":7}', "line 4: cmd: expected a command that"],
    ["simulated with a word", '{"at":1,"cmd":"conversation.create","sim":{"handle_ms":"x"}}',
      "line 4: sim.handle_ms: expected"],
  ];
  for (const [what, line, words] of rows) {
    inFolder((dir) => {
      const data = join(dir, "d");
      const after = `\n${JSON.stringify(arrival(9, "late"))}\n`;
      const input = Buffer.concat([Buffer.from(good), Buffer.from(line), Buffer.from(after)]);
      const done = run(["drive", "--json", "--data", data, "-"], { input });
      tally.same(`${what}: exit 2`, done.status, 2);
      tally.is(`${what}: says where and what`, done.stderr.includes(words), done.stderr);
      tally.same(`${what}: no summary`, done.stdout.includes("state_hash"), false);
      const log = run(["export", "--events", "--data", data]).stdout;
      tally.same(`${what}: what came before is stored, nothing after`,
        [log.includes("teammate.created"), log.includes("conversation.arrived")], [true, false]);
    });
  }
}

// ---- the other commands

const READING = [
  ["queue"], ["explain", "conversation", "c1"], ["explain", "assignment", "1"],
  ["explain", "teammate", "t1"], ["verify"], ["replay", "--hash"], ["state-hash"],
  ["policy", "export"], ["doctor"],
];

function answers(tally: Tally, dir: string): void {
  const data = join(dir, "answers");
  drive(["--data", data, "-"], { input: jsonl(BANK) });
  for (const words of READING) {
    const done = run([...words, "--json", "--data", data]);
    const name = words.join(" ");
    tally.same(`${name}: ends well`, [done.status, done.stderr], [0, ""]);
    tally.is(`${name} --json is one object`, typeof JSON.parse(done.stdout) === "object");
    const people = run([...words, "--quiet"], { env: { EVENKEEL_STORE_DIRECTORY: data } });
    tally.same(`${name}: by the environment's directory`, [people.status, people.stderr], [0, ""]);
  }
  tally.is("version --json", /^\d/.test((JSON.parse(run(["version", "--json"]).stdout) as
    { version: string }).version));
  const receipt = run(["explain", "conversation", "c1", "--data", data]).stdout;
  tally.is("a receipt in words names who was considered", /considered +1\n +t1 +primary +chosen/
    .test(receipt), receipt);
}

/** Twelve given out in 13 minutes; limits of a Poisson mean of 12: 7.829 and 17.782. */
function estimated(tally: Tally, dir: string): void {
  const data = join(dir, "estimate");
  const arrivals = Array.from({ length: 13 }, (_, i) => arrival(60_000 * (i + 1), `c${i + 1}`));
  drive(["--data", data, "-"], { input: jsonl(small(arrivals, { limit: 12 })) });
  const waiting = JSON.parse(run(["explain", "conversation", "c13", "--json", "--data", data])
    .stdout) as { estimate: { low_ms: number; high_ms: number; sample: number } | null };
  const { low_ms: low = 0, high_ms: high = 0, sample = 0 } = waiting.estimate ?? {};
  tally.same("an estimate's sample", sample, 12);
  tally.is("an estimate's range", Math.abs(low - 780_000 / 17.782) < 20 &&
    Math.abs(high - 780_000 / 7.829) < 20, waiting.estimate);
}

function hashes(tally: Tally, dir: string): void {
  const data = join(dir, "hashes");
  const { summary } = drive(["--data", data, "-"], { input: jsonl(BANK) });
  const want = `${summary.events} ${summary.state_hash}\n`;
  const at = (words: readonly string[]): string => run([...words, "--data", data]).stdout;
  tally.same("replay from nothing", at(["replay", "--hash"]), want);
  tally.same("replay from a snapshot", at(["replay", "--hash", "--from-snapshot"]), want);
  tally.same("state-hash", at(["state-hash"]), want);
  tally.same("rebuild", run(["rebuild", "--data", data]).status, 0);
  tally.same("after a rebuild", at(["state-hash"]), want);
  const five = at(["replay", "--hash", "--to", "5"]);
  tally.is("replay to a seq",
    /^5 [0-9a-f]{64}\n$/.test(five) && !five.includes(summary.state_hash), five);
  const copy = join(dir, "copy");
  tally.same("backup", at(["backup", copy]), want);
  const back = join(dir, "back");
  tally.same("restore", run(["restore", copy, "--into", back]).stdout, want);
  tally.same("restored", run(["replay", "--hash", "--data", back]).stdout, want);
  tally.same("restored: verify", run(["verify", "--data", back]).status, 0);
  tally.same("restored: explain", run(["explain", "teammate", "t1", "--data", back]).status, 0);
  tally.same("restore into what is not empty", run(["restore", copy, "--into", back]).status, 4);
}

interface ExportedLine {
  readonly seq: number;
  readonly hash: string;
  readonly prev_hash: string;
}

function exported(tally: Tally, dir: string): void {
  const data = join(dir, "export");
  const { summary } = drive(["--data", data, "-"], { input: jsonl(BANK) });
  const lines = run(["export", "--events", "--data", data]).stdout.trimEnd().split("\n");
  const head = JSON.parse(lines.pop() ?? "") as { head: number; hash: string };
  let before = "0".repeat(64);
  let holds = true;
  lines.forEach((line, i) => {
    const event = JSON.parse(line) as ExportedLine;
    const bare = line.replace(`"hash":"${event.hash}",`, "");
    holds &&= event.seq === i + 1 && event.prev_hash === before &&
      event.hash === createHash("sha256").update(bare).digest("hex");
    before = event.hash;
  });
  tally.is("each exported line carries its hash and the one before", holds);
  tally.same("the last line is the head", head, { head: summary.events, hash: before });
  const part = run(["export", "--events", "--data", data, "--from", "3", "--to", "4"]).stdout;
  tally.same("a part of the log", part.split("\n").slice(0, 2), lines.slice(2, 4));
  const beyond = run(["export", "--events", "--data", data, "--to", "999"]);
  tally.same("beyond the end", beyond.status, 3);
}

/** Every byte of the log that is known: those of a text in an event. */
function damaged(tally: Tally, dir: string): void {
  const data = join(dir, "damage");
  drive(["--data", data, "-"], { input: jsonl(small([
    { at: 1, cmd: "settings.change", scope: "workspace", set: { away_reasons: ["zwqlunch"] } },
    { at: 2, cmd: "presence.set", teammate: "t", presence: "away", reason: "zwqlunch" },
  ])) });
  const file = join(data, "log.db");
  const bytes = readFileSync(file);
  let found = 0;
  for (let i = bytes.indexOf("zwqlunch"); i >= 0; i = bytes.indexOf("zwqlunch", i + 1), found++)
    bytes.writeUInt8(bytes.readUInt8(i) ^ 1, i);
  tally.is("the text is in the log", found > 0, found);
  writeFileSync(file, bytes);
  const done = run(["verify", "--data", data]);
  tally.same("a flipped bit is damage", done.status, 6);
  tally.is("the first bad event is named", /\b\d+\b/.test(done.stderr), done.stderr);
  tally.same("the same in JSON", (JSON.parse(run(["verify", "--json", "--data", data]).stdout) as
    { ok: boolean }).ok, false);
}

async function codes(tally: Tally, dir: string): Promise<void> {
  const data = join(dir, "codes");
  const at = (...words: string[]): number | null => run([...words, "--data", data]).status;
  tally.same("exit 0: init", at("init"), 0);
  tally.same("exit 4: init again", at("init"), 4);
  tally.same("exit 3: no such conversation", at("explain", "conversation", "c9"), 3);
  tally.same("exit 3: no such assignment", at("explain", "assignment", "7"), 3);
  tally.same("exit 3: no log", run(["queue", "--data", join(dir, "nothing")]).status, 3);
  tally.same("exit 3: no such file", run(["drive", "--memory", join(dir, "no.jsonl")]).status, 3);
  tally.same("exit 2: two places", run(["queue", "--data", data, "--postgres", "x"]).status, 2);
  tally.same("exit 2: a number", at("queue", "--limit", "many"), 2);
  const policy = join(dir, "policy.txt");
  writeFileSync(policy, 'team A\nteammate t@example.org\n  primary = A\ntest "not so"\n' +
    "  when c arrives in A\n  then c waits because not_active t\n");
  tally.same("exit 1: a policy's test fails", run(["policy", "check", policy]).status, 1);
  const child = spawn(PROGRAM, ["drive", "--json", "--data", data, "-"]);
  const ended = waitFor(child);
  const first = new Promise((resolve) => child.stdout.once("data", resolve));
  child.stdin.write(jsonl(small([arrival(1, "a")])));
  await first;
  tally.same("exit 4: another holds it", run(["drive", "--data", data, "-"],
    { input: jsonl([arrival(5, "b")]) }).status, 4);
  tally.same("beside a writer one may read", at("queue"), 0);
  child.stdin.end();
  tally.same("the first ends well", await ended, 0);
  const full = openSync("/dev/full", "w");
  const done = spawnSync(PROGRAM, ["drive", "--json", "--memory", "-"],
    { input: jsonl(small([])), stdio: ["pipe", full, "pipe"] });
  closeSync(full);
  tally.same("exit 5: the answer cannot be written", done.status, 5);
  tally.same("exit 5: no database there", run(["queue", "--postgres",
    `host=${dir} connect_timeout=1`]).status, 5);
}

function policies(tally: Tally, dir: string): void {
  const data = join(dir, "policy");
  drive(["--data", data, "-"], { input: jsonl(BANK) });
  const text = run(["policy", "export", "--data", data]).stdout;
  const file = join(dir, "exported.txt");
  writeFileSync(file, text.replace("limit = 2", "limit = 3"));
  tally.same("policy check", run(["policy", "check", file]).status, 0);
  tally.same("policy apply", run(["policy", "apply", file, "--data", data, "--json"]).stdout,
    '{"edits":1,"left_alone":0}\n');
  tally.same("what was applied is exported, to the byte",
    run(["policy", "export", "--data", data]).stdout, text.replace("limit = 2", "limit = 3"));
  tally.same("applied again, nothing is to be done",
    run(["policy", "apply", file, "--data", data, "--json"]).stdout,
    '{"edits":0,"left_alone":0}\n');
}

function helps(tally: Tally): void {
  const all = run(["help"]).stdout;
  const names = [...all.matchAll(/^ {2}([a-z-]+) {2,}/gm)].map((m) => m[1] ?? "");
  const below = ["explain", "policy"].flatMap((group) =>
    [...run([group, "--help"]).stdout.matchAll(/^ {2}([a-z]+ [a-z]+) {2,}/gm)]
      .map((m) => m[1] ?? ""));
  tally.is("the program names its commands", names.length >= 17 && below.length >= 6,
    [...names, ...below]);
  for (const name of ["", ...names, ...below]) {
    const done = run([...name.split(" ").filter((word) => word !== ""), "--help"]);
    const examples = done.stdout.split("Examples:\n")[1] ?? "";
    const count = examples.split("\n").filter((line) => /^ {2}evenkeel /.test(line)).length;
    tally.same(`${name} --help has two examples`, [done.status, count], [0, 2]);
  }
  const hint = (args: string[]): string => run(args).stderr;
  tally.is("a mistyped command gets the nearest", hint(["drvie"]).includes("did you mean drive"));
  tally.is("below a group too", hint(["explain", "teamate"]).includes("did you mean teammate"));
  tally.is("a mistyped option too", hint(["queue", "--jsn"]).includes("did you mean --json"));
  tally.same("nothing said: used wrongly", run([]).status, 2);
  for (const shell of ["bash", "zsh", "fish"])
    tally.is(`completion ${shell}`, run(["completion", shell]).stdout.includes("drive"));
  const bash = run(["completion", "bash"]).stdout;
  tally.same("bash takes its completion", spawnSync("bash", ["-n"], { input: bash }).status, 0);
  tally.is("NO_COLOR", !hint(["drvie"]).includes("\u001b"));
}

function samples(tally: Tally): void {
  const one = run(["sample", "--days", "2"]).stdout;
  const seeded = (seed: string): string => run(["sample", "--days", "2", "--seed", seed]).stdout;
  tally.is("the same seed, the same bytes", seeded("1") === one);
  tally.is("another seed, another month", seeded("2") !== one);
  const driven = readDriven(run(["drive", "--json", "--memory", "-"], { input: one }).stdout);
  tally.is("a sample is work for many", driven.summary.assigned > 300, driven.summary);
  tally.same("a sample breaks no promise", driven.summary.promises_broken, 0);
}

async function main(): Promise<void> {
  const tally = new Tally();
  said(tally);
  simulated(tally);
  refused(tally);
  keys(tally);
  unreadable(tally);
  helps(tally);
  samples(tally);
  const works: ((dir: string) => void)[] = [
    (dir) => otherFiles(tally, dir), (dir) => answers(tally, dir), (dir) => estimated(tally, dir),
    (dir) => hashes(tally, dir),
    (dir) => exported(tally, dir), (dir) => damaged(tally, dir), (dir) => policies(tally, dir),
  ];
  works.forEach((work) => inFolder(work));
  await inFolderAsync(async (dir) => {
    await codes(tally, dir);
    const file = join(dir, "month.jsonl");
    writeFileSync(file, run(["sample", "--days", MONTH_DAYS]).stdout);
    const whole = drivenAgain(tally, dir, file);
    await killed(tally, dir, file, whole);
    await killedAfterActivity(tally, dir);
  });
  tally.end();
}

await main();
