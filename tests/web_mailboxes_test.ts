// web_mailboxes_test -- a mailbox is connected in the settings, told at each step what is wrong;
// then changed, paused and gone on with; mail that is held is looked at, let in or thrown away.
import type { Page } from "playwright-core";

import { lookRound, named, type Look, type Screen } from "./browser.ts";
import { meets } from "./conflict.ts";
import { BlockedPort, connectBox, FakeImap, FakeSmtp, letter } from "./mail_fakes.ts";
import { asSent, DOMAIN, PASSWORD } from "./mail_office.ts";
import {
  PATIENCE_MS,
  saved,
  SUPPORT,
  tally,
  talksOf,
  until,
  withMail,
  type Scene,
} from "./mail_scene.ts";
import { browser, OWNER } from "./server.ts";

interface ServerWords {
  readonly group: string;
  readonly host: string;
  readonly port: number;
}

async function fillServer(page: Page, { group, host, port }: ServerWords): Promise<void> {
  const fields = page.getByRole("group", { name: group });
  await fields.getByLabel("Server").fill(host);
  await fields.getByLabel("Port").fill(String(port));
  await fields.getByLabel("Port").blur();
}

async function tries(page: Page, says: RegExp, count = 2): Promise<void> {
  await page.getByRole("button", { name: "Test the connection" }).click();
  const found = page.locator(".ek-mailbox-tried", { hasText: says });
  await found.first().waitFor({ timeout: PATIENCE_MS });
  await tally.soon(`tried: ${says.source}`, () => found.count(), count);
}

const settings = (s: Scene, look: Partial<Look>): Promise<Screen> =>
  s.stage.browser.open("/settings/mailboxes", { ...look, as: s.stage.account });

/** From the address to a mailbox that goes, told at each step what is wrong. */
async function connect(s: Scene): Promise<void> {
  const screen = await settings(s, { language: "en", theme: "light" });
  const { page } = screen;
  await page.getByText("No mailbox is connected").waitFor();
  await page.getByRole("button", { name: "Connect a mailbox" }).click();
  await page.getByLabel("Address that customers write to").fill(SUPPORT);
  await page.getByLabel("Password", { exact: true }).fill("wrong");
  const incoming = { group: "Incoming mail (IMAP)", host: "localhost", port: s.office.imaps };
  const outgoing = { group: "Outgoing mail (SMTP)", host: "localhost", port: s.office.smtp };
  await tally.soon(
    "servers are proposed from the address",
    () => page.getByRole("group", { name: incoming.group }).getByLabel("Server").inputValue(),
    `imap.${DOMAIN}`,
  );
  await tries(page, /there is no server of this name/);
  await fillServer(page, { ...incoming, host: "127.0.0.1" });
  await fillServer(page, { ...outgoing, host: "127.0.0.1" });
  await tries(page, /the certificate is for another name/);
  await fillServer(page, { ...incoming, port: 1 });
  await fillServer(page, { ...outgoing, port: 1 });
  await tries(page, /nobody listens on this port/);
  const deaf = new BlockedPort();
  await deaf.start();
  await fillServer(page, { ...incoming, host: "127.0.0.1", port: deaf.port });
  await tries(page, /nothing answers on this port.*A firewall may stand between/s, 1);
  deaf.stop();
  await fillServer(page, incoming);
  await fillServer(page, outgoing);
  await tries(page, /user name or password is not right/);
  tally.same("what to do: axe", await screen.axe(), []);
  await screen.shoot("mailbox-wrong");
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await tries(page, /Connected and signed in/);
  await page.getByLabel("Name that customers see").fill("고객 지원");
  await page.getByRole("button", { name: /Team inbox/ }).click();
  await page.getByRole("option", { name: "Support" }).click();
  await screen.shoot("mailbox-connect");
  await page.getByRole("button", { name: "Connect", exact: true }).click();
  await page.getByRole("heading", { name: SUPPORT }).waitFor();
  const works = page.locator(".ek-mailbox-way", { hasText: "Works" }).first();
  await works.waitFor({ timeout: PATIENCE_MS });
  tally.same("no faults while connecting", screen.faults(), []);
  await screen.close();
}

