// api_figures_test -- screen, API and CSV say the same of every metric, in two time zones, by
// either clock; receipts add up to them; and what was noted is computed once more here, from the
// exported log. Who may see which figure: the table of roles.
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
        if (metric.kind === "share" || metric.kind === "count")
          if (metric.id !== "backlog")
            tally.same(`${what}: weeks add up to the whole`,
              weeks.body.data.reduce((sum: number, r: any) => sum + r.n, 0), fig.n);
      }
    }
  }
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
  tally.same("every answer is as the document says", owner.faults, []);
});
tally.end();
