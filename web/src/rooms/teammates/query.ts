// query -- what is asked of the list of teammates, as it stands in the address: words, filters,
// sort, columns, height of rows. Pure. The same filters become parameters of the list, a filter
// tree for bulk edits and saved views, and words that can be taken away one by one.
import type { TeammatesFilter } from "../../gen/operations.ts";
import type { Where, WhereLeaf } from "../../gen/shapes.ts";

export type FilterName =
  | "team"
  | "primary"
  | "secondary"
  | "role"
  | "presence"
  | "skill"
  | "language"
  | "limit"
  | "load"
  | "state";

// One condition. Several of one name are any of them (numbers: all of them).
export interface Filter {
  name: FilterName;
  value: string; // an id, a word; of limit and load also "own", "inherit", "<=4", ">=5"
}

export const FILTER_NAMES: readonly FilterName[] = [
  "team",
  "primary",
  "secondary",
  "role",
  "presence",
  "skill",
  "language",
  "limit",
  "load",
  "state",
];

export const NO_TEAM = "none";

export interface Sort {
  column: string;
  direction: "ascending" | "descending";
}

export interface Asked {
  words: string;
  filters: readonly Filter[];
  sort: Sort;
  columns: readonly string[];
  rowHeight: number;
}

export const COLUMNS = [
  "name",
  "teams",
  "limit",
  "load",
  "presence",
  "skills",
  "roles",
  "languages",
  "policy",
  "intake",
  "email",
  "updated",
] as const;
export type ColumnId = (typeof COLUMNS)[number];
export const USUAL_COLUMNS: readonly string[] = COLUMNS.slice(0, 6);
export const HEIGHTS = { close: 32, even: 40, wide: 48 } as const;
export type Density = keyof typeof HEIGHTS;
const USUAL_SORT: Sort = { column: "name", direction: "ascending" };

export function readSort(text: string | null): Sort {
  if (text === null || text === "") return USUAL_SORT;
  const isDown = text.startsWith("-");
  return {
    column: isDown ? text.slice(1) : text,
    direction: isDown ? "descending" : "ascending",
  };
}

export const sortText = ({ column, direction }: Sort): string =>
  `${direction === "descending" ? "-" : ""}${column}`;

const values = (text: string | null): string[] =>
  text === null || text === "" ? [] : text.split(",");

export function readAddress(search: URLSearchParams): Asked {
  const columns = values(search.get("columns")).filter((id) =>
    (COLUMNS as readonly string[]).includes(id),
  );
  const density = search.get("rows") as Density | null;
  return {
    words: search.get("q") ?? "",
    filters: FILTER_NAMES.flatMap((name) =>
      values(search.get(name)).map((value) => ({ name, value })),
    ),
    sort: readSort(search.get("sort")),
    columns: columns.length === 0 ? USUAL_COLUMNS : columns,
    rowHeight: HEIGHTS[density ?? "even"] ?? HEIGHTS.even,
  };
}

// Only what differs from the usual stands in the address.
export function writeAddress(asked: Asked): URLSearchParams {
  const search = new URLSearchParams();
  if (asked.words !== "") search.set("q", asked.words);
  for (const name of FILTER_NAMES) {
    const of = asked.filters.filter((each) => each.name === name).map(({ value }) => value);
    if (of.length > 0) search.set(name, of.join(","));
  }
  if (sortText(asked.sort) !== sortText(USUAL_SORT)) search.set("sort", sortText(asked.sort));
  if (asked.columns.join() !== USUAL_COLUMNS.join()) search.set("columns", asked.columns.join());
  const density = Object.entries(HEIGHTS).find(([, height]) => height === asked.rowHeight)?.[0];
  if (density !== undefined && density !== "even") search.set("rows", density);
  return search;
}

const of = (filters: readonly Filter[], name: FilterName) =>
  filters.filter((each) => each.name === name).map(({ value }) => value);

