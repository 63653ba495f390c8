// outbox -- messages on their way: one after another, each under a key of its own, with which it is
// sent again until the server has said how it ended; so none is lost and none is sent twice. They
// are kept with the browser, and go on after a reload.
import { Refused } from "./api.ts";

export interface Out {
  readonly key: string;
  readonly text: string;
  readonly files: readonly string[]; // ids of what was put up before
  readonly names: readonly string[]; // theirs, to be shown meanwhile
  // refused: the server has said no; failed: it cannot be reached, and is tried again.
  state: "sending" | "failed" | "refused";
  status?: number; // with which it was refused
}

const TRIES = 5;
const FIRST_WAIT_MS = 500;

export class Outbox {
  readonly all: Out[];
  readonly #place: string;
  readonly #post: (out: Out) => Promise<void>;
  readonly #changed: () => void;
  #isSending = false;

  constructor(inbox: string, post: (out: Out) => Promise<void>, changed: () => void) {
    this.#place = `evenkeel:${inbox}:out`;
    this.#post = post;
    this.#changed = changed;
    this.all = this.#read();
  }

  #read(): Out[] {
    try {
      return JSON.parse(localStorage.getItem(this.#place) ?? "[]") as Out[];
    } catch {
      return [];
    }
  }

  #keep(): void {
    try {
      if (this.all.length === 0) localStorage.removeItem(this.#place);
      else localStorage.setItem(this.#place, JSON.stringify(this.all));
    } catch {
      // What the browser does not keep is still sent from here.
    }
    this.#changed();
  }

  add(text: string, files: readonly { readonly id: string; readonly name: string }[]): void {
    this.all.push({
      key: crypto.randomUUID(),
      text,
      files: files.map(({ id }) => id),
      names: files.map(({ name }) => name),
      state: "sending",
    });
    this.#keep();
    void this.go();
  }

  drop(out: Out): void {
    this.all.splice(this.all.indexOf(out), 1);
    this.#keep();
  }

  again(out: Out): void {
    out.state = "sending";
    this.#keep();
    void this.go();
  }

  /** Sends what could not be sent while nobody answered. */
  async go(): Promise<void> {
    if (this.#isSending) return;
    this.#isSending = true;
    let next = this.#next();
    while (next !== undefined && (await this.#sendOne(next))) next = this.#next();
    this.#isSending = false;
  }

  #next(): Out | undefined {
    return this.all.find(({ state }) => state !== "refused");
  }

  // Whether the next one may go: one that cannot be sent now holds back those behind it.
  async #sendOne(out: Out): Promise<boolean> {
    out.state = "sending";
    this.#changed();
    for (let turn = 0; ; turn++) {
      try {
        await this.#post(out);
        this.drop(out);
        return true;
      } catch (error) {
        const refused = error instanceof Refused ? error : new Refused(0);
        if (!refused.isPassing || turn === TRIES) {
          out.state = refused.isPassing ? "failed" : "refused";
          out.status = refused.status;
          this.#keep();
          return !refused.isPassing;
        }
        const wait = Math.max(refused.waitMs, FIRST_WAIT_MS * 2 ** turn);
        await new Promise((resolve) => setTimeout(resolve, wait));
      }
    }
  }
}
