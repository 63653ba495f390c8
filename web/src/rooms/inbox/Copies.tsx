// Copies -- who else gets a reply that goes by e-mail: addresses in the draft, which survive with
// it; whoever got the mail that is answered can be put there at once. What is no address is said
// beside the field, and keeps the reply from going.
import { useState } from "react";
import type { Conversation } from "../../gen/shapes.ts";
import { Button } from "../../parts/Button.tsx";
import { TextField } from "../../parts/fields.tsx";
import { t } from "../../words/words.ts";
import { keepDraft, useDraft, type Draft } from "./drafts.ts";
import { useOthers } from "./told.ts";

const MOST = 20;

export const addressesOf = (text: string): string[] =>
  text.split(/[\s,;]+/).filter((each) => each !== "");

export const isAddress = (text: string) => /^[^\s@<>()[\],;:\\"]+@[^\s@<>()[\],;:\\"]+$/.test(text);

export function faultOf(text: string): string | null {
  const all = addressesOf(text);
  const wrong = all.find((each) => !isAddress(each));
  if (wrong !== undefined) return t("mail.no_address", { text: wrong });
  return all.length > MOST ? t("mail.too_many") : null;
}

export function copiesAreWell({ cc, bcc }: Pick<Draft, "cc" | "bcc">): boolean {
  return faultOf(cc) === null && faultOf(bcc) === null;
}

export function goesByMail(of: Conversation): boolean {
  return of.capacity_class === "email" || (of.channels ?? []).includes("email");
}

// Nobody is put there unasked: who answers decides, and may take one out again.
function ReplyToAll({ of, missing }: { of: Conversation; missing: readonly string[] }) {
  const { cc } = useDraft(of.id, "message");
  const add = () =>
    keepDraft(of.id, "message", { cc: [...addressesOf(cc), ...missing].join(", "), key: "" });
  return (
    <>
      <span className="ek-quiet">{t("mail.others_got", { count: missing.length })}</span>
      <Button look="link" onPress={add}>
        {t("mail.reply_all")}
      </Button>
    </>
  );
}

function useMissing(of: Conversation): readonly string[] {
  const { cc, bcc } = useDraft(of.id, "message");
  const others = useOthers(of.id);
  const there = new Set(addressesOf(`${cc} ${bcc}`).map((each) => each.toLowerCase()));
  return others.filter((each) => !there.has(each.toLowerCase()));
}

interface CopyFieldsProps {
  cc: string;
  bcc: string;
  keep: (copies: { cc?: string; bcc?: string }) => void;
}

/** The two fields. A fault is said once the field is left, not at the first letter. */
export function CopyFields({ cc, bcc, keep }: CopyFieldsProps) {
  const [left, leave] = useState({ cc: true, bcc: true });
  const typed = { cc, bcc };
  return (["cc", "bcc"] as const).map((name) => (
    <TextField
      key={name}
      label={t(`mail.${name}`)}
      value={typed[name]}
      onChange={(text) => keep({ [name]: text })}
      onFocus={() => leave((before) => ({ ...before, [name]: false }))}
      onBlur={() => leave((before) => ({ ...before, [name]: true }))}
      fault={left[name] ? faultOf(typed[name]) : null}
      {...(name === "cc" ? { help: t("mail.copies_help") } : {})}
    />
  ));
}

export function Copies({ of }: { of: Conversation }) {
  const draft = useDraft(of.id, "message");
  const missing = useMissing(of);
  const [isAsked, ask] = useState(false);
  if (!isAsked && draft.cc === "" && draft.bcc === "")
    return (
      <div className="ek-row ek-small">
        <span className="ek-quiet">{t("mail.goes_by_mail")}</span>
        {missing.length > 0 && <ReplyToAll of={of} missing={missing} />}
        <Button look="link" onPress={() => ask(true)}>
          {t("mail.copies")}
        </Button>
      </div>
    );
  return (
    <div className="ek-inbox-copies">
      {missing.length > 0 && (
        <div className="ek-row ek-small ek-inbox-copies-all">
          <ReplyToAll of={of} missing={missing} />
        </div>
      )}
      <CopyFields
        {...draft}
        keep={(copies) => keepDraft(of.id, "message", { ...copies, key: "" })}
      />
    </div>
  );
}
