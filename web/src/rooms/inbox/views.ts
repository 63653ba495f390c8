// views -- the lists a person has: their own, their teams', and what was saved as a view.
import { me } from "../../feed/session.ts";
import type { Names } from "../../feed/names.ts";
import { t } from "../../words/words.ts";
import type { View } from "../../gen/shapes.ts";
import { queryOf, readPlace, type ListQuery } from "./address.ts";

export interface ListView {
  id: string;
  title: string;
  isNamed: boolean; // a name that people gave
}

export function myTeams(): readonly string[] {
  return me()
    .teams.filter((each) => each.level !== null || each.leads || each.manages)
    .map((each) => each.team);
}

export function viewsFor(names: Names, saved: readonly View[]): readonly ListView[] {
  return [
    { id: "mine", title: t("inbox.mine"), isNamed: false },
    { id: "unassigned", title: t("inbox.unassigned"), isNamed: false },
    ...myTeams().map((id) => ({ id, title: names.of(id), isNamed: true })),
    { id: "all", title: t("inbox.all"), isNamed: false },
    ...saved.map(({ id, name }) => ({ id, title: name, isNamed: true })),
  ];
}

// What a view shows before anybody filters it: its count.
export function countedQuery(view: string): ListQuery {
  const { sort: _sort, ...query } = queryOf(readPlace(`/inbox/${view}`, new URLSearchParams()));
  return query;
}
