// cluster -- a PostgreSQL of the test's own, in a temporary folder, on a Unix socket only.
import { spawnSync } from "node:child_process";
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const BASE = "/usr/lib/postgresql";

export interface Cluster {
  /** Makes an empty database; returns how to connect to it. */
  database(name: string): string;
  /** All rows of a log's database as text, in an order that depends on the rows alone; without the
   * count of its writers' reigns. */
  dump(name: string): string;
  /** Ends the server and removes everything. */
  stop(): void;
}

/** Where initdb is, or undefined. */
function binaries(): string | undefined {
  const versions = existsSync(BASE) ? readdirSync(BASE).sort((a, b) => Number(b) - Number(a)) : [];
  const found = versions.map((version) => join(BASE, version, "bin"));
  return found.find((bin) => existsSync(join(bin, "initdb")));
}

/** PostgreSQL refuses to run as root: then it runs as user postgres. */
function otherUser(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const id = (which: string) =>
    Number(spawnSync("id", [which, "postgres"], { encoding: "utf8" }).stdout);
  return { uid: id("-u"), gid: id("-g") };
}

/** What is missing when there can be no cluster. */
export function missingForCluster(): string | undefined {
  return binaries() === undefined ? `${BASE}/*/bin/initdb` : undefined;
}

export function startCluster(): Cluster {
  const bin = binaries();
  if (bin === undefined) throw new Error("PostgreSQL is not installed");
  const dir = mkdtempSync(join(tmpdir(), "ek-pg-"));
  const user = otherUser();
  if (user !== undefined) chownSync(dir, user.uid, user.gid);
  const data = join(dir, "data");
  // The server outlives pg_ctl, so it must not hold a pipe of ours.
  const call = (program: string, args: readonly string[], keep = false): string => {
    const done = spawnSync(join(bin, program), args, {
      cwd: dir, encoding: "utf8", maxBuffer: 1 << 30,
      stdio: keep ? ["ignore", "pipe", "pipe"] : "ignore",
      ...user,
    });
    if (done.status === 0) return done.stdout;
    throw new Error(`${program} ended with ${done.status}: ${done.stderr ?? ""}`);
  };
  const control = (...args: string[]) => call("pg_ctl", ["-D", data, "-w", ...args]);
  call("initdb", ["-D", data, "-U", "postgres", "-A", "trust", "--no-sync", "-E", "UTF8",
    "--locale=C"]);
  const server = `-k ${dir} -c listen_addresses= -c shared_buffers=32MB -c max_connections=20`;
  control("start", "-l", join(dir, "server.log"), "-o", server);
  const stop = (): void => {
    process.removeListener("exit", stop);
    control("stop", "-m", "immediate");
    rmSync(dir, { recursive: true });
  };
  process.on("exit", stop);
  const login = ["-h", dir, "-U", "postgres"];
  return {
    database(name) {
      call("createdb", [...login, name]);
      return `host=${dir} user=postgres dbname=${name}`;
    },
    dump(name) {
      const text = call("pg_dump", [...login, "--data-only", "--inserts",
        "--exclude-table=evenkeel.writer", "--exclude-table=evenkeel.keys", name], true);
      return text.split("\n").filter((line) => line.startsWith("INSERT")).sort().join("\n");
    },
    stop,
  };
}
