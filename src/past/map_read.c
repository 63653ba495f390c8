/* A map out of its file. */
#include <stdlib.h>
#include <string.h>

#include "model/enums.h"
#include "past/map.h"
#include "wire/stamp.h"
#include "wire/take.h"
#include "wire/toml.h"

enum { BACKWARDS_MAX_S = 86400 };

struct reader {
	struct ek_map *map;
	struct ek_toml t;
	struct ek_toml_value v;
	bool has[EK_MAP_FIELD_COUNT];
};

static ek_str str(const char *s)
{
	return (ek_str){s, (uint32_t)strlen(s)};
}

static bool refuse(struct reader *r, const char *what, ek_str got)
{
	return ek_toml_refuse(&r->t, what, got);
}

static bool keep(struct reader *r, ek_str s, ek_str *out)
{
	bool ok = true;
	*out = ek_arena_str(r->map->arena, s, &ok);
	if (ok && out->p == NULL)
		*out = EK_S("");
	return ok || ek_fail(r->t.err, EK_NO_MEMORY, "no memory for a map");
}

/* ---- values */

static bool find_column(struct reader *r, uint32_t sheet, ek_str name, uint32_t *column)
{
	struct ek_map_sheet *s = &r->map->sheets[sheet];
	for (*column = 0; *column < s->n; ++*column)
		if (ek_str_equal(s->names[*column], name))
			return true;
	if (name.n == 0)
		return refuse(r, "a column has a name", EK_S(""));
	if (s->n == EK_MAP_COLUMNS)
		return refuse(r, "the map names too many columns, the last is ", name);
	return keep(r, name, &s->names[s->n++]);
}

/* Cuts off what stands before the first `mark`; false when it is not there, and then it is all. */
static bool cut(ek_str *rest, const char *mark, ek_str *before)
{
	size_t n = strlen(mark);
	*before = *rest;
	const char *found = rest->n >= n ? memmem(rest->p, rest->n, mark, n) : NULL;
	if (found == NULL) {
		*rest = (ek_str){rest->p + rest->n, 0};
		return false;
	}
	before->n = (uint32_t)(found - rest->p);
	*rest = (ek_str){found + n, rest->n - before->n - (uint32_t)n};
	return true;
}

static bool take_word(ek_str *rest, const char *word)
{
	size_t n = strlen(word);
	if (rest->n < n || memcmp(rest->p, word, n) != 0)
		return false;
	*rest = (ek_str){rest->p + n, rest->n - (uint32_t)n};
	return true;
}

/* "= PHANTOM", "> 3", "is missing" */
static bool read_op(struct reader *r, ek_str s, struct ek_map_test *t)
{
	static const struct {
		const char *sign;
		uint8_t op;
		bool is_size;
	} ops[] = {{" = ", EK_MAP_IS, false},
		   {" != ", EK_MAP_IS_NOT, false},
		   {" >= ", EK_MAP_FROM, true},
		   {" > ", EK_MAP_ABOVE, true},
		   {" <= ", EK_MAP_UP_TO, true},
		   {" < ", EK_MAP_BELOW, true},
		   {" is missing", EK_MAP_MISSING, false},
		   {" is given", EK_MAP_GIVEN, false}};
	for (size_t i = 0; i < EK_LEN(ops); i++) {
		ek_str rest = s;
		if (!take_word(&rest, ops[i].sign))
			continue;
		t->op = ops[i].op;
		bool is_bare = t->op >= EK_MAP_MISSING;
		if (is_bare ? rest.n > 0 : rest.n == 0)
			break;
		if (ops[i].is_size && !ek_map_micro(rest, &t->micro))
			return refuse(r, "expected a number in place of ", rest);
		return keep(r, rest, &t->text);
	}
	return refuse(r, "expected = text, != text, > number, is missing or is given, got", s);
}

