/* One thread publishes, two pull, one tells states and calls for checks: nothing is lost, no wake
 * is lost, and (under the thread sanitizer) nothing is read while it is written. Time stands
 * still, so that no heartbeat can hide a wake that was lost. */
#include "push/feed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sim/stream_check.h"
#include "sys/heap.h"
#include "sys/thread.h"

enum { EVENTS = 6000, READERS = 2, STREAMS = 16, STATES = 500, TEAMS = 4, CLOSE_AT = 2500 };

struct stream {
	struct reader *reader;
	struct ek_feed_sub *sub;
	struct ek_feed_wish wish;
	struct ek_stream_check check;
	bool woken; /* under the reader's lock */
	uint32_t expected;
	uint64_t comes_again; /* leaves and comes back once, at that seq */
};

struct reader {
	struct scene *scene;
	struct ek_thread *thread;
	struct ek_thread_lock *lock;
	struct stream streams[STREAMS];
	struct ek_err err;
};

struct scene {
	struct ek_feed *feed;
	struct ek_event *log;
	struct reader readers[READERS];
	atomic_uint busy; /* readers */
	atomic_bool failed;
};

static const ek_time now = {1000};

static bool history(void *ctx, const struct ek_feed_read *what, struct ek_err *err)
{
	struct scene *s = ctx;
	(void)err;
	for (uint64_t seq = what->from; seq <= what->to; seq++) {
		if (!what->visit(what->ctx, &s->log[seq]))
			break;
	}
	return true;
}

static void wake(void *ctx)
{
	struct stream *s = ctx;
	ek_thread_lock_take(s->reader->lock);
	s->woken = true;
	ek_thread_lock_ring(s->reader->lock);
	ek_thread_lock_give(s->reader->lock);
}

static enum ek_feed_rights check(void *ctx, struct ek_feed_reach *reach)
{
	(void)ctx;
	(void)reach;
	return EK_FEED_SAME;
}

static bool enter(struct stream *s)
{
	s->wish.after = s->check.held;
	ek_stream_check_connect(&s->check);
	return ek_feed_subscribe(s->reader->scene->feed, &s->wish, now, &s->sub, &s->reader->err);
}

static bool pull(struct stream *s)
{
	char buf[3000];
	for (enum ek_feed_next next = EK_FEED_MORE; next == EK_FEED_MORE;) {
		size_t n = 0;
		next = ek_feed_pull(s->sub, now, buf, sizeof buf, &n);
		ek_stream_check_feed(&s->check, buf, n);
		if (next == EK_FEED_END)
			return false;
		if (s->comes_again != 0 && s->check.held >= s->comes_again) {
			s->comes_again = 0;
			ek_feed_leave(&s->sub);
			if (!enter(s))
				return false;
		}
	}
	return true;
}

/* One that was woken; waits for it. NULL: none for a long time. */
static struct stream *next_woken(struct reader *r)
{
	struct stream *s = NULL;
	ek_thread_lock_take(r->lock);
	for (int tries = 0; s == NULL && tries < 3000; tries++) {
		for (int i = 0; i < STREAMS && s == NULL; i++) {
			if (r->streams[i].woken)
				s = &r->streams[i];
		}
		if (s == NULL)
			ek_thread_lock_wait(r->lock, (ek_span){10});
	}
	if (s != NULL)
		s->woken = false;
	ek_thread_lock_give(r->lock);
	return s;
}

static void read_streams(void *ctx)
{
	struct reader *r = ctx;
	bool ok = true;
	for (int i = 0; i < STREAMS && ok; i++)
		ok = enter(&r->streams[i]) && pull(&r->streams[i]);
	for (uint32_t done = 0; ok && done < STREAMS;) {
		struct stream *s = next_woken(r);
		ok = s != NULL && pull(s);
		done = 0;
		for (int i = 0; i < STREAMS; i++)
			done += r->streams[i].check.n >= r->streams[i].expected;
	}
	if (!ok)
		atomic_store(&r->scene->failed, true);
	for (int i = 0; i < STREAMS; i++)
		ek_feed_leave(&r->streams[i].sub);
	atomic_fetch_sub(&r->scene->busy, 1);
}

