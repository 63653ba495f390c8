// api_backup_test -- who is erased is gone from older backups too: a canary in every column that is
// a contact's (schema/personal.def), and what comes in by the API, by chat and by mail; a backup of
// before the erasure, restored with keys of after it, of before it, with none, with wrong ones;
// damage, and a kill at any moment. The same on PostgreSQL, where it is installed.
import { spawn, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { missingForCluster, startCluster } from "./cluster.ts";
import { holding } from "./disk.ts";
import { envOf, missingForPostOffice, PASSWORD, PostOffice, SUPPORT } from "./mail_office.ts";
import { postgresStore, sqliteStore, type Store } from "./inside.ts";
import { PROGRAM, run, Tally, type Done } from "./program.ts";
import { browser, Server, withServer, type Answer, type Client } from "./server.ts";
import { Visitor } from "./visitor.ts";

const tally = new Tally();
const PATIENCE_MS = 60_000;
const CANARY = "canary-4471";
const KEPT = "survivor-9038";
const REPLY = "reply-6120"; // what a teammate wrote stays in the live store

interface Scene {
  readonly server: Server;
  readonly owner: Client;
  readonly store: Store;
  readonly team: string;
  readonly office: PostOffice | null;
}

const status = (what: string, got: Answer, want: number): void =>
  tally.is(`${what}: ${want}`, got.status === want, `${got.status} ${got.text.slice(0, 300)}`);

async function made(client: Client, path: string, body: unknown): Promise<any> {
  const got = await client.post(path, body);
  status(`POST ${path}`, got, 201);
  return got.body;
}
const numberOf = (id: string): string => id.replace(/^\D+/, "");

// ---- a contact with a canary in everything that is theirs

interface Sealed {
  readonly table: string;
  readonly owner: string;
  readonly by: string;
  readonly goes: boolean;
  readonly columns: readonly string[];
}
/** The table itself, so that a column that comes is looked for too. */
function sealedTables(): Sealed[] {
  const text = readFileSync("schema/personal.def", "utf8");
  const row = /^\tSEALED\((\w+), \w+, (\w+), (\w+), (\w+), "([^"]+)"\)/gm;
  return [...text.matchAll(row)].map(([, table = "", owner = "", by = "", form, columns = ""]) => ({
    table,
    owner,
    by: by.toLowerCase(),
    goes: form === "GOES",
    columns: columns.split(", "),
  }));
}

const MINE = 90001; // rows that no API writes so: of each table one
const valueOf = (table: string, column: string): string => {
  const text = `${CANARY} ${table} ${column}`;
  if (["attributes", "extras", "details"].includes(column)) return `{"x":"${text}"}`;
  return ["attachments", "cc", "bcc"].includes(column) ? `["${text}"]` : text;
};

/** Rows in every table that is a contact's, with a canary in each column of theirs. */
function rowsOf(store: Store, contact: string, conversation: string): string {
  const bytes = new Set(["hash", "digest", "body.letters", "file"]);
  const isSqlite = store.dump() === "";
  const literal = (table: string, column: string): string => {
    const text = valueOf(table, column);
    const isBytes = bytes.has(column) || bytes.has(`${column}.${table}`);
    const hex = Buffer.from(text).toString("hex");
    if (!isBytes) return `'${text}'`;
    return isSqlite ? `X'${hex}'` : `'\\x${hex}'::bytea`;
  };
  const links: Record<string, string> = {
    CONTACT: contact,
    TALK: conversation,
    PART: conversation,
  };
  Object.assign(links, {
    ASK: `${MINE}`,
    LETTER: `${MINE}`,
    IDENTITY: `${MINE}`,
    MAIL: conversation,
  });
  const keys: Record<string, string> = {
    parts: "part",
    attachments: "attachment",
    identities: "identity",
    identity_proofs: "identity",
    notes: "note",
    visitors: "visitor",
    mails: "mail",
    letters: "mail",
    survey_answers: "answer",
    followups: "followup",
  };
  const also: Record<string, readonly [string, string]> = {
    parts: ["author_kind", "'contact'"],
    followups: ["ask", `${MINE}`],
    visitors: ["conversation", conversation],
  };
  let sql = "INSERT INTO survey_asks (ask, survey, conversation, contact) ";
  sql += `VALUES (${MINE}, 1, ${conversation}, ${contact});\n`;
  for (const of of sealedTables()) {
    if (["NOBODY", "OMITTED"].includes(of.owner)) continue;
    const key = keys[of.table];
    const set = of.columns.map((column) => `${column} = ${literal(of.table, column)}`).join(", ");
    const link = links[of.owner] ?? "0";
    if (key === undefined) {
      // The row is there by the API.
      sql += `UPDATE ${of.table} SET ${set} WHERE ${of.by} = ${link};\n`;
      continue;
    }
    const [more, moreValue] = also[of.table] ?? ["", ""];
    const isKey = of.by === key;
    const names = [key, ...(isKey ? [] : [of.by]), ...(more === "" ? [] : [more]), ...of.columns];
    const values = [`${MINE}`, ...(isKey ? [] : [link]), ...(more === "" ? [] : [moreValue])];
    values.push(...of.columns.map((column) => literal(of.table, column)));
    sql += `INSERT INTO ${of.table} (${names.join(", ")}) VALUES (${values.join(", ")});\n`;
  }
  return sql;
}

