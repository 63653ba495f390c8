// web_figures_test -- one function behind everything (spec metrics, X1), with the screen: every
// figure that a page shows says what it answers (web/src/parts/figure.ts), so that all of every
// screen are read and compared with the answer of the API, with its table, and with what stands in
// SQL; of every metric, in teams of two time zones, by browsers in two.
import { execFileSync } from "node:child_process";
import { join } from "node:path";

import type { Page } from "playwright-core";

import { withBrowser, type Screen, type Stage } from "./browser.ts";
import { Tally } from "./program.ts";
import { parseCsv } from "./sample_scene.ts";
import { browser as pageHeaders } from "./server.ts";

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

  constructor(stage: Stage) { this.stage = stage; }

  private async read(query: string): Promise<Answer> {
    const headers = pageHeaders(this.stage.server.cookie);
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
async function look(w: Walk, page: Page, where: string, least: number): Promise<void> {
  let faults: string[] = ["nothing is shown"];
  const end = Date.now() + WAIT_MS;
  let marks: Mark[] = [];
  while (faults.length > 0 && Date.now() < end) {
    marks = await marksIn(page);
    faults = marks.length < least ? [`${marks.length} shown`] : [];
    if (faults.length === 0) {
      await w.answers.prepare(marks);
      for (const mark of marks) {
        const fault = await w.answers.compare(where, mark);
        if (fault !== "") faults.push(fault);
      }
    }
    if (faults.length > 0) await page.waitForTimeout(250);
  }
  w.count += marks.length;
  if (faults.length > 0) tally.same(where, faults.slice(0, 5), []);
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
  tally.same(`${zone} is where the browser is`,
    await page.evaluate(() => Intl.DateTimeFormat().resolvedOptions().timeZone), zone);
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

// ---- SQL

/** By metric, team and day, once nothing more comes. */
async function readSql(stage: Stage): Promise<Map<string, Told>> {
  const sql = (): Told[] => JSON.parse(execFileSync("sqlite3", ["-readonly", "-json",
    "-cmd", ".timeout 5000", join(stage.server.data, "log.db"),
    "SELECT * FROM report_daily_metrics"], { encoding: "utf8", maxBuffer: 1 << 28 })
    .replace(/^[^[]*/, "") || "[]");
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
  await sqlAgrees(w, metrics);
  tally.same("every answer is as the document says", stage.owner.faults, []);
}, { with: "sample" });
tally.end();
