/* The text of a policy: what may be written more freely than it is printed, every refusal, and the
 * sentences. That all of it comes back from an engine is tested in tests/policy_test.c. */
#include "base/heap_scene.h"
#include "wire/policy_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

enum { MEMORY = 1 << 26, TEXT = 1 << 16 };

struct text {
	char p[TEXT];
	size_t n;
};

static bool take(void *ctx, const char *p, size_t n)
{
	struct text *t = ctx;
	if (t->n + n + 1 > TEXT)
		return false;
	memcpy(t->p + t->n, p, n);
	t->n += n;
	t->p[t->n] = '\0';
	return true;
}

static ek_str str(const char *s)
{
	return (ek_str){s, (uint32_t)strlen(s)};
}

/* ---- what reads as what ---- */

static const struct {
	const char *promise;
	const char *in;
	const char *out;
} readings[] = {
	{"an empty text is an empty policy", "", "workspace\n"},
	{"comments, blanks and ends of lines mean nothing",
	 "# all of it\r\n\r\n\tworkspace # here\r\n limit=5 # five\r\n",
	 "workspace\n  limit = 5\n"},
	{"a last line may lack its end", "workspace\nlimit = 5", "workspace\n  limit = 5\n"},
	{"sections come in any order",
	 "teammate x\nprimary = B, A\nteam A\nteam B\nworkspace\nlimit = 1\n",
	 "workspace\n  limit = 1\nteam A\nteam B\nteammate x\n  primary = A, B\n"},
	{"settings are written in the order of their table",
	 "workspace\nday_hours = 09:00-10:00\nlimit = 3\n",
	 "workspace\n  limit = 3\n  day_hours = 09:00-10:00\n"},
	{"lengths of time may have units",
	 "workspace\nsla_reply_ms = 90s\nrelease_cooldown_ms = 30min\ncontinuity_hold_ms = 2h\n"
	 "continuity_memory_ms = 30d\nlanding_ms = 5ms\n",
	 "workspace\n  sla_reply_ms = 90000\n  release_cooldown_ms = 1800000\n"
	 "  continuity_hold_ms = 7200000\n  continuity_memory_ms = 2592000000\n  landing_ms = 5\n"},
	{"inherit is not set", "workspace\nteam A\nsla_reply_ms = inherit\n",
	 "workspace\nteam A\n"},
	{"maps are written by name",
	 "workspace\nattribute_orders = tier (b, a), lang (x)\nclass_points = voice 3, chat 2\n",
	 "workspace\n  attribute_orders = lang (x), tier (b, a)\n  class_points = chat 2, voice "
	 "3\n"},
	{"days with the same hours are written together",
	 "workspace\ncalendar = UTC; fri 13:00-14:00, mon-wed 09:00-10:00, fri 09:00-10:00, "
	 "thu 09:00-10:00\n",
	 "workspace\n  calendar = UTC; mon-thu 09:00-10:00, fri 09:00-10:00 13:00-14:00\n"},
	{"overflow has its usual clock and gate", "team A\noverflow = B after_ms 5min\nteam B\n",
	 "workspace\nteam A\n  overflow = B after_ms 300000 clock office_hours respect_gate "
	 "true\nteam B\n"},
	{"words that mean something are quoted as names",
	 "team \"null\"\nteam \"a b\"\nworkspace\ndefault_team = \"null\"\n",
	 "workspace\n  default_team = \"null\"\nteam \"null\"\nteam \"a b\"\n"},
	{"null is no team", "workspace\ndefault_team = null\n",
	 "workspace\n  default_team = null\n"},
	{"nobody serves what none says", "teammate x\nprimary = none\nsecondary = none\n",
	 "workspace\nteammate x\n"},
	{"a team may be called like a heading",
	 "team team\nteam test\nteammate workspace\nprimary = test\n",
	 "workspace\nteam team\nteam test\nteammate workspace\n  primary = test\n"},
	{"tests keep their words",
	 "team A\nteammate ann@x.org\ntest \"a \\\"b\\\" \\\\\"\n given ann limit null\n"
	 " when c1 arrives in A priority = 3 tags=\"x,y\"\n when ann@x.org snoozes c1\n"
	 " then queue is c1\n then c1 waits because at_limit ann\n when 0 min pass\n",
	 "workspace\nteam A\nteammate ann@x.org\ntest \"a \\\"b\\\" \\\\\"\n  given ann limit "
	 "null\n"
	 "  when c1 arrives in A priority=3 tags=\"x,y\"\n  when ann@x.org snoozes c1\n"
	 "  then queue is c1\n  then c1 waits because at_limit ann\n  when 0 min pass\n"},
};

