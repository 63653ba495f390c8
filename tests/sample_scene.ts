// sample_scene -- a sample workspace on disk, and its owner signed in: for tests of what is
// computed from a month of work.
import { join } from "node:path";

import { answer } from "./program.ts";
import { type Answer, browser, type Client, cookieOf, Server } from "./server.ts";

export interface Scene {
  readonly server: Server;
  readonly client: Client;
  readonly page: { readonly headers: Record<string, string> };
  get(path: string, headers?: Record<string, string>): Promise<Answer>;
}

interface Made { readonly sample: { readonly email: string; readonly password: string } }

/** A store with the sample in it; `where` are the options that name it. */
export function makeSample(where: readonly string[], seed: number): Made["sample"] {
  const made = answer(["init", ...where, "--sample", "--seed", String(seed), "--json"]);
  if (typeof made === "string") throw new Error(`init: ${made}`);
  return (made as Made).sample;
}

/** Signs its owner in. */
export async function enter(server: Server, who: Made["sample"]): Promise<Scene> {
  const client = await server.client();
  const came = await client.post("/sign-in", { email: who.email, password: who.password });
  if (came.status !== 200) throw new Error(`sign-in: ${came.status} ${came.text}`);
  const page = { headers: browser(cookieOf(came)) };
  return { server, client, page,
    get: (path, headers = {}) => client.get(path, { headers: { ...page.headers, ...headers } }) };
}

/** Of somebody with a token. */
export function sceneOf(server: Server, client: Client): Scene {
  return { server, client, page: { headers: {} },
    get: (path, headers = {}) => client.get(path, { headers }) };
}

/** Until the figures are folded. */
export async function folded(scene: Scene): Promise<void> {
  for (let i = 0; i < 600; i++) {
    const got = await scene.get("/figures?metric=volume");
    if (got.status === 200) return;
    if (got.status !== 503) throw new Error(`figures: ${got.status} ${got.text}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error("the log is never folded");
}

/** RFC 4180, as objects of texts; the empty cell is "". */
export function parseCsv(text: string): Record<string, string>[] {
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = "";
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const c = text.charAt(i);
    if (quoted && c === '"' && text.charAt(i + 1) === '"') { cell += '"'; i++; }
    else if (c === '"') quoted = !quoted;
    else if (!quoted && (c === "," || c === "\n")) {
      row.push(cell);
      cell = "";
      if (c === "\n") { rows.push(row); row = []; }
    } else if (quoted || c !== "\r") cell += c;
  }
  const head = rows.shift() ?? [];
  return rows.map((one) => Object.fromEntries(head.map((name, i) => [name, one[i] ?? ""])));
}

export function dataAt(dir: string): string[] {
  return ["--data", join(dir, "data")];
}
