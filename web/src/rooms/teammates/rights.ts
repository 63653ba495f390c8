// rights -- whom the reader may change here, as far as it can be told before asking; the server has
// the last word. Who may read but not change sees values as text.
import { me } from "../../feed/session.ts";

export interface Served {
  id: string;
  primary: readonly string[];
  secondary: readonly string[];
}

const hasRole = (role: string) => (me().roles as readonly string[]).includes(role);

// Every one, for those whose role is for the whole workspace.
function isForAll(): boolean {
  if (hasRole("admin")) return true;
  const { teams } = me();
  const leadsAll = hasRole("lead") && !teams.some(({ leads }) => leads);
  const managesAll = hasRole("manager") && !teams.some(({ manages }) => manages);
  return managesAll || leadsAll;
}

export function mayEditRow(row: Served): boolean {
  if (!seesAll()) return false;
  if (isForAll()) return true;
  const mine = new Set<string>(
    me()
      .teams.filter((team) => team.leads || team.manages)
      .map(({ team }) => team),
  );
  return [...row.primary, ...row.secondary].some((team) => mine.has(team));
}

// Teammates have the right to read themselves; more than names of others is for these roles.
export const seesAll = (): boolean => ["lead", "manager", "admin"].some(hasRole);
export const isAdmin = (): boolean => hasRole("admin");
