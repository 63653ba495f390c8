/* A thread is proved by our token, or not at all. */
#include "channels/reply.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* Key of 32 bytes 0x0b. Tokens computed with: printf 12.345 | openssl dgst -sha256 -mac HMAC
 * -macopt hexkey:0b...0b */
#define OF_MAIL "790c5ba356c527b4c322d479"
#define OF_CONVERSATION "1c5f25859b33fd1a09dc8a4f"

static struct ek_reply_key key(void)
{
	struct ek_reply_key k;
	memset(k.v, 0x0b, sizeof k.v);
	return k;
}

static ek_str text(const char *s)
{
	return (ek_str){s, (uint32_t)strlen(s)};
}

static void prints_what_another_computes(void **state)
{
	struct ek_reply_key k = key();
	char out[EK_REPLY_TEXT];
	(void)state;
	ek_reply_print_id(&k, (struct ek_reply_ids){12, 345}, text("help@example.org"), out);
	assert_string_equal(out, "12.345." OF_MAIL "@example.org");
	ek_reply_print_address(&k, (struct ek_reply_ids){12, 0}, text("help@example.org"), out);
	assert_string_equal(out, "help+12." OF_CONVERSATION "@example.org");
	ek_reply_print_address(&k, (struct ek_reply_ids){12, 345}, text("help@example.org"), out);
	assert_string_equal(out, "help+12.345." OF_MAIL "@example.org");
}

static void reads_its_own_alone(void **state)
{
	static const struct {
		const char *promise;
		const char *text;
		uint64_t conversation;
		uint64_t mail;
	} rows[] = {
		{"an id", "12.345." OF_MAIL "@example.org", 12, 345},
		{"an address", "help+12." OF_CONVERSATION "@example.org", 12, 0},
		{"an address of one mail", "help+12.345." OF_MAIL "@example.org", 12, 345},
		{"whatever the domain", "12.345." OF_MAIL "@elsewhere.test", 12, 345},
		{"another conversation", "13.345." OF_MAIL "@example.org", 0, 0},
		{"another mail", "12.346." OF_MAIL "@example.org", 0, 0},
		{"the token of an address for an id", "12.345." OF_CONVERSATION "@example.org", 0,
		 0},
		{"a leading zero", "012.345." OF_MAIL "@example.org", 0, 0},
		{"too short", "12.345.0123@example.org", 0, 0},
		{"no number", "help@example.org", 0, 0},
		{"nothing", "", 0, 0},
		{"dots", "...@...", 0, 0},
		{"a number that is too long", "99999999999999999999.1." OF_MAIL "@x", 0, 0},
		{"more than a conversation can be", "99999999999." OF_CONVERSATION "@x", 0, 0},
	};
	struct ek_reply_key k = key();
	(void)state;
	for (size_t i = 0; i < EK_LEN(rows); i++) {
		struct ek_reply_ids ids;
		bool is = ek_reply_read(&k, text(rows[i].text), &ids);
		if (is != (rows[i].conversation != 0))
			fail_msg("%s: %s", rows[i].promise, rows[i].text);
		if (is) {
			assert_int_equal(ids.conversation, rows[i].conversation);
			assert_int_equal(ids.mail, rows[i].mail);
		}
	}
}

static void takes_upper_case(void **state)
{
	struct ek_reply_key k = key();
	struct ek_reply_ids ids;
	char out[EK_REPLY_TEXT];
	(void)state;
	ek_reply_print_address(&k, (struct ek_reply_ids){7, 0}, text("a@b.c"), out);
	for (char *p = out; *p != 0; p++)
		*p = *p >= 'a' && *p <= 'f' ? (char)(*p - 32) : *p;
	assert_true(ek_reply_read(&k, text(out), &ids));
	assert_int_equal(ids.conversation, 7);
	k.v[0] ^= 1;
	assert_false(ek_reply_read(&k, text(out), &ids));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(prints_what_another_computes),
		cmocka_unit_test(reads_its_own_alone),
		cmocka_unit_test(takes_upper_case),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
