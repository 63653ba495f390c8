// api_daily_test -- report_daily_metrics follows what happens later to days long past: an import, a
// conversation that turns out to be spam, one that is opened again; each row is then what an
// emptied table is filled with anew. A figure that cannot be true stands in it without a value, and
// those who answer for the team inbox are told; of a person's own figure that person alone.
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { inFolderAsync, run, Tally } from "./program.ts";
import { dateOf, DAY, figuresReady } from "./past.ts";
import { Server, type Client, type Person } from "./server.ts";

const tally = new Tally();
const DAYS = 100;
const HOUR = 3_600_000;
const NOW = Math.floor(Date.now() / DAY) * DAY;
/** Noon of a day back. */
const noon = (back: number): number => NOW - back * DAY + 12 * HOUR;
const iso = (at: number): string => new Date(at).toISOString();

interface Row {
  readonly metric: string; readonly team: number; readonly day: string; readonly zone: string;
  readonly value: number | null; readonly n: number; readonly numerator: number;
  readonly withheld: string | null;
}

function rowsOf(data: string): Row[] {
  const out = execFileSync("sqlite3", ["-readonly", "-json", "-cmd", ".timeout 20000",
    join(data, "log.db"), "SELECT metric, team, day, zone, clock, value, n, numerator, denominator,"
    + " median, p90, mean, not_yet_known, low, high, withheld FROM report_daily_metrics"
    + " ORDER BY team, metric, day"], { encoding: "utf8", maxBuffer: 1 << 28 });
  return out.trim() === "" ? [] : JSON.parse(out.slice(out.indexOf("["))) as Row[];
}

const on = (rows: readonly Row[], metric: string, day: string): Row | undefined =>
  rows.find((row) => row.metric === `${metric}@1` && row.team === 1 && row.day === day);

/** Days of which the second table says something else than the first. */
function differ(first: readonly Row[], second: readonly Row[]): string[] {
  const key = (row: Row): string => `${row.metric} ${row.team} ${row.day}`;
  const then = new Map(second.map((row) => [key(row), JSON.stringify(row)]));
  return first.filter((row) => then.get(key(row)) !== JSON.stringify(row)).map(key);
}

/** A hundred days of three conversations each, of contacts of their own, closed within the hour. */
function drive(data: string): void {
  const lines: object[] = [
    { at: iso(noon(DAYS + 1)), cmd: "team.create", ref: "team" },
    { at: iso(noon(DAYS + 1)), cmd: "teammate.create", ref: "mate", primary: ["team"],
      secondary: [], skills: {} }];
  for (let back = DAYS; back > 0; back--) {
    const at = noon(back);
    for (let i = 0; i < 3; i++)
      lines.push({ at: iso(at), cmd: "conversation.create", ref: `c${back}_${i}`,
        contact: `k${back}_${i}`, channel: "email", team: "team", waiting_since: iso(at) });
    for (let i = 0; i < 3; i++)
      lines.push({ at: iso(at + HOUR), cmd: "conversation.close", conversation: `c${back}_${i}` });
  }
  mkdirSync(data, { recursive: true });
  const done = run(["drive", "--data", data, "--quiet", "-"],
    { input: lines.map((line) => JSON.stringify(line)).join("\n") + "\n" });
  if (done.status !== 0) throw new Error(`drive: ${done.stderr}`);
  execFileSync("sqlite3", [join(data, "log.db"), "INSERT INTO team_profiles (team, name, name_key, "
    + "languages, created_ms, updated_ms, revision) VALUES (1, 'Care', 'care', '[]', 0, 0, 1)"]);
}

/** Calls of before that cannot have been: each longer on hold than it lasted. */
function importCalls(data: string, dir: string, back: number, hold: number): void {
  const rows = Array.from({ length: 6 }, (_, i) => {
    const at = noon(back) + i * 600_000;
    return [iso(at), iso(at + 5_000), iso(at + 65_000), hold, 1].join(",");
  });
  writeFileSync(join(dir, "calls.csv"), `came,had,gone,held,times\n${rows.join("\n")}\n`);
  writeFileSync(join(dir, "calls.toml"), '[import]\nkind = "calls"\n[fields]\nstarted = "came"\n'
    + 'queued = "came"\nanswered = "had"\nended = "gone"\nhold = "held"\nholds = "times"\n'
    + '[fixed]\nteam = "Care"\n');
  const done = run(["import", "calls", join(dir, "calls.csv"), "--map", join(dir, "calls.toml"),
    "--data", data, "--quiet"]);
  tally.same(`calls of ${back} days ago come in`, [done.status, done.stderr], [0, ""]);
}

async function changes(what: string, data: string,
  is: (rows: readonly Row[]) => boolean): Promise<void> {
  await tally.until(what, 60_000, async () => is(rowsOf(data)));
}

