#include "server/folder.h"

#include "store/walk.h"
#include "sys/clock.h"
#include "sys/thread.h"

enum { TURN_MS = 200, AGAIN_MS = 60000, BATCH = 512, EVENT_MEMORY = 256 * 1024 * 1024 };

struct ek_folder {
	struct ek_folder_options options;
	struct ek_log *log; /* reads only; the thread's own after open */
	struct ek_arena arena;
	struct ek_thread *thread;
	struct ek_thread_lock *lock; /* over all below */
	struct ek_figures *figures;  /* never NULL where is_there */
	uint64_t on_disk;
	bool is_there; /* the log's end was reached; until then figures is the thread's alone */
	bool is_closing;
	/* The thread's, while it folds. */
	bool is_alone; /* without the lock */
	uint32_t batch;
};

static void say(struct ek_folder *f, enum ek_journal_level level, const char *event,
		const struct ek_err *err)
{
	const struct ek_journal_field fields[] = {
		{"seq", NULL, (int64_t)ek_log_head(f->log)->seq},
		{err == NULL ? NULL : "code", err == NULL ? NULL : ek_err_wire(err->code), 0},
		{"why", err == NULL ? NULL : err->msg, 0},
		{NULL, NULL, 0}};
	ek_journal_say(f->options.journal, level, event, fields);
}

/* ---- the thread: with the lock held, but for the long way from the log's beginning */

static bool is_over(struct ek_folder *f)
{
	if (!f->is_alone || ++f->batch < BATCH)
		return false;
	f->batch = 0;
	ek_thread_lock_take(f->lock);
	bool yes = f->is_closing;
	ek_thread_lock_give(f->lock);
	return yes;
}

static bool fold(void *ctx, const struct ek_body_reader *at, const struct ek_event *event,
		 struct ek_err *err)
{
	struct ek_folder *f = ctx;
	(void)at;
	if (event == NULL)
		return true;
	if (is_over(f))
		return ek_fail(err, EK_CONFLICT, "enough");
	return ek_figures_fold(f->figures, event, err);
}

static bool catch_up(struct ek_folder *f, struct ek_err *err)
{
	if (f->figures == NULL && !ek_figures_open(f->options.alloc, &f->figures, err))
		return false;
	if (!ek_log_refresh(f->log, err))
		return false;
	const struct ek_walk walk = {f->log, &f->arena, fold, f};
	const struct ek_log_span span = {ek_figures_seq(f->figures) + 1, 0};
	return span.from > ek_log_head(f->log)->seq || ek_walk_run(&walk, span, err);
}

static void fail(struct ek_folder *f, const struct ek_err *err)
{
	uint64_t begun_ns = ek_clock_mono_ns();
	say(f, EK_JOURNAL_ERROR, "figures_behind", err);
	if (err->code != EK_NO_MEMORY && err->code != EK_DAMAGE)
		return;
	f->is_there = false;
	ek_figures_close(&f->figures);
	/* Every commit rings. */
	while (!f->is_closing && ek_clock_mono_ns() - begun_ns < (uint64_t)AGAIN_MS * 1000000)
		ek_thread_lock_wait(f->lock, (ek_span){AGAIN_MS});
}

static bool step(struct ek_folder *f, struct ek_err *err)
{
	f->is_alone = !f->is_there;
	if (f->is_alone)
		ek_thread_lock_give(f->lock);
	bool ok = catch_up(f, err);
	if (f->is_alone && ok)
		ek_figures_seal(f->figures);
	if (f->is_alone)
		ek_thread_lock_take(f->lock);
	return ok;
}

static void run(void *ctx)
{
	struct ek_folder *f = ctx;
	ek_thread_lock_take(f->lock);
	while (!f->is_closing) {
		struct ek_err err;
		bool was_there = f->is_there;
		bool ok = step(f, &err);
		if (f->is_closing)
			break;
		if (ok && !was_there)
			say(f, EK_JOURNAL_INFO, "figures_ready", NULL);
		f->is_there = ok || f->is_there;
		ek_thread_lock_ring(f->lock);
		if (!ok)
			fail(f, &err);
		if (!f->is_there || f->on_disk <= ek_figures_seq(f->figures))
			ek_thread_lock_wait(f->lock, (ek_span){TURN_MS});
	}
	ek_thread_lock_give(f->lock);
}

/* ---- others */

void ek_folder_ring(struct ek_folder *f, uint64_t seq)
{
	ek_thread_lock_take(f->lock);
	f->on_disk = seq;
	ek_thread_lock_ring(f->lock);
	ek_thread_lock_give(f->lock);
}

const struct ek_figures *ek_folder_take(void *ctx)
{
	struct ek_folder *f = ctx;
	uint64_t begun_ns = ek_clock_mono_ns();
	ek_thread_lock_take(f->lock);
	while (f->is_there && f->on_disk > ek_figures_seq(f->figures) && !f->is_closing &&
	       ek_clock_mono_ns() - begun_ns < (uint64_t)EK_FOLDER_BEHIND_MS * 1000000)
		ek_thread_lock_wait(f->lock, (ek_span){TURN_MS / 4});
	if (f->is_there)
		return f->figures;
	ek_thread_lock_give(f->lock);
	return NULL;
}

void ek_folder_give(void *ctx)
{
	struct ek_folder *f = ctx;
	ek_thread_lock_give(f->lock);
}

/* ---- open, close */

bool ek_folder_open(const struct ek_folder_options *options, struct ek_folder **out,
		    struct ek_err *err)
{
	struct ek_alloc alloc = options->alloc;
	const struct ek_log_options log = {.where = options->where, .mode = EK_LOG_READ};
	struct ek_folder *f = ek_alloc_get(&alloc, sizeof *f);
	*out = NULL;
	if (f == NULL)
		return ek_fail(err, EK_NO_MEMORY, "no memory for figures");
	*f = (struct ek_folder){.options = *options};
	f->options.where = NULL;
	ek_arena_init(&f->arena, alloc, EVENT_MEMORY);
	bool ok = ek_thread_lock_open(&f->lock, err) && ek_log_open(&log, &f->log, err) &&
		  ek_thread_open(run, f, &f->thread, err);
	if (!ok)
		ek_folder_close(&f);
	*out = f;
	return ok;
}

void ek_folder_close(struct ek_folder **folder)
{
	struct ek_folder *f = *folder;
	if (f == NULL)
		return;
	struct ek_alloc alloc = f->options.alloc;
	if (f->thread != NULL) {
		ek_thread_lock_take(f->lock);
		f->is_closing = true;
		ek_thread_lock_ring(f->lock);
		ek_thread_lock_give(f->lock);
		ek_thread_close(&f->thread);
	}
	ek_figures_close(&f->figures);
	ek_log_close(&f->log);
	if (f->lock != NULL)
		ek_thread_lock_close(&f->lock);
	ek_arena_fini(&f->arena);
	ek_alloc_free(&alloc, f, sizeof *f);
	*folder = NULL;
}
