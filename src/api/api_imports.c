/* POST /imports: a table becomes a bulk edit in preview; and the table to fill in. */
#include "api/api_imports.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "api/api_bulk.h"
#include "api/api_list.h"
#include "api/api_put.h"
#include "api/api_text.h"
#include "api/handlers.h"
#include "base/utf8.h"
#include "model/limits.h"
#include "wire/value_json.h"

enum column { ID, EMAIL, NAME, LANGUAGES, PRIMARY, SECONDARY, TEAM, LEVEL, SETTING };
enum { WORDS_MAX = 64 };

struct import {
	struct ek_api_bulk_draft draft;
	struct ek_api_imports_csv csv;
	uint8_t columns[EK_API_IMPORTS_COLUMNS];  /* enum column */
	uint8_t settings[EK_API_IMPORTS_COLUMNS]; /* of a SETTING */
	uint32_t column_count;
	uint32_t cap; /* of rows */
};

/* ---- the first line */

static bool is_level_column(uint8_t resource, enum column c)
{
	return resource == EK_API_BULK_MEMBERSHIPS && (c == TEAM || c == LEVEL);
}

static bool know(struct ek_turn *t, struct import *m, uint32_t i, ek_str name)
{
	static const struct {
		const char *name;
		uint8_t column;
	} names[] = {{"id", ID},
		     {"teammate", ID},
		     {"email", EMAIL},
		     {"name", NAME},
		     {"languages", LANGUAGES},
		     {"primary", PRIMARY},
		     {"secondary", SECONDARY},
		     {"team", TEAM},
		     {"level", LEVEL}};
	uint8_t resource = m->draft.resource;
	int setting = ek_setting_number(name);
	for (size_t k = 0; k < EK_LEN(names); k++) {
		enum column c = (enum column)names[k].column;
		bool fits = c <= EMAIL || is_level_column(resource, c) ||
			    (resource == EK_API_BULK_TEAMMATES && c < TEAM);
		if (fits && ek_str_is(name, names[k].name)) {
			m->columns[i] = (uint8_t)c;
			return true;
		}
	}
	m->columns[i] = SETTING;
	m->settings[i] = (uint8_t)setting;
	if (resource == EK_API_BULK_TEAMMATES && setting != 0 &&
	    (ek_setting_row(setting)->at & EK_AT_P) != 0)
		return true;
	const struct ek_problem_fault fault = {.code = EK_FAULT_UNKNOWN_FIELD};
	char text[64];
	size_t n = name.n < sizeof text - 1 ? name.n : sizeof text - 1;
	if (n > 0)
		memcpy(text, name.p, n);
	text[n] = 0;
	return ek_problem_add(&t->problem, EK_PROBLEM_INVALID_VALUE, &fault,
			      "There is no column \"%s\" in such a table.", text);
}

static bool has_column(const struct import *m, enum column c)
{
	for (uint32_t i = 0; i < m->column_count; i++)
		if (m->columns[i] == c)
			return true;
	return false;
}

static bool read_head(struct ek_turn *t, struct import *m)
{
	bool more = false;
	bool ok = ek_api_imports_next(&m->csv, &more) && more;
	if (!ok)
		return ek_problem_set(&t->problem, EK_PROBLEM_MALFORMED,
				      "the first line must name the columns");
	m->column_count = m->csv.n;
	for (uint32_t i = 0; i < m->column_count; i++)
		ok = know(t, m, i, m->csv.fields[i]) && ok;
	const struct ek_problem_fault fault = {.code = EK_FAULT_MISSING};
	if (!has_column(m, ID) && !has_column(m, EMAIL))
		ok = ek_problem_add(&t->problem, EK_PROBLEM_INVALID_VALUE, &fault,
				    "A column id or email says who it is.");
	if (m->draft.resource == EK_API_BULK_MEMBERSHIPS &&
	    (!has_column(m, TEAM) || !has_column(m, LEVEL)))
		ok = ek_problem_add(&t->problem, EK_PROBLEM_INVALID_VALUE, &fault,
				    "Memberships need the columns team and level.");
	return ok;
}

/* ---- one line */

struct line {
	struct ek_api_bulk_field v[EK_API_IMPORTS_COLUMNS + 2 * WORDS_MAX];
	uint32_t n;
	uint32_t mate, team;
	const char *code; /* NULL = good so far */
	uint32_t column;  /* where it is not */
};

static bool refuse(struct line *l, const char *code, uint32_t column)
{
	if (l->code == NULL) {
		l->code = code;
		l->column = column;
	}
	return true;
}

