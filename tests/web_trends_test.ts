// web_trends_test -- how it goes, as a manager reads it: what changed comes first with what it was,
// what it is, since when and how sure one can be; behind it the chart, the same as a table, what
// was said, the story, who reads it and whose name stands in it, notes on days, and what late facts
// cross through. In every language, theme and width.
import { execFileSync } from "node:child_process";
import { join } from "node:path";

import type { Locator, Page } from "playwright-core";

import {
  each,
  LANGUAGES,
  named,
  withBrowser,
  type Account,
  type Screen,
  type Stage,
} from "./browser.ts";
import { lateLines, noise } from "./past.ts";
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

/** What is found says these words, sooner or later. */
const says = (what: string, found: Locator, words: RegExp): Promise<void> =>
  tally.soon(
    what,
    async () => {
      const text = plain(await found.innerText());
      return words.test(text) || text;
    },
    true,
  );

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
  const better = changedPart(page).locator(".ek-trends-line", { hasText: "Better" }).first();
  await better.waitFor({ timeout: WAIT_MS });
  await says("what changed comes first", first, /^What changed/);
  await tally.soon(
    "a team's name stands once",
    async () => (plain(await first.innerText()).match(/Billing/g) ?? []).length,
    1,
  );
  await says("what it was and is", better, /First response time .*\d+ min → \d+ min/);
  await says("since when", better, /since \w{3}, \w{3} \d+, \d{4}, over \d+ points/);
  await says("how sure one can be", better, /about once in [\d,]+/);
  const folded = page.locator("details", { hasText: "As ever" });
  await tally.soon("what is as ever is folded away", () => folded.getAttribute("open"), null);
  const lines = folded.locator(".ek-trends-line");
  await tally.soon(
    "but it is there",
    async () => (await lines.count()) > 0 && !(await lines.first().isVisible()),
    true,
  );
  await folded.locator("summary").press("Enter");
  await lines.first().waitFor({ timeout: WAIT_MS });
  tally.is("and opens by keyboard", true);
  await better.getByRole("link", { name: "First response time" }).click();
  await page.locator(".ek-chart canvas").waitFor({ timeout: WAIT_MS });
  await says(
    "the chart in a sentence",
    page.locator(".ek-chart figcaption"),
    /Better since .*\d+ min → \d+ min, over \d+/,
  );
  tally.same("nothing is complained of", screen.faults(), []);
  await screen.close();
}

const chartOf = (team: string): string => `/trends/first_response_time?team=${team}&cadence=daily`;

/** By keyboard alone: the button with that name is gone to, and pressed. */
async function press(page: Page, name: string): Promise<void> {
  await page.getByRole("button", { name, exact: true }).first().press("Enter");
}

async function notes(stage: Stage, c: Cast): Promise<void> {
  const screen = await opened(stage, c.boss, chartOf(c.billing));
  const { page } = screen;
  await press(page, "Show as table");
  const rows = page.locator(".ek-chart-table tbody tr");
  await rows.first().waitFor({ timeout: WAIT_MS });
  await tally.soon(
    "every day is a row",
    async () => (await rows.count()) >= DAYS - 2 || (await rows.count()),
    true,
  );
  tally.same("which axe finds right", await screen.axe("main"), []);
  await screen.shoot("trends-table");
  const day = new Date(NOTED).toLocaleDateString("en-US", {
    timeZone: "UTC",
    month: "short",
    day: "numeric",
    year: "numeric",
  });
  await rows.filter({ hasText: day }).getByRole("button").press("Enter");
  const dialog = page.getByRole("dialog", { name: /^What happened on/ });
  await dialog.getByRole("textbox", { name: "In your words" }).focus();
  await page.keyboard.type("The mail server stood still.");
  await dialog.getByRole("button", { name: "Save" }).press("Enter");
  await dialog.waitFor({ state: "detached", timeout: WAIT_MS });
  const noted = async (): Promise<unknown[]> =>
    (
      await stage.owner.get(`/trends/series?metric=first_response_time&team=${c.billing}`)
    ).body.annotations.map((note: { date: string; note: string }) => [note.date, note.note]);
  await until("a day is noted", async () => (await noted()).length === 1);
  await tally.soon("that day", () => noted(), [[NOTED, "The mail server stood still."]]);
  await page.getByText("The mail server stood still.").first().waitFor({ timeout: WAIT_MS });
  await press(page, "Remove this note");
  await until("and taken back", async () => (await noted()).length === 0);
  const notice = page.locator(".ek-notice", { hasText: "The note is removed." });
  await notice.getByRole("button", { name: "Undo" }).press("Enter");
  await until("which can be undone", async () => (await noted()).length === 1);
  tally.same("nothing is complained of", screen.faults(), []);
  await screen.close();
}

