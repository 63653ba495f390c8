// ChangesRoom -- who changed what of the configuration, when, before and after, and back again:
// single changes, versions of the settings and bulk edits in one log. What is asked stands in the
// address.
import { useMemo } from "react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useSearchParams } from "wouter";
import { call } from "../../feed/http.ts";
import { useNames } from "../../feed/names.ts";
import { may } from "../../feed/session.ts";
import type { Change } from "../../gen/shapes.ts";
import { Button } from "../../parts/Button.tsx";
import { ChangeLine } from "../../parts/ChangeList.tsx";
import { Room } from "../../parts/Room.tsx";
import { Empty, Fault, Loading } from "../../parts/states.tsx";
import type { Refusal } from "../../feed/http.ts";
import { formatDate } from "../../words/format.ts";
import { t } from "../../words/words.ts";
import { BulkEntry } from "./BulkEntry.tsx";
import { Filters, queryOf, readFilters, type Asked } from "./Filters.tsx";
import { entriesOf, type Entry } from "./entries.ts";
import "./changes.css";

const PAGE = 100;

function useChanges(asked: Asked) {
  const query = queryOf(asked);
  return useInfiniteQuery({
    queryKey: ["list_changes", {}, query, "pages"],
    queryFn: async ({ pageParam, signal }) => {
      const paged = { ...query, limit: PAGE, ...(pageParam === "" ? {} : { cursor: pageParam }) };
      return (await call("list_changes", { query: paged, signal })).answer;
    },
    initialPageParam: "",
    getNextPageParam: (last) => last.page.next_cursor ?? undefined,
  });
}

// Entries of one day under its date.
function byDay(entries: readonly Entry[]): [string, Entry[]][] {
  const days: [string, Entry[]][] = [];
  for (const entry of entries) {
    const day = formatDate(entry.at);
    const last = days.at(-1);
    if (last?.[0] === day) last[1].push(entry);
    else days.push([day, [entry]]);
  }
  return days;
}

function Line({ change }: { change: Change }) {
  return (
    <ChangeLine change={change} canUndo={may("change_undo")}>
      {change.version !== null && (
        <span className="ek-quiet ek-small ek-number">
          {t("changes.version", { version: change.version })}
        </span>
      )}
    </ChangeLine>
  );
}

function Log({ changes }: { changes: readonly Change[] }) {
  const entries = useMemo(() => entriesOf(changes), [changes]);
  return byDay(entries).map(([day, of]) => (
    <section key={day} className="ek-panel ek-changes-day" aria-label={day}>
      <h2>{day}</h2>
      <ul>
        {of.map((entry) =>
          entry.kind === "bulk" ? (
            <BulkEntry key={entry.id} entry={entry} />
          ) : (
            <Line key={entry.change.id} change={entry.change} />
          ),
        )}
      </ul>
    </section>
  ));
}

export default function ChangesRoom() {
  const [search, setSearch] = useSearchParams();
  const asked = readFilters(search);
  const list = useChanges(asked);
  const names = useNames();
  const changes = useMemo(() => list.data?.pages.flatMap((page) => page.data) ?? [], [list.data]);
  const ask = (change: Partial<Asked>) => {
    const next = Object.entries({ ...asked, ...change }).filter(([, value]) => value !== "");
    setSearch(new URLSearchParams(next), { replace: true });
  };
  const isAsked = search.size > 0;
  return (
    <Room title={t("places.changes")} isLive>
      <Filters asked={asked} ask={ask} names={names} />
      {list.error !== null && <Fault error={list.error as Refusal} />}
      {list.isPending && <Loading />}
      {list.isSuccess && changes.length === 0 && (
        <Empty
          title={t(isAsked ? "changes.none_match" : "changes.none")}
          action={
            isAsked && (
              <Button onPress={() => setSearch(new URLSearchParams(), { replace: true })}>
                {t("changes.clear")}
              </Button>
            )
          }
        >
          {t(isAsked ? "changes.none_match_means" : "changes.none_means")}
        </Empty>
      )}
      <Log changes={changes} />
      {list.hasNextPage && (
        <div>
          <Button isDisabled={list.isFetchingNextPage} onPress={() => void list.fetchNextPage()}>
            {t("common.more")}
          </Button>
        </div>
      )}
    </Room>
  );
}
