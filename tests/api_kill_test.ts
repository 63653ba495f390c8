// api_kill_test -- kill -9 under load of mixed writes, again and again: every 2xx is there exactly
// once, every retried key answers the same, what was refused never appears, and the server is ready
// again in time. EK_LONG=1 does fifty rounds.
import { randomUUID } from "node:crypto";

import { answer, run, Tally } from "./program.ts";
import { Client, Server, type Answer } from "./server.ts";

const ROUNDS = process.env["EK_LONG"] === undefined ? 5 : 50;
const WRITERS = 16;
const READY_MS = 5_000;

/** A write and what is known of it. */
interface Write {
  readonly key: string;
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
  readonly marker: string;
  first: Answer | null; // the answer that arrived
}

const tally = new Tally();
const settled: Write[] = [];
let open: Write[] = [];
let counter = 0;

function plan(team: string, conversations: readonly string[]): Write {
  const marker = `mark-${++counter}`;
  const target = conversations[counter % Math.max(1, conversations.length)];
  const kind = target === undefined ? 0 : counter % 4;
  const write = (method: string, path: string, body: unknown): Write =>
    ({ key: randomUUID(), method, path, body, marker, first: null });
  if (kind === 1 && target !== undefined)
    return write("POST", `/conversations/${target}/parts`, { kind: "note", text: marker });
  if (kind === 2) return write("POST", "/tags", { name: marker });
  return write("POST", "/conversations", { title: marker, team, text: marker });
}

async function send(client: Client, write: Write): Promise<boolean> {
  try {
    const got = await client.ask(write.method, write.path, { body: write.body,
      headers: { "Idempotency-Key": write.key } });
    if (got.status >= 500) return false;
    if (write.first !== null && write.first.text !== got.text)
      tally.same(`the first answer again for ${write.marker}`, got.text, write.first.text);
    write.first = got;
    return true;
  } catch {
    return false; // cut off: done once or not at all
  }
}

async function load(client: Client, team: string, made: string[], until: () => boolean) {
  while (!until()) {
    const write = plan(team, made);
    open.push(write);
    if (!await send(client, write)) return;
    open.splice(open.indexOf(write), 1);
    settled.push(write);
    if (write.path === "/conversations" && write.first?.status === 201)
      made.push(write.first.body.id as string);
  }
}

async function round(server: Server, owner: Client, team: string, made: string[], after: number) {
  let over = false;
  const writers = Array.from({ length: WRITERS }, () =>
    load(owner, team, made, () => over));
  await new Promise((resolve) => setTimeout(resolve, after));
  await server.end("SIGKILL");
  over = true;
  await Promise.all(writers);
  const begun = Date.now();
  await server.start(new URL(owner.url).port);
  tally.is("ready again in time", Date.now() - begun < READY_MS, Date.now() - begun);
  // Those that got no answer are asked again, and some that did: the answer is the same.
  for (const write of open) {
    let asked = await send(owner, write);
    for (let i = 0; !asked && i < 20; i++) asked = await send(owner, write);
    tally.is(`${write.marker} is answered in the end`, asked);
    settled.push(write);
  }
  open = [];
  for (const write of settled.slice(-5)) await send(owner, write);
}

/** Each marker that was answered 2xx, once; none that was refused. */
async function count(owner: Client): Promise<void> {
  const found = new Map<string, number>();
  const note = (text: string | null): void => {
    if (text !== null) found.set(text, (found.get(text) ?? 0) + 1);
  };
  const all = async (path: string, each: (row: any) => Promise<void> | void): Promise<void> => {
    let cursor: string | null = "";
    while (cursor !== null) {
      const page: Answer = await owner.get(`${path}${path.includes("?") ? "&" : "?"}limit=500${
        cursor === "" ? "" : `&cursor=${encodeURIComponent(cursor)}`}`);
      for (const row of page.body.data) await each(row);
      cursor = page.body.page.next_cursor;
    }
  };
  await all("/tags", (row) => note(row.name));
  await all("/conversations?sort=id", async (row) => {
    note(row.title);
    await all(`/conversations/${row.id}/parts`, (part) => {
      if (part.kind === "note") note(part.text);
    });
  });
  const wrong = settled.filter((write) => {
    const want = (write.first?.status ?? 0) < 300 ? 1 : 0;
    return (found.get(write.marker) ?? 0) !== want;
  });
  tally.same("every 2xx is there exactly once, and nothing else", wrong.map((write) =>
    [write.marker, write.first?.status, found.get(write.marker) ?? 0]), []);
}

const server = new Server();
try {
  await server.start();
  const owner = await server.owner();
  const team = await owner.post("/teams", { name: "Crash" });
  tally.same("a team", team.status, 201);
  const made: string[] = [];
  for (let i = 0; i < ROUNDS; i++)
    await round(server, owner, team.body.id, made, 100 + (i * 137) % 500);
  tally.is("something was written", settled.length > ROUNDS * WRITERS, settled.length);
  await count(owner);
  tally.same("as the document says", owner.faults.slice(0, 5), []);
  tally.same("SIGTERM ends it well", await server.end(), 0);
  tally.same("the log is what was written", run(["verify", "--data", server.data]).status, 0);
  tally.same("live state and replay are one", answer(["state-hash", "--data", server.data,
    "--json"]), answer(["replay", "--hash", "--data", server.data, "--json"]));
} finally {
  await server.remove();
}
tally.end();
