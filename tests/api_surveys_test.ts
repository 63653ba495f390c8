// api_surveys_test -- surveys from the close to the answer: who is asked and who not, by which
// chance, at which address; what is frozen, what counts, what comes late; what a low score opens;
// who may see what; and that kill -9 between any two steps asks nobody twice and loses nothing.
import { randomUUID } from "node:crypto";

import { sql } from "./inside.ts";
import { Tally } from "./program.ts";
import {
  browser, Client, Server, withBothStores, withServer, type Answer, type Person,
} from "./server.ts";

const tally = new Tally();
const WAIT_MS = 15_000;

const status = (what: string, got: Answer, want: number): void =>
  tally.is(`${what}: ${want}`, got.status === want, `${got.status} ${got.text.slice(0, 300)}`);
const problem = (what: string, got: Answer, want: number, type: string): void =>
  tally.is(`${what}: ${want} ${type}`,
    got.status === want && got.body?.type === `/problems/${type}`,
    `${got.status} ${got.text.slice(0, 300)}`);
const places = (got: Answer): string[] =>
  (got.body?.errors ?? []).map((e: any) => `${e.pointer} ${e.code}`).sort();
const any = { headers: { "If-Match": "*" } };

/** What is done to the store while no server runs on it: time passes. */
async function between(server: Server, text: string): Promise<void> {
  await server.end();
  sql(server, text);
  await server.start(server.port);
}

interface Scene {
  readonly server: Server; readonly owner: Client; readonly program: Client;
  readonly mate: Person; readonly other: Person; readonly lead: Person; readonly far: Person;
  readonly manager: Person; readonly team: string; readonly second: string;
}

async function scene(server: Server, owner: Client): Promise<Scene> {
  const team = (await owner.post("/teams", { name: "Orders" })).body.id as string;
  const second = (await owner.post("/teams", { name: "Billing" })).body.id as string;
  const at = (id: string) => [{ team: id, level: "primary" }];
  const token = await owner.as(null).post("/tokens", { name: "shop", kind: "integration",
    scopes: ["read", "work"], teams: [team] }, { headers: browser(server.cookie) });
  status("a program's token", token, 201);
  return { server, owner, team, second, program: owner.as(token.body.secret),
    mate: await server.person(owner, { name: "Mina Park", memberships: at(team) }),
    other: await server.person(owner, { name: "Otto Ober", memberships: at(team) }),
    lead: await server.person(owner, { name: "Lead One", roles: ["lead"], memberships: at(team) }),
    manager: await server.person(owner,
      { name: "Man Ager", roles: ["manager"], memberships: at(team) }),
    far: await server.person(owner,
      { name: "Far Lead", roles: ["lead"], memberships: at(second) }) };
}

let contacts = 0;
async function contact(s: Scene, language: string | null = "en"): Promise<string> {
  const made = await s.lead.client.post("/contacts", { name: `Kim ${++contacts}`,
    email: `kim${contacts}@example.net`, ...(language === null ? {} : { language }) });
  status("a contact", made, 201);
  return made.body.id as string;
}

interface Talk { readonly contact?: string | null; readonly by?: Person | null;
  readonly tags?: readonly string[]; readonly open?: boolean }

/** A conversation that is answered by somebody and closed. */
async function talk(s: Scene, t: Talk = {}): Promise<string> {
  const who = t.contact === undefined ? await contact(s) : t.contact;
  const made = await s.mate.client.post("/conversations", { team: s.team, title: "An order",
    text: "where is it", ...(who === null ? {} : { contact: who }),
    ...(t.tags === undefined ? {} : { tags: t.tags }) });
  status("a conversation", made, 201);
  const id = made.body.id as string;
  if (t.by !== null)
    status("an answer", await (t.by ?? s.mate).client.post(`/conversations/${id}/parts`,
      { kind: "message", text: "it is on its way" }), 201);
  if (t.open !== true)
    status("closed", await s.lead.client.post(`/conversations/${id}/close`, {}), 200);
  return id;
}

