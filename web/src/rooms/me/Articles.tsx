// Articles -- mine to look at: those that did not help, and those whose day to be read again has
// come. Nobody else's stand here; without any there is no panel.
import { Link } from "wouter";
import { useAnswer } from "../../feed/cache.ts";
import { me } from "../../feed/session.ts";
import type { Article, ArticleReview } from "../../gen/shapes.ts";
import { formatDay } from "../../words/format.ts";
import { t } from "../../words/words.ts";
import { Panel } from "./Panel.tsx";

const MOST = 20;

// Today where this person is, as dates are written.
const today = () => new Date().toLocaleDateString("en-CA", { timeZone: me().zone });

function Asked({ review }: { review: ArticleReview }) {
  return (
    <li className="ek-me-item">
      <Link href={`/knowledge/${review.article}`}>
        <bdi>{review.title}</bdi>
      </Link>
      <span className="ek-quiet">{t("me.article_asked", { count: review.cases.length })}</span>
    </li>
  );
}

function Due({ article }: { article: Article }) {
  return (
    <li className="ek-me-item">
      <Link href={`/knowledge/${article.id}`}>
        <bdi>{article.title}</bdi>
      </Link>
      <span className="ek-quiet">
        {t("me.article_due", { day: formatDay(article.review_on ?? "") })}
      </span>
    </li>
  );
}

export function Articles() {
  const owner = me().id;
  const asked =
    useAnswer("list_article_reviews", { query: { owner, state: "open", limit: MOST } }).data?.answer
      .data ?? [];
  const query: Record<string, string | number> = {
    owner,
    "review_on.lte": today(),
    sort: "review_on",
    limit: MOST,
  };
  const found = useAnswer("list_articles", { query }).data?.answer.data ?? [];
  const due = found.filter(
    ({ id, state }) => state !== "archived" && !asked.some(({ article }) => article === id),
  );
  if (asked.length === 0 && due.length === 0) return null;
  return (
    <Panel title={t("me.articles")} says={t("me.articles_say")}>
      <ul className="ek-me-list">
        {asked.map((review) => (
          <Asked key={review.id} review={review} />
        ))}
        {due.map((article) => (
          <Due key={article.id} article={article} />
        ))}
      </ul>
    </Panel>
  );
}
