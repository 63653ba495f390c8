/* A person beside the team (spec metrics, T11): with both n, and only where at least
 * EK_VIEW_SUM_LEAST people serve the teams that they serve; else beside their own past. A
 * difference is said only when its 95 % interval leaves out zero: of shares Newcombe's
 * (metrics/share.h), against the others; of durations the mean of ln(own) - ln(the team's median of
 * that topic and channel), told as a ratio (metrics/beside.h). When
 * the team misses the target itself, personal comparisons fold away. */
#include "api/api_put.h"
#include "api/api_targets.h"
#include "metrics/beside.h"
#include "metrics/share.h"
#include "model/calendar.h"
#include "wire/view_json.h"

enum { ITEMS_MAX = 200000 };

struct beside {
	struct ek_turn *t;
	const struct ek_api_target *g;
	ek_team_id *teams;
	uint32_t team_count;
	struct ek_api_targets_span span; /* the last that is known */
	struct ek_api_targets_figure own, other;
	bool has_other;
	const char *state;
	bool has_difference;
	double value, low, high;
	struct ek_beside_item *items;
	uint32_t item_count, item_cap;
};

/* ---- who */

static bool find_teams(struct beside *b, int64_t *people)
{
	const struct ek_views_value key = ek_views_int(b->g->teammate.v);
	struct ek_turn_rows rows, count;
	if (!ek_turn_select(b->t, "SELECT team FROM memberships WHERE teammate = $1", &key, 1,
			    &rows) ||
	    !ek_turn_select(b->t,
			    "SELECT count(DISTINCT teammate) FROM memberships WHERE team IN"
			    " (SELECT l.team FROM memberships l WHERE l.teammate = $1)",
			    &key, 1, &count))
		return false;
	*people = count.n == 0 ? 0 : ek_turn_int(&count.v[0]);
	b->teams = ek_turn_get(b->t, (rows.n + 1) * sizeof *b->teams);
	if (b->teams == NULL)
		return false;
	for (uint32_t i = 0; i < rows.n; i++)
		b->teams[b->team_count++].v = (uint32_t)ek_turn_int(&rows.v[i]);
	return true;
}

static struct ek_figures_ask ask_of(const struct ek_figures *f, const struct beside *b)
{
	const struct ek_zone *zone = ek_api_targets_zone(f, b->g);
	return (struct ek_figures_ask){
		.metric = b->g->definition->metric,
		.teams = b->teams,
		.team_count = b->team_count,
		.from = ek_calendar_day_start(zone, b->span.from),
		.until = ek_calendar_day_start(zone, b->span.until),
		.as_of = EK_NO_TIME,
		.clock = b->g->clock,
		.variant = b->g->definition->variants[b->g->variant],
	};
}

/* The team's figure of the target's statistic. */
static bool ask_team(const struct ek_figures *f, struct beside *b, struct ek_err *err)
{
	const struct ek_figures_ask ask = ask_of(f, b);
	struct ek_figure *fig = &b->other.fig;
	if (!ek_figures_ask(f, &ask, fig, err))
		return false;
	b->other.has_value = fig->has_value;
	b->other.value = b->g->statistic == EK_API_TARGET_MEDIAN ? fig->median
			 : b->g->statistic == EK_API_TARGET_P90  ? fig->p90
			 : b->g->statistic == EK_API_TARGET_MEAN ? fig->mean
								 : fig->value;
	b->has_other = true;
	return true;
}

/* ---- differences */

static void say(struct beside *b, double value, double low, double high)
{
	b->has_difference = low > 0 || high < 0;
	b->value = value;
	b->low = low;
	b->high = high;
}

static void compare_shares(struct beside *b)
{
	const struct ek_figure *own = &b->own.fig, *all = &b->other.fig;
	struct ek_share mine = {own->numerator, own->denominator};
	struct ek_share rest = {all->numerator - own->numerator,
				all->denominator - own->denominator};
	bool is_part = all->denominator > own->denominator && all->numerator >= own->numerator &&
		       rest.k <= rest.n && mine.n > 0;
	if (!is_part)
		return;
	struct ek_interval in = ek_share_difference(mine, rest);
	say(b, (double)mine.k / (double)mine.n - (double)rest.k / (double)rest.n, in.lower,
	    in.upper);
}

static bool take(void *ctx, const struct ek_figures_item *item, struct ek_err *err)
{
	struct beside *b = ctx;
	int64_t seconds = b->g->clock == EK_CLOCK_CALENDAR ? item->seconds_calendar
							   : item->seconds_office_hours;
	(void)err;
	if (!item->counted || b->item_count == b->item_cap)
		return true;
	b->items[b->item_count++] = (struct ek_beside_item){
		.topic = item->topic,
		.channel = item->channel,
		.is_own = item->teammate.v == b->g->teammate.v,
		.seconds = seconds < 1 ? 1 : (double)seconds,
	};
	return true;
}

