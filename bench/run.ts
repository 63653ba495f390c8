// run -- Evenkeel beside its peers: the same events, in one run, the rounds interleaved.
//
// usage: run [--bin DIR] [--work DIR] [--sizes S,L,X] [--rounds N] [--events N] [--only NAMES]
//   --bin    where the programs bench_* were built                 (build/release)
//   --work   on a disk; a folder is made there for the run only    (/var/tmp)
//   --events replayed by the fast; the slow replay fewer           (20000)
//   --only   beginnings of names, as the table shows them, of what to run
//
// Every program prints impl=, events=, events_per_s=, digest= and a line of latencies. What is not
// built or installed is skipped and named. Whoever replayed in order must have made the same
// decisions as the router of heaps.c; otherwise the run ends with 1. Compare ratios, not rates.
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { loadavg } from "node:os";
import { join } from "node:path";
import { parseArgs, promisify } from "node:util";

import { nearestRank } from "../scripts/lib/figures.ts";
import { root } from "../scripts/lib/root.ts";
import { startServers, type Servers } from "./servers.ts";

const SIZES = {
  S: { mates: 50, waiting: 500, inboxes: 10, events: 200_000 },
  L: { mates: 1_000, waiting: 10_000, inboxes: 50, events: 400_000 },
  X: { mates: 10_000, waiting: 100_000, inboxes: 200, events: 1_000_000 },
} as const;
type Size = keyof typeof SIZES;

const SEED = 42;
// Not the blocking kind: a signal must find us listening, so that the servers are ended.
const exec = promisify(execFile);
const SYNCED_ALONE_EVENTS = 2_000;
const LINEAR_EVENTS = { S: 20_000, L: 3_000, X: 300 } as const;
const OURS = ["engine", "durable 256"] as const;

interface Options {
  readonly bin: string;
  readonly work: string;
  readonly sizes: readonly Size[];
  readonly rounds: number;
  readonly events: number;
  readonly only: readonly string[];
}

/** One program with its arguments; name is what the table shows. */
interface Contestant {
  readonly name: string;
  readonly program: string;
  readonly events: number; // 0: all of the file
  readonly more: readonly string[];
}

interface Result {
  readonly eventsPerSecond: number;
  readonly p50Us: number;
  readonly p99Us: number;
  readonly events: number;
  readonly digest: string;
}

function readOptions(): Options {
  const text = { type: "string" } as const;
  const { values } = parseArgs({
    options: { bin: text, work: text, sizes: text, rounds: text, events: text, only: text },
  });
  const sizes = (values.sizes ?? "S,L,X").split(",");
  const unknown = sizes.find((size) => !(size in SIZES));
  if (unknown !== undefined) throw new Error(`--sizes ${unknown}: expected S, L or X`);
  return {
    bin: values.bin ?? join(root(), "build", "release"),
    work: values.work ?? "/var/tmp",
    sizes: sizes as Size[],
    rounds: positive("--rounds", values.rounds ?? "5"),
    events: positive("--events", values.events ?? "20000"),
    only: values.only === undefined ? [] : values.only.split(","),
  };
}

function programOf(options: Options, name: string): string {
  return join(options.bin, `bench_${name}`);
}

function positive(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new Error(`${name} ${text}: not a whole number`);
  return value;
}

function contestants(servers: Servers, size: Size, events: number): Contestant[] {
  const own = (program: string, of: number, depth?: number): Contestant => ({
    name: depth === undefined ? program + (of === 0 ? ", whole file" : "") : `${program} ${depth}`,
    program,
    events: of,
    more: depth === undefined ? [] : [String(depth)],
  });
  const few = Math.min(events, SYNCED_ALONE_EVENTS);
  return [
    own("engine", events),
    own("engine", 0),
    own("durable", few, 1),
    own("durable", events, 32),
    own("durable", events, 256),
    own("memory", events),
    own("memory", 0),
    own("linear", Math.min(events, LINEAR_EVENTS[size])),
    ...redisContestants(servers, events, few),
    ...postgresContestants(servers, events, few),
  ];
}

function redisContestants(servers: Servers, events: number, few: number): Contestant[] {
  const script = join(root(), "bench", "route.lua");
  const kinds = [["redis", servers.redis], ["redis synced", servers.redisSynced]] as const;
  return kinds.flatMap(([name, port]) => port === undefined ? [] : [1, 32, 256].map((depth) => ({
    name: `${name} ${depth}`,
    program: "redis",
    events: depth === 1 ? few : events,
    more: [String(depth), String(port), script],
  })));
}

function postgresContestants(servers: Servers, events: number, few: number): Contestant[] {
  const conninfo = servers.postgres;
  if (conninfo === undefined) return [];
  const files = ["tables", "rules"].map((part) => join(root(), "bench", `postgres_${part}.sql`));
  const make = (clients: number, sync: "on" | "off", of: number): Contestant => ({
    name: `postgres${sync === "on" ? " synced" : ""} ${clients}`,
    program: "postgres",
    events: of,
    more: [String(clients), conninfo, sync, ...files],
  });
  return [
    make(1, "off", few), make(8, "off", events), make(1, "on", few), make(8, "on", events),
  ];
}

/** Reads the two lines that every program prints; a failure says what the program said. */
async function run(options: Options, who: Contestant, file: string): Promise<Result> {
  const program = programOf(options, who.program);
  const args = [file, String(who.events), ...who.more];
  const { stdout } = await exec(program, args);
  const value = (name: string): string => {
    const found = new RegExp(`\\b${name}=([^\\s]+?)(?:us)?(?:\\s|$)`).exec(stdout)?.[1];
    if (found === undefined) throw new Error(`${who.name}: no ${name} in ${stdout}`);
    return found;
  };
  return {
    eventsPerSecond: Number(value("events_per_s")),
    p50Us: Number(value("p50")),
    p99Us: Number(value("p99")),
    events: Number(value("events")),
    digest: value("digest"),
  };
}

