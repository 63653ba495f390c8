#include "api/api_csv.h"

#include <string.h>

#include "api/api_put.h"
#include "api/api_state.h"
#include "api/api_text.h"
#include "api/worker.h"
#include "sys/clock.h"
#include "sys/thread.h"
#include "wire/cursor.h"
#include "wire/keep.h"

enum {
	PAGE = 500,
	PAGE_MEMORY = 64 * 1024 * 1024,
	PAGE_OUT = 16 * 1024 * 1024,
	WAIT_MS = 60000,
	QUERY = 12 * 1024,
};

/* ---- a list, page by page */

struct walk {
	const struct ek_turn *asker;    /* whose rights, whose reader */
	struct ek_http_request request; /* of each page */
	struct ek_http_pair type;       /* of its body, if it has one */
	struct ek_search *search;       /* of this thread */
	struct ek_worker *worker;       /* whose thread this is; NULL = a job's */
	struct ek_arena arena;          /* of one page */
	struct ek_thread_lock *lock;    /* over is_answered */
	bool is_answered;
	struct ek_json rows; /* {"data":[...] so far */
	int64_t count;
	uint64_t seq;
	int64_t total; /* EK_NONE = not known */
	char query[QUERY];
	char cursor[EK_CURSOR_MAX + 1];
	size_t cursor_n; /* 0 = there is no further page */
	struct ek_problem problem;
};

static void answered(struct ek_turn *s)
{
	struct walk *w = s->asker;
	ek_thread_lock_take(w->lock);
	w->is_answered = true;
	ek_thread_lock_ring(w->lock);
	ek_thread_lock_give(w->lock);
}

static bool begin(struct walk *w, const struct ek_turn *asker, struct ek_arena *kept)
{
	struct ek_alloc alloc = asker->api->options.alloc;
	struct ek_err err;
	w->asker = asker;
	w->type = (struct ek_http_pair){EK_S("Content-Type"), EK_S("application/json")};
	w->request.headers = &w->type;
	w->request.header_count = 1;
	ek_arena_init(&w->arena, alloc, PAGE_MEMORY);
	ek_problem_init(&w->problem, kept);
	ek_json_init(&w->rows, alloc, EK_API_CSV_BYTES);
	ek_json_object(&w->rows);
	ek_json_key(&w->rows, "data");
	ek_json_list(&w->rows);
	return (ek_search_open(&w->search, &err) && ek_thread_lock_open(&w->lock, &err)) ||
	       ek_problem_err(&w->problem, &err);
}

static void end(struct walk *w)
{
	ek_json_fini(&w->rows);
	ek_arena_fini(&w->arena);
	ek_search_close(&w->search);
	if (w->lock != NULL)
		ek_thread_lock_close(&w->lock);
}

/* The address of the next page; the first is asked how many rows there are. */
static void print_query(struct walk *w, ek_str query)
{
	static const char total[] = "total=true";
	ek_assert(query.n + w->cursor_n + 48 < QUERY);
	bool says_total = query.n > 0 && memmem(query.p, query.n, "total=", 6) != NULL;
	size_t n = query.n;
	memcpy(w->query, query.p != NULL ? query.p : "", n);
	n += ek_format(w->query + n, QUERY - n, "%slimit=%d", n > 0 ? "&" : "", PAGE);
	if (w->cursor_n > 0)
		n += ek_format(w->query + n, QUERY - n, "&cursor=%s", w->cursor);
	else if (!says_total)
		n += ek_format(w->query + n, QUERY - n, "&%s", total);
	w->request.query = (ek_str){w->query, (uint32_t)n};
}

static struct ek_turn *new_page(struct walk *w)
{
	const struct ek_turn *a = w->asker;
	ek_arena_reset(&w->arena);
	struct ek_turn *s = ek_arena_zero(&w->arena, sizeof *s);
	if (s == NULL)
		return NULL;
	s->api = a->api;
	s->http = &w->request;
	s->arena = &w->arena;
	s->actor = a->actor;
	s->self = a->self;
	s->by = a->by;
	s->sign_in = a->sign_in;
	s->token = a->token;
	s->reader = a->reader;
	s->search = w->search;
	s->worker = w->worker;
	s->language = a->language;
	s->now = ek_clock_wall();
	s->answered = answered;
	s->asker = w;
	ek_problem_init(&s->problem, s->arena);
	ek_json_init(&s->out, a->api->options.alloc, PAGE_OUT);
	s->out.style.is_api = true;
	return s;
}

/* Rows of one object of a list that we wrote: what stands between the brackets. */
static ek_str rows_of(ek_str page)
{
	static const char key[] = "\"data\":[";
	size_t at = 1;
	while (at + sizeof key < page.n && page.p[at] == '"') {
		if (memcmp(page.p + at, key, sizeof key - 1) == 0) {
			size_t from = at + sizeof key - 1;
			size_t to = ek_json_skip(page, from - 1) - 1;
			return (ek_str){page.p + from, (uint32_t)(to - from)};
		}
		while (page.p[++at] != '"')
			;
		at = ek_json_skip(page, at + 2);
		at += at < page.n && page.p[at] == ',';
	}
	return (ek_str){NULL, 0};
}

