// mail_post_test -- a mail comes in, is routed, is answered, and the thread holds: with Dovecot
// and Postfix of the test's own. Every answer of the API is held against the document.
import { BlockedPort } from "./mail_fakes.ts";
import {
  connectOffice,
  decoded,
  DOMAIN,
  giveBack,
  encoded,
  header,
  MINA,
  PASSWORD,
  type PostOffice,
  serversOf,
  SUPPORT,
  withOffice,
} from "./mail_office.ts";
import { writesFirst } from "./mail_first.ts";
import { answeredOutside, bouncedOutside, forwards, notForwarded } from "./mail_forward.ts";
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
import { browser, type Client, type Server } from "./server.ts";

// ---- letters

function first(id: string): string {
  return [
    `From: ${encoded("김민아")} <${MINA}>`,
    `To: <${SUPPORT}>`,
    `Subject: ${encoded(SUBJECT)}`,
    `Message-ID: <${id}>`,
    "MIME-Version: 1.0",
    'Content-Type: multipart/mixed; boundary="b1"',
    "",
    "--b1",
    "Content-Type: text/plain; charset=utf-8",
    "Content-Transfer-Encoding: base64",
    "",
    Buffer.from("주문한 상품이 어디에 있나요?\n").toString("base64"),
    "--b1",
    "Content-Type: image/png",
    "Content-Transfer-Encoding: base64",
    `Content-Disposition: attachment; filename*=UTF-8''${encodeURIComponent("영수증.png")}`,
    "",
    Buffer.from("89504e470d0a1a0a0000000d49484452", "hex").toString("base64"),
    "--b1--",
    "",
  ].join("\n");
}

// ---- connecting

async function trials(s: Scene): Promise<void> {
  const nobody = s.owner.as(null);
  const good = serversOf(s.office);
  const tried = async (imap: any, smtp?: any): Promise<any> => {
    const got = await nobody.post(
      "/mailboxes/try",
      { address: SUPPORT, imap, ...(smtp === undefined ? {} : { smtp }) },
      s.admin,
    );
    status("tried", got, 200);
    return got.body;
  };
  const well = await tried(good.imap, good.smtp);
  tally.same(
    "both let us in",
    [well.imap, well.smtp].map((way: any) => way.error),
    [null, null],
  );
  const starttls = await tried(
    { ...good.imap, port: s.office.imap, tls: "starttls" },
    { ...good.smtp, port: s.office.smtps, tls: "tls" },
  );
  tally.same("the other way round too", [starttls.imap.ok, starttls.smtp.ok], [true, true]);
  const wrong = await tried({ ...good.imap, password: "no" }, { ...good.smtp, password: "no" });
  tally.same(
    "a wrong password",
    [wrong.imap.error, wrong.smtp.error],
    ["wrong_password", "wrong_password"],
  );
  tally.is("in plain words", /password is not right/.test(wrong.imap.message), wrong.imap.message);
  const named = await tried(
    { ...good.imap, host: "127.0.0.1" },
    { ...good.smtp, host: "127.0.0.1" },
  );
  tally.same(
    "another name than the certificate's",
    [named.imap.error, named.smtp.error],
    ["tls_name", "tls_name"],
  );
  const closed = await tried({ ...good.imap, port: 1 }, { ...good.smtp, port: 1 });
  tally.same(
    "a closed port",
    [closed.imap.error, closed.smtp.error],
    ["port_closed", "port_closed"],
  );
  const deaf = new BlockedPort();
  await deaf.start();
  const silent = { host: "127.0.0.1", port: deaf.port };
  const blocked = await tried({ ...good.imap, ...silent }, { ...good.smtp, ...silent });
  deaf.stop();
  tally.same(
    "a port that gives no answer",
    [blocked.imap.error, blocked.smtp.error],
    ["port_blocked", "port_blocked"],
  );
  tally.is("and what it may be", /firewall/.test(blocked.imap.message), blocked.imap.message);
  const bare = await tried(
    { ...good.imap, port: s.office.imap },
    { ...good.smtp, port: s.office.smtp, tls: "tls" },
  );
  tally.same("a port without TLS", [bare.imap.error, bare.smtp.error], ["no_tls", "no_tls"]);
  const unknown = await tried({ ...good.imap, host: "no-such-host.invalid" });
  tally.same("no such server", [unknown.imap.error, unknown.smtp], ["host_unknown", null]);
  const closedTo = [
    "169.254.169.254",
    "::ffff:169.254.169.254",
    "64:ff9b::a9fe:a9fe",
    "fd00:ec2::254",
    "0.0.0.0",
    "224.0.0.1",
    "192.0.2.1",
  ];
  for (const host of closedTo) {
    const judged = await tried({ ...good.imap, host }, { ...good.smtp, host });
    tally.same(
      `no server of mail is called at ${host}`,
      [judged.imap, judged.smtp].map((way: any) => [way.error, way.detail]),
      [
        ["not_allowed", ""],
        ["not_allowed", ""],
      ],
    );
  }
  problem(
    "not without TLS to elsewhere",
    await nobody.post(
      "/mailboxes/try",
      { imap: { ...good.imap, host: "mail.example.org", tls: "none" } },
      s.admin,
    ),
    422,
    "invalid_value",
  );
  problem("a token does not do", await s.owner.post("/mailboxes/try", {}), 403, "forbidden");
}

