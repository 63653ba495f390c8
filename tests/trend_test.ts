// trend_test -- `evenkeel trend` as a program: what it says of made series, of real ones that lie
// beside the checkout, and how it refuses what it cannot read.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { dataFile } from "../scripts/lib/root.ts";
import { parseTable } from "../scripts/lib/table.ts";
import { inFolder, run, Tally } from "./program.ts";

const tally = new Tally();
let skipped = 0;

const DAY_MS = 86_400_000;

interface Fact {
  readonly is: string;
  readonly date: string;
  readonly start: string;
  readonly side: string;
  readonly points: number;
}
interface Trend {
  readonly headline: string;
  readonly sentence: string;
  readonly cadence: string;
  readonly cadence_guessed: boolean;
  readonly kind: string;
  readonly coarser: number;
  readonly facts: Fact[];
  readonly odd_days: { date: string; side: string; z_milli: number }[];
  readonly points: { date: string; value_micro: number | null; state: string; marks: string[] }[];
  readonly baseline: { from: string; until: string; points: number } | null;
  readonly odds_milli: number | null;
  readonly title: string;
}

function day(from: string, days: number): string {
  return new Date(Date.parse(from) + days * DAY_MS).toISOString().slice(0, 10);
}

/** Lines of a series that begins on a day, one point every `step` days. */
function series(values: readonly (number | string)[], step: number, from = "2027-01-04"): string {
  return values.map((value, i) => `${day(from, i * step)},${value}\n`).join("");
}

function judge(input: string, ...more: string[]): Trend {
  const done = run(["trend", "--json", ...more, "-"], { input });
  if (done.status !== 0) throw new Error(`trend: ${done.status} ${done.stderr}`);
  return JSON.parse(done.stdout) as Trend;
}

function refused(what: string, input: string, words: string, ...more: string[]): void {
  const done = run(["trend", ...more, "-"], { input });
  tally.same(`${what}: exit`, done.status, 2);
  tally.is(`${what}: says ${words}`, done.stderr.includes(words), done.stderr);
  tally.same(`${what}: no answer`, done.stdout, "");
}

/** A quiet series: a fixed pattern without neighbours that are alike. */
function quiet(n: number, centre: number): number[] {
  const pattern = [0, 3, -2, 1, -3, 2, -1, 3, -3, 1, 2, -2];
  return Array.from({ length: n }, (_, i) => centre + (pattern[(i * 5) % 12] ?? 0));
}

// ---- headlines

