// api_server_test -- the server as a process: it says when it is ready, answers what no resource
// answers, refuses what cannot be read, ends when told to, and comes back with what it promised.
import { connect } from "node:net";

import { metricFaults } from "./metrics.ts";
import { type Answer, Client, OWNER, Server, withServer } from "./server.ts";
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
  tally.same("in which nothing is wrong", metricFaults(figures.text), []);
  const planted: readonly [string, string][] = [
    ["# HELP a_seconds x\n# TYPE a_seconds counter\na_seconds 1\n", "_total"],
    ["# TYPE a_total counter\na_total 1\n", "no help"],
    ["# HELP a x\n# TYPE a gauge\na{b=\"1\"} 1\na{b=\"1\"} 2\n", "twice"],
    ["# HELP a_ms x\n# TYPE a_ms gauge\na_ms 1\n", "base unit"],
    ["# HELP a x\n# TYPE a gauge\nb 1\n", "belongs to nothing"],
    ["# HELP a x\n# TYPE a gauge\na{b=1} 1\n", "cannot be read"],
    ["# HELP a x\n# TYPE a histogram\na_bucket{le=\"1\"} 2\na_bucket{le=\"+Inf\"} 1\n"
      + "a_sum 1\na_count 1\n", "do not grow"],
    ["# HELP a x\n# TYPE a gauge\na 1", "does not end"],
  ];
  for (const [text, what] of planted)
    tally.is(`planted: ${what}`, metricFaults(text).some((fault) => fault.includes(what)),
      metricFaults(text));
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

/** A refusal is an answer too: who repeats the request has it again. */
async function repeats(owner: Client): Promise<void> {
  let n = 0;
  const key = (): { headers: Record<string, string> } =>
    ({ headers: { "Idempotency-Key": `refused-${n++}` } });
  const same = async (what: string, ask: (k: { headers: Record<string, string> }) =>
    Promise<Answer>, between: () => Promise<unknown>, status: number): Promise<void> => {
    const k = key();
    const first = await ask(k);
    await between();
    const again = await ask(k);
    tally.same(`${what}: ${status}`, first.status, status);
    tally.same(`${what}: again, though it would go well now`,
      [again.status, again.text, again.headers.get("idempotency-replayed"),
        again.headers.get("content-type")],
      [first.status, first.text, "true", "application/problem+json"]);
  };
  const nothing = async (): Promise<void> => {};
  await same("a value refused", (k) => owner.post("/tags", { name: "" }, k), nothing, 422);
  await same("an unknown member", (k) => owner.post("/tags", { nam: "a" }, k), nothing, 422);
  await same("what is not there", (k) => owner.delete("/tags/tag_999", k), nothing, 404);
  await owner.post("/tags", { name: "taken" });
  await same("a name taken", (k) => owner.post("/tags", { name: "taken" }, k), async () => {
    const found = await owner.get("/tags?name=taken");
    return owner.delete(`/tags/${found.body.data[0].id}`);
  }, 409);
  const team = (await owner.post("/teams", { name: "Repeats" })).body.id;
  const k = key();
  const without = await owner.patch(`/teams/${team}`, { name: "Repeated" }, k);
  tally.same("without If-Match", without.status, 428);
  const withOne = await owner.patch(`/teams/${team}`, { name: "Repeated" },
    { headers: { ...k.headers, "If-Match": "*" } });
  tally.same("with another If-Match it is another request", [withOne.status, withOne.body.type],
    [422, "/problems/key_reused"]);
  const once = key();
  const made = await owner.post("/tags", { name: "once" }, once);
  const other = await owner.post("/tags", { name: "" }, once);
  tally.same("a refused request with a key that was used", [other.status, other.body.type],
    [422, "/problems/key_reused"]);
  await owner.delete(`/tags/${made.body.id}`);
  const again = await owner.post("/tags", { name: "once" }, once);
  tally.same("what went well once goes well again", [again.status, again.text],
    [made.status, made.text]);
  const gone = key();
  const first = await owner.delete(`/teams/${team}`, { headers: { ...gone.headers,
    "If-Match": "*" } });
  const second = await owner.delete(`/teams/${team}`, { headers: { ...gone.headers,
    "If-Match": "*" } });
  tally.same("also of what is gone since", [first.status, second.status, second.text],
    [200, 200, first.text]);
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
  const team = (await owner.post("/teams", { name: "Overload" })).body.id;
  const path = `/teams/${team}/turns`;
  // A slow asker on a busy machine does not overload anybody: it asks again, for more.
  let all: Answer[] = [];
  let refused: Answer[] = [];
  for (let wave = 1; wave <= 8 && refused.length === 0; wave++) {
    all = await Promise.all(Array.from({ length: 300 * wave }, () => owner.get(path)));
    refused = all.filter((answer) => answer.status === 503);
  }
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
  await repeats(owner);
  const figures = await owner.get("/metrics", { wild: true });
  tally.same("nothing is wrong in figures of work, either", metricFaults(figures.text), []);
  tally.is("of which there are many", figures.text.split("\n").length > 100,
    figures.text.split("\n").length);
  await desync(server);
  await headers(owner);
  await overload(owner);
  await ending(server, owner);
  tally.same("as the document says", owner.faults, []);
});
await rates();
tally.end();