async function connectBox(s: Scene): Promise<string> {
  const nobody = s.owner.as(null);
  const more = { name: "고객 지원", team: s.team, signature: "{name}\nEvenkeel" };
  const made = await connectOffice(s.office, s.server, s.owner, more);
  status("connected", made, 201);
  tally.is(
    "no password comes out",
    !made.text.includes(PASSWORD) && made.body.imap.password_set === true,
    made.text,
  );
  problem(
    "twice",
    await nobody.post(
      "/mailboxes",
      { address: SUPPORT.toUpperCase(), ...serversOf(s.office) },
      s.admin,
    ),
    409,
    "conflict",
  );
  problem(
    "without servers",
    await nobody.post("/mailboxes", { address: "a@example.test" }, s.admin),
    422,
    "invalid_value",
  );
  const id = made.body.id as string;
  const tag = made.headers.get("etag") ?? "";
  const named = await nobody.patch(
    `/mailboxes/${id}`,
    { name: "Support" },
    { headers: { ...s.admin.headers, "If-Match": tag } },
  );
  status("renamed", named, 200);
  problem(
    "by who saw the one before",
    await nobody.patch(
      `/mailboxes/${id}`,
      { name: "X" },
      { headers: { ...s.admin.headers, "If-Match": tag } },
    ),
    412,
    "version_mismatch",
  );
  const moved = await nobody.patch(
    `/mailboxes/${id}`,
    { smtp: { host: "127.0.0.1" } },
    { headers: { ...s.admin.headers, "If-Match": "*" } },
  );
  tally.same(
    "another host forgets the password",
    [moved.status, moved.body.smtp.password_set],
    [200, false],
  );
  const back = await nobody.patch(
    `/mailboxes/${id}`,
    { smtp: serversOf(s.office).smtp },
    { headers: { ...s.admin.headers, "If-Match": "*" } },
  );
  tally.same("and has it again", [back.status, back.body.smtp.password_set], [200, true]);
  const kept = await nobody.post("/mailboxes/try", { mailbox: id, imap: {}, smtp: {} }, s.admin);
  tally.same("tried with what is kept", [kept.body?.imap?.ok, kept.body?.smtp?.ok], [true, true]);
  await until("it goes", async () => {
    const got = await nobody.get(`/mailboxes/${id}`, s.admin);
    return got.body?.incoming?.state === "ok";
  });
  const list = await nobody.get("/mailboxes", s.admin);
  tally.same(
    "listed",
    list.body?.data?.map((row: any) => row.address),
    [SUPPORT],
  );
  return id;
}

// ---- the story

async function comesIn(s: Scene): Promise<string> {
  await s.office.send(MINA, [SUPPORT], first("first@mina.example.test"));
  await until("it is a conversation", async () => (await conversations(s)).length === 1);
  const all = await conversations(s);
  const talk = all[0];
  tally.same(
    "with its subject, in the team, by e-mail, given to who is there",
    [talk?.title, talk?.team, talk?.channels, talk?.teammate],
    [SUBJECT, s.team, ["email"], s.mate.id],
  );
  const parts = await partsOf(s, talk.id);
  const part = parts[0];
  tally.same(
    "one message, and its file",
    [
      parts.length,
      part?.text?.trim(),
      part?.attachments?.map((file: any) => [file.name, file.type]),
    ],
    [1, "주문한 상품이 어디에 있나요?", [["영수증.png", "image/png"]]],
  );
  tally.same(
    "from whom",
    [part?.mail?.direction, part?.mail?.address, part?.mail?.name, part?.mail?.trust],
    ["in", MINA, "김민아", "unknown"],
  );
  const source = await s.mate.client.get(`/conversations/${talk.id}/parts/${part.id}/source`);
  tally.is(
    "as it came",
    source.status === 200 && source.text.includes("first@mina.example.test"),
    source.status,
  );
  await until("marked as seen", async () => s.office.flags("support").includes("S"));
  return talk.id as string;
}

