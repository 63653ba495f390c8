// Conflict -- somebody else has saved another order meanwhile: both orders, who and when; one is
// chosen.
import { useAnswer } from "../../feed/cache.ts";
import { useNames } from "../../feed/names.ts";
import { may } from "../../feed/session.ts";
import { Button } from "../../parts/Button.tsx";
import { Dialog } from "../../parts/Dialog.tsx";
import { formatWhen } from "../../words/format.ts";
import { t } from "../../words/words.ts";
import { named, orderKeyWord, say } from "../../why/sentences.ts";
import { SETTING, type Draft, type Part } from "./draft.ts";
import { directionText, valuesText } from "./OrderList.tsx";

export interface Clash {
  theirs: Draft;
  mine: Draft;
  etag: string | null; // of theirs
  parts: readonly Part[];
}

function OrderWords({ draft, parts }: { draft: Draft; parts: readonly Part[] }) {
  return (
    <>
      <ol className="ek-priorities-words">
        {draft.keys.map((item) => (
          <li key={item.key}>
            {say(orderKeyWord(item.key))}{" "}
            <span className="ek-quiet">{directionText(item, draft)}</span>
          </li>
        ))}
      </ol>
      {parts.includes("attributes") && (
        <ul>
          {Object.entries(draft.attributes).map(([name, values]) => (
            <li key={name}>
              <bdi>{name}</bdi>: {valuesText(values)}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

// Who saved it: the newest version that holds one of what both have changed.
function Who({ parts }: { parts: readonly Part[] }) {
  const names = useNames();
  const versions = useAnswer(
    "list_settings_versions",
    { query: { sort: ["-version"], scope: ["workspace"], limit: 20 } },
    { enabled: may("settings_versions_read") },
  ).data?.answer.data;
  const wanted: string[] = parts.map((part) => SETTING[part]);
  const last = versions?.find(({ changes }) => changes.some(({ name }) => wanted.includes(name)));
  if (last === undefined) return null;
  return (
    <p>
      {t("priorities.changed_by", {
        name: named(last.by?.teammate, names) || t("priorities.somebody"),
        at: formatWhen(last.at),
      })}
    </p>
  );
}

interface Props {
  clash: Clash;
  onMine: () => void;
  onTheirs: () => void;
  onEdit: () => void;
}

export function Conflict({ clash, onMine, onTheirs, onEdit }: Props) {
  return (
    <Dialog
      title={t("priorities.conflict")}
      isOpen
      onClose={onEdit}
      wide
      foot={
        <>
          <Button onPress={onEdit}>{t("priorities.go_on_editing")}</Button>
          <Button onPress={onTheirs}>{t("priorities.take_theirs")}</Button>
          <Button look="main" onPress={onMine}>
            {t("priorities.take_mine")}
          </Button>
        </>
      }
    >
      <Who parts={clash.parts} />
      <div className="ek-columns">
        <section>
          <h3>{t("priorities.theirs")}</h3>
          <OrderWords draft={clash.theirs} parts={clash.parts} />
        </section>
        <section>
          <h3>{t("priorities.mine")}</h3>
          <OrderWords draft={clash.mine} parts={clash.parts} />
        </section>
      </div>
    </Dialog>
  );
}
