// web_live_test -- the live board and the board on the wall in a real browser: the queue shown is
// the queue used, a change by the API is seen at once, rows keep still under the hand, a server
// that is gone turns the figures grey and nothing is lost; what would free work is looked at, done
// and undone; a wallboard names nobody and closes when its address is revoked.
//
// What was measured is printed; nothing is asserted of time but what people are promised.
import type { Page } from "playwright-core";

import { each, named, withBrowser, type Account, type Screen, type Stage } from "./browser.ts";
import { figuresReady } from "./past.ts";
import { Tally } from "./program.ts";
import { browser as pageHeaders } from "./server.ts";

const tally = new Tally();
const SHOWN = 50;
const RISKS = 9;

interface World extends Stage {
  readonly team: string;
  readonly lead: Account;
  readonly manager: Account;
  readonly pia: string;
  readonly quinn: string;
}

// ---- what there is

async function made(s: Stage, path: string, body: object): Promise<any> {
  // eslint-disable-line
  const got = await s.owner.post(path, body);
  if (got.status >= 300) throw new Error(`${path}: ${got.status} ${got.text}`);
  return got.body;
}

/** Night desk: Pia with a limit of 1 is there, Quinn is not; three conversations, two wait. */
async function prepare(s: Stage): Promise<World> {
  const eased = await s.owner
    .as(null)
    .patch(
      "/settings/server",
      { second_factor: "none" },
      { headers: { ...pageHeaders(s.server.cookie), "If-Match": "*" } },
    );
  tally.same("second factors are not asked for", eased.status, 200);
  // A board that asks before they are there is told so with a 503, which its console says.
  await figuresReady(s.owner);
  const team = (await made(s, "/teams", { name: "Night desk" })).id as string;
  const memberships = [{ team, level: "primary" }];
  const lead = await s.browser.person({
    name: "Lena Lead",
    roles: ["teammate", "lead"],
    memberships: [
      { team, level: "secondary" },
      { team: "team_1", level: "secondary" },
    ],
  });
  const manager = await s.browser.person({ name: "Mara Manager", roles: ["manager"] });
  const pia = (await s.browser.person({ name: "Pia Night", memberships })).id;
  const quinn = (await s.browser.person({ name: "Quinn Night", memberships })).id;
  await s.owner.patch(
    `/teammates/${pia}/settings`,
    { set: { limit: 1 } },
    { headers: { "If-Match": "*" } },
  );
  await s.owner.put(`/teammates/${pia}/presence`, { presence: "active" });
  for (const title of ["Lights are out", "Door does not close", "Key is lost"])
    await made(s, "/conversations", { team, channel: "email", title });
  return { ...s, team, lead, manager, pia, quinn };
}

const queueOf = async (s: Stage, team: string): Promise<string[]> =>
  (await s.owner.get(`/queue?team=${team}&limit=${SHOWN}`)).body.data.map(
    (row: { conversation: string }) => row.conversation,
  );

const shownQueue = (page: Page): Promise<string[]> =>
  page
    .locator(".ek-live-queue li[data-id]")
    .evaluateAll((rows) => rows.map((row) => row.getAttribute("data-id") ?? ""));

/** Until the page shows this order; the harness' own time limit holds. */
async function until(page: Page, want: readonly string[]): Promise<void> {
  await page.waitForFunction((ids) => {
    const rows = [...document.querySelectorAll(".ek-live-queue li[data-id]")];
    return rows.map((row) => row.getAttribute("data-id")).join() === ids;
  }, want.join());
}

/** Until the page and the API say the same, whichever of them comes first. */
const follows = (w: World, page: Page, what: string): Promise<void> =>
  tally.soon(
    what,
    async () => {
      const [shown, used] = [await shownQueue(page), await queueOf(w, w.team)];
      return shown.join() === used.join() || [shown, used];
    },
    true,
  );

async function board(w: World, query: string, as = w.lead): Promise<Screen> {
  const screen = await w.browser.open(`/live${query}`, { as, language: "en", theme: "light" });
  await screen.page.locator("[data-figure=waiting]").waitFor();
  return screen;
}

