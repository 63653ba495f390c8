// mail_rules_test -- mail goes through the rules on arrival as what comes by the API does, and what
// the program itself writes goes out by mail: with Dovecot and Postfix of the test's own.
import { DOMAIN, PASSWORD, PostOffice, missingForPostOffice } from "./mail_office.ts";
import { Tally } from "./program.ts";
import { browser, withServer, type Answer, type Client, type Server } from "./server.ts";

const tally = new Tally();
const SUPPORT = `support@${DOMAIN}`;
const MINA = `mina@${DOMAIN}`;
const PATIENCE_MS = 30_000;

const status = (what: string, got: Answer, want: number): void =>
  tally.is(`${what}: ${want}`, got.status === want, `${got.status} ${got.text.slice(0, 300)}`);

interface Scene {
  readonly office: PostOffice;
  readonly server: Server;
  readonly owner: Client;
  /** In the browser, confirmed. */
  readonly admin: { headers: Record<string, string> };
  readonly usual: string;
  readonly korean: string;
  readonly tag: string;
  readonly box: string;
}

const until = (what: string, holds: () => Promise<boolean>): Promise<void> =>
  tally.until(what, PATIENCE_MS, holds);

function letter(id: string, subject: string, text: string, more: string[] = []): string {
  const word = `=?UTF-8?B?${Buffer.from(subject).toString("base64")}?=`;
  return [
    `From: <${MINA}>`,
    `To: <${SUPPORT}>`,
    `Subject: ${word}`,
    `Message-ID: <${id}>`,
    ...more,
    "MIME-Version: 1.0",
    "Content-Type: text/plain; charset=utf-8",
    "Content-Transfer-Encoding: base64",
    "",
    Buffer.from(text).toString("base64"),
    "",
  ].join("\n");
}

/** What a mail says: its headers, and its text out of quoted-printable. */
function read(mail: string): { head: string; text: string; subject: string } {
  const [head = "", ...rest] = mail.split(/\r?\n\r?\n/);
  const body = rest
    .join("\n\n")
    .replace(/=\r?\n/g, "")
    .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  const subject = /^Subject: *((?:.*)(?:\r?\n[ \t].*)*)/im.exec(head)?.[1] ?? "";
  const plain = subject
    .replace(/\r?\n[ \t]+/g, " ")
    .replace(/\?=\s+=\?/g, "?==?")
    .replace(/=\?UTF-8\?B\?([^?]*)\?=/gi, (_, word: string) =>
      Buffer.from(word, "base64").toString("latin1"),
    );
  const utf8 = (text: string): string => Buffer.from(text, "latin1").toString("utf8");
  return { head, text: utf8(body), subject: utf8(plain) };
}

const talks = async (s: Scene): Promise<any[]> =>
  (await s.owner.get("/conversations?limit=100")).body.data;

// ---- rules on arrival

async function makeRules(s: Scene): Promise<void> {
  const got = await s.owner.put(
    "/arrival-rules",
    {
      rules: [
        {
          name: "Korean mail",
          when: {
            all: [
              { field: "channel", op: "in", value: ["email"] },
              { field: "language", op: "in", value: ["ko"] },
            ],
          },
          set: { team: s.korean, language: true },
        },
        {
          name: "Refunds of known people",
          when: {
            all: [
              { field: "text", op: "has", value: ["환불"] },
              { field: "from", op: "in", value: [MINA] },
              { field: "to", op: "in", value: [SUPPORT] },
            ],
          },
          set: { priority: 2, tags: [s.tag], attributes: { area: "billing" } },
        },
      ],
    },
    { headers: { ...s.admin.headers, "If-Match": '"r0"' } },
  );
  status("rules", got, 200);
}

