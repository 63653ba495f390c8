// server -- the server under load on loopback, beside a plain service on Node.js and PostgreSQL.
//
// usage: server [--bin DIR] [--work DIR] [--rounds N] [--seconds N] [--connections N] [--streams N]
//               [--only NAMES]
//   --bin      where evenkeel and the programs bench_* were built            (build/release)
//   --work     on a disk; a folder is made there for the run only            (/var/tmp)
//   --streams  event streams to hold open; 0: that part is left out          (5000)
//   --only     beginnings of names, as the table shows them, of what to run
//
// First new conversations: all do the same work (a token looked up; a conversation with a contact,
// a first message, the teammate who has the fewest; on disk before the answer), each on a fresh
// store, in interleaved rounds, asked by bench_http_load. What was made is counted afterwards. Then
// live events, by bench_streams. Ends with 1 when a goal is missed. Compare ratios, not rates:
// generator and database share the machine's cores with who is measured.
import { execFile, spawn, type ChildProcess } from "node:child_process";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { loadavg } from "node:os";
import { join } from "node:path";
import { parseArgs, promisify } from "node:util";

import pg from "pg";

import { nearestRank } from "../scripts/lib/figures.ts";
import { root } from "../scripts/lib/root.ts";
import { startServers, type Servers } from "./servers.ts";

const TEAMS = 6;
const TEAMMATES = 40;
const STREAMS_A_TOKEN = 5;
const POSTS_A_SECOND = 100;
const STREAM_SECONDS = 10;
const START_MS = 30_000;
const LAG_MS = 1000;
const GOAL_TIMES = 10; // as many requests a second as the peer
const GOAL_DELIVERY_MS = 500; // 99th percentile
const PEER = "node + postgres";
const exec = promisify(execFile);

interface Options {
  readonly bin: string;
  readonly work: string;
  readonly rounds: number;
  readonly seconds: number;
  readonly connections: number;
  readonly streams: number;
  readonly only: readonly string[];
}

interface Result {
  readonly perSecond: number;
  readonly p50Us: number;
  readonly p99Us: number;
  readonly maxUs: number;
}

/** A server that listens. */
interface Started {
  readonly port: number;
  readonly pid: number;
  readonly made: () => Promise<number>;
  readonly stop: () => Promise<void>;
}

interface Contestant {
  readonly name: string;
  readonly hasKeys: boolean;
  readonly start: () => Promise<Started>;
}

// ---- the command line

function readOptions(): Options {
  const text = { type: "string" } as const;
  const { values } = parseArgs({
    options: {
      bin: text, work: text, rounds: text, seconds: text, connections: text, streams: text,
      only: text,
    },
  });
  return {
    bin: values.bin ?? join(root(), "build", "release"),
    work: values.work ?? "/var/tmp",
    rounds: whole("--rounds", values.rounds ?? "3"),
    seconds: whole("--seconds", values.seconds ?? "5"),
    connections: whole("--connections", values.connections ?? "64"),
    streams: values.streams === "0" ? 0 : whole("--streams", values.streams ?? "5000"),
    only: values.only === undefined ? [] : values.only.split(","),
  };
}

function whole(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new Error(`${name} ${text}: not a whole number`);
  return value;
}

// ---- programs

/** Ends with SIGTERM, and waits until it has gone. */
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((done) => child.once("exit", done));
  child.kill("SIGTERM");
  await gone;
}

/** Waits for what a program says when it is ready; the first group of the pattern is its port. */
async function ready(child: ChildProcess, pattern: RegExp, what: string): Promise<number> {
  let heard = "";
  const port = new Promise<number>((done, fail) => {
    const take = (bytes: Buffer): void => {
      heard += bytes.toString("utf8");
      const found = pattern.exec(heard)?.[1];
      if (found !== undefined) done(Number(found));
    };
    child.stdout?.on("data", take);
    child.stderr?.on("data", take);
    child.once("exit", (code) => fail(new Error(`${what} ended with ${code}: ${heard}`)));
    setTimeout(() => fail(new Error(`${what} is not ready: ${heard}`)), START_MS).unref();
  });
  try {
    return await port;
  } catch (error) {
    await end(child);
    throw error;
  }
}

/** Everything the run has started; whoever interrupts it leaves nothing behind. */
class Run {
  readonly #children = new Set<ChildProcess>();
  readonly options: Options;
  readonly servers: Servers;
  readonly site: string;

  constructor(options: Options, servers: Servers) {
    this.options = options;
    this.servers = servers;
    this.site = join(servers.folder, "site");
  }

  program(name: string): string {
    return join(this.options.bin, name);
  }

