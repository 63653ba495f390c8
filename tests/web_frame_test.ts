// web_frame_test -- what is around every room: it scrolls no further than there is something, draws
// one ring around the focus, takes the focus to the heading of a screen that a key led to, says
// when the server is not heard any more, and stands when a room cannot be loaded or is refused.
import type { Page } from "playwright-core";

import { withBrowser, type Screen, type Stage, type Width } from "./browser.ts";
import { Tally } from "./program.ts";

const tally = new Tally();
const WAIT_MS = 8000;

const open = (stage: Stage, path: string, width: Width = "wide"): Promise<Screen> =>
  stage.browser.open(path, { as: stage.account, language: "en", theme: "light", width });

/** The room is there, and what it reads. */
async function settled(page: Page): Promise<void> {
  await page.waitForSelector("#room h1");
  await page.waitForFunction(
    () => !/Loading/.test(document.querySelector("#room")?.textContent ?? ""),
    undefined,
    { timeout: WAIT_MS },
  );
}

const ROOMS = [
  "/live",
  "/queue",
  "/teammates",
  "/priorities",
  "/changes",
  "/settings/limits",
  "/settings/me",
  "/settings/sla",
  "/settings/teams",
  "/help",
  "/me",
];

async function ends(stage: Stage): Promise<void> {
  for (const width of ["wide", "narrow"] as const)
    for (const path of ROOMS) {
      const screen = await open(stage, path, width);
      await settled(screen.page);
      await tally.soon(
        `${path}, ${width}: nothing below the end`,
        () => screen.emptiness(),
        [0, 0],
      );
      await screen.close();
    }
}

const STEPS = 45;

async function rings(stage: Stage): Promise<void> {
  for (const path of ["/settings/me", "/settings/limits", "/priorities", "/changes", "/queue"]) {
    const screen = await open(stage, path);
    await settled(screen.page);
    const wrong: string[] = [];
    for (let step = 0; step < STEPS; step++) {
      await screen.page.keyboard.press("Tab");
      const found = await screen.rings();
      const at = await screen.page.evaluate(() => document.activeElement?.outerHTML.slice(0, 400));
      // Behind the last comes the browser itself.
      if (at?.startsWith("<body") === true) break;
      // Of a date Chromium itself rings the button in it.
      if (found.length === 0 && /type="date"/.test(at ?? "")) continue;
      if (found.length !== 1) wrong.push(`${step}: ${found.join(" and ") || "none"}: ${at}`);
    }
    tally.same(`${path}: one ring at each step`, wrong, []);
    await screen.close();
  }
  const screen = await open(stage, "/priorities");
  await settled(screen.page);
  await screen.page.keyboard.press("Control+k");
  await screen.page.waitForSelector("[role=dialog]");
  await screen.page.keyboard.press("ArrowDown");
  await tally.soon("in the palette too", () => screen.rings(), ["input.ek-input"]);
  await screen.close();
}

async function headings(stage: Stage): Promise<void> {
  const screen = await open(stage, "/help");
  const { page } = screen;
  await settled(page);
  for (const [letter, title] of [
    ["t", "Teammates"],
    ["p", "Priorities"],
    ["c", "Change log"],
    ["s", "Settings"],
    ["s", "Settings"],
  ] as const) {
    await page.keyboard.press("g");
    await page.keyboard.press(letter);
    await page
      .waitForFunction(
        (wanted) => {
          const at = document.activeElement;
          return at?.tagName === "H1" && at.textContent === wanted;
        },
        title,
        { timeout: WAIT_MS },
      )
      .then(() => tally.is(`g ${letter}: at the heading`, true))
      .catch(() => tally.is(`g ${letter}: at the heading`, false));
  }
  tally.same("headings: quiet", screen.faults(), []);
  await screen.close();
}

/** A room whose script does not come: the frame says so, and others open. */
async function unloaded(stage: Stage): Promise<void> {
  const screen = await open(stage, "/help");
  const { page } = screen;
  screen.forgive(/ChangesRoom|ERR_FAILED|dynamically imported/);
  await settled(page);
  await page.route(/ChangesRoom/, (route) => route.abort());
  await page.getByRole("link", { name: "Change log" }).click();
  const said = page.locator("#room").getByRole("heading", { name: "The server cannot be reached" });
  await said.waitFor({ timeout: WAIT_MS });
  tally.is("it says so", true);
  await tally.soon(
    "with a way on",
    () => page.getByRole("button", { name: "Try again" }).count(),
    1,
  );
  await tally.soon(
    "the frame stands",
    () => page.getByRole("navigation").first().isVisible(),
    true,
  );
  tally.same("axe", await screen.axe(), []);
  await page.getByRole("link", { name: "Settings" }).first().click();
  await page.getByRole("heading", { level: 1, name: "Settings" }).waitFor({ timeout: WAIT_MS });
  tally.is("other rooms open", true);
  tally.same("unloaded: quiet", screen.faults(), []);
  await screen.close();
}

/** What the server does not give is told as it tells it, and not as emptiness. */
async function refused(stage: Stage): Promise<void> {
  const screen = await open(stage, "/changes?by=nobody");
  const { page } = screen;
  screen.forgive(/400|422/);
  const answer = await stage.owner.get("/changes?by=nobody&limit=100");
  const alert = page.getByRole("alert");
  await alert.waitFor({ timeout: WAIT_MS });
  const text = async (): Promise<string> => await alert.innerText();
  await tally.says("refused, with the server's words", text, answer.body.title);
  await tally.soon("and no word of emptiness", () => page.locator(".ek-empty").count(), 0);
  await screen.close();
}

async function silence(stage: Stage): Promise<void> {
  const wide = await open(stage, "/settings/me");
  const narrow = await open(stage, "/changes", "narrow");
  for (const screen of [wide, narrow]) {
    screen.forgive(/ERR_CONNECTION|Failed to load resource|ERR_EMPTY|ERR_INCOMPLETE/);
    await settled(screen.page);
    await tally.soon(
      "nothing is said while it is heard",
      () => screen.page.locator(".ek-top .ek-banner").count(),
      0,
    );
  }
  await stage.server.end("SIGKILL");
  const bars = [wide, narrow].map((screen) => screen.page.locator(".ek-top[data-stale]"));
  await Promise.all(
    bars.map((bar) => bar.getByText(/^Not live since \d/).waitFor({ timeout: 2000 })),
  );
  tally.is("said within two seconds, and since when", true);
  for (const screen of [wide, narrow]) {
    const grey = await screen.page
      .locator(".ek-top-mine")
      .evaluate((it) => getComputedStyle(it).filter);
    tally.same("what is old is grey", grey, "grayscale(1)");
    tally.same("axe when silent", await screen.axe(".ek-top"), []);
  }
  await wide.shoot("frame-silent");
  await narrow.shoot("frame-silent-narrow");
  await stage.server.start(stage.server.port);
  await wide.page.locator(".ek-top:not([data-stale])").waitFor({ timeout: 20_000 });
  tally.is("and live again", true);
  for (const screen of [wide, narrow]) await screen.close();
}

await withBrowser(
  async (stage) => {
    for (const part of [ends, rings, headings, unloaded, refused, silence]) {
      if (process.argv[2] !== undefined && process.argv[2] !== part.name) continue;
      await part(stage).catch((error: unknown) => {
        tally.is(`${part.name} goes through`, false, String(error).slice(0, 700));
      });
    }
  },
  { with: "sample" },
);
tally.end();
