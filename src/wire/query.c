#include "wire/query.h"

#include <string.h>

#include "base/rfc3339.h"
#include "base/utf8.h"
#include "wire/take.h"

/* ---- reading ---- */

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* Decodes into the arena. False for a % without two digits, or what is no plain text then. */
static bool decode(struct ek_query *q, ek_str raw, ek_str *out)
{
	char *p = ek_arena_get(q->arena, (size_t)raw.n + 1);
	uint32_t n = 0;
	if (p == NULL)
		return ek_problem_set(q->problem, EK_PROBLEM_UNAVAILABLE, NULL);
	for (uint32_t i = 0; i < raw.n; i++) {
		if (raw.p[i] != '%') {
			p[n++] = raw.p[i] == '+' ? ' ' : raw.p[i];
			continue;
		}
		int high = i + 2 < raw.n ? hex_value(raw.p[i + 1]) : -1;
		int low = i + 2 < raw.n ? hex_value(raw.p[i + 2]) : -1;
		if (high < 0 || low < 0)
			return false;
		p[n++] = (char)(high << 4 | low);
		i += 2;
	}
	*out = (ek_str){p, n};
	return ek_utf8_is_plain(*out);
}

static bool fault(struct ek_query *q, enum ek_problem_code code, ek_str name)
{
	struct ek_problem_fault f = {
		.at = EK_PROBLEM_AT_PARAMETER, .code = (uint8_t)code, .where = name};
	return ek_problem_add(q->problem, EK_PROBLEM_MALFORMED, &f, NULL);
}

static bool is_repeated(const struct ek_query *q, ek_str name)
{
	for (uint32_t i = 0; i < q->n; i++)
		if (ek_str_equal(q->v[i].name, name))
			return true;
	return false;
}

static bool read_one(struct ek_query *q, ek_str raw)
{
	uint32_t eq = 0;
	ek_str name, value = EK_S("");
	while (eq < raw.n && raw.p[eq] != '=')
		eq++;
	if (!decode(q, (ek_str){raw.p, eq}, &name))
		return fault(q, EK_FAULT_UNREADABLE, EK_S(""));
	if (name.n == 0)
		return fault(q, EK_FAULT_UNREADABLE, EK_S(""));
	if (eq < raw.n && !decode(q, (ek_str){raw.p + eq + 1, raw.n - eq - 1}, &value))
		return fault(q, EK_FAULT_UNREADABLE, name);
	if (is_repeated(q, name))
		return fault(q, EK_FAULT_REPEATED, name);
	q->v[q->n++] = (struct ek_query_param){.name = name, .value = value};
	return true;
}

static uint32_t count_params(ek_str raw)
{
	uint32_t n = raw.n > 0;
	for (uint32_t i = 0; i < raw.n; i++)
		n += raw.p[i] == '&';
	return n;
}

bool ek_query_read(struct ek_query *q, ek_str raw, struct ek_arena *arena,
		   struct ek_problem *problem)
{
	uint32_t from = 0, room = count_params(raw);
	bool ok = true;
	*q = (struct ek_query){.arena = arena, .problem = problem};
	if (room > EK_QUERY_PARAMS) {
		ek_problem_set(problem, EK_PROBLEM_TOO_LARGE, "At most %d parameters.",
			       EK_QUERY_PARAMS);
		problem->status = 414;
		return false;
	}
	q->v = ek_arena_get(arena, (room + 1) * sizeof *q->v);
	if (q->v == NULL)
		return ek_problem_set(problem, EK_PROBLEM_UNAVAILABLE, NULL);
	while (from < raw.n) {
		uint32_t to = from;
		while (to < raw.n && raw.p[to] != '&')
			to++;
		if (to > from)
			ok = read_one(q, (ek_str){raw.p + from, to - from}) && ok;
		from = to + 1;
	}
	return ok;
}

/* ---- taking ---- */

