// ViewMenu -- saved views: a named address, one's own, a team's or everyone's.
import { useState } from "react";
import { Bookmark, Trash2 } from "lucide-react";
import { useAnswer, useChange } from "../../feed/cache.ts";
import { call, type Refusal } from "../../feed/http.ts";
import { may, me } from "../../feed/session.ts";
import type { TeamId, ViewId } from "../../gen/ids.ts";
import type { View, ViewRequest } from "../../gen/shapes.ts";
import { Button, IconButton } from "../../parts/Button.tsx";
import { Popup } from "../../parts/Dialog.tsx";
import { FormDialog } from "../../parts/FormDialog.tsx";
import { RadioGroup, Select, TextField } from "../../parts/fields.tsx";
import { back, complain, tell } from "../../parts/notices.tsx";
import { faultAt } from "../../parts/states.tsx";
import { t, wordOf } from "../../words/words.ts";
import { filtersOf, leavesOf, readSort, sortText, SAVED_SORTS, type Asked } from "./query.ts";

type Scope = View["scope"];

interface Props {
  asked: Asked;
  ask: (change: Partial<Asked>) => void;
  teams: readonly { id: string; name: string }[];
}

// What a view cannot hold: words, levels, and orders that the server does not have.
function isCutShort(asked: Asked): boolean {
  return (
    asked.words !== "" ||
    asked.filters.some(({ name }) => name === "primary" || name === "secondary") ||
    SAVED_SORTS[asked.sort.column] === undefined
  );
}

function savedSort(asked: Asked): string | null {
  const column = SAVED_SORTS[asked.sort.column];
  return column === undefined ? null : sortText({ ...asked.sort, column });
}

function openedSort(view: View): Asked["sort"] {
  const sort = readSort(view.sort?.split(",")[0] ?? null);
  const own = Object.entries(SAVED_SORTS).find(([, server]) => server === sort.column)?.[0];
  return own === undefined ? readSort(null) : { ...sort, column: own };
}

function scopesFor(): Scope[] {
  const team = may("view_team_edit") ? (["team"] as const) : [];
  const everyone = may("view_everyone_edit") ? (["everyone"] as const) : [];
  return ["own", ...team, ...everyone];
}

function viewOf(asked: Asked, name: string, scope: Scope, team: string | null): ViewRequest {
  return {
    name,
    resource: "teammates",
    scope,
    team: scope === "team" ? (team as TeamId) : null,
    where: { all: leavesOf(asked.filters) },
    sort: savedSort(asked),
    columns: asked.columns,
  };
}

function SaveDialog({ asked, teams, onClose }: Omit<Props, "ask"> & { onClose: () => void }) {
  const [name, setName] = useState("");
  const [scope, setScope] = useState<Scope>("own");
  const [team, setTeam] = useState<string | null>(null);
  const create = useChange("create_view", ["list_views"]);
  const save = async () => {
    try {
      await create.mutateAsync({
        body: viewOf(asked, name, scope, team),
      });
      onClose();
      tell(t("teammates.view_saved", { name }));
    } catch {
      // Said beside the fields.
    }
  };
  const error = create.error as Refusal | null;
  const isDone = name.trim() !== "" && (scope !== "team" || team !== null);
  return (
    <FormDialog
      title={t("teammates.view_save")}
      act={t("common.save")}
      canAct={isDone}
      onAct={() => void save()}
      onClose={onClose}
      error={error?.problem?.errors.length === 0 ? error : null}
    >
      <TextField
        label={t("teammates.view_name")}
        value={name}
        onChange={setName}
        autoFocus
        fault={faultAt(error, "/name")}
      />
      <RadioGroup
        label={t("teammates.view_whose")}
        choices={scopesFor().map((id) => ({ id, label: wordOf("teammates", `view_${id}`) }))}
        value={scope}
        onChange={(id) => setScope(id as Scope)}
        fault={faultAt(error, "/scope")}
      />
      {scope === "team" && (
        <Select
          label={t("common.team")}
          choices={teams.map(({ id, name: label }) => ({ id, label }))}
          value={team}
          onChange={setTeam}
          fault={faultAt(error, "/team")}
        />
      )}
      {isCutShort(asked) && <p className="ek-help">{t("teammates.view_cut")}</p>}
    </FormDialog>
  );
}

async function remove(view: View, reload: () => void): Promise<void> {
  try {
    await call("delete_view", { params: { id: view.id as ViewId } });
    reload();
    const { name, resource, scope, team, where, sort, columns } = view;
    const body = { name, resource, scope, team, where, sort, columns };
    tell(t("teammates.view_gone", { name }), back("create_view", { body }, ["list_views"]));
  } catch (error) {
    complain(error as Error);
  }
}

function mayRemove(view: View): boolean {
  if (view.scope === "own") return view.owner === me().id;
  return may(view.scope === "team" ? "view_team_edit" : "view_everyone_edit");
}

interface ViewsProps {
  views: readonly View[];
  open: (view: View) => void;
  reload: () => void;
}

function Views({ views, open, reload }: ViewsProps) {
  if (views.length === 0) return <p className="ek-quiet">{t("teammates.views_none")}</p>;
  return (
    <ul className="ek-teammates-views">
      {views.map((view) => (
        <li key={view.id}>
          <Button look="plain" onPress={() => open(view)}>
            <bdi>{view.name}</bdi>
            <span className="ek-quiet ek-small">{wordOf("teammates", `view_${view.scope}`)}</span>
          </Button>
          {mayRemove(view) && (
            <IconButton
              label={t("teammates.view_delete", { name: view.name })}
              onPress={() => void remove(view, reload)}
            >
              <Trash2 className="ek-icon" aria-hidden />
            </IconButton>
          )}
        </li>
      ))}
    </ul>
  );
}

export function ViewMenu(props: Props) {
  const [isSaving, setSaving] = useState(false);
  const list = useAnswer("list_views", { query: { limit: 500 } });
  // The list cannot be asked for those of one resource.
  const views = list.data?.answer.data.filter(({ resource }) => resource === "teammates") ?? [];
  const reload = () => void list.refetch();
  const open = (view: View) =>
    props.ask({
      words: "",
      filters: filtersOf(view.where),
      sort: openedSort(view),
      ...(view.columns.length === 0 ? {} : { columns: view.columns }),
    });
  return (
    <>
      <Popup
        label={t("teammates.views")}
        button={
          <>
            <Bookmark className="ek-icon" aria-hidden />
            {t("teammates.views")}
          </>
        }
      >
        {(close) => (
          <>
            <Views
              {...{ views, reload }}
              open={(view) => {
                close();
                open(view);
              }}
            />
            <Button
              onPress={() => {
                close();
                setSaving(true);
              }}
            >
              {t("teammates.view_save")}
            </Button>
          </>
        )}
      </Popup>
      {isSaving && <SaveDialog {...props} onClose={() => setSaving(false)} />}
    </>
  );
}
