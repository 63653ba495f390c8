/* Figures of a simulated month against second opinions: computed anew from the raw facts, one
 * conversation at a time, by hand-written loops that share nothing with the fold; and a fold that
 * was asked in the middle against one that was not. */
#include "metrics/figures.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "model/calendar.h"
#include "sim/team_run.h"
#include "sys/heap.h"

enum { WEEKS = 4, DAY_S = 86400, TEAMS = 32, CONVS = 40000, VALUES = 200000 };
#define TUESDAY_NOON 1807012800000LL /* 2027-04-06T12:00Z; the clocks went forward in March */

/* A fact about a conversation, as little as is needed. */
struct fact {
	uint8_t kind, author, cause;
	bool waits, keeps, home;
	uint32_t team, mate;
	int64_t at, since; /* seconds */
	uint32_t next;     /* of the same conversation; 0 = none */
};

struct fixture {
	struct ek_arena arena;
	const struct ek_zone *zones;
	struct ek_team *team;
	struct ek_log *log;
	struct ek_writer *writer;
	struct ek_team_run run;
	struct ek_figures *figures, *again;
	struct ek_calendar *hours[TEAMS]; /* of each team inbox, in `keep` */
	struct ek_arena keep;
	struct fact *facts;
	uint32_t fact_count, fact_cap;
	uint32_t *first, *last; /* by conversation */
	uint32_t convs;
	uint64_t asked;
	struct ek_err err;
};

static struct fact *note(struct fixture *f, uint32_t conv)
{
	if (f->fact_count == f->fact_cap) {
		f->fact_cap = f->fact_cap == 0 ? 65536 : f->fact_cap * 2;
		f->facts = realloc(f->facts, f->fact_cap * sizeof *f->facts);
		assert_non_null(f->facts);
		f->fact_count += f->fact_count == 0; /* 0 is nil */
	}
	uint32_t i = f->fact_count++;
	assert_in_range(conv, 1, CONVS - 1);
	if (f->first[conv] == 0)
		f->first[conv] = i;
	else
		f->facts[f->last[conv]].next = i;
	f->last[conv] = i;
	f->convs = conv > f->convs ? conv : f->convs;
	memset(&f->facts[i], 0, sizeof f->facts[i]);
	return &f->facts[i];
}

static int64_t second(ek_time t)
{
	return t.ms / 1000;
}

static void note_hours(struct fixture *f, const struct ek_calendar_changed *c)
{
	struct ek_calendar *to = ek_arena_get(&f->keep, sizeof *to);
	size_t shifts = c->zone.shift_count * sizeof *c->zone.shifts;
	size_t week = c->week.n * sizeof *c->week.v;
	size_t closed = c->closed.n * sizeof *c->closed.v;
	assert_in_range(c->team.v, 0, TEAMS - 1);
	assert_null(f->hours[c->team.v]); /* once, before anything arrives */
	char *at = ek_arena_get(&f->keep, shifts + week + closed + 8);
	assert_true(to != NULL && at != NULL);
	memcpy(at, c->zone.shifts, shifts);
	memcpy(at + shifts, c->week.v, week);
	if (closed > 0)
		memcpy(at + shifts + week, c->closed.v, closed);
	*to = (struct ek_calendar){
		.zone = {c->zone.name, (const void *)at, c->zone.shift_count},
		.week = (const void *)(at + shifts),
		.week_count = c->week.n,
		.closed = (const void *)(at + shifts + week),
		.closed_count = c->closed.n,
	};
	f->hours[c->team.v] = to;
}

