/* Policy as text on the real engine: what goes out comes in again, byte for byte; the tests of a
 * policy say what really happened; lint finds what it is for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/rng.h"
#include "engine/policy.h"
#include "sys/heap.h"
#include "wire/policy_text.h"

enum { MEMORY = 1 << 28, ROUNDS = 200 };
static const ek_time noon = {EK_DAY_MS(20822) + EK_HOUR_MS(12)};

struct text {
	char *p;
	size_t n, cap;
};

static bool take(void *ctx, const char *p, size_t n)
{
	struct text *t = ctx;
	if (t->n + n + 1 > t->cap)
		return false;
	memcpy(t->p + t->n, p, n);
	t->n += n;
	t->p[t->n] = '\0';
	return true;
}

static struct text room(struct ek_arena *arena)
{
	struct text t = {ek_arena_get(arena, 1 << 20), 0, 1 << 20};
	assert_non_null(t.p);
	t.p[0] = '\0';
	return t;
}

static void must(bool ok, const struct ek_err *err)
{
	if (!ok)
		fail_msg("%s: %s", ek_err_wire(err->code), err->msg);
}

static struct ek_policy read_text(const char *text, struct ek_arena *arena)
{
	struct ek_policy p;
	struct ek_err err = {0};
	must(ek_policy_text_read((ek_str){text, (uint32_t)strlen(text)}, arena, &p, &err), &err);
	return p;
}

/* Zones as a shell would load them: here all of them are UTC. */
static void load_zones(struct ek_policy *p)
{
	static const struct ek_zone_shift utc[] = {{EK_ZONE_SINCE_EVER, 0}};
	for (uint32_t i = 0; i <= p->team_count; i++) {
		struct ek_calendar *cal = i == 0 ? p->workspace.calendar : p->teams[i - 1].calendar;
		if (cal != NULL) {
			cal->zone.shifts = utc;
			cal->zone.shift_count = 1;
		}
	}
}

/* Names as a store keeps them, by id. */
struct book {
	ek_str teams[64];
	ek_str mates[64];
};

static ek_str look_up(void *ctx, enum ek_field_type kind, uint32_t id)
{
	const struct book *b = ctx;
	return kind == EK_FT_TEAM ? b->teams[id] : b->mates[id];
}

static void apply(struct ek_engine *e, struct book *b, struct ek_policy *to, struct ek_arena *arena)
{
	struct ek_policy_names names = {look_up, b};
	struct ek_policy now;
	struct ek_policy_plan plan = {.now = &now, .to = to};
	struct ek_events events;
	struct ek_err err = {0};
	load_zones(to);
	must(ek_policy_take(e, &names, arena, &now, &err), &err);
	must(ek_policy_make_plan(e, arena, &plan, &err), &err);
	if (plan.cmd.policy_apply.rows.n > 0)
		must(ek_engine_submit(e, &plan.cmd, noon, &events, &err), &err);
	for (uint32_t i = 0; i < to->team_count; i++)
		b->teams[to->teams[i].id] = to->teams[i].name;
	for (uint32_t i = 0; i < to->mate_count; i++)
		b->mates[to->mates[i].id] = to->mates[i].name;
}

static struct text export(struct ek_engine *e, struct book *b, struct ek_arena *arena)
{
	struct ek_policy_names names = {look_up, b};
	struct ek_policy p;
	struct ek_err err = {0};
	struct text t = room(arena);
	must(ek_policy_take(e, &names, arena, &p, &err), &err);
	assert_true(ek_policy_text_write(&p, take, &t));
	return t;
}

static struct ek_engine *open_engine(void)
{
	struct ek_engine *e = NULL;
	struct ek_err err = {0};
	must(ek_engine_open(ek_heap_alloc(), &e, &err), &err);
	return e;
}

/* ---- round trips ---- */

