// web_receipt_test -- any figure opens what it is made of: its version, clock, hours, filters, what
// was left out, every item; the same by the other version around a change of its definition, and
// what it was before facts came late; and where there are too few for a range, that is said. All of
// it is the API's. In every language, theme and width.
import type { Locator, Page } from "playwright-core";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { lookRound, withBrowser, type Account, type Screen, type Stage } from "./browser.ts";
import { dateOf, DAY, figuresReady, noteAll, past, type Item } from "./past.ts";
import { run, Tally } from "./program.ts";

const tally = new Tally();
const WAIT_MS = 15_000;
const WHY = "A fortnight shows whether it holds.";

const plain = (text: string): string => text.replace(/[\u2066-\u2069]/g, "").replace(/\s+/g, " ");

interface Cast {
  readonly boss: Account;
  readonly day: string; // of which more is known later
  readonly now: number;
}

/** A past; then, after three days, one thing more of it, and another definition. */
async function cast({ server, owner, browser }: Stage): Promise<Cast> {
  const team = String((await owner.post("/teams", { name: "Care" })).body.id);
  const ids: number[] = [];
  for (const name of ["Ada", "Ben", "Cyd", "Dea", "Eli"]) {
    const email = `${name}@example.org`;
    const { id } = await browser.person({ name, email, memberships: [{ team }] });
    ids.push(Number(id.slice(3)));
  }
  const boss = await browser.person({ name: "Bo", roles: ["manager"] });
  const now = Date.now();
  const made = past({ seed: 7, weeks: 6, team: 1, teammates: ids, each: 9, minutes: 20 }, now);
  await noteAll(server, made);
  await figuresReady(owner);
  const first = made[0] as Item;
  const late = new Date(now + 3 * DAY).toISOString();
  const started = new Date(first.started).toISOString();
  const place = mkdtempSync(join(tmpdir(), "evenkeel-receipt-"));
  const { port } = server;
  await server.end();
  const lines = [
    {
      at: late,
      cmd: "history.note_conversation",
      import: 2,
      item: 1,
      channel: "email",
      team: 1,
      started,
      tags: [],
    },
    {
      at: late,
      cmd: "definition.change",
      metric: 11,
      version: 2,
      effective: late,
      clock: "office_hours",
      matures_days: 14,
      target_s: 0,
      short_s: 0,
      reason: WHY,
    },
  ];
  writeFileSync(join(place, "late"), `${lines.map((l) => JSON.stringify(l)).join("\n")}\n`);
  const done = run(["drive", join(place, "late"), "--data", server.data, "--quiet", "--json"]);
  rmSync(place, { recursive: true, force: true });
  tally.same("driven", [done.status, done.stderr], [0, ""]);
  await server.start(port);
  await figuresReady(owner);
  return { boss, day: dateOf(first.started), now };
}

const reportOf = (from: string, last: string): string =>
  `/reports?report=team_trend&team=team_1&from=${from}&last=${last}`;

/** The receipt of a metric's figure in the table of a team. */
async function receiptOf(page: Page, metric: string): Promise<Locator> {
  await page
    .getByRole("button", { name: `${metric}: what it is made of` })
    .first()
    .click();
  const panel = page.getByRole("dialog", { name: "What this figure is made of" });
  await panel.locator("[data-receipt=items]").waitFor({ timeout: WAIT_MS });
  return panel;
}

/** What a part of it says, as soon as all of it is there: names come behind figures. */
const says = (what: string, panel: Locator, id: string, words: string): Promise<void> =>
  tally.says(
    what,
    async () => plain(await panel.locator(`[data-receipt=${id}]`).innerText()),
    words,
  );

async function opened(stage: Stage, c: Cast, path: string): Promise<Screen> {
  const screen = await stage.browser.open(path, { language: "en", theme: "light", as: c.boss });
  await screen.page.locator(".ek-reports-table").waitFor({ timeout: WAIT_MS });
  return screen;
}