const struct ek_query_param *ek_query_take(struct ek_query *q, const char *name)
{
	ek_assert(q->known_count < EK_QUERY_KNOWN);
	q->known[q->known_count++] = name;
	for (uint32_t i = 0; i < q->n; i++) {
		if (ek_str_is(q->v[i].name, name)) {
			q->v[i].is_taken = true;
			return &q->v[i];
		}
	}
	return NULL;
}

bool ek_query_refuse(struct ek_query *q, const char *name, struct ek_problem_fault f)
{
	f.at = EK_PROBLEM_AT_PARAMETER;
	f.where = (ek_str){name, (uint32_t)strlen(name)};
	return ek_problem_add(q->problem, EK_PROBLEM_MALFORMED, &f, NULL);
}

static bool refuse_as(struct ek_query *q, const char *name, enum ek_problem_code code,
		      const char *expected)
{
	struct ek_problem_fault f = {.code = (uint8_t)code};
	f.params[0] = (struct ek_problem_param){.name = "expected", .text = expected};
	return ek_query_refuse(q, name, f);
}

bool ek_query_text(struct ek_query *q, const char *name, uint32_t max, ek_str *out)
{
	const struct ek_query_param *p = ek_query_take(q, name);
	struct ek_problem_fault f = {.code = EK_FAULT_TOO_LONG};
	if (p == NULL)
		return false;
	if (p->value.n == 0 || p->value.n > max) {
		bool is_empty = p->value.n == 0;
		f.code = is_empty ? EK_FAULT_TOO_SHORT : EK_FAULT_TOO_LONG;
		f.params[0] = (struct ek_problem_param){.name = is_empty ? "min" : "max",
							.number = is_empty ? 1 : max};
		return ek_query_refuse(q, name, f);
	}
	*out = p->value;
	return true;
}

/* As a filter's value of that type. */
static bool take_value(struct ek_query *q, const char *name, const struct ek_filter_field *as,
		       struct ek_filter_value *out)
{
	static const struct {
		enum ek_problem_code code;
		const char *expected;
	} words[] = {
		[EK_FILTER_INT] = {EK_FAULT_WRONG_TYPE, "a whole number"},
		[EK_FILTER_ID] = {EK_FAULT_BAD_ID, "an id"},
		[EK_FILTER_TIME] = {EK_FAULT_BAD_TIME, "a time such as 2026-03-09T08:15:00Z"},
		[EK_FILTER_DATE] = {EK_FAULT_BAD_TIME, "a date such as 2026-03-09"},
		[EK_FILTER_BOOL] = {EK_FAULT_WRONG_TYPE, "true or false"},
	};
	const struct ek_query_param *p = ek_query_take(q, name);
	if (p == NULL)
		return false;
	return ek_filter_value(as, p->value, out) ||
	       refuse_as(q, name, words[as->type].code, words[as->type].expected);
}

bool ek_query_int(struct ek_query *q, const char *name, int64_t lo, int64_t hi, int64_t *out)
{
	struct ek_filter_value v;
	static const struct ek_filter_field as = {.type = EK_FILTER_INT};
	if (!take_value(q, name, &as, &v))
		return false;
	if (v.i < lo || v.i > hi) {
		struct ek_problem_fault f = {.code = EK_FAULT_OUT_OF_RANGE};
		f.params[0] = (struct ek_problem_param){.name = "min", .number = lo};
		f.params[1] = (struct ek_problem_param){.name = "max", .number = hi};
		return ek_query_refuse(q, name, f);
	}
	*out = v.i;
	return true;
}

bool ek_query_bool(struct ek_query *q, const char *name, bool *out)
{
	struct ek_filter_value v;
	static const struct ek_filter_field as = {.type = EK_FILTER_BOOL};
	if (!take_value(q, name, &as, &v))
		return false;
	*out = v.i != 0;
	return true;
}