static const char everything[] =
	"workspace\n"
	"  order_keys = priority, attribute:tier, sla reverse, waiting_since\n"
	"  attribute_orders = lang (de, \"fr, ch\"), tier (gold, silver)\n"
	"  sla_order = saveable\n"
	"  sla_reply_ms = 300000\n"
	"  limit = 6\n"
	"  class_points = chat 2, voice 3\n"
	"  class_limit = video 0, voice null\n"
	"  uncounted_tags = \"out # of\", spam\n"
	"  secondary_gate = assignable\n"
	"  helper_order = equal\n"
	"  balance_by = share\n"
	"  release_cooldown_ms = 0\n"
	"  on_reopen = to_team\n"
	"  continuity_hold_ms = 1200000\n"
	"  continuity_memory_ms = 3600000\n"
	"  default_team = \"Second line\"\n"
	"  reassign_scope = all_open\n"
	"  auto_reassign_scope = on_reply\n"
	"  auto_away_after_ms = 1200000\n"
	"  auto_reassign_after_ms = 1200000\n"
	"  escalate_manual_away = true\n"
	"  auto_return = true\n"
	"  away_reasons = lunch, \"say \\\"hi\\\"\"\n"
	"  away_reason_required = true\n"
	"  enough_allowed = true\n"
	"  enough_max_ms = 300000\n"
	"  intake_max = 2\n"
	"  intake_window_ms = 900000\n"
	"  intake_applies = always\n"
	"  landing_ms = 0\n"
	"  landing_min_absence_ms = 14400000\n"
	"  ramp_steps = from_day 0 limit_permille 500 complexity_max 2, from_day 14 limit_permille "
	"1000 "
	"complexity_max 5\n"
	"  when_nobody = assign_anyway\n"
	"  nobody_alert_after_ms = null\n"
	"  assign_anyway_after_ms = 0\n"
	"  untouched_nudge_after_ms = 1800000\n"
	"  untouched_return_after_ms = 3600000\n"
	"  snooze_wake = next_open\n"
	"  calendar = Europe/Paris; mon-thu 09:00-12:00 13:00-18:00, fri 09:00-24:00, sun "
	"10:00:30-11:00; closed 2027-01-01, 2027-12-25\n"
	"  overtake_max = 10\n"
	"  wait_max_ms = 86400000\n"
	"  fairness_min_hours = 5\n"
	"  day_hours = 07:30-19:00\n";

/* Each setting of every kind goes out as it came in. */
static void test_every_setting(void **state)
{
	(void)state;
	struct ek_arena arena;
	ek_arena_init(&arena, ek_heap_alloc(), MEMORY);
	static const char more[] = "team Sales\n"
				   "  method = round_robin\n"
				   "  rank = 2\n"
				   "  inbox_limit = null\n"
				   "  rr_retry = false\n"
				   "  rr_respect_limits = true\n"
				   "  offer_mode = true\n"
				   "  offer_timeout_ms = 5000\n"
				   "  overflow = \"Second line\" after_ms 900000 clock calendar "
				   "respect_gate false, Sales "
				   "after_ms 0 clock office_hours respect_gate true\n"
				   "  calendar = null\n"
				   "  shift_gate = true\n"
				   "  shift_margin_ms = auto\n"
				   "team \"Second line\"\n"
				   "  calendar = UTC; none\n"
				   "  shift_margin_ms = 60000\n"
				   "teammate rosa@example.com\n"
				   "  primary = Sales\n"
				   "  secondary = \"Second line\"\n"
				   "  limit = null\n"
				   "  class_limit = none\n"
				   "  ramp_start = 2027-06-01\n"
				   "  skills = lang:ko 3, tax 1\n"
				   "teammate \"null\"\n"
				   "  secondary = Sales, \"Second line\"\n"
				   "  ramp_start = null\n"
				   "  skills = none\n";
	struct text whole = room(&arena);
	assert_true(take(&whole, everything, sizeof everything - 1));
	assert_true(take(&whole, more, sizeof more - 1));
	struct ek_policy p = read_text(whole.p, &arena);
	struct text again = room(&arena);
	assert_true(ek_policy_text_write(&p, take, &again));
	assert_string_equal(again.p, whole.p);
	struct ek_engine *e = open_engine();
	struct book b = {0};
	apply(e, &b, &p, &arena);
	struct text out = export(e, &b, &arena);
	assert_string_equal(out.p, whole.p);
	ek_engine_close(&e);
	ek_arena_fini(&arena);
}

/* ---- chance ---- */