async function withholds(owner: Client, lead: Client, server: Server): Promise<Person> {
  const day = dateOf(noon(20));
  const is = (row: any): boolean => row.team === "team_1" && row.day === day &&
    row.metric === "holds@1" && row.withheld === "a duration is longer than the time it is made of";
  for (const [who, client] of [["administrators", owner], ["leads", lead]] as const) {
    const told = await client.get("/figures/withheld");
    tally.is(`${who} are told of it`, told.body.data.length === 1 && told.body.data.every(is),
      told.body);
  }
  tally.same("and of one team inbox", (await owner.get("/figures/withheld?team=team_1")).body.data
    .length, 1);
  const mate = await server.person(owner, { name: "Max Mate",
    memberships: [{ team: "team_1", level: "primary" }] });
  tally.same("others are not", (await mate.client.get("/figures/withheld")).status, 403);
  tally.same("a team inbox that nobody has", (await owner.get("/figures/withheld?team=team_9"))
    .body.data, []);
  const shown = (await lead.get(`/figures?metric=holds&team=team_1&from=${day}&days=1`)).body.data;
  tally.same("it is shown nowhere", [shown[0].state, shown[0].value, shown[0].n],
    ["withheld", null, 6]);
  tally.same("whoever runs the server finds it once in the journal",
    server.messages.split("\n").filter((line) => line.includes("figure_withheld")
      && line.includes("metric=holds@1") && line.includes(`day=${day}`)).length, 1);
  return mate;
}

/** A person's own figure that cannot be true is told to that person alone; and narrowed to a
 * channel it fails where the whole team inbox's does, so that the notice of that says it too. */
async function tellsOnlyThem(server: Server, owner: Client, lead: Client, mate: Person):
Promise<void> {
  const { port, data } = server;
  const day = dateOf(noon(15));
  const line = (i: number): object => ({ at: iso(Date.now() + 1000), cmd: "history.note_call",
    import: 9, item: i + 1, team: 1, teammate: Number(mate.id.slice(3)), contact: 5000 + i,
    started: iso(noon(15) + i * 600_000), queued: iso(noon(15) + i * 600_000),
    answered: iso(noon(15) + i * 600_000 + 5000), ended: iso(noon(15) + i * 600_000 + 65_000),
    hold_ms: 500_000, holds: 1, transfers: 0, tags: [] });
  tally.same("as long as all can be true, nobody is told", (await mate.client.get(
    "/me/figures/withheld")).body.data, []);
  await server.end();
  const done = run(["drive", "--data", data, "--quiet", "-"],
    { input: Array.from({ length: 6 }, (_, i) => JSON.stringify(line(i))).join("\n") + "\n" });
  tally.same("their calls come in", [done.status, done.stderr], [0, ""]);
  await server.start(port);
  await figuresReady(owner);
  const { body } = await mate.client.get("/me/figures/withheld");
  tally.same("they are told of each figure that fails", body.data.map((row: any) =>
    [row.metric, row.variant, row.team, row.day, row.withheld]),
  ["held", "time_over_all", "time_over_held"].map((variant) =>
    ["holds@1", variant, null, day, "a duration is longer than the time it is made of"]));
  const asked = `metric=holds&from=${day}&days=1`;
  const own = (await mate.client.get(`/figures?${asked}&teammate=${mate.id}`)).body.data[0];
  tally.same("which is shown nowhere", [own.state, own.value, own.withheld],
    ["withheld", null, body.data[0]?.withheld]);
  for (const [who, client] of [["their lead", lead], ["an administrator", owner]] as const)
    tally.same(`${who} has none of their own`, (await client.get("/me/figures/withheld")).body.data,
      []);
  tally.same("nobody is nobody", (await owner.as(null).get("/me/figures/withheld")).status, 401);
  await changes("the team inbox's day is withheld", data, (rows) =>
    on(rows, "holds", day)?.withheld !== null && on(rows, "holds", day) !== undefined);
  const notice = (await lead.get("/figures/withheld")).body;
  tally.is("the notice of the team inbox names nobody",
    notice.data.some((row: any) => row.day === day) && !/tm_\d/.test(JSON.stringify(notice)),
    notice);
  const voice = (await lead.get(`/figures?${asked}&team=team_1&channel=voice`)).body.data[0];
  tally.same("narrowed, it fails there too", [voice.state, notice.data.some((row: any) =>
    row.day === day && row.withheld === voice.withheld)], ["withheld", true]);
  tally.is("nor does the journal", server.messages.includes("figure_withheld") &&
    server.messages.split("\n").every((one) => !one.includes("figure_withheld") ||
      !/teammate|tm_/.test(one)));
}

const TARGET = "/targets/tgt_1";

/** A target of twenty-one approaches a week: each week of the past has just so many, or more. */
async function judged(lead: Client): Promise<any[]> {
  const made = await lead.post("/targets", { metric: "volume", value: 21, comparator: "at_least",
    scope: { team: "team_1" }, period: "week", since: dateOf(noon(84)), reason: "as ever",
    review_date: dateOf(noon(-60)) });
  tally.same("a target is set", [made.status, made.body.id, made.body.last],
    [201, TARGET.slice(9), null]);
  let rows: any[] = [];
  await tally.until("its weeks are judged", 60_000, async () => {
    rows = (await lead.get(`${TARGET}/history`)).body.data;
    return rows.length >= 10;
  });
  tally.is("and met, as they were", rows.slice(1).every((row) => row.state === "met"
    && row.n >= 21 && row.restated === null), rows);
  const { last } = (await lead.get(TARGET)).body;
  tally.same("the last of them too", [last.state, last.restated], ["met", null]);
  return rows;
}

