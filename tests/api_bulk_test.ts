// api_bulk_test -- edits of many at once over HTTP: previewed, applied whole or not at all, undone;
// tables that become such edits; the change log and its way back. Every answer is held against the
// document.
import { randomUUID } from "node:crypto";

import { Tally } from "./program.ts";
import { browser, withServer, type Answer, type Client, type Person, type Server }
  from "./server.ts";

const tally = new Tally();

interface Scene {
  readonly server: Server;
  readonly owner: Client;
  readonly bank: string;
  readonly over: string;
  readonly ada: Person;
  readonly bo: Person;
  readonly cy: Person;
  readonly lead: Person; // of bank
  readonly plain: Person; // a teammate, nothing else
}

const status = (what: string, got: Answer, want: number): void =>
  tally.is(`${what}: ${want}`, got.status === want, `${got.status} ${got.text.slice(0, 400)}`);
const problem = (what: string, got: Answer, want: number, type: string): void =>
  tally.is(`${what}: ${want} ${type}`,
    got.status === want && got.body?.type === `/problems/${type}`,
    `${got.status} ${got.text.slice(0, 400)}`);
const match = (got: Answer): { headers: Record<string, string> } =>
  ({ headers: { "If-Match": got.headers.get("etag") ?? "*" } });
const details = (got: Answer): string[] =>
  (got.body?.errors ?? []).map((e: any) => e.detail).sort();

async function scene(server: Server, owner: Client): Promise<Scene> {
  const bank = (await owner.post("/teams", { name: "Bank" })).body.id;
  const over = (await owner.post("/teams", { name: "Over" })).body.id;
  const roles = ["teammate"];
  const memberships = [{ team: bank }];
  return {
    server, owner, bank, over,
    ada: await server.person(owner, { name: "Ada", roles, memberships }),
    bo: await server.person(owner, { name: "Bo", roles, memberships }),
    cy: await server.person(owner, { name: "Cy", roles, memberships: [{ team: over }] }),
    lead: await server.person(owner,
      { name: "Lea Der", roles: ["teammate", "lead"], leads: [bank], memberships } as any),
    plain: await server.person(owner, { name: "Pla In", roles }),
  };
}

const settingOf = async (client: Client, id: string, name: string): Promise<unknown> =>
  (await client.get(`/teammates/${id}/settings`)).body?.settings?.[name]?.own;
const levelOf = async (client: Client, id: string, team: string): Promise<unknown> =>
  ((await client.get(`/teammates/${id}`)).body?.memberships ?? [])
    .find((m: any) => m.team === team)?.level ?? null;
const rowsOf = async (client: Client, bulk: Answer): Promise<any[]> =>
  (await client.get(`/bulk-edits/${bulk.body.id}/rows?limit=500`)).body?.data ?? [];

/** The state of a job, once it has ended. */
async function ended(client: Client, job: string): Promise<any> {
  for (let i = 0; i < 3000; i++) {
    const got = await client.get(`/jobs/${job}`);
    if (!["waiting", "running"].includes(got.body?.state)) return got.body;
  }
  return null;
}

// ---- teammates

async function previewed(s: Scene): Promise<Answer> {
  const body = {
    resource: "teammates",
    scope: {
      where: { all: [{ field: "team", op: "has", value: [s.bank, s.over] },
        { field: "roles", op: "has", value: ["teammate"] }] },
      except: [s.cy.id],
    },
    changes: [{ op: "set", name: "limit", value: 4 },
      { op: "put_membership", team: s.over, level: "secondary" }],
    note: "Launch week",
  };
  const made = await s.owner.post("/bulk-edits", body);
  status("a preview is made", made, 201);
  tally.same("its state", made.body?.state, "preview");
  tally.same("the excepted one is matched, and in no row",
    [made.body?.matched, made.body?.totals], [4, { change: 3, same: 0, blocked: 0 }]);
  tally.is("its place is told",
    made.headers.get("location") === `/api/v1/bulk-edits/${made.body?.id}`);
  tally.same("nothing has changed", await settingOf(s.owner, s.ada.id, "limit"), "inherit");
  const rows = await rowsOf(s.owner, made);
  tally.same("each row before and after", rows[0], { row: 1, id: s.ada.id, result: "change",
    code: null, before: { limit: "inherit", memberships: { [s.over]: null } },
    after: { limit: 4, memberships: { [s.over]: "secondary" } }, applied: false });
  const walked: number[] = [];
  let at: string | null = `/bulk-edits/${made.body?.id}/rows?limit=1&total=true`;
  while (at !== null) {
    const page: Answer = await s.owner.get(at);
    walked.push(...(page.body?.data ?? []).map((r: any) => r.row));
    at = /<([^>]+)>; rel="next"/.exec(page.headers.get("link") ?? "")?.[1] ?? null;
  }
  tally.same("rows walked by Link", walked, [1, 2, 3]);
  tally.same("rows by result", (await s.owner.get(
    `/bulk-edits/${made.body?.id}/rows?result=blocked&fields=row`)).body?.data, []);
  const got = await s.owner.get(`/bulk-edits/${made.body?.id}`);
  status("it is read", got, 200);
  tally.same("with its tag", got.headers.get("etag"), made.headers.get("etag"));
  return made;
}

