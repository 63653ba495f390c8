#include "api/api_job.h"

#include <string.h>

#include "api/api_bulk.h"
#include "api/api_csv.h"
#include "api/api_data.h"
#include "api/api_sample.h"
#include "api/api_state.h"
#include "api/api_targets.h"
#include "api/caller.h"
#include "sys/clock.h"
#include "sys/thread.h"
#include "wire/keep.h"

enum { OUT_MAX = 16 * 1024 * 1024, TELL_MS = 500, WAIT_MS = 60000 };

struct ek_api_jobs {
	struct ek_api *api;
	struct ek_alloc alloc;
	char *where;
	size_t where_n;
	struct ek_thread *thread;
	struct ek_thread_lock *lock; /* over the six below */
	int64_t queue[EK_API_JOB_QUEUE];
	uint32_t first;
	uint32_t count;
	bool is_ending;
	bool is_answered;
	uint64_t round_ns; /* when the next round is due; 0 = now */
	/* The thread's. */
	struct ek_reader *reader;
	uint64_t told_ns;
};

struct kind {
	const char *name;
	ek_api_job_run *run;
};
static const struct kind kinds[] = {
	{"bulk_edit", ek_api_bulk_job},
	{"csv_export", ek_api_csv_job},
	{"data_export", ek_api_data_job},
	{"sample_workspace", ek_api_sample_job},
};

static const struct kind *kind_of(ek_str name)
{
	for (size_t i = 0; i < EK_LEN(kinds); i++)
		if (ek_str_is(name, kinds[i].name))
			return &kinds[i];
	return NULL;
}

static ek_str word(const char *s)
{
	return (ek_str){s, (uint32_t)strlen(s)};
}

/* ---- the queue */

static bool push(struct ek_api_jobs *jobs, int64_t id)
{
	ek_thread_lock_take(jobs->lock);
	bool ok = jobs->count < EK_API_JOB_QUEUE && !jobs->is_ending;
	if (ok) {
		jobs->queue[(jobs->first + jobs->count) % EK_API_JOB_QUEUE] = id;
		jobs->count++;
		ek_thread_lock_ring(jobs->lock);
	}
	ek_thread_lock_give(jobs->lock);
	return ok;
}

void ek_api_job_start(struct ek_turn *t, uint64_t id)
{
	/* What does not fit is on disk as waiting, and begun with the next start. */
	(void)push(t->api->jobs, (int64_t)id);
}

static bool is_ending(struct ek_api_jobs *jobs)
{
	ek_thread_lock_take(jobs->lock);
	bool yes = jobs->is_ending;
	ek_thread_lock_give(jobs->lock);
	return yes;
}

/* ---- one job's reading and writing */

static bool see_anew(struct ek_api_job *job)
{
	struct ek_err err;
	ek_reader_end(job->of->reader);
	job->turn.reader = job->of->reader;
	return ek_reader_begin(job->of->reader, &err) || ek_problem_err(&job->turn.problem, &err);
}

static void answered(struct ek_turn *t)
{
	struct ek_api_jobs *jobs = t->api->jobs;
	ek_thread_lock_take(jobs->lock);
	jobs->is_answered = true;
	ek_thread_lock_ring(jobs->lock);
	ek_thread_lock_give(jobs->lock);
}

bool ek_api_job_commit(struct ek_api_job *job, const struct ek_turn_write *write)
{
	struct ek_api_jobs *jobs = job->of;
	struct ek_turn *t = &job->turn;
	ek_reader_end(jobs->reader);
	ek_json_reset(&t->out);
	t->status = 0;
	t->seq = 0;
	t->now = ek_clock_wall();
	jobs->is_answered = false;
	ek_turn_write(t, write);
	ek_thread_lock_take(jobs->lock);
	while (!jobs->is_answered)
		ek_thread_lock_wait(jobs->lock, (ek_span){WAIT_MS});
	ek_thread_lock_give(jobs->lock);
	t->engine = NULL;
	t->writer = NULL;
	return see_anew(job) && ek_problem_is_none(&t->problem);
}

/* ---- its row */

struct note {
	struct ek_api_job *job;
	const char *state; /* NULL = goes on */
	const char *code;
	struct ek_views_value row[EK_CONTENT_JOBS_WIDTH];
	struct ek_views_value told[EK_CONTENT_JOBS_WIDTH];
};

static bool is_live(ek_str state)
{
	return ek_str_is(state, "waiting") || ek_str_is(state, "running");
}

