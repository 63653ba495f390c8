// web_teammates_test -- the table of teammates and what hangs on it, as people use it: filters in
// the address, a cell edited in place, one person beside the table, many changed by keyboard alone
// with a look first and an undo after, a row changed under the look, tables out and in. In every
// language, theme and width.
import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";

import { each, named, withBrowser, type Look, type Screen, type Stage } from "./browser.ts";
import { Tally } from "./program.ts";

const tally = new Tally();
const WAIT_MS = 20_000;

/** Of people of the sample, by name. */
const ids = new Map<string, string>();
const idOf = (name: string): string => ids.get(name) ?? "tm_0";

const grid = (page: Page) => page.getByRole("grid").first();
const rowOf = (page: Page, name: string) =>
  page.locator(".ek-grid-row", { has: page.getByText(name, { exact: true }) });

async function opened(stage: Stage, path: string, look: Partial<Look> = {}): Promise<Screen> {
  const screen = await stage.browser.open(path, {
    language: "en",
    theme: "light",
    ...look,
    as: stage.account,
  });
  await grid(screen.page).locator(".ek-grid-row").first().waitFor({ timeout: WAIT_MS });
  return screen;
}

/** Everything that is configured of everybody, in order of ids. */
async function configuration(stage: Stage): Promise<unknown[]> {
  const people = (await stage.owner.get("/teammates?limit=500&sort=id")).body.data as any[];
  return people.map(({ id, name, languages, skills, memberships, settings }) => ({
    id,
    name,
    languages,
    skills,
    settings,
    memberships: [...memberships].sort((a, b) => (a.team < b.team ? -1 : 1)),
  }));
}

const namesOf = (page: Page): Promise<string[]> =>
  page.locator(".ek-grid-row [role=rowheader] a").allTextContents();

const until = (what: string, holds: () => Promise<boolean>): Promise<void> =>
  tally.until(what, WAIT_MS, holds);

// ---- each look

async function looks(stage: Stage): Promise<void> {
  await each(async (look) => {
    const screen = await opened(stage, "/teammates", look);
    const { page } = screen;
    // Whoever has not said for what purpose is asked for it.
    screen.forgive(/403.*\/talk/);
    tally.same(`${named(look)}: axe finds nothing`, await screen.axe("main"), []);
    await screen.shoot(`teammates-${named(look)}`);
    await page.goto(`${stage.browser.url}/teammates/${idOf("Clémence Aubriot")}`);
    await page.getByRole("dialog").getByRole("list").first().waitFor({ timeout: WAIT_MS });
    tally.same(`${named(look)}: axe of the panel`, await screen.axe("[role=dialog]"), []);
    await screen.shoot(`teammates-panel-${named(look)}`);
    tally.same(`${named(look)}: nothing is complained of`, screen.faults(), []);
    await screen.close();
  });
}

// ---- found

async function filters(stage: Stage): Promise<void> {
  const away = { presence: "away" };
  await stage.owner.put(`/teammates/${idOf("Devika Ranganath")}/presence`, away);
  const screen = await opened(stage, "/teammates?team=team_1&presence=away_reassigning,away");
  const { page } = screen;
  const count = page.locator(".ek-teammates-count");
  const want = (
    await stage.owner.get(
      "/teammates?team.has=team_1&presence=away_reassigning,away&total=true&limit=1",
    )
  ).body.page.total;
  await until(
    "the count stands beside the whole",
    async () => (await count.textContent()) === `${want} of 41`,
  );
  await tally.soon(
    "the number spoken",
    () => grid(page).getAttribute("aria-rowcount"),
    String(want + 1),
  );
  await page.getByRole("button", { name: "Remove filter: Billing" }).click();
  await until(
    "a word taken away is a filter less",
    async () => !new URL(page.url()).searchParams.has("team"),
  );
  await page.keyboard.press("/");
  await page.locator("input[type=search]:focus").waitFor();
  await page.keyboard.type("devika");
  await until("words find a name", async () => (await namesOf(page)).join() === "Devika Ranganath");
  await tally.soon(
    "they stand in the address",
    async () => new URL(page.url()).searchParams.get("q"),
    "devika",
  );
  await page.getByRole("button", { name: "Clear", exact: true }).first().click();
  await page.goto(`${stage.browser.url}/teammates?secondary=team_3`);
  const helpers = (
    await stage.owner.get("/memberships?team=team_3&level=secondary&limit=1&total=true")
  ).body.page.total;
  await until("filtered by level", async () => (await count.textContent()) === `${helpers} of 41`);
  await page.goto(`${stage.browser.url}/teammates?team=team_1&q=nobodyatall`);
  await page.getByText("Nobody matches").waitFor({ timeout: WAIT_MS });
  await page.getByRole("button", { name: "Without “nobodyatall”" }).click();
  await until(
    "what removes most is offered to be left out",
    async () => (await namesOf(page)).length > 5,
  );
  await screen.close();
}

