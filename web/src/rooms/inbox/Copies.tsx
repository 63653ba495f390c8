// Copies -- who else gets a reply that goes by e-mail: addresses in the draft, which survive with
// it. What is no address is said beside the field, and keeps the reply from going.
import { useState } from "react";
import type { Conversation } from "../../gen/shapes.ts";
import { Button } from "../../parts/Button.tsx";
import { TextField } from "../../parts/fields.tsx";
import { t } from "../../words/words.ts";
import { keepDraft, useDraft, type Draft } from "./drafts.ts";

const MOST = 20;

export const addressesOf = (text: string): string[] =>
  text.split(/[\s,;]+/).filter((each) => each !== "");

export const isAddress = (text: string) => /^[^\s@<>()[\],;:\\"]+@[^\s@<>()[\],;:\\"]+$/.test(text);

function faultOf(text: string): string | null {
  const all = addressesOf(text);
  const wrong = all.find((each) => !isAddress(each));
  if (wrong !== undefined) return t("mail.no_address", { text: wrong });
  return all.length > MOST ? t("mail.too_many") : null;
}

export function copiesAreWell(draft: Draft): boolean {
  return faultOf(draft.cc) === null && faultOf(draft.bcc) === null;
}

export function goesByMail(of: Conversation): boolean {
  return of.capacity_class === "email" || (of.channels ?? []).includes("email");
}

export function Copies({ of }: { of: Conversation }) {
  const draft = useDraft(of.id, "message");
  const [isAsked, ask] = useState(false);
  // A fault is said once the field is left, not at the first letter.
  const [left, leave] = useState({ cc: true, bcc: true });
  if (!isAsked && draft.cc === "" && draft.bcc === "")
    return (
      <div className="ek-row ek-small">
        <span className="ek-quiet">{t("mail.goes_by_mail")}</span>
        <Button look="link" onPress={() => ask(true)}>
          {t("mail.copies")}
        </Button>
      </div>
    );
  return (
    <div className="ek-inbox-copies">
      {(["cc", "bcc"] as const).map((name) => (
        <TextField
          key={name}
          label={t(`mail.${name}`)}
          value={draft[name]}
          onChange={(text) => keepDraft(of.id, "message", { [name]: text, key: "" })}
          onFocus={() => leave((before) => ({ ...before, [name]: false }))}
          onBlur={() => leave((before) => ({ ...before, [name]: true }))}
          fault={left[name] ? faultOf(draft[name]) : null}
          {...(name === "cc" ? { help: t("mail.copies_help") } : {})}
        />
      ))}
    </div>
  );
}
