// api_events_test -- the stream checker: readers with different rights and filters come and go
// while work goes on and the server is killed; what each received is what the log holds for them,
// in order, nothing twice (promise P8).
import { setTimeout as sleep } from "node:timers/promises";

import { run, Tally } from "./program.ts";
import { Client, noteMet, Server, type Person } from "./server.ts";

const LONG = process.env["EK_LONG"] !== undefined;
const RESTARTS = LONG ? 50 : 3;
const READERS_A_PERSON = 3;
const TEAMS = 3;

interface Frame {
  readonly seq: number;
  readonly prev: number;
  readonly type: string;
  readonly data: any;
}

/** Holds a stream as a browser would: drops repeats, comes back at a gap and after a cut. */
class Reader {
  readonly frames: Frame[] = [];
  readonly faults: string[] = [];
  held = 0;
  first = -1;
  private over = false;
  private cut: AbortController | null = null;
  private done: Promise<void> = Promise.resolve();
  readonly name: string;
  private readonly url: () => string;
  private readonly token: string;
  private readonly filter: string;

  constructor(name: string, url: () => string, token: string, filter: string) {
    this.name = name;
    this.url = url;
    this.token = token;
    this.filter = filter;
  }

  begin(): void { this.done = this.run(); }
  /** Ends the connection; it comes back by itself. */
  drop(): void { this.cut?.abort(); }
  async end(): Promise<void> {
    this.over = true;
    this.cut?.abort();
    await this.done;
  }

  private async run(): Promise<void> {
    while (!this.over) {
      this.cut = new AbortController();
      try {
        await this.once(this.cut.signal);
      } catch {
        await sleep(20);
      }
    }
  }

  private async once(signal: AbortSignal): Promise<void> {
    const headers: Record<string, string> = { Authorization: `Bearer ${this.token}` };
    if (this.first >= 0) headers["Last-Event-ID"] = String(this.held);
    const got = await fetch(`${this.url()}/api/v1/events${this.filter}`, { headers, signal });
    noteMet("stream_events", got.status);
    if (got.status !== 200 || got.body === null) {
      if (got.status !== 503 && got.status !== 429)
        this.faults.push(`${got.status}: ${await got.text()}`);
      await sleep(50);
      return;
    }
    let text = "";
    const decoder = new TextDecoder();
    for await (const bytes of got.body as unknown as AsyncIterable<Uint8Array>) {
      text += decoder.decode(bytes, { stream: true });
      for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
        this.take(text.slice(0, end));
        text = text.slice(end + 2);
      }
    }
  }

  private take(block: string): void {
    const field = (name: string): string | undefined => block.split("\n")
      .find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
    const type = field("event");
    const text = field("data");
    if (type === undefined || text === undefined) return;
    const data = JSON.parse(text);
    if (type === "hello") {
      if (this.first < 0) this.held = this.first = data.seq;
      return;
    }
    if (type === "reset") this.faults.push(`reset ${data.reason}`);
    if (field("id") === undefined) return;
    if (data.seq <= this.held) return;
    if (data.prev > this.held) {
      this.faults.push(`a gap: ${this.held}, then ${data.prev}`);
      return;
    }
    this.held = data.seq;
    if (type !== "position")
      this.frames.push({ seq: data.seq, prev: data.prev, type, data });
  }
}

/** The log as it stands, each event with the team that its conversation has after it. */
function readLog(server: Server): { seq: number; type: string; teams: Set<string> | null }[] {
  const home = new Map<number, number>();
  return run(["export", "--events", "--data", server.data]).stdout.trimEnd().split("\n")
    .map((line) => JSON.parse(line)).filter((e) => e.seq !== undefined).map((e) => {
      const conversation: number | undefined = e.data.conversation ?? undefined;
      if (conversation === undefined) return { seq: e.seq, type: e.type, teams: null };
      const teams = new Set<string>();
      const add = (team: number | null | undefined): void => {
        if (typeof team === "number") teams.add(`team_${team}`);
      };
      add(home.get(conversation));
      if (["conversation.arrived", "conversation.moved", "conversation.queued"].includes(e.type)
        && typeof e.data.team === "number") home.set(conversation, e.data.team);
      if (e.type !== "conversation.moved") teams.clear();
      add(home.get(conversation));
      return { seq: e.seq, type: e.type, teams };
    });
}

