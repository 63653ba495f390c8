// Shown -- below a text: what readers see of it, how it would look, and what it said before.
import { useState } from "react";
import { useAnswer } from "../../feed/cache.ts";
import { useNames } from "../../feed/names.ts";
import type { ArticleWhole } from "../../gen/shapes.ts";
import { Button } from "../../parts/Button.tsx";
import { tell } from "../../parts/notices.tsx";
import { Ready } from "../../parts/states.tsx";
import { When } from "../../parts/time.tsx";
import { t } from "../../words/words.ts";
import { languageName, type Language } from "./said.ts";

interface Props {
  article: ArticleWhole;
  language: Language;
  put: (words: { title: string; body: string }) => void;
}

function Versions({ article, language, put }: Props) {
  const names = useNames();
  const versions = useAnswer("list_article_versions", {
    params: { id: article.id },
    query: { language, sort: "-version", limit: 100 },
  });
  const now = article.texts.find((text) => text.language === language)?.version ?? null;
  const restore = ({ title, body, version }: { title: string; body: string; version: number }) => (
    put({ title, body }),
    tell(t("knowledge.restored", { version }))
  );
  return (
    <Ready of={versions}>
      {({ answer: { data } }) => {
        const earlier = data.filter(({ version }) => version !== now);
        if (earlier.length === 0) return <p className="ek-quiet">{t("knowledge.versions_none")}</p>;
        return (
          <ul className="ek-knowledge-list">
            {earlier.map((each) => (
              <li key={each.version} className="ek-knowledge-version">
                <span>
                  {t("knowledge.version", { version: each.version })}
                  <span className="ek-quiet ek-small">
                    {" · "}
                    <When at={each.at} />
                    {" · "}
                    <bdi>{each.by === null ? t("knowledge.a_program") : names.of(each.by)}</bdi>
                  </span>
                </span>
                <details>
                  <summary dir="auto">{each.title}</summary>
                  <pre className="ek-knowledge-text" dir="auto">
                    {each.body}
                  </pre>
                </details>
                <div>
                  <Button onPress={() => restore(each)}>
                    {t("knowledge.restore")}
                    <span className="ek-hidden">
                      {t("knowledge.version", { version: each.version })}
                    </span>
                  </Button>
                </div>
              </li>
            ))}
          </ul>
        );
      }}
    </Ready>
  );
}

function New() {
  return <span className="ek-hidden">{t("knowledge.opens_new")}</span>;
}

export function Shown(props: Props) {
  const { article, language } = props;
  const [isOpen, open] = useState(false);
  const text = article.texts.find((each) => each.language === language);
  if (text === undefined) return null;
  const published = text.published;
  const name = languageName(language);
  return (
    <div className="ek-stack">
      <p className="ek-small">
        {published === null
          ? t("knowledge.not_shown")
          : t("knowledge.shown", { version: published.version })}
        {published !== null && published.version !== text.version && (
          <>
            {" · "}
            {t("knowledge.changed_since")}
          </>
        )}
      </p>
      <p className="ek-row ek-small">
        {text.version !== null && (
          <a
            href={`/api/v1/articles/${article.id}/preview?language=${language}`}
            target="_blank"
            rel="noreferrer"
          >
            {t("knowledge.preview", { language: name })} <New />
          </a>
        )}
        {published !== null && published.link !== null && (
          <a href={published.link} target="_blank" rel="noreferrer">
            {t("knowledge.read")} <New />
          </a>
        )}
        <Button look="link" aria-expanded={isOpen} onPress={() => open(!isOpen)}>
          {t("knowledge.versions")}
        </Button>
      </p>
      {isOpen && <Versions {...props} />}
    </div>
  );
}
