// api_contacts_test -- contacts over HTTP: kept, found, masked, merged and taken apart, written out
// and erased; each by who may, and by nobody else. Every answer is held against the document. The
// same on PostgreSQL, where it is installed.
import { randomUUID } from "node:crypto";

import { Tally } from "./program.ts";
import { browser, withBothStores, type Answer, type Client, type Person, type Server,
} from "./server.ts";

const tally = new Tally();

interface Scene {
  readonly server: Server;
  readonly owner: Client;
  readonly team: string;
  readonly other: string;
  readonly mate: Person; // of the team
  readonly far: Person; // of the other
  readonly lead: Person;
  readonly admin: Person; // nothing else
}

const status = (what: string, got: Answer, want: number): void =>
  tally.is(`${what}: ${want}`, got.status === want, `${got.status} ${got.text.slice(0, 300)}`);
const problem = (what: string, got: Answer, want: number, type: string): void =>
  tally.is(`${what}: ${want} ${type}`,
    got.status === want && got.body?.type === `/problems/${type}`,
    `${got.status} ${got.text.slice(0, 300)}`);
const places = (got: Answer): string[] =>
  (got.body?.errors ?? []).map((e: any) => `${e.pointer} ${e.code}`).sort();

async function scene(server: Server, owner: Client): Promise<Scene> {
  const team = (await owner.post("/teams", { name: "Shipping" })).body.id;
  const other = (await owner.post("/teams", { name: "Billing" })).body.id;
  const roles = ["teammate"];
  return {
    server, owner, team, other,
    mate: await server.person(owner, { name: "Mina Park", roles, memberships: [{ team }] }),
    far: await server.person(owner, { name: "Far Away", roles, memberships: [{ team: other }] }),
    lead: await server.person(owner, { name: "Lea Der", roles: ["teammate", "lead"],
      memberships: [{ team }] }),
    admin: await server.person(owner, { name: "Ada Min", roles: ["admin"] }),
  };
}

async function add(client: Client, body: unknown): Promise<any> {
  const got = await client.post("/contacts", body);
  status("a contact is added", got, 201);
  return got.body;
}

/** Where the next page is. */
function following(got: Answer): string | null {
  return /<([^>]+)>; rel="next"/.exec(got.headers.get("link") ?? "")?.[1] ?? null;
}

/** Whose ids a list holds, page by page. */
async function walk(client: Client, path: string): Promise<string[]> {
  const ids: string[] = [];
  for (let at: string | null = path; at !== null;) {
    const got: Answer = await client.get(at);
    status(`a page of ${at.slice(0, 40)}`, got, 200);
    ids.push(...(got.body?.data ?? []).map((row: any) => row.id));
    const next = following(got);
    tally.same("Link and next_cursor agree", next === null,
      got.body?.page?.next_cursor === null);
    at = next;
  }
  return ids;
}

// ---- kept

