#include "server/folder.h"

#include "store/walk.h"
#include "sys/clock.h"
#include "sys/rounds.h"
#include "sys/thread.h"

enum { TURN_MS = 200, AGAIN_MS = 60000, BATCH = 512, EVENT_MEMORY = 256 * 1024 * 1024 };

/* Two locks, so that whoever rings for a commit, the writer's thread, waits for no answer that is
 * being computed. `lock` is taken before `bell`, never after. */
struct ek_folder {
	struct ek_folder_options options;
	struct ek_log *log; /* reads only; the thread's own after open */
	struct ek_arena arena;
	struct ek_rounds *rounds;
	struct ek_thread_lock *lock; /* over the figures, once they are there */
	struct ek_figures *figures;
	struct ek_thread_lock *bell; /* over the rest; held for moments */
	uint64_t on_disk;
	uint64_t folded; /* what the figures know of it */
	bool is_there;   /* the log's end was reached; changes under both locks */
	uint32_t batch;  /* the thread's, while it folds on the long way from the beginning */
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

/* ---- the thread */

/* Asked now and then on the long way from the log's beginning; only the thread changes is_there. */
static bool is_over(struct ek_folder *f)
{
	if (f->is_there || ++f->batch < BATCH)
		return false;
	f->batch = 0;
	return ek_rounds_is_ending(f->rounds);
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

/* What the figures know now, and whether they may be asked. With the lock held where they may be
 * asked already. */
static void tell(struct ek_folder *f, bool is_there)
{
	ek_thread_lock_take(f->bell);
	f->is_there = is_there;
	f->folded = is_there ? ek_figures_seq(f->figures) : 0;
	ek_thread_lock_ring(f->bell);
	ek_thread_lock_give(f->bell);
}

static bool is_behind(struct ek_folder *f)
{
	ek_thread_lock_take(f->bell);
	bool yes = !f->is_there || f->folded < f->on_disk;
	ek_thread_lock_give(f->bell);
	return yes;
}

static bool step(struct ek_folder *f, struct ek_err *err)
{
	const bool was_there = f->is_there;
	ek_thread_lock_take(f->lock);
	bool ok = catch_up(f, err);
	if (ok && !was_there)
		ek_figures_seal(f->figures);
	bool is_lost = !ok && (err->code == EK_NO_MEMORY || err->code == EK_DAMAGE);
	if (is_lost)
		ek_figures_close(&f->figures);
	tell(f, !is_lost && (ok || was_there));
	ek_thread_lock_give(f->lock);
	if (ok && !was_there)
		say(f, EK_JOURNAL_INFO, "figures_ready", NULL);
	return ok;
}

static ek_span go_round(void *ctx)
{
	struct ek_folder *f = ctx;
	struct ek_err err;
	if (is_behind(f) && !step(f, &err) && !ek_rounds_is_ending(f->rounds))
		say(f, EK_JOURNAL_ERROR, "figures_behind", &err);
	bool is_lost = f->figures == NULL; /* the thread alone changes that */
	return (ek_span){is_lost ? AGAIN_MS : TURN_MS};
}

/* ---- others */

void ek_folder_ring(struct ek_folder *f, uint64_t seq)
{
	ek_thread_lock_take(f->bell);
	f->on_disk = seq;
	ek_thread_lock_give(f->bell);
}

/* Until all that was on disk at the beginning is folded, or it took too long. */
static bool wait_until_folded(struct ek_folder *f)
{
	const uint64_t until = ek_clock_mono_ns() + (uint64_t)EK_FOLDER_BEHIND_MS * 1000000;
	ek_thread_lock_take(f->bell);
	const uint64_t wanted = f->on_disk;
	if (f->is_there && f->folded < wanted)
		ek_rounds_nudge(f->rounds);
	while (f->is_there && f->folded < wanted && ek_clock_mono_ns() < until)
		ek_thread_lock_wait(f->bell, (ek_span){TURN_MS / 4});
	bool is_there = f->is_there;
	ek_thread_lock_give(f->bell);
	return is_there;
}

const struct ek_figures *ek_folder_take(void *ctx)
{
	struct ek_folder *f = ctx;
	if (!wait_until_folded(f))
		return NULL;
	ek_thread_lock_take(f->lock);
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
	const struct ek_rounds_options rounds = {go_round, f, {0}};
	bool ok = ek_thread_lock_open(&f->lock, err) && ek_thread_lock_open(&f->bell, err) &&
		  ek_log_open(&log, &f->log, err) && ek_rounds_open(&rounds, &f->rounds, err);
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
	ek_rounds_close(&f->rounds);
	ek_figures_close(&f->figures);
	ek_log_close(&f->log);
	ek_thread_lock_close(&f->lock);
	ek_thread_lock_close(&f->bell);
	ek_arena_fini(&f->arena);
	ek_alloc_free(&alloc, f, sizeof *f);
	*folder = NULL;
}
