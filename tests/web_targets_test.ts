// web_targets_test -- a target is set by keyboard alone, and whoever sets it is told before saving
// how likely it is; what effort alone will not meet asks for a reason and a named change; who knows
// it and who has not said so; how each period went; a miss is talked about; a person stands beside
// the team only where that may be. What a miss, a change and a low score bring waits on the day of
// whom it concerns, and of nobody else.
import type { Locator, Page } from "playwright-core";

import { lookRound, withBrowser, type Account, type Screen, type Stage } from "./browser.ts";
import { meets } from "./conflict.ts";
import { dateOf, DAY, figuresReady, monday, noteAll, past, WEEK } from "./past.ts";
import { Tally } from "./program.ts";
import { answered, helped, until } from "./scored.ts";
import { browser as pageHeaders, OWNER, type Person } from "./server.ts";

const tally = new Tally();
const WEEKS = 30;
const SLOW_WEEKS = 5;
const now = Date.now();
const review = dateOf(now + 90 * DAY);
const since = dateOf(monday(now) - 3 * WEEK);

interface Scene extends Stage {
  readonly team: string;
  readonly ada: Person;
  readonly lead: Person;
  readonly manager: Person;
  readonly target: string; // of the team
  readonly hers: string; // Ada's
  readonly depot: Depot;
}

/** A team that has been slow for five weeks. */
interface Depot {
  readonly team: string;
  readonly flo: Person;
  readonly target: string; // of the team, missed
}

function accountOf(person: Person): Account {
  const password = OWNER.password.replace("seven", "eleven");
  return { email: person.email, password, id: person.id };
}

const wanted = (scope: object, minutes: number, more: object = {}): object => ({
  metric: "first_response_time",
  clock: "calendar",
  scope,
  comparator: "at_most",
  value: minutes * 60,
  period: "week",
  reason: "People wait.",
  review_date: review,
  since,
  ...more,
});

/** Flo has missed her own target twice, the team its own; a customer of theirs was not content. */
async function slowDepot(stage: Stage, depot: Omit<Depot, "target">, lead: Person): Promise<Depot> {
  const { owner, server } = stage;
  const { team, flo } = depot;
  const nobody = owner.as(null);
  const page = { headers: pageHeaders(lead.cookie) };
  const long = { since: dateOf(monday(now) - (SLOW_WEEKS + 4) * WEEK) };
  const made = await owner.post("/targets", wanted({ team }, 25, long));
  tally.same("a target of the slow team", made.status, 201);
  await nobody.post(`/teammates/${flo.id}/looks`, { purpose: "target review" }, page);
  const own = await nobody.post("/targets", wanted({ teammate: flo.id }, 40), page);
  tally.same("and one of Flo's", own.status, 201);
  const asks = { name: "After the close", form: "csat", team, delay_minutes: 0, active: true };
  tally.same("a survey", (await lead.client.post("/surveys", asks)).status, 201);
  const scopes = { kind: "integration", scopes: ["read", "work"], teams: [team] };
  const shop = { name: "shop", ...scopes };
  const { secret } = (await nobody.post("/tokens", shop, { headers: pageHeaders(server.cookie) }))
    .body;
  const kim = { name: "Kim", email: "kim@example.net", language: "en" };
  const contact = (await lead.client.post("/contacts", kim)).body.id as string;
  await answered(owner.as(secret), await helped(team, flo, contact), 1);
  return { ...depot, target: made.body.id };
}

