// metrics -- a reader of the Prometheus text format that believes nothing, and the rules of
// `promtool check metrics` (names, units, help, types) as far as they concern the text alone.

interface Sample {
  readonly name: string;
  readonly labels: ReadonlyMap<string, string>;
  readonly value: number;
}

interface Family {
  readonly name: string;
  help: string | null;
  type: string | null;
  readonly samples: Sample[];
}

const NAME = "[a-zA-Z_:][a-zA-Z0-9_:]*";
const SUFFIXES: Record<string, readonly string[]> = {
  histogram: ["_bucket", "_sum", "_count"], summary: ["", "_sum", "_count"],
};
// What promtool calls no base units, and abbreviations.
const UNITS = new RegExp(`_(${["minutes", "hours", "days", "weeks", "bits", "percent", "ms", "us",
  "ns", "kb", "mb", "gb", "(milli|micro|nano)seconds", "(kilo|mega|giga|kibi|mebi|gibi)bytes"]
  .join("|")})(_|$)`);

function labelsOf(text: string): Map<string, string> | null {
  const labels = new Map<string, string>();
  const one = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(,|$)/y;
  for (let at = 0; at < text.length; at = one.lastIndex) {
    one.lastIndex = at;
    const found = one.exec(text);
    if (found === null || labels.has(found[1] ?? "")) return null;
    labels.set(found[1] ?? "", found[2] ?? "");
  }
  return labels;
}

const numberOf = (text: string): number =>
  text === "+Inf" ? Infinity : text === "-Inf" ? -Infinity : Number(text);

function familyOf(families: Map<string, Family>, name: string): Family | undefined {
  for (const suffix of ["", "_bucket", "_sum", "_count"]) {
    if (!name.endsWith(suffix)) continue;
    const family = families.get(name.slice(0, name.length - suffix.length));
    const fitting = SUFFIXES[family?.type ?? ""] ?? [""];
    if (family !== undefined && fitting.includes(suffix)) return family;
  }
  return undefined;
}

function read(text: string, faults: string[]): Map<string, Family> {
  const families = new Map<string, Family>();
  let last = "";
  if (!text.endsWith("\n")) faults.push("the last line does not end");
  for (const line of text.split("\n").slice(0, -1)) {
    const about = new RegExp(`^# (HELP|TYPE) (${NAME}) (.*)$`).exec(line);
    if (about !== null) {
      const [, what, name = "", rest = ""] = about;
      const old = families.get(name);
      if (old !== undefined && last !== name) faults.push(`${name} stands in two places`);
      const family = old ?? { name, help: null, type: null, samples: [] };
      if (what === "HELP" ? family.help !== null : family.type !== null)
        faults.push(`${name} has a second ${what}`);
      if (family.samples.length > 0) faults.push(`${name} has its ${what} behind its samples`);
      if (what === "HELP") family.help = rest;
      else family.type = rest;
      families.set(name, family);
      last = name;
      continue;
    }
    if (line.startsWith("#")) continue;
    const sample = new RegExp(`^(${NAME})(?:\\{(.*)\\})? ([^ ]+)$`).exec(line);
    const labels = sample === null ? null : labelsOf(sample[2] ?? "");
    const value = numberOf(sample?.[3] ?? "x");
    const family = sample === null ? undefined : familyOf(families, sample[1] ?? "");
    if (sample === null || labels === null || (Number.isNaN(value) && sample[3] !== "NaN"))
      faults.push(`cannot be read: ${line}`);
    else if (family === undefined || family.name !== last)
      faults.push(`belongs to nothing before it: ${line}`);
    else family.samples.push({ name: sample[1] ?? "", labels, value });
  }
  return families;
}

function judgeHistogram(family: Family, faults: string[]): void {
  const rows = new Map<string, Sample[]>();
  for (const sample of family.samples) {
    const key = JSON.stringify([...sample.labels].filter(([name]) => name !== "le").sort());
    rows.set(key, [...rows.get(key) ?? [], sample]);
  }
  for (const [key, samples] of rows) {
    const buckets = samples.filter((sample) => sample.name.endsWith("_bucket"))
      .map((sample) => [numberOf(sample.labels.get("le") ?? "x"), sample.value] as const);
    const count = samples.filter((sample) => sample.name.endsWith("_count"));
    const sum = samples.filter((sample) => sample.name.endsWith("_sum"));
    if (count.length !== 1 || sum.length !== 1)
      faults.push(`${family.name}${key}: no sum or count`);
    if (buckets.at(-1)?.[0] !== Infinity || buckets.at(-1)?.[1] !== count[0]?.value)
      faults.push(`${family.name}${key}: the last bucket does not hold all`);
    for (const [i, [le, value]] of buckets.entries()) {
      const before = buckets[i - 1];
      if (Number.isNaN(le) || (before !== undefined && (le <= before[0] || value < before[1])))
        faults.push(`${family.name}${key}: buckets do not grow`);
    }
  }
}

function judge(family: Family, faults: string[]): void {
  const { name, type, samples } = family;
  const say = (what: string): void => { faults.push(`${name}: ${what}`); };
  if (family.help === null || family.help.trim() === "") say("no help");
  if (!["counter", "gauge", "histogram", "summary"].includes(type ?? "")) say(`type ${type}`);
  if ((type === "counter") !== name.endsWith("_total")) say("counters, and they alone, end _total");
  if (/_(count|sum|bucket)$/.test(name)) say("ends as a part of a histogram does");
  if (/(^|_)(counter|gauge|histogram|summary)(_|$)/.test(name)) say("has its type in its name");
  if (name !== name.toLowerCase() || name.includes(":")) say("is no snake_case");
  if (UNITS.test(name)) say("has no base unit");
  const seen = new Set<string>();
  for (const sample of samples) {
    const key = sample.name + JSON.stringify([...sample.labels].sort());
    if (seen.has(key)) say(`stands twice: ${key}`);
    seen.add(key);
    for (const label of sample.labels.keys())
      if (label.startsWith("__") || label !== label.toLowerCase()) say(`label ${label}`);
    if (type === "counter" && !(sample.value >= 0)) say("counts below nothing");
  }
  if (type === "histogram") judgeHistogram(family, faults);
}

/** What is wrong with a page of figures; nothing, when all is well. */
export function metricFaults(text: string): string[] {
  const faults: string[] = [];
  const families = read(text, faults);
  for (const family of families.values()) judge(family, faults);
  return faults;
}
