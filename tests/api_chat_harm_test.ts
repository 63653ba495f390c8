// api_chat_harm_test -- visitors who send more than anybody needs: a giant file, a flood of files,
// more streams than one address may have. Each is refused at once, costs only whoever does it, and
// leaves nothing behind. Here the server has its usual rates, which other tests raise.
import { readdirSync } from "node:fs";
import { request, type IncomingMessage } from "node:http";
import { connect } from "node:net";
import { join } from "node:path";

import { Tally } from "./program.ts";
import { withServer, type Client, type Server } from "./server.ts";
import { newSecret } from "./visitor.ts";

const tally = new Tally();
const MIB = 1024 * 1024;
const FILE_MAX = 25 * MIB;
/** What lies in buffers between two programs of one machine, and more. */
const SLACK = 16 * MIB;
const UPLOADS_A_MINUTE = 10;
const UNNAMED = 20;
const STREAMS_OF_A_VISITOR = 3;
const STREAMS_OF_AN_ADDRESS = 20;
const AT_ONCE_MS = 10_000;

interface Scene {
  readonly owner: Client;
  readonly server: Server;
  readonly inbox: string;
}

const files = (s: Scene): number => {
  try {
    return readdirSync(join(s.server.data, "attachments")).length;
  } catch {
    return 0;
  }
};

// ---- a giant file

interface Said {
  readonly status: number;
  readonly sent: number;
  readonly ms: number;
}

/** Sends as much as the server takes. length null: in pieces, of which nobody says how many. */
function pour(s: Scene, address: string, length: number | null, most: number): Promise<Said> {
  const url = new URL(s.owner.url);
  const from = Date.now();
  return new Promise((resolve) => {
    const socket = connect({
      host: url.hostname,
      port: Number(url.port),
      localAddress: address,
    });
    let told = "";
    let sent = 0;
    const end = (): void => {
      clearTimeout(timer);
      socket.destroy();
      const status = Number(/^HTTP\/1\.1 (\d+)/.exec(told)?.[1] ?? 0);
      resolve({ status, sent, ms: Date.now() - from });
    };
    const timer = setTimeout(end, 4 * AT_ONCE_MS);
    const piece = Buffer.alloc(64 * 1024, "x");
    const framed = Buffer.concat([Buffer.from("10000\r\n"), piece, Buffer.from("\r\n")]);
    const more = (): void => {
      while (sent < most && !socket.destroyed) {
        sent += piece.length;
        if (!socket.write(length === null ? framed : piece)) {
          socket.once("drain", more);
          return;
        }
      }
    };
    socket.on("data", (bytes) => {
      told += bytes.toString("latin1");
      if (told.includes("\r\n\r\n")) end();
    });
    socket.on("error", end);
    socket.on("close", end);
    socket.on("connect", () => {
      const size = length === null ? "Transfer-Encoding: chunked" : `Content-Length: ${length}`;
      socket.write(
        [
          `POST /api/v1/visit/${s.inbox}/files HTTP/1.1`,
          `Host: ${url.host}`,
          `Ek-Visitor: ${newSecret()}`,
          `Idempotency-Key: ${newSecret()}`,
          "Content-Type: text/plain",
          size,
          "",
          "",
        ].join("\r\n"),
      );
      more();
    });
  });
}

async function giants(s: Scene): Promise<void> {
  const before = files(s);
  const announced = await pour(s, "127.0.0.21", 4 * FILE_MAX, 0);
  tally.same("a giant file is refused by what it says of itself", announced.status, 413);
  tally.is("before any of it came", announced.ms < AT_ONCE_MS, `${announced.ms} ms`);
  const endless = await pour(s, "127.0.0.22", null, 8 * FILE_MAX);
  tally.is(
    "one that does not say is answered 413, or cut",
    endless.status === 413 || endless.status === 0,
    endless.status,
  );
  tally.is(
    "as soon as it is too much",
    endless.sent <= FILE_MAX + SLACK,
    `${Math.round(endless.sent / MIB)} MiB were taken`,
  );
  tally.same("and nothing of either is kept", files(s), before);
  const small = await file(s, "127.0.0.22", newSecret(), "small");
  tally.same("one of the usual size is taken from there", small.status, 201);
}

// ---- a flood of files

interface Got {
  readonly status: number;
  readonly again: string | undefined;
}

interface Who {
  readonly address: string;
  readonly secret: string;
}

