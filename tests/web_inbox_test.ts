// web_inbox_test -- the inbox as people use it: by keyboard alone from opening to closing, Korean
// typed through the browser's own composition with each key that sends, drafts through reload and
// sign-out, rows that keep their place, what happens when somebody else is faster, the server gone
// and back.
import type { CDPSession, Page, Route } from "playwright-core";
import { withBrowser } from "./browser.ts";
import type { Person } from "./server.ts";
import {
  FIELD,
  PART,
  PASSWORD,
  ROW,
  at,
  make,
  ok,
  one,
  openByKeys,
  scene,
  see,
  tabTo,
  tally,
  texts,
  until,
  type Scene,
} from "./inbox_scene.ts";

/** The conversation that is open, by its title. */
const isOpen = (page: Page, title: string): Promise<void> =>
  page.locator("#ek-inbox-heading", { hasText: title }).waitFor();

/** What stands in the field of the composer. */
const typed = (page: Page, what: string, text: string): Promise<void> =>
  tally.soon(what, () => page.inputValue(FIELD), text);

async function answering(s: Scene, page: Page, id: string): Promise<void> {
  await page.keyboard.press("r");
  await page.waitForFunction(() => document.activeElement?.id === "ek-inbox-field-message");
  await page.keyboard.type("Your second charge goes back today.");
  await page.keyboard.press("Control+Enter");
  await see("a reply is held", page, `${PART}[data-pending]`, "Your second charge");
  await typed(page, "and its field is empty", "");
  await page.keyboard.press("Control+z");
  await page.waitForFunction(
    () => document.querySelector<HTMLTextAreaElement>("#ek-inbox-field-message")?.value !== "",
  );
  await typed(page, "its sending is undone, whole", "Your second charge goes back today.");
  await tally.soon("nothing was sent", async () => (await texts(s, id, "message")).length, 1);
  await page.keyboard.press("Control+Enter");
  await until("then it is sent, once", async () => (await texts(s, id, "message")).length === 2);
  await page.keyboard.press("Escape");
  await page.keyboard.press("n");
  await page.waitForFunction(() => document.activeElement?.id === "ek-inbox-field-note");
  await page.keyboard.type("Receipt checked.");
  await page.keyboard.press("Control+Enter");
  await until("a note", async () => (await texts(s, id, "note")).includes("Receipt checked."));
  await page.keyboard.press("Escape");
}

async function handing(s: Scene, page: Page, id: string): Promise<void> {
  await page.keyboard.press("h");
  await page.waitForSelector("[role=dialog]");
  tally.is("the people are reached", await tabTo(page, /^A person |Find a person/));
  await page.waitForSelector("[role=dialog] [role=option]");
  tally.is("their list too", await tabTo(page, /Omar Haddad/));
  await page.keyboard.press("Space");
  tally.is("the summary", await tabTo(page, /Summary/));
  await page.keyboard.type("Charged twice; the refund is on its way.");
  tally.is("the button", await tabTo(page, /^ *Hand over/));
  await page.keyboard.press("Enter");
  await until("it is handed over", async () => (await one(s, id)).teammate === s.omar.id);
  await tally.soon("with its summary", () => texts(s, id, "summary"), [
    "Charged twice; the refund is on its way.",
  ]);
}

async function keyboard(s: Scene): Promise<void> {
  const id = await make(s, { title: "Charged twice", text: "Twice, on 3 March!", priority: 2 });
  const second = await make(s, { title: "송장 사본", text: "송장이 필요합니다.", name: "이서연" });
  await ok(s.omar.client, "PUT", `/teammates/${s.omar.id}/presence`, { presence: "active" });
  const screen = await at(s, s.mina, "/inbox", { hold: 5 });
  const { page } = screen;
  await openByKeys(page, "Charged twice");
  await answering(s, page, id);
  await page.keyboard.press("s");
  await page.waitForSelector("[role=dialog]");
  tally.is("snoozing is reached", await tabTo(page, /^ *Snooze/));
  await page.keyboard.press("Enter");
  await until("it sleeps till tomorrow, nine", async () => {
    const { state, snoozed_until: at } = await one(s, id);
    return state === "snoozed" && String(at).includes(":00:00.000Z");
  });
  await page.waitForFunction(() => document.querySelector("[role=dialog]") === null);
  await handing(s, page, id);
  await page.waitForFunction(() => document.querySelector("[role=dialog]") === null);
  await openByKeys(page, "송장 사본");
  await page.keyboard.press("e");
  await until("closed", async () => (await one(s, second)).state === "closed");
  await see("and said", page, ".ek-notice", "Closed: 송장 사본");
  await page.keyboard.press("Control+z");
  await until("and put back by key", async () => (await one(s, second)).state === "open");
  tally.same("by keyboard: quiet", screen.faults(), []);
  await screen.close();
}

