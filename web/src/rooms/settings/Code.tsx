// Code -- lines of text for another system, to be copied as they stand.
import { Button } from "../../parts/Button.tsx";
import { tell } from "../../parts/notices.tsx";
import { t } from "../../words/words.ts";

export function Code({ label, text }: { label: string; text: string }) {
  const copy = () => void navigator.clipboard.writeText(text).then(() => tell(t("common.copied")));
  return (
    <div className="ek-settings-code">
      <pre className="ek-code" dir="ltr" tabIndex={0} role="region" aria-label={label}>
        {text}
      </pre>
      <Button aria-label={`${t("common.copy")}: ${label}`} onPress={copy}>
        {t("common.copy")}
      </Button>
    </div>
  );
}
