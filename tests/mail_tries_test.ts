// mail_tries_test -- what is tried again: an answer that a server puts off for as long as we try,
// and one whose server took it when the power went; mail whose reader is killed at each of its
// stages; and a robot that answers everything and says nowhere that it is one.
import { readdirSync, readFileSync, readlinkSync } from "node:fs";

import { connectBox, FakeImap, FakeSmtp, letter, MINA } from "./mail_fakes.ts";
import { Tally } from "./program.ts";
import { browser, Server, type Client } from "./server.ts";

const tally = new Tally();
const PATIENCE_MS = 90_000;
const GIVE_UP_S = 20;
const KILLS = 20;
const HUNT_MS = 97;
const FLOOD = 60; // of an address, or in a conversation, within an hour

interface Scene {
  readonly server: Server;
  readonly owner: Client;
  readonly imap: FakeImap;
  readonly smtp: FakeSmtp;
}

const until = (what: string, holds: () => Promise<boolean>): Promise<void> =>
  tally.until(what, PATIENCE_MS, holds);

const rowsOf = async (s: Scene): Promise<any[]> =>
  (await s.owner.get("/conversations?limit=500")).body.data;
const held = async (s: Scene): Promise<any[]> =>
  (await s.owner.get("/held-mails?limit=500")).body.data;

async function begin(s: Scene, uid: number, title: string, from = MINA): Promise<string> {
  s.imap.messages.push({ uid, text: letter(`m${uid}`, title, [], from) });
  await until(`${title}: it begins`, async () =>
    (await rowsOf(s)).some((row) => row.title === title),
  );
  return (await rowsOf(s)).find((row) => row.title === title).id;
}

async function answer(s: Scene, talk: string, text: string): Promise<() => Promise<any>> {
  const got = await s.owner.post(`/conversations/${talk}/parts`, { kind: "message", text });
  tally.same("answered", got.status, 201);
  return async () => {
    const rows = (await s.owner.get(`/conversations/${talk}/parts?limit=100`)).body.data;
    return rows.find((row: any) => row.id === got.body.id)?.mail;
  };
}

const idOf = (mail: string): string => /^Message-ID: (.*)$/im.exec(mail)?.[1] ?? "";

/** 4xx for as long as we try: with more and more time between, as one message, and told. */
async function putOff(s: Scene): Promise<void> {
  const talk = await begin(s, 1, "put off");
  s.smtp.verdicts.push(...Array<string>(50).fill("451 4.7.1 come back later"));
  const mail = await answer(s, talk, "For a long time.");
  await until("it is delayed, with what the server said, and when it is tried again", async () => {
    const now = await mail();
    return (
      now?.delivery === "waiting" &&
      now.error === "busy" &&
      now.detail === "451 4.7.1 come back later" &&
      now.send_at !== null
    );
  });
  await until("in the end it has failed", async () => (await mail())?.delivery === "failed");
  const now = await mail();
  tally.same("and why", [now.error, now.detail], ["busy", "451 4.7.1 come back later"]);
  const at = [...s.smtp.triedAt];
  const gaps = at.slice(1).map((t, i) => t - (at[i] ?? 0));
  tally.is("tried often", gaps.length >= 3, JSON.stringify(gaps));
  // 1 s, 2 s, 4 s: a quarter on either side; a slow machine makes them longer.
  tally.same(
    "never sooner than it says",
    gaps.filter((ms, i) => ms < 0.74 * 1000 * 2 ** i),
    [],
  );
  tally.is(
    "for as long as is set",
    (at.at(-1) ?? 0) - (at[0] ?? 0) >= (GIVE_UP_S - 8) * 1000,
    JSON.stringify(gaps),
  );
  tally.same("as one message", [new Set(s.smtp.tried).size, s.smtp.taken.length], [1, 0]);
  tally.is("with an id", idOf(s.smtp.tried[0] ?? "") !== "", s.smtp.tried[0] ?? "");
  s.smtp.verdicts.splice(0);
  const number = s.smtp.tried.length;
  const next = await answer(s, talk, "Once more.");
  await until("the next one goes", async () => (await next())?.delivery === "sent");
  tally.same("that one alone", s.smtp.tried.length, number + 1);
  const part = await partOf(s, talk, "For a long time.");
  const again = `/conversations/${talk}/parts/${part}/send-again`;
  // As long ago as it is tried at all: the time counts anew.
  s.smtp.verdicts.push("451 4.7.1 come back later");
  const asked = await s.owner.post(again);
  tally.same("sent again", [asked.status, asked.body?.delivery], [200, "waiting"]);
  await until("put off, it is tried on", async () => (await mail())?.error === "busy");
  await until("and goes", async () => (await mail())?.delivery === "sent");
  tally.same(
    "as the same message",
    new Set([number - 1, number + 1, number + 2].map((i) => idOf(s.smtp.tried[i] ?? ""))).size,
    1,
  );
}

