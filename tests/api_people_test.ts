// api_people_test -- people: who one is, who is there, who comes, changes, leaves; skills; what one
// holds and why nothing comes; looks; presence and its reasons.
import { browser, type Client, type Person, type Server, withServer } from "./server.ts";
import { Tally } from "./program.ts";

const tally = new Tally();
const ANY = { "If-Match": "*" };

interface Cast {
  readonly server: Server;
  readonly owner: Client;
  readonly admin: Client; // the owner in a browser, confirmed
  readonly sales: string;
  readonly refunds: string;
  readonly lead: Person; // of sales
  readonly mina: Person; // serves sales
  readonly paul: Person; // serves refunds
}

/** The owner as a browser: what needs a confirmed sign-in. */
function inBrowser(owner: Client, cookie: string): Client {
  const client = owner.as(null);
  const ask = client.ask.bind(client);
  client.ask = (method, path, more = {}) =>
    ask(method, path, { ...more, headers: { ...browser(cookie), ...more.headers } });
  return client;
}

const tagOf = (answer: { headers: Headers }): string => answer.headers.get("etag") ?? "none";

async function cast(server: Server, owner: Client): Promise<Cast> {
  const sales = (await owner.post("/teams", { name: "Sales" })).body.id as string;
  const refunds = (await owner.post("/teams", { name: "Refunds" })).body.id as string;
  return {
    server, owner, sales, refunds, admin: inBrowser(owner, server.cookie),
    lead: await server.person(owner, { name: "Lena Lead", roles: ["teammate", "lead"],
      memberships: [{ team: sales }] }),
    mina: await server.person(owner, { name: "Mina Park", memberships: [{ team: sales }] }),
    paul: await server.person(owner, { name: "Paul 파울", email: "paul@example.org",
      memberships: [{ team: refunds }] }),
  };
}

// ---- oneself

async function me(c: Cast): Promise<void> {
  const got = await c.mina.client.get("/me");
  tally.same("who I am", [got.status, got.body.id, got.body.name, got.body.email, got.body.roles],
    [200, c.mina.id, "Mina Park", c.mina.email, ["teammate"]]);
  tally.same("which teams are mine", got.body.teams,
    [{ team: c.sales, level: "primary", leads: false, manages: false }]);
  tally.is("what I may do", got.body.rights.includes("conversation_take")
    && !got.body.rights.includes("teammate_invite"), got.body.rights);
  const lead = await c.lead.client.get("/me");
  tally.same("who leads is told so", lead.body.teams,
    [{ team: c.sales, level: "primary", leads: true, manages: false }]);
  const none = await c.mina.client.patch("/me", { theme: "dark" });
  tally.same("without If-Match: 428", none.status, 428);
  const set = await c.mina.client.patch("/me", { theme: "dark", zone: "Asia/Seoul", language: "ko",
    digits: "latn", calendar: null, shortcuts: { close: "g c" } },
  { headers: { "If-Match": tagOf(got) } });
  tally.same("what I like is kept", [set.status, set.body.theme, set.body.zone, set.body.language,
    set.body.digits, set.body.calendar, set.body.shortcuts],
  [200, "dark", "Asia/Seoul", "ko", "latn", null, { close: "g c" }]);
  const old = await c.mina.client.patch("/me", { theme: "light" },
    { headers: { "If-Match": tagOf(got) } });
  tally.same("an old tag: 412, with what holds now", [old.status, old.body.current?.theme],
    [412, "dark"]);
  const again = await c.mina.client.get("/me");
  tally.same("the new tag is the one of the answer", tagOf(again), tagOf(set));
  for (const [what, body, pointer] of [
    ["no such zone", { zone: "Mars/Olympus" }, "/zone"],
    ["a zone that climbs", { zone: "../../etc/passwd" }, "/zone"],
    ["no such theme", { theme: "plaid" }, "/theme"],
    ["no such member", { roles: ["admin"] }, "/roles"],
    ["shortcuts that are no map", { shortcuts: ["x"] }, "/shortcuts"],
    ["a shortcut that is no text", { shortcuts: { close: 3 } }, "/shortcuts/close"],
  ] as const) {
    const bad = await c.mina.client.patch("/me", body, { headers: ANY });
    tally.same(what, [bad.status, bad.body.errors?.[0]?.pointer], [422, pointer]);
  }
  const beat = await c.mina.client.post("/me/heartbeat");
  tally.same("a heartbeat says nothing", [beat.status, beat.text], [204, ""]);
  tally.same("nobody is nobody", (await c.owner.as(null).get("/me")).status, 401);
}

