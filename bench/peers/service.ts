// service -- the peer of the server's benchmark: what a competent team writes for the same task on
// Node.js and PostgreSQL, with nothing between them but the usual client.
//
// usage: service.js HOST SITE statements|function
//   HOST  folder of PostgreSQL's socket; its database `postgres` is emptied and filled anew
//   SITE  what bench/site.c printed: the same teams, contacts and token as the other server has
//
// One route: POST /api/v1/conversations. A bearer token is looked up for each request, as revoking
// one must tell at once; then one transaction: the teammate with the fewest open ones below the
// limit (FOR UPDATE SKIP LOCKED), the conversation, its assignment, its first message, a row of the
// outbox. `statements` says these one by one, as such services do; `function` is the same in one
// call of a stored function. Prepared statements; a pool of 16; commits wait for the disk.
//
// Prints "listening PORT" when it is ready. Ends with SIGTERM.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

import pg from "pg";

import { root } from "../../scripts/lib/root.ts";

const POOL = 16;
const TEAMMATES = 40;
const BODY_MAX = 1 << 20;
const CHANNELS = ["email", "chat", "voice", "video", "api"];

interface Wanted {
  readonly contact: string;
  readonly team: number;
  readonly channel: string;
  readonly title: string | null;
  readonly text: string;
}

interface Made {
  readonly conversation: string;
  readonly teammate: number | null;
  readonly assignment: string | null;
  readonly message: string;
  readonly seq: string;
  readonly created: Date;
}

class Refusal extends Error {
  readonly status: number;

  constructor(status: number, detail: string) {
    super(detail);
    this.status = status;
  }
}

// ---- the database

const SQL = {
  token: `SELECT id, scopes FROM tokens
    WHERE hash = $1 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now())`,
  choose: `UPDATE teammates SET open_count = open_count + 1, last_given_at = now()
    WHERE id = (
      SELECT t.id FROM teammates t JOIN memberships m ON m.teammate_id = t.id
      WHERE m.team_id = $1 AND t.is_active AND (t.max_open IS NULL OR t.open_count < t.max_open)
      ORDER BY t.open_count, t.last_given_at NULLS FIRST, t.id
      LIMIT 1 FOR UPDATE OF t SKIP LOCKED)
    RETURNING id`,
  conversation: `INSERT INTO conversations
      (team_id, teammate_id, contact_id, channel, title, waiting_since)
    SELECT $1, $2, c.id, $3, $4, now() FROM contacts c WHERE c.public_id = $5
    RETURNING id, contact_id, created_at`,
  assignment: `INSERT INTO assignments (conversation_id, team_id, teammate_id, how)
    VALUES ($1, $2, $3, 'balanced') RETURNING id`,
  message: `INSERT INTO messages (conversation_id, author_kind, contact_id, body)
    VALUES ($1, 'contact', $2, $3) RETURNING id`,
  event: `INSERT INTO events (type, conversation_id, data) VALUES ($1, $2, $3) RETURNING seq`,
  all: "SELECT * FROM create_conversation($1, $2, $3, $4, $5)",
} as const;

async function first(client: pg.PoolClient, name: keyof typeof SQL,
  values: unknown[]): Promise<Record<string, unknown> | undefined> {
  const got = await client.query<Record<string, unknown>>({ name, text: SQL[name], values });
  return got.rows[0];
}

async function byStatements(client: pg.PoolClient, w: Wanted): Promise<Made> {
  const teammate = ((await first(client, "choose", [w.team]))?.["id"] ?? null) as number | null;
  const conversation = await first(client, "conversation",
    [w.team, teammate, w.channel, w.title, w.contact]);
  if (conversation === undefined) throw new Refusal(422, "there is no such contact");
  const id = conversation["id"] as string;
  const contact = conversation["contact_id"] as number;
  const assignment = teammate === null ? null
    : (await first(client, "assignment", [id, w.team, teammate]))?.["id"] as string;
  const message = (await first(client, "message", [id, contact, w.text]))?.["id"] as string;
  const data = { team: w.team, contact, message, teammate, assignment };
  const seq = (await first(client, "event", ["conversation.arrived", id, data]))?.["seq"] as string;
  const created = conversation["created_at"] as Date;
  return { conversation: id, teammate, assignment, message, seq, created };
}

async function inTransaction(client: pg.PoolClient, w: Wanted): Promise<Made> {
  await client.query("BEGIN");
  try {
    const made = await byStatements(client, w);
    await client.query("COMMIT");
    return made;
  } catch (error) {
    await client.query("ROLLBACK");
    throw error;
  }
}

async function byFunction(client: pg.PoolClient, w: Wanted): Promise<Made> {
  const row = await first(client, "all", [w.contact, w.team, w.channel, w.title, w.text]);
  if (row === undefined || row["conversation"] === null)
    throw new Refusal(422, "there is no such contact");
  return row as unknown as Made;
}

// ---- requests

async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > BODY_MAX) throw new Refusal(413, "the body is too large");
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString("utf8"));
  } catch {
    throw new Refusal(400, "the body is no JSON");
  }
}

function text(value: unknown, name: string, max: number): string {
  if (typeof value !== "string" || value.length === 0 || value.length > max)
    throw new Refusal(422, `${name}: expected a text of at most ${max} characters`);
  return value;
}

