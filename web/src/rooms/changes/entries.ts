// entries -- the change log as it is shown: what one bulk edit changed is one entry, where it was
// newest. Pure.
import type { Change } from "../../gen/shapes.ts";

export type Entry =
  | { kind: "one"; at: string; change: Change }
  | { kind: "bulk"; at: string; id: string; changes: readonly Change[] };

export function entriesOf(changes: readonly Change[]): readonly Entry[] {
  const entries: Entry[] = [];
  const bulks = new Map<string, Change[]>();
  for (const change of changes) {
    if (change.bulk_edit === null) {
      entries.push({ kind: "one", at: change.at, change });
      continue;
    }
    const known = bulks.get(change.bulk_edit);
    if (known !== undefined) {
      known.push(change);
      continue;
    }
    const of = [change];
    bulks.set(change.bulk_edit, of);
    entries.push({ kind: "bulk", at: change.at, id: change.bulk_edit, changes: of });
  }
  return entries;
}
