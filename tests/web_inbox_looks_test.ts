// web_inbox_looks_test -- the inbox and its dialogs in every language, theme and width: columns in
// reading order, axe without a finding, nothing in the console.
import { each, named, withBrowser, type Screen } from "./browser.ts";
import type { Client } from "./server.ts";
import {
  PART,
  ROW,
  account,
  make,
  ok,
  scene,
  see,
  tally,
  until,
  type Scene,
} from "./inbox_scene.ts";

async function gallery(s: Scene): Promise<string> {
  const id = await make(s, { title: "Charged twice", text: "Twice, on 3 March!", priority: 2 });
  const korean = { title: "송장 사본을 보내 주세요", text: "송장이 필요합니다.", name: "이서연" };
  await make(s, korean);
  const arabic = { title: "أريد استرداد المبلغ", text: "لم يصل طلبي.", name: "سارة محمود" };
  await make(s, { ...arabic, priority: 3 });
  const asleep = await make(s, { title: "Invoice copy", text: "Please.", name: "Ali Demir" });
  const tomorrow = new Date(Date.now() + 86_400_000).toISOString();
  await ok(s.mina.client, "POST", `/conversations/${asleep}/snooze`, { until: tomorrow });
  await ok(s.lead.client, "PUT", `/conversations/${id}/tags/${s.tag}`);
  const part = (client: Client, kind: string, text: string, more = {}) =>
    ok(client, "POST", `/conversations/${id}/parts`, { kind, text, ...more });
  await part(s.mina.client, "note", "Receipt checked.");
  await part(s.lead.client, "whisper", "Offer the refund.");
  await part(s.mina.client, "message", "One of them goes back today.");
  await part(s.mina.client, "message", "شكرًا لكم", { author: "contact" });
  return id;
}

/** From the reading side: views, list, conversation. */
async function order(screen: Screen, isMirrored: boolean): Promise<boolean> {
  const parts = [".ek-inbox-views", ".ek-inbox-middle", ".ek-inbox-conversation"];
  const at = await Promise.all(
    parts.map(async (part) => (await screen.page.locator(part).boundingBox())?.x ?? -1),
  );
  const sorted = [...at].sort((a, b) => (isMirrored ? b - a : a - b));
  return at.join() === sorted.join();
}

async function dialogs(screen: Screen, name: string): Promise<void> {
  for (const key of ["s", "h"]) {
    await screen.page.keyboard.press(key);
    await screen.page.waitForSelector("[role=dialog]");
    tally.same(`${name}: axe on ${key}`, await screen.axe("[role=dialog]"), []);
    await screen.shoot(`inbox-${key}-${name}`);
    await screen.page.keyboard.press("Escape");
    await screen.page.waitForFunction(() => document.querySelector("[role=dialog]") === null);
  }
}

/** axe finds nothing, and nothing goes wrong. */
async function matrix(s: Scene): Promise<void> {
  const id = await gallery(s);
  await each(async (look) => {
    const name = named(look);
    const screen = await s.stage.browser.open(`/inbox/mine/${id}`, {
      ...look,
      as: account(s.mina),
    });
    const { page } = screen;
    await see(`${name}: open`, page, `${PART}[data-by=whisper]`);
    if (look.width === "wide") await page.waitForSelector(ROW);
    tally.same(`${name}: axe`, await screen.axe(), []);
    await screen.shoot(`inbox-${name}`);
    if (look.width === "wide") {
      await until(`${name}: in reading order`, () => order(screen, look.language === "ar"));
      if (look.theme === "dark" && look.language === "ar") await dialogs(screen, name);
    } else {
      await tally.soon(
        `${name}: one column`,
        () => page.locator(".ek-inbox-middle").isVisible(),
        false,
      );
      await page.locator(".ek-inbox-back button").click();
      await page.waitForSelector(ROW);
      tally.same(`${name}: axe on the list`, await screen.axe(), []);
      await screen.shoot(`inbox-list-${name}`);
    }
    tally.same(`${name}: quiet`, screen.faults(), []);
    await screen.close();
  });
  const none = await s.stage.browser.open("/inbox/mine", {
    as: account(s.lead),
    language: "en",
    theme: "light",
  });
  await see("an empty list says why", none.page, ".ek-empty", "Nothing is assigned to you");
  tally.same("axe on nothing", await none.axe(), []);
  await none.shoot("inbox-empty");
  await none.close();
}

await withBrowser(async (stage) => matrix(await scene(stage)));
tally.end();
