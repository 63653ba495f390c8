// api_trends_test -- what goes on in charts: verdicts found by themselves from a past that was
// brought along, annotations, stories, new limits, the watch list, what is withdrawn, and who may
// do which.
import { join } from "node:path";

import { figuresReady, lateLines, noise } from "./past.ts";
import { inFolderAsync, run, Tally } from "./program.ts";
import { type Answer, browser, type Client, type Person, Server } from "./server.ts";

const tally = new Tally();
const DAY_MS = 86_400_000;
const DAYS = 130;
const SHIFT_DAYS = 24; // so many of them are quicker, and busier
const BLIPS = [70, 77, 84]; // days, from the first, on which one team is slower, and only then

interface Cast {
  readonly server: Server;
  readonly owner: Client;
  readonly billing: string;
  readonly returns: string;
  readonly claims: string;
  readonly parcels: string;
  readonly lead: Person; // of billing
  readonly mina: Person; // serves billing
  readonly paul: Person; // serves returns, alone
  readonly vera: Person; // serves claims, alone
  readonly boss: Person; // manages every team
}

const sleep = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));
const number = (id: string): number => Number(id.split("_")[1]);
const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
const TODAY = Math.floor(Date.now() / DAY_MS) * DAY_MS;

/** Until it is so, or half a minute has gone by. */
async function until(ask: () => Promise<Answer>, is: (answer: Answer) => boolean):
Promise<Answer> {
  let answer = await ask();
  for (let i = 0; i < 300 && !is(answer); i++) {
    await sleep(100);
    answer = await ask();
  }
  return answer;
}

/** Conversations of before: from one day on one team answers sooner, and hears more of invoices;
 * the second answers later, and the third sooner, from some days earlier on. What is about parcels
 * has no tag. */
function past(teams: readonly number[], replier: number): string {
  const random = noise(7);
  const at = new Date(Date.now() + 1000).toISOString();
  const lines: string[] = [];
  for (let d = 0; d < DAYS; d++) {
    const day = TODAY - (DAYS - d) * DAY_MS;
    for (const team of teams) {
      const isLast = d >= DAYS - SHIFT_DAYS - (team === teams[2] ? 6 : 0);
      const isLate = team === teams[0] && isLast;
      const usual = !isLast ? 40 : team === teams[1] ? 75 : 22;
      const count = 24 + Math.floor(random() * 13) + (isLate ? 22 : 0);
      for (let i = 0; i < count; i++) {
        const started = day + (8 * 60 + i * 9) * 60_000;
        const wait = Math.exp(Math.log(usual) + (random() + random() - 1) * 0.9);
        const replied = started + Math.round(wait * 60_000);
        const topic = isLate && i < 24 ? "invoice" : ["order", "invoice", "parcel"][i % 3];
        lines.push(JSON.stringify({ at, cmd: "history.note_conversation", import: 1,
          item: lines.length + 1, channel: "email", team, replier, contact: lines.length + 1,
          started: new Date(started).toISOString(), replied: new Date(replied).toISOString(),
          closed: new Date(replied + 600_000).toISOString(),
          solved: new Date(replied + 600_000).toISOString(),
          tags: topic === "parcel" ? [] : [topic] }));
      }
    }
  }
  return `${lines.join("\n")}\n`;
}

/** Conversations of before of a team that is slower now and then. */
function blips(team: number, replier: number): string {
  const random = noise(13);
  const at = new Date(Date.now() + 1000).toISOString();
  const lines: string[] = [];
  for (let d = 0; d < 100; d++)
    for (let i = 0; i < 30; i++) {
      const started = TODAY - (100 - d) * DAY_MS + (8 * 60 + i * 9) * 60_000;
      const usual = BLIPS.includes(d) ? 90 : 40;
      const wait = Math.exp(Math.log(usual) + (random() + random() - 1) * 0.9) * 60_000;
      const closed = new Date(Math.round(started + wait + 600_000)).toISOString();
      lines.push(JSON.stringify({ at, cmd: "history.note_conversation", import: 3,
        item: lines.length + 1, channel: "email", team, replier, contact: 200_000 + lines.length,
        started: new Date(started).toISOString(),
        replied: new Date(Math.round(started + wait)).toISOString(), closed, solved: closed,
        tags: ["parcel"] }));
    }
  return `${lines.join("\n")}\n`;
}

async function cast(server: Server): Promise<Cast> {
  const owner = await server.owner();
  const billing = (await owner.post("/teams", { name: "Billing" })).body.id as string;
  const returns = (await owner.post("/teams", { name: "Returns" })).body.id as string;
  const claims = (await owner.post("/teams", { name: "Claims" })).body.id as string;
  const parcels = (await owner.post("/teams", { name: "Parcels" })).body.id as string;
  const memberships = [{ team: billing }];
  const lead = await server.person(owner, { name: "Lena", roles: ["teammate", "lead"],
    memberships });
  const mina = await server.person(owner, { name: "Mina", memberships });
  for (const name of ["Ada", "Bert", "Cleo"])
    await server.person(owner, { name, memberships });
  const paul = await server.person(owner, { name: "Paul", memberships: [{ team: returns }] });
  const vera = await server.person(owner, { name: "Vera", memberships: [{ team: claims }] });
  const boss = await server.person(owner, { name: "Bo", roles: ["manager"] });
  return { server, owner, billing, returns, claims, parcels, lead, mina, paul, vera, boss };
}

