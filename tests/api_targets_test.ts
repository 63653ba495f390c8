// api_targets_test -- goals and targets: graded before they are set, by a grade computed once more
// here; refused without data; judged once a period is over; a miss opens a conversation; a person
// stands beside the team only where that may be. Rights and every operation.
import { Tally } from "./program.ts";
import { missingForCluster, startCluster } from "./cluster.ts";
import {
  browser,
  withServer,
  type Answer,
  type Client,
  type Person,
  type Server,
} from "./server.ts";
import {
  dateOf,
  DAY,
  figuresReady,
  mean,
  median,
  monday,
  normalBelow,
  noteAll,
  past,
  seconds,
  spread,
  WEEK,
  type Item,
} from "./past.ts";

const tally = new Tally();
const WEEKS = 30;
const now = Date.now();
const review = dateOf(now + 90 * DAY);
const near = (a: number, b: number): boolean => Math.abs(a - b) <= 1e-6 * Math.max(1, Math.abs(b));

const waitsOf = (items: readonly Item[], back: number): number[] =>
  items
    .filter((it) => monday(it.replied) === monday(now) - back * WEEK)
    .map((it) => seconds(it.replied) - seconds(it.started));

const first = (scope: object, value: number, more: object = {}): object => ({
  metric: "first_response_time",
  clock: "calendar",
  scope,
  comparator: "at_most",
  value,
  period: "week",
  reason: "People wait.",
  review_date: review,
  ...more,
});

function codes(answer: Answer): string[] {
  return (answer.body.errors ?? []).map((e: any) => `${e.code}@${e.pointer ?? e.parameter}`);
}

