/* Periods that are over and known: judged once, and kept; a miss opens a conversation (spec
 * metrics, T7, T8, T12; people, PE38, PE61). */
#include <string.h>

#include "api/api_job.h"
#include "api/api_put.h"
#include "api/api_targets.h"
#include "api/api_text.h"
#include "model/calendar.h"

enum {
	EXAMPLES = 5,
	GOOD_EXAMPLES = 2,
	PERIODS = 64,             /* of one target in one round */
	LEAD_WAITS_MS = 86400000, /* the person sees the sheet that long before */
};

struct example {
	uint32_t conversation;
	double value;
};

/* One period to be kept. */
struct ripe {
	struct ek_api_targets_span span;
	struct ek_api_targets_figure fig;
	enum ek_api_target_state state;
	ek_str figure; /* JSON */
};

struct closing {
	struct ek_api_target g;
	struct ripe v[PERIODS];
	uint32_t n;
	enum ek_api_target_state before; /* of the period before the first; 0 = none was judged */
	int32_t next;                    /* first day that was not judged */
	ek_str sheet;                    /* of what a miss opens; p NULL = it opens nothing */
};

/* ---- what was judged already */

static bool find_last(struct ek_turn *t, struct closing *c)
{
	const struct ek_views_value key = ek_views_int((int64_t)c->g.id);
	struct ek_turn_rows rows;
	if (!ek_turn_select(t,
			    "SELECT until, state FROM target_periods WHERE target = $1"
			    " ORDER BY since DESC LIMIT 1",
			    &key, 1, &rows))
		return false;
	c->next = rows.n > 0 ? (int32_t)ek_turn_int(&rows.v[0]) : c->g.since;
	c->before = rows.n > 0 ? (enum ek_api_target_state)ek_turn_int(&rows.v[1])
			       : (enum ek_api_target_state)0;
	return true;
}

/* ---- what came out */

static ek_str print_figure(struct ek_turn *t, const struct ek_api_target *g, const struct ripe *r)
{
	struct ek_json j;
	ek_api_text_begin(t, &j);
	ek_json_object(&j);
	ek_api_figures_put_real(&j, "value", r->fig.has_value, r->fig.value);
	ek_api_figures_put_real(&j, "low", r->fig.has_interval, r->fig.fig.low);
	ek_api_figures_put_real(&j, "high", r->fig.has_interval, r->fig.fig.high);
	ek_api_put_int(&j, "n", (int64_t)r->fig.fig.n);
	ek_api_put_int(&j, "numerator", (int64_t)r->fig.fig.numerator);
	ek_api_put_int(&j, "denominator", (int64_t)r->fig.fig.denominator);
	ek_api_put_int(&j, "comparator", g->wanted.comparator);
	ek_api_figures_put_real(&j, "wanted", true, g->wanted.value);
	ek_api_figures_put_real(&j, "upper", g->wanted.comparator == EK_ATTAIN_BETWEEN,
				g->wanted.upper);
	ek_json_object_end(&j);
	return ek_api_text_take(t, &j);
}

static bool gather(struct ek_turn *t, const struct ek_figures *f, struct closing *c)
{
	const struct ek_zone *zone = ek_api_targets_zone(f, &c->g);
	struct ek_api_targets_span span = ek_api_targets_span(c->g.period, c->next);
	struct ek_err err;
	while (c->n < PERIODS && ek_api_targets_is_ripe(&c->g, zone, span, t->now)) {
		struct ripe *r = &c->v[c->n];
		*r = (struct ripe){.span = span};
		if (!ek_api_targets_ask(f, &c->g, span, &r->fig, &err))
			return ek_problem_err(&t->problem, &err);
		r->state = ek_api_targets_state(&c->g, &r->fig);
		r->figure = print_figure(t, &c->g, r);
		c->n++;
		span = ek_api_targets_span(c->g.period, span.until);
	}
	return ek_problem_is_none(&t->problem);
}

/* ---- a miss */

/* The last period alone: what was missed long ago is history. Of a person twice running. */
static bool opens(const struct closing *c)
{
	if (c->n == 0 || c->v[c->n - 1].state != EK_API_TARGET_MISSED)
		return false;
	if (c->g.team.v != 0)
		return true;
	enum ek_api_target_state before = c->n > 1 ? c->v[c->n - 2].state : c->before;
	return before == EK_API_TARGET_MISSED;
}

struct examples {
	bool more_is_better;
	struct example best[GOOD_EXAMPLES];
	struct example worst[EXAMPLES - GOOD_EXAMPLES];
	uint32_t best_n, worst_n;
};

static void keep(struct example *v, uint32_t *n, uint32_t cap, struct example e, bool largest)
{
	uint32_t at = *n < cap ? (*n)++ : cap;
	while (at > 0 && (largest ? v[at - 1].value < e.value : v[at - 1].value > e.value)) {
		if (at < cap)
			v[at] = v[at - 1];
		at--;
	}
	if (at < cap)
		v[at] = e;
}

