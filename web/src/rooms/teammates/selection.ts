// selection -- which teammates are chosen: none, these, or all that match but a few. Pure. The
// header's tick means everything that matches, not what happens to be on screen.
import type { BulkScope, Where } from "../../gen/shapes.ts";

export type Selection =
  { kind: "these"; ids: ReadonlySet<string> } | { kind: "all"; except: ReadonlySet<string> };

export const NOBODY: Selection = { kind: "these", ids: new Set() };
export const EVERYBODY: Selection = { kind: "all", except: new Set() };

export const isPicked = (selection: Selection, id: string): boolean =>
  selection.kind === "all" ? !selection.except.has(id) : selection.ids.has(id);

export function withIds(
  selection: Selection,
  ids: readonly string[],
  isWanted: boolean,
): Selection {
  const isAll = selection.kind === "all";
  const set = new Set(isAll ? selection.except : selection.ids);
  for (const id of ids) {
    if (isWanted === isAll) set.delete(id);
    else set.add(id);
  }
  return isAll ? { kind: "all", except: set } : { kind: "these", ids: set };
}

export const countOf = (selection: Selection, total: number): number =>
  selection.kind === "all" ? Math.max(0, total - selection.except.size) : selection.ids.size;

export function stateOf(selection: Selection, total: number): "none" | "some" | "all" {
  const count = countOf(selection, total);
  if (count === 0) return "none";
  return selection.kind === "all" && selection.except.size === 0 ? "all" : "some";
}

// The set for the server: everybody that matches as a filter, unless the filter cannot be said
// there; then those that were found.
export function scopeOf(
  selection: Selection,
  where: Where | null,
  found: readonly string[],
): BulkScope {
  if (selection.kind === "these") return { ids: [...selection.ids] };
  const except = [...selection.except];
  if (where === null) return { ids: found.filter((id) => !selection.except.has(id)) };
  return { where, ...(except.length === 0 ? {} : { except }) };
}