async function applied(s: Scene, made: Answer): Promise<Answer> {
  const path = `/bulk-edits/${made.body.id}`;
  problem("without If-Match", await s.owner.post(`${path}/apply`), 428, "precondition_required");
  problem("with an old one", await s.owner.post(`${path}/apply`, undefined,
    { headers: { "If-Match": '"r7"' } }), 412, "version_mismatch");
  problem("by somebody else", await s.lead.client.post(`${path}/apply`, undefined, match(made)),
    404, "not_found");
  const key = randomUUID();
  const ask = { headers: { ...match(made).headers, "Idempotency-Key": key } };
  const done = await s.owner.post(`${path}/apply`, undefined, ask);
  status("it is applied", done, 200);
  tally.same("its state", done.body?.state, "applied");
  tally.is("undo is offered", typeof done.body?.undo_until === "string");
  const again = await s.owner.post(`${path}/apply`, undefined, ask);
  tally.same("the same key has the same answer",
    [again.status, again.headers.get("idempotency-replayed"), again.body],
    [200, "true", done.body]);
  tally.same("everybody has it", [await settingOf(s.owner, s.ada.id, "limit"),
    await levelOf(s.owner, s.bo.id, s.over)], [4, "secondary"]);
  tally.same("the one excepted has not", await settingOf(s.owner, s.cy.id, "limit"), "inherit");
  const rows = await rowsOf(s.owner, made);
  tally.is("the rows say so", rows.every((r) => r.applied === true && r.result === "change"));
  const changes = (await s.owner.get(`/changes?teammate=${s.ada.id}&kind=settings`)).body?.data;
  tally.same("the change log has it", [changes?.[0]?.bulk_edit, changes?.[0]?.before,
    changes?.[0]?.after, changes?.[0]?.note],
    [made.body.id, { limit: "inherit" }, { limit: 4 }, "Launch week"]);
  const versions = new Set((await s.owner.get("/changes?kind=settings&limit=100")).body?.data
    .filter((c: any) => c.bulk_edit === made.body.id).map((c: any) => c.version));
  tally.same("one version of the settings", versions.size, 1);
  problem("it is applied once", await s.owner.post(`${path}/apply`, undefined, match(done)),
    409, "conflict");
  problem("and no preview any more", await s.owner.delete(path), 409, "conflict");
  problem("nor to be cancelled", await s.owner.post(`${path}/cancel`), 409, "conflict");
  return done;
}

async function undone(s: Scene, done: Answer): Promise<void> {
  const path = `/bulk-edits/${done.body.id}/undo`;
  const edit = await s.owner.get(`/teammates/${s.ada.id}/settings`);
  status("a limit is changed meanwhile", await s.owner.patch(`/teammates/${s.ada.id}/settings`,
    { set: { limit: 9 } }, match(edit)), 200);
  const refused = await s.owner.post(path);
  problem("what was changed since is in the way", refused, 409, "undo_conflict");
  tally.same("and is named", details(refused), [`${s.ada.id}.limit`]);
  problem("nobody undoes what is not theirs", await s.plain.client.post(path), 404, "not_found");
  const back = await s.owner.post(path, { leave_out: [`${s.ada.id}.limit`], note: "Over" });
  status("the rest goes back", back, 201);
  tally.same("as a preview", [back.body?.state, back.body?.undoes, back.body?.totals],
    ["preview", done.body.id, { change: 3, same: 0, blocked: 0 }]);
  status("which is applied", await s.owner.post(`/bulk-edits/${back.body?.id}/apply`, undefined,
    match(back)), 200);
  tally.same("what was left out stays", [await settingOf(s.owner, s.ada.id, "limit"),
    await settingOf(s.owner, s.bo.id, "limit"), await levelOf(s.owner, s.ada.id, s.over)],
    [9, "inherit", null]);
  tally.same("the first is undone",
    (await s.owner.get(`/bulk-edits/${done.body.id}`)).body?.state, "undone");
  problem("once", await s.owner.post(path), 409, "conflict");
}

