// ArticleView -- one article: for who keeps it a form, for others to be read; and where it was
// sent.
import { Link } from "wouter";
import { useAnswer } from "../../feed/cache.ts";
import { may, me } from "../../feed/session.ts";
import type { ArticleId } from "../../gen/ids.ts";
import type { ArticleWhole } from "../../gen/shapes.ts";
import { Badge } from "../../parts/marks.tsx";
import { Name } from "../../parts/Name.tsx";
import { Ready } from "../../parts/states.tsx";
import { When } from "../../parts/time.tsx";
import { t, wordOf } from "../../words/words.ts";
import { ArticleForm } from "./ArticleForm.tsx";
import { ReviewOf } from "./Reviews.tsx";
import { DIRECTION, isDue, languageName } from "./said.ts";
import { Shown } from "./Shown.tsx";

function Uses({ id }: { id: ArticleId }) {
  const uses = useAnswer("list_article_uses", { params: { id }, query: { limit: 50 } });
  return (
    <section className="ek-panel" aria-labelledby="knowledge-uses">
      <h2 id="knowledge-uses">{t("knowledge.uses")}</h2>
      <Ready of={uses}>
        {({ answer: { data } }) =>
          data.length === 0 ? (
            <p className="ek-quiet">{t("knowledge.uses_none")}</p>
          ) : (
            <ul className="ek-knowledge-list">
              {data.map((use) => (
                <li key={use.use} className="ek-row ek-knowledge-use">
                  <Link href={`/inbox/${use.conversation}`}>
                    <bdi className="ek-code">{use.conversation}</bdi>
                  </Link>
                  <Name id={use.teammate} />
                  <span className="ek-quiet">
                    <When at={use.at} />
                  </span>
                  {use.reopened && <Badge tone="warn">{t("knowledge.reopened")}</Badge>}
                  {use.low_score && <Badge tone="bad">{t("knowledge.low_score")}</Badge>}
                </li>
              ))}
            </ul>
          )
        }
      </Ready>
    </section>
  );
}

function Texts({ article }: { article: ArticleWhole }) {
  return (
    <div className="ek-knowledge-sides">
      {article.texts.map((text) => (
        <section
          key={text.language}
          className="ek-panel"
          aria-labelledby={`knowledge-${text.language}`}
        >
          <h2 id={`knowledge-${text.language}`}>{languageName(text.language)}</h2>
          <p className="ek-knowledge-name" dir="auto" lang={text.language}>
            {text.title ?? text.published?.title}
          </p>
          <pre className="ek-knowledge-text" dir={DIRECTION[text.language]} lang={text.language}>
            {text.body ?? text.published?.plain}
          </pre>
          <Shown article={article} language={text.language} put={() => undefined} />
        </section>
      ))}
    </div>
  );
}

function State({ article }: { article: ArticleWhole }) {
  return (
    <p className="ek-row">
      <Badge tone={article.state === "published" ? "good" : "quiet"}>
        {wordOf("knowledge", `state_${article.state}`)}
      </Badge>
      {isDue(article) && <Badge tone="warn">{t("knowledge.due")}</Badge>}
      <span className="ek-quiet">
        <Name id={article.owner} />
        {" · "}
        {t("knowledge.used", { count: article.uses })}
      </span>
    </p>
  );
}

export function ArticleView({ id }: { id: ArticleId }) {
  const article = useAnswer("get_article", { params: { id } });
  return (
    <Ready of={article}>
      {({ answer, etag }) => {
        const canEdit = answer.owner === me().id || may("article_publish");
        return (
          <>
            <h2 className="ek-knowledge-title">
              <bdi>{answer.title}</bdi>
            </h2>
            <State article={answer} />
            <ReviewOf article={id} canClose={canEdit} />
            {canEdit ? <ArticleForm article={answer} etag={etag} /> : <Texts article={answer} />}
            <Uses id={id} />
          </>
        );
      }}
    </Ready>
  );
}