// ---- Korean, as its keyboards write it

async function composed(cdp: CDPSession, ...texts: string[]): Promise<void> {
  for (const text of texts)
    await cdp.send("Input.imeSetComposition", {
      text,
      selectionStart: text.length,
      selectionEnd: text.length,
    });
}

const commit = (cdp: CDPSession, text: string): Promise<unknown> =>
  cdp.send("Input.insertText", { text });

/** An Enter that the input method takes: 229, as browsers name it. */
async function enterWhileComposing(cdp: CDPSession, modifiers: number): Promise<void> {
  const key = { key: "Process", code: "Enter", windowsVirtualKeyCode: 229, modifiers };
  await cdp.send("Input.dispatchKeyEvent", { type: "rawKeyDown", ...key });
}

async function korean(s: Scene, enterSends: boolean): Promise<void> {
  const how = enterSends ? "Enter sends" : "Ctrl+Enter sends";
  const id = await make(s, { title: `한글 ${how}`, text: "안녕하세요" });
  const screen = await at(s, s.mina, `/inbox/mine/${id}`, { hold: 0, enterSends });
  const { page } = screen;
  await page.reload();
  await page.focus(FIELD);
  const cdp = await screen.context.newCDPSession(page);
  const send = enterSends ? "Enter" : "Control+Enter";
  const modifiers = enterSends ? 0 : 2;
  // The last syllable is still being made when the key comes, and the key comes twice.
  await composed(cdp, "ㅎ", "하", "한");
  await commit(cdp, "한");
  await composed(cdp, "ㄱ", "그", "글");
  await enterWhileComposing(cdp, modifiers);
  await tally.soon(
    `${how}: not half a syllable`,
    async () => (await texts(s, id, "message")).length,
    1,
  );
  await commit(cdp, "글");
  await page.keyboard.press(send);
  await page.waitForFunction(
    (field) => document.querySelector<HTMLTextAreaElement>(field)?.value === "",
    FIELD,
  );
  // And without composition, an Enter is an Enter, however soon after.
  await page.keyboard.press("Shift+Enter");
  await typed(page, `${how}: a line at once`, "\n");
  await page.keyboard.press("Backspace");
  await page.keyboard.type("ok");
  await page.keyboard.press(enterSends ? "Shift+Enter" : "Enter");
  await page.keyboard.type("둘째 줄");
  await typed(page, `${how}: two lines stand`, "ok\n둘째 줄");
  await until(`${how}: sent`, async () => (await texts(s, id, "message")).length > 1);
  await page.keyboard.press(send);
  await until(`${how}: and again`, async () => (await texts(s, id, "message")).length > 2);
  await tally.soon(
    `${how}: whole, and each once`,
    async () => (await texts(s, id, "message")).slice(1),
    ["한글", "ok\n둘째 줄"],
  );
  tally.same(`${how}: quiet`, screen.faults(), []);
  await screen.close();
}

// ---- drafts

const HALF = "Half an answer, 반쪽 답장";

/** From the page itself, so that the browser's storage stays. */
async function outAndIn(page: Page, who: Person): Promise<void> {
  await page.evaluate(
    async ([email, password]) => {
      const ask = (path: string, body: object) =>
        fetch(`/api/v1${path}`, {
          method: "POST",
          headers: { "Content-Type": "application/json", "Idempotency-Key": crypto.randomUUID() },
          body: JSON.stringify(body),
        });
      await ask("/sign-out", {});
      await ask("/sign-in", { email, password });
    },
    [who.email, PASSWORD],
  );
}

/** Another conversation and back; a second tab, which shows what is typed in the first; and a note,
 * which stands behind a tab of its own and is said there and on the row. */
