/* What the figures say of histories that were brought in by the maps of tests/maps: the worked
 * numbers that lie beside the data sets. Skips a set that is not there, naming it. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "metrics/figures.h"
#include "model/limits.h"
#include "past/import.h"
#include "store/walk.h"
#include "sys/clock.h"
#include "sys/disk.h"
#include "sys/heap.h"
#include "sys/zone.h"
#include "wire/toml.h"

enum { MEMORY = 1 << 26, AGENTS = 64 };

struct set {
	const char *map;
	enum ek_map_kind kind;
	const char *table;
	const char *messages; /* NULL = none */
};
struct scene {
	struct ek_log *log;
	struct ek_figures *f;
	struct ek_arena arena;
	struct ek_err err;
};

/* ---- the scene */

static bool fold(void *ctx, const struct ek_body_reader *at, const struct ek_event *event,
		 struct ek_err *err)
{
	struct scene *s = ctx;
	(void)at;
	return event == NULL || ek_figures_fold(s->f, event, err);
}

static ek_str read_at(struct scene *s, const char *path)
{
	struct ek_alloc heap = ek_heap_alloc();
	struct ek_disk_bytes b;
	bool ok = true;
	if (!ek_disk_read(path, EK_LIMIT_IMPORT_BYTES, &heap, &b, &s->err))
		fail_msg("%s", s->err.msg);
	ek_str kept = ek_arena_str(&s->arena, (ek_str){(const char *)b.p, (uint32_t)b.n}, &ok);
	assert_true(ok);
	ek_alloc_free(&heap, b.p, b.n == 0 ? 1 : b.n);
	return kept;
}

static void import_set(struct scene *s, const struct set *set)
{
	char map[256];
	char table[512];
	char messages[512];
	struct ek_import_report report;
	ek_format(map, sizeof map, "tests/maps/%s.toml", set->map);
	ek_format(table, sizeof table, "../shared/data/%s", set->table);
	struct ek_import_options o = {.kind = set->kind,
				      .map_name = map,
				      .map = read_at(s, map),
				      .name = table,
				      .table = read_at(s, table),
				      .log = s->log,
				      .now = ek_clock_wall()};
	if (set->messages != NULL) {
		ek_format(messages, sizeof messages, "../shared/data/%s", set->messages);
		o.messages = read_at(s, messages);
	}
	if (!ek_import_run(&o, &s->arena, &report, &s->err))
		fail_msg("%s: %s", set->map, s->err.msg);
	assert_int_equal(report.refused, 0);
}

/* Skips the test where the table is not there. */
static void begin(struct scene *s, const struct set *set)
{
	char path[512];
	const struct ek_log_options o = {.where = "memory:", .mode = EK_LOG_CREATE};
	ek_format(path, sizeof path, "../shared/data/%s", set->table);
	if (!ek_disk_exists(path)) {
		print_message("skipped: %s is not there\n", path);
		skip();
	}
	memset(s, 0, sizeof *s);
	ek_arena_init(&s->arena, ek_heap_alloc(), MEMORY);
	assert_true(ek_log_open(&o, &s->log, &s->err));
	assert_true(ek_figures_open(ek_heap_alloc(), &s->f, &s->err));
	import_set(s, set);
	struct ek_arena turn;
	ek_arena_init(&turn, ek_heap_alloc(), MEMORY);
	const struct ek_walk w = {.log = s->log, .visit = fold, .ctx = s, .arena = &turn};
	if (!ek_walk_run(&w, (struct ek_log_span){1, 0}, &s->err))
		fail_msg("%s", s->err.msg);
	ek_arena_fini(&turn);
	ek_figures_seal(s->f);
}

static void end(struct scene *s)
{
	ek_figures_close(&s->f);
	ek_log_close(&s->log);
	ek_arena_fini(&s->arena);
}

static struct ek_figures_ask about(int metric, const char *variant)
{
	return (struct ek_figures_ask){.metric = metric,
				       .from = {0},
				       .until = {INT64_C(1767225600000)}, /* 2026 */
				       .as_of = EK_NO_TIME,
				       .variant = variant};
}

