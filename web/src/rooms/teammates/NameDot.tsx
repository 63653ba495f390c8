// NameDot -- the dot beside a name that tells the truth: whether they get the next one, their
// turn, or why not, team by team; where that is not for the reader, how ready they are.
import { MarkShape, presenceLook } from "../../parts/marks.tsx";
import type { Called } from "../../parts/told.ts";
import { say, turnSentence } from "../../why/sentences.ts";
import { LOOKS } from "../../why/TurnDot.tsx";
import { t, wordOf } from "../../words/words.ts";
import type { Row } from "./row.ts";
import { useTurnsIn } from "./turns.ts";

const RANKS = { next: 0, in_turn: 1, blocked: 2 } as const;

export function NameDot({ row, called }: { row: Row; called: Called }) {
  const turns = useTurnsIn(row.id, [...row.primary, ...row.secondary]);
  const best = [...turns].sort((a, b) => RANKS[a.turn.state] - RANKS[b.turn.state])[0];
  const lines = turns.map(({ team, turn }) =>
    t("why.in_team", { team: called.of(team), state: say(turnSentence(turn, called)) }),
  );
  const words = [wordOf("presence", row.presence), ...lines].join("\n");
  const [tone, shape] = best === undefined ? presenceLook(row.presence) : LOOKS[best.turn.state];
  return (
    <span className="ek-teammates-dot" title={words}>
      <MarkShape tone={tone} shape={shape} />
      {lines.length > 0 && <span className="ek-hidden">{lines.join(" ")}</span>}
    </span>
  );
}
