// api_figures_slices_test -- figures of one tier, of one product area, of one hour of the day: they
// add up to the whole, their tables and receipts say the same, what cannot be narrowed so is
// refused with the reason, and nobody's day is told by the hour.
import { dateOf, DAY, figuresReady } from "./past.ts";
import { Tally } from "./program.ts";
import { withServer, type Client, type Server } from "./server.ts";

const tally = new Tally();
const days = `from=${dateOf(Date.now() - DAY)}&until=${dateOf(Date.now() + 2 * DAY)}`;
// Kathmandu is 5:45 ahead: its hours begin in the middle of UTC's.
const ZONES = ["UTC", "Asia/Kathmandu"];

async function fault(client: Client, query: string): Promise<unknown> {
  const got = await client.get(`/figures?${query}&${days}`);
  return [got.status, got.body?.errors?.[0]?.parameter];
}

async function sliced(owner: Client, team: string): Promise<void> {
  const said = [
    { tier: "gold", product_area: "app" },
    { tier: "gold", product_area: "app" },
    { tier: "gold" },
    { tier: "silver", product_area: "web" },
    {},
  ];
  const ids: string[] = [];
  const text = "Hello";
  for (const attributes of said) {
    const contact = (await owner.post("/contacts", { name: "Someone" })).body.id as string;
    const made = await owner.post("/conversations", { contact, team, text, attributes });
    tally.is("a conversation comes", made.status === 201, made.text);
    ids.push(made.body.id as string);
  }
  const n = async (query: string): Promise<unknown> =>
    (await owner.get(`/figures?metric=volume&team=${team}&${days}${query}`)).body.data?.[0]?.n;
  tally.same(
    "gold, silver, a tier that nobody has",
    [await n("&tier=gold"), await n("&tier=silver"), await n("&tier=iron")],
    [3, 1, 0],
  );
  tally.same(
    "product areas, and both together",
    [
      await n("&product_area=app"),
      await n("&tier=gold&product_area=app"),
      await n("&tier=gold&product_area=web"),
    ],
    [2, 2, 0],
  );
  // A figure is of the tier that a conversation had when it came (R3).
  const first = await owner.get(`/conversations/${ids[0]}`);
  const changed = await owner.patch(
    `/conversations/${ids[0]}`,
    { attributes: { tier: "silver" } },
    { headers: { "If-Match": first.headers.get("etag") as string } },
  );
  tally.is("it becomes silver", changed.status === 200, changed.text);
  tally.same("but came as gold", [await n("&tier=gold"), await n("&tier=silver")], [3, 1]);
  const waits = await owner.get(
    `/figures?metric=first_response_time&team=${team}&tier=silver&${days}`,
  );
  tally.same("of silver two wait now", waits.body.data?.[0]?.open, 2);
  const receipt = await owner.get(`/figures/receipt?metric=volume&team=${team}&tier=gold&${days}`);
  tally.same(
    "its receipt says which, and by what it is narrowed",
    [receipt.body.items?.map((i: any) => i.conversation), receipt.body.filters?.tier],
    [ids.slice(0, 3), "gold"],
  );
  tally.same(
    "time at work has no tier",
    await fault(owner, `metric=occupancy&team=${team}&tier=gold`),
    [400, "tier"],
  );
}

