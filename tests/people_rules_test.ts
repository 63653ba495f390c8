// people_rules_test -- the rules about people by their names (spec people, patterns, metrics):
// which row of which test keeps each, so that none can go unnoticed; and that no answer, table or
// export puts people in order of how they do. The walk is trusted because it finds rankings that
// are planted in it.
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { root } from "../scripts/lib/root.ts";
import { DAY, dateOf } from "./past.ts";
import { inFolderAsync, run, Tally } from "./program.ts";
import { rankable, rankableCsv } from "./ranks.ts";
import { enter, folded, makeSample, type Scene } from "./sample_scene.ts";
import { browser, type Answer, Server } from "./server.ts";

const tally = new Tally();

// ---- each rule, and a row that keeps it

const RULES: readonly (readonly [rule: string, says: string, file: string, row: string])[] = [
  ["PE7", "what a lead sees live is the figure of that moment", "web_figures_test.ts",
    "what waits is what the API says"],
  ["PE38", "a prepared talk is the person's first", "api_targets_test.ts", "hers first"],
  ["PE64", "of a person, each figure by role", "api_person_test.ts", "of ${name}: to the lead"],
  ["PE64", "and on the pages", "web_figures_test.ts", "no more than a lead may"],
  ["PE65", "every look is logged, and read by whom it is of", "api_people_test.ts",
    "she sees who looked"],
  ["PE66", "own data are whole", "api_person_test.ts", "are whole: their patterns too"],
  ["PE67", "a lead reaches own teams", "api_person_test.ts", "a lead of another team"],
  ["PE68", "fewer than five are not told", "api_reports_test.ts", "fewer than five are not told"],
  ["S20", "few: counts only", "api_person_test.ts", "a newcomer: counts only"],
  ["S21", "system first", "api_person_test.ts", "one verdict of the team"],
  ["S22", "mirror first: two working shifts", "api_person_test.ts",
    "their lead hears nothing before two of their shifts"],
  ["S22", "then a talk and examples alone", "api_person_test.ts", "no level, z, odds or chart"],
  ["S22", "a good one is shown by oneself alone", "api_person_test.ts",
    "what is shorter is told too, and to nobody else"],
  ["S23", "personal verdicts are in no other answer", "api_person_test.ts",
    "knows no pattern of a person"],
  ["T6", "a reward hangs on a fair target", "api_targets_test.ts", "T6: a fair one"],
  ["T8", "missed twice: a talk", "api_targets_test.ts", "T8: missed twice running"],
  ["T11", "the team misses it: the system first", "api_targets_test.ts", "the system first"],
  ["T11", "a small team stands beside nobody", "api_person_test.ts",
    "a small team stands beside nobody"],
  ["R12", "what cannot be true of a person is told to them alone", "api_daily_test.ts",
    "they are told of each figure that fails"],
  ["X7", "who sees whose figures", "api_figures_test.ts", "a lead by token: the team"],
  ["X7", "no table in SQL has figures of people", "web_figures_test.ts",
    "no table has figures of people"],
];

function kept(): void {
  for (const [rule, says, file, row] of RULES)
    tally.is(`${rule}, ${says}: kept by ${file}`,
      readFileSync(join(root(), "tests", file), "utf8").includes(row), row);
}

// ---- planted rankings

const PLANTED: readonly (readonly [what: string, body: unknown, found: readonly string[]])[] = [
  ["a board", { data: [{ teammate: "tm_1", value: 9 }, { teammate: "tm_2", value: 7 }] },
    ["value", "value"]],
  ["one further in", { teams: [{ team: "team_1", rows: [{ who: { id: "tm_1" }, csat: { n: 4 } },
    { who: { id: "tm_2" }, csat: { n: 5 } }] }] }, ["csat.n", "csat.n"]],
  ["a map", { closed: { tm_1: 4, tm_2: 9 } }, ["keyed by person"]],
  ["one person is no order", { data: [{ teammate: "tm_1", value: 9 },
    { teammate: "tm_1", value: 7 }] }, []],
  ["names alone are none", { data: [{ teammate: "tm_1" }, { teammate: "tm_2" }] }, []],
];

function planted(): void {
  for (const [what, body, found] of PLANTED)
    tally.same(`planted, ${what}`, rankable(body), found);
  tally.same("planted, a table", rankableCsv("teammate,median\r\ntm_1,60\r\ntm_2,70\r\n"),
    ["median", "median"]);
}