async function kept(s: Scene): Promise<void> {
  const key = randomUUID();
  const body = { name: "  Yuna Seo ", email: "Yuna@Example.org", phone: "+82 2 123-4567",
    external_id: "crm-1", tier: "gold", language: "ko", attributes: { plan: "pro", seats: "5" } };
  const made = await s.mate.client.post("/contacts", body, { headers: { "Idempotency-Key": key } });
  status("made", made, 201);
  tally.same("Location", made.headers.get("location"), `/api/v1/contacts/${made.body.id}`);
  tally.is("its id has 24 digits", /^ct_[0-9a-f]{24}$/.test(made.body.id), made.body.id);
  const again = await s.mate.client.post("/contacts", body,
    { headers: { "Idempotency-Key": key } });
  tally.same("the same key answers the same", again.text, made.text);
  tally.same("and says so", again.headers.get("idempotency-replayed"), "true");
  const got = await s.mate.client.get(`/contacts/${made.body.id}`);
  status("opened", got, 200);
  const { seq: _seq, ...whole } = made.body;
  tally.same("what was made is there", got.body, whole);
  tally.same("its name without blanks around", got.body.name, "Yuna Seo");
  tally.same("its address as it came", got.body.email, "Yuna@Example.org");
  const list = await s.mate.client.get("/contacts?total=true");
  tally.same("a list masks", [list.body.data[0].name, list.body.data[0].email,
    list.body.data[0].phone, list.body.data[0].masked], ["Y*** S***", "Y***@E***", "***67", true]);
  tally.same("and counts", list.body.page.total, 1);
  tally.is("no personal data in it", !/Yuna|Example|1234/.test(list.text), list.text);

  const changed = await s.mate.client.patch(`/contacts/${made.body.id}`,
    { tier: null, name: "Yuna Seo-Kim", attributes: { seats: null, since: "2024" } });
  status("changed", changed, 200);
  tally.same("null clears, what is not named stays",
    [changed.body.tier, changed.body.name, changed.body.email, changed.body.attributes],
    [null, "Yuna Seo-Kim", "Yuna@Example.org", { plan: "pro", since: "2024" }]);
  tally.is("a change says its seq", changed.body.seq >= 0, changed.body.seq);

  const second = await add(s.mate.client, { name: "Second" });
  const taken = await s.mate.client.patch(`/contacts/${second.id}`, { external_id: "crm-1" });
  problem("an id of another system is one contact's", taken, 409, "conflict");
  tally.same("the answer names it", taken.body.contact, made.body.id);
  problem("also when it is made", await s.mate.client.post("/contacts",
    { external_id: "crm-1" }), 409, "conflict");
}

async function refused(s: Scene): Promise<void> {
  const { client } = s.mate;
  problem("no other member", await client.post("/contacts", { name: "x", revision: 4 }), 422,
    "invalid_value");
  const bad = await client.post("/contacts", { name: "", email: "no address", phone: 5,
    language: "k o", attributes: { a: 1 } });
  problem("every fault at once", bad, 422, "invalid_value");
  tally.same("each with its place", places(bad), ["/attributes/a wrong_type", "/email unreadable",
    "/language unreadable", "/name too_short", "/phone wrong_type"]);
  problem("attributes are not endless", await client.post("/contacts",
    { attributes: { a: "x".repeat(201) } }), 422, "invalid_value");
  problem("no JSON", await client.ask("POST", "/contacts", { raw: "{" }), 400, "malformed");
  problem("no text", await client.ask("POST", "/contacts",
    { raw: "{\"name\":\"a\\u0000b\"}" }), 422, "invalid_value");
  problem("another type", await client.ask("POST", "/contacts",
    { raw: "name=x", headers: { "Content-Type": "text/plain" } }), 415, "unsupported_media_type");
  for (const id of ["ct_1", "ct_' OR 1=1 --", "tm_1", `ct_${"0".repeat(24)}`, "%00"])
    status(`no contact ${id}`, await client.get(`/contacts/${encodeURIComponent(id)}`), 404);
  problem("an unknown parameter", await client.get("/contacts?nome=x"), 400, "unknown_parameter");
  problem("a limit of none", await client.get("/contacts?limit=0"), 400, "malformed");
  problem("a cursor from nowhere", await client.get("/contacts?cursor=c1.xx"), 400,
    "cursor_invalid");
  problem("nobody", await s.owner.as(null).get("/contacts"), 401, "unauthenticated");
  const hostile = await client.post("/contacts", { name: "'; DROP TABLE contacts; --",
    attributes: { "\"}": "<script>" } });
  status("a name is only a name", hostile, 201);
  tally.same("and stays it", hostile.body.attributes, { "\"}": "<script>" });
}

// ---- whose it is

const ONLY = { name: "Only Shipping", email: "only@example.org" };
const ONCE = { headers: { "Idempotency-Key": "only-once-key" } };