async function work(c: Cast): Promise<void> {
  const load = await c.mina.client.get("/me/load");
  tally.same("nothing is held", [load.status, load.body.load, load.body.limit, load.body.items],
    [200, 0, null, []]);
  const why = await c.mina.client.get("/me/why-nothing");
  tally.same("away gets nothing", [why.status, why.body.shape, why.body.presence,
    why.body.teams[0].test], [200, "why_nothing/1", "away", "not_active"]);
  const enough = await c.mina.client.put("/me/enough", {});
  tally.same("a pause that no team allows", [enough.status, enough.body.type],
    [403, "/problems/forbidden"]);
  const allow = await c.owner.patch(`/teams/${c.sales}/settings`, { set: { enough_allowed: true } },
    { headers: ANY });
  tally.same("allowed now", allow.status, 200);
  const paused = await c.mina.client.put("/me/enough", {});
  tally.is("paused", paused.status === 200 && paused.body.until > new Date().toISOString(),
    paused.text);
  tally.same("longer than is allowed", (await c.mina.client.put("/me/enough",
    { until: "2099-01-01T00:00:00Z" })).status, 422);
  const back = await c.mina.client.delete("/me/enough");
  tally.same("and back", [back.status, back.body.until], [200, null]);
  const nothing = await c.mina.client.post("/me/next");
  tally.same("nothing waits: an answer, no error", [nothing.status, nothing.body.conversation],
    [200, null]);
  const cv = await c.owner.post("/conversations", { team: c.sales, title: "Next, please" });
  tally.same("something waits", cv.status, 201);
  const taken = await c.mina.client.post("/me/next");
  tally.same("taken", [taken.status, taken.body.conversation, taken.body.team],
    [200, cv.body.id, c.sales]);
  const other = await c.lead.client.get(`/teammates/${c.mina.id}/load`);
  tally.same("their lead sees what they hold", [other.status, other.body.load,
    other.body.items[0]?.conversation], [200, 1, cv.body.id]);
  tally.same("a colleague does not",
    (await c.paul.client.get(`/teammates/${c.mina.id}/load`)).status, 403);
  tally.same("why nothing, asked by the lead",
    (await c.lead.client.get(`/teammates/${c.mina.id}/why-nothing`)).status, 200);
  tally.same("and by a colleague",
    (await c.paul.client.get(`/teammates/${c.mina.id}/why-nothing`)).status, 403);
}

// ---- the list

