// row -- a teammate as the table holds one: what its columns show, and nothing else, since there
// may be ten thousand. And their order.
import type { Presence } from "../../gen/enums.ts";
import type { SettingOrigin, TeammateView } from "../../gen/shapes.ts";
import type { Sort } from "./query.ts";

export interface Row {
  id: string;
  name: string;
  isSeen: boolean; // only name, teams and presence are for this reader
  email: string | null;
  state: "invited" | "active" | "deactivated";
  primary: readonly string[];
  secondary: readonly string[];
  presence: Presence;
  load: number | null;
  limit: SettingOrigin | null;
  away: SettingOrigin | null;
  reassign: SettingOrigin | null;
  intake: SettingOrigin | null;
  skills: Readonly<Record<string, number>>;
  languages: readonly string[];
  roles: readonly string[];
  updated: string | null;
}

const NO_SKILLS = {};

export function rowOf(view: TeammateView): Row {
  const at = (level: string) =>
    view.memberships.filter((each) => each.level === level).map(({ team }) => team);
  const shared = {
    id: view.id,
    name: view.name,
    primary: at("primary"),
    secondary: at("secondary"),
    presence: view.presence ?? "away",
  };
  const isSeen = !("settings" in view);
  if (isSeen)
    return {
      ...shared,
      isSeen,
      email: null,
      state: view.active ? "active" : "deactivated",
      load: null,
      limit: null,
      away: null,
      reassign: null,
      intake: null,
      skills: NO_SKILLS,
      languages: [],
      roles: [],
      updated: null,
    };
  const { settings } = view;
  return {
    ...shared,
    isSeen,
    email: view.email,
    state: view.state ?? (view.active ? "active" : "deactivated"),
    load: view.load ?? null,
    limit: settings["limit"] ?? null,
    away: settings["auto_away_after_ms"] ?? null,
    reassign: settings["auto_reassign_after_ms"] ?? null,
    intake: settings["intake_max"] ?? null,
    skills: view.skills,
    languages: view.languages,
    roles: view.roles,
    updated: view.updated_at,
  };
}

const NEVER = Number.POSITIVE_INFINITY; // no limit stands above every limit

const numberOf = (origin: SettingOrigin | null): number =>
  typeof origin?.effective === "number" ? origin.effective : NEVER;

const PRESENCES = ["active", "away", "away_reassigning"];

type Key = string | number;

// What a column is ordered by.
export function keysOf(
  column: string,
  teamName: (id: string) => string,
): ((row: Row) => Key) | null {
  switch (column) {
    case "name":
      return (row) => row.name;
    case "email":
      return (row) => row.email ?? "";
    case "teams":
      return (row) => [...row.primary, ...row.secondary].map(teamName).join(" ");
    case "limit":
      return (row) => numberOf(row.limit);
    case "load":
      return (row) => row.load ?? -1;
    case "presence":
      return (row) => PRESENCES.indexOf(row.presence);
    case "skills":
      return (row) => Object.keys(row.skills).sort().join(" ");
    case "roles":
      return (row) => row.roles.join(" ");
    case "languages":
      return (row) => row.languages.join(" ");
    case "policy":
      return (row) => numberOf(row.away);
    case "intake":
      return (row) => numberOf(row.intake);
    case "updated":
      return (row) => row.updated ?? "";
    default:
      return null;
  }
}

// Ids end in a number; ties end by it.
const numberIn = (id: string): number => Number(id.slice(id.indexOf("_") + 1));

// The places of texts among each other. Comparing them as people do is slow, so each is placed
// once.
const placed = new Map<string, ReadonlyMap<string, number>>();

function placesOf(
  column: string,
  texts: readonly string[],
  collator: Intl.Collator,
): ReadonlyMap<string, number> {
  const known = placed.get(column);
  if (known !== undefined && texts.every((text) => known.has(text))) return known;
  const ordered = [...new Set(texts)].sort(collator.compare);
  const places = new Map(ordered.map((text, index) => [text, index]));
  placed.set(column, places);
  return places;
}

export function sorted(
  rows: readonly Row[],
  sort: Sort,
  collator: Intl.Collator,
  teamName: (id: string) => string,
): readonly Row[] {
  const keyOf = keysOf(sort.column, teamName);
  if (keyOf === null) return rows;
  const sign = sort.direction === "ascending" ? 1 : -1;
  const keys = rows.map(keyOf);
  const texts = keys.filter((key) => typeof key === "string");
  const places = placesOf(sort.column, texts, collator);
  const keyed = rows.map((row, index) => {
    const key = keys[index] ?? 0;
    return {
      row,
      key: typeof key === "string" ? (places.get(key) ?? 0) : key,
      id: numberIn(row.id),
    };
  });
  keyed.sort((a, b) => {
    const order = compare(a.key, b.key);
    return order === 0 ? a.id - b.id : sign * order;
  });
  return keyed.map(({ row }) => row);
}

// Infinity minus itself is no number.
function compare(a: number, b: number): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