// ---- what the canvas shows, read from its pixels

interface Span {
  readonly from: number; // shares of the plot's width
  readonly until: number;
}
interface Seen {
  readonly marked: number; // of the plot's height, by the colour of a change for the better
  readonly beside: number; // the same, a little before
  readonly dashed: number; // of the span's width, in the row that has most of the text's colour
  readonly before: number; // the same, left of the span
}

/** Of the chart's plot: how much of the column at a share of its width is marked, and of a span of
 * columns dashed. A mark is told by its hue, which what shines through does not change. */
function seen(page: Page, at: number, span: Span): Promise<Seen> {
  return page.evaluate(
    ([at, from, until]) => {
      const canvas = document.querySelector(".ek-chart canvas") as HTMLCanvasElement;
      const over = document.querySelector(".ek-chart .u-over") as HTMLElement;
      const outer = canvas.getBoundingClientRect();
      const inner = over.getBoundingClientRect();
      const scale = canvas.width / outer.width;
      const [left, top] = [inner.left - outer.left, inner.top - outer.top];
      const [width, height] = [Math.floor(inner.width * scale), Math.floor(inner.height * scale)];
      const { data } = (canvas.getContext("2d") as CanvasRenderingContext2D).getImageData(
        Math.round(left * scale),
        Math.round(top * scale),
        width,
        height,
      );
      const probe = document.body.appendChild(document.createElement("span"));
      const token = (name: string): number[] => {
        probe.style.color = `var(${name})`;
        return (getComputedStyle(probe).color.match(/[\d.]+/g) ?? []).map(Number);
      };
      const [good, text] = [token("--good"), token("--text")];
      probe.remove();
      const hue = ([r = 0, g = 0, b = 0]: number[]): number | null => {
        const most = Math.max(r, g, b);
        const apart = most - Math.min(r, g, b);
        if (apart < 30) return null;
        const turn =
          most === r ? (g - b) / apart : most === g ? 2 + (b - r) / apart : 4 + (r - g) / apart;
        return (turn * 60 + 360) % 360;
      };
      const pixel = (x: number, y: number): number[] => {
        const place = (y * width + x) * 4;
        return data[place + 3] === 0 ? [255, 255, 255] : [...data.subarray(place, place + 3)];
      };
      const wanted = hue(good) ?? 0;
      const isGood = (x: number, y: number): boolean => {
        const found = hue(pixel(x, y));
        return found !== null && Math.abs(found - wanted) < 20;
      };
      const isText = (x: number, y: number): boolean =>
        pixel(x, y).every((part, i) => Math.abs(part - (text[i] ?? 0)) < 24);
      const column = (x: number): number => {
        let rows = 0;
        for (let y = 0; y < height; y++)
          rows += [-2, -1, 0, 1, 2].some((d) => x + d >= 0 && x + d < width && isGood(x + d, y))
            ? 1
            : 0;
        return rows / height;
      };
      const row = (first: number, last: number): number => {
        let most = 0;
        for (let y = 0; y < height; y++) {
          let n = 0;
          for (let x = first; x < last; x++) n += isText(x, y) ? 1 : 0;
          most = Math.max(most, n / (last - first));
        }
        return most;
      };
      const x = Math.round(at * width);
      const [first, last] = [Math.round(from * width), Math.round(until * width)];
      return {
        marked: column(x),
        beside: column(x - 12),
        dashed: row(first, last),
        before: row(0, first - 4),
      };
    },
    [at, span.from, span.until] as const,
  );
}

interface Charted {
  readonly points: readonly { date: string }[];
  readonly segments: readonly { kind: string; from: string; until: string }[];
  readonly verdicts: readonly { kind: string; start: string; crossed: boolean }[];
  readonly annotations: readonly { id: string; date: string; note: string }[];
}

