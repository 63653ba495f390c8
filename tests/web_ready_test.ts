// web_ready_test -- ready answers by keyboard alone: "/" in the composer finds one by title and
// text, in the contact's language, filled in; Korean is typed through the browser's own
// composition; what is unfilled is said and not sent; one is written in three languages with its
// preview, changed and archived; in every language, theme and width without a fault.
import type { Page } from "playwright-core";
import { lookRound, withBrowser } from "./browser.ts";
import {
  FIELD,
  account,
  at,
  make,
  ok,
  scene,
  see,
  tally,
  texts,
  until,
  type Scene,
} from "./inbox_scene.ts";

const OPTION = "[role=option]";

interface Made {
  readonly refund: string;
  readonly hours: string;
  readonly korean: string; // a conversation
  readonly english: string;
}

async function answers(s: Scene): Promise<Made> {
  const write = (body: object) => ok(s.lead.client, "POST", "/ready-answers", body);
  const refund = await write({
    title: "Refund is on its way",
    scope: "team",
    team: s.team,
    texts: {
      en: "Dear {{contact.name|customer}}, your refund is on its way. {{teammate.name}}",
      ko: "{{contact.name|고객}}님, 환불이 진행 중입니다.\n{{teammate.name}} 드림",
      ar: "عزيزنا {{contact.name|العميل}}، المبلغ في طريقه إليك.",
    },
  });
  const hours = await write({
    title: "Opening hours",
    scope: "team",
    team: s.team,
    texts: { en: "We are open from 9 to 6. Call you at {{contact.phone}}?" },
  });
  await ok(s.mina.client, "POST", "/ready-answers", {
    title: "배송 안내",
    texts: { ko: "배송은 이틀 걸립니다.", en: "Shipping takes two days." },
  });
  return {
    refund: refund.id,
    hours: hours.id,
    korean: await make(s, { title: "환불", text: "환불은 언제 받을 수 있나요?", name: "김지우" }),
    english: await make(s, { title: "Refund", text: "hello, where is my money and when?" }),
  };
}

async function write(page: Page): Promise<void> {
  await page.locator(FIELD).waitFor();
  // Keys are heard once what is drawn has come to rest.
  await page.evaluate(
    () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
  );
  await page.keyboard.press("r");
  await page.waitForFunction(() => document.activeElement?.id === "ek-inbox-field-message");
}

const chosen = (page: Page): Promise<string> =>
  page
    .locator(`${OPTION}[aria-selected=true] bdi`)
    .innerText({ timeout: 2000 })
    .catch(() => "");

async function byKeys(s: Scene, made: Made): Promise<void> {
  const screen = await at(s, s.mina, `/inbox/mine/${made.korean}`);
  const { page } = screen;
  await write(page);
  await page.keyboard.type("안녕하세요. /");
  await see("the list opens", page, OPTION);
  await tally.soon("all of them", () => page.locator(OPTION).count(), 3);
  await page.keyboard.type("refund");
  await until("typing narrows", async () => (await page.locator(OPTION).count()) === 1);
  await see("as it will be sent", page, ".ek-slash-whole", "김지우님, 환불이 진행 중입니다.");
  tally.same("axe, open", await screen.axe(), []);
  await page.keyboard.press("Escape");
  await tally.soon(
    "Escape leaves, and keeps what was typed",
    async () => [await page.locator(OPTION).count(), await page.inputValue(FIELD)],
    [0, "안녕하세요. /refund"],
  );
  for (let i = 0; i < "/refund".length; i++) await page.keyboard.press("Backspace");
  await page.keyboard.type("/");
  await until("it opens again", async () => (await page.locator(OPTION).count()) === 3);
  await until("one is chosen", async () => (await chosen(page)) !== "");
  const first = await chosen(page);
  await page.keyboard.press("ArrowDown");
  await tally.soon(
    "an arrow chooses the next",
    async () => (await chosen(page)) !== first || first,
    true,
  );
  await page.keyboard.press("ArrowUp");
  await tally.soon("and back", () => chosen(page), first);
  await page.keyboard.type("way");
  await until("one", async () => (await page.locator(OPTION).count()) === 1);
  await page.keyboard.press("Enter");
  const text = "안녕하세요. 김지우님, 환불이 진행 중입니다.\nMina Park 드림";
  await until("Enter puts it in", async () => (await page.inputValue(FIELD)) === text);
  await page.keyboard.type("!");
  await tally.soon("and one writes on behind it", () => page.inputValue(FIELD), `${text}!`);
  await page.keyboard.press("Control+Enter");
  await until("sent", async () => (await texts(s, made.korean, "message")).includes(`${text}!`));
  await tally.soon(
    "counted",
    async () => (await ok(s.mina.client, "GET", `/ready-answers/${made.refund}`)).used,
    1,
  );
  tally.same("quiet", screen.faults(), []);
  await screen.close();
}

