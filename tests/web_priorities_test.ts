// web_priorities_test -- the order of the queue is changed by dragging, by buttons and by keys;
// what the preview shows is what GET /queue answers after saving; undo puts the order back; what
// is done is said aloud, in Arabic too.
import { each, named, withBrowser, type Account, type Screen, type Stage } from "./browser.ts";
import { Tally } from "./program.ts";

const WAIT_MS = 10_000;
const tally = new Tally();
const KEY = ".ek-priorities-key";
const SHOWN = 500; // as many as a preview tells
const OFFERED = 100; // to pick two of

interface Key {
  readonly key: string;
  readonly reverse: boolean;
}

async function savedKeys(stage: Stage): Promise<string[]> {
  const got = await stage.owner.get("/settings/workspace");
  return got.body.settings.order_keys.effective.map(({ key, reverse }: Key) =>
    reverse ? `-${key}` : key,
  );
}

async function setWorkspace(stage: Stage, set: Record<string, unknown>): Promise<void> {
  const headers = { "If-Match": "*" };
  const done = await stage.owner.patch("/settings/workspace", { set }, { headers });
  tally.same(`${Object.keys(set).join()} is set by the API`, done.status, 200);
}

async function setKeys(stage: Stage, keys: readonly string[]): Promise<void> {
  const order_keys = keys.map((key) => ({ key: key.replace(/^-/, ""), reverse: key[0] === "-" }));
  await setWorkspace(stage, { order_keys });
}

async function queueIds(stage: Stage): Promise<string[]> {
  const got = await stage.owner.get(`/queue?limit=${SHOWN}`);
  return got.body.data.map((row: { conversation: string }) => row.conversation);
}

async function open(stage: Stage, as: Account = stage.account): Promise<Screen> {
  const screen = await stage.browser.open("/priorities", { as, language: "en", theme: "light" });
  await screen.page.waitForSelector(KEY);
  return screen;
}

/** The keys as they stand on the page. */
function keysOf(screen: Screen): Promise<(string | null)[]> {
  return screen.page
    .locator(KEY)
    .evaluateAll((rows) => rows.map((row) => row.getAttribute("data-key")));
}

/** The rows as they stand there, once there are any. */
async function previewed(screen: Screen): Promise<(string | null)[]> {
  const rows = screen.page.locator(".ek-priorities-row");
  await rows.first().waitFor();
  return rows.evaluateAll((rows) => rows.map((row) => row.getAttribute("data-id")));
}

/** Waits until the preview of a change is there. */
async function tried(screen: Screen): Promise<void> {
  await screen.page.getByRole("heading", { name: "The queue with the change" }).waitFor();
  await screen.page
    .locator("[aria-labelledby=ek-tried][aria-busy=false] .ek-priorities-move")
    .first()
    .waitFor();
}

async function save(screen: Screen): Promise<void> {
  await screen.page.getByRole("button", { name: "Save order" }).click();
  await screen.page.getByText("The order was saved.").waitFor();
}

const START = ["priority", "sla", "attribute:tier", "inbox_rank", "waiting_since"];

async function byButtons(stage: Stage): Promise<void> {
  await setKeys(stage, START);
  const screen = await open(stage);
  await tally.soon("the order in force is shown", () => keysOf(screen), START);
  await tally.soon("the queue as it stands", () => previewed(screen), await queueIds(stage));
  for (let times = 0; times < 4; times++)
    await screen.page.getByRole("button", { name: "Move Waiting since up" }).click();
  const wanted = ["waiting_since", "priority", "sla", "attribute:tier", "inbox_rank"];
  await tally.soon("moved up four times", () => keysOf(screen), wanted);
  await screen.page.getByText("Waiting since: now place 1 of 5.").waitFor({ state: "attached" });
  await screen.page.getByRole("button", { name: /^Priority: highest first/ }).click();
  await tried(screen);
  await tally.soon("nothing is saved yet", () => savedKeys(stage), START);
  const preview = await previewed(screen);
  await save(screen);
  await tally.soon("saved", () => savedKeys(stage), [
    "waiting_since",
    "-priority",
    ...wanted.slice(2),
  ]);
  await tally.soon("the queue is what the preview showed", () => queueIds(stage), preview);
  await screen.page.getByRole("button", { name: "Undo" }).click();
  await screen.page.getByText("Put back.").waitFor();
  await tally.soon("undone", () => savedKeys(stage), START);
  tally.same("no faults", screen.faults(), []);
  await screen.context.close();
}

