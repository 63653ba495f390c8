// visitor -- a visitor of a host's site, as the widget's frame is one: a secret of its own, no
// cookie; and a reader of its stream.
import { createHmac, randomBytes, randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";

import { noteMet, type Answer, type Ask, type Client } from "./server.ts";

export const newSecret = (): string => randomBytes(32).toString("base64url");

export class Visitor {
  readonly client: Client;
  readonly inbox: string;
  secret: string | null;

  constructor(owner: Client, inbox: string, secret: string | null = newSecret()) {
    this.client = owner.as(null);
    this.inbox = inbox;
    this.secret = secret;
  }

  path(rest = ""): string {
    return `/visit/${this.inbox}${rest}`;
  }
  with(ask: Ask = {}): Ask {
    return {
      ...ask,
      headers: { ...(this.secret === null ? {} : { "Ek-Visitor": this.secret }), ...ask.headers },
    };
  }
  open(body: object = {}): Promise<Answer> {
    return this.client.post(this.path(), body, this.with());
  }
  say(text: string, more: object = {}, ask: Ask = {}): Promise<Answer> {
    return this.client.post(this.path("/messages"), { text, ...more }, this.with(ask));
  }
  async parts(query = ""): Promise<any[]> {
    return (await this.client.get(this.path(`/parts${query}`), this.with())).body?.data ?? [];
  }
  get(rest: string, ask: Ask = {}): Promise<Answer> {
    return this.client.get(this.path(rest), this.with(ask));
  }
  post(rest: string, body: unknown, ask: Ask = {}): Promise<Answer> {
    return this.client.post(this.path(rest), body, this.with(ask));
  }
  listen(last: string | null = null): Promise<Ears> {
    return Ears.open(this, last);
  }
}

export interface Heard {
  readonly id: string | null;
  readonly event: string;
  readonly data: any;
}

/** A visitor's stream, read until it is closed. */
export class Ears {
  readonly heard: Heard[] = [];
  ended = false;
  private readonly stop = new AbortController();
  private done: Promise<void> = Promise.resolve();

  static async open(v: Visitor, last: string | null): Promise<Ears> {
    const ears = new Ears();
    const got = await fetch(`${v.client.url}/api/v1${v.path("/events")}`, {
      signal: ears.stop.signal,
      headers: {
        ...(v.secret === null ? {} : { "Ek-Visitor": v.secret }),
        ...(last === null ? {} : { "Last-Event-ID": last }),
      },
    });
    noteMet("stream_visit", got.status);
    if (got.status !== 200) throw new Error(`${got.status}: ${await got.text()}`);
    ears.done = ears.read(got).catch(() => {
      ears.ended = true;
    });
    return ears;
  }

  private async read(got: Response): Promise<void> {
    const decoder = new TextDecoder();
    let text = "";
    for await (const bytes of got.body as unknown as AsyncIterable<Uint8Array>) {
      text += decoder.decode(bytes, { stream: true });
      for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
        const lines = text.slice(0, end).split("\n");
        const field = (name: string): string | null =>
          lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2) ?? null;
        const event = field("event");
        if (event !== null)
          this.heard.push({ id: field("id"), event, data: JSON.parse(field("data") ?? "null") });
        text = text.slice(end + 2);
      }
    }
    this.ended = true;
  }

  async until(is: (heard: Heard) => boolean, ms = 5000): Promise<Heard | undefined> {
    for (let i = 0; i < ms / 10; i++) {
      const found = this.heard.find(is);
      if (found !== undefined) return found;
      await sleep(10);
    }
    return undefined;
  }
  hears(text: string): Promise<Heard | undefined> {
    return this.until((h) => h.event === "part" && h.data.part.text === text);
  }
  async gone(ms = 5000): Promise<boolean> {
    for (let i = 0; i < ms / 10 && !this.ended; i++) await sleep(10);
    return this.ended;
  }
  async close(): Promise<void> {
    this.stop.abort();
    await this.done;
  }
}

/** What a host's site signs. */
export function sign(secret: string, inbox: string, contact: string, more: object = {}): string {
  const now = Math.floor(Date.now() / 1000);
  const body = Buffer.from(
    JSON.stringify({ inbox, contact, iat: now, exp: now + 600, jti: randomUUID(), ...more }),
  ).toString("base64url");
  return `${body}.${createHmac("sha256", secret).update(body).digest("base64url")}`;
}
