// ranks -- whether an answer or a table could put people in order of how they do (spec metrics, R8;
// people, rule 4): a list in which two people or more each stand beside a number. What numbers may
// stand there is a list with reasons, so that a new one fails until somebody has looked at it.
import { parseCsv } from "./sample_scene.ts";

const PERSON = /^tm_\d+$/;

/** Of whom a row is: the ids of people in it, not in lists within it. */
function peopleIn(row: object): string[] {
  return Object.values(row).flatMap((value) =>
    typeof value === "string" && PERSON.test(value) ? [value]
      : typeof value === "object" && value !== null && !Array.isArray(value)
        ? peopleIn(value as object) : []);
}

/** The names of numbers in a row, "settings.limit.effective". */
function numbersIn(row: object, within = ""): string[] {
  return Object.entries(row).flatMap(([name, value]) => {
    const path = within === "" ? name : `${within}.${name}`;
    if (typeof value === "number") return [path];
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? numbersIn(value as object, path) : [];
  });
}

const isRow = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The names of numbers beside people, in lists of two people or more; also `{"tm_1": 3, ...}`. */
export function rankable(value: unknown): string[] {
  if (Array.isArray(value)) {
    const rows = value.filter(isRow).filter((row) => peopleIn(row).length > 0);
    const isList = new Set(rows.flatMap(peopleIn)).size > 1;
    return [...(isList ? rows.flatMap((row) => numbersIn(row)) : []), ...value.flatMap(rankable)];
  }
  if (!isRow(value)) return [];
  const keyed = Object.entries(value).filter(([name, one]) =>
    PERSON.test(name) && typeof one === "number");
  return [...(keyed.length > 1 ? ["keyed by person"] : []),
    ...Object.values(value).flatMap(rankable)];
}

/** The same of a table. */
export function rankableCsv(text: string): string[] {
  const rows = parseCsv(text);
  return rankable(rows.map((row) => Object.fromEntries(Object.entries(row).map(([name, cell]) =>
    [name, cell !== "" && Number.isFinite(Number(cell)) ? Number(cell) : cell]))));
}
