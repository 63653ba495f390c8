// servers -- the database servers that the benchmarks measure, started for one run and ended by it.
//
// Everything lies in one temporary folder on a disk: two Redis servers on free loopback ports, one
// without persistence and one that syncs its append-only file before it answers, and a PostgreSQL
// cluster on a socket in the folder. What is not installed is left out, and named.
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import {
  appendFileSync, chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, openSync, readdirSync,
  rmSync, statfsSync,
} from "node:fs";
import { connect, createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

const TMPFS_MAGIC = 0x01021994;
const POSTGRES_ROOT = "/usr/lib/postgresql";
const READY_TRIES = 200;
const READY_PAUSE_MS = 50;

export interface Servers {
  readonly folder: string;
  readonly redis: number | undefined; // port; nothing is written to disk
  readonly redisSynced: number | undefined; // port; on disk before it answers
  readonly postgres: string | undefined; // libpq's connection string
  /** What was left out, and why. */
  readonly missing: readonly string[];
  readonly stop: () => Promise<void>;
}

interface Account {
  readonly uid?: number;
  readonly gid?: number;
}

/** PostgreSQL refuses to run as root, so root runs it as the user that its package made. */
function postgresAccount(): Account | undefined {
  if (process.getuid?.() !== 0) return {};
  const ids = ["-u", "-g"].map((flag) => spawnSync("id", [flag, "postgres"], { encoding: "utf8" }));
  const [uid, gid] = ids.map((id) => (id.status === 0 ? Number(id.stdout) : undefined));
  return uid === undefined || gid === undefined ? undefined : { uid, gid };
}

function postgresPrograms(): string | undefined {
  if (!existsSync(POSTGRES_ROOT)) return undefined;
  const newest = readdirSync(POSTGRES_ROOT).map(Number).sort((a, b) => b - a)[0];
  const bin = join(POSTGRES_ROOT, String(newest), "bin");
  return existsSync(join(bin, "postgres")) ? bin : undefined;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}

async function until(ready: () => Promise<boolean>, what: string): Promise<void> {
  for (let i = 0; i < READY_TRIES; i++) {
    if (await ready()) return;
    await pause(READY_PAUSE_MS);
  }
  throw new Error(`${what} did not start`);
}

function answers(to: { port: number; host: string } | { path: string }): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect(to);
    socket.once("connect", () => (socket.destroy(), done(true)));
    socket.once("error", () => done(false));
  });
}

/** Ends one child in its own way and waits until it has gone. */
async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((done) => child.once("exit", done));
  child.kill(signal);
  await gone;
}

class Started {
  readonly missing: string[] = [];
  readonly #ends: (() => Promise<void>)[] = [];
  readonly folder: string;

  constructor(parent: string) {
    this.folder = mkdtempSync(join(parent, "ek-bench-"));
    chmodSync(this.folder, 0o755);
    if (statfsSync(this.folder).type === TMPFS_MAGIC)
      this.missing.push(`a disk: ${this.folder} is in memory, so "durable" means nothing`);
  }

  #child(program: string, args: string[], signal: NodeJS.Signals, account: Account = {}): void {
    const log = openSync(join(this.folder, "servers.log"), "a");
    const child = spawn(program, args, { stdio: ["ignore", log, log], ...account });
    this.#ends.push(() => end(child, signal));
  }

  async redis(name: string, settings: string[]): Promise<number | undefined> {
    if (spawnSync("redis-server", ["--version"]).status !== 0) {
      this.missing.push(`${name}: redis-server is not installed`);
      return undefined;
    }
    const port = await freePort();
    const dir = join(this.folder, name);
    mkdirSync(dir);
    const usual = ["--port", String(port), "--bind", "127.0.0.1", "--dir", dir, "--save", ""];
    this.#child("redis-server", [...usual, ...settings], "SIGTERM");
    await until(() => answers({ port, host: "127.0.0.1" }), name);
    return port;
  }

  async postgres(): Promise<string | undefined> {
    const bin = postgresPrograms();
    const account = postgresAccount();
    if (bin === undefined || account === undefined) {
      this.missing.push("postgres: the server is not installed");
      return undefined;
    }
    const dir = join(this.folder, "postgres");
    mkdirSync(dir, 0o700);
    if (account.uid !== undefined && account.gid !== undefined)
      chownSync(dir, account.uid, account.gid);
    const init = ["-D", dir, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C"];
    const made = spawnSync(join(bin, "initdb"), init, { encoding: "utf8", cwd: dir, ...account });
    if (made.status !== 0) throw new Error(`initdb: ${made.stderr}`);
    appendFileSync(join(dir, "postgresql.conf"), [
      "listen_addresses = ''",
      `unix_socket_directories = '${dir}'`,
      "shared_buffers = 512MB",
      "effective_cache_size = 2GB",
      "work_mem = 64MB",
      "max_wal_size = 8GB",
      "checkpoint_timeout = 30min",
      "random_page_cost = 1.1",
      "jit = off",
      "",
    ].join("\n"));
    // SIGINT is PostgreSQL's fast shutdown.
    this.#child(join(bin, "postgres"), ["-D", dir], "SIGINT", account);
    await until(() => answers({ path: join(dir, ".s.PGSQL.5432") }), "postgres");
    return `host=${dir} user=postgres dbname=postgres`;
  }

  async stop(): Promise<void> {
    while (this.#ends.length > 0) await this.#ends.pop()?.();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Starts what is installed, in a new folder below parent; without Redis where nobody asks it. */
export async function startServers(parent: string, withRedis = true): Promise<Servers> {
  const started = new Started(parent);
  const stop = (): Promise<void> => started.stop();
  const redisIf = async (name: string, settings: string[]): Promise<number | undefined> =>
    withRedis ? started.redis(name, settings) : undefined;
  try {
    const redis = await redisIf("redis", ["--appendonly", "no"]);
    const synced = ["--appendonly", "yes", "--appendfsync", "always"];
    const redisSynced = await redisIf("redis-synced", synced);
    const postgres = await started.postgres();
    const { folder, missing } = started;
    return { folder, redis, redisSynced, postgres, missing, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