/** Every column is ordered both ways, and opposite ends change places. */
async function sorts(stage: Stage): Promise<void> {
  const all = "name,teams,limit,load,presence,skills,roles,languages,policy,intake,email,updated";
  const screen = await opened(stage, `/teammates?columns=${all}`);
  const { page } = screen;
  const cells = (column: number) =>
    page.locator(`.ek-grid-row [data-cell="${column + 1}"]`).allTextContents();
  await until(
    "all are at hand",
    async () => (await page.locator("[role=columnheader] small").count()) === 0,
  );
  await until(
    "teams are named",
    async () => !(await cells(1)).some((text) => text.includes("team_")),
  );
  for (const [index, id] of all.split(",").entries()) {
    const head = page.locator(`[data-column="${id}"]`);
    if ((await head.getAttribute("aria-sort")) !== "ascending") await head.click();
    await until(
      `${id} ascends`,
      async () => (await head.getAttribute("aria-sort")) === "ascending",
    );
    const up = await cells(index);
    await head.click();
    await until(
      `${id} descends`,
      async () => (await head.getAttribute("aria-sort")) === "descending",
    );
    await tally.soon(
      `${id}: the first is no longer the first`,
      async () => {
        const down = await cells(index);
        const isFlat = new Set([...up, ...down]).size === 1;
        return isFlat || up[0] !== down[0] || [up[0], down[0]];
      },
      true,
    );
  }
  const people = (await stage.owner.get("/teammates?limit=500")).body.data as { name: string }[];
  await page.locator('[data-column="name"]').click();
  await until(
    "names begin as people sort them",
    async () =>
      (await namesOf(page))[0] ===
      people.map(({ name }) => name).sort(new Intl.Collator("en", { numeric: true }).compare)[0],
  );
  await screen.close();
}

// ---- changed one by one

const limitOf = async (stage: Stage, id: string): Promise<unknown> =>
  (await stage.owner.get(`/teammates/${id}`)).body.settings.limit.own;

async function inPlace(stage: Stage): Promise<void> {
  const screen = await opened(stage, "/teammates");
  const { page } = screen;
  const before = await limitOf(stage, idOf("Devika Ranganath"));
  const cell = rowOf(page, "Devika Ranganath").locator('[data-cell="3"]');
  const shown = await cell.textContent();
  const field = cell.getByRole("textbox");
  const isFocused = () => cell.evaluate((element) => element === document.activeElement);
  await cell.dblclick();
  await field.waitFor({ timeout: WAIT_MS });
  await page.keyboard.press("ControlOrMeta+A");
  await page.keyboard.type("7");
  await page.keyboard.press("Escape");
  await field.waitFor({ state: "detached", timeout: WAIT_MS });
  await tally.soon("Esc leaves the focus in the cell", isFocused, true);
  await tally.soon(
    "Esc leaves it as it is",
    () => limitOf(stage, idOf("Devika Ranganath")),
    before,
  );
  await page.keyboard.press("F2");
  await page.keyboard.type("2000");
  await page.keyboard.press("Enter");
  await page.getByRole("alert").first().waitFor({ timeout: WAIT_MS });
  await page.keyboard.press("ControlOrMeta+A");
  await page.keyboard.type("9");
  await page.keyboard.press("Enter");
  await until("Enter saves", async () => (await limitOf(stage, idOf("Devika Ranganath"))) === 9);
  await until("and shows", async () => (await cell.textContent()) === "9");
  await tally.soon("the focus is back in the cell", isFocused, true);
  await page.getByRole("button", { name: "Undo", exact: true }).first().waitFor();
  await page.keyboard.press("ControlOrMeta+Z");
  await until("undone", async () => (await limitOf(stage, idOf("Devika Ranganath"))) === before);
  await until("and shows that", async () => (await cell.textContent()) === shown);
  await page.keyboard.press("F2");
  await stage.owner.patch(
    `/teammates/${idOf("Devika Ranganath")}/settings`,
    { set: { limit: 3 } },
    { headers: { "If-Match": "*" } },
  );
  await page.keyboard.press("ControlOrMeta+A");
  await page.keyboard.type("5");
  await page.keyboard.press("Enter");
  const conflict = page.getByRole("dialog", { name: "Somebody else changed this meanwhile" });
  await conflict.waitFor({ timeout: WAIT_MS });
  await tally.soon(
    "both values are shown",
    async () => [
      (await conflict.textContent())?.includes("3"),
      (await conflict.textContent())?.includes("5"),
    ],
    [true, true],
  );
  await conflict.getByRole("button", { name: "Take theirs" }).click();
  await conflict.waitFor({ state: "detached", timeout: WAIT_MS });
  await tally.soon("theirs stays", () => limitOf(stage, idOf("Devika Ranganath")), 3);
  await screen.close();
}

