// api_queue_test -- what waits, in the order used; why; what would free it; who held what, and the
// receipts of it all. Every answer is held against the document.
import { Tally } from "./program.ts";
import { withServer, type Answer, type Client, type Person, type Server } from "./server.ts";

const tally = new Tally();

interface Scene {
  readonly server: Server;
  readonly owner: Client;
  readonly team: string;
  readonly other: string;
  readonly mate: Person;
  readonly second: Person;
  readonly far: Person;
  readonly lead: Person;
}

const status = (what: string, got: Answer, want: number): void =>
  tally.is(`${what}: ${want}`, got.status === want, `${got.status} ${got.text.slice(0, 300)}`);
const problem = (what: string, got: Answer, want: number, type: string): void =>
  tally.is(`${what}: ${want} ${type}`,
    got.status === want && got.body?.type === `/problems/${type}`,
    `${got.status} ${got.text.slice(0, 300)}`);

async function scene(server: Server, owner: Client): Promise<Scene> {
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

const conversations = (got: Answer): string[] =>
  (got.body?.data ?? []).map((row: any) => row.conversation);

async function presence(who: Person, value: string): Promise<void> {
  status(`${value}`, await who.client.put(`/teammates/${who.id}/presence`, { presence: value }),
    200);
}

/** A page at a time, by Link. */
async function walk(client: Client, path: string): Promise<any[]> {
  const rows: any[] = [];
  for (let at: string | null = path; at !== null;) {
    const got: Answer = await client.get(at);
    status(`a page of ${at.slice(0, 60)}`, got, 200);
    rows.push(...(got.body?.data ?? []));
    const link = got.headers.get("link") ?? "";
    const next: string | undefined = /<([^>]+)>; rel="next"/.exec(link)?.[1];
    tally.same("Link and next_cursor agree", next === undefined,
      got.body?.page?.next_cursor === null);
    at = next ?? null;
  }
  return rows;
}

// ---- the queue

async function queue(s: Scene): Promise<string[]> {
  const mate = s.mate.client;
  const low = (await make(mate, { team: s.team, text: "a", priority: 0 })).id;
  const theirs = (await make(s.far.client, { team: s.other, text: "b", priority: 1 })).id;
  const high = (await make(mate, { team: s.team, text: "c", priority: 3 })).id;
  const skilled = (await make(mate, { team: s.team, text: "d", priority: 2,
    needs: ["refunds"] })).id;
  const seen = await mate.get("/queue?total=true");
  status("the queue", seen, 200);
  tally.same("its own teams' alone, in order", conversations(seen), [high, skilled, low]);
  tally.same("with places in the whole", seen.body.data.map((row: any) => row.place), [1, 2, 4]);
  tally.same("counted", [seen.body.page.total, seen.body.page.total_is], [3, "exact"]);
  tally.same("what each fails", seen.body.data.map((row: any) => row.main_test),
    ["not_active", "not_active", "not_active"]);
  tally.same("walked", (await walk(mate, "/queue?limit=1")).map((row) => row.conversation),
    [high, skilled, low]);
  tally.same("of all for the owner", conversations(await s.owner.get("/queue")),
    [high, skilled, theirs, low]);
  tally.same("a team's", conversations(await s.owner.get(`/queue?team=${s.other}`)), [theirs]);
  tally.same("not a team's", conversations(await s.owner.get(`/queue?team.not=${s.other}`)),
    [high, skilled, low]);
  tally.same("a foreign team's", conversations(await mate.get(`/queue?team=${s.other}`)), []);
  tally.same("by test", conversations(await s.owner.get("/queue?test=not_active&total=true")),
    [high, skilled, theirs, low]);
  tally.same("by another", conversations(await s.owner.get("/queue?test=at_limit,paused")), []);
  tally.same("not by a test", conversations(await s.owner.get("/queue?test.not=not_active")), []);
  problem("in another order", await mate.get("/queue?sort=-place"), 400, "malformed");
  problem("a test that is none", await mate.get("/queue?test=tired"), 400, "malformed");
  problem("nobody", await mate.as(null).get("/queue"), 401, "unauthenticated");
  return [low, high, skilled, theirs];
}

async function waiting(s: Scene, ids: string[]): Promise<void> {
  const [low, high, , theirs] = ids;
  const told = await s.lead.client.get(`/conversations/${low}/why-waiting`);
  status("why it waits", told, 200);
  tally.same("where", [told.body.team, told.body.place, told.body.team_place], [s.team, 4, 3]);
  tally.same("a lead reads names", [...(told.body.blockers[0]?.teammates ?? [])].sort(),
    [s.mate.id, s.second.id, s.lead.id].sort());
  tally.is("what is nearest", told.body.nearest_change?.change?.set?.presence === "active",
    told.text);
  tally.same("no estimate of the stranded", [told.body.estimate, told.body.estimate_refused],
    [null, "stranded"]);
  const own = await s.mate.client.get(`/conversations/${low}/why-waiting`);
  status("a teammate asks", own, 200);
  tally.same("and reads of themselves, the rest as counts", [own.body.blockers[0]?.teammates,
    own.body.blockers[0]?.others], [[s.mate.id], 2]);
  problem("of another team", await s.mate.client.get(`/conversations/${theirs}/why-waiting`), 404,
    "not_found");
  problem("of none", await s.mate.client.get("/conversations/cv_99999/why-waiting"), 404,
    "not_found");
  const held = await make(s.mate.client, { team: s.team, teammate: s.mate.id });
  problem("of what waits not", await s.mate.client.get(`/conversations/${held.id}/why-waiting`),
    409, "conflict");
  status("closed again", await s.mate.client.post(`/conversations/${held.id}/close`), 200);
  tally.is("a place in it", high !== undefined);
}

async function unblock(s: Scene, ids: string[]): Promise<void> {
  const [, , skilled, theirs] = ids;
  await presence(s.far, "away");
  problem("a teammate may not ask", await s.mate.client.get("/queue/unblock"), 403, "forbidden");
  problem("nor of a team", await s.mate.client.get(`/queue/unblock?team=${s.team}`), 403,
    "forbidden");
  const got = await s.lead.client.get("/queue/unblock");
  status("what would free work", got, 200);
  const rows = (got.body?.waiting ?? []).map((row: any) => row.conversation);
  tally.is("their teams' alone", rows.includes(skilled) && !rows.includes(theirs), got.text);
  tally.is("edits, the best first", got.body.ways.every((way: any, i: number, all: any[]) =>
    i === 0 || all[i - 1].moved >= way.moved), got.text);
  problem("a foreign team", await s.lead.client.get(`/queue/unblock?team=${s.other}`), 403,
    "forbidden");
  const all = await s.owner.get(`/queue/unblock?team=${s.other}`);
  tally.same("a team's", (all.body?.waiting ?? []).map((row: any) => row.conversation), [theirs]);
  problem("a team that is none", await s.owner.get("/queue/unblock?team=cv_1"), 400, "malformed");
}

// ---- who held what

async function assigned(s: Scene, ids: string[]): Promise<string> {
  const [low, high, skilled] = ids;
  await presence(s.mate, "active");
  await presence(s.second, "active");
  const mine = await walk(s.mate.client, "/assignments?sort=id&limit=1");
  tally.is("one's own alone", mine.length > 0 && mine.every((a) => a.teammate === s.mate.id),
    mine);
  const all = await walk(s.lead.client, `/assignments?conversation=${low},${high}&sort=id`);
  tally.same("a lead reads the team's", all.map((a) => a.conversation).sort(),
    [low, high].sort());
  tally.same("given by the router", all.map((a) => [a.how, a.ended, a.by.kind]),
    [["balanced", null, "system"], ["balanced", null, "system"]]);
  tally.same("nobody else", await walk(s.far.client, "/assignments"), []);
  tally.same("by how", (await walk(s.lead.client, "/assignments?how=by_hand"))
    .map((a) => a.ended), ["closed"]);
  const one = await s.lead.client.get(`/assignments/${all[0].id}`);
  tally.same("one", [one.status, one.body], [200, all[0]]);
  problem("another's", await s.far.client.get(`/assignments/${all[0].id}`), 404, "not_found");
  problem("none", await s.lead.client.get("/assignments/asg_99999"), 404, "not_found");
  tally.same("what nobody can do still waits", conversations(await s.lead.client.get("/queue"))
    .includes(skilled ?? ""), true);
  return all[0].id;
}

async function receipts(s: Scene, ids: string[], id: string): Promise<void> {
  const [low, high] = ids;
  const got = await s.lead.client.get(`/assignments/${id}/receipt`);
  status("a receipt", got, 200);
  const r = got.body;
  const row = (await s.lead.client.get(`/assignments/${id}`)).body;
  tally.same("of that event", [r.seq, r.conversation, r.team, r.teammate, r.how],
    [row.seq, row.conversation, row.team, row.teammate, row.how]);
  tally.same("what set it off", r.cause.type, "presence.changed");
  tally.is("it says who was considered", r.considered.some((c: any) =>
    c.teammate === r.teammate && c.result === "chosen"), got.text);
  tally.same("asked again, the same", (await s.lead.client.get(`/assignments/${id}/receipt`)).text,
    got.text);
  const holder = [s.mate, s.second].find((p) => p.id === row.teammate) ?? s.mate;
  const own = await holder.client.get(`/assignments/${id}/receipt`);
  status("their own", own, 200);
  tally.same("their own line alone", own.body.considered.map((c: any) => c.teammate), [holder.id]);
  tally.is("the others as counts", own.body.others !== undefined && !("runner_up" in own.body
    && own.body.runner_up !== null && own.body.runner_up !== holder.id), own.text);
  problem("another's", await s.far.client.get(`/assignments/${id}/receipt`), 404, "not_found");
  for (const conversation of [low, high]) {
    const list = await s.lead.client.get(`/conversations/${conversation}/receipts`);
    status("all of a conversation", list, 200);
    tally.same("each of it", list.body.data.map((x: any) => x.conversation), [conversation]);
  }
  status("given on", await s.lead.client.post(`/conversations/${low}/assign`,
    { teammate: s.lead.id }), 200);
  const list = await s.lead.client.get(`/conversations/${low}/receipts?sort=-id`);
  tally.same("the latest first", list.body.data.map((x: any) => x.how), ["by_hand", "balanced"]);
  tally.same("a page of them", (await walk(s.lead.client,
    `/conversations/${low}/receipts?limit=1&sort=id`)).map((x) => x.how), ["balanced", "by_hand"]);
  problem("of another team", await s.far.client.get(`/conversations/${low}/receipts`), 404,
    "not_found");
}

/** Many at once: each is answered, by a receipt or by "later". */
async function crowd(s: Scene, id: string): Promise<void> {
  const got = await Promise.all(Array.from({ length: 120 }, () =>
    s.lead.client.get(`/assignments/${id}/receipt`)));
  const statuses = new Set(got.map((a) => a.status));
  tally.is("answered or put off", [...statuses].every((n) => n === 200 || n === 503),
    [...statuses]);
  tally.is("with when to come again", got.every((a) => a.status === 200
    || Number(a.headers.get("retry-after")) > 0));
}

async function promises(s: Scene): Promise<void> {
  const got = await s.lead.client.get(
    "/promises?total=true&at.gte=2020-01-01T00:00:00Z&promise=routing.p1");
  status("broken promises", got, 200);
  tally.same("there are none", [got.body.data, got.body.page.total], [[], 0]);
  problem("not for everybody", await s.mate.client.get("/promises"), 403, "forbidden");
}

/** After a restart an answer is the same: it comes from the log. */
async function again(s: Scene, id: string): Promise<void> {
  const before = await s.lead.client.get(`/assignments/${id}/receipt`);
  await s.server.end();
  await s.server.start(s.server.port);
  const after = await s.lead.client.get(`/assignments/${id}/receipt`);
  tally.same("the same receipt after a restart", after.text, before.text);
}

/** What is counted as waiting is what the queue lists, and each of it can say why. */
async function counted(s: Scene): Promise<void> {
  for (const [method, waits] of [["balanced", 2], ["round_robin", 0], ["manual", 0]] as const) {
    const team = (await s.owner.post("/teams", { name: `By ${method}`, set: { method } })).body.id;
    for (const text of ["a", "b"]) await make(s.owner, { team, text });
    const live = (await s.owner.get(`/teams/${team}/live`)).body;
    const listed = await s.owner.get(`/queue?team=${team}&total=true`);
    tally.same(`${method}: as many wait as are listed`,
      [live.waiting, live.longest_wait_ms !== null, listed.body.page.total],
      [waits, waits > 0, waits]);
    for (const id of conversations(listed))
      status(`${method}: it can say why`, await s.owner.get(`/conversations/${id}/why-waiting`),
        200);
    const free = await s.owner.get(
      `/conversations?team=${team}&state=open&teammate.null=true&total=true`);
    tally.same(`${method}: nobody's are nobody's`, [live.unassigned, free.body.page.total], [2, 2]);
  }
}

await withServer({}, async (server, owner) => {
  const s = await scene(server, owner);
  const ids = await queue(s);
  await waiting(s, ids);
  await unblock(s, ids);
  const id = await assigned(s, ids);
  await receipts(s, ids, id);
  await crowd(s, id);
  await promises(s);
  await counted(s);
  await again(s, id);
  tally.same("as the document says", owner.faults, []);
});
tally.end();
