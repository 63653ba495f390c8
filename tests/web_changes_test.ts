// web_changes_test -- the change log as people use it: what was changed stands there in words, is
// filtered by who, what and when in the address, and goes back; what was changed again since is
// listed first. In every language, theme and width.
import type { Page } from "playwright-core";

import { each, named, withBrowser, type Screen, type Stage } from "./browser.ts";
import { Tally } from "./program.ts";

const tally = new Tally();
const WAIT_MS = 8000;
const ANY = { headers: { "If-Match": "*" } };

/** Of people of the sample, by name. */
const ids = new Map<string, string>();
const idOf = (name: string): string => ids.get(name) ?? "tm_0";

const until = (what: string, holds: () => Promise<boolean>): Promise<void> =>
  tally.until(what, WAIT_MS, holds);

async function someChanges(stage: Stage): Promise<void> {
  const { owner } = stage;
  const people = (await owner.get("/teammates?limit=500")).body.data;
  for (const { id, name } of people as { id: string; name: string }[]) ids.set(name, id);
  await owner.patch("/teammates/tm_2/settings", { set: { limit: 4 } }, ANY);
  await owner.put("/teams/team_2/memberships/tm_2", { level: "primary" }, ANY);
  await owner.patch("/teammates/tm_2", { languages: ["en", "de"] }, ANY);
  await owner.patch("/settings/workspace", { set: { limit: 6 } }, ANY);
  const made = await owner.post("/bulk-edits", {
    resource: "teammates",
    scope: {
      ids: [idOf("Clémence Aubriot"), idOf("Devika Ranganath"), idOf("Samuel Okonedo-Weiss")],
    },
    note: "Launch week",
    changes: [{ op: "set", name: "intake_max", value: 2 }],
  });
  await owner.post(`/bulk-edits/${made.body.id}/apply`, undefined, {
    headers: { "If-Match": made.headers.get("etag") ?? "*" },
  });
}

async function opened(stage: Stage, path: string): Promise<Screen> {
  const screen = await stage.browser.open(path, {
    language: "en",
    theme: "light",
    as: stage.account,
  });
  await screen.page.locator(".ek-change").first().waitFor({ timeout: WAIT_MS });
  return screen;
}

// Values are worded, whatever they are; what is not the same in all rows of a bulk edit is not told
// as if it were.
async function words(stage: Stage): Promise<void> {
  const { owner } = stage;
  const order_keys = [
    { key: "sla", reverse: false },
    { key: "inbox_rank", reverse: true },
  ];
  const is = (await owner.get("/settings/workspace")).body.settings.auto_return.effective;
  await owner.patch("/settings/workspace", { set: { order_keys, auto_return: is !== true } }, ANY);
  await owner.patch(
    "/teams/team_2/settings",
    { set: { method: "round_robin", calendar: null } },
    ANY,
  );
  await owner.patch("/teammates/tm_3/settings", { set: { intake_max: 9 } }, ANY);
  const ids = ["tm_3", "tm_4"];
  const made = await owner.post("/bulk-edits", {
    resource: "teammates",
    scope: { ids },
    note: "Both alike",
    changes: [{ op: "set", name: "intake_max", value: 3 }],
  });
  await owner.post(`/bulk-edits/${made.body.id}/apply`, undefined, {
    headers: { "If-Match": made.headers.get("etag") ?? "*" },
  });
  const screen = await opened(stage, "/changes");
  const { page } = screen;
  const text = (of: RegExp) => async (): Promise<string> =>
    (await line(page, of).innerText()).replace(/[\u2068\u2069]/g, "").replace(/\s+/g, " ");
  const order = "SLA deadline › Team rank, reversed";
  await tally.says("an order in words", text(/SLA deadline/), order);
  const back = /Back by activity (On|Off) becomes (On|Off)/;
  await tally.says("a switch too", text(/Back by activity/), back);
  await tally.says("a choice too", text(/in turn/), "Round robin: in turn");
  const all = await page.locator("#room").innerText();
  const wire = /\b(inbox_rank|waiting_since|round_robin|cal_\d+|order_keys|rr_retry)\b/.exec(all);
  tally.same("and nothing by its name on the wire", wire?.[0] ?? null, null);
  const bulk = page.locator(".ek-changes-bulk", { hasText: "Both alike" });
  const head = async (): Promise<string> =>
    (await bulk.locator(".ek-change").first().innerText()).replace(/\s+/g, " ");
  await tally.says("what was various is called so", head, /various (becomes )?3/);
  await bulk.getByRole("button", { name: "Rows" }).click();
  const rows = bulk.locator(".ek-changes-rows .ek-change");
  await tally.soon("each row has its own", () => rows.count(), 2);
  await tally.says(
    "as it was",
    async () => (await rows.allInnerTexts()).join("\n"),
    /9\s*(becomes\s*)?3/,
  );
  await screen.close();
}

