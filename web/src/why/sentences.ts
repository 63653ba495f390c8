// sentences -- which words say a fact of the server's explanations. Pure: a test with its
// arguments, an edit, a way of giving or a key of the order becomes a key of the catalogue and
// what it is told; say() makes the text of it. Everybody who words a receipt does it with these,
// so that all screens say the same.
import type { CapacityClass, Test } from "../gen/enums.ts";
import type { EventType } from "../gen/events.ts";
import type { Edit } from "../gen/shapes.ts";
import { apart, formatList, formatNumber, formatWhen } from "../words/format.ts";
import { wordOf, type WordKey } from "../words/words.ts";

export { apart };

// What ids are called; feed/names.ts gives one.
export interface Namer {
  of(id: string | null | undefined): string;
}

export interface Sentence {
  key: WordKey & `why.${string}`;
  told: Record<string, string | number>;
}

type Args = Record<string, unknown>;
type Teller = (args: Args, names: Namer) => Record<string, string | number>;

export function named(id: unknown, names: Namer): string {
  return typeof id === "string" && id !== "" ? apart(names.of(id)) : "";
}

// The words of a sentence in the reader's language.
export function say(sentence: Sentence): string {
  return wordOf("why", sentence.key.slice("why.".length), sentence.told);
}

function sentence(name: string, told: Sentence["told"] = {}): Sentence {
  return { key: `why.${name}` as Sentence["key"], told };
}

const figure = (value: unknown) => (typeof value === "number" ? formatNumber(value) : "");
const count = (value: unknown) => (typeof value === "number" ? value : 0);
const instant = (value: unknown) => (typeof value === "string" ? formatWhen(value) : "");

// The members that the server sends with each test; a test without an entry has none.
const TESTS: Partial<Record<Test, { needs: readonly string[]; tell: Teller }>> = {
  paused: { needs: ["until"], tell: ({ until }) => ({ until: instant(until) }) },
  at_limit: {
    needs: ["load", "limit"],
    tell: ({ load, limit }) => ({ load: figure(load), limit: figure(limit) }),
  },
  at_inbox_limit: {
    needs: ["held", "limit"],
    tell: ({ held, limit }) => ({ held: figure(held), limit: figure(limit) }),
  },
  at_class_limit: {
    needs: ["class", "load", "limit"],
    tell: ({ class: name, load, limit }) => ({
      class: say(classWord(String(name) as CapacityClass)),
      load: figure(load),
      limit: figure(limit),
    }),
  },
  too_complex: {
    needs: ["complexity", "max"],
    tell: ({ complexity, max }) => ({ complexity: figure(complexity), max: figure(max) }),
  },
  lacks_skill: { needs: ["skill"], tell: ({ skill }) => ({ skill: apart(String(skill)) }) },
  released: { needs: ["until"], tell: ({ until }) => ({ until: instant(until) }) },
  held_for_other: {
    needs: ["teammate"],
    tell: ({ teammate }, names) => ({ name: named(teammate, names) }),
  },
  intake: {
    needs: ["used", "max"],
    tell: ({ used, max }) => ({ used: figure(used), max: figure(max) }),
  },
  primary_not_empty: {
    needs: ["team", "waiting"],
    tell: ({ team, waiting }, names) => ({ team: named(team, names), n: count(waiting) }),
  },
};

// The test in two or three words, where who or what failed it is not said: a filter, a heading.
export function testBrief(test: Test): Sentence {
  return sentence(`brief_${test}`);
}

// Why a test was failed, with its figures; the brief words where the server sends none of them.
export function testSentence(test: Test, args: unknown, names: Namer): Sentence {
  const known = (typeof args === "object" && args !== null ? args : {}) as Args;
  const entry = TESTS[test];
  if (entry === undefined) return sentence(`test_${test}`);
  const isWhole = entry.needs.every(
    (member) => known[member] !== undefined && known[member] !== null,
  );
  return isWhole ? sentence(`test_${test}`, entry.tell(known, names)) : testBrief(test);
}

