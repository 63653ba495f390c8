/* The thread that makes saved reports: api_report.h. */
#include "api/api_report.h"

#include <string.h>

#include "api/api_csv.h"
#include "api/api_letters.h"
#include "api/api_state.h"
#include "api/caller.h"
#include "base/rfc3339.h"
#include "model/calendar.h"
#include "sys/clock.h"
#include "sys/disk.h"
#include "sys/heap.h"
#include "sys/rounds.h"
#include "sys/thread.h"
#include "sys/zone.h"

enum {
	POLL_MS = 5000,
	WAIT_MS = 60000,
	MEMORY = 256 * 1024 * 1024,
	QUERY = 512,
	DAY = EK_RFC3339_DATE_MAX + 1,
	FILE_MAX = EK_API_REPORT_NAME + 32,
	WIDTH = EK_CONTENT_REPORTS_WIDTH,
	RUN_WIDTH = EK_CONTENT_REPORT_RUNS_WIDTH,
};

struct ek_reporter {
	struct ek_api *api;
	struct ek_alloc alloc;
	struct ek_reader *reader;
	struct ek_search *search;
	struct ek_rounds *rounds;
	struct ek_thread_lock *lock; /* over the next */
	bool is_answered;
	/* The thread's. */
	struct ek_arena arena; /* of one report */
	ek_time now;
	struct ek_views_value row[WIDTH];     /* a saved report */
	struct ek_views_value run[RUN_WIDTH]; /* and a run of it */
	bool has_row, has_run;                /* read, or to be put */
	const char *why;                      /* why it could not be made or brought */
	bool is_same;                         /* the report was not changed meanwhile */
	bool is_final;                        /* and trying again will not help */
	char why_text[256];
	struct ek_api_report_send send; /* to whom the run goes, as it is to be put */
	bool is_sending;
	struct ek_api_report_ended ended; /* a sending that came to its end; the same */
};

static ek_str text_of(const struct ek_views_value *v)
{
	return v->kind == EK_VIEWS_TEXT ? (ek_str){v->p, v->n} : (ek_str){NULL, 0};
}

static struct ek_views_value word(const char *s)
{
	return ek_views_text((ek_str){s, (uint32_t)strlen(s)});
}

static void fail(struct ek_reporter *r, const char *why, bool is_final)
{
	ek_format(r->why_text, sizeof r->why_text, "%s", why);
	r->why = r->why_text;
	r->is_final = is_final;
}

/* ---- reading */

struct taking {
	struct ek_reporter *r;
	struct ek_views_value *to;
	uint32_t width;
	bool *has;
};

static bool take(void *ctx, const struct ek_views_value *v, uint32_t n, struct ek_err *err)
{
	struct taking *t = ctx;
	bool ok = true;
	ek_assert(n >= t->width);
	for (uint32_t i = 0; ok && i < t->width; i++) {
		t->to[i] = v[i];
		if ((v[i].kind == EK_VIEWS_TEXT || v[i].kind == EK_VIEWS_BLOB) && v[i].n > 0)
			t->to[i].p = ek_arena_str(&t->r->arena, (ek_str){v[i].p, v[i].n}, &ok).p;
	}
	*t->has = ok;
	return ok || ek_fail(err, EK_NO_MEMORY, "no memory for a report");
}

static bool read_row(struct ek_reporter *r, const char *sql, int64_t key, struct ek_err *err)
{
	const struct ek_views_value arg = ek_views_int(key);
	const struct ek_reader_question q = {sql, &arg, 1};
	struct taking t = {r, r->row, WIDTH, &r->has_row};
	r->has_row = false;
	return ek_reader_each(r->reader, &q, take, &t, err);
}

static bool read_run(struct ek_reporter *r, struct ek_err *err)
{
	const struct ek_views_value arg = ek_views_int(r->now.ms);
	const struct ek_reader_question q = {
		"SELECT u.* FROM report_runs u WHERE u.next_ms IS NOT NULL AND u.next_ms <= $1"
		" ORDER BY u.next_ms, u.run LIMIT 1",
		&arg, 1};
	struct taking t = {r, r->run, RUN_WIDTH, &r->has_run};
	r->has_run = false;
	return ek_reader_each(r->reader, &q, take, &t, err);
}

