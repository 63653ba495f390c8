// mail_withheld_test -- an IMAP server that has a mail and does not give it, in each of the ways in
// which one can: the others go on, it is asked for again, and then held with what the server said.
// What is truly gone is no news.
import { connectBox, FakeImap, FakeSmtp, letter } from "./mail_fakes.ts";
import { Tally } from "./program.ts";
import { browser, Server, type Ask, type Client } from "./server.ts";

const tally = new Tally();
const PATIENCE_MS = 90_000;
const TRIES = 3;

/** How a fetch goes wrong, and what whoever looks after the mailbox is to read of it. */
const WAYS: readonly [uid: number, fault: string, says: RegExp][] = [
  [20, "other", /^\* 1 FETCH \(UID 1020 BODY\[\] $/],
  [21, "no", /^E\d+ NO the disk of this message is away$/],
  [22, "bad", /^E\d+ BAD no such command today$/],
  [23, "nil", /^\* 1 FETCH \(UID 23 BODY\[\] NIL\)$/],
  [24, "empty", /^E\d+ OK done$/],
  [25, "more said", /^the server says nothing more$/],
  [26, "less said", /^\* 1 FETCH \(UID 26 BODY\[\] $/],
  [27, "cut", /^the server ended the connection$/],
  [28, "huge", /^larger than is taken$/],
];
const GONE = 30;

const until = (what: string, holds: () => Promise<boolean>): Promise<void> =>
  tally.until(what, PATIENCE_MS, holds);

const titles = async (owner: Client): Promise<string[]> =>
  (await owner.get("/conversations?limit=100")).body.data.map((row: any) => row.title).sort();
const held = async (owner: Client): Promise<any[]> => (await owner.get("/held-mails")).body.data;

async function othersGoOn(owner: Client, imap: FakeImap): Promise<void> {
  for (const [uid, fault] of WAYS) {
    imap.ill.set(uid, fault);
    imap.messages.push({ uid, text: letter(`m${uid}`, `mail ${uid}`) });
  }
  // It was found, and is expunged by the time it is asked for.
  imap.messages.push({ uid: GONE, text: letter("gone", "gone") });
  imap.before = async (what, uid) => {
    if (what !== "fetch" || uid !== GONE) return;
    imap.messages.splice(
      imap.messages.findIndex((one) => one.uid === GONE),
      1,
    );
  };
  imap.messages.push({ uid: 31, text: letter("behind", "behind") });
  await until("what lies behind all of these comes", async () =>
    (await titles(owner)).includes("behind"),
  );
  tally.same("and nothing is held yet", await held(owner), []);
  tally.same("nor is anything marked that was not given", imap.seen, [31]);
}

async function heldInTheEnd(owner: Client, imap: FakeImap, admin: Ask): Promise<void> {
  await until("each is held", async () => (await held(owner)).length === WAYS.length);
  const rows = await held(owner);
  let more = 0;
  for (const [uid, fault, says] of WAYS) {
    const detail = rows.find((row) => says.test(row.detail ?? ""))?.detail ?? rows;
    tally.is(`${fault}: what the server said`, typeof detail === "string", JSON.stringify(detail));
    // A message that is too large is asked for a second time, for its headers alone.
    const asked = (imap.fetched.get(uid) ?? 0) / (fault === "huge" ? 2 : 1);
    tally.is(`${fault}: asked for ${TRIES} times, whatever ended in between`, asked >= TRIES);
    more += asked - TRIES;
  }
  tally.is("but for one that was on its way when it ended", more <= 1, more);
  tally.same(
    "for one reason, of nobody known",
    rows.map((row) => [row.reason, row.address, row.subject, row.bytes]),
    WAYS.map(() => ["not_fetched", null, null, 0]),
  );
  tally.same("what is gone was asked for once", imap.fetched.get(GONE), 1);
  const source = await owner.get(`/held-mails/${rows[0].id}/source`);
  tally.same("there is no source of it", source.status, 404);
  const boxes = (await owner.as(null).get("/mailboxes", admin)).body.data;
  tally.same("the mailbox tells how many", [boxes[0].held, boxes[0].incoming.state], [9, "ok"]);
}

/** What is let in is fetched once more; what is thrown away never is. */
async function decided(owner: Client, imap: FakeImap): Promise<void> {
  const rows = await held(owner);
  const of = (says: RegExp): any => rows.find((row) => says.test(row.detail));
  const no = of(/disk of this message/);
  const bad = of(/no such command/);
  const asked = imap.fetched.get(22) ?? 0;
  imap.ill.delete(21);
  for (const row of [no, bad])
    tally.same("let in", (await owner.post(`/held-mails/${row.id}/release`)).status, 200);
  await until("what is given now becomes a conversation", async () =>
    (await titles(owner)).includes("mail 21"),
  );
  await until("what still is not is held again, by the same name", async () => {
    const row = (await held(owner)).find((one) => one.id === bad.id);
    return row !== undefined && imap.fetched.get(22) === asked + 1;
  });
  tally.same("marked", imap.seen.includes(21), true);
  const gone = of(/UID 1020/);
  tally.same("left", (await owner.post(`/held-mails/${gone.id}/discard`)).status, 200);
}

/** Other numbers: those who were held are what they are; those who were left come by no other. */
async function afterwards(owner: Client, imap: FakeImap): Promise<void> {
  imap.ill.set(40, "no");
  imap.messages.push({ uid: 40, text: letter("late", "late") });
  await until("one more goes wrong", async () => imap.fetched.get(40) === 1);
  imap.ill.delete(40);
  await until("and is given at the second try", async () => (await titles(owner)).includes("late"));
  const before = (await held(owner)).map((row) => row.id).sort();
  tally.same("of which nobody is told", before.length, WAYS.length - 2);
  tally.same("each once", await titles(owner), ["behind", "late", "mail 21"]);
}

/** The connection that is to fetch a large mail's headers fails: that is not the mail's doing. */
async function withoutSecond(owner: Client, imap: FakeImap): Promise<void> {
  const before = (await held(owner)).length;
  imap.ill.set(50, "large alone");
  imap.messages.push({ uid: 50, text: letter("large", "large") });
  imap.messages.push({ uid: 51, text: letter("smaller", "smaller") });
  await until("it is held", async () => (await held(owner)).length > before);
  const row = (await held(owner)).find(({ reason }) => reason !== "not_fetched");
  tally.same("for its size, by its headers", [row?.reason, row?.subject], ["too_large", "large"]);
  await until("what is behind it comes", async () => (await titles(owner)).includes("smaller"));
}

/** The folder gets other numbers while a mail is awaited: under its old one lies another. */
async function renumbered(owner: Client, imap: FakeImap): Promise<void> {
  const before = (await held(owner)).length;
  const awaited = { uid: 60, text: letter("wanted", "wanted") };
  imap.ill.set(60, "no");
  imap.messages.push(awaited);
  await until("it is awaited", async () => imap.fetched.get(60) === 1);
  const others = ["stranger", "neighbour"].map((name, i) => ({
    uid: 60 + i,
    text: letter(name, name),
  }));
  imap.ill.clear();
  imap.validity++;
  imap.messages.splice(0, Infinity, ...others, { ...awaited, uid: 62 });
  imap.drop();
  await until("it comes by its new number, and so do the others", async () => {
    const now = await titles(owner);
    return ["wanted", "stranger", "neighbour"].every((title) => now.includes(title));
  });
  await until("its old number is told", async () => (await held(owner)).length > before);
  const told = (await held(owner)).filter(({ detail }) => /other numbers/.test(detail ?? ""));
  tally.same("once", told.length, 1);
  // Somebody wants it all the same: still nothing else is taken for it.
  await owner.post(`/held-mails/${told[0].id}/release`);
  const asked = [...imap.fetched.values()];
  await until("it is held again", async () =>
    (await held(owner)).some(({ id }) => id === told[0].id),
  );
  tally.same("under its old number nothing is asked for", [...imap.fetched.values()], asked);
  const now = (await titles(owner)).filter((one) => /^(wanted|stranger|neighbour)$/.test(one));
  tally.same("each once", now, ["neighbour", "stranger", "wanted"]);
}

/** It gets them in the middle of a round: what was found under the old ones is not asked for. */
async function renumberedWithin(owner: Client, imap: FakeImap): Promise<void> {
  const first = { uid: 70, text: letter("cut off", "cut off") };
  const second = { uid: 71, text: letter("second", "second") };
  imap.ill.set(70, "cut");
  imap.before = async (what, uid) => {
    if (what !== "fetch" || uid !== 70 || !imap.ill.delete(70)) return;
    imap.faults.push("cut");
    imap.validity++;
    const other = { uid: 71, text: letter("pushed in", "pushed in") };
    imap.messages.splice(0, Infinity, other, { ...second, uid: 72 }, { ...first, uid: 73 });
  };
  imap.messages.push(first, second);
  await until("all come", async () => {
    const now = await titles(owner);
    return ["cut off", "second", "pushed in"].every((title) => now.includes(title));
  });
  tally.same(
    "by numbers of now alone",
    imap.strays.filter((uid) => uid !== 70),
    [],
  );
  const now = (await titles(owner)).filter((one) => /^(cut off|second|pushed in)$/.test(one));
  tally.same("and once", now, ["cut off", "pushed in", "second"]);
}

const imap = new FakeImap();
const smtp = new FakeSmtp();
const server = new Server({ env: { EVENKEEL_MAIL_POLL: "1", EVENKEEL_MAIL_PATIENCE: "2" } });
try {
  await imap.start();
  await smtp.start();
  await server.start();
  const owner = await server.owner();
  const team = (await owner.post("/teams", { name: "Support" })).body.id as string;
  tally.same("connected", (await connectBox(server, owner, { imap, smtp, team })).status, 201);
  await until("it is looked at", async () => imap.connections > 0);
  await othersGoOn(owner, imap);
  await server.end("SIGKILL");
  await server.start(new URL(owner.url).port);
  const admin = { headers: browser(server.cookie) };
  await heldInTheEnd(owner, imap, admin);
  await decided(owner, imap);
  await afterwards(owner, imap);
  await withoutSecond(owner, imap);
  await renumbered(owner, imap);
  await renumberedWithin(owner, imap);
  tally.same("every answer is as the document says", owner.faults, []);
  if (tally.failed > 0) console.log(server.messages, imap.asked, imap.fetched);
} finally {
  await server.remove();
  imap.stop();
  smtp.stop();
}
tally.end();
