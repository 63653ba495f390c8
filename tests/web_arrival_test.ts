// web_arrival_test -- rules on arrival in the settings: made, moved by buttons, tried on what came
// in, saved and put back; and beside a conversation which rule did what.
import type { Page } from "playwright-core";

import { lookRound, withBrowser, type Look, type Screen, type Stage } from "./browser.ts";
import { ok } from "./inbox_scene.ts";
import { Tally } from "./program.ts";

const tally = new Tally();
const PATIENCE_MS = 30_000;

const rulesOf = async (stage: Stage): Promise<any[]> =>
  (await ok(stage.owner, "GET", "/arrival-rules")).rules;

const open = (stage: Stage, path: string, look: Partial<Look>): Promise<Screen> =>
  stage.browser.open(path, { ...look, as: stage.account });

const press = (page: Page, name: string | RegExp): Promise<void> =>
  page
    .getByRole("button", { name, exact: typeof name === "string" })
    .first()
    .click();

async function choose(page: Page, label: string | RegExp, option: string): Promise<void> {
  await page.getByRole("dialog").getByRole("button", { name: label }).first().click();
  await page.getByRole("option", { name: option, exact: true }).click();
}

async function makes(page: Page): Promise<void> {
  await page.getByText("No rules yet").waitFor();
  await press(page, "New rule");
  await page.getByLabel("Name", { exact: true }).fill("Refunds");
  await page.getByLabel("Value").fill("refund, 환불");
  await choose(page, /Priority/, "High");
  await choose(page, /Team inbox/, "Billing");
  await choose(page, /SLA policy/, "Gold");
  await press(page, "Apply");
  await press(page, "New rule");
  await page.getByLabel("Name", { exact: true }).fill("Korean");
  await choose(page, /What/, "Language");
  await page.getByLabel("Value").fill("ko");
  await page.getByText("note the language").click();
  await press(page, "Apply");
  await page.getByText("Words of the message has one of").waitFor();
}

async function tries(stage: Stage, page: Page): Promise<void> {
  await press(page, "Try on the last hundred");
  await page.getByText(/2 conversations tried; 1 would be something else/).waitFor();
  await tally.soon("nothing is kept yet", async () => (await rulesOf(stage)).length, 0);
}

async function saves(stage: Stage, page: Page): Promise<void> {
  await press(page, "Move up: Korean");
  await press(page, "Save the rules");
  await page.getByText("Rules saved.").waitFor();
  await tally.soon("in their order", async () => (await rulesOf(stage)).map((rule) => rule.name), [
    "Korean",
    "Refunds",
  ]);
  const [, refunds] = await rulesOf(stage);
  tally.same(
    "as they were made",
    [refunds.when, refunds.set.priority, refunds.set.sla_policy],
    [{ all: [{ field: "text", op: "has", value: ["refund", "환불"] }] }, 2, "sla_1"],
  );
  await page.getByRole("button", { name: "Undo" }).first().click();
  await tally.until("put back", PATIENCE_MS, async () => (await rulesOf(stage)).length === 0);
  await page.getByText("No rules yet").waitFor();
}

async function explains(stage: Stage, team: string): Promise<void> {
  const version = (await ok(stage.owner, "GET", "/arrival-rules")).version as number;
  const kept = await stage.owner.put(
    "/arrival-rules",
    {
      rules: [
        {
          name: "Refunds",
          when: { all: [{ field: "text", op: "has", value: ["refund"] }] },
          set: { team, priority: 2, sla_policy: "sla_1" },
        },
        { name: "The rest", when: null, set: { attributes: { area: "other" } }, stop: true },
      ],
    },
    { headers: { "If-Match": `"r${version}"` } },
  );
  tally.same("kept", kept.status, 200);
  const talk = await ok(stage.owner, "POST", "/conversations", {
    title: "Money back",
    text: "I want a refund.",
  });
  const mina = await stage.browser.person({ name: "Mina Park", memberships: [{ team }] });
  const screen = await stage.browser.open(`/inbox/all/${talk.id}`, {
    as: mina,
    language: "en",
    theme: "light",
  });
  const { page } = screen;
  await page.getByRole("button", { name: "Details" }).click();
  const did = page.getByRole("region", { name: "Rules on arrival" });
  await did.getByText("team Billing · priority High · SLA Gold").waitFor();
  await did.getByText("area: other").waitFor();
  await screen.shoot("arrival-did");
  tally.same("beside a conversation: axe", await screen.axe(), []);
  tally.same("no faults beside it", screen.faults(), []);
  await screen.close();
}

async function looks(stage: Stage): Promise<void> {
  await lookRound(tally, (look) => open(stage, "/settings/rules", look), [
    {
      says: "rules",
      shot: "rules",
      go: async (page) => {
        await page.locator(".ek-rule").nth(1).waitFor();
      },
    },
    {
      says: "a rule being changed",
      shot: "rule-form",
      go: async (page) => {
        await page.locator(".ek-rule .ek-button[data-look=quiet]").first().click();
        await page.locator(".ek-dialog .ek-rule-part").first().waitFor();
      },
    },
  ]);
}

await withBrowser(async (stage) => {
  const team = (await ok(stage.owner, "POST", "/teams", { name: "Billing" })).id as string;
  await ok(stage.owner, "POST", "/sla-policies", {
    name: "Gold",
    applies_to: {},
    calendar: null,
    targets: { first_response_ms: 600_000 },
  });
  await ok(stage.owner, "POST", "/conversations", { title: "One", text: "I want a refund." });
  await ok(stage.owner, "POST", "/conversations", { title: "Two", text: "Hello there." });
  const screen = await open(stage, "/settings/rules", { language: "en", theme: "light" });
  await makes(screen.page);
  await tries(stage, screen.page);
  tally.same("tried: axe", await screen.axe(), []);
  await screen.shoot("rules-tried");
  await saves(stage, screen.page);
  tally.same("no faults", screen.faults(), []);
  await screen.close();
  await explains(stage, team);
  await looks(stage);
});
tally.end();