function post(s: Scene, who: Who, path: string, type: string, body: string): Promise<Got> {
  return new Promise((resolve, reject) => {
    const asked = request(new URL(`${s.owner.url}/api/v1/visit/${s.inbox}${path}`), {
      method: "POST",
      localAddress: who.address,
      headers: {
        "Ek-Visitor": who.secret,
        "Idempotency-Key": newSecret(),
        "Content-Type": type,
      },
    });
    asked.once("response", (got) => {
      got.resume();
      resolve({ status: got.statusCode ?? 0, again: got.headers["retry-after"] });
    });
    asked.once("error", reject).end(body);
  });
}

const file = (s: Scene, address: string, secret: string, text: string): Promise<Got> =>
  post(s, { address, secret }, "/files", "text/plain", text);

async function manyFiles(s: Scene): Promise<void> {
  const before = files(s);
  const secret = newSecret();
  const first: Got[] = [];
  for (let i = 0; i < UPLOADS_A_MINUTE + 5; i++)
    first.push(await file(s, "127.0.0.23", secret, `file ${i}`));
  tally.same(
    "of a flood of files ten a minute are taken",
    first.map((got) => got.status),
    [...Array<number>(UPLOADS_A_MINUTE).fill(201), ...Array<number>(5).fill(429)],
  );
  tally.is("whoever is refused is told when", Number(first.at(-1)?.again) > 0, first.at(-1)?.again);
  const other = await file(s, "127.0.0.24", newSecret(), "one");
  tally.same("somebody elsewhere notices nothing", other.status, 201);
  const rest: number[] = [];
  for (let i = 0; i < UNNAMED - UPLOADS_A_MINUTE + 3; i++)
    rest.push((await file(s, `127.0.0.${30 + (i % 4)}`, secret, `more ${i}`)).status);
  tally.same("from wherever they come: of one visitor twenty that no message names", rest, [
    ...Array<number>(UNNAMED - UPLOADS_A_MINUTE).fill(201),
    409,
    409,
    409,
  ]);
  tally.same("and no more are kept", files(s) - before, UNNAMED + 1);
}

// ---- streams

/** A stream that stays open; a number: how it was refused. */
function listen(s: Scene, address: string, secret: string): Promise<IncomingMessage | number> {
  return new Promise((resolve, reject) => {
    const asked = request(new URL(`${s.owner.url}/api/v1/visit/${s.inbox}/events`), {
      localAddress: address,
      headers: { "Ek-Visitor": secret },
      agent: false,
    });
    asked.once("response", (got) => {
      if (got.statusCode === 200) got.on("error", () => {}).resume();
      resolve(got.statusCode === 200 ? got : (got.statusCode ?? 0));
    });
    asked.once("error", reject).end();
  });
}

async function manyStreams(s: Scene): Promise<void> {
  const open: IncomingMessage[] = [];
  const refused: number[] = [];
  const visitor = async (address: string): Promise<string> => {
    const secret = newSecret();
    const body = JSON.stringify({ text: "Hello" });
    const said = await post(s, { address, secret }, "/messages", "application/json", body);
    tally.same("somebody says hello", said.status, 201);
    return secret;
  };
  try {
    let secret = "";
    for (let i = 0; i < STREAMS_OF_AN_ADDRESS + 4; i++) {
      if (i % STREAMS_OF_A_VISITOR === 0) secret = await visitor("127.0.0.25");
      const got = await listen(s, "127.0.0.25", secret);
      if (typeof got === "number") refused.push(got);
      else open.push(got);
    }
    tally.same(
      "of an address as many streams as it may have",
      [open.length, refused],
      [STREAMS_OF_AN_ADDRESS, [429, 429, 429, 429]],
    );
    const other = await listen(s, "127.0.0.26", await visitor("127.0.0.26"));
    tally.is("elsewhere one opens", typeof other !== "number", other);
    if (typeof other !== "number") open.push(other);
    open.shift()?.destroy();
    const late = await visitor("127.0.0.25");
    await tally.until("where one ends another may begin", AT_ONCE_MS, async () => {
      const got = await listen(s, "127.0.0.25", late);
      if (typeof got === "number") return false;
      open.push(got);
      return true;
    });
  } finally {
    for (const one of open) one.destroy();
  }
}

const env = { EVENKEEL_SERVER_RATE: "50", EVENKEEL_SERVER_BURST: "200" };
await withServer({ env }, async (server, owner) => {
  const team = (await owner.post("/teams", { name: "Front" })).body.id as string;
  const made = await owner.post("/chat-inboxes", {
    name: "Shop",
    team,
    sites: ["https://shop.example"],
    languages: ["en"],
    greeting: { en: "Hello!" },
  });
  tally.same("there is a chat", made.status, 201);
  const s: Scene = { owner, server, inbox: made.body.id };
  await giants(s);
  await manyFiles(s);
  await manyStreams(s);
});
tally.end();
