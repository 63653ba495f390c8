// api_scan_test -- a scanner for malware as clamd is, that finds, lies, is silent or gone: what it
// names is not kept, what it does not answer for is not taken, and no mail is lost by it.
import { existsSync, readdirSync } from "node:fs";
import { createServer, type Server as Listener, type Socket } from "node:net";
import { join } from "node:path";

import { connectBox, FakeImap, FakeSmtp, MINA, SUPPORT } from "./mail_fakes.ts";
import { inFolderAsync, Tally } from "./program.ts";
import { browser, withServer, type Answer, type Client, type Server } from "./server.ts";
import { Visitor } from "./visitor.ts";

const tally = new Tally();
const EVIL = "there be dragons";
const PATIENCE_MS = 40_000;

/** What it says to the bytes of a file; null: nothing, and it waits. */
type Says = (bytes: Buffer) => string | null;
const honest: Says = (bytes) =>
  bytes.includes(EVIL) ? "stream: Win.Test.Dragon-7 FOUND\0" : "stream: OK\0";

/** Of INSTREAM it takes what clamd(8) says, to the byte, and nothing else. */
class Scanner {
  says: Says = honest;
  /** Ends the talk, with what it says, once so many bytes of a file have come. */
  most = Infinity;
  /** Whether it answers for what is harmless: one byte. */
  isAlive = true;
  readonly scanned: Buffer[] = [];
  readonly wrong: string[] = [];
  private listener: Listener | null = null;
  private readonly sockets = new Set<Socket>();

  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  async start(): Promise<void> {
    const listener = createServer((socket) => this.talk(socket));
    await new Promise<void>((resolve) => listener.listen(this.path, resolve));
    this.listener = listener;
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.listener?.close(resolve) ?? resolve(null));
  }

  private talk(socket: Socket): void {
    let come = Buffer.alloc(0);
    this.sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => this.sockets.delete(socket));
    socket.on("data", (piece: Buffer) => {
      come = Buffer.concat([come, piece]);
      const read = this.read(come);
      if (read === null) return;
      if (read.toString() === "x") {
        if (this.isAlive) socket.end("stream: OK\0");
        return;
      }
      this.scanned.push(read);
      const said = this.says(read);
      if (said === null) return;
      // Letter by letter: an answer may come in pieces.
      for (const letter of said) socket.write(letter);
      socket.end();
    });
  }

  /** The bytes of the file once all have come, or too many. */
  private read(come: Buffer): Buffer | null {
    const command = "zINSTREAM\0";
    if (come.length < command.length) return null;
    if (come.subarray(0, command.length).toString() !== command)
      this.wrong.push(come.subarray(0, 20).toString());
    const pieces: Buffer[] = [];
    let at = command.length;
    for (let all = 0; at + 4 <= come.length; ) {
      const n = come.readUInt32BE(at);
      all += n;
      if (n === 0 && come.length !== at + 4) this.wrong.push("something behind the end");
      if (n === 0 || all > this.most) return Buffer.concat(pieces);
      if (at + 4 + n > come.length) return null;
      pieces.push(come.subarray(at + 4, at + 4 + n));
      at += 4 + n;
    }
    return null;
  }
}

interface Scene {
  readonly scanner: Scanner;
  readonly server: Server;
  readonly owner: Client;
  readonly team: string;
}

const MARK = "----evenkeel-boundary-5ca7";

function upload(owner: Client, bytes: string, name = "a.txt"): Promise<Answer> {
  return owner.post("/attachments", undefined, {
    raw:
      `--${MARK}\r\nContent-Disposition: form-data; name="file"; filename="${name}"\r\n` +
      `Content-Type: text/plain\r\n\r\n${bytes}\r\n--${MARK}--\r\n`,
    headers: { "Content-Type": `multipart/form-data; boundary=${MARK}` },
  });
}

const kept = (s: Scene): number => {
  const dir = join(s.server.data, "attachments");
  return existsSync(dir) ? readdirSync(dir).length : 0;
};

