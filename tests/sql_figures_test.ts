// sql_figures_test -- one function behind everything (X1): what the API says of every metric, by
// day and team, is what its table says, what stands in SQL, and what the terminal prints; over team
// inboxes in three time zones, in both stores. The role of the manual reads the views, and nothing
// else.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import pg from "pg";

import { root } from "../scripts/lib/root.ts";
import { missingForCluster, startCluster } from "./cluster.ts";
import { answer, inFolderAsync, run, Tally } from "./program.ts";
import { dataAt, enter, folded, makeSample, parseCsv, type Scene, sceneOf }
  from "./sample_scene.ts";
import { Server, withServer } from "./server.ts";

const tally = new Tally();
const VIEW = "SELECT metric, team, day, zone, clock, value, n, numerator, denominator, median, "
  + "p90, mean, not_yet_known, low, high FROM report_daily_metrics ORDER BY team, metric, day";

interface Row {
  readonly metric: string; readonly team: number; readonly day: string; readonly zone: string;
  readonly clock: string | null;
  readonly value: number | null; readonly n: number; readonly numerator: number;
  readonly denominator: number; readonly median: number | null; readonly p90: number | null;
  readonly mean: number | null; readonly not_yet_known: number;
  readonly low: number | null; readonly high: number | null;
}
interface Store {
  readonly name: string;
  readonly where: readonly string[];
  rows(): Promise<Row[]>;
  empty(): Promise<void>;
  /** What is driven has no names; a team inbox without one is nobody's to ask for. */
  nameTeams?(): Promise<void>;
}

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** When nothing has come for a while. */
async function settled(store: Store): Promise<Row[]> {
  let last: Row[] = [];
  let same = 0;
  for (let i = 0; i < 240 && same < 12; i++) {
    await wait(500);
    const now = await store.rows();
    same = now.length > 0 && now.length === last.length ? same + 1 : 0;
    last = now;
  }
  return last;
}

function alike(a: number | null | undefined, b: number | null | undefined): boolean {
  if (a === null || a === undefined || b === null || b === undefined)
    return (a ?? null) === (b ?? null);
  return Math.abs(a - b) <= 1e-6 * Math.max(1, Math.abs(a) * 1e-6);
}

const NUMBERS = ["value", "n", "numerator", "denominator", "median", "p90", "mean",
  "not_yet_known", "low", "high"] as const;

/** Of two looks at one day: between them one that was too young to be counted came of age. */
const cameOfAge = (a: any, b: any): boolean =>
  a.not_yet_known !== b.not_yet_known
  && a.n + a.not_yet_known === b.n + b.not_yet_known;

/** How two say the same of one day; "" when they do. */
function differs(a: any, b: any): string {
  if (cameOfAge(a, b)) return "";
  const off = NUMBERS.filter((name) => !alike(a[name], b[name]));
  return off.map((name) => `${name}: ${a[name]} / ${b[name]}`).join(", ");
}

const number = (text: string | undefined): number | null =>
  text === undefined || text === "" ? null : Number(text);

async function compareTeam(scene: Scene, store: Store, team: number, rows: readonly Row[],
  metrics: readonly string[]): Promise<void> {
  const mine = rows.filter((row) => row.team === team);
  const days = mine.map((row) => row.day).sort();
  const from = days[0] ?? "2000-01-01";
  const last = days.at(-1) ?? from;
  const until = new Date(Date.parse(last) + 86_400_000).toISOString().slice(0, 10);
  const table = new Map(mine.map((row) => [`${row.metric} ${row.day}`, row]));
  const told = answer(["report", ...store.where, "--team", String(team), "--by", "day",
    "--from", from, "--until", until, "--json"]) as any;
  const terminal = new Map((told.data ?? []).map((row: any) => [`${row.metric} ${row.from}`, row]));
  const wrong: string[] = [];
  let count = 0;
  let aged = 0;
  for (const metric of metrics) {
    const ask = `/figures?metric=${metric}&team=team_${team}&by=day&from=${from}&until=${until}`;
    const json = await scene.get(ask);
    const csv = parseCsv((await scene.get(ask, { Accept: "text/csv" })).text);
    const zones = new Set(mine.map((row) => row.zone));
    if (!zones.has(json.body.zone)) wrong.push(`${metric}: zone ${json.body.zone}`);
    for (const [i, day] of json.body.data.entries()) {
      const key = `${day.metric} ${day.from}`;
      const cells = Object.fromEntries(NUMBERS.map((name) => [name, number(csv[i]?.[name])]));
      const inSql = table.get(key);
      count++;
      aged += inSql !== undefined && cameOfAge(day, inSql) ? 1 : 0;
      const faults = [["CSV", differs(day, cells)], ["SQL", inSql && differs(day, inSql)],
        ["terminal", differs(day, terminal.get(key) ?? {})]];
      for (const [who, fault] of faults)
        if (fault !== "" && fault !== undefined) wrong.push(`${key} ${who}: ${fault}`);
      // A metric of which nothing was ever measured has no rows.
      if (inSql === undefined && (day.n > 0 || day.value > 0)) wrong.push(`${key}: not in SQL`);
    }
  }
  tally.is(`${store.name}: team ${team}, ${count} figures: screen = API = CSV = SQL = terminal`,
    wrong.length === 0 && count > 0 && aged <= count / 50, [aged, ...wrong.slice(0, 5)]);
}

