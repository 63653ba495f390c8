// web_settings_test -- settings: two browsers in conflict, what a team inherits and how it comes
// back, each refusal beside its field, the preview before saving, undo afterwards, what may only be
// read; each section looked at.
import { each, named, withBrowser, type Account, type Screen, type Stage } from "./browser.ts";
import { Tally } from "./program.ts";

const tally = new Tally();
const REFUSED = /status of (403|404|409|412|422)/; // the console's word about an answer on purpose
const SECTIONS = [
  "me",
  "limits",
  "giving",
  "newcomers",
  "auto_away",
  "handover",
  "overflow",
  "enough",
  "sla",
  "metrics",
  "teams",
  "reasons",
  "skills",
  "tags",
  "workspace",
  "sign_in",
  "retention",
  "tokens",
  "webhooks",
  "feeds",
] as const;

async function valueOf(stage: Stage, name: string, path = "/settings/workspace"): Promise<any> {
  const got = await stage.owner.get(path);
  return got.body.settings[name];
}

const row = ({ page }: Screen, name: string) => page.locator(`#at-${name}`);
const save = ({ page }: Screen) => page.getByRole("button", { name: "Save", exact: true });

async function open(stage: Stage, path: string, as = stage.account): Promise<Screen> {
  const screen = await stage.browser.open(path, { as, language: "en", theme: "light" });
  await screen.page.locator("#section").waitFor();
  return screen;
}

async function quiet(screen: Screen, what: string): Promise<void> {
  screen.forgive(REFUSED);
  tally.same(`${what}: nothing is wrong`, screen.faults(), []);
  await screen.close();
}

/** Somebody who holds as much as they may, and three more that wait for them: at any hour. */
async function makeFull(stage: Stage, limit: number): Promise<void> {
  const { owner } = stage;
  const team = (await owner.post("/teams", { name: "Full" })).body.id as string;
  const memberships = [{ team, level: "primary" }];
  const { id } = await stage.browser.person({ name: "Fay Full", memberships });
  await owner.put(`/teammates/${id}/presence`, { presence: "active" });
  for (let i = 0; i < limit + 3; i++)
    await owner.post("/conversations", { team, channel: "email", title: `Full ${i}` });
}

async function savedAndUndone(stage: Stage): Promise<void> {
  const before = (await valueOf(stage, "limit")).own;
  await makeFull(stage, before);
  const screen = await open(stage, "/settings/limits");
  const field = row(screen, "limit").getByRole("textbox");
  await field.fill(String(before + 15));
  await field.blur();
  await screen.page.getByText(/would move at once/).waitFor();
  const preview = await stage.owner.post("/settings/preview", {
    edits: [{ scope: "workspace", set: { limit: before + 15 } }],
  });
  const n = preview.body.effect.moves.length;
  tally.is("more room moves work", n > 0, n);
  await screen.page.getByText(new RegExp(`^${n} conversations? would move at once\\.$`)).waitFor();
  await tally.soon(
    "nothing is saved by looking",
    async () => (await valueOf(stage, "limit")).own,
    before,
  );
  tally.same("with a preview: axe", await screen.axe(), []);
  await screen.shoot("settings-preview");
  await save(screen).click();
  await screen.page.getByText("1 setting saved.").waitFor();
  await tally.soon("saved", async () => (await valueOf(stage, "limit")).own, before + 15);
  await screen.page
    .getByRole("region", { name: "Notices" })
    .getByRole("button", { name: "Undo" })
    .click();
  await screen.page.getByText("Put back.").waitFor();
  await tally.soon("undone", async () => (await valueOf(stage, "limit")).own, before);
  await row(screen, "limit").locator(`input[value="${before}"]`).waitFor();
  await quiet(screen, "saved and undone");
}

