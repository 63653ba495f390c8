// web_surveys_test -- a survey is opened by keyboard alone, with what it came to, why others were
// not asked, its answers and its low scores; one is made in three languages; a low score is looked
// after with a note.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { lookRound, withBrowser, type Account, type Screen, type Stage } from "./browser.ts";
import { run, Tally } from "./program.ts";
import { answered, helped, until } from "./scored.ts";
import { browser as pageHeaders, OWNER, type Person } from "./server.ts";

const tally = new Tally();
const DAY_MS = 86_400_000;
const PAST = [5, 5, 4, 3, 5, 2, 4, 5, 5, 1] as const; // of each ten answers of before
const BEFORE = 40;
const SCORES = [5, 4, 2, 5, 3, 5, 1] as const;

interface Scene extends Stage {
  readonly team: string;
  readonly mate: Person;
  readonly lead: Person;
  readonly survey: string;
}

function accountOf(person: Person): Account {
  const password = OWNER.password.replace("seven", "eleven");
  return { email: person.email, password, id: person.id };
}

/** Answers of before, old enough to be counted; the server is down meanwhile. */
async function noteAnswers({ server }: Stage, team: string): Promise<void> {
  const at = new Date().toISOString();
  const lines = Array.from({ length: BEFORE }, (_, i) => {
    const asked = Date.now() - (15 + i) * DAY_MS;
    return JSON.stringify({
      at,
      cmd: "history.note_answer",
      import: 1,
      item: i + 1,
      form: "csat",
      score: PAST[i % PAST.length],
      asked: new Date(asked).toISOString(),
      answered: new Date(asked + DAY_MS).toISOString(),
      channel: "email",
      team: Number(team.slice(5)),
      contact: i + 1,
      tags: [],
    });
  });
  const place = mkdtempSync(join(tmpdir(), "evenkeel-answers-"));
  const file = join(place, "answers.jsonl");
  const { port } = server;
  await server.end();
  writeFileSync(file, `${lines.join("\n")}\n`);
  const done = run(["drive", file, "--data", server.data, "--quiet", "--json"]);
  rmSync(place, { recursive: true });
  tally.same("answers of before", done.status, 0);
  await server.start(port);
}

async function scene(stage: Stage): Promise<Scene> {
  const { owner, server } = stage;
  const team = (await owner.post("/teams", { name: "Orders" })).body.id as string;
  const memberships = [{ team, level: "primary" }];
  const mate = await server.person(owner, { name: "Mina Park", memberships });
  const lead = await server.person(owner, { name: "Lea Lead", roles: ["lead"], memberships });
  const token = await owner
    .as(null)
    .post(
      "/tokens",
      { name: "shop", kind: "integration", scopes: ["read", "work"], teams: [team] },
      { headers: pageHeaders(server.cookie) },
    );
  const program = owner.as(token.body.secret);
  const made = await lead.client.post("/surveys", {
    name: "After the close",
    form: "csat",
    team,
    delay_minutes: 0,
    active: true,
  });
  tally.same("a survey", made.status, 201);
  await noteAnswers(stage, team);
  for (const [at, score] of SCORES.entries()) {
    const contact = await lead.client.post("/contacts", {
      name: `Kim ${at}`,
      email: `kim${at}@example.net`,
      language: "en",
    });
    await answered(program, await helped(team, mate, contact.body.id), score);
  }
  await helped(team, mate, null);
  await until(async () => {
    const got = await lead.client.get(`/surveys/${made.body.id}/funnel`);
    return got.body.closed === SCORES.length + 1 ? true : undefined;
  });
  return { ...stage, team, mate, lead, survey: made.body.id };
}

function open(scene: Scene, path: string, who: Person): Promise<Screen> {
  return scene.browser.open(path, { as: accountOf(who), language: "en", theme: "light" });
}

// By keys alone: the list, one survey, its figure, its funnel, its answers.
async function byKeys(scene: Scene): Promise<void> {
  const screen = await open(scene, "/surveys", scene.lead);
  const { page } = screen;
  const link = page.getByRole("link", { name: "After the close" });
  await link.waitFor();
  await link.focus();
  await page.keyboard.press("Enter");
  const funnel = page.getByRole("region", { name: "From the close to the answer" });
  await funnel.getByText("Response rate: 100%").waitFor();
  await funnel.getByText("few answers").waitFor();
  const api = (await scene.lead.client.get(`/surveys/${scene.survey}/funnel`)).body;
  await tally.soon(
    "the funnel is the API's",
    async () => (await funnel.locator(".ek-surveys-step strong").allTextContents()).map(Number),
    [api.closed, api.eligible, api.drawn, api.sent, api.delivered, api.answered],
  );
  await funnel.getByText("The customer is not known").waitFor();
  const score = page.getByRole("region", { name: "Satisfaction (CSAT)" });
  await score.getByText(`From ${BEFORE} answers`).waitFor();
  await score.getByText(`${SCORES.length} are not yet known`).waitFor();
  await tally.soon(
    "the share that was satisfied",
    async () => (await score.textContent())?.includes("70%") ?? false,
    true,
  );
  await tally.soon(
    "with its interval",
    async () => /Most likely .+ to .+\./.test((await score.textContent()) ?? ""),
    true,
  );
  await page.getByRole("tab", { name: "Results" }).focus();
  await page.keyboard.press("ArrowRight");
  const answers = page.getByRole("table", { name: "Answers" });
  await answers.waitFor();
  await tally.soon("seven answers", () => answers.getByRole("row").count(), SCORES.length + 1);
  await tally.soon(
    "with what was written",
    async () => ((await answers.textContent()) ?? "").includes("It took days."),
    true,
  );
  await tally.soon(
    "nobody is named",
    async () => ((await answers.textContent()) ?? "").includes("Mina"),
    false,
  );
  await answers.locator('a[href^="/inbox/all/cv_"]').first().waitFor();
  await tally.soon(
    "the address holds what is shown",
    async () => new URL(page.url()).search,
    "?show=answers",
  );
  tally.same("axe of the answers", await screen.axe(), []);
  tally.same("no faults", screen.faults(), []);
  await screen.close();
}