async function delivery(s: Scene, talk: string, part: string): Promise<any> {
  return (await partsOf(s, talk)).find((row) => row.id === part)?.mail;
}

async function goesOut(s: Scene, talk: string): Promise<string> {
  const form = new FormData();
  form.append("file", new Blob(["tracking 4711"], { type: "text/plain" }), "배송.txt");
  const up = await fetch(`${s.server.url}/api/v1/attachments`, {
    method: "POST",
    body: form,
    headers: { Authorization: `Bearer ${s.mate.client.token}` },
  });
  const file = (await up.json()) as { id: string };
  const part = await answer(s, talk, "안녕하세요.\n.\n내일 도착합니다.", {
    attachments: [file.id],
    cc: [`copy@${DOMAIN}`],
  });
  await until("sent", async () => (await delivery(s, talk, part.id))?.delivery === "sent");
  await until("it arrives", async () => s.office.messages("mina").length === 1);
  const mail = s.office.messages("mina")[0] ?? "";
  tally.same(
    "whose, about what",
    [
      decoded(header(mail, "From")),
      decoded(header(mail, "Subject")),
      header(mail, "In-Reply-To"),
      header(mail, "References"),
    ],
    [
      `"Support" <${SUPPORT}>`,
      `Re: ${SUBJECT}`,
      "<first@mina.example.test>",
      "<first@mina.example.test>",
    ],
  );
  tally.is(
    "the token stands in id and address",
    new RegExp(`^<\\d+\\.\\d+\\.[0-9a-f]{24}@${DOMAIN}>$`).test(header(mail, "Message-ID")) &&
      new RegExp(`^<support\\+\\d+\\.[0-9a-f]{24}@${DOMAIN}>$`).test(header(mail, "Reply-To")),
    `${header(mail, "Message-ID")} ${header(mail, "Reply-To")}`,
  );
  tally.is(
    "text, signature and file",
    mail.includes("=2E") &&
      mail.includes("\n--=20\n") &&
      mail.includes("Mina Mate") &&
      mail.includes(Buffer.from("tracking 4711").toString("base64")),
    mail.slice(0, 3000),
  );
  tally.same("a copy to whom it was meant for", s.office.messages("copy").length, 1);
  return mail;
}

async function comesBack(s: Scene, talk: string, mail: string): Promise<void> {
  const id = header(mail, "Message-ID").slice(1, -1);
  await s.office.send(
    MINA,
    [SUPPORT],
    plain({
      id: "second@mina.example.test",
      subject: "a wholly other subject",
      text: "감사합니다!\n\n> 내일 도착합니다.",
      more: [
        `In-Reply-To: <${id}>`,
        `References: <${id}>`,
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: 8bit",
      ],
    }),
  );
  await until(
    "by its id it is in the same conversation",
    async () => (await partsOf(s, talk)).length === 3,
  );
  tally.same(
    "without what it quotes",
    (await partsOf(s, talk)).at(-1)?.text?.trim(),
    "감사합니다!",
  );
  await s.office.send(
    MINA,
    [header(mail, "Reply-To").slice(1, -1)],
    plain({
      id: "third@mina.example.test",
      subject: "no references",
      text: "By the address alone.",
    }),
  );
  await until("by its address too", async () => (await partsOf(s, talk)).length === 4);
  tally.same("one conversation", (await conversations(s)).length, 1);
}