async function lists(c: Cast): Promise<void> {
  const all = await c.owner.get("/teammates?total=true");
  tally.same("everybody", [all.status, all.body.page.total, all.body.data.length], [200, 4, 4]);
  const seen = await c.mina.client.get("/teammates");
  const paul = seen.body.data.find((p: any) => p.id === c.paul.id);
  tally.same("of a colleague: name, teams, presence", Object.keys(paul).sort(),
    ["active", "id", "memberships", "name", "presence"]);
  const self = seen.body.data.find((p: any) => p.id === c.mina.id);
  tally.same("of oneself: all", [self.email, self.roles], [c.mina.email, ["teammate"]]);
  for (const [what, query, want] of [
    ["by name, in any case", `name.prefix=${encodeURIComponent("mina")}`, [c.mina.id]],
    ["by team", `team.has=${c.refunds}`, [c.paul.id]],
    ["by role", "roles.has=lead&sort=id", ["tm_1", c.lead.id]],
    ["by address", `email=${encodeURIComponent(c.paul.email)}`, [c.paul.id]],
    ["by words", `q=${encodeURIComponent("파울")}`, [c.paul.id]],
    ["by load", "load.gte=1", [c.mina.id]],
    ["by presence", "presence=active", []],
    ["by own limit", "own_limit.null=false", []],
    ["by skill", "skills.has=shipping", []],
  ] as const) {
    const got = await c.owner.get(`/teammates?${query}`);
    tally.same(what, [got.status, got.body.data?.map((p: any) => p.id)], [200, want]);
  }
  await c.owner.patch(`/teammates/${c.paul.id}/settings`,
    { set: { limit: 3, skills: { shipping: 2 } } }, { headers: ANY });
  for (const query of ["own_limit.lte=3", "skills.has=shipping", "own_limit=3&load=0"])
    tally.same(query, (await c.owner.get(`/teammates?${query}`)).body.data.map((p: any) => p.id),
      [c.paul.id]);
  const leak = await c.mina.client.get(`/teammates?email=${encodeURIComponent(c.paul.email)}`);
  tally.same("a question about what is closed finds nobody", leak.body.data, []);
  const words = await c.mina.client.get(`/teammates?q=${encodeURIComponent("paul")}`);
  tally.same("words find names", words.body.data.map((p: any) => p.id), [c.paul.id]);
  const search = await c.owner.post("/teammates/search", { where: { any: [
    { field: "name", op: "prefix", value: "lena" },
    { field: "own_limit", op: "gte", value: 3 }] } });
  tally.same("a tree", [search.status, search.body.data.map((p: any) => p.id).sort()],
    [200, [c.lead.id, c.paul.id].sort()]);
  const picked = await c.owner.get("/api/v1/teammates?fields=name&include=load&limit=1",
    { wild: true }); // the document lists what is there when nothing is picked
  tally.same("picked members", Object.keys(picked.body.data[0]).sort(), ["id", "load", "name"]);
  const ids: string[] = [];
  let next: string | null = "/api/v1/teammates?limit=1&sort=-name";
  while (next !== null && ids.length < 10) {
    const page: Awaited<ReturnType<Client["get"]>> = await c.owner.get(next);
    ids.push(...page.body.data.map((p: any) => p.id));
    next = /<([^>]+)>; rel="next"/.exec(page.headers.get("link") ?? "")?.[1] ?? null;
  }
  tally.same("walked by Link: each once", [ids.length, new Set(ids).size], [4, 4]);
  const one = await c.owner.get(`/teammates/${c.paul.id}?include=load,presence`);
  tally.same("one, with what was asked for", [one.status, one.body.settings.limit, one.body.skills,
    one.body.load, one.body.presence],
  [200, { own: 3, effective: 3, from: "teammate" }, { shipping: 2 }, 0, "away"]);
  for (const id of ["tm_99", "tm_01", "tm_", "team_1", "tm_1x", "tm_99999999999999999999"])
    tally.same(`${id} is nobody`, (await c.owner.get(`/teammates/${id}`)).status, 404);
}

// ---- inviting and changing