async function conflict(stage: Stage): Promise<void> {
  const mine = await open(stage, "/settings/limits");
  const theirs = await open(stage, "/settings/limits");
  const before = (await valueOf(stage, "limit")).own;
  await row(mine, "limit").getByRole("textbox").fill("7");
  await row(mine, "limit").getByRole("textbox").blur();
  await row(theirs, "limit").getByRole("textbox").fill("9");
  await row(theirs, "limit").getByRole("textbox").blur();
  await save(theirs).click();
  await theirs.page.getByText("1 setting saved.").waitFor();
  const choice = row(mine, "limit").getByRole("alert");
  await choice.waitFor();
  await tally.soon(
    "the second sees both values",
    () => choice.locator(".ek-settings-text").allInnerTexts(),
    ["9", "7"],
  );
  await choice.getByText("Sample Owner").first().waitFor(); // and whose: names come behind
  await tally.soon("and cannot save before choosing", () => save(mine).isDisabled(), true);
  tally.same("conflict: axe", await mine.axe(), []);
  await mine.shoot("settings-conflict");
  await choice.getByRole("button", { name: "Keep mine" }).click();
  await save(mine).click();
  await mine.page.getByText("1 setting saved.").waitFor();
  await tally.soon("mine is kept", async () => (await valueOf(stage, "limit")).own, 7);
  await row(theirs, "limit").locator('input[value="7"]').waitFor();
  await stage.owner.patch(
    "/settings/workspace",
    { set: { limit: before } },
    { headers: { "If-Match": "*" } },
  );
  await row(theirs, "limit").locator(`input[value="${before}"]`).waitFor();
  await quiet(mine, "conflict, mine");
  await quiet(theirs, "conflict, theirs");
}

async function inheritAndReturn(stage: Stage): Promise<void> {
  const path = "/teams/team_1/settings";
  const screen = await open(stage, "/settings/handover?team=team_1");
  const reopen = row(screen, "on_reopen");
  await reopen.getByText("From the workspace").waitFor();
  await tally.soon(
    "inherited",
    async () => (await valueOf(stage, "on_reopen", path)).own,
    "inherit",
  );
  await reopen.getByRole("button", { name: /Set for this team/ }).click();
  await reopen.getByText("To the team", { exact: true }).click();
  await save(screen).click();
  await screen.page.getByText("1 setting saved.").waitFor();
  await tally.soon(
    "the team's own",
    async () => {
      const { own, from } = await valueOf(stage, "on_reopen", path);
      return [own, from];
    },
    ["to_team", "team"],
  );
  await reopen.getByText("Set for this team").first().waitFor();
  await reopen.getByRole("button", { name: "Back to the workspace's" }).click();
  await save(screen).click();
  await screen.page.getByText("1 setting saved.").last().waitFor();
  await reopen.getByText("From the workspace").waitFor();
  await tally.soon("back", async () => (await valueOf(stage, "on_reopen", path)).own, "inherit");
  await quiet(screen, "inherit and return");
}

async function refusals(stage: Stage): Promise<void> {
  const screen = await open(stage, "/settings/limits");
  const limit = row(screen, "limit").getByRole("textbox");
  await limit.fill("2000");
  await limit.blur();
  await row(screen, "limit").getByText("Give a value from 0 to 1,000.").waitFor();
  await tally.soon("the field says so", () => limit.getAttribute("aria-invalid"), "true");
  const hours = row(screen, "fairness_min_hours").getByRole("textbox");
  await hours.fill("0");
  await hours.blur();
  await row(screen, "fairness_min_hours").getByText("Give a value from 1 to 200.").waitFor();
  await save(screen).click();
  await screen.page.getByText("2 values were refused; nothing was saved.").waitFor();
  tally.same("refused: axe", await screen.axe(), []);
  await screen.shoot("settings-refused");
  await screen.page.getByRole("button", { name: "Discard" }).click();
  await screen.page.goto("/settings/auto_away");
  const second = row(screen, "auto_reassign_after_ms");
  const number = second.getByRole("textbox");
  await number.fill("1");
  await number.blur();
  await second.locator(".ek-fault").first().waitFor();
  tally.is("a rule between two settings is told where it was broken", true);
  await screen.page.getByRole("button", { name: "Discard" }).click();
  await quiet(screen, "refusals");
}

async function ahead(stage: Stage): Promise<void> {
  const screen = await open(stage, "/settings/enough");
  const before = await valueOf(stage, "enough_allowed");
  await row(screen, "enough_allowed").locator("label").click();
  await screen.page.getByRole("button", { name: /From a later time/ }).click();
  const from = screen.page.getByRole("group", { name: "Holds from" });
  await from.getByRole("spinbutton").first().click();
  await screen.page.keyboard.type("010220310800am");
  await save(screen).click();
  await screen.page.getByText("1 setting will change then.").waitFor();
  await screen.page.getByRole("heading", { name: "Dated ahead" }).waitFor();
  await tally.soon(
    "nothing changes now",
    async () => (await valueOf(stage, "enough_allowed")).own,
    before.own,
  );
  const got = await stage.owner.get("/settings/workspace");
  tally.same("it is there for then", got.body.scheduled[0].set, { enough_allowed: !before.own });
  const zone = await screen.page.evaluate(async () => {
    const me = (await (await fetch("/api/v1/me")).json()) as { zone: string };
    return me.zone;
  });
  const then = new Date(String(got.body.scheduled[0].effective_at));
  tally.same(
    "at that time where the person is",
    then.toLocaleString("sv", { timeZone: zone, dateStyle: "short", timeStyle: "short" }),
    "2031-01-02 08:00",
  );
  await quiet(screen, "dated ahead");
}

