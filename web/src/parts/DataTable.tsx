// DataTable -- rows by the thousand: only those on screen are in the document. Sorting, selecting
// and opening are the caller's; the number of rows spoken is the number that match, not the number
// loaded.
import type { ReactNode } from "react";
import * as Aria from "react-aria-components";
import { ArrowDown, ArrowUp } from "lucide-react";
import { Checkbox } from "./fields.tsx";

export interface Column<T> {
  id: string;
  title: string;
  width?: number | `${number}fr`;
  minWidth?: number;
  canSort?: boolean;
  isHeader?: boolean; // names the row to who hears it
  cell: (row: T) => ReactNode;
}

export interface DataTableProps<T> {
  label: string;
  columns: readonly Column<T>[];
  rows: readonly T[];
  idOf: (row: T) => string;
  rowHeight?: number;
  height?: string; // CSS; the rest of the screen by default
  sort?: Aria.SortDescriptor;
  onSort?: (sort: Aria.SortDescriptor) => void;
  selected?: Aria.Selection;
  onSelect?: (selected: Aria.Selection) => void;
  onOpen?: (id: string) => void;
  onEnd?: () => void; // the last rows are near: load more
  empty?: ReactNode;
}

function Head<T>({ column }: { column: Column<T> }) {
  return (
    <Aria.Column
      id={column.id}
      isRowHeader={column.isHeader ?? false}
      allowsSorting={column.canSort ?? false}
      {...(column.width === undefined ? {} : { width: column.width })}
      {...(column.minWidth === undefined ? {} : { minWidth: column.minWidth })}
    >
      {({ sortDirection }) => (
        <span className="ek-row">
          {column.title}
          {sortDirection === "ascending" && <ArrowUp className="ek-icon" aria-hidden />}
          {sortDirection === "descending" && <ArrowDown className="ek-icon" aria-hidden />}
        </span>
      )}
    </Aria.Column>
  );
}

export function DataTable<T extends object>(props: DataTableProps<T>) {
  const { columns, idOf, rowHeight = 40, onSelect } = props;
  const canSelect = onSelect !== undefined;
  const onScroll = (event: React.UIEvent<HTMLElement>) => {
    const box = event.currentTarget;
    if (box.scrollHeight - box.scrollTop - box.clientHeight < 20 * rowHeight) props.onEnd?.();
  };
  return (
    <Aria.ResizableTableContainer
      className="ek-table-frame"
      style={{ blockSize: props.height ?? "100%" }}
      onScroll={onScroll}
    >
      <Aria.Virtualizer layout={Aria.TableLayout} layoutOptions={{ rowHeight, headingHeight: 34 }}>
        <Aria.Table
          className="ek-table"
          aria-label={props.label}
          selectionMode={canSelect ? "multiple" : "none"}
          {...(props.selected === undefined ? {} : { selectedKeys: props.selected })}
          {...(onSelect === undefined ? {} : { onSelectionChange: onSelect })}
          {...(props.sort === undefined ? {} : { sortDescriptor: props.sort })}
          {...(props.onSort === undefined ? {} : { onSortChange: props.onSort })}
          {...(props.onOpen === undefined
            ? {}
            : {
                onRowAction: (key: Aria.Key) => props.onOpen?.(String(key)),
              })}
        >
          <Aria.TableHeader>
            {canSelect && (
              <Aria.Column width={44} minWidth={44}>
                <Checkbox slot="selection" />
              </Aria.Column>
            )}
            {columns.map((column) => (
              <Head key={column.id} column={column} />
            ))}
          </Aria.TableHeader>
          <Aria.TableBody
            items={props.rows}
            dependencies={[columns]}
            renderEmptyState={() => props.empty}
          >
            {(row) => (
              <Aria.Row id={idOf(row)}>
                {canSelect && (
                  <Aria.Cell>
                    <Checkbox slot="selection" />
                  </Aria.Cell>
                )}
                {columns.map((column) => (
                  <Aria.Cell key={column.id}>{column.cell(row)}</Aria.Cell>
                ))}
              </Aria.Row>
            )}
          </Aria.TableBody>
        </Aria.Table>
      </Aria.Virtualizer>
    </Aria.ResizableTableContainer>
  );
}
