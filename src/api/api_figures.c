/* Figures: one, or one for each day, week or month. */
#include "api/api_figures.h"

#include "api/api_put.h"
#include "api/api_state.h"
#include "api/handlers.h"
#include "base/rfc3339.h"
#include "model/calendar.h"

/* ---- writing */

void ek_api_figures_put_real(struct ek_json *j, const char *key, bool has, double v)
{
	ek_json_key(j, key);
	if (has)
		ek_json_real(j, v);
	else
		ek_json_null(j);
}

void ek_api_figures_put_date(struct ek_json *j, const char *key, int32_t day)
{
	char text[EK_RFC3339_DATE_MAX];
	size_t n = ek_rfc3339_print_date(day, text);
	ek_api_put_text(j, key, (ek_str){text, (uint32_t)n});
}

void ek_api_figures_put_metric(struct ek_json *j, const struct ek_definition *d, uint32_t version)
{
	char text[96];
	size_t n = ek_format(text, sizeof text, "%s@%u", d->id, version);
	ek_api_put_text(j, "metric", (ek_str){text, (uint32_t)n});
}

void ek_api_figures_put_state(struct ek_json *j, const struct ek_figure *fig)
{
	static const char *const words[] = {"none", "counts_only", "interval", "shown", "withheld"};
	ek_api_put_word(j, "state", words[fig->state]);
}

void ek_api_figures_put_scope(struct ek_json *j, const struct ek_api_figures_scope *s)
{
	ek_json_key(j, "scope");
	ek_json_object(j);
	ek_api_put_id(j, "team", EK_IDENT_TEAM, s->team.v);
	ek_api_put_id(j, "teammate", EK_IDENT_TEAMMATE, s->person.id.v);
	ek_json_object_end(j);
}

void ek_api_figures_put_narrow(struct ek_json *j, const struct ek_api_figures_ask *a)
{
	ek_api_figures_put_scope(j, &a->scope);
	ek_api_put_enum(j, "channel", EK_ENUM_CAPACITY_CLASS, a->channel);
	ek_api_put_text(j, "topic", a->topic);
	ek_api_put_text(j, "tier", a->tier);
	ek_api_put_text(j, "product_area", a->area);
	ek_api_put_int(j, "hour", a->hour == 0 ? EK_NONE : a->hour - 1);
}

uint8_t ek_api_figures_clock(const struct ek_api_figures_ask *a, const struct ek_definition *d)
{
	return a->clock != 0 ? a->clock : d->clock;
}

/* ---- figures */

enum by { BY_DAY, BY_WEEK, BY_MONTH, BY_HOUR, BY_NONE };
enum { HOURS = 24 };

struct figures {
	struct ek_api_figures_ask ask;
	uint32_t by;
	struct ek_figures_ask asked;
	struct ek_api_figures_both both;
	struct ek_turn *t;
};

static int32_t period_end(uint32_t by, int32_t day)
{
	if (by == BY_DAY)
		return day + 1;
	if (by == BY_WEEK)
		return day - (ek_calendar_day_of_week(day) - 1) + 7;
	struct ek_date d = ek_calendar_civil(day);
	bool is_last = d.month == 12;
	return ek_calendar_days((struct ek_date){is_last ? d.year + 1 : d.year,
						 (uint8_t)(is_last ? 1 : d.month + 1), 1});
}

/* False with err. */
static bool put_figure(struct figures *c, int32_t from, int32_t until, const struct ek_figure *fig,
		       struct ek_err *err)
{
	struct ek_json *j = &c->t->out;
	struct ek_figures_ask one = c->asked;
	one.from = ek_calendar_day_start(c->ask.zone, from);
	one.until = ek_calendar_day_start(c->ask.zone, until);
	int unit = ek_definition_variant_unit(c->ask.definition, (int)c->ask.variant_place);
	bool has_times = unit == EK_METRIC_UNIT_SECONDS && fig->has_value;
	ek_json_object(j);
	ek_api_figures_put_metric(j, c->ask.definition, fig->version);
	ek_api_figures_put_date(j, "from", from);
	ek_api_figures_put_date(j, "until", until);
	ek_api_put_int(j, "hour", one.hour == 0 ? EK_NONE : one.hour - 1);
	ek_api_figures_put_real(j, "value", fig->has_value, fig->value);
	ek_api_figures_put_real(j, "low", fig->has_interval, fig->low);
	ek_api_figures_put_real(j, "high", fig->has_interval, fig->high);
	ek_api_put_int(j, "n", (int64_t)fig->n);
	ek_api_put_int(j, "numerator", (int64_t)fig->numerator);
	ek_api_put_int(j, "denominator", (int64_t)fig->denominator);
	ek_api_figures_put_real(j, "median", has_times, fig->median);
	ek_api_figures_put_real(j, "p90", has_times, fig->p90);
	ek_api_figures_put_real(j, "mean", has_times, fig->mean);
	ek_api_put_int(j, "open", one.hour == 0 ? (int64_t)fig->open : EK_NONE);
	ek_api_put_int(j, "not_yet_known", (int64_t)fig->not_yet_known);
	ek_api_figures_put_state(j, fig);
	ek_api_put_word(j, "withheld", fig->withheld);
	bool ok = ek_api_figures_put_beside(&c->both, &one, fig, err);
	ek_json_object_end(j);
	return ok;
}

