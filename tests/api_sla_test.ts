// api_sla_test -- SLA policies and calendars over HTTP: made, replaced, tried, deleted, and what
// they do to conversations that are open. Every answer is held against the document.
import { randomUUID } from "node:crypto";

import { Tally } from "./program.ts";
import { withServer, type Answer, type Client, type Person, type Server } from "./server.ts";

const tally = new Tally();

interface Scene {
  readonly owner: Client;
  readonly team: string;
  readonly other: string;
  readonly mate: Person;
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
const match = (etag: string | null): { headers: Record<string, string> } =>
  ({ headers: { "If-Match": etag ?? "none" } });
const any = match("*");

async function scene(server: Server, owner: Client): Promise<Scene> {
  const team = (await owner.post("/teams", { name: "Sales" })).body.id;
  const other = (await owner.post("/teams", { name: "Support" })).body.id;
  return {
    owner, team, other,
    mate: await server.person(owner, { name: "Mina Park", roles: ["teammate"],
      memberships: [{ team }] }),
    lead: await server.person(owner, { name: "Lea Der", roles: ["teammate", "lead"],
      memberships: [{ team }] }),
  };
}

async function walk(client: Client, path: string): Promise<string[]> {
  const all: string[] = [];
  for (let at: string | null = path; at !== null;) {
    const got: Answer = await client.get(at);
    status(`a page of ${at.slice(0, 40)}`, got, 200);
    all.push(...(got.body?.data ?? []).map((row: any) => row.id));
    at = /<([^>]+)>; rel="next"/.exec(got.headers.get("link") ?? "")?.[1] ?? null;
  }
  return all;
}

// ---- calendars

const DAYS = [1, 2, 3, 4, 5].map((day) => ({ day, from: "09:00", to: "18:00" }));

async function calendars(s: Scene): Promise<void> {
  const body = { name: "Seoul, weekdays", zone: "Asia/Seoul", week: [...DAYS].reverse(),
    closed: ["2026-12-25", "2026-03-01"] };
  const key = { headers: { "Idempotency-Key": randomUUID() } };
  const made = await s.owner.post("/calendars", body, key);
  status("a calendar is made", made, 201);
  tally.same("Location", made.headers.get("location"), `/api/v1/calendars/${made.body.id}`);
  tally.same("hours and dates in order", [made.body.week, made.body.closed],
    [DAYS, ["2026-03-01", "2026-12-25"]]);
  tally.same("the same key answers the same",
    (await s.owner.post("/calendars", body, key)).text, made.text);
  const path = `/calendars/${made.body.id}`;
  const read = await s.mate.client.get(path);
  status("a teammate reads it", read, 200);
  const { seq: _seq, ...whole } = made.body;
  tally.same("as it was made", read.body, whole);
  problem("and makes none", await s.mate.client.post("/calendars", body), 403, "forbidden");
  problem("nor does a lead", await s.lead.client.put(path, body, any), 403, "forbidden");
  problem("a name is given once", await s.owner.post("/calendars",
    { ...body, name: "SEOUL, weekdays" }), 409, "conflict");
  const bad = await s.owner.post("/calendars", { name: " ", zone: "Asia/Sool", extra: 1,
    week: [{ day: 8, from: "09:00", to: "08:00" }, { day: 1, from: "18:00", to: "09:00" },
      { day: 1, from: "nine", to: "24:00", x: 1 }],
    closed: ["2026-02-30", "2026-01-01", "2026-01-01"] });
  problem("every fault at once", bad, 422, "invalid_value");
  tally.same("each with its place", places(bad), ["/closed/0 bad_time", "/closed/2 repeated",
    "/extra unknown_member", "/name too_short", "/week/0/day out_of_range", "/week/1/to conflict",
    "/week/2/from bad_time", "/week/2/x unknown_member", "/zone bad_time"]);

  status("a team is given it", await s.owner.patch(`/teams/${s.team}/settings`,
    { set: { calendar: made.body.id, rank: 2 } }, any), 200);
  tally.same("and is named", (await s.owner.get(path)).body.used_by, [s.team]);
  tally.same("its setting names it", (await s.owner.get(`/teams/${s.team}/settings`))
    .body.settings.calendar, { own: made.body.id, effective: made.body.id, from: "team" });
  const twin = await s.owner.post("/calendars", { ...body, name: "The same hours" });
  status("another with the same hours", twin, 201);
  status("is the workspace's", await s.owner.patch("/settings/workspace",
    { set: { calendar: twin.body.id } }, any), 200);
  tally.same("each keeps its own", [(await s.owner.get(path)).body.used_by,
    (await s.owner.get(`/calendars/${twin.body.id}`)).body.of_workspace], [[s.team], true]);
  const none = await s.owner.patch("/settings/workspace", { set: { calendar: "cal_99" } }, any);
  tally.same("one that is not there", places(none), ["/set/calendar not_found"]);
  const late = await s.owner.patch("/settings/workspace", { set: { calendar: twin.body.id },
    effective_at: new Date(Date.now() + 86_400_000).toISOString() }, any);
  tally.same("hours are not for later", places(late), ["/set/calendar conflict"]);

  const etag = read.headers.get("etag");
  problem("without If-Match", await s.owner.put(path, body), 428, "precondition_required");
  const next = { ...body, week: [{ day: 1, from: "10:00", to: "24:00" }] };
  const dry = await s.owner.put(`${path}?dry_run=true`, next, match(etag));
  tally.same("tried", [dry.status, Object.keys(dry.body?.changes ?? {}), dry.body?.effect?.shape],
    [200, ["week"], "preview/1"]);
  const put = await s.owner.put(path, next, match(etag));
  status("replaced", put, 200);
  tally.same("and its team with it", (await s.owner.get("/policy")).body.text
    .includes("calendar = Asia/Seoul; mon 10:00-24:00"), true);
  tally.same("but not the twin's", (await s.owner.get(`/calendars/${twin.body.id}`))
    .body.of_workspace, true);
  problem("who read before is too late", await s.owner.put(path, body, match(etag)), 412,
    "version_mismatch");
  problem("what is used is not deleted", await s.owner.delete(path, any), 409, "conflict");
  status("once nobody has it", await s.owner.patch(`/teams/${s.team}/settings`,
    { set: { calendar: "inherit" } }, any), 200);
  const gone = await s.owner.delete(path, match(put.headers.get("etag")));
  status("it is deleted", gone, 200);
  problem("and is not there", await s.owner.get(path), 404, "not_found");
  for (const id of ["cal_0", "cal_99", "seoul", "cal_01"])
    problem(`calendar ${id}`, await s.owner.get(`/calendars/${id}`), 404, "not_found");
  for (let i = 0; i < 5; i++)
    await s.owner.post("/calendars", { name: `Calendar ${i}`, zone: "UTC", week: DAYS });
  const all = await walk(s.mate.client, "/calendars?limit=2&sort=id");
  tally.same("a list, each once", all.length, new Set(all).size);
  tally.is("without the deleted", !all.includes(made.body.id) && all.length === 6, all);
  tally.same("by the beginning of a name", (await s.owner.get(
    "/calendars?name.prefix=CALENDAR%203&total=true")).body.page.total, 1);
}

// ---- SLA policies

const TARGETS = { first_response_ms: 1_800_000, next_response_ms: 3_600_000,
  time_to_close_ms: 28_800_000 };

async function policies(s: Scene): Promise<void> {
  const calendar = (await s.owner.post("/calendars",
    { name: "Always", zone: "UTC", week: [1, 2, 3, 4, 5, 6, 7].map((day) =>
      ({ day, from: "00:00", to: "24:00" })) })).body.id;
  const body = { name: "Standard", applies_to: { teams: [s.team], where: null }, calendar,
    targets: TARGETS, pause_while_snoozed: true, warn_at_permille: 800 };
  const made = await s.lead.client.post("/sla-policies", body);
  status("a lead makes one for their team", made, 201);
  tally.same("Location", made.headers.get("location"), `/api/v1/sla-policies/${made.body.id}`);
  const path = `/sla-policies/${made.body.id}`;
  const { seq: _seq, ...whole } = made.body;
  const read = await s.mate.client.get(path);
  tally.same("a teammate reads it as it was made", read.body, whole);
  problem("and makes none", await s.mate.client.post("/sla-policies", body), 403, "forbidden");
  problem("a lead makes none for another team", await s.lead.client.post("/sla-policies",
    { ...body, name: "B", applies_to: { teams: [s.team, s.other] } }), 403, "forbidden");
  problem("nor for all", await s.lead.client.post("/sla-policies",
    { ...body, name: "C", applies_to: {} }), 403, "forbidden");
  problem("a name is given once", await s.owner.post("/sla-policies",
    { ...body, name: "standard" }), 409, "conflict");
  const bad = await s.owner.post("/sla-policies", { name: 5, calendar: "team_1", extra: true,
    applies_to: { teams: ["team_x", s.team, s.team], where: { all: [
      { field: "state", op: "in", value: ["open"] }] }, x: 1 },
    targets: { first_response_ms: 1, next_response_ms: "1h" }, warn_at_permille: 1001 });
  problem("every fault at once", bad, 422, "invalid_value");
  tally.is("each with its place", ["/applies_to/where not_allowed", "/applies_to/x unknown_member",
    "/calendar bad_id", "/extra unknown_member", "/name wrong_type",
    "/targets/first_response_ms out_of_range", "/targets/next_response_ms wrong_type",
    "/warn_at_permille out_of_range"].every((p) => places(bad).includes(p)), places(bad));
  const nowhere = await s.owner.post("/sla-policies", { ...body, name: "D", calendar: "cal_999",
    applies_to: { teams: ["team_999"] }, targets: {} });
  tally.same("what it names must be there", places(nowhere),
    ["/applies_to/teams/0 not_found", "/calendar not_found", "/targets too_few"]);

  const etag = made.headers.get("etag");
  problem("without If-Match", await s.lead.client.patch(path, { warn_at_permille: 500 }), 428,
    "precondition_required");
  const patched = await s.lead.client.patch(path, { targets: { next_response_ms: null },
    applies_to: { where: { any: [{ field: "priority", op: "gte", value: 1 }] } } }, match(etag));
  status("a part is changed", patched, 200);
  tally.same("the rest stays", [patched.body.targets, patched.body.applies_to], [
    { ...TARGETS, next_response_ms: null }, { teams: [s.team],
      where: { any: [{ field: "priority", op: "gte", value: 1 }] } }]);
  problem("who read before is too late", await s.lead.client.patch(path, {}, match(etag)), 412,
    "version_mismatch");
  const put = await s.lead.client.put(path, { name: "Standard", calendar: null,
    applies_to: { teams: [s.team] }, targets: TARGETS }, any);
  tally.same("replaced whole", [put.status, put.body.applies_to.where, put.body.calendar],
    [200, null, null]);
  const dry = await s.lead.client.patch(`${path}?dry_run=true`, { name: "Other" }, any);
  tally.same("tried", [dry.body?.dry_run, dry.body?.changes],
    [true, { name: { before: "Standard", after: "Other" } }]);
  tally.same("a calendar that a policy uses stays", (await s.lead.client.patch(path, { calendar },
    any)).status, 200);
  problem("for ever", await s.owner.delete(`/calendars/${calendar}`, any), 409, "conflict");
  const second = await s.owner.post("/sla-policies", { name: "All", applies_to: {},
    calendar: null, targets: { first_response_ms: 60_000 } });
  tally.same("the next comes behind", second.body.position, put.body.position + 1);
  tally.same("a list by team", await walk(s.mate.client, `/sla-policies?team.has=${s.team}`),
    [made.body.id]);
  tally.same("a list, page by page", (await walk(s.mate.client, "/sla-policies?limit=1")).sort(),
    [made.body.id, second.body.id].sort());
  problem("deleted by a lead of one team",
    await s.lead.client.delete(`/sla-policies/${second.body.id}`, any), 403, "forbidden");
  status("deleted", await s.owner.delete(`/sla-policies/${second.body.id}`, any), 200);
  problem("and is not there", await s.owner.get(`/sla-policies/${second.body.id}`), 404,
    "not_found");
  status("the first too", await s.owner.delete(path, any), 200);
}

async function clocks(s: Scene): Promise<void> {
  const started = new Map<string, number>();
  for (let i = 0; i < 3; i++) {
    const cv = await s.owner.post("/conversations",
      { team: i < 2 ? s.team : s.other, title: `Number ${i}`, priority: i });
    status("a conversation", cv, 201);
    started.set(cv.body.id, Date.parse(cv.body.started));
  }
  const [first, second, far] = [...started.keys()] as [string, string, string];
  const body = { name: "Fast", applies_to: { teams: [s.team] }, calendar: null,
    targets: { time_to_close_ms: 3_600_000 } };
  const made = await s.lead.client.post("/sla-policies", body);
  const path = `/sla-policies/${made.body.id}`;
  const due = async (id: string): Promise<number | null> => {
    const sla = (await s.owner.get(`/conversations/${id}`)).body.sla
      .filter((x: any) => x.status === "running");
    return sla.length === 0 ? null : Date.parse(sla[0].due);
  };
  tally.same("open ones are due at once", await due(first), (started.get(first) ?? 0) + 3_600_000);
  tally.same("of that team alone", await due(far), null);
  tally.same("the conversation says so itself", await Promise.all([first, far].map(async (id) =>
    (await s.owner.get(`/conversations/${id}`)).body.due)),
  [new Date((started.get(first) ?? 0) + 3_600_000).toISOString(), null]);
  const view = (await s.owner.get(`/conversations?due.null=false&sort=id`)).body.data
    .map((row: any) => row.id);
  tally.same("the engine knows", view, [first, second]);
  const sooner = await s.lead.client.post(`${path}/preview`,
    { targets: { time_to_close_ms: 60_000 }, applies_to: { where: { all: [
      { field: "priority", op: "in", value: [1] }] } } });
  status("a preview", sooner, 200);
  tally.same("whom it would apply to, and late at once", [sooner.body.matched, sooner.body.late],
    [1, 0]);
  problem("a preview of nothing", await s.owner.post("/sla-policies/sla_999/preview", {}), 404,
    "not_found");
  const changed = await s.lead.client.patch(path, { applies_to: { where: { all: [
    { field: "priority", op: "gte", value: 1 }] } } }, any);
  status("narrowed to what matters", changed, 200);
  tally.same("the first is let go", await due(first), null);
  tally.same("the second is not", await due(second), (started.get(second) ?? 0) + 3_600_000);
  const gone = await s.lead.client.delete(path, any);
  tally.same("deleted, it lets go of one", [gone.status, gone.body.used], [200, 1]);
  tally.same("and nothing is due", (await s.owner.get("/conversations?due.null=false")).body.data,
    []);
}

/** Clocks follow what is done: status of each target, and when the engine thinks it is due. */
async function followed(s: Scene): Promise<void> {
  const policy = await s.lead.client.post("/sla-policies", { name: "Follows", calendar: null,
    applies_to: { teams: [s.team] }, targets: TARGETS });
  status("a policy", policy, 201);
  const contact = (await s.mate.client.post("/contacts", { name: "Yuna Seo" })).body.id;
  const cv = await s.mate.client.post("/conversations",
    { team: s.team, contact, text: "Charged twice" });
  status("a contact writes", cv, 201);
  const id = cv.body.id;
  const read = async (): Promise<[Record<string, string>, number | null]> => {
    const got = (await s.owner.get(`/conversations/${id}`)).body;
    const row = (await s.owner.get(`/conversations?due.null=false`)).body.data
      .find((x: any) => x.id === id);
    const dues = got.sla.filter((x: any) => /running|paused/.test(x.status) && x.due !== null)
      .map((x: any) => Date.parse(x.due));
    tally.same("the engine is told of the earliest", row !== undefined, dues.length > 0);
    return [Object.fromEntries(got.sla.map((x: any) => [x.target, x.status])),
      dues.length === 0 ? null : Math.min(...dues) - Date.parse(got.started)];
  };
  const near = (what: string, got: number | null, want: number): void =>
    tally.is(what, got !== null && Math.abs(got - want) < 20_000, got);
  let [clocks, due] = await read();
  tally.same("two clocks run", clocks, { first_response: "running", time_to_close: "running" });
  near("the first answer is due first", due, TARGETS.first_response_ms);
  const answer = await s.mate.client.post(`/conversations/${id}/parts`,
    { kind: "message", text: "We look into it." });
  status("an answer", answer, 201);
  [clocks, due] = await read();
  tally.same("meets the first", clocks, { first_response: "met", time_to_close: "running" });
  near("then the end is due", due, TARGETS.time_to_close_ms);
  const snooze = await s.mate.client.post(`/conversations/${id}/snooze`,
    { until: new Date(Date.now() + 86_400_000).toISOString() });
  status("asleep", snooze, 200);
  [clocks, due] = await read();
  near("due when it has woken", due, 86_400_000 + TARGETS.time_to_close_ms);
  tally.same("the clock stands", clocks, { first_response: "met", time_to_close: "paused" });
  status("awake", await s.mate.client.post(`/conversations/${id}/reopen`, {}), 200);
  [clocks, due] = await read();
  tally.same("it runs", clocks, { first_response: "met", time_to_close: "running" });
  near("with what was left", due, TARGETS.time_to_close_ms);
  status("moved", await s.lead.client.post(`/conversations/${id}/move`, { team: s.other }), 200);
  [clocks] = await read();
  tally.same("where no policy applies none runs", clocks, { first_response: "met" });
  const stale = await s.owner.post(`/conversations/${id}/close`, { based_on: 1 });
  problem("who decides on what was is refused in its own words", stale, 409, "stale");
}

await withServer({}, async (server, owner) => {
  const s = await scene(server, owner);
  await calendars(s);
  await policies(s);
  await clocks(s);
  await followed(s);
  for (const fault of owner.faults) tally.is("the document is kept", false, fault);
});
tally.end();
