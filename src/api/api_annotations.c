/* What people say of a day of a team's charts. */
#include <string.h>

#include "api/api_audit.h"
#include "api/api_put.h"
#include "api/api_state.h"
#include "api/api_verdict.h"
#include "api/handlers.h"

enum { NOTE_MAX = 1000, METRIC_MAX = 64 };

static const char *const causes[] = {"launch", "outage", "holiday", "other", NULL};

struct annotation {
	struct ek_turn_write write;
	struct ek_views_value row[EK_CONTENT_ANNOTATIONS_WIDTH];
	ek_team_id team;
	struct ek_may_object object;
	uint64_t id;
};

/* ---- one more */

enum { METRIC, TEAM, DATE, CAUSE, NOTE, LEAVE_OUT, MEMBERS };

static bool take_metric(const struct ek_patch_value *v, struct annotation *a)
{
	if (v->state != EK_PATCH_VALUE)
		return true;
	int metric = ek_definition_find(v->s, NULL);
	if (metric == EK_METRIC_NONE)
		return ek_patch_fault(&v->at, EK_FAULT_NOT_FOUND, NULL);
	a->row[EK_CONTENT_ANNOTATIONS_METRIC] = ek_views_int(metric);
	return true;
}

static bool bind(struct ek_turn *t, struct annotation *a)
{
	static const struct ek_patch_rule rules[MEMBERS] = {
		[METRIC] = {.name = "metric",
			    .type = EK_PATCH_OF_TEXT,
			    .flags = EK_PATCH_NULLABLE,
			    .lo = 1,
			    .hi = METRIC_MAX},
		[TEAM] = {.name = "team",
			  .type = EK_PATCH_OF_ID,
			  .what = EK_IDENT_TEAM,
			  .flags = EK_PATCH_REQUIRED},
		[DATE] = {.name = "date", .type = EK_PATCH_OF_DATE, .flags = EK_PATCH_REQUIRED},
		[CAUSE] = {.name = "cause",
			   .type = EK_PATCH_OF_WORD,
			   .flags = EK_PATCH_REQUIRED,
			   .words = causes},
		[NOTE] = {.name = "note",
			  .type = EK_PATCH_OF_PROSE,
			  .flags = EK_PATCH_NULLABLE,
			  .hi = NOTE_MAX},
		[LEAVE_OUT] = {.name = "leave_out", .type = EK_PATCH_OF_BOOL},
	};
	struct ek_patch_value v[MEMBERS];
	struct ek_patch_at root;
	if (!ek_turn_body(t, &root))
		return false;
	bool ok = ek_patch_bind(&root, rules, MEMBERS, v);
	ok = take_metric(&v[METRIC], a) && ok;
	bool leaves_out = v[LEAVE_OUT].state == EK_PATCH_VALUE && v[LEAVE_OUT].i == 1;
	a->team.v = v[TEAM].state == EK_PATCH_VALUE ? (uint32_t)v[TEAM].i : 0;
	a->object = (struct ek_may_object){.teams = &a->team, .team_count = 1};
	if (!ok)
		return false;
	a->row[EK_CONTENT_ANNOTATIONS_TEAM] = ek_views_int(a->team.v);
	a->row[EK_CONTENT_ANNOTATIONS_DAY] = ek_views_int(v[DATE].i);
	a->row[EK_CONTENT_ANNOTATIONS_CAUSE] =
		ek_views_text((ek_str){causes[v[CAUSE].i], (uint32_t)strlen(causes[v[CAUSE].i])});
	if (v[NOTE].state == EK_PATCH_VALUE && v[NOTE].s.n > 0)
		a->row[EK_CONTENT_ANNOTATIONS_NOTE] = ek_views_text(v[NOTE].s);
	a->row[EK_CONTENT_ANNOTATIONS_LEAVE_OUT] = ek_views_int(leaves_out);
	return true;
}

/* A team that is not there is told as one that may not be seen. */
static bool may_edit(struct ek_turn *t, struct annotation *a)
{
	const struct ek_views_value key = ek_views_int(a->team.v);
	struct ek_turn_rows rows;
	if (a->team.v == 0)
		return false;
	if (!ek_turn_select(t, "SELECT team FROM team_profiles WHERE team = $1", &key, 1, &rows))
		return false;
	a->object.is_absent = rows.n == 0;
	return ek_turn_may(t, EK_MAY_TREND_EDIT, &a->object);
}