async function byChat(s: Scene): Promise<any> {
  const inbox = await made(s.owner, "/chat-inboxes", {
    name: "Shop",
    team: s.team,
    sites: ["https://shop.example"],
    languages: ["en"],
  });
  const visitor = new Visitor(s.owner, inbox.id);
  status("a visitor comes", await visitor.open({ language: "en" }), 200);
  const page = `https://shop.example/${CANARY}`;
  const said = await visitor.say(`${CANARY} by chat`, { page });
  status("and writes", said, 201);
  return said.body.conversation.id;
}

async function byMail(s: Scene): Promise<string> {
  const server = { host: "localhost", user: SUPPORT, password: PASSWORD };
  const box = {
    address: SUPPORT,
    name: "Support",
    team: s.team,
    imap: { ...server, port: s.office!.imaps, tls: "tls" },
    smtp: { ...server, port: s.office!.smtp, tls: "starttls" },
  };
  const page = { headers: browser(s.server.cookie) };
  status("a mailbox", await s.owner.as(null).post("/mailboxes", box, page), 201);
  const from = `${CANARY}@example.test`;
  const mail =
    `From: ${CANARY} <${from}>\nTo: <${SUPPORT}>\nSubject: ${CANARY} by mail\n` +
    `Message-ID: <${CANARY}@mail.test>\n\n${CANARY} wrote this mail.\n`;
  await s.office!.send(from, [SUPPORT], mail);
  let talk: any;
  await tally.until("a mail comes in", PATIENCE_MS, async () => {
    const all = (await s.owner.get("/conversations?limit=100")).body.data;
    talk = all.find((each: any) => each.title === `${CANARY} by mail`);
    return talk !== undefined;
  });
  return talk.id;
}

const contactOf = async (s: Scene, talk: string): Promise<string> =>
  (await s.owner.get(`/conversations/${talk}`)).body.contact;

interface Cast {
  readonly first: string; // who is erased
  readonly chat: string; // erased too
  readonly mail: string | null; // the same, as one with the first
  readonly talk: string;
  readonly kept: string;
  readonly keptTalk: string;
}

