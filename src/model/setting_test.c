/* Every setting of routing: where it may be set, its bounds, its default, its shape. The expected
 * values are those of spec routing, section 13, written down here a second time. */
#include "model/setting.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

enum { NO = 0, YES = 1 };
#define MIN EK_MIN_MS
#define HOUR EK_HOUR_MS
#define DAY EK_DAY_MS
#define W EK_AT_W
#define T EK_AT_T
#define P EK_AT_P

static const struct number_row {
	const char *wire;
	int at;
	int64_t least;
	int64_t most;
	int null;
	int64_t usual;
	int role;
} numbers[] = {
	{"sla_order", W, 1, 2, NO, EK_SLA_ORDER_DEADLINE, EK_ROLE_MANAGER},
	{"sla_reply_ms", W | T, 0, HOUR(24), NO, 0, EK_ROLE_LEAD},
	{"limit", W | P, 0, 1000, YES, EK_NONE, EK_ROLE_LEAD},
	{"secondary_gate", W, 1, 2, NO, EK_GATE_STRICT, EK_ROLE_MANAGER},
	{"helper_order", W, 1, 2, NO, EK_HELPER_ORDER_PRIMARY_FIRST, EK_ROLE_MANAGER},
	{"balance_by", W | T, 1, 2, NO, EK_BALANCE_BY_OPEN, EK_ROLE_MANAGER},
	{"release_cooldown_ms", W | T, 0, HOUR(24), NO, MIN(30), EK_ROLE_LEAD},
	{"on_reopen", W | T, 1, 3, NO, EK_ON_REOPEN_KEEP, EK_ROLE_LEAD},
	{"continuity_hold_ms", W | T, 0, HOUR(24), NO, 0, EK_ROLE_LEAD},
	{"continuity_memory_ms", W, HOUR(1), DAY(365), NO, DAY(30), EK_ROLE_MANAGER},
	{"default_team", W, 1, UINT32_MAX, YES, EK_NONE, EK_ROLE_ADMIN},
	{"reassign_scope", W, 1, 3, NO, EK_REASSIGN_SCOPE_ON_REPLY, EK_ROLE_MANAGER},
	{"auto_reassign_scope", W, 1, 3, NO, EK_REASSIGN_SCOPE_WAITING_NOW, EK_ROLE_MANAGER},
	{"auto_away_after_ms", W | P, MIN(1), HOUR(24), YES, EK_NONE, EK_ROLE_ADMIN},
	{"auto_reassign_after_ms", W | P, MIN(1), HOUR(24), YES, EK_NONE, EK_ROLE_ADMIN},
	{"escalate_manual_away", W, 0, 1, NO, 0, EK_ROLE_ADMIN},
	{"auto_return", W, 0, 1, NO, 0, EK_ROLE_ADMIN},
	{"away_reason_required", W, 0, 1, NO, 0, EK_ROLE_MANAGER},
	{"enough_allowed", W | T, 0, 1, NO, 0, EK_ROLE_LEAD},
	{"enough_max_ms", W | T, MIN(5), HOUR(8), NO, HOUR(1), EK_ROLE_LEAD},
	{"intake_max", W | P, 1, 100, YES, EK_NONE, EK_ROLE_LEAD},
	{"intake_window_ms", W | P, MIN(1), HOUR(24), NO, MIN(10), EK_ROLE_LEAD},
	{"intake_applies", W | P, 1, 2, NO, EK_INTAKE_APPLIES_AFTER_RETURN, EK_ROLE_LEAD},
	{"landing_ms", W | P, 0, HOUR(24), NO, HOUR(2), EK_ROLE_LEAD},
	{"landing_min_absence_ms", W | P, 0, DAY(90), NO, 0, EK_ROLE_LEAD},
	{"ramp_start", P, -719162, 2932896, YES, EK_NONE, EK_ROLE_LEAD},
	{"method", T, 1, 3, NO, EK_METHOD_BALANCED, EK_ROLE_LEAD},
	{"rank", T, 1, 1000, NO, 1, EK_ROLE_MANAGER},
	{"inbox_limit", T, 0, 1000, YES, EK_NONE, EK_ROLE_LEAD},
	{"rr_retry", T, 0, 1, NO, 1, EK_ROLE_LEAD},
	{"rr_respect_limits", T, 0, 1, NO, 0, EK_ROLE_LEAD},
	{"offer_mode", T, 0, 1, NO, 0, EK_ROLE_LEAD},
	{"offer_timeout_ms", T, 5000, HOUR(1), NO, MIN(1), EK_ROLE_LEAD},
	{"when_nobody", W | T, 1, 3, NO, EK_WHEN_NOBODY_WAIT, EK_ROLE_LEAD},
	{"nobody_alert_after_ms", W | T, 0, HOUR(24), YES, MIN(10), EK_ROLE_LEAD},
	{"assign_anyway_after_ms", W | T, 0, HOUR(24), NO, MIN(10), EK_ROLE_LEAD},
	{"untouched_nudge_after_ms", W | T, MIN(1), DAY(30), YES, EK_NONE, EK_ROLE_LEAD},
	{"untouched_return_after_ms", W | T, MIN(1), DAY(30), YES, EK_NONE, EK_ROLE_LEAD},
	{"snooze_wake", W, 1, 2, NO, EK_SNOOZE_WAKE_EXACT, EK_ROLE_MANAGER},
	{"shift_gate", T, 0, 1, NO, 0, EK_ROLE_LEAD},
	{"shift_margin_ms", T, 0, HOUR(8), NO, 0, EK_ROLE_LEAD},
	{"overtake_max", W | T, 1, 10000, YES, EK_NONE, EK_ROLE_MANAGER},
	{"wait_max_ms", W | T, 1, DAY(365), YES, EK_NONE, EK_ROLE_MANAGER},
	{"fairness_min_hours", W, 1, 200, NO, 20, EK_ROLE_MANAGER},
};

