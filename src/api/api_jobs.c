/* Jobs as requests see them: begun, listed, cancelled, their files. */
#include <string.h>

#include "api/api_audit.h"
#include "api/api_data.h"
#include "api/api_job.h"
#include "api/api_put.h"
#include "api/api_state.h"
#include "api/api_text.h"
#include "api/handlers.h"
#include "api/page.h"
#include "wire/list.h"

static ek_str word(const char *s)
{
	return (ek_str){s, (uint32_t)strlen(s)};
}

static bool is_live(ek_str state)
{
	return ek_str_is(state, "waiting") || ek_str_is(state, "running");
}

/* ---- beginning one */

bool ek_api_job_room(struct ek_turn *t)
{
	static const char sql[] = "SELECT count(*) FROM jobs WHERE teammate = $1 AND state IN"
				  " ('waiting', 'running')";
	const struct ek_views_value key = ek_views_int(t->self.v);
	struct ek_turn_rows rows;
	if (!ek_turn_select(t, sql, &key, 1, &rows))
		return false;
	if (rows.n == 0 || ek_turn_int(&rows.v[0]) < EK_API_JOB_EACH)
		return true;
	t->problem.retry_s = 60;
	return ek_problem_set(&t->problem, EK_PROBLEM_RATE_LIMITED, "%d jobs of yours wait or run",
			      EK_API_JOB_EACH);
}

/* Who began it is asked again when it runs. */
static ek_str arguments_of(struct ek_turn *t, ek_str ask)
{
	struct ek_json j;
	ek_api_text_begin(t, &j);
	ek_json_object(&j);
	ek_api_put_int(&j, "sign_in", t->sign_in);
	ek_api_put_int(&j, "token", t->token);
	ek_api_put_raw(&j, "ask", ask.p != NULL ? ask : EK_S("{}"));
	ek_json_object_end(&j);
	return ek_api_text_take(t, &j);
}

uint64_t ek_api_job_put(struct ek_turn *t, const struct ek_api_job_begin *b)
{
	struct ek_views_value mine[EK_CONTENT_JOBS_WIDTH];
	struct ek_views_value *v = b->row != NULL ? b->row : mine;
	uint64_t id = ek_turn_new_id(t, EK_CONTENT_JOBS);
	memset(v, 0, sizeof mine);
	v[EK_CONTENT_JOBS_JOB] = ek_views_int((int64_t)id);
	v[EK_CONTENT_JOBS_KIND] = ek_views_text(word(b->kind));
	v[EK_CONTENT_JOBS_STATE] = ek_views_text(EK_S("waiting"));
	v[EK_CONTENT_JOBS_TEAMMATE] = ek_views_id(t->self.v);
	v[EK_CONTENT_JOBS_BULK_EDIT] = ek_views_int(b->bulk_edit == 0 ? EK_NONE : b->bulk_edit);
	v[EK_CONTENT_JOBS_ARGUMENTS] = ek_views_text(arguments_of(t, b->arguments));
	v[EK_CONTENT_JOBS_DONE] = ek_views_int(0);
	v[EK_CONTENT_JOBS_TOTAL] = ek_views_int(b->total);
	v[EK_CONTENT_JOBS_CREATED_MS] = ek_views_int(t->now.ms);
	ek_turn_put(t, EK_CONTENT_JOBS, v);
	return id;
}

/* ---- an answer */

/* As long as what was done so far took, for the rest. */
static int64_t left_of(const struct ek_turn *t, const struct ek_views_value *row)
{
	int64_t done = ek_turn_int(&row[EK_CONTENT_JOBS_DONE]);
	int64_t total = ek_turn_int(&row[EK_CONTENT_JOBS_TOTAL]);
	int64_t since = ek_turn_int(&row[EK_CONTENT_JOBS_STARTED_MS]);
	if (!ek_str_is(ek_turn_text(&row[EK_CONTENT_JOBS_STATE]), "running") || done <= 0 ||
	    total == EK_NONE || since == EK_NONE || total < done || t->now.ms < since)
		return EK_NONE;
	return (t->now.ms - since) / done * (total - done);
}

