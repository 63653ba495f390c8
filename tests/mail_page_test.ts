// mail_page_test -- a mail read whole: its text with what it quotes, its page with nothing that
// runs, pictures by signed addresses that end with the sign-in, pictures from elsewhere only by the
// server's own hand and only when asked; and a held mail as it came.
import { createServer, type IncomingHttpHeaders, type Server as HttpServer } from "node:http";

import { connectOffice, DOMAIN, missingForPostOffice, PostOffice } from "./mail_office.ts";
import { holding } from "./disk.ts";
import { Tally } from "./program.ts";
import {
  browser,
  withServer,
  type Answer,
  type Client,
  type Person,
  type Server,
} from "./server.ts";

const tally = new Tally();
const SUPPORT = `support@${DOMAIN}`;
const MINA = `mina@${DOMAIN}`;
const PATIENCE_MS = 30_000;
// An address of this machine that is listed, as a network inside could be; and one that is not.
const LISTED = "127.0.0.77";
const PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAoAAAAKCAIAAAACUFjqAAAAFUlEQVR4nGNk+M+AFzDhlx6V" +
    "HjLSAF5xAROIEuB9AAAAAElFTkSuQmCC",
  "base64",
);

const until = (what: string, holds: () => Promise<boolean>): Promise<void> =>
  tally.until(what, PATIENCE_MS, holds);
const status = (what: string, got: Answer, want: number): void =>
  tally.is(`${what}: ${want}`, got.status === want, `${got.status} ${got.text.slice(0, 300)}`);

/** Where pictures lie that a newsletter points to, and what it was asked. */
class Pictures {
  readonly asked: { path: string; headers: IncomingHttpHeaders }[] = [];
  private readonly http: HttpServer = createServer((request, response) => {
    this.asked.push({ path: request.url ?? "", headers: request.headers });
    const isPicture = request.url === "/seen.png";
    if (request.url === "/moved.png") {
      response.writeHead(302, { Location: "/seen.png" }).end();
      return;
    }
    response.writeHead(200, { "Content-Type": "image/png" });
    response.end(isPicture ? PNG : "<script>alert(1)</script>");
  });

  listen(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.http.once("error", reject);
      this.http.listen(80, LISTED, resolve);
    });
  }

  close(): void {
    this.http.close();
  }
}

const HTML = `<html><head><style>p{color:red}</style></head><body>
<script>alert(1)</script><p onclick="alert(1)">Hello <b>there</b></p>
<img src="cid:logo@x" alt="logo"><img src="http://${LISTED}/moved.png" alt="one">
<img src="http://${LISTED}/page.png" alt="two"><img src="http://127.0.0.1/no.png" alt="three">
<a href="javascript:alert(1)">bad</a> <a href="https://example.org/">good</a>
<form action="https://example.org/"><input name="x"></form></body></html>`;

const LETTER = [
  `From: "Mina Kim" <${MINA}>`,
  `To: "Support" <${SUPPORT}>`,
  `Cc: copy@${DOMAIN}`,
  "Subject: With its formatting",
  "Message-ID: <page.1@mina.example.test>",
  "Date: Sun, 22 Nov 2026 10:00:00 +0900",
  "MIME-Version: 1.0",
  'Content-Type: multipart/related; boundary="r1"',
  "",
  "--r1",
  'Content-Type: multipart/alternative; boundary="a1"',
  "",
  "--a1",
  "Content-Type: text/plain; charset=utf-8",
  "",
  "Hello there",
  "",
  `On Sat, 21 Nov 2026 at 09:00, Support <${SUPPORT}> wrote:`,
  "> What is it about?",
  "> We ask.",
  "",
  "-- ",
  "Mina",
  "--a1",
  "Content-Type: text/html; charset=utf-8",
  "",
  HTML,
  "--a1--",
  "--r1",
  "Content-Type: image/png",
  "Content-Transfer-Encoding: base64",
  "Content-ID: <logo@x>",
  'Content-Disposition: inline; filename="logo.png"',
  "",
  PNG.toString("base64"),
  "--r1--",
  "",
].join("\n");

interface Scene {
  readonly server: Server;
  readonly owner: Client;
  readonly mate: Person;
  readonly stranger: Person;
  readonly office: PostOffice;
  readonly pictures: Pictures;
}