const series = (c: Cast, who: Client, metric: string, more = ""): Promise<Answer> =>
  who.get(`/trends/series?metric=${metric}&team=${c.billing}${more}`);

// ---- found by itself

async function found(c: Cast): Promise<any> {
  const list = await until(() => c.lead.client.get(`/trends?team=${c.billing}`),
    (a) => a.body.data.some((t: any) => t.state === "shift" || t.state === "further_shift"));
  const quick = list.body.data.find((t: any) => t.metric === "first_response_time@1" &&
    t.cadence === "daily");
  tally.same("answers come sooner", [quick?.state.endsWith("shift"), quick?.direction],
    [true, "better"]);
  tally.is("loudest first", list.body.data[0].state.endsWith("shift"), list.body.data[0]);
  tally.is("a budget is kept", list.body.budget.charts > 0 && list.body.budget.expected > 0,
    list.body.budget);
  const got = await series(c, c.lead.client, "first_response_time");
  const chart = got.body;
  tally.same("the chart", [got.status, chart.unit, chart.desired, chart.direction],
    [200, "seconds", "down", "better"]);
  tally.is("every whole day but the first", chart.points.length >= DAYS - 2, chart.points.length);
  const shift = chart.verdicts.find((v: any) => v.kind === "shift");
  tally.is("it began where it began",
    Math.abs(Date.parse(shift.start) - (TODAY - SHIFT_DAYS * DAY_MS)) <= 3 * DAY_MS, shift);
  tally.is("its levels", shift.was > 2000 && shift.was < 2800 && shift.is > 1000 &&
    shift.is < 1900, [shift.was, shift.is]);
  tally.is("its odds in words", /^about 1 in \d+$/.test(shift.odds_words), shift.odds_words);
  tally.same("a baseline, what it is locked by, and the new level",
    ["baseline", "locked", "provisional"].map((kind) =>
      chart.segments.some((s: any) => s.kind === kind)), [true, true, true]);
  tally.same("other teams' verdicts stay theirs", (await c.lead.client.get("/trends"))
    .body.data.every((t: any) => t.team === c.billing), true);
  return shift;
}

/** What each topic, and what has none, adds to the chart's own change: counted once more, from what
 * was brought along. */
function shared(c: Cast, chart: any, shift: any, topics: readonly any[]): void {
  const base = chart.segments.find((s: any) => s.kind === "baseline");
  const last = chart.points.at(-1).date;
  const days = (from: string, until: string): number =>
    (Date.parse(until) - Date.parse(from)) / DAY_MS + 1;
  const ratio = days(shift.start, last) / days(base.from, base.until);
  const change = (of: (from: string, until: string) => number): number =>
    of(shift.start, last) - of(base.from, base.until) * ratio;
  const lines = past([number(c.billing), number(c.returns), number(c.claims)], number(c.mina.id))
    .trim().split("\n").map((line) => JSON.parse(line))
    .filter((line) => line.team === number(c.billing));
  const counted = (topic?: string) => (from: string, until: string): number =>
    lines.filter(({ started, tags }) => (tags[0] ?? "none") === (topic ?? tags[0] ?? "none") &&
      started.slice(0, 10) >= from && started.slice(0, 10) <= until).length;
  const drawn = (from: string, until: string): number => chart.points
    .filter(({ date }: any) => date >= from && date <= until)
    .reduce((sum: number, { value }: any) => sum + value, 0);
  tally.same("days are looked at, and the chart's change is that of what came",
    [chart.cadence, change(drawn)], ["daily", change(counted())]);
  const of = (topic: string): number => topics.find((k) => k.of === topic)?.share ?? Number.NaN;
  for (const topic of ["invoice", "order", "none"])
    tally.is(`the part of ${topic}`,
      Math.abs(of(topic) - change(counted(topic)) / change(drawn)) < 1e-9,
      [of(topic), change(counted(topic)) / change(drawn)]);
}

async function whence(c: Cast): Promise<any> {
  const got = await series(c, c.lead.client, "volume");
  tally.is("of counts too", got.body.state.endsWith("shift"), got.body.state);
  const shift = got.body.verdicts.find((v: any) => v.kind === "shift");
  tally.same("more comes in, which is neither good nor bad", [shift?.side, shift?.direction],
    ["up", "higher"]);
  const topics = shift?.contributions.filter((k: any) => k.by === "topic") ?? [];
  tally.same("most of it is invoices", topics[0]?.of, "invoice");
  shared(c, got.body, shift, topics);
  tally.is("shares make one", Math.abs(topics.reduce((sum: number, k: any) =>
    sum + k.share, 0) - 1) < 1e-9, topics);
  return shift;
}

