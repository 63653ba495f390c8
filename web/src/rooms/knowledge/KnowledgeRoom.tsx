// KnowledgeRoom -- articles: those that are to be looked at, all of them with filters, and one with
// its texts side by side. What is looked at stands in the address: /knowledge?q=refund&owner=mine,
// /knowledge/new, /knowledge/art_12.
import { Link, useLocation } from "wouter";
import { may } from "../../feed/session.ts";
import type { ArticleId } from "../../gen/ids.ts";
import { LinkButton } from "../../parts/Button.tsx";
import { Room } from "../../parts/Room.tsx";
import { t } from "../../words/words.ts";
import { ArticleForm } from "./ArticleForm.tsx";
import { ArticleView } from "./ArticleView.tsx";
import { List } from "./List.tsx";
import { Reviews } from "./Reviews.tsx";
import { Rule } from "./Rule.tsx";
import "./knowledge.css";

function Overview() {
  return (
    <>
      <Reviews />
      {may("article_create") && (
        <div className="ek-row">
          <LinkButton look="main" href="/knowledge/new">
            {t("knowledge.add")}
          </LinkButton>
        </div>
      )}
      <List />
      <Rule />
    </>
  );
}

function Place({ path }: { path: string }) {
  const id = /^\/knowledge\/(art_\d+)$/.exec(path)?.[1];
  if (id !== undefined) return <ArticleView key={id} id={id as ArticleId} />;
  return path === "/knowledge/new" && may("article_create") ? <ArticleForm /> : <Overview />;
}

export default function KnowledgeRoom() {
  const [path] = useLocation();
  return (
    <Room title={t("places.knowledge")}>
      {path !== "/knowledge" && <Link href="/knowledge">{t("knowledge.back")}</Link>}
      <Place path={path} />
    </Room>
  );
}