const LATER = "it gives no answer for it";

/** What it may say, and what becomes of the file. */
const ANSWERS: readonly [string, Says, number, string][] = [
  ["nothing found", () => "stream: OK\0", 201, ""],
  ["an answer without its end", () => "stream: OK", 201, ""],
  ["malware", () => "stream: Eicar-Signature FOUND\0", 422, "Eicar-Signature"],
  ["a name that is none", () => "stream: <b>\u202e\u0007' FOUND\0", 422, "b"],
  ["no name at all", () => "stream: \u202e FOUND\0", 422, "unnamed"],
  ["a long name", () => `stream: ${"x".repeat(300)} FOUND\0`, 422, "x".repeat(63)],
];
/** What is no answer; and what is said of the file while the scanner lives. */
const NO_ANSWERS: readonly [string, Says, string][] = [
  ["no end of it", () => `stream: ${"x".repeat(5000)} FOUND\0`, LATER],
  ["nothing behind the colon", () => "stream:  FOUND\0", LATER],
  ["FOUND alone", () => " FOUND\0", LATER],
  ["OK of something else", () => "PONG: OK\0", LATER],
  ["more than OK", () => "stream: OK or not\0", LATER],
  ["rubbish", () => "\u00ff\u00fe{}\n", LATER],
  ["the end", () => "", LATER],
  ["nothing", () => null, LATER],
  ["an error", () => "stream: Can't allocate memory ERROR\0", "it could not look at it"],
  ["too large", () => "INSTREAM size limit exceeded. ERROR\0", "it takes no file so large"],
];

async function answers(s: Scene): Promise<void> {
  let files = kept(s);
  for (const [what, says, status, name] of ANSWERS) {
    s.scanner.says = says;
    const got = await upload(s.owner, "a file");
    tally.same(`it says ${what}`, got.status, status);
    if (status === 422)
      tally.same(`${what}: told`, [got.body.type, got.body.detail], ["/problems/infected", name]);
    files += status === 201 ? 1 : 0;
    tally.same(`${what}: on disk`, kept(s), files);
  }
  for (const [what, says, why] of NO_ANSWERS) {
    s.scanner.says = says;
    const got = await upload(s.owner, "a file");
    tally.same(`it says ${what}`, [got.status, got.body.type, got.body.detail],
      [422, "/problems/not_scanned", why]);
  }
  s.scanner.isAlive = false;
  s.scanner.says = () => "";
  const dead = await upload(s.owner, "a file");
  tally.same("and lives no more", [dead.status, dead.body.type], [503, "/problems/unavailable"]);
  tally.same("nothing of it on disk", kept(s), files);
  s.scanner.isAlive = true;
  s.scanner.says = () => null;
  const waits = upload(s.owner, "a slow file");
  await tally.until("the scanner thinks", PATIENCE_MS, async () =>
    s.scanner.scanned.at(-1)?.toString() === "a slow file");
  const begun = Date.now();
  const other = await s.owner.get("/queue?limit=5");
  tally.is("nothing else waits for it", other.status === 200 && Date.now() - begun < 5_000);
  // One is looked at and four wait; the others are told at once.
  const more = Array.from({ length: 6 }, async () => (await upload(s.owner, "more")).status);
  tally.same("not all may wait", await Promise.race(more), 503);
  s.scanner.says = honest;
  tally.same("until it is given up", (await waits).status, 422);
  const all = await Promise.all(more);
  tally.is("those that waited are kept", all.includes(201), all.join(" "));
  s.scanner.says = honest;
}

