// web_reports_test -- reports as a manager uses them: a standard report as a table is what the API
// says, and the file has the same rows; a saved one is made, changed, made by hand, deleted and put
// back. In every language, theme and width.
import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";

import { each, named, withBrowser, type Account, type Screen, type Stage } from "./browser.ts";
import { figuresReady } from "./past.ts";
import { Tally } from "./program.ts";

const tally = new Tally();
const WAIT_MS = 10_000;
const STANDARD = ["sla_attainment", "team_trend", "leaving", "presence_history", "approaches"];

const until = (what: string, holds: () => Promise<boolean>): Promise<void> =>
  tally.until(what, WAIT_MS, holds);

async function opened(stage: Stage, who: Account, path: string): Promise<Screen> {
  const screen = await stage.browser.open(path, { language: "en", theme: "light", as: who });
  await screen.page.getByRole("tablist").waitFor({ timeout: WAIT_MS });
  return screen;
}

const table = (page: Page, name: string) => page.getByRole("table", { name, exact: true });

async function choose(page: Page, label: RegExp, option: string): Promise<void> {
  await page.getByRole("button", { name: label }).first().click();
  await page.getByRole("option", { name: option, exact: true }).click();
}

// What the table says is what the API says, and the file has as many rows.
async function standard(stage: Stage, boss: Account): Promise<void> {
  const screen = await opened(stage, boss, "/reports");
  const { page } = screen;
  await table(page, "SLA attainment").waitFor({ timeout: WAIT_MS });
  const name = String((await stage.owner.get("/teams/team_1")).body.name);
  await choose(page, /Team$/, name);
  const asked = "/reports/standard/sla-attainment?team=team_1";
  const want = (await stage.owner.get(asked)).body.data as unknown[];
  const rows = table(page, "SLA attainment").locator("tbody tr");
  await until("a row for each week", async () => (await rows.count()) === want.length);
  await tally.soon(
    "of that team alone",
    async () => (await rows.first().innerText()).includes(name),
    true,
  );
  const [file] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Download CSV" }).click(),
  ]);
  tally.is("called as it is", /^sla_attainment-\d{4}-.*\.csv$/.test(file.suggestedFilename()), [
    file.suggestedFilename(),
  ]);
  const lines = readFileSync(await file.path(), "utf8")
    .trim()
    .split("\n");
  tally.same("the same rows, and a head", lines.length, want.length + 1);
  await choose(page, /Report$/, "Approaches");
  const approaches = table(page, "Approaches").locator("tbody tr");
  await until("a hundred at first", async () => (await approaches.count()) === 100);
  await page.getByRole("button", { name: "Show more" }).click();
  await until("and more when asked", async () => (await approaches.count()) > 100);
  const group = page.getByRole("group", { name: "First day" });
  await group.getByRole("spinbutton").first().click();
  await page.keyboard.type("01012031");
  await until("the days stand in the address", async () => page.url().includes("from=2031-01-01"));
  await page.getByText("Nothing in these days").waitFor({ timeout: WAIT_MS });
  tally.same("nothing is complained of", screen.faults(), []);
  await screen.close();
}

interface Report {
  readonly id: string;
  readonly name: string;
  readonly schedule: { days: string[]; at: string } | null;
  readonly target: { name: string } | null;
}

async function mine(page: Page): Promise<readonly Report[]> {
  return page.evaluate(async () => (await (await fetch("/api/v1/reports")).json()).data);
}

