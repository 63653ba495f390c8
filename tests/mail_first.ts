// mail_first -- the piece of mail_post_test in which a teammate writes first: to somebody whom
// nobody knows yet, and to a contact; what goes, and that the answer comes back to it.
import { connectOffice, decoded, DOMAIN, header, SUPPORT, textOf } from "./mail_office.ts";
import {
  conversations,
  partsOf,
  plain,
  problem,
  status,
  tally,
  until,
  type Scene,
} from "./mail_story.ts";
import type { Answer, Person } from "./server.ts";

const DEPOT = `depot@${DOMAIN}`;
const TITLE = "환불이 처리되었습니다";
const WORDS = "Dear depot, the refund is on its way.";

const begin = (s: Scene, more: object, who: Person = s.mate): Promise<Answer> =>
  who.client.post("/conversations/by-mail", {
    team: s.team,
    title: TITLE,
    text: WORDS,
    ...more,
  });

const at = (user: string, name: string): number =>
  user.split(/\r?\n/).filter((line) => line === name).length;

async function goes(s: Scene): Promise<string> {
  const file = await s.mate.client.post("/attachments", undefined, {
    raw:
      '--b1\r\nContent-Disposition: form-data; name="file"; filename="refund.csv"\r\n' +
      "Content-Type: text/csv\r\n\r\n4711,12000\r\n--b1--\r\n",
    headers: { "Content-Type": "multipart/form-data; boundary=b1" },
  });
  status("a file", file, 201);
  const before = s.office.messages("depot").length;
  const copies = s.office.messages("copy").length;
  const made = await begin(s, {
    to: DEPOT,
    cc: [`copy@${DOMAIN}`],
    attachments: [file.body.id],
  });
  status("begun", made, 201);
  tally.same(
    "whoever writes holds it, of the team, about that",
    [made.body.teammate, made.body.team, made.body.title, made.body.channels],
    [s.mate.id, s.team, TITLE, ["email"]],
  );
  tally.is("with a contact", /^ct_[0-9a-f]{24}$/.test(made.body.contact), made.text);
  const [part] = await partsOf(s, made.body.id);
  tally.same(
    "its first message waits",
    [part.text, part.author.teammate, part.mail?.delivery, part.mail?.address, part.mail?.subject],
    [WORDS, s.mate.id, "waiting", DEPOT, TITLE],
  );
  await until("it arrives", async () => s.office.messages("depot").length === before + 1);
  const mail = s.office.messages("depot").at(-1) ?? "";
  tally.same(
    "about that, from us, to both, signed, answering nobody",
    [
      decoded(header(mail, "Subject")),
      header(mail, "From").includes(SUPPORT),
      header(mail, "Cc"),
      textOf(mail).includes(WORDS) && textOf(mail).includes("Mina Mate\nEvenkeel"),
      header(mail, "In-Reply-To") + header(mail, "References"),
      mail.includes("refund.csv"),
    ],
    [TITLE, true, `<copy@${DOMAIN}>`, true, "", true],
  );
  const audit = (await s.owner.get("/audit-log?limit=100")).body.data ?? [];
  const entry = audit.find((row: any) => row.action === "conversation.begun_by_mail");
  tally.same(
    "who began it is on record, to whom is not",
    [JSON.stringify(entry ?? {}).includes(s.mate.id), JSON.stringify(audit).includes(DEPOT)],
    [true, false],
  );
  await until("and its copy", async () => s.office.messages("copy").length === copies + 1);
  return made.body.id as string;
}

async function comesBack(s: Scene, talk: string): Promise<void> {
  const mail = s.office.messages("depot").at(-1) ?? "";
  const count = (await conversations(s)).length;
  const contact = (await s.mate.client.get(`/conversations/${talk}`)).body.contact;
  await s.office.send(
    DEPOT,
    [header(mail, "Reply-To").slice(1, -1)],
    plain({ id: "thanks@depot.test", subject: "Something else", text: "Thanks!", from: DEPOT }),
  );
  await until("the answer is in it", async () => (await partsOf(s, talk)).length === 2);
  const back = (await partsOf(s, talk)).find((row) => row.text.includes("Thanks!"));
  tally.same(
    "of the contact that was made for it, and in no other",
    [back?.author.contact, (await conversations(s)).length],
    [contact, count],
  );
}