static ek_str pick_text(struct ek_rng *r)
{
	static const char *const texts[] = {
		"gold", "a b", "none", "x,y",     "q\"q", "back\\slash", "#1",        "é",
		"(",    "=",   ";",    "reverse", "null", "auto",        "attribute", "ü ö"};
	const char *t = texts[ek_rng_below(r, EK_LEN(texts))];
	return (ek_str){t, (uint32_t)strlen(t)};
}

static int64_t number_for(struct ek_rng *r, const struct ek_setting_row *row)
{
	uint64_t width = (uint64_t)(row->hi - row->lo) + 1;
	return row->lo + (int64_t)(ek_rng_next(r) % width);
}

/* Appends one row of cells of a list; false where the row would repeat what is there. */
static uint32_t list_row(struct ek_rng *r, int shape, uint32_t k, struct ek_cell *c)
{
	static const char *const classes[] = {"api", "chat", "email", "video", "voice"};
	static const char *const names[] = {"a", "b c", "d", "none", "x"};
	const char *cls = classes[k % 5];
	const char *name = names[k % 5];
	memset(c, 0, 4 * sizeof *c);
	switch (shape) {
	case EK_SHAPE_KEYS:
		c->i = (k + 1) * 2 + ek_rng_below(r, 2);
		return 1;
	case EK_SHAPE_ORDERS:
		*c = (struct ek_cell){1, {name, (uint32_t)strlen(name)}};
		c[1].s = pick_text(r);
		return 2;
	case EK_SHAPE_POINTS:
	case EK_SHAPE_LIMITS:
		*c = (struct ek_cell){1 + ek_rng_below(r, 100), {cls, (uint32_t)strlen(cls)}};
		if (shape == EK_SHAPE_LIMITS && ek_rng_chance(r, 30))
			c->i = EK_NONE;
		return 1;
	case EK_SHAPE_SKILLS:
		*c = (struct ek_cell){1 + ek_rng_below(r, 5), {name, (uint32_t)strlen(name)}};
		return 1;
	case EK_SHAPE_STEPS:
		c[0].i = k * 7 + ek_rng_below(r, 7);
		c[1].i = ek_rng_below(r, 1001);
		c[2].i = 1 + ek_rng_below(r, 5);
		return 3;
	case EK_SHAPE_LEVELS:
		c[0].i = k + 1;
		c[1].i = ek_rng_below(r, 2592000000u);
		c[2].i = 1 + ek_rng_below(r, 2);
		c[3].i = ek_rng_below(r, 2);
		return 4;
	case EK_SHAPE_HOURS:
		c[0].i = ek_rng_below(r, 43200000);
		c[1].i = c[0].i + 1 + ek_rng_below(r, 43200000);
		return 2;
	default:
		c->s = (ek_str){name, (uint32_t)strlen(name)};
		return 1;
	}
}

static struct ek_value list_for(struct ek_rng *r, const struct ek_setting_row *row,
				struct ek_arena *arena)
{
	struct ek_cell *c = ek_arena_get(arena, 32 * sizeof *c);
	assert_non_null(c);
	struct ek_value v = {.kind = EK_VALUE_LIST, .cells = c};
	uint32_t most = row->hi < 4 ? (uint32_t)row->hi : 4;
	uint32_t rows = (uint32_t)row->lo + ek_rng_below(r, most - (uint32_t)row->lo + 1);
	for (uint32_t k = 0; k < rows; k++)
		v.n += list_row(r, row->shape, k, c + v.n);
	return v;
}

static bool value_for(struct ek_rng *r, int setting, struct ek_arena *arena, struct ek_value *v)
{
	const struct ek_setting_row *row = ek_setting_row(setting);
	*v = ek_value_null();
	if (row->type == EK_SETTING_CALENDAR)
		return true;
	if (row->nullable && ek_rng_chance(r, 20))
		return true;
	if (row->shape == EK_SHAPE_AUTO && ek_rng_chance(r, 30)) {
		v->kind = EK_VALUE_AUTO;
		return true;
	}
	if (row->type == EK_SETTING_LIST)
		*v = list_for(r, row, arena);
	else if (row->type == EK_SETTING_REF)
		*v = ek_value_int(1 + ek_rng_below(r, 4));
	else
		*v = ek_value_int(number_for(r, row));
	/* The second threshold of auto-away is not below the first. */
	return setting != EK_SET_AUTO_REASSIGN_AFTER_MS && setting != EK_SET_AUTO_AWAY_AFTER_MS;
}

