// web_queue_test -- the queue as a person sees it is the queue of the API: the same order, the
// same facts behind "Why?", filters that change neither order nor place, rows that stay under
// the hand.
import { each, named, withBrowser, type Account, type Screen, type Stage } from "./browser.ts";
import { Tally } from "./program.ts";

const tally = new Tally();
const ROWS = "[role=row]:has([role=gridcell])";
const WHY = { en: "Why?", ko: "왜?", ar: "لماذا؟" } as const;

async function shownIds(screen: Screen, most: number): Promise<string[]> {
  await screen.page.waitForSelector(ROWS);
  const ids = await screen.page.locator(ROWS).evaluateAll((rows) =>
    rows
      .map((row) => {
        const id = row.querySelector(".ek-code")?.textContent ?? "";
        return [id, Number(row.getAttribute("aria-rowindex"))] as const;
      })
      .sort((a, b) => a[1] - b[1])
      .map(([id]) => id),
  );
  return ids.slice(0, most);
}

/** Those that are shown, a few at least, stand first in these and in this order. */
function shows(what: string, screen: Screen, rows: any[], most: number, least = 1): Promise<void> {
  return tally.soon(
    what,
    async () => {
      const shown = await shownIds(screen, most);
      const want = rows.slice(0, shown.length).map((row) => row.conversation);
      return (shown.length >= least && shown.join() === want.join()) || [shown, want];
    },
    true,
  );
}

async function queueOf(stage: Stage, query = ""): Promise<any[]> {
  const got = await stage.owner.get(`/queue?limit=200${query}`);
  tally.same(`GET /queue${query}`, got.status, 200);
  return got.body.data;
}

async function orderIsShown(stage: Stage): Promise<void> {
  const screen = await stage.browser.open("/queue", {
    as: stage.account,
    language: "en",
    theme: "light",
  });
  const rows = await queueOf(stage);
  await shows("several are shown, in the order used", screen, rows, 8, 5);
  const first = screen.page.locator(ROWS).first();
  const title = (await stage.owner.get(`/conversations/${rows[0].conversation}`)).body.title;
  await first.getByText(title).waitFor();
  await screen.page.getByText(new RegExp(`^${rows.length} conversations? wait`)).waitFor();
  tally.same("no faults", screen.faults(), []);
  await screen.context.close();
}

/** A test that nothing in the queue fails at this hour. */
async function testOfNone(stage: Stage): Promise<string> {
  for (const test of ["held_for_other", "released", "intake", "too_complex"])
    if ((await queueOf(stage, `&test=${test}`)).length === 0) return test;
  throw new Error("something fails each of them");
}

async function filtersKeepPlaces(stage: Stage): Promise<void> {
  const all = await queueOf(stage);
  const team = all.find((row) => row.team !== all[0].team)?.team ?? all[0].team;
  const rows = await queueOf(stage, `&team=${team}`);
  const screen = await stage.browser.open(`/queue?team=${team}`, { as: stage.account });
  await shows("a filter by team keeps the order", screen, rows, 5);
  const place = screen.page.locator(ROWS).first().locator("[role=gridcell]").first();
  await tally.soon(
    "and the place",
    async () => (await place.innerText()).trim(),
    String(rows[0].place),
  );
  const test = all[0].main_test;
  await screen.page.goto(`/queue?test=${test}`);
  const failing = await queueOf(stage, `&test=${test}`);
  await shows("a filter by test keeps it too", screen, failing, 5);
  await screen.page.goto(`/queue?test=${await testOfNone(stage)}`);
  await screen.page.getByText("Nothing matches.").waitFor();
  await screen.page.getByRole("button", { name: "Clear the filters" }).click();
  await screen.page.waitForSelector(ROWS);
  await tally.soon("the address is clear again", async () => new URL(screen.page.url()).search, "");
  tally.same("no faults", screen.faults(), []);
  await screen.context.close();
}

// By keyboard alone: from the table into its first row's Why?, read, and back.
async function whyHasTheFacts(stage: Stage): Promise<void> {
  const [row] = await queueOf(stage);
  const why = (await stage.owner.get(`/conversations/${row.conversation}/why-waiting`)).body;
  const screen = await stage.browser.open("/queue", { as: stage.account });
  await screen.page.waitForSelector(ROWS);
  const button = screen.page
    .locator(ROWS)
    .first()
    .getByRole("button", { name: /^Why\?/ });
  await button.focus();
  await screen.page.keyboard.press("Enter");
  const panel = screen.page.getByRole("dialog");
  await panel.getByText(`Place ${why.place} of ${why.of};`).waitFor();
  // Names may come behind the facts.
  const says = (what: string, words: string): Promise<void> =>
    tally.soon(
      what,
      async () => (await panel.innerText()).includes(words) || (await panel.innerText()),
      true,
    );
  await says("the place in its team", `${why.team_place} of ${why.team_of}`);
  const named = await stage.owner.get("/teammates?limit=200&fields=id,name");
  const people = new Map(named.body.data.map((each: any) => [each.id, each.name]));
  for (const blocker of why.blockers)
    for (const id of blocker.teammates)
      await says(`${id} is named among the blockers`, String(people.get(id)));
  const change = why.nearest_change;
  if (change !== null)
    await says(
      "the nearest change names whom it is about",
      String(people.get(change.change.id) ?? ""),
    );
  await says("an estimate or the reason for none", "How long it may take\n");
  tally.same("axe in the panel", await screen.axe("[role=dialog]"), []);
  await screen.page.keyboard.press("Escape");
  await panel.waitFor({ state: "detached" });
  await tally.soon(
    "the focus comes back",
    () => button.evaluate((it) => it === document.activeElement),
    true,
  );
  await screen.context.close();
}

