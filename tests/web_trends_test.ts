// web_trends_test -- how it goes, as a manager reads it: what changed comes first with what it was,
// what it is, since when and how sure one can be; behind it the chart, the same as a table, what
// was said, the story, who reads it and whose name stands in it, and notes on days. In every
// language, theme and width.
import type { Page } from "playwright-core";

import { each, named, withBrowser, type Account, type Screen, type Stage } from "./browser.ts";
import { noise } from "./past.ts";
import { run, Tally } from "./program.ts";

const tally = new Tally();
const WAIT_MS = 15_000;
const DAY_MS = 86_400_000;
const DAYS = 130;
const SHIFT_DAYS = 24; // so many of them are quicker in one team and slower in the other
const TODAY = Math.floor(Date.now() / DAY_MS) * DAY_MS;
const NOTED = new Date(TODAY - 60 * DAY_MS).toISOString().slice(0, 10);

const until = (what: string, holds: () => Promise<boolean>): Promise<void> =>
  tally.until(what, WAIT_MS, holds);
const plain = (text: string): string => text.replace(/[\u2066-\u2069]/g, "").replace(/\s+/g, " ");

/** Conversations of before: from one day on the first team answers sooner, the second later. */
function past(teams: readonly number[], replier: number): string {
  const random = noise(7);
  const at = new Date(Date.now() + 1000).toISOString();
  const lines: string[] = [];
  const note = (team: number, started: number, wait: number): void => {
    const closed = new Date(started + wait + 600_000).toISOString();
    lines.push(
      JSON.stringify({
        at,
        cmd: "history.note_conversation",
        import: 1,
        item: lines.length + 1,
        channel: "email",
        team,
        replier,
        contact: lines.length + 1,
        started: new Date(started).toISOString(),
        replied: new Date(started + wait).toISOString(),
        closed,
        solved: closed,
        tags: ["invoice"],
      }),
    );
  };
  for (let d = 0; d < DAYS; d++) {
    for (const team of teams) {
      const isLast = d >= DAYS - SHIFT_DAYS;
      const usual = !isLast ? 40 : team === teams[0] ? 22 : 75;
      const count = 24 + Math.floor(random() * 13);
      for (let i = 0; i < count; i++) {
        const started = TODAY - (DAYS - d) * DAY_MS + (8 * 60 + i * 9) * 60_000;
        const wait = Math.exp(Math.log(usual) + (random() + random() - 1) * 0.9);
        note(team, started, Math.round(wait * 60_000));
      }
    }
  }
  return `${lines.join("\n")}\n`;
}

interface Cast {
  readonly boss: Account; // manages every team
  readonly ada: Account; // answers in the first
  readonly billing: string;
  readonly returns: string;
}

async function cast({ server, owner, browser }: Stage): Promise<Cast> {
  const billing = String((await owner.post("/teams", { name: "Billing" })).body.id);
  const returns = String((await owner.post("/teams", { name: "Returns" })).body.id);
  const number = (id: string): number => Number(id.split("_")[1]);
  let replier = "";
  const repliers: Account[] = [];
  for (const team of [billing, returns])
    for (const name of ["Ada", "Bert", "Cleo", "Dora", "Emil"]) {
      const made = { name: `${name} ${team}`, email: `${name}.${team}@example.org` };
      repliers.push(await browser.person({ ...made, memberships: [{ team }] }));
      replier = repliers.at(-1)?.id ?? "";
    }
  const boss = await browser.person({ name: "Bo", roles: ["manager"] });
  const { port } = server;
  await server.end();
  const told = past([number(billing), number(returns)], number(replier));
  const done = run(["drive", "--data", server.data, "-"], { input: told });
  tally.same(
    "a past is brought along",
    [done.status, /lines refused: 0/.test(done.stdout)],
    [0, true],
  );
  await server.start(port);
  await until("both teams have changed", async () => {
    const { data } = (await owner.get("/trends")).body as { data: { team: string }[] };
    const changed = (data as unknown as { team: string; metric: string; state: string }[]).filter(
      ({ metric, state }) => metric.startsWith("first_response_time@") && state.endsWith("shift"),
    );
    return new Set(changed.map(({ team }) => team)).size === 2;
  });
  return { boss, ada: repliers[0] as Account, billing, returns };
}

