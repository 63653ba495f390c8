/* R10, R13 and X2: what was said yesterday can be read today, what was changed since says so, and a
 * definition changes from a day on. Expected counts are written out by hand beside each scene. */
#include "metrics/figures_scene.h"

#define M(name) EK_METRIC_##name
#define DAY_MS ((int64_t)DAY_MIN * MINUTE_MS)

/* Six customers of week 1, each answered after ten minutes and closed an hour later, on one matter;
 * days are 1440 minutes, so day 20 begins at 28800 and day 60 at 86400. */
#define WEEK \
	"600 arrive 1 1 11 4 1; 605 give 1 3; 610 reply 1 3; 670 close 1; " \
	"700 arrive 2 1 12 4 1; 705 give 2 3; 710 reply 2 3; 770 close 2; " \
	"800 arrive 3 1 13 4 1; 805 give 3 3; 810 reply 3 3; 870 close 3; " \
	"900 arrive 4 1 14 4 1; 905 give 4 3; 910 reply 4 3; 960 close 4; " \
	"1000 arrive 5 1 15 4 1; 1005 give 5 3; 1010 reply 5 3; 1070 close 5; " \
	"1100 arrive 6 1 16 4 1; 1105 give 6 3; 1110 reply 6 3; 1170 close 6; " \
	"4320 arrive 7 1 17 4 1; 4325 give 7 3; 4330 reply 7 3; 4390 close 7; "

enum {
	LATE = EK_FIGURES_BY_LATE,
	IMPORTED = EK_FIGURES_BY_IMPORTED,
	MERGED = EK_FIGURES_BY_MERGED,
	SPAM = EK_FIGURES_BY_SPAM,
	REOPENED = EK_FIGURES_BY_REOPENED,
};

/* clang-format off */
static const struct {
	const char *promise, *script;
	const char *asked;
	uint64_t before_numerator, before_denominator, numerator, denominator;
	uint32_t causes; /* 0 = it was as it is */
} rows[] = {
	{"a late import restates the days that it is about",
	 WEEK "28800 was 1 9 700 800 800 0 0 0; 86400 pass", "volume", 7, 7, 8, 8, IMPORTED},
	{"and durations: 7 answers of 10 minutes, then one more",
	 WEEK "28800 was 1 9 700 800 800 0 0 0; 86400 pass", "first_response_time calendar",
	 0, 7, 0, 8, IMPORTED},
	{"of other teams it restates nothing",
	 WEEK "28800 was 1 9 700 800 800 0 0 0; 86400 pass", "volume team 2", 0, 0, 0, 0, 0},
	{"what came within a day of the end is no restatement",
	 WEEK "10100 was 1 9 700 800 800 0 0 0; 86400 pass", "volume", 8, 8, 8, 8, 0},
	{"where there was nothing, the first import restates nothing",
	 "28800 was 1 9 700 800 800 0 0 0; 28801 was 2 9 710 800 800 0 0 0; 86400 pass", "volume",
	 2, 2, 2, 2, 0},
	{"a second one later does",
	 "28800 was 1 9 700 800 800 0 0 0; 43200 was 2 9 710 800 800 0 0 0; 86400 pass", "volume",
	 1, 1, 2, 2, IMPORTED},
	{"two contacts that are one: the second approach repeats the first",
	 WEEK "28800 merge 11 17; 86400 pass", "first_contact_resolution", 7, 7, 6, 7, MERGED},
	{"and is a repeat itself",
	 WEEK "28800 merge 11 17; 86400 pass", "repeat_contact", 0, 7, 1, 7, MERGED},
	{"and there are six contacts, not seven",
	 WEEK "28800 merge 11 17; 86400 pass", "contact_frequency", 7, 7, 7, 6, MERGED},
	{"taken apart, they are seven, as before",
	 WEEK "28800 merge 11 17; 43200 apart 11 17; 86400 pass", "contact_frequency",
	 7, 7, 7, 7, 0},
	{"and nothing repeats",
	 WEEK "28800 merge 11 17; 43200 apart 11 17; 86400 pass", "first_contact_resolution",
	 7, 7, 7, 7, 0},
	{"merged within the window, the next approach counts at once",
	 WEEK "5000 merge 11 18; 5760 arrive 8 1 18 4 1; 86400 pass", "first_contact_resolution",
	 6, 7, 6, 7, 0},
	{"spam that is removed is no approach",
	 WEEK "28800 spam 7; 86400 pass", "volume", 7, 7, 6, 6, SPAM},
	{"nor an answer", WEEK "28800 spam 7; 86400 pass", "first_response_time calendar",
	 0, 7, 0, 6, SPAM},
	{"nor somebody's repeat",
	 WEEK "5760 arrive 8 1 11 4 1; 28800 spam 8; 86400 pass", "first_contact_resolution",
	 6, 7, 7, 7, SPAM},
	{"spam at once restates nothing", WEEK "5000 spam 7; 86400 pass", "volume", 6, 6, 6, 6, 0},
	{"what was no spam after all is there again, as it was",
	 WEEK "28800 spam 7; 43200 tag 7; 86400 pass", "volume", 7, 7, 7, 7, 0},
	{"solved and opened again weeks later: it had been counted as solved",
	 WEEK "28800 again 7; 86400 pass", "resolution_time", 0, 7, 0, 6, REOPENED},
	{"a day that is not known yet is not restated",
	 WEEK "5000 spam 7; 10000 pass", "volume", 6, 6, 6, 6, 0},
};
/* clang-format on */

