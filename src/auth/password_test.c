/* Passwords: what is refused, what is kept, and what the thread does under a flood. */
#include "auth/password.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/rng.h"
#include "sys/thread.h"

/* As little as libsodium takes: for tests only. */
static const struct ek_password_cost small = {1, 8};
static const struct ek_password_cost other = {2, 8};

static ek_str text(const char *s)
{
	return (ek_str){s, (uint32_t)strlen(s)};
}

/* -- judging -- */

struct judged {
	const char *password;
	enum ek_password_fault fault;
};

static const struct judged judged[] = {
	{"", EK_PASSWORD_SHORT},
	{"elevenbytes", EK_PASSWORD_SHORT},
	{"vexed-gnomes", EK_PASSWORD_FINE}, /* twelve */
	{"correct horse battery staple", EK_PASSWORD_FINE},
	{"8 Ziegen, 3 Zuege", EK_PASSWORD_FINE},
	{"kT7#vQ2!mW9x", EK_PASSWORD_FINE},
	{"839201748296", EK_PASSWORD_FINE},
	{"\xec\x9a\xb0\xeb\xa6\xac \xec\xa7\x91 \xea\xb0\x95\xec\x95\x84\xec\xa7\x80 "
	 "\xec\x84\xb8 \xeb\xa7\x88\xeb\xa6\xac",
	 EK_PASSWORD_FINE},
	/* Among the 10,000 commonest. */
	{"1qaz2wsx3edc", EK_PASSWORD_COMMON},
	{"leavemealone", EK_PASSWORD_COMMON},
	{"sonyericsson", EK_PASSWORD_COMMON},
	{"SonyEricsson", EK_PASSWORD_COMMON},
	{"ghbdtnrfrltkf", EK_PASSWORD_COMMON},
	{"maurolarastefy", EK_PASSWORD_COMMON},
	/* Made of pieces. */
	{"aaaaaaaaaaaa", EK_PASSWORD_COMMON},
	{"abababababab", EK_PASSWORD_COMMON},
	{"abcdefghijklmnop", EK_PASSWORD_COMMON},
	{"9876543210987", EK_PASSWORD_COMMON},
	{"qwertyuiop[]", EK_PASSWORD_COMMON},
	{"poiuytrewqasdf", EK_PASSWORD_COMMON},
	{"zaq12wsxcde3", EK_PASSWORD_COMMON},
	{"Password1234", EK_PASSWORD_COMMON},
	{"P@ssw0rd1234!", EK_PASSWORD_COMMON},
	{"dragondragon99", EK_PASSWORD_COMMON},
	{"football12345", EK_PASSWORD_COMMON},
	{"!!!!letmein!!!!", EK_PASSWORD_COMMON},
	{"monkey-shadow1", EK_PASSWORD_COMMON},
	{"\xeb\xb9\x84\xeb\xb0\x80\xeb\xb2\x88\xed\x98\xb8", EK_PASSWORD_COMMON}, /* "password" */
	/* Words of the context. */
	{"evenkeel2026!", EK_PASSWORD_CONTEXT},
	{"Ev3nk33l-2026", EK_PASSWORD_CONTEXT},
	{"MinaPark1999", EK_PASSWORD_CONTEXT},
	{"mina.park@example", EK_PASSWORD_CONTEXT},
	{"m1napark$kiel", EK_PASSWORD_CONTEXT},
	{"ruderboot-kiel", EK_PASSWORD_CONTEXT},
	{"ruderboot leckt nie", EK_PASSWORD_FINE},
	/* No text. */
	{"vexed-gnomes\xff", EK_PASSWORD_NO_TEXT},
	{"vexed-gnomes\xc3", EK_PASSWORD_NO_TEXT},
};

static const struct ek_password_context context = {
	{"Mina Park", 9}, {"mina.park@example.org", 21}, {"Ruderboot Kiel", 14}};

