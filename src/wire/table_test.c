/* Delimited text: what is read, what is refused with which reason, and where reading goes on. */
#include "base/heap_scene.h"
#include "wire/table.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

struct row {
	const char *promise;
	const char *text;
	/* Cells with | between, records with / between; a record that is refused: ! and its reason;
	 * each behind its line. */
	const char *want;
};
/* clang-format off */
static const struct row rows[] = {
	{"nothing", "", ""},
	{"one record, no line end", "a,b", "1:a|b/"},
	{"LF", "a,b\n1,2\n", "1:a|b/2:1|2/"},
	{"CRLF", "a,b\r\n1,2\r\n", "1:a|b/2:1|2/"},
	{"CR alone, of a file without LF", "a,b\r1,2\r", "1:a|b/2:1|2/"},
	{"a CR inside a line of LF is a part of it", "a\rb,c\n", "1:a\rb|c/"},
	{"a byte order mark", "\xef\xbb\xbf" "a\n", "1:a/"},
	{"empty cells", ",\n,,\n", "1:|/2:||/"},
	{"empty lines are no records", "\n\na\n\r\n\nb\n\n", "3:a/6:b/"},
	{"quotes", "\"a\",\"b,c\"\n", "1:a|b,c/"},
	{"two quotes are one", "\"a\"\"b\",\"\"\"\",\"\"\n", "1:a\"b|\"|/"},
	{"line ends in quotes, and lines are counted on", "\"a\nb\",c\nd,e\n", "1:a\nb|c/3:d|e/"},
	{"CRLF in quotes", "\"a\r\nb\"\r\nc\r\n", "1:a\r\nb/3:c/"},
	{"a quote inside a plain cell is a part of it", "a\"b,c\n", "1:a\"b|c/"},
	{"a quote that is not closed: its first line is refused, the rest is read",
	 "a,\"b\nc,d\ne\n", "1:!a quote is not closed/2:c|d/3:e/"},
	{"text behind a quote", "\"a\"b,c\nd\n", "1:!text stands behind a closing quote/2:d/"},
	{"a quote opened by mistake does not swallow what follows up to the next",
	 "\"a,b\nc,d\n\"e\",f\n", "1:!text stands behind a closing quote/2:c|d/3:e|f/"},
	{"no UTF-8", "a,\xff\nb\n", "1:!it is not UTF-8, or has a NUL in it/2:b/"},
	{"the last line may end in quotes", "a\n\"b\"", "1:a/2:b/"},
	{"other scripts", "이름,اسم\n", "1:이름|اسم/"},
};
/* clang-format on */

struct shown {
	size_t n;
	char p[4096];
};

EK_PRINTF(2, 3) static void add(struct shown *to, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	to->n += (size_t)vsnprintf(to->p + to->n, sizeof to->p - to->n, format, args);
	va_end(args);
}

static void show(struct shown *to, const struct ek_table *t, const char *fault)
{
	add(to, "%u:", t->line);
	if (fault != NULL)
		add(to, "!%s", fault);
	for (uint32_t i = 0; fault == NULL && i < t->n; i++)
		add(to, "%s%.*s", i > 0 ? "|" : "", (int)t->cells[i].n, t->cells[i].p);
	add(to, "/");
}

static void records_are_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < EK_LEN(rows); i++) {
		static struct ek_table t;
		struct ek_arena arena;
		struct ek_err err;
		const char *fault;
		struct shown got = {.n = 0};
		ek_arena_init(&arena, ek_heap_scene(), 1 << 20);
		ek_str text = {rows[i].text, (uint32_t)strlen(rows[i].text)};
		assert_true(ek_table_open(&t, text, &arena, &err));
		while (ek_table_next(&t, &fault))
			show(&got, &t, fault);
		if (strcmp(got.p, rows[i].want) != 0)
			fail_msg("%s: got %s", rows[i].promise, got.p);
		ek_arena_fini(&arena);
	}
}

struct first {
	ek_str text;
	char separator;
	bool is_latin1;
};

/* The fault of the first record; what it is, where there is none. */
static const char *first_fault(struct first how, struct shown *got)
{
	static struct ek_table t;
	struct ek_arena arena;
	struct ek_err err;
	const char *fault;
	ek_arena_init(&arena, ek_heap_scene(), 4 << 20);
	assert_true(ek_table_open(&t, how.text, &arena, &err));
	t.separator = how.separator;
	t.is_latin1 = how.is_latin1;
	assert_true(ek_table_next(&t, &fault));
	got->n = 0;
	if (fault == NULL)
		show(got, &t, fault);
	ek_arena_fini(&arena);
	return fault;
}

static void other_separators_and_latin1(void **state)
{
	struct shown got;
	(void)state;
	assert_null(first_fault((struct first){EK_S("a\tb,c\n"), '\t', false}, &got));
	assert_string_equal(got.p, "1:a|b,c/");
	assert_null(first_fault((struct first){EK_S("K\xfcndigung;\"\xe9\"\n"), ';', true}, &got));
	assert_string_equal(got.p, "1:K\u00fcndigung|\u00e9/");
	assert_string_equal(first_fault((struct first){EK_S("a\0b\n"), ',', true}, &got),
			    "it has a NUL in it");
}

static void bounds_hold(void **state)
{
	static char big[2 * EK_TABLE_RECORD];
	struct shown got;
	struct first how = {{big, sizeof big}, ',', false};
	(void)state;
	memset(big, 'x', sizeof big);
	assert_string_equal(first_fault(how, &got), "it is longer than 1 MiB");
	big[0] = '"';
	assert_string_equal(first_fault(how, &got), "a quote is not closed");
	memset(big, ',', 1024);
	how.text.n = 1024;
	assert_string_equal(first_fault(how, &got), "it has more than 512 cells");
}

static void utf16_is_named(void **state)
{
	(void)state;
	static struct ek_table t;
	struct ek_err err;
	assert_false(ek_table_open(&t,
				   EK_S("\xff\xfe"
					"a"),
				   NULL, &err));
	assert_non_null(strstr(err.msg, "UTF-16"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(records_are_read),
		cmocka_unit_test(other_separators_and_latin1),
		cmocka_unit_test(bounds_hold),
		cmocka_unit_test(utf16_is_named),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
