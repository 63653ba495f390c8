// converters_test -- the converters against the worked numbers that lie beside the data sets.
//
// Only figures that do not depend on who was given what are compared: counts, times of arrival,
// real service and patience, who really answered. Skips a data set that is not there, naming the
// file. Ends with "N passed, N failed", and ", N skipped" if any was.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";

import {
  ofCommand,
  readDrive,
  type ConversationCreate,
  type DriveLine,
} from "../scripts/lib/drive.ts";
import { countBy, groupBy, mean, nearestRank } from "../scripts/lib/figures.ts";
import { dataFile } from "../scripts/lib/root.ts";
import { parseTable } from "../scripts/lib/table.ts";
import { Zone } from "../scripts/lib/zone.ts";

const HOUR_MS = 3_600_000;

/** Collects the verdicts; the only thing that the tests share. */
class Tally {
  passed = 0;
  failed = 0;
  skipped = 0;

  same(what: string, got: unknown, want: unknown): void {
    if (isDeepStrictEqual(got, want)) {
      this.passed++;
      return;
    }
    this.failed++;
    console.log(`FAILED ${what}: got ${JSON.stringify(got)}, expected ${JSON.stringify(want)}`);
  }

  skip(why: string): void {
    this.skipped++;
    console.log(`skipped ${why}`);
  }

  throws(what: string, act: () => unknown, words: string): void {
    try {
      act();
      this.same(what, "no error", words);
    } catch (error) {
      this.same(what, String(error).includes(words) ? words : String(error), words);
    }
  }
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}

function ms(at: string): number {
  return Date.parse(at);
}

interface Converted<Counts> {
  readonly lines: DriveLine[];
  readonly counts: Counts;
}

/** Runs a converter as a user does; its file twice, as the same input must give the same bytes. */
function run<Counts>(tally: Tally, script: string): Converted<Counts> {
  const dir = mkdtempSync(join(tmpdir(), "ek-converters-"));
  const program = join(import.meta.dirname, "..", "scripts", script);
  const [first, second] = ["1", "2"].map((name) => {
    const path = join(dir, name);
    const done = spawnSync(process.execPath, [program, path], { encoding: "utf8" });
    if (done.status !== 0) throw new Error(`${script} ended with ${done.status}: ${done.stderr}`);
    return { path, stderr: done.stderr };
  });
  if (first === undefined || second === undefined) throw new Error("unreachable");
  const bytes = [first, second].map(({ path }) => readFileSync(path, "utf8"));
  tally.same(`${script}: the same bytes each time`, bytes[0] === bytes[1], true);
  const converted = { lines: readDrive(first.path), counts: JSON.parse(first.stderr) as Counts };
  rmSync(dir, { recursive: true });
  return converted;
}

function worked<T>(set: string): T {
  return JSON.parse(readFileSync(dataFile(set, "example-kpis.json"), "utf8")) as T;
}

/** What the driver asks of every file: order of time, and names given before their use. */
function checkShape(tally: Tally, what: string, lines: readonly DriveLine[]): void {
  const late = lines.findIndex((line, i) => line.at < (lines[i - 1]?.at ?? ""));
  tally.same(`${what}: lines in order of time`, late, -1);
  const known = new Set<string>();
  const unknown: string[] = [];
  const doubled: string[] = [];
  for (const line of lines) {
    for (const name of refsOf(line)) if (!known.has(name)) unknown.push(name);
    if (!("ref" in line)) continue;
    if (known.has(line.ref)) doubled.push(line.ref);
    known.add(line.ref);
  }
  tally.same(`${what}: names given before use`, unknown.slice(0, 5), []);
  tally.same(`${what}: names given once`, doubled.slice(0, 5), []);
}

function refsOf(line: DriveLine): readonly string[] {
  switch (line.cmd) {
    case "teammate.create": return [...line.primary, ...line.secondary];
    case "presence.set": return [line.teammate];
    case "conversation.create": return [line.team];
    case "contact.message": return [line.conversation];
    case "teammate.message": return [line.conversation, line.author];
    case "settings.change":
    case "team.create": return [];
  }
}

interface BankCounts {
  readonly rows: number;
  readonly phantom: number;
  readonly left_in_menu: number;
  readonly offered: number;
  readonly by_server: Record<string, number>;
  readonly by_day: Record<string, { rows: number; answered: number; abandoned: number }>;
}

