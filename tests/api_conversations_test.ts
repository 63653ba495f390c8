// api_conversations_test -- conversations over HTTP: made, found, changed, written in, given on,
// put to sleep, erased; each by who may, and by nobody else. Every answer is held against the
// document.
import { randomUUID } from "node:crypto";
import { readdirSync } from "node:fs";
import { join } from "node:path";

import { Tally } from "./program.ts";
import { browser, withServer, type Answer, type Client, type Person, type Server }
  from "./server.ts";

const tally = new Tally();

interface Scene {
  readonly server: Server;
  readonly owner: Client;
  readonly team: string;
  readonly other: string;
  readonly mate: Person; // of the team
  readonly second: Person; // of the team, too
  readonly far: Person; // of the other
  readonly lead: Person; // of the team
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
  // Nobody is there yet, so that nothing is given out before a test gives it.
  const team = (await owner.post("/teams", { name: "Shipping" })).body.id;
  const other = (await owner.post("/teams", { name: "Billing" })).body.id;
  const roles = ["teammate"];
  const memberships = [{ team }];
  return {
    server, owner, team, other,
    mate: await server.person(owner, { name: "Mina Park", roles, memberships }),
    second: await server.person(owner, { name: "Sam Second", roles, memberships }),
    far: await server.person(owner, { name: "Far Away", roles, memberships: [{ team: other }] }),
    lead: await server.person(owner, { name: "Lea Der", roles: ["teammate", "lead"], memberships }),
  };
}

async function make(client: Client, body: unknown): Promise<any> {
  const got = await client.post("/conversations", body);
  status("a conversation is made", got, 201);
  return got.body;
}

/** Whose ids a list holds, page by page. */
async function walk(client: Client, path: string): Promise<string[]> {
  const ids: string[] = [];
  for (let at: string | null = path; at !== null;) {
    const got: Answer = await client.get(at);
    status(`a page of ${at.slice(0, 60)}`, got, 200);
    ids.push(...(got.body?.data ?? []).map((row: any) => row.id));
    const link = got.headers.get("link") ?? "";
    const next: string | undefined = /<([^>]+)>; rel="next"/.exec(link)?.[1];
    tally.same("Link and next_cursor agree", next === undefined,
      got.body?.page?.next_cursor === null);
    at = next ?? null;
  }
  return ids;
}

// ---- made

async function made(s: Scene): Promise<void> {
  const mate = s.mate.client;
  const contact = (await mate.post("/contacts", { name: "Yuna Seo" })).body.id;
  const tag = (await s.lead.client.post("/tags", { name: "refund" })).body.id;
  const key = { "Idempotency-Key": randomUUID() };
  const body = { contact, team: s.team, title: "Charged twice", text: "Hello,\ntwice!",
    channel: "chat", priority: 2, complexity: 3, tags: [tag], attributes: { tier: "gold" },
    needs: [{ skill: "refunds", min_level: 2, required: true, relax_after_ms: null }] };
  const got = await mate.post("/conversations", body, { headers: key });
  status("made", got, 201);
  const c = got.body;
  tally.same("Location", got.headers.get("location"), `/api/v1/conversations/${c.id}`);
  tally.same("what was said stands there", [c.contact, c.team, c.title, c.priority, c.complexity,
    c.channels, c.capacity_class, c.tags, c.attributes, c.state, c.teammate, c.counts.parts],
  [contact, s.team, "Charged twice", 2, 3, ["chat"], "chat", [tag], { tier: "gold" }, "open", null,
    1]);
  tally.same("its need", c.needs[0]?.skill, "refunds");
  tally.is("its contact waits", c.waiting_since !== null);
  tally.same("the same key answers the same",
    (await mate.post("/conversations", body, { headers: key })).text, got.text);
  const read = await mate.get(`/conversations/${c.id}`);
  status("read", read, 200);
  tally.same("read as it was made", { ...read.body, updated_at: "" }, { ...c, updated_at: "" });
  tally.is("Evenkeel-Seq", Number(read.headers.get("evenkeel-seq")) > 0);
  const quiet = await make(mate, { team: s.team, title: null });
  tally.same("without a text nobody waits", [quiet.waiting_since, quiet.counts.parts,
    quiet.channels, quiet.contact], [null, 0, ["api"], null]);
  const written = await make(mate, { team: s.team, text: "we wrote first", author: "teammate" });
  tally.same("of ours nobody waits", written.waiting_since, null);
}

