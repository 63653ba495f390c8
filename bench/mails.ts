// mails -- mail at a steady pace: how far behind it gets, and what its reader and the API feel.
//
// usage: mails [--seconds N] [--rate N]
//   --seconds  how long mail comes    (30)
//   --rate     messages a second      (20)
//
// Load L8 of the promises, shorter: messages of 75 KB in the mean, one in twenty with a file of
// 5 MB, put into a mailbox of Dovecot's at their times. Lag is from there to when the conversation
// began, by one clock. Meanwhile somebody reads a page of conversations every 50 ms, before it and
// during it. The peer is Python's email with one row and one commit a message, over the same
// messages and as fast as it goes: a floor, as it fetches nothing and decides nothing. Ends with 1
// when a goal is missed.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";

import { nearestRank } from "../scripts/lib/figures.ts";
import { root } from "../scripts/lib/root.ts";
import { DOMAIN, PASSWORD, PostOffice, missingForPostOffice } from "../tests/mail_office.ts";
import { browser, withServer, type Client, type Server } from "../tests/server.ts";

const SUPPORT = `support@${DOMAIN}`;
const GOAL_LAG_MS = 30_000;
const GOAL_READER_MIB = 64;
const LARGE_EVERY = 20;
const LARGE_BYTES = 5 * 1024 * 1024;
const MEAN_BYTES = 75 * 1024;
const LATEST_MS = 120_000; // for what is still to come when the last was put there

interface Loaded {
  readonly at: Map<string, number>; // subject -> when it was put there
  readonly calls: number[]; // of the API, ms
  readerKib: number;
}

// ---- letters

const WORDS = ["order", "kettle", "refund", "배송", "환불", "please", "invoice", "طلب", "late"];

/** The same for the same number. */
function letter(i: number): string {
  const file = i % LARGE_EVERY === LARGE_EVERY - 1;
  const bytes = Math.round(MEAN_BYTES * (0.5 + (i % 11) / 10));
  const lines: string[] = [];
  for (let n = 0, size = 0; size < bytes; n++) {
    const line = `${WORDS[(i + n) % WORDS.length]} ${WORDS[(i * 7 + n * 3) % WORDS.length]} ${n}`;
    size += Buffer.byteLength(line) + 1;
    lines.push(line);
  }
  const parts = [
    "--b",
    "Content-Type: text/plain; charset=utf-8",
    "Content-Transfer-Encoding: 8bit",
    "",
    ...lines,
  ];
  if (file)
    parts.push(
      "--b",
      "Content-Type: application/octet-stream",
      "Content-Transfer-Encoding: base64",
      'Content-Disposition: attachment; filename="large.bin"',
      "",
      Buffer.alloc(LARGE_BYTES, i % 251)
        .toString("base64")
        .replace(/(.{76})/g, "$1\n"),
    );
  return [
    `From: Writer ${i} <writer${i}@${DOMAIN}>`,
    `To: <${SUPPORT}>`,
    `Subject: mail ${i}`,
    `Message-ID: <bench${i}@writers.test>`,
    "MIME-Version: 1.0",
    'Content-Type: multipart/mixed; boundary="b"',
    "",
    ...parts,
    "--b--",
    "",
  ].join("\n");
}

// ---- looking

/** The most that any process that the server started has held, in KiB. */
function readerKib(server: Server): number {
  const pid = server.pid;
  let most = 0;
  try {
    const tasks = execFileSync("pgrep", ["-P", String(pid)], { encoding: "utf8" }).split("\n");
    for (const child of tasks.filter((text) => text !== "")) {
      const status = readFileSync(`/proc/${child}/status`, "utf8");
      most = Math.max(most, Number(/VmHWM:\s*(\d+)/.exec(status)?.[1] ?? 0));
    }
  } catch {
    return most; // it ended meanwhile
  }
  return most;
}

async function call(owner: Client, calls: number[]): Promise<void> {
  const begun = performance.now();
  await owner.get("/conversations?limit=20");
  calls.push(performance.now() - begun);
}

/** Calls until it is told to end. */
async function keepCalling(owner: Client, calls: number[], isOver: () => boolean): Promise<void> {
  while (!isOver()) {
    await call(owner, calls);
    await pause(50);
  }
}

async function started(owner: Client): Promise<Map<string, number>> {
  const found = new Map<string, number>();
  let path: string | null = "/conversations?limit=100&fields=id,title,started";
  while (path !== null) {
    const got: any = await owner.get(path);
    for (const row of got.body.data) found.set(row.title, Date.parse(row.started));
    const next: string | null = got.body.page.next_cursor;
    path = next === null ? null : `/conversations?limit=100&cursor=${encodeURIComponent(next)}`;
  }
  return found;
}

// ---- the load

