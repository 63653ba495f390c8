// grid_moves -- which rows of a table are in the document, and where a key leads in it. Pure.
export interface Place {
  row: number; // -1: the header
  col: number;
}

export interface Span {
  from: number;
  to: number; // one past the last
}

const MOST_ROWS = 56; // in the document, but for screens that show more

// The rows that are kept in the document: those on screen, and some before and after. It moves row
// by row, so that each frame of scrolling has as much to draw as the one before.
export function windowOf(top: number, height: number, rowHeight: number, count: number): Span {
  const shown = Math.ceil(height / rowHeight) + 1;
  const spare = Math.max(3, Math.min(6, Math.floor((MOST_ROWS - shown) / 2)));
  const first = Math.floor(top / rowHeight);
  return { from: Math.max(0, first - spare), to: Math.min(count, first + shown + spare) };
}

export interface Bounds {
  rows: number;
  cols: number;
  page: number; // rows on a screen
  isMirrored: boolean; // right to left
}

const clamp = (value: number, least: number, most: number) =>
  Math.max(least, Math.min(most, value));

// Where a key leads from a cell; null when it does not move.
export function moved(at: Place, key: string, isFar: boolean, bounds: Bounds): Place | null {
  const { rows, cols, page } = bounds;
  const row = (to: number): Place => ({ row: clamp(to, -1, rows - 1), col: at.col });
  const col = (to: number): Place => ({ row: at.row, col: clamp(to, 0, cols - 1) });
  const ahead = bounds.isMirrored ? -1 : 1;
  switch (key) {
    case "ArrowDown":
      return isFar ? row(rows - 1) : row(at.row + 1);
    case "ArrowUp":
      return isFar ? row(0) : row(at.row - 1);
    case "ArrowRight":
      return col(at.col + ahead);
    case "ArrowLeft":
      return col(at.col - ahead);
    case "PageDown":
      return row(at.row + page);
    case "PageUp":
      return row(Math.max(0, at.row - page));
    case "Home":
      return isFar ? { row: 0, col: 0 } : col(0);
    case "End":
      return isFar ? { row: rows - 1, col: cols - 1 } : col(cols - 1);
    default:
      return null;
  }
}

// How far the table must be scrolled to show a row whole; the same when it is on screen.
export function scrolledTo(row: number, rowHeight: number, top: number, height: number): number {
  if (row < 0) return top;
  const from = row * rowHeight;
  if (from < top) return from;
  return from + rowHeight > top + height ? from + rowHeight - height : top;
}
