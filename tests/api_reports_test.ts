// api_reports_test -- standard reports against the figures they are made of, who may see them, and
// saved ones: made when due or asked for, kept as they were sent, tried again when they did not
// arrive.
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { inFolderAsync, Tally } from "./program.ts";
import { dataAt, enter, folded, makeSample, parseCsv, type Scene } from "./sample_scene.ts";
import { browser, Server } from "./server.ts";

const tally = new Tally();
const CSV = { Accept: "text/csv" };

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const day = (text: string, days: number): string =>
  new Date(Date.parse(text) + days * 86_400_000).toISOString().slice(0, 10);
const today = new Date().toISOString().slice(0, 10);
const FROM = day(today, -21);
const UNTIL = day(today, -7);
const SPAN = `from=${FROM}&until=${UNTIL}`;

function groups<T>(rows: readonly T[], key: (row: T) => string): Map<string, T[]> {
  const out = new Map<string, T[]>();
  for (const row of rows) out.set(key(row), [...(out.get(key(row)) ?? []), row]);
  return out;
}
const sum = (rows: readonly any[], name: string): number =>
  rows.reduce((all, row) => all + (row[name] ?? 0), 0);

// ---- a row for each approach

async function approaches(s: Scene): Promise<void> {
  const ask = `/reports/standard/approaches?team=team_1&${SPAN}`;
  const all = (await s.get(`${ask}&limit=10000`)).body;
  const figure = async (metric: string, more = ""): Promise<any> =>
    (await s.get(`/figures?metric=${metric}&team=team_1&${SPAN}&by=none${more}`)).body.data[0];
  tally.is("definitions with their versions", all.definitions.includes("volume@1"),
    all.definitions);
  tally.same("as many rows as the volume", all.data.length, (await figure("volume")).n);
  tally.same("no more", all.more, false);
  const inOrder = all.data.every((row: any, i: number) =>
    i === 0 || row.started_at >= all.data[i - 1].started_at);
  tally.is("oldest first", inOrder);
  tally.is("each in the asked days", all.data.every((row: any) =>
    row.started_at >= day(FROM, -1) && row.started_at < day(UNTIL, 1)));
  const words = new Set(all.data.map((row: any) => row.outcome));
  tally.is("outcomes", words.has("closed"), [...words]);
  const answered = all.data.filter((row: any) => row.first_response_seconds !== null);
  tally.is("most were answered", answered.length > all.data.length / 2, answered.length);
  tally.is("how often they came is at least once", all.data.every((row: any) =>
    row.contacts_30d === null || row.contacts_30d >= 1));
  tally.is("nobody's name", !/tm_\d/.test(JSON.stringify(all.data)));
  const pages: any[] = [];
  for (let skip = 0; ; skip += 100) {
    const page = (await s.get(`${ask}&limit=100&skip=${skip}`)).body;
    pages.push(...page.data);
    if (page.more !== true) break;
  }
  tally.same("page by page it is the same", pages, all.data);
  const cells = parseCsv((await s.get(ask, CSV)).text);
  tally.same("and as a table", cells.map((row) => [row["conversation"],
    row["first_response_seconds"], row["transfers"], row["outcome"]]),
  all.data.map((row: any) => [row.conversation, String(row.first_response_seconds ?? ""),
    String(row.transfers ?? ""), row.outcome]));
  await clocks(s, ask);
}

/** Regression: the clock switch lost in export. */
async function clocks(s: Scene, ask: string): Promise<void> {
  const read = async (clock: string, csv: boolean): Promise<(string | null)[]> => {
    const got = await s.get(`${ask}&clock=${clock}&limit=10000`, csv ? CSV : {});
    const rows = csv ? parseCsv(got.text) : got.body.data;
    return rows.map((row: any) => String(row.first_response_seconds ?? ""));
  };
  const calendar = await read("calendar", true);
  const office = await read("office_hours", true);
  tally.is("clock switch lost in export: the clocks differ", calendar.join() !== office.join());
  tally.same("clock switch lost in export: calendar", calendar, await read("calendar", false));
  tally.same("clock switch lost in export: business", office, await read("office_hours", false));
  for (const clock of ["calendar", "office_hours"]) {
    const path = `/figures?metric=first_response_time&team=team_1&${SPAN}&by=week&clock=${clock}`;
    const json = (await s.get(path)).body.data.map((row: any) => String(row.value ?? ""));
    const csv = parseCsv((await s.get(path, CSV)).text).map((row) => row["value"]);
    tally.same(`clock switch lost in export: figures, ${clock}`, csv, json);
  }
}