async function elsewhere(s: Scene, page: Page, who: Person, id: string): Promise<void> {
  await make(s, { title: "Beside it", text: "And me?", holder: who.id });
  const row = (title: string) => page.locator(ROW).filter({ hasText: title });
  await row("Beside it").click();
  await isOpen(page, "Beside it");
  await page.waitForFunction(() => !document.body.innerText.includes("Are you there?"));
  await typed(page, "none at another conversation", "");
  await row("Drafts").click();
  const isBack = (text: string) =>
    [...document.querySelectorAll("textarea")].some((each) => each.value === text);
  await page.waitForFunction(isBack, HALF);
  const second = await page.context().newPage();
  await second.goto(`/inbox/mine/${id}`);
  await second.waitForFunction(isBack, HALF);
  await page.fill(FIELD, `${HALF}!`);
  await second.waitForFunction(isBack, `${HALF}!`);
  await page.fill(FIELD, HALF);
  await second.waitForFunction(isBack, HALF);
  tally.is("the same in two tabs", true);
  await second.close();
  await row("Beside it").click();
  await isOpen(page, "Beside it");
  await page.getByRole("tab", { name: "Note" }).click();
  await page.getByLabel("Note for teammates; the contact never sees it").fill("They called before");
  await page.reload();
  await page.getByRole("tab", { name: "Note \u00b7 Draft" }).waitFor();
  await until("a note that is not written to its end is said on its row", async () =>
    (await row("Beside it").innerText()).includes("Draft"),
  );
}

async function drafts(s: Scene): Promise<void> {
  const { owner, server } = s.stage;
  const dana = await server.person(owner, {
    name: "Dana Kim",
    roles: ["teammate"],
    memberships: [{ team: s.team }],
  });
  const id = await make(s, { title: "Drafts", text: "Are you there?", holder: dana.id });
  const screen = await at(s, dana, `/inbox/mine/${id}`, { hold: 30 });
  const { page } = screen;
  screen.forgive(/401/);
  await page.fill(FIELD, HALF);
  await page.reload();
  await page.waitForSelector(FIELD);
  await typed(page, "a draft after reload", HALF);
  await see("its row says so", page, ROW, "Draft");
  await elsewhere(s, page, dana, id);
  await outAndIn(page, dana);
  await page.goto(`/inbox/mine/${id}`);
  await page.waitForSelector(FIELD);
  await typed(page, "and after signing out and in", HALF);
  // Held for half a minute, and the page goes: not sent, and not lost.
  await page.press(FIELD, "Control+Enter");
  await see("held", page, `${PART}[data-pending]`);
  await page.reload();
  await see(
    "a page that closes while it holds says that nothing went",
    page,
    ".ek-inbox-field",
    "This was not sent",
  );
  await typed(page, "and keeps the text", HALF);
  await tally.soon("nothing was sent", async () => (await texts(s, id, "message")).length, 1);
  await attached(page);
  await page.getByRole("button", { name: "How I send" }).click();
  await page.getByLabel("Seconds a reply is held").fill("0");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Escape");
  await page.press(FIELD, "Control+Enter");
  await until("sent when asked again", async () => (await texts(s, id, "message")).length === 2);
  await tally.soon(
    "with its file",
    async () => {
      const last = await ok(s.lead.client, "GET", `/conversations/${id}/parts?sort=-id&limit=1`);
      return last.data[0].attachments.map((each: any) => each.name);
    },
    ["영수증.txt"],
  );
  tally.same("drafts: quiet", screen.faults(), []);
  await screen.close();
}

async function attached(page: Page): Promise<void> {
  const file = { mimeType: "text/plain", buffer: Buffer.from("32.00") };
  await page.setInputFiles("input[type=file]", { name: "영수증.txt", ...file });
  await see("a file is there", page, ".ek-inbox-file", "영수증.txt");
  const large = { name: "large.txt", mimeType: "text/plain", buffer: Buffer.alloc(26_214_401) };
  await page.setInputFiles("input[type=file]", large);
  await see("a file too large is refused beside its name", page, ".ek-fault", "Larger than");
}

// ---- rows that keep their place

const titles = (page: Page): Promise<string[]> => page.locator(".ek-inbox-title").allTextContents();

async function steady(s: Scene): Promise<void> {
  for (const title of ["One", "Two", "Three"]) await make(s, { title, text: title, holder: null });
  const screen = await at(s, s.omar, `/inbox/${s.team}?sort=newest`);
  const { page } = screen;
  await until("the newest is there", async () => (await titles(page))[0] === "Three");
  const before = await titles(page);
  await page.locator(ROW).first().focus();
  const id = await make(s, { title: "네 번째", text: "Four", holder: null });
  await see("what changed is counted", page, ".ek-inbox-order", "1 change of order");
  await tally.soon("and nothing moved under the hand", () => titles(page), before);
  await ok(s.lead.client, "PATCH", `/conversations/${id}`, { title: "네 번째 줄" });
  await page.getByRole("button", { name: "Show", exact: true }).click();
  await see("then it is shown, with its newest title", page, ".ek-inbox-title", "네 번째 줄");
  await tally.soon("first, as it is the newest", async () => (await titles(page))[0], "네 번째 줄");
  await page.keyboard.press("/");
  await page.keyboard.type("Three");
  await page.waitForFunction(() => document.querySelectorAll(".ek-inbox-item").length === 1);
  await tally.soon(
    "words are in the address",
    async () => page.url().includes("q=Three") || page.url(),
    true,
  );
  tally.same("steady: quiet", screen.faults(), []);
  await screen.close();
}