async function rights(s: Scene): Promise<any> {
  const c = (await s.mate.client.post("/contacts", ONLY, ONCE)).body;
  status("while it has no team, everybody opens it", await s.far.client.get(`/contacts/${c.id}`),
    200);
  const conversation = await s.mate.client.post("/conversations",
    { contact: c.id, team: s.team, title: "Where is my parcel", text: "It was due on Monday." });
  status("a conversation", conversation, 201);
  status("then who serves its team", await s.mate.client.get(`/contacts/${c.id}`), 200);
  problem("nobody else", await s.far.client.get(`/contacts/${c.id}`), 404, "not_found");
  problem("nor may they write", await s.far.client.patch(`/contacts/${c.id}`, { name: "x" }), 404,
    "not_found");
  problem("nor note", await s.far.client.post(`/contacts/${c.id}/notes`, { text: "x" }), 404,
    "not_found");
  problem("nor add an address", await s.far.client.post(`/contacts/${c.id}/identities`,
    { channel: "chat", address: "x" }), 404, "not_found");
  problem("nor read its conversations", await s.far.client.get(`/contacts/${c.id}/conversations`),
    404, "not_found");
  status("an administrator opens it", await s.admin.client.get(`/contacts/${c.id}`), 200);
  problem("and changes nothing", await s.admin.client.patch(`/contacts/${c.id}`, { name: "x" }),
    403, "forbidden");
  tally.is("no list has it", !(await walk(s.far.client, "/contacts")).includes(c.id));
  tally.same("no search finds it", (await s.far.client.post("/contacts/search",
    { q: "only" })).body.data, []);
  problem("a teammate does not merge", await s.mate.client.post(`/contacts/${c.id}/archive`), 403,
    "forbidden");
  let often = await s.mate.client.get(`/contacts/${c.id}/frequency`);
  for (let i = 0; i < 50 && often.body.spans?.[0]?.approaches !== 1; i++) {
    await new Promise((done) => setTimeout(done, 100));
    often = await s.mate.client.get(`/contacts/${c.id}/frequency`);
  }
  tally.same("how often they came", often.body.spans?.map((span: any) =>
    [span.days, span.approaches, span.channel_hops, span.topics]),
    [[7, 1, 0, []], [30, 1, 0, []], [90, 1, 0, []]]);
  problem("and not to who does not see them", await s.far.client.get(`/contacts/${c.id}/frequency`),
    404, "not_found");
  const list = await s.mate.client.get(`/contacts/${c.id}/conversations`);
  tally.same("its conversations", list.body.data.map((row: any) => row.id),
    [conversation.body.id]);
  return c;
}

// ---- what hangs on it

async function around(s: Scene): Promise<void> {
  const c = await add(s.mate.client, { name: "Ida" });
  const d = await add(s.mate.client, { name: "Udo" });
  const path = `/contacts/${c.id}/identities`;
  const made = await s.mate.client.post(path, { channel: "email", address: "Ida@Example.org" });
  status("an address", made, 201);
  problem("an address is one contact's, however it is spelt", await s.mate.client.post(
    `/contacts/${d.id}/identities`, { channel: "email", address: "ida@example.ORG" }), 409,
    "conflict");
  status("on another channel it is another", await s.mate.client.post(
    `/contacts/${d.id}/identities`, { channel: "chat", address: "ida@example.org" }), 201);
  problem("no address", await s.mate.client.post(path, { channel: "email", address: "ida" }), 422,
    "invalid_value");
  problem("no channel", await s.mate.client.post(path, { channel: "fax", address: "1" }), 422,
    "invalid_value");
  tally.same("it stands with the contact",
    (await s.mate.client.get(`/contacts/${c.id}`)).body.identities.map((i: any) => i.address),
    ["Ida@Example.org"]);
  problem("it is not another contact's to lose", await s.mate.client.delete(
    `/contacts/${d.id}/identities/${made.body.id}`), 404, "not_found");
  status("taken away", await s.mate.client.delete(`${path}/${made.body.id}`), 204);
  problem("once", await s.mate.client.delete(`${path}/${made.body.id}`), 404, "not_found");

  for (const text of ["Prefers mornings.\nSpeaks Korean.", "Second"])
    status("a note", await s.mate.client.post(`/contacts/${c.id}/notes`, { text }), 201);
  const notes = await s.mate.client.get(`/contacts/${c.id}/notes?limit=1`);
  tally.same("the newest first", [notes.body.data[0].text, notes.body.data[0].by],
    ["Second", s.mate.id]);
  tally.same("all of them", (await walk(s.mate.client, `/contacts/${c.id}/notes?limit=1`)).length,
    2);
  problem("a note has words", await s.mate.client.post(`/contacts/${c.id}/notes`, { text: "" }),
    422, "invalid_value");
}

