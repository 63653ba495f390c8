// api_workflows_test -- guided workflows: written, checked, published version by version, gone
// through beside a conversation with each step a part of it, left with a reason, and where they are
// left. The same on PostgreSQL, where it is installed.
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
  (got.body?.errors ?? []).map((e: any) => `${e.pointer} ${e.code}`).sort();
const match = (revision: number | string): { headers: Record<string, string> } =>
  ({ headers: { "If-Match": revision === "*" ? "*" : `"r${revision}"` } });

interface Scene {
  readonly owner: Client;
  readonly team: string;
  readonly mate: Person;
  readonly far: Person;
  flow: string;
}

// What is written back of a step or an answer that was sent short.
const whole = (branch: any): any => ({ next: null, priority: null, tags: [], attributes: {},
  ...branch });

const STEPS = [
  { id: 1, title: "Is it older than 30 days?", text: "Look at the order.",
    branches: [{ label: "Yes", next: 3 }, { label: "No", next: 2, priority: 2 }] },
  { id: 2, title: "Give the money back", branches: [{ label: "Done", next: 4 }] },
  { id: 3, title: "Say that it is too late", branches: [{ label: "Ask again", next: 1 },
    { label: "Said", next: 4 }] },
  { id: 4, title: "Refund is settled", end: true },
];

async function written(s: Scene): Promise<void> {
  const made = await s.owner.post("/workflows", { title: "Refund", steps: STEPS.slice(0, 3) });
  status("written", made, 201);
  s.flow = made.body.id;
  tally.same("what leads nowhere is said", made.body.faults, [{ step: 2, code: "unknown_next" },
    { step: 3, code: "unknown_next" },
    { step: 1, code: "no_way_out" }].sort((a, b) => a.step - b.step));
  problem("and keeps it from use", await s.owner.post(`/workflows/${s.flow}/publish`, undefined,
    match(1)), 409, "conflict");
  problem("a teammate writes none", await s.mate.client.post("/workflows",
    { title: "X", steps: STEPS }), 403, "forbidden");
  const rows: [string, unknown, string[]][] = [
    ["nothing", {}, ["/steps missing", "/title missing"]],
    ["no steps", { title: "A", steps: [] }, ["/steps too_few"]],
    ["one twice", { title: "A", steps: [STEPS[3], STEPS[3]] }, ["/steps/1/id repeated"]],
    ["an end that leads on", { title: "A", steps: [{ id: 1, title: "E", end: true,
      branches: [{ label: "x" }] }] }, ["/steps/0/branches conflict"]],
    ["no title, an answer without words", { title: "A", steps: [{ id: 1, branches: [{}] }] },
      ["/steps/0/branches/0/label missing", "/steps/0/title missing"]],
  ];
  for (const [what, body, faults] of rows) {
    const got = await s.owner.post("/workflows", body);
    tally.same(what, [got.status, places(got)], [422, faults]);
  }
}

async function published(s: Scene): Promise<void> {
  const at = `/workflows/${s.flow}`;
  problem("without the version it rests on", await s.owner.patch(at, { steps: STEPS }), 428,
    "precondition_required");
  problem("on an old one", await s.owner.patch(at, { steps: STEPS }, match(9)), 412,
    "version_mismatch");
  const changed = await s.owner.patch(at, { steps: STEPS }, match(1));
  tally.same("mended, and not yet in use", [changed.status, changed.body.faults,
    changed.body.version, changed.body.changed], [200, [], 0, true]);
  problem("a teammate publishes none", await s.mate.client.post(`${at}/publish`, undefined,
    match(2)), 403, "forbidden");
  const used = await s.owner.post(`${at}/publish`, undefined, match(2));
  tally.same("in use", [used.status, used.body.version, used.body.changed], [200, 1, false]);
  tally.same("read by a teammate", [(await s.mate.client.get(at)).body.steps[0].branches[1],
    (await s.mate.client.get("/workflows?archived=false")).body.data.length],
    [whole({ label: "No", next: 2, priority: 2 }), 1]);
  problem("one that there is not", await s.mate.client.get("/workflows/flow_99"), 404,
    "not_found");
}

