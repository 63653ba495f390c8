// choices -- what can be chosen, in words.
import type { Names } from "../../feed/names.ts";
import { t, wordOf } from "../../words/words.ts";
import { ALL } from "./asked.ts";

export const standardWord = (standard: string) => wordOf("reports", `standard_${standard}`);

export function teamChoices(names: Names) {
  return [
    { id: ALL, label: t("reports.all_teams") },
    ...names.teams.map(({ id, name }) => ({ id, label: name })),
  ];
}

export const clockChoices = () =>
  ["own", "office_hours", "calendar"].map((id) => ({
    id,
    label: wordOf("reports", `clock_${id}`),
  }));