  start(program: string, args: readonly string[], env: Record<string, string> = {}): ChildProcess {
    const child = spawn(program, args,
      { stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, ...env } });
    this.#children.add(child);
    child.once("exit", () => this.#children.delete(child));
    return child;
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#children].map(end));
    await this.servers.stop();
  }

  /** A new store, and `evenkeel serve` on it. Whom it knows is written to the site's file. */
  async evenkeel(tokens: number): Promise<Started> {
    const data = join(this.servers.folder, "data");
    rmSync(data, { recursive: true, force: true });
    const made = await exec(this.program("bench_site"),
      [data, String(TEAMS), String(TEAMMATES), String(tokens)], { maxBuffer: 1 << 24 });
    writeFileSync(this.site, made.stdout);
    const child = this.start(this.program("evenkeel"),
      ["serve", "--data", data, "--listen", "127.0.0.1:0"], {
        EVENKEEL_SERVER_RATE: "1000000",
        EVENKEEL_SERVER_BURST: "1000000",
        EVENKEEL_SERVER_CONNECTIONS_PER_ADDRESS: "11000",
      });
    const port = await ready(child, /http:\/\/127\.0\.0\.1:(\d+)\s/, "evenkeel");
    return {
      port,
      pid: child.pid ?? 0,
      made: () => this.#madeByEvenkeel(port),
      stop: () => end(child),
    };
  }

  /** The number of the newest conversation, the first of the list; numbers have no holes. */
  async #madeByEvenkeel(port: number): Promise<number> {
    const token = /^token (\S+)$/m.exec(readFileSync(this.site, "utf8"));
    const got = await fetch(`http://127.0.0.1:${port}/api/v1/conversations?sort=-id&limit=1`,
      { headers: { Authorization: `Bearer ${token?.[1] ?? ""}` } });
    const page = (await got.json()) as { data?: { id: string; teammate: string | null }[] };
    const newest = page.data?.[0];
    return newest?.teammate == null ? -1 : Number(newest.id.slice("cv_".length));
  }

  async peer(how: "statements" | "function"): Promise<Started> {
    const host = /host=(\S+)/.exec(this.servers.postgres ?? "")?.[1] ?? "";
    const service = join(root(), "build", "ts", "bench", "peers", "service.js");
    const child = this.start(process.execPath, [service, host, this.site, how]);
    const port = await ready(child, /listening (\d+)\s/, PEER);
    return { port, pid: child.pid ?? 0, made: () => madeByPeer(host), stop: () => end(child) };
  }
}

/** Conversations of which each has been given to somebody. */
async function madeByPeer(host: string): Promise<number> {
  const client = new pg.Client({ host, user: "postgres", database: "postgres" });
  await client.connect();
  const got = await client.query<{ n: number }>(`SELECT count(*)::int AS n FROM conversations c
    JOIN assignments a ON a.conversation_id = c.id JOIN messages m ON m.conversation_id = c.id`);
  await client.end();
  return got.rows[0]?.n ?? -1;
}

function value(stdout: string, name: string): number {
  const found = new RegExp(`\\b${name}=([0-9.]+)`).exec(stdout)?.[1];
  if (found === undefined) throw new Error(`no ${name} in ${stdout}`);
  return Number(found);
}

// ---- new conversations

function contestants(run: Run): Contestant[] {
  const all: Contestant[] = [
    { name: "evenkeel", hasKeys: false, start: () => run.evenkeel(1) },
    { name: "evenkeel, idempotency keys", hasKeys: true, start: () => run.evenkeel(1) },
  ];
  if (run.servers.postgres !== undefined)
    all.push(
      { name: PEER, hasKeys: false, start: () => run.peer("statements") },
      { name: `${PEER} function`, hasKeys: false, start: () => run.peer("function") });
  const { only } = run.options;
  const isWanted = (name: string): boolean => only.some((start) => name.startsWith(start));
  return all.filter(({ name }) => only.length === 0 || isWanted(name));
}

/** What is read may lag behind what was answered by this much (docs/adr/0007). */
async function untilThere(asked: number, count: () => Promise<number>): Promise<number> {
  const end = Date.now() + LAG_MS;
  let there = await count();
  while (there < asked && Date.now() < end) there = await count();
  return there;
}

