// api_figures_test -- screen, API and CSV say the same of every metric, in two time zones, by
// either clock; receipts add up to them; and what was noted is computed once more here, from the
// exported log. Who may see which figure: the table of roles.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { run, Tally } from "./program.ts";
import { browser, withServer, type Client, type Person } from "./server.ts";
import { dateOf, DAY, figuresReady, localDate, median, monday, noteAll, p90, past, seconds,
  WEEK, type Item } from "./past.ts";

const tally = new Tally();
const ZONES = ["Europe/Berlin", "Pacific/Auckland"];

interface Row { readonly [name: string]: string }

function readCsv(text: string): Row[] {
  const [head, ...lines] = text.trim().split("\r\n");
  const names = (head ?? "").split(",");
  return lines.map((line) => Object.fromEntries(line.split(",").map((cell, i) =>
    [names[i] ?? "", cell])));
}

const close = (a: number, b: number): boolean => Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(b));

/** Events of the exported log, of one kind. */
function eventsOf(data: string, kind: string): any[] { // eslint-disable-line
  const done = run(["export", "--events", "--data", data]);
  if (done.status !== 0) throw new Error(done.stderr);
  return done.stdout.split("\n").filter((line) => line.includes(`"type":"${kind}"`))
    .map((line) => JSON.parse(line).data);
}

async function sameEverywhere(client: Client, metrics: readonly any[],
  span: string): Promise<void> {
  for (const metric of metrics) {
    for (const zone of ZONES) {
      for (const clock of ["office_hours", "calendar"]) {
        const query = `metric=${metric.id}&zone=${zone}&clock=${clock}&${span}`;
        const weeks = await client.get(`/figures?${query}&by=week`);
        const csv = await client.get(`/figures?${query}&by=week`,
          { headers: { Accept: "text/csv" } });
        const what = `${metric.id} ${zone} ${clock}`;
        tally.same(`${what}: both answer`, [weeks.status, csv.status], [200, 200]);
        if (weeks.status !== 200 || csv.status !== 200) continue;
        const rows = readCsv(csv.text);
        tally.same(`${what}: CSV says what JSON says`,
          rows.map((r) => [r["from"], r["value"] === "" ? "" : String(Number(r["value"])),
            r["n"], r["numerator"], r["denominator"], r["metric"]]),
          weeks.body.data.map((r: any) => [r.from, r.value === null ? "" : String(r.value),
            String(r.n), String(r.numerator), String(r.denominator), r.metric]));
        const whole = await client.get(`/figures?${query}`);
        const receipt = await client.get(`/figures/receipt?${query}`);
        const fig = whole.body.data[0];
        tally.same(`${what}: the receipt adds up to the figure`,
          [receipt.body.value, receipt.body.n, receipt.body.numerator, receipt.body.denominator],
          [fig.value, fig.n, fig.numerator, fig.denominator]);
        tally.same(`${what}: and says what stands beside it`,
          [receipt.body.withheld, receipt.body.other, receipt.body.restated],
          [fig.withheld, fig.other, fig.restated]);
        if (metric.kind === "share" || metric.kind === "count")
          if (metric.id !== "backlog")
            tally.same(`${what}: weeks add up to the whole`,
              weeks.body.data.reduce((sum: number, r: any) => sum + r.n, 0), fig.n);
      }
    }
  }
}

