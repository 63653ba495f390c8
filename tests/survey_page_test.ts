// survey_page_test -- the page on which a contact answers, as people use it: in three languages and
// both themes, with the keyboard alone, without scripts, by a screen reader's names, at 320 pixels.
import { each, named, withBrowser, type Language, type Screen, type Stage } from "./browser.ts";
import { Tally } from "./program.ts";
import { browser as pageHeaders, type Client } from "./server.ts";

const tally = new Tally();
const WAIT_MS = 30_000;
const REFUSED = /status of (404|422)/; // the console's word about an answer on purpose
const FORMS = [
  { form: "nps", scores: 11 },
  { form: "csat", scores: 5 },
  { form: "ces", scores: 7 },
] as const;
const WORDS: Record<
  Language,
  {
    question: string;
    send: string;
    comment: RegExp;
    thanks: string;
    stop: string;
    change: string;
    choose: string;
    gone: string;
  }
> = {
  en: {
    question: "How satisfied are you with the help that you received?",
    send: "Send",
    comment: /like to add/,
    thanks: "Thank you",
    stop: "Do not ask me again",
    change: "Change my answer",
    choose: "Please choose a number.",
    gone: "This page is not open",
  },
  ko: {
    question: "받으신 도움에 얼마나 만족하시나요?",
    send: "보내기",
    comment: /덧붙이고/,
    thanks: "감사합니다",
    stop: "다시 묻지 말아 주세요",
    change: "답변 고치기",
    choose: "숫자를 선택해 주세요.",
    gone: "열려 있지 않은 페이지입니다",
  },
  ar: {
    question: "ما مدى رضاك عن المساعدة التي تلقيتها؟",
    send: "إرسال",
    comment: /هل تود إضافة/,
    thanks: "شكرًا لك",
    stop: "لا تسألني مرة أخرى",
    change: "تعديل إجابتي",
    choose: "يرجى اختيار رقم.",
    gone: "هذه الصفحة غير متاحة",
  },
};

async function made(owner: Client, path: string, body: unknown): Promise<any> {
  const got = await owner.post(path, body);
  if (got.status >= 300) throw new Error(`${path}: ${got.status} ${got.text}`);
  return got.body;
}

class Asker {
  private readonly teams = new Map<string, string>();
  private n = 0;
  private readonly owner: Client;
  private readonly program: Client;
  constructor(owner: Client, program: Client) {
    this.owner = owner;
    this.program = program;
  }

  async open(form: string, question?: unknown): Promise<void> {
    const team = await made(this.owner, "/teams", { name: `Team ${form}` });
    this.teams.set(form, team.id);
    await made(this.owner, "/surveys", {
      name: `Survey ${form}`,
      form,
      team: team.id,
      delay_minutes: 0,
      active: true,
      ...(question === undefined ? {} : { question }),
    });
  }