async function refused(s: Scene): Promise<void> {
  const mate = s.mate.client;
  const wrong = await mate.post("/conversations", { priority: 4, complexity: 0, channel: "fax",
    titel: "x", contact: "ct_000000000000000000000000", team: "team_x", tags: ["tag_999"],
    needs: [{ level: 2 }], title: "x".repeat(201) });
  problem("hostile values", wrong, 422, "invalid_value");
  tally.same("every place is named", places(wrong).map((p) => p.split(" ")[0]),
    ["/channel", "/complexity", "/contact", "/needs", "/priority", "/tags/0", "/team", "/titel",
      "/title"]);
  problem("no JSON", await mate.post("/conversations", undefined, { raw: "[" }), 400, "malformed");
  problem("an unknown team", await mate.post("/conversations", { team: "team_999" }), 422,
    "invalid_value");
  problem("a team of others", await mate.post("/conversations", { team: s.other }), 403,
    "forbidden");
  problem("given to somebody by who does not lead", await mate.post("/conversations",
    { team: s.team, teammate: s.second.id }), 403, "forbidden");
  const own = await make(mate, { team: s.team, teammate: s.mate.id });
  tally.same("given to oneself", [own.teammate, own.counts.assignments], [s.mate.id, 1]);
  tally.same("it is an assignment", /^asg_[0-9]+$/.test(own.assignment), true);
  const led = await make(s.lead.client, { team: s.team, teammate: s.second.id });
  tally.same("given by a lead", led.teammate, s.second.id);
  problem("in an address nobody has", await mate.get("/conversations/cv_0"), 404, "not_found");
  problem("an unknown parameter", await mate.get("/conversations?teem=1"), 400,
    "unknown_parameter");
}

// ---- rights

async function rights(s: Scene): Promise<void> {
  const c = await make(s.mate.client, { team: s.team, title: "Hidden canary", text: "canary" });
  const none = s.far.client;
  const missing = await none.get("/conversations/cv_999999");
  const foreign = await none.get(`/conversations/${c.id}`);
  problem("of another team", foreign, 404, "not_found");
  tally.same("foreign and missing are the same", { ...foreign.body, request_id: "" },
    { ...missing.body, request_id: "" });
  const asks: readonly [string, string, unknown?][] = [
    ["PATCH", "", { title: "x" }], ["GET", "/parts"],
    ["POST", "/parts", { kind: "note", text: "x" }],
    ["POST", "/opened"], ["POST", "/assign", { teammate: s.far.id }],
    ["POST", "/move", { team: s.other }], ["POST", "/release", {}],
    ["POST", "/handover", { to: { team: s.other }, kind: "transfer", summary: "x" }],
    ["POST", "/snooze", {}], ["POST", "/close", {}], ["POST", "/reopen", {}],
    ["PUT", "/tags/tag_1"], ["GET", "/sla"], ["GET", "/why-waiting"], ["GET", "/receipts"],
    ["POST", "/parts/part_1/redact"],
  ];
  for (const [method, below, body] of asks) {
    const ask = body === undefined ? {} : { body };
    problem(`another team's: ${method} ${below}`,
      await none.ask(method, `/conversations/${c.id}${below}`, ask), 404, "not_found");
    problem(`nobody's: ${method} ${below}`,
      await none.as(null).ask(method, `/conversations/${c.id}${below}`, ask), 401,
      "unauthenticated");
  }
  tally.is("their list has none of ours",
    !(await walk(none, "/conversations?limit=2")).includes(c.id));
  tally.same("nor their search", (await none.post("/conversations/search",
    { q: "canary" })).body.data, []);
  problem("released by who does not hold it",
    await s.mate.client.post(`/conversations/${c.id}/release`), 403, "forbidden");
  problem("moved by who does not hold it",
    await s.mate.client.post(`/conversations/${c.id}/move`, { team: s.other }), 403, "forbidden");
  problem("deleted by a teammate", await s.mate.client.delete(`/conversations/${c.id}`), 403,
    "forbidden");
}

async function narrow(s: Scene): Promise<void> {
  const c = await make(s.mate.client, { team: s.team, title: "Secret canary", text: "canary" });
  const admin = await s.server.person(s.owner, { name: "Addy Min", roles: ["admin"] });
  const seen = await admin.client.get(`/conversations/${c.id}`);
  status("an administrator finds it", seen, 200);
  tally.is("but reads nothing of it", !seen.text.includes("canary") && !("title" in seen.body)
    && !("contact" in seen.body), seen.text);
  problem("nor its parts", await admin.client.get(`/conversations/${c.id}/parts`), 403,
    "forbidden");
  tally.same("nor by words", (await admin.client.get("/conversations?q=canary")).body.data, []);
  problem("a right without the scope", await scoped(s, ["read"], (client) =>
    client.post(`/conversations/${c.id}/close`, {})), 403, "forbidden");
}

async function scoped(s: Scene, scopes: readonly string[],
  work: (client: Client) => Promise<Answer>): Promise<Answer> {
  const made = await s.mate.client.as(null).post("/tokens",
    { name: "narrow", kind: "personal", scopes }, { headers: browser(s.mate.cookie) });
  return work(s.mate.client.as(made.body.secret));
}

// ---- found

