// Versions -- who changed the order of the workspace, when, and from what to what; each can be
// undone while it is young enough, and where something of it has changed since the server says
// what stands in the way.
import { useState } from "react";
import { useChange } from "../../feed/cache.ts";
import { useNames, type Names } from "../../feed/names.ts";
import { may } from "../../feed/session.ts";
import type { SettingChange, SettingsVersion } from "../../gen/shapes.ts";
import { Button } from "../../parts/Button.tsx";
import { SidePanel } from "../../parts/Dialog.tsx";
import { Badge } from "../../parts/marks.tsx";
import { back, tell } from "../../parts/notices.tsx";
import { Fault, Loading } from "../../parts/states.tsx";
import { fieldWords, valueWords } from "../../parts/told.ts";
import { When } from "../../parts/time.tsx";
import { formatNumber } from "../../words/format.ts";
import { t } from "../../words/words.ts";
import { named } from "../../why/sentences.ts";
import { TOUCHED } from "./SaveBar.tsx";
import { undoneOf, useOrderVersions } from "./versions.ts";

function ChangeLine({ change, names }: { change: SettingChange; names: Names }) {
  const whose = typeof change.id === "string" ? named(change.id, names) : t("priorities.workspace");
  return (
    <li>
      <p>
        <strong>{fieldWords(change.name, names)}</strong> <span className="ek-quiet">{whose}</span>
      </p>
      <dl className="ek-why-pairs ek-small">
        <dt>{t("priorities.before")}</dt>
        <dd>{valueWords(change.name, change.before, names)}</dd>
        <dt>{t("priorities.after")}</dt>
        <dd>{valueWords(change.name, change.after, names)}</dd>
      </dl>
    </li>
  );
}

interface Card {
  version: SettingsVersion;
  isUndone: boolean;
  names: Names;
}

function About({ version, isUndone, names }: Card) {
  return (
    <>
      <span>
        <strong>{t("priorities.version", { version: formatNumber(version.version) })}</strong>{" "}
        <span className="ek-quiet">
          <bdi>{names.of(version.by?.teammate) || t("priorities.evenkeel")}</bdi>
          {" · "}
          <When at={version.at} />
        </span>
      </span>
      {version.undoes !== null && (
        <Badge>{t("priorities.undoes", { version: formatNumber(version.undoes) })}</Badge>
      )}
      {isUndone && <Badge tone="quiet">{t("priorities.is_undone")}</Badge>}
    </>
  );
}

function VersionCard(card: Card) {
  const { version, isUndone, names } = card;
  const undo = useChange("undo_settings_version", TOUCHED);
  const number = formatNumber(version.version);
  const putBack = async () => {
    const { answer } = await undo.mutateAsync({ params: { n: version.version } });
    const again = back("undo_settings_version", { params: { n: answer.version } }, TOUCHED);
    tell(t("priorities.undone", { version: number }), again);
  };
  return (
    <li className="ek-priorities-version">
      <div className="ek-head">
        <About {...card} />
        {version.can_undo && !isUndone && may("settings_undo") && (
          <Button
            aria-label={t("priorities.undo_version", { version: number })}
            onPress={() => void putBack().catch(() => undefined)}
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
  const versions = useOrderVersions();
  if (versions === null) return <Loading />;
  if (versions.length === 0) return <p>{t("priorities.no_versions")}</p>;
  const undone = undoneOf(versions);
  return (
    <ol className="ek-priorities-versions">
      {versions.map((version) => (
        <VersionCard
          key={version.version}
          version={version}
          isUndone={undone.has(version.version)}
          names={names}
        />
      ))}
    </ol>
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