static void a_restated_figure_says_what_it_was(void **state)
{
	(void)state;
	for (size_t i = 0; i < EK_LEN(rows); i++) {
		struct scene s;
		struct asked q;
		struct ek_figure now;
		struct ek_figures_restated was;
		ek_figures_scene_begin(&s, rows[i].script);
		ek_figures_scene_read_question(&q, rows[i].asked);
		struct ek_figures_ask a = ek_figures_scene_question(&q.want);
		a.from.ms = BASE_MS;
		a.until.ms = BASE_MS + 7 * DAY_MS;
		assert_true(ek_figures_ask(s.f, &a, &now, &s.err));
		assert_true(ek_figures_was(s.f, &a, &now, &was, &s.err));
		bool is = was.causes != 0;
		if (now.numerator != rows[i].numerator || now.denominator != rows[i].denominator ||
		    is != (rows[i].causes != 0))
			fail_msg("%s: %llu of %llu, %d", rows[i].promise,
				 (unsigned long long)now.numerator,
				 (unsigned long long)now.denominator, is);
		if (is && (was.before.numerator != rows[i].before_numerator ||
			   was.before.denominator != rows[i].before_denominator ||
			   was.causes != rows[i].causes || was.changed.ms <= was.known.ms))
			fail_msg("%s: was %llu of %llu, causes %u", rows[i].promise,
				 (unsigned long long)was.before.numerator,
				 (unsigned long long)was.before.denominator, was.causes);
		ek_figures_scene_end(&s);
	}
}

/* Everything at once, for what was known at each of its instants. */
#define LIFE \
	WEEK "4400 active 3; 4410 survey 1 1 7 3 2; 4420 deliver 1; 5000 merge 11 17; " \
	     "5760 arrive 8 1 11 2 1; 5770 give 8 3; 5790 reply 8 3; 5800 ask 8; 5820 reply 8 3; " \
	     "5900 close 8; 6000 again 8; 6100 give 8 4; 6200 close 8; 7000 was 1 9 700 800 800 " \
	     "1 1 0; " \
	     "7100 score 1 9; 7200 arrive 9 2 19 2; 7300 spam 9; 7400 call 5 30 1 60 5 1 3; " \
	     "7500 met 8; 7600 spam 2; 9000 arrive 10 1 12 4; 9100 move 10 2; 9200 close 10; " \
	     "12000 apart 11 17; 13000 again 6 1; 13500 tag 2; 14400 reply 6 4; 20000 close 6; " \
	     "20010 was 2 9 4000 4100 4100 0 0 1; 60000 pass; "

/* Reads as far as what was there by then. */
static void play_until(struct scene *s, const char *script, int64_t minute)
{
	while (*script != '\0' && strtoll(script, NULL, 10) <= minute)
		script = ek_figures_scene_play_line(s, script);
}

static void compare(struct scene *then, struct scene *later, struct want w, int64_t minute)
{
	struct ek_figures_ask a = ek_figures_scene_question(&w);
	struct ek_figure was, is;
	a.from.ms = BASE_MS;
	assert_true(ek_figures_ask(then->f, &a, &was, &then->err));
	a.as_of.ms = BASE_MS + minute * MINUTE_MS;
	assert_true(ek_figures_ask(later->f, &a, &is, &later->err));
	if (was.state != is.state || was.n != is.n || was.numerator != is.numerator ||
	    was.denominator != is.denominator || was.value != is.value || was.p90 != is.p90 ||
	    was.mean != is.mean || was.not_yet_known != is.not_yet_known)
		fail_msg("%s %s team %u at %lld: %llu of %llu, n %llu, young %llu; later %llu of "
			 "%llu, n %llu, young %llu",
			 ek_definition_row(w.metric)->id, w.variant, w.team, (long long)minute,
			 (unsigned long long)was.numerator, (unsigned long long)was.denominator,
			 (unsigned long long)was.n, (unsigned long long)was.not_yet_known,
			 (unsigned long long)is.numerator, (unsigned long long)is.denominator,
			 (unsigned long long)is.n, (unsigned long long)is.not_yet_known);
}

