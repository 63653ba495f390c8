// web_mail_test -- a customer writes a mail; it comes to the right teammate, who reads it whole
// and answers on the screen; the answer lies in the customer's mailbox in its thread, and what the
// customer writes back comes into the same conversation. Then the same customer chats on a web
// site: vouched for by the site, and once more as nobody in particular who leaves the address and
// is merged; it is one timeline. With servers of mail of the test's own.
import type { Locator, Page } from "playwright-core";

import { lookRound, named, Screens, type Look, type Screen } from "./browser.ts";
import { HostSite } from "./host_site.ts";
import { account, ok } from "./inbox_scene.ts";
import { asSent, connectOffice, DOMAIN } from "./mail_office.ts";
import {
  connectByProgram,
  MINA,
  PATIENCE_MS,
  saved,
  SUPPORT,
  tally,
  talksOf,
  until,
  withMail,
  type Scene,
} from "./mail_scene.ts";
import { sign } from "./visitor.ts";

const SUBJECT = "배송이 아직 도착하지 않았습니다";
const FIRST = "first@mina.example.test";
const PNG =
  "iVBORw0KGgoAAAANSUhEUgAAAAoAAAAKCAIAAAACUFjqAAAAFUlEQVR4nGNk+M+AFzDhlx6V" +
  "HjLSAF5xAROIEuB9AAAAAElFTkSuQmCC";

// ---- letters

const encoded = (text: string): string => `=?UTF-8?B?${Buffer.from(text).toString("base64")}?=`;
const base64 = (text: string): string => Buffer.from(text).toString("base64");

const HTML = `<h2 style="color:#1f4b99">주문 번호 4711</h2>
<p>주문한 상품이 <b>어디에</b> 있나요?</p><script>document.title = "ran"</script>
<p><img src="cid:logo@x" alt="logo" width="40" height="40">
<img src="http://pictures.example.net/seen.png" alt="newsletter"></p>
<blockquote>지난주에는 금요일에 온다고 하셨습니다.</blockquote>`;

const LETTER = [
  `From: ${encoded("김민아")} <${MINA}>`,
  `To: <${SUPPORT}>`,
  `Subject: ${encoded(SUBJECT)}`,
  `Message-ID: <${FIRST}>`,
  "Date: Sun, 22 Nov 2026 10:00:00 +0900",
  "MIME-Version: 1.0",
  'Content-Type: multipart/mixed; boundary="m1"',
  "",
  "--m1",
  'Content-Type: multipart/related; boundary="r1"',
  "",
  "--r1",
  'Content-Type: multipart/alternative; boundary="a1"',
  "",
  "--a1",
  "Content-Type: text/plain; charset=utf-8",
  "Content-Transfer-Encoding: base64",
  "",
  base64(
    "주문한 상품이 어디에 있나요?\n\n2026년 11월 20일 (금) 오전 9:00, Support <" +
      `${SUPPORT}>님이 작성:\n> 금요일에 도착합니다.\n`,
  ),
  "--a1",
  "Content-Type: text/html; charset=utf-8",
  "Content-Transfer-Encoding: base64",
  "",
  base64(HTML),
  "--a1--",
  "--r1",
  "Content-Type: image/png",
  "Content-Transfer-Encoding: base64",
  "Content-ID: <logo@x>",
  'Content-Disposition: inline; filename="logo.png"',
  "",
  PNG,
  "--r1--",
  "--m1",
  "Content-Type: text/csv; charset=utf-8",
  "Content-Transfer-Encoding: base64",
  `Content-Disposition: attachment; filename*=UTF-8''${encodeURIComponent("영수증.csv")}`,
  "",
  base64("번호,금액\n4711,12000\n"),
  "--m1--",
  "",
].join("\n");

const header = (message: string, name: string): string => {
  const head = message.split(/\r?\n\r?\n/)[0] ?? "";
  const found = new RegExp(`^${name}: *((?:.*)(?:\\r?\\n[ \\t].*)*)`, "im").exec(head);
  return (found?.[1] ?? "").replace(/\r?\n[ \t]+/g, " ").trim();
};