async function panel(stage: Stage): Promise<void> {
  const screen = await opened(stage, `/teammates/${idOf("Ifeoma Adebayo-Kern")}`);
  const { page } = screen;
  const dialog = page.getByRole("dialog", { name: "Ifeoma Adebayo-Kern" });
  await dialog.getByRole("button", { name: "Edit: Limit" }).click();
  await page.keyboard.press("ControlOrMeta+A");
  await page.keyboard.type("8");
  await page.keyboard.press("Enter");
  await until(
    "a limit of their own",
    async () => (await limitOf(stage, idOf("Ifeoma Adebayo-Kern"))) === 8,
  );
  await dialog.getByText("their own").first().waitFor({ timeout: WAIT_MS });
  await dialog.getByRole("button", { name: "Back to the workspace’s: Limit" }).click();
  await until(
    "back to the workspace's",
    async () => (await limitOf(stage, idOf("Ifeoma Adebayo-Kern"))) === "inherit",
  );
  await dialog.getByRole("button", { name: "Remove from Billing" }).click();
  const teams = async (): Promise<unknown[]> =>
    (await stage.owner.get(`/teammates/${idOf("Ifeoma Adebayo-Kern")}`)).body.memberships;
  await until("out of a team", async () => (await teams()).length === 0);
  await page.getByText("Teams changed: Ifeoma Adebayo-Kern").waitFor({ timeout: WAIT_MS });
  await page.reload();
  await page.getByText("Teams changed: Ifeoma Adebayo-Kern").waitFor({ timeout: WAIT_MS });
  await page.keyboard.press("ControlOrMeta+Z");
  await until("and in again", async () => (await teams()).length === 1);
  await until(
    "their changes are listed",
    async () => (await dialog.getByRole("button", { name: /^Undo:/ }).count()) >= 3,
  );
  // The tip of the button that has the focus goes first, if it is there by now.
  await until("closed", async () => {
    await page.keyboard.press("Escape");
    return new URL(page.url()).pathname === "/teammates";
  });
  await screen.close();
}

// ---- many at once

/** A choice of the listbox that the focused button opens, by its first letters. */
async function choose(page: Page, letters: string): Promise<void> {
  await page.keyboard.press("Enter");
  await page.getByRole("listbox").waitFor({ timeout: WAIT_MS });
  await page.keyboard.type(letters);
  await page.keyboard.press("Enter");
  await page.getByRole("listbox").waitFor({ state: "detached", timeout: WAIT_MS });
}

/** Tab until what has the focus says so. */
async function tabTo(page: Page, name: RegExp): Promise<void> {
  for (let i = 0; i < 80; i++) {
    const said = await page.evaluate(() => {
      const at = document.activeElement;
      const by = at?.getAttribute("aria-labelledby")?.split(" ") ?? [];
      const labels = by.map((id) => document.getElementById(id)?.textContent ?? "");
      const own = at instanceof HTMLButtonElement ? at.textContent : "";
      return [at?.getAttribute("aria-label"), ...labels, own].join(" ");
    });
    if (name.test(said)) return;
    await page.keyboard.press("Tab");
  }
  tally.is(`the focus comes to ${name}`, false);
}

