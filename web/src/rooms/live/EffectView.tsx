// EffectView -- what an edit would do at once: what goes to whom, who gets no more where, which
// team inbox loses its last active member.
import { Link } from "react-aria-components";
import { useNames } from "../../feed/names.ts";
import type { Effect } from "../../gen/shapes.ts";
import { named, say, testSentence } from "../../why/sentences.ts";
import { useTitles } from "../../why/titles.ts";
import { t } from "../../words/words.ts";

const SHOWN = 12;

export function EffectView({ effect }: { effect: Effect | null }) {
  const names = useNames();
  const moves = effect?.moves ?? [];
  const titles = useTitles(moves.slice(0, SHOWN).map(({ conversation }) => conversation));
  if (effect === null) return <p>{t("live.effect_none")}</p>;
  const total = moves.length + (effect.moves_others ?? 0);
  return (
    <div className="ek-stack">
      <h3>{t("live.effect_moves", { n: total })}</h3>
      {moves.length > 0 && (
        <ul className="ek-live-list">
          {moves.slice(0, SHOWN).map((move) => (
            <li key={move.conversation} className="ek-live-move">
              <Link href={`/inbox/all/${move.conversation}`}>
                <bdi dir="auto">{titles.get(move.conversation) ?? move.conversation}</bdi>
              </Link>
              <span>{t("live.goes_to", { name: named(move.to, names) })}</span>
            </li>
          ))}
        </ul>
      )}
      {total > SHOWN && <p className="ek-quiet">{t("live.and_more", { n: total - SHOWN })}</p>}
      {effect.ineligible.map((shut) => (
        <p key={`${shut.teammate} ${shut.team}`}>
          {t("live.effect_shut", {
            name: named(shut.teammate, names),
            team: named(shut.team, names),
            why: say(testSentence(shut.test, shut.args, names)),
          })}
        </p>
      ))}
      {effect.deserted.map((team) => (
        <p key={team}>{t("live.effect_deserted", { team: named(team, names) })}</p>
      ))}
    </div>
  );
}
