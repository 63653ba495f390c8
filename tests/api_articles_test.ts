// api_articles_test -- articles from the draft to the reader and back to the owner: texts with
// versions in three languages, what publishing shows and to whom, where one is sent, and that three
// conversations that it did not help ask its owner to look, once.
import { Tally } from "./program.ts";
import { browser, Client, withBothStores, withServer, type Answer, type Person, type Server }
  from "./server.ts";

const tally = new Tally();
const WAIT_MS = 20_000;
const any = { headers: { "If-Match": "*" } };

const status = (what: string, got: Answer, want: number): void =>
  tally.is(`${what}: ${want}`, got.status === want, `${got.status} ${got.text.slice(0, 300)}`);
const problem = (what: string, got: Answer, want: number, type: string): void =>
  tally.is(`${what}: ${want} ${type}`,
    got.status === want && got.body?.type === `/problems/${type}`,
    `${got.status} ${got.text.slice(0, 300)}`);
const places = (got: Answer): string[] =>
  (got.body?.errors ?? []).map((e: any) => `${e.pointer} ${e.code}`).sort();

interface Scene {
  readonly server: Server; readonly owner: Client; readonly team: string;
  readonly mate: Person; readonly other: Person; readonly lead: Person; readonly far: Person;
}

async function scene(server: Server, owner: Client): Promise<Scene> {
  const team = (await owner.post("/teams", { name: "Orders" })).body.id as string;
  const second = (await owner.post("/teams", { name: "Billing" })).body.id as string;
  const at = (id: string) => [{ team: id, level: "primary" }];
  return { server, owner, team,
    mate: await server.person(owner, { name: "Mina Park", memberships: at(team) }),
    other: await server.person(owner, { name: "Otto Ober", memberships: at(team) }),
    lead: await server.person(owner, { name: "Lead One", roles: ["lead"], memberships: at(team) }),
    far: await server.person(owner, { name: "Far Away", memberships: at(second) }) };
}

let contacts = 0;
/** A conversation that is answered with these articles and closed. */
async function talk(s: Scene, articles: readonly string[]): Promise<string> {
  const contact = await s.lead.client.post("/contacts", { name: `Kim ${++contacts}`,
    email: `kim${contacts}@example.net`, language: "en" });
  status("a contact", contact, 201);
  const made = await s.mate.client.post("/conversations", { team: s.team, title: "An order",
    text: "where is it", contact: contact.body.id });
  status("a conversation", made, 201);
  const id = made.body.id as string;
  status("an answer", await s.mate.client.post(`/conversations/${id}/parts`,
    { kind: "message", text: "please read this", articles }), 201);
  status("closed", await s.lead.client.post(`/conversations/${id}/close`, {}), 200);
  return id;
}

const reopen = async (s: Scene, id: string): Promise<void> =>
  status("opened again", await s.mate.client.post(`/conversations/${id}/reopen`, {}), 200);

async function until<T>(read: () => Promise<T>, is: (got: T) => boolean): Promise<T> {
  let got = await read();
  for (const end = Date.now() + WAIT_MS; !is(got) && Date.now() < end;) {
    await new Promise((resolve) => setTimeout(resolve, 200));
    got = await read();
  }
  return got;
}

async function reader(s: Scene, path: string, headers: Record<string, string> = {}) {
  const got = await fetch(`${s.server.url}${path}`, { headers });
  return { status: got.status, text: await got.text(), headers: got.headers };
}

// ---- from the draft to the reader

