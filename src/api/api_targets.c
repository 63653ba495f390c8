/* Targets: the list, one, and how they are set. */
#include "api/api_targets.h"

#include <string.h>

#include "api/api_audit.h"
#include "api/api_change.h"
#include "api/api_job.h"
#include "api/api_list.h"
#include "api/api_put.h"
#include "api/api_state.h"
#include "api/api_targets_edit.h"
#include "api/api_targets_reach.h"
#include "api/handlers.h"
#include "wire/list.h"

/* In the order of schema/content.def. */
#define SELECT \
	"g.target, g.goal, g.metric, g.version, g.variant, g.statistic, g.clock, g.team," \
	" g.teammate, g.comparator, g.value, g.upper, g.period, g.minimum_n, g.since, g.owner," \
	" g.reason, g.review, g.reward, g.grade, g.judged, g.override_reason," \
	" g.override_change, g.override_by, g.created_ms, g.updated_ms, g.deleted_ms," \
	" g.revision"

static const struct ek_list_column columns[EK_LIST_targets_COUNT] = {
	[EK_LIST_targets_id] = {EK_LIST_NUMBER, "g.target", NULL},
	[EK_LIST_targets_goal] = {EK_LIST_NUMBER, "g.goal", NULL},
	[EK_LIST_targets_team] = {EK_LIST_NUMBER, "g.team", NULL},
	[EK_LIST_targets_teammate] = {EK_LIST_NUMBER, "g.teammate", NULL},
	[EK_LIST_targets_owner] = {EK_LIST_NUMBER, "g.owner", NULL},
	[EK_LIST_targets_period] = {EK_LIST_TEXT,
				    "CASE g.period WHEN 1 THEN 'week' WHEN 2 THEN 'month'"
				    " WHEN 3 THEN 'quarter' ELSE 'half_year' END",
				    NULL},
	[EK_LIST_targets_grade] = {EK_LIST_TEXT,
				   "CASE g.grade WHEN 1 THEN 'not_by_effort_alone'"
				   " WHEN 2 THEN 'stretch' WHEN 3 THEN 'attainable'"
				   " WHEN 4 THEN 'routine' ELSE 'unknown' END",
				   NULL},
};

static const struct ek_api_targets_right reads = {EK_MAY_TARGET_READ, EK_MAY_TARGET_PERSON_READ};
static const struct ek_api_targets_right edits = {EK_MAY_TARGET_EDIT, EK_MAY_TARGET_PERSON_EDIT};

/* ---- the list */

static void write_list(struct ek_turn *t, const struct ek_figures *f, struct ek_api_list *l)
{
	struct ek_api_target g;
	ek_api_list_begin(t, l);
	for (uint32_t i = 0; i < l->rows.n && ek_problem_is_none(&t->problem); i++) {
		ek_api_targets_from(ek_api_list_at(l, i), &g);
		ek_json_object(&t->out);
		if (!ek_api_targets_show(t, f, &g))
			return;
		ek_json_object_end(&t->out);
	}
	ek_api_list_end(t, l);
}

static void run_list(struct ek_turn *t, struct ek_worker *w)
{
	const struct ek_figures *f = ek_api_fold_take(t);
	(void)w;
	if (f != NULL) {
		write_list(t, f, t->state);
		ek_api_fold_give(t);
	}
	ek_turn_reply(t, 200);
}

void ek_api_list_targets(struct ek_turn *t)
{
	struct ek_api_list *l = EK_TURN_NEW(t, struct ek_api_list);
	struct ek_list *list = EK_TURN_NEW(t, struct ek_list);
	const struct ek_api_targets_reach reach = {
		.team = EK_MAY_TARGET_READ,
		.person = EK_MAY_TARGET_PERSON_READ,
		.alias = "g",
		.where = "g.deleted_ms IS NULL",
	};
	struct ek_api_list_ask ask = {.list = list};
	bool ok = l != NULL && list != NULL;
	t->state = l;
	if (ok) {
		*list = (struct ek_list){.table = ek_list_table(EK_LIST_TARGETS),
					 .columns = columns,
					 .select = SELECT,
					 .from = "targets g",
					 .id = "g.target"};
		ok = ek_api_list_query(t, list, NULL, l) && ek_api_targets_reach(t, &reach, &ask) &&
		     ek_api_list_fetch(t, &ask, l);
	}
	if (ok)
		ek_worker_submit(t->api->worker, t, run_list);
	else
		ek_turn_reply(t, 0);
}

