// kpi -- figures of a year's first answers, from Evenkeel and from databases, in one run.
//
// usage: kpi [--bin DIR] [--work DIR] [--rows N] [--rounds N] [--sqlite]
//            [--duckdb LIBDUCKDB.SO]
//   --work    on a disk; a folder is made there for the run only    (/var/tmp)
//   --sqlite  with SQLite too, whose windows take a minute a round
//   --duckdb  its library, as the package @duckdb/node-bindings has it; else it is left out
//
// Compare ratios, not seconds. Ends with 1 when the sums of two of them differ.
import { spawnSync } from "node:child_process";
import { loadavg } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { root } from "../scripts/lib/root.ts";
import { startServers } from "./servers.ts";

const text = { type: "string" } as const;
const { values } = parseArgs({
  options: {
    bin: text, work: text, rows: text, rounds: text, duckdb: text,
    sqlite: { type: "boolean" },
  },
});

const servers = await startServers(values.work ?? "/var/tmp", false);
try {
  const program = join(values.bin ?? join(root(), "build", "release"), "bench_kpi");
  const args = [values.rows ?? "10000000", values.rounds ?? "3"];
  if (values.duckdb !== undefined) args.push(`duckdb=${values.duckdb}`);
  else console.log("left out: duckdb (--duckdb names its library)");
  if (servers.postgres !== undefined) args.push(`postgres=${servers.postgres}`);
  if (values.sqlite === true) args.push(`sqlite=${servers.folder}`);
  else console.log("left out: sqlite (--sqlite)");
  for (const missing of servers.missing) console.log(`left out: ${missing}`);
  console.log(`load before: ${loadavg().map((x) => x.toFixed(1)).join(" ")}`);
  const run = spawnSync(program, args, { stdio: "inherit" });
  process.exitCode = run.status ?? 1;
} finally {
  await servers.stop();
}
