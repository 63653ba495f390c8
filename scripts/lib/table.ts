// table -- delimited text (RFC 4180: quotes, doubled quotes, line breaks inside fields) to records.

/**
 * Reads text whose first line names the columns. Every column asked for must be there; others are
 * left out. A line with the wrong number of fields is an error that says its number in the file.
 */
export function parseTable<K extends string>(
  text: string,
  separator: "," | "\t",
  columns: readonly K[],
): Record<K, string>[] {
  const lines = separator === "\t" ? splitPlain(text) : splitQuoted(text, separator);
  const header = lines.shift()?.fields ?? [];
  const places = columns.map((name) => {
    const place = header.indexOf(name);
    if (place < 0) throw new Error(`column ${name} is missing: found ${header.join(", ")}`);
    return [name, place] as const;
  });
  return lines.map(({ fields, line }) => {
    if (fields.length !== header.length)
      throw new Error(`line ${line}: ${fields.length} fields, expected ${header.length}`);
    return Object.fromEntries(places.map(([name, i]) => [name, fields[i]])) as Record<K, string>;
  });
}

interface Line {
  readonly line: number;
  readonly fields: string[];
}

/** Tab-separated text as the bank wrote it: no quoting at all, a quote is a letter. */
function splitPlain(text: string): Line[] {
  return text
    .split(/\r?\n/)
    .map((row, i) => ({ line: i + 1, fields: row.split("\t") }))
    .filter(({ fields }) => fields.length > 1 || fields[0] !== "");
}

function splitQuoted(text: string, separator: string): Line[] {
  // One field and what ends it; a quoted field may hold anything, its quotes doubled.
  const quoted = `"((?:[^"]|"")*)"`;
  const plain = `([^"${separator}\\r\\n]*)`;
  const field = new RegExp(`(?:${quoted}|${plain})(${separator}|\\r?\\n|$)`, "y");
  const out: Line[] = [];
  let fields: string[] = [];
  let line = 1;
  let began = 1;
  while (field.lastIndex < text.length || fields.length > 0) {
    const at = field.lastIndex;
    const found = field.exec(text);
    if (found === null) throw new Error(`line ${line}: a quote in the middle of a field`);
    fields.push(found[1] !== undefined ? found[1].replaceAll('""', '"') : (found[2] ?? ""));
    line += text.slice(at, field.lastIndex).split("\n").length - 1;
    if (found[3] === separator) continue;
    out.push({ line: began, fields });
    fields = [];
    began = line;
  }
  return out;
}
