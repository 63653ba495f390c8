/* Applying a preview: all of it or nothing, at once or in a job. */
#include <string.h>

#include "api/api_audit.h"
#include "api/api_bulk.h"
#include "api/api_change.h"
#include "api/api_job.h"
#include "api/api_put.h"
#include "api/handlers.h"
#include "model/limits.h"

/* ---- before: on the writer's thread */

static bool refuse(struct ek_turn *t, uint8_t resource, const struct ek_api_bulk_row *row,
		   enum ek_problem_code code)
{
	struct ek_problem_fault fault = {.code = (uint8_t)code};
	char id[EK_API_BULK_ID_MAX];
	size_t n = ek_api_bulk_id(resource, row->object, id);
	id[n] = 0;
	fault.params[0] = (struct ek_problem_param){.name = "row", .number = row->row};
	return ek_problem_add(&t->problem, EK_PROBLEM_ROW_REFUSED, &fault, "%s", id);
}

/* A helper needs a team that balances. */
static bool level_fits(const struct ek_turn *t, int64_t object, const struct ek_api_bulk_field *f)
{
	const ek_team_id team = {f->team != 0 ? f->team : ek_api_bulk_team_of(object)};
	struct ek_team_view v;
	if (f->i == 0)
		return true;
	return ek_look_team(t->engine, team, &v) && !v.deleted &&
	       (f->i != EK_LEVEL_SECONDARY || v.method == EK_METHOD_BALANCED);
}

static bool check_row(struct ek_turn *t, uint8_t resource, const struct ek_api_bulk_row *row)
{
	struct ek_api_bulk_side now;
	bool found = false;
	if (!ek_api_bulk_now(t, row->object, &row->sides[0], &now, &found))
		return false;
	if (!found)
		return refuse(t, resource, row, EK_FAULT_NOT_FOUND);
	for (uint32_t i = 0; i < now.n; i++) {
		if (!ek_api_bulk_equal(&now.v[i], &row->sides[0].v[i]))
			return refuse(t, resource, row, EK_FAULT_CHANGED);
		if (row->sides[1].v[i].kind == EK_API_BULK_LEVEL &&
		    !level_fits(t, row->object, &row->sides[1].v[i]))
			return refuse(t, resource, row, EK_FAULT_REFUSED);
	}
	if (ek_api_bulk_may(t, resource, row->object, row->sides) != NULL)
		return refuse(t, resource, row, EK_FAULT_FORBIDDEN);
	return true;
}

bool ek_api_bulk_check(struct ek_turn *t, uint8_t resource, const struct ek_api_bulk_rows *rows)
{
	bool ok = true;
	for (uint32_t i = 0; i < rows->n; i++)
		ok = check_row(t, resource, &rows->v[i]) && ok;
	return ok && ek_problem_is_none(&t->problem);
}

/* ---- one application */

struct apply {
	struct ek_api_bulk_done done;
	struct ek_api_bulk_rows rows;
	struct ek_api_bulk_commands commands;
	struct ek_cmd cmd;
	struct ek_turn_write write;
	bool is_stopped;
	uint64_t job;
	const struct ek_views_value *row;    /* of bulk_edits, in check */
	const struct ek_views_value *undone; /* the one that this undoes */
};

static bool load(struct ek_turn *t, struct apply *a)
{
	if (!ek_api_bulk_load(t, a->done.bulk, &a->row))
		return false;
	int64_t undoes = ek_turn_int(&a->row[EK_CONTENT_BULK_EDITS_UNDOES]);
	bool found = false;
	a->undone = NULL;
	if (undoes != EK_NONE && !ek_turn_row(t, EK_CONTENT_BULK_EDITS, undoes, &a->undone, &found))
		return false;
	if (!found)
		a->undone = NULL;
	return true;
}

/* It is a preview still, and the one that was looked at. */
static bool check_preview(struct ek_turn *t, struct apply *a)
{
	if (!load(t, a))
		return false;
	const struct ek_may_object object = ek_api_bulk_object(a->row);
	if (!ek_turn_may(t, EK_MAY_BULK_APPLY, &object) ||
	    !ek_turn_if_match(t, ek_turn_int(&a->row[EK_CONTENT_BULK_EDITS_REVISION])))
		return false;
	ek_str state = ek_api_bulk_state(t, a->row);
	if (ek_str_is(state, "preview"))
		return true;
	return ek_problem_set(&t->problem, EK_PROBLEM_CONFLICT,
			      ek_str_is(state, "expired")
				      ? "the preview has expired: make a new one"
				      : "this is no preview any more");
}

