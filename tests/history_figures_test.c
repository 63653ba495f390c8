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

enum { MEMORY = 1 << 26, AGENTS = 64, PEOPLE = 74 /* of the forum, who replied first or last */ };

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

/* Of each day of local time: offered, answered, abandoned, within 20 s. Source: example-kpis.json,
 * whose days are those of entry; three calls that came before midnight reached the queue after it
 * (one of 10 February, waiting 27 s, and two of the 11th, answered at once), and count there. */
static const uint32_t days[][4] = {
	{1499, 1354, 145, 842}, {1788, 1598, 190, 912},  {1545, 1319, 226, 789},
	{1335, 1248, 87, 887},  {463, 434, 29, 292},     {174, 166, 8, 133},
	{1481, 1310, 171, 871}, {1159, 1106, 53, 855},   {1387, 1157, 230, 700},
	{1598, 1334, 264, 695}, {1665, 1411, 254, 715},  {480, 402, 78, 247},
	{194, 172, 22, 126},    {1522, 1394, 128, 1099},
};

/* Of each day: services that ended on it, and how long they took together, in seconds, summed from
 * the table by the local date of the answer + ser_time, the answer being q_start + q_time, or
 * ser_start (else vru_exit) of who did not queue; and the mean service of the calls that came on
 * it, in milliseconds (example-kpis.json). Calls over midnight are all that is between the two. */
static const uint32_t services[][3] = {
	{1353, 221411, 163960}, {1599, 251855, 157237}, {1319, 226426, 171665},
	{1248, 204463, 163833}, {434, 78896, 181788},   {165, 32654, 198127},
	{1311, 231957, 176887}, {1104, 173242, 157174}, {1159, 200870, 173101},
	{1332, 228151, 171533}, {1413, 249986, 176548}, {402, 67363, 168042},
	{170, 37079, 216674},   {1395, 199090, 142770},
};

static bool has_level(uint32_t i, const struct ek_figure *f)
{
	return f->denominator == days[i][0] && f->numerator == days[i][3];
}

static bool has_answered(uint32_t i, const struct ek_figure *f)
{
	return f->n == days[i][1];
}

static bool has_abandoned(uint32_t i, const struct ek_figure *f)
{
	return f->denominator == days[i][0] && f->numerator == days[i][2];
}

static bool has_services(uint32_t i, const struct ek_figure *f)
{
	double mean = (double)services[i][1] / services[i][0];
	return f->n == services[i][0] && fabs(f->mean - mean) < 1e-9 &&
	       fabs(f->mean - services[i][2] / 1000.0) < 1.5;
}

static const struct by_day {
	int metric;
	const char *variant;
	bool (*holds)(uint32_t i, const struct ek_figure *f);
} by_day[] = {
	{EK_METRIC_SERVICE_LEVEL, "abandons_negative", has_level},
	{EK_METRIC_QUEUE_WAIT, "answered", has_answered},
	{EK_METRIC_ABANDONMENT, "raw", has_abandoned},
	{EK_METRIC_HANDLE_TIME, "approach", has_services},
};

struct visit {
	uint32_t n;
	const struct by_day *of;
};

static bool day(void *ctx, int32_t date, const struct ek_figure *f, struct ek_err *err)
{
	struct visit *v = ctx;
	(void)err;
	assert_in_range(v->n, 0, EK_LEN(days) - 1);
	if (!v->of->holds(v->n++, f))
		fail_msg("%s on day %d: n %llu, %llu of %llu, mean %f",
			 ek_definition_row(v->of->metric)->id, date, (unsigned long long)f->n,
			 (unsigned long long)f->numerator, (unsigned long long)f->denominator,
			 f->mean);
	return true;
}

static void days_of_a_bank(void **state)
{
	struct scene s;
	struct ek_zone zone;
	(void)state;
	begin(&s, &bank);
	assert_true(ek_zone_load(EK_S("Asia/Jerusalem"), &s.arena, &zone, &s.err));
	for (size_t i = 0; i < EK_LEN(by_day); i++) {
		struct visit v = {.of = &by_day[i]};
		struct ek_figures_ask a = about(by_day[i].metric, by_day[i].variant);
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

/* Conversations that each person answered first, the most first: the first five from
 * example-kpis.json (first_responder_top), all of them counted from both tables, a message of
 * somebody else than the asker being an answer. */
static const uint32_t first_repliers[] = {
	686, 186, 129, 124, 105, 69, 61, 41, 40, 40, 35, 18, 17, 15, 14, 12, 12, 10,
	7,   6,   6,   5,   5,   5,  4,  3,  2,  2,  2,  1,  1,  1,  1,  1,  1,  1,
	1,   1,   1,   1,   1,   1,  1,  1,  1,  1,  1,  1,  1,  1,  1,  1,  1,  1,
};

static int falling(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
	return (x < y) - (x > y);
}

static void first_replies(struct scene *s, const struct ek_figures_ask *of)
{
	uint32_t got[PEOPLE] = {0};
	struct ek_figures_ask a = *of;
	for (uint32_t id = 1; id <= PEOPLE; id++) {
		a.teammate.v = id;
		got[id - 1] = (uint32_t)ask(s, &a).n;
	}
	qsort(got, PEOPLE, sizeof got[0], falling);
	for (uint32_t i = 0; i < PEOPLE; i++)
		assert_int_equal(got[i], i < EK_LEN(first_repliers) ? first_repliers[i] : 0);
}

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
	uint64_t asked = figure(&s, EK_METRIC_VOLUME, NULL).n;
	assert_int_equal(asked, 2210);
	assert_int_equal(asked - f.n, 524); /* unanswered */
	first_replies(&s, &a);
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
