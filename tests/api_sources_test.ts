// api_sources_test -- other systems post conversations in: signed, once, by a mapping of their own;
// and the curl example of the manual, run as it stands there.
import { spawnSync } from "node:child_process";
import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../scripts/lib/root.ts";
import { Tally } from "./program.ts";
import { browser, withServer, type Answer, type Client, type Server } from "./server.ts";

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
  readonly admin: { headers: Record<string, string> };
  readonly team: string;
}

/** Headers by the standard's own text, made here. */
function signed(
  secret: string,
  id: string,
  body: string,
  at = Math.floor(Date.now() / 1000),
): Record<string, string> {
  const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
  const mac = createHmac("sha256", key).update(`${id}.${at}.${body}`).digest("base64");
  return {
    "webhook-id": id,
    "webhook-timestamp": String(at),
    "webhook-signature": `v1,${mac}`,
    "Content-Type": "application/json",
  };
}

interface Post {
  readonly source: any;
  readonly id: string;
  readonly body: unknown;
  readonly secret?: string;
  readonly at?: number;
}

const post = (s: Scene, p: Post): Promise<Answer> => {
  const raw = JSON.stringify(p.body);
  return s.owner.as(null).ask("POST", `/sources/${p.source.id}/messages`, {
    raw,
    headers: signed(p.secret ?? p.source.secret, p.id, raw, p.at),
  });
};

async function makeOne(s: Scene, body: object): Promise<any> {
  const got = await s.owner.as(null).post("/sources", body, s.admin);
  status("made", got, 201);
  return got.body;
}

const parts = async (s: Scene, talk: string): Promise<any[]> =>
  (await s.owner.get(`/conversations/${talk}/parts?limit=100`)).body.data;

const HELLO = {
  conversation: "T-1",
  title: "Broken kettle",
  text: "It leaks.",
  contact: { email: "kim@example.org", name: "Kim" },
};

// ---- taking

async function takes(s: Scene, source: any): Promise<string> {
  const got = await post(s, { source, id: "msg_1", body: HELLO });
  status("a message begins a conversation", got, 201);
  const talk = (await s.owner.get(`/conversations/${got.body.conversation}`)).body;
  tally.same("with its title, in its team", [talk.title, talk.team], ["Broken kettle", s.team]);
  const again = await post(s, { source, id: "msg_1", body: HELLO });
  tally.same("repeated it is the first answer", [again.status, again.body], [201, got.body]);
  problem(
    "another body under the same id",
    await post(s, { source, id: "msg_1", body: { ...HELLO, text: "Other." } }),
    422,
    "key_reused",
  );
  const more = await post(s, { source, id: "msg_2", body: { ...HELLO, text: "Still." } });
  tally.same(
    "the next goes on in it",
    [more.status, more.body.conversation, more.body.is_new],
    [200, got.body.conversation, false],
  );
  const all = await parts(s, got.body.conversation);
  tally.same(
    "what was written, by whom",
    all.map((part: any) => [part.text, part.author.kind ?? part.author.type]),
    [
      ["It leaks.", "contact"],
      ["Still.", "contact"],
    ],
  );
  return got.body.conversation as string;
}

async function copies(s: Scene, source: any): Promise<void> {
  const body = { ...HELLO, conversation: "T-50" };
  const all = await Promise.all(
    Array.from({ length: 50 }, () => post(s, { source, id: "msg_50", body })),
  );
  tally.same(
    "fifty copies at once have one effect",
    [
      new Set(all.map((got) => got.body?.part)).size,
      (await parts(s, all[0]?.body.conversation)).length,
    ],
    [1, 1],
  );
}

