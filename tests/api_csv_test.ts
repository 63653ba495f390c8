// api_csv_test -- lists as tables: the same rows and values as the JSON, read by a reader of RFC
// 4180 that is the test's own; what a spreadsheet would run; local times. And what is answered to
// who has the answer already (304), and lists seen through a saved view.
import { Tally } from "./program.ts";
import { withBothStores, type Answer, type Client, type Person, type Server } from "./server.ts";

const tally = new Tally();
const CSV = { headers: { Accept: "text/csv" } };

const status = (what: string, got: Answer, want: number): void =>
  tally.is(`${what}: ${want}`, got.status === want, `${got.status} ${got.text.slice(0, 300)}`);
const problem = (what: string, got: Answer, want: number, type: string): void =>
  tally.is(`${what}: ${want} ${type}`,
    got.status === want && got.body?.type === `/problems/${type}`,
    `${got.status} ${got.text.slice(0, 300)}`);
const typeOf = (got: Answer): string => got.headers.get("content-type") ?? "";
const nextOf = (got: Answer): string | null =>
  /<([^>]+)>; rel="next"/.exec(got.headers.get("link") ?? "")?.[1] ?? null;

/** RFC 4180, strictly: CRLF behind every line, as many cells in each; null = nothing, no quotes. */
function table(text: string): Record<string, string | null>[] {
  const lines: (string | null)[][] = [];
  for (let at = 0; at < text.length;) {
    const line: (string | null)[] = [];
    for (;;) {
      const quoted = /"((?:[^"]|"")*)"/y;
      const plain = /[^",\r\n]*/y;
      quoted.lastIndex = plain.lastIndex = at;
      const found = quoted.exec(text);
      if (found !== null) line.push(found[1]?.replaceAll("\"\"", "\"") ?? "");
      else line.push(plain.exec(text)?.[0] || null);
      at = found !== null ? quoted.lastIndex : plain.lastIndex;
      if (text[at] !== ",") break;
      at++;
    }
    if (text.slice(at, at + 2) !== "\r\n") throw new Error(`no end of a line at ${at}: ${text}`);
    at += 2;
    lines.push(line);
  }
  const [head, ...rows] = lines;
  return rows.map((row) => {
    if (row.length !== head?.length) throw new Error(`a line of ${row.length} cells: ${row}`);
    return Object.fromEntries(row.map((cell, i) => [String(head?.[i]), cell]));
  });
}

const RUNS = /^'*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/;

/** What a cell says of a member. */
function cell(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (typeof value === "object") return JSON.stringify(value);
  if (typeof value === "string") return RUNS.test(value) ? `'${value}` : value;
  return String(value);
}

async function rows(client: Client, path: string): Promise<any[]> {
  const all: any[] = [];
  for (let at: string | null = path; at !== null;) {
    // The document describes whole rows.
    const got: Answer = await client.get(at, { wild: at.includes("fields=") });
    status(`JSON of ${path}`, got, 200);
    all.push(...(got.body?.data ?? []));
    at = nextOf(got);
  }
  return all;
}

async function cells(client: Client, path: string): Promise<Record<string, string | null>[]> {
  const all: Record<string, string | null>[] = [];
  for (let at: string | null = path; at !== null;) {
    const got: Answer = await client.get(at, CSV);
    status(`CSV of ${path}`, got, 200);
    if (got.status !== 200) break;
    tally.same("its type", typeOf(got), "text/csv; charset=utf-8; header=present");
    all.push(...table(got.text));
    at = nextOf(got);
  }
  return all;
}

/** The same rows in the same order, every member a column, each cell its value. */
async function same(client: Client, path: string): Promise<void> {
  const json = await rows(client, path);
  const csv = await cells(client, path);
  tally.same(`as many rows of ${path}`, csv.length, json.length);
  for (const [i, row] of json.entries()) {
    const names = Object.keys(row);
    tally.same(`row ${i} of ${path}`, names.map((name) => csv[i]?.[name]),
      names.map((name) => cell(row[name])));
    tally.same("and nothing else in it", Object.entries(csv[i] ?? {})
      .filter(([name, value]) => !names.includes(name) && value !== null), []);
  }
}

const HOSTILE = ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "\uff1d1", "\uff20x", "'=1", "''-1",
  "'tis", "a,b", "\"quoted\", and more", "ends in a blank ", "2026-03-09T08:15:00.000Z", "안녕 😀",
  "null", "[1,2]", "plain"];
const PRIORITIES: Record<string, number> = { plain: 2, "a,b": 1 };

