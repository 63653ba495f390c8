// Conflict -- somebody else has saved another order meanwhile: both orders, who and when; one is
// chosen.
import { useAnswer } from "../../feed/cache.ts";
import { useNames } from "../../feed/names.ts";
import { may } from "../../feed/session.ts";
import { actorWords } from "../../parts/ChangeList.tsx";
import { ConflictDialog } from "../../parts/Conflict.tsx";
import { When } from "../../parts/time.tsx";
import { orderKeyWord, say } from "../../why/sentences.ts";
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
  const { by, at } = last;
  return (
    <>
      {by !== null && (
        <>
          <bdi>{actorWords(by, names)}</bdi>,{" "}
        </>
      )}
      <When at={at} />
    </>
  );
}

interface Props {
  clash: Clash;
  onMine: () => void;
  onTheirs: () => void;
  onEdit: () => void;
}

export function Conflict({ clash, onMine, onTheirs, onEdit }: Props) {
  const { parts } = clash;
  return (
    <ConflictDialog
      {...{ onMine, onTheirs, onEdit }}
      theirs={<OrderWords draft={clash.theirs} parts={parts} />}
      mine={<OrderWords draft={clash.mine} parts={parts} />}
      by={<Who parts={parts} />}
    />
  );
}
