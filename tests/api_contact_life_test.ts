// api_contact_life_test -- a contact over its whole life: one timeline over all channels, who
// answered before, addresses that are proved or not, merges that are looked at first and taken
// apart again, the tier that orders the queue; and through all of it no personal data in the log.
// Every answer is held against the document. The same on PostgreSQL, where it is installed.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

import { run, Tally } from "./program.ts";
import {
  browser,
  withBothStores,
  type Answer,
  type Client,
  type Person,
  type Server,
} from "./server.ts";

const tally = new Tally();

interface Scene {
  readonly server: Server;
  readonly owner: Client;
  readonly team: string;
  readonly other: string;
  readonly mate: Person; // of the team
  readonly far: Person; // of the other
  readonly both: Person; // of both
  readonly lead: Person; // of both
}

const status = (what: string, got: Answer, want: number): void =>
  tally.is(`${what}: ${want}`, got.status === want, `${got.status} ${got.text.slice(0, 300)}`);
const problem = (what: string, got: Answer, want: number, type: string): void =>
  tally.is(
    `${what}: ${want} ${type}`,
    got.status === want && got.body?.type === `/problems/${type}`,
    `${got.status} ${got.text.slice(0, 300)}`,
  );

// Nothing of these may stand in the log, ever.
const CANARIES = [
  "Zebedee",
  "Quillfeather",
  "zebedee@canary.example",
  "z.quill@canary.example",
  "8250993417",
  "crm-canary-77",
  "visitor-canary-5",
  "Canaryville",
  "lost his canary umbrella",
  "prefers canary yellow",
  "the canary sang",
];

async function until<T>(what: () => Promise<T | undefined>): Promise<T> {
  for (let i = 0; i < 200; i++) {
    const got = await what();
    if (got !== undefined) return got;
    await new Promise((done) => setTimeout(done, 50));
  }
  throw new Error("it did not come about");
}

async function scene(server: Server, owner: Client): Promise<Scene> {
  const team = (await owner.post("/teams", { name: "Shipping" })).body.id;
  const other = (await owner.post("/teams", { name: "Billing" })).body.id;
  const roles = ["teammate"];
  const memberships = [{ team }, { team: other }];
  return {
    server,
    owner,
    team,
    other,
    mate: await server.person(owner, { name: "Mina Park", roles, memberships: [{ team }] }),
    far: await server.person(owner, { name: "Far Away", roles, memberships: [{ team: other }] }),
    both: await server.person(owner, { name: "Bo Both", roles, memberships }),
    lead: await server.person(owner, { name: "Lea Der", roles: ["teammate", "lead"], memberships }),
  };
}

async function made(client: Client, path: string, body: unknown): Promise<any> {
  const got = await client.post(path, body);
  status(`POST ${path}`, got, 201);
  return got.body;
}

const timeline = async (client: Client, contact: string, query = ""): Promise<any[]> => {
  const got = await client.get(`/contacts/${contact}/timeline${query}`);
  status("a timeline", got, 200);
  return got.body.data;
};
const kinds = (items: any[]): string[] => items.map((item) => item.kind);

async function walk(client: Client, first: string): Promise<any[]> {
  const all: any[] = [];
  for (let at: string | null = first; at !== null;) {
    const got: Answer = await client.get(at);
    status("a page", got, 200);
    all.push(...got.body.data);
    at = /<([^>]+)>; rel="next"/.exec(got.headers.get("link") ?? "")?.[1] ?? null;
  }
  return all;
}

// ---- one timeline, as far as each may see it

