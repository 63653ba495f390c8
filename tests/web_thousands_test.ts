// web_thousands_test -- ten thousand teammates in one table: how many rows are in the document
// while it is scrolled, everybody selected but one, looked at, changed and put back to the byte.
// How long it took is printed, not judged: tests/web_budget_test.ts and a quiet machine do that.
import { spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Page } from "playwright-core";

import { Screens, withChromium, type Screen } from "./browser.ts";
import { nearestRank } from "../scripts/lib/figures.ts";
import { run, Tally } from "./program.ts";
import { OWNER, Server, type Client } from "./server.ts";

const tally = new Tally();
const PEOPLE = 9999; // and the owner
const TEAMS = 8;
const WAIT_MS = 60_000;
const FIRST = [
  "Mina",
  "Noor",
  "Omar",
  "Élodie",
  "Zoë",
  "Åsa",
  "Jin",
  "서연",
  "지훈",
  "ليلى",
  "يوسف",
];
const LAST = ["Park", "Khalil", "Aziz", "Moreau", "Öztürk", "김", "이", "الحسن", "Nowak", "Silva"];
const CODES = ["en", "ko", "ar", "en;de", "fr"];

// ---- ten thousand people

/** Who they are to the engine: driven, since inviting so many takes a minute. */
function drivePeople(dir: string, data: string): void {
  const at = "2026-01-05T08:00:00.000Z";
  const lines: object[] = [];
  for (let i = 1; i <= TEAMS; i++) lines.push({ at, cmd: "team.create", ref: `t${i}` });
  for (let i = 1; i <= PEOPLE; i++) {
    const [own, other] = [(i % TEAMS) + 1, ((i * 3) % TEAMS) + 1];
    lines.push({
      at,
      cmd: "teammate.create",
      ref: `m${i}`,
      primary: [`t${own}`],
      ...(i % 3 === 0 && own !== other ? { secondary: [`t${other}`] } : {}),
      ...(i % 4 === 0 ? { limit: (i % 9) + 1 } : {}),
    });
  }
  const file = join(dir, "people.jsonl");
  writeFileSync(file, lines.map((line) => JSON.stringify(line)).join("\n"));
  const done = run(["drive", file, "--data", data, "--quiet"]);
  if (done.status !== 0) throw new Error(`drive: ${done.stderr}`);
}

/** That they are people to the pages: their rows of content, without a name yet. */
function makeContent(data: string): void {
  const rows = (table: string, columns: string, values: string, most: number): string =>
    `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<${most})
     INSERT INTO ${table}(${columns}) SELECT ${values} FROM n;`;
  const sql =
    rows(
      "people",
      "teammate,name,name_key,email,email_key,state,roles,languages," +
        "created_ms,updated_ms,revision",
      "i,'P'||i,'p'||i,'p'||i||'@example.org','p'||i||'@example.org','active',1,'[\"en\"]'," +
        "1767600000000,1767600000000,1",
      PEOPLE,
    ) +
    rows(
      "team_profiles",
      "team,name,name_key,languages,created_ms,updated_ms,revision",
      "i,'Team '||i,'team '||i,'[\"en\"]',1767600000000,1767600000000,1",
      TEAMS,
    );
  const done = spawnSync("sqlite3", [join(data, "log.db"), sql], { encoding: "utf8" });
  if (done.status !== 0) throw new Error(`sqlite3: ${done.stderr}`);
}

const name = (i: number): string =>
  `${FIRST[i % FIRST.length]} ${LAST[(i * 7) % LAST.length]} ${i}`;

