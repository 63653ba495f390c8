// PanelTeams -- which team inboxes somebody serves, and at which level.
import { Trash2 } from "lucide-react";
import { Refusal } from "../../feed/http.ts";
import { may } from "../../feed/session.ts";
import type { Level } from "../../gen/enums.ts";
import type { TeamId } from "../../gen/ids.ts";
import type { TeamLevel } from "../../gen/shapes.ts";
import { IconButton } from "../../parts/Button.tsx";
import { Select } from "../../parts/fields.tsx";
import { complain } from "../../parts/notices.tsx";
import { codeWords } from "../../parts/told.ts";
import { t, wordOf } from "../../words/words.ts";
import { changeTeams } from "./change.ts";
import type { PanelProps } from "./TeammatePanel.tsx";

const LEVELS = ["primary", "secondary"] as const;

// Two refusals are about levels, and say more in our words than in the server's.
function refuse(error: unknown): void {
  if (error instanceof Refusal && codeWords(error.kind) !== error.kind)
    complain(new Error(codeWords(error.kind)));
  else complain(error as Error);
}

export function Teams({ view, teams, called, mayEdit }: PanelProps) {
  const served = view.memberships;
  const put = (wanted: readonly TeamLevel[]) =>
    void changeTeams(view.id, view.name, wanted).catch(refuse);
  const canEdit = mayEdit && may("membership_edit");
  const others = teams.filter(({ id }) => !served.some(({ team }) => team === id));
  return (
    <section className="ek-teammates-part" aria-label={t("teammates.teams")}>
      <h3>{t("teammates.teams")}</h3>
      {served.length === 0 && <p className="ek-quiet">{t("teammates.no_team")}</p>}
      <ul className="ek-stack">
        {served.map(({ team, level }) => (
          <li key={team} className="ek-teammates-served">
            <bdi>{called.of(team)}</bdi>
            {canEdit ? (
              <>
                <Select
                  label={t("teammates.level_in", { team: called.of(team) })}
                  isLabelHidden
                  choices={LEVELS.map((id) => ({ id, label: wordOf("told", `level_${id}`) }))}
                  value={level}
                  onChange={(wanted) =>
                    put(
                      served.map((each) =>
                        each.team === team ? { team, level: wanted as Level } : each,
                      ),
                    )
                  }
                />
                <IconButton
                  label={t("teammates.leave_team", { team: called.of(team) })}
                  onPress={() => put(served.filter((each) => each.team !== team))}
                >
                  <Trash2 className="ek-icon" aria-hidden />
                </IconButton>
              </>
            ) : (
              <span className="ek-quiet">{wordOf("told", `level_${level}`)}</span>
            )}
          </li>
        ))}
      </ul>
      {canEdit && others.length > 0 && (
        <Select
          key={served.length}
          label={t("teammates.add_team")}
          choices={others.map(({ id, name }) => ({ id, label: name }))}
          value={null}
          placeholder={t("teammates.which_team")}
          onChange={(team) => put([...served, { team: team as TeamId, level: "primary" }])}
        />
      )}
    </section>
  );
}