// By keyboard alone up to the first saving.
async function save(screen: Screen): Promise<void> {
  const { page } = screen;
  await page.getByRole("button", { name: "Save this report" }).focus();
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog", { name: "Save this report" });
  const name = dialog.getByRole("textbox", { name: "Name", exact: true });
  await name.focus();
  await page.keyboard.press("Control+A");
  await page.keyboard.type("Every Monday");
  await dialog.getByRole("switch", { name: "Make it by itself" }).focus();
  await page.keyboard.press("Space");
  await dialog.getByRole("checkbox", { name: "Fri" }).focus();
  await page.keyboard.press("Space");
  await dialog.getByRole("button", { name: /Where it goes/ }).focus();
  await page.keyboard.press("Enter");
  // The keys are the list's once it has the focus.
  const held = page.locator("[role=option][data-focused]");
  await held.waitFor({ timeout: WAIT_MS });
  await page.keyboard.press("ArrowDown");
  await held.filter({ hasText: "A file on the server" }).waitFor({ timeout: WAIT_MS });
  await page.keyboard.press("Enter");
  await dialog.getByRole("textbox", { name: "Name of the file" }).focus();
  await page.keyboard.press("Control+A");
  await page.keyboard.type("../monday");
  await dialog.getByRole("button", { name: "Save" }).focus();
  await page.keyboard.press("Enter");
  await dialog.getByRole("alert").waitFor({ timeout: WAIT_MS });
  tally.same("axe finds nothing in the form", await screen.axe("[role=dialog]"), []);
  await screen.shoot("reports-form");
  await tally.soon("a path is refused, and nothing lost", async () => (await mine(page)).length, 0);
  await dialog.getByRole("textbox", { name: "Name of the file" }).focus();
  await page.keyboard.press("Control+A");
  await page.keyboard.type("monday");
  await dialog.getByRole("button", { name: "Save" }).focus();
  await page.keyboard.press("Enter");
  await dialog.waitFor({ state: "detached", timeout: WAIT_MS });
}

// To colleagues: who gets it is picked by name, and what is in the way is said in words.
async function mailed(screen: Screen): Promise<void> {
  const { page } = screen;
  const card = page.getByRole("article", { name: "Mondays" });
  await card.getByRole("button", { name: "Edit" }).click();
  const dialog = page.getByRole("dialog", { name: "Change the report" });
  await dialog.getByRole("button", { name: /Where it goes/ }).click();
  await page.getByRole("option", { name: "Colleagues, by e-mail" }).click();
  const who = dialog.getByRole("combobox", { name: "Add somebody" });
  await who.click();
  await page.getByRole("option").first().waitFor({ timeout: WAIT_MS });
  await page.keyboard.press("ArrowDown"); // by keyboard alone: the list may still be moving
  const name = (await page.locator("[role=option][data-focused]").innerText()).trim();
  await page.keyboard.press("Enter");
  await dialog
    .getByRole("list", { name: "Who gets it" })
    .getByText(name)
    .waitFor({ timeout: WAIT_MS });
  tally.same("axe finds nothing in it", await screen.axe("[role=dialog]"), []);
  await screen.shoot("reports-form-email");
  await dialog.getByRole("button", { name: "Save" }).click();
  await card.getByText(`by e-mail to ${name}`).waitFor({ timeout: WAIT_MS });
  await card.getByRole("button", { name: "Make it now" }).click();
  await card.getByText("No mailbox is connected that mail can go out from.").waitFor({
    timeout: WAIT_MS,
  });
  tally.is("what is in the way is said in words", true);
  await screen.shoot("reports-runs-email");
}

async function saved(stage: Stage, boss: Account): Promise<void> {
  const screen = await opened(stage, boss, "/reports");
  const { page } = screen;
  screen.forgive(/422/);
  await save(screen);
  await tally.soon(
    "saved as said",
    async () => {
      const [made] = await mine(page);
      return [made?.name, made?.schedule?.days, made?.target?.name];
    },
    ["Every Monday", ["monday", "friday"], "monday"],
  );
  await page.getByRole("tab", { name: "Saved reports" }).click();
  const card = page.getByRole("article", { name: "Every Monday" });
  await card.getByText(/Mon and Fri at 07:30/).waitFor({ timeout: WAIT_MS });
  await card.getByRole("button", { name: "Make it now" }).click();
  await card.getByText("Done").waitFor({ timeout: WAIT_MS });
  tally.is("made, and one sees it arrive", true);
  const [file] = await Promise.all([
    page.waitForEvent("download"),
    card.getByRole("button", { name: "Download as sent" }).click(),
  ]);
  const sent = JSON.parse(readFileSync(await file.path(), "utf8")) as { report: string };
  tally.same("as it was sent", sent.report, "sla_attainment");
  await card.getByRole("button", { name: "Edit" }).click();
  const dialog = page.getByRole("dialog", { name: "Change the report" });
  await dialog.getByRole("textbox", { name: "Name", exact: true }).fill("Mondays");
  await dialog.getByRole("button", { name: "Save" }).click();
  await until("changed", async () => (await mine(page))[0]?.name === "Mondays");
  await page
    .getByRole("article", { name: "Mondays" })
    .getByRole("button", { name: "Delete" })
    .click();
  await until("deleted at once", async () => (await mine(page)).length === 0);
  await page.getByText("No report is saved yet").waitFor({ timeout: WAIT_MS });
  const notice = page.locator(".ek-notice", { hasText: "Mondays: deleted" });
  await notice.getByRole("button", { name: "Undo" }).click();
  await until("and put back", async () => (await mine(page))[0]?.target?.name === "monday");
  const again = page.getByRole("article", { name: "Mondays" });
  await again.getByRole("button", { name: "Make it now" }).click();
  await again.getByText("Done").waitFor({ timeout: WAIT_MS });
  await mailed(screen);
  tally.same("nothing is complained of", screen.faults(), []);
  await screen.close();
}

