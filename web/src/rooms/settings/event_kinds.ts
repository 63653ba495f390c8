// event_kinds -- the events that webhooks tell of, as people choose among them: by kind, in words.
// All come from the generated list: a new one appears by itself, and under "other" until somebody
// says what kind it is of.
import { EVENT_TYPES } from "../../gen/events.ts";
import { wordOf } from "../../words/words.ts";

const KINDS = {
  conversations: ["conversation", "message"],
  giving: ["assignment", "offer", "hold", "cooldown", "overflow", "need", "bound", "anyway"],
  people: ["presence", "intake", "ramp", "shift", "margin", "zone", "untouched", "teammate"],
  promises: ["sla", "nobody", "promise"],
  teams: ["team", "membership", "settings", "calendar"],
  contacts: ["contact", "survey", "history"],
  made: ["tag", "view", "content"],
  server: ["server", "epoch", "clock", "period"],
} as const;

export type EventKind = keyof typeof KINDS | "other";

const kindOf = new Map<string, EventKind>(
  Object.entries(KINDS).flatMap(([kind, firsts]) =>
    firsts.map((first) => [first, kind as EventKind] as const),
  ),
);

// What happened, as a sentence; the type itself where nobody has worded it.
export function eventWords(type: string): string {
  const name = type.replace(".", "_");
  for (const [room, key] of [
    ["hooks", `event_${name}`],
    ["why", `cause_${name}`],
  ] as const) {
    const words = wordOf(room, key);
    if (words !== key) return words;
  }
  return type;
}

const plain = (text: string) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

// Each kind with its types, in the order of above; only those that all words of `wanted` find.
export function eventsByKind(
  wanted: string,
  types: readonly string[] = EVENT_TYPES,
): readonly { kind: EventKind; types: readonly string[] }[] {
  const words = plain(wanted).split(/\s+/);
  const found = types.filter((type) => {
    const said = plain(`${eventWords(type)} ${type}`);
    return words.every((word) => said.includes(word));
  });
  return ([...Object.keys(KINDS), "other"] as EventKind[])
    .map((kind) => ({
      kind,
      types: found.filter((type) => (kindOf.get(type.split(".")[0] ?? "") ?? "other") === kind),
    }))
    .filter((each) => each.types.length > 0);
}
