// web_sign_in_test -- what a guest sees: the first run from an empty directory, signing in, a wrong
// password, too many tries, the second factor, an invitation, a new password; in each language,
// theme and width.
import { createHmac } from "node:crypto";

import {
  each,
  named,
  withBrowser,
  withFirstRun,
  type Screen,
  type Screens,
  type Stage,
} from "./browser.ts";
import { Tally } from "./program.ts";
import { browser as pageHeaders, OWNER, type Server } from "./server.ts";

const tally = new Tally();
const REFUSED = /status of (401|403|409|422|429)/; // the console's word about an answer on purpose
const EMAIL = "E-mail address";

/** RFC 6238 with SHA-1, six digits, 30 seconds, as every app has it. */
function totp(secret: string, at = Date.now()): string {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const bits = [...secret].map((letter) => alphabet.indexOf(letter).toString(2).padStart(5, "0"));
  const bytes = bits.join("").match(/.{8}/g) ?? [];
  const key = Buffer.from(bytes.map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(at / 30_000)));
  const mac = createHmac("sha1", key).update(counter).digest();
  const from = (mac[mac.length - 1] ?? 0) & 15;
  return String((mac.readUInt32BE(from) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

async function quiet(screen: Screen, what: string): Promise<void> {
  screen.forgive(REFUSED);
  tally.same(`${what}: nothing is wrong`, screen.faults(), []);
}

async function fillSignIn({ page }: Screen, email: string, password: string): Promise<void> {
  await page.getByLabel(EMAIL).fill(email);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.keyboard.press("Enter");
}

// ---- the first run

async function firstRun(server: Server, browser: Screens): Promise<void> {
  await each(
    async (look) => {
      const screen = await browser.open("/", look);
      await screen.page.waitForURL("**/start");
      await screen.page.locator("h1").waitFor();
      tally.same(`first run ${named(look)}: axe`, await screen.axe(), []);
      await screen.shoot(`start-first-${named(look)}`);
      await quiet(screen, `first run ${named(look)}`);
      await screen.close();
    },
    { themes: ["light"], widths: ["narrow"] },
  );
  const screen = await browser.open("/");
  const { page } = screen;
  await page.getByLabel("One-time code").fill("not-the-code");
  await page.getByLabel(/Name of your workspace/).fill("Harbour");
  await page.getByLabel("Your name").fill(OWNER.name);
  await page.getByLabel(EMAIL).fill(OWNER.email);
  await page.getByLabel("Password", { exact: true }).fill("short");
  const submit = page.getByRole("button", { name: "Become the owner" });
  await submit.click();
  await page.getByText(/too short/).waitFor();
  await tally.soon(
    "what is refused is said beside its field",
    () => page.getByLabel("Password", { exact: true }).getAttribute("aria-invalid"),
    "true",
  );
  await page.getByLabel("Password", { exact: true }).fill(OWNER.password);
  await submit.click();
  await page.getByText("That code is not right.").waitFor();
  const code = page.getByLabel("One-time code");
  await tally.soon(
    "a wrong code is said beside its field, which has the focus",
    async () => [
      await code.getAttribute("aria-invalid"),
      await code.evaluate((field) => field === document.activeElement),
    ],
    ["true", true],
  );
  await code.fill(server.code);
  // The language may be changed while it is filled in: what was typed stays.
  await page.getByRole("button", { name: "한국어" }).click();
  await page.getByRole("heading", { name: "Evenkeel 시작하기" }).waitFor();
  await tally.soon(
    "what was typed stays",
    () => page.getByLabel("이름", { exact: true }).inputValue(),
    OWNER.name,
  );
  await page.getByRole("button", { name: "English" }).click();
  await submit.click();
  await page.getByRole("heading", { name: "Welcome", exact: true }).waitFor();
  const me = await page.evaluate(async () => (await fetch("/api/v1/me")).json());
  tally.same(
    "the owner has every role",
    [me.name, me.email, me.roles, me.language],
    [OWNER.name, OWNER.email, ["teammate", "lead", "manager", "admin"], "en"],
  );
  tally.same(
    "and the browser's zone",
    me.zone,
    await page.evaluate(() => Intl.DateTimeFormat().resolvedOptions().timeZone),
  );
  const setup = await page.evaluate(async () => (await fetch("/api/v1/setup")).json());
  tally.same("the page is closed for good", setup.open, false);
  await quiet(screen, "first run");
  await screen.close();
}

// ---- signing in

async function looks(stage: Stage): Promise<void> {
  await each(async (look) => {
    const screen = await stage.browser.open("/queue", look);
    await screen.page.locator("h1").waitFor();
    tally.same(`sign-in ${named(look)}: axe`, await screen.axe(), []);
    await tally.soon(
      `sign-in ${named(look)}: direction`,
      () => screen.page.evaluate(() => document.documentElement.dir),
      look.language === "ar" ? "rtl" : "ltr",
    );
    await screen.shoot(`sign-in-${named(look)}`);
    await quiet(screen, `sign-in ${named(look)}`);
    await screen.close();
  });
}

async function signingIn(stage: Stage): Promise<void> {
  const screen = await stage.browser.open("/settings/limits?at=limit");
  const { page } = screen;
  const email = page.getByLabel(EMAIL);
  await tally.soon(
    "password managers know the fields",
    async () => [
      await email.getAttribute("autocomplete"),
      await page.getByLabel("Password", { exact: true }).getAttribute("autocomplete"),
    ],
    ["username", "current-password"],
  );
  await tally.soon(
    "one can type at once",
    () => email.evaluate((e) => e === document.activeElement),
    true,
  );
  await fillSignIn(screen, stage.account.email, "not the password at all");
  await page.getByRole("alert").getByText("Address or password are not right.").waitFor();
  await tally.soon("what was typed stays", () => email.inputValue(), stage.account.email);
  await page.getByLabel("Password", { exact: true }).fill(stage.account.password);
  await page.getByText("Show the password").click();
  await tally.soon(
    "and can be looked at",
    () => page.getByLabel("Password", { exact: true }).inputValue(),
    stage.account.password,
  );
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("heading", { name: "Settings", level: 1 }).waitFor();
  await tally.soon(
    "one comes to where one wanted to go",
    async () => new URL(page.url()).pathname,
    "/settings/limits",
  );
  await quiet(screen, "signing in");
  await screen.close();
}

async function throttled(stage: Stage): Promise<void> {
  const screen = await stage.browser.open("/");
  const { page } = screen;
  const words = page.getByRole("alert").getByText(/Too many tries/);
  for (let turn = 0; turn < 12 && !(await words.isVisible()); turn++) {
    const answered = page.waitForResponse("**/api/v1/sign-in");
    await fillSignIn(screen, "nobody@example.org", `guess number ${turn} of many`);
    await answered;
    await page.getByRole("button", { name: "Sign in", disabled: false }).waitFor();
  }
  await tally.soon("too many tries are told in words", () => words.isVisible(), true);
  await quiet(screen, "throttled");
  await screen.close();
}

// ---- links

async function linkOf(stage: Stage, path: string, body: unknown): Promise<[string, string]> {
  const nobody = stage.owner.as(null);
  const made = await nobody.post(path, body, { headers: pageHeaders(stage.server.cookie) });
  tally.same(`POST ${path}`, made.status, 201);
  const link = new URL(String(made.body.link ?? made.body.invite.link));
  return [link.pathname + link.hash, String(made.body.id ?? made.body.teammate)];
}

async function invitation(stage: Stage): Promise<string> {
  const email = "nadia@example.org";
  const memberships = [{ team: "team_1" }];
  const [link, id] = await linkOf(stage, "/teammates", { name: "Nadia", email, memberships });
  await each(
    async (look) => {
      const screen = await stage.browser.open(link, look);
      await screen.page.locator("h1").waitFor();
      tally.same(`invitation ${named(look)}: axe`, await screen.axe(), []);
      await screen.shoot(`join-${named(look)}`);
      await quiet(screen, `invitation ${named(look)}`);
      await screen.close();
    },
    { languages: ["ko", "ar"], themes: ["dark"], widths: ["wide"] },
  );
  const screen = await stage.browser.open(link);
  const { page } = screen;
  await page.getByRole("heading", { name: "Welcome to the team" }).waitFor();
  await tally.soon(
    "the secret is not left in the address",
    async () => new URL(page.url()).hash,
    "",
  );
  await page.getByLabel("New password").fill("quiet rivers run deep");
  await page.getByLabel(/Your name/).fill("Nadia Hassan");
  await page.getByRole("button", { name: "Come in" }).click();
  await page.getByRole("heading", { name: "Welcome to your team" }).waitFor();
  const me = await page.evaluate(async () => (await fetch("/api/v1/me")).json());
  tally.same(
    "one is who was invited, with the name one gave",
    [me.id, me.name],
    [id, "Nadia Hassan"],
  );
  await quiet(screen, "invitation");
  await screen.close();
  const again = await stage.browser.open(link);
  await again.page.getByLabel("New password").fill("quiet rivers run deep");
  await again.page.getByRole("button", { name: "Come in" }).click();
  await again.page
    .getByRole("alert")
    .getByText(/This link is not good any more/)
    .waitFor();
  await quiet(again, "a used link");
  await again.close();
  return id;
}

async function reset(stage: Stage, id: string): Promise<void> {
  const [link] = await linkOf(stage, "/password-resets", { teammate: id });
  const screen = await stage.browser.open(link);
  const { page } = screen;
  await page.getByLabel("New password").fill("too short");
  await page.getByRole("button", { name: "Save the password" }).click();
  await page.getByText("This is too short.").waitFor();
  await page.getByLabel("New password").fill("still water keeps the moon");
  await page.getByRole("button", { name: "Save the password" }).click();
  await page.getByRole("heading", { name: "Your password is changed" }).waitFor();
  tally.same("reset: axe", await screen.axe(), []);
  await page.getByRole("link", { name: "Sign in" }).click();
  await fillSignIn(screen, "nadia@example.org", "still water keeps the moon");
  await page.locator("nav.ek-nav").waitFor();
  await quiet(screen, "reset");
  await screen.close();
}

// ---- forgotten: asked for by mail, where mail goes out

async function setMail(stage: Stage): Promise<void> {
  const { owner, server } = stage;
  const admin = { headers: pageHeaders(server.cookie) };
  const way = { host: "127.0.0.1", user: "u", password: "p", port: 9, tls: "tls" };
  const box = { address: "support@example.org", imap: way, smtp: way };
  const made = await owner.as(null).post("/mailboxes", box, admin);
  const match = { headers: { ...admin.headers, "If-Match": "*" } };
  const set = { notice_mailbox: made.body?.id };
  const got = await owner.as(null).patch("/settings/server", set, match);
  tally.is("mail goes out", got.status === 200, `${made.text} ${got.text}`);
}

async function forgotten(stage: Stage): Promise<void> {
  const before = await stage.browser.open("/");
  await before.page.getByText(/An administrator of your team can give you a link/).waitFor();
  await tally.soon(
    "no mail goes out: it is not offered",
    async () => (await before.page.getByRole("button", { name: /Forgotten/ }).count()) === 0,
    true,
  );
  await before.close();
  await setMail(stage);
  const screen = await stage.browser.open("/");
  const { page } = screen;
  await page.getByLabel("E-mail address").fill("who@example.org");
  await page.getByRole("button", { name: "Forgotten your password?" }).press("Enter");
  await page.getByRole("heading", { name: "A link for a new password" }).waitFor();
  tally.same("forgotten: axe", await screen.axe(), []);
  await tally.soon(
    "what was typed is there",
    () => page.getByLabel("E-mail address").inputValue(),
    "who@example.org",
  );
  await page.getByRole("button", { name: "Send the link" }).click();
  await page.getByRole("heading", { name: "Look into your mail" }).waitFor();
  await page.getByText("who@example.org").waitFor();
  tally.same("asked: axe", await screen.axe(), []);
  await screen.shoot("sign-in-asked");
  await page.getByRole("button", { name: "Back to signing in" }).click();
  for (let turn = 0; turn < 3; turn++) {
    await page.getByRole("button", { name: "Forgotten your password?" }).click();
    await page.getByRole("button", { name: "Send the link" }).click();
    const asked = page.getByRole("heading", { name: "Look into your mail" });
    const refused = page.getByText(/asked for several times/);
    await asked.or(refused).waitFor();
    await tally.soon(
      `asked ${turn + 2} times`,
      async () => (await refused.count()) === (turn === 2 ? 1 : 0),
      true,
    );
    if (turn < 2) await page.getByRole("button", { name: "Back to signing in" }).click();
  }
  screen.forgive(/status of 429/);
  await quiet(screen, "forgotten");
  await screen.close();
}

// ---- the second factor, set up and used

async function secondFactor(stage: Stage): Promise<void> {
  const person = await stage.browser.person({ name: "Farid", memberships: [{ team: "team_1" }] });
  const first = await stage.browser.open("/settings/me", { as: person });
  const { page } = first;
  await page.getByRole("button", { name: "Set up a second factor" }).click();
  await page.getByRole("dialog").waitFor();
  const asked = page.getByRole("heading", { name: "Is it you?" });
  const shown = page.locator("code.ek-settings-secret");
  await asked.or(shown).first().waitFor();
  if (await asked.isVisible()) {
    await page.getByLabel("Your password").fill(person.password);
    await page.getByRole("button", { name: "Go on" }).click();
  }
  await page.getByRole("img", { name: /key as a picture/ }).waitFor();
  const secret = (await shown.innerText()).replace(/\s/g, "");
  tally.same("second factor: axe", await first.axe(), []);
  await first.shoot("second-factor");
  await page.getByLabel("Code from your app").fill("000000");
  await page.getByRole("button", { name: "Switch it on" }).click();
  await page.getByText(/That code is not right/).waitFor();
  await page.getByLabel("Code from your app").fill(totp(secret));
  await page.getByRole("button", { name: "Switch it on" }).click();
  const codes = page.locator(".ek-settings-codes li");
  await codes.first().waitFor();
  await tally.soon("ten recovery codes", () => codes.count(), 10);
  const recovery = await codes.first().innerText();
  await page.getByRole("button", { name: "I have kept them" }).click();
  await page.getByText("You have a second factor.").waitFor();
  await quiet(first, "second factor set up");
  await first.close();

  const screen = await stage.browser.open("/me");
  await fillSignIn(screen, person.email, person.password);
  await screen.page.getByRole("heading", { name: "Second factor" }).waitFor();
  tally.same("asked for a second factor: axe", await screen.axe(), []);
  await screen.page.getByLabel("Code from your app").fill("123456");
  await screen.page.keyboard.press("Enter");
  await screen.page.getByText(/That code is not right/).waitFor();
  await tally.soon(
    "a wrong code is said beside its field",
    () => screen.page.getByLabel("Code from your app").getAttribute("aria-invalid"),
    "true",
  );
  await screen.page.getByRole("button", { name: "Use a recovery code" }).click();
  await screen.page.getByLabel("Recovery code").fill(recovery);
  await screen.page.keyboard.press("Enter");
  await screen.page.locator("nav.ek-nav").waitFor();
  await tally.soon(
    "a recovery code lets in",
    async () => new URL(screen.page.url()).pathname,
    "/me",
  );
  await quiet(screen, "second factor");
  await screen.close();
}

await withFirstRun(firstRun);
await withBrowser(async (stage) => {
  tally.same("a team", (await stage.owner.post("/teams", { name: "Harbour" })).body.id, "team_1");
  await looks(stage);
  await signingIn(stage);
  const id = await invitation(stage);
  await reset(stage, id);
  await secondFactor(stage);
  await forgotten(stage);
  await throttled(stage);
});
tally.end();