{
  const t = judge(series(quiet(40, 50), 7));
  tally.same("weekly is guessed", [t.cadence, t.cadence_guessed], ["weekly", true]);
  tally.same("and so are counts", t.kind, "count");
  tally.same("nothing but noise", t.headline, "routine");
  tally.same("the baseline is the first 20", t.baseline?.until, day("2027-01-04", 19 * 7));
  tally.same("odds of table B", t.odds_milli, 300);
}
{
  const t = judge(series([...quiet(24, 50), ...quiet(10, 75)], 7));
  tally.same("a lasting shift", t.headline, "shift");
  const shift = t.facts.find((f) => f.is === "shift");
  tally.same("its start", shift?.start, day("2027-01-04", 24 * 7));
  tally.same("its side", shift?.side, "higher");
  tally.is("the sentence", t.sentence.startsWith("Lasting shift since 2027-06-21: higher, from 50"),
    t.sentence);
}
{
  const values = quiet(34, 50);
  values[24] = 120;
  const t = judge(series(values, 7));
  tally.same("one terrible week is no shift", t.headline, "routine");
  tally.same("but a one-off", t.facts.map((f) => f.is), ["too_early", "one_off"]);
  tally.is("and said", t.sentence.includes("2027-06-21 was a one-off, higher"), t.sentence);
}
{
  const values = quiet(34, 50);
  values[24] = 120;
  values[25] = 90;
  const t = judge(series(values, 7));
  tally.same("two terrible weeks are one blip", [t.headline, t.facts.map((f) => [f.is, f.points])],
    ["routine", [["too_early", 1], ["too_early", 1], ["one_off", 2]]]);
  tally.is("and said", t.sentence.includes("2027-06-21 began a blip that decayed over 2 weeks"),
    t.sentence);
}
{
  const t = judge(series([...quiet(24, 50), 120, 110, 60, 54], 7));
  const now = t.facts.at(-1);
  tally.same("while the sum still says a shift, that the level does not hold",
    [t.headline, now?.is, now?.start, now?.points], ["too_early", "decaying", "2027-06-21", 2]);
  tally.is("and that it is too early to tell",
    t.sentence.includes("a blip of 2 weeks from 2027-06-21, far higher than usual, is decaying; " +
      "if no shift follows within 2 more points"), t.sentence);
}
{
  const values = quiet(26, 50);
  values[25] = 120;
  const t = judge(series(values, 7));
  tally.same("on the day itself it is too early to tell", t.headline, "too_early");
}
/** 400 days of noise about 100, the last hundred `by` higher. */
function noise(seed: number, by: number): string[] {
  let state = seed;
  return Array.from({ length: 400 }, (_, i) => {
    let sum = 0;
    for (let k = 0; k < 12; k++) {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      sum += state / 2 ** 32 - 0.5;
    }
    return (100 + sum + (i < 300 ? 0 : by)).toFixed(6);
  });
}
{
  // Limits that are off by chance: a shift that stands and yet is none by all the days since. What
  // is said of it first, its sentence and its drawing are of one mind, whichever it is.
  const MOVES = ["shift", "further_shift", "returned"];
  const minds = { faint: 0, loud: 0 };
  for (let seed = 1; seed <= 60 && (minds.faint === 0 || minds.loud === 0); seed++) {
    const input = series(noise(seed, minds.faint === 0 ? 0 : 2), 1);
    const t = judge(input, "--kind", "value", "--cadence", "daily");
    const last = t.facts.filter((f) => MOVES.includes(f.is)).at(-1);
    if (last === undefined || last.is === "returned") continue;
    const isShift = t.headline === "shift";
    minds[isShift ? "loud" : "faint"]++;
    const text = run(["trend", "--kind", "value", "--cadence", "daily", "-"], { input });
    const [, said = "", , , drawn = ""] = text.stdout.split("\n");
    tally.same(`noise ${seed}: ${t.headline}, and the sentence so`,
      [t.sentence.startsWith("Lasting shift"), said], [isShift, t.sentence]);
    if (!isShift) tally.is(`noise ${seed}: no shift is drawn`, !drawn.includes("S"), drawn);
  }
  tally.is("of both minds there was one", minds.faint > 0 && minds.loud > 0, minds);
}
// ---- rare events

