// web_definitions_test -- how metrics are measured, on the screen: every version with its day, who
// said so and why; a change that is tried by the server before it is kept, its faults in plain
// words beside their fields. In every language, theme and width.
import type { Locator, Page } from "playwright-core";

import { lookRound, withBrowser, type Screen, type Stage } from "./browser.ts";
import { Tally } from "./program.ts";

const tally = new Tally();
const WAIT_MS = 15_000;
const DAY_MS = 86_400_000;
const PATH = "/settings/metrics";
const WHY = "We answer around the clock now.";
const REFUSED = /status of (403|409|422)/; // the console's word about an answer on purpose

const plain = (text: string): string => text.replace(/[\u2066-\u2069]/g, "").replace(/\s+/g, " ");
const until = (what: string, holds: () => Promise<boolean>): Promise<void> =>
  tally.until(what, WAIT_MS, holds);
const inDays = (days: number, zone: string): string =>
  new Date(Date.now() + days * DAY_MS).toLocaleDateString("en-CA", { timeZone: zone });

interface Version {
  readonly version: number;
  readonly effective_from: string | null;
  readonly clock: string;
  readonly target_seconds: number | null;
  readonly chat_target_seconds: number | null;
  readonly author: string | null;
  readonly reason: string | null;
}

async function versions(stage: Stage, metric: string): Promise<Version[]> {
  const { data } = (await stage.owner.get("/metrics-definitions")).body as {
    data: { id: string; versions: Version[] }[];
  };
  return data.find(({ id }) => id === metric)?.versions ?? [];
}

const metricIn = (page: Page, id: string): Locator => page.locator(`[data-metric="${id}"]`);

async function opened(stage: Stage, as = stage.account): Promise<Screen> {
  const screen = await stage.browser.open(PATH, { as, language: "en", theme: "light" });
  await metricIn(screen.page, "first_response_time").waitFor({ timeout: WAIT_MS });
  return screen;
}

const formOf = (page: Page, name: string): Locator =>
  page.getByRole("dialog", { name: `${name}: measure it otherwise` });
const open = (page: Page, name: string): Promise<void> =>
  page.getByRole("button", { name: `Measure it otherwise: ${name}` }).click();

/** A day is typed into the field of dates, part by part. */
async function type(form: Locator, date: string): Promise<void> {
  const [year, month, day] = date.split("-");
  const first = form.getByRole("spinbutton").first();
  await first.click();
  await first.page().keyboard.type(`${month}${day}${year}`);
}

