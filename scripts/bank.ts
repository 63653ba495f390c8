// bank -- two weeks of calls to a bank's telephone centre, as a drive file.
//
// usage: bank [OUT [CALLS.tsv]]
//
// One team: nearly every agent took calls of every type, so the type is kept as an attribute. An
// agent is a primary teammate who takes one call at a time, active from the first to the end of the
// last call of each day. A call is a conversation from the moment when it came out of the menu:
// into the queue, or straight to an agent. Calls of outcome PHANTOM and those that were left in the
// menu never asked for an agent and are dropped.
//
// Order: the bank queued a priority customer as if he had come 90 s earlier, so `waiting_since`
// says that, and the queue is ordered by it alone. The mark (`priority` 1) is kept to be seen.
//
// Service: the real one. For a caller who hung up there was none: the median of the type stands in,
// should the replay reach him in time. Patience: how long a caller who hung up really waited. Of
// one who was answered we know only that he would have waited longer: he has none and never leaves.
import { instant, inOrder, runConverter, type DriveLine } from "./lib/drive.ts";
import { countBy, groupBy, nearestRank } from "./lib/figures.ts";
import { dataFile } from "./lib/root.ts";
import { parseTable } from "./lib/table.ts";
import { Zone } from "./lib/zone.ts";

const ZONE = new Zone("Asia/Jerusalem");
const PRIORITY_HEAD_START_MS = 90_000;
const DAY_S = 86_400;
const NOBODY = "NO_SERVER";
const NEVER = "0:00:00";

const COLUMNS = [
  "vru+line", "call_id", "customer_id", "priority", "type", "date", "vru_entry", "vru_exit",
  "q_start", "q_time", "outcome", "ser_start", "ser_time", "server",
] as const;
type Row = Record<(typeof COLUMNS)[number], string>;

interface Call {
  readonly ref: string;
  readonly customer: string | undefined;
  readonly marked: boolean;
  readonly type: string;
  readonly day: string;
  readonly answered: boolean;
  readonly server: string;
  readonly atMs: number;
  readonly serviceFromMs: number;
  readonly serviceMs: number;
  readonly queuedMs: number;
}

function isOffered(row: Row): boolean {
  if (row.outcome === "AGENT") return true;
  return row.outcome === "HANG" && (row.q_start !== NEVER || Number(row.q_time) > 0);
}

/** "990201" to "1999-02-01". */
function dayOf(date: string): string {
  return `19${date.slice(0, 2)}-${date.slice(2, 4)}-${date.slice(4, 6)}`;
}

function secondOfDay(clock: string): number {
  const parts = clock.split(":").map(Number);
  const [h, m, s] = parts;
  if (h === undefined || m === undefined || s === undefined || parts.some(Number.isNaN))
    throw new Error(`${clock} is not a time of the form h:mm:ss`);
  return h * 3600 + m * 60 + s;
}

/** A call's date is that of its entry; a time far below the entry's lies behind midnight. */
function instantOf(row: Row, clock: string): number {
  const entry = secondOfDay(row.vru_entry);
  const second = secondOfDay(clock);
  const [year = 0, month = 0, day = 0] = dayOf(row.date).split("-").map(Number);
  const wall = { year, month, day, second: second + (second < entry - DAY_S / 2 ? DAY_S : 0) };
  return ZONE.instant(wall);
}

function toCall(row: Row): Call {
  // A few answered calls lack their times with the agent: they came when they left the menu.
  const came = [row.q_start, row.ser_start, row.vru_exit].find((clock) => clock !== NEVER);
  const atMs = instantOf(row, came ?? row.vru_entry);
  return {
    ref: `${row["vru+line"]}-${row.call_id}`,
    customer: row.customer_id === "0" ? undefined : `customer-${row.customer_id}`,
    marked: row.priority === "2",
    type: row.type,
    day: dayOf(row.date),
    answered: row.outcome === "AGENT",
    server: row.server,
    atMs,
    serviceFromMs: row.ser_start === NEVER ? atMs : instantOf(row, row.ser_start),
    serviceMs: Number(row.ser_time) * 1000,
    queuedMs: Number(row.q_time) * 1000,
  };
}