async function open(s: Scene, look: Partial<Look>): Promise<Screen> {
  const talk = await titled(s, SUBJECT);
  return s.stage.browser.open(`/inbox/mine/${talk.id}`, { ...look, as: account(s.jin) });
}

// ---- it comes in

async function comesIn(s: Scene): Promise<string> {
  await s.office.send(MINA, [SUPPORT], LETTER);
  await until("it is a conversation", async () => (await talksOf(s.jin)).length === 1);
  const talk = async () => (await talksOf(s.jin))[0];
  await tally.soon(
    "in the team of its address, given to who serves it",
    async () => {
      const { title, team, teammate } = await talk();
      return [title, team, teammate];
    },
    [SUBJECT, s.team, s.jin.id],
  );
  await tally.soon("nobody else's", async () => (await talksOf(s.omar)).length, 0);
  return (await talk()).id as string;
}

async function reads({ page }: Screen): Promise<void> {
  await page.getByText("주문한 상품이 어디에 있나요?").first().waitFor();
  await tally.soon("from which address", () => page.getByText(MINA).first().isVisible(), true);
  await tally.soon("in words", () => page.getByText("Sender not checked").isVisible(), true);
  await tally.soon(
    "the file",
    () => page.getByText("영수증.csv", { exact: true }).isVisible(),
    true,
  );
  await tally.soon(
    "what it quotes is folded",
    () => page.getByText("금요일에 도착합니다").count(),
    0,
  );
  await page.getByRole("button", { name: "Whole mail" }).click();
  await page.getByText("Quoted text").click();
  await page.getByText("금요일에 도착합니다").waitFor();
  await page.getByRole("tab", { name: "With its formatting" }).click();
  const frame = page.frameLocator("iframe.ek-inbox-frame");
  await frame.getByText("주문 번호 4711").waitFor();
  const own = frame.locator('img[alt="logo"]');
  await until("its own picture is shown", () =>
    own.evaluate((it) => (it as HTMLImageElement).naturalWidth === 10),
  );
  await tally.soon("one from elsewhere has no address", () => frame.locator("img[src]").count(), 1);
  await tally.soon(
    "nothing ran in it",
    () => frame.locator("html").evaluate((it) => it.ownerDocument.title),
    "-",
  );
  await tally.soon(
    "and nothing could",
    () => page.locator("iframe.ek-inbox-frame").getAttribute("sandbox"),
    "allow-popups allow-popups-to-escape-sandbox",
  );
  await tally.soon(
    "what asking means",
    () => page.getByText(/not by whom or from where/).isVisible(),
    true,
  );
}

async function showsPictures(screen: Screen): Promise<void> {
  const { page } = screen;
  await page.getByRole("button", { name: "Show pictures" }).click();
  await page.getByText(/Pictures are shown/).waitFor();
  const frame = page.frameLocator("iframe.ek-inbox-frame");
  await until("by the server's own hand", async () => {
    const src = await frame.locator('img[alt="newsletter"]').getAttribute("src");
    return src?.startsWith("/i/") === true;
  });
  await page.getByRole("button", { name: "Less" }).click();
}

async function keepsIt(s: Scene, { page }: Screen): Promise<void> {
  await page.getByRole("button", { name: "More for this entry" }).first().click();
  const press = page.getByRole("menuitem", { name: "Save the mail as it came" });
  const lies = s.office.messages("support").find((mail) => mail.includes(FIRST)) ?? "";
  tally.same("saved, it is what came", await saved(page, press), asSent(lies));
}

// ---- it is answered

