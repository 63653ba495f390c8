// api_sealed_test -- files and mails as they came are nowhere plain on the server's disk; who is
// erased cannot be read again, wherever a copy lies; a store of before is sealed while it serves,
// whatever ends it. The same on PostgreSQL, where it is installed.
import { createHash, randomBytes } from "node:crypto";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";

import { missingForCluster, startCluster } from "./cluster.ts";
import { holding } from "./disk.ts";
import { postgresStore, sqliteStore, type Store } from "./inside.ts";
import { run, Tally } from "./program.ts";
import {
  browser,
  Server,
  withServer,
  type Answer,
  type Client,
  type ServerOptions,
} from "./server.ts";

const tally = new Tally();
const PATIENCE_MS = 60_000;
const PLACE = /^[0-9a-f]{64}$/;
// A canary of each kind; none of them is in a text of a message.
const FIRST = "canary of the first contact 8813";
const SECOND = "canary of the second contact 2207";
const REPLY = "canary of what was sent to the first 5518";
const MAIL = "canary of a mail as it came 9902";

interface Scene {
  readonly server: Server;
  readonly owner: Client;
  readonly store: Store;
  readonly team: string;
}

const status = (what: string, got: Answer, want: number): void =>
  tally.is(`${what}: ${want}`, got.status === want, `${got.status} ${got.text.slice(0, 300)}`);
const until = (what: string, holds: () => Promise<boolean> | boolean): Promise<void> =>
  tally.until(what, PATIENCE_MS, async () => holds());

const numberOf = (id: string): string => id.replace(/^\D+/, "");

// ---- looking at the disk

function nowhere(s: Scene, what: string, words: readonly string[]): void {
  for (const word of words) {
    tally.same(`${what}: ${word}`, holding(s.server.data, Buffer.from(word)), []);
    tally.is(`${what}: ${word}, nor in the database`, !s.store.dump().includes(word));
  }
}

const names = (s: Scene, below: string): string[] => {
  const dir = join(s.server.data, below);
  return existsSync(dir) ? readdirSync(dir).sort() : [];
};

// ---- files of contacts

function form(name: string, bytes: string): { raw: string; headers: Record<string, string> } {
  const boundary = "----evenkeel-boundary-7c2";
  return {
    raw:
      `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="${name}"\r\n` +
      `Content-Type: text/plain\r\n\r\n${bytes}\r\n--${boundary}--\r\n`,
    headers: { "Content-Type": `multipart/form-data; boundary=${boundary}` },
  };
}

async function made(client: Client, path: string, body: unknown): Promise<any> {
  const got = await client.post(path, body);
  status(`POST ${path}`, got, 201);
  return got.body;
}

async function upload(s: Scene, text: string): Promise<string> {
  const up = await s.owner.post("/attachments", undefined, form("a.txt", text));
  status("uploaded", up, 201);
  return up.body.id;
}

/** A contact with a conversation that has a file; the text is long enough for two pieces. */
async function talk(s: Scene, who: string, text: string): Promise<any> {
  const contact = (await made(s.owner, "/contacts", { name: who })).id;
  const conversation = (
    await made(s.owner, "/conversations", { contact, team: s.team, text: "Hello" })
  ).id;
  const file = await upload(s, text);
  await made(s.owner, `/conversations/${conversation}/parts`, {
    kind: "message",
    text: "See there",
    attachments: [file],
  });
  return { contact, conversation, file };
}

async function reads(s: Scene, what: string, file: string, want: string | number): Promise<void> {
  const got = await s.owner.get(`/attachments/${file}/content`);
  if (typeof want === "number") status(what, got, want);
  else tally.is(what, got.status === 200 && got.text === want, `${got.status} ${got.text.length}`);
}

const long = (canary: string): string => `${canary}\n`.repeat(4000);

async function sealed(s: Scene): Promise<{ first: any; second: any }> {
  const first = await talk(s, "First", long(FIRST));
  const second = await talk(s, "Second", long(SECOND));
  const reply = await upload(s, REPLY);
  await made(s.owner, `/conversations/${first.conversation}/parts`, {
    kind: "note",
    text: "A note",
    attachments: [reply],
  });
  first.reply = reply;
  await upload(s, `${FIRST}, in no message yet`);
  await reads(s, "read back", first.file, long(FIRST));
  await reads(s, "and the other", second.file, long(SECOND));
  nowhere(s, "sealed", [FIRST, SECOND, REPLY]);
  const files = names(s, "attachments");
  tally.same("as many files as were uploaded", files.length, 4);
  tally.same(
    "each is named by the hash of what is in it",
    files.filter((name) => {
      const bytes = readFileSync(join(s.server.data, "attachments", name));
      return name !== createHash("sha256").update(bytes).digest("hex");
    }),
    [],
  );
  tally.same(
    "and has a key",
    s.store.sql("SELECT place FROM file_keys ORDER BY place").split("\n"),
    files,
  );
  return { first, second };
}