// ---- the board

async function isTheQueue(w: World): Promise<void> {
  const screen = await board(w, "?team=team_1");
  await screen.page.locator(".ek-live-queue li[data-id]").first().waitFor();
  await tally.soon(
    "the queue shown is the queue used",
    () => shownQueue(screen.page),
    await queueOf(w, "team_1"),
  );
  const live = (await w.owner.get("/teams/team_1/live")).body;
  await tally.soon(
    "as many wait as the API says",
    () => screen.page.locator("[data-figure=waiting]").innerText(),
    String(live.waiting),
  );
  await tally.soon(
    "everyone of the team is there",
    () => screen.page.locator(".ek-live-people li[data-id]").count(),
    live.teammates.length,
  );
  tally.same("nothing went wrong", screen.faults(), []);
  await screen.close();
}

/** A rotation has no queue: what nobody holds there stands apart from what waits. */
async function nobodysStandApart(w: World): Promise<void> {
  const team = (await made(w, "/teams", { name: "Rota", set: { method: "round_robin" } }))
    .id as string;
  const held: string[] = [];
  for (const title of ["Nobody is in", "Nor is there anybody now"])
    held.push((await made(w, "/conversations", { team, channel: "email", title })).id);
  const live = (await w.owner.get(`/teams/${team}/live`)).body;
  const listed = await w.owner.get(`/queue?team=${team}&total=true`);
  tally.same("as many wait as the queue lists", live.waiting, listed.body.page.total);
  tally.same("and some are nobody's", live.unassigned, 2);
  const screen = await board(w, `?team=${team}`, w.manager);
  const figure = (name: string) => screen.page.locator(`[data-figure=${name}]`).innerText();
  await tally.soon(
    "the board says both",
    async () => [await figure("waiting"), await figure("unassigned")],
    [String(live.waiting), String(live.unassigned)],
  );
  tally.same("they stand apart: axe", await screen.axe("main"), []);
  await screen.shoot("live-unassigned");
  await screen.close();
  for (const id of held) await made(w, `/conversations/${id}/close`, {});
}

/** A team inbox whose conversations all went there and back: at any hour each is a risk. */
async function makeHandedOn(w: World): Promise<string> {
  const team = async (name: string) => (await made(w, "/teams", { name })).id as string;
  const [back, front] = [await team("Back office"), await team("Front office")];
  for (let i = 0; i < RISKS; i++) {
    const asked = { team: back, channel: "email", title: `No ${i}`, text: "Who?" };
    const { id } = await made(w, "/conversations", asked);
    for (const to of [front, back])
      await made(w, `/conversations/${id}/handover`, {
        to: { team: to },
        kind: "transfer",
        summary: "Theirs, I think.",
      });
  }
  return back;
}

/** What may go wrong is short, the most urgent first; the rest is opened when wanted. */
async function risksAreFew(w: World): Promise<void> {
  const screen = await board(w, `?team=${await makeHandedOn(w)}`, w.manager);
  const { page } = screen;
  const risks = page.locator(".ek-live-risk");
  const more = page.getByRole("button", { name: /^and \d+ more$/ });
  await more.waitFor();
  await tally.soon("few are shown", () => risks.count(), 6);
  await more.click();
  await tally.soon("the rest is opened", () => risks.count(), RISKS);
  await page.getByRole("button", { name: "Show fewer" }).click();
  await tally.soon("and put away", () => risks.count(), 6);
  await screen.close();
}

async function isSeenAtOnce(w: World): Promise<void> {
  const screen = await board(w, `?team=${w.team}`);
  const row = screen.page.locator(`li[data-id=${w.quinn}]`);
  await row.waitFor();
  await tally.soon("Quinn is away", async () => (await row.innerText()).includes("Away"), true);
  const before = await queueOf(w, w.team);
  const from = Date.now();
  await w.owner.put(`/teammates/${w.quinn}/presence`, { presence: "active" });
  await row.getByText("Active", { exact: true }).waitFor();
  const presence = Date.now() - from;
  await tally.soon(
    "what waited went to Quinn",
    async () => (await queueOf(w, w.team)).length < before.length || before,
    true,
  );
  await follows(w, screen.page, "and the page shows it");
  console.log(`seen: presence after ${presence} ms, the queue after ${Date.now() - from} ms`);
  await w.owner.put(`/teammates/${w.quinn}/presence`, { presence: "away" });
  await screen.close();
}

