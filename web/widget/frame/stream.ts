// stream -- what happens, as it happens: Server-Sent Events read with fetch, as an EventSource can
// say no secret. Broken off, it goes on after the last event that came; each further try waits
// longer, and not all visitors of a server that starts again come back at the same moment.
import { Refused, type Api } from "./api.ts";

export interface Heard {
  readonly event: string;
  readonly data: string;
}
interface Ears {
  readonly hear: (heard: Heard) => void;
  // true: events come from now on; false: they do not, for the time being.
  readonly live: (isLive: boolean) => void;
  // The server knows this visitor no more.
  readonly ended: () => void;
}

const QUIET_MS = 40_000; // a comment comes at least each 15 s
const FIRST_WAIT_MS = 500;
const LAST_WAIT_MS = 15_000;

export class Stream {
  readonly #api: Api;
  readonly #ears: Ears;
  #last = ""; // id of the last event
  #tries = 0;
  #isWanted = false;
  #abort = new AbortController();
  #wake: () => void = () => undefined;

  constructor(api: Api, ears: Ears) {
    this.#api = api;
    this.#ears = ears;
    addEventListener("online", () => this.#wake());
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden) this.#wake();
    });
  }

  open(): void {
    if (this.#isWanted) return;
    this.#isWanted = true;
    void this.#run();
  }

  close(): void {
    this.#isWanted = false;
    this.#last = "";
    this.#abort.abort();
  }

  async #run(): Promise<void> {
    while (this.#isWanted) {
      this.#abort = new AbortController();
      let waitMs = 0;
      try {
        await this.#read();
      } catch (error) {
        const refused = error instanceof Refused ? error : new Refused(0);
        waitMs = refused.waitMs;
        if (!refused.isPassing) this.#isWanted = false;
      }
      if (!this.#isWanted) break;
      this.#ears.live(false);
      await this.#rest(waitMs);
    }
    if (!this.#abort.signal.aborted) this.#ears.ended();
  }

  #rest(atLeastMs: number): Promise<void> {
    const full = Math.min(LAST_WAIT_MS, FIRST_WAIT_MS * 2 ** this.#tries++);
    const wait = Math.max(atLeastMs, full * (0.5 + Math.random() / 2));
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, wait);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  async #read(): Promise<void> {
    const headers: Record<string, string> = { Accept: "text/event-stream" };
    if (this.#last !== "") headers["Last-Event-ID"] = this.#last;
    const { signal } = this.#abort;
    const { body } = await this.#api.send("GET", "/events", { headers, signal });
    if (body === null) return;
    const reader = body
      .pipeThrough(new TextDecoderStream() as never)
      .getReader() as unknown as ReadableStreamDefaultReader<string>;
    let rest = "";
    this.#ears.live(true);
    for (;;) {
      const quiet = setTimeout(() => this.#abort.abort(), QUIET_MS);
      const { done, value } = await reader.read().finally(() => clearTimeout(quiet));
      if (done) return;
      this.#tries = 0;
      const blocks = (rest + value).split("\n\n");
      rest = blocks.pop() ?? "";
      for (const block of blocks) this.#take(block);
    }
  }

  // The fields of a block that we use (WHATWG HTML, 9.2.6).
  #take(block: string): void {
    const data: string[] = [];
    let event = "message";
    for (const line of block.split("\n")) {
      const value = line.slice(line.indexOf(":") + 1).trimStart();
      if (line.startsWith("event:")) event = value;
      else if (line.startsWith("data:")) data.push(value);
      else if (line.startsWith("id:")) this.#last = value;
    }
    if (data.length > 0) this.#ears.hear({ event, data: data.join("\n") });
  }
}