static bool check_new(struct ek_turn *t)
{
	struct annotation *a = t->state;
	struct ek_charts_given given;
	struct ek_err err;
	int64_t metric = ek_turn_int(&a->row[EK_CONTENT_ANNOTATIONS_METRIC]);
	const struct ek_charts_note one = {.team = a->team,
					   .metric = metric == EK_NONE ? 0 : (int)metric,
					   .day = (int32_t)a->row[EK_CONTENT_ANNOTATIONS_DAY].i,
					   .leaves_out =
						   a->row[EK_CONTENT_ANNOTATIONS_LEAVE_OUT].i == 1};
	if (!one.leaves_out)
		return true;
	if (!ek_trends_given(t->reader, a->team, t->arena, &given, &err))
		return ek_problem_err(&t->problem, &err);
	return ek_charts_may_leave_out(&given, &one, t->arena) ||
	       ek_problem_set(&t->problem, EK_PROBLEM_CONFLICT,
			      "at most %d days in any %d are left out; this would be one more",
			      EK_ANNOTATE_MAX, EK_ANNOTATE_IN);
}

static void made_new(struct ek_turn *t, const struct ek_answer *answer)
{
	struct annotation *a = t->state;
	char path[64];
	(void)answer;
	a->id = ek_turn_new_id(t, EK_CONTENT_ANNOTATIONS);
	a->row[EK_CONTENT_ANNOTATIONS_ANNOTATION] = ek_views_int((int64_t)a->id);
	a->row[EK_CONTENT_ANNOTATIONS_TEAMMATE] = ek_views_id(t->self.v);
	a->row[EK_CONTENT_ANNOTATIONS_CREATED_MS] = ek_views_int(t->now.ms);
	ek_turn_put(t, EK_CONTENT_ANNOTATIONS, a->row);
	ek_api_audit_add(t, &(struct ek_api_audit){.action = "annotation.created",
						   .object_kind = "team",
						   .object = a->team.v,
						   .team = a->team});
	size_t n = ek_format(path, sizeof path, EK_ROUTE_PREFIX "/annotations/ann_%llu",
			     (unsigned long long)a->id);
	t->location = ek_turn_copy(t, (ek_str){path, (uint32_t)n});
	t->status = 201;
	ek_api_verdict_note(&t->out, a->row, t->seq);
}

static void tell(struct ek_turn *t)
{
	ek_trends_nudge(t->api);
}

static void tell_of(struct ek_turn *t, const struct annotation *a)
{
	ek_turn_tells_of(t, (struct ek_turn_content){EK_CONTENT_KIND_ANNOTATION, a->team, {0}});
}

void ek_api_create_annotation(struct ek_turn *t)
{
	struct annotation *a = EK_TURN_NEW(t, struct annotation);
	bool ok = a != NULL && bind(t, a);
	if (a != NULL && a->team.v != 0)
		ok = may_edit(t, a) && ok;
	if (!ek_query_end(&t->query) || !ok) {
		ek_turn_reply(t, 0);
		return;
	}
	t->state = a;
	a->write = (struct ek_turn_write){.check = check_new, .made = made_new, .tell = tell};
	tell_of(t, a);
	ek_turn_write(t, &a->write);
}

/* ---- taken back */

static bool load(struct ek_turn *t, struct annotation *a)
{
	const struct ek_views_value *row = NULL;
	bool found = false;
	if (!ek_turn_row(t, EK_CONTENT_ANNOTATIONS, (int64_t)a->id, &row, &found))
		return false;
	if (!found || ek_turn_int(&row[EK_CONTENT_ANNOTATIONS_DELETED_MS]) != EK_NONE)
		return ek_problem_set(&t->problem, EK_PROBLEM_NOT_FOUND, NULL);
	memcpy(a->row, row, sizeof a->row);
	a->team.v = (uint32_t)ek_turn_int(&row[EK_CONTENT_ANNOTATIONS_TEAM]);
	a->object = (struct ek_may_object){.teams = &a->team, .team_count = 1};
	return ek_turn_may(t, EK_MAY_TREND_EDIT, &a->object);
}

static bool check_delete(struct ek_turn *t)
{
	return load(t, t->state);
}

static void made_delete(struct ek_turn *t, const struct ek_answer *answer)
{
	struct annotation *a = t->state;
	(void)answer;
	a->row[EK_CONTENT_ANNOTATIONS_DELETED_MS] = ek_views_int(t->now.ms);
	a->row[EK_CONTENT_ANNOTATIONS_DELETED_BY] = ek_views_id(t->self.v);
	ek_turn_put(t, EK_CONTENT_ANNOTATIONS, a->row);
	ek_api_audit_add(t, &(struct ek_api_audit){.action = "annotation.deleted",
						   .object_kind = "team",
						   .object = a->team.v,
						   .team = a->team});
	t->status = 204;
}

void ek_api_delete_annotation(struct ek_turn *t)
{
	struct annotation *a = EK_TURN_NEW(t, struct annotation);
	if (a == NULL || !ek_query_end(&t->query) ||
	    !ek_turn_id(t, "id", EK_IDENT_ANNOTATION, &a->id) || !load(t, a)) {
		ek_turn_reply(t, 0);
		return;
	}
	t->state = a;
	a->write = (struct ek_turn_write){.check = check_delete, .made = made_delete, .tell = tell};
	tell_of(t, a);
	ek_turn_write(t, &a->write);
}