static bool find_one(struct ek_turn *t, const char *sql, ek_str text, uint32_t *id)
{
	ek_str folded = ek_api_list_fold(t, text);
	const struct ek_views_value key = ek_views_text(folded);
	struct ek_turn_rows rows;
	if (folded.p == NULL || !ek_turn_select(t, sql, &key, 1, &rows))
		return false;
	/* A name that two have names nobody. */
	*id = rows.n == 1 ? (uint32_t)ek_turn_int(&rows.v[0]) : 0;
	return true;
}

static bool find_mate(struct ek_turn *t, struct line *l, ek_str s, uint32_t column)
{
	static const char sql[] = "SELECT teammate FROM people WHERE email_key = $1 AND"
				  " state <> 'deleted' LIMIT 2";
	uint64_t id = 0;
	uint32_t found = 0;
	if (ek_ident_read(s, EK_IDENT_TEAMMATE, &id))
		found = (uint32_t)id;
	else if (!find_one(t, sql, s, &found))
		return false;
	if (found == 0 || (l->mate != 0 && l->mate != found))
		return refuse(l, found == 0 ? "not_found" : "conflict", column);
	l->mate = found;
	return true;
}

static bool find_team(struct ek_turn *t, ek_str s, uint32_t *team)
{
	static const char sql[] = "SELECT team FROM team_profiles WHERE name_key = $1 AND"
				  " deleted_ms IS NULL LIMIT 2";
	uint64_t id = 0;
	if (!ek_ident_read(s, EK_IDENT_TEAM, &id))
		return find_one(t, sql, s, team);
	*team = (uint32_t)id;
	return true;
}

/* The next of words with ; between them; false at the end. */
static bool next_word(ek_str *rest, ek_str *word)
{
	if (rest->n == 0)
		return false;
	const char *end = memchr(rest->p, ';', rest->n);
	uint32_t n = end == NULL ? rest->n : (uint32_t)(end - rest->p);
	*word = ek_str_trimmed((ek_str){rest->p, n});
	uint32_t used = end == NULL ? n : n + 1;
	rest->p += used;
	rest->n -= used;
	return true;
}

static bool add_teams(struct ek_turn *t, struct line *l, ek_str s, uint32_t column, int level)
{
	ek_str word;
	while (next_word(&s, &word)) {
		uint32_t team = 0;
		if (word.n == 0)
			continue;
		if (!find_team(t, word, &team))
			return false;
		if (team == 0)
			return refuse(l, "not_found", column);
		for (uint32_t i = 0; i < l->n; i++) {
			if (l->v[i].kind == EK_API_BULK_LEVEL && l->v[i].team == team)
				return refuse(l, "both_levels", column);
		}
		if (l->n + 1 >= EK_LEN(l->v))
			return refuse(l, "invalid_value", column);
		l->v[l->n++] = (struct ek_api_bulk_field){
			.kind = EK_API_BULK_LEVEL, .team = team, .i = level};
	}
	return true;
}

static bool add_languages(struct ek_turn *t, struct line *l, ek_str s, uint32_t column)
{
	struct ek_json j;
	ek_str word;
	if (s.n > EK_LIMIT_TEXT_BYTES || !ek_utf8_is_plain(s))
		return refuse(l, "invalid_value", column);
	ek_api_text_begin(t, &j);
	ek_json_list(&j);
	while (next_word(&s, &word))
		if (word.n > 0)
			ek_json_text(&j, word);
	ek_json_list_end(&j);
	ek_str list = ek_api_text_take(t, &j);
	l->v[l->n++] = (struct ek_api_bulk_field){.kind = EK_API_BULK_LANGUAGES, .s = list};
	return list.p != NULL;
}

static bool add_name(struct ek_turn *t, struct line *l, ek_str s, uint32_t column)
{
	ek_str name = ek_str_trimmed(ek_api_text_compose(t, s));
	if (name.p == NULL)
		return false;
	if (name.n == 0 || name.n > EK_LIMIT_TEXT_BYTES || !ek_utf8_is_plain(name) ||
	    ek_utf8_is_turning(name))
		return refuse(l, "invalid_value", column);
	l->v[l->n++] = (struct ek_api_bulk_field){.kind = EK_API_BULK_NAME, .s = name};
	return true;
}

/* JSON if it is some, else a text. */
static bool to_json(struct ek_turn *t, ek_str s, struct json_t **out)
{
	struct ek_err err;
	struct ek_json j;
	if (ek_json_read(s, out, &err))
		return true;
	ek_api_text_begin(t, &j);
	ek_json_text(&j, s);
	ek_str text = ek_api_text_take(t, &j);
	return text.p != NULL && ek_json_read(text, out, &err);
}

