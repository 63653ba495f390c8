// Decide -- what people decide about a change that stands: that somebody watches one for the worse,
// and that what is usual begins anew, after four yeses.
import { useState } from "react";
import { useChange } from "../../feed/cache.ts";
import { useNames } from "../../feed/names.ts";
import { me } from "../../feed/session.ts";
import type { TeammateId } from "../../gen/ids.ts";
import type { CalendarDate, Verdict } from "../../gen/shapes.ts";
import { DateField } from "../../parts/DateField.tsx";
import { FormDialog } from "../../parts/FormDialog.tsx";
import { Checkbox, ComboBox } from "../../parts/fields.tsx";
import { tell } from "../../parts/notices.tsx";
import { faultAt } from "../../parts/states.tsx";
import { t, wordOf } from "../../words/words.ts";

const SHOWN = ["get_trend_series", "list_trends", "get_watch_list"] as const;
const WATCH_DAYS = 28;
const DAY_MS = 86_400_000;

interface Props {
  verdict: Verdict;
  onClose: () => void;
}

function inDays(days: number): string {
  return new Date(Date.now() + days * DAY_MS).toISOString().slice(0, 10);
}

export function WatchDialog({ verdict, onClose }: Props) {
  const names = useNames();
  const [owner, setOwner] = useState<string>(verdict.watch?.owner ?? me().id);
  const [until, setUntil] = useState<string>(verdict.watch?.until ?? inDays(WATCH_DAYS));
  const put = useChange("watch_verdict", SHOWN);
  const save = () =>
    put.mutate(
      {
        params: { id: verdict.id },
        body: { owner: owner as TeammateId, until: until as CalendarDate },
      },
      {
        onSuccess: () => {
          tell(t("trends.saved"));
          onClose();
        },
      },
    );
  return (
    <FormDialog
      title={t("trends.watch_title")}
      act={t("common.save")}
      canAct={!put.isPending && until !== ""}
      onAct={save}
      onClose={onClose}
      error={put.error}
    >
      <div className="ek-stack">
        <p>{t("trends.watch_means")}</p>
        <ComboBox
          label={t("trends.watch_owner")}
          choices={names.teammates.map(({ id, name }) => ({ id, label: name }))}
          value={owner}
          onChange={setOwner}
          fault={faultAt(put.error, "/owner")}
        />
        <DateField
          label={t("trends.watch_until")}
          value={until}
          onChange={setUntil}
          fault={faultAt(put.error, "/until")}
        />
      </div>
    </FormDialog>
  );
}

const QUESTIONS = ["clearly_different", "cause_known", "desirable", "expected_to_last"] as const;
type Yeses = Record<(typeof QUESTIONS)[number], boolean>;

const NONE: Yeses = {
  clearly_different: false,
  cause_known: false,
  desirable: false,
  expected_to_last: false,
};

export function NewLimitsDialog({ verdict, onClose }: Props) {
  const [yeses, setYeses] = useState(NONE);
  const begin = useChange("rebase_verdict", SHOWN);
  const missing = QUESTIONS.find((question) => !yeses[question]);
  const save = () =>
    begin.mutate(
      { params: { id: verdict.id }, body: yeses },
      {
        onSuccess: () => {
          tell(t("trends.limits_begun"));
          onClose();
        },
      },
    );
  return (
    <FormDialog
      title={t("trends.limits_title")}
      act={t("trends.limits_begin")}
      canAct={!begin.isPending && missing === undefined}
      onAct={save}
      onClose={onClose}
      error={begin.error}
    >
      <div className="ek-stack">
        <p>{t("trends.limits_means")}</p>
        {QUESTIONS.map((question) => (
          <Checkbox
            key={question}
            isSelected={yeses[question]}
            onChange={(yes) => setYeses((old) => ({ ...old, [question]: yes }))}
          >
            {wordOf("trends", `yes_${question}`)}
          </Checkbox>
        ))}
        <p role="status" className="ek-quiet">
          {missing === undefined ? "" : wordOf("trends", `no_${missing}`)}
        </p>
      </div>
    </FormDialog>
  );
}
