// mail_fakes -- servers of mail of a test's own that do what real ones must not: each talk is a
// program, and goes wrong as the test says.
import { spawn, type ChildProcess } from "node:child_process";
import {
  connect,
  createServer,
  type AddressInfo,
  type Server as Listener,
  type Socket,
} from "node:net";

import { Talk } from "./mail_office.ts";
import { browser, type Answer, type Client, type Server } from "./server.ts";

export const SUPPORT = "support@example.test";
export const MINA = "mina@example.test";
const DRIP_MS = 300;

export function letter(
  id: string,
  subject: string,
  more: readonly string[] = [],
  from = MINA,
): string {
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
export class Fake {
  port = 0;
  connections = 0;
  /** So many connections are ended as they come. */
  refusing = 0;
  private readonly listener: Listener;
  private readonly sockets = new Set<Socket>();

  constructor(serve: (talk: Talk, socket: Socket) => Promise<void>) {
    this.listener = createServer((socket) => {
      this.connections++;
      if (this.refusing > 0) {
        this.refusing--;
        socket.destroy();
        return;
      }
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

  /** Ends the talks of now. */
  drop(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  stop(): void {
    this.drop();
    this.listener.close();
  }
}

/** Falls silent where it is told to, for ever: the other side is to give up. */
abstract class Faltering extends Fake {
  /** Of a command that begins so it says nothing; or a letter now and then, and never all. Nothing
   * is what it greets with, "." the end of a message. */
  silent = new RegExp("^never$");
  isSlow = false;

  constructor(greeting: string) {
    super(async (talk, socket) => {
      await this.heed(socket, "");
      socket.write(greeting);
      await this.serve(talk, socket);
    });
  }

  protected abstract serve(talk: Talk, socket: Socket): Promise<void>;

  protected async heed(socket: Socket, said: string): Promise<void> {
    if (!this.silent.test(said)) return;
    const timer = this.isSlow ? setInterval(() => socket.write("*"), DRIP_MS) : undefined;
    await new Promise((resolve) => socket.once("close", resolve));
    clearInterval(timer);
    throw new Error("given up");
  }
}

/** A mailbox whose FETCH goes wrong as `faults` says, one after the other, and then well; that of
 * one message as `ill` says, each time. */
export class FakeImap extends Faltering {
  /** bytes: in place of text, what is no text in UTF-8. */
  readonly messages: { uid: number; text: string; bytes?: Buffer }[] = [];
  readonly faults: string[] = [];
  readonly ill = new Map<number, string>();
  readonly seen: number[] = [];
  readonly asked: string[] = [];
  readonly fetched = new Map<number, number>();
  validity = 77;
  /** Whether it says that it tells when mail comes (RFC 2177), and what it does when asked to. */
  idle: "none" | "refuses" | "drops" | "mute" = "none";
  idles = 0;
  /** Fetched by numbers that the folder had when it was last searched, and has no more. */
  readonly strays: number[] = [];
  private searched = 0;
  /** Called before a message is given, or marked. */
  before: (what: "fetch" | "store", uid: number) => Promise<void> = async () => {};

  constructor() {
    super("* OK ready\r\n");
  }

  protected async serve(talk: Talk, socket: Socket): Promise<void> {
    for (;;) {
      const line = await talk.line();
      const [tag = "", ...words] = line.split(" ");
      const command = words.join(" ").toUpperCase();
      await this.heed(socket, command);
      const done = (more = ""): boolean => socket.write(`${more}${tag} OK done\r\n`);
      if (command === "CAPABILITY")
        done(`* CAPABILITY IMAP4rev1 AUTH=PLAIN${this.idle === "none" ? "" : " IDLE"}\r\n`);
      else if (command === "IDLE") this.wait(tag, socket);
      else if (command.startsWith("AUTHENTICATE")) {
        socket.write("+ \r\n");
        await talk.line();
        done();
      } else if (command.startsWith("SELECT")) {
        const next = (this.messages.at(-1)?.uid ?? 0) + 1;
        done(`* OK [UIDVALIDITY ${this.validity}] x\r\n* OK [UIDNEXT ${next}] x\r\n`);
      } else if (command.startsWith("UID SEARCH")) {
        // Old ones, twice, and in no order: what it says is not believed.
        this.searched = this.validity;
        const uids = this.messages.map((one) => one.uid);
        const found = [...uids, 0, ...uids].reverse();
        // Of a single number it tells the truth.
        const one = Number(words[3]);
        const those = Number.isNaN(one) ? found : uids.filter((uid) => uid === one);
        done(`* SEARCH ${those.join(" ")}\r\n`);
      } else if (command.startsWith("UID FETCH")) {
        await this.before("fetch", Number(words[2]));
        this.fetch(Number(words[2]), tag, socket, command.includes("HEADER"));
      } else if (command.startsWith("UID STORE")) {
        await this.before("store", Number(words[2]));
        this.seen.push(Number(words[2]));
        done();
      } else done();
    }
  }

  private wait(tag: string, socket: Socket): void {
    this.idles++;
    if (this.idle === "refuses") socket.write(`${tag} BAD no such command today\r\n`);
    if (this.idle === "drops") socket.destroy();
  }

  private fetch(uid: number, tag: string, socket: Socket, isHead: boolean): void {
    const one = this.messages.find((each) => each.uid === uid);
    const text = one?.text;
    let fault = this.ill.get(uid) ?? this.faults.shift() ?? "";
    if (this.searched !== this.validity) this.strays.push(uid);
    // As it is with a large one: its headers are to be had, and each time it takes another
    // connection, of which the server has none left.
    if (fault === "large alone" && !isHead) this.refusing = 1;
    if (fault === "large alone") fault = isHead ? "" : "huge";
    this.asked.push(fault);
    this.fetched.set(uid, (this.fetched.get(uid) ?? 0) + 1);
    const done = (more = ""): boolean => socket.write(`${more}${tag} OK done\r\n`);
    const bytes = Buffer.byteLength(text ?? "");
    const answer = (n: number, says = bytes): string =>
      `* 1 FETCH (UID ${n} BODY[] {${says}}\r\n${text ?? ""})\r\n`;
    if (fault === "cut") socket.end(answer(uid, Math.max(bytes, 90)).slice(0, 60));
    else if (fault === "other") done(answer(uid + 1000));
    else if (fault === "huge") socket.write(`* 1 FETCH (UID ${uid} BODY[] {4000000000}\r\nx`);
    else if (fault === "nothing") socket.write("complete nonsense\r\n\0\r\n* BYE no more\r\n");
    else if (fault === "no") socket.write(`${tag} NO the disk of this message is away\r\n`);
    else if (fault === "bad") socket.write(`${tag} BAD no such command today\r\n`);
    else if (fault === "nil") done(`* 1 FETCH (UID ${uid} BODY[] NIL)\r\n`);
    else if (fault === "empty") done(`* 1 FETCH (UID ${uid} FLAGS (\\Recent))\r\n`);
    else if (fault === "more said") done(answer(uid, bytes + 400));
    else if (fault === "less said") done(answer(uid, bytes - 9));
    // Expunged: RFC 3501, 6.4.8 has no data for it, and no error.
    else if (text === undefined) done();
    else if (one?.bytes !== undefined) {
      socket.write(`* 1 FETCH (UID ${uid} BODY[] {${one.bytes.length}}\r\n`);
      socket.write(one.bytes);
      done(")\r\n");
    } else done(answer(uid));
  }
}

/** Takes mail; after DATA it says what `verdicts` says, one after the other, and then 250. */
export class FakeSmtp extends Faltering {
  readonly taken: string[] = [];
  readonly tried: string[] = [];
  readonly verdicts: string[] = [];
  readonly triedAt: number[] = [];

  constructor() {
    super("220 fake\r\n");
  }

  protected async serve(talk: Talk, socket: Socket): Promise<void> {
    for (;;) {
      const line = (await talk.line()).toUpperCase();
      await this.heed(socket, line);
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
      this.triedAt.push(Date.now());
      await this.heed(socket, ".");
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

/** Listens and never takes anybody; what it says is its port. */
const DEAF = `
const server = require("node:net").createServer();
server.listen({ port: 0, host: "127.0.0.1", backlog: 1 }, () => {
  require("node:fs").writeSync(1, server.address().port + "\\n");
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
});`;

/** A port that gives no answer at all, as behind a firewall: nobody takes what comes, and as many
 * wait there as may, so that the kernel lets fall whoever comes next. */
export class BlockedPort {
  port = 0;
  private deaf: ChildProcess | undefined;
  private readonly waiting: Socket[] = [];

  async start(): Promise<void> {
    const deaf = spawn(process.execPath, ["-e", DEAF], { stdio: ["ignore", "pipe", "inherit"] });
    this.deaf = deaf;
    this.port = await new Promise<number>((resolve, reject) => {
      deaf.stdout.once("data", (said: Buffer) => resolve(Number(said.toString())));
      deaf.once("exit", () => reject(new Error("nobody listens")));
    });
    // One more than may wait.
    for (let i = 0; i < 2; i++) await this.join();
  }

  private join(): Promise<void> {
    const socket = connect(this.port, "127.0.0.1");
    this.waiting.push(socket);
    return new Promise((resolve, reject) => {
      socket.once("connect", resolve);
      socket.once("error", reject);
    });
  }

  stop(): void {
    for (const socket of this.waiting) socket.destroy();
    this.deaf?.kill("SIGKILL");
  }
}

/** A mailbox of ours on these two, in the clear unless said otherwise. */
export async function connectBox(
  server: Server,
  owner: Client,
  o: { imap: Fake; smtp: Fake; team: string; address?: string; tls?: string; password?: string },
): Promise<Answer> {
  const here = { host: "127.0.0.1", tls: o.tls ?? "none" };
  const sign = { user: "support", password: o.password ?? "x" };
  return owner.as(null).post(
    "/mailboxes",
    {
      address: o.address ?? SUPPORT,
      team: o.team,
      imap: { ...here, port: o.imap.port, ...sign },
      smtp: { ...here, port: o.smtp.port, ...(o.tls === undefined ? {} : sign) },
    },
    { headers: browser(server.cookie) },
  );
}
