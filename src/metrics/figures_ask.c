/* One figure: rows of the period, judged and counted together. */
#include "metrics/figures_inside.h"

#include <string.h>

#include "metrics/durations.h"
#include "metrics/mean.h"
#include "metrics/share.h"

/* ---- rows */

static bool is_team(const struct ek_figures_ask *a, uint32_t team)
{
	for (uint32_t i = 0; i < a->team_count; i++) {
		if (a->teams[i].v == team)
			return true;
	}
	return a->team_count == 0;
}

static bool is_slice(const struct figures_slice *s, uint16_t number)
{
	return !s->is_asked || s->want == number;
}

static bool is_hour(const struct ek_figures_ask *a, uint32_t at)
{
	enum { HOUR = 3600000 };
	if (a->hour == 0)
		return true;
	int64_t local = (int64_t)at * 1000;
	if (a->zone != NULL)
		local = ek_calendar_local(a->zone, (ek_time){local});
	int64_t of_day = (local % EK_CALENDAR_DAY_MS + EK_CALENDAR_DAY_MS) % EK_CALENDAR_DAY_MS;
	return of_day / HOUR == a->hour - 1;
}

bool ek_figures_is_wanted(const struct figures_plan *p, const struct ek_columns_row *row)
{
	const struct ek_figures_ask *a = p->ask;
	return !p->is_nowhere && (a->teammate.v == 0 || a->teammate.v == row->mate) &&
	       (a->channel == 0 || a->channel == row->channel) &&
	       ((p->topic == 0 && !p->is_untold) || p->topic == row->topic) &&
	       is_slice(&p->tier, row->tier) && is_slice(&p->area, row->area) &&
	       is_team(a, row->team);
}

bool ek_figures_wants(const struct figures_plan *p, const struct ek_columns_of *of, uint32_t i)
{
	const struct ek_figures_ask *a = p->ask;
	return (a->teammate.v == 0 || a->teammate.v == of->mate[i]) &&
	       (a->channel == 0 || a->channel == of->channel[i]) &&
	       (a->survey == 0 || a->survey == of->office[i]) &&
	       ((p->topic == 0 && !p->is_untold) || p->topic == of->topic[i]) &&
	       is_slice(&p->tier, of->tier[i]) && is_slice(&p->area, of->area[i]) &&
	       is_team(a, of->team[i]) && is_hour(a, of->at[i]);
}

/* Sixteen rows at a time: a vector of gcc and clang, four numbers wide. */
typedef uint32_t four __attribute__((vector_size(16)));
enum { STEP = 16 };

/* Whether one of sixteen is the one wanted. */
static bool has_team(const uint32_t *team, uint32_t want)
{
	four v[STEP / 4];
	const four w = {want, want, want, want};
	memcpy(v, team, sizeof v);
	four hit = (four)(v[0] == w) | (four)(v[1] == w) | (four)(v[2] == w) | (four)(v[3] == w);
	uint64_t any[2];
	memcpy(any, &hit, sizeof any);
	return (any[0] | any[1]) != 0;
}

/* Rows first..end of that team inbox in the time; the usual question. */
static uint32_t pick_team(const struct figures_plan *p, uint32_t first, uint32_t end, uint32_t *out)
{
	const uint32_t *at = p->of->at;
	const uint32_t *team = p->of->team;
	uint32_t want = p->ask->teams[0].v;
	uint32_t span = p->until - p->from;
	uint32_t n = 0;
	for (uint32_t i = first; i < end; i += STEP) {
		uint32_t stop = end - i > STEP ? i + STEP : end;
		if (stop - i == STEP && !has_team(&team[i], want))
			continue;
		for (uint32_t k = i; k < stop; k++) {
			out[n] = k;
			n += (at[k] - p->from < span) & (team[k] == want);
		}
	}
	return n;
}

/* Those of a block that the time, and a single team inbox, let through. */
static uint32_t pick(const struct figures_plan *p, uint32_t first, uint32_t end, uint32_t *out)
{
	const uint32_t *at = p->of->at;
	uint32_t span = p->until - p->from;
	uint32_t n = 0;
	if (p->ask->team_count == 1)
		return pick_team(p, first, end, out);
	for (uint32_t i = first; i < end; i++) {
		out[n] = i;
		n += at[i] - p->from < span;
	}
	return n;
}

