/* Articles: the list, one, and how it would look. How they are changed: api_articles_edit.c. */
#include "api/api_articles.h"

#include <string.h>

#include "api/api_figures.h"
#include "api/api_put.h"
#include "api/api_state.h"
#include "api/api_text.h"
#include "api/handlers.h"
#include "api/outside_help.h"
#include "api/page.h"
#include "knowledge/markup.h"
#include "wire/list.h"

enum { REVIEW = EK_CONTENT_ARTICLES_WIDTH };

#define OPEN_REVIEW \
	"(SELECT r.review FROM article_reviews r WHERE r.article = a.article AND r.state = " \
	"'open')"
#define SELECT \
	"a.article, a.state, a.title, a.title_key, a.languages, a.owner, a.public, a.review_day," \
	" a.uses, a.used_ms, a.created_ms, a.updated_ms, a.published_ms, a.revision, " OPEN_REVIEW

ek_str ek_api_articles_tag(uint32_t language)
{
	static const char *const tags[] = {"en", "ko", "ar"};
	return (ek_str){tags[language], 2};
}

static uint64_t id_of(const struct ek_views_value *v)
{
	return v->kind == EK_VIEWS_INT ? (uint64_t)v->i : 0;
}

static int32_t day_of(const struct ek_views_value *v)
{
	return v->kind == EK_VIEWS_INT ? (int32_t)v->i : INT32_MIN;
}

static void put_time(struct ek_json *j, const char *key, const struct ek_views_value *v)
{
	ek_api_put_time(j, key, (ek_time){ek_turn_int(v)});
}

/* ---- written */

static void write_members(struct ek_json *j, const struct ek_views_value *v, uint64_t review)
{
	ek_api_put_id(j, "id", EK_IDENT_ARTICLE, id_of(&v[EK_CONTENT_ARTICLES_ARTICLE]));
	ek_api_put_text(j, "state", ek_turn_text(&v[EK_CONTENT_ARTICLES_STATE]));
	ek_api_put_text(j, "title", ek_turn_text(&v[EK_CONTENT_ARTICLES_TITLE]));
	ek_api_put_raw(j, "languages", ek_turn_text(&v[EK_CONTENT_ARTICLES_LANGUAGES]));
	ek_api_put_id(j, "owner", EK_IDENT_TEAMMATE, id_of(&v[EK_CONTENT_ARTICLES_OWNER]));
	ek_api_put_bool(j, "public", ek_turn_int(&v[EK_CONTENT_ARTICLES_PUBLIC]) == 1);
	if (v[EK_CONTENT_ARTICLES_REVIEW_DAY].kind == EK_VIEWS_INT)
		ek_api_figures_put_date(j, "review_on", day_of(&v[EK_CONTENT_ARTICLES_REVIEW_DAY]));
	else
		ek_api_put_word(j, "review_on", NULL);
	ek_api_put_id(j, "review", EK_IDENT_ARTICLE_REVIEW, review);
	ek_api_put_int(j, "uses", ek_turn_int(&v[EK_CONTENT_ARTICLES_USES]));
	put_time(j, "used_at", &v[EK_CONTENT_ARTICLES_USED_MS]);
	put_time(j, "created_at", &v[EK_CONTENT_ARTICLES_CREATED_MS]);
	put_time(j, "updated_at", &v[EK_CONTENT_ARTICLES_UPDATED_MS]);
	put_time(j, "published_at", &v[EK_CONTENT_ARTICLES_PUBLISHED_MS]);
}

static void put_piece(void *ctx, ek_str bytes)
{
	ek_json_plain(ctx, bytes);
}

static ek_str plain_of(struct ek_turn *t, ek_str body)
{
	struct ek_json j;
	const struct ek_markup_out out = {put_piece, &j};
	ek_api_text_begin(t, &j);
	ek_markup_plain(body, &out);
	if (ek_json_written(&j).n > 0)
		return ek_api_text_take(t, &j);
	ek_json_fini(&j);
	return EK_S("");
}