#define C(number, text) \
	{ \
		.i = (number), .s = {(text), sizeof(text) - 1 } \
	}
#define N(number) \
	{ \
		.i = (number) \
	}
#define KEY(name, reverse) N(EK_ORDER_KEY_##name * 2 + (reverse))
#define TWO_HUNDRED \
	"0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567" \
	"8901" \
	"2345678901234567890123456789012345678901234567890123456789012345678901234567890123456789" \
	"0123" \
	"4567890123456789"
static const struct list_row {
	const char *promise;
	const char *wire;
	uint32_t n;
	struct ek_cell cells[16];
	const char *refused; /* NULL = taken; else a piece of the message */
} lists[] = {
	{"one key is enough", "order_keys", 1, {KEY(SLA, 0)}, NULL},
	{"every key, some reversed",
	 "order_keys",
	 7,
	 {KEY(PRIORITY, 1), KEY(SLA, 0), KEY(INBOX_RANK, 0), KEY(WAITING_SINCE, 1), KEY(STARTED, 0),
	  C(EK_ORDER_KEY_ATTRIBUTE * 2, "tier"), C(EK_ORDER_KEY_ATTRIBUTE * 2 + 1, "plan")},
	 NULL},
	{"no key is not an order", "order_keys", 0, {N(0)}, "expected 1 to 10 rows, not 0"},
	{"eleven keys are too many",
	 "order_keys",
	 11,
	 {C(12, "a"), C(12, "b"), C(12, "c"), C(12, "d"), C(12, "e"), C(12, "f"), C(12, "g"),
	  C(12, "h"), C(12, "i"), C(12, "j"), C(12, "k")},
	 "expected 1 to 10 rows, not 11"},
	{"a key twice",
	 "order_keys",
	 2,
	 {KEY(SLA, 0), KEY(SLA, 1)},
	 "row 2: this key stands there twice"},
	{"an attribute twice", "order_keys", 2, {C(12, "tier"), C(13, "tier")}, "row 2: this key"},
	{"a key that is not listed", "order_keys", 1, {N(14)}, "row 1: there is no such key"},
	{"key number 0", "order_keys", 1, {N(1)}, "row 1: there is no such key"},
	{"an attribute without a name", "order_keys", 1, {N(12)}, "needs the name of an attribute"},
	{"a name on another key", "order_keys", 1, {C(4, "tier")}, "only key attribute names"},

	{"no orders", "attribute_orders", 0, {N(0)}, NULL},
	{"two attributes",
	 "attribute_orders",
	 5,
	 {C(1, "plan"), C(0, "paid"), C(2, "tier"), C(0, "gold"), C(0, "silver")},
	 NULL},
	{"names that descend",
	 "attribute_orders",
	 4,
	 {C(1, "tier"), C(0, "a"), C(1, "plan"), C(0, "a")},
	 "row 2: names must ascend, each once"},
	{"a name twice",
	 "attribute_orders",
	 4,
	 {C(1, "tier"), C(0, "a"), C(1, "tier"), C(0, "a")},
	 "row 2: names must ascend, each once"},
	{"an attribute without values",
	 "attribute_orders",
	 1,
	 {C(0, "tier")},
	 "expected 1 to 200 values"},
	{"a row cut short",
	 "attribute_orders",
	 2,
	 {C(2, "tier"), C(0, "gold")},
	 "row is not complete"},
	{"a count beyond all",
	 "attribute_orders",
	 2,
	 {C(INT64_MAX, "tier"), C(0, "a")},
	 "1 to 200 values"},
	{"a value twice",
	 "attribute_orders",
	 3,
	 {C(2, "tier"), C(0, "a"), C(0, "a")},
	 "value stands there"},
	{"a value with a number",
	 "attribute_orders",
	 2,
	 {C(1, "tier"), C(7, "a")},
	 "has no number"},
	{"an attribute without a name",
	 "attribute_orders",
	 2,
	 {N(1), C(0, "a")},
	 "row 1: expected a text"},

	{"points of two classes", "class_points", 2, {C(1, "chat"), C(100, "voice")}, NULL},
	{"no points", "class_points", 1, {C(0, "chat")}, "expected 1 to 100 points"},
	{"too many points", "class_points", 1, {C(101, "chat")}, "expected 1 to 100 points"},
	{"a class that is not listed", "class_points", 1, {C(1, "fax")}, "no such capacity class"},
	{"a class twice", "class_points", 2, {C(1, "chat"), C(2, "chat")}, "names must ascend"},
	{"null is no number of points", "class_points", 1, {C(EK_NONE, "chat")}, "1 to 100 points"},
	{"limits of classes",
	 "class_limit",
	 3,
	 {C(0, "chat"), C(1000, "email"), C(EK_NONE, "voice")},
	 NULL},
	{"a limit below none", "class_limit", 1, {C(-1, "chat")}, "limit of 0 to 1000 or null"},
	{"a limit beyond the most",
	 "class_limit",
	 1,
	 {C(1001, "chat")},
	 "limit of 0 to 1000 or null"},

	{"tags in any order", "uncounted_tags", 2, {C(0, "spam"), C(0, "auto")}, NULL},
	{"a tag twice",
	 "uncounted_tags",
	 2,
	 {C(0, "spam"), C(0, "spam")},
	 "row 2: this text stands"},
	{"an empty reason",
	 "away_reasons",
	 1,
	 {C(0, "")},
	 "row 1: expected a text of 1 to 200 bytes"},
	{"a reason of 200 bytes", "away_reasons", 1, {C(0, TWO_HUNDRED)}, NULL},
	{"a reason of 201 bytes",
	 "away_reasons",
	 1,
	 {C(0, TWO_HUNDRED "x")},
	 "row 1: expected a text"},
	{"a reason that is not UTF-8", "away_reasons", 1, {C(0, "\xFF")}, "row 1: expected a text"},
	{"a reason of two lines", "away_reasons", 1, {C(0, "a\nb")}, "row 1: expected a text"},
	{"a reason with a number", "away_reasons", 1, {C(3, "lunch")}, "a text, not a number"},

	{"two steps", "ramp_steps", 6, {N(0), N(250), N(1), N(3650), N(1000), N(5)}, NULL},
	{"a step cut short", "ramp_steps", 2, {N(0), N(250)}, "a row is not complete"},
	{"a step before the first day",
	 "ramp_steps",
	 3,
	 {N(-1), N(0), N(1)},
	 "from_day: expected 0 to 3650"},
	{"a step beyond ten years",
	 "ramp_steps",
	 3,
	 {N(3651), N(0), N(1)},
	 "from_day: expected 0 to 3650"},
	{"two steps of one day",
	 "ramp_steps",
	 6,
	 {N(7), N(0), N(1), N(7), N(0), N(1)},
	 "must ascend"},
	{"less than nothing",
	 "ramp_steps",
	 3,
	 {N(0), N(-1), N(1)},
	 "limit_permille: expected 0 to 1000"},
	{"more than all",
	 "ramp_steps",
	 3,
	 {N(0), N(1001), N(1)},
	 "limit_permille: expected 0 to 1000"},
	{"complexity 0", "ramp_steps", 3, {N(0), N(0), N(0)}, "complexity_max: expected 1 to 5"},
	{"complexity 6", "ramp_steps", 3, {N(0), N(0), N(6)}, "complexity_max: expected 1 to 5"},
	{"a step with a text", "ramp_steps", 3, {C(0, "x"), N(0), N(1)}, "numbers, not a text"},

	{"two skills", "skills", 2, {C(5, "billing"), C(1, "lang:ko")}, NULL},
	{"level 0", "skills", 1, {C(0, "billing")}, "expected a level of 1 to 5"},
	{"level 6", "skills", 1, {C(6, "billing")}, "expected a level of 1 to 5"},
	{"a skill twice", "skills", 2, {C(1, "billing"), C(1, "billing")}, "names must ascend"},
	{"a skill without a name", "skills", 1, {N(1)}, "row 1: expected a text"},

	{"two levels", "overflow", 8, {N(4), N(0), N(1), N(1), N(5), N(DAY(30)), N(2), N(0)}, NULL},
	{"a team twice",
	 "overflow",
	 8,
	 {N(4), N(0), N(1), N(1), N(4), N(9), N(1), N(1)},
	 "team stands there"},
	{"no team", "overflow", 4, {N(0), N(0), N(1), N(1)}, "expected a team"},
	{"before the wait",
	 "overflow",
	 4,
	 {N(4), N(-1), N(1), N(1)},
	 "after_ms: expected 0 to 2592000000"},
	{"after 30 days",
	 "overflow",
	 4,
	 {N(4), N(DAY(30) + 1), N(1), N(1)},
	 "after_ms: expected 0"},
	{"no clock",
	 "overflow",
	 4,
	 {N(4), N(0), N(0), N(1)},
	 "clock: expected office_hours or calendar"},
	{"a third clock",
	 "overflow",
	 4,
	 {N(4), N(0), N(3), N(1)},
	 "clock: expected office_hours or"},
	{"a gate of two",
	 "overflow",
	 4,
	 {N(4), N(0), N(1), N(2)},
	 "respect_gate: expected true or false"},
	{"a level cut short", "overflow", 3, {N(4), N(0), N(1)}, "a row is not complete"},

	{"a day from end to end", "day_hours", 2, {N(0), N(DAY(1))}, NULL},
	{"a day that ends before it begins",
	 "day_hours",
	 2,
	 {N(HOUR(9)), N(HOUR(8))},
	 "from before to"},
	{"a day of no time", "day_hours", 2, {N(HOUR(9)), N(HOUR(9))}, "from before to"},
	{"a day before midnight", "day_hours", 2, {N(-1), N(HOUR(9))}, "from before to"},
	{"a day after midnight", "day_hours", 2, {N(0), N(DAY(1) + 1)}, "from before to"},
	{"two days", "day_hours", 4, {N(0), N(1), N(2), N(3)}, "expected 1 to 1 rows, not 2"},
};

