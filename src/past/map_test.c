/* Maps: what is read, and what is refused with the line and the reason. */
#include "past/map.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "sys/heap.h"

#define CALLS "[import]\nkind = \"calls\"\n[fields]\nstarted = \"at\"\n"

struct bad {
	const char *promise;
	const char *text;
	const char *says;
};
/* clang-format off */
static const struct bad bads[] = {
	{"nothing", "", "f: [import] lacks \"kind\""},
	{"no such kind", "[import]\nkind = \"mails\"", "f:2: kind: expected"},
	{"no such table", "[imports]\n", "f:1: there is no table imports"},
	{"no such key", "[import]\nkinds = \"calls\"", "f:2: there is no \"kinds\" in [import]"},
	{"no such field, the nearest named", CALLS "anwsered = \"x\"",
	 "f:5: there is no field \"anwsered\": did you mean answered"},
	{"a field of another kind", CALLS "closed = \"x\"", "\"closed\" is no field of this kind"},
	{"what must be there is not", "[import]\nkind = \"calls\"", "[fields] lacks \"started\""},
	{"conversations came by a channel",
	 "[import]\nkind = \"conversations\"\n[fields]\nstarted = \"a\"", "say the channel"},
	{"surveys have a form", "[import]\nkind = \"surveys\"\n[fields]\nasked = \"a\"",
	 "a form and a score"},
	{"twice", CALLS "started = \"x\"", "f:5: named twice: started"},
	{"a brace that is not closed", CALLS "queued = \"{x\"", "expected } in x"},
	{"a condition without a column", CALLS "queued = \"{x} if {\"", "expected }"},
	{"a condition without an operator", CALLS "queued = \"{x} if {y} about 3\"",
	 "expected = text"},
	{"a size that is none", CALLS "queued = \"{x} if {y} > many\"", "expected a number"},
	{"a date format that is none", "[import]\ndates = [\"%d/%m\"]", "a pattern with a year"},
	{"a separator that is none", "[import]\nseparator = \"ab\"", "separator: expected"},
	{"an encoding that is none", "[import]\nencoding = \"utf-16\"", "encoding: expected"},
	{"a channel that is none", "[channels]\nPhone = \"phone\"", "expected email, chat, voice"},
	{"a rule without a column", "[leave_out]\n\"outcome = X\" = \"why\"",
	 "a condition begins with a column in braces"},
	{"a rule without a reason", "[leave_out]\n\"{a} = X\" = \"\"", "a reason has 1 to 79"},
	{"seconds out of bounds", "[import]\nbackwards = 90000", "backwards: expected seconds"},
	{"a number where a text is due", "[import]\nzone = 7", "expected a text for zone"},
	{"a text where yes or no is due", "[import]\ncreate = \"yes\"", "true or false for create"},
	{"messages without a case", CALLS "[messages]\nat = \"x\"", "[messages] needs case"},
};
/* clang-format on */

static ek_str str(const char *s)
{
	return (ek_str){s, (uint32_t)strlen(s)};
}

static void what_cannot_be_meant_is_named(void **state)
{
	(void)state;
	static struct ek_map map;
	for (size_t i = 0; i < EK_LEN(bads); i++) {
		struct ek_arena arena;
		struct ek_err err = {0};
		ek_arena_init(&arena, ek_heap_alloc(), 1 << 20);
		bool ok = ek_map_read(&map, "f", str(bads[i].text), &arena, &err);
		if (ok || strstr(err.msg, bads[i].says) == NULL)
			fail_msg("%s: said \"%s\"", bads[i].promise, err.msg);
		ek_arena_fini(&arena);
	}
}

struct value {
	const char *text; /* of `queued` */
	const char *want; /* NULL = nothing */
};
/* A row: date 990201, clock 7:02:47, empty, code 0, "n a" 12.5, spaced " x ". */
static const struct value values[] = {
	{"date", "990201"},
	{"{date} {clock}", "990201 7:02:47"},
	{"on {date}", "on 990201"},
	{"empty", NULL},
	{"{date} {empty}", NULL},
	{"code", NULL},
	{"n a", "12.5"},
	{"spaced", "x"},
	{"{date} if {code} = 0", "990201"},
	{"{date} if {code} != 0", NULL},
	{"{date} if {n a} > 12 and {n a} < 13", "990201"},
	{"{date} if {n a} >= 12.5 and {n a} <= 12.5", "990201"},
	{"{date} if {n a} > 12.5", NULL},
	{"{date} if {clock} > 1", NULL},
	{"{date} if {empty} is missing and {code} is missing", "990201"},
	{"{date} if {date} is given", "990201"},
	{"{date}T00:00 if {date} is given", "990201T00:00"},
};