async function fill(s: Scene): Promise<Cast> {
  const who = (word: string) => ({ name: `${word} Name`, email: `${word}@b.example` });
  const first = (await made(s.owner, "/contacts", who(CANARY))).id;
  const kept = (await made(s.owner, "/contacts", who(KEPT))).id;
  const talkOf = async (contact: string, word: string): Promise<string> => {
    const body = { contact, team: s.team, title: `${word} title`, text: `${word} wrote` };
    const id = (await made(s.owner, "/conversations", body)).id;
    await made(s.owner, `/contacts/${contact}/notes`, { text: `${word} noted` });
    await made(s.owner, `/conversations/${id}/parts`, { kind: "message", text: `${REPLY} ${id}` });
    return id;
  };
  const talk = await talkOf(first, CANARY);
  const keptTalk = await talkOf(kept, KEPT);
  const chat = await byChat(s);
  const byChatCame = await contactOf(s, chat);
  const mail = s.office === null ? null : await contactOf(s, await byMail(s));
  await s.server.end();
  const number = (id: string): string =>
    s.store.sql(`SELECT contact FROM contacts WHERE public = '${id.replace("ct_", "")}'`);
  const conversation = numberOf(talk);
  s.store.sql(`INSERT INTO chats (conversation, inbox) VALUES (${conversation}, 1)`);
  s.store.sql(rowsOf(s.store, number(first), conversation));
  // What was written beside the program is in no index of words yet.
  tally.same("rebuilt", run(["rebuild", ...s.store.flags], envOfStore(s)).status, 0);
  await s.server.start();
  return { first, chat: byChatCame, mail, talk, kept, keptTalk };
}

/** Each column of theirs has its canary, or, once it is gone, none. */
function countCanaries(store: Store): number {
  const isSqlite = store.dump() === "";
  let n = 0;
  for (const of of sealedTables()) {
    if (["NOBODY", "OMITTED"].includes(of.owner)) continue;
    for (const column of of.columns) {
      const value = isSqlite
        ? `CAST(${column} AS TEXT)`
        : `encode(${column}::text::bytea, 'escape')`;
      const has = Number(
        store.sql(`SELECT count(*) FROM ${of.table} WHERE ${value} LIKE '%${CANARY} ${of.table}%'`),
      );
      n += has > 0 ? 1 : 0;
    }
  }
  return n;
}

/** Texts as they are, bytes as pg_dump writes them. */
function dumped(store: Store): boolean {
  const dump = store.dump();
  return dump.includes(CANARY) || dump.includes(Buffer.from(CANARY).toString("hex"));
}

// ---- backups

const envOfStore = (s: Scene): { env: Record<string, string> } => ({
  env: { EVENKEEL_STORE_DIRECTORY: s.server.data },
});

function nowhere(what: string, paths: readonly string[], words: readonly string[]): void {
  for (const word of words) {
    const found = paths.flatMap((path) =>
      existsSync(path) && !path.endsWith(".keys")
        ? holding(path, Buffer.from(word)).map((name) => join(path, name))
        : existsSync(path) && readFileSync(path).includes(word)
          ? [path]
          : [],
    );
    tally.same(`${what}: no ${word} in any byte`, found, []);
  }
}

function backUp(s: Scene, to: string): any {
  const done = run(["backup", to, "--json", ...s.store.flags], envOfStore(s));
  tally.same("backed up", [done.status, done.stderr], [0, ""]);
  nowhere("sealed", [to, `${to}.keys`], [CANARY, KEPT, REPLY]);
  const search = "SELECT count(*) FROM sqlite_schema WHERE name LIKE 'search%'";
  tally.same("no index of words", sqliteStore(to).sql(search), "0");
  for (const table of ["answers", "contact_keys", "file_keys"])
    tally.same(`no ${table}`, sqliteStore(to).sql(`SELECT count(*) FROM ${table}`), "0");
  return JSON.parse(done.stdout);
}

const masterOf = (s: Scene): readonly string[] => [
  "--master-key",
  join(s.server.data, "master.key"),
];

function restore(from: string, into: string, more: readonly string[]): Done {
  rmSync(into, { recursive: true, force: true });
  return run(["restore", from, "--into", into, "--json", ...more]);
}

async function served(s: Scene, data: string, looks: (r: Scene) => Promise<void>): Promise<void> {
  const server = new Server({ data });
  try {
    await server.start();
    const owner = await server.client(s.owner.token);
    await looks({ ...s, server, owner, store: sqliteStore(data), office: null });
  } finally {
    await server.remove();
  }
}

const found = async (owner: Client, word: string): Promise<number> => {
  const got = await owner.get(`/contacts?q=${encodeURIComponent(word)}`);
  status("searched", got, 200);
  return got.body.data.length;
};

