#include "server/feeder.h"

#include <string.h>

#include "engine/look.h"
#include "store/contact.h"
#include "store/walk.h"
#include "sys/clock.h"
#include "sys/heap.h"
#include "sys/thread.h"
#include "wire/json.h"

enum {
	TURN_MS = 100,
	EVENT_MEMORY = 256 * 1024 * 1024,
	LOG_NAME = 32, /* hexadecimal digits */
};

/* What was last told of somebody or something. */
struct told {
	int64_t a;
	int64_t b;
	int64_t c;
};

struct ek_feeder {
	struct ek_feeder_options options;
	struct ek_log *log; /* reads only; the thread's own after open */
	struct ek_feed *feed;
	struct ek_arena arena;
	struct ek_thread *thread;
	struct ek_thread_lock *lock;
	/* Under the lock. */
	uint64_t on_disk;
	bool ending;
	bool closing;
	bool looking; /* a look is under way */
	/* The looks' own, one at a time. */
	struct ek_group *group;
	struct ek_group_call call;
	uint64_t looked_seq;
	ek_time looked_at;
	struct told *mates;
	struct told *teams;
	uint32_t mate_cap;
	uint32_t team_cap;
	struct ek_json json;
};

static ek_time steady(void)
{
	return (ek_time){(int64_t)(ek_clock_mono_ns() / 1000000)};
}

static void complain(struct ek_feeder *f, const char *event, const struct ek_err *err)
{
	ek_journal_say_why(f->options.journal, EK_JOURNAL_ERROR, event, err);
}

/* ---- from the log */

struct page {
	struct ek_feeder *f;
	ek_feed_event *visit; /* NULL: to the feed */
	void *ctx;
	ek_time now;
};

static bool give(void *ctx, const struct ek_body_reader *at, const struct ek_event *event,
		 struct ek_err *err)
{
	struct page *p = ctx;
	(void)at;
	if (event == NULL)
		return true;
	if (p->visit == NULL)
		return ek_feed_publish(p->f->feed, event, 1, p->now, err);
	return p->visit(p->ctx, event) || ek_fail(err, EK_CONFLICT, "enough");
}

static bool history(void *ctx, const struct ek_feed_read *what, struct ek_err *err)
{
	struct ek_feeder *f = ctx;
	struct page p = {f, what->visit, what->ctx, steady()};
	const struct ek_walk walk = {f->log, &f->arena, give, &p};
	return ek_walk_run(&walk, (struct ek_log_span){what->from, what->to}, err) ||
	       err->code == EK_CONFLICT;
}

static size_t contact_of(void *ctx, ek_contact_id contact, char out[EK_IDENT_MAX])
{
	char hex[EK_CONTACT_PUBLIC + 1];
	(void)ctx;
	ek_contact_public(contact.v, hex);
	return ek_format(out, EK_IDENT_MAX, "%s%s", ek_ident_prefix(EK_IDENT_CONTACT), hex);
}

static bool present(void *ctx, ek_feed_holding *visit, void *visit_ctx, struct ek_err *err)
{
	struct ek_feeder *f = ctx;
	const struct ek_engine *e = f->options.engine;
	uint32_t n = ek_look_conversation_count(e);
	(void)err;
	for (uint32_t i = 1; i <= n; i++) {
		struct ek_conversation_view v;
		if (ek_look_conversation(e, (ek_conversation_id){i}, &v) &&
		    (v.team.v != 0 || v.teammate.v != 0) &&
		    !visit(visit_ctx, i, v.team.v, v.teammate.v))
			break;
	}
	return true;
}

/* Everything that is on disk and not in the feed yet. */
static bool publish(struct ek_feeder *f, struct ek_err *err)
{
	uint64_t from = ek_feed_head(f->feed) + 1;
	if (!ek_log_refresh(f->log, err))
		return false;
	struct page p = {f, NULL, NULL, steady()};
	const struct ek_walk walk = {f->log, &f->arena, give, &p};
	return ek_walk_run(&walk, (struct ek_log_span){from, 0}, err);
}

/* ---- states */

static void say_state(struct ek_feeder *f, struct ek_feed_state s)
{
	struct ek_err err;
	ek_json_object_end(&f->json);
	s.json = ek_json_written(&f->json);
	if (ek_json_is_whole(&f->json) && !ek_feed_state(f->feed, &s, &err))
		complain(f, "state_not_told", &err);
	ek_json_reset(&f->json);
}

static void begin_state(struct ek_feeder *f, const char *key, enum ek_ident_kind kind, uint32_t id)
{
	ek_json_object(&f->json);
	ek_json_key(&f->json, "seq");
	ek_json_uint(&f->json, f->looked_seq);
	ek_json_key(&f->json, key);
	ek_ident_write(&f->json, kind, id);
}