  /** A contact of that language was helped: the path at which they answer. */
  async link(form: string, language: string): Promise<string> {
    const contact = await made(this.owner, "/contacts", {
      name: `Kim ${++this.n}`,
      email: `kim${this.n}@example.net`,
      language,
    });
    const talk = await made(this.owner, "/conversations", {
      team: this.teams.get(form),
      title: "An order",
      text: "where is it",
      contact: contact.id,
    });
    await made(this.owner, `/conversations/${talk.id}/parts`, {
      kind: "message",
      text: "on its way",
    });
    await made(this.owner, `/conversations/${talk.id}/close`, {});
    for (const until = Date.now() + WAIT_MS; Date.now() < until;) {
      const got = await this.program.post(`/conversations/${talk.id}/survey/link`);
      if (got.status === 200) return new URL(got.body.link as string).pathname;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    throw new Error(`${talk.id}: nobody was asked`);
  }
}

async function quiet(screen: Screen, what: string): Promise<void> {
  screen.forgive(REFUSED);
  tally.same(`${what}: axe`, await screen.axe(), []);
  tally.same(`${what}: nothing is wrong`, screen.faults(), []);
  await tally.soon(`${what}: no cookie`, async () => (await screen.context.cookies()).length, 0);
}

// ---- every look

async function looks({ browser }: Stage, links: Map<string, string>): Promise<void> {
  await each(async (look) => {
    const link = links.get(`csat ${look.language}`) ?? "";
    const what = named(look);
    const words = WORDS[look.language];
    // The contact's language, whatever the browser would rather have.
    const screen = await browser.open(link, { ...look, language: "en" });
    const { page } = screen;
    await quiet(screen, what);
    await tally.soon(
      `${what}: of that language`,
      () => page.evaluate(() => `${document.documentElement.lang} ${document.documentElement.dir}`),
      `${look.language} ${look.language === "ar" ? "rtl" : "ltr"}`,
    );
    const group = page.getByRole("group", { name: words.question });
    await tally.soon(
      `${what}: one question with five numbers`,
      () => group.getByRole("radio").count(),
      5,
    );
    await tally.soon(
      `${what}: each with its name`,
      () => group.getByRole("radio", { name: "5", exact: true }).count(),
      1,
    );
    await tally.soon(
      `${what}: one comment`,
      () => page.getByRole("textbox", { name: words.comment }).count(),
      1,
    );
    await screen.shoot(`survey-${what}`);
    await screen.close();
  });
}

/** The other forms fit at 320 pixels, and their numbers can be hit. */
async function forms({ browser }: Stage, links: Map<string, string>): Promise<void> {
  for (const { form, scores } of FORMS) {
    const screen = await browser.open(links.get(`${form} en`) ?? "", { width: "narrow" });
    const { page } = screen;
    await page.setViewportSize({ width: 320, height: 640 });
    await tally.soon(`${form}: its numbers`, () => page.getByRole("radio").count(), scores);
    tally.same(`${form}: nothing to the side`, await screen.fits(), true);
    await tally.soon(
      `${form}: large enough to hit`,
      async () => {
        const box = await page.locator(".scores label").first().boundingBox();
        return ((box?.width ?? 0) >= 44 && (box?.height ?? 0) >= 44) || box;
      },
      true,
    );
    await quiet(screen, form);
    await screen.shoot(`survey-${form}-320`);
    await screen.close();
  }
  const own = await browser.open(links.get("nps ko") ?? "");
  await tally.soon(
    "own words are words, whatever stands in them",
    () => own.page.locator("legend").innerText(),
    '<b>추천</b> "하시겠어요" & 왜?',
  );
  await own.close();
}

// ---- with the keyboard

async function keyboard({ browser }: Stage, link: string, language: Language): Promise<void> {
  const words = WORDS[language];
  const screen = await browser.open(link, { language });
  const { page } = screen;
  const focused = (): Promise<string> =>
    page.evaluate(() => {
      const at = document.activeElement as HTMLInputElement | null;
      return `${at?.tagName ?? ""} ${at?.name ?? ""}`.trim();
    });
  await page.keyboard.press("Tab");
  await tally.soon(`${language}: first the numbers`, () => focused(), "INPUT score");
  await page.keyboard.press("Space");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  await tally.soon(
    `${language}: arrows choose`,
    () => page.getByRole("radio", { name: "3" }).isChecked(),
    true,
  );
  await tally.soon(
    `${language}: where one is can be seen`,
    () =>
      page.evaluate(() => {
        const label = document.activeElement?.closest("label");
        return label === null || label === undefined ? "" : getComputedStyle(label).outlineStyle;
      }),
    "solid",
  );
  await page.keyboard.press("Tab");
  await tally.soon(`${language}: then the comment`, () => focused(), "TEXTAREA comment");
  await page.keyboard.type("fine & <quick>");
  await page.keyboard.press("Tab");
  await tally.soon(`${language}: then the button`, () => focused(), "BUTTON");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name: words.thanks }).waitFor();
  await quiet(screen, `${language}: thanks`);
  await screen.shoot(`survey-thanks-${language}`);
  await page.getByRole("link", { name: words.change }).click();
  await tally.soon(
    `${language}: what was said stands there`,
    async () =>
      (await page.getByRole("radio", { name: "3" }).isChecked()) &&
      (await page.getByRole("textbox").inputValue()) === "fine & <quick>",
    true,
  );
  await quiet(screen, `${language}: again`);
  await screen.close();
}