async function marks(c: Cast): Promise<void> {
  for (const set of ["western_electric", "nelson", "nhs", "wheeler"]) {
    const got = await series(c, c.lead.client, "first_response_time", `&marks=${set}`);
    tally.is(`marks of ${set}`, got.body.points.some((p: any) => p.marks.length > 0), set);
    tally.same(`${set} change no verdict`, got.body.verdicts.length > 0, true);
  }
  const runs = await series(c, c.lead.client, "first_response_time", "&marks=anhoj");
  tally.same("rules of runs", [runs.body.runs.signal, runs.body.points[0].marks], [true, []]);
  tally.same("weeks", (await series(c, c.lead.client, "volume", "&cadence=weekly")).body.cadence,
    "weekly");
  tally.same("months", (await series(c, c.lead.client, "volume", "&cadence=monthly")).body.state,
    "collecting");
}

async function refused(c: Cast): Promise<void> {
  tally.same("no such metric", (await series(c, c.lead.client, "luck")).status, 422);
  tally.same("one without facts", (await series(c, c.lead.client, "quality_score")).status, 422);
  tally.same("no such cadence",
    (await series(c, c.lead.client, "volume", "&cadence=hourly")).status, 400);
  tally.same("no team", (await c.lead.client.get("/trends/series?metric=volume")).status, 422);
}

// ---- annotations

async function annotations(c: Cast): Promise<void> {
  const when = (days: number): string => dayOf(TODAY - days * DAY_MS);
  const say = (who: Client, days: number, more: object = {}): Promise<Answer> =>
    who.post("/annotations", { metric: "handle_time", team: c.billing, date: when(days),
      cause: "outage", note: "The mail server stood still.", leave_out: true, ...more });
  const first = await say(c.lead.client, 60);
  tally.same("a day is left out", [first.status, first.body.metric, first.body.leave_out,
    first.body.by], [201, "handle_time", true, c.lead.id]);
  for (let i = 1; i < 5; i++) await say(c.lead.client, 60 - i);
  const sixth = await say(c.lead.client, 50);
  tally.same("a sixth in thirty is refused", sixth.status, 409);
  tally.same("a mark alone is not", (await say(c.lead.client, 50, { leave_out: false })).status,
    201);
  tally.same("nor one elsewhere", (await say(c.boss.client, 5)).status, 201);
  tally.same("no such metric", (await say(c.lead.client, 5, { metric: "luck" })).status, 422);
  tally.same("a teammate does not", (await say(c.mina.client, 5)).status, 403);
  tally.same("of another team nothing",
    [403, 404].includes((await say(c.paul.client, 5)).status), true);
  tally.same("taken back", (await c.lead.client.delete(`/annotations/${first.body.id}`)).status,
    204);
  tally.same("once", (await c.lead.client.delete(`/annotations/${first.body.id}`)).status, 404);
  tally.same("which makes room", (await say(c.lead.client, 50)).status, 201);
}

/** Leaving out what a verdict rests on crosses it through, and keeps it. */
async function crossed(c: Cast): Promise<void> {
  const before = (await series(c, c.lead.client, "next_response_time")).body;
  tally.same("nothing was measured, nothing is said", before.points.length, 0);
  const ids: string[] = [];
  const shift = (await series(c, c.lead.client, "volume")).body.verdicts
    .find((v: any) => v.kind === "shift");
  for (let i = 0; i < 5; i++) {
    const made = await c.lead.client.post("/annotations", { metric: "volume", team: c.billing,
      date: dayOf(Date.parse(shift.start) + i * DAY_MS), cause: "launch", leave_out: true });
    tally.same("left out", made.status, 201);
    ids.push(made.body.id);
  }
  const after = await until(() => series(c, c.lead.client, "volume"), (a) =>
    a.body.verdicts.some((v: any) => v.id === shift.id && v.crossed));
  const old = after.body.verdicts.find((v: any) => v.id === shift.id);
  tally.same("crossed through, not gone", old?.crossed, true);
  const out = after.body.points.find((p: any) => p.date === shift.start);
  tally.same("hollow, and it says why", [out?.fed, out?.annotation], ["left_out", ids[0]]);
  tally.same("the facts before it", old?.suggestions.some((s: any) => s.kind === "annotation" &&
    s.link === ids[0]), true);
  tally.same("and what they are made of, for other languages", old?.suggestions
    .filter((s: any) => s.link === ids[0]).map((s: any) => [s.text, s.of, s.fields, s.note]),
    [["launch", "launch", [], null]]);
  for (const id of ids) await c.lead.client.delete(`/annotations/${id}`);
  const back = await until(() => series(c, c.lead.client, "volume"), (a) =>
    a.body.verdicts.some((v: any) => v.id === shift.id && !v.crossed));
  tally.same("and back again", back.body.verdicts.find((v: any) => v.id === shift.id)?.crossed,
    false);
}