/* "{outcome} = AGENT and {q_time} > 0" */
static bool read_tests(struct reader *r, uint32_t sheet, ek_str s, struct ek_map_tests *out)
{
	out->n = 0;
	if (!take_word(&s, "{"))
		return refuse(r, "a condition begins with a column in braces, not ", s);
	for (bool more = true; more;) {
		ek_str one, name;
		more = cut(&s, " and {", &one);
		if (out->n == EK_MAP_TESTS)
			return refuse(r, "there are too many conditions", EK_S(""));
		struct ek_map_test *t = &out->v[out->n++];
		*t = (struct ek_map_test){0};
		if (!cut(&one, "}", &name))
			return refuse(r, "expected } in ", name);
		if (!find_column(r, sheet, name, &t->column) || !read_op(r, one, t))
			return false;
	}
	return true;
}

static bool add_part(struct reader *r, struct ek_map_value *v, struct ek_map_part part)
{
	if (v->part_count == EK_MAP_PARTS)
		return refuse(r, "there are too many parts in a value", EK_S(""));
	v->parts[v->part_count++] = part;
	return true;
}

static bool read_parts(struct reader *r, uint32_t sheet, ek_str s, struct ek_map_value *v)
{
	while (s.n > 0) {
		ek_str text, name;
		struct ek_map_part part = {{NULL, 0}, 0};
		bool has_column = cut(&s, "{", &text);
		if (text.n > 0 && (!keep(r, text, &part.text) || !add_part(r, v, part)))
			return false;
		if (!has_column)
			return true;
		if (!cut(&s, "}", &name))
			return refuse(r, "expected } in ", name);
		part.text.p = NULL;
		if (!find_column(r, sheet, name, &part.column) || !add_part(r, v, part))
			return false;
	}
	return true;
}

static bool read_value(struct reader *r, uint32_t sheet, ek_str s, struct ek_map_value *v)
{
	static const struct {
		const char *word;
		uint8_t take;
	} takes[] = {{"first {", EK_MAP_FIRST}, {"last {", EK_MAP_LAST},
		     {"least {", EK_MAP_LEAST}, {"most {", EK_MAP_MOST},
		     {"count {", EK_MAP_COUNT}, {"changes {", EK_MAP_CHANGES}};
	ek_str body;
	memset(v, 0, sizeof *v);
	if (memchr(s.p, '{', s.n) == NULL) {
		v->part_count = 1;
		return find_column(r, sheet, s, &v->parts[0].column);
	}
	for (size_t i = 0; i < EK_LEN(takes); i++) {
		if (!take_word(&s, takes[i].word))
			continue;
		v->take = takes[i].take;
		s = (ek_str){s.p - 1, s.n + 1}; /* the brace is a part's */
		break;
	}
	bool has_tests = cut(&s, " if {", &body);
	s = has_tests ? (ek_str){s.p - 1, s.n + 1} : s;
	return read_parts(r, sheet, body, v) && (!has_tests || read_tests(r, sheet, s, &v->tests));
}

/* ---- the tables */

static bool is_one(struct reader *r)
{
	return r->v.kind == EK_TOML_ONE || refuse(r, "expected a text for ", str(r->t.key));
}

static bool take_bool(struct reader *r, bool *out)
{
	ek_str s = ek_toml_item(&r->v, 0);
	bool ok = r->v.kind == EK_TOML_NUMBER && (ek_str_is(s, "true") || ek_str_is(s, "false"));
	*out = ek_str_is(s, "true");
	return ok || refuse(r, "expected true or false for ", str(r->t.key));
}

static bool take_one(struct reader *r, struct ek_map_value *v, uint32_t sheet)
{
	return is_one(r) && read_value(r, sheet, ek_toml_item(&r->v, 0), v);
}

static bool take_kind(struct reader *r)
{
	static const char *const kinds[] = {"", "conversations", "calls", "surveys"};
	for (int i = 1; i <= EK_MAP_SURVEYS; i++) {
		if (r->v.kind == EK_TOML_ONE && ek_str_is(ek_toml_item(&r->v, 0), kinds[i])) {
			r->map->kind = (enum ek_map_kind)i;
			return true;
		}
	}
	return refuse(r, "kind: expected \"conversations\", \"calls\" or \"surveys\"", EK_S(""));
}

static bool take_separator(struct reader *r)
{
	if (!is_one(r))
		return false;
	ek_str s = ek_toml_item(&r->v, 0);
	r->map->separator = ek_str_is(s, "tab") ? '\t' : s.n == 1 ? s.p[0] : '\0';
	return (r->map->separator != '\0' && strchr("\t,;|", r->map->separator) != NULL) ||
	       refuse(r, "separator: expected \",\", \";\", \"|\" or \"tab\"", EK_S(""));
}

