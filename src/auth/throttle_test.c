/* Buckets in virtual time, and a table that forgets the right one. */
#include "auth/throttle.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/rng.h"
#include "sys/heap.h"

static struct ek_throttle_table *open_table(uint32_t keys)
{
	struct ek_err err = {0};
	struct ek_throttle_table *t = NULL;
	assert_true(ek_throttle_open(keys, ek_heap_alloc(), &t, &err));
	return t;
}

static struct ek_throttle_ask ask(enum ek_throttle what, const char *key, int64_t ms)
{
	return (struct ek_throttle_ask){
		what, {key, (uint32_t)strlen(key)}, NULL, {1700000000000 + ms}};
}

struct row {
	const char *promise;
	enum ek_throttle what;
	uint32_t burst;   /* as many at once */
	int64_t retry_ms; /* then one more after this */
	int64_t full_ms;  /* and all of them after this */
};

/* The table of rate limits: so many in so long. */
static const struct row rows[] = {
	{"API: 50/s, burst 200", EK_THROTTLE_API, 200, 20, 4000},
	{"failed sign-ins: 5/min per account", EK_THROTTLE_SIGN_IN_ACCOUNT, 5, 12000, 60000},
	{"failed sign-ins: 30/min per network", EK_THROTTLE_SIGN_IN_NETWORK, 30, 2000, 60000},
	{"a known browser has its own", EK_THROTTLE_SIGN_IN_BROWSER, 5, 12000, 60000},
	{"resets: 3/h per account", EK_THROTTLE_RESET_ACCOUNT, 3, 1200000, 3600000},
	{"resets: 20/h per network", EK_THROTTLE_RESET_NETWORK, 20, 180000, 3600000},
	{"uploads: 10/min", EK_THROTTLE_UPLOAD, 10, 6000, 60000},
	{"search: 5/s", EK_THROTTLE_SEARCH, 5, 200, 1000},
	{"exports: 2/h", EK_THROTTLE_EXPORT, 2, 1800000, 3600000},
	{"begun by mail: 60/h", EK_THROTTLE_LETTER, 60, 60000, 3600000},
	{"widget messages: 1/s, burst 5", EK_THROTTLE_WIDGET_MESSAGE, 5, 1000, 5000},
	{"widget: 5 new/h per visitor", EK_THROTTLE_WIDGET_START, 5, 720000, 3600000},
	{"widget: 60 new/h per address", EK_THROTTLE_WIDGET_NETWORK, 60, 60000, 3600000},
	{"surveys: 60/min per network, burst 120", EK_THROTTLE_SURVEY_NETWORK, 120, 1000, 120000},
	{"help pages: 300/min per network", EK_THROTTLE_HELP_NETWORK, 300, 200, 60000},
};

static void the_limits_are_those_documented(void **state)
{
	(void)state;
	struct ek_throttle_table *t = open_table(100);
	assert_int_equal(EK_LEN(rows), EK_THROTTLE_COUNT);
	for (size_t i = 0; i < EK_LEN(rows); i++) {
		struct ek_throttle_ask a = ask(rows[i].what, "k", 0);
		struct ek_throttle_answer got;
		for (uint32_t n = 0; n < rows[i].burst; n++) {
			got = ek_throttle_take(t, &a);
			if (!got.is_allowed || got.remaining != rows[i].burst - 1 - n)
				fail_msg("%s: number %u", rows[i].promise, n);
		}
		assert_int_equal(got.limit, rows[i].burst);
		got = ek_throttle_take(t, &a);
		assert_false(got.is_allowed);
		assert_int_equal(got.remaining, 0);
		assert_int_equal(got.retry_after.ms, rows[i].retry_ms);
		assert_int_equal(got.reset.ms - a.now.ms, rows[i].full_ms);
		a.now.ms += rows[i].retry_ms - 1;
		assert_false(ek_throttle_take(t, &a).is_allowed);
		a.now.ms += 1;
		assert_true(ek_throttle_take(t, &a).is_allowed);
		assert_false(ek_throttle_take(t, &a).is_allowed);
		a.now.ms += rows[i].full_ms;
		got = ek_throttle_look(t, &a);
		assert_int_equal(got.remaining, rows[i].burst);
		assert_int_equal(got.retry_after.ms, 0);
		assert_int_equal(got.reset.ms, a.now.ms);
	}
	ek_throttle_close(&t);
	assert_null(t);
	ek_throttle_close(&t);
}

