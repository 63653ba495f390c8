/* Tables: RFC 4180, section 2, for quotes and ends of lines; RFC 8259, section 7, for escapes; the
 * apostrophe by the rule of spec api, section 11. */
#include "base/heap_scene.h"
#include "wire/csv.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static ek_str text_of(const char *s)
{
	return (ek_str){s, (uint32_t)strlen(s)};
}

static void expect(const char *page, const char *response, const struct ek_csv_style *style,
		   const char *want)
{
	struct ek_json out;
	ek_json_init(&out, ek_heap_scene(), 1 << 16);
	assert_true(ek_csv_write(text_of(page), response, style, &out));
	ek_json_plain(&out, (ek_str){"", 1});
	assert_true(ek_json_is_whole(&out));
	assert_string_equal(out.p, want);
	ek_json_fini(&out);
}

/* One cell, as the name of a Skill (schema/shapes.def). */
static const struct {
	const char *what;
	const char *json;
	const char *cell;
	const char *raw; /* NULL = the same */
} cells[] = {
	{"words stand as they are", "\"abc def\"", "abc def", NULL},
	{"an empty text is not null", "\"\"", "\"\"", NULL},
	{"null is empty", "null", "", NULL},
	{"a comma needs quotes", "\"a,b\"", "\"a,b\"", NULL},
	{"a quote stands twice", "\"a\\\"b\"", "\"a\"\"b\"", NULL},
	{"a line may end inside", "\"a\\r\\nb\"", "\"a\r\nb\"", NULL},
	{"blanks at the ends stay", "\" a \"", "\" a \"", NULL},
	{"escapes by number", "\"\\u0041\\u00e9\\ud55c\\ud83d\\ude00\"",
	 "\"A\xc3\xa9\xed\x95\x9c\xf0\x9f\x98\x80\"", NULL},
	{"every short escape", "\"x\\\\\\/\\b\\f\\n\\r\\t\"", "\"x\\/\b\f\n\r\t\"", NULL},
	{"a formula", "\"=1+1\"", "\"'=1+1\"", "=1+1"},
	{"a sign", "\"+1\"", "\"'+1\"", "+1"},
	{"minus", "\"-1\"", "\"'-1\"", "-1"},
	{"a name of Lotus", "\"@SUM(A1)\"", "\"'@SUM(A1)\"", "@SUM(A1)"},
	{"a tab", "\"\\t=1\"", "\"'\t=1\"", "\"\t=1\""},
	{"CR", "\"\\r=1\"", "\"'\r=1\"", "\"\r=1\""},
	{"a tab by number", "\"\\u0009=1\"", "\"'\t=1\"", "\"\t=1\""},
	{"full-width",
	 "\"\xef\xbc\x9d"
	 "1\"",
	 "\"'\xef\xbc\x9d"
	 "1\"",
	 "\xef\xbc\x9d"
	 "1"},
	{"full-width at",
	 "\"\xef\xbc\xa0"
	 "A\"",
	 "\"'\xef\xbc\xa0"
	 "A\"",
	 "\xef\xbc\xa0"
	 "A"},
	{"another full-width sign", "\"\xef\xbc\x81\"", "\xef\xbc\x81", NULL},
	{"LF runs nothing", "\"\\n=1\"", "\"\n=1\"", NULL},
	{"what looks guarded is guarded", "\"'=1\"", "\"''=1\"", "'=1"},
	{"also by number", "\"''\\u003d1\"", "\"'''=1\"", "\"''=1\""},
	{"an apostrophe alone is none", "\"'tis\"", "'tis", NULL},
	{"both", "\"=\\\"a\\\",b\"", "\"'=\"\"a\"\",b\"", "\"=\"\"a\"\",b\""},
	{"a number below zero", "-5", "-5", NULL},
	{"truth", "true", "true", NULL},
	{"a list", "[\"a\",\"=b\"]", "\"[\"\"a\"\",\"\"=b\"\"]\"", NULL},
	{"an object", "{\"a\":{\"b\":\"}\\\"\"}}", "\"{\"\"a\"\":{\"\"b\"\":\"\"}\\\"\"\"\"}}\"",
	 NULL},
};

static void test_cells(void **state)
{
	(void)state;
	for (size_t i = 0; i < EK_LEN(cells); i++) {
		char page[300], want[300];
		struct ek_csv_style style = {.fields = EK_S("name")};
		print_message("%s\n", cells[i].what);
		ek_format(page, sizeof page,
			  "{\"data\":[{\"id\":\"sk_1\",\"name\":%s}],\"page\":{}}", cells[i].json);
		ek_format(want, sizeof want, "id,name\r\nsk_1,%s\r\n", cells[i].cell);
		expect(page, "[Skill]", &style, want);
		style.is_raw = true;
		ek_format(want, sizeof want, "id,name\r\nsk_1,%s\r\n",
			  cells[i].raw != NULL ? cells[i].raw : cells[i].cell);
		expect(page, "[Skill]", &style, want);
	}
}

