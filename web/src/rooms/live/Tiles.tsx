// Tiles -- the five figures on top. Each is a filter of the lists below it; the one that holds is
// pressed, and stands beside them as a word that can be taken away.
import { ToggleButton } from "react-aria-components";
import { X } from "lucide-react";
import { useSearchParams } from "wouter";
import { Button } from "../../parts/Button.tsx";
import { Since } from "../../parts/time.tsx";
import { formatNumber } from "../../words/format.ts";
import { t, wordOf } from "../../words/words.ts";
import { freeSlots, isPaused, type Board, type Person, type Waiting } from "./board.ts";

export const FILTERS = ["waiting", "longest", "late", "free", "active"] as const;
export type Filter = (typeof FILTERS)[number];

const LONGEST = 10;

export function useFilter(): [Filter | null, (filter: Filter | null) => void] {
  const [search, setSearch] = useSearchParams();
  const asked = FILTERS.find((each) => each === search.get("show")) ?? null;
  const choose = (filter: Filter | null) =>
    setSearch((old) => {
      const next = new URLSearchParams(old);
      if (filter === null) next.delete("show");
      else next.set("show", filter);
      return next;
    });
  return [asked, choose];
}

export function isLate(row: Waiting, now: number): boolean {
  return row.deadline !== null && Date.parse(row.deadline) < now;
}

export function filterRows(rows: readonly Waiting[], filter: Filter | null, now: number) {
  if (filter === "late") return rows.filter((row) => isLate(row, now));
  if (filter !== "longest") return rows;
  const since = (row: Waiting) => Date.parse(row.waiting_since ?? "9999");
  const longest = new Set([...rows].sort((a, b) => since(a) - since(b)).slice(0, LONGEST));
  return rows.filter((row) => longest.has(row)); // the order stays the one used
}

export function filterPeople(
  people: readonly Person[],
  filter: Filter | null,
  rows: readonly Waiting[],
) {
  if (filter === "active") return people.filter(({ presence }) => presence === "active");
  if (filter === "free")
    return people.filter(
      (each) =>
        each.presence === "active" &&
        !isPaused(each) &&
        (each.limit === null || each.load < each.limit),
    );
  if (filter !== "waiting") return people;
  const teams = new Set(rows.map(({ team }) => team));
  return people.filter(({ posts }) => posts.some(({ team }) => teams.has(team)));
}

function Tile({
  id,
  title,
  children,
  tone,
  filter,
  choose,
}: {
  id: Filter;
  title: string;
  children: React.ReactNode;
  tone?: "bad" | "good";
  filter: Filter | null;
  choose: (filter: Filter | null) => void;
}) {
  return (
    <ToggleButton
      className="ek-live-tile"
      data-tone={tone}
      isSelected={filter === id}
      onChange={(on) => choose(on ? id : null)}
    >
      <span className="ek-live-tile-name">{title}</span>
      <span className="ek-live-figure ek-number" data-figure={id}>
        {children}
      </span>
    </ToggleButton>
  );
}

function lateOf(board: Board, now: number): string {
  if (!board.knowsDeadlines) return t("live.not_known");
  const late = board.rows.filter((row) => isLate(row, now)).length;
  const isAll = (board.total ?? 0) <= board.rows.length;
  return isAll ? formatNumber(late) : t("live.at_least", { value: formatNumber(late) });
}

// What nobody holds where the method has no queue. Nothing there if that is nothing.
function Nobodys({ board }: { board: Board }) {
  if (board.unassigned <= board.waiting) return null;
  return (
    <div className="ek-live-tile">
      <span className="ek-live-tile-name">{t("live.tile_unassigned")}</span>
      <span className="ek-live-figure ek-number" data-figure="unassigned">
        {formatNumber(board.unassigned - board.waiting)}
      </span>
    </div>
  );
}

function Sums({ board }: { board: Board }) {
  const sums = [
    ["open", board.open],
    ["snoozed", board.snoozed],
  ] as const;
  return (
    <>
      {sums.map(([name, value]) => (
        <div key={name} className="ek-live-tile">
          <span className="ek-live-tile-name">{wordOf("live", `tile_${name}`)}</span>
          <span className="ek-live-figure ek-number">
            {value === null ? t("live.not_known") : formatNumber(value)}
          </span>
        </div>
      ))}
    </>
  );
}

function PeopleTiles({ board, tile }: { board: Board; tile: object }) {
  const free = freeSlots(board.people);
  const active = board.people.filter(({ presence }) => presence === "active").length;
  const held = { filter: null, choose: () => undefined, ...tile };
  return (
    <>
      <Tile id="free" title={t("live.tile_free")} {...held}>
        {free === null ? t("live.no_limit") : formatNumber(free)}
      </Tile>
      <Tile id="active" title={t("live.tile_active")} {...held}>
        {t("live.of", {
          part: formatNumber(active),
          whole: formatNumber(board.people.length),
        })}
      </Tile>
    </>
  );
}

export function Tiles({ board, now }: { board: Board; now: number }) {
  const [filter, choose] = useFilter();
  const tile = { filter, choose };
  const late = lateOf(board, now);
  return (
    <div className="ek-stack">
      <div className="ek-live-tiles" role="group" aria-label={t("live.tiles")}>
        <Tile id="waiting" title={t("live.tile_waiting")} {...tile}>
          {formatNumber(board.waiting)}
        </Tile>
        <Tile id="longest" title={t("live.tile_longest")} {...tile}>
          {board.longestAt === null ? t("common.none") : <Since at={board.longestAt} />}
        </Tile>
        <Tile
          id="late"
          title={t("live.tile_late")}
          {...tile}
          {...(/[1-9١-٩]/.test(late) ? { tone: "bad" as const } : {})}
        >
          {late}
        </Tile>
        <Nobodys board={board} />
        {board.isSumsOnly ? <Sums board={board} /> : <PeopleTiles board={board} tile={tile} />}
      </div>
      {filter !== null && (
        <div className="ek-row">
          <Button onPress={() => choose(null)}>
            {t("live.filtered", {
              filter: wordOf("live", `filter_${filter}`),
            })}
            <X className="ek-icon" aria-hidden />
            <span className="ek-hidden">{t("common.remove")}</span>
          </Button>
        </div>
      )}
    </div>
  );
}
