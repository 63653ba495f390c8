// web_begin_test -- what a teammate writes first goes to whom it was written for: a mail that is
// held and a draft are nobody else's; ready answers come in the contact's language, and take
// nothing away that is typed meanwhile. With servers of mail of the test's own.
import type { Locator, Page } from "playwright-core";

import type { Screen } from "./browser.ts";
import { account, ok } from "./inbox_scene.ts";
import { DOMAIN } from "./mail_office.ts";
import { connectByProgram, tally, until, withMail, type Scene } from "./mail_scene.ts";

/** A contact who wrote to the team, so that it is near to whoever serves it. */
async function contact(s: Scene, who: object, text = "Where is my parcel?"): Promise<string> {
  const { id } = await ok(s.stage.owner, "POST", "/contacts", who);
  const body = { contact: id, team: s.team, title: text, text, channel: "email" };
  await ok(s.stage.owner, "POST", "/conversations", { ...body, teammate: s.jin.id });
  return id as string;
}

async function open(s: Scene, path: string, hold = 0): Promise<Screen> {
  const look = { language: "en", theme: "light", as: account(s.jin) } as const;
  const screen = await s.stage.browser.open(path, look);
  await screen.page.evaluate(
    ([id, kept]) => localStorage.setItem(`ek.writing.${id}`, kept as string),
    [s.jin.id, JSON.stringify({ hold })],
  );
  await screen.page.reload();
  return screen;
}

const dialogOf = (page: Page): Locator => page.getByRole("dialog", { name: "New message" });

async function quiet(screen: Screen, what: string): Promise<void> {
  tally.same(`${what}: nothing is wrong`, screen.faults(), []);
  await screen.close();
}

/** From where that contact is looked at. */
async function writeToThem(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Show personal data" }).click();
  await page.getByRole("link", { name: "Write a mail" }).click();
}

// ---- to whom

async function writeToAda(page: Page): Promise<void> {
  await page.getByRole("link", { name: "Inbox", exact: true }).click();
  await page.getByRole("button", { name: "New message", exact: true }).click();
  const dialog = dialogOf(page);
  await dialog.getByLabel("To", { exact: true }).fill("Ada Quill");
  await dialog.getByRole("list", { name: "Contacts found" }).getByRole("button").click();
  await dialog.getByLabel("Subject").fill("For Ada alone");
  await dialog.getByLabel("Message", { exact: true }).fill("What only Ada may read.");
}

/** While a mail to Ada is held there is no way to it but Undo. */
async function held(page: Page): Promise<void> {
  const dialog = dialogOf(page);
  const way = page.getByText("A mail is on its way.");
  await dialog.getByRole("button", { name: "Send", exact: true }).click();
  await dialog.waitFor({ state: "hidden" });
  await page.getByRole("heading", { name: "Inbox" }).first().focus();
  await page.keyboard.press("c");
  await way.first().waitFor();
  await tally.soon("held: no key opens it", () => dialog.count(), 0);
  await page.goBack();
  await writeToThem(page);
  await until("held: nor does another contact", async () => (await way.count()) === 2);
  await tally.soon("nobody else's mail is open", () => page.getByRole("dialog").count(), 0);
  await page.getByRole("button", { name: "Undo" }).last().click();
  await dialog.getByRole("button", { name: /^Somebody else than A/ }).waitFor();
  await tally.soon(
    "taken back, it is Ada's still",
    () => dialog.getByLabel("Subject").inputValue(),
    "For Ada alone",
  );
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "hidden" });
}

/** A draft to Ada, and somebody wants to write to Ben. */
async function asked(page: Page, path: string): Promise<void> {
  const dialog = dialogOf(page);
  const question = page.getByRole("dialog", { name: /^There is a draft to A/ });
  const again = async (): Promise<void> => {
    await page.goto(path);
    await writeToThem(page);
    await question.waitFor();
  };
  await again();
  await page.keyboard.press("Escape");
  await question.waitFor({ state: "hidden" });
  await tally.soon("left, nothing is open", () => page.getByRole("dialog").count(), 0);
  await again();
  await question.getByRole("button", { name: "Continue the draft" }).click();
  await dialog.getByRole("button", { name: /^Somebody else than A/ }).waitFor();
  await tally.soon(
    "continued, it says what it said",
    () => dialog.getByLabel("Message", { exact: true }).inputValue(),
    "What only Ada may read.",
  );
  await again();
  await question.getByRole("button", { name: /^Discard it and write to B/ }).click();
  await dialog.getByRole("button", { name: /^Somebody else than B/ }).waitFor();
  await tally.soon(
    "begun anew, nothing of it is there",
    async () => [
      await dialog.getByLabel("Subject").inputValue(),
      await dialog.getByLabel("Message", { exact: true }).inputValue(),
    ],
    ["", ""],
  );
  await page.goto(path);
  await writeToThem(page);
  await dialog.getByRole("button", { name: /^Somebody else than B/ }).waitFor();
  await tally.soon("to whom it is for nothing is asked", () => question.count(), 0);
}

async function whom(s: Scene): Promise<void> {
  await contact(s, { name: "Ada Quill", email: `mina@${DOMAIN}` });
  const ben = await contact(s, { name: "Ben Ross", email: `copy@${DOMAIN}` });
  const path = `/contacts/${ben}`;
  const screen = await open(s, path, 30);
  const { page } = screen;
  await writeToAda(page);
  await held(page);
  await asked(page, path);
  tally.same("nobody got anything", s.office.messages("mina").length, 0);
  await quiet(screen, "to whom");
}

