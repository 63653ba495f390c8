// api_settings_test -- settings, their versions and the policy over HTTP: read, changed, tried,
// undone; each name by who may set it. Every answer is held against the document.
import { randomUUID } from "node:crypto";

import { Tally } from "./program.ts";
import { withServer, type Answer, type Client, type Person, type Server } from "./server.ts";

const tally = new Tally();

interface Scene {
  readonly owner: Client;
  readonly team: string;
  readonly other: string;
  readonly mate: Person; // of the team
  readonly lead: Person; // of the team
  readonly manager: Person; // of every team
}

const status = (what: string, got: Answer, want: number): void =>
  tally.is(`${what}: ${want}`, got.status === want, `${got.status} ${got.text.slice(0, 300)}`);
const problem = (what: string, got: Answer, want: number, type: string): void =>
  tally.is(`${what}: ${want} ${type}`,
    got.status === want && got.body?.type === `/problems/${type}`,
    `${got.status} ${got.text.slice(0, 300)}`);
const places = (got: Answer): string[] =>
  (got.body?.errors ?? []).map((e: any) => `${e.pointer} ${e.code}`).sort();
const match = (etag: string | null): { headers: Record<string, string> } =>
  ({ headers: { "If-Match": etag ?? "none" } });
const any = match("*");

async function scene(server: Server, owner: Client): Promise<Scene> {
  const team = (await owner.post("/teams", { name: "Sales" })).body.id;
  const other = (await owner.post("/teams", { name: "Support" })).body.id;
  const lead = await server.person(owner, { name: "Lea Der", roles: ["teammate", "lead"],
    memberships: [{ team }] });
  return {
    owner, team, other, lead,
    mate: await server.person(owner, { name: "Mina Park", roles: ["teammate"],
      memberships: [{ team }] }),
    manager: await server.person(owner, { name: "Mana Ger", roles: ["manager"] }),
  };
}

async function names(s: Scene): Promise<void> {
  const got = await s.mate.client.get("/settings");
  status("a teammate reads every name", got, 200);
  const by = new Map<string, any>(got.body.settings.map((row: any) => [row.name, row]));
  tally.same("55 of them", by.size, 55);
  tally.same("who sets class_limit", by.get("class_limit").who,
    { workspace: "manager", team: null, teammate: "lead" });
  tally.same("who sets balance_by", by.get("balance_by").who,
    { workspace: "manager", team: "manager", teammate: null });
  tally.same("a choice says its words", by.get("on_reopen").allowed,
    ["keep", "keep_if_active", "to_team"]);
  tally.same("a number its range", by.get("limit").range, { min: 0, max: 1000 });
  problem("nobody reads it", await s.owner.as(null).get("/settings"), 401, "unauthenticated");
  problem("a parameter that is none", await s.owner.get("/settings?x=1"), 400,
    "unknown_parameter");
}

