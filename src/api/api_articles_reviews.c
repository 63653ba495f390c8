/* Articles that did not help: the list of those whose owner is asked to look, and when one is
 * asked. They are opened by reviewer.h. */
#include <string.h>

#include "api/api_closing.h"
#include "api/api_put.h"
#include "api/api_state.h"
#include "api/api_text.h"
#include "api/handlers.h"
#include "api/outside_help.h"
#include "api/page.h"
#include "api/reviewer.h"
#include "wire/list.h"

enum { CASES_MAX = 100, DAYS_MAX = 90 };
enum { TITLE = EK_CONTENT_ARTICLE_REVIEWS_WIDTH, COLUMNS };

#define SELECT \
	"r.review, r.article, r.owner, r.state, r.opened_ms, r.done_ms, r.done_by, r.note, " \
	"a.title"
#define FROM "article_reviews r JOIN articles a ON a.article = r.article"

static uint64_t id_of(const struct ek_views_value *v)
{
	return v->kind == EK_VIEWS_INT ? (uint64_t)v->i : 0;
}

static void put_time(struct ek_json *j, const char *key, const struct ek_views_value *v)
{
	ek_api_put_time(j, key, (ek_time){ek_turn_int(v)});
}

static bool write_cases(struct ek_turn *t, const struct ek_views_value *review)
{
	struct ek_json *j = &t->out;
	struct ek_turn_rows rows;
	if (!ek_turn_select(t,
			    "SELECT conversation, kind, score, at_ms FROM article_cases WHERE"
			    " review = $1 ORDER BY at_ms DESC, seq DESC LIMIT 100",
			    review, 1, &rows))
		return false;
	ek_json_key(j, "cases");
	ek_json_list(j);
	for (uint32_t i = 0; i < rows.n; i++) {
		const struct ek_views_value *v = rows.v + (size_t)i * rows.columns;
		ek_json_object(j);
		ek_api_put_id(j, "conversation", EK_IDENT_CONVERSATION, id_of(&v[0]));
		ek_api_put_text(j, "kind", ek_turn_text(&v[1]));
		ek_api_put_int(j, "score", ek_turn_int(&v[2]));
		put_time(j, "at", &v[3]);
		ek_json_object_end(j);
	}
	ek_json_list_end(j);
	return true;
}

static bool write_one(struct ek_turn *t, const struct ek_views_value *v)
{
	struct ek_json *j = &t->out;
	ek_json_object(j);
	ek_api_put_id(j, "id", EK_IDENT_ARTICLE_REVIEW,
		      id_of(&v[EK_CONTENT_ARTICLE_REVIEWS_REVIEW]));
	ek_api_put_id(j, "article", EK_IDENT_ARTICLE,
		      id_of(&v[EK_CONTENT_ARTICLE_REVIEWS_ARTICLE]));
	ek_api_put_text(j, "title", ek_turn_text(&v[TITLE]));
	ek_api_put_id(j, "owner", EK_IDENT_TEAMMATE, id_of(&v[EK_CONTENT_ARTICLE_REVIEWS_OWNER]));
	ek_api_put_text(j, "state", ek_turn_text(&v[EK_CONTENT_ARTICLE_REVIEWS_STATE]));
	put_time(j, "opened_at", &v[EK_CONTENT_ARTICLE_REVIEWS_OPENED_MS]);
	put_time(j, "done_at", &v[EK_CONTENT_ARTICLE_REVIEWS_DONE_MS]);
	ek_api_put_id(j, "done_by", EK_IDENT_TEAMMATE,
		      id_of(&v[EK_CONTENT_ARTICLE_REVIEWS_DONE_BY]));
	ek_api_put_text(j, "note", ek_turn_text(&v[EK_CONTENT_ARTICLE_REVIEWS_NOTE]));
	bool ok = write_cases(t, &v[EK_CONTENT_ARTICLE_REVIEWS_REVIEW]);
	ek_json_object_end(j);
	return ok;
}

void ek_api_list_article_reviews(struct ek_turn *t)
{
	static const struct ek_list_column columns[EK_LIST_article_reviews_COUNT] = {
		[EK_LIST_article_reviews_id] = {EK_LIST_NUMBER, "r.review", NULL},
		[EK_LIST_article_reviews_article] = {EK_LIST_NUMBER, "r.article", NULL},
		[EK_LIST_article_reviews_owner] = {EK_LIST_NUMBER, "r.owner", NULL},
		[EK_LIST_article_reviews_state] = {EK_LIST_TEXT, "r.state", NULL},
		[EK_LIST_article_reviews_opened_at] = {EK_LIST_NUMBER, "r.opened_ms", NULL},
	};
	const struct ek_list list = {
		.table = ek_list_table(EK_LIST_ARTICLE_REVIEWS),
		.columns = columns,
		.select = SELECT,
		.from = FROM,
		.id = "r.review",
	};
	struct ek_page p = {.list = &list, .right = EK_MAY_ARTICLE_READ};
	if (ek_page_read(t, &p))
		ek_page_write(t, &p, write_one);
	ek_turn_reply(t, 200);
}

/* ---- POST close */

static bool find(struct ek_turn *t, struct ek_api_closing *c)
{
	const struct ek_views_value key = ek_views_int((int64_t)c->id);
	struct ek_turn_rows rows;
	if (!ek_turn_select(t, "SELECT " SELECT " FROM " FROM " WHERE r.review = $1", &key, 1,
			    &rows))
		return false;
	struct ek_may_object object = {.is_absent = rows.n == 0};
	if (rows.n > 0)
		object.owner.v = (uint32_t)id_of(&rows.v[EK_CONTENT_ARTICLE_REVIEWS_OWNER]);
	c->row = rows.v;
	return ek_turn_may(t, EK_MAY_ARTICLE_EDIT, &object);
}

