// web_why_test -- the words of explanations: every value that the server can send has a sentence
// of its own in each language, told everything it asks for. The values are those of the tables
// (gen/enums.ts), so that a new one without words fails here.
import { fileURLToPath } from "node:url";

import { createServer, type ViteDevServer } from "vite";

import { root } from "../scripts/lib/root.ts";
import { Tally } from "./program.ts";

const tally = new Tally();

type Sentence = { key: string; told: Record<string, string | number> };
interface Said {
  [name: string]: (...told: unknown[]) => Sentence & string;
}
const names = {
  of: (id: string | null) => (id === null ? "" : `«${id}»`),
};

// The members that each test carries, as routing.md §15 and wire/explain_json.c give them.
const ARGS: Record<string, Record<string, unknown>> = {
  paused: { until: "2026-03-09T08:15:00.000Z" },
  at_limit: { load: 51, limit: 52 },
  at_inbox_limit: { held: 51, limit: 52 },
  at_class_limit: { class: "chat", load: 51, limit: 52 },
  too_complex: { complexity: 51, max: 52 },
  lacks_skill: { skill: "lang:ko" },
  released: { until: "2026-03-09T08:15:00.000Z" },
  held_for_other: { teammate: "tm_8" },
  intake: { used: 51, max: 52 },
  primary_not_empty: { team: "team_9", waiting: 57 },
};
const SHOWN: Record<string, readonly string[]> = {
  at_limit: ["51", "52"],
  at_inbox_limit: ["51", "52"],
  at_class_limit: ["51", "52"],
  too_complex: ["51", "52"],
  lacks_skill: ["lang:ko"],
  held_for_other: ["«tm_8»"],
  intake: ["51", "52"],
  primary_not_empty: ["«team_9»", "57"],
};
const EDITS: readonly [string, Record<string, unknown>, readonly string[]][] = [
  ["a limit", { scope: "teammate", id: "tm_3", set: { limit: 57 } }, ["«tm_3»", "57"]],
  ["no limit", { scope: "teammate", id: "tm_3", set: { limit: null } }, ["«tm_3»"]],
  ["the workspace's limit", { scope: "workspace", id: null, set: { limit: 57 } }, ["57"]],
  ["an inbox limit", { scope: "team", id: "team_7", set: { inbox_limit: 57 } }, ["«team_7»", "57"]],
  ["no inbox limit", { scope: "team", id: "team_7", set: { inbox_limit: null } }, ["«team_7»"]],
  ["presence", { scope: "teammate", id: "tm_3", set: { presence: "active" } }, ["«tm_3»"]],
  ["a pause ended", { scope: "teammate", id: "tm_3", set: { paused_until: null } }, ["«tm_3»"]],
  ["skills", { scope: "teammate", id: "tm_3", set: { skills: { vat: 2 } } }, ["«tm_3»", "vat"]],
  ...["primary", "secondary", null].map((level): [string, Record<string, unknown>, string[]] => [
    `level ${level}`,
    { scope: "teammate", id: "tm_3", team: "team_7", set: { level } },
    ["«tm_3»", "«team_7»"],
  ]),
  ...["strict", "assignable"].map((gate): [string, Record<string, unknown>, string[]] => [
    `gate ${gate}`,
    { scope: "workspace", id: null, set: { secondary_gate: gate } },
    [],
  ]),
  ...["primary_first", "equal"].map((order): [string, Record<string, unknown>, string[]] => [
    `helpers ${order}`,
    { scope: "workspace", id: null, set: { helper_order: order } },
    [],
  ]),
];

class Words {
  readonly language: string;
  readonly said: Said;

  constructor(language: string, said: Said) {
    this.language = language;
    this.said = said;
  }

  /** The sentence has words here, none of its arguments is left open, and it shows these. */
  check(what: string, sentence: Sentence, shown: readonly string[] = []): void {
    const text = this.said["say"]?.(sentence) ?? "";
    const bare = sentence.key.slice("why.".length);
    const missing = shown.filter((part) => !text.includes(part));
    const is = text === bare || text === "" || /[{}]|undefined|NaN/.test(text) ? text : missing;
    tally.same(`${this.language}: ${what} has words`, is, []);
  }

  each(what: string, values: readonly string[], word: string): void {
    for (const value of values)
      this.check(`${what} ${value}`, this.said[word]?.(value) as Sentence);
  }
}

const DECIDED = ["priority", "sla", "inbox_rank", "waiting_since", "started", "attribute:tier"];