async function workspace(s: Scene): Promise<void> {
  const path = "/settings/workspace";
  const was = await s.mate.client.get(path);
  status("a teammate reads the workspace's", was, 200);
  const etag = was.headers.get("etag");
  tally.same("never changed", etag, '"r0"');
  problem("without If-Match", await s.owner.patch(path, { set: { limit: 5 } }), 428,
    "precondition_required");
  const key = randomUUID();
  const ask = { headers: { "If-Match": etag ?? "", "Idempotency-Key": key } };
  const made = await s.manager.client.patch(path, { set: { limit: 5 }, note: "launch" }, ask);
  status("a manager sets the limit", made, 200);
  tally.same("version 1", made.headers.get("etag"), '"r1"');
  tally.same("it holds", made.body.settings.limit,
    { own: 5, effective: 5, from: "workspace" });
  const again = await s.manager.client.patch(path, { set: { limit: 5 }, note: "launch" }, ask);
  tally.same("the same key answers the same", again.text, made.text);
  tally.same("and says so", again.headers.get("idempotency-replayed"), "true");
  const late = await s.manager.client.patch(path, { set: { limit: 7 } }, match(etag));
  problem("who read before is too late", late, 412, "version_mismatch");
  tally.same("and is shown how it stands", late.body.current.settings.limit.own, 5);
  problem("a lead may not", await s.lead.client.patch(path, { set: { limit: 7 } }, any), 403,
    "forbidden");
  problem("a manager may not set an administrator's",
    await s.manager.client.patch(path, { set: { auto_return: true } }, any), 403, "forbidden");
  const bad = await s.owner.patch(path, { set: { limit: 5000, on_reopen: "never", limt: 1,
    method: "manual", default_team: 7, order_keys: [{ key: "x" }], rank: null,
    overflow: [], sla_reply_ms: 1.5 } }, any);
  problem("every fault at once", bad, 422, "invalid_value");
  tally.same("each with its place", places(bad), [
    "/set/default_team bad_id", "/set/limit out_of_range", "/set/limt unknown_member",
    "/set/method not_allowed", "/set/on_reopen not_one_of", "/set/order_keys refused",
    "/set/overflow not_allowed", "/set/rank not_allowed", "/set/sla_reply_ms wrong_type"]);
  tally.same("the nearest name", bad.body.errors.find((e: any) =>
    e.code === "unknown_member").params, { nearest: "limit" });
  const nowhere = await s.owner.patch(path, { set: { default_team: "team_999" } }, any);
  problem("a team that is not there", nowhere, 422, "invalid_value");
  tally.same("is named", places(nowhere), ["/set/default_team not_found"]);
  problem("nothing named", await s.owner.patch(path, { set: {} }, any), 422, "invalid_value");
  problem("inherit at the workspace",
    await s.owner.patch(path, { set: { limit: "inherit" } }, any), 422, "invalid_value");
  problem("no JSON", await s.owner.ask("PATCH", path, { raw: "{", headers: { "If-Match": "*" } }),
    400, "malformed");
  problem("another type", await s.owner.ask("PATCH", path,
    { raw: "{}", headers: { "If-Match": "*", "Content-Type": "text/plain" } }), 415,
    "unsupported_media_type");
  const null_ = await s.owner.patch(path, { set: { limit: null } }, any);
  tally.same("null is a value", null_.body.settings.limit.own, null);
}

async function scoped(s: Scene): Promise<void> {
  const path = `/teams/${s.team}/settings`;
  const was = await s.lead.client.get(path);
  status("a lead reads their team's", was, 200);
  const made = await s.lead.client.patch(path,
    { set: { inbox_limit: 3, overflow: [{ team: s.other, after_ms: 900000 }] } },
    match(was.headers.get("etag")));
  status("and sets it", made, 200);
  tally.same("with what may be left out", made.body.settings.overflow.own,
    [{ after_ms: 900000, clock: "office_hours", respect_gate: true, team: s.other }]);
  problem("rank is a manager's", await s.lead.client.patch(path, { set: { rank: 2 } }, any), 403,
    "forbidden");
  problem("another team's is not a lead's",
    await s.lead.client.patch(`/teams/${s.other}/settings`, { set: { inbox_limit: 2 } }, any),
    403, "forbidden");
  problem("no such team", await s.owner.get("/teams/team_99/settings"), 404, "not_found");
  problem("no id at all", await s.owner.patch("/teams/7/settings", { set: {} }, any), 404,
    "not_found");
  const back = await s.lead.client.patch(path, { set: { inbox_limit: "inherit" } }, any);
  tally.same("inherit takes it away", back.body.settings.inbox_limit,
    { own: "inherit", effective: null, from: "default" });

  const mine = `/teammates/${s.mate.id}/settings`;
  status("one reads one's own", await s.mate.client.get(mine), 200);
  problem("and may not set them", await s.mate.client.patch(mine, { set: { limit: 9 } }, any),
    403, "forbidden");
  const limit = await s.lead.client.patch(mine, { set: { limit: 2, skills: { "lang:ko": 3 },
    auto_away_after_ms: 600000 } }, any);
  status("their lead may", limit, 200);
  tally.same("it is theirs", limit.body.settings.limit,
    { own: 2, effective: 2, from: "teammate" });
  const order = await s.lead.client.patch(mine, { set: { auto_away_after_ms: 600000,
    auto_reassign_after_ms: 60000 } }, any);
  problem("the second threshold is not below the first", order, 422, "invalid_value");
  problem("of a colleague one sees no settings",
    await s.mate.client.get(`/teammates/${s.lead.id}/settings`), 403, "forbidden");
  problem("nobody", await s.owner.get("/teammates/tm_99/settings"), 404, "not_found");
}