// ---- what people do with a verdict

async function stories(c: Cast, shift: any, more: any): Promise<void> {
  const path = `/verdicts/${shift.id}`;
  const open = await until(() => c.lead.client.get("/stories?state=open"), (a) =>
    a.body.data.some((v: any) => v.id === shift.id));
  tally.is("find the story", open.body.data.some((v: any) => v.id === shift.id), open.body.data);
  const seen = await c.lead.client.post(`${path}/acknowledge`);
  tally.same("seen", [seen.status, seen.body.acknowledged.map((a: any) => a.teammate)],
    [200, [c.lead.id]]);
  const again = await c.lead.client.post(`${path}/acknowledge`);
  tally.same("once", again.body.acknowledged.length, 1);
  const told = await c.lead.client.put(`${path}/story`, { cause: "Text blocks for 100 % of it.",
    evidence: "The change of 3 March.", decision: "keep", credit: "Mina" });
  tally.same("told", [told.status, told.body.story.cause, told.body.story.decision],
    [200, "Text blocks for 100 % of it.", "keep"]);
  const settled = await until(() => c.lead.client.get(`/trends?team=${c.billing}`), (a) =>
    a.body.data.every((t: any) => t.metric !== "first_response_time@1" ||
      t.cadence !== "daily" || !t.state.endsWith("shift")));
  const line = settled.body.data.find((t: any) => t.metric === "first_response_time@1" &&
    t.cadence === "daily");
  tally.is("then it is no longer the headline", !line.state.endsWith("shift"), line.state);
  const own = (await series(c, c.lead.client, "first_response_time")).body.verdicts
    .find((v: any) => v.id === shift.id);
  tally.same("of its like nothing was told before, and itself is none", own?.similar, []);
  const elsewhere = (await c.boss.client.get(`/stories?state=open&team=${c.claims}`)).body.data
    .find((v: any) => v.metric === "first_response_time@1" && v.cadence === "daily");
  await c.boss.client.put(`/verdicts/${elsewhere?.id}/story`, { cause: "Two new colleagues.",
    decision: "keep" });
  const similar = async (who: Client): Promise<any> => (await series(c, who, "first_response_time"))
    .body.verdicts.find((v: any) => v.id === shift.id)?.similar;
  tally.same("what was told of an earlier one elsewhere stands beside it",
    (await similar(c.boss.client)).map((s: any) => [s.verdict, s.team, s.cause, s.decision]),
    [[elsewhere?.id, c.claims, "Two new colleagues.", "keep"]]);
  tally.same("but for who may not read it", await similar(c.lead.client), []);

  const list = await c.lead.client.get("/stories?state=told&q=text%20BLOCKS");
  tally.same("found by its words", list.body.data.map((v: any) => v.id), [shift.id]);
  tally.same("a sign of many is a letter", (await c.lead.client.get("/stories?q=100%25_of"))
    .body.data, []);
  tally.same("no such state", (await c.lead.client.get("/stories?state=lost")).status, 400);
  tally.same("a story has a cause", (await c.lead.client.put(`${path}/story`, { decision: "keep" }))
    .status, 422);
  const watched = await c.lead.client.put(`${path}/watch`, { owner: c.lead.id,
    until: dayOf(TODAY + DAY_MS) });
  tally.same("a good shift is not watched", watched.status, 409);
  tally.same("nor one that is neither", (await c.lead.client.put(`/verdicts/${more.id}/watch`,
    { owner: c.lead.id, until: dayOf(TODAY) })).status, 409);
}

/** A good shift's story is read by its team once it was published; a name stands in it once its
 * bearer said yes, and no longer once they say no. */
