// web_me_test -- my day in a real browser: the load shown is the load counted, nothing comes for
// the reason that the server gives, enough for now only where it is permitted, who looked, what is
// held about me as a file, where I am signed in. Nobody else's figures are on the page.
import { readFileSync } from "node:fs";
import type { Locator, Page } from "playwright-core";

import { each, named, withBrowser, type Account, type Screen, type Stage } from "./browser.ts";
import { Tally } from "./program.ts";
import { browser as pageHeaders } from "./server.ts";

const tally = new Tally();

interface World extends Stage {
  readonly team: string;
  readonly mina: Account;
  readonly sore: Account;
}

const any = { headers: { "If-Match": "*" } };

async function made(s: Stage, path: string, body: object): Promise<any> {
  // eslint-disable-line
  const got = await s.owner.post(path, body);
  if (got.status >= 300) throw new Error(`${path}: ${got.status} ${got.text}`);
  return got.body;
}

/** Mina holds two of three, one of them not counted; her team permits enough. Sol's does not. */
async function prepare(s: Stage): Promise<World> {
  await s.owner
    .as(null)
    .patch(
      "/settings/server",
      { second_factor: "none" },
      { headers: { ...pageHeaders(s.server.cookie), "If-Match": "*" } },
    );
  const team = (await made(s, "/teams", { name: "Billing" })).id as string;
  const other = (await made(s, "/teams", { name: "Desk" })).id as string;
  const tag = (await made(s, "/tags", { name: "watching" })).id as string;
  await s.owner.patch(
    "/settings/workspace",
    { set: { uncounted_tags: ["watching"], enough_max_ms: 7200000 } },
    any,
  );
  await s.owner.patch(`/teams/${team}/settings`, { set: { enough_allowed: true } }, any);
  await s.owner.patch(`/teams/${other}/settings`, { set: { enough_allowed: false } }, any);
  const mina = await s.browser.person({ name: "Mina Day", memberships: [{ team }] });
  const sore = await s.browser.person({ name: "Sol Desk", memberships: [{ team: other }] });
  await s.owner.patch(`/teammates/${mina.id}/settings`, { set: { limit: 2 } }, any);
  await s.owner.put(`/teammates/${mina.id}/presence`, { presence: "active" });
  await made(s, "/conversations", { team, channel: "email", title: "Charged twice" });
  await made(s, "/conversations", { team, channel: "chat", title: "Just watching", tags: [tag] });
  const look = await s.owner
    .as(null)
    .post(
      `/teammates/${mina.id}/looks`,
      { purpose: "Explain an assignment" },
      { headers: pageHeaders(s.server.cookie) },
    );
  if (look.status >= 300) throw new Error(`looks: ${look.status} ${look.text}`);
  return { ...s, team, mina, sore };
}

/** Articles of hers that are to be looked at stand on her day, and on nobody else's. */
async function showsHerArticles(w: World): Promise<void> {
  const title = "Where is my parcel?";
  for (const [owner, on, name] of [
    [w.mina.id, "2026-01-05", title],
    [w.mina.id, "2999-01-01", "Much later"],
    [w.sore.id, "2026-01-05", "Of somebody else"],
  ] as const)
    await made(w, "/articles", {
      owner,
      review_on: on,
      texts: { en: { title: name, body: "Open the page." } },
    });
  const screen = await w.browser.open("/me", { as: w.mina });
  const mine = panel(screen.page, "My articles to look at");
  await mine.getByRole("link", { name: title }).waitFor();
  await tally.soon("hers that are due, and no others", () => mine.locator("li").count(), 1);
  await screen.shoot("me-articles");
  tally.same("no faults", screen.faults(), []);
  await screen.close();
}

const panel = (page: Page, name: string) => page.getByRole("region", { name, exact: true });

