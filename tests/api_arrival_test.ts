// api_arrival_test -- rules on arrival: an ordered list that is tried before it is kept, what it
// did with each conversation, and who may change it. The same on PostgreSQL, where it is installed.
import { Tally } from "./program.ts";
import { withBothStores, type Answer, type Client, type Server } from "./server.ts";

const tally = new Tally();

const status = (what: string, got: Answer, want: number): void =>
  tally.is(`${what}: ${want}`, got.status === want, `${got.status} ${got.text.slice(0, 400)}`);
const problem = (what: string, got: Answer, want: number, type: string): void =>
  tally.is(`${what}: ${want} ${type}`,
    got.status === want && got.body?.type === `/problems/${type}`,
    `${got.status} ${got.text.slice(0, 400)}`);
const places = (got: Answer): string[] =>
  (got.body?.errors ?? []).map((e: any) => `${e.pointer} ${e.code}`);

const all = (...leaves: [string, string, unknown][]): unknown => ({
  all: leaves.map(([field, op, value]) => ({ field, op, value })),
});

interface Scene {
  readonly owner: Client;
  readonly first: string;
  readonly korean: string;
  readonly refund: string;
  readonly contact: string;
}

async function put(s: Scene, rules: unknown, version: number): Promise<Answer> {
  return s.owner.put("/arrival-rules", { rules }, { headers: { "If-Match": `"r${version}"` } });
}

async function write(s: Scene, body: Record<string, unknown>): Promise<any> {
  const made = await s.owner.post("/conversations", body);
  status("written", made, 201);
  return made.body;
}

const rulesOf = (s: Scene): any[] => [
  { name: "Korean", when: all(["language", "in", ["ko"]]),
    set: { team: s.korean, language: true } },
  { name: "Refunds", when: all(["text", "has", ["REFUND", "환불"]]),
    set: { priority: 2, tags: [s.refund], attributes: { area: "billing" } } },
  { name: "Known shop", when: all(["from_domain", "in", ["shop.example"]]),
    set: { complexity: 4 }, stop: true },
  { name: "The rest", when: null, set: { attributes: { area: "other" } } },
  { name: "Off", active: false, set: { team: s.first } },
];

async function configured(s: Scene): Promise<void> {
  const none = await s.owner.get("/arrival-rules");
  tally.same("none yet", [none.status, none.body], [200,
    { version: 0, rules: [], updated_at: null, updated_by: null }]);
  const dry = await s.owner.put("/arrival-rules?dry_run=true", { rules: rulesOf(s) },
    { headers: { "If-Match": '"r0"' } });
  tally.same("a dry run", [dry.status, dry.body?.dry_run,
    dry.body?.changes?.rules?.after?.length ?? dry.text], [200, true, 5]);
  tally.same("changes nothing", (await s.owner.get("/arrival-rules")).body.version, 0);
  problem("without the version it rests on", await s.owner.put("/arrival-rules", { rules: [] }),
    428, "precondition_required");
  const made = await put(s, rulesOf(s), 0);
  status("made", made, 200);
  tally.same("numbered in their order", made.body.rules.map((r: any) => [r.id, r.name, r.active]),
    [["rule_1", "Korean", true], ["rule_2", "Refunds", true], ["rule_3", "Known shop", true],
      ["rule_4", "The rest", true], ["rule_5", "Off", false]]);
  const read = await s.owner.get("/arrival-rules");
  tally.same("as they are read", [read.body.rules, read.headers.get("etag")],
    [made.body.rules, '"r1"']);
  problem("of two who edit, the second sees it", await put(s, [], 0), 412, "version_mismatch");
  const changes = await s.owner.get("/changes?limit=1");
  tally.same("in the change log", [changes.body.data[0].before.rules,
    changes.body.data[0].after.rules.length], [[], 5]);
}

