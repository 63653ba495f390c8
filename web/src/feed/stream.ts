// stream -- the one event stream of a browser: read, checked, resumed. Runs in the worker that all
// tabs share; knows no tab. The client's whole rule (api.md section 3): a seq not above the last
// one held is a repeat, a prev above the last one held is a gap.
import type { EventFrame, StateFrame } from "../gen/events.ts";
import { judge, readBlock, type Frame } from "./sse.ts";
import type { FromWorker } from "./stream_words.ts";

const QUIET_MS = 20_000; // heartbeats come every 15 s: without one, what is shown is old
const RETRY_MS = [500, 1000, 2000, 4000, 8000];

export class EventStream {
  #held: number | null = null;
  #log: string | null = null;
  #tries = 0;
  #abort: AbortController | null = null;
  #quiet: ReturnType<typeof setTimeout> | undefined;
  #again: ReturnType<typeof setTimeout> | undefined;
  readonly #tell: (message: FromWorker) => void;

  constructor(tell: (message: FromWorker) => void) {
    this.#tell = tell;
  }

  get held(): number | null {
    return this.#held;
  }

  open(after: number | null): void {
    if (this.#abort !== null) return;
    this.#held ??= after;
    void this.#run();
  }

  retry(): void {
    clearTimeout(this.#again);
    this.close();
    void this.#run();
  }

  close(): void {
    clearTimeout(this.#quiet);
    this.#abort?.abort();
    this.#abort = null;
  }

  async #run(): Promise<void> {
    const abort = new AbortController();
    this.#abort = abort;
    this.#watch();
    try {
      const query = this.#held === null ? "" : `?after=${this.#held}`;
      const headers = { Accept: "text/event-stream" };
      const response = await fetch(`/api/v1/events${query}`, {
        headers,
        signal: abort.signal,
      });
      if (response.status === 401) return this.#end();
      if (response.ok && response.body !== null) await this.#read(response.body, abort.signal);
    } catch {
      // What broke does not matter: it is told below, and tried again.
    }
    if (this.#abort !== abort) return;
    this.#abort = null;
    clearTimeout(this.#quiet);
    this.#tell({ kind: "broken", since: Date.now() });
    const wait = RETRY_MS[Math.min(this.#tries++, RETRY_MS.length - 1)] ?? 8000;
    this.#again = setTimeout(() => void this.#run(), wait);
  }

  #end(): void {
    this.close();
    this.#held = null;
    this.#tell({ kind: "ended" });
  }

  #watch(): void {
    clearTimeout(this.#quiet);
    this.#quiet = setTimeout(() => this.#abort?.abort(), QUIET_MS);
  }

  async #read(body: ReadableStream<Uint8Array>, signal: AbortSignal): Promise<void> {
    const reader = body
      .pipeThrough(new TextDecoderStream() as TransformStream<Uint8Array, string>)
      .getReader();
    let rest = "";
    for (;;) {
      const { done, value } = await reader.read();
      if (done || signal.aborted) return;
      this.#watch();
      const blocks = (rest + value).split("\n\n");
      rest = blocks.pop() ?? "";
      for (const block of blocks) {
        const frame = readBlock(block);
        if (frame !== null && !this.#take(frame)) return;
      }
    }
  }

  // False: this stream is of no use any more, open another.
  #take({ event, data }: Frame): boolean {
    if (event === "hello") return this.#hello(JSON.parse(data) as { log: string; seq: number });
    if (event === "reset") {
      const { reason, seq } = JSON.parse(data) as { reason: string; seq: number };
      this.#held = seq;
      this.#tell({ kind: "reset", reason });
      return true;
    }
    if (event.startsWith("state.")) {
      this.#tell({
        kind: "state",
        frame: { type: event, ...JSON.parse(data) } as StateFrame,
      });
      return true;
    }
    return this.#hold(event, JSON.parse(data) as EventFrame);
  }

  #hello({ log, seq }: { log: string; seq: number }): boolean {
    const other = this.#log !== null && this.#log !== log;
    this.#log = log;
    this.#tries = 0;
    if (other) {
      this.#held = null;
      this.#tell({ kind: "reset", reason: "restored" });
      return false;
    }
    this.#held ??= seq;
    this.#tell({ kind: "live", since: Date.now() });
    return true;
  }

  #hold(event: string, frame: EventFrame): boolean {
    const verdict = judge(this.#held, frame as { seq: number; prev: number });
    if (verdict === "gap") return false;
    if (verdict === "repeat") return true;
    this.#held = frame.seq;
    if (event !== "position") this.#tell({ kind: "event", frame });
    return true;
  }
}