async function byDrag(stage: Stage): Promise<void> {
  const screen = await open(stage);
  const row = (n: number) => screen.page.locator(KEY).nth(n);
  await row(0).dragTo(row(2), { targetPosition: { x: 60, y: 60 } });
  await screen.page.getByText("Priority: now place 3 of 5.").waitFor({ state: "attached" });
  await tally.soon("dragged to the third place", () => keysOf(screen), [
    "sla",
    "attribute:tier",
    "priority",
    "inbox_rank",
    "waiting_since",
  ]);
  await tried(screen);
  const preview = await previewed(screen);
  await save(screen);
  await tally.soon("the queue is what the preview showed", () => queueIds(stage), preview);
  // The one that was just saved, which may not stand in the list yet.
  const newest = (await stage.owner.get("/settings/versions?sort=-version&limit=1")).body.data[0];
  await screen.page.getByRole("button", { name: "Versions" }).click();
  const panel = screen.page.getByRole("dialog");
  await panel.getByRole("button", { name: `Undo version ${newest.version}`, exact: true }).click();
  await screen.page.getByText(`Version ${newest.version} was undone.`, { exact: true }).waitFor();
  await tally.soon("put back from the versions", () => savedKeys(stage), START);
  tally.same("axe among the versions", await screen.axe("[role=dialog]"), []);
  tally.same("no faults", screen.faults(), []);
  await screen.context.close();
}

/** What screen readers were told last: react-aria's announcer and ours. */
function spoken(screen: Screen): Promise<string> {
  return screen.page.evaluate(() =>
    [...document.querySelectorAll("[data-live-announcer], [role=status], [aria-live]")]
      .map((it) => it.textContent ?? "")
      .join(" "),
  );
}

// In Arabic: instructions and results are said in Arabic, and arrows up and down mean up and down.
async function byKeys(stage: Stage): Promise<void> {
  const screen = await stage.browser.open("/priorities", {
    as: stage.account,
    language: "ar",
    theme: "light",
  });
  await screen.page.waitForSelector(KEY);
  const handle = screen.page.locator(KEY).nth(0).locator("[slot=drag]");
  await handle.focus();
  const told = (): Promise<string> =>
    handle.evaluate((it) =>
      (it.getAttribute("aria-describedby") ?? "")
        .split(" ")
        .map((id) => document.getElementById(id)?.textContent ?? "")
        .join(" "),
    );
  const inArabic = (text: string, not: RegExp) =>
    (/[\u0600-\u06ff]/.test(text) && !not.test(text)) || text;
  await tally.soon(
    "how to move is said in Arabic",
    async () => inArabic(await told(), /drag/i),
    true,
  );
  await screen.page.keyboard.press("Enter");
  await screen.page.waitForSelector(".ek-priorities-drop[data-drop-target]");
  await tally.soon(
    "what can be done now too",
    async () => inArabic(await spoken(screen), /drop/i),
    true,
  );
  await screen.page.keyboard.press("ArrowDown");
  await screen.page.keyboard.press("Enter");
  const result = screen.page.getByText(/^الأولوية: الآن في الموضع 2 من 5\.$/);
  await result.waitFor({ state: "attached" });
  await tally.soon("moved by keys", async () => (await keysOf(screen)).slice(0, 2), [
    "sla",
    "priority",
  ]);
  await screen.page.getByRole("button", { name: "حفظ الترتيب" }).click();
  await screen.page.getByText("حُفظ الترتيب.").waitFor();
  await tally.soon("saved", async () => (await savedKeys(stage)).slice(0, 2), ["sla", "priority"]);
  await screen.page.locator("h1").click();
  await screen.page.keyboard.press("Control+z");
  await screen.page.getByText("تم التراجع.").waitFor();
  await tally.soon("undone by key", () => savedKeys(stage), START);
  tally.same("no faults", screen.faults(), []);
  await screen.context.close();
}