static void note_event(struct fixture *f, const struct ek_event *e)
{
	struct fact *x = NULL;
	if (e->kind == EK_EVENT_CONVERSATION_ARRIVED) {
		const struct ek_conversation_arrived *a = &e->conversation_arrived;
		x = note(f, a->conversation.v);
		x->team = a->team.v;
		x->waits = ek_time_is_set(a->waiting_since);
		x->since = x->waits ? second(a->waiting_since) : second(a->started);
	} else if (e->kind == EK_EVENT_MESSAGE_ADDED) {
		x = note(f, e->message_added.conversation.v);
		x->author = e->message_added.author;
		x->mate = e->message_added.teammate.v;
		x->since = ek_time_is_set(e->message_added.sent) ? second(e->message_added.sent)
								 : second(e->at);
	} else if (e->kind == EK_EVENT_CONVERSATION_MOVED) {
		x = note(f, e->conversation_moved.conversation.v);
		x->team = e->conversation_moved.team.v;
		x->keeps = e->conversation_moved.keeps;
	} else if (e->kind == EK_EVENT_CONVERSATION_QUEUED) {
		x = note(f, e->conversation_queued.conversation.v);
	} else if (e->kind == EK_EVENT_ASSIGNMENT_MADE) {
		x = note(f, e->assignment_made.conversation.v);
		x->mate = e->assignment_made.teammate.v;
		x->cause = e->assignment_made.how;
	} else if (e->kind == EK_EVENT_CONVERSATION_CLOSED) {
		x = note(f, e->conversation_closed.conversation.v);
	} else if (e->kind == EK_EVENT_CONVERSATION_REOPENED) {
		x = note(f, e->conversation_reopened.conversation.v);
		x->cause = e->conversation_reopened.cause;
	} else if (e->kind == EK_EVENT_CALENDAR_CHANGED) {
		note_hours(f, &e->calendar_changed);
	}
	if (x == NULL)
		return;
	x->kind = e->kind;
	x->at = second(e->at);
}

/* The second fold is asked now and then, and sealed. */
static void disturb(struct fixture *f)
{
	struct ek_figure out;
	const struct ek_figures_ask ask = {
		.metric = 1 + (int)(f->asked++ % 7),
		.from = {0},
		.until = ek_figures_at(f->again),
		.as_of = EK_NO_TIME,
	};
	assert_true(ek_figures_ask(f->again, &ask, &out, &f->err));
	ek_figures_seal(f->again);
}

static void made(void *ctx, const struct ek_events *events)
{
	struct fixture *f = ctx;
	ek_team_made(f->team, events);
	for (uint32_t i = 0; i < events->n; i++) {
		assert_true(ek_figures_fold(f->figures, &events->v[i], &f->err));
		assert_true(ek_figures_fold(f->again, &events->v[i], &f->err));
		note_event(f, &events->v[i]);
		if (events->v[i].seq % 20011 == 0)
			disturb(f);
	}
}

static int open_run(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);
	*state = f;
	assert_non_null(f);
	ek_arena_init(&f->arena, ek_heap_alloc(), 1 << 20);
	ek_arena_init(&f->keep, ek_heap_alloc(), 1 << 22);
	f->first = calloc(CONVS, sizeof *f->first);
	f->last = calloc(CONVS, sizeof *f->last);
	assert_true(ek_team_zones(&f->arena, &f->zones, &f->err));
	const struct ek_team_options options = {
		.seed = 7,
		.zones = f->zones,
		.to = {TUESDAY_NOON},
		.from = {TUESDAY_NOON - WEEKS * 7 * (int64_t)DAY_S * 1000},
	};
	assert_true(ek_team_open(&options, ek_heap_alloc(), &f->team, &f->err));
	assert_true(ek_figures_open(ek_heap_alloc(), &f->figures, &f->err));
	assert_true(ek_figures_open(ek_heap_alloc(), &f->again, &f->err));
	const struct ek_log_options lo = {.where = "memory:", .mode = EK_LOG_CREATE};
	assert_true(ek_log_open(&lo, &f->log, &f->err));
	const struct ek_writer_options wo = {
		.log = f->log,
		.alloc = ek_heap_alloc(),
		.at = options.from,
		.made = made,
		.made_ctx = f,
	};
	assert_true(ek_writer_open(&wo, &f->writer, &f->err));
	f->run = (struct ek_team_run){.team = f->team, .writer = f->writer, .group = 8192};
	assert_true(ek_team_run(&f->run, &f->err));
	assert_true(f->convs > 1000);
	return 0;
}

