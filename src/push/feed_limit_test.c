/* Live streams: what time brings, states, limits and rights (promises P8, P11; security, section
 * 2).
 */
#include "push/feed_scene.h"

/* ---- time ---- */

static void test_heartbeat_and_position(void **state)
{
	struct fixture *f = *state;
	ek_feed_scene_reopen(f);
	struct ek_feed_wish w = {.team = 2, .reach.all = true};
	struct client *c = ek_feed_scene_client(f, w);
	assert_true(ek_feed_scene_connect(c));
	ek_feed_scene_pull(c);
	c->checks = 0;
	for (int i = 0; i < 14; i++) {
		ek_feed_scene_pass(f, 1000);
		ek_feed_scene_pull(c);
		assert_int_equal(c->text_n, 0);
	}
	ek_feed_scene_pass(f, 1000);
	assert_int_equal(c->wakes, 1);
	ek_feed_scene_pull(c);
	assert_string_equal(c->text, ": still here\n\n");
	assert_true(c->checks >= 3);
	ek_feed_scene_arrive(f, 1, 1);
	ek_feed_scene_write(f, 1);
	ek_feed_scene_publish(f);
	assert_int_equal(c->wakes, 0);
	ek_feed_scene_pass(f, EK_FEED_BEAT_MS);
	ek_feed_scene_pull(c);
	assert_string_equal(c->text, "id: 2\nevent: position\ndata: {\"seq\":2,\"prev\":0}\n\n");
	ek_feed_scene_arrive(f, 2, 2);
	ek_feed_scene_publish(f);
	ek_feed_scene_pull(c);
	ek_feed_scene_has(c, "{\"seq\":3,\"prev\":2,");
	ek_feed_scene_sound(c);
	ek_feed_scene_free(c);
}

static void test_jitter(void **state)
{
	struct fixture *f = *state;
	ek_feed_scene_reopen(f);
	unsigned first = 0;
	bool differs = false;
	for (int i = 0; i < 20; i++) {
		struct client *c = ek_feed_scene_connect_all(f);
		ek_feed_scene_pull(c);
		unsigned retry = 0;
		for (const char *p = c->text + 7; *p >= '0' && *p <= '9'; p++)
			retry = retry * 10 + (unsigned)(*p - '0');
		assert_in_range(retry, 1000, 3000);
		differs = differs || (i > 0 && retry != first);
		first = retry;
		ek_feed_scene_free(c);
	}
	assert_true(differs);
}

static void tell(struct fixture *f, uint32_t team, int waiting)
{
	char json[64];
	size_t n =
		ek_format(json, sizeof json, "{\"seq\":%llu,\"team\":\"team_%u\",\"waiting\":%d}",
			  (unsigned long long)f->head, (unsigned)team, waiting);
	const struct ek_feed_state s = {
		.kind = EK_FEED_QUEUE, .key = team, .team = team, .json = {json, (uint32_t)n}};
	assert_true(ek_feed_state(f->feed, &s, &f->err));
}

static void test_states_are_merged(void **state)
{
	struct fixture *f = *state;
	ek_feed_scene_reopen(f);
	struct client *c =
		ek_feed_scene_client(f, (struct ek_feed_wish){.team = 1, .reach.all = true});
	assert_true(ek_feed_scene_connect(c));
	ek_feed_scene_pull(c);
	ek_feed_scene_pass(f, 600);
	tell(f, 1, 1);
	tell(f, 2, 9);
	ek_feed_scene_pass(f, 0);
	ek_feed_scene_pull(c);
	assert_string_equal(
		c->text,
		"event: state.queue\ndata: {\"seq\":0,\"team\":\"team_1\",\"waiting\":1}\n\n");
	for (int i = 2; i <= 10; i++) {
		ek_feed_scene_pass(f, 49);
		tell(f, 1, i);
		ek_feed_scene_pull(c);
		assert_int_equal(c->text_n, 0);
	}
	ek_feed_scene_pass(f, 59);
	assert_int_equal(c->wakes, 1);
	ek_feed_scene_pull(c);
	assert_string_equal(c->text, "event: state.queue\ndata: "
				     "{\"seq\":0,\"team\":\"team_1\",\"waiting\":10}\n\n");
	ek_feed_scene_pass(f, 600);
	ek_feed_scene_pull(c);
	assert_int_equal(c->text_n, 0);
	/* sent anew to whoever comes again */
	ek_feed_leave(&c->sub);
	assert_true(ek_feed_scene_connect(c));
	ek_feed_scene_pull(c);
	ek_feed_scene_has(c, "\"waiting\":10}\n\n");
	ek_feed_scene_lacks(c, "team_2");
	ek_feed_scene_sound(c);
	ek_feed_scene_free(c);
}

