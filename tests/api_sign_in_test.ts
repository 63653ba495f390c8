// api_sign_in_test -- who comes in: the first run, passwords, second factors, sign-ins, tokens,
// invitations and resets, secret addresses, server settings, and what the audit log says of it all.
import { createHmac } from "node:crypto";

import {
  type Answer, browser, Client, cookieOf, noteMet, OWNER, Server, withServer,
} from "./server.ts";
import { auditRows, isChained, sql } from "./inside.ts";
import { Tally } from "./program.ts";

const tally = new Tally();
const OTHER = "eleven small boats drift west";

// ---- looking into the store, and time travel

/** What is done to the store while no server runs on it. */
async function between(server: Server, text: string): Promise<void> {
  await server.end();
  sql(server, text);
  await server.start(server.port);
}

function is(what: string, got: Answer, status: number, type?: string): void {
  const said = String(got.body?.type ?? "").replace("/problems/", "");
  tally.same(what, [got.status, status >= 400 ? said : ""], [status, type ?? ""]);
}

// ---- an app's codes (RFC 6238)

function seedOf(base32: string): Buffer {
  let bits = "";
  for (const c of base32) bits += "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(c).toString(2)
    .padStart(5, "0");
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((b) => parseInt(b, 2)));
}

function codeAt(seed: Buffer, step: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac("sha1", seed).update(counter).digest();
  const at = (mac[19] ?? 0) & 15;
  return String((mac.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

const stepNow = (): number => Math.floor(Date.now() / 30_000);

// ---- the first run

async function firstRun(): Promise<void> {
  const server = new Server();
  try {
    await server.start();
    const nobody = await server.client();
    tally.is("a code is printed", /^[0-9A-Z]{4}(-[0-9A-Z]{4}){5}$/.test(server.code), server.code);
    const open = await nobody.get("/setup");
    tally.same("the first run is open", [open.status, open.body?.open], [200, true]);
    const right = { code: server.code, ...OWNER, language: "en", zone: "Asia/Seoul" };
    const rows: readonly [string, object, number, string][] = [
      ["a wrong code", { ...right, code: "AAAA-AAAA-AAAA-AAAA-AAAA-AAAA" }, 403, "forbidden"],
      ["no code", { ...OWNER }, 422, "invalid_value"],
      ["a short password", { ...right, password: "short" }, 422, "invalid_value"],
      ["a common password", { ...right, password: "passwordpassword" }, 422, "invalid_value"],
      ["one's own name", { ...right, password: "Olga Owner Olga" }, 422, "invalid_value"],
      ["no address", { ...right, email: "olga" }, 422, "invalid_value"],
      ["no zone", { ...right, zone: "Mars/Base" }, 422, "invalid_value"],
      ["no language", { ...right, language: "e" }, 422, "invalid_value"],
      ["a member that nobody binds", { ...right, roles: ["admin"] }, 422, "invalid_value"],
    ];
    for (const [what, body, status, type] of rows)
      is(what, await nobody.post("/setup/owner", body), status, type);
    is("no JSON", await nobody.post("/setup/owner", undefined,
      { raw: "code=1", headers: { "Content-Type": "application/x-www-form-urlencoded" } }),
      415, "unsupported_media_type");
    const made = await nobody.post("/setup/owner", right);
    is("the owner", made, 201);
    const cookie = made.headers.get("set-cookie") ?? "";
    tally.is("a cookie as it should be", cookie.includes("; Path=/; Secure; HttpOnly; SameSite=Lax")
      && /^__Host-evk=[\w-]{43};/.test(cookie) && !/domain/i.test(cookie), cookie);
    tally.same("who, and how", [made.body.teammate, made.body.second_factor], ["tm_1", "none"]);
    const me = await nobody.get("/me", { headers: { Cookie: cookieOf(made) } });
    tally.same("all four roles", me.body?.roles, ["teammate", "lead", "manager", "admin"]);
    is("the same code again", await nobody.post("/setup/owner", right), 409, "conflict");
    await server.end();
    await server.start(server.port);
    tally.same("and no code at the next start", server.code, "");
    is("closed for good", await nobody.post("/setup/owner", right), 409, "conflict");
    const closed = await nobody.get("/setup");
    tally.same("and says so", closed.body?.open, false);
    tally.same("as the document says", nobody.faults, []);
  } finally {
    await server.remove();
  }
}

// ---- passwords, sign-ins

async function signIn(nobody: Client, email: string, password: string,
  headers: Record<string, string> = {}): Promise<Answer> {
  return nobody.post("/sign-in", { email, password }, { headers });
}

async function passwords(server: Server, owner: Client): Promise<void> {
  const nobody = owner.as(null);
  const person = await server.person(owner, { name: "Paula Pass" });
  const good = await signIn(nobody, person.email.toUpperCase(), OTHER);
  is("whatever the case of the address", good, 200);
  const wrong = await signIn(nobody, person.email, "wrong");
  const unknown = await signIn(nobody, "nobody@example.org", "wrong");
  is("deactivated", await nobody.post(`/teammates/${person.id}/deactivate`, undefined,
    { headers: browser(server.cookie) }), 200);
  const disabled = await signIn(nobody, person.email, OTHER);
  const bare = (a: Answer): unknown => ({ ...a.body, request_id: "", status: a.status });
  is("a wrong password", wrong, 403, "forbidden");
  tally.same("an unknown name is answered alike", bare(unknown), bare(wrong));
  tally.same("who is deactivated is answered alike", bare(disabled), bare(wrong));
  tally.same("their sign-in has ended", (await nobody.get("/me",
    { headers: { Cookie: cookieOf(good) } })).status, 401);
  is("their token too", await person.client.get("/me"), 401, "unauthenticated");
}

async function throttling(server: Server, owner: Client): Promise<void> {
  const nobody = owner.as(null);
  const person = await server.person(owner, { name: "Theo Throttle" });
  let refused = 0;
  let last = await signIn(nobody, person.email, "wrong");
  for (let i = 0; i < 8 && last.status !== 429; i++) {
    refused++;
    last = await signIn(nobody, person.email, "wrong");
  }
  is("too many failures", last, 429, "rate_limited");
  tally.same("after five", refused, 5);
  tally.is("and told for how long", Number(last.headers.get("retry-after")) >= 1);
  is("also the right one waits", await signIn(nobody, person.email, OTHER), 429, "rate_limited");
  is("but not in a browser that was here before",
    await signIn(nobody, person.email, OTHER, browser(person.cookie)), 200);
  is("nor another person", await signIn(nobody, OWNER.email, OWNER.password), 200);
  for (let i = 0; i < 7; i++) {
    const fine = await signIn(nobody, OWNER.email, OWNER.password);
    if (fine.status !== 200) is("good sign-ins do not count", fine, 200);
  }
}

async function signIns(_: Server, owner: Client): Promise<void> {
  const nobody = owner.as(null);
  const one = await signIn(nobody, OWNER.email, OWNER.password,
    { "User-Agent": "one\u00a0browser" });
  const two = await signIn(nobody, OWNER.email, OWNER.password);
  const first = { headers: browser(cookieOf(one)) };
  const second = { headers: browser(cookieOf(two)) };
  tally.is("a new secret each time", cookieOf(one) !== cookieOf(two));
  const list = await nobody.get("/me/sign-ins", first);
  const rows: any[] = list.body.data;
  tally.same("one of them is this one", rows.filter((r) => r.current).length, 1);
  tally.is("no member tells when it was last used",
    rows.every((r) => !("seen_at" in r) && r.from === "127.0.0.1"));
  const other = (await nobody.get("/me/sign-ins", second)).body.data.find((r: any) => r.current);
  is("another's cannot be ended", await nobody.delete("/me/sign-ins/sign_999999", first), 404,
    "not_found");
  is("ending the other", await nobody.delete(`/me/sign-ins/${other.id}`, first), 204);
  is("it counts no more", await nobody.get("/me", second), 401, "unauthenticated");
  is("a token may not look", await owner.get("/me/sign-ins"), 403, "forbidden");
  is("signing out", await nobody.post("/sign-out", undefined, first), 204);
  is("is at once", await nobody.get("/me", first), 401, "unauthenticated");
  const again = await signIn(nobody, OWNER.email, OWNER.password, browser(cookieOf(one)));
  const third = await signIn(nobody, OWNER.email, OWNER.password, browser(cookieOf(again)));
  is("signing in again ends the sign-in of this browser",
    await nobody.get("/me", { headers: { Cookie: cookieOf(again) } }), 401, "unauthenticated");
  is("and begins another", await nobody.get("/me", { headers: { Cookie: cookieOf(third) } }), 200);
}

async function forgery(server: Server, owner: Client): Promise<void> {
  const nobody = owner.as(null);
  const cookie = server.cookie;
  const rows: readonly [string, Record<string, string>, number][] = [
    ["from another site", { Cookie: cookie, "Sec-Fetch-Site": "cross-site" }, 403],
    ["from a sister site", { Cookie: cookie, "Sec-Fetch-Site": "same-site" }, 403],
    ["from nowhere", { Cookie: cookie }, 403],
    ["from another origin", { Cookie: cookie, Origin: "https://evil.example" }, 403],
    ["from our origin", { Cookie: cookie, Origin: server.url }, 200],
    ["by hand", { Cookie: cookie, "Sec-Fetch-Site": "none" }, 200],
  ];
  for (const [what, headers, status] of rows)
    is(`a change ${what}`, await nobody.post("/me/confirm", { password: OWNER.password },
      { headers }), status, status === 403 ? "forbidden" : "");
  is("reading asks for no origin", await nobody.get("/me", { headers: { Cookie: cookie } }), 200);
  is("a form is no JSON", await nobody.post("/me/confirm", undefined, { raw: "password=x",
    headers: { ...browser(cookie), "Content-Type": "text/plain" } }), 415,
    "unsupported_media_type");
}

async function expiry(server: Server, owner: Client): Promise<void> {
  const nobody = owner.as(null);
  const idle = await signIn(nobody, OWNER.email, OWNER.password);
  const old = await signIn(nobody, OWNER.email, OWNER.password);
  const used = await signIn(nobody, OWNER.email, OWNER.password);
  const id = async (a: Answer): Promise<number> => Number((await nobody.get("/me/sign-ins",
    { headers: { Cookie: cookieOf(a) } })).body.data.find((r: any) => r.current).id.slice(5));
  const [a, b, c] = [await id(idle), await id(old), await id(used)];
  await between(server, `UPDATE sign_ins SET seen_ms = seen_ms - 3600001 WHERE sign_in = ${a};`
    + `UPDATE sign_ins SET expires_ms = seen_ms WHERE sign_in = ${b};`
    + `UPDATE sign_ins SET seen_ms = seen_ms - 3000000, confirmed_ms = confirmed_ms - 600001`
    + ` WHERE sign_in = ${c}`);
  is("an hour without a request", await nobody.get("/me",
    { headers: { Cookie: cookieOf(idle) } }), 401, "unauthenticated");
  is("twelve hours in all", await nobody.get("/me", { headers: { Cookie: cookieOf(old) } }), 401,
    "unauthenticated");
  is("less than an hour", await nobody.get("/me", { headers: { Cookie: cookieOf(used) } }), 200);
  const over = await nobody.get("/settings/server", { headers: { Cookie: cookieOf(used) } });
  is("a confirmation is over after ten minutes", over, 403, "forbidden");
  tally.same("the code says that this is what is missing",
    over.body.errors.map((e: any) => [e.header, e.code]), [["Cookie", "not_confirmed"]]);
  const confirmed = await nobody.post("/me/confirm", { password: OWNER.password },
    { headers: browser(cookieOf(used)) });
  is("and can be given again", confirmed, 200);
  is("for ten more", await nobody.get("/settings/server",
    { headers: { Cookie: cookieOf(used) } }), 200);
  const wrong = await nobody.post("/me/confirm", { password: "wrong" },
    { headers: browser(cookieOf(used)) });
  is("not with a wrong password", wrong, 403, "forbidden");
  tally.same("which is nothing to confirm", wrong.body.errors, []);
  await server.end();
  const [row] = sql(server, `SELECT seen_ms FROM sign_ins WHERE sign_in = ${c}`);
  tally.is("a request keeps it alive", Date.now() - row.seen_ms < 120_000, row);
  await server.start(server.port);
}

async function ownPassword(server: Server, owner: Client): Promise<void> {
  const nobody = owner.as(null);
  const person = await server.person(owner, { name: "Petra Change" });
  const old = browser(person.cookie);
  const elsewhere = await signIn(nobody, person.email, OTHER);
  is("the old one must be right", await nobody.post("/me/password",
    { current: "wrong", password: "nine green kites over sand" }, { headers: old }), 403,
    "forbidden");
  is("the new one must be good", await nobody.post("/me/password",
    { current: OTHER, password: "short" }, { headers: old }), 422, "invalid_value");
  const changed = await nobody.post("/me/password",
    { current: OTHER, password: "nine green kites over sand" }, { headers: old });
  is("changed", changed, 200);
  is("this sign-in has a new id", await nobody.get("/me", { headers: old }), 401,
    "unauthenticated");
  is("which is good", await nobody.get("/me", { headers: { Cookie: cookieOf(changed) } }), 200);
  is("all others have ended", await nobody.get("/me",
    { headers: { Cookie: cookieOf(elsewhere) } }), 401, "unauthenticated");
  is("the old password is no more", await signIn(nobody, person.email, OTHER), 403, "forbidden");
  is("the new one is", await signIn(nobody, person.email, "nine green kites over sand"), 200);
  const promoted = await signIn(nobody, person.email, "nine green kites over sand");
  is("other rights", await nobody.patch(`/teammates/${person.id}`, { roles: ["teammate", "lead"] },
    { headers: { ...browser(server.cookie), "If-Match": "*" } }), 200);
  is("end what was begun with the old ones", await nobody.get("/me",
    { headers: { Cookie: cookieOf(promoted) } }), 401, "unauthenticated");
  is("no token may do that", await person.client.post("/me/password",
    { current: OTHER, password: "nine green kites over sand" }), 403, "forbidden");
}

// ---- second factor

async function secondFactor(server: Server, owner: Client): Promise<void> {
  const nobody = owner.as(null);
  const person = await server.person(owner, { name: "Sven Second" });
  const headers = browser(person.cookie);
  is("no codes without a factor", await nobody.post("/me/recovery-codes", undefined, { headers }),
    409, "conflict");
  const begun = await nobody.post("/me/second-factor", undefined, { headers });
  is("a seed", begun, 200);
  tally.is("as an address that apps read", String(begun.body.uri).startsWith("otpauth://totp/"));
  const seed = seedOf(begun.body.secret);
  is("a wrong code", await nobody.put("/me/second-factor",
    { ticket: begun.body.ticket, code: "000000" }, { headers }), 403, "forbidden");
  is("a ticket of noise", await nobody.put("/me/second-factor",
    { ticket: "AAAA", code: "000000" }, { headers }), 403, "forbidden");
  const used = stepNow();
  const key = { "Idempotency-Key": "set-my-second-factor" };
  const wish = { ticket: begun.body.ticket, code: codeAt(seed, used) };
  const set = await nobody.put("/me/second-factor", wish, { headers: { ...headers, ...key } });
  is("a right one", set, 200);
  const recovery: string[] = set.body.recovery_codes;
  tally.is("ten recovery codes", recovery.length === 10 && new Set(recovery).size === 10);
  const told = await nobody.put("/me/second-factor", wish, { headers: { ...headers, ...key } });
  tally.same("which are told once", [told.status, told.body.recovery_codes], [200, []]);

  const first = await signIn(nobody, person.email, OTHER);
  tally.same("the password alone opens nothing", [first.status, first.body.teammate,
    first.body.second_factor, first.headers.get("set-cookie")], [200, null, "needed", null]);
  const step = async (code: string, ticket = first.body.ticket): Promise<Answer> =>
    nobody.post("/sign-in/second-factor", { ticket, code });
  is("the step that set it up is used", await step(codeAt(seed, used)), 403, "forbidden");
  const next = Math.max(stepNow(), used + 1);
  const inside = await step(codeAt(seed, next));
  is("the next one", inside, 200);
  tally.same("is a second factor", inside.body.second_factor, "done");
  is("and good once", await step(codeAt(seed, next)), 403, "forbidden");
  is("a recovery code", await step(String(recovery[0]).toLowerCase()), 200);
  is("is good once", await step(String(recovery[0])), 403, "forbidden");
  is("no ticket", await step(String(recovery[1]), "x".repeat(82)), 403, "forbidden");
  const mine = browser(cookieOf(inside));
  is("who has one does not confirm by password", await nobody.post("/me/confirm",
    { password: OTHER }, { headers: mine }), 403, "forbidden");
  is("but with a code", await nobody.post("/me/confirm", { code: recovery[1] },
    { headers: mine }), 200);
  is("not with both", await nobody.post("/me/confirm", { code: "1", password: OTHER },
    { headers: mine }), 422, "invalid_value");
  const renewed = await nobody.post("/me/recovery-codes", undefined, { headers: mine });
  is("new codes", renewed, 200);
  is("make the old ones void", await nobody.post("/me/confirm", { code: recovery[2] },
    { headers: mine }), 403, "forbidden");

  const reset = await nobody.post("/password-resets", { teammate: person.id },
    { headers: browser(server.cookie) });
  is("a reset", reset, 201);
  const secret = String(reset.body.link).split("#")[1];
  const accepted = await nobody.post("/password-resets/accept",
    { secret, password: "four tall herons by a pond" });
  tally.same("lets nobody in", [accepted.status, accepted.headers.get("set-cookie")], [200, null]);
  is("ends sign-ins", await nobody.get("/me", { headers: mine }), 401, "unauthenticated");
  is("and is good once", await nobody.post("/password-resets/accept",
    { secret, password: "four tall herons by a pond" }), 403, "forbidden");
  const after = await signIn(nobody, person.email, "four tall herons by a pond");
  tally.same("the second factor stays", after.body.second_factor, "needed");
  const back = await step(renewed.body.recovery_codes[0], after.body.ticket);
  is("with a new code", back, 200);
  is("it can be removed", await nobody.delete("/me/second-factor",
    { headers: browser(cookieOf(back)) }), 200);
  tally.same("and is asked for no more", (await signIn(nobody, person.email,
    "four tall herons by a pond")).body.second_factor, "none");
  const [row] = sql(server, "SELECT count(*) AS n FROM people WHERE totp_secret IS NULL"
    + ` AND teammate = ${person.id.slice(3)}`);
  tally.same("nothing of it is kept", row.n, 1);
}

/** From the first invitation on, who leads needs a second factor; without, they are a teammate. */
async function required(): Promise<void> {
  const server = new Server();
  try {
    await server.start();
    const nobody = await server.client();
    const made = await nobody.post("/setup/owner", { code: server.code, ...OWNER });
    const headers = browser(cookieOf(made));
    const token = await nobody.post("/tokens", { name: "early", scopes: ["read"] }, { headers });
    is("an administrator looks", await nobody.get("/settings/server", { headers }), 200);
    const invited = await nobody.post("/teammates", { name: "Ina", email: "ina@example.org" },
      { headers });
    is("the first invitation", invited, 201);
    is("and not any more", await nobody.get("/settings/server", { headers }), 403, "forbidden");
    is("nor by a token of before", await nobody.as(token.body.secret).get("/policy"), 403,
      "forbidden");
    const again = await signIn(nobody, OWNER.email, OWNER.password);
    tally.same("and is told why", again.body.second_factor, "missing");
    const mine = browser(cookieOf(again));
    const begun = await nobody.post("/me/second-factor", undefined, { headers: mine });
    const seed = seedOf(begun.body.secret);
    is("sets one up", await nobody.put("/me/second-factor", { ticket: begun.body.ticket,
      code: codeAt(seed, stepNow()) }, { headers: mine }), 200);
    const got = await nobody.get("/settings/server", { headers: mine });
    tally.same("and looks again", [got.status, got.body?.second_factor], [200, "leads"]);
    is("it cannot be taken away", await nobody.delete("/me/second-factor", { headers: mine }),
      409, "conflict");
    tally.same("as the document says", nobody.faults, []);
  } finally {
    await server.remove();
  }
}

// ---- tokens

async function tokens(server: Server, owner: Client): Promise<void> {
  const nobody = owner.as(null);
  const headers = browser(server.cookie);
  const make = async (body: object): Promise<Answer> => nobody.post("/tokens", body, { headers });
  const key = { "Idempotency-Key": "one-token-please" };
  const wish = { name: "Report", kind: "integration", scopes: ["read", "metrics"] };
  const made = await nobody.post("/tokens", wish, { headers: { ...headers, ...key } });
  is("a token", made, 201);
  tally.is("in its form", /^evk_[0-9A-Za-z]{49}$/.test(made.body.secret), made.body.secret);
  const repeated = await nobody.post("/tokens", wish, { headers: { ...headers, ...key } });
  tally.same("is told once", [repeated.status, repeated.body.id, repeated.body.secret],
    [201, made.body.id, null]);
  tally.same("for ninety days", Math.round((Date.parse(made.body.expires_at) - Date.now())
    / 86_400_000), 90);
  tally.is("what is kept does not have it", sql(server,
    `SELECT 1 AS n FROM answers WHERE CAST(body AS text) LIKE '%${made.body.secret}%'`)
    .length === 0);
  const integration = owner.as(made.body.secret);
  is("reads", await integration.get("/teams"), 200);
  is("does not configure", await integration.post("/teams", { name: "No" }), 403, "forbidden");
  is("is nobody", await integration.get("/api/v1/me", { wild: true }), 404, "not_found");
  const faults: readonly [string, object][] = [
    ["no scope", { name: "x", scopes: [] }],
    ["an unknown scope", { name: "x", scopes: ["all"] }],
    ["no name", { scopes: ["read"] }],
    ["people for a directory, personally", { name: "x", scopes: ["scim"] }],
    ["a network of noise", { name: "x", scopes: ["read"], networks: ["10.0.0.0/33"] }],
    ["over already", { name: "x", scopes: ["read"], expires_at: "2020-01-01T00:00:00Z" }],
    ["a team of nobody's", { name: "x", kind: "integration", scopes: ["read"],
      teams: ["team_999"] }],
    ["teams of a person", { name: "x", scopes: ["read"], teams: ["team_1"] }],
    ["a rate of nothing", { name: "x", scopes: ["read"], rate: 0 }],
    ["somebody else", { name: "x", scopes: ["read"], teammate: "tm_1" }],
  ];
  for (const [what, body] of faults) is(what, await make(body), 422, "invalid_value");
  const far = await make({ name: "Far", scopes: ["read"], networks: ["192.0.2.0/24"] });
  is("from another network", await owner.as(far.body.secret).get("/me"), 401, "unauthenticated");
  const near = await make({ name: "Near", scopes: ["read"], networks: ["127.0.0.0/8", "::1"] });
  is("from its network", await owner.as(near.body.secret).get("/me"), 200);
  const soon = new Date(Date.now() + 700);
  const brief = await make({ name: "Brief", scopes: ["read"], expires_at: soon.toISOString() });
  while (Date.now() <= soon.getTime()) await owner.as(brief.body.secret).get("/me");
  is("past its end", await owner.as(brief.body.secret).get("/me"), 401, "unauthenticated");
  is("only in the header", await nobody.get(`/me?token=${near.body.secret}`), 401,
    "unauthenticated");
  const list = await nobody.get("/tokens?sort=id&limit=2&total=true", { headers });
  tally.is("a list in pages", list.body.data.length === 2 && list.body.page.total >= 4
    && list.headers.get("link") !== null, list.body.page);
  tally.is("without secrets", !list.text.includes("evk_"));
  is("a token makes none", await owner.post("/tokens", { name: "x", scopes: ["read"] }), 403,
    "forbidden");
  const person = await server.person(owner, { name: "Tom Token" });
  const theirs = await nobody.get("/tokens", { headers: browser(person.cookie) });
  tally.same("others see their own alone",
    theirs.body.data.map((r: any) => r.teammate), [person.id]);
  is("and make none for programs", await nobody.post("/tokens",
    { name: "x", kind: "integration", scopes: ["read"] }, { headers: browser(person.cookie) }),
    403, "forbidden");
  is("nor revoke another's", await nobody.delete(`/tokens/${near.body.id}`,
    { headers: browser(person.cookie) }), 403, "forbidden");
  is("revoked", await nobody.delete(`/tokens/${near.body.id}`, { headers }), 204);
  is("at once", await owner.as(near.body.secret).get("/me"), 401, "unauthenticated");
  is("and once", await nobody.delete(`/tokens/${near.body.id}`, { headers }), 404, "not_found");
}

// ---- secret addresses, webhooks

async function links(server: Server, owner: Client): Promise<void> {
  const nobody = owner.as(null);
  const headers = browser(server.cookie);
  const team = (await owner.post("/teams", { name: "Wall" })).body.id as string;
  const wall = await nobody.post("/wallboards", { name: "Hall", teams: [team] }, { headers });
  is("a wallboard", wall, 201);
  const secret = String(wall.body.url).split("/").pop();
  const data = await nobody.get(`/wallboards/${secret}/data`);
  tally.same("shows its teams and nobody", [data.status, data.body?.teams], [200,
    [{ team, name: "Wall", waiting: 0, longest_wait_ms: null, unassigned: 0, active: null }]]);
  const list = await nobody.get("/wallboards", { headers });
  tally.is("its address is told once", list.status === 200
    && !list.text.includes(String(secret)), list.text);
  is("of no team", await nobody.post("/wallboards", { name: "x", teams: [] }, { headers }), 422,
    "invalid_value");
  is("of a team of nobody's", await nobody.post("/wallboards",
    { name: "x", teams: ["team_999"] }, { headers }), 422, "invalid_value");
  is("by a token", await owner.post("/wallboards", { name: "x", teams: [team] }), 403,
    "forbidden");
  const control = new AbortController();
  const live = await fetch(`${server.url}/api/v1/wallboards/${secret}/events`,
    { signal: control.signal });
  noteMet("stream_wallboard", live.status);
  const reader = live.body?.getReader();
  const first = new TextDecoder().decode((await reader?.read())?.value);
  tally.is("and live", live.status === 200 && first.includes("event: hello"), first);
  control.abort();
  is("revoked", await nobody.delete(`/wallboards/${wall.body.id}`, { headers }), 204);
  is("shows nothing", await nobody.get(`/wallboards/${secret}/data`), 404, "not_found");
  is("nor live", await nobody.get(`/wallboards/${secret}/events`), 404, "not_found");
  is("a secret of noise", await nobody.get("/wallboards/nothing/data"), 404, "not_found");

  const person = await server.person(owner, { name: "Cara Calendar" });
  const mine = browser(person.cookie);
  const feed = await nobody.post("/calendar-feeds", { kind: "me" }, { headers: mine });
  is("a calendar feed", feed, 201);
  tally.is("at an address", /\/calendar\/[\w-]{43}\/me\.ics$/.test(feed.body.url), feed.body.url);
  is("a team goes with its kind", await nobody.post("/calendar-feeds",
    { kind: "me", team }, { headers: mine }), 422, "invalid_value");
  is("without one", await nobody.post("/calendar-feeds", { kind: "team" }, { headers: mine }),
    422, "invalid_value");
  const theirs = await nobody.get("/calendar-feeds", { headers: mine });
  tally.same("one's own", theirs.body.data.map((r: any) => r.id), [feed.body.id]);
  is("no wallboards for them", await nobody.get("/wallboards", { headers: mine }), 403,
    "forbidden");
  is("a feed is no wallboard", await nobody.delete(
    `/wallboards/${String(feed.body.id).replace("feed", "wall")}`, { headers }), 404, "not_found");
  is("revoked", await nobody.delete(`/calendar-feeds/${feed.body.id}`, { headers: mine }), 204);
  is("once", await nobody.delete(`/calendar-feeds/${feed.body.id}`, { headers }), 404,
    "not_found");

  const hook = await nobody.post("/webhooks", { url: "https://hooks.example.org/in?a=1",
    types: ["assignment.made"] }, { headers });
  is("a webhook", hook, 201);
  tally.is("with a secret", /^whsec_[0-9A-Za-z+/]{43}=$/.test(hook.body.secret), hook.body.secret);
  for (const url of ["http://", "https://", "https://a@b.example/", "ftp://x/",
    "https://x y/", "https://h.example/#x"])
    is(`no webhook to ${url}`, await nobody.post("/webhooks", { url, types: [] }, { headers }),
      422, "invalid_value");
  is("nor of no event", await nobody.post("/webhooks",
    { url: "https://hooks.example.org/", types: ["nothing.done"] }, { headers }), 422,
    "invalid_value");
  const hooks = await nobody.get("/webhooks", { headers });
  tally.is("whose secret is told once", hooks.body.data.length === 1
    && !hooks.text.includes("whsec_"), hooks.text);
  is("deleted", await nobody.delete(`/webhooks/${hook.body.id}`, { headers }), 204);
  is("once", await nobody.delete(`/webhooks/${hook.body.id}`, { headers }), 404, "not_found");
}

// ---- invitations

async function invitations(server: Server, owner: Client): Promise<void> {
  const nobody = owner.as(null);
  const headers = browser(server.cookie);
  const invited = await nobody.post("/teammates", { name: "Iris", email: "iris@example.org" },
    { headers });
  const secret = String(invited.body.invite.link).split("#")[1] ?? "";
  const accept = async (body: object): Promise<Answer> => nobody.post("/invitations/accept", body);
  is("nobody comes in before", await signIn(nobody, "iris@example.org", OTHER), 403, "forbidden");
  is("a secret of noise", await accept({ secret: "x".repeat(43), password: OTHER }), 403,
    "forbidden");
  is("a weak password", await accept({ secret, password: "iris@example.org" }), 422,
    "invalid_value");
  is("of an invitation no reset", await nobody.post("/password-resets/accept",
    { secret, password: OTHER }), 403, "forbidden");
  is("no reset of who has not come in", await nobody.post("/password-resets",
    { teammate: invited.body.id }, { headers }), 409, "conflict");
  const came = await accept({ secret, password: OTHER, name: "Iris Invited", language: "ko",
    zone: "Asia/Seoul" });
  is("comes in", came, 200);
  const me = await nobody.get("/me", { headers: { Cookie: cookieOf(came) } });
  tally.same("as they like", [me.body.name, me.body.language, me.body.zone],
    ["Iris Invited", "ko", "Asia/Seoul"]);
  is("once", await accept({ secret, password: OTHER }), 403, "forbidden");
  const late = await nobody.post("/teammates", { name: "Late", email: "late@example.org" },
    { headers });
  await between(server, "UPDATE invites SET expires_ms = expires_ms - 72 * 3600000"
    + " WHERE used_ms IS NULL");
  is("after three days no more", await accept({
    secret: String(late.body.invite.link).split("#")[1], password: OTHER }), 403, "forbidden");
  is("who is in no team sees nobody, and resets nobody", await nobody.post("/password-resets",
    { teammate: "tm_1" }, { headers: browser(cookieOf(came)) }), 404, "not_found");
  is("of nobody", await nobody.post("/password-resets", { teammate: "tm_99999" }, { headers }),
    404, "not_found");
}

// ---- server settings

async function settings(server: Server, owner: Client): Promise<void> {
  const nobody = owner.as(null);
  const headers = browser(server.cookie);
  const got = await nobody.get("/settings/server", { headers });
  const tag = got.headers.get("etag") ?? "";
  tally.is("a revision", /^"r\d+"$/.test(tag), tag);
  is("not to a token", await owner.get("/settings/server"), 403, "forbidden");
  is("If-Match is needed", await nobody.patch("/settings/server", { name: "Harbour" },
    { headers }), 428, "precondition_required");
  const patch = async (body: object, match = "*"): Promise<Answer> =>
    nobody.patch("/settings/server", body, { headers: { ...headers, "If-Match": match } });
  const named = await patch({ name: "Harbour", zone: "Asia/Seoul", languages: ["ko", "en"],
    retention_days: 730 }, tag);
  tally.same("changed", [named.status, named.body.name, named.body.zone, named.body.languages,
    named.body.retention_days], [200, "Harbour", "Asia/Seoul", ["ko", "en"], 730]);
  is("an old revision", await patch({ name: "Port" }, tag), 412, "version_mismatch");
  const mail = await patch({ mail: { host: "smtp.example.org", port: 465, user: "desk",
    password: "hunter2hunter2" } });
  tally.same("a password is written and not read", mail.body.mail,
    { host: "smtp.example.org", port: 465, user: "desk", password_set: true });
  tally.is("nor kept as it is", sql(server, "SELECT 1 AS n FROM server_settings WHERE"
    + " CAST(secret AS text) LIKE '%hunter2%' OR value LIKE '%hunter2%'").length === 0);
  const moved = await patch({ mail: { host: "evil.example.org" } });
  tally.same("another host does not get it", moved.body.mail.password_set, false);
  for (const body of [{ zone: "Mars/Base" }, { languages: [] }, { languages: ["en", "en"] },
    { second_factor: "some" }, { retention_days: 3 }, { mail: { port: 0 } }, { nmae: "x" }])
    is(`not ${JSON.stringify(body)}`, await patch(body), 422, "invalid_value");
  const log = await owner.get("/changes?limit=50");
  tally.is("in the change log, without secrets", log.text.includes("Harbour")
    && !log.text.includes("hunter2"), log.status);
}

// ---- the audit log

async function audit(server: Server, owner: Client): Promise<void> {
  const nobody = owner.as(null);
  const rows = auditRows(server);
  tally.is("every entry holds the one before", rows.length > 100 && isChained(rows), rows.length);
  const actions = new Set(rows.map((r) => r.action));
  for (const action of ["owner.created", "sign_in.begun", "sign_in.ended", "sign_in.refused",
    "sign_in.confirmed", "confirmation.refused", "password.changed", "second_factor.set",
    "second_factor.removed", "second_factor.refused", "recovery_code.used",
    "recovery_codes.renewed", "token.created", "token.revoked", "invitation.created",
    "invitation.accepted", "password_reset.created", "webhook.created", "webhook.deleted",
    "wallboard.created", "wallboard.revoked", "calendar_feed.created", "calendar_feed.revoked",
    "server_setting.changed", "secret.changed"])
    tally.is(`says ${action}`, actions.has(action));
  const text = JSON.stringify(rows);
  tally.is("and no content", !text.includes("@example.org") && !text.includes("boats")
    && !text.includes("Paula"));
  const all = new Set<string>();
  let path = "/audit-log?limit=40&sort=id";
  for (let pages = 0; path !== "" && pages < 100; pages++) {
    const page = await owner.get(path);
    for (const row of page.body.data) {
      tally.is("no entry twice", !all.has(row.id), row.id);
      all.add(row.id);
    }
    path = /<([^>]+)>/.exec(page.headers.get("link") ?? "")?.[1] ?? "";
  }
  tally.is("an administrator reads all of them", all.size >= rows.length, [all.size, rows.length]);
  const person = await server.person(owner, { name: "Ada Audit" });
  const own = await person.client.get("/audit-log?limit=500");
  tally.is("others what is about them", own.body.data.length > 0 && own.body.data.every((r: any) =>
    r.teammate === person.id || r.by.teammate === person.id), own.text.slice(0, 300));
  const some = await owner.get("/audit-log?action=token.created&by=tm_1&total=true");
  tally.is("by action and person", some.body.data.every((r: any) =>
    r.action === "token.created" && r.by.teammate === "tm_1") && some.body.page.total > 0);
  is("nobody writes it", await owner.post("/audit-log", {}), 405, "method_not_allowed");
  is("nor without a sign-in", await nobody.get("/audit-log"), 401, "unauthenticated");
}

await firstRun();
await required();
await withServer({}, async (server, owner) => {
  for (const part of [passwords, throttling, signIns, forgery, expiry, ownPassword, secondFactor,
    tokens, links, invitations, settings, audit])
    await part(server, owner);
  tally.same("as the document says", owner.faults, []);
});
tally.end();