async function opened(stage: Stage, who: Account, path: string): Promise<Screen> {
  const screen = await stage.browser.open(path, { language: "en", theme: "light", as: who });
  await screen.page.locator(".ek-panel").first().waitFor({ timeout: WAIT_MS });
  return screen;
}

const changedPart = (page: Page) => page.getByRole("region", { name: /^What changed/ });

async function headline(stage: Stage, c: Cast): Promise<void> {
  const screen = await opened(stage, c.boss, "/trends");
  const { page } = screen;
  const first = page.locator(".ek-panel").first();
  const said = plain(await first.innerText());
  tally.is("what changed comes first", said.startsWith("What changed"), said);
  tally.same("a team's name stands once", (said.match(/Billing/g) ?? []).length, 1);
  const better = changedPart(page).locator(".ek-trends-line", { hasText: "Better" }).first();
  const line = plain(await better.innerText());
  tally.is("what it was and is", /First response time .*\d+ min → \d+ min/.test(line), line);
  tally.is("since when", /since \w{3}, \w{3} \d+, \d{4}, over \d+ points/.test(line), line);
  tally.is("how sure one can be", /about once in [\d,]+/.test(line), line);
  const folded = page.locator("details", { hasText: "As ever" });
  tally.same("what is as ever is folded away", await folded.getAttribute("open"), null);
  const lines = folded.locator(".ek-trends-line");
  tally.is("but it is there", (await lines.count()) > 0 && !(await lines.first().isVisible()));
  await folded.locator("summary").focus();
  await page.keyboard.press("Enter");
  await lines.first().waitFor({ timeout: WAIT_MS });
  tally.is("and opens by keyboard", true);
  await better.getByRole("link", { name: "First response time" }).click();
  await page.locator(".ek-chart canvas").waitFor({ timeout: WAIT_MS });
  const sentence = plain(await page.locator(".ek-chart figcaption").innerText());
  tally.is("the chart in a sentence", /Better since .*\d+ min → \d+ min, over \d+/.test(sentence), [
    sentence,
  ]);
  tally.same("nothing is complained of", screen.faults(), []);
  await screen.close();
}

const chartOf = (team: string): string => `/trends/first_response_time?team=${team}&cadence=daily`;

/** By keyboard alone: the button with that name is gone to, and pressed. */
async function press(page: Page, name: string): Promise<void> {
  await page.getByRole("button", { name, exact: true }).first().focus();
  await page.keyboard.press("Enter");
}

async function notes(stage: Stage, c: Cast): Promise<void> {
  const screen = await opened(stage, c.boss, chartOf(c.billing));
  const { page } = screen;
  await press(page, "Show as table");
  const rows = page.locator(".ek-chart-table tbody tr");
  await rows.first().waitFor({ timeout: WAIT_MS });
  tally.is("every day is a row", (await rows.count()) >= DAYS - 2, await rows.count());
  tally.same("which axe finds right", await screen.axe("main"), []);
  await screen.shoot("trends-table");
  const day = new Date(NOTED).toLocaleDateString("en-US", {
    timeZone: "UTC",
    month: "short",
    day: "numeric",
    year: "numeric",
  });
  await rows.filter({ hasText: day }).getByRole("button").focus();
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog", { name: /^What happened on/ });
  await dialog.getByRole("textbox", { name: "In your words" }).focus();
  await page.keyboard.type("The mail server stood still.");
  await dialog.getByRole("button", { name: "Save" }).focus();
  await page.keyboard.press("Enter");
  await dialog.waitFor({ state: "detached", timeout: WAIT_MS });
  const noted = async (): Promise<unknown[]> =>
    (
      await stage.owner.get(`/trends/series?metric=first_response_time&team=${c.billing}`)
    ).body.annotations.map((note: { date: string; note: string }) => [note.date, note.note]);
  await until("a day is noted", async () => (await noted()).length === 1);
  tally.same("that day", await noted(), [[NOTED, "The mail server stood still."]]);
  await page.getByText("The mail server stood still.").first().waitFor({ timeout: WAIT_MS });
  await press(page, "Remove this note");
  await until("and taken back", async () => (await noted()).length === 0);
  const notice = page.locator(".ek-notice", { hasText: "The note is removed." });
  await notice.getByRole("button", { name: "Undo" }).focus();
  await page.keyboard.press("Enter");
  await until("which can be undone", async () => (await noted()).length === 1);
  tally.same("nothing is complained of", screen.faults(), []);
  await screen.close();
}

