// DataRow -- one row of a DataTable: drawn when it comes on screen and when something of its own
// has changed, and at no other time.
import { memo, type CSSProperties } from "react";
import { t } from "../words/words.ts";
import type { Column } from "./DataTable.tsx";

const TICK = 44; // px
const NARROWEST = 88;

// The widths of the columns and the height of rows, once for the whole grid: rows take them from
// there.
export function tracksOf(
  columns: readonly { width?: number | `${number}fr`; minWidth?: number }[],
  canPick: boolean,
  rowHeight: number,
): CSSProperties {
  const least = (width: number | string | undefined, min: number | undefined) =>
    typeof width === "number" ? width : (min ?? NARROWEST);
  const tracks = columns.map(({ width, minWidth }) =>
    typeof width === "number"
      ? `${width}px`
      : `minmax(${minWidth ?? NARROWEST}px, ${width ?? "1fr"})`,
  );
  const whole = columns.reduce((sum, each) => sum + least(each.width, each.minWidth), 0);
  return {
    "--ek-tracks": [...(canPick ? [`${TICK}px`] : []), ...tracks].join(" "),
    "--ek-row": `${rowHeight}px`,
    minInlineSize: whole + (canPick ? TICK : 0),
  } as CSSProperties;
}

interface Props {
  row: object | undefined; // undefined: not loaded yet
  id: string | null;
  index: number;
  columns: readonly Column<object>[];
  nameOf: ((row: object) => string) | undefined;
  rowHeight: number;
  canPick: boolean;
  isPicked: boolean;
  at: number; // the cell that takes the focus; -1: none
  editing: number;
  close: () => void;
}

function Unloaded({ index, rowHeight }: Props) {
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      aria-busy
      className="ek-grid-row"
      data-row={index}
      style={{ insetBlockStart: index * rowHeight }}
    >
      <div role="gridcell" className="ek-grid-wait">
        <span className="ek-hidden">{t("common.loading")}</span>
      </div>
    </div>
  );
}

function Tick({ row, id, nameOf, isPicked, at }: Props & { row: object }) {
  return (
    <div role="gridcell" aria-colindex={1} className="ek-grid-tick">
      <input
        type="checkbox"
        data-cell="0"
        tabIndex={at === 0 ? 0 : -1}
        aria-label={t("table.select_row", { name: nameOf?.(row) ?? id ?? "" })}
        checked={isPicked}
        onChange={() => undefined}
      />
    </div>
  );
}

function Cells(props: Props & { row: object }) {
  const { row, columns, canPick, at, editing, close } = props;
  const shift = canPick ? 1 : 0;
  return columns.map((column, index) => {
    const col = index + shift;
    const isEdited = editing === col && column.edit !== undefined;
    return (
      <div
        key={column.id}
        role={column.isHeader ? "rowheader" : "gridcell"}
        aria-colindex={col + 1}
        data-cell={col}
        data-number={column.isNumber || undefined}
        data-text={(column.isText && !isEdited) || undefined}
        data-edited={isEdited || undefined}
        tabIndex={at === col ? 0 : -1}
      >
        {isEdited ? column.edit?.(row, close) : column.cell(row)}
      </div>
    );
  });
}

export const DataRow = memo(function DataRow(props: Props) {
  const { row, index, rowHeight, canPick, isPicked } = props;
  if (row === undefined) return <Unloaded {...props} />;
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      className="ek-grid-row"
      data-row={index}
      {...(canPick ? { "aria-selected": isPicked } : {})}
      data-edits={props.editing >= 0 || undefined}
      style={{ insetBlockStart: index * rowHeight }}
    >
      {canPick && <Tick {...props} row={row} />}
      <Cells {...props} row={row} />
    </div>
  );
});