async function arrives(s: Scene): Promise<void> {
  await s.office.send(MINA, [SUPPORT], letter("r1@mina.test", "환불 요청", "환불해 주세요."));
  await until("it comes in", async () => (await talks(s)).length === 1);
  const [talk] = await talks(s);
  const whole = (await s.owner.get(`/conversations/${talk.id}`)).body;
  tally.same(
    "team, priority, tags and attributes as the rules say",
    [whole.team, whole.priority, whole.tags.map((tag: any) => tag.id ?? tag), whole.attributes],
    [s.korean, 2, [s.tag], { area: "billing", language: "ko" }],
  );
  const why = (await s.owner.get(`/conversations/${talk.id}/arrival`)).body;
  tally.same(
    "and why",
    [why.version, why.language, why.did.map((did: any) => did.name)],
    [1, "ko", ["Korean mail", "Refunds of known people"]],
  );
  tally.is(
    "its SLA is that of its priority",
    whole.due !== null && whole.due !== undefined,
    JSON.stringify(whole),
  );
  await s.office.send(
    MINA,
    [SUPPORT],
    letter("r2@mina.test", "Question", "Where is my order?", [
      `Cc: <colleague@${DOMAIN}>, <${SUPPORT}>, "B" <boss@${DOMAIN}>, <colleague@${DOMAIN}>`,
    ]),
  );
  await until("another", async () => (await talks(s)).length === 2);
  const other = (await talks(s)).find((row) => row.title === "Question");
  const plain = (await s.owner.get(`/conversations/${other.id}`)).body;
  const none = (await s.owner.get(`/conversations/${other.id}/arrival`)).body;
  const parts = (await s.owner.get(`/conversations/${other.id}/parts`)).body.data;
  tally.same("who else got it, for an answer to all", parts[0]?.mail?.cc, [
    `colleague@${DOMAIN}`,
    `boss@${DOMAIN}`,
  ]);
  tally.same(
    "what no rule names goes as its mailbox says",
    [plain.team, plain.priority, plain.tags, none.language, none.did],
    [s.usual, 0, [], "en", []],
  );
}

// ---- mails of the program's own

async function invitedByLink(s: Scene): Promise<void> {
  const got = await s.owner
    .as(null)
    .post("/teammates", { name: "Lee Link", email: `lee@${DOMAIN}` }, s.admin);
  tally.same(
    "no mailbox is set for it: the link is shown",
    [got.status, typeof got.body?.invite?.link, got.body?.invite?.mailed],
    [201, "string", false],
  );
}

async function setNotices(s: Scene, box: string | null, want = 200): Promise<Answer> {
  const got = await s.owner
    .as(null)
    .patch(
      "/settings/server",
      { notice_mailbox: box },
      { headers: { ...s.admin.headers, "If-Match": "*" } },
    );
  status("by which mailbox", got, want);
  return got;
}

async function invitedByMail(s: Scene): Promise<void> {
  await setNotices(s, "box_99", 422);
  const set = await setNotices(s, s.box);
  tally.same("kept", set.body?.notice_mailbox, s.box);
  const got = await s.owner
    .as(null)
    .post("/teammates", { name: "Mina Mail", email: MINA }, s.admin);
  tally.same(
    "invited by mail: no link is shown",
    [got.status, got.body?.invite?.link, got.body?.invite?.mailed],
    [201, null, true],
  );
  await until("it arrives", async () => s.office.messages("mina").length === 1);
  const mail = read(s.office.messages("mina")[0] ?? "");
  const link = /https?:\/\/\S+\/join#(\S+)/.exec(mail.text);
  tally.is("with the link", link !== null && mail.text.includes("Mina Mail"), mail.text);
  tally.is(
    "marked as automatic, of no conversation",
    /^Auto-Submitted: auto-generated/im.test(mail.head) && !/^Reply-To:/im.test(mail.head),
    mail.head,
  );
  tally.is("its subject", mail.subject.includes("invitation"), mail.subject);
  const come = await s.owner
    .as(null)
    .post("/invitations/accept", { secret: link?.[1], password: "a long row of words" });
  status("which lets in", come, 200);
  await resetByMail(s, got.body.id as string);
}

