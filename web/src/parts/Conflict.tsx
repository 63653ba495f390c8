// Conflict -- two people changed the same: how it stands now and by whom, and what one wanted
// oneself. Whoever comes second chooses.
import { useEffect, useRef, type ReactNode } from "react";
import { t } from "../words/words.ts";
import { Button } from "./Button.tsx";
import { Dialog } from "./Dialog.tsx";

interface Sides {
  theirs: ReactNode;
  mine: ReactNode;
  by: ReactNode; // who changed it, and when; null where it is not known
}

interface Ways {
  onTheirs: () => void;
  onMine: () => void;
  onEdit?: () => void; // neither yet: on with editing
}

export function BothSides({ theirs, mine, by }: Sides) {
  const box = useRef<HTMLDivElement>(null);
  // In a long form it would stand out of sight.
  useEffect(() => {
    box.current?.scrollIntoView({ block: "center" });
  }, []);
  return (
    <div className="ek-columns" ref={box}>
      <section>
        <h3>{t("common.conflict_theirs")}</h3>
        {theirs}
        {by !== null && <p className="ek-quiet">{by}</p>}
      </section>
      <section>
        <h3>{t("common.conflict_mine")}</h3>
        {mine}
      </section>
    </div>
  );
}

export function ConflictWays({ onTheirs, onMine, onEdit }: Ways) {
  return (
    <>
      {onEdit !== undefined && <Button onPress={onEdit}>{t("common.conflict_edit")}</Button>}
      <Button onPress={onTheirs}>{t("common.take_theirs")}</Button>
      <Button look="main" onPress={onMine}>
        {t("common.keep_mine")}
      </Button>
    </>
  );
}

export function ConflictDialog({ about, ...rest }: Sides & Ways & { about?: ReactNode }) {
  return (
    <Dialog
      title={t("common.conflict")}
      isOpen
      onClose={rest.onEdit ?? rest.onTheirs}
      wide
      foot={<ConflictWays {...rest} />}
    >
      {about}
      <BothSides {...rest} />
    </Dialog>
  );
}
