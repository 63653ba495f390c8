/* Where articles are sent: found for an answer, noted with its part, listed. What the texts said
 * before stands here too, as another list below an article. */
#include <string.h>

#include "api/api_articles.h"
#include "api/api_put.h"
#include "api/api_state.h"
#include "api/handlers.h"
#include "api/page.h"
#include "wire/list.h"

static uint64_t id_of(const struct ek_views_value *v)
{
	return v->kind == EK_VIEWS_INT ? (uint64_t)v->i : 0;
}

/* ---- with a part */

bool ek_api_articles_take(struct ek_turn *t, const struct ek_patch_at *at,
			  struct ek_api_articles_sent *out)
{
	uint32_t n = 0;
	out->at = *at;
	if (ek_patch_state(at) == EK_PATCH_ABSENT)
		return true;
	if (!ek_patch_list(at, 0, EK_API_ARTICLES_SENT, &n))
		return false;
	uint64_t *ids = ek_turn_get(t, EK_API_ARTICLES_SENT * sizeof *ids);
	bool ok = ids != NULL;
	for (uint32_t i = 0; ids != NULL && i < n; i++) {
		struct ek_patch_at row = ek_patch_row(at, i);
		bool is_id = ek_patch_id(&row, EK_IDENT_ARTICLE, &ids[i]);
		for (uint32_t k = 0; is_id && k < i; k++)
			is_id = ids[k] != ids[i] || ek_patch_fault(&row, EK_FAULT_REPEATED, NULL);
		ok = ok && is_id;
	}
	out->v = ids;
	out->n = ok ? n : 0;
	return ok;
}

bool ek_api_articles_check(struct ek_turn *t, struct ek_api_articles_sent *s)
{
	struct ek_views_value args[EK_API_ARTICLES_SENT];
	for (uint32_t i = 0; i < EK_API_ARTICLES_SENT; i++)
		args[i] = ek_views_int(i < s->n ? (int64_t)s->v[i] : 0);
	if (!ek_turn_select(t,
			    "SELECT * FROM articles WHERE article IN"
			    " ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
			    args, EK_LEN(args), &s->rows))
		return false;
	for (uint32_t i = 0; i < s->n; i++) {
		struct ek_patch_at row = ek_patch_row(&s->at, i);
		bool found = false;
		for (uint32_t k = 0; k < s->rows.n; k++)
			found = found || id_of(&s->rows.v[(size_t)k * s->rows.columns]) == s->v[i];
		if (!found)
			ek_patch_fault(&row, EK_FAULT_NOT_FOUND, NULL);
	}
	return ek_problem_is_none(&t->problem);
}

void ek_api_articles_put(struct ek_turn *t, const struct ek_api_articles_sent *s,
			 ek_conversation_id conversation, uint64_t part)
{
	for (uint32_t i = 0; i < s->rows.n; i++) {
		struct ek_views_value row[EK_CONTENT_ARTICLES_WIDTH];
		struct ek_views_value v[EK_CONTENT_ARTICLE_USES_WIDTH] = {0};
		memcpy(row, s->rows.v + (size_t)i * s->rows.columns, sizeof row);
		row[EK_CONTENT_ARTICLES_USES] = ek_views_int(row[EK_CONTENT_ARTICLES_USES].i + 1);
		row[EK_CONTENT_ARTICLES_USED_MS] = ek_views_int(t->now.ms);
		ek_turn_put(t, EK_CONTENT_ARTICLES, row);
		v[EK_CONTENT_ARTICLE_USES_USE] =
			ek_views_int((int64_t)ek_turn_new_id(t, EK_CONTENT_ARTICLE_USES));
		v[EK_CONTENT_ARTICLE_USES_ARTICLE] = row[EK_CONTENT_ARTICLES_ARTICLE];
		v[EK_CONTENT_ARTICLE_USES_CONVERSATION] = ek_views_int(conversation.v);
		v[EK_CONTENT_ARTICLE_USES_PART] = ek_views_int((int64_t)part);
		v[EK_CONTENT_ARTICLE_USES_SEQ] = ek_views_int((int64_t)t->seq);
		v[EK_CONTENT_ARTICLE_USES_TEAMMATE] = ek_views_id(t->self.v);
		v[EK_CONTENT_ARTICLE_USES_AT_MS] = ek_views_int(t->now.ms);
		ek_turn_put(t, EK_CONTENT_ARTICLE_USES, v);
	}
}

void ek_api_articles_erase(struct ek_turn *t, int64_t conversation)
{
	const struct ek_views_value key = ek_views_int(conversation);
	ek_turn_erase(t, &(struct ek_writer_erasure){EK_CONTENT_ARTICLE_USES,
						     EK_CONTENT_ARTICLE_USES_CONVERSATION, key});
	ek_turn_erase(t, &(struct ek_writer_erasure){EK_CONTENT_ARTICLE_CASES,
						     EK_CONTENT_ARTICLE_CASES_CONVERSATION, key});
}

