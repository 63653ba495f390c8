// useOrder -- the order in force, the one being tried, and what it would do.
import { useDeferredValue, useMemo, useState } from "react";
import { useAnswer } from "../../feed/cache.ts";
import { may } from "../../feed/session.ts";
import type { ScopedSettings, SettingsPreviewRequest } from "../../gen/shapes.ts";
import { changesOf, type Draft } from "./draft.ts";

export function draftOf(settings: ScopedSettings): Draft {
  return {
    keys: (settings.settings["order_keys"]?.effective ?? []) as Draft["keys"],
    attributes: (settings.settings["attribute_orders"]?.effective ?? {}) as Draft["attributes"],
  };
}

export interface Order {
  draft: Draft;
  inForce: Draft;
  changes: Record<string, unknown> | null;
  set: (next: Draft) => void;
  discard: () => void;
}

// While nothing is tried the draft is what is in force, also when that changes.
export function useOrder(settings: ScopedSettings): Order {
  const inForce = useMemo(() => draftOf(settings), [settings]);
  const [tried, setTried] = useState<Draft | null>(null);
  const draft = tried ?? inForce;
  const changes = useMemo(() => changesOf(draft, inForce), [draft, inForce]);
  return { draft, inForce, changes, set: setTried, discard: () => setTried(null) };
}

export const mayEdit = () => may("setting_manager_edit");
export const mayTry = () => may("settings_preview");

export const MOST_ROWS = 500;

// What the draft would do to the queue as it stands: asked of the server with every change, and
// of nobody who tries nothing.
export function usePreview(order: Order) {
  const changes = useDeferredValue(order.changes);
  const body: SettingsPreviewRequest = {
    edits: [{ scope: "workspace", set: changes ?? {} }],
    limit: MOST_ROWS,
  };
  const isAsked = mayTry() && changes !== null;
  const preview = useAnswer("preview_settings", { body }, { enabled: isAsked, keep: true });
  const isBehind = changes !== order.changes || preview.isFetching;
  return { preview, isBehind };
}

export type Preview = ReturnType<typeof usePreview>;

// The queue as it stands, kept current.
export function useQueueNow() {
  return useAnswer(
    "list_queue",
    { query: { limit: MOST_ROWS, total: true } },
    { enabled: may("queue_read") },
  );
}