void ek_api_articles_write_page(struct ek_turn *t, const struct ek_views_value *v)
{
	struct ek_json *j = &t->out;
	char link[512];
	uint64_t id = id_of(&v[EK_CONTENT_ARTICLE_PAGES_ARTICLE]);
	ek_str language = ek_turn_text(&v[EK_CONTENT_ARTICLE_PAGES_LANGUAGE]);
	bool is_public = ek_turn_int(&v[EK_CONTENT_ARTICLE_PAGES_PUBLIC]) == 1;
	size_t n = ek_format(link, sizeof link, "%s" EK_OUTSIDE_HELP "/%c%c/art_%llu",
			     t->api->options.url, language.p[0], language.p[1],
			     (unsigned long long)id);
	ek_json_object(j);
	ek_api_put_id(j, "article", EK_IDENT_ARTICLE, id);
	ek_api_put_text(j, "language", language);
	ek_api_put_int(j, "version", ek_turn_int(&v[EK_CONTENT_ARTICLE_PAGES_VERSION]));
	ek_api_put_text(j, "title", ek_turn_text(&v[EK_CONTENT_ARTICLE_PAGES_TITLE]));
	ek_api_put_text(j, "plain", plain_of(t, ek_turn_text(&v[EK_CONTENT_ARTICLE_PAGES_BODY])));
	ek_api_put_text(j, "link", is_public ? (ek_str){link, (uint32_t)n} : (ek_str){NULL, 0});
	put_time(j, "at", &v[EK_CONTENT_ARTICLE_PAGES_AT_MS]);
	ek_json_object_end(j);
}

static void write_text(struct ek_turn *t, const struct ek_api_article *a, uint32_t l)
{
	static const struct ek_views_value none[EK_CONTENT_ARTICLE_TEXTS_WIDTH];
	const struct ek_views_value *v = a->has_text[l] ? a->text[l] : none;
	struct ek_json *j = &t->out;
	ek_json_object(j);
	ek_api_put_text(j, "language", ek_api_articles_tag(l));
	ek_api_put_int(j, "version", ek_turn_int(&v[EK_CONTENT_ARTICLE_TEXTS_VERSION]));
	ek_api_put_text(j, "title", ek_turn_text(&v[EK_CONTENT_ARTICLE_TEXTS_TITLE]));
	ek_api_put_text(j, "body", ek_turn_text(&v[EK_CONTENT_ARTICLE_TEXTS_BODY]));
	put_time(j, "at", &v[EK_CONTENT_ARTICLE_TEXTS_AT_MS]);
	ek_json_key(j, "published");
	if (a->has_page[l])
		ek_api_articles_write_page(t, a->page[l]);
	else
		ek_json_null(j);
	ek_json_object_end(j);
}

void ek_api_articles_write(struct ek_turn *t, const struct ek_api_article *a, uint64_t seq)
{
	struct ek_json *j = &t->out;
	ek_json_object(j);
	write_members(j, a->row, a->review);
	ek_json_key(j, "texts");
	ek_json_list(j);
	for (uint32_t l = 0; l < EK_API_ARTICLES_LANGUAGES; l++)
		if (a->has_text[l] || a->has_page[l])
			write_text(t, a, l);
	ek_json_list_end(j);
	if (seq != 0)
		ek_api_put_int(j, "seq", (int64_t)seq);
	ek_json_object_end(j);
}

/* ---- loaded */

static uint32_t language_of(const struct ek_views_value *v)
{
	uint32_t l = 0;
	while (l < EK_API_ARTICLES_LANGUAGES &&
	       !ek_str_equal(ek_turn_text(v), ek_api_articles_tag(l)))
		l++;
	return l;
}

static bool load_texts(struct ek_turn *t, struct ek_api_article *a)
{
	const struct ek_views_value key = ek_views_int((int64_t)a->id);
	struct ek_turn_rows texts, pages;
	if (!ek_turn_select(t, "SELECT * FROM article_texts WHERE article = $1", &key, 1, &texts) ||
	    !ek_turn_select(t, "SELECT * FROM article_pages WHERE article = $1", &key, 1, &pages))
		return false;
	for (uint32_t i = 0; i < texts.n; i++) {
		const struct ek_views_value *v = texts.v + (size_t)i * texts.columns;
		uint32_t l = language_of(&v[EK_CONTENT_ARTICLE_TEXTS_LANGUAGE]);
		if (l == EK_API_ARTICLES_LANGUAGES)
			continue;
		memcpy(a->text[l], v, sizeof a->text[l]);
		a->has_text[l] = true;
	}
	for (uint32_t i = 0; i < pages.n; i++) {
		const struct ek_views_value *v = pages.v + (size_t)i * pages.columns;
		uint32_t l = language_of(&v[EK_CONTENT_ARTICLE_PAGES_LANGUAGE]);
		if (l == EK_API_ARTICLES_LANGUAGES)
			continue;
		memcpy(a->page[l], v, sizeof a->page[l]);
		a->has_page[l] = true;
	}
	return true;
}

bool ek_api_articles_load(struct ek_turn *t, struct ek_api_article *a)
{
	const uint64_t id = a->id;
	const struct ek_views_value key = ek_views_int((int64_t)id);
	struct ek_turn_rows rows;
	if (!ek_turn_select(t, "SELECT " SELECT " FROM articles a WHERE a.article = $1", &key, 1,
			    &rows))
		return false;
	if (rows.n == 0)
		return ek_problem_set(&t->problem, EK_PROBLEM_NOT_FOUND, NULL);
	memset(a, 0, sizeof *a);
	a->id = id;
	memcpy(a->row, rows.v, sizeof a->row);
	a->review = id_of(&rows.v[REVIEW]);
	return load_texts(t, a);
}

