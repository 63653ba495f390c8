// history_test -- `evenkeel import` as a program: the data sets that lie beside the checkout come
// in by the maps of tests/maps, and what the log then tells counts to the worked numbers; hostile
// input is refused with its line and reason; what is killed goes on, what is repeated adds nothing.
//
// Skips what is missing, naming it.
import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { countBy, groupBy, mean, nearestRank } from "../scripts/lib/figures.ts";
import { dataFile, root } from "../scripts/lib/root.ts";
import { parseTable } from "../scripts/lib/table.ts";
import { missingForCluster, startCluster } from "./cluster.ts";
import { inFolder, inFolderAsync, PROGRAM, run, Tally } from "./program.ts";
import { figuresReady } from "./past.ts";
import { browser, Server } from "./server.ts";

const tally = new Tally();
let skipped = 0;

type Fact = Record<string, any>; // eslint-disable-line -- as the event's own document says
interface Event {
  readonly seq: number;
  readonly type: string;
  readonly data: Fact;
}
interface Report {
  readonly import: number;
  readonly rows: number;
  readonly messages: number;
  readonly noted: number;
  readonly already: number;
  readonly refused: number;
  readonly left_out: number;
  readonly was_whole: boolean;
  readonly teams_made: number;
  readonly teammates_made: number;
  readonly reasons: { field: string | null; why: string; n: number; left_out: boolean }[];
}

function importFile(args: readonly string[]): Report {
  const done = run(["import", ...args, "--json", "--quiet"]);
  if (done.status !== 0) throw new Error(`import ${args.join(" ")}: ${done.status} ${done.stderr}`);
  return JSON.parse(done.stdout) as Report;
}

function eventsOf(data: string): Event[] {
  const done = run(["export", "--events", "--data", data]);
  if (done.status !== 0) throw new Error(`export: ${done.stderr}`);
  return done.stdout.trimEnd().split("\n").map((line) => JSON.parse(line) as Event)
    .filter((event) => event.type !== undefined);
}

function factsOf(data: string, type: string): Fact[] {
  return eventsOf(data).filter((event) => event.type === type).map((event) => event.data);
}

function map(name: string): string {
  return join(root(), "tests", "maps", `${name}.toml`);
}

function has(file: string): boolean {
  if (existsSync(file)) return true;
  skipped++;
  console.log(`skipped what needs ${file}`);
  return false;
}

interface Figure {
  readonly from: string;
  readonly value: number;
  readonly n: number;
  readonly numerator: number;
  readonly median: number | null;
  readonly p90: number | null;
  readonly mean: number | null;
}

/** What the program itself makes of it: one figure, or one for each day. */
function figuresOf(data: string, metric: string, ...more: readonly string[]): Figure[] {
  const done = run(["report", "--data", data, "--metric", metric, "--clock", "calendar", "--json",
    "--quiet", ...more]);
  if (done.status !== 0) throw new Error(`report: ${done.stderr}`);
  return (JSON.parse(done.stdout) as { data: Figure[] }).data;
}

function near(what: string, got: number, want: number, by = 0.0005): void {
  tally.is(`${what}: ${want}`, Math.abs(got - want) <= by, got);
}

/** What guards a log holds of one with such facts in it too. */
function guards(what: string, data: string, into: string): void {
  const before = run(["state-hash", "--data", data]).stdout;
  tally.same(`${what}: verify`, run(["verify", "--data", data]).status, 0);
  tally.same(`${what}: replayed`, run(["replay", "--hash", "--data", data]).stdout, before);
  tally.same(`${what}: rebuilt`, run(["rebuild", "--data", data]).status, 0);
  tally.same(`${what}: backed up`, run(["backup", "--data", data, into]).status, 0);
  const back = `${into}-back`;
  tally.same(`${what}: restored`, run(["restore", into, "--into", back]).status, 0);
  tally.same(`${what}: the restored state`, run(["state-hash", "--data", back]).stdout
    .split(" ")[1], before.split(" ")[1]);
}

// ---- the sets

