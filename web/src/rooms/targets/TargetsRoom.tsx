// TargetsRoom -- what teams and people have set themselves, how likely it is, how it stands, and
// what is to be talked about. What is looked at stands in the address: /targets, /targets/new,
// /targets/tgt_1.
import { useState } from "react";
import { Link, useLocation, useSearchParams } from "wouter";
import { useAnswer } from "../../feed/cache.ts";
import { useNames } from "../../feed/names.ts";
import { may } from "../../feed/session.ts";
import type { TargetId, TeamId } from "../../gen/ids.ts";
import type { Goal, Target } from "../../gen/shapes.ts";
import { Button, LinkButton } from "../../parts/Button.tsx";
import { Select } from "../../parts/fields.tsx";
import { Room } from "../../parts/Room.tsx";
import { Empty, Ready } from "../../parts/states.tsx";
import { t } from "../../words/words.ts";
import { Agenda } from "./Agenda.tsx";
import { GoalDialog } from "./GoalDialog.tsx";
import { GoalTree } from "./GoalTree.tsx";
import { TargetForm } from "./TargetForm.tsx";
import { TargetView } from "./TargetView.tsx";
import "../../parts/targets.css";

const ALL = "all";
const MOST = 500;

function Tree({ targets, team }: { targets: readonly Target[]; team: string }) {
  const goals = useAnswer("list_goals", { query: { limit: MOST } }, { keep: true });
  const isShown = (goal: Goal) => team === ALL || goal.team === null || goal.team === team;
  return (
    <Ready of={goals}>
      {({ answer: { data } }) =>
        data.length === 0 && targets.length === 0 ? (
          <Empty title={t("targets.none")}>{t("targets.none_means")}</Empty>
        ) : (
          <GoalTree goals={data.filter(isShown)} targets={targets} />
        )
      }
    </Ready>
  );
}

function Overview() {
  const names = useNames();
  const [search, setSearch] = useSearchParams();
  const [isAdding, add] = useState(false);
  const team = search.get("team") ?? ALL;
  const query = team === ALL ? {} : { team: team as TeamId };
  const targets = useAnswer("list_targets", { query: { limit: MOST, ...query } }, { keep: true });
  const choose = (id: string) =>
    setSearch(id === ALL ? new URLSearchParams() : new URLSearchParams({ team: id }));
  return (
    <>
      <div className="ek-row ek-targets-head">
        <Select
          label={t("common.team")}
          choices={[
            { id: ALL, label: t("targets.all_teams") },
            ...names.teams.map(({ id, name }) => ({ id, label: name })),
          ]}
          value={team}
          onChange={choose}
        />
        {may("goal_edit") && <Button onPress={() => add(true)}>{t("targets.goal_add")}</Button>}
        {may("target_edit") && (
          <LinkButton
            look="main"
            href={team === ALL ? "/targets/new" : `/targets/new?team=${team}`}
          >
            {t("targets.set")}
          </LinkButton>
        )}
      </div>
      <Agenda
        team={team === ALL ? null : (team as TeamId)}
        targets={targets.data?.answer.data ?? []}
      />
      <Ready of={targets}>
        {({ answer: { data, page } }) => (
          <>
            <Tree targets={data} team={team} />
            {page.next_cursor !== null && <p className="ek-quiet">{t("targets.first_only")}</p>}
          </>
        )}
      </Ready>
      {isAdding && <GoalDialog id={null} onClose={() => add(false)} />}
    </>
  );
}

function Place({ path }: { path: string }) {
  const id = /^\/targets\/(tgt_\d+)$/.exec(path)?.[1];
  if (id !== undefined) return <TargetView id={id as TargetId} />;
  return path === "/targets/new" && may("target_edit") ? <TargetForm /> : <Overview />;
}

export default function TargetsRoom() {
  const [path] = useLocation();
  return (
    <Room title={t("places.targets")}>
      {path !== "/targets" && <Link href="/targets">{t("targets.back")}</Link>}
      <Place path={path} />
    </Room>
  );
}
