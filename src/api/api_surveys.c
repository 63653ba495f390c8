/* Surveys: the list, one, and how they are changed. What came of them: api_surveys_funnel.c,
 * api_surveys_answers.c. */
#include "api/api_surveys.h"

#include <string.h>

#include "api/api_audit.h"
#include "api/api_edit.h"
#include "api/api_put.h"
#include "api/api_text.h"
#include "api/guard.h"
#include "api/handlers.h"
#include "api/page.h"
#include "wire/keep.h"
#include "wire/list.h"

enum { DELAY_MAX = 7 * 24 * 60, WINDOW_MAX = 60, QUESTION_MAX = 300, FRACTION_MAX = 1000 };
enum { DELAY_USUAL = 60, WINDOW_USUAL = 7, SURVEYS_MAX = 64 };

/* ---- one, written */

static struct ek_views_value text_value(const char *s)
{
	return ek_views_text((ek_str){s, (uint32_t)strlen(s)});
}

static uint32_t id_of(const struct ek_views_value *v)
{
	return v->kind == EK_VIEWS_INT ? (uint32_t)v->i : 0;
}

static bool put_question(struct ek_turn *t, struct ek_json *j, const struct ek_views_value *row)
{
	int form = ek_survey_form_of(ek_turn_text(&row[EK_CONTENT_SURVEYS_FORM]));
	struct ek_keep_map own;
	if (!ek_keep_read(ek_turn_text(&row[EK_CONTENT_SURVEYS_QUESTION]), t->arena, &own))
		return ek_problem_set(&t->problem, EK_PROBLEM_UNAVAILABLE, NULL);
	ek_json_key(j, "question");
	ek_json_object(j);
	for (int i = 0; i < EK_SURVEY_LANGUAGES; i++) {
		const char *tag = ek_survey_tag(i);
		const struct ek_keep_pair *pair = ek_keep_find(&own, (ek_str){tag, 2});
		if (pair != NULL)
			ek_api_put_text(j, tag, pair->text);
		else
			ek_api_put_word(j, tag, ek_survey_question(form, i));
	}
	ek_json_object_end(j);
	return true;
}

static bool write_members(struct ek_turn *t, struct ek_json *j, const struct ek_views_value *row)
{
	ek_str channels = ek_turn_text(&row[EK_CONTENT_SURVEYS_CHANNELS]);
	ek_api_put_text(j, "name", ek_turn_text(&row[EK_CONTENT_SURVEYS_NAME]));
	ek_api_put_text(j, "form", ek_turn_text(&row[EK_CONTENT_SURVEYS_FORM]));
	ek_api_put_int(j, "version", ek_turn_int(&row[EK_CONTENT_SURVEYS_VERSION]));
	ek_api_put_id(j, "team", EK_IDENT_TEAM, id_of(&row[EK_CONTENT_SURVEYS_TEAM]));
	ek_api_put_raw(j, "channels", channels.p != NULL ? channels : EK_S("[]"));
	ek_api_put_int(j, "fraction", ek_turn_int(&row[EK_CONTENT_SURVEYS_FRACTION]));
	ek_api_put_int(j, "delay_minutes", ek_turn_int(&row[EK_CONTENT_SURVEYS_DELAY_MINUTES]));
	ek_api_put_int(j, "window_days", ek_turn_int(&row[EK_CONTENT_SURVEYS_WINDOW_DAYS]));
	ek_api_put_bool(j, "active", ek_turn_int(&row[EK_CONTENT_SURVEYS_ACTIVE]) == 1);
	return put_question(t, j, row);
}

static bool write_one(struct ek_turn *t, const struct ek_views_value *row, uint64_t seq)
{
	struct ek_json *j = &t->out;
	ek_json_object(j);
	ek_api_put_id(j, "id", EK_IDENT_SURVEY, (uint64_t)row[EK_CONTENT_SURVEYS_SURVEY].i);
	bool ok = write_members(t, j, row);
	ek_api_put_time(j, "created_at",
			(ek_time){ek_turn_int(&row[EK_CONTENT_SURVEYS_CREATED_MS])});
	ek_api_put_time(j, "updated_at",
			(ek_time){ek_turn_int(&row[EK_CONTENT_SURVEYS_UPDATED_MS])});
	if (seq != 0)
		ek_api_put_int(j, "seq", (int64_t)seq);
	ek_json_object_end(j);
	return ok;
}

/* ---- reading */