async function uploads(s: Scene): Promise<void> {
  const large = "0123456789abcdef".repeat(200_000); // three pieces and a bit
  tally.same("a large file", (await upload(s.owner, large)).status, 201);
  tally.is("it saw every byte", s.scanner.scanned.at(-1)?.equals(Buffer.from(large)) === true);
  tally.same("one with malware at its end", (await upload(s.owner, large + EVIL)).status, 422);
  tally.same("an empty one", (await upload(s.owner, "")).status, 201);
  s.scanner.most = 1 << 20;
  s.scanner.says = () => "INSTREAM size limit exceeded. ERROR\0";
  const cut = await upload(s.owner, large);
  tally.same("it hears no more in the middle", [cut.status, cut.body.type],
    [422, "/problems/not_scanned"]);
  s.scanner.most = Infinity;
  s.scanner.says = honest;
  const inbox = await s.owner.post("/chat-inboxes", { name: "Shop", team: s.team });
  const visitor = new Visitor(s.owner, inbox.body.id as string);
  const put = (raw: string): Promise<Answer> =>
    visitor.client.ask("POST", visitor.path("/files"), {
      raw,
      ...visitor.with({
        headers: {
          "Content-Type": "text/plain",
          "Content-Disposition": "attachment; filename*=UTF-8''a.txt",
        },
      }),
    });
  tally.same("a visitor's", (await put("well")).status, 201);
  const bad = await put(`and ${EVIL}`);
  tally.same("and with malware", [bad.status, bad.body.type], [422, "/problems/infected"]);
  await s.scanner.stop();
  const gone = await upload(s.owner, "here");
  tally.same("the scanner is gone", [gone.status, gone.body.type], [503, "/problems/unavailable"]);
  tally.is("the journal says why", s.server.messages.includes("scanner_failed"));
  await s.scanner.start();
  tally.same("and comes back", (await upload(s.owner, "here")).status, 201);
}

/** Who ends the server does not wait for it either. */
async function ends(s: Scene): Promise<void> {
  s.scanner.says = () => null;
  const waits = upload(s.owner, "the last file").catch(() => null);
  await tally.until("it thinks once more", PATIENCE_MS, async () =>
    s.scanner.scanned.at(-1)?.toString() === "the last file");
  const begun = Date.now();
  tally.same("SIGTERM ends it well", await s.server.end(), 0);
  tally.is("within ten seconds (N02)", Date.now() - begun < 10_000, Date.now() - begun);
  await waits;
}

const letter = (id: string, files: readonly string[]): string =>
  [
    `From: <${MINA}>`,
    `To: <${SUPPORT}>`,
    `Subject: ${id}`,
    `Message-ID: <${id}@mina.example.test>`,
    "MIME-Version: 1.0",
    'Content-Type: multipart/mixed; boundary="b"',
    "",
    "--b",
    "",
    "See the files.",
    ...files.flatMap((text, i) => [
      "--b",
      "Content-Type: text/plain",
      `Content-Disposition: attachment; filename="${i}.txt"`,
      "",
      text,
    ]),
    "--b--",
    "",
  ].join("\r\n");

