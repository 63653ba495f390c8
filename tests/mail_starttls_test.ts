// mail_starttls_test -- servers that are reached with STARTTLS: what came in the clear counts no
// more once TLS is asked for (CVE-2021-38371, CVE-2021-22946, CVE-2021-22947), and without TLS
// neither a password nor a mail leaves this side.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import type { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TLSSocket } from "node:tls";

import { Fake, letter } from "./mail_fakes.ts";
import { makeCertificates, Talk } from "./mail_office.ts";
import { Tally } from "./program.ts";
import { browser, withServer, type Client, type Server } from "./server.ts";

const tally = new Tally();
const PATIENCE_MS = 60_000;
const SECRET = "correct horse";
const SUPPORT = "support@example.test";

/** How it behaves: as it should; without the offer; with more behind its yes, in the clear. */
type Manner = "well" | "not offered" | "refused" | "injected" | "preauth";

/** A talk in the clear, and then one under TLS. */
abstract class FakeStart extends Fake {
  manner: Manner = "well";
  /** Every line, by whether it came in the clear. */
  readonly clear: string[] = [];
  readonly sealed: string[] = [];

  constructor(dir: string) {
    super(async (talk, socket) => {
      if (!(await this.begin(talk, socket, this.manner))) return;
      socket.removeAllListeners("data");
      const tls = new TLSSocket(socket, {
        isServer: true,
        key: readFileSync(join(dir, "server.key")),
        cert: readFileSync(join(dir, "server.pem")),
      });
      tls.on("error", () => socket.destroy());
      await this.goOn(new Talk(tls as unknown as Socket), tls);
    });
  }

  /** Until TLS begins; false: it does not. */
  protected abstract begin(talk: Talk, socket: Socket, manner: Manner): Promise<boolean>;
  protected abstract goOn(talk: Talk, tls: TLSSocket): Promise<void>;
}

class StartImap extends FakeStart {
  readonly messages: string[] = [];

  protected async begin(talk: Talk, socket: Socket, manner: Manner): Promise<boolean> {
    socket.write(manner === "preauth" ? "* PREAUTH come in\r\n" : "* OK ready\r\n");
    for (;;) {
      const line = await talk.line();
      this.clear.push(line);
      const tag = line.split(" ")[0] ?? "";
      const offer = manner === "not offered" ? "" : " STARTTLS";
      if (line.endsWith("STARTTLS") && manner !== "refused") {
        const more = `* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n${tag} OK\r\n* 1 EXISTS\r\n`;
        socket.write(`${tag} OK begin\r\n${manner === "injected" ? more : ""}`);
        return true;
      }
      if (line.endsWith("STARTTLS")) socket.write(`${tag} NO not now\r\n`);
      else socket.write(`* CAPABILITY IMAP4rev1 AUTH=PLAIN${offer}\r\n${tag} OK done\r\n`);
    }
  }

  protected async goOn(talk: Talk, tls: TLSSocket): Promise<void> {
    for (;;) {
      const line = await talk.line();
      this.sealed.push(line);
      const [tag = "", ...words] = line.split(" ");
      const command = words.join(" ");
      const done = (more = ""): boolean => tls.write(`${more}${tag} OK done\r\n`);
      if (command === "CAPABILITY") done("* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n");
      else if (command.startsWith("AUTHENTICATE")) {
        tls.write("+ \r\n");
        this.sealed.push(await talk.line());
        done();
      } else if (command.startsWith("SELECT"))
        done(`* OK [UIDVALIDITY 7] x\r\n* OK [UIDNEXT ${this.messages.length + 1}] x\r\n`);
      else if (command.startsWith("UID SEARCH"))
        done(`* SEARCH ${this.messages.map((_, i) => i + 1).join(" ")}\r\n`);
      else if (command.startsWith("UID FETCH")) {
        const text = this.messages[Number(words[2]) - 1] ?? "";
        done(`* 1 FETCH (UID ${words[2]} BODY[] {${text.length}}\r\n${text})\r\n`);
      } else done();
    }
  }
}

class StartSmtp extends FakeStart {
  readonly taken: string[] = [];

  protected async begin(talk: Talk, socket: Socket, manner: Manner): Promise<boolean> {
    socket.write("220 fake\r\n");
    for (;;) {
      const line = await talk.line();
      this.clear.push(line);
      if (line === "STARTTLS" && manner !== "refused") {
        const more = "250-fake\r\n250 AUTH PLAIN\r\n235 come in\r\n250 ok\r\n250 ok\r\n";
        socket.write(`220 begin\r\n${manner === "injected" ? more : ""}`);
        return true;
      }
      if (line === "STARTTLS") socket.write("454 not now\r\n");
      else if (!line.startsWith("EHLO")) socket.write("250 ok\r\n");
      else if (manner === "not offered") socket.write("250-fake\r\n250 AUTH PLAIN\r\n");
      else socket.write("250-fake\r\n250-STARTTLS\r\n250 AUTH PLAIN\r\n");
    }
  }

  protected async goOn(talk: Talk, tls: TLSSocket): Promise<void> {
    for (;;) {
      const line = await talk.line();
      this.sealed.push(line);
      if (line.startsWith("EHLO")) tls.write("250-fake\r\n250 AUTH PLAIN\r\n");
      else if (line.startsWith("AUTH")) {
        // Without a first answer the name and the password come on a line of their own.
        if (line.split(" ").length < 3) {
          tls.write("334 \r\n");
          this.sealed.push(await talk.line());
        }
        tls.write("235 come in\r\n");
      } else if (line !== "DATA") tls.write("250 ok\r\n");
      else {
        tls.write("354 go on\r\n");
        const lines: string[] = [];
        for (let one = await talk.line(); one !== "."; one = await talk.line()) lines.push(one);
        this.taken.push(lines.join("\n"));
        tls.write("250 taken\r\n");
      }
    }
  }
}