static const struct ek_list_column columns[EK_LIST_surveys_COUNT] = {
	[EK_LIST_surveys_id] = {EK_LIST_NUMBER, "s.survey", NULL},
	[EK_LIST_surveys_name] = {EK_LIST_TEXT, "s.name", "s.name_key"},
	[EK_LIST_surveys_form] = {EK_LIST_TEXT, "s.form", NULL},
	[EK_LIST_surveys_team] = {EK_LIST_NUMBER, "s.team", NULL},
	[EK_LIST_surveys_active] = {EK_LIST_NUMBER, "s.active", NULL},
};

void ek_api_list_surveys(struct ek_turn *t)
{
	const struct ek_list list = {
		.table = ek_list_table(EK_LIST_SURVEYS),
		.columns = columns,
		.select = "s.survey, s.name, s.name_key, s.form, s.version, s.team, s.channels,"
			  " s.fraction, s.delay_minutes, s.window_days, s.active, s.active_ms,"
			  " s.question, s.created_ms, s.updated_ms, s.deleted_ms, s.revision",
		.from = "surveys s",
		.id = "s.survey",
	};
	struct ek_page p = {
		.list = &list, .right = EK_MAY_SURVEY_READ, .where = "s.deleted_ms IS NULL"};
	if (ek_page_read(t, &p) && ek_page_select(t, &p)) {
		bool ok = true;
		ek_api_list_begin(t, &p.l);
		for (uint32_t i = 0; ok && i < p.l.rows.n; i++)
			ok = write_one(t, ek_api_list_at(&p.l, i), 0);
		ek_api_list_end(t, &p.l);
	}
	ek_turn_reply(t, 200);
}

bool ek_api_surveys_find(struct ek_turn *t, uint64_t id, const struct ek_views_value **row)
{
	bool found = false;
	if (!ek_turn_row(t, EK_CONTENT_SURVEYS, (int64_t)id, row, &found))
		return false;
	if (found && (*row)[EK_CONTENT_SURVEYS_DELETED_MS].kind == EK_VIEWS_NULL)
		return true;
	return ek_problem_set(&t->problem, EK_PROBLEM_NOT_FOUND, NULL);
}

void ek_api_get_survey(struct ek_turn *t)
{
	const struct ek_views_value *row;
	uint64_t id;
	if (ek_query_end(&t->query) && ek_turn_id(t, "id", EK_IDENT_SURVEY, &id) &&
	    ek_turn_may(t, EK_MAY_SURVEY_READ, NULL) && ek_api_surveys_find(t, id, &row)) {
		ek_turn_set_etag(t, row[EK_CONTENT_SURVEYS_REVISION].i);
		if (!write_one(t, row, 0))
			ek_json_reset(&t->out);
	}
	ek_turn_reply(t, 200);
}

/* ---- what is asked for */

struct edit {
	struct ek_api_edit edit;
	uint64_t id; /* 0 while it is made */
	bool is_deleted;
	bool has_key; /* of the workspace */
	bool is_moved;
	int64_t used;
	ek_str name, name_key;
	ek_str channels; /* p NULL = not said */
	struct ek_patch_at root;
	struct ek_patch_value v[9];
	const struct ek_views_value *was; /* NULL = there was none */
	struct ek_views_value row[EK_CONTENT_SURVEYS_WIDTH];
};

enum { NAME, FORM, TEAM, CHANNELS, FRACTION, DELAY, WINDOW, ACTIVE, QUESTION, MEMBERS };
static const char *const forms[] = {"nps", "csat", "ces", NULL};

bool ek_api_surveys_channels(struct ek_turn *t, const struct ek_patch_at *at, ek_str *json)
{
	uint32_t n = 0;
	uint32_t seen = 0;
	struct ek_json j;
	bool ok = ek_patch_list(at, 0, EK_CAPACITY_CLASS_END - 1, &n);
	for (uint32_t i = 0; i < n; i++) {
		struct ek_patch_at row = ek_patch_row(at, i);
		int class = 0;
		if (!ek_patch_enum(&row, EK_ENUM_CAPACITY_CLASS, &class))
			ok = false;
		else if ((seen >> class & 1) != 0)
			ok = ek_patch_fault(&row, EK_FAULT_REPEATED, NULL);
		seen |= class > 0 ? 1u << class : 0;
	}
	if (!ok)
		return false;
	ek_api_text_begin(t, &j);
	ek_json_list(&j);
	for (int i = 1; i < EK_CAPACITY_CLASS_END; i++)
		if ((seen >> i & 1) != 0)
			ek_json_word(&j, ek_enums_wire(EK_ENUM_CAPACITY_CLASS, i));
	ek_json_list_end(&j);
	*json = ek_api_text_take(t, &j);
	return json->p != NULL;
}