async function makeWorkload(options: Options, folder: string, size: Size): Promise<string> {
  const file = join(folder, `${size}0.wl`);
  const { mates, waiting, inboxes, events } = SIZES[size];
  const args = [file, ...[mates, waiting, inboxes, events, SEED, 0].map(String)];
  const { stdout } = await exec(programOf(options, "gen"), args);
  process.stderr.write(stdout);
  return file;
}

function median(results: readonly Result[], of: (result: Result) => number): number {
  return nearestRank(results.map(of), 50);
}

function cells(row: readonly string[], widths: readonly number[]): string {
  const width = (i: number): number => widths[i] ?? 0;
  return row.map((cell, i) => (i === 0 ? cell.padEnd(width(i)) : cell.padStart(width(i))))
    .join(" | ");
}

function grouped(value: number): string {
  return Math.round(value).toLocaleString("en-GB");
}

/** How many times ours goes as fast; "–" when ours did not run. */
function ratio(ours: readonly Result[] | undefined, theirs: readonly Result[]): string {
  if (ours === undefined) return "–";
  const rate = (results: readonly Result[]): number => median(results, (r) => r.eventsPerSecond);
  const times = rate(ours) / rate(theirs);
  return `${times >= 10 ? grouped(times) : times.toFixed(2)}x`;
}

function printTable(size: Size, all: ReadonlyMap<string, Result[]>): void {
  const head = ["who", "events", "events/s", "best", "p50 us", "p99 us", "digest",
    ...OURS.map((name) => `${name} is`)];
  const rows = [...all].map(([name, results]) => [
    name,
    grouped(results[0]?.events ?? 0),
    grouped(median(results, (r) => r.eventsPerSecond)),
    grouped(Math.max(...results.map((r) => r.eventsPerSecond))),
    median(results, (r) => r.p50Us).toFixed(2),
    median(results, (r) => r.p99Us).toFixed(2),
    (results[0]?.digest ?? "").slice(0, 9),
    ...OURS.map((ours) => ratio(all.get(ours), results)),
  ]);
  const widths = head.map((cell, i) =>
    Math.max(cell.length, ...rows.map((row) => row[i]?.length ?? 0)));
  const { mates, waiting, inboxes } = SIZES[size];
  console.log(`\n## ${size}: ${grouped(mates)} teammates, ${grouped(waiting)} waiting, ` +
    `${inboxes} team inboxes; medians\n`);
  console.log(cells(head, widths));
  console.log(widths.map((width) => "-".repeat(width)).join(" | "));
  for (const row of rows) console.log(cells(row, widths));
}

/** The decisions that the same number of events must lead to. */
class Judge {
  readonly #options: Options;
  readonly #file: string;
  readonly #digests = new Map<number, string>();

  constructor(options: Options, file: string) {
    this.#options = options;
    this.#file = file;
  }

  async agrees(result: Result): Promise<boolean> {
    if (result.digest === "unordered") return true;
    const known = this.#digests.get(result.events) ?? (await this.#ask(result.events));
    return known === result.digest;
  }

  async #ask(events: number): Promise<string> {
    const memory = { name: "memory", program: "memory", events, more: [] };
    const { digest } = await run(this.#options, memory, this.#file);
    this.#digests.set(events, digest);
    return digest;
  }
}

function isWanted(options: Options, name: string): boolean {
  return options.only.length === 0 || options.only.some((start) => name.startsWith(start));
}

/** All rounds of one size. Returns the names of those that decided otherwise. */
async function runSize(options: Options, servers: Servers, size: Size): Promise<string[]> {
  const file = await makeWorkload(options, servers.folder, size);
  const judge = new Judge(options, file);
  const field = contestants(servers, size, options.events).filter((who) => {
    if (!isWanted(options, who.name)) return false;
    if (existsSync(programOf(options, who.program))) return true;
    console.log(`skipped ${who.name}: ${programOf(options, who.program)} was not built`);
    return false;
  });
  const all = new Map<string, Result[]>(field.map((who) => [who.name, []]));
  const wrong = new Set<string>();
  for (let round = 1; round <= options.rounds; round++) {
    process.stderr.write(`${size} round ${round}, load ${loadavg()[0]?.toFixed(2)}\n`);
    for (const who of field) {
      const result = await run(options, who, file);
      all.get(who.name)?.push(result);
      if (!(await judge.agrees(result))) wrong.add(`${size} ${who.name}`);
    }
  }
  printTable(size, all);
  return [...wrong];
}

async function printFloor(options: Options, folder: string): Promise<void> {
  const program = programOf(options, "floor");
  if (!existsSync(program)) {
    console.log(`skipped floor: ${program} was not built`);
    return;
  }
  const { stdout } = await exec(program, [folder]);
  console.log(`\n## The disk: one 4 KiB write and fdatasync\n\n${stdout}`);
}

async function main(): Promise<void> {
  const options = readOptions();
  const servers = await startServers(options.work);
  const stop = (): void => void servers.stop().finally(() => process.exit(130));
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
  try {
    for (const what of servers.missing) console.log(`without ${what}`);
    await printFloor(options, servers.folder);
    const wrong: string[] = [];
    for (const size of options.sizes) wrong.push(...(await runSize(options, servers, size)));
    for (const name of wrong) console.log(`other decisions: ${name}`);
    console.log(wrong.length === 0 ? "\nall that kept the order decided alike" : "");
    process.exitCode = wrong.length === 0 ? 0 : 1;
  } finally {
    await servers.stop();
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
});