/* ---- one */

static bool put_comments(struct ek_turn *t, const struct ek_api_target *g)
{
	const struct ek_views_value key = ek_views_int((int64_t)g->id);
	struct ek_turn_rows rows;
	if (!ek_turn_select(t,
			    "SELECT teammate, at_ms, revision, comment FROM target_acks"
			    " WHERE target = $1 ORDER BY at_ms, teammate",
			    &key, 1, &rows))
		return false;
	ek_json_key(&t->out, "comments");
	ek_json_list(&t->out);
	for (uint32_t i = 0; i < rows.n; i++) {
		const struct ek_views_value *v = rows.v + (size_t)i * rows.columns;
		ek_json_object(&t->out);
		ek_api_put_id(&t->out, "teammate", EK_IDENT_TEAMMATE, (uint64_t)ek_turn_int(v));
		ek_api_put_time(&t->out, "at", (ek_time){ek_turn_int(&v[1])});
		ek_api_put_bool(&t->out, "current", ek_turn_int(&v[2]) == g->revision);
		ek_api_put_text(&t->out, "comment", ek_turn_text(&v[3]));
		ek_json_object_end(&t->out);
	}
	ek_json_list_end(&t->out);
	return true;
}

static bool write_whole(struct ek_turn *t, const struct ek_figures *f,
			const struct ek_api_target *g)
{
	ek_json_object(&t->out);
	if (!ek_api_targets_show(t, f, g) || !ek_api_targets_put_beside(t, f, g) ||
	    !put_comments(t, g))
		return false;
	ek_json_object_end(&t->out);
	ek_turn_set_etag(t, g->revision);
	return true;
}

static void run_one(struct ek_turn *t, struct ek_worker *w)
{
	const struct ek_figures *f = ek_api_fold_take(t);
	(void)w;
	if (f != NULL) {
		(void)write_whole(t, f, t->state);
		ek_api_fold_give(t);
	}
	ek_turn_reply(t, 200);
}

void ek_api_get_target(struct ek_turn *t)
{
	struct ek_api_target *g = EK_TURN_NEW(t, struct ek_api_target);
	uint64_t id = 0;
	t->state = g;
	if (g != NULL && ek_turn_id(t, "id", EK_IDENT_TARGET, &id) &&
	    ek_api_targets_load(t, id, g) && ek_api_targets_may(t, g, reads) &&
	    ek_query_end(&t->query))
		ek_worker_submit(t->api->worker, t, run_one);
	else
		ek_turn_reply(t, 0);
}

/* ---- setting one: graded on the worker's thread, kept on the writer's */

static void log_change(struct ek_turn *t, const struct ek_api_targets_edit *e)
{
	struct ek_api_change_fields f;
	ek_api_change_open(t, &f);
	ek_api_change_raw(&f, "target", e->was_json, e->is_gone ? (ek_str){NULL, 0} : e->json);
	ek_str fields = ek_api_change_close(t, &f);
	ek_api_change_add(t, &(struct ek_api_change){.resource = "target",
						     .object = e->g.id,
						     .team = e->g.team,
						     .teammate = e->g.teammate,
						     .fields = fields});
}

static void log_override(struct ek_turn *t, const struct ek_api_target *g)
{
	bool is_team = g->team.v != 0;
	ek_api_audit_add(t, &(struct ek_api_audit){
				    .action = "target.overridden",
				    .object_kind = is_team ? "team" : "teammate",
				    .object = is_team ? g->team.v : g->teammate.v,
				    .team = g->team,
				    .reason = g->override_reason,
			    });
}

