// web_connect_test -- as somebody new does it, with nothing but the screen to go by: from the first
// start along the list of what is left to a mailbox that mail comes in by, and to a line on one's
// own web site by which a visitor writes. What was wrong on the way is told in plain words. Prints
// how long it took; the product's own promise is five minutes.
import type { Page } from "playwright-core";

import { Screens, withBrowser, type Screen, type Stage } from "./browser.ts";
import { HostSite } from "./host_site.ts";
import { DOMAIN, missingForPostOffice, PASSWORD, PostOffice } from "./mail_office.ts";
import { MINA, PATIENCE_MS, SUPPORT, tally, until } from "./mail_scene.ts";

const WRITTEN = "Where is my parcel?";
const SAID = "Do you ship to Busan?";

const press = (page: Page, name: string | RegExp) =>
  page.getByRole("button", { name }).first().click();

/** The next thing on the list. */
async function next(page: Page, what: string): Promise<void> {
  await page.goto(new URL("/start/checklist", page.url()).href);
  await page.getByRole("link", { name: new RegExp(`${what}$`) }).click();
}

async function people(page: Page): Promise<void> {
  await page.getByText(/^By hand/).click();
  await page.getByLabel("Name of the team").fill("Harbour");
  await page.getByLabel("Name of person 1").fill("Jin");
  await page.getByLabel("E-mail of person 1").fill("jin@example.org");
  await press(page, "Invite them");
  await page.getByRole("button", { name: "Copy: Jin" }).waitFor();
  await press(page, "Continue");
  await page.getByRole("heading", { name: "A first look, about a minute" }).waitFor();
}

async function servers(page: Page, ports: readonly number[]): Promise<void> {
  for (const [i, name] of ["Incoming mail (IMAP)", "Outgoing mail (SMTP)"].entries()) {
    const fields = page.getByRole("group", { name });
    await fields.getByLabel("Server").fill("localhost");
    await fields.getByLabel("Port").fill(String(ports[i]));
    await fields.getByLabel("Port").blur();
  }
}

async function told(page: Page, words: RegExp): Promise<void> {
  await press(page, "Test the connection");
  const found = page.locator(".ek-mailbox-tried", { hasText: words }).first();
  await found.waitFor({ timeout: PATIENCE_MS });
  tally.is(`told: ${words.source}`, true);
}

/** A mailbox, with the two mistakes that everybody makes. */
async function mailbox(page: Page, office: PostOffice): Promise<void> {
  await next(page, "A mailbox, so that customers can write");
  await press(page, "Connect a mailbox");
  await page.getByLabel("Address that customers write to").fill(SUPPORT);
  await page.getByLabel("Password", { exact: true }).fill("not this one");
  await told(page, /there is no server of this name/);
  await servers(page, [office.imaps, office.smtp]);
  await told(page, /user name or password is not right/);
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await told(page, /Connected and signed in/);
  await press(page, /Team inbox/);
  await page.getByRole("option", { name: "Harbour" }).click();
  await press(page, /^Connect$/);
  await page.getByRole("heading", { name: SUPPORT }).waitFor();
  await page.locator(".ek-mailbox-way", { hasText: "Works" }).first().waitFor();
}

/** A line for the pages of the web site. */
async function widget(page: Page, host: HostSite): Promise<string> {
  await next(page, "A chat for your web site");
  await press(page, "Add a chat");
  await page.getByLabel("Name", { exact: true }).fill("Harbour Books");
  await press(page, /Who answers/);
  await page.getByRole("option", { name: "Harbour" }).click();
  await page.getByRole("textbox", { name: "Web sites" }).fill(host.at("localhost"));
  await press(page, "Make the chat");
  const tag = page.getByRole("region", { name: "Line for your pages" });
  await tag.waitFor();
  return (await tag.textContent()) ?? "";
}

/** On a page of another origin. */
async function visits(stage: Stage, host: HostSite): Promise<void> {
  const site = new Screens(stage.browser.chromium, host.at("localhost"), null);
  const screen = await site.open("/", { language: "en" });
  screen.forgive(new RegExp(`^elsewhere: \\w+ ${stage.server.url}/`));
  await screen.page.locator("evenkeel-chat button").press("Enter");
  const frame = screen.page.frameLocator("evenkeel-chat iframe");
  await frame.locator("textarea").fill(SAID);
  await frame.locator("textarea").press("Enter");
  await frame.locator('.part[data-by="contact"]').waitFor();
  tally.same("the web site: nothing is wrong", screen.faults(), []);
  await screen.close();
}

async function walk(stage: Stage, office: PostOffice, host: HostSite): Promise<void> {
  const screen: Screen = await stage.browser.open("/start", { as: stage.account, language: "en" });
  const { page } = screen;
  const begun = Date.now();
  await people(page);
  const from = Date.now();
  await mailbox(page, office);
  host.tag = await widget(page, host);
  const connected = Date.now();
  await office.send(
    MINA,
    [SUPPORT],
    `From: <${MINA}>\nTo: <${SUPPORT}>\nSubject: Parcel\nMessage-ID: <1@mina.test>\n\n${WRITTEN}\n`,
  );
  await visits(stage, host);
  const titles = async (): Promise<string[]> =>
    (await stage.owner.get("/conversations?sort=id")).body.data.map((row: any) => row.channels[0]);
  await until("both have come", async () => (await titles()).sort().join() === "chat,email");
  console.log(
    `connected after ${connected - from} ms, ${connected - begun} ms from the first start; ` +
      `both had come ${Date.now() - connected} ms later`,
  );
  await page.goto(new URL("/start/checklist", page.url()).href);
  for (const what of ["A mailbox, so that customers can write", "A chat for your web site"])
    await page.getByText(`${what} done`).waitFor();
  tally.same("the list: axe", await screen.axe(), []);
  tally.same("nothing is wrong", screen.faults(), []);
  await screen.close();
}

const missing = missingForPostOffice();
if (missing === undefined) {
  const office = new PostOffice(["support", "mina"]);
  const host = new HostSite();
  const env = { EVENKEEL_MAIL_AUTHORITIES_FILE: office.authorities, EVENKEEL_MAIL_POLL: "1" };
  try {
    await office.start();
    await host.start();
    await withBrowser(
      async (stage) => {
        host.server = stage.server.url;
        await walk(stage, office, host);
      },
      { env },
    );
  } finally {
    await host.stop();
    office.stop();
  }
  tally.end();
} else {
  console.log(`web_connect_test: left out, there is no ${missing} (${DOMAIN})`);
}