/** Two files that changed places do not open, nor does one that was changed. */
async function damaged(s: Scene, first: any, second: any): Promise<void> {
  const place = (file: string): string =>
    s.store.sql(`SELECT place FROM attachments WHERE attachment = ${numberOf(file)}`);
  const paths = [first, second].map((of) => join(s.server.data, "attachments", place(of.file)));
  const bytes = paths.map((path) => readFileSync(path));
  const env = { EVENKEEL_STORE_DIRECTORY: s.server.data };
  const verify = (): any => JSON.parse(run(["verify", "--json", ...s.store.flags], { env }).stdout);
  tally.same("all files are well", [verify().files, verify().bad_files], [4, 0]);
  writeFileSync(paths[0]!, bytes[1]!);
  writeFileSync(paths[1]!, bytes[0]!);
  for (const of of [first, second]) {
    const got = await s.owner.get(`/attachments/${of.file}/content`);
    tally.is("changed places: refused", got.status >= 500, `${got.status}`);
    tally.is("without a byte of it", !got.text.includes("canary"), got.text.slice(0, 200));
  }
  tally.same("and they are named", [verify().files, verify().bad_files], [2, 2]);
  const told = run(["verify", ...s.store.flags], { env });
  tally.same("as damage", [told.status, told.stderr.includes("2 files are not there")], [6, true]);
  paths.forEach((path, i) => writeFileSync(path, bytes[i]!));
  await reads(s, "back in place", first.file, long(FIRST));
}

async function erased(s: Scene, first: any, second: any): Promise<void> {
  const places = (conversation: string): string =>
    `SELECT place FROM attachments WHERE conversation = ${numberOf(conversation)}`;
  const hexOf = `SELECT ${s.store.dump() === "" ? "hex(sealed)" : "encode(sealed, 'hex')"} FROM`;
  const keys = s.store
    .sql(`${hexOf} file_keys WHERE place IN (${places(first.conversation)})`)
    .split("\n");
  tally.same("two files are the first's", keys.length, 2);
  // Everything that was there before, to try it with.
  const copy = `${s.server.data}-earlier`;
  cpSync(join(s.server.data, "attachments"), copy, { recursive: true });
  const before = names(s, "attachments").length;
  const page = { headers: browser(s.server.cookie) };
  const held = await s.owner.as(null).get(`/contacts/${first.contact}/holdings`, page);
  tally.same("whoever sent them, both are held", held.body?.files, 2);
  const done = await s.owner.as(null).post(`/contacts/${first.contact}/erase`, undefined, page);
  tally.same("erased", [done.status, done.body?.state], [202, "done"]);
  await reads(s, "its file is gone", first.file, 404);
  await reads(s, "and what was written about it", first.reply, 404);
  await reads(s, "another's is not", second.file, long(SECOND));
  await until("two files less", () => names(s, "attachments").length === before - 2);
  await until("no key of it is anywhere on the disk", () =>
    keys.every((hex) => holding(s.server.data, Buffer.from(hex, "hex")).length === 0),
  );
  // Who puts the files back has no key to them.
  cpSync(copy, join(s.server.data, "attachments"), { recursive: true });
  rmSync(copy, { recursive: true });
  await reads(s, "nor with the files put back", first.file, 404);
  nowhere(s, "erased", [FIRST, REPLY]);
}

// ---- backups

function backUp(s: Scene, to: string): void {
  const env = { EVENKEEL_STORE_DIRECTORY: s.server.data };
  const done = run(["backup", to, ...s.store.flags], { env });
  tally.same("backed up", [done.status, done.stderr], [0, ""]);
  tally.same("a key for each file, apart", keysOf(`${to}.keys`), s.store.sql(KEYS));
  tally.same("none beside the files", sqliteStore(to).sql("SELECT count(*) FROM file_keys"), "0");
  const named = s.store.sql("SELECT place FROM attachments ORDER BY place").split("\n");
  tally.same("all files", readdirSync(join(to, "attachments")).sort(), named);
}

const KEYS = "SELECT place FROM file_keys ORDER BY place";
/** The places in a file of keys, by the description in its header; "" when it is none. */
function keysOf(path: string): string {
  const bytes = readFileSync(path);
  const hash = createHash("sha256").update(bytes.subarray(0, -32)).digest();
  if (!hash.equals(bytes.subarray(-32)) || bytes.toString("latin1", 0, 16) !== "evenkeel keys 2\n")
    return "";
  const places: string[] = [];
  const files = Number(bytes.readBigUInt64LE(bytes.length - 56));
  for (let i = 0; i < files; i++)
    places.push(bytes.toString("latin1", 16 + 145 * i, 16 + 145 * i + 64));
  return places.join("\n");
}

