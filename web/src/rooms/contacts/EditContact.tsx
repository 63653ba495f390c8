// EditContact -- what is known of a contact, changed; with undo. Tier and those attributes that
// order the queue change at once for conversations that wait.
import { useState } from "react";
import { useChange } from "../../feed/cache.ts";
import type { Contact, ContactPatch } from "../../gen/shapes.ts";
import { FormDialog } from "../../parts/FormDialog.tsx";
import { TextField } from "../../parts/fields.tsx";
import { back, tell } from "../../parts/notices.tsx";
import { faultAt } from "../../parts/states.tsx";
import { t } from "../../words/words.ts";

const MEMBERS = ["name", "email", "phone", "external_id", "tier", "language"] as const;
type Member = (typeof MEMBERS)[number];
type Draft = Record<Member, string>;
const TOUCHED = ["get_contact", "list_contacts"] as const;

const draftOf = (of: Contact): Draft =>
  Object.fromEntries(MEMBERS.map((name) => [name, of[name] ?? ""])) as Draft;

// What differs, and what puts it back.
function changesOf(of: Contact, draft: Draft): { change: ContactPatch; undo: ContactPatch } {
  const differ = MEMBERS.filter((name) => draft[name].trim() !== (of[name] ?? ""));
  const pick = (value: (name: Member) => string | null): ContactPatch =>
    Object.fromEntries(differ.map((name) => [name, value(name)]));
  return {
    change: pick((name) => (draft[name].trim() === "" ? null : draft[name].trim())),
    undo: pick((name) => of[name]),
  };
}

export function EditContact({ of, onClose }: { of: Contact; onClose: () => void }) {
  const [draft, setDraft] = useState(() => draftOf(of));
  const save = useChange("update_contact", TOUCHED);
  const { change, undo } = changesOf(of, draft);
  const params = { id: of.id };
  const act = () =>
    void save
      .mutateAsync({ params, body: change })
      .then(() => {
        tell(t("contacts.saved"), back("update_contact", { params, body: undo }, TOUCHED));
        onClose();
      })
      .catch(() => undefined); // said in the dialog
  return (
    <FormDialog
      title={t("contacts.edit")}
      act={t("common.save")}
      canAct={Object.keys(change).length > 0 && !save.isPending}
      onAct={act}
      onClose={onClose}
      error={save.error}
    >
      {MEMBERS.map((name) => (
        <TextField
          key={name}
          label={t(`contacts.${name}`)}
          value={draft[name]}
          onChange={(text) => setDraft({ ...draft, [name]: text })}
          fault={faultAt(save.error, `/${name}`)}
          {...(name === "tier" ? { help: t("contacts.tier_means") } : {})}
        />
      ))}
    </FormDialog>
  );
}
