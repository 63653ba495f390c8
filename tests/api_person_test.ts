// api_person_test -- what a person sees about themselves, first; what their leads hear, and when;
// and that nothing ranks people or gives a personal figure where there is none.
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { type Answer, type Person, Server } from "./server.ts";
import { cast, type Cast, NAMES, page, type Page, pastOf } from "./people_past.ts";
import { run, Tally } from "./program.ts";

const tally = new Tally();
const sleep = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

/** Until it is so, or half a minute has gone by. */
async function until(ask: () => Promise<Answer>, is: (answer: Answer) => boolean): Promise<Answer> {
  let answer = await ask();
  for (let i = 0; i < 300 && !is(answer); i++) {
    await sleep(100);
    answer = await ask();
  }
  return answer;
}

const mine = (who: Page): Promise<Answer> =>
  until(
    () => who.get("/me/patterns"),
    (a) => a.body?.as_of != null,
  );

// ---- to oneself

async function mirrorFirst(c: Cast): Promise<any> {
  const got = await mine(page(c.people.Mina!));
  tally.same("their own", got.status, 200);
  const one = got.body.data.find((p: any) => p.metric === "handle_time@1");
  tally.same(
    "it takes longer, which is neither good nor bad",
    [one?.direction, one?.good, one?.unit],
    ["higher", false, "ratio"],
  );
  tally.is("from where it was to where it is", one.was > 0.8 && one.was < 1.2 && one.is > 1.5, [
    one.was,
    one.is,
  ]);
  tally.is(
    "when it began",
    Math.abs((Date.parse(one.since) - c.shiftAt) / 86_400_000) <= 4,
    one.since,
  );
  tally.is("its odds", /^about 1 in \d+$/.test(one.odds_words), one.odds_words);
  tally.same(
    "the system first, each asked",
    one.checks.map((k: any) => [k.check, k.holds]),
    ["team_wide", "mix_of_work", "fewer_days", "newcomer", "change_noted"].map((k) => [k, false]),
  );
  tally.same("five examples", one.examples.length, 5);
  tally.is(
    "longer than usual",
    one.examples.every((e: any) => e.seconds > e.usual),
    one.examples,
  );
  tally.same(
    "their lead hears nothing before two of their shifts",
    [one.lead, one.shifts_left, one.told_at],
    ["waits", 2, null],
  );
  const line = got.body.lines.find((l: any) => l.metric === "handle_time@1");
  tally.same("how far it is looked at", [line.stage, line.state], ["verdicts", "pattern"]);
  return one;
}

async function goodToo(c: Cast): Promise<any> {
  const got = await mine(page(c.people.Ada!));
  const one = got.body.data.find((p: any) => p.metric === "handle_time@1");
  tally.same(
    "what is shorter is told too, and to nobody else",
    [one?.direction, one?.good, one?.lead],
    ["lower", true, "never"],
  );
  return one;
}

async function answers(c: Cast): Promise<void> {
  const got = await mine(page(c.people.Bert!));
  const one = got.body.data.find((p: any) => p.metric === "csat@1");
  tally.same(
    "unhappy customers",
    [one?.direction, one?.unit, one?.good],
    ["worse", "share", false],
  );
  tally.is("their share", one.was < 0.2 && one.is > 0.5, [one?.was, one?.is]);
  const few = await mine(page(c.people.Nora!));
  tally.same(
    "a newcomer: counts only",
    few.body.lines.map((l: any) => [l.stage, l.state]),
    [["counts_only", "none"]],
  );
  tally.same("and no word", few.body.data, []);
}

async function systemFirst(c: Cast): Promise<void> {
  for (const name of ["Rosa", "Sami", "Tove"]) {
    const got = await mine(page(c.people[name]!));
    tally.same(
      `${name}: nothing of their own`,
      got.body.data.filter((p: any) => p.metric === "handle_time@1"),
      [],
    );
    tally.same(
      `${name}: the whole team's`,
      got.body.teams
        .filter((t: any) => t.direction === "higher")
        .map((t: any) => [t.team, t.metric, t.direction, t.people]),
      [[c.returns, "handle_time@1", "higher", 3]],
    );
    tally.same(
      `${name}: and says so`,
      got.body.lines.find((l: any) => l.metric === "handle_time@1")?.state,
      "team",
    );
  }
  const talks = await page(c.otherLead).get("/talks");
  tally.same("one verdict of the team", [talks.body.data, talks.body.teams.length > 0], [[], true]);
}

