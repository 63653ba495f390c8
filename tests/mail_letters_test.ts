// mail_letters_test -- what the program writes by itself: the question after a close, in the
// contact's language, once, and to no program; saved reports to colleagues and to a webhook, with
// what goes wrong in plain words. Dovecot and Postfix of the test's own.
import { missingForCluster, startCluster } from "./cluster.ts";
import {
  connectOffice,
  DOMAIN,
  encoded,
  envOf,
  giveBack,
  PATIENCE_MS,
  type PostOffice,
  SUPPORT,
  textOf,
  withOffice,
} from "./mail_office.ts";
import { Tally } from "./program.ts";
import { isSigned, Receiver } from "./receiver.ts";
import {
  browser,
  withServer,
  type Answer,
  type Client,
  type Person,
  type Server,
} from "./server.ts";

const tally = new Tally();

interface Scene {
  readonly office: PostOffice;
  readonly server: Server;
  readonly owner: Client;
  readonly admin: { headers: Record<string, string> };
  readonly mate: Person;
  readonly team: string;
}

const status = (what: string, got: Answer, want: number): void =>
  tally.is(`${what}: ${want}`, got.status === want, `${got.status} ${got.text.slice(0, 400)}`);
const until = (what: string, holds: () => Promise<boolean>): Promise<void> =>
  tally.until(what, PATIENCE_MS, holds);

// ---- surveys

/** What came back was not delivered after all; but whoever answered was reached. */
async function cameBack(s: Scene, survey: string, silent: string, talkative: string) {
  const counts = async (): Promise<unknown[]> => {
    const { sent, delivered, answered } = (await s.owner.get(`/surveys/${survey}/funnel`)).body;
    return [sent, delivered, answered];
  };
  await giveBack(s.office, s.office.messages("sora")[0] ?? "", `sora@${DOMAIN}`);
  await until("an ask that came back is not delivered", async () => {
    const { state, delivered_at: at, mail_error: why } = await askOf(s, silent);
    return state === "waiting" && at === null && why === "bounced";
  });
  tally.same("nor counted as such", await counts(), [5, 1, 1]);
  await giveBack(s.office, s.office.messages("mina")[0] ?? "", `mina@${DOMAIN}`);
  await until(
    "one that was answered came back",
    async () => (await askOf(s, talkative))?.mail_error === "bounced",
  );
  const ask = await askOf(s, talkative);
  tally.same(
    "and was delivered all the same",
    [ask.state, ask.delivered_at !== null],
    ["answered", true],
  );
  tally.same("as the funnel says", await counts(), [5, 1, 1]);
}

async function talk(s: Scene, contact: object): Promise<string> {
  const who = await s.mate.client.post("/contacts", contact);
  status("a contact", who, 201);
  const made = await s.mate.client.post("/conversations", {
    team: s.team,
    title: "An order",
    text: "주문한 상품이 어디에 있나요? 아직 도착하지 않았습니다.",
    contact: who.body.id,
  });
  status("a conversation", made, 201);
  const path = `/conversations/${made.body.id}`;
  await s.mate.client.post(`${path}/parts`, { kind: "message", text: "It is on its way." });
  status("closed", await s.mate.client.post(`${path}/close`, {}), 200);
  return made.body.id as string;
}

async function askOf(s: Scene, conversation: string): Promise<any> {
  return (await s.mate.client.get(`/conversations/${conversation}/survey`)).body?.asks?.[0];
}

async function surveys(s: Scene): Promise<void> {
  const made = await s.owner.post("/surveys", {
    name: "After the close",
    form: "csat",
    team: s.team,
    delay_minutes: 0,
    active: true,
  });
  status("a survey", made, 201);
  const mina = await talk(s, { name: "Mina Kim", email: `mina@${DOMAIN}`, language: "ko" });
  const guessed = await talk(s, { name: "Sora Lee", email: `sora@${DOMAIN}` });
  const machine = await talk(s, { name: "Shop", email: `no-reply@${DOMAIN}`, language: "en" });
  const own = await talk(s, { name: "We", email: SUPPORT, language: "en" });
  const without = await talk(s, { name: "On the phone", language: "en" });
  await until("it arrives", async () => s.office.messages("mina").length === 1);
  const mail = s.office.messages("mina")[0] ?? "";
  tally.is("says that no person wrote it", /^Auto-Submitted: auto-generated/m.test(mail), mail);
  tally.is(
    "asks in the contact's language",
    mail.includes(encoded("어떠셨나요?")),
    mail.slice(0, 900),
  );
  const text = textOf(mail);
  tally.is("and says so", text.includes("로그인하지 않고 여기에서"), text);
  const link = /https?:\/\/\S+\/s\/\S+/.exec(text)?.[0] ?? "";
  const page = await fetch(link);
  tally.is(
    "its address opens",
    page.status === 200 && (await page.text()).includes('lang="ko"'),
    link,
  );
  await until("sent is delivered", async () => (await askOf(s, mina))?.state === "delivered");
  const ask = await askOf(s, mina);
  tally.same(
    "by mail",
    [ask.by_mail, ask.mail_error, ask.delivered_at !== null],
    ["sent", null, true],
  );
  await until("of an unknown language, in that of the words", async () =>
    textOf(s.office.messages("sora")[0] ?? "").includes("로그인하지 않고"),
  );
  tally.same("as the ask says", (await askOf(s, guessed))?.language, "ko");
  await until("delivered, too", async () => (await askOf(s, guessed))?.state === "delivered");
  for (const [what, id] of [
    ["no program is asked", machine],
    ["nor ourselves", own],
    ["nor who has no address", without],
  ] as const) {
    await until(`${what}: there is an ask`, async () => (await askOf(s, id)) !== undefined);
    const one = await askOf(s, id);
    tally.same(what, [one.state, one.by_mail], ["waiting", null]);
  }
  tally.same("once", s.office.messages("mina").length, 1);
  const sent = await fetch(link, {
    method: "POST",
    redirect: "manual",
    body: "score=5",
    headers: { "Content-Type": "application/x-www-form-urlencoded" },
  });
  tally.is("answered", sent.status < 400, sent.status);
  const funnel = (await s.owner.get(`/surveys/${made.body.id}/funnel`)).body;
  tally.same("the funnel counts it", [funnel.sent, funnel.delivered, funnel.answered], [5, 2, 1]);
  await cameBack(s, made.body.id, guessed, mina);
}