static ek_str result_of(const struct ek_views_value *row, char *out, size_t cap)
{
	int64_t bulk = ek_turn_int(&row[EK_CONTENT_JOBS_BULK_EDIT]);
	size_t n = 0;
	if (row[EK_CONTENT_JOBS_FILE_TYPE].kind != EK_VIEWS_NULL)
		n = ek_format(out, cap, "/api/v1/jobs/job_%lld/result",
			      (long long)ek_turn_int(&row[EK_CONTENT_JOBS_JOB]));
	else if (bulk != EK_NONE && !is_live(ek_turn_text(&row[EK_CONTENT_JOBS_STATE])))
		n = ek_format(out, cap, "/api/v1/bulk-edits/bulk_%lld/rows", (long long)bulk);
	return n == 0 ? (ek_str){NULL, 0} : (ek_str){out, (uint32_t)n};
}

void ek_api_job_say(struct ek_api *api, const struct ek_views_value *row, uint64_t seq)
{
	struct ek_json j;
	struct ek_err err;
	int64_t id = ek_turn_int(&row[EK_CONTENT_JOBS_JOB]);
	int64_t owner = ek_turn_int(&row[EK_CONTENT_JOBS_TEAMMATE]);
	struct ek_feed_state s = {.kind = EK_FEED_JOB, .key = (uint64_t)id};
	ek_json_init(&j, api->options.alloc, EK_FEED_STATE_BYTES);
	j.style.is_api = true;
	ek_json_object(&j);
	ek_api_put_int(&j, "seq", (int64_t)seq);
	ek_api_put_id(&j, "job", EK_IDENT_JOB, (uint64_t)id);
	ek_api_put_text(&j, "kind", ek_turn_text(&row[EK_CONTENT_JOBS_KIND]));
	ek_api_put_text(&j, "state", ek_turn_text(&row[EK_CONTENT_JOBS_STATE]));
	ek_api_put_int(&j, "done", ek_turn_int(&row[EK_CONTENT_JOBS_DONE]));
	ek_api_put_int(&j, "total", ek_turn_int(&row[EK_CONTENT_JOBS_TOTAL]));
	ek_json_object_end(&j);
	s.teammate = owner == EK_NONE ? 0 : (uint32_t)owner;
	s.json = ek_json_written(&j);
	/* One that cannot be told is read by who asks. */
	bool ok = ek_json_is_whole(&j) && ek_feed_state(api->options.feed, &s, &err);
	(void)ok;
	ek_json_fini(&j);
}

void ek_api_job_write(const struct ek_turn *t, struct ek_json *j, const struct ek_views_value *row)
{
	char result[80];
	int64_t done = ek_turn_int(&row[EK_CONTENT_JOBS_DONE]);
	ek_json_object(j);
	ek_api_put_id(j, "id", EK_IDENT_JOB, (uint64_t)ek_turn_int(&row[EK_CONTENT_JOBS_JOB]));
	ek_api_put_text(j, "kind", ek_turn_text(&row[EK_CONTENT_JOBS_KIND]));
	ek_api_put_text(j, "state", ek_turn_text(&row[EK_CONTENT_JOBS_STATE]));
	ek_api_put_int(j, "done", done == EK_NONE ? 0 : done);
	ek_api_put_int(j, "total", ek_turn_int(&row[EK_CONTENT_JOBS_TOTAL]));
	ek_api_put_int(j, "left_ms", left_of(t, row));
	ek_api_put_text(j, "result", result_of(row, result, sizeof result));
	ek_api_put_text(j, "code", ek_turn_text(&row[EK_CONTENT_JOBS_ERROR]));
	ek_api_put_time(j, "created_at", (ek_time){ek_turn_int(&row[EK_CONTENT_JOBS_CREATED_MS])});
	ek_api_put_time(j, "ended_at", (ek_time){ek_turn_int(&row[EK_CONTENT_JOBS_ENDED_MS])});
	ek_json_object_end(j);
}

void ek_api_job_answer(struct ek_turn *t, const struct ek_views_value *row)
{
	char path[64];
	size_t n = ek_format(path, sizeof path, "/api/v1/jobs/job_%lld",
			     (long long)ek_turn_int(&row[EK_CONTENT_JOBS_JOB]));
	t->location = ek_turn_copy(t, (ek_str){path, (uint32_t)n});
	t->status = 202;
	ek_api_job_write(t, &t->out, row);
}

/* ---- lists, one */

static const struct ek_list_column columns[EK_LIST_jobs_COUNT] = {
	[EK_LIST_jobs_id] = {EK_LIST_NUMBER, "j.job", NULL},
	[EK_LIST_jobs_kind] = {EK_LIST_TEXT, "j.kind", NULL},
	[EK_LIST_jobs_state] = {EK_LIST_TEXT, "j.state", NULL},
	[EK_LIST_jobs_created_at] = {EK_LIST_NUMBER, "j.created_ms", NULL},
};