/* Rows that were picked lie far apart: what will be read of them is asked for all at once. */
static void fetch(const struct figures_plan *p, const uint32_t *picked, uint32_t n)
{
	const struct ek_columns_of *of = p->of;
	const uint32_t *clock = p->clock == EK_CLOCK_CALENDAR ? of->calendar : of->office;
	for (uint32_t i = 0; i < n; i++) {
		__builtin_prefetch(&of->flags[picked[i]]);
		__builtin_prefetch(&of->start[picked[i]]);
		__builtin_prefetch(&clock[picked[i]]);
	}
}

bool ek_figures_scan(const struct figures_plan *p, ek_figures_visit *visit, void *ctx)
{
	const struct ek_columns_of *of = p->of;
	uint32_t picked[EK_COLUMNS_BLOCK];
	if (p->is_nowhere || p->until <= p->from)
		return true;
	for (uint32_t first = 0; first < of->n; first += EK_COLUMNS_BLOCK) {
		uint32_t block = first / EK_COLUMNS_BLOCK;
		if (of->oldest[block] >= p->until || of->newest[block] < p->from)
			continue;
		uint32_t end = of->n - first > EK_COLUMNS_BLOCK ? first + EK_COLUMNS_BLOCK : of->n;
		uint32_t n = pick(p, first, end, picked);
		fetch(p, picked, n);
		for (uint32_t i = 0; i < n; i++) {
			if (ek_figures_is_known(p, of, picked[i]) &&
			    ek_figures_wants(p, of, picked[i]) && !visit(ctx, p, picked[i]))
				return false;
		}
	}
	return true;
}

/* ---- counting */

struct tally {
	uint32_t *values;
	uint32_t n, cap;
	uint64_t counted, top, young, absurd;
	uint64_t sum;
	double squares;
	struct ek_nps nps;
};

static bool keep(const struct figures_plan *p, struct tally *t, uint32_t value)
{
	const struct ek_alloc *a = &p->f->alloc;
	if (t->n == t->cap) {
		uint32_t cap = t->cap == 0 ? 1024 : t->cap * 2;
		uint32_t *v = a->resize(a->ctx, t->values, t->cap * sizeof *v, cap * sizeof *v);
		if (v == NULL)
			return false;
		t->values = v;
		t->cap = cap;
	}
	t->values[t->n++] = value;
	return true;
}

static bool add(void *ctx, const struct figures_plan *p, uint32_t row)
{
	struct tally *t = ctx;
	struct figures_judged j;
	ek_figures_judge(p, row, &j);
	t->young += j.verdict == ROW_YOUNG;
	if (j.verdict != ROW_COUNTED)
		return true;
	t->counted++;
	t->top += j.top;
	t->absurd += j.absurd;
	t->sum += j.value;
	t->squares += (double)j.value * (double)j.value;
	if (p->show == SHOW_NPS && p->d->metric == EK_METRIC_NPS)
		ek_nps_add(&t->nps, j.value);
	else if (p->show == SHOW_NPS)
		t->nps.detractors += j.value <= 3;
	return (p->show != SHOW_DURATION && p->show != SHOW_WAIT) || keep(p, t, j.value);
}

void ek_figures_grade(struct ek_figure *out)
{
	if (out->n == 0)
		out->state = EK_FIGURE_NONE;
	else if (out->n < EK_FIGURES_COUNTS_ONLY)
		out->state = EK_FIGURE_COUNTS_ONLY;
	else
		out->state = out->n < EK_FIGURES_INTERVAL ? EK_FIGURE_INTERVAL : EK_FIGURE_SHOWN;
	out->has_value = out->state >= EK_FIGURE_INTERVAL;
}

static void limits(struct ek_figure *out, struct ek_interval in)
{
	out->has_interval = true;
	out->low = in.lower;
	out->high = in.upper;
}

void ek_figures_share(struct ek_figure *out)
{
	out->n = out->denominator;
	ek_figures_grade(out);
	if (!out->has_value)
		return;
	out->value = (double)out->numerator / (double)out->denominator;
	limits(out, ek_share_wilson(out->numerator, out->denominator));
}

static void points(struct ek_figure *out, const struct tally *t)
{
	struct ek_nps x = {t->top, t->nps.detractors, t->counted};
	ek_figures_grade(out);
	if (!out->has_value)
		return;
	out->value = ek_nps_points(x);
	limits(out, ek_nps_limits(x));
}

static struct ek_interval mean_limits(const struct tally *t, struct ek_interval possible)
{
	const struct ek_mean m = {t->counted, (double)t->sum, t->squares};
	return ek_mean_limits(&m, possible);
}

