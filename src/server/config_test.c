/* Configuration: what is said is found again with where it was said; what cannot be meant is named.
 * */
#include "server/config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "sys/heap.h"

struct good {
	const char *promise;
	const char *text;
	enum ek_config_key key;
	const char *value;
};
/* clang-format off */
static const struct good goods[] = {
	{"nothing said: the default", "", EK_CONFIG_SERVER_LISTEN, "127.0.0.1:7420"},
	{"a text", "[server]\nlisten = \"[::1]:80\"\n", EK_CONFIG_SERVER_LISTEN, "[::1]:80"},
	{"blanks and comments", "# a\n\n  [server] # b\n\tlisten=\"x\"   # c",
	 EK_CONFIG_SERVER_LISTEN, "x"},
	{"a # inside a text", "[server]\nlisten = \"a#b\"", EK_CONFIG_SERVER_LISTEN, "a#b"},
	{"escapes", "[server]\nlisten = \"a\\\"\\\\b\"", EK_CONFIG_SERVER_LISTEN, "a\"\\b"},
	{"a number", "[server]\nrate = 500", EK_CONFIG_SERVER_RATE, "500"},
	{"a list", "[server]\nproxies = [\"10.0.0.1\", \"10.0.0.2\"]", EK_CONFIG_SERVER_PROXIES,
	 "10.0.0.1,10.0.0.2"},
	{"an empty list", "[server]\nproxies = []", EK_CONFIG_SERVER_PROXIES, ""},
	{"lines of Windows", "[log]\r\nformat = \"json\"\r\n", EK_CONFIG_LOG_FORMAT, "json"},
	{"letters of any script", "[store]\ndirectory = \"/데이터\"", EK_CONFIG_STORE_DIRECTORY,
	 "/데이터"},
};
struct bad {
	const char *promise;
	const char *text;
	const char *says; /* a part of the message */
};
static const struct bad bads[] = {
	{"an unknown key names the nearest", "[server]\nlisen = \"x\"",
	 "f:2: there is no lisen in [server]; perhaps listen in [server]"},
	{"a key in the wrong table names the right one", "[log]\ndirectory = \"x\"",
	 "perhaps directory in [store]"},
	{"an unknown table", "[sever]\n", "f:1: there is no table sever"},
	{"a key outside any table", "listen = \"x\"", "there is no listen in []"},
	{"a text where a number is due", "[server]\nrate = \"x\"", "f:2: expected a whole number"},
	{"a number where a text is due", "[server]\nlisten = 7", "f:2: expected a text"},
	{"no number", "[server]\nrate = fast", "expected a whole number"},
	{"a number too long", "[server]\nrate = 1234567890123456", "expected a whole number"},
	{"a text without end", "[server]\nlisten = \"x\n",
	 "must end with \" on the same line"},
	{"an escape that is none", "[server]\nlisten = \"\\n\"",
	 "only \\\" and \\\\ may be escaped"},
	{"a list of numbers", "[server]\nproxies = [1]", "a list holds texts"},
	{"a list without end", "[server]\nproxies = [\"a\"", "expected , or ]"},
	{"two values", "[server]\nrate = 1 2", "expected the end of the line"},
	{"twice", "[server]\nrate = 1\nrate = 2", "f:3: named twice: rate"},
	{"no =", "[server]\nrate 1", "expected = after rate"},
	{"no UTF-8", "[server]\nlisten = \"\xff\"", "not UTF-8"},
	{"dotted keys are not read", "server.rate = 1", "there is no server in []"},
};
/* clang-format on */

static ek_str str(const char *s)
{
	return (ek_str){s, (uint32_t)strlen(s)};
}

static void what_is_said_is_found_again(void **state)
{
	(void)state;
	for (size_t i = 0; i < EK_LEN(goods); i++) {
		struct ek_config c;
		struct ek_err err = {0};
		ek_config_init(&c, ek_heap_alloc());
		print_message("  %s\n", goods[i].promise);
		assert_true(ek_config_read(&c, "f", str(goods[i].text), &err));
		assert_string_equal(ek_config_text(&c, goods[i].key), goods[i].value);
		assert_int_equal(c.origins[goods[i].key],
				 goods[i].text[0] == 0 ? EK_CONFIG_DEFAULT : EK_CONFIG_FILE);
		ek_config_fini(&c);
	}
}

static void what_cannot_be_meant_is_named(void **state)
{
	(void)state;
	for (size_t i = 0; i < EK_LEN(bads); i++) {
		struct ek_config c;
		struct ek_err err = {0};
		ek_config_init(&c, ek_heap_alloc());
		print_message("  %s\n", bads[i].promise);
		assert_false(ek_config_read(&c, "f", str(bads[i].text), &err));
		if (strstr(err.msg, bads[i].says) == NULL)
			fail_msg("%s: said \"%s\"", bads[i].promise, err.msg);
		ek_config_fini(&c);
	}
}

static const char *environment(const char *name)
{
	if (strcmp(name, "EVENKEEL_SERVER_LISTEN") == 0)
		return "environment";
	return strcmp(name, "EVENKEEL_SERVER_RATE") == 0 ? "7" : NULL;
}

static const char *wrong_environment(const char *name)
{
	return strcmp(name, "EVENKEEL_SERVER_RATE") == 0 ? "many" : NULL;
}

static void flag_before_environment_before_file(void **state)
{
	(void)state;
	struct ek_config c;
	struct ek_err err = {0};
	ek_config_init(&c, ek_heap_alloc());
	assert_true(
		ek_config_read(&c, "f", EK_S("[server]\nlisten = \"file\"\nburst = 9\n"), &err));
	assert_true(ek_config_environment(&c, environment, &err));
	assert_string_equal(ek_config_text(&c, EK_CONFIG_SERVER_LISTEN), "environment");
	assert_true(ek_config_flag(&c, EK_CONFIG_SERVER_LISTEN, "flag", &err));
	assert_string_equal(ek_config_text(&c, EK_CONFIG_SERVER_LISTEN), "flag");
	assert_int_equal(ek_config_number(&c, EK_CONFIG_SERVER_RATE), 7);
	assert_int_equal(ek_config_number(&c, EK_CONFIG_SERVER_BURST), 9);
	assert_int_equal(c.origins[EK_CONFIG_SERVER_LISTEN], EK_CONFIG_FLAG);
	assert_int_equal(c.origins[EK_CONFIG_SERVER_RATE], EK_CONFIG_ENVIRONMENT);
	assert_false(ek_config_environment(&c, wrong_environment, &err));
	ek_config_fini(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_said_is_found_again),
		cmocka_unit_test(what_cannot_be_meant_is_named),
		cmocka_unit_test(flag_before_environment_before_file),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