static bool take(void *ctx, const struct ek_figures_item *item, struct ek_err *err)
{
	struct examples *x = ctx;
	const struct example e = {item->conversation.v, item->value};
	(void)err;
	if (!item->counted || item->conversation.v == 0)
		return true;
	keep(x->best, &x->best_n, EK_LEN(x->best), e, x->more_is_better);
	keep(x->worst, &x->worst_n, EK_LEN(x->worst), e, !x->more_is_better);
	return true;
}

static void put_examples(struct ek_json *j, const struct example *v, uint32_t n, bool good)
{
	for (uint32_t i = 0; i < n; i++) {
		ek_json_object(j);
		ek_api_put_id(j, "conversation", EK_IDENT_CONVERSATION, v[i].conversation);
		ek_api_put_bool(j, "good", good);
		ek_api_figures_put_real(j, "value", true, v[i].value);
		ek_json_object_end(j);
	}
}

static bool put_all_examples(struct ek_json *j, const struct ek_figures *f, const struct closing *c,
			     struct ek_err *err)
{
	const struct ek_zone *zone = ek_api_targets_zone(f, &c->g);
	const struct ripe *r = &c->v[c->n - 1];
	struct examples x = {.more_is_better =
				     c->g.definition->direction == EK_METRIC_DIRECTION_UP};
	const struct ek_figures_reader reader = {take, &x};
	const struct ek_figures_ask ask = {
		.metric = c->g.definition->metric,
		.teammate = c->g.teammate,
		.from = ek_calendar_day_start(zone, r->span.from),
		.until = ek_calendar_day_start(zone, r->span.until),
		.as_of = EK_NO_TIME,
		.clock = c->g.clock,
		.variant = c->g.definition->variants[c->g.variant],
	};
	if (c->g.teammate.v != 0 && !ek_figures_receipt(f, &ask, &reader, err))
		return false;
	ek_json_key(j, "examples");
	ek_json_list(j);
	put_examples(j, x.best, x.best_n, true);
	put_examples(j, x.worst, x.worst_n, false);
	ek_json_list_end(j);
	return true;
}

static void put_facts(struct ek_json *j, const struct closing *c)
{
	uint32_t from = c->n > 2 ? c->n - 2 : 0;
	ek_json_key(j, "facts");
	ek_json_list(j);
	for (uint32_t i = from; i < c->n; i++) {
		ek_json_object(j);
		ek_api_figures_put_date(j, "from", c->v[i].span.from);
		ek_api_figures_put_date(j, "until", c->v[i].span.until);
		ek_api_put_word(j, "state", ek_api_targets_states[c->v[i].state]);
		ek_api_put_raw(j, "figure", c->v[i].figure);
		ek_json_object_end(j);
	}
	ek_json_list_end(j);
}

/* Facts, examples good and bad, and questions rather than verdicts; the screen has the words. */
static bool print_sheet(struct ek_turn *t, const struct ek_figures *f, struct closing *c)
{
	static const char *const team[] = {"what_was_different", "what_will_we_change", NULL};
	static const char *const person[] = {"what_made_it_hard", "what_went_well",
					     "what_would_help", NULL};
	const char *const *questions = c->g.team.v != 0 ? team : person;
	struct ek_json j;
	struct ek_err err;
	ek_api_text_begin(t, &j);
	ek_json_object(&j);
	ek_api_figures_put_metric(&j, c->g.definition, c->v[c->n - 1].fig.fig.version);
	put_facts(&j, c);
	bool ok = put_all_examples(&j, f, c, &err);
	ek_json_key(&j, "questions");
	ek_json_list(&j);
	for (uint32_t i = 0; questions[i] != NULL; i++)
		ek_json_word(&j, questions[i]);
	ek_json_list_end(&j);
	ek_json_object_end(&j);
	if (!ok) {
		ek_json_fini(&j);
		return ek_problem_err(&t->problem, &err);
	}
	c->sheet = ek_api_text_take(t, &j);
	return c->sheet.p != NULL;
}

/* ---- keeping it */

/* Somebody may have ended or changed it, or judged it, meanwhile. */
static bool check(struct ek_turn *t)
{
	struct closing *c = t->state;
	struct ek_api_target now;
	struct closing last = {.g = c->g};
	if (!ek_api_targets_load(t, c->g.id, &now) || !find_last(t, &last))
		return false;
	return (now.revision == c->g.revision && last.next == c->next) ||
	       ek_problem_set(&t->problem, EK_PROBLEM_STALE, NULL);
}

