// useOrder -- the order in force, the one being tried, and what it would do.
import { useDeferredValue, useMemo, useState } from "react";
import { useAnswer } from "../../feed/cache.ts";
import type { Received } from "../../feed/http.ts";
import { may } from "../../feed/session.ts";
import type { ScopedSettings, SettingsPreviewRequest } from "../../gen/shapes.ts";
import { changesOf, type Changes, type Draft } from "./draft.ts";

export type Read = Received<"get_workspace_settings">;

export function draftOf(settings: ScopedSettings): Draft {
  return {
    keys: (settings.settings["order_keys"]?.effective ?? []) as Draft["keys"],
    attributes: (settings.settings["attribute_orders"]?.effective ?? {}) as Draft["attributes"],
  };
}

// What is tried, and on what it was begun: others may save meanwhile, and it is saved only over
// what the person has seen.
export interface Begun {
  draft: Draft;
  from: Draft;
  etag: string | null;
}

export interface Order {
  draft: Draft;
  begun: Begun | null;
  changes: Changes | null;
  set: (next: Draft) => void;
  discard: () => void;
}

// While nothing is tried the draft is what is in force, also when that changes.
export function useOrder({ answer, etag }: Read): Order {
  const inForce = useMemo(() => draftOf(answer), [answer]);
  const [begun, begin] = useState<Begun | null>(null);
  const changes = useMemo(() => begun && changesOf(begun.draft, begun.from), [begun]);
  const set = (draft: Draft) => {
    const next = { ...(begun ?? { from: inForce, etag }), draft };
    begin(changesOf(draft, next.from) === null ? null : next);
  };
  return { draft: begun?.draft ?? inForce, begun, changes, set, discard: () => begin(null) };
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