async function lookedAfter(scene: Scene): Promise<void> {
  const screen = await open(scene, "/surveys", scene.mate);
  const { page } = screen;
  const low = page.getByRole("region", { name: "Low scores to look after" });
  await low.getByLabel("What was done").first().waitFor();
  await tally.soon("two low scores", () => low.getByLabel("What was done").count(), 2);
  await tally.soon(
    "she makes none",
    () => page.getByRole("link", { name: "New survey" }).count(),
    0,
  );
  await low.getByLabel("What was done").first().fill("Called them, it is solved.");
  await low.getByRole("button", { name: "Looked after" }).first().click();
  await page.getByText("Kept as looked after.").waitFor();
  const closed = (await scene.owner.get("/followups?state=closed")).body.data;
  tally.same(
    "kept, with the note and by whom",
    closed.map((row: any) => [row.note, row.closed_by]),
    [["Called them, it is solved.", scene.mate.id]],
  );
  await low.getByText("Show those that were looked after, too").click();
  await low.getByText("Called them, it is solved.").waitFor();
  tally.same("axe", await screen.axe(), []);
  tally.same("no faults", screen.faults(), []);
  await screen.close();
}

// Made, then given words of its own in Korean, tried on what was closed of late, and put back.
async function made(scene: Scene): Promise<void> {
  const screen = await open(scene, "/surveys/new", scene.lead);
  const { page } = screen;
  screen.forgive(/403|422/);
  await page.getByLabel("Name", { exact: true }).fill("Would you");
  await page.getByText("Recommendation (NPS)").click();
  await page.getByRole("button", { name: /Every team/ }).click();
  await page.getByRole("option", { name: "Orders" }).click();
  await page.getByText("E-mail", { exact: true }).click();
  await page.getByLabel("Share that is asked").fill("25%");
  await page.keyboard.press("Tab");
  await page.getByRole("button", { name: "Make this survey" }).click();
  await page.getByText("The survey is made.").waitFor();
  const find = async () =>
    (await scene.owner.get("/surveys?name.prefix=would")).body.data[0] as any;
  const first = await find();
  tally.same(
    "as it was asked for",
    [first.form, first.team, first.channels, first.fraction, first.active],
    ["nps", scene.team, ["email"], 250, false],
  );
  await page.waitForURL(/\/surveys\/\w+\?show=how$/);
  const seen = page.getByRole("region", { name: "As the customer sees it" });
  await seen.getByText(first.question.ar).waitFor();
  await page.getByText(/Of \d+ conversations closed since/).waitFor();
  await page.getByLabel("Question: Korean").fill("추천하시겠어요?");
  await seen.getByText("추천하시겠어요?").waitFor();
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("Saved.").waitFor();
  const second = await find();
  tally.same(
    "its own words, the others as they were",
    [second.question.ko, second.question.en, second.version],
    ["추천하시겠어요?", first.question.en, first.version + 1],
  );
  await page.getByRole("button", { name: "Undo" }).click();
  await page.getByText("Put back.").waitFor();
  await tally.soon("put back", async () => (await find()).question.ko, first.question.ko);
  tally.same("axe of the form", await screen.axe(), []);
  tally.same("no faults", screen.faults(), []);
  await screen.close();
}

async function renders(scene: Scene): Promise<void> {
  const as = accountOf(scene.lead);
  await lookRound(tally, (look) => scene.browser.open("/surveys", { ...look, as }), [
    {
      says: "all",
      shot: "surveys",
      go: (page) => page.locator(".ek-surveys-item").first().waitFor(),
    },
    {
      says: "one",
      shot: "survey",
      go: async (page) => {
        await page.locator(`a[href="/surveys/${scene.survey}"]`).click();
        await page.locator(".ek-surveys-step").first().waitFor();
        await page.locator(".ek-surveys-figure").waitFor();
      },
    },
    {
      says: "how",
      shot: "survey-how",
      go: async (page) => {
        await page.getByRole("tab").last().click();
        await page.locator(".ek-surveys-page").first().waitFor();
      },
    },
  ]);
}

// Somebody else's change is said, also when the page has read it already.
async function meanwhile(scene: Scene): Promise<void> {
  const path = `/surveys/${scene.survey}`;
  const screen = await open(scene, `${path}?show=how`, scene.lead);
  const { page } = screen;
  screen.forgive(/403|412/);
  await page.getByLabel("Name", { exact: true }).fill("Mine");
  const readAgain = page.waitForResponse(
    (got) => got.url().endsWith(path) && got.request().method() === "GET",
  );
  const other = await scene.owner.patch(path, { name: "Theirs" }, { headers: { "If-Match": "*" } });
  tally.same("somebody else changes it", other.status, 200);
  await readAgain;
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("Somebody changed it meanwhile.").waitFor();
  await tally.soon("theirs stands", async () => (await scene.owner.get(path)).body.name, "Theirs");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("Saved.").waitFor();
  await tally.soon("mine after all", async () => (await scene.owner.get(path)).body.name, "Mine");
  tally.same("no faults", screen.faults(), []);
  await screen.close();
}

await withBrowser(
  async (stage) => {
    const all = await scene(stage);
    await byKeys(all);
    await renders(all);
    await lookedAfter(all);
    await made(all);
    await meanwhile(all);
  },
  { with: "empty" },
);
tally.end();