async function looks(stage: Stage, boss: Account): Promise<void> {
  const [made] = await reportsOf(stage, boss);
  await each(async (look) => {
    const pages = [
      ["reports", "/reports", ".ek-reports-table"],
      ["reports-saved", `/reports/saved?open=${made?.id ?? ""}`, "article, .ek-empty"],
    ] as const;
    for (const [name, path, shown] of pages) {
      const screen = await stage.browser.open(path, { ...look, as: boss });
      await screen.page.locator(shown).first().waitFor({ timeout: WAIT_MS });
      tally.same(`${name} ${named(look)}: axe finds nothing`, await screen.axe("main"), []);
      tally.same(`${name} ${named(look)}: nothing is complained of`, screen.faults(), []);
      await screen.shoot(`${name}-${named(look)}`);
      await screen.close();
    }
  });
  for (const report of STANDARD) {
    const screen = await opened(stage, boss, `/reports?report=${report}`);
    await screen.page.locator(".ek-reports-table, .ek-empty").first().waitFor({ timeout: WAIT_MS });
    tally.same(`${report}: axe finds nothing`, await screen.axe("main"), []);
    tally.same(`${report}: nothing is complained of`, screen.faults(), []);
    const raw = /\b(undefined|NaN|reports\.\w+|col_\w+)\b/.exec(
      await screen.page.locator("main").innerText(),
    );
    tally.same(`${report}: everything in words`, raw?.[0] ?? null, null);
    await screen.shoot(`reports-of-${report}`);
    await screen.close();
  }
}

async function reportsOf(stage: Stage, boss: Account): Promise<readonly Report[]> {
  const screen = await opened(stage, boss, "/reports/saved");
  const found = await mine(screen.page);
  await screen.close();
  return found;
}

// Who serves a team sees its figures, and no row of a customer.
async function rights(stage: Stage): Promise<void> {
  const mina = await stage.browser.person({ name: "Mina", memberships: [{ team: "team_1" }] });
  const screen = await opened(stage, mina, "/reports");
  const { page } = screen;
  await page
    .getByRole("button", { name: /Report$/ })
    .first()
    .click();
  const names = () => page.getByRole("option").allInnerTexts();
  await tally.soon(
    "figures of the team",
    async () => (await names()).includes("SLA attainment") || (await names()),
    true,
  );
  tally.same("but no row of a customer", (await names()).includes("Approaches"), false);
  await screen.close();
}

await withBrowser(
  async (stage) => {
    const boss = await stage.browser.person({ name: "Bo", roles: ["manager"] });
    // A page that asks before they are there is told so with a 503, which its console says.
    await figuresReady(stage.owner);
    for (const part of [standard, saved, looks, rights]) {
      if (process.argv[2] !== undefined && process.argv[2] !== part.name) continue;
      await part(stage, boss).catch((error: unknown) => {
        tally.is(`${part.name} goes through`, false, String(error).slice(0, 700));
      });
    }
  },
  { with: "sample" },
);
tally.end();
