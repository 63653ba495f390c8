// mail_forward -- the piece of mail_post_test in which a teammate forwards a conversation to
// somebody outside: what goes, what comes back, that the customer sees nothing and nothing wakes.
import { DOMAIN, giveBack, header, MINA, SUPPORT, textOf } from "./mail_office.ts";
import {
  answer,
  conversations,
  partsOf,
  plain,
  problem,
  status,
  SUBJECT,
  tally,
  until,
  type Scene,
} from "./mail_story.ts";
import type { Answer } from "./server.ts";

const DEPOT = `depot@${DOMAIN}`;

export async function forwards(s: Scene, talk: string): Promise<string> {
  const parts = await partsOf(s, talk);
  const note = { kind: "note", text: "Among us: SECRET-NOTE." };
  status("a note", await s.mate.client.post(`/conversations/${talk}/parts`, note), 201);
  const got = await s.mate.client.post(`/conversations/${talk}/parts`, {
    kind: "forward",
    text: "Where is this parcel?",
    to: [DEPOT],
    forwards: "conversation",
  });
  status("forwarded", got, 201);
  tally.same(
    "what it is, to whom, with what",
    [got.body.kind, got.body.mail?.address, got.body.mail?.subject, got.body.forward],
    [
      "forward",
      DEPOT,
      `Fwd: ${SUBJECT}`,
      { forwards: "conversation", part: null, with_files: true },
    ],
  );
  await until("it arrives outside", async () => s.office.messages("depot").length === 1);
  const mail = s.office.messages("depot")[0] ?? "";
  const text = textOf(mail);
  tally.same(
    "the words, what was written, its file; no note and no address of the customer",
    [
      text.includes("Where is this parcel?"),
      text.includes("주문한 상품이 어디에 있나요?"),
      text.includes("감사합니다!"),
      mail.includes("iVBORw0KGgo"),
      text.includes("SECRET-NOTE"),
      text.includes(MINA),
      header(mail, "References").includes("mina.example.test"),
    ],
    [true, true, true, true, false, false, false],
  );
  tally.is(
    "its token names the mail",
    new RegExp(`^<support\\+\\d+\\.\\d+\\.[0-9a-f]{24}@${DOMAIN}>$`).test(header(mail, "Reply-To")),
    header(mail, "Reply-To"),
  );
  tally.same("one part more than the note", (await partsOf(s, talk)).length, parts.length + 2);
  return mail;
}

const stand = async (s: Scene, talk: string): Promise<unknown[]> => {
  const now = (await s.owner.get(`/conversations/${talk}`)).body;
  return [now.state, now.waiting_since, now.due, now.teammate, now.snoozed_until];
};

export async function answeredOutside(s: Scene, talk: string, mail: string): Promise<void> {
  const mates = s.mate.client;
  const tomorrow = { until: new Date(Date.now() + 86_400_000).toISOString() };
  status("asleep", await mates.post(`/conversations/${talk}/snooze`, tomorrow), 200);
  const asleep = await stand(s, talk);
  const woken = header(mail, "Reply-To").slice(1, -1);
  const had = (await partsOf(s, talk)).length;
  const words = { id: "depot0@depot.test", subject: "Re: parcel", text: "We look.", from: DEPOT };
  await s.office.send(DEPOT, [woken], plain(words));
  await until("an answer is there", async () => (await partsOf(s, talk)).length === had + 1);
  tally.same("and wakes what slept", (await stand(s, talk))[0], "open");
  tally.same(
    "for the same teammate, whom no customer awaits any more than before",
    [...(await stand(s, talk)).slice(1, 4)],
    asleep.slice(1, 4),
  );
  const events = (await s.owner.get(`/conversations/${talk}/events?limit=100`)).body.data;
  tally.same(
    "and what woke it is told",
    events.filter((row: any) => row.type === "conversation.woken").map((row: any) => row.cause),
    ["outside"],
  );
  status("closed", await mates.post(`/conversations/${talk}/close`, {}), 200);
  const before = await stand(s, talk);
  const count = (await partsOf(s, talk)).length;
  const all = (await conversations(s)).length;
  const back = header(mail, "Reply-To").slice(1, -1);
  const answer = (id: string, text: string, more: string[], from = DEPOT): Promise<void> =>
    s.office.send(from, [back], plain({ id, subject: "Re: parcel", text, from, more }));
  await answer("depot1@depot.test", "It left on Friday.", [
    `In-Reply-To: ${header(mail, "Message-ID")}`,
  ]);
  await until("the answer is there", async () => (await partsOf(s, talk)).length === count + 1);
  const part = (await partsOf(s, talk)).at(-1);
  tally.same(
    "for teammates alone, of nobody of ours",
    [part.kind, part.author.kind, part.author.contact, part.mail.address, part.mail.automatic],
    ["forward", "system", null, DEPOT, false],
  );
  await answer("depot2@depot.test", "By the address alone.", []);
  await until("by its address too", async () => (await partsOf(s, talk)).length === count + 2);
  tally.same("as the same kind", (await partsOf(s, talk)).at(-1).kind, "forward");
  await answer("other@depot.test", "I am her colleague.", [], `other@${DOMAIN}`);
  await until("whoever has it", async () => (await partsOf(s, talk)).length === count + 3);
  tally.same(
    "nothing woke, waits, or runs; no conversation and no contact came of it",
    [
      (await partsOf(s, talk)).at(-1).kind,
      await stand(s, talk),
      (await conversations(s)).length,
      (await s.owner.get(`/contacts?q=depot`)).body.data.length,
    ],
    ["forward", before, all, 0],
  );
  await answer("copy@mina.example.test", "I got a copy.", [], MINA);
  await until("the customer's own words are theirs", async () => {
    const last = (await partsOf(s, talk)).filter((row) => row.kind === "message").at(-1);
    return last?.text?.includes("I got a copy.") === true;
  });
  tally.same("and wake it", (await stand(s, talk))[0], "open");
}

