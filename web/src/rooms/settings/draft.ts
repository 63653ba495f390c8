// draft -- edits of settings before they are saved. Each remembers the value it was made on: when
// that is no longer what is there, somebody else has saved meanwhile, and the person chooses.
import { useState } from "react";
import { age } from "../../feed/cache.ts";
import { call, Refusal, type Received, type Told } from "../../feed/http.ts";
import { may } from "../../feed/session.ts";
import type { ScopedSettings } from "../../gen/shapes.ts";
import type { SettingName } from "../../gen/settings.ts";
import { back, complain, tell } from "../../parts/notices.tsx";
import { t } from "../../words/words.ts";
import { paramsOf, readOf, writeOf, type Whose } from "./scope.ts";

export interface Edit {
  value: unknown;
  base: unknown; // the own value when the edit began
}
export type Edits = ReadonlyMap<SettingName, Edit>;
type Read = Received<ReturnType<typeof readOf>>;

export const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);

export interface Draft {
  edits: Edits;
  conflicts: readonly SettingName[];
  error: Refusal | null;
  isSaving: boolean;
  put: (name: SettingName, value: unknown) => void;
  drop: (name: SettingName) => void;
  keepMine: (name: SettingName) => void;
  clear: () => void;
  save: (effectiveAt: string | null) => Promise<void>;
}

const TOUCHED = [
  "get_workspace_settings",
  "get_team_settings",
  "get_teammate_settings",
  "list_settings_versions",
  "list_teams",
  "get_me",
] as const;

function ownOf(settings: ScopedSettings, name: SettingName): unknown {
  return settings.settings[name]?.own;
}

function conflictsOf(edits: Edits, settings: ScopedSettings): SettingName[] {
  return [...edits.entries()]
    .filter(([name, { base, value }]) => {
      const now = ownOf(settings, name);
      return !same(now, base) && !same(now, value);
    })
    .map(([name]) => name);
}

function send(whose: Whose, edits: Edits, etag: string | null, effectiveAt: string | null) {
  const set = Object.fromEntries([...edits].map(([name, { value }]) => [name, value]));
  const told: Told<ReturnType<typeof writeOf>> = {
    params: paramsOf(whose),
    body: { set, effective_at: effectiveAt },
    ifMatch: etag ?? "*",
  };
  return call(writeOf(whose.scope), told);
}

function tellSaved(answer: ScopedSettings, n: number, effectiveAt: string | null): void {
  if (effectiveAt !== null) {
    tell(t("settings.saved_ahead", { n }));
    return;
  }
  const undo = back("undo_settings_version", { params: { n: answer.revision }, body: {} }, TOUCHED);
  tell(t("settings.saved", { n }), may("settings_undo") ? undo : null);
}

// Saves; after a 412 reads what is there now, and tries once more when the same settings are
// untouched.
async function saved(whose: Whose, edits: Edits, etag: string | null, at: string | null) {
  try {
    return await send(whose, edits, etag, at);
  } catch (error) {
    if (!(error instanceof Refusal) || error.status !== 412) throw error;
    const now: Read = await call(readOf(whose.scope), { params: paramsOf(whose) });
    age(TOUCHED);
    if (conflictsOf(edits, now.answer).length > 0) throw error;
    return send(whose, edits, now.etag, at);
  }
}

export function useDraft(whose: Whose, read: Read | undefined): Draft {
  const [edits, setEdits] = useState<Edits>(new Map());
  const [error, setError] = useState<Refusal | null>(null);
  const [isSaving, setSaving] = useState(false);
  const change = (name: SettingName, edit: Edit | null) => {
    const next = new Map(edits);
    if (edit === null) next.delete(name);
    else next.set(name, edit);
    setError(null);
    setEdits(next);
  };
  const now = (name: SettingName) => (read === undefined ? undefined : ownOf(read.answer, name));
  const put = (name: SettingName, value: unknown) => {
    const base = edits.has(name) ? edits.get(name)?.base : now(name);
    change(name, same(value, base) ? null : { value, base });
  };
  const save = async (effectiveAt: string | null) => {
    setSaving(true);
    try {
      const { answer } = await saved(whose, edits, read?.etag ?? null, effectiveAt);
      tellSaved(answer, edits.size, effectiveAt);
      setEdits(new Map());
      setError(null);
      age(TOUCHED);
    } catch (refused) {
      const refusal = refused instanceof Refusal ? refused : new Refusal(0, null);
      setError(refusal);
      if (refusal.status !== 412 && (refusal.problem?.errors.length ?? 0) === 0) complain(refusal);
    }
    setSaving(false);
  };
  return {
    edits,
    conflicts: read === undefined ? [] : conflictsOf(edits, read.answer),
    error,
    isSaving,
    put,
    drop: (name) => change(name, null),
    keepMine: (name) => change(name, { value: edits.get(name)?.value, base: now(name) }),
    clear: () => {
      setEdits(new Map());
      setError(null);
    },
    save,
  };
}
