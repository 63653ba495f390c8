// mail_faults_test -- servers of mail that misbehave: an IMAP server that ends in the middle, lies
// about its numbers and announces what nobody can take; an SMTP server that changes its mind. What
// comes is there once, what goes is sent once, and what is refused is told.
import { createServer, type AddressInfo, type Server as Listener, type Socket } from "node:net";

import { Talk } from "./mail_office.ts";
import { Tally } from "./program.ts";
import { browser, withServer, type Answer, type Client, type Server } from "./server.ts";

const tally = new Tally();
const PATIENCE_MS = 40_000;
const SUPPORT = "support@example.test";
const MINA = "mina@example.test";

const status = (what: string, got: Answer, want: number): void =>
  tally.is(`${what}: ${want}`, got.status === want, `${got.status} ${got.text.slice(0, 300)}`);

function letter(id: string, subject: string, more: readonly string[] = [], from = MINA): string {
  return [
    ...more,
    `From: <${from}>`,
    `To: <${SUPPORT}>`,
    `Subject: ${subject}`,
    `Message-ID: <${id}@mina.example.test>`,
    "",
    `Text of ${subject}.`,
    "",
  ].join("\r\n");
}

/** One connection after another; the talk of each is `serve`'s. */
class Fake {
  port = 0;
  connections = 0;
  private readonly listener: Listener;
  private readonly sockets = new Set<Socket>();

  constructor(serve: (talk: Talk, socket: Socket) => Promise<void>) {
    this.listener = createServer((socket) => {
      this.connections++;
      this.sockets.add(socket);
      socket.on("close", () => this.sockets.delete(socket));
      // A client that goes away in the middle ends the talk.
      serve(new Talk(socket), socket).catch(() => socket.destroy());
    });
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.listener.listen(0, "127.0.0.1", resolve));
    this.port = (this.listener.address() as AddressInfo).port;
  }

  stop(): void {
    for (const socket of this.sockets) socket.destroy();
    this.listener.close();
  }
}

/** A mailbox whose FETCH goes wrong as `faults` says, one after the other, and then well. */
class FakeImap extends Fake {
  readonly messages: { uid: number; text: string }[] = [];
  readonly faults: string[] = [];
  readonly seen: number[] = [];
  readonly asked: string[] = [];
  validity = 77;

  constructor() {
    super(async (talk, socket) => this.serve(talk, socket));
  }

  private async serve(talk: Talk, socket: Socket): Promise<void> {
    socket.write("* OK ready\r\n");
    for (;;) {
      const line = await talk.line();
      const [tag = "", ...words] = line.split(" ");
      const command = words.join(" ").toUpperCase();
      const done = (more = ""): boolean => socket.write(`${more}${tag} OK done\r\n`);
      if (command === "CAPABILITY") done("* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n");
      else if (command.startsWith("AUTHENTICATE")) {
        socket.write("+ \r\n");
        await talk.line();
        done();
      } else if (command.startsWith("SELECT")) {
        const next = (this.messages.at(-1)?.uid ?? 0) + 1;
        done(`* OK [UIDVALIDITY ${this.validity}] x\r\n* OK [UIDNEXT ${next}] x\r\n`);
      } else if (command.startsWith("UID SEARCH")) {
        // Old ones, twice, and in no order: what it says is not believed.
        const uids = this.messages.map((one) => one.uid);
        done(`* SEARCH ${[...uids, 0, ...uids].reverse().join(" ")}\r\n`);
      } else if (command.startsWith("UID FETCH")) this.fetch(Number(words[2]), done, socket);
      else if (command.startsWith("UID STORE")) {
        this.seen.push(Number(words[2]));
        done();
      } else done();
    }
  }

  private fetch(uid: number, done: (more?: string) => boolean, socket: Socket): void {
    const text = this.messages.find((one) => one.uid === uid)?.text ?? "";
    const fault = this.faults.shift() ?? "";
    this.asked.push(fault);
    const answer = (n: number): string =>
      `* 1 FETCH (UID ${n} BODY[] {${Buffer.byteLength(text)}}\r\n${text})\r\n`;
    if (fault === "cut") socket.end(answer(uid).slice(0, 60));
    else if (fault === "other") done(answer(uid + 1000));
    else if (fault === "huge") socket.write(`* 1 FETCH (UID ${uid} BODY[] {4000000000}\r\nx`);
    else if (fault === "nothing") socket.write("complete nonsense\r\n\0\r\n* BYE no more\r\n");
    else done(answer(uid));
  }
}

