// web_figures_test -- one function behind everything (spec metrics, X1), with the screen: every
// figure that a page shows says what it answers (web/src/parts/figure.ts), so that all of every
// screen are read and compared with the answer of the API, with its table, and with what stands in
// SQL; of every metric, in teams of two time zones, by browsers in two. The pages of a person too:
// what they see of themselves, what their lead sees of them, and that nobody sees what is withheld.
import { execFileSync } from "node:child_process";
import { join } from "node:path";

import type { Page } from "playwright-core";

import { withBrowser, type Account, type Screen, type Stage } from "./browser.ts";
import { median, seconds } from "./past.ts";
import { Tally } from "./program.ts";
import { parseCsv } from "./sample_scene.ts";
import { browser as pageHeaders, cookieOf, type Answer as Reply, OWNER } from "./server.ts";

const tally = new Tally();
const WAIT_MS = 15_000;
const DAY_MS = 86_400_000;
const ZONES = ["Asia/Seoul", "America/New_York"] as const;
const TEAMS = ["team_1", "team_2"] as const;
const FIELDS = ["value", "low", "high", "n", "numerator", "denominator", "median", "p90", "mean",
  "open", "not_yet_known"] as const;

interface Told { readonly [name: string]: any }
interface Mark { readonly asked: string; readonly says: string; readonly text: string }
interface Answer { readonly head: Told; readonly rows: readonly Told[] }

// ---- what is shown

const plain = (text: string): string =>
  text.replace(/[\u2066-\u2069]/g, "").replace(/\u00a0/g, " ");

function marksIn(page: Page): Promise<Mark[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll("[data-figure-asked]")].map((it) => ({
      asked: it.getAttribute("data-figure-asked") ?? "",
      says: it.getAttribute("data-figure-says") ?? "",
      text: it.textContent ?? "",
    })));
}

const UNITS = [["day", 86_400], ["hr", 3600], ["min", 60], ["sec", 1]] as const;

/** "2 hr 5 min": the largest unit and the next, from ten minutes on the minutes alone. */
function length(seconds: number): string {
  let rest = Math.round(Math.abs(seconds));
  const at = UNITS.findIndex(([, size]) => rest >= size);
  if (at < 0) return "0 sec";
  const parts: string[] = [];
  for (const [name, size] of UNITS.slice(at, at + 2)) {
    const value = Math.floor(rest / size);
    rest -= value * size;
    if (value > 0 || parts.length === 0)
      parts.push(`${value} ${name}${name === "day" && value > 1 ? "s" : ""}`);
    if (name === "min" && at === 2 && value >= 10) break;
  }
  return parts.join(" ");
}

const numberAt = (text: string): [number, string] | null => {
  const found = /[-−]?\d[\d,]*(?:\.\d+)?/.exec(text);
  return found === null ? null
    : [Number(found[0].replaceAll(",", "").replace("−", "-")),
      text.slice(found.index + found[0].length)];
};

/** What stands behind that value in the text; null when it does not stand there. */
function behind(text: string, unit: string, field: string, value: number): string | null {
  const isCounted = ["n", "numerator", "denominator", "open"].includes(field);
  if (unit === "seconds" && !isCounted) {
    const said = length(value);
    const at = text.indexOf(said);
    return at < 0 ? null : text.slice(at + said.length);
  }
  const found = numberAt(text);
  if (found === null) return null;
  const isShare = unit === "share" && !isCounted;
  const shown = isShare ? found[0] / 100 : found[0];
  const slack = isCounted ? 0 : isShare ? .000501 : Math.max(.0501, Math.abs(value) * .005);
  return Math.abs(shown - value) <= slack ? found[1] : null;
}

/** "" when the text says those of the row's values that it is to say, in their order. */
function wrong(mark: Mark, row: Told, unit: string): string {
  let rest = plain(mark.text);
  const isKnown = mark.says.split(" ").some((field) => row[field] !== null);
  if (!isKnown) return numberAt(rest) === null ? "" : "shown though nothing is known";
  for (const field of mark.says.split(" ")) {
    const value = row[field] as number | null;
    if (value === null) continue;
    const next = behind(rest, unit, field, value);
    if (next === null) return `${field} ${value} (${unit === "seconds" ? length(value) : unit})`;
    rest = next;
  }
  return "";
}

