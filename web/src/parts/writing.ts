// writing -- how this person writes: how long a reply is held, and which key sends it. Kept by
// this browser; the composer and the settings both show it.
import { useSyncExternalStore } from "react";
import { me } from "../feed/session.ts";

interface Writing {
  hold: number; // seconds, 0 to 30
  enterSends: boolean;
}

export const HOLD_MAX = 30;
const USUAL: Writing = { hold: 5, enterSends: false };
const watchers = new Set<() => void>();
let raw: string | null = null;
let current: Writing = USUAL;

const nameOf = () => `ek.writing.${me().id}`;

export function writing(): Writing {
  const kept = localStorage.getItem(nameOf());
  if (kept === raw) return current;
  raw = kept;
  try {
    current = { ...USUAL, ...(JSON.parse(kept ?? "{}") as Partial<Writing>) };
  } catch {
    current = USUAL;
  }
  return current;
}

export function setWriting(change: Partial<Writing>): void {
  localStorage.setItem(nameOf(), JSON.stringify({ ...writing(), ...change }));
  for (const watcher of watchers) watcher();
}

export function useWriting(): Writing {
  return useSyncExternalStore((watcher) => {
    watchers.add(watcher);
    return () => watchers.delete(watcher);
  }, writing);
}
