// scope -- which teams the board shows: those that the reader leads or manages, narrowed by ?team=
// in the address, so that copying the address copies the board.
import { useCallback, useMemo } from "react";
import { useSearchParams } from "wouter";
import { useAnswer } from "../../feed/cache.ts";
import { useNames } from "../../feed/names.ts";
import { me } from "../../feed/session.ts";
import type { TeamId } from "../../gen/ids.ts";

export interface TeamHere {
  id: TeamId;
  name: string;
  leads: boolean; // sees each person, and acts
}

export interface Scope {
  isKnown: boolean;
  all: readonly TeamHere[];
  teams: readonly TeamHere[]; // the chosen ones
  isWhole: boolean;
  choose: (ids: readonly TeamId[]) => void;
}

// Of Teammate: null is every team, a list those teams.
function holds(list: unknown, id: string): boolean {
  return list === null || (Array.isArray(list) && list.includes(id));
}

// What the server says of me; null in leads or manages stands for every team.
function useReach(): { leads: unknown; manages: unknown; isKnown: boolean } {
  const answer = useAnswer("get_teammate", { params: { id: me().id } });
  const own = answer.data?.answer;
  return useMemo(() => {
    const served = me().teams;
    const fromMe = {
      leads: served.filter(({ leads }) => leads).map(({ team }) => team),
      manages: served.filter(({ manages }) => manages).map(({ team }) => team),
    };
    if (own === undefined) return { ...fromMe, isKnown: answer.isError };
    const { roles } = me();
    const said = own as { leads?: unknown; manages?: unknown };
    return {
      leads: roles.includes("lead") && "leads" in said ? said.leads : fromMe.leads,
      manages: roles.includes("manager") && "manages" in said ? said.manages : fromMe.manages,
      isKnown: true,
    };
  }, [own, answer.isError]);
}

export function useScope(): Scope {
  const names = useNames();
  const { leads, manages, isKnown } = useReach();
  const [search, setSearch] = useSearchParams();
  const asked = search.get("team");
  const choose = useCallback(
    (ids: readonly TeamId[]) =>
      setSearch((old) => {
        const next = new URLSearchParams(old);
        if (ids.length === 0) next.delete("team");
        else next.set("team", ids.join(","));
        return next;
      }),
    [setSearch],
  );
  return useMemo(() => {
    const all = names.teams
      .filter(({ id }) => holds(leads, id) || holds(manages, id))
      .map(({ id, name }) => ({
        id: id as TeamId,
        name,
        leads: holds(leads, id),
      }));
    const wanted = asked === null ? [] : asked.split(",");
    const some = all.filter(({ id }) => wanted.includes(id));
    const isWhole = some.length === 0;
    return { isKnown, all, teams: isWhole ? all : some, isWhole, choose };
  }, [names.teams, leads, manages, isKnown, asked, choose]);
}