async function found(s: Scene): Promise<void> {
  const mate = s.mate.client;
  const mine: string[] = [];
  for (let i = 0; i < 7; i++)
    mine.push((await make(mate,
      { team: s.team, title: `Row ${i} of wombats`, priority: i % 3 })).id);
  tally.same("walked by id", (await walk(mate, "/conversations?sort=id&limit=3"))
    .filter((id) => mine.includes(id)), mine);
  tally.same("walked backward", (await walk(mate, "/conversations?sort=-id&limit=2"))
    .filter((id) => mine.includes(id)), [...mine].reverse());
  tally.same("the latest first", (await walk(mate, "/conversations?limit=3"))
    .filter((id) => mine.includes(id)), [...mine].reverse());
  tally.same("by words", (await walk(mate, "/conversations?q=wombats&sort=id&limit=2")), mine);
  tally.same("by priority", await walk(mate, `/conversations?q=wombats&priority.gte=2&sort=id`),
    [mine[2], mine[5]]);
  const total = await mate.get("/conversations?q=wombats&limit=2&total=true");
  tally.same("counted", [total.body.page.total, total.body.page.total_is], [7, "exact"]);
  // Not held against the document: it cannot say which members were asked for.
  const picked = await mate.get("/api/v1/conversations?q=wombats&limit=1&fields=id,state",
    { wild: true });
  tally.is("fields", "state" in picked.body.data[0] && !("team" in picked.body.data[0]),
    picked.text);
  const late = (await mate.get(`/conversations/${mine[6]}`)).body.updated_at;
  tally.same("since a time", (await walk(mate,
    `/conversations?q=wombats&updated_at.gte=${late}`)).includes(mine[6] ?? ""), true);
  tally.same("before a time", (await walk(mate,
    `/conversations?q=wombats&updated_at.lt=2020-01-01T00:00:00.000Z`)), []);
  tally.same("at a time", (await walk(mate,
    `/conversations?q=wombats&updated_at=${late}`)).includes(mine[6] ?? ""), true);
  const search = await mate.post("/conversations/search", { where: { any: [
    { field: "id", op: "in", value: [mine[1], mine[3]] },
    { none: [{ field: "priority", op: "gte", value: 0 }] }] } });
  tally.same("a tree", search.body?.data?.map((row: any) => row.id).sort(),
    [mine[1], mine[3]].sort());
  problem("a field that is none", await mate.get("/conversations?colour=red"), 400,
    "unknown_parameter");
  problem("a cursor of another list", await mate.get(
    `/conversations?sort=id&limit=2&cursor=${total.body.page.next_cursor}`), 400,
  "cursor_invalid");
}

// ---- changed

async function changed(s: Scene): Promise<void> {
  const mate = s.mate.client;
  const c = await make(mate, { team: s.team, title: "Before", attributes: { a: "1", b: "2" } });
  const got = await mate.patch(`/conversations/${c.id}`, { title: "After", priority: 3,
    complexity: 2, attributes: { b: null, c: "3" }, needs: ["shipping"] });
  status("changed", got, 200);
  tally.same("as asked", [got.body.title, got.body.priority, got.body.complexity,
    got.body.attributes, got.body.needs.map((n: any) => n.skill)],
  ["After", 3, 2, { a: "1", c: "3" }, ["shipping"]]);
  tally.same("and so it is read", (await mate.get(`/conversations/${c.id}`)).body.attributes,
    { a: "1", c: "3" });
  const bare = await mate.patch(`/conversations/${c.id}`, { title: null });
  tally.same("null clears", [bare.body.title, bare.body.priority], [null, 3]);
  const seq = Number((await mate.get(`/conversations/${c.id}`)).headers.get("evenkeel-seq"));
  status("somebody else writes", await s.second.client.post(`/conversations/${c.id}/parts`,
    { kind: "note", text: "meanwhile" }), 201);
  problem("decided on what is old", await mate.patch(`/conversations/${c.id}`,
    { priority: 0, based_on: seq }), 409, "stale");
  const wrong = await mate.patch(`/conversations/${c.id}`, { priority: "high", state: "closed" });
  problem("hostile values", wrong, 422, "invalid_value");
  tally.same("each named", places(wrong), ["/priority wrong_type", "/state unknown_member"]);
}

async function tagged(s: Scene): Promise<void> {
  const mate = s.mate.client;
  const c = await make(mate, { team: s.team });
  const tags: string[] = [];
  for (const name of ["slow", "vip"])
    tags.push((await s.lead.client.post("/tags", { name })).body.id);
  for (const tag of tags) {
    const got = await mate.put(`/conversations/${c.id}/tags/${tag}`);
    status("tagged", got, 200);
    tally.same("that was a change", got.body.changed, true);
  }
  tally.same("twice is once", (await mate.put(`/conversations/${c.id}/tags/${tags[0]}`))
    .body.changed, false);
  tally.same("found by its tag", await walk(mate, `/conversations?tags.has=${tags[0]}`), [c.id]);
  tally.same("untagged", (await mate.delete(`/conversations/${c.id}/tags/${tags[0]}`)).body.changed,
    true);
  tally.same("the other stays", (await mate.get(`/conversations/${c.id}`)).body.tags, [tags[1]]);
  tally.same("untagged again", (await mate.delete(`/conversations/${c.id}/tags/${tags[0]}`))
    .body.changed, false);
  problem("no such tag", await mate.put(`/conversations/${c.id}/tags/tag_999`), 404, "not_found");
}

// ---- written in

