// api -- requests of a visitor. Each bears the visitor's secret, which is made here (256 bits) and
// kept in the frame's own storage: no cookie. The server knows only its hash, and a secret that has
// said nothing yet is nobody.

export class Refused extends Error {
  readonly status: number; // 0: no server answered
  readonly waitMs: number; // what the server asks for
  constructor(status: number, waitMs = 0) {
    super(`refused: ${status}`);
    this.status = status;
    this.waitMs = waitMs;
  }
  /** Whether the same request may end well later. */
  get isPassing(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

interface Told {
  readonly body?: unknown; // JSON
  readonly raw?: Blob;
  readonly headers?: Record<string, string>;
  readonly key?: string; // Idempotency-Key
  readonly signal?: AbortSignal;
}

function makeSecret(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replace("=", "");
}

export class Api {
  readonly #root: string;
  readonly #place: string; // in the storage
  #secret: string;
  isKept = true; // false: the browser keeps nothing for this frame

  constructor(inbox: string) {
    this.#root = `/api/v1/visit/${encodeURIComponent(inbox)}`;
    this.#place = `evenkeel:${inbox}`;
    this.#secret = this.read() ?? makeSecret();
  }

  read(): string | null {
    try {
      return localStorage.getItem(this.#place);
    } catch {
      this.isKept = false;
      return null;
    }
  }

  /** Before a message: another tab may have written meanwhile, and then it is one visitor. */
  keep(): void {
    this.#secret = this.read() ?? this.#secret;
    this.#write(this.#secret);
  }

  forget(): void {
    this.#secret = makeSecret();
    this.#write(null);
  }

  #write(value: string | null): void {
    try {
      if (value === null) localStorage.removeItem(this.#place);
      else localStorage.setItem(this.#place, value);
    } catch {
      this.isKept = false;
    }
  }

  async send(method: string, path: string, told: Told = {}): Promise<Response> {
    const headers = new Headers({ ...told.headers, "Ek-Visitor": this.#secret });
    const body = told.raw ?? (told.body === undefined ? null : JSON.stringify(told.body));
    if (told.body !== undefined) headers.set("Content-Type", "application/json");
    if (method !== "GET") headers.set("Idempotency-Key", told.key ?? crypto.randomUUID());
    const init: RequestInit = { method, headers, body, credentials: "omit", cache: "no-store" };
    if (told.signal !== undefined) init.signal = told.signal;
    const response = await fetch(this.#root + path, init).catch(() => {
      throw new Refused(0);
    });
    if (response.ok) return response;
    throw new Refused(response.status, Number(response.headers.get("Retry-After") ?? 0) * 1000);
  }

  async ask<T>(method: string, path: string, told: Told = {}): Promise<T> {
    const response = await this.send(method, path, told);
    const text = await response.text().catch(() => {
      throw new Refused(0);
    });
    return (text === "" ? {} : JSON.parse(text)) as T;
  }
}
