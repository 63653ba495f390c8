// web_webhooks_test -- webhooks in the settings: an address is listed, a webhook added with its
// secret shown once, tested, what was sent looked at and sent again, the secret changed, switched
// off and on; each look of the page.
import { spawnSync } from "node:child_process";
import type { Locator, Page } from "playwright-core";

import { each, named, withBrowser, type Screen, type Stage } from "./browser.ts";
import { meets } from "./conflict.ts";
import { Tally } from "./program.ts";
import { browser, OWNER } from "./server.ts";
import { isSigned, Receiver, until } from "./receiver.ts";

const tally = new Tally();
const REFUSED = /status of (403|409|412|422)/;

async function open(stage: Stage): Promise<Screen> {
  const screen = await stage.browser.open("/settings/webhooks", {
    as: stage.account,
    language: "en",
    theme: "light",
  });
  await screen.page.locator("#section").waitFor();
  return screen;
}

/** True where it says so by now; else all that it says. */
async function says(where: Locator, what: string): Promise<true | string> {
  const text = await where.innerText();
  return text.includes(what) || text;
}

const inDialog = (page: Page) => page.locator(".ek-dialog");

const press = ({ page }: Screen, name: string | RegExp) =>
  page.getByRole("button", { name }).first().click();

// By words of the sentence, by the type's own name, and a whole kind at once.
async function choose(screen: Screen): Promise<void> {
  const { page } = screen;
  const find = page.getByRole("searchbox", { name: "Find an event" });
  await find.fill("no such thing");
  await page.getByText("No event is called that.").waitFor();
  await find.fill("arrived");
  await page.getByRole("checkbox", { name: /A conversation arrived/ }).press(" ");
  await find.fill("membership.ch");
  await page.getByRole("checkbox", { name: /A team's members changed/ }).press(" ");
  await page.getByText("2 events chosen").waitFor();
  await find.fill("");
  await page.getByRole("checkbox", { name: "SLA and promises" }).press(" ");
  await page.getByText("8 events chosen").waitFor();
  await screen.shoot("webhooks-events");
  tally.same("the choice: axe", await screen.axe(), []);
  await page.getByRole("checkbox", { name: "SLA and promises" }).press(" ");
  await page.getByText("2 events chosen").waitFor();
}

// All of them, and back.
async function change(screen: Screen): Promise<void> {
  const { page } = screen;
  await press(screen, /^Edit: http/);
  await page.getByRole("radio", { name: /^Every event/ }).press(" ");
  await page.locator(".ek-dialog-foot").getByRole("button", { name: "Save" }).click();
  await page.getByText("The webhook is changed.").waitFor();
  await page.getByText("all events").waitFor();
  await page.getByRole("button", { name: "Undo" }).first().click();
  await page
    .getByText(/A conversation arrived.*A team's members changed/)
    .first()
    .waitFor();
}

const put = ({ owner, server }: Stage, path: string, body: object) =>
  owner.as(null).patch(path, body, { headers: { ...browser(server.cookie), "If-Match": "*" } });

const listed = async ({ owner, server }: Stage, path: string) =>
  (await owner.as(null).get(path, { headers: browser(server.cookie) })).body.data[0];

// Two people change the same webhook: whoever comes second chooses, and undo goes back to theirs.
async function conflict(stage: Stage, screen: Screen): Promise<void> {
  const { page } = screen;
  const hook = await listed(stage, "/webhooks");
  const path = `/webhooks/${hook.id}`;
  await press(screen, /^Edit: http/);
  const address = page.getByLabel("Address", { exact: true });
  await address.fill(`${hook.url}/mine`);
  await put(stage, path, { url: `${hook.url}/theirs` });
  const words = { theirs: "/in/theirs", mine: "/in/mine", save: "Save" };
  const both = await meets(tally, screen, { ...words, shot: "webhook-conflict" });
  await tally.soon("who it was", () => says(both, OWNER.name), true);
  const text = await both.innerText();
  tally.is("and nothing that is the same", !text.includes("A conversation arrived"), text);
  await both.getByRole("button", { name: "Keep mine" }).click();
  await both.waitFor({ state: "detached" });
  await page.getByText("The webhook is changed.").waitFor();
  await page.getByText("/in/mine").first().waitFor();
  await page.getByRole("button", { name: "Undo" }).first().click();
  await page.getByText("/in/theirs").first().waitFor();
  await put(stage, path, { url: hook.url });
  await page.reload();
  await page.getByText(hook.url, { exact: true }).waitFor();
}

// The same of a source, and of the networks that may be called.
async function conflicts(stage: Stage, screen: Screen): Promise<void> {
  const { page } = screen;
  const { id } = await listed(stage, "/sources");
  await press(screen, /^Edit: Shop/);
  await inDialog(page).getByLabel("Name", { exact: true }).fill("Mine");
  await put(stage, `/sources/${id}`, { mapping: { text: "/order/text" } });
  await put(stage, `/sources/${id}`, { name: "Theirs" });
  const words = { theirs: "Theirs", mine: "Mine", save: "Save" };
  const both = await meets(tally, screen, { ...words, shot: "source-conflict" });
  await tally.soon("all that differs", () => says(both, "/order/text"), true);
  await both.getByRole("button", { name: "Take theirs" }).click();
  await both.waitFor({ state: "detached" });
  const name = inDialog(page).getByLabel("Name", { exact: true });
  await tally.soon("theirs is in the fields", () => name.inputValue(), "Theirs");
  await name.fill("Shop");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByText("Changed: Shop").waitFor();
  await inDialog(page).waitFor({ state: "detached" });
  await put(stage, `/sources/${id}`, { mapping: { title: "/order/title" } });
  const was = (
    await stage.owner.as(null).get("/settings/server", { headers: browser(stage.server.cookie) })
  ).body.outbound_networks;
  await page.getByLabel("Name", { exact: true }).fill("Mine too");
  await page.getByLabel("Network", { exact: true }).fill("10.9.0.0/16");
  const other = { name: "Theirs too", network: "10.8.0.0/16" };
  await put(stage, "/settings/server", { outbound_networks: [...was, other] });
  const nets = { theirs: "10.8.0.0", mine: "10.9.0.0", save: "Save outgoing calls" };
  await meets(tally, screen, { ...nets, shot: "outbound-conflict" });
  await both.getByRole("button", { name: "Go on editing" }).click();
  await both.waitFor({ state: "detached" });
  await page.getByText("10.8.0.0/16").waitFor();
  await press(screen, "Save outgoing calls");
  await page.getByText("10.9.0.0/16").waitFor();
  await page.getByText("10.8.0.0/16").waitFor();
  await put(stage, "/settings/server", { outbound_networks: was });
  await page.reload();
  await page.getByText("Shop", { exact: true }).waitFor();
  await page.getByText("127.0.0.0/8").waitFor();
  await tally.soon("put back", () => page.getByText("10.9.0.0/16").count(), 0);
}

/** The lines to copy, with a secret in them. */
async function linesOf(page: Page): Promise<string> {
  const lines = page.getByLabel("Lines to copy", { exact: true }).filter({ hasText: "whsec_" });
  return (await lines.textContent()) ?? "";
}

// As whoever sets the other system up: with the lines that the page shows, in a shell.
function run(lines: string): { out: string; ok: boolean } {
  const { stdout, status } = spawnSync("bash", ["-c", lines], { encoding: "utf8" });
  return { out: stdout, ok: status === 0 };
}

async function sources(stage: Stage): Promise<void> {
  const screen = await open(stage);
  const { page } = screen;
  await page.getByText("No sources yet").waitFor();
  await press(screen, "New source");
  await inDialog(page).getByLabel("Name", { exact: true }).fill("Shop");
  await page.getByLabel("Title", { exact: true }).fill("order/title");
  await press(screen, "Make the source");
  await page.getByText(/no JSON pointer/).waitFor();
  await page.getByLabel("Title", { exact: true }).fill("/order/title");
  await screen.shoot("sources-form");
  await press(screen, "Make the source");
  const lines = await linesOf(page);
  const secret = /whsec_[A-Za-z0-9+/=]+/.exec(lines)?.[0] ?? "";
  tally.is("the real address stands there", lines.includes(`${stage.server.url}/api/v1/sources/`));
  await screen.shoot("sources-lines");
  tally.same("how to post: axe", await screen.axe(), []);
  await page.getByRole("button", { name: "I have kept it" }).click();
  const taken = run(lines);
  tally.is("the lines work", taken.ok && taken.out.includes('"is_new":true'), taken.out);
  run(lines.replace(secret, "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="));
  await press(screen, /^What was posted/);
  await page.getByText(/The signature does not fit/).waitFor();
  await page.getByText("taken", { exact: true }).waitFor();
  await screen.shoot("sources-messages");
  tally.same("what was posted: axe", await screen.axe(), []);
  await page.locator(".ek-dialog").getByRole("button").first().click();
  await press(screen, /^How to post/);
  await page.getByText(/not shown again/).waitFor();
  await tally.soon(
    "the secret was shown once",
    async () => !(await page.content()).includes(secret),
    true,
  );
  await page.getByRole("button", { name: "Done" }).click();
  await conflicts(stage, screen);
  await turned(screen, lines, secret);
  screen.forgive(REFUSED);
  tally.same("sources: nothing is wrong", screen.faults(), []);
  await screen.close();
}

// Another secret, both good; off and on; archived.
async function turned(screen: Screen, lines: string, secret: string): Promise<void> {
  const { page } = screen;
  const again = lines.replace(/test-/, "again-");
  await press(screen, /^New secret: Shop/);
  const other = await linesOf(page);
  tally.is("another secret", other.includes("whsec_") && !other.includes(secret));
  await page.getByRole("button", { name: "I have kept it" }).click();
  await page.getByText(/the secret before is good too/).waitFor();
  const before = run(again).out;
  tally.is("the one before is good", before.includes('"is_new":false'), before);
  const after = run(other).out;
  tally.is("and the new one", after.includes('"is_new":false'), after);
  await press(screen, /^Switch off: Shop/);
  await page.getByText("Shop may post no more.").waitFor();
  tally.is("off: refused", run(other.replace(/test-/, "off-")).out.includes("/problems/conflict"));
  await press(screen, /^Switch on: Shop/);
  await page.getByText("Shop may post again.").waitFor();
  await press(screen, /^Archive: Shop/);
  await page.locator(".ek-dialog-foot").getByRole("button", { name: "Archive" }).click();
  await page.getByText("No sources yet").waitFor();
  tally.is("archived: refused", run(other).out.includes("/problems/unauthenticated"));
}

async function journey(stage: Stage, receiver: Receiver): Promise<void> {
  const screen = await open(stage);
  const { page } = screen;
  await page.getByText("No webhooks yet").waitFor();
  await page.getByLabel("Name", { exact: true }).fill("Our own machine");
  await page.getByLabel("Network", { exact: true }).fill("127.0.0.1/8");
  await page.getByLabel("Further ports").fill(String(receiver.port));
  await press(screen, "Save outgoing calls");
  await page.getByText(/This is no network/).waitFor();
  await page.getByLabel("Network", { exact: true }).fill("127.0.0.0/8");
  await press(screen, "Save outgoing calls");
  await page.getByText("127.0.0.0/8").waitFor();
  const url = `http://127.0.0.1:${receiver.port}/in`;
  await press(screen, "New webhook");
  await page.getByLabel("Address", { exact: true }).fill(url);
  const save = page.getByRole("button", { name: "Add the webhook" });
  await tally.soon("nothing chosen: not yet", () => save.isDisabled(), true);
  await choose(screen);
  await save.click();
  const secretShown = async (): Promise<string> =>
    (await inDialog(page).locator(".ek-settings-secret").textContent()) ?? "";
  await tally.soon("the secret is shown", async () => /^whsec_/.test(await secretShown()), true);
  const secret = await secretShown();
  await page.locator(".ek-dialog-foot").getByRole("button").last().click();
  await page.getByText(url).first().waitFor();
  await tally.soon("once", async () => !(await page.content()).includes(secret), true);
  await press(screen, /^Send a test/);
  await page.getByText("answered with 204").waitFor();
  tally.is(
    "it came, signed",
    receiver.came.length === 1 && receiver.came.every((came) => isSigned(secret, came)),
    receiver.came,
  );
  await page.getByText("What was sent").first().click();
  await page.getByText(receiver.came[0]?.id ?? "none").waitFor();
  await screen.shoot("webhooks-deliveries");
  tally.same("deliveries: axe", await screen.axe(), []);
  await press(screen, /^Send again/);
  await until("it came again", () => receiver.came.length === 2);
  tally.same("the same", receiver.came[1]?.id, receiver.came[0]?.id);
  await page.locator(".ek-dialog").getByRole("button").first().click();
  await press(screen, /^New secret/);
  await tally.soon(
    "another secret",
    async () => {
      const other = await secretShown();
      return /^whsec_/.test(other) && other !== secret;
    },
    true,
  );
  await page.locator(".ek-dialog-foot").getByRole("button").last().click();
  await page.getByText("The secret before signs too").waitFor();
  await change(screen);
  await conflict(stage, screen);
  await press(screen, /^Switch off/);
  await page.getByText("switched off", { exact: true }).waitFor();
  await press(screen, /^Switch on/);
  await page.getByText("on", { exact: true }).first().waitFor();
  await toldElsewhere(stage, screen, receiver);
  tally.same("the page: axe", await screen.axe(), []);
  screen.forgive(REFUSED);
  tally.same("nothing is wrong", screen.faults(), []);
  await screen.close();
}

// One that a person switched off is no news; one that ended by itself is told where people look.
async function toldElsewhere(stage: Stage, screen: Screen, receiver: Receiver): Promise<void> {
  const { page } = screen;
  const path = new URL(page.url()).pathname;
  const off = page.getByText("1 webhook was switched off").first();
  const myDay = async (): Promise<void> => {
    await page.goto("/me");
    await page.getByRole("heading", { level: 2 }).first().waitFor();
  };
  await myDay();
  await tally.soon("nothing ended: no news", () => off.count(), 0);
  receiver.answer = () => 410;
  await stage.owner.post("/conversations", { title: "One more", text: "Hello" });
  const admin = { headers: browser(stage.server.cookie) };
  await until("the receiver is gone", async () => {
    const all = await stage.owner.as(null).get("/webhooks", admin);
    return all.body.data[0]?.state === "gone";
  });
  await myDay();
  await off.waitFor();
  await screen.shoot("webhooks-broken");
  tally.same("my day: axe", await screen.axe(), []);
  await page.goto("/start/checklist");
  await off.waitFor();
  tally.same("the checklist: axe", await screen.axe(), []);
  await page.getByRole("link", { name: /^Look/ }).click();
  await page.waitForURL(`**${path}`);
  receiver.answer = () => 204;
}

// For the looks: a source that stands there.
async function kept(stage: Stage): Promise<void> {
  const { owner, server } = stage;
  const admin = { headers: browser(server.cookie) };
  const made = await owner.as(null).post("/sources", { name: "متجر 상점 Shop" }, admin);
  tally.is("one for the looks", made.status === 201, made.text);
}

async function looks(stage: Stage): Promise<void> {
  await each(async (look) => {
    const screen = await stage.browser.open("/settings/webhooks", { as: stage.account, ...look });
    await screen.page.getByText("127.0.0.0/8").waitFor();
    await screen.shoot(`webhooks-${named(look)}`);
    tally.same(`${named(look)}: axe`, await screen.axe(), []);
    screen.forgive(REFUSED);
    tally.same(`${named(look)}: nothing is wrong`, screen.faults(), []);
    await screen.close();
  });
}

const receiver = new Receiver();
await receiver.start();
try {
  await withBrowser(
    async (stage) => {
      await journey(stage, receiver);
      await sources(stage);
      await kept(stage);
      await looks(stage);
    },
    { with: "empty" },
  );
} finally {
  await receiver.stop();
}
tally.end();
