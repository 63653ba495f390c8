/* Draws and addresses are those that Python's hmac and hashlib make of the same key and numbers. */
#include "auth/draw.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct ek_draw_key test_key(void)
{
	struct ek_draw_key key;
	for (uint8_t i = 0; i < EK_DRAW_KEY; i++)
		key.v[i] = i;
	return key;
}

static void draws_are_reproducible(void **state)
{
	static const struct {
		uint64_t conversation;
		uint32_t part;
	} rows[] = {{1, 343}, {2, 776}, {3, 121}, {90211, 131}, {4294967295, 123}};
	struct ek_draw_key key = test_key();
	(void)state;
	for (size_t i = 0; i < EK_LEN(rows); i++)
		assert_int_equal(ek_draw_part(&key, rows[i].conversation), rows[i].part);
}

static void another_workspace_draws_others(void **state)
{
	struct ek_draw_key key = test_key();
	uint32_t same = 0;
	(void)state;
	struct ek_draw_key other = key;
	other.v[31] ^= 1;
	for (uint64_t i = 1; i <= 1000; i++)
		same += ek_draw_part(&key, i) == ek_draw_part(&other, i);
	assert_in_range(same, 0, 10);
}

/* Of the first 10,000 numbers Python finds 2563 below a quarter: 1.5 standard deviations off. */
static void a_fraction_is_about_that_many(void **state)
{
	struct ek_draw_key key = test_key();
	uint32_t drawn = 0;
	(void)state;
	for (uint64_t i = 1; i <= 10000; i++)
		drawn += ek_draw_part(&key, i) < 250;
	assert_int_equal(drawn, 2563);
}

static void addresses_can_be_made_again(void **state)
{
	static const char *const wanted[] = {
		"ec437d565654520e246fc97e84752fa4aa36002d35032871260b5948291bb240",
		"75d53e98c3d2a04aaf3e0ece8020e4f4f3ebcabaca2c6e12ec862072d3343300",
	};
	struct ek_draw_key key = test_key();
	char hex[2 * EK_HASH_BYTES + 1];
	(void)state;
	struct ek_secret first = ek_draw_secret(&key, 1);
	struct ek_secret seventh = ek_draw_secret(&key, 7);
	ek_hash_hex(first.v, hex);
	assert_string_equal(hex, wanted[0]);
	ek_hash_hex(seventh.v, hex);
	assert_string_equal(hex, wanted[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(draws_are_reproducible),
		cmocka_unit_test(another_workspace_draws_others),
		cmocka_unit_test(a_fraction_is_about_that_many),
		cmocka_unit_test(addresses_can_be_made_again),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