function conversation(call: Call, medians: ReadonlyMap<string, number>): DriveLine {
  const handle_ms = call.answered ? call.serviceMs : (medians.get(call.type) ?? 0);
  return {
    at: instant(call.atMs),
    cmd: "conversation.create",
    ref: call.ref,
    ...(call.customer === undefined ? {} : { contact: call.customer }),
    channel: "voice",
    team: "bank",
    priority: call.marked ? 1 : 0,
    waiting_since: instant(call.atMs - (call.marked ? PRIORITY_HEAD_START_MS : 0)),
    attributes: { type: call.type },
    sim: call.answered ? { handle_ms } : { handle_ms, patience_ms: call.queuedMs },
  };
}

/** Who was there when: active and away lines of each agent and day. */
function presence(served: readonly Call[]): { arrivals: DriveLine[]; departures: DriveLine[] } {
  const arrivals: DriveLine[] = [];
  const departures: DriveLine[] = [];
  for (const calls of groupBy(served, (call) => `${call.server} ${call.day}`).values()) {
    const teammate = calls[0]?.server ?? NOBODY;
    const from = Math.min(...calls.map((call) => call.serviceFromMs));
    const until = Math.max(...calls.map((call) => call.serviceFromMs + call.serviceMs));
    arrivals.push({ at: instant(from), cmd: "presence.set", teammate, presence: "active" });
    departures.push({ at: instant(until), cmd: "presence.set", teammate, presence: "away" });
  }
  return { arrivals, departures };
}

function setUp(calls: readonly Call[], agents: readonly string[]): DriveLine[] {
  const first = calls.map((call) => call.day).sort()[0] ?? "1999-02-01";
  const [year = 0, month = 0, day = 0] = first.split("-").map(Number);
  const at = instant(ZONE.instant({ year, month, day, second: 0 }));
  const types = Object.keys(countBy(calls, (call) => call.type)).sort();
  const byWaiting = ["waiting_since", "started"].map((key) => ({ key, reverse: false }));
  return [
    {
      at,
      cmd: "settings.change",
      scope: "workspace",
      set: { order_keys: byWaiting, attribute_orders: { type: types } },
    },
    { at, cmd: "team.create", ref: "bank", method: "balanced", rank: 1 },
    ...agents.map((ref): DriveLine => (
      { at, cmd: "teammate.create", ref, primary: ["bank"], secondary: [], limit: 1 }
    )),
  ];
}

function counts(rows: readonly Row[], calls: readonly Call[], agents: number): object {
  const outcome = countBy(rows, (row) => row.outcome);
  const days = groupBy(calls, (call) => call.day);
  const by_day = [...groupBy(rows, (row) => dayOf(row.date))].map(([day, all]) => {
    const offered = days.get(day) ?? [];
    const answered = offered.filter((call) => call.answered).length;
    return [day, { rows: all.length, answered, abandoned: offered.length - answered }] as const;
  });
  const answered = calls.filter((call) => call.answered).length;
  return {
    rows: rows.length,
    phantom: outcome["PHANTOM"] ?? 0,
    left_in_menu: rows.length - calls.length - (outcome["PHANTOM"] ?? 0),
    offered: calls.length,
    answered,
    abandoned: calls.length - answered,
    teammates: agents,
    by_server: countBy(calls.filter((call) => call.answered), (call) => call.server),
    by_day: Object.fromEntries(by_day),
  };
}

function convert([text = ""]: string[]): { lines: DriveLine[]; counts: object } {
  const rows = parseTable(text, "\t", COLUMNS);
  const calls = rows.filter(isOffered).map(toCall);
  const served = calls.filter((call) => call.answered && call.server !== NOBODY);
  const agents = [...new Set(served.map((call) => call.server))].sort();
  const byType = groupBy(calls.filter((call) => call.answered), (call) => call.type);
  const medians = new Map(
    [...byType].map(([type, of]) => [type, nearestRank(of.map((call) => call.serviceMs), 50)]),
  );
  const { arrivals, departures } = presence(served);
  const conversations = calls.map((call) => conversation(call, medians));
  return {
    lines: inOrder([...setUp(calls, agents), ...arrivals, ...conversations, ...departures]),
    counts: counts(rows, calls, agents.length),
  };
}

runConverter([dataFile("01-anonbank-feb1999a", "calls-1999-02-01_14.tsv")], convert);