/** Regression: a creation-date filter on a reply metric. */
async function replyDates(s: Scene): Promise<void> {
  let older = 0;
  for (let i = 1; i <= 14; i++) {
    const from = day(today, -i - 3);
    const path = `/figures/receipt?metric=first_response_time&from=${from}&until=${day(from, 1)}`;
    const receipt = (await s.get(`${path}&zone=UTC`)).body;
    const counted = receipt.items.filter((item: any) => item.counted);
    tally.is(`creation-date filter on a reply metric: ${from}`, counted.every((item: any) =>
      item.end >= from && item.end < day(from, 1)));
    older += counted.filter((item: any) => item.start < from).length;
  }
  tally.is("creation-date filter on a reply metric: answers to older ones count", older > 0, older);
}

// ---- teams by week, by stage, by metric, by day

/** Each row's own address is of a receipt that comes to the same. */
async function taken(s: Scene, what: string, rows: readonly any[]): Promise<void> {
  const off: unknown[] = [];
  for (const row of rows) {
    const { pathname, search } = new URL(row.receipt);
    const got = await s.get(pathname.replace("/api/v1", "") + search);
    const same = (one: any): string =>
      JSON.stringify([one?.metric, one?.value, one?.numerator, one?.denominator, one?.state]);
    if (got.status !== 200 || same(got.body) !== same(row)) off.push([row, got.status, got.body]);
  }
  tally.is(`${what}: every row opens its receipt`, rows.length > 0 && off.length === 0,
    off.slice(0, 2));
}

async function sla(s: Scene): Promise<void> {
  const from = day(today, -20);
  const report = (await s.get(`/reports/standard/sla-attainment?from=${from}`)).body;
  const until = report.until;
  for (const [team, rows] of groups<any>(report.data, (row) => row.team)) {
    const whole = (await s.get(`/figures?metric=sla_attainment&team=${team}&from=${from}`
      + `&until=${until}&by=none&zone=${encodeURIComponent(report.zone)}`)).body.data[0];
    tally.same(`weeks of ${team} add up`, [sum(rows, "numerator"), sum(rows, "denominator")],
      [whole.numerator, whole.denominator]);
    const last = rows.at(-1);
    const before = rows.at(-2);
    if (last.complete || new Date(`${last.week}T12:00Z`).getUTCDay() !== 1) continue;
    // The same hours of a week are a part of it.
    tally.is(`unfinished week compared with a whole: ${team}`,
      last.before_denominator <= before.denominator, [last, before]);
  }
  const unfinished = report.data.filter((row: any) => !row.complete);
  tally.is("unfinished week compared with a whole: it is named",
    unfinished.length > 0 || new Date().getUTCDay() === 1, report.data.at(-1));
  const complete = report.data.filter((row: any) => row.complete);
  await taken(s, "deadlines", complete);
  const pairs = complete.filter((row: any, i: number) => i > 0
    && complete[i - 1].team === row.team && complete[i - 1].until === row.week
    && day(complete[i - 1].week, 7) === row.week && day(row.week, 7) === row.until);
  tally.is("a whole week is beside the whole week before it", pairs.every((row: any) => {
    const before = complete[complete.indexOf(row) - 1];
    return row.before_denominator === before.denominator;
  }), pairs);
}

async function leaving(s: Scene): Promise<void> {
  const report = (await s.get(`/reports/standard/leaving?team=team_1&${SPAN}`)).body;
  const rows = (await s.get(`/reports/standard/approaches?team=team_1&${SPAN}&limit=10000`))
    .body.data;
  tally.is("somebody left somewhere", report.data.length > 0);
  tally.same("what is not recorded is said", report.not_recorded, ["menu"]);
  const byTopic = groups<any>(rows, (row) => row.topic ?? "");
  tally.is("of all approaches with that topic", report.data.every((row: any) =>
    row.of === byTopic.get(row.topic ?? "")?.length && row.n <= row.of
    && Math.abs(row.share - row.n / row.of) < 1e-12), report.data.slice(0, 3));
  const reopened = rows.filter((row: any) => row.outcome === "reopened").length;
  const after = report.data.filter((row: any) => row.stage.startsWith("after_"));
  tally.is("who came back left after something", sum(after, "n") >= reopened, [after, reopened]);
}

async function presence(s: Scene): Promise<void> {
  const report = (await s.get(`/reports/standard/presence-history?${SPAN}`)).body;
  tally.is("days of teams", report.data.length > 14, report.data.length);
  tally.is("of nobody alone", !/tm_\d/.test(JSON.stringify(report)));
  tally.is("fewer than five are not told", report.data.every((row: any) =>
    (row.people < 5) === (row.active_ms === null)), report.data.slice(0, 3));
  tally.is("nobody has longer days than there are", report.data.every((row: any) =>
    row.active_ms === null || row.active_ms + row.away_ms <= row.people * 90_000_000));
  tally.is("somebody was there", sum(report.data, "active_ms") > 0);
}