async function refused(s: Scene): Promise<void> {
  const made = await s.owner.post("/bulk-edits", { resource: "teammates",
    scope: { ids: [s.ada.id, s.bo.id] }, changes: [{ op: "set", name: "limit", value: 2 }] });
  status("a preview of two", made, 201);
  const edit = await s.owner.get(`/teammates/${s.bo.id}/settings`);
  await s.owner.patch(`/teammates/${s.bo.id}/settings`, { set: { limit: 7 } }, match(edit));
  const got = await s.owner.post(`/bulk-edits/${made.body.id}/apply`, undefined, match(made));
  problem("one row changed between preview and apply", got, 409, "row_refused");
  tally.same("it is named", details(got), [s.bo.id]);
  tally.same("and leaves every row as it was", [await settingOf(s.owner, s.ada.id, "limit"),
    await settingOf(s.owner, s.bo.id, "limit")], [9, 7]);
  status("a preview is thrown away", await s.owner.delete(`/bulk-edits/${made.body.id}`), 204);
  problem("and is gone", await s.owner.get(`/bulk-edits/${made.body.id}`), 404, "not_found");
  const other = await s.owner.post("/bulk-edits", { resource: "teammates",
    scope: { ids: [s.ada.id] }, changes: [{ op: "inherit", name: "limit" }] });
  const cancelled = await s.owner.post(`/bulk-edits/${other.body.id}/cancel`);
  status("one is cancelled", cancelled, 200);
  tally.same("and says so", cancelled.body?.state, "cancelled");
}

async function blocked(s: Scene): Promise<void> {
  const body = { resource: "teammates", scope: { ids: [s.ada.id, s.cy.id, "tm_4000"] },
    changes: [{ op: "set", name: "limit", value: 3 }] };
  const mine = await s.lead.client.post("/bulk-edits", body);
  status("a lead edits their own", mine, 201);
  tally.same("and not others'", [mine.body?.totals, mine.body?.blocked], [
    { change: 1, same: 0, blocked: 2 },
    [{ code: "forbidden", count: 1 }, { code: "not_found", count: 1 }]]);
  status("what is left is applied", await s.lead.client.post(
    `/bulk-edits/${mine.body?.id}/apply`, undefined, match(mine)), 200);
  tally.same("to whom it may", [await settingOf(s.owner, s.ada.id, "limit"),
    await settingOf(s.owner, s.cy.id, "limit")], [3, "inherit"]);
  problem("a teammate edits nobody", await s.plain.client.post("/bulk-edits", body), 403,
    "forbidden");
  tally.same("a lead lists their own",
    (await s.lead.client.get("/bulk-edits")).body?.data.length, 1);
  tally.same("a teammate none", (await s.plain.client.get("/bulk-edits")).body?.data.length, 0);
  problem("and reads none", await s.plain.client.get(`/bulk-edits/${mine.body?.id}`), 404,
    "not_found");
  const level = await s.owner.post("/bulk-edits", { resource: "teammates",
    scope: { ids: [s.ada.id, s.cy.id] },
    changes: [{ op: "put_membership", team: s.over, level: "secondary" }] });
  tally.same("who serves it at the other level is left out", level.body?.blocked,
    [{ code: "both_levels", count: 1 }]);
  const turns = await s.owner.post("/teams", { name: "Turns", set: { method: "round_robin" } });
  const helper = await s.owner.post("/bulk-edits", { resource: "teammates",
    scope: { ids: [s.ada.id, s.cy.id] },
    changes: [{ op: "put_membership", team: turns.body.id, level: "secondary" }] });
  tally.same("only a balanced team has helpers", helper.body?.blocked,
    [{ code: "secondary_needs_balanced", count: 2 }]);
  const nothing = await s.owner.post(`/bulk-edits/${helper.body?.id}/apply`, undefined,
    match(helper));
  status("an edit of nothing is applied", nothing, 200);
  const where = await s.lead.client.post("/bulk-edits/", body);
  status("no slash at the end", where, 404);
}