async function written(s: Scene): Promise<void> {
  const mate = s.mate.client;
  const contact = (await mate.post("/contacts", { name: "Yun Writer" })).body.id;
  const c = await make(mate, { contact, team: s.team, text: "first", teammate: s.mate.id });
  const path = `/conversations/${c.id}/parts`;
  const answer = await mate.post(path, { kind: "message", text: "an\nanswer" });
  status("answered", answer, 201);
  tally.same("by whom", answer.body.author,
    { kind: "teammate", teammate: s.mate.id, contact: null });
  tally.same("nobody waits any more", (await mate.get(`/conversations/${c.id}`))
    .body.waiting_since, null);
  const back = await mate.post(path, { kind: "message", text: "and back", author: "contact" });
  tally.same("from the contact", back.body?.author, { kind: "contact", teammate: null, contact });
  tally.is("who waits again", (await mate.get(`/conversations/${c.id}`)).body.waiting_since
    !== null);
  status("noted", await s.second.client.post(path, { kind: "note", text: "careful" }), 201);
  problem("a whisper by who does not lead", await s.second.client.post(path,
    { kind: "whisper", text: "psst" }), 403, "forbidden");
  const whisper = await s.lead.client.post(path, { kind: "whisper", text: "psst canary" });
  status("whispered", whisper, 201);
  const texts = async (client: Client): Promise<string[]> =>
    ((await client.get(`${path}?sort=id`)).body?.data ?? []).map((p: any) => p.text);
  tally.same("the one assigned reads it", await texts(mate),
    ["first", "an\nanswer", "and back", "careful", "psst canary"]);
  tally.same("a lead too", (await texts(s.lead.client)).includes("psst canary"), true);
  tally.same("nobody else", (await texts(s.second.client)).includes("psst canary"), false);
  tally.same("nor in counts", (await s.second.client.get(`/conversations/${c.id}`))
    .body.counts.parts, 4);
  tally.same("nor by words", (await s.second.client.get("/conversations?q=psst")).body.data, []);
  tally.same("one kind", (await mate.get(`${path}?kind=note`)).body.data.map((p: any) => p.text),
    ["careful"]);
  tally.same("walked", (await walk(mate, `${path}?limit=2&sort=-id`)).length, 5);
  const wrong = await mate.post(path, { kind: "letter", text: "", attachments: ["att_77"] });
  problem("hostile values", wrong, 422, "invalid_value");
  tally.same("each named", places(wrong).map((p) => p.split(" ")[0]),
    ["/attachments/0", "/kind", "/text"]);
  problem("a contact's note", await mate.post(path, { kind: "note", text: "x", author: "contact" }),
    422, "invalid_value");
  await redacted(s, c.id, answer.body.id, whisper.body.id);
}

async function redacted(s: Scene, id: string, part: string, whisper: string): Promise<void> {
  const at = (name: string): string => `/conversations/${id}/parts/${name}/redact`;
  problem("blanked by another", await s.second.client.post(at(part)), 403, "forbidden");
  problem("a whisper that one does not see", await s.second.client.post(at(whisper)), 404,
    "not_found");
  problem("of another conversation", await s.mate.client.post(at("part_999999")), 404,
    "not_found");
  const got = await s.mate.client.post(at(part));
  status("blanked by who wrote it", got, 200);
  tally.same("the entry stays", [got.body.id, got.body.text, got.body.redacted],
    [part, null, true]);
  status("blanked by the lead", await s.lead.client.post(at(whisper)), 200);
  const all = await s.mate.client.get(`/conversations/${id}/parts`);
  tally.is("and gone from the list", !all.text.includes("answer") && !all.text.includes("canary"),
    all.text);
  tally.same("and from the index", (await s.mate.client.get("/conversations?q=answer")).body.data,
    []);
}

// ---- files

interface Form {
  readonly raw: string;
  readonly headers: Record<string, string>;
}

function form(name: string, type: string, bytes: string): Form {
  const boundary = "----evenkeel-boundary-7c2";
  return {
    raw: `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="${name}"\r\n`
      + `Content-Type: ${type}\r\n\r\n${bytes}\r\n--${boundary}--\r\n`,
    headers: { "Content-Type": `multipart/form-data; boundary=${boundary}` },
  };
}

async function files(s: Scene): Promise<void> {
  const mate = s.mate.client;
  const c = await make(mate, { team: s.team });
  const up = await mate.post("/attachments", undefined, form("a b.txt", "text/plain", "x\r\n--y"));
  status("uploaded", up, 201);
  tally.same("as it is", [up.body.name, up.body.type, up.body.bytes], ["a b.txt", "text/plain", 6]);
  const path = (await mate.post("/attachments", undefined,
    form("../../etc/passwd", "text/plain", ""))).body;
  tally.same("a path is none, and nothing is something", [path?.name, path?.bytes], ["passwd", 0]);
  const said = { kind: "message", text: "see there", attachments: [up.body.id] };
  problem("of another", await s.second.client.post(`/conversations/${c.id}/parts`, said), 422,
    "invalid_value");
  const part = await mate.post(`/conversations/${c.id}/parts`, said);
  status("named in a part", part, 201);
  tally.same("and there it is", part.body.attachments, [up.body]);
  tally.same("also in the list", (await mate.get(`/conversations/${c.id}/parts`)).body.data[0]
    .attachments, [up.body]);
  problem("once only", await mate.post(`/conversations/${c.id}/parts`, said), 422, "invalid_value");
  await readBack(s, c.id, up.body, part.body.id);
  const kept = (): number => readdirSync(join(s.server.data, "attachments")).length;
  const before = kept();
  const blank = await mate.post(`/conversations/${c.id}/parts/${part.body.id}/redact`);
  tally.same("gone with the text", blank.body.attachments, []);
  // What is answered by the same thread comes after.
  status("another answer", await s.lead.client.get("/promises"), 200);
  tally.same("one file less on disk", kept(), before - 1);
  problem("no more to be read", await mate.get(`/attachments/${up.body.id}`), 404, "not_found");
  problem("a type that a browser would run", await mate.post("/attachments", undefined,
    form("x.html", "text/html", "<script>")), 415, "unsupported_media_type");
  problem("no form", await mate.post("/attachments", { a: 1 }), 415, "unsupported_media_type");
  const cut = form("x.txt", "text/plain", "x");
  problem("cut short", await mate.post("/attachments", undefined,
    { ...cut, raw: cut.raw.slice(0, -30) }), 400, "malformed");
  problem("no name", await mate.post("/attachments", undefined, form("", "text/plain", "x")), 422,
    "invalid_value");
}