async function work(owner: Client, teams: readonly string[], n: number): Promise<void> {
  for (let i = 0; i < n; i++) {
    const made = await owner.post("/conversations", { title: `Stream ${i}`,
      team: teams[i % teams.length], text: "words" });
    if (made.status !== 201) continue;
    if (i % 3 === 0) await owner.post(`/conversations/${made.body.id}/close`, {});
    if (i % 5 === 0) await owner.post(`/conversations/${made.body.id}/move`,
      { team: teams[(i + 1) % teams.length] });
  }
}

const tally = new Tally();
const server = new Server();
try {
  await server.start();
  const owner = await server.owner();
  const teams: string[] = [];
  for (let i = 0; i < TEAMS; i++)
    teams.push((await owner.post("/teams", { name: `Stream ${i}` })).body.id);
  const people: Person[] = [];
  for (let i = 0; i < TEAMS; i++)
    people.push(await server.person(owner, { name: `Reader ${"ABC"[i]}`,
      memberships: [{ team: teams[i] ?? "", level: "primary" }] }));
  const readers: { reader: Reader; team: string | null }[] = [];
  const add = (name: string, token: string | null, filter: string, team: string | null): void => {
    const reader = new Reader(name, () => server.url, token ?? "", filter);
    reader.begin();
    readers.push({ reader, team });
  };
  for (const [i, person] of people.entries()) {
    for (let n = 0; n < READERS_A_PERSON; n++)
      add(`${person.id} ${n}`, person.client.token, "", teams[i] ?? "");
  }
  add("owner", owner.token, "", null);
  add("owner of one team", owner.token, `?team=${teams[0]}`, teams[0] ?? "");
  add("owner of closings", owner.token, "?types=conversation.closed", null);
  await sleep(300);
  for (let i = 0; i < RESTARTS; i++) {
    await work(owner, teams, 20);
    readers[i % readers.length]?.reader.drop();
    await work(owner, teams, 10);
    await server.end("SIGKILL");
    await server.start(new URL(owner.url).port);
  }
  await work(owner, teams, 10);
  await sleep(1000);
  for (const { reader } of readers) await reader.end();
  tally.same("SIGTERM ends it well", await server.end(), 0);
  const log = readLog(server);
  for (const { reader, team } of readers) {
    tally.same(`${reader.name}: no gap, no reset`, reader.faults, []);
    const mine = log.filter((e) => e.seq > reader.first && e.seq <= reader.held
      && (e.teams === null ? true : team === null || e.teams.has(team)));
    const concerns = (e: { type: string; teams: Set<string> | null }): boolean =>
      e.teams !== null && (reader.name !== "owner of closings"
        || e.type === "conversation.closed");
    const want = mine.filter(concerns).map((e) => `${e.seq} ${e.type}`);
    const got = reader.frames.filter((f) => f.data.conversation !== undefined
      && f.data.conversation !== null).map((f) => `${f.seq} ${f.type}`);
    tally.same(`${reader.name}: what was received is what the log holds`,
      got.filter((x) => !want.includes(x)).concat(want.filter((x) => !got.includes(x))), []);
    tally.is(`${reader.name}: in order, nothing twice`,
      reader.frames.every((f, i) => i === 0 || f.seq > (reader.frames[i - 1]?.seq ?? 0)));
    tally.is(`${reader.name} received something`, got.length > 0);
  }
} finally {
  await server.remove();
}
tally.end();