async function hours(owner: Client, team: string): Promise<void> {
  const whole = await owner.get(`/figures?metric=volume&team=${team}&${days}`);
  for (const zone of ZONES) {
    const query = `metric=volume&team=${team}&zone=${zone}&${days}`;
    const got = await owner.get(`/figures?${query}&by=hour`);
    const rows = got.body.data ?? [];
    tally.same(
      `${zone}: each hour of the day`,
      rows.map((r: any) => r.hour),
      Array.from({ length: 24 }, (_, i) => i),
    );
    tally.same(
      `${zone}: what waits now is of no hour, not none`,
      [new Set(rows.map((r: any) => r.open)), whole.body.data[0].open],
      [new Set([null]), 0],
    );
    tally.same(
      `${zone}: they add up`,
      rows.reduce((sum: number, r: any) => sum + r.n, 0),
      whole.body.data[0].n,
    );
    const receipt = await owner.get(`/figures/receipt?${query}`);
    const local = new Intl.DateTimeFormat("en-GB", {
      timeZone: zone,
      hour: "2-digit",
      hourCycle: "h23",
    });
    const counted = Array.from({ length: 24 }, () => 0);
    for (const { start } of receipt.body.items) {
      const hour = Number(local.format(new Date(start)));
      counted[hour] = (counted[hour] ?? 0) + 1;
    }
    tally.same(
      `${zone}: as the browser's clock says`,
      rows.map((r: any) => r.n),
      counted,
    );
    const busy = counted.findIndex((c) => c > 0);
    const one = await owner.get(`/figures?${query}&hour=${busy}`);
    const its = await owner.get(`/figures/receipt?${query}&hour=${busy}`);
    tally.same(
      `${zone}: one of them, and its receipt`,
      [one.body.data?.[0]?.n, its.body.items?.length, its.body.filters?.hour],
      [counted[busy], counted[busy], busy],
    );
    const table = await owner.get(`/figures?${query}&by=hour`, {
      headers: { Accept: "text/csv" },
    });
    const [head = "", ...lines] = table.text.trim().split("\r\n");
    const at = (name: string): number => head.split(",").indexOf(name);
    tally.same(
      `${zone}: the table says the same`,
      lines.map((line) => line.split(",")).map((v) => [v[at("hour")], v[at("n")]]),
      rows.map((r: any) => [String(r.hour), String(r.n)]),
    );
  }
  const own = await owner.get("/me");
  for (const [query, parameter] of [
    [`metric=backlog&team=${team}&by=hour`, "metric"],
    [`metric=volume&team=${team}&hour=3&by=hour`, "hour"],
    [`metric=volume&team=${team}&hour=24`, "hour"],
    [`metric=handle_time&teammate=${own.body.id}&by=hour`, "teammate"],
  ] as const)
    tally.same(`refused: ${query}`, await fault(owner, query), [400, parameter]);
}

/** What few people do by the hour is somebody's day: told to nobody, whoever leads them. */
async function nobodysDay(server: Server, owner: Client, team: string): Promise<void> {
  const memberships = [{ team }];
  const lead = await server.person(owner, {
    name: "Lea Lead",
    memberships,
    roles: ["teammate", "lead"],
  });
  const statuses = async (client: Client, more: string): Promise<number[]> => {
    const query = `team=${team}&${more}&${days}`;
    return Promise.all(
      [
        `/figures?${query}`,
        `/figures?${query}&hour=10`,
        `/figures?${query}&by=hour`,
        `/figures/receipt?${query}&hour=10`,
      ].map(async (path) => (await client.get(path)).status),
    );
  };
  const OF_PEOPLE = ["handle_time", "occupancy", "transfers"];
  const look = async (n: number, told: number): Promise<void> => {
    for (const client of [lead.client, owner])
      for (const metric of OF_PEOPLE)
        tally.same(
          `${metric} of ${n}, whole and by the hour`,
          await statuses(client, `metric=${metric}`),
          [200, told, told, told],
        );
    tally.same(
      `the queue of ${n}`,
      await statuses(lead.client, "metric=volume"),
      [200, 200, 200, 200],
    );
  };
  await look(1, 403);
  for (const name of ["Ann One", "Bea Two", "Cyd Three"])
    await server.person(owner, { name, memberships });
  await look(4, 403);
  tally.same(
    "nor of all teams together",
    (await owner.get(`/figures?metric=occupancy&by=hour&${days}`)).status,
    403,
  );
  await server.person(owner, { name: "Dot Four", memberships });
  await look(5, 200);
}

await withServer({}, async (server, owner) => {
  const team = (await owner.post("/teams", { name: "Orders" })).body.id as string;
  await figuresReady(owner);
  tally.same(
    "before tiers are facts, it is said that there are none",
    await fault(owner, `metric=volume&team=${team}&tier=gold`),
    [400, "tier"],
  );
  const set = await owner.patch(
    "/settings/workspace",
    { set: { attribute_orders: { tier: ["gold", "silver"], product_area: ["app", "web"] } } },
    { headers: { "If-Match": "*" } },
  );
  tally.is("they are listed", set.status === 200, set.text);
  tally.same(
    "of everybody, where hardly anybody works: for who leads them all",
    (await owner.get(`/figures?metric=occupancy&${days}`)).status,
    200,
  );
  await sliced(owner, team);
  await hours(owner, team);
  await nobodysDay(server, owner, team);
  tally.same("every answer is as documented", owner.faults, []);
});
tally.end();
