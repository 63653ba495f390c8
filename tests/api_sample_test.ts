// api_sample_test -- the sample workspace: made in one command, signed in to as printed, full of
// work that explains itself, and gone in one command; and the same over HTTP, into a workspace that
// has an owner already, who stays.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { missingForCluster, startCluster } from "./cluster.ts";
import { answer, inFolderAsync, run, Tally } from "./program.ts";
import { type Answer, browser, type Client, cookieOf, OWNER, Server } from "./server.ts";

const tally = new Tally();

interface Made {
  readonly sample: { conversations: number; email: string; password: string; people: number };
}

/** Contacts were asked: what the funnel counts is what the figures say, and nobody is asked now. */
async function surveyed(nobody: Client, page: { headers: Record<string, string> }): Promise<void> {
  const surveys = (await nobody.get("/surveys", page)).body.data;
  tally.same("two surveys that ask nobody",
    surveys.map((one: any) => [one.form, one.active]).sort(), [["csat", false], ["nps", false]]);
  for (const { id, form } of surveys) {
    let figure: any = null;
    await tally.until(`${form} is folded`, 30_000, async () => {
      const got = await nobody.get(`/figures?metric=${form}&survey=${id}&by=none&days=60`, page);
      figure = got.body?.data?.[0];
      return got.status === 200;
    });
    const funnel = (await nobody.get(`/surveys/${id}/funnel`, page)).body;
    tally.is(`${form} has answers`, figure.n > 30 && figure.state === "shown", figure);
    tally.is(`${form}: all that was answered is counted or not yet known`,
      figure.n <= funnel.answered && funnel.answered <= figure.n + figure.not_yet_known,
      [figure.n, figure.not_yet_known, funnel.answered]);
  }
  const open = (await nobody.get("/followups?limit=100", page)).body.data
    .filter((one: any) => one.state === "open");
  tally.is("low scores to look after", open.length > 3, open.length);
}

/** The owner of a sample has something to see: work that the router gave, and reasons. */
async function seat(client: Client, page: { headers: Record<string, string> }): Promise<void> {
  const held = (await client.get("/conversations?teammate=tm_1&state=open", page)).body.data;
  tally.is("the owner holds three to five", held.length >= 3 && held.length <= 5, held.length);
  tally.is("of different priorities",
    new Set(held.map((row: any) => row.priority)).size >= 2, held.map((row: any) => row.priority));
  const soon = Date.now() + 20 * 60_000;
  const due = held.flatMap((row: any) => row.sla.map((clock: any) => clock.due));
  tally.is("one of them due soon", due.map((at: string) => Date.parse(at))
    .some((at: number) => at > Date.now() && at < soon), held.map((row: any) => row.sla));
  const list = await client.get(`/assignments?conversation=${held[0].id}&limit=1`, page);
  const given = list.body.data;
  const receipt = await client.get(`/assignments/${given[0].id}/receipt`, page);
  tally.same("each with a receipt of the router", [receipt.status, receipt.body?.shape,
    given[0].how === "by_hand"], [200, "receipt/1", false]);
  const parts = await client.get(`/conversations/${held[0].id}/parts`, page);
  tally.is("and a text to read", parts.body.data[0].text.length > 5, parts.body);
  const teams = (await client.get("/teams", page)).body.data;
  const live = await client.get(`/teams/${teams[0].id}/live`, page);
  tally.is("a few wait in the team's queue, too", live.body.waiting >= 2, live.body);
  const me = (await client.get("/me", page)).body;
  tally.same("who serves it, active, and leads and manages every team inbox",
    [me.teams.filter((team: any) => team.level !== null)
      .map((team: any) => [team.team, team.level]),
      me.presence, me.teams.filter((team: any) => team.leads && team.manages).length],
    [[["team_1", "primary"]], "active", 6]);
}

/** A message says in which team inbox its conversation was when it was written, as the log tells
 * it: some were moved before their last message. */
function whereWritten(data: string): void {
  const rows = execFileSync("sqlite3", [join(data, "log.db"),
    "SELECT conversation, seq, team FROM parts ORDER BY seq"], { encoding: "utf8",
    maxBuffer: 1 << 28 }).trimEnd().split("\n").map((line) => line.split("|"));
  const wrote = new Map(rows.map(([conversation, seq, team]) =>
    [Number(seq), [conversation, team]]));
  const inbox = new Map<string, string>();
  const number = (id: unknown): string => /\d+$/.exec(String(id))?.[0] ?? "";
  let moved = 0;
  let checked = 0;
  const off: unknown[] = [];
  const said = run(["export", "--events", "--data", data]).stdout.trimEnd();
  for (const line of said.split("\n")) {
    const { seq, type, data: fact } = JSON.parse(line) as { seq: number; type: string; data: any };
    if (type === "conversation.arrived" || type === "conversation.moved") {
      moved += type === "conversation.moved" ? 1 : 0;
      inbox.set(number(fact.conversation), number(fact.team));
    }
    const part = wrote.get(seq);
    if (part === undefined) continue;
    checked++;
    if (part[1] !== inbox.get(part[0] ?? "")) off.push([...part, inbox.get(part[0] ?? "")]);
  }
  tally.is("some were moved", moved > 100 && checked > 10_000, [moved, checked]);
  tally.same("where each message was written", [off.length, off[0]], [0, undefined]);
}