/* Whole rows but for the file, in the order of the table. */
#define WHOLE \
	"j.job, j.kind, j.state, j.teammate, j.bulk_edit, j.arguments, j.done, j.total, j.result," \
	" NULL, j.file_type, j.error, j.created_ms, j.started_ms, j.ended_ms, j.expires_ms"

void ek_api_list_jobs(struct ek_turn *t)
{
	const struct ek_list list = {
		.table = ek_list_table(EK_LIST_JOBS),
		.columns = columns,
		.select = WHOLE,
		.from = "jobs j",
		.id = "j.job",
	};
	struct ek_page p = {
		.list = &list, .right = EK_MAY_JOB_READ, .reach = {.owner = "j.teammate"}};
	if (ek_page_read(t, &p) && ek_page_select(t, &p)) {
		ek_api_list_begin(t, &p.l);
		for (uint32_t i = 0; i < p.l.rows.n; i++)
			ek_api_job_write(t, &t->out, ek_api_list_at(&p.l, i));
		ek_api_list_end(t, &p.l);
	}
	ek_turn_reply(t, 200);
}

static struct ek_may_object object_of(const struct ek_views_value *row)
{
	int64_t owner = ek_turn_int(&row[EK_CONTENT_JOBS_TEAMMATE]);
	return (struct ek_may_object){.owner = {owner == EK_NONE ? 0 : (uint32_t)owner}};
}

static bool load(struct ek_turn *t, int64_t id, enum ek_may right,
		 const struct ek_views_value **row)
{
	const struct ek_views_value key = ek_views_int(id);
	struct ek_turn_rows rows;
	if (!ek_turn_select(t, "SELECT " WHOLE " FROM jobs j WHERE j.job = $1", &key, 1, &rows))
		return false;
	if (rows.n == 0)
		return ek_problem_set(&t->problem, EK_PROBLEM_NOT_FOUND, NULL);
	*row = rows.v;
	const struct ek_may_object object = object_of(rows.v);
	return ek_turn_may(t, EK_MAY_JOB_READ, &object) && ek_turn_may(t, right, &object);
}

void ek_api_get_job(struct ek_turn *t)
{
	const struct ek_views_value *row = NULL;
	uint64_t id = 0;
	if (ek_query_end(&t->query) && ek_turn_id(t, "id", EK_IDENT_JOB, &id) &&
	    load(t, (int64_t)id, EK_MAY_JOB_READ, &row))
		ek_api_job_write(t, &t->out, row);
	ek_turn_reply(t, 200);
}

/* ---- cancelled */

void ek_api_job_put_cancelled(struct ek_turn *t, int64_t id)
{
	const struct ek_views_value *row = NULL;
	struct ek_views_value v[EK_CONTENT_JOBS_WIDTH];
	bool found = false;
	if (id == EK_NONE || !ek_turn_row(t, EK_CONTENT_JOBS, id, &row, &found) || !found ||
	    !is_live(ek_turn_text(&row[EK_CONTENT_JOBS_STATE])))
		return;
	memcpy(v, row, sizeof v);
	v[EK_CONTENT_JOBS_STATE] = ek_views_text(EK_S("cancelled"));
	v[EK_CONTENT_JOBS_ENDED_MS] = ek_views_int(t->now.ms);
	ek_turn_put(t, EK_CONTENT_JOBS, v);
}

struct cancel {
	struct ek_turn_write write;
	int64_t id;
	const struct ek_views_value *row;
	struct ek_views_value told[EK_CONTENT_JOBS_WIDTH];
};

static bool check_cancel(struct ek_turn *t)
{
	struct cancel *c = t->state;
	if (!load(t, c->id, EK_MAY_JOB_CANCEL, &c->row))
		return false;
	return is_live(ek_turn_text(&c->row[EK_CONTENT_JOBS_STATE])) ||
	       ek_problem_set(&t->problem, EK_PROBLEM_CONFLICT, "the job has ended");
}

/* The bulk edit that a job applies is cancelled with it. */
static void cancel_bulk(struct ek_turn *t, int64_t id)
{
	const struct ek_views_value *row = NULL;
	struct ek_views_value v[EK_CONTENT_BULK_EDITS_WIDTH];
	bool found = false;
	if (id == EK_NONE || !ek_turn_row(t, EK_CONTENT_BULK_EDITS, id, &row, &found) || !found)
		return;
	memcpy(v, row, sizeof v);
	v[EK_CONTENT_BULK_EDITS_STATE] = ek_views_text(EK_S("cancelled"));
	v[EK_CONTENT_BULK_EDITS_REVISION] =
		ek_views_int(ek_turn_int(&row[EK_CONTENT_BULK_EDITS_REVISION]) + 1);
	ek_turn_put(t, EK_CONTENT_BULK_EDITS, v);
}