async function walked(s: Scene): Promise<void> {
  const talk = (await s.mate.client.post("/conversations", { team: s.team, title: "Money",
    text: "I want my money back please" })).body.id;
  const at = `/conversations/${talk}/workflows`;
  tally.same("offered", (await s.mate.client.get(at)).body,
    { offered: [{ id: s.flow, title: "Refund" }], walks: [] });
  const key = { headers: { "Idempotency-Key": randomUUID() } };
  const begun = await s.mate.client.post(at, { workflow: s.flow }, key);
  tally.same("begun", [begun.status, begun.body.state, begun.body.step.id, begun.body.version],
    [201, "running", 1, 1]);
  tally.same("the same key begins it once", (await s.mate.client.post(at, { workflow: s.flow },
    key)).text, begun.text);
  problem("one at a time", await s.mate.client.post(at, { workflow: s.flow }), 409, "conflict");
  const walk = begun.body.id;
  const answer = (step: number, branch: number): Promise<Answer> =>
    s.mate.client.post(`${at}/answer`, { walk, step, branch });
  problem("not where it is", await answer(2, 0), 409, "conflict");
  tally.same("no such answer", places(await answer(1, 5)), ["/branch not_found"]);
  const next = await answer(1, 1);
  tally.same("on it goes", [next.status, next.body.step.id], [200, 2]);
  tally.same("and sets what the answer says",
    (await s.mate.client.get(`/conversations/${talk}`)).body.priority, 2);
  await s.owner.patch(`/workflows/${s.flow}`, { steps: [STEPS[3]] }, match("*"));
  await s.owner.post(`/workflows/${s.flow}/publish`, undefined, match("*"));
  const end = await answer(2, 0);
  tally.same("to the end, with the version it was begun with", [end.body.state, end.body.step.id,
    end.body.version, end.body.ended_at !== null], ["finished", 4, 1, true]);
  problem("and no further", await answer(4, 0), 409, "conflict");
  const parts = (await s.mate.client.get(`/conversations/${talk}/parts?kind=note`)).body.data;
  tally.same("each step is a part, by whom", parts.map((p: any) => [p.text, p.author.teammate]), [
    ["Refund", s.mate.id],
    ["Refund: Is it older than 30 days? → No", s.mate.id],
    ["Refund: Give the money back → Done\nRefund is settled", s.mate.id],
  ]);
  tally.same("and none is an answer to the contact", (await s.mate.client.get(
    `/conversations/${talk}/parts?kind=message`)).body.data.length, 1);
  problem("those of others are not there", await s.far.client.get(at), 404, "not_found");
  problem("nor begun", await s.far.client.post(at, { workflow: s.flow }), 404, "not_found");
}

// An answer sets tags and attributes, with the rights of whoever gives it, and says so in its note.
async function sets(s: Scene): Promise<void> {
  const tag = async (name: string): Promise<string> =>
    (await s.owner.post("/tags", { name })).body.id;
  const [late, rare, gone] = [await tag("late"), await tag("rare"), await tag("gone")];
  const answers = (set: unknown): unknown => ({ title: "Sort it", team: s.team, steps: [
    { id: 1, title: "Which?", branches: [{ label: "This", next: 2, ...(set as object) }] },
    { id: 2, title: "Sorted", end: true }] });
  const at2 = "/steps/0/branches/0";
  const rows: [string, unknown, string[]][] = [
    ["a tag that there is not", { tags: ["tag_999"] }, ["/steps/0 not_found"]],
    ["a tag twice", { tags: [late, late] }, [`${at2}/tags/1 repeated`]],
    ["nine tags", { tags: Array(9).fill(late) }, [`${at2}/tags too_many`]],
    ["an attribute that is no text", { attributes: { region: [1] } },
      [`${at2}/attributes refused`]],
    ["nine attributes",
      { attributes: Object.fromEntries("abcdefghi".split("").map((n) => [n, n])) },
      [`${at2}/attributes refused`]],
  ];
  for (const [what, set, faults] of rows) {
    const got = await s.owner.post("/workflows", answers(set));
    tally.same(what, [got.status, places(got)], [422, faults]);
  }
  const made = await s.owner.post("/workflows", answers({ tags: [late, gone, rare],
    attributes: { region: "EU", old: null } }));
  tally.same("kept as written", [made.status, made.body.team, made.body.steps[0].branches[0]],
    [201, s.team, whole({ label: "This", next: 2, tags: [late, gone, rare],
      attributes: { old: null, region: "EU" } })]);
  const flow = made.body.id;
  status("in use", await s.owner.post(`/workflows/${flow}/publish`, undefined, match("*")), 200);
  status("a tag is deleted meanwhile", await s.owner.delete(`/tags/${gone}`), 200);
  const talk = (await s.mate.client.post("/conversations", { team: s.team, text: "hello",
    tags: [late], attributes: { old: "yes", kept: "1" } })).body.id;
  const at = `/conversations/${talk}/workflows`;
  const walk = (await s.mate.client.post(at, { workflow: flow })).body.id;
  status("answered", await s.mate.client.post(`${at}/answer`, { walk, step: 1, branch: 0 }), 200);
  const now = (await s.owner.get(`/conversations/${talk}`)).body;
  tally.same("tags are added, attributes set and removed", [now.tags.sort(), now.attributes],
    [[late, rare].sort(), { kept: "1", region: "EU" }]);
  const note = (await s.mate.client.get(`/conversations/${talk}/parts?kind=note`)).body.data.at(-1);
  tally.same("said in the note of the step", note.text,
    "Sort it: Which? → This\n+ late\n+ rare\n− old\nregion = EU\nSorted");
  const told = (await s.owner.get(`/conversations/${talk}/events`)).body.data
    .filter((each: any) => each.type === "conversation.updated").length;
  tally.is("as an event of the conversation", told > 0, String(told));
  const versions = await s.mate.client.get(`/workflows/${flow}/versions`);
  tally.same("its versions say who and what", versions.body.data.map((each: any) =>
    [each.version, each.title, each.by, each.steps.length, typeof each.at]),
    [[1, "Sort it", (await s.owner.get("/me")).body.id, 2, "string"]]);
  problem("of others' team not", await s.far.client.get(`/workflows/${flow}/versions`), 404,
    "not_found");
  const moved = await s.owner.patch(`/workflows/${flow}`, { team: null }, match("*"));
  tally.same("for every team", [moved.status, moved.body.team], [200, null]);
  tally.same("offered there then", (await s.far.client.get("/workflows")).body.data.length, 2);
  status("archived", await s.owner.patch(`/workflows/${flow}`, { archived: true }, match("*")),
    200);
}

