// web_widget_test -- the chat widget as it is met: a chat is made in the settings and its line
// copied; a page of another origin, with a strict policy and hostile styles, holds that line; a
// visitor writes there, in Korean too, and a teammate answers in the inbox. The server goes and
// comes back, the page is left and opened again, the browser keeps nothing; nobody is there, what
// can be said of how long it takes, how it was; a second window, a site that may not; each look.
import type { CDPSession, FrameLocator, Page } from "playwright-core";

import { axe, each, named, Screens, withBrowser, type Look, type Screen } from "./browser.ts";
import { meets } from "./conflict.ts";
import { HostSite } from "./host_site.ts";
import { at, FIELD, ok, PART, scene, see, tally, until, type Scene } from "./inbox_scene.ts";
import { OWNER, type Client } from "./server.ts";

const REFUSED = /status of (403|409|412|422)/;
const BUTTON = "evenkeel-chat button";

interface Stand {
  readonly s: Scene;
  readonly host: HostSite;
}

// ---- the settings

const press = (page: Page, name: string | RegExp) =>
  page.getByRole("button", { name }).first().click();

/** From nothing to a line that can be copied. */
async function makeChat({ s, host }: Stand): Promise<void> {
  const screen = await s.stage.browser.open("/settings/chat", {
    as: s.stage.account,
    language: "en",
    theme: "light",
  });
  const { page } = screen;
  await page.getByText("No chat yet").waitFor();
  await press(page, "Add a chat");
  await page.getByLabel("Name", { exact: true }).fill("Harbour Books");
  await press(page, /Who answers/);
  await page.getByRole("option", { name: "Billing" }).click();
  await page.getByRole("textbox", { name: "Web sites" }).fill("nonsense://x y");
  await press(page, "Make the chat");
  await page.locator(".ek-dialog .ek-fault").first().waitFor();
  const sites = `${host.at("127.0.0.1").replace("http://", "")}/shop/\n${host.at("localhost")}`;
  await page.getByRole("textbox", { name: "Web sites" }).fill(sites);
  await screen.shoot("chat-form");
  tally.same("the form: axe", await screen.axe(), []);
  await press(page, "Make the chat");
  const tag = page.getByRole("region", { name: "Line for your pages" });
  await tag.waitFor();
  await until("there is a line to copy", async () => {
    host.tag = (await tag.textContent()) ?? "";
    return /data-inbox="ci_\w+" async/.test(host.tag);
  });
  await screen.shoot("chat-install");
  tally.same("the line: axe", await screen.axe(), []);
  await press(page, "Done");
  await page.getByText(host.at("localhost")).waitFor();
  await secretOnce(screen);
  screen.forgive(REFUSED);
  tally.same("settings: nothing is wrong", screen.faults(), []);
  await screen.close();
}

async function secretOnce(screen: Screen): Promise<void> {
  const { page } = screen;
  await press(page, /^Signed-in visitors/);
  await press(page, "Make the secret");
  const shown = page.getByRole("region", { name: "Secret", exact: true });
  let secret = "";
  await until("the secret is shown", async () => {
    secret = (await shown.textContent()) ?? "";
    return secret.length >= 43;
  });
  tally.same("the secret: axe", await screen.axe(), []);
  await screen.shoot("chat-secret");
  await press(page, "Done");
  await page.getByText("knows signed-in visitors").waitFor();
  await tally.soon("once", async () => !(await page.content()).includes(secret), true);
}

async function settingsLooks({ s }: Stand): Promise<void> {
  await each(async (look) => {
    const screen = await s.stage.browser.open("/settings/chat", { as: s.stage.account, ...look });
    await screen.page.getByText("Harbour Books").waitFor();
    await screen.shoot(`chat-settings-${named(look)}`);
    tally.same(`settings, ${named(look)}: axe`, await screen.axe(), []);
    tally.same(`settings, ${named(look)}: nothing is wrong`, screen.faults(), []);
    await screen.close();
  });
}

// ---- a visitor