// ---- somebody else is faster

async function takenAway(s: Scene): Promise<void> {
  const id = await make(s, { title: "Whose is it", text: "Hello?" });
  const screen = await at(s, s.mina, `/inbox/mine/${id}`);
  const { page } = screen;
  await page.fill(FIELD, "I was about to say");
  await see("live", page, ".ek-head", "Live");
  await ok(s.lead.client, "POST", `/conversations/${id}/assign`, { teammate: s.omar.id });
  await see("it says who has it now", page, "[role=alert]", "Omar Haddad");
  await see("who did it", page, "[role=alert]", `${LEA} took this from you`);
  await see("and why", page, "[role=alert]", "given to somebody else");
  await typed(page, "what was typed is kept", "I was about to say");
  await page.getByRole("button", { name: "Leave it as a note for them" }).click();
  await until("and left for them", async () =>
    (await texts(s, id, "note")).some((text) => text.endsWith("I was about to say")),
  );
  await ok(s.lead.client, "POST", `/conversations/${id}/close`, {});
  tally.same("taken away: quiet", screen.faults(), []);
  await screen.close();
}

async function stale(s: Scene): Promise<void> {
  const id = await make(s, { title: "Too late", text: "Hello?" });
  const screen = await at(s, s.mina, `/inbox/mine/${id}`);
  const { page } = screen;
  screen.forgive(/409/);
  await page.waitForSelector(PART);
  // This page goes on seeing what it saw, until it has asked for something.
  const path = `**/api/v1/conversations/${id}`;
  const old = await page.evaluate(async (at) => {
    const got = await fetch(at);
    return { text: await got.text(), seq: got.headers.get("Evenkeel-Seq") ?? "" };
  }, `/api/v1/conversations/${id}`);
  await page.route(path, (route) =>
    route.fulfill({
      body: old.text,
      headers: { "Content-Type": "application/json", "Evenkeel-Seq": old.seq },
    }),
  );
  await page.route(`${path}/close`, async (route) => {
    await page.unroute(path);
    await route.continue();
  });
  await ok(s.lead.client, "PATCH", `/conversations/${id}`, { priority: 3 });
  await see("the list knows already", page, ROW, "Urgent");
  await page.keyboard.press("e");
  await see("what changed is shown first", page, "[role=dialog]", "Priority is now: Urgent");
  await tally.soon("and nothing was done", async () => (await one(s, id)).state, "open");
  await page.getByRole("button", { name: "Do it all the same" }).click();
  await until("then it is", async () => (await one(s, id)).state === "closed");
  tally.same("stale: quiet", screen.faults(), []);
  await screen.close();
}

// ---- what happened, between what was written; what is attached

const QUIET = ".ek-inbox-event";
/** Names stand apart from the words around them, whatever their script. */
const apart = (name: string): string => `\u2068${name}\u2069`;
const LEA = apart("Lea Sommer");
const MINA = apart("Mina Park");
const PNG =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJ" +
  "AAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