bool ek_query_id(struct ek_query *q, const char *name, enum ek_ident_kind kind, uint64_t *out)
{
	struct ek_filter_value v;
	struct ek_filter_field as = {.type = EK_FILTER_ID, .what = (uint8_t)kind};
	if (!take_value(q, name, &as, &v))
		return false;
	*out = (uint64_t)v.i;
	return true;
}

bool ek_query_time(struct ek_query *q, const char *name, ek_time *out)
{
	struct ek_filter_value v;
	static const struct ek_filter_field as = {.type = EK_FILTER_TIME};
	if (!take_value(q, name, &as, &v))
		return false;
	*out = (ek_time){v.i};
	return true;
}

bool ek_query_date(struct ek_query *q, const char *name, int32_t *out)
{
	struct ek_filter_value v;
	static const struct ek_filter_field as = {.type = EK_FILTER_DATE};
	if (!take_value(q, name, &as, &v))
		return false;
	*out = (int32_t)v.i;
	return true;
}

static uint32_t count_words(const char *const *words)
{
	uint32_t n = 0;
	while (words[n] != NULL)
		n++;
	return n;
}

/* The place of s among the words, or a fault that names them. */
static bool find_word(struct ek_query *q, const char *name, const char *const *words, ek_str s,
		      uint32_t *out)
{
	struct ek_problem_fault f = {.code = EK_FAULT_NOT_ONE_OF};
	uint32_t n = count_words(words);
	for (uint32_t i = 0; i < n; i++) {
		if (ek_str_is(s, words[i])) {
			*out = i;
			return true;
		}
	}
	f.params[0] = (struct ek_problem_param){.name = "allowed", .texts = words, .n = n};
	return ek_query_refuse(q, name, f);
}

bool ek_query_word(struct ek_query *q, const char *name, const char *const *words, uint32_t *out)
{
	const struct ek_query_param *p = ek_query_take(q, name);
	return p != NULL && find_word(q, name, words, p->value, out);
}

bool ek_query_words(struct ek_query *q, const char *name, const char *const *words, uint64_t *mask)
{
	const struct ek_query_param *p = ek_query_take(q, name);
	uint64_t found = 0;
	if (p == NULL)
		return false;
	for (uint32_t from = 0; from <= p->value.n;) {
		uint32_t to = from, i;
		while (to < p->value.n && p->value.p[to] != ',')
			to++;
		if (!find_word(q, name, words, (ek_str){p->value.p + from, to - from}, &i))
			return false;
		found |= UINT64_C(1) << i;
		from = to + 1;
	}
	*mask = found;
	return true;
}

/* ---- the rest ---- */

/* Not what is known: what was asked for, or a field of the list. */
static void refuse_unknown(struct ek_query *q, ek_str name)
{
	const char *names[EK_QUERY_KNOWN + EK_FILTER_FIELDS];
	char text[44];
	uint32_t n = 0;
	struct ek_problem_fault f = {
		.at = EK_PROBLEM_AT_PARAMETER, .code = EK_FAULT_UNKNOWN_PARAMETER, .where = name};
	for (uint32_t i = 0; i < q->known_count; i++)
		names[n++] = q->known[i];
	for (uint32_t i = 0; q->table != NULL && i < q->table->n; i++)
		if ((q->table->fields[i].can & EK_FILTER_CAN_FILTER) != 0)
			names[n++] = q->table->fields[i].name;
	uint32_t end = 0;
	while (end < name.n && name.p[end] != '.')
		end++;
	end = ek_utf8_cut((ek_str){name.p, end}, sizeof text - 1);
	memcpy(text, name.p, end);
	text[end] = '\0';
	ek_problem_unknown(q->problem, &f, text, names, n);
}

bool ek_query_end(struct ek_query *q)
{
	for (uint32_t i = 0; i < q->n; i++)
		if (!q->v[i].is_taken)
			refuse_unknown(q, q->v[i].name);
	return ek_problem_is_none(q->problem);
}