const BANK = dataFile("01-anonbank-feb1999a", "calls-1999-02-01_14.tsv");
if (has(BANK)) {
  inFolder((dir) => {
    const data = join(dir, "data");
    const args = ["calls", BANK, "--map", map("bank"), "--data", data];
    const report = importFile(args);
    tally.same("bank: the report",
      [report.rows, report.noted, report.refused, report.left_out], [17_456, 17_313, 0, 143]);
    tally.same("bank: why some are left out", report.reasons,
      [{ field: null, why: "the source says to ignore them", n: 143, left_out: true }]);

    const calls = factsOf(data, "history.call");
    const offered = calls.filter((call) => call["queued"] !== null);
    const answered = offered.filter((call) => call["answered"] !== null);
    const left = offered.filter((call) => call["answered"] === null);
    const waits = answered.map((call) => (call["answered"] - call["queued"]) / 1000);
    const talks = answered.map((call) => (call["ended"] - call["answered"]) / 1000);
    tally.same("bank: left in the menu", calls.length - offered.length, 1_023);
    tally.same("bank: in no team's queue",
      calls.filter((call) => call["team"] === null).length, 1_023);
    tally.same("bank: offered, answered, abandoned",
      [offered.length, answered.length, left.length], [16_290, 14_405, 1_885]);
    tally.same("bank: without waiting", waits.filter((wait) => wait === 0).length, 7_419);
    near("bank: ASA", mean(waits), 34.4053, 0.00005);
    tally.same("bank: p90 and p95 of waits", [nearestRank(waits, 90), nearestRank(waits, 95)],
      [111, 165]);
    tally.same("bank: within 20 s", waits.filter((wait) => wait <= 20).length, 9_163);
    near("bank: before abandoning",
      mean(left.map((call) => (call["ended"] - call["queued"]) / 1000)), 57.3533, 0.00005);
    near("bank: AHT", mean(talks), 166.8562, 0.00005);
    tally.same("bank: median and p90 of talks", [nearestRank(talks, 50), nearestRank(talks, 90)],
      [102, 383]);
    tally.same("bank: types", countBy(offered, (call) => call["tags"][0]),
      { PS: 10_444, NW: 3_951, NE: 1_229, PE: 91, TT: 439, IN: 136 });

    const kpis = JSON.parse(readFileSync(dataFile("01-anonbank-feb1999a", "example-kpis.json"),
      "utf8"));
    const local = new Intl.DateTimeFormat("en-CA", { timeZone: "Asia/Jerusalem" });
    const days = groupBy(offered, (call) => local.format(call["started"]));
    for (const [day, want] of Object.entries<any>(kpis.daily)) {
      const of = days.get(day) ?? [];
      const done = of.filter((call) => call["answered"] !== null);
      tally.same(`bank: ${day}`, [done.length, of.length - done.length,
        done.filter((call) => call["answered"] - call["queued"] <= 20_000).length,
        Number(mean(done.map((call) => (call["answered"] - call["queued"]) / 1000)).toFixed(3))],
        [want.answered, want.abandoned_in_queue, want.answered_within_20s,
          want.mean_wait_answered_s]);
    }
    const people = groupBy(answered.filter((call) => call["teammate"] !== null),
      (call) => String(call["teammate"]));
    const got = [...people.values()].map((of) => `${of.length} ${mean(of.map((call) =>
      (call["ended"] - call["answered"]) / 1000)).toFixed(2)}`).sort();
    const want = Object.entries<any>(kpis.servers).filter(([name]) => name !== "NO_SERVER")
      .map(([, row]) => `${row.answered} ${row.mean_service_s.toFixed(2)}`).sort();
    tally.same("bank: each agent's calls and mean service", got, want);
    tally.same("bank: people are made, deactivated", report.teammates_made, people.size);

    const fortnight = ["--from", "1999-02-01", "--until", "1999-02-16", "--zone", "Asia/Jerusalem"];
    const whole = (metric: string): Figure => figuresOf(data, metric, ...fortnight)[0] as Figure;
    near("bank: ASA as a figure", whole("queue_wait").value, 34.4053, 0.00005);
    tally.same("bank: answered, and p90 of waits, as a figure",
      [whole("queue_wait").n, whole("queue_wait").p90], [14_405, 111]);
    near("bank: AHT as a figure", whole("handle_time").mean ?? 0, 166.8562, 0.00005);
    tally.same("bank: its median and p90", [whole("handle_time").median, whole("handle_time").p90],
      [102, 383]);
    tally.same("bank: within 20 s as a figure", whole("service_level").numerator, 9_163);
    // Worked by the day on which a call came; a wait counts on that of its queue entry. At midnight
    // up to two calls lie between.
    const daily = (metric: string): Figure[] =>
      figuresOf(data, metric, "--by", "day", ...fortnight);
    const [asked, quick] = ["queue_wait", "service_level"].map(daily);
    const off = Object.entries<any>(kpis.daily).filter(([, want], i) =>
      Math.abs((asked?.[i]?.n ?? 0) - want.answered) > 2 ||
      Math.abs((asked?.[i]?.value ?? 0) - want.mean_wait_answered_s) > 0.2 ||
      Math.abs((quick?.[i]?.numerator ?? 0) - want.answered_within_20s) > 2);
    tally.same("bank: each day's figures are the worked ones", [asked?.length, off], [15, []]);
    // A service counts on the day on which it ends: at most a dozen calls lie between.
    const served = daily("handle_time");
    const slow = Object.entries<any>(kpis.daily).filter(([, want], i) =>
      Math.abs((served[i]?.n ?? 0) - want.answered) > 12 ||
      Math.abs((served[i]?.mean ?? 0) - want.mean_service_s) > 1.5);
    tally.same("bank: each day's AHT is the worked one", [served.length, slow], [15, []]);

    const told = run(["report", "--data", data, "--metric", "volume"]);
    tally.is("bank: a report without days is of the last 28 that hold facts",
      told.stdout.includes("1999-01-18 to 1999-02-15") && told.stdout.includes(": 17313"),
      told.stdout);
    tally.is("bank: and says which they are",
      told.stderr.includes("1999-01-18 to and with 1999-02-14"), told.stderr);

    const before = run(["state-hash", "--data", data]).stdout;
    const again = importFile(args);
    tally.same("bank: again", [again.import, again.noted, again.already, again.was_whole],
      [1, 17_313, 17_313, true]);
    tally.same("bank: adds nothing", run(["state-hash", "--data", data]).stdout, before);
    guards("bank", data, join(dir, "backup"));
  });
}

