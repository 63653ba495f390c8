// api_teams_test -- team inboxes: made, changed, deleted; who serves them, from both sides; what
// waits, whose turn it is, how fairly work was given out.
import { browser, type Client, type Person, type Server, withServer } from "./server.ts";
import { Tally } from "./program.ts";

const tally = new Tally();
const ANY = { "If-Match": "*" };
const tagOf = (answer: { headers: Headers }): string => answer.headers.get("etag") ?? "none";

interface Cast {
  readonly server: Server;
  readonly owner: Client;
  readonly sales: string;
  readonly refunds: string;
  readonly lead: Person; // of sales
  readonly mina: Person; // serves sales
  readonly paul: Person; // serves refunds
  readonly boss: Person; // manages every team
}

function inBrowser(owner: Client, cookie: string): Client {
  const client = owner.as(null);
  const ask = client.ask.bind(client);
  client.ask = (method, path, more = {}) =>
    ask(method, path, { ...more, headers: { ...browser(cookie), ...more.headers } });
  return client;
}

async function cast(server: Server, owner: Client): Promise<Cast> {
  const sales = (await owner.post("/teams", { name: "Sales" })).body.id as string;
  const refunds = (await owner.post("/teams", { name: "Refunds", languages: ["en", "ko"],
    second_line: sales, set: { method: "round_robin", inbox_limit: 5 } })).body.id as string;
  const memberships = [{ team: sales }];
  return {
    server, owner, sales, refunds,
    lead: await server.person(owner, { name: "Lena", roles: ["teammate", "lead"], memberships }),
    mina: await server.person(owner, { name: "Mina", memberships }),
    paul: await server.person(owner, { name: "Paul", memberships: [{ team: refunds }] }),
    boss: await server.person(owner, { name: "Bo", roles: ["manager"] }),
  };
}

// ---- teams

async function teams(c: Cast): Promise<void> {
  const got = await c.mina.client.get(`/teams/${c.refunds}`);
  tally.same("as it was made", [got.status, got.body.name, got.body.languages,
    got.body.second_line, got.body.method, got.body.members],
  [200, "Refunds", ["en", "ko"], c.sales, "round_robin", 1]);
  const list = await c.mina.client.get("/teams?sort=name&total=true");
  tally.same("listed", [list.body.data.map((t: any) => t.name), list.body.page.total],
    [["Refunds", "Sales"], 2]);
  for (const [query, want] of [["name.prefix=sal", ["Sales"]], ["languages.has=ko", ["Refunds"]],
    ["q=refunds", ["Refunds"]], ["languages.null=true", ["Sales"]]] as const)
    tally.same(query, (await c.mina.client.get(`/teams?${query}`)).body.data
      .map((t: any) => t.name), want);
  const first = await c.mina.client.get("/teams?limit=1&sort=name");
  const next = /<([^>]+)>; rel="next"/.exec(first.headers.get("link") ?? "")?.[1] ?? "";
  tally.same("the next page", (await c.mina.client.get(next)).body.data.map((t: any) => t.name),
    ["Sales"]);
  tally.same("a name once, in any case", (await c.owner.post("/teams", { name: "SALES" })).status,
    409);
  tally.same("not made by a teammate", (await c.mina.client.post("/teams", { name: "X" })).status,
    403);
  tally.same("nor by a lead", (await c.lead.client.post("/teams", { name: "X" })).status, 403);
  tally.same("but by who manages", (await c.boss.client.post("/teams?dry_run=true",
    { name: "X" })).status, 200);
  for (const [what, body, pointer] of [
    ["no name", {}, "/name"],
    ["an empty one", { name: "" }, "/name"],
    ["a control character", { name: "a\u0001b" }, "/name"],
    ["too long", { name: "x".repeat(201) }, "/name"],
    ["no such second line", { name: "X", second_line: "team_99" }, "/second_line"],
    ["a setting out of range", { name: "X", set: { rank: 0 } }, "/set/rank"],
    ["no such setting", { name: "X", set: { rnk: 2 } }, "/set/rnk"],
  ] as const) {
    const bad = await c.owner.post("/teams", body);
    tally.same(what, [bad.status, bad.body.errors?.[0]?.pointer], [422, pointer]);
  }
}