async function written(s: Scene): Promise<string> {
  const made = await s.mate.client.post("/articles", { public: true, review_on: "2026-12-01",
    texts: { en: { title: " Where is my parcel? ",
      body: "Open **Orders**.\n\n1. Choose it\n2. Track" } } });
  status("made", made, 201);
  const id = made.body.id as string;
  tally.same("as said, and the writer's own", [made.body.state, made.body.title,
    made.body.owner, made.body.public, made.body.review_on, made.body.languages, made.body.uses],
  ["draft", "Where is my parcel?", s.mate.id, true, "2026-12-01", ["en"], 0]);
  tally.same("its first version", made.body.texts.map((x: any) =>
    [x.language, x.version, x.published]), [["en", 1, null]]);
  const got = await s.other.client.get(`/articles/${id}`);
  status("colleagues read it", got, 200);
  problem("who does not own it does not change it",
    await s.other.client.patch(`/articles/${id}`, { public: false }, any), 403, "forbidden");
  problem("its owner does not publish it",
    await s.mate.client.post(`/articles/${id}/publish`, {}, any), 403, "forbidden");
  problem("a change says what it was begun on",
    await s.mate.client.patch(`/articles/${id}`, { public: true }), 428, "precondition_required");
  const etag = got.headers.get("etag")!;
  const more = await s.mate.client.patch(`/articles/${id}`, { texts: {
    ko: { title: "택배는 어디에 있나요?", body: "**주문**을 열어 배송 조회를 누르세요." },
    ar: { title: "أين طردي؟", body: "افتح **الطلبات** واختر التتبع." } } },
  { headers: { "If-Match": etag } });
  status("two more languages", more, 200);
  tally.same("three languages", more.body.languages, ["en", "ko", "ar"]);
  problem("an old ETag", await s.mate.client.patch(`/articles/${id}`, { public: true },
    { headers: { "If-Match": etag } }), 412, "version_mismatch");
  return id;
}

async function refused(s: Scene, id: string): Promise<void> {
  const none = await s.mate.client.post("/articles", { texts: {} });
  problem("no text", none, 422, "invalid_value");
  const bad = await s.mate.client.post("/articles", { owner: "tm_999999",
    texts: { en: { title: "", body: "x" }, de: {} } });
  problem("no title, no such language", bad, 422, "invalid_value");
  tally.same("named", places(bad), ["/texts/de unknown_member"]);
  problem("no such owner", await s.mate.client.post("/articles", { owner: "tm_999999",
    texts: { en: { title: "a", body: "b" } } }), 422, "invalid_value");
  problem("the last text stays", await s.mate.client.patch(`/articles/${id}`,
    { texts: { en: null, ko: null, ar: null } }, any), 422, "invalid_value");
  problem("none such", await s.mate.client.get("/articles/art_999999"), 404, "not_found");
  problem("in no language it has not", await s.lead.client.post("/articles/art_999999/publish", {},
    any), 404, "not_found");
}

async function versions(s: Scene, id: string): Promise<void> {
  const first = await s.mate.client.patch(`/articles/${id}`,
    { texts: { en: { body: "Open **Orders**, then *Track*." } } }, any);
  status("rewritten", first, 200);
  const list = await s.other.client.get(`/articles/${id}/versions?language=en&sort=version`);
  tally.same("what it said before", list.body.data.map((v: any) => [v.version, v.by, v.title]),
    [[1, s.mate.id, "Where is my parcel?"], [2, s.mate.id, "Where is my parcel?"]]);
  const same = await s.mate.client.patch(`/articles/${id}`,
    { texts: { en: { title: "Where is my parcel?" } } }, any);
  tally.same("the same is no version", same.body.texts[0].version, 2);
  const preview = await s.other.client.get(`/articles/${id}/preview?language=ko`);
  tally.is("how it would look", preview.status === 200
    && preview.text.includes("<strong>주문</strong>") 
    && preview.text.includes('lang="ko"'), preview.text.slice(0, 400));
  status("the first language it has", await s.other.client.get(`/articles/${id}/preview`), 200);
}

