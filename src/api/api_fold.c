#include "api/api_fold.h"

#include "api/api_state.h"

enum { RETRY_S = 2 };

const struct ek_figures *ek_api_fold_take(struct ek_turn *t)
{
	const struct ek_api_figures *from = &t->api->options.figures;
	const struct ek_figures *f = from->take == NULL ? NULL : from->take(from->ctx);
	if (f == NULL) {
		ek_problem_set(&t->problem, EK_PROBLEM_UNAVAILABLE,
			       "figures are still being made from the log");
		t->problem.retry_s = RETRY_S;
	}
	return f;
}

void ek_api_fold_give(struct ek_turn *t)
{
	t->api->options.figures.give(t->api->options.figures.ctx);
}
