#include "wire/patch.h"

#include <jansson.h>
#include <string.h>

#include "base/rfc3339.h"
#include "base/utf8.h"
#include "wire/take.h"

enum { POINTER_MAX = 400, PARTS_MAX = 64 };

bool ek_patch_open(struct ek_patch *b, ek_str body, struct ek_arena *arena,
		   struct ek_problem *problem)
{
	struct ek_err err;
	*b = (struct ek_patch){.arena = arena, .problem = problem};
	if (ek_json_read(body, &b->json, &err))
		return true;
	struct ek_problem_fault f = {
		.at = EK_PROBLEM_AT_POINTER, .code = EK_FAULT_UNREADABLE, .where = EK_S("")};
	if (err.code != EK_USAGE)
		return ek_problem_err(problem, &err);
	/* The library numbers in 64 bits: a number beyond them is a value, not a form. */
	bool is_value = strstr(err.msg, "too big integer") != NULL ||
			strstr(err.msg, "real number overflow") != NULL ||
			strstr(err.msg, "\\u0000 is not allowed") != NULL;
	return ek_problem_add(problem, is_value ? EK_PROBLEM_INVALID_VALUE : EK_PROBLEM_MALFORMED,
			      &f, "%s", err.msg);
}

void ek_patch_close(struct ek_patch *b)
{
	if (b->json != NULL)
		ek_json_drop(&b->json);
}

/* ---- places ---- */

struct ek_patch_at ek_patch_root(struct ek_patch *b)
{
	return (struct ek_patch_at){.of = b, .json = b->json};
}

struct ek_patch_at ek_patch_member(const struct ek_patch_at *at, const char *name)
{
	return (struct ek_patch_at){
		.of = at->of, .up = at, .name = name, .json = json_object_get(at->json, name)};
}

struct ek_patch_at ek_patch_row(const struct ek_patch_at *at, uint32_t row)
{
	return (struct ek_patch_at){
		.of = at->of, .up = at, .row = row, .json = json_array_get(at->json, row)};
}

enum ek_patch_state ek_patch_state(const struct ek_patch_at *at)
{
	if (at->json == NULL)
		return EK_PATCH_ABSENT;
	return json_is_null(at->json) ? EK_PATCH_NULL : EK_PATCH_VALUE;
}

/* One part of a pointer, escaped as RFC 6901 has it; cut when it does not fit. */
static size_t put_name(char *out, size_t cap, const char *name)
{
	size_t n = ek_format(out, cap, "/");
	for (; *name != '\0' && n + 3 < cap; name++) {
		if (*name == '~' || *name == '/') {
			out[n++] = '~';
			out[n++] = *name == '~' ? '0' : '1';
		} else {
			out[n++] = *name;
		}
	}
	return n;
}

ek_str ek_patch_pointer(const struct ek_patch_at *at)
{
	const struct ek_patch_at *parts[PARTS_MAX];
	char text[POINTER_MAX];
	size_t n = 0, depth = 0;
	bool ok;
	for (const struct ek_patch_at *p = at; p->up != NULL && depth < PARTS_MAX; p = p->up)
		parts[depth++] = p;
	while (depth > 0 && n + 8 < sizeof text) {
		const struct ek_patch_at *p = parts[--depth];
		if (p->name != NULL)
			n += put_name(text + n, sizeof text - n, p->name);
		else
			n += ek_format(text + n, sizeof text - n, "/%u", p->row);
	}
	return ek_arena_str(at->of->arena,
			    (ek_str){text, ek_utf8_cut((ek_str){text, (uint32_t)n}, (uint32_t)n)},
			    &ok);
}

/* ---- faults ---- */

static struct ek_problem_fault fault_at(const struct ek_patch_at *at, enum ek_problem_code code)
{
	return (struct ek_problem_fault){
		.at = EK_PROBLEM_AT_POINTER, .code = (uint8_t)code, .where = ek_patch_pointer(at)};
}

bool ek_patch_problem(const struct ek_patch_at *at, enum ek_problem_type type,
		      enum ek_problem_code code, const char *detail)
{
	struct ek_problem_fault f = fault_at(at, code);
	if (detail == NULL)
		return ek_problem_add(at->of->problem, type, &f, NULL);
	return ek_problem_add(at->of->problem, type, &f, "%s", detail);
}

bool ek_patch_fault(const struct ek_patch_at *at, enum ek_problem_code code, const char *detail)
{
	return ek_patch_problem(at, EK_PROBLEM_INVALID_VALUE, code, detail);
}