async function answers(s: Scene, { page }: Screen): Promise<string> {
  await page.getByRole("button", { name: "Cc and Bcc" }).click();
  await page.getByLabel("Cc", { exact: true }).fill("nonsense");
  await page.getByLabel("Bcc", { exact: true }).focus();
  await page.getByText("Not an e-mail address: nonsense").waitFor();
  await page.getByLabel("Cc", { exact: true }).fill(`copy@${DOMAIN}`);
  await page.getByLabel("Reply to the contact").fill("내일 도착합니다. 죄송합니다.");
  await page.reload();
  await tally.soon(
    "the draft is there again, with whom it goes to",
    async () => [
      await page.getByLabel("Reply to the contact").inputValue(),
      await page.getByLabel("Cc", { exact: true }).inputValue(),
    ],
    ["내일 도착합니다. 죄송합니다.", `copy@${DOMAIN}`],
  );
  await page.getByRole("button", { name: /^Send/ }).click();
  // How far it is: that it waits may be over before the page has read it.
  const way = page.locator(".ek-inbox-mail").getByText(/^(Waits to be sent|Being sent|Sent)$/);
  await way.waitFor();
  await page
    .locator(".ek-inbox-mail")
    .getByText("Sent", { exact: true })
    .waitFor({ timeout: PATIENCE_MS });
  // Each of the two is brought for itself.
  await until("it lies in the customer's mailbox, and in the other's", async () =>
    Promise.resolve(["mina", "copy"].every((who) => s.office.messages(who).length === 1)),
  );
  const [mail = ""] = s.office.messages("mina");
  tally.same(
    "in its thread",
    [header(mail, "In-Reply-To"), header(mail, "References").includes(FIRST)],
    [`<${FIRST}>`, true],
  );
  tally.is("to both", header(mail, "Cc").includes(`copy@${DOMAIN}`), header(mail, "Cc"));
  return header(mail, "Message-ID");
}

async function comesBack(s: Scene, screen: Screen, id: string, talk: string): Promise<void> {
  await s.office.send(
    MINA,
    [SUPPORT],
    [
      `From: ${encoded("김민아")} <${MINA}>`,
      `To: <${SUPPORT}>`,
      `Subject: Re: ${encoded(SUBJECT)}`,
      "Message-ID: <second@mina.example.test>",
      `In-Reply-To: ${id}`,
      'Content-Type: multipart/mixed; boundary="m2"',
      "",
      "--m2",
      "Content-Type: text/plain; charset=utf-8",
      "Content-Transfer-Encoding: base64",
      "",
      base64("감사합니다. 기다리겠습니다."),
      "--m2",
      "Content-Type: image/png",
      "Content-Transfer-Encoding: base64",
      "Content-Disposition: attachment; filename=box.png",
      "",
      PNG,
      "--m2--",
      "",
    ].join("\n"),
  );
  await screen.page.getByText("감사합니다. 기다리겠습니다.").waitFor({ timeout: PATIENCE_MS });
  await tally.soon(
    "in the same conversation",
    async () => (await talksOf(s.jin)).map((each) => each.id),
    [talk],
  );
  await showsPicture(screen, "box.png");
}

/** What a customer sent stands in place, drawn: ten by ten points. */
async function showsPicture({ page }: Screen, name: string): Promise<void> {
  const picture = page.locator(".ek-inbox-pictures li", { hasText: name }).locator("img");
  await picture.waitFor({ timeout: PATIENCE_MS });
  await picture.scrollIntoViewIfNeeded();
  await until(`${name} is drawn`, () =>
    picture.evaluate((it) => {
      const { naturalWidth, naturalHeight } = it as HTMLImageElement;
      return naturalWidth === 10 && naturalHeight === 10;
    }),
  );
}

/** To somebody outside, from the menu of a message: what goes, and what comes back. */
async function forwards(s: Scene, { page }: Screen): Promise<void> {
  const before = s.office.messages("copy").length;
  await page.getByRole("button", { name: "More for this entry" }).first().click();
  await page.getByRole("menuitem", { name: "Forward outside" }).click();
  await page.getByLabel("To, outside").fill("nonsense");
  await page.getByLabel(/^Words to somebody outside/).fill("Where is this parcel?");
  await page.getByText("Not an e-mail address: nonsense").waitFor();
  await page.getByLabel("To, outside").fill(`copy@${DOMAIN}`);
  await tally.soon(
    "one message",
    () => page.getByRole("button", { name: /One message/ }).isVisible(),
    true,
  );
  await page
    .getByRole("button", { name: /^Forward/ })
    .last()
    .click();
  await page.getByText(`Forwarded to copy@${DOMAIN}. The contact does not see it.`).waitFor();
  await until("it arrives", async () =>
    Promise.resolve(s.office.messages("copy").length === before + 1),
  );
  tally.same("the customer has no more than before", s.office.messages("mina").length, 1);
  const sent = s.office.messages("copy").at(-1) ?? "";
  await s.office.send(
    `copy@${DOMAIN}`,
    [header(sent, "Reply-To").slice(1, -1)],
    [`From: <copy@${DOMAIN}>`, "Message-ID: <out@copy.test>", "", "It left on Friday."].join("\n"),
  );
  await page
    .getByText(`Answer from copy@${DOMAIN}, who is outside.`, { exact: false })
    .waitFor({ timeout: PATIENCE_MS });
  await page.getByRole("tab", { name: "Reply" }).click();
  await tally.soon("what they say", () => page.getByText("It left on Friday.").isVisible(), true);
}

