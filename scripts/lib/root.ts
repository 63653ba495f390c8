// root -- where the checkout begins, so that a script runs from any folder.
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The nearest folder above this file that holds package.json (compiled files lie in build/ts). */
export function root(): string {
  const here = dirname(fileURLToPath(import.meta.url));
  let dir = here;
  while (!existsSync(join(dir, "package.json"))) {
    const up = dirname(dir);
    if (up === dir) throw new Error(`no package.json above ${here}`);
    dir = up;
  }
  return dir;
}

/** A file of the data sets that may lie beside the checkout. */
export function dataFile(set: string, file: string): string {
  return join(root(), "..", "shared", "data", set, file);
}
