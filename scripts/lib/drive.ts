// drive -- the lines that `evenkeel drive` reads: one command a line, in order of their time.
import { readFileSync, writeFileSync } from "node:fs";

/** RFC 3339, UTC, milliseconds: "1999-02-01T05:02:55.000Z". Such strings sort as their times do. */
export type Instant = string;
/** A name given by an earlier line's `ref`, wherever an id is due. */
export type Ref = string;

interface OrderKey {
  readonly key: string;
  readonly reverse: boolean;
}

interface Settings {
  readonly order_keys?: readonly OrderKey[];
  readonly attribute_orders?: Readonly<Record<string, readonly string[]>>;
}

/** What the simulated teammate and contact do; the driver turns it into ordinary commands. */
export interface Sim {
  readonly handle_ms?: number;
  readonly patience_ms?: number;
}

export interface SettingsChange {
  readonly at: Instant;
  readonly cmd: "settings.change";
  readonly scope: "workspace";
  readonly set: Settings;
}

export interface TeamCreate {
  readonly at: Instant;
  readonly cmd: "team.create";
  readonly ref: Ref;
  readonly method: "balanced" | "round_robin" | "manual";
  readonly rank: number;
}

export interface TeammateCreate {
  readonly at: Instant;
  readonly cmd: "teammate.create";
  readonly ref: Ref;
  readonly primary: readonly Ref[];
  readonly secondary: readonly Ref[];
  readonly limit: number | null;
}

export interface PresenceSet {
  readonly at: Instant;
  readonly cmd: "presence.set";
  readonly teammate: Ref;
  readonly presence: "active" | "away";
}

export interface ConversationCreate {
  readonly at: Instant;
  readonly cmd: "conversation.create";
  readonly ref: Ref;
  readonly contact?: Ref;
  readonly channel: "email" | "chat" | "voice" | "video" | "api";
  readonly team: Ref;
  readonly priority: number;
  readonly waiting_since: Instant;
  readonly attributes: Readonly<Record<string, string>>;
  readonly sim?: Sim;
}

export interface ContactMessage {
  readonly at: Instant;
  readonly cmd: "contact.message";
  readonly conversation: Ref;
}

export interface TeammateMessage {
  readonly at: Instant;
  readonly cmd: "teammate.message";
  readonly conversation: Ref;
  readonly author: Ref;
}

export type DriveLine =
  | SettingsChange
  | TeamCreate
  | TeammateCreate
  | PresenceSet
  | ConversationCreate
  | ContactMessage
  | TeammateMessage;

export function instant(ms: number): Instant {
  return new Date(ms).toISOString();
}

/** Lines in order of time; those of one time stay in the order in which they were made. */
export function inOrder(lines: readonly DriveLine[]): DriveLine[] {
  return [...lines].sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
}

/** Writes JSON Lines to a file, or to standard output when path is "-". */
export function writeDrive(path: string, lines: readonly DriveLine[]): void {
  const text = lines.map((line) => `${JSON.stringify(line)}\n`).join("");
  writeFileSync(path === "-" ? 1 : path, text);
}

export function readDrive(path: string): DriveLine[] {
  return readFileSync(path, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as DriveLine);
}

/** The lines of one command, with its type. */
export function ofCommand<C extends DriveLine["cmd"]>(
  lines: readonly DriveLine[],
  cmd: C,
): Extract<DriveLine, { cmd: C }>[] {
  return lines.filter((line): line is Extract<DriveLine, { cmd: C }> => line.cmd === cmd);
}

/**
 * What both converters do: `SCRIPT [OUT [INPUT…]]`; OUT is "-" (the default) for standard output.
 * Counts of what was written go to standard error as one line of JSON. Ends with 2 when the input
 * cannot be read.
 */
export function runConverter(
  usual: readonly string[],
  convert: (texts: string[]) => { lines: DriveLine[]; counts: object },
): void {
  const [out = "-", ...inputs] = process.argv.slice(2);
  try {
    const paths = inputs.length > 0 ? inputs : usual;
    const { lines, counts } = convert(paths.map((path) => readFileSync(path, "utf8")));
    writeDrive(out, lines);
    process.stderr.write(`${JSON.stringify(counts)}\n`);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 2;
  }
}
