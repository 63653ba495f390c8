/* How an article is changed: its texts by versions; what readers see, by publishing. */
#include <string.h>

#include "api/api_articles.h"
#include "api/api_audit.h"
#include "api/api_list.h"
#include "api/api_put.h"
#include "api/api_text.h"
#include "api/handlers.h"

enum { LANGUAGES = EK_API_ARTICLES_LANGUAGES };
enum act { CHANGE, PUBLISH, ARCHIVE };
enum { OWNER, IS_PUBLIC, REVIEW_ON, TEXTS, MEMBERS };
static const char *const tags[LANGUAGES] = {"en", "ko", "ar"};

/* What was said of one language. */
struct words {
	enum ek_patch_state state;
	ek_str title, key; /* p NULL = stays */
	ek_str body;
	struct ek_patch_at at;
};

struct edit {
	struct ek_api_article a; /* as it was; in check and made as it becomes */
	enum act act;
	bool is_new;
	uint32_t shown; /* PUBLISH: bit of each language; 0 = all */
	struct ek_patch_value v[MEMBERS];
	struct words words[LANGUAGES];
	bool is_changed[LANGUAGES];
	int64_t next[LANGUAGES];  /* version of a new text */
	int64_t again[LANGUAGES]; /* of the earlier version that it says again; 0 = none */
	struct ek_patch_at root;
};

static struct ek_views_value text_value(const char *s)
{
	return ek_views_text((ek_str){s, (uint32_t)strlen(s)});
}

/* ---- what is asked for */

static void take_words(struct ek_turn *t, struct words *w)
{
	static const struct ek_patch_rule rules[] = {
		{"title", EK_PATCH_OF_ANY, 0, 0, 0, 0, NULL},
		{"body", EK_PATCH_OF_PROSE, 0, 0, 1, EK_API_ARTICLES_BODY, NULL},
	};
	struct ek_patch_value v[EK_LEN(rules)] = {0};
	w->state = ek_patch_state(&w->at);
	if (w->state != EK_PATCH_VALUE)
		return;
	(void)ek_patch_bind(&w->at, rules, EK_LEN(rules), v);
	if (ek_patch_state(&v[0].at) != EK_PATCH_ABSENT && ek_api_text_name(t, &v[0].at, &w->title))
		w->key = ek_api_list_fold(t, w->title);
	if (v[1].state == EK_PATCH_VALUE)
		w->body = v[1].s;
}

static bool bind(struct ek_turn *t, struct edit *e)
{
	const struct ek_patch_rule rules[MEMBERS] = {
		[OWNER] = {"owner", EK_PATCH_OF_ID, EK_IDENT_TEAMMATE, 0, 0, 0, NULL},
		[IS_PUBLIC] = {"public", EK_PATCH_OF_BOOL, 0, 0, 0, 0, NULL},
		[REVIEW_ON] = {"review_on", EK_PATCH_OF_DATE, 0, EK_PATCH_NULLABLE, 0, 0, NULL},
		[TEXTS] = {"texts", EK_PATCH_OF_ANY, 0, e->is_new ? EK_PATCH_REQUIRED : 0, 0, 0,
			   NULL},
	};
	if (!ek_turn_body(t, &e->root))
		return false;
	(void)ek_patch_bind(&e->root, rules, MEMBERS, e->v);
	struct ek_patch_at *texts = &e->v[TEXTS].at;
	if (ek_patch_state(texts) != EK_PATCH_ABSENT && ek_patch_members(texts, tags, LANGUAGES)) {
		for (uint32_t l = 0; l < LANGUAGES; l++) {
			e->words[l].at = ek_patch_member(texts, tags[l]);
			take_words(t, &e->words[l]);
		}
	}
	return ek_problem_is_none(&t->problem);
}

