// web_contacts_test -- contacts as people use them: found by words, opened, vouched for, merged
// with a look first and taken apart again with undo, by keyboard alone; one timeline over all
// channels, in the inbox and on a page of its own; nothing of a team inbox that one may not see.
import { lookRound, withBrowser, type Account, type Screen, type Stage } from "./browser.ts";
import { Tally } from "./program.ts";
import { OWNER, type Client, type Person } from "./server.ts";

const tally = new Tally();

interface Scene extends Stage {
  readonly team: string;
  readonly other: string;
  readonly mate: Person; // of the team alone
  readonly lead: Person; // of both
  readonly mina: string; // by mail and chat, proved
  readonly twin: string; // the same person, once more
  readonly talk: string; // of Mina's, in the team
}

function accountOf(person: Person): Account {
  const password = OWNER.password.replace("seven", "eleven");
  return { email: person.email, password, id: person.id };
}

async function made(client: Client, path: string, body: unknown): Promise<any> {
  const got = await client.post(path, body);
  if (got.status >= 300) throw new Error(`POST ${path}: ${got.status} ${got.text}`);
  return got.body;
}

async function scene(stage: Stage): Promise<Scene> {
  const { owner, server } = stage;
  const team = (await made(owner, "/teams", { name: "Shipping" })).id as string;
  const other = (await made(owner, "/teams", { name: "Billing" })).id as string;
  const mate = await server.person(owner, { name: "Jin Lee", memberships: [{ team }] });
  const lead = await server.person(owner, {
    name: "Lea Der",
    roles: ["teammate", "lead"],
    memberships: [{ team }, { team: other }],
  });
  const { client } = lead;
  await owner.patch(
    "/settings/workspace",
    {
      set: {
        order_keys: [
          { key: "attribute:tier", reverse: false },
          { key: "waiting_since", reverse: false },
        ],
        attribute_orders: { tier: ["gold", "silver"] },
      },
    },
    { headers: { "If-Match": "*" } },
  );
  const mina = await made(client, "/contacts", {
    name: "Mina Seo",
    email: "mina@example.net",
    phone: "+82 2 123 4567",
    external_id: "crm-4711",
    tier: "gold",
    language: "ko",
    attributes: { town: "제주" },
  });
  const chat = await made(client, `/contacts/${mina.id}/identities`, {
    channel: "chat",
    address: "mina-web",
  });
  await client.post(`/contacts/${mina.id}/identities/${chat.id}/verify`);
  const twin = await made(client, "/contacts", {
    name: "M. Seo",
    email: "seo@example.com",
    tier: "silver",
    attributes: { plan: "pro" },
  });
  for (const name of ["Ali Hassan", "김하나", "سارة محمود", "Noor Khalil"])
    await made(client, "/contacts", { name, tier: name === "김하나" ? "gold" : null });
  const begin = (contact: string, more: object): Promise<any> =>
    made(client, "/conversations", { contact, team, channel: "email", ...more });
  const talk = await begin(mina.id, { title: "Where is my parcel", text: "It was due Monday." });
  await made(mate.client, `/conversations/${talk.id}/parts`, {
    kind: "message",
    text: "On its way",
  });
  await begin(mina.id, { team: other, title: "An invoice", text: "Where?", channel: "chat" });
  await begin(twin.id, { title: "The same from elsewhere", text: "Hello?", channel: "chat" });
  await made(client, `/contacts/${mina.id}/notes`, { text: "Prefers mornings." });
  return { ...stage, team, other, mate, lead, mina: mina.id, twin: twin.id, talk: talk.id };
}

function open(s: Scene, path: string, who: Person): Promise<Screen> {
  return s.browser.open(path, { as: accountOf(who), language: "en", theme: "light" });
}

