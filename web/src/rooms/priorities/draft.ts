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

// What differs from the order in force, as a change of settings; null when nothing does.
export function changesOf(draft: Draft, from: Draft): Record<string, unknown> | null {
  const set: Record<string, unknown> = {};
  if (JSON.stringify(draft.keys) !== JSON.stringify(from.keys)) set["order_keys"] = draft.keys;
  if (JSON.stringify(draft.attributes) !== JSON.stringify(from.attributes))
    set["attribute_orders"] = draft.attributes;
  return Object.keys(set).length === 0 ? null : set;
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