/** What was noted after the day was known: before, now, when, and why. */
async function restated(stage: Stage, c: Cast): Promise<void> {
  const next = dateOf(Date.parse(c.day) + DAY);
  const screen = await opened(stage, c, reportOf(c.day, c.day));
  const { page } = screen;
  const query = `metric=volume&team=team_1&from=${c.day}&until=${next}&by=none`;
  const figure = (await stage.owner.get(`/figures?${query}`)).body.data[0];
  tally.same(
    "the API knows what it was",
    [figure.restated.n, figure.restated.causes],
    [figure.n - 1, ["imported"]],
  );
  const panel = await receiptOf(page, "volume@1");
  await says("before and now", panel, "restated", `${figure.restated.n} → ${figure.n}`);
  await says("and why", panel, "restated", "the past was brought in");
  const times = panel.locator("[data-receipt=restated] time");
  await tally.soon(
    "and when",
    () => times.evaluateAll((all) => all.map((it) => it.getAttribute("datetime"))),
    [figure.restated.known_at, figure.restated.changed_at],
  );
  const receipt = (await stage.owner.get(`/figures/receipt?${query.replace("&by=none", "")}`)).body;
  const items = panel.locator("[data-receipt=items] tbody tr");
  await tally.soon("every item is a row", () => items.count(), Math.min(50, receipt.items.length));
  const counted = items.filter({ hasText: /yes$/ });
  await tally.soon("those that count are the figure", () => counted.count(), figure.n);
  tally.same("axe, a restated figure", await screen.axe("[role=dialog]"), []);
  await screen.shoot("receipt-restated");
  await panel.getByRole("button", { name: /^Close/ }).click();
  const plainOne = await receiptOf(page, "backlog@1");
  await tally.soon(
    "what is as it was says nothing of it",
    () => plainOne.locator("[data-receipt=restated], [data-receipt=other]").count(),
    0,
  );
  tally.same("nothing is complained of", screen.faults(), []);
  await screen.close();
}

/** Around a change of the definition: the same by the other version, and until when. */
async function versions(stage: Stage, c: Cast): Promise<void> {
  const [from, last] = [dateOf(c.now - 20 * DAY), dateOf(c.now + 4 * DAY)];
  const screen = await opened(stage, c, reportOf(from, last));
  const until = dateOf(c.now + 5 * DAY);
  const query = `metric=resolution_time&team=team_1&from=${from}&until=${until}&by=none`;
  const figure = (await stage.owner.get(`/figures?${query}`)).body.data[0];
  tally.same(
    "the API has both",
    [figure.metric, figure.other?.metric],
    ["resolution_time@1", "resolution_time@2"],
  );
  const panel = await receiptOf(screen.page, "resolution_time@1");
  for (const what of [
    "resolution_time@2",
    `Of how many ${figure.other.n}`,
    "Until",
    "both versions are shown",
    "office hours",
  ])
    await says(`the other version: ${what}`, panel, "other", what);
  await says("beside its own", panel, "figure", `Of how many ${figure.n}`);
  tally.is("which are not the same", figure.n !== figure.other.n, [figure.n, figure.other.n]);
  for (const what of ["resolution_time@1", "From the beginning to the last close that held."])
    await says(`how it is measured: ${what}`, panel, "definition", what);
  await says("of whom", panel, "asked", "Care");
  const receipt = (await stage.owner.get(`/figures/receipt?${query.replace("&by=none", "")}`)).body;
  for (const { n } of receipt.excluded)
    await says(`so many were left out: ${n}`, panel, "left_out", String(n));
  const more = panel.getByRole("button", { name: /^Show all/ });
  if (receipt.items.length > 50) await more.click();
  await tally.until(
    "all items are there",
    WAIT_MS,
    async () =>
      (await panel.locator("[data-receipt=items] tbody tr").count()) === receipt.items.length,
  );
  tally.same("axe, both versions", await screen.axe("[role=dialog]"), []);
  await screen.shoot("receipt-versions");
  await screen.page.keyboard.press("Escape");
  await panel.waitFor({ state: "detached", timeout: WAIT_MS });
  tally.same("nothing is complained of", screen.faults(), []);
  await screen.close();
}

/** On the chart and on the live board it stands beside the figure too. */
async function elsewhere(stage: Stage, c: Cast): Promise<void> {
  for (const path of ["/trends/volume?team=team_1&cadence=daily", "/live?team=team_1"]) {
    const screen = await stage.browser.open(path, { language: "en", theme: "light", as: c.boss });
    const button = screen.page.getByRole("button", { name: "volume@1: what it is made of" });
    await button.first().waitFor({ timeout: WAIT_MS });
    await button.first().press("Enter");
    const panel = screen.page.getByRole("dialog", { name: "What this figure is made of" });
    await panel.locator("[data-receipt=figure]").waitFor({ timeout: WAIT_MS });
    tally.is(`${path}: by keyboard`, true);
    tally.same(`${path}: nothing is complained of`, screen.faults(), []);
    await screen.close();
  }
}

