// api_tags_views_test -- tags that are renamed, counted and deleted; views that are one's own, a
// team's or everyone's. Every answer is held against the document. The same on PostgreSQL, where it
// is installed.
import { randomUUID } from "node:crypto";

import { Tally } from "./program.ts";
import { withBothStores, type Answer, type Client, type Person, type Server } from "./server.ts";

const tally = new Tally();

const status = (what: string, got: Answer, want: number): void =>
  tally.is(`${what}: ${want}`, got.status === want, `${got.status} ${got.text.slice(0, 300)}`);
const problem = (what: string, got: Answer, want: number, type: string): void =>
  tally.is(`${what}: ${want} ${type}`,
    got.status === want && got.body?.type === `/problems/${type}`,
    `${got.status} ${got.text.slice(0, 300)}`);
const places = (got: Answer): string[] =>
  (got.body?.errors ?? []).map((e: any) => `${e.pointer} ${e.code}`).sort();

async function walk(client: Client, path: string): Promise<any[]> {
  const rows: any[] = [];
  for (let at: string | null = path; at !== null;) {
    const got: Answer = await client.get(at);
    status(`a page of ${at.slice(0, 40)}`, got, 200);
    rows.push(...(got.body?.data ?? []));
    at = /<([^>]+)>; rel="next"/.exec(got.headers.get("link") ?? "")?.[1] ?? null;
  }
  return rows;
}

// ---- tags

async function tags(owner: Client, mate: Person, lead: Person, team: string): Promise<void> {
  const key = randomUUID();
  const ask = { headers: { "Idempotency-Key": key } };
  const made = await lead.client.post("/tags", { name: " Vip " }, ask);
  status("made", made, 201);
  tally.same("its name, and on nothing yet", [made.body.name, made.body.used], ["Vip", 0]);
  const again = await lead.client.post("/tags", { name: " Vip " }, ask);
  tally.same("the same key answers the same", [again.status, again.text], [201, made.text]);
  problem("the same key for another", await lead.client.post("/tags", { name: "Other" }, ask), 422,
    "key_reused");
  problem("a name is one tag's, however it is spelt", await lead.client.post("/tags",
    { name: "VIP" }), 409, "conflict");
  problem("a teammate makes none", await mate.client.post("/tags", { name: "Mine" }), 403,
    "forbidden");
  problem("nobody", await owner.as(null).get("/tags"), 401, "unauthenticated");
  problem("no name", await lead.client.post("/tags", {}), 422, "invalid_value");
  tally.same("every fault", places(await lead.client.post("/tags", { name: 5, word: "x" })),
    ["/word unknown_member"]);
  problem("no JSON", await lead.client.ask("POST", "/tags", { raw: "[" }), 400, "malformed");
  problem("an unknown parameter", await lead.client.get("/tags?color=red"), 400,
    "unknown_parameter");

  const talk = await mate.client.post("/conversations",
    { team, title: "Tagged", text: "words", tags: [made.body.id] });
  status("a conversation with it", talk, 201);
  tally.same("counted", (await mate.client.get("/tags")).body.data
    .map((g: any) => [g.name, g.used]), [["Vip", 1]]);
  const renamed = await lead.client.patch(`/tags/${made.body.id}`, { name: "Very important" });
  tally.same("renamed", [renamed.status, renamed.body?.name, renamed.body?.used],
    [200, "Very important", 1]);
  tally.same("it stays where it was", (await mate.client.get(`/conversations/${talk.body.id}`))
    .body.tags, [made.body.id]);
  const second = await lead.client.post("/tags", { name: "Vip" });
  status("the old name is free", second, 201);
  const both = await mate.client.patch(`/conversations/${talk.body.id}`, { title: "Still tagged" });
  status("and the conversation goes on", both, 200);
  status("with the new one too", await mate.client.put(
    `/conversations/${talk.body.id}/tags/${second.body.id}`), 200);
  tally.same("they are two", (await mate.client.get(`/conversations/${talk.body.id}`)).body.tags,
    [made.body.id, second.body.id]);
  problem("a name that another has", await lead.client.patch(`/tags/${made.body.id}`,
    { name: "vip" }), 409, "conflict");
  problem("no such tag", await lead.client.patch("/tags/tag_999", { name: "x" }), 404, "not_found");
  problem("no tag at all", await lead.client.patch("/tags/team_1", { name: "x" }), 404,
    "not_found");
  problem("a teammate renames none", await mate.client.patch(`/tags/${made.body.id}`,
    { name: "x" }), 403, "forbidden");

  for (const name of ["Ärger", "alpha", "beta", "gamma"])
    status("a tag", await lead.client.post("/tags", { name }), 201);
  tally.same("in order of their names, page by page",
    (await walk(mate.client, "/tags?limit=2")).map((g) => g.name),
    ["Very important", "Vip", "alpha", "beta", "gamma", "Ärger"]);
  tally.same("by prefix", (await walk(mate.client, "/tags?name.prefix=äR")).map((g) => g.name),
    ["Ärger"]);
  tally.same("by word", (await walk(mate.client, "/tags?q=important")).map((g) => g.name),
    ["Very important"]);

  const tried = await lead.client.delete(`/tags/${made.body.id}?dry_run=true`);
  tally.same("tried: how often it is used", [tried.status, tried.body?.used, tried.body?.seq],
    [200, 1, null]);
  problem("a teammate deletes none", await mate.client.delete(`/tags/${made.body.id}`), 403,
    "forbidden");
  const gone = await lead.client.delete(`/tags/${made.body.id}`);
  tally.same("deleted, and it says so", [gone.status, gone.body?.id, gone.body?.used],
    [200, made.body.id, 1]);
  problem("once", await lead.client.delete(`/tags/${made.body.id}`), 404, "not_found");
  tally.same("the conversation has it no more",
    (await mate.client.get(`/conversations/${talk.body.id}`)).body.tags, [second.body.id]);
  tally.is("nor has the list", !(await walk(mate.client, "/tags"))
    .some((g) => g.id === made.body.id));
  const anew = await lead.client.post("/tags", { name: "Very important" });
  tally.is("the name may come back, the id does not",
    anew.status === 201 && anew.body.id !== made.body.id, anew.text);
  tally.same("and is on nothing", (await mate.client.get(`/conversations/${talk.body.id}`))
    .body.tags, [second.body.id]);
  const changes = await lead.client.get("/changes?limit=100");
  tally.is("the change log has it",
    changes.status === 200 && changes.text.includes("Very important"), changes.text.slice(0, 300));
}

