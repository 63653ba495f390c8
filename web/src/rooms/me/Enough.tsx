// Enough -- "that's enough for now": only where all of my teams permit it; I stay active.
import { useState } from "react";
import { Button } from "../../parts/Button.tsx";
import { lengthsUpTo, useEnoughUntil, useIntake, useLongest } from "../../parts/enough.ts";
import { Select } from "../../parts/fields.tsx";
import { tell } from "../../parts/notices.tsx";
import { When } from "../../parts/time.tsx";
import { formatLength } from "../../words/format.ts";
import { t } from "../../words/words.ts";
import { Panel } from "./Panel.tsx";

function Ask({ longest }: { longest: number }) {
  const [length, setLength] = useState(String(longest));
  const { pause, isBusy } = useIntake(() => t("me.paused"));
  return (
    <>
      <p className="ek-quiet">{t("me.enough_says")}</p>
      <div className="ek-me-ask">
        <Select
          label={t("me.how_long")}
          choices={lengthsUpTo(longest).map((each) => ({
            id: String(each),
            label:
              each === longest
                ? t("me.longest", { length: formatLength(each) })
                : formatLength(each),
          }))}
          value={length}
          onChange={setLength}
        />
        <Button onPress={() => void pause(Number(length), longest)} isDisabled={isBusy}>
          {t("me.enough")}
        </Button>
      </div>
    </>
  );
}

function Paused({ until }: { until: string }) {
  const { resume, isBusy } = useIntake(() => t("me.paused"));
  const back = () => void resume(() => tell(t("me.resumed")));
  return (
    <div className="ek-me-ask">
      <p>
        {t("me.paused_until")} <When at={until} />
      </p>
      <Button look="main" onPress={back} isDisabled={isBusy}>
        {t("me.back")}
      </Button>
    </div>
  );
}

export function Enough() {
  const longest = useLongest();
  const until = useEnoughUntil();
  if (until === null && longest === null) return null;
  return (
    <Panel title={t("me.enough")}>
      {until !== null ? <Paused until={until} /> : longest !== null && <Ask longest={longest} />}
    </Panel>
  );
}
