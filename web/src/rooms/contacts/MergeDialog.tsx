// MergeDialog -- two contacts that are one person: the other is found, the merge is looked at, then
// done; with undo. Which of the two remains can be turned round. Somebody who is proved and
// somebody who is not are merged only by who says that they know.
import { useState } from "react";
import { useLocation } from "wouter";
import { useAnswer, useChange } from "../../feed/cache.ts";
import type { ContactId } from "../../gen/ids.ts";
import type { Contact, ContactView } from "../../gen/shapes.ts";
import { Button } from "../../parts/Button.tsx";
import { FormDialog } from "../../parts/FormDialog.tsx";
import { Checkbox, RadioGroup, SearchField } from "../../parts/fields.tsx";
import { back, tell } from "../../parts/notices.tsx";
import { Ready } from "../../parts/states.tsx";
import { t } from "../../words/words.ts";
import { MergeLook } from "./MergeLook.tsx";
import { MERGE_TOUCHED, useTried } from "./tried.ts";

const OFFERED = 6;

function detailOf({ email, phone, tier }: ContactView): string {
  return [email, phone, tier].filter((each) => each !== null).join(" · ");
}

function Choose({
  of,
  other,
  choose,
}: {
  of: Contact;
  other: ContactId | null;
  choose: (id: ContactId) => void;
}) {
  const [words, setWords] = useState("");
  const query = { q: words.trim(), limit: OFFERED + 1, sort: "-updated_at" as const };
  const isAsked = words.trim().length > 1;
  const found = useAnswer("list_contacts", { query }, { enabled: isAsked, keep: true });
  const rows = (found.data?.answer.data ?? []).filter(({ id }) => id !== of.id).slice(0, OFFERED);
  return (
    <>
      <SearchField
        label={t("contacts.merge_find")}
        isLabelHidden={false}
        value={words}
        onChange={setWords}
        autoFocus
      />
      {isAsked && found.data !== undefined && rows.length === 0 && (
        <p className="ek-quiet" role="status">
          {t("common.no_match")}
        </p>
      )}
      {rows.length > 0 && (
        <RadioGroup
          label={t("contacts.merge_other")}
          choices={rows.map((row) => ({
            id: row.id,
            label: row.name ?? t("contacts.nameless"),
            detail: detailOf(row),
          }))}
          value={other}
          onChange={(id) => choose(id as ContactId)}
        />
      )}
    </>
  );
}

export function MergeDialog({ of, onClose }: { of: Contact; onClose: () => void }) {
  const [, go] = useLocation();
  const [other, choose] = useState<ContactId | null>(null);
  const [isTurned, turn] = useState(false);
  const [isSure, setSure] = useState(false);
  const kept = isTurned && other !== null ? other : of.id;
  const goes = isTurned ? of.id : other;
  const tried = useTried("merge_contacts", kept, goes);
  const merge = useChange("merge_contacts", MERGE_TOUCHED);
  const isOdd = tried.data !== undefined && tried.data.verified !== tried.data.other_verified;
  const act = () => {
    if (goes === null) return;
    const body = { contact: goes };
    void merge
      .mutateAsync({
        params: { id: kept },
        body: isOdd ? { ...body, despite_unverified: true } : body,
      })
      .then(() => {
        const undo = back("unmerge_contacts", { params: { id: kept }, body }, MERGE_TOUCHED);
        tell(t("contacts.merge_done"), undo);
        onClose();
        if (kept !== of.id) go(`/contacts/${kept}`);
      })
      .catch(() => undefined); // said in the dialog
  };
  return (
    <FormDialog
      wide
      title={t("contacts.merge")}
      act={t("contacts.merge_act")}
      canAct={tried.data !== undefined && (!isOdd || isSure) && !merge.isPending}
      onAct={act}
      onClose={onClose}
      error={merge.error}
      more={
        other !== null && (
          <Button onPress={() => turn(!isTurned)}>{t("contacts.merge_turn")}</Button>
        )
      }
    >
      <p className="ek-help">{t("contacts.merge_means")}</p>
      <Choose of={of} other={other} choose={choose} />
      {other !== null && (
        <Ready of={tried}>
          {(answer) => (
            <section className="ek-stack" aria-label={t("contacts.merge_look")}>
              <h3>{t(isTurned ? "contacts.other_remains" : "contacts.this_remains")}</h3>
              <MergeLook of={answer} />
            </section>
          )}
        </Ready>
      )}
      {isOdd && (
        <div className="ek-banner" data-tone="warn">
          <Checkbox isSelected={isSure} onChange={setSure}>
            {t("contacts.merge_sure")}
          </Checkbox>
        </div>
      )}
    </FormDialog>
  );
}