static bool bind_publish(struct ek_turn *t, struct edit *e)
{
	static const struct ek_patch_rule rules[] = {
		{"languages", EK_PATCH_OF_ANY, 0, 0, 0, 0, NULL}};
	static const char *const words[] = {"en", "ko", "ar", NULL};
	struct ek_patch_value v[1] = {0};
	uint32_t n = 0;
	if (t->http->body.n == 0)
		return true;
	if (!ek_turn_body(t, &e->root) || !ek_patch_bind(&e->root, rules, 1, v))
		return false;
	if (ek_patch_state(&v[0].at) == EK_PATCH_ABSENT)
		return true;
	(void)ek_patch_list(&v[0].at, 1, LANGUAGES, &n);
	for (uint32_t i = 0; i < n; i++) {
		struct ek_patch_at row = ek_patch_row(&v[0].at, i);
		uint32_t l = 0;
		if (!ek_patch_word(&row, words, &l))
			continue;
		if ((e->shown >> l & 1) != 0)
			ek_patch_fault(&row, EK_FAULT_REPEATED, NULL);
		e->shown |= 1u << l;
	}
	return ek_problem_is_none(&t->problem);
}

static bool may(struct ek_turn *t, const struct edit *e)
{
	struct ek_may_object object = {0};
	if (e->is_new)
		return ek_turn_may(t, EK_MAY_ARTICLE_CREATE, NULL);
	if (e->act != CHANGE)
		return ek_turn_may(t, EK_MAY_ARTICLE_PUBLISH, NULL);
	object.owner.v = (uint32_t)ek_turn_int(&e->a.row[EK_CONTENT_ARTICLES_OWNER]);
	return ek_turn_may(t, EK_MAY_ARTICLE_EDIT, &object);
}

/* ---- what it becomes: on the writer's thread */

/* An owner is somebody who works here. */
static bool has_owner(struct ek_turn *t, const struct edit *e)
{
	struct ek_turn_rows rows;
	const struct ek_views_value *owner = &e->a.row[EK_CONTENT_ARTICLES_OWNER];
	if (e->v[OWNER].state != EK_PATCH_VALUE && !e->is_new)
		return true;
	if (!ek_turn_select(t,
			    "SELECT teammate FROM people WHERE teammate = $1 AND state IN "
			    "('active', 'invited')",
			    owner, 1, &rows))
		return false;
	if (rows.n > 0)
		return true;
	if (e->v[OWNER].state == EK_PATCH_VALUE)
		return ek_patch_fault(&e->v[OWNER].at, EK_FAULT_NOT_FOUND, NULL);
	const struct ek_patch_at at = ek_patch_member(&e->root, "owner");
	return ek_patch_fault(&at, EK_FAULT_MISSING, "a program says whose it is");
}

static bool next_version(struct ek_turn *t, const struct edit *e, uint32_t l, int64_t *next)
{
	const struct ek_views_value args[] = {ek_views_int((int64_t)e->a.id),
					      ek_views_text(ek_api_articles_tag(l))};
	struct ek_turn_rows rows;
	*next = 1;
	if (e->is_new)
		return true;
	if (!ek_turn_select(t,
			    "SELECT max(version) FROM article_versions WHERE article = $1 AND"
			    " language = $2",
			    args, EK_LEN(args), &rows))
		return false;
	if (rows.n > 0 && rows.v[0].kind == EK_VIEWS_INT)
		*next = rows.v[0].i + 1;
	return true;
}

/* What it said before, word for word, was put back. */
static bool find_again(struct ek_turn *t, struct edit *e, uint32_t l, ek_str title, ek_str body)
{
	const struct ek_views_value args[] = {ek_views_int((int64_t)e->a.id),
					      ek_views_text(ek_api_articles_tag(l)),
					      ek_views_text(title), ek_views_text(body)};
	struct ek_turn_rows rows;
	e->again[l] = 0;
	if (e->is_new)
		return true;
	if (!ek_turn_select(t,
			    "SELECT max(version) FROM article_versions WHERE article = $1 AND"
			    " language = $2 AND title = $3 AND body = $4",
			    args, EK_LEN(args), &rows))
		return false;
	if (rows.n > 0 && rows.v[0].kind == EK_VIEWS_INT)
		e->again[l] = rows.v[0].i;
	return true;
}