async function found(stage: Stage): Promise<void> {
  const screen = await open(stage, "/settings/limits");
  await screen.page.getByRole("searchbox", { name: "Search all settings" }).fill("newcomer");
  await screen.page.getByRole("link", { name: "Newcomer's ramp" }).click();
  await row(screen, "ramp_steps").waitFor();
  await screen.page.getByRole("button", { name: "Add a step" }).click();
  await tally.soon(
    "a step is added",
    async () => (await row(screen, "ramp_steps").getByRole("group").count()) > 1,
    true,
  );
  await screen.page.getByRole("button", { name: "Discard" }).click();
  await quiet(screen, "found");
}

async function readOnly(stage: Stage): Promise<void> {
  const mina = await stage.browser.person({ name: "Mina", memberships: [{ team: "team_1" }] });
  const screen = await open(stage, "/settings/limits", mina);
  await row(screen, "limit").waitFor();
  await tally.soon("values are text", () => row(screen, "limit").getByRole("textbox").count(), 0);
  await row(screen, "limit").getByText("Managers can change this.").waitFor();
  const nav = await screen.page.locator(".ek-settings-nav a").allInnerTexts();
  tally.same(
    "what is not for them is not there",
    nav.filter((name) => ["Workspace", "Sign-in", "Webhooks"].includes(name)),
    [],
  );
  tally.same("read only: axe", await screen.axe(), []);
  await quiet(screen, "read only");
}

async function lists(stage: Stage): Promise<void> {
  const screen = await open(stage, "/settings/skills");
  await screen.page.getByLabel("New skill").fill("heraldry");
  await screen.page.getByRole("button", { name: "Add", exact: true }).click();
  await screen.page.getByRole("button", { name: "Rename: heraldry" }).click();
  await screen.page.locator("li form").getByRole("textbox").fill("vexillology");
  await screen.page.locator("li form").getByRole("button", { name: "Save" }).click();
  await screen.page.getByRole("button", { name: "Delete: vexillology" }).waitFor();
  const names = async () =>
    (await stage.owner.get("/skills")).body.data.map((each: any) => each.name);
  await tally.soon(
    "a skill was made and renamed",
    async () => (await names()).includes("vexillology") || (await names()),
    true,
  );

  await screen.page.goto("/settings/sla");
  await screen.page.getByRole("button", { name: "Add a calendar" }).click();
  await screen.page.getByLabel("Name").fill("Berlin days");
  const day = screen.page.getByRole("group", { name: "Date" });
  await day.getByRole("spinbutton").first().click();
  await screen.page.keyboard.type("12252031");
  await screen.page.getByRole("button", { name: "Add", exact: true }).click();
  tally.same("a calendar's form: axe", await screen.axe(), []);
  await screen.shoot("settings-calendar");
  await save(screen).click();
  await screen.page.getByText("Calendar saved.").waitFor();
  await tally.soon(
    "as it was filled in",
    async () => {
      const [calendar] = (await stage.owner.get("/calendars")).body.data;
      return [calendar?.name, calendar?.closed, calendar?.week.length];
    },
    ["Berlin days", ["2031-12-25"], 5],
  );
  await screen.page.getByRole("button", { name: "Edit: Billing" }).click();
  await screen.page.getByText(/open conversations? match/).waitFor();
  tally.same("an SLA policy's form: axe", await screen.axe(), []);
  await screen.shoot("settings-sla");
  await screen.page.getByRole("dialog").getByRole("button", { name: "Cancel" }).click();
  await quiet(screen, "lists");
}

