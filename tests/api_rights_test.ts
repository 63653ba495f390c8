// api_rights_test -- every operation of the document, asked by each kind of person about what is
// theirs, what is another team's, and what is not there. Foreign and missing give the same answer;
// what a role may read follows the table below, which is the roles' table of the security rules.
import { Tally } from "./program.ts";
import { browser, withServer, type Client, type Person } from "./server.ts";

const tally = new Tally();

interface Ids { readonly conversation: string; readonly assignment: string; readonly bulk: string;
  readonly job: string; readonly view: string; readonly part: string; readonly token: string }

/** Operations about one thing that only some may see: path with the thing's name for its id. */
const HIDDEN: readonly (readonly [string, string])[] = [
  ["GET", "/conversations/conversation"], ["PATCH", "/conversations/conversation"],
  ["GET", "/conversations/conversation/parts"], ["POST", "/conversations/conversation/parts"],
  ["POST", "/conversations/conversation/parts/part/redact"],
  ["POST", "/conversations/conversation/opened"], ["POST", "/conversations/conversation/assign"],
  ["POST", "/conversations/conversation/move"], ["POST", "/conversations/conversation/release"],
  ["POST", "/conversations/conversation/handover"],
  ["POST", "/conversations/conversation/snooze"], ["POST", "/conversations/conversation/close"],
  ["POST", "/conversations/conversation/reopen"], ["GET", "/conversations/conversation/sla"],
  ["GET", "/conversations/conversation/survey"],
  ["POST", "/conversations/conversation/survey/link"],
  ["GET", "/conversations/conversation/why-waiting"],
  ["GET", "/conversations/conversation/receipts"],
  ["GET", "/assignments/assignment"], ["GET", "/assignments/assignment/receipt"],
  ["GET", "/bulk-edits/bulk"], ["GET", "/bulk-edits/bulk/rows"], ["POST", "/bulk-edits/bulk/apply"],
  ["POST", "/bulk-edits/bulk/cancel"], ["POST", "/bulk-edits/bulk/undo"],
  ["DELETE", "/bulk-edits/bulk"], ["GET", "/views/view"], ["PATCH", "/views/view"],
  ["DELETE", "/views/view"], ["DELETE", "/tokens/token"],
];
const BODIES: Record<string, unknown> = {
  "/parts": { kind: "note", text: "canary" }, "/assign": { teammate: "tm_1" },
  "/move": { team: "team_1" }, "/handover": { to: { team: "team_1" }, summary: "x" },
  "/snooze": { until: null }, "/release": {}, "/close": {}, "/reopen": {}, "/opened": {},
  "/redact": {}, "/cancel": {}, "/undo": {}, "/apply": {},
  "PATCH /conversations": { priority: 1 }, "PATCH /views": { name: "x" },
};
const MISSING: Ids = { conversation: "cv_999999", assignment: "asg_999999", bulk: "bulk_999999",
  job: "job_999999", view: "view_999999", part: "part_999999", token: "token_999999" };

function pathOf(path: string, ids: Ids): string {
  return path.split("/").map((word) => (ids as unknown as Record<string, string>)[word] ?? word)
    .join("/");
}

function bodyOf(method: string, path: string): unknown {
  const end = Object.keys(BODIES).find((key) => key.startsWith("/") && path.endsWith(key));
  const first = `${method} /${path.split("/")[1]}`;
  return method === "GET" || method === "DELETE" ? undefined
    : BODIES[end ?? first] ?? {};
}

async function ask(client: Client, method: string, path: string): Promise<[number, string]> {
  const body = bodyOf(method, path);
  const got = await client.ask(method, path,
    { ...(body === undefined ? {} : { body }), headers: { "If-Match": "*" } });
  tally.is(`${method} ${path} tells nothing of the words`, !got.text.includes("canary")
    || got.status < 300, got.text.slice(0, 200));
  return [got.status, String(got.body?.type ?? "")];
}

/** Whether each may read, by column of the roles' table. */
const READS: readonly (readonly [string, Record<string, boolean>])[] = [
  ["/conversations/conversation", { inside: true, outside: false, lead: true, otherLead: false,
    manager: true, nobody: false }],
  ["/conversations/conversation/parts", { inside: true, outside: false, lead: true,
    otherLead: false, manager: true, nobody: false }],
  ["/conversations/conversation/why-waiting", { inside: true, outside: false, lead: true,
    otherLead: false, manager: true, nobody: false }],
  ["/queue/unblock", { inside: false, outside: false, lead: true, otherLead: true, manager: true,
    nobody: false }],
  // A teammate's list holds what was changed about themselves.
  ["/changes", { inside: true, outside: true, lead: true, otherLead: true, manager: true,
    nobody: false }],
  ["/settings/workspace", { inside: true, outside: true, lead: true, otherLead: true,
    manager: true, nobody: false }],
  ["/teams", { inside: true, outside: true, lead: true, otherLead: true, manager: true,
    nobody: false }],
  ["/teams/team_1/live", { inside: false, outside: false, lead: true, otherLead: false,
    nobody: false }],
  ["/promises", { inside: false, outside: false, lead: true, otherLead: true, manager: true,
    nobody: false }],
];

/** Who opens a contact of a conversation of the first team: 200 with every address, or 404. */
const OPENS: readonly (readonly [string, boolean, boolean])[] = [
  // who, of the team's contact, of the contact whose conversation `outside` was given
  ["inside", true, true], ["lead", true, true], ["manager", true, true], ["admin", true, true],
  ["outside", false, true], ["otherLead", false, false],
];

/** Addresses come whole to who serves, leads, manages or holds, and, leaving an entry, to
 * administrators; until they are opened, and in lists, they come masked to everybody. */
