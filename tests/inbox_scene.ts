// inbox_scene -- a workspace for tests of the inbox: people, a team, conversations in three
// scripts, and what hands do on its screen.
import type { Page } from "playwright-core";

import { type Account, type Screen, type Stage } from "./browser.ts";
import { Tally } from "./program.ts";
import { OWNER, type Client, type Person } from "./server.ts";

export const tally = new Tally();
export const PASSWORD = OWNER.password.replace("seven", "eleven");

export interface Scene {
  readonly stage: Stage;
  readonly team: string;
  readonly lead: Person;
  readonly mina: Person;
  readonly omar: Person;
  readonly tag: string;
}

export const account = (who: Person): Account => ({
  email: who.email,
  password: PASSWORD,
  id: who.id,
});

export async function ok(
  client: Client,
  method: string,
  path: string,
  body?: unknown,
): Promise<any> {
  const got = await client.ask(method, path, {
    ...(body === undefined ? {} : { body }),
    headers: { "Idempotency-Key": `inbox-${Math.random()}-${Date.now()}` },
  });
  if (got.status >= 300) throw new Error(`${method} ${path}: ${got.status} ${got.text}`);
  return got.body;
}

export async function scene(stage: Stage): Promise<Scene> {
  const { owner, server } = stage;
  const team = (await ok(owner, "POST", "/teams", { name: "Billing" })).id;
  await ok(owner, "POST", "/teams", { name: "الفواتير" });
  const memberships = [{ team }];
  const person = (name: string, roles: string[]) =>
    server.person(owner, { name, roles, memberships, email: `${name.split(" ")[0]}@example.org` });
  const lead = await person("Lea Sommer", ["teammate", "lead"]);
  const tag = (await ok(lead.client, "POST", "/tags", { name: "환불" })).id;
  return {
    ...{ stage, team, lead, tag },
    mina: await person("Mina Park", ["teammate"]),
    omar: await person("Omar Haddad", ["teammate"]),
  };
}

export interface Wanted {
  readonly title: string;
  readonly text: string;
  readonly name?: string;
  readonly holder?: string | null;
  readonly priority?: number;
}

export async function make(s: Scene, wanted: Wanted): Promise<string> {
  const { client } = s.lead;
  const contact = await ok(client, "POST", "/contacts", {
    name: wanted.name ?? "Noor Khalil",
    email: `n${Math.random().toString(36).slice(2, 8)}@example.net`,
    tier: "gold",
  });
  const made = await ok(client, "POST", "/conversations", {
    contact: contact.id,
    team: s.team,
    title: wanted.title,
    text: wanted.text,
    channel: "email",
    priority: wanted.priority ?? 0,
    ...(wanted.holder === null ? {} : { teammate: wanted.holder ?? s.mina.id }),
  });
  return made.id as string;
}

export const texts = async (s: Scene, id: string, kind: string): Promise<string[]> =>
  (await ok(s.lead.client, "GET", `/conversations/${id}/parts?kind=${kind}&sort=id`)).data.map(
    (part: any) => part.text as string,
  );
export const one = (s: Scene, id: string): Promise<any> =>
  ok(s.lead.client, "GET", `/conversations/${id}`);

export const until = (what: string, holds: () => Promise<boolean>): Promise<void> =>
  tally.until(what, 15_000, holds);

export async function see(
  what: string,
  page: Page,
  selector: string,
  text?: string,
): Promise<void> {
  const found = page.locator(selector, text === undefined ? {} : { hasText: text }).first();
  const is = await found
    .waitFor({ timeout: 15_000 })
    .then(() => true)
    .catch(() => false);
  tally.is(what, is, `no ${selector} ${text ?? ""}`);
}

/** Before the page reads it: how this person sends. */
export async function writes(screen: Screen, who: Person, manner: object): Promise<void> {
  await screen.page.evaluate(
    ([id, kept]) => localStorage.setItem(`ek.writing.${id}`, kept as string),
    [who.id, JSON.stringify(manner)],
  );
}

export async function at(
  s: Scene,
  who: Person,
  path: string,
  manner: object = { hold: 0 },
): Promise<Screen> {
  const screen = await s.stage.browser.open(path, { as: account(who), language: "en" });
  await writes(screen, who, manner);
  return screen;
}

export const FIELD = "#ek-inbox-field-message";
export const ROW = ".ek-inbox-item";
export const PART = ".ek-inbox-part";

/** Presses Tab until what has the focus is called so. */
export async function tabTo(page: Page, name: RegExp): Promise<boolean> {
  for (let turn = 0; turn < 40; turn++) {
    await page.keyboard.press("Tab");
    const said = await page.evaluate(() => {
      const at = document.activeElement;
      const by = at?.getAttribute("aria-labelledby")?.split(" ") ?? [];
      const label = by.map((id) => document.getElementById(id)?.textContent ?? "").join(" ");
      return `${at?.getAttribute("aria-label") ?? ""} ${label} ${at?.textContent ?? ""}`;
    });
    if (name.test(said)) return true;
  }
  return false;
}

// ---- by keyboard alone

interface Held {
  readonly key: string;
  readonly says: string;
}

/** The row that has the focus; nothing where the focus is elsewhere. */
const rowInFocus = (page: Page): Promise<Held> =>
  page.evaluate((row) => {
    const here = document.activeElement?.closest<HTMLElement>(row);
    return { key: here?.dataset["key"] ?? "", says: here?.textContent ?? "" };
  }, ROW);

export async function openByKeys(page: Page, title: string): Promise<void> {
  await page.locator(ROW, { hasText: title }).first().waitFor();
  let step = "j";
  for (let turn = 0; turn < 40; turn++) {
    const before = await rowInFocus(page);
    await page.keyboard.press(step);
    // As a person does, who presses again once they see where they are.
    await page
      .waitForFunction(
        (was) => {
          const here = document.activeElement?.closest<HTMLElement>("[role=row]");
          return (here?.dataset["key"] ?? was) !== was;
        },
        before.key,
        { timeout: 1_000 },
      )
      .catch(() => undefined);
    const now = await rowInFocus(page);
    if (now.says.includes(title)) break;
    // The last row stays: what is wanted may stand above, as the order changes meanwhile.
    if (now.key !== "" && now.key === before.key) step = step === "j" ? "k" : "j";
  }
  await page.keyboard.press("Enter");
  await page.waitForFunction(
    (wanted) =>
      document.activeElement?.id === "ek-inbox-heading" &&
      document.activeElement.textContent === wanted,
    title,
  );
}
