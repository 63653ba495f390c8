// web_team_test -- one team on its page, as its lead reads it: what changed, its figures with what
// they rest on, its targets and how they stand, its surveys, and nobody's name; another team's page
// says nothing to them. In every language, theme and width.
import type { Locator, Page } from "playwright-core";

import { lookRound, withBrowser, type Account, type Stage } from "./browser.ts";
import { dateOf, DAY, figuresReady, monday, noteAll, past, WEEK } from "./past.ts";
import { Tally } from "./program.ts";
import { until } from "./scored.ts";

const tally = new Tally();
const WEEKS = 40;
const SLOW_WEEKS = 9;
const now = Date.now();
const plain = (text: string): string => text.replace(/[\u2066-\u2069]/g, "").replace(/\s+/g, " ");

interface Scene extends Stage {
  readonly team: string;
  readonly other: string;
  readonly lead: Account;
}

const NAMES = ["Ada One", "Ben Two", "Cyd Three", "Dea Four", "Eve Five"];

/** Two teams of five with a past; the first has been slower for nine weeks. */
async function scene(stage: Stage): Promise<Scene> {
  const { owner, server, browser } = stage;
  const plans = [];
  const teams: string[] = [];
  for (const [i, name] of ["Care", "Depot"].entries()) {
    const team = (await owner.post("/teams", { name })).body.id as string;
    const people: Account[] = [];
    for (const who of NAMES)
      people.push(await browser.person({ name: `${who} ${name}`, memberships: [{ team }] }));
    teams.push(team);
    plans.push({
      seed: 12 + i,
      weeks: WEEKS,
      team: Number(team.slice(5)),
      teammates: people.map(({ id }) => Number(id.slice(3))),
      each: 24,
      minutes: 20,
      slower: (back: number) => (i === 0 && back <= SLOW_WEEKS ? 2 : 1),
    });
  }
  const [team, other] = teams as [string, string];
  const lead = await browser.person({ name: "Lea", roles: ["lead"], memberships: [{ team }] });
  await noteAll(
    server,
    plans.flatMap((plan) => past(plan, now)),
  );
  await figuresReady(owner);
  const target = {
    metric: "first_response_time",
    clock: "calendar",
    scope: { team },
    comparator: "at_most",
    value: 25 * 60,
    period: "week",
    reason: "People wait.",
    review_date: dateOf(now + 90 * DAY),
    since: dateOf(monday(now) - 3 * WEEK),
  };
  tally.same("its target", (await owner.post("/targets", target)).status, 201);
  const asks = { form: "csat", delay_minutes: 0, active: true };
  for (const [name, of] of [
    ["After the close", team],
    ["Depot asks", other],
  ])
    await owner.post("/surveys", { ...asks, name, team: of });
  await until(async () => {
    const { data } = (await owner.get(`/trends?team=${team}`)).body;
    return data.some(
      (t: { metric: string; state: string }) =>
        t.metric.startsWith("first_response_time@") && t.state.endsWith("shift"),
    )
      ? true
      : undefined;
  });
  return { ...stage, team, other, lead };
}

const textOf = async (where: Locator): Promise<string> => plain(await where.innerText());

/** True where it says so by now; else all that it says. */
async function says(where: Locator, what: RegExp): Promise<true | string> {
  const text = await textOf(where);
  return what.test(text) || text;
}

async function ready(page: Page): Promise<void> {
  for (const part of ["tbody tr", ".ek-targets-line", ".ek-surveys-line", ".ek-trends-line"])
    await page.locator(part).first().waitFor();
}

async function reads(s: Scene): Promise<void> {
  const screen = await s.browser.open("/trends", { language: "en", as: s.lead });
  const { page } = screen;
  await page.getByRole("link", { name: "Care" }).first().click();
  await ready(page);
  await tally.soon("its name", () => page.getByRole("heading", { level: 1 }).innerText(), "Care");
  const changed = page.getByRole("region", { name: /^What changed/ });
  const line = changed.locator(".ek-trends-line", { hasText: "First response time" });
  const worse = /Worse .*min → .*min since .*about once in/;
  await tally.soon("what changed", () => says(line, worse), true);
  // What stands in the table is what the API says of the same question.
  const row = page.getByRole("row", { name: /^First response time/ });
  const shown = row.locator("[data-figure-says=n]");
  const asked = await shown.getAttribute("data-figure-asked");
  const figure = (await s.owner.get(`/figures?${asked ?? ""}`)).body;
  const { n } = (figure.data?.[0] ?? figure) as { n: number };
  await tally.soon(
    "what its figure rests on",
    async () => (await shown.innerText()).replace(/\D/g, ""),
    String(n),
  );
  const targets = page.getByRole("region", { name: "Targets" });
  const stands = /First response time · Care at most 25 min each week .*(case|min)/;
  await tally.soon("how its target stands", () => says(targets, stands), true);
  await tally.soon(
    "its survey, and no other team's",
    async () => {
      const text = await textOf(page.getByRole("region", { name: "Surveys" }));
      return ["After the close", "Depot asks"].map((name) => text.includes(name));
    },
    [true, false],
  );
  await tally.soon(
    "nobody is named, nor to be named",
    async () => {
      const text = await textOf(page.locator("main"));
      return [...NAMES.filter((name) => text.includes(name)), ...(text.match(/\btm_\d+/g) ?? [])];
    },
    [],
  );
  tally.same("nothing is complained of", screen.faults(), []);
  await screen.close();
}

/** The lead of one team reads nothing of another. */
async function reaches(s: Scene): Promise<void> {
  const screen = await s.browser.open(`/team/${s.other}`, { language: "en", as: s.lead });
  screen.forgive(/40[34]/);
  await screen.page.getByRole("alert").first().waitFor();
  await screen.page.waitForFunction(() => document.querySelector("main [role=status]") === null);
  await tally.soon("no figure", () => screen.page.locator("[data-figure-asked]").count(), 0);
  await tally.soon("no verdict", () => screen.page.locator(".ek-trends-line").count(), 0);
  await tally.soon("no target", () => screen.page.locator(".ek-targets-line").count(), 0);
  await screen.close();
}

async function looks(s: Scene): Promise<void> {
  await lookRound(tally, (look) => s.browser.open(`/team/${s.team}`, { ...look, as: s.lead }), [
    {
      says: "a team",
      shot: "team",
      go: ready,
    },
  ]);
}

await withBrowser(async (stage) => {
  const s = await scene(stage);
  for (const part of [reads, reaches, looks])
    await part(s).catch((error: unknown) => {
      tally.is(`${part.name} goes through`, false, String(error).slice(0, 700));
    });
});
tally.end();