static bool take_encoding(struct reader *r)
{
	if (!is_one(r))
		return false;
	ek_str s = ek_toml_item(&r->v, 0);
	r->map->is_latin1 = ek_str_is(s, "latin-1");
	return r->map->is_latin1 || ek_str_is(s, "utf-8") ||
	       refuse(r, "encoding: expected \"utf-8\" or \"latin-1\"", EK_S(""));
}

static bool take_dates(struct reader *r)
{
	struct ek_err why;
	r->map->format_count = 0;
	if (r->v.kind == EK_TOML_NUMBER || r->v.count == 0 || r->v.count > EK_MAP_FORMATS)
		return refuse(r, "dates: expected one to eight formats", EK_S(""));
	for (uint32_t i = 0; i < r->v.count; i++) {
		ek_str s = ek_toml_item(&r->v, i);
		if (!ek_stamp_check(s, &why))
			return refuse(r, why.msg, EK_S(""));
		if (!keep(r, s, &r->map->formats[r->map->format_count++]))
			return false;
	}
	return true;
}

static bool add_missing(struct reader *r, uint32_t column)
{
	for (uint32_t i = 0; i < r->v.count; i++) {
		if (r->map->missing_count == EK_MAP_CODES)
			return refuse(r, "there are too many codes that say nothing", EK_S(""));
		struct ek_map_code *c = &r->map->missing[r->map->missing_count++];
		c->column = column;
		if (!keep(r, ek_toml_item(&r->v, i), &c->text))
			return false;
	}
	return true;
}

static bool take_backwards(struct reader *r)
{
	int64_t micro;
	if (r->v.kind != EK_TOML_NUMBER || !ek_map_micro(ek_toml_item(&r->v, 0), &micro) ||
	    micro < 0 || micro > BACKWARDS_MAX_S * INT64_C(1000000))
		return refuse(r, "backwards: expected seconds, 0 to 86400", EK_S(""));
	r->map->backwards_ms = micro / 1000;
	return true;
}

static bool take_missing_all(struct reader *r)
{
	return add_missing(r, UINT32_MAX);
}

static bool take_zone(struct reader *r)
{
	return is_one(r) && keep(r, ek_toml_item(&r->v, 0), &r->map->zone_name);
}

static bool take_case(struct reader *r)
{
	r->map->has_case = true;
	return take_one(r, &r->map->group, EK_MAP_MAIN);
}

static bool take_order(struct reader *r)
{
	r->map->has_order = true;
	return take_one(r, &r->map->order, EK_MAP_MAIN);
}

static bool take_split(struct reader *r)
{
	return is_one(r) && keep(r, ek_toml_item(&r->v, 0), &r->map->tags_split);
}

static bool take_create(struct reader *r)
{
	return take_bool(r, &r->map->creates);
}

static bool take_midnight(struct reader *r)
{
	return take_bool(r, &r->map->midnight);
}

static bool take_header(struct reader *r)
{
	return take_bool(r, &r->map->has_header);
}

static bool take_message_case(struct reader *r)
{
	return take_one(r, &r->map->message_case, EK_MAP_MESSAGES);
}

static bool take_message_at(struct reader *r)
{
	return take_one(r, &r->map->message_at, EK_MAP_MESSAGES);
}

static bool take_message_by(struct reader *r)
{
	return take_one(r, &r->map->message_by, EK_MAP_MESSAGES);
}

static bool take_message_teammate(struct reader *r)
{
	r->map->has_teammate_if = true;
	return is_one(r) &&
	       read_tests(r, EK_MAP_MESSAGES, ek_toml_item(&r->v, 0), &r->map->message_teammate);
}