/* ---- found for an answer */

enum { FOUND_USUAL = 5, FOUND_MAX = 20, WORDS_BYTES = 200, SQL_MAX = 2048 };

/* What is found is put in order by what an index alone holds; of the few that are shown the whole
 * row is read. SQLite would go by the rows themselves, which hold the texts. */
struct way {
	const char *index;
	const char *place; /* of a text in another; 0 = nowhere */
};
static const struct way ways[] = {
	[EK_VIEWS_SQLITE] = {" INDEXED BY article_pages_by_page", "instr"},
	[EK_VIEWS_POSTGRES] = {"", "strpos"},
};

/* A title that says it first, then what helped most. */
bool ek_api_articles_find(struct ek_turn *t, const struct ek_api_articles_finding *f,
			  struct ek_turn_rows *rows)
{
	const enum ek_views_dialect dialect = ek_reader_dialect(t->reader);
	const struct way *way = &ways[dialect];
	char sql[SQL_MAX];
	char found[EK_SEARCH_TEXT_MAX];
	ek_str match = {"", 0};
	uint32_t n = 0;
	bool has_words = f->words.n > 0;
	if (has_words && !ek_search_match(t->api->search, f->words, dialect, t->arena, &match))
		return ek_problem_set(&t->problem, EK_PROBLEM_UNAVAILABLE, NULL);
	*rows = (struct ek_turn_rows){0};
	if (has_words && match.p == NULL)
		return true;
	ek_str said = has_words ? ek_api_list_fold(t, f->words) : EK_S("");
	if (!ek_problem_is_none(&t->problem))
		return false;
	size_t at = ek_search_sql(EK_CONTENT_ARTICLE_PAGES, dialect, 4, found, sizeof found);
	ek_assert(at > 0);
	ek_format(sql, sizeof sql,
		  "SELECT q.* FROM (SELECT p.page AS page, a.uses AS uses,"
		  " CASE WHEN %s(p.title_key, $2) > 0 THEN 0 ELSE 1 END AS rank"
		  " FROM article_pages p%s JOIN articles a ON a.article = p.article"
		  " WHERE ($1 = '' OR p.language = $1)%s%s%s%s"
		  " ORDER BY 3, 2 DESC, 1 DESC LIMIT $3) AS f"
		  " JOIN article_pages q ON q.page = f.page"
		  " ORDER BY f.rank, f.uses DESC, f.page DESC",
		  way->place, way->index, f->is_public ? " AND p.public = 1" : "",
		  has_words ? " AND p.page IN (" : "", has_words ? found : "",
		  has_words ? ")" : "");
	struct ek_views_value args[4];
	bool is_any = f->language == EK_API_ARTICLES_LANGUAGES;
	args[n++] = ek_views_text(is_any ? EK_S("") : ek_api_articles_tag(f->language));
	args[n++] = ek_views_text(said.p == NULL ? EK_S("") : said);
	args[n++] = ek_views_int(f->limit);
	if (has_words)
		args[n++] = ek_views_text(match);
	return ek_turn_select(t, sql, args, n, rows);
}

void ek_api_search_article_pages(struct ek_turn *t)
{
	static const char *const words[] = {"en", "ko", "ar", NULL};
	struct ek_api_articles_finding f = {.language = EK_API_ARTICLES_LANGUAGES,
					    .limit = FOUND_USUAL};
	struct ek_turn_rows rows;
	(void)ek_query_text(&t->query, "q", WORDS_BYTES, &f.words);
	(void)ek_query_word(&t->query, "language", words, &f.language);
	(void)ek_query_int(&t->query, "limit", 1, FOUND_MAX, &f.limit);
	if (ek_query_end(&t->query) && ek_turn_may(t, EK_MAY_ARTICLE_READ, NULL) &&
	    ek_api_articles_find(t, &f, &rows)) {
		struct ek_json *j = &t->out;
		ek_json_object(j);
		ek_json_key(j, "data");
		ek_json_list(j);
		for (uint32_t i = 0; i < rows.n; i++)
			ek_api_articles_write_page(t, rows.v + (size_t)i * rows.columns);
		ek_json_list_end(j);
		ek_api_put_int(j, "seq", (int64_t)t->seq);
		ek_json_object_end(j);
	}
	ek_turn_reply(t, 200);
}

/* ---- lists below one */

static bool find(struct ek_turn *t, struct ek_page *p)
{
	uint64_t id = 0;
	bool found = false;
	const struct ek_views_value *row;
	if (!ek_turn_id(t, "id", EK_IDENT_ARTICLE, &id) || !ek_page_read(t, p) ||
	    !ek_turn_may(t, EK_MAY_ARTICLE_READ, NULL) ||
	    !ek_turn_row(t, EK_CONTENT_ARTICLES, (int64_t)id, &row, &found))
		return false;
	p->args[0] = ek_views_int((int64_t)id);
	p->n = 1;
	return found || ek_problem_set(&t->problem, EK_PROBLEM_NOT_FOUND, NULL);
}