// ---- what is answered

class Answers {
  private readonly stage: Stage;
  private readonly known = new Map<string, Answer>();
  readonly faults: string[] = [];
  /** Each day, or span of days, of a team that was shown, for SQL. */
  readonly rows: { asked: URLSearchParams; head: Told; row: Told }[] = [];
  readonly metrics = new Set<string>();
  private readonly cookie: string;

  /** As whoever's cookie that is. */
  constructor(stage: Stage, cookie = stage.server.cookie) {
    this.stage = stage;
    this.cookie = cookie;
  }

  private async read(query: string): Promise<Answer> {
    const headers = pageHeaders(this.cookie);
    const nobody = this.stage.owner.as(null);
    const json = await nobody.get(`/figures?${query}`, { headers });
    const csv = await nobody.get(`/figures?${query}`,
      { headers: { ...headers, Accept: "text/csv" } });
    if (json.status !== 200 || csv.status !== 200)
      throw new Error(`${query}: ${json.status} ${csv.status} ${json.text.slice(0, 300)}`);
    const { data, ...head } = json.body;
    const table = parseCsv(csv.text);
    const number = (text: string | undefined) =>
      text === undefined || text === "" ? null : Number(text);
    data.forEach((row: Told, i: number) => {
      const off = FIELDS.filter((name) => (row[name] ?? null) !== number(table[i]?.[name]));
      // What is as of now has gone on between the two.
      if (off.length > 0 && !query.includes("days=1"))
        this.faults.push(`CSV of ${query} ${row["from"]}: ${off.join(" ")}`);
    });
    return { head, rows: data };
  }

  forget(): void { this.known.clear(); }

  /** Points of one series are asked for together. */
  async prepare(marks: readonly Mark[]): Promise<void> {
    const spans = new Map<string, [string, string]>();
    for (const mark of marks) {
      const asked = new URLSearchParams(mark.asked);
      if (!asked.has("by")) continue;
      const [from, until] = [asked.get("from") ?? "", asked.get("until") ?? ""];
      asked.delete("from");
      asked.delete("until");
      const span = spans.get(asked.toString());
      spans.set(asked.toString(), span === undefined ? [from, until]
        : [from < span[0] ? from : span[0], until > span[1] ? until : span[1]]);
    }
    for (const [asked, [from, until]] of spans) {
      const { head, rows } = await this.read(`${asked}&from=${from}&until=${until}`);
      for (const row of rows)
        this.known.set(`${asked}&${row["from"]}`, { head, rows: [row] });
    }
  }

  async of(mark: Mark): Promise<{ head: Told; row: Told | undefined }> {
    const asked = new URLSearchParams(mark.asked);
    const [from] = [asked.get("from")];
    let found: Answer | undefined;
    if (asked.has("by")) {
      asked.delete("from");
      asked.delete("until");
      found = this.known.get(`${asked.toString()}&${from}`);
    } else {
      const isLive = asked.get("days") === "1";
      found = isLive ? undefined : this.known.get(mark.asked);
      found ??= await this.read(mark.asked);
      this.known.set(mark.asked, found);
    }
    return { head: found?.head ?? {}, row: found?.rows[0] };
  }

  async compare(where: string, mark: Mark): Promise<string> {
    const asked = new URLSearchParams(mark.asked);
    const { head, row } = await this.of(mark);
    const name = `${where} ${mark.asked}: "${plain(mark.text)}"`;
    if (row === undefined) return `${name}: no such figure`;
    this.metrics.add((asked.get("metric") ?? "").split("@")[0] ?? "");
    this.rows.push({ asked, head, row });
    const fault = wrong(mark, row, head["unit"]);
    if (fault === "" || asked.get("days") !== "1" || head["unit"] !== "seconds")
      return fault === "" ? "" : `${name}: not ${fault}`;
    // How long something has waited so far goes on while it is read.
    for (let ago = 1; ago < 30; ago++)
      if (row["value"] !== null && wrong(mark, { ...row, value: row["value"] - ago },
        head["unit"]) === "") return "";
    return `${name}: not ${fault}`;
  }
}

