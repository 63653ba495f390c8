// grid_acts -- what keys and the pointer do in a DataTable: move, select, sort, open, edit. One set
// of listeners for the whole grid; which row and cell is meant stands on the elements.
import { useLayoutEffect, useRef, useState, type KeyboardEvent, type RefObject } from "react";
import type { Column, DataTableProps, Picking } from "./DataTable.tsx";
import { moved, scrolledTo, type Place } from "./grid_moves.ts";

const HEAD_HEIGHT = 34;
const ACTS_ALONE = "button, a, input, select, textarea, label, [role=button], [role=dialog]";

export interface GridActs {
  at: Place;
  editing: Place | null;
  close: () => void;
  step: (rows: number) => void;
  pickHere: () => void;
  settle: () => void; // after rows were drawn
  listeners: {
    onKeyDown: (event: KeyboardEvent) => void;
    onClick: (event: React.MouseEvent) => void;
    onDoubleClick: (event: React.MouseEvent) => void;
    onFocus: (event: React.FocusEvent) => void;
    onBlur: (event: React.FocusEvent) => void;
    onPointerEnter: () => void;
    onPointerLeave: () => void;
  };
}

// The row and cell that an element stands in.
function placeOf(target: EventTarget): Place | null {
  if (!(target instanceof Element)) return null;
  const cell = target.closest("[data-cell]") ?? target.closest(".ek-grid-tick > [data-cell]");
  const row = target.closest("[data-row]");
  if (row === null) return null;
  return {
    row: Number(row.getAttribute("data-row")),
    col: Number((cell ?? row.querySelector("[data-cell]"))?.getAttribute("data-cell") ?? 0),
  };
}

class Grid<T> {
  box: HTMLDivElement | null = null;
  props: DataTableProps<T>;
  picking: Picking | null = null;
  at: Place = { row: 0, col: 0 };
  anchor = 0; // where a range of selected rows begins
  wantsFocus = false;
  editing: Place | null = null;
  isPointed = false;
  isFocused = false;
  readonly redraw: () => void;

  constructor(props: DataTableProps<T>, redraw: () => void) {
    this.props = props;
    this.redraw = redraw;
  }

  get count(): number {
    return this.props.count ?? this.props.rows.length;
  }
  get shift(): number {
    return this.picking === null ? 0 : 1;
  }
  rowAt(index: number): T | undefined {
    return this.props.rows[index];
  }
  idAt(index: number): string | null {
    const row = this.rowAt(index);
    return row === undefined ? null : this.props.idOf(row);
  }
  columnAt(col: number): Column<T> | undefined {
    return this.props.columns[col - this.shift];
  }

  // Goes to a cell, and brings it on screen.
  go(at: Place, hasFocus = true): void {
    this.at = at;
    this.editing = null;
    this.wantsFocus = hasFocus;
    const { rowHeight = 40 } = this.props;
    if (this.box !== null) {
      const height = this.box.clientHeight - HEAD_HEIGHT;
      const top = scrolledTo(at.row, rowHeight, this.box.scrollTop, height);
      if (top !== this.box.scrollTop) this.box.scrollTop = top;
    }
    this.redraw();
  }

  // After drawing: the focus follows.
  settle(): void {
    if (!this.wantsFocus) return;
    const { row, col } = this.at;
    const cell = this.box?.querySelector<HTMLElement>(`[data-row="${row}"] [data-cell="${col}"]`);
    // Not drawn yet: the next drawing has it.
    if (cell === null || cell === undefined) return;
    this.wantsFocus = false;
    cell.focus({ preventScroll: true });
    this.reveal(cell);
  }

  // Sideways: the cell must not be outside the frame.
  reveal(cell: HTMLElement): void {
    const box = this.box?.getBoundingClientRect();
    const own = cell.getBoundingClientRect();
    if (box === undefined || this.box === null) return;
    if (own.left < box.left) this.box.scrollLeft -= box.left - own.left;
    else if (own.right > box.right)
      this.box.scrollLeft += Math.min(own.right - box.right, own.left - box.left);
  }

  pickRange(to: number): void {
    if (this.picking === null || to < 0) return;
    const [from, until] = [Math.min(this.anchor, to), Math.max(this.anchor, to)];
    const ids = this.props.rows.slice(from, until + 1).map(this.props.idOf);
    this.picking.set(ids, true);
  }

  pick(index: number): void {
    const id = this.idAt(index);
    if (id === null || this.picking === null) return;
    this.anchor = index;
    this.picking.set([id], !this.picking.has(id));
  }

  sortBy(col: number): void {
    const column = this.columnAt(col);
    const { sort, onSort } = this.props;
    if (column?.canSort !== true) return;
    const isUp = sort?.column === column.id && sort.direction === "ascending";
    onSort?.({ column: column.id, direction: isUp ? "descending" : "ascending" });
  }

  pressHead(col: number): void {
    if (this.picking !== null && col === 0) this.picking.setAll(this.picking.state !== "all");
    else this.sortBy(col);
  }

  edit(at: Place): boolean {
    const column = this.columnAt(at.col);
    const row = this.rowAt(at.row);
    if (column?.edit === undefined || row === undefined) return false;
    if (column.canEdit?.(row) === false) return false;
    this.at = at;
    this.editing = at;
    this.redraw();
    return true;
  }

  open(index: number): void {
    const id = this.idAt(index);
    if (id !== null) this.props.onOpen?.(id);
  }

