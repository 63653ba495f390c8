/* Expected: the example that the Standard Webhooks libraries publish and test against. */
#include "auth/sign.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define SECRET "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
#define ID "msg_p5jXN8AQM9LWM0D4loKWxJek"
#define BODY "{\"test\": 2432232314}"
#define SIGNATURE "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="

static const ek_time at = {1614265330000};

static ek_str str(const char *s)
{
	return (ek_str){s, (uint32_t)strlen(s)};
}

static struct ek_sign_key key(void)
{
	struct ek_sign_key k;
	assert_true(ek_sign_read(EK_S(SECRET), &k));
	return k;
}

static void the_published_example_holds(void **state)
{
	struct ek_sign_key k = key();
	const struct ek_sign_message m = {EK_S(ID), at.ms / 1000, EK_S(BODY)};
	char out[EK_SIGN_TEXT + 1];
	char secret[EK_SIGN_SECRET + 1];
	struct ek_err err;
	(void)state;
	assert_int_equal(k.n, 24);
	assert_true(ek_sign_make(&k, &m, out, &err));
	assert_string_equal(out, SIGNATURE);
	ek_sign_print(&k, secret);
	assert_string_equal(secret, SECRET);
}

/* N26: stale, changed, not signed, signed by another. */
static void what_came_is_believed_only_if_signed(void **state)
{
	static const struct {
		const char *id, *timestamp, *signature, *body;
		int64_t later_ms;
		bool ok;
	} rows[] = {
		{ID, "1614265330", SIGNATURE, BODY, 0, true},
		{ID, "1614265330", SIGNATURE, BODY, 300000, true},
		{ID, "1614265330", SIGNATURE, BODY, -300000, true},
		{ID, "1614265330", SIGNATURE, BODY, 300001, false},
		{ID, "1614265330", SIGNATURE, BODY, -300001, false},
		{ID, "1614265330", "v1,AAAA " SIGNATURE, BODY, 0, true},
		{ID, "1614265330", "v1a,AAAA v2, " SIGNATURE " x", BODY, 0, true},
		{ID, "1614265330", "v1,AAAA", BODY, 0, false},
		{ID, "1614265330", "v1,", BODY, 0, false},
		{ID, "1614265330", "", BODY, 0, false},
		{ID, "1614265330", " ", BODY, 0, false},
		{ID, "1614265330", "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", BODY, 0, false},
		{ID, "1614265330", "v1,g0hM9SsE-OTPJTGt_tmIKtSyZlE3uFJELVlNIOLJ1OE=", BODY, 0,
		 false},
		{ID, "1614265330", "v2,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", BODY, 0,
		 false},
		{ID, "1614265330", SIGNATURE, BODY " ", 0, false},
		{ID "x", "1614265330", SIGNATURE, BODY, 0, false},
		{"", "1614265330", SIGNATURE, BODY, 0, false},
		{ID, "1614265331", SIGNATURE, BODY, 0, false},
		{ID, "01614265330", SIGNATURE, BODY, 0, false},
		{ID, "1614265330.0", SIGNATURE, BODY, 0, false},
		{ID, "-1614265330", SIGNATURE, BODY, 0, false},
		{ID, "9999999999999", SIGNATURE, BODY, 0, false},
		{ID, "", SIGNATURE, BODY, 0, false},
	};
	struct ek_sign_key k = key();
	(void)state;
	for (size_t i = 0; i < EK_LEN(rows); i++) {
		const struct ek_sign_headers h = {str(rows[i].id), str(rows[i].timestamp),
						  str(rows[i].signature)};
		const ek_time now = {at.ms + rows[i].later_ms};
		if (ek_sign_verify(&k, &h, str(rows[i].body), now) != rows[i].ok)
			fail_msg("row %zu", i);
	}
}

static void only_secrets_are_read(void **state)
{
	static const char *const rows[] = {
		"",
		"whsec_",
		"whsec_AAAA",
		"MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
		"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS",
		"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLa-w",
		"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLa w",
		"whsec_====",
	};
	struct ek_sign_key k;
	(void)state;
	for (size_t i = 0; i < EK_LEN(rows); i++)
		assert_false(ek_sign_read(str(rows[i]), &k));
	for (uint32_t n = EK_SIGN_KEY_MIN; n <= EK_SIGN_KEY_MAX; n++) {
		char text[EK_SIGN_SECRET + 1];
		struct ek_sign_key again;
		k = (struct ek_sign_key){.n = n};
		for (uint32_t i = 0; i < n; i++)
			k.v[i] = (uint8_t)(251 * i + n);
		ek_sign_print(&k, text);
		assert_true(ek_sign_read(str(text), &again));
		assert_int_equal(again.n, n);
		assert_memory_equal(again.v, k.v, n);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_published_example_holds),
		cmocka_unit_test(what_came_is_believed_only_if_signed),
		cmocka_unit_test(only_secrets_are_read),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