async function compareAll(scene: Scene, store: Store, rows: readonly Row[]): Promise<void> {
  const listed = (await scene.get("/metrics-definitions")).body.data;
  const metrics = listed.filter((one: any) => one.available).map((one: any) => one.id as string);
  const zones = new Set(rows.map((row) => row.zone));
  tally.is(`${store.name}: two zones at least`, zones.size >= 2, [...zones]);
  tally.is(`${store.name}: most metrics have rows`,
    new Set(rows.map((row) => row.metric)).size >= metrics.length / 2, metrics);
  tally.is(`${store.name}: of fewer than five, counts alone`, rows.every((row) =>
    row.median === null || row.n >= 5), rows.find((row) => row.median !== null && row.n < 5));
  const waits = rows.filter((row) => row.metric === "queue_wait@1" && row.n >= 5 && row.n < 30);
  // What is driven has so few chats a day that none tells a mean.
  tally.is(`${store.name}: a mean wait of five to thirty has its limits`,
    (waits.length > 0 || store.nameTeams !== undefined) && waits.every((row) =>
      row.low !== null && row.high !== null && row.low < row.high
      && row.low <= (row.value ?? -1) && (row.value ?? -1) <= row.high), waits.length);
  for (const team of new Set(rows.map((row) => row.team)))
    await compareTeam(scene, store, team, rows, metrics);
}

/** A made fortnight that ended yesterday; one team inbox keeps the hours of another zone. */
function drive(where: readonly string[]): void {
  const made = run(["sample", "--days", "14"]).stdout.trimEnd().split("\n");
  const lines = made.map((line) => JSON.parse(line) as { at: string; cmd: string; ref?: string });
  const last = Date.parse(lines.at(-1)?.at ?? "");
  const shift = Math.floor((Date.now() - 86_400_000 - last) / 86_400_000) * 86_400_000;
  const hours = [1, 2, 3, 4, 5].map((day) => ({ day, from: "09:00", to: "18:00" }));
  const at = lines.findIndex((line) => line.ref === "technical");
  lines.splice(at + 1, 0, { at: lines[at]?.at ?? "", cmd: "calendar.set",
    ...{ team: "technical", zone: "Asia/Seoul", week: hours } });
  const input = lines.map((line) => JSON.stringify(line)).join("\n").replace(
    /\d{4}-\d\d-\d\dT[\d:.]+Z/g, (at) => new Date(Date.parse(at) + shift).toISOString()) + "\n";
  const done = run(["drive", ...where, "--quiet", "-"], { input });
  if (done.status !== 0) throw new Error(`drive: ${done.stderr}`);
}

async function both(store: Store, data: string, args: readonly string[]): Promise<void> {
  const isDriven = args.length > 0;
  const who = isDriven ? null : makeSample(store.where, 7);
  if (who === null) {
    drive(store.where);
    await store.nameTeams?.();
  }
  const server = new Server({ data, args });
  try {
    await server.start();
    const scene = who === null ? sceneOf(server, await server.owner()) : await enter(server, who);
    await folded(scene);
    const rows = await settled(store);
    tally.is(`${store.name}: the table fills`, rows.length > 500, rows.length);
    await compareAll(scene, store, rows);
    await server.end();
    await store.empty();
    tally.same(`${store.name}: emptied`, (await store.rows()).length, 0);
    await server.start();
    const again = await settled(store);
    tally.same(`${store.name}: filled with as many rows`, again.length, rows.length);
    // What was too young then may have come of age since.
    const off = again.filter((row, i) => rows[i]?.not_yet_known === 0
      && JSON.stringify(row) !== JSON.stringify(rows[i]));
    tally.same(`${store.name}: and with the same`, off, []);
    tally.same(`${store.name}: answers as documented`, scene.client.faults, []);
  } finally {
    await server.remove();
  }
}

// ---- the embedded store