/** Nothing leaves the server, whatever an administrator tries: the customers are made up. */
async function keepsIn(client: Client, page: { headers: Record<string, string> }): Promise<void> {
  const login = { host: "mail.example.org", port: 993, tls: "tls", user: "a", password: "b" };
  const box = { address: "support@example.org", imap: login, smtp: { ...login, port: 465 } };
  for (const [what, path, body] of [["a mailbox is not connected", "/mailboxes", box],
    ["nor tried", "/mailboxes/try", box],
    ["a webhook is not made", "/webhooks", { url: "https://example.org/in", types: [] }],
  ] as const) {
    const got = await client.post(path, body, page);
    tally.same(what, [got.status, String(got.body?.detail).includes("remove the sample")],
      [409, true]);
  }
}

await inFolderAsync(async (dir) => {
  const data = join(dir, "sample");
  const made = answer(["init", "--data", data, "--sample", "--seed", "7", "--json"]) as Made;
  whereWritten(data);
  tally.is("some forty people", made.sample.people > 35, made.sample.people);
  tally.is("four weeks of conversations", made.sample.conversations > 10_000,
    made.sample.conversations);
  const server = new Server({ data });
  try {
    await server.start();
    tally.same("it has an owner: no code is printed", server.code, "");
    const nobody = await server.client();
    const signedIn = await nobody.post("/sign-in",
      { email: made.sample.email, password: made.sample.password });
    tally.same("the printed sign-in opens it", signedIn.status, 200);
    const page = { headers: browser(cookieOf(signedIn)) };
    const teams = await nobody.get("/teams", page);
    tally.same("six teams", teams.body.data.length, 6);
    await surveyed(nobody, page);
    const queue = await nobody.get("/queue?limit=5", page);
    tally.same("a queue in its order", queue.body.data.map((row: any) => row.place),
      [1, 2, 3, 4, 5]);
    const given = await nobody.get("/assignments?limit=1", page);
    const receipt = await nobody.get(`/assignments/${given.body.data[0].id}/receipt`, page);
    tally.same("and a receipt", [receipt.status, receipt.body?.shape], [200, "receipt/1"]);
    await seat(nobody, page);
    await keepsIn(nobody, page);
    tally.same("is not removed while it runs", run(["sample", "remove", "--data", data]).status, 4);
    tally.same("as the document says", nobody.faults, []);
    await server.end();
  } finally {
    await server.remove();
  }
  tally.same("the log is what was written", run(["verify", "--data", data]).status, 0);
  tally.same("one command removes it", run(["sample", "remove", "--data", data]).status, 0);
  tally.same("without trace", ["log.db", "log.db-wal", "head", "master.key"]
    .filter((file) => existsSync(join(data, file))), []);
  tally.same("what is no sample is not removed", [run(["init", "--data", join(dir, "own")]).status,
    run(["sample", "remove", "--data", join(dir, "own")]).status], [0, 4]);
});

// ---- the same in PostgreSQL

if (missingForCluster() === undefined) {
  const cluster = startCluster();
  try {
    const store = ["--postgres", cluster.database("sample")];
    const made = answer(["init", ...store, "--sample", "--seed", "7", "--json"]) as Made;
    tally.is("as many conversations in PostgreSQL", made.sample.conversations > 10_000,
      made.sample.conversations);
    const server = new Server({ args: store });
    try {
      await server.start();
      const nobody = await server.client();
      const signedIn = await nobody.post("/sign-in",
        { email: made.sample.email, password: made.sample.password });
      const page = { headers: browser(cookieOf(signedIn)) };
      const queue = await nobody.get("/queue?limit=5", page);
      tally.same("with a queue in its order", [queue.status,
        queue.body.data?.map((row: any) => row.place)], [200, [1, 2, 3, 4, 5]]);
      await seat(nobody, page);
      await server.end();
    } finally {
      await server.remove();
    }
    tally.same("whose log is what was written", run(["verify", ...store]).status, 0);
  } finally {
    cluster.stop();
  }
}

// ---- over HTTP