/* Rows in an order by chance: what goes out is in its own. */
static struct ek_calendar *calendar_for(struct ek_rng *r, struct ek_arena *arena)
{
	struct ek_calendar *cal = ek_arena_zero(arena, sizeof *cal);
	struct ek_week_hours *week = ek_arena_get(arena, 8 * sizeof *week);
	int32_t *closed = ek_arena_get(arena, 4 * sizeof *closed);
	assert_non_null(cal);
	assert_non_null(week);
	assert_non_null(closed);
	cal->zone.name = ek_rng_chance(r, 50) ? EK_S("UTC") : EK_S("Europe/Paris");
	cal->week = week;
	cal->closed = closed;
	for (cal->week_count = 0; cal->week_count < ek_rng_below(r, 8); cal->week_count++) {
		int32_t from = (int32_t)ek_rng_below(r, 86399999);
		week[cal->week_count] = (struct ek_week_hours){
			(uint8_t)(1 + ek_rng_below(r, 7)), from,
			from + 1 + (int32_t)ek_rng_below(r, 86399999 - (uint32_t)from + 1)};
	}
	for (uint32_t i = 0; i < ek_rng_below(r, 4); i++)
		closed[cal->closed_count++] = 20000 + (int32_t)(i * 100 + ek_rng_below(r, 100));
	return cal;
}

static void fill(struct ek_rng *r, struct ek_policy_section *s, int at, struct ek_arena *arena)
{
	for (int i = 1; i < EK_SET_COUNT; i++) {
		struct ek_policy_set set = {(uint8_t)i, 0, {0}};
		struct ek_err err = {0};
		if ((ek_setting_row(i)->at & at) == 0 || !ek_rng_chance(r, 40) ||
		    !value_for(r, i, arena, &set.value))
			continue;
		if (i == EK_SET_CALENDAR && ek_rng_chance(r, 70)) {
			s->calendar = calendar_for(r, arena);
			set.value.kind = EK_VALUE_CALENDAR;
		}
		must(ek_setting_check(i, at, &set.value, &err), &err);
		assert_true(ek_policy_put(s, arena, set));
	}
}

static void members(struct ek_rng *r, struct ek_policy_section *m, uint32_t teams,
		    struct ek_arena *arena)
{
	m->primary = ek_arena_get(arena, 64);
	m->secondary = ek_arena_get(arena, 64);
	assert_non_null(m->primary);
	assert_non_null(m->secondary);
	for (uint32_t t = 1; t <= teams; t++) {
		uint32_t chance = ek_rng_below(r, 3);
		if (chance == 1)
			m->primary[m->primary_count++] = t;
		else if (chance == 2)
			m->secondary[m->secondary_count++] = t;
	}
}

static struct ek_policy by_chance(struct ek_rng *r, struct ek_arena *arena)
{
	struct ek_policy p = {.team_count = 4, .mate_count = 3};
	p.teams = ek_arena_zero(arena, 4 * sizeof *p.teams);
	p.mates = ek_arena_zero(arena, 3 * sizeof *p.mates);
	assert_non_null(p.teams);
	assert_non_null(p.mates);
	fill(r, &p.workspace, EK_AT_W, arena);
	static const char *const names[] = {"Sales", "Second line", "null", "Å#1"};
	static const char *const mails[] = {"ann@x.org", "bo=b@x.org", "\"c\"@x.org"};
	for (uint32_t i = 0; i < 4; i++) {
		p.teams[i].name = (ek_str){names[i], (uint32_t)strlen(names[i])};
		fill(r, &p.teams[i], EK_AT_T, arena);
	}
	for (uint32_t i = 0; i < 3; i++) {
		p.mates[i].name = (ek_str){mails[i], (uint32_t)strlen(mails[i])};
		fill(r, &p.mates[i], EK_AT_P, arena);
		members(r, &p.mates[i], 4, arena);
	}
	return p;
}

/* Export, import, export is byte-identical: into an empty workspace, over itself, and over
 * another. */