static uint32_t count_rows(ek_str rows)
{
	uint32_t n = 0;
	for (size_t at = 0; at < rows.n; n++)
		at = ek_json_skip(rows, at) + 1;
	return n;
}

/* "total":21093 of the page's end; EK_NONE where it was not counted. */
static int64_t total_of(ek_str page)
{
	static const char key[] = "\"total\":";
	const char *found = NULL;
	uint32_t from = page.n > 200 ? page.n - 200 : 0;
	for (uint32_t i = from; i + sizeof key <= page.n; i++)
		found = memcmp(page.p + i, key, sizeof key - 1) == 0 ? page.p + i : found;
	int64_t v = 0;
	if (found == NULL || found[sizeof key - 1] < '0' || found[sizeof key - 1] > '9')
		return EK_NONE;
	for (const char *p = found + sizeof key - 1; *p >= '0' && *p <= '9'; p++)
		v = v * 10 + (*p - '0');
	return v;
}

static void take_page(struct walk *w, struct ek_turn *s)
{
	ek_str rows = rows_of(ek_json_written(&s->out));
	if (rows.n > 0)
		ek_json_raw(&w->rows, rows);
	if (w->seq == 0) {
		w->seq = s->seq;
		w->total = total_of(ek_json_written(&s->out));
	}
	w->count += count_rows(rows);
	w->cursor_n = s->next.p != NULL && s->next.n < sizeof w->cursor ? s->next.n : 0;
	memcpy(w->cursor, s->next.p != NULL ? s->next.p : "", w->cursor_n);
	w->cursor[w->cursor_n] = 0;
}

/* Asks for one page and waits for it. False with the problem. */
static bool page(struct walk *w, ek_str query)
{
	print_query(w, query);
	struct ek_turn *s = new_page(w);
	if (s == NULL)
		return ek_problem_set(&w->problem, EK_PROBLEM_UNAVAILABLE, NULL);
	w->is_answered = false;
	ek_api_ask_again(s);
	ek_thread_lock_take(w->lock);
	while (!w->is_answered)
		ek_thread_lock_wait(w->lock, (ek_span){WAIT_MS});
	ek_thread_lock_give(w->lock);
	bool ok = ek_problem_is_none(&s->problem) && ek_json_is_whole(&s->out);
	if (ok)
		take_page(w, s);
	else
		ek_problem_set(&w->problem,
			       ek_problem_is_none(&s->problem)
				       ? EK_PROBLEM_TOO_LARGE
				       : (enum ek_problem_type)s->problem.type,
			       NULL);
	ek_patch_close(&s->patch);
	ek_json_fini(&s->out);
	return ok;
}

static bool finish(struct walk *w)
{
	ek_json_list_end(&w->rows);
	ek_json_object_end(&w->rows);
	return ek_json_is_whole(&w->rows) ||
	       ek_problem_set(&w->problem, EK_PROBLEM_TOO_LARGE,
			      "this table is too long: narrow its filter");
}

/* ---- more rows than an answer has: a job */

struct export
{
	struct ek_turn_write write;
	struct ek_views_value row[EK_CONTENT_JOBS_WIDTH];
	ek_str arguments;
	uint64_t id;
};

static bool check_export(struct ek_turn *t)
{
	return ek_api_job_room(t);
}

static void made_export(struct ek_turn *t, const struct ek_answer *answer)
{
	struct export *e = t->state;
	(void)answer;
	e->id = ek_api_job_put(t, &(struct ek_api_job_begin){.kind = "csv_export",
							     .arguments = e->arguments,
							     .total = EK_NONE,
							     .row = e->row});
	ek_api_job_answer(t, e->row);
}

static void start_export(struct ek_turn *t)
{
	const struct export *e = t->state;
	ek_api_job_start(t, e->id);
}

static ek_str arguments_of(struct ek_turn *t)
{
	struct ek_json j;
	ek_api_text_begin(t, &j);
	ek_json_object(&j);
	ek_api_put_text(&j, "method", t->http->method);
	ek_api_put_text(&j, "path", t->http->path);
	ek_api_put_text(&j, "query", t->http->query);
	ek_api_put_text(&j, "body", t->http->body);
	ek_json_object_end(&j);
	return ek_api_text_take(t, &j);
}

static void begin_export(struct ek_turn *t)
{
	struct export *e = EK_TURN_NEW(t, struct export);
	if (e != NULL)
		e->arguments = arguments_of(t);
	t->is_csv = false;
	t->has_key = false;
	t->status = 0;
	t->next = (ek_str){NULL, 0};
	t->query.members = NULL;
	t->call = (struct ek_group_call){0}; /* the page was a look */
	ek_json_reset(&t->out);
	if (e == NULL || e->arguments.p == NULL) {
		ek_turn_reply(t, 0);
		return;
	}
	e->write = (struct ek_turn_write){
		.check = check_export, .made = made_export, .tell = start_export};
	t->state = e;
	ek_turn_write(t, &e->write);
}