/** The calls of each agent as their lead sees them, once it is said why. */
async function agentsByAnswer(dir: string): Promise<void> {
  const { servers, daily } = JSON.parse(readFileSync(dataFile("01-anonbank-feb1999a",
    "example-kpis.json"), "utf8"));
  const data = join(dir, "data");
  importFile(["calls", BANK, "--map", map("bank"), "--data", data]);
  const server = new Server({ data });
  try {
    await server.start();
    const owner = await server.owner();
    await figuresReady(owner);
    const lead = await server.person(owner, { name: "Lea Lead", roles: ["lead"],
      memberships: [{ team: "team_1", level: "primary" }] });
    const page = { headers: browser(lead.cookie) };
    const client = owner.as(null);
    const people = (await owner.get("/teammates?limit=200")).body.data
      .filter((one: any) => one.state === "deactivated");
    const off: string[] = [];
    for (const { id, name } of people) {
      await owner.put(`/teams/team_1/memberships/${id}`, { level: "primary" },
        { headers: { "If-Match": "*" } });
      await client.post(`/teammates/${id}/looks`, { purpose: "one_to_one" }, page);
      const [figure] = (await client.get(`/figures?metric=handle_time&teammate=${id}`
        + "&from=1999-02-01&until=1999-02-16&zone=Asia/Jerusalem", page)).body.data;
      const want = servers[name];
      // Of fewer than five calls there are counts alone.
      const mean = want?.answered < 5 ? null : want?.mean_service_s.toFixed(2);
      if (figure?.n !== want?.answered || (figure?.mean?.toFixed(2) ?? null) !== mean)
        off.push(`${name}: ${figure?.n} of ${figure?.mean}, ${want?.answered} of ${mean}`);
    }
    tally.same("bank: each agent's figures are the worked ones",
      [people.length, off], [Object.keys(servers).length - 1, []]);
    const fortnight = "team=team_1&from=1999-02-01&until=1999-02-16&zone=Asia/Jerusalem";
    const whole = async (metric: string): Promise<any> =>
      (await owner.get(`/figures?metric=${metric}&${fortnight}`)).body.data[0];
    const [left, level] = [await whole("abandonment&variant=raw"),
      await whole("service_level&variant=abandons_negative")];
    tally.same("bank: abandoned, within 20 s of those offered, by the answer",
      [left.numerator, left.denominator, level.numerator, level.denominator],
      [1_885, 16_290, 9_163, 16_290]);
    const days = (await owner.get(`/figures?metric=abandonment&variant=raw&by=day&${fortnight}`))
      .body.data;
    tally.same("bank: abandoned on each day, by the answer",
      days.slice(0, 14).map((one: any) => [one.from, one.numerator]),
      Object.entries<any>(daily).map(([day, want]) => [day, want.abandoned_in_queue]));
    near("bank: their shares", left.value, 0.115715, 0.0000005);
    near("bank: and", level.value, 0.562492, 0.0000005);
  } finally {
    await server.remove();
  }
}
if (has(BANK)) await inFolderAsync(agentsByAnswer);