static void what_is_guessed_is_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < EK_LEN(judged); i++) {
		enum ek_password_fault got = ek_password_judge(text(judged[i].password), &context);
		if (got != judged[i].fault)
			fail_msg("%s: %d, not %d", judged[i].password, (int)got,
				 (int)judged[i].fault);
	}
	assert_int_equal(ek_password_judge((ek_str){"vexed\0gnomes!", 13}, &context),
			 EK_PASSWORD_NO_TEXT);
}

static void length_is_12_to_256_bytes(void **state)
{
	(void)state;
	struct ek_password_context nothing = {0};
	char password[EK_PASSWORD_MAX + 1];
	struct ek_rng rng = {5};
	for (size_t i = 0; i < sizeof password; i++)
		password[i] = (char)('!' + ek_rng_below(&rng, 94));
	assert_int_equal(ek_password_judge((ek_str){password, 256}, &nothing), EK_PASSWORD_FINE);
	assert_int_equal(ek_password_judge((ek_str){password, 257}, &nothing), EK_PASSWORD_LONG);
	assert_int_equal(ek_password_judge((ek_str){password, 12}, &nothing), EK_PASSWORD_FINE);
	assert_int_equal(ek_password_judge((ek_str){password, 11}, &nothing), EK_PASSWORD_SHORT);
	memset(password, 'a', sizeof password);
	assert_int_equal(ek_password_judge((ek_str){password, 256}, &nothing), EK_PASSWORD_COMMON);
}

static void hostile_contexts_do_no_harm(void **state)
{
	(void)state;
	struct ek_rng rng = {9};
	for (int n = 0; n < 300; n++) {
		char bytes[300], password[EK_PASSWORD_MAX];
		for (size_t i = 0; i < sizeof bytes; i++)
			bytes[i] = (char)ek_rng_next(&rng);
		for (size_t i = 0; i < sizeof password; i++)
			password[i] = (char)(1 + ek_rng_below(&rng, 127));
		ek_str noise = {bytes, ek_rng_below(&rng, sizeof bytes)};
		struct ek_password_context c = {noise, noise, noise};
		ek_str p = {password, 12 + ek_rng_below(&rng, 244)};
		assert_int_not_equal(ek_password_judge(p, &c), EK_PASSWORD_SHORT);
	}
}

/* -- keeping -- */

static void what_is_kept_verifies(void **state)
{
	(void)state;
	struct ek_err err = {0};
	char kept[EK_PASSWORD_HASH], again[EK_PASSWORD_HASH];
	assert_true(ek_password_hash(EK_S("vexed gnomes"), small, kept, &err));
	assert_true(ek_password_hash(EK_S("vexed gnomes"), small, again, &err));
	assert_string_not_equal(kept, again);
	assert_memory_equal(kept, "$argon2id$v=19$m=8,t=1,p=1$", 27);
	assert_true(ek_password_verify(text(kept), EK_S("vexed gnomes")));
	assert_true(ek_password_verify(text(again), EK_S("vexed gnomes")));
	assert_false(ek_password_verify(text(kept), EK_S("vexed gnome")));
	assert_false(ek_password_verify(text(kept), EK_S("Vexed gnomes")));
	assert_false(ek_password_verify(text(kept), EK_S("")));
	assert_false(ek_password_is_old(text(kept), small));
	assert_true(ek_password_is_old(text(kept), other));
	assert_true(ek_password_is_old(text(""), small));
}

static void the_usual_cost_is_64_mib(void **state)
{
	(void)state;
	struct ek_err err = {0};
	char kept[EK_PASSWORD_HASH];
	assert_true(ek_password_hash(EK_S("vexed gnomes"), ek_password_usual(), kept, &err));
	assert_memory_equal(kept, "$argon2id$v=19$m=65536,t=3,p=1$", 31);
	assert_true(ek_password_verify(text(kept), EK_S("vexed gnomes")));
	assert_true(ek_password_is_allowed(ek_password_usual()));
	assert_true(ek_password_is_allowed((struct ek_password_cost){2, 19 * 1024}));
	assert_false(ek_password_is_allowed((struct ek_password_cost){1, 19 * 1024}));
	assert_false(ek_password_is_allowed((struct ek_password_cost){2, 19 * 1024 - 1}));
	assert_false(ek_password_is_allowed((struct ek_password_cost){17, 64 * 1024}));
	assert_false(ek_password_is_allowed(small));
}

