// api_ready_test -- ready answers: written by those who may, found for a conversation in the
// contact's language, filled in, never sent unfilled, and counted with the part that used one. The
// same on PostgreSQL, where it is installed.
import { randomUUID } from "node:crypto";

import { Tally } from "./program.ts";
import { withBothStores, type Answer, type Client, type Person, type Server } from "./server.ts";

const tally = new Tally();

const status = (what: string, got: Answer, want: number): void =>
  tally.is(`${what}: ${want}`, got.status === want, `${got.status} ${got.text.slice(0, 400)}`);
const problem = (what: string, got: Answer, want: number, type: string): void =>
  tally.is(`${what}: ${want} ${type}`,
    got.status === want && got.body?.type === `/problems/${type}`,
    `${got.status} ${got.text.slice(0, 400)}`);
const places = (got: Answer): string[] =>
  (got.body?.errors ?? []).map((e: any) => `${e.pointer} ${e.code}`);
const match = (version: number | string): { headers: Record<string, string> } =>
  ({ headers: { "If-Match": version === "*" ? "*" : `"r${version}"` } });

interface Scene {
  readonly owner: Client;
  readonly team: string;
  readonly other: string;
  readonly mate: Person;
  readonly far: Person;
  readonly lead: Person;
  readonly admin: Person;
  refund: string;
  talk: string; // with a Korean contact
}

async function written(s: Scene): Promise<void> {
  const key = randomUUID();
  const ask = { headers: { "Idempotency-Key": key } };
  const body = {
    title: " Refund is on its way ", scope: "team", team: s.team,
    texts: {
      en: "Dear {{contact.name|customer}}, your refund for {{conversation.title}} is on its way.",
      ko: "{{contact.name|고객}}님, 환불이 진행 중입니다. {{teammate.name}} 드림",
    },
  };
  const made = await s.lead.client.post("/ready-answers", body, ask);
  status("a lead writes one of their team's", made, 201);
  s.refund = made.body.id;
  tally.same("as it is kept", { ...made.body, id: 0, created_at: 0, updated_at: 0, seq: 0 }, {
    id: 0, title: "Refund is on its way", scope: "team", team: s.team,
    texts: { ...body.texts, ar: null }, version: 1, used: 0, archived: false,
    owner: s.lead.id, created_at: 0, updated_at: 0, seq: 0 });
  tally.same("with its tag", made.headers.get("etag"), '"r1"');
  tally.same("the same key answers the same",
    (await s.lead.client.post("/ready-answers", body, ask)).text, made.text);
  status("a teammate writes their own", await s.mate.client.post("/ready-answers",
    { title: "Mine", texts: { en: "Best, {{teammate.name}} of {{workspace.name}}" } }), 201);
  problem("but none of the team's", await s.mate.client.post("/ready-answers", body), 403,
    "forbidden");
  problem("a lead of one team writes none of everyone's", await s.lead.client.post("/ready-answers",
    { title: "All", scope: "everyone", texts: { en: "x" } }), 403, "forbidden");
  status("an administrator does", await s.owner.post("/ready-answers",
    { title: "Opening hours", scope: "everyone",
      texts: { en: "We are open from 9.", ar: "نعمل من التاسعة. {{contact.phone}}" } }), 201);
  problem("nobody", await s.owner.as(null).post("/ready-answers", body), 401, "unauthenticated");
}

async function refused(s: Scene): Promise<void> {
  const rows: [string, unknown, string[]][] = [
    ["nothing", {}, ["/title missing", "/texts missing"]],
    ["no text", { title: "A", texts: {} }, ["/texts missing"]],
    ["a field that does not exist", { title: "A", texts: { en: "{{contact.shoe}}" } },
      ["/texts/en unknown_field"]],
    ["another language", { title: "A", texts: { en: "x", fr: "y" } },
      ["/texts/fr unknown_member"]],
    ["a team's without a team", { title: "A", texts: { en: "x" }, scope: "team" },
      ["/team missing"]],
    ["one's own with one", { title: "A", texts: { en: "x" }, team: s.team }, ["/team conflict"]],
    ["too long", { title: "A", texts: { ko: "x".repeat(16385) } }, ["/texts/ko too_long"]],
  ];
  for (const [what, body, faults] of rows) {
    const got = await s.mate.client.post("/ready-answers", body);
    tally.same(what, [got.status, places(got).sort()], [422, faults.sort()]);
  }
}