static int close_run(void **state)
{
	struct fixture *f = *state;
	ek_writer_close(&f->writer);
	ek_log_close(&f->log);
	ek_team_close(&f->team);
	ek_figures_close(&f->figures);
	ek_figures_close(&f->again);
	ek_arena_fini(&f->arena);
	ek_arena_fini(&f->keep);
	free(f->facts);
	free(f->first);
	free(f->last);
	free(f);
	return 0;
}

/* ---- the second opinion */

/* Values of one metric: where, whose, when, how long. */
struct found {
	uint32_t team, mate;
	int64_t at, office, calendar;
	bool top;
};
struct opinion {
	struct found *v;
	uint32_t n;
};

static int64_t open_between(const struct fixture *f, uint32_t team, int64_t from, int64_t to)
{
	const struct ek_calendar *c = f->hours[team] != NULL ? f->hours[team] : f->hours[0];
	return ek_calendar_elapsed(c, (ek_time){from * 1000}, (ek_time){to * 1000}).ms / 1000;
}

/* Which team inbox had it at each moment of from..to, and how long that was open. */
static int64_t office_of(const struct fixture *f, uint32_t conv, int64_t from, int64_t to)
{
	uint32_t team = f->facts[f->first[conv]].team;
	int64_t since = from;
	int64_t sum = 0;
	for (uint32_t i = f->first[conv]; i != 0; i = f->facts[i].next) {
		const struct fact *x = &f->facts[i];
		if (x->kind != EK_EVENT_CONVERSATION_MOVED)
			continue;
		if (x->at > since && x->at < to) {
			sum += open_between(f, team, since, x->at);
			since = x->at;
		}
		if (x->at < to)
			team = x->team;
	}
	return sum + open_between(f, team, since, to);
}

static void found(struct opinion *o, struct found x)
{
	assert_in_range(o->n, 0, VALUES - 1);
	o->v[o->n++] = x;
}

/* First answers and answers to bursts. */
static void answers(const struct fixture *f, uint32_t conv, bool first, struct opinion *o)
{
	const struct fact *x = &f->facts[f->first[conv]];
	int64_t since = x->waits ? x->since : -1;
	uint32_t team = x->team;
	bool replied = false;
	for (uint32_t i = x->next; i != 0; i = x->next) {
		x = &f->facts[i];
		team = x->kind == EK_EVENT_CONVERSATION_MOVED ? x->team : team;
		if (x->kind == EK_EVENT_CONVERSATION_CLOSED)
			since = -1;
		if (x->kind != EK_EVENT_MESSAGE_ADDED)
			continue;
		if (x->author == EK_AUTHOR_CONTACT && since < 0)
			since = x->since;
		if (x->author != EK_AUTHOR_TEAMMATE)
			continue;
		if (since >= 0 && replied != first)
			found(o,
			      (struct found){team, x->mate, x->at, office_of(f, conv, since, x->at),
					     x->at - since, false});
		since = -1;
		replied = true;
	}
}

/* The first unassigned spell. */
static void first_spell(const struct fixture *f, uint32_t conv, struct opinion *o)
{
	const struct fact *x = &f->facts[f->first[conv]];
	int64_t since = x->team != 0 ? x->at : -1;
	uint32_t team = x->team;
	bool held = false;
	for (uint32_t i = x->next; i != 0; i = x->next) {
		x = &f->facts[i];
		if (x->kind == EK_EVENT_CONVERSATION_CLOSED)
			since = -1;
		if (x->kind == EK_EVENT_CONVERSATION_MOVED) {
			team = x->team;
			held = held && x->keeps;
		}
		if (x->kind == EK_EVENT_CONVERSATION_QUEUED)
			held = false;
		if ((x->kind == EK_EVENT_CONVERSATION_QUEUED ||
		     x->kind == EK_EVENT_CONVERSATION_MOVED) &&
		    !held && since < 0)
			since = x->at;
		if (x->kind != EK_EVENT_ASSIGNMENT_MADE)
			continue;
		held = true;
		bool by_people = x->cause >= EK_HOW_BY_HAND;
		if (since >= 0 && !(by_people && since == x->at)) {
			found(o, (struct found){team, 0, x->at, office_of(f, conv, since, x->at),
						x->at - since, false});
			return;
		}
		since = -1;
	}
}