/* What is not there, is null, or is of another type. */
static bool refuse(const struct ek_patch_at *at, enum ek_problem_code code, const char *expected)
{
	if (at->json == NULL)
		return ek_patch_fault(at, EK_FAULT_MISSING, NULL);
	if (json_is_null(at->json))
		return ek_patch_fault(at, EK_FAULT_NOT_NULL, NULL);
	struct ek_problem_fault f = fault_at(at, code);
	f.params[0] = (struct ek_problem_param){.name = "expected", .text = expected};
	return ek_problem_add(at->of->problem, EK_PROBLEM_INVALID_VALUE, &f, "Expected %s.",
			      expected);
}

static bool refuse_bounds(const struct ek_patch_at *at, enum ek_problem_code code, int64_t lo,
			  int64_t hi)
{
	struct ek_problem_fault f = fault_at(at, code);
	f.params[0] = (struct ek_problem_param){.name = "min", .number = lo};
	f.params[1] = (struct ek_problem_param){.name = "max", .number = hi};
	return ek_problem_add(at->of->problem, EK_PROBLEM_INVALID_VALUE, &f,
			      "Expected %lld to %lld.", (long long)lo, (long long)hi);
}

bool ek_patch_members(const struct ek_patch_at *at, const char *const *names, size_t count)
{
	const char *key;
	json_t *value;
	bool ok = true;
	if (!json_is_object(at->json))
		return refuse(at, EK_FAULT_WRONG_TYPE, "an object");
	json_t *object =
		(json_t *)(uintptr_t)at->json; /* the library wants to write where it reads */
	json_object_foreach(object, key, value)
	{
		size_t k = 0;
		while (k < count && strcmp(names[k], key) != 0)
			k++;
		if (k < count)
			continue;
		struct ek_patch_at there = {.of = at->of, .up = at, .name = key, .json = value};
		struct ek_problem_fault f = fault_at(&there, EK_FAULT_UNKNOWN_MEMBER);
		ok = ek_problem_unknown(at->of->problem, &f, key, names, (uint32_t)count);
	}
	return ok;
}

bool ek_patch_names(const struct ek_patch_at *at, uint32_t hi, struct ek_patch_name_list *out)
{
	const char *key;
	json_t *value;
	uint32_t n = 0;
	if (!json_is_object(at->json))
		return refuse(at, EK_FAULT_WRONG_TYPE, "an object");
	size_t count = json_object_size(at->json);
	if (count > hi)
		return refuse_bounds(at, EK_FAULT_TOO_MANY, 0, hi);
	const char **v = ek_arena_get(at->of->arena, (count + 1) * sizeof *v);
	if (v == NULL)
		return ek_problem_set(at->of->problem, EK_PROBLEM_UNAVAILABLE, NULL);
	json_t *object =
		(json_t *)(uintptr_t)at->json; /* the library wants to write where it reads */
	json_object_foreach(object, key, value)
	{
		v[n++] = key;
	}
	*out = (struct ek_patch_name_list){v, n};
	return true;
}

bool ek_patch_list(const struct ek_patch_at *at, uint32_t lo, uint32_t hi, uint32_t *n)
{
	if (!json_is_array(at->json))
		return refuse(at, EK_FAULT_WRONG_TYPE, "a list");
	size_t count = json_array_size(at->json);
	if (count < lo || count > hi)
		return refuse_bounds(at, count < lo ? EK_FAULT_TOO_FEW : EK_FAULT_TOO_MANY, lo, hi);
	*n = (uint32_t)count;
	return true;
}

/* ---- values ---- */

static bool get_text(const struct ek_patch_at *at, ek_str *out)
{
	if (!json_is_string(at->json))
		return false;
	*out = (ek_str){json_string_value(at->json), (uint32_t)json_string_length(at->json)};
	return true;
}

bool ek_patch_bool(const struct ek_patch_at *at, bool *out)
{
	if (!json_is_boolean(at->json))
		return refuse(at, EK_FAULT_WRONG_TYPE, "true or false");
	*out = json_is_true(at->json);
	return true;
}

bool ek_patch_int(const struct ek_patch_at *at, int64_t lo, int64_t hi, int64_t *out)
{
	if (!json_is_integer(at->json))
		return refuse(at, EK_FAULT_WRONG_TYPE, "a whole number");
	int64_t v = json_integer_value(at->json);
	if (v < lo || v > hi)
		return refuse_bounds(at, EK_FAULT_OUT_OF_RANGE, lo, hi);
	*out = v;
	return true;
}