/* ---- the list, and one */

static const struct ek_list_column columns[EK_LIST_articles_COUNT] = {
	[EK_LIST_articles_id] = {EK_LIST_NUMBER, "a.article", NULL},
	[EK_LIST_articles_title] = {EK_LIST_TEXT, "a.title", "a.title_key"},
	[EK_LIST_articles_state] = {EK_LIST_TEXT, "a.state", NULL},
	[EK_LIST_articles_owner] = {EK_LIST_NUMBER, "a.owner", NULL},
	[EK_LIST_articles_language] = {EK_LIST_JSON, "a.languages", NULL},
	[EK_LIST_articles_public] = {EK_LIST_NUMBER, "a.public", NULL},
	[EK_LIST_articles_flagged] = {EK_LIST_NUMBER,
				      "(SELECT count(*) FROM article_reviews f WHERE f.article ="
				      " a.article AND f.state = 'open')",
				      NULL},
	[EK_LIST_articles_review_on] = {EK_LIST_NUMBER, "a.review_day", NULL},
	[EK_LIST_articles_uses] = {EK_LIST_NUMBER, "a.uses", NULL},
	[EK_LIST_articles_updated_at] = {EK_LIST_NUMBER, "a.updated_ms", NULL},
};

void ek_api_list_articles(struct ek_turn *t)
{
	const struct ek_list list = {
		.table = ek_list_table(EK_LIST_ARTICLES),
		.columns = columns,
		.select = SELECT,
		.from = "articles a",
		.id = "a.article",
		.searches = {{EK_CONTENT_ARTICLE_TEXTS, "article"}},
		.search_count = 1,
	};
	struct ek_page p = {.list = &list, .right = EK_MAY_ARTICLE_READ};
	if (ek_page_read(t, &p) && ek_page_select(t, &p)) {
		ek_api_list_begin(t, &p.l);
		for (uint32_t i = 0; i < p.l.rows.n; i++) {
			const struct ek_views_value *v = ek_api_list_at(&p.l, i);
			ek_json_object(&t->out);
			write_members(&t->out, v, id_of(&v[REVIEW]));
			ek_json_object_end(&t->out);
		}
		ek_api_list_end(t, &p.l);
	}
	ek_turn_reply(t, 200);
}

/* By the path, for who may read it. */
static struct ek_api_article *find(struct ek_turn *t)
{
	struct ek_api_article *a = EK_TURN_NEW(t, struct ek_api_article);
	bool ok = a != NULL && ek_query_end(&t->query) &&
		  ek_turn_id(t, "id", EK_IDENT_ARTICLE, &a->id) &&
		  ek_turn_may(t, EK_MAY_ARTICLE_READ, NULL) && ek_api_articles_load(t, a);
	return ok ? a : NULL;
}

void ek_api_get_article(struct ek_turn *t)
{
	const struct ek_api_article *a = find(t);
	if (a != NULL) {
		ek_turn_set_etag(t, a->row[EK_CONTENT_ARTICLES_REVISION].i);
		ek_api_articles_write(t, a, 0);
	}
	ek_turn_reply(t, 200);
}

void ek_api_preview_article(struct ek_turn *t)
{
	static const char *const words[] = {"en", "ko", "ar", NULL};
	uint32_t l = EK_API_ARTICLES_LANGUAGES;
	bool is_said = ek_query_word(&t->query, "language", words, &l);
	const struct ek_api_article *a = find(t);
	for (uint32_t i = 0; a != NULL && !is_said && i < EK_API_ARTICLES_LANGUAGES; i++)
		if (a->has_text[i] && l == EK_API_ARTICLES_LANGUAGES)
			l = i;
	if (a != NULL && (l == EK_API_ARTICLES_LANGUAGES || !a->has_text[l]))
		ek_problem_set(&t->problem, EK_PROBLEM_NOT_FOUND, NULL);
	else if (a != NULL)
		ek_outside_help_preview(
			t, l,
			&(struct ek_outside_help_article){
				.title = ek_turn_text(&a->text[l][EK_CONTENT_ARTICLE_TEXTS_TITLE]),
				.body = ek_turn_text(&a->text[l][EK_CONTENT_ARTICLE_TEXTS_BODY]),
				.at = {ek_turn_int(&a->text[l][EK_CONTENT_ARTICLE_TEXTS_AT_MS])},
			});
	ek_turn_reply(t, 200);
}