async function addAndDate(stage: Stage): Promise<void> {
  const screen = await open(stage);
  await screen.page.getByRole("button", { name: "Add a key" }).click();
  await screen.page.getByRole("menuitem", { name: "Started" }).click();
  await screen.page.getByRole("button", { name: "Remove Attribute" }).click();
  await tally.soon("one more and one less", () => keysOf(screen), [
    "priority",
    "sla",
    "inbox_rank",
    "waiting_since",
    "started",
  ]);
  await screen.page.getByRole("button", { name: "now From" }).click();
  await screen.page.getByRole("option", { name: "a chosen time" }).click();
  const date = screen.page.getByRole("group", { name: "Date and time" });
  await date.getByRole("spinbutton").first().click();
  await screen.page.keyboard.type("030920370815am");
  await screen.page.getByRole("button", { name: "Save order" }).click();
  await screen.page.getByText(/^Another order begins on/).waitFor();
  await tally.soon(
    "dated ahead, in the person's zone",
    async () =>
      (await stage.owner.get("/settings/workspace")).body.scheduled.map(
        (change: { effective_at: string }) => change.effective_at,
      ),
    ["2037-03-09T07:15:00.000Z"],
  );
  await tally.soon("and not yet in force", () => savedKeys(stage), START);
  await screen.context.close();
}

// Somebody else saves meanwhile: both orders are shown, and mine is kept only if I say so.
async function conflict(stage: Stage): Promise<void> {
  const screen = await open(stage);
  let isFirst = true;
  await screen.page.route("**/api/v1/settings/workspace", async (route) => {
    if (route.request().method() === "PATCH" && isFirst) {
      isFirst = false;
      await setKeys(stage, ["started", "priority"]);
    }
    await route.continue();
  });
  screen.forgive(/412/);
  await screen.page.getByRole("button", { name: "Move SLA deadline up" }).click();
  await screen.page.getByRole("button", { name: "Save order" }).click();
  const dialog = screen.page.getByRole("dialog");
  await dialog.getByText("Somebody else changed this meanwhile").waitFor();
  await dialog.getByText("Started").waitFor();
  tally.same("axe in the conflict", await screen.axe("[role=dialog]"), []);
  await dialog.getByRole("button", { name: "Keep mine" }).click();
  await screen.page.getByText("The order was saved.").waitFor();
  await tally.soon("mine", async () => (await savedKeys(stage)).slice(0, 2), ["sla", "priority"]);
  await setKeys(stage, START);
  tally.same("no faults", screen.faults(), []);
  await screen.context.close();
}

