// PasswordField -- a password, which can be pasted, kept by a password manager, and looked at.
import { useState, type ReactNode } from "react";
import { t } from "../words/words.ts";
import { Checkbox, TextField } from "./fields.tsx";

interface Props {
  label: string;
  value: string;
  onChange: (value: string) => void;
  isNew?: boolean; // to be chosen now, rather than known
  help?: ReactNode;
  fault?: string | null | undefined;
  autoFocus?: boolean;
}

export function PasswordField({ isNew = false, autoFocus = false, ...rest }: Props) {
  const [isShown, show] = useState(false);
  return (
    <div className="ek-stack">
      <TextField
        {...rest}
        name={isNew ? "new-password" : "password"}
        type={isShown ? "text" : "password"}
        autoComplete={isNew ? "new-password" : "current-password"}
        autoFocus={autoFocus}
        autoCorrect="off"
        spellCheck="false"
        isRequired
      />
      <Checkbox isSelected={isShown} onChange={show}>
        {t("confirm.show_password")}
      </Checkbox>
    </div>
  );
}