interface Told {
  readonly acknowledged: readonly { teammate: string }[];
  readonly story: { cause: string; decision: string } | null;
  readonly watch: { owner: string } | null;
  readonly rebased: boolean;
}

type Card = ReturnType<Page["locator"]>;

/** A bad change is watched; new limits want four yeses, and the one that is missing is named. */
async function decide(
  screen: Screen,
  page: Page,
  card: Card,
  shift: () => Promise<Told | undefined>,
): Promise<void> {
  await card.getByRole("button", { name: "Watch it" }).click();
  const watch = page.getByRole("dialog", { name: "Watch this change" });
  await watch.getByRole("button", { name: "Save" }).click();
  await watch.waitFor({ state: "detached", timeout: WAIT_MS });
  await until("it is watched", async () => (await shift())?.watch !== null);
  await card.getByRole("button", { name: "New limits…" }).click();
  const limits = page.getByRole("dialog", { name: /begin anew/ });
  const begin = limits.getByRole("button", { name: "Begin new limits" });
  await limits.getByText("It is clearly different", { exact: true }).click();
  await limits.getByText("Its cause is known", { exact: true }).click();
  await limits.getByText("It is expected to last", { exact: true }).click();
  tally.same(
    "without one of four yeses nothing begins, and it is named",
    [await begin.isDisabled(), await limits.getByRole("status").innerText()],
    [true, "Still missing: that it is desirable. What is not goes on the watch list."],
  );
  tally.same("which axe finds right too", await screen.axe("[role=dialog]"), []);
  await limits.getByText("It is desirable", { exact: true }).click();
  tally.same("with the fourth it would", await begin.isDisabled(), false);
  await limits.getByRole("button", { name: "Cancel" }).click();
  tally.same("and nothing has", (await shift())?.rebased, false);
}

async function story(stage: Stage, c: Cast): Promise<void> {
  const screen = await opened(stage, c.boss, chartOf(c.returns));
  const { page } = screen;
  const shift = async (): Promise<Told | undefined> =>
    (
      await stage.owner.get(`/trends/series?metric=first_response_time&team=${c.returns}`)
    ).body.verdicts.findLast((v: { kind: string }) => v.kind.endsWith("shift")) as Told | undefined;
  const card = page.locator("article", { hasText: "Worse since" }).first();
  await card.waitFor({ timeout: WAIT_MS });
  await card.getByRole("button", { name: "I have seen it" }).click();
  await until("seen", async () => (await shift())?.acknowledged[0]?.teammate === c.boss.id);
  await card.getByText("Seen by Bo").waitFor({ timeout: WAIT_MS });
  await decide(screen, page, card, shift);
  await page.getByRole("link", { name: "All metrics" }).click();
  const watched = page.getByRole("region", { name: "Watched" });
  await watched.getByText(/To be looked at again on/).waitFor({ timeout: WAIT_MS });
  await page.goBack();
  await card.getByRole("button", { name: "Find the story" }).click();
  await card.getByRole("textbox", { name: "What happened?" }).fill("Two of us left.");
  await card.getByRole("textbox", { name: "What shows it" }).fill("The plan of November.");
  await card.getByRole("button", { name: /What follows/ }).click();
  await page.getByRole("option", { name: "Pass it on" }).click();
  await card.getByRole("button", { name: "Save" }).click();
  await until("told", async () => (await shift())?.story?.cause === "Two of us left.");
  tally.same("and what follows", (await shift())?.story?.decision, "pass_on");
  await card.getByText("Pass it on").waitFor({ timeout: WAIT_MS });
  await page.getByRole("link", { name: "All metrics" }).click();
  await until("it is no longer the headline", async () => {
    await page.reload();
    await changedPart(page).waitFor({ timeout: WAIT_MS });
    const lines = await changedPart(page).locator(".ek-trends-line").allInnerTexts();
    return lines.every((line) => !line.includes("First response time"));
  });
  tally.same("nothing is complained of", screen.faults(), []);
  await screen.close();
}

