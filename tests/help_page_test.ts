// help_page_test -- the help pages as people use them: in three languages and both themes, with the
// keyboard alone, without scripts, at 320 pixels, and with hostile texts.
import { each, named, withBrowser, type Screen, type Stage } from "./browser.ts";
import { Tally } from "./program.ts";

const tally = new Tally();
const any = { headers: { "If-Match": "*" } };
const BODY =
  "Open **Orders** and choose it.\n\n# Steps\n1. First\n2. Then [the page](" +
  "https://example.org/)\n\n- a\n- b\n\n" +
  "> As we promised\n\n```\nORDER-12\n```\n---\nThat is `all`.";

async function made(stage: Stage, texts: object): Promise<string> {
  const { owner } = stage;
  const got = await owner.post("/articles", { public: true, texts });
  if (got.status !== 201) throw new Error(got.text);
  const shown = await owner.post(`/articles/${got.body.id}/publish`, {}, any);
  if (shown.status !== 200) throw new Error(shown.text);
  return got.body.id as string;
}

async function quiet(screen: Screen, what: string): Promise<void> {
  tally.same(`${what}: axe`, await screen.axe(), []);
  tally.same(`${what}: nothing is wrong`, screen.faults(), []);
  await tally.soon(`${what}: no cookie`, async () => (await screen.context.cookies()).length, 0);
}

async function looks(stage: Stage, id: string): Promise<void> {
  await each(async (look) => {
    const what = named(look);
    const screen = await stage.browser.open(`/support/${look.language}`, look);
    const { page } = screen;
    await quiet(screen, `${what}, all`);
    await screen.shoot(`help-${what}`);
    await page.locator(`.list a[href$="/${id}"]`).click();
    await page.locator("article").waitFor();
    await tally.soon(
      `${what}: of that language`,
      () => page.evaluate(() => `${document.documentElement.lang} ${document.documentElement.dir}`),
      `${look.language} ${look.language === "ar" ? "rtl" : "ltr"}`,
    );
    await tally.soon(`${what}: one heading`, () => page.locator("h1").count(), 1);
    await quiet(screen, `${what}, one`);
    await screen.shoot(`help-one-${what}`);
    await screen.close();
  });
}

async function keyboard(stage: Stage, id: string): Promise<void> {
  const screen = await stage.browser.open("/support/ko", { language: "ko" });
  const { page } = screen;
  await page.keyboard.press("Tab");
  await tally.soon(
    "first past the menu",
    () => page.evaluate(() => document.activeElement?.className),
    "skip",
  );
  await page.getByRole("searchbox").focus();
  await page.keyboard.type("배송");
  await page.keyboard.press("Enter");
  await page.waitForURL(/[?&]q=/); // the list of all has that link too
  await page.locator(`.list a[href$="/${id}"]`).press("Enter");
  await page.getByRole("heading", { level: 1, name: "택배는 어디에 있나요?" }).waitFor();
  await page.getByRole("link", { name: "English" }).click();
  await page.getByRole("heading", { level: 1, name: "Where is my parcel?" }).waitFor();
  await page.setViewportSize({ width: 320, height: 640 });
  tally.same("nothing to the side", await screen.fits(), true);
  await quiet(screen, "by keys");
  await screen.close();
}

async function hostile(stage: Stage): Promise<void> {
  const id = await made(stage, {
    en: {
      title: "<img src=x onerror=alert(1)>",
      body:
        "<script>alert(1)</script>\n[a](javascript:alert(1)) " + '[b](https://x" onclick=alert(1))',
    },
  });
  const screen = await stage.browser.open(`/support/en/${id}`);
  let said = 0;
  screen.page.on("dialog", (dialog) => (said++, void dialog.dismiss()));
  await tally.soon(
    "its words are words",
    () => screen.page.locator("h1").innerText(),
    "<img src=x onerror=alert(1)>",
  );
  await tally.soon(
    "nothing of it is anything",
    () => screen.page.locator("script, img, [onclick]").count(),
    0,
  );
  tally.same("nothing ran", said, 0);
  await quiet(screen, "hostile");
  await screen.close();
}

async function plain({ browser, server }: Stage, id: string): Promise<void> {
  const context = await browser.chromium.newContext({ javaScriptEnabled: false, locale: "en" });
  const page = await context.newPage();
  await page.goto(`${server.url}/support`);
  await page.getByRole("searchbox").fill("parcel");
  await page.getByRole("button", { name: "Search" }).click();
  await page.waitForURL(/[?&]q=/);
  await page.locator(`.list a[href$="/${id}"]`).click();
  await tally.soon(
    "found and read without scripts",
    async () => page.url().endsWith(`/support/en/${id}`) || page.url(),
    true,
  );
  await page.goto(`${server.url}/support/en?q=zzz`);
  await tally.soon(
    "nothing found is said",
    async () => (await page.getByRole("status").count()) === 1,
    true,
  );
  const gone = await page.goto(`${server.url}/support/en/art_999`);
  tally.same("what is not there", gone?.status(), 404);
  await context.close();
}

await withBrowser(
  async (stage) => {
    const id = await made(stage, {
      en: { title: "Where is my parcel?", body: BODY },
      ko: {
        title: "택배는 어디에 있나요?",
        body: "**주문**을 열어 배송 조회를 누르세요.\n\n1. 주문 선택\n2. 조회",
      },
      ar: {
        title: "أين طردي؟",
        body: "افتح **الطلبات** واختر التتبع.\n\n1. اختر الطلب\n2. تتبّعه",
      },
    });
    await looks(stage, id);
    await keyboard(stage, id);
    await hostile(stage);
    await plain(stage, id);
  },
  { with: "empty" },
);
tally.end();
