// TeamChoice -- whose board it is: all of one's teams, one, or several.
import { ChevronDown } from "lucide-react";
import type { TeamId } from "../../gen/ids.ts";
import { Popup } from "../../parts/Dialog.tsx";
import { Checkbox } from "../../parts/fields.tsx";
import { formatList } from "../../words/format.ts";
import { t } from "../../words/words.ts";
import type { Scope } from "./scope.ts";

const NAMED = 3;

export function scopeName(scope: Scope): string {
  if (scope.isWhole && scope.all.length > 1) return t("live.all_teams", { n: scope.all.length });
  if (scope.teams.length > NAMED) return t("live.n_teams", { n: scope.teams.length });
  return formatList(scope.teams.map(({ name }) => name));
}

export function TeamChoice({ scope }: { scope: Scope }) {
  const chosen = scope.isWhole ? [] : scope.teams.map(({ id }) => id);
  const toggle = (id: TeamId, on: boolean) =>
    scope.choose(on ? [...chosen, id] : chosen.filter((each) => each !== id));
  return (
    <Popup
      label={t("live.which_teams")}
      button={
        <>
          <span className="ek-hidden">{t("live.which_teams")}</span>
          <bdi>{scopeName(scope)}</bdi>
          <ChevronDown className="ek-icon" aria-hidden />
        </>
      }
    >
      {() => (
        <div className="ek-stack">
          <Checkbox isSelected={scope.isWhole} onChange={() => scope.choose([])}>
            {t("live.all_teams", { n: scope.all.length })}
          </Checkbox>
          {scope.all.map((team) => (
            <Checkbox
              key={team.id}
              isSelected={chosen.includes(team.id)}
              onChange={(on) => toggle(team.id, on)}
            >
              <bdi>{team.name}</bdi>
            </Checkbox>
          ))}
        </div>
      )}
    </Popup>
  );
}