async function forged(s: Scene, talk: string, mail: string): Promise<void> {
  const id = header(mail, "Message-ID").slice(1, -1);
  const forgery = id.replace(/[0-9a-f]{24}@/, `${"0".repeat(24)}@`);
  await s.office.send(
    "eve@elsewhere.test",
    [SUPPORT],
    plain({
      id: "eve1@elsewhere.test",
      subject: `Re: ${talk}`,
      text: "Please send it to me.",
      from: "eve@elsewhere.test",
      more: [`In-Reply-To: <${forgery}>`, `References: <${forgery}>`],
    }),
  );
  await until(
    "a forged token begins another one",
    async () => (await conversations(s)).length === 2,
  );
  await s.office.send(
    "eve@elsewhere.test",
    [SUPPORT],
    plain({
      id: "eve2@elsewhere.test",
      subject: `Re: ${SUBJECT}`,
      text: "Me again.",
      from: "eve@elsewhere.test",
      more: ["In-Reply-To: <first@mina.example.test>"],
    }),
  );
  await until("an id that anybody may know too", async () => (await conversations(s)).length === 3);
  tally.same("nothing of it is in the first", (await partsOf(s, talk)).length, 4);
  const other = (await conversations(s)).find((row) => row.title === `Re: ${SUBJECT}`);
  const parts = await partsOf(s, other?.id);
  tally.same("which it only suggests", parts[0]?.mail?.suggests, talk);
}

async function repeated(s: Scene, talk: string): Promise<void> {
  const before = (await conversations(s)).length;
  s.office.drop("support", first("first@mina.example.test"));
  s.office.drop(
    "support",
    plain({
      id: "second@mina.example.test",
      subject: "a wholly other subject",
      text: "감사합니다!\n\n> 내일 도착합니다.",
      more: ["Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: 8bit"],
    }),
  );
  await s.office.send(
    MINA,
    [SUPPORT],
    plain({ id: "first@mina.example.test", subject: "clash", text: "The same id, another text." }),
  );
  await until(
    "what is other under the same id is kept apart",
    async () => (await conversations(s)).length === before + 1,
  );
  const clash = (await conversations(s)).find((row) => row.title === "clash");
  tally.same("and marked", (await partsOf(s, clash?.id))[0]?.mail?.clash, true);
  s.office.renumber("support");
  await s.office.send(
    MINA,
    [SUPPORT],
    plain({ id: "after@mina.example.test", subject: "after", text: "Behind other numbers." }),
  );
  await until(
    "with other numbers what is new comes",
    async () => (await conversations(s)).length === before + 2,
  );
  tally.same(
    "and nothing twice",
    [(await partsOf(s, talk)).length, (await conversations(s)).length],
    [4, before + 2],
  );
}

async function takenBack(s: Scene, talk: string): Promise<void> {
  const before = s.office.messages("mina").length;
  const part = await answer(s, talk, "Never mind.");
  const gone = await s.mate.client.post(`/conversations/${talk}/parts/${part.id}/redact`);
  tally.same("taken back in time", [gone.status, gone.body?.mail?.delivery], [200, "cancelled"]);
  const sent = await answer(s, talk, "This one goes.");
  await until(
    "the next one is sent",
    async () => (await delivery(s, talk, sent.id))?.delivery === "sent",
  );
  await until("and arrives", async () => s.office.messages("mina").length === before + 1);
  tally.same(
    "it was not sent",
    s.office.messages("mina").filter((mail) => mail.includes("Never mind")).length,
    0,
  );
}

/** What came back of a mail of ours is told, however many others no person wrote; but once. */
async function cameBack(s: Scene, talk: string): Promise<void> {
  const mail = s.office.messages("mina").at(-1) ?? "";
  await giveBack(s.office, mail, MINA);
  await until("a mail that came back is no loop", async () =>
    (await partsOf(s, talk)).some((row) => row.mail?.error === "bounced"),
  );
  await giveBack(s.office, mail, `other@${DOMAIN}`);
  const held = async (): Promise<any[]> => (await s.owner.get("/held-mails")).body.data;
  await until("coming back again, it is", async () => (await held()).length === 1);
  const [again] = await held();
  tally.same("and held as that", again.reason, "loop");
  status("thrown away", await s.owner.post(`/held-mails/${again.id}/discard`), 200);
}