async function story(s: Scene): Promise<void> {
  const id = await make(s, { title: "A story", text: "Once upon a time" });
  const screen = await at(s, s.mina, `/inbox/mine/${id}`);
  const { page } = screen;
  await see("what was written", page, PART, "Once upon a time");
  await ok(s.lead.client, "PATCH", `/conversations/${id}`, { priority: 2 });
  await see("who raised it", page, QUIET, `${LEA} set its priority: High`);
  await ok(s.mina.client, "POST", `/conversations/${id}/snooze`, {});
  await see("who snoozed it", page, QUIET, `${MINA} snoozed it until the contact writes`);
  const words = { kind: "message", author: "contact", text: "Hello again" };
  await ok(s.lead.client, "POST", `/conversations/${id}/parts`, words);
  await see("what woke it", page, QUIET, "The contact wrote: open again");
  await ok(s.mina.client, "POST", `/conversations/${id}/close`, {});
  await see("who closed it", page, QUIET, `${MINA} closed it`);
  await ok(s.mina.client, "POST", `/conversations/${id}/reopen`, {});
  await see("who reopened it", page, QUIET, `${MINA} reopened it`);
  await ok(s.lead.client, "POST", `/conversations/${id}/assign`, { teammate: s.omar.id });
  await see("who gave it to whom", page, QUIET, `${LEA} gave it to ${apart("Omar Haddad")}`);
  await ok(s.lead.client, "POST", `/conversations/${id}/assign`, { teammate: s.mina.id });
  await see("who gave it back", page, QUIET, `${LEA} gave it to ${MINA}`);
  const told = ["set its priority", "snoozed it", "Hello again", "closed it", "reopened it"];
  await tally.soon(
    "in order, each once",
    async () => {
      const lines = await page.locator(`${PART}, ${QUIET}`).allTextContents();
      return lines.flatMap((line) => told.filter((words) => line.includes(words)));
    },
    told,
  );
  tally.same("axe on a story", await screen.axe(), []);
  await screen.shoot("inbox-story");
  tally.same("story: quiet", screen.faults(), []);
  await screen.close();
  await long(s);
}

// More than a page of it: what happened comes with what was written then.
async function long(s: Scene): Promise<void> {
  const id = await make(s, { title: "Long", text: "The first words" });
  await ok(s.lead.client, "PATCH", `/conversations/${id}`, { priority: 2 });
  for (let n = 0; n < 60; n++)
    await ok(s.mina.client, "POST", `/conversations/${id}/parts`, { kind: "note", text: `n${n}` });
  const screen = await at(s, s.mina, `/inbox/mine/${id}`);
  const { page } = screen;
  await see("the newest", page, PART, "n59");
  await tally.soon("and nothing from before", () => page.locator(QUIET).count(), 0);
  await page.getByRole("button", { name: "Show what came before" }).click();
  await see("then the rest", page, PART, "The first words");
  await see("with what happened", page, QUIET, "set its priority: High");
  await screen.close();
}

async function files(s: Scene): Promise<void> {
  const id = await make(s, { title: "Files", text: "Send me both" });
  const screen = await at(s, s.mina, `/inbox/mine/${id}`);
  const { page } = screen;
  const both = [
    { name: "화면.png", mimeType: "image/png", buffer: Buffer.from(PNG, "base64") },
    { name: "report.csv", mimeType: "text/csv", buffer: Buffer.from("a,b\n1,2\n") },
  ];
  await page.setInputFiles("input[type=file]", both);
  await see("of two at once one is there", page, ".ek-inbox-field .ek-inbox-file", "화면.png");
  await see("and the other", page, ".ek-inbox-field .ek-inbox-file", "report.csv");
  await page.fill(FIELD, "Here they are");
  await page.press(FIELD, "Control+Enter");
  const picture = page.locator(`${PART}:not([data-pending]) img`);
  await picture.waitFor();
  await page.waitForFunction(() => {
    const found = document.querySelector<HTMLImageElement>(".ek-inbox-picture img");
    return found !== null && found.complete && found.naturalWidth === 1;
  });
  await tally.soon("a picture is shown", () => picture.getAttribute("alt"), "Picture: 화면.png");
  const link = page.locator(`${PART}:not([data-pending]) a.ek-inbox-file`);
  await until("a table is a link", async () =>
    /report\.csv.*CSV/.test((await link.textContent()) ?? ""),
  );
  const [kept] = await Promise.all([page.waitForEvent("download"), link.click()]);
  tally.same("which keeps it", kept.suggestedFilename(), "report.csv");
  tally.same("axe on files", await screen.axe(), []);
  await screen.shoot("inbox-files");
  tally.same("files: quiet", screen.faults(), []);
  await screen.close();
}

// ---- many at once