/** Of every list, each member can be picked alone; what is none is refused. */
async function picked(owner: Client): Promise<void> {
  const document = owner.description?.document;
  for (const [path, item] of Object.entries<any>(document.paths)) {
    const names = (item.get?.parameters ?? [])
      .map((parameter: any) => parameter.name ?? String(parameter.$ref).split("/").at(-1));
    if (!names.includes("fields") || path.includes("{")) continue;
    const whole = await owner.get(`${path}?limit=2`);
    if (whole.status === 403) continue; // confirmed sign-ins alone
    const row = whole.body?.data?.[0];
    for (const name of Object.keys(row ?? {})) {
      const got = await owner.get(`/api/v1${path}?limit=2&fields=${name}`, { wild: true });
      tally.same(`${name} of ${path} alone`, got.body?.data,
        whole.body.data.map((one: any) => Object.fromEntries(Object.entries(one)
          .filter(([member]) => member === name || member === "id"))));
    }
    const wrong = await owner.get(`/api/v1${path}?fields=nonsense`, { wild: true });
    problem(`no member of ${path}`, wrong, 400, "malformed");
  }
}

async function tables(owner: Client, mate: Person, team: string): Promise<void> {
  for (const title of HOSTILE)
    status("a conversation", await mate.client.post("/conversations",
      { team, title, text: "words", priority: PRIORITIES[title] ?? 0 }), 201);
  await same(mate.client, "/conversations?limit=5&sort=id");
  await same(mate.client, "/api/v1/conversations?limit=7&fields=id,priority,started");
  await same(mate.client, "/api/v1/conversations?limit=7&fields=title,counts");
  await picked(owner);
  for (const path of ["/teammates?sort=name", "/teammates?include=load,presence", "/teams",
    "/memberships", "/views", "/changes?limit=3", "/audit-log?limit=4", "/tags", "/skills",
    "/presence", "/queue", "/assignments", "/settings/versions?limit=2"])
    await same(owner, path);
  await same(mate.client, "/teammates");

  const nothing = await owner.get("/tags?name=nobody", CSV);
  tally.same("no rows, and yet a head", [table(nothing.text).length,
    nothing.text.split(",").slice(0, 2)], [0, ["id", "name"]]);
  const titles = (raw: boolean): Promise<string[]> => cells(mate.client,
    `/conversations?sort=id${raw ? "&raw=true" : ""}`)
    .then((all) => all.map((row) => String(row["title"])));
  const want = (await rows(mate.client, "/conversations?sort=id")).map((row) => row.title);
  const kept = await titles(false);
  tally.same("raw: as they are", await titles(true), want);
  tally.is("nothing that runs is left", kept.every((title) => !/^[=+\-@\uff1d\uff20]/.test(title)),
    kept.join(" | "));
  tally.same("taking one apostrophe off gives it back", kept.map((title) =>
    title.startsWith("'") && RUNS.test(title.slice(1)) ? title.slice(1) : title), want);

  const bom = await fetch(`${owner.url}/api/v1/teams?bom=true`, { headers: {
    Accept: "text/csv", Authorization: `Bearer ${owner.token}` } });
  tally.same("a mark in front", [...new Uint8Array(await bom.arrayBuffer()).slice(0, 5)],
    [0xef, 0xbb, 0xbf, 0x69, 0x64]);
  const found = await mate.client.post("/conversations/search", { where: { all:
    [{ field: "team", op: "in", value: [team] }] } }, CSV);
  status("a search too", found, 200);
  tally.same("with its rows", table(found.text).length, HOSTILE.length);
}

async function times(mate: Person): Promise<void> {
  const json = await rows(mate.client, "/conversations?sort=id");
  for (const [zone, offset] of [["Asia/Kolkata", "+05:30"], ["America/Phoenix", "-07:00"],
    ["UTC", "+00:00"]]) {
    const csv = await cells(mate.client, `/conversations?sort=id&limit=9&tz=${zone}`);
    tally.same(`the same instants in ${zone}`, csv.map((row) =>
      new Date(String(row["started"])).toISOString()), json.map((row) => row.started));
    tally.is("with its offset", csv.every((row) =>
      String(row["started"]).endsWith(String(offset))), String(csv[0]?.["started"]));
    tally.same("a title that looks like a time stays", csv.map((row) => row["title"]),
      json.map((row) => cell(row.title)));
  }
  problem("no such zone", await mate.client.get("/conversations?tz=Mars/Base"), 400, "malformed");
  problem("no zone at all", await mate.client.get("/conversations?tz=../etc"), 400, "malformed");
  problem("no truth", await mate.client.get("/conversations?bom=yes"), 400, "malformed");
  problem("of lists alone", await mate.client.get("/me?bom=true"), 400, "unknown_parameter");
}

async function accepted(owner: Client): Promise<void> {
  const json = "application/json";
  const csv = "text/csv; charset=utf-8; header=present";
  for (const [accept, want] of [["*/*", json], ["text/csv, */*;q=0.1", csv], ["text/*", json],
    ["text/csv;q=0", json], ["text/csv;q=0.5, application/json", json], ["text/html", json],
    ["application/json;q=0.4, text/csv; q=0.8", csv], ["text/csv;q=0.5, */*;q=0.8", json],
    ["application/json;q=0.1, text/csv;q=0.2, */*", csv], ["text/csv;q=x", json], [",;,", json]])
    tally.same(`Accept: ${accept}`, typeOf(await owner.get("/teams",
      { headers: { Accept: String(accept) } })), want);
  problem("a problem is a problem", await owner.get("/teams?colour=red", CSV), 400,
    "unknown_parameter");
  problem("also of a lost cursor", await owner.get("/teams?cursor=abc", CSV), 400,
    "cursor_invalid");
  tally.is("what is no list is JSON", typeOf(await owner.get("/me", CSV)).includes("json"));
}