static bool write_version(struct ek_turn *t, const struct ek_views_value *v)
{
	struct ek_json *j = &t->out;
	ek_json_object(j);
	ek_api_put_text(j, "language", ek_turn_text(&v[EK_CONTENT_ARTICLE_VERSIONS_LANGUAGE]));
	ek_api_put_int(j, "version", ek_turn_int(&v[EK_CONTENT_ARTICLE_VERSIONS_VERSION]));
	ek_api_put_text(j, "title", ek_turn_text(&v[EK_CONTENT_ARTICLE_VERSIONS_TITLE]));
	ek_api_put_text(j, "body", ek_turn_text(&v[EK_CONTENT_ARTICLE_VERSIONS_BODY]));
	ek_api_put_id(j, "by", EK_IDENT_TEAMMATE, id_of(&v[EK_CONTENT_ARTICLE_VERSIONS_TEAMMATE]));
	ek_api_put_time(j, "at", (ek_time){ek_turn_int(&v[EK_CONTENT_ARTICLE_VERSIONS_AT_MS])});
	ek_json_object_end(j);
	return true;
}

void ek_api_list_article_versions(struct ek_turn *t)
{
	static const struct ek_list_column columns[EK_LIST_article_versions_COUNT] = {
		[EK_LIST_article_versions_language] = {EK_LIST_TEXT, "v.language", NULL},
		[EK_LIST_article_versions_version] = {EK_LIST_NUMBER, "v.version", NULL},
		[EK_LIST_article_versions_at] = {EK_LIST_NUMBER, "v.at_ms", NULL},
	};
	const struct ek_list list = {
		.table = ek_list_table(EK_LIST_ARTICLE_VERSIONS),
		.columns = columns,
		.select = "v.article, v.language, v.version, v.title, v.body, v.teammate, v.at_ms",
		.from = "article_versions v",
		.id = "v.version",
	};
	struct ek_page p = {.list = &list, .right = EK_MAY_ARTICLE_READ, .where = "v.article = $1"};
	if (find(t, &p))
		ek_page_write(t, &p, write_version);
	ek_turn_reply(t, 200);
}

enum { REOPENED = EK_CONTENT_ARTICLE_USES_WIDTH, LOW_SCORE };
#define CASE_OF(kind) \
	"(SELECT count(*) FROM article_cases c WHERE c.article = u.article AND c.conversation =" \
	" u.conversation AND c.seq > u.seq AND c.kind = '" kind "')"

static bool write_use(struct ek_turn *t, const struct ek_views_value *v)
{
	struct ek_json *j = &t->out;
	ek_json_object(j);
	ek_api_put_int(j, "use", ek_turn_int(&v[EK_CONTENT_ARTICLE_USES_USE]));
	ek_api_put_id(j, "conversation", EK_IDENT_CONVERSATION,
		      id_of(&v[EK_CONTENT_ARTICLE_USES_CONVERSATION]));
	ek_api_put_id(j, "part", EK_IDENT_PART, id_of(&v[EK_CONTENT_ARTICLE_USES_PART]));
	ek_api_put_id(j, "teammate", EK_IDENT_TEAMMATE,
		      id_of(&v[EK_CONTENT_ARTICLE_USES_TEAMMATE]));
	ek_api_put_time(j, "at", (ek_time){ek_turn_int(&v[EK_CONTENT_ARTICLE_USES_AT_MS])});
	ek_api_put_bool(j, "reopened", ek_turn_int(&v[REOPENED]) > 0);
	ek_api_put_bool(j, "low_score", ek_turn_int(&v[LOW_SCORE]) > 0);
	ek_json_object_end(j);
	return true;
}

/* Of conversations that the caller may see. */
void ek_api_list_article_uses(struct ek_turn *t)
{
	static const struct ek_list_column columns[EK_LIST_article_uses_COUNT] = {
		[EK_LIST_article_uses_use] = {EK_LIST_NUMBER, "u.use", NULL},
	};
	const struct ek_list list = {
		.table = ek_list_table(EK_LIST_ARTICLE_USES),
		.columns = columns,
		.select = "u.use, u.article, u.conversation, u.part, u.seq, u.teammate,"
			  " u.at_ms, " CASE_OF("reopened") ", " CASE_OF("low_score"),
		.from = "article_uses u JOIN conversations k ON k.conversation = u.conversation",
		.id = "u.use",
	};
	struct ek_page p = {
		.list = &list,
		.right = EK_MAY_CONVERSATION_READ,
		.reach = {.team = "k.team", .holder = "k.teammate"},
		.where = "u.article = $1",
	};
	if (find(t, &p))
		ek_page_write(t, &p, write_use);
	ek_turn_reply(t, 200);
}