async function published(s: Scene, id: string): Promise<void> {
  tally.same("nobody sees a draft", (await reader(s, `/support/en/${id}`)).status, 404);
  tally.same("nor finds it", (await s.mate.client.get("/article-pages?q=parcel")).body.data, []);
  problem("in a language it has not", await s.lead.client.post(`/articles/${id}/publish`,
    { languages: ["en", "fr"] }, any), 422, "invalid_value");
  const shown = await s.lead.client.post(`/articles/${id}/publish`, {}, any);
  status("published", shown, 200);
  tally.same("in all its languages", shown.body.texts.map((x: any) =>
    [x.language, x.published.version]), [["en", 2], ["ko", 1], ["ar", 1]]);
  const found = await s.mate.client.get("/article-pages?q=parcel");
  tally.same("found, with its words and its address", found.body.data.map((p: any) =>
    [p.article, p.language, p.plain.trim(), p.link.endsWith(`/support/en/${id}`)]),
  [[id, "en", "Open Orders, then Track.", true]]);
  for (const [q, language] of [["배송", "ko"], ["택배", "ko"], ["طردي", "ar"], ["الطلبات", "ar"]])
    tally.same(`found by ${q}`, (await s.mate.client.get(
      `/article-pages?q=${encodeURIComponent(q!)}&language=${language}`)).body.data
      .map((p: any) => p.article), [id]);
  await s.mate.client.patch(`/articles/${id}`,
    { texts: { en: { body: "A secret draft." } } }, any);
  tally.same("a later draft is not found", (await s.mate.client.get("/article-pages?q=secret"))
    .body.data, []);
  tally.is("nor read", !(await reader(s, `/support/en/${id}`)).text.includes("secret"));
  tally.same("in the room it is", (await s.mate.client.get("/articles?q=secret")).body.data
    .map((a: any) => a.id), [id]);
  const fewer = await s.lead.client.post(`/articles/${id}/publish`, { languages: ["ko"] }, any);
  tally.same("in one language alone", fewer.body.texts.map((x: any) => x.published !== null),
    [false, true, false]);
  tally.same("another one says where it is", (await reader(s, `/support/en/${id}`)).status, 404);
  status("archived", await s.lead.client.post(`/articles/${id}/archive`, {}, any), 200);
  problem("once", await s.lead.client.post(`/articles/${id}/archive`, {}, any), 409, "conflict");
  tally.same("gone", (await reader(s, `/support/ko/${id}`)).status, 404);
  status("and back", await s.lead.client.post(`/articles/${id}/publish`, {}, any), 200);
}

// ---- what anybody reads

async function pages(s: Scene, id: string): Promise<void> {
  const page = await reader(s, `/support/ar/${id}`);
  tally.is("from right to left, without script", page.status === 200
    && page.text.includes('<html lang="ar" dir="rtl">') && !page.text.includes("<script"),
  page.text.slice(0, 300));
  tally.is("a policy that allows nothing else", page.headers.get("content-security-policy")
    === "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; "
      + "frame-ancestors 'none'", page.headers.get("content-security-policy") ?? "");
  const tag = page.headers.get("etag")!;
  const again = await reader(s, `/support/ar/${id}`, { "If-None-Match": tag });
  tally.same("who has it gets nothing anew", [again.status, again.text], [304, ""]);
  tally.is("and asks", (page.headers.get("cache-control") ?? "").includes("no-cache"));
  const hostile = await s.lead.client.post("/articles", { public: true, texts: { en: {
    title: "<img src=x onerror=alert(1)>",
    body: "<script>alert(1)</script> [a](javascript:alert(1)) [b](//evil.example/) \"'><b>",
  } } });
  status("a hostile text is a text", hostile, 201);
  await s.lead.client.post(`/articles/${hostile.body.id}/publish`, {}, any);
  const bad = await reader(s, `/support/en/${hostile.body.id}`);
  const harm = /<script|<img|javascript:alert\(1\)"|href="\/\/evil/;
  tally.is("and harmless", bad.status === 200 && !harm.test(bad.text)
    && bad.text.includes("&lt;img src=x"), bad.text.slice(0, 900));
  const search = await reader(s, `/support/ko?q=${encodeURIComponent("배송")}`);
  tally.is("searched", search.text.includes(`/support/ko/${id}`), search.text.slice(0, 600));
  const echo = await reader(s, `/support/en?q=${encodeURIComponent("\"><script>x")}`);
  tally.is("what was searched is escaped", !echo.text.includes("<script"), "");
  const start = await reader(s, "/support", { "Accept-Language": "ko-KR" });
  tally.is("in the browser's language", start.text.includes('<html lang="ko"'), "");
  for (const path of ["/support/de", "/support/en/", "/support/en/art_0", "/support/en/x",
    "/support/en/art_999999", "/supportive"])
    tally.is(`${path} is no article`, [200, 404].includes((await reader(s, path)).status));
  tally.same("nothing is written there", (await fetch(`${s.server.url}/support/en`,
    { method: "POST" })).status, 405);
  const inside = await s.lead.client.post("/articles", { texts: {
    en: { title: "How we refund", body: "For the team alone: refundable." } } });
  await s.lead.client.post(`/articles/${inside.body.id}/publish`, {}, any);
  tally.same("what is for the team is not shown", (await reader(s, `/support/en/${inside.body.id}`))
    .status, 404);
  tally.is("nor found", !(await reader(s, "/support/en?q=refundable")).text
    .includes(inside.body.id));
  const own = await s.mate.client.get("/article-pages?q=refundable");
  tally.same("a colleague finds it, without an address", own.body.data.map((p: any) => p.link),
    [null]);
}