await inFolderAsync(async (dir) => {
  const data = join(dir, "data");
  const sql = (text: string, ...more: string[]): string =>
    execFileSync("sqlite3", [...more, join(data, "log.db"), text],
      { encoding: "utf8", maxBuffer: 1 << 28 });
  const read = (text: string): any => {
    const out = sql(text, "-readonly", "-json", "-cmd", ".timeout 5000");
    return out.trim() === "" ? [] : JSON.parse(out.slice(out.indexOf("[")));
  };
  await both({ name: "SQLite", where: dataAt(dir),
    rows: async () => read(VIEW),
    empty: async () => { sql("DELETE FROM daily_metrics"); } }, data, []);
  const refused = run(["report", ...dataAt(dir), "--metric", "utilisation"]);
  tally.same("a metric without facts is refused", [refused.status, refused.stdout], [2, ""]);
  tally.is("and says why", refused.stderr.includes("paid time"), refused.stderr);
  const table = run(["report", ...dataAt(dir), "--metric", "volume", "--by", "week", "--csv"]);
  tally.is("a table", table.stdout.startsWith("metric,from,until,unit,clock,value,")
    && parseCsv(table.stdout).length >= 4, table.stdout.slice(0, 200));
});

await withServer({}, async (server) => {
  await wait(4500);
  const count = execFileSync("sqlite3", ["-readonly", join(server.data, "log.db"),
    "SELECT count(*) FROM report_daily_metrics"], { encoding: "utf8" });
  tally.same("a store without facts yields nothing", count.trim(), "0");
});

// ---- PostgreSQL

/** The statements of the manual. */
function manual(): string {
  const text = readFileSync(join(root(), "docs", "manual", "sql.md"), "utf8");
  return /```sql\n([\s\S]*?)```/.exec(text)?.[1] ?? "";
}

async function roleReadsOnly(host: string, database: string): Promise<void> {
  const reader = new pg.Client({ host, database, user: "evenkeel_reports", password: "..." });
  await reader.connect();
  const says = async (text: string): Promise<string> =>
    reader.query(text).then(() => "done", (e: any) => String(e.code));
  const views = [...manual().matchAll(/evenkeel\.(report_\w+)/g)].map((found) => found[1] ?? "");
  tally.is("every view is granted", views.length >= 9, views);
  for (const view of views) {
    tally.same(`${view} is read`, await says(`SELECT * FROM ${view} LIMIT 1`), "done");
    tally.is(`${view} is not written`,
      await says(`DELETE FROM ${view}`) !== "done", view);
  }
  const tables = (await reader.query("SELECT tablename FROM pg_tables "
    + "WHERE schemaname = 'evenkeel'")).rows.map((row: any) => row.tablename as string);
  const open: string[] = [];
  for (const table of tables) {
    for (const text of [`SELECT * FROM evenkeel.${table} LIMIT 1`, `DELETE FROM evenkeel.${table}`])
      if (await says(text) !== "42501") open.push(text);
  }
  tally.is(`nothing else is: ${tables.length} tables`, tables.length > 30 && open.length === 0,
    open);
  tally.same("nothing is made", await says("CREATE TABLE evenkeel.mine (a int)"), "42501");
  await reader.end();
}

if (missingForCluster() === undefined) {
  const cluster = startCluster();
  try {
    const conninfo = cluster.database("figures");
    const host = /host=(\S+)/.exec(conninfo)?.[1] ?? "";
    const client = new pg.Client({ host, database: "figures", user: "postgres" });
    await client.connect();
    // Numbers as numbers.
    for (const oid of [20, 1700]) pg.types.setTypeParser(oid, Number);
    await inFolderAsync(async (dir) => {
      await both({ name: "PostgreSQL", where: ["--postgres", conninfo],
        rows: async () => (await client.query("SET search_path TO evenkeel")) &&
          (await client.query(VIEW)).rows as Row[],
        empty: async () => { await client.query("DELETE FROM evenkeel.daily_metrics"); },
        nameTeams: async () => {
          await client.query("INSERT INTO evenkeel.team_profiles (team, name, name_key, languages, "
            + "created_ms, updated_ms, revision) SELECT team, 'Team ' || team, 'team ' || team, "
            + "'[]', 0, 0, 1 FROM evenkeel.teams");
        } },
        join(dir, "data"), ["--postgres", conninfo]);
    });
    await client.query(manual());
    await roleReadsOnly(host, "figures");
    await client.end();
  } finally {
    cluster.stop();
  }
} else {
  console.log(`sql_figures_test: PostgreSQL left out: no ${missingForCluster()}`);
}

tally.end();
