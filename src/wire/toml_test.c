/* The part of TOML that is read; what is refused stands in server/config_test.c and
 * past/map_test.c too. */
#include "wire/toml.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

struct row {
	const char *promise, *text;
	const char *want; /* [table] key=a|b; a refusal as ! and a part of it */
};
/* clang-format off */
static const struct row rows[] = {
	{"nothing", "", ""},
	{"comments only", "# a\n  # b", ""},
	{"tables and keys", "[a]\nb = \"c\"\n[d-e_1]\nf = 7", "[a] b=c| [d-e_1] f=7| "},
	{"a key in quotes", "\"a b = \\\"c\\\"\" = \"d\"", "a b = \"c\"=d| "},
	{"a list over several lines, with comments and a comma at its end",
	 "a = [ # one\n \"b\",\n\n \"c\", # two\n]\nd = true", "a=b|c| d=true| "},
	{"CRLF", "[a]\r\nb = [\r\n\"c\"\r\n]\r\n", "[a] b=c| "},
	{"an empty text and an empty list", "a = \"\"\nb = []", "a=| b="},
	{"a table that is not closed", "[a", "!expected [name]"},
	{"tables of tables", "[a.b]", "!expected [name]"},
	{"two things on a line", "a = \"b\" c = \"d\"",
	 "!f:1: expected the end of the line at c = "},
	{"the line is counted through lists", "a = [\n\n\"b\"\n]\nc = ?", "!f:5: expected a value"},
	{"no value", "a =", "!expected a value"},
	{"a list of lists", "a = [[\"b\"]]", "!a list holds texts"},
};
/* clang-format on */

struct shown {
	size_t n;
	char p[512];
};

EK_PRINTF(2, 3) static void add(struct shown *to, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	to->n += (size_t)vsnprintf(to->p + to->n, sizeof to->p - to->n, format, args);
	va_end(args);
}

static bool read_all(const char *text, struct shown *got, struct ek_err *err)
{
	struct ek_toml t;
	static struct ek_toml_value v;
	enum ek_toml_piece piece = EK_TOML_END;
	got->n = 0;
	got->p[0] = '\0';
	if (!ek_toml_open(&t, "f", (ek_str){text, (uint32_t)strlen(text)}, err))
		return false;
	do {
		if (!ek_toml_next(&t, &piece) || (piece == EK_TOML_KEY && !ek_toml_value(&t, &v)))
			return false;
		if (piece == EK_TOML_TABLE)
			add(got, "[%s] ", t.table);
		if (piece != EK_TOML_KEY)
			continue;
		add(got, "%s=", t.key);
		for (uint32_t i = 0; i < v.count; i++)
			add(got, "%.*s|%s", (int)ek_toml_item(&v, i).n, ek_toml_item(&v, i).p,
			    i + 1 == v.count ? " " : "");
	} while (piece != EK_TOML_END);
	return true;
}

static void pieces_are_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < EK_LEN(rows); i++) {
		struct ek_err err = {0};
		struct shown got;
		bool is_bad = rows[i].want[0] == '!';
		bool ok = read_all(rows[i].text, &got, &err);
		bool is_right = ok != is_bad && (ok ? strcmp(got.p, rows[i].want) == 0
						    : strstr(err.msg, rows[i].want + 1) != NULL);
		if (!is_right)
			fail_msg("%s: got %s %s", rows[i].promise, got.p, err.msg);
	}
}

static void bounds_hold(void **state)
{
	(void)state;
	static char text[EK_TOML_FILE_MAX + 2];
	struct ek_err err = {0};
	struct shown got;
	memset(text, '#', sizeof text - 1);
	assert_false(read_all(text, &got, &err));
	memcpy(text, "a = \"", 5);
	text[5000] = '\0';
	assert_false(read_all(text, &got, &err));
	assert_non_null(strstr(err.msg, "the value is too long"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pieces_are_read),
		cmocka_unit_test(bounds_hold),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
