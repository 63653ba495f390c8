/* Ready answers as they are written: one's own, a team's, everyone's, version by version. */
#include <string.h>

#include "api/api_change.h"
#include "api/api_list.h"
#include "api/api_put.h"
#include "api/api_ready.h"
#include "api/api_text.h"
#include "api/handlers.h"
#include "api/page.h"
#include "wire/list.h"

enum { WIDTH = EK_CONTENT_READY_ANSWERS_WIDTH, USED = WIDTH };
enum scope { OWN, TEAM, EVERYONE };
static const char *const scope_words[] = {"own", "team", "everyone", NULL};
static const uint8_t text_columns[EK_API_READY_LANGUAGES] = {EK_CONTENT_READY_ANSWERS_TEXT_EN,
							     EK_CONTENT_READY_ANSWERS_TEXT_KO,
							     EK_CONTENT_READY_ANSWERS_TEXT_AR};

/* In the order of schema/content.def, and in how many parts it was used. */
#define SELECT \
	"a.ready_answer, a.title, a.title_key, a.scope, a.teammate, a.team, a.text_en, a.text_ko," \
	" a.text_ar, a.text_key, a.version, a.revision, a.created_ms, a.updated_ms," \
	" a.archived_ms, (SELECT count(*) FROM ready_uses u WHERE u.ready_answer = " \
	"a.ready_answer)"

const char *ek_api_ready_tag(enum ek_api_ready_language language)
{
	static const char *const tags[] = {"en", "ko", "ar"};
	return tags[language];
}

static uint32_t id_at(const struct ek_views_value *v)
{
	return v->kind == EK_VIEWS_INT && v->i > 0 && v->i <= UINT32_MAX ? (uint32_t)v->i : 0;
}

static enum scope scope_of(const struct ek_views_value *row)
{
	ek_str word = ek_turn_text(&row[EK_CONTENT_READY_ANSWERS_SCOPE]);
	return ek_str_is(word, "own") ? OWN : ek_str_is(word, "team") ? TEAM : EVERYONE;
}

void ek_api_ready_object(struct ek_api_ready_object *o, const struct ek_views_value *row)
{
	enum scope scope = scope_of(row);
	*o = (struct ek_api_ready_object){0};
	if (scope == TEAM)
		o->team.v = id_at(&row[EK_CONTENT_READY_ANSWERS_TEAM]);
	o->may.owner.v = id_at(&row[EK_CONTENT_READY_ANSWERS_TEAMMATE]);
	o->may.is_private = scope == OWN;
	o->may.teams = &o->team;
	o->may.team_count = o->team.v != 0;
}

static enum ek_may right_of(enum scope scope)
{
	static const uint16_t rights[] = {EK_MAY_READY_OWN_EDIT, EK_MAY_READY_TEAM_EDIT,
					  EK_MAY_READY_EVERYONE_EDIT};
	return (enum ek_may)rights[scope];
}

/* ---- as JSON */

/* v: the texts, in the order of the languages. */
static void put_texts(struct ek_json *j, const struct ek_views_value *v)
{
	ek_json_key(j, "texts");
	ek_json_object(j);
	for (uint32_t i = 0; i < EK_API_READY_LANGUAGES; i++)
		ek_api_put_text(j, ek_api_ready_tag((enum ek_api_ready_language)i),
				ek_turn_text(&v[i]));
	ek_json_object_end(j);
}

static void write_one(struct ek_turn *t, const struct ek_views_value *row)
{
	struct ek_json *j = &t->out;
	j->style.is_api = true;
	ek_json_object(j);
	ek_api_put_id(j, "id", EK_IDENT_READY,
		      (uint64_t)row[EK_CONTENT_READY_ANSWERS_READY_ANSWER].i);
	ek_api_put_text(j, "title", ek_turn_text(&row[EK_CONTENT_READY_ANSWERS_TITLE]));
	ek_api_put_text(j, "scope", ek_turn_text(&row[EK_CONTENT_READY_ANSWERS_SCOPE]));
	ek_api_put_id(j, "team", EK_IDENT_TEAM, id_at(&row[EK_CONTENT_READY_ANSWERS_TEAM]));
	put_texts(j, &row[EK_CONTENT_READY_ANSWERS_TEXT_EN]);
	ek_api_put_int(j, "version", ek_turn_int(&row[EK_CONTENT_READY_ANSWERS_VERSION]));
	ek_api_put_int(j, "used", ek_turn_int(&row[USED]));
	ek_api_put_bool(j, "archived",
			row[EK_CONTENT_READY_ANSWERS_ARCHIVED_MS].kind == EK_VIEWS_INT);
	ek_api_put_id(j, "owner", EK_IDENT_TEAMMATE,
		      id_at(&row[EK_CONTENT_READY_ANSWERS_TEAMMATE]));
	ek_api_put_time(j, "created_at",
			(ek_time){ek_turn_int(&row[EK_CONTENT_READY_ANSWERS_CREATED_MS])});
	ek_api_put_time(j, "updated_at",
			(ek_time){ek_turn_int(&row[EK_CONTENT_READY_ANSWERS_UPDATED_MS])});
	if (t->writer != NULL)
		ek_api_put_int(j, "seq", (int64_t)t->seq);
	ek_json_object_end(j);
}