// ---- the walk

interface Walk { readonly stage: Stage; readonly answers: Answers; count: number }

/** Until all that the page shows is as answered; what is left after a while is a difference. */
async function differences(w: Walk, page: Page, where: string, least: number): Promise<string[]> {
  let faults: string[] = ["nothing is shown"];
  const end = Date.now() + WAIT_MS;
  let marks: Mark[] = [];
  while (faults.length > 0 && Date.now() < end) {
    marks = await marksIn(page);
    faults = marks.length < least ? [`${marks.length} shown`] : [];
    if (faults.length === 0) {
      const people = new Set(marks.map((mark) => new URLSearchParams(mark.asked).get("teammate")));
      people.delete(null);
      if (people.size > 1) faults.push(`${where}: figures of ${people.size} people on one page`);
      await w.answers.prepare(marks);
      for (const mark of marks) {
        const fault = await w.answers.compare(where, mark);
        if (fault !== "") faults.push(fault);
      }
    }
    if (faults.length > 0) await page.waitForTimeout(250);
  }
  w.count += marks.length;
  return faults;
}

async function look(w: Walk, page: Page, where: string, least: number): Promise<void> {
  const faults = await differences(w, page, where, least);
  if (faults.length > 0) tally.same(where, faults.slice(0, 5), []);
}

/** The same of days up to now, where something may become known between page and answer: then both
 * are asked once more. */
async function lookNow(w: Walk, page: Page, where: string, least: number): Promise<void> {
  let faults: string[] = [];
  for (let tries = 0; tries < 3; tries++) {
    w.answers.forget();
    faults = await differences(w, page, where, least);
    if (faults.length === 0) return;
    await page.reload();
  }
  tally.same(where, faults.slice(0, 5), []);
}

/** To another place without loading the page anew, as a link does. */
const go = (page: Page, path: string): Promise<void> =>
  page.evaluate((to) => {
    history.pushState(null, "", to);
    dispatchEvent(new PopStateEvent("popstate"));
  }, path);

async function charts(w: Walk, screen: Screen, zone: string, metrics: readonly Told[]) {
  const { page } = screen;
  for (const [i, metric] of metrics.entries()) {
    // Each metric in both zones of teams; by day and by week in turn.
    for (const [k, team] of TEAMS.entries()) {
      const cadence = (i + k) % 2 === 0 ? "daily" : "weekly";
      const ask = `metric=${metric["id"]}&team=${team}&cadence=${cadence}`;
      const got = await w.stage.owner.get(`/trends/series?${ask}`);
      if (got.status !== 200 || got.body.points.length === 0) continue;
      await go(page, `/trends/${metric["id"]}?team=${team}&cadence=${cadence}`);
      await page.locator(".ek-chart").waitFor({ timeout: WAIT_MS });
      const name = plain(await page.locator(".ek-chart-caption").innerText());
      await page.waitForFunction(([team, metric]) =>
        (document.querySelector("[data-figure-asked]")?.getAttribute("data-figure-asked") ?? "")
          .includes(`metric=${metric}%40`) || document.querySelector(".ek-chart-canvas") !== null
        || team === "", [team, metric["id"]]);
      const toTable = page.getByRole("button", { name: "Show as table" });
      if (await toTable.count() > 0) await toTable.click();
      await look(w, page, `${zone} chart "${name}"`, got.body.points.length);
    }
  }
}