async function keepsStill(w: World): Promise<void> {
  for (const title of ["First", "Second", "Third"])
    await made(w, "/conversations", { team: w.team, channel: "email", title, priority: 1 });
  const screen = await board(w, `?team=${w.team}`);
  const before = await queueOf(w, w.team);
  await until(screen.page, before);
  await screen.page.locator(".ek-live-queue .ek-live-row button").first().focus();
  const last = before.at(-1) ?? "";
  await w.owner.patch(`/conversations/${last}`, { priority: 3 }, { headers: { "If-Match": "*" } });
  const line = screen.page.locator(".ek-live-queue .ek-live-moved");
  await line.getByText(/change/).waitFor();
  await tally.soon("rows do not move under the focus", () => shownQueue(screen.page), before);
  await tally.soon(
    "one change of order is said",
    async () => (await line.innerText()).split("\n")[0],
    "1 change of order",
  );
  await line.getByRole("button", { name: "Show" }).press("Enter");
  const after = await queueOf(w, w.team);
  await until(screen.page, after);
  tally.is("the order had changed", after[0] === last, after);
  await screen.page.locator("h1").click();
  await screen.page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  await w.owner.patch(`/conversations/${last}`, { priority: 0 }, { headers: { "If-Match": "*" } });
  await until(screen.page, await queueOf(w, w.team));
  tally.is("outside, order follows at once", true);
  tally.same("nothing went wrong", screen.faults(), []);
  await screen.close();
}

async function filters(w: World): Promise<void> {
  const screen = await board(w, "?team=team_1");
  const { page } = screen;
  await page
    .getByRole("button", { name: /^Active/ })
    .and(page.locator(".ek-live-tile"))
    .click();
  await page.waitForURL(/show=active/);
  const word = page.getByRole("button", { name: /^Only: people who are active/ });
  await word.waitFor();
  const active = (await w.owner.get("/teams/team_1/live")).body.teammates.filter(
    (each: { presence: string }) => each.presence === "active",
  ).length;
  await tally.soon(
    "a tile filters the people",
    () => page.locator(".ek-live-people li[data-id]").count(),
    active,
  );
  await word.click();
  await page.waitForURL((url) => !url.search.includes("show="));
  await tally.soon(
    "its word takes it away again",
    async () => (await page.locator(".ek-live-people li").count()) > active,
    true,
  );
  await page.locator(".ek-live-tile").nth(1).click();
  await page.waitForURL(/show=longest/);
  const all = (await w.owner.get("/queue?team=team_1&limit=500")).body.data as {
    conversation: string;
    waiting_since: string | null; // null: answered, and given back to the queue
  }[];
  const since = (row: { waiting_since: string | null }) => row.waiting_since ?? "9999";
  const want = [...all].sort((a, b) => since(a).localeCompare(since(b))).slice(0, 10);
  await tally.soon(
    "the longest waits, in the order used",
    () => shownQueue(page),
    all.filter((row) => want.includes(row)).map((row) => row.conversation),
  );
  await screen.close();
}