/** A row of the report on deadlines opens what it is made of: of that week and that team. */
async function deadlines(stage: Stage, c: Cast): Promise<void> {
  const [from, last] = [dateOf(c.now - 27 * DAY), dateOf(c.now)];
  const path = `/reports?report=sla_attainment&team=team_1&from=${from}&last=${last}`;
  const screen = await opened(stage, c, path);
  const query = `team=team_1&from=${from}&until=${dateOf(c.now + DAY)}`;
  const weeks = (await stage.owner.get(`/reports/standard/sla-attainment?${query}`)).body.data;
  const whole = weeks.findIndex((week: { complete: boolean }) => week.complete);
  const { metric, numerator, denominator } = weeks[whole + 1];
  const row = screen.page.locator(".ek-reports-table tbody tr").nth(whole + 1);
  await row.getByRole("button", { name: `${metric}: what it is made of` }).click();
  const panel = screen.page.getByRole("dialog", { name: "What this figure is made of" });
  await panel.locator("[data-receipt=items]").waitFor({ timeout: WAIT_MS });
  tally.is("there were deadlines", denominator > 0, denominator);
  await says("deadlines kept, of so many", panel, "figure", `${numerator} of ${denominator}`);
  const items = panel.locator("[data-receipt=items] tbody tr");
  await tally.soon("each is a row", () => items.count(), Math.min(50, denominator));
  tally.same("axe, deadlines", await screen.axe("[role=dialog]"), []);
  tally.same("nothing is complained of", screen.faults(), []);
  await screen.close();
}

/** Of five durations no two hold the median so surely (metrics/durations.h): it is said. */
async function five(stage: Stage, c: Cast): Promise<void> {
  const span = `from=${dateOf(c.now - 35 * DAY)}&until=${dateOf(c.now - DAY)}&by=day`;
  const metrics = ["first_response_time", "resolution_time"];
  const found = await Promise.all(
    metrics.map(async (metric) => {
      const got = await stage.owner.get(`/figures?metric=${metric}&team=team_1&${span}`);
      return got.body.data.find(({ n }: { n: number }) => n === 5);
    }),
  );
  const day = found.find((one) => one !== undefined);
  tally.same(
    "on some day there were five: a figure, and no limits",
    [day?.state, day?.value > 0, day?.low, day?.high],
    ["interval", true, null, null],
  );
  const screen = await opened(stage, c, reportOf(day.from, day.from));
  const row = screen.page.locator("tbody tr", { hasText: day.metric });
  const said = async () => plain(await row.innerText());
  await tally.soon(
    "there are too few for a range",
    async () => (await said()).includes("(too few for a range)") || (await said()),
    true,
  );
  const panel = await receiptOf(screen.page, day.metric);
  await says("and why", panel, "figure", "of five values no two hold the median");
  const words = run([
    "report",
    "--data",
    stage.server.data,
    "--team",
    "1",
    "--quiet",
    "--metric",
    day.metric.split("@")[0],
    "--from",
    day.from,
    "--until",
    day.until,
  ]).stdout;
  tally.is("the terminal says so too", words.includes("(too few for a range)"), words);
  tally.same("nothing is complained of", screen.faults(), []);
  await screen.close();
}

async function looks(stage: Stage, c: Cast): Promise<void> {
  const show = async (page: Page): Promise<void> => {
    await page.locator('[data-version="resolution_time@1"]').first().click();
    await page.locator("[data-receipt=other]").waitFor({ timeout: WAIT_MS });
  };
  const path = reportOf(dateOf(c.now - 20 * DAY), dateOf(c.now + 4 * DAY));
  await lookRound(tally, (look) => stage.browser.open(path, { ...look, as: c.boss }), [
    { says: "a receipt", shot: "receipt", go: show },
  ]);
}

await withBrowser(async (stage) => {
  const c = await cast(stage);
  for (const part of [restated, versions, elsewhere, deadlines, five, looks]) {
    if (process.argv[2] !== undefined && process.argv[2] !== part.name) continue;
    await part(stage, c).catch((error: unknown) => {
      tally.is(`${part.name} goes through`, false, String(error).slice(0, 700));
    });
  }
  tally.same("every answer is as the document says", stage.owner.faults, []);
});
tally.end();