/** `evenkeel report` of what the API said, as JSON, as a table and in words. */
function terminalSaysSo(data: string, asked: readonly (readonly [any, readonly string[]])[]): void {
  for (const [figure, [metric = "", ...more]] of asked) {
    const report = (...form: string[]): string => {
      const done = run(["report", "--data", data, "--team", "1", "--quiet", "--metric", metric,
        ...more, ...form]);
      if (done.status !== 0) throw new Error(done.stderr);
      return done.stdout;
    };
    const json = JSON.parse(report("--json")).data[0];
    tally.same(`${metric}: the terminal says what stands beside it`,
      [json.metric, json.other, json.restated], [figure.metric, figure.other, figure.restated]);
    const row = readCsv(report("--csv"))[0] ?? {};
    const { other, restated } = figure;
    const text = (v: any): string => v === null || v === undefined ? "" : String(v);
    tally.same(`${metric}: and its table`,
      ["other_metric", "other_until", "other_value", "other_low", "other_high", "other_n",
        "other_numerator", "other_denominator", "was_value", "was_n", "was_numerator",
        "was_denominator", "was_known_at", "restated_by", "restated_at"].map((name) => row[name]),
      [other?.metric, other?.shown_until, other?.value, other?.low, other?.high, other?.n,
        other?.numerator, other?.denominator, restated?.value, restated?.n, restated?.numerator,
        restated?.denominator, restated?.known_at, restated?.causes.join(" "),
        restated?.changed_at].map(text));
    const words = report();
    tally.is(`${metric}: and its words`,
      (other === null || words.includes(`      by ${other.metric}: `)
        && words.includes(`both are shown until ${other.shown_until}`))
      && (restated === null || words.includes("      restated: on ")
        && words.includes("changed by an import")), words);
  }
}

/** `evenkeel report --receipt` tells the items of the API's receipt, in every form. */
function terminalOpensIt(data: string, receipt: any, asked: readonly string[]): void {
  const report = (...form: string[]): string => {
    const done = run(["report", "--data", data, "--team", "1", "--quiet", "--receipt", "--metric",
      ...asked, ...form]);
    if (done.status !== 0) throw new Error(done.stderr);
    return done.stdout;
  };
  const what = `${asked[0]}: the receipt at the terminal`;
  const json = JSON.parse(report("--json"));
  const counted = receipt.items.filter((i: any) => i.counted).length;
  const bare = ({ conversation, team, teammate, ...rest }: any): any => ({ ...rest,
    conversation: conversation === null ? null : Number(conversation.slice(3)),
    team: Number(team.slice(5)) });
  const sorted = (v: any): any => JSON.stringify(Object.entries(v).sort());
  tally.same(`${what}: its items`, json.receipt.items.map(sorted),
    receipt.items.map((i: any) => sorted(bare(i))));
  tally.same(`${what}: what it counts, leaves out, and whether that is all`,
    [json.data[0].n, json.receipt.counted, json.receipt.excluded, json.receipt.more],
    [receipt.n, counted, receipt.excluded.map(({ n, why }: any) => ({ n, why })), false]);
  const rows = readCsv(report("--csv"));
  tally.same(`${what}: as a table`, rows.map((r) => [r.item, r.counted, r.value, r.why]),
    receipt.items.map((i: any) => [i.item, i.counted, i.value, i.why ?? ""].map(String)));
  tally.is(`${what}: in words`,
    report().includes(`  counted: ${counted} of ${receipt.items.length} items\n`));
  tally.is(`${what}: no more than so many`,
    JSON.parse(report("--json", "--limit", "1")).receipt.items.length === 1);
}

