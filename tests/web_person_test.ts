// web_person_test -- what a person sees about themselves on the page, first; that their lead reads
// who may welcome a talk and no figure of it; and a person beside the team.
import { execFileSync } from "node:child_process";
import { join } from "node:path";

import { each, named, withBrowser, type Account, type Stage } from "./browser.ts";
import { cast, page as pageOf, pastOf, type Cast } from "./people_past.ts";
import { run, Tally } from "./program.ts";
import { OWNER } from "./server.ts";

const tally = new Tally();
const WAIT_MS = 20_000;
const DAY_MS = 86_400_000;

interface World extends Cast {
  readonly mina: Account;
  readonly lena: Account;
}

const plain = (text: string): string => text.replace(/[\u2066-\u2069]/g, "").replace(/\s+/g, " ");
const PASSWORD = OWNER.password.replace("seven", "eleven");

/** Calls of Solo, each longer on hold than it lasted. */
function impossible(c: Cast): string {
  const number = (id: string): number => Number(id.split("_")[1]);
  const iso = (ms: number): string => new Date(ms).toISOString();
  return Array.from({ length: 6 }, (_, i) => {
    const started = c.shiftAt + i * 600_000;
    return `${JSON.stringify({
      at: iso(Date.now() + 1000),
      cmd: "history.note_call",
      import: 9,
      item: i + 1,
      team: number(c.small),
      teammate: number(c.people["Solo"]!.id),
      contact: 9000 + i,
      started: iso(started),
      queued: iso(started),
      answered: iso(started + 5000),
      ended: iso(started + 65_000),
      hold_ms: 500_000,
      holds: 1,
      transfers: 0,
      tags: [],
    })}\n`;
  }).join("");
}

/** A past of which the rules have told Mina, and after two of her shifts her lead. */
async function prepare({ server, owner }: Stage): Promise<World> {
  const c = await cast(server, owner);
  const { port } = server;
  const told = async (): Promise<void> => {
    await server.start(port);
    await tally.until("it is looked over", WAIT_MS, async () => {
      const got = await pageOf(c.people["Mina"]!).get("/me/patterns");
      return got.body?.as_of != null && got.body.data.length > 0;
    });
  };
  await server.end();
  run(["drive", "--data", server.data, "-"], { input: pastOf(c) + impossible(c) });
  await told();
  await server.end();
  execFileSync("sqlite3", [
    join(server.data, "log.db"),
    `UPDATE person_patterns SET found_ms = found_ms - ${5 * DAY_MS}, shifts = -1`,
  ]);
  await told();
  const as = (name: string, who = c.people[name]): Account => ({
    id: who?.id ?? "",
    email: who?.email ?? "",
    password: PASSWORD,
  });
  return { ...c, mina: as("Mina"), lena: as("Lena", c.lead) };
}

async function mirror(stage: Stage, w: World): Promise<void> {
  const screen = await stage.browser.open("/me/figures", { language: "en", as: w.mina });
  const { page } = screen;
  const panel = page.getByRole("region", { name: "Patterns in my work" });
  await panel.getByText("takes you longer").waitFor({ timeout: WAIT_MS });
  const text = async () => plain(await panel.innerText());
  await tally.soon(
    "the work itself comes before the sentence",
    async () => /First, the work itself.*takes you longer/.test(await text()) || (await text()),
    true,
  );
  await tally.soon(
    "what the lead hears is said",
    async () => (await text()).includes("That a talk may be welcome") || (await text()),
    true,
  );
  await panel.getByRole("textbox", { name: "Your note" }).fill("The new tool asks twice.");
  await panel.getByText("My lead may read this note").click();
  await panel.getByRole("button", { name: "Save" }).press("Enter");
  await tally.until("it is kept", WAIT_MS, async () => {
    const got = await pageOf(w.people["Mina"]!).get("/me/patterns");
    return got.body.data.some(
      (p: { note: string | null; note_shared: boolean }) =>
        p.note === "The new tool asks twice." && p.note_shared,
    );
  });
  const beside = page.getByRole("region", { name: "Beside the team" }).first();
  await beside.getByRole("rowheader", { name: "Handle time" }).waitFor({ timeout: WAIT_MS });
  await tally.soon(
    "with ranges",
    async () => /Handle time .*\(.* to .*\)/.test(plain(await beside.innerText())),
    true,
  );
  tally.same("nothing is complained of", screen.faults(), []);
  await screen.close();
}