static void values_say_what_they_should(void **state)
{
	const ek_str header[] = {EK_S("date"), EK_S("clock"), EK_S("empty"),
				 EK_S("code"), EK_S(" n a "), EK_S("spaced")};
	const ek_str cells[] = {EK_S("990201"), EK_S("7:02:47"), EK_S(""),
				EK_S("0"),      EK_S("12.5"),    EK_S(" x ")};
	static struct ek_map map;
	(void)state;
	for (size_t i = 0; i < EK_LEN(values); i++) {
		char text[256];
		struct ek_arena arena;
		struct ek_err err = {0};
		ek_arena_init(&arena, ek_heap_alloc(), 1 << 20);
		size_t n = ek_format(text, sizeof text,
				     "[import]\nkind = \"calls\"\n[fields]\nstarted = \"date\"\n"
				     "queued = \"%s\"\n[missing]\ncode = [\"0\"]\n",
				     values[i].text);
		if (!ek_map_read(&map, "f", (ek_str){text, (uint32_t)n}, &arena, &err) ||
		    !ek_map_bind(&map, EK_MAP_MAIN, header, EK_LEN(header), &err))
			fail_msg("%s: %s", values[i].text, err.msg);
		const struct ek_map_row row = {cells, EK_MAP_MAIN};
		ek_str got = ek_map_says(&map, &row, &map.fields[EK_MAP_QUEUED].v[0], &arena);
		bool is_right = values[i].want == NULL
					? got.p == NULL
					: got.p != NULL && ek_str_is(got, values[i].want);
		if (!is_right)
			fail_msg("%s: got %.*s", values[i].text, (int)got.n,
				 got.p == NULL ? "" : got.p);
		ek_arena_fini(&arena);
	}
}

static void columns_are_found_once(void **state)
{
	const ek_str header[] = {EK_S("Variant"), EK_S("started at"), EK_S("Variant")};
	static const struct {
		const char *column, *says;
	} rows[] = {
		{"Variant", "the column \"Variant\" stands there twice"},
		{"startet at", "there is no column \"startet at\": did you mean \"started at\"?"},
		{"started at", NULL}};
	static struct ek_map map;
	(void)state;
	for (size_t i = 0; i < EK_LEN(rows); i++) {
		char text[128];
		struct ek_arena arena;
		struct ek_err err = {0};
		ek_arena_init(&arena, ek_heap_alloc(), 1 << 20);
		size_t n = ek_format(text, sizeof text,
				     "[import]\nkind = \"calls\"\n[fields]\nstarted = \"%s\"\n",
				     rows[i].column);
		assert_true(ek_map_read(&map, "f", (ek_str){text, (uint32_t)n}, &arena, &err));
		bool ok = ek_map_bind(&map, EK_MAP_MAIN, header, EK_LEN(header), &err);
		assert_true(ok == (rows[i].says == NULL));
		if (!ok)
			assert_string_equal(err.msg, rows[i].says);
		ek_arena_fini(&arena);
	}
}

static void numbers(void **state)
{
	static const struct {
		const char *text;
		int64_t micro; /* EK_NONE: none */
	} rows[] = {{"0", 0},
		    {"12", 12000000},
		    {"-1.5", -1500000},
		    {"9.0", 9000000},
		    {"1e3", EK_NONE},
		    {"", EK_NONE},
		    {"-", EK_NONE},
		    {"1.", EK_NONE},
		    {".5", EK_NONE},
		    {"1.1234567", EK_NONE},
		    {"1 2", EK_NONE},
		    {"999999999999", INT64_C(999999999999000000)},
		    {"9999999999999", EK_NONE}};
	(void)state;
	for (size_t i = 0; i < EK_LEN(rows); i++) {
		int64_t micro = EK_NONE;
		bool ok = ek_map_micro(str(rows[i].text), &micro);
		if (ok != (rows[i].micro != EK_NONE) || (ok && micro != rows[i].micro))
			fail_msg("%s: got %lld", rows[i].text, (long long)micro);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_cannot_be_meant_is_named),
		cmocka_unit_test(values_say_what_they_should),
		cmocka_unit_test(columns_are_found_once),
		cmocka_unit_test(numbers),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
