// FilterBar -- the search, the filters and what they come to: each filter a word that can be taken
// away, the count always beside the whole.
import { useEffect, useRef, useState, type ReactNode } from "react";
import { Filter as FilterIcon, X } from "lucide-react";
import { useAnswer } from "../../feed/cache.ts";
import { PRESENCE, ROLE } from "../../gen/enums.ts";
import { Button } from "../../parts/Button.tsx";
import { Popup } from "../../parts/Dialog.tsx";
import { SearchField, Select, TextField, type Choice } from "../../parts/fields.tsx";
import { languageWords, skillName, type Called } from "../../parts/told.ts";
import { t, wordOf } from "../../words/words.ts";
import { NO_TEAM, type Asked, type Filter, type FilterName } from "./query.ts";
import type { Row } from "./row.ts";

const SEARCH_MS = 200;

interface Props {
  asked: Asked;
  ask: (change: Partial<Asked>) => void;
  teams: readonly { id: string; name: string }[];
  rows: readonly Row[];
  called: Called;
  hasAll: boolean; // more than names is for this reader
}

export function filterWords({ name, value }: Filter, called: Called): string {
  switch (name) {
    case "team":
      return value === NO_TEAM ? t("teammates.no_team") : called.of(value);
    case "primary":
      return t("teammates.primary_in", { team: called.of(value) });
    case "secondary":
      return t("teammates.secondary_in", { team: called.of(value) });
    case "role":
      return wordOf("told", `role_${value}`);
    case "presence":
      return wordOf("presence", value);
    case "skill":
      return skillName(value);
    case "language":
      return languageWords(value);
    case "state":
      return wordOf("told", `value_${value}`);
    case "limit":
    case "load":
      return numberWords(name, value);
    default:
      return value;
  }
}

function numberWords(name: "limit" | "load", value: string): string {
  if (value === "own") return t("teammates.limit_own");
  if (value === "inherit") return t("teammates.limit_inherit");
  const what = t(name === "limit" ? "teammates.own_limit" : "teammates.load");
  return `${what} ${value.replace("<=", "≤ ").replace(">=", "≥ ")}`;
}

// Each filter as a word with a cross.
export function FilterWords({ asked, ask, called }: Pick<Props, "asked" | "ask" | "called">) {
  if (asked.filters.length === 0) return null;
  const without = (filter: Filter) => asked.filters.filter((each) => each !== filter);
  return (
    <ul className="ek-row" aria-label={t("teammates.filters")}>
      {asked.filters.map((filter) => {
        const words = filterWords(filter, called);
        return (
          <li key={`${filter.name} ${filter.value}`}>
            <button
              type="button"
              className="ek-teammates-word"
              aria-label={t("teammates.remove_filter", { what: words })}
              onClick={() => ask({ filters: without(filter) })}
            >
              <span className="ek-quiet">{wordOf("teammates", `filter_${filter.name}`)}</span>
              <bdi>{words}</bdi>
              <X className="ek-icon" aria-hidden />
            </button>
          </li>
        );
      })}
      <li>
        <Button look="link" onPress={() => ask({ filters: [] })}>
          {t("common.clear")}
        </Button>
      </li>
    </ul>
  );
}

function Search({ words, onWords }: { words: string; onWords: (words: string) => void }) {
  const [text, setText] = useState(words);
  const last = useRef(words);
  useEffect(() => {
    if (words !== last.current) setText(words);
    last.current = words;
  }, [words]);
  useEffect(() => {
    if (text === last.current) return undefined;
    const timer = setTimeout(() => {
      last.current = text;
      onWords(text);
    }, SEARCH_MS);
    return () => clearTimeout(timer);
  }, [text, onWords]);
  return (
    <div className="ek-teammates-search">
      <SearchField label={t("teammates.search")} value={text} onChange={setText} />
    </div>
  );
}

// Values that are met among the rows at hand; the list of skills may be empty while people have
// some.
function metIn(rows: readonly Row[], of: (row: Row) => readonly string[]): string[] {
  const met = new Set<string>();
  for (const row of rows) for (const value of of(row)) met.add(value);
  return [...met].sort();
}