static void made_cancel(struct ek_turn *t, const struct ek_answer *answer)
{
	struct cancel *c = t->state;
	struct ek_views_value v[EK_CONTENT_JOBS_WIDTH];
	(void)answer;
	ek_api_job_put_cancelled(t, c->id);
	cancel_bulk(t, ek_turn_int(&c->row[EK_CONTENT_JOBS_BULK_EDIT]));
	ek_api_audit_add(t, &(struct ek_api_audit){.action = "job.cancelled",
						   .object_kind = "job",
						   .object = (uint64_t)c->id});
	memcpy(v, c->row, sizeof v);
	v[EK_CONTENT_JOBS_STATE] = ek_views_text(EK_S("cancelled"));
	v[EK_CONTENT_JOBS_ENDED_MS] = ek_views_int(t->now.ms);
	ek_api_job_write(t, &t->out, v);
	memcpy(c->told, v, sizeof v);
}

static void tell_cancel(struct ek_turn *t)
{
	const struct cancel *c = t->state;
	ek_api_job_say(t->api, c->told, t->seq);
}

void ek_api_cancel_job(struct ek_turn *t)
{
	struct cancel *c = EK_TURN_NEW(t, struct cancel);
	uint64_t id = 0;
	if (c == NULL || !ek_query_end(&t->query) || !ek_turn_id(t, "id", EK_IDENT_JOB, &id)) {
		ek_turn_reply(t, 0);
		return;
	}
	c->id = (int64_t)id;
	c->write = (struct ek_turn_write){
		.check = check_cancel, .made = made_cancel, .tell = tell_cancel};
	t->state = c;
	ek_turn_write(t, &c->write);
}

/* ---- its file */

static bool is_private(ek_str kind)
{
	return ek_str_is(kind, "data_export") || ek_str_is(kind, "csv_export");
}

/* What holds somebody's data is for them alone. */
static bool may_result(struct ek_turn *t, const struct ek_views_value *row)
{
	struct ek_may_object object = object_of(row);
	object.is_private = is_private(ek_turn_text(&row[EK_CONTENT_JOBS_KIND]));
	return ek_turn_may(t, EK_MAY_JOB_RESULT, &object);
}

static bool take_file(struct ek_turn *t, const struct ek_views_value *row)
{
	struct ek_turn_rows rows;
	char name[96];
	ek_str type = ek_turn_text(&row[EK_CONTENT_JOBS_FILE_TYPE]);
	if (!ek_turn_select(t, "SELECT file FROM jobs WHERE job = $1", &row[0], 1, &rows))
		return false;
	if (rows.n == 0 || rows.v[0].kind != EK_VIEWS_BLOB)
		return ek_problem_set(&t->problem, EK_PROBLEM_NOT_FOUND, NULL);
	bool is_csv = ek_str_is(type, "text/csv");
	ek_format(name, sizeof name, "attachment; filename=\"job_%lld.%s\"",
		  (long long)ek_turn_int(&row[EK_CONTENT_JOBS_JOB]), is_csv ? "csv" : "json");
	char *kept = ek_turn_get(t, sizeof name);
	if (kept == NULL)
		return false;
	memcpy(kept, name, sizeof name);
	t->disposition = kept;
	t->type = "application/octet-stream";
	ek_json_plain(&t->out, (ek_str){rows.v[0].p, rows.v[0].n});
	return true;
}

void ek_api_get_job_result(struct ek_turn *t)
{
	const struct ek_views_value *row = NULL;
	uint64_t id = 0;
	/* Files are larger than other answers. */
	t->arena->max = EK_API_JOB_MEMORY;
	if (ek_query_end(&t->query) && ek_turn_id(t, "id", EK_IDENT_JOB, &id) &&
	    load(t, (int64_t)id, EK_MAY_JOB_READ, &row) && may_result(t, row)) {
		bool has_file = row[EK_CONTENT_JOBS_FILE_TYPE].kind != EK_VIEWS_NULL;
		if (has_file)
			(void)take_file(t, row);
		else
			ek_problem_set(&t->problem, EK_PROBLEM_CONFLICT,
				       is_live(ek_turn_text(&row[EK_CONTENT_JOBS_STATE]))
					       ? "the job has not ended"
					       : "the job made no file");
	}
	ek_turn_reply(t, 200);
}
