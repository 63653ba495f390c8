// Publish -- what readers see is a copy that is made here, and taken away here.
import { useChange } from "../../feed/cache.ts";
import { may } from "../../feed/session.ts";
import type { ArticleWhole } from "../../gen/shapes.ts";
import { Button } from "../../parts/Button.tsx";
import { complain, tell } from "../../parts/notices.tsx";
import { t } from "../../words/words.ts";
import { TOUCHED } from "./said.ts";

// Whether readers see something else than what is saved.
export const isBehind = (article: ArticleWhole) =>
  article.state !== "published" ||
  article.texts.some(
    ({ version, published }) =>
      version !== (published?.version ?? null) ||
      (published !== null && (published.link !== null) !== article.public),
  );

interface Props {
  article: ArticleWhole;
  etag: string | null;
  isClean: boolean; // what is in the fields is saved
  done: (etag: string | null) => void;
}

export function Publish({ article, etag, isClean, done }: Props) {
  const publish = useChange("publish_article", TOUCHED);
  const archive = useChange("archive_article", TOUCHED);
  if (!may("article_publish")) return null;
  const told = { params: { id: article.id }, ifMatch: etag ?? "*" };
  return (
    <>
      <Button
        look={isClean ? "main" : "quiet"}
        isDisabled={!isClean || !isBehind(article) || publish.isPending}
        onPress={() =>
          publish.mutate(
            { ...told, body: {} },
            {
              onSuccess: (got) => (done(got.etag), tell(t("knowledge.published"))),
              onError: complain,
            },
          )
        }
      >
        {t("knowledge.publish")}
      </Button>
      {article.state !== "archived" && (
        <Button
          isDisabled={!isClean || archive.isPending}
          onPress={() =>
            archive.mutate(told, {
              onSuccess: (got) => (done(got.etag), tell(t("knowledge.archived"))),
              onError: complain,
            })
          }
        >
          {t("knowledge.archive")}
        </Button>
      )}
    </>
  );
}
