#include "api/trends.h"

#include <stdlib.h>
#include <string.h>

#include "api/api_state.h"
#include "base/fnv.h"
#include "sys/clock.h"
#include "sys/heap.h"
#include "sys/rounds.h"
#include "sys/thread.h"

enum {
	POLL_MS = 2000,
	QUARTER_MS = 15 * 60 * 1000, /* every zone's midnight is at one */
	REST_MS = 10000,             /* between two looks, at least */
	SHARE = 20,                  /* and of the thread's time at most one part in so many */
	MANY = 100,                  /* events that came in are worth a look, once they are fewer */
	ROWS_MEMORY = 1 << 28,
	CHART_MEMORY = 1 << 26,
	FEEDS = 3,
	RANK_END = 100,
};

struct ek_trends {
	struct ek_api *api;
	struct ek_alloc alloc;
	struct ek_reader *reader;
	struct ek_rounds *rounds;
	struct ek_thread_lock *lock; /* over the three below */
	bool is_nudged;
	struct ek_trends_view view;
	uint32_t view_cap;
	/* The thread's. */
	struct ek_arena rows;
	struct ek_arena chart;
	int64_t quarter;
	uint64_t looked_seq, polled_seq;
	uint64_t looked_ns, took_ns;
	uint64_t zone, looked_zone; /* of the workspace, in which its days begin */
	const struct ek_trends_changes *changes;
	ek_time now;
};

/* One look over all. */
struct look {
	struct ek_trends *t;
	struct ek_charts_given given;
	struct ek_trends_rows rows;
	struct ek_trends_teams teams;
	struct ek_trends_changes changes;
	double allowed;
	struct ek_budget_chart *charts;
	uint32_t chart_count;
	struct ek_trends_line *lines;
	uint32_t line_count;
	uint32_t most; /* charts that there can be */
	uint64_t seq;
	int32_t today; /* of the zone of the last team: levels hold from it on */
	bool is_owned;
};

/* ---- how a chart stands */

static uint32_t rank_of(const char *state)
{
	static const char *const order[] = {"shift",      "suspected", "too_early",
					    "recurring",  "routine",   "trial",
					    "collecting", "constant",  "coarser"};
	if (strcmp(state, "further_shift") == 0)
		return 0;
	for (uint32_t i = 0; i < EK_LEN(order); i++)
		if (strcmp(order[i], state) == 0)
			return i;
	return RANK_END;
}

static int32_t side_of(const struct ek_judged *j, const char *state)
{
	const struct ek_verdict *v = &j->chart.verdict;
	if (strcmp(state, "shift") == 0 || strcmp(state, "further_shift") == 0)
		return v->side;
	if (strcmp(state, "suspected") == 0)
		return v->suspected;
	if (strcmp(state, "recurring") == 0)
		return v->recurring;
	if (strcmp(state, "too_early") == 0 && v->blip_count > 0)
		return v->blips[v->blip_count - 1].side;
	return 0;
}

static uint64_t items_of(const struct ek_charts *c, int32_t since)
{
	uint64_t n = 0;
	for (uint32_t i = 0; i < c->series.n; i++)
		if (c->series.v[i].p.key >= since)
			n += c->series.sides[i].n;
	return n;
}

/* The verdict of the shift that stands was seen, and its story told. */
static bool is_settled(const struct look *l, const struct ek_charts_ask *ask,
		       const struct ek_judged *j)
{
	for (uint32_t i = l->rows.n; i > 0; i--) {
		const struct ek_trends_row *r = &l->rows.v[i - 1];
		bool is_move = r->kind == EK_VERDICT_SHIFT || r->kind == EK_VERDICT_FURTHER;
		if (r->team.v == ask->team.v && r->metric == ask->metric && r->feed == ask->feed &&
		    is_move && !r->is_crossed && r->start == j->chart.verdict.segment.first_key)
			return r->is_settled;
	}
	return false;
}