const QUESTIONS = dataFile("02-thunderbird-support-2023q2", "questions.csv");
const ANSWERS = dataFile("02-thunderbird-support-2023q2", "answers.csv");
if (has(QUESTIONS) && has(ANSWERS)) {
  inFolder((dir) => {
    const data = join(dir, "data");
    const report = importFile(["conversations", QUESTIONS, "--messages", ANSWERS,
      "--map", map("thunderbird"), "--data", data]);
    tally.same("forum: the report", [report.rows, report.messages, report.noted, report.refused],
      [2_210, 4_769, 2_210, 0]);
    const talks = factsOf(data, "history.conversation");
    const replied = talks.filter((talk) => talk["replied"] !== null);
    const waits = replied.map((talk) => (talk["replied"] - talk["started"]) / 1000);
    tally.same("forum: replied and not", [replied.length, talks.length - replied.length],
      [1_686, 524]);
    tally.same("forum: teammates' replies",
      talks.reduce((sum, talk) => sum + talk["replies"], 0), 2_968);
    tally.same("forum: first reply", [nearestRank(waits, 50), nearestRank(waits, 90),
      Number(mean(waits).toFixed(3)), Math.min(...waits), Math.max(...waits)],
      [17_266, 185_227, 70_445.701, 97, 3_712_469]);
    const [first] = figuresOf(data, "first_response_time", "--from", "2023-03-01", "--until",
      "2024-03-01");
    tally.same("forum: first replies as a figure", [first?.n, first?.p90,
      Number(first?.mean?.toFixed(3))], [1_686, 185_227, 70_445.701]);
    const [asked] = figuresOf(data, "volume", "--from", "2023-03-01", "--until", "2024-03-01");
    tally.same("forum: unanswered, of two figures", (asked?.n ?? 0) - (first?.n ?? 0), 524);
    for (const [hours, n] of [[1, 372], [4, 784], [24, 1_396], [48, 1_507], [72, 1_564]] as const)
      tally.same(`forum: within ${hours} h`,
        waits.filter((wait) => wait <= hours * 3_600).length, n);
    tally.same("forum: of Spanish", talks.filter((talk) => talk["tags"][1] === "es").length, 63);
    // Nothing in the log is a name or an address: people are numbers.
    const log = run(["export", "--events", "--data", data]).stdout;
    tally.is("forum: no pseudonym of anybody is in the log", !log.includes("person-"));
  });
}

const FIREFOX = dataFile("03-firefox-support-volume-2020_2021",
  "questions-2021-05-18_2021-06-20.csv");
if (has(FIREFOX)) {
  inFolder((dir) => {
    const data = join(dir, "data");
    const report = importFile(["conversations", FIREFOX, "--map", map("firefox"), "--data", data]);
    tally.same("volume: the report", [report.rows, report.noted, report.refused],
      [3_362, 3_362, 0]);
    const talks = factsOf(data, "history.conversation");
    const days = countBy(talks, (talk) => new Date(talk["started"]).toISOString().slice(0, 10));
    tally.same("volume: 1 to 6 June", [1, 2, 3, 4, 5, 6].map((day) => days[`2021-06-0${day}`]),
      [108, 256, 198, 317, 226, 174]);
    const tagged = (tag: string): number =>
      talks.filter((talk) => talk["tags"].includes(tag)).length;
    tally.same("volume: tags", ["firefox-890", "firefox-880", "tabs"].map(tagged),
      [2_142, 714, 234]);
    tally.same("volume: languages", ["en-US", "es", "it", "sl"].map(tagged), [3_064, 108, 70, 2]);
  });
}

