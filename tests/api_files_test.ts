// api_files_test -- how much may hang on one conversation, and come from one visitor: what is
// beyond is refused in words, and what comes by mail is not turned away by it.
import { sqliteStore } from "./inside.ts";
import { Tally } from "./program.ts";
import { withServer, type Answer, type Client, type Server } from "./server.ts";
import { Visitor } from "./visitor.ts";

const tally = new Tally();
// As docs/ref/limits.md has them.
const TALK_FILES = 200;
const TALK_BYTES = 262_144_000;
const VISITOR_FILES = 100;
const VISITOR_BYTES = 104_857_600;

const status = (what: string, got: Answer, want: number): void =>
  tally.is(`${what}: ${want}`, got.status === want, `${got.status} ${got.text.slice(0, 300)}`);

function refused(what: string, got: Answer, says: RegExp): void {
  tally.same(what, [got.status, got.body?.type], [413, "/problems/too_large"]);
  tally.is(`${what}: in words`, says.test(got.body?.detail ?? ""), got.text);
}

async function upload(owner: Client, bytes: string): Promise<string> {
  const mark = "----evenkeel-boundary-f11e";
  const made = await owner.post("/attachments", undefined, {
    raw:
      `--${mark}\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n` +
      `Content-Type: text/plain\r\n\r\n${bytes}\r\n--${mark}--\r\n`,
    headers: { "Content-Type": `multipart/form-data; boundary=${mark}` },
  });
  status("uploaded", made, 201);
  return made.body.id as string;
}

const number = (id: string): string => id.split("_")[1] ?? "";

/** Rows of a stopped store are changed, so that no test has to send as much as the bounds say. */
async function doctored(server: Server, statements: readonly string[]): Promise<void> {
  const port = server.port;
  await server.end();
  const store = sqliteStore(server.data);
  for (const each of statements) store.sql(each);
  await server.start(port);
}

async function ofAConversation(server: Server, owner: Client): Promise<void> {
  const talk = (await owner.post("/conversations", { text: "See there" })).body.id as string;
  const send = (attachments: readonly string[], kind = "note"): Promise<Answer> =>
    owner.post(`/conversations/${talk}/parts`, { kind, text: "files", attachments });
  const first = await upload(owner, "x");
  status("a file", await send([first]), 201);
  const [eleven, ten] = [await upload(owner, "12345678901"), await upload(owner, "1234567890")];
  const of = `WHERE attachment = ${number(first)}`;
  await doctored(server, [`UPDATE attachments SET bytes = ${TALK_BYTES - 10} ${of}`]);
  refused("a byte too much", await send([eleven]), /250 MiB/);
  status("what was refused is still the draft's", await send([ten], "message"), 201);
  refused("then nothing more", await send([await upload(owner, "1")]), /a conversation has room/);
  status("words go on", await send([]), 201);
  await doctored(server, [
    `UPDATE attachments SET bytes = 1 ${of}`,
    `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${TALK_FILES - 3})
     INSERT INTO attachments (attachment, part, conversation, name, type, bytes)
     SELECT 900000 + i, 1, ${number(talk)}, 'a', 'text/plain', 1 FROM n`,
  ]);
  const two = [await upload(owner, "1"), await upload(owner, "2")];
  refused("a file too many", await send(two), new RegExp(`${TALK_FILES} files`));
  status("the last that has room", await send(two.slice(0, 1)), 201);
  refused("and none behind it", await send(two.slice(1)), /a conversation has room/);
  const other = (await owner.post("/conversations", { text: "Another" })).body.id as string;
  const there = await owner.post(`/conversations/${other}/parts`, {
    kind: "note",
    text: "files",
    attachments: two.slice(1),
  });
  status("elsewhere there is room", there, 201);
  await doctored(server, [
    `INSERT INTO mails (mail, direction, state, part, conversation)
     VALUES (900000, 'in', 'taken', 1, ${number(talk)})`,
  ]);
  status("what came by mail takes no room", await send([await upload(owner, "3")]), 201);
}

async function ofAVisitor(server: Server, owner: Client): Promise<void> {
  const team = (await owner.post("/teams", { name: "Front" })).body.id;
  const inbox = (await owner.post("/chat-inboxes", { name: "Shop", team })).body.id as string;
  const put = (who: Visitor, raw: string): Promise<Answer> =>
    who.client.ask("POST", who.path("/files"), {
      raw,
      ...who.with({
        headers: {
          "Content-Type": "text/plain",
          "Content-Disposition": "attachment; filename*=UTF-8''a.txt",
        },
      }),
    });
  const visitor = new Visitor(owner, inbox);
  const kept = await put(visitor, "x");
  status("a file", kept, 201);
  status("sent", await visitor.say("here", { files: [kept.body.id] }), 201);
  const of = `WHERE attachment = ${number(kept.body.id)}`;
  await doctored(server, [`UPDATE attachments SET bytes = ${VISITOR_BYTES - 10} ${of}`]);
  refused("a byte too much", await put(visitor, "12345678901"), /100 MiB/);
  const ten = await put(visitor, "1234567890");
  status("what just has room", ten, 201);
  refused(
    "what is not sent yet counts",
    await put(visitor, "1"),
    /within 30 days a visitor has room/,
  );
  const other = new Visitor(owner, inbox);
  status("another visitor notices nothing", await put(other, "1"), 201);
  status("words go on", await visitor.say("and?", { files: [ten.body.id] }), 201);
  const talk = sqliteStore(server.data).sql(`SELECT conversation FROM attachments ${of}`);
  await doctored(server, [
    `UPDATE attachments SET bytes = 1 ${of}`,
    `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${VISITOR_FILES - 3})
     INSERT INTO attachments (attachment, part, conversation, name, type, bytes, created_ms)
     SELECT 950000 + i, 900001, ${talk}, 'a', 'text/plain', 1, ${Date.now()} FROM n`,
  ]);
  status("the last that has room", await put(visitor, "1"), 201);
  refused("a file too many", await put(visitor, "1"), new RegExp(`${VISITOR_FILES} files`));
  await doctored(server, [
    `INSERT INTO mails (mail, direction, state, mailbox, conversation, part)
     VALUES (900001, 'in', 'taken', 1, ${talk}, 900001)`,
  ]);
  status("what came by mail is not the visitor's", await put(visitor, "1"), 201);
  await doctored(server, [
    "DELETE FROM mails WHERE mail = 900001",
    `UPDATE attachments SET created_ms = ${Date.now() - 31 * 86_400_000}
     WHERE attachment BETWEEN 950010 AND 950999`,
  ]);
  status("after a month there is room again", await put(visitor, "1"), 201);
}

await withServer({}, async (server, owner) => {
  await ofAConversation(server, owner);
  await ofAVisitor(server, owner);
});
tally.end();
