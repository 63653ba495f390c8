// api_hostile_test -- short texts that are made to look like others: whatever is shown in one line
// beside other things is refused when it turns the direction of what follows; prose is kept as it
// is. Every answer is held against the document.
import { Tally } from "./program.ts";
import { withServer, type Answer, type Client } from "./server.ts";

const tally = new Tally();

/** Each that turns text, and two marks that do not. */
const TURNS = ["\u202a", "\u202b", "\u202c", "\u202d", "\u202e", "\u2066", "\u2067", "\u2068",
  "\u2069"];
const MARKS = ["\u200e", "\u200f"];
const OVERRIDE = "\u202e";

interface Row {
  readonly promise: string;
  readonly path: string;
  readonly method?: "POST" | "PATCH" | "PUT";
  readonly body: (text: string) => unknown;
  readonly pointer: string;
}

const ROWS: readonly Row[] = [
  { promise: "a team inbox's name", path: "/teams", body: (name) => ({ name }),
    pointer: "/name" },
  { promise: "a tag's name", path: "/tags", body: (name) => ({ name }), pointer: "/name" },
  { promise: "a skill's name", path: "/skills", body: (name) => ({ name, levels: [] }),
    pointer: "/name" },
  { promise: "a skill's levels", path: "/skills", body: (text) => ({ name: "s", levels: [text] }),
    pointer: "/levels/0" },
  { promise: "a reason for being away", path: "/presence-reasons", body: (name) => ({ name }),
    pointer: "/name" },
  { promise: "a contact's name", path: "/contacts", body: (name) => ({ name }),
    pointer: "/name" },
  { promise: "a contact's address", path: "/contacts",
    body: (text) => ({ email: `a${text}b@example.org` }), pointer: "/email" },
  { promise: "a contact's telephone", path: "/contacts", body: (phone) => ({ phone }),
    pointer: "/phone" },
  { promise: "a contact's tier", path: "/contacts", body: (tier) => ({ tier }),
    pointer: "/tier" },
  { promise: "an attribute's text", path: "/contacts",
    body: (text) => ({ attributes: { plan: text } }), pointer: "/attributes/plan" },
  { promise: "a conversation's title", path: "/conversations",
    body: (title) => ({ title, text: "x" }), pointer: "/title" },
  { promise: "a view's name", path: "/views",
    body: (name) => ({ name, resource: "conversations" }), pointer: "/name" },
  { promise: "a setting's list of names", path: "/settings/workspace", method: "PATCH",
    body: (text) => ({ set: { away_reasons: [text] } }), pointer: "/set/away_reasons" },
  { promise: "a note on a change", path: "/settings/workspace", method: "PATCH",
    body: (note) => ({ set: { limit: 5 }, note }), pointer: "/note" },
  { promise: "a policy", path: "/policy", method: "PUT",
    body: (text) => ({ text: `workspace\n  away_reasons = "${text}"\n` }), pointer: "/text" },
];

function ask(owner: Client, row: Row, text: string): Promise<Answer> {
  return owner.ask(row.method ?? "POST", row.path, { body: row.body(text),
    headers: { "If-Match": "*" } });
}

const faults = (got: Answer): unknown => [got.status, (got.body?.errors ?? [])
  .map((e: any) => `${e.pointer} ${e.code}`)];

await withServer({}, async (_server, owner) => {
  for (const row of ROWS)
    tally.same(`${row.promise} turns nothing`, faults(await ask(owner, row, `Mina${OVERRIDE}kraP`)),
      [422, [`${row.pointer} turns_text`]]);
  for (const turn of TURNS) {
    const got = await owner.post("/tags", { name: `a${turn}b` });
    tally.same(`nor with U+${turn.codePointAt(0)?.toString(16)}`, faults(got),
      [422, ["/name turns_text"]]);
    tally.is("what to do is said", /take them out/.test(got.body.errors[0].detail), got.text);
  }
  for (const [i, mark] of MARKS.entries())
    tally.same("marks of direction stay", (await owner.post("/tags", { name: `a${mark}${i}` })).body
      .name, `a${mark}${i}`);
  const title = (await owner.post("/conversations", { title: "t", text: `x${OVERRIDE}y` })).body;
  tally.same("a message is kept as it was written",
    (await owner.get(`/conversations/${title.id}/parts`)).body.data.map((p: any) => p.text),
    [`x${OVERRIDE}y`]);
  const note = await owner.post(`/conversations/${title.id}/parts`,
    { kind: "note", text: `\u2067${OVERRIDE}` });
  tally.same("a note too", [note.status, note.body.text], [201, `\u2067${OVERRIDE}`]);
  const file = new FormData();
  file.append("file", new Blob(["hello"], { type: "text/plain" }), `safe${OVERRIDE}txt.exe`);
  const up = await fetch(`${owner.url}/api/v1/attachments`, { method: "POST", body: file,
    headers: { Authorization: `Bearer ${owner.token}`, "Idempotency-Key": "hostile-file" } });
  tally.same("of a file's name they are taken out", [up.status, ((await up.json()) as any).name],
    [201, "safetxt.exe"]);
  tally.same("as the document says", owner.faults, []);
});
tally.end();