static void test_readings(void **state)
{
	(void)state;
	for (size_t i = 0; i < EK_LEN(readings); i++) {
		struct ek_arena arena;
		struct ek_policy p;
		struct ek_err err = {0};
		struct text t = {.n = 0};
		ek_arena_init(&arena, ek_heap_scene(), MEMORY);
		if (!ek_policy_text_read(str(readings[i].in), &arena, &p, &err))
			fail_msg("%s: %s", readings[i].promise, err.msg);
		assert_true(ek_policy_text_write(&p, take, &t));
		if (strcmp(t.p, readings[i].out) != 0)
			fail_msg("%s: %s", readings[i].promise, t.p);
		struct text again = {.n = 0};
		assert_true(ek_policy_text_read(str(t.p), &arena, &p, &err));
		assert_true(ek_policy_text_write(&p, take, &again));
		assert_string_equal(again.p, t.p);
		ek_arena_fini(&arena);
	}
}

/* ---- refusals ---- */

#define LEVELS \
	"team A\nteam B\nteammate ann@x.org\nteammate ann@y.org\nteammate bob@x.org\ntest t\n"

static const struct {
	const char *in;
	enum ek_code code;
	const char *msg;
} refusals[] = {
	{"limit = 5", EK_USAGE, "line 1: expected workspace, team, teammate or test, got `limit`"},
	{"= 5", EK_USAGE, "line 1: expected the name of a setting, got `=`"},
	{"workspace\nlimit 5", EK_USAGE, "line 2: expected `=`, got `5`"},
	{"workspace\nlimit", EK_USAGE, "line 2: expected `=`, got the end of the line"},
	{"workspace x", EK_USAGE, "line 1: expected the end of the line, got `x`"},
	{"workspace\nworkspace", EK_USAGE, "line 2: the workspace stands at line 1 already"},
	{"team", EK_USAGE, "line 1: expected a team, got the end of the line"},
	{"team \"\"", EK_INVALID_VALUE, "line 1: a team has 1 to 200 bytes, not 0"},
	{"team A\n\nteam A", EK_USAGE, "line 3: there are two sections of `A`"},
	{"teammate x\nteammate x", EK_USAGE, "line 2: there are two sections of `x`"},
	{"test t\ntest t", EK_USAGE, "line 2: there are two tests `t`"},
	{"workspace\nlimt = 5", EK_USAGE, "line 2: there is no setting `limt`"},
	{"workspace\nlimit = 5\nlimit = 6", EK_USAGE,
	 "line 3: this section has two lines of `limit`"},
	{"workspace\nprimary = A", EK_USAGE, "line 2: there is no setting `primary`"},
	{"workspace\nrank = 1", EK_INVALID_VALUE, "line 2: rank: not a setting of a workspace"},
	{"team A\nlimit = 1", EK_INVALID_VALUE, "line 2: limit: not a setting of a team"},
	{"teammate x\nmethod = manual", EK_INVALID_VALUE,
	 "line 2: method: not a setting of a teammate"},
	{"workspace\nlimit = \"5\"", EK_USAGE,
	 "line 2: expected a whole number of -1000000000000000 to 1000000000000000, got `5`"},
	{"workspace\nlimit = 1001", EK_INVALID_VALUE,
	 "line 2: limit: expected 0 to 1000, null, not 1001"},
	{"workspace\nlimit = 5 6", EK_USAGE, "line 2: expected the end of the line, got `6`"},
	{"workspace\nlimit = inherit", EK_INVALID_VALUE,
	 "line 2: limit: expected 0 to 1000, null, not inherit"},
	{"workspace\nauto_return = yes", EK_USAGE, "line 2: expected true or false, got `yes`"},
	{"workspace\nauto_return = null", EK_INVALID_VALUE,
	 "line 2: auto_return: expected true or false, not null"},
	{"workspace\nsla_order = soon", EK_USAGE,
	 "line 2: expected deadline or saveable, got `soon`"},
	{"workspace\nsla_reply_ms = 5min30s", EK_USAGE,
	 "line 2: expected a length of time: ms, or with a unit (s, min, h, d), got `5min30s`"},
	{"workspace\nsla_reply_ms = -1", EK_USAGE,
	 "line 2: expected a length of time: ms, or with a unit (s, min, h, d), got `-1`"},
	{"workspace\nsla_reply_ms = 999999999999999999d", EK_USAGE,
	 "line 2: expected a length of time: ms, or with a unit (s, min, h, d), got "
	 "`999999999999999999d`"},
	{"workspace\nsla_reply_ms = 2d", EK_INVALID_VALUE,
	 "line 2: sla_reply_ms: expected 0 to 86400000 ms, not 172800000"},
	{"teammate x\nramp_start = 2027-02-29", EK_USAGE,
	 "line 2: expected a date such as 2027-03-28, got `2027-02-29`"},
	{"workspace\ndefault_team = B", EK_INVALID_VALUE, "line 2: this text has no team `B`"},
	{"workspace\ndefault_team =", EK_USAGE,
	 "line 2: expected the name of a team, got the end of the line"},
	{"workspace\norder_keys = priority, age", EK_USAGE,
	 "line 2: expected priority, sla, inbox_rank, waiting_since, started or attribute:NAME, "
	 "got `age`"},
	{"workspace\norder_keys = attribute", EK_USAGE,
	 "line 2: expected priority, sla, inbox_rank, waiting_since, started or attribute:NAME, "
	 "got "
	 "`attribute`"},
	{"workspace\norder_keys = sla, sla reverse", EK_INVALID_VALUE,
	 "line 2: order_keys: row 2: this key stands there twice"},
	{"workspace\norder_keys = none", EK_INVALID_VALUE,
	 "line 2: order_keys: expected 1 to 10 rows, not 0"},
	{"workspace\nclass_points = api 1, chat 1, email 1, video 1, voice 1, voice 2",
	 EK_INVALID_VALUE, "line 2: class_points: expected at most 5 rows"},
	{"workspace\nattribute_orders = tier", EK_USAGE,
	 "line 2: expected `(`, got the end of the line"},
	{"workspace\nattribute_orders = tier ()", EK_USAGE, "line 2: expected a value, got `)`"},
	{"workspace\nattribute_orders = tier (a", EK_USAGE,
	 "line 2: expected `)`, got the end of the line"},
	{"workspace\nattribute_orders = t (a), u (b), t (c)", EK_INVALID_VALUE,
	 "line 2: named twice: `t`"},
	{"workspace\nattribute_orders = t (a, a)", EK_INVALID_VALUE,
	 "line 2: attribute_orders: row 1: a value stands there twice"},
	{"workspace\nclass_points = chat", EK_USAGE,
	 "line 2: expected a whole number of 0 to 1000000000000000, got the end of the line"},
	{"workspace\nclass_points = chat null", EK_USAGE,
	 "line 2: expected a whole number of 0 to 1000000000000000, got `null`"},
	{"workspace\nclass_points = fax 1", EK_INVALID_VALUE,
	 "line 2: class_points: row 1: there is no such capacity class"},
	{"workspace\naway_reasons = a, a", EK_INVALID_VALUE,
	 "line 2: away_reasons: row 2: this text stands there twice"},
	{"workspace\naway_reasons = a,", EK_USAGE,
	 "line 2: expected a text, got the end of the line"},
	{"workspace\nramp_steps = from_day 0 limit_permille 5", EK_USAGE,
	 "line 2: expected `complexity_max`, got the end of the line"},
	{"team A\noverflow = B after_ms 0", EK_INVALID_VALUE, "line 2: this text has no team `B`"},
	{"team A\noverflow = A 0", EK_USAGE, "line 2: expected `after_ms`, got `0`"},
	{"team A\noverflow = A after_ms 0 clock wall", EK_USAGE,
	 "line 2: expected office_hours or calendar, got `wall`"},
	{"team A\noverflow = A after_ms 31d", EK_INVALID_VALUE,
	 "line 2: overflow: row 1: after_ms: expected 0 to 2592000000 (30 days)"},
	{"workspace\nday_hours = 18:00-08:00", EK_INVALID_VALUE,
	 "line 2: day_hours: row 1: expected hours of one day, from before to"},
	{"workspace\nday_hours = morning", EK_USAGE,
	 "line 2: expected hours such as 09:00-18:00, got `morning`"},
	{"workspace\ncalendar = UTC", EK_USAGE, "line 2: expected `;`, got the end of the line"},
	{"workspace\ncalendar = UTC; someday 09:00-10:00", EK_USAGE,
	 "line 2: expected days such as mon or mon-fri, got `someday`"},
	{"workspace\ncalendar = UTC; fri-mon 09:00-10:00", EK_USAGE,
	 "line 2: expected days such as mon or mon-fri, got `fri-mon`"},
	{"workspace\ncalendar = UTC; mon 22:00-06:00", EK_INVALID_VALUE,
	 "line 2: calendar: hours end after they begin; a night is two rows"},
	{"workspace\ncalendar = UTC; mon 09:00-10:00; closed 2027-01-02, 2027-01-01",
	 EK_INVALID_VALUE, "line 2: calendar: closed dates ascend, each once"},
	{"workspace\ncalendar = UTC; mon 09:00-10:00; open 2027-01-02", EK_USAGE,
	 "line 2: expected `closed`, got `open`"},
	{"team A\nteammate x\nprimary = A, A", EK_INVALID_VALUE, "line 3: named twice: `A`"},
	{"team A\nteammate x\nprimary = A\nsecondary = A", EK_BOTH_LEVELS,
	 "line 4: primary and secondary name the same team `A`"},
	{"teammate x\nprimary = none\nprimary = none", EK_USAGE,
	 "line 3: this section has two lines of `primary`"},
	{"workspace\naway_reasons = \"a", EK_USAGE, "line 2: a quote is not closed"},
	{"workspace\naway_reasons = \"a\\n\"", EK_USAGE,
	 "line 2: a backslash stands before \" or \\ only"},
	{"workspace\naway_reasons = \"a\tb\"", EK_USAGE, "line 2: a tab stands in a quoted text"},
	{"workspace\naway_reasons = a\001b", EK_USAGE, "line 2: a control character stands in it"},
	{"workspace\xff", EK_USAGE, "a policy is UTF-8 text without NUL bytes"},
	{LEVELS "so what", EK_USAGE, "line 7: expected given, when, then, or a heading, got `so`"},
	{LEVELS "given bob sings", EK_USAGE,
	 "line 7: expected holds, limit, becomes, arrives, closes, releases, snoozes or `min "
	 "pass`, got "
	 "`sings`"},
	{LEVELS "given", EK_USAGE,
	 "line 7: expected holds, limit, becomes, arrives, closes, releases, snoozes or `min "
	 "pass`, got "
	 "the end of the line"},
	{LEVELS "then bob limit 5", EK_USAGE,
	 "line 7: expected `goes to NAME`, `waits because TEST NAME`, or `queue is ID, ID`, got "
	 "`limit`"},
	{LEVELS "when eve limit 5", EK_INVALID_VALUE, "line 7: this text has no teammate `eve`"},
	{LEVELS "when ann limit 5", EK_INVALID_VALUE, "line 7: several teammates are called `ann`"},
	{LEVELS "when bob limit 1001", EK_USAGE,
	 "line 7: expected a whole number of 0 to 1000, got `1001`"},
	{LEVELS "when bob holds 0 in A", EK_USAGE,
	 "line 7: expected a whole number of 1 to 1000, got `0`"},
	{LEVELS "when bob holds 1 A", EK_USAGE, "line 7: expected `in`, got `A`"},
	{LEVELS "when bob holds 1 in C", EK_INVALID_VALUE, "line 7: this text has no team `C`"},
	{LEVELS "when bob becomes busy", EK_USAGE,
	 "line 7: expected active, away or away_reassigning, got `busy`"},
	{LEVELS "when bob closes c1", EK_INVALID_VALUE, "line 7: has not arrived: `c1`"},
	{LEVELS "when c1 arrives in A\nwhen c1 arrives in B", EK_INVALID_VALUE,
	 "line 8: has arrived already: `c1`"},
	{LEVELS "when c1 arrives in A size=3", EK_USAGE, "line 7: an arrival has no field `size`"},
	{LEVELS "when c1 arrives in A priority=4", EK_INVALID_VALUE,
	 "line 7: priority: expected a whole number of 0 to 3, got `4`"},
	{LEVELS "when c1 arrives in A complexity=0", EK_INVALID_VALUE,
	 "line 7: complexity: expected a whole number of 1 to 5, got `0`"},
	{LEVELS "when c1 arrives in A contact=x", EK_INVALID_VALUE,
	 "line 7: contact: expected a whole number of 1 to 1000000, got `x`"},
	{LEVELS "when c1 arrives in A channel=fax", EK_INVALID_VALUE,
	 "line 7: channel: expected email, chat, voice, video or api, got `fax`"},
	{LEVELS "when c1 arrives in A sla_due=soon", EK_INVALID_VALUE,
	 "line 7: sla_due: expected a length of time such as 30min, at most 366d, got `soon`"},
	{LEVELS "when c1 arrives in A tags=\"a,,b\"", EK_INVALID_VALUE,
	 "line 7: tags: expected tags with commas between them, at most 32, got `a,,b`"},
	{LEVELS "when c1 arrives in A needs=\"a,\"", EK_INVALID_VALUE,
	 "line 7: needs: expected skills with commas between them, at most 16, got `a,`"},
	{LEVELS "when c1 arrives in A priority=1 priority=2", EK_USAGE,
	 "line 7: this line has two values of `priority`"},
	{LEVELS "when c1 arrives in A priority", EK_USAGE,
	 "line 7: expected `=`, got the end of the line"},
	{LEVELS "when 5 min go", EK_USAGE, "line 7: expected `pass`, got `go`"},
	{LEVELS "when 999999999 min pass", EK_USAGE,
	 "line 7: expected a whole number of 0 to 527040, got `999999999`"},
	{LEVELS "when 1 min pass\ngiven bob limit 2", EK_USAGE,
	 "line 8: given lines come before when and then"},
	{LEVELS "when c1 arrives in A\nthen c1 waits because tired bob", EK_USAGE,
	 "line 8: expected a test such as at_limit, got `tired`"},
	{LEVELS "when c1 arrives in A\nthen c1 goes bob", EK_USAGE,
	 "line 8: expected `to`, got `bob`"},
	{LEVELS "when c1 arrives in A\nthen queue is c1, c1", EK_INVALID_VALUE,
	 "line 8: named twice: `c1`"},
	{LEVELS "then the is c1", EK_USAGE, "line 7: expected `queue`, got `the`"},
};

