// talk -- one visitor's conversation as the frame knows it: what was said, what is on its way, who
// is writing, and whether all that is current. Knows no element; whoever shows it is told that
// something has changed.
import type { Conversation, Expectation, FileOf, Part, Visit } from "../wire/shapes.ts";
import { Refused, type Api } from "./api.ts";
import { Outbox, type Out } from "./outbox.ts";
import { Stream, type Heard } from "./stream.ts";

const TYPING_SHOWN_MS = 6000;
const TYPING_TOLD_MS = 3000;
const AGAIN_MS = 4000;

export type Standing = "beginning" | "ready" | "away" | "gone";

export class Talk {
  visit: Visit | null = null;
  standing: Standing = "beginning";
  isLive = true;
  typing: string | null = null; // who is
  unread = 0;
  hasAddress = false;
  isShut = false; // the server takes no more words of theirs
  readonly parts = new Map<string, Part>();
  readonly outbox: Outbox;
  readonly api: Api;
  readonly #stream: Stream;
  readonly #changed: () => void;
  readonly #language: string;
  #identity: string | null = null;
  #page = "";
  #isLooking = false; // at it: the panel is open and the page in front
  #inFlight: Out | null = null;
  #held: Part[] = []; // came while one of ours was on its way: it may be that one
  #seen = ""; // the last part that was told to be seen
  #toldTyping = 0;
  #typingEnds: ReturnType<typeof setTimeout> | undefined;

  constructor(api: Api, inbox: string, language: string, changed: () => void) {
    this.api = api;
    this.#language = language;
    this.#changed = changed;
    this.outbox = new Outbox(inbox, (out) => this.#post(out), changed);
    this.#stream = new Stream(api, {
      hear: (heard) => this.#hear(heard),
      live: (isLive) => this.#turnLive(isLive),
      ended: () => setTimeout(() => void this.#begin(), AGAIN_MS),
    });
  }

  /** Oldest first. */
  list(): Part[] {
    return [...this.parts.values()].sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
  }

  begin(identity: string | null, page: string): void {
    this.#identity = identity;
    this.#page = page;
    void this.#begin();
  }

  async #begin(): Promise<void> {
    try {
      await this.#read();
      if (this.visit?.conversation) this.#stream.open();
      void this.outbox.go();
    } catch (error) {
      const refused = error instanceof Refused ? error : new Refused(0);
      this.standing = refused.isPassing ? "away" : "gone";
      this.#changed();
      if (refused.isPassing)
        setTimeout(() => void this.#begin(), Math.max(AGAIN_MS, refused.waitMs));
    }
  }

  async #read(): Promise<void> {
    const body = {
      language: this.#language,
      ...(this.#identity === null ? {} : { identity: this.#identity }),
    };
    this.visit = await this.api.ask<Visit>("POST", "", { body }).catch((error: Refused) => {
      if (error.status !== 401 && error.status !== 410) throw error;
      this.api.forget();
      return this.api.ask<Visit>("POST", "", { body });
    });
    this.standing = "ready";
    this.hasAddress ||= this.visit.contact?.has_address === true;
    if (this.visit.conversation !== null) {
      const { data } = await this.api.ask<{ data: Part[] }>("GET", "/parts");
      for (const part of data) this.#take(part);
    }
    this.#count();
  }

  // ---- what the visitor does

  send(text: string, files: readonly FileOf[]): void {
    this.outbox.add(text, files);
  }

  async #post(out: Out): Promise<void> {
    this.#inFlight = out;
    try {
      this.api.keep();
      const { part, conversation } = await this.api.ask<{ part: Part; conversation: Conversation }>(
        "POST",
        "/messages",
        {
          key: out.key,
          body: { text: out.text, files: out.files, language: this.#language, page: this.#page },
        },
      );
      this.parts.set(part.id, part);
      if (this.visit !== null) this.visit = { ...this.visit, conversation };
      this.isShut = false;
    } catch (error) {
      this.isShut ||= error instanceof Refused && error.status === 403;
      throw error;
    } finally {
      this.#inFlight = null;
      for (const part of this.#held.splice(0)) this.#take(part);
    }
    this.#stream.open();
  }

  put(file: File): Promise<FileOf> {
    return this.api.ask<FileOf>("POST", "/files", {
      raw: file,
      headers: {
        "Content-Type": file.type === "" ? "application/octet-stream" : file.type,
        "Content-Disposition": `attachment; filename*=UTF-8''${encodeURIComponent(file.name)}`,
      },
    });
  }

  /** Nobody is told before there is a conversation, nor more often than each three seconds. */
  typed(): void {
    if (!this.visit?.conversation || Date.now() - this.#toldTyping < TYPING_TOLD_MS) return;
    this.#toldTyping = Date.now();
    this.api.send("POST", "/typing", { body: {} }).catch(() => undefined);
  }

  async leave(email: string, name: string): Promise<void> {
    await this.api.send("POST", "/address", { body: { email, ...(name === "" ? {} : { name }) } });
    this.hasAddress = true;
    this.#changed();
  }

  look(isLooking: boolean): void {
    this.#isLooking = isLooking;
    this.#count();
  }

  // ---- what comes

  #turnLive(isLive: boolean): void {
    this.isLive = isLive;
    this.#changed();
    if (!isLive) return;
    // What came while nothing was heard.
    this.#read().then(
      () => void this.outbox.go(),
      () => undefined,
    );
  }

  #hear({ event, data }: Heard): void {
    const said = JSON.parse(data) as unknown;
    if (event === "part") this.#came((said as { part: Part }).part);
    else if (event === "seen") this.#wasSeen(said as { part: string; seen_at: string });
    else if (event === "typing") this.#isTyping((said as { display_name: string }).display_name);
    else if (event === "reset") this.#turnLive(true);
    else if (this.visit !== null && event === "state")
      this.visit = { ...this.visit, conversation: said as Conversation };
    else if (this.visit !== null && event === "expectation")
      this.visit = { ...this.visit, expectation: said as Expectation | null };
    this.#changed();
  }

  #came(part: Part): void {
    if (part.from === "contact" && this.#inFlight !== null) this.#held.push(part);
    else this.#take(part);
    if (part.from === "teammate") this.#isTyping(null);
    this.#count();
  }

  #take(part: Part): void {
    this.parts.set(part.id, part);
  }

  #wasSeen({ part: id, seen_at }: { part: string; seen_at: string }): void {
    // Who has seen one has seen those before it.
    for (const part of this.list()) {
      if (part.from === "contact") this.parts.set(part.id, { ...part, seen_at });
      if (part.id === id) return;
    }
  }

  #isTyping(who: string | null): void {
    clearTimeout(this.#typingEnds);
    this.typing = who;
    if (who === null) return;
    this.#typingEnds = setTimeout(() => {
      this.typing = null;
      this.#changed();
    }, TYPING_SHOWN_MS);
  }

  // What the visitor has not seen; and that they see it now, if they do.
  #count(): void {
    const theirs = this.list().filter(({ from }) => from === "teammate");
    const last = theirs.at(-1);
    const seenAt = theirs.findLastIndex(({ id, seen_at }) => id === this.#seen || seen_at !== null);
    this.unread = this.#isLooking ? 0 : theirs.length - 1 - seenAt;
    if (this.#isLooking && last !== undefined && seenAt < theirs.length - 1) {
      this.#seen = last.id;
      this.api.send("POST", "/seen", { body: { part: last.id } }).catch(() => undefined);
    }
    this.#changed();
  }
}