const HELPDESK = dataFile("04-italian-helpdesk", "finale.csv");
if (has(HELPDESK)) {
  inFolder((dir) => {
    const data = join(dir, "data");
    const report = importFile(["conversations", HELPDESK, "--map", map("helpdesk"),
      "--data", data]);
    const told = run(["report", "--data", data, "--metric", "volume"]);
    tally.is("help desk: what has not ended is not the newest fact",
      told.stdout.startsWith("2013-11-01 to 2013-11-29"), told.stdout);
    tally.same("help desk: the report", [report.rows, report.noted, report.refused],
      [21_348, 4_580, 0]);
    const talks = factsOf(data, "history.conversation");
    const starts = talks.map((talk) => talk["started"] as number);
    tally.same("help desk: the first, in local time of Italy",
      new Date(Math.min(...starts)).toISOString(), "2010-01-13T07:40:25.000Z");
    const rows = parseTable(readFileSync(HELPDESK, "utf8"), ",", ["Case ID", "customer"]);
    const customers = new Map([...rows].reverse().map((row) => [row["Case ID"], row.customer]));
    tally.same("help desk: customers, each by one number",
      new Set(talks.map((talk) => talk["contact"])).size, new Set(customers.values()).size);
    tally.same("help desk: products", new Set(talks.map((talk) => talk["tags"][0])).size, 21);
    tally.is("help desk: whoever resolved it owns it",
      talks.filter((talk) => talk["solved"] !== null).every((talk) => talk["owner"] !== null));
  });
}

const INCIDENTS = dataFile("05-servicenow-sample", "incident_event_log-198.csv");
if (has(INCIDENTS)) {
  inFolder((dir) => {
    const data = join(dir, "data");
    const report = importFile(["conversations", INCIDENTS, "--map", map("servicenow"),
      "--data", data]);
    tally.same("incidents: the report", [report.rows, report.noted, report.refused], [198, 32, 0]);
    const talks = factsOf(data, "history.conversation");
    const sum = (field: string): number =>
      talks.reduce((all, talk) => all + (talk[field] as number), 0);
    tally.same("incidents: reassigned, reopened", [sum("transfers"), sum("reopens")], [23, 0]);
    tally.same("incidents: three times and more",
      talks.filter((talk) => talk["transfers"] >= 3).length, 2);
    tally.same("incidents: SLA missed at any time",
      talks.filter((talk) => talk["sla_met"] === 0).length, 6);
    const hours = (field: string): number[] => talks.filter((talk) => talk[field] !== null)
      .map((talk) => (talk[field] - talk["started"]) / 3_600_000);
    for (const [field, n, median, p90] of [["closed", 31, 51.1167, 193.7333],
      ["solved", 32, 151.6333, 585.8667]] as const) {
      tally.same(`incidents: ${field}`, hours(field).length, n);
      near(`incidents: median until ${field}`, nearestRank(hours(field), 50), median);
      near(`incidents: p90 until ${field}`, nearestRank(hours(field), 90), p90);
    }
    tally.same("incidents: priorities", countBy(talks, (talk) => talk["tags"][1]),
      { "3 - Moderate": 26, "4 - Low": 5, "2 - High": 1 });
  });
}