// ---- ready answers

const MANY = 205; // more than a page of the API has

async function readyOnes(s: Scene): Promise<void> {
  const write = (title: string, texts: object) =>
    ok(s.jin.client, "POST", "/ready-answers", { title, scope: "own", texts });
  for (let i = 0; i < MANY; i++) await write(`Answer ${i}`, { en: `${i}` });
  await write("Zebra", { en: "In English, {{teammate.name}}", ko: "한국어로, {{teammate.name}}" });
  const { id } = await write("Zebra of old", { en: "Not to be said any more." });
  const tag = { headers: { "If-Match": "*" } };
  const put = await s.jin.client.patch(`/ready-answers/${id}`, { archived: true }, tag);
  tally.same("one is put away", put.status, 200);
}

/** By the keys: a list that is found while one types moves under the pointer. */
async function choose(page: Page, words: string): Promise<void> {
  const field = dialogOf(page).getByLabel("Ready answer");
  const found = page.getByRole("option");
  await field.fill(words);
  await page.getByRole("option", { name: "Zebra", exact: true }).waitFor();
  await until(`${words}: one is found`, async () => (await found.count()) === 1);
  await field.press("ArrowDown");
  await page.locator('[role="option"][data-focused]').waitFor();
  await field.press("Enter");
}

/** The last of many by its title is found; what is put away is not. */
async function found(page: Page): Promise<void> {
  const field = dialogOf(page).getByLabel("Ready answer");
  await field.fill("zebra");
  await page.getByRole("option", { name: "Zebra", exact: true }).waitFor();
  await until("typing narrows", async () => (await page.getByRole("option").count()) === 1);
  await field.fill("of old");
  await page.getByText("No ready answer has these words.").waitFor();
  await field.fill("Zebra");
  await until("and finds again", async () => (await page.getByRole("option").count()) === 1);
}

/** The server takes its time over a template, and one writes on. */
async function typedMeanwhile(page: Page): Promise<void> {
  const text = dialogOf(page).getByLabel("Message", { exact: true });
  const path = "**/api/v1/ready-answers/preview";
  let answer = () => {};
  const slow = new Promise<void>((resolve) => (answer = resolve));
  await page.route(path, async (route) => {
    await slow;
    await route.continue();
  });
  await text.fill("Dear all,");
  const isAsked = page.waitForRequest(path);
  await choose(page, "Zebra");
  await isAsked;
  await text.fill("Dear all, the parcel is here.");
  answer();
  await until("it stands below what was typed until then", async () => {
    const said = await text.inputValue();
    return said === "Dear all, the parcel is here.\n\nIn English, Jin Seo";
  });
  await page.unroute(path);
}

async function templates(s: Scene): Promise<void> {
  await readyOnes(s);
  const korean = await contact(s, { name: "Han Bora", language: "ko-KR" }, "Hello?");
  const writer = await contact(s, { name: "Sim Dana" }, "주문한 상품이 아직 도착하지 않았습니다.");
  const screen = await open(s, "/inbox/mine");
  const { page } = screen;
  await page.getByRole("button", { name: "New message", exact: true }).click();
  await found(page);
  await typedMeanwhile(page);
  for (const [what, id] of [
    ["whose language is known", korean],
    ["as they wrote last", writer],
  ] as const) {
    await page.evaluate((name) => localStorage.removeItem(name), `ek.begin.${s.jin.id}`);
    await page.goto(`/inbox/mine?to=${id}`);
    const text = dialogOf(page).getByLabel("Message", { exact: true });
    await text.waitFor();
    await choose(page, "Zebra");
    await until(what, async () => (await text.inputValue()) === "한국어로, Jin Seo");
  }
  await quiet(screen, "templates");
}

// ---- by which address

/** Known on the channel alone: a mail goes there all the same. */
async function byChannel(s: Scene): Promise<void> {
  const id = await contact(s, { name: "Cho Rin" });
  s.office.welcome("cho");
  const address = { channel: "email", address: `cho@${DOMAIN}` };
  await ok(s.stage.owner, "POST", `/contacts/${id}/identities`, address);
  const nobody = await contact(s, { name: "Dee Vale" });
  const screen = await open(s, `/contacts/${id}`);
  const { page } = screen;
  const before = s.office.messages("cho").length;
  await writeToThem(page);
  const dialog = dialogOf(page);
  await dialog.getByRole("button", { name: /^Somebody else than C/ }).waitFor();
  await dialog.getByLabel("Subject").fill("By channel");
  await dialog.getByLabel("Message", { exact: true }).fill("It goes there.");
  await dialog.getByRole("button", { name: "Send", exact: true }).click();
  await until("it arrives", () => Promise.resolve(s.office.messages("cho").length > before));
  await page.goto(`/contacts/${nobody}`);
  await page.getByRole("button", { name: "Show personal data" }).click();
  await page.getByRole("button", { name: "Edit", exact: true }).waitFor();
  const way = page.getByRole("link", { name: "Write a mail" });
  await tally.soon("to whom has no address there is none", () => way.count(), 0);
  await quiet(screen, "by channel");
}

await withMail("web_begin_test", async (s) => {
  const wanted = process.argv.slice(2);
  await connectByProgram(s);
  for (const [name, step] of Object.entries({ whom, templates, byChannel }))
    if (wanted.length === 0 || wanted.includes(name)) await step(s);
});
