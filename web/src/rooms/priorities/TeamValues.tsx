// TeamValues -- what each team inbox has of its own within the one order: its rank, its waiting
// bounds, how long a reply takes; and where it is set.
import { useQueries } from "@tanstack/react-query";
import { Link } from "react-aria-components";
import { keyOf } from "../../feed/cache.ts";
import { call } from "../../feed/http.ts";
import { useNames } from "../../feed/names.ts";
import { me } from "../../feed/session.ts";
import type { TeamId } from "../../gen/ids.ts";
import type { ScopedSettings } from "../../gen/shapes.ts";
import { Length } from "../../parts/time.tsx";
import { formatNumber } from "../../words/format.ts";
import { t } from "../../words/words.ts";

const MOST = 50;
const VALUES = ["rank", "wait_max_ms", "overtake_max", "sla_reply_ms"] as const;
type Value = (typeof VALUES)[number];

function Cell({ settings, name }: { settings: ScopedSettings | undefined; name: Value }) {
  const setting = settings?.settings[name];
  if (setting === undefined) return <span className="ek-quiet">…</span>;
  const { effective: value, from } = setting;
  return (
    <>
      {typeof value !== "number" ? (
        <span className="ek-quiet">{t("common.none")}</span>
      ) : name === "wait_max_ms" || name === "sla_reply_ms" ? (
        <Length ms={value} />
      ) : (
        <span className="ek-number">{formatNumber(value)}</span>
      )}
      {from !== "team" && (
        <span className="ek-quiet ek-small">
          {" "}
          {t(from === "workspace" ? "priorities.from_workspace" : "priorities.from_default")}
        </span>
      )}
    </>
  );
}

// Team settings are for those who serve, lead or manage the team, and for admins.
function useTeams() {
  const names = useNames();
  const mine = new Set<string>(me().teams.map(({ team }) => team));
  const isAdmin = (me().roles as readonly string[]).includes("admin");
  return names.teams.filter(({ id }) => isAdmin || mine.has(id)).slice(0, MOST);
}

export function TeamValues() {
  const teams = useTeams();
  const settings = useQueries({
    queries: teams.map(({ id }) => {
      const told = { params: { id: id as TeamId } };
      return {
        queryKey: keyOf("get_team_settings", told),
        queryFn: () => call("get_team_settings", told),
      };
    }),
  });
  if (teams.length === 0) return null;
  return (
    <section className="ek-panel" aria-labelledby="ek-team-values">
      <h2 id="ek-team-values">{t("priorities.of_teams")}</h2>
      <p className="ek-quiet">{t("priorities.of_teams_means")}</p>
      <div className="ek-table-frame" tabIndex={0} role="group" aria-labelledby="ek-team-values">
        <table className="ek-table">
          <thead>
            <tr>
              <th scope="col">{t("common.team")}</th>
              {VALUES.map((name) => (
                <th scope="col" key={name}>
                  {t(`priorities.setting_${name}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {teams.map(({ id, name }, index) => (
              <tr key={id}>
                <th scope="row">
                  <Link href={`/settings/teams/${id}`}>
                    <bdi>{name}</bdi>
                  </Link>
                </th>
                {VALUES.map((value) => (
                  <td key={value}>
                    <Cell settings={settings[index]?.data?.answer} name={value} />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