/** Until the funnel has looked at so many closes. */
async function looked(s: Scene, survey: string, closed: number): Promise<any> {
  let got: Answer | null = null;
  for (const until = Date.now() + WAIT_MS; Date.now() < until;) {
    got = await s.lead.client.get(`/surveys/${survey}/funnel`);
    if ((got.body?.closed ?? 0) >= closed) break;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  tally.is(`${survey}: ${closed} closes were looked at`, got?.body?.closed === closed,
    got?.text.slice(0, 300));
  return got?.body;
}

const asks = async (s: Scene, id: string): Promise<any[]> =>
  (await s.lead.client.get(`/conversations/${id}/survey`)).body?.asks ?? [];
const linkOf = async (s: Scene, id: string): Promise<string> => {
  const got = await s.program.post(`/conversations/${id}/survey/link`);
  status("a link", got, 200);
  return got.body.link as string;
};

/** As a browser without scripts sends it. */
async function send(link: string, fields: Record<string, string> | string,
  headers: Record<string, string> = {}): Promise<{ status: number; text: string; got: Response }> {
  const got = await fetch(link, { method: "POST", redirect: "manual",
    headers: { "Content-Type": "application/x-www-form-urlencoded", ...headers },
    body: typeof fields === "string" ? fields : new URLSearchParams(fields).toString() });
  return { status: got.status, text: await got.text(), got };
}

// ---- surveys as things

async function things(s: Scene): Promise<void> {
  const body = { name: " After the close ", form: "csat", team: s.team };
  const key = { headers: { "Idempotency-Key": randomUUID() } };
  const made = await s.lead.client.post("/surveys", body, key);
  status("made", made, 201);
  tally.same("as usual where nothing is said", [made.body.name, made.body.version,
    made.body.channels, made.body.fraction, made.body.delay_minutes, made.body.window_days,
    made.body.active], ["After the close", 1, [], 1000, 60, 7, false]);
  tally.is("asked in three languages", made.body.question.en.length > 20
    && /[가-힣]/.test(made.body.question.ko) && /[ء-ي]/.test(made.body.question.ar),
    made.text);
  tally.same("where it is", made.headers.get("location"), `/api/v1/surveys/${made.body.id}`);
  tally.same("the same key answers the same",
    (await s.lead.client.post("/surveys", body, key)).text, made.text);
  problem("a name is one survey's", await s.lead.client.post("/surveys",
    { ...body, name: "AFTER the close" }), 409, "conflict");
  problem("a teammate makes none", await s.mate.client.post("/surveys", { ...body, name: "x" }),
    403, "forbidden");
  problem("nor does another team's lead", await s.far.client.post("/surveys",
    { ...body, name: "x" }), 403, "forbidden");
  problem("a lead makes none for all teams", await s.lead.client.post("/surveys",
    { name: "x", form: "nps" }), 403, "forbidden");
  problem("nobody", await s.owner.as(null).get("/surveys"), 401, "unauthenticated");
  tally.same("every fault", places(await s.lead.client.post("/surveys", { form: "stars",
    team: s.team, fraction: 1001, delay_minutes: -1, window_days: 0, active: "yes",
    channels: ["fax", "chat", "chat"], question: { en: 5, de: "x" } })),
  ["/active wrong_type", "/channels/0 not_one_of", "/channels/2 repeated",
    "/delay_minutes out_of_range", "/form not_one_of", "/fraction out_of_range", "/name missing",
    "/question/de unknown_member", "/window_days out_of_range"].sort());
  problem("no such team", await s.owner.post("/surveys", { name: "y", form: "ces",
    team: "team_99" }), 422, "invalid_value");
  problem("no JSON", await s.lead.client.ask("POST", "/surveys", { raw: "{" }), 400, "malformed");

  const path = `/surveys/${made.body.id}`;
  const got = await s.mate.client.get(path);
  tally.same("anybody reads it", [got.status, got.headers.get("etag")], [200, "\"r1\""]);
  problem("no such survey", await s.mate.client.get("/surveys/srv_99"), 404, "not_found");
  problem("nor such an id", await s.mate.client.get("/surveys/team_1"), 404, "not_found");
  problem("without If-Match", await s.lead.client.patch(path, { fraction: 500 }), 428,
    "precondition_required");
  const stale = await s.lead.client.patch(path, { fraction: 500 },
    { headers: { "If-Match": "\"r9\"" } });
  problem("with an old one", stale, 412, "version_mismatch");
  tally.same("and how it stands", stale.body.current?.fraction, 1000);
  const tried = await s.lead.client.patch(`${path}?dry_run=true`, { fraction: 500 }, any);
  tally.same("tried", [tried.status, tried.body?.changes?.fraction],
    [200, { before: 1000, after: 500 }]);
  const named = await s.lead.client.patch(path, { name: "Renamed" }, any);
  tally.same("a name is no new version", [named.status, named.body?.version], [200, 1]);
  const asked = await s.lead.client.patch(path,
    { question: { en: "Was <it> \"good\"?", ko: null } }, any);
  tally.same("own words are", [asked.body?.version, asked.body?.question?.en,
    asked.body?.question?.ko], [2, "Was <it> \"good\"?", made.body.question.ko]);
  const back = await s.lead.client.patch(path, { question: { en: null } }, any);
  tally.same("and back", [back.body?.version, back.body?.question?.en],
    [3, made.body.question.en]);
  tally.same("the form stays", places(await s.lead.client.patch(path, { form: "nps" }, any)),
    ["/form unknown_member"]);
  problem("not by a teammate", await s.mate.client.patch(path, { fraction: 1 }, any), 403,
    "forbidden");
  problem("nor into a foreign team", await s.lead.client.patch(path, { team: s.second }, any),
    403, "forbidden");
  status("all teams' is a matter of who reaches all", await s.owner.post("/surveys",
    { name: "Yearly", form: "nps", channels: ["voice"] }), 201);
  tally.same("listed by name", (await s.mate.client.get("/surveys")).body.data
    .map((v: any) => v.name), ["Renamed", "Yearly"]);
  tally.same("filtered", (await s.mate.client.get("/surveys?form=nps&team.null=true")).body.data
    .map((v: any) => v.name), ["Yearly"]);
  problem("by what it has not", await s.mate.client.get("/surveys?colour=red"), 400,
    "unknown_parameter");
  const gone = await s.lead.client.delete(path, any);
  tally.same("deleted", [gone.status, gone.body?.id, gone.body?.used], [200, made.body.id, 0]);
  problem("once", await s.lead.client.delete(path, any), 404, "not_found");
  const log = await s.lead.client.get("/changes?limit=100");
  tally.is("the change log has it", log.text.includes("window_days"), log.text.slice(0, 200));
}

// ---- who is asked

async function sending(s: Scene): Promise<void> {
  const made = await s.lead.client.post("/surveys", { name: "Csat", form: "csat", team: s.team,
    delay_minutes: 0, active: true });
  const id = made.body.id as string;
  const spam = await s.lead.client.post("/tags", { name: "Spam" });
  const topic = await s.lead.client.post("/tags", { name: "delivery" });
  const asked = await talk(s, { tags: [topic.body.id] });
  const unanswered = await talk(s, { by: null });
  const junk = await talk(s, { tags: [spam.body.id] });
  const unknown = await talk(s, { contact: null });
  const open = await talk(s, { open: true });
  const funnel = await looked(s, id, 4);
  tally.same("one fits", [funnel.eligible, funnel.drawn, funnel.sent, funnel.delivered,
    funnel.answered, funnel.open], [1, 1, 1, 0, 0, 1]);
  tally.same("the others do not", funnel.left_out.map((r: any) => `${r.why} ${r.n}`),
    ["no_reply 1", "spam 1", "no_contact 1"]);
  tally.same("nothing is delivered yet: no rate", [funnel.response_rate.permille,
    funnel.few_answers], [null, true]);
  tally.same("it waits", (await asks(s, asked)).map((a) => [a.state, a.why, a.form, a.language]),
    [["waiting", null, "csat", "en"]]);
  for (const none of [unanswered, junk, unknown, open])
    tally.same("of the others nobody was asked", await asks(s, none), []);

  problem("a teammate gets no address", await s.mate.client.post(
    `/conversations/${asked}/survey/link`), 403, "forbidden");
  problem("nor does the lead", await s.lead.client.post(`/conversations/${asked}/survey/link`),
    403, "forbidden");
  problem("what was not asked has none", await s.program.post(
    `/conversations/${unanswered}/survey/link`), 409, "conflict");
  problem("foreign conversations are not there", await s.far.client.get(
    `/conversations/${asked}/survey`), 404, "not_found");
  problem("nor missing ones", await s.program.post("/conversations/cv_9999/survey/link"), 404,
    "not_found");
  const key = { headers: { "Idempotency-Key": randomUUID() } };
  const first = await s.program.post(`/conversations/${asked}/survey/link`, undefined, key);
  const link = String(first.body?.link);
  tally.is("an address of 256 bits", /\/s\/[A-Za-z0-9_-]{43}$/.test(link), first.text);
  tally.same("for whom", [first.body.language, typeof first.body.contact], ["en", "string"]);
  const again = await s.program.post(`/conversations/${asked}/survey/link`);
  tally.same("the same each time", [again.body?.link, again.body?.seq], [link, null]);
  const replayed = await s.program.post(`/conversations/${asked}/survey/link`, undefined, key);
  tally.is("a repeated request is told no secret", replayed.status === 200
    && !replayed.text.includes(link.slice(-43)), replayed.text);
  tally.same("delivered, once", [(await asks(s, asked))[0]?.state,
    (await looked(s, id, 4)).delivered], ["delivered", 1]);

  // Nobody is asked again within 30 days, whatever else is closed.
  const same = (await s.lead.client.get(`/conversations/${asked}`)).body.contact as string;
  const next = await talk(s, { contact: same });
  tally.same("not again of late", (await looked(s, id, 5)).left_out
    .filter((r: any) => r.why === "asked_lately").map((r: any) => r.n), [1]);
  tally.same("so no ask", await asks(s, next), []);
  await answering(s, id, asked, link);
}

// ---- answers

async function answering(s: Scene, id: string, asked: string, link: string): Promise<void> {
  const page = await fetch(link);
  const html = await page.text();
  tally.same("the page", [page.status, page.headers.get("set-cookie"),
    page.headers.get("cache-control"), page.headers.get("referrer-policy")],
  [200, null, "no-store", "no-referrer"]);
  tally.is("its policy lets no script in", /default-src 'none'/.test(
    page.headers.get("content-security-policy") ?? "") && !html.includes("<script"));

  // Q3: what happens to the conversation later changes nothing.
  status("open again", await s.lead.client.post(`/conversations/${asked}/reopen`, {}), 200);
  status("and somebody else's", await s.lead.client.post(`/conversations/${asked}/assign`,
    { teammate: s.other.id, override_reason: "a test" }), 200);
  status("in another team", await s.owner.post(`/conversations/${asked}/move`,
    { team: s.second }), 200);
  tally.same("no number, no answer", [(await send(link, { comment: "hi" })).status,
    (await send(link, { score: "6" })).status, (await send(link, { score: "0" })).status,
    (await send(link, { score: "05x" })).status, (await send(link, { score: "1e1" })).status],
  [422, 422, 422, 422, 422]);
  const words = "Good & <b>fast</b>\r\n\"thanks\" 감사";
  tally.same("answered", (await send(link, { score: "2", comment: words })).status, 200);
  tally.same("the same again is one", (await send(link, { score: "2", comment: words })).status,
    200);
  const low = await s.lead.client.get(`/followups?survey=${id}`);
  tally.same("a low score is the team's matter", low.body.data.map((f: any) =>
    [f.state, f.score, f.team, f.conversation, f.comment]),
  [["open", 2, s.team, asked, words.replace("\r", "")]]);
  tally.is("nobody is named in it", !low.text.includes(s.mate.id), low.text);
  tally.same("anybody in the team sees it",
    (await s.mate.client.get("/followups?state=open")).body.data.length, 1);
  tally.same("no other team", (await s.far.client.get("/followups")).body.data, []);
  tally.same("a better answer", (await send(link, { score: "5" })).status, 200);
  tally.same("takes it back", (await s.mate.client.get(`/followups?survey=${id}`)).body.data
    .map((f: any) => f.state), ["withdrawn"]);

  const path = `/surveys/${id}/answers`;
  const mine = (await s.mate.client.get(path)).body.data as any[];
  tally.same("the last counts, the first is kept", mine.map((a) => [a.score, a.counts, a.late,
    a.mine, a.team, a.tags]), [[5, true, false, true, s.team, ["delivery"]],
    [2, false, false, true, s.team, ["delivery"]]]);
  tally.same("words come back as they were", mine[1]?.comment, words.replace("\r", ""));
  tally.same("who holds it now is not credited",
    (await s.other.client.get(path)).body.data, []);
  const seen = await s.lead.client.get(`${path}?counts=true`);
  tally.same("the team's lead reads it", seen.body.data.map((a: any) => [a.score, a.mine]),
    [[5, false]]);
  tally.is("without a name", !seen.text.includes(s.mate.id), seen.text);
  tally.same("as does the manager", (await s.manager.client.get(path)).body.data.length, 2);
  tally.same("not another lead", (await s.far.client.get(path)).body.data, []);
  problem("nor by what it has not", await s.lead.client.get(`${path}?teammate=${s.mate.id}`),
    400, "unknown_parameter");
  tally.same("as a table", (await s.lead.client.get(path, { headers: { Accept: "text/csv" } }))
    .status, 200);
  const f = (await s.lead.client.get(`/surveys/${id}/funnel`)).body;
  tally.same("in the funnel", [f.delivered, f.answered, f.response_rate.permille, f.few_answers],
    [1, 1, 1000, true]);
  const far = (await s.far.client.get(`/surveys/${id}/funnel`)).body;
  tally.same("of one's own teams alone", [far.closed, far.sent, far.answered], [0, 0, 0]);
  const none = (await s.lead.client.get(
    `/surveys/${id}/funnel?until=2020-01-01T00:00:00Z`)).body;
  tally.same("of another time", [none.closed, none.sent], [0, 0]);
  problem("a time that is none", await s.lead.client.get(`/surveys/${id}/funnel?from=soon`), 400,
    "malformed");
  await hostile(link);
}

async function hostile(link: string): Promise<void> {
  const bodies: readonly (readonly [string, string, number])[] = [
    ["nothing", "", 422], ["no form", "{\"score\":5}", 422], ["NUL", "score=5&comment=a%00b", 200],
    ["no UTF-8", "score=5&comment=%ff%fe", 200], ["two scores: the first", "score=9&score=5", 422],
    ["digits of elsewhere", "score=%D9%A5", 422], ["many fields", "&a=1".repeat(3000), 422],
    ["half an escape", "score=5&comment=%", 200],
    ["a long comment", `score=5&comment=${"x".repeat(1001)}`, 422],
    ["a thousand characters fit", `score=4&comment=${"%EA%B0%90".repeat(1000)}`, 200],
    ["more than a request may have", `score=5&comment=${"x".repeat(20_000)}`, 413]];
  for (const [what, body, want] of bodies) {
    const got = await send(link, body);
    tally.same(`hostile: ${what}`, got.status, want);
    tally.is(`hostile: ${what}: no word of ours about it`, !/internal|sqlite/i.test(got.text));
  }
  const base = link.slice(0, -43);
  const unknown = await fetch(`${base}${"A".repeat(43)}`, { headers: { "Accept-Language": "ko" } });
  const text = await unknown.text();
  tally.same("an unknown address", [unknown.status, text.includes("lang=\"ko\"")], [404, true]);
  for (const path of ["", "x", "../etc/passwd", "%00", `${link.slice(-43)}=`,
    `${link.slice(-43)}/`, "A".repeat(3000)]) {
    const got = await fetch(`${base}${path}`);
    await got.text();
    tally.is(`no other opens: ${path.slice(0, 20)}`, got.status === 404 || path.startsWith(".."),
      got.status);
  }
  tally.same("no other way", [(await fetch(link, { method: "DELETE" })).status,
    (await fetch(link, { method: "PUT" })).status, (await fetch(link, { method: "HEAD" })).status],
  [405, 405, 200]);
}

// ---- windows, opting out, follow-ups, erasure

async function later(s: Scene): Promise<void> {
  const made = await s.lead.client.post("/surveys", { name: "Nps", form: "nps", team: s.team,
    delay_minutes: 0, window_days: 1, active: true, question: { ko: "<추천> 하시겠어요?" } });
  const id = made.body.id as string;
  const away = await contact(s, "ar");
  const one = await talk(s, { contact: await contact(s, "ko-KR") });
  const two = await talk(s, { contact: away });
  const three = await talk(s);
  const four = await talk(s);
  // The other survey asks first and is older: both look at the same closes.
  const funnel = await looked(s, id, 4);
  tally.same("one contact, one survey", [funnel.sent, funnel.left_out], [0,
    [{ why: "asked_lately", n: 4 }]]);
  const [ko, ar] = [await linkOf(s, one), await linkOf(s, two)];
  tally.is("in Korean", (await (await fetch(ko)).text()).includes("lang=\"ko\""));
  tally.is("in Arabic, from right to left",
    (await (await fetch(ar)).text()).includes("lang=\"ar\" dir=\"rtl\""));

  const stopped = await send(ar, { stop: "1" });
  tally.same("opting out", stopped.status, 200);
  await talk(s, { contact: away });
  tally.is("heeded", (await looked(s, id, 5)).left_out
    .some((r: any) => r.why === "opted_out" && r.n === 1));

  tally.same("low", (await send(ko, { score: "1", comment: "slow" })).status, 200);
  const list = await s.mate.client.get("/followups?state=open");
  const open = list.body.data[0]?.id as string;
  problem("not by another team", await s.far.client.post(`/followups/${open}/close`, {}), 404,
    "not_found");
  problem("nor what is not there", await s.mate.client.post("/followups/fup_999/close", {}), 404,
    "not_found");
  tally.same("every fault", places(await s.mate.client.post(`/followups/${open}/close`,
    { note: 5, who: "me" })), ["/note wrong_type", "/who unknown_member"]);
  const closed = await s.mate.client.post(`/followups/${open}/close`, { note: "called them" });
  tally.same("looked after", [closed.body?.state, closed.body?.note, closed.body?.closed_by],
    ["closed", "called them", s.mate.id]);
  problem("once", await s.mate.client.post(`/followups/${open}/close`, {}), 409, "conflict");

  const past = await linkOf(s, three);
  const late = await linkOf(s, four);
  tally.same("in time", (await send(late, { score: "4" })).status, 200);
  await between(s.server, `UPDATE survey_asks SET until_ms = ${Date.now() - 1000}
    WHERE conversation IN (${three.slice(3)}, ${four.slice(3)});
    UPDATE survey_asks SET until_ms = 1 WHERE conversation = ${three.slice(3)};`);
  const gone = await fetch(late);
  const unknown = await fetch(`${late.slice(0, -43)}${"B".repeat(43)}`);
  tally.same("over is as if it were not there", [gone.status, await gone.text()],
    [unknown.status, await unknown.text()]);
  const kept = await send(late, { score: "1", comment: "sorry, late" });
  tally.same("what comes late is kept", kept.status, 200);
  tally.same("long after it is not", (await send(past, { score: "1" })).status, 404);
  const first = (await s.lead.client.get("/surveys?name.prefix=csat")).body.data[0]?.id as string;
  const answers = (await s.lead.client.get(
    `/surveys/${first}/answers?conversation=${four}`)).body.data as any[];
  tally.same("and not counted", answers.map((a) => [a.score, a.late, a.counts]),
    [[1, true, false], [4, false, true]]);
  problem("no address any more", await s.program.post(`/conversations/${four}/survey/link`), 409,
    "conflict");
  tally.same("how they ended", [(await asks(s, three))[0]?.state, (await asks(s, four))[0]?.state],
    ["unanswered", "answered"]);
  await erased(s, one, ko);
}

async function erased(s: Scene, id: string, link: string): Promise<void> {
  const who = (await s.lead.client.get(`/conversations/${id}`)).body.contact as string;
  const out = await s.owner.as(null).post(`/contacts/${who}/erase`, {},
    { headers: browser(s.server.cookie) });
  status("the contact is erased", out, 202);
  tally.same("the address opens no more", (await fetch(link)).status, 404);
  tally.same("nor takes anything", (await send(link, { score: "3" })).status, 404);
  tally.same("words are gone, the score stays", sql(s.server,
    `SELECT w.score, w.comment FROM survey_answers w JOIN survey_asks a ON a.ask = w.ask
     WHERE a.conversation = ${id.slice(3)}`), [{ score: 1, comment: null }]);
}

// ---- chance

async function chance(s: Scene): Promise<void> {
  const made = await s.lead.client.post("/surveys", { name: "Sampled", form: "ces", team: s.team,
    delay_minutes: 0, fraction: 300, active: true });
  const id = made.body.id as string;
  const first = (await s.lead.client.get("/surveys?name.prefix=csat")).body.data[0]?.id as string;
  status("the others rest", await s.lead.client.patch(`/surveys/${first}`, { active: false }, any),
    200);
  const nps = (await s.lead.client.get("/surveys?name.prefix=nps")).body.data[0]?.id as string;
  status("both of them", await s.lead.client.patch(`/surveys/${nps}`, { active: false }, any), 200);
  for (let i = 0; i < 40; i++) await talk(s);
  const funnel = await looked(s, id, 40);
  tally.is("some of forty", funnel.drawn > 2 && funnel.drawn < 25 && funnel.eligible === 40,
    JSON.stringify(funnel));
  tally.same("sent as drawn", funnel.sent, funnel.drawn);
  const rows = sql(s.server, `SELECT conversation, draw, verdict FROM survey_draws
    WHERE survey = ${id.slice(4)}`);
  tally.same("drawn below the fraction, and only there", rows.filter((r) =>
    (r.verdict === "drawn") !== (r.draw < 300)), []);
  const try_ = (fraction: number): Promise<Answer> =>
    s.lead.client.post(`/surveys/${nps}/preview`, { fraction, channels: [] });
  // The same conversations, drawn anew by another survey: the numbers are the same.
  const half = await try_(500);
  status("a preview", half, 200);
  tally.same("nested: who is drawn of few is drawn of many",
    [(await try_(0)).body.drawn, (await try_(1000)).body.drawn],
    [0, (await try_(1000)).body.eligible]);
  const lower = await try_(500);
  tally.same("made again, the same", lower.body.drawn, half.body.drawn);
  problem("not by a teammate", await s.mate.client.post(`/surveys/${nps}/preview`, {}), 403,
    "forbidden");
  tally.same("every fault", places(await s.lead.client.post(`/surveys/${nps}/preview`,
    { fraction: -1, channels: ["x"] })), ["/channels/0 not_one_of", "/fraction out_of_range"]);
  const again = await s.lead.client.post("/surveys", { name: "Sampled too", form: "ces",
    team: s.team, delay_minutes: 0, fraction: 300 });
  await between(s.server, `UPDATE surveys SET active = 1, active_ms = 1
    WHERE survey = ${String(again.body.id).slice(4)}; DELETE FROM survey_asks
    WHERE survey = ${id.slice(4)};`);
  const count = sql(s.server, `SELECT count(*) AS n FROM conversations WHERE state = 'closed'`);
  await looked(s, again.body.id as string, count[0].n);
  tally.same("two surveys draw alike", sql(s.server, `SELECT count(*) AS n FROM survey_draws a
    JOIN survey_draws b ON a.conversation = b.conversation AND a.closed_ms = b.closed_ms
    WHERE a.survey = ${id.slice(4)} AND b.survey = ${String(again.body.id).slice(4)}
    AND a.draw <> b.draw`), [{ n: 0 }]);
}

// ---- kill -9

async function killed(s: Scene): Promise<void> {
  const made = await s.lead.client.post("/surveys", { name: "Killed", form: "csat", team: s.team,
    delay_minutes: 0, active: true });
  const id = made.body.id as string;
  for (const name of ["sampled"])
    for (const row of (await s.lead.client.get(`/surveys?name.prefix=${name}`)).body.data)
      await s.lead.client.patch(`/surveys/${row.id}`, { active: false }, any);
  const talks: string[] = [];
  for (let i = 0; i < 30; i++) talks.push(await talk(s));
  for (const after of [150, 400, 700, 950, 1200]) {
    await new Promise((resolve) => setTimeout(resolve, after));
    await s.server.end("SIGKILL");
    await s.server.start(s.server.port);
  }
  const funnel = await looked(s, id, 30);
  tally.same("each is asked once", [funnel.sent, sql(s.server, `SELECT conversation FROM
    survey_asks WHERE survey = ${id.slice(4)} GROUP BY conversation HAVING count(*) <> 1`)],
  [30, []]);
  tally.same("and said once", sql(s.server, `SELECT conversation FROM conversation_events WHERE
    type = 'survey.sent' AND conversation IN (${talks.map((t) => t.slice(3)).join(",")})
    GROUP BY conversation HAVING count(*) <> 1`), []);
  const links: string[] = [];
  for (const t of talks) links.push(await linkOf(s, t));
  const arrived: number[] = [];
  const sending_ = links.map(async (link, i) => {
    const got = await send(link, { score: String(1 + i % 5), comment: `number ${i}` })
      .catch(() => null);
    if (got?.status === 200) arrived.push(i);
  });
  await new Promise((resolve) => setTimeout(resolve, 15));
  await s.server.end("SIGKILL");
  await Promise.all(sending_);
  await s.server.start(s.server.port);
  for (let i = 0; i < links.length; i++)
    if (!arrived.includes(i))
      await send(links[i] ?? "", { score: String(1 + i % 5), comment: `number ${i}` });
  const rows = (await s.lead.client.get(`/surveys/${id}/answers?limit=500`)).body.data as any[];
  tally.same("every answer is there once, cut off or not",
    rows.map((r) => `${r.comment} ${r.score} ${r.counts}`).sort(),
    links.map((_, i) => `number ${i} ${1 + i % 5} true`).sort());
}

async function slowed(): Promise<void> {
  await withServer({}, async (server) => {
    const got: number[] = [];
    for (let i = 0; i < 130; i++)
      got.push((await fetch(`${server.url}/s/${"A".repeat(43)}`)).status);
    tally.is("who tries addresses is slowed down", got.slice(0, 100).every((n) => n === 404)
      && got.at(-1) === 429, got.join(" "));
  });
}

await withServer({}, async (server, owner) => {
  const s = await scene(server, owner);
  await things(s);
  await sending(s);
  await later(s);
  await chance(s);
  await killed(s);
  tally.same("as the document says", owner.faults.slice(0, 5), []);
});
await slowed();
// The way of one question on the other store too.
await withBothStores("surveys", async (server, owner) => {
  const s = await scene(server, owner);
  const made = await s.lead.client.post("/surveys", { name: "Csat", form: "csat", team: s.team,
    delay_minutes: 0, active: true });
  const one = await talk(s);
  tally.same("asked", (await looked(s, made.body.id, 1)).sent, 1);
  const link = await linkOf(s, one);
  tally.same("answered", (await send(link, { score: "1", comment: "감사" })).status, 200);
  tally.same("read", (await s.lead.client.get(`/surveys/${made.body.id}/answers`)).body.data
    .map((a: any) => [a.score, a.comment]), [[1, "감사"]]);
  tally.same("followed up", (await s.mate.client.get("/followups")).body.data.length, 1);
  tally.same("tried", (await s.lead.client.post(`/surveys/${made.body.id}/preview`, {})).status,
    200);
  tally.same("as the document says", owner.faults.slice(0, 5), []);
});
tally.end();
