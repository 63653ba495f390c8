// chats -- visitors who all chat at once: what one costs, and how fast words go both ways.
//
// usage: chats [--chats N] [--seconds N] [--every N]
//   --chats    visitors, each with a stream of their own  (2000)
//   --seconds  how long they and those who answer write   (60)
//   --every    seconds between two messages of one side   (40)
//
// Visitors come from an address of loopback for every twenty, as the limits of visitors hold here
// too. Forty teammates in eight teams, each team with a chat inbox, hold all conversations and
// have a stream each. Whoever writes says first that they do; whoever is written to says that they
// have seen it. Messages are due at their times, whether the one before was answered or not. All
// times are of one clock, from when a message was due to its frame at the other side, so that what
// the generator is late by counts too. Meanwhile somebody reads a page of conversations four
// times a second. Ends with 1 when a message was lost or came twice, or a goal is missed.
import { readFileSync } from "node:fs";
import { Agent, request, type IncomingMessage } from "node:http";
import { loadavg } from "node:os";
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import { randomUUID } from "node:crypto";

import { nearestRank } from "../scripts/lib/figures.ts";
import { withServer, type Client, type Person, type Server } from "../tests/server.ts";
import { newSecret } from "../tests/visitor.ts";

const TEAMS = 8;
const MATES = 40;
const A_NETWORK = 20; // visitors of one address: as many as may have a stream
const OPENING = 32; // asked for at once
const QUIET_MS = 5000;
const STRAGGLERS_MS = 10_000;
const API_EVERY_MS = 250;
const GOAL_DELIVERY_MS = 500; // 99th percentile
const GOAL_BYTES = 64 * 1024; // of memory, a chat
const TICK_HZ = 100; // of /proc/PID/stat

// ---- one connection's worth of HTTP

interface Said {
  readonly status: number;
  readonly body: any; // eslint-disable-line -- the API's
}

interface Asking {
  readonly method: string;
  readonly path: string;
  readonly agent: Agent;
  readonly headers: Record<string, string>;
  readonly body?: unknown;
}

class Http {
  readonly port: number;
  constructor(port: number) {
    this.port = port;
  }

  private begin(a: Asking, take: (got: IncomingMessage) => void, fail: (e: Error) => void): void {
    const body = a.body === undefined ? undefined : JSON.stringify(a.body);
    const asked = request({
      host: "127.0.0.1",
      port: this.port,
      method: a.method,
      path: `/api/v1${a.path}`,
      agent: a.agent,
      headers: {
        ...a.headers,
        ...(body === undefined ? {} : { "Content-Type": "application/json" }),
        ...(a.method === "GET" ? {} : { "Idempotency-Key": randomUUID() }),
      },
    });
    asked.once("response", take).once("error", fail).end(body);
  }

  ask(a: Asking): Promise<Said> {
    return new Promise((done, fail) => {
      const take = (got: IncomingMessage): void => {
        let text = "";
        got.setEncoding("utf8").on("data", (more: string) => (text += more));
        got.once("error", fail).once("end", () => {
          const isJson = (got.headers["content-type"] ?? "").includes("json");
          const body: unknown = isJson && text !== "" ? JSON.parse(text) : null;
          done({ status: got.statusCode ?? 0, body });
        });
      };
      this.begin(a, take, fail);
    });
  }

  /** Resolves when it is open; each frame is told with its event and data. */
  stream(a: Asking, hear: (event: string, data: string) => void): Promise<IncomingMessage> {
    return new Promise((done, fail) => {
      const take = (got: IncomingMessage): void => {
        if (got.statusCode !== 200) return fail(new Error(`a stream: ${got.statusCode}`));
        let text = "";
        got
          .on("error", () => undefined)
          .setEncoding("utf8")
          .on("data", (more: string) => {
            text += more;
            for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
              const frame = text.slice(0, end);
              text = text.slice(end + 2);
              const event = /^event: (.*)$/m.exec(frame)?.[1];
              if (event !== undefined) hear(event, /^data: (.*)$/m.exec(frame)?.[1] ?? "");
            }
          });
        done(got);
      };
      this.begin(a, take, fail);
    });
  }
}

// ---- the scene

interface Mate {
  readonly person: Person;
  readonly agent: Agent;
  readonly headers: Record<string, string>;
}

interface Chat {
  readonly path: string;
  readonly agent: Agent;
  readonly alone: Agent; // of its stream
  readonly headers: Record<string, string>;
  id: string;
  mate: Mate | undefined;
  typed: number; // when the visitor began a message that the teammate has not heard of; 0 = none
  /** Due times of messages that are on their way to the teammate, in order. */
  readonly toMate: number[];
  readonly toVisitor: Map<string, number>; // text -> due
  readonly heard: Map<string, number>; // text -> how often, at the visitor
}

