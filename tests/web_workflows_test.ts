// web_workflows_test -- a guided workflow is written step by step, told what is wrong with it,
// tried and published; gone through beside a conversation by keyboard; left with a reason, which
// its editor shows; in every language, theme and width without a fault.
import type { Page } from "playwright-core";

import { lookRound, withBrowser, type Screen } from "./browser.ts";
import { account, at, make, ok, one, scene, see, tally, texts, until } from "./inbox_scene.ts";
import type { Scene } from "./inbox_scene.ts";

const STEPS = [
  {
    id: 1,
    title: "Is it older than 30 days?",
    branches: [
      { label: "Yes", next: 3 },
      { label: "No", next: 2, priority: 2 },
    ],
  },
  { id: 2, title: "Give the money back", branches: [{ label: "Done", next: 3 }] },
  { id: 3, title: "환불이 끝났습니다", end: true },
];

async function written(s: Scene): Promise<void> {
  const screen = await s.stage.browser.open("/workflows/new", {
    as: s.stage.account,
    language: "en",
  });
  const { page } = screen;
  await page.getByLabel("Title", { exact: true }).fill("Late parcel");
  await page.getByLabel("What is done, or asked").fill("Look at the tracking");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await see("a step without an answer is said", page, ".ek-fault", "A dead end");
  await page.getByRole("button", { name: "Add a step" }).click();
  await page.getByLabel("What is done, or asked").nth(1).fill("Say when it comes");
  await page.getByText("It ends here").nth(1).click();
  await page.getByRole("button", { name: "Add an answer" }).click();
  await page.getByLabel("Answer", { exact: true }).fill("Done");
  await page.getByRole("button", { name: "Save and publish" }).click();
  await see("it is not published so", page, ".ek-fault", "leads nowhere");
  await page.getByRole("button", { name: /Leads to/ }).click();
  await page.getByRole("option", { name: /Say when/ }).click();
  await page.locator("#flow-try ~ .ek-row button").first().click();
  await see("tried beside it", page, "#flow-try ~ .ek-stack h3", "Say when it comes");
  await page.getByRole("button", { name: "Save and publish" }).click();
  await until("published", async () =>
    (await ok(s.stage.owner, "GET", "/workflows")).data.some(
      (flow: any) => flow.title === "Late parcel" && flow.version === 1,
    ),
  );
  await changed(s, screen);
  tally.same(
    "quiet",
    screen.faults().filter((fault) => !fault.includes("status of 409")),
    [],
  );
  await screen.close();
}

/** An answer sets a tag and an attribute; the first version comes back; it is archived. */
async function changed(s: Scene, screen: Screen): Promise<void> {
  const { page } = screen;
  const of = async () =>
    (await ok(s.stage.owner, "GET", "/workflows?archived=false")).data.find(
      (each: any) => each.title === "Late parcel",
    );
  const tag = await ok(s.stage.owner, "POST", "/tags", { name: "parcel" });
  await page.getByRole("button", { name: "Add a tag" }).click();
  await page.getByRole("menuitem", { name: "parcel" }).click();
  await page.getByRole("button", { name: "Set an attribute" }).click();
  await page.getByLabel("Attribute", { exact: true }).fill("carrier");
  await page.getByLabel("Becomes", { exact: true }).fill("post");
  await page.getByRole("button", { name: /^Every team/ }).click();
  await page.getByRole("option", { name: "Billing" }).click();
  await page.getByRole("button", { name: "Save and publish" }).click();
  await until("a second version", async () => (await of())?.version === 2);
  await screen.shoot("flows-sets");
  const now = await of();
  const { tags, attributes } = now.steps[0].branches[0];
  tally.same("it sets them", [tags, attributes], [[tag.id], { carrier: "post" }]);
  tally.is("for one team", now.team !== null, JSON.stringify(now.team));
  const versions = page.getByRole("region", { name: "Versions" });
  await versions.getByText("Version 2", { exact: false }).first().waitFor();
  await versions.getByRole("button", { name: "Put back Version 1" }).click();
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await until(
    "the first is back",
    async () => (await of())?.steps[0].branches[0].tags.length === 0,
  );
  await page.getByRole("button", { name: "Archive" }).click();
  await until("archived", async () => (await of()) === undefined);
  await page.getByRole("button", { name: "Undo" }).first().click();
  await until("and back", async () => (await of()) !== undefined);
}

/** To the button of that name by Tab, and on it by Enter. */
async function press(screen: Screen, name: string): Promise<void> {
  const button = screen.page.getByRole("button", { name, exact: true, disabled: false }).first();
  await button.waitFor();
  await button.focus();
  await screen.page.keyboard.press("Enter");
}

/** What stands beside a conversation is behind a button where it has no room there. */
async function besides(page: Page): Promise<void> {
  await page.locator("#ek-inbox-heading").waitFor();
  if ((await page.locator("aside.ek-inbox-side").count()) === 0)
    await page.locator(".ek-inbox-top button:has(.lucide-panel-right)").click();
}

async function walked(s: Scene): Promise<void> {
  const id = await make(s, { title: "Money", text: "I want my money back" });
  const screen = await at(s, s.mina, `/inbox/mine/${id}`);
  const { page } = screen;
  await besides(page);
  await press(screen, "Refund");
  await see("its first step", page, "h4", "Is it older");
  await press(screen, "No");
  await see("on", page, "h4", "Give the money back");
  await tally.soon("the answer set the priority", async () => (await one(s, id)).priority, 2);
  await press(screen, "Leave it");
  await page.locator("form textarea:focus").waitFor();
  await page.keyboard.type("They called instead");
  await press(screen, "Leave it");
  await until("the path stands among the parts", async () => {
    const notes = await texts(s, id, "note");
    return notes.at(-1) === "Refund: Give the money back ✕ They called instead";
  });
  await press(screen, "Refund");
  await press(screen, "Yes");
  await see("finished", page, "[role=status]", "환불이 끝났습니다");
  await tally.soon("each step", async () => (await texts(s, id, "note")).length, 5);
  await tally.soon("none is an answer", async () => (await texts(s, id, "message")).length, 1);
  tally.same("quiet", screen.faults(), []);
  await screen.close();
}

await withBrowser(async (stage) => {
  const s = await scene(stage);
  const { owner } = stage;
  const flow = await ok(owner, "POST", "/workflows", { title: "Refund", steps: STEPS });
  const used = await owner.post(`/workflows/${flow.id}/publish`, undefined, {
    headers: { "If-Match": "*" },
  });
  tally.same("published", used.status, 200);
  await walked(s);
  await written(s);
  const talk = await make(s, { title: "سؤال", text: "مرحبا", name: "نور" });
  await ok(s.mina.client, "POST", `/conversations/${talk}/workflows`, { workflow: flow.id });
  await lookRound(
    tally,
    (look) => stage.browser.open("/workflows", { ...look, as: stage.account }),
    [
      {
        says: "all",
        shot: "flows-all",
        go: (page) => page.locator(".ek-flows-line").first().waitFor(),
      },
      {
        says: "one",
        shot: "flows-one",
        go: async (page) => {
          await page.locator(`a[href="/workflows/${flow.id}"]`).click();
          await page.locator("#flow-left").waitFor();
        },
      },
    ],
  );
  await lookRound(
    tally,
    (look) => stage.browser.open(`/inbox/mine/${talk}`, { ...look, as: account(s.mina) }),
    [
      {
        says: "beside a conversation",
        shot: "flows-side",
        go: async (page) => {
          await besides(page);
          await page.locator("h4", { hasText: "Is it older" }).waitFor();
        },
      },
    ],
  );
});
tally.end();
