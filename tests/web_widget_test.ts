// web_widget_test -- the chat widget as it is met: a chat is made in the settings and its line
// copied; a page of another origin, with a strict policy and hostile styles, holds that line; a
// visitor writes there, in Korean too, and a teammate answers in the inbox. The server goes and
// comes back, the page is left and opened again, the browser keeps nothing; each look of both.
import type { CDPSession, FrameLocator, Page } from "playwright-core";

import { axe, each, named, Screens, withBrowser, type Look, type Screen } from "./browser.ts";
import { HostSite } from "./host_site.ts";
import { at, FIELD, ok, PART, scene, see, tally, until, type Scene } from "./inbox_scene.ts";

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
  host.tag = (await tag.textContent()) ?? "";
  tally.is("there is a line to copy", /data-inbox="ci_\w+" async/.test(host.tag), host.tag);
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
  const secret = (await shown.textContent()) ?? "";
  tally.is("the secret is shown", secret.length >= 43, secret);
  tally.same("the secret: axe", await screen.axe(), []);
  await screen.shoot("chat-secret");
  await press(page, "Done");
  await page.getByText("knows signed-in visitors").waitFor();
  tally.is("once", !(await page.content()).includes(secret));
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
  await page.locator(BUTTON).focus();
  await page.keyboard.press("Enter");
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
async function lastOne(s: Scene): Promise<any> {
  const { data } = await ok(s.lead.client, "GET", "/conversations?sort=-id&limit=1");
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
  tally.same("composing: Enter sends nothing", await frame.locator(".part").count(), 0);
  await cdp.send("Input.insertText", { text: "글" });
  tally.same("the text is whole", await frame.locator("textarea").inputValue(), "한글");
}

// ---- the journey

async function journey(stand: Stand): Promise<void> {
  const { s } = stand;
  const visitor = await come(stand, { path: "/?spoils" });
  const { page, frame, screen } = visitor;
  const box = await page.locator(BUTTON).boundingBox();
  tally.is("the host's styles do not reach the button", box?.width === 56, box);
  await openChat(visitor);
  await says("it greets", visitor, "How can we help?");
  await korean(visitor);
  await page.keyboard.press("Enter");
  await frame.locator('.part[data-by="contact"]').waitFor();
  await until("it arrives", async () => (await lastOne(s))?.id !== undefined);
  const { id } = await lastOne(s);
  tally.same("whole, and once", await written(s, id), ["한글"]);

  const mina = await answering(stand, visitor, id);
  await restart(stand, visitor, id);
  await leaving(stand, visitor, mina, id);
  tally.same("no cookie", await page.evaluate(() => document.cookie), "");
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
  tally.same("who answers", await frame.locator(".who").first().textContent(), "Mina");
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
  tally.is("Escape closes it", await frame.locator("textarea").isHidden());
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
  const now = await written(s, id);
  tally.same("once", now.slice(before.length), ["Written while nobody heard"]);
  await ok(s.mina.client, "POST", `/conversations/${id}/parts`, {
    kind: "message",
    text: "We are back",
  });
  await says("and it is live again", visitor, "We are back");
}

/** The page is left and opened again; the end, and a new beginning. */
async function leaving({ s }: Stand, visitor: Visitor, mina: Screen, id: string): Promise<void> {
  const { page, frame, screen } = visitor;
  await frame.locator("textarea").fill("a draft");
  await page.reload();
  await says("after a reload it is open again, with all of it", visitor, "Good morning!");
  tally.same("and the draft", await frame.locator("textarea").inputValue(), "a draft");
  await frame.locator("textarea").fill("");
  await frame.locator("input[type=file]").setInputFiles({
    name: "receipt.txt",
    mimeType: "text/plain",
    buffer: Buffer.from("42.00"),
  });
  await frame.getByText("receipt.txt").waitFor();
  await frame.getByRole("button", { name: "Send" }).click();
  await frame.getByRole("button", { name: /receipt\.txt/ }).waitFor();
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
  await says("and that nothing is kept is said", visitor, "keeps nothing");
  tally.same("another site: nothing is wrong", visitor.screen.faults(), []);
  await visitor.screen.close();
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
    tally.same(`${name}: direction`, await frame.locator("html").getAttribute("dir"), dir);
    const wide = await frame.locator("html").evaluate((it) => it.scrollWidth <= innerWidth);
    tally.is(`${name}: nothing is cut at the side`, wide);
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
    await journey(stand);
    await strangers(stand);
    await looks(stand);
    await settingsLooks(stand);
  });
} finally {
  await host.stop();
}
tally.end();