async function trends(w: Walk, screen: Screen, zone: string): Promise<void> {
  const { page } = screen;
  for (const team of TEAMS) {
    const listed = (await w.stage.owner.get(`/trends?team=${team}`)).body.data as Told[];
    await go(page, `/trends?team=${team}`);
    // Its own lines: those of the team before stand there until the answer comes.
    const line = page.locator(`.ek-trends-line a[href*="team=${team}"]`).first();
    await line.waitFor({ state: "attached", timeout: WAIT_MS });
    const lines = await page.locator(".ek-trends-line").evaluateAll((all) => all.map((it) =>
      [it.querySelector("a")?.getAttribute("href") ?? "",
        it.querySelector(".ek-trends-levels")?.textContent ?? ""]));
    const faults: string[] = [];
    for (const [path, text] of lines) {
      const url = new URL(path ?? "", "http://x");
      const found = listed.find((one) => one["metric"].split("@")[0] === url.pathname.split("/")[2]
        && one["team"] === url.searchParams.get("team")
        && one["cadence"] === url.searchParams.get("cadence"));
      if (found === undefined) faults.push(`${path}: not listed`);
      else if (text !== "") {
        const fault = wrong({ asked: "", says: "was is", text: text ?? "" }, found, found["unit"]);
        if (fault !== "") faults.push(`${path}: "${plain(text ?? "")}" ${fault}`);
      }
    }
    tally.same(`${zone} the list of ${team} is that of the API`, [lines.length > 0, faults],
      [true, []]);
  }
}

/** A target for each kind of figure, of a team in either zone, and of oneself. */
async function targets(stage: Stage): Promise<string[]> {
  const headers = pageHeaders(stage.server.cookie);
  const made: string[] = [];
  const review = new Date(Date.now() + 60 * DAY_MS).toISOString().slice(0, 10);
  const asks = [["first_response_time", "value", 1800], ["first_response_time", "p90", 7200],
    ["sla_attainment", "value", .8], ["volume", "value", 100], ["resolution_time", "mean", 9000],
  ] as const;
  for (const team of TEAMS)
    for (const [metric, statistic, value] of asks) {
      const got = await stage.owner.as(null).post("/targets", { metric, statistic, value,
        scope: { team }, comparator: metric === "sla_attainment" ? "at_least" : "at_most",
        period: "week", reason: "So that it is shown.", review_date: review,
        override: { reason: "So that it is shown.", change: "Nothing." } }, { headers });
      if (got.status !== 201) throw new Error(`target: ${got.status} ${got.text}`);
      made.push(got.body.id);
    }
  return made;
}

async function walls(w: Walk, zone: string): Promise<void> {
  const made = await w.stage.owner.as(null).post("/wallboards", { name: `Hall ${zone}`,
    teams: [...TEAMS] }, { headers: pageHeaders(w.stage.server.cookie) });
  const screen = await w.stage.browser.open(new URL(made.body.url).pathname, { zone });
  await screen.page.locator(".ek-wall-team").nth(1).waitFor({ timeout: WAIT_MS });
  const shown = await screen.page.locator(".ek-wall-team").evaluateAll((all) => all.map((it) =>
    it.querySelector("dd")?.textContent ?? ""));
  const live: string[] = [];
  for (const team of TEAMS)
    live.push(String((await w.stage.owner.get(`/teams/${team}/live`)).body.waiting));
  tally.same(`${zone} what waits on the wall is what the API says`, shown.map(plain), live);
  await screen.close();
}

async function board(w: Walk, screen: Screen, zone: string): Promise<void> {
  const { page } = screen;
  for (const team of TEAMS) {
    await go(page, `/live?team=${team}`);
    await page.locator(`[data-figure-asked*="team=${team}"]`).first().waitFor(
      { timeout: WAIT_MS });
    await look(w, page, `${zone} live ${team}`, 5);
    const waiting = (await w.stage.owner.get(`/teams/${team}/live`)).body.waiting;
    const tile = page.locator('[data-figure="waiting"]');
    await tally.until(`${zone} live ${team}: what waits is what the API says`, WAIT_MS,
      async () => plain(await tile.innerText()) === String(waiting));
  }
}