/* Closes, each with whether the customer opened it again within seven days; and those that stood,
 * from creation. */
static void closes(const struct fixture *f, uint32_t conv, bool standing, struct opinion *o)
{
	const struct fact *first = &f->facts[f->first[conv]];
	int64_t created = first->since;
	uint32_t team = first->team;
	uint32_t last = UINT32_MAX;
	for (uint32_t i = first->next; i != 0; i = f->facts[i].next) {
		const struct fact *x = &f->facts[i];
		team = x->kind == EK_EVENT_CONVERSATION_MOVED ? x->team : team;
		if (x->kind == EK_EVENT_CONVERSATION_REOPENED && last != UINT32_MAX) {
			o->v[last].top =
				x->cause == EK_CAUSE_CONTACT && x->at - o->v[last].at <= 7 * DAY_S;
			if (standing)
				o->n = last;
			last = UINT32_MAX;
		}
		if (x->kind != EK_EVENT_CONVERSATION_CLOSED)
			continue;
		last = o->n;
		found(o, (struct found){team, 0, x->at, office_of(f, conv, created, x->at),
					x->at - created, false});
	}
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a;
	double y = *(const double *)b;
	return (x > y) - (x < y);
}

struct expected {
	uint64_t n, top;
	double median, p90, mean;
};

static struct expected sum_up(const struct opinion *o, const struct ek_figures_ask *a,
			      int64_t mature_before)
{
	static double v[VALUES];
	struct expected e = {0};
	double sum = 0;
	for (uint32_t i = 0; i < o->n; i++) {
		const struct found *x = &o->v[i];
		int64_t ms = x->at * 1000;
		if (ms < a->from.ms || ms >= a->until.ms || x->at > mature_before ||
		    (a->team_count == 1 && x->team != a->teams[0].v) ||
		    (a->teammate.v != 0 && x->mate != a->teammate.v))
			continue;
		v[e.n++] = (double)(a->clock == EK_CLOCK_CALENDAR ? x->calendar : x->office);
		sum += v[e.n - 1];
		e.top += x->top;
	}
	if (e.n == 0)
		return e;
	qsort(v, e.n, sizeof *v, compare);
	e.median = (v[(e.n - 1) / 2] + v[e.n / 2]) / 2;
	e.p90 = v[(e.n * 9 + 9) / 10 - 1];
	e.mean = sum / (double)e.n;
	return e;
}

static struct opinion opinion_of(const struct fixture *f, int metric)
{
	static struct found v[VALUES];
	struct opinion o = {v, 0};
	for (uint32_t conv = 1; conv <= f->convs; conv++) {
		if (f->first[conv] == 0)
			continue;
		if (metric == EK_METRIC_FIRST_RESPONSE_TIME)
			answers(f, conv, true, &o);
		else if (metric == EK_METRIC_NEXT_RESPONSE_TIME)
			answers(f, conv, false, &o);
		else if (metric == EK_METRIC_TIME_TO_ASSIGNMENT)
			first_spell(f, conv, &o);
		else
			closes(f, conv, metric == EK_METRIC_RESOLUTION_TIME, &o);
	}
	return o;
}

/* Periods: all, each day, each local week; team inboxes: all, each; clocks: both. */
static void check(struct fixture *f, int metric, const struct opinion *o, struct ek_figures_ask a)
{
	const struct ek_definition *d = ek_definition_row(metric);
	int64_t now = second(ek_figures_at(f->figures));
	int64_t mature = d->matures_days > 0 ? now - (int64_t)d->matures_days * DAY_S : INT64_MAX;
	struct ek_figure out;
	if (!ek_figures_ask(f->figures, &a, &out, &f->err))
		fail_msg("%s", f->err.msg);
	struct ek_figures_ask clocked = a;
	clocked.clock = a.clock != 0 ? a.clock : d->clock;
	struct expected e = sum_up(o, &clocked, mature);
	assert_int_equal(out.n, e.n);
	if (d->kind == EK_METRIC_KIND_SHARE)
		assert_int_equal(out.numerator, e.top);
	if (!out.has_value || d->kind == EK_METRIC_KIND_SHARE)
		return;
	assert_true(out.median == e.median && out.p90 == e.p90);
	assert_true(out.mean > e.mean - 1e-6 && out.mean < e.mean + 1e-6);
}