static bool merge_words(struct ek_turn *t, struct edit *e, uint32_t l)
{
	struct words *w = &e->words[l];
	struct ek_views_value *v = e->a.text[l];
	ek_str title =
		w->title.p != NULL ? w->title : ek_turn_text(&v[EK_CONTENT_ARTICLE_TEXTS_TITLE]);
	ek_str body = w->body.p != NULL ? w->body : ek_turn_text(&v[EK_CONTENT_ARTICLE_TEXTS_BODY]);
	struct ek_patch_at title_at = ek_patch_member(&w->at, "title");
	struct ek_patch_at body_at = ek_patch_member(&w->at, "body");
	if (!e->a.has_text[l] && w->title.p == NULL)
		return ek_patch_fault(&title_at, EK_FAULT_MISSING, NULL);
	if (!e->a.has_text[l] && w->body.p == NULL)
		return ek_patch_fault(&body_at, EK_FAULT_MISSING, NULL);
	if (e->a.has_text[l] &&
	    ek_str_equal(title, ek_turn_text(&v[EK_CONTENT_ARTICLE_TEXTS_TITLE])) &&
	    ek_str_equal(body, ek_turn_text(&v[EK_CONTENT_ARTICLE_TEXTS_BODY])))
		return true;
	e->is_changed[l] = true;
	if (!next_version(t, e, l, &e->next[l]) || !find_again(t, e, l, title, body))
		return false;
	v[EK_CONTENT_ARTICLE_TEXTS_LANGUAGE] = ek_views_text(ek_api_articles_tag(l));
	v[EK_CONTENT_ARTICLE_TEXTS_TITLE] = ek_views_text(title);
	v[EK_CONTENT_ARTICLE_TEXTS_BODY] = ek_views_text(body);
	if (w->title.p != NULL)
		v[EK_CONTENT_ARTICLE_TEXTS_TITLE_KEY] = ek_views_text(w->key);
	return true;
}

/* What stands in its row of the texts: in which languages, and a title. */
static bool merge_titles(struct edit *e)
{
	static const char *const lists[] = {
		"",         "[\"en\"]",        "[\"ko\"]",        "[\"en\",\"ko\"]",
		"[\"ar\"]", "[\"en\",\"ar\"]", "[\"ko\",\"ar\"]", "[\"en\",\"ko\",\"ar\"]"};
	uint32_t has = 0;
	uint32_t first = LANGUAGES;
	for (uint32_t l = 0; l < LANGUAGES; l++) {
		bool is_out = e->words[l].state == EK_PATCH_NULL;
		bool is_in = !is_out && (e->a.has_text[l] || e->is_changed[l]);
		has |= is_in ? 1u << l : 0;
		first = is_in && first == LANGUAGES ? l : first;
	}
	if (has == 0)
		return ek_patch_fault(&e->v[TEXTS].at, EK_FAULT_MISSING,
				      "an article has a text in one language at least");
	const struct ek_views_value *v = e->a.text[first];
	e->a.row[EK_CONTENT_ARTICLES_LANGUAGES] = text_value(lists[has]);
	e->a.row[EK_CONTENT_ARTICLES_TITLE] = v[EK_CONTENT_ARTICLE_TEXTS_TITLE];
	e->a.row[EK_CONTENT_ARTICLES_TITLE_KEY] = v[EK_CONTENT_ARTICLE_TEXTS_TITLE_KEY];
	return true;
}

static bool merge(struct ek_turn *t, struct edit *e)
{
	struct ek_views_value *row = e->a.row;
	if (e->is_new) {
		row[EK_CONTENT_ARTICLES_STATE] = text_value("draft");
		row[EK_CONTENT_ARTICLES_OWNER] = ek_views_id(t->self.v);
		row[EK_CONTENT_ARTICLES_PUBLIC] = ek_views_int(0);
		row[EK_CONTENT_ARTICLES_USES] = ek_views_int(0);
	}
	if (e->v[OWNER].state == EK_PATCH_VALUE)
		row[EK_CONTENT_ARTICLES_OWNER] = ek_views_int(e->v[OWNER].i);
	if (e->v[IS_PUBLIC].state == EK_PATCH_VALUE)
		row[EK_CONTENT_ARTICLES_PUBLIC] = ek_views_int(e->v[IS_PUBLIC].i);
	if (e->v[REVIEW_ON].state == EK_PATCH_VALUE)
		row[EK_CONTENT_ARTICLES_REVIEW_DAY] = ek_views_int(e->v[REVIEW_ON].i);
	else if (e->v[REVIEW_ON].state == EK_PATCH_NULL)
		row[EK_CONTENT_ARTICLES_REVIEW_DAY] = (struct ek_views_value){0};
	for (uint32_t l = 0; l < LANGUAGES; l++)
		if (e->words[l].state == EK_PATCH_VALUE && !merge_words(t, e, l))
			return false;
	return merge_titles(e) && has_owner(t, e);
}