async function settled(owner: Client, id: string): Promise<string> {
  for (;;) {
    const state = (await owner.get(`/bulk-edits/${id}`)).body.state as string;
    if (state !== "applying") return state;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Their names, by the same way as a person brings them in. */
async function nameThem(owner: Client): Promise<void> {
  const SOME = 2500;
  for (let from = 1; from <= PEOPLE; from += SOME) {
    const lines = ["id,name,languages,skills"];
    for (let i = from; i < Math.min(from + SOME, PEOPLE + 1); i++)
      lines.push(`tm_${i},${name(i)},${CODES[i % CODES.length]},{"refunds":${(i % 5) + 1}}`);
    const made = await owner.ask("POST", "/imports?resource=teammates", {
      raw: lines.join("\n"),
      headers: { "Content-Type": "text/csv", "Idempotency-Key": randomUUID() },
    });
    const { id } = made.body;
    await owner.post(`/bulk-edits/${id}/apply`, undefined, {
      headers: { "If-Match": made.headers.get("etag") ?? "*" },
    });
    if ((await settled(owner, id)) !== "applied") throw new Error(`names: ${made.text}`);
  }
}

async function configuration(owner: Client): Promise<string> {
  const all: string[] = [];
  let at: string | null = "/teammates?limit=500&sort=id";
  while (at !== null) {
    const page: Awaited<ReturnType<Client["get"]>> = await owner.get(at);
    for (const { id, name: called, languages, skills, memberships, settings } of page.body.data)
      all.push(JSON.stringify([id, called, languages, skills, memberships, settings]));
    const next = page.body.page.next_cursor as string | null;
    at = next === null ? null : `/teammates?limit=500&sort=id&cursor=${next}`;
  }
  return all.join("\n");
}

// ---- the table

/** From one picture to the next, in ms, while a hand turns the wheel without a rest. */
async function pictures(page: Page): Promise<number[]> {
  await page.locator(".ek-grid-frame").hover();
  const counting = page.evaluate(async () => {
    const between: number[] = [];
    let before = await new Promise(requestAnimationFrame);
    while (between.length < 300) {
      const now = await new Promise(requestAnimationFrame);
      between.push(now - before);
      before = now;
    }
    return between;
  });
  for (let turn = 0; turn < 120; turn++) await page.mouse.wheel(0, 240);
  return counting;
}

async function scrolls(page: Page): Promise<void> {
  const between = await pictures(page);
  await tally.soon(
    "the wheel turns it",
    async () => {
      const way = await page.locator(".ek-grid-frame").evaluate((box) => box.scrollTop);
      return way > 10_000 || way;
    },
    true,
  );
  const [middle, rare] = [nearestRank(between, 50), nearestRank(between, 95)];
  console.log(`  scrolling: a picture each ${middle.toFixed(1)} ms, p95 ${rare.toFixed(1)} ms`);
  const most = await page.evaluate(async () => {
    const box = document.querySelector(".ek-grid-frame");
    let rows = 0;
    for (let top = 0; box !== null && top < 400_000; top += 3137) {
      box.scrollTop = top;
      await new Promise(requestAnimationFrame);
      rows = Math.max(rows, document.querySelectorAll("[role=row]").length);
    }
    return rows;
  });
  tally.is("fewer than 60 rows are in the document", most > 10 && most < 60, most);
  const cell = page.locator('.ek-grid-row[aria-rowindex] [data-cell="1"]').first();
  await cell.press("ControlOrMeta+End");
  const last = page.locator(`.ek-grid-row[aria-rowindex="${PEOPLE + 2}"]`);
  await last.waitFor({ timeout: WAIT_MS });
  await page.waitForFunction(
    (index) =>
      document.activeElement?.closest(".ek-grid-row")?.getAttribute("aria-rowindex") === index,
    String(PEOPLE + 2),
    { timeout: WAIT_MS },
  );
  await page.keyboard.press("ControlOrMeta+Home");
}

async function wholeBulk(page: Page, owner: Client): Promise<void> {
  const start = await configuration(owner);
  await page.getByRole("checkbox", { name: "Select everything that matches" }).click();
  await page.getByText("All 10,000, everyone").waitFor({ timeout: WAIT_MS });
  await page
    .getByRole("checkbox", { name: `Select ${name(11)}` })
    .or(page.locator('.ek-grid-row[data-row="1"] input'))
    .first()
    .click();
  await page.getByText("9,999, 1 left out").waitFor({ timeout: WAIT_MS });
  await page.getByRole("button", { name: "Change…" }).click();
  await page.getByRole("button", { name: /What shall change/ }).click();
  await page.getByRole("option", { name: "Limit" }).click();
  await page.getByRole("textbox", { name: "Limit" }).fill("11");
  let from = Date.now();
  const took = (what: string): void => {
    console.log(`  ${what}: ${Date.now() - from} ms`);
    from = Date.now();
  };
  await page.getByRole("button", { name: "Look", exact: true }).click();
  await page.getByRole("button", { name: "Apply to 9,999" }).waitFor({ timeout: WAIT_MS });
  took("look at 9,999");
  await tally.soon(
    "looking changes nothing",
    async () => (await configuration(owner)) === start,
    true,
  );
  from = Date.now();
  await page.getByRole("button", { name: "Apply to 9,999" }).click();
  await page.getByText("9,999 changed", { exact: true }).waitFor({ timeout: WAIT_MS });
  took("apply to 9,999");
  await tally.soon(
    "all but the one have it",
    async () =>
      (await owner.get("/teammates?own_limit=11&limit=1&total=true")).body.page.total as number,
    9999,
  );
  from = Date.now();
  await page.getByRole("button", { name: "Undo", exact: true }).click();
  await page.getByText("Put back.").waitFor({ timeout: WAIT_MS });
  took("undo of 9,999");
  await tally.soon(
    "everything is as at the start",
    async () => (await configuration(owner)) === start,
    true,
  );
}

async function table(screen: Screen, owner: Client): Promise<void> {
  const { page } = screen;
  await page.waitForFunction(
    () => document.querySelector(".ek-teammates-count")?.textContent === "10,000 of 10,000",
    null,
    { timeout: WAIT_MS },
  );
  await tally.soon(
    "the number spoken",
    () => page.getByRole("grid").getAttribute("aria-rowcount"),
    String(PEOPLE + 2),
  );
  await page.waitForFunction(
    () => document.querySelector("[role=columnheader] small") === null,
    null,
    { timeout: WAIT_MS },
  );
  await scrolls(page);
  await wholeBulk(page, owner);
  tally.same("nothing is complained of", screen.faults(), []);
}

const dir = mkdtempSync(join(tmpdir(), "ek-thousands-"));
const pack = process.env["EK_WEB"];
const data = join(dir, "data");
drivePeople(dir, data);
makeContent(data);
const server = new Server({
  data,
  env: pack === undefined || pack === "" ? {} : { EVENKEEL_SERVER_WEB: resolve(pack) },
});
try {
  await server.start();
  const owner = await server.owner();
  await nameThem(owner);
  await withChromium(async (browser) => {
    const screens = new Screens(browser, server.url, { server, owner });
    const as = { email: OWNER.email, password: OWNER.password, id: "" };
    await table(await screens.open("/teammates", { as, language: "en" }), owner);
  });
} catch (error) {
  tally.is("it goes through", false, String(error).slice(0, 700));
} finally {
  await server.remove();
  rmSync(dir, { recursive: true, force: true });
}
tally.end();