async function seen(s: Scene): Promise<void> {
  const titles = async (client: Client, query = ""): Promise<string[]> =>
    (await client.get(`/ready-answers?sort=title${query}`)).body.data.map((a: any) => a.title);
  tally.same("one's own, one's teams', everyone's", await titles(s.mate.client),
    ["Mine", "Opening hours", "Refund is on its way"]);
  tally.same("nobody else's own, no other team's", await titles(s.far.client), ["Opening hours"]);
  tally.same("an administrator sees no one's own either", await titles(s.owner),
    ["Opening hours", "Refund is on its way"]);
  tally.same("by words of the text", await titles(s.mate.client, "&q=환불이"),
    ["Refund is on its way"]);
  tally.same("in any order, of any case", await titles(s.mate.client, "&q=WAY%20refund"),
    ["Refund is on its way"]);
  tally.same("a sign that LIKE knows is a sign", await titles(s.mate.client, "&q=%25"), []);
  tally.same("filtered", await titles(s.mate.client, "&scope=own"), ["Mine"]);
  problem("another team's is not there", await s.far.client.get(`/ready-answers/${s.refund}`), 404,
    "not_found");
  status("one's own team's is", await s.mate.client.get(`/ready-answers/${s.refund}`), 200);
  problem("one that there is not", await s.mate.client.get("/ready-answers/ready_999"), 404,
    "not_found");
}

async function found(s: Scene): Promise<void> {
  const contact = (await s.owner.post("/contacts", { name: "김지우" })).body.id;
  const talk = await s.mate.client.post("/conversations", { team: s.team, contact,
    title: "Order 77", text: "안녕하세요, 환불은 언제 받을 수 있나요? 지난주에 신청했습니다." });
  s.talk = talk.body.id;
  const at = `/conversations/${s.talk}/ready-answers`;
  const all = await s.mate.client.get(at);
  tally.same("the contact's language", all.body.language, "ko");
  tally.same("those in it first, then by title", all.body.data.map((a: any) =>
    [a.title, a.language]), [["Refund is on its way", "ko"], ["Mine", "en"],
    ["Opening hours", "en"]]);
  tally.same("filled in, each field with where it came from", all.body.data[0], {
    id: s.refund, title: "Refund is on its way", scope: "team", team: s.team, version: 1,
    language: "ko", languages: ["en", "ko"],
    text: "김지우님, 환불이 진행 중입니다. Mina Park 드림",
    fields: [{ name: "contact.name", from: "value", text: "김지우" },
      { name: "teammate.name", from: "value", text: "Mina Park" }], missing: 0 });
  tally.same("typing narrows", (await s.mate.client.get(`${at}?q=open`)).body.data
    .map((a: any) => a.title), ["Opening hours"]);
  const bare = (await s.mate.client.post("/conversations",
    { team: s.team, text: "hello, where is my order and when will it come?" })).body.id;
  const about = (await s.mate.client.get(`/conversations/${bare}/ready-answers?q=refund`)).body;
  tally.same("nothing known: what was written for that, and what is missing stays",
    [about.language, about.data[0].text, about.data[0].missing],
    ["en", "Dear customer, your refund for {{conversation.title}} is on its way.", 1]);
  problem("a conversation of others", await s.far.client.get(at), 404, "not_found");
  problem("no more than is asked for", await s.mate.client.get(`${at}?sort=id`), 400,
    "unknown_parameter");
}

async function used(s: Scene): Promise<void> {
  const at = `/conversations/${s.talk}/parts`;
  const one = [{ id: s.refund, version: 1 }];
  const unfilled = await s.mate.client.post(at,
    { kind: "message", text: "Dear {{contact.name}}", ready_answers: one });
  tally.same("a field that is unfilled is not sent", [unfilled.status, places(unfilled)],
    [422, ["/ready_answers conflict"]]);
  const unknown = await s.mate.client.post(at,
    { kind: "message", text: "x", ready_answers: [{ id: "ready_999", version: 1 }] });
  tally.same("nor one that there is not", [unknown.status, places(unknown)],
    [422, ["/ready_answers/0/id not_found"]]);
  const count = async (): Promise<number> =>
    (await s.mate.client.get(`/ready-answers/${s.refund}`)).body.used;
  tally.same("not counted so", await count(), 0);
  const ask = { headers: { "Idempotency-Key": randomUUID() } };
  const body = { kind: "message", text: "김지우님, 환불이 진행 중입니다.",
    ready_answers: [...one, ...one] };
  status("sent", await s.mate.client.post(at, body, ask), 201);
  tally.same("counted with it, once for a part", await count(), 1);
  status("the same key again", await s.mate.client.post(at, body, ask), 201);
  tally.same("counts nothing", await count(), 1);
  status("in a note too", await s.mate.client.post(at,
    { kind: "note", text: "sent that", ready_answers: one }), 201);
  tally.same("two parts", await count(), 2);
  status("braces are words where no ready answer is used", await s.mate.client.post(at,
    { kind: "note", text: "{{contact.name}}" }), 201);
}

