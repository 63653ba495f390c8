// keys -- shortcuts. A single letter works only outside text fields, and can be changed or switched
// off (WCAG 2.1.4). It is taken from event.key when that is a Latin letter, else from event.code,
// so that Korean and Arabic layouts work and French ones keep their letters. Alt+letter is never
// used: people write with it.
import { useEffect, useRef } from "react";
import { me } from "../feed/session.ts";

export interface Shortcut {
  keys: string; // "r", "g i", "Mod+K", "?"
  does: string; // for the sheet of keys, in the reader's language
  run: () => void;
}

const SEQUENCE_MS = 1200;
const OFF = "off";
const isMac = /Mac|iP(hone|ad)/.test(navigator.platform);
const layers: (readonly Shortcut[])[] = [];
let before: { keys: string; at: number } | null = null;

// Inputs that take no text: a letter means nothing to them.
const PRESSED = [
  "button",
  "checkbox",
  "color",
  "file",
  "image",
  "radio",
  "range",
  "reset",
  "submit",
];

function isWriting(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return !PRESSED.includes(target.type);
  return (
    target.isContentEditable ||
    /^(TEXTAREA|SELECT)$/.test(target.tagName) ||
    target.closest("[role=combobox],[role=textbox]") !== null
  );
}

// "Mod+K", "Shift+ArrowDown", "g", "?".
export function nameOf(
  event: Pick<KeyboardEvent, "key" | "code" | "ctrlKey" | "metaKey" | "shiftKey">,
): string {
  const latin = /^[a-z]$/i.test(event.key);
  const code = /^Key([A-Z])$/.exec(event.code)?.[1];
  const letter = latin
    ? event.key
    : event.key.length === 1 && code !== undefined && !/[!-~]/.test(event.key)
      ? code
      : event.key;
  const mod = isMac ? event.metaKey : event.ctrlKey;
  const shift = event.shiftKey ? "Shift+" : "";
  if (mod) return `Mod+${shift}${letter.length === 1 ? letter.toUpperCase() : letter}`;
  return letter.length === 1 ? letter.toLowerCase() : `${shift}${letter}`;
}

// What the person has made of it: their own key, or null when switched off.
export function keysOf(shortcut: Pick<Shortcut, "keys">): string | null {
  const own = me().shortcuts as Record<string, string>;
  if (own["letters"] === OFF && !shortcut.keys.includes("+")) return null;
  const mine = own[shortcut.keys];
  return mine === OFF ? null : (mine ?? shortcut.keys);
}

export function shownKeys(keys: string): string {
  return keys.replace("Mod", isMac ? "⌘" : "Ctrl").replaceAll("+", " ");
}

function find(pressed: string): Shortcut | undefined {
  for (const layer of [...layers].reverse()) {
    const found = layer.find((shortcut) => keysOf(shortcut) === pressed);
    if (found !== undefined) return found;
  }
  return undefined;
}

function hear(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing || event.altKey) return;
  const pressed = nameOf(event);
  const single = !pressed.startsWith("Mod+");
  if (
    single &&
    (isWriting(event.target) ||
      document.querySelector("[role=dialog],[role=menu],[role=listbox]") !== null)
  )
    return;
  if (!single && pressed === "Mod+Z" && isWriting(event.target)) return;
  const both =
    before !== null && event.timeStamp - before.at < SEQUENCE_MS
      ? `${before.keys} ${pressed}`
      : null;
  before = single ? { keys: pressed, at: event.timeStamp } : null;
  const shortcut = (both === null ? undefined : find(both)) ?? find(pressed);
  if (shortcut === undefined) return;
  before = null;
  event.preventDefault();
  shortcut.run();
}

let hearing = false;

// While the caller is on screen these keys work; a later caller's win over an earlier one's.
export function useKeys(shortcuts: readonly Shortcut[]): void {
  const held = useRef(shortcuts);
  held.current = shortcuts;
  useEffect(() => {
    if (!hearing) document.addEventListener("keydown", hear);
    hearing = true;
    const layer = held.current.map((each, index) => ({
      keys: each.keys,
      does: each.does,
      run: () => held.current[index]?.run(),
    }));
    layers.push(layer);
    return () => void layers.splice(layers.indexOf(layer), 1);
  }, [shortcuts.length]);
}

export function allKeys(): readonly Shortcut[] {
  return layers.flat();
}