/** A letter went to more than us: who else got it is said, and is answered when asked for. */
async function answersAll(s: Scene, { page }: Screen, id: string): Promise<void> {
  const other = `copy@${DOMAIN}`;
  const text = "동료에게도 답해 주세요.";
  const before = s.office.messages("copy").length;
  const hers = s.office.messages("mina").length;
  await s.office.send(
    MINA,
    [SUPPORT],
    [
      `From: ${encoded("김민아")} <${MINA}>`,
      `To: <${SUPPORT}>, ${encoded("동료")} <${other}>`,
      `Cc: <${MINA}>, <SALES+shop@${DOMAIN}>`,
      `Subject: Re: ${encoded(SUBJECT)}`,
      "Message-ID: <all@mina.example.test>",
      `In-Reply-To: ${id}`,
      "Content-Type: text/plain; charset=utf-8",
      "Content-Transfer-Encoding: base64",
      "",
      base64(text),
      "",
    ].join("\n"),
  );
  const part = page.locator(".ek-inbox-part", { hasText: text });
  await part.getByText(`Also to: ${other}`, { exact: true }).waitFor({ timeout: PATIENCE_MS });
  const cc = page.getByLabel("Cc", { exact: true });
  await tally.soon("nobody gets a copy unasked", () => cc.count(), 0);
  await page.getByText("1 other address got the last mail too.").waitFor();
  await page.getByRole("button", { name: "Reply to all" }).click();
  await tally.soon("neither we nor the contact", () => cc.inputValue(), other);
  await cc.fill("");
  await page.getByRole("button", { name: "Reply to all" }).click();
  await tally.soon("taken out and put in again", () => cc.inputValue(), other);
  await tally.soon(
    "everybody is there: nothing more to ask",
    () => page.getByRole("button", { name: "Reply to all" }).count(),
    0,
  );
  await page.getByLabel("Reply to the contact").fill("두 분 모두께 알립니다.");
  await page.getByRole("button", { name: /^Send/ }).click();
  // Hers too: what comes later is counted from here.
  await until("it lies in the other's mailbox too", async () =>
    Promise.resolve(
      s.office.messages("copy").length === before + 1 &&
        s.office.messages("mina").length === hers + 1,
    ),
  );
  const mail = s.office.messages("copy").at(-1) ?? "";
  tally.same(
    "to the customer, with a copy that is not hidden",
    [header(mail, "To").includes(MINA), header(mail, "Cc")],
    [true, `<${other}>`],
  );
  await page.getByRole("button", { name: "Reply to all" }).waitFor();
}

// ---- a teammate writes first

const NEWS = "새 배송 일정을 알려 드립니다";

/** By the keys: a list that is found while one types moves under the pointer. */
async function putsIn(page: Page, field: Locator, title: string): Promise<void> {
  await field.fill(title.slice(0, 5));
  await page.getByRole("option", { name: title }).waitFor();
  await field.press("ArrowDown");
  await page.locator("[role=option][data-focused]", { hasText: title }).waitFor();
  await field.press("Enter");
}

/** By keyboard, to an address that nobody knows, with a copy, a file and a ready answer; taken back
 * in time and sent at last, it is a conversation, and so is what is answered. */