async function change(c: Cast): Promise<void> {
  const path = `/teams/${c.sales}`;
  const before = await c.lead.client.get(path);
  tally.same("no If-Match", (await c.lead.client.patch(path, { name: "S" })).status, 428);
  const tried = await c.lead.client.patch(`${path}?dry_run=true`, { name: "S" }, { headers: ANY });
  tally.same("tried", [tried.status, tried.body.changes], [200,
    { name: { before: "Sales", after: "S" } }]);
  const set = await c.lead.client.patch(path, { name: "Sales, EMEA", languages: ["de"] },
    { headers: { "If-Match": tagOf(before) } });
  tally.same("changed by its lead", [set.status, set.body.name, set.body.languages],
    [200, "Sales, EMEA", ["de"]]);
  const old = await c.lead.client.patch(path, { name: "S" },
    { headers: { "If-Match": tagOf(before) } });
  tally.same("an old tag", [old.status, old.body.current?.name], [412, "Sales, EMEA"]);
  tally.same("not its own second line", (await c.lead.client.patch(path,
    { second_line: c.sales }, { headers: ANY })).status, 422);
  tally.same("not another's team", (await c.lead.client.patch(`/teams/${c.refunds}`,
    { name: "X" }, { headers: ANY })).status, 403);
  tally.same("not by who serves it", (await c.mina.client.patch(path, { name: "X" },
    { headers: ANY })).status, 403);
  tally.same("no such team", (await c.lead.client.patch("/teams/team_99", { name: "X" },
    { headers: ANY })).status, 404);
  await c.lead.client.patch(path, { name: "Sales" }, { headers: ANY });
}

async function end(c: Cast): Promise<void> {
  const doomed = (await c.owner.post("/teams", { name: "Doomed", second_line: null })).body.id;
  await c.owner.patch(`/teams/${c.refunds}`, { second_line: doomed }, { headers: ANY });
  const cv = await c.owner.post("/conversations", { team: doomed, title: "Where to?" });
  tally.same("one waits there", cv.status, 201);
  tally.same("not deleted by a lead", (await c.lead.client.delete(`/teams/${doomed}`,
    { headers: ANY })).status, 403);
  tally.same("no If-Match", (await c.owner.delete(`/teams/${doomed}`)).status, 428);
  tally.same("not into itself", (await c.owner.delete(`/teams/${doomed}?target=${doomed}`,
    { headers: ANY })).status, 409);
  tally.same("not into what is not there", (await c.owner.delete(
    `/teams/${doomed}?target=team_99`, { headers: ANY })).status, 404);
  const tried = await c.owner.delete(`/teams/${doomed}?target=${c.sales}&dry_run=true`,
    { headers: ANY });
  tally.same("tried", [tried.status, tried.body.effect?.moves?.[0]?.conversation],
    [200, cv.body.id]);
  const gone = await c.owner.delete(`/teams/${doomed}?target=${c.sales}`, { headers: ANY });
  tally.same("deleted", [gone.status, gone.body.target, gone.body.moved], [200, c.sales, 1]);
  tally.same("gone", (await c.owner.get(`/teams/${doomed}`)).status, 404);
  tally.same("from the list too", (await c.owner.get("/teams?name=Doomed")).body.data, []);
  tally.same("nobody's second line", (await c.owner.get(`/teams/${c.refunds}`)).body.second_line,
    null);
  tally.same("its name is free", (await c.owner.post("/teams?dry_run=true",
    { name: "Doomed" })).status, 200);
}

// ---- memberships

