// api_chat_test -- a visitor of a host's site and those who answer: who leaves a trace and who does
// not, what each of them sees, what is told live, over a restart too; whom a site vouches for; what
// is refused.
import { request } from "node:http";

import { sql } from "./inside.ts";
import { Tally } from "./program.ts";
import {
  browser,
  withServer,
  type Answer,
  type Client,
  type Person,
  type Server,
} from "./server.ts";
import { newSecret, sign, Visitor } from "./visitor.ts";

const tally = new Tally();

const status = (what: string, got: Answer, want: number): void =>
  tally.is(`${what}: ${want}`, got.status === want, `${got.status} ${got.text.slice(0, 300)}`);
const problem = (what: string, got: Answer, want: number, type: string): void =>
  tally.is(
    `${what}: ${want} ${type}`,
    got.status === want && got.body?.type === `/problems/${type}`,
    `${got.status} ${got.text.slice(0, 300)}`,
  );

interface Scene {
  readonly server: Server;
  readonly owner: Client;
  readonly mate: Person;
  readonly lead: Person;
  readonly far: Person;
  readonly team: string;
  readonly other: string;
  readonly inbox: string;
}

async function scene(server: Server, owner: Client): Promise<Scene> {
  const team = (await owner.post("/teams", { name: "Orders" })).body.id as string;
  const other = (await owner.post("/teams", { name: "Billing" })).body.id as string;
  const at = (id: string) => [{ team: id, level: "primary" }];
  const mate = await server.person(owner, { name: "Mina Park", memberships: at(team) });
  const lead = await server.person(owner, {
    name: "Lead One",
    roles: ["lead"],
    memberships: at(team),
  });
  const far = await server.person(owner, {
    name: "Far Lead",
    roles: ["lead"],
    memberships: at(other),
  });
  const made = await lead.client.post("/chat-inboxes", {
    name: "Shop",
    team,
    sites: ["https://shop.example"],
    languages: ["en", "ko"],
    greeting: { en: "Hello!", ko: "안녕하세요!" },
  });
  status("a lead opens an inbox of their team", made, 201);
  return { server, owner, mate, lead, far, team, other, inbox: made.body.id as string };
}

async function thin(s: Scene): Promise<void> {
  const v = new Visitor(s.owner, s.inbox);
  const first = await v.open({ language: "ko" });
  status("anybody opens it", first, 200);
  tally.same("greeted in their language", first.body.inbox.greeting, "안녕하세요!");
  tally.same("nobody yet", [first.body.contact, first.body.conversation], [null, null]);
  tally.same(
    "and no trace is left",
    sql(
      s.server,
      "SELECT (SELECT count(*) FROM visitors) + (SELECT count(*) FROM contacts) AS n",
    )[0].n,
    0,
  );
  problem("nothing to read yet", await v.get("/parts"), 401, "unauthenticated");
  const said = await v.say("Where is my order?", { page: "https://shop.example/orders" });
  status("the first message", said, 201);
  const id = said.body.conversation.id as string;
  const ears = await v.listen();
  status(
    "an answer",
    await s.mate.client.post(`/conversations/${id}/parts`, {
      kind: "message",
      text: "It is on its way.",
    }),
    201,
  );
  status(
    "a note",
    await s.mate.client.post(`/conversations/${id}/parts`, { kind: "note", text: "SECRET-NOTE" }),
    201,
  );
  const heard = await ears.hears("It is on its way.");
  tally.same("is heard, by a first name alone", heard?.data.part.name, "Mina");
  tally.is("the state is told", (await ears.until((h) => h.event === "state")) !== undefined);
  const parts = await v.parts();
  tally.same(
    "messages alone, in order",
    parts.map((p) => [p.from, p.text]),
    [
      ["contact", "Where is my order?"],
      ["teammate", "It is on its way."],
    ],
  );
  await ears.close();
  tally.is("no note was heard", !JSON.stringify(ears.heard).includes("SECRET-NOTE"));
  const stranger = new Visitor(s.owner, s.inbox);
  problem("a stranger reads nothing", await stranger.get("/parts"), 401, "unauthenticated");
}

