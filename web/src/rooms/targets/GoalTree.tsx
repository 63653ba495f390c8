// GoalTree -- what a team is after: each goal with its targets, then those without a goal, then
// those of single people, each to who may see them. People stand in the order of their names:
// nothing here ranks anybody.
import { useState } from "react";
import { useNames } from "../../feed/names.ts";
import { may, me } from "../../feed/session.ts";
import type { Goal, Target } from "../../gen/shapes.ts";
import { Button, LinkButton } from "../../parts/Button.tsx";
import { Name } from "../../parts/Name.tsx";
import { currentManners, t } from "../../words/words.ts";
import { GoalDialog } from "./GoalDialog.tsx";
import { TargetLine } from "../../parts/TargetLine.tsx";

function Lines({ targets }: { targets: readonly Target[] }) {
  return (
    <ul className="ek-targets-list">
      {targets.map((target) => (
        <TargetLine key={target.id} target={target} />
      ))}
    </ul>
  );
}

function GoalPart({ goal, targets }: { goal: Goal; targets: readonly Target[] }) {
  const [isEditing, edit] = useState(false);
  const head = `goal-${goal.id}`;
  return (
    <section className="ek-panel" aria-labelledby={head}>
      <div className="ek-head">
        <div>
          <h2 id={head} dir="auto">
            {goal.title}
          </h2>
          {goal.purpose !== null && <p dir="auto">{goal.purpose}</p>}
          <p className="ek-quiet ek-small">
            {goal.team === null ? t("targets.whole_workspace") : <Name id={goal.team} />}
            {goal.owner !== null && (
              <>
                {" · "}
                <Name id={goal.owner} />
              </>
            )}
          </p>
        </div>
        {may("goal_edit") && (
          <Button
            aria-label={t("targets.act_on", { act: t("common.edit"), on: goal.title })}
            onPress={() => edit(true)}
          >
            {t("common.edit")}
          </Button>
        )}
        {may("target_edit") && (
          <LinkButton href={`/targets/new?goal=${goal.id}`}>{t("targets.set")}</LinkButton>
        )}
      </div>
      {targets.length === 0 ? (
        <p className="ek-quiet">{t("targets.goal_empty")}</p>
      ) : (
        <Lines targets={targets} />
      )}
      {isEditing && <GoalDialog id={goal.id} onClose={() => edit(false)} />}
    </section>
  );
}

function Part({ id, targets }: { id: "loose" | "mine" | "people"; targets: readonly Target[] }) {
  if (targets.length === 0) return null;
  return (
    <section className="ek-panel" aria-labelledby={`targets-${id}`}>
      <h2 id={`targets-${id}`}>{t(`targets.part_${id}`)}</h2>
      {id !== "loose" && <p className="ek-quiet">{t(`targets.part_${id}_means`)}</p>}
      <Lines targets={targets} />
    </section>
  );
}

function useByName(targets: readonly Target[]): readonly Target[] {
  const names = useNames();
  const { compare } = new Intl.Collator(currentManners().locale);
  return [...targets].sort((a, b) =>
    compare(names.of(a.scope.teammate), names.of(b.scope.teammate)),
  );
}

export function GoalTree({
  goals,
  targets,
}: {
  goals: readonly Goal[];
  targets: readonly Target[];
}) {
  const ofTeams = targets.filter(({ scope }) => scope.team !== undefined);
  const ofPeople = useByName(targets.filter(({ scope }) => scope.teammate !== undefined));
  const isKnown = (id: string | null) => goals.some((goal) => goal.id === id);
  return (
    <>
      <Part id="mine" targets={ofPeople.filter(({ scope }) => scope.teammate === me().id)} />
      {goals.map((goal) => (
        <GoalPart
          key={goal.id}
          goal={goal}
          targets={ofTeams.filter((target) => target.goal === goal.id)}
        />
      ))}
      <Part id="loose" targets={ofTeams.filter((target) => !isKnown(target.goal))} />
      <Part id="people" targets={ofPeople.filter(({ scope }) => scope.teammate !== me().id)} />
    </>
  );
}
