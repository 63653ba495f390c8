// web_server_test -- the web UI as the server gives it out: codings, caches, headers, the page in
// the language of who asks, and addresses that try to be something else.
import { request as httpRequest, type IncomingHttpHeaders } from "node:http";
import { connect } from "node:net";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from "node:zlib";

import { inFolderAsync, run, Tally } from "./program.ts";
import { browser, cookieOf, OWNER, Server, withServer, type Client } from "./server.ts";

const tally = new Tally();

// ---- a client that changes nothing of what it is told to send

interface Got {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;
}

function ask(
  server: Server,
  path: string,
  headers: Record<string, string> = {},
  method = "GET",
): Promise<Got> {
  return new Promise((done, failed) => {
    const request = httpRequest(
      { host: "127.0.0.1", port: server.port, path, method, headers },
      (answer) => {
        const chunks: Buffer[] = [];
        answer.on("data", (chunk: Buffer) => chunks.push(chunk));
        answer.on("end", () =>
          done({
            status: answer.statusCode ?? 0,
            headers: answer.headers,
            bytes: Buffer.concat(chunks),
          }),
        );
      },
    );
    request.on("error", failed);
    request.end();
  });
}

/** The status of a request line as bytes; 0 when the connection is closed without a word. */
function askRaw(server: Server, line: string): Promise<number> {
  return new Promise((done) => {
    let text = "";
    const socket = connect(Number(server.port), "127.0.0.1", () => {
      socket.write(
        `${line}\r\nHost: 127.0.0.1:${server.port}\r\nConnection: close\r\n\r\n`,
        "latin1",
      );
    });
    socket.setEncoding("latin1").on("data", (part: string) => {
      text += part;
    });
    // Who is refused in the middle of a long line may be cut off while it still writes: what was
    // said before that counts.
    socket.on("error", () => undefined);
    socket.on("close", () => done(Number(/^HTTP\/1.1 (\d+)/.exec(text)?.[1] ?? 0)));
  });
}

// ---- a pack of our own

const SCRIPT = "const word = 'evenkeel';\n".repeat(400);
const PAGE = '<!doctype html>\n<html lang="en" class="old" dir="ltr">\n<title>T</title>\n';

function pack(files: readonly (readonly [string, string, string, Buffer])[]): Buffer {
  let offset = 0;
  const lines = files.map(([path, type, coding, bytes]) => {
    const line = `${path}\t${type}\t${coding}\t${offset}\t${bytes.length}\n`;
    offset += bytes.length;
    return line;
  });
  return Buffer.concat([Buffer.from(`${lines.join("")}\n`), ...files.map((file) => file[3])]);
}

const script = Buffer.from(SCRIPT);
const JS = "text/javascript; charset=utf-8";
const own = pack([
  ["/index.html", "text/html; charset=utf-8", "identity", Buffer.from(PAGE)],
  ["/assets/main-1a.js", JS, "identity", script],
  ["/assets/main-1a.js", JS, "gzip", gzipSync(script)],
  ["/assets/main-1a.js", JS, "br", brotliCompressSync(script)],
  ["/assets/main-2b.css", "text/css; charset=utf-8", "identity", Buffer.from("a{}")],
  ["/robots.txt", "text/plain", "identity", Buffer.from("none")],
]);

// ---- files

const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; " +
  "media-src 'self' blob:; font-src 'self'; connect-src 'self'; worker-src 'self'; " +
  "manifest-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; " +
  "frame-ancestors 'none'; require-trusted-types-for 'script'";
const SAFE = {
  "content-security-policy": POLICY,
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": "camera=(), microphone=()",
};

function isSafe(what: string, got: Got): void {
  tally.same(
    `${what}: the browser is told`,
    Object.fromEntries(Object.keys(SAFE).map((name) => [name, got.headers[name]])),
    SAFE,
  );
  tally.same(`${what}: HSTS is for TLS alone`, got.headers["strict-transport-security"], undefined);
}

const unpack: Record<string, (bytes: Buffer) => Buffer> = {
  identity: (bytes) => bytes,
  gzip: gunzipSync,
  br: brotliDecompressSync,
};