async function trend(s: Scene): Promise<void> {
  const report = (await s.get(`/reports/standard/team-trend?team=team_1&${SPAN}`)).body;
  const listed = (await s.get("/metrics-definitions")).body.data.filter((m: any) => m.available);
  tally.same("every metric once", report.data.map((row: any) => row.metric.split("@")[0]),
    listed.map((m: any) => m.id));
  const one = report.data.find((row: any) => row.metric.startsWith("first_response_time"));
  const figure = (await s.get(`/figures?metric=first_response_time&team=team_1&${SPAN}&by=none`))
    .body.data[0];
  await taken(s, "team trend", report.data);
  const own = (await s.get(`/reports/standard/team-trend?team=team_1&${SPAN}&clock=calendar`
    + "&zone=Etc/GMT%2B5")).body;
  tally.same("of that zone", own.zone, "Etc/GMT+5");
  await taken(s, "by the other clock, in another zone", own.data);
  tally.same("the same figure", [one.value, one.n], [figure.value, figure.n]);
}

// ---- who may

async function rights(s: Scene): Promise<void> {
  const owner = s.client;
  const invite = async (name: string, roles: string[], team: string): Promise<any> => {
    const made = await owner.post("/teammates", { name, email: `${name}@example.org`, roles,
      memberships: [{ team, level: "primary" }] }, s.page);
    if (made.status !== 201) throw new Error(`invite: ${made.status} ${made.text}`);
    const secret = String(made.body.invite.link).split("#")[1];
    const came = await owner.post("/invitations/accept",
      { secret, password: "eleven small boats drift west" });
    const cookie = (came.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
    return { id: made.body.id, get: (path: string, headers = {}) =>
      owner.get(path, { headers: { ...browser(cookie), ...headers } }) };
  };
  const mate = await invite("rita", ["teammate"], "team_1");
  const status = async (who: any, path: string): Promise<number> => (await who.get(path)).status;
  tally.same("a teammate sees no rows of approaches",
    await status(mate, `/reports/standard/approaches?team=team_1&${SPAN}`), 403);
  tally.same("but how their team keeps its deadlines",
    await status(mate, `/reports/standard/sla-attainment?team=team_1&${SPAN}`), 200);
  const other = await status(mate, `/reports/standard/sla-attainment?team=team_2&${SPAN}`);
  tally.is("not those of another", other === 403 || other === 404, other);
  const all = (await mate.get(`/reports/standard/sla-attainment?${SPAN}`)).body.data;
  tally.same("all that they may see is theirs", [...new Set(all.map((row: any) => row.team))],
    ["team_1"]);
  const csv = parseCsv((await mate.get(`/reports/standard/sla-attainment?${SPAN}`, CSV)).text);
  tally.same("in the table too", [...new Set(csv.map((row) => row["team"]))], ["team_1"]);
  const mine = await owner.post("/reports", saved({}), s.page);
  tally.same("somebody else's saved report is not there",
    await status(mate, `/reports/${mine.body.id}`), 404);
  tally.same("nor in their list", (await mate.get("/reports")).body.data, []);
  const gone = await owner.delete(`/reports/${mine.body.id}`, s.page);
  tally.same("deleted", gone.status, 204);
  tally.same("and gone", await status(s, `/reports/${mine.body.id}`), 404);
  tally.same("unknown parameters are refused",
    await status(s, "/reports/standard/leaving?clock=calendar"), 400);
  tally.same("too many days, too",
    await status(s, "/reports/standard/leaving?from=2020-01-01&until=2026-01-01"), 400);
}

// ---- saved ones

function saved(more: object): object {
  return { name: "Monday", standard: "sla_attainment", span: "last_28_days", format: "csv",
    team: "team_1", schedule: { days: ["monday", "friday"], at: "07:30", zone: "Europe/Berlin" },
    target: { kind: "file", name: "monday" }, ...more };
}

async function ran(s: Scene, path: string, state: string): Promise<any> {
  let run: any = null;
  for (let i = 0; i < 200; i++) {
    run = (await s.get(path)).body;
    if (run.state === state && (state !== "waiting" || run.attempts > 0)) return run;
    await wait(100);
  }
  return run;
}

async function keeps(s: Scene, data: string): Promise<void> {
  const folder = join(data, "reports");
  const bad = await s.client.post("/reports", saved({ target: { kind: "file", name: "../x" } }),
    s.page);
  tally.same("a path is no name", [bad.status, bad.body.errors?.[0]?.pointer],
    [422, "/target/name"]);
  const night = await s.client.post("/reports", saved({ schedule: { days: [], at: "25:00",
    zone: "Nowhere" } }), s.page);
  tally.same("nor is that a time", night.status, 422);
  const made = await s.client.post("/reports", saved({}), s.page);
  tally.same("saved", [made.status, made.body.standard, made.body.target.name],
    [201, "sla_attainment", "monday"]);
  tally.is("with its next time", Date.parse(made.body.next_at) > Date.now(), made.body.next_at);
  const at = new Intl.DateTimeFormat("en-GB", { timeZone: "Europe/Berlin", weekday: "long",
    hour: "2-digit", minute: "2-digit" }).format(new Date(made.body.next_at));
  tally.is("which is local", /^(Monday|Friday).*07:30$/.test(at), at);
  const path = `/reports/${made.body.id}`;
  const read = await s.get(path);
  const etag = read.headers.get("etag") ?? "";
  const changed = await s.client.patch(path, { name: "Tuesday", schedule: null },
    { headers: { ...s.page.headers, "If-Match": etag } });
  tally.same("changed", [changed.status, changed.body.name, changed.body.next_at],
    [200, "Tuesday", null]);
  const stale = await s.client.patch(path, { name: "Sunday" },
    { headers: { ...s.page.headers, "If-Match": etag } });
  tally.same("not twice from the same", stale.status, 412);
  const begun = await s.client.post(`${path}/runs`, undefined, s.page);
  tally.same("begun", [begun.status, begun.body.state], [201, "waiting"]);
  const run = await ran(s, `${path}/runs/${begun.body.id}`, "sent");
  tally.same("sent", [run.state, run.attempts, run.why, run.next_at], ["sent", 1, null, null]);
  const body = JSON.parse(run.body);
  tally.is("with its definitions and where receipts are", body.definitions.length > 0
    && body.receipts.includes("/figures/receipt"), body.definitions);
  tally.is("of days that are over", body.until <= day(today, 1), body.until);
  const files = readdirSync(folder).sort();
  tally.same("two files", files.map((name) => name.replace(/\d{4}-\d\d-\d\d/, "DAY")),
    ["monday-DAY.csv", "monday-DAY.json"]);
  tally.same("the one as it is kept", readFileSync(join(folder, files[1] ?? ""), "utf8"), run.body);
  const table = parseCsv(readFileSync(join(folder, files[0] ?? ""), "utf8"));
  tally.same("the other with the same rows", table.map((row) => [row["week"], row["numerator"]]),
    body.data.map((row: any) => [row.week, String(row.numerator)]));
  const now = (await s.get(`/reports/standard/sla-attainment?team=team_1&from=${body.from}`
    + `&until=${body.until}`)).body;
  tally.same("what the screen says", body.data, now.data);
  await fails(s, path, folder, run);
}

/** A failed send is tried again and shown; one that was sent stays as it was. */
async function fails(s: Scene, path: string, folder: string, sent: any): Promise<void> {
  rmSync(folder, { recursive: true });
  writeFileSync(folder, "in the way");
  const begun = await s.client.post(`${path}/runs`, undefined, s.page);
  const run = await ran(s, `${path}/runs/${begun.body.id}`, "waiting");
  tally.is("what did not arrive is tried again", run.attempts === 1 && run.why !== null
    && Date.parse(run.next_at) > Date.now(), run);
  tally.is("from the kept answer", run.body !== null, run);
  rmSync(folder);
  const list = (await s.get(`${path}/runs`)).body.data;
  tally.same("both are listed, the newest first", list.map((one: any) => one.id),
    [begun.body.id, sent.id]);
  tally.same("what was sent is kept as sent", (await s.get(`${path}/runs/${sent.id}`)).body.body,
    sent.body);
  mkdirSync(folder);
  tally.is("the folder is there again", existsSync(folder));
}

await inFolderAsync(async (dir) => {
  const data = join(dir, "data");
  const who = makeSample(dataAt(dir), 11);
  const server = new Server({ data });
  try {
    await server.start();
    const s = await enter(server, who);
    await folded(s);
    await approaches(s);
    await replyDates(s);
    await sla(s);
    await leaving(s);
    await presence(s);
    await trend(s);
    await keeps(s, data);
    await rights(s);
    tally.same("answers as documented", s.client.faults, []);
  } finally {
    await server.remove();
  }
});

tally.end();