/* ---- writing */

static void made(void *ctx, struct ek_writer *w, const struct ek_answer *answer)
{
	struct ek_reporter *r = ctx;
	(void)answer;
	if (r->has_run && r->run[EK_CONTENT_REPORT_RUNS_RUN].kind == EK_VIEWS_NULL)
		r->run[EK_CONTENT_REPORT_RUNS_RUN] =
			ek_views_int(ek_api_new_id(r->api, w, EK_CONTENT_REPORT_RUNS));
	if (r->has_row)
		ek_writer_add(w, EK_CONTENT_REPORTS, r->row);
	if (r->has_run)
		ek_writer_add(w, EK_CONTENT_REPORT_RUNS, r->run);
	if (r->is_sending)
		ek_api_report_send_put(r->api, w, &r->send);
	if (r->ended.is_found)
		ek_api_report_send_settle(w, &r->ended);
}

static bool take_revision(void *ctx, const struct ek_views_value *v, uint32_t n, struct ek_err *err)
{
	struct ek_reporter *r = ctx;
	(void)n;
	(void)err;
	r->is_same = v[0].i == r->row[EK_CONTENT_REPORTS_REVISION].i && v[1].kind == EK_VIEWS_NULL;
	return true;
}

/* With nothing pending: one that was changed meanwhile stays as it is, and is looked at again. */
static bool check(void *ctx, struct ek_err *err)
{
	struct ek_reporter *r = ctx;
	const struct ek_reader_question q = {
		"SELECT revision, deleted_ms FROM reports WHERE report = $1",
		&r->row[EK_CONTENT_REPORTS_REPORT], 1};
	r->is_same = !r->has_row;
	return (r->is_same || ek_reader_each(r->api->writer_reader, &q, take_revision, r, err)) &&
	       (r->is_same || ek_fail(err, EK_CONFLICT, "the report was changed meanwhile"));
}

static bool commit(struct ek_reporter *r, struct ek_err *err)
{
	struct ek_group_call call = {
		.request = {.check = check, .check_ctx = r, .by = {.kind = EK_ACTOR_SYSTEM}},
		.made = made,
		.ctx = r};
	struct ek_err refused;
	return ek_group_do(r->api->options.group, &call, &refused, err) &&
	       (refused.code == EK_OK || ek_fail(err, EK_BUSY, "the store takes nothing now"));
}

/* ---- what is due becomes a run */

static bool begin_due(struct ek_reporter *r, bool *any, struct ek_err *err)
{
	struct ek_api_report_schedule schedule;
	ek_time next;
	if (!read_row(r,
		      "SELECT r.* FROM reports r WHERE r.deleted_ms IS NULL AND"
		      " r.next_ms IS NOT NULL AND r.next_ms <= $1 ORDER BY r.next_ms LIMIT 1",
		      r->now.ms, err))
		return false;
	*any = r->has_row;
	if (!r->has_row)
		return true;
	struct ek_views_value due = r->row[EK_CONTENT_REPORTS_NEXT_MS];
	if (ek_api_report_read_schedule(text_of(&r->row[EK_CONTENT_REPORTS_SCHEDULE]), &r->arena,
					&schedule) &&
	    ek_api_report_due(&schedule, r->now, &r->arena, &next, err))
		r->row[EK_CONTENT_REPORTS_NEXT_MS] = ek_views_int(next.ms);
	else
		r->row[EK_CONTENT_REPORTS_NEXT_MS] = (struct ek_views_value){0};
	memset(r->run, 0, sizeof r->run);
	r->run[EK_CONTENT_REPORT_RUNS_REPORT] = r->row[EK_CONTENT_REPORTS_REPORT];
	r->run[EK_CONTENT_REPORT_RUNS_DUE_MS] = due;
	r->run[EK_CONTENT_REPORT_RUNS_STATE] = word("waiting");
	r->run[EK_CONTENT_REPORT_RUNS_ATTEMPTS] = ek_views_int(0);
	r->run[EK_CONTENT_REPORT_RUNS_NEXT_MS] = ek_views_int(r->now.ms);
	r->run[EK_CONTENT_REPORT_RUNS_AT_MS] = ek_views_int(r->now.ms);
	r->has_run = true;
	return commit(r, err);
}