async function erase(s: Scene, contact: string): Promise<void> {
  const page = { headers: browser(s.server.cookie) };
  const done = await s.owner.as(null).post(`/contacts/${contact}/erase`, undefined, page);
  tally.same("erased", [done.status, done.body?.state], [202, "done"]);
}

/** An old backup with the newest keys: who was erased since is in no byte of it. */
async function withNewestKeys(s: Scene, cast: Cast, early: string, was: any): Promise<void> {
  const into = `${early}-restored`;
  const late = `${s.server.data}-late`;
  const keys = ["--keys", `${late}.keys`, ...masterOf(s)];
  const gone = [cast.first, cast.chat, ...(cast.mail === null ? [] : [cast.mail])];
  const done = restore(early, into, keys);
  tally.same("restored", done.status, 0);
  const said = `${gone.length} contacts that were erased since the backup are erased here too`;
  tally.is("says how many were erased since", done.stderr.includes(said), done.stderr);
  const got = JSON.parse(done.stdout);
  tally.same(
    "the state is the backup's",
    [got.seq, got.state_hash, got.chain, got.erased_again],
    [was.seq, was.state_hash, was.chain, gone.length],
  );
  tally.is("their rows did not even open", got.lost_rows >= 15, `${got.lost_rows}`);
  nowhere("restored with the newest keys", [into, early], [CANARY]);
  const live = s.store.sql("SELECT contact, asked_by, done_ms FROM erasures ORDER BY contact");
  const store = sqliteStore(into);
  tally.same(
    "the register is as it is there",
    store.sql("SELECT contact, asked_by, done_ms FROM erasures ORDER BY contact"),
    live,
  );
  await served(s, into, async (r) => {
    tally.same("nobody by that name", await found(r.owner, CANARY), 0);
    tally.same("others are found by theirs", await found(r.owner, KEPT), 1);
    for (const contact of gone) status("gone", await r.owner.get(`/contacts/${contact}`), 404);
    const talk = (await r.owner.get(`/conversations/${cast.talk}`)).body;
    tally.same("its conversation says so", [talk.contact_erased, talk.title], [true, null]);
    const parts = (await r.owner.get(`/conversations/${cast.talk}/parts`)).body.data;
    tally.is(
      "what colleagues wrote is there",
      parts.some((p: any) => p.text?.includes(REPLY)),
    );
    tally.same(
      "in the audit log",
      Number(r.store.sql("SELECT count(*) FROM audit WHERE action = 'contact.erased'")),
      gone.length,
    );
    const unkeyed =
      "SELECT count(*) FROM contacts c WHERE erased_ms IS NULL AND NOT EXISTS " +
      "(SELECT 1 FROM contact_keys k WHERE k.contact = c.contact)";
    tally.same("each other contact has a key", r.store.sql(unkeyed), "0");
    tally.same("as the document says", r.owner.faults, []);
  });
  nowhere("served", [into], [CANARY]);
  tally.same("proved", run(["verify", "--data", into]).status, 0);
  // A second time from what was made of it: nothing more is to be done.
  const again = `${early}-again`;
  tally.same("backed up again", run(["backup", again, "--data", into]).status, 0);
  const third = restore(again, `${again}-restored`, ["--master-key", join(into, "master.key")]);
  tally.same("and restored", [third.status, JSON.parse(third.stdout).erased_again], [0, 0]);
  for (const path of [into, again, `${again}.keys`, `${again}-restored`])
    rmSync(path, { recursive: true, force: true });
}

/** With keys of before the erasure all is there: why these are kept for thirty days at most. */
async function withKeysOfBefore(s: Scene, early: string, columns: number): Promise<void> {
  const into = `${early}-restored`;
  const done = restore(early, into, ["--keys", `${early}.keys`, ...masterOf(s)]);
  tally.same("restored with keys of before", done.status, 0);
  const got = JSON.parse(done.stdout);
  tally.same("nothing is lost", [got.lost_rows, got.erased_again], [0, 0]);
  tally.same("every column is there", countCanaries(sqliteStore(into)), columns);
  await served(s, into, async (r) => {
    tally.same("and is found", await found(r.owner, KEPT), 1);
  });
  rmSync(into, { recursive: true });
}