// ---- the walk

/** What numbers may stand beside people, and why that puts nobody in order. */
const ALLOWED: readonly (readonly [route: RegExp, numbers: RegExp, why: string])[] = [
  [/^\/teammates$/, /^(settings|skills)\./, "what they are set to, and what routing needs"],
  [/^\/(changes|assignments|settings\/versions)$|\/(receipts|changes)$/,
    /^(cause\.)?(seq|version|undoes|settings_version)$/, "which event it was"],
  [/\/(turns|receipt)$/, /^(turn|args\.waiting)$/, "who comes next, as the router goes round"],
  [/\/(live|turns|receipts|receipt)$|^\/queue\/unblock$/,
    /^((args\.)?(load|limit|open|snoozed)|queue\..*)$/, "what they hold now, against their limit"],
  [/^\/changes$/, /^(before|after)\.target\.(value|minimum_n)$/,
    "what was asked of a team, by whom"],
  [/^\/queue$/, /^(place|overtaken)$/, "of the conversation that waits"],
  [/^\/conversations$/, /^(priority|complexity|counts\..*)$/, "of the conversation"],
];

const isAllowed = (route: string, number: string): boolean =>
  ALLOWED.some(([of, numbers]) => of.test(route) && numbers.test(number));
const foundIn = (route: string, numbers: readonly string[]): string[] =>
  [...new Set(numbers)].filter((number) => !isAllowed(route, number));

const SKIPPED = /events|stream|wallboards|openapi/; // endless, by a secret, or about answers
const ASKED: Readonly<Record<string, string>> = {
  "/trends/series": "?metric=volume&team=team_1", "/figures": "?metric=volume&team=team_1",
  "/figures/receipt": "?metric=handle_time&team=team_1",
};

type Ask = (path: string, accept: string) => Promise<Answer>;

/** Ids of things that no list names by themselves, or that are better known than the first. */
const IDS: Readonly<Record<string, readonly string[]>> = {
  teams: ["team_1", "team_2"], teammates: ["tm_6", "tm_1"],
};
/** GETs with an id for which the sample has nothing: a new one is looked at, or stands here. */
const NOTHING_THERE: readonly string[] = [
  "/articles/{id}", "/articles/{id}/preview", "/articles/{id}/uses", "/articles/{id}/versions",
  "/attachments/{id}", "/attachments/{id}/content", "/bulk-edits/{id}", "/bulk-edits/{id}/rows",
  "/calendars/{id}", "/chat-inboxes/{id}", "/held-mails/{id}/source", "/jobs/{id}",
  "/jobs/{id}/result", "/mailboxes/{id}", "/ready-answers/{id}", "/ready-answers/{id}/versions",
  "/reports/{id}", "/reports/{id}/runs", "/reports/{id}/runs/{run}", "/settings/versions/{n}",
  "/sources/{id}", "/sources/{id}/messages", "/views/{id}", "/visit/{inbox}/files/{id}",
  "/visit/{inbox}/parts", "/webhooks/{id}", "/webhooks/{id}/deliveries", "/workflows/{id}",
  "/workflows/{id}/report", "/workflows/{id}/versions",
];

const idsIn = (got: Answer): string[] =>
  got.status !== 200 || !Array.isArray(got.body?.data) ? []
    : got.body.data.map((row: any) => row.id).filter((id: unknown) => typeof id === "string");

/** A path with each parameter filled by ids of the list before it; none where that is empty. */
async function fill(path: string, ask: Ask): Promise<string[]> {
  const [before, rest] = [path.slice(0, path.indexOf("{")), path.slice(path.indexOf("}") + 1)];
  if (!path.includes("{")) return [path];
  const known = IDS[before.slice(1, -1)];
  const ids = known ?? idsIn(await ask(`${before.slice(0, -1)}?limit=2`, "application/json"));
  return (await Promise.all(ids.slice(0, 2).map((id) => fill(before + id + rest, ask)))).flat();
}