/* What it says must be texts or null; how it comes out is found on the writer's thread. */
static void check_question(const struct ek_patch_at *at)
{
	static const char *const names[] = {"en", "ko", "ar"};
	if (!ek_patch_members(at, names, EK_LEN(names)))
		return;
	for (size_t i = 0; i < EK_LEN(names); i++) {
		struct ek_patch_at text = ek_patch_member(at, names[i]);
		ek_str s;
		if (ek_patch_state(&text) == EK_PATCH_VALUE)
			(void)ek_patch_text(&text, 1, QUESTION_MAX, &s);
	}
}

static bool bind(struct ek_turn *t, struct edit *e)
{
	const uint8_t needed = e->id == 0 ? EK_PATCH_REQUIRED : 0;
	const struct ek_patch_rule rules[MEMBERS] = {
		[NAME] = {"name", EK_PATCH_OF_ANY, 0, needed, 0, 0, NULL},
		[FORM] = {"form", EK_PATCH_OF_WORD, 0, EK_PATCH_REQUIRED, 0, 0, forms},
		[TEAM] = {"team", EK_PATCH_OF_ID, EK_IDENT_TEAM, EK_PATCH_NULLABLE, 0, 0, NULL},
		[CHANNELS] = {"channels", EK_PATCH_OF_ANY, 0, 0, 0, 0, NULL},
		[FRACTION] = {"fraction", EK_PATCH_OF_INT, 0, 0, 0, FRACTION_MAX, NULL},
		[DELAY] = {"delay_minutes", EK_PATCH_OF_INT, 0, 0, 0, DELAY_MAX, NULL},
		[WINDOW] = {"window_days", EK_PATCH_OF_INT, 0, 0, 1, WINDOW_MAX, NULL},
		[ACTIVE] = {"active", EK_PATCH_OF_BOOL, 0, 0, 0, 0, NULL},
		[QUESTION] = {"question", EK_PATCH_OF_ANY, 0, 0, 0, 0, NULL},
	};
	/* What it asks stays what it is: without its rule, `form` is an unknown member. */
	struct ek_patch_rule known[MEMBERS];
	struct ek_patch_value v[MEMBERS];
	uint32_t n = 0;
	if (!ek_turn_body(t, &e->root))
		return false;
	for (uint32_t i = 0; i < MEMBERS; i++)
		if (i != FORM || e->id == 0)
			known[n++] = rules[i];
	(void)ek_patch_bind(&e->root, known, n, v);
	for (uint32_t i = 0, from = 0; i < MEMBERS; i++)
		if (i != FORM || e->id == 0)
			e->v[i] = v[from++];
	if (ek_patch_state(&e->v[NAME].at) != EK_PATCH_ABSENT &&
	    ek_api_text_name(t, &e->v[NAME].at, &e->name))
		e->name_key = ek_api_list_fold(t, e->name);
	if (ek_patch_state(&e->v[CHANNELS].at) != EK_PATCH_ABSENT)
		(void)ek_api_surveys_channels(t, &e->v[CHANNELS].at, &e->channels);
	if (ek_patch_state(&e->v[QUESTION].at) != EK_PATCH_ABSENT)
		check_question(&e->v[QUESTION].at);
	return ek_problem_is_none(&t->problem);
}

bool ek_api_surveys_may_edit(struct ek_turn *t, ek_team_id team)
{
	const struct ek_may_object object = {.teams = &team, .team_count = team.v != 0};
	return ek_turn_may(t, EK_MAY_SURVEY_EDIT, &object);
}

/* As it is, and as it is to be. */
static bool may_both(struct ek_turn *t, const struct edit *e)
{
	bool is_said = e->v[TEAM].state != EK_PATCH_ABSENT || e->was == NULL;
	ek_team_id to = {e->v[TEAM].state == EK_PATCH_VALUE ? (uint32_t)e->v[TEAM].i : 0};
	if (e->was != NULL &&
	    !ek_api_surveys_may_edit(t, (ek_team_id){id_of(&e->was[EK_CONTENT_SURVEYS_TEAM])}))
		return false;
	return e->is_deleted || !is_said || ek_api_surveys_may_edit(t, to);
}