async function memberships(c: Cast): Promise<void> {
  const path = `/teams/${c.sales}/memberships`;
  const got = await c.mina.client.get(path);
  tally.same("who serves it", [got.status, got.body.memberships], [200, [
    { teammate: c.lead.id, level: "primary" }, { teammate: c.mina.id, level: "primary" }]]);
  tally.same("not for who does not", (await c.paul.client.get(path)).status, 403);
  const flat = await c.lead.client.get("/memberships");
  tally.same("the flat table, of what one leads", flat.body.data.map((m: any) => m.teammate),
    [c.lead.id, c.mina.id]);
  tally.same("of nobody", (await c.mina.client.get("/memberships")).body.data, []);
  tally.same("all of it", (await c.boss.client.get("/memberships?total=true")).body.page.total, 3);
  const one = `${path}/${c.paul.id}`;
  tally.same("no If-Match", (await c.lead.client.put(one, {})).status, 428);
  const put = await c.lead.client.put(one, { level: "secondary" },
    { headers: { "If-Match": tagOf(got) } });
  tally.same("helps out", [put.status, put.body.level], [200, "secondary"]);
  tally.same("an old tag", (await c.lead.client.put(one, {},
    { headers: { "If-Match": tagOf(got) } })).status, 412);
  const same = await c.lead.client.put(one, { level: "secondary" }, { headers: ANY });
  tally.same("as it was already", same.status, 200);
  const robin = await c.owner.put(`/teams/${c.refunds}/memberships/${c.mina.id}`,
    { level: "secondary" }, { headers: ANY });
  tally.same("a rotation has no helpers", [robin.status, robin.body.type],
    [422, "/problems/secondary_needs_balanced"]);
  tally.same("overflow is no level to give", (await c.lead.client.put(one, { level: "overflow" },
    { headers: ANY })).status, 422);
  tally.same("nobody of that id", (await c.lead.client.put(`${path}/tm_99`, {},
    { headers: ANY })).status, 404);
  tally.same("not by who serves it", (await c.mina.client.put(one, {}, { headers: ANY })).status,
    403);
  const tried = await c.lead.client.delete(`${one}?dry_run=true`, { headers: ANY });
  tally.same("tried", [tried.status, tried.body.changes], [200,
    { [c.paul.id]: { before: "secondary", after: null } }]);
  const drop = await c.lead.client.delete(one, { headers: ANY });
  tally.same("no longer", [drop.status, drop.body.changed], [200, true]);
  tally.same("not twice", (await c.lead.client.delete(one, { headers: ANY })).status, 404);
}

async function wholeLists(c: Cast): Promise<void> {
  const path = `/teams/${c.sales}/memberships`;
  const before = await c.lead.client.get(path);
  const want = [{ teammate: c.lead.id, level: "primary" }, { teammate: c.paul.id,
    level: "secondary" }];
  const set = await c.lead.client.put(path, { memberships: want },
    { headers: { "If-Match": tagOf(before) } });
  tally.same("the whole list at once", [set.status, set.body.memberships], [200, want]);
  tally.same("an old tag", (await c.lead.client.put(path, { memberships: [] },
    { headers: { "If-Match": tagOf(before) } })).status, 412);
  const same = await c.lead.client.put(path, { memberships: want },
    { headers: { "If-Match": tagOf(set) } });
  tally.same("nothing to change", [same.status, tagOf(same)], [200, tagOf(set)]);
  const back = await c.lead.client.put(path, { memberships: before.body.memberships },
    { headers: ANY });
  tally.same("and back", back.body.memberships, before.body.memberships);
  for (const [what, rows, type, pointer] of [
    ["both levels", [{ teammate: c.mina.id }, { teammate: c.mina.id, level: "secondary" }],
      "both_levels", "/memberships/1"],
    ["twice", [{ teammate: c.mina.id }, { teammate: c.mina.id }], "invalid_value",
      "/memberships/1"],
    ["nobody of that id", [{ teammate: "tm_99" }], "invalid_value", "/memberships/0/teammate"],
    ["another kind of id", [{ teammate: "team_1" }], "invalid_value", "/memberships/0/teammate"],
  ] as const) {
    const bad = await c.lead.client.put(path, { memberships: rows }, { headers: ANY });
    tally.same(what, [bad.status, bad.body.type, bad.body.errors?.[0]?.pointer],
      [422, `/problems/${type}`, pointer]);
  }
  const side = `/teammates/${c.mina.id}/memberships`;
  const mine = await c.mina.client.get(side);
  tally.same("from the person's side", mine.body.memberships,
    [{ team: c.sales, level: "primary" }]);
  tally.same("not a colleague's", (await c.paul.client.get(side)).status, 403);
  tally.same("a lead gives no other team", (await c.lead.client.put(side, { memberships: [
    { team: c.sales }, { team: c.refunds }] }, { headers: ANY })).status, 403);
  const both = await c.boss.client.put(side, { memberships: [{ team: c.sales },
    { team: c.refunds }] }, { headers: { "If-Match": tagOf(mine) } });
  tally.same("who manages does", [both.status, both.body.memberships.length], [200, 2]);
  tally.same("not oneself", (await c.mina.client.put(side, { memberships: [] },
    { headers: ANY })).status, 403);
  const changes = await c.boss.client.get(`/teammates/${c.mina.id}/changes?kind=membership`);
  tally.is("in the change log", changes.status === 200 && changes.body.data.some((x: any) =>
    x.team === c.refunds && x.before.level === null && x.after.level === "primary"),
  changes.text.slice(0, 300));
  await c.boss.client.put(side, { memberships: [{ team: c.sales }] }, { headers: ANY });
}

