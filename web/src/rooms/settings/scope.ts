// scope -- whose settings are looked at: the workspace's, a team's or a teammate's; and who may
// change which.
import { useSearchParams } from "wouter";
import { useAnswer } from "../../feed/cache.ts";
import type { Told } from "../../feed/http.ts";
import { may, me } from "../../feed/session.ts";
import type { Role, Scope } from "../../gen/enums.ts";
import { SETTINGS, type SettingFact, type SettingName } from "../../gen/settings.ts";

export interface Whose {
  scope: Scope;
  id: string | null;
}

export const WORKSPACE: Whose = { scope: "workspace", id: null };

export function factOf(name: SettingName): SettingFact {
  return SETTINGS[name];
}

// Whose stands in the address: ?team=team_7, ?teammate=tm_4.
export function useWhose(): [Whose, (whose: Whose) => void] {
  const [search, setSearch] = useSearchParams();
  const team = search.get("team");
  const teammate = search.get("teammate");
  const whose: Whose =
    team !== null
      ? { scope: "team", id: team }
      : teammate !== null
        ? { scope: "teammate", id: teammate }
        : WORKSPACE;
  const set = ({ scope, id }: Whose) => setSearch(id === null ? {} : { [scope]: id });
  return [whose, set];
}

const READS = {
  workspace: "get_workspace_settings",
  team: "get_team_settings",
  teammate: "get_teammate_settings",
} as const;
const WRITES = {
  workspace: "update_workspace_settings",
  team: "update_team_settings",
  teammate: "update_teammate_settings",
} as const;

export const readOf = (scope: Scope) => READS[scope];
export const writeOf = (scope: Scope) => WRITES[scope];
type Read = (typeof READS)[Scope];

// The scope is one of those whose operation takes these: what no type here can say.
export const paramsOf = ({ id }: Whose) =>
  (id === null ? {} : { id }) as NonNullable<Told<Read>["params"]>;

export function useScoped(whose: Whose) {
  return useAnswer(readOf(whose.scope), { params: paramsOf(whose) }, { keep: false });
}

const ROLES: readonly Role[] = ["lead", "manager", "admin"];

// The least role that may set it there; null when it cannot be set there at all.
export function whoSets(name: SettingName, scope: Scope): Role | null {
  const role = factOf(name).who[scope] ?? null;
  return role !== null && ROLES.includes(role) ? role : null;
}

function leads(team: string): boolean {
  const led = me().teams.filter((each) => each.leads);
  return led.length === 0 || led.some((each) => each.team === team);
}

// What this page offers. The server has the last word, and says so beside the field.
export function maySet(name: SettingName, whose: Whose): boolean {
  const role = whoSets(name, whose.scope);
  if (role === null) return false;
  if (role === "admin") return may("setting_admin_edit");
  if (role === "manager") return may("setting_manager_edit");
  if (may("setting_manager_edit")) return true;
  const mine = may("setting_lead_edit", "setting_limits_edit");
  return mine && (whose.scope !== "team" || whose.id === null || leads(whose.id));
}