async function bulk(s: Scene): Promise<void> {
  const ids: string[] = [];
  for (const title of ["Bulk a", "Bulk b", "Bulk c"])
    ids.push(await make(s, { title, text: title, priority: 1, holder: null }));
  const states = async () => Promise.all(ids.map(async (id) => (await one(s, id)).state));
  const screen = await at(s, s.lead, `/inbox/${s.team}?priority=1`);
  const { page } = screen;
  await page.waitForSelector(ROW);
  await page.getByText("Select all 3 that match").click();
  await see("the selection names its scope", page, ".ek-inbox-bulk", "All 3 matching this filter");
  await page.locator(ROW).first().focus();
  await page.keyboard.press("x");
  await see("and who is left out", page, ".ek-inbox-bulk", "2, 1 left out");
  await page.getByRole("button", { name: "Change …" }).click();
  await page.getByRole("button", { name: "Look", exact: true }).click();
  await see("each row before and after", page, "[role=dialog] tbody tr", "Bulk");
  await tally.soon("looking does nothing", () => states(), ["open", "open", "open"]);
  tally.same("axe on looking", await screen.axe("[role=dialog]"), []);
  await page.getByRole("button", { name: "Apply to 2" }).click();
  await until(
    "two are closed",
    async () => (await states()).filter((state) => state === "closed").length === 2,
  );
  await page.getByRole("button", { name: "Undo" }).last().click();
  await until("and open again", async () => (await states()).every((state) => state === "open"));
  tally.same("bulk: quiet", screen.faults(), []);
  await screen.close();
}

/** Above 200 rows the server goes on by itself: the dialog follows until it is done. */
async function bulkMany(s: Scene): Promise<void> {
  const { owner } = s.stage;
  const team = (await ok(owner, "POST", "/teams", { name: "Archive", set: { method: "manual" } }))
    .id;
  const lead = await s.stage.server.person(owner, {
    name: "Lou Lead",
    roles: ["teammate", "lead"],
    memberships: [{ team }],
  });
  for (let n = 0; n < 21; n++)
    await Promise.all(
      Array.from({ length: 10 }, (_, k) =>
        ok(lead.client, "POST", "/conversations", { team, title: `Old ${n}${k}`, text: "Old" }),
      ),
    );
  const open = async () =>
    (await ok(lead.client, "GET", `/conversations?team=${team}&state=open&limit=1&total=true`)).page
      .total as number;
  const screen = await at(s, lead, `/inbox/${team}`);
  const { page } = screen;
  await page.waitForSelector(ROW);
  await page.getByText("Select all 210 that match").click();
  await page.getByRole("button", { name: "Change …" }).click();
  await page.getByRole("button", { name: "Look", exact: true }).click();
  await page.getByRole("button", { name: "Apply to 210" }).click();
  await see("it is said when it is done", page, ".ek-notice", "210 conversations changed.");
  await tally.soon("and it is", () => open(), 0);
  await page.getByRole("button", { name: "Undo" }).last().click();
  await until("all put back", async () => (await open()) === 210);
  tally.same("many: quiet", screen.faults(), []);
  await screen.close();
}

// ---- whispers and rights

async function whispers(s: Scene): Promise<void> {
  const id = await make(s, { title: "Quietly", text: "A question" });
  const lead = await at(s, s.lead, `/inbox/${s.team}/${id}`);
  await lead.page.getByRole("tab", { name: "Whisper" }).click();
  await lead.page.fill("#ek-inbox-field-whisper", "Offer the refund.");
  await lead.page.press("#ek-inbox-field-whisper", "Control+Enter");
  await until("a lead whispers", async () => (await texts(s, id, "whisper")).length === 1);
  await lead.close();
  const mina = await at(s, s.mina, `/inbox/mine/${id}`);
  const { page } = mina;
  await see("who holds it hears it", page, `${PART}[data-by=whisper]`, "Offer the refund.");
  const quotable = page.locator(`${PART}[data-by=contact] button`);
  await quotable.waitFor();
  await tally.soon(
    "and cannot quote it",
    () => page.locator(`${PART}[data-by=whisper] button`).count(),
    0,
  );
  await page.getByRole("tab", { name: "Note" }).waitFor();
  await tally.soon("nor whisper", () => page.getByRole("tab", { name: "Whisper" }).count(), 0);
  await quotable.click();
  await page.getByRole("menuitem", { name: "Quote in the reply" }).click();
  await page.waitForFunction(
    () => document.querySelector<HTMLTextAreaElement>("#ek-inbox-field-message")?.value !== "",
  );
  await typed(page, "what the contact wrote can be quoted", "> A question\n\n");
  await mina.close();
  const omar = await at(s, s.omar, `/inbox/${s.team}/${id}`);
  await see("a colleague reads the rest", omar.page, PART, "A question");
  await tally.soon(
    "but no whisper",
    () => omar.page.locator(`${PART}[data-by=whisper]`).count(),
    0,
  );
  await omar.close();
}

// ---- enough for now; by hand; beside it; views

