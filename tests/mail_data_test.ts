// mail_data_test -- every message of the data that lie beside the checkout comes through a server:
// each is a conversation or is held, its source is what came, byte for byte, and once. Among them
// are bounces, broken headers, charsets of long ago, and texts that are no message at all.
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { dataFile } from "../scripts/lib/root.ts";
import { connectBox, FakeImap, FakeSmtp } from "./mail_fakes.ts";
import { Tally } from "./program.ts";
import { withServer, type Client, type Server } from "./server.ts";

const tally = new Tally();
const SET = "11-email-mime";
const FOLDERS = [
  ["mikel-mail", ".eml"],
  ["talon-standard-replies", ".eml"],
  ["github-reply-parser", ".txt"],
] as const;
const PATIENCE_MS = 120_000;

const hashOf = (bytes: Buffer): string => createHash("sha256").update(bytes).digest("hex");

/** Every file, in order. */
function files(): Buffer[] {
  return FOLDERS.flatMap(([folder, end]) => {
    const dir = dataFile(SET, folder);
    const names = existsSync(dir) ? readdirSync(dir) : [];
    return names
      .filter((each) => each.endsWith(end))
      .sort()
      .map((name) => readFileSync(join(dir, name)));
  });
}

/** Which letter it is: two with one Message-ID and one body are copies, whatever servers wrote
 * above it. */
function letterOf(bytes: Buffer): string {
  const text = bytes.toString("latin1").replace(/[\r\n]+$/, "");
  const [head = text] = /^[^]*?\r?\n\r?\n/.exec(text) ?? [];
  const id = /^message-id[ \t]*:[ \t]*(<[^>]*>)/im.exec(head)?.[1];
  return id === undefined ? text : `${id} ${text.slice(head.length)}`;
}

/** Of each letter what came first, hashed. */
function letters(all: readonly Buffer[]): string[] {
  const found = new Map<string, string>();
  for (const bytes of all)
    if (!found.has(letterOf(bytes))) found.set(letterOf(bytes), hashOf(bytes));
  return [...found.values()].sort();
}

interface Came {
  readonly talks: readonly string[];
  readonly held: readonly string[];
}

async function came(owner: Client): Promise<Came> {
  const ids = async (path: string): Promise<string[]> => {
    const all: string[] = [];
    for (let next = ""; ;) {
      const { data, page } = (await owner.get(`${path}?limit=100${next}`)).body;
      all.push(...data.map((row: any) => row.id));
      if (page.next_cursor === null) return all;
      next = `&cursor=${encodeURIComponent(page.next_cursor)}`;
    }
  };
  return { talks: await ids("/conversations"), held: await ids("/held-mails") };
}

/** What is kept of each, as it came. */
async function sources(owner: Client, all: Came): Promise<string[]> {
  const hashes: string[] = [];
  const read = async (path: string): Promise<void> => {
    const headers = { Authorization: `Bearer ${owner.token}` };
    const got = await fetch(`${owner.url}/api/v1${path}/source`, { headers });
    hashes.push(got.status === 200 ? hashOf(Buffer.from(await got.arrayBuffer())) : `${path}`);
  };
  for (const id of all.talks) {
    const parts = (await owner.get(`/conversations/${id}/parts`)).body.data;
    const [part] = parts.filter((each: any) => each.mail?.has_source === true);
    await read(`/conversations/${id}/parts/${part?.id}`);
  }
  for (const id of all.held) await read(`/held-mails/${id}`);
  return hashes.sort();
}

async function story(server: Server, owner: Client, imap: FakeImap): Promise<void> {
  const all = files();
  const wanted = letters(all);
  tally.is("copies are few", wanted.length > all.length - 20, `${wanted.length} ${all.length}`);
  imap.messages.push(...all.map((bytes, i) => ({ uid: i + 1, text: "", bytes })));
  const smtp = new FakeSmtp();
  await smtp.start();
  const team = (await owner.post("/teams", { name: "Support" })).body.id as string;
  const made = await connectBox(server, owner, { imap, smtp, team });
  tally.same("connected", made.status, 201);
  const isAll = async (): Promise<boolean> =>
    Promise.resolve(imap.messages.every((one) => imap.seen.includes(one.uid)));
  await tally.until("all are taken", PATIENCE_MS, isAll);
  const first = await came(owner);
  tally.same(
    "each is a conversation or is held",
    first.talks.length + first.held.length,
    wanted.length,
  );
  tally.is(
    "most are conversations",
    first.talks.length > wanted.length / 2,
    `${first.talks.length}`,
  );
  tally.same("and kept as it came", await sources(owner, first), wanted);
  // The folder gets other numbers: all of it is asked for again.
  const again = imap.messages.splice(0).map((one) => ({ ...one, uid: one.uid + 1000 }));
  imap.validity++;
  imap.messages.push(...again);
  await tally.until("all are asked for again", PATIENCE_MS, isAll);
  tally.same("and nothing is there twice", await came(owner), first);
  tally.same("nobody is answered", smtp.tried, []);
  tally.same("every answer is as the document says", owner.faults, []);
  smtp.stop();
}

if (files().length === 0) {
  console.log(`mail_data_test: left out, there are no data of ${SET} beside the checkout`);
} else {
  const imap = new FakeImap();
  await imap.start();
  try {
    await withServer({ env: { EVENKEEL_MAIL_POLL: "1" } }, async (server, owner) => {
      await story(server, owner, imap);
      if (tally.failed > 0) console.log(server.messages);
    });
  } finally {
    imap.stop();
  }
}
tally.end();