async function published(c: Cast, shift: any, more: any): Promise<void> {
  const path = `/verdicts/${shift.id}`;
  const [lead, mina, paul] = [c.lead.client, c.mina.client, c.paul.client];
  const read = async (who: Client, query = ""): Promise<any[]> =>
    (await who.get(`/stories/shared${query}`)).body.data.map((s: any) =>
      [s.verdict, s.cause, s.names, s.mine]);
  const words = { cause: "Text blocks for 100 % of it.", evidence: "The change of 3 March.",
    decision: "keep", credit: "Mina" };
  tally.same("nobody reads what was not published", [await read(mina), await read(lead)], [[], []]);
  tally.same("one's name is asked for in no such story",
    (await mina.put(`${path}/story/name`, { shown: true })).status, 404);
  const asked = await lead.put(`${path}/story`, { ...words, credited: [c.mina.id] });
  tally.same("somebody to thank is asked", [asked.status, asked.body.story?.credited],
    [200, [{ teammate: c.mina.id, answer: "asked" }]]);
  const stranger = await lead.put(`${path}/story`, { ...words, credited: [c.paul.id] });
  tally.same("nobody of another team", [stranger.status, stranger.body.errors?.[0]?.pointer],
    [422, "/credited/0"]);
  tally.same("nor what is nobody", (await lead.put(`${path}/story`, { ...words,
    credited: ["team_1"] })).status, 422);
  tally.same("a teammate publishes nothing", (await mina.put(`${path}/story/published`,
    { published: true })).status, 403);
  const shared = await lead.put(`${path}/story/published`, { published: true });
  tally.is("published", shared.status === 200 && shared.body.story.published_at !== null,
    shared.body);
  tally.same("its team reads it, with no name", await read(mina),
    [[shift.id, words.cause, [], "asked"]]);
  tally.same("nor for its lead", await read(lead), [[shift.id, words.cause, [], null]]);
  tally.same("another team does not", await read(paul), []);
  tally.same("a team is asked for by those who may", (await paul.get(
    `/stories/shared?team=${c.billing}`)).status, 403);
  tally.same("found by its words", (await read(mina, "?q=text%20BLOCKS")).length, 1);
  tally.same("and not by others", await read(mina, "?q=rainfall"), []);
  tally.same("a sign of many is a letter", await read(mina, "?q=1_0"), []);
  const ofMina = async (who: Client): Promise<unknown> => (await series(c, who,
    "first_response_time")).body.verdicts.find((v: any) => v.id === shift.id)?.story;
  const own = (await ofMina(mina)) as any;
  tally.same("on the chart free words about people are for leads", [own.credit,
    ((await ofMina(lead)) as any).credit], [null, "Mina"]);
  const yes = await mina.put(`${path}/story/name`, { shown: true });
  tally.same("yes", [yes.status, yes.body.names, yes.body.mine], [200, [c.mina.id], "yes"]);
  tally.same("then the name stands there", (await read(lead))[0]?.[2], [c.mina.id]);
  const kept = await lead.put(`${path}/story`, words);
  tally.same("telling it anew keeps what she said", kept.body.story.credited,
    [{ teammate: c.mina.id, answer: "yes" }]);
  tally.same("nobody says it for her", (await lead.put(`${path}/story/name`, { shown: true }))
    .status, 404);
  await mina.put(`${path}/story/name`, { shown: false });
  tally.same("no, and at once it is gone", [await read(lead), await read(mina)],
    [[[shift.id, words.cause, [], null]], [[shift.id, words.cause, [], "no"]]]);
  await lead.put(`${path}/story`, { ...words, credited: [] });
  tally.same("who is no longer thanked is asked no more", (await read(mina))[0]?.[3], null);
  const many = Array.from({ length: 21 }, () => c.mina.id);
  tally.same("not more than twenty", (await lead.put(`${path}/story`, { ...words,
    credited: many })).status, 422);
  tally.same("without a story nothing is published",
    (await lead.put(`/verdicts/${more.id}/story/published`, { published: true })).status, 409);
  await lead.put(`/verdicts/${more.id}/story`, { cause: "A letter went out." });
  tally.same("nor what is neither good nor bad",
    (await lead.put(`/verdicts/${more.id}/story/published`, { published: true })).status, 409);
  tally.same("what it is must be said",
    (await lead.put(`${path}/story/published`, {})).status, 422);
  const back = await lead.put(`${path}/story/published`, { published: false });
  tally.same("taken back", [back.body.story.published_at, await read(mina)], [null, []]);
  await lead.put(`${path}/story/published`, { published: true });
}

/** What is borne is said, the rules follow, and what was told stays told. */
async function budget(c: Cast): Promise<void> {
  const told = async (): Promise<number> => (await series(c, c.lead.client, "volume"))
    .body.verdicts.length;
  const before = await told();
  const at = "/settings/server";
  const nobody = c.owner.as(null);
  const headers = { ...browser(c.server.cookie), "If-Match": "*" };
  const { body } = await nobody.get(at, { headers: browser(c.server.cookie) });
  tally.same("one false verdict in 30 days is borne", body.alarm_budget, 1);
  for (const alarm_budget of [0, 1.5, 1001, "2", null])
    tally.same(`not ${alarm_budget} of them`,
      (await nobody.patch(at, { alarm_budget }, { headers })).status, 422);
  const set = await nobody.patch(at, { alarm_budget: 40 }, { headers });
  tally.same("or forty", [set.status, set.body.alarm_budget], [200, 40]);
  const list = await until(() => c.lead.client.get("/trends"), (a) =>
    a.body.budget.allowed === 40);
  tally.same("then the rules are as sharp as they come",
    [list.body.budget.allowed, list.body.budget.within, list.body.budget.step], [40, true, 0]);
  tally.same("what was told stays told", await told(), before);
}

