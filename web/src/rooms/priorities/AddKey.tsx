// AddKey -- one more key at the end of the order.
import { useState } from "react";
import { Plus } from "lucide-react";
import { Menu } from "../../parts/Menu.tsx";
import { t } from "../../words/words.ts";
import { orderKeyWord, say } from "../../why/sentences.ts";
import { AttributeDialog } from "./AttributeValues.tsx";
import { add, addable, MOST_KEYS, type Draft } from "./draft.ts";
import { spokenPlace } from "./OrderList.tsx";

const OTHER = "other";

export function AddKey({
  draft,
  set,
  speak,
}: {
  draft: Draft;
  set: (next: Draft) => void;
  speak: (text: string) => void;
}) {
  const [isNaming, name] = useState(false);
  if (draft.keys.length >= MOST_KEYS)
    return <p className="ek-quiet">{t("priorities.no_more_keys")}</p>;
  const put = (key: string) => {
    const next = add(draft, key);
    set(next);
    speak(spokenPlace(key, next.keys.length - 1, next.keys.length));
  };
  return (
    <>
      <Menu
        look="plain"
        button={
          <>
            <Plus className="ek-icon" aria-hidden />
            {t("priorities.add")}
          </>
        }
        entries={[
          ...addable(draft).map((key) => ({
            id: key,
            label: say(orderKeyWord(key)),
            onAction: () => put(key),
          })),
          {
            id: OTHER,
            label: t("priorities.other_attribute"),
            onAction: () => name(true),
          },
        ]}
      />
      <AttributeDialog
        name={null}
        draft={draft}
        set={set}
        isOpen={isNaming}
        onClose={() => name(false)}
      />
    </>
  );
}