/* ---- what it becomes: on the writer's thread */

static void number(struct edit *e, uint32_t member, uint32_t column, int64_t usual)
{
	struct ek_views_value *v = &e->row[column];
	if (e->v[member].state == EK_PATCH_VALUE)
		*v = ek_views_int(e->v[member].i);
	else if (e->was == NULL)
		*v = ek_views_int(usual);
}

static bool merge_question(struct ek_turn *t, struct edit *e)
{
	static const struct ek_keep_limits limits = {EK_SURVEY_LANGUAGES, 2, QUESTION_MAX};
	struct ek_keep_map before, after;
	struct ek_json j;
	if (e->v[QUESTION].state == EK_PATCH_ABSENT)
		return true;
	if (!ek_keep_read(ek_turn_text(&e->row[EK_CONTENT_SURVEYS_QUESTION]), t->arena, &before))
		return ek_problem_set(&t->problem, EK_PROBLEM_UNAVAILABLE, NULL);
	if (!ek_keep_patch(&e->v[QUESTION].at, &before, &limits, &after))
		return false;
	ek_api_text_begin(t, &j);
	ek_keep_write(&j, &after);
	ek_str kept = ek_api_text_take(t, &j);
	e->row[EK_CONTENT_SURVEYS_QUESTION] = ek_views_text(after.n > 0 ? kept : (ek_str){0});
	return kept.p != NULL;
}

static bool differs(const struct edit *e, uint32_t column)
{
	const struct ek_views_value *a = &e->was[column];
	const struct ek_views_value *b = &e->row[column];
	if (a->kind != b->kind)
		return true;
	return a->kind == EK_VIEWS_TEXT ? !ek_str_equal(ek_turn_text(a), ek_turn_text(b))
					: a->kind == EK_VIEWS_INT && a->i != b->i;
}

/* What is asked of whom is a version; where the conversations are others, it begins anew. */
static void count_version(struct edit *e)
{
	static const uint8_t asked[] = {
		EK_CONTENT_SURVEYS_TEAM,        EK_CONTENT_SURVEYS_CHANNELS,
		EK_CONTENT_SURVEYS_FRACTION,    EK_CONTENT_SURVEYS_DELAY_MINUTES,
		EK_CONTENT_SURVEYS_WINDOW_DAYS, EK_CONTENT_SURVEYS_QUESTION,
	};
	bool is_new = e->was == NULL;
	for (size_t i = 0; !is_new && i < EK_LEN(asked); i++)
		is_new = differs(e, asked[i]);
	if (is_new)
		e->row[EK_CONTENT_SURVEYS_VERSION] =
			ek_views_int(e->was == NULL ? 1 : e->was[EK_CONTENT_SURVEYS_VERSION].i + 1);
	e->is_moved = e->was == NULL || differs(e, EK_CONTENT_SURVEYS_TEAM) ||
		      differs(e, EK_CONTENT_SURVEYS_CHANNELS) ||
		      differs(e, EK_CONTENT_SURVEYS_ACTIVE);
}

static bool merge(struct ek_turn *t, struct edit *e)
{
	if (e->was != NULL)
		memcpy(e->row, e->was, sizeof e->row);
	else
		memset(e->row, 0, sizeof e->row);
	if (e->is_deleted)
		return true;
	if (e->name.p != NULL) {
		e->row[EK_CONTENT_SURVEYS_NAME] = ek_views_text(e->name);
		e->row[EK_CONTENT_SURVEYS_NAME_KEY] = ek_views_text(e->name_key);
	}
	if (e->was == NULL)
		e->row[EK_CONTENT_SURVEYS_FORM] = text_value(forms[e->v[FORM].i]);
	if (e->v[TEAM].state != EK_PATCH_ABSENT)
		e->row[EK_CONTENT_SURVEYS_TEAM] = ek_views_id(
			e->v[TEAM].state == EK_PATCH_VALUE ? (uint32_t)e->v[TEAM].i : 0);
	if (e->channels.p != NULL || e->was == NULL)
		e->row[EK_CONTENT_SURVEYS_CHANNELS] =
			ek_views_text(e->channels.p != NULL ? e->channels : EK_S("[]"));
	number(e, FRACTION, EK_CONTENT_SURVEYS_FRACTION, FRACTION_MAX);
	number(e, DELAY, EK_CONTENT_SURVEYS_DELAY_MINUTES, DELAY_USUAL);
	number(e, WINDOW, EK_CONTENT_SURVEYS_WINDOW_DAYS, WINDOW_USUAL);
	number(e, ACTIVE, EK_CONTENT_SURVEYS_ACTIVE, 0);
	if (!merge_question(t, e))
		return false;
	count_version(e);
	return true;
}