// "<=4" and ">=5", "own", "inherit" of a number.
function numberLeaves(field: string, texts: readonly string[]): WhereLeaf[] {
  return texts.flatMap((text): WhereLeaf[] => {
    if (text === "own") return [{ field, op: "null", value: false }];
    if (text === "inherit") return [{ field, op: "null", value: true }];
    const bound = /^(<=|>=)(\d+)$/.exec(text);
    if (bound === null) return [];
    return [{ field, op: bound[1] === "<=" ? "lte" : "gte", value: Number(bound[2]) }];
  });
}

const LISTED: readonly [FilterName, string, "has" | "in"][] = [
  ["role", "roles", "has"],
  ["presence", "presence", "in"],
  ["skill", "skills", "has"],
  ["language", "languages", "has"],
];

// The filters as leaves, all of which must hold. Words and levels are not among them: the tree has
// no place for words, and teammates no field of levels.
export function leavesOf(filters: readonly Filter[]): WhereLeaf[] {
  const leaves: WhereLeaf[] = [];
  const teams = of(filters, "team").filter((value) => value !== NO_TEAM);
  if (teams.length > 0) leaves.push({ field: "team", op: "has", value: teams });
  if (of(filters, "team").includes(NO_TEAM))
    leaves.push({ field: "team", op: "null", value: true });
  for (const [name, field, op] of LISTED) {
    const value = of(filters, name);
    if (value.length > 0) leaves.push({ field, op, value });
  }
  leaves.push(...numberLeaves("own_limit", of(filters, "limit")));
  leaves.push(...numberLeaves("load", of(filters, "load")));
  const states = of(filters, "state");
  if (states.length === 1)
    leaves.push({ field: "active", op: "in", value: [states[0] === "active"] });
  return leaves;
}

// A leaf as a parameter of the list: field.op=value.
export function paramsOf(leaves: readonly WhereLeaf[]): TeammatesFilter {
  return Object.fromEntries(
    leaves.map(({ field, op, value }) => [op === "in" ? field : `${field}.${op}`, value]),
  );
}

// Leaves of a saved view back as filters; what this screen does not know is left out.
export function filtersOf(where: Where | null): Filter[] {
  const group = where === null ? [] : "all" in where ? where.all : [];
  return group.flatMap((leaf): Filter[] => {
    if (!("field" in leaf)) return [];
    const list = (Array.isArray(leaf.value) ? leaf.value : [leaf.value]).map(String);
    const listed = LISTED.find(([, field, op]) => field === leaf.field && op === leaf.op);
    if (listed !== undefined) return list.map((value) => ({ name: listed[0], value }));
    if (leaf.field === "team")
      return leaf.op === "null"
        ? [{ name: "team", value: NO_TEAM }]
        : list.map((value) => ({ name: "team", value }));
    if (leaf.field === "active")
      return [{ name: "state", value: list[0] === "true" ? "active" : "deactivated" }];
    const name = leaf.field === "own_limit" ? "limit" : leaf.field === "load" ? "load" : null;
    if (name === null) return [];
    if (leaf.op === "null") return [{ name, value: list[0] === "true" ? "inherit" : "own" }];
    return [{ name, value: `${leaf.op === "lte" ? "<=" : ">="}${list[0] ?? ""}` }];
  });
}

export const isFiltered = (asked: Asked): boolean => asked.words !== "" || asked.filters.length > 0;

// What the server can order by, and how it calls it.
export const SAVED_SORTS: Readonly<Record<string, string>> = {
  name: "name",
  email: "email",
  presence: "presence",
  load: "load",
  updated: "updated_at",
};

// The list as the server gives it for the same question: of CSV.
export function listUrl(asked: Asked, sort: string): string {
  const search = new URLSearchParams({ sort });
  if (asked.words !== "") search.set("q", asked.words);
  for (const [name, value] of Object.entries(paramsOf(leavesOf(asked.filters))))
    search.set(name, Array.isArray(value) ? value.join(",") : String(value));
  search.set("limit", "500");
  return `/api/v1/teammates?${search.toString()}`;
}
