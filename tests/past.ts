// past -- weeks of made history for a server's store: conversations of before, noted by `evenkeel
// drive` while the server is down, and what they come to, computed here from the same numbers.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { run } from "./program.ts";
import type { Client, Server } from "./server.ts";

const MINUTE = 60_000;
export const DAY = 86_400_000;
export const WEEK = 7 * DAY;

export interface Item {
  readonly team: number;
  readonly teammate: number;
  readonly started: number;
  readonly replied: number;
  readonly closed: number;
  readonly met: 0 | 1;
  readonly topic: string;
}

/** An answer to "would you recommend us?". */
export interface Given { readonly team: number; readonly score: number; readonly asked: number }

/** The same numbers each time: a linear congruential generator (Numerical Recipes). */
export class Dice {
  private state: number;
  constructor(seed: number) { this.state = seed >>> 0; }
  roll(): number {
    this.state = (Math.imul(this.state, 1664525) + 1013904223) >>> 0;
    return (this.state + .5) / 4294967296;
  }
  /** Standard normal, by Box and Muller. */
  normal(): number {
    return Math.sqrt(-2 * Math.log(this.roll())) * Math.cos(2 * Math.PI * this.roll());
  }
}

const DATE = new Intl.DateTimeFormat("en-CA", { timeZone: "Europe/Berlin" });

/** The Monday, 00:00 UTC, of the week that an instant lies in, where the tests' workspaces are: on
 * Sunday's last hours of UTC their week has begun. */
export function monday(at: number): number {
  const day = Date.parse(DATE.format(at)) / DAY;
  return (day - ((day + 3) % 7)) * DAY;
}

export interface Plan {
  readonly seed: number;
  readonly weeks: number;
  readonly team: number;
  readonly teammates: readonly number[];
  readonly each: number; // conversations of a person in a week
  readonly minutes: number; // median of the first response
  /** Of weeks back, from 1: how much longer it took than usual. */
  readonly slower?: (back: number, teammate: number) => number;
}

export function past(plan: Plan, now: number): Item[] {
  const dice = new Dice(plan.seed);
  const items: Item[] = [];
  for (let back = plan.weeks; back >= 0; back--) {
    const begin = monday(now) - back * WEEK;
    for (const teammate of plan.teammates) {
      for (let i = 0; i < plan.each; i++) {
        const started = begin + Math.floor(dice.roll() * 6.5 * DAY);
        const slow = plan.slower?.(back, teammate) ?? 1;
        const wait = plan.minutes * slow * MINUTE * Math.exp(.8 * dice.normal());
        const replied = started + Math.floor(wait);
        const closed = replied + Math.floor(30 * MINUTE * Math.exp(.5 * dice.normal()));
        const met = dice.roll() < .9 ? 1 : 0;
        const topic = dice.roll() < .5 ? "refund" : "login";
        if (closed < now - 5 * MINUTE)
          items.push({ team: plan.team, teammate, started, replied, closed, met, topic });
      }
    }
  }
  return items;
}