static void add_line(struct look *l, const struct ek_charts_ask *ask, struct ek_charts *c)
{
	struct ek_judged *j = &c->judged;
	struct ek_trends_line *line = &l->lines[l->line_count];
	if (j->chart.verdict.has_segment && is_settled(l, ask, j))
		(void)ek_verdict_settle(&j->chart.verdict);
	const char *state = ek_judged_headline(j);
	if (strcmp(state, "few") == 0)
		state = "coarser";
	ek_assert(l->line_count < l->most);
	l->line_count++;
	*line = (struct ek_trends_line){.definition = ek_definition_row(ask->metric),
					.version = c->series.definition->version,
					.team = ask->team,
					.feed = ask->feed,
					.state = state,
					.rank = rank_of(state),
					.side = side_of(j, state),
					.points = c->series.n};
	line->has_standing = ek_judged_shift(j, &line->shift);
	line->has_shift = line->rank == 0 && line->has_standing;
	line->is_faint = line->has_standing && j->is_faint;
	line->recurring = j->chart.state == EK_CHART_LOCKED ? j->chart.verdict.recurring : 0;
	line->apart = line->has_shift ? j->apart : 0;
	line->n = items_of(c, line->has_shift ? line->shift.since : INT32_MIN);
	if (line->has_shift)
		line->points = line->shift.points;
	if (j->chart.state == EK_CHART_LOCKED)
		line->odds = ek_chart_odds(&j->chart);
}

/* ---- one chart */

static bool read_chart(struct look *l, const struct ek_charts_ask *ask, struct ek_charts *chart,
		       struct ek_err *err)
{
	const struct ek_api_figures *from = &l->t->api->options.figures;
	const struct ek_figures *f = from->take(from->ctx);
	if (f == NULL)
		return ek_fail(err, EK_BUSY, "figures are not there yet");
	bool ok = ek_charts_read(f, ask, &l->t->chart, &chart->series, err);
	l->seq = ek_figures_seq(f);
	from->give(from->ctx);
	return ok;
}

/* *goes_on: a coarser chart may say what this one cannot. */
static bool look_at(struct look *l, const struct ek_charts_ask *ask, bool *goes_on,
		    struct ek_err *err)
{
	struct ek_charts *chart = ek_arena_zero(&l->t->chart, sizeof *chart);
	if (chart == NULL)
		return ek_fail(err, EK_NO_MEMORY, "no memory for a chart");
	if (!read_chart(l, ask, chart, err))
		return false;
	l->today = chart->series.today;
	*goes_on = chart->series.n > 0;
	if (chart->series.n == 0)
		return true;
	if (!ek_charts_judge(ask, &l->given, &l->t->chart, chart, err) ||
	    !ek_trends_compare(ask, chart, &l->given, &l->rows, &l->changes))
		return ek_fail(err, EK_NO_MEMORY, "no memory for verdicts");
	const struct ek_chart *c = &chart->judged.chart;
	if (c->state == EK_CHART_LOCKED)
		l->charts[l->chart_count++] = (struct ek_budget_chart){ask->feed, c->points, 0};
	*goes_on = ask->feed == EK_BUDGET_DAILY || c->state == EK_CHART_FEW ||
		   c->state == EK_CHART_COARSER;
	add_line(l, ask, chart);
	return true;
}

static bool look_at_metric(struct look *l, ek_team_id team, int metric, struct ek_err *err)
{
	struct ek_charts_ask ask = {.metric = metric, .team = team, .now = l->t->now};
	bool goes_on = true;
	for (int feed = EK_BUDGET_DAILY; feed <= EK_BUDGET_MONTHLY && goes_on; feed++) {
		ask.feed = (enum ek_budget_feed)feed;
		ek_arena_reset(&l->t->chart);
		if (ek_rounds_is_ending(l->t->rounds))
			return ek_fail(err, EK_BUSY, "the server ends");
		if (!look_at(l, &ask, &goes_on, err))
			return false;
	}
	return true;
}