static void a_token_may_have_its_own_rule(void **state)
{
	(void)state;
	struct ek_throttle_table *t = open_table(4);
	struct ek_throttle_rule seven = {7, 2, {1000}};
	struct ek_throttle_ask a = ask(EK_THROTTLE_API, "tok", 0);
	a.rule = &seven;
	assert_true(ek_throttle_take(t, &a).is_allowed);
	assert_true(ek_throttle_take(t, &a).is_allowed);
	struct ek_throttle_answer got = ek_throttle_take(t, &a);
	assert_false(got.is_allowed);
	assert_int_equal(got.retry_after.ms, 143); /* a seventh of a second, rounded up */
	a.now.ms += got.retry_after.ms;
	assert_true(ek_throttle_take(t, &a).is_allowed);
	ek_throttle_close(&t);
}

static void keys_and_kinds_do_not_mix(void **state)
{
	(void)state;
	struct ek_throttle_table *t = open_table(10);
	struct ek_throttle_ask a = ask(EK_THROTTLE_EXPORT, "a", 0);
	struct ek_throttle_ask b = ask(EK_THROTTLE_EXPORT, "b", 0);
	struct ek_throttle_ask c = ask(EK_THROTTLE_UPLOAD, "a", 0);
	struct ek_throttle_ask none = ask(EK_THROTTLE_EXPORT, "", 0);
	while (ek_throttle_take(t, &a).is_allowed) {
	}
	assert_true(ek_throttle_take(t, &b).is_allowed);
	assert_true(ek_throttle_take(t, &c).is_allowed);
	none.key.p = NULL;
	assert_true(ek_throttle_take(t, &none).is_allowed);
	assert_int_equal(ek_throttle_used(t), 4);
	ek_throttle_close(&t);
}

static void looking_takes_nothing_and_makes_nothing(void **state)
{
	(void)state;
	struct ek_throttle_table *t = open_table(10);
	struct ek_throttle_ask a = ask(EK_THROTTLE_SIGN_IN_ACCOUNT, "mina", 0);
	for (int i = 0; i < 20; i++)
		assert_int_equal(ek_throttle_look(t, &a).remaining, 5);
	assert_int_equal(ek_throttle_used(t), 0);
	ek_throttle_close(&t);
}

static void a_good_sign_in_does_not_count(void **state)
{
	(void)state;
	struct ek_throttle_table *t = open_table(10);
	struct ek_throttle_ask a = ask(EK_THROTTLE_SIGN_IN_ACCOUNT, "mina", 0);
	ek_throttle_give(t, &a); /* to a key that is not there: nothing */
	for (int i = 0; i < 50; i++) {
		assert_true(ek_throttle_take(t, &a).is_allowed);
		ek_throttle_give(t, &a);
	}
	assert_int_equal(ek_throttle_look(t, &a).remaining, 5);
	ek_throttle_give(t, &a); /* never above full */
	assert_int_equal(ek_throttle_look(t, &a).remaining, 5);
	ek_throttle_close(&t);
}

static void a_clock_that_goes_back_locks_nobody_out(void **state)
{
	(void)state;
	struct ek_throttle_table *t = open_table(10);
	struct ek_throttle_ask a = ask(EK_THROTTLE_SIGN_IN_ACCOUNT, "mina", 0);
	while (ek_throttle_take(t, &a).is_allowed) {
	}
	a.now.ms -= 10 * 3600000;
	assert_int_equal(ek_throttle_take(t, &a).retry_after.ms, 12000);
	a.now.ms += 12000;
	assert_true(ek_throttle_take(t, &a).is_allowed);
	a.now.ms = -5000;
	assert_false(ek_throttle_take(t, &a).is_allowed);
	ek_throttle_close(&t);
}

