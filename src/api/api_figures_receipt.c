/* What a figure is made of: definition, calendars, filters, what was left out, and every item. */
#include "api/api_calendars.h"
#include "api/api_figures.h"

#include <string.h>

#include "api/api_put.h"
#include "api/api_state.h"
#include "api/handlers.h"

enum { ITEMS = 500 };

struct receipt {
	struct ek_api_figures_ask ask;
	struct ek_turn *t;
	struct ek_json items; /* written as they come */
	uint32_t shown;
	bool has_more;
	struct ek_figures_excluded excluded;
};

static void put_seconds(struct ek_json *j, const char *key, const struct ek_figures_item *i,
			int64_t seconds)
{
	ek_api_put_int(j, key, ek_time_is_set(i->end) ? seconds : EK_NONE);
}

static void put_item(struct receipt *r, const struct ek_figures_item *i)
{
	struct ek_json *j = &r->items;
	bool is_theirs = i->teammate.v == r->ask.scope.person.id.v || i->teammate.v == r->t->self.v;
	ek_json_object(j);
	ek_api_put_id(j, "conversation", EK_IDENT_CONVERSATION, i->conversation.v);
	ek_api_put_int(j, "import", i->import == 0 ? EK_NONE : (int64_t)i->import);
	ek_api_put_int(j, "item", i->import == 0 ? EK_NONE : (int64_t)i->item);
	ek_api_put_id(j, "team", EK_IDENT_TEAM, i->team.v);
	ek_api_put_id(j, "teammate", EK_IDENT_TEAMMATE, is_theirs ? i->teammate.v : 0);
	ek_api_put_time(j, "start", i->start);
	ek_api_put_time(j, "end", i->end);
	put_seconds(j, "seconds_calendar", i, i->seconds_calendar);
	put_seconds(j, "seconds_office_hours", i, i->seconds_office_hours);
	ek_api_figures_put_real(j, "value", true, i->value);
	ek_api_put_bool(j, "counted", i->counted);
	ek_api_put_bool(j, "in_numerator", i->in_numerator);
	ek_api_put_word(j, "why", i->why);
	ek_json_object_end(j);
}

static bool take(void *ctx, const struct ek_figures_item *item, struct ek_err *err)
{
	struct receipt *r = ctx;
	(void)err;
	ek_figures_exclude(&r->excluded, item);
	if (r->shown < ITEMS) {
		put_item(r, item);
		r->shown++;
	} else {
		r->has_more = true;
	}
	return true;
}

/* ---- the rest */

static bool put_hours(void *ctx, ek_time since, const struct ek_calendar *calendar,
		      struct ek_err *err)
{
	struct ek_turn *t = ctx;
	struct ek_api_calendar_text text = {{NULL, 0}, EK_S("[]"), EK_S("[]")};
	if (calendar != NULL && !ek_api_calendars_print(t, calendar, &text))
		return ek_fail(err, EK_NO_MEMORY, "no memory for a calendar");
	ek_json_object(&t->out);
	ek_api_put_time(&t->out, "since", since);
	ek_api_put_text(&t->out, "zone", text.zone);
	ek_api_put_raw(&t->out, "week", text.hours);
	ek_api_put_raw(&t->out, "closed", text.closed.p != NULL ? text.closed : EK_S("[]"));
	ek_json_object_end(&t->out);
	return true;
}

static void put_filters(struct ek_json *j, const struct ek_api_figures_ask *a,
			const struct ek_figures_ask *ask)
{
	ek_json_key(j, "filters");
	ek_json_object(j);
	ek_api_figures_put_narrow(j, a);
	ek_api_put_word(j, "variant", a->variant);
	ek_api_put_id(j, "survey", EK_IDENT_SURVEY, a->survey);
	ek_api_put_time(j, "from", ask->from);
	ek_api_put_time(j, "until", ask->until);
	ek_api_put_text(j, "zone", a->zone->name);
	ek_api_put_time(j, "as_of", a->as_of);
	ek_json_object_end(j);
}