/** Thirty weeks of a team; last week was slower, so that its target was missed. */
async function scene(stage: Stage): Promise<Scene> {
  const { owner, server } = stage;
  const team = (await owner.post("/teams", { name: "Care" })).body.id as string;
  const memberships = [{ team, level: "primary" }];
  const people: Person[] = [];
  for (const name of ["Ada One", "Ben Two", "Cyd Three", "Dea Four", "Eve Five"])
    people.push(await server.person(owner, { name, memberships }));
  const [ada] = people as [Person];
  const depot = (await owner.post("/teams", { name: "Depot" })).body.id as string;
  const there = [{ team: depot, level: "primary" }];
  const flo = await server.person(owner, { name: "Flo Six", memberships: there });
  const gus = await server.person(owner, { name: "Gus Seven", memberships: there });
  const both = [...memberships, ...there];
  const lead = await server.person(owner, { name: "Lea Lead", roles: ["lead"], memberships: both });
  const manager = await server.person(owner, { name: "Max Manager", roles: ["manager"] });
  const plan = {
    seed: 12,
    weeks: WEEKS,
    team: Number(team.slice(5)),
    teammates: people.map(({ id }) => Number(id.slice(3))),
    each: 24,
    minutes: 20,
    slower: (back: number) => (back === 1 ? 1.5 : 1),
  };
  const slow = {
    ...plan,
    seed: 5,
    team: Number(depot.slice(5)),
    teammates: [flo, gus].map(({ id }) => Number(id.slice(3))),
    slower: (back: number) => (back <= SLOW_WEEKS ? 4 : 1),
  };
  await noteAll(server, [...past(plan, now), ...past(slow, now)]);
  await figuresReady(owner);
  const goal = await owner.post("/goals", {
    title: "Answer fast",
    purpose: "Nobody waits for a first word.",
    team,
  });
  const made = await owner.post("/targets", wanted({ team }, 25, { goal: goal.body.id }));
  tally.same("a target of the team", made.status, 201);
  const page = { headers: pageHeaders(lead.cookie) };
  const nobody = lead.client.as(null);
  await nobody.post(`/teammates/${ada.id}/looks`, { purpose: "target review" }, page);
  const own = await nobody.post("/targets", wanted({ teammate: ada.id }, 120), page);
  tally.same("and one of Ada's", own.status, 201);
  const target = made.body.id as string;
  await until(async () => {
    const got = await lead.client.get(`/targets/${target}/history`);
    return (got.body.data?.length ?? 0) >= 3 ? true : undefined;
  });
  const slows = await slowDepot(stage, { team: depot, flo }, lead);
  return { ...stage, team, ada, lead, manager, target, hers: own.body.id, depot: slows };
}

function open(scene: Scene, path: string, who: Person): Promise<Screen> {
  return scene.browser.open(path, { as: accountOf(who), language: "en", theme: "light" });
}

/** True where it says so by now; else all that it says. */
async function says(where: Locator, what: string | RegExp): Promise<true | string> {
  const text = await where.innerText();
  const isSaid = typeof what === "string" ? text.includes(what) : what.test(text);
  return isSaid || text;
}

/** Opens a list that is chosen from, and takes what is typed; all by keys. */
async function choose(screen: Screen, label: RegExp, typed: string): Promise<void> {
  await screen.page.getByRole("button", { name: label }).focus();
  await screen.page.keyboard.press("Enter");
  await screen.page.getByRole("option", { name: typed }).first().waitFor();
  await screen.page.keyboard.type(typed, { delay: 20 });
  await screen.page.keyboard.press("Enter");
  await screen.page.getByRole("listbox").waitFor({ state: "detached" });
}