static void say_int(struct ek_feeder *f, const char *key, int64_t v)
{
	ek_json_key(&f->json, key);
	if (v == EK_NONE)
		ek_json_null(&f->json);
	else
		ek_json_int(&f->json, v);
}

static void look_at_team(struct ek_feeder *f, const struct ek_team_view *v)
{
	struct told *told = &f->teams[v->id.v];
	if (v->deleted || told->a == (int64_t)v->waiting_count + 1)
		return;
	told->a = (int64_t)v->waiting_count + 1;
	begin_state(f, "team", EK_IDENT_TEAM, v->id.v);
	say_int(f, "waiting", v->waiting_count);
	say_state(f,
		  (struct ek_feed_state){.kind = EK_FEED_QUEUE, .key = v->id.v, .team = v->id.v});
}

static void look_at_mate(struct ek_feeder *f, const struct ek_teammate_view *v)
{
	struct told *told = &f->mates[v->id.v];
	const struct told now = {(int64_t)v->load + 1, v->limit, (int64_t)v->presence};
	const struct told before = *told;
	if (v->deleted)
		return;
	*told = now;
	if (now.a != before.a || now.b != before.b) {
		begin_state(f, "teammate", EK_IDENT_TEAMMATE, v->id.v);
		say_int(f, "load", v->load);
		say_int(f, "limit", v->limit);
		say_state(f, (struct ek_feed_state){
				     .kind = EK_FEED_LOAD, .key = v->id.v, .teammate = v->id.v});
	}
	if (now.c != before.c) {
		begin_state(f, "teammate", EK_IDENT_TEAMMATE, v->id.v);
		ek_json_key(&f->json, "presence");
		ek_json_word(&f->json, ek_enums_wire(EK_ENUM_PRESENCE, v->presence));
		say_state(f, (struct ek_feed_state){.kind = EK_FEED_PRESENCE,
						    .key = v->id.v,
						    .teammate = v->id.v});
	}
}

static bool make_room(struct ek_feeder *f, struct told **v, uint32_t *cap, uint32_t n)
{
	if (n < *cap)
		return true;
	uint32_t wanted = 2 * n + 64;
	struct ek_alloc *a = &f->options.alloc;
	struct told *p = a->resize(a->ctx, *v, *cap * sizeof *p, wanted * sizeof *p);
	if (p == NULL)
		return false;
	memset(p + *cap, 0, (wanted - *cap) * sizeof *p);
	*v = p;
	*cap = wanted;
	return true;
}

/* On the writer's thread. Cost: O(teammates + teams), at most twice a second. */
static void look(void *ctx, struct ek_engine *e)
{
	struct ek_feeder *f = ctx;
	uint32_t mates = ek_look_teammate_count(e);
	uint32_t teams = ek_look_team_count(e);
	f->looked_seq = ek_engine_seq(e);
	if (!make_room(f, &f->mates, &f->mate_cap, mates) ||
	    !make_room(f, &f->teams, &f->team_cap, teams))
		return;
	for (uint32_t i = 1; i <= teams; i++) {
		struct ek_team_view v;
		if (ek_look_team(e, (ek_team_id){i}, &v))
			look_at_team(f, &v);
	}
	for (uint32_t i = 1; i <= mates; i++) {
		struct ek_teammate_view v;
		if (ek_look_teammate(e, (ek_teammate_id){i}, &v))
			look_at_mate(f, &v);
	}
}

static void looked(void *ctx, const struct ek_answer *answer, const struct ek_err *err)
{
	struct ek_feeder *f = ctx;
	(void)answer;
	(void)err;
	ek_thread_lock_take(f->lock);
	f->looking = false;
	ek_thread_lock_ring(f->lock);
	ek_thread_lock_give(f->lock);
}

/* Asks the engine anew when something happened since it was last asked. */
static void ask_states(struct ek_feeder *f)
{
	ek_time now = steady();
	ek_thread_lock_take(f->lock);
	bool due = f->group != NULL && !f->looking && !f->ending &&
		   (f->looked_seq != ek_feed_head(f->feed) || f->looked_seq == 0) &&
		   (!ek_time_is_set(f->looked_at) || now.ms - f->looked_at.ms >= EK_FEED_STATE_MS);
	f->looking = f->looking || due;
	ek_thread_lock_give(f->lock);
	if (!due)
		return;
	struct ek_err err;
	f->looked_at = now;
	f->call = (struct ek_group_call){.look = look, .done = looked, .ctx = f};
	if (!ek_group_submit(f->group, &f->call, &err))
		looked(f, NULL, &err);
}

/* ---- the thread */

static bool wait_for_news(struct ek_feeder *f)
{
	ek_thread_lock_take(f->lock);
	if (f->on_disk <= ek_feed_head(f->feed) && !f->closing)
		ek_thread_lock_wait(f->lock, (ek_span){TURN_MS});
	bool closing = f->closing;
	ek_thread_lock_give(f->lock);
	return !closing;
}