async function until<T>(what: () => Promise<T | undefined>): Promise<T> {
  for (let i = 0; i < 600; i++) {
    const got = await what();
    if (got !== undefined) return got;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error("it did not come about");
}

function wilson(k: number, n: number): { low: number; high: number } {
  const z = 1.959963984540054,
    p = k / n,
    centre = (p + (z * z) / (2 * n)) / (1 + (z * z) / n);
  const half = (z / (1 + (z * z) / n)) * Math.sqrt((p * (1 - p)) / n + (z * z) / (4 * n * n));
  return { low: k === 0 ? 0 : centre - half, high: k === n ? 1 : centre + half };
}

/** R. G. Newcombe, Statistics in Medicine 17 (1998), 873-890, method 10. */
function newcombe(a: [number, number], b: [number, number]): { low: number; high: number } {
  const [x, y] = [wilson(...a), wilson(...b)],
    p = a[0] / a[1],
    q = b[0] / b[1];
  return {
    low: p - q - Math.hypot(p - x.low, y.high - q),
    high: p - q + Math.hypot(x.high - p, q - y.low),
  };
}

/** The grade, from the same medians. */
async function grades(owner: Client, items: readonly Item[]): Promise<void> {
  const medians = Array.from({ length: WEEKS }, (_, i) => median(waitsOf(items, WEEKS - i)));
  const logs = spread(medians.map(Math.log));
  for (const minutes of [1, 18, 21, 26, 60]) {
    const value = minutes * 60;
    const got = await owner.post("/targets/grade", {
      upper: null,
      metric: "first_response_time",
      clock: "calendar",
      scope: { team: "team_1" },
      comparator: "at_most",
      value,
      period: "week",
    });
    const g = got.body.grade;
    const p = normalBelow((Math.log(value) - logs.mean) / logs.sigma);
    tally.same(
      `why no reward: ${minutes} min`,
      [got.body.reward, got.body.why_no_reward],
      p >= 0.5 ? [true, null] : [false, "unlikely"],
    );
    const met = medians.filter((m) => m <= value).length;
    tally.is(`graded: ${minutes} min`, got.status === 200 && near(g.p, p), [g?.p, p]);
    tally.same(
      `seen: ${minutes} min`,
      [g.share_met.numerator, g.share_met.denominator, g.periods, g.trial],
      [met, WEEKS, WEEKS, false],
    );
    tally.same(
      `its word: ${minutes} min`,
      g.grade,
      p >= 0.95
        ? "routine"
        : p >= 0.5
          ? "attainable"
          : p >= 0.2
            ? "stretch"
            : "not_by_effort_alone",
    );
    tally.is("three in four", near(g.offered_value, Math.exp(logs.mean + 0.6745 * logs.sigma)));
    const year = g.running.at(-1);
    tally.is("a year of it", year.periods === 52 && near(year.p, g.p ** 52));
    tally.same("both are said when they differ", g.differs, Math.abs(p - met / WEEKS) > 0.15);
    tally.same("an override is asked for", got.body.needs_override, p < 0.2);
  }
}

/** A lasting shift leaves the grade open until somebody has seen it and told its story. */
async function shifted(owner: Client): Promise<void> {
  const grade = async (): Promise<any> =>
    (
      await owner.post("/targets/grade", {
        metric: "first_response_time",
        clock: "calendar",
        scope: { team: "team_3" },
        comparator: "at_most",
        value: 30 * 60,
        period: "week",
      })
    ).body.grade;
  const open = await grade();
  tally.same("a shift without a story", [open.grade, open.why], ["unknown", "shift_open"]);
  const shift = await until(async () =>
    (
      await owner.get("/trends/series?metric=first_response_time&team=team_3&cadence=weekly")
    ).body.verdicts?.find((v: any) => v.kind === "shift" && !v.crossed),
  );
  const seen = await owner.post(`/verdicts/${shift.id}/acknowledge`);
  tally.same("seen alone, it is open", [seen.status, (await grade()).why], [200, "shift_open"]);
  const told = await owner.put(`/verdicts/${shift.id}/story`, {
    cause: "Two of us left.",
    decision: "keep",
  });
  const after = await grade();
  tally.is(
    "told, it can be graded",
    told.status === 200 && after.grade !== "unknown" && after.why !== "shift_open",
    [told.status, after],
  );
}

async function refused(owner: Client): Promise<void> {
  const scope = { team: "team_1" };
  const rows: readonly (readonly [string, object, string])[] = [
    [
      "T1: nobody's metric",
      first({ teammate: "tm_2" }, 600, { metric: "time_to_assignment" }),
      "refused@/scope",
    ],
    [
      "T1: a metric that each sees alone",
      first({ teammate: "tm_2" }, 2, { metric: "concurrency", comparator: "between", upper: 3 }),
      "refused@/scope",
    ],
    ["T1: of both, or of none", first({}, 600), "conflict@/scope"],
    ["T2: towards the worse", first(scope, 600, { comparator: "at_least" }), "refused@/comparator"],
    [
      "T5: no facts at all",
      first(scope, 0.8, { metric: "csat", comparator: "at_least" }),
      "refused@/metric",
    ],
    [
      "T5: not recorded",
      first(scope, 0.9, { metric: "adherence", comparator: "at_least" }),
      "refused@/metric",
    ],
    ["T4: effort alone will not do", first(scope, 60), "missing@/override"],
    [
      "T6: demand, not effort",
      first(scope, 1, { metric: "volume", comparator: "at_least", reward: true }),
      "refused@/reward",
    ],
    [
      "T6: not even every second week",
      first(scope, 60, { reward: true, override: { reason: "x", change: "y" } }),
      "refused@/reward",
    ],
    [
      "a share above 1",
      first(scope, 95, { metric: "sla_attainment", comparator: "at_least" }),
      "out_of_range@/value",
    ],
    ["an empty range", first(scope, 600, { comparator: "between", upper: 300 }), "conflict@/upper"],
    [
      "a review that is over",
      first(scope, 1500, { review_date: "2020-01-01" }),
      "out_of_range@/review_date",
    ],
    [
      "a statistic of durations",
      first(scope, 0.9, { metric: "sla_attainment", statistic: "p90", comparator: "at_least" }),
      "conflict@/statistic",
    ],
    ["no such metric", first(scope, 1, { metric: "smiles" }), "not_found@/metric"],
    ["no such team", first({ team: "team_99" }, 1500), "not_found@/scope"],
    [
      "two years back",
      first(scope, 1500, { since: dateOf(now - 800 * DAY) }),
      "out_of_range@/since",
    ],
    ["unknown member", first(scope, 1500, { grade: "routine" }), "unknown_member@/grade"],
  ];
  for (const [what, body, code] of rows) {
    const got = await owner.post("/targets", body);
    tally.same(what, [got.status, codes(got).includes(code)], [422, true]);
    if (!codes(got).includes(code)) console.log(what, codes(got), got.text.slice(0, 300));
  }
}

async function all(server: Server, owner: Client, store?: readonly string[]): Promise<void> {
  await owner.post("/teams", { name: "Care" });
  await owner.post("/teams", { name: "Small" });
  await owner.post("/teams", { name: "Shifted" });
  const member = (team: string) => [{ team, level: "primary" }];
  const people: Person[] = [];
  for (const name of ["Ada One", "Ben Two", "Cyd Three", "Dea Four", "Eve Five"])
    people.push(await server.person(owner, { name, memberships: member("team_1") }));
  const [ada, ben] = people as [Person, Person];
  const lead = await server.person(owner, {
    name: "Lea Lead",
    roles: ["lead"],
    memberships: member("team_1"),
  });
  const manager = await server.person(owner, {
    name: "Max Manager",
    roles: ["manager"],
    memberships: member("team_1"),
  });
  const small = await server.person(owner, { name: "Sam Small", memberships: member("team_2") });
  const others: Person[] = [];
  for (const name of ["Flo Five", "Gus Six", "Hal Seven"])
    others.push(await server.person(owner, { name, memberships: member("team_3") }));
  const number = (p: Person): number => Number(p.id.slice(3));
  // Ada was slow for two weeks, and everybody last week.
  const items = past(
    {
      seed: 12,
      weeks: WEEKS,
      team: 1,
      teammates: people.map(number),
      each: 24,
      minutes: 20,
      slower: (back, mate) =>
        mate === number(ada) && (back === 1 || back === 2) ? 3 : back === 1 ? 1.5 : 1,
    },
    now,
  );
  // Of a hundred a week, 80 promote and 10 detract: NPS 70.
  const answers = Array.from({ length: 14 }, (_, week) =>
    Array.from({ length: 100 }, (_, i) => ({
      team: 1,
      score: i < 80 ? 9 : i < 90 ? 8 : 3,
      asked: monday(now) - (week + 1) * WEEK + 2 * DAY + i * 60_000,
    })),
  ).flat();
  await noteAll(
    server,
    [
      ...items,
      ...past(
        { seed: 12, weeks: 6, team: 2, teammates: [number(small)], each: 24, minutes: 20 },
        now,
      ),
      ...past(
        {
          seed: 5,
          weeks: WEEKS,
          team: 3,
          teammates: others.map(number),
          each: 24,
          minutes: 20,
          slower: (back) => (back <= 7 ? 1.7 : 1),
        },
        now,
      ),
    ],
    answers,
    store ?? ["--data", server.data],
  );
  await figuresReady(owner);
  await grades(owner, items);
  await shifted(owner);
  await refused(owner);

  // ---- goals
  const goal = await owner.post("/goals", {
    title: "Answer fast",
    purpose: "Solve once.",
    team: "team_1",
  });
  tally.same("a goal", [goal.status, goal.body.title, goal.body.targets], [201, "Answer fast", 0]);
  const path = `/goals/${goal.body.id}`;
  const stale = await owner.patch(path, { title: "x" }, { headers: { "If-Match": '"r99"' } });
  const without = await owner.patch(path, { title: "x" });
  const renamed = await owner.patch(
    path,
    { title: "Answer soon" },
    { headers: { "If-Match": goal.headers.get("etag") ?? "" } },
  );
  tally.same(
    "with the tag it was read with",
    [stale.status, without.status, renamed.status, renamed.body.title],
    [412, 428, 200, "Answer soon"],
  );
  tally.same(
    "who may",
    [
      (await ada.client.get(path)).status,
      (await ada.client.patch(path, { title: "x" }, { headers: { "If-Match": "*" } })).status,
      (await small.client.get(path)).status,
      (await ada.client.post("/goals", { title: "x" })).status,
      (await owner.post("/goals", { title: "" })).status,
    ],
    [200, 403, 404, 403, 422],
  );
  tally.same(
    "a list",
    (await owner.get("/goals?team=team_1")).body.data.map((g: any) => g.id),
    [goal.body.id],
  );

  // ---- a team's target
  const since = dateOf(monday(now) - 3 * WEEK);
  const made = await lead.client.post(
    "/targets",
    first({ team: "team_1" }, 25 * 60, { goal: goal.body.id, since, minimum_n: 20 }),
  );
  const asked = await lead.client.post("/targets/grade", {
    metric: "first_response_time",
    clock: "calendar",
    scope: { team: "team_1" },
    comparator: "at_most",
    value: 1500,
    period: "week",
    minimum_n: 20,
  });
  tally.same(
    "T3: set with its grade",
    [made.status, made.body.grade, made.body.not_yet_acknowledged.length],
    [201, asked.body.grade, 7],
  );
  const target = `/targets/${made.body.id}`;
  const read = await ada.client.get(target);
  tally.same(
    "T7: so far",
    [read.status, read.body.status.state, read.body.status.period.from],
    [200, waitsOf(items, 0).length >= 20 ? "so_far" : "not_enough", dateOf(monday(now))],
  );
  tally.same(
    "not another team's",
    [
      (await small.client.get(target)).status,
      (await small.client.get("/targets")).body.data.length,
      (await owner.get("/targets/tgt_999")).status,
    ],
    [404, 0, 404],
  );
  tally.same(
    "a goal with targets stays",
    (await owner.delete(path, { headers: { "If-Match": "*" } })).status,
    409,
  );

  // ---- T12, T8: periods that are over
  const history = await until(async () => {
    const got = await ada.client.get(`${target}/history`);
    return got.body.data.length >= 3 ? got : undefined;
  });
  for (const [i, row] of history.body.data.entries()) {
    const want = median(waitsOf(items, 3 - i));
    tally.is(
      `T12: week ${row.from}`,
      row.from === dateOf(monday(now) - (3 - i) * WEEK) &&
        near(row.value, want) &&
        row.state === (want <= 1500 ? "met" : "missed") &&
        row.metric === "first_response_time@1" &&
        row.grade === made.body.grade.grade &&
        row.wanted === 1500,
      [row, want],
    );
  }
  tally.same(
    "what it was",
    history.body.changes.map((c: any) => [c.revision, c.target.value]),
    [[1, 1500]],
  );
  const table = await ada.client.get(`${target}/history`, { headers: { Accept: "text/csv" } });
  tally.same("as a table", table.text.trim().split("\r\n").length, 4);
  const agenda = await ada.client.get("/agenda?state=open");
  tally.same(
    "T8: last week's miss is on the team's agenda",
    agenda.body.data.map((a: any) => [a.team, a.kind, a.target, a.period]),
    [["team_1", "target_missed", made.body.id, dateOf(monday(now) - WEEK)]],
  );
  const item = `/agenda/${agenda.body.data[0]?.id}`;
  tally.same(
    "its lead says what became of it",
    [
      (await ada.client.patch(item, { state: "done" })).status,
      (await small.client.patch(item, { state: "done" })).status,
      (await lead.client.patch(item, { state: "done", outcome: "One more on Mondays." })).body
        .state,
      (await ada.client.get("/agenda?state=open")).body.data.length,
      (await small.client.get("/agenda")).body.data.length,
    ],
    [403, 404, "done", 0, 0],
  );
  const said = await lead.client.post(`${target}/comments`, {
    period: dateOf(monday(now) - WEEK),
    comment: "Two were ill.",
  });
  tally.same(
    "a period has a comment",
    [
      said.status,
      said.body.comment,
      said.body.comment_by,
      (await lead.client.post(`${target}/comments`, { period: "2020-01-06", comment: "x" })).status,
    ],
    [200, "Two were ill.", lead.id, 404],
  );

  // ---- T9
  const known = await ada.client.post(`${target}/acknowledge`, { comment: "Hard on Mondays." });
  const after = await ada.client.get(target);
  tally.same(
    "T9: known, with what she says",
    [
      known.status,
      after.body.acknowledged,
      after.body.not_yet_acknowledged.length,
      after.body.comments[0].comment,
    ],
    [200, [ada.id], 6, "Hard on Mondays."],
  );
  tally.same(
    "only whom it concerns",
    (await small.client.post(`${target}/acknowledge`, {})).status,
    404,
  );
  const patched = await lead.client.patch(
    target,
    { value: 26 * 60 },
    { headers: { "If-Match": after.headers.get("etag") ?? "" } },
  );
  tally.same(
    "changed, it is to be known anew",
    [
      patched.status,
      patched.body.value,
      patched.body.acknowledged.length,
      (await ada.client.get(`${target}/history`)).body.changes.length,
    ],
    [200, 1560, 0, 2],
  );
  tally.same(
    "changing asks for the tag, and the right",
    [
      (await lead.client.patch(target, { value: 1600 })).status,
      (await lead.client.patch(target, { value: 1600 }, { headers: { "If-Match": '"r1"' } }))
        .status,
      (await ada.client.patch(target, { value: 1600 }, { headers: { "If-Match": "*" } })).status,
      (await lead.client.patch(target, { metric: "volume" }, { headers: { "If-Match": "*" } }))
        .status,
    ],
    [428, 412, 403, 422],
  );

  // ---- T4, T6, unknown
  const hard = first({ team: "team_1" }, 120, {
    override: { reason: "The board asks.", change: "A second channel." },
  });
  const byLead = await lead.client.post("/targets", hard);
  const byManager = await manager.client.post("/targets", hard);
  tally.same(
    "T4: a manager, a reason, a change",
    [byLead.status, byManager.status, byManager.body.grade?.grade, byManager.body.override],
    [
      403,
      201,
      "not_by_effort_alone",
      { reason: "The board asks.", change: "A second channel.", by: manager.id },
    ],
  );
  const audit = await owner.get("/audit-log?action=target.overridden");
  tally.same(
    "and the log has it",
    audit.body.data.map((a: any) => a.reason),
    ["The board asks."],
  );
  const trial = await owner.post("/targets", first({ team: "team_2" }, 1500));
  tally.same(
    "too few weeks: a trial",
    [trial.status, trial.body.grade.grade, trial.body.grade.trial, trial.body.grade.why],
    [201, "unknown", true, "too_few_periods"],
  );
  tally.same(
    "without reward",
    codes(await owner.post("/targets", first({ team: "team_2" }, 1500, { reward: true }))),
    ["refused@/reward"],
  );
  const rewarded = await lead.client.post(
    "/targets",
    first({ team: "team_1" }, 30 * 60, { reward: true, owner: lead.id }),
  );
  tally.same(
    "T6: a fair one may carry a reward",
    [rewarded.status, rewarded.body.reward],
    [201, true],
  );
  const share = await owner.post(
    "/targets",
    first({ team: "team_1" }, 0.8, {
      metric: "sla_attainment",
      comparator: "at_least",
      period: "month",
    }),
  );
  tally.is(
    "a share, by month",
    share.status === 201 && share.body.unit === "share" && share.body.grade.periods <= 7,
    share.text.slice(0, 300),
  );
  const counted = await owner.post(
    "/targets",
    first({ team: "team_1" }, 600, { comparator: "between", upper: 3000 }),
  );
  tally.is(
    "a range has its capability",
    counted.status === 201 &&
      counted.body.grade.cp > 0 &&
      counted.body.grade.offered_value === null,
    counted.text.slice(0, 300),
  );
  const nps = first({ team: "team_1" }, 50, { metric: "nps", comparator: "at_least" });
  const judged = await owner.post("/targets/grade", {
    metric: "nps",
    scope: { team: "team_1" },
    comparator: "at_least",
    value: 50,
    period: "week",
  });
  tally.same("T10: how many answers it takes", judged.body.answers_needed, [
    { points: 5, answers: 630 },
    { points: 10, answers: 158 },
  ]);
  const loved = await owner.post("/targets", { ...nps, since });
  const last = await until(
    async () => (await owner.get(`/targets/${loved.body.id}`)).body.last ?? undefined,
  );
  tally.is(
    "T10: a band that the whole interval lies in, once it is known",
    last.value === 70 &&
      last.band === "good" &&
      last.state === "met" &&
      last.low >= 50 &&
      last.period.from <= dateOf(monday(now) - 2 * WEEK),
    last,
  );
  tally.same(
    "none by who only serves",
    [
      (await ada.client.post("/targets", first({ team: "team_1" }, 1500))).status,
      (
        await small.client.post("/targets/grade", {
          metric: "first_response_time",
          scope: { team: "team_1" },
          comparator: "at_most",
          value: 900,
          period: "week",
        })
      ).status,
    ],
    [403, 404],
  );

  // ---- a person's: T8, T11
  const page = { headers: browser(lead.cookie) };
  const nobody = lead.client.as(null);
  const body = first({ teammate: ada.id }, 25 * 60, { since });
  tally.same(
    "not before the purpose is said",
    (await nobody.post("/targets", body, page)).status,
    403,
  );
  for (const who of [ada, ben])
    await nobody.post(`/teammates/${who.id}/looks`, { purpose: "target review" }, page);
  const own = await nobody.post("/targets", body, page);
  tally.same(
    "then her lead sets one",
    [own.status, own.body.scope, own.body.not_yet_acknowledged],
    [201, { teammate: ada.id }, [ada.id]],
  );
  const hers = `/targets/${own.body.id}`;
  tally.same(
    "hers and her leads' alone",
    [
      (await ada.client.get(hers)).status,
      (await ben.client.get(hers)).status,
      (await manager.client.get(hers)).status,
      (await lead.client.get(hers)).body.why_no_status,
      (await ben.client.get("/targets")).body.data.some((g: any) => g.id === own.body.id),
      (await ada.client.get("/targets?teammate.null=false")).body.data.length,
    ],
    [200, 404, 404, "purpose", false, 1],
  );
  const talk = await until(async () => {
    const got = await ada.client.get("/agenda?kind=target_talk");
    return got.body.data.length > 0 ? got.body.data[0] : undefined;
  });
  tally.same(
    "T8: missed twice running: a talk, hers first",
    [
      talk.teammate,
      talk.target,
      talk.sheet.facts.map((f: any) => f.state),
      talk.sheet.examples.length <= 5,
      talk.sheet.questions.length > 0,
      (await lead.client.get("/agenda?kind=target_talk")).body.data,
    ],
    [ada.id, own.body.id, ["missed", "missed"], true, true, []],
  );
  tally.same(
    "and hers to close",
    [
      (await lead.client.patch(`/agenda/${talk.id}`, { state: "done" })).status,
      (await ada.client.patch(`/agenda/${talk.id}`, { state: "done" })).status,
    ],
    [404, 200],
  );
  tally.same(
    "T11: the team misses it too: the system first",
    [
      (await ada.client.get(hers)).body.beside.state,
      (await ada.client.get(hers)).body.beside.other,
    ],
    ["system_first", null],
  );
  const easy = await nobody.post("/targets", first({ teammate: ada.id }, 120 * 60), page);
  const beside = (await ada.client.get(`/targets/${easy.body.id}`)).body.beside;
  const week = items.filter((it) => monday(it.replied) === monday(now) - WEEK);
  const waits = (v: readonly Item[]): number[] =>
    v.map((it) => seconds(it.replied) - seconds(it.started));
  const logs = ["refund", "login"].flatMap((topic) => {
    const cell = week.filter((it) => it.topic === topic);
    const middle = median(waits(cell));
    return waits(cell.filter((it) => it.teammate === number(ada))).map(
      (w) => Math.log(w) - Math.log(middle),
    );
  });
  const centre = mean(logs);
  const error =
    1.96 *
    Math.sqrt(logs.reduce((s, d) => s + (d - centre) ** 2, 0) / (logs.length - 1) / logs.length);
  tally.is(
    "T11: beside the team, both n, the ratio",
    beside.state === "beside" &&
      beside.own.n === logs.length &&
      beside.other.n === week.length &&
      near(beside.difference.value, Math.exp(centre)) &&
      near(beside.difference.low, Math.exp(centre - error)),
    [beside, Math.exp(centre)],
  );
  const bens = await nobody.post(
    "/targets",
    first({ teammate: ben.id }, 0.5, { metric: "sla_attainment", comparator: "at_least" }),
    page,
  );
  const other = (await ben.client.get(`/targets/${bens.body.id}`)).body.beside;
  const decided = (v: readonly Item[]): [number, number] => [
    v.filter((it) => it.met === 1).length,
    v.length,
  ];
  const want = newcombe(
    decided(week.filter((it) => it.teammate === number(ben))),
    decided(week.filter((it) => it.teammate !== number(ben))),
  );
  tally.is(
    "a difference of shares, where it can be told",
    other.state === "beside" &&
      (want.low > 0 || want.high < 0
        ? near(other.difference.low, want.low) && near(other.difference.high, want.high)
        : other.difference === null),
    [other, want],
  );

  const data = await ada.client.get("/me/data");
  const job = await until(async () => {
    const got = await ada.client.get(`/jobs/${data.body.id}`);
    return got.body.state === "done" ? got.body : undefined;
  });
  const held = (await ada.client.get(`/jobs/${job.id}/result`)).text;
  const mine = JSON.parse(held);
  tally.same(
    "what is held about her has it all",
    [mine.targets.length, mine.target_periods.length, mine.targets_known.length, mine.talks.length],
    [2, 3, 1, 1],
  );

  // ---- the list and the end
  const two = await owner.get("/targets?team=team_1&limit=2");
  tally.is("a page", two.body.data.length === 2 && (two.headers.get("link") ?? "") !== "");
  const csv = await owner.get("/targets?team=team_1", { headers: { Accept: "text/csv" } });
  tally.same(
    "a table of them",
    csv.text.trim().split("\r\n").length,
    (await owner.get("/targets?team=team_1&limit=500")).body.data.length + 1,
  );
  const gone = await lead.client.delete(target, { headers: { "If-Match": "*" } });
  tally.same(
    "ended",
    [
      gone.status,
      (await lead.client.get(target)).status,
      (await owner.delete(path, { headers: { "If-Match": "*" } })).status,
    ],
    [200, 404, 200],
  );
  tally.same("every answer is as the document says", owner.faults, []);
}

await withServer({}, all);
if (missingForCluster() === undefined) {
  const cluster = startCluster();
  try {
    const args = ["--postgres", cluster.database("targets")];
    await withServer({ args }, (server, owner) => all(server, owner, args));
  } finally {
    cluster.stop();
  }
}
tally.end();