/** What a job came to; asks through the moment in which nobody answers. */
async function ended(client: Client, begun: Answer): Promise<string> {
  for (let i = 0; i < 1000; i++) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    try {
      const job = await client.get(`/jobs/${begun.body.id}`);
      if (job.status === 200 && !["waiting", "running"].includes(job.body.state))
        return job.body.code === null ? job.body.state : `${job.body.state}: ${job.body.code}`;
      if (job.status === 401) return "unknown here";
    } catch (_) {
      // Between the two stores the port is closed.
    }
  }
  return "never";
}

/** The first frames of a stream that goes on behind a position. */
async function beginning(server: Server, client: Client, after: string): Promise<string> {
  const stop = new AbortController();
  const got = await fetch(`${server.url}/api/v1/events?${after}`, { signal: stop.signal,
    headers: { Authorization: `Bearer ${client.token}` } });
  const reader = (got.body as ReadableStream<Uint8Array>).getReader();
  let text = "";
  while (!/event: (position|reset)|: still/.test(text) && !/hello[^]*\n\n/.test(text)) {
    const { value, done } = await reader.read();
    if (done) break;
    text += new TextDecoder().decode(value);
  }
  stop.abort();
  return text;
}

/** Whole lists as CSV: in the answer up to 10,000 rows, above that by a job. */
async function tables(owner: Client): Promise<void> {
  const csv = { headers: { Accept: "text/csv" } };
  const totalOf = async (path: string): Promise<number> =>
    (await owner.get(`${path}${path.includes("?") ? "&" : "?"}limit=1&total=true`)).body.page.total;
  const ids = (text: string): string[] => text.split("\r\n").slice(1, -1)
    .map((line) => line.split(",")[0] ?? "");
  const some = await owner.get("/contacts?sort=id", csv);
  const found = ids(some.text);
  tally.same("thousands of rows are one table", [some.status, some.headers.get("link"),
    found.length, new Set(found).size], [200, null, await totalOf("/contacts"), found.length]);
  const page = await owner.get("/contacts?sort=id&limit=3", csv);
  tally.same("with a limit it is a page", [ids(page.text), page.headers.get("link") !== null],
    [found.slice(0, 3), true]);
  const filtered = await owner.ask("POST", "/conversations/search", { ...csv, body: { where: {
    all: [{ field: "team", op: "in", value: ["team_1"] }] } } });
  tally.same("of a search, too", [filtered.status, ids(filtered.text).length],
    [200, await totalOf("/conversations?team=team_1")]);
  const many = await owner.get("/conversations?sort=-id&fields=id,state", csv);
  tally.same("more is a job", [many.status, many.body.kind, many.headers.get("location")],
    [202, "csv_export", `/api/v1/jobs/${many.body.id}`]);
  tally.same("which ends well", await ended(owner, many), "done");
  const table = await owner.get(`/jobs/${many.body.id}/result`);
  const rows = ids(table.text);
  tally.same("with every row, in order", [table.text.slice(0, 10), rows.length,
    rows.every((id, i) => i === 0 || Number(id.slice(3)) < Number(rows[i - 1]?.slice(3)))],
    ["id,state\r\n", await totalOf("/conversations"), true]);
  tally.same("it is no job of anything that is refused",
    (await owner.get("/conversations?nonsense=1", csv)).status, 400);
}