/** A file as the server gives it back: status, headers that matter, bytes. */
async function content(client: Client, id: string): Promise<(string | number | null)[]> {
  const got = await client.get(`/attachments/${id}/content`);
  return [got.status, ...["content-type", "content-disposition", "cache-control",
    "content-security-policy", "x-content-type-options"].map((name) => got.headers.get(name)),
  got.status === 200 ? got.text : got.body?.type];
}

async function readBack(s: Scene, id: string, file: any, part: string): Promise<void> {
  const mate = s.mate.client;
  const sandbox = ["private, no-store", "sandbox; default-src 'none'", "nosniff"];
  tally.same("what it is", (await s.second.client.get(`/attachments/${file.id}`)).body, file);
  tally.same("its bytes, to be kept", await content(s.lead.client, file.id), [200, "text/plain",
    "attachment; filename=\"a b.txt\"; filename*=UTF-8''a%20b.txt", ...sandbox, "x\r\n--y"]);
  const admin = await s.server.person(s.owner, { name: "Ada Min", roles: ["admin"] });
  for (const name of ["", "/content"]) {
    const at = `/attachments/${file.id}${name}`;
    problem("of another team's conversation", await s.far.client.get(at), 404, "not_found");
    problem("an administrator opens no content", await admin.client.get(at), 404,
      "not_found");
    problem("signed out", await mate.as(null).get(at), 401, "unauthenticated");
    problem("that there is not", await mate.get(`/attachments/att_99999${name}`), 404,
      "not_found");
    problem("that is none", await mate.get(`/attachments/${part}${name}`), 404, "not_found");
    problem("as something else", await mate.get(`${at}?as=text/html`), 400, "unknown_parameter");
  }
  // One that no part names is for whoever uploaded it.
  const picture = (await mate.post("/attachments", undefined,
    form("\u202egnp.\u20ac.png", "image/png", "\u0089PNG<script>"))).body;
  tally.same("one's own picture, in place", await content(mate, picture.id), [200, "image/png",
    "inline; filename=\"gnp._.png\"; filename*=UTF-8''gnp.%E2%82%AC.png", ...sandbox,
    "\u0089PNG<script>"]);
  problem("an upload of another", await s.lead.client.get(`/attachments/${picture.id}`), 404,
    "not_found");
  // In a whisper it is for its reader and the leads, as the whisper is.
  status("given", await s.lead.client.post(`/conversations/${id}/assign`,
    { teammate: s.mate.id }), 200);
  const hint = (await s.lead.client.post("/attachments", undefined,
    form("hint.pdf", "application/pdf", "%PDF"))).body;
  const whisper = await s.lead.client.post(`/conversations/${id}/parts`,
    { kind: "whisper", text: "see", attachments: [hint.id] });
  status("whispered", whisper, 201);
  tally.same("a whisper's file, to its reader", (await content(mate, hint.id)).slice(0, 3),
    [200, "application/pdf", "attachment; filename=\"hint.pdf\"; filename*=UTF-8''hint.pdf"]);
  problem("to a colleague", await s.second.client.get(`/attachments/${hint.id}/content`), 404,
    "not_found");
  status("blanked", await s.lead.client.post(
    `/conversations/${id}/parts/${whisper.body.id}/redact`), 200);
  problem("gone with it", await mate.get(`/attachments/${hint.id}/content`), 404, "not_found");
  const note = (await mate.post("/attachments", undefined, form("n.csv", "text/csv", "=1"))).body;
  status("in a note", await mate.post(`/conversations/${id}/parts`,
    { kind: "note", text: "table", attachments: [note.id] }), 201);
  tally.same("a note's file, to a colleague", (await content(s.second.client, note.id))[6], "=1");
  const big = "\u00e9".repeat(5 * 1024 * 1024);
  const much = (await mate.post("/attachments", undefined, form("big.txt", "text/plain", big)));
  tally.is("10 MiB are the same bytes", (await content(mate, much.body.id))[6] === big);
}

// ---- given on

