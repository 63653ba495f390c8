// SettingRow -- one setting: what it is called, what it does, its value, where that comes from, and
// the ways to have one of one's own and to give it up again.
import type { SettingName } from "../../gen/settings.ts";
import type { SettingOrigin } from "../../gen/shapes.ts";
import { Button } from "../../parts/Button.tsx";
import { Badge } from "../../parts/marks.tsx";
import { t, wordOf } from "../../words/words.ts";
import { Conflict } from "./Conflict.tsx";
import { same, type Draft } from "./draft.ts";
import { factOf, maySet, whoSets, type Whose } from "./scope.ts";
import { ValueField } from "./ValueField.tsx";
import { ValueText } from "./ValueText.tsx";

const INHERIT = "inherit";

function Origin({ from, isOwn }: { from: SettingOrigin["from"]; isOwn: boolean }) {
  if (isOwn && from === "workspace") return null;
  return (
    <Badge tone={isOwn && from !== "default" ? "accent" : "quiet"}>
      {wordOf("settings", `from_${from}`)}
    </Badge>
  );
}

// Who may only read sees the value as text, and who can change it.
function ReadOnly({ name, whose, value }: { name: SettingName; whose: Whose; value: unknown }) {
  const role = whoSets(name, whose.scope);
  return (
    <>
      <ValueText name={name} value={value} />
      {role !== null && <p className="ek-help">{wordOf("settings", `who_${role}`)}</p>}
    </>
  );
}

interface Props {
  name: SettingName;
  whose: Whose;
  origin: SettingOrigin;
  draft: Draft;
  fault: string | undefined;
}

function Inherited({ name, whose, origin, draft }: Props) {
  return (
    <>
      <ValueText name={name} value={origin.effective} />
      <Button
        look="link"
        onPress={() => draft.put(name, origin.effective)}
        aria-label={`${t(`settings.set_for_${whose.scope}`)}: ${t(`setting.${name}`)}`}
      >
        {t(`settings.set_for_${whose.scope}`)}
      </Button>
    </>
  );
}

function backWords(name: SettingName) {
  return "workspace" in factOf(name).who
    ? "settings.back_to_workspace"
    : "settings.back_to_default";
}

function Own(props: Props & { value: unknown }) {
  const { name, whose, origin, draft, fault, value } = props;
  const fact = factOf(name);
  const isChanged = draft.edits.has(name);
  const isInherited = whose.scope !== "workspace" && same(origin.own, INHERIT);
  const canGoBack = whose.scope === "workspace" ? !same(value, fact.default) : !isInherited;
  return (
    <>
      <ValueField
        name={name}
        value={value}
        fault={fault}
        onChange={(next) => draft.put(name, next)}
      />
      <div className="ek-row">
        {isChanged && (
          <Button look="link" onPress={() => draft.drop(name)}>
            {t("settings.as_it_was")}
          </Button>
        )}
        {canGoBack && (
          <Button
            look="link"
            onPress={() => draft.put(name, whose.scope === "workspace" ? fact.default : INHERIT)}
          >
            {t(whose.scope === "workspace" ? "settings.back_to_default" : backWords(name))}
          </Button>
        )}
      </div>
    </>
  );
}

export function SettingRow(props: Props) {
  const { name, whose, origin, draft } = props;
  const edit = draft.edits.get(name);
  const own = edit === undefined ? origin.own : edit.value;
  const isOwn = own !== INHERIT;
  const value = isOwn ? own : origin.effective;
  return (
    <div
      className="ek-settings-row"
      id={`at-${name}`}
      data-changed={edit !== undefined || undefined}
    >
      <div className="ek-settings-about">
        <h3>
          {t(`setting.${name}`)} {edit === undefined && <Origin from={origin.from} isOwn={isOwn} />}
          {edit !== undefined && <Badge tone="warn">{t("settings.not_saved")}</Badge>}
        </h3>
        <p className="ek-quiet">{t(`setting.${name}_does`)}</p>
      </div>
      <div className="ek-settings-value">
        {!maySet(name, whose) ? (
          <ReadOnly name={name} whose={whose} value={origin.effective} />
        ) : isOwn ? (
          <Own {...props} value={value} />
        ) : edit === undefined ? (
          <Inherited {...props} />
        ) : (
          <>
            <p>{t(backWords(name))}</p>
            {props.fault !== undefined && <p className="ek-fault">{props.fault}</p>}
            <Button look="link" onPress={() => draft.drop(name)}>
              {t("settings.as_it_was")}
            </Button>
          </>
        )}
        {draft.conflicts.includes(name) && (
          <Conflict name={name} whose={whose} theirs={origin.own} draft={draft} />
        )}
      </div>
    </div>
  );
}