async function begin(office: PostOffice, pictures: Pictures, server: Server, owner: Client) {
  const team = (await owner.post("/teams", { name: "Support" })).body.id as string;
  const other = (await owner.post("/teams", { name: "Other" })).body.id as string;
  const person = (name: string, of: string) =>
    server.person(owner, { name, memberships: [{ team: of, level: "primary" }] });
  const mate = await person("Mate", team);
  const stranger = await person("Stranger", other);
  const made = await connectOffice(office, server, owner, { team });
  status("connected", made, 201);
  tally.same(
    "nothing waits, failed or is held",
    [made.body.waiting, made.body.failed, made.body.held, made.body.incoming.last_at],
    [0, 0, 0, null],
  );
  return { office, pictures, server, owner, mate, stranger };
}

// ---- one mail, whole

async function letter(s: Scene, path: string): Promise<void> {
  const got = await s.mate.client.get(`${path}/letter`);
  status("read whole", got, 200);
  tally.same(
    "its text, in pieces",
    got.body.pieces
      .filter((piece: any) => piece.text.trim() !== "")
      .map((piece: any) => piece.kind),
    ["new", "quote", "signature"],
  );
  tally.is("what it quotes", /What is it about/.test(got.body.pieces[1].text), got.text);
  tally.same(
    "who, to whom, and what else",
    [got.body.from.name, got.body.to[0].address, got.body.cc[0].address, got.body.subject],
    ["Mina Kim", SUPPORT, `copy@${DOMAIN}`, "With its formatting"],
  );
  tally.same(
    "with a page, pictures elsewhere, and nothing checked",
    [got.body.has_page, got.body.remote_pictures, got.body.dmarc, got.body.is_cut],
    [true, 3, "none", false],
  );
  for (const what of ["letter", "page", "source"]) {
    const foreign = await s.stranger.client.get(`${path}/${what}`);
    status(`${what}: not for another team`, foreign, 404);
  }
}

const picturesIn = (html: string): string[] =>
  [...html.matchAll(/ src="(\/i\/[A-Za-z0-9_-]+)"/g)].map((found) => found[1] ?? "");

/** As a frame without an origin asks: without a cookie. */
const fetched = (s: Scene, path: string): Promise<Response> => fetch(`${s.server.url}${path}`);

async function page(s: Scene, path: string): Promise<void> {
  const got = await s.mate.client.get(`${path}/page`);
  const host = new URL(s.server.url).host;
  status("its page", got, 200);
  tally.same(
    "its policy",
    got.headers.get("content-security-policy"),
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src " +
      `'unsafe-inline'; img-src http://${host}/i/; base-uri 'none'; form-action 'none'; ` +
      "frame-ancestors 'self'",
  );
  const bad = /<script|onclick|javascript:|<form|<input|<meta name|src="http|src="cid/i;
  tally.is("nothing that runs", !bad.test(got.text), bad.exec(got.text)?.[0]);
  tally.is("what it says", got.text.includes("<b>there</b>"), got.text.slice(0, 600));
  const all = picturesIn(got.text);
  tally.same("its own picture alone", all.length, 1);
  const own = await fetched(s, all[0] ?? "");
  tally.same(
    "which is shown to a frame without an origin",
    [own.status, own.headers.get("content-type"), own.headers.get("cross-origin-resource-policy")],
    [200, "image/png", "cross-origin"],
  );
  tally.is("byte for byte", PNG.equals(Buffer.from(await own.arrayBuffer())));
  const forged = (all[0] ?? "").replace(/.$/, (last) => (last === "A" ? "B" : "A"));
  tally.same("not by a forged address", (await fetched(s, forged)).status, 404);
  tally.same("nor by none", (await fetched(s, "/i/")).status, 404);
  tally.same("nobody elsewhere was asked", s.pictures.asked.length, 0);
}

async function remote(s: Scene, path: string): Promise<void> {
  const got = await s.mate.client.get(`${path}/page?pictures=true`);
  const all = picturesIn(got.text);
  tally.same("with pictures: four addresses", all.length, 4);
  const [, seen, not, own] = await Promise.all(all.map((each) => fetched(s, each)));
  tally.same(
    "a picture where it leads; what is none; an address that is not listed",
    [seen?.status, not?.status, own?.status],
    [200, 404, 404],
  );
  tally.is(
    "as it lies there",
    PNG.equals(Buffer.from((await seen?.arrayBuffer()) ?? new ArrayBuffer(0))),
  );
  const told = s.pictures.asked.find((each) => each.path === "/seen.png")?.headers ?? {};
  tally.same("its owner learns nothing of who reads", Object.keys(told).sort(), [
    "accept",
    "host",
    "user-agent",
  ]);
  await tally.soon(
    "not a word that is none",
    async () => (await s.mate.client.get(`${path}/page?pictures=maybe`)).status,
    400,
  );
}

