// versions -- the versions of the settings that changed the order, newest first, and which of them
// are undone.
import { useAnswer } from "../../feed/cache.ts";
import { may } from "../../feed/session.ts";
import type { SettingsVersion } from "../../gen/shapes.ts";

const MOST = 50;

function useVersionsOf(setting: string) {
  return useAnswer(
    "list_settings_versions",
    { query: { sort: ["-version"], scope: ["workspace"], setting, limit: MOST } },
    { enabled: may("settings_versions_read") },
  );
}

// Null until both have been read.
export function useOrderVersions(): readonly SettingsVersion[] | null {
  const keys = useVersionsOf("order_keys").data?.answer.data;
  const attributes = useVersionsOf("attribute_orders").data?.answer.data;
  if (keys === undefined || attributes === undefined) return null;
  const each = new Map([...keys, ...attributes].map((one) => [one.version, one]));
  return [...each.values()].sort((a, b) => b.version - a.version).slice(0, MOST);
}

// Of a version that was undone: not if its undo was undone in its turn. versions: newest first.
export function undoneOf(versions: readonly SettingsVersion[]): ReadonlySet<number> {
  const undone = new Set<number>();
  for (const { version, undoes } of versions)
    if (undoes !== null && !undone.has(version)) undone.add(undoes);
  return undone;
}