/* ---- the list */

/* "%word%", with what LIKE reads as more than itself escaped. */
static ek_str pattern_of(struct ek_turn *t, ek_str word)
{
	char *p = ek_turn_get(t, 2 * (size_t)word.n + 3);
	uint32_t n = 0;
	if (p == NULL)
		return (ek_str){NULL, 0};
	p[n++] = '%';
	for (uint32_t i = 0; i < word.n; i++) {
		if (word.p[i] == '%' || word.p[i] == '_' || word.p[i] == '\\')
			p[n++] = '\\';
		p[n++] = word.p[i];
	}
	p[n++] = '%';
	return (ek_str){p, n};
}

bool ek_api_ready_ask(struct ek_turn *t, ek_str typed, struct ek_views_value out[EK_API_READY_ARGS])
{
	uint32_t words = 0;
	out[0] = ek_views_int(t->self.v);
	for (uint32_t i = 1; i < EK_API_READY_ARGS; i++)
		out[i] = ek_views_text(EK_S(""));
	if (typed.n == 0)
		return true;
	ek_str key = ek_api_list_fold(t, typed);
	for (uint32_t from = 0; key.p != NULL && from < key.n && words < EK_API_READY_WORDS;) {
		uint32_t to = from;
		while (to < key.n && key.p[to] != ' ')
			to++;
		if (to > from) {
			ek_str pattern = pattern_of(t, (ek_str){key.p + from, to - from});
			if (pattern.p == NULL)
				return false;
			out[++words] = ek_views_text(pattern);
		}
		from = to + 1;
	}
	return key.p != NULL;
}

static const struct ek_list_column columns[EK_LIST_ready_answers_COUNT] = {
	[EK_LIST_ready_answers_id] = {EK_LIST_NUMBER, "a.ready_answer", NULL},
	[EK_LIST_ready_answers_title] = {EK_LIST_TEXT, "a.title", "a.title_key"},
	[EK_LIST_ready_answers_scope] = {EK_LIST_TEXT, "a.scope", NULL},
	[EK_LIST_ready_answers_team] = {EK_LIST_NUMBER, "a.team", NULL},
	[EK_LIST_ready_answers_archived] = {EK_LIST_NUMBER,
					    "CASE WHEN a.archived_ms IS NULL THEN 0 ELSE 1 END",
					    NULL},
	[EK_LIST_ready_answers_updated_at] = {EK_LIST_NUMBER, "a.updated_ms", NULL},
};

void ek_api_list_ready_answers(struct ek_turn *t)
{
	const struct ek_list list = {
		.table = ek_list_table(EK_LIST_READY_ANSWERS),
		.columns = columns,
		.select = SELECT,
		.from = "ready_answers a",
		.id = "a.ready_answer",
	};
	struct ek_page p = {
		.list = &list,
		.right = EK_MAY_READY_READ,
		.reach = {.team = "a.team", .owner = "a.teammate"},
		.where = EK_API_READY_WHERE,
		.n = EK_API_READY_ARGS,
	};
	ek_str typed = {NULL, 0};
	(void)ek_query_text(&t->query, "q", 200, &typed);
	if (ek_page_read(t, &p) && ek_api_ready_ask(t, typed, p.args) && ek_page_select(t, &p)) {
		ek_api_list_begin(t, &p.l);
		for (uint32_t i = 0; i < p.l.rows.n; i++)
			write_one(t, ek_api_list_at(&p.l, i));
		ek_api_list_end(t, &p.l);
	}
	ek_turn_reply(t, 200);
}

/* ---- one */