async function known(s: Scene, talk: string): Promise<void> {
  const { contact } = (await s.mate.client.get(`/conversations/${talk}`)).body;
  const again = await begin(s, { to: DEPOT.toUpperCase() });
  tally.same(
    "the address is that contact's, however it is written",
    [again.status, again.body?.contact, again.body?.id === talk],
    [201, contact, false],
  );
  const [part] = await partsOf(s, again.body.id);
  const taken = await s.mate.client.post(`/conversations/${again.body.id}/parts/${part.id}/redact`);
  tally.same("taken back in time", [taken.status, taken.body?.mail?.delivery], [200, "cancelled"]);
  const before = s.office.messages("depot").length;
  const key = { headers: { "Idempotency-Key": "first-mail-once" } };
  const body = { team: s.team, contact, title: "Once", text: "Said once." };
  const one = await s.mate.client.post("/conversations/by-mail", body, key);
  const two = await s.mate.client.post("/conversations/by-mail", body, key);
  tally.same("to a contact, asked twice", [one.status, two.body?.id], [201, one.body?.id]);
  await until("it arrives", async () => s.office.messages("depot").length > before);
  tally.same(
    "what was taken back did not, what was asked twice did once",
    s.office.messages("depot").filter((mail) => at(textOf(mail), WORDS) > 0).length,
    1,
  );
  tally.same("one", s.office.messages("depot").length, before + 1);
}

async function fills(s: Scene): Promise<void> {
  const path = "/ready-answers/preview";
  const text = "Dear {{contact.name|customer}}, {{teammate.name}} of {{conversation.id}}";
  const noor = await s.mate.client.post("/contacts", { name: "Noor" });
  const one = await s.mate.client.post(path, { text, contact: noor.body.id });
  const none = await s.mate.client.post(path, { text, contact: null });
  tally.same(
    "a template before there is a conversation: the contact's own, or nobody's; no example",
    [one.body?.text, none.body?.text, none.body?.missing],
    [
      "Dear Noor, Mina Mate of {{conversation.id}}",
      "Dear customer, Mina Mate of {{conversation.id}}",
      1,
    ],
  );
  const answer = { title: "Refund", scope: "own", texts: { en: "Dear {{contact.name}}" } };
  const ready = await s.mate.client.post("/ready-answers", answer);
  status("a template", ready, 201);
  const ready_answers = [{ id: ready.body.id, version: ready.body.version }];
  const gap = await begin(s, { to: DEPOT, text: answer.texts.en, ready_answers });
  problem("with a gap", gap, 422, "invalid_value");
}

async function from(s: Scene, far: Person, other: string, talk: string): Promise<void> {
  const nobody = s.owner.as(null);
  const list = async (who: Person): Promise<unknown> =>
    (await who.client.get("/me/mailboxes")).body?.data?.map((row: any) => [row.address, row.team]);
  tally.same("mine are my team's", await list(s.mate), [[SUPPORT, s.team]]);
  tally.same("of none of mine there is none", await list(far), []);
  const bare = await begin(s, { to: DEPOT, team: other }, far);
  problem("a team without one", bare, 422, "invalid_value");
  const more = { address: `sales@${DOMAIN}`, active: false, team: other };
  const sales = await connectOffice(s.office, s.server, s.owner, more);
  status("another, paused", sales, 201);
  const { id } = sales.body;
  problem(
    "paused",
    await begin(s, { to: DEPOT, team: other, mailbox: id }, far),
    422,
    "invalid_value",
  );
  const tag = { headers: { ...s.admin.headers, "If-Match": "*" } };
  status("on", await nobody.patch(`/mailboxes/${id}`, { active: true }, tag), 200);
  tally.same("now there is", await list(far), [[`sales@${DOMAIN}`, other]]);
  problem("another team's", await begin(s, { to: DEPOT, mailbox: id }), 422, "invalid_value");
  const sent = await begin(s, { to: `copy@${DOMAIN}`, mailbox: id, team: null }, far);
  tally.same("it says the team", [sent.status, sent.body?.team], [201, other]);
  const { contact } = (await s.mate.client.get(`/conversations/${talk}`)).body;
  const foreign = await begin(s, { to: DEPOT, mailbox: id, team: null }, far);
  problem("to a contact of another team alone", foreign, 409, "conflict");
  tally.same(
    "who is not named, and stays out of reach",
    [foreign.text.includes(contact), (await far.client.get(`/contacts/${contact}`)).status],
    [false, 404],
  );
  status("ended", await nobody.delete(`/mailboxes/${id}`, s.admin), 204);
}