interface Shared {
  readonly cause: string;
  readonly names: readonly string[];
  readonly mine: string | null;
}
const STORIES = "/trends/stories";
const CAUSE = "Text blocks for every question about invoices.";

/** The card says by what it was measured; a good change is published, with somebody to thank. */
async function publish(stage: Stage, c: Cast): Promise<void> {
  const screen = await opened(stage, c.boss, chartOf(c.billing));
  const { page } = screen;
  const card = page.locator("article", { hasText: "Better since" }).first();
  await card.waitFor({ timeout: WAIT_MS });
  const measured = plain(await card.locator(".ek-trends-measure").innerText());
  tally.is(
    "by which version of what, and of which team",
    /first_response_time@1.*Billing.*first answer by a person/.test(measured),
    measured,
  );
  tally.same(
    "before it is told there is nothing to publish",
    await card.getByRole("button", { name: "Publish to the team" }).count(),
    0,
  );
  await card.getByRole("button", { name: "Find the story" }).click();
  await card.getByRole("textbox", { name: "What happened?" }).fill(CAUSE);
  const who = card.getByRole("combobox", { name: "Somebody to thank" });
  // A list closes when what it stands beside is scrolled: then the name is typed once more.
  await who.scrollIntoViewIfNeeded();
  const option = page.getByRole("option");
  await until("who is meant", async () => {
    await who.fill("");
    await page.keyboard.type(`Ada ${c.billing}`);
    await option
      .first()
      .waitFor({ timeout: 1000 })
      .catch(() => null);
    await page.keyboard.press("ArrowDown");
    const focused = page.locator("[role=option][data-focused]");
    return (await option.count()) === 1 && (await focused.count()) === 1;
  });
  await page.keyboard.press("Enter");
  await card.getByRole("button", { name: /^Do not name Ada/ }).waitFor({ timeout: WAIT_MS });
  tally.same("axe, somebody to thank", await screen.axe("main"), []);
  await screen.shoot("trends-thank");
  await card.getByRole("button", { name: "Save" }).click();
  await card.getByText("was asked, has not answered").waitFor({ timeout: WAIT_MS });
  await card.getByRole("button", { name: "Publish to the team" }).click();
  await card.getByRole("button", { name: "Take it back from the team" }).waitFor();
  tally.same("axe, published", await screen.axe("main"), []);
  await screen.shoot("trends-published");
  await page.goto(chartOf(c.returns));
  await page.locator("article", { hasText: "Worse since" }).first().waitFor({ timeout: WAIT_MS });
  tally.same(
    "what got worse is not published",
    await page.getByRole("button", { name: "Publish to the team" }).count(),
    0,
  );
  tally.same("nothing is complained of", screen.faults(), []);
  await screen.close();
}