/** Who put what into use, and took it away. */
async function audited(s: Scene): Promise<void> {
  const made = await s.owner.post("/workflows", { title: "Short", steps: [STEPS[3]] });
  const at = `/workflows/${made.body.id}`;
  status("published", await s.owner.post(`${at}/publish`, undefined, match("*")), 200);
  for (const archived of [true, false, true])
    status("archived or not", await s.owner.patch(at, { archived }, match("*")), 200);
  const log = (await s.owner.get("/audit-log?limit=50&sort=-id")).body.data;
  tally.same("the audit log", log.filter((each: any) => each.object === made.body.id)
    .map((each: any) => [each.action, each.details]).reverse(),
    ["published", "archived", "restored", "archived"].map((did) =>
      [`workflow.${did}`, { version: 1 }]));
}

async function left(s: Scene): Promise<void> {
  await s.owner.patch(`/workflows/${s.flow}`, { steps: STEPS }, match("*"));
  status("a third version", await s.owner.post(`/workflows/${s.flow}/publish`, undefined,
    match("*")), 200);
  for (const reason of ["The order is not ours", "Called instead"]) {
    const talk = (await s.mate.client.post("/conversations", { team: s.team, text: "hello" }))
      .body.id;
    const at = `/conversations/${talk}/workflows`;
    const walk = (await s.mate.client.post(at, { workflow: s.flow })).body.id;
    await s.mate.client.post(`${at}/answer`, { walk, step: 1, branch: 0 });
    tally.same("left needs a reason", places(await s.mate.client.post(`${at}/leave`, { walk })),
      ["/reason missing"]);
    const got = await s.mate.client.post(`${at}/leave`, { walk, reason });
    tally.same("left", [got.status, got.body.state, got.body.reason], [200, "left", reason]);
    problem("once", await s.mate.client.post(`${at}/leave`, { walk, reason }), 409, "conflict");
    tally.same("said in a part", (await s.mate.client.get(
      `/conversations/${talk}/parts?kind=note`)).body.data.at(-1).text,
      `Refund: Say that it is too late ✕ ${reason}`);
  }
  const report = await s.owner.get(`/workflows/${s.flow}/report`);
  tally.same("where it is left", report.body, { id: s.flow, version: 3, started: 2, finished: 0,
    left: 2, steps: [
      { step: 1, title: STEPS[0]!.title, reached: 2, left: 0, reasons: [] },
      { step: 2, title: STEPS[1]!.title, reached: 0, left: 0, reasons: [] },
      { step: 3, title: STEPS[2]!.title, reached: 2, left: 2,
        reasons: ["Called instead", "The order is not ours"] },
      { step: 4, title: STEPS[3]!.title, reached: 0, left: 0, reasons: [] }] });
  const first = (await s.owner.get(`/workflows/${s.flow}/report?version=1`)).body;
  tally.same("of an earlier version", [first.started, first.finished, first.left], [1, 1, 0]);
  problem("of one that there is not", await s.owner.get(`/workflows/${s.flow}/report?version=9`),
    404, "not_found");
  status("archived", await s.owner.patch(`/workflows/${s.flow}`, { archived: true }, match("*")),
    200);
}

async function work(server: Server, owner: Client): Promise<void> {
  const team = (await owner.post("/teams", { name: "First line" })).body.id;
  const other = (await owner.post("/teams", { name: "Second line" })).body.id;
  const s: Scene = {
    owner, team, flow: "",
    mate: await server.person(owner, { name: "Mina Park", memberships: [{ team }] }),
    far: await server.person(owner, { name: "Far Away", memberships: [{ team: other }] }),
  };
  for (const part of [written, published, walked, sets, audited, left]) await part(s);
  for (const who of [owner, s.mate.client, s.far.client])
    tally.same("as the document says", who.faults, []);
}

await withBothStores("workflows", work);
tally.end();