async function notBegun(s: Scene, far: Person): Promise<void> {
  const count = (await conversations(s)).length;
  const nameless = await s.mate.client.post("/contacts", { name: "On the phone" });
  const rows: Array<[string, object]> = [
    ["to nobody", {}],
    ["to both", { to: DEPOT, contact: nameless.body.id }],
    ["to whom has no address", { contact: nameless.body.id }],
    ["to nobody's contact", { contact: "ct_0123456789abcdef01234567" }],
    ["to ourselves", { to: SUPPORT }],
    ["to ourselves, behind a plus", { to: SUPPORT.replace("@", "+x@") }],
    ["to two in one", { to: `${DEPOT}, mina@${DOMAIN}` }],
    ["with another header", { to: `${DEPOT}\r\nBcc: all@example.net` }],
    ["a subject of two lines", { to: DEPOT, title: "a\r\nBcc: all@example.net" }],
    ["about nothing", { to: DEPOT, title: "" }],
    ["saying nothing", { to: DEPOT, text: "" }],
    ["a copy to no address", { to: DEPOT, cc: ["a b@c\r\n"] }],
    ["too many copies", { to: DEPOT, bcc: Array.from({ length: 21 }, (_, i) => `a${i}@b.test`) }],
    ["somebody else's file", { to: DEPOT, attachments: ["att_999999"] }],
    ["no such mailbox", { to: DEPOT, mailbox: "box_999" }],
    ["no such team", { to: DEPOT, team: "team_999" }],
    ["no team", { to: DEPOT, team: null }],
    ["something else", { to: DEPOT, from: "boss@example.net" }],
  ];
  for (const [what, more] of rows) {
    const got = await begin(s, more);
    tally.is(
      `${what}: 422`,
      got.status === 422 && got.body?.type === "/problems/invalid_value",
      `${got.status} ${got.text.slice(0, 300)}`,
    );
  }
  problem("of another team", await begin(s, { to: DEPOT }, far), 403, "forbidden");
  tally.same("nothing came of it", (await conversations(s)).length, count);
}

/** Files that no mail carries are refused before anything is written, of answers too. */
async function tooMuch(s: Scene, talk: string): Promise<void> {
  const half = async (name: string): Promise<string> => {
    const head = `--b1\r\nContent-Disposition: form-data; name="file"; filename="${name}"\r\n`;
    const raw = `${head}Content-Type: text/plain\r\n\r\n${"x".repeat(13 << 20)}\r\n--b1--\r\n`;
    const got = await s.mate.client.post("/attachments", undefined, {
      raw,
      headers: { "Content-Type": "multipart/form-data; boundary=b1" },
    });
    status(`13 MiB: ${name}`, got, 201);
    return got.body.id as string;
  };
  const attachments = [await half("a.txt"), await half("b.txt")];
  const before = (await partsOf(s, talk)).length;
  problem("begun with 26 MiB", await begin(s, { to: DEPOT, attachments }), 422, "invalid_value");
  const answer = { kind: "message", text: "Both.", attachments };
  const answered = await s.mate.client.post(`/conversations/${talk}/parts`, answer);
  problem("answered with 26 MiB", answered, 413, "too_large");
  const noted = await s.mate.client.post(`/conversations/${talk}/parts`, {
    ...answer,
    kind: "note",
  });
  tally.same(
    "a note is no mail",
    [noted.status, (await partsOf(s, talk)).length],
    [201, before + 1],
  );
}

/** Nobody's account is a relay. */
async function often(s: Scene, far: Person): Promise<void> {
  let got = await begin(s, {}, far);
  for (let i = 0; i < 60 && got.status !== 429; i++) got = await begin(s, {}, far);
  problem("more than sixty within an hour", got, 429, "rate_limited");
}

/** Begins, is answered, and what may not begin. */
export async function writesFirst(s: Scene): Promise<void> {
  const other = (await s.owner.post("/teams", { name: "Sales" })).body.id as string;
  const memberships = [{ team: other, level: "primary" }];
  const far = await s.server.person(s.owner, { name: "Far Away", memberships });
  const talk = await goes(s);
  await comesBack(s, talk);
  await known(s, talk);
  await fills(s);
  await from(s, far, other, talk);
  await tooMuch(s, talk);
  await notBegun(s, far);
  await often(s, far);
  tally.same("every answer is as the document says", far.client.faults, []);
}