struct edit {
	uint64_t id; /* 0 while it is made */
	enum scope scope;
	uint32_t team;
	struct ek_patch_at body, texts;
	struct ek_views_value before[WIDTH + 1], row[WIDTH + 1];
	struct ek_api_ready_object object;
	bool is_new_version;
};

static bool load(struct ek_turn *t, struct edit *e)
{
	static const char sql[] =
		"SELECT " SELECT " FROM ready_answers a WHERE a.ready_answer = $1";
	const struct ek_views_value key = ek_views_int((int64_t)e->id);
	struct ek_turn_rows rows;
	if (!ek_turn_select(t, sql, &key, 1, &rows))
		return false;
	if (rows.n == 0) {
		e->object = (struct ek_api_ready_object){.may.is_absent = true};
		return true;
	}
	memcpy(e->before, rows.v, sizeof e->before);
	memcpy(e->row, rows.v, sizeof e->row);
	e->scope = scope_of(e->row);
	ek_api_ready_object(&e->object, e->row);
	return true;
}

static struct edit *open_one(struct ek_turn *t)
{
	struct edit *e = EK_TURN_NEW(t, struct edit);
	t->state = e;
	return e != NULL && ek_turn_id(t, "id", EK_IDENT_READY, &e->id) && load(t, e) &&
			       ek_turn_may(t, EK_MAY_READY_READ, &e->object.may)
		       ? e
		       : NULL;
}

static void set_tag(struct ek_turn *t, const struct ek_views_value *row)
{
	ek_turn_set_etag(t, ek_turn_int(&row[EK_CONTENT_READY_ANSWERS_REVISION]));
}

void ek_api_get_ready_answer(struct ek_turn *t)
{
	const struct edit *e = open_one(t);
	if (e != NULL && ek_query_end(&t->query)) {
		write_one(t, e->row);
		set_tag(t, e->row);
	}
	ek_turn_reply(t, 200);
}

static bool write_version(struct ek_turn *t, const struct ek_views_value *v)
{
	ek_json_object(&t->out);
	ek_api_put_int(&t->out, "version", ek_turn_int(&v[0]));
	ek_api_put_text(&t->out, "title", ek_turn_text(&v[1]));
	put_texts(&t->out, &v[2]);
	ek_api_put_id(&t->out, "by", EK_IDENT_TEAMMATE, id_at(&v[5]));
	ek_api_put_time(&t->out, "at", (ek_time){ek_turn_int(&v[6])});
	ek_json_object_end(&t->out);
	return true;
}

void ek_api_list_ready_versions(struct ek_turn *t)
{
	static const struct ek_list_column version[EK_LIST_ready_versions_COUNT] = {
		[EK_LIST_ready_versions_version] = {EK_LIST_NUMBER, "v.version", NULL},
	};
	const struct ek_list list = {
		.table = ek_list_table(EK_LIST_READY_VERSIONS),
		.columns = version,
		.select =
			"v.version, v.title, v.text_en, v.text_ko, v.text_ar, v.teammate, v.at_ms",
		.from = "ready_versions v",
		.id = "v.version",
	};
	struct ek_page p = {.list = &list, .where = "v.ready_answer = $1", .n = 1};
	const struct edit *e;
	if (ek_page_read(t, &p) && (e = open_one(t)) != NULL) {
		p.args[0] = ek_views_int((int64_t)e->id);
		p.right = EK_MAY_NEVER;
		ek_page_write(t, &p, write_version);
	}
	ek_turn_reply(t, 200);
}

/* ---- what is sent */

/* A text of a field that does not exist would never be filled in. */
static bool check_fields(const struct ek_patch_at *at, ek_str text)
{
	struct ek_fill_field f;
	for (uint32_t i = 0; ek_fill_next(text, &i, &f);)
		if (f.name == EK_FILL_UNKNOWN)
			return ek_patch_fault(at, EK_FAULT_UNKNOWN_FIELD,
					      "There is no field of this name.");
	return true;
}

