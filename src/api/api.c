#include "api/api.h"

#include <string.h>

#include "api/api_arrival.h"
#include "api/api_arrive.h"
#include "api/api_clock.h"
#include "api/api_csv.h"
#include "api/api_job.h"
#include "api/api_letter.h"
#include "api/api_report.h"
#include "api/api_state.h"
#include "api/caller.h"
#include "api/contact_keys.h"
#include "api/guard.h"
#include "api/handlers.h"
#include "api/mirror.h"
#include "api/outside.h"
#include "api/outside_survey.h"
#include "api/reviewer.h"
#include "api/sealer.h"
#include "api/surveyor.h"
#include "api/trends.h"
#include "api/visits.h"
#include "api/worker.h"
#include "channels/scan.h"
#include "model/limits.h"
#include "store/contact.h"
#include "sys/clock.h"
#include "sys/heap.h"
#include "sys/thread.h"
#include "wire/shape.h"

enum { ANSWER_MAX = 64 * 1024 * 1024, UPLOAD_MAX = 25 * 1024 * 1024, KEY_MIN = 8, KEY_MAX = 128 };

/* ---- open, close */

static ek_turn_handler *const handlers[EK_ROUTE_COUNT] = {
#define ROUTE(name, METHOD, path, caps, roles, permission, RATE, FLAGS, list, params, request, \
	      response, statuses, problems, summary) \
	ek_api_##name,
#include "schema/routes.def"
#undef ROUTE
};

struct last {
	struct ek_api *api;
	enum ek_content table;
};

static bool take_last(void *ctx, const struct ek_views_value *v, uint32_t n, struct ek_err *err)
{
	struct last *l = ctx;
	(void)n;
	(void)err;
	if (v[0].kind == EK_VIEWS_INT && v[0].i > l->api->last_ids[l->table])
		l->api->last_ids[l->table] = v[0].i;
	return true;
}

/* The last id of each table whose first column counts: what was given once is not given again, also
 * when its row is gone. */
static bool read_last_ids(struct ek_api *api, struct ek_err *err)
{
	for (uint32_t i = 0; i < EK_CONTENT_COUNT; i++) {
		const struct ek_views_table *table = ek_content_table((enum ek_content)i);
		struct last l = {api, (enum ek_content)i};
		char sql[256];
		const struct ek_views_value name =
			ek_views_text((ek_str){table->name, (uint32_t)strlen(table->name)});
		struct ek_reader_question q = {"SELECT last FROM counters WHERE name = $1", &name,
					       1};
		if (!ek_reader_each(api->reader, &q, take_last, &l, err))
			return false;
		if (table->columns[0].kind != EK_VIEWS_INT)
			continue;
		ek_format(sql, sizeof sql, "SELECT max(%s) FROM %s", table->columns[0].name,
			  table->name);
		q = (struct ek_reader_question){sql, NULL, 0};
		if (!ek_reader_each(api->reader, &q, take_last, &l, err))
			return false;
	}
	return true;
}

int64_t ek_api_new_id(struct ek_api *api, struct ek_writer *w, enum ek_content table)
{
	struct ek_views_value v[EK_CONTENT_COUNTERS_WIDTH] = {0};
	const char *name = ek_content_table(table)->name;
	int64_t id = ++api->last_ids[table];
	v[EK_CONTENT_COUNTERS_NAME] = ek_views_text((ek_str){name, (uint32_t)strlen(name)});
	v[EK_CONTENT_COUNTERS_LAST] = ek_views_int(id);
	ek_writer_add(w, EK_CONTENT_COUNTERS, v);
	return id;
}

int64_t ek_api_next_id(const struct ek_api *api, enum ek_content table)
{
	return api->last_ids[table] + 1;
}

static bool open_parts(struct ek_api *api, struct ek_err *err)
{
	struct ek_alloc *a = &api->options.alloc;
	api->tallies = ek_alloc_get(a, (EK_ROUTE_COUNT + 1) * sizeof *api->tallies);
	if (api->tallies == NULL)
		return ek_fail(err, EK_NO_MEMORY, "no memory for the API");
	memset(api->tallies, 0, (EK_ROUTE_COUNT + 1) * sizeof *api->tallies);
	return ek_thread_lock_open(&api->tally_lock, err) &&
	       ek_visits_open(*a, &api->visits, err) && ek_route_open(*a, &api->routes, err) &&
	       ek_outside_open(api, err) && ek_reader_open(api->options.where, &api->reader, err) &&
	       ek_reader_open(api->options.where, &api->writer_reader, err) &&
	       read_last_ids(api, err) && ek_search_open(&api->search, err) &&
	       ek_search_open(&api->writer_search, err) && ek_caller_open(api, err) &&
	       ek_guard_open(api, err) && ek_api_arrival_open(api, err);
}