/* From the tests of the reference implementation: phc-winner-argon2, src/test.c. */
static void a_hash_of_the_reference_program_verifies(void **state)
{
	(void)state;
	ek_str kept = EK_S("$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$"
			   "nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4");
	assert_true(ek_password_verify(kept, EK_S("password")));
	assert_false(ek_password_verify(kept, EK_S("passwore")));
}

static void what_is_no_hash_matches_nothing(void **state)
{
	(void)state;
	static const char *const bad[] = {
		"",
		"$",
		"vexed gnomes",
		"$argon2id$v=19$m=8,t=1,p=1$",
		"$argon2id$v=19$m=8,t=1,p=1$$",
		"$argon2i$v=19$m=256,t=2,p=1$c29tZXNhbHQ$iekCn0Y3spW+"
		"sCcFanM2xBT63UP2sghkUoHLIUpWRS8",
		"$argon2id$v=19$m=4194304,t=2,p=1$c29tZXNhbHQ$"
		"nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
		"$argon2id$v=19$m=256,t=4000000,p=1$c29tZXNhbHQ$"
		"nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
		"$argon2id$v=19$m=99999999999,t=2,p=1$c29tZXNhbHQ$"
		"nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
		"$argon2id$v=19$m=256,t=2,p=4$c29tZXNhbHQ$"
		"nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
		"$argon2id$v=16$m=256,t=2,p=1$c29tZXNhbHQ$"
		"nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
		"$2b$12$EXRkfkdmXn2gzds2SSitu.MW9.gAVqa9eLS1//RYtYCmB1eLHg.9q",
	};
	char longest[400];
	for (size_t i = 0; i < EK_LEN(bad); i++)
		if (ek_password_verify(text(bad[i]), EK_S("password")) ||
		    ek_password_verify(text(bad[i]), EK_S("")))
			fail_msg("matches %s", bad[i]);
	memset(longest, '$', sizeof longest);
	assert_false(ek_password_verify((ek_str){longest, sizeof longest}, EK_S("password")));
	assert_false(ek_password_verify((ek_str){NULL, 0}, EK_S("")));
}

static void every_changed_byte_of_a_hash_is_wrong(void **state)
{
	(void)state;
	struct ek_err err = {0};
	char kept[EK_PASSWORD_HASH];
	assert_true(ek_password_hash(EK_S("vexed gnomes"), small, kept, &err));
	/* Its last character has bits that nothing uses, which libsodium refuses too. */
	for (size_t i = 0; kept[i] != '\0'; i++) {
		char was = kept[i];
		kept[i] = was == 'A' ? 'B' : 'A';
		assert_false(ek_password_verify(text(kept), EK_S("vexed gnomes")));
		kept[i] = was;
	}
	assert_true(ek_password_verify(text(kept), EK_S("vexed gnomes")));
}

static void too_long_a_password_is_never_hashed(void **state)
{
	(void)state;
	struct ek_err err = {0};
	char kept[EK_PASSWORD_HASH], password[EK_PASSWORD_MAX + 1];
	memset(password, 'x', sizeof password);
	assert_false(ek_password_hash((ek_str){password, sizeof password}, small, kept, &err));
	assert_int_equal(err.code, EK_LIMIT);
	assert_true(ek_password_hash((ek_str){password, EK_PASSWORD_MAX}, small, kept, &err));
	assert_false(ek_password_verify(text(kept), (ek_str){password, sizeof password}));
	assert_true(ek_password_verify(text(kept), (ek_str){password, EK_PASSWORD_MAX}));
}

/* -- the thread -- */

/* What came back; a gate holds the thread inside its first answer. */
struct heard {
	struct ek_thread_lock *lock;
	bool is_gated;
	uint32_t count;
	uint32_t dropped;
	uint32_t right;
	char hash[EK_PASSWORD_HASH];
};

