// chosen -- which conversations are selected: these by name, or everything that matches but some.
// "Everything" is what the filter matches, not what happens to be on screen.
import type { Selection } from "react-aria-components";

export interface Chosen {
  isAll: boolean;
  ids: ReadonlySet<string>; // these; of all: those left out
}

export const NONE: Chosen = { isAll: false, ids: new Set() };
const ALL: Chosen = { isAll: true, ids: new Set() };

export function toKeys({ isAll, ids }: Chosen, loaded: readonly string[]): ReadonlySet<string> {
  return isAll ? new Set(loaded.filter((id) => !ids.has(id))) : ids;
}

// Everything. Words and saved views are no filter tree: there it is what has been read.
export function everything(isTree: boolean, loaded: readonly string[]): Chosen {
  return isTree ? ALL : { isAll: false, ids: new Set(loaded) };
}

// What the list says was selected, of what it had.
export function fromKeys(
  before: Chosen,
  keys: Selection,
  loaded: readonly string[],
  isTree: boolean,
): Chosen {
  if (keys === "all") return everything(isTree, loaded);
  const selected = new Set([...keys].map(String));
  if (!before.isAll) return { isAll: false, ids: selected };
  if (selected.size === 0) return NONE;
  return { isAll: true, ids: new Set(loaded.filter((id) => !selected.has(id))) };
}

export function toggled(before: Chosen, id: string): Chosen {
  const ids = new Set(before.ids);
  if (!ids.delete(id)) ids.add(id);
  return { ...before, ids };
}

export function countOf({ isAll, ids }: Chosen, total: number | null): number | null {
  if (!isAll) return ids.size;
  return total === null ? null : total - ids.size;
}