async function teams(stage: Stage): Promise<void> {
  const screen = await open(stage, "/settings/teams");
  await screen.page.getByRole("button", { name: "Add a team" }).click();
  await screen.page.getByLabel("Name").fill("Returns");
  await screen.page.getByText(/^Manual:/).click();
  await save(screen).click();
  await screen.page.getByText("Team made: Returns").waitFor();
  const made = (await stage.owner.get("/teams?limit=100")).body.data.find(
    (team: any) => team.name === "Returns",
  );
  tally.same("a team, with its method", made?.method, "manual");
  await screen.page.getByRole("button", { name: "Delete: Returns" }).click();
  await screen.page.getByText("It has no open conversations.").waitFor();
  tally.same("deleting: axe", await screen.axe(), []);
  await screen.page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await screen.page.getByText(/^Returns deleted/).waitFor();
  await tally.soon("gone", async () => (await stage.owner.get(`/teams/${made.id}`)).status, 404);
  await quiet(screen, "teams");
}

async function secrets(stage: Stage): Promise<void> {
  const screen = await open(stage, "/settings/tokens");
  await screen.page.getByRole("button", { name: "New token" }).click();
  await screen.page.getByLabel("Name").fill("Nightly report");
  await screen.page.getByRole("button", { name: "Make the token" }).click();
  const secret = await screen.page.locator(".ek-settings-secret").innerText();
  tally.is("a token is shown once", secret.startsWith("evk_"), secret.slice(0, 4));
  await tally.soon(
    "and works",
    async () => (await stage.owner.as(secret).get("/teams")).status,
    200,
  );
  await screen.page.getByRole("button", { name: "I have kept it" }).click();
  await screen.page.getByRole("button", { name: "Revoke: Nightly report" }).click();
  await screen.page.getByText("Revoked: Nightly report").waitFor();
  await tally.soon(
    "and no more",
    async () => (await stage.owner.as(secret).get("/teams")).status,
    401,
  );
  await quiet(screen, "tokens");
}

async function preferences(stage: Stage): Promise<void> {
  const person = await stage.browser.person({ name: "Rosa", memberships: [{ team: "team_1" }] });
  const screen = await open(stage, "/settings/me", person);
  const { page } = screen;
  await page.getByLabel("Reply", { exact: true }).fill("n");
  await page.getByText("Another act has this letter.").first().waitFor();
  await page.getByLabel("Reply", { exact: true }).fill("y");
  await page.getByText("Saved.").first().waitFor();
  const read = () => page.evaluate(async () => (await fetch("/api/v1/me")).json());
  await tally.soon("a key of one's own", async () => (await read()).shortcuts, { r: "y" });
  await page.getByText("Single letters work outside text fields").click();
  await page.getByLabel("Reply", { exact: true }).waitFor({ state: "detached" });
  const letters = async () => (await read()).shortcuts.letters;
  await tally.until("or none at all", 30_000, async () => (await letters()) === "off");
  await page.getByRole("button", { name: /^English Language|^Language/ }).click();
  await page.getByRole("option", { name: "العربية" }).click();
  await page.getByRole("heading", { name: "الإعدادات" }).waitFor();
  await tally.soon(
    "another language loads the page in it",
    () => page.evaluate(() => [document.documentElement.lang, document.documentElement.dir]),
    ["ar", "rtl"],
  );
  await quiet(screen, "preferences");
}

async function looks(stage: Stage, as: Account): Promise<void> {
  const show = async (section: string, look: Parameters<typeof named>[0]): Promise<void> => {
    const screen = await stage.browser.open(`/settings/${section}`, { ...look, as });
    await screen.page.locator("#section").waitFor();
    await screen.page.waitForFunction(
      () => document.querySelector(".ek-settings-body [role=status]") === null,
    );
    tally.same(`${section} ${named(look)}: axe`, await screen.axe(), []);
    await screen.shoot(`settings-${section}-${named(look)}`);
    tally.same(`${section} ${named(look)}: quiet`, screen.faults(), []);
    await screen.close();
  };
  await each((look) => show("limits", look));
  const rest = SECTIONS.filter((section) => section !== "limits");
  for (const [at, section] of rest.entries()) {
    const language = (["ar", "ko", "en"] as const)[at % 3] ?? "en";
    await show(section, {
      language,
      theme: at % 2 === 0 ? "dark" : "light",
      width: at % 4 < 2 ? "wide" : "narrow",
    });
  }
}

await withBrowser(
  async (stage) => {
    await savedAndUndone(stage);
    await conflict(stage);
    await inheritAndReturn(stage);
    await refusals(stage);
    await ahead(stage);
    await found(stage);
    await lists(stage);
    await teams(stage);
    await secrets(stage);
    await looks(stage, stage.account);
    await readOnly(stage);
    await preferences(stage);
  },
  { with: "sample" },
);
tally.end();