async function later(s: Scene): Promise<void> {
  const path = "/settings/workspace";
  const at = new Date(Date.now() + 3_600_000).toISOString();
  const was = await s.owner.get(path);
  const got = await s.owner.patch(path, { set: { limit: 9 }, effective_at: at }, any);
  status("a change for later", got, 200);
  tally.same("is listed", got.body.scheduled.map((row: any) => [row.effective_at, row.set]),
    [[at, { limit: 9 }]]);
  const number = got.body.scheduled[0].schedule;
  status("a team's", await s.owner.patch(`/teams/${s.other}/settings`, { set: { rank: 9 },
    effective_at: at }, any), 200);
  const all = await s.owner.get("/settings/scheduled");
  tally.same("all of them, of every place", all.body.data.map((row: any) => [row.scope, row.set]),
    [["workspace", { limit: 9 }], ["team", { rank: 9 }]]);
  tally.same("as far as one may read", (await s.mate.client.get("/settings/scheduled")).body.data
    .map((row: any) => row.schedule), [number]);
  const theirs = all.body.data[1].schedule;
  problem("not taken back by who may not set it",
    await s.mate.client.delete(`/settings/scheduled/${number}`), 403, "forbidden");
  problem("nor by the lead of another team",
    await s.lead.client.delete(`/settings/scheduled/${theirs}`), 403, "forbidden");
  for (const wrong of ["0", "77", "x", "-1", "99999999999999999999"])
    problem(`none such: ${wrong}`, await s.owner.delete(`/settings/scheduled/${wrong}`), 404,
      "not_found");
  const key = { "Idempotency-Key": randomUUID() };
  const gone = await s.owner.delete(`/settings/scheduled/${theirs}`, { headers: key });
  tally.same("taken back", [gone.status, gone.body.changed], [200, true]);
  tally.same("the same again", (await s.owner.delete(`/settings/scheduled/${theirs}`,
    { headers: key })).text, gone.text);
  problem("once only", await s.owner.delete(`/settings/scheduled/${theirs}`), 404, "not_found");
  tally.same("the other is still to come", (await s.owner.get("/settings/scheduled")).body.data
    .map((row: any) => row.schedule), [number]);
  tally.same("in the audit log", (await s.owner.get("/audit-log?action=settings.cancelled")).body
    .data.length, 1);
  tally.same("and changes nothing now", got.headers.get("etag"), was.headers.get("etag"));
}