function checkAll(words: Words, enums: Record<string, readonly string[]>): void {
  const { said } = words;
  for (const test of enums["TEST"] ?? []) {
    const full = said["testSentence"]?.(test, ARGS[test] ?? {}, names) as Sentence;
    words.check(`test ${test}`, full, SHOWN[test]);
    tally.same(`${test} with its arguments is told whole`, full.key, `why.test_${test}`);
    words.check(`test ${test} in brief`, said["testBrief"]?.(test) as Sentence);
    if (ARGS[test] !== undefined)
      tally.same(
        `${test} without arguments is told in brief`,
        said["testSentence"]?.(test, {}, names).key,
        `why.brief_${test}`,
      );
  }
  words.each("how", enums["HOW"] ?? [], "howWord");
  words.each("chosen by", enums["CHOSEN_BY"] ?? [], "chosenByWord");
  words.each("level", enums["LEVEL"] ?? [], "levelWord");
  words.each("class", enums["CAPACITY_CLASS"] ?? [], "classWord");
  words.each("bound", enums["BOUND"] ?? [], "boundWord");
  words.each(
    "key",
    [...(enums["ORDER_KEY"] ?? []).slice(0, -1), "attribute:tier", "id"],
    "orderKeyWord",
  );
  words.each("decided by", [...DECIDED, ...(enums["BOUND"] ?? []), "id"], "decidedByWord");
  words.check("decided by nothing", said["decidedByWord"]?.(null) as Sentence);
  words.check("an unknown cause", said["causeWord"]?.(null) as Sentence);
  for (const [what, edit, shown] of EDITS)
    words.check(`edit: ${what}`, said["editSentence"]?.(edit, names) as Sentence, shown);
  const blank = { turn: null, test: null, args: {} };
  words.check("next", said["turnSentence"]?.({ ...blank, state: "next" }, names) as Sentence);
  for (const turn of [1, 2, 3, 4, 11, 21, 100])
    words.check(
      `${turn} in turn`,
      said["turnSentence"]?.({ ...blank, state: "in_turn", turn }, names) as Sentence,
      [String(turn)],
    );
}

// The types of the events that can set a decision off stand in the stream's union.
async function checkCauses(server: ViteDevServer, words: Words): Promise<void> {
  const { readFileSync } = await import("node:fs");
  const source = readFileSync(`${root()}/web/src/gen/events.ts`, "utf8");
  const types = [...source.matchAll(/\btype: "([a-z]+\.[a-z_]+)"/g)].map((found) => found[1] ?? "");
  const causes = types.filter((type) => !type.startsWith("state."));
  tally.is("events are found", causes.length > 40, server.config.root);
  words.each("cause", causes, "causeWord");
}

const web = fileURLToPath(new URL(`file://${root()}/web/`));
const server = await createServer({
  configFile: false,
  root: web,
  logLevel: "error",
  server: { middlewareMode: true, hmr: false, watch: null },
  appType: "custom",
  optimizeDeps: { noDiscovery: true },
});
try {
  const enums = (await server.ssrLoadModule("/src/gen/enums.ts")) as Record<
    string,
    readonly string[]
  >;
  const { speak } = await server.ssrLoadModule("/src/words/words.ts");
  const said = (await server.ssrLoadModule("/src/why/sentences.ts")) as Said;
  for (const language of ["en", "ko", "ar"]) {
    await speak({ language, locale: language, zone: "UTC" });
    const words = new Words(language, said);
    checkAll(words, enums);
    await checkCauses(server, words);
  }
  const { changesOfOrder, inHeldOrder } = await server.ssrLoadModule("/src/parts/order.ts");
  for (const [what, held, now, want] of [
    ["nothing changed", "abc", "abc", 0],
    ["one went", "abc", "ac", 1],
    ["one came", "abc", "xabc", 1],
    ["one jumped over two", "abc", "cab", 1],
    ["all turned round", "abcd", "dcba", 3],
    ["one went, one came, one moved", "abcd", "dbx" + "a", 4],
  ] as const)
    tally.same(`changes of order: ${what}`, changesOfOrder([...held], [...now]), want);
  tally.same(
    "held rows keep their order and take newest values",
    inHeldOrder(
      [
        { row: { id: "a", v: 1 }, isGone: false },
        { row: { id: "b", v: 1 }, isGone: false },
      ],
      [{ id: "a", v: 2 }],
      (r: { id: string }) => r.id,
    ),
    [
      { row: { id: "a", v: 2 }, isGone: false },
      { row: { id: "b", v: 1 }, isGone: true },
    ],
  );
  const wall = await server.ssrLoadModule("/src/words/wall.ts");
  for (const [what, at, zone, want] of [
    ["winter", "2027-01-15T09:00", "Europe/Paris", "2027-01-15T08:00:00.000Z"],
    ["summer", "2027-07-15T09:00", "Europe/Paris", "2027-07-15T07:00:00.000Z"],
    [
      "skipped: the first instant after",
      "2027-03-28T02:00",
      "Europe/Paris",
      "2027-03-28T01:00:00.000Z",
    ],
    ["twice: its first", "2027-10-31T02:30", "Europe/Paris", "2027-10-31T00:30:00.000Z"],
    ["no time", "soon", "UTC", null],
  ] as const)
    tally.same(`wall time: ${what}`, wall.instantOf(at, zone), want);
} finally {
  await server.close();
}
tally.end();