/* ---- what it says */

static void answered(struct ek_turn *t)
{
	struct ek_reporter *r = t->asker;
	ek_thread_lock_take(r->lock);
	r->is_answered = true;
	ek_thread_lock_ring(r->lock);
	ek_thread_lock_give(r->lock);
}

/* The address's `+` is a blank. */
static size_t print_zone(ek_str zone, char *out, size_t cap)
{
	size_t n = ek_format(out, cap, "&zone=");
	for (uint32_t i = 0; i < zone.n && n + 4 < cap; i++) {
		if (zone.p[i] == '+')
			n += ek_format(out + n, cap - n, "%%2B");
		else
			out[n++] = zone.p[i];
	}
	out[n] = '\0';
	return n;
}

static bool find_zone(struct ek_reporter *r, const struct ek_api_report_query *q,
		      struct ek_zone *zone)
{
	const struct ek_api_figures *from = &r->api->options.figures;
	struct ek_err err;
	const struct ek_figures *f = from->take(from->ctx);
	if (f == NULL) {
		fail(r, "figures are still being made from the log", false);
		return false;
	}
	const struct ek_zone *team = ek_figures_zone(f, q->team);
	bool ok = true;
	ek_str name = q->zone.p != NULL ? q->zone : team == NULL ? EK_S("UTC") : team->name;
	name = ek_arena_str(&r->arena, name, &ok);
	from->give(from->ctx);
	if (ok && ek_zone_load(name, &r->arena, zone, &err))
		return true;
	fail(r, ok ? err.msg : "no memory for a report", false);
	return false;
}

/* The days that were over when it was due. */
static bool print_query(struct ek_reporter *r, const struct ek_api_report_query *q, char out[QUERY])
{
	struct ek_zone zone;
	char from[DAY], until[DAY];
	if (!find_zone(r, q, &zone))
		return false;
	ek_time due = {r->run[EK_CONTENT_REPORT_RUNS_DUE_MS].i};
	struct ek_report_days days =
		ek_report_days_of((enum ek_report_days_span)q->span, ek_calendar_date(&zone, due));
	from[ek_rfc3339_print_date(days.from, from)] = '\0';
	until[ek_rfc3339_print_date(days.until, until)] = '\0';
	size_t n = ek_format(out, QUERY, "from=%s&until=%s", from, until);
	n += print_zone(zone.name, out + n, QUERY - n);
	if (q->team.v != 0)
		n += ek_format(out + n, QUERY - n, "&team=team_%u", q->team.v);
	bool has_clock =
		q->standard == EK_API_STANDARD_APPROACHES || q->standard == EK_API_STANDARD_TREND;
	if (q->clock != 0 && has_clock)
		n += ek_format(out + n, QUERY - n, "&clock=%s",
			       ek_enums_wire(EK_ENUM_CLOCK, q->clock));
	if (q->standard == EK_API_STANDARD_APPROACHES)
		ek_format(out + n, QUERY - n, "&limit=10000");
	return true;
}

static struct ek_turn *new_turn(struct ek_reporter *r, struct ek_http_request *request)
{
	struct ek_turn *t = ek_arena_zero(&r->arena, sizeof *t);
	if (t == NULL)
		return NULL;
	t->api = r->api;
	t->http = request;
	t->arena = &r->arena;
	t->reader = r->reader;
	t->search = r->search;
	t->now = r->now;
	t->answered = answered;
	t->asker = r;
	t->self.v = (uint32_t)r->row[EK_CONTENT_REPORTS_TEAMMATE].i;
	t->by = (struct ek_actor){EK_ACTOR_PERSON, t->self.v};
	ek_problem_init(&t->problem, t->arena);
	ek_json_init(&t->out, r->alloc, EK_API_REPORT_BODY);
	t->out.style.is_api = true;
	return t;
}

