// realdata_test -- two real histories, driven whole into SQLite and into PostgreSQL: both come to
// the same state, promises hold, the figures that do not depend on routing are the worked numbers
// beside the data, and the log answers for everything: replay, verify, explain, backup, rebuild.
//
// Skips what is missing, naming it. How long a drive took is told, and nothing hangs on it.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { countBy } from "../scripts/lib/figures.ts";
import { dataFile, root } from "../scripts/lib/root.ts";
import { missingForCluster, startCluster, type Cluster } from "./cluster.ts";
import { answer, inFolder, readDriven, run, Tally, type Driven } from "./program.ts";

class SkippingTally extends Tally {
  skipped = 0;

  skip(why: string): void {
    this.skipped++;
    console.log(`skipped ${why}`);
  }

  override end(): void {
    const skipped = this.skipped === 0 ? "" : `, ${this.skipped} skipped`;
    console.log(`${this.passed} passed, ${this.failed} failed${skipped}`);
    process.exitCode = this.failed === 0 ? 0 : 1;
  }
}

interface Event {
  readonly seq: number;
  readonly at: number;
  readonly type: string;
  readonly data: Record<string, unknown>;
}

/** A log that holds one history. */
interface Store {
  readonly name: string;
  readonly where: readonly string[];
}

interface Set {
  readonly name: string;
  readonly folder: string;
  readonly file: string;
  readonly converter: string;
  /** What is to be counted in the events. */
  readonly check: (tally: Tally, events: readonly Event[]) => void;
}

interface Head {
  readonly seq: number;
  readonly state_hash: string;
}

interface Considered {
  readonly teammate: number;
  readonly result: string;
  readonly test?: string;
}

function worked<T>(folder: string): T {
  return JSON.parse(readFileSync(dataFile(folder, "example-kpis.json"), "utf8")) as T;
}

// ---- figures that do not depend on routing

interface BankWorked {
  readonly offered_to_agents: number;
  readonly by_type: Record<string, number>;
  readonly daily: Record<string, { answered: number; abandoned_in_queue: number }>;
}

interface Arrived {
  readonly attributes: Record<string, string>;
}

function arrivals(events: readonly Event[]): Event[] {
  return events.filter((event) => event.type === "conversation.arrived");
}

/** The bank's days, save for three calls that entered before a midnight (10, 11 and 11 February)
 * and were queued after it. */
function checkBank(tally: Tally, events: readonly Event[]): void {
  const want = worked<BankWorked>("01-anonbank-feb1999a");
  const calls = arrivals(events);
  const typeOf = (call: Event) => (call.data as unknown as Arrived).attributes["type"] ?? "";
  const jerusalem = new Intl.DateTimeFormat("en-CA", { timeZone: "Asia/Jerusalem" });
  const days = countBy(calls, (call) => jerusalem.format(call.at));
  const offered = Object.entries(want.daily)
    .map(([day, of]) => [day, of.answered + of.abandoned_in_queue] as const);
  const moved: Record<string, number> =
    { "1999-02-10": -1, "1999-02-11": -1, "1999-02-12": 2 };
  tally.same("bank: offered calls", calls.length, want.offered_to_agents);
  tally.same("bank: offered, as written down", want.offered_to_agents, 16_290);
  tally.same("bank: by type", countBy(calls, typeOf), want.by_type);
  tally.same("bank: per day", days,
    Object.fromEntries(offered.map(([day, n]) => [day, n + (moved[day] ?? 0)])));
}

interface ForumWorked {
  readonly conversations: number;
  readonly messages_after_first: number;
  readonly answers_by_asker: number;
  readonly answers_by_teammates: number;
  readonly teammates: number;
  readonly daily_utc: Record<string, number>;
}

function checkForum(tally: Tally, events: readonly Event[]): void {
  const want = worked<ForumWorked>("02-thunderbird-support-2023q2");
  const asked = arrivals(events);
  const messages = events.filter((event) => event.type === "message.added");
  const by = countBy(messages, (message) => String(message.data["author"]));
  const people = events.filter((event) => event.type === "teammate.created").length;
  tally.same("forum: conversations", asked.length, want.conversations);
  tally.same("forum: messages", messages.length, want.messages_after_first);
  tally.same("forum: as written down", [want.conversations, want.messages_after_first],
    [2210, 4769]);
  tally.same("forum: messages by whom", by,
    { contact: want.answers_by_asker, teammate: want.answers_by_teammates });
  tally.same("forum: teammates", people, want.teammates);
  tally.same("forum: per day", countBy(asked, (q) => new Date(q.at).toISOString().slice(0, 10)),
    want.daily_utc);
}