async function tried(s: Scene): Promise<void> {
  const path = `/teams/${s.team}/settings`;
  const was = await s.owner.get(path);
  const got = await s.lead.client.patch(`${path}?dry_run=true`, { set: { inbox_limit: 1 } }, any);
  status("a change is tried", got, 200);
  tally.same("what would differ", got.body.changes,
    { inbox_limit: { before: "inherit", after: 1 } });
  tally.same("what it would do", got.body.effect.shape, "preview/1");
  tally.same("and nothing happened", (await s.owner.get(path)).text, was.text);

  status("somebody is there", await s.owner.ask("PUT", `/teammates/${s.mate.id}/presence`,
    { body: { presence: "active" }, headers: { "Idempotency-Key": randomUUID() } }), 200);
  const cv = await s.owner.post("/conversations", { team: s.team, title: "One" });
  const two = await s.owner.post("/conversations", { team: s.team, title: "Two" });
  const three = await s.owner.post("/conversations", { team: s.team, title: "Three" });
  status("three conversations", three, 201);
  const what = await s.lead.client.post("/settings/preview", { edits: [
    { scope: "teammate", id: s.mate.id, set: { limit: 3 } },
    { scope: "team", id: s.team, set: { rank: 2 } }] });
  status("a lead tries every name", what, 200);
  tally.same("what would move, and to whom",
    what.body.effect.moves.map((m: any) => [m.conversation, m.from, m.to]),
    [[three.body.id, null, s.mate.id]]);
  tally.same("the queue before", what.body.queue_before.map((r: any) => r.conversation),
    [three.body.id]);
  tally.same("and after", what.body.queue_after, []);
  tally.same("as GET /queue has its rows", what.body.queue_before,
    (await s.lead.client.get("/queue")).body.data);
  const turned = await s.lead.client.post("/settings/preview", { limit: 1, edits: [
    { scope: "workspace", set: { order_keys: [{ key: "started", reverse: true }] } }] });
  status("who only reads the order tries it", turned, 200);
  problem("and cannot set it", await s.lead.client.patch("/settings/workspace",
    { set: { order_keys: [{ key: "started", reverse: true }] } }, any), 403, "forbidden");
  tally.same("what it was ordered by, and would be",
    [turned.body.order_before.length > 1, turned.body.order_after],
    [true, [{ key: "started", reverse: true }]]);
  tally.same("a value for each key", [turned.body.queue_before[0].sort.length,
    turned.body.queue_after[0].sort.length], [turned.body.order_before.length, 1]);
  for (const limit of [0, 501, "all", null])
    problem(`a limit of ${limit}`, await s.lead.client.post("/settings/preview", { limit, edits: [
      { scope: "team", id: s.team, set: { rank: 2 } }] }), 422, "invalid_value");
  tally.is("two were given before", cv.status === 201 && two.status === 201);
  problem("a teammate tries nothing",
    await s.mate.client.post("/settings/preview", { edits: [] }), 403, "forbidden");
  const bad = await s.lead.client.post("/settings/preview", { edits: [
    { scope: "team", set: { rank: 1 } }, { scope: "workspace", id: s.team, set: { limit: 1 } },
    { scope: "planet", set: {} }] });
  problem("edits that are none", bad, 422, "invalid_value");
  tally.same("each with its place", places(bad), ["/edits/0/id missing", "/edits/1/id conflict",
    "/edits/2/scope not_one_of"]);
  problem("of nobody", await s.lead.client.post("/settings/preview",
    { edits: [{ scope: "teammate", id: "tm_99", set: { limit: 1 } }] }), 404, "not_found");
}

async function walk(client: Client, path: string): Promise<number[]> {
  const all: number[] = [];
  for (let at: string | null = path; at !== null;) {
    const got: Answer = await client.get(at);
    status(`a page of ${at.slice(0, 40)}`, got, 200);
    all.push(...(got.body?.data ?? []).map((row: any) => row.version));
    at = /<([^>]+)>; rel="next"/.exec(got.headers.get("link") ?? "")?.[1] ?? null;
  }
  return all;
}