interface Visitor {
  readonly screen: Screen;
  readonly page: Page;
  readonly frame: FrameLocator;
}

async function come(
  { s, host }: Stand,
  options: Partial<Look> & { on?: "127.0.0.1" | "localhost"; path?: string } = {},
): Promise<Visitor> {
  const screens = new Screens(s.stage.browser.chromium, host.at(options.on ?? "127.0.0.1"), null);
  const path = options.path ?? `/?lang=${options.language ?? "en"}`;
  const screen = await screens.open(path, options);
  // The one other origin that is asked.
  screen.forgive(new RegExp(`^elsewhere: \\w+ ${s.stage.server.url}/`));
  const { page } = screen;
  await page.locator(BUTTON).waitFor();
  return { screen, page, frame: page.frameLocator("evenkeel-chat iframe") };
}

const inFrame = (page: Page) => {
  const found = page.frames().find((frame) => frame.url().includes("/widget/"));
  if (found === undefined) throw new Error("no frame");
  return found;
};

async function openChat({ page, frame }: Visitor): Promise<void> {
  await page.locator(BUTTON).press("Enter");
  await frame.locator("textarea").waitFor();
  await page.waitForFunction(
    () => document.activeElement?.shadowRoot?.activeElement?.tagName === "IFRAME",
  );
  await frame.locator("textarea:focus").waitFor();
}

async function says(what: string, { frame }: Visitor, text: string): Promise<void> {
  const is = await frame
    .getByText(text)
    .first()
    .waitFor({ timeout: 20_000 })
    .then(() => true)
    .catch(() => false);
  tally.is(what, is, text);
}

/** The conversation that came last. */
async function lastOne(s: Scene, who = s.lead.client): Promise<any> {
  const { data } = await ok(who, "GET", "/conversations?sort=-id&limit=1");
  return data[0];
}

const written = async (s: Scene, id: string): Promise<string[]> =>
  (await ok(s.lead.client, "GET", `/conversations/${id}/parts?kind=message&sort=id`)).data.map(
    (part: any) => part.text as string,
  );

// ---- Korean, as its keyboards write it

async function korean(visitor: Visitor): Promise<void> {
  const { page, frame, screen } = visitor;
  const cdp: CDPSession = await screen.context.newCDPSession(page);
  const compose = (text: string) =>
    cdp.send("Input.imeSetComposition", {
      text,
      selectionStart: text.length,
      selectionEnd: text.length,
    });
  await compose("ㅎ");
  await compose("한");
  await cdp.send("Input.insertText", { text: "한" });
  await compose("그");
  await compose("글");
  const key = { key: "Process", code: "Enter", windowsVirtualKeyCode: 229 };
  await cdp.send("Input.dispatchKeyEvent", { type: "rawKeyDown", ...key });
  await tally.soon("composing: Enter sends nothing", () => frame.locator(".part").count(), 0);
  await cdp.send("Input.insertText", { text: "글" });
  await tally.soon("the text is whole", () => frame.locator("textarea").inputValue(), "한글");
}

// ---- the journey

async function journey(stand: Stand): Promise<void> {
  const { s } = stand;
  const visitor = await come(stand, { path: "/?spoils" });
  const { page, frame, screen } = visitor;
  await tally.soon(
    "the host's styles do not reach the button",
    async () => (await page.locator(BUTTON).boundingBox())?.width,
    56,
  );
  await openChat(visitor);
  await says("it greets", visitor, "How can we help?");
  await korean(visitor);
  await page.keyboard.press("Enter");
  await frame.locator('.part[data-by="contact"]').waitFor();
  let id = "";
  await until("it arrives", async () => {
    id = (await lastOne(s))?.id ?? "";
    return id !== "";
  });
  await tally.soon("whole, and once", () => written(s, id), ["한글"]);

  const mina = await answering(stand, visitor, id);
  await restart(stand, visitor, id);
  await leaving(stand, visitor, mina, id);
  await tally.soon("no cookie", () => page.evaluate(() => document.cookie), "");
  const cookies = await screen.context.cookies();
  tally.same("nor one that scripts do not see", cookies, []);
  screen.forgive(/status of 503/);
  screen.forgive(/ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED|ERR_CONNECTION_RESET/);
  tally.same("the visitor: nothing is wrong", screen.faults(), []);
  await screen.close();
  await mina.close();
}