static void test_refusals(void **state)
{
	(void)state;
	for (size_t i = 0; i < EK_LEN(refusals); i++) {
		struct ek_arena arena;
		struct ek_policy p;
		struct ek_err err = {0};
		ek_arena_init(&arena, ek_heap_scene(), MEMORY);
		if (ek_policy_text_read(str(refusals[i].in), &arena, &p, &err))
			fail_msg("%s: was read", refusals[i].in);
		if (err.code != refusals[i].code || strcmp(err.msg, refusals[i].msg) != 0)
			fail_msg("%s: %s: %s", refusals[i].in, ek_err_wire(err.code), err.msg);
		ek_arena_fini(&arena);
	}
}

/* A long token is cut in a message, between two characters. */
static void test_long_token(void **state)
{
	(void)state;
	struct ek_arena arena;
	struct ek_policy p;
	struct ek_err err = {0};
	char text[400] = "workspace\nlimit = ";
	ek_arena_init(&arena, ek_heap_scene(), MEMORY);
	for (int i = 0; i < 100; i++)
		memcpy(text + 18 + 2 * i, "\xc3\xa9", 3);
	assert_false(ek_policy_text_read(str(text), &arena, &p, &err));
	assert_non_null(strstr(err.msg, "\xc3\xa9...`"));
	ek_arena_fini(&arena);
}