export function classWord(name: CapacityClass): Sentence {
  return sentence(`class_${name}`);
}

export function howWord(how: string): Sentence {
  return sentence(`how_${how}`);
}

export function chosenByWord(chosenBy: string): Sentence {
  return sentence(`chosen_by_${chosenBy}`);
}

export function levelWord(level: string): Sentence {
  return sentence(`level_${level}`);
}

export function boundWord(bound: string): Sentence {
  return sentence(`bound_${bound}`);
}

const ATTRIBUTE = "attribute:";

// A key of the order by its name: "Priority", "Customer attribute tier".
export function orderKeyWord(key: string): Sentence {
  return key.startsWith(ATTRIBUTE)
    ? sentence("key_attribute", { name: apart(key.slice(ATTRIBUTE.length)) })
    : sentence(`key_${key}`);
}

// What put a conversation before the next one: a key, a bound, or the older id. null: it is last.
export function decidedByWord(decidedBy: string | null): Sentence {
  if (decidedBy === null) return sentence("decided_last");
  if (decidedBy === "id") return sentence("decided_id");
  if (decidedBy.startsWith(ATTRIBUTE))
    return sentence("decided_attribute", {
      name: apart(decidedBy.slice(ATTRIBUTE.length)),
    });
  return sentence(`decided_${decidedBy}`);
}

export function causeWord(type: EventType | (string & {}) | null): Sentence {
  return type === null ? sentence("cause_unknown") : sentence(`cause_${type.replace(".", "_")}`);
}

function skillsOf(value: unknown): string {
  const skills = Object.entries((value ?? {}) as Record<string, number>);
  return formatList(skills.map(([skill, level]) => apart(`${skill} ${formatNumber(level)}`)));
}

function limitSentence(who: string, limit: unknown): Sentence {
  return limit === null
    ? sentence("edit_limit_none", { name: who })
    : sentence("edit_limit", { name: who, limit: figure(limit) });
}

function inboxLimitSentence(team: string, limit: unknown): Sentence {
  return limit === null
    ? sentence("edit_inbox_limit_none", { team })
    : sentence("edit_inbox_limit", { team, limit: figure(limit) });
}

// A single edit as something that might hold: "Mina's limit at 6", "Jin active".
export function editSentence(edit: Edit, names: Namer): Sentence {
  const set = (edit.set ?? {}) as Args;
  const who = named(edit.id, names);
  const team = named(edit.team, names);
  if ("limit" in set)
    return edit.scope === "workspace"
      ? sentence("edit_workspace_limit", { limit: figure(set["limit"]) })
      : limitSentence(who, set["limit"]);
  if ("inbox_limit" in set) return inboxLimitSentence(who, set["inbox_limit"]);
  if ("presence" in set) return sentence("edit_presence", { name: who });
  if ("paused_until" in set) return sentence("edit_resume", { name: who });
  if ("level" in set) {
    const level = set["level"];
    return level === "primary" || level === "secondary"
      ? sentence(`edit_level_${level}`, { name: who, team })
      : sentence("edit_level_none", { name: who, team });
  }
  if ("skills" in set)
    return sentence("edit_skills", { name: who, skills: skillsOf(set["skills"]) });
  if ("secondary_gate" in set) return sentence(`edit_gate_${String(set["secondary_gate"])}`);
  if ("helper_order" in set) return sentence(`edit_helpers_${String(set["helper_order"])}`);
  return sentence("edit_other", {
    setting: formatList(Object.keys(set).map((name) => apart(name))),
  });
}

// What a dot beside a name says: gets the next, n-th in turn, or the first failed test.
export function turnSentence(
  row: { state: string; turn: number | null; test: Test | null; args: unknown },
  names: Namer,
): Sentence {
  if (row.state === "next") return sentence("turn_next");
  if (row.state === "in_turn") return sentence("turn_nth", { n: row.turn ?? 0 });
  return row.test === null ? sentence("turn_none") : testSentence(row.test, row.args, names);
}
