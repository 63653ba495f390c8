// web_workspace_test -- settings of the whole installation: two people change them, and the second
// sees both and chooses.
import type { Locator } from "playwright-core";

import { withBrowser, type Stage } from "./browser.ts";
import { meets } from "./conflict.ts";
import { Tally } from "./program.ts";
import { browser, OWNER } from "./server.ts";

const tally = new Tally();

/** True where it says so by now; else all that it says. */
async function says(where: Locator, what: string): Promise<true | string> {
  const text = await where.innerText();
  return text.includes(what) || text;
}

/** The form of the whole installation: saved on what it was begun on. */
async function ofTheServer(stage: Stage): Promise<void> {
  const look = { as: stage.account, language: "en", theme: "light" } as const;
  const screen = await stage.browser.open("/settings/workspace", look);
  const { page } = screen;
  const name = page.getByLabel("Name of the workspace");
  const budget = page.getByLabel("False verdicts of trends");
  const admin = { headers: { ...browser(stage.server.cookie), "If-Match": "*" } };
  const nobody = stage.owner.as(null);
  const others = async (body: object): Promise<void> => {
    const done = await nobody.patch("/settings/server", body, admin);
    tally.same("somebody else saves", done.status, 200);
  };
  const kept = async (): Promise<any> => (await nobody.get("/settings/server", admin)).body;
  const { zone } = await kept();
  await name.fill("Mine");
  await others({ name: "Theirs" });
  const words = { theirs: "Theirs", mine: "Mine", save: "Save" };
  const both = await meets(tally, screen, { ...words, shot: "server-conflict" });
  await tally.soon("who it was", () => says(both, OWNER.name), true);
  const text = await both.innerText();
  tally.is("and nothing that is the same", !text.includes(zone), text);
  await both.getByRole("button", { name: "Keep mine" }).click();
  await page.getByText("Saved.").first().waitFor();
  await both.waitFor({ state: "detached" });
  await tally.soon("mine", async () => (await kept()).name, "Mine");
  await name.fill("Mine again");
  await others({ name: "Theirs again", alarm_budget: 7 });
  await (
    await meets(tally, screen, { theirs: "Theirs again", mine: "Mine again", save: "Save" })
  )
    .getByRole("button", { name: "Take theirs" })
    .click();
  await page.locator(".ek-conflict-form").waitFor({ state: "detached" });
  await tally.soon(
    "theirs, in the fields too",
    async () => [await name.inputValue(), await budget.inputValue()],
    ["Theirs again", "7"],
  );
  await name.fill("Both");
  await others({ retention_days: 900 });
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await tally.until("what stands on another page is no conflict", 15_000, async () => {
    const now = await kept();
    return now.name === "Both" && now.retention_days === 900 && now.alarm_budget === 7;
  });
  tally.same("nothing is wrong", screen.faults(), []);
  await screen.close();
}

await withBrowser(ofTheServer);
tally.end();
