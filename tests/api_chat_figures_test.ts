// api_chat_figures_test -- live chats in abandonment and service level: who gave up, and who was
// answered in the time that chats have.
import { dateOf, DAY, figuresReady } from "./past.ts";
import { Tally } from "./program.ts";
import { withServer, type Answer, type Client, type Server } from "./server.ts";
import { Visitor } from "./visitor.ts";

const tally = new Tally();

const status = (what: string, got: Answer, want: number): void =>
  tally.is(`${what}: ${want}`, got.status === want, `${got.status} ${got.text.slice(0, 300)}`);

/** A time that was set is taken back, by a version of its own; other metrics never had one. */
async function withdrawn(owner: Client): Promise<void> {
  const gone = {
    metric: "service_level",
    chat_target_seconds: null,
    effective_from: dateOf(Date.now() + 3 * DAY),
    reason: "No time for chats",
  };
  const told = await owner.post("/metrics-definitions", gone);
  status("the time of chats is withdrawn", told, 200);
  tally.same(
    "then they have none",
    told.body.versions?.map((v: any) => v.chat_target_seconds),
    [null, 3600, null],
  );
  const change = (await owner.get("/changes?limit=1")).body.data?.[0];
  tally.same(
    "and so it is on record",
    [change?.before?.chat_target_seconds, change?.after?.chat_target_seconds],
    [3600, null],
  );
  for (const [what, body] of [
    ["what has none", { metric: "volume" }],
    ["a time of calls", { target_seconds: null }],
  ] as const)
    status(`not of ${what}`, await owner.post("/metrics-definitions", { ...gone, ...body }), 422);
}

/** One is answered, one closed without an answer, one waits: how many gave up, and in time how. */
async function figures(server: Server, owner: Client): Promise<void> {
  const team = (await owner.post("/teams", { name: "Orders" })).body.id as string;
  const memberships = [{ team, level: "primary" }];
  const lead = await server.person(owner, { name: "Lead One", roles: ["lead"], memberships });
  const { client } = lead;
  const made = await client.post("/chat-inboxes", {
    name: "Bills",
    team: team,
    sites: ["https://bills.example"],
    languages: ["en"],
    greeting: { en: "Hello!" },
  });
  status("another inbox", made, 201);
  const ids: string[] = [];
  for (const text of ["answered", "closed", "waits"])
    ids.push((await new Visitor(owner, made.body.id).say(text)).body.conversation.id);
  const answer = { kind: "message", text: "Here it is." };
  status("one is answered", await client.post(`/conversations/${ids[0]}/parts`, answer), 201);
  status("one is closed", await client.post(`/conversations/${ids[1]}/close`, {}), 200);
  await figuresReady(owner);
  const change = {
    metric: "service_level",
    chat_target_seconds: 3600,
    reason: "An hour for chats",
  };
  const told = await owner.post("/metrics-definitions", change);
  tally.same(
    "chats have a time from tomorrow on",
    told.body.versions.map((v: any) => [v.target_seconds, v.chat_target_seconds]),
    [
      [20, null],
      [20, 3600],
    ],
  );
  // Until the end of today, also where it is tomorrow already.
  const days = `from=${dateOf(Date.now() - DAY)}&until=${dateOf(Date.now() + 2 * DAY)}`;
  const parts = async (query: string): Promise<unknown> => {
    const got = await owner.get(`/figures?metric=${query}&team=${team}&channel=chat&${days}`);
    return got.body?.data?.[0] === undefined
      ? got.text
      : [got.body.data[0].numerator, got.body.data[0].denominator];
  };
  tally.same("one of two gave up", await parts("abandonment&variant=raw"), [1, 2]);
  const receipt = await owner.get(
    `/figures/receipt?metric=abandonment&variant=raw&team=${team}&${days}`,
  );
  tally.same(
    "and its receipt says which",
    receipt.body?.items?.map((i: any) => [i.conversation, i.in_numerator]),
    [
      [ids[0], false],
      [ids[1], true],
    ],
  );
  tally.same(
    "before there is a time, none is in a service level",
    await parts("service_level"),
    [0, 0],
  );
  const level = async () => parts("service_level@2&variant=abandons_negative");
  await tally.until(
    "by the new version one of two was answered in time",
    10_000,
    async () => JSON.stringify(await level()) === "[1,2]",
  );
  await withdrawn(owner);
}

await withServer({}, async (server, owner) => {
  await figures(server, owner);
  tally.same("every answer is as documented", owner.faults, []);
});
tally.end();
