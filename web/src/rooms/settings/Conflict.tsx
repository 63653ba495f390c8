// Conflict -- two people edited the same setting: both values, who and when; the second one
// chooses.
import { useAnswer } from "../../feed/cache.ts";
import { may } from "../../feed/session.ts";
import type { SettingName } from "../../gen/settings.ts";
import { Button } from "../../parts/Button.tsx";
import { Name } from "../../parts/Name.tsx";
import { When } from "../../parts/time.tsx";
import { t } from "../../words/words.ts";
import type { Draft } from "./draft.ts";
import type { Whose } from "./scope.ts";
import { ValueText } from "./ValueText.tsx";

interface Props {
  name: SettingName;
  whose: Whose;
  theirs: unknown;
  draft: Draft;
}

function useWho(name: SettingName, { scope, id }: Whose) {
  const versions = useAnswer(
    "list_settings_versions",
    { query: { limit: 20 } },
    { enabled: may("settings_versions_read") },
  ).data?.answer.data;
  return versions?.find(({ changes }) =>
    changes.some((each) => each.name === name && each.scope === scope && each.id === id),
  );
}

export function Conflict({ name, whose, theirs, draft }: Props) {
  const version = useWho(name, whose);
  return (
    <div className="ek-settings-conflict" role="alert">
      <p>
        {t("settings.conflict")}{" "}
        {version?.by?.teammate !== undefined && (
          <>
            (<Name id={version.by?.teammate} />, <When at={version.at} />)
          </>
        )}
      </p>
      <dl>
        <dt>{t("settings.theirs")}</dt>
        <dd>
          <ValueText name={name} value={theirs} />
        </dd>
        <dt>{t("settings.mine")}</dt>
        <dd>
          <ValueText name={name} value={draft.edits.get(name)?.value} />
        </dd>
      </dl>
      <div className="ek-row">
        <Button onPress={() => draft.drop(name)}>{t("settings.take_theirs")}</Button>
        <Button onPress={() => draft.keepMine(name)}>{t("settings.keep_mine")}</Button>
      </div>
    </div>
  );
}