async function nothing(stage: Stage): Promise<void> {
  const screen = await stage.browser.open("/changes", {
    language: "en",
    theme: "light",
    as: stage.account,
  });
  await screen.page.getByText("No change in the last 90 days").waitFor({ timeout: WAIT_MS });
  await screen.page.getByText(/such as the sample’s settings, is not a change/).waitFor();
  tally.is("a new sample has no change, and why", true);
  await screen.close();
}

const line = (page: Page, text: RegExp) => page.locator(".ek-change", { hasText: text }).first();

async function looks(stage: Stage): Promise<void> {
  await each(async (look) => {
    const screen = await stage.browser.open("/changes", { ...look, as: stage.account });
    await screen.page.locator(".ek-change").first().waitFor({ timeout: WAIT_MS });
    tally.same(`${named(look)}: axe finds nothing`, await screen.axe("main"), []);
    tally.same(`${named(look)}: nothing is complained of`, screen.faults(), []);
    await screen.shoot(`changes-${named(look)}`);
    await screen.close();
  });
}

async function back(stage: Stage): Promise<void> {
  const screen = await opened(stage, "/changes");
  const { page } = screen;
  screen.forgive(/409/);
  const workspace = line(page, /^Workspace/);
  await tally.soon(
    "in words, before and after",
    async () =>
      /Limit\s*5.*6/.test((await workspace.innerText()).replace(/\n/g, " ")) ||
      (await workspace.innerText()),
    true,
  );
  await workspace.getByRole("button", { name: "Undo: Workspace" }).click();
  const limit = async (): Promise<unknown> =>
    (await stage.owner.get("/settings/workspace")).body.settings.limit.own;
  await until("undone", async () => (await limit()) === 5);
  await stage.owner.patch(
    `/teammates/${idOf("Devika Ranganath")}/settings`,
    { set: { intake_max: 7 } },
    ANY,
  );
  const intake = async (id: string): Promise<unknown> =>
    (await stage.owner.get(`/teammates/${id}`)).body.settings.intake_max.own;
  const bulk = page.locator(".ek-changes-bulk", { hasText: "Launch week" });
  await bulk.getByRole("button", { name: "Undo all" }).click();
  const stuck = page.getByRole("dialog", { name: "Changed again since" });
  await stuck.getByText("Devika Ranganath: New at once, at most").waitFor({ timeout: WAIT_MS });
  await tally.soon("nothing has been put back", () => intake(idOf("Clémence Aubriot")), 2);
  await stuck.getByRole("button", { name: "Put back the rest, leave this out" }).click();
  await until(
    "the rest is put back, what was changed since is not",
    async () =>
      (await intake(idOf("Clémence Aubriot"))) === "inherit" &&
      (await intake(idOf("Devika Ranganath"))) === 7,
  );
  tally.same("nothing was complained of", screen.faults(), []);
  await screen.close();
}

async function filters(stage: Stage): Promise<void> {
  const screen = await opened(stage, "/changes?kind=membership");
  const { page } = screen;
  const want = (await stage.owner.get("/changes?kind=membership&limit=100")).body.data.length;
  await until("by what it was", async () => (await page.locator(".ek-change").count()) === want);
  // Typed part by part, in the order of the language.
  await page.getByRole("group", { name: "From" }).getByRole("spinbutton").first().click();
  await page.keyboard.type("01012031");
  await page.getByText("No change matches").waitFor({ timeout: WAIT_MS });
  tally.same(
    "it stands in the address",
    new URL(page.url()).searchParams.get("from"),
    "2031-01-01",
  );
  await page.getByRole("button", { name: "Clear the filters" }).click();
  await until("all again", async () => (await page.locator(".ek-change").count()) > want);
  await screen.close();
}

await withBrowser(
  async (stage) => {
    if (process.argv[2] === undefined) await nothing(stage);
    await someChanges(stage);
    for (const part of [looks, filters, back, words]) {
      if (process.argv[2] !== undefined && process.argv[2] !== part.name) continue;
      await part(stage).catch((error: unknown) => {
        tally.is(`${part.name} goes through`, false, String(error).slice(0, 700));
      });
    }
  },
  { with: "sample" },
);
tally.end();