async function resetByMail(s: Scene, who: string): Promise<void> {
  const got = await s.owner.as(null).post("/password-resets", { teammate: who }, s.admin);
  tally.same(
    "a new password by mail too",
    [got.status, got.body?.link, got.body?.mailed],
    [201, null, true],
  );
  await until("that arrives", async () => s.office.messages("mina").length === 2);
  const text = s.office
    .messages("mina")
    .map((mail) => read(mail).text)
    .find((mail) => mail.includes("/reset#"));
  const secret = /\/reset#(\S+)/.exec(text ?? "")?.[1];
  const changed = await s.owner
    .as(null)
    .post("/password-resets/accept", { secret, password: "another row of words" });
  status("with which it is changed", changed, 200);
}

/** A notice that comes back is told as failed, and nothing answers it. */
async function bounced(s: Scene): Promise<void> {
  const before = s.office.messages("mina").length;
  const id = /^Message-ID: *<([^>]+)>/im.exec(s.office.messages("mina")[0] ?? "")?.[1] ?? "";
  await s.office.send(
    "",
    [SUPPORT],
    [
      "From: <postmaster@elsewhere.test>",
      `To: <${SUPPORT}>`,
      "Subject: Undelivered",
      "Message-ID: <b1@elsewhere.test>",
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
      `Final-Recipient: rfc822; ${MINA}`,
      "Action: failed",
      "Status: 5.1.1",
      "",
      "--b",
      "Content-Type: text/rfc822-headers",
      "",
      `Message-ID: <${id}>`,
      "--b--",
      "",
    ].join("\n"),
  );
  const held = async (): Promise<any[]> => (await s.owner.get("/held-mails")).body.data;
  await until("it is held", async () => (await held()).length === 1);
  tally.same("as what it is", (await held())[0]?.reason, "bounce");
  tally.same("no conversation, no mail", [(await talks(s)).length, before], [2, 2]);
}

// ---- the story

async function connectBox(owner: Client, admin: Scene["admin"], office: PostOffice, team: string) {
  const login = { host: "localhost", user: SUPPORT, password: PASSWORD };
  const made = await owner.as(null).post(
    "/mailboxes",
    {
      address: SUPPORT,
      team,
      imap: { ...login, port: office.imaps, tls: "tls" },
      smtp: { ...login, port: office.smtp, tls: "starttls" },
    },
    admin,
  );
  status("connected", made, 201);
  return made.body.id as string;
}

async function story(office: PostOffice, server: Server, owner: Client): Promise<void> {
  const admin = { headers: browser(server.cookie) };
  const usual = (await owner.post("/teams", { name: "Support" })).body.id as string;
  const korean = (await owner.post("/teams", { name: "한국어" })).body.id as string;
  const tag = (await owner.post("/tags", { name: "refund" })).body.id as string;
  const policy = await owner.post("/sla-policies", {
    name: "Urgent",
    calendar: null,
    applies_to: { where: { all: [{ field: "priority", op: "in", value: [2] }] } },
    targets: { first_response_ms: 3_600_000 },
  });
  tally.is("an SLA for what is urgent", policy.status === 201, policy.text);
  const box = await connectBox(owner, admin, office, usual);
  const s: Scene = { office, server, owner, admin, usual, korean, tag, box };
  await makeRules(s);
  await arrives(s);
  await invitedByLink(s);
  await invitedByMail(s);
  await bounced(s);
  tally.same("every answer is as the document says", owner.faults, []);
}

async function main(): Promise<void> {
  const missing = missingForPostOffice();
  if (missing !== undefined) {
    console.log(`mail_rules_test: left out, there is no ${missing}`);
    return;
  }
  const office = new PostOffice(["support", "mina"]);
  try {
    await office.start();
    await withServer(
      { env: { EVENKEEL_MAIL_AUTHORITIES_FILE: office.authorities, EVENKEEL_MAIL_POLL: "1" } },
      async (server, owner) => {
        try {
          await story(office, server, owner);
        } finally {
          if (tally.failed > 0) console.log(server.messages, office.log());
        }
      },
    );
  } finally {
    office.stop();
  }
  tally.end();
}

await main();