// ---- what one says of it

async function saying(c: Cast, mina: any, ada: any): Promise<void> {
  const who = page(c.people.Mina!);
  const path = `/me/patterns/${mina.id}`;
  const said = await who.put(path, { answer: "reason", note: "The new tool asks twice." });
  tally.same(
    "there is a reason, and it is private",
    [said.status, said.body.answer, said.body.note, said.body.note_shared],
    [200, "reason", "The new tool asks twice.", false],
  );
  tally.same("other words are refused", (await who.put(path, { answer: "lazy" })).status, 422);
  tally.same("nothing bad is shown as it is", (await who.put(path, { share: true })).status, 409);
  tally.same("it holds, so it stays", (await who.delete(path)).status, 409);
  for (const other of [c.people.Ada!, c.lead, c.otherLead, c.boss]) {
    tally.same(
      "others' are not there",
      [
        (await page(other).put(path, { answer: "fits" })).status,
        (await page(other).delete(path)).status,
      ],
      [404, 404],
    );
  }
  const shown = await page(c.people.Ada!).put(`/me/patterns/${ada.id}`, { share: true });
  tally.is(
    "something good may be shown",
    shown.status === 200 && shown.body.shared_at !== null,
    shown.body,
  );
  const list = await page(c.lead).get("/talks");
  tally.same(
    "and then the lead sees that",
    list.body.data.map((t: any) => [t.teammate, t.kind]),
    [[c.people.Ada!.id, "shared"]],
  );
  const back = await page(c.people.Ada!).put(`/me/patterns/${ada.id}`, { share: false });
  tally.same(
    "and it can be taken back",
    [back.body.shared_at, (await page(c.lead).get("/talks")).body.data],
    [null, []],
  );
}

// ---- rights

async function rights(c: Cast): Promise<void> {
  const mina = c.people.Mina!.id;
  const path = `/teammates/${mina}/talk`;
  const at = (who: Person): Promise<Answer> => page(who).get(path);
  tally.same("a teammate", (await at(c.people.Ada!)).status, 403);
  tally.same("themselves: theirs is the mirror", (await at(c.people.Mina!)).status, 403);
  tally.same("a lead of another team", (await at(c.otherLead)).status, 403);
  tally.same("a manager", (await at(c.boss)).status, 403);
  tally.same("a lead who said no purpose", (await at(c.lead)).status, 403);
  tally.same("nobody", (await c.owner.as(null).get(path)).status, 401);
  tally.same("a missing person", (await page(c.lead).get("/teammates/tm_9999/talk")).status, 404);
  const look = await page(c.lead).post(`/teammates/${mina}/looks`, { purpose: "coaching" });
  tally.same("a purpose is said", look.status, 201);
  const got = await at(c.lead);
  tally.same("what was handed over", [got.status, got.body.data.length], [200, 0]);
  const seen = await page(c.people.Mina!).get("/me/looks");
  tally.is(
    "and they see who looked",
    seen.body.data.some((l: any) => l.by === c.lead.id),
    seen.body.data,
  );
  for (const [who, status] of [
    [c.lead, 200],
    [c.otherLead, 200],
    [c.boss, 403],
    [c.people.Ada!, 403],
  ] as const)
    tally.same("who may welcome a talk: for leads", (await page(who).get("/talks")).status, status);
  for (const [who, route] of [
    [c.people.Mina!, "/me/patterns"],
    [c.lead, "/talks"],
    [c.lead, path],
  ] as const)
    tally.same(`${route} by a token`, (await who.client.get(route)).status, 403);
}