static bool check(struct ek_turn *t)
{
	struct ek_api_closing *c = t->state;
	return find(t, c) &&
	       (ek_str_is(ek_turn_text(&c->row[EK_CONTENT_ARTICLE_REVIEWS_STATE]), "open") ||
		ek_problem_set(&t->problem, EK_PROBLEM_CONFLICT, "somebody has looked already"));
}

static void made(struct ek_turn *t, const struct ek_answer *a)
{
	const struct ek_api_closing *c = t->state;
	struct ek_views_value v[COLUMNS];
	(void)a;
	memcpy(v, c->row, sizeof v);
	v[EK_CONTENT_ARTICLE_REVIEWS_STATE] = ek_views_text(EK_S("done"));
	v[EK_CONTENT_ARTICLE_REVIEWS_DONE_MS] = ek_views_int(t->now.ms);
	v[EK_CONTENT_ARTICLE_REVIEWS_DONE_BY] = ek_views_id(t->self.v);
	v[EK_CONTENT_ARTICLE_REVIEWS_NOTE] = ek_views_text(c->note);
	ek_turn_put(t, EK_CONTENT_ARTICLE_REVIEWS, v);
	t->status = 200;
	(void)write_one(t, v);
}

void ek_api_close_article_review(struct ek_turn *t)
{
	if (!ek_api_closing_begin(t, EK_IDENT_ARTICLE_REVIEW, find)) {
		ek_turn_reply(t, 0);
		return;
	}
	ek_turn_tells_of(t, (struct ek_turn_content){EK_CONTENT_KIND_ARTICLE, {0}, {0}});
	ek_turn_write(t, &(struct ek_turn_write){.check = check, .made = made});
}

/* ---- when an owner is asked */

static void write_settings(struct ek_turn *t, struct ek_reviewer_limits limits, int64_t seq)
{
	struct ek_json *j = &t->out;
	char link[512];
	size_t n = ek_format(link, sizeof link, "%s" EK_OUTSIDE_HELP, t->api->options.url);
	ek_json_object(j);
	ek_api_put_int(j, "cases", limits.cases);
	ek_api_put_int(j, "days", limits.days);
	ek_api_put_text(j, "help_link", (ek_str){link, (uint32_t)n});
	ek_api_put_int(j, "seq", seq);
	ek_json_object_end(j);
}

void ek_api_get_knowledge_settings(struct ek_turn *t)
{
	struct ek_reviewer_limits limits;
	struct ek_err err;
	if (ek_query_end(&t->query) && ek_turn_may(t, EK_MAY_ARTICLE_READ, NULL)) {
		if (ek_reviewer_read(t->reader, &limits, &err))
			write_settings(t, limits, EK_NONE);
		else
			ek_problem_err(&t->problem, &err);
	}
	ek_turn_reply(t, 200);
}

static void made_settings(struct ek_turn *t, const struct ek_answer *a)
{
	const struct ek_reviewer_limits *limits = t->state;
	struct ek_views_value v[EK_CONTENT_SERVER_SETTINGS_WIDTH] = {0};
	struct ek_json j;
	(void)a;
	ek_api_text_begin(t, &j);
	ek_json_list(&j);
	ek_json_int(&j, limits->cases);
	ek_json_int(&j, limits->days);
	ek_json_list_end(&j);
	v[EK_CONTENT_SERVER_SETTINGS_NAME] = ek_views_text(EK_S(EK_REVIEWER_ROW));
	v[EK_CONTENT_SERVER_SETTINGS_VALUE] = ek_views_text(ek_api_text_take(t, &j));
	v[EK_CONTENT_SERVER_SETTINGS_CHANGED_MS] = ek_views_int(t->now.ms);
	v[EK_CONTENT_SERVER_SETTINGS_CHANGED_BY] = ek_views_id(t->self.v);
	ek_turn_put(t, EK_CONTENT_SERVER_SETTINGS, v);
	t->status = 200;
	write_settings(t, *limits, (int64_t)t->seq);
}

void ek_api_put_knowledge_settings(struct ek_turn *t)
{
	static const struct ek_patch_rule rules[] = {
		{"cases", EK_PATCH_OF_INT, 0, EK_PATCH_REQUIRED, 1, CASES_MAX, NULL},
		{"days", EK_PATCH_OF_INT, 0, EK_PATCH_REQUIRED, 1, DAYS_MAX, NULL},
	};
	struct ek_reviewer_limits *limits = EK_TURN_NEW(t, struct ek_reviewer_limits);
	struct ek_patch_value v[EK_LEN(rules)] = {0};
	struct ek_patch_at root;
	t->state = limits;
	bool ok = limits != NULL && ek_query_end(&t->query) && ek_turn_body(t, &root);
	ok = ok && ek_turn_may(t, EK_MAY_ARTICLE_SETTINGS, NULL);
	ok = ok && ek_patch_bind(&root, rules, EK_LEN(rules), v);
	if (!ok) {
		ek_turn_reply(t, 0);
		return;
	}
	*limits = (struct ek_reviewer_limits){v[0].i, v[1].i};
	ek_turn_tells_of(t, (struct ek_turn_content){EK_CONTENT_KIND_ARTICLE, {0}, {0}});
	ek_turn_write(t, &(struct ek_turn_write){.made = made_settings});
}