// ---- explanations, against what the events before them say

/** Who could have been given it, from the events alone: presence and a limit decide here. */
class People {
  readonly members = new Map<number, number[]>();
  readonly active = new Map<number, boolean>();
  readonly load = new Map<number, number>();
  readonly limit = new Map<number, number>();

  hear({ type, data }: Event): void {
    const teammate = data["teammate"] as number;
    if (type === "membership.changed") {
      const team = data["team"] as number;
      this.members.set(team, [...(this.members.get(team) ?? []), teammate]);
    }
    if (type === "presence.changed") this.active.set(teammate, data["to"] === "active");
    if (type === "assignment.made") this.load.set(teammate, (this.load.get(teammate) ?? 0) + 1);
    if (type === "assignment.ended") this.load.set(teammate, (this.load.get(teammate) ?? 0) - 1);
    if (type === "settings.changed" && data["scope"] === "teammate") {
      const changes = data["changes"] as { setting: string; after: number }[];
      for (const { setting, after } of changes)
        if (setting === "limit") this.limit.set(data["id"] as number, after);
    }
  }

  /** Everyone of the team: "chosen", "eligible" or the first test that fails. */
  verdicts(team: number, chosen: number): string[] {
    return [...(this.members.get(team) ?? [])].sort((a, b) => a - b).map((teammate) => {
      const full = (this.load.get(teammate) ?? 0) >= (this.limit.get(teammate) ?? Infinity);
      const verdict = teammate === chosen ? "chosen"
        : this.active.get(teammate) !== true ? "not_active"
        : full ? "at_limit"
        : "eligible";
      return `${teammate} ${verdict}`;
    });
  }
}

function explainedVerdicts(store: Store, seq: number): string[] {
  const receipt = answer(["explain", "assignment", `seq:${seq}`, "--json", ...store.where]);
  const { considered } = receipt as { considered?: Considered[] };
  if (considered === undefined) return [String(receipt)];
  return considered.map(({ teammate, result, test }) => `${teammate} ${test ?? result}`);
}

/** Seven assignments, spread over the history. */
function checkExplained(tally: Tally, store: Store, events: readonly Event[]): void {
  const people = new People();
  const made = events.filter((event) => event.type === "assignment.made");
  const asked = new Map([0.001, 0.1, 0.25, 0.5, 0.75, 0.9, 0.999].map((part) => {
    const event = made[Math.floor(part * made.length)];
    return [event?.seq, event];
  }));
  for (const event of events) {
    if (asked.has(event.seq)) {
      const { team, teammate } = event.data as { team: number; teammate: number };
      tally.same(`${store.name}: who was considered at ${event.seq}`,
        explainedVerdicts(store, event.seq), people.verdicts(team, teammate));
    }
    people.hear(event);
  }
  tally.same(`${store.name}: assignments that were asked about`, asked.size, 7);
}

// ---- what a log answers for

function hashes(store: Store): unknown[] {
  return [["state-hash"], ["replay", "--hash"], ["replay", "--hash", "--from-snapshot"]].map(
    (command) => answer([...command, "--json", ...store.where]));
}

function exported(store: Store): string {
  const done = run(["export", "--events", ...store.where]);
  return done.status === 0 ? done.stdout : `${done.status}: ${done.stderr}`;
}

function eventsOf(text: string): Event[] {
  const lines = text.trimEnd().split("\n").map((line) => JSON.parse(line) as Event);
  return lines.filter((line) => line.type !== undefined);
}

function driveInto(store: Store, file: string): { driven: Driven; seconds: number } {
  const done = run(["drive", "--json", ...store.where, file]);
  if (done.status !== 0) throw new Error(`drive into ${store.name}: ${done.status} ${done.stderr}`);
  const last = done.stdout.trimEnd().split("\n").pop() ?? "{}";
  return { driven: readDriven(done.stdout), seconds: (JSON.parse(last) as Driven & {
    seconds: number }).seconds };
}