// ---- found

async function found(s: Scene): Promise<void> {
  const { client } = s.mate;
  const names = ["Nadia One", "nadia two", "Nobody"];
  const ids = [];
  for (const name of names)
    ids.push((await add(client, { name, tier: "silver",
      email: `${name.replace(" ", ".")}@x.org` })).id);
  await client.post(`/contacts/${ids[2]}/identities`, { channel: "chat", address: "nadia-chat" });
  const of = async (body: unknown): Promise<string[]> =>
    ((await client.post("/contacts/search", body)).body?.data ?? []).map((r: any) => r.id).sort();
  tally.same("by prefix, ignoring case", await of({ where: { all: [
    { field: "name", op: "prefix", value: "NADIA" }] } }), [ids[0], ids[1]].sort());
  tally.same("by words, also of addresses", await of({ q: "nadia" }), [...ids].sort());
  tally.same("by tree", await of({ where: { all: [{ field: "tier", op: "in", value: ["silver"] },
    { none: [{ field: "name", op: "prefix", value: "nadia" }] }] } }), [ids[2]]);
  problem("an unknown field", await client.post("/contacts/search",
    { where: { all: [{ field: "email", op: "in", value: ["x"] }] } }), 422, "invalid_value");
  tally.same("sorted, unset last", (await client.get(
    "/api/v1/contacts?tier=silver&sort=-name&fields=id", { wild: true })).body.data,
    [{ id: ids[1] }, { id: ids[2] }, { id: ids[0] }]);
  const view = await client.post("/views", { name: "Silver", resource: "contacts",
    where: { all: [{ field: "tier", op: "in", value: ["silver"] }] }, sort: "name" });
  status("a view", view, 201);
  tally.same("seen through it", await walk(client, `/contacts?view=${view.body.id}&limit=2`),
    [ids[0], ids[2], ids[1]]);
  tally.same("with a filter beside it", await walk(client,
    `/contacts?view=${view.body.id}&name.prefix=nad&sort=-name`), [ids[1], ids[0]]);
  problem("it is nobody else's", await s.lead.client.get(`/contacts?view=${view.body.id}`), 400,
    "malformed");

  const before = await walk(client, "/contacts?sort=id");
  let fresh = 0;
  const seen: string[] = [];
  for (let at: string | null = "/contacts?sort=id&limit=3"; at !== null;) {
    const got: Answer = await client.get(at);
    seen.push(...got.body.data.map((row: any) => row.id));
    if (fresh++ < 4) await add(client, { name: `Fresh ${fresh}` });
    at = following(got);
  }
  tally.same("while rows come: none twice", new Set(seen).size, seen.length);
  tally.same("none missing", before.filter((id) => !seen.includes(id)), []);
}

// ---- merged