static bool compare_durations(const struct ek_figures *f, struct beside *b, struct ek_err *err)
{
	const struct ek_figures_ask ask = ask_of(f, b);
	const struct ek_figures_reader reader = {take, b};
	b->item_cap = b->other.fig.n < ITEMS_MAX ? (uint32_t)b->other.fig.n : ITEMS_MAX;
	b->items = ek_turn_get(b->t, (b->item_cap + 1) * sizeof *b->items);
	if (b->items == NULL)
		return ek_fail(err, EK_NO_MEMORY, "no memory to compare");
	if (!ek_figures_receipt(f, &ask, &reader, err))
		return false;
	struct ek_beside told;
	ek_beside_durations(b->items, b->item_count, &told);
	b->has_difference = told.has_ratio && (told.low > 1 || told.high < 1);
	b->value = told.value;
	b->low = told.low;
	b->high = told.high;
	return true;
}

/* ---- which of the three it is */

static void find_span(const struct ek_figures *f, struct beside *b)
{
	const struct ek_zone *zone = ek_api_targets_zone(f, b->g);
	b->span = ek_api_targets_span(b->g->period, ek_calendar_date(zone, b->t->now));
	do {
		b->span = ek_api_targets_span(b->g->period, b->span.from - 1);
	} while (!ek_api_targets_is_ripe(b->g, zone, b->span, b->t->now));
}

static bool compare(const struct ek_figures *f, struct beside *b, struct ek_err *err)
{
	int unit = ek_api_targets_unit(b->g);
	if (unit == EK_METRIC_UNIT_SHARE)
		compare_shares(b);
	return unit != EK_METRIC_UNIT_SECONDS || compare_durations(f, b, err);
}

static bool judge(const struct ek_figures *f, struct beside *b, int64_t people, struct ek_err *err)
{
	if (!ek_api_targets_ask(f, b->g, b->span, &b->own, err))
		return false;
	if (people < EK_VIEW_SUM_LEAST) {
		struct ek_api_targets_span before =
			ek_api_targets_span(b->g->period, b->span.from - 1);
		b->state = "own_past";
		b->has_other = true;
		return ek_api_targets_ask(f, b->g, before, &b->other, err);
	}
	if (!ask_team(f, b, err))
		return false;
	if (ek_api_targets_state(b->g, &b->other) == EK_API_TARGET_MISSED) {
		b->state = "system_first";
		b->has_other = false;
		return true;
	}
	b->state = "beside";
	return compare(f, b, err);
}

/* ---- writing */

static void put_figure(struct ek_json *j, const char *key, bool has,
		       const struct ek_api_targets_figure *fig)
{
	ek_json_key(j, key);
	if (!has) {
		ek_json_null(j);
		return;
	}
	ek_json_object(j);
	ek_api_figures_put_real(j, "value", fig->has_value, fig->value);
	ek_api_put_int(j, "n", (int64_t)fig->fig.n);
	ek_json_object_end(j);
}

static void put(struct ek_json *j, const struct beside *b)
{
	ek_json_object(j);
	ek_api_put_word(j, "state", b->state);
	put_figure(j, "own", true, &b->own);
	put_figure(j, "other", b->has_other, &b->other);
	ek_json_key(j, "difference");
	if (b->has_difference) {
		ek_json_object(j);
		ek_api_figures_put_real(j, "value", true, b->value);
		ek_api_figures_put_real(j, "low", true, b->low);
		ek_api_figures_put_real(j, "high", true, b->high);
		ek_json_object_end(j);
	} else {
		ek_json_null(j);
	}
	ek_json_object_end(j);
}

bool ek_api_targets_put_beside(struct ek_turn *t, const struct ek_figures *f,
			       const struct ek_api_target *g)
{
	struct beside *b = EK_TURN_NEW(t, struct beside);
	int64_t people = 0;
	struct ek_err err;
	ek_json_key(&t->out, "beside");
	if (b == NULL)
		return false;
	b->t = t;
	b->g = g;
	if (g->teammate.v == 0 || !ek_api_targets_sees(t, g)) {
		ek_json_null(&t->out);
		return ek_problem_is_none(&t->problem);
	}
	if (!find_teams(b, &people))
		return false;
	find_span(f, b);
	if (!judge(f, b, people, &err))
		return ek_problem_err(&t->problem, &err);
	put(&t->out, b);
	return true;
}