/** What cannot be true of one's own is told on one's own page, and on nobody else's. */
async function cannotBe(stage: Stage, w: World): Promise<void> {
  const solo = w.people["Solo"];
  const as = { id: solo?.id ?? "", email: solo?.email ?? "", password: PASSWORD };
  const screen = await stage.browser.open("/me/figures", { language: "en", as });
  const panel = screen.page.getByRole("region", { name: "Figures of mine that cannot be true" });
  await panel.getByRole("listitem").first().waitFor({ timeout: WAIT_MS });
  const said = async () => plain(await panel.innerText());
  await tally.soon(
    "which metric, and why",
    async () =>
      /Holds?.*: a duration is longer than the time it is made of/.test(await said()) ||
      (await said()),
    true,
  );
  await tally.soon("each is told once", () => panel.getByRole("listitem").count(), 1);
  await screen.shoot("person-withheld");
  tally.same("axe finds nothing there", await screen.axe("main"), []);
  tally.same("nothing is complained of there", screen.faults(), []);
  await screen.close();
  const other = await stage.browser.open("/me/figures", { language: "en", as: w.mina });
  await other.page.locator(".ek-beside").first().waitFor({ timeout: WAIT_MS });
  await tally.soon(
    "nobody else is told",
    () => other.page.getByRole("region", { name: "Figures of mine that cannot be true" }).count(),
    0,
  );
  await other.close();
}

async function lead(stage: Stage, w: World): Promise<void> {
  const screen = await stage.browser.open("/me", { language: "en", as: w.lena });
  const { page } = screen;
  const talks = page.getByRole("region", { name: "Talks that may be welcome" });
  await talks.getByText("may welcome a talk").first().waitFor({ timeout: WAIT_MS });
  await talks.getByRole("link", { name: "Mina" }).click();
  const part = page.getByRole("region", { name: "Their work" });
  await part.getByRole("button", { name: "Coaching" }).click();
  await part.getByText("The new tool asks twice.").waitFor({ timeout: WAIT_MS });
  const sheet = plain(await part.locator("section").first().innerText());
  tally.is("no level, no odds, no times", !/times|usual|once in|longer/.test(sheet), sheet);
  await part.getByRole("rowheader", { name: "Handle time" }).waitFor({ timeout: WAIT_MS });
  await tally.soon(
    "and Mina reads who looked",
    async () => {
      const { data } = (await pageOf(w.people["Mina"]!).get("/me/looks")).body;
      return data.some((l: { by: string }) => l.by === w.lena.id) || data;
    },
    true,
  );
  await screen.shoot("person-lead");
  tally.same("axe finds nothing", await screen.axe("body"), []);
  await screen.close();
}

async function shapes(stage: Stage, w: World): Promise<void> {
  await each(async (look) => {
    for (const [name, path, who, shown] of [
      ["person-own", "/me/figures", w.mina, ".ek-me-pattern"],
      ["person-talks", "/me", w.lena, ".ek-me-item a[href*=teammates]"],
    ] as const) {
      const screen = await stage.browser.open(path, { ...look, as: who });
      await screen.page.locator(shown).first().waitFor({ timeout: WAIT_MS });
      if (name === "person-own")
        await screen.page.locator(".ek-beside").first().waitFor({ timeout: WAIT_MS });
      tally.same(`${name} ${named(look)}: axe finds nothing`, await screen.axe("main"), []);
      tally.same(`${name} ${named(look)}: nothing is complained of`, screen.faults(), []);
      await screen.shoot(`${name}-${named(look)}`);
      await screen.close();
    }
  });
}

await withBrowser(async (stage) => {
  const w = await prepare(stage);
  for (const part of [mirror, cannotBe, lead, shapes])
    await part(stage, w).catch((error: unknown) => {
      tally.is(`${part.name} goes through`, false, String(error).slice(0, 700));
    });
});
tally.end();
