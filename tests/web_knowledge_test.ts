// web_knowledge_test -- an article is written in two languages, published, found beside a
// conversation and sent with an answer, put back to what it said before, and looked at again once
// it did not help; and the screen in every language, theme and width.
import { lookRound, withBrowser, type Account, type Screen, type Stage } from "./browser.ts";
import { Tally } from "./program.ts";
import { OWNER, type Person } from "./server.ts";

const tally = new Tally();
const any = { headers: { "If-Match": "*" } };

interface Scene extends Stage {
  readonly team: string;
  readonly mate: Person;
  readonly lead: Person;
}

function accountOf(person: Person): Account {
  const password = OWNER.password.replace("seven", "eleven");
  return { email: person.email, password, id: person.id };
}

function open(scene: Scene, path: string, who: Person): Promise<Screen> {
  return scene.browser.open(path, { as: accountOf(who), language: "en", theme: "light" });
}

async function scene(stage: Stage): Promise<Scene> {
  const { owner, server } = stage;
  const team = (await owner.post("/teams", { name: "Orders" })).body.id as string;
  const memberships = [{ team, level: "primary" }];
  const mate = await server.person(owner, { name: "Mina Park", memberships });
  const lead = await server.person(owner, { name: "Lea Lead", roles: ["lead"], memberships });
  return { ...stage, team, mate, lead };
}

/** Written, saved, published; what it said before comes back. */
async function written(s: Scene): Promise<string> {
  const screen = await open(s, "/knowledge/new", s.lead);
  const { page } = screen;
  const english = page.getByRole("region", { name: "English" });
  await english.getByLabel("Title").fill("Where is my parcel?");
  await english.getByLabel("Text").fill("Open **Orders**.\n\n1. Choose it\n2. Track");
  await page.getByText("Show on the help pages").click();
  await page.getByRole("button", { name: "Save draft" }).click();
  await page.getByText("The article is a draft now.").waitFor();
  await page.getByRole("button", { name: "Publish" }).waitFor(); // the form of what is kept
  const id = ((await s.owner.get("/articles")).body.data[0] as { id: string }).id;
  const korean = page.getByRole("region", { name: "Korean" });
  await korean.getByRole("button", { name: "Write it in Korean" }).click();
  await korean.getByLabel("Title").fill("택배는 어디에 있나요?");
  await korean.getByLabel("Text").fill("**주문**을 열어 배송 조회를 누르세요.");
  await english.getByLabel("Text").fill("Open **Orders**, then track it.");
  await page.getByRole("button", { name: "Save draft" }).click();
  await page.getByText("The draft is saved.").waitFor();
  await page.getByRole("button", { name: "Publish" }).click();
  await page.getByText("Readers see it now.").waitFor();
  await english.getByText("Readers see version 2").waitFor();
  await tally.soon(
    "published in both",
    async () =>
      (await s.owner.get(`/articles/${id}`)).body.texts.map((text: any) => [
        text.language,
        text.published?.version,
      ]),
    [
      ["en", 2],
      ["ko", 1],
    ],
  );
  await english.getByRole("button", { name: "Earlier versions" }).click();
  await english.getByRole("button", { name: /Put back/ }).click();
  await tally.soon(
    "the field holds it",
    async () => (await english.getByLabel("Text").inputValue()).includes("1. Choose it"),
    true,
  );
  await page.getByRole("button", { name: "Save draft" }).click();
  await english.getByText("Changed since it was published").waitFor();
  tally.same("axe of the form", await screen.axe(), []);
  tally.same("no faults", screen.faults(), []);
  await screen.close();
  return id;
}