async function connectBox(office: PostOffice, server: Server, owner: Client): Promise<void> {
  const login = { host: "localhost", user: SUPPORT, password: PASSWORD };
  const got = await owner.as(null).post(
    "/mailboxes",
    {
      address: SUPPORT,
      imap: { ...login, port: office.imaps, tls: "tls" },
      smtp: { ...login, port: office.smtp, tls: "starttls" },
    },
    { headers: browser(server.cookie) },
  );
  if (got.status !== 201) throw new Error(got.text);
  await owner.post("/teams", { name: "Support" });
  await pause(2000);
}

async function run(o: {
  office: PostOffice;
  server: Server;
  owner: Client;
  letters: readonly string[];
  rate: number;
}): Promise<Loaded> {
  const loaded: Loaded = { at: new Map(), calls: [], readerKib: 0 };
  const begun = Date.now();
  let isOver = false;
  const calling = keepCalling(o.owner, loaded.calls, () => isOver);
  for (const [i, text] of o.letters.entries()) {
    const due = begun + (i * 1000) / o.rate;
    if (due > Date.now()) await pause(due - Date.now());
    loaded.at.set(`mail ${i}`, Date.now());
    o.office.drop("support", text);
    if (i % 10 === 0) loaded.readerKib = Math.max(loaded.readerKib, readerKib(o.server));
  }
  isOver = true;
  await calling;
  const end = Date.now() + LATEST_MS;
  while (Date.now() < end) {
    loaded.readerKib = Math.max(loaded.readerKib, readerKib(o.server));
    const page = await o.owner.get("/conversations?limit=1&total=true");
    if (page.body.page.total >= o.letters.length) break;
    await pause(500);
  }
  return loaded;
}

function peer(letters: readonly string[]): void {
  const dir = mkdtempSync(join(tmpdir(), "ek-mails-"));
  try {
    mkdirSync(join(dir, "in"));
    letters.forEach((text, i) => {
      writeFileSync(join(dir, "in", String(i).padStart(6, "0")), text.replace(/\n/g, "\r\n"));
    });
    const script = join(root(), "bench/peers/mails.py");
    const said = execFileSync("python3", [script, join(dir, "in"), join(dir, "db")], {
      encoding: "utf8",
    });
    const [n = 0, s = 1, kib = 0] = said.trim().split(" ").map(Number);
    console.log(
      `python email + sqlite: ${(n / s).toFixed(1)} messages/s flat out, ` +
        `${(kib / 1024).toFixed(0)} MiB`,
    );
  } catch (error) {
    console.log(`python: left out (${String(error).slice(0, 100)})`);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

const ms = (n: number): string => `${n.toFixed(n < 10 ? 1 : 0)} ms`;

function report(loaded: Loaded, before: readonly number[], began: Map<string, number>): boolean {
  const lags: number[] = [];
  for (const [subject, at] of loaded.at) {
    const then = began.get(subject);
    if (then !== undefined) lags.push(Math.max(0, then - at));
  }
  const lost = loaded.at.size - lags.length;
  const mib = loaded.readerKib / 1024;
  const last = Math.max(...lags);
  console.log(`messages: ${loaded.at.size}, lost: ${lost}`);
  console.log(
    `lag: p50 ${ms(nearestRank(lags, 50))}, p99 ${ms(nearestRank(lags, 99))}, last ${ms(last)}`,
  );
  console.log(`reader: ${mib.toFixed(0)} MiB at most`);
  console.log(
    `API, a page of conversations: p99 ${ms(nearestRank(before, 99))} before, ` +
      `${ms(nearestRank(loaded.calls, 99))} under it (p50 ${ms(nearestRank(loaded.calls, 50))})`,
  );
  return lost === 0 && last <= GOAL_LAG_MS && mib <= GOAL_READER_MIB;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      seconds: { type: "string", default: "30" },
      rate: { type: "string", default: "20" },
    },
  });
  const missing = missingForPostOffice();
  if (missing !== undefined) {
    console.log(`mails: left out, there is no ${missing}`);
    return;
  }
  const rate = Number(values.rate);
  const letters = Array.from({ length: rate * Number(values.seconds) }, (_, i) => letter(i));
  const office = new PostOffice(["support"]);
  let isGood = false;
  console.log(
    `load of the machine: ${loadavg()
      .map((n) => n.toFixed(1))
      .join(" ")}`,
  );
  try {
    await office.start();
    await withServer(
      { env: { EVENKEEL_MAIL_AUTHORITIES_FILE: office.authorities, EVENKEEL_MAIL_POLL: "1" } },
      async (server, owner) => {
        await connectBox(office, server, owner);
        const before: number[] = [];
        for (let i = 0; i < 60; i++) {
          await call(owner, before);
          await pause(20);
        }
        const loaded = await run({ office, server, owner, letters, rate }).catch((error) => {
          console.log(server.messages.slice(-2000));
          throw error;
        });
        isGood = report(loaded, before, await started(owner));
        if (!isGood) console.log(server.messages.slice(-2000));
      },
    );
  } finally {
    office.stop();
  }
  peer(letters);
  if (!isGood) process.exitCode = 1;
}

await main();
