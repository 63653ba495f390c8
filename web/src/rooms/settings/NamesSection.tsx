// NamesSection -- settings by name: whose they are, each in its row, and what is not yet saved
// below.
import { useEffect } from "react";
import { useSearchParams } from "wouter";
import { may } from "../../feed/session.ts";
import { useNames } from "../../feed/names.ts";
import type { Refusal } from "../../feed/http.ts";
import { SETTINGS, type SettingName } from "../../gen/settings.ts";
import type { ScheduledChange, ScopedSettings } from "../../gen/shapes.ts";
import { ComboBox, RadioGroup } from "../../parts/fields.tsx";
import { faultOf } from "../../parts/faults.ts";
import { Ready } from "../../parts/states.tsx";
import { When } from "../../parts/time.tsx";
import { LinkButton } from "../../parts/Button.tsx";
import { formatList } from "../../words/format.ts";
import { t } from "../../words/words.ts";
import { useDraft } from "./draft.ts";
import { SaveBar, usePreview } from "./SaveBar.tsx";
import { factOf, useScoped, useWhose, WORKSPACE, type Whose } from "./scope.ts";
import { SettingRow } from "./SettingRow.tsx";
import { ValueText } from "./ValueText.tsx";

const SCOPES = ["workspace", "team", "teammate"] as const;

// Workspace, a team or a teammate, as far as these names can be set there.
function Scopes({ names }: { names: readonly SettingName[] }) {
  const [whose, setWhose] = useWhose();
  const { teams, teammates } = useNames();
  const offered = SCOPES.filter((scope) => names.some((name) => scope in factOf(name).who)).filter(
    (scope) => scope !== "teammate" || may("teammate_settings_read"),
  );
  if (offered.length < 2) return null;
  const rows = whose.scope === "teammate" ? teammates : teams;
  const pick = (scope: string) => {
    if (scope === "team") setWhose({ scope, id: teams[0]?.id ?? null });
    else if (scope === "teammate") setWhose({ scope, id: teammates[0]?.id ?? null });
    else setWhose(WORKSPACE);
  };
  return (
    <div className="ek-settings-scopes">
      <RadioGroup
        label={t("settings.whose")}
        value={whose.scope}
        onChange={pick}
        choices={offered.map((id) => ({ id, label: t(`settings.scope_${id}`) }))}
      />
      {whose.id !== null && rows.length > 0 && (
        <ComboBox
          key={`${whose.scope} ${rows.length}`}
          label={t(`settings.which_${whose.scope === "team" ? "team" : "teammate"}`)}
          choices={rows.map(({ id, name }) => ({ id, label: name }))}
          value={whose.id}
          onChange={(id) => setWhose({ scope: whose.scope, id })}
        />
      )}
    </div>
  );
}

function Ahead({ scheduled }: { scheduled: readonly ScheduledChange[] }) {
  if (scheduled.length === 0) return null;
  return (
    <div className="ek-settings-ahead">
      <h3>{t("settings.ahead")}</h3>
      <ul className="ek-stack">
        {scheduled.map(({ schedule, effective_at, set }) => (
          <li key={schedule}>
            <When at={effective_at} />
            {Object.entries(set as Record<string, unknown>).map(([name, value]) => (
              <span key={name} className="ek-row">
                {t(`setting.${name as SettingName}`)}:{" "}
                <ValueText name={name as SettingName} value={value} />
              </span>
            ))}
          </li>
        ))}
      </ul>
      {may("change_read") && <LinkButton href="/changes">{t("settings.see_changes")}</LinkButton>}
    </div>
  );
}

// What was looked for is shown where it stands.
function useFind(isThere: boolean): void {
  const [search] = useSearchParams();
  const wanted = search.get("at");
  useEffect(() => {
    if (wanted === null || !isThere) return;
    const row = document.getElementById(`at-${wanted}`);
    row?.scrollIntoView({ block: "center" });
    row?.querySelector<HTMLElement>("input, button")?.focus({ preventScroll: true });
  }, [wanted, isThere]);
}

// A rule between settings names them in its sentence and points at none: it is shown beside those
// edited.
function brokenRule(error: Refusal | null, name: SettingName): string | undefined {
  const problem = error?.problem;
  if (error?.status !== 422 || problem === null || problem === undefined) return undefined;
  const named = [...problem.detail.matchAll(/`(\w+)`/g)].map(([, each]) => each ?? "");
  if (problem.errors.length > 0 || !named.includes(name)) return undefined;
  const others = named.filter((each) => each !== name && each in SETTINGS);
  return t("settings.goes_with", {
    others: formatList(others.map((each) => t(`setting.${each as SettingName}`))),
  });
}

interface Props {
  names: readonly SettingName[];
  whose: Whose;
}

function Rows({ names, whose }: Props) {
  const read = useScoped(whose);
  const draft = useDraft(whose, read.data);
  const preview = usePreview(whose, draft);
  const shown = (settings: ScopedSettings) => names.filter((name) => name in settings.settings);
  useFind(read.data !== undefined);
  const faultAt = (name: SettingName) =>
    faultOf(draft.error, `/set/${name}`) ??
    (draft.edits.has(name)
      ? (faultOf(preview.error, `/edits/0/set/${name}`) ??
        brokenRule(draft.error ?? preview.error, name))
      : undefined);
  return (
    <Ready of={read}>
      {({ answer }) => (
        <>
          {shown(answer).map((name) => {
            const origin = answer.settings[name];
            return origin === undefined ? null : (
              <SettingRow key={name} {...{ name, whose, origin, draft, fault: faultAt(name) }} />
            );
          })}
          <Ahead
            scheduled={answer.scheduled.filter(({ set }) =>
              Object.keys(set as object).some((name) => names.includes(name as SettingName)),
            )}
          />
          <SaveBar draft={draft} preview={preview} />
        </>
      )}
    </Ready>
  );
}

// Where a section cannot be set for a team or a teammate, the workspace's is shown.
export function NamesSection({ names }: { names: readonly SettingName[] }) {
  const [asked] = useWhose();
  const scopes = SCOPES.filter((scope) => names.some((name) => scope in factOf(name).who));
  const first = scopes[0] ?? "workspace";
  const { teams, teammates } = useNames();
  const fallback = (first === "team" ? teams : teammates)[0]?.id ?? null;
  const whose: Whose = scopes.includes(asked.scope)
    ? asked
    : { scope: first, id: first === "workspace" ? null : fallback };
  return (
    <>
      <Scopes names={names} />
      {(whose.scope === "workspace" || whose.id !== null) && (
        <Rows key={`${whose.scope} ${whose.id} ${names[0]}`} names={names} whose={whose} />
      )}
    </>
  );
}