/* ---- bounds ---- */

/* More sections, memberships or bytes than there may be are refused by name. */
static void test_bounds(void **state)
{
	(void)state;
	struct ek_arena arena;
	struct ek_policy p;
	struct ek_err err = {0};
	ek_arena_init(&arena, ek_heap_scene(), (size_t)1 << 28);
	char *text = ek_arena_get(&arena, EK_POLICY_BYTES_MAX + 1u);
	assert_non_null(text);
	memset(text, '\n', EK_POLICY_BYTES_MAX + 1u);
	assert_false(
		ek_policy_text_read((ek_str){text, EK_POLICY_BYTES_MAX + 1u}, &arena, &p, &err));
	assert_int_equal(err.code, EK_LIMIT);
	size_t n = 0;
	for (unsigned i = 0; i <= 10000; i++)
		n += ek_format(text + n, 32, "team t%u\n", i);
	assert_false(ek_policy_text_read((ek_str){text, (uint32_t)n}, &arena, &p, &err));
	assert_int_equal(err.code, EK_LIMIT);
	assert_string_equal(err.msg, "line 10001: a policy has at most 10000 teams");
	n = 0;
	for (unsigned i = 0; i < 65; i++)
		n += ek_format(text + n, 32, "team t%u\n", i);
	n += ek_format(text + n, 32, "teammate x\nprimary = t0");
	for (unsigned i = 1; i < 65; i++)
		n += ek_format(text + n, 32, ",t%u", i);
	assert_false(ek_policy_text_read((ek_str){text, (uint32_t)n}, &arena, &p, &err));
	assert_string_equal(err.msg, "line 67: a teammate serves at most 64 team inboxes");
	ek_arena_fini(&arena);
}