static bool look_at_all(struct look *l, struct ek_err *err)
{
	l->chart_count = l->line_count = 0;
	l->changes = (struct ek_trends_changes){.arena = &l->t->rows};
	for (uint32_t i = 0; i < l->teams.n; i++)
		for (int m = 1; m < EK_METRIC_END; m++)
			if (ek_definition_row(m)->why_not == NULL &&
			    !look_at_metric(l, l->teams.v[i], m, err))
				return false;
	return true;
}

/* ---- the budget */

static struct ek_judged_level *with_level(struct look *l, int32_t from, uint32_t step)
{
	uint32_t n = l->given.level_count;
	struct ek_judged_level *all = ek_arena_get(&l->t->rows, (n + 1) * sizeof *all);
	if (all == NULL)
		return NULL;
	if (n > 0)
		memcpy(all, l->given.levels, n * sizeof *all);
	all[n] = (struct ek_judged_level){from, step};
	l->given.levels = all;
	l->given.level_count = n + 1;
	return all;
}

/* The first step holds since ever; a later one from today on, whose points are yet to come. */
static bool solve(struct look *l, struct ek_err *err)
{
	struct ek_trends_budget budget = {.charts = l->chart_count, .allowed = l->allowed};
	uint32_t n = l->given.level_count;
	budget.answer = ek_budget_solve(l->charts, l->chart_count, l->allowed);
	bool is_first = n == 0;
	bool is_other = is_first || l->given.levels[n - 1].step != budget.answer.step;
	l->changes.budget = budget;
	if (!is_other || l->chart_count == 0)
		return true;
	int32_t from = is_first ? INT32_MIN : l->today;
	if (with_level(l, from, budget.answer.step) == NULL)
		return ek_fail(err, EK_NO_MEMORY, "no memory for a step");
	if (is_first && budget.answer.step > 0 && !look_at_all(l, err))
		return false;
	l->changes.budget = budget;
	l->changes.has_step = true;
	l->changes.step_from = from;
	return true;
}

/* ---- writing */

static bool always(void *ctx, struct ek_err *err)
{
	/* With nothing pending, rows are read as they are on disk. */
	(void)ctx;
	(void)err;
	return true;
}

static void made(void *ctx, struct ek_writer *w, const struct ek_answer *a)
{
	struct ek_trends *t = ctx;
	(void)a;
	ek_trends_put(t->api, w, t->changes, t->now);
}

static bool write_changes(struct look *l, struct ek_err *err)
{
	struct ek_trends *t = l->t;
	struct ek_group_call call = {
		.request = {.check = always, .check_ctx = t, .by = {.kind = EK_ACTOR_SYSTEM}},
		.made = made,
		.ctx = t};
	struct ek_err refused;
	if (l->changes.n == 0 && !l->changes.has_step)
		return true;
	t->changes = &l->changes;
	return ek_group_do(t->api->options.group, &call, &refused, err) &&
	       (refused.code == EK_OK || ek_fail(err, EK_BUSY, "the store takes nothing now"));
}

/* ---- what is shown */

static bool comes_first(const struct ek_trends_line *a, const struct ek_trends_line *b)
{
	if (a->rank != b->rank)
		return a->rank < b->rank;
	if (a->apart < b->apart || a->apart > b->apart)
		return a->apart > b->apart;
	if (a->team.v != b->team.v)
		return a->team.v < b->team.v;
	if (a->definition->metric != b->definition->metric)
		return a->definition->metric < b->definition->metric;
	return a->feed < b->feed;
}

static int by_rank(const void *a, const void *b)
{
	return comes_first(a, b) ? -1 : comes_first(b, a) ? 1 : 0;
}