const partOf = async (s: Scene, talk: string, text: string): Promise<string> =>
  (await s.owner.get(`/conversations/${talk}/parts?limit=100`)).body.data.find(
    (row: any) => row.text === text,
  ).id;

/** For good; whoever wrote it has the server's words, and sends it again as the same message. */
async function sentAgain(s: Scene): Promise<void> {
  const talk = await begin(s, 9, "refused for good");
  const far = (await s.owner.post("/teams", { name: "Far" })).body.id as string;
  const memberships = [{ team: far, level: "primary" }];
  const stranger = await s.server.person(s.owner, { name: "Far Away", memberships });
  const before = s.smtp.tried.length;
  s.smtp.verdicts.push("550 5.7.1 we do not like this");
  const mail = await answer(s, talk, "Please.");
  const part = await partOf(s, talk, "Please.");
  const again = `/conversations/${talk}/parts/${part}/send-again`;
  const ask = async (what: string, who: Client, path: string, want: number): Promise<void> => {
    const got = await who.post(path);
    tally.is(`${what}: ${want}`, got.status === want, `${got.status} ${got.text.slice(0, 300)}`);
  };
  await ask("not while it waits", s.owner, again, 409);
  await until("it has failed", async () => (await mail())?.delivery === "failed");
  const now = await mail();
  tally.same(
    "with the server's words, and not tried on",
    [now.error, now.detail, now.send_at],
    ["refused", "550 5.7.1 we do not like this", null],
  );
  await ask("not by whom it is not seen", stranger.client, again, 404);
  await ask("not of another conversation", s.owner, again.replace(talk, "cv_1"), 404);
  await ask("not one that there is not", s.owner, again.replace(part, "part_999999"), 404);
  const note = await s.owner.post(`/conversations/${talk}/parts`, { kind: "note", text: "x" });
  await ask("not a note", s.owner, again.replace(part, note.body.id), 404);
  const asked = await s.owner.post(again);
  tally.same(
    "sent again, five seconds later",
    [asked.status, asked.body?.delivery, asked.body?.error, asked.body?.send_at !== null],
    [200, "waiting", null, true],
  );
  await ask("not twice", s.owner, again, 409);
  await until("it is sent", async () => (await mail())?.delivery === "sent");
  const tried = s.smtp.tried.slice(before);
  tally.same(
    "twice handed over, as the same message with the same date",
    [tried.length, new Set(tried).size],
    [2, 1],
  );
  await ask("not what was sent", s.owner, again, 409);
  s.smtp.verdicts.push("550 5.7.1 we do not like this either");
  const gone = await answer(s, talk, "Blanked.");
  await until("it has failed", async () => (await gone())?.delivery === "failed");
  const blanked = `/conversations/${talk}/parts/${await partOf(s, talk, "Blanked.")}`;
  await ask("blanked", s.owner, `${blanked}/redact`, 200);
  await ask("not what was blanked", s.owner, `${blanked}/send-again`, 409);
}

/** The server takes it, and ours ends before it hears so: one more at most, and the same. */
async function killedBetween(s: Scene): Promise<void> {
  const talk = await begin(s, 10, "killed between");
  for (let round = 0; round < 2; round++) {
    const before = s.smtp.tried.length;
    s.smtp.silent = /^\.$/;
    const mail = await answer(s, talk, `Round ${round}.`);
    await until("it lies there", async () => s.smtp.tried.length === before + 1);
    await s.server.end("SIGKILL");
    s.smtp.silent = /^never$/;
    await s.server.start(new URL(s.owner.url).port);
    await until("it is sent", async () => (await mail())?.delivery === "sent");
    const tried = s.smtp.tried.slice(before);
    tally.same(
      "one more, as the same message",
      [tried.length, new Set(tried.map(idOf)).size],
      [2, 1],
    );
  }
}

// ---- the reader

/** The processes that read mail, of that server. */
function readers(server: Server): number[] {
  return readdirSync("/proc")
    .map(Number)
    .filter((pid) => {
      if (!Number.isInteger(pid)) return false;
      try {
        const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
        const parent = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
        const args = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
        return parent === server.pid && args.includes("parser");
      } catch {
        return false;
      }
    });
}

