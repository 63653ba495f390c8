// FormDialog -- a dialog that does one thing or is left; what was refused as a whole stands below
// the fields, which say what is wrong with each.
import type { ReactNode } from "react";
import type { Refusal } from "../feed/http.ts";
import { t } from "../words/words.ts";
import { Button, type Look } from "./Button.tsx";
import { Dialog } from "./Dialog.tsx";

interface Props {
  title: string;
  act: string; // what the button says
  look?: Look;
  canAct?: boolean;
  onAct: () => void;
  onClose: () => void;
  error?: Refusal | null;
  isOpen?: boolean;
  wide?: boolean;
  more?: ReactNode; // other things to do, before Cancel
  children: ReactNode;
}

export function Refused({ error }: { error: Refusal | null }) {
  if (error === null) return null;
  return (
    <p role="alert" className="ek-fault">
      {error.problem?.detail ?? t("common.unreachable")}
    </p>
  );
}

export function FormDialog({
  title,
  act,
  look = "main",
  canAct = true,
  onAct,
  onClose,
  error = null,
  isOpen = true,
  wide = false,
  more,
  children,
}: Props) {
  return (
    <Dialog
      {...{ title, isOpen, onClose, wide }}
      foot={
        <>
          {more}
          <Button onPress={onClose}>{t("common.cancel")}</Button>
          <Button look={look} isDisabled={!canAct} onPress={onAct}>
            {act}
          </Button>
        </>
      }
    >
      {children}
      <Refused error={error} />
    </Dialog>
  );
}
