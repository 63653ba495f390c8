// NoteDialog -- somebody says what happened on a day, and whether it is to be left out.
import { useState } from "react";
import { useChange } from "../../feed/cache.ts";
import type { TrendSeries } from "../../gen/shapes.ts";
import { FormDialog } from "../../parts/FormDialog.tsx";
import { Checkbox, Select, TextField } from "../../parts/fields.tsx";
import { back, tell } from "../../parts/notices.tsx";
import { formatDay } from "../../words/format.ts";
import { t, wordOf } from "../../words/words.ts";

const SHOWN = ["get_trend_series", "list_trends"] as const;
const CAUSES = ["launch", "outage", "holiday", "other"] as const;
type Cause = (typeof CAUSES)[number];

export function NoteDialog({
  series,
  date,
  onClose,
}: {
  series: TrendSeries;
  date: string;
  onClose: () => void;
}) {
  const [cause, setCause] = useState<Cause>("other");
  const [note, setNote] = useState("");
  const [isLeftOut, leaveOut] = useState(false);
  const create = useChange("create_annotation", SHOWN);
  const { metric, team } = series;
  const body = { metric, team, date, cause, note, leave_out: isLeftOut };
  const save = () =>
    create.mutate(
      { body },
      {
        onSuccess: ({ answer }) => {
          const undo = back("delete_annotation", { params: { id: answer.id } }, SHOWN);
          tell(t("trends.note_saved"), undo);
          onClose();
        },
      },
    );
  return (
    <FormDialog
      title={t("trends.note_title", { date: formatDay(date) })}
      act={t("common.save")}
      canAct={!create.isPending && note.trim() !== ""}
      onAct={save}
      onClose={onClose}
      error={create.error}
    >
      <div className="ek-stack">
        <Select
          label={t("trends.note_cause")}
          choices={CAUSES.map((id) => ({ id, label: wordOf("trends", `cause_${id}`) }))}
          value={cause}
          onChange={(id) => setCause(id as Cause)}
        />
        <TextField label={t("trends.note_text")} lines={2} value={note} onChange={setNote} />
        <Checkbox isSelected={isLeftOut} onChange={leaveOut}>
          {t("trends.note_leave_out")}
        </Checkbox>
      </div>
    </FormDialog>
  );
}
