// PurposeAsked -- looking at a person's figures is recorded with its purpose, and shown to that
// person: so it is said first.
import { age, useChange } from "../../feed/cache.ts";
import type { TeammateId } from "../../gen/ids.ts";
import { Button } from "../../parts/Button.tsx";
import { complain } from "../../parts/notices.tsx";
import { t } from "../../words/words.ts";

export function PurposeAsked({ person }: { person: TeammateId }) {
  const look = useChange("record_look");
  const say = () =>
    look.mutate(
      { params: { id: person }, body: { purpose: "target review" } },
      {
        onSuccess: () => age(["get_target", "list_targets", "get_target_history", "grade_target"]),
        onError: complain,
      },
    );
  return (
    <div className="ek-row">
      <p>{t("targets.purpose_first")}</p>
      <Button onPress={say} isDisabled={look.isPending}>
        {t("targets.purpose_review")}
      </Button>
    </div>
  );
}
