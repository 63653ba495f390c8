// Filters -- what of the change log is asked for: who did it, what it was, whose, since when.
import type { Names } from "../../feed/names.ts";
import { DateField } from "../../parts/DateField.tsx";
import { ComboBox, Select } from "../../parts/fields.tsx";
import { instantOf } from "../../words/wall.ts";
import { currentManners, t, wordOf } from "../../words/words.ts";

const NAMES = ["kind", "by", "teammate", "team", "from", "until"] as const;
export type Asked = Record<(typeof NAMES)[number], string>;

const KINDS = [
  "settings",
  "membership",
  "teammate",
  "team",
  "calendar",
  "sla_policy",
  "other",
] as const;

export const readFilters = (search: URLSearchParams): Asked =>
  Object.fromEntries(NAMES.map((name) => [name, search.get(name) ?? ""])) as Asked;

const isDate = (text: string) => /^\d{4}-\d\d-\d\d$/.test(text);
const DAY = 86_400_000;

// Days are the reader's: they begin and end at their midnight.
export function queryOf(asked: Asked): Record<string, unknown> {
  const { kind, by, teammate, team, from, until } = asked;
  const midnight = (day: string, later = 0) => {
    const date = new Date(Date.parse(`${day}T00:00:00Z`) + later).toISOString().slice(0, 10);
    return instantOf(`${date}T00:00`, currentManners().zone) ?? "";
  };
  return {
    ...(kind === "" ? {} : { kind }),
    ...(by === "" ? {} : { by }),
    ...(teammate === "" ? {} : { teammate }),
    ...(team === "" ? {} : { team }),
    ...(isDate(from) ? { "at.gte": midnight(from) } : {}),
    ...(isDate(until) ? { "at.lt": midnight(until, DAY) } : {}),
  };
}

const ANY = "any";

export function Filters({
  asked,
  ask,
  names,
}: {
  asked: Asked;
  ask: (change: Partial<Asked>) => void;
  names: Names;
}) {
  const any = { id: ANY, label: t("changes.any") };
  const of = (rows: readonly { id: string; name: string }[]) => [
    any,
    ...rows.map(({ id, name }) => ({ id, label: name })),
  ];
  const people = of(names.teammates);
  const set = (name: keyof Asked) => (value: string) => ask({ [name]: value === ANY ? "" : value });
  const valueOf = (name: keyof Asked) => (asked[name] === "" ? ANY : asked[name]);
  return (
    <div className="ek-changes-filters" role="search" aria-label={t("common.filter")}>
      <Select
        label={t("changes.what")}
        choices={[any, ...KINDS.map((id) => ({ id, label: wordOf("told", `kind_${id}`) }))]}
        value={valueOf("kind")}
        onChange={set("kind")}
      />
      <ComboBox
        key={`by ${people.length}`}
        label={t("changes.by")}
        choices={people}
        value={valueOf("by")}
        onChange={set("by")}
      />
      <ComboBox
        key={`whose ${people.length}`}
        label={t("changes.whose")}
        choices={people}
        value={valueOf("teammate")}
        onChange={set("teammate")}
      />
      <Select
        label={t("common.team")}
        choices={of(names.teams)}
        value={valueOf("team")}
        onChange={set("team")}
      />
      <DateField label={t("changes.from")} value={asked.from} onChange={(from) => ask({ from })} />
      <DateField
        label={t("changes.until")}
        value={asked.until}
        onChange={(until) => ask({ until })}
      />
    </div>
  );
}