async function changes({ page }: Screen): Promise<void> {
  await page.getByRole("button", { name: /^Edit/ }).click();
  await page.getByLabel("Signature below each reply").fill("{name}\n고객 지원팀");
  await tries(page, /Connected and signed in/);
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByText(`Changed: ${SUPPORT}`).waitFor();
  await page.getByRole("button", { name: /^Pause/ }).click();
  await page.getByText("Paused", { exact: true }).waitFor();
  await page.getByRole("button", { name: /^Go on/ }).click();
  await page.locator(".ek-mailbox-way", { hasText: "Works" }).first().waitFor();
}

/** Mail that says that it is from the mailbox itself is held, looked at, let in or thrown away. */
async function holds(s: Scene): Promise<void> {
  for (const subject of ["Around once", "Around twice"])
    await s.office.send(
      SUPPORT,
      [SUPPORT],
      `From: <${SUPPORT}>\nTo: <${SUPPORT}>\nSubject: ${subject}\n\nround\n`,
    );
  const screen = await settings(s, { language: "en", theme: "light" });
  const { page } = screen;
  await page.getByText("2 mails are held").waitFor({ timeout: PATIENCE_MS });
  await page.getByText("Around once").first().waitFor({ timeout: PATIENCE_MS });
  await page.getByText("Around twice").first().waitFor({ timeout: PATIENCE_MS });
  await page.getByRole("button", { name: "Look at it: Around once" }).click();
  await page.locator(".ek-mailbox-source", { hasText: "Return-Path" }).waitFor();
  const lies = s.office.messages("support").find((mail) => mail.includes("Around once")) ?? "";
  const press = page.getByRole("button", { name: "Save the mail as it came" });
  tally.same("saved as it lies in the box", await saved(page, press), asSent(lies));
  tally.same("a held mail: axe", await screen.axe(), []);
  await screen.shoot("mailbox-source");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Delete: Around once" }).click();
  await page.getByRole("button", { name: "Delete", exact: true }).click();
  await page.getByText("Deleted with its source").waitFor();
  await changes(screen);
  await conflict(s);
  await looksOfSettings(s);
  await page.getByRole("button", { name: "Make a conversation: Around twice" }).click();
  await page.getByText("Nothing is held").waitFor();
  await until("it is a conversation", async () =>
    (await talksOf(s.jin)).some((talk) => talk.title === "Around twice"),
  );
  tally.same("no faults while looking", screen.faults(), []);
  await screen.close();
}

/** Two people change the same mailbox: what differs, whose it is, and the second one chooses. */
async function conflict(s: Scene): Promise<void> {
  const { owner, server } = s.stage;
  const client = owner.as(null);
  const headers = { ...browser(server.cookie), "If-Match": "*" };
  const { id } = (await client.get("/mailboxes", { headers })).body.data[0];
  const put = (body: object) => client.patch(`/mailboxes/${id}`, body, { headers });
  const edited = async (look: Partial<Look>, name: string, theirs: string): Promise<Screen> => {
    const screen = await settings(s, look);
    await screen.page.locator(".ek-panel .ek-row button").first().click();
    const form = screen.page.locator(".ek-mailbox-form");
    await form.locator("fieldset").last().getByRole("textbox").first().fill(name);
    tally.same("somebody else changes it", (await put({ name: theirs })).status, 200);
    return screen;
  };
  const screen = await edited({ language: "en", theme: "light" }, "Mine", "Theirs");
  const both = await meets(tally, screen, { theirs: "Theirs", mine: "Mine", save: "Save" });
  // Whose it is comes behind, out of the audit log.
  await tally.soon(
    "and who it was",
    async () => (await both.innerText()).includes(OWNER.name) || (await both.innerText()),
    true,
  );
  const text = await both.innerText();
  tally.is("nothing that is the same", !text.includes("Signature"), text);
  await both.getByRole("button", { name: "Keep mine" }).click();
  await screen.page.locator(".ek-mailbox-form").waitFor({ state: "detached" });
  await tally.soon(
    "mine after all",
    async () => (await client.get(`/mailboxes/${id}`, { headers })).body.name,
    "Mine",
  );
  tally.same("412: no faults", screen.faults(), []);
  await screen.close();
  // What somebody else did beside the form is no conflict.
  const calm = await edited({ language: "en", theme: "light" }, "고객 지원", "Mine");
  await put({ active: true });
  calm.forgive(/412/);
  await calm.page.getByRole("button", { name: "Save", exact: true }).click();
  await calm.page.getByText(`Changed: ${SUPPORT}`).waitFor();
  await calm.close();
  for (const [language, theme, width] of CONFLICT_LOOKS) {
    const save = { ko: "저장", ar: "حفظ" }[language];
    const shot = `mailbox-conflict-${named({ language, theme, width })}`;
    const looked = await edited({ language, theme, width }, "내 이름 اسمي", `${language}${theme}`);
    const words = { theirs: `${language}${theme}`, mine: "내 이름 اسمي", save, shot };
    await meets(tally, looked, words);
    await looked.close();
  }
  await put({ name: "고객 지원" });
}