// Found by words and by tier; the address holds it; a row opens by key.
async function found(s: Scene): Promise<void> {
  const screen = await open(s, "/contacts", s.lead);
  const { page } = screen;
  await page.getByText("6 contacts").waitFor();
  await tally.soon("names are masked", () => page.getByText("Mina Seo").count(), 0);
  await page.getByLabel("Tier").fill("gold");
  await page.getByText("2 contacts").waitFor();
  await page.getByLabel("Search by name or address").fill("mina");
  await page.getByText("1 contact", { exact: true }).waitFor();
  tally.is("the address holds what is asked", page.url().includes("q=mina"), page.url());
  await page.getByText("M*** S***").click();
  await page.waitForURL(`**/contacts/${s.mina}`);
  tally.same("no faults", screen.faults(), []);
  await screen.close();
}

async function oneTimeline(s: Scene): Promise<void> {
  const screen = await open(s, `/contacts/${s.mina}`, s.lead);
  const { page } = screen;
  const time = page.getByRole("region", { name: "Timeline" });
  await time.getByText("An invoice").waitFor();
  await tally.soon("all channels, and the note", () => time.getByRole("listitem").count(), 3);
  const people = page.getByRole("region", { name: "Who replied to them" });
  await people.getByText("Jin Lee").first().waitFor();
  await people.getByText("1 reply").waitFor();
  await page.getByRole("button", { name: "Show personal data" }).click();
  await page.getByRole("heading", { name: "Mina Seo" }).waitFor();
  const addresses = page.getByRole("region", { name: "Addresses" });
  await addresses.getByText("mina-web").waitFor();
  await addresses.getByText("Vouched for").waitFor();
  await addresses.getByRole("button", { name: "Take proof back" }).click();
  await addresses.getByRole("button", { name: "It is theirs" }).waitFor();
  await page.getByRole("button", { name: "Undo" }).click();
  await addresses.getByText("Vouched for").waitFor();
  await page.getByLabel("Note", { exact: true }).fill("Speaks Korean.");
  await page.getByRole("button", { name: "Add note" }).click();
  await time.getByText("Speaks Korean.").waitFor();
  tally.same("axe", await screen.axe(), []);
  tally.same("no faults", screen.faults(), []);
  await screen.close();

  const part = await open(s, `/contacts/${s.mina}`, s.mate);
  await part.page.getByText("Where is my parcel").waitFor();
  await tally.soon("not what one may not see", () => part.page.getByText("An invoice").count(), 0);
  await tally.soon(
    "and no merging",
    () => part.page.getByRole("button", { name: "Merge…" }).count(),
    0,
  );
  tally.same("no faults", part.faults(), []);
  await part.close();
}

// By keys alone: find the other, look, say that one is sure, merge; take apart; put that back.
async function merged(s: Scene): Promise<void> {
  const screen = await open(s, `/contacts/${s.mina}`, s.lead);
  const { page } = screen;
  const { client } = s.lead;
  await page.getByRole("button", { name: "Show personal data" }).press("Enter");
  await page.getByRole("button", { name: "Merge…" }).press("Enter");
  const dialog = page.getByRole("dialog");
  await page.keyboard.type("seo@example.com");
  await dialog.getByRole("radio").first().waitFor();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Space");
  await dialog.getByText("1 conversation moves.").waitFor();
  const look = dialog.getByRole("table");
  await tally.soon(
    "what both have, and which stands",
    async () =>
      ((await look.textContent()) ?? "").includes("mina@example.netseo@example.com") ||
      ((await look.textContent()) ?? ""),
    true,
  );
  await dialog.getByText("1 value by which the queue is ordered changes:").waitFor();
  const act = dialog.getByRole("button", { name: "Merge", exact: true });
  await tally.soon("not before one says that one is sure", () => act.isDisabled(), true);
  await dialog.getByRole("checkbox").focus();
  await page.keyboard.press("Space");
  tally.same("axe of the look", await screen.axe(), []);
  await screen.shoot("contact-merge");
  await act.press("Enter");
  await page.getByText("Contacts merged.").waitFor();
  const time = page.getByRole("region", { name: "Timeline" });
  await time.getByText("The same from elsewhere").waitFor();
  await tally.soon(
    "merged",
    async () => (await client.get(`/contacts/${s.twin}`)).body.merged_into,
    s.mina,
  );

  await time.getByRole("button", { name: "Take apart…" }).press("Enter");
  await dialog.getByText("1 conversation goes back to the other.").waitFor();
  tally.same("axe of taking apart", await screen.axe(), []);
  await dialog.getByRole("button", { name: "Take apart" }).press("Enter");
  await page.getByText("Contacts taken apart.").waitFor();
  await tally.soon(
    "apart",
    async () => (await client.get(`/contacts/${s.twin}`)).body.merged_into,
    null,
  );
  await page.getByRole("button", { name: "Undo" }).last().press("Enter");
  await page.getByText("Put back.").waitFor();
  await tally.soon(
    "put back",
    async () => (await client.get(`/contacts/${s.twin}`)).body.merged_into,
    s.mina,
  );
  await tally.soon(
    "only what is merged now is taken apart",
    () => time.getByRole("button", { name: "Take apart…" }).count(),
    1,
  );
  await page.goto(`/contacts/${s.twin}`);
  await page.getByText("This contact was merged with another").waitFor();
  tally.same("axe of who went", await screen.axe(), []);
  tally.same("no faults", screen.faults(), []);
  await screen.close();
}

