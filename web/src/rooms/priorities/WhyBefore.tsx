// WhyBefore -- "why is this one before that one?": pick two of the queue as it stands, or as it
// would with the order being tried, get the key that decides, with both values; one raised by a
// waiting bound says so.
import { useMemo, useState } from "react";
import { useNames } from "../../feed/names.ts";
import type { OrderKey, QueueRow } from "../../gen/shapes.ts";
import { Select } from "../../parts/fields.tsx";
import { formatNumber } from "../../words/format.ts";
import { t } from "../../words/words.ts";
import { apart, boundWord, orderKeyWord, say } from "../../why/sentences.ts";
import { SortText } from "../../why/WaitingView.tsx";
import { useTitles, type Titles } from "../../why/titles.ts";
import { decidingKey } from "./draft.ts";

const MOST = 100;
type Keys = readonly OrderKey[];

function titled(row: QueueRow, titles: Titles): string {
  return apart(titles.get(row.conversation) ?? row.conversation);
}

// What the two rows themselves say; the server ordered them.
function Answer({ before, after, keys, titles }: Pair & { keys: Keys; titles: Titles }) {
  const lead = t("priorities.stands_before", {
    first: titled(before, titles),
    second: titled(after, titles),
  });
  if (before.bound !== null)
    return (
      <p>
        {lead} <strong>{say(boundWord(before.bound))}.</strong>{" "}
        {after.bound !== null && t("priorities.both_raised")}
      </p>
    );
  const at = decidingKey(keys, before.sort, after.sort);
  const key = keys[at];
  if (key === undefined)
    return (
      <p>
        {lead} <strong>{t("priorities.all_equal")}</strong>
      </p>
    );
  return (
    <>
      <p>
        {lead}{" "}
        <strong>
          {t("priorities.key_decides", {
            key: say(orderKeyWord(key.key)),
            place: formatNumber(at + 1),
          })}
        </strong>
      </p>
      <dl className="ek-why-pairs">
        {[before, after].map((row) => (
          <div key={row.conversation}>
            <dt>
              <bdi>{titles.get(row.conversation) ?? row.conversation}</bdi>
            </dt>
            <dd>
              <SortText value={{ key: key.key, value: row.sort[at] }} />
            </dd>
          </div>
        ))}
      </dl>
    </>
  );
}

interface Pair {
  before: QueueRow;
  after: QueueRow;
}

function pairOf(rows: readonly QueueRow[], first: string, second: string): Pair | null {
  const a = rows.find((row) => row.conversation === first);
  const b = rows.find((row) => row.conversation === second);
  if (a === undefined || b === undefined || a === b) return null;
  return a.place < b.place ? { before: a, after: b } : { before: b, after: a };
}

export function WhyBefore({
  rows: all,
  keys,
  isTrying,
}: {
  rows: readonly QueueRow[];
  keys: Keys;
  isTrying: boolean;
}) {
  const names = useNames();
  const rows = useMemo(() => all.slice(0, MOST), [all]);
  const ids = useMemo(() => rows.map((row) => row.conversation), [rows]);
  const titles = useTitles(ids);
  const [first, pickFirst] = useState<string | null>(null);
  const [second, pickSecond] = useState<string | null>(null);
  if (rows.length < 2) return null;
  const one = first ?? rows[0]?.conversation ?? "";
  const other = second ?? rows[1]?.conversation ?? "";
  const pair = pairOf(rows, one, other);
  const choices = rows.map((row) => ({
    id: row.conversation,
    label: `${formatNumber(row.place)}. ${titled(row, titles)} · ${apart(names.of(row.team))}`,
  }));
  return (
    <section className="ek-panel" aria-labelledby="ek-why-before">
      <h2 id="ek-why-before">{t("priorities.why_before")}</h2>
      {isTrying && <p className="ek-quiet ek-small">{t("priorities.why_tried")}</p>}
      <div className="ek-columns">
        <Select
          label={t("priorities.this_one")}
          choices={choices}
          value={one}
          onChange={pickFirst}
        />
        <Select
          label={t("priorities.that_one")}
          choices={choices}
          value={other}
          onChange={pickSecond}
        />
      </div>
      <div role="status" className="ek-stack">
        {pair === null ? (
          <p className="ek-quiet">{t("priorities.pick_two")}</p>
        ) : (
          <Answer {...pair} keys={keys} titles={titles} />
        )}
      </div>
    </section>
  );
}
