// Conflict -- two people changed the same: how it stands now and by whom, and what one wanted
// oneself. Whoever comes second chooses.
import { useEffect, useRef, type ReactNode } from "react";
import { age, useAnswer } from "../feed/cache.ts";
import type { Met, Said } from "../feed/met.ts";
import { may } from "../feed/session.ts";
import type { AuditEntry } from "../gen/shapes.ts";
import { t } from "../words/words.ts";
import { Button } from "./Button.tsx";
import { Dialog } from "./Dialog.tsx";
import { Name } from "./Name.tsx";
import { When } from "./time.tsx";

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

// Without the press: a form's own way takes an event of the form's.
export function ConflictWays({ onTheirs, onMine, onEdit }: Ways) {
  return (
    <>
      {onEdit !== undefined && (
        <Button onPress={() => onEdit()}>{t("common.conflict_edit")}</Button>
      )}
      <Button onPress={() => onTheirs()}>{t("common.take_theirs")}</Button>
      <Button look="main" onPress={() => onMine()}>
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

function Fields({ of }: { of: readonly Said[] }) {
  return (
    <dl>
      {of.map(({ label, said }) => (
        <div key={label}>
          <dt className="ek-quiet">{label}</dt>
          <dd className="ek-conflict-said">
            <bdi>{said === "" ? t("common.none") : said}</bdi>
          </dd>
        </div>
      ))}
    </dl>
  );
}

interface Form<T> {
  met: Met<T>;
  mine: readonly Said[];
  onTheirs: (answer: T) => void; // into the fields
  onMine: () => void; // saves
  by?: ReactNode;
}

/** Within a form: the fields that differ, as they are now and as one wanted them. */
export function FormConflict<T>({ met, mine, onTheirs, onMine, by = null }: Form<T>) {
  const { theirs } = met;
  if (theirs === null) return null;
  const differs = (_: Said, i: number) => theirs[i]?.said !== mine[i]?.said;
  const isSame = !theirs.some(differs);
  const shown = (of: readonly Said[]) => (isSame ? of : of.filter(differs));
  const take = () => {
    const answer = met.goOn();
    if (answer !== null) onTheirs(answer);
  };
  return (
    <div className="ek-conflict ek-conflict-form" role="alert">
      <p>{t("common.conflict")}</p>
      <BothSides
        theirs={<Fields of={shown(theirs)} />}
        mine={<Fields of={shown(mine)} />}
        by={by}
      />
      <div className="ek-row">
        <ConflictWays onTheirs={take} onMine={onMine} onEdit={met.goOn} />
      </div>
    </div>
  );
}

interface Deed {
  action: string;
  is: (entry: AuditEntry) => boolean;
}

/** Who did it last and when, by the audit log, for who may read that. */
export function LastBy({ action, is }: Deed) {
  const query = { action, sort: "-at" as const, limit: 20 };
  const log = useAnswer("list_audit_log", { query }, { enabled: may("audit_read") });
  // It was read before they did it, if it was read before.
  useEffect(() => age(["list_audit_log"]), []);
  const entry = log.data?.answer.data.find(is);
  if (entry?.by?.teammate === undefined) return null;
  return (
    <>
      <Name id={entry.by.teammate} />
      {t("common.between")}
      <When at={entry.at} />
    </>
  );
}
