/* Fields in texts: what is one, and what stands in its place. */
#include "knowledge/fill.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const ek_str values[EK_FILL_COUNT] = {
	[EK_FILL_CONTACT_NAME] = {"\xec\xa7\x80\xec\x9a\xb0", 6},
	[EK_FILL_TEAMMATE_NAME] = {"Mina", 4},
};

static const struct row {
	const char *name;
	const char *text;
	const char *want; /* filled; what is unfilled stands as it is */
	bool is_left;     /* in the text before */
} rows[] = {
	{"a value", "Dear {{contact.name}},", "Dear \xec\xa7\x80\xec\x9a\xb0,", true},
	{"a value goes before what is written for none", "{{contact.name|friend}}",
	 "\xec\xa7\x80\xec\x9a\xb0", true},
	{"blanks count for nothing", "{{  contact.name |  friend }}!", "\xec\xa7\x80\xec\x9a\xb0!",
	 true},
	{"nothing known: what was written", "{{contact.tier|all}} of {{contact.phone| }}",
	 "all of {{contact.phone| }}", true},
	{"nothing known, nothing written: it stays", "to {{contact.email}}", "to {{contact.email}}",
	 true},
	{"a name that does not exist stays", "{{contact.shoe}}", "{{contact.shoe}}", false},
	{"unless something was written", "{{contact.shoe|boot}}", "boot", false},
	{"two in a row", "{{teammate.name}}{{teammate.name}}", "MinaMina", true},
	{"three braces", "{{{teammate.name}}}", "{Mina}", true},
	{"one brace is text", "{teammate.name}", "{teammate.name}", false},
	{"not over two lines", "{{teammate.name\n}}", "{{teammate.name\n}}", false},
	{"capitals are text", "{{Teammate.Name}}", "{{Teammate.Name}}", false},
	{"no name is text", "{{}} {{|x}}", "{{}} {{|x}}", false},
	{"cut off", "x {{teammate.name", "x {{teammate.name", false},
	{"cut off in its end", "x {{teammate.name}", "x {{teammate.name}", false},
	{"empty", "", "", false},
	{"what is written may be of any script", "{{contact.tier|\xd8\xb6\xd9\x8a\xd9\x81}}",
	 "\xd8\xb6\xd9\x8a\xd9\x81", true},
};

static void fields_are_filled(void **state)
{
	(void)state;
	for (size_t i = 0; i < EK_LEN(rows); i++) {
		const ek_str text = {rows[i].text, (uint32_t)strlen(rows[i].text)};
		struct ek_fill_field f;
		char out[256];
		size_t n = 0;
		uint32_t done = 0;
		for (uint32_t at = 0; ek_fill_next(text, &at, &f); done = f.to) {
			ek_str s = ek_fill_of(&f, values);
			if (s.p == NULL)
				s = (ek_str){text.p + f.from, f.to - f.from};
			memcpy(out + n, text.p + done, f.from - done);
			n += f.from - done;
			memcpy(out + n, s.p, s.n);
			n += s.n;
		}
		memcpy(out + n, text.p + done, text.n - done);
		n += text.n - done;
		if (n != strlen(rows[i].want) || memcmp(out, rows[i].want, n) != 0)
			fail_msg("%s: %.*s", rows[i].name, (int)n, out);
		if (ek_fill_is_left(text) != rows[i].is_left)
			fail_msg("%s: left", rows[i].name);
	}
}

static void a_long_one_is_text(void **state)
{
	char text[2 * EK_FILL_BYTES];
	struct ek_fill_field f;
	uint32_t at = 0;
	(void)state;
	memset(text, 'a', sizeof text);
	memcpy(text, "{{teammate.name|", 16);
	memcpy(text + sizeof text - 2, "}}", 2);
	assert_false(ek_fill_next((ek_str){text, sizeof text}, &at, &f));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fields_are_filled),
		cmocka_unit_test(a_long_one_is_text),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
