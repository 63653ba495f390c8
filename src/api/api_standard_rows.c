/* What happened with each approach: receipts of several metrics, joined by what they are about. */
#include "api/api_standard.h"

#include <stdlib.h>
#include <string.h>

#include "api/api_state.h"
#include "model/calendar.h"

enum { ROWS_MAX = 1000000, BEFORE_DAYS = 30, AT_ONCE = 4096 };
#define IS_PAST (UINT64_C(1) << 63)

struct joining {
	const struct ek_figures *f;
	const struct ek_api_standard *s;
	struct ek_api_standard_rows *rows;
	int metric;
	uint8_t clock; /* of first answers */
	bool is_too_many;
};

static uint64_t ref_of(const struct ek_figures_item *i)
{
	return i->import == 0 ? i->conversation.v : (uint64_t)i->import << 32 | i->item | IS_PAST;
}

/* ---- approaches */

static bool grow(struct joining *j, struct ek_err *err)
{
	struct ek_api_standard_rows *rows = j->rows;
	uint32_t cap = rows->cap == 0 ? AT_ONCE : rows->cap * 2;
	j->is_too_many = rows->cap >= ROWS_MAX;
	if (j->is_too_many)
		return ek_fail(err, EK_INVALID_VALUE, "more than %d approaches", ROWS_MAX);
	void *v = rows->alloc.resize(rows->alloc.ctx, rows->v, rows->cap * sizeof *rows->v,
				     cap * sizeof *rows->v);
	if (v == NULL)
		return ek_fail(err, EK_NO_MEMORY, "no memory for %u approaches", cap);
	rows->v = v;
	rows->cap = cap;
	return true;
}

static bool take_approach(void *ctx, const struct ek_figures_item *i, struct ek_err *err)
{
	struct joining *j = ctx;
	struct ek_api_standard_rows *rows = j->rows;
	if (rows->n == rows->cap && !grow(j, err))
		return false;
	rows->v[rows->n++] = (struct ek_api_standard_row){
		.ref = ref_of(i),
		.at = i->start,
		.team = i->team,
		.channel = i->channel,
		.topic = i->topic,
		.contact = i->contact,
		.times = EK_NONE,
		.queue_s = EK_NONE,
		.assign_s = EK_NONE,
		.first_s = EK_NONE,
		.handle_s = EK_NONE,
		.transfers = EK_NONE,
		.holds = EK_NONE,
		.is_before = i->start.ms < j->s->begin.ms,
	};
	return true;
}

static int by_contact(const void *a, const void *b)
{
	const struct ek_api_standard_row *x = a, *y = b;
	if (x->contact != y->contact)
		return x->contact < y->contact ? -1 : 1;
	return (x->at.ms > y->at.ms) - (x->at.ms < y->at.ms);
}

static int by_ref(const void *a, const void *b)
{
	const struct ek_api_standard_row *x = a, *y = b;
	if (x->ref != y->ref)
		return x->ref < y->ref ? -1 : 1;
	return (x->at.ms > y->at.ms) - (x->at.ms < y->at.ms);
}

static int by_time(const void *a, const void *b)
{
	const struct ek_api_standard_row *x = a, *y = b;
	if (x->at.ms != y->at.ms)
		return x->at.ms < y->at.ms ? -1 : 1;
	return (x->ref > y->ref) - (x->ref < y->ref);
}

/* How often each contact came in the 30 days up to each of their approaches, to whichever of the
 * teams that are shown. */
static void count_times(struct ek_api_standard_rows *rows)
{
	qsort(rows->v, rows->n, sizeof *rows->v, by_contact);
	for (uint32_t i = 0, first = 0; i < rows->n; i++) {
		struct ek_api_standard_row *r = &rows->v[i];
		if (r->contact == 0) {
			first = i + 1;
			continue;
		}
		if (rows->v[first].contact != r->contact)
			first = i;
		while (r->at.ms - rows->v[first].at.ms > (int64_t)BEFORE_DAYS * EK_CALENDAR_DAY_MS)
			first++;
		r->times = i - first + 1;
	}
}

/* ---- what else is known of them */

/* The last one of that conversation that had begun by then. */
static struct ek_api_standard_row *find(struct ek_api_standard_rows *rows, uint64_t ref, ek_time at)
{
	uint32_t low = 0, high = rows->n;
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		const struct ek_api_standard_row *r = &rows->v[middle];
		if (r->ref < ref || (r->ref == ref && r->at.ms <= at.ms))
			low = middle + 1;
		else
			high = middle;
	}
	return low > 0 && rows->v[low - 1].ref == ref ? &rows->v[low - 1] : NULL;
}

static void add(int64_t *sum, int64_t v)
{
	*sum = (*sum == EK_NONE ? 0 : *sum) + v;
}

static void take_queue(struct ek_api_standard_row *r, const struct ek_figures_item *i)
{
	if (i->counted)
		add(&r->queue_s, i->seconds_calendar);
}

static void take_close(struct ek_api_standard_row *r, const struct ek_figures_item *i)
{
	r->is_closed = true;
	r->is_reopened = r->is_reopened || i->in_numerator;
}