static bool add_setting(struct ek_turn *t, struct line *l, const struct import *m, uint32_t column)
{
	ek_str s = ek_str_trimmed(m->csv.fields[column]);
	struct ek_api_bulk_field f = {.kind = EK_API_BULK_SETTING, .setting = m->settings[column]};
	struct ek_err err;
	struct ek_take take = {.arena = t->arena, .err = &err, .name = "value"};
	struct json_t *json = NULL;
	bool ok = to_json(t, s, &json) && ek_value_json_read(&take, f.setting, json, &f.value) &&
		  (f.value.kind == EK_VALUE_UNSET ||
		   ek_setting_check(f.setting, EK_AT_P, &f.value, &err));
	ek_json_drop(&json);
	if (!ek_problem_is_none(&t->problem))
		return false;
	if (!ok || ek_api_text_is_turning(&f.value))
		return refuse(l, "invalid_value", column);
	l->v[l->n++] = f;
	return true;
}

static bool add_level(struct line *l, ek_str s, uint32_t column)
{
	int level = ek_enums_number(EK_ENUM_LEVEL, s);
	bool is_none = ek_str_is(s, "none");
	if (!is_none && level != EK_LEVEL_PRIMARY && level != EK_LEVEL_SECONDARY)
		return refuse(l, "invalid_value", column);
	l->v[l->n++] =
		(struct ek_api_bulk_field){.kind = EK_API_BULK_LEVEL, .i = is_none ? 0 : level};
	return true;
}

static bool take_cell(struct ek_turn *t, const struct import *m, struct line *l, uint32_t i)
{
	ek_str s = ek_str_trimmed(m->csv.fields[i]);
	if (s.n == 0)
		return true;
	switch (m->columns[i]) {
	case ID:
	case EMAIL:
		return find_mate(t, l, s, i);
	case NAME:
		return add_name(t, l, s, i);
	case LANGUAGES:
		return add_languages(t, l, s, i);
	case PRIMARY:
		return add_teams(t, l, s, i, EK_LEVEL_PRIMARY);
	case SECONDARY:
		return add_teams(t, l, s, i, EK_LEVEL_SECONDARY);
	case TEAM:
		if (!find_team(t, s, &l->team))
			return false;
		return l->team != 0 || refuse(l, "not_found", i);
	case LEVEL:
		return add_level(l, s, i);
	default:
		return add_setting(t, l, m, i);
	}
}

/* What was wrong stands in place of what it would become. */
static ek_str say_fault(struct ek_turn *t, const struct import *m, const struct line *l)
{
	struct ek_json j;
	ek_api_text_begin(t, &j);
	ek_json_object(&j);
	ek_api_put_int(&j, "line", m->csv.line);
	ek_api_put_int(&j, "column", (int64_t)l->column + 1);
	if (l->column < m->csv.n)
		ek_api_put_text(&j, "value", m->csv.fields[l->column]);
	ek_json_object_end(&j);
	return ek_api_text_take(t, &j);
}

static bool keep_line(struct ek_turn *t, struct import *m, struct line *l)
{
	struct ek_api_bulk_row *row = &m->draft.rows[m->draft.n++];
	bool is_pair = m->draft.resource == EK_API_BULK_MEMBERSHIPS;
	m->draft.matched++;
	if (l->mate == 0 || (is_pair && l->team == 0))
		refuse(l, "not_found", 0);
	else
		row->object = is_pair ? ek_api_bulk_pair(l->team, l->mate) : l->mate;
	if (is_pair && l->n == 0)
		refuse(l, "invalid_value", 0);
	row->row = m->draft.n;
	if (l->code != NULL) {
		row->result = EK_API_BULK_BLOCKED;
		row->code = l->code;
		row->after = say_fault(t, m, l);
		return row->after.p != NULL;
	}
	row->sides[1].v = ek_turn_get(t, (l->n + 1) * sizeof *row->sides[1].v);
	row->sides[1].n = l->n;
	if (row->sides[1].v != NULL && l->n > 0)
		memcpy(row->sides[1].v, l->v, l->n * sizeof *l->v);
	return row->sides[1].v != NULL;
}

static bool read_lines(struct ek_turn *t, struct import *m)
{
	struct line *l = EK_TURN_NEW(t, struct line);
	bool more = true;
	while (l != NULL) {
		if (!ek_api_imports_next(&m->csv, &more))
			return ek_problem_set(&t->problem, EK_PROBLEM_MALFORMED,
					      "line %u is no CSV", m->csv.line);
		if (!more)
			return true;
		if (m->draft.n == m->cap)
			return ek_problem_set(&t->problem, EK_PROBLEM_TOO_LARGE,
					      "a table has at most %u rows", m->cap);
		memset(l, 0, sizeof *l);
		for (uint32_t i = 0; i < m->csv.n && i < m->column_count; i++)
			if (!take_cell(t, m, l, i))
				return false;
		if (m->csv.n > m->column_count)
			refuse(l, "invalid_value", m->column_count);
		if (!keep_line(t, m, l))
			return false;
	}
	return false;
}