static void test_round_trips(void **state)
{
	(void)state;
	struct ek_rng rng = {7};
	for (int round = 0; round < ROUNDS; round++) {
		struct ek_arena arena;
		ek_arena_init(&arena, ek_heap_alloc(), MEMORY);
		struct ek_engine *first = open_engine(), *second = open_engine();
		struct book a = {0}, b = {0};
		struct ek_policy p = by_chance(&rng, &arena);
		apply(first, &a, &p, &arena);
		struct text one = export(first, &a, &arena);
		struct ek_policy read = read_text(one.p, &arena);
		apply(second, &b, &read, &arena);
		struct text two = export(second, &b, &arena);
		assert_string_equal(two.p, one.p);
		uint64_t seq = ek_engine_seq(second);
		apply(second, &b, &read, &arena);
		assert_int_equal(ek_engine_seq(second), seq);
		ek_engine_close(&first);
		ek_engine_close(&second);
		ek_arena_fini(&arena);
	}
}

/* A policy taken earlier and applied again undoes what came since. */
static void test_back(void **state)
{
	(void)state;
	struct ek_rng rng = {11};
	for (int round = 0; round < ROUNDS; round++) {
		struct ek_arena arena;
		ek_arena_init(&arena, ek_heap_alloc(), MEMORY);
		struct ek_engine *e = open_engine();
		struct book b = {0};
		struct ek_policy p = by_chance(&rng, &arena);
		struct ek_policy q = by_chance(&rng, &arena);
		/* Who helps a team that takes no helpers cannot join it again. */
		for (uint32_t i = 0; i < 3; i++) {
			p.mates[i].secondary_count = 0;
			q.mates[i].secondary_count = 0;
		}
		apply(e, &b, &p, &arena);
		struct text one = export(e, &b, &arena);
		apply(e, &b, &q, &arena);
		struct ek_policy back = read_text(one.p, &arena);
		apply(e, &b, &back, &arena);
		assert_string_equal(export(e, &b, &arena).p, one.p);
		ek_engine_close(&e);
		ek_arena_fini(&arena);
	}
}

/* ---- tests inside a policy ---- */

static const char fitting[] = "workspace\n"
			      "  limit = 5\n"
			      "team Sales\n"
			      "team Support\n"
			      "team Desk\n"
			      "  method = manual\n"
			      "team Turns\n"
			      "  method = round_robin\n"
			      "teammate rosa@example.com\n"
			      "  primary = Sales\n"
			      "  secondary = Support\n"
			      "teammate wes.l@example.com\n"
			      "  primary = Turns\n";

