// Conflict -- two people edited the same setting: both values, who and when; the second one
// chooses.
import { useAnswer } from "../../feed/cache.ts";
import { may } from "../../feed/session.ts";
import type { SettingName } from "../../gen/settings.ts";
import { BothSides, ConflictWays } from "../../parts/Conflict.tsx";
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
    <div className="ek-conflict" role="alert">
      <p>{t("settings.conflict")}</p>
      <BothSides
        theirs={<ValueText name={name} value={theirs} />}
        mine={<ValueText name={name} value={draft.edits.get(name)?.value} />}
        by={
          version?.by?.teammate === undefined ? null : (
            <>
              <Name id={version.by.teammate} />
              {t("common.between")}
              <When at={version.at} />
            </>
          )
        }
      />
      <div className="ek-row">
        <ConflictWays onTheirs={() => draft.drop(name)} onMine={() => draft.keepMine(name)} />
      </div>
    </div>
  );
}