// ---- where it did not help

async function flagged(s: Scene, id: string): Promise<void> {
  problem("an article that is not there", await s.mate.client.post(
    `/conversations/${await talk(s, [])}/parts`, { kind: "note", text: "x",
      articles: ["art_999999"] }), 422, "invalid_value");
  const talks = [await talk(s, [id]), await talk(s, [id]), await talk(s, [id])];
  const got = await s.mate.client.get(`/articles/${id}`);
  tally.same("counted", [got.body.uses, got.body.review], [3, null]);
  const uses = await s.mate.client.get(`/articles/${id}/uses`);
  tally.same("where", uses.body.data.map((u: any) => [u.conversation, u.teammate, u.reopened]),
    [...talks].reverse().map((one) => [one, s.mate.id, false]));
  tally.same("of one's own teams alone", (await s.far.client.get(`/articles/${id}/uses`)).body.data,
    []);
  await reopen(s, talks[0]!);
  await reopen(s, talks[1]!);
  const two = await until(() => s.mate.client.get(`/articles/${id}/uses`),
    (a) => a.body.data.filter((u: any) => u.reopened).length === 2);
  tally.same("two are noted", two.body.data.filter((u: any) => u.reopened).length, 2);
  const early = await s.mate.client.get("/article-reviews");
  tally.same("and nobody is asked yet", early.body.data, []);
  await reopen(s, talks[2]!);
  const open = await until(() => s.mate.client.get("/article-reviews?state=open"),
    (a) => a.body.data.length > 0);
  tally.same("the third asks its owner, with the cases", open.body.data.map((r: any) =>
    [r.article, r.owner, r.state, r.cases.map((c: any) => [c.conversation, c.kind]).sort()]),
  [[id, s.mate.id, "open", talks.map((one) => [one, "reopened"]).sort()]]);
  const review = open.body.data[0].id as string;
  tally.same("it is marked", (await s.mate.client.get("/articles?flagged=true")).body.data
    .map((a: any) => [a.id, a.review]), [[id, review]]);
  const fourth = await talk(s, [id]);
  await reopen(s, fourth);
  const more = await until(() => s.mate.client.get("/article-reviews"),
    (a) => a.body.data[0]?.cases.length === 4);
  tally.same("a further one joins it", [more.body.data.length, more.body.data[0].cases.length],
    [1, 4]);
  problem("somebody else does not close it", await s.other.client.post(
    `/article-reviews/${review}/close`, {}), 403, "forbidden");
  const done = await s.mate.client.post(`/article-reviews/${review}/close`,
    { note: "It named an old button." });
  tally.same("its owner does", [done.status, done.body.state, done.body.done_by],
    [200, "done", s.mate.id]);
  problem("once", await s.mate.client.post(`/article-reviews/${review}/close`, {}), 409,
    "conflict");
}

