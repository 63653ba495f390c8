// Preview -- a text as it will be sent: its fields filled in from an example, of somebody who is
// known or of whom nothing is.
import { useEffect, useState } from "react";
import { useAnswer } from "../../feed/cache.ts";
import type { ReadyFilled } from "../../gen/shapes.ts";
import { Tabs } from "../../parts/Tabs.tsx";
import { t, wordOf } from "../../words/words.ts";
import type { Language } from "./draft.ts";

const PAUSE_MS = 250;

// What was typed, once the hands rest.
function useRested(text: string): string {
  const [rested, setRested] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setRested(text), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return rested;
}

function Troubles({ filled }: { filled: ReadyFilled }) {
  const known = filled.missing - filled.faults.length;
  return (
    <>
      {filled.faults.map((name) => (
        <p key={name} className="ek-fault">
          {t("ready.preview_fault", { name })}
        </p>
      ))}
      {known > 0 && <p className="ek-fault">{t("ready.preview_missing", { count: known })}</p>}
    </>
  );
}

function Filled({ text, language, known }: { text: string; language: Language; known: boolean }) {
  const rested = useRested(text);
  const filled = useAnswer(
    "preview_ready_answer",
    { body: { text: rested, known } },
    { enabled: rested.trim() !== "", keep: true },
  );
  if (text.trim() === "" || filled.data === undefined)
    return <p className="ek-quiet">{t("ready.preview_none")}</p>;
  return (
    <>
      <p className="ek-ready-filled" dir="auto" lang={language}>
        {filled.data.answer.text}
      </p>
      <div aria-live="polite">
        <Troubles filled={filled.data.answer} />
      </div>
    </>
  );
}

export function Preview({ text, language }: { text: string; language: Language }) {
  const [shown, show] = useState("known");
  return (
    <section className="ek-panel" aria-labelledby="ready-preview">
      <h2 id="ready-preview">{t("ready.preview")}</h2>
      <p className="ek-quiet">{wordOf("ready", `language_${language}`)}</p>
      <Tabs
        label={t("ready.preview")}
        value={shown}
        onChange={show}
        views={(["known", "unknown"] as const).map((id) => ({
          id,
          title: t(`ready.preview_${id}`),
          view: <Filled text={text} language={language} known={id === "known"} />,
        }))}
      />
    </section>
  );
}