async function versions(s: Scene): Promise<void> {
  const all = await walk(s.owner, "/settings/versions?limit=2");
  tally.same("each once, newest first", all, [...new Set(all)].sort((a, b) => b - a));
  const of = async (query: string, client = s.owner): Promise<any[]> => {
    const got = await client.get(`/settings/versions?${query}`);
    status(`versions with ${query}`, got, 200);
    return got.body.data;
  };
  const limits = await of("setting=limit&limit=500");
  tally.is("of one setting", limits.length > 1 && limits.length < all.length
    && limits.every((v) => v.changes.some((c: any) => c.name === "limit")));
  tally.same("of one setting at one place",
    (await of(`setting=limit&teammate=${s.mate.id}`)).map((v) => v.version),
    limits.filter((v) => v.changes.some((c: any) => c.id === s.mate.id && c.name === "limit"))
      .map((v) => v.version));
  tally.is("of one teammate", (await of(`teammate=${s.mate.id}&limit=500`)).every((v) =>
    v.changes.some((c: any) => c.id === s.mate.id)));
  tally.same("none of what never changed", await of("setting=order_keys"), []);
  problem("of what is no setting", await s.owner.get("/settings/versions?setting=%25"), 400,
    "malformed");
  problem("of what is no team", await s.owner.get("/settings/versions?team=7"), 400, "malformed");
  const one = await s.owner.get("/settings/versions/1");
  status("one of them", one, 200);
  tally.same("what it changed", one.body.changes,
    [{ scope: "workspace", id: null, name: "limit", before: null, after: 5 }]);
  tally.same("by whom, and why", [one.body.by.teammate, one.body.note],
    [s.manager.id, "launch"]);
  const others = await s.owner.patch(`/teams/${s.other}/settings`, { set: { rank: 4 } }, any);
  const hidden = Number(/\d+/.exec(others.headers.get("etag") ?? "")?.[0]);
  tally.is("what a lead does not see is not found by its name", !(await of("setting=rank&limit=500",
    s.lead.client)).some((v) => v.version === hidden));
  const led = await walk(s.lead.client, "/settings/versions");
  tally.is("a lead sees the workspace's and their team's", led.includes(1) && led.length > 2, led);
  tally.is("but not another team's", !led.includes(hidden), led);
  problem("nor one by one", await s.lead.client.get(`/settings/versions/${hidden}`), 404,
    "not_found");
  problem("nor undoes it", await s.lead.client.post(`/settings/versions/${hidden}/undo`, {}), 404,
    "not_found");
  problem("a teammate sees none", await s.mate.client.get("/settings/versions"), 403,
    "forbidden");
  for (const n of ["0", "99999", "1x", "-1"])
    problem(`version ${n}`, await s.owner.get(`/settings/versions/${n}`), 404, "not_found");
}

async function undone(s: Scene): Promise<void> {
  const path = `/teams/${s.team}/settings`;
  const first = await s.owner.patch(path, { set: { inbox_limit: 8, rank: 5 } }, any);
  const n = first.body.revision;
  const second = await s.owner.patch(path, { set: { rank: 6 } }, any);
  const late = await s.owner.post(`/settings/versions/${n}/undo`, {});
  problem("a field was changed since", late, 409, "undo_conflict");
  tally.same("and is listed", late.body.conflicts, [{ scope: "team", id: s.team, name: "rank" }]);
  problem("an unknown field to leave out",
    await s.owner.post(`/settings/versions/${n}/undo`, { leave_out: ["method"] }), 422,
    "invalid_value");
  problem("all of them left out", await s.owner.post(`/settings/versions/${n}/undo`,
    { leave_out: [`${s.team}/rank`, "inbox_limit"] }), 422, "invalid_value");
  const part = await s.owner.post(`/settings/versions/${n}/undo`,
    { leave_out: [`${s.team}/rank`] });
  status("the rest comes back", part, 200);
  tally.same("alone", part.body.changes.map((c: any) => [c.name, c.after]),
    [["inbox_limit", "inherit"]]);
  problem("a lead undoes no manager's field",
    await s.lead.client.post(`/settings/versions/${second.body.revision}/undo`, {}), 403,
    "forbidden");
  const dry = await s.owner.post(`/settings/versions/${second.body.revision}/undo?dry_run=true`,
    {});
  tally.same("tried", dry.body.changes, { rank: { before: 6, after: 5 } });
  const back = await s.owner.post(`/settings/versions/${second.body.revision}/undo`, {});
  status("undone", back, 200);
  tally.same("as a version of its own", [back.body.undoes, back.body.version],
    [second.body.revision, part.body.version + 1]);
  tally.same("what was before is there",
    (await s.owner.get(path)).body.settings.rank.own, 5);
  problem("once", await s.owner.post(`/settings/versions/${second.body.revision}/undo`, {}), 409,
    "undo_conflict");
}

