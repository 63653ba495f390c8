// target -- the nearest promise to the contact.
import type { Conversation } from "../../gen/shapes.ts";

// The earliest that is still open, whatever it comes from; its time is null while the clock is
// paused. undefined: nothing was promised.
export function nearestTarget({ due, sla }: Conversation): string | null | undefined {
  if (due !== null && due !== undefined) return due;
  return (sla ?? []).some(({ status }) => status === "paused") ? null : undefined;
}
