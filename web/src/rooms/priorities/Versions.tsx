// Versions -- who changed the order of the workspace, when, and from what to what; each can be
// undone while it is young enough, and where something of it has changed since the server says
// what stands in the way.
import { useState } from "react";
import { age, useAnswer, useChange } from "../../feed/cache.ts";
import { call } from "../../feed/http.ts";
import { useNames, type Names } from "../../feed/names.ts";
import { may } from "../../feed/session.ts";
import type { OrderKey, SettingChange, SettingsVersion } from "../../gen/shapes.ts";
import { Button } from "../../parts/Button.tsx";
import { SidePanel } from "../../parts/Dialog.tsx";
import { Badge } from "../../parts/marks.tsx";
import { tell } from "../../parts/notices.tsx";
import { Fault, Ready } from "../../parts/states.tsx";
import { When } from "../../parts/time.tsx";
import { formatLength, formatNumber } from "../../words/format.ts";
import { t, wordOf } from "../../words/words.ts";
import { apart, named, orderKeyWord, say } from "../../why/sentences.ts";
import { TOUCHED } from "./SaveBar.tsx";

function keysText(keys: readonly OrderKey[]): string {
  return keys
    .map(({ key, reverse }) => {
      const name = say(orderKeyWord(key));
      return reverse ? t("priorities.turned_key", { key: name }) : name;
    })
    .join(" › ");
}

// A value as a line of text; what has an order is shown in it.
function valueText(name: string, value: unknown): string {
  if (value === null || value === undefined) return t("common.none");
  if (name === "order_keys") return keysText(value as readonly OrderKey[]);
  if (typeof value === "number")
    return name.endsWith("_ms") ? formatLength(value) : formatNumber(value);
  if (typeof value === "boolean") return value ? t("common.yes") : t("common.no");
  if (Array.isArray(value))
    return value.length === 0
      ? t("common.none")
      : value.map((each) => valueText("", each)).join(", ");
  if (typeof value === "object") {
    const members = Object.entries(value);
    return members.length === 0
      ? t("common.none")
      : members.map(([key, each]) => `${key} ${valueText(key, each)}`).join(", ");
  }
  return apart(String(value));
}

function ChangeLine({ change, names }: { change: SettingChange; names: Names }) {
  const whose = typeof change.id === "string" ? named(change.id, names) : t("priorities.workspace");
  return (
    <li>
      <p>
        <strong>
          {wordOf("priorities", `setting_${change.name}`) === `setting_${change.name}`
            ? change.name
            : wordOf("priorities", `setting_${change.name}`)}
        </strong>{" "}
        <span className="ek-quiet">{whose}</span>
      </p>
      <dl className="ek-why-pairs ek-small">
        <dt>{t("priorities.before")}</dt>
        <dd>{valueText(change.name, change.before)}</dd>
        <dt>{t("priorities.after")}</dt>
        <dd>{valueText(change.name, change.after)}</dd>
      </dl>
    </li>
  );
}

function VersionCard({ version, names }: { version: SettingsVersion; names: Names }) {
  const undo = useChange("undo_settings_version", TOUCHED);
  const back = async () => {
    const { answer } = await undo.mutateAsync({ params: { n: version.version } });
    tell(t("priorities.undone", { version: formatNumber(version.version) }), async () => {
      await call("undo_settings_version", { params: { n: answer.version } });
      age(TOUCHED);
    });
  };
  const number = formatNumber(version.version);
  return (
    <li className="ek-priorities-version">
      <div className="ek-head">
        <span>
          <strong>{t("priorities.version", { version: number })}</strong>{" "}
          <span className="ek-quiet">
            <bdi>{names.of(version.by?.teammate) || t("priorities.evenkeel")}</bdi>
            {" · "}
            <When at={version.at} />
          </span>
        </span>
        {version.undoes !== null && (
          <Badge>{t("priorities.undoes", { version: formatNumber(version.undoes) })}</Badge>
        )}
        {version.can_undo && may("settings_undo") && (
          <Button
            aria-label={t("priorities.undo_version", {
              version: formatNumber(version.version),
            })}
            onPress={() => void back().catch(() => undefined)}
            isDisabled={undo.isPending}
          >
            {t("common.undo")}
          </Button>
        )}
      </div>
      {version.note !== null && <p dir="auto">{version.note}</p>}
      <ul className="ek-stack">
        {version.changes.map((change, index) => (
          <ChangeLine key={index} change={change} names={names} />
        ))}
      </ul>
      {undo.error !== null && <Fault error={undo.error} />}
    </li>
  );
}

function List() {
  const names = useNames();
  const versions = useAnswer("list_settings_versions", {
    query: { sort: ["-version"], scope: ["workspace"], limit: 50 },
  });
  return (
    <Ready of={versions}>
      {({ answer }) =>
        answer.data.length === 0 ? (
          <p>{t("priorities.no_versions")}</p>
        ) : (
          <ol className="ek-priorities-versions">
            {answer.data.map((version) => (
              <VersionCard key={version.version} version={version} names={names} />
            ))}
          </ol>
        )
      }
    </Ready>
  );
}

export function Versions() {
  const [isOpen, open] = useState(false);
  if (!may("settings_versions_read")) return null;
  return (
    <>
      <Button onPress={() => open(true)}>{t("priorities.versions")}</Button>
      <SidePanel title={t("priorities.versions")} isOpen={isOpen} onClose={() => open(false)}>
        {isOpen && <List />}
      </SidePanel>
    </>
  );
}