/** Without keys it is a store all the same, in which nobody reads what contacts wrote. */
async function withoutKeys(s: Scene, cast: Cast, early: string): Promise<void> {
  const into = `${early}-restored`;
  cpSync(`${early}.keys`, `${early}-apart`);
  rmSync(`${early}.keys`);
  const done = restore(early, into, masterOf(s));
  tally.same("restored without keys", done.status, 0);
  tally.is("and says so", done.stderr.includes("without --keys no file can be read"), done.stderr);
  tally.is("says what is lost", /\d+ rows lost what stood in them/.test(done.stderr), done.stderr);
  nowhere("without keys", [into], [CANARY, KEPT]);
  await served(s, into, async (r) => {
    tally.same("nobody is found", await found(r.owner, KEPT), 0);
    const parts = (await r.owner.get(`/conversations/${cast.keptTalk}/parts`)).body.data;
    tally.is(
      "what colleagues wrote is",
      parts.some((p: any) => p.text?.includes(REPLY)),
    );
  });
  const bare = restore(early, into, []);
  tally.same("nor the master key", bare.status, 0);
  tally.is("and says so, too", bare.stderr.includes("without --master-key"), bare.stderr);
  nowhere("without any key", [into], [CANARY, KEPT, REPLY]);
  rmSync(into, { recursive: true });
  cpSync(`${early}-apart`, `${early}.keys`);
  rmSync(`${early}-apart`);
}

function refusals(s: Scene, early: string): void {
  const into = `${early}-refused`;
  const keys = ["--keys", `${early}.keys`];
  const refused = (
    what: string,
    from: string,
    more: readonly string[],
    code: number,
    say: string,
  ) => {
    const done = restore(from, into, more);
    tally.same(what, [done.status, done.stderr.includes(say)], [code, true]);
    rmSync(into, { recursive: true, force: true });
  };
  refused("no master key", early, keys, 2, "--master-key FILE");
  const other = `${early}-other.key`;
  writeFileSync(other, Buffer.alloc(32, 7));
  refused("another's", early, [...keys, "--master-key", other], 6, "another master key");
  writeFileSync(other, "short");
  refused("none at all", early, [...keys, "--master-key", other], 6, "is no key");
  rmSync(other);
  const damaged = `${early}-damaged`;
  const harm = (what: string, sql: string, say: string): void => {
    cpSync(early, damaged, { recursive: true });
    sqliteStore(damaged).sql(sql);
    refused(what, damaged, [...keys, ...masterOf(s)], 6, say);
    rmSync(damaged, { recursive: true });
  };
  const note = `WHERE note = ${MINE}`;
  harm(
    "a row that was cut",
    `UPDATE notes SET body = substr(body, 1, 60) ${note}`,
    `row notes ${MINE}`,
  );
  harm("one that is no such text", `UPDATE notes SET body = 'hello' ${note}`, `row notes ${MINE}`);
  harm(
    "two that changed places",
    `UPDATE notes SET body = (SELECT body FROM notes WHERE note <> ${MINE} LIMIT 1) ${note}`,
    `row notes ${MINE}`,
  );
  harm("the mark", "UPDATE meta SET value = '00' WHERE name = 'sealed'", "key of the backup");
  const env = envOfStore(s);
  for (const args of [
    ["rebuild", "--data", early],
    ["serve", "--data", early, "--listen", "127.0.0.1:0"],
  ]) {
    const done = run(args, env);
    tally.same(
      `a backup is not written to: ${args[0]}`,
      [done.status, done.stderr.includes("evenkeel restore")],
      [4, true],
    );
  }
  const twice = run(["backup", `${early}-twice`, "--data", early], env);
  tally.same("nor backed up", [twice.status, existsSync(`${early}-twice`)], [4, false]);
}

/** Killed at any moment, a backup leaves no keys that are not whole, and a restore no directory
 * that is taken for one; the next one goes through. */
