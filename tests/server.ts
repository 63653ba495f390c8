// server -- `evenkeel serve` on a free port of loopback, and a client that believes nothing: every
// answer is held against the OpenAPI document that the server itself gives out.
//
// Which operations and statuses were met is written to build/api-met, one line each, so that
// tests/api_document_test.ts can name those that nobody asked for.
import { spawn, type ChildProcess } from "node:child_process";
import { appendFileSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { randomUUID } from "node:crypto";

import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import formatsPlugin from "ajv-formats";

import { root } from "../scripts/lib/root.ts";
import { missingForCluster, startCluster } from "./cluster.ts";
import { PROGRAM } from "./program.ts";

export const OWNER = { name: "Olga Owner", email: "olga@example.org",
  password: "seven small boats drift west" };
const MET = join(root(), "build", "api-met");
const READY_MS = 15_000;

export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
export type Body = { [name: string]: Json };

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body as JSON; null when it has none. */
  readonly body: any; // eslint-disable-line -- its shape is what the document says, checked
}

export interface Ask {
  readonly body?: unknown;
  readonly raw?: string;
  readonly headers?: Record<string, string>;
  /** Not held against the document: for requests that no route knows. */
  readonly wild?: boolean;
}

// ---- the document

interface Operation {
  readonly method: string;
  readonly pattern: RegExp;
  readonly fixed: number; // letters that are no parameter: the most exact path wins
  readonly id: string;
  readonly responses: Record<string, any>;
}

/** The server's own description, and a judge of answers. */
export class Description {
  readonly operations: Operation[] = [];
  private readonly ajv: Ajv2020;
  private readonly judges = new Map<string, ValidateFunction>();
  readonly document: any;

  constructor(document: any) {
    this.document = document;
    this.ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: true });
    (formatsPlugin as unknown as (ajv: Ajv2020) => void)(this.ajv);
    this.ajv.addSchema(document, "api");
    const base: string = document.servers?.[0]?.url ?? "";
    for (const [path, item] of Object.entries<any>(document.paths)) {
      for (const [method, operation] of Object.entries<any>(item)) {
        if (!["get", "put", "post", "patch", "delete"].includes(method)) continue;
        const source = `${base}${path}`.replace(/[.*+?^$()|[\]\\]/g, "\\$&");
        this.operations.push({
          method: method.toUpperCase(),
          pattern: new RegExp(`^${source.replace(/\{[^}]+\}/g, "[^/]+")}$`),
          fixed: path.replace(/\{[^}]+\}/g, "").length,
          id: operation.operationId,
          responses: operation.responses,
        });
      }
    }
    this.operations.sort((a, b) => b.fixed - a.fixed);
  }

  find(method: string, path: string): Operation | undefined {
    return this.operations.find((o) => o.method === method && o.pattern.test(path));
  }

  /** What is wrong with an answer; "" when nothing is. */
  judge(operation: Operation, answer: Answer): string {
    const declared = operation.responses[String(answer.status)] ?? operation.responses["default"];
    if (declared === undefined) return `status ${answer.status} is not declared`;
    const resolved = this.resolve(declared);
    const type = (answer.headers.get("content-type") ?? "").split(";")[0] ?? "";
    const content = resolved.content ?? {};
    if (answer.text === "") return Object.keys(content).length === 0 ? "" : "an empty body";
    const said = content[type] ?? content["*/*"];
    if (said === undefined) return `type ${type} is not declared`;
    const schema = said.schema;
    if (schema === undefined || !type.endsWith("json")) return "";
    const key = `${operation.id} ${answer.status}`;
    let judge = this.judges.get(key);
    if (judge === undefined) {
      judge = this.ajv.compile(rebase(schema) as object);
      this.judges.set(key, judge);
    }
    return judge(answer.body) ? "" : this.ajv.errorsText(judge.errors, { separator: "\n  " });
  }

  private resolve(node: any): any {
    if (typeof node.$ref !== "string") return node;
    return node.$ref.slice(2).split("/").reduce((at: any, name: string) => at[name],
      this.document);
  }
}

/** References of a schema taken out of the document lead back into it. */
function rebase(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(rebase);
  if (node === null || typeof node !== "object") return node;
  return Object.fromEntries(Object.entries(node).map(([name, value]) =>
    [name, name === "$ref" && typeof value === "string" ? `api${value}` : rebase(value)]));
}

// ---- the client

export class Client {
  faults: string[] = [];
  readonly url: string;
  readonly description: Description | null;
  readonly token: string | null;

  constructor(url: string, description: Description | null, token: string | null) {
    this.url = url;
    this.description = description;
    this.token = token;
  }

  as(token: string | null): Client {
    const other = new Client(this.url, this.description, token);
    other.faults = this.faults;
    return other;
  }