/** Days that have one event each, so many days apart; of `approaches` a day, if that is said. */
function events(between: readonly number[], approaches?: number): string {
  let at = 0;
  return [0, ...between].map((days) => {
    at += days;
    return `${day("2027-01-04", at)},1${approaches === undefined ? "" : `,${approaches}`}\n`;
  }).join("");
}
{
  // spec patterns, section 1: x = y^(1/3.6), sigma of the moving ranges, more often is up.
  const days = [...Array.from({ length: 20 }, (_, i) => 8 + ((i * 7) % 5)), 1];
  const t = judge(events(days), "--kind", "spacing");
  const x = days.map((d) => (d * DAY_MS) ** (1 / 3.6));
  const base = x.slice(0, 20);
  const ranges = base.slice(1).map((v, i) => Math.abs(v - (base[i] ?? 0)));
  const sum = (v: readonly number[]): number => v.reduce((a, b) => a + b, 0);
  const kept = ranges.filter((r) => r < 3.267 * sum(ranges) / ranges.length);
  const sigma = sum(kept) / kept.length / 1.128;
  const z = -((x[20] ?? 0) - sum(base) / 20) / sigma;
  const last = t.points.at(-1) as unknown as { z_milli: number };
  tally.same("time between events", [t.kind, t.cadence, last.z_milli, z > 3],
    ["spacing", "events", Math.round(z * 1000), true]);
  tally.is("an event so soon is odd, and more often",
    t.sentence.includes("far more often than usual"), t.sentence);
}
{
  // Gaps of 80 and 118 approaches: a mean of 99, p = .01; then 10 (score_test.c has the sum).
  const lines = ["2027-01-01,1,1"];
  for (let i = 0; i <= 20; i++)
    lines.push(`${day("2027-01-02", i)},1,${1 + (i === 20 ? 10 : i % 2 === 0 ? 80 : 118)}`);
  const t = judge(`${lines.join("\n")}\n`, "--kind", "gap");
  const last = t.points.at(-1) as unknown as { z_milli: number };
  tally.same("approaches between events", [t.kind, last.z_milli], ["gap", 1281]);
}
{
  const t = judge(events([...Array.from({ length: 24 }, (_, i) => 9 + (i * 3) % 4),
    ...Array.from({ length: 10 }, (_, i) => 3 + i % 2)]), "--kind", "spacing");
  tally.same("three times as often is a lasting shift", t.headline, "shift");
  tally.same("on that side, though days between are fewer",
    t.facts.find((f) => f.is === "shift")?.side, "more_often");
  tally.is("and said so", /: more often, from 1\d\.\d days to 3\.\d+ days/.test(t.sentence),
    t.sentence);
}
tally.same("nine events between are no chart yet",
  judge(events(Array<number>(9).fill(9)), "--kind", "spacing").headline, "collecting");
{
  // Two on one day share the ten days before it; a day that is missing is no quiet one.
  const t = judge("2027-01-01,1\n2027-01-05,0\n2027-01-11,2\n2027-01-12,\n2027-01-20,1\n" +
    "2027-01-24,1\n", "--kind", "spacing");
  tally.same("shared, and begun anew", t.points.map((p) => [p.date, p.value_micro]),
    [["2027-01-11", 5 * DAY_MS * 1e6], ["2027-01-24", 4 * DAY_MS * 1e6]]);
}
refused("a part of an event", "2027-01-01,1\n2027-01-02,1.5\n", "2027-01-02: expected how many",
  "--kind", "spacing");
refused("more events than approaches", "2027-01-01,3,2\n", "2027-01-01: expected how many",
  "--kind", "gap");
refused("a single event", "2027-01-01,1\n", "two of them at least", "--kind", "spacing");
refused("a cadence of events", "2027-01-01,1\n2027-01-09,1\n", "--cadence", "--kind", "spacing",
  "--cadence", "daily");
tally.same("12 points are no baseline", judge(series(quiet(12, 50), 7)).headline, "trial");
tally.same("7 are none at all", judge(series(quiet(7, 50), 7)).headline, "collecting");
tally.same("what never varies",
  judge(series(Array<number>(40).fill(5), 7), "--kind", "value").headline, "constant");

// ---- kinds and cadences

tally.same("fractions are values",
  judge(series(quiet(30, 50).map((v) => v + 0.5), 7)).kind, "value");
tally.same("a denominator makes a rate",
  judge(series(quiet(30, 50).map((v) => `${v},400`), 7)).kind, "rate");
tally.same("months", judge(quiet(30, 50).map((v, i) =>
  `${2020 + Math.floor(i / 12)}-${String(i % 12 + 1).padStart(2, "0")},${v}\n`).join("")).cadence,
"monthly");
{
  const t = judge(series(quiet(30, 50).map((v, i) => i === 9 ? "" : v), 7));
  tally.same("an empty value is a missing point", t.points[9]?.state, "missing");
  tally.same("and not fed", t.baseline?.until, day("2027-01-04", 20 * 7));
}
{
  const t = judge(series(quiet(60, 3), 1));
  tally.same("small counts of days become weeks", [t.cadence, t.coarser], ["weekly", 1]);
}
{
  const rows = quiet(80, 50).map((v, i) => [v, i] as const).filter(([, i]) => i % 7 < 5);
  const t = judge(rows.map(([v, i]) => `${day("2027-01-04", i)},${v}\n`).join(""));
  tally.same("five days a week: 8 weeks are 40 points", t.baseline?.points, 40);
}
{
  const t = judge(series([...quiet(20, 50), 80, ...quiet(9, 50)], 7), "--marks", "nhs");
  tally.same("marks are drawn", t.points[20]?.marks, ["limit"]);
}

// ---- words