static struct ek_figure ask(struct scene *s, const struct ek_figures_ask *a)
{
	struct ek_figure out;
	if (!ek_figures_ask(s->f, a, &out, &s->err))
		fail_msg("%s", s->err.msg);
	return out;
}

static struct ek_figure figure(struct scene *s, int metric, const char *variant)
{
	struct ek_figures_ask a = about(metric, variant);
	return ask(s, &a);
}

static void near(const char *what, double got, double want, double by)
{
	if (!(fabs(got - want) <= by))
		fail_msg("%s: got %.6f, expected %.6f", what, got, want);
}

/* ---- calls to a bank */

static const struct set bank = {"bank", EK_MAP_CALLS,
				"01-anonbank-feb1999a/calls-1999-02-01_14.tsv", NULL};

static void calls_of_a_bank(void **state)
{
	struct scene s;
	(void)state;
	begin(&s, &bank);
	struct ek_figure f = figure(&s, EK_METRIC_QUEUE_WAIT, "answered");
	assert_int_equal(f.n, 14405);
	near("ASA", f.value, 34.4053, 0.00005);
	near("p90 of waits", f.p90, 111, 0);
	f = figure(&s, EK_METRIC_QUEUE_WAIT, "left");
	assert_int_equal(f.n, 1885);
	near("wait before leaving", f.mean, 57.3533, 0.00005);
	f = figure(&s, EK_METRIC_ABANDONMENT, "raw");
	assert_int_equal(f.numerator, 1885);
	assert_int_equal(f.denominator, 16290);
	near("abandoned", f.value, 0.115715, 0.0000005);
	f = figure(&s, EK_METRIC_SERVICE_LEVEL, "abandons_negative");
	assert_int_equal(f.numerator, 9163);
	near("within 20 s", f.value, 0.562492, 0.0000005);
	f = figure(&s, EK_METRIC_HANDLE_TIME, "approach");
	assert_int_equal(f.n, 14405);
	near("AHT", f.mean, 166.8562, 0.00005);
	near("median", f.median, 102, 0);
	near("p90", f.p90, 383, 0);
	end(&s);
}

/* Of each day of local time: offered, answered, within 20 s. Source: example-kpis.json, whose days
 * are those of entry; three calls that came before midnight reached the queue after it (one of 10
 * February, waiting 27 s, and two of the 11th, answered at once), and count there. */
static const uint32_t days[][3] = {
	{1499, 1354, 842}, {1788, 1598, 912},  {1545, 1319, 789}, {1335, 1248, 887},
	{463, 434, 292},   {174, 166, 133},    {1481, 1310, 871}, {1159, 1106, 855},
	{1387, 1157, 700}, {1598, 1334, 695},  {1665, 1411, 715}, {480, 402, 247},
	{194, 172, 126},   {1522, 1394, 1099},
};

struct visit {
	uint32_t n;
	bool is_waits;
};

static bool day(void *ctx, int32_t date, const struct ek_figure *f, struct ek_err *err)
{
	struct visit *v = ctx;
	(void)err;
	assert_in_range(v->n, 0, EK_LEN(days) - 1);
	const uint32_t *want = days[v->n++];
	if (v->is_waits ? f->n != want[1] : f->denominator != want[0] || f->numerator != want[2])
		fail_msg("day %d: n %llu, %llu of %llu", date, (unsigned long long)f->n,
			 (unsigned long long)f->numerator, (unsigned long long)f->denominator);
	return true;
}

static void days_of_a_bank(void **state)
{
	struct scene s;
	struct ek_zone zone;
	(void)state;
	begin(&s, &bank);
	assert_true(ek_zone_load(EK_S("Asia/Jerusalem"), &s.arena, &zone, &s.err));
	for (int i = 0; i < 2; i++) {
		struct visit v = {.is_waits = i == 1};
		struct ek_figures_ask a =
			i == 0 ? about(EK_METRIC_SERVICE_LEVEL, "abandons_negative")
			       : about(EK_METRIC_QUEUE_WAIT, "answered");
		a.from.ms = INT64_C(917820000000);  /* 1999-02-01T00:00+02:00 */
		a.until.ms = INT64_C(919029600000); /* 1999-02-15T00:00+02:00 */
		const struct ek_figures_run run = {
			.cadence = EK_FIGURES_DAILY, .zone = &zone, .visit = day, .ctx = &v};
		if (!ek_figures_series(s.f, &a, &run, &s.err))
			fail_msg("%s", s.err.msg);
		assert_int_equal(v.n, EK_LEN(days));
	}
	end(&s);
}