async function all(w: Walk, zone: string, metrics: readonly Told[], set: readonly string[]) {
  const { stage } = w;
  const screen = await stage.browser.open("/live", { as: stage.account, zone, language: "en",
    until: "domcontentloaded" });
  const { page } = screen;
  await page.locator("h1").waitFor({ timeout: WAIT_MS });
  await tally.soon(`${zone} is where the browser is`,
    () => page.evaluate(() => Intl.DateTimeFormat().resolvedOptions().timeZone), zone);
  await board(w, screen, zone);
  await trends(w, screen, zone);
  await charts(w, screen, zone, metrics);
  const yesterday = new Date(Date.now() - 2 * DAY_MS).toISOString().slice(0, 10);
  const begin = new Date(Date.now() - 22 * DAY_MS).toISOString().slice(0, 10);
  for (const [report, least] of [["team_trend", 20], ["sla_attainment", 4]] as const)
    for (const team of [TEAMS[0], "all"]) {
      await go(page, `/reports?report=${report}&team=${team}&from=${begin}&last=${yesterday}`);
      await page.locator(".ek-reports-table").waitFor({ timeout: WAIT_MS });
      await look(w, page, `${zone} report ${report} ${team}`, least);
    }
  await go(page, "/targets");
  await look(w, page, `${zone} targets`, set.length);
  for (const id of set.slice(0, 2)) {
    await go(page, `/targets/${id}`);
    await look(w, page, `${zone} target ${id}`, 1);
  }
  for (const survey of (await stage.owner.get("/surveys")).body.data) {
    await go(page, `/surveys/${survey.id}`);
    await look(w, page, `${zone} survey ${survey.form}`, 2);
  }
  await go(page, "/me/figures");
  await look(w, page, `${zone} my figures`, 0);
  await walls(w, zone);
  tally.same(`${zone} nothing went wrong`, screen.faults(), []);
  await screen.close();
}

// ---- of a person

const PERSON = "tm_6"; // of the sample: serves both teams
const COLLEAGUE = "tm_2"; // of the first
const PASSWORD = OWNER.password.replace("seven", "eleven");

interface Somebody extends Account {
  readonly cookie: string;
  readonly get: (path: string, accept?: string) => Promise<Reply>;
  readonly post: (path: string, body: object) => Promise<Reply>;
}

async function cameIn(stage: Stage, account: Account): Promise<Somebody> {
  const nobody = stage.owner.as(null);
  const { email, password } = account;
  const cookie = cookieOf(await nobody.post("/sign-in", { email, password }));
  const headers = pageHeaders(cookie);
  return { ...account, cookie,
    get: (path, accept = "application/json") =>
      nobody.get(path, { headers: { ...headers, Accept: accept } }),
    post: (path, body) => nobody.post(path, body, { headers }) };
}

/** Somebody of the sample, who is given a password. */
async function sampled(stage: Stage, id: string): Promise<Somebody> {
  const nobody = stage.owner.as(null);
  const made = await nobody.post("/password-resets", { teammate: id },
    { headers: pageHeaders(stage.server.cookie) });
  const secret = String(made.body.link).split("#")[1];
  await nobody.post("/password-resets/accept", { secret, password: PASSWORD });
  const { email } = (await stage.owner.get(`/teammates/${id}`)).body;
  return cameIn(stage, { id, email, password: PASSWORD });
}

const SERVED = TEAMS.map((team) => `team=${team}`);
const ofPerson = (metric: string, team: string): string =>
  `metric=${metric}&${team}&teammate=${PERSON}&days=91`;

/** What a caller may be told of the person, by the API: metric and team of each figure that rests
 * on anything; and that everything else is refused, as an answer, a table and a receipt. */
async function told(who: Somebody, metrics: readonly Told[], what: string,
  may: (metric: Told) => boolean): Promise<string[]> {
  const known: string[] = [];
  for (const metric of metrics)
    for (const team of SERVED) {
      const asked = ofPerson(metric["id"], team);
      const got = await Promise.all([who.get(`/figures?${asked}`),
        who.get(`/figures?${asked}`, "text/csv"), who.get(`/figures/receipt?${asked}`)]);
      const wanted = may(metric) ? 200 : 403;
      const other = got.filter((one) => one.status !== wanted).map((one) => one.status);
      if (other.length > 0) tally.same(`${what}: ${metric["id"]}`, other, [wanted]);
      if (may(metric) && got[0]?.body.data?.[0]?.n > 0) known.push(`${metric["id"]} ${team}`);
    }
  return known.sort();
}