async function killed(s: Scene, early: string): Promise<void> {
  const into = `${early}-killed`;
  const remove = (): void => {
    for (const path of [into, `${into}.keys`, `${into}.keys.new`])
      rmSync(path, { recursive: true, force: true });
  };
  const env = { ...process.env, ...envOfStore(s).env };
  const cut = async (args: readonly string[], ms: number): Promise<boolean> => {
    const child = spawn(PROGRAM, args, { env, stdio: "ignore" });
    const ended = new Promise<number | null>((done) => child.once("exit", (code) => done(code)));
    await sleep(ms);
    child.kill("SIGKILL");
    return (await ended) === 0;
  };
  const all = ["--keys", `${early}.keys`, ...masterOf(s)];
  for (const ms of [2, 8, 15, 25, 40, 60, 90, 130, 180]) {
    remove();
    const isWhole = await cut(["backup", into, ...s.store.flags], ms);
    if (isWhole) tally.same("whole", restore(into, `${early}-k`, masterOf(s)).status, 0);
    if (existsSync(join(into, "unfinished")))
      tally.same(
        "what was cut off is not restored",
        run(["restore", into, "--into", `${early}-k`, ...all]).status,
        4,
      );
    remove();
    tally.same(
      "the next goes through",
      run(["backup", into, ...s.store.flags], envOfStore(s)).status,
      0,
    );
    remove();
    await cut(["restore", early, "--into", into, ...all], ms);
    if (existsSync(join(into, "unfinished"))) {
      const looked = run(["verify", "--data", into]);
      const said = [looked.status, looked.stderr.includes("cut off")];
      tally.same("what was cut off is not served", said, [4, true]);
    }
    if (existsSync(into) && existsSync(join(into, "log.db"))) {
      const again = run(["restore", early, "--into", into, ...all]);
      tally.same("a directory that is there is left alone", again.status, 4);
    }
    tally.same("the next one goes through", restore(early, into, all).status, 0);
  }
  remove();
  rmSync(`${early}-k`, { recursive: true, force: true });
}

/** Twice as much text as either may have memory. */
async function large(s: Scene, cast: Cast): Promise<void> {
  const [rows, bytes, most] = [60_000, 4000, 120_000]; // KB
  await s.server.end();
  s.store.sql(
    `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${rows}) ` +
      "INSERT INTO parts (part, conversation, author_kind, body) " +
      `SELECT 100000 + i, ${numberOf(cast.keptTalk)}, 'contact', ` +
      `hex(randomblob(${bytes / 2})) FROM n`,
  );
  const [to, into] = [`${s.server.data}-large`, `${s.server.data}-large-restored`];
  const bounded = (args: readonly string[]): void => {
    const line = `ulimit -d ${most}; exec "$0" "$@"`;
    const env = { ...process.env, ...envOfStore(s).env };
    const done = spawnSync("bash", ["-c", line, PROGRAM, ...args], { env, encoding: "utf8" });
    tally.same(`${args[0]} of ${(rows * bytes) >> 20} MiB`, [done.status, done.stderr], [0, ""]);
  };
  bounded(["backup", to, "--quiet", ...s.store.flags]);
  bounded(["restore", to, "--into", into, "--quiet", ...masterOf(s)]);
  const sum = "SELECT count(*), sum(length(body)) FROM parts";
  tally.same("all of it came back", sqliteStore(into).sql(sum), s.store.sql(sum));
  for (const path of [to, `${to}.keys`, into]) rmSync(path, { recursive: true });
}

