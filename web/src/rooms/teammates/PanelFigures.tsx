// PanelFigures -- what a lead sees of a person's work: first the purpose is said, which that person
// reads; then what their patterns handed over, and the person beside the team. The rules cannot be
// asked about anybody: they tell, late and little.
import { age, useAnswer, useChange } from "../../feed/cache.ts";
import { leadsTeam, may, me } from "../../feed/session.ts";
import type { Teammate, TalkSheet } from "../../gen/shapes.ts";
import { BesideView } from "../../parts/Beside.tsx";
import { Button } from "../../parts/Button.tsx";
import { complain } from "../../parts/notices.tsx";
import { Loading } from "../../parts/states.tsx";
import { When } from "../../parts/time.tsx";
import type { Called } from "../../parts/told.ts";
import { formatDay } from "../../words/format.ts";
import { t, wordOf } from "../../words/words.ts";

function Sheet({ of, name }: { of: TalkSheet; name: string }) {
  return (
    <section>
      <p>
        <bdi dir="auto">{name}</bdi> {wordOf("patterns", `kind_${of.kind}`)} <When at={of.at} />
      </p>
      {of.metric !== null && of.since !== null && (
        <p>
          {wordOf("metric", of.metric.split("@")[0] ?? of.metric)}, {formatDay(of.since)}
        </p>
      )}
      {of.note !== null && <blockquote dir="auto">{of.note}</blockquote>}
      <ul>
        {of.examples.map((each) => (
          <li key={`${each.at}${each.conversation ?? ""}`}>
            <When at={each.at} /> {each.topic !== null && <bdi dir="auto">{each.topic}</bdi>}{" "}
            {each.conversation !== null && <bdi className="ek-code">{each.conversation}</bdi>}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Purpose({ view }: { view: Teammate }) {
  const look = useChange("record_look");
  const say = (purpose: string) =>
    look.mutate(
      { params: { id: view.id }, body: { purpose } },
      {
        onSuccess: () => age(["get_teammate_talk", "get_teammate_beside"]),
        onError: complain,
      },
    );
  return (
    <>
      <p>{t("patterns.purpose_first")}</p>
      <div className="ek-row">
        {(["coaching", "one_to_one"] as const).map((purpose) => (
          <Button key={purpose} onPress={() => say(purpose)} isDisabled={look.isPending}>
            {wordOf("patterns", `purpose_${purpose}`)}
          </Button>
        ))}
      </div>
    </>
  );
}

function Inside({ view, called }: { view: Teammate; called: Called }) {
  const talk = useAnswer("get_teammate_talk", { params: { id: view.id } });
  if (talk.isPending) return <Loading />;
  if (talk.data === undefined) return <Purpose view={view} />;
  const teams = view.memberships.filter(({ team }) => leadsTeam(team));
  const sheets = talk.data.answer.data;
  return (
    <>
      {sheets.length === 0 && <p className="ek-quiet">{t("patterns.nothing_told")}</p>}
      {sheets.map((each) => (
        <Sheet key={`${each.team}${each.at}`} of={each} name={view.name} />
      ))}
      {teams.map(({ team }) => (
        <section key={team}>
          <h4 dir="auto">{called.of(team)}</h4>
          <BesideView id={view.id} team={team} />
        </section>
      ))}
    </>
  );
}

export function Figures({ view, called }: { view: Teammate; called: Called }) {
  const isLead = view.memberships.some(({ team }) => leadsTeam(team));
  if (!isLead || view.id === me().id || !may("figures_person")) return null;
  return (
    <section className="ek-teammates-part" aria-label={t("patterns.person")}>
      <h3>{t("patterns.person")}</h3>
      <Inside view={view} called={called} />
    </section>
  );
}