async function codings(server: Server): Promise<void> {
  const rows: readonly (readonly [string, string | undefined, string])[] = [
    ["no wish", undefined, "identity"],
    ["a browser's", "gzip, deflate, br, zstd", "br"],
    ["gzip alone", "gzip", "gzip"],
    ["br refused", "br;q=0, *", "gzip"],
    ["both refused", "br;q=0, gzip;q=0", "identity"],
    ["everything refused", "*;q=0", "identity"],
    ["garbage", ";;q=,,\xff", "identity"],
  ];
  const tags = new Set<string>();
  for (const [what, accept, want] of rows) {
    const got = await ask(
      server,
      "/assets/main-1a.js",
      accept === undefined ? {} : { "Accept-Encoding": accept },
    );
    tally.same(
      `coding, ${what}`,
      [
        got.status,
        got.headers["content-encoding"] ?? "identity",
        got.headers["vary"],
        got.headers["content-type"],
        got.headers["cache-control"],
      ],
      [200, want, "Accept-Encoding", JS, "public, max-age=31536000, immutable"],
    );
    tally.is(`coding, ${what}: whole`, unpack[want]?.(got.bytes).equals(script) === true);
    tags.add(String(got.headers.etag));
    isSafe(`coding, ${what}`, got);
  }
  tally.same("a tag for each coding", tags.size, 3);
  const plain = await ask(server, "/assets/main-2b.css", { "Accept-Encoding": "br" });
  tally.same(
    "a file that no coding makes smaller",
    [plain.status, plain.headers["content-encoding"], plain.bytes.toString()],
    [200, undefined, "a{}"],
  );
  const robots = await ask(server, "/robots.txt");
  tally.same(
    "without a hash in its name it is asked for again",
    [robots.status, robots.headers["cache-control"]],
    [200, "no-cache"],
  );
}

async function unchanged(server: Server): Promise<void> {
  const path = "/assets/main-1a.js";
  const gzip = { "Accept-Encoding": "gzip" };
  const first = await ask(server, path, gzip);
  const tag = String(first.headers.etag);
  for (const [what, header, want] of [
    ["its tag", tag, 304],
    ["a weak one", `W/${tag}`, 304],
    ["among others", `"x", ${tag}`, 304],
    ["any", "*", 304],
    ["another", '"x"', 200],
    ["cut short", tag.slice(0, -2), 200],
  ] as const) {
    const got = await ask(server, path, { ...gzip, "If-None-Match": header });
    tally.same(
      `If-None-Match: ${what}`,
      [got.status, got.bytes.length, got.headers.etag, got.headers["vary"]],
      [want, want === 304 ? 0 : first.bytes.length, tag, "Accept-Encoding"],
    );
  }
  const other = await ask(server, path, { "Accept-Encoding": "br", "If-None-Match": tag });
  tally.same("the tag of another coding is not this one's", other.status, 200);
}

// ---- methods and addresses

async function methods(server: Server): Promise<void> {
  for (const path of ["/", "/inbox", "/assets/main-1a.js"]) {
    const got = await ask(server, path);
    const head = await ask(server, path, {}, "HEAD");
    tally.same(
      `HEAD ${path}`,
      [
        head.status,
        head.bytes.length,
        head.headers["content-length"],
        head.headers["content-type"],
      ],
      [200, 0, String(got.bytes.length), got.headers["content-type"]],
    );
    for (const method of ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"]) {
      const no = await ask(server, path, {}, method);
      tally.same(`${method} ${path}`, [no.status, no.headers.allow], [405, "GET, HEAD"]);
    }
  }
}

const PAGES = [
  "/",
  "/index.html",
  "/inbox",
  "/inbox/",
  "/wall/abcDEF-_123",
  "/teammates?q=a.b",
  "/settings/work/hours",
  "/a.b/c",
  "/search/%ED%95%9C",
  "/apis",
  "/api-docs",
  "//evenkeel",
];
const NOTHING = [
  "/favicon.ico",
  "/inbox.html",
  "/assets/none-1a.js",
  "/assets/main-1a.js.map",
  "/assets/main-1a%2ejs",
  "/.git/config.x",
  "/assets/../robots.txt",
  "/assets/../inbox",
  "/assets/%2e%2e/inbox",
  "/%2e%2e/%2e%2e/etc/passwd",
  "/..%2f..%2fetc%2fpasswd",
  "/a/..%5c..%5cb",
  "/a\\..\\b",
  "/inbox%00",
  "/%00",
  "/inbox%0d%0aX:1",
  "/%",
  "/%2",
  "/%zz",
  "/./inbox",
  "/..",
  "/a/.",
  "/a/...",
  `/${"a/".repeat(300)}../b`,
];
const PROGRAMS = [
  "/api",
  "/api/",
  "/api/v1/nothing",
  "/api/v2",
  "/auth/x",
  "/auth",
  "/calendar/x",
  "/scim",
  "/scim/v2/Users",
  "/intercom/x",
  "/mcp",
  "/problems",
  "/problems/nothing",
];