async function twelve(stage: Stage): Promise<void> {
  const start = await configuration(stage);
  const screen = await opened(stage, "/teammates");
  const { page } = screen;
  await page.keyboard.press("j");
  for (let i = 0; i < 11; i++) await page.keyboard.press("Shift+ArrowDown");
  await page.getByText("These 12", { exact: true }).waitFor({ timeout: WAIT_MS });
  await page.keyboard.press("Shift+Tab");
  await page.keyboard.press("Shift+Tab");
  await tabTo(page, /Change…/);
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").waitFor({ timeout: WAIT_MS });
  await tabTo(page, /What shall change/);
  await choose(page, "Limit");
  await page.locator("[role=dialog] input:focus").waitFor({ timeout: WAIT_MS });
  await page.keyboard.type("2");
  await tabTo(page, /^\s*Look\s*$/);
  await page.keyboard.press("Enter");
  const look = page.getByRole("dialog", { name: "Look before it happens" });
  await look.getByRole("button", { name: /^Apply to 1[0-2]/ }).waitFor({ timeout: WAIT_MS });
  tally.same("axe of the look", await screen.axe("[role=dialog]"), []);
  await screen.shoot("teammates-look");
  await tally.soon("looking changes nothing", () => configuration(stage), start);
  await tabTo(page, /^\s*Apply to/);
  await page.keyboard.press("Enter");
  await page.getByText(/^1[0-2] changed$/).waitFor({ timeout: WAIT_MS });
  const people = (await configuration(stage)) as any[];
  const two = people.filter(({ settings }) => settings.limit.own === 2).length;
  tally.is("they have it", two >= 12, two);
  await page.keyboard.press("ControlOrMeta+Z");
  await until(
    "undone: everybody as at the start",
    async () => JSON.stringify(await configuration(stage)) === JSON.stringify(start),
  );
  tally.same("nothing was complained of", screen.faults(), []);
  await screen.close();
}

/** Letters work wherever the focus is but in text: also on the tick that `x` leaves it on. */
async function letters(stage: Stage): Promise<void> {
  const screen = await opened(stage, "/teammates");
  const { page } = screen;
  const at = (): Promise<string | null | undefined> =>
    page.evaluate(() => document.activeElement?.closest(".ek-grid-row")?.getAttribute("data-row"));
  for (const key of ["j", "j", "x", "j", "x", "k", "j", "j", "x"]) await page.keyboard.press(key);
  await page.getByText("These 3", { exact: true }).waitFor({ timeout: WAIT_MS });
  await tally.soon("j, k and x go on after the first press", () => at(), "4");
  await page.getByRole("searchbox").fill("");
  await page.keyboard.type("xjk");
  await tally.soon(
    "and are letters in text",
    () => page.getByRole("searchbox").inputValue(),
    "xjk",
  );
  await screen.close();
}

/** The dot says what the team's turns say; skills and roles are words. */
async function truthful(stage: Stage): Promise<void> {
  const screen = await opened(stage, "/teammates?team=team_1&columns=name,skills,roles,languages");
  const { page } = screen;
  const { teammates } = (await stage.owner.get("/teams/team_1/turns")).body;
  const there = teammates.find((row: any) => row.state !== "blocked" && row.teammate !== "tm_1");
  const who = [...ids].find(([, id]) => id === (there ?? teammates[1]).teammate)?.[0] ?? "";
  const dot = rowOf(page, who).locator(".ek-teammates-dot");
  await until(`the dot of ${who} tells of the team`, async () =>
    ((await dot.getAttribute("title")) ?? "").includes("Billing:"),
  );
  const cells = (at: number): Promise<string[]> =>
    page.locator(`.ek-grid-row [data-cell="${at}"]`).allTextContents();
  await tally.soon(
    "a language among skills is named",
    async () => (await cells(2)).some((text) => text.includes("English 5")),
    true,
  );
  await tally.soon(
    "and no code stands there",
    async () => (await cells(2)).filter((text) => text.includes("lang:")),
    [],
  );
  await tally.soon(
    "everybody has a role in words",
    async () => (await cells(3)).filter((text) => text === "–"),
    [],
  );
  await screen.close();
}

