// api_dry_run_test -- every write of configuration can be tried: dry_run=true says what would be
// changed and what that does to the queue, and changes nothing. Answers are held to the document.
import { Tally } from "./program.ts";
import { browser, withServer, type Answer, type Client, type Server } from "./server.ts";

const tally = new Tally();

interface Row {
  readonly promise: string;
  readonly method: "POST" | "PATCH" | "DELETE";
  readonly path: string;
  readonly body?: unknown;
  readonly look: string; // what must be the same before and after
  readonly changes: Record<string, unknown>;
}

/** The writes, with what they would change; ids are put in for the words in braces. */
const ROWS: readonly Row[] = [
  { promise: "a tag that is made", method: "POST", path: "/tags", body: { name: "New" },
    look: "/tags", changes: { name: { before: null, after: "New" } } },
  { promise: "a tag that is renamed", method: "PATCH", path: "/tags/{tag}",
    body: { name: "Other" }, look: "/tags", changes: { name: { before: "Old", after: "Other" } } },
  { promise: "a view that is saved", method: "POST", path: "/views",
    body: { name: "Mine", scope: "own", resource: "teammates" }, look: "/views",
    changes: { name: { before: null, after: "Mine" }, scope: { before: null, after: "own" } } },
  { promise: "a view that is changed", method: "PATCH", path: "/views/{view}",
    body: { name: "Second" }, look: "/views",
    changes: { name: { before: "First", after: "Second" } } },
  { promise: "a view that is deleted", method: "DELETE", path: "/views/{view}", look: "/views",
    changes: { name: { before: "First", after: null } } },
  { promise: "settings of the server", method: "PATCH", path: "/settings/server",
    body: { name: "Harbour", retention_days: 90, mail: { password: "canary" } },
    look: "/settings/server", changes: { name: { before: "Evenkeel", after: "Harbour" },
      retention_days: { before: null, after: 90 } } },
  { promise: "its zone", method: "PATCH", path: "/settings/server", body: { zone: "Asia/Seoul" },
    look: "/settings/server", changes: { zone: { before: "Europe/Berlin", after: "Asia/Seoul" } } },
  { promise: "an invitation", method: "POST", path: "/teammates",
    body: { name: "Nina New", email: "nina@example.org", memberships: [{ team: "team_1" }] },
    look: "/teammates", changes: { name: { before: null, after: "Nina New" },
      email: { before: null, after: "nina@example.org" } } },
  { promise: "somebody who is brought back", method: "POST", path: "/teammates/{gone}/reactivate",
    look: "/teammates", changes: { state: { before: "deactivated", after: "active" } } },
  { promise: "a change dated ahead that is taken back", method: "DELETE",
    path: "/settings/scheduled/{scheduled}", look: "/settings/scheduled",
    changes: { limit: { before: 7, after: null } } },
];

/** Ways that refuse what the write itself would refuse. */
const REFUSED: readonly (readonly [string, Row["method"], string, unknown, number])[] = [
  ["a tag's name twice", "POST", "/tags", { name: "Old" }, 409],
  ["no such tag", "PATCH", "/tags/tag_99", { name: "x" }, 404],
  ["no such view", "DELETE", "/views/view_99", undefined, 404],
  ["a zone that is none", "PATCH", "/settings/server", { zone: "Mars/Base" }, 422],
  ["an address that is taken", "POST", "/teammates",
    { name: "x", email: "olga@example.org" }, 409],
  ["no such plan", "DELETE", "/settings/scheduled/99", undefined, 404],
];

async function prepare(server: Server, owner: Client): Promise<Record<string, string>> {
  await owner.post("/teams", { name: "Desk" });
  const gone = await server.person(owner, { name: "Gone Away", memberships: [{ team: "team_1" }] });
  await owner.as(null).post(`/teammates/${gone.id}/deactivate`, {},
    { headers: browser(server.cookie) });
  const later = new Date(Date.now() + 86_400_000).toISOString();
  await owner.patch("/settings/workspace", { set: { limit: 7 }, effective_at: later },
    { headers: { "If-Match": "*" } });
  const planned = await owner.get("/settings/scheduled");
  return {
    gone: gone.id,
    tag: (await owner.post("/tags", { name: "Old" })).body.id,
    view: (await owner.post("/views", { name: "First", scope: "own", resource: "teammates" }))
      .body.id,
    scheduled: String(planned.body.data[0].schedule),
  };
}

await withServer({}, async (server, owner) => {
  const ids = await prepare(server, owner);
  const admin = owner.as(null); // the owner in a browser: some of it wants a confirmed sign-in
  const headers = { ...browser(server.cookie), "If-Match": "*" };
  const look = async (path: string): Promise<string> => {
    const got: Answer = await admin.get(path, { headers });
    return got.text.replace(/"(seq|at)":[^,}]*/g, "");
  };
  const head = async (): Promise<string | null> =>
    (await admin.get("/me", { headers })).headers.get("evenkeel-seq");
  for (const row of ROWS) {
    const path = row.path.replace(/\{(\w+)\}/, (_all, name: string) => ids[name] ?? name);
    const before = [await look(row.look), await head()];
    const got = await admin.ask(row.method, `${path}?dry_run=true`,
      { ...(row.body === undefined ? {} : { body: row.body }), headers });
    tally.same(`${row.promise}: tried`, [got.status, got.body?.dry_run], [200, true]);
    const said = got.body?.changes ?? {};
    tally.same(`${row.promise}: what would change`, Object.fromEntries(
      Object.keys(row.changes).map((name) => [name, said[name]])), row.changes);
    tally.is(`${row.promise}: no secret`, !got.text.includes("canary"), got.text);
    tally.same(`${row.promise}: nothing has`, [await look(row.look), await head()], before);
  }
  for (const [promise, method, path, body, want] of REFUSED) {
    const got = await admin.ask(method, `${path}?dry_run=true`,
      { ...(body === undefined ? {} : { body }), headers });
    tally.same(`${promise} is refused when it is tried`, got.status, want);
  }
  tally.same("as the document says", owner.faults, []);
});
tally.end();