static bool has_team(struct ek_turn *t, const struct edit *e)
{
	struct ek_turn_rows rows;
	const struct ek_views_value key = ek_views_int(e->v[TEAM].i);
	if (e->v[TEAM].state != EK_PATCH_VALUE)
		return true;
	return ek_turn_select(t, "SELECT team FROM teams WHERE team = $1 AND deleted = 0", &key, 1,
			      &rows) &&
	       (rows.n > 0 || ek_patch_fault(&e->v[TEAM].at, EK_FAULT_NOT_FOUND, NULL));
}

/* The name is free, and there are not too many. */
static bool is_free(struct ek_turn *t, const struct edit *e)
{
	const struct ek_views_value args[] = {e->row[EK_CONTENT_SURVEYS_NAME_KEY],
					      ek_views_int((int64_t)e->id)};
	struct ek_turn_rows rows;
	if (!ek_turn_select(t,
			    "SELECT count(*), sum(CASE WHEN name_key = $1 THEN 1 ELSE 0 END) FROM"
			    " surveys WHERE survey <> $2 AND deleted_ms IS NULL",
			    args, EK_LEN(args), &rows))
		return false;
	if (rows.n > 0 && ek_turn_int(&rows.v[1]) > 0)
		return ek_problem_set(&t->problem, EK_PROBLEM_CONFLICT,
				      "another survey has this name");
	return rows.n == 0 || ek_turn_int(&rows.v[0]) < SURVEYS_MAX ||
	       ek_problem_set(&t->problem, EK_PROBLEM_CONFLICT,
			      "there are %d surveys already; delete some first", SURVEYS_MAX);
}

/* A master key is needed to seal that of the surveys. */
static bool find_key(struct ek_turn *t, struct edit *e)
{
	struct ek_draw_key key;
	struct ek_err err;
	if (ek_guard_seal(t) == NULL)
		return ek_problem_set(&t->problem, EK_PROBLEM_UNAVAILABLE,
				      "this server has no directory, and so no master key");
	bool ok = ek_survey_key(t->api, t->reader, &key, &e->has_key, &err);
	ek_secret_wipe(&key, sizeof key);
	return ok || ek_problem_err(&t->problem, &err);
}

static bool count_used(struct ek_turn *t, struct edit *e)
{
	struct ek_turn_rows rows;
	const struct ek_views_value key = ek_views_int((int64_t)e->id);
	if (!ek_turn_select(t, "SELECT count(*) FROM survey_asks WHERE survey = $1", &key, 1,
			    &rows))
		return false;
	e->used = rows.n > 0 ? ek_turn_int(&rows.v[0]) : 0;
	return true;
}

struct current {
	struct ek_turn *t;
	const struct ek_views_value *row;
};

static void write_current(const void *ctx, struct ek_json *j)
{
	const struct current *c = ctx;
	ek_json_key(j, "current");
	ek_json_object(j);
	/* Without memory the answer is not whole, and says so. */
	(void)write_members(c->t, j, c->row);
	ek_json_object_end(j);
}

static bool matches(struct ek_turn *t, const struct edit *e)
{
	if (e->was == NULL || ek_turn_if_match(t, e->was[EK_CONTENT_SURVEYS_REVISION].i))
		return true;
	struct current *c = EK_TURN_NEW(t, struct current);
	if (t->problem.type == EK_PROBLEM_VERSION_MISMATCH && c != NULL) {
		*c = (struct current){t, e->was};
		t->problem.more = write_current;
		t->problem.more_ctx = c;
	}
	return false;
}

static bool check(struct ek_turn *t)
{
	struct edit *e = t->state;
	if (e->id != 0 && !ek_api_surveys_find(t, e->id, &e->was))
		return false;
	if (!may_both(t, e) || !merge(t, e) || !has_team(t, e) || !matches(t, e))
		return false;
	return e->is_deleted ? count_used(t, e) : is_free(t, e) && find_key(t, e);
}

/* ---- the change */

