// ValueText -- a setting's value in words; what has several rows is a list.
import type { ReactNode } from "react";
import { useNames } from "../../feed/names.ts";
import type { OverflowLevel, RampStep, SettingName } from "../../gen/settings.ts";
import type { OrderKey } from "../../gen/shapes.ts";
import { Name } from "../../parts/Name.tsx";
import { keyWords, stepWords } from "../../parts/setting_words.ts";
import { valueWords } from "../../parts/told.ts";
import { formatLength, formatList } from "../../words/format.ts";
import { t } from "../../words/words.ts";
import { factOf } from "./scope.ts";

const LISTS: Record<string, (value: never) => ReactNode> = {
  keys: (keys: readonly OrderKey[]) => (
    <ol className="ek-settings-list">
      {keys.map((key) => (
        <li key={key.key}>{keyWords(key)}</li>
      ))}
    </ol>
  ),
  orders: (orders: Record<string, readonly string[]>) => (
    <ul>
      {Object.entries(orders).map(([name, values]) => (
        <li key={name}>
          <bdi>{name}</bdi>: <bdi>{formatList(values)}</bdi>
        </li>
      ))}
    </ul>
  ),
  steps: (steps: readonly RampStep[]) => (
    <ul>
      {steps.map((step) => (
        <li key={step.from_day}>{stepWords(step)}</li>
      ))}
    </ul>
  ),
  levels: (levels: readonly OverflowLevel[]) => (
    <ol className="ek-settings-list">
      {levels.map((level) => (
        <li key={level.team}>
          <Name id={level.team} />: {formatLength(level.after_ms)}
        </li>
      ))}
    </ol>
  ),
};

export function ValueText({ name, value }: { name: SettingName; value: unknown }) {
  const names = useNames();
  const { list } = factOf(name);
  const rows = list === undefined ? undefined : LISTS[list];
  const hasRows = typeof value === "object" && value !== null && Object.keys(value).length > 0;
  return (
    <div className="ek-settings-text">
      {value === undefined
        ? null
        : value === "inherit"
          ? t("settings.inherited")
          : hasRows && rows !== undefined
            ? rows(value as never)
            : valueWords(name, value, names)}
    </div>
  );
}
