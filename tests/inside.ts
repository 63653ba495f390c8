// inside -- what a store of either kind holds: rows asked of it, and its audit log, each entry of
// which holds the one before.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { join } from "node:path";

import type { Server } from "./server.ts";

export function sql(server: Server, text: string): any[] {
  const done = spawnSync("sqlite3", ["-json", join(server.data, "log.db"), text], {
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  if (done.status !== 0) throw new Error(`sqlite3: ${done.stderr}`);
  return done.stdout.trim() === "" ? [] : (JSON.parse(done.stdout) as any[]);
}

/** The store behind a server. */
export interface Store {
  readonly flags: readonly string[]; // by which commands find it
  readonly sql: (text: string) => string;
  readonly dump: () => string; // "": it is in its directory
}

function ran(program: string, args: readonly string[], input: string): string {
  const done = spawnSync(program, args, { encoding: "utf8", maxBuffer: 1 << 30, input });
  if (done.status !== 0) throw new Error(`${program}: ${done.stderr}`);
  return done.stdout.trim();
}

export const sqliteStore = (data: string): Store => ({
  flags: ["--data", data],
  sql: (text) => ran("sqlite3", ["-cmd", ".timeout 5000", join(data, "log.db")], text),
  dump: () => "",
});

export const postgresStore = (place: string, dump: () => string): Store => ({
  flags: ["--postgres", place],
  sql: (text) =>
    ran("psql", [place, "-qAt", "-v", "ON_ERROR_STOP=1", "-F", "|"],
      `SET search_path = evenkeel; ${text}`),
  dump,
});

const COLUMNS = [
  "entry", "at_ms", "seq", "actor_kind", "actor", "token", "address",
  "action", "object_kind", "object", "team", "reason", "details",
] as const;

export function auditRows(server: Server): any[] {
  return sql(
    server,
    `SELECT ${COLUMNS.join(", ")}, hex(chain) AS chain FROM audit ORDER BY entry`,
  );
}

/** Computed a second time: SHA-256 over the hash before and every value with its kind. */
export function isChained(rows: readonly any[]): boolean {
  let chain = Buffer.alloc(32);
  for (const row of rows) {
    const parts: Buffer[] = [chain];
    for (const name of COLUMNS) {
      const value: unknown = row[name];
      if (value === null) {
        parts.push(Buffer.from([0]));
      } else if (typeof value === "number") {
        const b = Buffer.alloc(9, 1);
        b.writeBigInt64LE(BigInt(value), 1);
        parts.push(b);
      } else {
        const text = Buffer.from(String(value));
        const b = Buffer.alloc(5, 2);
        b.writeUInt32LE(text.length, 1);
        parts.push(b, text);
      }
    }
    chain = createHash("sha256").update(Buffer.concat(parts)).digest();
    if (chain.toString("hex").toUpperCase() !== row.chain) return false;
  }
  return true;
}