async function showsTheLoadCounted(w: World): Promise<void> {
  const screen = await w.browser.open("/me", { as: w.mina });
  const { page } = screen;
  const load = (await w.owner.get(`/teammates/${w.mina.id}/load`)).body;
  const held = panel(page, "What I hold");
  await held.getByText(`${load.load} of ${load.limit}`, { exact: true }).waitFor();
  await tally.soon("every item that is held", () => held.locator("li").count(), load.items.length);
  // Titles come after the load.
  await held.getByText("Just watching").waitFor();
  const says = async (what: string, where: Locator, words: RegExp): Promise<void> =>
    tally.soon(
      what,
      async () => words.test(await where.innerText()) || (await where.innerText()),
      true,
    );
  await says(
    "what does not count says why",
    held,
    /Just watching\n.*not counted\n.*a tag that does not count/s,
  );
  await tally.soon(
    "what counts has its points",
    async () => (await held.innerText()).includes("1 point"),
    true,
  );
  await says("the limit and where it comes from", panel(page, "My limits"), /2 set for you/);
  await held.getByText("Charged twice").waitFor();
  await made(w, "/conversations", { team: w.team, channel: "email", title: "One more" });
  await held.getByText("One more").waitFor();
  const why = panel(page, "What comes to me");
  await why.getByText("No room under the limit: load 2 of 2").waitFor();
  tally.same("nothing went wrong", screen.faults(), []);
  await screen.close();
}

async function saysEnough(w: World): Promise<void> {
  const screen = await w.browser.open("/me", { as: w.mina });
  const { page } = screen;
  const enough = panel(page, "That's enough for now");
  const until = async () =>
    (await w.owner.get(`/teammates/${w.mina.id}/presence`)).body.enough_until as string | null;
  await enough.getByRole("button", { name: /For how long/ }).press("Enter");
  await tally.soon(
    "no longer than permitted",
    async () =>
      (await page.getByRole("option").allInnerTexts()).at(-1) ===
        "As long as permitted (2\u00a0hr)" || (await page.getByRole("option").allInnerTexts()),
    true,
  );
  await page.getByRole("option", { name: "30 min" }).press("Enter");
  await enough.getByRole("button", { name: "That's enough for now" }).press("Enter");
  await enough.getByText("Nothing new comes until").waitFor();
  const left = Date.parse((await until()) ?? "") - Date.now();
  tally.is("for as long as was chosen", left > 0 && left <= 1_800_000, left);
  await tally.soon(
    "still active",
    async () => (await w.owner.get(`/teammates/${w.mina.id}/presence`)).body.presence === "active",
    true,
  );
  await enough.getByRole("button", { name: "I take new work again" }).press("Enter");
  await enough.getByText("For how long").waitFor();
  await tally.soon("and back", () => until(), null);
  tally.same("nothing went wrong", screen.faults(), []);
  await screen.close();
  const other = await w.browser.open("/me", { as: w.sore });
  await panel(other.page, "My limits").getByText("In all").waitFor();
  await tally.soon(
    "not offered where a team does not permit it",
    () => panel(other.page, "That's enough for now").count(),
    0,
  );
  await other.close();
}

async function tellsWhatIsHeld(w: World): Promise<void> {
  const screen = await w.browser.open("/me/held", { as: w.mina });
  const { page } = screen;
  const looks = panel(page, "Who looked at my figures");
  await looks.getByText("Explain an assignment").waitFor();
  await looks.getByText("Olga Owner").first().waitFor();
  await tally.soon(
    "who looked, and why",
    async () => (await looks.innerText()).includes("Olga Owner") || (await looks.innerText()),
    true,
  );
  const changes = panel(page, "What was changed about me");
  await changes.getByText("Settings").first().waitFor();
  await tally.soon(
    "what was changed, and by whom",
    async () =>
      /limit: \S+ → 2/.test((await changes.innerText()).replace(/\s+/g, " ")) ||
      (await changes.innerText()),
    true,
  );
  const data = panel(page, "Everything held about me");
  await data.getByRole("button", { name: "Make the file" }).click();
  const link = data.getByRole("link", { name: "Download the file" });
  await link.waitFor();
  const [file] = await Promise.all([page.waitForEvent("download"), link.click()]);
  const text = readFileSync(await file.path(), "utf8");
  tally.is(
    "the file holds what is held",
    ["Mina Day", "profile", "memberships", "sign_ins"].every((word) => text.includes(word)),
    text.slice(0, 200),
  );
  tally.same("nothing went wrong", screen.faults(), []);
  await screen.close();
}