static void hear(void *ctx, const struct ek_password_answer *answer)
{
	struct heard *h = ctx;
	ek_thread_lock_take(h->lock);
	h->count++;
	h->dropped += answer->is_dropped;
	h->right += answer->is_right;
	h->hash[0] = '\0';
	if (answer->hash != NULL)
		memcpy(h->hash, answer->hash, strlen(answer->hash) + 1);
	ek_thread_lock_ring(h->lock);
	while (h->is_gated)
		ek_thread_lock_wait(h->lock, (ek_span){1000});
	ek_thread_lock_give(h->lock);
}

static void wait_for(struct heard *h, uint32_t count)
{
	ek_thread_lock_take(h->lock);
	while (h->count < count)
		ek_thread_lock_wait(h->lock, (ek_span){1000});
	ek_thread_lock_give(h->lock);
}

static void open_gate(struct heard *h)
{
	ek_thread_lock_take(h->lock);
	h->is_gated = false;
	ek_thread_lock_ring(h->lock);
	ek_thread_lock_give(h->lock);
}

static struct ek_password_job job_of(const char *password, const char *kept, struct heard *h)
{
	return (struct ek_password_job){false, text(password), text(kept), hear, h};
}

static void the_thread_makes_verifies_and_renews(void **state)
{
	(void)state;
	struct ek_err err = {0};
	struct ek_password_thread *t = NULL;
	struct heard h = {0};
	char kept[EK_PASSWORD_HASH], old[EK_PASSWORD_HASH];
	assert_true(ek_thread_lock_open(&h.lock, &err));
	assert_true(ek_password_open(small, &t, &err));
	struct ek_password_job job = job_of("vexed gnomes", "", &h);
	job.is_new = true;
	assert_true(ek_password_ask(t, &job, &err));
	wait_for(&h, 1);
	assert_int_equal(h.right, 0);
	memcpy(kept, h.hash, sizeof kept);
	assert_true(ek_password_verify(text(kept), EK_S("vexed gnomes")));

	job = job_of("vexed gnomes", kept, &h);
	assert_true(ek_password_ask(t, &job, &err));
	wait_for(&h, 2);
	assert_int_equal(h.right, 1);
	assert_int_equal(h.hash[0], 0);

	assert_true(ek_password_hash(EK_S("vexed gnomes"), other, old, &err));
	job = job_of("vexed gnomes", old, &h);
	assert_true(ek_password_ask(t, &job, &err));
	wait_for(&h, 3);
	assert_int_equal(h.right, 2);
	assert_memory_equal(h.hash, "$argon2id$v=19$m=8,t=1,p=1$", 27);
	assert_true(ek_password_verify(text(h.hash), EK_S("vexed gnomes")));

	job = job_of("wrong gnomes", old, &h);
	assert_true(ek_password_ask(t, &job, &err));
	wait_for(&h, 4);
	assert_int_equal(h.right, 2);
	assert_int_equal(h.hash[0], 0);
	ek_password_close(&t);
	assert_null(t);
	ek_password_close(&t);
	assert_int_equal(h.dropped, 0);
	ek_thread_lock_close(&h.lock);
}

static void an_unknown_name_is_wrong(void **state)
{
	(void)state;
	struct ek_err err = {0};
	struct ek_password_thread *t = NULL;
	struct heard h = {0};
	static const char *const none[] = {"", "x", "$argon2id$v=19$m=8,t=1,p=1$"};
	static const char *const tried[] = {"", "vexed gnomes"};
	char longest[300];
	uint32_t count = 0;
	assert_true(ek_thread_lock_open(&h.lock, &err));
	assert_true(ek_password_open(small, &t, &err));
	for (size_t i = 0; i < EK_LEN(none); i++) {
		for (size_t k = 0; k < EK_LEN(tried); k++) {
			struct ek_password_job job = job_of(tried[k], none[i], &h);
			assert_true(ek_password_ask(t, &job, &err));
			wait_for(&h, ++count);
		}
	}
	memset(longest, '$', sizeof longest);
	struct ek_password_job job = job_of("vexed gnomes", "", &h);
	job.kept = (ek_str){longest, sizeof longest};
	assert_true(ek_password_ask(t, &job, &err));
	wait_for(&h, ++count);
	job.password = (ek_str){longest, sizeof longest};
	assert_false(ek_password_ask(t, &job, &err));
	assert_int_equal(err.code, EK_LIMIT);
	assert_int_equal(h.right, 0);
	assert_int_equal(h.dropped, 0);
	ek_password_close(&t);
	assert_int_equal(h.count, count);
	ek_thread_lock_close(&h.lock);
}