static void put_version(struct ek_turn *t, const struct ek_api_targets_edit *e)
{
	struct ek_views_value v[EK_CONTENT_TARGET_VERSIONS_WIDTH] = {0};
	v[EK_CONTENT_TARGET_VERSIONS_TARGET] = ek_views_int((int64_t)e->g.id);
	v[EK_CONTENT_TARGET_VERSIONS_REVISION] = ek_views_int(e->g.revision);
	v[EK_CONTENT_TARGET_VERSIONS_AT_MS] = ek_views_int(t->now.ms);
	v[EK_CONTENT_TARGET_VERSIONS_TEAMMATE] = ek_views_id(t->self.v);
	v[EK_CONTENT_TARGET_VERSIONS_WAS] = ek_views_text(e->json);
	ek_turn_put(t, EK_CONTENT_TARGET_VERSIONS, v);
}

static bool check(struct ek_turn *t)
{
	struct ek_api_targets_edit *e = t->state;
	struct ek_api_target now;
	if (e->is_new)
		return true;
	if (!ek_api_targets_load(t, e->g.id, &now) || !ek_turn_if_match(t, now.revision))
		return false;
	/* What was graded stood on what was read. */
	return now.revision == e->g.revision || ek_problem_set(&t->problem, EK_PROBLEM_STALE, NULL);
}

static void made(struct ek_turn *t, const struct ek_answer *answer)
{
	struct ek_api_targets_edit *e = t->state;
	struct ek_api_target *g = &e->g;
	struct ek_views_value row[EK_CONTENT_TARGETS_WIDTH];
	(void)answer;
	if (e->is_new) {
		g->id = ek_turn_new_id(t, EK_CONTENT_TARGETS);
		g->created = t->now;
	}
	g->updated = t->now;
	g->revision++;
	if (!ek_api_targets_row(t, g, row) || !ek_api_targets_edit_print(t, e))
		return;
	ek_turn_put(t, EK_CONTENT_TARGETS, row);
	put_version(t, e);
	log_change(t, e);
	if (g->override_reason.p != NULL && e->has_override)
		log_override(t, g);
	const struct ek_api_targets_shown shown = {
		.status = e->status, .last = e->last, .sees = true};
	ek_json_object(&t->out);
	if (!ek_api_targets_put(t, g, &shown))
		return;
	ek_json_object_end(&t->out);
	ek_turn_set_etag(t, g->revision);
	t->status = e->is_new ? 201 : 200;
}

/* Periods that were over before are judged at once. */
static void tell(struct ek_turn *t)
{
	ek_api_job_round(t->api);
}

static void run_edit(struct ek_turn *t, struct ek_worker *w)
{
	static const struct ek_turn_write write = {.check = check, .made = made, .tell = tell};
	(void)w;
	struct ek_api_targets_edit *e = t->state;
	if (!ek_api_targets_edit_judge(t, e)) {
		ek_turn_reply(t, 0);
		return;
	}
	ek_api_targets_tell(t, &e->g);
	ek_turn_write(t, &write);
}

void ek_api_create_target(struct ek_turn *t)
{
	struct ek_api_targets_edit *e = EK_TURN_NEW(t, struct ek_api_targets_edit);
	t->state = e;
	if (e != NULL && ek_query_end(&t->query) && ek_api_targets_edit_new(t, e, false))
		ek_worker_submit(t->api->worker, t, run_edit);
	else
		ek_turn_reply(t, 0);
}

static bool open_one(struct ek_turn *t, struct ek_api_targets_edit *e)
{
	uint64_t id = 0;
	return ek_turn_id(t, "id", EK_IDENT_TARGET, &id) && ek_api_targets_load(t, id, &e->g) &&
	       ek_api_targets_may(t, &e->g, edits) && ek_query_end(&t->query);
}

