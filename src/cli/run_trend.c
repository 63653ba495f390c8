/* trend: what a series of figures says. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "cli/lines.h"
#include "cli/run.h"
#include "cli/trend.h"
#include "model/limits.h"
#include "sys/heap.h"
#include "wire/series.h"

enum { ANSWER_MAX = 64 * 1024 * 1024, SPARKS = 60, LEVELS = 8 };

/* ---- in */

static bool read_points(struct ek_trend *t, struct ek_lines *lines, struct ek_series *series,
			struct ek_err *err)
{
	bool more = true;
	ek_str line;
	t->v = calloc(EK_LIMIT_SERIES_POINTS, sizeof *t->v);
	if (t->v == NULL)
		return ek_fail(err, EK_NO_MEMORY, "no memory for a series");
	while (ek_lines_next(lines, &line, &more, err)) {
		struct ek_series_row row;
		bool has_row;
		if (!more)
			return t->n > 0 || ek_fail(err, EK_USAGE,
						   "no rows: expected lines of date,value or "
						   "date,value,denominator");
		if (!ek_series_line(series, line, &row, &has_row, err))
			return false;
		if (has_row)
			t->v[t->n++].p = (struct ek_score_point){
				row.day, row.has_value ? row.value : NAN, row.denominator};
	}
	return false;
}

/* The place of a word among those that name(i) gives; false when it is none of them. */
static bool find_word(const struct ek_cli *cli, enum ek_cli_option option, const char *const *words,
		      int *out, struct ek_err *err)
{
	const char *given = cli->options[option];
	char list[80] = "";
	size_t n = 0;
	for (int i = 0; words[i] != NULL; i++) {
		if (strcmp(words[i], given) == 0) {
			*out = i;
			return true;
		}
		n += ek_format(list + n, sizeof list - n, "%s%s", i == 0 ? "" : ", ", words[i]);
	}
	return ek_fail(err, EK_USAGE, "expected one of %s, got \"%s\"", list, given);
}

static bool read_options(const struct ek_cli *cli, struct ek_trend *t, struct ek_err *err)
{
	const char *words[8] = {NULL};
	int found = 0;
	t->cadence_guessed = !ek_cli_has(cli, EK_CLI_CADENCE);
	t->kind_guessed = !ek_cli_has(cli, EK_CLI_KIND);
	for (int i = 0; i < 7; i++)
		words[i] = ek_trend_cadence((enum ek_budget_feed)i);
	if (!t->cadence_guessed && !find_word(cli, EK_CLI_CADENCE, words, &found, err))
		return false;
	t->setup.feed = (enum ek_budget_feed)found;
	for (int i = 0; i < 7; i++)
		words[i] = ek_trend_kind((enum ek_score_kind)i);
	found = 0;
	if (!t->kind_guessed && !find_word(cli, EK_CLI_KIND, words, &found, err))
		return false;
	t->setup.kind = (enum ek_score_kind)found;
	for (int i = 0; i < 7; i++)
		words[i] = ek_trend_set((enum ek_marks_set)i);
	found = EK_MARKS_NONE;
	if (ek_cli_has(cli, EK_CLI_MARKS) && !find_word(cli, EK_CLI_MARKS, words, &found, err))
		return false;
	t->set = (enum ek_marks_set)found;
	return true;
}

static bool read_title(const struct ek_cli *cli, struct ek_trend *t, const struct ek_series *series,
		       struct ek_err *err)
{
	const char *title = cli->options[EK_CLI_TITLE];
	if (title == NULL)
		title = series->name[0] != '\0' ? series->name : "series";
	size_t n = strlen(title);
	if (n > EK_LIMIT_TEXT_BYTES || !ek_utf8_is_plain((ek_str){title, (uint32_t)n}))
		return ek_fail(err, EK_USAGE, "--title: expected one line of at most %d bytes",
			       EK_LIMIT_TEXT_BYTES);
	t->title = (ek_str){title, (uint32_t)n};
	return true;
}

/* ---- out */

/* Where a value stands between the least and the largest, from 0 to LEVELS - 1. */
static int level(double v, double low, double high)
{
	if (!(high > low))
		return LEVELS / 2;
	int at = (int)((v - low) / (high - low) * LEVELS);
	return at < 0 ? 0 : at >= LEVELS ? LEVELS - 1 : at;
}

static double drawn(const struct ek_trend *t, const struct ek_judged_point *p)
{
	return t->setup.kind == EK_SCORE_RATE && p->p.n > 0 ? p->p.value / p->p.n : p->p.value;
}