/** Takes mail; after DATA it says what `verdicts` says, one after the other, and then 250. */
class FakeSmtp extends Fake {
  readonly taken: string[] = [];
  readonly tried: string[] = [];
  readonly verdicts: string[] = [];

  constructor() {
    super(async (talk, socket) => this.serve(talk, socket));
  }

  private async serve(talk: Talk, socket: Socket): Promise<void> {
    socket.write("220 fake\r\n");
    for (;;) {
      const line = (await talk.line()).toUpperCase();
      if (line.startsWith("QUIT")) {
        socket.end("221 bye\r\n");
        return;
      }
      if (line !== "DATA") {
        socket.write("250 ok\r\n");
        continue;
      }
      socket.write("354 go on\r\n");
      const lines: string[] = [];
      for (let one = await talk.line(); one !== "."; one = await talk.line()) lines.push(one);
      const verdict = this.verdicts.shift() ?? "250 taken";
      this.tried.push(lines.join("\n"));
      if (verdict === "drop") {
        socket.destroy();
        return;
      }
      if (verdict.startsWith("250")) this.taken.push(lines.join("\n"));
      socket.write(`${verdict}\r\n`);
      if (verdict === "250 and gone") socket.destroy();
    }
  }
}

interface Scene {
  readonly owner: Client;
  readonly server: Server;
  readonly team: string;
  readonly imap: FakeImap;
  readonly smtp: FakeSmtp;
}

async function titles(s: Scene): Promise<string[]> {
  const got = await s.owner.get("/conversations?limit=100");
  return got.body.data.map((row: any) => row.title).sort();
}

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  await tally.until(what, PATIENCE_MS, holds);
}

async function incoming(s: Scene): Promise<void> {
  s.imap.faults.push("cut", "nothing", "cut");
  s.imap.messages.push({ uid: 5, text: letter("five", "five") });
  await until("after three that ended in the middle it is there", async () =>
    (await titles(s)).includes("five"),
  );
  await until("then it is marked", async () => s.imap.seen.includes(5));
  tally.same("all three happened", s.imap.asked.slice(0, 3), ["cut", "nothing", "cut"]);
  s.imap.faults.push("other");
  s.imap.messages.push({ uid: 6, text: letter("six", "six") });
  s.imap.messages.push({ uid: 9, text: letter("nine", "nine") });
  await until("what has another number is not believed", async () =>
    (await titles(s)).includes("nine"),
  );
  s.imap.faults.push("huge");
  s.imap.messages.push({ uid: 10, text: letter("ten", "ten") });
  await until("what is too large is held with its headers", async () => {
    const held = (await s.owner.get("/held-mails")).body.data;
    return held.some((row: any) => row.reason === "too_large" && row.subject === "ten");
  });
  s.imap.messages.push({ uid: 11, text: letter("eleven", "eleven") });
  await until("and what is behind it comes", async () => (await titles(s)).includes("eleven"));
  tally.same("each once", await titles(s), ["eleven", "five", "nine"]);
}

/** N27: the folder gets other numbers, and an answer comes before what it answers. */
async function renumbered(s: Scene): Promise<void> {
  const before = await titles(s);
  s.imap.validity = 78;
  const old = s.imap.messages.splice(0).map((one, i) => ({ ...one, uid: 100 + i }));
  s.imap.messages.push(...old, { uid: 200, text: letter("twelve", "twelve") });
  await until("behind other numbers what is new comes", async () =>
    (await titles(s)).includes("twelve"),
  );
  // "six" is what the server gave another number to: it is there, and comes now.
  tally.same("and nothing twice", await titles(s), [...before, "six", "twelve"].sort());
  const late = "original@mina.example.test";
  s.imap.messages.push({
    uid: 201,
    text: letter("answer", "answer", [`In-Reply-To: <${late}>`, `References: <${late}>`]),
  });
  await until("an answer to what nobody knows", async () => (await titles(s)).includes("answer"));
  s.imap.messages.push({ uid: 202, text: letter("original", "original") });
  await until("and then that", async () => (await titles(s)).includes("original"));
  s.imap.messages.push({ uid: 203, text: letter("original", "original") });
  s.imap.messages.push({ uid: 204, text: letter("thirteen", "thirteen") });
  await until("and what is behind it", async () => (await titles(s)).includes("thirteen"));
  tally.same(
    "each once",
    await titles(s),
    [...before, "six", "twelve", "answer", "original", "thirteen"].sort(),
  );
}