void ek_api_update_target(struct ek_turn *t)
{
	struct ek_api_targets_edit *e = EK_TURN_NEW(t, struct ek_api_targets_edit);
	t->state = e;
	if (e != NULL && open_one(t, e) && ek_api_targets_edit_change(t, e))
		ek_worker_submit(t->api->worker, t, run_edit);
	else
		ek_turn_reply(t, 0);
}

/* ---- ending one */

static void made_gone(struct ek_turn *t, const struct ek_answer *answer)
{
	struct ek_api_targets_edit *e = t->state;
	struct ek_views_value row[EK_CONTENT_TARGETS_WIDTH];
	(void)answer;
	e->g.updated = t->now;
	if (!ek_api_targets_edit_print(t, e) || !ek_api_targets_row(t, &e->g, row))
		return;
	e->was_json = e->json;
	row[EK_CONTENT_TARGETS_DELETED_MS] = ek_views_int(t->now.ms);
	ek_turn_put(t, EK_CONTENT_TARGETS, row);
	log_change(t, e);
	ek_json_object(&t->out);
	ek_api_put_id(&t->out, "id", EK_IDENT_TARGET, e->g.id);
	ek_api_put_int(&t->out, "used", 0);
	ek_api_put_int(&t->out, "seq", (int64_t)t->seq);
	ek_json_object_end(&t->out);
}

void ek_api_delete_target(struct ek_turn *t)
{
	static const struct ek_turn_write write = {.check = check, .made = made_gone};
	struct ek_api_targets_edit *e = EK_TURN_NEW(t, struct ek_api_targets_edit);
	t->state = e;
	if (e == NULL || !open_one(t, e)) {
		ek_turn_reply(t, 0);
		return;
	}
	e->is_gone = true;
	ek_api_targets_tell(t, &e->g);
	ek_turn_write(t, &write);
}

/* ---- only asking */

static void put_precision(struct ek_json *j, const struct ek_api_targets_judged *judged)
{
	static const int64_t points[] = {5, 10};
	ek_json_key(j, "answers_needed");
	ek_json_list(j);
	for (size_t i = 0; i < EK_LEN(points); i++) {
		if (judged->points_needed[i] == 0)
			continue;
		ek_json_object(j);
		ek_api_put_int(j, "points", points[i]);
		ek_api_put_int(j, "answers", judged->points_needed[i]);
		ek_json_object_end(j);
	}
	ek_json_list_end(j);
}

static void run_grade(struct ek_turn *t, struct ek_worker *w)
{
	struct ek_api_targets_edit *e = t->state;
	const struct ek_api_target *g = &e->g;
	struct ek_json *j = &t->out;
	(void)w;
	if (ek_api_targets_edit_judge(t, e)) {
		const struct ek_api_target_bar *why =
			ek_api_targets_no_reward(g, &e->judged.attain);
		ek_json_object(j);
		ek_api_figures_put_metric(j, g->definition, g->version);
		ek_api_put_word(j, "unit", ek_definition_unit(ek_api_targets_unit(g)));
		ek_api_put_word(j, "direction", ek_definition_direction(g->definition->direction));
		ek_json_key(j, "grade");
		ek_api_targets_put_grade(j, g, &e->judged);
		ek_api_put_bool(j, "reward", why == NULL);
		ek_api_put_word(j, "why_no_reward", why == NULL ? NULL : why->code);
		ek_api_put_bool(j, "needs_override",
				e->judged.attain.grade == EK_ATTAIN_NOT_BY_EFFORT);
		put_precision(j, &e->judged);
		ek_json_object_end(j);
	}
	ek_turn_reply(t, 200);
}

void ek_api_grade_target(struct ek_turn *t)
{
	struct ek_api_targets_edit *e = EK_TURN_NEW(t, struct ek_api_targets_edit);
	t->state = e;
	if (e != NULL && ek_query_end(&t->query) && ek_api_targets_edit_new(t, e, true))
		ek_worker_submit(t->api->worker, t, run_grade);
	else
		ek_turn_reply(t, 0);
}