/** Everything that one log alone can be asked; returns what was driven and the events. */
function checkStore(tally: Tally, set: Set, store: Store, file: string): [Driven, string] {
  const { driven, seconds } = driveInto(store, file);
  const log = exported(store);
  const events = eventsOf(log);
  const head: Head = { seq: driven.summary.events, state_hash: driven.summary.state_hash };
  console.log(`${store.name}: ${driven.summary.events} events in ${seconds} s`);
  tally.same(`${store.name}: promises broken`, driven.summary.promises_broken, 0);
  tally.same(`${store.name}: arrived`, driven.summary.arrived, arrivals(events).length);
  tally.same(`${store.name}: events`, events.length, driven.summary.events);
  tally.same(`${store.name}: one hash, however it is asked`, hashes(store), [head, head, head]);
  tally.same(`${store.name}: verify`, run(["verify", ...store.where]).status, 0);
  set.check(tally, events);
  checkExplained(tally, store, events);
  const again = driveInto(store, file).driven;
  tally.same(`${store.name}: driven again, the same is said`, again, driven);
  tally.is(`${store.name}: driven again, nothing is added`, exported(store) === log);
  return [driven, log];
}

function checkRebuild(tally: Tally, store: Store, log: string, dump?: () => string): void {
  // Keys are left out: how long one is kept beyond its seven days depends on when views are folded.
  const tables = dump?.();
  tally.same(`${store.name}: rebuild`, run(["rebuild", ...store.where]).status, 0);
  tally.is(`${store.name}: rebuild changes no event`, exported(store) === log);
  const again = dump?.();
  if (again !== tables) {
    const before = new Set(tables?.split("\n"));
    const after = new Set(again?.split("\n"));
    for (const l of [...before].filter((x) => !after.has(x)).slice(0, 3)) console.log(`- ${l}`);
    for (const l of [...after].filter((x) => !before.has(x)).slice(0, 3)) console.log(`+ ${l}`);
  }
  tally.is(`${store.name}: rebuild changes no table`, again === tables);
  tally.same(`${store.name}: verify after rebuild`, run(["verify", ...store.where]).status, 0);
}

function checkBackup(tally: Tally, store: Store, log: string, dir: string): void {
  const file = join(dir, `${store.name} backup`);
  const into = join(dir, `${store.name} restored`);
  const restored = { name: `${store.name} restored`, where: ["--data", into] };
  tally.same(`${store.name}: backup`, run(["backup", file, ...store.where]).status, 0);
  tally.same(`${store.name}: restore`, run(["restore", file, "--into", into]).status, 0);
  tally.same(`${restored.name}: the same hashes`, hashes(restored), hashes(store));
  tally.is(`${restored.name}: the same events`, exported(restored) === log);
  tally.same(`${restored.name}: verify`, run(["verify", ...restored.where]).status, 0);
}

// ---- the two histories

function history(tally: Tally, set: Set, cluster: Cluster | undefined, dir: string): void {
  const file = join(dir, `${set.name}.jsonl`);
  const converter = join(root(), "build", "ts", "scripts", set.converter);
  const converted = spawnSync(process.execPath, [converter, file], { encoding: "utf8" });
  if (converted.status !== 0) throw new Error(`${set.converter}: ${converted.stderr}`);
  const sqlite = { name: `${set.name} on SQLite`, where: ["--data", join(dir, set.name)] };
  const [driven, log] = checkStore(tally, set, sqlite, file);
  checkRebuild(tally, sqlite, log);
  checkBackup(tally, sqlite, log, dir);
  if (cluster === undefined) return;
  const postgres = {
    name: `${set.name} on PostgreSQL`,
    where: ["--postgres", cluster.database(set.name)],
  };
  const [again, sameLog] = checkStore(tally, set, postgres, file);
  tally.same(`${set.name}: SQLite and PostgreSQL say the same`, again, driven);
  tally.is(`${set.name}: SQLite and PostgreSQL hold the same events`, sameLog === log);
  checkRebuild(tally, postgres, log, () => cluster.dump(set.name));
  checkBackup(tally, postgres, log, dir);
}

const SETS: readonly Set[] = [
  { name: "bank", folder: "01-anonbank-feb1999a", file: "calls-1999-02-01_14.tsv",
    converter: "bank.js", check: checkBank },
  { name: "forum", folder: "02-thunderbird-support-2023q2", file: "questions.csv",
    converter: "thunderbird.js", check: checkForum },
];

function main(): void {
  const tally = new SkippingTally();
  const there = SETS.filter((set) => {
    const path = dataFile(set.folder, set.file);
    if (existsSync(path)) return true;
    tally.skip(`${set.name}: ${path} is not there`);
    return false;
  });
  const missing = missingForCluster();
  if (missing !== undefined) tally.skip(`PostgreSQL: ${missing} is not there`);
  const cluster = missing === undefined && there.length > 0 ? startCluster() : undefined;
  try {
    for (const set of there) inFolder((dir) => { history(tally, set, cluster, dir); });
  } catch (error) {
    tally.same("runs to the end", String(error), "no error");
  } finally {
    cluster?.stop();
  }
  tally.end();
}

main();