/** A teammate answers; each sees what the other does. */
async function answering({ s }: Stand, visitor: Visitor, id: string): Promise<Screen> {
  const { page, frame, screen } = visitor;
  await ok(s.lead.client, "POST", `/conversations/${id}/assign`, { teammate: s.mina.id }).catch(
    () => undefined,
  );
  const mina = await at(s, s.mina, `/inbox/mine/${id}`);
  await see("Mina reads it", mina.page, PART, "한글");
  await says("seen", visitor, "Seen");
  await mina.page.focus(FIELD);
  await mina.page.keyboard.type("Good mor");
  await says("Mina is writing", visitor, "is writing");
  await mina.page.keyboard.type("ning!");
  await mina.page.keyboard.press("Control+Enter");
  await says("the answer", visitor, "Good morning!");
  await tally.soon("who answers", () => frame.locator(".who").first().textContent(), "Mina");
  await screen.shoot("widget-answered");
  await see("the answer was seen", mina.page, ".ek-inbox-seen");
  await frame.locator("textarea").focus();
  await page.keyboard.type("One more");
  await see("the contact is writing", mina.page, ".ek-inbox-typing", "writing");
  await mina.shoot("inbox-chat-typing");
  await page.keyboard.press("Escape");
  await page.waitForFunction(
    () => document.activeElement?.shadowRoot?.activeElement?.tagName === "BUTTON",
  );
  await tally.soon("Escape closes it", () => frame.locator("textarea").isHidden(), true);
  await mina.page.keyboard.type("Are you there?");
  await mina.page.keyboard.press("Control+Enter");
  await page.getByRole("button", { name: "Open the chat: 1 new message" }).waitFor();
  tally.is("the button says so", true);
  await screen.shoot("widget-unread");
  await openChat(visitor);
  return mina;
}

/** The server ends while a message is written, and comes back. */
async function restart({ s }: Stand, visitor: Visitor, id: string): Promise<void> {
  const { server } = s.stage;
  const { page, frame, screen } = visitor;
  const { port } = server;
  const before = await written(s, id);
  await server.end();
  await says("that the line is broken is said", visitor, "No connection");
  await frame.locator("textarea").fill("Written while nobody heard");
  await page.keyboard.press("Enter");
  await frame.locator('.part[data-state="sending"]').waitFor();
  await screen.shoot("widget-offline");
  await server.start(port);
  await until("it is sent", async () => (await written(s, id)).length > before.length);
  await frame.locator(".part[data-state]").waitFor({ state: "detached", timeout: 20_000 });
  await tally.soon("once", async () => (await written(s, id)).slice(before.length), [
    "Written while nobody heard",
  ]);
  await ok(s.mina.client, "POST", `/conversations/${id}/parts`, {
    kind: "message",
    text: "We are back",
  });
  await says("and it is live again", visitor, "We are back");
}

/** Enter while a file is still on its way up: it goes when the file is there, and with it. */
async function sentEarly({ page, frame }: Visitor): Promise<void> {
  let arrive = (): void => undefined;
  const arrived = new Promise<void>((resolve) => (arrive = resolve));
  await page.route(/\/files$/, async (route) => {
    await arrived;
    await route.continue();
  });
  const file = { name: "receipt.txt", mimeType: "text/plain", buffer: Buffer.from("42.00") };
  const field = frame.locator("textarea");
  await field.fill("Here it is");
  await frame.locator("input[type=file]").setInputFiles(file);
  await frame.locator('form[aria-busy="true"]').waitFor();
  await field.press("Enter");
  await tally.soon("it waits for the file", () => field.inputValue(), "Here it is");
  arrive();
  const part = frame.locator(".part", { hasText: "Here it is" });
  await part.getByRole("button", { name: /receipt\.txt/ }).waitFor();
  await tally.soon("and then is gone from the field", () => field.inputValue(), "");
  await page.unroute(/\/files$/);
}