// ---- reports

const REPORT = {
  name: "주간 SLA",
  standard: "sla_attainment",
  span: "last_28_days",
  format: "csv",
};

async function ran(s: Scene, id: string, state: string): Promise<any> {
  const begun = await s.owner.as(null).post(`/reports/${id}/runs`, undefined, s.admin);
  status("begun", begun, 201);
  let run: any = null;
  await until(`the run is ${state}`, async () => {
    run = (await s.owner.as(null).get(`/reports/${id}/runs/${begun.body.id}`, s.admin)).body;
    return run.state === state && run.attempts > 0;
  });
  return run;
}

async function save(s: Scene, target: object): Promise<Answer> {
  return s.owner.as(null).post("/reports", { ...REPORT, team: s.team, target }, s.admin);
}

async function refusals(s: Scene): Promise<void> {
  for (const [what, target, place] of [
    ["nobody at all", { kind: "email", people: [] }, "/target/people"],
    ["somebody who is not here", { kind: "email", people: ["tm_999"] }, "/target/people/0"],
    ["a name with people", { kind: "email", people: [s.mate.id], name: "x" }, "/target/name"],
    ["a webhook that is none", { kind: "webhook", webhook: "hook_999" }, "/target/webhook"],
  ] as const) {
    const got = await save(s, target);
    tally.same(what, [got.status, got.body?.errors?.[0]?.pointer], [422, place]);
  }
  const hook = await s.mate.client.post("/reports", {
    ...REPORT,
    team: s.team,
    target: { kind: "webhook", webhook: "hook_1" },
  });
  tally.is(
    "webhooks are for who manages them",
    hook.status === 403 || hook.status === 422,
    hook.text,
  );
}

async function withoutMailbox(s: Scene): Promise<string> {
  const made = await save(s, { kind: "email", people: [s.mate.id] });
  status("saved", made, 201);
  tally.same("to whom", made.body.target, {
    kind: "email",
    name: null,
    people: [s.mate.id],
    webhook: null,
  });
  const run = await ran(s, made.body.id, "waiting");
  tally.same("without a mailbox it says so", [run.why, run.sendings], ["no_mailbox", []]);
  tally.is("and is tried again", Date.parse(run.next_at) > Date.now(), run.next_at);
  return made.body.id as string;
}

async function byMail(s: Scene, report: string, box: string): Promise<void> {
  const run = await ran(s, report, "sent");
  tally.same("to each", run.sendings, [
    { teammate: s.mate.id, webhook: null, state: "sent", why: null, detail: null, next_at: null },
  ]);
  await until("it arrives", async () => s.office.messages(box).length === 1);
  const mail = s.office.messages(box)[0] ?? "";
  tally.is("with its name", mail.includes(encoded(REPORT.name)), mail.slice(0, 900));
  tally.is(
    "nobody is asked to answer",
    !/^Reply-To:/m.test(mail) && /^Auto-Submitted: auto-generated/m.test(mail),
    mail.slice(0, 900),
  );
  const text = textOf(mail);
  const body = JSON.parse(run.body);
  tally.is(
    "with days, zone, definitions and receipts",
    text.includes(body.from) &&
      text.includes(body.zone) &&
      text.includes(body.definitions[0]) &&
      text.includes("/figures/receipt"),
    text,
  );
  tally.is(
    "as kept",
    mail.replace(/\r?\n/g, "").includes(Buffer.from(run.body).toString("base64").slice(0, 400)),
    mail.slice(0, 3000),
  );
  tally.is("and as a table", /filename="report-\d{4}-\d\d-\d\d\.csv"/.test(mail), mail);
}