/** How many got it: one may have ended by itself since it was seen. */
function signal(server: Server, name: "SIGKILL" | "SIGSTOP"): number {
  return readers(server).filter((pid) => {
    try {
      return process.kill(pid, name);
    } catch {
      return false;
    }
  }).length;
}

/** Each of those ends, one that is stopped too. */
const kill = (server: Server): number => signal(server, "SIGKILL");

const stop = (server: Server): number => signal(server, "SIGSTOP");

/** The real ones, as the kernel knows them: what each may not do is tried in sys/sandbox_test. */
function closedIn(server: Server): void {
  for (const pid of readers(server)) {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    tally.is("it gets no new rights", /NoNewPrivs:\s+1/.test(status), status);
    tally.is("and has a list of calls", /Seccomp:\s+2/.test(status), status);
    const limits = readFileSync(`/proc/${pid}/limits`, "utf8");
    for (const what of ["core file size", "file size"])
      tally.is(what, new RegExp(`Max ${what}\\s+0\\s+0\\s`).test(limits), limits);
    tally.is("its memory ends", !/Max address space\s+unlimited/.test(limits), limits);
    let open: string[] = [];
    try {
      const all = readdirSync(`/proc/${pid}/fd`);
      open = all.map((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`));
    } catch {
      console.log("what is open in another process is not for us to see: left out");
    }
    const files = open.filter((name) => name.startsWith("/") && !/^\/(dev|memfd)/.test(name));
    const known = files.filter((name) => !/\/(icu|gconv|lib|share)\b/.test(name));
    tally.same("no file is open", known, []);
  }
}

/** Before it has anything; while it holds a message, once and twice; and once that is kept. */
async function readerKilled(s: Scene): Promise<void> {
  let killed = 0;
  await begin(s, 50, "a reader runs");
  tally.is("somebody reads", readers(s.server).length > 0, "no process reads mail");
  closedIn(s.server);
  killed += kill(s.server);
  await begin(s, 51, "killed while idle");
  s.imap.before = async (what, uid) => {
    if (what === "fetch" && uid === 52) killed += kill(s.server);
  };
  await begin(s, 52, "killed before it has it");
  s.imap.before = async (what, uid) => {
    if (what === "fetch" && uid === 53) stop(s.server);
  };
  for (const times of [1, 2]) {
    const uid = 52 + times;
    const fetched = uid;
    s.imap.before = async (what, of) => {
      if (what === "fetch" && of === fetched) stop(s.server);
    };
    s.imap.messages.push({ uid, text: letter(`m${uid}`, `killed holding it, ${times}`) });
    await until("it was asked for", async () => (s.imap.fetched.get(uid) ?? 0) > 0);
    for (let i = 0; i < times; i++) {
      const before = readers(s.server).join();
      killed += kill(s.server);
      if (i + 1 < times)
        await until(
          "another one reads",
          async () => ![before, ""].includes(readers(s.server).join()),
        );
    }
    await until(`killed ${times} times with it: it is there`, async () =>
      (await rowsOf(s)).some((row) => row.title === `killed holding it, ${times}`),
    );
  }
  s.imap.before = async (what, uid) => {
    if (what === "store" && uid === 55) killed += kill(s.server);
  };
  await begin(s, 55, "killed once it is kept");
  await begin(s, 56, "and on it goes");
  tally.is("it was killed at each", killed >= 6, `${killed}`);
}

/** At any moment: while many come, as often as that; then they are left in peace. What is held can
 * be let in. */
async function readerHunted(s: Scene): Promise<void> {
  const titles = [...Array(40).keys()].map((i) => `hunted ${i}`);
  const long = "A line of a mail that takes a while to read.\r\n".repeat(20_000);
  s.imap.before = async () => {};
  titles.forEach((title, i) => {
    const text = `${letter(`h${i}`, title, [], `h${i}@mina.example.test`)}${long}`;
    s.imap.messages.push({ uid: 100 + i, text });
  });
  let killed = 0;
  const hunt = setInterval(() => {
    if (killed < KILLS) killed += kill(s.server);
  }, HUNT_MS);
  const here = async (): Promise<number> => {
    const came = (await rowsOf(s)).filter((row) => titles.includes(row.title));
    // Of what ended its reader three times nobody knows the subject.
    return came.length + (await held(s)).filter((row) => row.reason === "killed_parser").length;
  };
  try {
    await until("all are there, read or held", async () => (await here()) >= titles.length);
  } finally {
    clearInterval(hunt);
  }
  tally.is("it was killed often", killed > KILLS / 2, `${killed}`);
  for (const row of await held(s))
    if (row.reason === "killed_parser")
      tally.same("let in", (await s.owner.post(`/held-mails/${row.id}/release`)).status, 200);
  await until("then all are conversations", async () => {
    const rows = await rowsOf(s);
    return titles.every((title) => rows.filter((row) => row.title === title).length === 1);
  });
}

// ---- the robot

/** It answers each mail of ours three times, as a person would, each time as somebody else; and a
 * program of ours answers each of its messages. Unstopped, these are 3, 9, 27, 81, ... */
async function robots(s: Scene, isOne: boolean, first: number): Promise<void> {
  const title = isOne ? "robot" : "many robots";
  const before = s.smtp.taken.length;
  let uid = first;
  const said = (more: readonly string[]): void => {
    const from = isOne ? "robot@robots.test" : `robot${uid}@robots.test`;
    s.imap.messages.push({ uid, text: letter(`r${uid}`, title, more, from) });
    uid++;
  };
  said([]);
  await until(`${title}: it begins`, async () =>
    (await rowsOf(s)).some((row) => row.title === title),
  );
  const talk = (await rowsOf(s)).find((row) => row.title === title).id as string;
  const answered = new Set<string>();
  let heard = before;
  const turn = async (): Promise<void> => {
    const url = `/conversations/${talk}/parts?limit=200`;
    const parts = (await s.owner.get(url)).body.data;
    for (const part of parts) {
      if (part.author.kind !== "contact" || answered.has(part.id)) continue;
      answered.add(part.id);
      await s.owner.post(`/conversations/${talk}/parts`, { kind: "message", text: "Thank you!" });
    }
    for (; heard < s.smtp.taken.length; heard++) {
      const mail = s.smtp.taken[heard] ?? "";
      for (let i = 0; i < 3; i++) said([`In-Reply-To: ${idOf(mail)}`]);
    }
  };
  await until(`${title}: it is stopped`, async () => {
    await turn();
    return (await held(s)).some((row) => row.reason === "flood" && row.subject === title);
  });
  const isQuiet = async (): Promise<boolean> => {
    await turn();
    const came = answered.size + (await held(s)).filter((row) => row.subject === title).length;
    const parts = (await s.owner.get(`/conversations/${talk}/parts?limit=200`)).body.data;
    const waits = parts.some((row: any) => ["waiting", "sending"].includes(row.mail?.delivery));
    return came === uid - first && !waits && heard === s.smtp.taken.length;
  };
  await until(`${title}: all that it says is answered or held, and nothing more comes`, isQuiet);
  tally.is(
    `${title}: at most ${FLOOD} of its messages came in`,
    answered.size <= FLOOD,
    `${answered.size}`,
  );
  tally.is(
    `${title}: at most as many were answered`,
    s.smtp.taken.length - before <= FLOOD,
    `${s.smtp.taken.length - before}`,
  );
  tally.same(
    `${title}: in one conversation`,
    (await rowsOf(s)).filter((row) => row.title === title).length,
    1,
  );
}

const imap = new FakeImap();
const smtp = new FakeSmtp();
const server = new Server({
  env: {
    EVENKEEL_MAIL_POLL: "1",
    EVENKEEL_MAIL_PATIENCE: "20",
    EVENKEEL_MAIL_GIVE_UP: String(GIVE_UP_S),
  },
});
try {
  await imap.start();
  await smtp.start();
  await server.start();
  const owner = await server.owner();
  const team = (await owner.post("/teams", { name: "Support" })).body.id as string;
  tally.same("connected", (await connectBox(server, owner, { imap, smtp, team })).status, 201);
  const s: Scene = { server, owner, imap, smtp };
  await until("it is looked at", async () => imap.connections > 0);
  await putOff(s);
  await sentAgain(s);
  await killedBetween(s);
  await readerKilled(s);
  await readerHunted(s);
  await robots(s, true, 1000);
  await robots(s, false, 2000);
  const box = (await owner.as(null).get("/mailboxes", { headers: browser(server.cookie) })).body;
  tally.same("and the mailbox is well", box.data[0].incoming.state, "ok");
  tally.same("every answer is as the document says", owner.faults, []);
  if (tally.failed > 0) console.log(server.messages);
} finally {
  await server.remove();
  imap.stop();
  smtp.stop();
}
tally.end();
