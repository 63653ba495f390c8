// guide -- the first look: which of its stops a person is at, on whatever screen. Kept for this tab
// alone.
import { useSyncExternalStore } from "react";

export const STOPS = ["queue", "receipt", "presence", "order"] as const;
export type Stop = (typeof STOPS)[number];

export const SCREENS: Record<Stop, string> = {
  queue: "/queue",
  receipt: "/queue",
  presence: "/live",
  order: "/priorities",
};

const KEPT = "ek.guide";
const SEEN = "ek.guide.seen";
const watchers = new Set<() => void>();

function current(): Stop | null {
  const kept = sessionStorage.getItem(KEPT);
  return STOPS.find((stop) => stop === kept) ?? null;
}

export function goToStop(stop: Stop | null): void {
  if (stop === null) {
    sessionStorage.removeItem(KEPT);
    localStorage.setItem(SEEN, "1");
  } else sessionStorage.setItem(KEPT, stop);
  for (const watcher of watchers) watcher();
}

export function hasLooked(): boolean {
  return localStorage.getItem(SEEN) !== null;
}

export function useStop(): Stop | null {
  return useSyncExternalStore((watcher) => {
    watchers.add(watcher);
    return () => watchers.delete(watcher);
  }, current);
}