async function scored(s: Scene, id: string): Promise<void> {
  const before = await s.owner.get("/knowledge-settings");
  tally.same("three in fourteen days, if nothing is set",
    [before.body.cases, before.body.days, before.body.help_link.endsWith("/support")],
    [3, 14, true]);
  problem("a teammate does not set that", await s.mate.client.put("/knowledge-settings",
    { cases: 1, days: 1 }), 403, "forbidden");
  problem("within bounds", await s.owner.put("/knowledge-settings", { cases: 0, days: 91 }), 422,
    "invalid_value");
  status("set", await s.owner.put("/knowledge-settings", { cases: 1, days: 7 }), 200);
  const token = (await s.owner.as(null).post("/tokens", { name: "shop", kind: "integration",
    scopes: ["read", "work"], teams: [s.team] },
  { headers: browser(s.server.cookie) })).body?.secret as string;
  status("a survey", await s.lead.client.post("/surveys", { name: "Csat", form: "csat",
    team: s.team, delay_minutes: 0, active: true }), 201);
  const one = await talk(s, [id]);
  const link = await until(() => s.owner.as(token).post(`/conversations/${one}/survey/link`),
    (a) => a.status === 200);
  status("asked", link, 200);
  await fetch(link.body.link, { method: "POST", redirect: "manual",
    headers: { "Content-Type": "application/x-www-form-urlencoded" }, body: "score=1" });
  const open = await until(() => s.mate.client.get("/article-reviews?state=open"),
    (a) => a.body.data.length > 0);
  tally.same("a low score is a case", open.body.data[0]?.cases
    .filter((c: any) => c.kind === "low_score").map((c: any) => [c.conversation, c.score]),
  [[one, 1]]);
}

/** Who published, put back and took away stands in the audit log, with versions and no text. */
async function audited(s: Scene): Promise<void> {
  const made = await s.mate.client.post("/articles",
    { texts: { en: { title: "Old", body: "a" } } });
  const id = made.body.id as string;
  const say = async (body: string): Promise<void> => status(`it says ${body}`,
    await s.mate.client.patch(`/articles/${id}`, { texts: { en: { body } } }, any), 200);
  await say("b");
  status("published", await s.lead.client.post(`/articles/${id}/publish`, {}, any), 200);
  await say("a");
  status("again", await s.lead.client.post(`/articles/${id}/publish`, {}, any), 200);
  status("archived", await s.lead.client.post(`/articles/${id}/archive`, undefined, any), 200);
  const log = await s.owner.get("/audit-log?limit=200&sort=-id");
  tally.same("the audit log", log.body.data.filter((e: any) => e.object === id)
    .map((e: any) => [e.action, e.by.teammate, e.details]).reverse(),
  [["article.published", s.lead.id, { en: 2, public: false }],
    ["article.restored", s.mate.id, { en: 1 }],
    ["article.published", s.lead.id, { en: 3, public: false }],
    ["article.archived", s.lead.id, {}]]);
}

/** Many articles in many conversations, some of which open again: those that are flagged are those
 * that a sum over what was done names, and no others. */
async function summed(s: Scene): Promise<void> {
  const cases = 2;
  status("set", await s.owner.put("/knowledge-settings", { cases, days: 14 }), 200);
  const ids: string[] = [];
  for (const title of ["P", "Q", "R", "S"])
    ids.push((await s.mate.client.post("/articles", { texts: { en: { title, body: title } } }))
      .body.id);
  const [p, q, r, last] = ids as [string, string, string, string];
  // What is sent in each conversation, and how often that is opened again.
  const done: [string[], number][] =
    [[[p, q], 1], [[p], 0], [[q, r], 2], [[r], 0], [[p, r], 0], [[last], 1], [[last], 1]];
  for (const [sent, times] of done) {
    const one = await talk(s, sent);
    for (let i = 0; i < times; i++) {
      await reopen(s, one);
      if (i + 1 < times) await s.lead.client.post(`/conversations/${one}/close`, {});
    }
  }
  const counts = new Map(ids.map((id) => [id,
    done.filter(([sent, times]) => times > 0 && sent.includes(id)).length]));
  const want = ids.filter((id) => counts.get(id)! >= cases).sort();
  const flagged = async (): Promise<string[]> => (await s.mate.client.get(
    "/articles?flagged=true&limit=100")).body.data.map((a: any) => a.id)
    .filter((id: string) => ids.includes(id)).sort();
  // Cases are found in their order: the last one says that all were looked at.
  const got = await until(flagged, (now) => now.includes(last));
  tally.same("as the sum says", got, want);
  tally.same("which tells them apart", want, [q, last].sort());
  const reviews = (await s.mate.client.get("/article-reviews?state=open&limit=100")).body.data;
  tally.same("with its conversations, each once or as often as it was opened",
    reviews.filter((one: any) => one.article === q)
      .map((one: any) => new Set(one.cases.map((c: any) => c.conversation)).size),
    [counts.get(q)]);
}

