/* One-time codes: the published ones, each once, and nothing else. */
#include "auth/totp.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const struct ek_totp_seed seed = {{'1', '2', '3', '4', '5', '6', '7', '8', '9', '0',
					  '1', '2', '3', '4', '5', '6', '7', '8', '9', '0'}};

/* RFC 6238, Appendix B, SHA-1; the last six of its eight digits. And RFC 4226, Appendix D. */
static const struct {
	int64_t seconds;
	const char *code;
} rows[] = {
	{59, "287082"},         {1111111109, "081804"}, {1111111111, "050471"},
	{1234567890, "005924"}, {2000000000, "279037"}, {20000000000, "353130"},
	{0, "755224"},          {30, "287082"},         {60, "359152"},
	{90, "969429"},         {120, "338314"},        {270, "520489"},
};

static ek_str text(const char *s)
{
	return (ek_str){s, (uint32_t)strlen(s)};
}

static void codes_of_rfc_6238(void **state)
{
	(void)state;
	for (size_t i = 0; i < EK_LEN(rows); i++) {
		char out[8];
		int64_t used = 0;
		snprintf(out, sizeof out, "%06u", ek_totp_code(&seed, rows[i].seconds / 30));
		assert_string_equal(out, rows[i].code);
		assert_true(ek_totp_check(&seed, text(rows[i].code),
					  (ek_time){rows[i].seconds * 1000}, EK_TOTP_NEVER, &used));
		assert_int_equal(used, rows[i].seconds / 30);
	}
}

static void each_step_once(void **state)
{
	(void)state;
	int64_t used = 0;
	ek_time now = {1111111111000};
	assert_true(ek_totp_check(&seed, EK_S("050471"), now, EK_TOTP_NEVER, &used));
	assert_false(ek_totp_check(&seed, EK_S("050471"), now, used, &used));
	/* Nor an earlier one after a later one. */
	assert_false(ek_totp_check(&seed, EK_S("081804"), now, 1111111111 / 30, &used));
	assert_int_equal(used, 1111111111 / 30);
}

static void one_step_on_either_side(void **state)
{
	(void)state;
	int64_t used = 0;
	static const struct {
		int64_t ms;
		bool is_good;
	} at[] = {{29999, false}, {30000, true}, {60000, true}, {119999, true}, {120000, false}};
	for (size_t i = 0; i < EK_LEN(at); i++) {
		/* "359152" is the code of step 2: 60 s to 90 s. */
		bool is_good = ek_totp_check(&seed, EK_S("359152"), (ek_time){at[i].ms},
					     EK_TOTP_NEVER, &used);
		assert_true(is_good == at[i].is_good);
	}
	assert_true(ek_totp_check(&seed, EK_S("755224"), (ek_time){0}, EK_TOTP_NEVER, &used));
	assert_int_equal(used, 0);
	assert_false(ek_totp_check(&seed, EK_S("755224"), (ek_time){-1}, EK_TOTP_NEVER, &used));
	assert_false(ek_totp_check(&seed, EK_S("755224"), EK_NO_TIME, EK_TOTP_NEVER, &used));
}

static void what_is_no_code_is_refused(void **state)
{
	(void)state;
	static const char *const bad[] = {"",
					  "75522",
					  "7552240",
					  "+755224",
					  "-55224",
					  "75522x",
					  "0x5522",
					  "755224\n",
					  "7552 2",
					  " ",
					  "1000000",
					  "755 225",
					  "\xd9\xa7\xd9\xa5\xd9\xa5"};
	int64_t used = 77;
	for (size_t i = 0; i < EK_LEN(bad); i++)
		if (ek_totp_check(&seed, text(bad[i]), (ek_time){0}, EK_TOTP_NEVER, &used))
			fail_msg("took %s", bad[i]);
	assert_false(
		ek_totp_check(&seed, (ek_str){"75522\0", 6}, (ek_time){0}, EK_TOTP_NEVER, &used));
	assert_false(ek_totp_check(&seed, EK_S("755224           "), (ek_time){0}, EK_TOTP_NEVER,
				   &used));
	assert_int_equal(used, 77);
	assert_true(ek_totp_check(&seed, EK_S("755 224"), (ek_time){0}, EK_TOTP_NEVER, &used));
}

static void the_uri_says_all(void **state)
{
	(void)state;
	struct ek_err err = {0};
	char out[EK_TOTP_URI];
	/* GEZD...: `printf 12345678901234567890 | base32`. */
	assert_true(
		ek_totp_uri(&seed, EK_S("Kiel & Co: Ltd"), EK_S("mina@example.org"), out, &err));
	assert_string_equal(out, "otpauth://totp/Kiel%20%26%20Co%20Ltd:mina%40example.org"
				 "?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
				 "&issuer=Kiel%20%26%20Co%20Ltd&algorithm=SHA1&digits=6&period=30");
	char longest[400];
	memset(longest, ' ', sizeof longest);
	assert_false(ek_totp_uri(&seed, (ek_str){longest, sizeof longest}, EK_S("x"), out, &err));
	assert_int_equal(err.code, EK_LIMIT);
	assert_int_equal(out[0], 0);
}

static void seeds_differ(void **state)
{
	(void)state;
	struct ek_totp_seed a = ek_totp_make(), b = ek_totp_make();
	assert_memory_not_equal(a.v, b.v, sizeof a.v);
}

static void a_recovery_code_is_good_once(void **state)
{
	(void)state;
	struct ek_secret_code codes[EK_TOTP_RECOVERIES];
	uint8_t hashes[EK_TOTP_RECOVERIES][EK_HASH_BYTES];
	ek_totp_recovery_make(codes, hashes);
	uint32_t used = 0;
	for (int i = 0; i < EK_TOTP_RECOVERIES; i++) {
		char out[EK_SECRET_CODE + 1];
		ek_secret_code(&codes[i], out);
		assert_int_equal(ek_totp_recovery_find(hashes, used, text(out)), i);
		used |= 1u << i;
		assert_int_equal(ek_totp_recovery_find(hashes, used, text(out)), -1);
	}
	assert_int_equal(ek_totp_recovery_find(hashes, 0, EK_S("")), -1);
	assert_int_equal(ek_totp_recovery_find(hashes, 0, EK_S("755224")), -1);
	memset(hashes, 0, sizeof hashes);
	assert_int_equal(ek_totp_recovery_find(hashes, 0, EK_S("0000-0000-0000-0000-0000-0000")),
			 -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(codes_of_rfc_6238),
		cmocka_unit_test(each_step_once),
		cmocka_unit_test(one_step_on_either_side),
		cmocka_unit_test(what_is_no_code_is_refused),
		cmocka_unit_test(the_uri_says_all),
		cmocka_unit_test(seeds_differ),
		cmocka_unit_test(a_recovery_code_is_good_once),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