async function changed(s: Scene): Promise<void> {
  const at = `/ready-answers/${s.refund}`;
  problem("without the version it rests on", await s.lead.client.patch(at, { title: "X" }), 428,
    "precondition_required");
  problem("on an old one", await s.lead.client.patch(at, { title: "X" }, match(7)), 412,
    "version_mismatch");
  problem("a teammate changes none of the team's", await s.mate.client.patch(at, { title: "X" },
    match(1)), 403, "forbidden");
  const got = await s.lead.client.patch(at,
    { texts: { ko: null, ar: "استرداد {{contact.name|العميل}}" } }, match(1));
  status("changed", got, 200);
  tally.same("one text is gone, one came; a new version", [got.body.version, got.body.texts.ko,
    got.body.texts.en === null, got.body.texts.ar, got.headers.get("etag")],
    [2, null, false, "استرداد {{contact.name|العميل}}", '"r2"']);
  const versions = await s.mate.client.get(`${at}/versions`);
  tally.same("what it said is kept", versions.body.data.map((v: any) =>
    [v.version, v.by, v.texts.ko === null]), [[2, s.lead.id, true], [1, s.lead.id, false]]);
  const archived = await s.lead.client.patch(at, { archived: true }, match(2));
  tally.same("archived is no new version", [archived.status, archived.body.archived,
    archived.body.version], [200, true, 2]);
  tally.same("and is offered no more", (await s.mate.client.get(
    `/conversations/${s.talk}/ready-answers?q=refund`)).body.data, []);
  tally.same("but is found among those", (await s.mate.client.get(
    "/ready-answers?archived=true")).body.data.map((a: any) => a.id), [s.refund]);
  status("back", await s.lead.client.patch(at, { archived: false }, match("*")), 200);
  const empty = await s.lead.client.patch(at, { texts: { en: null, ar: null } }, match("*"));
  tally.same("one text stays", [empty.status, places(empty)], [422, ["/texts missing"]]);
  const changes = (await s.owner.get("/changes?limit=50")).body.data
    .filter((c: any) => c.kind === "other");
  tally.is("the change log has them", changes.some((c: any) =>
    c.team === s.team && c.after.text_ar === "استرداد {{contact.name|العميل}}"));
  tally.is("but no one's own", !JSON.stringify(changes).includes("Mine"));
}

// Filling in opens the contact: who may do that without an entry gets it so, and nobody else.
async function opened(s: Scene, text: string): Promise<void> {
  const talk = (await s.owner.get(`/conversations/${s.talk}`)).body;
  const looks = async (): Promise<number> =>
    (await s.owner.get("/audit-log?limit=200")).body.data
      .filter((entry: any) => entry.action === "contact.opened").length;
  const before = await looks();
  status("whoever serves opens it", await s.mate.client.get(`/contacts/${talk.contact}`), 200);
  await s.mate.client.get(`/conversations/${s.talk}/ready-answers`);
  tally.same("no entry for the one, none for the other", await looks(), before);
  status("an administrator opens it", await s.admin.client.get(`/contacts/${talk.contact}`), 200);
  tally.same("and leaves an entry", await looks(), before + 1);
  const tried = await s.admin.client.post("/ready-answers/preview",
    { text, conversation: s.talk });
  const found = await s.admin.client.get(`/conversations/${s.talk}/ready-answers`);
  tally.same("a ready answer opens nothing for them",
    [tried.status, found.status, tried.text.includes("김지우"), found.text.includes("김지우")],
    [403, 403, false, false]);
  tally.same("and leaves none", await looks(), before + 1);
}

async function tried(s: Scene): Promise<void> {
  const text = "{{contact.name|you}} {{team.name}} {{contact.shoe}}";
  const known = await s.mate.client.post("/ready-answers/preview", { text });
  tally.same("from an example", [known.status, known.body.text, known.body.missing,
    known.body.faults], [200, "Noor Example Orders {{contact.shoe}}", 1, ["contact.shoe"]]);
  const none = await s.mate.client.post("/ready-answers/preview", { text, known: false });
  tally.same("of whom nothing is known", none.body.text, "you {{team.name}} {{contact.shoe}}");
  const real = await s.mate.client.post("/ready-answers/preview", { text, conversation: s.talk });
  tally.same("from a conversation", real.body.text, "김지우 First line {{contact.shoe}}");
  problem("of others", await s.far.client.post("/ready-answers/preview",
    { text, conversation: s.talk }), 404, "not_found");
  await opened(s, text);
  const empty = await s.mate.client.post("/ready-answers/preview", { text: "" });
  tally.same("nothing", [empty.status, places(empty)], [422, ["/text too_short"]]);
}

async function work(server: Server, owner: Client): Promise<void> {
  const team = (await owner.post("/teams", { name: "First line" })).body.id;
  const other = (await owner.post("/teams", { name: "Second line" })).body.id;
  const memberships = [{ team }];
  const s: Scene = {
    owner, team, other, refund: "", talk: "",
    mate: await server.person(owner, { name: "Mina Park", memberships }),
    far: await server.person(owner, { name: "Far Away", memberships: [{ team: other }] }),
    admin: await server.person(owner, { name: "Ad Min", roles: ["admin"], memberships: [] }),
    lead: await server.person(owner, { name: "Lea Der", roles: ["teammate", "lead"],
      memberships }),
  };
  for (const part of [written, refused, seen, found, used, changed, tried]) await part(s);
  for (const who of [owner, s.mate.client, s.far.client, s.lead.client])
    tally.same("as the document says", who.faults, []);
}

await withBothStores("ready", work);
tally.end();