/* Without the control characters that have no place in prose. */
static bool is_prose(ek_str s)
{
	uint32_t from = 0;
	for (uint32_t i = 0; i <= s.n; i++) {
		if (i < s.n && s.p[i] != '\n' && s.p[i] != '\r' && s.p[i] != '\t')
			continue;
		if (!ek_utf8_is_plain((ek_str){s.p + from, i - from}))
			return false;
		from = i + 1;
	}
	return true;
}

static bool take_text(const struct ek_patch_at *at, const int64_t bounds[2], bool prose,
		      ek_str *out)
{
	ek_str s;
	bool ok;
	if (!get_text(at, &s))
		return refuse(at, EK_FAULT_WRONG_TYPE, "a text");
	if (s.n < bounds[0] || s.n > bounds[1])
		return refuse_bounds(at, s.n < bounds[0] ? EK_FAULT_TOO_SHORT : EK_FAULT_TOO_LONG,
				     bounds[0], bounds[1]);
	if (!(prose ? is_prose(s) : ek_utf8_is_plain(s)))
		return ek_patch_fault(at, EK_FAULT_NOT_PLAIN, NULL);
	if (!prose && ek_utf8_is_turning(s))
		return ek_patch_fault(at, EK_FAULT_TURNS_TEXT, NULL);
	s = ek_arena_str(at->of->arena, s, &ok);
	if (!ok)
		return ek_problem_set(at->of->problem, EK_PROBLEM_UNAVAILABLE, NULL);
	*out = s;
	return true;
}

bool ek_patch_real(const struct ek_patch_at *at, double lo, double hi, double *out)
{
	if (!json_is_number(at->json))
		return refuse(at, EK_FAULT_WRONG_TYPE, "a number");
	double v = json_number_value(at->json);
	if (!(v >= lo && v <= hi))
		return refuse_bounds(at, EK_FAULT_OUT_OF_RANGE, (int64_t)lo, (int64_t)hi);
	*out = v;
	return true;
}

bool ek_patch_text(const struct ek_patch_at *at, uint32_t lo, uint32_t hi, ek_str *out)
{
	const int64_t bounds[] = {lo, hi};
	return take_text(at, bounds, false, out);
}

bool ek_patch_prose(const struct ek_patch_at *at, uint32_t lo, uint32_t hi, ek_str *out)
{
	const int64_t bounds[] = {lo, hi};
	return take_text(at, bounds, true, out);
}

bool ek_patch_id(const struct ek_patch_at *at, enum ek_ident_kind kind, uint64_t *out)
{
	ek_str s;
	if (get_text(at, &s) && ek_ident_read(s, kind, out))
		return true;
	struct ek_problem_fault f = fault_at(at, EK_FAULT_BAD_ID);
	if (at->json == NULL || json_is_null(at->json))
		return refuse(at, EK_FAULT_BAD_ID, "an id");
	f.params[0] = (struct ek_problem_param){.name = "expected", .text = ek_ident_doc(kind)};
	return ek_problem_add(at->of->problem, EK_PROBLEM_INVALID_VALUE, &f,
			      "Expected an id such as %s7.", ek_ident_prefix(kind));
}

bool ek_patch_contact(const struct ek_patch_at *at, ek_str *hex)
{
	ek_str s;
	bool ok;
	if (!get_text(at, &s) || !ek_ident_read_contact(s, &s))
		return refuse(at, EK_FAULT_BAD_ID, "an id such as ct_64f1c0a29be37d5a10c48e72");
	*hex = ek_arena_str(at->of->arena, s, &ok);
	return ok || ek_problem_set(at->of->problem, EK_PROBLEM_UNAVAILABLE, NULL);
}

bool ek_patch_time(const struct ek_patch_at *at, ek_time *out)
{
	ek_str s;
	if (get_text(at, &s) && ek_rfc3339_read(s, out))
		return true;
	return refuse(at, EK_FAULT_BAD_TIME, "a time such as 2026-03-09T08:15:00.000Z");
}

bool ek_patch_date(const struct ek_patch_at *at, int32_t *days)
{
	ek_str s;
	if (get_text(at, &s) && ek_rfc3339_read_date(s, days))
		return true;
	return refuse(at, EK_FAULT_BAD_TIME, "a date such as 2026-03-09");
}

static bool refuse_words(const struct ek_patch_at *at, const char *const *words, uint32_t n)
{
	if (at->json == NULL || json_is_null(at->json))
		return refuse(at, EK_FAULT_WRONG_TYPE, "a word");
	struct ek_problem_fault f = fault_at(at, EK_FAULT_NOT_ONE_OF);
	f.params[0] = (struct ek_problem_param){.name = "allowed", .texts = words, .n = n};
	return ek_problem_add(at->of->problem, EK_PROBLEM_INVALID_VALUE, &f, NULL);
}

