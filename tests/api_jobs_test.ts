// api_jobs_test -- work that takes longer than a request, over HTTP: begun, followed, cancelled,
// its file; what is left of it when the server ends. Every answer is held against the document.
import { Tally } from "./program.ts";
import { browser, withServer, type Answer, type Client, type Person, type Server }
  from "./server.ts";

const tally = new Tally();
const MANY = 260; // more than are applied at once

const status = (what: string, got: Answer, want: number): void =>
  tally.is(`${what}: ${want}`, got.status === want, `${got.status} ${got.text.slice(0, 400)}`);
const problem = (what: string, got: Answer, want: number, type: string): void =>
  tally.is(`${what}: ${want} ${type}`,
    got.status === want && got.body?.type === `/problems/${type}`,
    `${got.status} ${got.text.slice(0, 400)}`);
const match = (got: Answer): { headers: Record<string, string> } =>
  ({ headers: { "If-Match": got.headers.get("etag") ?? "*" } });

async function ended(client: Client, job: string): Promise<any> {
  for (let i = 0; i < 3000; i++) {
    const got = await client.get(`/jobs/${job}`);
    if (!["waiting", "running"].includes(got.body?.state)) return got.body;
  }
  return null;
}

// ---- everything held about me

async function data(owner: Client, mate: Person, admin: Person): Promise<void> {
  const begun = await mate.client.get("/me/data");
  status("my data is a job", begun, 202);
  tally.is("whose place is told",
    begun.headers.get("location") === `/api/v1/jobs/${begun.body?.id}`);
  tally.same("its kind", begun.body?.kind, "data_export");
  const job = await ended(mate.client, begun.body?.id);
  tally.same("it ends well", [job?.state, job?.code, job?.done === job?.total],
    ["done", null, true]);
  tally.same("with a file", job?.result, `/api/v1/jobs/${begun.body?.id}/result`);
  const file = await mate.client.get(`/jobs/${begun.body?.id}/result`);
  status("which is mine", file, 200);
  tally.is("as a download",
    (file.headers.get("content-disposition") ?? "").startsWith("attachment"));
  const held = JSON.parse(file.text);
  tally.same("of me", [held.teammate, held.profile?.[0]?.email], [mate.id, mate.email]);
  tally.is("with my sign-ins", held.sign_ins.length > 0 && held.tokens.length > 0);
  tally.same("and no secret",
    /.{40}(argon2|evk_|"hash"|"password").{20}/.exec(file.text)?.[0], undefined);
  status("an administrator sees the job", await admin.client.get(`/jobs/${begun.body?.id}`), 200);
  problem("but not the file", await admin.client.get(`/jobs/${begun.body?.id}/result`), 404,
    "not_found");
  problem("nobody's business", await owner.as(null).get(`/jobs/${begun.body?.id}`), 401,
    "unauthenticated");
  problem("what has ended is not cancelled",
    await mate.client.post(`/jobs/${begun.body?.id}/cancel`), 409, "conflict");
}

// ---- a bulk edit of many

async function crowd(server: Server, owner: Client, team: string): Promise<string[]> {
  const nobody = owner.as(null);
  const made: string[] = [];
  const invite = async (): Promise<void> => {
    for (let i = made.push("") - 1; i < MANY; i = made.push("") - 1)
      made[i] = (await nobody.post("/teammates", { name: `P ${i}`, email: `p${i}@many.example`,
        memberships: [{ team }] }, { headers: browser(server.cookie) })).body?.id;
  };
  await Promise.all(Array.from({ length: 16 }, invite));
  return made.slice(0, MANY);
}

async function preview(owner: Client, ids: readonly string[], limit: number): Promise<Answer> {
  const made = await owner.post("/bulk-edits", { resource: "teammates", scope: { ids },
    changes: [{ op: "set", name: "limit", value: limit }] });
  status(`a preview of limit ${limit}`, made, 201);
  return made;
}

const begin = (owner: Client, bulk: Answer): Promise<Answer> =>
  owner.post(`/bulk-edits/${bulk.body?.id}/apply`, undefined, match(bulk));
const limitOf = async (owner: Client, id: string): Promise<unknown> =>
  (await owner.get(`/teammates/${id}/settings`)).body?.settings?.limit?.own;

async function bulk(owner: Client, mate: Person, ids: readonly string[]): Promise<void> {
  const made = await preview(owner, ids, 3);
  const going = await begin(owner, made);
  status("more than 200 rows are a job", going, 202);
  tally.same("its state", going.body?.state, "applying");
  problem("of nobody else", await mate.client.get(`/jobs/${going.body?.job}`), 404, "not_found");
  const job = await ended(owner, going.body?.job);
  tally.same("it is done", [job?.state, job?.done, job?.total, job?.left_ms],
    ["done", MANY, MANY, null]);
  tally.same("everybody has it", await limitOf(owner, ids[MANY - 1] ?? ""), 3);
  problem("it has no file", await owner.get(`/jobs/${going.body?.job}/result`), 409, "conflict");
  const list = await owner.get("/jobs?kind=bulk_edit&state=done&sort=-id&total=true");
  tally.same("it is listed", [list.body?.data?.[0]?.id, list.body?.page?.total],
    [going.body?.job, 1]);
  const waiting = await mate.client.get("/jobs");
  tally.same("each lists their own", waiting.body?.data?.map((j: any) => j.kind), ["data_export"]);
}