async function merged(s: Scene): Promise<void> {
  const { client } = s.lead;
  const a = await add(client, { name: "Ana", attributes: { plan: "pro" } });
  const b = await add(client, { name: "Anna", email: "anna@example.org", external_id: "crm-9",
    attributes: { plan: "free", city: "Jeju" } });
  const c = await add(client, { name: "A." });
  await client.post(`/contacts/${b.id}/notes`, { text: "About Anna" });
  await client.post(`/contacts/${b.id}/identities`, { channel: "chat", address: "anna" });
  const talk = await client.post("/conversations", { contact: b.id, team: s.team, title: "Hello",
    text: "Hi" });
  await client.post(`/contacts/${b.id}/merge`, { contact: c.id });
  const state = async (): Promise<any[]> => Promise.all([a, b, c].map(async (x) => {
    const { updated_at: _at, ...rest } = (await client.get(`/contacts/${x.id}`)).body;
    return rest;
  }));
  const before = await state();

  const tried = await client.post(`/contacts/${a.id}/merge?dry_run=true`, { contact: b.id });
  status("tried", tried, 200);
  tally.same("what would move", [tried.body.conversations, tried.body.identities,
    tried.body.fields, tried.body.dry_run],
    [1, 1, ["email", "external_id", "attributes.city"], true]);
  tally.same("nothing has", await state(), before);
  status("merged", await client.post(`/contacts/${a.id}/merge`, { contact: b.id }), 200);
  const [x, y, z] = await state();
  tally.same("what was unset is taken, what was set stays", [x.name, x.email, x.external_id,
    x.attributes], ["Ana", "anna@example.org", "crm-9", { city: "Jeju", plan: "pro" }]);
  tally.same("the other says where it went, and who came with it too",
    [y.merged_into, z.merged_into], [a.id, a.id]);
  tally.same("its addresses", x.identities.map((i: any) => i.address), ["anna"]);
  tally.same("its notes", (await client.get(`/contacts/${a.id}/notes`)).body.data
    .map((n: any) => n.text), ["About Anna"]);
  tally.same("its conversations", await walk(client, `/contacts/${a.id}/conversations`),
    [talk.body.id]);
  tally.is("it is in no list", !(await walk(client, "/contacts")).includes(b.id));
  tally.same("its words find the one that remains", (await client.post("/contacts/search",
    { q: "anna" })).body.data.map((row: any) => row.id), [a.id]);
  const gone = await client.patch(`/contacts/${b.id}`, { name: "x" });
  problem("it changes no more", gone, 409, "conflict");
  tally.same("the answer says where it went", gone.body.contact, a.id);
  problem("nor is it merged twice", await client.post(`/contacts/${a.id}/merge`,
    { contact: b.id }), 409, "conflict");
  problem("nor with itself", await client.post(`/contacts/${a.id}/merge`, { contact: a.id }), 422,
    "invalid_value");
  problem("who came with another is not taken apart alone", await client.post(
    `/contacts/${a.id}/unmerge`, { contact: c.id }), 409, "conflict");
  problem("a teammate takes nothing apart", await s.mate.client.post(`/contacts/${a.id}/unmerge`,
    { contact: b.id }), 403, "forbidden");

  await client.patch(`/contacts/${a.id}`, { email: "new@example.org" });
  problem("what was changed since stands in the way", await client.post(
    `/contacts/${a.id}/unmerge`, { contact: b.id }), 409, "undo_conflict");
  await client.patch(`/contacts/${a.id}`, { email: "anna@example.org" });
  status("tried", await client.post(`/contacts/${a.id}/unmerge?dry_run=true`, { contact: b.id }),
    200);
  status("taken apart", await client.post(`/contacts/${a.id}/unmerge`, { contact: b.id }), 200);
  tally.same("all is as it was", await state(), before);
  problem("once", await client.post(`/contacts/${a.id}/unmerge`, { contact: b.id }), 409,
    "conflict");
}

