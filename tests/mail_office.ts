// mail_office -- servers of mail of the test's own, on loopback with free ports: Dovecot reads
// mailboxes (IMAP with TLS and STARTTLS), Postfix takes mail and delivers it (SMTP). Nothing leaves
// the machine: every domain that is not example.test is refused.
//
// They vouch for themselves: `authorities` is what a client is to trust.
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import {
  appendFileSync,
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createServer, connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect as connectTls } from "node:tls";

import type { Tally } from "./program.ts";
import { browser, withServer, type Answer, type Client, type Server } from "./server.ts";

export const DOMAIN = "example.test";
export const PASSWORD = "four tall ships";
const PROGRAMS = ["/usr/sbin/dovecot", "/usr/sbin/postfix", "/usr/bin/openssl"];
const READY_MS = 15_000;

/** What is missing when there can be no office. */
export function missingForPostOffice(): string | undefined {
  if (process.getuid?.() !== 0) return "root: these servers give up rights that they must have";
  return PROGRAMS.find((path) => !existsSync(path));
}

async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      const port = address !== null && typeof address === "object" ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}

async function untilOpen(port: number, why: () => string): Promise<void> {
  const end = Date.now() + READY_MS;
  for (;;) {
    const is = await new Promise<boolean>((resolve) => {
      const socket = connect(port, "127.0.0.1");
      socket.once("connect", () => {
        socket.destroy();
        resolve(true);
      });
      socket.once("error", () => resolve(false));
    });
    if (is) return;
    if (Date.now() > end) throw new Error(`nobody listens at ${port}: ${why()}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function call(program: string, args: readonly string[], cwd: string): string {
  const done = spawnSync(program, args, { cwd, encoding: "utf8" });
  if (done.status === 0) return done.stdout;
  throw new Error(`${program} ${args.join(" ")}: ${done.status} ${done.stderr}${done.stdout}`);
}

const idOf = (which: string, user: string): number =>
  Number(spawnSync("id", [which, user], { encoding: "utf8" }).stdout);

/** Of localhost: ca.pem vouches for server.pem, whose key is server.key. */
export function makeCertificates(dir: string): void {
  const days = ["-days", "2"];
  call(
    "openssl",
    [
      "req",
      "-x509",
      "-newkey",
      "rsa:2048",
      "-nodes",
      ...days,
      "-subj",
      "/CN=Test authority",
      "-keyout",
      "ca.key",
      "-out",
      "ca.pem",
    ],
    dir,
  );
  call(
    "openssl",
    [
      "req",
      "-newkey",
      "rsa:2048",
      "-nodes",
      "-subj",
      "/CN=localhost",
      "-keyout",
      "server.key",
      "-out",
      "server.csr",
    ],
    dir,
  );
  writeFileSync(join(dir, "ext"), "subjectAltName=DNS:localhost\n");
  call(
    "openssl",
    [
      "x509",
      "-req",
      "-in",
      "server.csr",
      "-CA",
      "ca.pem",
      "-CAkey",
      "ca.key",
      "-CAcreateserial",
      ...days,
      "-extfile",
      "ext",
      "-out",
      "server.pem",
    ],
    dir,
  );
  chmodSync(join(dir, "server.key"), 0o644);
}

export class PostOffice {
  readonly dir: string;
  readonly authorities: string;
  imap = 0;
  imaps = 0;
  smtp = 0;
  smtps = 0;
  private dovecot: ChildProcess | null = null;
  private said = "";
  private readonly users: readonly string[];

  constructor(users: readonly string[]) {
    this.users = users;
    this.dir = mkdtempSync(join(tmpdir(), "ek-post-"));
    chmodSync(this.dir, 0o755);
    this.authorities = join(this.dir, "ca.pem");
  }

  async start(): Promise<void> {
    this.imap = await freePort();
    this.imaps = await freePort();
    this.smtp = await freePort();
    this.smtps = await freePort();
    makeCertificates(this.dir);
    this.makeBoxes();
    await this.startDovecot();
    this.startPostfix();
    await untilOpen(this.imap, () => this.said);
    await untilOpen(this.smtp, () => this.log());
  }

  stop(): void {
    if (existsSync(join(this.dir, "postfix")))
      spawnSync("postfix", ["-c", join(this.dir, "postfix"), "stop"]);
    this.dovecot?.kill("SIGTERM");
    this.dovecot = null;
    rmSync(this.dir, { recursive: true, force: true });
  }

  /** What Postfix says of itself. */
  log(): string {
    const path = join(this.dir, "postfix.log");
    return existsSync(path) ? readFileSync(path, "utf8").slice(-4000) : "";
  }

  /** The messages of a mailbox as they lie there, oldest first. */
  messages(user: string): string[] {
    const found: string[] = [];
    for (const folder of ["new", "cur"]) {
      const path = join(this.dir, "boxes", user, folder);
      if (!existsSync(path)) continue;
      for (const name of readdirSync(path)) found.push(join(path, name));
    }
    // Names order by the second alone: what follows in them is an inode.
    const at = new Map(found.map((path) => [path, statSync(path, { bigint: true }).mtimeNs]));
    return found
      .sort((a, b) => ((at.get(a) ?? 0n) < (at.get(b) ?? 0n) ? -1 : 1))
      .map((path) => readFileSync(path, "latin1"));
  }

  /** The flags of what lies in a mailbox: "S" is seen. */
  flags(user: string): string[] {
    const path = join(this.dir, "boxes", user, "cur");
    return existsSync(path) ? readdirSync(path).map((name) => name.split(":2,")[1] ?? "") : [];
  }

  /** Sends a message as a customer's program does. message: headers and body, dots as they are. */
  async send(from: string, to: readonly string[], message: string): Promise<void> {
    const socket = connect(this.smtp, "127.0.0.1");
    const talk = new Talk(socket);
    await talk.expect("220");
    await talk.say(`EHLO ${DOMAIN}`, "250");
    await talk.say(`MAIL FROM:<${from}>`, "250");
    for (const one of to) await talk.say(`RCPT TO:<${one}>`, "250");
    await talk.say("DATA", "354");
    const text = message.replace(/\r?\n/g, "\r\n").replace(/^\./gm, "..");
    await talk.say(`${text}\r\n.`, "250");
    await talk.say("QUIT", "221");
    socket.destroy();
  }

  /** A mail put into a mailbox by hand, past every server. */
  drop(user: string, message: string): void {
    const name = `${Date.now()}.${Math.random()}.test`;
    const path = join(this.dir, "boxes", user, "tmp", name);
    writeFileSync(path, message.replace(/\r?\n/g, "\r\n"));
    chownSync(path, idOf("-u", "dovenull"), idOf("-g", "dovenull"));
    /* Whoever looks sees it whole. */
    renameSync(path, join(this.dir, "boxes", user, "new", name));
  }

  /** The mailbox gets other numbers: Dovecot forgets the old ones. */
  renumber(user: string): void {
    for (const name of readdirSync(join(this.dir, "boxes", user))) {
      if (name.startsWith("dovecot")) rmSync(join(this.dir, "boxes", user, name));
    }
  }

  private makeBox(user: string): void {
    for (const folder of ["", "new", "cur", "tmp"]) {
      const path = join(this.dir, "boxes", user, folder);
      mkdirSync(path, { recursive: true });
      chownSync(path, idOf("-u", "dovenull"), idOf("-g", "dovenull"));
    }
  }

  /** Mail to them, which was refused, is taken from now on. */
  welcome(user: string): void {
    const conf = join(this.dir, "postfix");
    this.makeBox(user);
    appendFileSync(join(conf, "recipients"), `${user}@${DOMAIN} ${user}/\n`);
    call("postfix", ["-c", conf, "reload"], this.dir);
  }

  private makeBoxes(): void {
    const uid = idOf("-u", "dovenull");
    const gid = idOf("-g", "dovenull");
    mkdirSync(join(this.dir, "boxes"));
    chownSync(join(this.dir, "boxes"), uid, gid);
    for (const user of this.users) this.makeBox(user);
    writeFileSync(
      join(this.dir, "users"),
      this.users
        .map(
          (user) =>
            `${user}@${DOMAIN}:{PLAIN}${PASSWORD}:${uid}:${gid}::${this.dir}/boxes/${user}::\n`,
        )
        .join(""),
    );
  }

  private async startDovecot(): Promise<void> {
    const uid = idOf("-u", "dovenull");
    writeFileSync(
      join(this.dir, "dovecot.conf"),
      `
base_dir = ${this.dir}/run
state_dir = ${this.dir}/run
log_path = /dev/stderr
protocols = imap
listen = 127.0.0.1
ssl = yes
ssl_cert = <${this.dir}/server.pem
ssl_key = <${this.dir}/server.key
disable_plaintext_auth = yes
auth_mechanisms = plain login
first_valid_uid = ${uid}
mail_location = maildir:~/
mail_uid = dovenull
mail_gid = dovenull
service imap-login {
  inet_listener imap {
    port = ${this.imap}
  }
  inet_listener imaps {
    port = ${this.imaps}
    ssl = yes
  }
}
service anvil {
  chroot =
}
service auth {
  unix_listener ${this.dir}/auth {
    mode = 0666
  }
}
passdb {
  driver = passwd-file
  args = ${this.dir}/users
}
userdb {
  driver = passwd-file
  args = ${this.dir}/users
}
`,
    );
    const child = spawn("dovecot", ["-F", "-c", join(this.dir, "dovecot.conf")], {
      stdio: ["ignore", "ignore", "pipe"],
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      this.said += text;
    });
    this.dovecot = child;
  }

  private startPostfix(): void {
    const conf = join(this.dir, "postfix");
    const uid = idOf("-u", "dovenull");
    mkdirSync(conf);
    mkdirSync(join(this.dir, "queue"));
    mkdirSync(join(this.dir, "state"));
    chownSync(join(this.dir, "state"), idOf("-u", "postfix"), 0);
    writeFileSync(
      join(conf, "recipients"),
      this.users.map((user) => `${user}@${DOMAIN} ${user}/\n`).join(""),
    );
    writeFileSync(
      join(conf, "main.cf"),
      `
compatibility_level = 3.6
queue_directory = ${this.dir}/queue
data_directory = ${this.dir}/state
maillog_file_prefixes = ${this.dir}
maillog_file = ${this.dir}/postfix.log
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = post.${DOMAIN}
mydestination =
mynetworks = 127.0.0.0/8
recipient_delimiter = +
smtpd_recipient_restrictions = reject_unauth_destination
smtpd_relay_restrictions = reject_unauth_destination
default_transport = error:nothing leaves this machine
virtual_mailbox_domains = ${DOMAIN}
virtual_mailbox_base = ${this.dir}/boxes
virtual_mailbox_maps = texthash:${conf}/recipients
virtual_minimum_uid = 1
virtual_uid_maps = static:${uid}
virtual_gid_maps = static:${idOf("-g", "dovenull")}
smtpd_tls_cert_file = ${this.dir}/server.pem
smtpd_tls_key_file = ${this.dir}/server.key
smtpd_tls_security_level = may
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = ${this.dir}/auth
smtpd_tls_auth_only = yes
`,
    );
    writeFileSync(
      join(conf, "master.cf"),
      `
127.0.0.1:${this.smtp} inet n - n - - smtpd
127.0.0.1:${this.smtps} inet n - n - - smtpd -o smtpd_tls_wrappermode=yes
postlog unix-dgram n - n - 1 postlogd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
proxymap unix - - n - - proxymap
error unix - - n - - error
retry unix - - n - - error
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
smtp unix - - n - - smtp
`,
    );
    const done = spawnSync("postfix", ["-c", conf, "start"], { encoding: "utf8" });
    if (done.status !== 0)
      throw new Error(`postfix: ${done.status} ${done.stdout}${done.stderr}${this.log()}`);
  }
}

/** Lines of a protocol, said and expected. */
export class Talk {
  private got = "";
  private wake: (() => void) | null = null;
  private readonly socket: Socket;

  constructor(socket: Socket) {
    this.socket = socket;
    socket.setEncoding("utf8").on("data", (text: string) => {
      this.got += text;
      this.wake?.();
    });
    socket.on("error", () => this.wake?.());
    socket.on("close", () => this.wake?.());
  }

  async line(): Promise<string> {
    while (!this.got.includes("\n")) {
      if (this.socket.destroyed) throw new Error(`ended: ${this.got}`);
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
    const at = this.got.indexOf("\n");
    const line = this.got.slice(0, at).replace(/\r$/, "");
    this.got = this.got.slice(at + 1);
    return line;
  }

  async expect(code: string): Promise<string> {
    for (;;) {
      const line = await this.line();
      if (!line.startsWith(code)) throw new Error(`expected ${code}: ${line}`);
      if (line[code.length] !== "-") return line;
    }
  }

  async say(text: string, code: string): Promise<string> {
    this.socket.write(`${text}\r\n`);
    return this.expect(code);
  }
}

export { connectTls, freePort };

// ---- what tests of mail share

export const SUPPORT = `support@${DOMAIN}`;
export const MINA = `mina@${DOMAIN}`;
export const PATIENCE_MS = 30_000;

/** Word of a header that is not ASCII. Source: RFC 2047. */
export const encoded = (text: string): string =>
  `=?UTF-8?B?${Buffer.from(text).toString("base64")}?=`;

/** What lies in a mailbox as its server gives it: Maildir keeps lines without CR. */
export const asSent = (mail: string): string => mail.replace(/\r?\n/g, "\r\n");

/** A header of a message, unfolded. */
export function header(message: string, name: string): string {
  const head = message.split(/\r?\n\r?\n/)[0] ?? "";
  const found = new RegExp(`^${name}: *((?:.*)(?:\\r?\\n[ \\t].*)*)`, "im").exec(head);
  return (found?.[1] ?? "").replace(/\r?\n[ \t]+/g, " ").trim();
}

/** Encoded words read as a mail program reads them. */
export function decoded(text: string): string {
  const bytes = text
    .replace(/\?=\s+=\?/g, "?==?")
    .replace(/=\?UTF-8\?B\?([^?]*)\?=/gi, (_, word: string) =>
      Buffer.from(word, "base64").toString("latin1"),
    );
  return Buffer.from(bytes, "latin1").toString("utf8");
}

/** The text of a message, or of its first part in quoted-printable. */
export function textOf(mail: string): string {
  const at = mail.indexOf("Content-Transfer-Encoding: quoted-printable");
  const from = (at < 0 ? mail : mail.slice(at)).replace(/^[\s\S]*?\r?\n\r?\n/, "");
  const bytes = (from.split(/\r?\n--=_/)[0] ?? "")
    .replace(/=\r?\n/g, "")
    .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  return Buffer.from(bytes, "latin1").toString("utf8");
}

/** How a client of `support` reaches the office. */
export function serversOf(office: PostOffice): { imap: any; smtp: any } {
  const login = { host: "localhost", user: SUPPORT, password: PASSWORD };
  return {
    imap: { ...login, port: office.imaps, tls: "tls" },
    smtp: { ...login, port: office.smtp, tls: "starttls" },
  };
}

/** Connects that mailbox, with what else is to be said of it; by an administrator's browser. */
export async function connectOffice(
  office: PostOffice,
  server: Server,
  owner: Client,
  more: Record<string, unknown>,
): Promise<Answer> {
  const headers = browser(server.cookie);
  const box = { address: SUPPORT, ...serversOf(office), ...more };
  return owner.as(null).post("/mailboxes", box, { headers });
}

/** The server of whoever it was for gives a mail back: a report as in RFC 3464. */
export async function giveBack(office: PostOffice, mail: string, to: string): Promise<void> {
  const id = header(mail, "Message-ID").slice(1, -1);
  const lines = [
    "From: <postmaster@elsewhere.test>",
    `To: <${SUPPORT}>`,
    "Subject: Undelivered",
    `Message-ID: <back-${to.split("@")[0]}-${id.split("@")[0]}@elsewhere.test>`,
    "Auto-Submitted: auto-replied",
    "MIME-Version: 1.0",
    'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
    "",
    "--b",
    "Content-Type: text/plain",
    "",
    "It did not arrive.",
    "--b",
    "Content-Type: message/delivery-status",
    "",
    "Reporting-MTA: dns; elsewhere.test",
    "",
    `Final-Recipient: rfc822; ${to}`,
    "Action: failed",
    "Status: 5.1.1",
    "Diagnostic-Code: smtp; 550 nobody of that name",
    "",
    "--b",
    "Content-Type: text/rfc822-headers",
    "",
    `Message-ID: <${id}>`,
    "--b--",
    "",
  ];
  await office.send("", [SUPPORT], lines.join("\n"));
}

/** What tells a server to trust that office, and to look there often. */
export const envOf = (office: PostOffice): Record<string, string> => ({
  EVENKEEL_MAIL_AUTHORITIES_FILE: office.authorities,
  EVENKEEL_MAIL_POLL: "1",
});

/** A server beside an office with these boxes; ends the test. Says so where there is no office. */
export async function withOffice(
  name: string,
  tally: Tally,
  users: readonly string[],
  story: (office: PostOffice, server: Server, owner: Client) => Promise<void>,
  after?: (office: PostOffice) => Promise<void>, // when that server has ended
): Promise<void> {
  const missing = missingForPostOffice();
  if (missing !== undefined) {
    console.log(`${name}: left out, there is no ${missing}`);
    return;
  }
  const office = new PostOffice(users);
  try {
    await office.start();
    await withServer({ env: envOf(office) }, async (server, owner) => {
      let isWhole = false;
      try {
        await story(office, server, owner);
        isWhole = true;
      } finally {
        if (tally.failed > 0 || !isWhole) console.log(server.messages, office.log());
      }
    });
    await after?.(office);
  } finally {
    office.stop();
  }
  tally.end();
}