async function given(s: Scene): Promise<void> {
  const mate = s.mate.client;
  const c = await make(mate, { team: s.team, text: "who takes me" });
  const at = `/conversations/${c.id}`;
  const took = await mate.post(`${at}/assign`, { teammate: s.mate.id });
  status("taken", took, 200);
  tally.same("it is theirs", [took.body.teammate, took.body.team, took.body.place],
    [s.mate.id, s.team, null]);
  const opened = await mate.post(`${at}/opened`);
  tally.same("opened", opened.body?.changed, true);
  tally.same("again within the hour", (await mate.post(`${at}/opened`)).body, { changed: false,
    seq: null });
  problem("opened by another", await s.second.client.post(`${at}/opened`), 403, "forbidden");
  problem("taken away by an equal", await s.second.client.post(`${at}/assign`,
    { teammate: s.second.id }), 403, "forbidden");
  problem("given away by a teammate", await mate.post(`${at}/assign`, { teammate: s.second.id }),
    403, "forbidden");
  problem("to nobody that there is", await s.lead.client.post(`${at}/assign`,
    { teammate: "tm_999" }), 422, "invalid_value");
  const led = await s.lead.client.post(`${at}/assign`, { teammate: s.second.id });
  tally.same("by a lead", led.body?.teammate, s.second.id);
  const back = await s.second.client.post(`${at}/release`);
  status("released", back, 200);
  tally.same("to its team", [back.body.teammate, back.body.team], [null, s.team]);
  const moved = await s.lead.client.post(`${at}/move`, { team: s.other });
  tally.same("moved", [moved.status, moved.body?.team, moved.body?.teammate], [200, s.other, null]);
  problem("and gone for who is not there", await mate.get(at), 404, "not_found");
  const there = await s.far.client.post(`${at}/assign`, { teammate: s.far.id });
  status("taken there", there, 200);
  problem("moved to a team that is none", await s.far.client.post(`${at}/move`,
    { team: "team_999" }), 422, "invalid_value");
  status("moved back by its holder", await s.far.client.post(`${at}/move`, { team: s.team }), 200);
}

/** What happened, in order, and by whom. */
async function story(s: Scene): Promise<void> {
  const mate = s.mate.client;
  const c = await make(mate, { team: s.team, text: "tell me" });
  const at = `/conversations/${c.id}`;
  status("taken", await mate.post(`${at}/assign`, { teammate: s.mate.id }), 200);
  const before = Number((await mate.get(at)).headers.get("evenkeel-seq"));
  tally.same("opened", (await mate.post(`${at}/opened`)).body.changed, true);
  const raised = await mate.patch(at, { priority: 3, based_on: before });
  status("who opened it decides on what they read", raised, 200);
  problem("on what was before that, nobody", await mate.patch(at, { priority: 2,
    based_on: before }), 409, "stale");
  status("given to another by a lead", await s.lead.client.post(`${at}/assign`,
    { teammate: s.second.id }), 200);
  status("asleep", await s.second.client.post(`${at}/snooze`,
    { until: new Date(Date.now() + 3_600_000).toISOString() }), 200);
  status("a note is none", await mate.post(`${at}/parts`, { kind: "note", text: "x" }), 201);
  status("done", await s.second.client.post(`${at}/close`, {}), 200);
  status("again", await mate.post(`${at}/reopen`, {}), 200);
  status("moved", await s.lead.client.post(`${at}/move`, { team: s.other }), 200);
  const all = await s.lead.client.get(`${at}/events`);
  problem("its new team's alone", all, 404, "not_found");
  const got = await s.far.client.get(`${at}/events`);
  status("read", got, 200);
  const rows: any[] = got.body.data;
  const by = (row: any): string => row.actor?.teammate ?? row.actor;
  const pick = (type: string): any[] => rows.filter((row) => row.type === type);
  tally.same("begun, and by whom", [rows[0].type, by(rows[0]), rows[0].conversation],
    ["conversation.arrived", s.mate.id, c.id]);
  tally.same("each assignment", pick("assignment.made").map((r) => [r.teammate, by(r)]).slice(0, 2),
    [[s.mate.id, s.mate.id], [s.second.id, s.lead.id]]);
  tally.same("who took it away", pick("assignment.ended").map((r) => [r.teammate, r.reason, by(r)])
    .slice(0, 2), [[s.mate.id, "reassigned", s.lead.id], [s.second.id, "closed", s.second.id]]);
  tally.same("looked at", pick("conversation.opened").map(by), [s.mate.id]);
  tally.same("raised", pick("conversation.updated").map((r) => [r.priority, by(r)])[0],
    [3, s.mate.id]);
  tally.same("asleep", pick("conversation.snoozed").map(by), [s.second.id]);
  tally.same("closed", pick("conversation.closed").map(by), [s.second.id]);
  tally.same("reopened", pick("conversation.reopened").map(by), [s.mate.id]);
  tally.same("moved", pick("conversation.moved").map((r) => [r.from, r.team, by(r)]),
    [[s.team, s.other, s.lead.id]]);
  tally.same("messages are parts", pick("message.added"), []);
  tally.is("what only receipts tell is not there", rows.every((row) =>
    row.load === undefined && row.chosen_by === undefined && row.prev === undefined), got.text);
  await storyPages(s, at, rows);
}