/* Without memory it says so, wherever it runs out. */
static void test_no_memory(void **state)
{
	(void)state;
	static const char text[] =
		LEVELS "when c1 arrives in A needs=a tags=b attribute:x=y\n"
		       "then queue is c1\nworkspace\ncalendar = UTC; mon 09:00-10:00\n"
		       "attribute_orders = t (\"\\\\\")\n";
	for (size_t max = 0;; max += 64) {
		struct ek_arena arena;
		struct ek_policy p;
		struct ek_err err = {0};
		ek_arena_init(&arena, ek_heap_scene(), max);
		bool ok = ek_policy_text_read(str(text), &arena, &p, &err);
		ek_arena_fini(&arena);
		if (ok)
			return;
		if (err.code != EK_NO_MEMORY)
			fail_msg("%s", err.msg);
	}
}

/* ---- sentences ---- */

static void test_sentences(void **state)
{
	(void)state;
	static const char in[] =
		"workspace\nlimit = 5\nsecondary_gate = strict\nrelease_cooldown_ms = 30min\n"
		"auto_away_after_ms = null\nteam Sales\ninbox_limit = 2\nsla_reply_ms = 1s\n"
		"team Desk\nteammate ann@x.org\nprimary = Sales, Desk\nlimit = 1\nteammate bob\n"
		"secondary = Desk\nteammate eve\nprimary = Sales\nsecondary = Desk\nteammate zoe\n"
		"test \"Ann is spared\"\n";
	static const char out[] =
		"For the workspace, limit is 5: the most that is given automatically; null = "
		"unlimited.\n"
		"For the workspace, secondary_gate is strict (nothing may wait in any primary): "
		"what holds "
		"helpers back.\n"
		"For the workspace, release_cooldown_ms is 30 minutes: how long one who gave it "
		"back is not "
		"given it again.\n"
		"For the workspace, auto_away_after_ms is null: inactivity until away; null = "
		"off.\n"
		"Sales is a team inbox.\n"
		"For Sales, sla_reply_ms is 1 second: time a reply takes: what is due sooner "
		"cannot be "
		"saved.\n"
		"For Sales, inbox_limit is 2: the most that one person holds in this team inbox.\n"
		"Desk is a team inbox.\n"
		"ann@x.org serves Sales and Desk.\n"
		"For ann@x.org, limit is 1: the most that is given automatically; null = "
		"unlimited.\n"
		"bob helps Desk.\n"
		"eve serves Sales, and helps Desk.\n"
		"zoe serves no team inbox.\n"
		"A test promises: Ann is spared.\n";
	struct ek_arena arena;
	struct ek_policy p;
	struct ek_err err = {0};
	struct text t = {.n = 0};
	ek_arena_init(&arena, ek_heap_scene(), MEMORY);
	assert_true(ek_policy_text_read(str(in), &arena, &p, &err));
	assert_true(ek_policy_text_explain(&p, take, &t));
	assert_string_equal(t.p, out);
	ek_arena_fini(&arena);
}

int main(void)
{
	const struct CMUnitTest all[] = {
		cmocka_unit_test(test_readings),   cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_long_token), cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_no_memory),  cmocka_unit_test(test_sentences),
	};
	return cmocka_run_group_tests(all, NULL, NULL);
}