async function together(s: Scene): Promise<string> {
  const { client } = s.lead;
  const c = await made(client, "/contacts", {
    name: "Zebedee Quillfeather",
    email: "zebedee@canary.example",
    phone: "+49 825 0993417",
    external_id: "crm-canary-77",
    attributes: { town: "Canaryville" },
  });
  const survey = await made(client, "/surveys", {
    name: "After",
    form: "csat",
    team: s.team,
    delay_minutes: 0,
    active: true,
  });
  const mail = await made(client, "/conversations", {
    contact: c.id,
    team: s.team,
    channel: "email",
    title: "He lost his canary umbrella",
    text: "the canary sang",
  });
  const chat = await made(client, "/conversations", {
    contact: c.id,
    team: s.other,
    channel: "chat",
    title: "An invoice",
    text: "where is it",
  });
  const write = (who: Person, id: string, text: string): Promise<any> =>
    made(who.client, `/conversations/${id}/parts`, { kind: "message", text });
  await write(s.mate, mail.id, "We look for it");
  await write(s.both, mail.id, "Found");
  await write(s.mate, mail.id, "Sent to you");
  await write(s.far, chat.id, "Here it is");
  await made(s.mate.client, `/contacts/${c.id}/notes`, { text: "prefers canary yellow" });
  status("closed", await s.mate.client.post(`/conversations/${mail.id}/close`, {}), 200);
  await until(async () =>
    kinds(await timeline(client, c.id)).includes("survey_sent") ? true : undefined,
  );
  const whole = await timeline(client, c.id);
  tally.same("everything, the latest first", kinds(whole).sort(), [
    "conversation",
    "conversation",
    "note",
    "survey_sent",
  ]);
  tally.same(
    "in the order of time",
    whole.map((item) => item.at),
    whole
      .map((item) => item.at)
      .sort()
      .reverse(),
  );
  const first = whole.find((item) => item.conversation === mail.id && item.title !== null);
  tally.same(
    "a conversation",
    [first.title, first.channel, first.state, first.team],
    ["He lost his canary umbrella", "email", "closed", s.team],
  );
  tally.same(
    "page by page it is the same",
    (await walk(client, `/contacts/${c.id}/timeline?limit=1`)).map((item) => item.id),
    whole.map((item) => item.id),
  );
  tally.same(
    "of one kind",
    kinds(await timeline(client, c.id, "?kind=note,survey_sent&sort=at")).sort(),
    ["note", "survey_sent"],
  );
  const seen = await timeline(s.far.client, c.id, "?total=true");
  tally.same(
    "another team sees its own conversation and what belongs to nobody",
    seen.map((item) => item.conversation ?? item.kind).sort(),
    [chat.id, "note"].sort(),
  );
  const page = await s.far.client.get(`/contacts/${c.id}/timeline?total=true`);
  tally.same("no total tells of the others", page.body.page.total, 2);
  problem(
    "no other sort",
    await client.get(`/contacts/${c.id}/timeline?sort=title`),
    400,
    "malformed",
  );

  const people = await client.get(`/contacts/${c.id}/people`);
  status("who answered them", people, 200);
  tally.same(
    "the latest first, counted",
    people.body.data.map((row: any) => [row.teammate, row.answers, row.conversations]),
    [
      [s.far.id, 1, 1],
      [s.mate.id, 2, 1],
      [s.both.id, 1, 1],
    ],
  );
  tally.same("whom the router remembers", people.body.remembered, s.far.id);
  const part = await s.mate.client.get(`/contacts/${c.id}/people`);
  tally.same(
    "not whom one does not see",
    [part.body.data.map((row: any) => row.teammate), part.body.remembered],
    [[s.mate.id, s.both.id], null],
  );
  status(
    "put away",
    await client.patch(
      `/surveys/${survey.id}`,
      { active: false },
      {
        headers: { "If-Match": "*" },
      },
    ),
    200,
  );
  return c.id;
}

// ---- continuity: what the router makes of it