async function faults(s: Scene): Promise<void> {
  const changes = [{ op: "set", name: "limit", value: 3 }];
  const cases: [string, unknown, number, string][] = [
    ["an empty body", {}, 422, "invalid_value"],
    ["another resource", { resource: "teams", scope: { ids: [] }, changes }, 422, "invalid_value"],
    ["neither filter nor ids", { resource: "teammates", scope: {}, changes }, 422, "invalid_value"],
    ["both", { resource: "teammates", scope: { ids: [], where: { all: [] } }, changes }, 422,
      "invalid_value"],
    ["an id of another kind", { resource: "teammates", scope: { ids: ["team_1"] }, changes }, 422,
      "invalid_value"],
    ["a hostile id", { resource: "teammates", scope: { ids: ["tm_1' OR 1=1 --"] }, changes }, 422,
      "invalid_value"],
    ["a field that is not", { resource: "teammates",
      scope: { where: { all: [{ field: "password", op: "in", value: ["x"] }] } }, changes }, 422,
      "invalid_value"],
    ["no changes", { resource: "teammates", scope: { ids: [] }, changes: [] }, 422,
      "invalid_value"],
    ["a change that is not", { resource: "teammates", scope: { ids: [] },
      changes: [{ op: "drop" }] }, 422, "invalid_value"],
    ["a change of another resource", { resource: "teammates", scope: { ids: [] },
      changes: [{ op: "close" }] }, 422, "invalid_value"],
    ["a setting of teams", { resource: "teammates", scope: { ids: [] },
      changes: [{ op: "set", name: "rank", value: 1 }] }, 422, "invalid_value"],
    ["a value out of range", { resource: "teammates", scope: { ids: [] },
      changes: [{ op: "set", name: "limit", value: 1001 }] }, 422, "invalid_value"],
    ["a value of another type", { resource: "teammates", scope: { ids: [] },
      changes: [{ op: "set", name: "limit", value: "four" }] }, 422, "invalid_value"],
    ["one setting twice", { resource: "teammates", scope: { ids: [] },
      changes: [...changes, ...changes] }, 422, "invalid_value"],
    ["one team at both levels", { resource: "teammates", scope: { ids: [] }, changes: [
      { op: "put_membership", team: s.bank, level: "primary" },
      { op: "put_membership", team: s.bank, level: "secondary" }] }, 422, "both_levels"],
    ["a member nobody knows", { resource: "teammates", scope: { ids: [] }, changes, notes: 1 }, 422,
      "invalid_value"],
  ];
  for (const [what, body, code, type] of cases)
    problem(what, await s.owner.post("/bulk-edits", body), code, type);
  problem("no JSON", await s.owner.ask("POST", "/bulk-edits", { raw: "{" }), 400, "malformed");
  problem("another type of body", await s.owner.ask("POST", "/bulk-edits",
    { raw: "x", headers: { "Content-Type": "text/plain" } }), 415, "unsupported_media_type");
  problem("a parameter", await s.owner.post("/bulk-edits?page=1", {}), 400, "unknown_parameter");
  problem("nobody", await s.owner.as(null).post("/bulk-edits", {}), 401, "unauthenticated");
  for (const id of ["bulk_4000", "bulk_0", "tm_1", "'%20OR%201=1"])
    problem(`no bulk edit ${id}`, await s.owner.get(`/bulk-edits/${id}`), 404, "not_found");
  problem("a filter that is not", await s.owner.get("/bulk-edits?secret=1"), 400,
    "unknown_parameter");
  const old = await s.owner.get("/bulk-edits?state=preview,applied&sort=-id&limit=1&total=true");
  status("a list by state", old, 200);
}

// ---- memberships, conversations