static void put_figure(struct ek_json *j, const struct ek_figure *fig)
{
	ek_api_put_int(j, "numerator", (int64_t)fig->numerator);
	ek_api_put_int(j, "denominator", (int64_t)fig->denominator);
	ek_api_put_int(j, "n", (int64_t)fig->n);
	ek_api_figures_put_real(j, "value", fig->has_value, fig->value);
	ek_api_figures_put_real(j, "low", fig->has_interval, fig->low);
	ek_api_figures_put_real(j, "high", fig->has_interval, fig->high);
	ek_api_figures_put_state(j, fig);
	ek_api_put_word(j, "withheld", fig->withheld);
}

static void put_excluded(struct ek_json *j, const struct receipt *r)
{
	ek_json_key(j, "excluded");
	ek_json_list(j);
	for (uint32_t i = 0; i < r->excluded.n; i++) {
		ek_json_object(j);
		ek_api_put_word(j, "why", r->excluded.v[i].why);
		ek_api_put_int(j, "n", (int64_t)r->excluded.v[i].n);
		ek_json_object_end(j);
	}
	ek_json_list_end(j);
}

static bool put_head(struct ek_turn *t, const struct ek_figures *f, const struct receipt *r,
		     const struct ek_figures_ask *ask)
{
	const struct ek_definition *d =
		ek_figures_definition(f, ask->metric, ask->version, ask->from);
	const struct ek_figures_hours hours = {put_hours, t};
	struct ek_err err;
	ek_api_figures_put_metric(&t->out, d, d->version);
	ek_json_key(&t->out, "definition");
	ek_api_figures_put_definition(&t->out, f, d);
	ek_api_put_enum(&t->out, "clock", EK_ENUM_CLOCK, ek_api_figures_clock(&r->ask, d));
	ek_json_key(&t->out, "calendars");
	ek_json_list(&t->out);
	bool ok = ek_figures_calendars(f, ask, &hours, &err);
	ek_json_list_end(&t->out);
	put_filters(&t->out, &r->ask, ask);
	return ok || ek_api_figures_refuse(t, &err);
}

static bool answer(struct ek_turn *t, const struct ek_figures *f, struct receipt *r)
{
	const struct ek_figures_reader reader = {take, r};
	struct ek_figures_ask ask;
	struct ek_figure fig;
	struct ek_err err;
	if (!ek_api_figures_place(t, f, &r->ask, &ask))
		return false;
	t->seq = ek_figures_seq(f);
	r->items.style = t->out.style;
	ek_json_list(&r->items);
	if (!ek_figures_ask(f, &ask, &fig, &err) || !ek_figures_receipt(f, &ask, &reader, &err))
		return ek_api_figures_refuse(t, &err);
	ek_json_list_end(&r->items);
	ek_json_object(&t->out);
	if (!put_head(t, f, r, &ask))
		return false;
	put_excluded(&t->out, r);
	put_figure(&t->out, &fig);
	struct ek_api_figures_both both = {.t = t, .f = f, .zone = r->ask.zone};
	if (!ek_api_figures_put_beside(&both, &ask, &fig, &err))
		return ek_api_figures_refuse(t, &err);
	ek_api_put_raw(&t->out, "items", ek_json_written(&r->items));
	ek_api_put_bool(&t->out, "more", r->has_more);
	ek_json_object_end(&t->out);
	return ek_json_is_whole(&r->items) ||
	       ek_problem_set(&t->problem, EK_PROBLEM_UNAVAILABLE, "no memory for this receipt");
}

static void run(struct ek_turn *t, struct ek_worker *w)
{
	const struct ek_figures *f = ek_api_fold_take(t);
	struct receipt *r = t->state;
	(void)w;
	ek_json_init(&r->items, t->out.alloc, t->out.max);
	if (f != NULL) {
		(void)answer(t, f, r);
		ek_api_fold_give(t);
	}
	ek_json_fini(&r->items);
	ek_turn_reply(t, 200);
}

void ek_api_get_figure_receipt(struct ek_turn *t)
{
	struct receipt *r = EK_TURN_NEW(t, struct receipt);
	t->state = r;
	if (r != NULL)
		r->t = t;
	if (r != NULL && ek_api_figures_bind(t, &r->ask))
		ek_worker_submit(t->api->worker, t, run);
	else
		ek_turn_reply(t, 0);
}