static void the_longest_unused_key_gives_way(void **state)
{
	(void)state;
	struct ek_throttle_table *t = open_table(3);
	static const char *const names[] = {"a", "b", "c"};
	struct ek_throttle_ask asks[3];
	for (size_t i = 0; i < 3; i++) {
		asks[i] = ask(EK_THROTTLE_EXPORT, names[i], 0);
		assert_true(ek_throttle_take(t, &asks[i]).is_allowed);
		assert_true(ek_throttle_take(t, &asks[i]).is_allowed);
	}
	assert_false(ek_throttle_take(t, &asks[0]).is_allowed); /* a is used again */
	struct ek_throttle_ask d = ask(EK_THROTTLE_EXPORT, "d", 0);
	assert_true(ek_throttle_take(t, &d).is_allowed);
	assert_int_equal(ek_throttle_used(t), 3);
	assert_int_equal(ek_throttle_look(t, &asks[0]).remaining, 0);
	assert_int_equal(ek_throttle_look(t, &asks[1]).remaining, 2); /* b is forgotten */
	assert_int_equal(ek_throttle_look(t, &asks[2]).remaining, 0);
	ek_throttle_close(&t);
}

/* Against a plain list that is searched from its end. */
enum { MODEL_KEYS = 20, MODEL_NAMES = 40 };
struct model {
	uint32_t n;
	uint32_t name[MODEL_KEYS];
	int64_t tokens[MODEL_KEYS]; /* in thousandths, as of `at` */
	int64_t at[MODEL_KEYS];
};

/* 5/s, burst 5: five thousandths of a token each millisecond. */
static bool model_take(struct model *m, uint32_t name, int64_t ms)
{
	uint32_t i = 0;
	int64_t tokens = 5000;
	while (i < m->n && m->name[i] != name)
		i++;
	if (i < m->n) {
		tokens = m->tokens[i] + 5 * (ms - m->at[i]);
		tokens = tokens > 5000 ? 5000 : tokens;
	} else if (m->n == MODEL_KEYS) {
		i = 0;
	} else {
		i = m->n++;
	}
	for (; i + 1 < m->n; i++) {
		m->name[i] = m->name[i + 1];
		m->tokens[i] = m->tokens[i + 1];
		m->at[i] = m->at[i + 1];
	}
	bool is_allowed = tokens >= 1000;
	m->name[i] = name;
	m->tokens[i] = tokens - (is_allowed ? 1000 : 0);
	m->at[i] = ms;
	return is_allowed;
}

static void a_second_opinion_agrees(void **state)
{
	(void)state;
	struct ek_throttle_table *t = open_table(MODEL_KEYS);
	struct model m = {0};
	struct ek_rng rng = {11};
	uint32_t refused = 0;
	int64_t ms = 0;
	for (int n = 0; n < 200000; n++) {
		char key[2] = {0};
		uint32_t name = ek_rng_below(&rng, ek_rng_chance(&rng, 80) ? 8 : MODEL_NAMES);
		key[0] = (char)('A' + name);
		ms += ek_rng_below(&rng, 40);
		struct ek_throttle_ask a = ask(EK_THROTTLE_SEARCH, key, ms);
		bool is_allowed = ek_throttle_take(t, &a).is_allowed;
		refused += !is_allowed;
		assert_true(is_allowed == model_take(&m, name, ms));
	}
	assert_true(refused > 1000);
	ek_throttle_close(&t);
}

/* An allocator that says no the n-th time. */
struct stingy {
	int left;
	size_t held;
};
static void *stingy_resize(void *ctx, void *p, size_t old_n, size_t n)
{
	struct stingy *s = ctx;
	if (n == 0) {
		s->held -= old_n;
		free(p);
		return NULL;
	}
	if (s->left-- == 0)
		return NULL;
	s->held += n - old_n;
	return realloc(p, n);
}