// By keys alone: what is measured, whose, how much; then it is said how likely it is, before
// anything is kept; the value that is met three times in four is taken; it is set.
async function byKeys(scene: Scene): Promise<void> {
  const screen = await open(scene, "/targets", scene.lead);
  const { page } = screen;
  await page.getByRole("heading", { name: "Answer fast" }).waitFor();
  const before = (await scene.owner.get("/targets?limit=500")).body.data.length;
  await page.getByRole("link", { name: "Set a target" }).first().focus();
  await page.keyboard.press("Enter");
  const likely = page.getByRole("region", { name: "How likely it is" });
  await likely.getByText("before anything is saved").waitFor();
  await choose(screen, /What is measured/, "First res");
  await choose(screen, /Team$/, "Care");
  await choose(screen, /Counted$/, "around");
  await page.getByLabel("Value", { exact: true }).focus();
  await page.keyboard.type("18");
  await page.keyboard.press("Tab");
  await likely.getByText(/of 10 weeks would meet it/).waitFor();
  const asked = { ...wanted({ team: scene.team }, 18), statistic: "value" } as any;
  for (const name of ["reason", "review_date", "since"]) delete asked[name];
  const graded = (await scene.lead.client.post("/targets/grade", asked)).body.grade;
  const share = new Intl.NumberFormat("en", { style: "percent", maximumFractionDigits: 1 });
  await tally.soon("the chance is said", () => says(likely, share.format(graded.p)), true);
  await tally.soon("and of how many it was met", () => says(likely, "30 weeks met it"), true);
  await tally.soon("and of all weeks of a year", () => says(likely, "All 52 weeks running"), true);
  await tally.soon(
    "nothing is kept yet",
    async () => (await scene.owner.get("/targets?limit=500")).body.data.length,
    before,
  );
  await page.getByRole("button", { name: "Take this value" }).focus();
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Take this value" }).waitFor({ state: "detached" });
  await page.getByLabel("Why this target?").focus();
  await page.keyboard.type("So that nobody waits.");
  tally.same("axe in the form", await screen.axe(), []);
  await screen.shoot("targets-form");
  const save = page.getByRole("button", { name: "Set this target" });
  await until(async () => ((await save.isEnabled()) ? true : undefined));
  await save.focus();
  await page.keyboard.press("Enter");
  await page.getByText("The target is set.").waitFor();
  const id = /tgt_\d+/.exec(
    await until(async () => /\/targets\/tgt_\d+/.exec(page.url())?.[0]),
  )?.[0];
  const got = (await scene.owner.get(`/targets/${id ?? ""}`)).body;
  tally.same(
    "it is what was shown: three times in four, rounded to the easier minute",
    [got.value, got.reason, got.clock, got.scope],
    [
      Math.ceil(graded.offered_value / 60) * 60,
      "So that nobody waits.",
      "calendar",
      { team: scene.team },
    ],
  );
  await page.getByRole("button", { name: "Undo" }).click();
  await page.getByText("Put back.").waitFor();
  await tally.soon(
    "and can be put back",
    async () => (await scene.owner.get(`/targets/${id ?? ""}`)).status,
    404,
  );
  tally.same("no faults", screen.faults(), []);
  await screen.close();
}

// What cannot be measured is shown with the reason; what was not measured is refused beside it.
async function unavailable(scene: Scene): Promise<void> {
  const screen = await open(scene, `/targets/new?team=${scene.team}`, scene.lead);
  const { page } = screen;
  screen.forgive(/422/);
  await page.getByRole("button", { name: /What is measured/ }).click();
  const none = page.getByRole("option", { name: /Adherence to plan/ });
  await tally.soon("not to be chosen", () => none.getAttribute("aria-disabled"), "true");
  await tally.soon("and why", () => says(none, "not compared"), true);
  await page.getByRole("option", { name: /^NPS/ }).click();
  await page.getByLabel("Value", { exact: true }).fill("30");
  await page.keyboard.press("Tab");
  await page.getByText("No data, no target").waitFor();
  await tally.soon(
    "what is not graded is not saved",
    () => page.getByRole("button", { name: "Set this target" }).isEnabled(),
    false,
  );
  tally.same("no faults", screen.faults(), []);
  await screen.close();
}

// Two minutes: a lead is told who can set it, a manager gives a reason and a change.
async function override(scene: Scene): Promise<void> {
  const fill = async (screen: Screen) => {
    await choose(screen, /What is measured/, "First res");
    await choose(screen, /Counted$/, "around");
    await screen.page.getByLabel("Value", { exact: true }).fill("2");
    await screen.page.keyboard.press("Tab");
    await screen.page.getByText("Not by effort alone").waitFor();
  };
  const asLead = await open(scene, `/targets/new?team=${scene.team}`, scene.lead);
  await fill(asLead);
  await asLead.page.getByText("Only a manager can set it all the same").waitFor();
  await asLead.close();
  const screen = await open(scene, `/targets/new?team=${scene.team}`, scene.manager);
  await fill(screen);
  const { page } = screen;
  await page.getByLabel("Why this target?").fill("A promise.");
  const save = page.getByRole("button", { name: "Set this target" });
  await page.getByText("Say why, and what is to make it possible.").waitFor();
  await tally.soon("not without both", () => save.isEnabled(), false);
  await page.getByLabel("Why all the same").fill("The board asks.");
  await page.getByLabel("Which change makes it possible").fill("A second channel.");
  await save.click();
  await page.getByText("The target is set.").waitFor();
  await page.getByText("A second channel.").waitFor();
  const all = (await scene.owner.get("/targets?limit=500")).body.data;
  const made = all.find(({ override: by }: any) => by !== null);
  tally.same("kept with both, and by whom", made.override, {
    reason: "The board asks.",
    change: "A second channel.",
    by: scene.manager.id,
  });
  tally.same("no faults", screen.faults(), []);
  await screen.close();
}

