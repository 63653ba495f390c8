// mail_faults_test -- servers of mail that misbehave: an IMAP server that ends in the middle, lies
// about its numbers and announces what nobody can take; an SMTP server that changes its mind. What
// comes is there once, what goes is sent once, and what is refused is told.
import { connectBox, FakeImap, FakeSmtp, letter, SUPPORT } from "./mail_fakes.ts";
import { Tally } from "./program.ts";
import { withServer, type Answer, type Client, type Server } from "./server.ts";

const tally = new Tally();
const PATIENCE_MS = 40_000;

const status = (what: string, got: Answer, want: number): void =>
  tally.is(`${what}: ${want}`, got.status === want, `${got.status} ${got.text.slice(0, 300)}`);

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
  s.imap.faults.push("cut", "nothing");
  s.imap.messages.push({ uid: 5, text: letter("five", "five") });
  await until("after two that ended in the middle it is there", async () =>
    (await titles(s)).includes("five"),
  );
  await until("then it is marked", async () => s.imap.seen.includes(5));
  tally.same("both happened", s.imap.asked.slice(0, 2), ["cut", "nothing"]);
  s.imap.faults.push("other");
  s.imap.messages.push({ uid: 6, text: letter("six", "six") });
  s.imap.messages.push({ uid: 9, text: letter("nine", "nine") });
  await until("what has another number keeps nothing up", async () =>
    (await titles(s)).includes("nine"),
  );
  await until("and is asked for again", async () => (await titles(s)).includes("six"));
  s.imap.faults.push("huge");
  s.imap.messages.push({ uid: 10, text: letter("ten", "ten") });
  await until("what is too large is held with its headers", async () => {
    const held = (await s.owner.get("/held-mails")).body.data;
    return held.some((row: any) => row.reason === "too_large" && row.subject === "ten");
  });
  s.imap.messages.push({ uid: 11, text: letter("eleven", "eleven") });
  await until("and what is behind it comes", async () => (await titles(s)).includes("eleven"));
  tally.same("each once", await titles(s), ["eleven", "five", "nine", "six"]);
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
  tally.same("and nothing twice", await titles(s), [...before, "twelve"].sort());
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
    [...before, "twelve", "answer", "original", "thirteen"].sort(),
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

/** Mail of a blocked contact waits, whichever of their addresses it comes from. */
async function blocked(s: Scene): Promise<void> {
  const evil = "evil@mina.example.test";
  const again = "again@mina.example.test";
  s.imap.messages.push({ uid: 400, text: letter("pills", "pills", [], evil) });
  await until("the first is taken", async () => (await titles(s)).includes("pills"));
  const talk = (await s.owner.get("/conversations?limit=100")).body.data.find(
    (row: any) => row.title === "pills",
  );
  const path = `/contacts/${talk.contact as string}`;
  const identity = { channel: "email", address: again };
  status("another address", await s.owner.post(`${path}/identities`, identity), 201);
  status("closed", await s.owner.post(`/conversations/${talk.id as string}/close`, {}), 200);
  status("blocked", await s.owner.post(`${path}/block`), 200);
  const before = await titles(s);
  const sent = s.smtp.tried.length;
  s.imap.messages.push(
    { uid: 401, text: letter("more", "more", ["In-Reply-To: <pills@mina.example.test>"], evil) },
    { uid: 402, text: letter("most", "most", [], again) },
    { uid: 403, text: letter("fine", "fine") },
  );
  await until("others are not held up", async () => (await titles(s)).includes("fine"));
  const held = async (): Promise<any[]> =>
    (await s.owner.get("/held-mails?limit=100")).body.data.filter(
      (row: any) => row.reason === "blocked",
    );
  const rows = await held();
  tally.same("theirs are held", rows.map((row) => row.subject).sort(), ["more", "most"]);
  tally.same("and begin nothing", await titles(s), [...before, "fine"].sort());
  const state = async (): Promise<string> =>
    (await s.owner.get(`/conversations/${talk.id as string}`)).body.state as string;
  tally.same("nor wake what was closed", await state(), "closed");
  tally.same("nobody is answered", s.smtp.tried.length, sent);
  const one = rows.find((row) => row.subject === "most");
  const source = await s.owner.get(`/held-mails/${one.id as string}/source`);
  tally.is("as it came", source.text.includes("Text of most."), source.text.slice(0, 200));
  status("let in", await s.owner.post(`/held-mails/${one.id as string}/release`), 200);
  await until("it is a message", async () => (await titles(s)).includes("most"));
  tally.same(
    "the other still waits",
    (await held()).map((row) => row.subject),
    ["more"],
  );
  status("unblocked", await s.owner.post(`${path}/unblock`), 200);
  s.imap.messages.push({ uid: 404, text: letter("sorry", "sorry", [], evil) });
  await until("taken again", async () => (await titles(s)).includes("sorry"));
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
      const made = await connectBox(server, owner, { imap, smtp, team });
      status("connected", made, 201);
      const s: Scene = { owner, server, team, imap, smtp };
      await until("it is looked at", async () => imap.connections > 0);
      await incoming(s);
      await renumbered(s);
      await outgoing(s);
      await circles(s);
      await blocked(s);
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