async function continuity(s: Scene): Promise<void> {
  const { client } = s.lead;
  const c = await made(client, "/contacts", { name: "Regular" });
  const first = await made(client, "/conversations", { contact: c.id, team: s.team, text: "Hi" });
  status(
    "taken",
    await s.mate.client.post(`/conversations/${first.id}/assign`, { teammate: s.mate.id }),
    200,
  );
  await made(s.mate.client, `/conversations/${first.id}/parts`, { kind: "message", text: "Yes" });
  await client.post(`/conversations/${first.id}/close`, {});
  status(
    "continuity",
    await s.owner.patch(
      `/teams/${s.team}/settings`,
      { set: { continuity_hold_ms: 600000 } },
      { headers: { "If-Match": "*" } },
    ),
    200,
  );
  for (const who of [s.mate, s.both])
    status(
      "at work",
      await who.client.put(`/teammates/${who.id}/presence`, { presence: "active" }),
      200,
    );
  const again = await made(client, "/conversations", { contact: c.id, team: s.team, text: "Me" });
  tally.same("it goes to who answered before", again.teammate, s.mate.id);
  const receipts = await client.get(`/conversations/${again.id}/receipts`);
  tally.same("and the receipt says why", receipts.body.data.at(-1)?.chosen_by, "held");
  const twin = await made(client, "/contacts", { name: "Regular too" });
  const merge = (verb: string): Promise<any> =>
    client.post(`/contacts/${twin.id}/${verb}`, { contact: c.id });
  status("one person after all", await merge("merge"), 200);
  const known = async (): Promise<unknown> =>
    (await client.get(`/contacts/${twin.id}/people`)).body.remembered;
  tally.same("known to who answered either", await known(), s.mate.id);
  const next = await made(client, "/conversations", { contact: twin.id, team: s.team, text: "Us" });
  tally.same("so it goes to them", next.teammate, s.mate.id);
  status("two persons", await merge("unmerge"), 200);
  tally.same("and to the other no more", await known(), null);
  for (const who of [s.mate, s.both])
    status(
      "away",
      await who.client.put(`/teammates/${who.id}/presence`, { presence: "away" }),
      200,
    );
  await s.owner.patch(
    `/teams/${s.team}/settings`,
    { set: { continuity_hold_ms: 0 } },
    { headers: { "If-Match": "*" } },
  );
}

// ---- tier: as in the second worked example

async function queue(s: Scene): Promise<string[]> {
  const got = await s.lead.client.get(`/queue?team=${s.other}`);
  return got.body.data.map((row: any) => row.conversation);
}