// Ada says that she knows it, and what she thinks of it; the others have not.
async function known(scene: Scene): Promise<void> {
  const screen = await open(scene, `/targets/${scene.target}`, scene.ada);
  const { page } = screen;
  await page.getByText("Silence is not consent.").waitFor();
  await page.getByLabel("What I have to say about it").fill("Hard on Mondays.");
  await page.getByRole("button", { name: "I know it" }).click();
  await page.getByText("Noted that you know it.").waitFor();
  await page.getByText("Hard on Mondays.").waitFor();
  const got = (await scene.owner.get(`/targets/${scene.target}`)).body;
  tally.same("she is kept as knowing it", got.acknowledged, [scene.ada.id]);
  tally.is("who has not is named", got.not_yet_acknowledged.length > 0);
  await page.getByText("Only you and your leads see these.").waitFor({ state: "detached" });
  await tally.soon(
    "she sets none",
    () => page.getByRole("button", { name: "End the target" }).count(),
    0,
  );
  await page.getByRole("link", { name: "All targets" }).click();
  await page.getByRole("heading", { name: "My own targets" }).waitFor();
  await page.getByRole("region", { name: "My own targets" }).getByRole("link").first().click();
  await page.getByRole("heading", { name: "Beside the team" }).waitFor();
  await page
    .getByText(/Both of the last period|The team misses it too/)
    .first()
    .waitFor();
  await screen.shoot("targets-own");
  tally.same("no faults", screen.faults(), []);
  await screen.close();
}

// Last week was missed: it stands on the agenda until it was talked about, and can be put back.
async function talked(scene: Scene): Promise<void> {
  const screen = await open(scene, `/targets?team=${scene.team}`, scene.lead);
  const { page } = screen;
  const agenda = page.getByRole("region", { name: "To talk about" });
  await agenda.getByText("What was different?").first().waitFor();
  const openItems = async () =>
    (await scene.lead.client.get(`/agenda?state=open&target=${scene.target}`)).body.data;
  await tally.soon("one item of the API", async () => (await openItems()).length, 1);
  await agenda.getByLabel("What we decided").first().fill("One more on Mondays.");
  await agenda.getByRole("button", { name: "We talked about it" }).first().click();
  await page.getByText("Kept as talked about.").waitFor();
  await tally.soon("done", async () => (await openItems()).length, 0);
  await page.getByRole("button", { name: "Undo" }).click();
  await page.getByText("Put back.").waitFor();
  await tally.soon("and back", async () => (await openItems()).length, 1);
  tally.same("no faults", screen.faults(), []);
  await screen.close();
}

// The weeks as a chart and as a table; what a week was like is said beside it; a change is judged
// anew; somebody else's change meanwhile is said.
async function history(scene: Scene): Promise<void> {
  const screen = await open(scene, `/targets/${scene.target}`, scene.lead);
  const { page } = screen;
  const table = page.getByRole("table", { name: "How each period went" });
  await table.waitFor();
  await tally.soon("three weeks", () => table.getByRole("row").count(), 4);
  await page.locator(".ek-chart canvas").waitFor();
  await table
    .getByRole("button", { name: /^Say what it was like/ })
    .first()
    .click();
  await page.getByLabel("What was this period like?").fill("Two were ill.");
  await page.getByRole("button", { name: "Save" }).click();
  await table.getByText("Two were ill.").waitFor();
  await page.getByRole("button", { name: "Edit", exact: true }).first().click();
  const value = page.getByLabel("Value", { exact: true });
  await value.fill("26");
  await page.keyboard.press("Tab");
  const other = await scene.owner.patch(
    `/targets/${scene.target}`,
    { value: 27 * 60 },
    { headers: { "If-Match": "*" } },
  );
  tally.same("somebody else changes it", other.status, 200);
  screen.forgive(/412/);
  const save = page.getByRole("button", { name: "Save", exact: true });
  await until(async () => ((await save.isEnabled()) ? true : undefined));
  await save.click();
  await page.getByText("Somebody changed it meanwhile. It now asks for at most 27 min").waitFor();
  await tally.soon(
    "mine is still there",
    async () => /26/.test(await value.inputValue()) || (await value.inputValue()),
    true,
  );
  await save.click();
  const mine = await until(async () => {
    const { value: now } = (await scene.owner.get(`/targets/${scene.target}`)).body;
    return now === 26 * 60 ? now : undefined;
  });
  tally.same("mine after all", mine, 26 * 60);
  tally.same("no faults", screen.faults(), []);
  await screen.close();
}