/* Nobody but who uploads waits for a scanner. */
static bool open_scanning(struct ek_api *api, struct ek_err *err)
{
	const struct ek_api_options *o = &api->options;
	return !ek_scan_is_set(o->scanner) ||
	       ek_worker_open(o->alloc, o->where, &api->scanning, err);
}

/* What has a thread of its own. */
static bool open_threads(struct ek_api *api, struct ek_err *err)
{
	struct ek_alloc *a = &api->options.alloc;
	if (api->options.is_quiet)
		return ek_worker_open(*a, api->options.where, &api->worker, err);
	return ek_contact_keys_draw(api, err) &&
	       ek_worker_open(*a, api->options.where, &api->worker, err) &&
	       ek_worker_open(*a, api->options.where, &api->caller_out, err) &&
	       open_scanning(api, err) && ek_api_letters_open(api, api->options.where, err) &&
	       ek_api_job_open(api, api->options.where, err) &&
	       ek_trends_open(api, api->options.where, err) &&
	       ek_mirror_open(api, api->options.where, err) &&
	       ek_surveyor_open(api, api->options.where, &api->surveyor, err) &&
	       ek_reviewer_open(api, api->options.where, &api->reviewer, err) &&
	       ek_sealer_open(api, api->options.where, &api->sealer, err) &&
	       ek_api_report_open(api, api->options.where, err);
}

bool ek_api_open(const struct ek_api_options *options, struct ek_api **out, struct ek_err *err)
{
	*out = NULL;
	struct ek_alloc alloc = options->alloc;
	struct ek_api *api = ek_alloc_get(&alloc, sizeof *api);
	if (api == NULL)
		return ek_fail(err, EK_NO_MEMORY, "no memory for the API");
	*api = (struct ek_api){.options = *options, .writer = options->writer};
	bool ok = open_parts(api, err) && open_threads(api, err);
	if (!ok)
		ek_api_close(&api);
	*out = api;
	return ok;
}

void ek_api_close(struct ek_api **out)
{
	struct ek_api *api = *out;
	if (api == NULL)
		return;
	struct ek_alloc alloc = api->options.alloc;
	ek_surveyor_close(&api->surveyor);
	ek_reviewer_close(&api->reviewer);
	ek_sealer_close(&api->sealer);
	ek_guard_close(api);
	ek_trends_close(api);
	ek_mirror_close(api);
	ek_api_report_close(api);
	ek_worker_close(&api->worker);
	ek_worker_close(&api->caller_out);
	ek_worker_close(&api->scanning);
	ek_api_letters_close(api);
	ek_api_job_close(api);
	ek_caller_close(api);
	ek_reader_close(&api->reader);
	ek_reader_close(&api->writer_reader);
	ek_search_close(&api->search);
	ek_search_close(&api->writer_search);
	ek_route_close(&api->routes);
	ek_outside_close(api);
	ek_visits_close(&api->visits);
	ek_api_clock_close(api);
	ek_api_arrive_close(api);
	ek_thread_lock_close(&api->tally_lock);
	if (api->tallies != NULL)
		ek_alloc_free(&alloc, api->tallies, (EK_ROUTE_COUNT + 1) * sizeof *api->tallies);
	ek_alloc_free(&alloc, api, sizeof *api);
	*out = NULL;
}

void ek_api_hurry(struct ek_api *api)
{
	ek_worker_end(api->scanning);
}

void ek_api_stop(struct ek_api *api)
{
	ek_surveyor_close(&api->surveyor);
	ek_reviewer_close(&api->reviewer);
	ek_sealer_close(&api->sealer);
	ek_guard_stop(api);
	/* All nine may still hand something to the writer. */
	ek_trends_stop(api);
	ek_mirror_stop(api);
	ek_api_report_stop(api);
	ek_worker_close(&api->worker);
	ek_worker_close(&api->caller_out);
	ek_worker_close(&api->scanning);
	ek_api_letters_stop(api);
	ek_api_job_stop(api);
}

/* ---- a request */