async function archived(s: Scene): Promise<void> {
  const { client } = s.lead;
  const c = await add(client, { name: "Old" });
  const tried = await client.post(`/contacts/${c.id}/archive?dry_run=true`);
  tally.same("tried", [tried.status, tried.body?.archived], [200, true]);
  tally.same("not done", (await client.get(`/contacts/${c.id}`)).body.archived, false);
  tally.same("put away", (await client.post(`/contacts/${c.id}/archive`)).body.archived, true);
  problem("once", await client.post(`/contacts/${c.id}/archive`), 409, "conflict");
  tally.same("found by that", await walk(client, "/contacts?archived=true"), [c.id]);
  tally.same("brought back", (await client.post(`/contacts/${c.id}/unarchive`)).body.archived,
    false);
  problem("once", await client.post(`/contacts/${c.id}/unarchive`), 409, "conflict");
}

/** Blocked: by whom, on record once, and what a merge makes of it. */
async function blocked(s: Scene): Promise<void> {
  const { client } = s.mate;
  const c = await add(client, { name: "Spam One" });
  const path = `/contacts/${c.id}`;
  const acts = async (): Promise<string[]> => (await s.owner.get("/audit-log?limit=100"))
    .body.data.filter((row: any) => row.object?.id === c.id || row.object === c.id)
    .map((row: any) => row.action)
    .filter((action: string) => action.endsWith("blocked"));
  const listed = async (id: string): Promise<any> =>
    (await client.get(`/contacts?id=${id}`)).body.data[0]?.blocked_at;
  tally.same("nobody is blocked by themselves", [c.blocked_at, await listed(c.id)], [null, null]);
  problem("no contact", await client.post(`/contacts/ct_${"0".repeat(24)}/block`), 404,
    "not_found");
  problem("an administrator alone serves nobody", await s.admin.client.post(`${path}/block`), 403,
    "forbidden");
  problem("nobody", await s.owner.as(null).post(`${path}/block`), 401, "unauthenticated");
  status("not blocked: nothing to take back", await client.post(`${path}/unblock`), 200);
  tally.same("and nothing of it on record", await acts(), []);
  const done = await client.post(`${path}/block`);
  status("blocked", done, 200);
  tally.is("since now", Math.abs(Date.parse(done.body.blocked_at) - Date.now()) < 3600_000,
    done.body.blocked_at);
  tally.same("once more is the same", (await client.post(`${path}/block`)).body.blocked_at,
    done.body.blocked_at);
  tally.same("one opened says so, and the list",
    [(await client.get(path)).body.blocked_at, await listed(c.id)],
    [done.body.blocked_at, done.body.blocked_at]);
  tally.same("a change of another member leaves it",
    (await client.patch(path, { name: "Spam 1" })).body.blocked_at, done.body.blocked_at);
  const other = await add(client, { name: "Spam Two" });
  status("merged", await s.lead.client.post(`/contacts/${other.id}/merge`, { contact: c.id }), 200);
  tally.same("the one that remains is asked", await listed(other.id), null);
  problem("who was merged is not blocked", await client.post(`${path}/unblock`), 409, "conflict");
  status("taken apart", await s.lead.client.post(`/contacts/${other.id}/unmerge`,
    { contact: c.id }), 200);
  tally.same("it is blocked as it was", await listed(c.id), done.body.blocked_at);
  tally.same("taken again", (await client.post(`${path}/unblock`)).body.blocked_at, null);
  tally.same("each on record once", (await acts()).sort(), ["contact.blocked",
    "contact.unblocked"]);
}

// ---- out, and gone