static void tell_chat(struct fixture *f, uint32_t conversation, int n)
{
	char json[64];
	size_t bytes = ek_format(json, sizeof json, "{\"seq\":0,\"conversation\":%u,\"n\":%d}",
				 (unsigned)conversation, n);
	const struct ek_feed_state s = {.kind = EK_FEED_CHAT,
					.key = conversation,
					.team = 1,
					.json = {json, (uint32_t)bytes}};
	assert_true(ek_feed_state(f->feed, &s, &f->err));
}

/* Who looks at one conversation hears what its visitor does, and of no other; who wants events
 * alone hears no state. */
static void test_states_of_one_conversation(void **state)
{
	struct fixture *f = *state;
	ek_feed_scene_reopen(f);
	struct ek_feed_wish events = {.conversation = 7, .reach.all = true};
	ek_feed_types_events(&events.types);
	struct client *one = ek_feed_scene_client(
		f, (struct ek_feed_wish){.conversation = 7, .reach.all = true});
	struct client *bare = ek_feed_scene_client(f, events);
	assert_true(ek_feed_scene_connect(one));
	assert_true(ek_feed_scene_connect(bare));
	ek_feed_scene_pull(one);
	ek_feed_scene_pull(bare);
	ek_feed_scene_pass(f, 600);
	for (uint32_t id = 1; id <= 20; id++)
		tell_chat(f, id, 1);
	tell(f, 1, 4);
	ek_feed_scene_pass(f, 0);
	assert_int_equal(bare->wakes, 0);
	ek_feed_scene_pull(one);
	assert_string_equal(one->text,
			    "event: state.chat\ndata: {\"seq\":0,\"conversation\":7,\"n\":1}\n\n");
	ek_feed_scene_pass(f, 600);
	tell_chat(f, 8, 2);
	tell_chat(f, 7, 2);
	ek_feed_scene_pass(f, 600);
	ek_feed_scene_pull(one);
	assert_string_equal(one->text,
			    "event: state.chat\ndata: {\"seq\":0,\"conversation\":7,\"n\":2}\n\n");
	ek_feed_scene_pass(f, 600);
	ek_feed_scene_pull(one);
	assert_int_equal(one->text_n, 0);
	ek_feed_scene_sound(one);
	ek_feed_scene_free(one);
	ek_feed_scene_free(bare);
}

static void test_states_are_bounded(void **state)
{
	struct fixture *f = *state;
	ek_feed_scene_reopen(f);
	for (uint32_t i = 1; i <= EK_FEED_STATES + 100; i++)
		tell(f, i, 0);
	assert_int_equal(ek_feed_stats(f->feed).states, EK_FEED_STATES);
	struct client *c = ek_feed_scene_connect_all(f);
	ek_feed_scene_pull_by(c, 777);
	assert_int_equal(c->check.states, EK_FEED_STATES);
	ek_feed_scene_sound(c);
	ek_feed_scene_free(c);
	char great[EK_FEED_STATE_BYTES + 1];
	memset(great, 'x', sizeof great);
	const struct {
		ek_str json;
		enum ek_code code;
	} rows[] = {{{great, sizeof great}, EK_LIMIT},
		    {EK_S("{\"a\":\n1}"), EK_USAGE},
		    {EK_S("{}\r"), EK_USAGE},
		    {EK_S(""), EK_USAGE}};
	for (size_t i = 0; i < EK_LEN(rows); i++) {
		struct ek_feed_state s = {.kind = EK_FEED_JOB, .key = 1, .json = rows[i].json};
		assert_false(ek_feed_state(f->feed, &s, &f->err));
		assert_int_equal(f->err.code, rows[i].code);
	}
}

/* ---- limits ---- */

/* N17: who never reads is cut, after 30 s or 1 MiB, whichever comes first. */
static void test_slow_reader_is_cut(void **state)
{
	struct fixture *f = *state;
	ek_feed_scene_reopen(f);
	struct client *slow = ek_feed_scene_connect_all(f);
	struct client *good = ek_feed_scene_connect_all(f);
	ek_feed_scene_pull(slow);
	ek_feed_scene_pull(good);
	ek_feed_scene_fill(f, 3000);
	ek_feed_scene_publish(f); /* some 150 bytes each: less than 1 MiB */
	assert_int_equal(slow->cuts, 0);
	for (int i = 0; i < 29; i++) {
		ek_feed_scene_pass(f, 1000);
		ek_feed_scene_pull(good);
	}
	assert_int_equal(slow->cuts, 0);
	ek_feed_scene_pass(f, 1000);
	assert_int_equal(slow->cuts, 1);
	ek_feed_scene_pass(f, 100000);
	assert_int_equal(slow->cuts, 1);
	ek_feed_scene_pull(slow);
	assert_true(slow->ended);
	ek_feed_scene_pull(good);
	assert_false(good->ended);
	assert_int_equal(good->check.n, 3000);
	ek_feed_scene_free(slow);
	ek_feed_scene_free(good);
}

