// openapi_test -- what the tests before this one asked of the server: every operation, every type
// of problem. Runs after all tests/api_*_test.ts, which leave build/api-met behind
// (tests/server.ts).
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { root } from "../scripts/lib/root.ts";
import { Tally } from "./program.ts";

interface Document {
  readonly paths: Record<string, Record<string, { operationId?: string }>>;
}

function operations(document: Document): string[] {
  return Object.values(document.paths).flatMap((item) => Object.values(item)
    .map((operation) => operation.operationId)
    .filter((id): id is string => id !== undefined));
}

/** The types of schema/problems.def that an answer can have. */
function problemTypes(): string[] {
  const table = readFileSync(join(root(), "schema", "problems.def"), "utf8");
  return [...table.matchAll(/^PROBLEM\(\d+, \w+, "(\w+)"/gm)].map((found) => found[1] ?? "");
}

// What only a failing disk or a bug can bring about; tests of the store bring these about.
const BY_FAULTS = new Set(["internal", "read_only", "no_space", "outcome_unknown"]);
// Of operations that come later: offers; and what cannot be while one writer answers in order.
const LATER = new Set(["offer_gone", "in_progress"]);

const tally = new Tally();
const met = join(root(), "build", "api-met");
tally.is("tests of the API ran before", existsSync(met));
if (existsSync(met)) {
  const lines = readFileSync(met, "utf8").trimEnd().split("\n").map((line) => line.split(" "));
  const document = JSON.parse(
    readFileSync(join(root(), "docs", "ref", "openapi.json"), "utf8")) as Document;
  const hit = new Set(lines.filter(([, status]) => Number(status) < 400).map(([id]) => id));
  tally.same("every operation was answered well once", operations(document)
    .filter((id) => !hit.has(id)), []);
  const seen = new Set(lines.map(([, , problem]) => problem));
  tally.same("every type of problem was met", problemTypes()
    .filter((type) => !seen.has(type) && !BY_FAULTS.has(type) && !LATER.has(type)), []);
}
tally.end();