/** What comes back later fails the run, and says why. */
async function reportCameBack(s: Scene, report: string, box: string): Promise<void> {
  await giveBack(s.office, s.office.messages(box).at(-1) ?? "", `${box}@${DOMAIN}`);
  let run: any = null;
  await until("a report that came back has failed", async () => {
    const runs = (await s.owner.as(null).get(`/reports/${report}/runs`, s.admin)).body.data;
    run = runs.find((one: any) => one.sendings.length > 0);
    return run?.state === "failed";
  });
  const [sending] = run?.sendings ?? [];
  tally.same(
    "with the reason",
    [run?.why, sending?.state, sending?.why],
    ["not_all", "failed", "bounced"],
  );
  tally.is(
    "and what the other side said",
    String(sending?.detail).includes("nobody of that name"),
    sending,
  );
}

async function toHook(s: Scene): Promise<void> {
  const receiver = new Receiver();
  await receiver.start();
  try {
    await s.owner.as(null).patch(
      "/settings/server",
      {
        outbound_networks: [{ name: "Here", network: "127.0.0.0/8" }],
        outbound_ports: [receiver.port],
      },
      { headers: { ...s.admin.headers, "If-Match": "*" } },
    );
    const hook = await s.owner
      .as(null)
      .post(
        "/webhooks",
        { url: `http://127.0.0.1:${receiver.port}/in`, types: ["team.created"] },
        s.admin,
      );
    status("a webhook", hook, 201);
    const made = await save(s, { kind: "webhook", webhook: hook.body.id });
    status("saved", made, 201);
    const run = await ran(s, made.body.id, "sent");
    const came = receiver.came.find((one) => one.body?.type === "report.made");
    tally.is("told, signed", came !== undefined && isSigned(hook.body.secret, came), came);
    tally.same(
      "what",
      [came?.body.data.report, came?.body.data.run, came?.body.data.name],
      [made.body.id, run.id, REPORT.name],
    );
    tally.same("with the answer", came?.body.data.answer, JSON.parse(run.body));
    receiver.answer = () => 503;
    const failing = await ran(s, made.body.id, "sending");
    let sending: any = null;
    await until("a failure is shown", async () => {
      const all = (await s.owner.as(null).get(`/reports/${made.body.id}/runs`, s.admin)).body.data;
      sending = all.find((one: any) => one.id === failing.id)?.sendings[0];
      return sending?.why === "answered_5xx";
    });
    tally.is(
      "and tried again",
      sending.state === "waiting" && Date.parse(sending.next_at) > Date.now(),
      sending,
    );
  } finally {
    await receiver.stop();
  }
}

async function connectBox(s: Scene): Promise<void> {
  const more = { name: "Support", team: s.team };
  status("a mailbox", await connectOffice(s.office, s.server, s.owner, more), 201);
}

async function story(office: PostOffice, server: Server, owner: Client): Promise<void> {
  const team = (await owner.post("/teams", { name: "Support" })).body.id as string;
  const mate = await server.person(owner, {
    name: "Jo Mate",
    email: `jo@${DOMAIN}`,
    roles: ["lead"],
    memberships: [{ team, level: "primary" }],
  });
  const s: Scene = {
    office,
    server,
    owner,
    mate,
    team,
    admin: { headers: browser(server.cookie) },
  };
  await refusals(s);
  const report = await withoutMailbox(s);
  await connectBox(s);
  await surveys(s);
  await byMail(s, report, "jo");
  await reportCameBack(s, report, "jo");
  await toHook(s);
  tally.same("every answer is as the document says", [...owner.faults, ...mate.client.faults], []);
}

/** The same rows in the other store: sent, come back, and told to a webhook. */
async function onPostgres(office: PostOffice): Promise<void> {
  if (missingForCluster() !== undefined) return;
  const cluster = startCluster();
  try {
    const args = ["--postgres", cluster.database("letters")];
    await withServer({ args, env: envOf(office) }, async (server, owner) => {
      const team = (await owner.post("/teams", { name: "Support" })).body.id as string;
      const mate = await server.person(owner, {
        name: "Sol Mate",
        email: `sol@${DOMAIN}`,
        roles: ["lead"],
        memberships: [{ team, level: "primary" }],
      });
      const admin = { headers: browser(server.cookie) };
      const s: Scene = { office, server, owner, mate, team, admin };
      const report = await withoutMailbox(s);
      await connectBox(s);
      await byMail(s, report, "sol");
      await reportCameBack(s, report, "sol");
      await toHook(s);
      tally.same("in PostgreSQL as documented", owner.faults, []);
    });
  } finally {
    cluster.stop();
  }
}

await withOffice(
  "mail_letters_test",
  tally,
  ["support", "mina", "sora", "jo", "sol", "no-reply"],
  story,
  onPostgres,
);