async function begins(s: Scene, { page }: Screen): Promise<void> {
  const to = `copy@${DOMAIN}`;
  const texts = { en: "Dear {{contact.name|customer}}, {{teammate.name}} writes." };
  await ok(s.jin.client, "POST", "/ready-answers", { title: "Greeting", scope: "own", texts });
  const before = s.office.messages("copy").length;
  const hold = (seconds: number) =>
    page.evaluate(
      ([id, hold]) => localStorage.setItem(`ek.writing.${id}`, JSON.stringify({ hold })),
      [s.jin.id, seconds] as const,
    );
  await hold(30);
  await page.reload();
  await page.getByRole("heading", { name: SUBJECT }).first().focus();
  await page.keyboard.press("c");
  const dialog = page.getByRole("dialog", { name: "New message" });
  await dialog.getByText(`<${SUPPORT}>`).waitFor();
  const field = dialog.getByLabel("To", { exact: true });
  await tally.soon(
    "the focus is where one begins",
    () => field.evaluate((it) => it === it.ownerDocument.activeElement),
    true,
  );
  await page.keyboard.type("nonsense");
  await page.keyboard.press("Tab");
  await dialog.getByText("Not an e-mail address: nonsense").waitFor();
  await field.fill("김민");
  await dialog.getByRole("list", { name: "Contacts found" }).getByRole("button").first().waitFor();
  await field.fill(to);
  // By the keys: below the field the list of contacts comes and goes.
  await dialog.getByRole("button", { name: "Cc and Bcc" }).press("Enter");
  await dialog.getByLabel("Bcc", { exact: true }).fill(MINA);
  await dialog.getByLabel("Subject").fill(NEWS);
  await putsIn(page, dialog.getByLabel("Ready answer"), "Greeting");
  const text = dialog.getByLabel("Message", { exact: true });
  await until("its fields are filled in", async () =>
    (await text.inputValue()).startsWith("Dear customer, Jin Seo writes."),
  );
  await text.fill(`${await text.inputValue()}\n금요일입니다.`);
  const file = { mimeType: "text/plain", buffer: Buffer.from("Friday") };
  const both = ["plan.txt", "route.txt"];
  const chosen = both.map((name) => ({ name, ...file }));
  await dialog.locator("input[type=file]").setInputFiles(chosen);
  for (const name of both) await dialog.locator(".ek-inbox-file", { hasText: name }).waitFor();
  await dialog.getByRole("button", { name: "Send", exact: true }).click();
  await page.getByRole("button", { name: "Undo" }).last().click();
  await dialog.waitFor();
  await tally.soon(
    "taken back, all of it is there",
    () => dialog.getByLabel("Subject").inputValue(),
    NEWS,
  );
  await page.keyboard.press("Escape");
  await hold(0);
  await page.reload();
  await page.getByRole("button", { name: /^New message · / }).click();
  await dialog.getByRole("button", { name: "Send", exact: true }).click();
  await dialog.waitFor({ state: "hidden" });
  await until("it arrives", () => Promise.resolve(s.office.messages("copy").length > before));
  const mail = s.office.messages("copy").at(-1) ?? "";
  tally.same(
    "to that address, not saying who else, with its files",
    [header(mail, "To").includes(to), header(mail, "Bcc"), both.map((name) => mail.includes(name))],
    [true, "", [true, true]],
  );
  await isGoneOnWith(s, page, mail, to);
}

/** What was begun is a conversation, and what is answered to it comes into it. */
async function isGoneOnWith(s: Scene, page: Page, mail: string, to: string): Promise<void> {
  await tally.soon(
    "it is a conversation of mine",
    async () => {
      const begun = await titled(s, NEWS);
      return [begun?.teammate, begun?.team];
    },
    [s.jin.id, s.team],
  );
  const count = (await talksOf(s.jin)).length;
  await s.office.send(
    to,
    [header(mail, "Reply-To").slice(1, -1)],
    [`From: <${to}>`, "Message-ID: <news@copy.test>", "", "Friday suits us.", ""].join("\n"),
  );
  await page.getByRole("row", { name: new RegExp(NEWS) }).click();
  await page.getByText("Friday suits us.").first().waitFor({ timeout: PATIENCE_MS });
  await tally.soon("and the answer is in it", async () => (await talksOf(s.jin)).length, count);
  await tally.soon(
    "nothing is left of the draft",
    () => page.getByRole("button", { name: "New message", exact: true }).isVisible(),
    true,
  );
}

