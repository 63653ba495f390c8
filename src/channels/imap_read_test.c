/* Whatever a server says: cut into answers, or refused. */
#include "channels/imap_read.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static ek_str text(const char *s)
{
	return (ek_str){s, (uint32_t)strlen(s)};
}

static void cuts_answers(void **state)
{
	static const struct {
		const char *promise;
		const char *in;
		enum ek_imap_cut want;
		uint32_t n;
		const char *head, *literal, *tail;
	} rows[] = {
		{"a line", "* OK hi\r\n* BYE\r\n", EK_IMAP_ANSWER, 9, "* OK hi", NULL, ""},
		{"a bare LF", "* OK\n", EK_IMAP_ANSWER, 5, "* OK", NULL, ""},
		{"half a line", "* OK", EK_IMAP_MORE, 0, NULL, NULL, NULL},
		{"a literal", "* 1 FETCH (BODY[] {5}\r\na\r\nb) UID 9)\r\n", EK_IMAP_ANSWER, 37,
		 "* 1 FETCH (BODY[] ", "a\r\nb)", " UID 9)"},
		{"lines in a literal end nothing", "* 1 FETCH ({8}\r\nE1 OK\r\n!)\r\n",
		 EK_IMAP_ANSWER, 27, "* 1 FETCH (", "E1 OK\r\n!", ")"},
		{"half a literal", "* 1 FETCH ({5}\r\nab", EK_IMAP_MORE, 0, NULL, NULL, NULL},
		{"a literal without what follows", "* 1 FETCH ({2}\r\nab", EK_IMAP_MORE, 0, NULL,
		 NULL, NULL},
		{"too large", "* 1 FETCH ({101}\r\n", EK_IMAP_TOO_LARGE, 0, NULL, NULL, NULL},
		{"a size that no number holds", "* 1 FETCH ({99999999999}\r\n", EK_IMAP_ANSWER, 26,
		 "* 1 FETCH ({99999999999}", NULL, ""},
		{"a size below nothing", "* X {-1}\r\n", EK_IMAP_ANSWER, 10, "* X {-1}", NULL, ""},
		{"an empty literal", "* X {0}\r\ny\r\n", EK_IMAP_ANSWER, 12, "* X ", "", "y"},
		{"nine literals",
		 "{0}\r\n{0}\r\n{0}\r\n{0}\r\n{0}\r\n{0}\r\n{0}\r\n{0}\r\n{0}\r\nx\r\n",
		 EK_IMAP_BAD, 0, NULL, NULL, NULL},
	};
	(void)state;
	for (size_t i = 0; i < EK_LEN(rows); i++) {
		struct ek_imap_answer a;
		enum ek_imap_cut got = ek_imap_cut(text(rows[i].in), 100, &a);
		if (got != rows[i].want)
			fail_msg("%s: %d", rows[i].promise, got);
		if (got != EK_IMAP_ANSWER)
			continue;
		assert_int_equal(a.n, rows[i].n);
		assert_true(ek_str_is(a.head, rows[i].head));
		assert_true(ek_str_is(a.tail, rows[i].tail));
		assert_int_equal(a.literal.p == NULL, rows[i].literal == NULL);
		if (rows[i].literal != NULL)
			assert_true(ek_str_is(a.literal, rows[i].literal));
	}
}

static struct ek_imap_answer answer(const char *in)
{
	struct ek_imap_answer a;
	assert_int_equal(ek_imap_cut(text(in), 100, &a), EK_IMAP_ANSWER);
	return a;
}

static void believes_no_other_uid(void **state)
{
	static const struct {
		const char *promise;
		const char *in;
		enum ek_imap_fetched is;
	} rows[] = {
		{"before", "* 1 FETCH (UID 9 BODY[] {1}\r\nx)\r\n", EK_IMAP_BYTES},
		{"behind", "* 1 FETCH (BODY[] {1}\r\nx UID 9)\r\n", EK_IMAP_BYTES},
		{"flags too", "* 1 FETCH (UID 9 BODY[] {1}\r\nx FLAGS ())\r\n", EK_IMAP_BYTES},
		{"another one", "* 1 FETCH (UID 8 BODY[] {1}\r\nx)\r\n", EK_IMAP_WRONG},
		{"none", "* 9 FETCH (BODY[] {1}\r\nx)\r\n", EK_IMAP_WRONG},
		{"its flags alone", "* 1 FETCH (UID 9 FLAGS ())\r\n", EK_IMAP_ELSE},
		{"flags of another", "* 1 FETCH (UID 8 FLAGS ())\r\n", EK_IMAP_ELSE},
		{"without bytes", "* 1 FETCH (UID 9 BODY[] NIL)\r\n", EK_IMAP_WRONG},
		{"more than it says", "* 1 FETCH (UID 9 BODY[] {1}\r\nxy)\r\n", EK_IMAP_WRONG},
		{"more, a line of it", "* 1 FETCH (UID 9 BODY[] {1}\r\nx\r\n)\r\n", EK_IMAP_WRONG},
		{"less, and its end is bytes", "* 1 FETCH (UID 9 BODY[] {4}\r\nx)\r\nE4 OK\r\n",
		 EK_IMAP_WRONG},
		{"no fetch", "* 1 EXISTS {1}\r\nx UID 9\r\n", EK_IMAP_ELSE},
	};
	(void)state;
	for (size_t i = 0; i < EK_LEN(rows); i++) {
		struct ek_imap_answer a = answer(rows[i].in);
		if (ek_imap_fetched(&a, 9) != rows[i].is)
			fail_msg("%s", rows[i].promise);
	}
}

static void reads_what_is_needed(void **state)
{
	uint32_t v[4];
	struct ek_imap_uids uids = {v, 0, 4};
	struct ek_imap_answer a = answer("* SEARCH 4 9 7 0 12 99\r\n");
	(void)state;
	assert_true(ek_imap_is_search(&a, &uids));
	assert_int_equal(uids.n, 4);
	assert_int_equal(v[3], 12);
	a = answer("* OK [UIDVALIDITY 1668000000] UIDs valid\r\n");
	assert_int_equal(ek_imap_code(&a, "UIDVALIDITY"), 1668000000);
	assert_int_equal(ek_imap_code(&a, "UIDNEXT"), 0);
	a = answer("* CAPABILITY IMAP4rev1 IDLE UIDPLUS\r\n");
	assert_true(ek_imap_has(&a, "IDLE"));
	assert_false(ek_imap_has(&a, "UID"));
	a = answer("E12 OK done\r\n");
	assert_int_equal(ek_imap_end(&a, "E12"), EK_IMAP_OK);
	assert_int_equal(ek_imap_end(&a, "E1"), EK_IMAP_GOES_ON);
	a = answer("E12 NO not now\r\n");
	assert_int_equal(ek_imap_end(&a, "E12"), EK_IMAP_NO);
	a = answer("* BYE shutting down\r\n");
	assert_int_equal(ek_imap_end(&a, "E12"), EK_IMAP_BYE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cuts_answers),
		cmocka_unit_test(believes_no_other_uid),
		cmocka_unit_test(reads_what_is_needed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