interface Scene {
  readonly server: Server;
  readonly owner: Client;
  readonly http: Http;
  readonly chats: Chat[];
  readonly mates: Map<string, Mate>;
  readonly byId: Map<string, Chat>;
  readonly streams: IncomingMessage[];
  readonly delays: { toMate: number[]; toVisitor: number[]; typing: number[] };
  readonly refused: Map<string, number>;
  sent: number;
  extra: number; // frames that nothing was sent for
}

/** So many at once, each in its turn. */
async function each<T>(all: readonly T[], work: (one: T, i: number) => Promise<void>) {
  let next = 0;
  const run = async (): Promise<void> => {
    for (let i = next++; i < all.length; i = next++) await work(all[i] as T, i);
  };
  await Promise.all(Array.from({ length: OPENING }, run));
}

async function good(asked: Promise<{ status: number; body: any }>, what: string): Promise<any> {
  const got = await asked;
  if (got.status >= 300) throw new Error(`${what}: ${got.status} ${JSON.stringify(got.body)}`);
  return got.body;
}

async function makeInboxes(server: Server, owner: Client): Promise<[string[], Map<string, Mate>]> {
  const inboxes: string[] = [];
  const teams: string[] = [];
  const mates = new Map<string, Mate>();
  for (let i = 0; i < TEAMS; i++) {
    const team: string = (await good(owner.post("/teams", { name: `Team ${i}` }), "team")).id;
    const inbox = { name: `Shop ${i}`, team, sites: ["https://shop.example"] };
    inboxes.push((await good(owner.post("/chat-inboxes", inbox), "inbox")).id);
    teams.push(team);
  }
  for (let i = 0; i < MATES; i++) {
    const letters = String.fromCharCode(97 + (i % 26), 97 + Math.floor(i / 26));
    const person = await server.person(owner, {
      name: `Mate ${letters}`,
      memberships: [{ team: teams[i % TEAMS] ?? "", level: "primary" }],
    });
    const presence = { presence: "active" };
    await good(person.client.put(`/teammates/${person.id}/presence`, presence), "presence");
    const agent = new Agent({ keepAlive: true, maxSockets: 4 });
    const headers = { Authorization: `Bearer ${person.client.token}` };
    mates.set(person.id, { person, agent, headers });
  }
  return [inboxes, mates];
}

function makeChat(inbox: string, i: number): Chat {
  const network = Math.floor(i / A_NETWORK);
  const localAddress = `127.1.${network >> 7}.${(network & 127) + 1}`;
  return {
    path: `/visit/${inbox}`,
    agent: agentOf(localAddress),
    alone: new Agent({ localAddress } as object),
    headers: { "Ek-Visitor": newSecret() },
    id: "",
    mate: undefined,
    typed: 0,
    toMate: [],
    toVisitor: new Map(),
    heard: new Map(),
  };
}

const agents = new Map<string, Agent>();
function agentOf(localAddress: string): Agent {
  const found =
    agents.get(localAddress) ??
    new Agent({ keepAlive: true, maxSockets: 4, localAddress } as object);
  agents.set(localAddress, found);
  return found;
}

/** Every chat has its first message, and somebody who holds it. */
async function begin(s: Scene): Promise<void> {
  await each(s.chats, async (chat, i) => {
    const body = { text: `Hello, I am ${i}` };
    const path = `${chat.path}/messages`;
    const said = await good(s.http.ask({ method: "POST", ...chat, path, body }), "first message");
    chat.id = said.conversation.id;
    s.byId.set(chat.id, chat);
  });
  let path: string | null = "/conversations?limit=100&fields=id,teammate";
  while (path !== null) {
    const page: any = await good(s.owner.get(path), "page");
    for (const row of page.data) {
      const chat = s.byId.get(row.id);
      if (chat !== undefined) chat.mate = s.mates.get(row.teammate);
    }
    const next: string | null = page.page.next_cursor;
    path =
      next === null
        ? null
        : `/conversations?limit=100&fields=id,teammate&cursor=${encodeURIComponent(next)}`;
  }
}

// ---- what is heard

function heardByVisitor(s: Scene, chat: Chat, event: string, data: string): void {
  if (event !== "part") return;
  const { part } = JSON.parse(data);
  chat.heard.set(part.text, (chat.heard.get(part.text) ?? 0) + 1);
  const due = chat.toVisitor.get(part.text);
  if (due === undefined) return;
  if (chat.heard.get(part.text) === 1) s.delays.toVisitor.push(performance.now() - due);
  tell(s, { method: "POST", ...chat, path: `${chat.path}/seen`, body: { part: part.id } });
}