// Two people reword the same goal: whoever comes second chooses; nothing is put over unseen.
async function goals(scene: Scene): Promise<void> {
  const screen = await open(scene, "/targets", scene.lead);
  const { page } = screen;
  const { id } = (await scene.owner.get("/goals")).body.data[0];
  const reword = (title: string) =>
    scene.owner.patch(`/goals/${id}`, { title }, { headers: { "If-Match": "*" } });
  await page.getByRole("button", { name: "Edit: Answer fast" }).click();
  const title = page.getByLabel("What are you after?");
  await title.fill("Answer at once");
  tally.same("somebody else words it", (await reword("Answer soon")).status, 200);
  const words = { theirs: "Answer soon", mine: "Answer at once", save: "Save" };
  const both = await meets(tally, screen, { ...words, shot: "goal-conflict" });
  await both.getByRole("button", { name: "Take theirs" }).click();
  await both.waitFor({ state: "detached" });
  await tally.soon("theirs is in the field", () => title.inputValue(), "Answer soon");
  await title.fill("Answer now");
  await reword("Answer fast");
  await meets(tally, screen, { theirs: "Answer fast", mine: "Answer now", save: "Save" });
  await both.getByRole("button", { name: "Go on editing" }).click();
  await both.waitFor({ state: "detached" });
  await tally.soon("mine is still there", () => title.inputValue(), "Answer now");
  await reword("Answer today");
  await meets(tally, screen, { theirs: "Answer today", mine: "Answer now", save: "Save" });
  await both.getByRole("button", { name: "Keep mine" }).click();
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await tally.soon(
    "mine after all",
    async () => (await scene.owner.get(`/goals/${id}`)).body.title,
    "Answer now",
  );
  await reword("Answer fast");
  tally.same("goals: no faults", screen.faults(), []);
  await screen.close();
}

// A lead says for what purpose before a person's figures are shown.
async function purpose(scene: Scene): Promise<void> {
  const screen = await open(scene, `/targets/${scene.hers}`, scene.lead);
  const { page } = screen;
  await page.getByText("Looking at a person's figures is recorded").waitFor();
  await tally.soon("no figure before", () => page.getByText("Beside the team").count(), 0);
  await page.getByRole("button", { name: "Look, to review the target" }).click();
  await page.getByRole("heading", { name: "Beside the team" }).waitFor();
  const looks = (await scene.ada.client.get("/me/looks")).body.data;
  tally.is("and Ada sees it", looks.length > 0 && looks[0].purpose === "target review", looks);
  tally.same("no faults", screen.faults(), []);
  await screen.close();
}

/** "Nov 16, 2026" */
const dayOf = (date: string): string =>
  new Date(date).toLocaleDateString("en-US", {
    timeZone: "UTC",
    month: "short",
    day: "numeric",
    year: "numeric",
  });

