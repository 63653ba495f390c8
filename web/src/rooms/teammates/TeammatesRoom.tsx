// TeammatesRoom -- every teammate in one table: found, filtered, sorted, changed one by one or many
// at once, with a look first and an undo after. What is asked stands in the address;
// /teammates/tm_7 opens one beside it, ?bulk=bulk_3 a bulk edit.
import { useCallback, useMemo, useState } from "react";
import { useLocation, useRoute, useSearchParams } from "wouter";
import { UserPlus } from "lucide-react";
import { useAnswer } from "../../feed/cache.ts";
import { useNames } from "../../feed/names.ts";
import { may } from "../../feed/session.ts";
import type { BulkId, TeammateId } from "../../gen/ids.ts";
import type { BulkChange } from "../../gen/shapes.ts";
import { Button } from "../../parts/Button.tsx";
import { DataTable, type Picking } from "../../parts/DataTable.tsx";
import { useKeys } from "../../parts/keys.ts";
import { Room } from "../../parts/Room.tsx";
import { Fault } from "../../parts/states.tsx";
import type { Called } from "../../parts/told.ts";
import { t } from "../../words/words.ts";
import { ChangeForm, NOTHING_WANTED } from "./ChangeForm.tsx";
import { columnsOf } from "./columns.tsx";
import { CsvMenu } from "./CsvMenu.tsx";
import { NoMatch } from "./NoMatch.tsx";
import { FilterBar, FilterWords } from "./FilterBar.tsx";
import { Count, scopeWords, SelectionLine } from "./Head.tsx";
import { Invite } from "./Invite.tsx";
import { LayoutMenu, OFFERED, OFFERED_SEEN } from "./LayoutMenu.tsx";
import { Look } from "./Look.tsx";
import { TeammatePanel } from "./TeammatePanel.tsx";
import {
  isFiltered,
  leavesOf,
  listUrl,
  readAddress,
  SAVED_SORTS,
  writeAddress,
  type Asked,
  type ColumnId,
} from "./query.ts";
import { isAdmin, mayEditRow, seesAll } from "./rights.ts";
import type { Row } from "./row.ts";
import { useRows, type Found, type Plan } from "./rows.ts";
import {
  EVERYBODY,
  isPicked,
  NOBODY,
  scopeOf,
  stateOf,
  withIds,
  type Selection,
} from "./selection.ts";
import { useTurnsOf } from "./turns.ts";
import { useBulk, type BulkWork } from "./useBulk.ts";
import { serverSort, useOrder, type Order } from "./useOrder.ts";
import { ViewMenu } from "./ViewMenu.tsx";
import "./teammates.css";

function planOf(asked: Asked): Plan {
  const teamsAt = (name: "primary" | "secondary") =>
    asked.filters.filter((each) => each.name === name).map(({ value }) => value);
  return {
    words: asked.words,
    leaves: leavesOf(asked.filters),
    levels: (["primary", "secondary"] as const)
      .map((level) => ({ level, teams: teamsAt(level) }))
      .filter(({ teams }) => teams.length > 0),
    sort: serverSort(asked),
  };
}

// The address, read and written.
function useAsked() {
  const [search, setSearch] = useSearchParams();
  const text = search.toString();
  const asked = useMemo(() => readAddress(new URLSearchParams(text)), [text]);
  const ask = useCallback(
    (change: Partial<Asked>) =>
      setSearch(
        (now) => {
          const next = writeAddress({ ...readAddress(now), ...change });
          const bulk = now.get("bulk");
          if (bulk !== null) next.set("bulk", bulk);
          return next;
        },
        { replace: true },
      ),
    [setSearch],
  );
  const openBulk = useCallback(
    (id: BulkId | null) =>
      setSearch((now) => {
        const next = new URLSearchParams(now);
        if (id === null) next.delete("bulk");
        else next.set("bulk", id);
        return next;
      }),
    [setSearch],
  );
  return { asked, ask, openBulk, bulk: search.get("bulk") as BulkId | null };
}

