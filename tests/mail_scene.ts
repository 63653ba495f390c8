// mail_scene -- a workspace for tests of mail on the screen: two teams with somebody in each, and
// servers of mail of the test's own.
import { readFileSync } from "node:fs";

import type { Locator, Page } from "playwright-core";

import { withBrowser, type Stage } from "./browser.ts";
import { ok } from "./inbox_scene.ts";
import { connectOffice, DOMAIN, missingForPostOffice, PostOffice } from "./mail_office.ts";
import { Tally } from "./program.ts";
import { type Person } from "./server.ts";

export const tally = new Tally();
export const SUPPORT = `support@${DOMAIN}`;
export const MINA = `mina@${DOMAIN}`;
export const PATIENCE_MS = 30_000;

export interface Scene {
  readonly stage: Stage;
  readonly office: PostOffice;
  readonly team: string;
  readonly jin: Person;
  readonly omar: Person;
}

export const until = (what: string, holds: () => Promise<boolean>): Promise<void> =>
  tally.until(what, PATIENCE_MS, holds);

export const talksOf = async (who: Person): Promise<any[]> =>
  (await ok(who.client, "GET", "/conversations?limit=100")).data;

/** The bytes of the file that comes when that is pressed. */
export async function saved(page: Page, press: Locator): Promise<string> {
  const [file] = await Promise.all([page.waitForEvent("download"), press.click()]);
  return readFileSync(await file.path(), "latin1");
}

async function begin(stage: Stage, office: PostOffice): Promise<Scene> {
  const { owner, server } = stage;
  const team = (await ok(owner, "POST", "/teams", { name: "Support" })).id as string;
  const other = (await ok(owner, "POST", "/teams", { name: "Sales" })).id as string;
  const person = (name: string, of: string) =>
    server.person(owner, { name, memberships: [{ team: of, level: "primary" }] });
  const jin = await person("Jin Seo", team);
  const omar = await person("Omar Haddad", other);
  for (const each of [jin, omar])
    await ok(each.client, "PUT", `/teammates/${each.id}/presence`, { presence: "active" });
  return { stage, office, team, jin, omar };
}

/** A mailbox as an administrator's program connects it. */
export async function connectByProgram(s: Scene): Promise<void> {
  const more = { name: "고객 지원", team: s.team, signature: "{name}" };
  const made = await connectOffice(s.office, s.stage.server, s.stage.owner, more);
  tally.same("connected", made.status, 201);
}

/** Ends the test; says so where there are no servers of mail. */
export async function withMail(name: string, work: (s: Scene) => Promise<void>): Promise<void> {
  const missing = missingForPostOffice();
  if (missing !== undefined) {
    console.log(`${name}: left out, there is no ${missing}`);
    return;
  }
  const office = new PostOffice(["support", "mina", "copy"]);
  const env = { EVENKEEL_MAIL_AUTHORITIES_FILE: office.authorities, EVENKEEL_MAIL_POLL: "1" };
  try {
    await office.start();
    await withBrowser(async (stage) => work(await begin(stage, office)), { env });
  } finally {
    office.stop();
  }
  tally.end();
}