const server = new Server();
try {
  await server.start();
  const owner = await server.owner();
  const page = { headers: browser(server.cookie) };
  const named = await owner.as(null).patch("/settings/server", { name: "Practice" },
    { headers: { ...page.headers, "If-Match": "*" } });
  const dark = await owner.patch("/me", { theme: "dark", zone: "Asia/Seoul" },
    { headers: { "If-Match": "*" } });
  tally.same("the owner's first steps are not in the way", [named.status, dark.status],
    [200, 200]);
  const before = await owner.get("/me");
  const hello = await beginning(server, owner, "");
  const log = /"log":"(\w+)"/.exec(hello)?.[1] ?? "";
  tally.same("an empty workspace is no sample", [before.body.workspace.name,
    before.body.workspace.sample, (await owner.get("/setup")).body.sample],
  ["Practice", false, false]);
  tally.same("and none is removed from it", (await owner.delete("/sample-workspace")).status, 409);
  const begun = await owner.post("/sample-workspace");
  tally.same("loading is a job", [begun.status, begun.body.kind, begun.headers.get("location")],
    [202, "sample_workspace", `/api/v1/jobs/${begun.body.id}`]);
  tally.same("one at a time", (await owner.post("/sample-workspace")).status, 409);
  tally.same("it is done", await ended(owner, begun), "done");
  await server.readyAgain(2);
  const me = await owner.get("/me");
  tally.same("the owner is who they were, with token and sign-in",
    [me.body.id, me.body.name, me.body.roles, (await owner.get("/me", page)).status],
    [before.body.id, OWNER.name, before.body.roles, 200]);
  tally.same("and is told that it is a sample", [me.body.workspace.name,
    me.body.workspace.sample,
    (await owner.get("/setup")).body], ["Practice", true,
    { open: false, sample: true, resets: false, languages: ["en", "ko", "ar"] }]);
  tally.same("with its teams", (await owner.get("/teams")).body.data.length, 6);
  tally.is("and its work", (await owner.get("/conversations?limit=1&total=true")).body.page.total
    > 10_000);
  await seat(owner, {headers: {}});
  await tables(owner);
  const stream = await beginning(server, owner, `after=1&log=${log}`);
  tally.is("streams of the log before are reset", stream.includes('"reason":"restored"'), stream);
  tally.same("a second one is refused", (await owner.post("/sample-workspace")).status, 409);
  const guest = await server.person(owner, { name: "Gina Guest", roles: ["admin"] });
  const edge = "----evenkeel-boundary-7c2";
  const upload = await owner.post("/attachments", undefined, {
    raw: `--${edge}\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n`
      + `Content-Type: text/plain\r\n\r\nleft by somebody\r\n--${edge}--\r\n`,
    headers: { "Content-Type": `multipart/form-data; boundary=${edge}` } });
  const files = join(server.data, "attachments");
  tally.same("a file is there", [upload.status, readdirSync(files).length > 0], [201, true]);
  tally.same("only an administrator loads or removes it", [
    (await (await server.person(owner, { name: "Tom Teammate" })).client
      .delete("/sample-workspace")).status], [403]);
  const gone = await guest.client.delete("/sample-workspace");
  tally.same("removing is a job", [gone.status, gone.body.kind], [202, "sample_workspace"]);
  await server.readyAgain(3);
  tally.same("who came into the sample is gone with it", (await guest.client.get("/me")).status,
    401);
  tally.same("the job is told as done", await ended(owner, gone), "done");
  const after = await owner.get("/me");
  tally.same("the owner is there as before", after.body, before.body);
  tally.same("and nobody else, and nothing", [(await owner.get("/teammates")).body.data.length,
    (await owner.get("/teams")).body.data, (await owner.get("/conversations")).body.data,
    (await owner.get("/contacts")).body.data, (await owner.get("/queue")).body.data],
    [1, [], [], [], []]);
  const audit = await owner.get("/audit-log?limit=500", page);
  tally.same("the audit log is that of before", audit.body.data
    .filter((entry: any) => entry.action === "teammate.invited"), []);
  tally.same("nor is there a file", existsSync(files) ? readdirSync(files) : [], []);
  const team = await owner.post("/teams", { name: "Real work" });
  tally.same("work begins", team.status, 201);
  tally.same("and no sample comes into it any more", [
    (await owner.post("/sample-workspace")).status], [409]);
  tally.same("as the document says, too", owner.faults, []);
  await server.end();
  tally.same("the log is what was written, too",
    run(["verify", "--data", server.data]).status, 0);
} finally {
  await server.remove();
}

await inFolderAsync(async (dir) => {
  const data = join(dir, "made");
  const made = answer(["init", "--data", data, "--sample", "--json"]) as Made;
  // A swap that was cut off before the rename is forgotten.
  mkdirSync(join(data, "next"));
  writeFileSync(join(data, "next", "log.db"), "half of it");
  const made_server = new Server({ data });
  try {
    await made_server.start();
    tally.same("a store that never came is forgotten", existsSync(join(data, "next")), false);
    const nobody = await made_server.client();
    const signedIn = await nobody.post("/sign-in",
      { email: made.sample.email, password: made.sample.password });
    const gone = await nobody.delete("/sample-workspace",
      { headers: browser(cookieOf(signedIn)) });
    tally.same("the sample's own owner removes it", gone.status, 202);
    await made_server.readyAgain(2);
    tally.same("and goes with it: the first run is open",
      [(await nobody.get("/setup")).body.open, made_server.code !== ""], [true, true]);
    const owner = await made_server.owner();
    tally.same("for an owner of one's own", (await owner.get("/teammates")).body.data.length, 1);
    tally.same("as the document says, in the end", owner.faults, []);
    await made_server.end();
    // One that was cut off after the rename is ended, from wherever it was.
    mkdirSync(join(data, "swap"));
    writeFileSync(join(data, "swap", "keeps"), "owner\n");
    renameSync(join(data, "log.db"), join(data, "swap", "log.db"));
    renameSync(join(data, "head"), join(data, "swap", "head"));
    renameSync(join(data, "clean"), join(data, "swap", "clean"));
    writeFileSync(join(data, "log.db"), "the old one");
    writeFileSync(join(data, "log.db-wal"), "its end");
    await made_server.start();
    tally.same("a swap that was cut off is ended", [existsSync(join(data, "swap")),
      made_server.code], [false, ""]);
    await made_server.end();
  } finally {
    await made_server.remove();
  }
});
tally.end();
