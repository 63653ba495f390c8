// Reviews -- articles that did not help: whoever owns one is asked to look, with the cases beside
// it.
import { useState } from "react";
import { Link } from "wouter";
import { useAnswer, useChange } from "../../feed/cache.ts";
import { me } from "../../feed/session.ts";
import type { ArticleId } from "../../gen/ids.ts";
import type { ArticleReview } from "../../gen/shapes.ts";
import { Button } from "../../parts/Button.tsx";
import { TextField } from "../../parts/fields.tsx";
import { complain, tell } from "../../parts/notices.tsx";
import { Since, When } from "../../parts/time.tsx";
import { t } from "../../words/words.ts";
import { TOUCHED } from "./said.ts";

function Cases({ review }: { review: ArticleReview }) {
  return (
    <ul className="ek-knowledge-cases">
      {review.cases.map((one, i) => (
        <li key={i}>
          <Link href={`/inbox/${one.conversation}`}>
            <bdi className="ek-code">{one.conversation}</bdi>
          </Link>{" "}
          <span className="ek-quiet">
            {one.kind === "reopened"
              ? t("knowledge.reopened")
              : t("knowledge.low_score_n", { score: one.score ?? "" })}
            {" · "}
            <When at={one.at} />
          </span>
        </li>
      ))}
    </ul>
  );
}

export function ReviewCard({ review, isNamed }: { review: ArticleReview; isNamed: boolean }) {
  const [note, setNote] = useState("");
  const close = useChange("close_article_review", TOUCHED);
  const send = () =>
    close.mutate(
      { params: { id: review.id }, body: note.trim() === "" ? {} : { note: note.trim() } },
      { onSuccess: () => tell(t("knowledge.done_said")), onError: complain },
    );
  return (
    <div className="ek-knowledge-review">
      <p>
        {isNamed && (
          <>
            <Link className="ek-knowledge-name" href={`/knowledge/${review.article}`}>
              <bdi>{review.title}</bdi>
            </Link>{" "}
          </>
        )}
        <span className="ek-quiet">
          {t("knowledge.cases", { count: review.cases.length })}
          {" · "}
          <Since at={review.opened_at} />
        </span>
      </p>
      <Cases review={review} />
      <div className="ek-row ek-knowledge-done">
        <TextField label={t("knowledge.done_note")} value={note} onChange={setNote} />
        <Button isDisabled={close.isPending} onPress={send}>
          {t("knowledge.done")}
        </Button>
      </div>
    </div>
  );
}

// Mine, above all articles.
export function Reviews() {
  const reviews = useAnswer("list_article_reviews", {
    query: { owner: me().id, state: "open", limit: 20 },
  });
  const open = reviews.data?.answer.data ?? [];
  if (open.length === 0) return null;
  return (
    <section className="ek-panel ek-knowledge-asked" aria-labelledby="knowledge-reviews">
      <h2 id="knowledge-reviews">{t("knowledge.reviews")}</h2>
      <p>{t("knowledge.reviews_mine")}</p>
      {open.map((review) => (
        <ReviewCard key={review.id} review={review} isNamed />
      ))}
    </section>
  );
}

// Of one article.
export function ReviewOf({ article, canClose }: { article: ArticleId; canClose: boolean }) {
  const reviews = useAnswer("list_article_reviews", { query: { article, state: "open" } });
  const open = reviews.data?.answer.data[0];
  if (open === undefined) return null;
  return (
    <section className="ek-panel ek-knowledge-asked" aria-labelledby="knowledge-review">
      <h2 id="knowledge-review">{t("knowledge.flagged")}</h2>
      <p>{t("knowledge.reviews_means")}</p>
      {canClose ? <ReviewCard review={open} isNamed={false} /> : <Cases review={open} />}
    </section>
  );
}