/* ---- a row that stands there twice */

static int by_object(const void *a, const void *b)
{
	const struct ek_api_bulk_row *x = *(struct ek_api_bulk_row *const *)a;
	const struct ek_api_bulk_row *y = *(struct ek_api_bulk_row *const *)b;
	if (x->object != y->object)
		return x->object < y->object ? -1 : 1;
	return (x->row > y->row) - (x->row < y->row);
}

static bool block_repeated(struct ek_turn *t, struct import *m)
{
	struct ek_api_bulk_draft *d = &m->draft;
	struct ek_api_bulk_row **v = ek_turn_get(t, (d->n + 1) * sizeof *v);
	if (v == NULL)
		return false;
	for (uint32_t i = 0; i < d->n; i++)
		v[i] = &d->rows[i];
	qsort(v, d->n, sizeof *v, by_object);
	for (uint32_t i = 1; i < d->n; i++) {
		if (v[i]->object == 0 || v[i]->object != v[i - 1]->object || v[i]->code != NULL)
			continue;
		v[i]->result = EK_API_BULK_BLOCKED;
		v[i]->code = "repeated";
	}
	return true;
}

/* ---- the whole */

static bool is_csv(struct ek_turn *t)
{
	static const char type[] = "text/csv";
	const size_t n = sizeof type - 1;
	ek_str s = ek_http_header(t->http, "Content-Type");
	if (s.p != NULL && s.n >= n && strncasecmp(s.p, type, n) == 0 &&
	    (s.n == n || s.p[n] == ';' || s.p[n] == ' '))
		return true;
	return ek_problem_set(&t->problem, EK_PROBLEM_UNSUPPORTED_MEDIA_TYPE,
			      "a table is text/csv");
}

static bool take_resource(struct ek_turn *t, uint8_t *out)
{
	static const char *const words[] = {"teammates", "memberships", NULL};
	uint32_t place = 0;
	if (ek_query_word(&t->query, "resource", words, &place))
		*out = (uint8_t)place;
	else if (ek_problem_is_none(&t->problem))
		ek_turn_parameter(t, "resource", EK_FAULT_MISSING, "teammates or memberships?");
	return ek_query_end(&t->query);
}

static bool read_table(struct ek_turn *t, struct import *m)
{
	m->cap = EK_LIMIT_BULK_ROWS;
	m->draft.rows = ek_turn_get(t, m->cap * sizeof *m->draft.rows);
	if (m->draft.rows == NULL)
		return false;
	if (!ek_api_imports_open(&m->csv, t->http->body, t->arena))
		return ek_problem_set(&t->problem, EK_PROBLEM_MALFORMED, "the table is not UTF-8");
	return read_head(t, m) && read_lines(t, m) && block_repeated(t, m);
}

void ek_api_create_import(struct ek_turn *t)
{
	struct import *m = EK_TURN_NEW(t, struct import);
	if (t->arena->max < EK_API_BULK_MEMORY)
		t->arena->max = EK_API_BULK_MEMORY;
	if (m == NULL || !take_resource(t, &m->draft.resource) || !is_csv(t) ||
	    !ek_turn_may(t, EK_MAY_IMPORT_CREATE, NULL) || !read_table(t, m)) {
		ek_turn_reply(t, 0);
		return;
	}
	m->draft.scope = EK_S("{\"import\":true}");
	m->draft.asked = EK_S("[]");
	ek_api_bulk_preview(t, &m->draft);
}

void ek_api_get_import_template(struct ek_turn *t)
{
	static const char mates[] = "id,email,name,languages,primary,secondary,limit,intake_max,"
				    "skills\r\n";
	static const char members[] = "teammate,email,team,level\r\n";
	uint8_t resource = 0;
	if (!take_resource(t, &resource) || !ek_turn_may(t, EK_MAY_IMPORT_CREATE, NULL)) {
		ek_turn_reply(t, 0);
		return;
	}
	bool is_pair = resource == EK_API_BULK_MEMBERSHIPS;
	t->type = "text/csv; charset=utf-8";
	t->disposition = is_pair ? "attachment; filename=\"memberships.csv\""
				 : "attachment; filename=\"teammates.csv\"";
	ek_json_plain(&t->out, is_pair ? EK_S(members) : EK_S(mates));
	ek_turn_reply(t, 200);
}