/** The week of a day that lost an approach to spam. */
async function restates(lead: Client, before: readonly any[], day: string): Promise<void> {
  const rows: any[] = (await lead.get(`${TARGET}/history`)).body.data;
  const is = (row: any): boolean => row.from <= day && day < row.until;
  tally.same("what was judged stays", rows.map(({ restated: _, ...row }) => row),
    before.map(({ restated: _, ...row }) => row));
  const now = rows.find(is)?.restated;
  tally.same("beside it stands what it would be now, and why",
    [now?.state, now?.value, now?.n, now?.causes], ["missed", 20, 20, ["spam"]]);
  tally.same("and beside no other", rows.filter((row) => row.restated !== null).map((row) =>
    row.from), rows.filter(is).map((row) => row.from));
  const comment = await lead.post(`${TARGET}/comments`, { period: rows.find(is)?.from,
    comment: "a wave of spam" });
  tally.same("a comment on it says it too", [comment.status, comment.body.restated], [200, now]);
}

/** The last week that was judged, as the list and the target itself tell it. */
async function restatesLast(lead: Client, spam: string): Promise<void> {
  const { last } = (await lead.get(TARGET)).body;
  const first = (Date.parse(`${last.period.from}T12:00:00Z`) - noon(DAYS)) / DAY;
  await lead.put(`/conversations/cv_${first * 3 + 1}/tags/${spam}`, {});
  await tally.until("the last week is restated in the list", 30_000, async () =>
    (await lead.get("/targets")).body.data[0].last.restated !== null);
  const { last: now } = (await lead.get(TARGET)).body;
  tally.same("with what it was and is", [now.n, now.restated.n, now.restated.causes,
    now.period.from], [last.n, last.n - 1, ["spam"], last.period.from]);
  const patched = await lead.patch(TARGET, { reason: "as before" },
    { headers: { "If-Match": "*" } });
  tally.same("a change of the target tells it as well", [patched.status,
    patched.body.last.restated], [200, now.restated]);
}

await inFolderAsync(async (dir) => {
  const data = join(dir, "data");
  drive(data);
  importCalls(data, dir, 20, 500);
  importCalls(data, dir, 30, 10);
  const server = new Server({ data, env: { EVENKEEL_STORE_DAILY: "1" } });
  try {
    await server.start();
    const owner: Client = await server.owner();
    await figuresReady(owner);
    const lead = await server.person(owner, { name: "Lea Lead", roles: ["lead"],
      memberships: [{ team: "team_1", level: "primary" }] });
    const [wrong, right, old] = [20, 30, 70].map((back) => dateOf(noon(back))) as
      [string, string, string];
    // The days are those of the zone that the owner chose, once the set-up is done.
    await changes("every day is there", data, (rows) => on(rows, "volume", old)?.n === 3
      && rows.every((row) => row.zone === "Europe/Berlin")
      && on(rows, "holds", wrong)?.n === 6 && on(rows, "holds", right)?.value === 1);
    const first = rowsOf(data);
    const fails = first.filter((row) => row.withheld !== null);
    tally.same("what cannot be true has no value in SQL",
      fails.map((row) => [row.metric, row.day, row.value]), [["holds@1", wrong, null]]);
    const mate = await withholds(owner, lead.client, server);

    const history = await judged(lead.client);
    const spam = (await lead.client.post("/tags", { name: "spam" })).body.id;
    const talk = `cv_${(DAYS - 70) * 3 + 1}`;
    tally.same("one of seventy days ago is closed and was of that day",
      (await lead.client.get(`/conversations/${talk}`)).body.started.slice(0, 10), old);
    const put = await lead.client.put(`/conversations/${talk}/tags/${spam}`, {});
    tally.is("it turns out to be spam", put.status < 300, put.text);
    // Metric by metric, in their order; of transfers it is the last that knows.
    await changes("and its day is another", data, (rows) =>
      ["volume", "reopen_rate", "transfers"].every((metric) => on(rows, metric, old)?.n === 2));
    const later = rowsOf(data);
    tally.same("no other day is",
      differ(first, later).filter((key) => !key.includes(old) && key.slice(-10) < wrong), []);

    await restates(lead.client, history, old);

    const port = server.port;
    await server.end();
    execFileSync("sqlite3", [join(data, "log.db"), "DELETE FROM daily_metrics"]);
    await server.start(port);
    await changes("emptied, it fills again", data, (rows) => rows.length >= later.length);
    tally.same("with the same", differ(later, rowsOf(data)), []);
    await figuresReady(owner);
    await restatesLast(lead.client, spam);
    await tellsOnlyThem(server, owner, lead.client, mate);
    tally.same("answers as documented", owner.faults, []);
  } finally {
    await server.remove();
  }
});

tally.end();