static void test_reader_behind_is_cut(void **state)
{
	struct fixture *f = *state;
	ek_feed_scene_reopen(f);
	struct client *slow = ek_feed_scene_connect_all(f);
	struct client *narrow =
		ek_feed_scene_client(f, (struct ek_feed_wish){.team = 9, .reach.all = true});
	struct client *good = ek_feed_scene_connect_all(f);
	assert_true(ek_feed_scene_connect(narrow));
	ek_feed_scene_pull(slow);
	ek_feed_scene_pull(good);
	ek_feed_scene_pull(narrow);
	struct ek_texts tags = {NULL, 0};
	ek_str *v = ek_arena_zero(&f->arena, 32 * sizeof *v);
	char *text = ek_arena_zero(&f->arena, 200);
	assert_true(v != NULL && text != NULL);
	memset(text, 't', 200);
	for (int i = 0; i < 32; i++)
		v[i] = (ek_str){text, 200};
	tags = (struct ek_texts){v, 32};
	for (int i = 0; i < 200; i++) { /* some 6.5 KB each */
		ek_feed_scene_arrive(f, (uint32_t)i + 1, 1);
		f->log[f->head].conversation_arrived.tags = tags;
		ek_feed_scene_publish(f);
		ek_feed_scene_pull(good);
	}
	assert_int_equal(slow->cuts, 1);
	ek_feed_scene_pull(slow);
	assert_true(slow->ended);
	assert_int_equal(good->cuts + narrow->cuts, 0);
	assert_int_equal(good->check.n, 200);
	/* it comes again, and catches up however far behind it is */
	ek_feed_leave(&slow->sub);
	slow->wish.resumes = true;
	slow->wish.after = 0;
	assert_true(ek_feed_scene_connect(slow));
	ek_feed_scene_pull_through(slow);
	assert_int_equal(slow->check.n, 200);
	ek_feed_scene_sound(slow);
	ek_feed_scene_free(slow);
	ek_feed_scene_free(good);
	ek_feed_scene_free(narrow);
}

static void test_streams_are_limited(void **state)
{
	struct fixture *f = *state;
	ek_feed_scene_reopen(f);
	struct client *c[41];
	struct ek_feed_wish w = {.reach.all = true};
	for (uint32_t i = 0; i < 40; i++) {
		w.person = i / 5 + 1;
		c[i] = ek_feed_scene_client(f, w);
		assert_true(ek_feed_scene_connect(c[i]));
	}
	w.person = 99;
	c[40] = ek_feed_scene_client(f, w);
	assert_false(ek_feed_scene_connect(c[40]));
	assert_int_equal(f->err.code, EK_BUSY);
	ek_feed_leave(&c[39]->sub);
	c[40]->wish.person = 1;
	assert_false(ek_feed_scene_connect(c[40]));
	assert_int_equal(f->err.code, EK_LIMIT);
	ek_feed_leave(&c[0]->sub);
	assert_true(ek_feed_scene_connect(c[40]));
	ek_feed_end(f->feed);
	for (uint32_t i = 0; i < 41; i++) {
		if (c[i]->sub != NULL) {
			ek_feed_scene_pull(c[i]);
			assert_true(c[i]->ended);
		}
		ek_feed_scene_free(c[i]);
	}
	c[0] = ek_feed_scene_client(f, w);
	assert_false(ek_feed_scene_connect(c[0]));
	ek_feed_scene_free(c[0]);
}

static bool allow_even(void *ctx, const struct ek_feed_frame *frame)
{
	(void)ctx;
	return frame->conversation % 2 == 0;
}