static void diff(struct ek_turn *t, struct ek_api_change_fields *f)
{
	static const struct {
		const char *name;
		uint8_t column;
		bool is_json;
	} fields[] = {
		{"name", EK_CONTENT_SURVEYS_NAME, false},
		{"form", EK_CONTENT_SURVEYS_FORM, false},
		{"channels", EK_CONTENT_SURVEYS_CHANNELS, true},
		{"fraction", EK_CONTENT_SURVEYS_FRACTION, false},
		{"delay_minutes", EK_CONTENT_SURVEYS_DELAY_MINUTES, false},
		{"window_days", EK_CONTENT_SURVEYS_WINDOW_DAYS, false},
		{"active", EK_CONTENT_SURVEYS_ACTIVE, false},
		{"question", EK_CONTENT_SURVEYS_QUESTION, true},
	};
	static const struct ek_views_value none[EK_CONTENT_SURVEYS_WIDTH];
	const struct edit *e = t->state;
	const struct ek_views_value *a = e->was != NULL ? e->was : none;
	const struct ek_views_value *b = e->is_deleted ? none : e->row;
	for (size_t i = 0; i < EK_LEN(fields); i++) {
		const struct ek_views_value *x = &a[fields[i].column];
		const struct ek_views_value *y = &b[fields[i].column];
		bool is_number = x->kind == EK_VIEWS_INT || y->kind == EK_VIEWS_INT;
		if (is_number)
			ek_api_change_int(f, fields[i].name, ek_turn_int(x), ek_turn_int(y));
		else if (fields[i].is_json)
			ek_api_change_raw(f, fields[i].name, ek_turn_text(x), ek_turn_text(y));
		else
			ek_api_change_text(f, fields[i].name, ek_turn_text(x), ek_turn_text(y));
	}
}

static void put_version(struct ek_turn *t, const struct edit *e)
{
	struct ek_views_value v[EK_CONTENT_SURVEY_VERSIONS_WIDTH] = {0};
	const struct ek_views_value *row = e->row;
	v[EK_CONTENT_SURVEY_VERSIONS_SURVEY] = row[EK_CONTENT_SURVEYS_SURVEY];
	v[EK_CONTENT_SURVEY_VERSIONS_VERSION] = row[EK_CONTENT_SURVEYS_VERSION];
	v[EK_CONTENT_SURVEY_VERSIONS_TEAM] = row[EK_CONTENT_SURVEYS_TEAM];
	v[EK_CONTENT_SURVEY_VERSIONS_CHANNELS] = row[EK_CONTENT_SURVEYS_CHANNELS];
	v[EK_CONTENT_SURVEY_VERSIONS_FRACTION] = row[EK_CONTENT_SURVEYS_FRACTION];
	v[EK_CONTENT_SURVEY_VERSIONS_DELAY_MINUTES] = row[EK_CONTENT_SURVEYS_DELAY_MINUTES];
	v[EK_CONTENT_SURVEY_VERSIONS_WINDOW_DAYS] = row[EK_CONTENT_SURVEYS_WINDOW_DAYS];
	v[EK_CONTENT_SURVEY_VERSIONS_QUESTION] = row[EK_CONTENT_SURVEYS_QUESTION];
	v[EK_CONTENT_SURVEY_VERSIONS_FROM_MS] = ek_views_int(t->now.ms);
	v[EK_CONTENT_SURVEY_VERSIONS_BY_TEAMMATE] = ek_views_id(t->self.v);
	ek_turn_put(t, EK_CONTENT_SURVEY_VERSIONS, v);
}

static void put_row(struct ek_turn *t, struct edit *e)
{
	struct ek_views_value *row = e->row;
	int64_t revision = e->was == NULL ? 0 : e->was[EK_CONTENT_SURVEYS_REVISION].i;
	bool is_active = ek_turn_int(&row[EK_CONTENT_SURVEYS_ACTIVE]) == 1;
	row[EK_CONTENT_SURVEYS_SURVEY] = ek_views_int((int64_t)e->id);
	if (e->was == NULL)
		row[EK_CONTENT_SURVEYS_CREATED_MS] = ek_views_int(t->now.ms);
	if (is_active && e->is_moved)
		row[EK_CONTENT_SURVEYS_ACTIVE_MS] = ek_views_int(t->now.ms);
	row[EK_CONTENT_SURVEYS_UPDATED_MS] = ek_views_int(t->now.ms);
	if (e->is_deleted)
		row[EK_CONTENT_SURVEYS_DELETED_MS] = ek_views_int(t->now.ms);
	row[EK_CONTENT_SURVEYS_REVISION] = ek_views_int(revision + 1);
	ek_turn_put(t, EK_CONTENT_SURVEYS, row);
	if (!e->is_deleted && (e->was == NULL || differs(e, EK_CONTENT_SURVEYS_VERSION)))
		put_version(t, e);
}