function bind(body: unknown): Wanted {
  if (body === null || typeof body !== "object") throw new Refusal(422, "expected an object");
  const o = body as Record<string, unknown>;
  const team = /^team_(\d{1,9})$/.exec(text(o["team"], "team", 20))?.[1];
  if (team === undefined) throw new Refusal(422, "team: there is no such team");
  const channel = text(o["channel"] ?? "api", "channel", 20);
  if (!CHANNELS.includes(channel)) throw new Refusal(422, "channel: there is no such channel");
  return {
    contact: text(o["contact"], "contact", 27),
    team: Number(team),
    channel,
    title: o["title"] === undefined ? null : text(o["title"], "title", 200),
    text: text(o["text"], "text", 65536),
  };
}

async function authenticate(client: pg.PoolClient, request: IncomingMessage): Promise<void> {
  const secret = /^Bearer (\S+)$/.exec(request.headers.authorization ?? "")?.[1];
  if (secret === undefined) throw new Refusal(401, "a token is needed");
  const hash = createHash("sha256").update(secret).digest();
  const token = await first(client, "token", [hash]);
  if (token === undefined) throw new Refusal(401, "the token is unknown");
  const scopes = token["scopes"] as string[];
  if (!scopes.includes("work")) throw new Refusal(403, "not with this token");
}

function render(w: Wanted, made: Made): string {
  return JSON.stringify({
    id: `cv_${made.conversation}`,
    state: "open",
    channel: w.channel,
    title: w.title,
    team: `team_${w.team}`,
    teammate: made.teammate === null ? null : `tm_${made.teammate}`,
    assignment: made.assignment === null ? null : `asg_${made.assignment}`,
    contact: w.contact,
    counts: { parts: 1, assignments: made.assignment === null ? 0 : 1 },
    waiting_since: made.created.toISOString(),
    created_at: made.created.toISOString(),
    updated_at: made.created.toISOString(),
    seq: Number(made.seq),
  });
}

function answer(response: ServerResponse, status: number, body: string): void {
  const type = status < 400 ? "application/json" : "application/problem+json";
  const length = Buffer.byteLength(body);
  response.writeHead(status, { "Content-Type": type, "Content-Length": length });
  response.end(body);
}

class Service {
  readonly #pool: pg.Pool;
  readonly #create: (client: pg.PoolClient, w: Wanted) => Promise<Made>;

  constructor(pool: pg.Pool, create: (client: pg.PoolClient, w: Wanted) => Promise<Made>) {
    this.#pool = pool;
    this.#create = create;
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      if (request.method !== "POST" || request.url !== "/api/v1/conversations")
        throw new Refusal(404, "there is nothing here");
      const body = await readBody(request);
      const client = await this.#pool.connect();
      try {
        await authenticate(client, request);
        const wanted = bind(body);
        answer(response, 201, render(wanted, await this.#create(client, wanted)));
      } finally {
        client.release();
      }
    } catch (error) {
      const status = error instanceof Refusal ? error.status : 500;
      answer(response, status, JSON.stringify({ status, detail: String(error) }));
    }
  }
}

// ---- the start

async function fill(pool: pg.Pool, site: string): Promise<void> {
  const lines = readFileSync(site, "utf8").split("\n").map((line) => line.split(" "));
  const of = (kind: string): string[] =>
    lines.filter((line) => line[0] === kind).map((line) => line[1] ?? "");
  const teams = of("team").map((id) => Number(id.slice("team_".length)));
  const hashes = of("token").map((token) => createHash("sha256").update(token).digest());
  await pool.query("DROP SCHEMA public CASCADE; CREATE SCHEMA public");
  await pool.query(readFileSync(join(root(), "bench", "peers", "tables.sql"), "utf8"));
  await pool.query(`INSERT INTO teams SELECT id, 'team ' || id FROM unnest($1::int[]) id`, [teams]);
  await pool.query(`INSERT INTO teammates (id, name, email)
    SELECT i, 'teammate ' || i, 'teammate' || i || '@example.org'
    FROM generate_series(1, $1::int) i`, [TEAMMATES]);
  await pool.query(`INSERT INTO memberships
    SELECT DISTINCT ($1::int[])[(i + k - 1) % $2 + 1], i
    FROM generate_series(1, $3::int) i, generate_series(0, 1) k`, [teams, teams.length, TEAMMATES]);
  await pool.query(`INSERT INTO contacts (public_id, name, email)
    SELECT id, 'contact ' || n, 'contact' || n || '@example.net'
    FROM unnest($1::text[]) WITH ORDINALITY c(id, n)`, [of("contact")]);
  await pool.query(`INSERT INTO tokens (hash, name, scopes)
    SELECT h, 'benchmark', '{read,work}' FROM unnest($1::bytea[]) h`, [hashes]);
  await pool.query("ANALYZE");
}

async function main(): Promise<void> {
  const [host, site, how] = process.argv.slice(2);
  if (host === undefined || site === undefined || (how !== "statements" && how !== "function"))
    throw new Error("usage: service.js HOST SITE statements|function");
  const pool = new pg.Pool({ host, user: "postgres", database: "postgres", max: POOL });
  await fill(pool, site);
  const service = new Service(pool, how === "function" ? byFunction : inTransaction);
  const server = createServer((request, response) => void service.handle(request, response));
  server.keepAliveTimeout = 75_000;
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  console.log(`listening ${(server.address() as AddressInfo).port}`);
  process.once("SIGTERM", () => {
    server.close();
    server.closeAllConnections();
    void pool.end();
  });
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
});