// ---- what is refused

async function refused({ browser }: Stage, link: string, language: Language): Promise<void> {
  const words = WORDS[language];
  const screen = await browser.open(link, { language });
  const { page } = screen;
  // As a browser that does not check forms sends it.
  await page.evaluate(() => {
    (document.forms[0] as HTMLFormElement).noValidate = true;
  });
  await page.getByRole("textbox").fill("no number");
  await page.getByRole("button", { name: words.send }).click();
  await page.getByRole("alert").getByText(words.choose).waitFor();
  await tally.soon(
    `${language}: what was written is not lost`,
    () => page.getByRole("textbox").inputValue(),
    "no number",
  );
  await quiet(screen, `${language}: refused`);
  await screen.shoot(`survey-refused-${language}`);
  await screen.close();
  const gone = await browser.open(`/s/${"A".repeat(43)}`, { language });
  await tally.soon(
    `${language}: an unknown address`,
    () => gone.page.getByRole("heading", { level: 1 }).innerText(),
    words.gone,
  );
  await quiet(gone, `${language}: gone`);
  await gone.shoot(`survey-gone-${language}`);
  await gone.close();
}

// ---- without scripts

async function plain({ browser, server }: Stage, link: string): Promise<void> {
  const context = await browser.chromium.newContext({
    javaScriptEnabled: false,
    locale: "en",
    viewport: { width: 390, height: 844 },
  });
  const page = await context.newPage();
  const asked: string[] = [];
  page.on("request", (request) =>
    asked.push(
      `${request.method()} ${new URL(request.url()).pathname.replace(/[\w-]{43}/, "SECRET")}`,
    ),
  );
  await page.goto(server.url + link);
  await page.getByRole("button", { name: "Send" }).click();
  await page.locator("input[name=score]:focus").waitFor({ state: "attached" });
  await tally.soon(
    "without a number the browser itself says so",
    async () => [page.url().endsWith(link), await page.getByRole("radio").count()],
    [true, 5],
  );
  tally.same(
    "and sends nothing",
    asked.filter((request) => request.startsWith("POST")),
    [],
  );
  await page.getByRole("radio", { name: "4" }).check();
  await page.getByRole("textbox").fill("no scripts here");
  await page.getByRole("button", { name: "Send" }).click();
  await page.getByRole("heading", { name: "Thank you" }).waitFor();
  await page.getByRole("button", { name: "Do not ask me again" }).click();
  await page.getByText("We will not ask you again.").waitFor();
  tally.same("nothing else was asked for", [...new Set(asked)].sort(), [
    "GET /s/SECRET",
    "GET /s/style.css",
    "POST /s/SECRET",
  ]);
  await context.close();
}

await withBrowser(async (stage) => {
  const { owner, server } = stage;
  const token = await owner
    .as(null)
    .post(
      "/tokens",
      { name: "shop", kind: "integration", scopes: ["read", "work"] },
      { headers: pageHeaders(server.cookie) },
    );
  const asker = new Asker(owner, owner.as(token.body.secret as string));
  await asker.open("nps", { ko: '<b>추천</b> "하시겠어요" & 왜?' });
  await asker.open("csat");
  await asker.open("ces");
  const links = new Map<string, string>();
  for (const name of ["csat en", "csat ko", "csat ar", "nps en", "nps ko", "ces en"])
    links.set(name, await asker.link(name.split(" ")[0] ?? "", name.split(" ")[1] ?? ""));
  await looks(stage, links);
  await forms(stage, links);
  for (const language of ["en", "ko", "ar"] as const) {
    await refused(stage, links.get(`csat ${language}`) ?? "", language);
    await keyboard(stage, links.get(`csat ${language}`) ?? "", language);
  }
  await plain(stage, await asker.link("csat", "en"));
});
tally.end();
