// api_server_test -- the server as a process: it says when it is ready, answers what no resource
// answers, refuses what cannot be read, ends when told to, and comes back with what it promised.
import { connect } from "node:net";

import { Client, OWNER, Server, withServer } from "./server.ts";
import { Tally } from "./program.ts";

const tally = new Tally();

function raw(server: Server, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(server.port), "127.0.0.1", () => socket.write(bytes));
    let heard = "";
    socket.setEncoding("latin1").on("data", (text: string) => { heard += text; });
    socket.on("end", () => resolve(heard)).on("error", reject);
  });
}

async function health(server: Server): Promise<void> {
  const open = new Client(server.url, null, null);
  const alive = await open.get("/healthz", { wild: true });
  tally.same("healthz says nothing else", [alive.status, alive.text], [200, "ok"]);
  const ready = await open.get("/readyz", { wild: true });
  tally.same("readyz", [ready.status, ready.text], [200, "ready"]);
  const figures = await open.get("/metrics", { wild: true });
  tally.same("metrics in the text format", [figures.status,
    figures.headers.get("content-type")], [200, "text/plain; version=0.0.4; charset=utf-8"]);
  tally.is("metrics name no person", !figures.text.includes(OWNER.email)
    && !figures.text.includes("tm_"));
}

async function pages(server: Server): Promise<void> {
  const open = new Client(server.url, null, null);
  for (const [language, dir] of [["en", "ltr"], ["ko", "ltr"], ["ar", "rtl"]] as const) {
    const page = await open.get("/problems/rate_limited",
      { wild: true, headers: { "Accept-Language": language } });
    tally.is(`a problem's page in ${language}`, page.status === 200
      && page.text.includes(`<html lang="${language}"`)
      && page.text.includes("dir=\"rtl\"") === (dir === "rtl"), page.text.slice(0, 80));
    tally.is("under a policy of its own", (page.headers.get("content-security-policy") ?? "")
      .includes("default-src 'none'"));
  }
  const none = await open.get("/problems/nothing", { wild: true });
  tally.same("no page of no problem", none.status, 404);
}

async function refusals(owner: Client): Promise<void> {
  const rows: readonly [string, () => Promise<{ status: number; body: any }>, number, string][] = [
    ["nobody", () => owner.as(null).get("/teams"), 401, "unauthenticated"],
    ["a token of noise", () => owner.as("evk_nothing").get("/teams"), 401, "unauthenticated"],
    ["no such path", () => owner.get("/nothing", { wild: false }), 404, "not_found"],
    ["no such method", () => owner.ask("PUT", "/teams"), 405, "method_not_allowed"],
    ["an unknown parameter", () => owner.get("/teams?lmit=3"), 400, "unknown_parameter"],
    ["a limit of nothing", () => owner.get("/teams?limit=0"), 400, "malformed"],
    ["a cursor of noise", () => owner.get("/teams?cursor=c1.AAAA"), 400, "cursor_invalid"],
    ["no JSON", () => owner.post("/teams", undefined, { raw: "{" }), 400, "malformed"],
    ["a member twice", () => owner.post("/teams", undefined,
      { raw: "{\"name\":\"a\",\"name\":\"b\"}" }), 400, "malformed"],
    ["another type", () => owner.post("/teams", undefined,
      { raw: "<a/>", headers: { "Content-Type": "text/xml" } }), 415, "unsupported_media_type"],
    ["too much", () => owner.post("/teams", undefined,
      { raw: `{"name":"${"x".repeat(1 << 20)}"}` }), 413, "too_large"],
    ["a key too short", () => owner.post("/teams", { name: "Key" },
      { headers: { "Idempotency-Key": "short" } }), 400, "malformed"],
    ["a key with blanks", () => owner.post("/teams", { name: "Key" },
      { headers: { "Idempotency-Key": "with blanks in it" } }), 400, "malformed"],
  ];
  for (const [what, ask, status, type] of rows) {
    const got = await ask();
    tally.same(what, [got.status, got.body?.type], [status, `/problems/${type}`]);
  }
  const wrong = await owner.post("/teams", { nmae: "x", limit: 3 });
  tally.is("every fault is named, with the nearest that is known", wrong.status === 422
    && wrong.body.errors.some((e: any) => e.pointer === "/nmae" && e.params?.nearest === "name"),
    wrong.text);
}