bool ek_patch_enum(const struct ek_patch_at *at, enum ek_enum which, int *out)
{
	ek_str s;
	int number = get_text(at, &s) ? ek_enums_number(which, s) : 0;
	if (number != 0) {
		*out = number;
		return true;
	}
	const char **words = ek_arena_get(at->of->arena, 64 * sizeof *words);
	uint32_t n = 0;
	for (int i = 1; words != NULL && i < 256 && n < 64; i++)
		if (ek_enums_wire(which, i) != NULL)
			words[n++] = ek_enums_wire(which, i);
	return refuse_words(at, words, n);
}

bool ek_patch_word(const struct ek_patch_at *at, const char *const *words, uint32_t *out)
{
	ek_str s;
	uint32_t n = 0;
	bool is_text = get_text(at, &s);
	for (; words[n] != NULL; n++) {
		if (is_text && ek_str_is(s, words[n])) {
			*out = n;
			return true;
		}
	}
	return refuse_words(at, words, n);
}

/* ---- by a table ---- */

/* The number of a value that is no text. */
static bool take_number(const struct ek_patch_at *at, const struct ek_patch_rule *rule,
			int64_t *out)
{
	bool yes = false, ok;
	uint64_t id = 0;
	ek_time time = {0};
	int32_t days = 0;
	int number = 0;
	uint32_t place = 0;
	switch ((enum ek_patch_type)rule->type) {
	case EK_PATCH_OF_BOOL:
		ok = ek_patch_bool(at, &yes);
		*out = yes;
		return ok;
	case EK_PATCH_OF_INT:
		return ek_patch_int(at, rule->lo, rule->hi, out);
	case EK_PATCH_OF_ID:
		ok = ek_patch_id(at, (enum ek_ident_kind)rule->what, &id);
		*out = (int64_t)id;
		return ok;
	case EK_PATCH_OF_TIME:
		ok = ek_patch_time(at, &time);
		*out = time.ms;
		return ok;
	case EK_PATCH_OF_DATE:
		ok = ek_patch_date(at, &days);
		*out = days;
		return ok;
	case EK_PATCH_OF_ENUM:
		ok = ek_patch_enum(at, (enum ek_enum)rule->what, &number);
		*out = number;
		return ok;
	case EK_PATCH_OF_WORD:
		ok = ek_patch_word(at, rule->words, &place);
		*out = place;
		return ok;
	default:
		return at->json != NULL || ek_patch_fault(at, EK_FAULT_MISSING, NULL);
	}
}

static bool take_by_rule(const struct ek_patch_rule *rule, struct ek_patch_value *value)
{
	const struct ek_patch_at *at = &value->at;
	enum ek_patch_state state = ek_patch_state(at);
	const int64_t bounds[] = {rule->lo, rule->hi};
	bool ok;
	if (state == EK_PATCH_ABSENT && (rule->flags & EK_PATCH_REQUIRED) == 0)
		return true;
	if (state == EK_PATCH_NULL && (rule->flags & EK_PATCH_NULLABLE) != 0) {
		value->state = EK_PATCH_NULL;
		return true;
	}
	if (rule->type == EK_PATCH_OF_TEXT || rule->type == EK_PATCH_OF_PROSE)
		ok = take_text(at, bounds, rule->type == EK_PATCH_OF_PROSE, &value->s);
	else if (rule->type == EK_PATCH_OF_CONTACT)
		ok = ek_patch_contact(at, &value->s);
	else
		ok = take_number(at, rule, &value->i);
	value->state = ok ? EK_PATCH_VALUE : EK_PATCH_ABSENT;
	return ok;
}

bool ek_patch_bind(const struct ek_patch_at *at, const struct ek_patch_rule *rules, size_t count,
		   struct ek_patch_value *values)
{
	const char *names[EK_PATCH_RULES];
	ek_assert(count <= EK_PATCH_RULES);
	for (size_t i = 0; i < count; i++) {
		names[i] = rules[i].name;
		values[i] = (struct ek_patch_value){.at = ek_patch_member(at, rules[i].name)};
	}
	bool ok = ek_patch_members(at, names, count);
	if (!json_is_object(at->json))
		return false;
	for (size_t i = 0; i < count; i++)
		ok = take_by_rule(&rules[i], &values[i]) && ok;
	return ok;
}
