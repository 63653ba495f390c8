// ApartDialog -- a merge is taken apart again: everything goes back to where it was, and what came
// since stays with the one that remains; looked at first, with undo.
import { useChange } from "../../feed/cache.ts";
import type { ContactId } from "../../gen/ids.ts";
import { FormDialog } from "../../parts/FormDialog.tsx";
import { back, tell } from "../../parts/notices.tsx";
import { Ready } from "../../parts/states.tsx";
import { t } from "../../words/words.ts";
import { FieldName, RouterLook } from "./MergeLook.tsx";
import { MERGE_TOUCHED, useTried } from "./tried.ts";

export function ApartDialog({
  id,
  other,
  onClose,
}: {
  id: ContactId;
  other: ContactId;
  onClose: () => void;
}) {
  const tried = useTried("unmerge_contacts", id, other);
  const apart = useChange("unmerge_contacts", MERGE_TOUCHED);
  const told = { params: { id }, body: { contact: other } };
  const act = () =>
    void apart
      .mutateAsync(told)
      .then(() => {
        const body = { contact: other, despite_unverified: true };
        tell(
          t("contacts.apart_done"),
          back("merge_contacts", { params: { id }, body }, MERGE_TOUCHED),
        );
        onClose();
      })
      .catch(() => undefined); // said in the dialog
  return (
    <FormDialog
      title={t("contacts.apart")}
      act={t("contacts.apart_act")}
      canAct={tried.data !== undefined && !apart.isPending}
      onAct={act}
      onClose={onClose}
      error={apart.error}
    >
      <Ready of={tried}>
        {(answer) => (
          <div className="ek-stack">
            <p>
              {t("contacts.goes_back", { count: answer.conversations })}{" "}
              {t("contacts.stays", { count: answer.stays })}
            </p>
            {answer.fields.length > 0 && (
              <p>
                {t("contacts.gives_back")}{" "}
                {answer.fields.map((field, at) => (
                  <span key={field}>
                    {at > 0 && t("common.between")}
                    <FieldName of={field} />
                  </span>
                ))}
              </p>
            )}
            <RouterLook of={answer} />
          </div>
        )}
      </Ready>
    </FormDialog>
  );
}
