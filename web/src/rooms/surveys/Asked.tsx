// Asked -- the question as the customer sees it, in each of the three languages.
import { t, wordOf } from "../../words/words.ts";
import { formatNumber } from "../../words/format.ts";
import { scaleOf, type Form } from "../../parts/survey_said.ts";

export const LANGUAGES = ["en", "ko", "ar"] as const;
export type Questions = Record<(typeof LANGUAGES)[number], string>;

function Page({
  form,
  language,
  question,
}: {
  form: Form;
  language: (typeof LANGUAGES)[number];
  question: string;
}) {
  return (
    <figure className="ek-stack" style={{ margin: 0 }}>
      <figcaption className="ek-label">{wordOf("surveys", `language_${language}`)}</figcaption>
      {question === "" ? (
        <p className="ek-quiet">{t("surveys.usual_words")}</p>
      ) : (
        <div className="ek-surveys-page" lang={language} dir={language === "ar" ? "rtl" : "ltr"}>
          <p>
            <strong>{question}</strong>
          </p>
          <div className="ek-surveys-scale" aria-hidden>
            {scaleOf(form).map((score) => (
              <span key={score}>{formatNumber(score)}</span>
            ))}
          </div>
        </div>
      )}
    </figure>
  );
}

export function Asked({ form, question }: { form: Form; question: Questions }) {
  return (
    <section className="ek-panel" aria-labelledby="survey-asked">
      <h2 id="survey-asked">{t("surveys.as_seen")}</h2>
      {LANGUAGES.map((language) => (
        <Page key={language} form={form} language={language} question={question[language]} />
      ))}
      <p className="ek-quiet">{t("surveys.as_seen_means")}</p>
    </section>
  );
}