/* Of each agent: answered, and the mean service in hundredths of a second, as sorted by both. */
static const uint32_t agents[][2] = {
	{30, 68570},  {69, 13472},  {241, 19894}, {246, 36052}, {271, 18100},  {340, 25000},
	{349, 23478}, {357, 15551}, {393, 20570}, {432, 11032}, {433, 12644},  {589, 18337},
	{607, 12663}, {632, 23280}, {641, 13444}, {772, 14894}, {807, 15028},  {859, 17010},
	{907, 24922}, {911, 11726}, {977, 16221}, {986, 14876}, {1121, 14682}, {1160, 14627},
};

static int by_both(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;
	if (x[0] != y[0])
		return x[0] < y[0] ? -1 : 1;
	return (x[1] > y[1]) - (x[1] < y[1]);
}

static void agents_of_a_bank(void **state)
{
	struct scene s;
	uint32_t got[AGENTS][2], n = 0;
	(void)state;
	begin(&s, &bank);
	for (uint32_t id = 1; id <= EK_LEN(agents); id++) {
		struct ek_figures_ask a = about(EK_METRIC_HANDLE_TIME, "leg");
		a.teammate.v = id;
		struct ek_figure f = ask(&s, &a);
		got[n][0] = (uint32_t)f.n;
		got[n++][1] = (uint32_t)llround(f.mean * 100);
	}
	qsort(got, n, sizeof got[0], by_both);
	for (uint32_t i = 0; i < n; i++)
		if (got[i][0] != agents[i][0] || (got[i][0] >= EK_FIGURES_COUNTS_ONLY &&
						  abs((int)got[i][1] - (int)agents[i][1]) > 1))
			fail_msg("agent %u: %u calls of %u cs, expected %u of %u", i, got[i][0],
				 got[i][1], agents[i][0], agents[i][1]);
	end(&s);
}

/* ---- a forum */

static void questions_of_a_forum(void **state)
{
	static const struct set set = {"thunderbird", EK_MAP_CONVERSATIONS,
				       "02-thunderbird-support-2023q2/questions.csv",
				       "02-thunderbird-support-2023q2/answers.csv"};
	struct scene s;
	(void)state;
	begin(&s, &set);
	struct ek_figures_ask a = about(EK_METRIC_FIRST_RESPONSE_TIME, NULL);
	a.clock = EK_CLOCK_CALENDAR;
	struct ek_figure f = ask(&s, &a);
	assert_int_equal(f.n, 1686);
	near("mean", f.mean, 70445.701, 0.0005);
	near("p90", f.p90, 185227, 0);
	assert_int_equal(figure(&s, EK_METRIC_VOLUME, NULL).n, 2210);
	end(&s);
}

/* ---- an airport */

static void passengers_of_an_airport(void **state)
{
	static const struct set nps = {"airport_nps", EK_MAP_SURVEYS,
				       "06-sfo-nps-2017/2017_SFO_Customer_Survey.csv", NULL};
	static const struct set csat = {"airport_csat", EK_MAP_SURVEYS,
					"06-sfo-nps-2017/2017_SFO_Customer_Survey.csv", NULL};
	struct scene s;
	(void)state;
	begin(&s, &nps);
	struct ek_figure f = figure(&s, EK_METRIC_NPS, "nps");
	assert_int_equal(f.n, 2746);
	near("NPS without the blanks", f.value, 39.8398, 0.00005);
	near("its interval", f.low, 37.22, 0.01);
	near("its interval", f.high, 42.45, 0.01);
	end(&s);
	begin(&s, &csat);
	f = figure(&s, EK_METRIC_CSAT, "satisfied");
	assert_int_equal(f.n, 2688);
	near("satisfied", f.value, 0.820685, 0.0000005);
	end(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(calls_of_a_bank),          cmocka_unit_test(days_of_a_bank),
		cmocka_unit_test(agents_of_a_bank),         cmocka_unit_test(questions_of_a_forum),
		cmocka_unit_test(passengers_of_an_airport),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