static void put_undone(struct ek_turn *t, const struct apply *a)
{
	struct ek_views_value v[EK_CONTENT_BULK_EDITS_WIDTH];
	if (a->undone == NULL)
		return;
	memcpy(v, a->undone, sizeof v);
	v[EK_CONTENT_BULK_EDITS_STATE] = ek_views_text(EK_S("undone"));
	v[EK_CONTENT_BULK_EDITS_UNDO_UNTIL_MS] = ek_views_int(EK_NONE);
	v[EK_CONTENT_BULK_EDITS_REVISION] =
		ek_views_int(ek_turn_int(&a->undone[EK_CONTENT_BULK_EDITS_REVISION]) + 1);
	ek_turn_put(t, EK_CONTENT_BULK_EDITS, v);
}

static void put_edit(struct ek_turn *t, const struct apply *a, const char *state,
		     struct ek_views_value v[EK_CONTENT_BULK_EDITS_WIDTH])
{
	memcpy(v, a->row, EK_CONTENT_BULK_EDITS_WIDTH * sizeof *v);
	v[EK_CONTENT_BULK_EDITS_STATE] = ek_views_text((ek_str){state, (uint32_t)strlen(state)});
	v[EK_CONTENT_BULK_EDITS_REVISION] =
		ek_views_int(ek_turn_int(&a->row[EK_CONTENT_BULK_EDITS_REVISION]) + 1);
	if (a->job != 0)
		v[EK_CONTENT_BULK_EDITS_JOB] = ek_views_int((int64_t)a->job);
	if (a->rows.n > 0) {
		v[EK_CONTENT_BULK_EDITS_APPLIED_MS] = ek_views_int(t->now.ms);
		v[EK_CONTENT_BULK_EDITS_UNDO_UNTIL_MS] =
			ek_views_int(t->now.ms + EK_API_BULK_UNDO_MS);
	}
	ek_turn_put(t, EK_CONTENT_BULK_EDITS, v);
}

static void audit_edit(struct ek_turn *t, const struct apply *a)
{
	ek_api_audit_add(t, &(struct ek_api_audit){.action = "bulk_edit.applied",
						   .object_kind = "bulk_edit",
						   .object = (uint64_t)a->done.bulk,
						   .reason = a->done.note});
}

/* The command of all that was gathered; NULL: content alone. */
static struct ek_cmd *command_of(struct apply *a)
{
	if (a->commands.n == 0)
		return NULL;
	a->cmd = ek_api_bulk_command(&a->commands, 0, a->commands.n);
	return &a->cmd;
}

/* ---- at once */

static bool check_now(struct ek_turn *t)
{
	struct apply *a = t->state;
	return check_preview(t, a) && ek_api_bulk_check(t, a->done.resource, &a->rows);
}

static void made_now(struct ek_turn *t, const struct ek_answer *answer)
{
	struct apply *a = t->state;
	struct ek_views_value v[EK_CONTENT_BULK_EDITS_WIDTH];
	(void)answer;
	ek_api_bulk_made(t, &a->done, &a->rows);
	put_edit(t, a, "applied", v);
	put_undone(t, a);
	audit_edit(t, a);
	ek_api_bulk_answer(t, v);
}

static bool gather(struct ek_turn *t, struct apply *a)
{
	for (uint32_t i = 0; i < a->rows.n; i++)
		if (!ek_api_bulk_add(t, a->done.resource, &a->rows.v[i], &a->commands))
			return false;
	return true;
}

static void apply_now(struct ek_turn *t, struct apply *a)
{
	const struct ek_api_bulk_ask ask = {a->done.bulk, "change", 0, EK_API_BULK_AT_ONCE};
	if (!ek_api_bulk_rows(t, &ask, &a->rows) || !gather(t, a)) {
		ek_turn_reply(t, 0);
		return;
	}
	a->write =
		(struct ek_turn_write){.cmd = command_of(a), .check = check_now, .made = made_now};
	ek_turn_write(t, &a->write);
}

/* ---- later */

static bool check_later(struct ek_turn *t)
{
	struct apply *a = t->state;
	return check_preview(t, a) && ek_api_job_room(t);
}

static void made_later(struct ek_turn *t, const struct ek_answer *answer)
{
	struct apply *a = t->state;
	struct ek_views_value v[EK_CONTENT_BULK_EDITS_WIDTH];
	(void)answer;
	a->job = ek_api_job_put(
		t, &(struct ek_api_job_begin){
			   .kind = "bulk_edit",
			   .bulk_edit = a->done.bulk,
			   .total = ek_turn_int(&a->row[EK_CONTENT_BULK_EDITS_CHANGE_COUNT]),
		   });
	put_edit(t, a, "applying", v);
	t->status = 202;
	ek_api_bulk_answer(t, v);
}

