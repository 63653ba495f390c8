// web_mail_test -- a customer writes a mail; it comes to the right teammate, who reads it whole and
// answers on the screen; the answer lies in the customer's mailbox in its thread, and what the
// customer writes back comes into the same conversation. With servers of mail of the test's own.
import { lookRound, named, type Look, type Screen } from "./browser.ts";
import { account } from "./inbox_scene.ts";
import { DOMAIN } from "./mail_office.ts";
import {
  connectByProgram,
  MINA,
  PATIENCE_MS,
  SUPPORT,
  tally,
  talksOf,
  until,
  withMail,
  type Scene,
} from "./mail_scene.ts";

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
  const [talk] = await talksOf(s.jin);
  return s.stage.browser.open(`/inbox/mine/${talk.id}`, { ...look, as: account(s.jin) });
}

// ---- it comes in

async function comesIn(s: Scene): Promise<string> {
  await s.office.send(MINA, [SUPPORT], LETTER);
  await until("it is a conversation", async () => (await talksOf(s.jin)).length === 1);
  const [talk] = await talksOf(s.jin);
  tally.same(
    "in the team of its address, given to who serves it",
    [talk.title, talk.team, talk.teammate],
    [SUBJECT, s.team, s.jin.id],
  );
  tally.same("nobody else's", (await talksOf(s.omar)).length, 0);
  return talk.id as string;
}

async function reads({ page }: Screen): Promise<void> {
  await page.getByText("주문한 상품이 어디에 있나요?").first().waitFor();
  tally.is("from which address", await page.getByText(MINA).first().isVisible());
  tally.is("in words", await page.getByText("Sender not checked").isVisible());
  tally.is("the file", await page.getByText("영수증.csv").isVisible());
  tally.same("what it quotes is folded", await page.getByText("금요일에 도착합니다").count(), 0);
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
  tally.same("one from elsewhere has no address", await frame.locator("img[src]").count(), 1);
  const title = await frame.locator("html").evaluate((it) => it.ownerDocument.title);
  tally.same("nothing ran in it", title, "-");
  tally.same(
    "and nothing could",
    await page.locator("iframe.ek-inbox-frame").getAttribute("sandbox"),
    "allow-popups allow-popups-to-escape-sandbox",
  );
  tally.is("what asking means", await page.getByText(/not by whom or from where/).isVisible());
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

// ---- it is answered

async function answers(s: Scene, { page }: Screen): Promise<string> {
  await page.getByRole("button", { name: "Cc and Bcc" }).click();
  await page.getByLabel("Cc", { exact: true }).fill("nonsense");
  await page.getByLabel("Bcc", { exact: true }).focus();
  await page.getByText("Not an e-mail address: nonsense").waitFor();
  await page.getByLabel("Cc", { exact: true }).fill(`copy@${DOMAIN}`);
  await page.getByLabel("Reply to the contact").fill("내일 도착합니다. 죄송합니다.");
  await page.reload();
  tally.same(
    "the draft is there again, with whom it goes to",
    [
      await page.getByLabel("Reply to the contact").inputValue(),
      await page.getByLabel("Cc", { exact: true }).inputValue(),
    ],
    ["내일 도착합니다. 죄송합니다.", `copy@${DOMAIN}`],
  );
  await page.getByRole("button", { name: /^Send/ }).click();
  await page.getByText("Waits to be sent").waitFor();
  await page.locator(".ek-inbox-mail", { hasText: "Sent" }).waitFor({ timeout: PATIENCE_MS });
  await until("it lies in the customer's mailbox", async () =>
    Promise.resolve(s.office.messages("mina").length === 1),
  );
  const [mail = ""] = s.office.messages("mina");
  tally.same(
    "in its thread",
    [header(mail, "In-Reply-To"), header(mail, "References").includes(FIRST)],
    [`<${FIRST}>`, true],
  );
  tally.is("to both", header(mail, "Cc").includes(`copy@${DOMAIN}`), header(mail, "Cc"));
  tally.same("who got the copy", s.office.messages("copy").length, 1);
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
      "Content-Type: text/plain; charset=utf-8",
      "Content-Transfer-Encoding: base64",
      "",
      base64("감사합니다. 기다리겠습니다."),
      "",
    ].join("\n"),
  );
  await screen.page.getByText("감사합니다. 기다리겠습니다.").waitFor({ timeout: PATIENCE_MS });
  tally.same(
    "in the same conversation",
    (await talksOf(s.jin)).map((each) => each.id),
    [talk],
  );
}

async function fails({ page }: Screen): Promise<void> {
  await page.getByRole("button", { name: "Cc and Bcc" }).click();
  await page.getByLabel("Cc", { exact: true }).fill(`nobody@${DOMAIN}`);
  await page.getByLabel("Reply to the contact").fill("Also to nobody.");
  await page.getByRole("button", { name: /^Send/ }).click();
  await page.getByText("Not delivered: the server refuses it").waitFor({ timeout: PATIENCE_MS });
  tally.is("what the other side said", await page.getByText(/550.*nobody/).isVisible());
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
  ]);
}

async function story(s: Scene): Promise<void> {
  await connectByProgram(s);
  const talk = await comesIn(s);
  const screen = await open(s, { language: "en", theme: "light" });
  await screen.page.evaluate(
    (id) => localStorage.setItem(`ek.writing.${id}`, JSON.stringify({ hold: 0 })),
    s.jin.id,
  );
  await screen.page.reload();
  await reads(screen);
  await showsPictures(screen);
  const id = await answers(s, screen);
  await comesBack(s, screen, id, talk);
  await fails(screen);
  screen.forgive(/status of 404/);
  tally.same(`${named({ language: "en", theme: "light", width: "wide" })}`, screen.faults(), []);
  await screen.close();
  await looks(s);
}

await withMail("web_mail_test", story);