/** Time goes by: what was found stands since five days ago. */
async function later(c: Cast, ada: any): Promise<void> {
  const port = c.server.port;
  await c.server.end();
  execFileSync("sqlite3", [
    join(c.server.data, "log.db"),
    `UPDATE person_patterns SET found_ms = found_ms - ${5 * 86_400_000}, shifts = -1;` +
      ` UPDATE person_patterns SET side = -side WHERE pattern = ${ada.id.slice(4)}`,
  ]);
  await c.server.start(port);
  const list = await until(
    () => page(c.lead).get("/talks"),
    (a) => a.body?.data?.length > 0,
  );
  const names = list.body.data.map((t: any) => [t.teammate, t.kind]);
  tally.is(
    "after two of their shifts the lead hears of Mina",
    names.some(([who, kind]: any) => who === c.people.Mina!.id && kind === "talk"),
    names,
  );
  tally.is(
    "never of Ada, Rosa, Sami, Tove",
    !names.some(([who]: any) =>
      ["Ada", "Rosa", "Sami", "Tove"].some((name) => c.people[name]!.id === who),
    ),
    names,
  );
  const sheet = await page(c.lead).get(`/teammates/${c.people.Mina!.id}/talk`);
  const one = sheet.body.data[0];
  tally.same(
    "a talk, examples, no figure",
    [
      one.kind,
      one.metric,
      one.since,
      one.note,
      one.examples.length,
      Object.keys(one.examples[0]).sort(),
    ],
    ["talk", null, null, null, 5, ["at", "channel", "conversation", "topic"]],
  );
  tally.is(
    "no level, z, odds or chart",
    !/seconds|usual|odds|"was"|"is"|points/.test(JSON.stringify(sheet.body)),
    sheet.body,
  );
  const own = await mine(page(c.people.Mina!));
  const pattern = own.body.data.find((p: any) => p.metric === "handle_time@1");
  tally.is("she sees that they know", pattern.lead === "told" && pattern.told_at !== null, pattern);
  await page(c.people.Mina!).put(`/me/patterns/${pattern.id}`, { share_note: true });
  const read = await page(c.lead).get(`/teammates/${c.people.Mina!.id}/talk`);
  tally.same("a note that she shares", read.body.data[0].note, "The new tool asks twice.");
  // Of hers the store now tells the other way round, and of that nothing is to be seen.
  const gone = await until(
    () => page(c.people.Ada!).delete(`/me/patterns/${ada.id}`),
    (a) => a.status !== 409,
  );
  tally.same("what has ended can be erased", gone.status, 204);
  const again = await page(c.people.Ada!).delete(`/me/patterns/${ada.id}`);
  tally.same("once", again.status, 404);
}

// ---- a person beside the team

async function beside(c: Cast): Promise<void> {
  const path = (id: string, team = c.billing): string => `/teammates/${id}/beside?team=${team}`;
  const mina = c.people.Mina!;
  const own = await page(mina).get(path(mina.id));
  tally.same(
    "one's own",
    [own.status, own.body.state, own.body.people],
    [200, "team", NAMES.billing.length + 1],
  );
  const row = own.body.rows.find((r: any) => r.metric === "handle_time@1");
  tally.is(
    "both n, and intervals",
    row.own.n > 30 &&
      row.other.n > row.own.n &&
      row.own.low <= row.own.value &&
      row.own.value <= row.own.high,
    row,
  );
  tally.is("a difference that can be told, as a ratio", row.difference?.low > 1, row.difference);
  tally.same("her lead, who said a purpose", (await page(c.lead).get(path(mina.id))).status, 200);
  const lead = await page(c.lead).get(path(mina.id));
  const foreign = ["concurrency", "occupancy", "utilisation", "backlog", "holds", "volume"];
  tally.same(
    "nothing that is nobody's, or only theirs",
    lead.body.rows.filter((r: any) => foreign.includes(r.metric.split("@")[0])),
    [],
  );
  for (const [who, status] of [
    [c.otherLead, 403],
    [c.boss, 403],
    [c.people.Ada!, 403],
  ] as const)
    tally.same("others do not", (await page(who).get(path(mina.id))).status, status);
  tally.same(
    "of a team that she does not serve",
    (await page(mina).get(path(mina.id, c.returns))).status,
    404,
  );
  tally.same("no team", (await page(mina).get(`/teammates/${mina.id}/beside`)).status, 400);
  const alone = c.people.Solo!;
  const small = await page(alone).get(path(alone.id, c.small));
  tally.same(
    "a small team stands beside nobody",
    [small.body.state, small.body.rows.every((r: any) => r.difference === null)],
    ["own_past", true],
  );
}