async function desync(server: Server): Promise<void> {
  const host = `Host: 127.0.0.1:${server.port}\r\n`;
  const rows: readonly [string, string][] = [
    ["both lengths", `POST /api/v1/teams HTTP/1.1\r\n${host}Content-Length: 4\r\n`
      + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /healthz HTTP/1.1\r\n\r\n"],
    ["two lengths", `POST /api/v1/teams HTTP/1.1\r\n${host}Content-Length: 0\r\n`
      + "Content-Length: 4\r\n\r\nGET /healthz HTTP/1.1\r\n\r\n"],
    ["two hosts", `GET /healthz HTTP/1.1\r\n${host}${host}\r\n`],
    ["bare LF", `GET /healthz HTTP/1.1\nHost: x\n\nGET /healthz HTTP/1.1\r\n${host}\r\n`],
  ];
  for (const [what, bytes] of rows) {
    const got = await raw(server, bytes);
    tally.is(`${what}: 400, and nothing after it`, got.startsWith("HTTP/1.1 400 ")
      && got.split("HTTP/1.1 ").length === 2, got.slice(0, 60));
  }
}

async function headers(owner: Client): Promise<void> {
  const got = await owner.get("/teams");
  const want: Record<string, string> = {
    "cache-control": "no-store", "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer", "cross-origin-resource-policy": "same-origin",
  };
  for (const [name, value] of Object.entries(want))
    tally.same(name, got.headers.get(name), value);
  tally.is("a request id", /^req_[0-9a-f]+$/.test(got.headers.get("x-request-id") ?? ""));
  tally.is("the position it is true for", Number(got.headers.get("evenkeel-seq")) > 0);
  tally.is("what is left of the rate", Number(got.headers.get("x-ratelimit-remaining")) > 0);
}

/** What the worker is asked beyond its queue is refused at once; reads of the store go on. */
async function overload(owner: Client): Promise<void> {
  const all = await Promise.all(Array.from({ length: 300 }, () => owner.get("/promises")));
  const refused = all.filter((answer) => answer.status === 503);
  tally.is("some are refused", refused.length > 0 && refused.length < all.length,
    refused.length);
  tally.is("and told to come back", refused.every((answer) =>
    answer.body.type === "/problems/unavailable"
    && Number(answer.headers.get("retry-after")) >= 1));
  tally.same("the others are answered", all.filter((answer) => answer.status !== 200
    && answer.status !== 503).length, 0);
  tally.same("reading goes on", (await owner.get("/teams")).status, 200);
}

async function ending(server: Server, owner: Client): Promise<void> {
  const made = await owner.post("/teams", { name: "Kept" });
  tally.same("a team", made.status, 201);
  tally.same("SIGTERM ends it well", await server.end(), 0);
  await server.start();
  tally.same("there is an owner: no code is printed", server.code, "");
  const again = await server.client(owner.token);
  const got = await again.get(`/teams/${made.body.id}`);
  tally.same("what was made is there", [got.status, got.body?.name], [200, "Kept"]);
  owner.faults.push(...again.faults);
}

async function rates(): Promise<void> {
  const env = { EVENKEEL_SERVER_RATE: "5", EVENKEEL_SERVER_BURST: "20" };
  await withServer({ env }, async (_, owner) => {
    let refused = await owner.get("/teams");
    for (let i = 0; i < 30 && refused.status === 200; i++) refused = await owner.get("/teams");
    tally.same("too fast", [refused.status, refused.body?.type],
      [429, "/problems/rate_limited"]);
    tally.is("and told for how long", Number(refused.headers.get("retry-after")) >= 1);
    tally.same("as the document says", owner.faults, []);
  });
}

await withServer({}, async (server, owner) => {
  await health(server);
  await pages(server);
  await refusals(owner);
  await desync(server);
  await headers(owner);
  await overload(owner);
  await ending(server, owner);
  tally.same("as the document says", owner.faults, []);
});
await rates();
tally.end();