/** The day's figures on the board are those of the API, and those agree with what is live. */
async function theDayIsTheFigures(w: World): Promise<void> {
  const figure = async (query: string) =>
    (await w.owner.get(`/figures?team=${w.team}&days=1&by=none&${query}`)).body.data[0];
  const live = (await w.owner.get(`/teams/${w.team}/live`)).body;
  const open = live.unassigned + live.open + live.snoozed;
  await tally.soon(
    "open now is what waits, what is held and what sleeps",
    async () => (await figure("metric=backlog")).value,
    open,
  );
  const screen = await board(w, `?team=${w.team}`);
  const shown = (name: string) =>
    screen.page.locator(`[data-figure=today-${name}]`).filter({ hasNotText: /Loading/ });
  for (const [name, query] of [
    ["volume", "metric=volume"],
    ["backlog", "metric=backlog"],
  ] as const)
    await tally.soon(
      `the board's ${name} is the API's`,
      () => shown(name).innerText(),
      String((await figure(query)).value),
    );
  await made(w, "/conversations", { team: w.team, channel: "email", title: "One more" });
  const grown = String(open + 1);
  await screen.page.waitForFunction(
    (text) => document.querySelector("[data-figure=today-backlog]")?.textContent === text,
    grown,
  );
  await tally.soon(
    "and grows with it",
    async () => String((await figure("metric=backlog")).value),
    grown,
  );
  tally.same("figures of the day: axe", await screen.axe("main"), []);
  await screen.shoot("live-today");
  await screen.close();
}

// ---- on the spot

async function freesWork(w: World): Promise<void> {
  const screen = await board(w, `?team=${w.team}`);
  const { page } = screen;
  const before = await queueOf(w, w.team);
  await page
    .getByRole("button", { name: /^Look at: .*Pia Night/ })
    .first()
    .click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText(/moves? at once/).waitFor();
  await tally.soon(
    "the look says to whom it goes",
    async () =>
      (await dialog.innerText()).includes("to \u2068Pia Night\u2069") || (await dialog.innerText()),
    true,
  );
  await tally.soon("looking changes nothing", () => queueOf(w, w.team), before);
  await dialog.getByRole("button", { name: "Apply" }).click();
  await page.getByText(/^Done: /).waitFor();
  const limitOf = async () =>
    (await w.owner.get(`/teammates/${w.pia}/settings`)).body.settings.limit.own;
  await tally.soon(
    "the limit is higher",
    async () => Number(await limitOf()) > 1 || (await limitOf()),
    true,
  );
  await tally.soon(
    "less waits",
    async () => (await queueOf(w, w.team)).length < before.length || before,
    true,
  );
  await follows(w, page, "and is shown to wait");
  await page.getByRole("button", { name: "Undo" }).click();
  await page.getByText("Put back.").waitFor();
  await tally.soon("the limit is as before", () => limitOf(), 1);
  tally.same("nothing went wrong", screen.faults(), []);
  await screen.close();
}

async function actsOnTheSpot(w: World): Promise<void> {
  const screen = await board(w, `?team=${w.team}`);
  const { page } = screen;
  const state = async () => (await w.owner.get(`/teammates/${w.quinn}/presence`)).body.presence;
  await page.getByRole("button", { name: /of Quinn Night/ }).press("Enter");
  await page.getByRole("radio", { name: "Away and reassigning" }).press("Space");
  await page.getByRole("button", { name: "Set presence" }).press("Enter");
  await page
    .getByText(/^Quinn Night: Away and reassigning/)
    .first()
    .waitFor();
  await tally.soon("presence is set", () => state(), "away_reassigning");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Control+z");
  await page.getByText("Put back.").waitFor();
  await tally.soon("and put back, by key", () => state(), "away");
  await page.getByRole("button", { name: /of Quinn Night/ }).click();
  await page
    .getByRole("button", { name: /^Primary/ })
    .first()
    .click();
  await page.getByRole("option", { name: "Secondary" }).click();
  await page.getByText(/in Night desk: Secondary/).waitFor();
  const levelOf = async () =>
    (await w.owner.get(`/teams/${w.team}/memberships`)).body.memberships.find(
      (row: { teammate: string }) => row.teammate === w.quinn,
    )?.level;
  await tally.soon("a membership is moved", () => levelOf(), "secondary");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Control+z");
  // An earlier "Put back." may still stand there.
  await tally.soon("and is moved back, by key", () => levelOf(), "primary");
  await gives(w, page);
  tally.same("nothing went wrong", screen.faults(), []);
  await screen.close();
}