async function settings(s: Scene): Promise<void> {
  const path = `/chat-inboxes/${s.inbox}`;
  problem(
    "a teammate opens none",
    await s.mate.client.post("/chat-inboxes", { name: "X", team: s.team }),
    403,
    "forbidden",
  );
  problem(
    "nor the lead of another team one of this",
    await s.far.client.post("/chat-inboxes", { name: "X", team: s.team }),
    403,
    "forbidden",
  );
  const any = { headers: { "If-Match": "*" } };
  problem(
    "nor may they change it",
    await s.far.client.patch(path, { name: "Y" }, any),
    403,
    "forbidden",
  );
  problem(
    "nor take it over",
    await s.far.client.patch(path, { team: s.other }, any),
    403,
    "forbidden",
  );
  problem("nor have its secret", await s.far.client.post(`${path}/rotate`, {}), 403, "forbidden");
  problem("nor end it", await s.far.client.delete(path), 403, "forbidden");
  status("a teammate reads it", await s.mate.client.get(path), 200);
  status("and the list", await s.mate.client.get("/chat-inboxes"), 200);
  for (const site of [
    "shop.example",
    "https://shop.example/",
    "https://*.example",
    "http://shop.example",
    "https://shop.example 'unsafe-inline'",
    "https://shop.example;script-src *",
    "https://Shop.example",
    "https://",
    "https://a:123456",
    'https://a"',
  ])
    problem(
      `no origin: ${site}`,
      await s.lead.client.patch(path, { sites: [site] }, any),
      422,
      "invalid_value",
    );
  problem(
    "without a revision",
    await s.lead.client.patch(path, { name: "Z" }),
    428,
    "precondition_required",
  );
  const changed = await s.lead.client.patch(
    path,
    { sites: ["https://shop.example", "http://localhost:8080"], greeting: { ar: "أهلاً" } },
    any,
  );
  status("changed", changed, 200);
  tally.same("greetings add up", Object.keys(changed.body.greeting), ["ar", "en", "ko"]);
  problem("no such inbox", await s.lead.client.get("/chat-inboxes/ci_999"), 404, "not_found");
  const brief = await s.lead.client.post("/chat-inboxes", { name: "Brief", team: s.team });
  const v = new Visitor(s.owner, brief.body.id);
  status("opened", await v.open(), 200);
  status("ended", await s.lead.client.delete(`/chat-inboxes/${brief.body.id}`), 204);
  problem("and it is there no more", await v.open(), 404, "not_found");
  problem("nor can it be written to", await v.say("Hello?"), 404, "not_found");
}