static void take_texts(struct ek_turn *t, struct edit *e)
{
	static const char *const names[] = {"en", "ko", "ar"};
	ek_patch_members(&e->texts, names, EK_LEN(names));
	bool is_any = false;
	for (uint32_t i = 0; i < EK_API_READY_LANGUAGES; i++) {
		struct ek_patch_at at = ek_patch_member(&e->texts, names[i]);
		struct ek_views_value *v = &e->row[text_columns[i]];
		ek_str text;
		if (ek_patch_state(&at) == EK_PATCH_NULL)
			*v = (struct ek_views_value){0};
		else if (ek_patch_state(&at) == EK_PATCH_VALUE &&
			 ek_patch_prose(&at, 1, EK_API_READY_BYTES, &text) &&
			 check_fields(&at, text))
			*v = ek_views_text(text);
		is_any = is_any || v->kind == EK_VIEWS_TEXT;
	}
	if (!is_any && ek_problem_is_none(&t->problem))
		ek_patch_fault(&e->texts, EK_FAULT_MISSING, "A text in one language at least.");
}

/* What is searched, and whether there is a new version of it. */
static bool finish(struct ek_turn *t, struct edit *e)
{
	size_t n = 0;
	size_t all = EK_API_READY_LANGUAGES;
	for (uint32_t i = 0; i < EK_API_READY_LANGUAGES; i++)
		all += ek_turn_text(&e->row[text_columns[i]]).n;
	char *p = ek_turn_get(t, all);
	if (p == NULL)
		return false;
	e->is_new_version = !ek_str_equal(ek_turn_text(&e->row[EK_CONTENT_READY_ANSWERS_TITLE]),
					  ek_turn_text(&e->before[EK_CONTENT_READY_ANSWERS_TITLE]));
	for (uint32_t i = 0; i < EK_API_READY_LANGUAGES; i++) {
		ek_str s = ek_turn_text(&e->row[text_columns[i]]);
		if (!ek_str_equal(s, ek_turn_text(&e->before[text_columns[i]])))
			e->is_new_version = true;
		if (s.n > 0)
			memcpy(p + n, s.p, s.n);
		n += s.n;
		p[n++] = ' ';
	}
	ek_str key = ek_api_list_fold(t, (ek_str){p, (uint32_t)n});
	e->row[EK_CONTENT_READY_ANSWERS_TEXT_KEY] = ek_views_text(key);
	return key.p != NULL;
}

static void take_scope(struct ek_turn *t, struct edit *e, const struct ek_patch_value *scope,
		       const struct ek_patch_value *team)
{
	e->scope = scope->state == EK_PATCH_VALUE ? (enum scope)scope->i : OWN;
	e->team = team->state == EK_PATCH_VALUE ? (uint32_t)team->i : 0;
	const struct ek_views_value key = ek_views_int(e->team);
	struct ek_turn_rows rows;
	if (e->scope == TEAM && e->team == 0)
		ek_patch_fault(&team->at, EK_FAULT_MISSING, "A team's names the team.");
	else if (e->scope != TEAM && e->team != 0)
		ek_patch_fault(&team->at, EK_FAULT_CONFLICT, "Only a team's names a team.");
	else if (e->team != 0 &&
		 ek_turn_select(
			 t, "SELECT 1 FROM team_profiles WHERE team = $1 AND deleted_ms IS NULL",
			 &key, 1, &rows) &&
		 rows.n == 0)
		ek_patch_fault(&team->at, EK_FAULT_NOT_FOUND, NULL);
	const char *word = scope_words[e->scope];
	e->row[EK_CONTENT_READY_ANSWERS_SCOPE] =
		ek_views_text((ek_str){word, (uint32_t)strlen(word)});
	e->row[EK_CONTENT_READY_ANSWERS_TEAM] = ek_views_id(e->scope == TEAM ? e->team : 0);
	e->row[EK_CONTENT_READY_ANSWERS_TEAMMATE] = ek_views_id(t->self.v);
}

static void take_archived(struct ek_turn *t, struct edit *e, const struct ek_patch_value *v)
{
	struct ek_views_value *at = &e->row[EK_CONTENT_READY_ANSWERS_ARCHIVED_MS];
	if (v->state != EK_PATCH_VALUE)
		return;
	if (v->i == 0)
		*at = (struct ek_views_value){0};
	else if (at->kind != EK_VIEWS_INT)
		*at = ek_views_int(t->now.ms);
}