/* The most rows each list takes. */
static const struct count_row {
	const char *wire;
	uint32_t most;
	int at;
} counts[] = {
	{"attribute_orders", 50, W}, {"uncounted_tags", 100, W}, {"away_reasons", 50, W},
	{"ramp_steps", 20, W},       {"skills", 64, P},          {"overflow", 10, T},
};

static int setting(const char *wire)
{
	int s = ek_setting_number((ek_str){wire, (uint32_t)strlen(wire)});
	if (s == 0)
		fail_msg("no setting %s", wire);
	return s;
}

static void check(const char *wire, int at, struct ek_value v, const char *refused)
{
	struct ek_err err;
	bool ok = ek_setting_check(setting(wire), at, &v, &err);
	if (ok != (refused == NULL))
		fail_msg("%s at %d, kind %u, %lld: %s", wire, at, v.kind, (long long)v.i,
			 ok ? "taken" : err.msg);
	if (ok)
		return;
	assert_int_equal(err.code, EK_INVALID_VALUE);
	assert_true(strncmp(err.msg, wire, strlen(wire)) == 0);
	if (strstr(err.msg, refused) == NULL)
		fail_msg("%s: expected \"%s\" in \"%s\"", wire, refused, err.msg);
}

static void check_bounds(const struct number_row *r, int at)
{
	struct ek_value inherit = {.kind = EK_VALUE_UNSET};
	struct ek_value automatic = {.kind = EK_VALUE_AUTO};
	struct ek_value calendar = {.kind = EK_VALUE_CALENDAR};
	struct ek_value list = {.kind = EK_VALUE_LIST};
	struct ek_value unknown = {.kind = 77};
	check(r->wire, at, ek_value_int(r->least), NULL);
	check(r->wire, at, ek_value_int(r->most), NULL);
	check(r->wire, at, ek_value_int(r->least - 1), ": expected ");
	check(r->wire, at, ek_value_int(r->most + 1), ": expected ");
	check(r->wire, at, ek_value_int(EK_NONE), ": expected ");
	check(r->wire, at, ek_value_null(), r->null ? NULL : "not null");
	check(r->wire, at, inherit, at == EK_AT_W ? "not inherit" : NULL);
	check(r->wire, at, automatic, strcmp(r->wire, "shift_margin_ms") == 0 ? NULL : "not auto");
	check(r->wire, at, calendar, "not a calendar");
	check(r->wire, at, list, "not a list");
	check(r->wire, at, unknown, "of an unknown kind");
}

