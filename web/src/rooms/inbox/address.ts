// address -- the inbox's address says all of it: which view, which conversation is open, the
// words searched for, the filters and the order. Copying the address copies the screen.
import { useMemo } from "react";
import { useLocation, useSearchParams } from "wouter";
import type { Operations } from "../../gen/operations.ts";
import type { ConversationId } from "../../gen/ids.ts";
import type { Where, WhereLeaf } from "../../gen/shapes.ts";
import { CAPACITY_CLASS, STATE } from "../../gen/enums.ts";
import { me } from "../../feed/session.ts";

export type ListQuery = Operations["list_conversations"]["query"];

export const FIRST_VIEW = "mine";
export const FILTERS = ["state", "priority", "channel", "tag"] as const;
export type Filter = (typeof FILTERS)[number];

// What the list can be ordered by; the server's own words for it.
export const SORTS = {
  waiting: "waiting_since,-updated_at",
  due: "due,waiting_since",
  priority: "-priority,waiting_since",
  newest: "-updated_at",
  oldest: "started",
} as const;
export type Sort = keyof typeof SORTS;

export interface Place {
  view: string; // mine, unassigned, all, team_7, view_3
  open: ConversationId | null;
  q: string;
  filters: Record<Filter, readonly string[]>;
  sort: Sort;
}

const ALLOWED: Record<Filter, (value: string) => boolean> = {
  state: (value) => (STATE as readonly string[]).includes(value),
  priority: (value) => /^[0-3]$/.test(value),
  channel: (value) => (CAPACITY_CLASS as readonly string[]).includes(value),
  tag: (value) => /^tag_\d+$/.test(value),
};

export function readPlace(path: string, search: URLSearchParams): Place {
  const [, , view, open] = path.split("/");
  const told = (name: Filter) =>
    (search.get(name) ?? "").split(",").filter((value) => ALLOWED[name](value));
  const sort = search.get("sort") ?? "";
  return {
    view: view === undefined || view === "" ? FIRST_VIEW : view,
    open: open !== undefined && /^cv_\d+$/.test(open) ? (open as ConversationId) : null,
    q: search.get("q") ?? "",
    filters: {
      state: told("state"),
      priority: told("priority"),
      channel: told("channel"),
      tag: told("tag"),
    },
    sort: sort in SORTS ? (sort as Sort) : "waiting",
  };
}

export interface Inbox extends Place {
  show: (view: string) => void; // another view, nothing open, no filters
  turnTo: (open: ConversationId | null) => void; // another conversation in the same list
  set: (name: "q" | "sort" | Filter, value: string) => void;
}

export function useInbox(): Inbox {
  const [path, go] = useLocation();
  const [search, setSearch] = useSearchParams();
  return useMemo(() => {
    const place = readPlace(path, search);
    const tail = search.size === 0 ? "" : `?${search}`;
    return {
      ...place,
      show: (view) => go(`/inbox/${view}`),
      turnTo: (open) => go(`/inbox/${place.view}${open === null ? "" : `/${open}`}${tail}`),
      set: (name, value) =>
        setSearch(
          (before) => {
            const next = new URLSearchParams(before);
            if (value === "") next.delete(name);
            else next.set(name, value);
            return next;
          },
          { replace: true },
        ),
    };
  }, [path, search, go, setSearch]);
}

// Words find everything; without them a view shows what is still to be done.
function statesOf({ view, q, filters }: Place): readonly string[] {
  if (filters.state.length > 0 || q !== "" || view.startsWith("view_")) return filters.state;
  return view === "mine" ? ["open", "snoozed"] : ["open"];
}

// The leaves of a place's filter: one member of the query and one of the search tree each.
function leavesOf(place: Place): WhereLeaf[] {
  const { view, filters } = place;
  const leaves: WhereLeaf[] = [];
  const states = statesOf(place);
  if (view === "mine") leaves.push({ field: "teammate", op: "in", value: [me().id] });
  if (view === "unassigned") leaves.push({ field: "teammate", op: "null", value: true });
  if (view.startsWith("team_")) leaves.push({ field: "team", op: "in", value: [view] });
  if (states.length > 0) leaves.push({ field: "state", op: "in", value: states });
  if (filters.priority.length > 0)
    leaves.push({ field: "priority", op: "in", value: filters.priority.map(Number) });
  if (filters.channel.length > 0)
    leaves.push({ field: "capacity_class", op: "in", value: filters.channel });
  if (filters.tag.length > 0) leaves.push({ field: "tags", op: "has", value: filters.tag });
  return leaves;
}

export function whereOf(place: Place): Where {
  return { all: leavesOf(place) };
}

export function queryOf(place: Place): ListQuery {
  const query: Record<string, unknown> = {};
  for (const { field, op, value } of leavesOf(place))
    query[op === "in" ? field : `${field}.${op}`] = value;
  if (place.q !== "") query["q"] = place.q;
  if (place.view.startsWith("view_")) query["view"] = place.view;
  else query["sort"] = SORTS[place.sort];
  return query as ListQuery;
}

export function isFiltered({ q, filters }: Place): boolean {
  return q !== "" || FILTERS.some((name) => filters[name].length > 0);
}

// Whether the list is what a filter tree says, and nothing besides.
export function isTree({ q, view }: Place): boolean {
  return q === "" && !view.startsWith("view_");
}