interface BankWorked {
  readonly rows: number;
  readonly phantom: number;
  readonly hang_in_vru: number;
  readonly answered: number;
  readonly abandoned_in_queue: number;
  readonly offered_to_agents: number;
  readonly abandon_rate: number;
  readonly mean_wait_before_abandon_s: number;
  readonly aht_s: number;
  readonly aht_median: number;
  readonly aht_p90: number;
  readonly services_under_10s: number;
  readonly by_type: Record<string, number>;
  readonly by_priority_mean_wait: Record<string, [number, number]>;
  readonly daily: Record<
    string,
    { rows_all: number; answered: number; abandoned_in_queue: number }
  >;
  readonly servers: Record<string, { answered: number }>;
}

function checkBankCounts(tally: Tally, counts: BankCounts, want: BankWorked): void {
  tally.same("bank: rows", counts.rows, want.rows);
  tally.same("bank: phantom", counts.phantom, want.phantom);
  tally.same("bank: left in the menu", counts.left_in_menu, want.hang_in_vru);
  tally.same("bank: offered", counts.offered, want.offered_to_agents);
  for (const [server, { answered }] of Object.entries(want.servers))
    tally.same(`bank: answered by ${server}`, counts.by_server[server], answered);
  tally.same("bank: days", Object.keys(counts.by_day), Object.keys(want.daily));
  for (const [day, of] of Object.entries(want.daily)) {
    const wanted = { rows: of.rows_all, answered: of.answered, abandoned: of.abandoned_in_queue };
    tally.same(`bank: ${day}`, counts.by_day[day], wanted);
  }
}

function checkBankCalls(
  tally: Tally,
  calls: readonly ConversationCreate[],
  want: BankWorked,
): void {
  const hungUp = calls.filter((call) => call.sim?.patience_ms !== undefined);
  const answered = calls.filter((call) => call.sim?.patience_ms === undefined);
  const service = answered.map((call) => (call.sim?.handle_ms ?? NaN) / 1000);
  const patience = hungUp.map((call) => (call.sim?.patience_ms ?? NaN) / 1000);
  tally.same("bank: calls written", calls.length, want.offered_to_agents);
  tally.same("bank: answered", answered.length, want.answered);
  tally.same("bank: abandoned", hungUp.length, want.abandoned_in_queue);
  tally.same("bank: abandon rate", round(hungUp.length / calls.length, 6), want.abandon_rate);
  tally.same("bank: patience", round(mean(patience), 4), want.mean_wait_before_abandon_s);
  tally.same("bank: mean service", round(mean(service), 4), want.aht_s);
  tally.same("bank: median service", nearestRank(service, 50), want.aht_median);
  tally.same("bank: p90 service", nearestRank(service, 90), want.aht_p90);
  tally.same("bank: under 10 s", service.filter((s) => s < 10).length, want.services_under_10s);
  for (const [type, n] of Object.entries(want.by_type))
    tally.same(`bank: offered of type ${type}`, countBy(calls, typeOf)[type], n);
  const marked = answered.filter((call) => call.priority === 1);
  tally.same("bank: marked and answered", marked.length, want.by_priority_mean_wait["2"]?.[0]);
  const early = calls.filter((call) => ms(call.at) - ms(call.waiting_since) === 90_000);
  tally.same("bank: 90 s ahead are the marked", early.every((call) => call.priority === 1), true);
  const ahead = calls.filter((call) => call.at !== call.waiting_since);
  tally.same("bank: no other is ahead", ahead.length, early.length);
}

function typeOf(call: ConversationCreate): string {
  return call.attributes["type"] ?? "";
}

/** Counted by Jerusalem's calendar, the instants must give the bank's own days, save for the three
 * calls that entered before a midnight (10, 11 and 11 February) and were queued after it. */
function checkBankDays(tally: Tally, lines: readonly DriveLine[], want: BankWorked): void {
  const dayInJerusalem = new Intl.DateTimeFormat("en-CA", { timeZone: "Asia/Jerusalem" });
  const calls = ofCommand(lines, "conversation.create");
  const days = countBy(calls, (call) => dayInJerusalem.format(ms(call.at)));
  const moved = Object.entries(want.daily)
    .map(([day, of]) => [day, (days[day] ?? 0) - of.answered - of.abandoned_in_queue])
    .filter(([, more]) => more !== 0);
  tally.same("bank: calls that crossed midnight", moved,
    [["1999-02-10", -1], ["1999-02-11", -1], ["1999-02-12", 2]]);
  const first = calls.find((call) => call.ref === "AA0101-34536");
  tally.same("bank: 7:02:55 in Jerusalem", first?.at, "1999-02-01T05:02:55.000Z");
  const here = new Map<string, string>();
  let wrong = 0;
  for (const { teammate, presence } of ofCommand(lines, "presence.set")) {
    if ((here.get(teammate) ?? "away") === presence) wrong++;
    here.set(teammate, presence);
  }
  tally.same("bank: agents come and go in turn", wrong, 0);
  tally.same("bank: all gone home", [...here.values()].every((p) => p === "away"), true);
}