async function gives(w: World, page: Page): Promise<void> {
  const first = (await queueOf(w, w.team))[0] ?? "";
  await until(page, await queueOf(w, w.team));
  await page.getByRole("button", { name: `Give ${first} to a teammate` }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("combobox").click();
  await page.getByRole("option", { name: /^Pia Night/ }).click();
  await dialog.getByLabel(/Why above the limit/).fill("Knows the building");
  await dialog.getByRole("button", { name: "Assign", exact: true }).click();
  await page
    .getByText(/^Given to .*Pia Night/)
    .first()
    .waitFor();
  const got = (await w.owner.get(`/conversations/${first}`)).body;
  tally.same("it is Pia's", got.teammate, w.pia);
  const why = (await w.owner.get(`/assignments/${got.assignment}`)).body;
  tally.same("with the reason", why.override_reason, "Knows the building");
  await page.getByRole("button", { name: "Undo" }).last().click();
  // An earlier "Put back." may still stand there.
  const holder = async () => (await w.owner.get(`/conversations/${first}`)).body.teammate;
  await tally.until("and back in the queue", 30_000, async () => (await holder()) === null);
}

async function sumsForManagers(w: World): Promise<void> {
  const screen = await board(w, "?team=team_1", w.manager);
  const { page } = screen;
  await page.getByText("You see the sums of these teams.", { exact: false }).waitFor();
  const live = (await w.owner.get("/teams/team_1/live")).body;
  const tiles = () => page.locator(".ek-live-tiles").innerText();
  await tally.soon(
    "a manager sees the sum of what is held",
    async () => (await tiles()).includes(`Held, open\n${live.open}`) || (await tiles()),
    true,
  );
  await tally.soon("and nobody one by one", () => page.locator(".ek-live-people").count(), 0);
  tally.same("nothing went wrong", screen.faults(), []);
  await screen.close();
}

// ---- when the server is gone

async function staysHonest(w: World): Promise<void> {
  const screen = await board(w, `?team=${w.team}`);
  const { page } = screen;
  screen.forgive(
    /ERR_CONNECTION_REFUSED|ERR_INCOMPLETE|ERR_EMPTY|ERR_CONNECTION_RESET|Failed to load/,
  );
  await until(page, await queueOf(w, w.team));
  const before = await shownQueue(page);
  const port = w.server.port;
  await w.server.end();
  const from = Date.now();
  await page.locator(".ek-stale").waitFor({ timeout: 20_000 });
  console.log(`grey after ${Date.now() - from} ms`);
  await page
    .getByText(/^Not live since \S/)
    .first()
    .waitFor();
  await tally.soon("the figures stay", () => shownQueue(page), before);
  await w.server.start(port);
  await made(w, "/conversations", {
    team: w.team,
    channel: "email",
    title: "While away",
    priority: 2,
  });
  const back = Date.now();
  await page.waitForFunction(() => document.querySelector(".ek-stale") === null);
  const want = await queueOf(w, w.team);
  await until(page, want);
  console.log(`live again after ${Date.now() - back} ms`);
  tally.is("nothing is lost", want.length === before.length + 1, want);
  tally.same("nothing went wrong", screen.faults(), []);
  await screen.close();
}

// ---- the wall

async function makeWall(w: World): Promise<string> {
  const screen = await w.browser.open("/live/wallboards", { as: w.account });
  const { page } = screen;
  await page.getByRole("button", { name: "New wallboard" }).first().click();
  await page.getByRole("textbox", { name: "Name" }).fill("Hall");
  await page.getByRole("checkbox", { name: "한국어 팀" }).press("Space");
  await page.getByRole("checkbox", { name: "Billing" }).press("Space");
  await page.getByRole("button", { name: "Make it" }).click();
  const address = await page.getByRole("textbox", { name: "Address" }).inputValue();
  tally.is("the address is shown", address.startsWith(`${w.server.url}/wall/`), address);
  await page.getByRole("button", { name: "I have it" }).click();
  await page.getByText("Hall").first().waitFor();
  await tally.soon(
    "and never again",
    async () => !(await page.content()).includes(address.split("/").at(-1) ?? "-"),
    true,
  );
  tally.same("nothing went wrong", screen.faults(), []);
  await screen.close();
  return new URL(address).pathname;
}

/** What came over the wire, whole. */
function listen(page: Page): { texts: Promise<string>[]; paths: string[] } {
  const heard = { texts: [] as Promise<string>[], paths: [] as string[] };
  page.on("response", (response) => {
    const { pathname } = new URL(response.url());
    heard.paths.push(pathname);
    if (pathname.endsWith("/data")) heard.texts.push(response.text().catch(() => ""));
  });
  return heard;
}

async function wallNamesNobody(w: World, path: string): Promise<void> {
  const screen = await w.browser.open("/healthz");
  const { page } = screen;
  const heard = listen(page);
  await page.goto(path);
  await page.getByRole("heading", { name: "Billing" }).waitFor();
  await page.getByText("Live", { exact: true }).waitFor();
  const data = (await w.owner.get("/teams/team_1/live")).body;
  await tally.soon(
    "the wall says how many wait",
    async () =>
      (await page.getByRole("region", { name: "Billing" }).innerText()).includes(
        String(data.waiting),
      ),
    true,
  );
  const sizes = await page
    .locator(".ek-wall-figure dd.ek-number")
    .evaluateAll((all) => all.map((one) => Number.parseFloat(getComputedStyle(one).fontSize)));
  tally.is("numerals of 64 px and more", Math.min(...sizes) >= 64, sizes);
  tally.is(
    "the app is not loaded",
    !heard.paths.some((each) => /\/assets\/main-\w+\.js/.test(each)),
    heard.paths,
  );
  tally.is("nor a session read", !heard.paths.includes("/api/v1/me"), heard.paths);
  const people = (await w.owner.get("/teammates?limit=500")).body.data as {
    name: string;
    id: string;
  }[];
  const text = (await Promise.all(heard.texts)).join() + (await page.content());
  tally.same(
    "no name in the traffic",
    people.filter(({ name, id }) => text.includes(name) || text.includes(`"${id}"`)),
    [],
  );
  await wallCloses(w, page);
  screen.forgive(/404|Failed to load|ERR_/);
  tally.same("nothing went wrong", screen.faults(), []);
  await screen.close();
}

async function wallCloses(w: World, page: Page): Promise<void> {
  const admin = await w.browser.open("/live/wallboards", { as: w.account });
  await admin.page.getByRole("button", { name: "Revoke Hall" }).click();
  const from = Date.now();
  await admin.page.getByRole("dialog").getByRole("button", { name: "Revoke", exact: true }).click();
  await page.getByRole("heading", { name: "This wallboard is closed" }).waitFor();
  console.log(`the revoked wall closed after ${Date.now() - from} ms`);
  await tally.soon(
    "a revoked wall shows no figure",
    async () => (await page.locator(".ek-wall-figure").count()) === 0,
    true,
  );
  await admin.close();
}

/** The path of a new wallboard. */
async function hang(w: World, name: string, teams: readonly string[]): Promise<string> {
  const headers = pageHeaders(w.server.cookie);
  const got = await w.owner.as(null).post("/wallboards", { name, teams }, { headers });
  return new URL(got.body.url).pathname;
}

async function wallGoesGrey(w: World): Promise<void> {
  const screen = await w.browser.open(await hang(w, "Stairs", ["team_1"]));
  const { page } = screen;
  await page.locator(".ek-wall:not([data-stale])").waitFor();
  const { port } = w.server;
  await w.server.end();
  await page.locator(".ek-wall[data-stale]").waitFor({ timeout: 20_000 });
  await tally.soon(
    "its age is said",
    async () =>
      /Not live\. These figures are of/.test(await page.locator(".ek-wall-age").innerText()),
    true,
  );
  await w.server.start(port);
  await page.locator(".ek-wall:not([data-stale])").waitFor();
  tally.is("and it is live again", true);
  await screen.close();
}

// ---- how it looks

async function settled(page: Page): Promise<void> {
  await page.waitForFunction(() => document.querySelector("main [role=status]") === null);
}

// Each with a wall of its own: how often one is shown is counted, and those just closed are too.
async function looks(w: World): Promise<void> {
  const door = (name: string) => hang(w, `Door ${name}`, ["team_1", "team_5", "team_6"]);
  await each(async (look) => {
    const name = named(look);
    const screen = await w.browser.open(`/live?team=${w.team},team_5`, { ...look, as: w.lead });
    await screen.page.locator("[data-figure=waiting]").waitFor();
    await settled(screen.page);
    tally.same(`board ${name}: axe`, await screen.axe("main"), []);
    await screen.shoot(`live-board-${name}`);
    await screen.page.getByRole("tab").nth(1).click();
    await screen.page.locator("#live-promises").waitFor();
    await settled(screen.page);
    tally.same(`promises ${name}: axe`, await screen.axe("main"), []);
    await screen.shoot(`live-promises-${name}`);
    tally.same(`board ${name}: quiet`, screen.faults(), []);
    await screen.close();
  });
  await each(
    async (look) => {
      const name = named(look);
      const shown = await w.browser.open(await door(name), look);
      await shown.page.locator(".ek-wall-team").first().waitFor();
      tally.same(`wall ${name}: axe`, await shown.axe(), []);
      tally.same(`wall ${name}: quiet`, shown.faults(), []);
      await shown.shoot(`live-wall-${name}`);
      await shown.close();
    },
    { widths: ["wide"] },
  );
  await each(
    async (look) => {
      const shown = await w.browser.open(await door(named(look)), look);
      await shown.page.locator(".ek-wall-team").first().waitFor();
      tally.same("narrow wall: axe", await shown.axe(), []);
      await shown.shoot("live-wall-narrow");
      await shown.close();
    },
    { languages: ["en"], themes: ["light"], widths: ["narrow"] },
  );
}

/** The states that do not hang on language: dialogs, sums, nobody's board. */
async function states(w: World): Promise<void> {
  const screen = await board(w, `?team=${w.team}`);
  await screen.page.getByRole("button", { name: /of Quinn Night/ }).click();
  await screen.page.getByRole("button", { name: "Set limit" }).waitFor();
  tally.same("what can be changed: axe", await screen.axe(), []);
  await screen.shoot("live-person");
  await screen.page.keyboard.press("Escape");
  await screen.page
    .getByRole("button", { name: /^Look at/ })
    .first()
    .click();
  await screen.page
    .getByRole("dialog")
    .getByText(/at once/)
    .waitFor();
  tally.same("a look at an edit: axe", await screen.axe(), []);
  await screen.shoot("live-look");
  await screen.close();
  const sums = await board(w, "", w.manager);
  tally.same("sums: axe", await sums.axe("main"), []);
  await sums.shoot("live-sums");
  await sums.close();
  const none = await w.browser.open("/live/promises", { as: w.lead });
  await none.page.getByRole("heading", { name: "None broken" }).waitFor();
  tally.is("none broken is said plainly", true);
  await none.close();
}

/** Where there is no team yet, the board says what to do next. */
await withBrowser(async (stage) => {
  const screen = await stage.browser.open("/live", { as: stage.account, language: "en" });
  const { page } = screen;
  await page.getByRole("heading", { name: "Nothing to watch yet" }).waitFor();
  await tally.soon("nothing loads for ever", () => page.getByText("Loading…").count(), 0);
  tally.same("the empty board: axe", await screen.axe("main"), []);
  await page.getByRole("link", { name: "Bring in people and teams" }).click();
  await page.waitForURL("**/start/people");
  tally.same("the empty board: nothing went wrong", screen.faults(), []);
});
await withBrowser(
  async (stage) => {
    const w = await prepare(stage);
    await isTheQueue(w);
    await theDayIsTheFigures(w);
    await nobodysStandApart(w);
    await risksAreFew(w);
    await isSeenAtOnce(w);
    await keepsStill(w);
    await filters(w);
    await freesWork(w);
    await actsOnTheSpot(w);
    await sumsForManagers(w);
    const wall = await makeWall(w);
    await wallNamesNobody(w, wall);
    await states(w);
    await looks(w);
    await staysHonest(w);
    await wallGoesGrey(w);
  },
  { with: "sample" },
);
tally.end();