async function memberships(s: Scene): Promise<void> {
  const made = await s.owner.post("/bulk-edits", { resource: "memberships",
    scope: { where: { all: [{ field: "team", op: "in", value: [s.bank] }] },
      except: [`${s.bank}/${s.lead.id}`] },
    changes: [{ op: "put_membership", level: "secondary" }] });
  status("memberships of a team", made, 201);
  const rows = await rowsOf(s.owner, made);
  tally.same("are named by both", rows.map((r) => [r.id, r.before, r.after]), [
    [`${s.bank}/${s.ada.id}`, { level: "primary" }, { level: "secondary" }],
    [`${s.bank}/${s.bo.id}`, { level: "primary" }, { level: "secondary" }]]);
  const done = await s.owner.post(`/bulk-edits/${made.body?.id}/apply`, undefined, match(made));
  status("and changed", done, 200);
  tally.same("to the other level", await levelOf(s.owner, s.bo.id, s.bank), "secondary");
  const gone = await s.owner.post("/bulk-edits", { resource: "memberships",
    scope: { ids: [`${s.bank}/${s.ada.id}`, `${s.bank}/${s.bo.id}`] },
    changes: [{ op: "remove_membership" }] });
  status("two leave", gone, 201);
  const left = await s.owner.post(`/bulk-edits/${gone.body?.id}/apply`, undefined, match(gone));
  status("and are gone", left, 200);
  tally.same("from the team", await levelOf(s.owner, s.ada.id, s.bank), null);
  const back = await s.owner.post(`/bulk-edits/${gone.body?.id}/undo`);
  await s.owner.post(`/bulk-edits/${back.body?.id}/apply`, undefined, match(back));
  tally.same("and come back as they were", [await levelOf(s.owner, s.ada.id, s.bank),
    await levelOf(s.owner, s.bo.id, s.bank)], ["secondary", "secondary"]);
  const first = await s.owner.post(`/bulk-edits/${made.body?.id}/undo`);
  await s.owner.post(`/bulk-edits/${first.body?.id}/apply`, undefined, match(first));
  tally.same("the first as well", await levelOf(s.owner, s.ada.id, s.bank), "primary");
}

async function conversations(s: Scene): Promise<void> {
  const ids: string[] = [];
  for (let i = 0; i < 4; i++)
    ids.push((await s.lead.client.post("/conversations",
      { team: s.bank, title: `c${i}` })).body?.id);
  const tag = (await s.lead.client.post("/tags", { name: "vip" })).body?.id;
  const bulk = async (changes: unknown, scope: unknown = { ids }): Promise<Answer> => {
    const made = await s.lead.client.post("/bulk-edits",
      { resource: "conversations", scope, changes });
    status(`preview of ${JSON.stringify(changes)}`, made, 201);
    const done = await s.lead.client.post(`/bulk-edits/${made.body?.id}/apply`, undefined,
      match(made));
    status("applied", done, 200);
    return done;
  };
  const one = async (id = ids[0]): Promise<any> =>
    (await s.lead.client.get(`/conversations/${id}`)).body;
  await bulk([{ op: "add_tag", value: tag }]);
  tally.same("a tag is on them", (await one())?.tags, [tag]);
  const found = await s.lead.client.get(`/conversations?tags.has=${tag}&total=true`);
  tally.same("and they are found by it", found.body?.page?.total, 4);
  const untagged = await bulk([{ op: "remove_tag", value: tag }],
    { where: { all: [{ field: "tags", op: "has", value: [tag] }] }, except: [ids[3]] });
  tally.same("it is taken off again",
    [(await one())?.tags, (await one(ids[3]))?.tags], [[], [tag]]);
  tally.same("three rows", untagged.body?.totals?.change, 3);
  await bulk([{ op: "assign", value: s.lead.id }]);
  tally.same("they are assigned", (await one())?.teammate, s.lead.id);
  const closed = await bulk([{ op: "close" }], { ids: ids.slice(0, 2) });
  tally.same("two are closed", [(await one())?.state, (await one(ids[2]))?.state],
    ["closed", "open"]);
  const until = new Date(Date.now() + 3600_000).toISOString();
  await bulk([{ op: "snooze", value: until }], { ids: ids.slice(2) });
  tally.same("two sleep", [(await one(ids[2]))?.state, (await one(ids[2]))?.snoozed_until],
    ["snoozed", until]);
  const back = await s.lead.client.post(`/bulk-edits/${closed.body?.id}/undo`);
  status("closing is undone", back, 201);
  status("by opening", await s.lead.client.post(`/bulk-edits/${back.body?.id}/apply`, undefined,
    match(back)), 200);
  tally.same("again", (await one())?.state, "open");
  const move = await bulk([{ op: "move", team: s.over }], { ids: [ids[0]] });
  tally.same("one is moved", move.body?.totals?.change, 1);
  const hidden = await s.owner.post("/bulk-edits", { resource: "conversations",
    scope: { ids: ["cv_4000", ids[1]] }, changes: [{ op: "close" }] });
  status("who may not see one", hidden, 201);
  tally.is("is told that it is not there",
    (await rowsOf(s.owner, hidden)).some((r) => r.id === "cv_4000" && r.code === "not_found"));
  problem("no such tag", await s.lead.client.post("/bulk-edits", { resource: "conversations",
    scope: { ids }, changes: [{ op: "add_tag", value: "tag_4000" }] }), 422, "invalid_value");
}