static void test_columns(void **state)
{
	(void)state;
	static const char none[] = "{\"data\":[],\"page\":{}}";
	static const char turned[] =
		"{\"page\":{\"data\":[1]},\"data\":[{\"teammates\":2,\"id\":\"sk_2\"},{}]}";
	expect(none, "[Skill]", &(struct ek_csv_style){.is_raw = false},
	       "id,name,levels,teammates\r\n");
	expect(none, "[Skill]", &(struct ek_csv_style){.has_mark = true},
	       "\xef\xbb\xbfid,name,levels,teammates\r\n");
	expect(none, "[Skill]", &(struct ek_csv_style){.fields = EK_S("teammates")},
	       "id,teammates\r\n");
	expect(none, "[Skill]",
	       &(struct ek_csv_style){.fields = EK_S("id"), .include = EK_S("x,name")},
	       "id,name\r\n");
	/* A note's seq may be left out. */
	expect("{\"data\":[{\"id\":\"nt_1\"},{\"seq\":4}]}", "[Note]",
	       &(struct ek_csv_style){.is_raw = false},
	       "id,contact,by,text,at,seq\r\nnt_1,,,,,\r\n,,,,,4\r\n");
	expect(none, "[Note]", &(struct ek_csv_style){.is_raw = false},
	       "id,contact,by,text,at\r\n");
	/* Its rows are those of the member data, whatever stands before it. */
	expect(turned, "[Skill]", &(struct ek_csv_style){.is_raw = false},
	       "id,name,levels,teammates\r\nsk_2,,,2\r\n,,,\r\n");
}

static void test_no_list(void **state)
{
	(void)state;
	static const char *const pages[] = {"", "{}", "{\"data\":{}}", "{\"page\":[]}"};
	struct ek_json out;
	const struct ek_csv_style style = {.is_raw = false};
	ek_json_init(&out, ek_heap_scene(), 1 << 16);
	for (size_t i = 0; i < EK_LEN(pages); i++)
		assert_false(ek_csv_write(text_of(pages[i]), "[Skill]", &style, &out));
	assert_false(ek_csv_write(EK_S("{\"data\":[]}"), "Skill", &style, &out));
	assert_false(ek_csv_write(EK_S("{\"data\":[]}"), "[Nothing]", &style, &out));
	/* The list of a shape of its own. */
	assert_true(
		ek_csv_write(EK_S("{\"shape\":\"queue/1\",\"data\":[]}"), "Queue", &style, &out));
	ek_json_fini(&out);
}

/* Clocks that are ahead by what the zone's only shift says. */
static int64_t ahead(const struct ek_zone *zone, ek_time t)
{
	return t.ms + zone->shifts[0].offset_ms;
}

static void test_times(void **state)
{
	(void)state;
	static const struct {
		int32_t offset_ms;
		const char *want;
	} rows[] = {
		{3600000, "2026-03-09T01:30:00.250+01:00"},
		{-12600000, "2026-03-08T21:00:00.250-03:30"},
		{0, "2026-03-09T00:30:00.250+00:00"},
		/* Monrovia until 1972: 44 minutes and a half behind. */
		{-2670000, "2026-03-08T23:46:00.250-00:44"},
	};
	/* A title that looks like a time is a title. */
	static const char page[] =
		"{\"data\":[{\"id\":\"no_1\",\"text\":\"2026-03-09T00:30:00.250Z\","
		"\"at\":\"2026-03-09T00:30:00.250Z\"}]}";
	for (size_t i = 0; i < EK_LEN(rows); i++) {
		const struct ek_zone_shift shift = {EK_ZONE_SINCE_EVER, rows[i].offset_ms};
		const struct ek_zone zone = {.shifts = &shift, .shift_count = 1};
		char want[200];
		ek_format(want, sizeof want, "id,text,at\r\nno_1,2026-03-09T00:30:00.250Z,%s\r\n",
			  rows[i].want);
		expect(page, "[Note]",
		       &(struct ek_csv_style){
			       .fields = EK_S("text,at"), .zone = &zone, .local = ahead},
		       want);
	}
}

static void test_guarded(void **state)
{
	(void)state;
	assert_true(ek_csv_is_guarded(EK_S("=")));
	assert_true(ek_csv_is_guarded(EK_S("'''-1")));
	assert_true(ek_csv_is_guarded(EK_S("\xef\xbc\x8b"
					   "1")));
	assert_false(ek_csv_is_guarded(EK_S("")));
	assert_false(ek_csv_is_guarded(EK_S("''")));
	assert_false(ek_csv_is_guarded(EK_S("a=1")));
	assert_false(ek_csv_is_guarded(EK_S("\xef\xbc")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cells),   cmocka_unit_test(test_columns),
		cmocka_unit_test(test_no_list), cmocka_unit_test(test_times),
		cmocka_unit_test(test_guarded),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
