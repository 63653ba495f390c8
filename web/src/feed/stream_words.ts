// stream_words -- what the worker that holds the event stream and the tabs say to each other.
import type { EventFrame, StateFrame } from "../gen/events.ts";

export type FromWorker =
  | { kind: "event"; frame: EventFrame }
  | { kind: "state"; frame: StateFrame }
  | { kind: "reset"; reason: string } // forget what was read, read anew
  | { kind: "live"; since: number } // the stream stands
  | { kind: "broken"; since: number } // it does not: figures keep their time
  | { kind: "ended" }; // signed out, or rights gone

export type ToWorker =
  { kind: "join"; after: number | null } | { kind: "retry" } | { kind: "leave" };
