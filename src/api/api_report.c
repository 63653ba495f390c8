#include "api/api_report.h"

#include <string.h>

#include "api/api_put.h"
#include "base/rfc3339.h"
#include "sys/zone.h"
#include "wire/patch.h"

static const char *const standards[] = {"approaches",       "sla_attainment", "leaving",
					"presence_history", "team_trend",     NULL};
static const char *const spans[] = {"yesterday",   "last_week",    "last_month",
				    "last_7_days", "last_28_days", NULL};
static const char *const formats[] = {"csv", "json", NULL};
static const char *const weekdays[] = {"monday", "tuesday",  "wednesday", "thursday",
				       "friday", "saturday", "sunday",    NULL};

const char *const *ek_api_report_standards(void)
{
	return standards;
}

const char *const *ek_api_report_spans(void)
{
	return spans;
}

const char *const *ek_api_report_formats(void)
{
	return formats;
}

const char *const *ek_api_report_weekdays(void)
{
	return weekdays;
}

static ek_str text_at(const struct ek_views_value *v)
{
	return v->kind == EK_VIEWS_TEXT ? (ek_str){v->p, v->n} : (ek_str){NULL, 0};
}

static int64_t int_at(const struct ek_views_value *v)
{
	return v->kind == EK_VIEWS_INT ? v->i : EK_NONE;
}

static bool place_of(ek_str word, const char *const *words, uint32_t *out)
{
	for (uint32_t i = 0; words[i] != NULL; i++) {
		if (!ek_str_is(word, words[i]))
			continue;
		*out = i;
		return true;
	}
	return false;
}

/* ---- what was kept */

bool ek_api_report_read_query(const struct ek_views_value *row, struct ek_arena *arena,
			      struct ek_api_report_query *out)
{
	static const char *const clocks[] = {"office_hours", "calendar", NULL};
	static const struct ek_patch_rule rules[] = {
		{"span", EK_PATCH_OF_WORD, 0, EK_PATCH_REQUIRED, 0, 0, spans},
		{"format", EK_PATCH_OF_WORD, 0, EK_PATCH_REQUIRED, 0, 0, formats},
		{"team", EK_PATCH_OF_INT, 0, EK_PATCH_NULLABLE, 1, UINT32_MAX, NULL},
		{"clock", EK_PATCH_OF_WORD, 0, EK_PATCH_NULLABLE, 0, 0, clocks},
		{"zone", EK_PATCH_OF_TEXT, 0, EK_PATCH_NULLABLE, 1, EK_ZONE_NAME_MAX, NULL},
	};
	struct ek_patch_value v[EK_LEN(rules)];
	struct ek_problem problem;
	struct ek_patch b;
	ek_problem_init(&problem, arena);
	bool ok = ek_patch_open(&b, text_at(&row[EK_CONTENT_REPORTS_QUERY]), arena, &problem);
	struct ek_patch_at root = ek_patch_root(&b);
	*out = (struct ek_api_report_query){0};
	ok = ok && ek_patch_bind(&root, rules, EK_LEN(rules), v) &&
	     place_of(text_at(&row[EK_CONTENT_REPORTS_STANDARD]), standards, &out->standard);
	if (ok) {
		out->span = (uint32_t)v[0].i;
		out->is_csv = v[1].i == 0;
		out->team.v = v[2].state == EK_PATCH_VALUE ? (uint32_t)v[2].i : 0;
		if (v[3].state == EK_PATCH_VALUE)
			out->clock = v[3].i == 0 ? EK_CLOCK_OFFICE_HOURS : EK_CLOCK_CALENDAR;
		if (v[4].state == EK_PATCH_VALUE)
			out->zone = ek_arena_str(arena, v[4].s, &ok);
	}
	ek_patch_close(&b);
	return ok;
}

