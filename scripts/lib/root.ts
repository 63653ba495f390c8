// root -- where the checkout begins, so that a script runs from any folder.
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

/** The nearest folder above this file that holds package.json (compiled files lie in build/ts). */
export function root(): string {
  let dir = import.meta.dirname;
  while (!existsSync(join(dir, "package.json"))) {
    const up = dirname(dir);
    if (up === dir) throw new Error(`no package.json above ${import.meta.dirname}`);
    dir = up;
  }
  return dir;
}

/** A file of the data sets that may lie beside the checkout. */
export function dataFile(set: string, file: string): string {
  return join(root(), "..", "shared", "data", set, file);
}