/** The page is left and opened again; the end, and a new beginning. */
async function leaving({ s }: Stand, visitor: Visitor, mina: Screen, id: string): Promise<void> {
  const { page, frame, screen } = visitor;
  await frame.locator("textarea").fill("a draft");
  await page.reload();
  await says("after a reload it is open again, with all of it", visitor, "Good morning!");
  await tally.soon("and the draft", () => frame.locator("textarea").inputValue(), "a draft");
  await sentEarly(visitor);
  await see("the file arrives", mina.page, "a,button", "receipt.txt");
  await ok(s.mina.client, "POST", `/conversations/${id}/close`, {});
  await says("the end is said", visitor, "has ended");
  await screen.shoot("widget-ended");
  tally.same("the end: axe", await axe(inFrame(page) as unknown as Page), []);
}

// ---- where the browser keeps nothing, and where the chat may not be

async function strangers(stand: Stand): Promise<void> {
  const visitor = await come(stand, { on: "localhost" });
  await openChat(visitor);
  await visitor.page.keyboard.type("From another site");
  await visitor.page.keyboard.press("Enter");
  await says("another site: it is sent", visitor, "From another site");
  await visitor.frame.locator('.part[data-by="contact"]:not([data-state])').waitFor();
  await says("and that nothing is kept is said", visitor, "keeps nothing");
  const { contact } = await lastOne(stand.s);
  await ok(stand.s.lead.client, "POST", `/contacts/${contact as string}/block`);
  await visitor.page.keyboard.type("Buy my pills");
  await visitor.page.keyboard.press("Enter");
  await says("who is blocked is told in words", visitor, "no longer taken in this chat");
  await says("of that message too", visitor, "This could not be sent");
  visitor.screen.forgive(/status of 403/);
  tally.same("another site: nothing is wrong", visitor.screen.faults(), []);
  await visitor.screen.close();
}

// ---- no room for more

/** Ten answers with twenty files each: as many as a conversation has room for. */
async function fill(client: Client, id: string): Promise<void> {
  for (let answer = 0; answer < 10; answer++) {
    const attachments: string[] = [];
    for (let i = 0; i < 20; i++) {
      const made = await client.post("/attachments", undefined, {
        raw:
          '--b1\r\nContent-Disposition: form-data; name="file"; filename="page.txt"\r\n' +
          "Content-Type: text/plain\r\n\r\nPage\r\n--b1--\r\n",
        headers: { "Content-Type": "multipart/form-data; boundary=b1" },
      });
      attachments.push(made.body.id as string);
    }
    const body = { kind: "message", text: `Pages ${answer}`, attachments };
    await ok(client, "POST", `/conversations/${id}/parts`, body);
  }
}

/** It is said why, and nothing is offered that cannot help. */
async function full(stand: Stand): Promise<void> {
  const visitor = await come(stand);
  const { page, frame, screen } = visitor;
  await openChat(visitor);
  await page.keyboard.type("All the pages, please");
  await page.keyboard.press("Enter");
  await frame.locator('.part[data-by="contact"]:not([data-state])').waitFor();
  const { id } = await lastOne(stand.s);
  await fill(stand.s.lead.client, id);
  const file = { name: "list.txt", mimeType: "text/plain", buffer: Buffer.from("One more") };
  await frame.locator("input[type=file]").setInputFiles(file);
  await frame.getByRole("button", { name: "Remove list.txt" }).waitFor();
  await frame.locator("textarea").fill("And this one");
  await frame.locator("textarea").press("Enter");
  await says("full: it is said of which file", visitor, "list.txt could not be attached: there is");
  const line = frame.locator('.part[data-state="refused"]');
  await tally.soon(
    "full: it can only be discarded",
    () => line.getByRole("button").allTextContents(),
    ["Discard"],
  );
  tally.same("full: axe", await axe(inFrame(page) as unknown as Page), []);
  await screen.shoot("widget-full");
  await line.getByRole("button", { name: "Discard" }).click();
  await line.waitFor({ state: "detached" });
  await frame.locator("textarea").fill("Without it, then");
  await frame.locator("textarea").press("Enter");
  await until("full: words go on", async () =>
    (await written(stand.s, id)).includes("Without it, then"),
  );
  screen.forgive(/status of 413/);
  tally.same("full: nothing is wrong", screen.faults(), []);
  await screen.close();
}

