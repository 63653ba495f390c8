// ValueText -- a setting's value in words.
import type { ReactNode } from "react";
import { useAnswer } from "../../feed/cache.ts";
import type { OverflowLevel, RampStep, SettingName } from "../../gen/settings.ts";
import type { OrderKey } from "../../gen/shapes.ts";
import { Name } from "../../parts/Name.tsx";
import { formatLength, formatList, formatNumber, formatPermille } from "../../words/format.ts";
import { t, wordOf } from "../../words/words.ts";
import { factOf } from "./scope.ts";

export function keyWords({ key, reverse }: OrderKey): string {
  const name = key.startsWith("attribute:")
    ? t("setting.key_attribute", { attribute: key.slice("attribute:".length) })
    : wordOf("setting", `key_${key}`);
  return reverse ? t("setting.key_reversed", { key: name }) : name;
}

function Calendar({ id }: { id: unknown }) {
  const calendars = useAnswer("list_calendars", { query: { limit: 500 } }).data?.answer.data ?? [];
  if (typeof id === "string")
    return <bdi>{calendars.find((each) => each.id === id)?.name ?? id}</bdi>;
  return <bdi>{String((id as { zone?: string }).zone ?? "")}</bdi>;
}

function numbers(value: Record<string, number | null>): string {
  return formatList(
    Object.entries(value).map(([name, number]) =>
      t("setting.pair", {
        name: wordOf("setting", `class_${name}`),
        value: number === null ? t("common.none") : formatNumber(number),
      }),
    ),
  );
}

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
  points: numbers,
  limits: numbers,
  skills: numbers,
  texts: (texts: readonly string[]) => <bdi>{formatList(texts)}</bdi>,
  steps: (steps: readonly RampStep[]) => (
    <ul>
      {steps.map((step) => (
        <li key={step.from_day}>
          {t("setting.step", {
            day: formatNumber(step.from_day),
            share: formatPermille(step.limit_permille),
            complexity: formatNumber(step.complexity_max),
          })}
        </li>
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
  hours: ({ from, to }: { from: string; to: string }) => (
    <bdi>
      {from}–{to}
    </bdi>
  ),
};

function isEmpty(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.keys(value).length === 0;
}

export function ValueText({ name, value }: { name: SettingName; value: unknown }) {
  const { type, list } = factOf(name);
  const text = (): ReactNode => {
    if (value === undefined) return null;
    if (value === "inherit") return t("settings.inherited");
    if (value === null) return wordOf("setting", `${name}_null`);
    if (value === "auto") return t("setting.shift_margin_ms_auto");
    if (type === "boolean") return t(value === true ? "settings.on" : "settings.off");
    if (type === "integer") return formatNumber(Number(value));
    if (type === "duration")
      return Number(value) === 0 ? formatNumber(0) : formatLength(Number(value));
    if (type === "choice") return wordOf("setting", `choice_${String(value)}`);
    if (type === "team") return <Name id={String(value)} />;
    if (type === "calendar") return <Calendar id={value} />;
    if (type === "date") return <bdi>{String(value)}</bdi>;
    if (isEmpty(value)) return t("settings.nothing_set");
    return LISTS[list ?? "texts"]?.(value as never);
  };
  return <div className="ek-settings-text">{text()}</div>;
}
