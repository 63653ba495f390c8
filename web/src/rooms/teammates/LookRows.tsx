// LookRows -- the rows of a look: whom, before and after, or why not. As many as there are, page by
// page.
import { useMemo } from "react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { call } from "../../feed/http.ts";
import type { BulkEdit, BulkRow } from "../../gen/shapes.ts";
import { Badge } from "../../parts/marks.tsx";
import { DataTable, type Column } from "../../parts/DataTable.tsx";
import { ToldFields } from "../../parts/ToldChange.tsx";
import { codeWords, toldFields, type Called } from "../../parts/told.ts";
import { t } from "../../words/words.ts";

const PAGE = 500;

// tm_7, or team_3/tm_7; a line that names nobody by its number.
function whoOf(row: BulkRow, nameOf: (id: string) => string): string {
  if (row.id === null) return t("teammates.line", { line: row.row });
  return row.id.split("/").map(nameOf).join(" · ");
}

function Outcome({ row, called }: { row: BulkRow; called: Called }) {
  if (row.result === "blocked")
    return <Badge tone="warn">{codeWords(row.code ?? "conflict")}</Badge>;
  if (row.result === "same") return <span className="ek-quiet">{t("teammates.so_already")}</span>;
  return <ToldFields fields={toldFields(row.before, row.after)} called={called} />;
}

function columnsOf(
  called: Called,
  nameOf: (id: string) => string,
  marked: ReadonlySet<string>,
): readonly Column<BulkRow>[] {
  return [
    {
      id: "who",
      title: t("teammates.name"),
      width: "1fr",
      minWidth: 160,
      isHeader: true,
      cell: (row) => (
        <>
          <bdi>{whoOf(row, nameOf)}</bdi>
          {row.id !== null && marked.has(row.id) && (
            <Badge tone="bad">{t("teammates.changed_meanwhile")}</Badge>
          )}
        </>
      ),
    },
    {
      id: "what",
      title: t("teammates.before_after"),
      width: "3fr",
      minWidth: 320,
      cell: (row) => <Outcome row={row} called={called} />,
    },
  ];
}

export function LookRows({
  bulk,
  result,
  called,
  nameOf,
  marked,
}: {
  bulk: BulkEdit;
  result: BulkRow["result"] | null;
  called: Called;
  nameOf: (id: string) => string;
  marked: ReadonlySet<string>;
}) {
  const query = useInfiniteQuery({
    queryKey: ["list_bulk_rows", { id: bulk.id }, { result }, "pages"],
    queryFn: async ({ pageParam, signal }) => {
      const asked = {
        limit: PAGE,
        ...(result === null ? {} : { result }),
        ...(pageParam === "" ? {} : { cursor: pageParam }),
      };
      return (await call("list_bulk_rows", { params: { id: bulk.id }, query: asked, signal }))
        .answer;
    },
    initialPageParam: "",
    getNextPageParam: (last) => last.page.next_cursor ?? undefined,
  });
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = query;
  const rows = useMemo(() => query.data?.pages.flatMap((page) => page.data) ?? [], [query.data]);
  const columns = useMemo(() => columnsOf(called, nameOf, marked), [called, nameOf, marked]);
  const { change, same, blocked } = bulk.totals;
  const count = result === null ? change + same + blocked : bulk.totals[result];
  // Those that were changed meanwhile stand first, or nobody would find them among thousands.
  const ordered = useMemo(() => {
    if (marked.size === 0) return rows;
    const isMarked = (row: BulkRow) => row.id !== null && marked.has(row.id);
    return [...rows.filter(isMarked), ...rows.filter((row) => !isMarked(row))];
  }, [rows, marked]);
  return (
    <DataTable
      label={t("teammates.rows")}
      columns={columns}
      rows={ordered}
      idOf={(row) => String(row.row)}
      count={Math.max(count, rows.length)}
      rowHeight={36}
      height="min(320px, 40vh)"
      onEnd={() => {
        if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
      }}
      empty={
        <p className="ek-quiet ek-teammates-none">
          {query.isPending ? t("common.loading") : t("common.none")}
        </p>
      }
    />
  );
}