static struct ek_turn *new_turn(struct ek_api *api, struct ek_http_request *r)
{
	struct ek_turn *t = ek_arena_zero(&r->arena, sizeof *t);
	if (t == NULL)
		return NULL;
	t->api = api;
	t->http = r;
	t->arena = &r->arena;
	t->begun_ns = ek_clock_mono_ns();
	t->now = ek_clock_wall();
	t->reader = api->reader;
	t->language = ek_problem_language(ek_http_header(r, "Accept-Language"));
	ek_problem_init(&t->problem, t->arena);
	ek_json_init(&t->out, api->options.alloc, ANSWER_MAX);
	t->out.style.is_api = true;
	return t;
}

static bool take_key(struct ek_turn *t)
{
	ek_str key = ek_http_header(t->http, "Idempotency-Key");
	if (key.p == NULL || (t->route->flags & EK_ROUTE_TAKES_KEY) == 0)
		return true;
	bool visible = key.n >= KEY_MIN && key.n <= KEY_MAX;
	for (uint32_t i = 0; visible && i < key.n; i++)
		visible = key.p[i] > ' ' && key.p[i] < 0x7f;
	if (!visible) {
		const struct ek_problem_fault fault = {.at = EK_PROBLEM_AT_HEADER,
						       .code = EK_FAULT_UNREADABLE,
						       .where = EK_S("Idempotency-Key")};
		return ek_problem_add(&t->problem, EK_PROBLEM_MALFORMED, &fault,
				      "Idempotency-Key is %d to %d visible ASCII characters",
				      KEY_MIN, KEY_MAX);
	}
	ek_hash_once(key.p, key.n, t->key.key);
	t->has_key = true;
	return true;
}

static bool find_route(struct ek_turn *t)
{
	switch (ek_route_match(t->api->routes, t->http->method, t->http->path, t->arena,
			       &t->match)) {
	case EK_ROUTE_FOUND:
		t->route = ek_route_row(t->match.index);
		return true;
	case EK_ROUTE_NO_METHOD:
		return ek_problem_set(&t->problem, EK_PROBLEM_METHOD_NOT_ALLOWED, NULL);
	default:
		return ek_problem_set(&t->problem, EK_PROBLEM_NOT_FOUND, NULL);
	}
}

static ek_str contact_of(void *ctx, uint32_t contact)
{
	struct ek_turn *t = ctx;
	char *hex = contact == 0 ? NULL : ek_arena_get(t->arena, EK_CONTACT_PUBLIC + 1);
	if (hex == NULL)
		return (ek_str){NULL, 0};
	ek_contact_public(contact, hex);
	return (ek_str){hex, EK_CONTACT_PUBLIC};
}

static void set_style(struct ek_turn *t)
{
	t->out.style = (struct ek_json_style){
		.is_api = true,
		.reader = t->self.v,
		.contact = contact_of,
		.contact_ctx = t,
	};
}

/* What fields= can pick of a list's rows. */
static bool find_members(struct ek_turn *t)
{
	struct ek_shape_member v[EK_SHAPE_MEMBERS];
	if ((t->route->flags & (EK_ROUTE_IS_LIST | EK_ROUTE_IS_SEARCH)) == 0)
		return true;
	uint32_t n = ek_shape_row(t->route->response, v);
	const char **names = ek_turn_get(t, (n + 1) * sizeof *names);
	if (names == NULL)
		return false;
	for (uint32_t i = 0; i < n; i++)
		names[i] = v[i].name;
	t->query.members = names;
	return true;
}

static bool begin(struct ek_turn *t)
{
	struct ek_err err;
	if (!find_route(t))
		return false;
	if (!ek_reader_begin(t->reader, &err) || !ek_reader_seq(t->reader, &t->seq, &err))
		return ek_problem_err(&t->problem, &err);
	bool known = ek_caller_find(t);
	set_style(t);
	if (!known || !take_key(t) ||
	    !ek_query_read(&t->query, t->http->query, t->arena, &t->problem) || !find_members(t))
		return false;
	if ((t->route->flags & EK_ROUTE_TAKES_DRY) != 0 &&
	    ek_query_bool(&t->query, "dry_run", &t->dry_run) && t->dry_run)
		t->has_key = false;
	if ((t->route->flags & (EK_ROUTE_IS_LIST | EK_ROUTE_IS_SEARCH | EK_ROUTE_IS_TABLE)) != 0 &&
	    !ek_turn_read_csv(t))
		return false;
	return ek_problem_is_none(&t->problem);
}

