// ColumnTable -- the rows of a report as a table that may scroll sideways.
import { useNames } from "../feed/names.ts";
import { wordOf } from "../words/words.ts";
import type { Column, Days } from "./team_trend.tsx";
import "./reports.css";

export function ColumnTable<Row>({
  label,
  columns,
  rows,
  days,
}: {
  label: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  days: Days;
}) {
  const names = useNames();
  return (
    <div className="ek-table-frame" tabIndex={0} role="region" aria-label={label}>
      <table className="ek-table ek-reports-table" aria-label={label}>
        <thead>
          <tr>
            {columns.map(({ id, isNumber }) => (
              <th key={id} scope="col" data-number={isNumber}>
                {wordOf("reports", `col_${id}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <tr key={index}>
              {columns.map(({ id, isNumber, cell }) => (
                <td key={id} data-number={isNumber}>
                  {cell(row, names, days)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