async function refuses(s: Scene, source: any): Promise<void> {
  const now = Math.floor(Date.now() / 1000);
  const p = { source, id: "msg_3", body: HELLO };
  problem("late", await post(s, { ...p, at: now - 301 }), 401, "unauthenticated");
  problem("early", await post(s, { ...p, at: now + 301 }), 401, "unauthenticated");
  const other = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;
  problem("another secret", await post(s, { ...p, secret: other }), 401, "unauthenticated");
  problem(
    "unsigned",
    await s.owner.as(null).post(`/sources/${source.id}/messages`, HELLO),
    401,
    "unauthenticated",
  );
  problem(
    "one that there is not, in the same words",
    await post(s, { ...p, source: { id: "src_99", secret: other } }),
    401,
    "unauthenticated",
  );
  const bad = await post(s, { ...p, id: "msg_4", body: { conversation: "T-1" } });
  problem("without text", bad, 422, "invalid_value");
  tally.same("which it names", bad.body.errors[0].pointer, "/text");
  const list = (await s.owner.as(null).get(`/sources/${source.id}/messages`, s.admin)).body.data;
  tally.is(
    "listed: what was taken, and that something was refused",
    list.some((row: any) => row.outcome === "taken" && row.message === "msg_1") &&
      list.some((row: any) => row.outcome === "refused" && row.reason === "signature") &&
      list.some((row: any) => row.reason === "message" && row.message === "msg_4"),
    JSON.stringify(list),
  );
  problem("not for others", await s.owner.get(`/sources/${source.id}/messages`), 403, "forbidden");
}

// ---- managing

async function mapped(s: Scene): Promise<void> {
  const source = await makeOne(s, {
    name: "Shop",
    channel: "chat",
    mapping: {
      conversation: "/ticket/number",
      title: null,
      text: "/events/0/body",
      email: "/who",
      name: null,
    },
  });
  const body = {
    ticket: { number: 4711 },
    events: [{ body: "안녕하세요" }],
    who: "lee@example.org",
  };
  const got = await post(s, { source, id: "shop-1", body });
  status("by a mapping of its own", got, 201);
  const talk = (await s.owner.get(`/conversations/${got.body.conversation}`)).body;
  tally.same("as a chat, without a title", [talk.channels, talk.title], [["chat"], null]);
  tally.same("its text", (await parts(s, talk.id))[0]?.text, "안녕하세요");
  problem(
    "no pointer",
    await s.owner
      .as(null)
      .post("/sources", { name: "x", mapping: { text: "message.text" } }, s.admin),
    422,
    "invalid_value",
  );
}

/** Changed on what one has seen alone: by the revision that its ETag names. */
async function changes(s: Scene, id: string): Promise<Answer> {
  const nobody = s.owner.as(null);
  const at = `/sources/${id}`;
  const body = { active: false, name: "Phone system" };
  const on = (etag: string) => ({ headers: { ...s.admin.headers, "If-Match": etag } });
  const etagOf = ({ headers }: Answer) => headers.get("etag") ?? "none";
  const was = etagOf(await nobody.get(at, s.admin));
  problem("on nothing", await nobody.patch(at, body, s.admin), 428, "precondition_required");
  const first = await nobody.patch(at, { name: "Telephone" }, on(was));
  status("on what is there", first, 200);
  problem("on what was", await nobody.patch(at, body, on(was)), 412, "version_mismatch");
  tally.same("nothing of it was put", (await nobody.get(at, s.admin)).body.active, true);
  return await nobody.patch(at, body, on(etagOf(first)));
}

async function rotates(s: Scene, source: any): Promise<void> {
  const nobody = s.owner.as(null);
  const fresh = await nobody.post(`/sources/${source.id}/rotate-secret`, undefined, s.admin);
  status("another secret", fresh, 200);
  tally.is(
    "told once",
    /^whsec_/.test(fresh.body.secret) && fresh.body.rotating_until !== null,
    "",
  );
  status("the new one is good", await post(s, { source: fresh.body, id: "r1", body: HELLO }), 200);
  status("the one before too", await post(s, { source, id: "r2", body: HELLO }), 200);
  const off = await changes(s, source.id);
  tally.same("off, and renamed", [off.body.active, off.body.name], [false, "Phone system"]);
  problem("it posts no more", await post(s, { source, id: "r3", body: HELLO }), 409, "conflict");
  const list = await nobody.get("/sources", s.admin);
  tally.is("no secret comes out again", !list.text.includes("whsec_"), list.text);
  status("read", await nobody.get(`/sources/${source.id}`, s.admin), 200);
  status("ended", await nobody.delete(`/sources/${source.id}`, s.admin), 204);
  problem("gone", await nobody.get(`/sources/${source.id}`, s.admin), 404, "not_found");
  problem("for it too", await post(s, { source, id: "r4", body: HELLO }), 401, "unauthenticated");
}