static bool show(struct look *l, struct ek_err *err)
{
	struct ek_trends *t = l->t;
	size_t each = sizeof *l->lines;
	struct ek_trends_line *lines = ek_alloc_get(&t->alloc, (l->line_count + 1) * each);
	if (lines == NULL)
		return ek_fail(err, EK_NO_MEMORY, "no memory for %u charts", l->line_count);
	memcpy(lines, l->lines, l->line_count * each);
	qsort(lines, l->line_count, each, by_rank);
	ek_thread_lock_take(t->lock);
	ek_alloc_free(&t->alloc, (void *)(uintptr_t)t->view.lines, t->view_cap * each);
	t->view_cap = l->line_count + 1;
	t->view = (struct ek_trends_view){lines, l->line_count, l->changes.budget, t->now};
	ek_thread_lock_give(t->lock);
	return true;
}

/* ---- one look */

static bool read_rows(struct look *l, struct ek_err *err)
{
	struct ek_trends *t = l->t;
	bool ok = ek_reader_begin(t->reader, err) &&
		  ek_trends_teams(t->reader, &t->rows, &l->teams, err) &&
		  ek_trends_given(t->reader, (ek_team_id){0}, &t->rows, &l->given, err) &&
		  ek_trends_rows(t->reader, &t->rows, &l->rows, err) &&
		  ek_trends_allowed(t->reader, &l->allowed, err) &&
		  ek_trends_owned(t->reader, &l->is_owned, err);
	ek_reader_end(t->reader);
	if (!ok)
		return false;
	l->most = l->teams.n * (EK_METRIC_END - 1) * FEEDS;
	l->charts = ek_arena_get(&t->rows, (l->most + 1) * sizeof *l->charts);
	l->lines = ek_arena_get(&t->rows, (l->most + 1) * sizeof *l->lines);
	return (l->charts != NULL && l->lines != NULL) ||
	       ek_fail(err, EK_NO_MEMORY, "no memory for %u charts", l->most);
}

/* Before the first run is over nobody has said in which zone days begin, and nobody is there to be
 * told: what a past that was brought along says waits until then. */
static bool look_over(struct ek_trends *t, bool *has_looked, struct ek_err *err)
{
	struct look l = {.t = t};
	t->now = ek_clock_wall();
	ek_arena_reset(&t->rows);
	*has_looked = false;
	if (!read_rows(&l, err))
		return false;
	if (!l.is_owned)
		return true;
	*has_looked = true;
	bool ok = look_at_all(&l, err) && solve(&l, err) && write_changes(&l, err) && show(&l, err);
	if (ok)
		t->looked_seq = l.seq;
	return ok;
}

/* ---- the thread */

static uint64_t mark_of_zone(const struct ek_zone *zone)
{
	return zone == NULL ? EK_FNV_BEGIN : ek_fnv(EK_FNV_BEGIN, zone->name.p, zone->name.n);
}

static uint64_t seq_now(struct ek_trends *t)
{
	const struct ek_api_figures *from = &t->api->options.figures;
	const struct ek_figures *f = from->take(from->ctx);
	uint64_t seq = 0;
	if (f == NULL)
		return UINT64_MAX;
	seq = ek_figures_seq(f);
	t->zone = mark_of_zone(ek_figures_zone(f, (ek_team_id){0}));
	from->give(from->ctx);
	return seq;
}

/* Whether the figures are there, and it is time. */
static bool is_due(struct ek_trends *t)
{
	uint64_t seq = seq_now(t), before = t->polled_seq;
	int64_t quarter = ek_clock_wall().ms / QUARTER_MS;
	uint64_t idle_ns = ek_clock_mono_ns() - t->looked_ns;
	if (seq == UINT64_MAX)
		return false;
	t->polled_seq = seq;
	ek_thread_lock_take(t->lock);
	bool is_nudged = t->is_nudged;
	ek_thread_lock_give(t->lock);
	if (t->looked_ns == 0 || is_nudged || t->zone != t->looked_zone)
		return true;
	if (idle_ns < (uint64_t)REST_MS * 1000000 || idle_ns < t->took_ns * SHARE)
		return false;
	return quarter != t->quarter || (seq - t->looked_seq >= MANY && seq - before < MANY);
}