static void put_period(struct ek_turn *t, const struct closing *c, const struct ripe *r)
{
	struct ek_views_value v[EK_CONTENT_TARGET_PERIODS_WIDTH] = {0};
	v[EK_CONTENT_TARGET_PERIODS_TARGET] = ek_views_int((int64_t)c->g.id);
	v[EK_CONTENT_TARGET_PERIODS_SINCE] = ek_views_int(r->span.from);
	v[EK_CONTENT_TARGET_PERIODS_UNTIL] = ek_views_int(r->span.until);
	v[EK_CONTENT_TARGET_PERIODS_STATE] = ek_views_int(r->state);
	v[EK_CONTENT_TARGET_PERIODS_REVISION] = ek_views_int(c->g.revision);
	v[EK_CONTENT_TARGET_PERIODS_VERSION] = ek_views_int(r->fig.fig.version);
	v[EK_CONTENT_TARGET_PERIODS_GRADE] = ek_views_int(c->g.grade);
	v[EK_CONTENT_TARGET_PERIODS_FIGURE] = ek_views_text(r->figure);
	v[EK_CONTENT_TARGET_PERIODS_AT_MS] = ek_views_int(t->now.ms);
	ek_turn_put(t, EK_CONTENT_TARGET_PERIODS, v);
}

static void put_agenda(struct ek_turn *t, const struct closing *c)
{
	static const struct {
		const char *word;
		uint32_t n;
	} kinds[] = {{"target_missed", 13}, {"target_talk", 11}};
	struct ek_views_value v[EK_CONTENT_AGENDA_ITEMS_WIDTH] = {0};
	bool is_talk = c->g.teammate.v != 0;
	v[EK_CONTENT_AGENDA_ITEMS_ITEM] =
		ek_views_int((int64_t)ek_turn_new_id(t, EK_CONTENT_AGENDA_ITEMS));
	v[EK_CONTENT_AGENDA_ITEMS_TEAM] = ek_views_id(c->g.team.v);
	v[EK_CONTENT_AGENDA_ITEMS_TEAMMATE] = ek_views_id(c->g.teammate.v);
	v[EK_CONTENT_AGENDA_ITEMS_KIND] =
		ek_views_text((ek_str){kinds[is_talk].word, kinds[is_talk].n});
	v[EK_CONTENT_AGENDA_ITEMS_TARGET] = ek_views_int((int64_t)c->g.id);
	v[EK_CONTENT_AGENDA_ITEMS_DAY] = ek_views_int(c->v[c->n - 1].span.from);
	v[EK_CONTENT_AGENDA_ITEMS_SHEET] = ek_views_text(c->sheet);
	v[EK_CONTENT_AGENDA_ITEMS_STATE] = ek_views_text(EK_S("open"));
	v[EK_CONTENT_AGENDA_ITEMS_LEAD_FROM_MS] =
		ek_views_int(is_talk ? t->now.ms + LEAD_WAITS_MS : EK_NONE);
	v[EK_CONTENT_AGENDA_ITEMS_CREATED_MS] = ek_views_int(t->now.ms);
	v[EK_CONTENT_AGENDA_ITEMS_REVISION] = ek_views_int(1);
	ek_turn_put(t, EK_CONTENT_AGENDA_ITEMS, v);
}

static void made(struct ek_turn *t, const struct ek_answer *answer)
{
	const struct closing *c = t->state;
	(void)answer;
	for (uint32_t i = 0; i < c->n; i++)
		put_period(t, c, &c->v[i]);
	if (c->sheet.p != NULL)
		put_agenda(t, c);
}

/* ---- a round */

static bool close_one(struct ek_api_job *job, struct closing *c)
{
	static const struct ek_turn_write write = {.check = check, .made = made};
	struct ek_turn *t = &job->turn;
	if (!find_last(t, c))
		return false;
	const struct ek_figures *f = ek_api_fold_take(t);
	if (f == NULL)
		return false;
	bool ok = gather(t, f, c) && (!opens(c) || print_sheet(t, f, c));
	ek_api_fold_give(t);
	t->state = c;
	return ok && (c->n == 0 || ek_api_job_commit(job, &write));
}

bool ek_api_targets_round(struct ek_api_job *job)
{
	struct ek_turn *t = &job->turn;
	struct closing *c = EK_TURN_NEW(t, struct closing);
	struct ek_turn_rows rows;
	bool ok = c != NULL && ek_turn_select(t,
					      "SELECT target FROM targets WHERE deleted_ms IS NULL"
					      " ORDER BY target",
					      NULL, 0, &rows);
	for (uint32_t i = 0; ok && i < rows.n; i++) {
		*c = (struct closing){.n = 0};
		ok = ek_api_targets_load(t, (uint64_t)ek_turn_int(&rows.v[i]), &c->g) &&
		     close_one(job, c);
		/* One that cannot be judged, or was changed meanwhile, keeps no other waiting. */
		if (!ok && t->problem.type != EK_PROBLEM_UNAVAILABLE) {
			ek_problem_init(&t->problem, t->arena);
			ok = true;
		}
	}
	return ok;
}