async function refused(owner: Client, ids: readonly string[]): Promise<void> {
  const made = await preview(owner, ids, 5);
  const edit = await owner.get(`/teammates/${ids[7]}/settings`);
  status("one row changes meanwhile", await owner.patch(`/teammates/${ids[7]}/settings`,
    { set: { limit: 9 } }, match(edit)), 200);
  const going = await begin(owner, made);
  status("the job begins", going, 202);
  const job = await ended(owner, going.body?.job);
  tally.same("and refuses all of it", [job?.state, job?.code], ["failed", "row_refused"]);
  const bulk = await owner.get(`/bulk-edits/${made.body?.id}`);
  tally.same("as the edit says", [bulk.body?.state, bulk.body?.undo_until], ["failed", null]);
  tally.same("nobody has it",
    [await limitOf(owner, ids[0] ?? ""), await limitOf(owner, ids[7] ?? "")], [3, 9]);
  problem("there is nothing to undo", await owner.post(`/bulk-edits/${made.body?.id}/undo`), 409,
    "conflict");
}

/** Whichever comes first: afterwards all have it, or none. Tried until the cancelling does. */
async function cancelled(owner: Client, ids: readonly string[]): Promise<void> {
  const rest = ids.filter((_, i) => i !== 7);
  let is = "done";
  for (let limit = 6; is === "done" && limit < 106; limit++) {
    const made = await preview(owner, rest, limit);
    const going = await begin(owner, made);
    const stop = await owner.post(`/jobs/${going.body?.job}/cancel`);
    tally.is("a job is cancelled, or was done before", stop.status === 200 || stop.status === 409,
      stop.text);
    const job = await ended(owner, going.body?.job);
    const bulk = await owner.get(`/bulk-edits/${made.body?.id}`);
    is = stop.status === 200 ? "cancelled" : "done";
    tally.same("both say so", [job?.state, bulk.body?.state],
      [is, is === "done" ? "applied" : "cancelled"]);
  }
  tally.same("one was cancelled", is, "cancelled");
  const limits = new Set(await Promise.all(rest.map((id) => limitOf(owner, id))));
  tally.same("all or nobody", limits.size, 1);
}

// ---- the server ends

async function cut(server: Server, before: Client, ids: readonly string[]): Promise<void> {
  const rest = ids.filter((_, i) => i !== 7);
  const made = await preview(before, rest, 8);
  const going = await begin(before, made);
  status("a job begins", going, 202);
  await server.end("SIGKILL");
  await server.start();
  const owner = await server.client(before.token);
  const job = await ended(owner, going.body?.job);
  tally.same("it is done after the next start", [job?.state, job?.code], ["done", null]);
  const limits = new Set(await Promise.all(rest.map((id) => limitOf(owner, id))));
  tally.same("for all", [...limits], [8]);
  tally.same("and the edit knows",
    (await owner.get(`/bulk-edits/${made.body?.id}`)).body?.state, "applied");
  before.faults.push(...owner.faults);
}

async function faults(owner: Client): Promise<void> {
  for (const id of ["job_4000", "job_0", "tm_1", "job_1%00"]) {
    problem(`no job ${id}`, await owner.get(`/jobs/${id}`), 404, "not_found");
    problem(`nor its file`, await owner.get(`/jobs/${id}/result`), 404, "not_found");
    problem(`nor to cancel`, await owner.post(`/jobs/${id}/cancel`), 404, "not_found");
  }
  problem("a filter that is not", await owner.get("/jobs?file=1"), 400, "unknown_parameter");
  problem("a state that is not", await owner.get("/jobs?state=lost"), 400, "malformed");
  problem("a parameter", await owner.get("/jobs/job_1?x=1"), 400, "unknown_parameter");
}

await withServer({}, async (server, owner) => {
  const team = (await owner.post("/teams", { name: "Bank" })).body.id;
  const mate = await server.person(owner, { name: "Mina Park", roles: ["teammate"],
    memberships: [{ team }] });
  const admin = await server.person(owner, { name: "Ada Min", roles: ["admin"] });
  await data(owner, mate, admin);
  const ids = await crowd(server, owner, team);
  await bulk(owner, mate, ids);
  await refused(owner, ids);
  await cancelled(owner, ids);
  await faults(owner);
  await cut(server, owner, ids);
  tally.same("every answer is as the document says", owner.faults, []);
});
tally.end();
