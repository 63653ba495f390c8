/* Lists as CSV, for who asks for it. */
#include <string.h>

#include "api/turn.h"
#include "model/calendar.h"
#include "sys/zone.h"

/* ---- what is accepted */

/* Cuts what stands before the next sign off. */
static ek_str cut(ek_str *rest, char sign)
{
	const char *end = rest->n == 0 ? NULL : memchr(rest->p, sign, rest->n);
	ek_str part = {rest->p, end == NULL ? rest->n : (uint32_t)(end - rest->p)};
	uint32_t used = end == NULL ? part.n : part.n + 1;
	*rest = (ek_str){rest->p + used, rest->n - used};
	return ek_str_trimmed(part);
}

/* "0.85" as 850; what is no weight weighs nothing. */
static int32_t read_weight(ek_str s)
{
	if (s.n == 0 || s.n > 5 || (s.p[0] != '0' && s.p[0] != '1') || (s.n > 1 && s.p[1] != '.'))
		return 0;
	int32_t v = (s.p[0] - '0') * 1000;
	for (uint32_t i = 2, worth = 100; i < s.n; i++, worth /= 10) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return 0;
		v += (s.p[i] - '0') * (int32_t)worth;
	}
	return v > 1000 ? 0 : v;
}

/* The thousandths that one range of Accept gives; *type is what it names. */
static int32_t read_range(ek_str range, ek_str *type)
{
	int32_t weight = 1000;
	*type = cut(&range, ';');
	while (range.n > 0) {
		ek_str p = cut(&range, ';');
		if (p.n >= 2 && (p.p[0] | 0x20) == 'q' && p.p[1] == '=')
			weight = read_weight((ek_str){p.p + 2, p.n - 2});
	}
	return weight;
}

/* CSV is for who names it and likes nothing better that there is: a program that takes anything
 * gets JSON. Source: RFC 9110, section 12.5.1. */
static bool wants_csv(ek_str accept)
{
	static const char *const json[] = {"*/*", "application/*", "application/json"};
	int32_t csv_weight = 0, json_weight = 0;
	size_t exactness = 0;
	while (accept.n > 0) {
		ek_str type;
		ek_str range = cut(&accept, ',');
		int32_t weight = read_range(range, &type);
		if (ek_str_is(type, "text/csv"))
			csv_weight = weight;
		for (size_t i = exactness; i < EK_LEN(json); i++) {
			if (!ek_str_is(type, json[i]))
				continue;
			exactness = i;
			json_weight = weight;
		}
	}
	return csv_weight > 0 && csv_weight >= json_weight;
}

/* ---- parameters */

static bool read_zone(struct ek_turn *t)
{
	ek_str name;
	struct ek_err err;
	const struct ek_problem_fault fault = {
		.at = EK_PROBLEM_AT_PARAMETER, .code = EK_FAULT_REFUSED, .where = EK_S("tz")};
	if (!ek_query_text(&t->query, "tz", EK_ZONE_NAME_MAX, &name))
		return ek_problem_is_none(&t->problem);
	struct ek_zone *zone = EK_TURN_NEW(t, struct ek_zone);
	if (zone == NULL)
		return false;
	if (!ek_zone_load(name, t->arena, zone, &err))
		return err.code == EK_INVALID_VALUE
			       ? ek_problem_add(&t->problem, EK_PROBLEM_MALFORMED, &fault, "%s",
						err.msg)
			       : ek_problem_err(&t->problem, &err);
	t->csv.zone = zone;
	t->csv.local = ek_calendar_local;
	return true;
}

static ek_str param(const struct ek_query *q, const char *name)
{
	for (uint32_t i = 0; i < q->n; i++)
		if (ek_str_is(q->v[i].name, name))
			return q->v[i].value;
	return (ek_str){NULL, 0};
}

bool ek_turn_read_csv(struct ek_turn *t)
{
	ek_query_bool(&t->query, "bom", &t->csv.has_mark);
	ek_query_bool(&t->query, "raw", &t->csv.is_raw);
	bool ok = read_zone(t);
	ek_str accept = ek_http_header(t->http, "Accept");
	t->is_csv = accept.p != NULL && wants_csv(accept);
	t->is_whole = t->is_csv && param(&t->query, "limit").p == NULL &&
		      param(&t->query, "cursor").p == NULL;
	if (t->is_whole)
		t->query.usual_limit = EK_QUERY_LIMIT_MAX;
	/* The list reads and judges these two. */
	t->csv.fields = param(&t->query, "fields");
	t->csv.include = param(&t->query, "include");
	return ok && ek_problem_is_none(&t->problem);
}

/* ---- answering */

void ek_turn_write_csv(struct ek_turn *t)
{
	struct ek_json table;
	if (t->status != 200 || !ek_json_is_whole(&t->out))
		return;
	/* As long as JSON may be: names are said once here, and quotes may double. */
	ek_json_init(&table, t->out.alloc, t->out.max);
	bool ok = ek_csv_write(ek_json_written(&t->out), t->route->response, &t->csv, &table);
	ek_json_fini(&t->out);
	t->out = table;
	t->type = "text/csv; charset=utf-8; header=present";
	if (!ok)
		ek_problem_set(&t->problem, EK_PROBLEM_INTERNAL, NULL);
}