/** The example of the manual, with its address and secret put in. */
async function example(s: Scene): Promise<void> {
  const source = await makeOne(s, { name: "Manual" });
  const manual = readFileSync(join(root(), "docs/manual/webhooks.md"), "utf8");
  const script = /```sh\n(SECRET=[\s\S]*?)```/.exec(manual)?.[1] ?? "exit 9";
  const done = spawnSync(
    "bash",
    [
      "-c",
      script
        .replace(/^SECRET=.*$/m, `SECRET=${source.secret}`)
        .replace(/^URL=.*$/m, `URL=${s.server.url}/api/v1/sources/${source.id}/messages`),
    ],
    { encoding: "utf8" },
  );
  tally.is(
    "the manual's example works",
    done.status === 0 && /"conversation": ?"cv_\d+"/.test(done.stdout),
    `${done.status} ${done.stdout} ${done.stderr}`,
  );
}

/** Rules on arrival: of what another system begins, above what the source says. */
async function arrives(s: Scene): Promise<void> {
  const other = (await s.owner.post("/teams", { name: "Repairs" })).body.id as string;
  const tag = (await s.owner.post("/tags", { name: "Kettle" })).body.id as string;
  const has = (field: string, op: string, value: unknown) => ({ all: [{ field, op, value }] });
  const set = { team: other, priority: 3, complexity: 2, tags: [tag] };
  const rules = [
    { name: "Kettles", when: has("subject", "has", ["kettle"]), set },
    {
      name: "Shops",
      when: has("from_domain", "in", ["example.org"]),
      set: { attributes: { a: "b" } },
    },
    { name: "Chat", when: has("channel", "in", ["chat"]), set: { attributes: { from: "chat" } } },
  ];
  const made = await s.owner.put("/arrival-rules", { rules }, { headers: { "If-Match": '"r0"' } });
  status("rules on arrival", made, 200);
  const source = await makeOne(s, { name: "Tickets", team: s.team });
  const begun = async (id: string, body: object): Promise<any> => {
    const got = await post(s, { source, id, body: { ...HELLO, ...body } });
    status(`${id} begins`, got, 201);
    return (await s.owner.get(`/conversations/${got.body.conversation}`)).body;
  };
  const kettle = await begun("arr_1", { conversation: "A-1" });
  tally.same(
    "team, priority, complexity, tags and attributes are the rules'",
    [kettle.team, kettle.priority, kettle.complexity, kettle.tags, kettle.attributes],
    [other, 3, 2, [tag], { a: "b" }],
  );
  const told = (await s.owner.get(`/conversations/${kettle.id}/arrival`)).body;
  tally.same(
    "and which did it",
    told.did.map((did: any) => did.name),
    ["Kettles", "Shops"],
  );
  const contact = { email: "lee@elsewhere.test", name: "Lee" };
  const toaster = await begun("arr_2", { conversation: "A-2", title: "Broken toaster", contact });
  tally.same(
    "what no rule names goes as its source says",
    [toaster.team, toaster.priority, toaster.tags, toaster.attributes],
    [s.team, 0, [], {}],
  );
  const again = await post(s, { source, id: "arr_3", body: { ...HELLO, conversation: "A-2" } });
  const later = (await s.owner.get(`/conversations/${again.body.conversation}`)).body;
  tally.same("and what comes later changes nothing", [again.status, later.team], [200, s.team]);
}

await withServer({}, async (server, owner) => {
  const team = (await owner.post("/teams", { name: "Phones" })).body.id as string;
  const s: Scene = { server, owner, admin: { headers: browser(server.cookie) }, team };
  const source = await makeOne(s, { name: "Phones", team });
  await takes(s, source);
  await copies(s, source);
  await refuses(s, source);
  await mapped(s);
  await rotates(s, source);
  await example(s);
  await arrives(s);
  tally.same("every answer is as the document says", owner.faults, []);
});
tally.end();
