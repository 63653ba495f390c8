// Moved -- "3 changes of order - show": what would move while the hand is in a list. The line is
// always there, so that its coming moves nothing.
import { useRef } from "react";
import { Button } from "../../parts/Button.tsx";
import type { HeldRows } from "../../parts/held_rows.ts";
import { t } from "../../words/words.ts";

export function Moved<T>({ held }: { held: HeldRows<T> }) {
  const line = useRef<HTMLDivElement>(null);
  // The button goes with what it shows: the focus stays at the head of the list.
  const show = () => {
    line.current?.closest("section")?.querySelector("h2")?.focus();
    held.show();
  };
  return (
    <div className="ek-live-moved" aria-live="polite" ref={line}>
      {held.changes > 0 && (
        <>
          <span>{t("common.changes_of_order", { n: held.changes })}</span>
          <Button look="link" onPress={show}>
            {t("common.show")}
          </Button>
        </>
      )}
    </div>
  );
}