static void test_rights(void **state)
{
	struct fixture *f = *state;
	ek_feed_scene_reopen(f);
	struct ek_feed_wish w = {.allow = allow_even, .reach.all = true};
	struct client *even = ek_feed_scene_client(f, w);
	struct client *gone = ek_feed_scene_connect_all(f);
	struct client *mover = ek_feed_scene_client(
		f, (struct ek_feed_wish){.reach = {.team_count = 1, .teams = {1}}});
	assert_true(ek_feed_scene_connect(even) && ek_feed_scene_connect(mover));
	ek_feed_scene_pull(even);
	ek_feed_scene_pull(gone);
	ek_feed_scene_pull(mover);
	for (uint32_t i = 1; i <= 20; i++)
		ek_feed_scene_arrive(f, i, 1);
	ek_feed_scene_publish(f);
	ek_feed_scene_pull(even);
	assert_int_equal(even->check.n, 10);
	/* at the next check without being told: within 5 s */
	gone->rights = EK_FEED_GONE;
	for (int i = 0; i < 5 && !gone->ended; i++) {
		ek_feed_scene_pass(f, 1000);
		ek_feed_scene_pull(gone);
	}
	assert_true(gone->ended);
	/* at once when told */
	ek_feed_scene_pull(mover);
	mover->rights = EK_FEED_CHANGED;
	mover->reach = (struct ek_feed_reach){.team_count = 1, .teams = {2}};
	ek_feed_recheck(f->feed);
	ek_feed_scene_pass(f, 1);
	assert_true(mover->wakes > 0);
	ek_feed_scene_arrive(f, 21, 1);
	ek_feed_scene_publish(f);
	ek_feed_scene_pull(mover);
	assert_string_equal(mover->text, "id: 21\nevent: reset\ndata: "
					 "{\"reason\":\"rights_changed\",\"seq\":21}\n\n");
	ek_feed_scene_arrive(f, 22, 2);
	ek_feed_scene_arrive(f, 23, 1);
	ek_feed_scene_publish(f);
	ek_feed_scene_pull(mover);
	ek_feed_scene_has(mover, "{\"seq\":22,\"prev\":21,");
	assert_int_equal(mover->check.n, 21);
	ek_feed_scene_sound(mover);
	ek_feed_scene_free(even);
	ek_feed_scene_free(gone);
	ek_feed_scene_free(mover);
}

/* ---- no memory ---- */

struct scarce {
	int64_t left;
};

static void *scarce_resize(void *ctx, void *p, size_t old_n, size_t n)
{
	struct scarce *s = ctx;
	(void)old_n;
	if (n == 0) {
		free(p);
		return NULL;
	}
	if (s->left-- <= 0)
		return NULL;
	return realloc(p, n);
}

/* Each allocation fails once: nothing leaks, nothing is half done, and it goes on after. */
static void test_no_memory(void **state)
{
	struct fixture *f = *state;
	ek_feed_scene_fill(f, 600);
	struct scarce s = {0};
	f->o.alloc = (struct ek_alloc){&s, scarce_resize};
	f->o.head = 300;
	for (int64_t k = 0;; k++) {
		struct ek_feed *feed = NULL;
		struct client c = {.f = f, .wish = {.reach.all = true}};
		c.wish.ctx = &c;
		c.wish.wake = ek_feed_scene_wake;
		uint64_t head = f->head;
		f->head = 300;
		s.left = k;
		bool ok = ek_feed_open(&f->o, &feed, &f->err);
		f->head = head;
		ok = ok && ek_feed_subscribe(feed, &c.wish, f->now, &c.sub, &f->err) &&
		     ek_feed_publish(feed, &f->log[301], 300, f->now, &f->err) &&
		     ek_feed_state(feed,
				   &(struct ek_feed_state){.kind = EK_FEED_LOAD,
							   .key = 1,
							   .json = EK_S("{\"seq\":1}")},
				   &f->err);
		if (!ok)
			assert_int_equal(f->err.code, EK_NO_MEMORY);
		s.left = 1000000;
		if (feed != NULL) {
			assert_true(ek_feed_publish(feed, &f->log[301], 300, f->now, &f->err));
			assert_int_equal(ek_feed_head(feed), 600);
		}
		ek_feed_leave(&c.sub);
		ek_feed_close(&feed);
		if (ok)
			break;
	}
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, ek_feed_scene_open, ek_feed_scene_close)
	const struct CMUnitTest tests[] = {
		T(test_heartbeat_and_position),
		T(test_jitter),
		T(test_states_are_merged),
		T(test_states_of_one_conversation),
		T(test_states_are_bounded),
		T(test_slow_reader_is_cut),
		T(test_reader_behind_is_cut),
		T(test_streams_are_limited),
		T(test_rights),
		T(test_no_memory),
	};
	return cmocka_run_group_tests_name("feed limits", tests, NULL, NULL);
}
