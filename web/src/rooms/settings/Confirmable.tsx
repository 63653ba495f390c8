// Confirmable -- what may be read only after confirming who is there: asks when the person wants
// it, not before.
import type { ReactNode } from "react";
import type { UseQueryResult } from "@tanstack/react-query";
import type { Refusal } from "../../feed/http.ts";
import { Button } from "../../parts/Button.tsx";
import { askToConfirm, needsConfirming } from "../../parts/Confirm.tsx";
import { Empty, Ready } from "../../parts/states.tsx";
import { t } from "../../words/words.ts";

export function Confirmable<T>({
  of,
  children,
}: {
  of: UseQueryResult<T, Refusal>;
  children: (answer: T) => ReactNode;
}) {
  if (of.data === undefined && needsConfirming(of.error)) {
    const ask = () => void askToConfirm().then((isSure) => isSure && void of.refetch());
    return (
      <Empty
        title={t("workspace.locked")}
        action={
          <Button look="main" onPress={ask}>
            {t("confirm.go_on")}
          </Button>
        }
      >
        {t("workspace.locked_why")}
      </Empty>
    );
  }
  return <Ready of={of}>{children}</Ready>;
}