async function ends(s: Scene, path: string): Promise<void> {
  const headers = browser(s.mate.cookie);
  const got = await s.owner.as(null).get(`${path}/page`, { headers });
  const [first] = picturesIn(got.text);
  tally.same("signed in: shown", (await fetched(s, first ?? "")).status, 200);
  const out = await s.owner.as(null).post("/sign-out", {}, { headers });
  tally.is("signed out", out.status < 300, out.text);
  tally.same("no longer shown", (await fetched(s, first ?? "")).status, 404);
}

// ---- held

async function held(s: Scene): Promise<void> {
  await s.office.send(
    SUPPORT,
    [SUPPORT],
    `From: <${SUPPORT}>\nTo: <${SUPPORT}>\nSubject: to myself\n\nround\n`,
  );
  const list = async (): Promise<any[]> => (await s.owner.get("/held-mails")).body.data;
  await until("held", async () => (await list()).length === 1);
  const [row] = await list();
  const source = await s.owner.get(`/held-mails/${row.id}/source`);
  tally.same(
    "as it came, and never shown by a browser",
    [source.status, source.headers.get("content-disposition")],
    [200, 'attachment; filename="message.eml"'],
  );
  tally.is("its bytes", source.text.includes("to myself"), source.text);
  tally.is("with what servers wrote", source.text.includes("Received: "), source.text);
  tally.same("which is nowhere plain", holding(s.server.data, Buffer.from("Received: ")), []);
  tally.same("nor are pictures", holding(s.server.data, PNG), []);
  status("not for a teammate", await s.mate.client.get(`/held-mails/${row.id}/source`), 403);
  const box = (await s.owner.as(null).get("/mailboxes", { headers: browser(s.server.cookie) })).body
    .data[0];
  tally.same("counted", box.held, 1);
  tally.is("and INBOX was looked at", box.incoming.last_at !== null, JSON.stringify(box));
  status("discarded", await s.owner.post(`/held-mails/${row.id}/discard`), 200);
  status("and gone", await s.owner.get(`/held-mails/${row.id}/source`), 404);
}

async function story(s: Scene): Promise<void> {
  await s.office.send(MINA, [SUPPORT], LETTER);
  const talks = async (): Promise<any[]> => (await s.mate.client.get("/conversations")).body.data;
  await until("it came in", async () => (await talks()).length === 1);
  const talk = (await talks())[0].id as string;
  const part = (await s.mate.client.get(`/conversations/${talk}/parts`)).body.data[0].id as string;
  const path = `/conversations/${talk}/parts/${part}`;
  await letter(s, path);
  await page(s, path);
  await remote(s, path);
  await ends(s, path);
  await held(s);
  const again = picturesIn((await s.mate.client.get(`${path}/page`)).text)[0] ?? "";
  status("blanked", await s.owner.post(`${path}/redact`), 200);
  status("nothing more of it", await s.mate.client.get(`${path}/letter`), 404);
  tally.same("nor its picture", (await fetched(s, again)).status, 404);
}

async function main(): Promise<void> {
  const missing = missingForPostOffice();
  if (missing !== undefined) {
    console.log(`mail_page_test: left out, there is no ${missing}`);
    return;
  }
  const office = new PostOffice(["support", "mina"]);
  const pictures = new Pictures();
  const env = {
    EVENKEEL_MAIL_AUTHORITIES_FILE: office.authorities,
    EVENKEEL_MAIL_POLL: "1",
    EVENKEEL_MAIL_PICTURE_NETWORKS: `${LISTED}/32`,
  };
  try {
    await pictures.listen();
    await office.start();
    await withServer({ env }, async (server, owner) => {
      const s = await begin(office, pictures, server, owner);
      await story(s);
      const faults = [...owner.faults, ...s.mate.client.faults, ...s.stranger.client.faults];
      tally.same("every answer is as the document says", faults, []);
      if (tally.failed > 0) console.log(server.messages, office.log());
    });
  } finally {
    pictures.close();
    office.stop();
  }
  tally.end();
}

await main();