const AIRPORT = dataFile("06-sfo-nps-2017", "2017_SFO_Customer_Survey.csv");
if (has(AIRPORT)) {
  inFolder((dir) => {
    const data = join(dir, "data");
    importFile(["surveys", AIRPORT, "--map", map("airport_nps"), "--data", data]);
    const refused = run(["import", "surveys", AIRPORT, "--map", map("airport_csat"),
      "--data", data]);
    tally.same("survey: by another map it is asked for", refused.status, 4);
    tally.is("survey: and why", refused.stderr.includes("import 1 by another map"), refused.stderr);
    importFile(["surveys", AIRPORT, "--map", map("airport_csat"), "--again", "--data", data]);
    const answers = factsOf(data, "history.answer");
    const scores = (form: string): number[] => answers.filter((answer) => answer["form"] === form &&
      answer["score"] !== null).map((answer) => answer["score"] as number);
    const nps = scores("nps");
    const promoters = nps.filter((score) => score >= 9).length;
    const detractors = nps.filter((score) => score <= 6).length;
    tally.same("survey: without blanks", [nps.length, promoters, detractors], [2_746, 1_436, 342]);
    near("survey: NPS", (promoters - detractors) / nps.length * 100, 39.8398, 0.00005);
    const csat = scores("csat");
    tally.same("survey: satisfied", csat.length, 2_688);
    near("survey: mean", mean(csat), 4.0644, 0.00005);
    near("survey: top two", csat.filter((score) => score >= 4).length / csat.length * 100, 82.0685,
      0.00005);
    const year = ["--from", "2017-01-01", "--until", "2018-01-01"];
    const [points] = figuresOf(data, "nps", ...year);
    const [share] = figuresOf(data, "csat", ...year);
    tally.same("survey: answers as figures", [points?.n, share?.n], [2_746, 2_688]);
    near("survey: NPS as a figure", points?.value ?? 0, 39.8398, 0.00005);
    near("survey: top two as a figure", 100 * (share?.value ?? 0), 82.0685, 0.00005);
    tally.same("survey: the same person by the same number",
      new Set(answers.map((answer) => answer["contact"])).size, 2_831);
  });
}

// ---- hostile input

/** Records of a refused file, whose rows have as many cells as they had. */
function records(text: string): string[][] {
  const out: string[][] = [];
  let row: string[] = [];
  for (const found of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|$)/g)) {
    if (found[0] === "" && row.length === 0) break;
    row.push(found[1]?.replaceAll('""', '"') ?? found[2] ?? "");
    if (found[3] === ",") continue;
    out.push(row);
    row = [];
  }
  return out;
}

const PLAIN = "[import]\nkind = \"calls\"\n[fields]\nstarted = \"started\"\nended = \"ended\"\n";

/** The refused rows of a table: line, reason, and the row. */
function refusedOf(dir: string, table: string | Buffer, text = PLAIN): string[][] {
  const file = join(dir, "table.csv");
  const refused = join(dir, "refused.csv");
  writeFileSync(file, table);
  writeFileSync(join(dir, "map.toml"), text);
  importFile(["calls", file, "--map", join(dir, "map.toml"), "--refused", refused,
    "--data", join(dir, "data"), "--again"]);
  return existsSync(refused) ? records(readFileSync(refused, "utf8")).slice(1) : [];
}

inFolder((dir) => {
  const good = "2024-01-01 10:00:00,2024-01-01 10:01:00";
  const long = "x".repeat(1_100_000);
  tally.same("each refused row has its line and its reason", refusedOf(dir, Buffer.concat([
    Buffer.from(`started,ended\n${good}\n"a quote, not closed\nnoon,${good}\n`),
    Buffer.from("2024-01-01,\xff\n", "latin1"),
    Buffer.from(`${good}\n2024-01-01,2023-01-01\n2090-01-01,2090-01-01\n2024-01-01,\n,\n`),
    Buffer.from("2024-01-01,\0\n"),
    Buffer.from(`"2024-01-01"x,y\n${long},y\n${good}\n`)]))
    .map(([line, reason]) => `${line} ${reason}`), [
    "3 text stands behind a closing quote",
    "4 it has another number of cells than the header",
    "5 it is not UTF-8, or has a NUL in it",
    "7 ended: it lies before what it must follow",
    "8 ended: it lies in the future",
    "9 ended: it is missing",
    "10 started: it is missing",
    "11 it is not UTF-8, or has a NUL in it",
    "12 text stands behind a closing quote",
    "13 it is longer than 1 MiB"]);
  tally.same("and the others are in the log",
    factsOf(join(dir, "data"), "history.call").map((call) => call["item"]), [1, 5, 13]);

  const fails = (what: string, table: string | Buffer, text: string, status: number,
    words: string): void => {
    writeFileSync(join(dir, "t.csv"), table);
    writeFileSync(join(dir, "m.toml"), text);
    const done = run(["import", "calls", join(dir, "t.csv"), "--map", join(dir, "m.toml"),
      "--data", join(dir, "other")]);
    tally.same(`${what}: exit`, done.status, status);
    tally.is(`${what}: ${words}`, done.stderr.includes(words), done.stderr);
  };
  fails("nothing", "", PLAIN, 2, "the table is empty");
  fails("UTF-16", Buffer.from("\ufeffstarted,ended", "utf16le"), PLAIN, 2, "save it as UTF-8");
  fails("another header", "startet,ended\n", PLAIN, 2, 'did you mean "startet"?');
  fails("a header twice", "started,started,ended\n", PLAIN, 2, "stands there twice");
  fails("a header that is no text", Buffer.from([0x61, 0x2c, 0xff]), PLAIN, 2, "not UTF-8");
  fails("a map of others", "started,ended\n", PLAIN.replace("calls", "surveys"), 2, "is no field");
  fails("no zone", "started,ended\n", PLAIN.replace("[fields]", 'zone = "PST"\n[fields]'), 2,
    "zone");
  fails("messages", "started,ended\n", `${PLAIN}[messages]\n`, 2, "[messages] needs");
  const missing = run(["import", "calls", join(dir, "nowhere.csv"), "--map", join(dir, "m.toml")]);
  tally.same("no such table", missing.status, 3);
  const word = run(["import", "mails", "x.csv", "--map", "y"]);
  tally.is("no such kind", word.status === 2 && word.stderr.includes("conversations, calls"),
    word.stderr);
});

