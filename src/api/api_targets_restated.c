/* A period is judged once, and what was said then stays. Where late facts made its figure another
 * since, that is said beside it, with what it would come to now (spec metrics, R13, T12). */
#include <math.h>

#include "api/api_put.h"
#include "api/api_targets.h"
#include "api/api_text.h"

#define NEAR 1e-9 /* of what was written and read again, relatively */

/* The figure that was judged, as it is now. */
struct now {
	struct ek_api_target g; /* as it was wanted then */
	struct ek_api_targets_figure fig;
	struct ek_figures_news news;
};

static bool is_same(const struct ek_api_targets_kept *k, const struct ek_api_targets_figure *now)
{
	return k->has_value == now->has_value && k->n == (int64_t)now->fig.n &&
	       k->numerator == (int64_t)now->fig.numerator &&
	       k->denominator == (int64_t)now->fig.denominator &&
	       (!k->has_value || fabs(k->value - now->value) <= NEAR * fabs(k->value));
}

static bool ask(const struct ek_figures *f, const struct ek_views_value *row, struct now *now,
		struct ek_err *err)
{
	const ek_time judged = {ek_turn_int(&row[EK_CONTENT_TARGET_PERIODS_AT_MS])};
	struct ek_api_targets_span span = {
		(int32_t)ek_turn_int(&row[EK_CONTENT_TARGET_PERIODS_SINCE]),
		(int32_t)ek_turn_int(&row[EK_CONTENT_TARGET_PERIODS_UNTIL])};
	const struct ek_figures_ask ask = ek_api_targets_question(f, &now->g, span);
	return ek_api_targets_ask(f, &now->g, span, &now->fig, err) &&
	       ek_figures_news(f, &ask, judged, &now->news, err);
}

static ek_str print(struct ek_turn *t, const struct now *now)
{
	const struct ek_api_targets_figure *fig = &now->fig;
	struct ek_json j;
	ek_api_text_begin(t, &j);
	ek_json_object(&j);
	ek_api_put_word(&j, "state", ek_api_targets_states[ek_api_targets_state(&now->g, fig)]);
	ek_api_figures_put_real(&j, "value", fig->has_value, fig->value);
	ek_api_figures_put_real(&j, "low", fig->has_interval, fig->fig.low);
	ek_api_figures_put_real(&j, "high", fig->has_interval, fig->fig.high);
	ek_api_put_int(&j, "n", (int64_t)fig->fig.n);
	ek_api_put_int(&j, "numerator", (int64_t)fig->fig.numerator);
	ek_api_put_int(&j, "denominator", (int64_t)fig->fig.denominator);
	ek_api_figures_put_causes(&j, now->news.causes);
	ek_api_put_time(&j, "changed_at", now->news.changed);
	ek_json_object_end(&j);
	return ek_api_text_take(t, &j);
}

bool ek_api_targets_restated(struct ek_turn *t, const struct ek_figures *f,
			     const struct ek_api_target *g, const struct ek_views_value *row,
			     ek_str *out)
{
	struct ek_api_targets_kept k =
		ek_api_targets_kept(t, ek_turn_text(&row[EK_CONTENT_TARGET_PERIODS_FIGURE]));
	struct now now = {.g = *g};
	struct ek_err err;
	*out = (ek_str){NULL, 0};
	now.g.by = (uint32_t)ek_turn_int(&row[EK_CONTENT_TARGET_PERIODS_VERSION]);
	if (k.comparator >= EK_ATTAIN_AT_LEAST && k.comparator <= EK_ATTAIN_BETWEEN)
		now.g.wanted = (struct ek_attain_target){(enum ek_attain_comparator)k.comparator,
							 k.wanted, k.upper};
	/* What has no figure any more cannot be another. */
	if (!ask(f, row, &now, &err))
		return err.code != EK_NO_MEMORY || ek_problem_err(&t->problem, &err);
	if (now.news.causes == 0 || is_same(&k, &now.fig))
		return true;
	*out = print(t, &now);
	return out->p != NULL;
}