{
  const done = run(["trend", "--title", "Re-open rate", "-"],
    { input: series([...quiet(24, 50), ...quiet(10, 75)].map((v) => `${v},400`), 7) });
  tally.same("text: exit", done.status, 0);
  const lines = done.stdout.split("\n");
  tally.same("text: title", lines[0], "Re-open rate");
  tally.is("text: a rate in per cent", (lines[1] ?? "").includes("from 12.5 % to 18."), lines[1]);
  tally.is("text: bars and signs are as wide as each other",
    [...(lines[3] ?? "")].length === (lines[4] ?? "x").length, lines[3]);
  tally.is("text: guesses are said beside", done.stderr.includes("read as a weekly rate"),
    done.stderr);
  tally.same("quiet says nothing beside", run(["trend", "--quiet", "-"],
    { input: series(quiet(30, 50), 7) }).stderr, "");
  tally.is("no escapes in the answer", !done.stdout.includes("\u001b"));
}
{
  const a = run(["trend", "--json", "-"], { input: series(quiet(30, 50), 7) }).stdout;
  const crlf = `\ufeffdate,value\n${series(quiet(30, 50), 7)}`.replaceAll("\n", "\r\n");
  const b = run(["trend", "--json", "--title", "series", "-"], { input: crlf }).stdout;
  tally.same("a mark, a header and CRLF change nothing", a, b);
}

// ---- refusals

refused("no rows", "", "no rows");
refused("only a header", "date,value\n", "no rows");
refused("a bad number", "2027-01-04,1\n2027-01-05,one\n", "line 2: expected a number");
refused("a bad date", "2027-01-04,1\n05.01.2027,2\n", "line 2: expected a date");
refused("a date twice", "2027-01-04,1\n2027-01-04,2\n", "line 2: expected a date after");
refused("half a count", "2027-01-04,1.5\n", "2027-01-04: expected a whole number",
  "--kind", "count");
refused("a rate without its denominator", "2027-01-04,1\n", "third column", "--kind", "rate");
refused("years", series(quiet(30, 50), 365), "365 days apart");
refused("a word of no kind", "2027-01-04,1\n", "expected one of value, count, rate",
  "--kind", "ratio");
refused("a title of two lines", "2027-01-04,1\n", "--title", "--title", "a\nb");
tally.same("no such file", run(["trend", "not-there.csv"]).status, 3);
inFolder((dir) => {
  const path = join(dir, "long.csv");
  writeFileSync(path, series(Array<number>(10_001).fill(1), 1, "1900-01-01"));
  const done = run(["trend", path]);
  tally.same("more rows than the limit: exit", done.status, 2);
  tally.is("more rows than the limit", done.stderr.includes("line 10001: more than 10000 rows"),
    done.stderr);
});
tally.same("help has two examples",
  run(["trend", "--help"]).stdout.split("  evenkeel trend").length, 3);

// ---- real series, read in place

function real(set: string, file: string, act: (text: string) => void): void {
  const path = dataFile(set, file);
  if (!existsSync(path)) {
    skipped++;
    console.log(`skipped ${path}: not there`);
    return;
  }
  act(readFileSync(path, "utf8"));
}

// The two weeks of a release are odd by far, and a blip that decays: no verdict that the level rose
// is ever told. The lower level since March goes on behind it.
real("03-firefox-support-volume-2020_2021", "daily.csv", (text) => {
  const t = judge(text);
  tally.same("questions: days, weeks", [t.kind, t.cadence, t.coarser], ["count", "weekly", 1]);
  const odd = t.facts.filter((f) => f.is === "too_early" && f.side === "higher").map((f) => f.date);
  tally.same("questions: the two weeks of the release are odd", odd, ["2021-05-31", "2021-06-07"]);
  const moves = t.facts.filter((f) => ["shift", "further_shift", "returned"].includes(f.is));
  tally.same("questions: one lasting shift, and it is none of the release's",
    moves.map((f) => [f.is, f.side, f.start]), [["shift", "lower", "2021-03-15"]]);
  const blip = t.facts.filter((f) => f.is === "decaying" || f.is === "one_off");
  tally.same("questions: the release is a blip of two weeks that decays, and then was one",
    blip.map((f) => [f.is, f.side, f.start, f.points]),
    [["decaying", "higher", "2021-05-31", 2], ["one_off", "higher", "2021-05-31", 2]]);
});

