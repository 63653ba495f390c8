// mail_idle_test -- mail comes when it comes: what arrives at a server that tells (IDLE, RFC 2177)
// is here within seconds, however seldom we look; one that says that it tells and does not is asked
// now and again, as where nobody tells, and its mailbox works all the same.
import { connectBox, FakeImap, FakeSmtp, letter } from "./mail_fakes.ts";
import {
  connectOffice,
  envOf,
  MINA,
  missingForPostOffice,
  PATIENCE_MS,
  PostOffice,
  SUPPORT,
} from "./mail_office.ts";
import { Tally } from "./program.ts";
import { browser, withServer, type Client, type Server } from "./server.ts";

const tally = new Tally();
const POLL_S = 3600;
/** A round of waiting is 25 s: by looking alone no two letters in a row come within this. */
const SOON_MS = 15_000;

const until = (what: string, holds: () => Promise<boolean>): Promise<void> =>
  tally.until(what, 2 * PATIENCE_MS, holds);

async function titles(owner: Client): Promise<string[]> {
  const got = await owner.get("/conversations?limit=100");
  return got.body.data.map((row: any) => row.title);
}

const arrives = (owner: Client, title: string): Promise<void> =>
  until(`${title} comes`, async () => (await titles(owner)).includes(title));

// ---- one that waits

async function waits(office: PostOffice, server: Server, owner: Client): Promise<void> {
  const team = (await owner.post("/teams", { name: "Support" })).body.id as string;
  tally.same("connected", (await connectOffice(office, server, owner, { team })).status, 201);
  const send = async (title: string): Promise<number> => {
    const from = Date.now();
    await office.send(MINA, [SUPPORT], letter(title, title, [], MINA));
    await arrives(owner, title);
    return Date.now() - from;
  };
  await send("first");
  for (const title of ["second", "third", "fourth"]) {
    const ms = await send(title);
    tally.is(`${title}: within seconds, unasked`, ms < SOON_MS, `${ms} ms`);
  }
}

async function withDovecot(): Promise<void> {
  const missing = missingForPostOffice();
  if (missing !== undefined) {
    console.log(`mail_idle_test: one that waits is left out, there is no ${missing}`);
    return;
  }
  const office = new PostOffice(["support", "mina"]);
  const env = { ...envOf(office), EVENKEEL_MAIL_POLL: String(POLL_S) };
  try {
    await office.start();
    await withServer({ env }, async (server, owner) => {
      await waits(office, server, owner);
      if (tally.failed > 0) console.log(server.messages, office.log());
    });
  } finally {
    office.stop();
  }
}

// ---- those that say so

async function saysSo(
  idle: FakeImap["idle"],
  of: { server: Server; owner: Client; team: string },
): Promise<void> {
  const { server, owner, team } = of;
  const imap = new FakeImap();
  const smtp = new FakeSmtp();
  imap.idle = idle;
  await imap.start();
  await smtp.start();
  try {
    const address = `${idle}@example.test`;
    const made = await connectBox(server, owner, { imap, smtp, team, address });
    tally.same(`${idle}: connected`, made.status, 201);
    for (const n of [1, 2, 3]) {
      imap.messages.push({ uid: n, text: letter(`${idle}${n}`, `${idle} ${n}`) });
      await arrives(owner, `${idle} ${n}`);
      await until(`${idle}: asked to wait`, async () => Promise.resolve(imap.idles > 0));
    }
    const headers = browser(server.cookie);
    const way = (await owner.as(null).get(`/mailboxes/${made.body.id}`, { headers })).body.incoming;
    tally.same(`${idle}: it works`, [way.state, way.error], ["ok", null]);
    tally.same(`${idle}: and is not asked to wait each time`, imap.idles, 1);
  } finally {
    imap.stop();
    smtp.stop();
  }
}

await withDovecot();
const env = { EVENKEEL_MAIL_POLL: "1", EVENKEEL_MAIL_PATIENCE: "2" };
await withServer({ env }, async (server, owner) => {
  const team = (await owner.post("/teams", { name: "Support" })).body.id as string;
  for (const idle of ["refuses", "drops", "mute"] as const)
    await saysSo(idle, { server, owner, team });
  if (tally.failed > 0) console.log(server.messages);
});
tally.end();