/** Found beside a conversation, put into the answer, sent, and counted. */
async function sent(s: Scene, article: string): Promise<string> {
  const contact = await s.lead.client.post("/contacts", {
    name: "Kim Jia",
    email: "kim@example.net",
    language: "ko",
  });
  const made = await s.mate.client.post("/conversations", {
    team: s.team,
    title: "An order",
    text: "where is it",
    contact: contact.body.id,
  });
  const id = made.body.id as string;
  const screen = await open(s, `/inbox/all/${id}`, s.mate);
  const { page } = screen;
  await page.setViewportSize({ width: 1600, height: 900 }); // the panel stands beside it
  const panel = page.getByRole("region", { name: "Articles" });
  await panel.getByLabel("Find an article").fill("배송");
  await panel.getByRole("button", { name: "Open 택배는 어디에 있나요?" }).click();
  await panel.getByText("주문을 열어 배송 조회를 누르세요.").waitFor();
  await screen.shoot("knowledge-beside");
  await panel.getByRole("button", { name: /Insert link/ }).click();
  await page.getByText("Sent with it: 택배는 어디에 있나요?").waitFor();
  const field = page.locator("#ek-inbox-field-message");
  const address = `/support/ko/${article}`;
  await tally.soon(
    "its address stands in the answer",
    async () => {
      const typed = await field.inputValue();
      return typed.includes(address) ? address : typed;
    },
    address,
  );
  tally.same("axe beside a conversation", await screen.axe(), []);
  await field.press("Control+Enter");
  await tally.until(
    "counted",
    30_000,
    async () => (await s.owner.get(`/articles/${article}`)).body.uses === 1,
  );
  tally.same("no faults", screen.faults(), []);
  await screen.close();
  return id;
}

/** It did not help: its owner is asked, looks, and says so. */
async function asked(s: Scene, article: string, talk: string): Promise<void> {
  await s.owner.put("/knowledge-settings", { cases: 1, days: 14 });
  await s.lead.client.post(`/conversations/${talk}/close`, {});
  await s.mate.client.post(`/conversations/${talk}/reopen`, {});
  const screen = await open(s, "/knowledge", s.lead);
  const { page } = screen;
  const panel = page.getByRole("region", { name: "To look at" });
  await panel.getByText("1 case").waitFor();
  await panel.getByText(talk).waitFor();
  await page.getByText("Did not help: look at it").waitFor();
  await screen.shoot("knowledge-asked");
  tally.same("axe of what is asked", await screen.axe(), []);
  await panel.getByLabel("What was found? (optional)").fill("It named an old button.");
  await panel.getByRole("button", { name: "I have looked" }).click();
  await page.getByText("Thank you. It is noted.").waitFor();
  await panel.waitFor({ state: "detached" });
  await tally.soon(
    "noted",
    async () =>
      (await s.owner.get(`/article-reviews?article=${article}`)).body.data.map((review: any) => [
        review.state,
        review.note,
      ]),
    [["done", "It named an old button."]],
  );
  await page.getByLabel("Search articles").fill("nothing like it");
  await page.getByText("No article fits").waitFor();
  tally.same("no faults", screen.faults(), []);
  await screen.close();
}

async function renders(s: Scene, article: string): Promise<void> {
  for (const [title, state] of [
    ["How do I change my address?", "published"],
    ["When is an invoice sent?", "draft"],
  ] as const) {
    const made = await s.mate.client.post("/articles", {
      review_on: "2026-01-01",
      texts: { en: { title, body: "Open **Settings**." } },
    });
    if (state === "published")
      await s.lead.client.post(`/articles/${made.body.id}/publish`, {}, any);
  }
  const as = accountOf(s.lead);
  await lookRound(tally, (look) => s.browser.open("/knowledge", { ...look, as }), [
    {
      says: "all",
      shot: "knowledge",
      go: (page) => page.locator(".ek-knowledge-line").first().waitFor(),
    },
    {
      says: "one",
      shot: "knowledge-one",
      go: async (page) => {
        await page.locator(`.ek-knowledge-line a[href="/knowledge/${article}"]`).click();
        await page.locator(".ek-knowledge-foot").waitFor();
        await page.locator(".ek-knowledge-use").first().waitFor();
      },
    },
  ]);
}

await withBrowser(
  async (stage) => {
    const s = await scene(stage);
    const article = await written(s);
    const talk = await sent(s, article);
    await asked(s, article, talk);
    await renders(s, article);
  },
  { with: "empty" },
);
tally.end();