/** What a server says that was made of a backup, with the master key and those keys. */
async function restored(
  s: Scene,
  from: string,
  keys: string | null,
  looks: (r: Scene) => Promise<void>,
): Promise<void> {
  const data = `${from}-restored`;
  const master = join(s.server.data, "master.key");
  const opens = keys === null ? [] : ["--keys", keys, "--master-key", master];
  const done = run(["restore", from, "--into", data, ...opens]);
  tally.same("restored", done.status, 0);
  tally.same(
    "says that keys are missing",
    done.stderr.includes("no file can be read"),
    keys === null,
  );
  if (keys === null) cpSync(master, join(data, "master.key"));
  const server = new Server({ data });
  try {
    await server.start();
    const owner = await server.client(s.owner.token);
    await looks({ ...s, server, owner, store: sqliteStore(data) });
  } finally {
    await server.remove();
    rmSync(data, { recursive: true });
  }
}

async function backups(s: Scene, early: string, first: any, second: any): Promise<void> {
  const late = `${s.server.data}-late`;
  backUp(s, late);
  renameSync(`${early}.keys`, `${early}-apart`);
  await restored(s, early, null, async (r) => {
    await reads(r, "without keys nothing is read", first.file, 404);
    await reads(r, "of nobody", second.file, 404);
    nowhere(r, "restored without keys", [FIRST, SECOND, REPLY]);
  });
  await restored(s, early, `${late}.keys`, async (r) => {
    await reads(r, "with keys of after the erasure it is gone", first.file, 404);
    await reads(r, "and what was sent to it", first.reply, 404);
    await reads(r, "others are there", second.file, long(SECOND));
    nowhere(r, "restored with later keys", [FIRST, SECOND, REPLY]);
  });
  await restored(s, early, `${early}-apart`, async (r) => {
    await reads(r, "with keys of before, until they are thrown away", first.file, long(FIRST));
  });
  refused(early, `${late}.keys`);
}

/** Files of keys that are not what was written, or would be written over. */
function refused(from: string, keys: string): void {
  const data = `${from}-refused`;
  const bytes = readFileSync(keys);
  const damaged = (change: (bytes: Buffer) => Buffer): number | null => {
    writeFileSync(keys, change(Buffer.from(bytes)));
    const done = run(["restore", from, "--into", data, "--keys", keys]);
    rmSync(data, { recursive: true, force: true });
    return done.status;
  };
  for (const at of [0, 20, 100, 159, bytes.length - 1])
    tally.same(
      `byte ${at} changed`,
      damaged((b) => {
        b[at]! ^= 1;
        return b;
      }),
      6,
    );
  tally.same(
    "cut",
    damaged((b) => b.subarray(0, -145)),
    6,
  );
  tally.same(
    "empty",
    damaged(() => Buffer.alloc(0)),
    6,
  );
  const again = run(["backup", data, "--data", from, "--keys", keys]);
  tally.same("not written over", [again.status, existsSync(data)], [4, false]);
  rmSync(keys);
  tally.same("none there", run(["restore", from, "--into", data, "--keys", keys]).status, 3);
  rmSync(data, { recursive: true, force: true });
}

// ---- a store of before