/** Of whom, metric and team, each figure on the page is. */
async function named(page: Page): Promise<string[]> {
  const asked = (await marksIn(page)).map((mark) => new URLSearchParams(mark.asked))
    .filter((of) => of.has("teammate"));
  const other = asked.filter((of) => of.get("teammate") !== PERSON).map(String);
  return [...other, ...asked.map((of) =>
    `${of.get("metric")?.split("@")[0]} team=${of.get("team")}`)].sort();
}

async function onTheirPage(stage: Stage, who: Account, path: string, zone: string,
  work: (page: Page) => Promise<void>): Promise<void> {
  const screen = await stage.browser.open(path, { as: who, zone, language: "en",
    until: "domcontentloaded" });
  await screen.page.locator("h1").waitFor({ timeout: WAIT_MS });
  // A lead's page asks, and learns that a purpose comes first.
  screen.forgive(/403 \(Forbidden\).*\/talk/);
  await work(screen.page);
  tally.same(`${zone} ${path}: nothing went wrong`, screen.faults(), []);
  await screen.close();
}

interface People { readonly own: Somebody; readonly lead: Somebody; readonly mate: Somebody }

/** Their first response, once more: from the assignment that they held, or the beginning, to the
 * first answer of a person, out of the tables for other programs. */
async function personInSql(stage: Stage, own: Somebody): Promise<void> {
  const sql = `WITH firsts AS (SELECT min(part) AS part FROM report_parts WHERE kind = 'message'
      AND author_kind = 'teammate' GROUP BY conversation)
    SELECT 'team_' || a.team AS team, max(a.from_at, c.started_at) AS began, p.created_at AS ended
    FROM firsts JOIN report_parts p USING (part) JOIN report_conversations c USING (conversation)
    JOIN report_assignments a ON a.conversation = p.conversation AND a.teammate = p.author
      AND a.from_at <= p.created_at AND (a.until_at IS NULL OR a.until_at >= p.created_at)
    WHERE p.author = ${PERSON.slice(3)}`;
  const rows = sqlRows(stage, sql);
  for (const team of TEAMS) {
    const waits = rows.filter((row) => row["team"] === team).map((row) =>
      seconds(Date.parse(row["ended"])) - seconds(Date.parse(row["began"])));
    const { n, value } = (await own.get(`/figures?${
      ofPerson("first_response_time", `team=${team}`)}&clock=calendar`)).body.data[0];
    tally.same(`SQL: the first answers of ${PERSON} in ${team}`, [waits.length > 20, n, value],
      [true, waits.length, median(waits)]);
  }
  const columns = sqlRows(stage, `SELECT m.name AS view, p.name AS name FROM sqlite_master m,
    pragma_table_info(m.name) p WHERE m.type = 'view' AND m.name LIKE 'report_%'`);
  const views = new Set(columns.filter((one) => /^(teammate|author)/.test(one["name"]))
    .map((one) => one["view"]));
  tally.same("SQL: no table has figures of people", columns.filter((one) =>
    views.has(one["view"]) && [...FIELDS, "metric"].includes(one["name"])), []);
}

