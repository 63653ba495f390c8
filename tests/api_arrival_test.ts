// api_arrival_test -- rules on arrival: an ordered list that is tried before it is kept, what it
// did with each conversation, and who may change it. The same on PostgreSQL, where it is installed.
import { Tally } from "./program.ts";
import { withBothStores, type Answer, type Client, type Server } from "./server.ts";
import { Visitor } from "./visitor.ts";

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

/** Of what a visitor of a site begins: above what the inbox says, and of nothing after it. */
async function chats(s: Scene): Promise<void> {
  const tag = (await s.owner.post("/tags", { name: "By chat" })).body.id as string;
  const inbox = await s.owner.post("/chat-inboxes", { name: "Shop", team: s.first });
  status("an inbox", inbox, 201);
  const { version } = (await s.owner.get("/arrival-rules")).body;
  status("rules", await put(s, [
    { name: "Refunds", when: all(["text", "has", ["환불"]]),
      set: { team: s.korean, priority: 2, complexity: 4, tags: [tag] } },
    { name: "Chat", when: all(["channel", "in", ["chat"]]), set: { attributes: { by: "chat" } } },
    { name: "Mail", when: all(["channel", "in", ["email"]]), set: { attributes: { by: "mail" } } },
    { name: "Korean", when: all(["language", "in", ["ko"]]), set: { language: true } },
  ], version), 200);
  const visitor = new Visitor(s.owner, inbox.body.id);
  const said = await visitor.say("지난주에 산 책을 환불 받고 싶습니다.");
  status("a visitor begins", said, 201);
  const id = said.body.conversation.id as string;
  const read = async (which: string): Promise<any> =>
    (await s.owner.get(`/conversations/${which}`)).body;
  const talk = await read(id);
  tally.same("by chat: as the rules say", [talk.team, talk.priority, talk.complexity, talk.tags,
    talk.attributes], [s.korean, 2, 4, [tag], { by: "chat", language: "ko" }]);
  const told = (await s.owner.get(`/conversations/${id}/arrival`)).body;
  tally.same("by chat: and which did it", [told.language, told.did.map((d: any) => d.name)],
    ["ko", ["Refunds", "Chat", "Korean"]]);
  const other = await new Visitor(s.owner, inbox.body.id).say("Where is my order, please?");
  const plain = await read(other.body.conversation.id);
  tally.same("what no rule sends elsewhere stays with its inbox", [plain.team, plain.priority,
    plain.tags, plain.attributes], [s.first, 0, [], { by: "chat" }]);
  status("by hand", await s.owner.patch(`/conversations/${id}`, { priority: 1 },
    { headers: { "If-Match": "*" } }), 200);
  status("and what comes later", await visitor.say("환불 언제 되나요?"), 201);
  tally.same("changes nothing", (await read(id)).priority, 1);
}

/** A rule that names an SLA policy: above teams and priorities, by every way in. */
async function sla(s: Scene): Promise<void> {
  const any = { headers: { "If-Match": "*" } };
  const policy = async (name: string, team: string, minutes: number): Promise<string> => {
    const made = await s.owner.post("/sla-policies", { name, calendar: null,
      applies_to: { teams: [team] }, targets: { first_response_ms: minutes * 60_000 } });
    status(`policy ${name}`, made, 201);
    return made.body.id;
  };
  const usual = await policy("Usual", s.first, 60);
  const elsewhere = (await s.owner.post("/teams", { name: "Elsewhere" })).body.id;
  const gold = await policy("Gold", elsewhere, 10);
  const clock = async (id: string): Promise<unknown> => {
    const got = (await s.owner.get(`/conversations/${id}`)).body;
    const runs = got.sla.filter((each: any) => each.status === "running");
    return runs.map((each: any) => [each.policy,
      Math.round((Date.parse(each.due) - Date.parse(got.started)) / 60_000)]);
  };
  const { version } = (await s.owner.get("/arrival-rules")).body;
  problem("a policy that there is not", await put(s, [{ name: "a",
    set: { sla_policy: "sla_999" } }], version), 422, "invalid_value");
  const rule = { name: "Refunds", when: all(["text", "has", ["환불"]]), set: { sla_policy: gold } };
  const would = (await s.owner.post("/arrival-rules/preview", { rules: [rule] })).body;
  tally.is("a preview says so", would.data.some((row: any) =>
    row.differs && row.would.set.sla_policy === gold), JSON.stringify(would).slice(0, 400));
  status("kept", await put(s, [rule], version), 200);
  const plain = await write(s, { team: s.first, text: "Where is my order?" });
  tally.same("no rule: as its team says", await clock(plain.id), [[usual, 60]]);
  const posted = await write(s, { team: s.first, text: "환불 부탁드립니다." });
  tally.same("posted: as the rule says, not its team", await clock(posted.id), [[gold, 10]]);
  tally.same("and which rule", (await s.owner.get(`/conversations/${posted.id}/arrival`))
    .body.did.map((did: any) => [did.name, did.set]), [["Refunds", { sla_policy: gold }]]);
  const nowhere = await write(s, { text: "환불해 주세요." });
  tally.same("also without a team", await clock(nowhere.id), [[gold, 10]]);
  const inbox = await s.owner.post("/chat-inboxes", { name: "Kiosk", team: s.first });
  const said = await new Visitor(s.owner, inbox.body.id).say("환불 받고 싶습니다.");
  status("said in a chat", said, 201);
  tally.same("in a chat too", await clock(said.body.conversation.id), [[gold, 10]]);
  status("it is changed", await s.owner.patch(`/conversations/${posted.id}`, { priority: 3 }, any),
    200);
  tally.same("which changes no clock", await clock(posted.id), [[gold, 10]]);
  const sooner = await s.owner.post(`/sla-policies/${gold}/preview`,
    { targets: { first_response_ms: 5 * 60_000 } });
  tally.same("a preview of the policy counts them", [sooner.status, sooner.body.matched],
    [200, 3]);
  status("the policy is changed", await s.owner.patch(`/sla-policies/${gold}`,
    { targets: { first_response_ms: 5 * 60_000 } }, any), 200);
  tally.same("and theirs with it", await clock(posted.id), [[gold, 5]]);
  status("the policy goes", await s.owner.delete(`/sla-policies/${gold}`, any), 200);
  tally.same("then its team says again", await clock(posted.id), [[usual, 60]]);
  const later = await write(s, { team: s.first, text: "환불 언제 되나요?" });
  tally.same("a stale rule turns nobody away", await clock(later.id), [[usual, 60]]);
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
  await chats(s);
  await sla(s);
  tally.same("as the document says", owner.faults, []);
}

await withBothStores("arrival", work);
tally.end();
