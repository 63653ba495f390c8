// Forward -- to whom outside something is forwarded, and what goes along: in the draft, and kept
// with it. The contact never sees it; what comes back is for teammates alone.
import { useState } from "react";
import type { Conversation } from "../../gen/shapes.ts";
import { Checkbox, Select, TextField } from "../../parts/fields.tsx";
import { t } from "../../words/words.ts";
import { addressesOf, isAddress } from "./Copies.tsx";
import { keepDraft, useDraft, type Draft, type Forwards } from "./drafts.ts";

const MOST = 10;
const KIND = "forward";

function faultOf(to: string): string | null {
  const all = addressesOf(to);
  const wrong = all.find((each) => !isAddress(each));
  if (wrong !== undefined) return t("mail.no_address", { text: wrong });
  return all.length > MOST ? t("mail.forward_too_many") : null;
}

export function forwardIsWell(draft: Draft): boolean {
  return addressesOf(draft.to).length > 0 && faultOf(draft.to) === null;
}

export function Forward({ of }: { of: Conversation }) {
  const draft = useDraft(of.id, KIND);
  // A fault is said once the field is left, not at the first letter.
  const [isLeft, leave] = useState(true);
  const keep = (change: Partial<Draft>) => keepDraft(of.id, KIND, { ...change, key: "" });
  const choices: Forwards[] = ["conversation", ...(draft.part === "" ? [] : ["part" as const])];
  return (
    <div className="ek-inbox-copies">
      <TextField
        label={t("mail.forward_to")}
        help={t("mail.forward_to_help")}
        value={draft.to}
        onChange={(to) => keep({ to })}
        onFocus={() => leave(false)}
        onBlur={() => leave(true)}
        fault={isLeft ? faultOf(draft.to) : null}
      />
      <Select
        label={t("mail.forward_what")}
        value={draft.forwards}
        onChange={(id) => keep({ forwards: id as Forwards })}
        choices={[...choices, "nothing" as const].map((id) => ({
          id,
          label: t(`mail.forward_${id}`),
        }))}
      />
      {draft.forwards !== "nothing" && (
        <Checkbox isSelected={draft.withFiles} onChange={(withFiles) => keep({ withFiles })}>
          {t("mail.forward_files")}
        </Checkbox>
      )}
    </div>
  );
}