async function persons(w: Walk, { own, lead, mate }: People, metrics: readonly Told[]) {
  const { stage } = w;
  const page = `/teammates/${PERSON}`;
  const mine = await told(own, metrics, "oneself", (of) => of["person"] !== "none");
  tally.is("many metrics are theirs", new Set(mine.map((one) => one.split(" ")[0])).size > 8, mine);
  const shared = (of: Told): boolean => !["none", "own_view"].includes(of["person"]);
  for (const [who, says] of [[lead, "a lead without a purpose"], [mate, "a colleague"],
    [await cameIn(stage, stage.account), "an administrator"]] as const) {
    await told(who, metrics, says, () => false);
    await onTheirPage(stage, who, page, ZONES[0], async (page) => {
      await page.getByRole("heading", { name: "Clémence Aubriot" }).first().waitFor();
      await page.waitForLoadState("networkidle").catch(() => null);
      await tally.soon(`${says} is shown no figure of the person`, () => named(page), []);
    });
  }
  const ofOwn: Walk = { stage, answers: new Answers(stage, own.cookie), count: 0 };
  const ofLead: Walk = { stage, answers: new Answers(stage, lead.cookie), count: 0 };
  let theirs: string[] = [];
  let target = "";
  for (const zone of ZONES) {
    await onTheirPage(stage, own, "/me/figures", zone, async (page) => {
      await lookNow(ofOwn, page, `${zone} one's own`, 2 * mine.length);
      await tally.soon(`${zone} all of one's own, and of nobody else`, () => named(page), mine);
    });
    await onTheirPage(stage, lead, page, zone, async (page) => {
      const purpose = page.getByRole("button", { name: "Coaching" });
      if (theirs.length === 0) {
        await purpose.click();
        await purpose.waitFor({ state: "detached" });
        // A purpose is said for each sign-in.
        await lead.post(`/teammates/${PERSON}/looks`, { purpose: "coaching" });
        theirs = await told(lead, metrics, "a lead with a purpose", shared);
        tally.is("which is less than they see themselves", theirs.length > 0 &&
          theirs.length < mine.length && theirs.every((one) => mine.includes(one)), theirs);
      }
      await page.reload();
      await lookNow(ofLead, page, `${zone} what a lead sees`, 2 * theirs.length);
      await tally.soon(`${zone} no more than a lead may`, () => named(page), theirs);
    });
    if (target === "") target = await personalTarget(lead);
    for (const [walk, who] of [[ofOwn, own], [ofLead, lead]] as const)
      await onTheirPage(stage, who, `/targets/${target}`, zone, (page) =>
        lookNow(walk, page, `${zone} a target of a person`, 1));
  }
  for (const { answers } of [ofOwn, ofLead])
    tally.same("the person's tables say so too", answers.faults, []);
  tally.is(`${ofOwn.count + ofLead.count} figures of a person are those of the API`,
    ofOwn.count > 40 && ofLead.count > 30, [ofOwn.count, ofLead.count]);
  await personInSql(stage, own);
}

async function personalTarget(lead: Somebody): Promise<string> {
  const review = new Date(Date.now() + 60 * DAY_MS).toISOString().slice(0, 10);
  const got = await lead.post("/targets", { metric: "first_response_time", value: 86_400,
    scope: { teammate: PERSON }, comparator: "at_most", period: "week",
    reason: "So that it is shown.", review_date: review });
  if (got.status !== 201) throw new Error(`target: ${got.status} ${got.text}`);
  return got.body.id;
}

async function people(stage: Stage): Promise<People> {
  // Else the first who comes in beside the owner asks a second factor of both.
  await stage.owner.as(null).patch("/settings/server", { second_factor: "none" },
    { headers: { ...pageHeaders(stage.server.cookie), "If-Match": "*" } });
  const own = await sampled(stage, PERSON);
  const mate = await sampled(stage, COLLEAGUE);
  const lead = await stage.browser.person({ name: "Lea Lead", roles: ["lead"],
    memberships: TEAMS.map((team) => ({ team, level: "primary" })) });
  return { own, mate, lead: await cameIn(stage, lead) };
}

// ---- SQL