  async ask(method: string, path: string, ask: Ask = {}): Promise<Answer> {
    const headers: Record<string, string> = { ...ask.headers };
    if (this.token !== null && headers["Authorization"] === undefined)
      headers["Authorization"] = `Bearer ${this.token}`;
    const body = ask.raw ?? (ask.body === undefined ? undefined : JSON.stringify(ask.body));
    if (body !== undefined) headers["Content-Type"] ??= "application/json";
    const full = path.startsWith("/") && !path.startsWith("/api/") && !ask.wild
      ? `/api/v1${path}` : path;
    const got = await fetch(this.url + full,
      { method, headers, redirect: "manual", ...(body === undefined ? {} : { body }) });
    const text = await got.text();
    const isJson = (got.headers.get("content-type") ?? "").includes("json");
    const answer: Answer = { status: got.status, headers: got.headers, text,
      body: isJson && text !== "" ? JSON.parse(text) : null };
    if (ask.wild !== true) this.check(method, full, answer);
    return answer;
  }

  get(path: string, ask: Ask = {}): Promise<Answer> { return this.ask("GET", path, ask); }
  /** Writes say a key of their own each, as the UI does. */
  post(path: string, body?: unknown, ask: Ask = {}): Promise<Answer> {
    return this.ask("POST", path, keyed(body, ask));
  }
  put(path: string, body?: unknown, ask: Ask = {}): Promise<Answer> {
    return this.ask("PUT", path, keyed(body, ask));
  }
  patch(path: string, body?: unknown, ask: Ask = {}): Promise<Answer> {
    return this.ask("PATCH", path, keyed(body, ask));
  }
  delete(path: string, ask: Ask = {}): Promise<Answer> {
    return this.ask("DELETE", path, keyed(undefined, ask));
  }

  private check(method: string, full: string, answer: Answer): void {
    if (this.description === null) return;
    const path = full.split("?")[0] ?? full;
    const operation = this.description.find(method, path);
    if (operation === undefined) {
      noteMet("-", answer.status, problemOf(answer));
      if (answer.status !== 404 && answer.status !== 405)
        this.faults.push(`${method} ${path}: in no route, yet ${answer.status}`);
      return;
    }
    noteMet(operation.id, answer.status, problemOf(answer));
    const fault = this.description.judge(operation, answer);
    if (fault !== "") this.faults.push(`${method} ${path} ${answer.status}: ${fault}`);
  }
}

function keyed(body: unknown, ask: Ask): Ask {
  return { ...(body === undefined ? {} : { body }), ...ask,
    headers: { "Idempotency-Key": randomUUID(), ...ask.headers } };
}

/** For tests/openapi_test.ts; streams, which no Client reads, say so themselves. */
export function noteMet(operation: string, status: number, problem = "-"): void {
  appendFileSync(MET, `${operation} ${status} ${problem}\n`);
}

function problemOf(answer: Answer): string {
  const type: unknown = answer.body?.type;
  return typeof type === "string" && type.startsWith("/problems/") ? type.slice(10) : "-";
}

// ---- the server

export interface ServerOptions {
  readonly data?: string;
  readonly args?: readonly string[];
  readonly env?: Record<string, string>;
}

export class Server {
  url = "";
  code = "";
  /** The owner's sign-in, confirmed when it was made. */
  cookie = "";
  private child: ChildProcess | null = null;
  private said = "";
  private told = "";
  private readonly owned: string | null;
  readonly data: string;
  private readonly options: ServerOptions;

  constructor(options: ServerOptions = {}) {
    this.options = options;
    this.owned = options.data === undefined
      ? mkdtempSync(join(tmpdir(), "evenkeel-test-")) : null;
    this.data = options.data ?? join(this.owned ?? "", "data");
    mkdirSync(join(root(), "build"), { recursive: true });
  }