async function contactDetails(owner: Client, people: Record<string, Person>): Promise<void> {
  const ids: string[] = [];
  for (const name of ["ours", "handed"]) {
    const made = await owner.post("/contacts", { name: "Carla Contact",
      email: `${name}.real@example.org`, phone: "+49 30 123456" });
    await owner.post(`/contacts/${made.body.id}/identities`,
      { channel: "email", address: `${name}.second@example.org` });
    const talk = await owner.post("/conversations",
      { title: name, contact: made.body.id, team: "team_1", text: "x" });
    if (name === "handed")
      await owner.post(`/conversations/${talk.body.id}/assign`,
        { teammate: people["outside"]?.id, override_reason: "test" });
    ids.push(made.body.id);
  }
  for (const [who, ...may] of OPENS) {
    const { client } = people[who] as Person;
    for (const [i, name] of ["ours", "handed"].entries()) {
      const got = await client.get(`/contacts/${ids[i]}`);
      tally.same(`${who} opens ${name}`, [got.status, got.body.email,
        got.body.identities?.map((each: any) => each.address)], may[i] === true
        ? [200, `${name}.real@example.org`, [`${name}.second@example.org`]]
        : [404, undefined, undefined]);
    }
    const list = await client.get("/contacts");
    tally.is(`${who} is told no address by a list`, list.status === 200
      && !/real@|second@|123456/.test(list.text)
      && list.body.data.every((row: any) => row.masked === true), list.text);
  }
  const looks = await owner.get("/audit-log?action=contact.opened");
  tally.same("an administrator's look is an entry, theirs alone",
    [...new Set(looks.body.data.map((row: any) => row.by.teammate))], [people["admin"]?.id]);
}

await withServer({}, async (server, owner) => {
  const mine = await owner.post("/teams", { name: "Mine" });
  const other = await owner.post("/teams", { name: "Other" });
  tally.same("two teams", [mine.body.id, other.body.id], ["team_1", "team_2"]);
  const member = (team: string) => [{ team, level: "primary" }];
  const people: Record<string, Person> = {
    inside: await server.person(owner, { name: "In Side", memberships: member("team_1") }),
    outside: await server.person(owner, { name: "Out Side", memberships: member("team_2") }),
    lead: await server.person(owner, { name: "Lead One", roles: ["lead"],
      memberships: member("team_1") }),
    otherLead: await server.person(owner, { name: "Lead Two", roles: ["lead"],
      memberships: member("team_2") }),
    manager: await server.person(owner, { name: "Man Ager", roles: ["manager"],
      memberships: member("team_1") }),
    admin: await server.person(owner, { name: "Ad Min", roles: ["admin"] }),
  };
  const made = await owner.post("/conversations",
    { title: "canary title", team: "team_1", text: "canary words" });
  const held = await owner.post("/conversations",
    { title: "canary held", team: "team_1", text: "canary held words" });
  await owner.post(`/conversations/${held.body.id}/assign`,
    { teammate: people["inside"]?.id, override_reason: "test" });
  const part = await owner.get(`/conversations/${made.body.id}/parts`);
  const given = await owner.get("/assignments");
  const bulk = await owner.post("/bulk-edits", { resource: "teammates",
    scope: { ids: [people["inside"]?.id] }, changes: [{ op: "set", name: "limit", value: 3 }] });
  const view = await owner.post("/views", { name: "canary view", scope: "own",
    resource: "teammates" });
  const tokens = await owner.as(null).get("/tokens", { headers: browser(server.cookie) });
  const ids: Ids = { conversation: made.body.id, assignment: given.body.data?.[0]?.id,
    bulk: bulk.body.id, job: "job_1", view: view.body.id, part: part.body.data?.[0]?.id,
    token: tokens.body.data?.[0]?.id };
  for (const [name, id] of Object.entries(ids))
    tally.is(`there is a ${name}`, typeof id === "string", id);

  const clients: Record<string, Client> = { nobody: owner.as(null) };
  for (const [name, person] of Object.entries(people)) clients[name] = person.client;
  const stranger = clients["outside"] as Client;
  for (const [method, path] of HIDDEN) {
    const foreign = await ask(stranger, method, pathOf(path, ids));
    const missing = await ask(stranger, method, pathOf(path, MISSING));
    tally.same(`${method} ${path}: foreign and missing are one`, foreign, missing);
    tally.is(`${method} ${path}: and refused`, foreign[0] >= 400, foreign[0]);
    const noOne = await ask(clients["nobody"] as Client, method, pathOf(path, ids));
    tally.same(`${method} ${path}: of nobody`, noOne[0], 401);
  }
  for (const [path, columns] of READS) {
    for (const [name, may] of Object.entries(columns)) {
      const got = await (clients[name] as Client).get(pathOf(path, ids));
      tally.same(`${name} reads ${path}`, got.status === 200, may);
    }
  }
  await contactDetails(owner, people);
  // Moved away, one sees no longer what one saw.
  const moved = people["inside"] as Person;
  await owner.put(`/teams/team_2/memberships/${moved.id}`, { level: "primary" },
    { headers: { "If-Match": "*" } });
  await owner.delete(`/teams/team_1/memberships/${moved.id}`, { headers: { "If-Match": "*" } });
  const after = await moved.client.get(`/conversations/${ids.conversation}`);
  tally.same("who was moved away", after.status, 404);
  // Disabled, nothing at all.
  await owner.as(null).post(`/teammates/${moved.id}/deactivate`, {},
    { headers: browser(server.cookie) });
  tally.same("who was disabled", (await moved.client.get("/me")).status, 401);
  tally.same("as the document says", owner.faults.slice(0, 5), []);
});
tally.end();
