// StoryForm -- the story of a change, found and kept: what happened, what shows it, what follows.
import { useState } from "react";
import { useChange } from "../../feed/cache.ts";
import type { TeammateId } from "../../gen/ids.ts";
import type { Verdict } from "../../gen/shapes.ts";
import { Button } from "../../parts/Button.tsx";
import { Select, TextField } from "../../parts/fields.tsx";
import { tell } from "../../parts/notices.tsx";
import { faultOf } from "../../parts/faults.ts";
import { PeopleField } from "../../parts/PeopleField.tsx";
import { faultAt } from "../../parts/states.tsx";
import { t, wordOf } from "../../words/words.ts";

const CREDITED_MOST = 20; // as the server bounds them
const DECISIONS = ["keep", "undo", "watch", "pass_on", "nothing"] as const;

export function StoryForm({ verdict, onClose }: { verdict: Verdict; onClose: () => void }) {
  const [story, setStory] = useState({
    cause: verdict.story?.cause ?? "",
    evidence: verdict.story?.evidence ?? "",
    decision: verdict.story?.decision ?? (verdict.direction === "worse" ? "watch" : "keep"),
    credit: verdict.story?.credit ?? "",
  });
  const [credited, setCredited] = useState<readonly TeammateId[]>(
    verdict.story?.credited.map(({ teammate }) => teammate) ?? [],
  );
  const put = useChange("put_story", ["get_trend_series", "list_stories", "list_shared_stories"]);
  const set = (name: keyof typeof story) => (value: string) =>
    setStory((old) => ({ ...old, [name]: value }));
  const save = () =>
    put.mutate(
      { params: { id: verdict.id }, body: { ...story, credited: [...credited] } },
      {
        onSuccess: () => {
          tell(t("trends.saved"));
          onClose();
        },
      },
    );
  return (
    <div className="ek-stack">
      <TextField
        label={t("trends.story_cause")}
        lines={2}
        value={story.cause}
        onChange={set("cause")}
        fault={faultAt(put.error, "/cause")}
      />
      <TextField
        label={t("trends.story_evidence")}
        lines={2}
        value={story.evidence}
        onChange={set("evidence")}
        fault={faultAt(put.error, "/evidence")}
      />
      <Select
        label={t("trends.story_decision")}
        choices={DECISIONS.map((id) => ({ id, label: wordOf("trends", `decision_${id}`) }))}
        value={story.decision}
        onChange={set("decision")}
      />
      <TextField
        label={t("trends.story_credit")}
        value={story.credit}
        onChange={set("credit")}
        fault={faultAt(put.error, "/credit")}
      />
      <PeopleField
        label={t("trends.credited_add")}
        help={t("trends.credited_means")}
        listed={t("trends.credited")}
        without={(name) => t("trends.credited_not", { name })}
        people={credited}
        most={CREDITED_MOST}
        onChange={setCredited}
        fault={faultOf(put.error, "/credited")}
      />
      {put.error !== null && <p role="alert">{put.error.problem?.detail}</p>}
      <div className="ek-row">
        <Button look="main" isDisabled={put.isPending || story.cause.trim() === ""} onPress={save}>
          {t("common.save")}
        </Button>
        <Button onPress={onClose}>{t("common.cancel")}</Button>
      </div>
    </div>
  );
}