static void take_answer(struct ek_reporter *r, struct ek_turn *t)
{
	bool ok = true;
	if (!ek_problem_is_none(&t->problem)) {
		enum ek_problem_type type = (enum ek_problem_type)t->problem.type;
		bool is_passing = type == EK_PROBLEM_UNAVAILABLE || type == EK_PROBLEM_INTERNAL;
		fail(r, ek_problem_wire(type), !is_passing);
	} else if (!ek_json_is_whole(&t->out)) {
		fail(r, "too_large", true);
	} else {
		ek_str body = ek_arena_str(&r->arena, ek_json_written(&t->out), &ok);
		r->run[EK_CONTENT_REPORT_RUNS_BODY] = ek_views_text(body);
		r->run[EK_CONTENT_REPORT_RUNS_AT_MS] = ek_views_int(r->now.ms);
	}
	if (!ok)
		fail(r, "no memory for a report", false);
}

/* Asks the standard report as its owner would. */
static void ask(struct ek_reporter *r, const struct ek_api_report_query *q)
{
	char path[96], query[QUERY];
	struct ek_http_request request = {.method = EK_S("GET")};
	struct ek_err err;
	size_t n = ek_format(path, sizeof path, "/api/v1/reports/standard/%s",
			     ek_api_standard_path(q->standard));
	request.path = (ek_str){path, (uint32_t)n};
	if (!print_query(r, q, query))
		return;
	request.query = (ek_str){query, (uint32_t)strlen(query)};
	struct ek_turn *t = new_turn(r, &request);
	if (t == NULL || !ek_reader_begin(r->reader, &err)) {
		fail(r, t == NULL ? "no memory for a report" : err.msg, false);
		return;
	}
	if (!ek_caller_person(r->reader, t->self, &r->arena, &t->actor)) {
		fail(r, "its owner is not here any more", true);
	} else {
		r->is_answered = false;
		ek_api_ask_again(t);
		ek_thread_lock_take(r->lock);
		while (!r->is_answered)
			ek_thread_lock_wait(r->lock, (ek_span){WAIT_MS});
		ek_thread_lock_give(r->lock);
		take_answer(r, t);
	}
	ek_reader_end(r->reader);
	ek_json_fini(&t->out);
}

/* ---- where it goes */

static bool write_file(struct ek_reporter *r, const char *name, ek_str bytes, struct ek_err *err)
{
	char folder[EK_DISK_PATH];
	const char *directory = r->api->options.directory;
	if (directory == NULL)
		return ek_fail(err, EK_NOT_FOUND, "there is no data directory");
	return ek_disk_path(directory, EK_API_REPORT_FOLDER, folder, err) &&
	       ek_disk_dir_make(folder, err) && ek_disk_write(folder, name, bytes.p, bytes.n, err);
}

static bool write_table(struct ek_reporter *r, const struct ek_api_report_query *q,
			const char *name, struct ek_err *err)
{
	struct ek_json table;
	bool ok = ek_api_report_table(text_of(&r->run[EK_CONTENT_REPORT_RUNS_BODY]), q->standard,
				      &table);
	ok = ok ? write_file(r, name, ek_json_written(&table), err)
		: ek_fail(err, EK_NO_MEMORY, "no memory for a table");
	ek_json_fini(&table);
	return ok;
}

/* NAME-2027-03-08.json, and the table beside it: the first says what the second cannot, days,
 * versions of definitions, and where receipts are. */