static bool check_note(struct ek_turn *t)
{
	struct note *n = t->state;
	const struct ek_views_value *row = NULL;
	bool found = false;
	if (!ek_turn_row(t, EK_CONTENT_JOBS, n->job->id, &row, &found))
		return false;
	if (found)
		memcpy(n->row, row, sizeof n->row);
	return (found && is_live(ek_turn_text(&row[EK_CONTENT_JOBS_STATE]))) ||
	       ek_problem_set(&t->problem, EK_PROBLEM_CONFLICT, "the job was cancelled");
}

static void made_note(struct ek_turn *t, const struct ek_answer *answer)
{
	struct note *n = t->state;
	const struct ek_api_job *job = n->job;
	struct ek_views_value v[EK_CONTENT_JOBS_WIDTH];
	(void)answer;
	memcpy(v, n->row, sizeof v);
	v[EK_CONTENT_JOBS_STATE] = ek_views_text(word(n->state != NULL ? n->state : "running"));
	v[EK_CONTENT_JOBS_DONE] = ek_views_int(job->done);
	v[EK_CONTENT_JOBS_TOTAL] = ek_views_int(job->total);
	if (v[EK_CONTENT_JOBS_STARTED_MS].kind == EK_VIEWS_NULL)
		v[EK_CONTENT_JOBS_STARTED_MS] = ek_views_int(t->now.ms);
	if (n->state != NULL) {
		v[EK_CONTENT_JOBS_ENDED_MS] = ek_views_int(t->now.ms);
		v[EK_CONTENT_JOBS_EXPIRES_MS] = ek_views_int(t->now.ms + EK_API_JOB_KEEP_MS);
	}
	if (n->code != NULL)
		v[EK_CONTENT_JOBS_ERROR] = ek_views_text(word(n->code));
	if (job->file.p != NULL) {
		v[EK_CONTENT_JOBS_FILE] = ek_views_blob(job->file.p, job->file.n);
		v[EK_CONTENT_JOBS_FILE_TYPE] = ek_views_text(job->file_type);
	}
	ek_turn_put(t, EK_CONTENT_JOBS, v);
	memcpy(n->told, v, sizeof v);
}

/* Keeps the handler's own state and problem. False: it was cancelled, or could not be written. */
static bool tell(struct ek_api_job *job, const char *state, const char *code)
{
	struct note n = {.job = job, .state = state, .code = code};
	const struct ek_turn_write write = {.check = check_note, .made = made_note};
	struct ek_turn *t = &job->turn;
	struct ek_problem problem = t->problem;
	void *kept = t->state;
	ek_problem_init(&t->problem, &job->arena);
	t->state = &n;
	bool ok = ek_api_job_commit(job, &write);
	if (ok)
		ek_api_job_say(job->of->api, n.told, t->seq);
	t->state = kept;
	t->problem = problem;
	job->of->told_ns = ek_clock_mono_ns();
	return ok;
}

bool ek_api_job_tell(struct ek_api_job *job, int64_t done, int64_t total)
{
	job->done = done;
	job->total = total;
	job->is_over = is_ending(job->of) || !tell(job, NULL, NULL);
	return !job->is_over;
}

bool ek_api_job_step(struct ek_api_job *job, int64_t done, int64_t total)
{
	uint64_t since_ns = ek_clock_mono_ns() - job->of->told_ns;
	if (is_ending(job->of) || since_ns >= (uint64_t)TELL_MS * 1000000)
		return ek_api_job_tell(job, done, total);
	job->done = done;
	job->total = total;
	return see_anew(job);
}

void ek_api_job_file(struct ek_api_job *job, ek_str type, ek_str bytes)
{
	job->file_type = type;
	job->file = bytes;
}

/* ---- whose it is */

static bool read_number(const struct ek_patch_at *root, const char *name, uint32_t *out)
{
	struct ek_patch_at at = ek_patch_member(root, name);
	int64_t v = 0;
	bool ok = ek_patch_state(&at) != EK_PATCH_VALUE || ek_patch_int(&at, 0, UINT32_MAX, &v);
	*out = (uint32_t)v;
	return ok;
}

