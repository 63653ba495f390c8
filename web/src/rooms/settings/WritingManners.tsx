// WritingManners -- which key sends, and how long a reply is held before it goes. This browser
// keeps them, under the name where the composer looks for them.
import { useState } from "react";
import { me } from "../../feed/session.ts";
import { NumberField, RadioGroup } from "../../parts/fields.tsx";
import { t } from "../../words/words.ts";

interface Writing {
  hold: number;
  enterSends: boolean;
}
const USUAL: Writing = { hold: 5, enterSends: false };
const HOLD_MAX = 30;

const place = () => `ek.writing.${me().id}`;

function kept(): Writing {
  try {
    const found = JSON.parse(localStorage.getItem(place()) ?? "{}") as Partial<Writing>;
    return { ...USUAL, ...found };
  } catch {
    return USUAL;
  }
}

export function WritingManners() {
  const [writing, setWriting] = useState(kept);
  const change = (part: Partial<Writing>) => {
    const next = { ...writing, ...part };
    localStorage.setItem(place(), JSON.stringify(next));
    setWriting(next);
  };
  return (
    <div className="ek-settings-form">
      <h3>{t("mine.writing")}</h3>
      <div className="ek-columns">
        <RadioGroup
          label={t("mine.enter")}
          value={writing.enterSends ? "sends" : "line"}
          onChange={(id) => change({ enterSends: id === "sends" })}
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
          value={writing.hold}
          onChange={(hold) => !Number.isNaN(hold) && change({ hold })}
        />
      </div>
    </div>
  );
}