// The weeks of the slow team: the chart marks what was said of the metric where it began, and the
// agenda brings what was missed, by how much, and what was said of it while that is open.
async function verdicts(scene: Scene): Promise<void> {
  const { team, target } = scene.depot;
  const series = `/trends/series?metric=first_response_time&team=${team}&cadence=weekly`;
  const shift = await until(async () =>
    (await scene.lead.client.get(series)).body.verdicts?.findLast((v: any) => v.kind === "shift"),
  );
  const screen = await open(scene, `/targets/${target}`, scene.lead);
  const { page } = screen;
  await page
    .locator(".ek-chart")
    .getByRole("link", { name: /in Trends$/ })
    .waitFor();
  await page.getByRole("button", { name: "Show as table" }).click();
  const told = page.locator(".ek-chart-table tbody tr", { hasText: "Lasting shift" });
  await told.waitFor();
  await tally.soon("told where it began", () => says(told, dayOf(shift.start)), true);
  await tally.soon("beside that it was missed", () => says(told, "Missed"), true);
  await screen.shoot("target-verdicts");
  await page.goto(`/targets?team=${team}`);
  const agenda = page.getByRole("region", { name: "To talk about" });
  const card = agenda.getByRole("article");
  await card.getByText(/^Worse since/).waitFor();
  await tally.soon("by how much", () => says(card, /\d+\smin → \d/), true);
  const went = /^\d.*\(.+ to .+\), from 48 cases; wanted: at most 25\smin$/;
  await tally.soon(
    "what was missed, of how many, and what was wanted",
    () => says(agenda.locator("[data-went]").last(), went),
    true,
  );
  tally.same("axe, an agenda with a card", await screen.axe("main"), []);
  await screen.shoot("targets-agenda-card");
  tally.same("no faults", screen.faults(), []);
  await screen.close();
}

const waiting = (screen: Screen) => screen.page.getByRole("region", { name: "Waits for me" });

/** Each line that waits: its words, and where it leads to. */
const linesOf = (screen: Screen): Promise<string[][]> =>
  waiting(screen)
    .getByRole("link")
    .evaluateAll((links) =>
      links.map((link) => [link.textContent ?? "", link.getAttribute("href") ?? ""]),
    );

/** A lead is told of what is still to be found, talked about, looked at again and looked after. */
async function waitsForLead(scene: Scene): Promise<void> {
  const { team } = scene.depot;
  const { client, id } = scene.lead;
  const watched = await until(async () =>
    (await client.get(`/watch-list?team=${team}`)).body.data.find(
      (v: any) => v.metric.startsWith("first_response_time@") && v.cadence === "weekly",
    ),
  );
  const watch = { owner: id, until: dateOf(now - DAY) };
  const put = await client.put(`/verdicts/${watched.id}/watch`, watch);
  tally.same("a change that was to be looked at again yesterday", put.status, 200);
  await until(async () => {
    const { data } = (await client.get("/followups?state=open")).body;
    return data.length > 0 ? true : undefined;
  });
  const screen = await open(scene, "/me", scene.lead);
  for (const name of [/^To talk about/, /^Look again/, /^Find the story/, /^Look after a low/])
    await waiting(screen).getByRole("link", { name }).first().waitFor();
  const chart = `/trends/first_response_time?team=${team}&cadence=weekly`;
  for (const [words, to] of [
    ["To talk about: First response time", `/targets?team=${team}`],
    ["Look again: First response time", chart],
    ["Look after a low score: Satisfaction (CSAT)", "/surveys"],
  ])
    await tally.soon(
      `${words}, and where`,
      async () => {
        const lines = await linesOf(screen);
        return lines.some(([a, b]) => a === words && b === to) || lines;
      },
      true,
    );
  const stories = async (): Promise<any[]> => (await client.get("/stories?state=open")).body.data;
  await tally.soon(
    "stories to find, each once, and no more than five",
    async () => {
      const matters = new Set((await stories()).map(({ team: of, metric }) => `${of} ${metric}`));
      const found = (await linesOf(screen)).filter(([a]) => a?.startsWith("Find the story: "));
      return found.length - Math.min(5, matters.size);
    },
    0,
  );
  await tally.soon(
    "nobody's own talk",
    async () => (await linesOf(screen)).filter(([a]) => a?.startsWith("Your prepared")),
    [],
  );
  tally.same("axe, what waits", await screen.axe("main"), []);
  await screen.shoot("me-waits");
  await screen.page.goto("/trends/stories");
  const toFind = screen.page.getByRole("region", { name: "Stories to find" });
  await toFind.locator("[data-open]").first().waitFor();
  await tally.soon(
    "all of them among the stories",
    async () => (await toFind.locator("li").count()) - (await stories()).length,
    0,
  );
  tally.same("axe, stories to find", await screen.axe("main"), []);
  await screen.shoot("trends-stories-open");
  tally.same("no faults", screen.faults(), []);
  await screen.close();
}