/** The change is a line where it began, and from there the new level is dashed. */
async function drawn(stage: Stage, c: Cast): Promise<void> {
  const path = `/trends/series?metric=first_response_time&team=${c.billing}`;
  const chart = (await stage.owner.get(path)).body as Charted;
  const day = (date = ""): number => Date.parse(date) / DAY_MS;
  const [first, last] = [day(chart.points[0]?.date), day(chart.points.at(-1)?.date)];
  const share = (date?: string): number => (day(date) - first) / (last - first);
  const shift = [...chart.verdicts].reverse().find((v) => v.kind.endsWith("shift") && !v.crossed);
  const level = [...chart.segments].reverse().find(({ kind }) => kind === "provisional");
  const screen = await opened(stage, c.boss, chartOf(c.billing));
  const { page } = screen;
  await page.locator(".ek-chart .u-over").waitFor({ timeout: WAIT_MS });
  const span = { from: share(level?.from), until: share(level?.until) };
  let got: Seen | undefined;
  await until("the chart is drawn with its mark, and with the level of what changed", async () => {
    got = await seen(page, share(shift?.start), span).catch(() => undefined);
    return (got?.marked ?? 0) > 0.8 && (got?.dashed ?? 0) > 0.3;
  });
  tally.is("the mark is a line, and nothing beside it is", (got?.beside ?? 1) < 0.05, got);
  tally.is("no level is dashed before it", (got?.before ?? 1) < 0.1, got);
  tally.same("nothing is complained of", screen.faults(), []);
  await screen.close();
}