// ---- nobody is there, and the end

/** The team works at no hour of the next days. */
async function closeHours({ s }: Stand): Promise<void> {
  const made = await ok(s.stage.owner, "POST", "/calendars", {
    name: "One hour a week",
    zone: "UTC",
    week: [{ day: ((new Date().getUTCDay() + 2) % 7) + 1, from: "09:00", to: "10:00" }],
    closed: [],
  });
  await s.stage.owner.patch(
    `/teams/${s.team}/settings`,
    { set: { calendar: made.id } },
    { headers: { "If-Match": "*" } },
  );
}

async function absent(stand: Stand): Promise<void> {
  const { s } = stand;
  await closeHours(stand);
  const survey = { name: "After", form: "csat", team: s.team, delay_minutes: 0, active: true };
  await ok(s.lead.client, "POST", "/surveys", survey);
  const visitor = await come(stand);
  const { page, frame, screen } = visitor;
  await openChat(visitor);
  await says("closed: until when is said", visitor, "Nobody is here until");
  await tally.soon(
    "and no time to wait that nobody knows",
    () => frame.getByText("in line").count(),
    0,
  );
  await page.keyboard.type("Is anybody there?");
  await page.keyboard.press("Enter");
  await frame.locator('.part[data-by="contact"]:not([data-state])').waitFor();
  await frame.getByRole("button", { name: "Leave your e-mail address" }).press("Enter");
  await frame.getByLabel("E-mail address").fill("nowhere");
  await page.keyboard.press("Enter");
  await says("no address is said so", visitor, "This is not an e-mail address");
  await screen.shoot("widget-address");
  tally.same("the form: axe", await axe(inFrame(page) as unknown as Page), []);
  await frame.getByLabel("E-mail address").fill("kim@example.net");
  await page.keyboard.press("Enter");
  await says("the answer comes by e-mail too", visitor, "The answer will also come by e-mail");
  const { id } = await lastOne(s);
  await tally.soon(
    "it stands there",
    async () => {
      const chat = await ok(s.lead.client, "GET", `/conversations/${id}/chat`);
      return [chat.address, chat.verified];
    },
    ["kim@example.net", false],
  );
  await secondTab(visitor);
  const text = "We are back tomorrow";
  await ok(s.mina.client, "POST", `/conversations/${id}/parts`, { kind: "message", text });
  await says("answered", visitor, text);
  await ok(s.mina.client, "POST", `/conversations/${id}/close`, {});
  const link = frame.getByRole("link", { name: /How was it/ });
  await link.waitFor({ timeout: 20_000 });
  await tally.soon(
    "at the end it is asked how it was",
    async () => {
      const href = (await link.getAttribute("href")) ?? "";
      return href.startsWith(`${s.stage.server.url}/s/`) || href;
    },
    true,
  );
  await screen.shoot("widget-survey");
  tally.same("absent: nothing is wrong", screen.faults(), []);
  await screen.close();
}

/** Another window of the same browser is the same visitor. */
async function secondTab(visitor: Visitor): Promise<void> {
  const page = await visitor.screen.context.newPage();
  await page.goto("/");
  const second = { ...visitor, page, frame: page.frameLocator("evenkeel-chat iframe") };
  await page.locator(BUTTON).waitFor();
  await openChat(second);
  await says("a second window shows the same", second, "Is anybody there?");
  await page.keyboard.type("From the second window");
  await page.keyboard.press("Enter");
  await says("and the first hears of it", visitor, "From the second window");
  await tally.soon("once", () => visitor.frame.getByText("From the second window").count(), 1);
  await page.close();
}

