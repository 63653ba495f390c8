/* Secrets as texts: each form reads what it wrote and nothing else. */
#include "auth/secret.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "base/rng.h"

static ek_str text(const char *s)
{
	return (ek_str){s, (uint32_t)strlen(s)};
}

struct row {
	const char *plain;
	const char *base32;
	const char *base64url;
};

/* RFC 4648, section 10, without the padding. */
static const struct row rows[] = {
	{"", "", ""},
	{"f", "MY", "Zg"},
	{"fo", "MZXQ", "Zm8"},
	{"foo", "MZXW6", "Zm9v"},
	{"foob", "MZXW6YQ", "Zm9vYg"},
	{"fooba", "MZXW6YTB", "Zm9vYmE"},
	{"foobar", "MZXW6YTBOI", "Zm9vYmFy"},
};

static void codecs_of_rfc_4648(void **state)
{
	(void)state;
	for (size_t i = 0; i < EK_LEN(rows); i++) {
		const uint8_t *bytes = (const uint8_t *)rows[i].plain;
		size_t n = strlen(rows[i].plain);
		size_t got = 99;
		char out[16];
		uint8_t back[8];
		assert_int_equal(ek_secret_base32(bytes, n, out, (8 * n + 4) / 5 + 1),
				 strlen(rows[i].base32));
		assert_string_equal(out, rows[i].base32);
		assert_true(ek_secret_base32_read(text(out), back, n, &got));
		assert_int_equal(got, n);
		assert_memory_equal(back, bytes, n);
		assert_int_equal(ek_secret_base64url(bytes, n, out, (4 * n + 2) / 3 + 1),
				 strlen(rows[i].base64url));
		assert_string_equal(out, rows[i].base64url);
		assert_true(ek_secret_base64url_read(text(out), back, n, &got));
		assert_int_equal(got, n);
		assert_memory_equal(back, bytes, n);
	}
}

static void codecs_refuse_what_they_do_not_write(void **state)
{
	(void)state;
	static const char *const not_32[] = {"M",   "MZX",      "MZXW6Y", "MZ",
					     "my",  "MY======", "MZXW6=", "M1XQ",
					     "M Y", "MZXQ\xff", "0O"};
	static const char *const not_64[] = {"Z",   "Zh",   "Zm9",  "Zg==",   "Zm+v",
					     "Z/8", "Zm9 ", "Z\ng", "Zm\x80v"};
	uint8_t out[16];
	size_t n;
	for (size_t i = 0; i < EK_LEN(not_32); i++)
		if (ek_secret_base32_read(text(not_32[i]), out, sizeof out, &n))
			fail_msg("base32 reads %s", not_32[i]);
	for (size_t i = 0; i < EK_LEN(not_64); i++)
		if (ek_secret_base64url_read(text(not_64[i]), out, sizeof out, &n))
			fail_msg("base64url reads %s", not_64[i]);
	assert_false(ek_secret_base32_read((ek_str){"MZ\0Q", 4}, out, sizeof out, &n));
	assert_false(ek_secret_base64url_read(text("Zm9v"), out, 2, &n));
}

/* Computed with Python's integers: the number in base 62, digits 0-9 A-Z a-z; CRC-32C by its
 * polynomial, bit by bit. */
struct known {
	uint8_t first;
	uint8_t rest;
	const char *token;
};
static const struct known knowns[] = {
	{0x00, 0x00, "evk_00000000000000000000000000000000000000000004VWkpL"},
	{0xff, 0xff, "evk_yhjskwdA6OZ1AL1YmHWZWm8LLG7HjnuCA2j5rOw8Xp10YN9Y7"},
	{0x01, 0x02, "evk_0EogA86EIr80LeuwStkoJYUJWE91BHbMWXFkbCQ7GuA1Pcqkw"},
	{0x5a, 0xa5, "evk_LUhaIYkXzaMbD6aa3vpinwRVwiKO2rxJihOG3ALytSH1RFwYb"},
};