static void say_failed(struct ek_trends *t, const struct ek_err *err)
{
	if (err->code != EK_BUSY)
		ek_journal_say_why(t->api->options.journal, EK_JOURNAL_WARNING, "trends_failed",
				   err);
}

static void step(struct ek_trends *t)
{
	struct ek_err err;
	if (!is_due(t))
		return;
	uint64_t from = ek_clock_mono_ns();
	ek_thread_lock_take(t->lock);
	t->is_nudged = false;
	ek_thread_lock_give(t->lock);
	t->looked_zone = t->zone;
	bool has_looked;
	bool ok = look_over(t, &has_looked, &err);
	if (!ok)
		say_failed(t, &err);
	if (ok && !has_looked)
		return;
	t->looked_ns = ek_clock_mono_ns();
	t->took_ns = t->looked_ns - from;
	if (ok)
		t->quarter = t->now.ms / QUARTER_MS;
}

static ek_span go_round(void *ctx)
{
	step(ctx);
	return (ek_span){POLL_MS};
}

/* ---- open, close */

bool ek_trends_open(struct ek_api *api, const char *where, struct ek_err *err)
{
	struct ek_alloc alloc = api->options.alloc;
	if (api->options.figures.take == NULL)
		return true;
	struct ek_trends *t = ek_alloc_get(&alloc, sizeof *t);
	if (t == NULL)
		return ek_fail(err, EK_NO_MEMORY, "no memory for trends");
	*t = (struct ek_trends){.api = api,
				.alloc = alloc,
				.view.as_of = EK_NO_TIME,
				.view.budget.allowed = EK_BUDGET_DEFAULT};
	api->trends = t;
	ek_arena_init(&t->rows, ek_heap_alloc(), ROWS_MEMORY);
	ek_arena_init(&t->chart, ek_heap_alloc(), CHART_MEMORY);
	const struct ek_rounds_options rounds = {go_round, t, {0}};
	return ek_thread_lock_open(&t->lock, err) && ek_reader_open(where, &t->reader, err) &&
	       ek_rounds_open(&rounds, &t->rounds, err);
}

void ek_trends_stop(struct ek_api *api)
{
	if (api->trends != NULL)
		ek_rounds_end(api->trends->rounds);
}

void ek_trends_close(struct ek_api *api)
{
	struct ek_trends *t = api->trends;
	if (t == NULL)
		return;
	struct ek_alloc alloc = t->alloc;
	ek_rounds_close(&t->rounds);
	ek_reader_close(&t->reader);
	ek_thread_lock_close(&t->lock);
	ek_arena_fini(&t->rows);
	ek_arena_fini(&t->chart);
	ek_alloc_free(&alloc, (void *)(uintptr_t)t->view.lines,
		      t->view_cap * sizeof *t->view.lines);
	ek_alloc_free(&alloc, t, sizeof *t);
	api->trends = NULL;
}

void ek_trends_nudge(struct ek_api *api)
{
	struct ek_trends *t = api->trends;
	if (t == NULL)
		return;
	ek_thread_lock_take(t->lock);
	t->is_nudged = true;
	ek_thread_lock_give(t->lock);
	ek_rounds_nudge(t->rounds);
}

bool ek_trends_take(struct ek_api *api, struct ek_trends_view *view)
{
	struct ek_trends *t = api->trends;
	if (t == NULL)
		return false;
	ek_thread_lock_take(t->lock);
	*view = t->view;
	return true;
}

void ek_trends_give(struct ek_api *api)
{
	ek_thread_lock_give(api->trends->lock);
}

const struct ek_trends_line *ek_trends_find(const struct ek_trends_view *view, ek_team_id team,
					    int64_t metric, enum ek_budget_feed feed)
{
	for (uint32_t i = 0; i < view->n; i++) {
		const struct ek_trends_line *l = &view->lines[i];
		if (l->team.v == team.v && l->definition->metric == metric && l->feed == feed)
			return l;
	}
	return NULL;
}
