// Promises -- what the routing promises, in words, and each time that one was broken, with its
// event. "None broken" is said plainly, and for which period.
import { useMemo } from "react";
import { Link } from "react-aria-components";
import { useSearchParams } from "wouter";
import { useAnswer } from "../../feed/cache.ts";
import { PROMISE } from "../../gen/enums.ts";
import type { BrokenPromise } from "../../gen/shapes.ts";
import { Badge, Mark } from "../../parts/marks.tsx";
import { Name } from "../../parts/Name.tsx";
import { Select } from "../../parts/fields.tsx";
import { Ready } from "../../parts/states.tsx";
import { When } from "../../parts/time.tsx";
import { formatNumber } from "../../words/format.ts";
import { t, wordOf } from "../../words/words.ts";

const DAY_MS = 86_400_000;
const DAYS = { day: 1, week: 7, month: 28, quarter: 91 } as const;
type Period = keyof typeof DAYS;
const PERIODS = Object.keys(DAYS) as Period[];

const wordFor = (promise: string) => wordOf("live", promise.replace(".", "_"));

// To the hour, so that the question stays the same for a while.
function sinceOf(period: Period): string {
  const hour = 3_600_000;
  return new Date(Math.floor((Date.now() - DAYS[period] * DAY_MS) / hour) * hour).toISOString();
}

function Broken({ row }: { row: BrokenPromise }) {
  return (
    <li className="ek-live-move">
      <When at={row.at} />
      {row.conversation !== null && (
        <Link href={`/inbox/all/${row.conversation}`}>
          <bdi className="ek-code">{row.conversation}</bdi>
        </Link>
      )}
      {row.teammate !== null && <Name id={row.teammate} />}
      <span className="ek-quiet">
        {t("live.event")} <bdi className="ek-code">{row.about_seq ?? row.seq}</bdi>
      </span>
    </li>
  );
}

function Each({ promise, rows }: { promise: string; rows: readonly BrokenPromise[] }) {
  return (
    <li className="ek-live-promise">
      <div className="ek-row">
        <Badge>{promise.replace("routing.p", "P")}</Badge>
        <span className="ek-live-grow">{wordFor(promise)}</span>
        {rows.length === 0 ? (
          <Mark tone="good" shape="disc">
            {t("live.kept")}
          </Mark>
        ) : (
          <Mark tone="bad" shape="triangle">
            {t("live.broken_n", { n: rows.length })}
          </Mark>
        )}
      </div>
      {rows.length > 0 && (
        <ul className="ek-live-list">
          {rows.map((row) => (
            <Broken key={row.seq} row={row} />
          ))}
        </ul>
      )}
    </li>
  );
}

export function Promises() {
  const [search, setSearch] = useSearchParams();
  const period = PERIODS.find((each) => each === search.get("period")) ?? "week";
  const since = useMemo(() => sinceOf(period), [period]);
  const broken = useAnswer("list_promises", {
    query: { "at.gte": since, limit: 500, total: true, sort: ["-seq"] },
  });
  return (
    <div className="ek-stack ek-live-narrow">
      <Select
        label={t("live.period")}
        choices={PERIODS.map((each) => ({
          id: each,
          label: wordOf("live", `period_${each}`),
        }))}
        value={period}
        onChange={(id) =>
          setSearch((old) => {
            const next = new URLSearchParams(old);
            next.set("period", id);
            return next;
          })
        }
      />
      <Ready of={broken}>
        {({ answer }) => (
          <section className="ek-panel" aria-labelledby="live-promises">
            <h2 id="live-promises">
              {answer.data.length === 0
                ? t("live.none_broken")
                : t("live.broken_total", {
                    n: answer.page.total ?? answer.data.length,
                  })}
            </h2>
            <p className="ek-quiet">
              {t("live.promises_checked")} <When at={since} />
            </p>
            <ul className="ek-live-list">
              {PROMISE.map((promise) => (
                <Each
                  key={promise}
                  promise={promise}
                  rows={answer.data.filter((row) => row.promise === promise)}
                />
              ))}
            </ul>
            {answer.page.next_cursor !== null && (
              <p>{t("live.first_of", { value: formatNumber(answer.data.length) })}</p>
            )}
          </section>
        )}
      </Ready>
    </div>
  );
}