static void tokens_are_the_computed_ones(void **state)
{
	(void)state;
	for (size_t i = 0; i < EK_LEN(knowns); i++) {
		struct ek_secret s, back;
		char out[EK_SECRET_TOKEN + 1];
		memset(s.v, knowns[i].rest, sizeof s.v);
		s.v[0] = knowns[i].first;
		ek_secret_token(&s, out);
		assert_string_equal(out, knowns[i].token);
		assert_true(ek_secret_token_read(text(out), &back));
		assert_memory_equal(back.v, s.v, sizeof s.v);
	}
}

static void every_form_reads_what_it_wrote(void **state)
{
	(void)state;
	for (int n = 0; n < 1000; n++) {
		struct ek_secret s = ek_secret_make(), back;
		struct ek_secret_code c = ek_secret_code_make(), code_back;
		char out[EK_SECRET_TOKEN + 1];
		ek_secret_token(&s, out);
		assert_int_equal(strlen(out), EK_SECRET_TOKEN);
		assert_true(ek_secret_token_read(text(out), &back));
		assert_true(ek_secret_equal(back.v, s.v, sizeof s.v));
		ek_secret_cookie(&s, out);
		assert_int_equal(strlen(out), EK_SECRET_COOKIE);
		assert_true(ek_secret_cookie_read(text(out), &back));
		assert_true(ek_secret_equal(back.v, s.v, sizeof s.v));
		ek_secret_code(&c, out);
		assert_int_equal(strlen(out), EK_SECRET_CODE);
		assert_true(ek_secret_code_read(text(out), &code_back));
		assert_memory_equal(code_back.v, c.v, sizeof c.v);
	}
}

/* Each character replaced by each byte: no other text is a token, and none is the same secret. */
static void one_wrong_character_is_no_token(void **state)
{
	(void)state;
	struct ek_secret s, back;
	char good[EK_SECRET_TOKEN + 1], bad[EK_SECRET_TOKEN + 1];
	memset(s.v, 0x5a, sizeof s.v);
	ek_secret_token(&s, good);
	for (size_t i = 0; i < EK_SECRET_TOKEN; i++) {
		for (int c = 0; c < 256; c++) {
			memcpy(bad, good, sizeof bad);
			bad[i] = (char)c;
			bool is_same = bad[i] == good[i];
			assert_true(ek_secret_token_read((ek_str){bad, EK_SECRET_TOKEN}, &back) ==
				    is_same);
		}
	}
	for (uint32_t n = 0; n < EK_SECRET_TOKEN; n++)
		assert_false(ek_secret_token_read((ek_str){good, n}, &back));
	assert_false(ek_secret_token_read((ek_str){NULL, 0}, &back));
}

static void a_number_above_256_bits_is_no_token(void **state)
{
	(void)state;
	struct ek_secret back;
	/* 2^256 and 62^43 - 1, with right checksums. */
	assert_false(ek_secret_token_read(
		text("evk_yhjskwdA6OZ1AL1YmHWZWm8LLG7HjnuCA2j5rOw8Xp20ErQ6d"), &back));
	assert_false(ek_secret_token_read(
		text("evk_zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz2XBg8R"), &back));
}

static void cookies_have_one_reading(void **state)
{
	(void)state;
	struct ek_secret s, back;
	char good[EK_SECRET_COOKIE + 1], bad[EK_SECRET_COOKIE + 2];
	memset(s.v, 0, sizeof s.v);
	ek_secret_cookie(&s, good);
	memcpy(bad, good, sizeof good);
	bad[EK_SECRET_COOKIE - 1] = 'B'; /* the two bits that no byte takes */
	assert_false(ek_secret_cookie_read(text(bad), &back));
	memcpy(bad, good, sizeof good);
	bad[EK_SECRET_COOKIE] = '=';
	assert_false(ek_secret_cookie_read((ek_str){bad, EK_SECRET_COOKIE + 1}, &back));
	assert_false(ek_secret_cookie_read((ek_str){good, EK_SECRET_COOKIE - 1}, &back));
	assert_false(ek_secret_cookie_read((ek_str){NULL, 0}, &back));
}