  // Enter: what stands in the cell is pressed, else edited, else the row opened.
  enter(at: Place, cell: Element): void {
    if (at.row < 0) return this.pressHead(at.col);
    const inside = cell.querySelector<HTMLElement>("button, a");
    if (inside !== null) return inside.click();
    if (this.columnAt(at.col)?.isHeader === true || !this.edit(at)) this.open(at.row);
  }

  key(event: KeyboardEvent): boolean {
    const { key, shiftKey } = event;
    const isMod = event.ctrlKey || event.metaKey;
    const at = this.at;
    if (isMod && key.toLowerCase() === "a" && this.picking !== null) this.picking.setAll(true);
    else if (key === " " && at.row < 0) this.pressHead(at.col);
    else if (key === " " && shiftKey) this.pickRange(at.row);
    else if (key === " ") this.pick(at.row);
    else if (key === "Enter") this.enter(at, event.target as Element);
    else if (key === "F2") return this.edit(at);
    else if (key === "Escape" && this.picking !== null && this.picking.state !== "none")
      this.picking.setAll(false);
    else return this.move(key, isMod, shiftKey);
    return true;
  }

  move(key: string, isFar: boolean, isRange: boolean): boolean {
    const { rowHeight = 40 } = this.props;
    const next = moved(this.at, key, isFar, {
      rows: this.count,
      cols: this.props.columns.length + this.shift,
      page: Math.max(
        1,
        Math.floor(((this.box?.clientHeight ?? 600) - HEAD_HEIGHT) / rowHeight) - 1,
      ),
      isMirrored: this.box !== null && getComputedStyle(this.box).direction === "rtl",
    });
    if (next === null) return false;
    if (isRange && next.row !== this.at.row) {
      if (this.at.row >= 0 && !this.isInRange(this.at.row)) this.anchor = this.at.row;
      this.pickRange(next.row);
    } else if (!isRange) this.anchor = next.row;
    this.go(next);
    return true;
  }

  isInRange(index: number): boolean {
    const id = this.idAt(index);
    return id !== null && this.picking?.has(id) === true;
  }

  onKeyDown = (event: KeyboardEvent): void => {
    const target = event.target as Element;
    if (!target.hasAttribute("data-cell") || event.nativeEvent.isComposing) return;
    if (!this.key(event)) return;
    event.preventDefault();
    event.stopPropagation();
  };

  onClick = (event: React.MouseEvent): void => {
    const target = event.target as Element;
    const at = placeOf(target);
    const isTick = target.closest(".ek-grid-tick") !== null;
    if (at === null || this.editing !== null) return;
    if (!isTick && target.closest(ACTS_ALONE) !== null) return;
    if (at.row < 0) return this.pressHead(isTick ? 0 : at.col);
    if (isTick && event.shiftKey) this.pickRange(at.row);
    else if (isTick) this.pick(at.row);
    const opens = !isTick && (this.props.opensBy !== "name" || this.columnAt(at.col)?.isHeader);
    this.go({ row: at.row, col: isTick ? 0 : at.col }, !opens);
    if (opens) this.open(at.row);
  };

  onDoubleClick = (event: React.MouseEvent): void => {
    const target = event.target as Element;
    const at = placeOf(target);
    if (at !== null && at.row >= 0 && target.closest(ACTS_ALONE) === null) this.edit(at);
  };

  hand(isPointed: boolean, isFocused: boolean): void {
    const before = this.isPointed || this.isFocused;
    this.isPointed = isPointed;
    this.isFocused = isFocused;
    if (before !== (isPointed || isFocused)) this.props.onHand?.(isPointed || isFocused);
  }

  onFocus = (event: React.FocusEvent): void => {
    this.hand(this.isPointed, true);
    const target = event.target as Element;
    const at = target.hasAttribute("data-cell") ? placeOf(target) : null;
    if (at === null || (at.row === this.at.row && at.col === this.at.col)) return;
    this.at = at;
    this.redraw();
  };

  onBlur = (event: React.FocusEvent): void => {
    if (this.box?.contains(event.relatedTarget) !== true) this.hand(this.isPointed, false);
  };
}

export function useGrid<T>(
  box: RefObject<HTMLDivElement | null>,
  props: DataTableProps<T>,
  picking: Picking | null,
): GridActs {
  const [, setTurn] = useState(0);
  const held = useRef<Grid<T> | null>(null);
  held.current ??= new Grid(props, () => setTurn((turn) => turn + 1));
  const grid = held.current;
  grid.props = props;
  grid.picking = picking;
  // Before anything is painted, and before the row that had the focus is gone.
  useLayoutEffect(() => {
    grid.box = box.current;
    grid.settle();
  });
  // The rows may have become fewer; the tab stop stays among them.
  const last = grid.count - 1;
  if (grid.at.row > last) grid.at = { row: last, col: grid.at.col };
  else if (grid.at.row === -1 && last >= 0 && !grid.isFocused) grid.at = { row: 0, col: 0 };
  const acts = useRef<Omit<GridActs, "at" | "editing"> | null>(null);
  acts.current ??= {
    close: () => grid.go(grid.at),
    step: (rows) =>
      grid.go({ ...grid.at, row: Math.max(0, Math.min(grid.count - 1, grid.at.row + rows)) }),
    pickHere: () => grid.pick(grid.at.row),
    settle: () => grid.settle(),
    listeners: {
      onKeyDown: grid.onKeyDown,
      onClick: grid.onClick,
      onDoubleClick: grid.onDoubleClick,
      onFocus: grid.onFocus,
      onBlur: grid.onBlur,
      onPointerEnter: () => grid.hand(true, grid.isFocused),
      onPointerLeave: () => grid.hand(false, grid.isFocused),
    },
  };
  return { ...acts.current, at: grid.at, editing: grid.editing };
}
