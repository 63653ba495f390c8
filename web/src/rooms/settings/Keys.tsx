// Keys -- one's own shortcuts: single letters switched off, or another letter for an act (WCAG
// 2.1.4).
import { useState } from "react";
import { me } from "../../feed/session.ts";
import { Button } from "../../parts/Button.tsx";
import { Switch, TextField } from "../../parts/fields.tsx";
import { complain, tell } from "../../parts/notices.tsx";
import { t } from "../../words/words.ts";
import { backOfMine, saveMine } from "./MeSection.tsx";

const LETTERS = ["r", "n", "s", "h", "e", "x", "j", "k"] as const;
const OFF = "off";
type Own = Record<string, string>;

function keyOf(own: Own, letter: string): string {
  const mine = own[letter];
  return mine === OFF ? "" : (mine ?? letter);
}

// Two acts with one key: neither would be sure.
function isTwice(own: Own, letter: string): boolean {
  const key = keyOf(own, letter);
  return key !== "" && LETTERS.some((other) => other !== letter && keyOf(own, other) === key);
}

export function Keys() {
  const [own, setOwn] = useState<Own>(me().shortcuts);
  const areOn = own["letters"] !== OFF;
  const save = async (next: Own) => {
    const before = me().shortcuts;
    setOwn(next);
    if (LETTERS.some((letter) => isTwice(next, letter))) return;
    try {
      await saveMine({ shortcuts: next });
      tell(
        t("mine.saved"),
        backOfMine({ shortcuts: before }, () => setOwn(before)),
      );
    } catch (error) {
      complain(error as Error);
    }
  };
  const put = (name: string, value: string | null) => {
    const { [name]: _before, ...rest } = own;
    void save(value === null ? rest : { ...rest, [name]: value });
  };
  const putKey = (letter: string, typed: string) => {
    const key = typed.trim().slice(-1).toLowerCase();
    if (key !== "" && !/[a-z]/.test(key)) return;
    put(letter, key === "" ? OFF : key === letter ? null : key);
  };
  return (
    <div className="ek-settings-form">
      <h3>{t("mine.keys")}</h3>
      <Switch isSelected={areOn} onChange={(on) => put("letters", on ? null : OFF)}>
        {t("mine.letters")}
      </Switch>
      {areOn && (
        <>
          <p className="ek-help">{t("mine.keys_help")}</p>
          <div className="ek-settings-grid">
            {LETTERS.map((letter) => (
              <TextField
                key={letter}
                label={t(`help.key_${letter}`)}
                value={keyOf(own, letter)}
                onChange={(typed) => putKey(letter, typed)}
                fault={isTwice(own, letter) ? t("mine.key_twice") : undefined}
              />
            ))}
          </div>
        </>
      )}
      {Object.keys(own).length > 0 && (
        <div>
          <Button onPress={() => void save({})}>{t("mine.keys_back")}</Button>
        </div>
      )}
    </div>
  );
}
