// http -- one request to /api/v1: typed by the table of operations, so that what the server does
// not have does not compile. Every writing request carries an Idempotency-Key; when the outcome is
// unknown (the network failed, or 503) it is repeated with the same key until it is known, as the
// API promises.
import { OPERATIONS, type Operations } from "../gen/operations.ts";
import type { Problem } from "../gen/problems.ts";

export type OperationName = keyof Operations;
type Given<K extends OperationName, M extends string> = M extends keyof Operations[K]
  ? Operations[K][M]
  : never;
export type Answer<K extends OperationName> = Given<K, "answer">;
export type Query<K extends OperationName> = Given<K, "query">;
// What an operation is told: its path's ids, its query, its body.
export interface Told<K extends OperationName> {
  params?: Given<K, "params">;
  query?: Given<K, "query">;
  body?: Given<K, "body">;
  ifMatch?: string; // ETag of what is changed
  key?: string; // Idempotency-Key; made when absent
  signal?: AbortSignal;
}

export interface Received<K extends OperationName> {
  answer: Answer<K>;
  etag: string | null;
  seq: number | null; // Evenkeel-Seq: the position the answer is true for
  status: number;
}

// Thrown for everything that is not 2xx. problem is null when no server answered.
export class Refusal extends Error {
  readonly problem: Problem | null;
  readonly status: number;
  constructor(status: number, problem: Problem | null) {
    super(problem?.detail ?? problem?.title ?? "unreachable");
    this.status = status;
    this.problem = problem;
  }
  get kind(): string {
    return this.problem?.type.replace("/problems/", "") ?? "unreachable";
  }
}

const KEY_TRIES = 6;
const FIRST_WAIT_MS = 400;

function address(
  path: string,
  params: Record<string, string>,
  query: Record<string, unknown>,
): string {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(params[name] ?? ""),
  );
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== "")
      search.set(name, Array.isArray(value) ? value.join(",") : String(value));
  }
  const text = search.toString();
  return `/api/v1${filled}${text === "" ? "" : `?${text}`}`;
}

async function once(url: string, init: RequestInit): Promise<Response> {
  const response = await fetch(url, { credentials: "same-origin", ...init }).catch((error) => {
    // Whoever asked and went away is told so; that nobody answered is a refusal like others.
    throw init.signal?.aborted === true ? error : new Refusal(0, null);
  });
  if (response.ok) return response;
  const type = response.headers.get("content-type") ?? "";
  const problem = type.includes("problem+json") ? ((await response.json()) as Problem) : null;
  throw new Refusal(response.status, problem);
}

// Whether doing it again with the same key is the right way to learn how it ended.
function isUnknown(error: unknown): boolean {
  if (!(error instanceof Refusal))
    return !(error instanceof DOMException && error.name === "AbortError");
  if (error.status === 0) return true;
  return error.status >= 500 && error.status !== 507 && error.kind !== "read_only";
}

async function untilKnown(url: string, init: RequestInit): Promise<Response> {
  for (let turn = 0; ; turn++) {
    try {
      return await once(url, init);
    } catch (error) {
      if (!isUnknown(error) || turn + 1 === KEY_TRIES) {
        throw error instanceof Refusal ? error : new Refusal(0, null);
      }
      await new Promise((resolve) => setTimeout(resolve, FIRST_WAIT_MS * 2 ** turn));
    }
  }
}

// One request as fetch sends it. Files and CSV, which the typed form below does not cover, use it
// bare.
export async function send(
  method: string,
  url: string,
  init: RequestInit,
  key?: string,
): Promise<Response> {
  const headers = new Headers(init.headers);
  if (method === "GET") return once(url, { ...init, method, headers });
  headers.set("Idempotency-Key", key ?? crypto.randomUUID());
  return untilKnown(url, { ...init, method, headers });
}

export async function call<K extends OperationName>(
  name: K,
  told: Told<K> = {},
): Promise<Received<K>> {
  const [method, path] = OPERATIONS[name];
  const headers = new Headers({ Accept: "application/json" });
  if (told.ifMatch !== undefined) headers.set("If-Match", told.ifMatch);
  const init: RequestInit = { headers, signal: told.signal ?? null };
  if (method !== "GET") {
    // A body always, if only an empty one: the server takes changes from a browser as JSON alone.
    headers.set("Content-Type", "application/json");
    init.body = JSON.stringify(told.body ?? {});
  }
  const url = address(
    path,
    (told.params ?? {}) as Record<string, string>,
    (told.query ?? {}) as Record<string, unknown>,
  );
  const response = await send(method, url, init, told.key);
  const answer = response.status === 204 ? undefined : await response.json();
  const seq = response.headers.get("Evenkeel-Seq");
  return {
    answer: answer as Answer<K>,
    etag: response.headers.get("ETag"),
    seq: seq === null ? null : Number(seq),
    status: response.status,
  };
}