static void mean(const struct figures_plan *p, const struct tally *t, struct ek_figure *out)
{
	bool is_ces = p->d->metric == EK_METRIC_CES;
	out->numerator = t->sum;
	ek_figures_grade(out);
	if (!out->has_value)
		return;
	out->value = out->mean = (double)t->sum / (double)t->counted;
	limits(out, mean_limits(t, is_ces ? ek_mean_of_effort : ek_mean_of_amounts));
}

void ek_figures_lengths(const struct figures_plan *p, struct ek_figure *out,
			const struct ek_durations *d)
{
	out->denominator = out->n;
	ek_figures_grade(out);
	if (!out->has_value)
		return;
	out->median = d->median;
	out->p90 = d->p90;
	out->mean = d->mean;
	out->value = p->show == SHOW_WAIT ? d->mean : d->median;
	if (d->has_limits && p->show == SHOW_DURATION)
		limits(out, d->limits);
}

void ek_figures_durations(const struct figures_plan *p, struct ek_figure *out,
			  const struct figures_values *values)
{
	struct ek_durations d = {.median = 0};
	out->n = values->n;
	const struct ek_durations_ask ask = {values->v, values->n, values->is_sorted, true,
					     values->sum};
	if (values->n >= EK_FIGURES_COUNTS_ONLY)
		d = ek_durations_of(&ask);
	ek_figures_lengths(p, out, &d);
}

static void show(const struct figures_plan *p, const struct tally *t, struct ek_figure *out)
{
	const struct figures_values values = {t->values, t->n, false, t->sum};
	out->n = out->denominator = t->counted;
	out->numerator = t->top;
	switch (p->show) {
	case SHOW_DURATION:
	case SHOW_WAIT:
		out->numerator = 0;
		ek_figures_durations(p, out, &values);
		if (p->show == SHOW_WAIT && out->has_value)
			limits(out, mean_limits(t, ek_mean_of_amounts));
		break;
	case SHOW_SHARE:
		ek_figures_share(out);
		break;
	case SHOW_COUNT:
		out->state = p->until > p->from ? EK_FIGURE_SHOWN : EK_FIGURE_NONE;
		out->has_value = out->state == EK_FIGURE_SHOWN;
		out->value = (double)t->counted;
		break;
	case SHOW_MEAN:
		mean(p, t, out);
		break;
	default:
		points(out, t);
		break;
	}
}

/* R12: what cannot be true is not shown. */
static bool doubt(const struct figures_plan *p, const struct tally *t, struct ek_figure *out)
{
	bool is_possible = true;
	bool is_work = p->d->metric == EK_METRIC_HANDLE_TIME && out->has_value;
	if (is_work && !ek_figures_is_possible(p, &is_possible))
		return false;
	if (t->absurd > 0)
		out->withheld = "a duration is longer than the time it is made of";
	else if (p->show == SHOW_SHARE && out->numerator > out->denominator)
		out->withheld = "a share is above 100 %";
	else if (!is_possible)
		out->withheld = "handle time is more than its people were logged in";
	if (out->withheld == NULL)
		return true;
	out->state = EK_FIGURE_WITHHELD;
	out->has_value = out->has_interval = false;
	return true;
}

static bool answer(const struct figures_plan *p, struct ek_figure *out, struct ek_err *err)
{
	struct tally t = {0};
	bool ok = true;
	memset(out, 0, sizeof *out);
	out->version = p->d->version;
	if (p->show == SHOW_OTHER)
		return ek_figures_other(p, out, err);
	out->open = ek_figures_open_count(p);
	if (ek_figures_cell(p, out, &ok, err))
		return ok;
	ok = ek_figures_scan(p, add, &t);
	out->not_yet_known = t.young;
	if (ok) {
		show(p, &t, out);
		ok = doubt(p, &t, out);
	}
	ek_alloc_free(&p->f->alloc, t.values, t.cap * sizeof *t.values);
	return ok || ek_fail(err, EK_NO_MEMORY, "no memory for a figure");
}

bool ek_figures_ask(const struct ek_figures *f, const struct ek_figures_ask *ask,
		    struct ek_figure *out, struct ek_err *err)
{
	struct figures_plan p;
	if (!ek_figures_plan(f, ask, &p, err)) {
		ek_figures_plan_close(&p);
		return false;
	}
	bool ok = answer(&p, out, err);
	ek_figures_plan_close(&p);
	return ok;
}