/* ---- in the answer */

static void run(struct ek_turn *t, struct ek_worker *worker)
{
	struct walk *w = EK_TURN_NEW(t, struct walk);
	if (w == NULL) {
		ek_turn_reply(t, 0);
		return;
	}
	w->worker = worker;
	w->request = (struct ek_http_request){.method = t->http->method,
					      .path = t->http->path,
					      .body = t->http->body,
					      .id = t->http->id};
	bool ok = begin(w, t, t->arena);
	do
		ok = ok && page(w, t->http->query);
	while (ok && w->cursor_n > 0 && w->count < EK_API_CSV_ROWS &&
	       (w->total == EK_NONE || w->total <= EK_API_CSV_ROWS));
	bool is_more = ok && w->cursor_n > 0;
	ok = ok && (is_more || finish(w));
	if (ok && !is_more) {
		struct ek_json rows = w->rows;
		w->rows = t->out;
		t->out = rows;
		t->next = (ek_str){NULL, 0};
		t->seq = w->seq;
	}
	if (!ok)
		t->problem = w->problem;
	end(w);
	if (is_more)
		begin_export(t);
	else
		ek_turn_reply(t, 200);
}

bool ek_api_csv_goes_on(struct ek_turn *t)
{
	if (!t->is_csv || !t->is_whole || t->next.p == NULL || t->status != 200)
		return false;
	t->is_whole = false;
	ek_worker_submit(t->api->worker, t, run);
	return true;
}

/* ---- the job */

static bool read_arguments(struct ek_api_job *job, struct ek_http_request *r)
{
	struct ek_patch b;
	const struct {
		const char *name;
		ek_str *to;
	} members[] = {{"method", &r->method},
		       {"path", &r->path},
		       {"query", &r->query},
		       {"body", &r->body}};
	bool ok = ek_patch_open(&b, job->arguments, job->turn.arena, &job->turn.problem);
	struct ek_patch_at root = ek_patch_root(&b);
	for (size_t i = 0; ok && i < EK_LEN(members); i++) {
		struct ek_patch_at at = ek_patch_member(&root, members[i].name);
		if (ek_patch_state(&at) == EK_PATCH_VALUE)
			ok = ek_patch_prose(&at, 0, PAGE_OUT, members[i].to);
	}
	for (size_t i = 0; ok && i < EK_LEN(members); i++)
		*members[i].to = ek_turn_copy(&job->turn, *members[i].to);
	ek_patch_close(&b);
	return ok;
}

/* How the table looks is said by the address, too. */
static bool write_table(struct ek_api_job *job, struct walk *w, ek_str query)
{
	const struct ek_http_pair accept[] = {{EK_S("Accept"), EK_S("text/csv")}};
	struct ek_turn *t = &job->turn;
	struct ek_json table;
	bool kept = true;
	struct ek_http_request r = w->request;
	r.headers = accept;
	r.header_count = 1;
	t->http = &r;
	bool ok = ek_query_read(&t->query, query, t->arena, &t->problem) && ek_turn_read_csv(t);
	t->http = &job->request;
	t->is_csv = false;
	ek_json_init(&table, t->out.alloc, EK_API_CSV_BYTES);
	ok = ok && ek_csv_write(ek_json_written(&w->rows), t->route->response, &t->csv, &table);
	ek_str file =
		ok ? ek_arena_str(t->arena, ek_json_written(&table), &kept) : (ek_str){NULL, 0};
	ok = ok && kept && ek_json_is_whole(&table);
	if (ok)
		ek_api_job_file(job, EK_S("text/csv"), file);
	ek_json_fini(&table);
	return ok || ek_problem_set(&t->problem, EK_PROBLEM_TOO_LARGE, NULL);
}

static bool find_route(struct ek_api_job *job, const struct ek_http_request *r)
{
	struct ek_turn *t = &job->turn;
	if (ek_route_match(t->api->routes, r->method, r->path, t->arena, &t->match) !=
	    EK_ROUTE_FOUND)
		return ek_problem_set(&t->problem, EK_PROBLEM_NOT_FOUND, NULL);
	t->route = ek_route_row(t->match.index);
	return true;
}

void ek_api_csv_job(struct ek_api_job *job)
{
	struct ek_turn *t = &job->turn;
	struct walk *w = EK_TURN_NEW(t, struct walk);
	if (w == NULL || !read_arguments(job, &w->request) || !find_route(job, &w->request))
		return;
	ek_str query = w->request.query;
	bool ok = begin(w, t, t->arena);
	do
		ok = ok && page(w, query) && ek_api_job_step(job, w->count, w->total);
	while (ok && w->cursor_n > 0);
	ok = ok && finish(w) && write_table(job, w, query);
	if (!ok && ek_problem_is_none(&t->problem))
		t->problem = w->problem;
	t->route = NULL;
	end(w);
}