function useChoices({ teams, rows, asked }: Props): Record<string, readonly Choice[]> {
  const skills = useAnswer("list_skills", { query: { limit: 500 } }).data?.answer.data ?? [];
  const chosen = (name: FilterName) =>
    new Set(asked.filters.filter((each) => each.name === name).map(({ value }) => value));
  const open = (name: FilterName, choices: Choice[]) =>
    choices.filter(({ id }) => !chosen(name).has(id));
  const names = [
    ...new Set([
      ...skills.map(({ name }) => name),
      ...metIn(rows, (row) => Object.keys(row.skills)),
    ]),
  ];
  const served = teams.map(({ id, name }) => ({ id, label: name }));
  return {
    team: open("team", [...served, { id: NO_TEAM, label: t("teammates.no_team") }]),
    primary: open("primary", served),
    secondary: open("secondary", served),
    role: open(
      "role",
      ROLE.map((id) => ({ id, label: wordOf("told", `role_${id}`) })),
    ),
    presence: open(
      "presence",
      PRESENCE.map((id) => ({ id, label: wordOf("presence", id) })),
    ),
    skill: open(
      "skill",
      names.sort().map((id) => ({ id, label: skillName(id) })),
    ),
    language: open(
      "language",
      metIn(rows, (row) => row.languages).map((id) => ({ id, label: languageWords(id) })),
    ),
    limit: open("limit", [
      { id: "own", label: t("teammates.limit_own") },
      { id: "inherit", label: t("teammates.limit_inherit") },
    ]),
    state: open(
      "state",
      ["active", "deactivated"].map((id) => ({ id, label: wordOf("told", `value_${id}`) })),
    ),
  };
}

// "at least", "at most" of a number.
function Bounds({
  name,
  label,
  asked,
  ask,
}: {
  name: "limit" | "load";
  label: string;
  asked: Asked;
  ask: Props["ask"];
}) {
  const textOf = (sign: string) =>
    asked.filters
      .find((each) => each.name === name && each.value.startsWith(sign))
      ?.value.slice(2) ?? "";
  const set = (sign: string, text: string) => {
    const rest = asked.filters.filter((each) => each.name !== name || !each.value.startsWith(sign));
    const digits = text.replace(/\D/g, "");
    ask({ filters: digits === "" ? rest : [...rest, { name, value: `${sign}${Number(digits)}` }] });
  };
  return (
    <div className="ek-teammates-bounds" role="group" aria-label={label}>
      <TextField
        label={t("teammates.at_least", { what: label })}
        value={textOf(">=")}
        onChange={(text) => set(">=", text)}
        inputMode="numeric"
      />
      <TextField
        label={t("teammates.at_most", { what: label })}
        value={textOf("<=")}
        onChange={(text) => set("<=", text)}
        inputMode="numeric"
      />
    </div>
  );
}

function Filters(props: Props) {
  const { asked, ask, hasAll } = props;
  const choices = useChoices(props);
  const add = (name: FilterName, value: string) =>
    ask({ filters: [...asked.filters, { name, value }] });
  const select = (name: FilterName): ReactNode => (
    <Select
      key={`${name} ${asked.filters.length}`}
      label={wordOf("teammates", `filter_${name}`)}
      choices={choices[name] ?? []}
      value={null}
      placeholder={t("teammates.any")}
      onChange={(value) => add(name, value)}
    />
  );
  if (!hasAll)
    return (
      <div className="ek-teammates-filters">
        {select("team")}
        {select("presence")}
      </div>
    );
  return (
    <div className="ek-teammates-filters">
      {(
        [
          "team",
          "primary",
          "secondary",
          "role",
          "presence",
          "skill",
          "language",
          "state",
          "limit",
        ] as const
      ).map(select)}
      <Bounds name="limit" label={t("teammates.own_limit")} asked={asked} ask={ask} />
      <Bounds name="load" label={t("teammates.load")} asked={asked} ask={ask} />
    </div>
  );
}

export function FilterBar(props: Props & { children?: ReactNode }) {
  const { asked, ask } = props;
  const held = useRef(ask);
  held.current = ask;
  const [onWords] = useState(() => (words: string) => held.current({ words }));
  return (
    <div className="ek-row ek-teammates-bar">
      <Search words={asked.words} onWords={onWords} />
      <Popup
        label={t("common.filter")}
        button={
          <>
            <FilterIcon className="ek-icon" aria-hidden />
            {t("common.filter")}
          </>
        }
      >
        {() => <Filters {...props} />}
      </Popup>
      {props.children}
    </div>
  );
}
