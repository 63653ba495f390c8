// Once -- a secret that is shown now and never again.
import { Button } from "../../parts/Button.tsx";
import { Dialog } from "../../parts/Dialog.tsx";
import { tell } from "../../parts/notices.tsx";
import { t } from "../../words/words.ts";

export function Once({
  title,
  secret,
  close,
}: {
  title: string;
  secret: string;
  close: () => void;
}) {
  const copy = () =>
    void navigator.clipboard.writeText(secret).then(() => tell(t("common.copied")));
  return (
    <Dialog title={title} isOpen onClose={close}>
      <p>{t("workspace.shown_once")}</p>
      <code className="ek-settings-secret ek-code">{secret}</code>
      <div className="ek-dialog-foot">
        <Button onPress={copy}>{t("common.copy")}</Button>
        <Button look="main" onPress={close}>
          {t("workspace.kept")}
        </Button>
      </div>
    </Dialog>
  );
}
