// ValueText -- a setting's value in words; what has several rows is a list.
import type { ReactNode } from "react";
import { useNames } from "../../feed/names.ts";
import type { SettingName } from "../../gen/settings.ts";
import { Name } from "../../parts/Name.tsx";
import { keyWords, stepWords, type ListValues } from "../../parts/setting_words.ts";
import { valueWords } from "../../parts/told.ts";
import { formatLength, formatList } from "../../words/format.ts";
import { t } from "../../words/words.ts";
import { factOf } from "./scope.ts";

type Rowed = "keys" | "orders" | "steps" | "levels";

const LISTS: { [K in Rowed]: (value: ListValues[K]) => ReactNode } = {
  keys: (keys) => (
    <ol className="ek-settings-list">
      {keys.map((key) => (
        <li key={key.key}>{keyWords(key)}</li>
      ))}
    </ol>
  ),
  orders: (orders) => (
    <ul>
      {Object.entries(orders).map(([name, values]) => (
        <li key={name}>
          <bdi>{name}</bdi>: <bdi>{formatList(values)}</bdi>
        </li>
      ))}
    </ul>
  ),
  steps: (steps) => (
    <ul>
      {steps.map((step) => (
        <li key={step.from_day}>{stepWords(step)}</li>
      ))}
    </ul>
  ),
  levels: (levels) => (
    <ol className="ek-settings-list">
      {levels.map((level) => (
        <li key={level.team}>
          <Name id={level.team} />: {formatLength(level.after_ms)}
        </li>
      ))}
    </ol>
  ),
};

const hasRows = (list: string | undefined): list is Rowed => list !== undefined && list in LISTS;

function rowsOf<K extends Rowed>(list: K, value: unknown): ReactNode {
  return LISTS[list](value as ListValues[K]);
}

export function ValueText({ name, value }: { name: SettingName; value: unknown }) {
  const names = useNames();
  const { list } = factOf(name);
  const isFull = typeof value === "object" && value !== null && Object.keys(value).length > 0;
  return (
    <div className="ek-settings-text">
      {value === undefined
        ? null
        : value === "inherit"
          ? t("settings.inherited")
          : isFull && hasRows(list)
            ? rowsOf(list, value)
            : valueWords(name, value, names)}
    </div>
  );
}