static void check_metric(struct fixture *f, int metric)
{
	struct opinion o = opinion_of(f, metric);
	int64_t end = ek_figures_at(f->figures).ms;
	assert_true(o.n > 100);
	for (uint32_t team = 0; team <= EK_TEAM_INBOXES; team++) {
		ek_team_id id = {team};
		struct ek_figures_ask a = {.metric = metric,
					   .teams = &id,
					   .team_count = team > 0,
					   .as_of = EK_NO_TIME};
		const struct ek_zone *zone = ek_figures_zone(f->figures, id);
		int32_t date = ek_calendar_date(zone, (ek_time){end - 27 * (int64_t)DAY_S * 1000});
		for (int32_t i = 0; i < 27; i++) {
			a.from = ek_calendar_day_start(zone, date + i);
			a.until = ek_calendar_day_start(zone, date + i + 1);
			a.clock = (uint8_t)(i % 3);
			check(f, metric, &o, a);
			if (ek_calendar_day_of_week(date + i) != 1)
				continue;
			a.until = ek_calendar_day_start(zone, date + i + 7);
			a.clock = 0;
			check(f, metric, &o, a);
		}
		a.from.ms = 0;
		a.until.ms = end + 1;
		check(f, metric, &o, a);
	}
}

static void first_answers_agree(void **state)
{
	check_metric(*state, EK_METRIC_FIRST_RESPONSE_TIME);
}

static void next_answers_agree(void **state)
{
	check_metric(*state, EK_METRIC_NEXT_RESPONSE_TIME);
}

static void assignments_agree(void **state)
{
	check_metric(*state, EK_METRIC_TIME_TO_ASSIGNMENT);
}

static void resolutions_agree(void **state)
{
	check_metric(*state, EK_METRIC_RESOLUTION_TIME);
}

static void reopens_agree(void **state)
{
	check_metric(*state, EK_METRIC_REOPEN_RATE);
}

/* ---- folds */

static void a_fold_that_was_asked_is_the_same(void **state)
{
	struct fixture *f = *state;
	int64_t end = ek_figures_at(f->figures).ms;
	assert_int_equal(ek_figures_bytes(f->figures) > 0, 1);
	for (int metric = 1; metric < EK_METRIC_END; metric++) {
		const struct ek_definition *d = ek_definition_row(metric);
		for (int v = 0; d->why_not == NULL && v < EK_METRIC_VARIANTS_MAX; v++) {
			struct ek_figure one;
			struct ek_figure two;
			struct ek_figures_ask a = {.metric = metric,
						   .variant = d->variants[v],
						   .from = {0},
						   .until = {end + 1},
						   .as_of = EK_NO_TIME};
			if (a.variant == NULL)
				break;
			assert_true(ek_figures_ask(f->figures, &a, &one, &f->err));
			assert_true(ek_figures_ask(f->again, &a, &two, &f->err));
			if (memcmp(&one, &two, sizeof one) != 0)
				fail_msg("%s %s differs", d->id, a.variant);
			if (getenv("EK_SHOW") != NULL)
				printf("%-26s %-18s n %8llu value %12.3f  p90 %10.1f mean %10.1f "
				       "open %llu young %llu %s\n",
				       d->id, a.variant, (unsigned long long)one.n, one.value,
				       one.p90, one.mean, (unsigned long long)one.open,
				       (unsigned long long)one.not_yet_known,
				       one.withheld == NULL ? "" : one.withheld);
		}
	}
}

struct sums {
	uint64_t n, top;
	double value;
};