/** Makes the store one of version 11: files lie plain, and one mail as it came. */
function makeOld(s: Scene, file: any, many: number): string[] {
  const dir = join(s.server.data, "attachments");
  const [attachment, conversation] = [numberOf(file.file), numberOf(file.conversation)];
  const part = s.store.sql(`SELECT part FROM attachments WHERE attachment = ${attachment}`);
  const plain = (below: string, text: string): string => {
    const name = randomBytes(16).toString("hex");
    mkdirSync(join(s.server.data, below), { recursive: true, mode: 0o700 });
    writeFileSync(join(s.server.data, below, name), text);
    return name;
  };
  const all: string[] = [];
  const columns = "part, conversation, teammate, name, type, bytes, hash, created_ms";
  let sql = "";
  for (let i = 0; i < many; i++) {
    const text = long(`${FIRST} ${i}`);
    sql +=
      `INSERT INTO attachments (attachment, place, ${columns}) SELECT ${9000 + i}, ` +
      `'${plain("attachments", text)}', ${columns} FROM attachments ` +
      `WHERE attachment = ${attachment};`;
    all.push(`att_${9000 + i}`);
  }
  plain("attachments", `${SECOND}, that nothing names`);
  writeFileSync(join(dir, `${randomBytes(16).toString("hex")}.new`), `${SECOND}, half written`);
  const raw = `From: <a@b.example>\r\nSubject: x\r\n\r\n${MAIL}\r\n`;
  sql +=
    "INSERT INTO mails (mail, mailbox, direction, state, conversation, part, place, bytes) " +
    `VALUES (9000, 1, 'in', 'taken', ${conversation}, ${part}, '${plain("mails", raw)}', ` +
    `${raw.length});`;
  for (const table of ["file_keys", "story_shares", "story_names", "contact_keys"])
    sql += `DROP TABLE ${table};`;
  sql += "DROP VIEW report_daily_metrics; DELETE FROM meta WHERE name = 'reports';";
  sql += "DROP INDEX arrivals_by_sla_policy;";
  for (const [table, columns] of [
    ["daily_metrics", ["low_micro", "high_micro", "withheld"]],
    ["arrivals", ["sla_policy"]],
    ["contacts", ["blocked_ms"]],
  ] as const)
    for (const column of columns) sql += `ALTER TABLE ${table} DROP COLUMN ${column};`;
  sql += "UPDATE meta SET value = '11' WHERE name = 'content';";
  sql += "DELETE FROM attachments WHERE length(place) = 64;";
  s.store.sql(sql);
  for (const name of readdirSync(dir)) if (PLACE.test(name)) rmSync(join(dir, name));
  return all;
}

async function readsAll(s: Scene, file: any, all: readonly string[]): Promise<void> {
  for (const [i, id] of all.entries()) await reads(s, `file ${i}`, id, long(`${FIRST} ${i}`));
  const part = s.store.sql("SELECT part FROM mails WHERE mail = 9000");
  const mail = await s.owner.get(`/conversations/${file.conversation}/parts/part_${part}/source`);
  tally.is("and the mail", mail.status === 200 && mail.text.includes(MAIL), mail.text);
}

const plainOnes = (s: Scene): string[] =>
  ["attachments", "mails"].flatMap((below) =>
    names(s, below).filter((name) => !PLACE.test(name) && !name.startsWith("new-")),
  );

async function broughtForward(s: Scene, file: any): Promise<void> {
  const MANY = 40;
  await s.server.end();
  const all = makeOld(s, file, MANY);
  tally.same("plain files", plainOnes(s).length, MANY + 3);
  // Ended in the middle, as often as it takes.
  const rows = (): number =>
    Number(s.store.sql("SELECT count(*) FROM attachments WHERE length(place) = 64"));
  for (const least of [1, 15]) {
    await s.server.start();
    await until(`${least} sealed`, () => rows() >= least);
    await s.server.end("SIGKILL");
    tally.is("a row names a file that is there", missing(s).length === 0, missing(s).join(" "));
  }
  await s.server.start();
  s = { ...s, owner: await again(s) };
  await readsAll(s, file, all);
  await until("all are sealed, and no plain one is left", () => plainOnes(s).length === 0);
  await readsAll(s, file, all);
  nowhere(s, "brought forward", [FIRST, SECOND, MAIL]);
  tally.same("each with its key", s.store.sql("SELECT count(*) FROM file_keys"), `${MANY + 1}`);
  tally.same("as the document says", s.owner.faults, []);
}

const missing = (s: Scene): string[] => {
  const there = new Set([...names(s, "attachments"), ...names(s, "mails")]);
  const places = s.store.sql("SELECT place FROM attachments UNION SELECT place FROM mails");
  return places.split("\n").filter((place) => place !== "" && !there.has(place));
};

/** The same caller at the port of now. */
async function again(s: Scene): Promise<Client> {
  return s.server.client(s.owner.token);
}

async function all(server: Server, owner: Client, store: Store): Promise<void> {
  const team = (await owner.post("/teams", { name: "Shipping" })).body.id;
  const s: Scene = { server, owner, store, team };
  const { first, second } = await sealed(s);
  await damaged(s, first, second);
  const early = `${server.data}-early`;
  backUp(s, early);
  await erased(s, first, second);
  await backups(s, early, first, second);
  await broughtForward(s, second);
}

await withServer({}, async (server, owner) => all(server, owner, sqliteStore(server.data)));
if (missingForCluster() === undefined) {
  const cluster = startCluster();
  try {
    const place = cluster.database("sealed");
    const options: ServerOptions = { args: ["--postgres", place] };
    const store = postgresStore(place, () => cluster.dump("sealed"));
    await withServer(options, async (server, owner) => all(server, owner, store));
  } finally {
    cluster.stop();
  }
}
tally.end();