static bool bind(struct ek_turn *t, struct edit *e)
{
	enum { TITLE, TEXTS, SCOPE, R_TEAM, MADE, ARCHIVED = SCOPE, CHANGED = R_TEAM };
	const uint8_t must = e->id == 0 ? EK_PATCH_REQUIRED : 0;
	struct ek_patch_rule rules[MADE] = {
		[TITLE] = {"title", EK_PATCH_OF_ANY, 0, must, 0, 0, NULL},
		[TEXTS] = {"texts", EK_PATCH_OF_ANY, 0, must, 0, 0, NULL},
		[SCOPE] = {"scope", EK_PATCH_OF_WORD, 0, 0, 0, 0, scope_words},
		[R_TEAM] = {"team", EK_PATCH_OF_ID, EK_IDENT_TEAM, EK_PATCH_NULLABLE, 0, 0, NULL},
	};
	struct ek_patch_value v[MADE] = {0};
	ek_str title;
	if (e->id != 0)
		rules[ARCHIVED] =
			(struct ek_patch_rule){"archived", EK_PATCH_OF_BOOL, 0, 0, 0, 0, NULL};
	ek_patch_bind(&e->body, rules, e->id == 0 ? MADE : CHANGED, v);
	if (v[TITLE].state != EK_PATCH_ABSENT && ek_api_text_name(t, &v[TITLE].at, &title)) {
		e->row[EK_CONTENT_READY_ANSWERS_TITLE] = ek_views_text(title);
		e->row[EK_CONTENT_READY_ANSWERS_TITLE_KEY] =
			ek_views_text(ek_api_list_fold(t, title));
	}
	e->texts = v[TEXTS].at;
	if (v[TEXTS].state != EK_PATCH_ABSENT)
		take_texts(t, e);
	if (e->id == 0)
		take_scope(t, e, &v[SCOPE], &v[R_TEAM]);
	else
		take_archived(t, e, &v[ARCHIVED]);
	return ek_problem_is_none(&t->problem) && finish(t, e);
}

/* ---- the change */

static void put_version(struct ek_turn *t, const struct edit *e)
{
	struct ek_views_value v[EK_CONTENT_READY_VERSIONS_WIDTH] = {0};
	v[EK_CONTENT_READY_VERSIONS_READY_ANSWER] = ek_views_int((int64_t)e->id);
	v[EK_CONTENT_READY_VERSIONS_VERSION] = e->row[EK_CONTENT_READY_ANSWERS_VERSION];
	v[EK_CONTENT_READY_VERSIONS_TITLE] = e->row[EK_CONTENT_READY_ANSWERS_TITLE];
	v[EK_CONTENT_READY_VERSIONS_TEXT_EN] = e->row[EK_CONTENT_READY_ANSWERS_TEXT_EN];
	v[EK_CONTENT_READY_VERSIONS_TEXT_KO] = e->row[EK_CONTENT_READY_ANSWERS_TEXT_KO];
	v[EK_CONTENT_READY_VERSIONS_TEXT_AR] = e->row[EK_CONTENT_READY_ANSWERS_TEXT_AR];
	v[EK_CONTENT_READY_VERSIONS_TEAMMATE] = ek_views_id(t->self.v);
	v[EK_CONTENT_READY_VERSIONS_AT_MS] = ek_views_int(t->now.ms);
	ek_turn_put(t, EK_CONTENT_READY_VERSIONS, v);
}

/* One's own are nobody's business. */
static void log_it(struct ek_turn *t, const struct edit *e)
{
	static const struct {
		const char *name;
		uint8_t column;
	} fields[] = {
		{"title", EK_CONTENT_READY_ANSWERS_TITLE},
		{"text_en", EK_CONTENT_READY_ANSWERS_TEXT_EN},
		{"text_ko", EK_CONTENT_READY_ANSWERS_TEXT_KO},
		{"text_ar", EK_CONTENT_READY_ANSWERS_TEXT_AR},
	};
	struct ek_api_change_fields f;
	if (e->scope == OWN)
		return;
	ek_api_change_open(t, &f);
	for (size_t i = 0; i < EK_LEN(fields); i++)
		ek_api_change_text(&f, fields[i].name, ek_turn_text(&e->before[fields[i].column]),
				   ek_turn_text(&e->row[fields[i].column]));
	ek_api_change_bool(&f, "archived",
			   e->before[EK_CONTENT_READY_ANSWERS_ARCHIVED_MS].kind == EK_VIEWS_INT,
			   e->row[EK_CONTENT_READY_ANSWERS_ARCHIVED_MS].kind == EK_VIEWS_INT);
	struct ek_api_change change = {.resource = "ready_answer", .object = e->id};
	change.team.v = id_at(&e->row[EK_CONTENT_READY_ANSWERS_TEAM]);
	change.fields = ek_api_change_close(t, &f);
	ek_api_change_add(t, &change);
}