bool ek_api_report_read_schedule(ek_str json, struct ek_arena *arena,
				 struct ek_api_report_schedule *out)
{
	struct ek_problem problem;
	struct ek_patch b;
	uint32_t n = 0;
	ek_str at = {NULL, 0};
	ek_problem_init(&problem, arena);
	*out = (struct ek_api_report_schedule){0};
	bool ok = ek_patch_open(&b, json, arena, &problem);
	struct ek_patch_at root = ek_patch_root(&b);
	struct ek_patch_at days = ek_patch_member(&root, "days");
	struct ek_patch_at clock = ek_patch_member(&root, "at");
	struct ek_patch_at zone = ek_patch_member(&root, "zone");
	ok = ok && ek_patch_list(&days, 1, 7, &n) && ek_patch_text(&clock, 1, 8, &at) &&
	     ek_rfc3339_read_clock(at, &out->at_ms) &&
	     ek_patch_text(&zone, 1, EK_ZONE_NAME_MAX, &out->zone);
	for (uint32_t i = 0; ok && i < n; i++) {
		struct ek_patch_at one = ek_patch_row(&days, i);
		uint32_t day = 0;
		ok = ek_patch_word(&one, weekdays, &day);
		out->days |= UINT32_C(1) << day;
	}
	if (ok)
		out->zone = ek_arena_str(arena, out->zone, &ok);
	ek_patch_close(&b);
	return ok;
}

bool ek_api_report_due(const struct ek_api_report_schedule *s, ek_time after,
		       struct ek_arena *arena, ek_time *due, struct ek_err *err)
{
	struct ek_zone zone;
	if (!ek_zone_load(s->zone, arena, &zone, err))
		return false;
	const struct ek_report_days_when when = {s->days, s->at_ms, &zone};
	*due = ek_report_days_next(&when, after);
	return true;
}

const char *const *ek_api_report_ways(void)
{
	static const char *const ways[] = {"file", "email", "webhook", NULL};
	return ways;
}

static bool read_people(const struct ek_patch_at *at, struct ek_api_report_target *out)
{
	bool ok = ek_patch_list(at, 0, EK_API_REPORT_PEOPLE, &out->people_count);
	for (uint32_t i = 0; ok && i < out->people_count; i++) {
		struct ek_patch_at one = ek_patch_row(at, i);
		int64_t id = 0;
		ok = ek_patch_int(&one, 1, UINT32_MAX, &id);
		out->people[i].v = (uint32_t)id;
	}
	return ok;
}

static bool read_way(const struct ek_patch_at *root, struct ek_api_report_target *out)
{
	struct ek_patch_at kind = ek_patch_member(root, "kind");
	struct ek_patch_at at;
	int64_t webhook = 0;
	uint32_t place = 0;
	if (!ek_patch_word(&kind, ek_api_report_ways(), &place))
		return false;
	out->way = place + 1;
	switch (out->way) {
	case EK_API_REPORT_FILE:
		at = ek_patch_member(root, "name");
		return ek_patch_text(&at, 1, EK_API_REPORT_NAME, &out->name) &&
		       ek_api_report_is_name(out->name);
	case EK_API_REPORT_EMAIL:
		at = ek_patch_member(root, "people");
		return read_people(&at, out);
	default:
		at = ek_patch_member(root, "webhook");
		if (!ek_patch_int(&at, 1, INT64_MAX, &webhook))
			return false;
		out->webhook = (uint64_t)webhook;
		return true;
	}
}

bool ek_api_report_read_target(ek_str json, struct ek_arena *arena,
			       struct ek_api_report_target *out)
{
	struct ek_problem problem;
	struct ek_patch b;
	*out = (struct ek_api_report_target){0};
	if (json.p == NULL)
		return true;
	ek_problem_init(&problem, arena);
	bool ok = ek_patch_open(&b, json, arena, &problem);
	struct ek_patch_at root = ek_patch_root(&b);
	ok = ok && read_way(&root, out);
	if (ok && out->name.n > 0)
		out->name = ek_arena_str(arena, out->name, &ok);
	ek_patch_close(&b);
	return ok;
}

bool ek_api_report_is_name(ek_str name)
{
	for (uint32_t i = 0; i < name.n; i++) {
		char c = name.p[i];
		bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
		if (!is_letter && !(c >= '0' && c <= '9') && c != '-' && c != '_')
			return false;
	}
	return name.n > 0;
}

/* ---- what is shown */

static void put_query(struct ek_turn *t, const struct ek_views_value *row)
{
	struct ek_json *j = &t->out;
	struct ek_api_report_query q;
	if (!ek_api_report_read_query(row, t->arena, &q)) {
		ek_problem_set(&t->problem, EK_PROBLEM_INTERNAL, NULL);
		return;
	}
	ek_api_put_word(j, "standard", standards[q.standard]);
	ek_api_put_word(j, "span", spans[q.span]);
	ek_api_put_word(j, "format", formats[q.is_csv ? 0 : 1]);
	ek_api_put_id(j, "team", EK_IDENT_TEAM, q.team.v);
	ek_api_put_enum(j, "clock", EK_ENUM_CLOCK, q.clock);
	ek_api_put_text(j, "zone", q.zone);
}