void ek_api_ask_again(struct ek_turn *t)
{
	t->begun_ns = ek_clock_mono_ns();
	bool ok = find_route(t);
	set_style(t);
	if (ok && ek_query_read(&t->query, t->http->query, t->arena, &t->problem) &&
	    find_members(t) && ek_turn_read_csv(t))
		handlers[t->match.index](t);
	else
		ek_turn_reply(t, 0);
}

void ek_api_handle(struct ek_api *api, struct ek_http_request *r)
{
	struct ek_turn *t = new_turn(api, r);
	if (t == NULL) {
		const struct ek_http_reply reply = {.status = 503, .body = EK_S("no memory\n")};
		ek_http_answer(r, &reply);
		return;
	}
	if (ek_outside_handle(t))
		return;
	/* The turn may be gone once its handler ran: the transaction is ended by the reader alone.
	 * */
	if (begin(t))
		handlers[t->match.index](t);
	else
		ek_turn_reply(t, 0);
	ek_reader_end(api->reader);
}

size_t ek_api_body_max(struct ek_api *api, ek_str method, ek_str path)
{
	static const char upload[] = EK_ROUTE_PREFIX "/attachments";
	(void)api;
	(void)method;
	if (path.n >= 3 && memcmp(path.p, "/s/", 3) == 0)
		return EK_OUTSIDE_SURVEY_BODY;
	static const char visit[] = EK_ROUTE_PREFIX "/visit/";
	static const char files[] = "/files";
	if (path.n > sizeof visit + sizeof files && memcmp(path.p, visit, sizeof visit - 1) == 0 &&
	    memcmp(path.p + path.n - sizeof files + 1, files, sizeof files - 1) == 0)
		return UPLOAD_MAX;
	return ek_str_is(path, upload) ? UPLOAD_MAX : EK_LIMIT_LINE_BYTES;
}

/* ---- HTTP's own refusals */

static enum ek_problem_type type_of(int status)
{
	switch (status) {
	case 405:
		return EK_PROBLEM_METHOD_NOT_ALLOWED;
	case 413:
	case 414:
	case 431:
		return EK_PROBLEM_TOO_LARGE;
	case 415:
		return EK_PROBLEM_UNSUPPORTED_MEDIA_TYPE;
	case 500:
		return EK_PROBLEM_INTERNAL;
	case 503:
		return EK_PROBLEM_UNAVAILABLE;
	default:
		return EK_PROBLEM_MALFORMED;
	}
}

void ek_api_refuse(void *ctx, const struct ek_http_refusal *why, struct ek_arena *arena,
		   struct ek_http_reply *reply)
{
	struct ek_problem problem;
	struct ek_json j;
	char id[24];
	(void)ctx;
	ek_problem_init(&problem, arena);
	ek_problem_set(&problem, type_of(why->status), NULL);
	problem.status = (uint16_t)why->status;
	ek_json_init(&j, ek_heap_alloc(), EK_LIMIT_LINE_BYTES);
	size_t n = ek_turn_print_id(why->id, id);
	bool ok = ek_problem_write(&problem, (ek_str){id, (uint32_t)n}, EK_PROBLEM_EN, &j);
	ek_str body = ok ? ek_arena_str(arena, ek_json_written(&j), &ok) : (ek_str){NULL, 0};
	ek_json_fini(&j);
	if (ok) {
		reply->body = body;
		reply->type = "application/problem+json";
	}
}

/* ---- figures */

/* Upper ends of the histogram's buckets, in ns; the last has none. */
static const uint64_t buckets[EK_API_BUCKETS - 1] = {
	500000,   1000000,   2500000,   5000000,    10000000,   25000000,
	50000000, 100000000, 250000000, 1000000000, 5000000000,
};

void ek_api_count(struct ek_api *api, const struct ek_route_row *route, int status, uint64_t ns)
{
	size_t i = route == NULL ? EK_ROUTE_COUNT : (size_t)(route - ek_route_row(0));
	uint32_t bucket = 0;
	while (bucket < EK_LEN(buckets) && ns > buckets[bucket])
		bucket++;
	ek_thread_lock_take(api->tally_lock);
	api->tallies[i].by_status[status / 100]++;
	api->tallies[i].buckets[bucket]++;
	api->tallies[i].ns += ns;
	ek_thread_lock_give(api->tally_lock);
}