/* The sign-in or token that began it must still stand; its rights are read anew. */
static bool find_owner(struct ek_api_job *job)
{
	struct ek_turn *t = &job->turn;
	struct ek_patch b;
	ek_str text = ek_turn_text(&job->row[EK_CONTENT_JOBS_ARGUMENTS]);
	int64_t teammate = ek_turn_int(&job->row[EK_CONTENT_JOBS_TEAMMATE]);
	bool ok = ek_patch_open(&b, text, t->arena, &t->problem);
	struct ek_patch_at root = ek_patch_root(&b);
	struct ek_patch_at ask = ek_patch_member(&root, "ask");
	ok = ok && read_number(&root, "sign_in", &t->sign_in) &&
	     read_number(&root, "token", &t->token) &&
	     ek_keep_value(ask.json, t->arena, &job->arguments);
	ek_patch_close(&b);
	if (!ok)
		return ek_problem_is_none(&t->problem)
			       ? ek_problem_set(&t->problem, EK_PROBLEM_INTERNAL, NULL)
			       : false;
	t->self.v = teammate == EK_NONE ? 0 : (uint32_t)teammate;
	t->by = (struct ek_actor){EK_ACTOR_PERSON, t->self.v};
	const struct ek_caller_ask who = {t->sign_in, t->token, ek_clock_wall()};
	if (t->self.v == 0)
		t->by = (struct ek_actor){EK_ACTOR_RULE, t->token};
	return ek_caller_again(t->reader, &who, t->arena, &t->actor) ||
	       ek_problem_set(&t->problem, EK_PROBLEM_UNAUTHENTICATED, NULL);
}

/* ---- one job */

static void open_turn(struct ek_api_jobs *jobs, struct ek_api_job *job, int64_t id)
{
	struct ek_turn *t = &job->turn;
	job->id = id;
	job->of = jobs;
	job->total = EK_NONE;
	ek_arena_init(&job->arena, jobs->alloc, EK_API_JOB_MEMORY);
	t->api = jobs->api;
	t->arena = &job->arena;
	t->http = &job->request;
	t->now = ek_clock_wall();
	t->answered = answered;
	ek_problem_init(&t->problem, t->arena);
	ek_json_init(&t->out, jobs->alloc, OUT_MAX);
	t->out.style.is_api = true;
	t->out.style.sees_names = true;
}

static bool load(struct ek_api_job *job)
{
	bool found = false;
	if (!see_anew(job) || !ek_turn_row(&job->turn, EK_CONTENT_JOBS, job->id, &job->row, &found))
		return false;
	return found && is_live(ek_turn_text(&job->row[EK_CONTENT_JOBS_STATE]));
}

static void finish(struct ek_api_job *job)
{
	struct ek_turn *t = &job->turn;
	const char *code = ek_problem_is_none(&t->problem)
				   ? NULL
				   : ek_problem_wire((enum ek_problem_type)t->problem.type);
	/* One that the server's end cut off stays as it is, for the next start. */
	if (!job->is_over)
		(void)tell(job, code == NULL ? "done" : "failed", code);
}

static void run(struct ek_api_jobs *jobs, int64_t id)
{
	struct ek_api_job *job = ek_alloc_get(&jobs->alloc, sizeof *job);
	if (job == NULL)
		return;
	memset(job, 0, sizeof *job);
	open_turn(jobs, job, id);
	const struct kind *kind =
		load(job) ? kind_of(ek_turn_text(&job->row[EK_CONTENT_JOBS_KIND])) : NULL;
	if (kind != NULL) {
		job->done = ek_turn_int(&job->row[EK_CONTENT_JOBS_DONE]);
		job->total = ek_turn_int(&job->row[EK_CONTENT_JOBS_TOTAL]);
		if (find_owner(job) && tell(job, NULL, NULL))
			kind->run(job);
		finish(job);
	}
	ek_reader_end(jobs->reader);
	ek_json_fini(&job->turn.out);
	ek_arena_fini(&job->arena);
	ek_alloc_free(&jobs->alloc, job, sizeof *job);
}

/* What is done without being asked for; nobody's work, and no job's. */
static bool go_round(struct ek_api_jobs *jobs)
{
	struct ek_api_job *job = ek_alloc_get(&jobs->alloc, sizeof *job);
	if (job == NULL)
		return false;
	memset(job, 0, sizeof *job);
	open_turn(jobs, job, 0);
	job->turn.by = (struct ek_actor){EK_ACTOR_SYSTEM, 0};
	bool ok = see_anew(job) && ek_api_targets_round(job);
	ek_reader_end(jobs->reader);
	ek_json_fini(&job->turn.out);
	ek_arena_fini(&job->arena);
	ek_alloc_free(&jobs->alloc, job, sizeof *job);
	return ok;
}