/** One-offs that come again are led to as changes are, and nobody watches them. */
async function recurring(c: Cast): Promise<void> {
  const list = (state: string): Promise<Answer> =>
    c.boss.client.get(`/stories?state=${state}&team=${c.parcels}`);
  const is = (v: any): boolean => v.kind === "recurring" &&
    v.metric === "first_response_time@1" && v.cadence === "daily";
  const open = await until(() => list("open"), (a) => a.body.data.some(is));
  const found = open.body.data.find(is);
  tally.same("what comes again opens a story", [found?.kind, found?.direction, found?.crossed],
    ["recurring", "worse", false]);
  tally.same("it is no shift", open.body.data.filter((v: any) =>
    v.metric === "first_response_time@1" && v.kind.endsWith("shift")), []);
  tally.same("of a blip that is past nobody keeps watch", (await c.boss.client.get(
    `/watch-list?team=${c.parcels}`)).body.data.some((v: any) => v.id === found?.id), false);
  const told = await c.boss.client.put(`/verdicts/${found?.id}/story`,
    { cause: "Every Sunday the scanner is cleaned.", decision: "keep" });
  tally.same("its story is told", told.status, 200);
  tally.same("and found as told", [(await list("open")).body.data.some(is),
    (await list("told")).body.data.filter(is).map((v: any) => v.story.cause)],
  [false, ["Every Sunday the scanner is cleaned."]]);
}

async function rebase(c: Cast, shift: any): Promise<void> {
  const path = `/verdicts/${shift.id}/rebase`;
  const yes = { clearly_different: true, cause_known: true, desirable: true,
    expected_to_last: true };
  for (const name of Object.keys(yes)) {
    const no = await c.lead.client.post(path, { ...yes, [name]: false });
    tally.same(`without a yes to ${name}`, [no.status, no.body.errors?.[0]?.pointer],
      [422, `/${name}`]);
  }
  const done = await c.lead.client.post(path, yes);
  tally.same("four yeses", [done.status, done.body.rebased], [200, true]);
  const after = await until(() => series(c, c.lead.client, "first_response_time"), (a) =>
    a.body.segments.some((s: any) => s.from === shift.start && s.kind === "baseline"));
  tally.same("new limits begin where it began", after.body.segments.some((s: any) =>
    s.from === shift.start && s.kind === "baseline"), true);
  tally.same("old ones stay visible", after.body.segments[0].kind === "baseline" &&
    after.body.points[20].centre > 2000, true);
  await sleep(300);
  const old = (await series(c, c.lead.client, "first_response_time")).body.verdicts
    .find((v: any) => v.id === shift.id);
  tally.same("and what was told is not crossed through", [old.crossed, old.rebased],
    [false, true]);
  tally.same("once", (await c.lead.client.post(path, yes)).status, 409);
}

async function watch(c: Cast): Promise<void> {
  const list = await c.boss.client.get(`/watch-list?team=${c.returns}`);
  const bad = list.body.data.find((v: any) => v.metric === "first_response_time@1" &&
    v.cadence === "daily");
  tally.same("a bad shift is watched by itself", [list.status, bad?.direction, bad?.watch],
    [200, "worse", null]);
  const put = (owner: string, days: number): Promise<Answer> =>
    c.boss.client.put(`/verdicts/${bad.id}/watch`, { owner, until: dayOf(TODAY + days * DAY_MS) });
  tally.same("by somebody of the team", (await put(c.mina.id, 0)).status, 422);
  const due = await put(c.paul.id, 0);
  tally.same("until a day", [due.status, due.body.watch?.owner, due.body.watch?.due],
    [200, c.paul.id, true]);
  tally.same("or another", (await put(c.boss.id, 9)).body.watch?.due, false);
  tally.same("those of others are not on mine", (await c.lead.client.get("/watch-list"))
    .body.data.filter((v: any) => v.team !== c.billing), []);
  await c.boss.client.put(`/verdicts/${bad.id}/story`, { cause: "Two of us left.",
    decision: "watch" });
  tally.same("watching it is no end", (await c.boss.client.get("/watch-list")).body.data
    .some((v: any) => v.id === bad.id), true);
  await c.boss.client.put(`/verdicts/${bad.id}/story`, { cause: "Two of us left.",
    decision: "pass_on" });
  const listed = async (): Promise<boolean> => (await c.boss.client.get("/watch-list")).body.data
    .some((v: any) => v.id === bad.id);
  tally.same("explained, it is off the list", await listed(), false);
  const none = async (): Promise<number> =>
    (await c.boss.client.get("/trends")).body.budget.nothing_found;
  const before = await none();
  const decide = (decision: string): Promise<Answer> => c.boss.client.put(
    `/verdicts/${bad.id}/story`, { cause: "We looked at every week.", decision });
  await decide("watch");
  tally.same("watched again, it is on it", await listed(), true);
  tally.same("closed as nothing found", (await decide("nothing")).body.story?.decision, "nothing");
  tally.same("it is off again, and counts as what was found for nothing",
    [await listed(), await none()], [false, before + 1]);
  await decide("pass_on");
  tally.same("S25: and no longer once something was", await none(), before);
}