async function beside(s: Scene): Promise<void> {
  const screen = await open(s, `/inbox/all/${s.talk}`, s.lead);
  const { page } = screen;
  await page.getByRole("button", { name: "Details" }).click();
  const time = page.getByRole("region", { name: "Timeline" });
  await time.getByText("An invoice").waitFor();
  await time.getByText("(this conversation)").waitFor();
  await page
    .getByRole("region", { name: "Who replied to them" })
    .getByText("Jin Lee")
    .first()
    .waitFor();
  await screen.shoot("contact-inbox");
  await time.getByRole("link", { name: "Whole page of the contact" }).click();
  await page.waitForURL(`**/contacts/${s.mina}`);
  tally.same("no faults", screen.faults(), []);
  await screen.close();
}

// Blocked, once what that means was read, and unblocked; the conversation says so too.
async function blocked(s: Scene): Promise<void> {
  const screen = await open(s, `/contacts/${s.mina}`, s.mate);
  const { page } = screen;
  await page.getByRole("button", { name: "Show personal data" }).click();
  await page.getByRole("button", { name: "Block…" }).click();
  const dialog = page.getByRole("dialog", { name: "Block this contact" });
  await dialog.getByText(/Their mail will be held/).waitFor();
  tally.same("what it means: axe", await screen.axe(), []);
  await screen.shoot("contact-block");
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await dialog.waitFor({ state: "detached" });
  const since = async (): Promise<unknown> =>
    (await s.mate.client.get(`/contacts/${s.mina}`)).body.blocked_at;
  await tally.soon("left: nothing is done", () => since(), null);
  await page.getByRole("button", { name: "Block…" }).click();
  await dialog.getByRole("button", { name: "Block", exact: true }).click();
  await page.getByText("Contact blocked.").waitFor();
  await page.locator(".ek-contacts-title").getByText("Blocked", { exact: true }).waitFor();
  await tally.soon("it is", async () => (await since()) !== null, true);
  tally.same("axe", await screen.axe(), []);
  const beside = await open(s, `/inbox/all/${s.talk}`, s.mate);
  await beside.page.getByRole("button", { name: "Details" }).click();
  const who = beside.page.getByRole("region", { name: "Contact", exact: true });
  await who.getByText("Blocked", { exact: true }).waitFor();
  await beside.shoot("contact-blocked-inbox");
  tally.same("beside: axe", await beside.axe(), []);
  tally.same("beside: no faults", beside.faults(), []);
  await beside.close();
  await page.getByRole("button", { name: "Unblock", exact: true }).click();
  await page.getByRole("button", { name: "Block…" }).waitFor();
  await tally.soon("taken again", () => since(), null);
  tally.same("no faults", screen.faults(), []);
  await screen.close();
}