static const struct {
	const char *promise;
	const char *steps;
	uint32_t line; /* of the whole text, whose test begins at line 14; 0 = passes */
	const char *said;
} tests[] = {
	{"the example of the specification holds as written",
	 "  given rosa limit 2\n"
	 "  given rosa holds 1 in Sales\n"
	 "  when s1 arrives in Sales\n"
	 "  then s1 goes to rosa\n"
	 "  when s2 arrives in Support\n"
	 "  then s2 waits because at_limit rosa\n",
	 0, ""},
	{"a wrong receiver is told with the right one",
	 "  when s1 arrives in Sales\n"
	 "  then s1 goes to wes.l\n",
	 16, "s1 went to rosa@example.com"},
	{"a wrong reason is told with the first failed test",
	 "  given rosa becomes away\n"
	 "  when s1 arrives in Sales\n"
	 "  then s1 waits because at_limit rosa\n",
	 17, "s1 waits; rosa@example.com fails not_active"},
	{"waiting that did not come is told with the receiver",
	 "  when s1 arrives in Sales\n"
	 "  then s1 waits because at_limit rosa\n",
	 16, "s1 went to rosa@example.com"},
	{"a receiver that did not come is told with the first failed test",
	 "  when s1 arrives in Support\n"
	 "  then s1 goes to wes.l\n",
	 16, "s1 went to rosa@example.com"},
	{"a helper's gate is asked at every decision",
	 "  given rosa limit 2\n"
	 "  when s1 arrives in Support\n"
	 "  when s2 arrives in Support\n"
	 "  when s3 arrives in Support\n"
	 "  when t1 arrives in Sales\n"
	 "  then queue is s3, t1\n"
	 "  then t1 waits because at_limit rosa\n"
	 "  when rosa closes s1\n"
	 "  then t1 goes to rosa\n"
	 "  then s3 waits because at_limit rosa\n"
	 "  when rosa closes t1\n"
	 "  then s3 goes to rosa\n",
	 0, ""},
	{"a wrong queue is told as it is",
	 "  given rosa limit 0\n"
	 "  when s1 arrives in Sales\n"
	 "  when s2 arrives in Sales priority=2\n"
	 "  then queue is s2, s1\n"
	 "  then queue is s1, s2\n",
	 19, "the queue is s2, s1"},
	{"an empty queue is told as empty",
	 "  when s1 arrives in Sales\n"
	 "  then queue is s1\n",
	 16, "the queue is empty"},
	{"time passes and what falls due happens",
	 "  when s1 arrives in Sales\n"
	 "  when rosa releases s1\n"
	 "  then s1 waits because released rosa\n"
	 "  when 29 min pass\n"
	 "  then s1 waits because released rosa\n"
	 "  when 1 min pass\n"
	 "  then s1 goes to rosa\n",
	 0, ""},
	{"a snooze frees the slot",
	 "  given rosa limit 1\n"
	 "  when s1 arrives in Sales\n"
	 "  when s2 arrives in Sales\n"
	 "  when rosa snoozes s1\n"
	 "  then s2 goes to rosa\n"
	 "  then s1 goes to rosa\n",
	 20, "s1 is snoozed"},
	{"a manual team gives out nothing",
	 "  when s1 arrives in Desk\n"
	 "  then s1 waits because not_member rosa\n",
	 16, "s1 waits, as its team gives out nothing by itself"},
	{"a rotation names its own tests",
	 "  given wes.l becomes away\n"
	 "  when s1 arrives in Turns\n"
	 "  then s1 waits because not_active wes.l\n"
	 "  then s1 waits because not_member rosa\n"
	 "  when wes.l becomes active\n"
	 "  then s1 goes to wes.l@example.com\n",
	 0, ""},
	{"fields of an arrival are the conversation's",
	 "  when s1 arrives in Sales complexity=4 needs=lang:ko/2 sla_due=30min tags=\"a,b\" "
	 "channel=chat contact=3 attribute:tier=gold\n"
	 "  then s1 waits because lacks_skill rosa\n",
	 0, ""},
	{"what is refused is told with its name",
	 "  when s1 arrives in Sales\n"
	 "  when rosa closes s1\n"
	 "  when rosa closes s1\n",
	 17, "refused as conflict: conversation 1 is closed already"},
	{"holding is giving, and counts",
	 "  given rosa holds 5 in Sales\n"
	 "  when s1 arrives in Sales\n"
	 "  then s1 waits because at_limit rosa\n"
	 "  when 3000 min pass\n"
	 "  then s1 waits because at_limit rosa\n",
	 0, ""},
};

static void test_tests(void **state)
{
	(void)state;
	for (size_t i = 0; i < EK_LEN(tests); i++) {
		struct ek_arena arena;
		struct ek_err err = {0};
		ek_arena_init(&arena, ek_heap_alloc(), MEMORY);
		struct text t = room(&arena);
		assert_true(take(&t, fitting, sizeof fitting - 1));
		assert_true(take(&t, "test \"it\"\n", 10));
		assert_true(take(&t, tests[i].steps, strlen(tests[i].steps)));
		struct ek_policy p = read_text(t.p, &arena);
		struct ek_engine *stage = NULL;
		struct ek_policy_verdict v;
		must(ek_policy_stage(ek_heap_alloc(), &p, &arena, &stage, &err), &err);
		must(ek_policy_try(stage, &p, 0, &v, &err), &err);
		if (v.line != tests[i].line || strcmp(v.said, tests[i].said) != 0)
			fail_msg("%s: line %u: %s", tests[i].promise, v.line, v.said);
		struct text again = room(&arena);
		assert_true(ek_policy_text_write(&p, take, &again));
		assert_string_equal(again.p, t.p);
		ek_engine_close(&stage);
		ek_arena_fini(&arena);
	}
}

/* Everybody is present at the beginning, whatever the policy does to those who are idle or return.
 * */
