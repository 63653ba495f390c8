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
  run(["drive", "--data", server.data, "-"], { input: pastOf(c) });
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
  const text = plain(await panel.innerText());
  tally.is(
    "the work itself comes before the sentence",
    text.indexOf("First, the work itself") >= 0 &&
      text.indexOf("First, the work itself") < text.indexOf("takes you longer"),
    text,
  );
  tally.is("what the lead hears is said", text.includes("That a talk may be welcome"), text);
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
  tally.is("with ranges", /Handle time .*\(.* to .*\)/.test(plain(await beside.innerText())));
  tally.same("nothing is complained of", screen.faults(), []);
  await screen.close();
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
  const looks = await pageOf(w.people["Mina"]!).get("/me/looks");
  tally.is(
    "and Mina reads who looked",
    looks.body.data.some((l: { by: string }) => l.by === w.lena.id),
    looks.body.data,
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
  for (const part of [mirror, lead, shapes])
    await part(stage, w).catch((error: unknown) => {
      tally.is(`${part.name} goes through`, false, String(error).slice(0, 700));
    });
});
tally.end();
