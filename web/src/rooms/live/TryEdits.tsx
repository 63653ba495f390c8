// TryEdits -- a way to free work, looked at before it is done: the edits in words, what would move,
// then Apply, with undo.
import { useState } from "react";
import { useQuery } from "@tanstack/react-query";
import { useNames } from "../../feed/names.ts";
import type { Refusal } from "../../feed/http.ts";
import type { UnblockWay } from "../../gen/shapes.ts";
import { Button } from "../../parts/Button.tsx";
import { Dialog } from "../../parts/Dialog.tsx";
import { tell } from "../../parts/notices.tsx";
import { Fault, Ready } from "../../parts/states.tsx";
import { editSentence, say } from "../../why/sentences.ts";
import { formatList } from "../../words/format.ts";
import { t } from "../../words/words.ts";
import { EffectView } from "./EffectView.tsx";
import { canDo, canTry, doEdits, tryEdits } from "./edits.ts";

export function useWayWords(): (way: UnblockWay) => string {
  const names = useNames();
  return (way) => formatList(way.changes.map((edit) => say(editSentence(edit, names))));
}

function Tried({ way }: { way: UnblockWay }) {
  const tried = useQuery<Awaited<ReturnType<typeof tryEdits>>, Refusal>({
    queryKey: ["live try", way.changes],
    queryFn: () => tryEdits(way.changes),
    gcTime: 0,
    staleTime: 0,
  });
  return <Ready of={tried}>{(effect) => <EffectView effect={effect} />}</Ready>;
}

export function TryEdits({ way, onClose }: { way: UnblockWay; onClose: () => void }) {
  const words = useWayWords()(way);
  const [error, setError] = useState<Refusal | null>(null);
  const [isBusy, setBusy] = useState(false);
  const mayDo = way.changes.every(canDo);
  const apply = async () => {
    setBusy(true);
    try {
      const undo = await doEdits(way.changes);
      onClose();
      tell(t("live.done_way", { way: words }), undo);
    } catch (refused) {
      setError(refused as Refusal);
      setBusy(false);
    }
  };
  return (
    <Dialog
      title={t("live.try_title")}
      isOpen
      onClose={onClose}
      foot={
        <>
          <Button onPress={onClose}>{t("common.cancel")}</Button>
          {mayDo && (
            <Button look="main" onPress={() => void apply()} isDisabled={isBusy}>
              {t("common.apply")}
            </Button>
          )}
        </>
      }
    >
      <p className="ek-live-way">{words}</p>
      {way.changes.every(canTry) ? (
        <Tried way={way} />
      ) : (
        <>
          <h3>{t("live.effect_moves", { n: way.moved })}</h3>
          <p className="ek-quiet">{t("live.tried_by_server")}</p>
        </>
      )}
      {!mayDo && <p>{t("live.only_they")}</p>}
      {error !== null && <Fault error={error} />}
    </Dialog>
  );
}
