// Block -- a contact is blocked, after a look at what that means, and unblocked.
import { useState } from "react";
import { useChange } from "../../feed/cache.ts";
import type { Contact } from "../../gen/shapes.ts";
import { Button } from "../../parts/Button.tsx";
import { FormDialog } from "../../parts/FormDialog.tsx";
import { complain, tell } from "../../parts/notices.tsx";
import { t } from "../../words/words.ts";

const OLD = ["get_contact", "list_contacts"] as const;

function BlockDialog({ of, onClose }: { of: Contact; onClose: () => void }) {
  const block = useChange("block_contact", OLD);
  const act = () =>
    void block
      .mutateAsync({ params: { id: of.id } })
      .then(() => {
        tell(t("contacts.block_done"));
        onClose();
      })
      .catch(() => undefined); // said in the dialog
  return (
    <FormDialog
      title={t("contacts.block")}
      act={t("contacts.block_act")}
      look="danger"
      canAct={!block.isPending}
      onAct={act}
      onClose={onClose}
      error={block.error}
    >
      <p>
        <strong>
          <bdi>{of.name ?? t("contacts.nameless")}</bdi>
        </strong>
      </p>
      <p>{t("contacts.block_means")}</p>
    </FormDialog>
  );
}

export function Block({ of }: { of: Contact }) {
  const [isOpen, open] = useState(false);
  const unblock = useChange("unblock_contact", OLD);
  const lift = () =>
    void unblock
      .mutateAsync({ params: { id: of.id } })
      .then(() => tell(t("contacts.unblock_done")))
      .catch((error: unknown) => complain(error as Error));
  return (
    <>
      {of.blocked_at === null ? (
        <Button onPress={() => open(true)}>{t("contacts.block_open")}</Button>
      ) : (
        <Button isDisabled={unblock.isPending} onPress={lift}>
          {t("contacts.unblock_open")}
        </Button>
      )}
      {isOpen && <BlockDialog of={of} onClose={() => open(false)} />}
    </>
  );
}
