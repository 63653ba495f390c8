// mail_stalls_test -- servers of mail that take a connection and then say nothing, or one letter at
// a time, at every stage of a talk: each is given up and told in plain words, another mailbox
// notices nothing, and once they speak again everything is there, once.
import { connectBox, FakeImap, FakeSmtp, letter } from "./mail_fakes.ts";
import { Tally } from "./program.ts";
import { browser, withServer, type Client, type Server } from "./server.ts";

const tally = new Tally();
const PATIENCE_MS = 60_000;
const HARD = 60; // seconds that a stalled server may keep its own mailbox, and no other

/** Where it falls silent. */
const IN: readonly [name: string, silent: RegExp, isSlow: boolean][] = [
  ["greeting", /^$/, false],
  ["slow-greeting", /^$/, true],
  ["sign-in", /^AUTHENTICATE/, false],
  ["select", /^SELECT/, false],
  ["search", /^UID SEARCH/, false],
  ["slow-search", /^UID SEARCH/, true],
];
const OUT: readonly [name: string, silent: RegExp, isSlow: boolean][] = [
  ["banner", /^$/, false],
  ["hello", /^EHLO/, false],
  ["recipient", /^RCPT/, false],
  ["slow-recipient", /^RCPT/, true],
  ["end", /^\.$/, false],
];

interface Box {
  readonly name: string;
  readonly imap: FakeImap;
  readonly smtp: FakeSmtp;
}

const until = (what: string, holds: () => Promise<boolean>): Promise<void> =>
  tally.until(what, PATIENCE_MS, holds);

async function open(name: string): Promise<Box> {
  const box = { name, imap: new FakeImap(), smtp: new FakeSmtp() };
  await box.imap.start();
  await box.smtp.start();
  return box;
}

function close(box: Box): void {
  box.imap.stop();
  box.smtp.stop();
}

const titles = async (owner: Client): Promise<string[]> =>
  (await owner.get("/conversations?limit=100")).body.data.map((row: any) => row.title);

async function talkOf(owner: Client, title: string): Promise<string> {
  const rows = (await owner.get("/conversations?limit=100")).body.data;
  return rows.find((row: any) => row.title === title)?.id;
}

async function answer(owner: Client, talk: string, text: string): Promise<string> {
  const got = await owner.post(`/conversations/${talk}/parts`, { kind: "message", text });
  tally.same("answered", got.status, 201);
  return got.body.id;
}

async function mailOf(owner: Client, talk: string, part: string): Promise<any> {
  const rows = (await owner.get(`/conversations/${talk}/parts?limit=100`)).body.data;
  return rows.find((row: any) => row.id === part)?.mail;
}

async function ways(server: Server, owner: Client): Promise<Map<string, any>> {
  const got = await owner.as(null).get("/mailboxes?limit=100", {
    headers: browser(server.cookie),
  });
  return new Map(got.body.data.map((row: any) => [row.address.split("@")[0], row]));
}

/** While all of these are silent, one that is well takes and sends as if it were alone. */
async function othersGoOn(owner: Client, well: Box): Promise<void> {
  const from = Date.now();
  for (let i = 0; i < 3; i++) {
    well.imap.messages.push({ uid: 10 + i, text: letter(`well${i}`, `well ${i}`) });
    await until(`mail ${i} comes to the other`, async () =>
      (await titles(owner)).includes(`well ${i}`),
    );
  }
  const talk = await talkOf(owner, "well 0");
  const part = await answer(owner, talk, "Here we are.");
  await until("and an answer goes", async () => {
    return (await mailOf(owner, talk, part))?.delivery === "sent";
  });
  const seconds = Math.round((Date.now() - from) / 1000);
  tally.is("as if it were alone", seconds < HARD, `${seconds} s`);
}

function isPlain(way: any): boolean {
  return (
    way.state === "failing" &&
    ["cut", "port_blocked"].includes(way.error) &&
    typeof way.message === "string" &&
    /^[A-Z].{10,}[.:]/.test(`${way.message}.`) &&
    typeof way.detail === "string" &&
    way.detail !== ""
  );
}

async function main(server: Server, owner: Client, boxes: Map<string, Box>): Promise<void> {
  const team = (await owner.post("/teams", { name: "Support" })).body.id as string;
  const well = boxes.get("well") as Box;
  for (const box of boxes.values()) {
    const at = { imap: box.imap, smtp: box.smtp, team, address: `${box.name}@example.test` };
    tally.same(`${box.name} connected`, (await connectBox(server, owner, at)).status, 201);
  }
  for (const [name] of OUT)
    boxes.get(name)?.imap.messages.push({ uid: 1, text: letter(name, `to ${name}`) });
  for (const [name] of IN)
    boxes.get(name)?.imap.messages.push({ uid: 1, text: letter(name, `to ${name}`) });
  const parts = new Map<string, [talk: string, part: string]>();
  for (const [name] of OUT) {
    await until(`mail of ${name}`, async () => (await titles(owner)).includes(`to ${name}`));
    const talk = await talkOf(owner, `to ${name}`);
    parts.set(name, [talk, await answer(owner, talk, `Answer of ${name}.`)]);
  }
  await othersGoOn(owner, well);
  for (const [name, , isSlow] of [...IN.map((row) => [...row, "in"]), ...OUT] as any[]) {
    const way = IN.some((row) => row[0] === name) ? "incoming" : "outgoing";
    await until(`${name}: told in plain words`, async () =>
      isPlain((await ways(server, owner)).get(name)?.[way]),
    );
    const said = (await ways(server, owner)).get(name)?.[way];
    tally.is(`${name}: how`, isPlain(said), JSON.stringify([isSlow, said]));
  }
  const now = await ways(server, owner);
  tally.same(
    "the other is well",
    [now.get("well").incoming.state, now.get("well").outgoing.state],
    ["ok", "ok"],
  );
  // They speak again.
  for (const box of boxes.values()) box.imap.silent = box.smtp.silent = /^never$/;
  for (const [name] of IN)
    await until(`${name}: what waited comes`, async () =>
      (await titles(owner)).includes(`to ${name}`),
    );
  for (const [name, [talk, part]] of parts) {
    await until(`${name}: what waited goes`, async () => {
      return (await mailOf(owner, talk, part))?.delivery === "sent";
    });
    const box = boxes.get(name) as Box;
    tally.same(
      `${name}: taken once, as the same message`,
      [box.smtp.taken.length, new Set(box.smtp.tried).size],
      [1, 1],
    );
  }
  tally.same("each once", (await titles(owner)).length, 3 + IN.length + OUT.length);
}

const env = { EVENKEEL_MAIL_POLL: "1", EVENKEEL_MAIL_PATIENCE: "2" };
const boxes = new Map<string, Box>();
try {
  for (const name of ["well", ...IN.map((row) => row[0]), ...OUT.map((row) => row[0])])
    boxes.set(name, await open(name));
  for (const [name, silent, isSlow] of IN) {
    const { imap } = boxes.get(name) as Box;
    imap.silent = silent;
    imap.isSlow = isSlow;
  }
  for (const [name, silent, isSlow] of OUT) {
    const { smtp } = boxes.get(name) as Box;
    smtp.silent = silent;
    smtp.isSlow = isSlow;
  }
  await withServer({ env }, async (server, owner) => {
    await main(server, owner, boxes);
    tally.same("every answer is as the document says", owner.faults, []);
    if (tally.failed > 0) console.log(server.messages);
  });
} finally {
  for (const box of boxes.values()) close(box);
}
tally.end();