static void run(void *ctx)
{
	struct ek_feeder *f = ctx;
	while (wait_for_news(f)) {
		struct ek_err err;
		bool more = true;
		if (!publish(f, &err))
			complain(f, "feed_behind", &err);
		while (more) {
			if (!ek_feed_work(f->feed, steady(), &more, &err)) {
				complain(f, "feed_history", &err);
				more = false;
			}
		}
		ek_feed_tick(f->feed, steady());
		ask_states(f);
	}
}

/* The log's own name: the beginning of the chain of its first row, which a restored backup shares
 * and another log does not. */
static bool name_of(void *ctx, const struct ek_log_row *row, struct ek_err *err)
{
	char *name = ctx;
	static const char digits[] = "0123456789abcdef";
	for (int i = 0; i < LOG_NAME / 2; i++) {
		name[2 * i] = digits[row->chain[i] >> 4];
		name[2 * i + 1] = digits[row->chain[i] & 15];
	}
	return ek_fail(err, EK_CONFLICT, "enough");
}

static bool open_parts(struct ek_feeder *f, struct ek_err *err)
{
	char name[LOG_NAME] = "00000000000000000000000000000000";
	const struct ek_log_options log = {.where = f->options.where, .mode = EK_LOG_READ};
	f->options.where = NULL;
	ek_arena_init(&f->arena, f->options.alloc, EVENT_MEMORY);
	ek_json_init(&f->json, f->options.alloc, EK_FEED_STATE_BYTES);
	if (!ek_thread_lock_open(&f->lock, err) || !ek_log_open(&log, &f->log, err))
		return false;
	if (!ek_log_each(f->log, (struct ek_log_span){1, 1}, name_of, name, err) &&
	    err->code != EK_CONFLICT)
		return false;
	const struct ek_feed_options feed = {
		.alloc = f->options.alloc,
		.log = {name, sizeof name},
		.head = ek_log_head(f->log)->seq,
		.source = {.ctx = f, .present = present, .history = history, .contact = contact_of},
		.seed = ek_clock_mono_ns(),
	};
	return ek_feed_open(&feed, &f->feed, err) && ek_thread_open(run, f, &f->thread, err);
}

bool ek_feeder_open(const struct ek_feeder_options *options, struct ek_feeder **out,
		    struct ek_err *err)
{
	*out = NULL;
	struct ek_alloc alloc = options->alloc;
	struct ek_feeder *f = ek_alloc_get(&alloc, sizeof *f);
	if (f == NULL)
		return ek_fail(err, EK_NO_MEMORY, "no memory for a feeder");
	*f = (struct ek_feeder){.options = *options, .looked_at = EK_NO_TIME};
	bool ok = open_parts(f, err);
	if (!ok)
		ek_feeder_close(&f);
	*out = f;
	return ok;
}

void ek_feeder_set_group(struct ek_feeder *f, struct ek_group *group)
{
	ek_thread_lock_take(f->lock);
	f->group = group;
	ek_thread_lock_give(f->lock);
}

struct ek_feed *ek_feeder_feed(struct ek_feeder *f)
{
	return f->feed;
}

void ek_feeder_ring(struct ek_feeder *f, uint64_t seq)
{
	ek_thread_lock_take(f->lock);
	f->on_disk = seq;
	ek_thread_lock_ring(f->lock);
	ek_thread_lock_give(f->lock);
}

uint64_t ek_feeder_seq(struct ek_feeder *f)
{
	return ek_feed_head(f->feed);
}

void ek_feeder_end(struct ek_feeder *f)
{
	ek_thread_lock_take(f->lock);
	f->ending = true;
	while (f->looking)
		ek_thread_lock_wait(f->lock, (ek_span){TURN_MS});
	ek_thread_lock_give(f->lock);
	ek_feed_end(f->feed);
}

void ek_feeder_close(struct ek_feeder **feeder)
{
	struct ek_feeder *f = *feeder;
	if (f == NULL)
		return;
	struct ek_alloc alloc = f->options.alloc;
	if (f->thread != NULL) {
		ek_thread_lock_take(f->lock);
		f->closing = true;
		ek_thread_lock_ring(f->lock);
		ek_thread_lock_give(f->lock);
		ek_thread_close(&f->thread);
	}
	ek_feed_close(&f->feed);
	ek_log_close(&f->log);
	ek_thread_lock_close(&f->lock);
	ek_json_fini(&f->json);
	ek_arena_fini(&f->arena);
	ek_alloc_free(&alloc, f->mates, f->mate_cap * sizeof *f->mates);
	ek_alloc_free(&alloc, f->teams, f->team_cap * sizeof *f->teams);
	ek_alloc_free(&alloc, f, sizeof *f);
	*feeder = NULL;
}