// ---- tables

async function imports(s: Scene): Promise<void> {
  const csv = (client: Client, resource: string, raw: string): Promise<Answer> =>
    client.ask("POST", `/imports?resource=${resource}`,
      { raw, headers: { "Content-Type": "text/csv", "Idempotency-Key": randomUUID() } });
  const template = await s.owner.get("/imports/template.csv?resource=teammates");
  status("the table to fill in", template, 200);
  tally.is("names its columns", template.text.startsWith("id,email,name,languages,"));
  status("of memberships", await s.owner.get("/imports/template.csv?resource=memberships"), 200);
  const made = await csv(s.owner, "teammates",
    "\ufeffemail,name,languages,secondary,limit,skills\r\n" +
    `${s.ada.email.toUpperCase()},"Ada ""A"" L",ko;en,Over,5,"{""refund"":2}"\r\n` +
    `${s.bo.email},,,,inherit,\r\n` +
    "nobody@example.org,,,,1,\r\n" +
    `${s.cy.email},'=Cy,,,many,\r\n` +
    `${s.bo.email},,,,2,\r\n\r\n`);
  status("a table becomes a preview", made, 201);
  tally.same("each line is a row", [made.body?.matched, made.body?.totals],
    [5, { change: 2, same: 0, blocked: 3 }]);
  tally.same("faults are named", (await rowsOf(s.owner, made)).map((r) => r.code),
    [null, null, "not_found", "invalid_value", "repeated"]);
  const done = await s.owner.post(`/bulk-edits/${made.body?.id}/apply`, undefined, match(made));
  status("and is applied", done, 200);
  const ada = (await s.owner.get(`/teammates/${s.ada.id}`)).body;
  tally.same("name, languages, skills", [ada?.name, ada?.languages, ada?.skills],
    ['Ada "A" L', ["ko", "en"], { refund: 2 }]);
  tally.same("found by its beginning",
    (await s.owner.get(`/teammates?name.prefix=${encodeURIComponent('ada "a')}`)).body
      ?.data?.length, 1);
  const back = await s.owner.post(`/bulk-edits/${done.body?.id}/undo`);
  status("and goes back", back, 201);
  await s.owner.post(`/bulk-edits/${back.body?.id}/apply`, undefined, match(back));
  tally.same("as it was", [(await s.owner.get(`/teammates/${s.ada.id}`)).body?.name,
    await levelOf(s.owner, s.ada.id, s.over)], ["Ada", null]);
  const pairs = await csv(s.owner, "memberships", "teammate,team,level\n" +
    `${s.plain.id},bank,primary\n${s.cy.id},${s.over},none\n${s.ada.id},nowhere,primary\n` +
    `${s.bo.id},${s.bank},boss\n`);
  status("a table of memberships", pairs, 201);
  tally.same("its rows", (await rowsOf(s.owner, pairs)).map((r) => r.code),
    [null, null, "not_found", "invalid_value"]);
  status("a lead imports nothing", await csv(s.lead.client, "teammates", "id\n"), 403);
  problem("a column that is not", await csv(s.owner, "teammates", "id,shoe\n"), 422,
    "invalid_value");
  problem("who is it?", await csv(s.owner, "teammates", "name\nAda\n"), 422, "invalid_value");
  const long = await csv(s.owner, "teammates",
    "email,name\n" + `"nobody@example.org","""Nobody"" of a name"\n`.repeat(5_000));
  status("thousands of fields in quotes", long, 201);
  tally.same("and every line of them", long.body?.matched, 5_000);
  problem("quotes that do not end", await csv(s.owner, "teammates", 'id\n"tm_1\n'), 400,
    "malformed");
  problem("nothing", await csv(s.owner, "teammates", ""), 400, "malformed");
  problem("of what?", await s.owner.ask("POST", "/imports", { raw: "id\n",
    headers: { "Content-Type": "text/csv" } }), 400, "malformed");
  problem("another type", await s.owner.post("/imports?resource=teammates", {}), 415,
    "unsupported_media_type");
}