/** Who is thanked reads it, says yes and no to their name; words find it, other words do not. */
async function read(stage: Stage, c: Cast): Promise<void> {
  const screen = await stage.browser.open("/trends", { language: "en", theme: "light", as: c.ada });
  const { page } = screen;
  const shared = async (): Promise<Shared | undefined> =>
    (await stage.owner.get("/stories/shared")).body.data[0] as Shared | undefined;
  await page.getByRole("link", { name: "Stories" }).click();
  const item = page.locator("[data-story]");
  await item.getByText(CAUSE).waitFor({ timeout: WAIT_MS });
  const said = plain(await item.innerText());
  tally.is("what it was and is", /Better \d+ min → \d+ min since/.test(said), said);
  tally.is("nobody is named unasked", !said.includes("Thanks to"), said);
  await item.getByRole("button", { name: "Show my name" }).click();
  await item.getByText(`Thanks to Ada ${c.billing}.`).waitFor({ timeout: WAIT_MS });
  tally.same("who said yes stands there", (await shared())?.names, [c.ada.id]);
  await screen.shoot("trends-stories-named");
  await item.getByRole("button", { name: "Do not show it" }).click();
  await item.getByText("Your name is not shown here.").waitFor({ timeout: WAIT_MS });
  tally.same(
    "who says no is gone from there at once",
    [(await shared())?.names, await item.getByText("Thanks to").count()],
    [[], 0],
  );
  const search = page.getByRole("searchbox", { name: "Search stories" });
  await search.fill("rainfall");
  await page.getByText("No published story has these words").waitFor({ timeout: WAIT_MS });
  await search.fill("TEXT blocks");
  await item.getByText(CAUSE).waitFor({ timeout: WAIT_MS });
  tally.same(
    "what is told and not published is for leads",
    await page.getByRole("heading", { name: "Told, not published" }).count(),
    0,
  );
  tally.same("axe, stories", await screen.axe("main"), []);
  tally.same("nothing is complained of", screen.faults(), []);
  await screen.close();
  const lead = await stage.browser.open(STORIES, { language: "en", theme: "light", as: c.boss });
  await lead.page.locator("[data-story]").waitFor({ timeout: WAIT_MS });
  await lead.page
    .locator("[data-told]", { hasText: "Two of us left." })
    .waitFor({ timeout: WAIT_MS });
  tally.same("a lead finds both", await lead.page.locator("[data-mine]").count(), 0);
  await lead.page.getByRole("searchbox", { name: "Search stories" }).fill("two of us");
  await lead.page.locator("[data-story]").waitFor({ state: "detached", timeout: WAIT_MS });
  tally.same("by their words", await lead.page.locator("[data-told]").count(), 1);
  tally.same("no fault for a lead", lead.faults(), []);
  await lead.close();
  await each(async (look) => {
    const one = await stage.browser.open(STORIES, { ...look, as: c.ada });
    await one.page.locator("[data-story]").waitFor({ timeout: WAIT_MS });
    tally.same(`stories ${named(look)}: axe finds nothing`, await one.axe("main"), []);
    tally.same(`stories ${named(look)}: nothing is complained of`, one.faults(), []);
    await one.shoot(`trends-stories-${named(look)}`);
    await one.close();
  });
}

async function looks(stage: Stage, c: Cast): Promise<void> {
  await each(async (look) => {
    for (const [name, path, shown] of [
      ["trends", "/trends", ".ek-trends-line"],
      ["trends-chart", chartOf(c.billing), ".ek-chart canvas"],
    ] as const) {
      const screen = await stage.browser.open(path, { ...look, as: c.boss });
      await screen.page.locator(shown).first().waitFor({ timeout: WAIT_MS });
      tally.same(`${name} ${named(look)}: axe finds nothing`, await screen.axe("main"), []);
      tally.same(`${name} ${named(look)}: nothing is complained of`, screen.faults(), []);
      await screen.shoot(`${name}-${named(look)}`);
      await screen.close();
    }
  });
}

await withBrowser(async (stage) => {
  const c = await cast(stage);
  for (const part of [headline, notes, story, publish, read, looks]) {
    if (process.argv[2] !== undefined && process.argv[2] !== part.name) continue;
    await part(stage, c).catch((error: unknown) => {
      tally.is(`${part.name} goes through`, false, String(error).slice(0, 700));
    });
  }
});
tally.end();
