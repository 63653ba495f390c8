// api_audit_test -- the audit log is one chain: whoever changes it in the database is found out by
// `evenkeel verify`, at the entry.
import { execFileSync } from "node:child_process";
import { cpSync } from "node:fs";
import { join } from "node:path";

import { inFolderAsync, run, Tally } from "./program.ts";
import { Server } from "./server.ts";

const tally = new Tally();
const MINE = "actor_kind, actor, token, address, action, object_kind, object, team";

interface Verified {
  ok: boolean;
  audit_entries: number;
  first_bad_audit_entry: number | null;
  first_bad_seq: number | null;
}

const verify = (data: string): Verified =>
  JSON.parse(run(["verify", "--json", "--data", data]).stdout) as Verified;

type Bad = (entries: readonly number[]) => number | undefined;
const at = (place: number): Bad => (e) => e[place];
const put = (id: string) => (e: readonly number[]): string => `INSERT INTO audit
  SELECT ${id}, at_ms, seq, ${MINE}, reason, details, chain FROM audit WHERE entry = ${e.at(-1)}`;
/** What was done to it, and the entry at which the chain breaks then. */
const CASES: readonly [string, (entries: readonly number[]) => string, Bad][] = [
  ["a reason changed", (e) => `UPDATE audit SET reason = 'Late' WHERE entry = ${e[3]}`, at(3)],
  ["somebody else named", (e) => `UPDATE audit SET actor = actor + 1 WHERE entry = ${e[1]}`, at(1)],
  ["earlier", (e) => `UPDATE audit SET at_ms = at_ms - 3600000 WHERE entry = ${e[4]}`, at(4)],
  ["one taken out", (e) => `DELETE FROM audit WHERE entry = ${e[2]}`, at(3)],
  ["the first taken out", (e) => `DELETE FROM audit WHERE entry = ${e[0]}`, at(1)],
  ["two in each other's place", (e) => `UPDATE audit SET entry = -1 WHERE entry = ${e[2]};
    UPDATE audit SET entry = ${e[2]} WHERE entry = ${e[3]};
    UPDATE audit SET entry = ${e[3]} WHERE entry = -1`, at(2)],
  ["one put in at the end", put("entry + 1"), (e) => (e.at(-1) ?? 0) + 1],
  ["one put in as 0", put("0"), () => 0],
  ["one below 0", put("-5"), () => -5],
  ["one beyond all ids", put("9007199254740996"), () => 9007199254740996],
  ["no hash at all", (e) => `UPDATE audit SET chain = NULL WHERE entry = ${e[2]}`, at(2)],
  ["a shorter hash", (e) => `UPDATE audit SET chain = x'00' WHERE entry = ${e[2]}`, at(2)],
];

await inFolderAsync(async (dir) => {
  const server = new Server();
  try {
    await server.start();
    const owner = await server.owner();
    for (const name of ["Ada", "Ben", "Cho"]) await server.person(owner, { name });
    tally.same("as the document says", owner.faults, []);
    tally.same("SIGTERM ends it well", await server.end(), 0);
    const sql = (data: string, text: string): string =>
      execFileSync("sqlite3", [join(data, "log.db"), text], { encoding: "utf8" });
    const rows = "SELECT entry FROM audit ORDER BY entry";
    const entries = sql(server.data, rows).trim().split("\n").map(Number);
    tally.is("there are entries", entries.length > 6, entries.length);
    const well = verify(server.data);
    tally.same("it holds, and all are counted", [well.ok, well.audit_entries,
      well.first_bad_audit_entry], [true, entries.length, null]);
    tally.is("and is told", run(["verify", "--data", server.data]).stdout
      .includes(`${entries.length} entries of the audit log`));
    for (const [what, change, place] of CASES) {
      const copy = join(dir, what.replaceAll(/\W/g, "-"));
      cpSync(server.data, copy, { recursive: true });
      sql(copy, change(entries));
      const bad = place(entries);
      const found = verify(copy);
      tally.same(what, [found.ok, found.first_bad_audit_entry, found.first_bad_seq],
        [false, bad, null]);
      const said = run(["verify", "--data", copy]);
      const isNamed = said.stderr.trimEnd().endsWith(`breaks at aud_${bad}`);
      tally.same(`${what}: told`, [said.status, isNamed], [6, true]);
    }
  } finally {
    await server.remove();
  }
});
tally.end();