// Put away and back; out as a file; gone, after a look at what goes. A lead asks.
async function life(s: Scene, stage: Stage): Promise<void> {
  const { client } = s.lead;
  const id = (await made(client, "/contacts", { name: "Tom Gone", phone: "+1 555 0100" })).id;
  const talk = await made(client, "/conversations", {
    contact: id,
    team: s.team,
    channel: "chat",
    title: "My parcel",
    text: "Where is it",
  });
  const lead = await open(s, `/contacts/${id}`, s.lead);
  await lead.page.getByRole("button", { name: "Show personal data" }).click();
  await lead.page.getByRole("button", { name: "Erase…" }).click();
  await lead.page.getByRole("button", { name: "Ask an administrator" }).click();
  await lead.page.getByText("An administrator was asked to erase it.").waitFor();
  tally.same("a lead asks: no faults", lead.faults(), []);
  await lead.close();
  const look = { language: "en", theme: "light" } as const;
  const screen = await stage.browser.open(`/contacts/${id}`, { as: stage.account, ...look });
  const { page } = screen;
  await page.getByRole("button", { name: "Show personal data" }).click();
  const acts = page.locator(".ek-contacts-title");
  await acts.getByRole("button", { name: "Put away" }).click();
  await acts.getByRole("button", { name: "Bring back" }).waitFor();
  await page.getByRole("button", { name: "Undo" }).first().click();
  await acts.getByRole("button", { name: "Put away" }).waitFor();
  await page.getByRole("button", { name: "Export…" }).click();
  const file = page.waitForEvent("download");
  await page.getByRole("button", { name: "Make the file" }).click();
  await tally.soon(
    "a file with everything",
    async () => /^job_\d+\.json$/.test((await file).suggestedFilename()),
    true,
  );
  await page.getByRole("button", { name: "Erase…" }).click();
  await page.getByText("1 message that they wrote").waitFor();
  await page.getByText(/Asked for by/).waitFor();
  tally.same("erase: axe", await screen.axe(), []);
  await screen.shoot("contact-erase");
  await page.getByRole("button", { name: "Erase for good" }).click();
  await page.waitForURL("**/contacts");
  await tally.soon("gone", async () => (await client.get(`/contacts/${id}`)).status, 404);
  // The event of the erasure may reach the page before it has left the contact.
  screen.forgive(/status of 404/);
  tally.same("erased: no faults", screen.faults(), []);
  await screen.close();
  const beside = await open(s, `/inbox/all/${talk.id}`, s.lead);
  await beside.page.getByText("Gone: the contact was erased.").waitFor();
  await beside.page.getByRole("button", { name: "Details" }).click();
  await beside.page.getByText(/This contact was erased/).waitFor();
  await beside.shoot("contact-erased-inbox");
  tally.same("the conversation says so: axe", await beside.axe(), []);
  tally.same("the conversation says so: no faults", beside.faults(), []);
  await beside.close();
}

async function renders(s: Scene): Promise<void> {
  const as = accountOf(s.lead);
  await lookRound(tally, (look) => s.browser.open("/contacts", { ...look, as }), [
    {
      says: "all",
      shot: "contacts",
      go: (page) => page.getByText("M*** S***").first().waitFor(),
    },
    {
      says: "one",
      shot: "contact",
      go: async (page) => {
        await page.getByText("M*** S***").first().click();
        await page.locator(".ek-contact-item").first().waitFor();
        await page.locator(".ek-contacts-page .ek-button[data-look=main]").click();
        await page.locator(".ek-contacts-address").first().waitFor();
      },
    },
  ]);
}

await withBrowser(
  async (stage) => {
    const all = await scene(stage);
    await found(all);
    await oneTimeline(all);
    await merged(all);
    await beside(all);
    await blocked(all);
    await life(all, stage);
    await renders(all);
  },
  { with: "empty" },
);
tally.end();
