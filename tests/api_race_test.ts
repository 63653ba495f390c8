// api_race_test -- eight connections post a thousand conversations while twenty teammates close, go
// away and come back: no limit is broken, no conversation is given to two, none is forgotten. The
// same on PostgreSQL.
import { auditRows, isChained } from "./inside.ts";
import { answer, run, Tally } from "./program.ts";
import { startCluster } from "./cluster.ts";
import { Server, type Person } from "./server.ts";

const POSTS = process.env["EK_LONG"] === undefined ? 300 : 1000;
const CONNECTIONS = 8;
const MATES = 20;
const LOOKERS = 6;
const LIMIT = 4;

const tally = new Tally();

/** Every prefix of the log: at most one open assignment each, nobody above the limit. */
function judge(what: string, lines: readonly string[]): void {
  const holder = new Map<number, number>();
  const load = new Map<number, number>();
  let faults = 0;
  let given = 0;
  for (const line of lines) {
    const e = JSON.parse(line);
    if (e.type === "assignment.made") {
      given++;
      if (holder.has(e.data.conversation)) faults++;
      holder.set(e.data.conversation, e.data.teammate);
      load.set(e.data.teammate, (load.get(e.data.teammate) ?? 0) + 1);
      if (e.data.how === "balanced" && (load.get(e.data.teammate) ?? 0) > LIMIT) faults++;
    } else if (e.type === "assignment.ended") {
      if (holder.get(e.data.conversation) !== e.data.teammate) faults++;
      holder.delete(e.data.conversation);
      load.set(e.data.teammate, (load.get(e.data.teammate) ?? 0) - 1);
    } else if (e.type === "promise.broken") {
      faults++;
    }
  }
  tally.same(`${what}: no limit broken, none given to two`, faults, 0);
  tally.is(`${what}: work was given out`, given > POSTS / 2, given);
}

async function race(what: string, server: Server, place: readonly string[]): Promise<void> {
  await server.start();
  const owner = await server.owner();
  const settings = await owner.get("/settings/workspace");
  const limit = await owner.patch("/settings/workspace", { set: { limit: LIMIT } },
    { headers: { "If-Match": settings.headers.get("etag") ?? "*" } });
  tally.same(`${what}: a limit`, limit.status, 200);
  const team = await owner.post("/teams", { name: "Race" });
  const mates: Person[] = [];
  for (let i = 0; i < MATES; i++)
    mates.push(await server.person(owner, { name: `Racer ${String.fromCharCode(65 + i)}`,
      memberships: [{ team: team.body.id, level: "primary" }] }));
  for (const mate of mates)
    await mate.client.put(`/teammates/${mate.id}/presence`, { presence: "active" });
  let left = POSTS;
  let over = false;
  const poster = async (): Promise<void> => {
    while (left-- > 0) {
      const got = await owner.post("/conversations",
        { title: "Race", team: team.body.id, text: "words" });
      if (got.status !== 201) tally.same(`${what}: a post`, got.status, 201);
    }
  };
  const worker = async (mate: Person, turn: number): Promise<void> => {
    for (let i = 0; !over; i++) {
      const mine = await mate.client.get("/me/load");
      for (const item of (mine.body.items ?? []).slice(0, 2))
        await mate.client.post(`/conversations/${item.conversation}/close`, {});
      if (i % 7 === turn % 7) {
        await mate.client.put(`/teammates/${mate.id}/presence`, { presence: "away_reassigning" });
        await mate.client.put(`/teammates/${mate.id}/presence`, { presence: "active" });
      }
    }
  };
  // Entries of the audit log, between requests that are refused.
  const contact = await owner.post("/contacts", { name: "Raced" });
  tally.same(`${what}: a contact`, contact.status, 201);
  const closed = await owner.post("/conversations", { title: "Closed", text: "words" });
  await owner.post(`/conversations/${closed.body.id}/close`, {});
  const looker = async (): Promise<void> => {
    while (!over) {
      await Promise.all([
        owner.get(`/contacts/${contact.body.id}`),
        owner.post(`/conversations/${closed.body.id}/close`, {}),
        owner.get(`/contacts/${contact.body.id}`),
      ]);
    }
  };
  const workers = [...mates.map(worker), ...Array.from({ length: LOOKERS }, looker)];
  await Promise.all(Array.from({ length: CONNECTIONS }, poster));
  over = true;
  await Promise.all(workers);
  tally.same(`${what}: as the document says`, owner.faults.slice(0, 5), []);
  tally.same(`${what}: SIGTERM ends it well`, await server.end(), 0);
  const log = run(["export", "--events", ...place]);
  if (place[0] === "--data") {
    const rows = auditRows(server);
    tally.is(`${what}: the audit log is one chain`, rows.length > 50 && isChained(rows),
      rows.length);
  }
  judge(what, log.stdout.trimEnd().split("\n").slice(0, -1));
  tally.same(`${what}: live state and replay are one`, answer(["state-hash", ...place, "--json"]),
    answer(["replay", "--hash", ...place, "--json"]));
}

const embedded = new Server();
try {
  await race("SQLite", embedded, ["--data", embedded.data]);
} finally {
  await embedded.remove();
}
const cluster = startCluster();
const place = ["--postgres", cluster.database("race")];
const shared = new Server({ args: place });
try {
  await race("PostgreSQL", shared, place);
} finally {
  await shared.remove();
  cluster.stop();
}
tally.end();