/** What it will mean is said, nothing is kept by looking; then it is, and stands in the list. */
async function changed(stage: Stage): Promise<void> {
  const zone = String((await stage.owner.get("/metrics-definitions")).body.zone);
  const screen = await opened(stage);
  const { page } = screen;
  await open(page, "First response time");
  const form = formOf(page, "First response time");
  const begin = form.getByRole("button", { name: "Begin the new version" });
  await form.getByText("Nothing is other than it is now.").waitFor();
  await tally.soon("what is as it is cannot begin", () => begin.isDisabled(), true);
  await form.getByText("round the clock", { exact: true }).click();
  await tally.soon("nor without a reason", () => begin.isDisabled(), true);
  await form.getByRole("textbox", { name: "Why" }).fill(WHY);
  await form.locator("[data-tried=true]").waitFor({ timeout: WAIT_MS });
  const means = async (): Promise<string> => plain(await form.locator("[data-tried]").innerText());
  const day = (days: number): string =>
    new Date(`${inDays(days, zone)}T12:00:00Z`).toLocaleDateString("en-US", {
      timeZone: "UTC",
      weekday: "short",
      day: "numeric",
      month: "short",
      year: "numeric",
    });
  for (const said of [
    "Clock: office hours → round the clock",
    `From ${day(1)} on, first_response_time@2 holds.`,
    `Until ${day(29)} at least, figures are shown by both versions`,
    "Charts begin a new segment on that day",
    "Targets that stand keep the clock",
  ])
    await tally.says(`before it is kept: ${said}`, means, said);
  await tally.soon(
    "nothing is kept by looking",
    async () => (await versions(stage, "first_response_time")).length,
    1,
  );
  tally.same("axe, the form", await screen.axe("[role=dialog]"), []);
  await screen.shoot("definitions-form");
  await begin.click();
  await form.waitFor({ state: "detached", timeout: WAIT_MS });
  const told = await versions(stage, "first_response_time");
  tally.same(
    "another version, from tomorrow in the workspace's zone, by whom and why",
    told.map((v) => [v.version, v.clock, v.reason]),
    [
      [1, "office_hours", null],
      [2, "calendar", WHY],
    ],
  );
  const from = new Date(String(told[1]?.effective_from));
  tally.same(
    "from its midnight",
    from.toLocaleString("sv", { timeZone: zone, dateStyle: "short", timeStyle: "short" }),
    `${inDays(1, zone)} 00:00`,
  );
  const next = metricIn(page, "first_response_time").locator('[data-metric-version="2"]');
  await next.waitFor({ timeout: WAIT_MS });
  const line = async () => plain(await next.innerText());
  for (const said of [
    "first_response_time@2",
    `from ${day(1)}`,
    "Still to come",
    "Sample Owner",
    "Clock: round the clock",
    WHY,
  ])
    await tally.soon(
      `in the list: ${said}`,
      async () => ((await line()).includes(said) ? said : await line()),
      said,
    );
  await page.getByText(/First response time: the new version begins on/).waitFor();
  tally.same("nothing is complained of", screen.faults(), []);
  await screen.close();
}

/** Too early, too much: beside the field, in the reader's words, before anything is kept. */
async function refused(stage: Stage): Promise<void> {
  const screen = await opened(stage);
  const { page } = screen;
  await open(page, "Service level");
  const form = formOf(page, "Service level");
  const target = form.getByRole("textbox", { name: "Calls answered within" });
  await target.fill("30");
  await target.blur();
  await form.getByRole("textbox", { name: "Why" }).fill("As agreed.");
  await form.locator("[data-tried=true]").waitFor({ timeout: WAIT_MS });
  await type(form, inDays(-3, "UTC"));
  await form.getByText(/at the earliest: what was stays as it was\./).waitFor({ timeout: WAIT_MS });
  const begin = form.getByRole("button", { name: "Begin the new version" });
  await tally.soon("a day that was cannot begin one", () => begin.isDisabled(), true);
  tally.same("axe, a fault", await screen.axe("[role=dialog]"), []);
  await screen.shoot("definitions-refused");
  await type(form, inDays(9, "UTC"));
  await form.locator("[data-tried=true]").waitFor({ timeout: WAIT_MS });
  await tally.soon("one to come can", () => begin.isDisabled(), false);
  // Meanwhile somebody else changes the same: the form does not write over it.
  const theirs = {
    metric: "service_level",
    target_seconds: 60,
    reason: "Theirs.",
    effective_from: inDays(12, "UTC"),
  };
  tally.same(
    "somebody was quicker",
    (await stage.owner.post("/metrics-definitions", theirs)).status,
    200,
  );
  await until("theirs is there", async () => (await versions(stage, "service_level")).length === 2);
  await begin.click();
  const day = new Date(Date.parse(inDays(13, "UTC")));
  const least = day.toLocaleDateString("en-US", {
    timeZone: "UTC",
    month: "short",
    day: "numeric",
  });
  await form
    .locator(".ek-fault", { hasText: new RegExp(`${least}, \\d+ at the earliest`) })
    .waitFor({ timeout: WAIT_MS });
  await tally.soon(
    "theirs stands",
    async () => (await versions(stage, "service_level")).map((v) => v.target_seconds),
    [20, 60],
  );
  await form.getByRole("button", { name: "Cancel" }).click();
  screen.forgive(REFUSED);
  tally.same("nothing is complained of", screen.faults(), []);
  await screen.close();
}