/** From where a contact is looked at. */
async function writesToThem(s: Scene, talk: string): Promise<void> {
  const { contact } = await ok(s.jin.client, "GET", `/conversations/${talk}`);
  const screen = await s.stage.browser.open(`/contacts/${contact}`, {
    ...{ language: "en", theme: "light", as: account(s.jin) },
  });
  await screen.page.getByRole("button", { name: "Show personal data" }).click();
  await screen.page.getByRole("link", { name: "Write a mail" }).click();
  const dialog = screen.page.getByRole("dialog", { name: "New message" });
  await dialog.getByRole("button", { name: /^Somebody else than 김/ }).waitFor();
  tally.same("nothing is wrong", screen.faults(), []);
  await screen.close();
}

async function fails(s: Scene, { page }: Screen): Promise<void> {
  await page.getByRole("button", { name: "Cc and Bcc" }).click();
  await page.getByLabel("Cc", { exact: true }).fill(`nobody@${DOMAIN}`);
  await page.getByLabel("Reply to the contact").fill("Also to nobody.");
  await page.getByRole("button", { name: /^Send/ }).click();
  await page.getByText("Not delivered: the server refuses it").waitFor({ timeout: PATIENCE_MS });
  await tally.soon(
    "what the other side said",
    () => page.getByText(/550.*nobody/).isVisible(),
    true,
  );
  const before = s.office.messages("mina").length;
  s.office.welcome("nobody");
  await page.getByRole("button", { name: "Send again" }).click();
  await page.getByText("Not delivered: the server refuses it").waitFor({ state: "hidden" });
  await until("sent again it arrives, at both", () =>
    Promise.resolve(
      s.office.messages("mina").length === before + 1 && s.office.messages("nobody").length === 1,
    ),
  );
  const [mail = ""] = s.office.messages("nobody");
  const same = s.office.messages("mina").at(-1) ?? "";
  tally.same("one message", header(mail, "Message-ID"), header(same, "Message-ID"));
  await page.getByRole("button", { name: "Send again" }).waitFor({ state: "detached" });
  const [talk] = await talksOf(s.jin);
  await ok(s.jin.client, "POST", `/conversations/${talk.id}/parts`, {
    ...{ kind: "message", text: "To no one.", cc: [`noone@${DOMAIN}`] },
  });
  await page.getByRole("button", { name: "Send again" }).waitFor({ timeout: PATIENCE_MS });
}

async function looks(s: Scene): Promise<void> {
  await lookRound(tally, (look) => open(s, look), [
    {
      says: "a conversation by mail",
      shot: "mail-talk",
      go: async (page) => {
        await page.locator(".ek-inbox-mail[data-bad]").waitFor();
      },
    },
    {
      says: "forwarding to somebody outside",
      shot: "mail-forward",
      go: async (page) => {
        await page.locator(".ek-inbox-composer [role=tab]").nth(2).click();
        await page.locator('.ek-inbox-field[data-kind="forward"] input').first().waitFor();
      },
    },
    {
      says: "a whole mail",
      shot: "mail-letter",
      go: async (page) => {
        await page.locator(".ek-inbox-mail-more button").first().click();
        await page.locator(".ek-inbox-letter summary").first().waitFor();
        await page.locator(".ek-inbox-letter summary").first().click();
      },
    },
    {
      says: "with its formatting",
      shot: "mail-page",
      go: async (page) => {
        await page.locator(".ek-inbox-letter [role=tab]").nth(1).click();
        await page.frameLocator("iframe.ek-inbox-frame").locator("h2").waitFor();
        await page.locator("iframe.ek-inbox-frame").scrollIntoViewIfNeeded();
      },
    },
    {
      says: "a new message",
      shot: "mail-begin",
      go: async (page) => {
        await page.locator("button:has(.lucide-mail-plus)").click();
        await page.locator(".ek-dialog textarea").waitFor();
        await page.locator(".ek-dialog .ek-field input").first().fill("김민");
        await page.locator(".ek-dialog li button").first().waitFor();
      },
    },
  ]);
}