async function all(server: Server, owner: Client, store: Store, office: PostOffice | null) {
  const team = (await owner.post("/teams", { name: "Shipping" })).body.id;
  const s: Scene = { server, owner, store, team, office };
  const cast = await fill(s);
  const again: Scene = { ...s, owner: await server.client(owner.token) };
  const columns = countCanaries(store);
  const wanted = sealedTables().filter((of) => !["NOBODY", "OMITTED"].includes(of.owner));
  tally.same(
    "a canary in every column",
    columns,
    wanted.reduce((n, of) => n + of.columns.length, 0),
  );
  const early = `${server.data}-early`;
  const was = backUp(again, early);
  // One came by mail and was only known as the first after the backup.
  if (cast.mail !== null)
    status(
      "merged",
      await again.owner.post(`/contacts/${cast.first}/merge`, { contact: cast.mail }),
      200,
    );
  const keysOf = `SELECT ${store.dump() === "" ? "hex(sealed)" : "encode(sealed, 'hex')"} `;
  const keys = store.sql(`${keysOf} FROM contact_keys ORDER BY contact`).split("\n");
  for (const contact of [cast.first, cast.chat]) await erase(again, contact);
  await tally.until(
    "gone from the live store",
    PATIENCE_MS,
    async () => holding(server.data, Buffer.from(CANARY)).length === 0 && !dumped(store),
  );
  const left = store.sql(`${keysOf} FROM contact_keys ORDER BY contact`).split("\n");
  const lost = keys.filter((hex) => !left.includes(hex));
  tally.same("each lost the key", lost.length, cast.mail === null ? 2 : 3);
  await tally.until("which is nowhere on the disk", PATIENCE_MS, async () =>
    lost.every((hex) => holding(server.data, Buffer.from(hex, "hex")).length === 0),
  );
  const late = `${server.data}-late`;
  backUp(again, late);
  await withNewestKeys(again, cast, early, was);
  await withKeysOfBefore(again, early, columns);
  await withoutKeys(again, cast, early);
  refusals(again, early);
  await killed(again, early);
  if (store.dump() === "") await large(again, cast);
  for (const path of [early, `${early}.keys`, late, `${late}.keys`])
    rmSync(path, { recursive: true, force: true });
}

/** A store that no server has served: its contacts have no keys yet, and their rows are sealed all
 * the same; the first start draws them. */
async function neverServed(): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), "evenkeel-test-"));
  const [data, to, into] = [join(dir, "data"), join(dir, "to"), join(dir, "into")];
  const env = { EVENKEEL_STORE_DIRECTORY: data };
  const master = ["--master-key", join(data, "master.key")];
  try {
    tally.same("a sample", run(["init", "--sample", "--data", data]).status, 0);
    const names = sqliteStore(data)
      .sql("SELECT name FROM contacts ORDER BY contact LIMIT 40")
      .split("\n");
    // As an earlier version left it.
    const older = "DROP TABLE contact_keys; UPDATE meta SET value = '12' WHERE name = 'content'";
    sqliteStore(data).sql(older);
    const done = run(["backup", to, "--data", data], { env });
    tally.is(
      "says that there are no keys yet",
      done.status === 0 && /\d+ rows are of contacts that have no key/.test(done.stderr),
      done.stderr,
    );
    nowhere("of a sample", [to, `${to}.keys`], names.slice(0, 5));
    const without = restore(to, into, []);
    tally.same(
      "needs the master key",
      [without.status, without.stderr.includes("--master-key FILE")],
      [2, true],
    );
    tally.same("comes back", restore(to, into, master).status, 0);
    const all = "SELECT contact, name, email, attributes FROM contacts ORDER BY contact";
    tally.same("whole", sqliteStore(into).sql(all), sqliteStore(data).sql(all));
    const server = new Server({ data: into });
    try {
      await server.start();
    } finally {
      await server.remove();
    }
    const count = (table: string): string => sqliteStore(into).sql(`SELECT count(*) FROM ${table}`);
    tally.same("each has a key now", count("contact_keys"), count("contacts"));
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

await neverServed();
const missing = missingForPostOffice();
if (missing !== undefined) console.log(`api_backup: without mail, there is no ${missing}`);
const office = missing === undefined ? new PostOffice(["support"]) : null;
try {
  await office?.start();
  const env = office === null ? {} : envOf(office);
  await withServer({ env }, async (server, owner) =>
    all(server, owner, sqliteStore(server.data), office),
  );
} finally {
  office?.stop();
}
if (missingForCluster() === undefined) {
  const cluster = startCluster();
  try {
    const place = cluster.database("backup");
    const store = postgresStore(place, () => cluster.dump("backup"));
    await withServer({ args: store.flags }, async (server, owner) =>
      all(server, owner, store, null),
    );
  } finally {
    cluster.stop();
  }
}
tally.end();
