// api_sample_life_test -- a sample workspace that goes on while it is served: conversations arrive
// with title and text, what the owner holds is left to the owner, and all stands still when asked
// to. What happens over a day stands in sim/team_life_test.c; here it goes a hundred times as fast.
import { join } from "node:path";

import { answer, inFolderAsync, run, Tally } from "./program.ts";
import { browser, type Client, cookieOf, Server } from "./server.ts";

const tally = new Tally();
type Page = { headers: Record<string, string> };

interface Made {
  readonly sample: { conversations: number; email: string; password: string };
}

async function signIn(server: Server, made: Made): Promise<{ client: Client; page: Page }> {
  const client = await server.client();
  const signedIn = await client.post("/sign-in",
    { email: made.sample.email, password: made.sample.password });
  return { client, page: { headers: browser(cookieOf(signedIn)) } };
}

/** Asks until it is so; what came last, if it never is. */
async function until(ask: () => Promise<any>, is: (got: any) => boolean): Promise<any> {
  let got = await ask();
  for (let i = 0; i < 600 && !is(got); i++) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    got = await ask();
  }
  return got;
}

async function newest(client: Client, page: Page): Promise<any[]> {
  return (await client.get("/conversations?sort=-id&limit=20", page)).body.data;
}

const numberOf = (id: string): number => Number(id.split("_")[1]);

await inFolderAsync(async (dir) => {
  const data = join(dir, "sample");
  const made = answer(["init", "--data", data, "--sample", "--json"]) as Made;
  const still = new Server({ data });
  let before = 0;
  let held: any[] = [];
  try {
    await still.start();
    const { client, page } = await signIn(still, made);
    before = numberOf((await newest(client, page))[0].id);
    held = (await client.get("/conversations?teammate=tm_1&state=open", page)).body.data;
    tally.same("the document is true", client.faults, []);
    await still.end();
  } finally {
    await still.remove();
  }

  const fast = { EVENKEEL_SAMPLE_ALIVE: "true", EVENKEEL_SAMPLE_PACE: "100" };
  const server = new Server({ data, env: fast });
  try {
    await server.start();
    const { client, page } = await signIn(server, made);
    const come = await until(() => newest(client, page),
      (rows) => rows.filter((row: any) => numberOf(row.id) > before).length >= 12);
    const fresh = come.filter((row: any) => numberOf(row.id) > before);
    tally.is("conversations keep arriving", fresh.length >= 12, fresh.length);
    tally.is("each with a title and a contact",
      fresh.every((row: any) => row.title.length > 1 && row.contact !== null), fresh);
    const parts = (await client.get(`/conversations/${fresh[0].id}/parts`, page)).body.data;
    tally.same("and a text of its contact", [parts[0].kind, parts[0].author.kind,
      parts[0].text.length > 5], ["message", "contact", true]);
    tally.same("and a deadline that runs", fresh.filter((row: any) => row.state === "open"
      && row.sla.every((clock: any) => clock.status !== "running")
      && row.counts.parts === 1).map((row: any) => row.id), []);
    const now = await Promise.all(held.map(async (row: any) => {
      const all = (await client.get(`/conversations/${row.id}/parts`, page)).body.data;
      return [(await client.get(`/conversations/${row.id}`, page)).body.state,
        all.filter((part: any) => part.author.id === "tm_1").length];
    }));
    tally.same("what the owner held is neither answered nor closed", now,
      held.map(() => ["open", 0]));
    const promises = await client.get("/promises", page);
    tally.same("no promise is broken", [promises.status, promises.body.data
      .filter((promise: any) => promise.broken > 0)], [200, []]);
    // A part written by hand takes the next id: both count the same rows.
    const note = await client.post(`/conversations/${fresh[0].id}/parts`,
      { kind: "note", text: "A note between them." }, page);
    tally.same("people write beside it", note.status, 201);
    tally.same("the document is true all the while", client.faults, []);
    const gone = await client.delete("/sample-workspace", page);
    tally.same("it is removed from under it", gone.status, 202);
    await server.readyAgain(2);
    const nobody = await server.client();
    tally.same("and lives on nowhere", [(await nobody.get("/setup")).body.open,
      server.messages.includes("sample_removed")], [true, true]);
    await server.end();
  } finally {
    await server.remove();
  }
  tally.same("the log is what was written", run(["verify", "--data", data]).status, 0);
  const wrong = run(["serve", "--data", join(dir, "other"), "--listen", "127.0.0.1:0"],
    { env: { EVENKEEL_SAMPLE_PACE: "0" } });
  tally.same("a pace that is none is told", wrong.status, 2);
});
tally.end();