/** With the pointer: what is clicked in the chart is the day that is noted. */
async function clicked(stage: Stage, c: Cast): Promise<void> {
  const screen = await opened(stage, c.boss, chartOf(c.billing));
  const { page } = screen;
  const over = page.locator(".ek-chart .u-over");
  await over.waitFor({ timeout: WAIT_MS });
  await over.scrollIntoViewIfNeeded();
  const path = `/trends/series?metric=first_response_time&team=${c.billing}`;
  const chart = async (): Promise<Charted> => (await stage.owner.get(path)).body as Charted;
  const { points } = await chart();
  const date = points[Math.round((points.length - 1) * 0.25)]?.date ?? "";
  const named = new Date(date).toLocaleDateString("en-US", {
    timeZone: "UTC",
    month: "short",
    day: "numeric",
    year: "numeric",
  });
  const first = Date.parse(points[0]?.date ?? "");
  const share = (Date.parse(date) - first) / (Date.parse(points.at(-1)?.date ?? "") - first);
  const dialog = page.getByRole("dialog", { name: /^What happened on/ });
  // A chart is drawn anew when its room changes, and then has not seen the pointer.
  await until("the pointer is at a day, in words", async () => {
    const box = await over.boundingBox();
    if (box === null) return false;
    await page.mouse.move(box.x + 2, box.y + box.height / 2);
    await page.mouse.move(box.x + box.width * share, box.y + box.height / 2);
    const tips = await page.locator(".ek-chart-tip").allInnerTexts();
    return tips.some((tip) => plain(tip).includes(named));
  });
  await page.mouse.down();
  await page.mouse.up();
  await dialog.waitFor({ timeout: WAIT_MS });
  await says(
    "a click asks what happened on that day",
    dialog.getByRole("heading").first(),
    new RegExp(named),
  );
  await dialog.getByRole("textbox", { name: "In your words" }).fill("We moved house.");
  await dialog.getByRole("button", { name: "Save" }).click();
  await dialog.waitFor({ state: "detached", timeout: WAIT_MS });
  await until("and it is noted", async () => (await chart()).annotations.length === 1);
  const made = (await chart()).annotations[0];
  tally.same("of the day that was clicked", [made?.date, made?.note], [date, "We moved house."]);
  await stage.owner.delete(`/annotations/${made?.id}`);
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
  await tally.soon(
    "without one of four yeses nothing begins, and it is named",
    async () => [await begin.isDisabled(), await limits.getByRole("status").innerText()],
    [true, "Still missing: that it is desirable. What is not goes on the watch list."],
  );
  tally.same("which axe finds right too", await screen.axe("[role=dialog]"), []);
  await limits.getByText("It is desirable", { exact: true }).click();
  await tally.soon("with the fourth it would", () => begin.isDisabled(), false);
  await limits.getByRole("button", { name: "Cancel" }).click();
  await limits.waitFor({ state: "detached", timeout: WAIT_MS });
  await tally.soon("and nothing has", async () => (await shift())?.rebased, false);
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
  await tally.soon("and what follows", async () => (await shift())?.story?.decision, "pass_on");
  await card.getByRole("button", { name: "Save" }).waitFor({ state: "hidden", timeout: WAIT_MS });
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
  await says(
    "by which version of what, and of which team",
    card.locator(".ek-verdict-measure"),
    /first_response_time@1.*Billing.*first answer by a person/,
  );
  await card.getByRole("button", { name: "Find the story" }).waitFor({ timeout: WAIT_MS });
  await tally.soon(
    "before it is told there is nothing to publish",
    () => card.getByRole("button", { name: "Publish to the team" }).count(),
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
  await card
    .getByRole("button", { name: "Take it back from the team" })
    .waitFor({ timeout: WAIT_MS });
  tally.same("axe, published", await screen.axe("main"), []);
  await screen.shoot("trends-published");
  await page.goto(chartOf(c.returns));
  const worse = page.locator("article", { hasText: "Worse since" }).first();
  await worse.getByText("Two of us left.").waitFor({ timeout: WAIT_MS });
  await tally.soon(
    "what got worse is not published",
    () => page.getByRole("button", { name: "Publish to the team" }).count(),
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
  await says("what it was and is", item, /Better \d+ min → \d+ min since/);
  const mine = item.getByRole("button", { name: "Show my name" });
  await mine.waitFor({ timeout: WAIT_MS });
  await says("nobody is named unasked", item, /^(?!.*Thanks to)/);
  await mine.click();
  await item.getByText(`Thanks to Ada ${c.billing}.`).waitFor({ timeout: WAIT_MS });
  await tally.soon("who said yes stands there", async () => (await shared())?.names, [c.ada.id]);
  await screen.shoot("trends-stories-named");
  await item.getByRole("button", { name: "Do not show it" }).click();
  await item.getByText("Your name is not shown here.").waitFor({ timeout: WAIT_MS });
  await tally.soon(
    "who says no is gone from there at once",
    async () => [(await shared())?.names, await item.getByText("Thanks to").count()],
    [[], 0],
  );
  const search = page.getByRole("searchbox", { name: "Search stories" });
  await search.fill("rainfall");
  await page.getByText("No published story has these words").waitFor({ timeout: WAIT_MS });
  await search.fill("TEXT blocks");
  await item.getByText(CAUSE).waitFor({ timeout: WAIT_MS });
  await tally.soon(
    "what is told and not published is for leads",
    () => page.getByRole("heading", { name: "Told, not published" }).count(),
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
  await tally.soon("a lead finds both", () => lead.page.locator("[data-mine]").count(), 0);
  await lead.page.getByRole("searchbox", { name: "Search stories" }).fill("two of us");
  await lead.page.locator("[data-story]").waitFor({ state: "detached", timeout: WAIT_MS });
  await tally.soon("by their words", () => lead.page.locator("[data-told]").count(), 1);
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

/** What came in late says that there was no shift: the card is crossed through and stays readable,
 * nothing is published from it, and the team no longer reads its story. */
async function withdrawn(stage: Stage, c: Cast): Promise<void> {
  const { server, owner } = stage;
  const series = `/trends/series?metric=first_response_time&team=${c.billing}`;
  const crossed = async (): Promise<boolean> => {
    const { verdicts } = (await owner.get(series)).body;
    return verdicts?.some((v: { crossed: boolean; story: unknown }) => v.crossed && v.story);
  };
  const number = (id: string): number => Number(id.split("_")[1]);
  const { port } = server;
  await server.end();
  const late = lateLines(number(c.billing), number(c.ada.id), TODAY, SHIFT_DAYS);
  const done = run(["drive", "--data", server.data, "-"], { input: late });
  tally.same("facts come in late", done.status, 0);
  await server.start(port);
  await until("a verdict is withdrawn", crossed);
  const screen = await opened(stage, c.boss, chartOf(c.billing));
  const { page } = screen;
  await page.locator("summary", { hasText: "what was crossed through" }).click();
  const card = page.locator("article[data-crossed]", { hasText: CAUSE });
  await card.getByText(/^Crossed through/).waitFor({ timeout: WAIT_MS });
  const struck = card.locator("[data-said]");
  await says("its sentence is there", struck, /^Better since/);
  await tally.soon(
    "and struck",
    () => struck.evaluate((it) => getComputedStyle(it).textDecorationLine),
    "line-through",
  );
  const offered = async (name: string): Promise<number> =>
    card.getByRole("button", { name }).count();
  await tally.soon(
    "nothing is made of it, but what was told can be mended",
    async () => [
      await offered("Take it back from the team"),
      await offered("Publish to the team"),
      await offered("New limits…"),
      await offered("Edit"),
    ],
    [0, 0, 0, 1],
  );
  tally.same("axe, crossed through", await screen.axe("main"), []);
  await screen.shoot("trends-crossed");
  await page.goto(STORIES);
  const told = page.locator("[data-told][data-crossed]", { hasText: CAUSE });
  await told.getByText(/^Crossed through/).waitFor({ timeout: WAIT_MS });
  await tally.soon("it is no story any more", () => page.locator("[data-story]").count(), 0);
  tally.same("axe, crossed through among stories", await screen.axe("main"), []);
  await screen.shoot("trends-stories-crossed");
  tally.same("nothing is complained of", screen.faults(), []);
  await screen.close();
  const ada = await stage.browser.open(STORIES, { language: "en", theme: "light", as: c.ada });
  await ada.page.getByText("No story is published yet").waitFor({ timeout: WAIT_MS });
  await tally.soon(
    "whoever was thanked reads it no more",
    () => ada.page.getByText(CAUSE).count(),
    0,
  );
  tally.same("nothing is complained of there", ada.faults(), []);
  await ada.close();
}

const BEFORE = {
  en: [/Launch: New menu on the phone/, /Settings: Rank/],
  ko: [/출시: New menu on the phone/, /설정: 순위/],
  ar: [/إطلاق: New menu on the phone/, /الإعدادات: الرتبة/],
} as const;

/** What happened before a change is said in the reader's language: what people noted, and what was
 * changed of the team, made as old as that. */
async function suggested(stage: Stage, c: Cast): Promise<void> {
  const { server, owner } = stage;
  const path = `/trends/series?metric=first_response_time&team=${c.returns}`;
  const isShift = (v: { kind: string }): boolean => v.kind.endsWith("shift");
  const { start } = (await owner.get(path)).body.verdicts.findLast(isShift);
  const day = Date.parse(start) - 2 * DAY_MS;
  const note = { cause: "launch", note: "New menu on the phone", leave_out: false };
  const of = { metric: "first_response_time", team: c.returns };
  const date = new Date(day).toISOString().slice(0, 10);
  const bo = await stage.browser.open("/me", { language: "en", as: c.boss });
  const noted = await bo.page.evaluate(
    async (body) => {
      const headers = { "Content-Type": "application/json" };
      const sent = { method: "POST", headers, body: JSON.stringify(body) };
      return (await fetch("/api/v1/annotations", sent)).status;
    },
    { ...of, ...note, date },
  );
  await bo.close();
  tally.same("a day is noted by who manages", noted, 201);
  const any = { headers: { "If-Match": "*" } };
  const set = await owner.patch(`/teams/${c.returns}/settings`, { set: { rank: 7 } }, any);
  tally.same("a setting is changed", set.status, 200);
  const { port } = server;
  await server.end();
  const sql = `UPDATE changes SET at_ms = ${day} WHERE resource = 'settings' AND team IS NOT NULL`;
  execFileSync("sqlite3", [join(server.data, "log.db"), sql]);
  await server.start(port);
  for (const language of LANGUAGES) {
    const look = { language, theme: "light", as: c.boss } as const;
    const screen = await stage.browser.open(chartOf(c.returns), look);
    const card = screen.page.locator("article", { hasText: "New menu on the phone" }).first();
    await card.waitFor({ timeout: WAIT_MS });
    for (const words of BEFORE[language]) await says(`${language}: ${words}`, card, words);
    await says(`${language}: no names of the API`, card, /^(?!.*(settings:|launch:|rank))/);
    tally.same(`${language}: axe, what happened before`, await screen.axe("main"), []);
    tally.same(`${language}: nothing is complained of`, screen.faults(), []);
    await screen.shoot(`trends-before-${language}`);
    await screen.close();
  }
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
  for (const part of [
    headline,
    drawn,
    clicked,
    notes,
    story,
    publish,
    read,
    suggested,
    looks,
    withdrawn,
  ]) {
    if (process.argv[2] !== undefined && process.argv[2] !== part.name) continue;
    await part(stage, c).catch((error: unknown) => {
      tally.is(`${part.name} goes through`, false, String(error).slice(0, 700));
    });
  }
});
tally.end();