static void test_stage(void **state)
{
	(void)state;
	static const char text[] = "workspace\n"
				   "  auto_away_after_ms = 20min\n"
				   "  intake_max = 1\n"
				   "  away_reason_required = true\n"
				   "  away_reasons = lunch\n"
				   "  calendar = Europe/Paris; mon-fri 09:00-18:00\n"
				   "team Sales\n"
				   "teammate rosa@example.com\n"
				   "  primary = Sales\n"
				   "test \"not landing, not yet idle\"\n"
				   "  when s1 arrives in Sales\n"
				   "  then s1 goes to rosa\n"
				   "  when s2 arrives in Sales\n"
				   "  then s2 goes to rosa\n"
				   "  when 19 min pass\n"
				   "  when s3 arrives in Sales\n"
				   "  then s3 goes to rosa\n"
				   "  when 1 min pass\n"
				   "  when s4 arrives in Sales\n"
				   "  then s4 waits because not_active rosa\n"
				   "  when rosa becomes active\n"
				   "  when rosa becomes away\n";
	struct ek_arena arena;
	struct ek_err err = {0};
	struct ek_engine *stage = NULL;
	struct ek_policy_verdict v;
	ek_arena_init(&arena, ek_heap_alloc(), MEMORY);
	struct ek_policy p = read_text(text, &arena);
	load_zones(&p);
	must(ek_policy_stage(ek_heap_alloc(), &p, &arena, &stage, &err), &err);
	must(ek_policy_try(stage, &p, 0, &v, &err), &err);
	if (v.line != 0)
		fail_msg("line %u: %s", v.line, v.said);
	assert_true(ek_engine_time(stage).ms == EK_DAY_MS(20822) + EK_HOUR_MS(10));
	ek_engine_close(&stage);
	ek_arena_fini(&arena);
}

/* ---- lint ---- */

static const struct {
	const char *promise;
	const char *text;
	const char *found; /* "line rule, ..." without notes */
} lints[] = {
	{"a sound policy", "workspace\nteam A\nteammate x\n  primary = A\n", ""},
	{"secondary without primary",
	 "team A\nteam B\nteammate x\n  primary = A\nteammate y\n"
	 "  secondary = A\nteammate z\n  primary = B\n",
	 "6 secondary_without_primary, "},
	{"an inbox that has helpers only",
	 "team A\nteam B\nteammate x\n  primary = A\n  secondary = B\n",
	 "2 secondary_without_primary, "},
	{"limit 0 and nobody else",
	 "workspace\n  limit = 0\nteam A\nteam B\nteammate x\n  primary = A\nteammate y\n  primary "
	 "= B\n"
	 "  limit = null\n",
	 "3 limit_0_nobody_else, "},
	{"limit 0 with overflow to somebody",
	 "team A\n  overflow = B after_ms 0\nteam B\nteammate x\n  primary = A\n  limit = "
	 "0\nteammate y\n"
	 "  primary = B\n",
	 ""},
	{"limit 0 in a team that gives out by hand",
	 "team A\n  method = manual\nteammate x\n  primary = A\n  limit = 0\n", ""},
	{"an inbox that nobody serves", "team A\nteam B\nteammate x\n  primary = B\n",
	 "1 unreachable_inbox, "},
	{"an inbox that only overflow serves",
	 "team A\n  overflow = B after_ms 0\nteam B\nteammate x\n  primary = B\n", ""},
	{"overflow of a rotation brings nobody",
	 "team A\n  method = round_robin\n  overflow = B after_ms 0\nteam B\nteammate x\n  primary "
	 "= B\n",
	 "1 unreachable_inbox, "},
	{"overflow to itself",
	 "team A\n  overflow = B after_ms 0, A after_ms 5min\nteam B\nteammate x\n  primary = A, "
	 "B\n",
	 "2 overflow_to_itself, "},
};

static void test_lint(void **state)
{
	(void)state;
	for (size_t i = 0; i < EK_LEN(lints); i++) {
		struct ek_arena arena;
		struct ek_err err = {0};
		struct ek_policy_findings f;
		char got[400] = "";
		size_t n = 0;
		uint32_t notes = 0;
		ek_arena_init(&arena, ek_heap_alloc(), MEMORY);
		struct ek_policy p = read_text(lints[i].text, &arena);
		must(ek_policy_lint(&p, NULL, &arena, &f, &err), &err);
		for (uint32_t k = 0; k < f.n; k++) {
			notes += f.v[k].is_note;
			if (!f.v[k].is_note)
				n += ek_format(got + n, sizeof got - n, "%u %s, ", f.v[k].line,
					       f.v[k].rule);
		}
		if (strcmp(got, lints[i].found) != 0)
			fail_msg("%s: %s", lints[i].promise, got);
		assert_int_equal(notes, 2);
		ek_arena_fini(&arena);
	}
}