async function tiers(s: Scene): Promise<void> {
  const { client } = s.lead;
  const set = await s.owner.patch(
    "/settings/workspace",
    {
      set: {
        order_keys: [
          { key: "attribute:tier", reverse: false },
          { key: "waiting_since", reverse: false },
        ],
        attribute_orders: { tier: ["gold", "silver"], plan: ["pro"] },
      },
    },
    { headers: { "If-Match": "*" } },
  );
  status("the order", set, 200);
  for (const id of await queue(s)) await client.post(`/conversations/${id}/close`, {});
  const who = async (tier: string | null): Promise<string> =>
    (
      await made(client, "/contacts", {
        name: "Someone",
        tier,
        attributes: { plan: "pro", town: "Canaryville" },
      })
    ).id;
  const arrive = async (contact: string, more: object = {}): Promise<string> =>
    (await made(client, "/conversations", { contact, team: s.other, text: "Hello", ...more })).id;
  const [a, b, c, d] = [
    await who(null),
    await who("silver"),
    await who("gold"),
    await who("platinum Zebedee"),
  ];
  const p = await arrive(a);
  const q = await arrive(b);
  const r = await arrive(c);
  const u = await arrive(d);
  tally.same("the queue is ordered by the contacts' tiers", await queue(s), [r, q, p, u]);
  tally.same(
    "the conversation says so",
    (await client.get(`/conversations/${r}`)).body.attributes,
    { plan: "pro", tier: "gold" },
  );
  status("becomes gold", await client.patch(`/contacts/${a}`, { tier: "gold" }), 200);
  tally.same("what waits follows its contact at once", await queue(s), [p, r, q, u]);
  status("and back", await client.patch(`/contacts/${a}`, { tier: null }), 200);
  tally.same("as before", await queue(s), [r, q, p, u]);
  status(
    "by hand",
    await client.patch(`/conversations/${p}`, { attributes: { tier: "silver" } }),
    200,
  );
  tally.same(
    "what stood beside it stays",
    (await client.get(`/conversations/${p}`)).body.attributes,
    { plan: "pro", tier: "silver" },
  );
  await client.patch(`/contacts/${a}`, { tier: "gold" });
  tally.same(
    "what a person said stays",
    (await client.get(`/conversations/${p}`)).body.attributes.tier,
    "silver",
  );
  const said = await arrive(c, { attributes: { tier: "silver" } });
  tally.same(
    "what the request says stands above the contact",
    (await client.get(`/conversations/${said}`)).body.attributes.tier,
    "silver",
  );

  const tried = await client.post(`/contacts/${c}/merge?dry_run=true`, { contact: b });
  status("a merge is looked at", tried, 200);
  tally.same("what the router would see", tried.body.router, [
    { conversation: q, attribute: "tier", before: "silver", after: "gold" },
  ]);
  tally.same("what both have, and which stands", tried.body.conflicts, [
    { field: "tier", kept: "gold", other: "silver" },
  ]);
  tally.same("nothing moved", (await queue(s)).slice(0, 2), [r, p]);
  status("merged", await client.post(`/contacts/${c}/merge`, { contact: b }), 200);
  tally.same(
    "and so it is",
    (await client.get(`/conversations/${q}`)).body.attributes.tier,
    "gold",
  );
  status("apart", await client.post(`/contacts/${c}/unmerge`, { contact: b }), 200);
  tally.same("as it was", (await client.get(`/conversations/${q}`)).body.attributes.tier, "silver");
  status(
    "the order of before",
    await s.owner.patch(
      "/settings/workspace",
      {
        set: {
          order_keys: [{ key: "waiting_since", reverse: false }],
          attribute_orders: {},
        },
      },
      { headers: { "If-Match": "*" } },
    ),
    200,
  );
}

// ---- addresses, proved or not; a merge of one with another

