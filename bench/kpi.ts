// kpi -- figures of a year's first answers, from Evenkeel and from databases, in one run.
//
// usage: kpi [--bin DIR] [--work DIR] [--rows N] [--rounds N] [--no-sqlite]
//            [--duckdb LIBDUCKDB.SO]
//   --work       on a disk; a folder is made there for the run only    (/var/tmp)
//   --no-sqlite  without SQLite, whose windows take a minute a round
//   --duckdb     its library; else that of the package @duckdb/node-bindings-linux-x64, or of the
//                system, if it is there
//
// Compare ratios, not seconds. Ends with 1 when the sums of two of them differ.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { loadavg } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { root } from "../scripts/lib/root.ts";
import { startServers } from "./servers.ts";

const text = { type: "string" } as const;
const { values } = parseArgs({
  options: {
    bin: text, work: text, rows: text, rounds: text, duckdb: text,
    "no-sqlite": { type: "boolean" },
  },
});

/** DuckDB's library, if it is installed. */
function duckdb(): string | undefined {
  const packages = ["x64", "arm64"].map((cpu) =>
    join(root(), "node_modules", "@duckdb", `node-bindings-linux-${cpu}`));
  const folders = [...packages, "/usr/local/lib", "/usr/lib",
    ...["x86_64", "aarch64"].map((cpu) => `/usr/lib/${cpu}-linux-gnu`)];
  return folders.map((folder) => join(folder, "libduckdb.so")).find((file) => existsSync(file));
}

const servers = await startServers(values.work ?? "/var/tmp", false);
try {
  const program = join(values.bin ?? join(root(), "build", "release"), "bench_kpi");
  const args = [values.rows ?? "10000000", values.rounds ?? "3"];
  const library = values.duckdb ?? duckdb();
  if (library !== undefined) args.push(`duckdb=${library}`);
  else console.log("left out: duckdb (no libduckdb.so is installed; --duckdb names one)");
  if (servers.postgres !== undefined) args.push(`postgres=${servers.postgres}`);
  if (values["no-sqlite"] !== true) args.push(`sqlite=${servers.folder}`);
  else console.log("left out: sqlite (--no-sqlite)");
  for (const missing of servers.missing) console.log(`left out: ${missing}`);
  console.log(`load before: ${loadavg().map((x) => x.toFixed(1)).join(" ")}`);
  const run = spawnSync(program, args, { stdio: "inherit" });
  process.exitCode = run.status ?? 1;
} finally {
  await servers.stop();
}
