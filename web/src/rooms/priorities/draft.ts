// draft -- an order being tried: its keys and the values of attributes, moved about before
// anything is saved. Pure.
import { ORDER_KEY } from "../../gen/enums.ts";
import type { OrderKey } from "../../gen/shapes.ts";

export interface Draft {
  keys: readonly OrderKey[];
  attributes: Readonly<Record<string, readonly string[]>>; // name to values, best first
}

export const MOST_KEYS = 10;
const ATTRIBUTE = "attribute:";

export function attributeOf(key: string): string | null {
  return key.startsWith(ATTRIBUTE) ? key.slice(ATTRIBUTE.length) : null;
}

export function attributeKey(name: string): string {
  return `${ATTRIBUTE}${name}`;
}

function withKeys(draft: Draft, keys: readonly OrderKey[]): Draft {
  return { ...draft, keys };
}

// The key taken out and put in again so that it stands at `to`, from 0; off the ends: unchanged.
export function moveTo(draft: Draft, key: string, to: number): Draft {
  const moved = draft.keys.find((each) => each.key === key);
  if (moved === undefined || to < 0 || to >= draft.keys.length) return draft;
  const rest = draft.keys.filter((each) => each.key !== key);
  return withKeys(draft, [...rest.slice(0, to), moved, ...rest.slice(to)]);
}

// Dropped beside another: where a drag ends.
export function moveBeside(draft: Draft, key: string, beside: string, isAfter: boolean): Draft {
  const rest = draft.keys.filter((each) => each.key !== key);
  const at = rest.findIndex((each) => each.key === beside);
  return at < 0 ? draft : moveTo(draft, key, at + (isAfter ? 1 : 0));
}

export function turn(draft: Draft, key: string): Draft {
  return withKeys(
    draft,
    draft.keys.map((each) => (each.key === key ? { ...each, reverse: !each.reverse } : each)),
  );
}

export function add(draft: Draft, key: string): Draft {
  return draft.keys.some((each) => each.key === key) || draft.keys.length >= MOST_KEYS
    ? draft
    : withKeys(draft, [...draft.keys, { key, reverse: false }]);
}

// The last key stays: an order has at least one.
export function remove(draft: Draft, key: string): Draft {
  return draft.keys.length <= 1
    ? draft
    : withKeys(
        draft,
        draft.keys.filter((each) => each.key !== key),
      );
}

export function setValues(draft: Draft, name: string, values: readonly string[]): Draft {
  return { ...draft, attributes: { ...draft.attributes, [name]: values } };
}

// What may still be added: listed keys, and attributes whose values have an order.
export function addable(draft: Draft): string[] {
  const used = new Set(draft.keys.map(({ key }) => key));
  return [
    ...ORDER_KEY.filter((key) => key !== "attribute"),
    ...Object.keys(draft.attributes).map(attributeKey),
  ].filter((key) => !used.has(key));
}

export const SETTING = { keys: "order_keys", attributes: "attribute_orders" } as const;
export type Part = keyof typeof SETTING;
const PARTS: readonly Part[] = ["keys", "attributes"];
export type Changes = Partial<Record<(typeof SETTING)[Part], unknown>>;

const differs = (part: Part, a: Draft, b: Draft) =>
  JSON.stringify(a[part]) !== JSON.stringify(b[part]);

// What differs from the order it was begun on, as a change of settings; null when nothing does.
export function changesOf(draft: Draft, from: Draft): Changes | null {
  const changed = PARTS.filter((part) => differs(part, draft, from));
  return changed.length === 0
    ? null
    : Object.fromEntries(changed.map((part) => [SETTING[part], draft[part]]));
}

// What somebody else has set to something else since, of what is changed here.
export function conflictsOf(draft: Draft, from: Draft, now: Draft): Part[] {
  return PARTS.filter(
    (part) => differs(part, draft, from) && differs(part, now, from) && differs(part, now, draft),
  );
}

export interface Mover {
  conversation: string;
  place: number;
  from: number | null; // null: not known, it stood further down than was read
}

// The queue tried, each with the place it has now.
export function movers(
  before: readonly { conversation: string; place: number }[],
  after: readonly { conversation: string; place: number }[],
): Mover[] {
  const at = new Map(before.map(({ conversation, place }) => [conversation, place]));
  return after.map(({ conversation, place }) => ({
    conversation,
    place,
    from: at.get(conversation) ?? null,
  }));
}

// The first key in which two waiting conversations differ: what puts one before the other.
export function decidingKey(
  keys: readonly OrderKey[],
  a: readonly unknown[],
  b: readonly unknown[],
): number {
  return keys.findIndex((_, index) => (a[index] ?? null) !== (b[index] ?? null));
}