// Somebody else saves while I still think: what I began on is not what is there any more, though
// the page has heard of it. And what they changed elsewhere is not in my way.
async function lostUpdate(stage: Stage): Promise<void> {
  await setKeys(stage, START);
  const screen = await open(stage);
  const { page } = screen;
  screen.forgive(/412/);
  await page.getByRole("button", { name: "Move SLA deadline up" }).click();
  const heard = page.waitForResponse(
    (got) => got.url().endsWith("/settings/workspace") && got.request().method() === "GET",
  );
  await setKeys(stage, ["started", "priority"]);
  await heard;
  await page.getByRole("button", { name: "Save order" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText("Started").waitFor();
  const said = async (): Promise<string> => (await dialog.locator("p").allInnerTexts())[0] ?? "";
  await tally.until("who changed it, and when", WAIT_MS, async () =>
    /^.+, .*\d/.test(await said()),
  );
  await tally.soon("nothing is overwritten", () => savedKeys(stage), ["started", "priority"]);
  await dialog.getByRole("button", { name: "Take theirs" }).click();
  await tally.soon("theirs", () => keysOf(screen), ["started", "priority"]);
  await page.getByRole("button", { name: "Move Priority up" }).click();
  const elsewhere = await stage.owner.patch(
    "/settings/workspace",
    { set: { overtake_max: 3 } },
    { headers: { "If-Match": "*" } },
  );
  tally.same("another setting is changed", elsewhere.status, 200);
  await save(screen);
  await tally.soon("and mine is saved", () => savedKeys(stage), ["priority", "started"]);
  await setKeys(stage, START);
  tally.same("no faults", screen.faults(), []);
  await screen.context.close();
}

// The bar is in sight wherever the page is, wide and narrow, and its undo outlives the page.
async function inSight(stage: Stage): Promise<void> {
  for (const width of ["wide", "narrow"] as const) {
    const screen = await stage.browser.open("/priorities", {
      as: stage.account,
      language: "en",
      theme: "light",
      width,
    });
    const { page } = screen;
    await page.waitForSelector(KEY);
    await tally.soon(
      "no bar where nothing is changed",
      () => page.locator(".ek-priorities-save").count(),
      0,
    );
    await page.getByRole("button", { name: "Move SLA deadline up" }).click();
    for (const at of ["top", "end"]) {
      await page.locator("#room").evaluate((room, to) => {
        room.scrollTop = to === "top" ? 0 : room.scrollHeight;
      }, at);
      for (const name of ["Save order", "Discard"])
        await tally.soon(
          `${name} is in sight, ${width}, at the ${at}`,
          () =>
            page.getByRole("button", { name }).evaluate((it) => {
              const box = it.getBoundingClientRect();
              const on = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
              return it.contains(on);
            }),
          true,
        );
    }
    await screen.shoot(`priorities-unsaved-${width}`);
    await tally.soon(`nothing below the end, ${width}`, () => screen.emptiness(), [0, 0]);
    await page.getByRole("button", { name: "Discard" }).click();
    await tally.soon("discarded", () => keysOf(screen), START);
    await screen.context.close();
  }
  const screen = await open(stage);
  await screen.page.getByRole("button", { name: "Move SLA deadline up" }).click();
  await save(screen);
  await screen.page.reload();
  await screen.page.getByText("The order was saved.").waitFor();
  await screen.page.getByRole("button", { name: "Undo" }).click();
  await screen.page.getByText("Put back.").waitFor();
  await tally.soon("undone after a reload", () => savedKeys(stage), START);
  await screen.page.reload();
  await screen.page.waitForSelector(KEY);
  await tally.soon(
    "and not offered again",
    () => screen.page.getByText("The order was saved.").count(),
    0,
  );
  await screen.context.close();
}

// The versions of the order are those that changed it; one that was undone cannot be undone again.
async function versions(stage: Stage): Promise<void> {
  await setKeys(stage, ["priority", "started"]);
  await stage.owner.patch(
    "/settings/workspace",
    { set: { limit: 7 } },
    { headers: { "If-Match": "*" } },
  );
  const screen = await open(stage);
  await screen.page.getByRole("button", { name: "Versions" }).click();
  const cards = screen.page.getByRole("dialog").locator(".ek-priorities-version");
  await cards.first().waitFor();
  await tally.soon(
    "each is of the order",
    async () => {
      const told = await cards.allInnerTexts();
      return (told.length > 0 && told.every((card) => /Order of/.test(card))) || told;
    },
    true,
  );
  const first = cards.first();
  const title = (await first.locator("strong").first().innerText()).trim();
  await first.getByRole("button", { name: /^Undo version/ }).click();
  const undone = cards.filter({ has: screen.page.getByText(title, { exact: true }) });
  await undone.getByText("undone", { exact: true }).waitFor();
  await tally.soon(
    "what is undone offers no undo",
    () => undone.getByRole("button", { name: /^Undo version/ }).count(),
    0,
  );
  await tally.soon("undone", () => savedKeys(stage), START);
  await screen.context.close();
}

async function whyBefore(stage: Stage): Promise<void> {
  await setKeys(stage, START);
  const got = await stage.owner.get(`/queue?limit=${SHOWN}`);
  const rows = got.body.data;
  // On a Sunday evening all that are offered may be raised: then one of them says so, no more.
  const free = rows.findIndex((row: { bound: unknown }) => row.bound === null);
  const at = free + 2 > OFFERED ? 1 : free;
  const screen = await open(stage);
  const pick = async (label: string, place: number): Promise<void> => {
    await screen.page.getByRole("button", { name: new RegExp(`${label}$`) }).click();
    await screen.page.getByRole("option", { name: new RegExp(`^${place}\\. `) }).click();
  };
  await pick("This one", at + 2);
  await pick("That one", at + 1);
  const words: Record<string, string> = {
    priority: "Priority",
    sla: "SLA deadline",
    inbox_rank: "Team rank",
    waiting_since: "Waiting since",
    "attribute:tier": "Attribute",
  };
  const key = words[rows[at].decided_by] ?? "They are equal";
  const answer = screen.page.getByRole("region", { name: "Why is this one before that one?" });
  const said = at === free ? key : "Raised: ";
  await answer.getByText(new RegExp(said)).first().waitFor();
  tally.is("the key that the server says decides", true);
  if (at > 0) {
    await pick("This one", 1);
    await answer.getByText(/Raised: /).waitFor();
    tally.is("one raised by a bound says so", true);
  }
  // And of the order being tried: what it says decides.
  await screen.page.getByRole("button", { name: "Move Waiting since up" }).click();
  await tried(screen);
  await answer.getByText("Explained with the order being tried.").waitFor();
  const order_keys = (await keysOf(screen)).map((key) => ({ key, reverse: false }));
  const would = await stage.owner.post("/settings/preview", {
    edits: [{ scope: "workspace", set: { order_keys } }],
    limit: SHOWN,
  });
  const after = would.body.queue_after;
  const from = after.findIndex((row: { bound: unknown }) => row.bound === null);
  if (from + 2 <= OFFERED) {
    await pick("This one", from + 1);
    await pick("That one", from + 2);
    const told = words[after[from].decided_by] ?? "They are equal";
    await answer.getByText(new RegExp(told)).first().waitFor();
    tally.is("the key that would decide", true);
  }
  await screen.context.close();
}

async function policy(stage: Stage): Promise<void> {
  const screen = await stage.browser.open("/priorities/policy", {
    as: stage.account,
    language: "en",
    theme: "light",
  });
  const text = screen.page.getByLabel("All rules as one text");
  await text.waitFor();
  await tally.soon(
    "the text is the API's",
    () => text.inputValue(),
    (await stage.owner.get("/policy")).body.text,
  );
  await screen.page.getByRole("button", { name: "Check" }).click();
  await screen.page.getByText(/^The text can be read/).waitFor();
  tally.same("axe", await screen.axe("#room"), []);
  screen.forgive(/422/);
  await text.fill("workspace\n  order_keys = priority, luck\n");
  await screen.page.getByRole("button", { name: "Check" }).click();
  await screen.page.getByRole("button", { name: "Line 2" }).click();
  const marked = (): Promise<string> =>
    text.evaluate((it) => {
      const area = it as unknown as { value: string; selectionStart: number; selectionEnd: number };
      return area.value.slice(area.selectionStart, area.selectionEnd);
    });
  await tally.soon("a fault leads to its line", marked, "  order_keys = priority, luck");
  tally.same("no faults", screen.faults(), []);
  await screen.context.close();
}

// Who may not change it has the same page without handles; who leads may try.
async function readers(stage: Stage): Promise<void> {
  const team = (await stage.owner.get("/teams?limit=1")).body.data[0].id;
  const memberships = [{ team }];
  const asked = { name: "Lea Leads", roles: ["teammate", "lead"], memberships, leads: [team] };
  const lead = await stage.browser.person(asked);
  const leads = await open(stage, lead);
  await tally.soon("a lead has no handles", () => leads.page.locator("[slot=drag]").count(), 0);
  await tally.soon(
    "nor a button to save",
    () => leads.page.getByRole("button", { name: "Save order" }).count(),
    0,
  );
  await leads.page.getByRole("button", { name: "Move SLA deadline up" }).click();
  await tried(leads);
  await tally.soon("but may try", async () => (await keysOf(leads)).slice(0, 2), [
    "sla",
    "priority",
  ]);
  tally.same("no faults", leads.faults(), []);
  await leads.context.close();
  const mate = await open(stage, await stage.browser.person({ name: "Tom Mate", memberships }));
  await tally.soon("a teammate reads the order", () => keysOf(mate), START);
  await tally.soon(
    "and has nothing to press in it",
    () => mate.page.locator(`${KEY} button`).count(),
    0,
  );
  tally.same("axe for who reads", await mate.axe("#room"), []);
  tally.same("no faults", mate.faults(), []);
  await mate.context.close();
}

async function renders(stage: Stage): Promise<void> {
  await each(async (look) => {
    const screen = await stage.browser.open("/priorities", { as: stage.account, ...look });
    await screen.page.waitForSelector(KEY);
    await screen.page.locator(KEY).nth(4).locator(".ek-priorities-moves button").first().click();
    await screen.page.locator(".ek-priorities-move").first().waitFor();
    tally.same(`${named(look)}: axe`, await screen.axe(), []);
    await screen.shoot(`priorities-${named(look)}`);
    tally.same(`${named(look)}: no faults`, screen.faults(), []);
    await screen.context.close();
  });
}

await withBrowser(
  async (stage) => {
    // The sample lives on: however long this takes, no more of its queue is raised over the keys.
    await setWorkspace(stage, { overtake_max: 10000 });
    const parts = [byButtons, byDrag, byKeys, conflict, lostUpdate, inSight, versions, whyBefore];
    for (const part of [...parts, policy, readers, renders, addAndDate])
      if (process.argv[2] === undefined || process.argv[2] === part.name)
        await part(stage).catch((error: unknown) => {
          tally.is(`${part.name} goes through`, false, String(error).slice(0, 700));
        });
  },
  { with: "sample" },
);
tally.end();
