// contacts -- who writes: the masked names beside conversations, read many at a time. What is
// masked is opened in the side panel, one by one, since that is written down.
import { useEffect, useSyncExternalStore } from "react";
import { call } from "../../feed/http.ts";
import { listen } from "../../feed/live.ts";
import type { ContactId } from "../../gen/ids.ts";
import type { ContactView } from "../../gen/shapes.ts";

const AT_ONCE = 50;
const known = new Map<string, ContactView>();
const asked = new Set<string>();
const watchers = new Set<() => void>();
let version = 0;
let isListening = false;

function tellAll(): void {
  version++;
  for (const watcher of watchers) watcher();
}

async function read(ids: readonly ContactId[]): Promise<void> {
  for (const id of ids) asked.add(id);
  try {
    const { answer } = await call("list_contacts", { query: { id: ids, limit: AT_ONCE } });
    for (const contact of answer.data) known.set(contact.id, contact);
    tellAll();
  } catch {
    // Without names the list stands all the same; the next look asks again.
    for (const id of ids) asked.delete(id);
  }
}

function hearChanges(): void {
  if (isListening) return;
  isListening = true;
  listen((message) => {
    const isOld =
      message.kind === "reset" ||
      (message.kind === "event" && message.frame.type.startsWith("contact."));
    if (!isOld) return;
    asked.clear();
    tellAll();
  });
}

export function useContacts(
  ids: readonly (ContactId | null | undefined)[],
): ReadonlyMap<string, ContactView> {
  const at = useSyncExternalStore(
    (watcher) => {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
    () => version,
  );
  useEffect(() => {
    hearChanges();
    const missing = [...new Set(ids)].filter((id) => id !== null && id !== undefined);
    const unasked = missing.filter((id) => !asked.has(id));
    for (let from = 0; from < unasked.length; from += AT_ONCE)
      void read(unasked.slice(from, from + AT_ONCE));
  }, [ids, at]);
  return known;
}