const inboxOf = ({ host }: Stand): string => /ci_\w+/.exec(host.tag)?.[0] ?? "";
const change = ({ s, host }: Stand, set: object): Promise<unknown> =>
  s.stage.owner.patch(`/chat-inboxes/${inboxOf({ s, host })}`, set, {
    headers: { "If-Match": "*" },
  });

/** Ten were given to who is full now, and one waits: the second in line is told by the router. */
async function waits(stand: Stand): Promise<void> {
  const { s } = stand;
  const team = (await ok(s.stage.owner, "POST", "/teams", { name: "Rare books" })).id as string;
  const bo = await s.stage.server.person(s.stage.owner, {
    name: "Bo Lind",
    roles: ["teammate"],
    memberships: [{ team }],
  });
  const limit = (to: number): Promise<unknown> =>
    s.stage.owner.patch(
      `/teammates/${bo.id}/settings`,
      { set: { limit: to } },
      { headers: { "If-Match": "*" } },
    );
  await limit(10);
  await ok(bo.client, "PUT", `/teammates/${bo.id}/presence`, { presence: "active" });
  let last: any = null;
  for (let i = 0; i < 11; i++)
    last = await ok(s.stage.owner, "POST", "/conversations", { team, text: `No. ${i}` });
  tally.same("the eleventh waits", last.teammate, null);
  await change(stand, { team });
  const visitor = await come(stand);
  await openChat(visitor);
  await visitor.page.keyboard.type("And mine?");
  await visitor.page.keyboard.press("Enter");
  await says("one's place", visitor, "You are 2nd in line.");
  const { id } = await lastOne(s, s.stage.owner);
  const told = await ok(s.stage.owner, "GET", `/conversations/${id}/why-waiting`);
  tally.same("as colleagues are told", told.team_place, 2);
  const minutes = Math.ceil(told.estimate.high_ms / 60_000);
  tally.is("of ten a moment ago: soon", told.estimate.low_ms < 60_000 && minutes === 1, told);
  await says("and how long", visitor, "An answer within about 1 minute.");
  await visitor.screen.shoot("widget-waits");
  await limit(12);
  await says("until somebody is there", visitor, "You are talking to Bo");
  await until(
    "then nothing is said of it",
    async () => !(await visitor.frame.getByText("in line").isVisible()),
  );
  await visitor.screen.close();
  await change(stand, { team: s.team });
  await tally.soon(
    "Bo has them all",
    async () => (await ok(s.stage.owner, "GET", `/conversations/${id}`)).teammate,
    bo.id,
  );
}

/** In which languages people answer is said to who reads another. */
async function spoken(stand: Stand): Promise<void> {
  await change(stand, { languages: ["ko", "en"] });
  const arabic = await come(stand, { language: "ar" });
  await openChat(arabic);
  await says("answers come in others", arabic, "لغات الرد: الكورية والإنجليزية.");
  await arabic.screen.shoot("widget-other-language");
  tally.same("other language: axe", await axe(inFrame(arabic.page) as unknown as Page), []);
  await arabic.screen.close();
  const korean = await come(stand, { language: "ko" });
  await openChat(korean);
  await tally.soon("not in one's own", () => korean.frame.getByText("답변 언어").count(), 0);
  await korean.screen.close();
  await change(stand, { languages: ["en", "ko", "ar"] });
}

/** What the server says of how long it takes, in words; the rest of its answer is its own. */
async function expects(stand: Stand): Promise<void> {
  const visitor = await come(stand);
  await visitor.page.route("**/api/v1/visit/*", async (route) => {
    const response = await route.fetch();
    const body = { ...((await response.json()) as object) };
    const expectation = { low_minutes: 4, high_minutes: 9, place: 3 };
    await route.fulfill({ response, json: { ...body, expectation } });
  });
  await openChat(visitor);
  await says("how long", visitor, "An answer in about 4 to 9 minutes. You are 3rd in line.");
  await visitor.screen.shoot("widget-expects");
  await visitor.screen.close();
}