/* With the lock held, which it gives meanwhile; or waits for what comes. */
static void idle(struct ek_api_jobs *jobs)
{
	uint64_t now_ns = ek_clock_mono_ns();
	if (now_ns < jobs->round_ns) {
		uint64_t left_ms = (jobs->round_ns - now_ns) / 1000000 + 1;
		ek_thread_lock_wait(jobs->lock, (ek_span){(int64_t)left_ms});
		return;
	}
	jobs->round_ns = now_ns + (uint64_t)EK_API_JOB_ROUND_MS * 1000000;
	ek_thread_lock_give(jobs->lock);
	bool ok = go_round(jobs);
	ek_thread_lock_take(jobs->lock);
	uint64_t again_ns = ek_clock_mono_ns() + (uint64_t)EK_API_JOB_ROUND_AGAIN_MS * 1000000;
	if (!ok && again_ns < jobs->round_ns)
		jobs->round_ns = again_ns;
}

void ek_api_job_round(struct ek_api *api)
{
	struct ek_api_jobs *jobs = api->jobs;
	ek_thread_lock_take(jobs->lock);
	jobs->round_ns = 0;
	ek_thread_lock_ring(jobs->lock);
	ek_thread_lock_give(jobs->lock);
}

static void work(void *ctx)
{
	struct ek_api_jobs *jobs = ctx;
	ek_thread_lock_take(jobs->lock);
	while (!jobs->is_ending) {
		if (jobs->count == 0) {
			idle(jobs);
			continue;
		}
		int64_t id = jobs->queue[jobs->first];
		jobs->first = (jobs->first + 1) % EK_API_JOB_QUEUE;
		jobs->count--;
		ek_thread_lock_give(jobs->lock);
		run(jobs, id);
		ek_thread_lock_take(jobs->lock);
	}
	ek_thread_lock_give(jobs->lock);
}

/* ---- open, close */

static bool take_left(void *ctx, const struct ek_views_value *v, uint32_t n, struct ek_err *err)
{
	struct ek_api_jobs *jobs = ctx;
	(void)n;
	(void)err;
	const ek_str kind = {v[1].p, v[1].n};
	if (v[0].kind == EK_VIEWS_INT && v[1].kind == EK_VIEWS_TEXT && kind_of(kind) != NULL)
		(void)push(jobs, v[0].i);
	return true;
}

static bool take_up(struct ek_api_jobs *jobs, struct ek_err *err)
{
	const struct ek_reader_question q = {
		"SELECT job, kind FROM jobs WHERE state IN ('waiting', 'running') ORDER BY job",
		NULL, 0};
	return ek_reader_open(jobs->where, &jobs->reader, err) &&
	       ek_reader_each(jobs->reader, &q, take_left, jobs, err);
}

bool ek_api_job_open(struct ek_api *api, const char *where, struct ek_err *err)
{
	struct ek_alloc alloc = api->options.alloc;
	size_t n = strlen(where) + 1;
	struct ek_api_jobs *jobs = ek_alloc_get(&alloc, sizeof *jobs);
	if (jobs == NULL)
		return ek_fail(err, EK_NO_MEMORY, "no memory for jobs");
	*jobs = (struct ek_api_jobs){
		.api = api, .alloc = alloc, .where = ek_alloc_get(&alloc, n), .where_n = n};
	api->jobs = jobs;
	if (jobs->where == NULL)
		return ek_fail(err, EK_NO_MEMORY, "no memory for jobs");
	memcpy(jobs->where, where, n);
	return ek_thread_lock_open(&jobs->lock, err) && take_up(jobs, err) &&
	       ek_thread_open(work, jobs, &jobs->thread, err);
}

void ek_api_job_stop(struct ek_api *api)
{
	struct ek_api_jobs *jobs = api->jobs;
	if (jobs == NULL || jobs->thread == NULL)
		return;
	ek_thread_lock_take(jobs->lock);
	jobs->is_ending = true;
	ek_thread_lock_ring(jobs->lock);
	ek_thread_lock_give(jobs->lock);
	ek_thread_close(&jobs->thread);
}

void ek_api_job_close(struct ek_api *api)
{
	struct ek_api_jobs *jobs = api->jobs;
	if (jobs == NULL)
		return;
	struct ek_alloc alloc = jobs->alloc;
	ek_api_job_stop(api);
	ek_reader_close(&jobs->reader);
	if (jobs->lock != NULL)
		ek_thread_lock_close(&jobs->lock);
	if (jobs->where != NULL)
		ek_alloc_free(&alloc, jobs->where, jobs->where_n);
	ek_alloc_free(&alloc, jobs, sizeof *jobs);
	api->jobs = NULL;
}