const CONFLICT_LOOKS = [
  ["ko", "light", "wide"],
  ["ko", "dark", "narrow"],
  ["ar", "dark", "wide"],
  ["ar", "light", "narrow"],
] as const;

async function looksOfSettings(s: Scene): Promise<void> {
  const go = async (page: Page): Promise<void> => {
    await page.locator(".ek-mailbox-way").first().waitFor();
  };
  const edit = async (page: Page): Promise<void> => {
    await page.locator(".ek-panel .ek-row button").first().click();
    await page.locator(".ek-mailbox-form").waitFor();
  };
  await lookRound(tally, (look) => settings(s, look), [
    { says: "mailboxes", shot: "mailboxes", go },
    { says: "a mailbox being changed", shot: "mailbox-form", go: edit },
  ]);
}

/** What its server has and does not give is told with what that said, and fetched once more. */
async function notFetched(s: Scene): Promise<void> {
  const imap = new FakeImap();
  const smtp = new FakeSmtp();
  await imap.start();
  await smtp.start();
  try {
    imap.ill.set(1, "no");
    imap.messages.push({ uid: 1, text: letter("kept-back", "Kept back") });
    const { server, owner } = s.stage;
    const address = `second@${DOMAIN}`;
    const made = await connectBox(server, owner, { imap, smtp, team: s.team, address });
    tally.same("a second mailbox", made.status, 201);
    const screen = await settings(s, { language: "en", theme: "light" });
    const { page } = screen;
    const row = page.locator(".ek-settings-item", { hasText: "A mail that was not fetched" });
    await row.waitFor({ timeout: 3 * PATIENCE_MS });
    await tally.soon(
      "why, and what its server said",
      async () => {
        const told = await row.innerText();
        const why = told.includes("Its server has it, and did not give it at three tries.");
        return (why && told.includes("NO the disk of this message is away")) || told;
      },
      true,
    );
    await tally.soon("there is nothing to look at", () => row.getByText("Look at it").count(), 0);
    tally.same("one not fetched: axe", await screen.axe(), []);
    imap.ill.clear();
    await row.getByRole("button", { name: /^Fetch it again/ }).click();
    await page.getByText("It is fetched again.").waitFor();
    await until("then it is a conversation", async () =>
      (await talksOf(s.jin)).some((talk) => talk.title === "Kept back"),
    );
    await page.getByText("Nothing is held").waitFor({ timeout: PATIENCE_MS });
    tally.same("no faults while looking", screen.faults(), []);
    await screen.close();
  } finally {
    imap.stop();
    smtp.stop();
  }
}

await withMail("web_mailboxes_test", async (s) => {
  await connect(s);
  await holds(s);
  await notFetched(s);
});