static void write_files(struct ek_reporter *r, const struct ek_api_report_query *q, ek_str file)
{
	char name[FILE_MAX], day[DAY], stem[EK_API_REPORT_NAME + 1];
	struct ek_err err;
	memcpy(stem, file.p, file.n);
	stem[file.n] = '\0';
	int64_t due = r->run[EK_CONTENT_REPORT_RUNS_DUE_MS].i;
	day[ek_rfc3339_print_date(ek_calendar_date(NULL, (ek_time){due}), day)] = '\0';
	ek_format(name, sizeof name, "%s-%s.json", stem, day);
	bool ok = write_file(r, name, text_of(&r->run[EK_CONTENT_REPORT_RUNS_BODY]), &err);
	ek_format(name, sizeof name, "%s-%s.csv", stem, day);
	ok = ok && (!q->is_csv || write_table(r, q, name, &err));
	if (!ok)
		fail(r, err.msg, false);
}

/* To people or a webhook: the rows that send it stand in the run's commit. */
static void send(struct ek_reporter *r, const struct ek_api_report_target *to)
{
	const struct ek_api_report_made m = {.api = r->api,
					     .reader = r->reader,
					     .arena = &r->arena,
					     .row = r->row,
					     .run = r->run,
					     .at = r->now};
	const char *why;
	r->is_sending = ek_api_report_send_find(&m, to, &r->send, &why);
	if (!r->is_sending)
		fail(r, why, strcmp(why, "webhook_gone") == 0 || strcmp(why, "too_large") == 0);
}

static void deliver(struct ek_reporter *r, const struct ek_api_report_query *q)
{
	struct ek_api_report_target to;
	if (!ek_api_report_read_target(text_of(&r->row[EK_CONTENT_REPORTS_TARGET]), &r->arena, &to))
		fail(r, "its target cannot be read", true);
	else if (to.way == EK_API_REPORT_FILE)
		write_files(r, q, to.name);
	else if (to.way != EK_API_REPORT_KEPT)
		send(r, &to);
}

/* ---- one run */

static void note(struct ek_reporter *r)
{
	static const int minutes[] = {1, 5, 25, 120, 720};
	struct ek_views_value *run = r->run;
	int64_t attempts = ++run[EK_CONTENT_REPORT_RUNS_ATTEMPTS].i;
	bool again = r->why != NULL && !r->is_final && attempts <= (int64_t)EK_LEN(minutes);
	run[EK_CONTENT_REPORT_RUNS_STATE] = word(r->is_sending    ? "sending"
						 : r->why == NULL ? "sent"
						 : again          ? "waiting"
								  : "failed");
	run[EK_CONTENT_REPORT_RUNS_NEXT_MS] = (struct ek_views_value){0};
	if (again)
		run[EK_CONTENT_REPORT_RUNS_NEXT_MS] =
			ek_views_int(r->now.ms + (int64_t)minutes[attempts - 1] * 60000);
	run[EK_CONTENT_REPORT_RUNS_WHY] = (struct ek_views_value){0};
	if (r->why != NULL)
		run[EK_CONTENT_REPORT_RUNS_WHY] = word(r->why);
}

static bool do_run(struct ek_reporter *r, bool *any, struct ek_err *err)
{
	struct ek_api_report_query query;
	if (!read_run(r, err))
		return false;
	*any = r->has_run;
	if (!r->has_run)
		return true;
	r->why = NULL;
	r->is_final = false;
	if (!read_row(r, "SELECT r.* FROM reports r WHERE r.report = $1",
		      r->run[EK_CONTENT_REPORT_RUNS_REPORT].i, err))
		return false;
	if (!r->has_row || !ek_api_report_read_query(r->row, &r->arena, &query))
		fail(r, "the report is not there any more", true);
	if (r->why == NULL && r->run[EK_CONTENT_REPORT_RUNS_BODY].kind == EK_VIEWS_NULL)
		ask(r, &query);
	if (r->why == NULL)
		deliver(r, &query);
	note(r);
	r->has_row = false; /* it is not changed */
	bool ok = commit(r, err);
	if (ok && r->is_sending)
		ek_api_letters_nudge(r->api);
	return ok;
}

