// mail_rules_test -- mail goes through the rules on arrival as what comes by the API does, and what
// the program itself writes goes out by mail: with Dovecot and Postfix of the test's own.
import {
  connectOffice,
  decoded,
  DOMAIN,
  encoded,
  giveBack,
  header,
  MINA,
  PATIENCE_MS,
  type PostOffice,
  SUPPORT,
  textOf,
  withOffice,
} from "./mail_office.ts";
import { Tally } from "./program.ts";
import { browser, cookieOf, type Answer, type Client, type Server } from "./server.ts";

const tally = new Tally();

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
  /** An SLA policy that no team, tag or priority leads to. */
  readonly chosen: string;
  readonly box: string;
}

const until = (what: string, holds: () => Promise<boolean>): Promise<void> =>
  tally.until(what, PATIENCE_MS, holds);

function letter(id: string, subject: string, text: string, more: string[] = []): string {
  return [
    `From: <${MINA}>`,
    `To: <${SUPPORT}>`,
    `Subject: ${encoded(subject)}`,
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

/** What a mail says. */
function read(mail: string): { head: string; text: string; subject: string } {
  const [head = ""] = mail.split(/\r?\n\r?\n/);
  return { head, text: textOf(mail), subject: decoded(header(mail, "Subject")) };
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
          set: {
            priority: 2,
            tags: [s.tag],
            attributes: { area: "billing" },
            sla_policy: s.chosen,
          },
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
  const minutes = ({ due, started }: any): number =>
    Math.round((Date.parse(due) - Date.parse(started)) / 60_000);
  tally.same("its SLA is the one that a rule chose", minutes(whole), 10);
  const gone = await s.owner.delete(`/sla-policies/${s.chosen}`, { headers: { "If-Match": "*" } });
  status("the policy goes", gone, 200);
  const since = (await s.owner.get(`/conversations/${talk.id}`)).body;
  tally.same("then it is that of its priority", minutes(since), 60);
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

// ---- who has forgotten their password

const forgot = (s: Scene, body: unknown, headers: Record<string, string> = {}): Promise<Answer> =>
  s.owner.as(null).ask("POST", "/password-resets/ask", { body, headers });

/** What a stranger can tell two answers apart by. */
const looks = (got: Answer): unknown => [
  got.status,
  got.text.replace(/req_\w+/g, ""),
  [...got.headers.keys()].sort(),
];

async function noMailHere(s: Scene): Promise<void> {
  const open = await s.owner.as(null).get("/setup");
  tally.same("nothing to be offered at the door", [open.status, open.body?.resets], [200, false]);
  const [one, other] = [
    await forgot(s, { email: "owner@example.org" }),
    await forgot(s, { email: "nobody@example.org" }),
  ];
  status("without a mailbox: no", one, 409);
  tally.same("and the same of whomever", looks(other), looks(one));
}

const resets = (s: Scene): string[] =>
  s.office
    .messages("mina")
    .map((mail) => /(\S+)\/reset#(\S+)/.exec(read(mail).text))
    .flatMap((found) => (found === null ? [] : [`${found[1]} ${found[2]}`]));

async function askedAtTheDoor(s: Scene): Promise<void> {
  tally.is("offered at the door", (await s.owner.as(null).get("/setup")).body?.resets === true);
  const old = await s.owner
    .as(null)
    .post("/sign-in", { email: MINA, password: "another row of words" });
  status("she is signed in", old, 200);
  const before = resets(s).length;
  const nobody = await forgot(s, { email: `nobody@${DOMAIN}` });
  const left = await forgot(s, { email: `lee@${DOMAIN}` });
  const mina = await forgot(s, { email: MINA.toUpperCase() }, { Host: "evil.example" });
  status("asked", mina, 202);
  tally.same("the same of nobody", looks(nobody), looks(mina));
  tally.same("and of who was invited only", looks(left), looks(mina));
  await until("one mail comes", async () => resets(s).length === before + 1);
  const [base, secret] = (resets(s).at(-1) ?? "").split(" ");
  tally.same("its link is ours, whatever host was said", base, s.server.url);
  await takenOnce(s, secret ?? "", cookieOf(old));
  await often(s);
  await auditedAsking(s);
}

async function takenOnce(s: Scene, secret: string, cookie: string): Promise<void> {
  const nobody = s.owner.as(null);
  const take = (password: string): Promise<Answer> =>
    nobody.post("/password-resets/accept", { secret, password });
  status("a weak password: the link stays good", await take("short"), 422);
  const taken = await take("a third row of words");
  status("a new password", taken, 200);
  tally.is("which signs nobody in", taken.headers.get("set-cookie") === null);
  status("once", await take("a fourth row of words"), 403);
  status("her sign-in has ended", await nobody.get("/me", { headers: browser(cookie) }), 401);
  status("no invitation", await nobody.post("/invitations/accept", { secret, password: "x" }), 403);
}

/** Three an hour for each address, known or not; nothing else is taken. */
async function often(s: Scene): Promise<void> {
  for (const body of [{}, { email: 7 }, { email: "" }, { email: MINA, teammate: "tm_1" }])
    status(`refused: ${JSON.stringify(body)}`, await forgot(s, body), 422);
  for (const email of [MINA, `nobody@${DOMAIN}`]) {
    await forgot(s, { email });
    await forgot(s, { email });
    const late = await forgot(s, { email });
    status(`too often: ${email}`, late, 429);
    tally.is("and when again", Number(late.headers.get("retry-after")) > 0);
  }
}

async function auditedAsking(s: Scene): Promise<void> {
  const list = (await s.owner.as(null).get("/audit-log?limit=200", s.admin)).body.data;
  const asked = list.filter((row: any) => row.action === "password_reset.asked");
  tally.same(
    "every asking is in the audit log, of whom only where there is somebody",
    [asked.length, asked.filter((row: any) => row.object !== null).length],
    [7, 3],
  );
  tally.is("without an address that was typed", !JSON.stringify(asked).includes("nobody@"));
}

/** A notice that comes back is told as failed, and nothing answers it. */
async function bounced(s: Scene): Promise<void> {
  const before = s.office.messages("mina").length;
  await giveBack(s.office, s.office.messages("mina")[0] ?? "", MINA);
  const held = async (): Promise<any[]> => (await s.owner.get("/held-mails")).body.data;
  await until("it is held", async () => (await held()).length === 1);
  tally.same("as what it is", (await held())[0]?.reason, "bounce");
  tally.same("no conversation, no mail", [(await talks(s)).length, before], [2, 2]);
}

// ---- the story

async function story(office: PostOffice, server: Server, owner: Client): Promise<void> {
  const admin = { headers: browser(server.cookie) };
  const usual = (await owner.post("/teams", { name: "Support" })).body.id as string;
  const korean = (await owner.post("/teams", { name: "한국어" })).body.id as string;
  const tag = (await owner.post("/tags", { name: "refund" })).body.id as string;
  const policy = async (name: string, applies_to: object, minutes: number): Promise<string> => {
    const targets = { first_response_ms: minutes * 60_000 };
    const made = await owner.post("/sla-policies", { name, calendar: null, applies_to, targets });
    status(`an SLA: ${name}`, made, 201);
    return made.body.id;
  };
  const where = { all: [{ field: "priority", op: "in", value: [2] }] };
  await policy("Urgent", { where }, 60);
  const chosen = await policy("Of another team", { teams: [usual] }, 10);
  const made = await connectOffice(office, server, owner, { team: usual });
  status("connected", made, 201);
  const box = made.body.id as string;
  const s: Scene = { office, server, owner, admin, usual, korean, tag, chosen, box };
  await makeRules(s);
  await arrives(s);
  await invitedByLink(s);
  await noMailHere(s);
  await invitedByMail(s);
  await bounced(s);
  await askedAtTheDoor(s);
  tally.same("every answer is as the document says", owner.faults, []);
}

await withOffice("mail_rules_test", tally, ["support", "mina"], story);