static void test_numbers(void **state)
{
	(void)state;
	static const int scopes[] = {EK_AT_W, EK_AT_T, EK_AT_P};
	for (size_t i = 0; i < EK_LEN(numbers); i++) {
		const struct number_row *r = &numbers[i];
		const struct ek_setting_row *row = ek_setting_row(setting(r->wire));
		struct ek_value usual = ek_setting_default(setting(r->wire));
		struct ek_value want =
			r->usual == EK_NONE ? ek_value_null() : ek_value_int(r->usual);
		assert_true(ek_value_equal(&usual, &want));
		assert_int_equal(row->role, r->role);
		for (size_t k = 0; k < EK_LEN(scopes); k++) {
			if ((r->at & scopes[k]) != 0)
				check_bounds(r, scopes[k]);
			else
				check(r->wire, scopes[k], ek_value_int(r->least),
				      "not a setting of a");
		}
	}
}

static void test_lists(void **state)
{
	(void)state;
	for (size_t i = 0; i < EK_LEN(lists); i++) {
		const struct list_row *r = &lists[i];
		int at = strcmp(r->wire, "skills") == 0     ? EK_AT_P
			 : strcmp(r->wire, "overflow") == 0 ? EK_AT_T
							    : EK_AT_W;
		struct ek_value v = {.kind = EK_VALUE_LIST, .n = r->n, .cells = r->cells};
		check(r->wire, at, v, r->refused);
		check(r->wire, at, ek_value_int(1), ": expected a list");
		check(r->wire, at, ek_value_null(), "not null");
	}
}