static void put_row(struct ek_turn *t, struct edit *e)
{
	struct ek_views_value *v = e->row;
	int64_t revision = ek_turn_int(&e->before[EK_CONTENT_READY_ANSWERS_REVISION]);
	int64_t version = ek_turn_int(&e->before[EK_CONTENT_READY_ANSWERS_VERSION]);
	version = version == EK_NONE ? 0 : version;
	v[EK_CONTENT_READY_ANSWERS_REVISION] = ek_views_int(revision == EK_NONE ? 1 : revision + 1);
	v[EK_CONTENT_READY_ANSWERS_VERSION] = ek_views_int(version + e->is_new_version);
	v[EK_CONTENT_READY_ANSWERS_UPDATED_MS] = ek_views_int(t->now.ms);
	ek_turn_put(t, EK_CONTENT_READY_ANSWERS, v);
	if (e->is_new_version)
		put_version(t, e);
	log_it(t, e);
	write_one(t, v);
	set_tag(t, v);
}

static void made_create(struct ek_turn *t, const struct ek_answer *a)
{
	struct edit *e = t->state;
	(void)a;
	e->id = ek_turn_new_id(t, EK_CONTENT_READY_ANSWERS);
	e->row[EK_CONTENT_READY_ANSWERS_READY_ANSWER] = ek_views_int((int64_t)e->id);
	e->row[EK_CONTENT_READY_ANSWERS_CREATED_MS] = ek_views_int(t->now.ms);
	e->row[USED] = ek_views_int(0);
	t->status = 201;
	put_row(t, e);
}

/* To those who see it. */
static void tell(struct ek_turn *t, const struct edit *e)
{
	struct ek_turn_content what = {.of = EK_CONTENT_KIND_READY};
	what.team.v = e->scope == TEAM ? id_at(&e->row[EK_CONTENT_READY_ANSWERS_TEAM]) : 0;
	what.teammate.v = e->scope == OWN ? t->self.v : 0;
	ek_turn_tells_of(t, what);
}

void ek_api_create_ready_answer(struct ek_turn *t)
{
	static const struct ek_turn_write write = {.made = made_create};
	struct edit *e = EK_TURN_NEW(t, struct edit);
	struct ek_may_object own = ek_may_own(&t->actor);
	t->state = e;
	if (e == NULL || !ek_query_end(&t->query) || !ek_turn_body(t, &e->body) ||
	    !ek_turn_may(t, EK_MAY_READY_READ, &own) || !bind(t, e)) {
		ek_turn_reply(t, 0);
		return;
	}
	/* Rights depend on whose it is to be, and so come behind it. */
	ek_api_ready_object(&e->object, e->row);
	if (!ek_turn_may(t, right_of(e->scope), &e->object.may)) {
		ek_turn_reply(t, 0);
		return;
	}
	tell(t, e);
	ek_turn_write(t, &write);
}

static bool check_same(struct ek_turn *t)
{
	static const char sql[] = "SELECT revision FROM ready_answers WHERE ready_answer = $1";
	const struct edit *e = t->state;
	const struct ek_views_value key = ek_views_int((int64_t)e->id);
	struct ek_turn_rows rows;
	if (!ek_turn_select(t, sql, &key, 1, &rows))
		return false;
	int64_t now = rows.n > 0 ? ek_turn_int(&rows.v[0]) : 0;
	if (!ek_turn_if_match(t, now))
		return false;
	/* If-Match: *, while somebody else was faster. */
	return now == ek_turn_int(&e->before[EK_CONTENT_READY_ANSWERS_REVISION]) ||
	       ek_problem_set(&t->problem, EK_PROBLEM_CONFLICT,
			      "somebody else has changed it meanwhile");
}

static void made_update(struct ek_turn *t, const struct ek_answer *a)
{
	(void)a;
	put_row(t, t->state);
}

void ek_api_update_ready_answer(struct ek_turn *t)
{
	static const struct ek_turn_write write = {.check = check_same, .made = made_update};
	struct edit *e = open_one(t);
	if (e == NULL || !ek_query_end(&t->query) || !ek_turn_body(t, &e->body) ||
	    !ek_turn_may(t, right_of(e->scope), &e->object.may) || !bind(t, e)) {
		ek_turn_reply(t, 0);
		return;
	}
	tell(t, e);
	ek_turn_write(t, &write);
}
