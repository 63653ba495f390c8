// disk -- what lies on a server's disk, byte by byte.
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

/** All files below that hold these bytes. */
export function holding(dir: string, bytes: Buffer): string[] {
  if (!existsSync(dir)) return [];
  return readdirSync(dir, { recursive: true, encoding: "utf8" }).filter((name) => {
    const path = join(dir, name);
    try {
      return statSync(path).isFile() && readFileSync(path).includes(bytes);
    } catch {
      return false; // gone meanwhile
    }
  });
}