/** Through the browser's own composition: an Enter that ends it chooses nothing. */
async function composed(s: Scene, made: Made): Promise<void> {
  const screen = await at(s, s.mina, `/inbox/mine/${made.english}`);
  const { page } = screen;
  const cdp = await screen.context.newCDPSession(page);
  await write(page);
  await page.keyboard.type("/");
  await see("open", page, OPTION);
  for (const text of ["ㅂ", "배", "뱃", "배소", "배송"])
    await cdp.send("Input.imeSetComposition", {
      text,
      selectionStart: text.length,
      selectionEnd: text.length,
    });
  await until("what is composed narrows", async () => (await chosen(page)) === "배송 안내");
  // As browsers name an Enter that the input method takes.
  const key = { key: "Process", code: "Enter", windowsVirtualKeyCode: 229 };
  await cdp.send("Input.dispatchKeyEvent", { type: "rawKeyDown", ...key });
  await tally.soon(
    "the Enter of a composition puts nothing in",
    async () =>
      !(await page.inputValue(FIELD)).includes("Shipping") || (await page.inputValue(FIELD)),
    true,
  );
  await cdp.send("Input.insertText", { text: "배송" });
  await until("still there", async () => (await chosen(page)) === "배송 안내");
  await page.keyboard.press("Enter");
  await until("the next one does, in the contact's language", async () =>
    (await page.inputValue(FIELD)).includes("Shipping takes two days."),
  );
  await page.keyboard.press("Control+A");
  await page.keyboard.press("Delete");
  await screen.close();
}

async function missing(s: Scene, made: Made): Promise<void> {
  const screen = await at(s, s.mina, `/inbox/mine/${made.english}`);
  const { page } = screen;
  await write(page);
  await page.keyboard.type("/open");
  await until("one", async () => (await page.locator(OPTION).count()) === 1);
  await see("said before it is put in", page, OPTION, "1 field missing");
  await page.keyboard.press("Enter");
  await see("and after", page, "[role=alert]", "the contact’s phone number");
  await page.keyboard.press("Control+Enter");
  await tally.soon(
    "it is not sent so",
    () => page.getByRole("button", { name: /^Send/ }).isDisabled(),
    true,
  );
  await page.getByRole("button", { name: "Go there" }).click();
  await page.keyboard.type("555 0100");
  await tally.soon(
    "written",
    () => page.inputValue(FIELD),
    "We are open from 9 to 6. Call you at 555 0100?",
  );
  await page.keyboard.press("Control+Enter");
  await until("then it is", async () => (await texts(s, made.english, "message")).length === 2);
  tally.same("quiet", screen.faults(), []);
  await screen.close();
}

async function written(s: Scene): Promise<void> {
  const screen = await at(s, s.lead, "/ready/new");
  const { page } = screen;
  await page.getByLabel("Title").fill("Invoice");
  await page.getByText("A team’s").click();
  await page.getByRole("button", { name: /Team/ }).click();
  await page.getByRole("option", { name: "Billing" }).click();
  await page.getByLabel("Text: English").fill("Hello ");
  await page.getByRole("button", { name: "Put a field in" }).first().click();
  await page.getByRole("menuitem", { name: "the contact’s name" }).click();
  await page.waitForFunction(() => document.activeElement?.tagName === "TEXTAREA");
  await page.keyboard.type("you");
  await tally.soon(
    "a field with words for nobody",
    () => page.getByLabel("Text: English").inputValue(),
    "Hello {{contact.name|you}}",
  );
  await see("filled in", page, ".ek-ready-filled", "Hello Noor Example");
  await page.getByRole("tab", { name: /know nothing/ }).click();
  await see("for nobody", page, ".ek-ready-filled", "Hello you");
  await page.getByLabel("Text: Korean").fill("{{contact.shoe}}");
  await see("a field that there is not", page, ".ek-fault", "contact.shoe");
  await page.getByRole("button", { name: "Save" }).click();
  await see(
    "and the server says so beside the field",
    page,
    ".ek-field .ek-fault",
    "There is no field",
  );
  await page.getByLabel("Text: Korean").fill("청구서입니다");
  await page.getByRole("button", { name: "Save" }).click();
  await see("kept", page, ".ek-ready-line", "Invoice");
  await page.getByRole("link", { name: "Invoice" }).click();
  await page.getByLabel("Title").fill("Invoice, again");
  await page.getByRole("button", { name: "Save" }).click();
  await see("its earlier version is there", page, "#ready-versions");
  await page.getByRole("button", { name: "Archive" }).click();
  await see("archived", page, "button", "Offer again");
  const all = async () => (await ok(s.lead.client, "GET", "/ready-answers?archived=true")).data;
  await tally.soon(
    "as the API says",
    async () => (await all()).map((a: any) => [a.title, a.version, a.archived]),
    [["Invoice, again", 2, true]],
  );
  // What the browser itself says of the refusal that was asked for.
  const faults = screen.faults().filter((fault) => !fault.includes("status of 422"));
  tally.same("quiet", faults, []);
  await screen.close();
}

await withBrowser(async (stage) => {
  const s = await scene(stage);
  const made = await answers(s);
  await byKeys(s, made);
  await composed(s, made);
  await missing(s, made);
  await written(s);
  const id = await make(s, { title: "سؤال", text: "مرحبا، أين طلبي؟", name: "نور" });
  await lookRound(
    tally,
    (look) => stage.browser.open(`/inbox/mine/${id}`, { ...look, as: account(s.mina) }),
    [
      {
        says: "the list over the composer",
        shot: "ready-slash",
        go: async (page) => {
          await write(page);
          if ((await page.inputValue(FIELD)) === "") await page.keyboard.type("/");
          await page.locator(OPTION).first().waitFor();
        },
      },
    ],
  );
  await lookRound(tally, (look) => stage.browser.open("/ready", { ...look, as: account(s.lead) }), [
    {
      says: "all",
      shot: "ready-all",
      go: (page) => page.locator(".ek-ready-line").first().waitFor(),
    },
    {
      says: "one",
      shot: "ready-one",
      go: async (page) => {
        await page.locator(`a[href="/ready/${made.refund}"]`).click();
        await page.locator("textarea").first().waitFor();
        await page.locator(".ek-ready-filled").first().waitFor();
      },
    },
  ]);
});
tally.end();