/** Until the page was answered at these places of the API. */
async function heard(page: Page, places: readonly string[]): Promise<void> {
  await page.waitForFunction((all) => {
    const ends = performance.getEntriesByType("resource").map(({ name }) => new URL(name).pathname);
    return all.every((place) => ends.some((path) => path.endsWith(`/api/v1/${place}`)));
  }, places);
}

/** Flo sees her talk before her lead does, and what her team looks after; who has nothing that
 * waits has no panel; what was dealt with is gone. */
async function waits(scene: Scene): Promise<void> {
  await waitsForLead(scene);
  const hers = await open(scene, "/me", scene.depot.flo);
  await waiting(hers)
    .getByRole("link", { name: /^Look after a low/ })
    .waitFor();
  await tally.soon("her talk first, and what her team looks after", () => linesOf(hers), [
    ["Your prepared talk: First response time", "/targets"],
    ["Look after a low score: Satisfaction (CSAT)", "/surveys"],
  ]);
  const { client } = scene.depot.flo;
  const talk = (await client.get("/agenda?state=open")).body.data.find(
    (item: any) => item.teammate === scene.depot.flo.id,
  );
  await client.patch(`/agenda/${talk.id}`, { state: "done", outcome: null });
  await waiting(hers)
    .getByRole("link", { name: /^Your prepared/ })
    .waitFor({ state: "detached" });
  const [followup] = (await client.get("/followups?state=open")).body.data;
  await client.post(`/followups/${followup.id}/close`, { note: "Sent another." });
  await waiting(hers).waitFor({ state: "detached" });
  tally.is("what was dealt with is gone, and the panel with it", true);
  tally.same("no faults for her", hers.faults(), []);
  await hers.close();
  const ada = await open(scene, "/me", scene.ada);
  await ada.page.getByRole("region", { name: "My limits" }).getByText("In all").waitFor();
  await heard(ada.page, ["agenda", "followups"]);
  await ada.page.waitForFunction(() => document.querySelector("main [role=status]") === null);
  await tally.soon("whom nothing waits for has no panel", () => waiting(ada).count(), 0);
  tally.same("no faults for Ada", ada.faults(), []);
  await ada.close();
}

async function renders(scene: Scene): Promise<void> {
  const as = accountOf(scene.lead);
  await lookRound(tally, (look) => scene.browser.open("/me", { ...look, as }), [
    {
      says: "what waits",
      shot: "me-waits",
      go: (page) => page.locator(".ek-me-item").first().waitFor(),
    },
    {
      says: "stories to find",
      shot: "stories-open",
      go: async (page) => {
        await page.goto("/trends/stories");
        await page.locator("[data-open]").first().waitFor();
      },
    },
  ]);
  await lookRound(tally, (look) => scene.browser.open("/targets", { ...look, as }), [
    {
      says: "all",
      shot: "targets",
      go: (page) => page.locator(".ek-targets-line").first().waitFor(),
    },
    {
      says: "one",
      shot: "target",
      go: async (page) => {
        await page.locator(`a[href="/targets/${scene.target}"]`).first().click();
        await page.locator(".ek-chart canvas").waitFor();
      },
    },
    {
      says: "new",
      shot: "target-new",
      go: async (page) => {
        await page.goto(`/targets/new?team=${scene.team}`);
        await page.locator("#targets-likely").waitFor();
      },
    },
  ]);
}

await withBrowser(
  async (stage) => {
    const all = await scene(stage);
    await byKeys(all);
    await unavailable(all);
    await override(all);
    await known(all);
    await purpose(all);
    await talked(all);
    await history(all);
    await goals(all);
    await verdicts(all);
    await waits(all);
    await renders(all);
  },
  { with: "empty" },
);
tally.end();
