#include "api/again.h"

#include <string.h>

#include "api/api_contact.h"
#include "api/api_state.h"
#include "sys/clock.h"
#include "sys/heap.h"
#include "sys/journal.h"
#include "sys/thread.h"

enum { MEMORY_MAX = 256 << 20, OUT_MAX = 1 << 20, WAIT_MS = 60000 };

struct again {
	const struct ek_again_options *options;
	struct ek_log *log;
	struct ek_writer *writer;
	struct ek_group *group;
	struct ek_api *api;
	struct ek_journal journal;
	ek_time at; /* of the last event: no timer falls due */
	struct ek_thread_lock *lock;
	bool is_answered;
	/* Of the one that is under way. */
	struct ek_arena arena;
	struct ek_http_request request;
	struct ek_turn turn;
};

static ek_time stands_still(void *ctx)
{
	const struct again *a = ctx;
	return a->at;
}

static void answered(struct ek_turn *t)
{
	struct again *a = t->asker;
	ek_thread_lock_take(a->lock);
	a->is_answered = true;
	ek_thread_lock_ring(a->lock);
	ek_thread_lock_give(a->lock);
}

static bool open_all(struct again *a, struct ek_err *err)
{
	const struct ek_alloc heap = ek_heap_alloc();
	const struct ek_log_options log = {.where = a->options->where, .mode = EK_LOG_WRITE};
	if (!ek_thread_lock_open(&a->lock, err) || !ek_log_open(&log, &a->log, err))
		return false;
	a->at = ek_log_head(a->log)->at;
	const struct ek_writer_options writer = {
		.log = a->log, .alloc = heap, .at = EK_NO_TIME, .quiet_epoch = true};
	if (!ek_writer_open(&writer, &a->writer, err))
		return false;
	const struct ek_group_options group = {
		.writer = a->writer, .alloc = heap, .now = stands_still, .now_ctx = a};
	if (!ek_group_open(&group, &a->group, err))
		return false;
	a->journal.fd = -1;
	const struct ek_api_options api = {
		.alloc = heap,
		.where = a->options->where,
		.group = a->group,
		.writer = a->writer,
		.journal = &a->journal,
		.version = "",
		.url = "",
		.directory = a->options->directory,
		.is_quiet = true,
	};
	return ek_api_open(&api, &a->api, err);
}

static void close_all(struct again *a)
{
	ek_group_close(&a->group);
	ek_api_close(&a->api);
	ek_writer_close(&a->writer);
	ek_log_close(&a->log);
	ek_thread_lock_close(&a->lock);
}

static void open_turn(struct again *a)
{
	struct ek_turn *t = &a->turn;
	memset(t, 0, sizeof *t);
	memset(&a->request, 0, sizeof a->request);
	ek_arena_init(&a->arena, ek_heap_alloc(), MEMORY_MAX);
	t->api = a->api;
	t->arena = &a->arena;
	t->http = &a->request;
	t->by = (struct ek_actor){EK_ACTOR_SYSTEM, 0};
	t->answered = answered;
	t->asker = a;
	ek_problem_init(&t->problem, t->arena);
	ek_json_init(&t->out, ek_heap_alloc(), OUT_MAX);
	t->out.style.is_api = true;
}

static bool erase_one(struct again *a, const struct ek_views_value *erasure, bool *was_there,
		      struct ek_err *err)
{
	struct ek_turn *t = &a->turn;
	open_turn(a);
	a->is_answered = false;
	ek_api_contact_erase_again(t, erasure);
	ek_thread_lock_take(a->lock);
	while (!a->is_answered)
		ek_thread_lock_wait(a->lock, (ek_span){WAIT_MS});
	ek_thread_lock_give(a->lock);
	bool ok = ek_problem_is_none(&t->problem);
	*was_there = ok && t->status == EK_API_CONTACT_ERASED;
	ek_json_fini(&t->out);
	ek_arena_fini(&a->arena);
	return ok || ek_fail(err, EK_IO, "contact %lld could not be erased again",
			     (long long)erasure[EK_CONTENT_ERASURES_CONTACT].i);
}

/* ---- whether there is anything to do */

struct looking {
	int64_t done_ms;
	bool found;
};

static bool take_known(void *ctx, const struct ek_views_value *v, uint32_t n, struct ek_err *err)
{
	struct looking *l = ctx;
	(void)n;
	(void)err;
	l->found = l->found || ek_turn_int(&v[EK_CONTENT_ERASURES_DONE_MS]) == l->done_ms;
	return true;
}

static bool look_for(struct ek_log *log, const struct ek_again_options *options, bool *is_any,
		     struct ek_err *err)
{
	struct ek_views_value row[EK_CONTENT_ERASURES_WIDTH];
	uint64_t n = ek_backup_keys_counted(options->keys).erasures;
	bool ok = true;
	for (uint64_t i = 0; ok && !*is_any && i < n; i++) {
		ok = ek_backup_keys_erasure(options->keys, i, row, err);
		if (!ok)
			break;
		struct looking l = {ek_turn_int(&row[EK_CONTENT_ERASURES_DONE_MS]), false};
		const struct ek_log_where where = {EK_CONTENT_ERASURES, EK_CONTENT_ERASURES_CONTACT,
						   row[EK_CONTENT_ERASURES_CONTACT]};
		ok = ek_log_content_find(log, &where, take_known, &l, err);
		*is_any = ok && !l.found;
	}
	return ok;
}

static bool is_any_new(const struct ek_again_options *options, bool *is_any, struct ek_err *err)
{
	struct ek_log *log = NULL;
	const struct ek_log_options read = {.where = options->where, .mode = EK_LOG_READ};
	*is_any = false;
	bool ok = ek_log_open(&read, &log, err) && look_for(log, options, is_any, err);
	ek_log_close(&log);
	return ok;
}

static bool erase_all(struct again *a, uint64_t *erased, struct ek_err *err)
{
	const struct ek_backup_keys *keys = a->options->keys;
	struct ek_views_value row[EK_CONTENT_ERASURES_WIDTH];
	uint64_t n = ek_backup_keys_counted(keys).erasures;
	bool ok = open_all(a, err);
	for (uint64_t i = 0; ok && i < n; i++) {
		bool was_there = false;
		ok = ek_backup_keys_erasure(keys, i, row, err) &&
		     erase_one(a, row, &was_there, err);
		*erased += was_there;
	}
	ek_group_close(&a->group);
	return ok && ek_writer_stop(a->writer, err);
}

bool ek_again_run(const struct ek_again_options *options, uint64_t *erased, struct ek_err *err)
{
	struct ek_alloc heap = ek_heap_alloc();
	bool is_any;
	*erased = 0;
	if (!is_any_new(options, &is_any, err))
		return false;
	if (!is_any)
		return true;
	struct again *a = ek_alloc_get(&heap, sizeof *a);
	if (a == NULL)
		return ek_fail(err, EK_NO_MEMORY, "no memory to erase again");
	memset(a, 0, sizeof *a);
	a->options = options;
	bool ok = erase_all(a, erased, err);
	close_all(a);
	ek_alloc_free(&heap, a, sizeof *a);
	return ok;
}
