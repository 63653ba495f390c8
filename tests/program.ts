// program -- runs `evenkeel` as a person would, and counts what held.
//
// The program is build/release/evenkeel, or what EVENKEEL names.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";

import { root } from "../scripts/lib/root.ts";

export const PROGRAM = process.env["EVENKEEL"] ?? join(root(), "build", "release", "evenkeel");

export interface Done {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly input?: string | Buffer;
  readonly env?: Record<string, string>;
  readonly cwd?: string;
}

export function run(args: readonly string[], options: RunOptions = {}): Done {
  const done = spawnSync(PROGRAM, args, {
    encoding: "utf8",
    maxBuffer: 1 << 30,
    ...(options.input === undefined ? {} : { input: options.input }),
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    env: { ...process.env, ...options.env },
  });
  return { status: done.status, stdout: done.stdout, stderr: done.stderr };
}

/** What a command printed as JSON; its words when it failed. */
export function answer(args: readonly string[]): unknown {
  const done = run(args);
  return done.status === 0 ? JSON.parse(done.stdout) : `${done.status}: ${done.stderr}`;
}

export interface Assignment {
  readonly at: string | number;
  readonly conversation: string | number;
  readonly teammate: string | number;
  readonly team: string | number | null;
  readonly how: string;
  readonly seq: number;
}
export interface Refusal {
  readonly at: string | number;
  readonly line: number | null;
  readonly refused: string;
  readonly detail: string;
}
export interface Summary {
  readonly arrived: number;
  readonly assigned: number;
  readonly closed: number;
  readonly abandoned: number;
  readonly waiting: number;
  readonly wait_ms: Record<"mean" | "p50" | "p90" | "max", number | null>;
  readonly teammates: Record<string, { assigned: number; closed: number }>;
  readonly promises_broken: number;
  readonly state_hash: string;
  readonly events: number;
}
export interface Driven {
  readonly lines: (Assignment | Refusal)[];
  readonly summary: Summary;
}

/** The lines that a drive printed with --json; the clock's figures are left out. */
export function readDriven(stdout: string): Driven {
  const lines = stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as unknown);
  const last = lines.pop() as Record<string, unknown>;
  delete last["seconds"];
  delete last["events_per_second"];
  return { lines: lines as Driven["lines"], summary: last as unknown as Summary };
}

export function drive(args: readonly string[], options: RunOptions = {}): Driven {
  const done = run(["drive", "--json", ...args], options);
  if (done.status !== 0) throw new Error(`drive ${args.join(" ")}: ${done.status} ${done.stderr}`);
  return readDriven(done.stdout);
}

/** A page on a busy machine answers a key within this, or is broken. */
const SOON_MS = 10_000;
const rest = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 25));

/** Collects the verdicts. */
export class Tally {
  passed = 0;
  failed = 0;

  same(what: string, got: unknown, want: unknown): void {
    if (isDeepStrictEqual(got, want)) {
      this.passed++;
      return;
    }
    this.failed++;
    console.log(`FAILED ${what}: got ${JSON.stringify(got)}, expected ${JSON.stringify(want)}`);
  }

  is(what: string, holds: boolean, got: unknown = "otherwise"): void {
    this.same(what, holds ? true : got, true);
  }

  /** What comes about by itself is looked at again and again, until it holds or time is up. */
  async until(what: string, ms: number, holds: () => Promise<boolean>): Promise<void> {
    const end = Date.now() + ms;
    while (!(await holds())) {
      if (Date.now() > end) return this.is(what, false, `not in ${ms} ms`);
      await rest();
    }
    this.is(what, true);
  }

  /** What a page or a server shows as soon as it has come that far: asked again and again until it
   *  is what is wanted or SOON_MS have passed. */
  async soon<T>(what: string, ask: () => Promise<T>, want: unknown): Promise<void> {
    const end = Date.now() + SOON_MS;
    let got = await ask();
    while (!isDeepStrictEqual(got, want) && Date.now() < end) {
      await rest();
      got = await ask();
    }
    this.same(what, got, want);
  }

  /** What a page says as soon as it has come that far; if it does not, what it says instead. */
  async says(what: string, read: () => Promise<string>, want: string | RegExp): Promise<void> {
    const holds = (text: string): boolean =>
      typeof want === "string" ? text.includes(want) : want.test(text);
    await this.soon(what, () => read().then((text) => holds(text) || text), true);
  }

  end(): void {
    console.log(`${this.passed} passed, ${this.failed} failed`);
    process.exitCode = this.failed === 0 ? 0 : 1;
  }
}

/** A folder for the length of a test. */
export function inFolder(act: (dir: string) => void): void {
  const dir = mkdtempSync(join(tmpdir(), "ek-test-"));
  try {
    act(dir);
  } finally {
    rmSync(dir, { recursive: true });
  }
}

export async function inFolderAsync(act: (dir: string) => Promise<void>): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), "ek-test-"));
  try {
    await act(dir);
  } finally {
    rmSync(dir, { recursive: true });
  }
}
