// QueueRoom -- the waiting conversations in exactly the order used, across team inboxes. Filters
// change neither order nor place; rows stay while the pointer or the focus is on them.
import { useEffect, useMemo, useState } from "react";
import { useSearchParams } from "wouter";
import { useNames, type Names } from "../../feed/names.ts";
import { may, me } from "../../feed/session.ts";
import { TEST, type Test } from "../../gen/enums.ts";
import type { TeamId } from "../../gen/ids.ts";
import type { Queue, QueueRow } from "../../gen/shapes.ts";
import { Button, LinkButton } from "../../parts/Button.tsx";
import { DataTable } from "../../parts/DataTable.tsx";
import { Select } from "../../parts/fields.tsx";
import { useHand, useHeldRows, type HeldRows } from "../../parts/held_rows.ts";
import { Room } from "../../parts/Room.tsx";
import { Empty, Fault, Loading } from "../../parts/states.tsx";
import { formatList, formatMoment, formatNumber } from "../../words/format.ts";
import { t } from "../../words/words.ts";
import { orderKeyWord, say, testBrief } from "../../why/sentences.ts";
import { useFacts } from "../../why/titles.ts";
import { Assign } from "../../why/Assign.tsx";
import { mayGive, queueColumns } from "./columns.tsx";
import { useQueuePages, type Filters } from "./useQueue.ts";
import { WaysPanel } from "./WaysPanel.tsx";
import "./queue.css";

const ALL = "all";
const idOf = (row: QueueRow) => row.conversation;
const NARROW = "(max-width: 719px)";

function useNarrow(): boolean {
  const [isNarrow, set] = useState(() => matchMedia(NARROW).matches);
  useEffect(() => {
    const media = matchMedia(NARROW);
    const follow = () => set(media.matches);
    media.addEventListener("change", follow);
    return () => media.removeEventListener("change", follow);
  }, []);
  return isNarrow;
}

function useFilters(): [Filters, (name: keyof Filters, value: string) => void] {
  const [search, setSearch] = useSearchParams();
  const test = search.get("test");
  const team = search.get("team");
  const filters: Filters = {
    team: team?.startsWith("team_") === true ? (team as TeamId) : null,
    test: (TEST as readonly string[]).includes(test ?? "") ? (test as Test) : null,
  };
  const change = (name: keyof Filters, value: string) =>
    setSearch((before) => {
      const next = new URLSearchParams(before);
      if (value === ALL) next.delete(name);
      else next.set(name, value);
      return next;
    });
  return [filters, change];
}

// The teams whose queue the reader sees: managers all of them, others their own.
function teamsFor(names: Names) {
  const mine = new Set<string>(me().teams.map(({ team }) => team));
  const seesAll = (me().roles as readonly string[]).some((role) =>
    ["manager", "admin"].includes(role),
  );
  return seesAll ? names.teams : names.teams.filter(({ id }) => mine.has(id));
}

function FilterBar({
  filters,
  change,
  names,
}: {
  filters: Filters;
  change: (name: keyof Filters, value: string) => void;
  names: Names;
}) {
  return (
    <div className="ek-queue-filters" role="group" aria-label={t("common.filter")}>
      <Select
        label={t("common.team")}
        choices={[
          { id: ALL, label: t("queue.all_teams") },
          ...teamsFor(names).map(({ id, name }) => ({ id, label: name })),
        ]}
        value={filters.team ?? ALL}
        onChange={(value) => change("team", value)}
      />
      <Select
        label={t("queue.because")}
        choices={[
          { id: ALL, label: t("queue.any_reason") },
          ...TEST.map((test) => ({ id: test, label: say(testBrief(test)) })),
        ]}
        value={filters.test ?? ALL}
        onChange={(value) => change("test", value)}
      />
    </div>
  );
}

function OrderLine({
  queue,
  shown,
  held,
}: {
  queue: Queue;
  shown: number;
  held: HeldRows<QueueRow>;
}) {
  const keys = queue.order_keys.map(({ key, reverse }) =>
    reverse ? t("queue.reversed", { key: say(orderKeyWord(key)) }) : say(orderKeyWord(key)),
  );
  const n = queue.page.total ?? shown;
  return (
    <div className="ek-queue-line">
      <p>
        <strong>{t("queue.waiting", { n, number: formatNumber(n) })}</strong>{" "}
        <span className="ek-quiet">{t("queue.ordered_by", { keys: formatList(keys) })}</span>
      </p>
      <p className="ek-queue-held" role="status">
        {held.changes > 0 ? (
          <>
            {t("common.changes_of_order", { n: held.changes })}{" "}
            <Button look="link" onPress={held.show}>
              {t("common.show")}
            </Button>
          </>
        ) : (
          <span className="ek-quiet">{t("queue.order_of", { at: formatMoment(queue.at) })}</span>
        )}
      </p>
    </div>
  );
}

function Nothing({ isFiltered, clear }: { isFiltered: boolean; clear: () => void }) {
  return isFiltered ? (
    <Empty
      title={t("common.no_match")}
      action={<Button onPress={clear}>{t("queue.clear_filters")}</Button>}
    />
  ) : (
    <Empty title={t("queue.empty")}>{t("queue.empty_means")}</Empty>
  );
}

function List({ filters, clear }: { filters: Filters; clear: () => void }) {
  const names = useNames();
  const isNarrow = useNarrow();
  const [assigned, assign] = useState<QueueRow | null>(null);
  const { query, rows, first } = useQueuePages(filters);
  const hand = useHand();
  const held = useHeldRows(rows, idOf, hand.isHeld, { hasTail: true });
  const ids = useMemo(() => held.rows.map(({ row }) => row.conversation), [held.rows]);
  const facts = useFacts(ids);
  const columns = useMemo(
    () =>
      queueColumns({
        names,
        facts,
        isNarrow,
        actsWidth: rows.some(({ team }) => mayGive(team)) ? 168 : 100,
        assign,
      }),
    [names, facts, isNarrow, rows],
  );
  if (query.error !== null && first === undefined)
    return <Fault error={query.error} retry={() => void query.refetch()} />;
  if (first === undefined) return <Loading />;
  if (held.rows.length === 0)
    return <Nothing isFiltered={filters.team !== null || filters.test !== null} clear={clear} />;
  return (
    <>
      <OrderLine queue={first} shown={rows.length} held={held} />
      <div className="ek-queue-list" {...hand.watch}>
        <DataTable
          label={t("queue.table")}
          columns={columns}
          rows={held.rows}
          idOf={({ row }) => row.conversation}
          rowHeight={isNarrow ? 64 : 56}
          onEnd={() => {
            if (query.hasNextPage && !query.isFetchingNextPage) void query.fetchNextPage();
          }}
        />
      </div>
      <Assign
        row={assigned}
        title={
          assigned === null
            ? ""
            : (facts.get(assigned.conversation)?.title ?? assigned.conversation)
        }
        onClose={() => assign(null)}
      />
    </>
  );
}

export default function QueueRoom() {
  const names = useNames();
  const [filters, change] = useFilters();
  const [, setSearch] = useSearchParams();
  return (
    <Room
      title={t("places.queue")}
      isLive
      actions={<LinkButton href="/priorities">{t("queue.to_priorities")}</LinkButton>}
    >
      <div className="ek-queue-top">
        <FilterBar filters={filters} change={change} names={names} />
        {may("queue_unblock") && <WaysPanel team={filters.team} />}
      </div>
      <List
        key={`${filters.team ?? ALL} ${filters.test ?? ALL}`}
        filters={filters}
        clear={() => setSearch({})}
      />
    </Room>
  );
}