async function storyPages(s: Scene, at: string, rows: any[]): Promise<void> {
  const far = s.far.client;
  const seqs = rows.map((row) => row.seq);
  tally.same("newest last", seqs, [...seqs].sort((a, b) => a - b));
  const walked: number[] = [];
  for (let path: string | null = `${at}/events?limit=3`; path !== null;) {
    const got: Answer = await far.get(path);
    walked.push(...got.body.data.map((row: any) => row.seq));
    path = /<([^>]+)>; rel="next"/.exec(got.headers.get("link") ?? "")?.[1] ?? null;
  }
  tally.same("page by page", walked, seqs);
  tally.same("newest first", (await far.get(`${at}/events?sort=-seq`)).body.data
    .map((row: any) => row.seq), [...seqs].reverse());
  tally.same("one kind", (await far.get(`${at}/events?type=conversation.closed`)).body.data.length,
    1);
  tally.same("from a place on", (await far.get(`${at}/events?seq.gt=${seqs[2]}&total=true`)).body
    .page.total, seqs.length - 3);
  const csv = await far.get(`/api/v1${at}/events`, { headers: { Accept: "text/csv" },
    wild: true });
  tally.same("as a table", csv.text.trim().split("\r\n").length, rows.length + 1);
  problem("of none", await far.get("/conversations/cv_999999/events"), 404, "not_found");
  problem("of what is no id", await far.get("/conversations/cv_0'/events"), 404, "not_found");
  problem("a cursor of another", await far.get(`${at}/events?cursor=c1.x`), 400, "cursor_invalid");
  problem("signed out", await far.as(null).get(`${at}/events`), 401, "unauthenticated");
  const made_ = await make(s.mate.client, { team: s.team, text: "just made" });
  tally.same("of what was just made", (await s.mate.client.get(`/conversations/${made_.id}/events`))
    .status, 200);
}

async function limited(s: Scene): Promise<void> {
  const owner = s.owner;
  const set = await owner.patch(`/teammates/${s.second.id}/settings`, { set: { limit: 1 } },
    { headers: { "If-Match": "*" } });
  status("a limit of one", set, 200);
  for (const id of await walk(s.second.client, `/conversations?teammate=${s.second.id}&state=open`))
    await s.second.client.post(`/conversations/${id}/close`, {});
  const [a, b, d] = [await make(s.lead.client, { team: s.team }),
    await make(s.lead.client, { team: s.team }), await make(s.lead.client, { team: s.team })];
  status("the first", await s.second.client.post(`/conversations/${a.id}/assign`,
    { teammate: s.second.id }), 200);
  const over = await s.second.client.post(`/conversations/${b.id}/assign`,
    { teammate: s.second.id });
  problem("one takes within the limit", over, 409, "not_eligible");
  tally.same("which test fails", [over.body.test, over.body.args],
    ["at_limit", { load: 1, limit: 1 }]);
  problem("with a reason, too", await s.second.client.post(`/conversations/${b.id}/assign`,
    { teammate: s.second.id, override_reason: "I can" }), 403, "forbidden");
  problem("a lead must say why", await s.lead.client.post(`/conversations/${b.id}/assign`,
    { teammate: s.second.id }), 422, "reason_required");
  status("and says so", await s.lead.client.post(`/conversations/${b.id}/assign`,
    { teammate: s.second.id, override_reason: "She knows them" }), 200);
  const audit = await owner.get("/audit-log?action=limit.overridden");
  tally.same("it stands in the audit log", audit.body?.data?.[0]?.reason, "She knows them");
  problem("handed to who has no room", await s.lead.client.post(`/conversations/${d.id}/handover`,
    { to: { teammate: s.second.id }, kind: "transfer", summary: "x" }), 409, "not_eligible");
}

async function handed(s: Scene): Promise<void> {
  const mate = s.mate.client;
  const c = await make(mate, { team: s.team, teammate: s.mate.id, text: "help" });
  const at = `/conversations/${c.id}`;
  const body = { to: { team: s.other }, kind: "escalation", summary: "Needs a refund.\nPlease.",
    keep_me_informed: true };
  problem("by who does not hold it", await s.second.client.post(`${at}/handover`, body), 403,
    "forbidden");
  const wrong = await mate.post(`${at}/handover`,
    { to: { team: s.other, teammate: s.far.id }, kind: "gift", summary: "" });
  problem("hostile values", wrong, 422, "invalid_value");
  tally.same("each named", places(wrong).map((p) => p.split(" ")[0]), ["/kind", "/summary", "/to"]);
  const got = await mate.post(`${at}/handover`, body);
  status("handed over", got, 200);
  tally.same("from and to", [got.body.from, got.body.to],
    [{ teammate: s.mate.id, team: s.team }, { teammate: null, team: s.other }]);
  const parts = await s.far.client.get(`${at}/parts`);
  const summary = parts.body?.data?.find((p: any) => p.id === got.body.part);
  tally.same("with a summary", [summary?.kind, summary?.text], ["summary", body.summary]);
  tally.same("counted", (await s.far.client.get(at)).body.counts.handovers, 1);
  await s.far.client.put(`/teammates/${s.far.id}/presence`, { presence: "away" });
  status("taken", await s.far.client.post(`${at}/assign`, { teammate: s.far.id }), 200);
  problem("to who is away", await s.far.client.post(`${at}/handover`,
    { to: { teammate: s.mate.id }, kind: "transfer", summary: "back" }), 409, "not_eligible");
  await mate.put(`/teammates/${s.mate.id}/presence`, { presence: "active" });
  const person = await s.far.client.post(`${at}/handover`,
    { to: { teammate: s.mate.id }, kind: "transfer", summary: "back" });
  tally.same("to who is there", [person.status, person.body?.to?.teammate], [200, s.mate.id]);
  await mate.put(`/teammates/${s.mate.id}/presence`, { presence: "away" });
}

