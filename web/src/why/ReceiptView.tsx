// ReceiptView -- why a conversation went where it went, from its receipt: what was decided, its
// place and what stood before it, who was considered with the first test that each failed, and
// what would have changed it.
import { useMemo } from "react";
import { useNames, type Names } from "../feed/names.ts";
import type { Considered, Receipt, ReceiptOthers } from "../gen/shapes.ts";
import { When } from "../parts/time.tsx";
import { formatNumber, formatWhen } from "../words/format.ts";
import { t } from "../words/words.ts";
import { ConversationName, FactLine, loadText, Nearest, Part, TestText } from "./facts.tsx";
import {
  apart,
  causeWord,
  chosenByWord,
  decidedByWord,
  howWord,
  levelWord,
  named,
  say,
  testBrief,
} from "./sentences.ts";
import { useTitles, type Titles } from "./titles.ts";

function Decision({ receipt, names, titles }: { receipt: Receipt; names: Names; titles: Titles }) {
  const { conversation, teammate, how, cause, settings_version: version } = receipt;
  return (
    <Part title={t("why.decision")}>
      <p className="ek-why-lead">
        {t("why.given_to", {
          conversation: apart(titles.get(conversation) ?? conversation),
          name: named(teammate, names),
        })}
      </p>
      <dl className="ek-why-pairs">
        <dt>{t("why.how")}</dt>
        <dd>{say(howWord(how))}</dd>
        <dt>{t("why.when")}</dt>
        <dd>
          <When at={receipt.at} />
        </dd>
        <dt>{t("why.caused_by")}</dt>
        <dd>{say(causeWord(cause.type))}</dd>
        <dt>{t("why.settings_version")}</dt>
        <dd>{t("why.version", { version: formatNumber(version) })}</dd>
      </dl>
    </Part>
  );
}

function TieBreak({ receipt, names }: { receipt: Receipt; names: Names }) {
  const { chosen_by: chosenBy, runner_up: next } = receipt;
  if (chosenBy === null) return null;
  return (
    <Part title={t("why.tie_break")}>
      <p>
        {say(chosenByWord(chosenBy))}{" "}
        {typeof next === "string" && t("why.runner_up", { name: named(next, names) })}
      </p>
    </Part>
  );
}

function QueuePart({ receipt, names, titles }: { receipt: Receipt; names: Names; titles: Titles }) {
  const { queue } = receipt;
  if (queue === null) {
    return (
      <Part title={t("why.queue_place")}>
        <p>{t("why.not_queued")}</p>
      </Part>
    );
  }
  const { ahead, ahead_more: more = 0 } = queue;
  const place = { place: formatNumber(queue.place), of: formatNumber(queue.of) };
  return (
    <Part title={t("why.queue_place")}>
      <p>
        {t("why.place_of", place)}. {say(decidedByWord(queue.decided_by))}
      </p>
      {ahead.length === 0 && more === 0 && <p className="ek-quiet">{t("why.ahead_none")}</p>}
      {ahead.length > 0 && (
        <details className="ek-why-more" open={ahead.length <= 3}>
          <summary>
            {t("why.ahead", {
              n: ahead.length,
              name: named(receipt.teammate, names),
            })}
          </summary>
          <ul>
            {ahead.map(({ conversation, test, args }) => (
              <FactLine
                key={conversation}
                outcome="blocked"
                name={<ConversationName id={conversation} titles={titles} />}
              >
                {test !== null && <TestText {...{ test, args, names }} />}
              </FactLine>
            ))}
          </ul>
        </details>
      )}
      {more > 0 && <p className="ek-quiet">{t("why.ahead_more", { n: more })}</p>}
    </Part>
  );
}

function lastGiven({ last_given: at }: Considered): string {
  return typeof at === "string"
    ? t("why.last_given", { at: formatWhen(at) })
    : t("why.never_given");
}

function PersonLine({ who, names }: { who: Considered; names: Names }) {
  const { test, args, load } = who;
  return (
    <FactLine
      outcome={who.result}
      name={
        <>
          <bdi>{names.of(who.teammate)}</bdi>
          {who.level !== null && (
            <span className="ek-quiet ek-small">
              {" · "}
              {say(levelWord(who.level))}
            </span>
          )}
        </>
      }
    >
      {test !== undefined ? (
        <TestText {...{ test, args, names }} />
      ) : (
        `${t(who.result === "chosen" ? "why.chosen" : "why.could_have")} · ${
          load === undefined ? "" : `${loadText(load, who.limit ?? null)} · `
        }${lastGiven(who)}`
      )}
    </FactLine>
  );
}

// Those whose names the reader may not know: how many fared how.
function Others({ others }: { others: ReceiptOthers }) {
  return (
    <>
      {others.chosen > 0 && <FactLine outcome="chosen" name={t("why.others_chosen")} />}
      {others.eligible > 0 && (
        <FactLine outcome="eligible" name={t("why.others_could", { n: others.eligible })} />
      )}
      {others.blocked.map(({ test, count }) => (
        <FactLine
          key={test}
          outcome="blocked"
          name={t("why.others_blocked", {
            n: count,
            test: say(testBrief(test)),
          })}
        />
      ))}
    </>
  );
}

const RANK = { chosen: 0, eligible: 1, blocked: 2 };

export function ReceiptView({ receipt }: { receipt: Receipt }) {
  const names = useNames();
  const asked = useMemo(
    () => [
      receipt.conversation,
      ...(receipt.queue?.ahead.map(({ conversation }) => conversation) ?? []),
    ],
    [receipt],
  );
  const titles = useTitles(asked);
  const people = [...receipt.considered].sort((a, b) => RANK[a.result] - RANK[b.result]);
  return (
    <div className="ek-why">
      <Decision {...{ receipt, names, titles }} />
      <TieBreak {...{ receipt, names }} />
      <QueuePart {...{ receipt, names, titles }} />
      {(people.length > 0 || receipt.others !== undefined) && (
        <Part title={t("why.considered")}>
          <ul>
            {people.map((who) => (
              <PersonLine key={who.teammate} {...{ who, names }} />
            ))}
            {receipt.others !== undefined && <Others others={receipt.others} />}
          </ul>
        </Part>
      )}
      <Nearest change={receipt.nearest_change} cut={receipt.nearest_change_cut} names={names} />
    </div>
  );
}