static char sign_below(const struct ek_trend *t, const struct ek_judged_point *p)
{
	const struct ek_verdict *v = &t->j.chart.verdict;
	if (ek_judged_stands(&t->j) == EK_VERDICT_IS_SHIFT && p->p.key == v->segment.first_key)
		return 'S';
	if (p->has_z && fabs(p->z) > EK_VERDICT_BEYOND)
		return '!';
	return p->why == EK_CHART_FED ? (p->is_final ? ' ' : '.') : '-';
}

/* The last points as bars, and below each what is to be said of it. */
static void draw(const struct ek_cli *cli, const struct ek_trend *t)
{
	static const char *const bars[LEVELS] = {"\u2581", "\u2582", "\u2583", "\u2584",
						 "\u2585", "\u2586", "\u2587", "\u2588"};
	uint32_t from = t->j.n > SPARKS ? t->j.n - SPARKS : 0;
	double low = INFINITY, high = -INFINITY;
	char a[EK_TREND_DAY], b[EK_TREND_DAY];
	for (uint32_t i = from; i < t->j.n; i++) {
		double v = drawn(t, &t->j.v[i]);
		if (!isfinite(v))
			continue;
		low = v < low ? v : low;
		high = v > high ? v : high;
	}
	ek_cli_print(cli, "\n  ");
	for (uint32_t i = from; i < t->j.n; i++) {
		double v = drawn(t, &t->j.v[i]);
		ek_cli_print(cli, "%s", isfinite(v) ? bars[level(v, low, high)] : " ");
	}
	ek_cli_print(cli, "\n  ");
	for (uint32_t i = from; i < t->j.n; i++)
		ek_cli_print(cli, "%c", sign_below(t, &t->j.v[i]));
	if (t->j.n > from)
		ek_cli_print(cli,
			     "\n  %s to %s; . baseline, ! beyond the limits, S start of the "
			     "shift, - not judged\n",
			     ek_trend_day(t->j.v[from].p.key, a),
			     ek_trend_day(t->j.v[t->j.n - 1].p.key, b));
}

static void say_baseline(const struct ek_cli *cli, const struct ek_trend *t)
{
	const struct ek_chart *c = &t->j.chart;
	const struct ek_score_point *last = &c->baseline[c->points - 1];
	char from[EK_TREND_DAY], until[EK_TREND_DAY];
	char centre[EK_TREND_VALUE], lower[EK_TREND_VALUE], upper[EK_TREND_VALUE];
	struct ek_score_limits l;
	double z;
	if (!c->has_model)
		return;
	for (uint32_t i = t->j.n; i > 0; i--)
		if (t->j.v[i - 1].has_z) {
			last = &t->j.v[i - 1].p;
			break;
		}
	if (!ek_chart_look(c, last, &z, &l))
		return;
	ek_cli_print(cli, "\nBaseline: %u points, %s to %s%s.\n", c->points,
		     ek_trend_day(c->baseline[0].key, from),
		     ek_trend_day(c->baseline[c->points - 1].key, until),
		     c->state == EK_CHART_LOCKED ? "" : ", on trial");
	ek_cli_print(cli, "Usual for the last point: %s, from %s to %s.\n",
		     ek_trend_value(t, l.centre, centre), ek_trend_value(t, l.lower, lower),
		     ek_trend_value(t, l.upper, upper));
	if (t->j.has_break)
		ek_cli_print(cli, "Looking back, a single break fits best after %s (%s to %s).\n",
			     ek_trend_day(t->j.brk_after, from),
			     ek_trend_day(t->j.brk_from, centre),
			     ek_trend_day(t->j.brk_until, until));
}

static void say_facts(const struct ek_cli *cli, const struct ek_trend *t)
{
	char text[EK_TREND_SENTENCE], day[EK_TREND_DAY];
	if (t->j.fact_count > 0)
		ek_cli_print(cli, "\nVerdicts and marks:\n");
	for (uint32_t i = 0; i < t->j.fact_count; i++) {
		const struct ek_verdict_fact *f = &t->j.facts[i].v;
		bool is_late =
			f->kind == EK_VERDICT_ONE_OFF || f->kind == EK_VERDICT_RECURRING_BEGAN;
		/* That a shift holds is said once, by the last that says so. */
		if (f->kind == EK_VERDICT_HOLDS && i + 1 < t->j.fact_count &&
		    t->j.facts[i + 1].v.kind == EK_VERDICT_HOLDS)
			continue;
		ek_trend_fact(t, f, text);
		ek_cli_print(cli, "  %s  %s\n", is_late ? "          " : ek_trend_day(f->key, day),
			     text);
	}
}

