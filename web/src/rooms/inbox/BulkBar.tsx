// BulkBar -- the selection in words, and the way to change all of it.
import { useState } from "react";
import { Button } from "../../parts/Button.tsx";
import { Checkbox } from "../../parts/fields.tsx";
import { t } from "../../words/words.ts";
import { isTree, whereOf, type Inbox } from "./address.ts";
import { BulkDialog } from "./BulkDialog.tsx";
import { countOf, everything, NONE, type Chosen } from "./chosen.ts";

export function inWords(chosen: Chosen, total: number | null): string {
  const { isAll, ids } = chosen;
  const count = countOf(chosen, total) ?? 0;
  if (!isAll) return t("inbox.these", { count });
  if (ids.size === 0) return t("inbox.all_matching", { count });
  return t("inbox.all_but", { count, n: ids.size });
}

interface Props {
  chosen: Chosen;
  choose: (chosen: Chosen) => void;
  loaded: readonly string[];
  total: number | null;
  inbox: Inbox;
}

export function BulkBar({ chosen, choose, loaded, total, inbox }: Props) {
  const [isOpen, open] = useState(false);
  const isEmpty = !chosen.isAll && chosen.ids.size === 0;
  const all = everything(isTree(inbox), loaded);
  const scope = chosen.isAll
    ? { where: whereOf(inbox), except: [...chosen.ids] }
    : { ids: [...chosen.ids] };
  return (
    <div className="ek-inbox-bulk">
      <Checkbox
        isSelected={chosen.isAll && chosen.ids.size === 0}
        isIndeterminate={!isEmpty && !(chosen.isAll && chosen.ids.size === 0)}
        onChange={() => choose(isEmpty ? all : NONE)}
      >
        <span className="ek-small">
          {isEmpty ? t("inbox.select_all", { count: total ?? 0 }) : inWords(chosen, total)}
        </span>
      </Checkbox>
      {!isEmpty && (
        <span className="ek-row">
          <Button onPress={() => open(true)}>{t("inbox.change_them")}</Button>
          <Button look="link" onPress={() => choose(NONE)}>
            {t("common.clear")}
          </Button>
        </span>
      )}
      {isOpen && (
        <BulkDialog
          scope={scope}
          words={inWords(chosen, total)}
          onClose={() => open(false)}
          onDone={() => choose(NONE)}
        />
      )}
    </div>
  );
}