async function arrive(s: Scene): Promise<void> {
  const korean = await write(s, { title: "문의", text: "지난주 주문을 환불 받고 싶습니다." });
  tally.same("a Korean refund", [korean.team, korean.priority, korean.tags, korean.attributes],
    [s.korean, 2, [s.refund], { area: "other", language: "ko" }]);
  const told = await s.owner.get(`/conversations/${korean.id}/arrival`);
  tally.same("and which rules did it", [told.status, told.body.version, told.body.language,
    told.body.did.map((d: any) => [d.rule, d.name, d.set])], [200, 1, "ko", [
    ["rule_1", "Korean", { team: s.korean, language: true }],
    ["rule_2", "Refunds", { priority: 2, tags: [s.refund], attributes: { area: "billing" } }],
    ["rule_4", "The rest", { attributes: { area: "other" } }]]]);
  const shop = await write(s, { contact: s.contact, title: "Invoice",
    text: "I would like a Refund for the last order, please." });
  tally.same("a stop ends the list", [shop.team, shop.complexity, shop.attributes],
    [null, 4, { area: "billing" }]);
  const said = await write(s, { team: s.first, priority: 0, attributes: { area: "mine" },
    text: "환불 부탁드립니다. 감사합니다." });
  tally.same("what is said in the request stands above the rules", [said.team, said.priority,
    said.tags, said.attributes], [s.first, 0, [s.refund], { area: "mine", language: "ko" }]);
  const nowhere = await write(s, { team: null, text: "환불 부탁드립니다." });
  tally.same("also that it has no team", nowhere.team, null);
  const ours = await write(s, { author: "teammate", text: "환불 안내드립니다." });
  tally.same("what a teammate begins does not arrive", [ours.team, ours.tags, (await s.owner.get(
    `/conversations/${ours.id}/arrival`)).body.did], [null, [], []]);
  const plain = await write(s, { text: "1234" });
  tally.same("no language where none is sure", (await s.owner.get(
    `/conversations/${plain.id}/arrival`)).body.language, null);
}

async function tried(s: Scene): Promise<void> {
  const rules = (await s.owner.get("/arrival-rules")).body.rules;
  const same = await s.owner.post("/arrival-rules/preview", { rules });
  tally.same("the same rules do the same", [same.status, same.body.conversations,
    same.body.differ], [200, 5, 0]);
  const would = await s.owner.post("/arrival-rules/preview", { rules: rules.slice(1) });
  tally.same("without the first", [would.body.differ, would.body.data.filter((d: any) => d.differs)
    .every((d: any) => d.language === "ko" && d.was.set.team === s.korean &&
      d.would.set.team === undefined)], [3, true]);
  tally.same("newest first", would.body.data.map((d: any) => Number(d.conversation.slice(3)))
    .every((id: number, i: number, ids: number[]) => i === 0 || id < (ids[i - 1] ?? 0)), true);
}

async function changed(s: Scene): Promise<void> {
  const rules = (await s.owner.get("/arrival-rules")).body.rules;
  const [korean, , , rest] = rules;
  const moved = await put(s, [rest, { name: "New", set: { complexity: 2 } }, korean], 1);
  tally.same("ids stay, a new one is never an old one", moved.body?.rules.map((r: any) => r.id),
    ["rule_4", "rule_6", "rule_1"]);
  const deleted = await s.owner.delete(`/tags/${s.refund}`);
  status("a tag goes", deleted, 200);
  await put(s, [{ name: "Old tag", set: { tags: [] } }], 2);
  problem("a tag that is gone cannot be set", await put(s, [{ name: "x",
    set: { tags: [s.refund] } }], 3), 422, "invalid_value");
}

async function stale(s: Scene): Promise<void> {
  const tag = (await s.owner.post("/tags", { name: "Brief" })).body.id;
  const team = (await s.owner.post("/teams", { name: "Short lived" })).body.id;
  status("kept", await put(s, [{ name: "a", set: { team, tags: [tag], priority: 3 } }], 3), 200);
  status("the team goes", await s.owner.delete(`/teams/${team}`,
    { headers: { "If-Match": "*" } }), 200);
  status("the tag goes", await s.owner.delete(`/tags/${tag}`), 200);
  const came = await write(s, { text: "hello, is this the right place for it" });
  tally.same("a stale rule turns nobody away", [came.team, came.tags, came.priority],
    [null, [], 3]);
}