/** Settings change after the server answered, and before the answer has come to the page. */
async function changedMeanwhile(page: Page, change: () => Promise<unknown>): Promise<void> {
  let held = (): void => {};
  const isHeld = new Promise<void>((resolve) => (held = resolve));
  let give = (): void => {};
  const isGiven = new Promise<void>((resolve) => (give = resolve));
  const old = async (route: Route): Promise<void> => {
    const response = await route.fetch();
    held();
    await isGiven;
    await route.fulfill({ response });
  };
  await page.route(/\/teams\/[^/]+\/settings/, old, { times: 1 });
  const presence = /\/api\/v1\/teammates\/[^/]+\/presence/;
  const begun = page.waitForResponse(presence);
  await page.reload();
  await Promise.all([isHeld, begun]);
  const heard = page.waitForResponse(presence);
  await change();
  await heard;
  give();
}

async function enough(s: Scene): Promise<void> {
  const { owner } = s.stage;
  const allow = (is: boolean) =>
    owner.patch(
      "/settings/workspace",
      { set: { enough_allowed: is } },
      {
        headers: { "If-Match": "*" },
      },
    );
  const until = async () => (await ok(s.omar.client, "GET", "/me")).enough_until;
  const screen = await at(s, s.omar, "/inbox");
  const { page } = screen;
  await page.waitForSelector(".ek-inbox-view");
  await tally.soon(
    "not offered where teams do not permit it",
    () => page.getByRole("button", { name: "Enough for now" }).count(),
    0,
  );
  await changedMeanwhile(page, () => allow(true));
  await page.locator(".ek-inbox-views").getByRole("button", { name: "Enough for now" }).click();
  await page.locator("[role=dialog] input[type=radio]").first().waitFor({ state: "attached" });
  await tally.soon(
    "it asks how long and nothing else",
    () => page.locator("[role=dialog] input:not([type=radio])").count(),
    0,
  );
  await page.locator("[role=dialog]").getByRole("button", { name: "Enough for now" }).click();
  await see("and says till when", page, ".ek-inbox-views", "Nothing new until");
  await tally.soon("so it is", async () => (await until()) !== null, true);
  await page.locator(".ek-inbox-views").getByRole("button", { name: "Take new work" }).click();
  await see("and back", page, ".ek-inbox-views", "Enough for now");
  await tally.soon("so it is again", () => until(), null);
  await allow(false);
  tally.same("enough: quiet", screen.faults(), []);
  await screen.close();
}

async function byHand(s: Scene): Promise<void> {
  const { owner, server } = s.stage;
  const team = (await ok(owner, "POST", "/teams", { name: "Manual", set: { method: "manual" } }))
    .id;
  const memberships = [{ team }];
  const pia = await server.person(owner, { name: "Pia Roth", roles: ["teammate"], memberships });
  const told = { team, title: "Next, please", text: "Is anybody there?" };
  const { id } = await ok(pia.client, "POST", "/conversations", told);
  const screen = await at(s, pia, "/inbox");
  const { page } = screen;
  await see("nothing assigned, and why", page, ".ek-empty", "Why nothing now?");
  await page.locator(".ek-empty").getByRole("button", { name: "Take the next one" }).click();
  await see("it opens", page, "#ek-inbox-heading", "Next, please");
  await tally.soon(
    "and is mine",
    async () => (await ok(pia.client, "GET", `/conversations/${id}`)).teammate,
    pia.id,
  );
  await page.getByRole("button", { name: "More actions" }).click();
  await page.getByRole("menuitem", { name: "Give back to the team" }).click();
  const holder = async () => (await ok(pia.client, "GET", `/conversations/${id}`)).teammate;
  await until("given back", async () => (await holder()) === null);
  await page.getByRole("button", { name: "Undo" }).last().click();
  await until("and mine again", async () => (await holder()) === pia.id);
  await tally.soon(
    "my own doing is no taking away",
    () => page.locator(".ek-banner[role=alert]").count(),
    0,
  );
  tally.same("by hand: quiet", screen.faults(), []);
  await screen.close();
}