/** Notes them, with the server down, and starts it again at the same port. */
export async function noteAll(server: Server, items: readonly Item[],
  answers: readonly Given[] = [], store: readonly string[] = ["--data", server.data],
): Promise<void> {
  const port = server.port;
  const place = mkdtempSync(join(tmpdir(), "evenkeel-past-"));
  const at = new Date().toISOString();
  const lines = items.map((it, i) => JSON.stringify({ at, cmd: "history.note_conversation",
    import: 1, item: i + 1, channel: "email", team: it.team, replier: it.teammate,
    owner: it.teammate, contact: i + 1, started: new Date(it.started).toISOString(),
    assigned: new Date(it.started).toISOString(), replied: new Date(it.replied).toISOString(),
    closed: new Date(it.closed).toISOString(), solved: new Date(it.closed).toISOString(),
    replies: 1, reopens: 0, transfers: 0, sla_met: it.met, tags: [it.topic] }));
  lines.push(...answers.map((a, i) => JSON.stringify({ at, cmd: "history.note_answer", import: 1,
    item: i + 1, form: "nps", score: a.score, asked: new Date(a.asked).toISOString(),
    answered: new Date(a.asked + MINUTE).toISOString(), channel: "email", team: a.team })));
  await server.end();
  try {
    writeFileSync(join(place, "past.jsonl"), lines.join("\n") + "\n");
    const done = run(["drive", join(place, "past.jsonl"), ...store, "--quiet", "--json"]);
    if (done.status !== 0)
      throw new Error(`drive: ${done.status} ${done.stderr} ${done.stdout.slice(0, 500)}`);
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
  await server.start(port);
}

/** Until the figures are there: the log is folded beside what is served. */
export async function figuresReady(client: Client): Promise<void> {
  for (let i = 0; i < 500; i++) {
    const got = await client.get("/metrics-definitions");
    if (got.status !== 503) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error("no figures");
}

// ---- what they come to

export const seconds = (ms: number): number => Math.floor(ms / 1000);
export function median(v: readonly number[]): number {
  const s = [...v].sort((a, b) => a - b);
  const half = Math.floor(s.length / 2);
  return s.length % 2 === 1 ? s[half] as number
    : ((s[half - 1] as number) + (s[half] as number)) / 2;
}
/** Nearest rank. */
export function p90(v: readonly number[]): number {
  const s = [...v].sort((a, b) => a - b);
  return s[Math.ceil(.9 * s.length) - 1] as number;
}
export const mean = (v: readonly number[]): number => v.reduce((a, b) => a + b, 0) / v.length;

/** Mean and sigma from moving ranges, those of 3.267 times their mean and more left out once. */
export function spread(x: readonly number[]): { mean: number; sigma: number } {
  const ranges = x.slice(1).map((v, i) => Math.abs(v - (x[i] as number)));
  const kept = ranges.filter((r) => r < 3.267 * mean(ranges));
  return { mean: mean(x), sigma: mean(kept) / 1.128 };
}

/** P(Z <= z), by Simpson's rule from 0. */
export function normalBelow(z: number): number {
  const n = 2000, h = z / n;
  const f = (t: number): number => Math.exp(-t * t / 2) / Math.sqrt(2 * Math.PI);
  let sum = f(0) + f(z);
  for (let i = 1; i < n; i++) sum += (i % 2 === 1 ? 4 : 2) * f(i * h);
  return .5 + sum * h / 3;
}

/** The local date of an instant there, "2026-03-09". */
export function localDate(at: number, zone: string): string {
  return new Intl.DateTimeFormat("en-CA", { timeZone: zone, year: "numeric", month: "2-digit",
    day: "2-digit" }).format(new Date(at));
}
export const dateOf = (at: number): string => new Date(at).toISOString().slice(0, 10);

/** The same numbers at each run: mulberry32. */
export function noise(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Conversations of before that come in late: with them the last days of a team, which answered in
 * about 22 minutes instead of 40, were as ever. For each quick answer one is as much slower, and
 * seven are as usual. */
export function lateLines(team: number, replier: number, today: number, days: number): string {
  const random = noise(11);
  const at = new Date(Date.now() + 1000).toISOString();
  const lines: string[] = [];
  for (let back = days; back > 0; back--)
    for (let i = 0; i < 240; i++) {
      const started = today - back * DAY + (8 * 60 + i * 2) * MINUTE;
      const usual = i % 8 === 0 ? 40 * 40 / 22 : 40;
      const wait = Math.exp(Math.log(usual) + (random() + random() - 1) * .9) * MINUTE;
      const closed = new Date(Math.round(started + wait + 600_000)).toISOString();
      lines.push(JSON.stringify({ at, cmd: "history.note_conversation", import: 2,
        item: lines.length + 1, channel: "email", team, replier, contact: 100_000 + lines.length,
        started: new Date(started).toISOString(),
        replied: new Date(Math.round(started + wait)).toISOString(), closed, solved: closed,
        tags: ["invoice"] }));
    }
  return `${lines.join("\n")}\n`;
}