  /** Starts, or starts again. port "0" takes a free one. */
  async start(port = "0"): Promise<void> {
    const store = this.options.args?.includes("--postgres") === true ? [] : ["--data", this.data];
    const child = spawn(PROGRAM,
      ["serve", ...store, "--listen", `127.0.0.1:${port}`, ...(this.options.args ?? [])],
      { stdio: ["ignore", "pipe", "pipe"],
        env: { ...process.env, EVENKEEL_SERVER_RATE: "100000", EVENKEEL_SERVER_BURST: "100000",
          EVENKEEL_STORE_DIRECTORY: this.data,
          // What others do by themselves would be in the way of what a test expects.
          EVENKEEL_SAMPLE_ALIVE: "false",
          ...this.options.env } });
    this.child = child;
    this.said = "";
    this.told = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => { this.said += text; });
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`not ready: ${this.said}`)), READY_MS);
      child.stdout.setEncoding("utf8").on("data", (text: string) => {
        this.told += text;
        const url = /(https?:\/\/\S+)/.exec(this.told)?.[1];
        if (url === undefined || !this.told.includes("\n.\n")) return;
        this.url = url;
        this.code = [...this.told.matchAll(/code:? +(\S+)/gi)].at(-1)?.[1] ?? "";
        clearTimeout(timer);
        resolve();
      });
      child.once("exit", (status) => {
        clearTimeout(timer);
        reject(new Error(`ended with ${status}: ${this.said}`));
      });
    });
  }

  get port(): string { return new URL(this.url).port; }
  get messages(): string { return this.said; }
  get pid(): number { return this.child?.pid ?? 0; }

  /** Until it was ready so many times since it was started: it opens anew when its store is
   * another one. */
  async readyAgain(times: number): Promise<void> {
    for (let i = 0; i < READY_MS / 20; i++) {
      if (this.told.split("\n.\n").length > times) return;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new Error(`not ready again: ${this.said}`);
  }

  /** What it ended with; -1 after a signal. */
  async end(signal: NodeJS.Signals = "SIGTERM"): Promise<number> {
    const child = this.child;
    this.child = null;
    if (child === null || child.exitCode !== null) return child?.exitCode ?? 0;
    const ended = new Promise<number>((resolve) =>
      child.once("exit", (status) => resolve(status ?? -1)));
    child.kill(signal);
    return ended;
  }

  async remove(): Promise<void> {
    await this.end("SIGKILL");
    if (this.owned !== null) rmSync(this.owned, { recursive: true, force: true });
  }

  async client(token: string | null = null): Promise<Client> {
    const got = await fetch(`${this.url}/api/v1/openapi.json`);
    noteMet("get_openapi", got.status);
    return new Client(this.url, new Description(await got.json()), token);
  }

  /** The owner signs up with the printed code and takes a token with every scope. */
  async owner(): Promise<Client> {
    const nobody = await this.client();
    const made = await nobody.post("/setup/owner", { code: this.code, ...OWNER,
      language: "en", zone: "Europe/Berlin" });
    if (made.status !== 201) throw new Error(`set-up: ${made.status} ${made.text}`);
    this.cookie = cookieOf(made);
    // Else the first invitation asks everyone who leads for a second factor.
    const settings = await nobody.patch("/settings/server", { second_factor: "none" },
      { headers: { ...browser(this.cookie), "If-Match": "*" } });
    if (settings.status !== 200) throw new Error(`settings: ${settings.status} ${settings.text}`);
    // Else the first invitation would ask a second factor of the owner.
    const eased = await nobody.patch("/settings/server", { second_factor: "none" },
      { headers: { ...browser(this.cookie), "If-Match": "*" } });
    if (eased.status !== 200) throw new Error(`server settings: ${eased.status} ${eased.text}`);
    return nobody.as(await tokenOf(nobody, this.cookie));
  }

  /** Invites somebody and comes in as them; what they may is in `invite`. */
  async person(owner: Client, invite: Invite): Promise<Person> {
    const nobody = owner.as(null);
    const name = invite.name.toLowerCase().replace(/[^a-z]+/g, ".");
    const email = invite.email ?? `${name}@example.org`;
    const made = await nobody.post("/teammates", { ...invite, email },
      { headers: browser(this.cookie) });
    if (made.status !== 201) throw new Error(`invite: ${made.status} ${made.text}`);
    const secret = String(made.body.invite.link).split("#")[1];
    const came = await nobody.post("/invitations/accept",
      { secret, password: OWNER.password.replace("seven", "eleven") });
    if (came.status !== 200) throw new Error(`accept: ${came.status} ${came.text}`);
    const cookie = cookieOf(came);
    return { id: made.body.id, email, cookie, client: nobody.as(await tokenOf(nobody, cookie)) };
  }
}

export interface Invite {
  readonly name: string;
  readonly email?: string;
  readonly roles?: readonly string[];
  readonly memberships?: readonly { team: string; level?: string }[];
}
export interface Person {
  readonly id: string;
  readonly email: string;
  readonly cookie: string;
  readonly client: Client;
}

async function tokenOf(nobody: Client, cookie: string): Promise<string> {
  const token = await nobody.post("/tokens", { name: "tests", kind: "personal",
    scopes: ["read", "work", "configure", "metrics"] }, { headers: browser(cookie) });
  if (token.status !== 201) throw new Error(`token: ${token.status} ${token.text}`);
  return token.body.secret as string;
}

export function cookieOf(answer: Answer): string {
  return (answer.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
}

/** Headers of a page of ours. */
export function browser(cookie: string): Record<string, string> {
  return { Cookie: cookie, "Sec-Fetch-Site": "same-origin" };
}

/** Runs with a server of its own, which is gone afterwards. */
export async function withServer(options: ServerOptions,
  work: (server: Server, owner: Client) => Promise<void>): Promise<void> {
  const server = new Server(options);
  try {
    await server.start();
    await work(server, await server.owner());
  } finally {
    await server.remove();
  }
}

/** The same work on the embedded store and, where there is one, on PostgreSQL. */
export async function withBothStores(name: string,
  work: (server: Server, owner: Client) => Promise<void>): Promise<void> {
  await withServer({}, work);
  if (missingForCluster() !== undefined) return;
  const cluster = startCluster();
  try {
    await withServer({ args: ["--postgres", cluster.database(name)] }, work);
  } finally {
    cluster.stop();
  }
}