async function mails(s: Scene, imap: FakeImap): Promise<void> {
  const titles = async (): Promise<string[]> =>
    (await s.owner.get("/conversations?limit=100")).body.data.map((row: any) => row.title);
  const held = async (): Promise<any[]> => (await s.owner.get("/held-mails")).body.data;
  const filesOf = async (title: string): Promise<string[]> => {
    const list = (await s.owner.get("/conversations?limit=100")).body.data;
    const id = list.find((row: any) => row.title === title).id as string;
    const parts = (await s.owner.get(`/conversations/${id}/parts`)).body.data;
    return parts.flatMap((part: any) => part.attachments.map((file: any) => file.name));
  };
  const comes = (what: string, title: string): Promise<void> =>
    tally.until(what, PATIENCE_MS, async () => (await titles()).includes(title));
  imap.messages.push({ uid: 1, text: letter("good", ["one", "two"]) });
  await comes("a mail with files comes", "good");
  tally.same("with them", await filesOf("good"), ["0.txt", "1.txt"]);
  imap.messages.push({ uid: 2, text: letter("evil", ["one", EVIL, "three"]) });
  await tally.until("one with malware is held", PATIENCE_MS, async () =>
    (await held()).some((one) => one.subject === "evil"),
  );
  const [bad] = await held();
  tally.same("and says why", [bad.reason, bad.detail], ["infected", "Win.Test.Dragon-7"]);
  tally.is("it is no conversation", !(await titles()).includes("evil"));
  const source = await s.owner.get(`/held-mails/${bad.id as string}/source`);
  tally.is("it is there as it came", source.text.includes(EVIL), source.status);
  tally.same("let in", (await s.owner.post(`/held-mails/${bad.id as string}/release`)).status, 200);
  await comes("it is a conversation", "evil");
  tally.same("without that file", await filesOf("evil"), ["0.txt", "2.txt"]);
  // For ever: those behind it are not kept up.
  s.scanner.says = (bytes) => (bytes.includes("a film") ? null : honest(bytes));
  imap.messages.push({ uid: 3, text: letter("vast", Array<string>(4).fill("a film")) });
  imap.messages.push({ uid: 5, text: letter("behind", ["five"]) });
  await comes("behind one that it never answers for", "behind");
  const [vast] = await held();
  tally.same("that is held", [vast.subject, vast.reason, vast.detail],
    ["vast", "not_scanned", LATER]);
  s.scanner.says = honest;
  const many = [...Array.from({ length: 20 }, (_, i) => `text ${i}`), EVIL];
  imap.messages.push({ uid: 6, text: letter("many", many) });
  await tally.until("of many files the last is looked at, too", PATIENCE_MS, async () =>
    (await held()).some((one) => one.subject === "many" && one.reason === "infected"),
  );
  // Held for something else, before anybody looked at its files.
  const own = letter("old", [EVIL]).replace(MINA, SUPPORT);
  s.scanner.says = () => "stream: OK\0";
  imap.messages.push({ uid: 7, text: own });
  const old = async (): Promise<any> => (await held()).find((one) => one.subject === "old");
  await tally.until("one from ourselves is held", PATIENCE_MS, async () =>
    (await old())?.reason === "own_address",
  );
  s.scanner.says = honest;
  await s.owner.post(`/held-mails/${(await old()).id as string}/release`);
  await tally.until("let in it is held again, and says that a file will be missing", PATIENCE_MS,
    async () => (await old())?.reason === "infected");
  await s.owner.post(`/held-mails/${(await old()).id as string}/release`);
  await comes("then it is a conversation", "old");
  tally.same("without it", await filesOf("old"), []);
  await s.scanner.stop();
  imap.messages.push({ uid: 8, text: letter("waits", ["four"]) });
  await tally.until("without a scanner the mailbox says so", PATIENCE_MS, async () => {
    const asked = { headers: browser(s.server.cookie) };
    const boxes = await s.owner.as(null).get("/mailboxes", asked);
    return boxes.text.includes("scanner for malware");
  });
  tally.same("and nothing is taken or marked", [(await titles()).includes("waits"),
    imap.seen.includes(8)], [false, false]);
  await s.scanner.start();
  await comes("once it answers the mail comes", "waits");
  tally.same("whole", await filesOf("waits"), ["0.txt"]);
  tally.same("each once", (await titles()).sort(),
    ["behind", "evil", "good", "old", "waits"]);
}

await inFolderAsync(async (dir) => {
  const scanner = new Scanner(join(dir, "clamd.ctl"));
  const imap = new FakeImap();
  const smtp = new FakeSmtp();
  await Promise.all([scanner.start(), imap.start(), smtp.start()]);
  const env = { EVENKEEL_MAIL_POLL: "1", EVENKEEL_FILES_SCANNER: scanner.path };
  try {
    await withServer({ env }, async (server, owner) => {
      const team = (await owner.post("/teams", { name: "Support" })).body.id as string;
      const s: Scene = { scanner, server, owner, team };
      tally.same("connected", (await connectBox(server, owner, { imap, smtp, team })).status, 201);
      await answers(s);
      await mails(s, imap);
      await uploads(s);
      await ends(s);
      tally.same("it was asked as clamd is", scanner.wrong, []);
      tally.same("as the document says", owner.faults, []);
    });
  } finally {
    await scanner.stop();
    imap.stop();
    smtp.stop();
  }
});
tally.end();
