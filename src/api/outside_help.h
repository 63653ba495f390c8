/* outside_help -- articles for anybody: /support, without sign-in, without script, without cookie.
 *
 *   /support                the start page in the language that the browser asks for
 *   /support/ko             all articles in Korean; ?q= words: what fits best; ?page= further ones
 *   /support/ko/art_12      one; in another language where there is none in this
 *   /support/style.css
 *
 * What is shown is what was published as public (article_pages), never a draft. HTML is made here
 * alone: texts are escaped or come out of knowledge/markup.h. Each answer bears an ETag and is to
 * be asked for again; who has it gets 304. Source: spec security, section 3; docs/adr/0024.
 */
#ifndef EK_API_OUTSIDE_HELP_H
#define EK_API_OUTSIDE_HELP_H

#include "api/api_articles.h"

#define EK_OUTSIDE_HELP "/support"
enum { EK_OUTSIDE_HELP_FOUND = 20, EK_OUTSIDE_HELP_PAGE = 100 };

/* Answers it and returns true if the path is one of these. */
bool ek_outside_help(struct ek_turn *t);

/* ---- outside_help_page.c: into t->out */

struct ek_outside_help_article {
	ek_str title;
	ek_str body; /* in markup */
	ek_time at;
	uint64_t id;
	uint32_t languages; /* bit of each that it can be read in */
};
/* As a reader would see it, to be looked at within our own pages. */
void ek_outside_help_preview(struct ek_turn *t, uint32_t language,
			     const struct ek_outside_help_article *a);
void ek_outside_help_article(struct ek_turn *t, uint32_t language,
			     const struct ek_outside_help_article *a);
struct ek_outside_help_list {
	ek_str words;                    /* n 0 = all articles */
	const struct ek_turn_rows *rows; /* article, title */
	int64_t page;                    /* from 1 */
	bool has_more;
};
void ek_outside_help_start(struct ek_turn *t, uint32_t language,
			   const struct ek_outside_help_list *l);
/* Nothing is here; or in these languages alone. */
void ek_outside_help_gone(struct ek_turn *t, uint32_t language,
			  const struct ek_outside_help_article *a);
void ek_outside_help_style(struct ek_turn *t);

#endif