async function proved(s: Scene, contact: string): Promise<void> {
  const { client } = s.lead;
  const path = `/contacts/${contact}/identities`;
  const chat = await made(client, path, { channel: "chat", address: "visitor-canary-5" });
  tally.same("an address begins without proof", [chat.verified, chat.verified_how], [false, null]);
  const yes = await s.mate.client.post(`${path}/${chat.id}/verify`);
  status("a teammate vouches", yes, 200);
  tally.same(
    "it says who",
    [yes.body.verified, yes.body.verified_how, yes.body.verified_by],
    [true, "teammate", s.mate.id],
  );
  problem("once", await s.mate.client.post(`${path}/${chat.id}/verify`), 409, "conflict");
  problem(
    "not of what is not there",
    await client.post(`${path}/idn_999/verify`),
    404,
    "not_found",
  );
  const row = (await client.get(`/contacts/${contact}`)).body.identities[0];
  tally.same(
    "it stands with the contact",
    [row.verified, row.verified_how, row.verified_by],
    [true, "teammate", s.mate.id],
  );

  const stranger = await made(client, "/contacts", {
    name: "Zebedee Q.",
    email: "z.quill@canary.example",
    attributes: { town: "Canaryville", size: "L" },
  });
  const talk = await made(client, "/conversations", {
    contact: stranger.id,
    team: s.team,
    text: "the canary sang",
  });
  const tried = await client.post(`/contacts/${contact}/merge?dry_run=true`, {
    contact: stranger.id,
  });
  tally.same(
    "looked at",
    [tried.status, tried.body.verified, tried.body.other_verified, tried.body.fields],
    [200, true, false, ["attributes.size"]],
  );
  tally.same(
    "what both have",
    tried.body.conflicts.map((x: any) => x.field),
    ["name", "email"],
  );
  problem(
    "who is not proved is not merged with who is",
    await client.post(`/contacts/${contact}/merge`, { contact: stranger.id }),
    409,
    "conflict",
  );
  status(
    "unless a person says so",
    await client.post(`/contacts/${contact}/merge`, {
      contact: stranger.id,
      despite_unverified: true,
    }),
    200,
  );
  const since = await made(client, "/conversations", { contact, team: s.team, text: "Later" });
  tally.same(
    "one timeline",
    (await timeline(client, contact))
      .filter((item) => [talk.id, since.id].includes(item.conversation))
      .map((item) => item.conversation),
    [since.id, talk.id],
  );
  const [merge] = await timeline(client, contact, "?kind=merged");
  tally.same(
    "with the merge in it",
    [merge.kind, merge.contact, merge.teammate],
    ["merged", stranger.id, s.lead.id],
  );
  const back = await client.post(`/contacts/${contact}/unmerge?dry_run=true`, {
    contact: stranger.id,
  });
  tally.same(
    "taking apart is looked at: what goes, what came since and stays",
    [back.body.conversations, back.body.stays],
    [1, 1],
  );
  status("apart", await client.post(`/contacts/${contact}/unmerge`, { contact: stranger.id }), 200);
  tally.same(
    "its conversation is with it again",
    (await timeline(client, stranger.id)).map((item) => item.conversation ?? item.kind),
    [talk.id],
  );
  tally.is(
    "what came since stays with the other",
    (await timeline(client, contact)).some((item) => item.conversation === since.id),
  );
  tally.same(
    "both merges are told",
    kinds(await timeline(client, contact, "?kind=merged,unmerged")),
    ["unmerged", "merged"],
  );
  status("taken back", await client.post(`${path}/${chat.id}/unverify`), 200);
  problem("once", await client.post(`${path}/${chat.id}/unverify`), 409, "conflict");
}

// ---- nothing of it in the log

async function nothingInTheLog(s: Scene, contact: string): Promise<void> {
  const { client } = s.lead;
  await client.patch(`/contacts/${contact}`, { name: "Zebedee B. Quillfeather", tier: "gold" });
  const page = { headers: browser(s.server.cookie) };
  const done = await s.owner.as(null).post(`/contacts/${contact}/erase`, undefined, page);
  tally.same("erased", [done.status, done.body?.state], [202, "done"]);
  problem("and gone", await client.get(`/contacts/${contact}/timeline`), 404, "not_found");
  await s.server.end();
  if (!existsSync(join(s.server.data, "log.db"))) return; // its rows are the same in PostgreSQL
  const lines = run(["export", "--events", "--data", s.server.data]);
  tally.is(
    "the log can be read",
    lines.status === 0 && lines.stdout.length > 10_000,
    `${lines.status} ${lines.stderr.slice(0, 200)} ${lines.stdout.length}`,
  );
  // The rows themselves, and what they say.
  const rows = spawnSync("sqlite3", [join(s.server.data, "log.db"), "SELECT hex(body) FROM log"], {
    encoding: "latin1",
    maxBuffer: 1 << 28,
  });
  const raw = Buffer.from(rows.stdout.replaceAll("\n", ""), "hex").toString("latin1");
  tally.is("there are rows", raw.length > 1000, rows.stderr);
  tally.same(
    "none has any",
    CANARIES.filter((word) => raw.includes(word)),
    [],
  );
  tally.same(
    "no personal data in the log",
    CANARIES.filter((word) => lines.stdout.includes(word)),
    [],
  );
}

async function all(server: Server, owner: Client): Promise<void> {
  const s = await scene(server, owner);
  const contact = await together(s);
  await proved(s, contact);
  await tiers(s);
  await continuity(s);
  tally.same("as the document says", owner.faults, []);
  await nothingInTheLog(s, contact);
}

await withBothStores("contact-life", all);
tally.end();