async function addresses(server: Server): Promise<void> {
  for (const path of PAGES) {
    const got = await ask(server, path);
    tally.same(
      `a place in the UI: ${path}`,
      [
        got.status,
        got.headers["content-type"],
        got.headers["cache-control"],
        got.headers["content-encoding"],
        got.bytes.toString().includes("<title>T</title>"),
      ],
      [200, "text/html; charset=utf-8", "no-store", undefined, true],
    );
    isSafe(path, got);
  }
  for (const path of NOTHING) {
    const status = await askRaw(server, `GET ${path} HTTP/1.1`);
    tally.is(
      `nothing: ${JSON.stringify(path.slice(0, 60))}`,
      status === 404 || status === 400,
      status,
    );
  }
  for (const path of PROGRAMS) {
    const got = await ask(server, path);
    tally.same(
      `for programs: ${path}`,
      [got.status, got.headers["content-type"]],
      [404, "application/problem+json"],
    );
  }
  tally.same("NUL is no address", await askRaw(server, "GET /in\0box HTTP/1.1"), 400);
  tally.same(
    "a very long address",
    await askRaw(server, `GET /${"a".repeat(60_000)} HTTP/1.1`),
    414,
  );
  tally.same(
    "a long one within bounds",
    await askRaw(server, `GET /${"a".repeat(7_000)} HTTP/1.1`),
    200,
  );
  tally.same(
    "a server in the address",
    await askRaw(server, "GET http://elsewhere/ HTTP/1.1"),
    400,
  );
}

// ---- for whom

function tagOf(got: Got): string {
  return /<html[^>]*>/.exec(got.bytes.toString())?.[0] ?? "";
}

function tag(language: string, theme = "system"): string {
  const dir = language === "ar" ? "rtl" : "ltr";
  return `<html lang="${language}" dir="${dir}" data-theme="${theme}">`;
}

const BROKEN = [
  "__Host-evk=",
  "__Host-evk=x",
  `__Host-evk=${"A".repeat(5000)}`,
  "__Host-evk",
  `__Host-evk=${"A".repeat(43)}`,
  "__Host-evk=\xff\xfe",
  "; ; =",
  "__Host-evk=a; __Host-evk=b",
];

async function nobody(server: Server): Promise<void> {
  const rows: readonly (readonly [string | undefined, string])[] = [
    [undefined, "en"],
    ["", "en"],
    ["ko", "ko"],
    ["ko-KR,ko;q=0.9,en;q=0.8", "ko"],
    ["ar-EG", "ar"],
    ["fr, ar;q=0.1, en;q=0.05", "ar"],
    ["en;q=0.4, ko;q=0.5", "ko"],
    ["*", "en"],
    ["de", "en"],
    ["ko;q=0", "en"],
    ["KO", "ko"],
    ["kok", "en"],
    [",;q=,\xff", "en"],
    [`${"x,".repeat(4000)}ko`, "en"],
  ];
  for (const [accept, want] of rows) {
    const got = await ask(
      server,
      "/inbox",
      accept === undefined ? {} : { "Accept-Language": accept },
    );
    tally.same(`Accept-Language: ${String(accept).slice(0, 40)}`, tagOf(got), tag(want));
  }
  for (const cookie of BROKEN) {
    const got = await ask(server, "/", { Cookie: cookie, "Accept-Language": "ko" });
    tally.same(
      `a cookie that is none: ${JSON.stringify(cookie.slice(0, 24))}`,
      [got.status, tagOf(got), got.headers["set-cookie"]],
      [200, tag("ko"), undefined],
    );
  }
}

async function somebody(server: Server, owner: Client): Promise<void> {
  const page = { headers: { ...browser(server.cookie), "If-Match": "*" } };
  const look = (headers: Record<string, string> = {}) =>
    ask(server, "/", { Cookie: server.cookie, "Accept-Language": "en", ...headers });
  for (const [language, theme, want] of [
    ["ko", "dark", tag("ko", "dark")],
    ["ar-EG", "light", tag("ar", "light")],
    ["en", "contrast", tag("en", "contrast")],
    ["ko-KR", "system", tag("ko")],
    ["fr", "dark", tag("en", "dark")],
  ] as const) {
    const set = await owner.as(null).patch("/me", { language, theme }, page);
    tally.same(`PATCH /me ${language}`, set.status, 200);
    tally.same(
      `the preference goes before the browser's: ${language} ${theme}`,
      tagOf(await look()),
      want,
    );
  }
  tally.same(
    "the cookie beside others",
    tagOf(await look({ Cookie: `a=b; ${server.cookie}; c=d` })),
    tag("en", "dark"),
  );
  tally.same(
    "a preference of a language that the UI has not: the browser's",
    tagOf(await look({ "Accept-Language": "ar" })),
    tag("ar", "dark"),
  );
  const other = await owner
    .as(null)
    .post("/sign-in", { email: OWNER.email, password: OWNER.password });
  const cookie = cookieOf(other);
  const ended = await owner.as(null).post("/sign-out", undefined, { headers: browser(cookie) });
  tally.same("signed out", ended.status, 204);
  tally.same("an ended sign-in is nobody's", tagOf(await look({ Cookie: cookie })), tag("en"));
}