// ---- the change log

async function changes(s: Scene): Promise<void> {
  const team = await s.owner.get(`/teams/${s.bank}/settings`);
  status("a team's rank", await s.owner.patch(`/teams/${s.bank}/settings`, { set: { rank: 5 } },
    match(team)), 200);
  const list = await s.owner.get(`/changes?team=${s.bank}&kind=settings&limit=1`);
  const change = list.body?.data?.[0];
  tally.same("is in the log", [change?.before, change?.after], [{ rank: "inherit" }, { rank: 5 }]);
  const one = await s.owner.get(`/changes/${change?.id}`);
  status("is read", one, 200);
  tally.same("as it is listed", one.body, change);
  status("its lead reads it", await s.lead.client.get(`/changes/${change?.id}`), 200);
  problem("a teammate does not", await s.plain.client.get(`/changes/${change?.id}`), 404,
    "not_found");
  tally.same("nor lists it", (await s.plain.client.get("/changes")).body?.data, []);
  const far = (await s.owner.get(`/changes?teammate=${s.cy.id}&limit=1`)).body?.data?.[0];
  problem("a lead reads nothing of another team", await s.lead.client.get(`/changes/${far?.id}`),
    404, "not_found");
  tally.is("nor lists it", (await s.lead.client.get("/changes?limit=500")).body?.data
    .every((c: any) => c.id !== far?.id));
  problem("its lead may not set a rank", await s.lead.client.post(change?.undo.slice(7) ?? ""),
    403, "forbidden");
  const tried = await s.owner.post(`/changes/${change?.id}/undo?dry_run=true`);
  status("undo is tried", tried, 200);
  const undone = await s.owner.post(`/changes/${change?.id}/undo`, { note: "Sorry" });
  status("and done", undone, 200);
  tally.same("as a change of its own", [undone.body?.undoes, undone.body?.after, undone.body?.note],
    [change?.id, { rank: "inherit" }, "Sorry"]);
  problem("once", await s.owner.post(`/changes/${change?.id}/undo`), 409, "conflict");
  tally.same("the first is not offered again",
    (await s.owner.get(`/changes/${change?.id}`)).body?.undo, null);
  const now = await s.owner.get(`/teams/${s.bank}/settings`);
  await s.owner.patch(`/teams/${s.bank}/settings`, { set: { rank: 6 } }, match(now));
  problem("what was changed since stays", await s.owner.post(`/changes/${undone.body?.id}/undo`),
    409, "undo_conflict");
  problem("nothing is left", await s.owner.post(`/changes/${undone.body?.id}/undo`,
    { leave_out: ["rank"] }), 409, "conflict");
  const member = (await s.owner.get(
    `/changes?kind=membership&teammate=${s.ada.id}&team=${s.bank}&limit=1`)).body?.data?.[0];
  const level = await s.owner.post(`/changes/${member?.id}/undo`);
  status("a membership goes back", level, 200);
  tally.same("to what it was", await levelOf(s.owner, s.ada.id, s.bank), member?.before?.level);
  problem("no such change", await s.owner.get("/changes/chg_99999"), 404, "not_found");
  problem("a body that is none", await s.owner.ask("POST", `/changes/${change?.id}/undo`,
    { raw: "[" }), 400, "malformed");
}

// ---- many

