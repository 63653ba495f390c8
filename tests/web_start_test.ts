// web_start_test -- the first steps: three people and one team by hand, the first look along the
// real screens to a receipt, and the list of what is left, from the real state; help; in each
// language, theme and width.
import { each, named, withBrowser, type Screen, type Stage } from "./browser.ts";
import { Tally } from "./program.ts";
import { browser as pageHeaders, OWNER } from "./server.ts";

const tally = new Tally();
/** What tests/server.ts gives to who is invited. */
const PASSWORD = OWNER.password.replace("seven", "eleven");

async function quiet(screen: Screen, what: string): Promise<void> {
  tally.same(`${what}: nothing is wrong`, screen.faults(), []);
  await screen.close();
}

async function byHand(stage: Stage): Promise<void> {
  const screen = await stage.browser.open("/start", { as: stage.account, language: "en" });
  const { page } = screen;
  await page.getByRole("heading", { name: "How do you want to begin?" }).waitFor();
  tally.same(
    "language and zone, asked of the owner already, are not asked again",
    await page.getByLabel("Time zone").count(),
    0,
  );
  await page.getByText(/^By hand/).click();
  await page.getByLabel("Name of the team").fill("Harbour");
  for (const [number, name] of ["Mina", "Noor", "Omar"].entries()) {
    await page.getByLabel(`Name of person ${number + 1}`).fill(name);
    await page.getByLabel(`E-mail of person ${number + 1}`).fill(`${name}@example.org`);
  }
  tally.same("people by hand: axe", await screen.axe(), []);
  await page.getByRole("button", { name: "Invite them" }).click();
  await page.getByRole("button", { name: "Copy: Omar" }).waitFor();
  tally.same("a link each", await page.locator(".ek-start-link code").count(), 3);
  const team = (await stage.owner.get("/teams")).body.data[0];
  tally.same("they serve the team", [team.name, team.members], ["Harbour", 3]);
  await page.getByRole("button", { name: "Continue" }).click();
  await page.getByRole("heading", { name: "A first look, about a minute" }).waitFor();
  await quiet(screen, "by hand");
}

/** Who comes in for the first time is offered the first look, once. */
async function offered(stage: Stage): Promise<void> {
  const { email, cookie } = await stage.server.person(stage.owner, {
    name: "Lena Lead",
    roles: ["teammate", "lead"],
    memberships: [{ team: "team_1", level: "secondary" }],
  });
  // Where they accepted their invitation they are signed out.
  await stage.owner.as(null).post("/sign-out", {}, { headers: pageHeaders(cookie) });
  const screen = await stage.browser.open("/");
  const { page } = screen;
  const come = async (): Promise<void> => {
    await page.getByLabel("E-mail address").fill(email);
    await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
    await page.keyboard.press("Enter");
  };
  await come();
  await page.waitForURL("**/start/look");
  await page.getByRole("button", { name: "Skip" }).click();
  await page.getByRole("heading", { name: "You are ready." }).waitFor();
  await page.evaluate(async () =>
    fetch("/api/v1/sign-out", {
      method: "POST",
      body: "{}",
      headers: { "Content-Type": "application/json", "Idempotency-Key": crypto.randomUUID() },
    }),
  );
  await page.goto("/");
  await come();
  await page.waitForURL("**/inbox**");
  tally.is("and never again", !page.url().includes("/start"));
  screen.forgive(/status of 401/);
  await quiet(screen, "offered");
}

async function firstLook(stage: Stage): Promise<void> {
  const screen = await stage.browser.open("/start", { as: stage.account, language: "en" });
  const { page } = screen;
  await page.getByRole("button", { name: "Begin" }).click();
  await page.waitForURL("**/queue");
  await page.getByText("Stop 1 of 4").waitFor();
  await page.getByRole("button", { name: "Next", exact: true }).click();
  await page.getByRole("button", { name: "Show the newest receipt" }).click();
  await page.getByRole("dialog").getByRole("heading", { level: 2 }).waitFor();
  tally.same("a receipt: axe", await screen.axe(), []);
  await screen.shoot("start-receipt");
  await page.getByRole("dialog").getByRole("button", { name: "Close this" }).click();
  await page.getByRole("button", { name: "Next", exact: true }).click();
  await page.waitForURL("**/live*");
  await page.getByRole("button", { name: "Next", exact: true }).click();
  await page.waitForURL("**/priorities*");
  await screen.shoot("start-guide");
  await page.getByRole("button", { name: "Finish" }).click();
  await page.getByRole("heading", { name: "What is left to set up" }).waitFor();
  await page.getByText("A limit, so that nobody is given too much").waitFor();
  await quiet(screen, "first look");
}

async function looks(stage: Stage): Promise<void> {
  await each(async (look) => {
    for (const path of ["/start/people", "/help"]) {
      const screen = await stage.browser.open(path, { ...look, as: stage.account });
      await screen.page.locator("h2").first().waitFor();
      const name = `${path.slice(1).replace("/", "-")}-${named(look)}`;
      tally.same(`${name}: axe`, await screen.axe(), []);
      await screen.shoot(name);
      await quiet(screen, name);
    }
  });
}

/** The sample comes and goes by one press each; of it nothing stays. */
async function sampleInAndOut(stage: Stage): Promise<void> {
  const screen = await stage.browser.open("/start/people", { as: stage.account, language: "en" });
  const { page } = screen;
  await page.getByRole("button", { name: "Load the sample" }).click();
  await page.waitForURL("**/start/look", { timeout: 90_000 });
  await page.getByText("Made people and made work").waitFor();
  const count = async (path: string): Promise<number> =>
    page.evaluate(async (at) => (await (await fetch(`/api/v1${at}`)).json()).data.length, path);
  tally.same("its six teams are there", await count("/teams"), 6);
  await page.getByRole("button", { name: "Remove it" }).click();
  await page.waitForURL("**/start/people", { timeout: 90_000 });
  await page.getByRole("heading", { name: "How do you want to begin?" }).waitFor();
  tally.same("and gone", [await count("/teams"), await count("/teammates")], [0, 1]);
  // Between the two stores nobody answers for a moment.
  screen.forgive(/Failed to load resource|ERR_/);
  await quiet(screen, "sample in and out");
}

await withBrowser(sampleInAndOut);
await withBrowser(byHand);
await withBrowser(
  async (stage) => {
    await offered(stage);
    await firstLook(stage);
    await looks(stage);
  },
  { with: "sample" },
);
tally.end();
