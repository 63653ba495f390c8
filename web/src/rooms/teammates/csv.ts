// csv -- tables in and out as text (RFC 4180): the list as it is, a table to edit and bring back,
// and the file that came in with a column of reasons.
export { download } from "../../parts/download.ts";
import type { Row } from "./row.ts";

// Fields of each record; a quoted field may hold commas, quotes and line ends.
export function readCsv(text: string): string[][] {
  const records: string[][] = [];
  let record: string[] = [];
  let field = "";
  let isQuoted = false;
  const plain = text.startsWith("\uFEFF") ? text.slice(1) : text;
  for (let i = 0; i < plain.length; i++) {
    const c = plain[i] ?? "";
    if (isQuoted && c === '"' && plain[i + 1] === '"') {
      field += c;
      i++;
    } else if (c === '"') isQuoted = !isQuoted;
    else if (isQuoted || (c !== "," && c !== "\n" && c !== "\r")) field += c;
    else if (c === ",") {
      record.push(field);
      field = "";
    } else if (c === "\n") {
      records.push([...record, field]);
      record = [];
      field = "";
    }
  }
  if (field !== "" || record.length > 0) records.push([...record, field]);
  return records;
}

const quoted = (field: string): string =>
  /[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;

export const writeCsv = (records: readonly (readonly string[])[]): string =>
  records.map((record) => `${record.map(quoted).join(",")}\r\n`).join("");

// Text that a spreadsheet would run gets an apostrophe, which the importer takes off again.
const guarded = (text: string): string => (/^[=+\-@＝＋－＠\t\r']/.test(text) ? `'${text}` : text);

const ownText = (own: unknown): string =>
  own === null || own === undefined ? "null" : String(own);

// A row under the importer's own columns; one that is empty is left as it is.
const CELLS: Readonly<Record<string, (row: Row, teamName: (id: string) => string) => string>> = {
  id: (row) => row.id,
  email: (row) => guarded(row.email ?? ""),
  name: (row) => guarded(row.name),
  languages: (row) => row.languages.join(";"),
  primary: (row, teamName) => row.primary.map(teamName).map(guarded).join(";"),
  secondary: (row, teamName) => row.secondary.map(teamName).map(guarded).join(";"),
  limit: (row) => ownText(row.limit?.own),
  intake_max: (row) => ownText(row.intake?.own),
  skills: (row) => (Object.keys(row.skills).length === 0 ? "" : JSON.stringify(row.skills)),
};

export function editableCsv(
  header: readonly string[],
  rows: readonly Row[],
  teamName: (id: string) => string,
): string {
  return writeCsv([
    header,
    ...rows.map((row) => header.map((column) => CELLS[column]?.(row, teamName) ?? "")),
  ]);
}

// The same file with why each line was refused. Lines are counted as the server counts them: those
// that are empty are none.
export function withReasons(
  text: string,
  title: string,
  reasons: ReadonlyMap<number, string>,
): string {
  const [header = [], ...lines] = readCsv(text).filter((record) => record.some((f) => f !== ""));
  return writeCsv([
    [...header, title],
    ...lines.map((line, index) => [...line, reasons.get(index + 1) ?? ""]),
  ]);
}