/* X2: for every metric and variant, as known at an instant = live at that instant. */
static void live_and_historical_agree(void **state)
{
	static const int64_t minutes[] = {690,   1500,  4400,  4415,  5010, 5780,  5850,
					  5950,  6050,  6300,  7010,  7150, 7250,  7350,
					  7450,  7650,  9050,  9150,  9300, 12500, 13200,
					  13700, 15000, 20005, 20020, 60000};
	struct scene later;
	(void)state;
	ek_figures_scene_begin(&later, LIFE);
	for (size_t i = 0; i < EK_LEN(minutes); i++) {
		struct scene then;
		ek_figures_scene_begin(&then, "0 pass");
		play_until(&then, LIFE, minutes[i]);
		ek_figures_scene_play(&then, "");
		for (int m = 1; m < EK_METRIC_END; m++) {
			const struct ek_definition *d = ek_definition_row(m);
			for (int k = 0; k < EK_METRIC_VARIANTS_MAX && d->why_not == NULL; k++) {
				if (d->variants[k] == NULL)
					break;
				/* What waited then is told where it was answered. */
				bool is_wait = m == M(BACKLOG) && k == 2;
				for (uint32_t team = 0; team <= (is_wait ? 0 : 2); team++)
					compare(&then, &later,
						(struct want){.metric = m,
							      .variant = d->variants[k],
							      .team = team},
						ek_figures_at(then.f).ms / MINUTE_MS -
							BASE_MS / MINUTE_MS);
			}
		}
		ek_figures_scene_end(&then);
	}
	ek_figures_scene_end(&later);
}

/* What cells say after spam was taken out of them is what rows say. */
static void cells_follow_spam(void **state)
{
	struct scene s;
	(void)state;
	ek_figures_scene_begin(&s, WEEK "28800 pass; 28801 spam 2; 28802 spam 6; 28900 pass");
	struct want w = {.metric = 1, .team = 1, .clock = EK_CLOCK_OFFICE_HOURS};
	for (uint32_t mate = 0; mate <= 3; mate += 3) {
		struct ek_figures_ask a = ek_figures_scene_question(&w);
		struct ek_figure cell, scan;
		a.teammate.v = mate;
		a.from.ms = BASE_MS;
		a.until.ms = BASE_MS + 7 * DAY_MS;
		assert_true(ek_figures_ask(s.f, &a, &cell, &s.err));
		a.until.ms -= 1;
		a.from.ms -= 1;
		assert_true(ek_figures_ask(s.f, &a, &scan, &s.err));
		assert_true(cell.n == 5 && scan.n == 5 && cell.median == scan.median);
	}
	ek_figures_scene_end(&s);
}

/* R10: a fact changes a definition from its date on, both versions are there around it, and what
 * does not follow the last says nothing. Service level: T 20 s, then 40 s from day 2 on; five calls
 * wait 30 s on each of days 0 and 3. */
static void a_definition_changes_from_a_day_on(void **state)
{
	static const struct {
		int64_t from, until; /* days */
		uint32_t version;    /* asked for */
		uint32_t is, other;  /* other 0 = there is none */
		uint64_t numerator;
	} spans[] = {
		{0, 1, 0, 1, 0, 0}, {3, 4, 0, 2, 1, 5}, {0, 4, 0, 1, 2, 0},
		{3, 4, 1, 1, 2, 0}, {0, 1, 2, 2, 0, 5}, {0, 2, 0, 1, 0, 0},
	};
	struct scene s;
	(void)state;
	ek_figures_scene_begin(&s,
			       "600 call 1 30 1 60; 601 call 2 30 1 60; 602 call 3 30 1 60; "
			       "603 call 4 30 1 60; 604 call 5 30 1 60; "
			       "700 define 17 2 2880 2 0 40 5; 701 define 17 2 4320 2 0 50 5; "
			       "702 define 17 3 2880 2 0 50 5; 703 define 99 2 4320 2 0 50 5; "
			       "4920 call 6 30 1 60; 4921 call 7 30 1 60; "
			       "4922 call 8 30 1 60; 4923 call 9 30 1 60; 4924 call 10 30 1 60");
	for (size_t i = 0; i < EK_LEN(spans); i++) {
		struct ek_figures_change c;
		struct ek_figure out;
		struct ek_figures_ask a =
			ek_figures_scene_question(&(struct want){.metric = M(SERVICE_LEVEL)});
		a.version = spans[i].version;
		a.from.ms = BASE_MS + spans[i].from * DAY_MS;
		a.until.ms = BASE_MS + spans[i].until * DAY_MS;
		assert_true(ek_figures_ask(s.f, &a, &out, &s.err));
		bool is = ek_figures_change(s.f, &a, &c) && a.until.ms > c.later->effective.ms;
		if (out.version != spans[i].is || out.numerator != spans[i].numerator ||
		    is != (spans[i].other != 0) || (is && c.other->version != spans[i].other))
			fail_msg("row %zu: version %u, %llu; %d", i, out.version,
				 (unsigned long long)out.numerator, is);
	}
	const struct ek_definition *d = ek_figures_definition(s.f, M(SERVICE_LEVEL), 2, EK_NO_TIME);
	assert_true(d != NULL && d->author == 9 && ek_str_is(d->reason, "calls wait longer now"));
	assert_null(ek_figures_definition(s.f, M(SERVICE_LEVEL), 3, EK_NO_TIME));
	ek_figures_scene_end(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_restated_figure_says_what_it_was),
		cmocka_unit_test(live_and_historical_agree),
		cmocka_unit_test(cells_follow_spam),
		cmocka_unit_test(a_definition_changes_from_a_day_on),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
