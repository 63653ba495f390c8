// SampleBanner -- says on every screen that this is the sample workspace, and removes it in one
// click.
import { useState } from "react";
import { removeSample, workspace } from "../feed/sample.ts";
import { may } from "../feed/session.ts";
import { Button } from "../parts/Button.tsx";
import { complain } from "../parts/notices.tsx";
import { t } from "../words/words.ts";

export function SampleBanner() {
  const [isBusy, setBusy] = useState(false);
  if (!workspace().sample) return null;
  const remove = () => {
    setBusy(true);
    removeSample().catch((error: Error) => {
      setBusy(false);
      complain(error);
    });
  };
  return (
    <div className="ek-banner ek-sample" role="note">
      <strong>{t("common.sample")}</strong>
      {isBusy ? (
        <span role="status">{t("start.removing")}</span>
      ) : (
        <span className="ek-wide-only">{t("start.sample_means")}</span>
      )}
      {may("sample_workspace") && (
        <Button look="link" isDisabled={isBusy} onPress={remove}>
          {t("start.remove_sample")}
        </Button>
      )}
    </div>
  );
}