const SPECTRUM = dataFile("12-bad-input", join("csv-spectrum", "csvs"));
if (has(SPECTRUM)) {
  const text = "[import]\nkind = \"calls\"\nheader = false\n[fields]\nstarted = \"1\"\n";
  for (const name of readdirSync(SPECTRUM)) {
    inFolder((dir) => {
      const want = JSON.parse(readFileSync(dataFile("12-bad-input",
        join("csv-spectrum", "json", `${basename(name, ".csv")}.json`)), "utf8")) as Fact[];
      const rows = refusedOf(dir, readFileSync(join(SPECTRUM, name)), text);
      tally.same(`${name} means what it should`, rows.map((row) => row.slice(2)),
        [Object.keys(want[0] ?? {}), ...want.map((row) => Object.values(row).map((cell) =>
          String(cell).replaceAll("\r\n", "\n")))]); // the file has LF
      tally.is(`${name}: each row is refused as no call`, rows.every((row) =>
        row[1]?.startsWith("started: it is ") === true || row[1]?.startsWith("ended: ") === true),
        rows);
    });
  }
}

// ---- killed, and asked for again

/** Calls, every hundredth of which has no end. */
function manyCalls(n: number): string {
  const rows = ["started,wait,talk,agent,team,caller"];
  for (let i = 0; i < n; i++) {
    const at = new Date(Date.UTC(2024, 0, 1) + i * 7_000).toISOString();
    rows.push(`${at},${i % 97},${i % 100 === 99 ? "" : i % 600},agent ${i % 150},team ${i % 9},` +
      `caller ${i % 5_000}@example.org`);
  }
  return `${rows.join("\n")}\n`;
}

const MANY = "[import]\nkind = \"calls\"\ncreate = true\n[fields]\nstarted = \"started\"\n" +
  "answered = \"started\"\nwait = \"wait\"\ntalk = \"talk\"\nteammate = \"agent\"\n" +
  "team = \"team\"\ncontact = \"caller\"\n";