// Who is chosen. "All matching" means another set under another filter: it is not carried over.
function useSelection(asked: Asked, total: number) {
  const [selection, select] = useState<Selection>(NOBODY);
  const filterKey = JSON.stringify([asked.words, asked.filters]);
  const [selectedFor, setSelectedFor] = useState(filterKey);
  if (selectedFor !== filterKey) {
    setSelectedFor(filterKey);
    if (selection.kind === "all") select(NOBODY);
  }
  const picking = useMemo<Picking>(
    () => ({
      state: stateOf(selection, total),
      has: (id) => isPicked(selection, id),
      set: (ids, isWanted) => select((now) => withIds(now, ids, isWanted)),
      setAll: (isWanted) => select(() => (isWanted ? EVERYBODY : NOBODY)),
    }),
    [selection, total],
  );
  return { selection, select, picking };
}

function useTeams() {
  const page = useAnswer("list_teams", { query: { limit: 500, sort: "name" } }).data?.answer;
  return useMemo(() => {
    const teams = page?.data ?? [];
    const names = new Map<string, string>(teams.map(({ id, name }) => [id, name]));
    return { teams, teamName: (id: string) => names.get(id) ?? id };
  }, [page]);
}

function useColumns(asked: Asked, order: Order, called: Called, open: (id: string) => void) {
  const { isHere } = order;
  const { columns: ids, sort } = asked;
  const offered = seesAll() ? OFFERED : OFFERED_SEEN;
  return useMemo(
    () =>
      columnsOf(
        ids.filter((id) => offered.includes(id as ColumnId)),
        {
          called,
          open,
          note: (column) =>
            column === sort.column && !isHere ? t("teammates.by_server") : undefined,
          canSort: (column) => isHere || SAVED_SORTS[column] !== undefined,
          mayEdit: mayEditRow,
          maySet: may("setting_limits_edit"),
          mayPresence: may("presence_set"),
        },
      ),
    [ids, offered, called, open, sort.column, isHere],
  );
}

// Names of teammates come from the rows at hand; those elsewhere from everybody's.
function useNamer(found: Found, bulk: BulkId | null) {
  const names = useNames();
  return useMemo(() => {
    if (bulk === null) return (id: string) => id;
    const known = new Map(found.rows.map(({ id, name }) => [id, name]));
    return (id: string) => known.get(id) ?? names.of(id);
  }, [found.rows, names, bulk]);
}

function Table({
  asked,
  ask,
  found,
  order,
  columns,
  picking,
  open,
  teamName,
}: {
  asked: Asked;
  ask: (change: Partial<Asked>) => void;
  found: Found;
  order: Order;
  columns: ReturnType<typeof columnsOf>;
  picking: Picking | null;
  open: (id: string) => void;
  teamName: (id: string) => string;
}) {
  return (
    <DataTable<Row>
      label={t("places.teammates")}
      columns={columns}
      rows={order.rows}
      idOf={(row) => row.id}
      nameOf={(row) => row.name}
      count={found.total ?? found.rows.length}
      rowHeight={asked.rowHeight}
      sort={asked.sort}
      onSort={({ column, direction }) => ask({ sort: { column: String(column), direction } })}
      {...(picking === null ? {} : { picking })}
      onOpen={open}
      opensBy="name"
      onHand={order.setHand}
      hasKeys
      empty={
        found.error !== null ? (
          <Fault error={found.error} />
        ) : (
          <NoMatch asked={asked} ask={ask} isLoading={found.isLoading} teamName={teamName} />
        )
      }
    />
  );
}

function Moved({ order }: { order: Order }) {
  if (order.moved === 0) return null;
  return (
    <p className="ek-teammates-moved" role="status">
      {t("teammates.order_changed", { n: order.moved })}
      <Button look="link" onPress={order.show}>
        {t("common.show")}
      </Button>
    </p>
  );
}

function useOpen() {
  const [, go] = useLocation();
  const [, params] = useRoute("/teammates/:id");
  const [search] = useSearchParams();
  const query = search.toString();
  const rest = query === "" ? "" : `?${query}`;
  const open = useCallback((id: string) => go(`/teammates/${id}${rest}`), [go, rest]);
  return { open, opened: params?.id ?? null, close: () => go(`/teammates${rest}`) };
}

function focusSearch(): void {
  document.querySelector<HTMLInputElement>(".ek-teammates-search input")?.focus();
}