async function erased(s: Scene, c: any): Promise<void> {
  const page = { headers: browser(s.server.cookie) };
  const nobody = s.owner.as(null);
  const path = `/contacts/${c.id}`;
  const talk = (await walk(s.mate.client, `${path}/conversations`))[0];
  await s.mate.client.post(`${path}/notes`, { text: "Rings the bell twice" });
  problem("a token writes nothing out", await s.admin.client.post(`${path}/export`), 403,
    "forbidden");
  problem("a teammate does not ask", await s.mate.client.post(`${path}/export`), 403, "forbidden");
  const asked = await s.lead.client.post(`${path}/export`);
  tally.same("a lead asks", [asked.status, asked.body?.state, asked.body?.result],
    [202, "waiting", null]);
  const file = await nobody.post(`${path}/export`, undefined, page);
  tally.same("an administrator does it", [file.status, file.body?.state], [202, "done"]);
  const got = await nobody.get(file.body.result, { ...page, wild: true });
  status("its file", got, 200);
  const said = JSON.parse(got.text);
  tally.same("holds all of it", [said?.contacts?.[0]?.email, said?.notes?.[0]?.text,
    said?.conversations?.[0]?.title, said?.conversations?.[0]?.parts?.[0]?.text],
    ["only@example.org", "Rings the bell twice", "Where is my parcel", "It was due on Monday."]);

  problem("a lead, who may not see all team inboxes, gets no totals", await nobody.get(
    `${path}/holdings`, { headers: browser(s.lead.cookie) }), 403, "forbidden");
  const held = await nobody.get(`${path}/holdings`, page);
  tally.same("what is held is counted", [held.status, held.body], [200, { merged: 0, addresses: 0,
    notes: 1, conversations: 1, messages: 1, files: 0, comments: 0, answers: 0, asked_by: null,
    asked_at: null }]);
  problem("a token erases nothing", await s.admin.client.post(`${path}/erase`), 403, "forbidden");
  const wish = await nobody.post(`${path}/erase`, undefined, { headers: browser(s.lead.cookie) });
  tally.same("a lead asks for that too", [wish.status, wish.body?.state], [202, "waiting"]);
  const waits = await nobody.get(`${path}/holdings`, page);
  tally.same("and who asked for it", waits.body?.asked_by, s.lead.id);
  tally.same("of nobody erased yet",
    (await s.mate.client.get(`/conversations/${talk}`)).body?.contact_erased, false);
  const done = await nobody.post(`${path}/erase`, undefined, page);
  tally.same("an administrator does it", [done.status, done.body?.state, done.body?.kind],
    [202, "done", "contact_erase"]);
  problem("the contact is gone", await s.mate.client.get(path), 404, "not_found");
  problem("there is nothing to erase", await nobody.post(`${path}/erase`, undefined,
    { headers: browser(s.admin.cookie) }), 404, "not_found");
  const left = await s.mate.client.get(`/conversations/${talk}`);
  tally.same("its conversation stays, without a title, and says so",
    [left.status, left.body?.title, left.body?.contact_erased], [200, null, true]);
  const parts = await s.mate.client.get(`/conversations/${talk}/parts`);
  tally.same("and without its words", parts.body?.data?.map((p: any) => p.text), [null]);
  tally.same("nothing finds it", [
    (await s.mate.client.post("/contacts/search", { q: "shipping" })).body.data,
    (await s.mate.client.post("/conversations/search", { q: "parcel" })).body.data,
    (await s.mate.client.post("/conversations/search", { q: "monday" })).body.data], [[], [], []]);
  const again = await s.mate.client.post("/contacts", ONLY, ONCE);
  problem("nor is the first answer kept", again, 409, "conflict");
  status("nor is there a file", await nobody.get(file.body.result, page), 404);
  const audit = await s.owner.get("/audit-log?limit=100");
  const actions = (audit.body?.data ?? []).map((row: any) => row.action);
  for (const action of ["contact.opened", "contact.export_asked", "contact.exported",
    "contact.erase_asked", "contact.erased"])
    tally.is(`the audit log has ${action}`, actions.includes(action), actions.join(" "));
}

async function all(server: Server, owner: Client): Promise<void> {
  const s = await scene(server, owner);
  await kept(s);
  await refused(s);
  await around(s);
  const c = await rights(s);
  await found(s);
  await merged(s);
  await archived(s);
  await blocked(s);
  await erased(s, c);
  tally.same("as the document says", owner.faults, []);
}

await withBothStores("contacts", all);
tally.end();