async function workspace(server: Server, owner: Client): Promise<void> {
  const page = { headers: { ...browser(server.cookie), "If-Match": "*" } };
  const set = await owner.as(null).patch("/settings/server", { languages: ["ko", "en"] }, page);
  tally.same("the workspace speaks Korean first", set.status, 200);
  tally.same(
    "who says nothing is spoken to as the workspace speaks",
    tagOf(await ask(server, "/")),
    tag("ko"),
  );
  tally.same(
    "also who wants what there is not",
    tagOf(await ask(server, "/", { "Accept-Language": "fr" })),
    tag("ko"),
  );
  tally.same(
    "not who asks for another",
    tagOf(await ask(server, "/", { "Accept-Language": "en" })),
    tag("en"),
  );
}

// ---- where it comes from

async function refused(dir: string): Promise<void> {
  const bad = join(dir, "bad.pack");
  for (const [what, bytes, says] of [
    ["no pack", Buffer.from("hello"), "no empty line"],
    ["no page", pack([["/a.js", JS, "identity", script]]), "there is no /index.html"],
    [
      "a page without its tag",
      pack([["/index.html", "text/html", "identity", Buffer.from("hi")]]),
      "there is no <html> tag",
    ],
    [
      "bytes behind the end",
      pack([["/index.html", "text/html", "identity", script]]).subarray(0, 99),
      "line 1: its bytes lie behind the end",
    ],
  ] as const) {
    writeFileSync(bad, bytes);
    const done = run([
      "serve",
      "--data",
      join(dir, "data"),
      "--listen",
      "127.0.0.1:0",
      "--web",
      bad,
    ]);
    tally.is(
      `refused: ${what}`,
      done.status === 2 && done.stderr.includes(says) && done.stderr.includes(`server.web: ${bad}`),
      [done.status, done.stderr],
    );
  }
  const none = run(["serve", "--data", join(dir, "data"), "--listen", "127.0.0.1:0"], {
    env: { EVENKEEL_SERVER_WEB: join(dir, "none") },
  });
  tally.is("refused: no file", none.status === 2 && none.stderr.includes("No such file"), [
    none.status,
    none.stderr,
  ]);
}

async function inside(): Promise<void> {
  await withServer({}, async (server) => {
    const page = await ask(server, "/", { "Accept-Language": "ar" });
    tally.same("the one inside: its page", [page.status, tagOf(page)], [200, tag("ar")]);
    const links = [...page.bytes.toString().matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)];
    tally.is("and what it links", links.length >= 2, links.length);
    for (const [, path] of links) {
      const plain = await ask(server, path ?? "");
      const small = await ask(server, path ?? "", { "Accept-Encoding": "br" });
      tally.is(
        `${path}`,
        plain.status === 200 &&
          plain.bytes.length > 0 &&
          unpack[small.headers["content-encoding"] ?? "identity"]?.(small.bytes).equals(
            plain.bytes,
          ) === true,
        plain.status,
      );
    }
  });
}

async function limited(packFile: string): Promise<void> {
  const server = new Server({
    env: { EVENKEEL_SERVER_WEB: packFile, EVENKEEL_SERVER_RATE: "1", EVENKEEL_SERVER_BURST: "5" },
  });
  try {
    await server.start();
    const statuses: number[] = [];
    for (let i = 0; i < 5; i++) statuses.push((await ask(server, "/inbox")).status);
    // Together: one after another a busy machine may be slower than what is granted anew.
    const more = await Promise.all(Array.from({ length: 20 }, () => ask(server, "/inbox")));
    statuses.push(...more.map(({ status }) => status));
    tally.is(
      "who asks too fast waits, as everywhere",
      statuses.slice(0, 5).every((status) => status === 200) && statuses.includes(429),
      statuses,
    );
  } finally {
    await server.remove();
  }
}

await inFolderAsync(async (dir) => {
  const file = join(dir, "own.pack");
  writeFileSync(file, own);
  await withServer({ env: { EVENKEEL_SERVER_WEB: file } }, async (server, owner) => {
    await codings(server);
    await unchanged(server);
    await methods(server);
    await addresses(server);
    await nobody(server);
    await somebody(server, owner);
    await workspace(server, owner);
    tally.same("as the document says", owner.faults, []);
  });
  await limited(file);
  await refused(dir);
});
await inside();
tally.end();