// Many at once: what shall change, the look at it, and what is done then.
function useMany(
  openBulk: (id: BulkId | null) => void,
  found: Found,
  selection: Selection,
  clear: () => void,
) {
  const [wanted, setWanted] = useState(NOTHING_WANTED);
  const [isChoosing, choose] = useState(false);
  const work = useBulk(
    openBulk,
    () => choose(true),
    () => {
      clear();
      setWanted(NOTHING_WANTED);
    },
  );
  const look = async (changes: readonly BulkChange[], note: string) => {
    const ids = found.rows.map((row) => row.id);
    await work.start({
      resource: "teammates",
      scope: scopeOf(selection, found.where, ids),
      changes,
      note: note === "" ? null : note,
    });
    choose(false);
  };
  return { wanted, setWanted, isChoosing, choose, work, look };
}

function Actions({
  asked,
  found,
  rows,
  teamName,
  work,
  teams,
}: {
  asked: Asked;
  found: Found;
  rows: readonly Row[];
  teamName: (id: string) => string;
  work: BulkWork;
  teams: readonly { id: string; name: string }[];
}) {
  const [isInviting, invite] = useState(false);
  return (
    <>
      <CsvMenu
        listUrl={listUrl(asked, serverSort(asked))}
        rows={rows}
        isWhole={found.isWhole}
        teamName={teamName}
        onMade={work.startFile}
      />
      {isAdmin() && (
        <Button look="main" onPress={() => invite(true)}>
          <UserPlus className="ek-icon" aria-hidden />
          {t("common.add")}
        </Button>
      )}
      {isInviting && <Invite teams={teams} onClose={() => invite(false)} />}
    </>
  );
}

export default function TeammatesRoom() {
  const { asked, ask, openBulk, bulk } = useAsked();
  const { open, opened, close } = useOpen();
  const { teams, teamName } = useTeams();
  useTurnsOf(teams);
  const called = useMemo(
    () => ({ of: (id: string | null | undefined) => teamName(id ?? "") }),
    [teamName],
  );
  const found = useRows(planOf(asked));
  const order = useOrder(found, asked, teamName);
  const columns = useColumns(asked, order, called, open);
  const nameOf = useNamer(found, bulk);
  const whole = useAnswer("list_teammates", { query: { limit: 1, total: true, fields: "id" } });
  const total = found.total ?? 0;
  const { selection, select, picking } = useSelection(asked, total);
  const clear = () => select(NOBODY);
  const many = useMany(openBulk, found, selection, clear);
  const { work, choose } = many;
  useKeys([{ keys: "/", does: t("teammates.search"), run: focusSearch }]);
  const mayBulk = may("bulk_create") && seesAll();
  const scope = { selection, total, isFiltered: isFiltered(asked) };
  const inWords = scopeWords(selection, total, scope.isFiltered);
  const actions = <Actions {...{ asked, found, teamName, work, teams }} rows={order.rows} />;
  return (
    <Room title={t("places.teammates")} isLive actions={actions}>
      <FilterBar {...{ asked, ask, teams, called }} rows={found.rows} hasAll={seesAll()}>
        <ViewMenu {...{ asked, ask, teams }} />
        <LayoutMenu {...{ asked, ask }} offered={seesAll() ? OFFERED : OFFERED_SEEN} />
        <Count total={found.total} whole={whole.data?.answer.page.total ?? null} />
      </FilterBar>
      <FilterWords {...{ asked, ask, called }} />
      {mayBulk && <SelectionLine {...{ ...scope, clear }} mayChange change={() => choose(true)} />}
      <Moved order={order} />
      <Table
        {...{ asked, ask, found, order, columns, open, teamName }}
        picking={mayBulk ? picking : null}
      />
      {many.isChoosing && (
        <ChangeForm
          wanted={many.wanted}
          setWanted={many.setWanted}
          look={many.look}
          title={t("teammates.change_title", { scope: inWords })}
          teams={teams}
          onClose={() => choose(false)}
        />
      )}
      {bulk !== null && (
        <Look id={bulk} title={t("teammates.look_title")} {...{ called, nameOf, work }} />
      )}
      {opened !== null && (
        <TeammatePanel id={opened as TeammateId} teams={teams} called={called} onClose={close} />
      )}
    </Room>
  );
}