// ---- now and then

async function live(c: Cast): Promise<void> {
  const got = await c.lead.client.get(`/teams/${c.sales}/live`);
  tally.same("its lead sees who holds what", [got.status, got.body.waiting,
    got.body.teammates.map((m: any) => m.teammate)], [200, 1, [c.lead.id, c.mina.id]]);
  tally.is("the longest wait", got.body.longest_wait_ms === null || got.body.longest_wait_ms >= 0);
  const sums = await c.boss.client.get(`/teams/${c.sales}/live`);
  tally.same("sums of two are none", [sums.status, sums.body.waiting, sums.body.open,
    sums.body.teammates], [200, 1, null, []]);
  tally.same("not who serves it", (await c.mina.client.get(`/teams/${c.sales}/live`)).status, 403);
}

async function turns(c: Cast): Promise<void> {
  const path = `/teams/${c.sales}/turns`;
  const before = await c.lead.client.get(path);
  tally.same("nobody is there", before.body.teammates.map((m: any) => [m.state, m.test]),
    [["blocked", "not_active"], ["blocked", "not_active"]]);
  for (const who of [c.lead, c.mina])
    await who.client.put(`/teammates/${who.id}/presence`, { presence: "active" });
  const after = await c.lead.client.get(path);
  tally.same("one is next, one in turn", after.body.teammates.map((m: any) => m.state).sort(),
    ["in_turn", "next"]);
  const own = await c.mina.client.get(path);
  tally.same("one's own line, and counts", [own.body.teammates.map((m: any) => m.teammate),
    own.body.others], [[c.mina.id], { in_turn: 1, blocked: [] }]);
  tally.same("nothing of another team", (await c.mina.client.get(`/teams/${c.refunds}/turns`))
    .status, 403);
}

async function fairness(c: Cast): Promise<void> {
  const path = `/teams/${c.sales}/fairness`;
  const own = await c.mina.client.get(path);
  tally.same("one's own, though too little to say", [own.status, own.body.refused,
    own.body.rows.map((r: any) => r.teammate)], [200, "too_few", [c.mina.id]]);
  tally.same("of another team nothing", (await c.paul.client.get(path)).status, 403);
  const boss = await c.boss.client.get(path);
  tally.same("sums of two are none", [boss.status, boss.body.refused, boss.body.rows,
    boss.body.sum], [200, "too_small", [], null]);
  const lead = inBrowser(c.owner, c.lead.cookie);
  const before = await lead.get(path);
  tally.same("without a purpose a lead sees their own", before.body.rows
    .map((r: any) => r.teammate), [c.lead.id]);
  await lead.post(`/teammates/${c.mina.id}/looks`, { purpose: "one_to_one" });
  const after = await lead.get(path);
  tally.same("with one, hers too", after.body.rows.map((r: any) => r.teammate).sort(),
    [c.lead.id, c.mina.id].sort());
  tally.same("days in order", (await c.mina.client.get(`${path}?from=2026-02-02&to=2026-02-01`))
    .status, 400);
  tally.same("no such day", (await c.mina.client.get(`${path}?from=2026-02-30`)).status, 400);
}

await withServer({}, async (server, owner) => {
  const c = await cast(server, owner);
  await teams(c);
  await change(c);
  await end(c);
  await memberships(c);
  await wholeLists(c);
  await live(c);
  await turns(c);
  await fairness(c);
  tally.same("as the document says", [...new Set(owner.faults)], []);
});
tally.end();
