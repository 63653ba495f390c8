// Filters -- narrowing a list: words, state, priority, channel, tag; its order; and saving it as
// a view. All of it stands in the address; each filter that holds shows as a word that can be
// taken away.
import { useEffect, useRef, useState } from "react";
import { ListFilter, X } from "lucide-react";
import { useAnswer, useChange } from "../../feed/cache.ts";
import { useNames, type Names } from "../../feed/names.ts";
import type { View } from "../../gen/shapes.ts";
import { CAPACITY_CLASS, STATE } from "../../gen/enums.ts";
import { Button, IconButton } from "../../parts/Button.tsx";
import { Popup } from "../../parts/Dialog.tsx";
import { SearchField, Select, TextField, type Choice } from "../../parts/fields.tsx";
import { complain, tell } from "../../parts/notices.tsx";
import { call } from "../../feed/http.ts";
import { t, wordOf } from "../../words/words.ts";
import { FILTERS, isFiltered, SORTS, whereOf, type Filter, type Inbox } from "./address.ts";
import { stateWord } from "./acts.ts";

const WAIT_MS = 250;
const PRIORITIES = ["none", "medium", "high", "urgent"] as const;

export const SEARCH_ID = "ek-inbox-search";

function Search({ inbox }: { inbox: Inbox }) {
  const [typed, setTyped] = useState(inbox.q);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => {
    clearTimeout(timer.current);
    setTyped(inbox.q);
  }, [inbox.q, inbox.view]);
  const change = (text: string) => {
    setTyped(text);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => inbox.set("q", text.trim()), WAIT_MS);
  };
  return (
    <div className="ek-inbox-search" id={SEARCH_ID}>
      <SearchField label={t("inbox.search")} value={typed} onChange={change} />
    </div>
  );
}

export function focusSearch(): void {
  document.querySelector<HTMLInputElement>(`#${SEARCH_ID} input`)?.focus();
}

function wordFor(filter: Filter, value: string, names: Names): string {
  if (filter === "state") return stateWord(value);
  if (filter === "channel") return wordOf("inbox", `channel_${value}`);
  if (filter === "tag") return names.of(value);
  return wordOf("common", `priority_${PRIORITIES[Number(value)] ?? "none"}`);
}

function Pick({
  inbox,
  filter,
  choices,
}: {
  inbox: Inbox;
  filter: Filter;
  choices: readonly Choice[];
}) {
  return (
    <Select
      label={wordOf("inbox", `filter_${filter}`)}
      choices={[{ id: "any", label: t("inbox.any") }, ...choices]}
      value={inbox.filters[filter][0] ?? "any"}
      onChange={(id) => inbox.set(filter, id === "any" ? "" : id)}
    />
  );
}

function SaveView({ inbox, close }: { inbox: Inbox; close: () => void }) {
  const [name, setName] = useState("");
  const make = useChange("create_view", ["list_views"]);
  const save = () =>
    make
      .mutateAsync({
        body: { name, resource: "conversations", where: whereOf(inbox), sort: SORTS[inbox.sort] },
      })
      .then(({ answer }: { answer: View }) => {
        close();
        tell(t("inbox.view_saved", { name }), () =>
          call("delete_view", { params: { id: answer.id } }),
        );
        inbox.show(answer.id);
      })
      .catch((error: unknown) => complain(error as Error));
  return (
    <form
      className="ek-stack"
      onSubmit={(event) => {
        event.preventDefault();
        if (name.trim() !== "") void save();
      }}
    >
      <TextField label={t("inbox.view_name")} value={name} onChange={setName} isRequired />
      <Button type="submit" isDisabled={name.trim() === "" || make.isPending}>
        {t("inbox.view_save")}
      </Button>
    </form>
  );
}

function FilterForm({ inbox, close }: { inbox: Inbox; close: () => void }) {
  const tags = useAnswer("list_tags", { query: { limit: 500 } }).data?.answer.data ?? [];
  const words = (filter: Filter, values: readonly string[]) =>
    values.map((id) => ({
      id,
      label: wordFor(filter, id, { of: String, teams: [], hasTeams: null, teammates: [] }),
    }));
  return (
    <div className="ek-stack">
      <Pick inbox={inbox} filter="state" choices={words("state", STATE)} />
      <Pick inbox={inbox} filter="priority" choices={words("priority", ["3", "2", "1", "0"])} />
      <Pick inbox={inbox} filter="channel" choices={words("channel", CAPACITY_CLASS)} />
      <Pick
        inbox={inbox}
        filter="tag"
        choices={tags.map(({ id, name }) => ({ id, label: name }))}
      />
      {!inbox.view.startsWith("view_") && (
        <Select
          label={t("inbox.order")}
          choices={Object.keys(SORTS).map((id) => ({ id, label: wordOf("inbox", `sort_${id}`) }))}
          value={inbox.sort}
          onChange={(id) => inbox.set("sort", id === "waiting" ? "" : id)}
        />
      )}
      {inbox.q === "" && !inbox.view.startsWith("view_") && (
        <SaveView inbox={inbox} close={close} />
      )}
    </div>
  );
}

export function FilterBar({ inbox }: { inbox: Inbox }) {
  const names = useNames();
  return (
    <>
      <div className="ek-inbox-find">
        <Search inbox={inbox} />
        <Popup
          label={t("inbox.filter_and_order")}
          look="quiet"
          button={
            <>
              <ListFilter className="ek-icon" aria-hidden />
              <span className="ek-hidden">{t("inbox.filter_and_order")}</span>
            </>
          }
        >
          {(close) => <FilterForm inbox={inbox} close={close} />}
        </Popup>
      </div>
      {isFiltered(inbox) && (
        <div className="ek-row ek-small">
          {FILTERS.flatMap((filter) =>
            inbox.filters[filter].map((value) => {
              const word = wordFor(filter, value, names);
              const rest = inbox.filters[filter].filter((each) => each !== value);
              return (
                <span key={`${filter}${value}`} className="ek-badge ek-inbox-chip">
                  <bdi>{word}</bdi>
                  <IconButton
                    label={t("inbox.filter_off", { filter: word })}
                    onPress={() => inbox.set(filter, rest.join(","))}
                  >
                    <X className="ek-icon" aria-hidden />
                  </IconButton>
                </span>
              );
            }),
          )}
        </div>
      )}
    </>
  );
}
