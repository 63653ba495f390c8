// field -- where one writes; found by its kind, so that a key can go there.
import type { Kind } from "./drafts.ts";

export const fieldId = (kind: Kind) => `ek-inbox-field-${kind}`;

// After the next drawing: the field may be behind another tab.
export function focusField(kind: Kind): void {
  setTimeout(() => document.getElementById(fieldId(kind))?.focus(), 0);
}

export const HEADING_ID = "ek-inbox-heading";

let wanted: string | null = null;

// Opening a conversation takes the focus to its title, as soon as that is there.
export function wantHeading(conversation: string): void {
  wanted = conversation;
}

export function takeHeading(conversation: string): void {
  if (wanted !== conversation) return;
  wanted = null;
  document.getElementById(HEADING_ID)?.focus();
}
