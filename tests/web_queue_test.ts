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
  const shown = await shownIds(screen, 8);
  tally.is("several are shown", shown.length >= 5, shown.length);
  tally.same(
    "the order shown is the order used",
    shown,
    rows.slice(0, shown.length).map((row) => row.conversation),
  );
  const first = screen.page.locator(ROWS).first();
  const title = (await stage.owner.get(`/conversations/${rows[0].conversation}`)).body.title;
  await first.getByText(title).waitFor();
  await screen.page.getByText(new RegExp(`^${rows.length} conversations? wait`)).waitFor();
  tally.same("no faults", screen.faults(), []);
  await screen.context.close();
}

async function filtersKeepPlaces(stage: Stage): Promise<void> {
  const all = await queueOf(stage);
  const team = all.find((row) => row.team !== all[0].team)?.team ?? all[0].team;
  const rows = await queueOf(stage, `&team=${team}`);
  const screen = await stage.browser.open(`/queue?team=${team}`, { as: stage.account });
  const shown = await shownIds(screen, 5);
  tally.same(
    "a filter by team keeps the order",
    shown,
    rows.slice(0, shown.length).map((row) => row.conversation),
  );
  const place = await screen.page
    .locator(ROWS)
    .first()
    .locator("[role=gridcell]")
    .first()
    .innerText();
  tally.same("and the place", place.trim(), String(rows[0].place));
  const test = all[0].main_test;
  await screen.page.goto(`/queue?test=${test}`);
  const failing = await queueOf(stage, `&test=${test}`);
  const left = await shownIds(screen, 5);
  tally.same(
    "a filter by test keeps it too",
    left,
    failing.slice(0, left.length).map((row) => row.conversation),
  );
  await screen.page.goto("/queue?test=held_for_other");
  await screen.page.getByText("Nothing matches.").waitFor();
  await screen.page.getByRole("button", { name: "Clear the filters" }).click();
  await screen.page.waitForSelector(ROWS);
  tally.same("the address is clear again", new URL(screen.page.url()).search, "");
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
  const text = await panel.innerText();
  tally.is("the place in its team", text.includes(`${why.team_place} of ${why.team_of}`), text);
  const named = await stage.owner.get("/teammates?limit=200&fields=id,name");
  const people = new Map(named.body.data.map((each: any) => [each.id, each.name]));
  for (const blocker of why.blockers)
    for (const id of blocker.teammates)
      tally.is(`${id} is named among the blockers`, text.includes(String(people.get(id))), text);
  const change = why.nearest_change;
  if (change !== null)
    tally.is(
      "the nearest change names whom it is about",
      text.includes(String(people.get(change.change.id) ?? "")),
      text,
    );
  tally.is("an estimate or the reason for none", /How long it may take\n/.test(text), text);
  tally.same("axe in the panel", await screen.axe("[role=dialog]"), []);
  await screen.page.keyboard.press("Escape");
  await panel.waitFor({ state: "detached" });
  tally.is("the focus comes back", await button.evaluate((it) => it === document.activeElement));
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
  tally.same("rows do not move under the pointer", await shownIds(screen, 5), before);
  await screen.page.mouse.move(5, 700);
  await line.waitFor({ state: "detached" });
  const rows = await queueOf(stage);
  tally.same(
    "outside, the order follows",
    await shownIds(screen, 5),
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
  const shown = await shownIds(screen, 3);
  const mine = await queueOf(stage, `&team=${row.team}`);
  tally.same(
    "a lead sees their team's",
    shown,
    mine.slice(0, 3).map((each) => each.conversation),
  );
  await screen.page
    .locator(ROWS)
    .first()
    .getByRole("button", { name: /^Assign/ })
    .click();
  const dialog = screen.page.getByRole("dialog");
  await dialog.getByRole("combobox").press("ArrowDown");
  await screen.page.getByRole("option", { name: /^Lena Lead/ }).click();
  tally.same("axe in the form", await screen.axe("[role=dialog]"), []);
  await dialog.getByRole("button", { name: "Assign", exact: true }).click();
  await dialog.waitFor({ state: "detached" });
  const given = await stage.owner.get(`/conversations/${shown[0]}`);
  tally.same("it is theirs now", given.body.teammate, lead.id);
  await screen.page.reload();
  await screen.page.getByRole("button", { name: "Undo" }).click();
  await screen.page.getByText("Put back.").waitFor();
  const back = await stage.owner.get(`/conversations/${shown[0]}`);
  tally.same("and waits again after undo", back.body.teammate, null);
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