async function lists(s: Scene, id: string): Promise<void> {
  const ids = async (query: string): Promise<string[]> =>
    (await s.mate.client.get(`/articles?${query}`)).body.data.map((a: any) => a.id);
  tally.is("by owner", (await ids(`owner=${s.mate.id}`)).join() === id);
  tally.is("by state", (await ids("state=published")).includes(id));
  tally.is("by language", (await ids("language.has=ar")).join() === id);
  tally.is("due", (await ids("review_on.lte=2026-12-01")).join() === id
    && (await ids("review_on.lte=2026-11-30")).length === 0);
  tally.is("by words of a draft", (await ids("q=secret")).includes(id));
}

// ---- found, and in which order: beside a plain computation over the same texts

const SPOKEN = ["en", "ko", "ar"] as const;
const VOCABULARY = {
  en: ["parcel", "Parcels", "refund", "invoice", "kettle", "address", "100%", "a_b"],
  ko: ["주문", "택배", "환불", "청구", "계정", "주소"],
  ar: ["طرد", "حساب", "عنوان", "مرور", "شحن", "سعر"],
} as const;
const SHARED = "a113"; // a word of all three
const NO_LETTER = /[^\p{L}\p{N}]+/u;

interface Page {
  readonly article: string; readonly language: string; readonly title: string;
  readonly body: string; readonly isPublic: boolean; readonly at: number;
}

/** Numbers that repeat. */
function* dice(): Generator<number, never> {
  for (let x = 7; ;) {
    x = (Math.imul(x, 1103515245) + 12345) >>> 0;
    yield x >>> 16;
  }
}

/** What is there already is taken away, as it holds the same words. */
async function library(s: Scene): Promise<Page[]> {
  for (const { id } of (await s.mate.client.get("/articles?limit=500")).body.data)
    await s.lead.client.post(`/articles/${id}/archive`, {}, any);
  const roll = dice();
  const words = (language: (typeof SPOKEN)[number], n: number): string => {
    const of = [...VOCABULARY[language], SHARED];
    return Array.from({ length: n }, () => of[roll.next().value % of.length]).join(" ");
  };
  const pages: Page[] = [];
  for (let i = 0; i < 40; i++) {
    const texts = Object.fromEntries(SPOKEN.map((language) =>
      [language, { title: words(language, 2), body: words(language, 3) }]));
    const isPublic = i % 3 !== 0;
    const made = await s.lead.client.post("/articles", { public: isPublic, texts });
    status("an article", made, 201);
    const article = made.body.id as string;
    status("published", await s.lead.client.post(`/articles/${article}/publish`, {}, any), 200);
    for (const language of SPOKEN)
      pages.push({ article, language, isPublic, at: pages.length, ...texts[language]! });
  }
  for (let i = 1; i <= 4; i++)
    await talk(s, [...new Set(pages.map(({ article }) => article))].filter((_, k) => k % 7 < i)
      .slice(0, 10));
  return pages;
}