/** The time of live chats can be emptied, and there is none from that day on. */
async function withdrawn(stage: Stage): Promise<void> {
  const made = { metric: "service_level", chat_target_seconds: 90, reason: "Chats too." };
  const set = { ...made, effective_from: inDays(20, "UTC") };
  const got = await stage.owner.post("/metrics-definitions", set);
  tally.is("chats get a time", got.status === 200, got.text);
  const times = async (): Promise<unknown[]> =>
    (await versions(stage, "service_level")).slice(-2).map((v) => v.chat_target_seconds);
  await until("it is there", async () => (await times()).at(-1) === 90);
  const screen = await opened(stage);
  const { page } = screen;
  await open(page, "Service level");
  const form = formOf(page, "Service level");
  const target = form.getByRole("textbox", { name: "Live chats answered within" });
  await tally.soon("the form begins with it", () => target.inputValue(), "90");
  await target.fill("");
  await target.blur();
  await form.getByRole("textbox", { name: "Why" }).fill("Chats are by appointment.");
  await form.locator("[data-tried=true]").waitFor({ timeout: WAIT_MS });
  const means = async (): Promise<string> => plain(await form.locator("[data-tried]").innerText());
  await tally.says("that there will be none is said", means, /90 seconds → none is set/);
  await form.getByRole("button", { name: "Begin the new version" }).click();
  await form.waitFor({ state: "detached", timeout: WAIT_MS });
  await tally.soon("then they have none", () => times(), [90, null]);
  tally.same("nothing is complained of", screen.faults(), []);
  await screen.close();
}

/** Who may read it but not change it has no such button; all is there for them to read. */
async function readOnly(stage: Stage): Promise<void> {
  const mina = await stage.browser.person({ name: "Mina", memberships: [{ team: "team_1" }] });
  const screen = await opened(stage, mina);
  await tally.soon(
    "a teammate reads",
    () => screen.page.getByRole("button", { name: /^Measure it otherwise/ }).count(),
    0,
  );
  await metricIn(screen.page, "first_response_time").getByText(WHY).waitFor({ timeout: WAIT_MS });
  const told = (await stage.owner.get("/metrics-definitions")).body.data.length;
  await tally.soon("of every metric", () => screen.page.locator("[data-metric]").count(), told);
  tally.same("nothing is complained of", screen.faults(), []);
  await screen.close();
}

async function looks(stage: Stage): Promise<void> {
  const FRT = '[data-metric="first_response_time"]';
  const list = async (page: Page): Promise<void> => {
    await page.locator(`${FRT} [data-metric-version="2"]`).waitFor({ timeout: WAIT_MS });
  };
  const form = async (page: Page): Promise<void> => {
    await page.locator(`${FRT} button`).first().click();
    await page.getByRole("dialog").getByRole("spinbutton").first().waitFor({ timeout: WAIT_MS });
    await page.getByRole("dialog").getByRole("radio").first().press("Space");
    await page.getByRole("dialog").locator("[data-tried]").waitFor({ timeout: WAIT_MS });
  };
  await lookRound(tally, (look) => stage.browser.open(PATH, { ...look, as: stage.account }), [
    { says: "the list", shot: "definitions", go: list },
    { says: "the form", shot: "definitions-form", go: form },
  ]);
}

await withBrowser(
  async (stage) => {
    for (const part of [changed, refused, withdrawn, readOnly, looks]) {
      if (process.argv[2] !== undefined && process.argv[2] !== part.name) continue;
      await part(stage).catch((error: unknown) => {
        tally.is(`${part.name} goes through`, false, String(error).slice(0, 700));
      });
    }
    tally.same("every answer is as the document says", stage.owner.faults, []);
  },
  { with: "sample" },
);
tally.end();