/** N28: what goes in circles makes nothing, and is told why. */
async function circles(s: Scene): Promise<void> {
  const hops = (n: number): string[] =>
    Array.from({ length: n }, (_, i) => `Received: from a${i}.test by b${i}.test; 1 Jan 2026`);
  const before = await titles(s);
  const sent = s.smtp.tried.length;
  s.imap.messages.push(
    { uid: 300, text: letter("round", "round", hops(50)) },
    { uid: 301, text: letter("self", "self", [], SUPPORT) },
    { uid: 302, text: letter("far", "far", hops(49)) },
    { uid: 303, text: letter("null", "null", ["Return-Path: <>"], "robot@mina.example.test") },
  );
  await until("49 servers are not too many", async () => (await titles(s)).includes("far"));
  await until("nor is a robot that begins", async () => (await titles(s)).includes("null"));
  const held = (await s.owner.get("/held-mails")).body.data;
  tally.same(
    "50 are, and what says that it is from us",
    [...held]
      .filter((row: any) => ["round", "self"].includes(row.subject))
      .map((row: any) => [row.subject, row.reason])
      .sort(),
    [
      ["round", "loop"],
      ["self", "own_address"],
    ],
  );
  tally.same("no more than these", await titles(s), [...before, "far", "null"].sort());
  tally.same("nobody is answered by itself", s.smtp.tried.length, sent);
}

async function outgoing(s: Scene): Promise<void> {
  const all = (await s.owner.get("/conversations?limit=100")).body.data;
  const talk = all.find((row: any) => row.title === "five").id as string;
  const answer = async (text: string): Promise<string> => {
    const got = await s.owner.post(`/conversations/${talk}/parts`, { kind: "message", text });
    status("answered", got, 201);
    return got.body.id as string;
  };
  const state = async (part: string): Promise<any> => {
    const got = await s.owner.get(`/conversations/${talk}/parts?limit=100`);
    return got.body.data.find((row: any) => row.id === part)?.mail;
  };
  s.smtp.verdicts.push("451 4.3.0 later", "drop", "250 and gone");
  const part = await answer("Three times.");
  await until(
    "what is put off is sent in the end",
    async () => (await state(part))?.delivery === "sent",
  );
  tally.same("taken once, tried three times", [s.smtp.taken.length, s.smtp.tried.length], [1, 3]);
  tally.same("as the same message", new Set(s.smtp.tried).size, 1);
  s.smtp.verdicts.push("554 5.7.1 not from you");
  const never = await answer("Never.");
  await until(
    "a refusal behind DATA is told",
    async () => (await state(never))?.delivery === "failed",
  );
  const how = await state(never);
  tally.same("and why", [how?.error, how?.detail], ["refused", "554 5.7.1 not from you"]);
}

async function main(): Promise<void> {
  const imap = new FakeImap();
  const smtp = new FakeSmtp();
  await imap.start();
  await smtp.start();
  try {
    await withServer({ env: { EVENKEEL_MAIL_POLL: "1" } }, async (server, owner) => {
      const team = (await owner.post("/teams", { name: "Support" })).body.id as string;
      const here = { host: "127.0.0.1", tls: "none" };
      const made = await owner.as(null).post(
        "/mailboxes",
        {
          address: SUPPORT,
          team,
          imap: { ...here, port: imap.port, user: "support", password: "x" },
          smtp: { ...here, port: smtp.port },
        },
        { headers: browser(server.cookie) },
      );
      status("connected", made, 201);
      const s: Scene = { owner, server, team, imap, smtp };
      await until("it is looked at", async () => imap.connections > 0);
      await incoming(s);
      await renumbered(s);
      await outgoing(s);
      await circles(s);
      tally.same("every answer is as the document says", owner.faults, []);
      if (tally.failed > 0) console.log(server.messages, imap.asked, smtp.tried);
    });
  } finally {
    imap.stop();
    smtp.stop();
  }
  tally.end();
}

await main();