async function invite(c: Cast): Promise<void> {
  const body = { name: "  Ñoño Haddad ", email: "Nono@Example.org", languages: ["ar", "en"],
    memberships: [{ team: c.sales, level: "secondary" }] };
  const token = await c.owner.post("/teammates", body);
  tally.same("not with a token", [token.status, token.body.type], [403, "/problems/forbidden"]);
  tally.same("not by a lead", (await inBrowser(c.owner, c.lead.cookie).post("/teammates", body))
    .status, 403);
  const key = { "Idempotency-Key": "people-invite-1" };
  const made = await c.admin.post("/teammates", body, { headers: key });
  tally.same("invited", [made.status, made.body.name, made.body.state, made.body.memberships,
    made.body.roles, made.headers.get("location")],
  [201, "Ñoño Haddad", "invited", [{ team: c.sales, level: "secondary" }], ["teammate"],
    `/api/v1/teammates/${made.body.id}`]);
  tally.is("a link, once", /\/join#[\w-]{43}$/.test(made.body.invite.link), made.body.invite);
  const again = await c.admin.post("/teammates", body, { headers: key });
  tally.same("the same key: the first answer, without the link", [again.status, again.body.id,
    again.body.invite.link, again.headers.get("idempotency-replayed")],
  [201, made.body.id, null, "true"]);
  const twice = await c.admin.post("/teammates", { ...body, email: "nono@EXAMPLE.org" });
  tally.same("the same address, in any case", [twice.status, twice.body.errors[0].pointer],
    [409, "/email"]);
  for (const [what, more, pointer] of [
    ["no address", { email: "nobody" }, "/email"],
    ["a header in the address", { email: "a@b.c\r\nBcc: x@y.z" }, "/email"],
    ["a name of blanks", { name: "   " }, "/name"],
    ["a role that is none", { roles: ["god"] }, "/roles/0"],
    ["a role twice", { roles: ["lead", "lead"] }, "/roles/1"],
    ["a team that is not there", { memberships: [{ team: "team_99" }] }, "/memberships/0/team"],
    ["both levels", { memberships: [{ team: c.sales }, { team: c.sales, level: "secondary" }] },
      "/memberships/1"],
    ["an owner's member", { id: "tm_1" }, "/id"],
    ["a language that is none", { languages: ["<b>"] }, "/languages/0"],
  ] as const) {
    const bad = await c.admin.post("/teammates",
      Object.assign({}, body, { email: "bad@example.org" }, more));
    tally.same(what, [bad.status, bad.body.errors?.[0]?.pointer], [422, pointer]);
  }
}

async function change(c: Cast): Promise<void> {
  const path = `/teammates/${c.paul.id}`;
  const before = await c.owner.get(path);
  tally.same("no If-Match", (await c.owner.patch(path, { name: "P" })).status, 428);
  const tried = await c.owner.patch(`${path}?dry_run=true`, { name: "Paula" }, { headers: ANY });
  tally.same("tried",
    [tried.status, tried.body.dry_run, tried.body.changes.name, tried.body.effect],
    [200, true, { before: "Paul 파울", after: "Paula" }, null]);
  tally.same("and nothing changed", (await c.owner.get(path)).body.name, "Paul 파울");
  const set = await c.owner.patch(path, { name: "Paula", languages: ["ko", "de"] },
    { headers: { "If-Match": tagOf(before) } });
  tally.same("changed", [set.status, set.body.name, set.body.languages],
    [200, "Paula", ["ko", "de"]]);
  tally.same("an old tag", (await c.owner.patch(path, { name: "Q" },
    { headers: { "If-Match": tagOf(before) } })).status, 412);
  await c.owner.patch(`${path}/settings`, { set: { limit: 4 } }, { headers: ANY });
  tally.same("a setting is configuration too", (await c.owner.patch(path, { name: "Q" },
    { headers: { "If-Match": tagOf(set) } })).status, 412);
  tally.same("oneself: the name", (await c.paul.client.patch(path, { name: "Paul" },
    { headers: ANY })).status, 200);
  tally.same("not the roles", (await c.paul.client.patch(path, { roles: ["admin"] },
    { headers: ANY })).status, 403);
  tally.same("not a colleague's name", (await c.mina.client.patch(path, { name: "X" },
    { headers: ANY })).status, 403);
  tally.same("nor an administrator's token the roles", (await c.owner.patch(path,
    { roles: ["admin"] }, { headers: ANY })).status, 403);
  const raised = await c.admin.patch(path, { roles: ["teammate", "lead", "manager"],
    leads: [c.refunds, c.sales], manages: null }, { headers: ANY });
  tally.same("leads two, manages every one", [raised.status, raised.body.roles,
    raised.body.leads?.sort(), raised.body.manages],
  [200, ["teammate", "lead", "manager"], [c.refunds, c.sales].sort(), null]);
  tally.same("a lead who is one may, at once",
    (await c.paul.client.get(`/teammates/${c.mina.id}/load`)).status, 200);
  const lowered = await c.admin.patch(path, { roles: ["teammate"] }, { headers: ANY });
  tally.same("and no more", [lowered.body.leads, lowered.body.manages, (await c.paul.client.get(
    `/teammates/${c.mina.id}/load`)).status], [[], [], 403]);
  const owner = await c.admin.patch("/teammates/tm_1", { roles: ["teammate"] }, { headers: ANY });
  tally.same("the last administrator stays one", [owner.status, owner.body.type],
    [409, "/problems/conflict"]);
  const changes = await c.paul.client.get(`${path}/changes`);
  tally.is("who changed what is there to be read", changes.status === 200
    && changes.body.data.some((x: any) => x.after.name === "Paula"
      && x.before.name === "Paul 파울"
      && x.by.teammate === "tm_1"), changes.text.slice(0, 300));
  tally.same("not by a colleague", (await c.mina.client.get(`${path}/changes`)).status, 403);
}

// ---- leaving

async function leave(c: Cast): Promise<void> {
  const zoe = await c.server.person(c.owner, { name: "Zoe", memberships: [{ team: c.sales }] });
  const cv = await c.owner.post("/conversations", { team: c.sales, title: "Zoe's",
    teammate: zoe.id });
  tally.same("she holds one", cv.status, 201);
  const sheet = await c.lead.client.get(`/teammates/${zoe.id}/handover-sheet`);
  tally.same("a sheet", [sheet.status, sheet.body.teammate], [200, zoe.id]);
  tally.same("hers to read", (await zoe.client.get(`/teammates/${zoe.id}/handover-sheet`)).status,
    200);
  tally.same("nobody else's", (await c.paul.client.get(`/teammates/${zoe.id}/handover-sheet`))
    .status, 403);
  const wrong = await c.lead.client.post(`/teammates/${zoe.id}/handover-sheet/apply`,
    { rows: [{ conversation: "cv_99", to: c.mina.id }] });
  tally.same("a row that is not hers refuses all", [wrong.status, wrong.body.errors[0].pointer],
    [409, "/rows/0/conversation"]);
  const given = await c.lead.client.post(`/teammates/${zoe.id}/handover-sheet/apply`,
    { rows: [{ conversation: cv.body.id, to: c.mina.id }] });
  tally.same("handed over", [given.status, given.body.given],
    [200, [{ conversation: cv.body.id, team: c.sales, to: c.mina.id }]]);
  tally.same("not by herself", (await zoe.client.post(`/teammates/${zoe.id}/handover-sheet/apply`,
    { rows: [{ conversation: cv.body.id, to: null }] })).status, 403);
  const last = await c.owner.post("/conversations", { team: c.sales, title: "Her last",
    teammate: zoe.id });
  tally.same("not with a token", (await c.owner.post(`/teammates/${zoe.id}/deactivate`)).status,
    403);
  const off = await c.admin.post(`/teammates/${zoe.id}/deactivate`);
  tally.same("deactivated: what is open goes back", [off.status, off.body.active,
    off.body.returned], [200, false, [last.body.id]]);
  tally.same("her token ends", (await zoe.client.get("/me")).status, 401);
  tally.same("her sign-in too", (await c.owner.as(null).get("/me",
    { headers: browser(zoe.cookie) })).status, 401);
  tally.same("once", (await c.admin.post(`/teammates/${zoe.id}/deactivate`)).status, 409);
  const on = await c.admin.post(`/teammates/${zoe.id}/reactivate`);
  tally.same("back, away", [on.status, on.body.active, on.body.state], [200, true, "active"]);
  tally.same("not twice", (await c.admin.post(`/teammates/${zoe.id}/reactivate`)).status, 409);
  const mine = await c.owner.post("/conversations", { team: c.sales, title: "For the heir",
    teammate: zoe.id });
  tally.same("no If-Match", (await c.admin.delete(`/teammates/${zoe.id}`)).status, 428);
  tally.same("no such heir", (await c.admin.delete(`/teammates/${zoe.id}?heir=tm_99`,
    { headers: ANY })).status, 404);
  tally.same("not her own heir", (await c.admin.delete(`/teammates/${zoe.id}?heir=${zoe.id}`,
    { headers: ANY })).status, 409);
  const tried = await c.admin.delete(`/teammates/${zoe.id}?heir=${c.mina.id}&dry_run=true`,
    { headers: ANY });
  tally.same("tried", [tried.status, tried.body.effect?.moves?.map((m: any) => m.to)],
    [200, [c.mina.id]]);
  const gone = await c.admin.delete(`/teammates/${zoe.id}?heir=${c.mina.id}`, { headers: ANY });
  tally.same("deleted, with an heir", [gone.status, gone.body.given], [200, [mine.body.id]]);
  tally.same("gone", (await c.owner.get(`/teammates/${zoe.id}`)).status, 404);
  tally.same("her address is free", (await c.admin.post("/teammates",
    { name: "Zoe again", email: zoe.email })).status, 201);
  tally.same("the last administrator stays", (await c.admin.delete("/teammates/tm_1",
    { headers: ANY })).status, 409);
}

// ---- looks

async function looks(c: Cast): Promise<void> {
  const lead = inBrowser(c.owner, c.lead.cookie);
  tally.same("not with a token", (await c.lead.client.post(`/teammates/${c.mina.id}/looks`,
    { purpose: "coaching" })).status, 403);
  const made = await lead.post(`/teammates/${c.mina.id}/looks`, { purpose: "coaching" });
  tally.same("said", [made.status, made.body.by, made.body.teammate, made.body.purpose],
    [201, c.lead.id, c.mina.id, "coaching"]);
  const other = await lead.post(`/teammates/${c.mina.id}/looks`, { purpose: "She asked me to." });
  tally.same("a sentence", other.body.purpose, "She asked me to.");
  tally.same("no purpose", (await lead.post(`/teammates/${c.mina.id}/looks`, {})).status, 422);
  tally.same("not of another team", (await lead.post(`/teammates/${c.paul.id}/looks`,
    { purpose: "complaint" })).status, 403);
  const mine = await c.mina.client.get("/me/looks");
  tally.same("she sees who looked", mine.body.data.map((l: any) => [l.by, l.purpose]).sort(),
    [[c.lead.id, "She asked me to."], [c.lead.id, "coaching"]]);
  tally.same("nobody looked at others", (await c.paul.client.get("/me/looks")).body.data, []);
}

// ---- skills

async function skills(c: Cast): Promise<void> {
  const made = await c.owner.post("/skills", { name: "Shipping", levels: ["Knows", "Can"] });
  tally.same("a skill", [made.status, made.body.levels, made.body.teammates],
    [201, ["Knows", "Can"], 0]);
  tally.same("once, in any case", (await c.owner.post("/skills", { name: "SHIPPING" })).status,
    409);
  tally.same("not by a teammate", (await c.mina.client.post("/skills", { name: "X" })).status, 403);
  await c.owner.patch(`/teammates/${c.mina.id}/settings`, { set: { skills: { Shipping: 3 } } },
    { headers: ANY });
  const list = await c.mina.client.get("/skills");
  tally.same("how many have it", list.body.data.map((s: any) => [s.name, s.teammates]),
    [["Shipping", 1]]);
  const renamed = await c.owner.patch(`/skills/${made.body.id}`, { name: "Parcels" });
  tally.same("renamed, everywhere", [renamed.status, renamed.body.teammates,
    (await c.owner.get(`/teammates/${c.mina.id}`)).body.skills], [200, 1, { Parcels: 3 }]);
  const tried = await c.owner.delete(`/skills/${made.body.id}?dry_run=true`);
  tally.same("tried", [tried.status, tried.body.dry_run], [200, true]);
  const gone = await c.owner.delete(`/skills/${made.body.id}`);
  tally.same("gone, with how often it was used", [gone.status, gone.body.used,
    (await c.owner.get(`/teammates/${c.mina.id}`)).body.skills], [200, 1, {}]);
  tally.same("gone", (await c.owner.patch(`/skills/${made.body.id}`, { name: "X" })).status, 404);
}

// ---- presence

async function presence(c: Cast): Promise<void> {
  const lunch = await c.owner.post("/presence-reasons", { name: "Lunch" });
  tally.same("a reason", [lunch.status, lunch.body.name, lunch.body.deleted],
    [201, "Lunch", false]);
  tally.same("once", (await c.owner.post("/presence-reasons", { name: "lunch" })).status, 409);
  tally.same("not by a teammate",
    (await c.mina.client.post("/presence-reasons", { name: "Nap" })).status, 403);
  const path = `/teammates/${c.mina.id}/presence`;
  const active = await c.mina.client.put(path, { presence: "active" });
  tally.same("active", [active.status, active.body.presence, active.body.cause, active.body.reason],
    [200, "active", "self", null]);
  const until = new Date(Date.now() + 3_600_000).toISOString();
  const away = await c.mina.client.put(path, { presence: "away", reason: lunch.body.id, until });
  tally.same("away, why and until when", [away.status, away.body.reason, away.body.until,
    away.body.returned], [200, lunch.body.id, until, []]);
  const own = await c.mina.client.get(path);
  tally.same("hers to see", [own.body.presence, own.body.reason, own.body.until, own.body.set_by],
    ["away", lunch.body.id, until, null]);
  tally.same("and her lead's", (await c.lead.client.get(path)).body.reason, lunch.body.id);
  tally.is("nobody else's", !("reason" in (await c.paul.client.get(path)).body));
  const all = await c.paul.client.get(`/presence?team.has=${c.sales}`);
  tally.is("nor in the list", all.status === 200 && all.body.data.length >= 2
    && all.body.data.every((p: any) => !("reason" in p)), all.text);
  tally.same("a lead sets it for others", [(await c.lead.client.put(path,
    { presence: "active" })).body.cause], ["other"]);
  tally.same("she is told who did", (await c.mina.client.get(path)).body.set_by, c.lead.id);
  tally.is("and nobody else", !("set_by" in (await c.paul.client.get(path)).body));
  tally.same("nobody else does", (await c.paul.client.put(path, { presence: "away" })).status, 403);
  tally.same("no such reason", (await c.mina.client.put(path,
    { presence: "away", reason: "reason_99" })).status, 422);
  tally.same("a time past", (await c.mina.client.put(path,
    { presence: "away", until: "2001-01-01T00:00:00Z" })).status, 422);
  await c.owner.patch("/settings/workspace", { set: { away_reason_required: true } },
    { headers: ANY });
  const why = await c.mina.client.put(path, { presence: "away" });
  tally.same("a reason is asked for", [why.status, why.body.type],
    [422, "/problems/reason_required"]);
  await c.owner.patch("/settings/workspace", { set: { away_reason_required: false } },
    { headers: ANY });
  const renamed = await c.owner.patch(`/presence-reasons/${lunch.body.id}`, { name: "Midday" });
  tally.same("renamed", [renamed.status, renamed.body.id, renamed.body.name],
    [200, lunch.body.id, "Midday"]);
  tally.same("as the setting has it", (await c.owner.get("/settings/workspace")).body
    .settings.away_reasons.effective, ["Midday"]);
  await c.owner.patch("/settings/workspace", { set: { away_reasons: ["Midday", "Training"] } },
    { headers: ANY });
  const known = await c.mina.client.get("/presence-reasons?deleted=false");
  tally.same("one that was set elsewhere has an id too",
    known.body.data.map((r: any) => [r.name, /^reason_\d+$/.test(r.id)]),
    [["Midday", true], ["Training", true]]);
  await c.owner.patch("/settings/workspace", { set: { away_reasons: ["Midday"] } },
    { headers: ANY });
  const history = await c.mina.client.get(`/teammates/${c.mina.id}/presence/history`);
  const sum = history.body.weeks?.reduce((n: number, w: any) => n + w.active_ms + w.away_ms, 0);
  tally.is("own days", history.status === 200 && history.body.days.length === 28
    && history.body.zone === "Asia/Seoul" && sum > 0, history.text.slice(0, 200));
  const token = await c.lead.client.get(`/teammates/${c.mina.id}/presence/history`);
  tally.same("a lead's token sees none", token.status, 403);
  const lead = inBrowser(c.owner, c.lead.cookie);
  const days = await lead.get(`/teammates/${c.mina.id}/presence/history`);
  tally.is("with a purpose: the days", days.status === 200 && days.body.days?.length === 28,
    days.text.slice(0, 200));
  tally.same("but of the last 30 alone", (await lead.get(
    `/teammates/${c.mina.id}/presence/history?from=2020-01-01&to=2020-01-02`)).status, 400);
  tally.same("from after to", (await c.mina.client.get(
    `/teammates/${c.mina.id}/presence/history?from=2020-02-01&to=2020-01-01`)).status, 400);
  const gone = await c.owner.delete(`/presence-reasons/${lunch.body.id}`);
  tally.same("taken from the list", [gone.status, gone.body.id], [200, lunch.body.id]);
  const list = await c.mina.client.get("/presence-reasons");
  tally.is("it stays in history", list.body.data.length >= 1
    && list.body.data.every((r: any) => r.deleted), list.text);
}

await withServer({}, async (server, owner) => {
  const c = await cast(server, owner);
  await me(c);
  await work(c);
  await lists(c);
  await invite(c);
  await change(c);
  await looks(c);
  await leave(c);
  await skills(c);
  await presence(c);
  tally.same("as the document says", [...new Set(owner.faults)], []);
});
tally.end();