function bank(tally: Tally): void {
  const want = worked<BankWorked>("01-anonbank-feb1999a");
  const { lines, counts } = run<BankCounts>(tally, "bank.js");
  checkShape(tally, "bank", lines);
  checkBankCounts(tally, counts, want);
  checkBankCalls(tally, ofCommand(lines, "conversation.create"), want);
  checkBankDays(tally, lines, want);
}

interface ForumCounts {
  readonly spam: number;
  readonly people: number;
}

interface ForumWorked {
  readonly conversations: number;
  readonly messages_after_first: number;
  readonly spam_messages: number;
  readonly answers_by_asker: number;
  readonly answers_by_teammates: number;
  readonly teammates: number;
  readonly conversations_with_a_teammate_reply: number;
  readonly no_teammate_reply: number;
  readonly negative_first_reply: number;
  readonly first_reply_s: {
    median_nearest_rank: number; p90: number; mean: number; min: number; max: number;
  };
  readonly first_reply_within: Record<string, [number, number]>;
  readonly top_teammates_replies: [string, number][];
  readonly top_teammates_conversations_touched: [number, string][];
  readonly first_responder_top: [string, number][];
  readonly locales: Record<string, number>;
  readonly topics_top: [string, number][];
  readonly daily_utc: Record<string, number>;
}

function checkForumCounts(tally: Tally, lines: readonly DriveLine[], want: ForumWorked): void {
  const asked = ofCommand(lines, "conversation.create");
  const again = ofCommand(lines, "contact.message").length;
  const answers = ofCommand(lines, "teammate.message").length;
  tally.same("forum: conversations", asked.length, want.conversations);
  tally.same("forum: messages after the first", again + answers, want.messages_after_first);
  tally.same("forum: messages by askers", again, want.answers_by_asker);
  tally.same("forum: messages by teammates", answers, want.answers_by_teammates);
  tally.same("forum: teammates", ofCommand(lines, "teammate.create").length, want.teammates);
  tally.same("forum: per day, UTC", countBy(asked, (q) => q.at.slice(0, 10)), want.daily_utc);
  const locales = countBy(asked, (q) => q.attributes["locale"] ?? "");
  for (const [locale, n] of Object.entries(want.locales))
    tally.same(`forum: in ${locale}`, locales[locale], n);
  const topics = countBy(asked, (q) => q.team);
  for (const [topic, n] of want.topics_top) tally.same(`forum: on ${topic}`, topics[topic], n);
}

function checkForumPeople(tally: Tally, lines: readonly DriveLine[], want: ForumWorked): void {
  const answers = ofCommand(lines, "teammate.message");
  const replies = countBy(answers, (line) => line.author);
  for (const [person, n] of want.top_teammates_replies)
    tally.same(`forum: replies of ${person}`, replies[person], n);
  const by = groupBy(answers, (line) => line.author);
  for (const [n, person] of want.top_teammates_conversations_touched)
    tally.same(`forum: questions touched by ${person}`,
      new Set(by.get(person)?.map((line) => line.conversation)).size, n);
  const first = firstAnswers(lines);
  const firsts = countBy(first.values(), (line) => line.author);
  for (const [person, n] of want.first_responder_top)
    tally.same(`forum: first replies of ${person}`, firsts[person], n);
}

function firstAnswers(lines: readonly DriveLine[]) {
  const answers = ofCommand(lines, "teammate.message");
  // A Map made from a list keeps the last of equal keys: backwards, that is the first answer.
  return new Map([...answers].reverse().map((line) => [line.conversation, line]));
}