/** Every word begins one of the page's; of a script without blanks it is in one. */
function holds({ title, body, language }: Page, q: string): boolean {
  const split = (text: string) => text.toLowerCase().split(NO_LETTER).filter((w) => w !== "");
  const kept = split(`${title} ${body}`);
  return split(q).every((word) =>
    kept.some((one) => (language === "ko" ? one.includes(word) : one.startsWith(word))));
}

async function ordered(s: Scene): Promise<void> {
  const pages = await library(s);
  const list = (await s.mate.client.get("/articles?limit=500")).body.data;
  const uses = new Map<string, number>(list.map((a: any) => [a.id, a.uses]));
  tally.is("some were sent, not all as often", new Set(uses.values()).size >= 3, [...uses]);
  const plain = (q: string, of: (page: Page) => boolean, limit: number): string[] => {
    const says = ({ title }: Page) => title.toLowerCase().includes(q.toLowerCase());
    const rank = (p: Page) => [says(p) ? 0 : 1, -(uses.get(p.article) ?? 0), -p.at];
    return pages.filter((page) => of(page) && holds(page, q))
      .map((page) => ({ page, by: rank(page) }))
      .sort((a, b) => a.by[0]! - b.by[0]! || a.by[1]! - b.by[1]! || a.by[2]! - b.by[2]!)
      .slice(0, limit).map(({ page }) => `${page.article} ${page.language}`);
  };
  const roll = dice();
  const wrong: unknown[] = [];
  let asked = 0;
  let found = 0;
  for (const language of [...SPOKEN, null])
    for (let i = 0; i < 40; i++) {
      const of = language === null ? [SHARED, "invoic", "parc"] : [...VOCABULARY[language], SHARED];
      const word = () => of[roll.next().value % of.length] ?? SHARED;
      const q = i % 3 === 0 ? `${word()} ${word()}` : word();
      const limit = 1 + (roll.next().value % 20);
      const where = language === null ? "" : `&language=${language}`;
      const got = (await s.mate.client.get(
        `/article-pages?q=${encodeURIComponent(q)}${where}&limit=${limit}`)).body.data
        .map((page: any) => `${page.article} ${page.language}`);
      const want = plain(q, (page) => language === null || page.language === language, limit);
      asked++;
      found += want.length;
      if (got.join() !== want.join()) wrong.push({ q, language, limit, got, want });
      if (language === null || i % 2 === 1) continue;
      const html = (await reader(s, `/support/${language}?q=${encodeURIComponent(q)}`)).text;
      const shown = [...html.matchAll(/href="\/support\/\w\w\/(art_\d+)"/g)].map((m) => m[1]);
      const open = plain(q, (page) => page.language === language && page.isPublic, 20)
        .map((one) => one.split(" ")[0]);
      if (shown.join() !== open.join()) wrong.push({ help: q, language, shown, open });
    }
  tally.same("as a plain computation finds and orders them", wrong.slice(0, 3), []);
  tally.is("of many questions", asked === 160 && found > 500, { asked, found });
}

await withServer({}, async (server, owner) => {
  const s = await scene(server, owner);
  const id = await written(s);
  await refused(s, id);
  await versions(s, id);
  await published(s, id);
  await lists(s, id);
  await pages(s, id);
  await flagged(s, id);
  await scored(s, id);
  await audited(s);
  await summed(s);
  tally.same("as the document says", owner.faults.slice(0, 5), []);
});
await withBothStores("articles", async (server, owner) => {
  const s = await scene(server, owner);
  const id = await written(s);
  await versions(s, id);
  await published(s, id);
  await lists(s, id);
  const one = await talk(s, [id]);
  tally.same("sent", (await s.mate.client.get(`/articles/${id}/uses`)).body.data.length, 1);
  status("set", await s.owner.put("/knowledge-settings", { cases: 1, days: 7 }), 200);
  await reopen(s, one);
  tally.same("asked", (await until(() => s.mate.client.get("/article-reviews"),
    (a) => a.body.data.length > 0)).body.data.length, 1);
  await ordered(s);
  tally.same("as the document says", owner.faults.slice(0, 5), []);
});
tally.end();