static void take_first(const struct joining *j, struct ek_api_standard_row *r,
		       const struct ek_figures_item *i)
{
	if (!i->counted)
		r->is_dropped = true;
	else if (r->first_s == EK_NONE)
		r->first_s = j->clock == EK_CLOCK_CALENDAR ? i->seconds_calendar
							   : i->seconds_office_hours;
}

static bool take_other(void *ctx, const struct ek_figures_item *i, struct ek_err *err)
{
	const struct joining *j = ctx;
	ek_time at = ek_time_is_set(i->end) ? i->end : i->start;
	struct ek_api_standard_row *r = find(j->rows, ref_of(i), at);
	(void)err;
	if (r == NULL)
		return true;
	switch (j->metric) {
	case EK_METRIC_FIRST_RESPONSE_TIME:
		take_first(j, r, i);
		break;
	case EK_METRIC_QUEUE_WAIT:
		take_queue(r, i);
		break;
	case EK_METRIC_ABANDONMENT:
		r->is_abandoned = i->in_numerator;
		if (i->in_numerator)
			add(&r->queue_s, i->seconds_calendar);
		break;
	case EK_METRIC_REOPEN_RATE:
		take_close(r, i);
		break;
	case EK_METRIC_TIME_TO_ASSIGNMENT:
		if (i->counted)
			add(&r->assign_s, (int64_t)i->value);
		break;
	case EK_METRIC_HANDLE_TIME:
		add(&r->handle_s, i->seconds_calendar);
		break;
	case EK_METRIC_TRANSFERS:
		if (i->counted)
			add(&r->transfers, (int64_t)i->value);
		break;
	default:
		if (i->counted)
			add(&r->holds, (int64_t)i->value);
	}
	return true;
}

/* ---- all of it */

static bool join(struct joining *j, int metric, const char *variant, struct ek_err *err)
{
	const struct ek_figures_reader reader = {take_other, j};
	struct ek_figures_ask ask = ek_api_standard_ask(j->s, metric, NULL);
	/* An approach of these days may be answered and closed after them, and in another team. */
	ask.teams = NULL;
	ask.team_count = 0;
	ask.until = (ek_time){ek_figures_at(j->f).ms + EK_CALENDAR_DAY_MS};
	ask.variant = variant;
	j->metric = metric;
	if (ask.until.ms <= ask.from.ms)
		return true;
	const struct ek_definition *d = ek_figures_definition(j->f, metric, 0, ask.from);
	j->clock = j->s->clock != 0 ? j->s->clock : d->clock;
	return ek_figures_receipt(j->f, &ask, &reader, err);
}

static bool join_all(struct joining *j, struct ek_err *err)
{
	return join(j, EK_METRIC_FIRST_RESPONSE_TIME, NULL, err) &&
	       join(j, EK_METRIC_QUEUE_WAIT, "answered", err) &&
	       join(j, EK_METRIC_ABANDONMENT, "raw", err) &&
	       join(j, EK_METRIC_TIME_TO_ASSIGNMENT, "sum", err) &&
	       join(j, EK_METRIC_HANDLE_TIME, "approach", err) &&
	       join(j, EK_METRIC_TRANSFERS, "mean", err) &&
	       join(j, EK_METRIC_HOLDS, "per_call", err) &&
	       join(j, EK_METRIC_REOPEN_RATE, "7d", err);
}

static void drop_before(struct ek_api_standard_rows *rows)
{
	uint32_t n = 0;
	for (uint32_t i = 0; i < rows->n; i++)
		if (!rows->v[i].is_before)
			rows->v[n++] = rows->v[i];
	rows->n = n;
}

bool ek_api_standard_rows(struct ek_turn *t, const struct ek_figures *f,
			  const struct ek_api_standard *s, struct ek_api_standard_rows *out)
{
	struct joining j = {.f = f, .s = s, .rows = out};
	const struct ek_figures_reader reader = {take_approach, &j};
	struct ek_figures_ask ask = ek_api_standard_ask(s, EK_METRIC_VOLUME, NULL);
	struct ek_err err;
	*out = (struct ek_api_standard_rows){.alloc = t->api->options.alloc};
	ask.from = (ek_time){s->begin.ms - (int64_t)BEFORE_DAYS * EK_CALENDAR_DAY_MS};
	if (s->team_count == 0 || ek_figures_seq(f) == 0)
		return true;
	if (!ek_figures_receipt(f, &ask, &reader, &err))
		return j.is_too_many ? ek_problem_set(&t->problem, EK_PROBLEM_TOO_LARGE,
						      "%s: name fewer days", err.msg)
				     : ek_problem_err(&t->problem, &err);
	if (out->n == 0)
		return true;
	count_times(out);
	drop_before(out);
	qsort(out->v, out->n, sizeof *out->v, by_ref);
	if (!join_all(&j, &err))
		return ek_problem_err(&t->problem, &err);
	qsort(out->v, out->n, sizeof *out->v, by_time);
	return true;
}

void ek_api_standard_rows_close(struct ek_api_standard_rows *rows)
{
	if (rows->cap > 0)
		ek_alloc_free(&rows->alloc, rows->v, rows->cap * sizeof *rows->v);
	*rows = (struct ek_api_standard_rows){.n = 0};
}
