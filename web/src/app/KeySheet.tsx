// KeySheet -- the keys that work on this screen.
import { Dialog } from "../parts/Dialog.tsx";
import { allKeys, keysOf, shownKeys } from "../parts/keys.ts";
import { t } from "../words/words.ts";

export function KeySheet({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const rows = isOpen ? allKeys().map((shortcut) => ({ ...shortcut, now: keysOf(shortcut) })) : [];
  return (
    <Dialog title={t("keys.title")} isOpen={isOpen} onClose={onClose}>
      <table className="ek-table">
        <thead>
          <tr>
            <th scope="col">{t("keys.keys")}</th>
            <th scope="col">{t("keys.does")}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ keys, does, now }) => (
            <tr key={`${keys} ${does}`}>
              <td>{now === null ? t("keys.off") : <kbd dir="ltr">{shownKeys(now)}</kbd>}</td>
              <td>{does}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Dialog>
  );
}