static bool merge_shown(struct ek_turn *t, struct edit *e)
{
	uint32_t shown = 0;
	for (uint32_t l = 0; l < LANGUAGES; l++)
		if (e->a.has_text[l] && (e->shown == 0 || (e->shown >> l & 1) != 0))
			shown |= 1u << l;
	if (e->act == ARCHIVE)
		return !ek_str_is(ek_turn_text(&e->a.row[EK_CONTENT_ARTICLES_STATE]), "archived") ||
		       ek_problem_set(&t->problem, EK_PROBLEM_CONFLICT, "it is archived already");
	if (shown == 0 || (e->shown & ~shown) != 0)
		return ek_problem_set(&t->problem, EK_PROBLEM_CONFLICT,
				      "it has no text in one of these languages");
	e->shown = shown;
	return true;
}

static bool check(struct ek_turn *t)
{
	struct edit *e = t->state;
	memset(e->is_changed, 0, sizeof e->is_changed);
	if (!e->is_new && !ek_api_articles_load(t, &e->a))
		return false;
	if (!may(t, e) ||
	    (!e->is_new && !ek_turn_if_match(t, e->a.row[EK_CONTENT_ARTICLES_REVISION].i)))
		return false;
	return e->act == CHANGE ? merge(t, e) : merge_shown(t, e);
}

/* ---- the change */

static void put_text(struct ek_turn *t, struct edit *e, uint32_t l)
{
	struct ek_views_value *v = e->a.text[l];
	struct ek_views_value w[EK_CONTENT_ARTICLE_VERSIONS_WIDTH] = {0};
	if (!e->a.has_text[l] && !e->a.has_page[l])
		v[EK_CONTENT_ARTICLE_TEXTS_ENTRY] =
			ek_views_int((int64_t)ek_turn_new_id(t, EK_CONTENT_ARTICLE_TEXTS));
	else if (!e->a.has_text[l])
		v[EK_CONTENT_ARTICLE_TEXTS_ENTRY] = e->a.page[l][EK_CONTENT_ARTICLE_PAGES_PAGE];
	e->a.has_text[l] = true;
	v[EK_CONTENT_ARTICLE_TEXTS_ARTICLE] = ek_views_int((int64_t)e->a.id);
	v[EK_CONTENT_ARTICLE_TEXTS_VERSION] = ek_views_int(e->next[l]);
	v[EK_CONTENT_ARTICLE_TEXTS_AT_MS] = ek_views_int(t->now.ms);
	ek_turn_put(t, EK_CONTENT_ARTICLE_TEXTS, v);
	w[EK_CONTENT_ARTICLE_VERSIONS_ARTICLE] = v[EK_CONTENT_ARTICLE_TEXTS_ARTICLE];
	w[EK_CONTENT_ARTICLE_VERSIONS_LANGUAGE] = v[EK_CONTENT_ARTICLE_TEXTS_LANGUAGE];
	w[EK_CONTENT_ARTICLE_VERSIONS_VERSION] = v[EK_CONTENT_ARTICLE_TEXTS_VERSION];
	w[EK_CONTENT_ARTICLE_VERSIONS_TITLE] = v[EK_CONTENT_ARTICLE_TEXTS_TITLE];
	w[EK_CONTENT_ARTICLE_VERSIONS_BODY] = v[EK_CONTENT_ARTICLE_TEXTS_BODY];
	w[EK_CONTENT_ARTICLE_VERSIONS_TEAMMATE] = ek_views_id(t->self.v);
	w[EK_CONTENT_ARTICLE_VERSIONS_AT_MS] = ek_views_int(t->now.ms);
	ek_turn_put(t, EK_CONTENT_ARTICLE_VERSIONS, w);
}