/** Every GET of the document, with what is asked: whatever has ids, of two things each. */
async function routes(s: Scene, ask: Ask): Promise<readonly (readonly [string, string])[]> {
  const { paths } = (await s.client.get("/openapi.json")).body;
  const known: [string, string][] = [];
  const missing: string[] = [];
  for (const [path, item] of Object.entries(paths as Record<string, any>)) {
    const route = path.replace(/^\/api\/v1/, "");
    if (item.get === undefined || SKIPPED.test(route)) continue;
    const filled = await fill(route, ask);
    if (filled.length === 0) missing.push(route);
    for (const one of filled) known.push([route, one + (ASKED[route] ?? "")]);
  }
  tally.same("what is not walked for want of one", missing.sort(), [...NOTHING_THERE].sort());
  const ofOne = new Set(known.map(([route]) => route).filter((route) => route.includes("{")));
  tally.is("what has an id is walked", ofOne.size > 40, [...ofOne]);
  return known;
}

async function walk(s: Scene, as: Readonly<Record<string, Ask>>): Promise<void> {
  let answers = 0;
  let tables = 0;
  let people = 0;
  for (const [route, path] of await routes(s, as["an administrator"] as Ask))
    for (const [who, ask] of Object.entries(as))
      for (const accept of ["application/json", "text/csv"]) {
        const got = await ask(path, accept);
        if (got.status !== 200) continue;
        const isTable = (got.headers.get("content-type") ?? "").includes("csv");
        const found = isTable ? rankableCsv(got.text) : rankable(got.body);
        people += found.length > 0 ? 1 : 0;
        answers += isTable ? 0 : 1;
        tables += isTable ? 1 : 0;
        const other = foundIn(route, found);
        if (other.length > 0) tally.same(`${route} as a table, to ${who}`, other, []);
      }
  tally.is("R8, no answer or table puts people in order", answers > 150 && tables > 30 &&
    people > 10, [answers, tables, people]);
  // The evidence, doctored: the list of teammates with a figure beside each.
  const list = (await (as["a lead"] as Ask)("/teammates", "application/json")).body;
  const doctored = { data: list.data.map((row: object, i: number) => ({ ...row, csat: i / 10 })) };
  tally.same("a figure beside each teammate would be found",
    foundIn("/teammates", rankable(doctored)), ["csat"]);
  const { parameters } = (await s.client.get("/openapi.json")).body.paths["/teammates"].get;
  const sort = parameters.find((one: any) => one.name === "sort").description as string;
  tally.same("R8, teammates are put in order of nothing that they do",
    /descending: (.*?)\./.exec(sort)?.[1]?.split(", "),
    ["id", "name", "email", "presence", "load", "created_at", "updated_at"]);
}

/** What the terminal says of how it goes names nobody. */
function terminal(data: string): void {
  for (const form of ["--json", "--csv"]) {
    const said = run(["report", "--data", data, "--quiet", form]).stdout;
    const found = form === "--csv" ? rankableCsv(said) : rankable(JSON.parse(said));
    tally.same(`R8, evenkeel report ${form}`, [said.length > 100, found, /tm_\d/.test(said)],
      [true, [], false]);
  }
}

kept();
planted();
await inFolderAsync(async (dir) => {
  const data = join(dir, "data");
  const owner = makeSample(["--data", data], 7);
  const server = new Server({ data });
  try {
    await server.start();
    const s = await enter(server, owner);
    await folded(s);
    server.cookie = s.page.headers["Cookie"] ?? "";
    await s.client.patch("/settings/server", { second_factor: "none" },
      { headers: { ...s.page.headers, "If-Match": "*" } });
    const ask = (cookie: string): Ask => (path, Accept) =>
      s.client.get(path, { headers: { ...browser(cookie), Accept } });
    const memberships = [{ team: "team_1" }];
    const lead = await server.person(s.client, { name: "Lea", roles: ["lead"], memberships });
    const mate = await server.person(s.client, { name: "Max", memberships });
    const boss = await server.person(s.client, { name: "Bo", roles: ["manager"] });
    const made = [await s.client.post("/goals", { title: "Answer fast", team: "team_1" }, s.page),
      await s.client.post("/targets", { metric: "first_response_time", clock: "calendar",
        scope: { team: "team_1" }, comparator: "at_most", value: 3600, period: "week",
        reason: "People wait.", review_date: dateOf(Date.now() + 100 * DAY) }, s.page)];
    tally.same("a goal and a target are there", made.map(({ status }) => status), [201, 201]);
    await walk(s, { "an administrator": ask(server.cookie), "a lead": ask(lead.cookie),
      "a teammate": ask(mate.cookie), "a manager": ask(boss.cookie) });
    terminal(data);
  } finally {
    await server.remove();
  }
});
tally.end();