function sqlRows(stage: Stage, sql: string): Told[] {
  return JSON.parse(execFileSync("sqlite3", ["-readonly", "-json", "-cmd", ".timeout 5000",
    join(stage.server.data, "log.db"), sql], { encoding: "utf8", maxBuffer: 1 << 28 })
    .replace(/^[^[]*/, "") || "[]");
}

/** By metric, team and day, once nothing more comes. */
async function readSql(stage: Stage): Promise<Map<string, Told>> {
  const sql = (): Told[] => sqlRows(stage, "SELECT * FROM report_daily_metrics");
  let rows = sql();
  for (let same = 0; same < 6;) {
    await new Promise((resolve) => setTimeout(resolve, 500));
    const next = sql();
    same = next.length === rows.length && next.length > 0 ? same + 1 : 0;
    rows = next;
  }
  return new Map(rows.map((row) => [`${row["metric"]} team_${row["team"]} ${row["day"]}`, row]));
}

const PLAIN = new Set(["metric", "team", "zone", "by", "from", "until"]);

/** Days as they stand in SQL; of more days, counts as their sum (R9). */
async function sqlAgrees(w: Walk, metrics: readonly Told[]): Promise<void> {
  const table = await readSql(w.stage);
  const faults: string[] = [];
  let days = 0;
  let sums = 0;
  for (const { asked, head, row } of w.answers.rows) {
    const team = asked.get("team");
    const of = metrics.find((one) => one["id"] === head["metric"]?.split("@")[0]);
    if (team === null || of === undefined || [...asked.keys()].some((key) => !PLAIN.has(key)))
      continue;
    const found: Told[] = [];
    const end = Date.parse(row["until"]);
    for (let day = Date.parse(row["from"]); day < end; day += DAY_MS) {
      const one = table.get(`${row["metric"]} ${team} ${new Date(day).toISOString().slice(0, 10)}`);
      if (one !== undefined) found.push(one);
    }
    if (found.some((one) => one["zone"] !== head["zone"])) continue;
    const isDay = end - Date.parse(row["from"]) === DAY_MS;
    const fields = isDay ? ["value", "n", "numerator", "denominator", "median", "p90", "mean"]
      : of["kind"] === "share" && of["id"] !== "occupancy" ? ["n", "numerator", "denominator"]
        : ["n"];
    if ((isDay && found.length === 0) || (!isDay && of["bucket"] === "instant")) continue;
    for (const field of fields) {
      const said = isDay ? found[0]?.[field] ?? null
        : found.reduce((sum, one) => sum + one[field], 0);
      if (said === null ? row[field] !== null
        : Math.abs(said - (row[field] ?? NaN)) > 1e-6 * Math.max(1, Math.abs(said)) ||
          row[field] === null)
        faults.push(`${asked.toString()} ${row["from"]} ${field}: ${row[field]}, SQL ${said}`);
    }
    if (isDay) days++; else sums++;
  }
  tally.is(`SQL: ${days} days and ${sums} sums of days say the same`,
    faults.length === 0 && days > 500 && sums > 100, [...new Set(faults)].slice(0, 8));
}

// ---- the whole

async function zones(stage: Stage): Promise<void> {
  const week = [1, 2, 3, 4, 5].map((day) => ({ day, from: "09:00", to: "18:00" }));
  for (const [i, zone] of ZONES.entries()) {
    const made = await stage.owner.post("/calendars", { name: `Hours ${zone}`, zone, week });
    const set = await stage.owner.patch(`/teams/${TEAMS[i]}/settings`,
      { set: { calendar: made.body.id } }, { headers: { "If-Match": "*" } });
    if (set.status !== 200) throw new Error(`${zone}: ${made.text} ${set.text}`);
  }
  // What stands in SQL is brought up to date every ten minutes, and at a start.
  const { port } = stage.server;
  await stage.server.end();
  await stage.server.start(port);
}

await withBrowser(async (stage) => {
  const who = await people(stage);
  await zones(stage);
  await tally.until("teams in two zones, folded", 60_000, async () => {
    const told = await Promise.all(TEAMS.map((team) =>
      stage.owner.get(`/figures?metric=volume&team=${team}&days=1`)));
    return told.every((one, i) => one.body?.zone === ZONES[i]);
  });
  await tally.until("charts are there", 60_000, async () =>
    ((await stage.owner.get("/trends?team=team_2")).body?.data?.length ?? 0) > 5);
  const set = await targets(stage);
  const defined = (await stage.owner.get("/metrics-definitions")).body.data as Told[];
  const metrics = defined.filter((one) => one["available"]);
  const w: Walk = { stage, answers: new Answers(stage), count: 0 };
  for (const zone of ZONES) await all(w, zone, metrics, set);
  tally.is(`${w.count} figures on screens are those of the API`, w.count > 1000);
  tally.same("and of its tables", [...new Set(w.answers.faults)].slice(0, 8), []);
  tally.same("every metric is on a screen",
    metrics.map((one) => one["id"]).filter((id) => !w.answers.metrics.has(id)), []);
  await persons(w, who, metrics);
  await sqlAgrees(w, metrics);
  tally.same("every answer is as the document says", stage.owner.faults, []);
}, { with: "sample" });
tally.end();