static bool visit(void *ctx, int32_t date, const struct ek_figure *fig, struct ek_err *err)
{
	struct figures *c = ctx;
	int32_t until = period_end(c->by, date);
	return put_figure(c, date > c->ask.from ? date : c->ask.from,
			  until < c->ask.until ? until : c->ask.until, fig, err);
}

static void put_head(struct ek_turn *t, const struct figures *c, const struct ek_definition *d)
{
	const struct ek_api_figures_ask *a = &c->ask;
	struct ek_json *j = &t->out;
	ek_api_figures_put_metric(j, a->definition, d->version);
	ek_api_put_word(j, "unit",
			ek_definition_unit(
				ek_definition_variant_unit(a->definition, (int)a->variant_place)));
	ek_api_put_enum(j, "clock", EK_ENUM_CLOCK, ek_api_figures_clock(a, d));
	ek_api_put_text(j, "zone", a->zone->name);
	ek_api_figures_put_narrow(j, a);
	ek_api_put_word(j, "variant", a->variant);
	ek_api_put_id(j, "survey", EK_IDENT_SURVEY, a->survey);
	ek_api_put_word(j, "direction", ek_definition_direction(d->direction));
	ek_api_put_word(j, "statistic", d->statistic);
	ek_api_put_time(j, "as_of", a->as_of);
}

/* One for each hour of the day, over all days together. */
static bool put_hours(struct figures *c, const struct ek_figures *f, struct ek_err *err)
{
	struct ek_figure fig;
	for (c->asked.hour = 1; c->asked.hour <= HOURS; c->asked.hour++)
		if (!ek_figures_ask(f, &c->asked, &fig, err) ||
		    !put_figure(c, c->ask.from, c->ask.until, &fig, err))
			return false;
	return true;
}

static bool answer(struct ek_turn *t, const struct ek_figures *f, struct figures *c)
{
	static const uint8_t cadences[] = {EK_FIGURES_DAILY, EK_FIGURES_WEEKLY, EK_FIGURES_MONTHLY};
	struct ek_figure fig;
	struct ek_err err;
	if (!ek_api_figures_place(t, f, &c->ask, &c->asked))
		return false;
	const struct ek_figures_ask ask = c->asked;
	c->both = (struct ek_api_figures_both){.t = t, .f = f, .zone = c->ask.zone};
	t->seq = ek_figures_seq(f);
	ek_json_object(&t->out);
	put_head(t, c, ek_figures_definition(f, ask.metric, ask.version, ask.from));
	ek_json_key(&t->out, "data");
	ek_json_list(&t->out);
	bool ok = true;
	if (c->by == BY_NONE) {
		ok = ek_figures_ask(f, &ask, &fig, &err) &&
		     put_figure(c, c->ask.from, c->ask.until, &fig, &err);
	} else if (c->by == BY_HOUR) {
		ok = put_hours(c, f, &err);
	} else {
		const struct ek_figures_run run = {cadences[c->by], c->ask.zone, visit, c};
		ok = ek_figures_series(f, &ask, &run, &err);
	}
	ek_json_list_end(&t->out);
	ek_json_object_end(&t->out);
	return ok || ek_api_figures_refuse(t, &err);
}

static void run_figures(struct ek_turn *t, struct ek_worker *w)
{
	const struct ek_figures *f = ek_api_fold_take(t);
	(void)w;
	if (f != NULL) {
		(void)answer(t, f, t->state);
		ek_api_fold_give(t);
	}
	ek_turn_reply(t, 200);
}

void ek_api_get_figures(struct ek_turn *t)
{
	static const char *const by[] = {"day", "week", "month", "hour", "none", NULL};
	struct figures *c = EK_TURN_NEW(t, struct figures);
	t->state = c;
	if (c != NULL) {
		c->t = t;
		if (!ek_query_word(&t->query, "by", by, &c->by))
			c->by = BY_NONE;
	}
	if (c != NULL && ek_api_figures_bind(t, &c->ask) &&
	    (c->by != BY_HOUR || ek_api_figures_by_hour(t, &c->ask)))
		ek_worker_submit(t->api->worker, t, run_figures);
	else
		ek_turn_reply(t, 0);
}