async function load(run: Run, who: Contestant): Promise<Result> {
  const { connections, seconds } = run.options;
  const server = await who.start();
  try {
    const args = [server.port, run.site, connections, seconds, who.hasKeys ? 1 : 0].map(String);
    const name = who.name.split(/[, ]/)[0] ?? "";
    const { stdout } = await exec(run.program("bench_http_load"), [name, ...args]);
    const asked = value(stdout, "asked");
    const made = await untilThere(asked, server.made);
    if (made !== asked)
      throw new Error(`${who.name}: ${asked} were asked for, ${made} are there`);
    return {
      perSecond: value(stdout, "requests_per_s"),
      p50Us: value(stdout, "p50"),
      p99Us: value(stdout, "p99"),
      maxUs: value(stdout, "max"),
    };
  } finally {
    await server.stop();
  }
}

function grouped(value: number): string {
  return Math.round(value).toLocaleString("en-GB");
}

function median(results: readonly Result[] | undefined, of: (result: Result) => number): number {
  return nearestRank((results ?? []).map(of), 50);
}

/** How many times as many requests a second as the other. */
function times(all: ReadonlyMap<string, Result[]>, of: string, other: string): number | undefined {
  const [a, b] = [all.get(of), all.get(other)];
  if (a === undefined || b === undefined) return undefined;
  return median(a, (r) => r.perSecond) / median(b, (r) => r.perSecond);
}

function printTable(all: ReadonlyMap<string, Result[]>, connections: number): void {
  const head = ["who", "requests/s", "best", "p50 ms", "p99 ms", "max ms", "evenkeel is"];
  const rows = [...all].map(([name, results]) => [
    name,
    grouped(median(results, (r) => r.perSecond)),
    grouped(Math.max(...results.map((r) => r.perSecond))),
    (median(results, (r) => r.p50Us) / 1000).toFixed(2),
    (median(results, (r) => r.p99Us) / 1000).toFixed(2),
    (median(results, (r) => r.maxUs) / 1000).toFixed(2),
    `${times(all, "evenkeel", name)?.toFixed(2) ?? "–"}x`,
  ]);
  const widths = head.map((cell, i) =>
    Math.max(cell.length, ...rows.map((row) => row[i]?.length ?? 0)));
  const cells = (row: readonly string[]): string => row.map((cell, i) =>
    (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join(" | ");
  console.log(`\n## New conversations, durable, ${connections} connections kept alive; medians\n`);
  console.log(cells(head));
  console.log(widths.map((width) => "-".repeat(width)).join(" | "));
  for (const row of rows) console.log(cells(row));
}

/** Whether the goal was reached, where it could be seen. */
async function conversations(run: Run): Promise<boolean> {
  const field = contestants(run);
  const all = new Map<string, Result[]>(field.map((who) => [who.name, []]));
  // The peer is filled with whom our site knows.
  if (!existsSync(run.site)) await (await run.evenkeel(1)).stop();
  for (let round = 1; round <= run.options.rounds; round++) {
    process.stderr.write(`round ${round}, load ${loadavg()[0]?.toFixed(2)}\n`);
    for (const who of field) all.get(who.name)?.push(await load(run, who));
  }
  printTable(all, run.options.connections);
  const reached = times(all, "evenkeel", PEER);
  if (reached === undefined) return true;
  console.log(`\ngoal: at least ${GOAL_TIMES} times ${PEER}: ` +
    `${reached.toFixed(2)} ${reached >= GOAL_TIMES ? "reached" : "MISSED"}`);
  return reached >= GOAL_TIMES;
}

// ---- live events

async function streams(run: Run): Promise<boolean> {
  const count = run.options.streams;
  const server = await run.evenkeel(1 + Math.ceil(count / STREAMS_A_TOKEN));
  try {
    const args = [server.port, server.pid, run.site, count, STREAM_SECONDS, POSTS_A_SECOND];
    const { stdout } = await exec(run.program("bench_streams"), args.map(String));
    console.log(`\n## Live events: ${grouped(count)} streams, ${POSTS_A_SECOND} messages ` +
      `a second, each for ten of them\n\n${stdout}`);
    const p99 = value(stdout, "p99");
    const met = p99 < GOAL_DELIVERY_MS && value(stdout, "lost") === 0;
    console.log(`goal: all delivered, p99 below ${GOAL_DELIVERY_MS} ms: ` +
      `${p99} ms ${met ? "reached" : "MISSED"}`);
    return met;
  } finally {
    await server.stop();
  }
}

async function main(): Promise<void> {
  const options = readOptions();
  const servers = await startServers(options.work, false);
  const run = new Run(options, servers);
  const stop = (): void => void run.stop().finally(() => process.exit(130));
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
  try {
    for (const what of servers.missing) console.log(`without ${what}`);
    const isFast = await conversations(run);
    const isLive = options.streams === 0 || (await streams(run));
    process.exitCode = isFast && isLive ? 0 : 1;
  } finally {
    await run.stop();
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
});