function checkForumWaits(tally: Tally, lines: readonly DriveLine[], want: ForumWorked): void {
  const first = firstAnswers(lines);
  const asked = ofCommand(lines, "conversation.create");
  const waits = asked.flatMap((q) => {
    const answer = first.get(q.ref);
    return answer === undefined ? [] : [(ms(answer.at) - ms(q.at)) / 1000];
  });
  const figures = want.first_reply_s;
  tally.same("forum: answered", waits.length, want.conversations_with_a_teammate_reply);
  tally.same("forum: never answered", asked.length - waits.length, want.no_teammate_reply);
  tally.same("forum: answered before asked", waits.filter((w) => w < 0).length,
    want.negative_first_reply);
  tally.same("forum: median wait", nearestRank(waits, 50), figures.median_nearest_rank);
  tally.same("forum: p90 wait", nearestRank(waits, 90), figures.p90);
  tally.same("forum: mean wait", round(mean(waits), 3), figures.mean);
  tally.same("forum: shortest wait", Math.min(...waits), figures.min);
  tally.same("forum: longest wait", Math.max(...waits), figures.max);
  for (const [within, [n, share]] of Object.entries(want.first_reply_within)) {
    const hours = Number(within.replace("h", ""));
    const met = waits.filter((w) => w * 1000 <= hours * HOUR_MS).length;
    tally.same(`forum: within ${within}`, [met, round(met / asked.length, 6)], [n, share]);
  }
}

function forum(tally: Tally): void {
  const want = worked<ForumWorked>("02-thunderbird-support-2023q2");
  const { lines, counts } = run<ForumCounts>(tally, "thunderbird.js");
  checkShape(tally, "forum", lines);
  tally.same("forum: spam kept", counts.spam, want.spam_messages);
  tally.same("forum: people", counts.people, 2044);
  checkForumCounts(tally, lines, want);
  checkForumPeople(tally, lines, want);
  checkForumWaits(tally, lines, want);
}

function tables(tally: Tally): void {
  const rows = (text: string) => parseTable(text, ",", ["a", "b"]);
  tally.same("table: quotes, commas and line breaks inside a field",
    rows('a,b\n"1,5","say ""yes""\r\nor no"\n'), [{ a: "1,5", b: 'say "yes"\r\nor no' }]);
  tally.same("table: empty fields, no last line break", rows("b,a\n,\n\"\",x"),
    [{ a: "", b: "" }, { a: "x", b: "" }]);
  tally.same("table: a quote is a letter among tabs", parseTable('a\n"x\n', "\t", ["a"]),
    [{ a: '"x' }]);
  tally.throws("table: a missing column is named", () => rows("a,c\n1,2\n"), "column b is missing");
  tally.throws("table: a short line is numbered", () => rows('a,b\n"1\n2",3\n4\n'),
    "line 4: 1 fields");
  tally.throws("table: a stray quote is refused", () => rows('a,b\n1,2"3\n'), "line 2");
}

/** Offsets as in the IANA zone database. */
function zones(tally: Tally): void {
  const at = (zone: string, month: number, day: number, second: number): string =>
    new Date(new Zone(zone).instant({ year: 2027, month, day, second })).toISOString();
  tally.same("zone: winter", at("Asia/Jerusalem", 1, 1, 0), "2026-12-31T22:00:00.000Z");
  tally.same("zone: summer", at("Asia/Jerusalem", 7, 1, 0), "2027-06-30T21:00:00.000Z");
  tally.same("zone: past midnight is the next day", at("UTC", 1, 1, 86_401),
    "2027-01-02T00:00:01.000Z");
  tally.same("zone: a skipped time is the end of the gap", at("Europe/Paris", 3, 28, 9_000),
    "2027-03-28T01:00:00.000Z");
  tally.same("zone: a repeated time is its first", at("Europe/Paris", 10, 31, 9_000),
    "2027-10-31T00:30:00.000Z");
}

function main(): void {
  const tally = new Tally();
  tables(tally);
  zones(tally);
  const sets = [
    ["01-anonbank-feb1999a", "calls-1999-02-01_14.tsv", bank],
    ["02-thunderbird-support-2023q2", "questions.csv", forum],
  ] as const;
  for (const [set, file, check] of sets) {
    const path = dataFile(set, file);
    if (existsSync(path)) check(tally);
    else tally.skip(`${set}: ${path} is not there`);
  }
  const skipped = tally.skipped === 0 ? "" : `, ${tally.skipped} skipped`;
  console.log(`${tally.passed} passed, ${tally.failed} failed${skipped}`);
  process.exitCode = tally.failed === 0 ? 0 : 1;
}

main();