static void a_million_keys_stay_within_64_mib(void **state)
{
	(void)state;
	struct stingy s = {99, 0};
	struct ek_err err = {0};
	struct ek_throttle_table *t = NULL;
	assert_true(ek_throttle_open(EK_THROTTLE_KEYS_MAX, (struct ek_alloc){&s, stingy_resize}, &t,
				     &err));
	assert_true(s.held <= 64 << 20);
	for (uint32_t i = 0; i < EK_THROTTLE_KEYS_MAX + 5000; i++) {
		struct ek_throttle_ask a = ask(EK_THROTTLE_API, "", 0);
		a.key = (ek_str){(const char *)&i, sizeof i};
		assert_true(ek_throttle_take(t, &a).is_allowed);
	}
	assert_int_equal(ek_throttle_used(t), EK_THROTTLE_KEYS_MAX);
	ek_throttle_close(&t);
	assert_int_equal(s.held, 0);
}

static void no_memory_is_said_and_nothing_kept(void **state)
{
	(void)state;
	for (int n = 0; n < 3; n++) {
		struct stingy s = {n, 0};
		struct ek_err err = {0};
		struct ek_throttle_table *t = NULL;
		assert_false(ek_throttle_open(100, (struct ek_alloc){&s, stingy_resize}, &t, &err));
		assert_int_equal(err.code, EK_NO_MEMORY);
		assert_null(t);
		assert_int_equal(s.held, 0);
	}
}

struct network {
	const char *a;
	const char *b;
	bool is_one;
};
static const struct network networks[] = {
	{"192.0.2.1", "192.0.2.1", true},
	{"192.0.2.1", "192.0.2.2", false},
	{"::ffff:192.0.2.1", "192.0.2.1", true},
	{"2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff", true},
	{"2001:db8:1:2::1", "2001:db8:1:3::1", false},
	{"fe80::1%eth0", "fe80::2%eth1", true},
	{"::1", "::2", true},
	{"::1", "0.0.0.1", false},
	{"", "unix", true},
	{"", "0.0.0.0", false},
	{"192.0.2.1x", "not an address", true},
	{"0300.0.2.1", "192.0.2.1", false},
	{"1111:2222:3333:4444:5555:6666:7777:8888:9999:aaaa:bbbb", "", true},
};

static void networks_are_32_and_64_bits(void **state)
{
	(void)state;
	for (size_t i = 0; i < EK_LEN(networks); i++) {
		char x[EK_THROTTLE_NETWORK], y[EK_THROTTLE_NETWORK];
		ek_str a = {networks[i].a, (uint32_t)strlen(networks[i].a)};
		ek_str b = {networks[i].b, (uint32_t)strlen(networks[i].b)};
		bool is_one = ek_str_equal(ek_throttle_network(a, x), ek_throttle_network(b, y));
		if (is_one != networks[i].is_one)
			fail_msg("%s, %s", networks[i].a, networks[i].b);
	}
}

static void seconds_are_rounded_up(void **state)
{
	(void)state;
	assert_int_equal(ek_throttle_seconds((ek_span){0}), 0);
	assert_int_equal(ek_throttle_seconds((ek_span){1}), 1);
	assert_int_equal(ek_throttle_seconds((ek_span){1000}), 1);
	assert_int_equal(ek_throttle_seconds((ek_span){1001}), 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_limits_are_those_documented),
		cmocka_unit_test(a_token_may_have_its_own_rule),
		cmocka_unit_test(keys_and_kinds_do_not_mix),
		cmocka_unit_test(looking_takes_nothing_and_makes_nothing),
		cmocka_unit_test(a_good_sign_in_does_not_count),
		cmocka_unit_test(a_clock_that_goes_back_locks_nobody_out),
		cmocka_unit_test(the_longest_unused_key_gives_way),
		cmocka_unit_test(a_second_opinion_agrees),
		cmocka_unit_test(a_million_keys_stay_within_64_mib),
		cmocka_unit_test(no_memory_is_said_and_nothing_kept),
		cmocka_unit_test(networks_are_32_and_64_bits),
		cmocka_unit_test(seconds_are_rounded_up),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