async function beside(s: Scene): Promise<void> {
  const id = await make(s, { title: "Beside", text: "Who am I?", name: "이서연" });
  await ok(s.lead.client, "PUT", `/conversations/${id}/tags/${s.tag}`);
  const screen = await at(s, s.mina, `/inbox/mine/${id}`);
  const { page } = screen;
  await page.waitForSelector(PART);
  await page.getByRole("button", { name: "Details" }).click();
  const opens = page.getByRole("button", { name: "Show personal data" });
  await opens.waitFor();
  await tally.soon(
    "personal data are masked",
    async () =>
      (await page.content()).includes("이서연") || (await page.content()).includes("example.net"),
    false,
  );
  await opens.click();
  await see("until they are opened", page, "[role=dialog]", "이서연");
  tally.same("axe beside", await screen.axe("[role=dialog]"), []);
  await screen.shoot("inbox-beside");
  await page.getByRole("button", { name: "Take off the tag 환불" }).click();
  await until("a tag goes", async () => (await one(s, id)).tags.length === 0);
  await page.keyboard.press("Escape");
  await page.keyboard.press("Control+z");
  await until("and comes back", async () => (await one(s, id)).tags.length === 1);
  await page.getByRole("button", { name: "Change the title" }).click();
  await page.getByRole("textbox", { name: "Title" }).fill("제목");
  await page.keyboard.press("Enter");
  await until("a title is changed", async () => (await one(s, id)).title === "제목");
  await page.getByRole("tab", { name: "Note" }).click();
  await page.fill("#ek-inbox-field-note", "Her card ends in 4471");
  await page.getByRole("button", { name: "Add note" }).click();
  await see("a note", page, `${PART}[data-by=note]`, "4471");
  await page.locator(`${PART}[data-by=note]:not([data-pending]) button`).click();
  await page.getByRole("menuitem", { name: "Blank it" }).click();
  await page.locator("[role=dialog]").getByRole("button", { name: "Blank it" }).click();
  await see("is blanked", page, `${PART}[data-by=note]`, "This was blanked.");
  await tally.soon("for good", async () => (await texts(s, id, "note")).join(), "");
  tally.same("beside: quiet", screen.faults(), []);
  await screen.close();
}

async function views(s: Scene): Promise<void> {
  await make(s, { title: "Very urgent", text: "Now!", priority: 3, holder: s.omar.id });
  const screen = await at(s, s.mina, `/inbox/${s.team}?priority=3`);
  const { page } = screen;
  await see("a filter in the address", page, ROW, "Very urgent");
  await page.getByRole("button", { name: "Filter and order" }).click();
  tally.same("axe on filtering", await screen.axe("[role=dialog]"), []);
  await page.getByRole("textbox", { name: "Name of the view" }).fill("급한 것");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/inbox\/view_\d+/);
  await see("a saved view", page, ".ek-inbox-view[aria-current]", "급한 것");
  await see("shows the same", page, ROW, "Very urgent");
  tally.same("views: quiet", screen.faults(), []);
  await screen.close();
}

// ---- the server goes, and comes back

async function restart(s: Scene): Promise<void> {
  const id = await make(s, { title: "Through it all", text: "Before" });
  const screen = await at(s, s.mina, `/inbox/mine/${id}`);
  const { page } = screen;
  screen.forgive(/ERR_CONNECTION|Failed to load resource|ERR_EMPTY|ERR_INCOMPLETE/);
  await see("what was there", page, PART, "Before");
  await page.fill(FIELD, "Typed meanwhile");
  const { server } = s.stage;
  await server.end();
  await see("not live, and since when", page, ".ek-head", "Not live since");
  await until("and grey", async () => (await page.locator(".ek-stale").count()) > 0);
  await server.start(server.port);
  const told = { kind: "message", author: "contact", text: "아직 계세요?" };
  await ok(s.lead.client, "POST", `/conversations/${id}/parts`, told);
  await see("what came while it was away is there", page, PART, "아직 계세요?");
  await page.waitForFunction(() => document.querySelector(".ek-stale") === null);
  await typed(page, "what was typed too", "Typed meanwhile");
  await ok(s.lead.client, "POST", `/conversations/${id}/parts`, { ...told, text: "After" });
  await see("and live again", page, PART, "After");
  await page.press(FIELD, "Control+Enter");
  await until("it goes", async () => (await texts(s, id, "message")).includes("Typed meanwhile"));
  tally.same("restart: quiet", screen.faults(), []);
  await screen.close();
}

await withBrowser(async (stage) => {
  const s = await scene(stage);
  const steps = {
    keyboard,
    drafts,
    steady,
    takenAway,
    stale,
    story,
    files,
    bulk,
    bulkMany,
    whispers,
    enough,
    byHand,
    beside,
    views,
    restart,
  };
  const wanted = process.argv.slice(2);
  for (const [name, step] of Object.entries(steps)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    try {
      await step(s);
      if (name === "keyboard") for (const enter of [false, true]) await korean(s, enter);
    } catch (error) {
      tally.is(name, false, String((error as Error).stack).slice(0, 600));
    }
  }
});
tally.end();
