// web_start_test -- the first steps: three people and one team by hand, the first look along the
// real screens to a receipt, and the list of what is left, from the real state; help; in each
// language, theme and width.
import { each, named, withBrowser, type Screen, type Stage } from "./browser.ts";
import { figuresReady } from "./past.ts";
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
  await tally.soon(
    "language and zone, asked of the owner already, are not asked again",
    () => page.getByLabel("Time zone").count(),
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
  await tally.soon("a link each", () => page.locator(".ek-start-link code").count(), 3);
  await tally.soon(
    "they serve the team",
    async () => {
      const [team] = (await stage.owner.get("/teams")).body.data;
      return [team?.name, team?.members];
    },
    ["Harbour", 3],
  );
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
  // Away first: a page of the UI that hears of it loads itself anew, across the way to the next.
  await page.goto("about:blank");
  const own = (await screen.context.cookies()).map(({ name, value }) => `${name}=${value}`);
  const out = { headers: pageHeaders(own.join("; ")) };
  const ended = await stage.owner.as(null).post("/sign-out", {}, out);
  tally.same("signed out", ended.status, 204);
  await page.goto("/");
  await come();
  await page.waitForURL("**/inbox**");
  tally.is("and never again", !page.url().includes("/start"), page.url());
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
  await page.getByText("Stop 3 of 4").waitFor();
  await page.getByRole("button", { name: "Next", exact: true }).click();
  await page.waitForURL("**/priorities*");
  await page.getByText("Stop 4 of 4").waitFor();
  await screen.shoot("start-guide");
  await page.getByRole("button", { name: "Finish" }).click();
  await page.getByRole("heading", { name: "What is left to set up" }).waitFor();
  await page.getByText("A limit, so that nobody is given too much").first().waitFor();
  await quiet(screen, "first look");
}

/** The list, once it has read everything: so many things are left. */
async function left(stage: Stage, count: number): Promise<Map<string, string>> {
  const look = { as: stage.account, language: "en" } as const;
  const screen = await stage.browser.open("/start/checklist", look);
  const marks = screen.page.locator(".ek-start-panel li .ek-mark");
  await screen.page.getByText(`${count} things are left.`).waitFor();
  const texts = await marks.allTextContents();
  tally.same("the list: axe", await screen.axe(), []);
  await quiet(screen, "the list");
  return new Map(
    texts.map((text) => {
      const [, what = text, state = ""] = /^(.*) (done|not yet)$/.exec(text) ?? [];
      return [what, state];
    }),
  );
}

/** Mail and chat are done when they are there, and not before; backups are nobody's to see. */
async function ways(stage: Stage): Promise<void> {
  const { owner, server } = stage;
  const headers = pageHeaders(server.cookie);
  const both = ["A mailbox, so that customers can write", "A chat for your web site"] as const;
  const before = await left(stage, 7);
  tally.same(
    "neither is there",
    [before.get(both[0]), before.get(both[1])],
    ["not yet", "not yet"],
  );
  const at = { host: "127.0.0.1", port: 9, user: "support", password: "x", tls: "none" };
  const made = [
    await owner
      .as(null)
      .post("/mailboxes", { address: "a@example.test", imap: at, smtp: at }, { headers }),
    await owner.as(null).post("/chat-inboxes", { name: "Shop" }, { headers }),
  ];
  tally.same("a mailbox and a chat", [made[0]?.status, made[1]?.status], [201, 201]);
  const after = await left(stage, 5);
  tally.same("both are", [after.get(both[0]), after.get(both[1])], ["done", "done"]);
  const screen = await stage.browser.open("/start/checklist", {
    as: stage.account,
    language: "en",
  });
  await screen.page.getByText(/does not see whether you make them/).waitFor();
  await screen.page.getByRole("link", { name: "How backups are made" }).click();
  const help = screen.page.getByRole("region", { name: "Backups" });
  await help.getByText("evenkeel backup /backup/monday --keys /other/monday.keys").waitFor();
  await quiet(screen, "backups");
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
  // None while there is nobody to answer, or the page is being loaded anew.
  const count = async (path: string): Promise<number> =>
    page
      .evaluate(async (at) => (await (await fetch(`/api/v1${at}`)).json()).data.length, path)
      .catch(() => -1);
  await tally.soon("its six teams are there", () => count("/teams"), 6);
  await page.getByRole("button", { name: "Remove it" }).click();
  await page.waitForURL("**/start/people", { timeout: 90_000 });
  await page.getByRole("heading", { name: "How do you want to begin?" }).waitFor();
  await tally.soon(
    "and gone",
    async () => [await count("/teams"), await count("/teammates")],
    [0, 1],
  );
  // Between the two stores nobody answers for a moment.
  screen.forgive(/Failed to load resource|ERR_/);
  await quiet(screen, "sample in and out");
}

await withBrowser(sampleInAndOut);
await withBrowser(byHand);
await withBrowser(ways);
await withBrowser(
  async (stage) => {
    // A page that asks before they are there is told so with a 503, which its console says.
    await figuresReady(stage.owner);
    await offered(stage);
    await firstLook(stage);
    await looks(stage);
  },
  { with: "sample" },
);
tally.end();