/* With a history, a strict gate above an inbox that was never empty is found. */
static void test_lint_history(void **state)
{
	(void)state;
	static const char text[] = "team A\nteam B\nteammate x\n  primary = A\n  secondary = B\n"
				   "teammate y\n  primary = B\n";
	static const bool busy[] = {true, true}, calm[] = {false, true};
	struct ek_arena arena;
	struct ek_err err = {0};
	struct ek_policy_findings f;
	ek_arena_init(&arena, ek_heap_alloc(), MEMORY);
	struct ek_policy p = read_text(text, &arena);
	must(ek_policy_lint(&p, busy, &arena, &f, &err), &err);
	assert_int_equal(f.n, 2);
	assert_string_equal(f.v[0].rule, "strict_gate_never_empty");
	assert_int_equal(f.v[0].line, 1);
	must(ek_policy_lint(&p, calm, &arena, &f, &err), &err);
	assert_int_equal(f.n, 1);
	assert_true(f.v[0].is_note);
	ek_arena_fini(&arena);
}

/* ---- edges of the plan ---- */

/* Two teams of one name cannot be told apart in a text. */
static void test_same_names(void **state)
{
	(void)state;
	struct ek_arena arena;
	struct ek_err err = {0};
	struct ek_engine *e = open_engine();
	struct book b = {0};
	struct ek_policy now;
	struct ek_policy_names names = {look_up, &b};
	struct ek_cmd team = ek_cmd_make(EK_CMD_TEAM_CREATE);
	struct ek_events events;
	ek_arena_init(&arena, ek_heap_alloc(), MEMORY);
	for (int i = 0; i < 2; i++)
		must(ek_engine_submit(e, &team, noon, &events, &err), &err);
	must(ek_policy_take(e, &names, &arena, &now, &err), &err);
	assert_true(ek_str_is(now.teams[1].name, "team-2"));
	b.teams[1] = EK_S("Sales");
	b.teams[2] = EK_S("Sales");
	assert_false(ek_policy_take(e, &names, &arena, &now, &err));
	assert_int_equal(err.code, EK_CONFLICT);
	assert_string_equal(err.msg, "teams 1 and 2 have the same name: rename one");
	ek_engine_close(&e);
	ek_arena_fini(&arena);
}

/* What a policy does not name stays, and is counted. */
static void test_left_alone(void **state)
{
	(void)state;
	struct ek_arena arena;
	struct ek_err err = {0};
	struct ek_engine *e = open_engine();
	struct book b = {0};
	ek_arena_init(&arena, ek_heap_alloc(), MEMORY);
	struct ek_policy first =
		read_text("team A\n  rank = 3\nteam B\nteammate x\n  primary = A\n", &arena);
	apply(e, &b, &first, &arena);
	struct ek_policy to = read_text("team B\n  rank = 2\n", &arena), now;
	struct ek_policy_names names = {look_up, &b};
	struct ek_policy_plan plan = {.now = &now, .to = &to};
	must(ek_policy_take(e, &names, &arena, &now, &err), &err);
	must(ek_policy_make_plan(e, &arena, &plan, &err), &err);
	assert_int_equal(plan.left_alone, 2);
	assert_int_equal(plan.cmd.policy_apply.rows.n, 1);
	ek_engine_close(&e);
	ek_arena_fini(&arena);
}

int main(void)
{
	const struct CMUnitTest all[] = {
		cmocka_unit_test(test_every_setting), cmocka_unit_test(test_round_trips),
		cmocka_unit_test(test_back),          cmocka_unit_test(test_tests),
		cmocka_unit_test(test_stage),         cmocka_unit_test(test_lint),
		cmocka_unit_test(test_lint_history),  cmocka_unit_test(test_same_names),
		cmocka_unit_test(test_left_alone),
	};
	return cmocka_run_group_tests(all, NULL, NULL);
}