// ---- the same customer chats

const CHAT = "채팅으로 다시 여쭤봅니다";
const AWAY = "메일로 답해 주세요";

/** A page of the host's with the chat in it; what is written there has been sent. */
async function writesInChat(s: Scene, host: HostSite, text: string): Promise<Screen> {
  const screens = new Screens(s.stage.browser.chromium, host.at("127.0.0.1"), null);
  const screen = await screens.open("/?lang=ko", { language: "ko" });
  screen.forgive(new RegExp(`^elsewhere: \\w+ ${s.stage.server.url}/`));
  await screen.page.locator("evenkeel-chat button").click();
  const frame = screen.page.frameLocator("evenkeel-chat iframe");
  await frame.locator("textarea").fill(text);
  await frame.locator("textarea").press("Enter");
  await frame.locator('.part[data-by="contact"]:not([data-state])').first().waitFor();
  return screen;
}

const titled = async (s: Scene, title: string): Promise<any> =>
  (await talksOf(s.jin)).find((each) => each.title === title);

/** What the teammate sees of that contact. */
async function timelineOf(s: Scene, contact: string): Promise<Screen> {
  const look = { language: "en", theme: "light" } as const;
  const screen = await s.stage.browser.open(`/contacts/${contact}`, {
    ...look,
    as: account(s.jin),
  });
  await screen.page
    .getByRole("region", { name: "Timeline" })
    .getByRole("listitem")
    .first()
    .waitFor();
  return screen;
}

/** Whom the site vouches for with the address of the letters is their sender. */
async function vouched(s: Scene, host: HostSite, talk: string): Promise<string> {
  const visitor = await writesInChat(s, host, CHAT);
  await until("the chat is there too", async () => (await titled(s, CHAT)) !== undefined);
  const chat = await titled(s, CHAT);
  const { contact } = await ok(s.jin.client, "GET", `/conversations/${talk}`);
  tally.same("of the contact who wrote the mail", chat.contact, contact);
  const look = { language: "en", theme: "light" } as const;
  const mate = await s.stage.browser.open(`/inbox/mine/${chat.id}`, {
    ...look,
    as: account(s.jin),
  });
  await mate.page.getByLabel("Reply to the contact").fill("네, 채팅에서도 돕겠습니다.");
  await mate.page.getByRole("button", { name: /^Send/ }).click();
  const frame = visitor.page.frameLocator("evenkeel-chat iframe");
  await frame.getByText("네, 채팅에서도 돕겠습니다.").waitFor({ timeout: PATIENCE_MS });
  await frame.locator("input[type=file]").setInputFiles({
    name: "shelf.png",
    mimeType: "image/png",
    buffer: Buffer.from(PNG, "base64"),
  });
  await frame.locator("textarea").fill("사진입니다.");
  await frame.locator("textarea").press("Enter");
  await showsPicture(mate, "shelf.png");
  tally.same("the visitor: nothing is wrong", visitor.faults(), []);
  await visitor.close();
  await mate.close();
  const screen = await timelineOf(s, contact);
  const time = screen.page.getByRole("region", { name: "Timeline" });
  await tally.soon(
    "the teammate sees one timeline",
    async () => [
      (await time.getByText(SUBJECT).count()) > 0,
      (await time.getByText(CHAT).count()) > 0,
    ],
    [true, true],
  );
  await screen.shoot("mail-chat-timeline");
  await screen.close();
  return contact as string;
}

