// DataTable -- rows by the thousand: only those on screen are in the document. An ARIA grid with
// one tab stop, arrows, selection and cells edited in place; sorting, selecting, opening and
// editing are the caller's. The number of rows spoken is the number that match, not the number
// loaded.
//
// Rows are all of one height, drawn once and then left alone: what listens stands on the grid, not
// on its cells, and a row is drawn anew only when something of its own has changed.
import {
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
  type ReactNode,
  type RefObject,
} from "react";
import type * as Aria from "react-aria-components";
import { ArrowDown, ArrowUp } from "lucide-react";
import { t } from "../words/words.ts";
import { DataRow, tracksOf } from "./DataRow.tsx";
import { windowOf, type Place, type Span } from "./grid_moves.ts";
import { useGrid, type GridActs } from "./grid_acts.ts";
import { useKeys } from "./keys.ts";

export interface Column<T> {
  id: string;
  title: string;
  width?: number | `${number}fr`;
  minWidth?: number;
  canSort?: boolean;
  isHeader?: boolean; // names the row to who hears it
  isText?: boolean; // one line, cut short where it does not fit
  isNumber?: boolean; // stands at the end of its cell
  note?: string; // beside the title: "sorted by the server"
  cell: (row: T) => ReactNode;
  // In place of the cell while it is edited: F2, Enter or a double click opens it.
  edit?: (row: T, close: () => void) => ReactNode;
  canEdit?: (row: T) => boolean; // all of them, if not said
}

// Which rows are chosen. DataTable makes one of `selected`; a caller whose choice is not a set of
// ids ("all that match but these") brings its own.
export interface Picking {
  state: "none" | "some" | "all";
  has: (id: string) => boolean;
  set: (ids: readonly string[], isPicked: boolean) => void;
  setAll: (isPicked: boolean) => void;
}

export interface DataTableProps<T> {
  label: string;
  columns: readonly Column<T>[];
  rows: readonly T[];
  idOf: (row: T) => string;
  nameOf?: (row: T) => string; // for "Select Mina Park"
  count?: number; // how many match, when not all are loaded
  rowHeight?: number;
  height?: string; // CSS; the rest of the screen by default
  sort?: Aria.SortDescriptor;
  onSort?: (sort: Aria.SortDescriptor) => void;
  selected?: Aria.Selection;
  onSelect?: (selected: Aria.Selection) => void;
  picking?: Picking;
  onOpen?: (id: string) => void;
  opensBy?: "row" | "name"; // what is clicked to open
  onEnd?: () => void; // the last rows are near: load more
  onHand?: (isUnderHand: boolean) => void; // the pointer or the focus is in the table
  hasKeys?: boolean; // j, k and x work on the screen
  empty?: ReactNode;
}

const HEAD_HEIGHT = 34;

function pickingOf<T>(props: DataTableProps<T>): Picking | null {
  const { selected, onSelect, rows, idOf } = props;
  if (props.picking !== undefined) return props.picking;
  if (onSelect === undefined) return null;
  const ids = selected === "all" ? null : new Set([...(selected ?? [])].map(String));
  return {
    state: ids === null ? "all" : ids.size === 0 ? "none" : "some",
    has: (id) => ids === null || ids.has(id),
    set: (changed, isPicked) => {
      const next = new Set(ids ?? rows.map(idOf));
      for (const id of changed) {
        if (isPicked) next.add(id);
        else next.delete(id);
      }
      onSelect(next);
    },
    setAll: (isPicked) => onSelect(isPicked ? "all" : new Set()),
  };
}

// Which rows are on screen, as the table is scrolled and its height changes. Asked by the body
// alone: nothing else is drawn anew while it is scrolled.
function useWindow(box: RefObject<HTMLDivElement | null>, rowHeight: number, count: number): Span {
  const [seen, setSeen] = useState({ top: 0, height: 600 });
  const look = () => {
    const { scrollTop: top = 0, clientHeight = 600 } = box.current ?? {};
    const height = clientHeight - HEAD_HEIGHT;
    setSeen((before) => {
      const a = windowOf(before.top, before.height, rowHeight, count);
      const b = windowOf(top, height, rowHeight, count);
      return a.from === b.from && a.to === b.to ? before : { top, height };
    });
  };
  const latest = useRef(look);
  latest.current = look;
  useEffect(() => {
    const frame = box.current;
    if (frame === null) return undefined;
    const again = () => latest.current();
    const watcher = new ResizeObserver(again);
    watcher.observe(frame);
    frame.addEventListener("scroll", again, { passive: true });
    return () => {
      watcher.disconnect();
      frame.removeEventListener("scroll", again);
    };
  }, [box]);
  return windowOf(seen.top, seen.height, rowHeight, count);
}

function SortMark({ direction }: { direction: "ascending" | "descending" | undefined }) {
  if (direction === undefined) return null;
  const Arrow = direction === "ascending" ? ArrowUp : ArrowDown;
  return <Arrow className="ek-icon" aria-hidden />;
}

