// api_restart_test -- people at work when the server ends, however it ends, are at work when it is
// back: with the same presence and the same conversations. Nobody could be heard meanwhile.
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { run, Tally } from "./program.ts";
import { Server, type Client } from "./server.ts";

const HOUR = 3_600_000;
const THRESHOLD = 60_000;

const tally = new Tally();

/** Three hours ago: two people, active, with two conversations each; then it was ended. */
function morning(): string {
  const at = Date.now() - 3 * HOUR;
  const lines: object[] = [
    { cmd: "settings.change", scope: "workspace",
      set: { auto_away_after_ms: THRESHOLD, auto_reassign_after_ms: THRESHOLD } },
    { cmd: "team.create", ref: "desk" },
  ];
  for (const ref of ["mina", "noor"])
    lines.push({ cmd: "teammate.create", ref, primary: ["desk"] },
      { cmd: "presence.set", teammate: ref, presence: "active" });
  for (const ref of ["a", "b", "c", "d"])
    lines.push({ cmd: "conversation.create", ref, team: "desk", waiting_since: at });
  return lines.map((line) => `${JSON.stringify({ at, ...line })}\n`).join("");
}

/** Who is there and holds what, of those who came in over HTTP. */
async function board(owner: Client, person: string, conversation: string): Promise<unknown> {
  const presence = await owner.get(`/teammates/${person}/presence`);
  const held = await owner.get(`/conversations/${conversation}`);
  return [presence.body.presence, presence.body.since, held.body.teammate, held.body.assignment];
}

async function comeIn(server: Server, owner: Client): Promise<readonly [string, string]> {
  const team = (await owner.post("/teams", { name: "Front" })).body.id as string;
  const pia = await server.person(owner, { name: "Pia Front", roles: ["teammate"],
    memberships: [{ team }] });
  const at = await pia.client.put(`/teammates/${pia.id}/presence`, { presence: "active" });
  tally.same("one more is there", at.status, 200);
  const made = await owner.post("/conversations", { team, text: "Is anybody there?" });
  tally.same("and holds something", (await owner.get(`/conversations/${made.body.id}`)).body
    .teammate, pia.id);
  return [pia.id, made.body.id];
}

interface Fact { readonly seq: number; readonly type: string; readonly data: any }

function facts(server: Server): Fact[] {
  const done = run(["export", "--events", "--data", server.data]);
  return done.stdout.trim().split("\n").map((line) => JSON.parse(line) as Fact)
    .filter((fact) => typeof fact.type === "string");
}

const server = new Server();
try {
  const file = join(server.data, "..", "morning.jsonl");
  writeFileSync(file, morning());
  const driven = run(["drive", file, "--data", server.data]);
  tally.same("a morning's work", driven.status, 0);
  const last = facts(server).at(-1)?.seq ?? 0;

  await server.start();
  const owner = await server.owner();
  const [person, conversation] = await comeIn(server, owner);
  const want = await board(owner, person, conversation);
  for (const signal of ["SIGKILL", "SIGKILL", "SIGTERM", "SIGKILL"] as const) {
    const note = await owner.post("/tags", { name: `before ${signal} ${Math.random()}` });
    tally.same("something is written", note.status, 201);
    await server.end(signal);
    await server.start(new URL(owner.url).port);
    tally.same(`after ${signal} they are there, with what they hold`,
      await board(owner, person, conversation), want);
  }
  const since = facts(server).filter(({ seq }) => seq > last);
  tally.same("nobody was sent away, nothing taken from anybody", since.filter(({ type, data }) =>
    (type === "presence.changed" && data.cause === "auto") || type === "assignment.ended"), []);
  tally.same("each reign begins with its epoch, and says that the server is up",
    since.filter(({ type }) => /^(epoch|server)\./.test(type)).map(({ type }) => type),
    Array.from({ length: 5 }, () => ["epoch.opened", "server.started"]).flat());
  tally.is("it says for how long it was down", since.find(({ type }) =>
    type === "server.started")?.data.down_ms >= 3 * HOUR);
  tally.same("as the document says", owner.faults, []);
  tally.same("SIGTERM ends it well", await server.end(), 0);
  const live = run(["state-hash", "--data", server.data]).stdout;
  tally.same("a replay says the same", run(["replay", "--hash", "--data", server.data]).stdout,
    live);
} finally {
  await server.remove();
}
tally.end();