function heardByMate(s: Scene, mate: Mate, event: string, data: string): void {
  if (event !== "message.added" && event !== "state.chat") return;
  const frame = JSON.parse(data);
  const chat = s.byId.get(frame.conversation);
  if (chat === undefined || chat.mate !== mate) return;
  if (event === "state.chat" && frame.typing_until !== null && chat.typed !== 0) {
    s.delays.typing.push(performance.now() - chat.typed);
    chat.typed = 0;
  }
  if (event !== "message.added" || frame.author !== "contact") return;
  const due = chat.toMate.shift();
  if (due === undefined) s.extra++;
  else s.delays.toMate.push(performance.now() - due);
}

/** That it is refused is counted; nobody waits for it. */
function tell(s: Scene, asking: Asking): Promise<Said | undefined> {
  return s.http.ask(asking).then(
    (got) => {
      if (got.status >= 300) {
        const what = `${got.status} ${asking.path.split("/").at(-1)}`;
        s.refused.set(what, (s.refused.get(what) ?? 0) + 1);
      }
      return got;
    },
    (error: Error) => {
      s.refused.set(error.message, (s.refused.get(error.message) ?? 0) + 1);
      return undefined;
    },
  );
}

async function listen(s: Scene): Promise<void> {
  for (const mate of s.mates.values()) {
    const path = "/events?types=message.added,state.chat";
    const asking = { method: "GET", path, agent: new Agent(), headers: mate.headers };
    s.streams.push(await s.http.stream(asking, (...heard) => heardByMate(s, mate, ...heard)));
  }
  await each(s.chats, async (chat) => {
    const asking = { method: "GET", ...chat, path: `${chat.path}/events`, agent: chat.alone };
    s.streams.push(await s.http.stream(asking, (...heard) => heardByVisitor(s, chat, ...heard)));
  });
}

// ---- what is said

function visitorWrites(s: Scene, chat: Chat, n: number, due: number): void {
  s.sent++;
  chat.toMate.push(due);
  chat.typed = due;
  tell(s, { method: "POST", ...chat, path: `${chat.path}/typing`, body: {} });
  const body = { text: `visitor says ${n}` };
  tell(s, { method: "POST", ...chat, path: `${chat.path}/messages`, body });
}

function mateWrites(s: Scene, chat: Chat, n: number, due: number): void {
  const { mate } = chat;
  if (mate === undefined) return;
  const text = `teammate says ${n}`;
  s.sent++;
  chat.toVisitor.set(text, due);
  const path = `/conversations/${chat.id}`;
  const { agent, headers } = mate;
  tell(s, { method: "POST", path: `${path}/typing`, agent, headers, body: {} });
  const body = { kind: "message", text };
  tell(s, { method: "POST", path: `${path}/parts`, agent, headers, body });
}

async function write(s: Scene, seconds: number, every: number): Promise<void> {
  const begun = performance.now();
  const step = (every * 1000) / s.chats.length / 2; // visitors and teammates in turn
  const total = Math.floor((seconds * 1000) / step);
  for (let i = 0; i < total; i++) {
    const due = begun + i * step;
    const left = due - performance.now();
    if (left > 1) await pause(left);
    // A teammate answers half a period after the visitor wrote.
    const turn = i >> 1;
    const n = Math.floor(turn / s.chats.length);
    const at = i % 2 === 0 ? turn : turn + (s.chats.length >> 1);
    const chat = s.chats[at % s.chats.length];
    if (chat !== undefined) (i % 2 === 0 ? visitorWrites : mateWrites)(s, chat, n, due);
  }
}

async function settle(s: Scene): Promise<void> {
  const end = Date.now() + STRAGGLERS_MS;
  while (s.delays.toMate.length + s.delays.toVisitor.length < s.sent && Date.now() < end)
    await pause(50);
  await pause(500); // for what comes twice
}

// ---- what it costs