static void tell_states(void *ctx)
{
	struct scene *s = ctx;
	struct ek_err err;
	for (uint32_t i = 0; i < STATES; i++) {
		char json[64];
		size_t n = ek_format(json, sizeof json, "{\"seq\":%u,\"waiting\":%u}", i, i);
		const struct ek_feed_state state = {.kind = EK_FEED_QUEUE,
						    .key = i % TEAMS,
						    .team = i % TEAMS + 1,
						    .json = {json, (uint32_t)n}};
		if (!ek_feed_state(s->feed, &state, &err))
			atomic_store(&s->failed, true);
		if (i % 50 == 0)
			ek_feed_recheck(s->feed);
		(void)ek_feed_stats(s->feed);
	}
}

static void make_events(struct scene *s)
{
	for (uint32_t seq = 1; seq <= EVENTS; seq++) {
		struct ek_event *e = &s->log[seq];
		*e = (struct ek_event){.seq = seq, .at = {seq}};
		if (seq <= TEAMS) {
			e->kind = EK_EVENT_CONVERSATION_ARRIVED;
			e->conversation_arrived.conversation.v = seq;
			e->conversation_arrived.team.v = seq;
		} else {
			e->kind = EK_EVENT_MESSAGE_ADDED;
			e->message_added.conversation.v = seq % TEAMS + 1;
		}
	}
}

static bool open_reader(struct scene *s, uint32_t k)
{
	struct reader *r = &s->readers[k];
	struct ek_err err;
	r->scene = s;
	if (!ek_thread_lock_open(&r->lock, &err))
		return false;
	for (uint32_t i = 0; i < STREAMS; i++) {
		struct stream *t = &r->streams[i];
		t->reader = r;
		t->expected = i % 4 == 0 ? EVENTS : EVENTS / TEAMS;
		t->comes_again = i % 3 == 0 ? CLOSE_AT : 0;
		t->wish = (struct ek_feed_wish){
			.ctx = t,
			.check = check,
			.wake = wake,
			.resumes = true,
			.reach = {.all = i % 4 == 0, .team_count = 1, .teams = {i % TEAMS + 1}}};
		if (!ek_stream_check_init(&t->check, 0))
			return false;
	}
	return true;
}

/* The feed's own thread. */
static void publish_all(struct scene *s)
{
	struct ek_err err;
	bool more = false;
	for (uint32_t seq = 1; seq <= EVENTS;) {
		uint32_t n = seq % 7 + 1;
		if (n > EVENTS - seq + 1)
			n = EVENTS - seq + 1;
		assert_true(ek_feed_publish(s->feed, &s->log[seq], n, now, &err));
		seq += n;
		assert_true(ek_feed_work(s->feed, now, &more, &err));
		if (seq % 64 == 0)
			(void)ek_feed_tick(s->feed, now);
	}
	while (atomic_load(&s->busy) > 0) {
		assert_true(ek_feed_work(s->feed, now, &more, &err));
		(void)ek_feed_tick(s->feed, now);
	}
}

static void test_threads(void **state)
{
	(void)state;
	struct ek_err err;
	struct scene *s = calloc(1, sizeof *s);
	assert_non_null(s);
	s->log = calloc(EVENTS + 1, sizeof *s->log);
	assert_non_null(s->log);
	make_events(s);
	const struct ek_feed_options o = {.alloc = ek_heap_alloc(),
					  .log = EK_S("threads"),
					  .source = {.ctx = s, .history = history},
					  .ring_frames = 256,
					  .cache_bytes = 1};
	assert_true(ek_feed_open(&o, &s->feed, &err));
	atomic_store(&s->busy, READERS);
	for (uint32_t k = 0; k < READERS; k++) {
		assert_true(open_reader(s, k));
		assert_true(
			ek_thread_open(read_streams, &s->readers[k], &s->readers[k].thread, &err));
	}
	struct ek_thread *teller = NULL;
	assert_true(ek_thread_open(tell_states, s, &teller, &err));
	publish_all(s);
	ek_thread_close(&teller);
	assert_false(atomic_load(&s->failed));
	for (uint32_t k = 0; k < READERS; k++) {
		struct reader *r = &s->readers[k];
		ek_thread_close(&r->thread);
		for (uint32_t i = 0; i < STREAMS; i++) {
			assert_int_equal(r->streams[i].check.n, r->streams[i].expected);
			assert_int_equal(r->streams[i].check.gaps, 0);
			assert_int_equal(r->streams[i].check.repeats, 0);
			assert_int_equal(r->streams[i].check.broken, 0);
			ek_stream_check_fini(&r->streams[i].check);
		}
		ek_thread_lock_close(&r->lock);
	}
	ek_feed_close(&s->feed);
	free(s->log);
	free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_threads),
	};
	return cmocka_run_group_tests_name("feed threads", tests, NULL, NULL);
}