static void codes_forgive_how_people_type(void **state)
{
	(void)state;
	struct ek_secret_code zero = {{0}}, back;
	char out[EK_SECRET_CODE + 1];
	ek_secret_code(&zero, out);
	assert_string_equal(out, "0000-0000-0000-0000-0000-0000");
	static const char *const same[] = {"000000000000000000000000",
					   "OOOO oooo 0000 OOOO-oooo-0000",
					   "-0000-0000-0000-0000-0000-0000 "};
	for (size_t i = 0; i < EK_LEN(same); i++) {
		memset(back.v, 1, sizeof back.v);
		assert_true(ek_secret_code_read(text(same[i]), &back));
		assert_memory_equal(back.v, zero.v, sizeof zero.v);
	}
	assert_true(ek_secret_code_read(text("iIlL-abcd-efgh-jkmn-pqrs-tvwx"), &back));
	ek_secret_code(&back, out);
	assert_string_equal(out, "1111-ABCD-EFGH-JKMN-PQRS-TVWX");
}

static void codes_refuse_the_rest(void **state)
{
	(void)state;
	static const char *const not_one[] = {"",
					      "0000-0000-0000-0000-0000-000",
					      "0000-0000-0000-0000-0000-0000-0",
					      "U000-0000-0000-0000-0000-0000",
					      "0000_0000_0000_0000_0000_0000",
					      "0000-0000-0000-0000-0000-000\xc3\xa9"};
	struct ek_secret_code back;
	for (size_t i = 0; i < EK_LEN(not_one); i++)
		if (ek_secret_code_read(text(not_one[i]), &back))
			fail_msg("reads %s", not_one[i]);
	char wide[65];
	memset(wide, '-', sizeof wide);
	memset(wide, '0', 24);
	assert_true(ek_secret_code_read((ek_str){wide, 64}, &back));
	assert_false(ek_secret_code_read((ek_str){wide, 65}, &back));
	assert_false(ek_secret_code_read((ek_str){"00000000000000000000000\0", 24}, &back));
}

static void noise_is_never_read(void **state)
{
	(void)state;
	struct ek_rng rng = {3};
	for (int n = 0; n < 20000; n++) {
		char noise[80] = "evk_";
		struct ek_secret back;
		uint32_t len = ek_rng_below(&rng, sizeof noise);
		for (size_t i = n % 2 == 0 ? 0 : 4; i < sizeof noise; i++)
			noise[i] = (char)ek_rng_next(&rng);
		assert_false(ek_secret_token_read((ek_str){noise, len}, &back));
		assert_false(ek_secret_token_read((ek_str){noise, EK_SECRET_TOKEN}, &back));
		assert_false(ek_secret_cookie_read((ek_str){noise, len}, &back));
	}
}

static void the_store_gets_a_hash(void **state)
{
	(void)state;
	struct ek_secret s = {{0}};
	uint8_t out[EK_HASH_BYTES];
	char hex[2 * EK_HASH_BYTES + 1];
	ek_secret_hash(&s, out);
	ek_hash_hex(out, hex);
	/* sha256sum of 32 zero bytes */
	assert_string_equal(hex,
			    "66687aadf862bd776c8fc18b8e9f8e20089714856ee233b3902a591d0d5f2925");
	struct ek_secret a = ek_secret_make(), b = ek_secret_make();
	assert_false(ek_secret_equal(a.v, b.v, sizeof a.v));
	ek_secret_wipe(a.v, sizeof a.v);
	assert_memory_equal(a.v, s.v, sizeof s.v);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(codecs_of_rfc_4648),
		cmocka_unit_test(codecs_refuse_what_they_do_not_write),
		cmocka_unit_test(tokens_are_the_computed_ones),
		cmocka_unit_test(every_form_reads_what_it_wrote),
		cmocka_unit_test(one_wrong_character_is_no_token),
		cmocka_unit_test(a_number_above_256_bits_is_no_token),
		cmocka_unit_test(cookies_have_one_reading),
		cmocka_unit_test(codes_forgive_how_people_type),
		cmocka_unit_test(codes_refuse_the_rest),
		cmocka_unit_test(noise_is_never_read),
		cmocka_unit_test(the_store_gets_a_hash),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
