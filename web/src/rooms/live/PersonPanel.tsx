// PersonPanel -- what a lead can change of somebody on the spot: presence, limit, team inboxes.
// Each is done at once and can be put back.
import { useState } from "react";
import { age, useAnswer, useChange } from "../../feed/cache.ts";
import type { Refusal } from "../../feed/http.ts";
import { useNames } from "../../feed/names.ts";
import { PRESENCE, type Presence as Ready } from "../../gen/enums.ts";
import type { ReasonId, TeamId } from "../../gen/ids.ts";
import type { PresenceRequest } from "../../gen/shapes.ts";
import { Button } from "../../parts/Button.tsx";
import { SidePanel } from "../../parts/Dialog.tsx";
import { RadioGroup, Select } from "../../parts/fields.tsx";
import { back, tell } from "../../parts/notices.tsx";
import { Fault } from "../../parts/states.tsx";
import { t, wordOf } from "../../words/words.ts";
import type { Person } from "./board.ts";
import { doMembership, TOUCHED } from "./edits.ts";
import { PersonLimit } from "./PersonLimit.tsx";
import type { TeamHere } from "./scope.ts";

function Going({ person, presence }: { person: Person; presence: Ready }) {
  const isGoing = presence === "away_reassigning" && person.presence !== presence;
  const held = useAnswer(
    "get_teammate_load",
    { params: { id: person.teammate } },
    { enabled: isGoing },
  ).data?.answer;
  if (!isGoing || held === undefined) return null;
  const open = held.items.filter(({ why }) => why !== "snoozed").length;
  return <p>{t("live.holds_n", { n: open })}</p>;
}

// The names of reasons come from the API.
function Reason({ value, choose }: { value: string; choose: (id: string) => void }) {
  const reasons = useAnswer("list_presence_reasons", { query: { limit: 500 } }).data?.answer.data;
  if ((reasons?.length ?? 0) === 0) return null;
  return (
    <Select
      label={t("presence.reason")}
      choices={[
        { id: "none", label: t("presence.no_reason") },
        ...(reasons ?? [])
          .filter(({ deleted }) => !deleted)
          .map((each) => ({ id: each.id, label: each.name })),
      ]}
      value={value}
      onChange={choose}
    />
  );
}

function PresenceForm({ person }: { person: Person }) {
  const name = useNames().of(person.teammate);
  const [presence, setPresence] = useState<Ready>(person.presence);
  const [reason, setReason] = useState<string>(person.state?.reason ?? "none");
  const [error, setError] = useState<Refusal | null>(null);
  const change = useChange("put_presence", TOUCHED);
  const told = (body: PresenceRequest) => ({ params: { id: person.teammate }, body });
  const save = async () => {
    if (change.isPending) return;
    const { state } = person;
    const was: PresenceRequest = {
      presence: state?.presence ?? person.presence,
      reason: state?.reason ?? null,
      until: state?.until ?? null,
    };
    setError(null);
    try {
      const isReasonless = presence === "active" || reason === "none";
      const { answer } = await change.mutateAsync(
        told({ presence, reason: isReasonless ? null : (reason as ReasonId) }),
      );
      tell(
        t("live.presence_set", {
          name,
          presence: wordOf("presence", presence),
          n: answer.returned.length,
        }),
        back("put_presence", told(was), TOUCHED),
      );
    } catch (refused) {
      setError(refused as Refusal);
    }
  };
  return (
    <section className="ek-stack" aria-labelledby="live-presence">
      <h3 id="live-presence">{t("live.presence")}</h3>
      <RadioGroup
        label={t("live.presence_of", { name })}
        isLabelHidden
        choices={PRESENCE.map((each) => ({ id: each, label: wordOf("presence", each) }))}
        value={presence}
        onChange={(id) => setPresence(id as Ready)}
      />
      {presence !== "active" && <Reason value={reason} choose={setReason} />}
      <Going person={person} presence={presence} />
      <div className="ek-row">
        <Button onPress={() => void save()}>{t("live.set_presence")}</Button>
      </div>
      {error !== null && <Fault error={error} />}
    </section>
  );
}

function Teams({ person, teams }: { person: Person; teams: readonly TeamHere[] }) {
  const name = useNames().of(person.teammate);
  const [error, setError] = useState<Refusal | null>(null);
  const levelIn = (id: string) => person.posts.find(({ team }) => team === id)?.level ?? "none";
  const move = async (team: TeamHere, wanted: string) => {
    setError(null);
    try {
      const level = wanted === "none" ? null : (wanted as "primary" | "secondary");
      const undo = await doMembership({ id: team.id as TeamId, teammate: person.teammate }, level);
      age(TOUCHED);
      tell(
        t("live.membership_set", {
          name,
          team: team.name,
          level: wordOf("live", `level_${wanted}`),
        }),
        undo,
      );
    } catch (refused) {
      setError(refused as Refusal);
    }
  };
  return (
    <section className="ek-stack" aria-labelledby="live-teams">
      <h3 id="live-teams">{t("live.memberships")}</h3>
      {teams
        .filter(({ leads }) => leads)
        .map((team) => (
          <Select
            key={team.id}
            label={team.name}
            choices={["primary", "secondary", "none"].map((each) => ({
              id: each,
              label: wordOf("live", `level_${each}`),
            }))}
            value={levelIn(team.id)}
            onChange={(wanted) => {
              if (wanted !== levelIn(team.id)) void move(team, wanted);
            }}
          />
        ))}
      {error !== null && <Fault error={error} />}
    </section>
  );
}

export function PersonPanel({
  person,
  teams,
  onClose,
}: {
  person: Person;
  teams: readonly TeamHere[];
  onClose: () => void;
}) {
  const name = useNames().of(person.teammate);
  return (
    <SidePanel title={name} isOpen onClose={onClose}>
      <p className="ek-quiet">{t("live.done_at_once")}</p>
      <PresenceForm person={person} />
      <PersonLimit person={person} />
      <Teams person={person} teams={teams} />
    </SidePanel>
  );
}