// Who says that a release was in those two weeks, and leaves them out, is told of no rise either.
real("03-firefox-support-volume-2020_2021", "daily.csv", (text) => {
  const lines = text.trimEnd().split("\n").map((line) => {
    const date = line.split(",")[0] ?? "";
    return date >= "2021-05-31" && date <= "2021-06-13" ? `${date},` : line;
  });
  const t = judge(`${lines.join("\n")}\n`);
  const higher = t.facts.filter((f) => f.side === "higher");
  tally.same("questions: the release left out, nothing rose", higher, []);
});

// Thanksgiving, Christmas and New Year, and the snow storm, by the dates that people marked.
real("09-nab-labelled-series", "realKnownCause__nyc_taxi.csv", (text) => {
  const days = new Map<string, number>();
  for (const line of text.trimEnd().split("\n").slice(1)) {
    const [at = "", value = ""] = line.split(",");
    days.set(at.slice(0, 10), (days.get(at.slice(0, 10)) ?? 0) + Number(value));
  }
  const t = judge([...days].map(([at, value]) => `${at},${value}\n`).join(""));
  const odd = t.facts.filter((f) => f.is === "too_early").map((f) => f.date);
  tally.same("taxis: odd weeks", odd, ["2014-11-24", "2014-12-22", "2014-12-29"]);
  const said = t.facts.filter((f) => !["too_early", "suspected"].includes(f.is));
  tally.same("taxis: Thanksgiving was a one-off, Christmas with New Year decays; nothing lasts",
    said.map((f) => [f.is, f.start, f.points]),
    [["one_off", "2014-11-24", 1], ["decaying", "2014-12-22", 2]]);
  tally.same("taxis: and so is the headline", t.headline, "too_early");
  tally.same("taxis: the storm is two odd days of a week that is not whole",
    t.odd_days.map((d) => [d.date, d.side]), [["2015-01-26", "lower"], ["2015-01-27", "lower"]]);
});

// What is labelled as free of anomalies, in sums of hours: no verdict.
real("09-nab-labelled-series", "artificialNoAnomaly__art_daily_small_noise.csv", (text) => {
  const days = new Map<string, number>();
  for (const line of text.trimEnd().split("\n").slice(1)) {
    const [at = "", value = ""] = line.split(",");
    days.set(at.slice(0, 10), (days.get(at.slice(0, 10)) ?? 0) + Number(value));
  }
  const t = judge([...days].map(([at, value]) => `${at},${value}\n`).join(""), "--kind", "value");
  tally.same("a quiet fortnight: nothing is told", [t.headline, t.facts.length], ["trial", 0]);
});

// Where five people each see a lasting change, a shift begins within five points.
for (const [file, seen] of [["nile", 28], ["quality_control_1", 144], ["quality_control_3", 179]] as
  const) {
  real("10-tcpd-human-changepoints", `${file}.json`, (text) => {
    const raw = (JSON.parse(text) as { series: { raw: number[] }[] }).series[0]?.raw ?? [];
    const t = judge(series(raw, 7, "1990-01-01"), "--kind", "value");
    const near = t.facts.filter((f) => f.is === "shift" || f.is === "further_shift")
      .map((f) => (Date.parse(f.start) - Date.parse("1990-01-01")) / DAY_MS / 7)
      .filter((at) => Math.abs(at - seen) <= 5);
    tally.is(`${file}: a shift where people see one`, near.length > 0, near);
  });
}

// Eight series, five people each: F1 as the benchmark counts it (margin 5, the first point known to
// all; recall averaged over people). Series that drift are no processes with a level, and there the
// rules find a shift wherever they look; docs/manual/trends.md says so.
function f1(people: readonly (readonly number[])[], found: readonly number[]): number {
  const marks = people.map((own) => new Set([0, ...own]));
  const reports = new Set([0, ...found]);
  const hits = (wanted: ReadonlySet<number>): number => {
    const left = new Set(reports);
    let n = 0;
    for (const at of [...wanted].sort((a, b) => a - b)) {
      const near = [...left].filter((x) => Math.abs(x - at) <= 5)
        .sort((a, b) => Math.abs(a - at) - Math.abs(b - at) || a - b)[0];
      if (near === undefined) continue;
      n++;
      left.delete(near);
    }
    return n;
  };
  const all = new Set(marks.flatMap((own) => [...own]));
  const precision = hits(all) / reports.size;
  const recall = marks.reduce((sum, own) => sum + hits(own) / own.size, 0) / marks.length;
  return 2 * precision * recall / (precision + recall);
}