/* Keys with a name of their own. */
static const struct {
	const char *table, *key;
	bool (*take)(struct reader *r);
} keys[] = {
	{"import", "kind", take_kind},
	{"import", "zone", take_zone},
	{"import", "dates", take_dates},
	{"import", "separator", take_separator},
	{"import", "encoding", take_encoding},
	{"import", "header", take_header},
	{"import", "missing", take_missing_all},
	{"import", "case", take_case},
	{"import", "order", take_order},
	{"import", "create", take_create},
	{"import", "midnight", take_midnight},
	{"import", "backwards", take_backwards},
	{"import", "tags_split", take_split},
	{"messages", "case", take_message_case},
	{"messages", "at", take_message_at},
	{"messages", "by", take_message_by},
	{"messages", "teammate", take_message_teammate},
};

static bool find_field(struct reader *r, enum ek_map_field *field)
{
	const char *names[EK_MAP_FIELD_COUNT];
	for (int i = 0; i < EK_MAP_FIELD_COUNT; i++) {
		names[i] = ek_map_field_name((enum ek_map_field)i);
		*field = (enum ek_map_field)i;
		if (strcmp(names[i], r->t.key) == 0)
			return true;
	}
	const char *near = ek_take_nearest(r->t.key, names, EK_MAP_FIELD_COUNT);
	return ek_fail(r->t.err, EK_USAGE, "%s:%u: there is no field \"%s\"%s%s", r->t.name,
		       r->t.line, r->t.key, near == NULL ? "" : ": did you mean ",
		       near == NULL ? "" : near);
}

static bool take_field(struct reader *r)
{
	enum ek_map_field field;
	if (!find_field(r, &field))
		return false;
	struct ek_map_values *v = &r->map->fields[field];
	if (v->n > 0)
		return refuse(r, "named twice: ", str(r->t.key));
	if (r->v.kind == EK_TOML_NUMBER || r->v.count == 0 || r->v.count > EK_MAP_VALUES)
		return refuse(r, "expected a text, or a list of one to eight, for ", str(r->t.key));
	for (uint32_t i = 0; i < r->v.count; i++)
		if (!read_value(r, EK_MAP_MAIN, ek_toml_item(&r->v, i), &v->v[v->n++]))
			return false;
	return true;
}

static bool take_fixed(struct reader *r)
{
	enum ek_map_field field;
	return find_field(r, &field) && is_one(r) &&
	       keep(r, ek_toml_item(&r->v, 0), &r->map->fields[field].fixed);
}

static bool take_channel(struct reader *r)
{
	if (!is_one(r))
		return false;
	int class = ek_enums_number(EK_ENUM_CAPACITY_CLASS, ek_toml_item(&r->v, 0));
	if (class == 0)
		return refuse(r, "expected email, chat, voice, video or api, got ",
			      ek_toml_item(&r->v, 0));
	if (r->map->channel_count == EK_MAP_CODES)
		return refuse(r, "there are too many channels", EK_S(""));
	struct ek_map_code *c = &r->map->channels[r->map->channel_count++];
	c->column = (uint32_t) class;
	return keep(r, str(r->t.key), &c->text);
}

static bool take_missing(struct reader *r)
{
	uint32_t column;
	return find_column(r, EK_MAP_MAIN, str(r->t.key), &column) && add_missing(r, column);
}

static bool take_leave_out(struct reader *r)
{
	if (!is_one(r))
		return false;
	ek_str reason = ek_toml_item(&r->v, 0);
	if (r->map->leave_out_count == EK_MAP_RULES)
		return refuse(r, "there are too many rules", EK_S(""));
	if (reason.n == 0 || reason.n >= EK_MAP_REASON)
		return refuse(r, "a reason has 1 to 79 bytes, not ", reason);
	uint32_t i = r->map->leave_out_count++;
	memcpy(r->map->leave_out[i].reason, reason.p, reason.n);
	return read_tests(r, EK_MAP_MAIN, str(r->t.key), &r->map->leave_out[i].tests);
}

static const struct {
	const char *table;
	bool (*take)(struct reader *r); /* NULL: keys have names of their own */
} tables[] = {{"import", NULL},           {"fields", take_field},    {"fixed", take_fixed},
	      {"channels", take_channel}, {"missing", take_missing}, {"leave_out", take_leave_out},
	      {"messages", NULL}};