/* A sending that came to its end; with the last of a run, the run. */
static bool do_ended(struct ek_reporter *r, bool *any, struct ek_err *err)
{
	const struct ek_views_value *run = &r->ended.row[EK_CONTENT_REPORT_SENDINGS_RUN];
	r->has_row = r->has_run = false;
	if (!ek_api_report_send_next(r->reader, &r->arena, r->now, &r->ended, err))
		return false;
	*any = r->ended.is_found;
	if (!r->ended.is_found)
		return true;
	const struct ek_reader_question q = {"SELECT u.* FROM report_runs u WHERE u.run = $1", run,
					     1};
	struct taking t = {r, r->run, RUN_WIDTH, &r->has_run};
	if (r->ended.is_last && !ek_reader_each(r->reader, &q, take, &t, err))
		return false;
	r->ended.row[EK_CONTENT_REPORT_SENDINGS_DONE_MS] = ek_views_int(r->now.ms);
	if (r->has_run) {
		r->run[EK_CONTENT_REPORT_RUNS_STATE] = word(r->ended.is_well ? "sent" : "failed");
		r->run[EK_CONTENT_REPORT_RUNS_WHY] = (struct ek_views_value){0};
		if (!r->ended.is_well)
			r->run[EK_CONTENT_REPORT_RUNS_WHY] = word("not_all");
	}
	return commit(r, err);
}

/* ---- the thread */

static void say_failed(struct ek_reporter *r, const struct ek_err *err)
{
	if (err->code != EK_BUSY)
		ek_journal_say_why(r->api->options.journal, EK_JOURNAL_WARNING, "reports_failed",
				   err);
}

static void step(struct ek_reporter *r)
{
	static bool (*const all[])(struct ek_reporter * r, bool *any,
				   struct ek_err *err) = {begin_due, do_run, do_ended};
	for (uint32_t i = 0; i < EK_LEN(all) && !ek_rounds_is_ending(r->rounds);) {
		struct ek_err err = {0};
		bool any = false;
		r->now = ek_clock_wall();
		r->is_sending = false;
		r->ended.is_found = false;
		ek_arena_reset(&r->arena);
		if (!all[i](r, &any, &err)) {
			say_failed(r, &err);
			return;
		}
		i += !any;
	}
}

static ek_span go_round(void *ctx)
{
	step(ctx);
	return (ek_span){POLL_MS};
}

bool ek_api_report_open(struct ek_api *api, const char *where, struct ek_err *err)
{
	struct ek_alloc alloc = api->options.alloc;
	if (api->options.figures.take == NULL)
		return true;
	struct ek_reporter *r = ek_alloc_get(&alloc, sizeof *r);
	if (r == NULL)
		return ek_fail(err, EK_NO_MEMORY, "no memory for reports");
	memset(r, 0, sizeof *r);
	r->api = api;
	r->alloc = alloc;
	api->reporter = r;
	ek_arena_init(&r->arena, ek_heap_alloc(), MEMORY);
	const struct ek_rounds_options rounds = {go_round, r, {0}};
	return ek_thread_lock_open(&r->lock, err) && ek_reader_open(where, &r->reader, err) &&
	       ek_search_open(&r->search, err) && ek_rounds_open(&rounds, &r->rounds, err);
}

void ek_api_report_stop(struct ek_api *api)
{
	if (api->reporter != NULL)
		ek_rounds_end(api->reporter->rounds);
}

void ek_api_report_close(struct ek_api *api)
{
	struct ek_reporter *r = api->reporter;
	if (r == NULL)
		return;
	struct ek_alloc alloc = r->alloc;
	ek_rounds_close(&r->rounds);
	ek_reader_close(&r->reader);
	ek_search_close(&r->search);
	ek_thread_lock_close(&r->lock);
	ek_arena_fini(&r->arena);
	ek_alloc_free(&alloc, r, sizeof *r);
	api->reporter = NULL;
}

void ek_api_report_nudge(struct ek_api *api)
{
	if (api->reporter != NULL)
		ek_rounds_nudge(api->reporter->rounds);
}