async function refused(s: Scene): Promise<void> {
  const rows: [string, unknown, string[]][] = [
    ["no list", {}, ["/rules wrong_type"]],
    ["no name, nothing to set", [{}], ["/rules/0/name missing", "/rules/0/set missing"]],
    ["a field that there is not", [{ name: "a", set: {}, when: all(["mood", "in", ["x"]]) }],
      ["/rules/0/when/all/0/field unknown_field"]],
    ["a team that there is not", [{ name: "a", set: { team: "team_999" } }],
      ["/rules/0/set/team not_found"]],
    ["an id that was never given", [{ id: "rule_900", name: "a", set: {} }],
      ["/rules/0/id not_found"]],
    ["an id twice", [{ id: "rule_1", name: "a", set: {} }, { id: "rule_1", name: "b", set: {} }],
      ["/rules/1 repeated"]],
    ["a name without end", [{ name: "n".repeat(201), set: {} }], ["/rules/0/name too_long"]],
    ["too many", Array.from({ length: 201 }, () => ({ name: "a", set: {} })), ["/rules too_many"]],
  ];
  const version = (await s.owner.get("/arrival-rules")).body.version;
  for (const [what, rules, faults] of rows) {
    const got = await put(s, rules, version);
    tally.same(what, [got.status, places(got)], [422, faults]);
  }
  problem("a preview reads the same", await s.owner.post("/arrival-rules/preview",
    { rules: [{}] }), 422, "invalid_value");
  problem("a conversation that there is not", await s.owner.get("/conversations/cv_999/arrival"),
    404, "not_found");
}

/** Whether there are rules is asked once, when the server starts. */
async function restarted(s: Scene, server: Server): Promise<void> {
  const port = server.port;
  await server.end();
  await server.start(port);
  const came = await write(s, { text: "hello again, is this the right place" });
  tally.same("they hold after a restart", came.priority, 3);
}

async function rights(s: Scene, server: Server): Promise<void> {
  const memberships = [{ team: s.first }];
  const mate = await server.person(s.owner, { name: "Mina Park", memberships });
  const far = await server.person(s.owner, { name: "Far Away", memberships: [{ team: s.korean }] });
  const lead = await server.person(s.owner, { name: "Lea Der", roles: ["teammate", "lead"],
    memberships });
  const id = (await write(s, { team: s.first, text: "hello, can you help me with this" })).id;
  status("a teammate reads the rules", await mate.client.get("/arrival-rules"), 200);
  problem("and changes none", await mate.client.put("/arrival-rules", { rules: [] },
    { headers: { "If-Match": '"r4"' } }), 403, "forbidden");
  problem("nor does a lead of one team", await lead.client.put("/arrival-rules", { rules: [] },
    { headers: { "If-Match": '"r4"' } }), 403, "forbidden");
  problem("who tries none either", await lead.client.post("/arrival-rules/preview",
    { rules: [] }), 403, "forbidden");
  status("theirs is explained", await mate.client.get(`/conversations/${id}/arrival`), 200);
  problem("another team's is not there", await far.client.get(`/conversations/${id}/arrival`), 404,
    "not_found");
  problem("nobody", await s.owner.as(null).get("/arrival-rules"), 401, "unauthenticated");
}

async function work(server: Server, owner: Client): Promise<void> {
  const s: Scene = {
    owner,
    first: (await owner.post("/teams", { name: "First line" })).body.id,
    korean: (await owner.post("/teams", { name: "Korean" })).body.id,
    refund: (await owner.post("/tags", { name: "Refund" })).body.id,
    contact: (await owner.post("/contacts", { name: "Shop", email: "Mina@Shop.example" })).body.id,
  };
  for (const part of [configured, arrive, tried, changed, stale, refused]) await part(s);
  await restarted(s, server);
  await rights(s, server);
  tally.same("as the document says", owner.faults, []);
}

await withBothStores("arrival", work);
tally.end();
