// WaysPanel -- work that waits while people are free: who is free, what stands between, and the
// smallest edits that would free work, as the server found them by trying each on a copy.
import { useState } from "react";
import { useAnswer } from "../../feed/cache.ts";
import { useNames, type Names } from "../../feed/names.ts";
import type { TeamId } from "../../gen/ids.ts";
import type { Unblock } from "../../gen/shapes.ts";
import { Button } from "../../parts/Button.tsx";
import { SidePanel } from "../../parts/Dialog.tsx";
import { Ready } from "../../parts/states.tsx";
import { formatList } from "../../words/format.ts";
import { t } from "../../words/words.ts";
import { FactLine, loadText, Part } from "../../why/facts.tsx";
import { editSentence, say, testBrief } from "../../why/sentences.ts";

function Ways({ unblock, names }: { unblock: Unblock; names: Names }) {
  if (unblock.ways.length === 0) return <p>{t("queue.no_ways")}</p>;
  return (
    <ol className="ek-queue-ways">
      {unblock.ways.map((way, index) => (
        <li key={index}>
          <strong>{formatList(way.changes.map((edit) => say(editSentence(edit, names))))}</strong>
          <span className="ek-quiet">
            {t("queue.frees", { n: way.moved })} {t("queue.touches", { n: way.people })}
          </span>
        </li>
      ))}
    </ol>
  );
}

function Free({ unblock, names }: { unblock: Unblock; names: Names }) {
  const more = unblock.people_total - unblock.people.length;
  if (unblock.people_total === 0) return <p>{t("queue.nobody_free")}</p>;
  return (
    <ul>
      {unblock.people.map((person) => (
        <FactLine
          key={person.teammate}
          outcome="eligible"
          name={
            <>
              <bdi>{names.of(person.teammate)}</bdi>{" "}
              <span className="ek-quiet ek-small">{loadText(person.load, person.limit)}</span>
            </>
          }
        >
          {formatList(
            person.blockers.map(({ test, count }) =>
              t("queue.stands_between", {
                test: say(testBrief(test)),
                n: count,
              }),
            ),
          )}
        </FactLine>
      ))}
      {more > 0 && <li className="ek-quiet">{t("why.and_others", { n: more })}</li>}
    </ul>
  );
}

function View({ team }: { team: TeamId | null }) {
  const names = useNames();
  const unblock = useAnswer("explain_unblock", { query: team === null ? {} : { team } });
  return (
    <Ready of={unblock}>
      {({ answer }) => (
        <div className="ek-why">
          <Part title={t("queue.ways")}>
            <Ways unblock={answer} names={names} />
            {answer.cut && <p className="ek-quiet ek-small">{t("why.nearest_cut")}</p>}
          </Part>
          <Part title={t("queue.free_people", { n: answer.people_total })}>
            <Free unblock={answer} names={names} />
          </Part>
        </div>
      )}
    </Ready>
  );
}

export function WaysPanel({ team }: { team: TeamId | null }) {
  const [isOpen, open] = useState(false);
  return (
    <>
      <Button onPress={() => open(true)}>{t("queue.what_would_help")}</Button>
      <SidePanel title={t("queue.what_would_help")} isOpen={isOpen} onClose={() => open(false)}>
        {isOpen && <View team={team} />}
      </SidePanel>
    </>
  );
}
