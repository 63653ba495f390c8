// api_sample_test -- the sample workspace: made in one command, signed in to as printed, full of
// work that explains itself, and gone in one command.
import { existsSync } from "node:fs";
import { join } from "node:path";

import { answer, inFolderAsync, run, Tally } from "./program.ts";
import { browser, cookieOf, Server } from "./server.ts";

const tally = new Tally();

interface Made {
  readonly sample: { conversations: number; email: string; password: string; people: number };
}

await inFolderAsync(async (dir) => {
  const data = join(dir, "sample");
  const made = answer(["init", "--data", data, "--sample", "--seed", "7", "--json"]) as Made;
  tally.is("some forty people", made.sample.people > 35, made.sample.people);
  tally.is("four weeks of conversations", made.sample.conversations > 10_000,
    made.sample.conversations);
  const server = new Server({ data });
  try {
    await server.start();
    tally.same("it has an owner: no code is printed", server.code, "");
    const nobody = await server.client();
    const signedIn = await nobody.post("/sign-in",
      { email: made.sample.email, password: made.sample.password });
    tally.same("the printed sign-in opens it", signedIn.status, 200);
    const page = { headers: browser(cookieOf(signedIn)) };
    const teams = await nobody.get("/teams", page);
    tally.same("six teams", teams.body.data.length, 6);
    const queue = await nobody.get("/queue?limit=5", page);
    tally.same("a queue in its order", queue.body.data.map((row: any) => row.place),
      [1, 2, 3, 4, 5]);
    const given = await nobody.get("/assignments?limit=1", page);
    const receipt = await nobody.get(`/assignments/${given.body.data[0].id}/receipt`, page);
    tally.same("and a receipt", [receipt.status, receipt.body?.shape], [200, "receipt/1"]);
    tally.same("is not removed while it runs", run(["sample", "remove", "--data", data]).status, 4);
    tally.same("as the document says", nobody.faults, []);
    await server.end();
  } finally {
    await server.remove();
  }
  tally.same("the log is what was written", run(["verify", "--data", data]).status, 0);
  tally.same("one command removes it", run(["sample", "remove", "--data", data]).status, 0);
  tally.same("without trace", ["log.db", "log.db-wal", "head", "master.key"]
    .filter((file) => existsSync(join(data, file))), []);
  tally.same("what is no sample is not removed", [run(["init", "--data", join(dir, "own")]).status,
    run(["sample", "remove", "--data", join(dir, "own")]).status], [0, 4]);
});
tally.end();