static void say_last_days(const struct ek_cli *cli, const struct ek_trend *t)
{
	char day[EK_TREND_DAY];
	if (t->odd_count > 0)
		ek_cli_print(cli, "\nDays after the last whole week, by the days' own spread:\n");
	for (uint32_t i = 0; i < t->odd_count; i++)
		ek_cli_print(cli, "  %s  odd day, far %s (z %.1f); too early to tell\n",
			     ek_trend_day(t->odd[i].day, day), t->odd[i].z > 0 ? "higher" : "lower",
			     t->odd[i].z);
}

static void say_marks(const struct ek_cli *cli, const struct ek_trend *t)
{
	static const char *const words[] = {
		"beyond 3",    "trend",       "2 of 3",   "3 of 4",    "4 of 5",
		"on one side", "alternating", "within 1", "outside 1",
	};
	char day[EK_TREND_DAY];
	if (t->set == EK_MARKS_NONE)
		return;
	ek_cli_print(cli, "\nMarks of the %s rules (they change no verdict):\n",
		     ek_trend_set(t->set));
	for (uint32_t i = 0; i < t->j.n; i++) {
		if (t->j.v[i].marks == 0)
			continue;
		ek_cli_print(cli, "  %s ", ek_trend_day(t->j.v[i].p.key, day));
		for (uint32_t k = 0; k < EK_LEN(words); k++)
			if ((t->j.v[i].marks >> k & 1) != 0)
				ek_cli_print(cli, " %s;", words[k]);
		ek_cli_print(cli, " z %.1f\n", t->j.v[i].z);
	}
}

/* What was guessed and what was done with the points, so that nobody need wonder. */
static void say_how(const struct ek_cli *cli, const struct ek_trend *t)
{
	uint32_t missing = 0, small = 0, closed = 0;
	for (uint32_t i = 0; i < t->j.n; i++) {
		missing += t->j.v[i].why == EK_CHART_LEFT_OUT;
		small += t->j.v[i].why == EK_CHART_SMALL;
		closed += t->j.v[i].why == EK_CHART_CLOSED_DAY;
	}
	if (t->cadence_guessed || t->kind_guessed)
		ek_cli_say(cli, "read as a %s %s%s%s", ek_trend_pace(t, t->read_as),
			   ek_trend_kind(t->setup.kind),
			   t->cadence_guessed ? "; --cadence says otherwise" : "",
			   t->kind_guessed ? "; --kind says otherwise" : "");
	if (t->coarser > 0)
		ek_cli_say(cli, "points are taken together, as %s",
			   t->coarser_why == EK_CHART_FEW
				   ? "the counts of a day are too small"
				   : "neighbouring points are too much alike");
	if (missing + small + closed > 0)
		ek_cli_say(cli, "not judged: %u missing, %u with too small an n, %u on closed days",
			   missing, small, closed);
}

static void say_all(const struct ek_cli *cli, const struct ek_trend *t)
{
	char text[EK_TREND_SENTENCE];
	ek_trend_sentence(t, text);
	ek_cli_put(cli, t->title.p, t->title.n);
	ek_cli_print(cli, "\n%s\n", text);
	draw(cli, t);
	say_baseline(cli, t);
	say_facts(cli, t);
	say_last_days(cli, t);
	say_marks(cli, t);
	say_how(cli, t);
}

static bool put_all(const struct ek_cli *cli, const struct ek_trend *t, struct ek_err *err)
{
	struct ek_json j;
	ek_json_init(&j, ek_heap_alloc(), ANSWER_MAX);
	ek_trend_json(t, &j);
	bool ok = ek_cli_put_json(cli, &j, err);
	ek_json_fini(&j);
	return ok;
}

bool ek_run_trend(struct ek_cli *cli, struct ek_err *err)
{
	struct ek_trend t = {.n = 0};
	struct ek_series series = {.line = 0};
	struct ek_lines *lines = NULL;
	bool ok = read_options(cli, &t, err) && ek_lines_open(cli->words[0], &lines, err) &&
		  read_points(&t, lines, &series, err) && read_title(cli, &t, &series, err) &&
		  ek_trend_judge(&t, err);
	if (ok && ek_cli_has(cli, EK_CLI_JSON))
		ok = put_all(cli, &t, err);
	else if (ok)
		say_all(cli, &t);
	ek_lines_close(&lines);
	ek_trend_fini(&t);
	return ok;
}