await inFolderAsync(async (dir) => {
  const rows = 200_000;
  const data = join(dir, "data");
  const file = join(dir, "many.csv");
  const args = ["import", "calls", file, "--map", join(dir, "many.toml"), "--data", data];
  writeFileSync(file, manyCalls(rows));
  writeFileSync(join(dir, "many.toml"), MANY);
  let killed = 0;
  for (let round = 0; round < 6; round++) {
    const child = spawn(PROGRAM, args, { stdio: "ignore" });
    const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
    await sleep(30 + round * 45);
    child.kill("SIGKILL");
    if (await ended === null) killed++;
  }
  tally.is("it was killed in the middle", killed > 0, killed);
  const report = importFile(args.slice(1));
  tally.same("then all of it is there", [report.import, report.noted, report.refused],
    [1, rows * 0.99, rows / 100]);
  const events = eventsOf(data);
  const items = events.filter((event) => event.type === "history.call")
    .map((event) => event.data["item"] as number);
  tally.same("each row once, in its order", [items.length, new Set(items).size,
    items.every((item, i) => i === 0 || item > (items[i - 1] ?? 0))],
    [rows * 0.99, rows * 0.99, true]);
  tally.same("people and teams once", countBy(events.filter((event) =>
    event.type.endsWith(".created")), (event) => event.type),
    { "team.created": 9, "teammate.created": 150 });
  tally.same("verify", run(["verify", "--data", data]).status, 0);
  const again = importFile(args.slice(1));
  tally.same("and again adds nothing", [again.was_whole, again.already, again.refused],
    [true, rows * 0.99, rows / 100]);
  tally.same("by number of events", eventsOf(data).length, events.length);
});

// ---- into PostgreSQL

const noCluster = missingForCluster();
if (noCluster !== undefined) {
  skipped++;
  console.log(`skipped PostgreSQL: ${noCluster}`);
} else {
  const cluster = startCluster();
  try {
    inFolder((dir) => {
      const where = ["--postgres", cluster.database("history")];
      const args = ["calls", join(dir, "many.csv"), "--map", join(dir, "many.toml"), ...where];
      writeFileSync(join(dir, "many.csv"), manyCalls(12_000));
      writeFileSync(join(dir, "many.toml"), MANY);
      const report = importFile(args);
      tally.same("PostgreSQL: the report", [report.noted, report.refused], [11_880, 120]);
      tally.same("PostgreSQL: once", importFile(args).was_whole, true);
      tally.same("PostgreSQL: verify", run(["verify", ...where]).status, 0);
    });
  } finally {
    cluster.stop();
  }
}

// ---- beside a server

await inFolderAsync(async (dir) => {
  const server = new Server();
  try {
    await server.start();
    const owner = await server.owner();
    writeFileSync(join(dir, "many.csv"), manyCalls(300));
    writeFileSync(join(dir, "many.toml"), MANY);
    const args = ["import", "calls", join(dir, "many.csv"), "--map", join(dir, "many.toml"),
      "--data", server.data];
    const busy = run(args);
    tally.same("while a server holds the directory it is refused", busy.status, 4);
    tally.is("with what to do", busy.stderr.includes("stop the server"), busy.stderr);
    const before = (await owner.get("/conversations")).body.data.length as number;
    await server.end();
    const head = eventsOf(server.data).at(-1)?.seq ?? 0;
    const report = importFile(args.slice(1));
    tally.same("then it comes in", [report.noted, report.refused], [297, 3]);
    await server.start();
    const client = await server.client(owner.token);
    const people = await client.get("/teammates?limit=200&active=false");
    tally.same("people of before are deactivated teammates", [people.status,
      people.body?.data?.length], [200, 150]);
    tally.same("team inboxes are there",
      (await client.get("/teams?limit=100")).body.data.length, 9);
    tally.same("conversations are as they were",
      (await client.get("/conversations")).body.data.length, before);
    tally.same("no answer broke the document", client.faults, []);
    await streams(server.url, String(client.token), head);
  } finally {
    await server.remove();
  }
});

/** What a stream that begins before the import tells of it: none of its facts. */
async function streams(url: string, token: string, after: number): Promise<void> {
  const stop = new AbortController();
  const got = await fetch(`${url}/api/v1/events?after=${after}`,
    { signal: stop.signal, headers: { Authorization: `Bearer ${token}` } });
  let text = "";
  setTimeout(() => stop.abort(), 1_500);
  try {
    for await (const bytes of got.body as unknown as AsyncIterable<Uint8Array>)
      text += Buffer.from(bytes).toString("utf8");
  } catch {
    // The end that was set above.
  }
  tally.is("the stream begins", text.includes("event: hello"), text.slice(0, 200));
  tally.is("it tells of no fact of the past", !text.includes("history."), text.slice(0, 400));
}

const tail = skipped === 0 ? "" : `, ${skipped} skipped`;
console.log(`${tally.passed} passed, ${tally.failed} failed${tail}`);
process.exitCode = tally.failed === 0 ? 0 : 1;