async function endsASignIn(w: World): Promise<void> {
  const nobody = w.owner.as(null);
  const came = await nobody.post("/sign-in", { email: w.mina.email, password: w.mina.password });
  const cookie = (came.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
  const screen = await w.browser.open("/me/held", { as: w.mina });
  const { page } = screen;
  const list = panel(page, "Where I am signed in").locator("li");
  await list.first().waitFor();
  const before = await list.count();
  await tally.soon(
    "this one says so and cannot be ended here",
    () => list.filter({ hasText: "this one" }).getByRole("button").count(),
    0,
  );
  await list.filter({ hasText: "node" }).first().getByRole("button").click();
  await page.getByText("That sign-in has ended.").waitFor();
  await page.waitForFunction(
    (count) => document.querySelectorAll("section[aria-labelledby] li button").length < count,
    before - 1,
  );
  await tally.soon(
    "its cookie opens nothing",
    async () => (await nobody.get("/me", { headers: pageHeaders(cookie) })).status,
    401,
  );
  await screen.close();
}

async function namesNobodyElse(w: World): Promise<void> {
  const screen = await w.browser.open("/me/figures", { as: w.mina });
  const { page } = screen;
  const given = panel(page, "What I was given");
  await given.getByText("Billing").waitFor();
  await settled(page);
  const main = () => page.locator("main").innerText();
  await tally.soon(
    "a small sample is said",
    async () =>
      /small sample|Too few|Nothing was given|too little/.test(await main()) || (await main()),
    true,
  );
  const text = await main();
  tally.is("my own line alone", !/Sol Desk|Olga Owner/.test(text), text);
  const week = panel(page, "My presence by week").locator("tbody tr").first();
  tally.is(
    "the week's sums",
    await week.waitFor().then(
      () => true,
      () => false,
    ),
  );
  await screen.close();
}

async function settled(page: Page): Promise<void> {
  await page.waitForFunction(() => document.querySelector("main [role=status]") === null);
}

async function looks(w: World): Promise<void> {
  await each(async (look) => {
    const name = named(look);
    const screen: Screen = await w.browser.open("/me", { ...look, as: w.mina });
    await screen.page.locator(".ek-me-figure").waitFor();
    await settled(screen.page);
    tally.same(`today ${name}: axe`, await screen.axe("main"), []);
    await screen.shoot(`me-today-${name}`);
    for (const [index, tab] of ["figures", "held"].entries()) {
      await screen.page
        .getByRole("tab")
        .nth(index + 1)
        .click();
      await screen.page.waitForURL(`**/me/${tab}`);
      const chosen = screen.page.getByRole("tab", { selected: true });
      await screen.page
        .getByRole("tab")
        .nth(index + 1)
        .and(chosen)
        .waitFor();
      await settled(screen.page);
      tally.same(`${tab} ${name}: axe`, await screen.axe("main"), []);
      await screen.shoot(`me-${tab}-${name}`);
    }
    tally.same(`${name}: quiet`, screen.faults(), []);
    await screen.close();
  });
}

await withBrowser(async (stage) => {
  const w = await prepare(stage);
  await showsTheLoadCounted(w);
  await showsHerArticles(w);
  await saysEnough(w);
  await tellsWhatIsHeld(w);
  await endsASignIn(w);
  await namesNobodyElse(w);
  await looks(w);
});
tally.end();