/** Languages of many, with the same look and undo as limits. */
async function tongues(stage: Stage): Promise<void> {
  const start = await configuration(stage);
  const screen = await opened(stage, "/teammates?team=team_5");
  const { page } = screen;
  await page.getByRole("checkbox", { name: "Select everything that matches" }).click();
  await page.getByRole("button", { name: "Change…" }).click();
  await page.getByRole("button", { name: /What shall change/ }).click();
  await page.getByRole("option", { name: "Languages" }).click();
  await page.getByRole("textbox", { name: "Languages" }).fill("ko, fr");
  await page.getByRole("button", { name: "Look", exact: true }).click();
  const apply = page.getByRole("button", { name: /^Apply to/ });
  await apply.waitFor({ timeout: WAIT_MS });
  await tally.soon("looking changes nothing", () => configuration(stage), start);
  await page
    .getByRole("dialog")
    .getByText(/Korean and French|Korean, French/)
    .first()
    .waitFor();
  await apply.click();
  await page.getByText(/^\d+ changed$/).waitFor({ timeout: WAIT_MS });
  const people = (await stage.owner.get("/teammates?team.has=team_5&limit=500")).body.data;
  tally.same(
    "all of them speak these",
    [...new Set(people.map((each: any) => each.languages.join()))],
    ["ko,fr"],
  );
  await page.reload(); // the way back is still there
  await page.getByRole("button", { name: "Undo", exact: true }).click();
  await until(
    "undone: everybody as at the start",
    async () => JSON.stringify(await configuration(stage)) === JSON.stringify(start),
  );
  tally.same("nothing was complained of", screen.faults(), []);
  await screen.close();
}

async function startLook(page: Page, limit: string): Promise<void> {
  await page.getByRole("button", { name: "Change…" }).click();
  await page.getByRole("button", { name: /What shall change/ }).click();
  await page.getByRole("option", { name: "Limit" }).click();
  await page.getByRole("textbox", { name: "Limit" }).fill(limit);
  await page.getByRole("button", { name: "Look", exact: true }).click();
  await page.getByRole("button", { name: /^Apply to/ }).waitFor({ timeout: WAIT_MS });
}

async function underTheLook(stage: Stage): Promise<void> {
  const screen = await opened(stage, "/teammates?team=team_1");
  const { page } = screen;
  screen.forgive(/409/);
  await page.getByRole("checkbox", { name: "Select everything that matches" }).click();
  await page.getByText(/^All \d+ matching this filter$/).waitFor({ timeout: WAIT_MS });
  await page.getByRole("checkbox", { name: "Select Devika Ranganath" }).click();
  await page.getByText(/^\d+, 1 left out$/).waitFor({ timeout: WAIT_MS });
  const leftOut = await limitOf(stage, idOf("Devika Ranganath"));
  await startLook(page, "4");
  await stage.owner.patch(
    `/teammates/${idOf("Samuel Okonedo-Weiss")}/settings`,
    { set: { limit: 8 } },
    { headers: { "If-Match": "*" } },
  );
  const before = await configuration(stage);
  await page.getByRole("button", { name: /^Apply to/ }).click();
  await page.getByText(/^Nothing was applied: 1 row was changed/).waitFor({ timeout: WAIT_MS });
  await tally.soon("nothing was applied", () => configuration(stage), before);
  const marked = page.getByRole("dialog").locator(".ek-grid-row", { hasText: "changed meanwhile" });
  await until(
    "that row is marked",
    async () => (await marked.textContent())?.includes("Samuel Okonedo-Weiss") === true,
  );
  await page.getByRole("button", { name: /^Apply to/ }).click();
  await page.getByText(/^\d+ changed$/).waitFor({ timeout: WAIT_MS });
  await tally.soon(
    "the one left out is left out",
    () => limitOf(stage, idOf("Devika Ranganath")),
    leftOut,
  );
  await tally.soon("the others have it", () => limitOf(stage, idOf("Samuel Okonedo-Weiss")), 4);
  await stage.owner.patch(
    `/teammates/${idOf("Samuel Okonedo-Weiss")}/settings`,
    { set: { limit: 5 } },
    { headers: { "If-Match": "*" } },
  );
  await page.getByRole("button", { name: "Undo", exact: true }).click();
  const stuck = page.getByRole("dialog", { name: "Changed again since" });
  await stuck.getByText("Samuel Okonedo-Weiss: Limit").waitFor({ timeout: WAIT_MS });
  await stuck.getByRole("button", { name: /^Put back the rest/ }).click();
  await until(
    "the rest is put back",
    async () =>
      (await limitOf(stage, idOf("Clémence Aubriot"))) !== 4 &&
      (await limitOf(stage, idOf("Samuel Okonedo-Weiss"))) === 5,
  );
  tally.same("nothing else was complained of", screen.faults(), []);
  await screen.close();
}

// ---- tables

async function downloaded(page: Page, entry: string): Promise<string> {
  await page.getByRole("button", { name: "CSV" }).click();
  const [file] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("menuitem", { name: entry }).click(),
  ]);
  return readFileSync((await file.path()) ?? "", "utf8");
}