static void note_it(struct ek_turn *t, const struct edit *e, const char *action)
{
	struct ek_api_change_fields f;
	const ek_team_id team = {id_of(&e->row[EK_CONTENT_SURVEYS_TEAM])};
	ek_api_change_open(t, &f);
	diff(t, &f);
	ek_api_change_add(t, &(struct ek_api_change){.resource = "survey",
						     .object = e->id,
						     .team = team,
						     .fields = ek_api_change_close(t, &f)});
	ek_api_audit_add(t, &(struct ek_api_audit){.action = action,
						   .object_kind = "survey",
						   .object = e->id,
						   .team = team});
}

static void made(struct ek_turn *t, const struct ek_answer *answer)
{
	struct edit *e = t->state;
	bool is_new = e->id == 0;
	char path[64];
	(void)answer;
	if (is_new)
		e->id = ek_turn_new_id(t, EK_CONTENT_SURVEYS);
	if (!e->is_deleted && !e->has_key)
		ek_survey_make_key(t);
	put_row(t, e);
	note_it(t, e, is_new ? "survey.created" : "survey.changed");
	if (is_new) {
		size_t n = ek_format(path, sizeof path, EK_ROUTE_PREFIX "/surveys/srv_%llu",
				     (unsigned long long)e->id);
		t->location = ek_turn_copy(t, (ek_str){path, (uint32_t)n});
		t->status = 201;
	}
	ek_turn_set_etag(t, e->row[EK_CONTENT_SURVEYS_REVISION].i);
	(void)write_one(t, e->row, t->seq);
}

static void made_delete(struct ek_turn *t, const struct ek_answer *answer)
{
	struct edit *e = t->state;
	(void)answer;
	put_row(t, e);
	note_it(t, e, "survey.deleted");
	ek_json_object(&t->out);
	ek_api_put_id(&t->out, "id", EK_IDENT_SURVEY, e->id);
	ek_api_put_int(&t->out, "used", e->used);
	ek_api_put_int(&t->out, "seq", (int64_t)t->seq);
	ek_json_object_end(&t->out);
}

/* The id of the path with its row, for who may see surveys. */
static struct edit *begin(struct ek_turn *t, bool has_id)
{
	struct edit *e = EK_TURN_NEW(t, struct edit);
	const uint32_t scopes = t->actor.scopes;
	t->state = e;
	if (e == NULL || !ek_query_end(&t->query) ||
	    (has_id && !ek_turn_id(t, "id", EK_IDENT_SURVEY, &e->id)))
		return NULL;
	e->edit = (struct ek_api_edit){.write = {.check = check, .made = made}, .diff = diff};
	if (!has_id)
		return e;
	t->actor.scopes |= EK_MAY_SCOPE_READ;
	bool ok =
		ek_turn_may(t, EK_MAY_SURVEY_READ, NULL) && ek_api_surveys_find(t, e->id, &e->was);
	t->actor.scopes = scopes;
	return ok ? e : NULL;
}

static void submit(struct ek_turn *t, struct edit *e, bool ok)
{
	if (e != NULL)
		ok = may_both(t, e) && ok;
	if (ok)
		ek_turn_tells_of(t, (struct ek_turn_content){EK_CONTENT_KIND_SURVEY, {0}, {0}});
	if (ok)
		ek_api_edit_do(t, &e->edit);
	else
		ek_turn_reply(t, 0);
}

void ek_api_create_survey(struct ek_turn *t)
{
	struct edit *e = begin(t, false);
	submit(t, e, e != NULL && bind(t, e));
}

void ek_api_update_survey(struct ek_turn *t)
{
	struct edit *e = begin(t, true);
	submit(t, e, e != NULL && bind(t, e));
}

void ek_api_delete_survey(struct ek_turn *t)
{
	struct edit *e = begin(t, true);
	if (e != NULL) {
		e->is_deleted = true;
		e->edit.write.made = made_delete;
	}
	submit(t, e, e != NULL);
}