// ---- rights

async function rights(c: Cast, shift: any): Promise<void> {
  const who = { mina: c.mina.client, paul: c.paul.client, boss: c.boss.client,
    nobody: c.owner.as(null) };
  const statuses = async (path: string): Promise<number[]> =>
    Promise.all(Object.values(who).map(async (client) => (await client.get(path)).status));
  tally.same("a team's chart", await statuses(`/trends/series?metric=volume&team=${c.billing}`),
    [200, 403, 200, 401]);
  tally.same("of a team of one, nothing but to its leads",
    await statuses(`/trends/series?metric=volume&team=${c.returns}`), [403, 403, 403, 401]);
  tally.same("how charts stand", await statuses("/trends"), [200, 200, 200, 401]);
  tally.same("a team of one is not among them", [
    (await who.paul.get("/trends")).body.data.length,
    (await who.boss.get("/trends")).body.data.every((t: any) => t.team === c.billing)],
  [0, true]);
  tally.same("stories are for leads", (await statuses("/stories")).slice(0, 2), [403, 403]);
  tally.same("as is the watch list", (await statuses("/watch-list")).slice(0, 2), [403, 403]);
  const path = `/verdicts/${shift.id}`;
  for (const [name, client] of Object.entries(who).slice(0, 2)) {
    const done = [await client.post(`${path}/acknowledge`),
      await client.put(`${path}/story`, { cause: "x" }),
      await client.post(`${path}/rebase`, { clearly_different: true, cause_known: true,
        desirable: true, expected_to_last: true }),
      await client.put(`${path}/watch`, { owner: c.lead.id, until: dayOf(TODAY) })];
    const expected = name === "mina" ? 403 : 404;
    tally.same(`${name} changes nothing`, done.map((a) => a.status),
      [expected, expected, expected, expected]);
  }
  tally.same("what is not there is not there",
    (await c.lead.client.post("/verdicts/vrd_99999/acknowledge")).status, 404);
  tally.same("a manager may", (await who.boss.post(`${path}/acknowledge`)).status, 200);
  const text = JSON.stringify((await series(c, c.mina.client, "first_response_time")).body);
  tally.is("no name of anybody", !/Lena|Mina|Paul|example\.org/.test(text.replace(
    /"credit":"[^"]*"/g, "")), "a name");
}

/** What was found is kept: another start finds the same, and adds nothing. */
async function again(c: Cast): Promise<void> {
  const all = async (): Promise<unknown[]> => {
    const got = await series(c, c.lead.client, "volume");
    return got.body.verdicts.map((v: any) => [v.id, v.kind, v.date, v.start, v.crossed]);
  };
  const before = await all();
  const port = c.server.port;
  await c.server.end();
  await c.server.start(port);
  await until(() => c.lead.client.get("/trends"), (a) => a.body?.as_of !== null &&
    a.body?.data?.length > 0);
  tally.same("the same after another start", await all(), before);
}

/** What came in late says that there was no shift: the verdict is crossed through and kept with its
 * story, which its team reads no more, and nobody is led to it. */
async function withdrawn(c: Cast): Promise<void> {
  const boss = c.boss.client;
  const told = (): Promise<Answer> => boss.get(`/stories?state=told&team=${c.claims}`);
  const read = async (): Promise<any[]> => (await c.vera.client.get("/stories/shared"))
    .body.data.map((s: any) => [s.verdict, s.cause]);
  const similar = async (): Promise<any[]> => (await series(c, boss, "first_response_time"))
    .body.verdicts.flatMap((v: any) => v.similar.map((s: any) => s.verdict));
  const { id } = (await told()).body.data[0];
  const path = `/verdicts/${id}/story/published`;
  tally.same("published", (await boss.put(path, { published: true })).status, 200);
  tally.same("its team reads it, and others are led to it", [await read(),
    (await similar()).includes(id)], [[[id, "Two new colleagues."]], true]);
  const port = c.server.port;
  await c.server.end();
  const done = run(["drive", "--data", c.server.data, "-"],
    { input: lateLines(number(c.claims), number(c.vera.id), TODAY, SHIFT_DAYS + 6) });
  tally.same("facts come in late", [done.status, done.stdout.includes("lines refused: 0")],
    [0, true]);
  await c.server.start(port);
  const after = await until(told, (a) => a.body?.data?.[0]?.crossed === true);
  tally.same("leads find it crossed through, and its story kept", after.body.data.map((v: any) =>
    [v.id, v.crossed, v.story.cause, v.story.published_at !== null]),
  [[id, true, "Two new colleagues.", true]]);
  tally.same("its team reads it no more", await read(), []);
  tally.same("nor is anybody led to it", (await similar()).includes(id), false);
  const again = await boss.put(path, { published: true });
  tally.same("what the series no longer says is not published", again.status, 409);
  tally.same("but taken back", (await boss.put(path, { published: false })).body.story
    ?.published_at, null);
  tally.same("nobody watches it", (await boss.get(`/watch-list?team=${c.claims}`)).body.data
    .some((v: any) => v.id === id), false);
}

// ---- calendars and definitions (S6, S12)

const HOLIDAY = 40; // days before today
const HOURS = 30; // other office hours from noon on
const DEFINED = 12; // and another definition from that day on

/** Two months as they went by: a team with office hours, a holiday, other hours, and first answers
 * that are measured otherwise from a day on. */
function changed(): string {
  const when = (back: number, hour = 0): string =>
    new Date(TODAY - back * DAY_MS + hour * 3_600_000).toISOString();
  const hours = (to: string): object => ({ cmd: "calendar.set", team: 1, zone: "UTC",
    week: [1, 2, 3, 4, 5, 6, 7].map((day) => ({ day, from: "06:00", to })),
    closed: [when(HOLIDAY).slice(0, 10)] });
  const said: (readonly [at: string, line: object])[] = [
    [when(61), { cmd: "team.create", ref: "desk" }],
    [when(61), { cmd: "teammate.create", ref: "bea", primary: ["desk"] }],
    [when(61), hours("22:00")],
    [when(HOURS, 12), hours("18:00")],
    [when(DEFINED + 2, 12), { cmd: "definition.change", metric: 1, version: 2,
      effective: when(DEFINED), clock: "calendar", matures_days: 0, target_s: 0, short_s: 0,
      reason: "We work in shifts" }],
  ];
  for (let back = 60; back > 0; back--)
    for (let i = 0; i < 6; i++)
      said.push([when(back, 23), { cmd: "history.note_conversation", import: 1,
        item: said.length, channel: "email", team: 1, replier: 1, contact: said.length,
        started: when(back, 8), replied: when(back, 9 + (back + i) % 3), closed: when(back, 20),
        solved: when(back, 20), tags: [] }]);
  said.sort((a, b) => a[0].localeCompare(b[0]));
  return said.map(([at, line]) => `${JSON.stringify({ at, ...line })}\n`).join("");
}

async function segments(): Promise<void> {
  await inFolderAsync(async (dir) => {
    const data = join(dir, "data");
    const done = run(["drive", "--data", data, "-"], { input: changed() });
    tally.same("two months go by", [done.status, done.stdout.includes("lines refused: 0")],
      [0, true]);
    const server = new Server({ data });
    try {
      await server.start();
      const owner = await server.owner();
      await figuresReady(owner);
      const day = (back: number): string => dayOf(TODAY - back * DAY_MS);
      for (const [metric, begins] of [
        ["first_response_time", [[day(HOURS - 1), "first_response_time@1", "hours"],
          [day(DEFINED), "first_response_time@2", "definition"]]],
        ["volume", [[day(HOURS - 1), "volume@1", "hours"]]]] as const) {
        const { body } = await owner.get(`/trends/series?metric=${metric}&team=team_1`);
        tally.same(`S6 ${metric}: the holiday is known, and left out`, body.points
          .filter((p: any) => p.holiday).map((p: any) => [p.date, p.fed, p.annotation]),
        [[day(HOLIDAY), "left_out", null]]);
        const at = body.points.filter((p: any, i: number) =>
          i > 0 && p.segment !== body.points[i - 1].segment).map((p: any) => p.date);
        tally.same(`S12 ${metric}: segments begin`, at, begins.map(([from]) => from));
        tally.same(`S12 ${metric}: and each says why, and by what it is measured`,
          body.segments.filter((s: any) => s.begins_by !== null)
            .map((s: any) => [s.from, s.metric, s.begins_by]), begins);
      }
      tally.same("as the document says", [...new Set(owner.faults)], []);
    } finally {
      await server.remove();
    }
  });
}

const server = new Server({});
try {
  await server.start();
  const c = await cast(server);
  const port = server.port;
  await server.end();
  const done = run(["drive", "--data", server.data, "-"],
    { input: past([number(c.billing), number(c.returns), number(c.claims)],
      number(c.mina.id)) + blips(number(c.parcels), number(c.mina.id)) });
  tally.same("a past is brought along", [done.status, done.stdout.includes("lines refused: 0")],
    [0, true]);
  await server.start(port);
  const shift = await found(c);
  const more = await whence(c);
  await marks(c);
  await refused(c);
  await annotations(c);
  await crossed(c);
  await stories(c, shift, more);
  await published(c, shift, more);
  await budget(c);
  await rights(c, shift);
  await recurring(c);
  await rebase(c, shift);
  await watch(c);
  await again(c);
  await withdrawn(c);
  tally.same("as the document says", [...new Set(c.owner.faults)], []);
} finally {
  await server.remove();
}
await segments();
tally.end();
