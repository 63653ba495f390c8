// wanted -- the changes a bulk edit shall make, as they are filled in. Pure.
import type { BulkChange } from "../../gen/shapes.ts";
import type { TeamId } from "../../gen/ids.ts";
import { readLanguages, readNumber, readSkills } from "./typed.ts";

export type Kind =
  "limit" | "team" | "away" | "reassign" | "intake" | "landing" | "ramp" | "skills" | "languages";

export const KINDS: readonly Kind[] = [
  "limit",
  "team",
  "away",
  "reassign",
  "intake",
  "landing",
  "ramp",
  "skills",
  "languages",
];

export interface Line {
  kind: Kind;
  how: "set" | "inherit" | "primary" | "secondary" | "remove";
  text: string; // number, minutes, date, skills
  team: string | null;
}

export const SETTING: Readonly<Record<Exclude<Kind, "team">, string>> = {
  limit: "limit",
  away: "auto_away_after_ms",
  reassign: "auto_reassign_after_ms",
  intake: "intake_max",
  landing: "landing_ms",
  ramp: "ramp_start",
  skills: "skills",
  languages: "languages",
};

const MINUTE = 60_000;
const DAY_MINUTES = 1440;

export const newLine = (kind: Kind): Line => ({
  kind,
  how: kind === "team" ? "primary" : "set",
  text: "",
  team: null,
});

// A team may be named several times, a setting once.
export const kindsLeft = (lines: readonly Line[]): readonly Kind[] =>
  KINDS.filter((kind) => kind === "team" || !lines.some((line) => line.kind === kind));

function valueOf({ kind, text }: Line): unknown {
  const plain = text.trim();
  if (plain === "") return undefined;
  switch (kind) {
    case "limit":
      return readNumber(plain, 0, 1000);
    case "intake":
      return readNumber(plain, 1, 100);
    case "away":
    case "reassign":
    case "landing": {
      const value = readNumber(plain, kind === "landing" ? 0 : 1, DAY_MINUTES);
      return typeof value === "number" ? value * MINUTE : value;
    }
    case "ramp":
      return /^\d{4}-\d\d-\d\d$/.test(plain) ? plain : undefined;
    case "skills":
      return readSkills(plain);
    case "languages":
      return readLanguages(plain);
    default:
      return undefined;
  }
}

// What a line asks for; null while it is not filled in.
export function changeOf(line: Line): BulkChange | null {
  if (line.kind === "team") {
    if (line.team === null) return null;
    const team = line.team as TeamId;
    return line.how === "remove"
      ? { op: "remove_membership", team }
      : { op: "put_membership", team, level: line.how === "secondary" ? "secondary" : "primary" };
  }
  const name = SETTING[line.kind];
  if (line.how === "inherit") return { op: "inherit", name };
  const value = valueOf(line);
  return value === undefined || value === "inherit" ? null : { op: "set", name, value };
}