interface Scene {
  readonly server: Server;
  readonly owner: Client;
  readonly imap: StartImap;
  readonly smtp: StartSmtp;
}

const serverOf = (fake: Fake): object => ({
  host: "localhost",
  port: fake.port,
  tls: "starttls",
  user: "support",
  password: SECRET,
});

/** What nobody between may read: what signs in, and what is written. */
function leaks(lines: readonly string[]): string[] {
  const plain = Buffer.from(`\0support\0${SECRET}`).toString("base64");
  return lines.filter(
    (line) =>
      /AUTH|LOGIN|MAIL FROM|RCPT|DATA|Subject|Answer/i.test(line) ||
      line.includes(SECRET) ||
      line.includes(plain),
  );
}

const ROWS: readonly [manner: Manner, imap: string | null, smtp: string | null][] = [
  ["well", null, null],
  ["not offered", "no_tls", "no_tls"],
  ["refused", "no_tls", "busy"],
  ["injected", "no_mail", "no_mail"],
  ["preauth", "no_tls", null],
];

async function tried(s: Scene): Promise<void> {
  for (const [manner, imap, smtp] of ROWS) {
    s.imap.manner = s.smtp.manner = manner;
    for (const fake of [s.imap, s.smtp]) (fake.clear.splice(0), fake.sealed.splice(0));
    const got = await s.owner
      .as(null)
      .post(
        "/mailboxes/try",
        { address: SUPPORT, imap: serverOf(s.imap), smtp: serverOf(s.smtp) },
        { headers: browser(s.server.cookie) },
      );
    tally.same(`${manner}: tried`, got.status, 200);
    tally.same(
      `${manner}: what is said`,
      [got.body.imap?.error, got.body.smtp?.error],
      [imap, smtp],
    );
    tally.same(`${manner}: nothing in the clear`, leaks([...s.imap.clear, ...s.smtp.clear]), []);
    // Where it went well they signed in, under TLS: else this test would prove nothing.
    tally.same(
      `${manner}: signed in`,
      [leaks(s.imap.sealed).length > 0, leaks(s.smtp.sealed).length > 0],
      [imap === null, smtp === null],
    );
  }
}

const ways = async (s: Scene): Promise<any> =>
  (await s.owner.as(null).get("/mailboxes", { headers: browser(s.server.cookie) })).body.data[0];

/** A mailbox that was well, until somebody stands between. */
async function between(s: Scene, manner: Manner, uid: number): Promise<void> {
  const title = `mail ${uid}`;
  s.imap.manner = s.smtp.manner = "well";
  s.imap.messages.push(letter(`m${uid}`, title));
  const list = async (): Promise<any[]> => (await s.owner.get("/conversations")).body.data;
  await tally.until(`${manner}: as long as it is well a mail comes`, PATIENCE_MS, async () =>
    (await list()).some((row) => row.title === title),
  );
  const talk = (await list()).find((row) => row.title === title).id as string;
  s.imap.manner = s.smtp.manner = manner;
  s.imap.drop();
  s.smtp.drop();
  const sent = s.smtp.taken.length;
  const part = await s.owner.post(`/conversations/${talk}/parts`, {
    kind: "message",
    text: "Answer that is nobody else's.",
  });
  tally.same("answered", part.status, 201);
  await tally.until(`${manner}: both fail, and say so`, PATIENCE_MS, async () => {
    const box = await ways(s);
    return box.incoming.state === "failing" && box.outgoing.state === "failing";
  });
  tally.same(`${manner}: nothing was sent`, s.smtp.taken.length, sent);
  tally.same(`${manner}: nor read`, leaks([...s.imap.clear, ...s.smtp.clear]), []);
  s.imap.manner = s.smtp.manner = "well";
  await tally.until(`${manner}: then it is sent, once`, PATIENCE_MS, async () => {
    const rows = (await s.owner.get(`/conversations/${talk}/parts`)).body.data;
    return rows.some((row: any) => row.mail?.delivery === "sent");
  });
  tally.same(`${manner}: once`, s.smtp.taken.length, sent + 1);
}

const dir = mkdtempSync(join(tmpdir(), "ek-starttls-"));
makeCertificates(dir);
const imap = new StartImap(dir);
const smtp = new StartSmtp(dir);
try {
  await imap.start();
  await smtp.start();
  const env = {
    EVENKEEL_MAIL_AUTHORITIES_FILE: join(dir, "ca.pem"),
    EVENKEEL_MAIL_POLL: "1",
  };
  await withServer({ env }, async (server, owner) => {
    const s: Scene = { server, owner, imap, smtp };
    await tried(s);
    imap.manner = smtp.manner = "well";
    const team = (await owner.post("/teams", { name: "Support" })).body.id as string;
    const made = await owner
      .as(null)
      .post(
        "/mailboxes",
        { address: SUPPORT, team, imap: serverOf(imap), smtp: serverOf(smtp) },
        { headers: browser(server.cookie) },
      );
    tally.same("connected", made.status, 201);
    await between(s, "not offered", 1);
    await between(s, "injected", 2);
    tally.same("every answer is as the document says", owner.faults, []);
    if (tally.failed > 0) console.log(server.messages, imap.clear, smtp.clear);
  });
} finally {
  imap.stop();
  smtp.stop();
  rmSync(dir, { recursive: true, force: true });
}
tally.end();