await withServer({}, async (server, owner) => {
  await owner.post("/teams", { name: "Care" });
  await owner.post("/teams", { name: "Small" });
  const member = (team: string) => [{ team, level: "primary" }];
  const people: Person[] = [];
  for (const name of ["Ada One", "Ben Two", "Cyd Three", "Dea Four"])
    people.push(await server.person(owner, { name, memberships: member("team_1") }));
  const lead = await server.person(owner, { name: "Lea Lead", roles: ["lead"],
    memberships: member("team_1") });
  const small = await server.person(owner, { name: "Sam Small", memberships: member("team_2") });
  const ids = people.map((p) => Number(p.id.slice(3)));
  const now = Date.now();
  const made = past({ seed: 7, weeks: 12, team: 1, teammates: ids, each: 9, minutes: 20 }, now);
  await noteAll(server, [...made, ...past({ seed: 8, weeks: 3, team: 2,
    teammates: [Number(small.id.slice(3))], each: 4, minutes: 30 }, now)]);
  await figuresReady(owner);

  const defined = await owner.get("/metrics-definitions");
  tally.same("28 metrics, by number", defined.body.data.map((m: any) => m.number),
    Array.from({ length: 28 }, (_, i) => `M${i + 1}`));
  const available = defined.body.data.filter((m: any) => m.available);
  tally.is("one without facts says why",
    defined.body.data.every((m: any) => m.available === (m.why_not === null)));

  const from = dateOf(monday(now) - 12 * WEEK), until = dateOf(monday(now) - 2 * WEEK);
  await sameEverywhere(owner, available, `team=team_1&from=${from}&until=${until}`);

  // ---- computed once more, from the log
  const noted = eventsOf(server.data, "history.conversation");
  const items: Item[] = noted.filter((e) => e.team === 1).map((e) => ({ team: e.team,
    teammate: e.owner, started: e.started, replied: e.replied, closed: e.closed, met: e.sla_met,
    topic: e.tags[0] }));
  tally.same("the log has them all", items, made);
  for (const zone of ZONES) {
    const rows = await owner.get(`/figures?metric=first_response_time&team=team_1&from=${from}` +
      `&until=${until}&by=week&clock=calendar&zone=${zone}`);
    for (const row of rows.body.data) {
      const inWeek = (at: number): boolean => localDate(at, zone) >= row.from &&
        localDate(at, zone) < row.until;
      const waits = items.filter((it) => inWeek(it.replied))
        .map((it) => seconds(it.replied) - seconds(it.started));
      tally.same(`M1 ${zone} ${row.from}: n`, row.n, waits.length);
      if (waits.length < 5) continue;
      tally.is(`M1 ${zone} ${row.from}: median and p90`,
        close(row.median, median(waits)) && close(row.p90, p90(waits)),
        [row.median, median(waits), row.p90, p90(waits)]);
    }
    const count = await owner.get(`/figures?metric=volume&team=team_1&from=${from}` +
      `&until=${until}&by=day&zone=${zone}`);
    for (const row of count.body.data) {
      const came = items.filter((it) => localDate(it.started, zone) === row.from).length;
      tally.same(`M9 ${zone} ${row.from}`, row.n, came);
    }
    const solved = await owner.get(`/figures?metric=resolution_time&team=team_1&from=${from}` +
      `&until=${until}&by=month&clock=calendar&zone=${zone}`);
    for (const row of solved.body.data) {
      const times = items.filter((it) => localDate(it.closed, zone) >= row.from &&
        localDate(it.closed, zone) < row.until)
        .map((it) => seconds(it.closed) - seconds(it.started));
      tally.same(`M11 ${zone} ${row.from}: n`, row.n, times.length);
      if (times.length >= 5)
        tally.is(`M11 ${zone} ${row.from}`, close(row.value, median(times)), [row, median(times)]);
    }
    const sla = await owner.get(`/figures?metric=sla_attainment&team=team_1&from=${from}` +
      `&until=${until}&zone=${zone}`);
    const share = sla.body.data[0];
    tally.is(`M18 ${zone}`, share.denominator > 0 && share.numerator <= share.denominator &&
      close(share.value, share.numerator / share.denominator), share);
  }
  const wide = `from=${dateOf(monday(now) - 20 * WEEK)}&until=${dateOf(now + DAY)}`;
  const all = await owner.get(`/figures?metric=sla_attainment&team=team_1&${wide}`);
  tally.same("M18 of everything: met, and decided",
    [all.body.data[0].numerator, all.body.data[0].denominator],
    [items.filter((it) => it.met === 1).length, items.length]);

  // ---- who sees what
  const own = people[0] as Person;
  const at = async (client: Client, query: string): Promise<number> =>
    (await client.get(`/figures?${query}&${wide}`)).status;
  const frt = "metric=first_response_time";
  tally.same("a teammate: team totals, their own, nobody else's, no other team",
    [await at(own.client, `${frt}&team=team_1`), await at(own.client, `${frt}&teammate=${own.id}`),
      await at(own.client, `${frt}&teammate=${(people[1] as Person).id}`),
      await at(own.client, `${frt}&team=team_2`)], [200, 200, 403, 403]);
  tally.same("their own, of a metric that credits nobody, or that is theirs alone",
    [await at(own.client, `metric=occupancy&teammate=${own.id}`),
      await at(own.client, `metric=concurrency&teammate=${own.id}`)], [403, 200]);
  tally.same("a lead by token: the team; a person only in a browser",
    [await at(lead.client, `${frt}&team=team_1`),
      await at(lead.client, `${frt}&teammate=${own.id}`)],
    [200, 403]);
  const page = { headers: browser(lead.cookie) };
  const ask = async (query: string): Promise<number> =>
    (await lead.client.as(null).get(`/figures?${query}&${wide}`, page)).status;
  tally.same("before the purpose is said", await ask(`${frt}&teammate=${own.id}`), 403);
  const look = await lead.client.as(null).post(`/teammates/${own.id}/looks`,
    { purpose: "coaching" }, page);
  tally.same("it is said", look.status, 201);
  tally.same("then the person's figure, but not what is theirs alone",
    [await ask(`${frt}&teammate=${own.id}`), await ask(`metric=concurrency&teammate=${own.id}`)],
    [200, 403]);
  tally.same("a small team: waits are the service's, handling its leads'",
    [await at(small.client, `${frt}&team=team_2`), await at(small.client,
      "metric=handle_time&team=team_2")], [200, 403]);
  tally.same("who is nobody", await at(owner.as(null), frt), 401);
  const receipt = await own.client.get(`/figures/receipt?${frt}&team=team_1&${wide}`);
  tally.is("a receipt names nobody else",
    receipt.body.items.every((i: any) => i.teammate === null || i.teammate === own.id));
  tally.is("a receipt is cut at 500 items, and says so",
    receipt.body.items.length === Math.min(500, items.length) &&
    receipt.body.more === items.length > 500, [receipt.body.items.length, items.length]);

  // ---- what cannot be asked
  for (const [query, status] of [["", 400], ["metric=nothing", 400], ["metric=adherence", 400],
    [`${frt}&variant=x`, 400], [`${frt}&clock=sundial`, 400], [`${frt}&zone=Mars/Base`, 400],
    [`${frt}@99`, 400], [`${frt}&team=team_99`, 404],
    [`${frt}&from=2026-05-02&until=2026-05-01`, 400],
    [`${frt}&x=1`, 400], [`${frt}&by=year`, 400]] as const)
    tally.same(`refused: ${query}`, (await owner.get(`/figures?${query}`)).status, status);

  // ---- another version of a definition (R10)
  const change = { metric: "first_response_time", clock: "calendar", reason: "We work in shifts" };
  tally.same("who may not", (await lead.client.post("/metrics-definitions", change)).status, 403);
  for (const [what, body] of [["of what was", { effective_from: dateOf(now - DAY) }],
    ["as it is", { clock: "office_hours" }], ["without a reason", { reason: "" }],
    ["what it does not rest on", { target_seconds: 30 }],
    ["no metric", { metric: "nothing" }]] as const)
    tally.same(`refused: ${what}`,
      (await owner.post("/metrics-definitions", { ...change, ...body })).status, 422);
  const tried = await owner.post("/metrics-definitions?dry_run=true", change);
  tally.same("tried, it would be version 2", tried.body.versions.length, 2);
  const version = async (): Promise<any[]> =>
    (await owner.get("/metrics-definitions")).body.data[0].versions;
  tally.same("and nothing is changed", (await version()).length, 1);
  const changed = await owner.post("/metrics-definitions", change);
  tally.same("it is told as it will be",
    changed.body.versions.map((v: any) => [v.version, v.clock, v.reason]),
    [[1, "office_hours", null], [2, "calendar", "We work in shifts"]]);
  await tally.until("and kept", 10_000, async () => (await version()).length === 2);
  tally.same("until that day the first one holds",
    (await owner.get(`/figures?${frt}&team=team_1`)).body.data[0].metric, "first_response_time@1");
  tally.is("once more for that day is refused",
    [409, 422].includes((await owner.post("/metrics-definitions", change)).status));

  // While a target rests on it, both versions are shown for one whole period of that.
  const goal = await lead.client.post("/targets", { metric: "resolution_time", value: 36_000,
    scope: { team: "team_1" }, comparator: "at_most", period: "quarter", reason: "soon done",
    review_date: dateOf(now + 90 * DAY) });
  tally.same("a target of a quarter", [goal.status, goal.text.slice(0, 0)], [201, ""]);

  // ---- three days later more of the past comes in, and a definition changes (R13, R10)
  const day = dateOf((made[0] as Item).started);
  const next = dateOf((made[0] as Item).started + DAY);
  const of = `metric=volume&team=team_1&from=${day}&until=${next}&zone=UTC`;
  const before = (await owner.get(`/figures?${of}`)).body.data[0];
  tally.same("as it was noted", before.restated, null);
  const late = new Date(now + 3 * DAY).toISOString();
  const started = new Date((made[0] as Item).started).toISOString();
  const place = mkdtempSync(join(tmpdir(), "evenkeel-late-"));
  const port = server.port;
  await server.end();
  writeFileSync(join(place, "late.jsonl"), [
    { at: late, cmd: "history.note_conversation", import: 2, item: 1, channel: "email", team: 1,
      started, tags: [] },
    { at: late, cmd: "definition.change", metric: 11, version: 2, effective: late,
      clock: "office_hours", matures_days: 14, target_s: 0, short_s: 0, reason: "a fortnight" },
  ].map((line) => JSON.stringify(line)).join("\n") + "\n");
  const driven = run(["drive", join(place, "late.jsonl"), "--data", server.data, "--quiet",
    "--json"]);
  rmSync(place, { recursive: true, force: true });
  tally.same("driven", [driven.status, driven.stderr], [0, ""]);
  await server.start(port);
  await figuresReady(owner);
  const after = (await owner.get(`/figures?${of}`)).body.data[0];
  tally.same("after it, before it, and why", [after.n, after.restated.n, after.restated.value,
    after.restated.causes], [before.n + 1, before.n, before.value, ["imported"]]);
  // It was open when it was brought in. That is history: nobody waits for an answer from here.
  const open = async (last: string): Promise<number> => (await owner.get(
    `/figures?metric=backlog&team=team_1&from=${day}&until=${last}&zone=UTC`)).body.data[0].value;
  tally.same("what was imported open was open then, and does not wait now",
    [await open(dateOf(now + 3 * DAY)), await open(dateOf(now + 4 * DAY))], [1, 0]);
  const table = await owner.get(`/figures?${of}`, { headers: { Accept: "text/csv" } });
  tally.is("the table says so too",
    table.text.replaceAll('"', "").includes("causes:[imported]"), table.text);
  const ends = dateOf(now + 5 * DAY), since = dateOf(now - 10 * DAY);
  const both = (await owner.get(
    `/figures?metric=resolution_time&team=team_1&from=${since}&until=${ends}`)).body.data[0];
  tally.same("around the change both are shown",
    [both.metric, both.other.metric, both.other.clock, both.other.n < both.n,
      both.other.not_yet_known > both.not_yet_known],
    ["resolution_time@1", "resolution_time@2", "office_hours", true, true]);
  tally.is("for a whole quarter, as a target asks", both.other.shown_until > dateOf(now + 91 * DAY),
    both.other);
  terminalSaysSo(server.data, [
    [after, ["volume", "--from", day, "--until", next, "--zone", "UTC"]],
    [both, ["resolution_time", "--from", since, "--until", ends]]]);
  for (const [figure, query, words] of [
    [after, of, ["volume", "--from", day, "--until", next, "--zone", "UTC"]],
    [both, `metric=resolution_time&team=team_1&from=${since}&until=${ends}`,
      ["resolution_time", "--from", since, "--until", ends]]] as const) {
    const receipt = (await owner.get(`/figures/receipt?${query}`)).body;
    terminalOpensIt(server.data, receipt, words);
    tally.same(`${figure.metric}: its receipt says so too`, [receipt.other, receipt.restated],
      [figure.other, figure.restated]);
  }
  for (const wrong of [["--receipt"], ["--receipt", "--metric", "volume", "--by", "day"],
    ["--limit", "3"], ["--receipt", "--metric", "volume", "--limit", "x"]]) {
    const done = run(["report", "--data", server.data, ...wrong]);
    tally.is(`refused: ${wrong.join(" ")}`, done.status === 2 && done.stdout === "", done.stderr);
  }
  const chart = await owner.get("/trends/series?metric=resolution_time&team=team_1");
  tally.is("a chart's stretches say their version",
    chart.status === 200 && chart.body.segments.every((s: any) =>
      s.metric === "resolution_time@1"), chart.body.segments);
  tally.same("every answer is as the document says", owner.faults, []);
});
tally.end();