const TEXT = `workspace
  limit = 4
team Sales
  rank = 2
team Nights
  calendar = Europe/Paris; mon-fri 09:00-18:00
teammate lea.der@example.org
  primary = Sales
  secondary = Nights
test "given to who is there"
  when s1 arrives in Sales
  then s1 goes to lea.der
`;

async function policy(s: Scene): Promise<void> {
  const was = await s.manager.client.get("/policy");
  status("a manager reads all rules", was, 200);
  tally.is("as text", /^workspace\n/.test(was.body.text), was.body.text.slice(0, 80));
  tally.is("and as sentences", was.body.sentences.length > 3, was.body.sentences.length);
  problem("a lead does not", await s.lead.client.get("/policy"), 403, "forbidden");
  const same = await s.manager.client.put("/policy", { text: was.body.text },
    match(was.headers.get("etag")));
  status("what was read is put back", same, 200);
  tally.same("which changes nothing", same.body.changes, 0);
  const dry = await s.owner.put("/policy?dry_run=true", { text: TEXT }, any);
  tally.same("tried", [dry.status, dry.body?.changes?.text?.before], [200, was.body.text]);
  tally.same("and nothing happened", (await s.owner.get("/policy")).text, was.text);
  problem("without If-Match", await s.owner.put("/policy", { text: TEXT }), 428,
    "precondition_required");
  problem("a manager sets no administrator's", await s.manager.client.put("/policy",
    { text: "workspace\n  auto_return = true\n" }, any), 403, "forbidden");
  const made = await s.owner.put("/policy", { text: TEXT }, match(was.headers.get("etag")));
  status("made so", made, 200);
  tally.is("by edits", made.body.changes > 3, made.text);
  const now = await s.owner.get("/policy");
  tally.is("a new team inbox is there", now.body.text.includes("team Nights\n  calendar = Europe"),
    now.body.text);
  tally.is("it has a name", (await s.owner.get("/teams")).text.includes('"Nights"'));
  problem("who read before is too late", await s.owner.put("/policy", { text: TEXT },
    match(was.headers.get("etag"))), 412, "version_mismatch");
  const nobody = await s.owner.put("/policy",
    { text: "team Sales\nteammate no.one@example.org\n  primary = Sales\n" }, any);
  problem("nobody comes into being by a text", nobody, 422, "invalid_value");
  tally.same("at the text", places(nobody), ["/text not_found"]);
  problem("a text that is none", await s.owner.put("/policy", { text: "limit = 5" }, any), 422,
    "invalid_value");
  const both = await s.owner.put("/policy",
    { text: "team Sales\nteammate lea.der@example.org\n  primary = Sales\n  secondary = Sales\n" },
    any);
  tally.is("one person, one level", both.status === 422, both.text);

  const check = await s.manager.client.post("/policy/check", { text: TEXT });
  status("its tests run", check, 200);
  tally.same("and hold", [check.body.passed, check.body.tests],
    [true, [{ name: "given to who is there", passed: true, line: null, detail: null }]]);
  const fails = await s.manager.client.post("/policy/check",
    { text: TEXT.replace("goes to lea.der", "waits because at_limit lea.der") });
  tally.same("one that does not hold", [fails.body.passed, fails.body.tests[0].line], [false, 12]);
  problem("a text with a bad line", await s.manager.client.post("/policy/check",
    { text: "workspace\n  limit = many\n" }), 422, "invalid_value");
  problem("a lead tests none", await s.lead.client.post("/policy/check", { text: TEXT }), 403,
    "forbidden");
}

await withServer({}, async (server, owner) => {
  const s = await scene(server, owner);
  await names(s);
  await workspace(s);
  await scoped(s);
  await later(s);
  await tried(s);
  await versions(s);
  await undone(s);
  await policy(s);
  for (const fault of owner.faults) tally.is("the document is kept", false, fault);
});
tally.end();