static void start_later(struct ek_turn *t)
{
	const struct apply *a = t->state;
	ek_api_job_start(t, a->job);
}

void ek_api_apply_bulk_edit(struct ek_turn *t)
{
	struct apply *a = EK_TURN_NEW(t, struct apply);
	const struct ek_views_value *row = NULL;
	if (t->arena->max < EK_API_BULK_MEMORY)
		t->arena->max = EK_API_BULK_MEMORY;
	if (a == NULL || !ek_query_end(&t->query) || !ek_api_bulk_path(t, &row)) {
		ek_turn_reply(t, 0);
		return;
	}
	t->state = a;
	a->done = (struct ek_api_bulk_done){
		.bulk = ek_turn_int(&row[EK_CONTENT_BULK_EDITS_BULK_EDIT]),
		.resource = ek_api_bulk_resource_of(row),
		.note = ek_turn_text(&row[EK_CONTENT_BULK_EDITS_NOTE]),
	};
	if (ek_turn_int(&row[EK_CONTENT_BULK_EDITS_CHANGE_COUNT]) <= EK_API_BULK_AT_ONCE) {
		apply_now(t, a);
		return;
	}
	a->write = (struct ek_turn_write){
		.check = check_later, .made = made_later, .tell = start_later};
	ek_turn_write(t, &a->write);
}

/* ---- the job */

/* Whether it goes on: who cancels it, or its preview, says so in the row. */
static bool check_job(struct ek_turn *t)
{
	struct apply *a = t->state;
	if (!load(t, a))
		return false;
	if (!ek_str_is(ek_turn_text(&a->row[EK_CONTENT_BULK_EDITS_STATE]), "applying")) {
		a->is_stopped = true;
		return ek_problem_set(&t->problem, EK_PROBLEM_CONFLICT, "it was cancelled");
	}
	return ek_api_bulk_check(t, a->done.resource, &a->rows);
}

static void made_job(struct ek_turn *t, const struct ek_answer *answer)
{
	struct apply *a = t->state;
	struct ek_views_value v[EK_CONTENT_BULK_EDITS_WIDTH];
	(void)answer;
	ek_api_bulk_made(t, &a->done, &a->rows);
	put_edit(t, a, "applied", v);
	put_undone(t, a);
	audit_edit(t, a);
}

static bool check_failed(struct ek_turn *t)
{
	return load(t, t->state);
}

static void made_failed(struct ek_turn *t, const struct ek_answer *answer)
{
	struct apply *a = t->state;
	struct ek_views_value v[EK_CONTENT_BULK_EDITS_WIDTH];
	(void)answer;
	a->rows.n = 0;
	put_edit(t, a, "failed", v);
}

static void fail(struct ek_api_job *job, struct apply *a)
{
	const struct ek_turn_write write = {.check = check_failed, .made = made_failed};
	struct ek_problem why = job->turn.problem;
	ek_problem_init(&job->turn.problem, job->turn.arena);
	/* What went wrong before is what is told, whether this was kept or not. */
	bool kept = ek_api_job_commit(job, &write);
	job->turn.problem = why;
	(void)kept;
	(void)a;
}

/* In one commit, as when it is done at once: all of it or nothing. */
static bool run(struct ek_api_job *job, struct apply *a)
{
	if (!gather(&job->turn, a))
		return false;
	a->write =
		(struct ek_turn_write){.cmd = command_of(a), .check = check_job, .made = made_job};
	if (!ek_api_job_commit(job, &a->write))
		return false;
	job->done = job->total;
	return true;
}

void ek_api_bulk_job(struct ek_api_job *job)
{
	struct ek_turn *t = &job->turn;
	const struct ek_views_value *row = NULL;
	int64_t bulk = ek_turn_int(&job->row[EK_CONTENT_JOBS_BULK_EDIT]);
	const struct ek_api_bulk_ask ask = {bulk, "change", 0, EK_LIMIT_BULK_ROWS};
	struct apply *a = EK_TURN_NEW(t, struct apply);
	if (a == NULL || !ek_api_bulk_load(t, bulk, &row))
		return;
	t->state = a;
	a->done = (struct ek_api_bulk_done){.bulk = bulk,
					    .resource = ek_api_bulk_resource_of(row),
					    .note = ek_turn_text(&row[EK_CONTENT_BULK_EDITS_NOTE])};
	if (ek_api_bulk_rows(t, &ask, &a->rows) && run(job, a))
		return;
	if (a->is_stopped)
		job->is_over = true;
	else
		fail(job, a);
}