// ---- what one has already

async function unchanged(owner: Client, team: string): Promise<void> {
  const path = `/teams/${team}`;
  const ask = (tags: string): Promise<Answer> =>
    owner.get(path, { headers: { "If-None-Match": tags } });
  const first = await owner.get(path);
  const tag = String(first.headers.get("etag"));
  for (const tags of [tag, `W/${tag}`, `"x", ${tag}`, `"a" , W/"b",${tag},"c"`, "*"]) {
    const got = await ask(tags);
    tally.same(`304 for ${tags}`, [got.status, got.text, got.headers.get("etag")], [304, "", tag]);
  }
  for (const tags of ["\"r0\"", tag.slice(1, -1), `"x${tag.slice(1)}`, "\"", ""])
    status(`whole for ${tags}`, await ask(tags), 200);
  const changed = await owner.patch(path, { name: "Shipping and more" },
    { headers: { "If-Match": tag, "If-None-Match": tag } });
  status("a change is answered whole", changed, 200);
  const after = await ask(tag);
  tally.same("changed: whole again", [after.status, after.body?.name], [200, "Shipping and more"]);
  problem("304 is for who may see it", await owner.as(null).get(path,
    { headers: { "If-None-Match": "*" } }), 401, "unauthenticated");
  problem("and for what is there", await owner.get("/teams/team_999",
    { headers: { "If-None-Match": "*" } }), 404, "not_found");
}

// ---- seen through a view

async function views(owner: Client, mate: Person, far: Person, team: string): Promise<void> {
  const make = async (resource: string, where: unknown, sort: string): Promise<string> => {
    const made = await mate.client.post("/views", { name: `${resource} ${sort}`, resource, where,
      sort });
    status("a view", made, 201);
    return made.body.id;
  };
  const urgent = await make("conversations",
    { any: [{ field: "priority", op: "gte", value: 2 },
      { field: "priority", op: "in", value: [1] }] }, "-priority");
  const titles = (all: any[]): string[] => all.map((row) => row.title);
  tally.same("its filter and its order",
    titles(await rows(mate.client, `/conversations?view=${urgent}&limit=1`)), ["plain", "a,b"]);
  tally.same("an order in the address goes before",
    titles(await rows(mate.client, `/conversations?view=${urgent}&sort=priority`)),
    ["a,b", "plain"]);
  tally.same("both filters hold",
    titles(await rows(mate.client, `/conversations?view=${urgent}&priority=2`)), ["plain"]);
  await same(mate.client, `/conversations?view=${urgent}&limit=1`);
  const both = await mate.client.post(`/conversations/search?view=${urgent}`, { where: { all:
    [{ field: "priority", op: "lt", value: 2 }] } });
  tally.same("a search through it", titles(both.body?.data ?? []), ["a,b"]);
  tally.same("who sees no such rows sees none through a view of theirs", (await rows(far.client,
    `/conversations?team=${team}`)).length, 0);

  const people = await make("teammates", { all: [{ field: "name", op: "prefix", value: "far" }] },
    "name");
  tally.same("teammates", (await rows(mate.client, `/teammates?view=${people}`))
    .map((row) => row.name), ["Far Away"]);
  const search = await mate.client.post(`/teammates/search?view=${people}`, { where: { all:
    [{ field: "name", op: "prefix", value: "mi" }] } });
  tally.same("both hold in a search of them", search.body?.data, []);
  problem("of another list", await mate.client.get(`/teammates?view=${urgent}`), 400, "malformed");
  problem("not anybody else's", await far.client.get(`/conversations?view=${urgent}`), 400,
    "malformed");
  problem("nor an administrator's", await owner.get(`/teammates?view=${people}`), 400,
    "malformed");
  problem("no view", await mate.client.get("/conversations?view=team_1"), 400, "malformed");
  problem("of what has none", await mate.client.get(`/tags?view=${urgent}`), 400,
    "unknown_parameter");
}

async function all(server: Server, owner: Client): Promise<void> {
  const team = (await owner.post("/teams", { name: "Shipping" })).body.id;
  const other = (await owner.post("/teams", { name: "Billing" })).body.id;
  const mate = await server.person(owner, { name: "Mina Park", roles: ["teammate"],
    memberships: [{ team }] });
  const far = await server.person(owner, { name: "Far Away", roles: ["teammate"],
    memberships: [{ team: other }] });
  await tables(owner, mate, team);
  await times(mate);
  await accepted(owner);
  await views(owner, mate, far, team);
  await unchanged(owner, team);
  tally.same("as the document says", owner.faults, []);
}

await withBothStores("csv", all);
tally.end();
