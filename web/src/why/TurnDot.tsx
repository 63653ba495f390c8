// TurnDot -- the dot beside a name that tells the truth: gets the next one here, n-th in turn,
// or not, and why. A shape and words beside the colour. One reading of a team's turns serves
// every dot of that team.
import type { ReactNode } from "react";
import { useAnswer } from "../feed/cache.ts";
import { useNames } from "../feed/names.ts";
import type { TeamId, TeammateId } from "../gen/ids.ts";
import type { TeamTurn } from "../gen/shapes.ts";
import { Mark, type Shape, type Tone } from "../parts/marks.tsx";
import { t } from "../words/words.ts";
import { named, say, turnSentence } from "./sentences.ts";
import "./why.css";

type TurnState = "next" | "in_turn" | "blocked";

export const LOOKS: Record<TurnState, [Tone, Shape]> = {
  next: ["good", "disc"],
  in_turn: ["accent", "ring"],
  blocked: ["quiet", "cross"],
};

export function TurnMark({ state, children }: { state: TurnState; children: ReactNode }) {
  const [tone, shape] = LOOKS[state];
  return (
    <Mark tone={tone} shape={shape}>
      {children}
    </Mark>
  );
}

// Of one team; undefined while not known or not for the reader.
export function useTurn(team: TeamId, teammate: TeammateId): TeamTurn | undefined {
  const { data } = useAnswer("get_team_turns", { params: { id: team } });
  return data?.answer.teammates.find((row) => row.teammate === teammate);
}

// isBrief: only the dot is drawn; its words are spoken, and shown on hover.
export function TurnDot({
  team,
  teammate,
  withTeam = false,
  isBrief = false,
}: {
  team: TeamId;
  teammate: TeammateId;
  withTeam?: boolean; // names the team too, where several stand together
  isBrief?: boolean;
}) {
  const names = useNames();
  const turn = useTurn(team, teammate);
  if (turn === undefined) return null;
  const state = say(turnSentence(turn, names));
  const text = withTeam ? t("why.in_team", { team: named(team, names), state }) : state;
  return (
    <span className="ek-why-dot" title={isBrief ? text : undefined}>
      <TurnMark state={turn.state}>
        <span className={isBrief ? "ek-hidden" : undefined}>{text}</span>
      </TurnMark>
    </span>
  );
}