// ---- no rank, and no personal figure where there is none

async function everyFigure(c: Cast): Promise<void> {
  const defined = (await c.owner.get("/metrics-definitions")).body.data.filter(
    (d: any) => d.available,
  );
  const ask = (who: Page, metric: string, person: string): Promise<Answer> =>
    who.get(`/figures?metric=${metric}&teammate=${person}`);
  for (const d of defined) {
    for (const name of ["Mina", "Ada", "Bert"]) {
      const person = c.people[name]!;
      const to = (who: Page): Promise<Answer> => ask(who, d.id, person.id);
      const isOwn = d.person !== "none";
      const isLeads = isOwn && d.person !== "own_view" && name === "Mina";
      tally.same(
        `${d.id} of ${name}: to ${name}`,
        (await to(page(person))).status,
        isOwn ? 200 : 403,
      );
      tally.same(
        `${d.id} of ${name}: to the lead`,
        (await to(page(c.lead))).status,
        isLeads ? 200 : 403,
      );
      for (const who of [c.otherLead, c.boss, c.people.Cleo!])
        tally.same(`${d.id} of ${name}: to others`, (await to(who.client)).status, 403);
    }
  }
}

/** Every GET without an id of its own knows no pattern; reports name nobody. That none puts people
 * in order: tests/people_rules_test.ts. */
async function nothingRanks(c: Cast): Promise<void> {
  const document = (await c.owner.get("/openapi.json")).body;
  const paths = Object.entries(document.paths as Record<string, any>).filter(
    ([path, item]) => item.get !== undefined && !path.includes("{"),
  );
  const secret = /pat_\d|"shifts_left"|"note_shared"/;
  let asked = 0;
  for (const [path] of paths) {
    const route = path.replace(/^\/api\/v1/, "");
    if (/events|\/me\/patterns|openapi|\/me\/data|\/talks/.test(route)) continue;
    for (const who of [c.lead, c.otherLead, c.boss, c.people.Ada!]) {
      const got = await page(who).get(route);
      if (got.status !== 200) continue;
      asked++;
      tally.is(
        `${route} knows no pattern of a person`,
        !secret.test(JSON.stringify(got.body)),
        got.body,
      );
    }
  }
  tally.is("routes were asked", asked > 40, asked);
  for (const report of ["approaches", "sla-attainment", "leaving", "team-trend"]) {
    const got = await page(c.lead).get(`/reports/standard/${report}?team=${c.billing}`);
    tally.same(`${report} is there`, got.status, 200);
    tally.is(`${report} names nobody`, !/tm_\d/.test(JSON.stringify(got.body.data)), report);
  }
}

async function ownData(c: Cast): Promise<void> {
  const job = await page(c.people.Mina!).get("/me/data");
  const done = await until(
    () => page(c.people.Mina!).get(`/jobs/${job.body.id}`),
    (a) => a.body?.state === "done" || a.body?.state === "failed",
  );
  tally.same("own data", done.body.state, "done");
  const file = await page(c.people.Mina!).get(`/jobs/${job.body.id}/result`);
  tally.is(
    "are whole: their patterns too",
    file.status === 200 && file.text.includes("The new tool asks twice."),
    file.status,
  );
}

const server = new Server({});
try {
  await server.start();
  const c = await cast(server);
  const port = server.port;
  await server.end();
  const done = run(["drive", "--data", server.data, "-"], { input: pastOf(c) });
  tally.same(
    "a past is brought along",
    [done.status, done.stdout.includes("lines refused: 0")],
    [0, true],
  );
  await server.start(port);
  const mina = await mirrorFirst(c);
  const ada = await goodToo(c);
  await answers(c);
  await systemFirst(c);
  await saying(c, mina, ada);
  await rights(c);
  await beside(c);
  await later(c, ada);
  await everyFigure(c);
  await nothingRanks(c);
  await ownData(c);
  tally.same("as the document says", [...new Set(c.owner.faults)], []);
} finally {
  await server.remove();
}
tally.end();