/* One in work, sixteen wait, the next is told to come again; all that were taken are answered. */
static void a_flood_is_told_to_come_again(void **state)
{
	(void)state;
	struct ek_err err = {0};
	struct ek_password_thread *t = NULL;
	struct heard h = {.is_gated = true};
	assert_true(ek_thread_lock_open(&h.lock, &err));
	assert_true(ek_password_open(small, &t, &err));
	struct ek_password_job job = job_of("vexed gnomes", "", &h);
	assert_true(ek_password_ask(t, &job, &err));
	wait_for(&h, 1);
	for (int round = 0; round < 2; round++) {
		uint32_t asked = 0;
		while (ek_password_ask(t, &job, &err))
			asked++;
		assert_int_equal(asked, round == 0 ? EK_PASSWORD_QUEUE : 0);
		assert_int_equal(err.code, EK_BUSY);
	}
	open_gate(&h);
	wait_for(&h, 1 + EK_PASSWORD_QUEUE);
	assert_true(ek_password_ask(t, &job, &err));
	wait_for(&h, 2 + EK_PASSWORD_QUEUE);
	ek_password_close(&t);
	assert_int_equal(h.dropped, 0);
	ek_thread_lock_close(&h.lock);
}

static void closer(void *ctx)
{
	ek_password_close(ctx);
}

static void closing_answers_all_that_wait(void **state)
{
	(void)state;
	struct ek_err err = {0};
	struct ek_password_thread *t = NULL;
	struct ek_thread *closing = NULL;
	struct heard h = {.is_gated = true};
	assert_true(ek_thread_lock_open(&h.lock, &err));
	assert_true(ek_password_open(small, &t, &err));
	struct ek_password_job job = job_of("vexed gnomes", "", &h);
	assert_true(ek_password_ask(t, &job, &err));
	wait_for(&h, 1);
	for (int i = 0; i < 5; i++)
		assert_true(ek_password_ask(t, &job, &err));
	struct ek_password_thread *closed = t;
	assert_true(ek_thread_open(closer, &closed, &closing, &err));
	/* Refused from the moment it ends; until then it may still be taken. */
	uint32_t more = 0;
	while (ek_password_ask(t, &job, &err))
		more++;
	open_gate(&h);
	ek_thread_close(&closing);
	assert_null(closed);
	assert_int_equal(h.count, 6 + more);
	assert_true(h.dropped <= 5 + more);
	ek_thread_lock_close(&h.lock);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_guessed_is_refused),
		cmocka_unit_test(length_is_12_to_256_bytes),
		cmocka_unit_test(hostile_contexts_do_no_harm),
		cmocka_unit_test(what_is_kept_verifies),
		cmocka_unit_test(the_usual_cost_is_64_mib),
		cmocka_unit_test(a_hash_of_the_reference_program_verifies),
		cmocka_unit_test(what_is_no_hash_matches_nothing),
		cmocka_unit_test(every_changed_byte_of_a_hash_is_wrong),
		cmocka_unit_test(too_long_a_password_is_never_hashed),
		cmocka_unit_test(the_thread_makes_verifies_and_renews),
		cmocka_unit_test(an_unknown_name_is_wrong),
		cmocka_unit_test(a_flood_is_told_to_come_again),
		cmocka_unit_test(closing_answers_all_that_wait),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
