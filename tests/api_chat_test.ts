// api_chat_test -- a visitor of a host's site and those who answer: who leaves a trace and who does
// not, what each of them sees, what is told live, over a restart too; whom a site vouches for; what
// is refused.
import { spawnSync } from "node:child_process";
import { join } from "node:path";

import { Tally } from "./program.ts";
import { withServer, type Answer, type Client, type Person, type Server } from "./server.ts";
import { newSecret, sign, Visitor } from "./visitor.ts";

const tally = new Tally();

const status = (what: string, got: Answer, want: number): void =>
  tally.is(`${what}: ${want}`, got.status === want, `${got.status} ${got.text.slice(0, 300)}`);
const problem = (what: string, got: Answer, want: number, type: string): void =>
  tally.is(
    `${what}: ${want} ${type}`,
    got.status === want && got.body?.type === `/problems/${type}`,
    `${got.status} ${got.text.slice(0, 300)}`,
  );

function sql(server: Server, text: string): any[] {
  const done = spawnSync("sqlite3", ["-json", join(server.data, "log.db"), text], {
    encoding: "utf8",
  });
  if (done.status !== 0) throw new Error(`sqlite3: ${done.stderr}`);
  return done.stdout.trim() === "" ? [] : (JSON.parse(done.stdout) as any[]);
}

interface Scene {
  readonly server: Server;
  readonly owner: Client;
  readonly mate: Person;
  readonly lead: Person;
  readonly far: Person;
  readonly team: string;
  readonly other: string;
  readonly inbox: string;
}

async function scene(server: Server, owner: Client): Promise<Scene> {
  const team = (await owner.post("/teams", { name: "Orders" })).body.id as string;
  const other = (await owner.post("/teams", { name: "Billing" })).body.id as string;
  const at = (id: string) => [{ team: id, level: "primary" }];
  const mate = await server.person(owner, { name: "Mina Park", memberships: at(team) });
  const lead = await server.person(owner, {
    name: "Lead One",
    roles: ["lead"],
    memberships: at(team),
  });
  const far = await server.person(owner, {
    name: "Far Lead",
    roles: ["lead"],
    memberships: at(other),
  });
  const made = await lead.client.post("/chat-inboxes", {
    name: "Shop",
    team,
    sites: ["https://shop.example"],
    languages: ["en", "ko"],
    greeting: { en: "Hello!", ko: "안녕하세요!" },
  });
  status("a lead opens an inbox of their team", made, 201);
  return { server, owner, mate, lead, far, team, other, inbox: made.body.id as string };
}

async function thin(s: Scene): Promise<void> {
  const v = new Visitor(s.owner, s.inbox);
  const first = await v.open({ language: "ko" });
  status("anybody opens it", first, 200);
  tally.same("greeted in their language", first.body.inbox.greeting, "안녕하세요!");
  tally.same("nobody yet", [first.body.contact, first.body.conversation], [null, null]);
  tally.same(
    "and no trace is left",
    sql(
      s.server,
      "SELECT (SELECT count(*) FROM visitors) + (SELECT count(*) FROM contacts) AS n",
    )[0].n,
    0,
  );
  problem("nothing to read yet", await v.get("/parts"), 401, "unauthenticated");
  const said = await v.say("Where is my order?", { page: "https://shop.example/orders" });
  status("the first message", said, 201);
  const id = said.body.conversation.id as string;
  const ears = await v.listen();
  status(
    "an answer",
    await s.mate.client.post(`/conversations/${id}/parts`, {
      kind: "message",
      text: "It is on its way.",
    }),
    201,
  );
  status(
    "a note",
    await s.mate.client.post(`/conversations/${id}/parts`, { kind: "note", text: "SECRET-NOTE" }),
    201,
  );
  const heard = await ears.hears("It is on its way.");
  tally.same("is heard, by a first name alone", heard?.data.part.name, "Mina");
  tally.is("the state is told", (await ears.until((h) => h.event === "state")) !== undefined);
  const parts = await v.parts();
  tally.same(
    "messages alone, in order",
    parts.map((p) => [p.from, p.text]),
    [
      ["contact", "Where is my order?"],
      ["teammate", "It is on its way."],
    ],
  );
  await ears.close();
  tally.is("no note was heard", !JSON.stringify(ears.heard).includes("SECRET-NOTE"));
  const stranger = new Visitor(s.owner, s.inbox);
  problem("a stranger reads nothing", await stranger.get("/parts"), 401, "unauthenticated");
}

await withServer({}, async (server, owner) => {
  const s = await scene(server, owner);
  await thin(s);
  tally.same("every answer is as documented", owner.faults, []);
});
void newSecret;
void sign;
tally.end();