const cpuMs = (pid: number): number => {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / TICK_HZ;
};
const anonymousBytes = (pid: number): number =>
  Number(/RssAnon:\s*(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) * 1024;

/** Reads until it is told to end. */
async function read(s: Scene, calls: number[], isOver: () => boolean): Promise<void> {
  while (!isOver()) {
    const begun = performance.now();
    await good(s.owner.get("/conversations?limit=20"), "page");
    calls.push(performance.now() - begun);
    await pause(API_EVERY_MS);
  }
}

const ms = (n: number): string => `${n.toFixed(n < 10 ? 1 : 0)} ms`;
const ranks = (all: readonly number[]): string =>
  `p50 ${ms(nearestRank(all, 50))}, p99 ${ms(nearestRank(all, 99))}, worst ${ms(Math.max(...all))}`;

interface Costs {
  readonly cpu: number; // ms while they wrote
  readonly quiet: number; // ms a second while nobody did
  readonly bytes: number; // of a stream
  readonly all: number; // of the server
  readonly before: number[];
  readonly during: number[];
}

function report(s: Scene, c: Costs, seconds: number): boolean {
  let lost = 0;
  let twice = s.extra;
  for (const chat of s.chats) {
    lost += chat.toMate.length;
    for (const text of chat.toVisitor.keys()) if (!chat.heard.has(text)) lost++;
    for (const n of chat.heard.values()) twice += n - 1;
  }
  const own = s.chats.reduce((n, chat) => n + chat.heard.size, 0);
  console.log(`chats: ${s.chats.length}, held: ${s.chats.filter((chat) => chat.mate).length}`);
  console.log(`messages: ${s.sent} in ${seconds} s, frames of parts at visitors: ${own}`);
  console.log(`lost: ${lost}, twice: ${twice}`);
  console.log(`refused: ${[...s.refused].map((entry) => entry.join(" x ")).join(", ") || "none"}`);
  console.log(`to the teammate: ${ranks(s.delays.toMate)}`);
  console.log(`to the visitor: ${ranks(s.delays.toVisitor)}`);
  console.log(`that they write, to the teammate: ${ranks(s.delays.typing)}`);
  console.log(
    `memory: ${(c.bytes / 1024).toFixed(1)} KiB a chat's stream, ` +
      `${(c.all / 1048576).toFixed(0)} MiB in all`,
  );
  console.log(
    `CPU: ${((c.cpu / s.sent) * 1000).toFixed(0)} us a message with its typing and seen and all ` +
      `that was read meanwhile; ${((100 * c.cpu) / seconds / 1000).toFixed(1)} % of a core; ` +
      `${c.quiet.toFixed(1)} ms a second while nobody writes`,
  );
  console.log(`API, a page of conversations: before ${ranks(c.before)}; during ${ranks(c.during)}`);
  const p99 = Math.max(nearestRank(s.delays.toMate, 99), nearestRank(s.delays.toVisitor, 99));
  return (
    lost === 0 &&
    twice === 0 &&
    s.refused.size === 0 &&
    p99 <= GOAL_DELIVERY_MS &&
    c.bytes <= GOAL_BYTES
  );
}

async function measure(s: Scene, seconds: number, every: number): Promise<boolean> {
  const { pid } = s.server;
  await begin(s);
  await pause(1000);
  const bare = anonymousBytes(pid);
  await listen(s);
  await pause(1000);
  const bytes = (anonymousBytes(pid) - bare) / s.chats.length;
  let since = cpuMs(pid);
  await pause(QUIET_MS);
  const quiet = (cpuMs(pid) - since) / (QUIET_MS / 1000);
  const before: number[] = [];
  const during: number[] = [];
  let isOver = false;
  const end = Date.now() + QUIET_MS;
  await read(s, before, () => Date.now() > end);
  const reading = read(s, during, () => isOver);
  since = cpuMs(pid);
  await write(s, seconds, every);
  await settle(s);
  isOver = true;
  await reading;
  const cpu = cpuMs(pid) - since;
  return report(s, { cpu, quiet, bytes, all: anonymousBytes(pid), before, during }, seconds);
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      chats: { type: "string", default: "2000" },
      seconds: { type: "string", default: "60" },
      every: { type: "string", default: "40" },
    },
  });
  const load = loadavg().map((n) => n.toFixed(1));
  console.log(`load of the machine: ${load.join(" ")}`);
  const env = { EVENKEEL_SERVER_CONNECTIONS: "12000" };
  await withServer({ env }, async (server, owner) => {
    const [inboxes, mates] = await makeInboxes(server, owner);
    const s: Scene = {
      server,
      owner,
      http: new Http(Number(server.port)),
      chats: Array.from({ length: Number(values.chats) }, (_, i) =>
        makeChat(inboxes[i % TEAMS] ?? "", i),
      ),
      mates,
      byId: new Map(),
      streams: [],
      delays: { toMate: [], toVisitor: [], typing: [] },
      refused: new Map(),
      sent: 0,
      extra: 0,
    };
    try {
      const isGood = await measure(s, Number(values.seconds), Number(values.every));
      if (!isGood) process.exitCode = 1;
      if (!isGood) console.log(server.messages.slice(-2000));
    } finally {
      for (const stream of s.streams) stream.destroy();
      for (const { agent } of [...s.chats, ...mates.values()]) agent.destroy();
    }
  });
}

await main();