async function automatic(s: Scene, talk: string): Promise<void> {
  const mail = s.office.messages("mina")[0] ?? "";
  const id = header(mail, "Message-ID").slice(1, -1);
  const before = (await partsOf(s, talk)).length;
  for (let i = 0; i < 5; i++) {
    await s.office.send(
      MINA,
      [SUPPORT],
      plain({
        id: `away${i}@mina.example.test`,
        subject: "Away",
        text: `I am away ${i}.`,
        more: [`In-Reply-To: <${id}>`, "Auto-Submitted: auto-replied"],
      }),
    );
  }
  const held = async (): Promise<any[]> => (await s.owner.get("/held-mails")).body.data;
  await until("more than three are held", async () => (await held()).length === 2);
  tally.same("three are in it", (await partsOf(s, talk)).length, before + 3);
  tally.same(
    "why",
    (await held()).map((row) => [row.reason, row.address]),
    [
      ["loop", MINA],
      ["loop", MINA],
    ],
  );
  const [one, two] = await held();
  status("let in", await s.owner.post(`/held-mails/${one.id}/release`), 200);
  await until("it is there", async () => (await partsOf(s, talk)).length === before + 4);
  status("thrown away", await s.owner.post(`/held-mails/${two.id}/discard`), 200);
  problem("once", await s.owner.post(`/held-mails/${two.id}/discard`), 409, "conflict");
  tally.same("none is left", (await held()).length, 0);
  await cameBack(s, talk);
  problem(
    "not for a teammate",
    await s.mate.client.post(`/held-mails/${two.id}/discard`),
    403,
    "forbidden",
  );
}

async function refused(s: Scene, talk: string): Promise<void> {
  const part = await s.mate.client.post(`/conversations/${talk}/parts`, {
    kind: "message",
    text: "To nobody.",
    cc: [`nobody@${DOMAIN}`],
  });
  await until(
    "a refusal is told",
    async () => (await delivery(s, talk, part.body.id))?.delivery === "failed",
  );
  const how = await delivery(s, talk, part.body.id);
  tally.is(
    "and why",
    how.error === "refused" && /550.*nobody/.test(how.detail),
    JSON.stringify(how),
  );
  problem(
    "copies of a note",
    await s.mate.client.post(`/conversations/${talk}/parts`, {
      kind: "note",
      text: "x",
      cc: [MINA],
    }),
    422,
    "invalid_value",
  );
  problem(
    "no address",
    await s.mate.client.post(`/conversations/${talk}/parts`, {
      kind: "message",
      text: "x",
      cc: ["a b@c\r\n"],
    }),
    422,
    "invalid_value",
  );
}

async function killed(s: Scene, talk: string): Promise<void> {
  const before = s.office.messages("mina").length;
  await answer(s, talk, "Across a restart.");
  await s.office.send(
    MINA,
    [SUPPORT],
    plain({ id: "kill@mina.example.test", subject: "while nobody looks", text: "Still there?" }),
  );
  const port = s.server.port;
  await s.server.end("SIGKILL");
  await s.server.start(port);
  await until("what waited is sent", async () =>
    s.office.messages("mina").some((mail) => mail.includes("Across a restart")),
  );
  await until(
    "what came is there",
    async () =>
      (await conversations(s)).filter((row) => row.title === "while nobody looks").length === 1,
  );
  tally.is(
    "at most one double",
    s.office.messages("mina").length - before <= 2,
    s.office.messages("mina").length - before,
  );
}

async function story(office: PostOffice, server: Server, owner: Client): Promise<void> {
  const made = await owner.post("/teams", { name: "Support" });
  const team = made.body.id as string;
  const mate = await server.person(owner, {
    name: "Mina Mate",
    memberships: [{ team, level: "primary" }],
  });
  await mate.client.put(`/teammates/${mate.id}/presence`, { presence: "active" });
  const s: Scene = {
    office,
    server,
    owner,
    mate,
    team,
    admin: { headers: browser(server.cookie) },
  };
  await trials(s);
  const box = await connectBox(s);
  const talk = await comesIn(s);
  const mail = await goesOut(s, talk);
  await comesBack(s, talk, mail);
  await forged(s, talk, mail);
  await repeated(s, talk);
  await takenBack(s, talk);
  await automatic(s, talk);
  await refused(s, talk);
  const outside = await forwards(s, talk);
  await answeredOutside(s, talk, outside);
  await bouncedOutside(s);
  await notForwarded(s, talk);
  await writesFirst(s);
  await killed(s, talk);
  const nobody = owner.as(null);
  status("ended", await nobody.delete(`/mailboxes/${box}`, s.admin), 204);
  problem("and gone", await nobody.get(`/mailboxes/${box}`, s.admin), 404, "not_found");
  tally.same("every answer is as the document says", [...owner.faults, ...mate.client.faults], []);
}

await withOffice("mail_post_test", tally, ["support", "mina", "copy", "depot"], story);