static void put_target(struct ek_turn *t, ek_str kept)
{
	struct ek_json *j = &t->out;
	struct ek_api_report_target to;
	ek_json_key(j, "target");
	if (!ek_api_report_read_target(kept, t->arena, &to))
		ek_problem_set(&t->problem, EK_PROBLEM_INTERNAL, NULL);
	if (to.way == EK_API_REPORT_KEPT) {
		ek_json_null(j);
		return;
	}
	ek_json_object(j);
	ek_api_put_word(j, "kind", ek_api_report_ways()[to.way - 1]);
	ek_api_put_text(j, "name", to.name);
	ek_json_key(j, "people");
	ek_json_list(j);
	for (uint32_t i = 0; i < to.people_count; i++)
		ek_ident_write(j, EK_IDENT_TEAMMATE, to.people[i].v);
	ek_json_list_end(j);
	ek_api_put_id(j, "webhook", EK_IDENT_WEBHOOK, to.webhook);
	ek_json_object_end(j);
}

void ek_api_report_write(struct ek_turn *t, const struct ek_views_value *row, uint64_t seq)
{
	struct ek_json *j = &t->out;
	ek_json_object(j);
	ek_api_put_id(j, "id", EK_IDENT_REPORT, (uint64_t)int_at(&row[EK_CONTENT_REPORTS_REPORT]));
	ek_api_put_text(j, "name", text_at(&row[EK_CONTENT_REPORTS_NAME]));
	ek_api_put_id(j, "owner", EK_IDENT_TEAMMATE,
		      (uint64_t)int_at(&row[EK_CONTENT_REPORTS_TEAMMATE]));
	put_query(t, row);
	ek_api_put_raw(j, "schedule", text_at(&row[EK_CONTENT_REPORTS_SCHEDULE]));
	put_target(t, text_at(&row[EK_CONTENT_REPORTS_TARGET]));
	ek_api_put_time(j, "next_at", (ek_time){int_at(&row[EK_CONTENT_REPORTS_NEXT_MS])});
	ek_api_put_time(j, "created_at", (ek_time){int_at(&row[EK_CONTENT_REPORTS_CREATED_MS])});
	ek_api_put_time(j, "updated_at", (ek_time){int_at(&row[EK_CONTENT_REPORTS_UPDATED_MS])});
	if (seq != 0)
		ek_api_put_int(j, "seq", (int64_t)seq);
	ek_json_object_end(j);
}

void ek_api_report_write_run(struct ek_json *j, const struct ek_api_report_shown *shown)
{
	const struct ek_views_value *row = shown->row;
	ek_str state = text_at(&row[EK_CONTENT_REPORT_RUNS_STATE]);
	ek_json_object(j);
	ek_api_put_id(j, "id", EK_IDENT_RUN, (uint64_t)int_at(&row[EK_CONTENT_REPORT_RUNS_RUN]));
	ek_api_put_id(j, "report", EK_IDENT_REPORT,
		      (uint64_t)int_at(&row[EK_CONTENT_REPORT_RUNS_REPORT]));
	ek_api_put_time(j, "due_at", (ek_time){int_at(&row[EK_CONTENT_REPORT_RUNS_DUE_MS])});
	ek_api_put_text(j, "state", state);
	ek_api_put_int(j, "attempts", int_at(&row[EK_CONTENT_REPORT_RUNS_ATTEMPTS]));
	ek_api_put_time(j, "next_at", (ek_time){int_at(&row[EK_CONTENT_REPORT_RUNS_NEXT_MS])});
	ek_api_put_text(j, "why", text_at(&row[EK_CONTENT_REPORT_RUNS_WHY]));
	ek_api_put_time(j, "made_at", (ek_time){int_at(&row[EK_CONTENT_REPORT_RUNS_AT_MS])});
	ek_api_report_send_show(j, shown->sent, int_at(&row[EK_CONTENT_REPORT_RUNS_RUN]));
	if (shown->is_whole)
		ek_api_put_text(j, "body", text_at(&row[EK_CONTENT_REPORT_RUNS_BODY]));
	if (shown->seq != 0)
		ek_api_put_int(j, "seq", (int64_t)shown->seq);
	ek_json_object_end(j);
}