async function bringIn(page: Page, text: string): Promise<void> {
  await page.getByRole("button", { name: "CSV" }).click();
  await page.getByRole("menuitem", { name: "Bring in a CSV file" }).click();
  await page
    .locator("input[type=file]")
    .setInputFiles({ name: "people.csv", mimeType: "text/csv", buffer: Buffer.from(text) });
  await page.getByRole("button", { name: "Look", exact: true }).click();
  await page.getByRole("dialog", { name: "Look before it happens" }).waitFor({ timeout: WAIT_MS });
}

async function tables(stage: Stage): Promise<void> {
  const screen = await opened(stage, "/teammates");
  const { page } = screen;
  const list = await downloaded(page, "This list as CSV");
  tally.same("the list has everybody", list.trimEnd().split("\r\n").length, 42);
  const text = await downloaded(page, "A table to edit and bring back");
  await bringIn(page, text);
  await page.getByRole("button", { name: "0 change" }).waitFor({ timeout: WAIT_MS });
  await page.getByRole("button", { name: "41 already so" }).waitFor({ timeout: WAIT_MS });
  tally.is("out and in changes nothing", true);
  await page.getByRole("button", { name: "Back", exact: true }).click();
  await bringIn(page, "email,limit\r\nnobody@example.org,3\r\n");
  await page.getByText("names nobody known").first().waitFor({ timeout: WAIT_MS });
  const [file] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "The file with reasons" }).click(),
  ]);
  tally.same(
    "the file comes back with a column of reasons",
    readFileSync((await file.path()) ?? "", "utf8"),
    "email,limit,reason\r\nnobody@example.org,3,names nobody known\r\n",
  );
  tally.same("nothing was complained of", screen.faults(), []);
  await screen.close();
}

// ---- kept under a name; for those who see names only

async function views(stage: Stage): Promise<void> {
  const screen = await opened(stage, "/teammates?role=lead&sort=-presence&columns=name,limit");
  const { page } = screen;
  await page.getByRole("button", { name: "Views" }).click();
  await page.getByRole("button", { name: "Save this view" }).click();
  await page.getByLabel("Name of the view").fill("Leads");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByText("View saved: Leads").waitFor({ timeout: WAIT_MS });
  await page.goto(`${stage.browser.url}/teammates`);
  await page.getByRole("button", { name: "Views" }).click();
  await page.getByRole("button", { name: /^Leads/ }).click();
  await until("a view opens as it was saved", async () => {
    const { searchParams } = new URL(page.url());
    return (
      ["role", "sort", "columns"].map((name) => searchParams.get(name)).join(" ") ===
      "lead -presence name,limit"
    );
  });
  await screen.close();
}

async function plain(stage: Stage): Promise<void> {
  const mina = await stage.browser.person({
    name: "Mina Plain",
    roles: ["teammate"],
    memberships: [{ team: "team_1" }],
  });
  const screen = await stage.browser.open("/teammates", { language: "en", as: mina });
  const { page } = screen;
  await rowOf(page, "Devika Ranganath").waitFor({ timeout: WAIT_MS });
  await tally.soon(
    "names, teams and presence",
    () => page.getByRole("columnheader").locator("span").allTextContents(),
    ["Name", "Teams (1st / 2nd)", "Presence"],
  );
  await tally.soon(
    "nothing to select, to add",
    async () => [
      await page.getByRole("checkbox").count(),
      await page.getByRole("button", { name: "Add", exact: true }).count(),
    ],
    [0, 0],
  );
  tally.same("axe", await screen.axe("main"), []);
  tally.same("nothing is complained of", screen.faults(), []);
  await screen.close();
}

await withBrowser(
  async (stage) => {
    const people = (await stage.owner.get("/teammates?limit=500")).body.data;
    for (const { id, name } of people as { id: string; name: string }[]) ids.set(name, id);
    const only = process.argv[2];
    for (const part of [
      looks,
      filters,
      sorts,
      inPlace,
      panel,
      twelve,
      letters,
      truthful,
      tongues,
      underTheLook,
      tables,
      views,
      plain,
    ]) {
      if (only !== undefined && only !== part.name) continue;
      await part(stage).catch((error: unknown) => {
        tally.is(`${part.name} goes through`, false, String(error).slice(0, 700));
      });
    }
  },
  { with: "sample" },
);
tally.end();