// ---- views

async function views(owner: Client, mate: Person, lead: Person, far: Person,
  team: string, other: string): Promise<void> {
  const where = { all: [{ field: "priority", op: "gte", value: 2 },
    { field: "team", op: "in", value: [team] }] };
  const made = await mate.client.post("/views", { name: "Urgent", resource: "conversations", where,
    sort: "-priority,waiting_since", columns: ["title", "waiting_since"] });
  status("made", made, 201);
  const path = `/views/${made.body.id}`;
  tally.same("Location", made.headers.get("location"), `/api/v1${path}`);
  tally.same("one's own, with what was said", [made.body.scope, made.body.team, made.body.where,
    made.body.sort, made.body.columns, made.body.owner],
    ["own", null, where, "-priority,waiting_since", ["title", "waiting_since"], mate.id]);
  const { seq: _seq, ...whole } = made.body;
  tally.same("read again", (await mate.client.get(path)).body, whole);
  for (const who of [lead, far]) {
    problem("nobody else's", await who.client.get(path), 404, "not_found");
    problem("nor to change", await who.client.patch(path, { name: "x" }), 404, "not_found");
    problem("nor to delete", await who.client.delete(path), 404, "not_found");
  }
  problem("also not an administrator's", await owner.get(path), 404, "not_found");

  tally.same("every fault at once", places(await mate.client.post("/views", { name: "",
    resource: "conversations", scope: "own", team, sort: "-colour",
    where: { all: [{ field: "colour", op: "in", value: ["red"] }] }, columns: ["a", "a"] })),
    ["/columns/1 repeated", "/name too_short", "/sort unknown_field", "/team conflict",
      "/where/all/0/field unknown_field"]);
  problem("of nothing", await mate.client.post("/views", { name: "x", resource: "cats" }), 422,
    "invalid_value");
  problem("five levels", await mate.client.post("/views", { name: "x", resource: "contacts",
    where: { all: [{ any: [{ all: [{ any: [{ all: [] }] }] }] }] } }), 422, "invalid_value");
  problem("no JSON", await mate.client.ask("POST", "/views", { raw: "" }), 400, "malformed");
  problem("a teammate makes none for the team", await mate.client.post("/views",
    { name: "x", resource: "conversations", scope: "team", team }), 403, "forbidden");
  problem("nor for everyone", await mate.client.post("/views",
    { name: "x", resource: "conversations", scope: "everyone" }), 403, "forbidden");
  problem("a team's view names it", await lead.client.post("/views",
    { name: "x", resource: "conversations", scope: "team" }), 422, "invalid_value");
  problem("a team that is", await owner.post("/views",
    { name: "x", resource: "conversations", scope: "team", team: "team_999" }), 422,
    "invalid_value");

  const teams = await lead.client.post("/views",
    { name: "Team", resource: "conversations", scope: "team", team });
  status("a lead's for the team", teams, 201);
  const all = await owner.post("/views", { name: "All", resource: "teammates", scope: "everyone" });
  const people = await owner.get("/views?resource=teammates");
  tally.same("those of one resource", [...new Set(people.body.data.map((v: any) => v.resource))],
    ["teammates"]);
  tally.is("and of the others", (await mate.client.get("/views?resource.not=teammates")).body.data
    .every((v: any) => v.resource !== "teammates"));
  problem("of none that there is", await owner.get("/views?resource=cats"), 400, "malformed");
  status("a manager's for everyone", all, 201);
  const names = async (who: Client): Promise<string[]> =>
    (await walk(who, "/views?limit=1")).map((v) => v.name);
  tally.same("who serves the team sees three", await names(mate.client), ["All", "Team", "Urgent"]);
  tally.same("who does not, one", await names(far.client), ["All"]);
  problem("the team's is hidden from others", await far.client.get(`/views/${teams.body.id}`), 404,
    "not_found");
  problem("seen, but not to change", await mate.client.patch(`/views/${teams.body.id}`,
    { name: "x" }), 403, "forbidden");
  problem("everyone's neither", await mate.client.delete(`/views/${all.body.id}`), 403,
    "forbidden");
  tally.same("by scope", (await walk(mate.client, "/views?scope=team")).map((v) => v.name),
    ["Team"]);
  tally.same("by team", (await walk(mate.client, `/views?team=${other}`)).length, 0);

  const changed = await mate.client.patch(path, { name: "Most urgent", sort: null, where: null });
  tally.same("changed; what is not named stays", [changed.status, changed.body?.name,
    changed.body?.sort, changed.body?.where, changed.body?.columns],
    [200, "Most urgent", null, null, ["title", "waiting_since"]]);
  problem("what it is of stays", await mate.client.patch(path, { resource: "contacts" }), 422,
    "invalid_value");
  problem("it is not made the team's by who may not", await mate.client.patch(path,
    { scope: "team", team }), 403, "forbidden");
  const moved = await lead.client.patch(`/views/${teams.body.id}`, { scope: "own" });
  tally.same("a team's becomes one's own", [moved.status, moved.body?.scope, moved.body?.team],
    [200, "own", null]);
  tally.same("and leaves the others", await names(mate.client), ["All", "Most urgent"]);
  status("deleted", await mate.client.delete(path), 204);
  problem("once", await mate.client.delete(path), 404, "not_found");
  problem("no view at all", await mate.client.get("/views/view_0"), 404, "not_found");
}

async function all(server: Server, owner: Client): Promise<void> {
  const team = (await owner.post("/teams", { name: "Shipping" })).body.id;
  const other = (await owner.post("/teams", { name: "Billing" })).body.id;
  const mate = await server.person(owner, { name: "Mina Park", roles: ["teammate"],
    memberships: [{ team }] });
  const far = await server.person(owner, { name: "Far Away", roles: ["teammate"],
    memberships: [{ team: other }] });
  const lead = await server.person(owner, { name: "Lea Der", roles: ["teammate", "lead"],
    memberships: [{ team }] });
  await tags(owner, mate, lead, team);
  await views(owner, mate, lead, far, team, other);
  tally.same("as the document says", owner.faults, []);
}

await withBothStores("tags", all);
tally.end();
