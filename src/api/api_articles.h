/* api_articles -- an article as the API knows it: one thing with a text in up to three languages.
 *
 * What is being written (article_texts) and what readers see (article_pages) are different rows:
 * publishing copies. Every change of a text is a version. Source: spec people, PE14, PE19, PE20.
 */
#ifndef EK_API_API_ARTICLES_H
#define EK_API_API_ARTICLES_H

#include "api/turn.h"

enum {
	EK_API_ARTICLES_LANGUAGES = 3, /* 0 English, 1 Korean, 2 Arabic */
	EK_API_ARTICLES_TITLE = 200,
	EK_API_ARTICLES_BODY = 32768,
	EK_API_ARTICLES_SENT = 10, /* with one part */
};

/* Whole rows; values borrow from the turn's arena. */
struct ek_api_article {
	uint64_t id;
	struct ek_views_value row[EK_CONTENT_ARTICLES_WIDTH];
	uint64_t review; /* that is open; 0 */
	bool has_text[EK_API_ARTICLES_LANGUAGES];
	bool has_page[EK_API_ARTICLES_LANGUAGES];
	struct ek_views_value text[EK_API_ARTICLES_LANGUAGES][EK_CONTENT_ARTICLE_TEXTS_WIDTH];
	struct ek_views_value page[EK_API_ARTICLES_LANGUAGES][EK_CONTENT_ARTICLE_PAGES_WIDTH];
};

/* "en", "ko", "ar". */
ek_str ek_api_articles_tag(uint32_t language);
/* a->id is set: all of it; false with 404 in the problem. */
bool ek_api_articles_load(struct ek_turn *t, struct ek_api_article *a) EK_MUST_CHECK;
/* Shape ArticleWhole. seq: 0 = none. */
void ek_api_articles_write(struct ek_turn *t, const struct ek_api_article *a, uint64_t seq);
/* Shape ArticlePage, of a whole row. */
void ek_api_articles_write_page(struct ek_turn *t, const struct ek_views_value *page);

/* What readers see, by words; a title that says them first, then what was sent most. */
struct ek_api_articles_finding {
	ek_str words;      /* n 0 = any */
	uint32_t language; /* EK_API_ARTICLES_LANGUAGES = any */
	int64_t limit;
	bool is_public; /* what anybody may read alone */
};
/* Whole rows of article_pages. On the HTTP thread. False with the problem. */
bool ek_api_articles_find(struct ek_turn *t, const struct ek_api_articles_finding *f,
			  struct ek_turn_rows *rows) EK_MUST_CHECK;

/* ---- sent with a part (api_articles_used.c) */

struct ek_api_articles_sent {
	const uint64_t *v;
	uint32_t n;
	struct ek_patch_at at;
	struct ek_turn_rows rows; /* of articles, as they were */
};
/* A list of ids; absent is none. False with faults. */
bool ek_api_articles_take(struct ek_turn *t, const struct ek_patch_at *at,
			  struct ek_api_articles_sent *out);
/* In check: whether all of them are there. */
bool ek_api_articles_check(struct ek_turn *t, struct ek_api_articles_sent *s) EK_MUST_CHECK;
/* In made: that they were sent in that part. */
void ek_api_articles_put(struct ek_turn *t, const struct ek_api_articles_sent *s,
			 ek_conversation_id conversation, uint64_t part);
/* In made: a conversation was erased. */
void ek_api_articles_erase(struct ek_turn *t, int64_t conversation);

#endif