// ---- asleep, done, erased

async function states(s: Scene): Promise<void> {
  const mate = s.mate.client;
  const c = await make(mate, { team: s.team, teammate: s.mate.id, text: "later" });
  const at = `/conversations/${c.id}`;
  const until = new Date(Date.now() + 3_600_000).toISOString();
  const slept = await mate.post(`${at}/snooze`, { until });
  tally.same("asleep", [slept.status, slept.body?.state, slept.body?.snoozed_until],
    [200, "snoozed", until]);
  status("so much working time", await mate.post(`${at}/snooze`, { working_ms: 600_000 }), 200);
  const wall = `${new Date().getFullYear() + 1}-03-02T09:00`;
  status("by the wall", await mate.post(`${at}/snooze`, { wall }), 200);
  tally.same("until the contact writes", (await mate.post(`${at}/snooze`)).body?.snoozed_until,
    null);
  problem("in the past", await mate.post(`${at}/snooze`, { until: "2020-01-01T00:00:00Z" }), 422,
    "invalid_value");
  problem("two ways at once", await mate.post(`${at}/snooze`, { until, working_ms: 1 }), 422,
    "invalid_value");
  problem("no time", await mate.post(`${at}/snooze`, { wall: "tomorrow" }), 422, "invalid_value");
  status("awake", await mate.post(`${at}/reopen`), 200);
  problem("open already", await mate.post(`${at}/reopen`, {}), 409, "conflict");
  const done = await mate.post(`${at}/close`, {});
  tally.same("done", [done.status, done.body?.state], [200, "closed"]);
  problem("done already", await mate.post(`${at}/close`), 409, "conflict");
  problem("asleep when done", await mate.post(`${at}/snooze`), 409, "conflict");
  const seq = done.body.seq;
  const again = await mate.post(`${at}/reopen`, { based_on: seq });
  tally.same("open again, and where it went",
    [again.status, again.body?.state, again.body?.teammate], [200, "open", s.mate.id]);
  problem("decided on what is old", await mate.post(`${at}/close`, { based_on: seq }), 409,
    "stale");
  tally.same("counted", (await mate.get(at)).body.counts.reopens, 1);
}

async function targets(s: Scene): Promise<void> {
  const c = await make(s.mate.client, { team: s.team, text: "soon" });
  const got = await s.mate.client.get(`/conversations/${c.id}/sla`);
  status("its targets", got, 200);
  tally.same("of none", [got.body.conversation, got.body.targets], [c.id, []]);
}

async function erased(s: Scene): Promise<void> {
  const mate = s.mate.client;
  const c = await make(mate, { team: s.team, title: "Erased canary", text: "canary text" });
  const at = `/conversations/${c.id}`;
  problem("with a token", await s.owner.delete(at), 403, "forbidden");
  const gone = await s.owner.as(null).delete(at, { headers: browser(s.server.cookie) });
  status("erased", gone, 200);
  for (const [what, got] of [["one", await mate.get(at)], ["parts", await mate.get(`${at}/parts`)],
    ["close", await mate.post(`${at}/close`, {})]] as const)
    problem(`gone: ${what}`, got, 404, "not_found");
  tally.is("gone from lists", !(await walk(mate, "/conversations?sort=id")).includes(c.id));
  tally.same("and from searches", (await mate.get("/conversations?q=erased")).body.data, []);
  const audit = await s.owner.get("/audit-log?action=conversation.erased");
  tally.same("in the audit log", audit.body?.data?.length, 1);
}

// ---- as they come

/** Rows come while the list is walked: none twice, none missing. */
async function moving(s: Scene): Promise<void> {
  const mate = s.mate.client;
  const before = await walk(mate, "/conversations?sort=id&limit=500");
  const coming = (async (): Promise<void> => {
    for (let i = 0; i < 20; i++) await make(mate, { team: s.team, title: `Coming ${i}` });
  })();
  const seen = await walk(mate, "/conversations?sort=id&limit=3");
  await coming;
  tally.same("none twice", new Set(seen).size, seen.length);
  tally.same("none missing", before.filter((id) => !seen.includes(id)), []);
}

await withServer({}, async (server, owner) => {
  const s = await scene(server, owner);
  for (const part of [made, refused, rights, narrow, found, changed, tagged, written, files, given,
    story, handed, states, limited, targets, erased, moving])
    await part(s);
  tally.same("as the document says", owner.faults, []);
});
tally.end();