function HeadTick({ picking, isAt }: { picking: Picking; isAt: boolean }) {
  return (
    <div role="columnheader" aria-colindex={1} className="ek-grid-tick">
      <input
        type="checkbox"
        data-cell="0"
        tabIndex={isAt ? 0 : -1}
        aria-label={t("table.select_all")}
        checked={picking.state === "all"}
        ref={(box) => {
          if (box !== null) box.indeterminate = picking.state === "some";
        }}
        onChange={() => undefined}
      />
    </div>
  );
}

function Head<T>({
  props,
  picking,
  at,
}: {
  props: DataTableProps<T>;
  picking: Picking | null;
  at: Place;
}) {
  const shift = picking === null ? 0 : 1;
  const { sort } = props;
  return (
    <div role="row" aria-rowindex={1} className="ek-grid-head" data-row={-1}>
      {picking !== null && <HeadTick picking={picking} isAt={at.row === -1 && at.col === 0} />}
      {props.columns.map((column, index) => {
        const direction = sort?.column === column.id ? sort.direction : undefined;
        const canSort = (column.canSort ?? false) && props.onSort !== undefined;
        return (
          <div
            key={column.id}
            role="columnheader"
            aria-colindex={index + shift + 1}
            {...(canSort ? { "aria-sort": direction ?? "none" } : {})}
            data-cell={index + shift}
            data-column={column.id}
            data-sorts={canSort || undefined}
            data-number={column.isNumber || undefined}
            title={column.note}
            tabIndex={at.row === -1 && at.col === index + shift ? 0 : -1}
          >
            <span>{column.title}</span>
            <SortMark direction={direction} />
            {column.note !== undefined && <small>{column.note}</small>}
          </div>
        );
      })}
    </div>
  );
}

// The rows in the document: those of the window, and the one with the focus wherever it is.
function indexesOf(span: Span, at: number, count: number): readonly number[] {
  const rows = Array.from({ length: Math.max(0, span.to - span.from) }, (_, i) => span.from + i);
  if (at >= 0 && at < span.from) rows.unshift(at);
  else if (at >= span.to && at < count) rows.push(at);
  return rows;
}

function Body<T>({
  props,
  picking,
  box,
  acts,
}: {
  props: DataTableProps<T>;
  picking: Picking | null;
  box: RefObject<HTMLDivElement | null>;
  acts: GridActs;
}) {
  const { rows, idOf, rowHeight = 40, count = rows.length, onEnd } = props;
  const { at, editing } = acts;
  const span = useWindow(box, rowHeight, count);
  const isNear = count > 0 && rows.length - span.to < 20;
  useEffect(() => {
    if (isNear) onEnd?.();
  }, [isNear, rows.length, onEnd]);
  // A cell that was gone to is drawn by now, wherever it was.
  useLayoutEffect(acts.settle);
  return (
    <div role="rowgroup" className="ek-grid-body" style={{ blockSize: count * rowHeight }}>
      {indexesOf(span, at.row, count).map((index) => {
        const row = rows[index];
        const id = row === undefined ? null : idOf(row);
        return (
          <DataRow
            key={index}
            row={row as object | undefined}
            id={id}
            index={index}
            columns={props.columns as readonly Column<object>[]}
            nameOf={props.nameOf as ((row: object) => string) | undefined}
            rowHeight={rowHeight}
            canPick={picking !== null}
            isPicked={id !== null && picking !== null && picking.has(id)}
            at={at.row === index ? at.col : -1}
            editing={editing?.row === index ? editing.col : -1}
            close={acts.close}
          />
        );
      })}
    </div>
  );
}

// The keys that work wherever the focus is on the screen, but in text.
function useGridKeys(isOn: boolean, acts: GridActs): void {
  useKeys(
    isOn
      ? [
          { keys: "j", does: t("table.next"), run: () => acts.step(1) },
          { keys: "k", does: t("table.previous"), run: () => acts.step(-1) },
          { keys: "x", does: t("table.pick"), run: acts.pickHere },
        ]
      : [],
  );
}

export function DataTable<T extends object>(props: DataTableProps<T>) {
  const { columns, rows, rowHeight = 40, count = rows.length } = props;
  const box = useRef<HTMLDivElement>(null);
  const picking = pickingOf(props);
  const acts = useGrid(box, props, picking);
  useGridKeys(props.hasKeys ?? false, acts);
  const shift = picking === null ? 0 : 1;
  const tracks = useMemo(
    () => tracksOf(columns, shift === 1, rowHeight),
    [columns, shift, rowHeight],
  );
  return (
    <div
      className="ek-table-frame ek-grid-frame"
      ref={box}
      style={{ blockSize: props.height ?? "100%" }}
      {...acts.listeners}
    >
      <div
        role="grid"
        className="ek-grid"
        aria-label={props.label}
        aria-rowcount={count + 1}
        aria-colcount={columns.length + shift}
        aria-multiselectable={picking !== null || undefined}
        style={tracks}
      >
        <div role="rowgroup" className="ek-grid-top">
          <Head props={props} picking={picking} at={acts.at} />
        </div>
        {count > 0 && <Body props={props} picking={picking} box={box} acts={acts} />}
      </div>
      {count === 0 && props.empty}
    </div>
  );
}
