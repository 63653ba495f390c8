// Articles -- beside the conversation: published articles found by words, opened, and put into the
// answer as a link or as text. What is put in is noted as used once the answer is sent.
import { useMemo, useState } from "react";
import { Link } from "wouter";
import { X } from "lucide-react";
import { useAnswer } from "../../feed/cache.ts";
import type { ArticlePage, Conversation } from "../../gen/shapes.ts";
import { Button, IconButton } from "../../parts/Button.tsx";
import { SearchField } from "../../parts/fields.tsx";
import { tell } from "../../parts/notices.tsx";
import { t } from "../../words/words.ts";
import { useContacts } from "./contacts.ts";
import { draftOf, keepDraft, useDraft, type SentArticle } from "./drafts.ts";
import { focusField } from "./field.ts";

const MOST = 5;

// Behind what is typed, and the article noted beside it.
function putIn(conversation: string, page: ArticlePage, text: string): void {
  const draft = draftOf(conversation, "message");
  const one: SentArticle = { id: page.article, title: page.title };
  keepDraft(conversation, "message", {
    text: draft.text.trim() === "" ? text : `${draft.text.trimEnd()}\n\n${text}`,
    articles: [...draft.articles.filter(({ id }) => id !== one.id), one],
    key: "",
  });
  focusField("message");
  tell(t("inbox.article_in"));
}

function Found({ of, page, canSend }: { of: Conversation; page: ArticlePage; canSend: boolean }) {
  const [isOpen, open] = useState(false);
  const link = page.link === null ? null : `${page.title}\n${page.link}`;
  return (
    <li className="ek-stack ek-inbox-article">
      <Button
        look="link"
        aria-expanded={isOpen}
        aria-label={t(isOpen ? "inbox.article_shut" : "inbox.article_open", { title: page.title })}
        onPress={() => open(!isOpen)}
      >
        <bdi lang={page.language}>{page.title}</bdi>
      </Button>
      {isOpen && (
        <>
          <div className="ek-inbox-article-text" dir="auto" lang={page.language}>
            {page.plain}
          </div>
          <Link href={`/knowledge/${page.article}`}>{t("inbox.article_edit")}</Link>
        </>
      )}
      {canSend && (
        <div className="ek-row">
          {link !== null && (
            <Button onPress={() => putIn(of.id, page, link)}>
              {t("inbox.article_link")}
              <span className="ek-hidden">{page.title}</span>
            </Button>
          )}
          <Button onPress={() => putIn(of.id, page, page.plain.trim())}>
            {t("inbox.article_text")}
            <span className="ek-hidden">{page.title}</span>
          </Button>
        </div>
      )}
    </li>
  );
}

const LANGUAGES = ["en", "ko", "ar"] as const;

// Of who writes, as far as articles are written in it.
function useLanguage(of: Conversation): (typeof LANGUAGES)[number] | null {
  const ids = useMemo(() => [of.contact], [of.contact]);
  const contact = useContacts(ids).get(of.contact ?? "");
  const tag = contact !== undefined && "language" in contact ? contact.language : null;
  return LANGUAGES.find((each) => tag?.startsWith(each) === true) ?? null;
}

export function Articles({ of, canSend }: { of: Conversation; canSend: boolean }) {
  const [words, setWords] = useState("");
  const language = useLanguage(of);
  const q = words.trim();
  const query = { q, limit: MOST, ...(language === null ? {} : { language }) };
  const here = useAnswer("search_article_pages", { query }, { enabled: q !== "", keep: true });
  const isBare = q !== "" && here.data?.answer.data.length === 0 && language !== null;
  // In the contact's language first; where there is none, in any.
  const any = useAnswer("search_article_pages", { query: { q, limit: MOST } }, { enabled: isBare });
  const pages = q === "" ? [] : ((isBare ? any : here).data?.answer.data ?? []);
  const isDone = q !== "" && (isBare ? any : here).isSuccess;
  return (
    <section className="ek-stack" aria-label={t("inbox.articles")}>
      <h3>{t("inbox.articles")}</h3>
      <SearchField label={t("inbox.article_search")} value={words} onChange={setWords} />
      {pages.length > 0 && (
        <ul className="ek-stack ek-inbox-articles">
          {pages.map((page) => (
            <Found key={`${page.article} ${page.language}`} {...{ of, page, canSend }} />
          ))}
        </ul>
      )}
      <span role="status" className="ek-quiet">
        {isDone && pages.length === 0 && t("inbox.article_none")}
      </span>
    </section>
  );
}

// Below the field: what will be noted as used.
export function SentArticles({ of }: { of: Conversation }) {
  const { articles } = useDraft(of.id, "message");
  if (articles.length === 0) return null;
  const off = (id: string) =>
    keepDraft(of.id, "message", { articles: articles.filter((each) => each.id !== id), key: "" });
  return (
    <ul className="ek-stack ek-inbox-articles">
      {articles.map(({ id, title }) => (
        <li key={id} className="ek-row ek-small">
          <span>{t("inbox.article_sending", { title })}</span>
          <IconButton label={t("inbox.article_off", { title })} onPress={() => off(id)}>
            <X className="ek-icon" aria-hidden />
          </IconButton>
        </li>
      ))}
    </ul>
  );
}