static bool add_item(void *ctx, const struct ek_figures_item *item, struct ek_err *err)
{
	struct sums *s = ctx;
	(void)err;
	s->n += item->counted;
	s->top += item->in_numerator;
	s->value += item->counted ? item->value : 0;
	assert_int_equal(item->counted, item->why == NULL);
	return true;
}

/* R11: what a receipt lists adds up to the figure. */
static void receipts_add_up(void **state)
{
	struct fixture *f = *state;
	int64_t end = ek_figures_at(f->figures).ms;
	for (int metric = 1; metric < EK_METRIC_END; metric++) {
		const struct ek_definition *d = ek_definition_row(metric);
		for (int v = 0; d->why_not == NULL && v < EK_METRIC_VARIANTS_MAX; v++) {
			struct ek_figure out;
			struct sums s = {0};
			const struct ek_figures_reader reader = {add_item, &s};
			const struct ek_figures_ask a = {.metric = metric,
							 .variant = d->variants[v],
							 .from = {end - 9 * (int64_t)DAY_S * 1000},
							 .until = {end + 1},
							 .as_of = EK_NO_TIME};
			if (a.variant == NULL)
				break;
			assert_true(ek_figures_ask(f->figures, &a, &out, &f->err));
			assert_true(ek_figures_receipt(f->figures, &a, &reader, &f->err));
			if (s.n != out.n)
				fail_msg("%s %s: %llu items make n %llu", d->id, a.variant,
					 (unsigned long long)s.n, (unsigned long long)out.n);
			if (d->kind == EK_METRIC_KIND_SHARE && metric != EK_METRIC_OCCUPANCY &&
			    out.denominator == out.n && out.mean == 0)
				assert_int_equal(s.top, out.numerator);
			if (d->kind == EK_METRIC_KIND_DURATION && out.has_value &&
			    ek_definition_variant_unit(d, v) == EK_METRIC_UNIT_SECONDS)
				assert_true(s.value / (double)s.n > out.mean - 1e-6 &&
					    s.value / (double)s.n < out.mean + 1e-6);
		}
	}
}

static uint64_t must_show(struct fixture *f, const struct ek_figures_ask *a)
{
	struct ek_figure out;
	assert_true(ek_figures_ask(f->figures, a, &out, &f->err));
	if (out.withheld != NULL)
		fail_msg("%s of team %u, teammate %u is withheld: %s",
			 ek_definition_row(a->metric)->id, a->teams[0].v, a->teammate.v,
			 out.withheld);
	return out.has_value;
}

/* R12: what people did fails no check, by day, team inbox and person, now and as it was known. */
static void nothing_is_withheld(void **state)
{
	struct fixture *f = *state;
	int64_t end = ek_figures_at(f->figures).ms, day = (int64_t)DAY_S * 1000;
	uint64_t shown = 0;
	for (int64_t d = 0; d < WEEKS * 7; d++) {
		for (uint32_t of = 0; of < TEAMS; of++) {
			const ek_team_id team = {of};
			struct ek_figures_ask a = {.metric = EK_METRIC_HANDLE_TIME,
						   .teams = &team,
						   .team_count = of != 0,
						   .from = {end - (d + 1) * day},
						   .until = {end - d * day + 1},
						   .as_of = EK_NO_TIME};
			shown += must_show(f, &a);
			a.variant = "leg";
			shown += must_show(f, &a);
			a.variant = NULL;
			a.as_of = a.until;
			shown += must_show(f, &a);
			a.team_count = 0;
			a.teammate.v = of;
			shown += must_show(f, &a);
		}
	}
	assert_true(shown > 500);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(first_answers_agree),
		cmocka_unit_test(next_answers_agree),
		cmocka_unit_test(assignments_agree),
		cmocka_unit_test(resolutions_agree),
		cmocka_unit_test(reopens_agree),
		cmocka_unit_test(a_fold_that_was_asked_is_the_same),
		cmocka_unit_test(receipts_add_up),
		cmocka_unit_test(nothing_is_withheld),
	};
	return cmocka_run_group_tests(tests, open_run, close_run);
}
