// WritingManners -- which key sends, and how long a reply is held before it goes: the same that
// the composer shows.
import { NumberField, RadioGroup } from "../../parts/fields.tsx";
import { HOLD_MAX, setWriting, useWriting } from "../../parts/writing.ts";
import { t } from "../../words/words.ts";

export function WritingManners() {
  const { hold: seconds, enterSends } = useWriting();
  return (
    <div className="ek-settings-form">
      <h3>{t("mine.writing")}</h3>
      <div className="ek-columns">
        <RadioGroup
          label={t("mine.enter")}
          value={enterSends ? "sends" : "line"}
          onChange={(id) => setWriting({ enterSends: id === "sends" })}
          choices={[
            { id: "line", label: t("mine.enter_line") },
            { id: "sends", label: t("mine.enter_sends") },
          ]}
        />
        <NumberField
          label={t("mine.hold")}
          help={t("mine.hold_help")}
          minValue={0}
          maxValue={HOLD_MAX}
          value={seconds}
          onChange={(hold) => Number.isFinite(hold) && setWriting({ hold })}
        />
      </div>
    </div>
  );
}