// While the pointer is in the list its rows stay, and the line above says how many changes wait.
async function rowsStay(stage: Stage): Promise<void> {
  const screen = await stage.browser.open("/queue", { as: stage.account });
  const before = await shownIds(screen, 5);
  const last = (await queueOf(stage)).at(-1);
  await screen.page.locator(ROWS).nth(1).hover();
  const made = await stage.owner.patch(`/conversations/${last.conversation}`, { priority: 3 });
  tally.same("a priority is raised", made.status, 200);
  const line = screen.page.getByText(/change of order/);
  await line.waitFor();
  await tally.soon("rows do not move under the pointer", () => shownIds(screen, 5), before);
  await screen.page.mouse.move(5, 700);
  await line.waitFor({ state: "detached" });
  const rows = await queueOf(stage);
  await tally.soon(
    "outside, the order follows",
    () => shownIds(screen, 5),
    rows.slice(0, 5).map((row) => row.conversation),
  );
  tally.same("no faults", screen.faults(), []);
  await screen.context.close();
}

// A lead gives one by hand to somebody of their team.
async function leadAssigns(stage: Stage): Promise<void> {
  const [row] = await queueOf(stage);
  const asked = {
    name: "Lena Lead",
    roles: ["teammate", "lead"],
    memberships: [{ team: row.team }],
    leads: [row.team],
  };
  const lead = await stage.browser.person(asked);
  const screen = await stage.browser.open("/queue", { as: lead });
  const mine = await queueOf(stage, `&team=${row.team}`);
  const most = Math.min(3, mine.length);
  await shows("a lead sees their team's", screen, mine, most, most);
  const first = mine[0].conversation as string;
  await screen.page
    .locator(ROWS)
    .first()
    .getByRole("button", { name: /^Assign/ })
    .click();
  const dialog = screen.page.getByRole("dialog");
  // By the keys: the list moves under a pointer.
  const whom = dialog.getByRole("combobox");
  await whom.fill("Lena Lead");
  await screen.page.getByRole("option", { name: /^Lena Lead/ }).waitFor();
  await whom.press("ArrowDown");
  await screen.page.locator("[role=option][data-focused]", { hasText: "Lena Lead" }).waitFor();
  await whom.press("Enter");
  tally.same("axe in the form", await screen.axe("[role=dialog]"), []);
  await dialog.getByRole("button", { name: "Assign", exact: true }).click();
  await dialog.waitFor({ state: "detached" });
  const holder = async () => (await stage.owner.get(`/conversations/${first}`)).body.teammate;
  await tally.soon("it is theirs now", holder, lead.id);
  await screen.page.reload();
  await screen.page.getByRole("button", { name: "Undo" }).click();
  await screen.page.getByText("Put back.").waitFor();
  await tally.soon("and waits again after undo", holder, null);
  tally.same("no faults", screen.faults(), []);
  await screen.context.close();
}

async function renders(stage: Stage): Promise<void> {
  await each(async (look) => {
    const as: Account = stage.account;
    const screen = await stage.browser.open("/queue", { as, ...look });
    await screen.page.waitForSelector(ROWS);
    tally.same(`${named(look)}: axe`, await screen.axe(), []);
    await screen.shoot(`queue-${named(look)}`);
    await screen.page
      .locator(ROWS)
      .first()
      .getByRole("button", { name: WHY[look.language] })
      .click();
    await screen.page.locator("[role=dialog] .ek-why").waitFor();
    if (look.width === "wide" && look.theme === "light")
      tally.same(`${named(look)}: axe with why`, await screen.axe("[role=dialog]"), []);
    await screen.shoot(`queue-why-${named(look)}`);
    tally.same(`${named(look)}: no faults`, screen.faults(), []);
    await screen.context.close();
  });
}

await withBrowser(
  async (stage) => {
    await orderIsShown(stage);
    await filtersKeepPlaces(stage);
    await whyHasTheFacts(stage);
    await rowsStay(stage);
    await leadAssigns(stage);
    await renders(stage);
  },
  { with: "sample" },
);
tally.end();
