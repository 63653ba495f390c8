// Enough -- "that's enough for now", beside the views.
import { useState } from "react";
import { Button } from "../../parts/Button.tsx";
import { Popup } from "../../parts/Dialog.tsx";
import { lengthsUpTo, useEnoughUntil, useIntake, useLongest } from "../../parts/enough.ts";
import { RadioGroup } from "../../parts/fields.tsx";
import { formatClock, formatLength } from "../../words/format.ts";
import { t } from "../../words/words.ts";

function HowLong({ longest, close }: { longest: number; close: () => void }) {
  const lengths = lengthsUpTo(longest);
  const [ms, setMs] = useState(String(lengths[0]));
  const { pause } = useIntake((until) => t("inbox.enough_till", { at: formatClock(until) }));
  const go = () => {
    close();
    void pause(Number(ms), longest);
  };
  return (
    <>
      <RadioGroup
        label={t("inbox.enough_how_long")}
        help={t("inbox.enough_means")}
        choices={lengths.map((each) => ({ id: String(each), label: formatLength(each) }))}
        value={ms}
        onChange={setMs}
      />
      <Button look="main" onPress={go}>
        {t("inbox.enough")}
      </Button>
    </>
  );
}

export function Enough() {
  const longest = useLongest();
  const until = useEnoughUntil();
  const { resume, isBusy } = useIntake(formatClock);
  if (until !== null)
    return (
      <div className="ek-stack ek-small">
        <span>{t("inbox.enough_till", { at: formatClock(until) })}</span>
        <Button onPress={() => void resume()} isDisabled={isBusy}>
          {t("inbox.enough_back")}
        </Button>
      </div>
    );
  if (longest === null) return null;
  return (
    <Popup label={t("inbox.enough")} button={t("inbox.enough")}>
      {(close) => <HowLong longest={longest} close={close} />}
    </Popup>
  );
}