async function signs(s: Scene): Promise<void> {
  const v = new Visitor(s.owner, s.inbox);
  const said = await v.say("Anybody?", { page: "https://shop.example/cart" });
  const id = said.body.conversation.id as string;
  const part = said.body.part.id as string;
  const ears = await v.listen();
  status("a teammate writes", await s.mate.client.post(`/conversations/${id}/typing`, {}), 204);
  tally.same("the visitor sees who", (await ears.until((h) => h.event === "typing"))?.data, {
    display_name: "Mina",
  });
  status("has seen it", await s.mate.client.post(`/conversations/${id}/seen`, { part }), 204);
  tally.same("and that too", (await ears.until((h) => h.event === "seen"))?.data.part, part);
  tally.is("it stands beside the part", (await v.parts())[0].seen_at !== null);
  await typed(s, v, id);
  const answer = await s.mate.client.post(`/conversations/${id}/parts`, {
    kind: "message",
    text: "Yes!",
  });
  status("the visitor has seen it", await v.post("/seen", { part: answer.body.id }), 204);
  status("again is nothing", await v.post("/seen", { part: answer.body.id }), 204);
  const chat = await s.mate.client.get(`/conversations/${id}/chat`);
  status("what is known", chat, 200);
  tally.same(
    "of the chat",
    [chat.body.online, chat.body.seen_part, chat.body.page, chat.body.address, chat.body.verified],
    [true, answer.body.id, "https://shop.example/cart", null, false],
  );
  problem(
    "not for another team",
    await s.far.client.get(`/conversations/${id}/chat`),
    404,
    "not_found",
  );
  problem(
    "who may not write there either",
    await s.far.client.post(`/conversations/${id}/typing`, {}),
    404,
    "not_found",
  );
  problem(
    "a part of another conversation",
    await v.post("/seen", { part: "part_1" }),
    422,
    "invalid_value",
  );
  problem("no address", await v.post("/address", { email: "nobody" }), 422, "invalid_value");
  status(
    "an address is left",
    await v.post("/address", { email: "kim@example.net", name: "Kim" }),
    204,
  );
  const known = await s.mate.client.get(`/conversations/${id}/chat`);
  tally.same("and stands there", known.body.address, "kim@example.net");
  tally.is("it is not asked again", (await v.open()).body.contact.has_address);
  await ears.close();
  for (let i = 0; i < 100; i++) {
    const now = await s.mate.client.get(`/conversations/${id}/chat`);
    if (now.body.online === false) break;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  status(
    "redacted",
    await s.lead.client.post(`/conversations/${id}/parts/${answer.body.id}/redact`, {}),
    200,
  );
  tally.same("is blank", (await v.parts()).at(-1)?.text, null);
}

/** That a visitor writes is heard by who looks at everything and by who looks at that alone. */
async function typed(s: Scene, v: Visitor, id: string): Promise<void> {
  const other = (await new Visitor(s.owner, s.inbox).say("Not this one")).body.conversation.id;
  const open = async (query: string, who: Person): Promise<[() => string, AbortController]> => {
    const stop = new AbortController();
    const got = await fetch(`${s.owner.url}/api/v1/events?${query}`, {
      headers: { Authorization: `Bearer ${who.client.token}` },
      signal: stop.signal,
    });
    let text = "";
    const read = async (): Promise<void> => {
      for await (const bytes of got.body as unknown as AsyncIterable<Uint8Array>)
        text += new TextDecoder().decode(bytes);
    };
    read().catch(() => undefined);
    return [() => text, stop];
  };
  const [all, stopAll] = await open("types=state.chat", s.mate);
  const [one, stopOne] = await open(`conversation=${id}`, s.mate);
  const [another, stopAnother] = await open(`conversation=${other}`, s.mate);
  const [theirs, stopTheirs] = await open("types=state.chat", s.far);
  const writes = (text: string): boolean => /state\.chat[\s\S]*typing_until":"20/.test(text);
  status("the visitor writes", await v.post("/typing", {}), 204);
  await tally.until("a teammate hears it", 5000, async () => writes(all()));
  await tally.until("and who looks at that one alone", 5000, async () => writes(one()));
  tally.is("who looks at another does not", !another().includes("state.chat"), another());
  tally.is("nor who may not read it", !theirs().includes("state.chat"), theirs());
  for (const stop of [stopAll, stopOne, stopAnother, stopTheirs]) stop.abort();
}

async function files(s: Scene): Promise<void> {
  const v = new Visitor(s.owner, s.inbox);
  const up = (who: Visitor, raw: string, type: string, name: string): Promise<Answer> =>
    who.client.ask("POST", who.path("/files"), {
      raw,
      ...who.with({
        headers: {
          "Content-Type": type,
          "Content-Disposition": `attachment; filename*=UTF-8''${encodeURIComponent(name)}`,
        },
      }),
    });
  const file = await up(v, "a,b\n1,2\n", "text/csv", "../영수증.csv");
  status("a file before the first message", file, 201);
  tally.same("its name is no path", file.body.name, "영수증.csv");
  problem(
    "what a browser would run is not taken",
    await up(v, "<script>", "text/html", "x.html"),
    415,
    "unsupported_media_type",
  );
  const other = new Visitor(s.owner, s.inbox);
  problem(
    "another's file",
    await other.say("mine", { files: [file.body.id] }),
    422,
    "invalid_value",
  );
  const said = await v.say("", { files: [file.body.id] });
  status("a message of a file alone", said, 201);
  const got = await v.get(`/files/${file.body.id}`);
  status("it is read back", got, 200);
  tally.same(
    "as a download",
    [got.text, got.headers.get("content-disposition")?.slice(0, 10)],
    ["a,b\n1,2\n", "attachment"],
  );
  problem("not twice", await v.say("again", { files: [file.body.id] }), 422, "invalid_value");
  await other.say("Hello");
  problem("not by others", await other.get(`/files/${file.body.id}`), 404, "not_found");
  problem("nor one that is not there", await v.get("/files/att_99999"), 404, "not_found");
  const id = said.body.conversation.id as string;
  const note = await s.mate.client.post(`/conversations/${id}/parts`, {
    kind: "note",
    text: "hidden",
  });
  status("a note", note, 201);
  tally.same("is in no page", (await v.parts()).length, 1);
}

/** Who wrote in a conversation, as a lead sees them. */
async function whoWrote(s: Scene, conversation: string): Promise<any> {
  const talk = await s.lead.client.get(`/conversations/${conversation}`);
  return (await s.lead.client.get(`/contacts/${talk.body.contact}`)).body;
}

const chats = (contact: any): unknown[] =>
  contact.identities
    .filter((one: any) => one.channel === "chat")
    .map((one: any) => [one.address, one.verified, one.verified_how, one.verified_by]);

/** The site proves an address, takes none from somebody else, and knows who was merged. */
async function proved(s: Scene, secret: string, conversation: string): Promise<void> {
  const noor = await whoWrote(s, conversation);
  tally.same("proved by the site", chats(noor), [["customer-1", true, "site", null]]);
  tally.is("since when", noor.identities[0]?.verified_at !== null);
  const { client } = s.lead;
  const other = (await client.post("/contacts", { name: "Somebody Else" })).body;
  const chat = { channel: "chat", address: "customer-9" };
  status("written down", await client.post(`/contacts/${other.id}/identities`, chat), 201);
  const nine = new Visitor(s.owner, s.inbox);
  await nine.open({ identity: sign(secret, s.inbox, "customer-9") });
  const said = await nine.say("Nine here");
  const made = await whoWrote(s, said.body.conversation.id);
  tally.same("what was written down of another stays theirs", chats(made), []);
  tally.same("and is not proved by that", chats((await client.get(`/contacts/${other.id}`)).body), [
    ["customer-9", false, null, null],
  ]);
  const merge = { contact: made.id };
  status("merged", await client.post(`/contacts/${noor.id}/merge`, merge), 200);
  const again = new Visitor(s.owner, s.inbox);
  const there = await again.open({ identity: sign(secret, s.inbox, "customer-9") });
  tally.same("who was merged comes in as the one that remains", there.body.contact?.name, "Noor");
  const token = sign(secret, s.inbox, "customer-9");
  status("and goes on in the same frame", await again.open({ identity: token }), 200);
  status("apart", await client.post(`/contacts/${noor.id}/unmerge`, merge), 200);
}

async function vouched(s: Scene): Promise<void> {
  const rotated = await s.lead.client.post(`/chat-inboxes/${s.inbox}/rotate`, {});
  status("a secret for the site", rotated, 200);
  const secret = rotated.body.secret as string;
  tally.same("of 256 bits", Buffer.from(secret, "base64url").length, 32);
  const token = sign(secret, s.inbox, "customer-1", { name: "Noor", email: "noor@example.net" });
  const v = new Visitor(s.owner, s.inbox);
  const opened = await v.open({ identity: token });
  status("vouched for", opened, 200);
  tally.same("is known", opened.body.contact, { name: "Noor", verified: true, has_address: true });
  status("the same again, in the same frame", await v.open({ identity: token }), 200);
  const said = await v.say("It is me");
  const thief = new Visitor(s.owner, s.inbox);
  tally.same(
    "a token that was used vouches for nobody else",
    (await thief.open({ identity: token })).body.contact,
    null,
  );
  const second = new Visitor(s.owner, s.inbox);
  const there = await second.open({ identity: sign(secret, s.inbox, "customer-1") });
  tally.same(
    "another device has the same conversation",
    there.body.conversation?.id,
    said.body.conversation.id,
  );
  tally.same(
    "and reads it",
    (await second.parts()).map((p) => p.text),
    ["It is me"],
  );
  await proved(s, secret, said.body.conversation.id);
  problem("without a token it is somebody else's frame", await v.open(), 401, "unauthenticated");
  problem(
    "so it is with another contact's",
    await v.open({ identity: sign(secret, s.inbox, "customer-2") }),
    401,
    "unauthenticated",
  );
  await recognised(s, secret);
  const now = Math.floor(Date.now() / 1000);
  const bad: Record<string, string | null> = {
    empty: "",
    null: null,
    "another secret": sign("x".repeat(43), s.inbox, "customer-1"),
    "an empty secret": sign("", s.inbox, "customer-1"),
    "another inbox": sign(secret, "ci_999", "customer-1"),
    expired: sign(secret, s.inbox, "customer-1", { iat: now - 700, exp: now - 10 }),
    "too long": sign(secret, s.inbox, "customer-1", { exp: now + 3700 }),
    "from the future": sign(secret, s.inbox, "customer-1", { iat: now + 600, exp: now + 900 }),
    "no contact": sign(secret, s.inbox, ""),
    "no jti": sign(secret, s.inbox, "customer-1", { jti: "" }),
    "no signature": `${token.split(".")[0]}.`,
    "half a signature": token.slice(0, -1),
    "only dots": "....",
    "a list": `W10.${token.split(".")[1]}`,
  };
  for (const [name, identity] of Object.entries(bad)) {
    const got = await new Visitor(s.owner, s.inbox).open({ identity });
    tally.same(`${name}: nobody`, [got.status, got.body?.contact], [200, null]);
  }
  const rows = sql(
    s.server,
    "SELECT external, verified FROM contacts WHERE external LIKE 'customer-%' ORDER BY 1",
  );
  tally.same("one contact came of each that was signed", rows, [
    { external: "customer-1", verified: 1 },
    { external: "customer-9", verified: 1 },
  ]);
  const chat = await s.mate.client.get(`/conversations/${said.body.conversation.id}/chat`);
  tally.is("teammates see that", chat.body.verified === true);
  await s.lead.client.post(`/chat-inboxes/${s.inbox}/rotate`, {});
  tally.same(
    "the old secret vouches no more",
    (await new Visitor(s.owner, s.inbox).open({ identity: sign(secret, s.inbox, "customer-1") }))
      .body.contact,
    null,
  );
}

/** Whoever wrote before from the address that the site vouches for is the same contact; whoever
 * only left that address in a chat is not. */
async function recognised(s: Scene, secret: string): Promise<void> {
  const known = await s.lead.client.post("/contacts", {
    name: "Sora Kim",
    email: "Sora@example.net",
  });
  const anybody = new Visitor(s.owner, s.inbox);
  await anybody.say("Hello");
  status("somebody says so", await anybody.post("/address", { email: "sora@example.net" }), 204);
  const sora = new Visitor(s.owner, s.inbox);
  const token = sign(secret, s.inbox, "member-7", { name: "S.", email: "sora@EXAMPLE.net" });
  tally.same(
    "the name that stands there stays",
    (await sora.open({ identity: token })).body.contact,
    {
      name: "Sora Kim",
      verified: true,
      has_address: true,
    },
  );
  const id = (await sora.say("It is Sora")).body.conversation.id as string;
  const talk = await s.mate.client.get(`/conversations/${id}`);
  tally.same("the contact of her letters", talk.body.contact, known.body.id);
  const liar = new Visitor(s.owner, s.inbox);
  await liar.say("Me too");
  await liar.post("/address", { email: "left@example.net" });
  const left = new Visitor(s.owner, s.inbox);
  const more = { email: "left@example.net" };
  await left.open({ identity: sign(secret, s.inbox, "member-8", more) });
  const own = (await left.say("It is really me")).body.conversation.id as string;
  const rows = sql(
    s.server,
    "SELECT count(*) AS n FROM contacts WHERE email = 'left@example.net' AND verified = 0 AND " +
      "external IS NULL",
  );
  tally.same("who left an address is not made one that is vouched for", rows[0].n, 1);
  const of = (await s.mate.client.get(`/conversations/${own}`)).body.contact as string;
  const timeline = await s.mate.client.get(`/contacts/${of}/timeline?kind=conversation`);
  tally.same("nor is what they wrote", timeline.body.data.length, 1);
}

async function limits(s: Scene): Promise<void> {
  const v = new Visitor(s.owner, s.inbox);
  const same = { headers: { "Idempotency-Key": "the-same-key-for-all" } };
  const first = await v.say("once", {}, same);
  const again = await v.say("once", {}, same);
  tally.same("a lost answer comes again", [again.status, again.body], [201, first.body]);
  const other = new Visitor(s.owner, s.inbox);
  const theirs = await other.say("once", {}, same);
  tally.is(
    "another's key is another key",
    theirs.status === 201 && theirs.body.part.id !== first.body.part.id,
  );
  problem("another text", await v.say("twice", {}, same), 422, "key_reused");
  const got = await Promise.all([1, 2, 3, 4, 5, 6, 7, 8].map((n) => v.say(`fast ${n}`)));
  tally.is(
    "five at once, then one a second",
    got.some((a) => a.status === 429 && a.headers.get("retry-after") !== null),
    got.map((a) => a.status).join(" "),
  );
  problem("no text", await other.say(""), 422, "invalid_value");
  problem(
    "too long",
    await new Visitor(s.owner, s.inbox).say("x".repeat(70_000)),
    422,
    "invalid_value",
  );
  for (const secret of ["short", "x".repeat(44), `${"x".repeat(42)}!`, ""])
    problem(
      `no secret: ${secret.slice(0, 5)}`,
      await new Visitor(s.owner, s.inbox, secret).say("hello"),
      401,
      "unauthenticated",
    );
  problem("no such inbox", await new Visitor(s.owner, "ci_4711").say("hello"), 404, "not_found");
  const ears = [await v.listen(), await v.listen(), await v.listen()];
  const fourth = await v.listen().catch((error: Error) => error.message.slice(0, 3));
  tally.same("three streams at most", fourth, "429");
  for (const e of ears) await e.close();
  const staff = await v.client.get(`/conversations/${first.body.conversation.id}`, v.with());
  problem("the secret opens nothing else", staff, 401, "unauthenticated");
}

// ---- who means harm

/** A request from another address of this machine. */
function from(address: string, s: Scene, secret: string, text: string): Promise<number> {
  const url = new URL(`${s.owner.url}/api/v1/visit/${s.inbox}/messages`);
  return new Promise((done, fail) => {
    const asked = request(url, {
      method: "POST",
      localAddress: address,
      headers: {
        "Content-Type": "application/json",
        "Ek-Visitor": secret,
        "Idempotency-Key": newSecret(),
      },
    });
    asked.once("response", (got) => {
      got.resume();
      done(got.statusCode ?? 0);
    });
    asked.once("error", fail).end(JSON.stringify({ text }));
  });
}

/** Two windows of one browser have one secret. */
async function twoTabs(s: Scene): Promise<void> {
  const one = new Visitor(s.owner, s.inbox);
  const other = new Visitor(s.owner, s.inbox, one.secret);
  const both = await Promise.all([one.say("from one"), other.say("from the other")]);
  tally.is(
    "two tabs begin at once: each is answered, or asked to come again",
    both.every((a) => a.status === 201 || (a.status === 429 && a.headers.has("retry-after"))),
    both.map((a) => a.status).join(" "),
  );
  for (const [i, answer] of both.entries())
    if (answer.status === 429)
      status("who came second comes again", await other.say(`again ${i}`), 201);
  const ids = new Set(
    [await one.open(), await other.open()].map((a) => a.body.conversation.id as string),
  );
  tally.same("one conversation", ids.size, 1);
  const ears = [await one.listen(), await other.listen()];
  const said = await s.mate.client.post(`/conversations/${[...ids][0]}/parts`, {
    kind: "message",
    text: "To both",
  });
  status("answered", said, 201);
  for (const e of ears) tally.is("both hear it", (await e.hears("To both")) !== undefined);
  tally.same(
    "once each",
    ears.map((e) => e.heard.filter((h) => h.event === "part").length),
    [1, 1],
  );
  for (const e of ears) await e.close();
}

async function harm(s: Scene): Promise<void> {
  await twoTabs(s);
  const v = new Visitor(s.owner, s.inbox);
  const evil = { headers: { Origin: "https://evil.example" } };
  const asked = await v.client.post(v.path(), {}, v.with(evil));
  tally.same(
    "no page of elsewhere may read what is answered",
    [
      asked.headers.get("access-control-allow-origin"),
      asked.headers.get("access-control-allow-credentials"),
    ],
    [null, null],
  );
  const before = await v.client.ask("OPTIONS", `/api/v1${v.path("/messages")}`, {
    wild: true,
    headers: { ...evil.headers, "Access-Control-Request-Method": "POST" },
  });
  tally.is(
    "nor ask with a header of ours",
    before.status >= 400 && !before.headers.has("access-control-allow-origin"),
    before.status,
  );
  await flood(s);
}

/** The last, as nobody else begins anything from here within the hour. */
async function flood(s: Scene): Promise<void> {
  const contacts = (): number => sql(s.server, "SELECT count(*) AS n FROM contacts")[0].n as number;
  for (let i = 0; i < 30; i++) await new Visitor(s.owner, s.inbox).open();
  const looked = contacts();
  let taken = 0;
  let refused: Answer | undefined;
  for (let i = 0; i < 70 && refused === undefined; i++) {
    const said = await new Visitor(s.owner, s.inbox).say(`flood ${i}`);
    if (said.status === 201) taken++;
    else refused = said;
  }
  tally.same("a flood of new visits is ended", refused?.status, 429);
  tally.is("who asks is told when", Number(refused?.headers.get("retry-after")) > 0);
  tally.is("of sixty at most", taken <= 60, taken);
  tally.same(
    "no contact came of what was refused, nor of those who looked",
    contacts() - looked,
    taken,
  );
  tally.same("another address still gets in", await from("127.0.0.9", s, newSecret(), "Hi"), 201);
  const tiring = newSecret();
  const often = [];
  for (let i = 0; i < 8; i++) often.push(await from("127.0.0.9", s, tiring, `again ${i}`));
  tally.is(
    "a flood of messages is cut, whatever the address",
    often.filter((n) => n === 201).length <= 7 && often.includes(429),
    often.join(" "),
  );
}

async function resumes(s: Scene): Promise<void> {
  const v = new Visitor(s.owner, s.inbox);
  const id = (await v.say("Are you there?")).body.conversation.id as string;
  const say = (text: string): Promise<Answer> =>
    s.mate.client.post(`/conversations/${id}/parts`, { kind: "message", text });
  let ears = await v.listen();
  await say("one");
  const last = (await ears.hears("one"))?.id ?? null;
  for (const [signal, text] of [
    ["SIGTERM", "two"],
    ["SIGKILL", "three"],
  ] as const) {
    await s.server.end(signal);
    tally.is(`the stream ends with ${signal}`, await ears.gone());
    await s.server.start(s.server.port);
    status("said while nobody listened", await say(text), 201);
    ears = await v.listen(last);
    tally.is(`${text} is heard`, (await ears.hears(text)) !== undefined);
  }
  tally.same(
    "each once, in order, behind the last that was heard",
    ears.heard.filter((h) => h.event === "part").map((h) => h.data.part.text),
    ["two", "three"],
  );
  status("closed", await s.lead.client.post(`/conversations/${id}/close`, {}), 200);
  tally.is(
    "the end is told",
    (await ears.until((h) => h.event === "state" && h.data.state === "closed")) !== undefined,
  );
  status("one more word", await v.say("Thank you"), 201);
  tally.is(
    "opens it again",
    (await ears.until(
      (h) =>
        h.event === "state" &&
        h.data.state === "open" &&
        ears.heard.indexOf(h) > ears.heard.findIndex((o) => o.data?.state === "closed"),
    )) !== undefined,
  );
  tally.same("it is the same", (await v.open()).body.conversation.id, id);
  await ears.close();
}

/** What a blocked contact wrote can be read, and nothing more is taken. */
async function blocked(s: Scene): Promise<void> {
  const v = new Visitor(s.owner, s.inbox);
  const id = (await v.say("Buy my pills")).body.conversation.id as string;
  const contact = (await s.mate.client.get(`/conversations/${id}`)).body.contact as string;
  status("blocked", await s.mate.client.post(`/contacts/${contact}/block`), 200);
  problem("nothing more is taken", await v.say("More pills"), 403, "forbidden");
  problem("no file", await v.post("/files", undefined, { raw: "x" }), 403, "forbidden");
  problem("nor is it told that they write", await v.post("/typing", {}), 403, "forbidden");
  problem("nor an address", await v.post("/address", { email: "p@example.net" }), 403, "forbidden");
  const opened = await v.open();
  tally.same("it opens", [opened.status, opened.body?.conversation?.id], [200, id]);
  tally.same(
    "and what was said is read",
    (await v.parts()).map((p) => p.text),
    ["Buy my pills"],
  );
  status("closed", await s.lead.client.post(`/conversations/${id}/close`, {}), 200);
  problem("nor does it open again", await v.say("Even more"), 403, "forbidden");
  tally.same(
    "it stays closed",
    (await s.mate.client.get(`/conversations/${id}`)).body.state,
    "closed",
  );
  const other = await s.mate.client.post("/contacts", { name: "Same One" });
  const into = `/contacts/${other.body.id}`;
  status("merged", await s.lead.client.post(`${into}/merge`, { contact }), 200);
  status("the one that remains is asked", await v.say("Hello"), 201);
  status("blocked", await s.mate.client.post(`${into}/block`), 200);
  problem("of both", await v.say("Hello again"), 403, "forbidden");
  status("unblocked", await s.mate.client.post(`${into}/unblock`), 200);
  status("taken again", await v.say("Sorry"), 201);
}

async function erased(s: Scene): Promise<void> {
  const v = new Visitor(s.owner, s.inbox);
  const id = (await v.say("Forget me")).body.conversation.id as string;
  await v.post("/address", { email: "gone@example.net" });
  const contact = (await s.mate.client.get(`/conversations/${id}`)).body.contact as string;
  const asked = await s.owner
    .as(null)
    .post(`/contacts/${contact}/erase`, { confirm: true }, { headers: browser(s.server.cookie) });
  tally.is("erased", asked.status < 300, `${asked.status} ${asked.text.slice(0, 200)}`);
  for (let i = 0; i < 200; i++) {
    const left = sql(
      s.server,
      `SELECT count(*) AS n FROM visitors WHERE conversation =
      ${id.slice(3)}`,
    )[0].n as number;
    if (left === 0) break;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  problem("its secret opens nothing", await v.get("/parts"), 401, "unauthenticated");
  tally.same(
    "the address is gone",
    sql(s.server, "SELECT count(*) AS n FROM chats WHERE address = 'gone@example.net'")[0].n,
    0,
  );
}

async function page(s: Scene): Promise<void> {
  const raw = (path: string, headers: Record<string, string> = {}): Promise<Answer> =>
    s.owner.as(null).ask("GET", path, { wild: true, headers });
  const script = await raw("/widget.js");
  const frame = await raw(`/widget/${s.inbox}?lang=ar`);
  // A pack without the widget has neither.
  if (script.status === 404) {
    tally.same("a pack without it", frame.status, 404);
    return;
  }
  tally.same(
    "sites may load it",
    script.headers.get("cross-origin-resource-policy"),
    "cross-origin",
  );
  status("the frame", frame, 200);
  tally.is("in its language", frame.text.includes('<html lang="ar" dir="rtl">'));
  const policy = frame.headers.get("content-security-policy") ?? "";
  tally.is(
    "its sites alone frame it",
    policy.includes("frame-ancestors https://shop.example http://localhost:8080"),
    policy,
  );
  tally.same("no such inbox", (await raw("/widget/ci_999")).status, 404);
  const bare = await s.lead.client.post("/chat-inboxes", { name: "Bare", team: s.team });
  const none = await raw(`/widget/${bare.body.id}`);
  tally.is(
    "no site: nobody",
    (none.headers.get("content-security-policy") ?? "").includes("frame-ancestors 'none'"),
  );
}

await withServer({}, async (server, owner) => {
  const s = await scene(server, owner);
  await thin(s);
  await settings(s);
  await signs(s);
  await files(s);
  await vouched(s);
  await limits(s);
  await page(s);
  await blocked(s);
  await erased(s);
  await resumes(s);
  await harm(s);
  tally.same("every answer is as documented", owner.faults, []);
});
tally.end();
