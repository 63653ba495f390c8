/* A judged series as JSON: values in millionths, z and odds in thousandths, days as dates. */
#include <math.h>

#include "cli/trend.h"

static const char *const marks[] = {"limit",         "trend",        "two_of_three",
				    "three_of_four", "four_of_five", "run",
				    "alternating",   "hugging",      "avoiding"};

static void put_scaled(struct ek_json *j, const char *key, double v, double scale)
{
	ek_json_key(j, key);
	double scaled = v * scale;
	if (isfinite(scaled) && fabs(scaled) < 9e18)
		ek_json_int(j, llround(scaled));
	else
		ek_json_null(j);
}

static void put_micro(struct ek_json *j, const char *key, double v)
{
	put_scaled(j, key, v, 1e6);
}

static void put_milli(struct ek_json *j, const char *key, double v)
{
	put_scaled(j, key, v, 1e3);
}

static void put_day(struct ek_json *j, const char *key, int32_t day)
{
	char text[EK_TREND_DAY];
	ek_json_key(j, key);
	ek_json_word(j, ek_trend_day(day, text));
}

static void put_word(struct ek_json *j, const char *key, const char *word)
{
	ek_json_key(j, key);
	ek_json_word(j, word);
}

static void put_uint(struct ek_json *j, const char *key, uint64_t v)
{
	ek_json_key(j, key);
	ek_json_uint(j, v);
}

static void put_bool(struct ek_json *j, const char *key, bool v)
{
	ek_json_key(j, key);
	ek_json_bool(j, v);
}

/* Of time between events "higher" would be rarer: then it is said how often they come. */
static void put_side(struct ek_json *j, const struct ek_trend *t, double side)
{
	bool is_of_events = ek_trend_is_of_events(t);
	if (side > 0)
		put_word(j, "side", is_of_events ? "more_often" : "higher");
	else
		put_word(j, "side", is_of_events ? "less_often" : "lower");
}

static void put_baseline(struct ek_json *j, const struct ek_trend *t)
{
	const struct ek_chart *c = &t->j.chart;
	ek_json_key(j, "baseline");
	if (!c->has_model) {
		ek_json_null(j);
		return;
	}
	ek_json_object(j);
	put_day(j, "from", c->baseline[0].key);
	put_milli(j, "lag1_milli", c->lag1);
	put_uint(j, "points", c->points);
	put_milli(j, "spread_milli", c->model.spread);
	put_day(j, "until", c->baseline[c->points - 1].key);
	ek_json_object_end(j);
}

static void put_break(struct ek_json *j, const struct ek_trend *t)
{
	ek_json_key(j, "break");
	if (!t->j.has_break) {
		ek_json_null(j);
		return;
	}
	ek_json_object(j);
	put_day(j, "after", t->j.brk_after);
	put_day(j, "from", t->j.brk_from);
	put_day(j, "until", t->j.brk_until);
	ek_json_object_end(j);
}

static void put_fact(struct ek_json *j, const struct ek_trend *t, const struct ek_verdict_fact *f)
{
	bool is_move = f->kind >= EK_VERDICT_SHIFT;
	char text[EK_TREND_SENTENCE];
	ek_json_object(j);
	put_day(j, "date", f->key);
	put_word(j, "is", ek_judged_kind(f->kind));
	if (is_move) {
		put_uint(j, "joined", f->joined);
		put_micro(j, "level_micro", f->is);
	}
	put_uint(j, "points", f->n);
	if (is_move)
		put_bool(j, "run", f->is_run);
	ek_trend_fact(t, f, text);
	put_word(j, "sentence", text);
	put_side(j, t, f->side);
	put_day(j, "start", f->start_key);
	if (is_move)
		put_micro(j, "was_micro", f->was);
	ek_json_object_end(j);
}

static void put_marks(struct ek_json *j, uint32_t bits)
{
	ek_json_key(j, "marks");
	ek_json_list(j);
	for (size_t i = 0; i < EK_LEN(marks); i++)
		if ((bits >> i & 1) != 0)
			ek_json_word(j, marks[i]);
	ek_json_list_end(j);
}

static void put_point(struct ek_json *j, const struct ek_judged_point *p)
{
	static const char *const whys[] = {[EK_CHART_FED] = "fed",
					   [EK_CHART_LEFT_OUT] = "missing",
					   [EK_CHART_SMALL] = "small",
					   [EK_CHART_OUTSIDE] = "outside",
					   [EK_CHART_CLOSED_DAY] = "closed"};
	struct ek_score_limits l = p->limits;
	if (!p->has_z)
		l = (struct ek_score_limits){NAN, NAN, NAN};
	ek_json_object(j);
	put_micro(j, "centre_micro", l.centre);
	put_day(j, "date", p->p.key);
	put_bool(j, "judged", p->is_final);
	put_micro(j, "lower_micro", l.lower);
	put_marks(j, p->marks);
	if (p->p.n > 0)
		put_micro(j, "n_micro", p->p.n);
	put_word(j, "state", whys[p->why]);
	put_micro(j, "upper_micro", l.upper);
	put_micro(j, "value_micro", p->p.value);
	put_milli(j, "z_milli", p->has_z ? p->z : NAN);
	ek_json_object_end(j);
}

/* Days that no whole week has yet. */
static void put_odd(struct ek_json *j, const struct ek_trend *t)
{
	ek_json_key(j, "odd_days");
	ek_json_list(j);
	for (uint32_t i = 0; i < t->odd_count; i++) {
		ek_json_object(j);
		put_day(j, "date", t->odd[i].day);
		put_side(j, t, t->odd[i].z);
		put_milli(j, "z_milli", t->odd[i].z);
		ek_json_object_end(j);
	}
	ek_json_list_end(j);
}

static void put_lists(struct ek_json *j, const struct ek_trend *t)
{
	ek_json_key(j, "facts");
	ek_json_list(j);
	for (uint32_t i = 0; i < t->j.fact_count; i++)
		put_fact(j, t, &t->j.facts[i].v);
	ek_json_list_end(j);
	put_word(j, "headline", ek_trend_headline(t));
	put_word(j, "kind", ek_trend_kind(t->setup.kind));
	put_bool(j, "kind_guessed", t->kind_guessed);
	put_word(j, "marks_set", ek_trend_set(t->set));
	put_odd(j, t);
	ek_json_key(j, "odds_milli");
	if (t->j.chart.state == EK_CHART_LOCKED)
		ek_json_int(j, llround(ek_chart_odds(&t->j.chart) * 1000));
	else
		ek_json_null(j);
	ek_json_key(j, "points");
	ek_json_list(j);
	for (uint32_t i = 0; i < t->j.n; i++)
		put_point(j, &t->j.v[i]);
	ek_json_list_end(j);
}

void ek_trend_json(const struct ek_trend *t, struct ek_json *j)
{
	char sentence[EK_TREND_SENTENCE];
	ek_json_object(j);
	put_baseline(j, t);
	put_break(j, t);
	put_word(j, "cadence", ek_trend_pace(t, t->setup.feed));
	put_bool(j, "cadence_guessed", t->cadence_guessed);
	put_uint(j, "coarser", t->coarser);
	put_lists(j, t);
	ek_trend_sentence(t, sentence);
	put_word(j, "sentence", sentence);
	put_word(j, "shape", "trend/1");
	ek_json_key(j, "title");
	ek_json_text(j, t->title);
	ek_json_object_end(j);
}