/* n rows of the least that the shape takes. */
static uint32_t fill(int shape, uint32_t n, struct ek_cell *c, char (*names)[4])
{
	uint32_t k = 0;
	for (uint32_t i = 0; i < n; i++) {
		ek_str name = {names[i], (uint32_t)ek_format(names[i], 4, "%c%c", 'a' + (int)i / 26,
							     'a' + (int)i % 26)};
		if (shape == EK_SHAPE_ORDERS) {
			c[k++] = (struct ek_cell){1, name};
			c[k++] = (struct ek_cell){0, name};
		} else if (shape == EK_SHAPE_TEXTS || shape == EK_SHAPE_SKILLS) {
			c[k++] = (struct ek_cell){shape == EK_SHAPE_SKILLS ? 1 : 0, name};
		} else if (shape == EK_SHAPE_STEPS) {
			c[k++].i = i;
			c[k++].i = 1000;
			c[k++].i = 5;
		} else {
			c[k++].i = i + 1;
			c[k++].i = 0;
			c[k++].i = 1;
			c[k++].i = 1;
		}
	}
	return k;
}

static void test_counts(void **state)
{
	(void)state;
	char names[128][4];
	for (size_t i = 0; i < EK_LEN(counts); i++) {
		const struct count_row *r = &counts[i];
		int shape = ek_setting_row(setting(r->wire))->shape;
		struct ek_cell cells[256] = {{0}};
		struct ek_value v = {.kind = EK_VALUE_LIST, .cells = cells};
		check(r->wire, r->at, v, NULL);
		v.n = fill(shape, r->most, cells, names);
		check(r->wire, r->at, v, NULL);
		memset(cells, 0, sizeof cells);
		v.n = fill(shape, r->most + 1, cells, names);
		check(r->wire, r->at, v, " rows, not ");
	}
}