/** A report that it did not arrive outside stays inside, too. */
export async function bouncedOutside(s: Scene): Promise<void> {
  const talk = (await conversations(s)).find((row) => row.title === "after").id as string;
  const got = await s.mate.client.post(`/conversations/${talk}/parts`, {
    kind: "forward",
    text: "One more.",
    to: [DEPOT],
  });
  status("forwarded", got, 201);
  await until("that arrives, too", async () => s.office.messages("depot").length === 2);
  const mail = s.office.messages("depot").at(-1) ?? "";
  const tomorrow = { until: new Date(Date.now() + 86_400_000).toISOString() };
  status("asleep", await s.mate.client.post(`/conversations/${talk}/snooze`, tomorrow), 200);
  const count = (await partsOf(s, talk)).length;
  await giveBack(s.office, mail, DEPOT);
  await until("a bounce is there", async () => (await partsOf(s, talk)).length === count + 1);
  const parts = await partsOf(s, talk);
  const sent = parts.find((row) => row.kind === "forward" && row.forward !== null);
  tally.same("it wakes nobody", (await stand(s, talk))[0], "snoozed");
  status("open", await s.mate.client.post(`/conversations/${talk}/reopen`, {}), 200);
  tally.same(
    "inside, and what bounced is told",
    [parts.at(-1).kind, parts.at(-1).author.kind, sent?.mail?.delivery, sent?.mail?.error],
    ["forward", "system", "failed", "bounced"],
  );
}

export async function notForwarded(s: Scene, talk: string): Promise<void> {
  const forward = (more: object): Promise<Answer> =>
    s.mate.client.post(`/conversations/${talk}/parts`, { kind: "forward", text: "x", ...more });
  const rows: [string, object][] = [
    ["to nobody", { to: [] }],
    ["to the contact", { to: [MINA.toUpperCase()] }],
    ["to a mailbox of ours", { to: [SUPPORT] }],
    ["to our own token", { to: [`support+12@${DOMAIN}`] }],
    ["to what is no address", { to: ["a b@c"] }],
    ["to eleven", { to: [...Array(11).keys()].map((i) => `a${i}@${DOMAIN}`) }],
    ["with copies", { to: [DEPOT], bcc: [DEPOT] }],
    ["one message that is none", { to: [DEPOT], forwards: "part", part: "part_99999" }],
    ["in the contact's name", { to: [DEPOT], author: "contact" }],
  ];
  for (const [what, more] of rows) problem(what, await forward(more), 422, "invalid_value");
  problem(
    "a message is to the contact",
    await s.mate.client.post(`/conversations/${talk}/parts`, {
      kind: "message",
      text: "x",
      to: [DEPOT],
    }),
    422,
    "invalid_value",
  );
  const part = await forward({ to: [DEPOT], forwards: "nothing" });
  const gone = await s.mate.client.post(`/conversations/${talk}/parts/${part.body.id}/redact`);
  tally.same("taken back in time", [gone.status, gone.body?.mail?.delivery], [200, "cancelled"]);
  const audit = await s.owner.get("/audit-log?limit=100");
  const entry = audit.body.data.find((row: any) => row.action === "conversation.forwarded");
  tally.is(
    "who forwarded how much is on record, and to whom is not",
    entry !== undefined && !JSON.stringify(audit.body).includes(DEPOT),
    JSON.stringify(entry),
  );
  const next = await answer(s, talk, "To the customer again.");
  tally.same("an answer goes to the customer, not outside", next.mail.address, MINA);
}