/** A site that is not named shows no frame; the console says why. */
async function elsewhere(stand: Stand): Promise<void> {
  const { host } = stand;
  await change(stand, { sites: [host.at("127.0.0.1")] });
  const visitor = await come(stand, { on: "localhost" });
  const said = visitor.page.waitForEvent("console", (line) => line.text().includes("no chat. Is"));
  await visitor.page.locator(BUTTON).press("Enter");
  await tally.soon(
    "a site that is not named: why",
    async () => (await said).text().includes(host.at("localhost")),
    true,
  );
  const frame = visitor.page.frameLocator("evenkeel-chat iframe");
  await tally.soon("and no chat", () => frame.locator("textarea").count(), 0);
  await visitor.screen.close();
}

/** Two people change the same chat: both values, and the second one chooses. */
async function conflict(stand: Stand): Promise<void> {
  const { s } = stand;
  const inbox = inboxOf(stand);
  const look = { as: s.stage.account, language: "en", theme: "light" } as const;
  const screen = await s.stage.browser.open("/settings/chat", look);
  const { page } = screen;
  await page.getByText("Harbour Books").waitFor();
  await page.getByRole("button", { name: /^Edit/ }).first().click();
  const name = page.getByLabel("Name", { exact: true });
  await name.fill("Mine");
  await page.getByRole("checkbox", { name: "العربية" }).press(" ");
  await change(stand, { name: "Theirs" });
  const words = { theirs: "Theirs", mine: "Mine", save: "Save", shot: "chat-conflict" };
  const both = await meets(tally, screen, words);
  await both.getByText(OWNER.name).first().waitFor();
  tally.is("who it was is said", true);
  await tally.soon(
    "and nothing that is the same",
    async () => (await both.innerText()).includes("Who answers"),
    false,
  );
  await press(page, "Keep mine");
  await both.waitFor({ state: "detached" });
  await tally.soon(
    "whoever came second chose",
    async () => {
      const now = await ok(s.stage.owner, "GET", `/chat-inboxes/${inbox}`);
      return [now.name, now.languages];
    },
    ["Mine", ["en", "ko"]],
  );
  screen.forgive(REFUSED);
  tally.same("412: nothing is wrong", screen.faults(), []);
  await screen.close();
}

// ---- each look

async function looks(stand: Stand): Promise<void> {
  await each(async (look) => {
    const visitor = await come(stand, look);
    const { page, frame, screen } = visitor;
    const name = named(look);
    await openChat(visitor);
    await page.keyboard.type(look.language === "ko" ? "주문한 책이 언제 오나요?" : "Where is it?");
    await page.keyboard.press("Enter");
    await frame.locator('.part[data-by="contact"]:not([data-state])').waitFor();
    await screen.shoot(`widget-${name}`);
    tally.same(`${name}: axe, the button`, await screen.axe("evenkeel-chat"), []);
    tally.same(`${name}: axe, the frame`, await axe(inFrame(page) as unknown as Page), []);
    const dir = look.language === "ar" ? "rtl" : "ltr";
    await tally.soon(`${name}: direction`, () => frame.locator("html").getAttribute("dir"), dir);
    await tally.soon(
      `${name}: nothing is cut at the side`,
      () => frame.locator("html").evaluate((it) => it.scrollWidth <= innerWidth),
      true,
    );
    tally.same(`${name}: no faults`, screen.faults(), []);
    await screen.close();
  });
}

const host = new HostSite();
await host.start();
try {
  await withBrowser(async (stage) => {
    host.server = stage.server.url;
    const stand = { s: await scene(stage), host };
    await makeChat(stand);
    const steps = {
      ...{ journey, strangers, full, looks, settingsLooks, spoken, waits, absent, expects },
      ...{ elsewhere, conflict },
    };
    const wanted = process.argv.slice(2);
    for (const [name, step] of Object.entries(steps))
      if (wanted.length === 0 || wanted.includes(name)) await step(stand);
  });
} finally {
  await host.stop();
}
tally.end();