static void test_calendar(void **state)
{
	(void)state;
	struct ek_value calendar = {.kind = EK_VALUE_CALENDAR};
	struct ek_value inherit = {.kind = EK_VALUE_UNSET};
	struct ek_value usual = ek_setting_default(setting("calendar"));
	assert_int_equal(usual.kind, EK_VALUE_NULL);
	check("calendar", EK_AT_W, calendar, NULL);
	check("calendar", EK_AT_T, calendar, NULL);
	check("calendar", EK_AT_W, ek_value_null(), NULL);
	check("calendar", EK_AT_T, inherit, NULL);
	check("calendar", EK_AT_W, inherit, "expected a calendar, null, not inherit");
	check("calendar", EK_AT_W, ek_value_int(0), "expected a calendar, null, not 0");
	check("calendar", EK_AT_P, calendar, "not a setting of a teammate");
}

static const struct {
	const char *wire;
	int at;
	struct ek_value value;
	const char *message;
} messages[] = {
	{"limit",
	 P,
	 {.kind = EK_VALUE_INT, .i = 1001},
	 "limit: expected 0 to 1000, null, inherit, not 1001"},
	{"limit", T, {.kind = EK_VALUE_INT, .i = 1}, "limit: not a setting of a team"},
	{"rank", T, {.kind = EK_VALUE_NULL}, "rank: expected 1 to 1000, inherit, not null"},
	{"shift_margin_ms",
	 T,
	 {.kind = EK_VALUE_INT, .i = -1},
	 "shift_margin_ms: expected 0 to 28800000 ms, auto, inherit, not -1"},
	{"method",
	 T,
	 {.kind = EK_VALUE_INT, .i = 4},
	 "method: expected balanced, round_robin or manual, inherit, not 4"},
	{"auto_return",
	 W,
	 {.kind = EK_VALUE_INT, .i = 2},
	 "auto_return: expected true or false, not 2"},
	{"ramp_start",
	 P,
	 {.kind = EK_VALUE_INT, .i = 2932897},
	 "ramp_start: expected a date of the years 1 to 9999, null, inherit, not 2932897"},
	{"default_team",
	 W,
	 {.kind = EK_VALUE_INT, .i = 0},
	 "default_team: expected a team, null, not 0"},
};