async function many(s: Scene, count: number): Promise<void> {
  const cookie = browser(s.server.cookie);
  const made: string[] = [];
  const nobody = s.owner.as(null);
  const invite = async (): Promise<void> => {
    for (let i = made.push("") - 1; i < count; i = made.push("") - 1)
      made[i] = (await nobody.post("/teammates", { name: `P ${i}`, email: `p${i}@many.example`,
        memberships: [{ team: s.bank }] }, { headers: cookie })).body?.id;
  };
  await Promise.all(Array.from({ length: 32 }, invite));
  const begun = Date.now();
  const preview = await s.owner.post("/bulk-edits", { resource: "teammates",
    scope: { where: { all: [{ field: "name", op: "prefix", value: "P " }] } },
    changes: [{ op: "set", name: "limit", value: 8 },
      { op: "put_membership", team: s.over, level: "secondary" }] });
  status("a preview of many", preview, 201);
  tally.same("of all of them", preview.body?.totals?.change, count);
  const going = await s.owner.post(`/bulk-edits/${preview.body?.id}/apply`, undefined,
    match(preview));
  status("is a job", going, 202);
  const job = await ended(s.owner, going.body?.job);
  const took = Date.now() - begun;
  tally.same("which is done", [job?.state, job?.done, job?.total, job?.code],
    ["done", count, count, null]);
  console.log(`${count} teammates previewed and applied in ${took} ms`);
  tally.is("in under 3 s", took < 3000, took);
  tally.same("and everybody has it", [
    (await s.owner.get(`/bulk-edits/${preview.body?.id}`)).body?.state,
    await settingOf(s.owner, made[count - 1] ?? "", "limit"),
    await levelOf(s.owner, made[0] ?? "", s.over)], ["applied", 8, "secondary"]);
  tally.same("its result is the rows", job?.result, `/api/v1/bulk-edits/${preview.body?.id}/rows`);
  const back = await s.owner.post(`/bulk-edits/${preview.body?.id}/undo`);
  status("it is undone", back, 201);
  const undoing = await s.owner.post(`/bulk-edits/${back.body?.id}/apply`, undefined, match(back));
  const end = await ended(s.owner, undoing.body?.job);
  tally.same("by a job", [end?.state, await settingOf(s.owner, made[1] ?? "", "limit")],
    ["done", "inherit"]);
}

/** However many: one that changed since the preview leaves every row as it was. */
async function whole(s: Scene, count: number): Promise<void> {
  const team = (await s.owner.post("/teams", { name: "Whole" })).body?.id;
  const tag = (await s.owner.post("/tags", { name: "whole" })).body?.id;
  const made: string[] = [];
  const open = async (): Promise<void> => {
    for (let i = made.push("") - 1; i < count; i = made.push("") - 1)
      made[i] = (await s.owner.post("/conversations", { title: `W ${i}`, team, text: "x" }))
        .body?.id;
  };
  await Promise.all(Array.from({ length: 16 }, open));
  const edit = { resource: "conversations", scope: { where: { all: [
    { field: "team", op: "in", value: [team] }] } }, changes: [{ op: "add_tag", value: tag }] };
  const tagged = async (): Promise<number> =>
    (await s.owner.get(`/conversations?tags.has=${tag}&total=true&limit=1`)).body?.page.total;
  const preview = await s.owner.post("/bulk-edits", edit);
  tally.same("a preview of thousands", [preview.status, preview.body?.totals?.change],
    [201, count]);
  const last = made[count - 1] ?? "";
  status("one changes", await s.owner.put(`/conversations/${last}/tags/${tag}`), 200);
  const going = await s.owner.post(`/bulk-edits/${preview.body?.id}/apply`, undefined,
    match(preview));
  const job = await ended(s.owner, going.body?.job);
  tally.same("all are refused", [going.status, job?.state, job?.code, await tagged()],
    [202, "failed", "row_refused", 1]);
  const again = await s.owner.post("/bulk-edits", edit);
  const then = await s.owner.post(`/bulk-edits/${again.body?.id}/apply`, undefined, match(again));
  const done = await ended(s.owner, then.body?.job);
  tally.same("a new preview takes one step", [done?.state, done?.done, await tagged()],
    ["done", count - 1, count]);
}

await withServer({}, async (server, owner) => {
  const s = await scene(server, owner);
  const made = await previewed(s);
  await undone(s, await applied(s, made));
  await refused(s);
  await blocked(s);
  await faults(s);
  await memberships(s);
  await conversations(s);
  await imports(s);
  await changes(s);
  await many(s, Number(process.env["BULK"] ?? 300));
  await whole(s, 3000);
  tally.same("every answer is as the document says", owner.faults, []);
});
tally.end();