static void take_out(struct ek_turn *t, struct edit *e, uint32_t l)
{
	if (!e->a.has_text[l])
		return;
	ek_turn_erase(t, &(struct ek_writer_erasure){EK_CONTENT_ARTICLE_TEXTS,
						     EK_CONTENT_ARTICLE_TEXTS_ENTRY,
						     e->a.text[l][EK_CONTENT_ARTICLE_TEXTS_ENTRY]});
	e->a.has_text[l] = false;
}

static void hide_page(struct ek_turn *t, struct edit *e, uint32_t l)
{
	if (!e->a.has_page[l])
		return;
	ek_turn_erase(t, &(struct ek_writer_erasure){EK_CONTENT_ARTICLE_PAGES,
						     EK_CONTENT_ARTICLE_PAGES_PAGE,
						     e->a.page[l][EK_CONTENT_ARTICLE_PAGES_PAGE]});
	e->a.has_page[l] = false;
}

static void put_page(struct ek_turn *t, struct edit *e, uint32_t l)
{
	const struct ek_views_value *v = e->a.text[l];
	struct ek_views_value *p = e->a.page[l];
	bool is_same = e->a.has_page[l] && p[EK_CONTENT_ARTICLE_PAGES_VERSION].i ==
						   v[EK_CONTENT_ARTICLE_TEXTS_VERSION].i;
	if (!is_same)
		p[EK_CONTENT_ARTICLE_PAGES_AT_MS] = ek_views_int(t->now.ms);
	p[EK_CONTENT_ARTICLE_PAGES_PAGE] = v[EK_CONTENT_ARTICLE_TEXTS_ENTRY];
	p[EK_CONTENT_ARTICLE_PAGES_ARTICLE] = v[EK_CONTENT_ARTICLE_TEXTS_ARTICLE];
	p[EK_CONTENT_ARTICLE_PAGES_LANGUAGE] = v[EK_CONTENT_ARTICLE_TEXTS_LANGUAGE];
	p[EK_CONTENT_ARTICLE_PAGES_PUBLIC] = e->a.row[EK_CONTENT_ARTICLES_PUBLIC];
	p[EK_CONTENT_ARTICLE_PAGES_VERSION] = v[EK_CONTENT_ARTICLE_TEXTS_VERSION];
	p[EK_CONTENT_ARTICLE_PAGES_TITLE] = v[EK_CONTENT_ARTICLE_TEXTS_TITLE];
	p[EK_CONTENT_ARTICLE_PAGES_TITLE_KEY] = v[EK_CONTENT_ARTICLE_TEXTS_TITLE_KEY];
	p[EK_CONTENT_ARTICLE_PAGES_BODY] = v[EK_CONTENT_ARTICLE_TEXTS_BODY];
	e->a.has_page[l] = true;
	ek_turn_put(t, EK_CONTENT_ARTICLE_PAGES, p);
}

static void put_parts(struct ek_turn *t, struct edit *e)
{
	for (uint32_t l = 0; l < LANGUAGES; l++) {
		if (e->act == PUBLISH && (e->shown >> l & 1) != 0)
			put_page(t, e, l);
		else if (e->act != CHANGE)
			hide_page(t, e, l);
		else if (e->words[l].state == EK_PATCH_NULL)
			take_out(t, e, l);
		else if (e->is_changed[l])
			put_text(t, e, l);
	}
}

/* What readers see from now on, and in which versions; of a text, that it says again what an
 * earlier version said. A new text is in article_versions, with who wrote it. */
static void audit(struct ek_turn *t, const struct edit *e)
{
	static const char *const actions[] = {"article.restored", "article.published",
					      "article.archived"};
	struct ek_json j;
	bool is_said = e->act != CHANGE;
	ek_api_text_begin(t, &j);
	ek_json_object(&j);
	for (uint32_t l = 0; l < LANGUAGES; l++) {
		bool is_back = e->act == CHANGE && e->is_changed[l] && e->again[l] != 0;
		if (is_back)
			ek_api_put_int(&j, tags[l], e->again[l]);
		else if (e->act == PUBLISH && e->a.has_page[l])
			ek_api_put_int(&j, tags[l],
				       e->a.page[l][EK_CONTENT_ARTICLE_PAGES_VERSION].i);
		is_said = is_said || is_back;
	}
	if (e->act == PUBLISH)
		ek_api_put_bool(&j, "public",
				ek_turn_int(&e->a.row[EK_CONTENT_ARTICLES_PUBLIC]) == 1);
	ek_json_object_end(&j);
	if (is_said)
		ek_api_audit_add(t, &(struct ek_api_audit){.action = actions[e->act],
							   .object_kind = "article",
							   .object = e->a.id,
							   .details = ek_api_text_take(t, &j)});
}

