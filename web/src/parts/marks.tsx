// marks -- presence, priority and lateness: each a shape and a word beside its colour.
import type { ReactNode } from "react";
import { t, wordOf } from "../words/words.ts";

export type Tone = "good" | "warn" | "bad" | "quiet" | "accent";

const SHAPES = {
  disc: <circle cx="6" cy="6" r="5" fill="currentColor" />,
  ring: <circle cx="6" cy="6" r="4" fill="none" stroke="currentColor" strokeWidth="2.5" />,
  cross: <path d="M2 2l8 8M10 2l-8 8" stroke="currentColor" strokeWidth="2.5" />,
  triangle: <path d="M6 1l5.5 10h-11Z" fill="currentColor" />,
  bar: <path d="M1 6h10" stroke="currentColor" strokeWidth="3" />,
  square: <rect x="1.5" y="1.5" width="9" height="9" fill="currentColor" />,
  up: <path d="M6 1l5 6H1Zm0 4l5 6H1Z" fill="currentColor" />,
} as const;
export type Shape = keyof typeof SHAPES;

export function Mark({ tone, shape, children }: { tone: Tone; shape: Shape; children: ReactNode }) {
  return (
    <span className="ek-mark" data-tone={tone}>
      <svg viewBox="0 0 12 12" aria-hidden>
        {SHAPES[shape]}
      </svg>
      {children}
    </span>
  );
}

// The shape alone, where its words are said beside it.
export function MarkShape({ tone, shape }: { tone: Tone; shape: Shape }) {
  return (
    <span className="ek-mark" data-tone={tone}>
      <svg viewBox="0 0 12 12" aria-hidden>
        {SHAPES[shape]}
      </svg>
    </span>
  );
}

export function Badge({ tone = "quiet", children }: { tone?: Tone; children: ReactNode }) {
  return (
    <span className="ek-badge" data-tone={tone}>
      {children}
    </span>
  );
}

const PRESENCES: Record<string, [Tone, Shape]> = {
  active: ["good", "disc"],
  away: ["warn", "ring"],
  away_reassigning: ["bad", "cross"],
};

export function presenceLook(presence: string): readonly [Tone, Shape] {
  return PRESENCES[presence] ?? ["quiet", "bar"];
}

export function PresenceMark({ presence }: { presence: string }) {
  const [tone, shape] = presenceLook(presence);
  return (
    <Mark tone={tone} shape={shape}>
      {wordOf("presence", presence)}
    </Mark>
  );
}

const PRIORITIES = ["none", "medium", "high", "urgent"] as const;

// Priority 0 is not drawn: most have none.
export function PriorityMark({ priority }: { priority: number }) {
  const name = PRIORITIES[Math.min(3, Math.max(0, priority))] ?? "none";
  if (priority <= 0) return null;
  return (
    <Mark
      tone={priority >= 3 ? "bad" : priority === 2 ? "warn" : "quiet"}
      shape={priority >= 3 ? "up" : priority === 2 ? "triangle" : "bar"}
    >
      {t(`common.priority_${name}`)}
    </Mark>
  );
}