static bool take_key(struct reader *r)
{
	if (!ek_toml_value(&r->t, &r->v))
		return false;
	for (size_t i = 0; i < EK_LEN(tables); i++)
		if (tables[i].take != NULL && strcmp(tables[i].table, r->t.table) == 0)
			return tables[i].take(r);
	for (size_t i = 0; i < EK_LEN(keys); i++)
		if (strcmp(keys[i].table, r->t.table) == 0 && strcmp(keys[i].key, r->t.key) == 0)
			return keys[i].take(r);
	return ek_fail(r->t.err, EK_USAGE, "%s:%u: there is no \"%s\" in [%s]", r->t.name,
		       r->t.line, r->t.key, r->t.table);
}

static bool take_table(struct reader *r)
{
	for (size_t i = 0; i < EK_LEN(tables); i++) {
		if (strcmp(tables[i].table, r->t.table) != 0)
			continue;
		r->map->has_messages = r->map->has_messages || strcmp(r->t.table, "messages") == 0;
		return true;
	}
	return refuse(r, "there is no table ", str(r->t.table));
}

/* ---- the whole */

static bool has(const struct ek_map *map, enum ek_map_field field)
{
	return map->fields[field].n > 0 || map->fields[field].fixed.p != NULL;
}

static bool check_fields(const struct ek_map *map, const char *name, struct ek_err *err)
{
	static const uint8_t of[] = {
#define X(NAME, name, of) of,
		EK_MAP_FIELDS(X)
#undef X
	};
	static const uint8_t needed[] = {0, EK_MAP_STARTED, EK_MAP_STARTED, EK_MAP_ASKED};
	for (int i = 0; i < EK_MAP_FIELD_COUNT; i++)
		if (has(map, (enum ek_map_field)i) && (of[i] >> (map->kind - 1) & 1) == 0)
			return ek_fail(err, EK_USAGE,
				       "%s: \"%s\" is no field of this kind of import", name,
				       ek_map_field_name((enum ek_map_field)i));
	if (!has(map, (enum ek_map_field)needed[map->kind]))
		return ek_fail(err, EK_USAGE, "%s: [fields] lacks \"%s\"", name,
			       ek_map_field_name((enum ek_map_field)needed[map->kind]));
	if (map->kind == EK_MAP_CONVERSATIONS && !has(map, EK_MAP_CHANNEL))
		return ek_fail(err, EK_USAGE, "%s: say the channel in [fields] or [fixed]", name);
	if (map->kind == EK_MAP_SURVEYS && (!has(map, EK_MAP_FORM) || !has(map, EK_MAP_SCORE)))
		return ek_fail(err, EK_USAGE, "%s: surveys need a form and a score", name);
	return true;
}

static bool check_whole(const struct ek_map *map, const char *name, struct ek_err *err)
{
	if (map->kind == 0)
		return ek_fail(err, EK_USAGE, "%s: [import] lacks \"kind\"", name);
	if (map->has_messages &&
	    (map->kind != EK_MAP_CONVERSATIONS || !map->has_case ||
	     map->message_case.part_count == 0 || map->message_at.part_count == 0 ||
	     map->message_by.part_count == 0))
		return ek_fail(
			err, EK_USAGE,
			"%s: [messages] needs case, at and by, and conversations with a case",
			name);
	return check_fields(map, name, err);
}

bool ek_map_read(struct ek_map *map, const char *name, ek_str text, struct ek_arena *arena,
		 struct ek_err *err)
{
	enum ek_toml_piece piece = EK_TOML_END;
	struct reader *r = ek_arena_zero(arena, sizeof *r);
	if (r == NULL)
		return ek_fail(err, EK_NO_MEMORY, "no memory for a map");
	memset(map, 0, sizeof *map);
	map->arena = arena;
	map->separator = ',';
	map->has_header = true;
	map->zone_name = EK_S("UTC");
	map->formats[0] = EK_S("iso");
	map->format_count = 1;
	r->map = map;
	if (!ek_toml_open(&r->t, name, text, err))
		return false;
	do {
		bool ok = ek_toml_next(&r->t, &piece);
		ok = ok && (piece != EK_TOML_TABLE || take_table(r)) &&
		     (piece != EK_TOML_KEY || take_key(r));
		if (!ok)
			return false;
	} while (piece != EK_TOML_END);
	return check_whole(map, name, err);
}