static void made(struct ek_turn *t, const struct ek_answer *answer)
{
	struct edit *e = t->state;
	struct ek_views_value *row = e->a.row;
	int64_t revision = e->is_new ? 0 : row[EK_CONTENT_ARTICLES_REVISION].i;
	char path[64];
	(void)answer;
	if (e->is_new) {
		e->a.id = ek_turn_new_id(t, EK_CONTENT_ARTICLES);
		row[EK_CONTENT_ARTICLES_ARTICLE] = ek_views_int((int64_t)e->a.id);
		row[EK_CONTENT_ARTICLES_CREATED_MS] = ek_views_int(t->now.ms);
		size_t n = ek_format(path, sizeof path, EK_ROUTE_PREFIX "/articles/art_%llu",
				     (unsigned long long)e->a.id);
		t->location = ek_turn_copy(t, (ek_str){path, (uint32_t)n});
		t->status = 201;
	}
	put_parts(t, e);
	audit(t, e);
	if (e->act != CHANGE)
		row[EK_CONTENT_ARTICLES_STATE] =
			text_value(e->act == PUBLISH ? "published" : "archived");
	if (e->act == PUBLISH)
		row[EK_CONTENT_ARTICLES_PUBLISHED_MS] = ek_views_int(t->now.ms);
	row[EK_CONTENT_ARTICLES_UPDATED_MS] = ek_views_int(t->now.ms);
	row[EK_CONTENT_ARTICLES_REVISION] = ek_views_int(revision + 1);
	ek_turn_put(t, EK_CONTENT_ARTICLES, row);
	ek_turn_set_etag(t, revision + 1);
	ek_api_articles_write(t, &e->a, t->seq);
}

/* The id of the path with its article, for who may read it. */
static struct edit *begin(struct ek_turn *t, enum act act, bool is_new)
{
	struct edit *e = EK_TURN_NEW(t, struct edit);
	const uint32_t scopes = t->actor.scopes;
	t->state = e;
	if (e == NULL || !ek_query_end(&t->query) ||
	    (!is_new && !ek_turn_id(t, "id", EK_IDENT_ARTICLE, &e->a.id)))
		return NULL;
	e->act = act;
	e->is_new = is_new;
	if (is_new)
		return e;
	t->actor.scopes |= EK_MAY_SCOPE_READ;
	bool ok = ek_turn_may(t, EK_MAY_ARTICLE_READ, NULL) && ek_api_articles_load(t, &e->a);
	t->actor.scopes = scopes;
	return ok ? e : NULL;
}

static void submit(struct ek_turn *t, struct edit *e, bool ok)
{
	if (e != NULL)
		ok = may(t, e) && ok;
	if (!ok) {
		ek_turn_reply(t, 0);
		return;
	}
	ek_turn_tells_of(t, (struct ek_turn_content){EK_CONTENT_KIND_ARTICLE, {0}, {0}});
	ek_turn_write(t, &(struct ek_turn_write){.check = check, .made = made});
}

void ek_api_create_article(struct ek_turn *t)
{
	struct edit *e = begin(t, CHANGE, true);
	submit(t, e, e != NULL && bind(t, e));
}

void ek_api_update_article(struct ek_turn *t)
{
	struct edit *e = begin(t, CHANGE, false);
	submit(t, e, e != NULL && bind(t, e));
}

void ek_api_publish_article(struct ek_turn *t)
{
	struct edit *e = begin(t, PUBLISH, false);
	submit(t, e, e != NULL && bind_publish(t, e));
}

void ek_api_archive_article(struct ek_turn *t)
{
	struct edit *e = begin(t, ARCHIVE, false);
	submit(t, e, e != NULL);
}