real("10-tcpd-human-changepoints", "annotations.json", (text) => {
  const people = JSON.parse(text) as Record<string, Record<string, number[]>>;
  const [scores, guarded, silent] = [new Map<string, number>(), new Map<string, number>(),
    new Map<string, number>()];
  const drift = { points: 0, shifts: 0 };
  for (const [name, own] of Object.entries(people)) {
    const path = dataFile("10-tcpd-human-changepoints", `${name}.json`);
    if (!existsSync(path)) continue;
    const raw = (JSON.parse(readFileSync(path, "utf8")) as { series: { raw: (number | null)[] }[] })
      .series[0]?.raw ?? [];
    const values = raw.map((v) => v ?? "");
    const found = (cadence: string, step: number): number[] =>
      judge(series(values, step, "1900-01-01"), "--kind", "value", "--cadence", cadence).facts
        .filter((f) => ["shift", "further_shift", "returned"].includes(f.is))
        .map((f) => (Date.parse(f.start) - Date.parse("1900-01-01")) / DAY_MS / step);
    const weekly = found("weekly", 7);
    if (name === "businv" || name === "jfk_passengers") {
      drift.points += raw.length;
      drift.shifts += weekly.length;
    }
    scores.set(name, f1(Object.values(own), weekly));
    guarded.set(name, f1(Object.values(own), found("daily", 1)));
    silent.set(name, f1(Object.values(own), []));
  }
  const mean = (of: ReadonlyMap<string, number>): string =>
    ([...of.values()].reduce((sum, v) => sum + v, 0) / of.size).toFixed(2);
  // As the set's own README works it, series by series.
  tally.same("people's marks: of who reports nothing",
    [...silent].map(([name, v]) => `${name} ${v.toFixed(4)}`).sort(),
    ["businv 0.5882", "jfk_passengers 0.7234", "nile 0.8235", "quality_control_1 0.6667",
      "quality_control_3 0.6667", "run_log 0.4456", "seatbelts 0.6207", "uk_coal_employ 0.5133"]);
  tally.same("people's marks: the means that the manual says", [mean(silent), mean(scores),
    mean(guarded)], ["0.63", "0.43", "0.54"]);
  tally.same("people's marks: a level that changes once is found as they see it",
    scores.get("nile"), 1);
  tally.same("people's marks: what drifts has a shift in about every nine points",
    Math.round(drift.points / drift.shifts), 9);
  tally.same("people's marks: coal employment", scores.get("uk_coal_employ")?.toFixed(2), "0.75");
});

// Infections fell when the ward changed its ways in November 2014; attendances within four hours
// did not change.
real("13-spc-with-reference-output", "cdi.csv", (text) => {
  const rows = parseTable(text, ",", ["month", "n"]);
  const t = judge(rows.map((row) => `${row.month.slice(0, 7)},${row.n}\n`).join(""));
  const shift = t.facts.find((f) => f.is === "shift");
  tally.same("infections: lower", [t.headline, shift?.side], ["shift", "lower"]);
  tally.is("infections: from about then", (shift?.start ?? "") >= "2014-08" &&
    (shift?.start ?? "") <= "2014-12", shift?.start);
});
real("13-spc-with-reference-output", "nhs_accidents.csv", (text) => {
  const rows = parseTable(text, ",", ["r", "n"]);
  const t = judge(rows.map((row, i) => `${day("2027-01-04", 7 * i)},${row.r},${row.n}\n`).join(""));
  tally.same("four hours: routine", [t.kind, t.headline, t.facts.length], ["rate", "routine", 0]);
});

if (skipped > 0) {
  console.log(`${tally.passed} passed, ${tally.failed} failed, ${skipped} skipped`);
  process.exitCode = tally.failed === 0 ? 0 : 1;
} else {
  tally.end();
}