static void test_messages(void **state)
{
	(void)state;
	for (size_t i = 0; i < EK_LEN(messages); i++) {
		struct ek_err err;
		assert_false(ek_setting_check(setting(messages[i].wire), messages[i].at,
					      &messages[i].value, &err));
		assert_string_equal(err.msg, messages[i].message);
	}
}

/* Nothing is left out above, numbers are their own, and every default may be set. */
static void test_all_settings(void **state)
{
	(void)state;
	size_t lists_and_calendar = 0;
	for (int s = 1; s < EK_SET_COUNT; s++) {
		const struct ek_setting_row *row = ek_setting_row(s);
		struct ek_value usual = ek_setting_default(s);
		struct ek_err err;
		int at = (row->at & EK_AT_W) != 0 ? EK_AT_W : row->at & -row->at;
		assert_int_equal(setting(row->wire), s);
		if (!ek_setting_check(s, at, &usual, &err))
			fail_msg("%s", err.msg);
		if (row->type == EK_SETTING_LIST || row->type == EK_SETTING_CALENDAR)
			lists_and_calendar++;
	}
	assert_int_equal(EK_LEN(numbers) + lists_and_calendar, EK_SET_COUNT - 1);
	assert_int_equal(ek_setting_number(EK_S("limits")), 0);
	assert_int_equal(ek_setting_number(EK_S("")), 0);
}

static void test_list_defaults(void **state)
{
	(void)state;
	static const struct ek_cell keys[] = {KEY(PRIORITY, 0), KEY(SLA, 0), KEY(INBOX_RANK, 0),
					      KEY(WAITING_SINCE, 0), KEY(STARTED, 0)};
	static const struct ek_cell day[] = {N(HOUR(8)), N(HOUR(18))};
	struct ek_value want = {.kind = EK_VALUE_LIST, .n = 5, .cells = keys};
	struct ek_value is = ek_setting_default(EK_SET_ORDER_KEYS);
	assert_true(ek_value_equal(&is, &want));
	want = (struct ek_value){.kind = EK_VALUE_LIST, .n = 2, .cells = day};
	is = ek_setting_default(EK_SET_DAY_HOURS);
	assert_true(ek_value_equal(&is, &want));
	is = ek_setting_default(EK_SET_SKILLS);
	want = (struct ek_value){.kind = EK_VALUE_LIST};
	assert_true(ek_value_equal(&is, &want));
}

static void test_equal(void **state)
{
	(void)state;
	static const struct ek_cell a[] = {C(1, "x")};
	static const struct ek_cell b[] = {C(1, "y")};
	static const struct ek_cell c[] = {C(2, "x")};
	const struct ek_value different[] = {
		{.kind = EK_VALUE_UNSET},
		{.kind = EK_VALUE_NULL},
		{.kind = EK_VALUE_AUTO},
		{.kind = EK_VALUE_CALENDAR},
		{.kind = EK_VALUE_INT, .i = 0},
		{.kind = EK_VALUE_INT, .i = 1},
		{.kind = EK_VALUE_LIST},
		{.kind = EK_VALUE_LIST, .n = 1, .cells = a},
		{.kind = EK_VALUE_LIST, .n = 1, .cells = b},
		{.kind = EK_VALUE_LIST, .n = 1, .cells = c},
	};
	for (size_t i = 0; i < EK_LEN(different); i++) {
		for (size_t k = 0; k < EK_LEN(different); k++)
			assert_int_equal(ek_value_equal(&different[i], &different[k]), i == k);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_numbers),       cmocka_unit_test(test_lists),
		cmocka_unit_test(test_counts),        cmocka_unit_test(test_calendar),
		cmocka_unit_test(test_messages),      cmocka_unit_test(test_all_settings),
		cmocka_unit_test(test_list_defaults), cmocka_unit_test(test_equal),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