/** Who only says the address is answered there, and is somebody else until a person says not. */
async function unvouched(s: Scene, host: HostSite, contact: string): Promise<void> {
  const before = s.office.messages("mina").length;
  const visitor = await writesInChat(s, host, AWAY);
  const frame = visitor.page.frameLocator("evenkeel-chat iframe");
  await frame.locator(".address button").click();
  await frame.locator("#email").fill(MINA);
  await frame.locator(".address .main").click();
  await frame.locator(".address p[tabindex]").waitFor();
  tally.same("the visitor: nothing is wrong", visitor.faults(), []);
  await visitor.close();
  await until("the teammate has it", async () => (await titled(s, AWAY)) !== undefined);
  const { id } = await titled(s, AWAY);
  await until("that they left is noticed", async () => {
    return (await ok(s.jin.client, "GET", `/conversations/${id}/chat`)).online === false;
  });
  const text = "메일로 답합니다.";
  await ok(s.jin.client, "POST", `/conversations/${id}/parts`, { kind: "message", text });
  await until("the answer goes by mail", () =>
    Promise.resolve(s.office.messages("mina").length > before),
  );
  const mail = s.office.messages("mina").at(-1) ?? "";
  await s.office.send(
    MINA,
    [SUPPORT],
    [
      `From: <${MINA}>`,
      `To: <${SUPPORT}>`,
      `Subject: Re: ${header(mail, "Subject")}`,
      "Message-ID: <third@mina.example.test>",
      `In-Reply-To: ${header(mail, "Message-ID")}`,
      "",
      "Thank you, by mail.",
      "",
    ].join("\n"),
  );
  await until("and goes on by mail in the same conversation", async () => {
    const { data } = await ok(s.jin.client, "GET", `/conversations/${id}/parts?kind=message`);
    return data.some((part: any) => part.text.includes("Thank you, by mail."));
  });
  const other = (await titled(s, AWAY)).contact as string;
  tally.is("nobody proved it: another contact", other !== contact, other);
  const merge = { contact: other, despite_unverified: true };
  await ok(s.stage.owner, "POST", `/contacts/${contact}/merge`, merge);
  const screen = await timelineOf(s, contact);
  const time = screen.page.getByRole("region", { name: "Timeline" });
  for (const title of [SUBJECT, CHAT, AWAY])
    await tally.soon(
      `one timeline: ${title}`,
      async () => (await time.getByText(title).count()) > 0,
      true,
    );
  await screen.shoot("mail-chat-merged");
  tally.same("the timeline: nothing is wrong", screen.faults(), []);
  await screen.close();
}

async function chats(s: Scene, talk: string): Promise<void> {
  const host = new HostSite();
  const { owner, server } = s.stage;
  host.server = server.url;
  await host.start();
  try {
    const wanted = { name: "고객 지원", team: s.team, sites: [host.at("127.0.0.1")] };
    const { id } = await ok(owner, "POST", "/chat-inboxes", wanted);
    const { secret } = await ok(owner, "POST", `/chat-inboxes/${id}/rotate`, {});
    const tag = (more: string) =>
      `<script src="${server.url}/widget.js" data-inbox="${id}"${more} async></script>`;
    const token = sign(secret, id, "shop-4711", { name: "김민아", email: MINA.toUpperCase() });
    host.tag = tag(` data-identity="${token}"`);
    const contact = await vouched(s, host, talk);
    host.tag = tag("");
    await unvouched(s, host, contact);
  } finally {
    await host.stop();
  }
}

/** A second mailbox of the workspace; nothing is asked of its servers. */
async function connectSales(s: Scene): Promise<void> {
  const { server, owner } = s.stage;
  const more = { address: `sales@${DOMAIN}`, active: false };
  const made = await connectOffice(s.office, server, owner, more);
  tally.same("another mailbox, paused", made.status, 201);
}

async function story(s: Scene): Promise<void> {
  await connectByProgram(s);
  await connectSales(s);
  const talk = await comesIn(s);
  const screen = await open(s, { language: "en", theme: "light" });
  await screen.page.evaluate(
    (id) => localStorage.setItem(`ek.writing.${id}`, JSON.stringify({ hold: 0 })),
    s.jin.id,
  );
  await screen.page.reload();
  await reads(screen);
  await showsPictures(screen);
  await keepsIt(s, screen);
  const id = await answers(s, screen);
  await comesBack(s, screen, id, talk);
  await forwards(s, screen);
  await answersAll(s, screen, id);
  await fails(s, screen);
  await begins(s, screen);
  await writesToThem(s, talk);
  screen.forgive(/status of 404/);
  tally.same(`${named({ language: "en", theme: "light", width: "wide" })}`, screen.faults(), []);
  await screen.close();
  await looks(s);
  await chats(s, talk);
}

await withMail("web_mail_test", story);
