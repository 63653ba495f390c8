// ContactList -- all contacts that one may see, masked until opened; words, filters and order stand
// in the address.
import { useEffect, useMemo, useState } from "react";
import { useLocation, useSearchParams } from "wouter";
import type { ContactView } from "../../gen/shapes.ts";
import { DataTable, type Column } from "../../parts/DataTable.tsx";
import { SearchField, Switch, TextField } from "../../parts/fields.tsx";
import { Badge } from "../../parts/marks.tsx";
import { Empty, Fault, Loading } from "../../parts/states.tsx";
import { When } from "../../parts/time.tsx";
import { t } from "../../words/words.ts";
import { useContactsFound, type ContactsQuery } from "./found.ts";

const SORTS = ["name", "tier", "created_at", "updated_at"] as const;
const TYPED_MS = 250;

const columnsOf = (): readonly Column<ContactView>[] => [
  {
    id: "name",
    title: t("contacts.name"),
    width: "2fr",
    minWidth: 150,
    canSort: true,
    isHeader: true,
    isText: true,
    cell: (row) => <bdi>{row.name ?? t("contacts.nameless")}</bdi>,
  },
  {
    id: "tier",
    title: t("contacts.tier"),
    width: "1fr",
    minWidth: 90,
    canSort: true,
    cell: (row) =>
      row.tier !== null && (
        <Badge tone="accent">
          <bdi>{row.tier}</bdi>
        </Badge>
      ),
  },
  {
    id: "email",
    title: t("contacts.email"),
    width: "2fr",
    minWidth: 130,
    isText: true,
    cell: (row) => <bdi>{row.email}</bdi>,
  },
  {
    id: "phone",
    title: t("contacts.phone"),
    width: "1fr",
    minWidth: 90,
    isText: true,
    cell: (row) => <bdi>{row.phone}</bdi>,
  },
  {
    id: "created_at",
    title: t("contacts.first_seen"),
    width: "1fr",
    minWidth: 170,
    canSort: true,
    cell: (row) => <When at={row.created_at} />,
  },
  {
    id: "updated_at",
    title: t("contacts.changed"),
    width: "1fr",
    minWidth: 170,
    canSort: true,
    cell: (row) => <When at={row.updated_at} />,
  },
];

// What is typed goes into the address when the typing rests.
function useTyped(value: string, set: (text: string) => void): [string, (text: string) => void] {
  const [typed, type] = useState(value);
  useEffect(() => {
    if (typed.trim() === value) return undefined;
    const timer = setTimeout(() => set(typed.trim()), TYPED_MS);
    return () => clearTimeout(timer);
  });
  return [typed, type];
}

function useAsked() {
  const [search, setSearch] = useSearchParams();
  const put = (name: string, value: string) =>
    setSearch(
      (now) => {
        const next = new URLSearchParams(now);
        if (value === "") next.delete(name);
        else next.set(name, value);
        return next;
      },
      { replace: true },
    );
  const said = search.get("sort") ?? "";
  const isDown = said === "" || said.startsWith("-");
  const by = SORTS.find((each) => each === said.replace("-", "")) ?? "updated_at";
  return {
    put,
    words: search.get("q") ?? "",
    tier: search.get("tier") ?? "",
    isArchived: search.get("archived") === "true",
    by,
    isDown,
  };
}

function queryOf({ words, tier, isArchived, by, isDown }: ReturnType<typeof useAsked>) {
  const query: ContactsQuery = {
    archived: isArchived,
    sort: `${isDown ? "-" : ""}${by}`,
    ...(words === "" ? {} : { q: words }),
    ...(tier === "" ? {} : { "tier.prefix": tier }),
  };
  return query;
}

function Head({ asked, total }: { asked: ReturnType<typeof useAsked>; total: number | null }) {
  const [words, typeWords] = useTyped(asked.words, (text) => asked.put("q", text));
  const [tier, typeTier] = useTyped(asked.tier, (text) => asked.put("tier", text));
  return (
    <div className="ek-contacts-head">
      <SearchField
        label={t("contacts.search")}
        isLabelHidden={false}
        value={words}
        onChange={typeWords}
      />
      <TextField label={t("contacts.tier")} value={tier} onChange={typeTier} />
      <Switch
        isSelected={asked.isArchived}
        onChange={(isOn) => asked.put("archived", isOn ? "true" : "")}
      >
        {t("contacts.archived")}
      </Switch>
      {total !== null && (
        <span className="ek-quiet" role="status">
          {t("contacts.count", { count: total })}
        </span>
      )}
    </div>
  );
}

export function ContactList() {
  const [, go] = useLocation();
  const asked = useAsked();
  const columns = useMemo(columnsOf, []);
  const found = useContactsFound(queryOf(asked));
  const isAll = asked.words === "" && asked.tier === "" && !asked.isArchived;
  if (found.error !== null) return <Fault error={found.error} />;
  return (
    <>
      <Head asked={asked} total={found.total} />
      <DataTable<ContactView>
        label={t("places.contacts")}
        columns={columns}
        rows={found.rows}
        idOf={(row) => row.id}
        nameOf={(row) => row.name ?? t("contacts.nameless")}
        count={found.total ?? found.rows.length}
        sort={{ column: asked.by, direction: asked.isDown ? "descending" : "ascending" }}
        onSort={({ column, direction }) =>
          asked.put("sort", `${direction === "descending" ? "-" : ""}${String(column)}`)
        }
        onOpen={(id) => go(`/contacts/${id}`)}
        opensBy="row"
        onEnd={found.more}
        hasKeys
        empty={
          found.isLoading ? (
            <Loading />
          ) : (
            <Empty title={t(isAll ? "contacts.none" : "common.no_match")}>
              {t(isAll ? "contacts.none_means" : "contacts.no_match_means")}
            </Empty>
          )
        }
      />
      <p className="ek-help">{t("contacts.masked_means")}</p>
    </>
  );
}
